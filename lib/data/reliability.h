/* SPDX-License-Identifier: MIT */
#ifndef SLM_RELIABILITY_H
#define SLM_RELIABILITY_H

/* What part of a gene's variance would be there again if the same cells were counted anew. */

#include "data/dataset.h"

typedef struct slm_halves {
    const int64_t *cells;    /* [n] ascending */
    int64_t n;
    const slm_column *batch; /* categorical: within its categories; NULL = all at once */
    const unsigned char *wanted; /* [genes]: of others it is 0; NULL = all */
    double target;           /* counts per cell after normalisation */
    double *reliability;     /* [genes] out: 0 to 1 */
} slm_halves;

/* Counts are dealt into two halves, each count by a toss of a coin, and both are normalised and logged: R = 2 r / (1 + r) of their correlation r
 * over the cells (Spearman, Brown), which counts that are only Poisson noise have at 0. Nothing is tossed: sums are the expected ones. At most
 * 16,384 of the cells are asked, evenly taken. O(their entries); memory for up to 24 numbers per wanted gene, and 8 per batch and one more. */
scilama_status slm_gene_reliability(const scilama_dataset *d, const slm_halves *h, scilama_error *error);
/* The standard error of a reliability near 0 that n cells tell. */
double slm_reliability_error(int64_t n);

#endif
