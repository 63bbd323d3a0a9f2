/* SPDX-License-Identifier: MIT */
#include "analysis/knn.h"
#include "core/rng.h"
#include "core/thread.h"
#include "linalg/gemm.h"

/* Approximate neighbours. Several random projection trees cut the points into leaves;
 * within a leaf every pair is compared by one product. Then neighbour descent (Dong,
 * Moses, Li 2011): neighbours of neighbours are tried until little changes. Every
 * vertex builds its new list from the old lists, so the result is the same for any
 * thread count. Points are numbered by the leaves of the first tree, their places, so that
 * neighbours are near each other in memory; id[place] is the number that the caller knows. */

enum { TREES = 8, LEAF = 256, TILE = 256, MOST_ROUNDS = 8, SAMPLE = 256, SPARE = 6, MOST_NEIGHBORS = 100, STREAM_KNN = SLM_STREAM_ANALYSIS | 5 << 8 };

static const char STAGE[] = "neighbours";
static const double PLANTING = 0.3; /* share of the work that trees take, about */
static const double CHECKING = 0.95; /* where results are written and checked */

typedef struct entry { float d; int32_t index; } entry; /* index < 0: empty; fresh entries are kept apart */

typedef struct lane {     /* of one worker */
    float *left, *tile;   /* [2 LEAF × wide], [2 LEAF × 2 LEAF] */
    int32_t *slot;        /* [table] vertices tried, by hash */
    uint32_t *stamp;      /* [table] which vertex tried them */
    uint32_t now;
    int64_t changed;
} lane;

typedef struct descent {
    const scilama_context *ctx;
    const slm_points *p;
    int64_t n, wanted, k, wide, table; /* lists hold k = wanted + SPARE: they lead further */
    float *right, *placed;   /* [n × wide] as prepare() says; the same by places, while it is made */
    float *base;             /* [n] squared lengths */
    double *norms;
    int32_t *order;          /* [n] places by leaf */
    int32_t *id;             /* [n] */
    float *along;            /* [n] projection of order[i] */
    int64_t segments;
    entry *list, *next;      /* [n × k] nearest first */
    uint8_t *fresh, *fresh_next; /* [n × k] came in the last round */
    int32_t *back;           /* [n × k] points that list this one, their place in it: */
    uint8_t *back_fresh;
    int32_t *back_count;     /* [n] */
    lane *lanes;
    uint64_t seed;
    uint32_t tree, level;
    int32_t *indices;
    float *distances;
} descent;

static bool nearer(float d, int32_t index, const entry *e) { return e->index < 0 || d < e->d || (d == e->d && index < e->index); }

/* Puts a candidate into a list of k, nearest first; false when it is too far or there already. */
static bool insert(entry *list, uint8_t *fresh, int64_t k, float d, int32_t index)
{
    if (!nearer(d, index, &list[k - 1])) return false;
    for (int64_t c = 0; c < k; c++)
        if (list[c].index == index) return false;
    int64_t at = k - 1;
    for (; at > 0 && nearer(d, index, &list[at - 1]); at--) {
        list[at] = list[at - 1];
        fresh[at] = fresh[at - 1];
    }
    list[at] = (entry){ d, index };
    fresh[at] = 1;
    return true;
}

/* --- trees --------------------------------------------------------------------------- */

