/* SPDX-License-Identifier: MIT */
/* Body of one kernel set. SLM_SET names it; the compiler flags give its width. */

#include "core/sort.h"
#include "nn/kernels.h"
#include "scilama/types.h"
#ifdef __AVX2__
#include <immintrin.h>
#endif

#ifdef SLM_REAL_F64
#define SLM_SQRT sqrt
#else
#define SLM_SQRT sqrtf
#endif

enum { LANES = 16 };

static slm_real lane_sum(const slm_real *acc)
{
    slm_real s8[8], s4[4];
    for (int i = 0; i < 8; i++) s8[i] = acc[i] + acc[i + 8];
    for (int i = 0; i < 4; i++) s4[i] = s8[i] + s8[i + 4];
    return (s4[0] + s4[2]) + (s4[1] + s4[3]);
}

static slm_real row_mean_center(slm_real *restrict x, int64_t n)
{
    slm_real acc[LANES] = { 0 };
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++) acc[l] += x[i + l];
    for (int l = 0; i < n; i++, l++) acc[l] += x[i];
    slm_real mean = lane_sum(acc) / (slm_real)n;
    for (i = 0; i < n; i++) x[i] -= mean;
    return mean;
}

static slm_real dot(const slm_real *restrict x, const slm_real *restrict y, int64_t n)
{
    slm_real acc[LANES] = { 0 };
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++) acc[l] += x[i + l] * y[i + l];
    for (int l = 0; i < n; i++, l++) acc[l] += x[i] * y[i];
    return lane_sum(acc);
}

static slm_real sum(const slm_real *restrict x, int64_t n)
{
    slm_real acc[LANES] = { 0 };
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++) acc[l] += x[i + l];
    for (int l = 0; i < n; i++, l++) acc[l] += x[i];
    return lane_sum(acc);
}

/* Sixteen random bits per element: element e of a row is half e % 8 of the Philox
 * block at counter row * ceil(width / 8) + e / 8. */
enum { PHILOX_ROUNDS = 10, PHILOX_M0 = (int)0xD2511F53u, PHILOX_M1 = (int)0xCD9E8D57u };
static const uint32_t philox_w0 = 0x9E3779B9u, philox_w1 = 0xBB67AE85u;

/* `blocks` (a multiple of eight) blocks from counter `at`: a byte for each of their elements. */
#ifdef __AVX2__
/* Compilers do not find the widening multiply here. Counters lie in the low halves of
 * 64-bit lanes; what the high halves hold does not matter. */
static void keep_bytes(const slm_rng *rng, uint64_t at, int64_t blocks, uint32_t threshold, uint8_t *restrict keep)
{
    enum { SETS = 2 };
    const __m256i m0 = _mm256_set1_epi64x((uint32_t)PHILOX_M0), m1 = _mm256_set1_epi64x((uint32_t)PHILOX_M1);
    const __m256i limit = _mm256_set1_epi16((short)threshold), one = _mm256_set1_epi8(1), low = _mm256_set1_epi64x(0xffffffff);
    for (int64_t first = 0; first < blocks; first += 4 * SETS, keep += 32 * SETS) {
        __m256i c0[SETS], c1[SETS], c2[SETS], c3[SETS];
        uint32_t k0 = rng->key[0], k1 = rng->key[1];
        for (int i = 0; i < SETS; i++) {
            c0[i] = _mm256_add_epi64(_mm256_set1_epi64x((long long)(at + (uint64_t)first + 4u * (uint64_t)i)), _mm256_set_epi64x(3, 2, 1, 0));
            c1[i] = _mm256_srli_epi64(c0[i], 32);
            c2[i] = _mm256_set1_epi64x(rng->stream[0]);
            c3[i] = _mm256_set1_epi64x(rng->stream[1]);
        }
        for (int round = 0; round < PHILOX_ROUNDS; round++, k0 += philox_w0, k1 += philox_w1) {
            __m256i key0 = _mm256_set1_epi64x(k0), key1 = _mm256_set1_epi64x(k1);
            for (int i = 0; i < SETS; i++) {
                __m256i p0 = _mm256_mul_epu32(c0[i], m0), p1 = _mm256_mul_epu32(c2[i], m1);
                c0[i] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), key0), c1[i]);
                c2[i] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), key1), c3[i]);
                c1[i] = p1;
                c3[i] = p0;
            }
        }
        for (int i = 0; i < SETS; i++) {
            __m256i a = _mm256_or_si256(_mm256_and_si256(c0[i], low), _mm256_slli_epi64(c1[i], 32));
            __m256i b = _mm256_or_si256(_mm256_and_si256(c2[i], low), _mm256_slli_epi64(c3[i], 32));
            __m256i even = _mm256_unpacklo_epi64(a, b), odd = _mm256_unpackhi_epi64(a, b); /* counters 0, 2 and 1, 3 */
            even = _mm256_cmpeq_epi16(_mm256_max_epu16(even, limit), even);
            odd = _mm256_cmpeq_epi16(_mm256_max_epu16(odd, limit), odd);
            _mm256_storeu_si256((__m256i *)(void *)(keep + 32 * i), _mm256_and_si256(_mm256_packs_epi16(even, odd), one));
        }
    }
}
#else
static void keep_bytes(const slm_rng *rng, uint64_t at, int64_t blocks, uint32_t threshold, uint8_t *restrict keep)
{
    for (int64_t i = 0; i < blocks; i++) {
        uint32_t w[4];
        slm_philox(rng, at + (uint64_t)i, w);
        for (int j = 0; j < 4; j++) {
            keep[8 * i + 2 * j] = (w[j] & 0xffff) >= threshold;
            keep[8 * i + 2 * j + 1] = (w[j] >> 16) >= threshold;
        }
    }
}
#endif

