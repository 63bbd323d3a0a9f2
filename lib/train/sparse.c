/* SPDX-License-Identifier: MIT */
#include "train/trainer.h"

/* Single-cell counts are mostly zeros, and a scaled zero is the same number in every cell:
 * where entries are few, the cell encoder's first layer costs less as a sparse product. */

/* Entries per place below which it pays (docs/performance.md). */
static const double FEW = 0.2;

enum { LOOK = 256 }; /* cells to look at */

/* The share of places with an entry, over cells spread evenly over the training cells: the
 * same whatever the storage. */
scilama_status slm_trainer_choose_sparse(scilama_trainer *t, scilama_error *error)
{
    slm_workspace *ws = &t->ws;
    if (t->model->net.axes) return SCILAMA_OK; /* few columns, all of them full */
    const slm_design *d = t->design;
    int64_t genes = d->genes, looked = d->n_train < LOOK ? d->n_train : LOOK, entries = 0;
    for (int64_t g = 0; g < ws->ld_x; g++) ws->sparse_base[g] = g < genes && d->zero ? (slm_real)d->zero[g] : 0;
    for (int64_t i = 0; i < looked; i++) t->cells[i] = d->train[i * d->n_train / looked];
    for (int64_t i = 0; i < looked; i++) {
        SLM_TRY(slm_design_gather(d, t->cells + i, 1, looked - i, ws->x, ws->ld_x, error));
        for (int64_t g = 0; g < genes; g++) entries += ws->x[g] != ws->sparse_base[g];
    }
    t->sparse = (double)entries < FEW * (double)looked * (double)genes;
    return SCILAMA_OK;
}
