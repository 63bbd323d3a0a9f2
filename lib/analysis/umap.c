/* SPDX-License-Identifier: MIT */
#include "analysis/umap.h"
#include "analysis/umap_move.h"
#include "core/rng.h"
#include "core/thread.h"
#include <math.h>
#include <string.h>

/* The layout by stochastic gradients (McInnes, Healy, Melville 2018, algorithm 5), the
 * same for any number of threads: vertices are dealt into BATCHES interleaved batches.
 * A batch is moved at once, every vertex from the places of the others before the
 * batch; then the next batch sees the result. A vertex looks only at its own edges:
 * an edge's pull on both ends is taken from either side. The vertices of a tile share a
 * pool of vertices that their negative samples are drawn from. */

enum { BATCHES = SLM_UMAP_BATCHES, TILE = 128 };

typedef struct layout_job { slm_umap_move m; slm_umap_move_fn move; const scilama_context *ctx; } layout_job;

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

/* Vertices of the batch. */
static int64_t batch_size(const slm_umap_move *m) { return m->batch < m->n ? (m->n - 1 - m->batch) / BATCHES + 1 : 0; }

static void move_tile(void *arg, int64_t task, int worker)
{
    layout_job *j = arg;
    int64_t size = batch_size(&j->m), first = task * TILE;
    j->move(&j->m, first, first + TILE < size ? first + TILE : size);
}

static void commit_tile(void *arg, int64_t task, int worker)
{
    slm_umap_move *m = &((layout_job *)arg)->m;
    int64_t size = batch_size(m), dims = m->dims;
    for (int64_t i = task * TILE; i < (task + 1) * TILE && i < size; i++)
        memcpy(m->place + (i * BATCHES + m->batch) * dims, m->next + i * dims, (size_t)dims * sizeof(float));
}

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
        for (m->batch = 0; m->batch < BATCHES; m->batch++) {
            int64_t tiles = slm_tiles(batch_size(m), TILE);
            slm_parallel(j->ctx, tiles, move_tile, j);
            slm_parallel(j->ctx, tiles, commit_tile, j);
            if (slm_cancelled(j->ctx)) return slm_fail_cancelled(error);
        }
        slm_tell(j->ctx, "UMAP", (double)m->epoch / (epochs - 1));
        if (slm_cancelled(j->ctx)) return slm_fail_cancelled(error);
    }
    return SCILAMA_OK;
}

scilama_status slm_umap(const scilama_graph *g, const scilama_umap_options *o, float *layout, scilama_error *error)
{
    int32_t used = 0, epochs = o->epochs ? o->epochs : g->n <= 10000 ? 500 : 200;
    double a, b;
    float most = 0;
    scilama_status status = slm_umap_start(g, o, layout, &used, error);
    if (status) return status;
    slm_umap_curve(o->spread, o->min_dist, &a, &b);
    for (int64_t e = 0; e < g->indptr[g->n]; e++) most = fmaxf(most, g->weights[e]);
    layout_job j = { .ctx = g->ctx, .move = slm_umap_move_at(0), .m = {
        .g = g, .n = g->n, .dims = o->dimensions, .place = layout, .a = (float)a, .b = (float)b,
        .repulsion = (float)o->repulsion, .inverse = most > 0 ? 1 / most : 0, .negatives = o->negative_samples, .seed = o->seed } };
    j.m.next = slm_alloc_array(g->ctx, slm_tiles(g->n, BATCHES), (size_t)o->dimensions * sizeof *j.m.next);
    if (!j.m.next) return slm_fail_nomem(error);
    scale_start(layout, g->n, o->dimensions, o->seed, used != SCILAMA_UMAP_GIVEN);
    status = optimise(&j, o, epochs, error);
    slm_free(g->ctx, j.m.next);
    return status;
}

double slm_umap_memory(int64_t n, const scilama_umap_options *o, int32_t threads)
{
    double next = (double)slm_tiles(n, BATCHES) * (double)o->dimensions * sizeof(float);
    return fmax(slm_umap_start_memory(n, o, threads), next);
}
