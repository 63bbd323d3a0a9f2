/* SPDX-License-Identifier: MIT */
#ifndef SLM_DATASET_H
#define SLM_DATASET_H

#include "core/core.h"
#include "data/design.h"
#include "data/recipe.h"
#include "scilama/dataset.h"

struct scilama_gene_table {
    scilama_context *ctx;
    atomic_int refs;
    slm_strings names;
    int64_t rows, width;
    float *values;           /* [rows × width] */
};

typedef struct slm_column {
    char *name;
    int32_t kind;            /* scilama_column_kind */
    double *numeric;         /* [cells] */
    int32_t *codes;          /* [cells] */
    slm_strings categories;
} slm_column;

typedef struct slm_modality {
    char *name;
    scilama_gene_table *table;
    int64_t *row;            /* [genes of the matrix]: table row, or -1 */
    int32_t missing;         /* scilama_missing_genes */
    scilama_match_report report;
} slm_modality;

typedef struct slm_covariate_choice { char *name; int32_t kind; } slm_covariate_choice;

struct scilama_dataset {
    scilama_context *ctx;
    atomic_int refs;
    int64_t cells, genes;
    slm_strings cell_names, gene_names;
    bool named_genes;        /* false: numbered; canonical order is index order */
    /* The matrix: float32 dense, or CSR with int64 indptr, int32 indices and float32
     * values (sorted, unique); borrowed as it is where the caller's layout allows. */
    int32_t storage;         /* SCILAMA_STORAGE_DENSE or _CSR */
    const float *values;     /* dense [cells × ld] or CSR values */
    int64_t ld;
    const int64_t *indptr;
    const int32_t *indices;
    void *owned_values, *owned_indptr, *owned_indices; /* NULL when borrowed */
    slm_column *columns;
    int64_t n_columns;
    slm_covariate_choice *covariates;
    int64_t n_covariates;
    slm_modality *modalities;
    int64_t n_modalities;
    int32_t *split;          /* [cells] of scilama_split; all TRAIN at first */
    slm_recipe *recipe;      /* NULL until preprocessed */
    slm_design *design;      /* prepared by recipe; NULL until needed or when stale */
};

scilama_dataset *slm_dataset_retain(scilama_dataset *dataset);
void slm_dataset_release(scilama_dataset *dataset);

/* The io layer makes datasets through this: takes ownership of the arrays (from
 * slm_alloc) on success; on failure the caller still owns them. Checks indices,
 * order, uniqueness, finiteness. indices are sorted in place where needed. */
typedef struct slm_dataset_parts {
    int64_t cells, genes;
    int32_t storage;             /* DENSE or CSR */
    float *values;
    int64_t *indptr;
    int32_t *indices;
    slm_strings cell_names, gene_names; /* moved in; count 0 = numbered */
    bool keep_first_duplicate_gene;     /* drop later genes of the same name instead of failing */
} slm_dataset_parts;
scilama_status slm_dataset_from_parts(scilama_dataset **out, scilama_context *ctx, slm_dataset_parts *parts, scilama_error *error);

const slm_column *slm_dataset_column(const scilama_dataset *dataset, const char *name); /* NULL when absent */

/* Ensures dataset->recipe and dataset->design: the identity recipe (every gene that
 * every modality knows, no transformation) when preprocess was not called. */
scilama_status slm_dataset_prepare(scilama_dataset *dataset, scilama_error *error);

/* Vectors of modality m for the recipe's genes: out [genes × width], canonical order. */
scilama_status slm_dataset_embedding(const scilama_dataset *dataset, int64_t modality, float *out, scilama_error *error);

#endif
