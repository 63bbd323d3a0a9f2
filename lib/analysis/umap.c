/* SPDX-License-Identifier: MIT */
#include "analysis/umap.h"
#include "core/rng.h"
#include "core/thread.h"
#include <math.h>
#include <string.h>

/* The layout by stochastic gradients (McInnes, Healy, Melville 2018, algorithm 5), the
 * same for any number of threads: vertices are dealt into BATCHES interleaved batches.
 * A batch is moved at once, every vertex from the places of the others before the
 * batch; then the next batch sees the result. A vertex looks only at its own edges:
 * an edge's pull on both ends is taken from either side. */

enum { BATCHES = 16, TILE = 128, MAX_DIMENSIONS = 16 };

typedef struct layout_job {
    const scilama_context *ctx;
    const scilama_graph *g;
    int64_t n, dims;
    float *place, *next;   /* [n × dims]; next: of the batch */
    float a, b, repulsion, alpha, inverse; /* inverse = 1 / largest weight */
    int32_t negatives, epoch, batch;
    uint64_t seed;
} layout_job;

/* 2^x and log2(x) to about 1e-6, without libm: quick, and the same everywhere. */
static inline float exp2_quick(float x)
{
    if (x < -126) return 0;
    if (x > 126) x = 126;
    float floor_x = (float)(int32_t)x - (x < (float)(int32_t)x ? 1.0f : 0.0f), f = x - floor_x;
    float p = 1 + f * (0.69314718f + f * (0.24022651f + f * (0.05550411f + f * (0.00961813f + f * (0.00133336f + f * 0.00015404f)))));
    union { float f; int32_t i; } u = { p };
    u.i += (int32_t)floor_x << 23;
    return u.f;
}

static inline float log2_quick(float x)
{
    union { float f; int32_t i; } u = { x };
    int32_t e = (u.i - 0x3f3504f3) >> 23;
    u.i -= e << 23; /* in [sqrt 1/2, sqrt 2) */
    float s = (u.f - 1) / (u.f + 1), z = s * s;
    return (float)e + s * (2.88539008f + z * (0.96179669f + z * (0.57707802f + z * (0.41219859f + z * 0.32059890f))));
}

static inline float clip(float x) { return x > 4 ? 4 : x < -4 ? -4 : x; }

/* A small generator for one vertex in one epoch (xorshift-multiply, seeded by Philox). */
static inline uint32_t draw(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return (uint32_t)(*s * UINT64_C(0x2545F4914F6CDD1D) >> 32);
}

static inline float squared(const float *x, const float *y, int64_t dims)
{
    float d = 0;
    for (int64_t k = 0; k < dims; k++) d += (x[k] - y[k]) * (x[k] - y[k]);
    return d;
}

/* The edge is drawn twice in an epoch, once from each end, and moves both ends each
 * time: both moves of this end, the other end's place being followed in `other`. */
static inline void attract(const layout_job *j, float *x, const float *y)
{
    float other[MAX_DIMENSIONS];
    memcpy(other, y, (size_t)j->dims * sizeof *other);
    for (int twice = 0; twice < 2; twice++) {
        float d = squared(x, other, j->dims);
        if (!(d > 0)) return;
        float power = exp2_quick(j->b * log2_quick(d)), force = -2 * j->a * j->b * power / (d * (j->a * power + 1));
        for (int64_t k = 0; k < j->dims; k++) {
            float step = clip(force * (x[k] - other[k])) * j->alpha;
            x[k] += step;
            other[k] -= step;
        }
    }
}

static inline void repel(const layout_job *j, float *x, const float *y)
{
    float d = squared(x, y, j->dims);
    if (!(d > 0)) return;
    float power = exp2_quick(j->b * log2_quick(d)), force = 2 * j->repulsion * j->b / ((0.001f + d) * (j->a * power + 1));
    for (int64_t k = 0; k < j->dims; k++) x[k] += clip(force * (x[k] - y[k])) * j->alpha;
}

/* The k-th draw of an edge falls due at epoch k · largest weight / weight. */
static inline bool due(float weight, float inverse, int32_t epoch)
{
    float rate = weight * inverse;
    return floorf(rate * (float)epoch) > floorf(rate * (float)(epoch - 1));
}

static void move_tile(void *arg, int64_t task, int worker)
{
    layout_job *j = arg;
    const scilama_graph *g = j->g;
    int64_t first = task * TILE;
    for (int64_t i = first; i < first + TILE; i++) {
        int64_t v = i * BATCHES + j->batch;
        if (v >= j->n) break;
        float x[MAX_DIMENSIONS];
        uint32_t word[4];
        slm_rng rng = slm_rng_make(j->seed, SLM_STREAM_UMAP, 1, (uint32_t)j->epoch);
        slm_philox(&rng, (uint64_t)v, word);
        uint64_t state = ((uint64_t)word[0] << 32 | word[1]) | 1;
        memcpy(x, j->place + v * j->dims, (size_t)j->dims * sizeof *x);
        for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) {
            if (!due(g->weights[e], j->inverse, j->epoch)) continue;
            attract(j, x, j->place + (int64_t)g->indices[e] * j->dims);
            for (int32_t k = 0; k < j->negatives; k++) {
                int64_t u = (int64_t)((uint64_t)draw(&state) * (uint64_t)j->n >> 32);
                if (u != v) repel(j, x, j->place + u * j->dims);
            }
        }
        memcpy(j->next + i * j->dims, x, (size_t)j->dims * sizeof *x);
    }
}

static void commit_tile(void *arg, int64_t task, int worker)
{
    layout_job *j = arg;
    for (int64_t i = task * TILE; i < (task + 1) * TILE; i++) {
        int64_t v = i * BATCHES + j->batch;
        if (v >= j->n) break;
        memcpy(j->place + v * j->dims, j->next + i * j->dims, (size_t)j->dims * sizeof(float));
    }
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
    int64_t per_batch = slm_tiles(j->n, BATCHES), tiles = slm_tiles(per_batch, TILE);
    for (j->epoch = 1; j->epoch < epochs; j->epoch++) {
        if (slm_cancelled(j->ctx)) return slm_fail_cancelled(error);
        j->alpha = (float)(o->learning_rate * (1 - (double)(j->epoch - 1) / epochs));
        for (j->batch = 0; j->batch < BATCHES; j->batch++) {
            slm_parallel(j->ctx, tiles, move_tile, j);
            slm_parallel(j->ctx, tiles, commit_tile, j);
        }
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
    layout_job j = { .ctx = g->ctx, .g = g, .n = g->n, .dims = o->dimensions, .place = layout, .a = (float)a, .b = (float)b,
                     .repulsion = (float)o->repulsion, .inverse = most > 0 ? 1 / most : 0, .negatives = o->negative_samples, .seed = o->seed };
    j.next = slm_alloc_array(g->ctx, slm_tiles(g->n, BATCHES), (size_t)o->dimensions * sizeof *j.next);
    if (!j.next) return slm_fail_nomem(error);
    scale_start(layout, g->n, o->dimensions, o->seed, used != SCILAMA_UMAP_GIVEN);
    status = optimise(&j, o, epochs, error);
    slm_free(g->ctx, j.next);
    return status;
}
