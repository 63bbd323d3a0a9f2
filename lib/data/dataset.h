/* SPDX-License-Identifier: MIT */
#ifndef SLM_DATASET_H
#define SLM_DATASET_H

/* A data set: matrix, names, columns of cells, split, gene tables; its recipe and design once it is prepared.
 *
 * dataset.c: the object; columns.c: columns of cells; covariates.c: those of a recipe; split.c: train, validation,
 * test; gene_table.c, gene_table_control.c: vectors by gene name; options.c, preprocess.c: preprocessing; recipe.c: preparing;
 * rows.c: rows from a callback; concat.c: several as one. */

#include "core/core.h"
#include "core/options.h"
#include "data/design.h"
#include "data/recipe.h"
#include "data/source.h"
#include "linalg/rows.h"
#include "scilama/dataset.h"

struct scilama_gene_table {
    scilama_context *ctx;
    atomic_int refs;
    slm_strings names;
    int64_t rows, width;
    float *values;           /* [rows × width] */
};

/* What a column is in the file that it comes from, where its kind does not say it all: files of a data set have it so. */
enum slm_stored { SLM_STORED_PLAIN = 0, SLM_STORED_F32, SLM_STORED_BOOL, SLM_STORED_ORDERED,
                  SLM_STORED_I8, SLM_STORED_I16, SLM_STORED_I32, SLM_STORED_I64, SLM_STORED_U8, SLM_STORED_U16, SLM_STORED_U32, SLM_STORED_U64 };

typedef struct slm_column {
    char *name;
    int32_t kind;            /* scilama_column_kind */
    int32_t stored;          /* slm_stored */
    double *numeric;         /* [cells] */
    int32_t *codes;          /* [cells] */
    slm_strings categories;
    int64_t line;            /* > 0: the values stay with the source (slm_source.line), and both are NULL; read by slm_column_… */
    int64_t missing;         /* … and so many of them are missing */
} slm_column;

/* A column of the file that is of no kind that is read. */
typedef struct slm_unread { char *name, *why; } slm_unread;

typedef struct slm_modality {
    char *name;
    scilama_gene_table *table;
    int64_t *row;            /* [genes of the matrix]: table row, or -1 */
    int32_t missing;         /* scilama_missing_genes */
    scilama_match_report report;
} slm_modality;

typedef struct slm_covariate_choice { char *name; int32_t kind; } slm_covariate_choice;

/* Owned memory of a matrix, shared by the dataset and by designs that read it in
 * place. Empty when everything is borrowed from the caller. */
typedef struct slm_store {
    scilama_context *ctx;
    atomic_int refs;
    void *owned[3];
} slm_store;
slm_store *slm_store_create(scilama_context *ctx); /* NULL when out of memory */
slm_store *slm_store_retain(slm_store *store);
void slm_store_release(slm_store *store);

struct scilama_dataset {
    scilama_context *ctx;
    atomic_int refs;
    int64_t cells, genes;
    slm_strings cell_names, gene_names; /* no cell_names: they stay with the source; SLM_CELL() and slm_dataset_names() have them always */
    _Atomic(slm_strings *) names_read; /* all, once somebody has asked for one to keep */
    bool named_genes;        /* false: numbered; canonical order is index order */
    /* The matrix: float32 dense, or CSR with int64 indptr, int32 indices and float32
     * values (sorted, unique); borrowed as it is where the caller's layout allows. */
    int32_t storage;         /* SCILAMA_STORAGE_DENSE or _CSR */
    const float *values;     /* dense [cells × ld] or CSR values */
    int64_t ld;
    const int64_t *indptr;
    const int32_t *indices;
    slm_store *store;        /* what of it is ours */
    slm_source *source;      /* where rows come from when they are not in memory; then storage is 0 and the matrix empty */
    slm_column *columns;
    int64_t n_columns;
    slm_unread *unread;
    int64_t n_unread;
    slm_covariate_choice *covariates;
    int64_t n_covariates;
    slm_modality *modalities;
    int64_t n_modalities;
    int8_t *split;           /* [cells] of scilama_split; NULL: all are TRAIN, as at first */
    slm_recipe *recipe;      /* NULL until prepared or when stale */
    slm_design *design;      /* prepared by recipe; NULL until needed or when stale */
    int8_t *chosen_split;    /* [cells] as set or drawn, or NULL; split = this, less what preprocess excluded */
    int64_t *used;           /* [genes of recipe]: column of the matrix; NULL without recipe */
    bool preprocessed;       /* preprocess was called: its options, for fitting again when stale */
    scilama_preprocess_options options;
    char *batch_key;         /* behind options.batch_key */
    bool input_released;     /* the tables are gone, and the matrix unless it is streamed */
    bool first_duplicate;    /* later genes of a name were dropped */
    int64_t told;            /* number of the recipe whose warnings about this data set have been given: once is enough */
};