/* Projects a segment on the line through two of its points and halves it. */
static void split_task(void *arg, int64_t task, int worker)
{
    descent *s = arg;
    int64_t lo = s->n * task / s->segments, hi = s->n * (task + 1) / s->segments;
    if (slm_cancelled(s->ctx)) return;
    slm_rng rng = slm_rng_make(s->seed, STREAM_KNN, s->tree, s->level);
    uint32_t word[4];
    slm_philox(&rng, (uint64_t)task, word);
    const float *a = s->right + s->order[lo + (int64_t)((uint64_t)word[0] * (uint64_t)(hi - lo) >> 32)] * s->wide;
    const float *b = s->right + s->order[lo + (int64_t)((uint64_t)word[1] * (uint64_t)(hi - lo) >> 32)] * s->wide;
    for (int64_t i = lo; i < hi; i++) {
        const float *x = s->right + s->order[i] * s->wide;
        float sum[4] = { 0, 0, 0, 0 };
        int64_t j = 0;
        for (; j + 4 <= s->p->dim; j += 4)
            for (int u = 0; u < 4; u++) sum[u] += x[j + u] * (a[j + u] - b[j + u]);
        for (; j < s->p->dim; j++) sum[0] += x[j] * (a[j] - b[j]);
        s->along[i] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
    /* where the two halves of the next level meet */
    slm_halve(s->along, s->order, lo, hi, s->n * (2 * task + 1) / (2 * s->segments));
}

static void leaf_task(void *arg, int64_t task, int worker)
{
    descent *s = arg;
    lane *l = &s->lanes[worker];
    int64_t lo = s->n * task / s->segments, m = s->n * (task + 1) / s->segments - lo, w = s->wide;
    if (slm_cancelled(s->ctx)) return;
    for (int64_t i = 0; i < m; i++) memcpy(l->left + i * w, s->right + s->order[lo + i] * w, (size_t)w * sizeof(float));
    slm_sgemm_serial(false, true, m, m, s->p->dim, -2, l->left, w, l->left, w, 0, l->tile, m);
    for (int64_t i = 0; i < m; i++) {
        int32_t a = s->order[lo + i];
        entry *list = s->list + a * s->k;
        for (int64_t j = 0; j < m; j++) {
            int32_t b = s->order[lo + j];
            float d = l->tile[i * m + j] + s->base[a] + s->base[b];
            if (i != j && nearer(d, b, &list[s->k - 1])) insert(list, s->fresh + a * s->k, s->k, d, b);
        }
    }
}

/* Cuts all points into leaves of order[]. */
static bool split(descent *s)
{
    for (int64_t i = 0; i < s->n; i++) s->order[i] = (int32_t)i;
    s->segments = 1;
    for (s->level = 0; s->n / s->segments > LEAF && !slm_cancelled(s->ctx); s->level++, s->segments *= 2)
        slm_parallel(s->ctx, s->segments, split_task, s);
    return !slm_cancelled(s->ctx);
}

static scilama_status plant(descent *s, scilama_error *error)
{
    for (int64_t e = 0; e < s->n * s->k; e++) s->list[e] = (entry){ INFINITY, -1 };
    memset(s->fresh, 1, (size_t)(s->n * s->k));
    for (s->tree = 0; s->tree < TREES; s->tree++) {
        double share = PLANTING * s->tree / TREES, next = PLANTING * (s->tree + 1) / TREES;
        slm_tell(s->ctx, STAGE, share);
        if (!split(s) || !slm_parallel_told(s->ctx, s->segments, leaf_task, s, STAGE, share, next))
            return slm_fail_cancelled(error);
    }
    return SCILAMA_OK;
}

/* --- descent ---------------------------------------------------------------------------- */

/* Up to k points that list each point, those that rank it highest first. */
static void reverse(descent *s)
{
    memset(s->back_count, 0, (size_t)s->n * sizeof *s->back_count);
    for (int64_t c = 0; c < s->k; c++)
        for (int64_t i = 0; i < s->n; i++) {
            int32_t u = s->list[i * s->k + c].index;
            if (u < 0 || s->back_count[u] == s->k) continue;
            int64_t at = u * s->k + s->back_count[u]++;
            s->back[at] = (int32_t)i;
            s->back_fresh[at] = s->fresh[i * s->k + c];
        }
}

static bool first_time(const descent *s, lane *l, int32_t v)
{
    uint32_t at = (uint32_t)v * 2654435761u;
    for (;; at++) {
        uint32_t h = at & (uint32_t)(s->table - 1);
        if (l->stamp[h] != l->now) {
            l->stamp[h] = l->now;
            l->slot[h] = v;
            return true;
        }
        if (l->slot[h] == v) return false;
    }
}

static float squared(const float *x, const float *y, int64_t dim)
{
    float s[8] = { 0, 0, 0, 0, 0, 0, 0, 0 };
    int64_t j = 0;
    for (; j + 8 <= dim; j += 8)
        for (int u = 0; u < 8; u++) s[u] += (x[j + u] - y[j + u]) * (x[j + u] - y[j + u]);
    for (; j < dim; j++) s[0] += (x[j] - y[j]) * (x[j] - y[j]);
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}

/* Tries the neighbours of u, a neighbour of v. */
static void try_through(descent *s, lane *l, int64_t v, int32_t u, bool news)
{
    entry *mine = s->next + v * s->k;
    for (int64_t c = 0; c < s->k; c++) {
        int32_t w = s->list[u * s->k + c].index;
        if (w < 0 || w == v || !(news || s->fresh[u * s->k + c]) || !first_time(s, l, w)) continue;
        float d = squared(s->right + v * s->wide, s->right + w * s->wide, s->p->dim);
        if (insert(mine, s->fresh_next + v * s->k, s->k, d, w)) l->changed++;
    }
}

static void descend_task(void *arg, int64_t task, int worker)
{
    descent *s = arg;
    lane *l = &s->lanes[worker];
    int64_t k = s->k, end = (task + 1) * TILE < s->n ? (task + 1) * TILE : s->n;
    if (slm_cancelled(s->ctx)) return;
    for (int64_t v = task * TILE; v < end; v++) {
        const entry *old = s->list + v * k;
        memcpy(s->next + v * k, old, (size_t)k * sizeof *old);
        memset(s->fresh_next + v * k, 0, (size_t)k);
        l->now++;
        for (int64_t c = 0; c < k; c++)
            if (old[c].index >= 0) first_time(s, l, old[c].index);
        for (int64_t c = 0; c < s->back_count[v]; c++) { /* who lists me may be mine */
            int32_t u = s->back[v * k + c];
            if (!s->back_fresh[v * k + c] || !first_time(s, l, u)) continue;
            if (insert(s->next + v * k, s->fresh_next + v * k, k, squared(s->right + v * s->wide, s->right + u * s->wide, s->p->dim), u)) l->changed++;
        }
        for (int64_t c = 0; c < k; c++)
            if (old[c].index >= 0) try_through(s, l, v, old[c].index, s->fresh[v * k + c]);
        for (int64_t c = 0; c < s->back_count[v]; c++) try_through(s, l, v, s->back[v * k + c], s->back_fresh[v * k + c]);
    }
}

static scilama_status descend(descent *s, int32_t *rounds, scilama_error *error)
{
    for (*rounds = 0; *rounds < MOST_ROUNDS; (*rounds)++) {
        int64_t changed = 0;
        reverse(s);
        /* each round is taken for half of what is left: how many there are depends on the points */
        double all = CHECKING - PLANTING, from = CHECKING - all / (double)(1 << *rounds), to = CHECKING - all / (double)(2 << *rounds);
        if (!slm_parallel_told(s->ctx, slm_tiles(s->n, TILE), descend_task, s, STAGE, from, to)) return slm_fail_cancelled(error);
        for (int t = 0; t < s->ctx->threads; t++) {
            changed += s->lanes[t].changed;
            s->lanes[t].changed = 0;
        }
        entry *list = s->list;
        uint8_t *fresh = s->fresh;
        s->list = s->next, s->next = list;
        s->fresh = s->fresh_next, s->fresh_next = fresh;
        if ((double)changed < 0.002 * (double)(s->n * s->k)) break;
    }
    return SCILAMA_OK;
}

/* --- results ---------------------------------------------------------------------------- */

static double distance(const descent *s, int64_t a, int64_t b)
{
    const slm_points *p = s->p;
    return slm_distance(p->cosine, p->dim, p->x + a * p->ld, s->norms[a], p->x + b * p->ld, s->norms[b]);
}

/* The k nearest of each list, by distances in double precision. */
static void finish_task(void *arg, int64_t task, int worker)
{
    descent *s = arg;
    int64_t end = (task + 1) * TILE < s->n ? (task + 1) * TILE : s->n;
    bool cosine = s->p->cosine;
    slm_near near[MOST_NEIGHBORS + SPARE];
    for (int64_t v = task * TILE; v < end; v++) {
        int64_t id = s->id[v];
        for (int64_t c = 0; c < s->k; c++) {
            int32_t u = s->id[s->list[v * s->k + c].index];
            near[c] = (slm_near){ distance(s, id, u), u };
        }
        slm_near_sort(near, s->k);
        for (int64_t c = 0; c < s->wanted; c++) {
            s->indices[id * s->wanted + c] = near[c].index;
            if (s->distances) s->distances[id * s->wanted + c] = (float)(cosine ? near[c].d : sqrt(near[c].d));
        }
    }
}

typedef struct check { const descent *s; int64_t sample; int64_t found[SAMPLE]; } check;

/* A found neighbour counts when fewer than k points are nearer to the sampled one. */
static void check_task(void *arg, int64_t task, int worker)
{
    check *c = arg;
    const descent *s = c->s;
    if (slm_cancelled(s->ctx)) return;
    int64_t v = s->n * task / c->sample, k = s->wanted, nearer_than[MOST_NEIGHBORS] = { 0 };
    double d[MOST_NEIGHBORS];
    for (int64_t i = 0; i < k; i++) d[i] = distance(s, v, s->indices[v * k + i]);
    for (int64_t u = 0; u < s->n; u++) {
        double other = u == v ? INFINITY : distance(s, v, u);
        for (int64_t i = k - 1; i >= 0 && other < d[i]; i--) nearer_than[i]++;
    }
    c->found[task] = 0;
    for (int64_t i = 0; i < k; i++) c->found[task] += nearer_than[i] < k;
}

/* The power of two that brings the largest deviation from the mean to 0.5 .. 1: squares
 * of single precision would overflow from 1e19 and vanish below 1e-19. */
static double shrink_to_one(const slm_points *p, const double *mean)
{
    double most = 0;
    int exponent;
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t j = 0; j < p->dim; j++) most = fmax(most, fabs((double)p->x[i * p->ld + j] - mean[j]));
    frexp(most, &exponent);
    return ldexp(1, -exponent);
}

