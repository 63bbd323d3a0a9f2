/* SPDX-License-Identifier: MIT */
#ifndef SLM_PRINCIPAL_H
#define SLM_PRINCIPAL_H

/* Principal axes of centred data. */

#include "core/core.h"

/* The first `want` principal axes of x [n × d], whose columns have mean zero:
 * variance [want] descending (divisor n - 1), axes [want × d] of unit length, the
 * component of largest magnitude positive. want <= min(n - 1, d), or 1; an axis
 * without variance is zero. The same bits for any thread count.
 * O(n d min(n, d)), and O(min(n, d)³) when more than a quarter of the axes is wanted. */
scilama_status slm_principal_axes(scilama_context *ctx, const float *x, int64_t n, int64_t d, int64_t want,
                                  double *variance, double *axes, scilama_error *error);

#endif
