/* SPDX-License-Identifier: MIT */
#ifndef SLM_EIGEN_H
#define SLM_EIGEN_H

/* Symmetric eigenproblems. eigen.c: dense, all pairs; lanczos.c: a few pairs of what can be applied. */

#include "core/core.h"

/* All eigenpairs of a symmetric matrix. a [n × n] is destroyed; row i of vectors
 * [n × n] belongs to values[i], ascending; work [2n]. Householder, then implicit QL. */
void slm_eigh(double *a, double *vectors, double *values, double *work, int64_t n);
/* The `want` largest of them, the largest first. */
scilama_status slm_eigh_largest(scilama_context *ctx, double *a, int64_t n, int64_t want, double *values, double *vectors, scilama_error *error);
/* Their inner product in four sums. */
double slm_dot4(const double *x, const double *y, int64_t n);

/* y = A x for a symmetric A. */
typedef void (*slm_apply_fn)(void *arg, const double *x, double *y);

enum slm_which { SLM_LARGEST, SLM_LARGEST_MAGNITUDE };

typedef struct slm_lanczos {
    scilama_context *ctx;
    int64_t n, want;        /* want <= n */
    enum slm_which which;
    slm_apply_fn apply;
    void *arg;
    double tolerance;       /* residual relative to the largest magnitude */
    int32_t restarts;       /* most */
    uint64_t seed;
    const double *start;    /* [n] first vector; NULL = random */
} slm_lanczos;

/* Some eigenpairs by Lanczos with full orthogonalisation and thick restarts: values
 * [want] in the order of `which`, vectors [want × n] of unit length. residual (NULL
 * allowed) receives the largest one, relative; above the tolerance it did not converge. */
/* Bytes that slm_lanczos_run() holds. */
double slm_lanczos_memory(int64_t n, int64_t want, int32_t threads);
scilama_status slm_lanczos_run(const slm_lanczos *problem, double *values, double *vectors, double *residual, scilama_error *error);

#endif
