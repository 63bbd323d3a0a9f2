/* SPDX-License-Identifier: MIT */
#ifndef SLM_RAW_COUNTS_H
#define SLM_RAW_COUNTS_H

/* The counts behind a prepared dataset, for likelihoods of counts. */

#include "data/dataset.h"

typedef struct slm_raw_counts {
    scilama_context *ctx;
    slm_store *store;         /* what of the matrix is the dataset's, retained; its owner if borrowed: the caller */
    slm_rows rows;            /* of the matrix; without values of a streamed one */
    int64_t genes;            /* of the model */
    int64_t *column;          /* [genes] of the matrix, -1 = absent: counts of zero */
    int32_t *place;           /* [genes of the matrix] model gene, or -1 */
} slm_raw_counts;

/* E_INVALID, naming a cell and gene, unless every value is a non-negative integer. */
scilama_status slm_raw_counts_check(const scilama_dataset *dataset, scilama_error *error);
scilama_status slm_raw_counts_create(slm_raw_counts **out, scilama_dataset *dataset, const slm_recipe *recipe, scilama_error *error);
void slm_raw_counts_destroy(slm_raw_counts *counts); /* NULL allowed */
/* out [n × genes]; not of a streamed dataset, whose design gathers them (slm_design_gather_raw) */
void slm_raw_counts_gather(const slm_raw_counts *counts, const int64_t *cells, int64_t n, slm_real *out);

#endif
