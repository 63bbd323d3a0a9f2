/* SPDX-License-Identifier: MIT */
#ifndef SLM_KERNEL_FEATURES_H
#define SLM_KERNEL_FEATURES_H

/* What kernel_ridge.h compares genes by, and how much each table of them is to count. */

#include "linalg/kernel_ridge.h"

typedef struct slm_kernel_features { float *x; uint8_t *present; int64_t width; } slm_kernel_features; /* [n × width], [n] */

/* Rows order[n] of a table, of length 1; centred: less the mean of the first `known`. Memory is of the scope. */
scilama_status slm_kernel_features_make(slm_scope *work, bool centred, const slm_kernel_table *t, const int64_t *order, int64_t n, int64_t known,
                                        slm_kernel_features *f, scilama_error *error);

/* kernel_weights.c. weight [n_tables], of sum 1: of the Gaussian kernel of kernel_ridge.h those that make targets
 * [rows × k] most likely, all columns c that vary with one λ and a variance s_c of their own:
 *   Y_c ~ N(m_c, s_c (K(w) + λ I)),  ln w_t ~ N(ln of the share of rows that t has, 2²)
 * By the signs of the gradient (resilient propagation), at most 20 steps. rows: of the features' first. As they are given, where targets are not
 * finite. Room for rows² (tables + 3) floats, O(20 rows² (2 rows + 3 tables)). The same bits for any thread count. */
scilama_status slm_kernel_weights(scilama_context *ctx, const slm_kernel_features *f, int64_t n_tables, int64_t rows, const float *targets, int64_t k,
                                  double *weight, scilama_error *error);

/* The same likelihood and its gradient by ln w and ln λ [n_tables + 1], the prior left out: for tests. */
scilama_status slm_kernel_evidence(scilama_context *ctx, const slm_kernel_features *f, int64_t n_tables, int64_t rows, const float *targets, int64_t k,
                                   const double *weight, double lambda, double *evidence, double *gradient, scilama_error *error);

#endif
