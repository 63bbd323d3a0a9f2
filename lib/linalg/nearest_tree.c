/* SPDX-License-Identifier: MIT */
#include "linalg/nearest_scan.h"

/* The tree of exact search (Friedman, Bentley, Finkel 1977): all leaves but the last are full. */

static bool below(const float *along, const int32_t *order, int64_t i, float v, int32_t point) { return along[i] < v || (along[i] == v && order[i] < point); }
static bool above(const float *along, const int32_t *order, int64_t i, float v, int32_t point) { return along[i] > v || (along[i] == v && order[i] > point); }

void slm_halve(float *along, int32_t *order, int64_t lo, int64_t hi, int64_t mid)
{
    for (hi--; lo < hi;) {
        float v = along[lo + (hi - lo) / 2];
        int32_t point = order[lo + (hi - lo) / 2];
        int64_t i = lo, j = hi;
        while (i <= j) {
            while (below(along, order, i, v, point)) i++;
            while (above(along, order, j, v, point)) j--;
            if (i > j) break;
            float t = along[i];
            int32_t u = order[i];
            along[i] = along[j], order[i++] = order[j];
            along[j] = t, order[j--] = u;
        }
        if (mid <= j) hi = j;
        else if (mid >= i) lo = i;
        else return;
    }
}

typedef struct cutter {
    const float *x;
    int64_t wide, unit;
    int32_t *order;
    float *along, *box;
} cutter;

/* The coordinate along which order[lo, hi) is widest; its box, where wanted. */
static int64_t widest(const cutter *c, int64_t lo, int64_t hi, float *box)
{
    int64_t best = 0;
    float most = -1;
    for (int64_t j0 = 0; j0 < c->wide; j0 += 16) { /* a line of the cache at a time */
        int64_t n = c->wide - j0 < 16 ? c->wide - j0 : 16;
        float least[16], largest[16];
        for (int64_t j = 0; j < n; j++) least[j] = largest[j] = c->x[c->order[lo] * c->wide + j0 + j];
        for (int64_t i = lo + 1; i < hi; i++) {
            const float *x = c->x + c->order[i] * c->wide + j0;
            for (int64_t j = 0; j < n; j++) {
                least[j] = x[j] < least[j] ? x[j] : least[j];
                largest[j] = x[j] > largest[j] ? x[j] : largest[j];
            }
        }
        for (int64_t j = 0; j < n; j++) {
            if (largest[j] - least[j] > most) most = largest[j] - least[j], best = j0 + j;
            if (box) box[2 * (j0 + j)] = least[j], box[2 * (j0 + j) + 1] = largest[j];
        }
    }
    return best;
}

static void cut(const cutter *c, int64_t lo, int64_t hi, int64_t node)
{
    int64_t pieces = (hi - lo + c->unit - 1) / c->unit, half = pieces / 2, mid = lo + half * c->unit;
    if (pieces < 2 && !c->box) return;
    int64_t axis = widest(c, lo, hi, c->box ? c->box + node * 2 * c->wide : NULL);
    if (pieces < 2) return;
    for (int64_t i = lo; i < hi; i++) c->along[i] = c->x[c->order[i] * c->wide + axis];
    slm_halve(c->along, c->order, lo, hi, mid);
    cut(c, lo, mid, node + 1);
    cut(c, mid, hi, node + 2 * half);
}

void slm_tree_order(const float *x, int64_t n, int64_t wide, int64_t unit, int32_t *order, float *along, float *box)
{
    cutter c = { x, wide, unit, order, along, box };
    cut(&c, 0, n, 0);
}

double slm_length(const float *x, int64_t dim)
{
    double s = 0;
    for (int64_t j = 0; j < dim; j++) s += (double)x[j] * (double)x[j];
    return sqrt(s);
}

