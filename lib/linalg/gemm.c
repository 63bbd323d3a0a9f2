/* SPDX-License-Identifier: MIT */
#include "linalg/gemm.h"
#include "core/thread.h"
#include "linalg/tile.h"

/* Products of small matrices in one go: cut into tiles by their shape, all tiles of a group dealt to the threads together, each
 * computed by one of them in one order. So a product's bits depend on its shape alone. */

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
enum { BLIS_M = 240, BLIS_N = 512, SHARED_MAX = 8 << 20 };

typedef struct tiling {
    const slm_tile_set *set;
    int64_t down, across, row_units, col_units;
    int unit_m, unit_n;
    int64_t blocks;    /* of k, in all */
    int64_t round;     /* of k, at a time */
    int64_t first;     /* task of the round */
    slm_tile_share panels, lefts;
} tiling;

typedef struct group {
    const slm_gemm *products;
    const slm_gemm_space *space;
    int count;
    int64_t done;      /* rounds before this one */
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
    if (!t->set) {
        slm_gemm_serial(&g);
        return;
    }
    int64_t block = gr->done * t->round, left = t->blocks - block;
    slm_tile tile = { .product = g, .scratch = gr->space->own + worker * (int64_t)SLM_TILE_SCRATCH, .block = block, .base = block,
                      .blocks = left < t->round ? left : t->round, .panel = col / t->unit_n, .left = down,
                      .panels = t->panels, .lefts = t->lefts };
    t->set->run(&tile);
}

static void cut(tiling *t, const slm_gemm *g, bool bf16)
{
    const slm_tile_set *set = bf16 ? slm_tile_set_bf16() : slm_tile_set_get();
    *t = (tiling){ .set = set, .blocks = 1, .round = 1 };
    t->unit_m = set ? set->rows : 16;
    t->unit_n = set ? set->columns : 16;
    t->row_units = slm_tiles(g->m, t->unit_m);
    t->col_units = slm_tiles(g->n, t->unit_n);
    t->down = slm_tiles(g->m, set ? SLM_TILE_M - t->unit_m : BLIS_M);
    t->across = slm_tiles(g->n, set ? TILE_N : BLIS_N);
    if (set) t->round = t->blocks = slm_tiles(g->k, slm_tile_depth(g->k) + !g->k);
    if (!set || t->down * t->across >= ENOUGH) return;
    int64_t most = slm_tiles(g->n, g->ta ? FINE_PACKED_N : FINE_N), want = slm_tiles(ENOUGH, t->down);
    t->across = most < want ? most : want;
}

/* --- shared pieces --------------------------------------------------------------------- */

static int64_t padded(int64_t bytes) { return (bytes + 63) / 64 * 64; }

/* Bytes of `blocks` blocks of an operand; its states come first. */
static int64_t share_bytes(const slm_tile_share *s, int64_t blocks)
{
    return s->parts ? padded(blocks * s->parts * (int64_t)sizeof *s->state) + padded(blocks * s->parts * s->size * (int64_t)sizeof(slm_real)) : 0;
}

/* What of a product more than one tile reads. */
static void share_shape(tiling *t, const slm_gemm *g, bool bf16)
{
    int64_t depth = slm_tile_depth(g->k);
    if (t->down > 1) t->panels = (slm_tile_share){ .size = depth * t->unit_n, .parts = t->col_units };
    if (t->across > 1 && (g->ta || bf16)) t->lefts = (slm_tile_share){ .size = depth * SLM_TILE_M, .parts = t->down };
}

static char *share_place(slm_tile_share *s, char *at, int64_t blocks)
{
    if (!s->parts) return at;
    s->state = (atomic_int *)(void *)at;
    memset(at, 0, (size_t)(blocks * s->parts) * sizeof *s->state);
    s->data = (slm_real *)(void *)(at + padded(blocks * s->parts * (int64_t)sizeof *s->state));
    return at + share_bytes(s, blocks);
}

/* Gives each product room for as many blocks of k as there is; what does not fit in one
 * round takes several, and what does not fit at all is not shared. */
