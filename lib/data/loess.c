/* SPDX-License-Identifier: MIT */
#include "core/sort.h"
#include "data/loess.h"
#include <stdlib.h>

/* Local regression (loess.h): vertices where a k-d tree cuts, a weighted quadratic at each, cubic blending between. */

typedef struct point { double x, y; int64_t row; } point;
typedef struct vertex { double x, value, slope; } vertex;

static inline int by_x(const point *p, const point *q)
{
    if (p->x < q->x || p->x > q->x) return p->x < q->x ? -1 : 1;
    return p->y < q->y ? -1 : p->y > q->y;
}

SLM_SORT_BY(sort_points, point, by_x)

static inline int by_place(const vertex *p, const vertex *q) { return p->x < q->x ? -1 : p->x > q->x; }
SLM_SORT_BY(sort_vertices, vertex, by_place)

static bool same(double a, double b) { return !(a < b) && !(a > b); }

/* Where to cut points[l .. u]: the last point of the left half, moved to the nearest
 * place where neighbours differ, looking right first. */
static int64_t cut_at(const point *p, int64_t l, int64_t u)
{
    int64_t middle = (l + u) / 2;
    for (int64_t step = 0;; step = step <= 0 ? 1 - step : -step) {
        if (middle + step >= u || middle + step < l) return middle;
        if (!same(p[middle + step].x, p[middle + step + 1].x)) return middle + step;
    }
}

/* Cells of more than `most` points are halved; each cut is a vertex. Recursion is as
 * deep as the tree, log2(n / most). */
static void build(const point *p, int64_t l, int64_t u, double low, double high, int64_t most, vertex *v, int64_t *count)
{
    if (u - l + 1 <= most) return;
    int64_t m = cut_at(p, l, u);
    double cut = p[m].x;
    if (same(cut, low) || same(cut, high)) return;
    v[(*count)++].x = cut;
    build(p, l, m, low, cut, most, v, count);
    build(p, m + 1, u, cut, high, most, v, count);
}

/* Solves the symmetric k × k system by Cholesky; false when (near) singular. */
static bool solve(int k, double a[3][3], double b[3])
{
    double l[3][3] = { { 0 } };
    for (int i = 0; i < k; i++)
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j];
            for (int t = 0; t < j; t++) sum -= l[i][t] * l[j][t];
            if (i == j && !(sum > 1e-13 * a[i][i])) return false;
            l[i][j] = i == j ? sqrt(sum) : sum / l[j][j];
        }
    for (int i = 0; i < k; i++) {
        for (int t = 0; t < i; t++) b[i] -= l[i][t] * b[t];
        b[i] /= l[i][i];
    }
    for (int i = k - 1; i >= 0; i--) {
        for (int t = i + 1; t < k; t++) b[i] -= l[t][i] * b[t];
        b[i] /= l[i][i];
    }
    return true;
}

/* Value and slope at v->x from the `near` closest points. */
static void fit(const point *p, int64_t n, int64_t near, vertex *v)
{
    int64_t lo = 0, hi = n - near; /* first point of the window: its right edge is no farther than the next left */
    while (lo < hi) {
        int64_t mid = (lo + hi) / 2;
        if (v->x - p[mid].x > p[mid + near].x - v->x) lo = mid + 1;
        else hi = mid;
    }
    const point *w = p + lo;
    double left = fabs(v->x - w[0].x), right = fabs(w[near - 1].x - v->x), radius = left > right ? left : right;
    double s[5] = { 0 }, t[3] = { 0 }, scale = radius > 0 ? 1 / radius : 0;
    for (int64_t i = 0; i < near; i++) {
        double u = (w[i].x - v->x) * scale, d = fabs(u), c = 1 - d * d * d;
        double weight = radius > 0 ? c * c * c : 1, m = weight;
        if (!(weight > 0)) continue;
        for (int k = 0; k < 5; k++, m *= u) {
            s[k] += m;
            if (k < 3) t[k] += m * w[i].y;
        }
    }
    for (int k = 3; k > 0; k--) { /* a lower degree where points are too few or too alike */
        double a[3][3], b[3] = { t[0], t[1], t[2] };
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++) a[i][j] = s[i + j];
        if (!solve(k, a, b)) continue;
        v->value = b[0];
        v->slope = k > 1 ? b[1] * scale : 0;
        return;
    }
    v->value = w[0].y;
    v->slope = 0;
}

static double blend(const vertex *a, const vertex *b, double x)
{
    double width = b->x - a->x, h = (x - a->x) / width, r = 1 - h;
    return r * r * (1 + 2 * h) * a->value + h * h * (3 - 2 * h) * b->value +
           (h * r * r * a->slope - h * h * r * b->slope) * width;
}

scilama_status slm_loess(scilama_context *ctx, const double *x, const double *y, int64_t n, double span, double *fitted, scilama_error *error)
{
    if (n <= 0) return SCILAMA_OK;
    SLM_SCOPE(work, ctx);
    point *p = slm_scope_array(&work, n, sizeof *p);
    vertex *v = slm_scope_zeros(&work, n + 2, sizeof *v);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) p[i] = (point){ x[i], y[i], i };
    sort_points(p, n);
    double low = p[0].x, high = p[n - 1].x, size = fmax(fabs(low), fabs(high)) * 1e-10 + 1e-30;
    double margin = 0.005 * fmax(high - low, size);
    int64_t count = 2, near = (int64_t)floor((double)n * span + 1e-5);
    near = near < 4 ? 4 : near;
    near = near > n ? n : near;
    v[0].x = low - margin;
    v[1].x = high + margin;
    build(p, 0, n - 1, v[0].x, v[1].x, (int64_t)floor((double)n * span * 0.2), v, &count);
    sort_vertices(v, count);
    for (int64_t i = 0; i < count; i++) fit(p, n, near, &v[i]);
    for (int64_t i = 0, cell = 0; i < n; i++) {
        while (cell < count - 2 && p[i].x > v[cell + 1].x) cell++;
        fitted[p[i].row] = blend(&v[cell], &v[cell + 1], p[i].x);
    }
    return SCILAMA_OK;
}
