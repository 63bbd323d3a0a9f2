/* SPDX-License-Identifier: MIT */
#include "analysis/knn.h"
#include "core/sort.h"
#include "core/thread.h"
#include "linalg/gemm.h"
#include "scilama/analysis.h"
#include <float.h>
#include <math.h>
#include <string.h>

/* Exact neighbours. Single-precision products over tiles of ROWS × COLUMNS points
 * propose candidates; a bound on their rounding error widens the running k-th best,
 * so that no true neighbour is missed; double precision decides. */

enum { ROWS = 128, COLUMNS = 1024, CHUNK = 32 };

typedef struct candidate { float v; int32_t j; } candidate;

typedef struct lane {           /* of one worker */
    float *left;                /* [ROWS × (dim + 1)]: x, 1 */
    float *tile;                /* [ROWS × COLUMNS]: |b|² - 2ab */
    candidate *found;           /* [ROWS × capacity] */
    float *values;              /* [capacity] */
    slm_near *near;             /* [capacity] */
    float limit[ROWS];
    int64_t count[ROWS];
} lane;

typedef struct search {
    const scilama_context *ctx;
    const slm_points *points;
    int64_t k, capacity, wide;  /* wide = dim + 1 */
    double gamma;               /* relative error of a product */
    double unit;                /* of squared distances in a tile, see slm_knn_prepare() */
    float *right;               /* [n × wide]: centred (or unit) x, -|x|²/2 */
    double *norms;              /* cosine: of the points; Euclidean: of the centred points */
    lane *lanes;
    int32_t *indices;
    float *distances;
} search;

static inline bool before(const slm_near *h, int64_t i, int64_t j)
{
    const slm_near *a = &h[i], *b = &h[j];
    return a->d < b->d || (a->d == b->d && a->index < b->index);
}

SLM_SWAP_OF(swap, slm_near)
SLM_SORT(sort, slm_near *, before, swap)

void slm_near_sort(slm_near *items, int64_t n) { sort(items, n); }

double slm_point_distance(const slm_points *p, const double *norms, int64_t a, int64_t b)
{
    const float *x = p->x + a * p->ld, *y = p->x + b * p->ld;
    double s[4] = { 0, 0, 0, 0 };
    int64_t i = 0;
    if (p->metric == SCILAMA_METRIC_COSINE) {
        for (; i + 4 <= p->dim; i += 4)
            for (int u = 0; u < 4; u++) s[u] += (double)x[i + u] * (double)y[i + u];
        for (; i < p->dim; i++) s[0] += (double)x[i] * (double)y[i];
        double scale = norms[a] * norms[b];
        return scale > 0 ? fmax(0.0, 1 - ((s[0] + s[1]) + (s[2] + s[3])) / scale) : 1;
    }
    for (; i + 4 <= p->dim; i += 4)
        for (int u = 0; u < 4; u++) {
            double t = (double)x[i + u] - (double)y[i + u];
            s[u] += t * t;
        }
    for (; i < p->dim; i++) {
        double t = (double)x[i] - (double)y[i];
        s[0] += t * t;
    }
    return (s[0] + s[1]) + (s[2] + s[3]);
}

double *slm_point_norms(scilama_context *ctx, const slm_points *p)
{
    double *norms = slm_alloc_array(ctx, p->n, sizeof *norms);
    for (int64_t i = 0; norms && i < p->n; i++) {
        double s = 0;
        for (int64_t j = 0; j < p->dim; j++) s += (double)p->x[i * p->ld + j] * (double)p->x[i * p->ld + j];
        norms[i] = sqrt(s);
    }
    return norms;
}

/* Value of rank k (from 0) of v[n]; reorders v. */
static float select_value(float *v, int64_t n, int64_t k)
{
    int64_t lo = 0, hi = n - 1;
    while (lo < hi) {
        float pivot = v[lo + (hi - lo) / 2];
        int64_t i = lo, j = hi;
        while (i <= j) {
            while (v[i] < pivot) i++;
            while (v[j] > pivot) j--;
            if (i <= j) {
                float t = v[i];
                v[i++] = v[j];
                v[j--] = t;
            }
        }
        if (k <= j) hi = j;
        else if (k >= i) lo = i;
        else break;
    }
    return v[k];
}

static void exact_best(const search *s, lane *l, int64_t row, candidate *found, int64_t *count)
{
    int64_t n = *count;
    for (int64_t c = 0; c < n; c++)
        l->near[c] = (slm_near){ slm_point_distance(s->points, s->norms, row, found[c].j), found[c].j };
    slm_near_sort(l->near, n);
}