/* What the first tree needs. right: the centred, scaled (or unit) point and minus half its squared length: centring makes the
 * products small, and so their rounding. */
static scilama_status prepare(scilama_context *ctx, descent *s, scilama_error *error)
{
    const slm_points *p = s->p;
    bool cosine = p->cosine;
    double *mean = slm_alloc_array_zero(ctx, p->dim, sizeof *mean);
    s->right = slm_alloc_array(ctx, s->n, (size_t)s->wide * sizeof(float));
    s->norms = slm_point_norms(ctx, p);
    s->order = slm_alloc_array(ctx, s->n, sizeof *s->order);
    s->along = slm_alloc_array(ctx, s->n, sizeof *s->along);
    bool good = mean && s->right && s->norms && s->order && s->along;
    for (int64_t i = 0; i < p->n && good && !cosine; i++)
        for (int64_t j = 0; j < p->dim; j++) mean[j] += (double)p->x[i * p->ld + j];
    for (int64_t j = 0; j < p->dim && good; j++) mean[j] /= (double)p->n;
    double shrink = good && !cosine ? shrink_to_one(p, mean) : 1;
    for (int64_t i = 0; i < p->n && good; i++) {
        double sum = 0, scale = !cosine ? shrink : s->norms[i] > 0 ? 1 / s->norms[i] : 0;
        float *out = s->right + i * s->wide;
        for (int64_t j = 0; j < p->dim; j++) {
            out[j] = (float)(((double)p->x[i * p->ld + j] - mean[j]) * scale);
            sum += (double)out[j] * (double)out[j];
        }
        out[p->dim] = cosine ? -0.5f : (float)(-sum / 2);
    }
    slm_free(ctx, mean);
    return good ? SCILAMA_OK : slm_fail_nomem(error);
}

