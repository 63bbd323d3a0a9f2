/* SPDX-License-Identifier: MIT */
#include "train/signal.h"
#include "linalg/principal.h"
#include <math.h>

/* Spiked covariance (Johnstone 2001; Baik & Silverstein 2006): with γ = G / n, noise of variance 1 reaches (1 + √γ)², and an
 * axis of population variance ℓ is seen at λ = ℓ (1 + γ / (ℓ − 1)); solved for ℓ, ℓ − 1 is what the axis has beyond noise. */

enum { AXES = 20, CELLS = 1024, RUN = 16 };

/* Training cells in runs of neighbours, so that streamed data need not be read whole. Returns how many. */
static int64_t sample(const slm_design *d, int64_t *cells)
{
    if (d->n_train <= CELLS) {
        for (int64_t i = 0; i < d->n_train; i++) cells[i] = d->train[i];
        return d->n_train;
    }
    for (int64_t i = 0; i < CELLS; i++) {
        int64_t run = i / RUN, first = run * (d->n_train - RUN) / (CELLS / RUN - 1);
        cells[i] = d->train[first + i % RUN];
    }
    return CELLS;
}

/* Columns of x [n × g] to mean zero; returns the sum of squares. */
static double centre(float *x, int64_t n, int64_t g, double *mean)
{
    double total = 0;
    for (int64_t i = 0; i < g; i++) mean[i] = 0;
    for (int64_t r = 0; r < n; r++)
        for (int64_t i = 0; i < g; i++) mean[i] += (double)x[r * g + i] / (double)n;
    for (int64_t r = 0; r < n; r++)
        for (int64_t i = 0; i < g; i++) {
            double away = (double)x[r * g + i] - mean[i];
            x[r * g + i] = (float)away;
            total += away * away;
        }
    return total;
}

static double beyond_noise(double lambda, double gamma)
{
    double b = lambda + 1 - gamma, root = b * b - 4 * lambda;
    return root > 0 ? (b + sqrt(root)) / 2 - 1 : sqrt(gamma);
}

scilama_status slm_signal_measure(slm_signal *out, const scilama_trainer *t, scilama_error *error)
{
    scilama_context *ctx = t->ctx;
    const slm_design *d = t->design;
    int64_t g = d->genes, cells[CELLS], n = sample(d, cells), want = n - 1 < AXES ? n - 1 : AXES;
    if (want > g) want = g;
    *out = (slm_signal){ 0 };
    if (want < 1) return SCILAMA_OK;
    double variance[AXES];
    float *x = slm_alloc_array(ctx, n * g, sizeof *x);
    slm_real *row = slm_alloc_array(ctx, g, sizeof *row);
    double *mean = slm_alloc_array(ctx, g, sizeof *mean);
    out->axes = slm_alloc_array(ctx, want, (size_t)g * sizeof *out->axes);
    scilama_status status = x && row && mean && out->axes ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t r = 0; r < n && !status; r++) {
        status = slm_design_gather(d, cells + r, 1, n - r, row, g, error);
        for (int64_t i = 0; i < g && !status; i++) x[r * g + i] = (float)row[i];
    }
    double noise = status ? 0 : centre(x, n, g, mean) / (double)(n - 1) / (double)g, gamma = (double)g / (double)n;
    if (!status) status = slm_principal_axes(ctx, x, n, g, want, variance, out->axes, error);
    while (!status && out->count < want && variance[out->count] > noise * pow(1 + sqrt(gamma), 2))
        out->variance += beyond_noise(variance[out->count++] / noise, gamma);
    slm_free(ctx, x);
    slm_free(ctx, row);
    slm_free(ctx, mean);
    if (status) slm_signal_free(ctx, out);
    return status;
}

void slm_signal_free(scilama_context *ctx, slm_signal *signal)
{
    slm_free(ctx, signal->axes);
    *signal = (slm_signal){ 0 };
}
