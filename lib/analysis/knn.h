/* SPDX-License-Identifier: MIT */
#ifndef SLM_KNN_H
#define SLM_KNN_H

/* Nearest neighbours of points among themselves, approximately (exactly: linalg/nearest.h): knn_approximate.c. */

#include "linalg/nearest.h"

/* As slm_knn_exact(), by random projection trees and neighbour descent; recall is estimated on a sample. */
scilama_status slm_knn_approximate(scilama_context *ctx, const slm_points *points, int64_t k, uint64_t seed,
                                   int32_t *indices, float *distances, int32_t *rounds, double *recall, scilama_error *error);

double slm_knn_approximate_memory(int64_t n, int64_t dim, int64_t k, int32_t threads);

#endif
