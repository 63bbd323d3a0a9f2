/* SPDX-License-Identifier: MIT */
#ifndef SLM_MIXING_H
#define SLM_MIXING_H

#include "core/core.h"

/* Metrics of neighbourhoods. indices [n × ld], of which the first k of each row count;
 * distances likewise; codes in 0 .. groups-1. */

/* lisi [n]; Korsunsky et al. 2019 as scib-metrics computes it: -1 where the
 * neighbourhood's weights have no entropy. */
scilama_status slm_lisi(scilama_context *ctx, int64_t n, int64_t k, int64_t ld, const int32_t *indices, const float *distances,
                        const int32_t *codes, int64_t groups, double perplexity, double *lisi, scilama_error *error);

/* Share of the points whose neighbourhood (themselves included) does not differ from
 * the whole in its batches: chi-squared test at level alpha (Buettner et al. 2018). */
scilama_status slm_kbet(scilama_context *ctx, int64_t n, int64_t k, int64_t ld, const int32_t *indices,
                        const int32_t *codes, int64_t groups, double alpha, double *accepted, scilama_error *error);

/* Mean over groups of the share of members in the largest strongly connected component
 * of the neighbour graph among them. */
scilama_status slm_graph_connectivity(scilama_context *ctx, int64_t n, int64_t k, int64_t ld, const int32_t *indices,
                                      const int32_t *codes, int64_t groups, double *value, scilama_error *error);

/* Median of the values that are numbers; reorders them. NaN when there is none. */
double slm_median(double *values, int64_t n);
/* Probability of a chi-squared variable above x. */
double slm_chi2_above(double degrees, double x);

#endif
