/* SPDX-License-Identifier: MIT */
#ifndef SLM_EXPRESSION_H
#define SLM_EXPRESSION_H

/* Cells × genes, transformed as they are read. */

#include "linalg/rows.h"

typedef struct slm_expression {
    int64_t cells, genes;
    slm_rows rows;           /* all of them; without values where they are not in memory */
    const double *factor;    /* [cells]; NULL = 1 */
    bool logged;             /* take log1p */
    /* rows that are not in memory: hands the rows of cells[n] (ascending; NULL = all) of the source to fn; NULL = in memory */
    scilama_status (*scan)(void *source, const int64_t *cells, int64_t n, slm_rows_fn fn, void *arg, scilama_error *error);
    void *source;
} slm_expression;

/* The same bits as a prepared design before scaling. */
static inline float slm_expression_value(const slm_expression *e, int64_t cell, float x)
{
    if (!e->factor && !e->logged) return x;
    double v = (double)x * (e->factor ? e->factor[cell] : 1);
    return (float)(e->logged ? log1p(v) : v);
}

/* Hands the rows of cells[n] to fn, all at once or some at a time. */
static inline scilama_status slm_expression_scan(const slm_expression *e, const int64_t *cells, int64_t n, slm_rows_fn fn, void *arg, scilama_error *error)
{
    if (e->scan) return e->scan(e->source, cells, n, fn, arg, error);
    slm_rows rows = e->rows;
    rows.cells = cells;
    rows.n = n;
    fn(arg, &rows);
    return SCILAMA_OK;
}

#endif
