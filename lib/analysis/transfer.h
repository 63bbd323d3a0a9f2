/* SPDX-License-Identifier: MIT */
#ifndef SLM_TRANSFER_H
#define SLM_TRANSFER_H

/* Points among the points of a reference: neighbours, and what their labels say. */

#include "linalg/nearest.h"

/* Votes of k neighbours: weight exp(−d² / 2h²), h the point's mean distance; votes [categories] sum to 1, all 0
 * when no neighbour has a label. */
void slm_vote(const int32_t *codes, int64_t categories, const int32_t *indices, const float *distances, int64_t k, double *votes);
/* Votes into probabilities. */
void slm_calibrate(double *votes, int64_t categories, double temperature, double floor);
/* The temperature and floor under which the reference's own cells, each left out in turn, are likeliest.
 * indices, distances [n × k] of the cells cell[n]. */
scilama_status slm_calibration_fit(scilama_context *ctx, const int32_t *codes, int64_t categories, const int32_t *cell, int64_t n, const int32_t *indices,
                                   const float *distances, int64_t k, double *temperature, double *floor, scilama_error *error);

/* How much sparser a reference is around points than the points themselves: log of the mean distance to the 8 nearest reference
 * points over that to the 8 nearest points, less what their numbers explain, averaged over a point and its 30 nearest. Both are
 * thinned for the search: reference points every so manieth, of m points those numbered slm_thinned(m, i), i < slm_thinned_count(m). */
typedef struct slm_sparsity {
    int64_t dim, reference_cells, points, thinned; /* the last: of the points */
    float *reference, *sample;  /* [… × dim] thinned */
    slm_tree of_reference, of_sample;
    float *ratio;               /* [thinned] */
} slm_sparsity;

/* reference [n × dim]; sample [slm_thinned_count(m) × dim], the thinned points, becomes the object's own. n, m >= 10. */
scilama_status slm_sparsity_create(scilama_context *ctx, slm_sparsity *s, const float *reference, int64_t n, int64_t dim, float *sample, int64_t m,
                                   scilama_error *error);
/* For points number first … first + count - 1, [count × dim]; out [count]. */
scilama_status slm_sparsity_measure(scilama_context *ctx, const slm_sparsity *s, const float *points, int64_t first, int64_t count, float *out,
                                    scilama_error *error);
void slm_sparsity_free(scilama_context *ctx, slm_sparsity *s);

#endif
