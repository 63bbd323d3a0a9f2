/* SPDX-License-Identifier: MIT */
#include "biology/adjust.h"
#include "core/sort.h"

/* Orders of values, and p values adjusted for their number by Benjamini and Hochberg's step up (1995); NaN stays out of both. */

/* Positions in order of their values, ties by position: no two are equal. */
typedef struct ranking { const double *v; int64_t *order; } ranking;

static inline bool before(ranking r, int64_t i, int64_t j)
{
    int64_t a = r.order[i], b = r.order[j];
    return r.v[a] < r.v[b] || (!(r.v[b] < r.v[a]) && a < b);
}

static inline void swap(ranking r, int64_t i, int64_t j)
{
    int64_t t = r.order[i];
    r.order[i] = r.order[j];
    r.order[j] = t;
}

SLM_SORT(sort, ranking, before, swap)

int64_t slm_order_rising(const double *values, int64_t n, int64_t *order)
{
    int64_t m = 0;
    for (int64_t i = 0; i < n; i++)
        if (!isnan(values[i])) order[m++] = i;
    sort((ranking){ values, order }, m);
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