static void share(group *gr)
{
    char *at = gr->space->shared, *end = at + gr->space->shared_bytes;
    for (int i = 0; i < gr->count && at; i++) {
        tiling *t = &gr->tiles[i];
        share_shape(t, &gr->products[i], gr->space->bf16);
        int64_t blocks = t->blocks;
        while (blocks > 0 && share_bytes(&t->panels, blocks) + share_bytes(&t->lefts, blocks) > end - at) blocks--;
        if (!blocks) {
            t->panels.parts = t->lefts.parts = 0;
            continue;
        }
        int64_t rounds = slm_tiles(t->blocks, blocks);
        t->round = slm_tiles(t->blocks, rounds);
        at = share_place(&t->panels, at, t->round);
        at = share_place(&t->lefts, at, t->round);
    }
}

static void forget(slm_tile_share *s, int64_t blocks)
{
    if (s->data) memset(s->state, 0, (size_t)(blocks * s->parts) * sizeof *s->state);
}

void slm_gemm_group(const scilama_context *ctx, const slm_gemm_space *space, const slm_gemm *products, int count)
{
    group gr = { .products = products, .space = space, .count = count };
    for (int i = 0; i < count; i++) cut(&gr.tiles[i], &products[i], space->bf16);
    if (gr.tiles[0].set && space->shared) share(&gr);
    for (int64_t tasks = 1; tasks; gr.done++) {
        tasks = 0;
        for (int i = 0; i < count; i++) {
            tiling *t = &gr.tiles[i];
            t->first = tasks;
            if (gr.done * t->round < t->blocks) tasks += t->down * t->across;
            if (!gr.done) continue;
            forget(&t->panels, t->round);
            forget(&t->lefts, t->round);
        }
        slm_parallel(ctx, tasks, run_tile, &gr);
    }
}

int64_t slm_gemm_scratch(int threads, bool bf16) { return bf16 || slm_tile_set_get() ? (int64_t)threads * SLM_TILE_SCRATCH : 0; }

int64_t slm_gemm_shared(int64_t m, int64_t n, int64_t k)
{
    slm_gemm g = { .m = m, .n = n, .k = k, .ta = true };
    tiling t;
    cut(&t, &g, false);
    if (!t.set) return 0;
    share_shape(&t, &g, false);
    int64_t bytes = share_bytes(&t.panels, t.blocks) + share_bytes(&t.lefts, t.blocks);
    return bytes < SHARED_MAX ? bytes : SHARED_MAX;
}

/* --- tile sets ------------------------------------------------------------------------- */

extern const slm_tile_set slm_tiles_avx2, slm_tiles_avx512, slm_tiles_portable;

const slm_tile_set *slm_tile_set_at(int index)
{
#ifdef SLM_X86_KERNELS
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return NULL;
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    if (index == 0) return wide ? &slm_tiles_avx512 : &slm_tiles_avx2;
    return index == 1 && wide ? &slm_tiles_avx2 : NULL;
#elif defined(SLM_PORTABLE_ONLY)
    return index == 0 ? &slm_tiles_portable : NULL;
#else
    return NULL;
#endif
}

extern const slm_tile_set slm_tiles_portable_bf16, slm_tiles_avx2_bf16, slm_tiles_avx512_bf16, slm_tiles_avx512bf16;

const slm_tile_set *slm_tile_set_bf16_at(int index)
{
    const slm_tile_set *found[4];
    int count = 0;
#ifdef SLM_X86_KERNELS
#if defined(SLM_BF16_KERNELS) && !defined(SLM_REAL_F64)
    if (slm_tile_set_at(1) && __builtin_cpu_supports("avx512bf16")) found[count++] = &slm_tiles_avx512bf16;
#endif
    if (slm_tile_set_at(1)) found[count++] = &slm_tiles_avx512_bf16;
    if (slm_tile_set_at(0)) found[count++] = &slm_tiles_avx2_bf16;
#endif
    found[count++] = &slm_tiles_portable_bf16;
    return index < count ? found[index] : NULL;
}

const slm_tile_set *slm_tile_set_bf16(void) { return slm_tile_set_bf16_at(0); }

const char *slm_gemm_bf16_name(void) { return slm_tile_set_bf16()->name; }

const slm_tile_set *slm_tile_set_get(void) { return slm_tile_set_at(0); }
