/* SPDX-License-Identifier: MIT */
#ifndef SLM_GEMM_H
#define SLM_GEMM_H

/* Dense products. Row-major. Cut into tiles by shape; every tile is one
 * single-threaded BLIS call with a kernel set chosen by cpuid, so results do not
 * depend on the thread count. blis_gateway.c alone sees BLIS. */

#include "core/core.h"

typedef struct slm_gemm {
    int64_t m, n, k;
    bool ta, tb;                 /* C[m×n] = alpha op(A)[m×k] op(B)[k×n] + beta C */
    slm_real alpha, beta;
    const slm_real *a, *b;
    int64_t lda, ldb, ldc;       /* elements between stored rows */
    slm_real *c;
} slm_gemm;

/* Independent products, all tiles in one parallel region. count <= 8. */
void slm_gemm_group(const scilama_context *ctx, const slm_gemm *products, int count);

/* One product. */
static inline void slm_gemm_one(const scilama_context *ctx, const slm_gemm *product) { slm_gemm_group(ctx, product, 1); }

/* One product on the calling thread (inside a parallel task). */
void slm_gemm_serial(const slm_gemm *product);
/* The same in float whatever slm_real is (analysis). C[m×n] = alpha op(A) op(B) + beta C. */
void slm_sgemm_serial(bool ta, bool tb, int64_t m, int64_t n, int64_t k, float alpha,
                      const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc);
void slm_dgemm_serial(bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha,
                      const double *a, int64_t lda, const double *b, int64_t ldb, double beta, double *c, int64_t ldc);

/* Checks the BLIS in use against the one built with. */
scilama_status slm_gemm_setup(scilama_context *ctx, scilama_error *error);
/* Appends "blis": ..., "kernels": ... */
void slm_gemm_describe(const scilama_context *ctx, slm_bytes *json);

#endif
