/* SPDX-License-Identifier: MIT */
#ifndef SLM_TURN_H
#define SLM_TURN_H

/* What is left between a category's cells, shifted and stretched, and the training cells: offsets and second moments of clusters (vae/shift.h). */

#include "vae/shift.h"

/* Numbers of scratch. */
int64_t slm_turn_work(const slm_shifts *s, int64_t n);
/* Fills the last turn, which is of zeros, by n cells of its column: their projections y [n × axes] and covariates [n × covariates]. Shifts and
 * spreads of the column are known. */
void slm_turn_find(slm_net *net, const slm_real *y, const slm_real *covariate, int64_t n, double *work);

#endif
