/* SPDX-License-Identifier: MIT */
#ifndef SLM_LOESS_H
#define SLM_LOESS_H

#include "core/core.h"

/* Local quadratic regression of y on x (Cleveland & Grosse, Computational methods
 * for local regression, Stat. Comput. 1991; tricube weights over the nearest
 * span · n points), fitted at the vertices of a one-dimensional k-d tree and joined
 * by cubic Hermite blending. fitted[n] at the points themselves. The result does
 * not depend on the order of the points. */
scilama_status slm_loess(scilama_context *ctx, const double *x, const double *y, int64_t n, double span, double *fitted, scilama_error *error);

#endif
