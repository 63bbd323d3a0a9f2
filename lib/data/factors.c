/* SPDX-License-Identifier: MIT */
#include "data/factors.h"
#include "core/thread.h"
#include "data/design.h"
#include "linalg/principal.h"

/* Fitting the factors (factors.h) to training cells, and filling in absent genes: what is solved once a query, and a row. */

enum { RANK = SLM_FACTORS_RANK, CELLS = 4096, LLOYD = 20 };

void slm_factors_free(scilama_context *ctx, slm_factors *f)
{
    slm_free_all(ctx, f->mean, f->loading, f->centre);
    *f = (slm_factors){ 0 };
}

scilama_status slm_factors_reserve(scilama_context *ctx, slm_factors *f, int64_t genes, scilama_error *error)
{
    *f = (slm_factors){ .genes = genes, .mean = slm_alloc_array_zero(ctx, genes, sizeof *f->mean),
                        .loading = slm_alloc_array_zero(ctx, genes, RANK * sizeof *f->loading) };
    if (f->mean && f->loading) return SCILAMA_OK;
    slm_factors_free(ctx, f);
    return slm_fail_nomem(error);
}

/* Centred rows of n training cells, and the sum of all squares. */
static scilama_status read_rows(const slm_design *d, int64_t n, float *x, float *mean, double *squares, scilama_error *error)
{
    int64_t genes = d->genes;
    slm_real *row = slm_alloc_array(d->ctx, genes, sizeof *row);
    double *sum = slm_alloc_array_zero(d->ctx, genes, sizeof *sum);
    int64_t *cells = slm_alloc_array(d->ctx, n, sizeof *cells);
    scilama_status status = row && sum && cells ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t i = 0; i < n && !status; i++) cells[i] = d->train[i * d->n_train / n];
    for (int64_t i = 0; i < n && !status; i++) {
        if ((status = slm_design_gather(d, cells + i, 1, n - i, row, genes, error))) break;
        for (int64_t g = 0; g < genes; g++) {
            x[i * genes + g] = (float)row[g];
            sum[g] += (double)row[g];
        }
    }
    *squares = 0;
    for (int64_t g = 0; g < genes && !status; g++) mean[g] = (float)(sum[g] / (double)n);
    for (int64_t i = 0; i < n && !status; i++)
        for (int64_t g = 0; g < genes; g++) {
            float v = x[i * genes + g] -= mean[g];
            *squares += (double)v * (double)v;
        }
    slm_free_all(d->ctx, row, sum, cells);
    return status;
}

/* Where the rows of t [n × RANK] lie, by Lloyd's k-means from rows evenly spread. */
static scilama_status find_centres(scilama_context *ctx, slm_factors *f, const float *t, int64_t n, scilama_error *error)
{
    int64_t count = n < SLM_FACTORS_CENTRES ? n : SLM_FACTORS_CENTRES;
    double *sum = slm_alloc_array(ctx, count, (RANK + 1) * sizeof *sum);
    f->centre = slm_alloc_array(ctx, count, RANK * sizeof *f->centre);
    if (!sum || !f->centre) {
        slm_free(ctx, sum);
        return slm_fail_nomem(error);
    }
    f->centres = count;
    for (int64_t c = 0; c < count; c++) memcpy(f->centre + c * RANK, t + c * n / count * RANK, RANK * sizeof *t);
    for (int round = 0; round < LLOYD; round++) {
        memset(sum, 0, (size_t)count * (RANK + 1) * sizeof *sum);
        for (int64_t i = 0; i < n; i++) {
            int64_t best = 0;
            float least = INFINITY;
            for (int64_t c = 0; c < count; c++) {
                float d = 0;
                for (int r = 0; r < RANK; r++) d += (t[i * RANK + r] - f->centre[c * RANK + r]) * (t[i * RANK + r] - f->centre[c * RANK + r]);
                if (d < least) least = d, best = c;
            }
            double *to = sum + best * (RANK + 1);
            for (int r = 0; r < RANK; r++) to[r] += (double)t[i * RANK + r];
            to[RANK] += 1;
        }
        for (int64_t c = 0; c < count; c++)
            for (int r = 0; r < RANK && sum[c * (RANK + 1) + RANK] > 0; r++)
                f->centre[c * RANK + r] = (float)(sum[c * (RANK + 1) + r] / sum[c * (RANK + 1) + RANK]);
    }
    slm_free(ctx, sum);
    return SCILAMA_OK;
}

