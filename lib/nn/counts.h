/* SPDX-License-Identifier: MIT */
#ifndef SLM_COUNTS_H
#define SLM_COUNTS_H

/* Poisson and negative binomial likelihoods of counts. The mean of gene g in a cell is
 * library · softmax(logits)_g. All sums in double. */

#include "core/core.h"

typedef struct slm_count_args {
    int64_t genes;
    const slm_real *counts;   /* [genes] of the cell */
    double library;           /* its sum; 0: no term, no gradient */
    const slm_real *bias;     /* [genes] added to the logits */
    const slm_real *log_theta; /* [genes]; NULL = Poisson */
    double coef;              /* of the gradient; 0: the logits become rates that sum to 1 */
    slm_real *rate;           /* [genes] scratch; NULL when coef = 0 */
    slm_real *bias_sum;       /* [genes] += d / d bias; NULL = not wanted */
    slm_real *theta_sum;      /* [genes] += d / d log_theta; NULL = not wanted */
} slm_count_args;

/* −ln p of one cell. logits [genes] without bias become coef · d / d logits. */
double slm_count_loss(const slm_count_args *a, slm_real *logits);

/* logits [genes] + bias → softmax, in place. bias may be NULL. */
void slm_softmax(slm_real *logits, const slm_real *bias, int64_t genes);

/* ln θ counts within these bounds; beyond, the likelihood no longer changes. */
#define SLM_LOG_THETA_MAX 15.0

/* ln Γ(x) and its derivative, x > 0. */
double slm_log_gamma(double x);
double slm_digamma(double x);

#endif
