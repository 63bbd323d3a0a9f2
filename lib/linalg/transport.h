/* SPDX-License-Identifier: MIT */
#ifndef SLM_TRANSPORT_H
#define SLM_TRANSPORT_H

#include "core/core.h"

/* Numbers of scratch. */
int64_t slm_transport_work(int64_t n);
/* The symmetric map of least motion that gives normally distributed points of covariance F that of T (Olkin & Pukelsheim 1982),
 *   M = F^−½ (F^½ T F^½)^½ F^−½,   M F M = T.
 * All [n × n]; eigenvalues of F below a thousandth of their mean are taken for that. O(n³). */
void slm_transport(const double *from, const double *to, double *map, double *work, int64_t n);

#endif
