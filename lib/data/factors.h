/* SPDX-License-Identifier: MIT */
#ifndef SLM_FACTORS_H
#define SLM_FACTORS_H

/* How the model's genes vary together, so that those a cell was not measured on can be
 * told from those it was: probabilistic principal components (Tipping & Bishop 1999),
 *   x = mean + W t + e,   t ~ N(0, I),   e ~ N(0, noise I),
 * of training cells as the recipe prepares them. */

#include "core/core.h"

struct slm_design;

enum { SLM_FACTORS_CENTRES = 64, SLM_FACTORS_RANK = 32 }; /* loops of this length stay in registers; lower ranks are padded with zeros */

typedef struct slm_factors {
    int64_t genes;
    float *mean;     /* [genes] */
    float *loading;  /* W [genes × SLM_FACTORS_RANK] */
    double noise;    /* > 0 */
    int64_t centres; /* where training cells lie, thinned out: means of groups by k-means, at most SLM_FACTORS_CENTRES; 0: not known */
    float *centre;   /* [centres × SLM_FACTORS_RANK] of t_j |W_j|, W_j column j of W */
} slm_factors;

/* The inverse of a symmetric positive definite [SLM_FACTORS_RANK²] matrix, in place (Cholesky). */
void slm_factors_invert(double *a);

/* From at most some thousands of the training cells, evenly spread. The design is open. */
scilama_status slm_factors_fit(scilama_context *ctx, slm_factors *out, const struct slm_design *design, scilama_error *error);
/* Room for so many genes, zeroed. */
scilama_status slm_factors_reserve(scilama_context *ctx, slm_factors *out, int64_t genes, scilama_error *error);
void slm_factors_free(scilama_context *ctx, slm_factors *factors);

/* What absent genes are taken for, given those at hand: the posterior mean
 *   t = M⁻¹ Σ_g W_gᵀ (x_g − mean_g) / noise_g,  M = I + Σ_g W_gᵀ W_g / noise_g,
 *   x_a = mean_a + W_a t.
 * Without factors an absent gene is left out and the others grow by √(genes / measured). */
typedef struct slm_fill {
    int64_t genes, wide;     /* of the model; of a row as it is read: the model's, then others with a vector */
    int64_t measured, absent;
    int32_t *at;             /* [measured] ascending columns < wide, [absent] columns < genes */
    float *mean;             /* [wide] */
    float *pull;             /* [measured × RANK]; NULL: no factors */
    float *push;             /* [RANK × absent] */
    float gain;
    double recovered;        /* expected share of the factors' variance that the measured genes tell */
    double explained;        /* of slm_beside, for reports */
    slm_real *room;          /* [threads × wide] when wide > genes */
} slm_fill;

typedef struct slm_fill_plan {
    const slm_factors *factors; /* NULL: none */
    const uint8_t *absent;      /* [genes] */
    int64_t genes;
    int64_t others;             /* genes beside the model's */
    const float *other_loading; /* [others × RANK] */
    const float *other_mean;    /* [others] */
    const float *other_noise;   /* [others] > 0 */
} slm_fill_plan;

scilama_status slm_fill_create(slm_fill **out, scilama_context *ctx, const slm_fill_plan *plan, scilama_error *error);
void slm_fill_free(scilama_context *ctx, slm_fill *fill); /* NULL allowed */
/* row [wide] → out [genes]; may be the same. */
void slm_fill_row(const slm_fill *fill, const slm_real *row, slm_real *out);

#endif
