/* SPDX-License-Identifier: MIT */
#ifndef SLM_CONCAT_H
#define SLM_CONCAT_H

/* Several datasets as one. concat.c: genes, names, the matrix in memory; concat_columns.c: columns of cells;
 * concat_source.c: rows that stay where they are. */

#include "data/dataset.h"

/* The datasets, and where each of them comes to lie. */
typedef struct slm_concat {
    scilama_context *ctx;
    scilama_dataset *const *parts;
    int64_t n;
    const char *const *keys;
    int64_t *first;          /* [n + 1] cell of the whole at which each begins */
    int64_t cells, genes;
    int32_t *places;         /* gene of the whole, or -1, of each gene of each part, one part after another */
    const int32_t **place;   /* [n] into places; NULL: the same genes in the same order */
    unsigned char *ordered;  /* [n] genes that stay are in the order of the whole */
} slm_concat;

/* Adds the columns of all parts to the whole. */
scilama_status slm_concat_columns(const slm_concat *c, scilama_dataset *whole, scilama_error *error);
/* Rows of parts that are streamed, as one source; it holds on to theirs, and takes places along. */
scilama_status slm_concat_source(slm_source **out, slm_concat *c, scilama_error *error);
/* A row of a part, in place: genes that the whole lacks are dropped, the others renamed and sorted; returns what is left. */
int64_t slm_concat_row(const int32_t *place, bool ordered, const int32_t *from_index, const float *from_value, int64_t count, int32_t *index, float *value);

#endif