/* Name of a cell, for a message: it lives as long as the block that it is asked for in. */
#define SLM_CELL(dataset, cell) slm_dataset_cell((char[SLM_CELL_BYTES]){ 0 }, dataset, cell)
const char *slm_dataset_cell(char *room, const scilama_dataset *dataset, int64_t cell);
/* Names of all cells: the data set's, or read for the scope. */
scilama_status slm_dataset_names(slm_scope *scope, const scilama_dataset *dataset, slm_strings *out, scilama_error *error);
/* Name of a cell that lives as long as the data set; NULL when it cannot be read. */
const char *slm_dataset_kept_cell(const scilama_dataset *dataset, int64_t cell);

scilama_dataset *slm_dataset_retain(scilama_dataset *dataset);
void slm_dataset_release(scilama_dataset *dataset);

static inline int32_t slm_dataset_split_at(const scilama_dataset *d, int64_t cell) { return d->split ? d->split[cell] : SCILAMA_SPLIT_TRAIN; }

/* The io layer makes datasets through this: takes ownership of the arrays (from
 * slm_alloc) on success; on failure the caller still owns them. Checks indices,
 * order, uniqueness, finiteness. indices are sorted in place where needed. */
/* Later genes of the same name are refused, dropped, or (where there is no matrix to speak of) left. */
enum slm_repeated_genes { SLM_REPEATED_FAIL = 0, SLM_REPEATED_DROP, SLM_REPEATED_STAY };

typedef struct slm_dataset_parts {
    int64_t cells, genes;
    int32_t storage;             /* DENSE or CSR */
    float *values;
    int64_t *indptr;
    int32_t *indices;
    slm_strings cell_names, gene_names; /* moved in; count 0 = numbered */
    int repeated_genes;                 /* slm_repeated_genes */
} slm_dataset_parts;
scilama_status slm_dataset_from_parts(scilama_dataset **out, scilama_context *ctx, slm_dataset_parts *parts, scilama_error *error);

/* Every cell of a matrix in memory; of one that is not, a view without values. */
static inline slm_rows slm_dataset_rows(const scilama_dataset *d)
{
    bool dense = d->storage == SCILAMA_STORAGE_DENSE;
    return (slm_rows){ .n = d->cells, .genes = d->genes, .values = d->values, .ld = d->ld,
                       .indptr = dense ? NULL : d->indptr, .indices = dense ? NULL : d->indices, .in_place = true };
}

/* A dataset whose rows stay where they are: takes over the caller's hold on the source and
 * moves the names in (count 0 = numbered) on success. Reads everything once. `what` names the data. */
scilama_status slm_dataset_from_source(scilama_dataset **out, slm_source *source, slm_strings *cell_names, slm_strings *gene_names,
                                       const char *what, scilama_error *error);

/* The public calls of the same names, without their argument checks. */
scilama_status slm_dataset_concat(scilama_dataset **out, scilama_dataset *const *datasets, int64_t n, const scilama_concat_options *options, scilama_error *error);
scilama_status slm_dataset_create_from_rows(scilama_dataset **out, scilama_context *ctx, const scilama_row_source *source,
                                            const char *const *cell_names, const char *const *gene_names, scilama_error *error);
scilama_status slm_dataset_create(scilama_dataset **out, scilama_context *ctx, const scilama_matrix *matrix,
                                  const char *const *cell_names, const char *const *gene_names, scilama_error *error);
scilama_status slm_dataset_set_numeric(scilama_dataset *d, const char *name, const double *values, scilama_error *error);
scilama_status slm_dataset_set_strings(scilama_dataset *d, const char *name, const char *const *values, scilama_error *error);
scilama_status slm_dataset_set_codes(scilama_dataset *d, const char *name, const int32_t *codes,
                                     const char *const *categories, int64_t n_categories, scilama_error *error);
/* Takes all of the column, whatever comes of it. */
scilama_status slm_dataset_put_column(scilama_dataset *d, slm_column *column, scilama_error *error);
/* Takes the arrays, whatever comes of it (numeric: codes NULL; categorical: numeric NULL). */
scilama_status slm_dataset_set_column(scilama_dataset *d, const char *name, double *numeric, int32_t *codes,
                                      slm_strings *categories, scilama_error *error);
scilama_status slm_dataset_use_covariate(scilama_dataset *d, const char *name, int32_t kind, scilama_error *error);
scilama_status slm_dataset_set_split(scilama_dataset *d, const int32_t *split, scilama_error *error);
scilama_status slm_dataset_split_by(scilama_dataset *d, const char *name, scilama_error *error);
scilama_status slm_dataset_split_random(scilama_dataset *d, double train, double validation, uint64_t seed,
                                        const char *stratify, scilama_error *error);
