/* SPDX-License-Identifier: MIT */
#ifndef SLM_PCA_H
#define SLM_PCA_H

/* pca.c: principal components; kmeans.c: k-means. */

#include "core/core.h"
#include "scilama/analysis.h"

/* count = slm_pca_count(options, n, g). Outputs may be NULL. */
scilama_status slm_pca(scilama_context *ctx, const float *x, int64_t n, int64_t g, int64_t ld, const scilama_pca_options *options,
                       float *scores, float *components, double *variances, double *total, scilama_error *error);
int64_t slm_pca_count(const scilama_pca_options *options, int64_t n, int64_t g);

/* Lloyd's algorithm from k-means++ seeds; outputs as scilama_kmeans(). */
/* At most so many bytes are held by slm_pca() for so many components. */
double slm_pca_memory(int64_t n, int64_t g, int64_t components, int32_t threads);
scilama_status slm_kmeans(scilama_context *ctx, const float *x, int64_t n, int64_t dim, int64_t ld, const scilama_kmeans_options *options,
                          int32_t *labels, float *centers, double *inertia, scilama_error *error);

#endif
