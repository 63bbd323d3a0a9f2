/* SPDX-License-Identifier: MIT */
/* Body of one set of product tiles, in GCC vector extensions: SLM_TILE names it,
 * SLM_VEC_BYTES gives the width of a vector and SLM_MR the rows of a micro-tile, which
 * is two vectors wide and stays in registers. The right operand is packed in panels of
 * two vectors; the left operand is broadcast, from where it lies when its rows run along k. */

#include "linalg/tile.h"

typedef slm_real vec __attribute__((vector_size(SLM_VEC_BYTES)));
typedef slm_real loose __attribute__((vector_size(SLM_VEC_BYTES), aligned(sizeof(slm_real)), may_alias));

enum { W = SLM_VEC_BYTES / (int)sizeof(slm_real), NR = 2 * W, MR = SLM_MR,
       KC = SLM_TILE_KC };

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

#define MICRO(n) \
    static void along_##n(int64_t k, const slm_real *a, int64_t row, const slm_real *b, const place *to) { micro(n, k, a, row, 1, b, to); } \
    static void packed_##n(int64_t k, const slm_real *a, int64_t row, const slm_real *b, const place *to) { micro(n, k, a, 1, n, b, to); }
MICRO(1) MICRO(2) MICRO(3) MICRO(4)
#if SLM_MR > 4
    MICRO(5) MICRO(6)
#endif
#if SLM_MR > 6
        MICRO(7) MICRO(8) MICRO(9) MICRO(10) MICRO(11) MICRO(12)
#endif

            typedef void (*micro_fn)(int64_t k, const slm_real *a, int64_t row, const slm_real *b, const place *to);
static const micro_fn along[] = { NULL, along_1, along_2, along_3, along_4,
#if SLM_MR > 4
                                  along_5, along_6,
#endif
#if SLM_MR > 6
                                  along_7, along_8, along_9, along_10, along_11, along_12
#endif
};
static const micro_fn packed[] = { NULL, packed_1, packed_2, packed_3, packed_4,
#if SLM_MR > 4
                                   packed_5, packed_6,
#endif
#if SLM_MR > 6
                                   packed_7, packed_8, packed_9, packed_10, packed_11, packed_12
#endif
};

/* --- a tile ---------------------------------------------------------------------------- */

/* a[m × k], rows along k → the layout of pack_left. */
static void pack_left_along(const slm_real *a, int64_t lda, int64_t k, int64_t m, slm_real *restrict out)
{
    for (int64_t i = 0, rows; i < m; i += rows) {
        rows = rows_at(i, m);
        for (int64_t p = 0; p < k; p++)
            for (int64_t r = 0; r < rows; r++) out[i * k + p * rows + r] = a[(i + r) * lda + p];
    }
}

static void round_all(slm_real *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++) x[i] = slm_bf16(x[i]);
}

static const slm_real *left_block(const slm_tile *t, int64_t block, int64_t first, int64_t k, bool bf16)
{
    const slm_gemm *g = &t->product;
    atomic_int *done;
    slm_real *own = t->scratch + SLM_TILE_PANEL, *to = slm_tile_piece(&t->lefts, block - t->base, t->left, own, &done);
    if (to != own && !done) return to;
    if (g->ta) pack_left(g->a + first * g->lda, g->lda, k, g->m, to);
    else pack_left_along(g->a + first, g->lda, k, g->m, to);
    if (bf16) round_all(to, k * g->m);
    slm_tile_packed(done);
    return to;
}

static const slm_real *right_panel(const slm_tile *t, int64_t block, int64_t first, int64_t k, int64_t j, int64_t cols, bool bf16)
{
    const slm_gemm *g = &t->product;
    atomic_int *done;
    slm_real *to = slm_tile_piece(&t->panels, block - t->base, t->panel + j / NR, t->scratch, &done);
    if (to != t->scratch && !done) return to;
    if (g->tb) pack_columns(g->b + j * g->ldb + first, g->ldb, k, cols, to);
    else pack_rows(g->b + first * g->ldb + j, g->ldb, k, cols, to);
    if (bf16) round_all(to, k * NR);
    slm_tile_packed(done);
    return to;
}

