/* SPDX-License-Identifier: MIT */
#include "analysis/adjust.h"
#include <math.h>

static bool before(const double *v, int64_t a, int64_t b)
{
    return v[a] < v[b] || (!(v[b] < v[a]) && a < b);
}

static void sift(const double *v, int64_t *order, int64_t at, int64_t n)
{
    int64_t item = order[at];
    for (int64_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && before(v, order[child], order[child + 1])) child++;
        if (!before(v, item, order[child])) break;
        order[at] = order[child];
    }
    order[at] = item;
}

int64_t slm_order_rising(const double *values, int64_t n, int64_t *order)
{
    int64_t m = 0;
    for (int64_t i = 0; i < n; i++)
        if (!isnan(values[i])) order[m++] = i;
    for (int64_t i = m / 2; i-- > 0;) sift(values, order, i, m);
    for (int64_t end = m; end-- > 1;) { /* heap sort: in place, and no two items are equal */
        int64_t top = order[0];
        order[0] = order[end];
        order[end] = top;
        sift(values, order, 0, end);
    }
    return m;
}

void slm_p_adjust(const double *p, int64_t n, double *adjusted, int64_t *order)
{
    int64_t m = slm_order_rising(p, n, order);
    double least = 1;
    if (adjusted != p)
        for (int64_t i = 0; i < n; i++) adjusted[i] = p[i];
    for (int64_t r = m; r-- > 0;) {
        double q = p[order[r]] * (double)m / (double)(r + 1);
        if (q < least) least = q;
        adjusted[order[r]] = least;
    }
}
