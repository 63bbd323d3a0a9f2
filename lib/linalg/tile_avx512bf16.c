/* SPDX-License-Identifier: MIT */
/* Products of bfloat16 pairs by vdpbf16ps: per step two products of k and k + 1 are added to
 * single-precision sums. Operands are rounded when packed, by slm_bf16_bits, so that they are
 * those of the emulation; the sums differ in order and in that the instruction takes
 * subnormal numbers as zero. Layout: pieces of [k / 2][columns or rows] pairs, the first step
 * in the lower half, an odd k padded with zeros. */
#include "linalg/tile.h"
#include <immintrin.h>

enum { W = 16, NR = 2 * W, MR = 12 };


/* slm_bf16_bits of sixteen numbers, before the lower halves are cut off. */
ALWAYS __m512i rounded(__m512 x)
{
    __m512i u = _mm512_castps_si512(x), odd = _mm512_and_si512(_mm512_srli_epi32(u, 16), _mm512_set1_epi32(1));
    __m512i r = _mm512_add_epi32(u, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
    return _mm512_mask_or_epi32(r, _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), u, _mm512_set1_epi32(0x400000));
}

ALWAYS __mmask16 first_lanes(int64_t n) { return n >= W ? (__mmask16)0xffff : n > 0 ? (__mmask16)((1u << n) - 1) : (__mmask16)0; }

/* Two steps of k whose numbers lie side by side → their pairs; an absent second step is zeros. */
ALWAYS __m512i pairs_of(const float *at, int64_t next, bool second, __mmask16 lanes)
{
    __m512i low = _mm512_srli_epi32(rounded(_mm512_maskz_loadu_ps(lanes, at)), 16);
    __m512i high = second ? rounded(_mm512_maskz_loadu_ps(lanes, at + next)) : _mm512_setzero_si512();
    return _mm512_or_si512(low, _mm512_and_si512(high, _mm512_set1_epi32((int)0xffff0000)));
}

/* 32 numbers of a row that runs along k, those behind `n` zero → 16 pairs. */
ALWAYS __m512i row_pairs(const float *row, int64_t n)
{
    /* the upper halves of the 32-bit lanes, in order */
    const __m512i upper = _mm512_add_epi16(_mm512_set_epi16(62, 60, 58, 56, 54, 52, 50, 48, 46, 44, 42, 40, 38, 36, 34, 32, 30, 28, 26, 24, 22, 20,
                                                            18, 16, 14, 12, 10, 8, 6, 4, 2, 0), _mm512_set1_epi16(1));
    __m512i first = rounded(_mm512_maskz_loadu_ps(first_lanes(n), row)), second = rounded(_mm512_maskz_loadu_ps(first_lanes(n - W), row + W));
    return _mm512_permutex2var_epi16(first, upper, second);
}

/* r[i] lane j ↔ r[j] lane i. */
ALWAYS void transpose(__m512i r[W])
{
    __m512i t[W];
#pragma GCC unroll 8
    for (int i = 0; i < W; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < W; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
        r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
        r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
        r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
    }
}

/* x[n × k], rows along k, n at most 16 → [ceil(k / 2)][stride] pairs, whose lanes behind n are left as they are. */
ALWAYS void pack_along(const float *x, int64_t ld, int64_t k, int64_t n, int64_t stride, uint32_t *restrict out)
{
    __mmask16 lanes = first_lanes(n);
    for (int64_t p = 0; p < k; p += 2 * W, out += W * stride) {
        __m512i r[W];
#pragma GCC unroll 16
        for (int i = 0; i < W; i++) r[i] = i < n ? row_pairs(x + i * ld + p, k - p) : _mm512_setzero_si512();
        transpose(r);
        int64_t pairs = (k - p + 1) / 2;
#pragma GCC unroll 16
        for (int i = 0; i < W; i++)
            if (i < pairs) _mm512_mask_storeu_epi32(out + i * stride, lanes, r[i]);
    }
}

/* b [k × n] (rows along n unless tb) → [ceil(k / 2)][NR] pairs, zeros behind n */
static void pack_right(const float *b, int64_t ldb, bool tb, int64_t k, int64_t n, uint32_t *restrict out)
{
    if (tb && n == NR) {
        pack_along(b, ldb, k, W, NR, out);
        pack_along(b + W * ldb, ldb, k, W, NR, out + W);
        return;
    }
    if (tb) { /* the edge: every lane is written */
        memset(out, 0, (size_t)((k + 1) / 2 * NR) * sizeof *out);
        pack_along(b, ldb, k, n < W ? n : W, NR, out);
        if (n > W) pack_along(b + W * ldb, ldb, k, n - W, NR, out + W);
        return;
    }
    __mmask16 m0 = first_lanes(n), m1 = first_lanes(n - W);
    for (int64_t p = 0; p < k; p += 2, out += NR, b += 2 * ldb) {
        _mm512_storeu_si512(out, pairs_of(b, ldb, p + 1 < k, m0));
        _mm512_storeu_si512(out + W, pairs_of(b + W, ldb, p + 1 < k, m1));
    }
}

ALWAYS int64_t rows_at(int64_t i, int64_t m)
{
    int64_t left = m - i;
    if (left >= MR + MR / 2 || left == MR) return MR;
    return left > MR ? (left + 1) / 2 : left;
}

