/* SPDX-License-Identifier: MIT */
#ifndef SLM_EXPRESSION_H
#define SLM_EXPRESSION_H

/* A view of cells × genes, transformed as it is read: nothing is copied. */

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct slm_expression {
    int64_t cells, genes;
    const float *values;     /* dense [cells × ld], or of compressed rows */
    int64_t ld;
    const int64_t *indptr;   /* [cells + 1]; NULL = dense */
    const int32_t *indices;  /* sorted and unique in a row */
    const double *factor;    /* [cells]; NULL = 1 */
    bool logged;             /* take log1p */
} slm_expression;

/* The same bits as a prepared design before scaling. */
static inline float slm_expression_value(const slm_expression *e, int64_t cell, float x)
{
    if (!e->factor && !e->logged) return x;
    double v = (double)x * (e->factor ? e->factor[cell] : 1);
    return (float)(e->logged ? log1p(v) : v);
}

#endif