static int64_t table_of(int64_t k)
{
    int64_t table = 1024;
    while (table < 4 * (2 * k * k + 2 * k)) table *= 2;
    return table;
}

double slm_knn_approximate_memory(int64_t n, int64_t dim, int64_t wanted, int32_t threads)
{
    double k = (double)(wanted + SPARE), wide = (double)dim + 1, row = wide * sizeof(float);
    double always = row + sizeof(double) + 3 * sizeof(int32_t); /* right, norms; id, order, along */
    double lists = k * (2 * sizeof(entry) + 3 + sizeof(int32_t)) + sizeof(float) + sizeof(int32_t);
    double lanes = 2 * LEAF * row + 4 * LEAF * LEAF * sizeof(float) + (double)table_of(wanted + SPARE) * 2 * sizeof(int32_t) + sizeof(lane);
    return (double)n * (always + fmax(row, lists)) + (double)dim * sizeof(double) + threads * lanes;
}

static void number_task(void *arg, int64_t task, int worker)
{
    descent *s = arg;
    int64_t end = (task + 1) * TILE < s->n ? (task + 1) * TILE : s->n;
    for (int64_t i = task * TILE; i < end; i++)
        memcpy(s->placed + i * s->wide, s->right + s->id[i] * s->wide, (size_t)s->wide * sizeof(float));
}

