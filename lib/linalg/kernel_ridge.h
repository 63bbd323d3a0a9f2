/* SPDX-License-Identifier: MIT */
#ifndef SLM_KERNEL_RIDGE_H
#define SLM_KERNEL_RIDGE_H

/* Kernel ridge regression (the mean of a Gaussian process) from vectors of several tables to
 * targets. With A_t the rows of table t, centred on the known ones and of length 1, and
 * present_t(i) = 1 where row i has a vector in t:
 *   K(i, j) = (Σ_t w_t present_t(i) present_t(j) exp(-|A_t(i) - A_t(j)|²))² / (n(i) n(j)),
 * n(i) the weights w_t of the tables where i has a vector: the square lets tables speak together, for genes that are
 * alike in all of them are more alike than the sum of the tables tells. The weights are equal, or by the evidence in the
 * targets (kernel_features.h): a table that tells nothing of them then counts for next to nothing. So weighed, a row is told
 * from the tables that have it alone, with weights for these where a twentieth of the rows have the same ones. A table
 * that has a vector of no known row, or of one, is left out, weight 0.
 *   predicted = m + K* (K + λ I)⁻¹ (Y - m),  m the columns' means of Y [known × k]
 * TREND: K + 3 Σ_t w_t A_t(i)·A_t(j): what rises along a direction of the vectors goes on rising beyond the
 * nearest rows. For targets that do, as a gene's level does with its level in another data set.
 * LINEAR: A_t as they came (rows of length 1, not centred), K the mean of their products.
 * NEAREST: the mean of Y over the `nearest` known rows of greatest LINEAR kernel.
 * Every column has a λ of its own, the one of a grid with the least squared error on a fifth of the
 * known rows: what vectors tell of one column they may not tell of another. */

#include "core/core.h"

enum slm_kernel_kind { SLM_KERNEL_GAUSSIAN, SLM_KERNEL_TREND, SLM_KERNEL_LINEAR, SLM_KERNEL_NEAREST };

typedef struct slm_kernel_table {
    const float *rows;       /* [n × width]; a row that is not finite, or zero, has no vector */
    int64_t width;
} slm_kernel_table;

typedef struct slm_kernel_options {
    int kind;
    int64_t nearest;         /* of NEAREST */
    int64_t weigh;           /* known rows at most by which several tables are weighed; 0: all alike */
} slm_kernel_options;

typedef struct slm_kernel_found {
    double *lambda;          /* [k], may be NULL */
    double *weight;          /* [n_tables], may be NULL */
    double explained;        /* the share of that fifth's variance about the mean which is told */
} slm_kernel_found;

/* rows 0 … known - 1 of n have targets [known × k]; predicted [(n - known) × k] are those of the others; found may be NULL.
 * found: of the rows that most tables have. The same bits for any thread count. O(known² (Σ widths + 30 k)) for rows of the same tables, and room
 * for known² floats; weighing is as slm_kernel_weights() says, and gives its room back. */
scilama_status slm_kernel_ridge(scilama_context *ctx, const slm_kernel_options *o, const slm_kernel_table *tables, int64_t n_tables, int64_t n, int64_t known,
                                const float *targets, int64_t k, float *predicted, slm_kernel_found *found, scilama_error *error);

#endif
