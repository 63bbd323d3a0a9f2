/* SPDX-License-Identifier: MIT */
#ifndef SLM_KERNELS_H
#define SLM_KERNELS_H

/* Elementwise and row kernels. One source, kernels_body.h, compiled once per
 * instruction set without contraction and with fixed 16-lane sums, so that every
 * set gives the same bits. Rows [row0, row1) on one thread; callers cut rows into
 * tiles of SLM_ROW_TILE. */

#include "core/core.h"
#include "core/rng.h"

enum { SLM_ROW_TILE = 16 };

/* Linear's product → (+ bias) → LayerNorm → activation → dropout; spec "Hidden block". */
typedef struct slm_block_args {
    slm_real *pre;         /* [rows × width] product in; normalised pre-activation out */
    slm_real *out;         /* [rows × width] */
    uint8_t *mask;         /* [rows × width] 1 = kept; NULL = no dropout */
    slm_real *rstd;        /* [rows]; NULL = no LayerNorm */
    const slm_real *bias;  /* [width]; NULL = already added */
    int64_t width;
    int32_t activation;
    slm_real keep_scale;   /* 1 / (1 - p) */
    uint32_t threshold;    /* dropped when 16 random bits are below it */
    slm_rng rng;
} slm_block_args;

/* Squared error of both products and its gradient, in place; spec "Losses". */
typedef struct slm_loss_args {
    slm_real *pair;        /* [rows × genes] x̂ without bias in; d loss / d x̂ out */
    slm_real *align;       /* the same for x̃; NULL when γ = 0 */
    const slm_real *x;     /* [rows × genes], leading dimension ldx */
    int64_t ldx, genes;
    const slm_real *bias;  /* [genes] b_out */
    const slm_real *row_bias; /* [rows] added to every gene of x̂ (u of the folded product); NULL = none */
    slm_real gamma, coef;  /* coef = 2 / cells */
    double *nll;           /* [rows] */
    slm_real *row_sum;     /* [rows] Σ_g d loss / d x̂; NULL = not wanted */
} slm_loss_args;

/* Reparameterisation. raw [rows × 2L] = mu | ln-variance head. */
typedef struct slm_latent_args {
    const slm_real *mu, *raw_sv; /* leading dimension ld_raw */
    int64_t ld_raw, latent;
    slm_real *sigma;       /* [rows × latent] */
    slm_real var_eps;
} slm_latent_args;

typedef struct slm_adam_args {
    slm_real *value, *m, *v;
    const slm_real *grad;
    slm_real grad_scale;   /* clipping and averaging */
    slm_real beta1, beta2, epsilon;
    slm_real one_minus_beta1, one_minus_beta2; /* from double: 1 - 0.999f is off by 5e-5 */
    slm_real step_size;    /* lr / (1 - beta1^t) */
    slm_real root_correction; /* 1 / sqrt(1 - beta2^t) */
    slm_real decay;        /* 1 - lr * weight_decay */
} slm_adam_args;

/* Rows that differ from one base row in few places: x[r] = base + Σ_i delta[r, i] e(index[r, i]).
 * z-scored counts are such rows, clipping included: base is the scaled zero. */
typedef struct slm_sparse {
    const slm_real *base;  /* [columns] */
    int64_t columns;
    int32_t *index;        /* [rows × columns] ascending in a row */
    slm_real *delta;       /* [rows × columns] */
    int64_t *count;        /* [rows] */
} slm_sparse;

/* Columns of the weights at a time; their transpose stays in the second-level cache. */
enum { SLM_SPARSE_UNITS = 32, SLM_SPARSE_COLUMNS = 2048, SLM_SPARSE_SCRATCH = SLM_SPARSE_UNITS * SLM_SPARSE_COLUMNS };

typedef struct slm_sparse_args {
    const slm_sparse *x;
    int64_t rows, out;     /* out: of the layer */
    slm_real *weight;      /* [out × columns], or its gradient */
    slm_real *y;           /* [rows × out] product, or its gradient */
    bool accumulate;       /* the gradient of the weights is added to what is there */
} slm_sparse_args;

typedef struct slm_kernels {
    const char *name;
    void (*block_forward)(const slm_block_args *a, int64_t row0, int64_t row1);
    /* d: d loss / d out in, d loss / d product out; bias_sum [width] += columns of it */
    void (*block_backward)(const slm_block_args *a, slm_real *d, slm_real *bias_sum, int64_t row0, int64_t row1);
    /* column_sum [genes] += columns of d pair + d align (d loss / d b_out) */
    void (*loss)(const slm_loss_args *a, slm_real *column_sum, int64_t row0, int64_t row1);
    void (*adam)(const slm_adam_args *a, int64_t n);
    double (*sum_squares)(const slm_real *v, int64_t n);
    void (*column_sum)(const slm_real *d, int64_t ld, int64_t width, slm_real *sum, int64_t row0, int64_t row1);
    /* rows [row0, row1) of x [rows × ld] as entries */
    void (*sparse_rows)(const slm_sparse *to, const slm_real *x, int64_t ld, int64_t row0, int64_t row1);
    /* y = x Wᵀ, and d W = d yᵀ x, for units [unit0, unit0 + SLM_SPARSE_UNITS) of the layer;
     * scratch [SLM_SPARSE_SCRATCH], 64-byte aligned */
    void (*sparse_forward)(const slm_sparse_args *a, int64_t unit0, slm_real *scratch);
    void (*sparse_backward)(const slm_sparse_args *a, int64_t unit0, slm_real *scratch);
} slm_kernels;

/* The set for this processor. */
const slm_kernels *slm_kernels_get(void);
/* All sets that run here, for tests: index from 0; NULL after the last. */
const slm_kernels *slm_kernels_at(int index);

/* Activation and its derivative as functions of the pre-activation. */
slm_real slm_activate(int32_t activation, slm_real x);
slm_real slm_activate_derivative(int32_t activation, slm_real x);

#endif