/* Drops the candidates that cannot be among the k nearest, and lowers the limit. */
static void compact(const search *s, lane *l, int64_t first, int64_t r)
{
    candidate *found = l->found + r * s->capacity;
    int64_t n = l->count[r], kept = 0;
    if (n <= s->k) return;
    for (int64_t c = 0; c < n; c++) l->values[c] = found[c].v;
    float kth = select_value(l->values, n, s->k - 1);
    /* |b| of a true neighbour is at most |a| + d, whatever rounding did to the rest */
    double a = s->points->metric == SCILAMA_METRIC_COSINE ? 1 : s->norms[first + r];
    double reach = a + sqrt(fmax(0.0, (double)kth + a * a) + s->gamma * 4 * a * a);
    double b = a + reach, slack = s->gamma * (2 * a * b + b * b) + (double)s->wide * (double)FLT_MIN; /* what underflows */
    float limit = nextafterf((float)((double)kth + 2 * slack), INFINITY);
    if (limit < l->limit[r]) l->limit[r] = limit;
    for (int64_t c = 0; c < n; c++)
        if (found[c].v <= l->limit[r]) found[kept++] = found[c];
    if (kept > s->capacity - CHUNK) { /* many at nearly one distance: decide among them now */
        l->count[r] = kept;
        exact_best(s, l, first + r, found, &kept);
        for (int64_t c = 0; c < s->k; c++) {
            float v = (float)(s->points->metric == SCILAMA_METRIC_COSINE ? 2 * l->near[c].d - 1 : l->near[c].d * s->unit - a * a);
            found[c] = (candidate){ v < l->limit[r] ? v : l->limit[r], l->near[c].index };
        }
        kept = s->k;
    }
    l->count[r] = kept;
}

static void scan(const search *s, lane *l, int64_t first, int64_t rows, int64_t column, int64_t columns)
{
    for (int64_t r = 0; r < rows; r++) {
        const float *v = l->tile + r * COLUMNS;
        candidate *found = l->found + r * s->capacity;
        for (int64_t c = 0; c < columns; c += CHUNK) {
            int64_t end = columns - c < CHUNK ? columns - c : CHUNK;
            float limit = l->limit[r];
            if (end == CHUNK) {
                int any = 0;
                for (int u = 0; u < CHUNK; u++) any |= v[c + u] <= limit;
                if (!any) continue;
            }
            if (l->count[r] + end > s->capacity) compact(s, l, first, r);
            for (int64_t u = c; u < c + end; u++)
                if (v[u] <= l->limit[r] && column + u != first + r)
                    found[l->count[r]++] = (candidate){ v[u], (int32_t)(column + u) };
        }
    }
}

static void search_rows(void *arg, int64_t task, int worker)
{
    search *s = arg;
    lane *l = &s->lanes[worker];
    if (slm_cancelled(s->ctx)) return;
    const slm_points *p = s->points;
    int64_t first = task * ROWS, rows = p->n - first < ROWS ? p->n - first : ROWS;
    for (int64_t r = 0; r < rows; r++) {
        memcpy(l->left + r * s->wide, s->right + (first + r) * s->wide, (size_t)p->dim * sizeof(float));
        l->left[r * s->wide + p->dim] = 1;
        l->limit[r] = INFINITY;
        l->count[r] = 0;
    }
    for (int64_t c = 0; c < p->n; c += COLUMNS) {
        int64_t columns = p->n - c < COLUMNS ? p->n - c : COLUMNS;
        slm_sgemm_serial(false, true, rows, columns, s->wide, -2, l->left, s->wide,
                         s->right + c * s->wide, s->wide, 0, l->tile, COLUMNS);
        scan(s, l, first, rows, c, columns);
    }
    for (int64_t r = 0; r < rows; r++) {
        compact(s, l, first, r);
        exact_best(s, l, first + r, l->found + r * s->capacity, &l->count[r]);
        for (int64_t c = 0; c < s->k; c++) {
            s->indices[(first + r) * s->k + c] = l->near[c].index;
            if (!s->distances) continue;
            double d = l->near[c].d;
            s->distances[(first + r) * s->k + c] = (float)(p->metric == SCILAMA_METRIC_COSINE ? d : sqrt(d));
        }
    }
}

/* The power of two that brings the largest deviation from the mean to 0.5 .. 1: squares
 * of single precision would overflow from 1e19 and vanish below 1e-19. */
static double shrink_to_one(const slm_points *p, const double *mean)
{
    double most = 0;
    int exponent;
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t j = 0; j < p->dim; j++) most = fmax(most, fabs((double)p->x[i * p->ld + j] - mean[j]));
    frexp(most, &exponent);
    return ldexp(1, -exponent);
}

