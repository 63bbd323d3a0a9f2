/* SPDX-License-Identifier: MIT */
#include "train/signal.h"
#include "linalg/principal.h"

/* Spiked covariance (Johnstone 2001; Baik & Silverstein 2006): with γ = G / n, noise of variance 1 reaches (1 + √γ)², and an
 * axis of population variance ℓ is seen at λ = ℓ (1 + γ / (ℓ − 1)); solved for ℓ, ℓ − 1 is what the axis has beyond noise. */

enum { AXES = 20, CELLS = 4096, RUN = 16 };

int64_t slm_signal_cells(const slm_design *d, int64_t most, int64_t *cells)
{
    int64_t n = d->n_train < most ? d->n_train : most;
    for (int64_t i = 0; i < n; i++) cells[i] = d->train[d->n_train > most ? i / RUN * (d->n_train - RUN) / (most / RUN - 1) + i % RUN : i];
    return n;
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

/* Takes out of x [n × g], whose columns have mean zero, what the covariates explain by least squares: x loses its
 * projections on an orthonormal basis of their centred columns (modified Gram–Schmidt).
 * At most `most` columns: as many as cells would leave nothing. Scratch: basis [most × n], along [g]. */
static void leave_out_covariates(const slm_design *d, const int64_t *cells, float *x, int64_t n, int64_t g, int64_t most, double *basis, double *along)
{
    int64_t count = 0;
    for (int64_t c = 0; c < d->covariates && count < most; c++) {
        double *q = basis + count * n, mean = 0, before = 0, left = 0;
        for (int64_t r = 0; r < n; r++) mean += (double)slm_design_covariate_of(d, cells[r], c) / (double)n;
        for (int64_t r = 0; r < n; r++) {
            q[r] = (double)slm_design_covariate_of(d, cells[r], c) - mean;
            before += q[r] * q[r];
        }
        for (int64_t k = 0; k < count; k++) {
            const double *other = basis + k * n;
            double dot = 0;
            for (int64_t r = 0; r < n; r++) dot += q[r] * other[r];
            for (int64_t r = 0; r < n; r++) q[r] -= dot * other[r];
        }
        for (int64_t r = 0; r < n; r++) left += q[r] * q[r];
        if (!(left > 1e-9 * before)) continue; /* the last category follows from the others */
        for (int64_t r = 0; r < n; r++) q[r] /= sqrt(left);
        for (int64_t i = 0; i < g; i++) along[i] = 0;
        for (int64_t r = 0; r < n; r++)
            for (int64_t i = 0; i < g; i++) along[i] += q[r] * (double)x[r * g + i];
        for (int64_t r = 0; r < n; r++)
            for (int64_t i = 0; i < g; i++) x[r * g + i] -= (float)(q[r] * along[i]);
        count++;
    }
}

/* ℓ − 1 from λ */
static double beyond_noise(double lambda, double gamma)
{
    double b = lambda + 1 - gamma, root = b * b - 4 * lambda;
    return root > 0 ? (b + sqrt(root)) / 2 - 1 : sqrt(gamma);
}

/* How many axes are beyond noise, and for each how well it is seen: cos² = (1 − γ / (ℓ − 1)²) / (1 + γ / (ℓ − 1)) (Paul 2007). */
static void judge(slm_signal *out, const double *variance, double gamma)
{
    double noise = out->noise;
    bool beyond = true;
    for (int64_t k = 0; k < out->total; k++) {
        beyond = beyond && variance[k] > noise * pow(1 + sqrt(gamma), 2);
        double excess = beyond ? beyond_noise(variance[k] / noise, gamma) : 0;
        out->spread[k] = sqrt(excess * noise);
        out->match[k] = excess * excess > gamma ? (1 - gamma / (excess * excess)) / (1 + gamma / excess) : 0;
        out->beyond += beyond;
        if (!beyond || k >= AXES) continue;
        out->count++;
        out->variance += excess;
    }
}

scilama_status slm_signal_measure(slm_signal *out, const scilama_trainer *t, int64_t want, scilama_error *error)
{
    scilama_context *ctx = t->ctx;
    const slm_design *d = t->design;
    int64_t g = d->genes, cells[CELLS], n = slm_signal_cells(d, CELLS, cells);
    if (want < AXES) want = AXES;
    if (want > n - 1) want = n - 1;
    if (want > g) want = g;
    *out = (slm_signal){ 0 };
    if (want < 1) return SCILAMA_OK;
    SLM_SCOPE(work, ctx);
    float *x = slm_scope_array(&work, n * g, sizeof *x);
    slm_real *row = slm_scope_array(&work, g, sizeof *row);
    double *along = slm_scope_array(&work, g, sizeof *along), *variance = slm_scope_array(&work, want, sizeof *variance);
    out->axes = slm_alloc_array(ctx, want, (size_t)g * sizeof *out->axes);
    out->match = slm_alloc_array(ctx, want, sizeof *out->match);
    out->spread = slm_alloc_array(ctx, want, sizeof *out->spread);
    out->mean = slm_alloc_array(ctx, g, sizeof *out->mean);
    scilama_status status = !work.failed && out->axes && out->match && out->spread && out->mean ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t r = 0; r < n && !status; r++) {
        status = slm_design_gather(d, cells + r, 1, n - r, row, g, error);
        for (int64_t i = 0; i < g && !status; i++) x[r * g + i] = (float)row[i];
    }
    int64_t most = d->covariates < n / 10 ? d->covariates : n / 10;
    double *basis = slm_alloc_array(ctx, most, (size_t)n * sizeof *basis);
    if (!basis && !status) status = slm_fail_nomem(error);
    double gamma = (double)g / (double)n;
    if (!status) out->noise = centre(x, n, g, out->mean) / (double)(n - 1) / (double)g;
    if (!status) leave_out_covariates(d, cells, x, n, g, most, basis, along);
    slm_free(ctx, basis);
    if (!status) status = slm_principal_axes(ctx, x, n, g, want, variance, out->axes, error);
    if (!status) out->total = want;
    if (!status) judge(out, variance, gamma);
    if (status) slm_signal_free(ctx, out);
    return status;
}

void slm_signal_free(scilama_context *ctx, slm_signal *signal)
{
    slm_free_all(ctx, signal->axes, signal->match, signal->spread, signal->mean);
    *signal = (slm_signal){ 0 };
}
