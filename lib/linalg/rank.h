/* SPDX-License-Identifier: MIT */
#ifndef SLM_RANK_H
#define SLM_RANK_H

#include <stdint.h>

/* Average ranks (1-based, ties share their mean) of n finite floats, by radix sort.
 * scratch: slm_rank_scratch(n) bytes. Returns Σ (t³ - t) over groups of t ties. */
double slm_rank_average(const float *values, int64_t n, float *ranks, void *scratch);
int64_t slm_rank_scratch(int64_t n);

/* Pearson correlation in double; NaN when either side is constant. */
double slm_pearson(const float *x, const float *y, int64_t n);

#endif