/* a [m × k] (rows along k unless ta) → per micro-tile [ceil(k / 2)][rows] pairs */
static void pack_left(const float *a, int64_t lda, bool ta, int64_t k, int64_t m, uint32_t *restrict out)
{
    int64_t pairs = (k + 1) / 2;
    for (int64_t i = 0, rows; i < m && !ta; i += rows) {
        rows = rows_at(i, m);
        pack_along(a + i * lda, lda, k, rows, rows, out + i * pairs);
    }
    for (int64_t p = 0; p < k && ta; p += 2) /* two rows of a at a time, so that their lines are read once */
        for (int64_t i = 0, rows; i < m; i += rows) {
            rows = rows_at(i, m);
            __mmask16 lanes = first_lanes(rows);
            _mm512_mask_storeu_epi32(out + i * pairs + p / 2 * rows, lanes, pairs_of(a + p * lda + i, lda, p + 1 < k, lanes));
        }
}

typedef struct place { float *c; int64_t ldc, cols; float alpha, beta; } place;

ALWAYS void micro(int rows, int64_t pairs, const uint32_t *a, const uint32_t *b, const place *to)
{
    __m512 s[MR][2];
#pragma GCC unroll 16
    for (int i = 0; i < rows; i++) s[i][0] = s[i][1] = _mm512_setzero_ps();
    for (int64_t p = 0; p < pairs; p++, a += rows, b += NR) {
        __m512bh b0 = (__m512bh)_mm512_loadu_si512(b), b1 = (__m512bh)_mm512_loadu_si512(b + W);
#pragma GCC unroll 16
        for (int i = 0; i < rows; i++) {
            __m512bh x = (__m512bh)_mm512_set1_epi32((int)a[i]);
            s[i][0] = _mm512_dpbf16_ps(s[i][0], x, b0);
            s[i][1] = _mm512_dpbf16_ps(s[i][1], x, b1);
        }
    }
    __mmask16 m0 = first_lanes(to->cols), m1 = first_lanes(to->cols - W);
    const __m512 alpha = _mm512_set1_ps(to->alpha), beta = _mm512_set1_ps(to->beta);
#pragma GCC unroll 16
    for (int i = 0; i < rows; i++) {
        float *c = to->c + i * to->ldc;
        __m512 r0 = _mm512_mul_ps(s[i][0], alpha), r1 = _mm512_mul_ps(s[i][1], alpha);
        if (to->beta != 0) {
            r0 = _mm512_fmadd_ps(beta, _mm512_maskz_loadu_ps(m0, c), r0);
            r1 = _mm512_fmadd_ps(beta, _mm512_maskz_loadu_ps(m1, c + W), r1);
        }
        _mm512_mask_storeu_ps(c, m0, r0);
        _mm512_mask_storeu_ps(c + W, m1, r1);
    }
}

#define MICRO(n) static void micro_##n(int64_t pairs, const uint32_t *a, const uint32_t *b, const place *to) { micro(n, pairs, a, b, to); }
MICRO(1) MICRO(2) MICRO(3) MICRO(4) MICRO(5) MICRO(6) MICRO(7) MICRO(8) MICRO(9) MICRO(10) MICRO(11) MICRO(12)
typedef void (*micro_fn)(int64_t pairs, const uint32_t *a, const uint32_t *b, const place *to);
static const micro_fn micros[] = { NULL, micro_1, micro_2, micro_3, micro_4, micro_5, micro_6, micro_7, micro_8, micro_9, micro_10, micro_11, micro_12 };

/* Whether the piece is the caller's to pack: no other had it ready. */
ALWAYS bool unpacked(const float *at, const float *own, const atomic_int *done) { return at == own || done; }

static void tile(const slm_tile *t)
{
    const slm_gemm *g = &t->product;
    int64_t depth = slm_tile_depth(g->k);
    for (int64_t block = t->block; block < t->block + t->blocks; block++) {
        int64_t p = block * depth, k = g->k - p < depth ? g->k - p : depth, pairs = (k + 1) / 2;
        place to = { .ldc = g->ldc, .alpha = g->alpha, .beta = p ? 1 : g->beta };
        atomic_int *done;
        float *own = t->scratch + SLM_TILE_PANEL, *left = slm_tile_piece(&t->lefts, block - t->base, t->left, own, &done);
        if (unpacked(left, own, done)) pack_left(g->ta ? g->a + p * g->lda : g->a + p, g->lda, g->ta, k, g->m, (uint32_t *)(void *)left);
        slm_tile_packed(done);
        const uint32_t *a = (const uint32_t *)(const void *)left;
        for (int64_t j = 0; j < g->n; j += NR) {
            to.cols = g->n - j < NR ? g->n - j : NR;
            float *panel = slm_tile_piece(&t->panels, block - t->base, t->panel + j / NR, t->scratch, &done);
            if (unpacked(panel, t->scratch, done))
                pack_right(g->tb ? g->b + j * g->ldb + p : g->b + p * g->ldb + j, g->ldb, g->tb, k, to.cols, (uint32_t *)(void *)panel);
            slm_tile_packed(done);
            for (int64_t i = 0, rows; i < g->m; i += rows) {
                rows = rows_at(i, g->m);
                to.c = g->c + i * g->ldc + j;
                micros[rows](pairs, a + i * pairs, (const uint32_t *)(const void *)panel, &to);
            }
        }
    }
}

extern const slm_tile_set slm_tiles_avx512bf16;
const slm_tile_set slm_tiles_avx512bf16 = { "avx512bf16", MR, NR, tile };
