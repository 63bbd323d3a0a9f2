/* SPDX-License-Identifier: MIT */
#ifndef SLM_RECIPE_H
#define SLM_RECIPE_H

/* The recorded recipe: fitted once on training cells, kept in the model, replayed
 * on new data. Immutable once fitted; shared by reference count.
 * recipe.c: its life and use; query.c: on other data; covariates.c: encodings of columns; recipe_extend.c: more categories. */

#include "core/core.h"
#include "data/beside.h"
#include "data/factors.h"
#include "scilama/dataset.h"

typedef struct slm_covariate_encoding {
    char *name;              /* cell column */
    int32_t kind;            /* scilama_covariate_kind */
    slm_strings categories;  /* sorted, those added later behind; categorical only */
    double mean, std;        /* continuous only */
    int64_t first, width;    /* columns of the encoded block */
} slm_covariate_encoding;

typedef struct slm_recipe {
    scilama_context *ctx;
    atomic_int refs;
    int64_t number;          /* from 1; no other recipe of the context ever has it */
    int32_t input, normalized, logged, hvg, scaled;
    double target_sum, max_value;
    double scale_shrink;     /* as in scilama_preprocess_options */
    slm_strings genes;       /* the model's genes, sorted bytewise (or index order when the data had no names) */
    float *mean, *inv_std;   /* [genes] when scaled, else NULL; what values are multiplied by, 1 / s where scale_shrink is 0 */
    float *std;              /* [genes] s where it is not, else NULL */
    int64_t n_covariates, covariate_columns;
    slm_covariate_encoding *covariates;
    int32_t first_duplicate; /* of genes of one name the first was taken */
    int64_t genes_sized;     /* genes that a cell's total was taken over; 0 = not known */
    slm_strings sized;       /* … their names, and */
    float *share;            /* [sized] what part of all counts of the training cells each has, or NULL */
    char reason[160];
} slm_recipe;

/* An empty one with a reference; NULL without memory. */
slm_recipe *slm_recipe_new(scilama_context *ctx);
slm_recipe *slm_recipe_retain(slm_recipe *recipe);
void slm_recipe_release(slm_recipe *recipe);

/* Prepares any dataset by a fitted recipe: genes found by name, covariate columns found by
 * name, size factors over the genes that both have. Genes that the data lack are filled in
 * (factors.h; factors NULL: left out), where that leaves much open with the help of genes beside the model's
 * (beside.h; link NULL: without vectors). quiet: nothing is logged; nor is it for the data set and the recipe for which it was. `out` is owned by the caller. */
scilama_status slm_recipe_apply(slm_recipe *recipe, const slm_factors *factors, const slm_link *link, bool quiet, scilama_dataset *dataset,
                                slm_design **out, scilama_error *error);

/* What a recipe finds in a dataset. */
typedef struct slm_query {
    int64_t *columns;        /* [genes of the model]: column of the matrix, or -1 */
    uint8_t *absent;         /* [genes] columns[g] < 0 */
    int64_t missing, first_missing;
    double variance;         /* share of the genes' variance that measured ones have */
} slm_query;
/* The arrays are of the scope `work`. */
scilama_status slm_query_find(slm_query *out, const slm_recipe *recipe, const scilama_dataset *dataset, slm_scope *work, scilama_error *error);

/* Size factors over genes that the recipe's training data and the dataset share: factor [cells] of a matrix in memory; of a streamed one
 * shared [genes], marking them, and sum, what they are scaled to (prepare.h). Nothing when these are all genes of both, or none: a
 * cell's total over the matrix says it then. Blocks are of the scope. */
typedef struct slm_sizes { double *factor; uint8_t *shared; double sum; } slm_sizes;
scilama_status slm_shared_sizes(slm_scope *work, const slm_recipe *recipe, const scilama_dataset *dataset, slm_sizes *out, scilama_error *error);

/* empty [n]: whether cells[n] (ascending; NULL = all) have nothing but zeros. A streamed data set is read once. */
scilama_status slm_cells_empty(const scilama_dataset *dataset, const int64_t *cells, int64_t n, uint8_t *empty, scilama_error *error);

/* Says what the recipe's categorical covariates do not know of a dataset's cells. */
scilama_status slm_covariates_warn(const slm_recipe *recipe, const scilama_dataset *dataset, scilama_error *error);
/* Cells of covariate number `covariate` of an unknown category, and without any; categories so
 * unknown, and the first of them (borrowed; NULL when none is). */
typedef struct slm_covariate_gaps { int64_t unknown, missing, categories; const char *first; } slm_covariate_gaps;
scilama_status slm_covariate_gaps_count(const slm_recipe *recipe, int64_t covariate, const scilama_dataset *dataset, slm_covariate_gaps *out, scilama_error *error);

/* The recipe with values[count] as further categories of covariate number `covariate`,
 * behind those it has. E_DUPLICATE when one is there already. */
scilama_status slm_recipe_extend(slm_recipe **out, const slm_recipe *recipe, int64_t covariate, const char *const *values, int64_t count, scilama_error *error);

/* Fits covariate encodings on the training cells into recipe (empty so far). */
scilama_status slm_covariates_fit(slm_recipe *recipe, const scilama_dataset *dataset, scilama_error *error);

/* A recipe of genes[count] (rows of dataset->gene_names, sorted here into canonical
 * order) without transformation, covariates fitted. */
scilama_status slm_recipe_create(slm_recipe **out, const scilama_dataset *dataset, int64_t *genes, int64_t count, scilama_error *error);
/* The design of a dataset by a recipe; columns [genes + others]: column of the matrix or -1, of
 * others never -1. sizes: size factors, whose blocks it takes over on success; NULL: by totals
 * over the matrix. Others are left unscaled: the caller sets design->mean, inv_std and zero.
 * stay: covariates that are in the file are read from it some at a time, not held. */
scilama_status slm_recipe_design(slm_recipe *recipe, scilama_dataset *dataset, const int64_t *columns, int64_t others, const slm_sizes *sizes, bool stay,
                                 slm_design **out, scilama_error *error);
/* Lists the dataset's training and validation cells in its design, unless they are there. */
scilama_status slm_design_split(slm_design *design, const scilama_dataset *dataset, scilama_error *error);
/* Gives an unscaled design the recipe's mean and inv_std. */
scilama_status slm_design_set_scaling(slm_design *design, const slm_recipe *recipe, scilama_error *error);

#endif
