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
 * points over that to the 8 nearest points, less what their numbers explain, averaged over a point and its 30 nearest, of points that
 * stand for all, and then over the 4 of these that are nearest to the point asked for. */
typedef struct slm_sparsity {
    int64_t dim, count;
    float *sample;              /* [count × dim] */
    slm_tree of_sample;
    float *level;               /* [count] */
} slm_sparsity;

/* reference [n × dim]; sample [count × dim], points that stand for all, becomes the object's own, whatever comes of it. n, count >= 10. */
scilama_status slm_sparsity_create(scilama_context *ctx, slm_sparsity *s, const float *reference, int64_t n, int64_t dim, float *sample, int64_t count,
                                   scilama_error *error);
/* For points [n × dim], number first, first + 1, … for errors; out [n]. */
scilama_status slm_sparsity_measure(scilama_context *ctx, const slm_sparsity *s, const float *points, int64_t first, int64_t n, float *out,
                                    scilama_error *error);
void slm_sparsity_free(scilama_context *ctx, slm_sparsity *s);

#endif