/* The lines of the cache in which the next panel still lies: runs of `run` lines. */
typedef struct ahead { const slm_real *row, *at; int64_t left, step, across, run, in_run; } ahead;

static ahead next_panel(const slm_tile *t, int64_t block, int64_t first, int64_t k, int64_t j)
{
    enum { LINE = 64 / (int)sizeof(slm_real) };
    const slm_gemm *g = &t->product;
    int64_t part = t->panel + j / NR, lines = k * (NR / LINE > 1 ? NR / LINE : 1);
    if (g->n - j < NR) return (ahead){ 0 };
    if (t->panels.data && atomic_load_explicit(&t->panels.state[(block - t->base) * t->panels.parts + part], memory_order_relaxed) == SLM_PIECE_READY) {
        const slm_real *at = t->panels.data + ((block - t->base) * t->panels.parts + part) * t->panels.size;
        return (ahead){ at, at, lines, LINE, 0, lines, lines };
    }
    const slm_real *at = g->tb ? g->b + j * g->ldb + first : g->b + first * g->ldb + j;
    int64_t run = g->tb ? (k + LINE - 1) / LINE : NR / LINE > 1 ? NR / LINE : 1;
    return (ahead){ at, at, g->tb ? NR * run : lines, LINE, g->ldb, run, run };
}

ALWAYS void call_for(ahead *a, int64_t lines)
{
    if (lines > a->left) lines = a->left;
    a->left -= lines;
    for (; lines; lines--) {
        __builtin_prefetch(a->at, 0, 2);
        a->at += a->step;
        if (--a->in_run) continue;
        a->in_run = a->run;
        a->at = a->row += a->across;
    }
}

/* The block of the left operand stays in the second-level cache, a panel of the right
 * one in the first-level cache; the next panel is called for meanwhile. */
ALWAYS void tile(const slm_tile *t, bool bf16)
{
    const slm_gemm *g = &t->product;
    int64_t depth = slm_tile_depth(g->k), strips = (g->m + MR - 1) / MR;
    for (int64_t block = t->block; block < t->block + t->blocks; block++) {
        int64_t p = block * depth, k = g->k - p < depth ? g->k - p : depth;
        const slm_real *a = g->ta || bf16 ? left_block(t, block, p, k, bf16) : g->a + p;
        place to = { .ldc = g->ldc, .alpha = g->alpha, .beta = p ? 1 : g->beta };
        for (int64_t j = 0; j < g->n; j += NR) {
            to.cols = g->n - j < NR ? g->n - j : NR;
            const slm_real *panel = right_panel(t, block, p, k, j, to.cols, bf16);
            ahead next = next_panel(t, block, p, k, j + NR);
            int64_t share = (next.left + strips - 1) / strips;
            for (int64_t i = 0, rows; i < g->m; i += rows) {
                rows = rows_at(i, g->m);
                to.c = g->c + i * g->ldc + j;
                call_for(&next, share);
                if (g->ta || bf16) packed[rows](k, a + i * k, 0, panel, &to);
                else along[rows](k, a + i * g->lda, g->lda, panel, &to);
            }
        }
    }
}

static void tile_exact(const slm_tile *t) { tile(t, false); }
extern const slm_tile_set SLM_TILE;
const slm_tile_set SLM_TILE = { SLM_TILE_NAME, MR, NR, tile_exact };

/* The same arithmetic over rounded operands: what processors with bfloat16 products give, elsewhere. */
static void tile_bf16(const slm_tile *t) { tile(t, true); }
extern const slm_tile_set SLM_TILE_BF16;
const slm_tile_set SLM_TILE_BF16 = { SLM_TILE_NAME ", emulated", MR, NR, tile_bf16 };
