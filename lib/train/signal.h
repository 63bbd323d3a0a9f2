/* SPDX-License-Identifier: MIT */
#ifndef SLM_SIGNAL_H
#define SLM_SIGNAL_H

/* What the training cells hold beyond noise and covariates, as their leading principal axes tell before training: how
 * large the KL weight may be, what the gene vectors explain, and what the cell encoder reads. */

#include "train/trainer.h"

typedef struct slm_signal {
    int64_t count;   /* of the first 20 axes: those whose variance noise alone does not reach */
    int64_t beyond;  /* likewise of all axes */
    int64_t total;   /* axes at hand */
    double *axes;    /* [total × G] of unit length */
    double *match;   /* [total] squared cosine to be expected between an axis and the one that all cells ever to come would show */
    double *spread;  /* [total] standard deviation of the cells along an axis without noise; 0 within noise */
    double *mean;    /* [G] of the cells */
    double noise;    /* variance of an average gene */
    double variance; /* of the cells along these axes without noise, in variances of an average gene */
} slm_signal;

/* `want` axes, at least 20, from at most 4,096 training cells, spread over the data; the same bits for any number of threads. */
scilama_status slm_signal_measure(slm_signal *out, const scilama_trainer *t, int64_t want, scilama_error *error);
/* `most` training cells at most, in runs of neighbours, so that streamed data need not be read whole. Returns how many. */
int64_t slm_signal_cells(const slm_design *d, int64_t most, int64_t *cells);
void slm_signal_free(scilama_context *ctx, slm_signal *signal);

/* axes.c: whether V of the encoder has been set; and setting it, for which the signal's axes are overwritten. */
bool slm_axes_known(const slm_net *net);
void slm_axes_set(const slm_net *net, const slm_signal *signal, const slm_prior *prior);

/* shift_fit.c: the clusters of cells along the axes, and how far each covariate moves them (vae/shift.h). */
scilama_status slm_shift_fit(scilama_trainer *t, scilama_error *error);

/* mixture_fit.c: the mixture that cells are along the axes beyond noise, where they are one (vae/mixture.h). */
scilama_status slm_mixture_fit(scilama_trainer *t, const slm_signal *signal, scilama_error *error);

/* prior_fit.c: ρ and the basis of the prior's mean, from the gene vectors and the axes. */
scilama_status slm_prior_fit(scilama_trainer *t, const slm_signal *signal, scilama_error *error);

#endif
