/* SPDX-License-Identifier: MIT */
/* Body of one set of product tiles, in GCC vector extensions: SLM_TILE names it,
 * SLM_VEC_BYTES gives the width of a vector and SLM_MR the rows of a micro-tile, which
 * is two vectors wide and stays in registers. The right operand is packed in panels of
 * two vectors; the left operand is broadcast, from where it lies when its rows run along k. */

#include "linalg/tile.h"
#include <string.h>

typedef slm_real vec __attribute__((vector_size(SLM_VEC_BYTES)));
typedef slm_real loose __attribute__((vector_size(SLM_VEC_BYTES), aligned(sizeof(slm_real)), may_alias));

enum { W = SLM_VEC_BYTES / (int)sizeof(slm_real), NR = 2 * W, MR = SLM_MR,
       KC = SLM_TILE_KC };

#define ALWAYS static inline __attribute__((always_inline))

/* --- packing ----------------------------------------------------------------------- */

/* b[k × n], rows along n → panel [k][NR], zeros behind n. */
static void pack_rows(const slm_real *b, int64_t ldb, int64_t k, int64_t n, slm_real *restrict out)
{
    if (n == NR) {
        for (int64_t p = 0; p < k; p++, out += NR, b += ldb) {
            __builtin_prefetch(b + 2 * NR - 1); /* the next panel, for when this one is used up */
            *(vec *)out = *(const loose *)b;
            *(vec *)(out + W) = *(const loose *)(b + W);
        }
        return;
    }
    for (int64_t p = 0; p < k; p++, out += NR, b += ldb)
        for (int64_t i = 0; i < NR; i++) out[i] = i < n ? b[i] : 0;
}

#ifndef SLM_REAL_F64
typedef float quad __attribute__((vector_size(16)));
typedef float loose_quad __attribute__((vector_size(16), aligned(4), may_alias));
typedef int mask4 __attribute__((vector_size(16)));
#if defined(__clang__)
#define MIX(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
#define MIX(a, b, i, j, k, l) __builtin_shuffle(a, b, (mask4){ i, j, k, l })
#endif

/* Four rows of b by four steps of k. */
ALWAYS void transpose4(const float *b, int64_t ldb, float *to)
{
    quad r0 = *(const loose_quad *)b, r1 = *(const loose_quad *)(b + ldb);
    quad r2 = *(const loose_quad *)(b + 2 * ldb), r3 = *(const loose_quad *)(b + 3 * ldb);
    quad a = MIX(r0, r1, 0, 4, 1, 5), c = MIX(r2, r3, 0, 4, 1, 5), d = MIX(r0, r1, 2, 6, 3, 7), e = MIX(r2, r3, 2, 6, 3, 7);
    *(quad *)to = MIX(a, c, 0, 1, 4, 5);
    *(quad *)(to + NR) = MIX(a, c, 2, 3, 6, 7);
    *(quad *)(to + 2 * NR) = MIX(d, e, 0, 1, 4, 5);
    *(quad *)(to + 3 * NR) = MIX(d, e, 2, 3, 6, 7);
}
#endif

/* b[n × k], rows along k → the same panel. */
static void pack_columns(const slm_real *b, int64_t ldb, int64_t k, int64_t n, slm_real *restrict out)
{
    int64_t p = 0;
#ifndef SLM_REAL_F64
    if (n == NR)
        for (; p + 4 <= k; p += 4)
            for (int i = 0; i < NR; i += 4) transpose4(b + i * ldb + p, ldb, out + p * NR + i);
#endif
    for (; p < k; p++)
        for (int64_t i = 0; i < NR; i++) out[p * NR + i] = i < n ? b[i * ldb + p] : 0;
}

/* Rows of the micro-tile that starts at row i of m: MR, and at the end two even ones
 * instead of a full and a thin one, whose sums would not fill the pipeline. */
ALWAYS int64_t rows_at(int64_t i, int64_t m)
{
    int64_t left = m - i;
    if (left >= MR + MR / 2 || left == MR) return MR;
    return left > MR ? (left + 1) / 2 : left;
}

/* a[k × m], rows along m → [k][rows] for each micro-tile. A few rows at a time, so that
 * lines are read and written once. */
static void pack_left(const slm_real *a, int64_t lda, int64_t k, int64_t m, slm_real *restrict out)
{
    enum { ROWS = 8 };
    for (int64_t p0 = 0; p0 < k; p0 += ROWS) {
        int64_t steps = k - p0 < ROWS ? k - p0 : ROWS;
        for (int64_t i = 0, rows; i < m; i += rows) {
            rows = rows_at(i, m);
            slm_real *restrict to = out + i * k + p0 * rows;
            const slm_real *restrict from = a + p0 * lda + i;
            if (rows == MR) {
                for (int64_t p = 0; p < steps; p++) memcpy(to + p * MR, from + p * lda, MR * sizeof *to);
            } else {
                for (int64_t p = 0; p < steps; p++)
                    for (int64_t r = 0; r < rows; r++) to[p * rows + r] = from[p * lda + r];
            }
        }
    }
}