scilama_status slm_knn_prepare(scilama_context *ctx, const slm_points *p, float *right, double *norms, double *unit, scilama_error *error)
{
    bool cosine = p->metric == SCILAMA_METRIC_COSINE;
    int64_t wide = p->dim + 1;
    double *mean = slm_alloc_array_zero(ctx, p->dim, sizeof *mean);
    if (!mean) return slm_fail_nomem(error);
    if (!cosine) {
        for (int64_t i = 0; i < p->n; i++)
            for (int64_t j = 0; j < p->dim; j++) mean[j] += (double)p->x[i * p->ld + j];
        for (int64_t j = 0; j < p->dim; j++) mean[j] /= (double)p->n;
    }
    double shrink = cosine ? 1 : shrink_to_one(p, mean);
    *unit = shrink * shrink;
    for (int64_t i = 0; i < p->n; i++) {
        double sum = 0, scale = !cosine ? shrink : norms[i] > 0 ? 1 / norms[i] : 0;
        float *out = right + i * wide;
        for (int64_t j = 0; j < p->dim; j++) {
            out[j] = (float)(((double)p->x[i * p->ld + j] - mean[j]) * scale);
            sum += (double)out[j] * (double)out[j];
        }
        out[p->dim] = cosine ? -0.5f : (float)(-sum / 2);
        if (!cosine) norms[i] = sqrt(sum);
    }
    slm_free(ctx, mean);
    return SCILAMA_OK;
}

static scilama_status prepare(scilama_context *ctx, search *s, scilama_error *error)
{
    s->right = slm_alloc_array(ctx, s->points->n, (size_t)s->wide * sizeof(float));
    s->norms = slm_point_norms(ctx, s->points);
    if (!s->right || !s->norms) return slm_fail_nomem(error);
    return slm_knn_prepare(ctx, s->points, s->right, s->norms, &s->unit, error);
}

static scilama_status make_lanes(scilama_context *ctx, search *s, scilama_error *error)
{
    s->lanes = slm_alloc_array_zero(ctx, ctx->threads, sizeof *s->lanes);
    if (!s->lanes) return slm_fail_nomem(error);
    for (int t = 0; t < ctx->threads; t++) {
        lane *l = &s->lanes[t];
        l->left = slm_alloc_array(ctx, s->wide, ROWS * sizeof(float));
        l->tile = slm_alloc(ctx, ROWS * COLUMNS * sizeof(float));
        l->found = slm_alloc_array(ctx, s->capacity, ROWS * sizeof(candidate));
        l->values = slm_alloc_array(ctx, s->capacity, sizeof(float));
        l->near = slm_alloc_array(ctx, s->capacity, sizeof(slm_near));
        if (!l->left || !l->tile || !l->found || !l->values || !l->near) return slm_fail_nomem(error);
    }
    return SCILAMA_OK;
}

static int64_t capacity_of(int64_t k) { return 4 * k + 4 * CHUNK; }

double slm_knn_exact_memory(int64_t n, int64_t dim, int64_t k, int32_t threads)
{
    double wide = (double)dim + 1, capacity = (double)capacity_of(k);
    double lanes = ROWS * wide * sizeof(float) + ROWS * COLUMNS * sizeof(float) +
                   capacity * (ROWS * sizeof(candidate) + sizeof(float) + sizeof(slm_near)) + sizeof(lane);
    return (double)n * (wide * sizeof(float) + sizeof(double)) + (double)dim * sizeof(double) + threads * lanes;
}

scilama_status slm_knn_exact(scilama_context *ctx, const slm_points *points, int64_t k,
                             int32_t *indices, float *distances, scilama_error *error)
{
    search s = { .ctx = ctx, .points = points, .k = k, .capacity = capacity_of(k), .wide = points->dim + 1,
                 .gamma = (double)(points->dim + 16) * FLT_EPSILON, .indices = indices, .distances = distances };
    scilama_status status = prepare(ctx, &s, error);
    if (!status) status = make_lanes(ctx, &s, error);
    if (!status) {
        if (!slm_parallel_told(ctx, slm_tiles(points->n, ROWS), search_rows, &s, "neighbours", 0, 1)) status = slm_fail_cancelled(error);
    }
    for (int t = 0; s.lanes && t < ctx->threads; t++) {
        slm_free(ctx, s.lanes[t].left);
        slm_free(ctx, s.lanes[t].tile);
        slm_free(ctx, s.lanes[t].found);
        slm_free(ctx, s.lanes[t].values);
        slm_free(ctx, s.lanes[t].near);
    }
    slm_free(ctx, s.lanes);
    slm_free(ctx, s.right);
    slm_free(ctx, s.norms);
    return status;
}
