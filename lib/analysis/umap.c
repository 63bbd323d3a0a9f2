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

/* Four edges at a time. 16-byte vectors are native on x86-64 and ARM; GCC and Clang
 * lower them elsewhere. No libm: quick, and the same everywhere. */
typedef float lanes __attribute__((vector_size(16)));
typedef int32_t masks __attribute__((vector_size(16)));

static inline lanes all(float x) { return (lanes){ x, x, x, x }; }
static inline lanes pick(masks m, lanes x) { return (lanes)((masks)x & m); } /* x or 0 */
static inline lanes choose(masks m, lanes x, lanes y) { return (lanes)(((masks)x & m) | ((masks)y & ~m)); }

/* 2^x and log2(x), relative error about 1e-6. */
static inline lanes exp2_quick(lanes x)
{
    x = choose(x < -126.0f, all(-126), choose(x > 126.0f, all(126), x));
    masks whole = __builtin_convertvector(x, masks);
    whole += x < __builtin_convertvector(whole, lanes); /* floor: true is -1 */
    lanes f = x - __builtin_convertvector(whole, lanes);
    lanes p = 1.0f + f * (0.69314718f + f * (0.24022651f + f * (0.05550411f + f * (0.00961813f + f * (0.00133336f + f * 0.00015404f)))));
    return (lanes)((masks)p + (whole << 23));
}

static inline lanes log2_quick(lanes x)
{
    masks bits = (masks)x, e = (bits - 0x3f3504f3) >> 23;
    lanes m = (lanes)(bits - (e << 23)); /* in [sqrt 1/2, sqrt 2) */
    lanes s = (m - 1.0f) / (m + 1.0f), z = s * s;
    return __builtin_convertvector(e, lanes) + s * (2.88539008f + z * (0.96179669f + z * (0.57707802f + z * (0.41219859f + z * 0.32059890f))));
}

static inline lanes clip(lanes x) { return choose(x > 4.0f, all(4), choose(x < -4.0f, all(-4), x)); }
static inline float total(lanes x) { return (x[0] + x[1]) + (x[2] + x[3]); }

/* A small generator for one vertex in one epoch (xorshift-multiply, seeded by Philox). */
static inline uint32_t draw(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return (uint32_t)(*s * UINT64_C(0x2545F4914F6CDD1D) >> 32);
}

/* Differences x - y of four others, and the squared distances. */
static inline lanes differences(const layout_job *j, const float *x, const int32_t other[4], lanes *gap)
{
    lanes d = all(0);
    const float *p = j->place;
    int64_t dims = j->dims, o0 = other[0] * dims, o1 = other[1] * dims, o2 = other[2] * dims, o3 = other[3] * dims;
    for (int64_t k = 0; k < dims; k++) {
        gap[k] = x[k] - (lanes){ p[o0 + k], p[o1 + k], p[o2 + k], p[o3 + k] };
        d += gap[k] * gap[k];
    }
    return d;
}

/* An edge is drawn twice in an epoch, once from each end, and moves both ends each
 * time: both moves of this end, the other end's place being followed in `gap`. */
static inline void attract(const layout_job *j, float *x, const int32_t other[4], masks valid)
{
    lanes gap[MAX_DIMENSIONS], moved[MAX_DIMENSIONS], d = differences(j, x, other, gap);
    for (int64_t k = 0; k < j->dims; k++) moved[k] = all(0);
    for (int twice = 0; twice < 2; twice++) {
        lanes power = exp2_quick(j->b * log2_quick(d));
        lanes force = pick(valid & (d > 0.0f), -2 * j->a * j->b * power / (d * (j->a * power + 1.0f)));
        d = all(0);
        for (int64_t k = 0; k < j->dims; k++) {
            lanes step = clip(force * gap[k]) * j->alpha;
            moved[k] += step;
            gap[k] += step + step;
            d += gap[k] * gap[k];
        }
    }
    for (int64_t k = 0; k < j->dims; k++) x[k] += total(moved[k]);
}