/* Gives genes that are not among `names` those of them under which the match options find them; *renamed: how many. */
scilama_status slm_dataset_match_genes(scilama_dataset *d, const slm_strings *names, const scilama_match_options *options, int64_t *renamed,
                                       scilama_error *error);
scilama_status slm_dataset_add_gene_table(scilama_dataset *d, const char *name, scilama_gene_table *table,
                                          const scilama_match_options *options, scilama_match_report *report, scilama_error *error);
/* options.c: what is known of every option of preprocessing. */
extern const slm_option_table slm_preprocess_option_table;
scilama_status slm_dataset_preprocess(scilama_dataset *d, const scilama_preprocess_options *options,
                                      scilama_preprocess_report *report, scilama_error *error);
scilama_status slm_dataset_release_input(scilama_dataset *d, scilama_error *error);
/* E_STATE when the matrix was given back. */
scilama_status slm_dataset_need_matrix(const scilama_dataset *d, scilama_error *error);
/* Recipe and design no longer hold: they are made again when next needed. */
void slm_dataset_stale(scilama_dataset *d);

/* Takes ownership of names and values (packed [rows × width]) on success. */
scilama_status slm_gene_table_from_parts(scilama_gene_table **out, scilama_context *ctx, slm_strings *names,
                                         float *values, int64_t rows, int64_t width, scilama_error *error);
/* The public calls of the same names. */
scilama_status slm_gene_table_random(scilama_gene_table **out, scilama_context *ctx, const scilama_gene_table *like, uint64_t seed, scilama_error *error);
scilama_status slm_gene_table_shuffled(scilama_gene_table **out, scilama_context *ctx, const scilama_gene_table *table, uint64_t seed, scilama_error *error);
scilama_gene_table *slm_gene_table_retain(scilama_gene_table *table);
void slm_gene_table_release(scilama_gene_table *table);

/* Every modality has a vector of this gene of the matrix, or fills it in. */
bool slm_dataset_gene_known(const scilama_dataset *d, int64_t gene);
/* Some modality has a vector of this gene of the matrix, or gives it the mean by choice: the paired terms take it. */
bool slm_dataset_gene_paired(const scilama_dataset *d, int64_t gene);
scilama_status slm_dataset_add_unread(scilama_dataset *d, const char *name, const char *why, scilama_error *error);
/* The error for a column that slm_dataset_column() does not find: E_UNSUPPORTED where the file has one that is not read,
 * else E_NOTFOUND. purpose: " to split by", or "". */
scilama_status slm_dataset_no_column(const scilama_dataset *d, const char *name, const char *purpose, scilama_error *error);
const slm_column *slm_dataset_column(const scilama_dataset *dataset, const char *name); /* NULL when absent */
/* Values of cells first .. first + n - 1, wherever they are: int32 codes or double. */
scilama_status slm_column_read(const scilama_dataset *d, const slm_column *column, int64_t first, int64_t n, void *out, scilama_error *error);
/* The column with its values in memory: its own, or read for the scope. */
scilama_status slm_column_hold(slm_scope *scope, const scilama_dataset *d, const slm_column *column, slm_column *out, scilama_error *error);
/* Hands all values to fn, some at a time; codes or numbers [n], the other NULL. */
typedef void (*slm_column_fn)(void *arg, int64_t first, int64_t n, const int32_t *codes, const double *numbers);
scilama_status slm_column_scan(const scilama_dataset *d, const slm_column *column, slm_column_fn fn, void *arg, scilama_error *error);
/* Adds to count [categories] (numeric: NULL) the cells of each; *missing: cells without a value. */
scilama_status slm_column_count(const scilama_dataset *d, const slm_column *column, int64_t *count, int64_t *missing, scilama_error *error);
/* The column of a recipe's covariate, fit for it; and place [categories of the column]: the recipe's code of each, −1 = unknown. */
scilama_status slm_covariate_column(const slm_covariate_encoding *e, const scilama_dataset *d, const slm_column **out, scilama_error *error);
scilama_status slm_covariate_place(const slm_covariate_encoding *e, const slm_column *column, scilama_context *ctx, int32_t *place, scilama_error *error);

/* Ensures dataset->recipe and dataset->design: the identity recipe (every gene that
 * every modality knows, no transformation) when preprocess was not called. */
scilama_status slm_dataset_prepare(scilama_dataset *dataset, scilama_error *error);

/* Vectors of modality m for the recipe's genes: out [genes × width], canonical order. */
scilama_status slm_dataset_embedding(const scilama_dataset *dataset, int64_t modality, float *out, scilama_error *error);

#endif
