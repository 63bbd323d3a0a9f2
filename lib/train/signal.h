/* SPDX-License-Identifier: MIT */
#ifndef SLM_SIGNAL_H
#define SLM_SIGNAL_H

/* What the training cells hold beyond noise, as their leading principal axes tell before training: how large the KL
 * weight may be, and what the gene vectors explain. */

#include "train/trainer.h"

typedef struct slm_signal {
    int64_t count;   /* axes whose variance noise alone does not reach */
    double *axes;    /* [count × G] of unit length */
    double variance; /* of the cells along these axes without noise, in variances of an average gene */
} slm_signal;

/* From at most 1,024 training cells, spread over the data; the same bits for any number of threads. */
scilama_status slm_signal_measure(slm_signal *out, const scilama_trainer *t, scilama_error *error);
void slm_signal_free(scilama_context *ctx, slm_signal *signal);

/* prior_fit.c: ρ and the basis of the prior's mean, from the gene vectors and the axes. */
scilama_status slm_prior_fit(scilama_trainer *t, const slm_signal *signal, scilama_error *error);

#endif
