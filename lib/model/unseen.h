/* SPDX-License-Identifier: MIT */
#ifndef SLM_UNSEEN_H
#define SLM_UNSEEN_H

/* Genes that the model was not trained on, told from vectors by those that it was.
 *
 * At most 1,024 of the cells are decoded, each with its own covariates. With x̂ [cells × G] so decoded and z [cells × G]
 * as measured, both in standard deviations of the measured gene about its mean:
 *   y = (x̂ + z) / 2;  y − mean = U S Vᵀ, k leading axes;  T = zᵀ U [G × k], what each gene has to do with each axis
 *   t(new) by kernel regression from the vectors (linalg/kernel_ridge.h), a penalty for each axis
 *   a cell's value of a new gene = (y − mean) V S⁻¹ t(new)
 * What the decoder leaves out, a head of few axes above all, may be what new genes go with; z alone is as noisy as it was measured.
 * Decoded as of another batch, x̂', a cell has y = x̂' + (z − x̂) / 2: the batch goes on to the new genes. The logarithms of the genes' means and
 * deviations are told by the same kernel with a linear trend. As z has variance 1, the deviation of what is told is the
 * correlation to be expected. */

#include "linalg/kernel_ridge.h"
#include "model/model.h"

typedef struct slm_gene_map {
    int64_t genes, k;        /* new genes; axes */
    double measured;         /* share of z in y */
    float *basis, *shift;    /* [G × k] V S⁻¹ in the units of the model, [k] its product with the mean */
    float *coordinates;      /* [k × genes] t */
    double *mean, *deviation, *correlation; /* [genes]; before scaling, where values were scaled */
} slm_gene_map;

/* tables [n]: G + genes rows each, the model's genes first. */
scilama_status slm_gene_map_find(slm_gene_map *out, scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *o,
                                 const slm_kernel_table *tables, int64_t n_tables, int64_t genes, scilama_error *error);
void slm_gene_map_free(scilama_context *ctx, slm_gene_map *map);

/* unseen_tables.c: the rows of slm_gene_map_find(), owned. */
typedef struct slm_unseen_rows { slm_kernel_table table[SLM_MAX_MODALITIES]; int64_t n; } slm_unseen_rows;
/* Of the model's own genes and of others in the same modalities. */
scilama_status slm_unseen_by_modality(slm_unseen_rows *out, scilama_model *model, const slm_gene_vectors *vectors, scilama_error *error);
/* Of tables that know both, by name. E_NOTFOUND: a gene that none knows, or too few of the model's in all. */
scilama_status slm_unseen_by_name(slm_unseen_rows *out, scilama_model *model, const scilama_gene_table *const *tables, int64_t n_tables,
                                  const char *const *genes, int64_t n_genes, scilama_error *error);
void slm_unseen_rows_free(scilama_context *ctx, slm_unseen_rows *rows);

#endif