static inline void repel(const layout_job *j, float *x, const int32_t other[4], masks valid)
{
    lanes gap[MAX_DIMENSIONS], d = differences(j, x, other, gap);
    lanes power = exp2_quick(j->b * log2_quick(d));
    lanes force = pick(valid & (d > 0.0f), 2 * j->repulsion * j->b / ((0.001f + d) * (j->a * power + 1.0f)));
    for (int64_t k = 0; k < j->dims; k++) x[k] += total(clip(force * gap[k])) * j->alpha;
}

static const masks LANE = { 0, 1, 2, 3 };

static void move_vertex(layout_job *j, int64_t v, float *x)
{
    const scilama_graph *g = j->g;
    uint32_t word[4];
    slm_rng rng = slm_rng_make(j->seed, SLM_STREAM_UMAP, 1, (uint32_t)j->epoch);
    slm_philox(&rng, (uint64_t)v, word);
    uint64_t state = ((uint64_t)word[0] << 32 | word[1]) | 1;
    float now = (float)j->epoch * j->inverse, before = (float)(j->epoch - 1) * j->inverse;
    int32_t due[TILE], other[4];
    for (int64_t e = g->indptr[v]; e < g->indptr[v + 1];) {
        int32_t count = 0;
        /* the k-th draw of an edge falls due at epoch k · largest weight / weight */
        for (; e < g->indptr[v + 1] && count < TILE; e++) {
            due[count] = g->indices[e];
            count += (int32_t)(g->weights[e] * now) > (int32_t)(g->weights[e] * before);
        }
        for (int32_t c = 0; c < count; c += 4) {
            for (int32_t l = 0; l < 4; l++) other[l] = due[c + l < count ? c + l : c];
            attract(j, x, other, LANE < count - c);
        }
        for (int32_t left = count * j->negatives; left > 0; left -= 4) {
            for (int32_t l = 0; l < 4; l++) other[l] = (int32_t)((uint64_t)draw(&state) * (uint64_t)j->n >> 32);
            masks self = (masks){ other[0], other[1], other[2], other[3] } == (int32_t)v;
            repel(j, x, other, (LANE < left) & ~self);
        }
    }
}

static void move_tile(void *arg, int64_t task, int worker)
{
    layout_job *j = arg;
    for (int64_t i = task * TILE; i < (task + 1) * TILE; i++) {
        int64_t v = i * BATCHES + j->batch;
        if (v >= j->n) break;
        memcpy(j->next + i * j->dims, j->place + v * j->dims, (size_t)j->dims * sizeof(float));
        move_vertex(j, v, j->next + i * j->dims);
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
        j->alpha = (float)(o->learning_rate * (1 - (double)(j->epoch - 1) / epochs));
        for (j->batch = 0; j->batch < BATCHES; j->batch++) {
            slm_parallel(j->ctx, tiles, move_tile, j);
            slm_parallel(j->ctx, tiles, commit_tile, j);
            if (slm_cancelled(j->ctx)) return slm_fail_cancelled(error);
        }
        slm_tell(j->ctx, "UMAP", (double)j->epoch / (epochs - 1));
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
    layout_job j = { .ctx = g->ctx, .g = g, .n = g->n, .dims = o->dimensions, .place = layout, .a = (float)a, .b = (float)b,
                     .repulsion = (float)o->repulsion, .inverse = most > 0 ? 1 / most : 0, .negatives = o->negative_samples, .seed = o->seed };
    j.next = slm_alloc_array(g->ctx, slm_tiles(g->n, BATCHES), (size_t)o->dimensions * sizeof *j.next);
    if (!j.next) return slm_fail_nomem(error);
    scale_start(layout, g->n, o->dimensions, o->seed, used != SCILAMA_UMAP_GIVEN);
    status = optimise(&j, o, epochs, error);
    slm_free(g->ctx, j.next);
    return status;
}
