/* SPDX-License-Identifier: MIT */
#include "linalg/gemm.h"
#include "core/thread.h"
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wfloat-conversion"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wextra"
#endif
#include <blis.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

/* The only file that sees BLIS. Always the expert calls with an explicit
 * one-thread rntm_t on the stack: nothing process-wide is read or changed. */

/* With the static archive the kernel set is looked up by architecture, because
 * BLIS takes its generic kernels on processors newer than itself. Shared BLIS does
 * not export the look-up: its own choice stands. */
static cntx_t *kernels(void)
{
#if defined(SLM_BLIS_STATIC) && defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return bli_gks_lookup_nat_cntx(BLIS_ARCH_SKX);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return bli_gks_lookup_nat_cntx(__builtin_cpu_is("amd") ? BLIS_ARCH_ZEN3 : BLIS_ARCH_HASWELL);
#endif
    return NULL;
}

static const char *kernel_name(void)
{
#if defined(SLM_BLIS_STATIC) && defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return "skx";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return __builtin_cpu_is("amd") ? "zen3" : "haswell";
#endif
    return bli_arch_string(bli_arch_query_id());
}

scilama_status slm_gemm_setup(scilama_context *ctx, scilama_error *error)
{
    bli_init();
    const char *running = bli_info_get_version_str();
    /* rntm_t changed its layout between versions that share a SONAME */
    if (strcmp(running, SLM_BLIS_VERSION_TEXT) != 0 && strcmp(SLM_BLIS_VERSION_TEXT, "unknown") != 0)
        return slm_fail(error, SCILAMA_E_DEPENDENCY, "BLIS %s is loaded, but libscilama was built with BLIS %s", running, SLM_BLIS_VERSION_TEXT);
    if (strcmp(kernel_name(), "generic") == 0)
        slm_log(ctx, SCILAMA_LOG_WARNING, "BLIS %s uses its generic kernels on this processor: expect a fifth of the speed", running);
    return SCILAMA_OK;
}

void slm_gemm_describe(const scilama_context *ctx, slm_bytes *json)
{
#ifdef SLM_BLIS_STATIC
    const char *linked = "static";
#else
    const char *linked = "shared";
#endif
    slm_bytes_json(json, "\"blis\": %q, \"blis_linked\": %q, \"blis_kernels\": %q, \"bf16_kernels\": %q", bli_info_get_version_str(), linked, kernel_name(),
                   slm_gemm_bf16_name());
}

/* BLIS 0.9's dot-product kernels of AVX2 for small matrices read an element of the row after an operand's last where one row is left and the depth is no
 * multiple of 8 (flame/blis#824): such products go without them. */
static void keep_within(rntm_t *rntm, bool ta, bool tb, int64_t k)
{
    if (!ta && tb && k % 8 && strcmp(kernel_name(), "skx") != 0) bli_rntm_disable_l3_sup(rntm);
}

/* dim_t and inc_t have 32 bits on such processors, where no matrix is longer. */
void slm_sgemm_serial(bool ta, bool tb, int64_t m, int64_t n, int64_t k, float alpha,
                      const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc)
{
    if (m <= 0 || n <= 0) return;
    rntm_t rntm = BLIS_RNTM_INITIALIZER;
    bli_rntm_set_num_threads(1, &rntm);
    keep_within(&rntm, ta, tb, k);
    bli_sgemm_ex(ta ? BLIS_TRANSPOSE : BLIS_NO_TRANSPOSE, tb ? BLIS_TRANSPOSE : BLIS_NO_TRANSPOSE,
                 (dim_t)m, (dim_t)n, (dim_t)k, &alpha, (float *)a, (inc_t)lda, 1, (float *)b, (inc_t)ldb, 1, &beta,
                 c, (inc_t)ldc, 1, kernels(), &rntm);
}

void slm_dgemm_serial(bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha,
                      const double *a, int64_t lda, const double *b, int64_t ldb, double beta, double *c, int64_t ldc)
{
    if (m <= 0 || n <= 0) return;
    rntm_t rntm = BLIS_RNTM_INITIALIZER;
    bli_rntm_set_num_threads(1, &rntm);
    keep_within(&rntm, ta, tb, k);
    bli_dgemm_ex(ta ? BLIS_TRANSPOSE : BLIS_NO_TRANSPOSE, tb ? BLIS_TRANSPOSE : BLIS_NO_TRANSPOSE,
                 (dim_t)m, (dim_t)n, (dim_t)k, &alpha, (double *)a, (inc_t)lda, 1, (double *)b, (inc_t)ldb, 1, &beta,
                 c, (inc_t)ldc, 1, kernels(), &rntm);
}