double *slm_point_norms(scilama_context *ctx, const slm_points *p)
{
    double *norms = slm_alloc_array(ctx, p->n, sizeof *norms);
    for (int64_t i = 0; norms && i < p->n; i++) norms[i] = slm_length(p->x + i * p->ld, p->dim);
    return norms;
}

/* Queries may lie far from all points, where single precision cannot tell these apart: as far away, squares do not overflow. */
static float within(double v)
{
    const double far = 1e16;
    return (float)(v > far ? far : v < -far ? -far : v);
}

void slm_tree_coordinates(const slm_tree *t, const float *x, double norm, float *to)
{
    double scale = t->norms ? norm > 0 ? 1 / norm : 0 : t->scale;
    for (int64_t j = 0; j < t->points.dim; j++) to[j] = within((double)x[j] * scale);
    if (t->norms) to[t->points.dim] = norm > 0 ? 0 : 1;
}

static double shrink_to_one(const slm_points *p)
{
    float most = 0;
    int exponent;
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t j = 0; j < p->dim; j++) most = fmaxf(most, fabsf(p->x[i * p->ld + j]));
    frexp((double)most, &exponent);
    return ldexp(1, -exponent);
}

slm_scan_fn slm_scan_at(int index)
{
    slm_scan_fn found[3];
    int count = 0;
#ifdef SLM_X86_KERNELS
    bool narrow = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    bool wide = narrow && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    if (wide) found[count++] = slm_scan_avx512;
    if (narrow) found[count++] = slm_scan_avx2;
#endif
    found[count++] = slm_scan_portable;
    return index < count ? found[index] : NULL;
}

static void fill_leaves(const slm_tree *t, const float *flat)
{
    for (int64_t i = 0; i < t->leaves * SLM_LEAF; i++) {
        const float *x = flat + t->id[i < t->points.n ? i : t->points.n - 1] * t->wide;
        float *to = t->block + i / SLM_LEAF * SLM_LEAF * t->wide + i % SLM_LEAF;
        for (int64_t j = 0; j < t->wide; j++) to[j * SLM_LEAF] = x[j];
    }
}

scilama_status slm_tree_build(scilama_context *ctx, slm_tree *t, const slm_points *points, scilama_error *error)
{
    int64_t n = points->n;
    bool cosine = points->cosine;
    *t = (slm_tree){ .points = *points, .wide = points->dim + cosine, .leaves = (n + SLM_LEAF - 1) / SLM_LEAF, .scan = slm_scan_at(0) };
    t->block = slm_alloc_array(ctx, t->leaves * SLM_LEAF, (size_t)t->wide * sizeof *t->block);
    t->box = slm_alloc_array(ctx, 2 * t->leaves - 1, 2 * (size_t)t->wide * sizeof *t->box);
    t->id = slm_alloc_array(ctx, n, sizeof *t->id);
    t->norms = cosine ? slm_point_norms(ctx, points) : NULL;
    float *flat = slm_alloc_array(ctx, n, (size_t)t->wide * sizeof *flat), *along = slm_alloc_array(ctx, n, sizeof *along);
    bool good = t->block && t->box && t->id && flat && along && (t->norms || !cosine);
    if (good) {
        t->scale = shrink_to_one(points);
        for (int64_t i = 0; i < n; i++) {
            t->id[i] = (int32_t)i;
            slm_tree_coordinates(t, points->x + i * points->ld, cosine ? t->norms[i] : 0, flat + i * t->wide);
        }
        slm_tree_order(flat, n, t->wide, SLM_LEAF, t->id, along, t->box);
        fill_leaves(t, flat);
    }
    slm_free_all(ctx, flat, along);
    if (good) return SCILAMA_OK;
    slm_tree_free(ctx, t);
    return slm_fail_nomem(error);
}

void slm_tree_free(scilama_context *ctx, slm_tree *t)
{
    slm_free_all(ctx, t->block, t->box, t->id, t->norms);
    *t = (slm_tree){ 0 };
}
