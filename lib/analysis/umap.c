/* SPDX-License-Identifier: MIT */
#include "analysis/umap.h"
#include "analysis/umap_move.h"
#include "core/rng.h"
#include "core/thread.h"

/* The layout by stochastic gradients (McInnes, Healy, Melville 2018, algorithm 5), the
 * same for any number of threads: vertices are dealt into BATCHES interleaved batches.
 * A batch is moved at once, every vertex from the places of the others before the
 * batch; then the next batch sees the result. A vertex looks only at its own edges:
 * an edge's pull on both ends is taken from either side. The vertices of a tile share a
 * pool of vertices that their negative samples are drawn from. So that what moves
 * together lies together, vertices are dealt in the order of a curve through the places
 * where they start, and numbered batch after batch. */

enum { BATCHES = SLM_UMAP_BATCHES, TILE = 128 };

typedef struct layout_job {
    slm_umap_move m;
    slm_umap_move_fn move;
    const scilama_graph *g;
    int32_t *number;       /* [n] of the graph's vertices in the layout */
    int64_t *begin;        /* m.begin */
    slm_umap_edge *edges;  /* m.edges; NULL while they are counted */
    int64_t size;          /* of the batch */
    int32_t epochs;        /* the last */
    float inverse;         /* 1 / largest weight */
} layout_job;

slm_umap_move_fn slm_umap_move_at(int index)
{
    slm_umap_move_fn found[3];
    int count = 0;
#ifdef SLM_X86_KERNELS
    bool narrow = __builtin_cpu_supports("avx2");
    bool wide = narrow && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    if (wide) found[count++] = slm_umap_move_avx512;
    if (narrow) found[count++] = slm_umap_move_avx2;
#endif
    found[count++] = slm_umap_move_portable;
    return index < count ? found[index] : NULL;
}

/* The first of those with rank r, r + BATCHES … */
static int64_t batch_begin(int64_t n, int64_t batch) { return n / BATCHES * batch + (batch < n % BATCHES ? batch : n % BATCHES); }

static void move_tile(void *arg, int64_t task, int worker)
{
    layout_job *j = arg;
    int64_t first = task * TILE;
    j->move(&j->m, first, first + TILE < j->size ? first + TILE : j->size);
}

/* --- what moves together lies together ----------------------------------------- */

/* The bits of x, each followed by a zero. */
static uint64_t spread_bits(uint32_t x)
{
    uint64_t y = x;
    y = (y | y << 16) & UINT64_C(0x0000ffff0000ffff);
    y = (y | y << 8) & UINT64_C(0x00ff00ff00ff00ff);
    y = (y | y << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    y = (y | y << 2) & UINT64_C(0x3333333333333333);
    return (y | y << 1) & UINT64_C(0x5555555555555555);
}

/* Of a place within 0 .. 10: along Morton's curve through its first two dimensions. */
static uint32_t along_curve(const float *place, int64_t dims)
{
    const float scale = 6553.5f;
    uint32_t x = (uint32_t)(place[0] * scale), y = dims > 1 ? (uint32_t)(place[1] * scale) : 0;
    return (uint32_t)(spread_bits(x) | spread_bits(y) << 1);
}

/* number[v]: of every vertex. Radix sort by the place on the curve, equal ones by v. */
static scilama_status deal(layout_job *j, const float *layout, scilama_error *error)
{
    scilama_context *ctx = j->g->ctx;
    int64_t n = j->m.n;
    SLM_SCOPE(work, ctx);
    uint32_t *key = slm_scope_array(&work, n, sizeof *key);
    int32_t *order = slm_scope_array(&work, n, sizeof *order), *other = j->number;
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t v = 0; v < n; v++) {
        key[v] = along_curve(layout + v * j->m.dims, j->m.dims);
        order[v] = (int32_t)v;
    }
    for (int shift = 0; shift < 32; shift += 8) {
        int64_t at[257] = { 0 };
        for (int64_t v = 0; v < n; v++) at[(key[v] >> shift & 255) + 1]++;
        for (int d = 0; d < 256; d++) at[d + 1] += at[d];
        for (int64_t i = 0; i < n; i++) other[at[key[order[i]] >> shift & 255]++] = order[i];
        int32_t *turn = order;
        order = other, other = turn;
    }
    /* after four turns the order is in its own block again */
    for (int64_t r = 0; r < n; r++) j->number[order[r]] = (int32_t)(batch_begin(n, r % BATCHES) + r / BATCHES);
    return SCILAMA_OK;
}

/* Edges that fall due in so many epochs, of the vertices of a tile by the graph's numbers. */
static void edges_tile(void *arg, int64_t task, int worker)
{
    layout_job *j = arg;
    const scilama_graph *g = j->g;
    SLM_FOR_TILE (v, task, TILE, g->n) {
        int64_t at = j->begin[j->number[v]], count = 0;
        for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) {
            float weight = g->weights[e] * j->inverse;
            if (!((int32_t)(weight * (float)j->epochs) > 0)) continue;
            if (j->edges) j->edges[at + count] = (slm_umap_edge){ j->number[g->indices[e]], weight };
            count++;
        }
        if (!j->edges) j->begin[j->number[v]] = count;
    }
}

