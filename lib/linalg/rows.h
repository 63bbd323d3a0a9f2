/* SPDX-License-Identifier: MIT */
#ifndef SLM_ROWS_H
#define SLM_ROWS_H

/* The view of cells × genes that everything reads which goes over them: rows of a list of cells, dense or compressed, where a
 * data set keeps them or as they come from elsewhere, some at a time. Nothing is copied for it. */

#include "core/core.h"

typedef struct slm_rows {
    int64_t first, n;        /* first .. first + n - 1 of the list */
    const int64_t *cells;    /* the list; NULL = every cell */
    int64_t genes;
    const float *values;     /* dense [rows × ld], or of compressed rows */
    int64_t ld;
    const int64_t *indptr;   /* NULL = dense */
    const int32_t *indices;  /* ascending and unique in a row */
    bool in_place;           /* stored by cell, else one after another */
} slm_rows;
typedef void (*slm_rows_fn)(void *arg, const slm_rows *rows);

/* One row: its cell, and `count` entries; indices NULL when dense. */
typedef struct slm_cell { int64_t cell, count; const float *x; const int32_t *indices; } slm_cell;

static inline slm_cell slm_row_at(const slm_rows *rows, int64_t i)
{
    int64_t cell = rows->cells ? rows->cells[rows->first + i] : rows->first + i, row = rows->in_place ? cell : i;
    if (!rows->indptr) return (slm_cell){ cell, rows->genes, rows->values + row * rows->ld, NULL };
    int64_t first = rows->indptr[row];
    return (slm_cell){ cell, rows->indptr[row + 1] - first, rows->values + first, rows->indices + first };
}

/* Gene of an entry. */
static inline int64_t slm_gene_at(const slm_cell *c, int64_t i) { return c->indices ? c->indices[i] : i; }

#endif
