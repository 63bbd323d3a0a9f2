/* SPDX-License-Identifier: MIT */
#include "linalg/gemm.h"
#include "core/thread.h"
#include "linalg/tile.h"

void slm_gemm_serial(const slm_gemm *g)
{
#ifdef SLM_REAL_F64
    slm_dgemm_serial(g->ta, g->tb, g->m, g->n, g->k, g->alpha, g->a, g->lda, g->b, g->ldb, g->beta, g->c, g->ldc);
#else
    slm_sgemm_serial(g->ta, g->tb, g->m, g->n, g->k, g->alpha, g->a, g->lda, g->b, g->ldb, g->beta, g->c, g->ldc);
#endif
}

/* Tiles are as equal as the micro-tiles allow. Wide ones read the left operand from far away
 * less often; a product with few is cut finer, less so where each tile packs that operand. */
enum { TILE_N = 512, FINE_N = 64, FINE_PACKED_N = 256, ENOUGH = 16 };
enum { BLIS_M = 240, BLIS_N = 512 };

typedef struct tiling { const slm_tile_set *set; int64_t first, down, across, row_units, col_units; int unit_m, unit_n; } tiling;

typedef struct group {
    const slm_gemm *products;
    slm_real *scratch;
    int count;
    tiling tiles[SLM_GEMM_GROUP];
} group;

/* Start of part `i` of `parts` of `units` units of `unit`, at most `end`. */
static int64_t part(int64_t i, int64_t parts, int64_t units, int64_t unit, int64_t end)
{
    int64_t at = i * units / parts * unit;
    return i == parts || at > end ? end : at;
}

static void run_tile(void *arg, int64_t task, int worker)
{
    const group *gr = arg;
    int i = gr->count - 1;
    while (task < gr->tiles[i].first) i--;
    const tiling *t = &gr->tiles[i];
    slm_gemm g = gr->products[i];
    int64_t at = task - t->first, down = at % t->down, across = at / t->down;
    int64_t row = part(down, t->down, t->row_units, t->unit_m, g.m), col = part(across, t->across, t->col_units, t->unit_n, g.n);
    int64_t row_end = part(down + 1, t->down, t->row_units, t->unit_m, g.m);
    int64_t col_end = part(across + 1, t->across, t->col_units, t->unit_n, g.n);
    g.a += g.ta ? row : row * g.lda;
    g.b += g.tb ? col * g.ldb : col;
    g.c += row * g.ldc + col;
    g.m = row_end - row;
    g.n = col_end - col;
    if (t->set) t->set->run(&g, gr->scratch + worker * (int64_t)SLM_TILE_SCRATCH);
    else slm_gemm_serial(&g);
}

static void cut(tiling *t, const slm_gemm *g)
{
    const slm_tile_set *set = slm_tile_set_get();
    t->set = set;
    t->unit_m = set ? set->rows : 16;
    t->unit_n = set ? set->columns : 16;
    t->row_units = slm_tiles(g->m, t->unit_m);
    t->col_units = slm_tiles(g->n, t->unit_n);
    t->down = slm_tiles(g->m, set ? SLM_TILE_M - t->unit_m : BLIS_M);
    t->across = slm_tiles(g->n, set ? TILE_N : BLIS_N);
    if (!set || t->down * t->across >= ENOUGH) return;
    int64_t most = slm_tiles(g->n, g->ta ? FINE_PACKED_N : FINE_N), want = slm_tiles(ENOUGH, t->down);
    t->across = most < want ? most : want;
}

void slm_gemm_group(const scilama_context *ctx, slm_real *scratch, const slm_gemm *products, int count)
{
    group gr = { .products = products, .scratch = scratch, .count = count };
    int64_t tasks = 0;
    for (int i = 0; i < count; i++) {
        cut(&gr.tiles[i], &products[i]);
        gr.tiles[i].first = tasks;
        tasks += gr.tiles[i].down * gr.tiles[i].across;
    }
    slm_parallel(ctx, tasks, run_tile, &gr);
}

int64_t slm_gemm_scratch(int threads) { return slm_tile_set_get() ? (int64_t)threads * SLM_TILE_SCRATCH : 0; }

/* --- tile sets ------------------------------------------------------------------------- */

extern const slm_tile_set slm_tiles_avx2, slm_tiles_avx512;

const slm_tile_set *slm_tile_set_at(int index)
{
#ifdef SLM_X86_KERNELS
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return NULL;
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    if (index == 0) return wide ? &slm_tiles_avx512 : &slm_tiles_avx2;
    return index == 1 && wide ? &slm_tiles_avx2 : NULL;
#else
    return NULL;
#endif
}

const slm_tile_set *slm_tile_set_get(void) { return slm_tile_set_at(0); }
