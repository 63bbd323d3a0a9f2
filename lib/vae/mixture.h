/* SPDX-License-Identifier: MIT */
#ifndef SLM_MIXTURE_H
#define SLM_MIXTURE_H

/* Cells that are, along the axes beyond noise, a mixture of Gaussians of one covariance are told by nothing better than by where they lie
 * there: distances between kinds are those of the axes, and what a network bends of them is lost. Their latent means are the axes, taken
 * some way to what the mixture expects of the cell:
 *   e = y − ȳ,   p_k ∝ π_k N(e; c_k, Σ),   p_0 ∝ 10⁻³ N(e; 0, diag(s²)),   e' = e + 0.3 Σ_k p_k (c_k − e),   μ_a = e'_a / min s,
 * y corrected as in shift.h, s_a the standard deviation along an axis, Σ⁻¹ = Rᵀ R; the encoder reads ȳ + e'. p_0 is of cells that are of
 * no component, and stay. Found before training where it holds (train/mixture_fit.c), no gradient; without components nothing changes. */

#include "vae/paired.h"

typedef struct slm_mixture {
    const slm_real *mean;   /* ȳ [axes] */
    const slm_real *centre; /* c [count × axes] */
    const slm_real *white;  /* [(axes + 1) × SLM_COMPONENTS] R c by axes and, last, ln π − ½ |R c|² */
    const slm_real *root;   /* R [axes × axes], lower triangle */
    const slm_real *spread; /* s [axes] of those used, which are the first */
    double least;           /* min s */
    double apart;           /* ln of 10⁻³ N(0; 0, diag(s²)) by N(0; 0, Σ) */
    int64_t count, axes, used;
} slm_mixture;

/* count 0: there is none, or it is not to be used. */
slm_mixture slm_mixture_of(const slm_net *net);
/* Whether the cells' latent means are axes, at the cost of slm_mixture_of(); whether the first trainer has yet to see if they should. */
bool slm_mixture_known(const slm_net *net);
bool slm_mixture_unsought(const slm_net *net);
/* input [rows × ld]: y → ȳ + e' in place. */
void slm_mixture_rows(const slm_pass *pass, const slm_net *net, slm_real *input, int64_t ld, int64_t rows);
/* head [rows × 2 L], its first halves: μ of what the encoder reads. */
void slm_mixture_means(const slm_pass *pass, const slm_net *net, const slm_real *input, int64_t ld, slm_real *head, int64_t rows);

#endif
