/* SPDX-License-Identifier: MIT */
#include "analysis/transfer.h"
#include "linalg/nearest.h"
#include <math.h>
#include <string.h>

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
    double all = 0;
    for (int64_t c = 0; c < categories; c++) all += votes[c] = pow(votes[c] + floor / (double)categories, 1 / temperature);
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

enum { DENSITY = 8, THINNED = 16384 };

typedef struct thinned { int64_t n; int32_t *at; float *x; } thinned;

/* Every so manieth point; at [n] their numbers. */
static scilama_status thin(scilama_context *ctx, const float *x, int64_t n, int64_t dim, thinned *t, scilama_error *error)
{
    t->n = n < THINNED ? n : THINNED;
    t->at = slm_alloc_array(ctx, t->n, sizeof *t->at);
    t->x = slm_alloc_array(ctx, t->n, (size_t)dim * sizeof *t->x);
    if (!t->at || !t->x) return slm_fail_nomem(error);
    for (int64_t i = 0; i < t->n; i++) {
        t->at[i] = (int32_t)(i * n / t->n);
        memcpy(t->x + i * dim, x + t->at[i] * dim, (size_t)dim * sizeof *x);
    }
    return SCILAMA_OK;
}

static double mean_distance(const float *d)
{
    double sum = 0;
    for (int i = 0; i < DENSITY; i++) sum += (double)d[i] / DENSITY;
    return sum;
}

/* The DENSITY nearest of `of` for points [m × dim]. */
static scilama_status search(scilama_context *ctx, const thinned *of, int64_t dim, const float *points, int64_t m, const int32_t *skip,
                             int32_t *indices, float *distances, scilama_error *error)
{
    slm_tree tree;
    slm_points p = { of->x, of->n, dim, dim, false };
    scilama_status status = slm_tree_build(ctx, &tree, &p, error);
    if (!status) status = slm_tree_search(ctx, &tree, points, m, dim, skip, DENSITY, indices, distances, error);
    slm_tree_free(ctx, &tree);
    return status;
}

scilama_status slm_sparser(scilama_context *ctx, const float *reference, int64_t n, int64_t dim, const float *points, int64_t m, float *out, scilama_error *error)
{
    thinned r = { 0 }, q = { 0 };
    int32_t *skip = slm_alloc_array(ctx, m, sizeof *skip), *index = slm_alloc_array(ctx, m, DENSITY * sizeof *index);
    float *far = slm_alloc_array(ctx, m, DENSITY * sizeof *far), *near = slm_alloc_array(ctx, m, DENSITY * sizeof *near);
    double *ratio = slm_alloc_array(ctx, m, sizeof *ratio);
    scilama_status status = skip && index && far && near && ratio ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) status = thin(ctx, reference, n, dim, &r, error);
    if (!status) status = thin(ctx, points, m, dim, &q, error);
    if (!status) status = search(ctx, &r, dim, points, m, NULL, index, far, error);
    for (int64_t i = 0; i < m && !status; i++) skip[i] = -1;
    for (int64_t i = 0; i < q.n && !status; i++) skip[q.at[i]] = (int32_t)i;
    if (!status) status = search(ctx, &q, dim, points, m, skip, index, near, error);
    if (!status) {
        double numbers = log((double)r.n / (double)q.n) / (double)dim;
        for (int64_t i = 0; i < m; i++) {
            double a = mean_distance(far + i * DENSITY), b = mean_distance(near + i * DENSITY);
            ratio[i] = (a > 0 ? log(a / fmax(b, 1e-6 * a)) : 0) + numbers;
        }
        for (int64_t i = 0; i < m; i++) {
            double sum = ratio[i];
            for (int k = 0; k < DENSITY; k++) sum += ratio[q.at[index[i * DENSITY + k]]];
            out[i] = (float)(sum / (DENSITY + 1));
        }
    }
    void *blocks[] = { skip, index, far, near, ratio, r.at, r.x, q.at, q.x };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(ctx, blocks[i]);
    return status;
}