/* Numbers the points by the leaves of a tree; the numbers of the next tree are drawn anew. */
static scilama_status number(scilama_context *ctx, descent *s, scilama_error *error)
{
    s->tree = TREES;
    if (!split(s)) return slm_fail_cancelled(error);
    s->id = s->order;
    s->order = slm_alloc_array(ctx, s->n, sizeof *s->order);
    s->placed = slm_alloc_array(ctx, s->n, (size_t)s->wide * sizeof(float));
    if (!s->order || !s->placed) return slm_fail_nomem(error);
    slm_parallel(ctx, slm_tiles(s->n, TILE), number_task, s);
    slm_free(ctx, s->right);
    s->right = s->placed;
    s->placed = NULL;
    return SCILAMA_OK;
}

static scilama_status allocate(scilama_context *ctx, descent *s, scilama_error *error)
{
    int64_t n = s->n, k = s->k, room;
    s->table = table_of(k);
    if (!slm_mul_size(n, k, &room)) return slm_fail_nomem(error);
    s->base = slm_alloc_array(ctx, n, sizeof *s->base);
    s->list = slm_alloc_array(ctx, room, sizeof *s->list);
    s->next = slm_alloc_array(ctx, room, sizeof *s->next);
    s->fresh = slm_alloc_array(ctx, room, 1);
    s->fresh_next = slm_alloc_array(ctx, room, 1);
    s->back = slm_alloc_array(ctx, room, sizeof *s->back);
    s->back_fresh = slm_alloc_array(ctx, room, 1);
    s->back_count = slm_alloc_array(ctx, n, sizeof *s->back_count);
    s->lanes = slm_alloc_array_zero(ctx, ctx->threads, sizeof *s->lanes);
    if (!s->base || !s->list || !s->next || !s->fresh || !s->fresh_next || !s->back || !s->back_fresh || !s->back_count || !s->lanes)
        return slm_fail_nomem(error);
    for (int t = 0; t < ctx->threads; t++) {
        s->lanes[t].left = slm_alloc_array(ctx, s->wide, 2 * LEAF * sizeof(float));
        s->lanes[t].tile = slm_alloc(ctx, 4 * LEAF * LEAF * sizeof(float));
        s->lanes[t].slot = slm_alloc_array(ctx, s->table, sizeof(int32_t));
        s->lanes[t].stamp = slm_alloc_array_zero(ctx, s->table, sizeof(uint32_t));
        if (!s->lanes[t].left || !s->lanes[t].tile || !s->lanes[t].slot || !s->lanes[t].stamp) return slm_fail_nomem(error);
    }
    for (int64_t i = 0; i < n; i++)
        s->base[i] = s->p->cosine ? 1 : -2 * s->right[i * s->wide + s->p->dim];
    return SCILAMA_OK;
}

static void release(scilama_context *ctx, descent *s)
{
    for (int t = 0; s->lanes && t < ctx->threads; t++) {
        slm_free_all(ctx, s->lanes[t].left, s->lanes[t].tile, s->lanes[t].slot, s->lanes[t].stamp);
    }
    void *blocks[] = { s->right, s->placed, s->base, s->norms, s->order, s->id, s->along, s->list, s->next, s->fresh, s->fresh_next,
                       s->back, s->back_fresh, s->back_count, s->lanes };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(ctx, blocks[i]);
}

scilama_status slm_knn_approximate(scilama_context *ctx, const slm_points *points, int64_t k, uint64_t seed,
                                   int32_t *indices, float *distances, int32_t *rounds, double *recall, scilama_error *error)
{
    descent s = { .ctx = ctx, .p = points, .n = points->n, .k = k + SPARE, .wanted = k, .wide = points->dim + 1, .seed = seed, .indices = indices, .distances = distances };
    check c = { .s = &s, .sample = points->n < SAMPLE ? points->n : SAMPLE };
    int64_t found = 0;
    scilama_status status = prepare(ctx, &s, error);
    if (status || (status = number(ctx, &s, error)) || (status = allocate(ctx, &s, error))) goto done;
    if ((status = plant(&s, error)) || (status = descend(&s, rounds, error))) goto done;
    if (!slm_parallel_told(ctx, slm_tiles(s.n, TILE), finish_task, &s, STAGE, CHECKING, CHECKING) ||
        !slm_parallel_told(ctx, c.sample, check_task, &c, STAGE, CHECKING, 1)) {
        status = slm_fail_cancelled(error);
        goto done;
    }
    for (int64_t i = 0; i < c.sample; i++) found += c.found[i];
    *recall = (double)found / (double)(c.sample * k);
done:
    release(ctx, &s);
    return status;
}