static scilama_status arrange(layout_job *j, const float *layout, scilama_error *error)
{
    scilama_context *ctx = j->g->ctx;
    slm_umap_move *m = &j->m;
    int64_t tiles = slm_tiles(m->n, TILE), at = 0;
    j->number = slm_alloc_array(ctx, m->n, sizeof *j->number);
    j->begin = slm_alloc_array_zero(ctx, m->n + 1, sizeof *j->begin);
    m->place = slm_alloc_array(ctx, m->n, (size_t)m->dims * sizeof *m->place);
    m->next = slm_alloc_array(ctx, slm_tiles(m->n, BATCHES), (size_t)m->dims * sizeof *m->next);
    if (!j->number || !j->begin || !m->place || !m->next) return slm_fail_nomem(error);
    SLM_TRY(deal(j, layout, error));
    slm_parallel(ctx, tiles, edges_tile, j);
    for (int64_t s = 0; s <= m->n; s++) {
        int64_t count = j->begin[s];
        j->begin[s] = at;
        at += count;
    }
    if (!(j->edges = slm_alloc_array(ctx, at, sizeof *j->edges))) return slm_fail_nomem(error);
    slm_parallel(ctx, tiles, edges_tile, j);
    for (int64_t v = 0; v < m->n; v++)
        memcpy(m->place + j->number[v] * m->dims, layout + v * m->dims, (size_t)m->dims * sizeof *m->place);
    m->begin = j->begin;
    m->edges = j->edges;
    return SCILAMA_OK;
}

static void release(layout_job *j)
{
    scilama_context *ctx = j->g->ctx;
    slm_free_all(ctx, j->number, j->begin, j->edges, j->m.place, j->m.next);
}

/* --- the layout ------------------------------------------------------------------ */

/* To 0 .. 10 in every dimension, with a little noise against coinciding points. */
static void scale_start(float *x, int64_t n, int64_t dims, uint64_t seed, bool noise)
{
    slm_rng_seq rng = slm_rng_sequence(seed, SLM_STREAM_UMAP, 2, 0);
    float most = 0;
    for (int64_t i = 0; i < n * dims; i++) most = fmaxf(most, fabsf(x[i]));
    for (int64_t i = 0; noise && i < n * dims; i++) x[i] = (most > 0 ? x[i] / most * 10 : 0) + (float)(1e-4 * slm_rng_normal(&rng));
    for (int64_t d = 0; d < dims; d++) {
        float lo = INFINITY, hi = -INFINITY;
        for (int64_t i = 0; i < n; i++) {
            lo = fminf(lo, x[i * dims + d]);
            hi = fmaxf(hi, x[i * dims + d]);
        }
        for (int64_t i = 0; i < n; i++) x[i * dims + d] = hi > lo ? 10 * (x[i * dims + d] - lo) / (hi - lo) : 5;
    }
}

static scilama_status optimise(layout_job *j, const scilama_umap_options *o, int32_t epochs, scilama_error *error)
{
    slm_umap_move *m = &j->m;
    for (m->epoch = 1; m->epoch < epochs; m->epoch++) {
        m->alpha = (float)(o->learning_rate * (1 - (double)(m->epoch - 1) / epochs));
        for (int64_t batch = 0; batch < BATCHES; batch++) {
            m->batch = batch_begin(m->n, batch);
            j->size = batch_begin(m->n, batch + 1) - m->batch;
            slm_parallel(j->g->ctx, slm_tiles(j->size, TILE), move_tile, j);
            memcpy(m->place + m->batch * m->dims, m->next, (size_t)(j->size * m->dims) * sizeof *m->place);
            if (slm_cancelled(j->g->ctx)) return slm_fail_cancelled(error);
        }
        slm_tell(j->g->ctx, "UMAP", (double)m->epoch / (epochs - 1));
        if (slm_cancelled(j->g->ctx)) return slm_fail_cancelled(error);
    }
    return SCILAMA_OK;
}

scilama_status slm_umap(const scilama_graph *g, const scilama_umap_options *o, float *layout, scilama_error *error)
{
    int32_t used = 0, epochs = o->epochs ? o->epochs : g->n <= 10000 ? 500 : 200;
    double a, b;
    float most = 0;
    SLM_TRY(slm_umap_start(g, o, layout, &used, error));
    slm_umap_curve(o->spread, o->min_dist, &a, &b);
    for (int64_t e = 0; e < g->indptr[g->n]; e++) most = fmaxf(most, g->weights[e]);
    layout_job j = { .g = g, .move = slm_umap_move_at(0), .epochs = epochs - 1, .inverse = most > 0 ? 1 / most : 0, .m = {
        .n = g->n, .dims = o->dimensions, .a = (float)a, .b = (float)b, .repulsion = (float)o->repulsion,
        .negatives = o->negative_samples, .seed = o->seed } };
    scale_start(layout, g->n, o->dimensions, o->seed, used != SCILAMA_UMAP_GIVEN);
    scilama_status status = arrange(&j, layout, error);
    if (!status) status = optimise(&j, o, epochs, error);
    for (int64_t v = 0; v < g->n && j.edges; v++)
        memcpy(layout + v * j.m.dims, j.m.place + j.number[v] * j.m.dims, (size_t)j.m.dims * sizeof *layout);
    release(&j);
    return status;
}

double slm_umap_memory(int64_t n, int64_t entries, const scilama_umap_options *o, int32_t threads)
{
    double place = (double)o->dimensions * sizeof(float);
    double moving = (double)n * (sizeof(int32_t) + sizeof(int64_t) + place) + (double)slm_tiles(n, BATCHES) * place;
    double dealing = (double)n * 2 * sizeof(int32_t), edges = (double)entries * sizeof(slm_umap_edge);
    return fmax(slm_umap_start_memory(n, o, threads), moving + fmax(dealing, edges));
}