static void dropout_mask(const slm_rng *rng, uint64_t row, int64_t width, uint32_t threshold, uint8_t *restrict mask)
{
    enum { GROUP = 8, SPAN = 8 * GROUP };
    uint64_t at = row * (uint64_t)((width + 7) / 8);
    if (threshold > 0xffff) { /* every half is below it */
        memset(mask, 0, (size_t)width);
        return;
    }
    int64_t whole = width / SPAN * SPAN;
    keep_bytes(rng, at, whole / 8, threshold, mask);
    if (whole < width) {
        uint8_t bits[SPAN];
        keep_bytes(rng, at + (uint64_t)whole / 8, GROUP, threshold, bits);
        memcpy(mask + whole, bits, (size_t)(width - whole));
    }
}

static void drop(const uint8_t *restrict mask, slm_real scale, slm_real *restrict y, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        slm_real kept = y[i] * scale;
        y[i] = mask[i] ? kept : 0;
    }
}

static void activate_row(int32_t kind, const slm_real *restrict x, slm_real *restrict y, int64_t n)
{
    switch (kind) {
    case SCILAMA_ACT_LEAKY_RELU:
        for (int64_t i = 0; i < n; i++) y[i] = x[i] > 0 ? x[i] : x[i] * (slm_real)0.01;
        break;
    case SCILAMA_ACT_RELU:
        for (int64_t i = 0; i < n; i++) y[i] = x[i] > 0 ? x[i] : 0;
        break;
    case SCILAMA_ACT_IDENTITY: memcpy(y, x, (size_t)n * sizeof *x); break;
    default:
        for (int64_t i = 0; i < n; i++) y[i] = slm_activate(kind, x[i]);
    }
}

/* d *= f'(x) */
static void activate_row_backward(int32_t kind, const slm_real *restrict x, slm_real *restrict d, int64_t n)
{
    switch (kind) {
    case SCILAMA_ACT_LEAKY_RELU:
        for (int64_t i = 0; i < n; i++) d[i] *= x[i] > 0 ? (slm_real)1 : (slm_real)0.01;
        break;
    case SCILAMA_ACT_RELU:
        for (int64_t i = 0; i < n; i++) d[i] = x[i] > 0 ? d[i] : 0;
        break;
    case SCILAMA_ACT_IDENTITY: break;
    default:
        for (int64_t i = 0; i < n; i++) d[i] *= slm_activate_derivative(kind, x[i]);
    }
}

static void block_forward(const slm_block_args *a, int64_t row0, int64_t row1)
{
    int64_t n = a->width;
    for (int64_t r = row0; r < row1; r++) {
        slm_real *restrict x = a->pre + r * n, *restrict y = a->out + r * n;
        if (a->bias)
            for (int64_t i = 0; i < n; i++) x[i] += a->bias[i];
        if (a->rstd) {
            row_mean_center(x, n);
            slm_real variance = dot(x, x, n) / (slm_real)n, rstd = 1 / SLM_SQRT(variance + (slm_real)1e-5);
            a->rstd[r] = rstd;
            for (int64_t i = 0; i < n; i++) x[i] *= rstd;
        }
        activate_row(a->activation, x, y, n);
        if (a->mask) {
            uint8_t *restrict mask = a->mask + r * n;
            dropout_mask(&a->rng, (uint64_t)r, n, a->threshold, mask);
            drop(mask, a->keep_scale, y, n);
        }
    }
}

