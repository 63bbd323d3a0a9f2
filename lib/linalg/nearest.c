/* SPDX-License-Identifier: MIT */
#include "linalg/nearest_scan.h"
#include "core/sort.h"
#include "core/thread.h"

/* Exact neighbours: places of points tell which may be among the nearest, and are never farther from each other than the points are,
 * so that no true neighbour is missed; double precision decides. */

enum { GROUP = SLM_GROUP, TASK = 8, /* groups */ MOST_ROWS = 65536, LEAST_ROWS = 1024, NUMBERS = 1 << 20 };

typedef struct search {
    const scilama_context *ctx;
    const slm_tree *tree;
    const float *queries;      /* NULL: the tree's points */
    int64_t ld, k, first, rows; /* the block of queries that is at work; of the tree's points, in the order of its leaves */
    const int32_t *skip;
    uint16_t *flat;            /* [rows × wide] places */
    double *beyond;            /* [rows] slm_tree_place() */
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

/* How far, in squared steps, the place of a point may be from a query's if the point is no farther than d. */
static int32_t reach(const slm_scan *s, int row, double d)
{
    const double error = 1e-11; /* of d, and of what lies beyond */
    const slm_tree *t = s->tree;
    double squared = t->points.cosine ? 2 * d + error : d * (1 + error);
    double inside = fmax(0, squared / (t->step * t->step) - s->beyond[row] * (1 - error)), rounding = sqrt((double)t->wide) * 1.001;
    double reached = sqrt(inside) + rounding;
    reached = reached * reached + 1;
    return reached < INT32_MAX ? (int32_t)reached : INT32_MAX;
}

static void decide(slm_scan *s, int row, int32_t point)
{
    const slm_tree *t = s->tree;
    const slm_points *p = &t->points;
    slm_near *near = s->near + row * s->k;
    if (point == s->skip[row]) return;
    double d = slm_distance(p->cosine, p->dim, s->point[row], s->norm[row], p->x + point * p->ld, t->norms ? t->norms[point] : 0);
    if (s->count[row] < s->k) {
        near[s->count[row]++] = (slm_near){ d, point };
        if (s->count[row] < s->k) return;
        for (int64_t root = s->k / 2 - 1; root >= 0; root--) sort_sift(near, 0, root, s->k);
    } else {
        if (d > near[0].d || (d == near[0].d && point > near[0].index)) return;
        near[0] = (slm_near){ d, point };
        sort_sift(near, 0, 0, s->k);
    }
}

void slm_scan_decide(slm_scan *s, unsigned rows)
{
    for (; rows; rows &= rows - 1) {
        int row = __builtin_ctz(rows);
        for (int i = 0; i < s->offers[row]; i++) decide(s, row, s->offered[row * SLM_LEAF + i]);
        s->offers[row] = 0;
        if (s->count[row] == s->k) s->limit[row] = reach(s, row, s->near[row * s->k].d);
    }
}

static int64_t query_row(const search *q, int64_t i) { return q->queries ? q->first + i : q->tree->id[q->first + i]; }

static void write_row(search *q, slm_scan *s, int row, int64_t to)
{
    const slm_points *p = &q->tree->points;
    slm_near *near = s->near + row * q->k;
    if (p->cosine && !(s->norm[row] > 0)) { /* as far from all */
        int64_t c = 0;
        for (int32_t i = 0; c < q->k; i++)
            if (i != s->skip[row]) near[c++] = (slm_near){ 1, i };
    } else slm_near_sort(near, q->k);
    for (int64_t c = 0; c < q->k; c++) {
        q->indices[to * q->k + c] = near[c].index;
        if (q->distances) q->distances[to * q->k + c] = (float)(p->cosine ? near[c].d : sqrt(near[c].d));
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
            s->beyond[r] = q->beyond[at];
            s->limit[r] = any && !(s->norm[r] <= 0 && p->cosine) ? INT32_MAX : -1;
            s->count[r] = 0;
            s->square[r] = 0;
            for (int64_t j = 0; j < wide; j++) {
                int32_t v = q->flat[at * wide + j];
                s->query[(j / 2 * GROUP + r) * 2 + j % 2] = (uint16_t)v;
                s->twice[(j / 2 * GROUP + r) * 2 + j % 2] = (int16_t)(-2 * v);
                s->square[r] += v * v;
            }
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
        q->beyond[i] = slm_tree_place(t, x, t->norms ? slm_length(x, t->points.dim) : 0, q->flat + i * t->wide);
    }
}

static int64_t block_rows(int64_t m, int64_t wide)
{
    int64_t rows = NUMBERS / wide;
    rows = rows < LEAST_ROWS ? LEAST_ROWS : rows > MOST_ROWS ? MOST_ROWS : rows;
    return rows < m ? rows : m;
}

static scilama_status make_lanes(slm_scope *work, search *q, scilama_error *error)
{
    q->lanes = slm_scope_zeros(work, work->ctx->threads, sizeof *q->lanes);
    for (int t = 0; t < work->ctx->threads && q->lanes; t++) {
        slm_scan *s = &q->lanes[t];
        *s = (slm_scan){ .tree = q->tree, .k = q->k };
        s->query = slm_scope_array(work, q->tree->wide, GROUP * sizeof *s->query);
        s->twice = slm_scope_array(work, q->tree->wide, GROUP * sizeof *s->twice);
        s->near = slm_scope_array(work, q->k, GROUP * sizeof *s->near);
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
    q.beyond = slm_scope_array(&work, rows, sizeof *q.beyond);
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
    double wide = (double)dim + 2, rows = (double)(n < MOST_ROWS ? n : MOST_ROWS), leaves = (double)slm_tiles(n, SLM_LEAF);
    double tree = leaves * (wide + 2) * (SLM_LEAF + 4) * sizeof(uint16_t) + (double)n * (sizeof(int32_t) + sizeof(double)) + 5 * wide * sizeof(double);
    double building = (double)n * (wide * sizeof(uint16_t) + sizeof(float)) + 2 * wide * sizeof(double) + 8192;
    double lane = 2 * wide * GROUP * sizeof(uint16_t) + (double)k * GROUP * sizeof(slm_near) + sizeof(slm_scan);
    return tree + fmax(building, fmin(rows * wide, fmax(NUMBERS, LEAST_ROWS * wide)) * sizeof(uint16_t) + rows * 16 + threads * lane);
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
