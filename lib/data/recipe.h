/* SPDX-License-Identifier: MIT */
#ifndef SLM_RECIPE_H
#define SLM_RECIPE_H

/* The recorded recipe: fitted once on training cells, kept in the model, replayed
 * on new data. Immutable once fitted; shared by reference count.
 * recipe.c: its life and use; covariates.c: encodings of columns; recipe_extend.c: more categories. */

#include "core/core.h"
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
    int32_t input, normalized, logged, hvg, scaled;
    double target_sum, max_value;
    slm_strings genes;       /* the model's genes, sorted bytewise (or index order when the data had no names) */
    float *mean, *inv_std;   /* [genes] when scaled, else NULL */
    int64_t n_covariates, covariate_columns;
    slm_covariate_encoding *covariates;
    int32_t first_duplicate; /* of genes of one name the first was taken */
    int64_t genes_sized;     /* genes that a cell's total was taken over; 0 = not known */
    char reason[160];
} slm_recipe;

slm_recipe *slm_recipe_retain(slm_recipe *recipe);
void slm_recipe_release(slm_recipe *recipe);

/* Prepares any dataset by a fitted recipe: genes found by name (all must be there,
 * unless allow_missing: absent genes read as zero before scaling), covariate columns
 * found by name. `out` is owned by the caller. */
scilama_status slm_recipe_apply(slm_recipe *recipe, scilama_dataset *dataset, bool allow_missing,
                                slm_design **out, scilama_error *error);

/* The recipe with values[count] as further categories of covariate number `covariate`,
 * behind those it has. E_DUPLICATE when one is there already. */
scilama_status slm_recipe_extend(slm_recipe **out, const slm_recipe *recipe, int64_t covariate, const char *const *values, int64_t count, scilama_error *error);

/* Fits covariate encodings on the training cells into recipe (empty so far). */
scilama_status slm_covariates_fit(slm_recipe *recipe, const scilama_dataset *dataset, scilama_error *error);
/* Encodes every cell: out [cells × covariate_columns]. */
scilama_status slm_covariates_encode(const slm_recipe *recipe, const scilama_dataset *dataset, float *out, scilama_error *error);

/* A recipe of genes[count] (rows of dataset->gene_names, sorted here into canonical
 * order) without transformation, covariates fitted. */
scilama_status slm_recipe_create(slm_recipe **out, const scilama_dataset *dataset, int64_t *genes, int64_t count, scilama_error *error);
/* The design of a dataset by a recipe; columns[genes]: column of the matrix or -1. */
scilama_status slm_recipe_design(slm_recipe *recipe, scilama_dataset *dataset, const int64_t *columns, slm_design **out, scilama_error *error);
/* Gives an unscaled design the recipe's mean and inv_std. */
scilama_status slm_design_set_scaling(slm_design *design, const slm_recipe *recipe, scilama_error *error);

#endif
