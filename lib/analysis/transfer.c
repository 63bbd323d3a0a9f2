/* SPDX-License-Identifier: MIT */
#include "analysis/transfer.h"
#include "linalg/nearest.h"

/* What a reference says of new points: labels by votes of neighbours, weighted by a Gaussian of their distance and made probabilities
 * by a temperature that the reference's own cells are likeliest under; novelty by how much sparser the reference is around points than
 * they are themselves. */

/* --- labels ------------------------------------------------------------------------------ */

void slm_vote(const int32_t *codes, int64_t categories, const int32_t *indices, const float *distances, int64_t k, double *votes)
{
    double h = 0, all = 0;
    for (int64_t c = 0; c < categories; c++) votes[c] = 0;
    for (int64_t i = 0; i < k; i++) h += (double)distances[i] / (double)k;
    for (int64_t i = 0; i < k; i++) {
        double near = h > 0 ? (double)distances[i] / h : 0, weight = exp(-near * near / 2);
        if (codes[indices[i]] < 0) continue;
        votes[codes[indices[i]]] += weight;
        all += weight;
    }
    for (int64_t c = 0; c < categories && all > 0; c++) votes[c] /= all;
}

void slm_calibrate(double *votes, int64_t categories, double temperature, double floor)
{
    double all = 0, none = pow(floor / (double)categories, 1 / temperature); /* most categories have no vote */
    for (int64_t c = 0; c < categories; c++) all += votes[c] = votes[c] > 0 ? pow(votes[c] + floor / (double)categories, 1 / temperature) : none;
    for (int64_t c = 0; c < categories && all > 0; c++) votes[c] /= all;
}

scilama_status slm_calibration_fit(scilama_context *ctx, const int32_t *codes, int64_t categories, const int32_t *cell, int64_t n, const int32_t *indices,
                                   const float *distances, int64_t k, double *temperature, double *floor, scilama_error *error)
{
    static const double temperatures[] = { 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.4, 1.6, 1.8, 2, 2.5, 3 };
    static const double floors[] = { 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3 };
    double *votes = slm_alloc_array(ctx, categories, 2 * sizeof *votes), least = INFINITY;
    if (!votes) return slm_fail_nomem(error);
    *temperature = 1;
    *floor = 0.01;
    for (size_t t = 0; t < sizeof temperatures / sizeof *temperatures; t++)
        for (size_t f = 0; f < sizeof floors / sizeof *floors; f++) {
            double loss = 0;
            for (int64_t i = 0; i < n; i++) {
                if (codes[cell[i]] < 0) continue;
                slm_vote(codes, categories, indices + i * k, distances + i * k, k, votes);
                slm_calibrate(votes, categories, temperatures[t], floors[f]);
                loss -= log(fmax(votes[codes[cell[i]]], 1e-12));
            }
            if (loss >= least) continue;
            least = loss;
            *temperature = temperatures[t];
            *floor = floors[f];
        }
    slm_free(ctx, votes);
    return SCILAMA_OK;
}

/* --- what is new ------------------------------------------------------------------------- */

enum { DENSITY = 8, AROUND = 30 };

static double mean_distance(const float *d)
{
    double sum = 0;
    for (int i = 0; i < DENSITY; i++) sum += (double)d[i] / DENSITY;
    return sum;
}

static int64_t around(const slm_sparsity *s) { return s->thinned - 1 < AROUND ? s->thinned - 1 : AROUND; }

