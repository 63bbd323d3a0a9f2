/* SPDX-License-Identifier: MIT */
#ifndef SLM_TRANSFER_H
#define SLM_TRANSFER_H

/* Points among the points of a reference: neighbours, and what their labels say. */

#include "core/core.h"

/* Votes of k neighbours: weight exp(−d² / 2h²), h the point's mean distance; votes [categories] sum to 1, all 0
 * when no neighbour has a label. */
void slm_vote(const int32_t *codes, int64_t categories, const int32_t *indices, const float *distances, int64_t k, double *votes);
/* Votes into probabilities. */
void slm_calibrate(double *votes, int64_t categories, double temperature, double floor);
/* The temperature and floor under which the reference's own cells, each left out in turn, are likeliest.
 * indices, distances [n × k] of the cells cell[n]. */
scilama_status slm_calibration_fit(scilama_context *ctx, const int32_t *codes, int64_t categories, const int32_t *cell, int64_t n, const int32_t *indices,
                                   const float *distances, int64_t k, double *temperature, double *floor, scilama_error *error);

/* How much sparser the reference [n × dim] is around points [m × dim] than the points themselves: log of the mean distance to
 * the 8 nearest reference points over that to the 8 nearest points, less what their numbers explain, averaged over a point and
 * its neighbours. Both are thinned to 16,384 for the search. m, n >= 10. */
scilama_status slm_sparser(scilama_context *ctx, const float *reference, int64_t n, int64_t dim, const float *points, int64_t m, float *out, scilama_error *error);

#endif
