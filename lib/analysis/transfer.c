/* SPDX-License-Identifier: MIT */
#include "analysis/transfer.h"
#include "analysis/knn.h"
#include "core/thread.h"
#include "linalg/gemm.h"
#include <math.h>
#include <string.h>

enum { ROWS = 64, COLUMNS = 1024, STRIP = 16, SPARE = 8 };

typedef struct lane {
    float *tile;             /* [ROWS × COLUMNS]: |b|²/2 − a·b */
    float *best;             /* [ROWS × keep] a heap, largest first */
    int32_t *index;
    slm_near *near;          /* [keep] */
    float *left;             /* [ROWS × dim] centred */
} lane;

typedef struct search {
    scilama_context *ctx;
    const float *reference, *points;
    int64_t n, dim, m, ld, k, keep;
    const int32_t *skip;
    double *mean;            /* [dim] of the reference: small products, small rounding */
    float *right, *half;     /* [n × dim] centred; [n] half their squared length */
    lane *lanes;
    int32_t *indices;
    float *distances;
} search;

static void sink(float *best, int32_t *index, int64_t n, float v, int32_t j)
{
    int64_t root = 0;
    for (int64_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && best[child + 1] > best[child]) child++;
        if (!(v < best[child])) break;
        best[root] = best[child];
        index[root] = index[child];
    }
    best[root] = v;
    index[root] = j;
}

static void scan(const search *s, lane *l, int64_t first, int64_t rows, int64_t column, int64_t columns)
{
    for (int64_t r = 0; r < rows; r++) {
        const float *v = l->tile + r * COLUMNS;
        float *best = l->best + r * s->keep;
        int32_t *index = l->index + r * s->keep, skip = s->skip ? s->skip[first + r] : -1;
        for (int64_t c = 0; c < columns; c += STRIP) {
            int64_t end = columns - c < STRIP ? columns : c + STRIP;
            float limit = best[0];
            int any = 0;
            for (int64_t u = c; u < end; u++) any |= v[u] + s->half[column + u] < limit;
            for (int64_t u = c; any && u < end; u++) {
                float d = v[u] + s->half[column + u];
                if (d < best[0] && column + u != skip) sink(best, index, s->keep, d, (int32_t)(column + u));
            }
        }
    }
}

/* Candidates by single precision, a few more than wanted; double precision orders them. */
static void finish(const search *s, lane *l, int64_t row, int64_t r)
{
    int64_t found = 0;
    for (int64_t c = 0; c < s->keep; c++) {
        int32_t j = l->index[r * s->keep + c];
        if (j < 0) continue;
        double d = 0;
        for (int64_t i = 0; i < s->dim; i++) {
            double t = (double)s->points[row * s->ld + i] - (double)s->reference[j * s->dim + i];
            d += t * t;
        }
        l->near[found++] = (slm_near){ d, j };
    }
    slm_near_sort(l->near, found);
    for (int64_t c = 0; c < s->k; c++) {
        s->indices[row * s->k + c] = l->near[c].index;
        s->distances[row * s->k + c] = (float)sqrt(l->near[c].d);
    }
}

static void search_rows(void *arg, int64_t task, int worker)
{
    const search *s = arg;
    lane *l = &s->lanes[worker];
    if (slm_cancelled(s->ctx)) return;
    int64_t first = task * ROWS, rows = s->m - first < ROWS ? s->m - first : ROWS;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < s->dim; i++) l->left[r * s->dim + i] = (float)((double)s->points[(first + r) * s->ld + i] - s->mean[i]);
    for (int64_t i = 0; i < rows * s->keep; i++) {
        l->best[i] = INFINITY;
        l->index[i] = -1;
    }
    for (int64_t c = 0; c < s->n; c += COLUMNS) {
        int64_t columns = s->n - c < COLUMNS ? s->n - c : COLUMNS;
        slm_sgemm_serial(false, true, rows, columns, s->dim, -1, l->left, s->dim, s->right + c * s->dim, s->dim, 0, l->tile, COLUMNS);
        scan(s, l, first, rows, c, columns);
    }
    for (int64_t r = 0; r < rows; r++) finish(s, l, first + r, r);
}

