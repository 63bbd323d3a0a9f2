/* SPDX-License-Identifier: MIT */
#ifndef SLM_GEMM_H
#define SLM_GEMM_H

/* Dense products. Row-major. Cut into tiles by shape, so results do not depend on the
 * thread count. A tile is computed by our own micro-kernels (tile.h) where the processor
 * has them, else by one single-threaded BLIS call with a kernel set chosen by cpuid.
 * blis_gateway.c alone sees BLIS. */

#include "core/core.h"

typedef struct slm_gemm {
    int64_t m, n, k;
    bool ta, tb;                 /* C[m×n] = alpha op(A)[m×k] op(B)[k×n] + beta C */
    slm_real alpha, beta;
    const slm_real *a, *b;
    int64_t lda, ldb, ldc;       /* elements between stored rows */
    slm_real *c;
} slm_gemm;

/* Room for packed operands; of one caller at a time, 64-byte aligned. */
typedef struct slm_gemm_space {
    slm_real *own;         /* [slm_gemm_scratch(threads)] */
    char *shared;          /* operands packed once for all tiles that read them; NULL: every tile packs its own */
    int64_t shared_bytes;
    bool bf16;             /* round both operands to bfloat16 (nearest, ties to even); sums in single precision, k ascending
                            * (AVX-512 BF16: by pairs). Forms agree within the rounding of the sums: some 1e-6 √k. */
} slm_gemm_space;

/* Independent products, all tiles in one parallel region. count <= SLM_GEMM_GROUP. No
 * product reads what another writes; a product gives the same bits whatever its group and
 * whatever is shared. */
enum { SLM_GEMM_GROUP = 8 };
void slm_gemm_group(const scilama_context *ctx, const slm_gemm_space *space, const slm_gemm *products, int count);
int64_t slm_gemm_scratch(int threads, bool bf16); /* elements; 0 where BLIS does the work */
const char *slm_gemm_bf16_name(void); /* of the form in use here */
/* Bytes with which C[m × n] += A B over k steps shares all it can, up to some 8 MB; 0 where BLIS does the work. */
int64_t slm_gemm_shared(int64_t m, int64_t n, int64_t k);

/* One product. */
static inline void slm_gemm_one(const scilama_context *ctx, const slm_gemm_space *space, const slm_gemm *product)
{
    slm_gemm_group(ctx, space, product, 1);
}

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
