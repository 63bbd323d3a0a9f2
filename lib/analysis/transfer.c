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

enum { DENSITY = 8, AROUND = 30, NEAREST = 4 };

static double mean_distance(const float *d)
{
    double sum = 0;
    for (int i = 0; i < DENSITY; i++) sum += (double)d[i] / DENSITY;
    return sum;
}

/* level [count]: the mean of a point's ratio and those of its neighbours, at most AROUND. */
static scilama_status find_level(scilama_context *ctx, slm_sparsity *s, const slm_tree *of_reference, scilama_error *error)
{
    int64_t n = s->count, k = n - 1 < AROUND ? n - 1 : AROUND;
    SLM_SCOPE(work, ctx);
    int32_t *near = slm_scope_array(&work, n, (size_t)k * sizeof *near), *other = slm_scope_array(&work, n, DENSITY * sizeof *other);
    float *far = slm_scope_array(&work, n, DENSITY * sizeof *far), *by = slm_scope_array(&work, n, (size_t)k * sizeof *by);
    double *ratio = slm_scope_array(&work, n, sizeof *ratio), numbers = log((double)of_reference->points.n / (double)n) / (double)s->dim;
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(slm_tree_search(ctx, of_reference, s->sample, n, s->dim, NULL, DENSITY, other, far, error));
    SLM_TRY(slm_tree_search(ctx, &s->of_sample, NULL, n, s->dim, NULL, k, near, by, error));
    for (int64_t i = 0; i < n; i++) {
        double a = mean_distance(far + i * DENSITY), b = mean_distance(by + i * k);
        ratio[i] = (a > 0 ? log(a / fmax(b, 1e-6 * a)) : 0) + numbers;
    }
    for (int64_t i = 0; i < n; i++) {
        double sum = ratio[i];
        for (int64_t j = 0; j < k; j++) sum += ratio[near[i * k + j]];
        s->level[i] = (float)(sum / (double)(k + 1));
    }
    return SCILAMA_OK;
}

scilama_status slm_sparsity_create(scilama_context *ctx, slm_sparsity *s, const float *reference, int64_t n, int64_t dim, float *sample, int64_t count,
                                   scilama_error *error)
{
    slm_tree of_reference = { 0 };
    *s = (slm_sparsity){ .dim = dim, .count = count, .sample = sample, .level = slm_alloc_array(ctx, count, sizeof *s->level) };
    scilama_status status = s->level ? slm_tree_build(ctx, &of_reference, &(slm_points){ reference, n, dim, dim, false }, error) : slm_fail_nomem(error);
    if (!status) status = slm_tree_build(ctx, &s->of_sample, &(slm_points){ sample, count, dim, dim, false }, error);
    if (!status) status = find_level(ctx, s, &of_reference, error);
    slm_tree_free(ctx, &of_reference);
    return status;
}

scilama_status slm_sparsity_measure(scilama_context *ctx, const slm_sparsity *s, const float *points, int64_t first, int64_t n, float *out,
                                    scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    int32_t *near = slm_scope_array(&work, n, NEAREST * sizeof *near);
    if (!near) return slm_fail_nomem(error);
    SLM_TRY(slm_tree_search(ctx, &s->of_sample, points, n, s->dim, NULL, NEAREST, near, NULL, error));
    for (int64_t i = 0; i < n; i++) {
        double sum = 0;
        for (int k = 0; k < NEAREST; k++) sum += (double)s->level[near[i * NEAREST + k]];
        out[i] = (float)(sum / NEAREST);
        if (!isfinite(out[i]))
            return slm_fail(error, SCILAMA_E_NONFINITE, "the novelty of cell %lld is not a finite number: the model or the cell holds numbers too large to compare",
                            (long long)(first + i));
    }
    return SCILAMA_OK;
}

void slm_sparsity_free(scilama_context *ctx, slm_sparsity *s)
{
    slm_tree_free(ctx, &s->of_sample);
    slm_free_all(ctx, s->sample, s->level);
}