static scilama_status prepare(search *s, scilama_error *error)
{
    scilama_context *ctx = s->ctx;
    s->mean = slm_alloc_array_zero(ctx, s->dim, sizeof *s->mean);
    s->right = slm_alloc_array(ctx, s->n, (size_t)s->dim * sizeof *s->right);
    s->half = slm_alloc_array(ctx, s->n, sizeof *s->half);
    s->lanes = slm_alloc_array_zero(ctx, ctx->threads, sizeof *s->lanes);
    bool good = s->mean && s->right && s->half && s->lanes;
    for (int t = 0; t < ctx->threads && good; t++) {
        lane *l = &s->lanes[t];
        l->tile = slm_alloc_array(ctx, ROWS * COLUMNS, sizeof *l->tile);
        l->best = slm_alloc_array(ctx, s->keep, ROWS * sizeof *l->best);
        l->index = slm_alloc_array(ctx, s->keep, ROWS * sizeof *l->index);
        l->near = slm_alloc_array(ctx, s->keep, sizeof *l->near);
        l->left = slm_alloc_array(ctx, s->dim, ROWS * sizeof *l->left);
        good = l->tile && l->best && l->index && l->near && l->left;
    }
    if (!good) return slm_fail_nomem(error);
    for (int64_t i = 0; i < s->n; i++)
        for (int64_t j = 0; j < s->dim; j++) s->mean[j] += (double)s->reference[i * s->dim + j];
    for (int64_t j = 0; j < s->dim; j++) s->mean[j] /= (double)s->n;
    for (int64_t i = 0; i < s->n; i++) {
        double sum = 0;
        for (int64_t j = 0; j < s->dim; j++) {
            float v = s->right[i * s->dim + j] = (float)((double)s->reference[i * s->dim + j] - s->mean[j]);
            sum += (double)v * (double)v;
        }
        s->half[i] = (float)(sum / 2);
    }
    return SCILAMA_OK;
}

scilama_status slm_nearest(scilama_context *ctx, const float *reference, int64_t n, int64_t dim, const float *points, int64_t m, int64_t ld,
                           int64_t k, const int32_t *skip, int32_t *indices, float *distances, scilama_error *error)
{
    search s = { .ctx = ctx, .reference = reference, .points = points, .n = n, .dim = dim, .m = m, .ld = ld, .k = k, .skip = skip,
                 .keep = k + SPARE, .indices = indices, .distances = distances };
    scilama_status status = prepare(&s, error);
    if (!status) {
        slm_parallel(ctx, slm_tiles(m, ROWS), search_rows, &s);
        if (slm_cancelled(ctx)) status = slm_fail_cancelled(error);
    }
    for (int t = 0; s.lanes && t < ctx->threads; t++) {
        slm_free(ctx, s.lanes[t].tile);
        slm_free(ctx, s.lanes[t].best);
        slm_free(ctx, s.lanes[t].index);
        slm_free(ctx, s.lanes[t].near);
        slm_free(ctx, s.lanes[t].left);
    }
    slm_free(ctx, s.lanes);
    slm_free(ctx, s.mean);
    slm_free(ctx, s.right);
    slm_free(ctx, s.half);
    return status;
}

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

scilama_status slm_sparser(scilama_context *ctx, const float *reference, int64_t n, int64_t dim, const float *points, int64_t m, float *out, scilama_error *error)
{
    thinned r = { 0 }, q = { 0 };
    int32_t *skip = slm_alloc_array(ctx, m, sizeof *skip), *index = slm_alloc_array(ctx, m, DENSITY * sizeof *index);
    float *far = slm_alloc_array(ctx, m, DENSITY * sizeof *far), *near = slm_alloc_array(ctx, m, DENSITY * sizeof *near);
    double *ratio = slm_alloc_array(ctx, m, sizeof *ratio);
    scilama_status status = skip && index && far && near && ratio ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) status = thin(ctx, reference, n, dim, &r, error);
    if (!status) status = thin(ctx, points, m, dim, &q, error);
    if (!status) status = slm_nearest(ctx, r.x, r.n, dim, points, m, dim, DENSITY, NULL, index, far, error);
    for (int64_t i = 0; i < m && !status; i++) skip[i] = -1;
    for (int64_t i = 0; i < q.n && !status; i++) skip[q.at[i]] = (int32_t)i;
    if (!status) status = slm_nearest(ctx, q.x, q.n, dim, points, m, dim, DENSITY, skip, index, near, error);
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