/* The cells' posterior t_r = (scale_r / variance_r) a_r·x, a_r an axis, times |W_r| = scale_r. */
static scilama_status place_cells(scilama_context *ctx, slm_factors *f, const float *x, int64_t n, int64_t rank, const double *variance,
                                  const double *axes, scilama_error *error)
{
    float *t = slm_alloc_array_zero(ctx, n, RANK * sizeof *t);
    if (!t) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++)
        for (int64_t r = 0; r < rank && variance[r] > f->noise; r++) {
            double at = 0;
            for (int64_t g = 0; g < f->genes; g++) at += axes[r * f->genes + g] * (double)x[i * f->genes + g];
            t[i * RANK + r] = (float)(at * (variance[r] - f->noise) / variance[r]);
        }
    scilama_status status = find_centres(ctx, f, t, n, error);
    slm_free(ctx, t);
    return status;
}

scilama_status slm_factors_fit(scilama_context *ctx, slm_factors *out, const slm_design *d, scilama_error *error)
{
    int64_t n = d->n_train < CELLS ? d->n_train : CELLS, genes = d->genes, most = n - 1 < genes - 1 ? n - 1 : genes - 1;
    int64_t rank = most < RANK ? most : RANK;
    if (rank < 1) return slm_fail(error, SCILAMA_E_STATE, "genes that vary together need two genes and three training cells at least");
    double variance[RANK], squares, left;
    float *x = slm_alloc_array(ctx, n, (size_t)genes * sizeof *x);
    double *axes = slm_alloc_array(ctx, rank, (size_t)genes * sizeof *axes);
    scilama_status status = x && axes ? slm_factors_reserve(ctx, out, genes, error) : slm_fail_nomem(error);
    if (!status) status = read_rows(d, n, x, out->mean, &squares, error);
    if (!status) status = slm_principal_axes(ctx, x, n, genes, rank, variance, axes, error);
    if (!status) {
        /* noise: the mean variance of the axes that are left out */
        left = squares / (double)(n - 1);
        for (int64_t r = 0; r < rank; r++) left -= variance[r];
        out->noise = fmax(left / (double)(genes - rank), 1e-6);
        for (int64_t r = 0; r < rank; r++) {
            double scale = sqrt(fmax(variance[r] - out->noise, 0));
            for (int64_t g = 0; g < genes; g++) out->loading[g * RANK + r] = (float)(axes[r * genes + g] * scale);
        }
        status = place_cells(ctx, out, x, n, rank, variance, axes, error);
    }
    if (status) slm_factors_free(ctx, out);
    slm_free_all(ctx, x, axes);
    return status;
}

/* --- filling in ---------------------------------------------------------------------- */

void slm_factors_invert(double *a)
{
    double l[RANK * RANK] = { 0 }, inverse[RANK * RANK] = { 0 };
    for (int i = 0; i < RANK; i++)
        for (int j = 0; j <= i; j++) {
            double s = a[i * RANK + j];
            for (int k = 0; k < j; k++) s -= l[i * RANK + k] * l[j * RANK + k];
            l[i * RANK + j] = i == j ? sqrt(s) : s / l[j * RANK + j];
        }
    for (int c = 0; c < RANK; c++)
        for (int i = c; i < RANK; i++) {
            double s = i == c;
            for (int k = c; k < i; k++) s -= l[i * RANK + k] * inverse[k * RANK + c];
            inverse[i * RANK + c] = s / l[i * RANK + i];
        }
    for (int i = 0; i < RANK; i++)
        for (int j = 0; j < RANK; j++) {
            double s = 0;
            for (int k = i > j ? i : j; k < RANK; k++) s += inverse[k * RANK + i] * inverse[k * RANK + j];
            a[i * RANK + j] = s;
        }
}

static const float *loading_of(const slm_fill_plan *p, int64_t column)
{
    return column < p->genes ? p->factors->loading + column * RANK : p->other_loading + (column - p->genes) * RANK;
}

