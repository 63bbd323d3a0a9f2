/* SPDX-License-Identifier: MIT */
#include "linalg/nearest_scan.h"
#include "core/sort.h"
#include "core/thread.h"
#include <float.h>

/* Exact neighbours. Single precision proposes candidates from the leaves of a tree that a query's running k-th best reaches,
 * widened by a bound on rounding, so that no true neighbour is missed; double precision decides. */

enum { GROUP = SLM_GROUP, TASK = 16, /* groups */ MOST_ROWS = 65536, LEAST_ROWS = 1024, NUMBERS = 1 << 20 };

typedef struct search {
    const scilama_context *ctx;
    const slm_tree *tree;
    const float *queries;      /* NULL: the tree's points */
    int64_t ld, k, first, rows; /* the block of queries that is at work; of the tree's points, in the order of its leaves */
    const int32_t *skip;
    float *flat;               /* [rows × wide] coordinates */
    int32_t *order;            /* [rows] neighbours beside each other */
    slm_scan *lanes;           /* of the workers */
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

double slm_distance(bool cosine, int64_t dim, const float *x, double x_length, const float *y, double y_length)
{
    double s[4] = { 0, 0, 0, 0 };
    int64_t i = 0;
    if (cosine) {
        for (; i + 4 <= dim; i += 4)
            for (int u = 0; u < 4; u++) s[u] += (double)x[i + u] * (double)y[i + u];
        for (; i < dim; i++) s[0] += (double)x[i] * (double)y[i];
        double scale = x_length * y_length;
        return scale > 0 ? fmax(0.0, 1 - ((s[0] + s[1]) + (s[2] + s[3])) / scale) : 1;
    }
    for (; i + 4 <= dim; i += 4)
        for (int u = 0; u < 4; u++) {
            double t = (double)x[i + u] - (double)y[i + u];
            s[u] += t * t;
        }
    for (; i < dim; i++) {
        double t = (double)x[i] - (double)y[i];
        s[0] += t * t;
    }
    return (s[0] + s[1]) + (s[2] + s[3]);
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

/* The candidates of a query, in order, into s->near. */
static void decide(slm_scan *s, int row)
{
    const slm_tree *t = s->tree;
    const slm_points *p = &t->points;
    const slm_candidate *found = s->found + row * (s->most + SLM_LEAF);
    for (int64_t c = 0; c < s->count[row]; c++) {
        int32_t i = t->id[found[c].place];
        s->near[c] = (slm_near){ slm_distance(p->cosine, p->dim, s->point[row], s->norm[row], p->x + i * p->ld, t->norms ? t->norms[i] : 0), i };
    }
    slm_near_sort(s->near, s->count[row]);
}

/* The k nearest of a query's candidates, when too many lie at nearly one distance. */
static void keep_nearest(slm_scan *s, int row)
{
    slm_candidate *found = s->found + row * (s->most + SLM_LEAF);
    int64_t kept = 0;
    decide(s, row);
    const slm_near last = s->near[s->k - 1];
    const slm_tree *t = s->tree;
    const slm_points *p = &t->points;
    for (int64_t c = 0; c < s->count[row]; c++) {
        int32_t i = t->id[found[c].place];
        double d = slm_distance(p->cosine, p->dim, s->point[row], s->norm[row], p->x + i * p->ld, t->norms ? t->norms[i] : 0);
        if (d < last.d || (d == last.d && i <= last.index)) found[kept++] = found[c];
    }
    s->count[row] = kept;
}

void slm_scan_compact(slm_scan *s, int row)
{
    slm_candidate *found = s->found + row * (s->most + SLM_LEAF);
    int64_t n = s->count[row], kept = 0;
    if (n <= s->k) return;
    for (int64_t c = 0; c < n; c++) s->values[c] = found[c].v;
    /* k points lie within kth (1 + gamma), so that a true neighbour is measured within kth (1 + 3 gamma) */
    double reach = sqrt((double)select_value(s->values, n, s->k - 1)) * (1 + 2 * s->gamma) + s->slack;
    float limit = (float)(reach * reach * (1 + FLT_EPSILON) + 4 * (double)s->tree->wide * (double)FLT_MIN); /* what underflows */
    if (limit < s->limit[row]) s->limit[row] = limit;
    for (int64_t c = 0; c < n; c++)
        if (found[c].v <= s->limit[row]) found[kept++] = found[c];
    s->count[row] = kept;
    if (kept >= s->most) keep_nearest(s, row);
}

static int64_t query_row(const search *q, int64_t i) { return q->queries ? q->first + i : q->tree->id[q->first + i]; }

static void write_row(search *q, slm_scan *s, int row, int64_t to)
{
    const slm_points *p = &q->tree->points;
    if (p->cosine && !(s->norm[row] > 0)) { /* as far from all */
        int64_t c = 0;
        for (int32_t i = 0; c < q->k; i++)
            if (i != s->skip[row]) s->near[c++] = (slm_near){ 1, i };
    } else decide(s, row);
    for (int64_t c = 0; c < q->k; c++) {
        q->indices[to * q->k + c] = s->near[c].index;
        if (q->distances) q->distances[to * q->k + c] = (float)(p->cosine ? s->near[c].d : sqrt(s->near[c].d));
    }
}

static void search_groups(void *arg, int64_t task, int worker)
{
    search *q = arg;
    slm_scan *s = &q->lanes[worker];
    const slm_points *p = &q->tree->points;
    int64_t wide = q->tree->wide, end = (task + 1) * TASK * GROUP < q->rows ? (task + 1) * TASK * GROUP : q->rows;
    if (slm_cancelled(q->ctx)) return;
    for (int64_t i = task * TASK * GROUP; i < end; i += GROUP) {
        for (int r = 0; r < GROUP; r++) {
            bool any = i + r < end;
            int64_t at = q->order[any ? i + r : i], row = query_row(q, at);
            s->point[r] = q->queries ? q->queries + row * q->ld : p->x + row * p->ld;
            s->norm[r] = q->tree->norms ? slm_length(s->point[r], p->dim) : 0;
            s->skip[r] = !q->queries ? (int32_t)row : q->skip ? q->skip[row] : -1;
            s->limit[r] = any ? INFINITY : -1;
            s->count[r] = 0;
            for (int64_t j = 0; j < wide; j++) s->query[j * GROUP + r] = q->flat[at * wide + j];
        }
        q->tree->scan(s);
        for (int r = 0; r < GROUP && i + r < end; r++) write_row(q, s, r, query_row(q, q->order[i + r]));
    }
}

static void place_rows(void *arg, int64_t task, int worker)
{
    search *q = arg;
    const slm_tree *t = q->tree;
    SLM_FOR_TILE (i, task, 1024, q->rows) {
        int64_t row = query_row(q, i);
        const float *x = q->queries ? q->queries + row * q->ld : t->points.x + row * t->points.ld;
        q->order[i] = (int32_t)i;
        slm_tree_coordinates(t, x, t->norms ? slm_length(x, t->points.dim) : 0, q->flat + i * t->wide);
    }
}

static int64_t most_of(int64_t k) { return 2 * k + 16; }

static int64_t block_rows(int64_t m, int64_t wide)
{
    int64_t rows = NUMBERS / wide;
    rows = rows < LEAST_ROWS ? LEAST_ROWS : rows > MOST_ROWS ? MOST_ROWS : rows;
    return rows < m ? rows : m;
}

static scilama_status make_lanes(slm_scope *work, search *q, scilama_error *error)
{
    int64_t room = most_of(q->k) + SLM_LEAF;
    q->lanes = slm_scope_zeros(work, work->ctx->threads, sizeof *q->lanes);
    for (int t = 0; t < work->ctx->threads && q->lanes; t++) {
        slm_scan *s = &q->lanes[t];
        *s = (slm_scan){ .tree = q->tree, .k = q->k, .most = most_of(q->k), .gamma = (double)(q->tree->wide + 4) * FLT_EPSILON,
                         .slack = q->tree->norms ? 4 * FLT_EPSILON : 0 };
        s->query = slm_scope_array(work, q->tree->wide, GROUP * sizeof *s->query);
        s->found = slm_scope_array(work, room, GROUP * sizeof *s->found);
        s->values = slm_scope_array(work, room, sizeof *s->values);
        s->near = slm_scope_array(work, room, sizeof *s->near);
    }
    return work->failed ? slm_fail_nomem(error) : SCILAMA_OK;
}

scilama_status slm_tree_search(scilama_context *ctx, const slm_tree *tree, const float *queries, int64_t m, int64_t ld, const int32_t *skip,
                               int64_t k, int32_t *indices, float *distances, scilama_error *error)
{
    search q = { .ctx = ctx, .tree = tree, .queries = queries, .ld = ld, .k = k, .skip = skip,
                 .indices = indices, .distances = distances };
    int64_t rows = block_rows(m, tree->wide);
    SLM_SCOPE(work, ctx);
    float *along = slm_scope_array(&work, rows, sizeof *along);
    q.flat = slm_scope_array(&work, rows, (size_t)tree->wide * sizeof *q.flat);
    q.order = slm_scope_array(&work, rows, sizeof *q.order);
    SLM_TRY(make_lanes(&work, &q, error));
    for (q.first = 0; q.first < m; q.first += rows) {
        q.rows = m - q.first < rows ? m - q.first : rows;
        slm_parallel(ctx, slm_tiles(q.rows, 1024), place_rows, &q);
        slm_tree_order(q.flat, q.rows, tree->wide, GROUP, q.order, along, NULL);
        int64_t tasks = slm_tiles(q.rows, TASK * GROUP);
        if (queries) slm_parallel(ctx, tasks, search_groups, &q); /* a part of something else, which tells where it is */
        else slm_parallel_told(ctx, tasks, search_groups, &q, "neighbours", (double)q.first / (double)m, (double)(q.first + q.rows) / (double)m);
        if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
    }
    return SCILAMA_OK;
}

double slm_knn_exact_memory(int64_t n, int64_t dim, int64_t k, int32_t threads)
{
    double wide = (double)dim + 1, rows = (double)block_rows(n, dim), room = (double)most_of(k) + SLM_LEAF, leaves = (double)slm_tiles(n, SLM_LEAF);
    double tree = leaves * wide * (SLM_LEAF + 4) * sizeof(float) + (double)n * (sizeof(int32_t) + sizeof(double));
    double building = (double)n * (wide + 1) * sizeof(float), searching = rows * (wide + 2) * sizeof(float);
    double lane = wide * GROUP * sizeof(float) + room * (GROUP * sizeof(slm_candidate) + sizeof(float) + sizeof(slm_near)) + sizeof(slm_scan);
    return tree + fmax(building, searching + threads * lane);
}

scilama_status slm_knn_exact(scilama_context *ctx, const slm_points *points, int64_t k,
                             int32_t *indices, float *distances, scilama_error *error)
{
    slm_tree tree;
    scilama_status status = slm_tree_build(ctx, &tree, points, error);
    if (!status) status = slm_tree_search(ctx, &tree, NULL, points->n, 0, NULL, k, indices, distances, error);
    slm_tree_free(ctx, &tree);
    return status;
}