/* Ratios of points [count], skip those that they are among the thinned; near [count × around()], their neighbours among these. */
static scilama_status ratios(scilama_context *ctx, const slm_sparsity *s, const float *points, int64_t count, const int32_t *skip, int32_t *near,
                             float *ratio, scilama_error *error)
{
    int64_t k = around(s);
    SLM_SCOPE(work, ctx);
    float *far = slm_scope_array(&work, count, DENSITY * sizeof *far), *by = slm_scope_array(&work, count, (size_t)k * sizeof *by);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(slm_tree_search(ctx, &s->of_reference, points, count, s->dim, NULL, DENSITY, near, far, error));
    SLM_TRY(slm_tree_search(ctx, &s->of_sample, points, count, s->dim, skip, k, near, by, error));
    double numbers = log((double)s->of_reference.points.n / (double)s->thinned) / (double)s->dim;
    for (int64_t i = 0; i < count; i++) {
        double a = mean_distance(far + i * DENSITY), b = mean_distance(by + i * k);
        ratio[i] = (float)((a > 0 ? log(a / fmax(b, 1e-6 * a)) : 0) + numbers);
    }
    return SCILAMA_OK;
}

scilama_status slm_sparsity_create(scilama_context *ctx, slm_sparsity *s, const float *reference, int64_t n, int64_t dim, float *sample, int64_t m,
                                   scilama_error *error)
{
    int64_t kept = slm_thinned_count(n);
    *s = (slm_sparsity){ .dim = dim, .points = m, .thinned = slm_thinned_count(m), .sample = sample };
    s->reference = slm_alloc_array(ctx, kept, (size_t)dim * sizeof *s->reference);
    s->ratio = slm_alloc_array(ctx, s->thinned, sizeof *s->ratio);
    int32_t *near = slm_alloc_array(ctx, s->thinned, (size_t)around(s) * sizeof *near), *self = slm_alloc_array(ctx, s->thinned, sizeof *self);
    scilama_status status = s->reference && s->ratio && near && self ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t i = 0; i < kept && !status; i++) memcpy(s->reference + i * dim, reference + slm_thinned(n, i) * dim, (size_t)dim * sizeof *reference);
    if (!status) status = slm_tree_build(ctx, &s->of_reference, &(slm_points){ s->reference, kept, dim, dim, false }, error);
    if (!status) status = slm_tree_build(ctx, &s->of_sample, &(slm_points){ sample, s->thinned, dim, dim, false }, error);
    for (int64_t i = 0; i < s->thinned && !status; i++) self[i] = (int32_t)i;
    if (!status) status = ratios(ctx, s, sample, s->thinned, self, near, s->ratio, error);
    slm_free_all(ctx, self, near);
    return status;
}

scilama_status slm_sparsity_measure(scilama_context *ctx, const slm_sparsity *s, const float *points, int64_t first, int64_t count, float *out,
                                    scilama_error *error)
{
    int64_t neighbors = around(s);
    int32_t *near = slm_alloc_array(ctx, count, (size_t)neighbors * sizeof *near), *skip = slm_alloc_array(ctx, count, sizeof *skip);
    for (int64_t i = 0; i < count && skip; i++) { /* is it one of the thinned? */
        int64_t t = ((first + i) * s->thinned + s->points - 1) / s->points;
        skip[i] = t < s->thinned && slm_thinned(s->points, t) == first + i ? (int32_t)t : -1;
    }
    scilama_status status = near && skip ? ratios(ctx, s, points, count, skip, near, out, error) : slm_fail_nomem(error);
    for (int64_t i = 0; i < count && !status; i++) {
        double sum = (double)out[i];
        for (int64_t k = 0; k < neighbors; k++) sum += (double)s->ratio[near[i * neighbors + k]];
        out[i] = (float)(sum / (double)(neighbors + 1));
        if (!isfinite(out[i]))
            status = slm_fail(error, SCILAMA_E_NONFINITE, "the novelty of cell %lld is not a finite number: the model or the cell holds numbers too large to compare",
                              (long long)(first + i));
    }
    slm_free_all(ctx, near, skip);
    return status;
}

void slm_sparsity_free(scilama_context *ctx, slm_sparsity *s)
{
    slm_tree_free(ctx, &s->of_reference);
    slm_tree_free(ctx, &s->of_sample);
    slm_free_all(ctx, s->reference, s->sample, s->ratio);
}