/* M⁻¹ and what it leaves unknown of the factors. */
static void solve(slm_fill *f, const slm_fill_plan *p)
{
    double m[RANK * RANK] = { 0 }, weight[RANK] = { 0 }, all = 0, unknown = 0;
    for (int i = 0; i < RANK; i++) m[i * RANK + i] = 1;
    for (int64_t k = 0; k < f->measured; k++) {
        const float *w = loading_of(p, f->at[k]);
        double noise = f->at[k] < p->genes ? p->factors->noise : (double)p->other_noise[f->at[k] - p->genes];
        for (int i = 0; i < RANK; i++)
            for (int j = 0; j < RANK; j++) m[i * RANK + j] += (double)w[i] * (double)w[j] / noise;
    }
    slm_factors_invert(m);
    for (int64_t k = 0; k < f->measured; k++) {
        const float *w = loading_of(p, f->at[k]);
        double noise = f->at[k] < p->genes ? p->factors->noise : (double)p->other_noise[f->at[k] - p->genes];
        for (int i = 0; i < RANK; i++) {
            double s = 0;
            for (int j = 0; j < RANK; j++) s += m[i * RANK + j] * (double)w[j];
            f->pull[k * RANK + i] = (float)(s / noise);
        }
    }
    for (int64_t k = 0; k < f->absent; k++)
        for (int i = 0; i < RANK; i++) f->push[i * f->absent + k] = p->factors->loading[f->at[f->measured + k] * RANK + i];
    for (int64_t g = 0; g < p->genes; g++)
        for (int i = 0; i < RANK; i++) weight[i] += (double)p->factors->loading[g * RANK + i] * (double)p->factors->loading[g * RANK + i];
    for (int i = 0; i < RANK; i++) {
        all += weight[i];
        unknown += weight[i] * m[i * RANK + i];
    }
    f->recovered = all > 0 ? 1 - unknown / all : 0;
}

scilama_status slm_fill_create(slm_fill **out, scilama_context *ctx, const slm_fill_plan *p, scilama_error *error)
{
    slm_fill *f = slm_alloc_zero(ctx, sizeof *f);
    *out = NULL;
    if (!f) return slm_fail_nomem(error);
    f->genes = p->genes;
    f->wide = p->genes + p->others;
    for (int64_t g = 0; g < p->genes; g++) f->absent += p->absent[g];
    f->measured = f->wide - f->absent;
    f->gain = f->measured ? (float)sqrt((double)f->genes / (double)f->measured) : 1;
    f->recovered = (double)f->measured / (double)f->wide;
    f->at = slm_alloc_array(ctx, f->wide, sizeof *f->at);
    f->mean = slm_alloc_array_zero(ctx, f->wide, sizeof *f->mean);
    bool good = f->at && f->mean;
    if (p->factors) {
        f->pull = slm_alloc_array(ctx, f->measured, RANK * sizeof *f->pull);
        f->push = slm_alloc_array(ctx, f->absent, RANK * sizeof *f->push);
        good = good && f->pull && f->push;
    }
    if (good && p->others) good = (f->room = slm_alloc_array(ctx, ctx->threads * f->wide, sizeof *f->room)) != NULL;
    if (!good) {
        slm_fill_free(ctx, f);
        return slm_fail_nomem(error);
    }
    int64_t here = 0, gone = f->measured;
    for (int64_t c = 0; c < f->wide; c++) f->at[c < p->genes && p->absent[c] ? gone++ : here++] = (int32_t)c;
    if (p->factors) {
        memcpy(f->mean, p->factors->mean, (size_t)p->genes * sizeof *f->mean);
        if (p->others) memcpy(f->mean + p->genes, p->other_mean, (size_t)p->others * sizeof *f->mean);
        solve(f, p);
    }
    *out = f;
    return SCILAMA_OK;
}

void slm_fill_free(scilama_context *ctx, slm_fill *f)
{
    if (!f) return;
    slm_free_all(ctx, f->at, f->mean, f->pull, f->push, f->room, f);
}

void slm_fill_row(const slm_fill *f, const slm_real *row, slm_real *out)
{
    const int32_t *absent = f->at + f->measured;
    if (!f->pull) {
        for (int64_t k = 0; k < f->measured; k++) out[f->at[k]] = row[f->at[k]] * (slm_real)f->gain;
        for (int64_t k = 0; k < f->absent; k++) out[absent[k]] = 0;
        return;
    }
    slm_real t[RANK] = { 0 };
    for (int64_t k = 0; k < f->measured; k++) {
        slm_real x = row[f->at[k]] - (slm_real)f->mean[f->at[k]];
        const float *pull = f->pull + k * RANK;
        for (int i = 0; i < RANK; i++) t[i] += x * (slm_real)pull[i];
    }
    if (out != row)
        for (int64_t k = 0; k < f->measured && f->at[k] < f->genes; k++) out[f->at[k]] = row[f->at[k]];
    for (int64_t k0 = 0; k0 < f->absent; k0 += RANK) {
        int64_t count = f->absent - k0 < RANK ? f->absent - k0 : RANK;
        slm_real guess[RANK] = { 0 };
        for (int i = 0; i < RANK; i++) {
            const float *push = f->push + i * f->absent + k0;
            for (int64_t k = 0; k < count; k++) guess[k] += t[i] * (slm_real)push[k];
        }
        for (int64_t k = 0; k < count; k++) out[absent[k0 + k]] = (slm_real)f->mean[absent[k0 + k]] + guess[k];
    }
}