static void block_backward(const slm_block_args *a, slm_real *d, slm_real *bias_sum, int64_t row0, int64_t row1)
{
    int64_t n = a->width;
    for (int64_t r = row0; r < row1; r++) {
        const slm_real *restrict x = a->pre + r * n;
        slm_real *restrict g = d + r * n;
        if (a->mask) drop(a->mask + r * n, a->keep_scale, g, n);
        activate_row_backward(a->activation, x, g, n);
        if (a->rstd) {
            slm_real mean = sum(g, n) / (slm_real)n, slope = dot(g, x, n) / (slm_real)n, rstd = a->rstd[r];
            for (int64_t i = 0; i < n; i++) g[i] = (g[i] - mean - x[i] * slope) * rstd;
        }
        if (bias_sum)
            for (int64_t i = 0; i < n; i++) bias_sum[i] += g[i];
    }
}

static double loss_row(slm_real *restrict p, const slm_real *restrict x, const slm_real *restrict bias, slm_real shift,
                       slm_real coef, int64_t n, slm_real *restrict column_sum)
{
    double acc[LANES] = { 0 };
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++) {
            slm_real diff = p[i + l] + shift + bias[i + l] - x[i + l];
            acc[l] += (double)diff * (double)diff;
            p[i + l] = diff * coef;
        }
    for (int l = 0; i < n; i++, l++) {
        slm_real diff = p[i] + shift + bias[i] - x[i];
        acc[l] += (double)diff * (double)diff;
        p[i] = diff * coef;
    }
    if (column_sum)
        for (i = 0; i < n; i++) column_sum[i] += p[i];
    double total = 0;
    for (int l = 0; l < LANES; l++) total += acc[l];
    return total;
}

static void loss(const slm_loss_args *a, slm_real *column_sum, int64_t row0, int64_t row1)
{
    int64_t n = a->genes;
    for (int64_t r = row0; r < row1; r++) {
        slm_real *p = a->pair + r * n;
        const slm_real *x = a->x + r * a->ldx;
        a->nll[r] = loss_row(p, x, a->bias, a->row_bias ? a->row_bias[r] : 0, a->coef, n, column_sum);
        if (a->row_sum) a->row_sum[r] = sum(p, n);
        if (a->align)
            a->nll[r] += (double)a->gamma * loss_row(a->align + r * n, x, a->bias, 0, a->coef * a->gamma, n, column_sum);
    }
}

static void adam(const slm_adam_args *a, int64_t n)
{
    slm_real *restrict w = a->value, *restrict m = a->m, *restrict v = a->v;
    const slm_real *restrict grad = a->grad;
    const slm_real b1 = a->beta1, b2 = a->beta2, c1 = a->one_minus_beta1, c2 = a->one_minus_beta2;
    for (int64_t i = 0; i < n; i++) {
        slm_real g = grad[i] * a->grad_scale;
        slm_real mi = m[i] * b1 + g * c1, vi = v[i] * b2 + g * g * c2;
        m[i] = mi;
        v[i] = vi;
        w[i] = w[i] * a->decay - a->step_size * mi / (SLM_SQRT(vi) * a->root_correction + a->epsilon);
    }
}

static double sum_squares(const slm_real *v, int64_t n)
{
    double acc[LANES] = { 0 };
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++) acc[l] += (double)v[i + l] * (double)v[i + l];
    for (int l = 0; i < n; i++, l++) acc[l] += (double)v[i] * (double)v[i];
    double total = 0;
    for (int l = 0; l < LANES; l++) total += acc[l];
    return total;
}

static void column_sum(const slm_real *d, int64_t ld, int64_t width, slm_real *restrict sums, int64_t row0, int64_t row1)
{
    for (int64_t r = row0; r < row1; r++) {
        const slm_real *restrict row = d + r * ld;
        for (int64_t i = 0; i < width; i++) sums[i] += row[i];
    }
}

#include "nn/sparse_body.h"

extern const slm_kernels SLM_SET;
const slm_kernels SLM_SET = { SLM_SET_NAME, block_forward, block_backward, loss, adam, sum_squares, column_sum,
                              sparse_rows, sparse_forward, sparse_backward };