/* --- micro-tiles --------------------------------------------------------------------- */

typedef struct place { slm_real *c; int64_t ldc, cols; slm_real alpha, beta; } place;

/* rows × NR of C. Element (i, p) of the left operand is a[i * row + p * step]. */
ALWAYS void micro(int rows, int64_t k, const slm_real *a, int64_t row, int64_t step, const slm_real *b, const place *to)
{
    vec s[MR][2];
#pragma GCC unroll 16
    for (int i = 0; i < rows; i++) s[i][0] = s[i][1] = (vec){ 0 };
    for (int64_t p = 0; p < k; p++) {
        vec b0 = *(const vec *)b, b1 = *(const vec *)(b + W);
#pragma GCC unroll 16
        for (int i = 0; i < rows; i++) {
            slm_real x = a[i * row];
            s[i][0] += x * b0;
            s[i][1] += x * b1;
        }
        a += step;
        b += NR;
    }
    slm_real alpha = to->alpha, beta = to->beta;
    if (to->cols == NR) {
#pragma GCC unroll 16
        for (int i = 0; i < rows; i++) {
            loose *c0 = (loose *)(to->c + i * to->ldc), *c1 = (loose *)(to->c + i * to->ldc + W);
            vec r0 = s[i][0] * alpha, r1 = s[i][1] * alpha;
            if (beta != 0) r0 += beta * *c0, r1 += beta * *c1;
            *c0 = r0;
            *c1 = r1;
        }
        return;
    }
    slm_real edge[MR * NR] = { 0 };
#pragma GCC unroll 16
    for (int i = 0; i < rows; i++) {
        *(loose *)(edge + i * NR) = s[i][0];
        *(loose *)(edge + i * NR + W) = s[i][1];
    }
    for (int i = 0; i < rows; i++)
        for (int64_t j = 0; j < to->cols; j++) {
            slm_real *c = to->c + i * to->ldc + j, r = edge[i * NR + j] * alpha;
            *c = beta != 0 ? r + beta * *c : r;
        }
}

#define MICRO(n)                                                                                                         \
    static void along_##n(int64_t k, const slm_real *a, int64_t row, const slm_real *b, const place *to) { micro(n, k, a, row, 1, b, to); } \
    static void packed_##n(int64_t k, const slm_real *a, int64_t row, const slm_real *b, const place *to) { micro(n, k, a, 1, n, b, to); }
MICRO(1) MICRO(2) MICRO(3) MICRO(4) MICRO(5) MICRO(6)
#if SLM_MR > 6
MICRO(7) MICRO(8) MICRO(9) MICRO(10) MICRO(11) MICRO(12)
#endif

typedef void (*micro_fn)(int64_t k, const slm_real *a, int64_t row, const slm_real *b, const place *to);
static const micro_fn along[] = { NULL, along_1, along_2, along_3, along_4, along_5, along_6,
#if SLM_MR > 6
                                  along_7, along_8, along_9, along_10, along_11, along_12
#endif
};
static const micro_fn packed[] = { NULL, packed_1, packed_2, packed_3, packed_4, packed_5, packed_6,
#if SLM_MR > 6
                                   packed_7, packed_8, packed_9, packed_10, packed_11, packed_12
#endif
};

/* --- a tile ---------------------------------------------------------------------------- */

/* The block of the left operand stays in the second-level cache, a panel of the right
 * one in the first-level cache: it is packed just before its only use. */
static void tile(const slm_gemm *g, slm_real *scratch)
{
    slm_real *panel = scratch, *left = scratch + SLM_TILE_PANEL;
    int64_t passes = (g->k + KC - 1) / KC, depth = passes ? (g->k + passes * 8 - 1) / (passes * 8) * 8 : 0;
    for (int64_t p = 0; p < g->k; p += depth) {
        int64_t k = g->k - p < depth ? g->k - p : depth;
        const slm_real *a = g->ta ? left : g->a + p;
        place to = { .ldc = g->ldc, .alpha = g->alpha, .beta = p ? 1 : g->beta };
        if (g->ta) pack_left(g->a + p * g->lda, g->lda, k, g->m, left);
        for (int64_t j = 0; j < g->n; j += NR) {
            to.cols = g->n - j < NR ? g->n - j : NR;
            if (g->tb) pack_columns(g->b + j * g->ldb + p, g->ldb, k, to.cols, panel);
            else pack_rows(g->b + p * g->ldb + j, g->ldb, k, to.cols, panel);
            for (int64_t i = 0, rows; i < g->m; i += rows) {
                rows = rows_at(i, g->m);
                to.c = g->c + i * g->ldc + j;
                if (g->ta) packed[rows](k, a + i * k, 0, panel, &to);
                else along[rows](k, a + i * g->lda, g->lda, panel, &to);
            }
        }
    }
}

extern const slm_tile_set SLM_TILE;
const slm_tile_set SLM_TILE = { SLM_TILE_NAME, MR, NR, tile };
