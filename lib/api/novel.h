/* SPDX-License-Identifier: MIT */
#ifndef SLM_NOVEL_H
#define SLM_NOVEL_H

/* Novelty of a query's cells (analysis/transfer.h) on axes of reference and query together (model/novelty.c), less what batches that the
 * model was adapted to add to their cells (model/drift.h). */

#include "analysis/transfer.h"
#include "model/drift.h"

typedef struct slm_novel {
    slm_drift drift;
    slm_joint joint;
    slm_sparsity sparsity;
    const scilama_dataset *dataset; /* where some of the sample had no count, which are looked for among all then; else NULL */
} slm_novel;

bool slm_novel_possible(const scilama_model *model, int64_t cells);
/* encoding: of the query. slm_novel_end() also after a failure. */
scilama_status slm_novel_begin(slm_novel *v, slm_encoding *encoding, const scilama_dataset *dataset, scilama_error *error);
/* Of cells first … first + n - 1, whose embedding mu [n × latent] is given, and their places on the axes of `joint`, which are changed. */
scilama_status slm_novel_measure(const slm_novel *v, int64_t first, int64_t n, const float *mu, float *places, float *novelty, scilama_error *error);
void slm_novel_end(slm_novel *v);

#endif
