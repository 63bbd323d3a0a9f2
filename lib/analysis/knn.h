/* SPDX-License-Identifier: MIT */
#ifndef SLM_KNN_H
#define SLM_KNN_H

/* Nearest neighbours of points among themselves. Row-major [n × dim], rows ld apart.
 * knn.c: exact; knn_approximate.c: by projection trees and descent. */

#include "core/core.h"

typedef struct slm_points {
    const float *x;
    int64_t n, dim, ld;
    int32_t metric; /* scilama_metric */
} slm_points;

/* indices [n × k]; distances [n × k] or NULL. k < n. */
scilama_status slm_knn_exact(scilama_context *ctx, const slm_points *points, int64_t k,
                             int32_t *indices, float *distances, scilama_error *error);

/* The same by random projection trees and neighbour descent; recall is estimated on a sample. */
scilama_status slm_knn_approximate(scilama_context *ctx, const slm_points *points, int64_t k, uint64_t seed,
                                   int32_t *indices, float *distances, int32_t *rounds, double *recall, scilama_error *error);

/* At most so many bytes are held meanwhile (slm_block_bytes() beside them). */
double slm_knn_exact_memory(int64_t n, int64_t dim, int64_t k, int32_t threads);
double slm_knn_approximate_memory(int64_t n, int64_t dim, int64_t k, int32_t threads);

/* Copies the points for single-precision products: right [n × (dim + 1)] holds the
 * centred (or unit) point and minus half its squared length: centring makes the
 * products small, and so their rounding. Centred points are scaled by a power of two,
 * unit receives its square. norms [n] holds the rows' lengths and receives those of
 * the centred, scaled rows (Euclidean). */
scilama_status slm_knn_prepare(scilama_context *ctx, const slm_points *points, float *right, double *norms, double *unit, scilama_error *error);

/* Squared Euclidean distance, or 1 - cosine, in double precision; `norms` are the
 * rows' lengths (cosine only). */
double slm_point_distance(const slm_points *points, const double *norms, int64_t a, int64_t b);
/* Lengths of the rows; NULL when out of memory. */
double *slm_point_norms(scilama_context *ctx, const slm_points *points);

/* A candidate and its distance: ordered by distance, then index. */
typedef struct slm_near { double d; int32_t index; } slm_near;
void slm_near_sort(slm_near *items, int64_t n);

#endif
