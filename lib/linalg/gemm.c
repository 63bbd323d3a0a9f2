/* SPDX-License-Identifier: MIT */
#include "linalg/gemm.h"
#include "core/thread.h"

void slm_gemm_serial(const slm_gemm *g)
{
#ifdef SLM_REAL_F64
    slm_dgemm_serial(g->ta, g->tb, g->m, g->n, g->k, g->alpha, g->a, g->lda, g->b, g->ldb, g->beta, g->c, g->ldc);
#else
    slm_sgemm_serial(g->ta, g->tb, g->m, g->n, g->k, g->alpha, g->a, g->lda, g->b, g->ldb, g->beta, g->c, g->ldc);
#endif
}

/* A tile is large enough that packing its operands is small beside the product,
 * and small enough that a few cores find work. */
enum { TILE_M = 240, TILE_N = 512, MAX_GROUP = 8 };

typedef struct tiling { int64_t first, across, tile_m, tile_n; } tiling;

typedef struct group {
    const slm_gemm *products;
    int count;
    tiling tiles[MAX_GROUP];
} group;

static void run_tile(void *arg, int64_t task, int worker)
{
    const group *gr = arg;
    int i = gr->count - 1;
    while (task < gr->tiles[i].first) i--;
    const tiling *t = &gr->tiles[i];
    slm_gemm g = gr->products[i];
    int64_t tile = task - t->first, row = tile / t->across * t->tile_m, col = tile % t->across * t->tile_n;
    g.a += g.ta ? row : row * g.lda;
    g.b += g.tb ? col * g.ldb : col;
    g.c += row * g.ldc + col;
    g.m = g.m - row < t->tile_m ? g.m - row : t->tile_m;
    g.n = g.n - col < t->tile_n ? g.n - col : t->tile_n;
    slm_gemm_serial(&g);
}

void slm_gemm_group(const scilama_context *ctx, const slm_gemm *products, int count)
{
    group gr = { .products = products, .count = count };
    int64_t tasks = 0;
    for (int i = 0; i < count; i++) {
        tiling *t = &gr.tiles[i];
        t->tile_m = TILE_M;
        t->tile_n = TILE_N;
        t->across = slm_tiles(products[i].n, t->tile_n);
        t->first = tasks;
        tasks += slm_tiles(products[i].m, t->tile_m) * t->across;
    }
    slm_parallel(ctx, tasks, run_tile, &gr);
}
