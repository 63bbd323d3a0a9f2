/* SPDX-License-Identifier: MIT */
#include "linalg/nearest_scan.h"
#include "core/sort.h"

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
    const uint16_t *x;
    int64_t wide, unit;
    int32_t *order;
    float *along;
    uint16_t *box;
} cutter;

/* The number along which order[lo, hi) is widest; its box, where wanted. */
static int64_t widest(const cutter *c, int64_t lo, int64_t hi, uint16_t *box)
{
    int64_t best = 0;
    int most = -1;
    for (int64_t j0 = 0; j0 < c->wide; j0 += 16) { /* vectors of numbers */
        int64_t n = c->wide - j0 < 16 ? c->wide - j0 : 16;
        uint16_t least[16], largest[16];
        for (int64_t j = 0; j < n; j++) least[j] = largest[j] = c->x[c->order[lo] * c->wide + j0 + j];
        for (int64_t i = lo + 1; i < hi; i++) {
            const uint16_t *x = c->x + c->order[i] * c->wide + j0;
            for (int64_t j = 0; j < n; j++) {
                least[j] = x[j] < least[j] ? x[j] : least[j];
                largest[j] = x[j] > largest[j] ? x[j] : largest[j];
            }
        }
        for (int64_t j = 0; j < n; j++) {
            if (largest[j] - least[j] > most) most = largest[j] - least[j], best = j0 + j;
            if (box) box[2 * (j0 + j) - j % 2] = least[j], box[2 * (j0 + j) - j % 2 + 2] = largest[j];
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

void slm_tree_order(const uint16_t *x, int64_t n, int64_t wide, int64_t unit, int32_t *order, float *along, uint16_t *box)
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

/* --- places ------------------------------------------------------------------------------- */

static double coordinate(const slm_tree *t, const float *x, double norm, int64_t j)
{
    if (!t->norms) return (double)x[j];
    if (j < t->points.dim) return norm > 0 ? (double)x[j] / norm : 0;
    return norm > 0 ? 0 : 1;
}

/* The numbers of a place, not rounded yet. */
static inline double number(const slm_tree *t, const float *x, double norm, int64_t j)
{
    double sum = 0;
    if (j < t->axes) return coordinate(t, x, norm, t->axis[j]) - t->mean[j];
    for (int64_t i = t->axes; i < t->coordinates && j == t->axes; i++) {
        double away = coordinate(t, x, norm, t->axis[i]) - t->mean[i];
        sum += away * away;
    }
    return sqrt(sum);
}

double slm_tree_place(const slm_tree *t, const float *x, double norm, uint16_t *to)
{
    double beyond = 0;
    for (int64_t j = 0; j < t->wide; j++) {
        double v = number(t, x, norm, j), inside = v < t->least[j] ? t->least[j] : v > t->largest[j] ? t->largest[j] : v;
        double at = (inside - t->low[j]) / t->step, away = (v - inside) / t->step;
        beyond += away * away;
        to[j] = (uint16_t)((at < 0 ? 0 : at > t->top ? t->top : at) + 0.5);
    }
    return beyond;
}

typedef struct spread { double variance; int32_t axis; } spread;

static inline bool wider(const spread *s, int64_t i, int64_t j)
{
    return s[i].variance > s[j].variance || (s[i].variance == s[j].variance && s[i].axis < s[j].axis);
}

SLM_SWAP_OF(swap_spread, spread)
SLM_SORT(sort_spread, spread *, wider, swap_spread)

static void variances(const slm_tree *t, spread *s)
{
    const slm_points *p = &t->points;
    for (int64_t j = 0; j < t->coordinates; j++) s[j] = (spread){ 0, (int32_t)j }, t->low[j] = 0;
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t j = 0; j < t->coordinates; j++) t->low[j] += coordinate(t, p->x + i * p->ld, t->norms ? t->norms[i] : 0, j);
    for (int64_t j = 0; j < t->coordinates; j++) t->low[j] /= (double)p->n;
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t j = 0; j < t->coordinates; j++) {
            double away = coordinate(t, p->x + i * p->ld, t->norms ? t->norms[i] : 0, j) - t->low[j];
            s[j].variance += away * away;
        }
}

/* Axes by their variance, and how many of them are numbers of their own. */
static void choose_axes(slm_tree *t, spread *s)
{
    const double rest = 0.05; /* of the variance: by the length of what is left */
    double all = 0, left;
    variances(t, s); /* means to low */
    sort_spread(s, t->coordinates);
    for (int64_t j = 0; j < t->coordinates; j++) all += s[j].variance;
    left = all;
    for (int64_t j = 0; j < t->coordinates; j++) {
        t->axis[j] = s[j].axis;
        t->mean[j] = t->low[s[j].axis];
        if (left > rest * all) t->axes = j + 1;
        left -= s[j].variance;
    }
    if (t->axes < t->coordinates && t->axes % 2 == 0) t->axes++;
    t->wide = (t->axes + (t->axes < t->coordinates) + 1) / 2 * 2;
}

static inline bool smaller(const double *v, int64_t i, int64_t j) { return v[i] < v[j]; }
SLM_SWAP_OF(swap_values, double)
SLM_SORT(sort_values, double *, smaller, swap_values)

/* Squares of distances and of lengths of places are below 2^31, twice their numbers below 2^15. A few points that lie far out are
 * not to make the step large: it is chosen by half again the range of all but some of a sample. values: [SAMPLE]. */
enum { SAMPLE = 1024, FEW = SAMPLE / 500 };

static void choose_step(slm_tree *t, double *values)
{
    const slm_points *p = &t->points;
    const int64_t count = p->n < SAMPLE ? p->n : SAMPLE, some = count < SAMPLE ? 0 : FEW;
    double most = 0;
    for (int64_t j = 0; j < t->wide; j++) t->least[j] = INFINITY, t->largest[j] = -INFINITY;
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t j = 0; j < t->wide; j++) {
            double v = number(t, p->x + i * p->ld, t->norms ? t->norms[i] : 0, j);
            t->least[j] = v < t->least[j] ? v : t->least[j];
            t->largest[j] = v > t->largest[j] ? v : t->largest[j];
        }
    for (int64_t j = 0; j < t->wide; j++) {
        for (int64_t i = 0; i < count; i++) {
            int64_t point = i * p->n / count;
            values[i] = number(t, p->x + point * p->ld, t->norms ? t->norms[point] : 0, j);
        }
        sort_values(values, count);
        double low = values[some], high = values[count - 1 - some], more = (high - low) / 4;
        low = fmax(low - more, t->least[j]);
        high = fmin(high + more, t->largest[j]);
        most = fmax(most, high - low);
        t->low[j] = (low + high) / 2;
    }
    t->top = fmin(16383, floor(sqrt(2147483646 / (double)t->wide)));
    t->step = most > 0 ? most / t->top : 1;
    for (int64_t j = 0; j < t->wide; j++) t->low[j] -= t->top * t->step / 2;
}

