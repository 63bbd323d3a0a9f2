/* SPDX-License-Identifier: MIT */
/* Products of bfloat16 pairs by vdpbf16ps: per step two products of k and k + 1 are added to
 * single-precision sums. Operands are rounded when packed, by slm_bf16_bits, so that they are
 * those of the emulation; the sums differ in order and in that the instruction takes
 * subnormal numbers as zero. Layout: pieces of [k / 2][columns or rows][2] bfloat16, an odd k
 * padded with zeros. */
#include "linalg/tile.h"
#include <immintrin.h>
#include <string.h>

enum { W = 16, NR = 2 * W, MR = 12 };

#define ALWAYS static inline __attribute__((always_inline))

ALWAYS uint16_t narrow(float x) { return (uint16_t)(slm_bf16_bits(x) >> 16); }

/* b [k × n] (rows along n unless tb) → [ceil(k / 2)][NR][2] */
static void pack_right(const float *b, int64_t ldb, bool tb, int64_t k, int64_t n, uint16_t *restrict out)
{
    int64_t step = tb ? 1 : ldb, across = tb ? ldb : 1;
    for (int64_t p = 0; p < k; p += 2, out += 2 * NR)
        for (int64_t j = 0; j < NR; j++) {
            out[2 * j] = j < n ? narrow(b[p * step + j * across]) : 0;
            out[2 * j + 1] = j < n && p + 1 < k ? narrow(b[(p + 1) * step + j * across]) : 0;
        }
}

ALWAYS int64_t rows_at(int64_t i, int64_t m)
{
    int64_t left = m - i;
    if (left >= MR + MR / 2 || left == MR) return MR;
    return left > MR ? (left + 1) / 2 : left;
}

/* a [m × k] (rows along k unless ta) → per micro-tile [ceil(k / 2)][rows][2] */
static void pack_left(const float *a, int64_t lda, bool ta, int64_t k, int64_t m, uint16_t *restrict out)
{
    int64_t step = ta ? lda : 1, across = ta ? 1 : lda;
    for (int64_t i = 0, rows; i < m; i += rows) {
        rows = rows_at(i, m);
        for (int64_t p = 0; p < k; p += 2)
            for (int64_t r = 0; r < rows; r++, out += 2) {
                out[0] = narrow(a[p * step + (i + r) * across]);
                out[1] = p + 1 < k ? narrow(a[(p + 1) * step + (i + r) * across]) : 0;
            }
    }
}

typedef struct place { float *c; int64_t ldc, cols; float alpha, beta; } place;

ALWAYS void micro(int rows, int64_t pairs, const uint16_t *a, const uint16_t *b, const place *to)
{
    __m512 s[MR][2];
#pragma GCC unroll 16
    for (int i = 0; i < rows; i++) s[i][0] = s[i][1] = _mm512_setzero_ps();
    for (int64_t p = 0; p < pairs; p++, a += 2 * rows, b += 2 * NR) {
        __m512bh b0 = (__m512bh)_mm512_loadu_si512(b), b1 = (__m512bh)_mm512_loadu_si512(b + 2 * W);
#pragma GCC unroll 16
        for (int i = 0; i < rows; i++) {
            int32_t pair;
            memcpy(&pair, a + 2 * i, sizeof pair);
            __m512bh x = (__m512bh)_mm512_set1_epi32(pair);
            s[i][0] = _mm512_dpbf16_ps(s[i][0], x, b0);
            s[i][1] = _mm512_dpbf16_ps(s[i][1], x, b1);
        }
    }
    __mmask16 m0 = to->cols >= W ? 0xffff : (__mmask16)((1u << to->cols) - 1);
    __mmask16 m1 = to->cols >= NR ? 0xffff : to->cols > W ? (__mmask16)((1u << (to->cols - W)) - 1) : 0;
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

#define MICRO(n) static void micro_##n(int64_t pairs, const uint16_t *a, const uint16_t *b, const place *to) { micro(n, pairs, a, b, to); }
MICRO(1) MICRO(2) MICRO(3) MICRO(4) MICRO(5) MICRO(6) MICRO(7) MICRO(8) MICRO(9) MICRO(10) MICRO(11) MICRO(12)
typedef void (*micro_fn)(int64_t pairs, const uint16_t *a, const uint16_t *b, const place *to);
static const micro_fn micros[] = { NULL, micro_1, micro_2, micro_3, micro_4, micro_5, micro_6, micro_7, micro_8, micro_9, micro_10, micro_11, micro_12 };

/* As in tile_body.h. */
ALWAYS float *piece(const slm_tile_share *share, int64_t block, int64_t part, float *own, atomic_int **done)
{
    *done = NULL;
    if (!share->data) return own;
    atomic_int *state = &share->state[block * share->parts + part];
    int found = atomic_load_explicit(state, memory_order_acquire);
    if (found == SLM_PIECE_EMPTY && atomic_compare_exchange_strong(state, &found, SLM_PIECE_TAKEN)) *done = state;
    else if (found != SLM_PIECE_READY) return own;
    return share->data + (block * share->parts + part) * share->size;
}

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
        float *own = t->scratch + SLM_TILE_PANEL, *left = piece(&t->lefts, block - t->base, t->left, own, &done);
        if (unpacked(left, own, done)) pack_left(g->ta ? g->a + p * g->lda : g->a + p, g->lda, g->ta, k, g->m, (uint16_t *)(void *)left);
        if (done) atomic_store_explicit(done, SLM_PIECE_READY, memory_order_release);
        const uint16_t *a = (const uint16_t *)(const void *)left;
        for (int64_t j = 0; j < g->n; j += NR) {
            to.cols = g->n - j < NR ? g->n - j : NR;
            float *panel = piece(&t->panels, block - t->base, t->panel + j / NR, t->scratch, &done);
            if (unpacked(panel, t->scratch, done))
                pack_right(g->tb ? g->b + j * g->ldb + p : g->b + p * g->ldb + j, g->ldb, g->tb, k, to.cols, (uint16_t *)(void *)panel);
            if (done) atomic_store_explicit(done, SLM_PIECE_READY, memory_order_release);
            for (int64_t i = 0, rows; i < g->m; i += rows) {
                rows = rows_at(i, g->m);
                to.c = g->c + i * g->ldc + j;
                micros[rows](pairs, a + i * 2 * pairs, (const uint16_t *)(const void *)panel, &to);
            }
        }
    }
}

extern const slm_tile_set slm_tiles_avx512bf16;
const slm_tile_set slm_tiles_avx512bf16 = { "avx512bf16", MR, NR, tile };
