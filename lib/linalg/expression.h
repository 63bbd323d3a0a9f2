/* SPDX-License-Identifier: MIT */
#ifndef SLM_EXPRESSION_H
#define SLM_EXPRESSION_H

/* A view of cells × genes, transformed as it is read: nothing is copied. Its rows may come
 * from elsewhere, a few at a time: then values, indptr and indices are NULL. */

#include "core/core.h"
#include <math.h>

typedef struct slm_expression slm_expression;

/* Some rows, in the order of a list of cells. */
typedef struct slm_expression_rows {
    const slm_expression *e;
    int64_t first, n;        /* first .. first + n - 1 of the list */
    const int64_t *cells;    /* the list; NULL = every cell */
    const float *values;
    int64_t ld;
    const int64_t *indptr;   /* NULL = dense */
    const int32_t *indices;
    bool in_place;           /* stored by cell, else one after another */
} slm_expression_rows;
typedef void (*slm_expression_fn)(void *arg, const slm_expression_rows *rows);

struct slm_expression {
    int64_t cells, genes;
    const float *values;     /* dense [cells × ld], or of compressed rows */
    int64_t ld;
    const int64_t *indptr;   /* [cells + 1]; NULL = dense */
    const int32_t *indices;  /* sorted and unique in a row */
    const double *factor;    /* [cells]; NULL = 1 */
    bool logged;             /* take log1p */
    /* rows that are not in memory: hands the rows of cells[n] (ascending; NULL = all) to fn; NULL = in memory */
    scilama_status (*scan)(const slm_expression *e, const int64_t *cells, int64_t n, slm_expression_fn fn, void *arg, scilama_error *error);
    void *source;            /* of scan */
};

/* The same bits as a prepared design before scaling. */
static inline float slm_expression_value(const slm_expression *e, int64_t cell, float x)
{
    if (!e->factor && !e->logged) return x;
    double v = (double)x * (e->factor ? e->factor[cell] : 1);
    return (float)(e->logged ? log1p(v) : v);
}

/* Row i of rows: its cell, and its entries; indices NULL when dense. */
static inline int64_t slm_expression_row(const slm_expression_rows *rows, int64_t i, int64_t *cell, const float **x, const int32_t **indices)
{
    *cell = rows->cells ? rows->cells[rows->first + i] : rows->first + i;
    int64_t row = rows->in_place ? *cell : i, first = rows->indptr ? rows->indptr[row] : row * rows->ld;
    *x = rows->values + first;
    *indices = rows->indptr ? rows->indices + first : NULL;
    return rows->indptr ? rows->indptr[row + 1] - first : rows->e->genes;
}

/* Hands the rows of cells[n] to fn, all at once or some at a time. */
static inline scilama_status slm_expression_scan(const slm_expression *e, const int64_t *cells, int64_t n, slm_expression_fn fn, void *arg, scilama_error *error)
{
    if (e->scan) return e->scan(e, cells, n, fn, arg, error);
    const slm_expression_rows rows = { e, 0, n, cells, e->values, e->ld, e->indptr, e->indices, true };
    fn(arg, &rows);
    return SCILAMA_OK;
}

#endif