static void fill_leaves(const slm_tree *t, const uint16_t *flat)
{
    for (int64_t i = 0; i < t->leaves * SLM_LEAF; i++) {
        const uint16_t *x = flat + t->id[i < t->points.n ? i : t->points.n - 1] * t->wide;
        uint16_t *to = t->block + i / SLM_LEAF * SLM_LEAF * (t->wide + 2) + i % SLM_LEAF * 2;
        int32_t square = 0;
        for (int64_t j = 0; j < t->wide; j++) {
            to[(j / 2 + 1) * SLM_LEAF * 2 + j % 2] = x[j];
            square += x[j] * x[j];
        }
        memcpy(to, &square, sizeof square);
    }
}

scilama_status slm_tree_build(scilama_context *ctx, slm_tree *t, const slm_points *points, scilama_error *error)
{
    int64_t n = points->n, coordinates = points->dim + points->cosine;
    SLM_SCOPE(work, ctx);
    spread *s = slm_scope_array(&work, coordinates, sizeof *s);
    double *values = slm_scope_array(&work, SAMPLE, sizeof *values);
    *t = (slm_tree){ .points = *points, .coordinates = coordinates, .leaves = (n + SLM_LEAF - 1) / SLM_LEAF, .scan = slm_scan_at(0) };
    t->axis = slm_alloc_array(ctx, coordinates, sizeof *t->axis);
    t->mean = slm_alloc_array(ctx, coordinates, sizeof *t->mean);
    t->low = slm_alloc_array(ctx, coordinates + 1, sizeof *t->low);
    t->least = slm_alloc_array(ctx, coordinates + 1, sizeof *t->least);
    t->largest = slm_alloc_array(ctx, coordinates + 1, sizeof *t->largest);
    t->norms = points->cosine ? slm_point_norms(ctx, points) : NULL;
    t->id = slm_alloc_array(ctx, n, sizeof *t->id);
    bool good = !work.failed && t->axis && t->mean && t->low && t->least && t->largest && t->id && (t->norms || !points->cosine);
    if (good) {
        choose_axes(t, s);
        choose_step(t, values);
        t->block = slm_alloc_array(ctx, t->leaves * SLM_LEAF, (size_t)(t->wide + 2) * sizeof *t->block);
        t->box = slm_alloc_array(ctx, 2 * t->leaves - 1, 2 * (size_t)t->wide * sizeof *t->box);
        uint16_t *flat = slm_scope_array(&work, n, (size_t)t->wide * sizeof *flat);
        float *along = slm_scope_array(&work, n, sizeof *along);
        good = t->block && t->box && !work.failed;
        for (int64_t i = 0; i < n && good; i++) {
            t->id[i] = (int32_t)i;
            slm_tree_place(t, points->x + i * points->ld, t->norms ? t->norms[i] : 0, flat + i * t->wide);
        }
        if (good) slm_tree_order(flat, n, t->wide, SLM_LEAF, t->id, along, t->box);
        if (good) fill_leaves(t, flat);
    }
    if (good) return SCILAMA_OK;
    slm_tree_free(ctx, t);
    return slm_fail_nomem(error);
}

void slm_tree_free(scilama_context *ctx, slm_tree *t)
{
    slm_free_all(ctx, t->axis, t->mean, t->low, t->least, t->largest, t->block, t->box, t->id, t->norms);
    *t = (slm_tree){ 0 };
}
