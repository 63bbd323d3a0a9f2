/* SPDX-License-Identifier: MIT */
#ifndef SLM_PRIOR_H
#define SLM_PRIOR_H

/* The prior on the two layers that have a weight per gene: W [G × h_1] of the cell encoder's
 * first layer (its columns of genes) and of the cell decoder's head.
 *
 * Columns of W are N(0, τ² (I + ρ K)), K = U diag(s) Uᵀ the kernel of the gene vectors, with a
 * mean diagonal of 1 over the genes that have one. Its negative logarithm is, up to constants,
 *   1/(2τ²) tr Wᵀ (I + ρ K)⁻¹ W = 1/(2τ²) tr Wᵀ (W − M),   M = U diag(ρ s / (1 + ρ s)) Uᵀ W:
 * M is what the vectors predict of W (kernel ridge), its gradient (W − M) / τ². Without vectors
 * ρ = 0 and M = 0. The objective is per cell, so that 1/(2τ²) is prior_strength / n_train.
 *
 * ρ comes from the data before training: the principal axes of the training cells are loadings of
 * genes too, and ρ maximises their likelihood under the same covariance (marginal likelihood,
 * MacKay 1992). Shuffled or random vectors explain none of the axes, and ρ falls to 0. */

#include "vae/paired.h"

enum { SLM_PRIOR_RANK = 128, SLM_PRIOR_EVERY = 8 };

typedef struct slm_prior {
    double weight;         /* 1/(2τ²) in units of the objective; 0: no prior */
    double rho;            /* Σ of tables' */
    double explained;      /* ρ / (1 + ρ): share of the prior's variance that the vectors carry */
    int64_t rank;          /* of U at hand; 0: M = 0 */
    int64_t most;          /* of U reserved */
    slm_real *basis;       /* U [rank × G] */
    slm_real *shrink;      /* ρ s / (1 + ρ s) [rank] */
    slm_real *part[2];     /* diag(shrink) Uᵀ W of either layer [rank × h_1]; what M is made of, so that a trainer's state holds it */
    slm_real *mean[2];     /* M of the encoder [h_1 × G], of the head [G × h_1] */
    double *sum;           /* of squares, by tiles */
} slm_prior;

/* Takes room; nothing where there is no prior. */
void slm_prior_reserve(slm_prior *prior, const slm_net *net, bool vectors, slm_arena *arena);

/* M from the weights as they are. Every SLM_PRIOR_EVERY steps: in between M lags behind. */
void slm_prior_refresh(const slm_pass *pass, const slm_net *net, slm_prior *prior);
/* M from part. */
void slm_prior_expand(const slm_pass *pass, const slm_net *net, slm_prior *prior);

/* Adds the gradient to pass->grad; returns the value, by the M of the last refresh. */
double slm_prior_gradient(const slm_pass *pass, const slm_net *net, slm_prior *prior);

#endif
