/* SPDX-License-Identifier: MIT */
#ifndef SLM_GENE_COLUMNS_H
#define SLM_GENE_COLUMNS_H

/* Genes one after another out of a matrix stored by cell: blocks of consecutive genes
 * are turned into columns of their non-zero entries, a bounded number at a time. */

#include "core/core.h"
#include "linalg/expression.h"

typedef struct slm_gene_columns {
    scilama_context *ctx;
    const slm_expression *e;
    int64_t *stored;   /* [genes] non-zero entries */
    int64_t widest;    /* the largest of them */
    int64_t *cursor;   /* [cells] next entry of a row (compressed rows) */
    int64_t first, count; /* genes of the block at hand */
    int64_t *start;    /* [count + 1] into cell and value */
    int32_t *cell;     /* ascending within a gene */
    float *value;      /* not yet transformed */
} slm_gene_columns;

scilama_status slm_gene_columns_open(slm_gene_columns *c, scilama_context *ctx, const slm_expression *e, scilama_error *error);
/* The next block, c->count genes; 0 after the last one. Of rows not in memory each block takes a pass over them. */
scilama_status slm_gene_columns_next(slm_gene_columns *c, scilama_error *error);
void slm_gene_columns_close(slm_gene_columns *c);

#endif
