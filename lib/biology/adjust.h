/* SPDX-License-Identifier: MIT */
#ifndef SLM_ADJUST_H
#define SLM_ADJUST_H

#include "core/core.h"

/* Benjamini and Hochberg; NaNs stay and do not count. order [n] is scratch. adjusted may be p. */
void slm_p_adjust(const double *p, int64_t n, double *adjusted, int64_t *order);

/* order[n] = indices of the values that are numbers, rising, ties by index; returns how many. */
int64_t slm_order_rising(const double *values, int64_t n, int64_t *order);

#endif
