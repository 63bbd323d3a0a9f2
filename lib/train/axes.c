/* SPDX-License-Identifier: MIT */
#include "train/signal.h"

/* V of the cell encoder, which reads x Vᵀ: the leading principal axes of the training cells, within the
 * categories of the covariates. Few cells tell an axis with much noise: what is seen is v̂ = c v + noise,
 * c² the squared cosine by the spiked covariance model (signal.c). The gene vectors know of that: with v
 * as N(0, (I + ρ K) / (1 + ρ) / G) and noise of variance (1 − c²) / G its mean is, up to its length,
 *   Σ_j f_j (u_jᵀ v̂) u_j + f_0 (v̂ − Σ_j (u_jᵀ v̂) u_j),   f = a / (c² a + 1 − c²),
 * a_j = (1 + ρ s_j) / (1 + ρ), a_0 = 1 / (1 + ρ), K = U diag(s) Uᵀ and ρ those of prior.h. Vectors that
 * explain nothing (ρ = 0) leave the axes as they are. */

bool slm_axes_known(const slm_net *net)
{
    const slm_param *p = &net->params.item[net->axis];
    for (int64_t i = 0; i < p->count; i++)
        if (net->params.value[p->offset + i] != 0) return true;
    return false;
}

static double gain(double a, double match) { return a / (match * a + 1 - match); }

/* axis [G]: v̂ → the mean of v, not of unit length. */
static void denoise(const slm_prior *prior, double *axis, int64_t genes, double match)
{
    double rest = gain(1 / (1 + prior->rho), match);
    double along[SLM_PRIOR_RANK];
    for (int64_t j = 0; j < prior->rank; j++) {
        const slm_real *u = prior->basis + j * genes;
        along[j] = 0;
        for (int64_t i = 0; i < genes; i++) along[j] += (double)u[i] * axis[i];
        /* 1 + ρ s = 1 / (1 − shrink) */
        along[j] *= gain(1 / (1 - (double)prior->shrink[j]) / (1 + prior->rho), match) - rest;
    }
    for (int64_t i = 0; i < genes; i++) axis[i] *= rest;
    for (int64_t j = 0; j < prior->rank; j++)
        for (int64_t i = 0; i < genes; i++) axis[i] += along[j] * (double)prior->basis[j * genes + i];
}

/* axis less its projection on another, for the axes to stay orthogonal. */
static void leave_out(double *axis, const double *other, int64_t genes)
{
    double dot = 0, squares = 0;
    for (int64_t i = 0; i < genes; i++) dot += axis[i] * other[i], squares += other[i] * other[i];
    for (int64_t i = 0; i < genes && squares > 0; i++) axis[i] -= dot / squares * other[i];
}

/* Scales and b_out of a head that predicts the axes (vae/axes_head.h). */
static void set_head(const slm_net *net, const slm_signal *signal)
{
    enum { SCALE = 6 }; /* what AdamW moves the head by, in standard deviations of an axis: docs/presets.md */
    slm_real *scale = net->params.value + net->params.item[net->axes_scale].offset, *bias = net->params.value + net->params.item[net->cell_decoder.head.bias].offset;
    for (int64_t k = 0; k < net->axes && k < signal->total; k++) scale[k] = (slm_real)(SCALE * signal->spread[k]);
    for (int64_t i = 0; i < net->genes; i++) bias[i] = (slm_real)signal->mean[i];
}

void slm_axes_set(const slm_net *net, const slm_signal *signal, const slm_prior *prior)
{
    const slm_param *p = &net->params.item[net->axis];
    int64_t genes = net->genes;
    for (int64_t k = 0; k < net->axes && k < signal->total; k++) {
        double *axis = signal->axes + k * genes, squares = 0;
        if (prior->rank) denoise(prior, axis, genes, signal->match[k]);
        for (int64_t j = 0; j < k && prior->rank; j++) leave_out(axis, signal->axes + j * genes, genes);
        for (int64_t i = 0; i < genes; i++) squares += axis[i] * axis[i];
        for (int64_t i = 0; i < genes; i++)
            net->params.value[p->offset + k * genes + i] = (slm_real)(squares > 0 ? axis[i] / sqrt(squares) : 0);
    }
    if (net->axes_scale >= 0) set_head(net, signal);
}
