/* SPDX-License-Identifier: MIT */
#include "analysis/leiden.h"
#include "core/rng.h"
#include "core/thread.h"

/* Local moving of a large level on all threads, the same for any number of them. The
 * vertices that wait are cut into batches. Those of a batch choose at once, from the
 * communities before it; one that wants to move next to a lower-numbered one that wants
 * to move as well waits for another round. So the vertices that move in a batch are not
 * adjacent: the weights they saw stay true, and what else moved is in the masses, against
 * which every move is checked, one after another, before it is made. Every move gains,
 * as it does with a queue; the first of a batch is never refused, so rounds end. */

enum { STREAM_ROUNDS = SLM_STREAM_ANALYSIS | 9 << 8, TILE = 32, BLOCK = 64, CHUNK = 16, LEAST_BATCH = 512,
       WORTH = 256 /* vertices of a batch from which on several threads are quicker */ };

typedef struct rounds {
    slm_leiden_work *w;
    const slm_level *g;
    int64_t count;    /* of the batch, then of those that want to move */
} rounds;

static inline void wake(slm_leiden_work *w, int32_t v)
{
    atomic_store_explicit(&w->flag[v], 1, memory_order_relaxed);
    atomic_store_explicit(&w->stirred[v / BLOCK], 1, memory_order_relaxed);
}

static void choose_task(void *arg, int64_t task, int worker)
{
    rounds *r = arg;
    slm_leiden_work *w = r->w;
    SLM_FOR_TILE (i, task, TILE, r->count) {
        slm_leiden_batch *b = &w->batch[i];
        b->target = slm_leiden_choose(w, &w->lanes[worker], r->g, b->v, &b->to, &b->from);
        atomic_store_explicit(&w->flag[b->v], 0, memory_order_relaxed);
        w->tentative[b->v] = b->target != w->community[b->v];
    }
}

/* Beside a neighbour that moves, v stays where it is for now: target becomes its own. */
static void yield_task(void *arg, int64_t task, int worker)
{
    rounds *r = arg;
    slm_leiden_work *w = r->w;
    SLM_FOR_TILE (i, task, TILE, r->count) {
        slm_leiden_batch *b = &w->batch[i];
        for (int64_t e = r->g->begin[b->v]; e < r->g->end[b->v]; e++) {
            int32_t u = r->g->indices[e];
            if (u >= b->v || !w->tentative[u]) continue;
            b->target = w->community[b->v];
            break;
        }
    }
}

/* Leaves those that want to move at the front of the batch. */
static void keep_tentative(rounds *r)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < r->count; i++)
        if (r->w->batch[i].target != r->w->community[r->w->batch[i].v]) r->w->batch[kept++] = r->w->batch[i];
    r->count = kept;
}

/* The same on one thread or many. */
static void run(rounds *r, slm_task_fn task)
{
    int64_t tiles = slm_tiles(r->count, TILE);
    if (r->count >= WORTH) slm_parallel(r->w->ctx, tiles, task, r);
    else
        for (int64_t i = 0; i < tiles; i++) task(r, i, 0);
}

/* Makes the moves that still gain; a community of one's own is taken from empty[]. */
static int64_t commit(rounds *r, int32_t *empty, int64_t unused)
{
    slm_leiden_work *w = r->w;
    for (int64_t i = 0; i < r->count; i++) {
        slm_leiden_batch *b = &w->batch[i];
        int32_t old = w->community[b->v];
        if (b->target == old) continue;
        double mass = r->g->mass[b->v], pull = w->gamma * mass;
        double joins = b->target < 0 ? 0 : b->to - pull * w->community_mass[b->target];
        if (!(joins > b->from - pull * (w->community_mass[old] - mass) + w->least)) {
            b->target = old;
            continue;
        }
        if (b->target < 0) b->target = empty[--unused];
        w->community[b->v] = b->target;
        w->community_mass[old] -= mass;
        w->community_mass[b->target] += mass;
        w->size[b->target]++;
        if (--w->size[old] == 0) {
            w->community_mass[old] = 0;
            empty[unused++] = old;
        }
        b->from = -1; /* moved */
    }
    return unused;
}

/* Who has to look again: neighbours of what moved that are elsewhere, and who had to yield. */
static void wake_task(void *arg, int64_t task, int worker)
{
    rounds *r = arg;
    slm_leiden_work *w = r->w;
    SLM_FOR_TILE (i, task, TILE, r->count) {
        slm_leiden_batch *b = &w->batch[i];
        w->tentative[b->v] = 0;
        if (b->from >= 0) wake(w, b->v);
        for (int64_t e = b->from < 0 ? r->g->begin[b->v] : r->g->end[b->v]; e < r->g->end[b->v]; e++) {
            int32_t u = r->g->indices[e];
            if (w->community[u] != b->target) wake(w, u);
        }
    }
}

/* queue[]: the vertices that wait, ascending. */
static int64_t waiting(slm_leiden_work *w, int64_t n)
{
    int64_t count = 0;
    for (int64_t k = 0; k < slm_tiles(n, BLOCK); k++) {
        if (!atomic_load_explicit(&w->stirred[k], memory_order_relaxed)) continue;
        atomic_store_explicit(&w->stirred[k], 0, memory_order_relaxed);
        for (int64_t v = k * BLOCK; v < (k + 1) * BLOCK && v < n; v++)
            if (atomic_load_explicit(&w->flag[v], memory_order_relaxed)) w->queue[count++] = (int32_t)v;
    }
    return count;
}

/* Batch b of `batches`: every so many-th chunk of the queue, for neighbours in the file may be neighbours in the graph. */
static int64_t fill(slm_leiden_work *w, int64_t queued, int64_t batches, int64_t b)
{
    int64_t count = 0;
    for (int64_t first = b * CHUNK; first < queued; first += batches * CHUNK)
        for (int64_t i = first; i < first + CHUNK && i < queued; i++) w->batch[count++].v = w->queue[i];
    return count;
}

void slm_leiden_move_rounds(slm_leiden_work *w, const slm_level *g, int32_t *empty, int64_t unused)
{
    rounds r = { w, g, 0 };
    int64_t n = g->n, most = n / 128 < SLM_LEIDEN_BATCH ? n / 128 : SLM_LEIDEN_BATCH, queued;
    slm_rng_seq rng = slm_rng_sequence(w->seed, STREAM_ROUNDS, 0, w->step++);
    most = (most > LEAST_BATCH ? most : LEAST_BATCH) - CHUNK; /* chunks do not divide evenly */
    memset(w->tentative, 0, (size_t)n);
    for (int64_t k = 0; k < slm_tiles(n, BLOCK); k++) atomic_store_explicit(&w->stirred[k], 1, memory_order_relaxed);
    for (double left = w->to - w->from; (queued = waiting(w, n)) > 0; left /= 2) { /* a round is taken for half of what is left */
        int64_t batches = slm_tiles(slm_tiles(queued, CHUNK), most / CHUNK), from = slm_rng_below(&rng, batches);
        for (int64_t b = 0; b < batches; b++) {
            if (slm_cancelled(w->ctx)) return;
            r.count = fill(w, queued, batches, (from + b) % batches);
            run(&r, choose_task);
            keep_tentative(&r);
            run(&r, yield_task);
            unused = commit(&r, empty, unused);
            run(&r, wake_task);
            slm_tell(w->ctx, SLM_LEIDEN_STAGE, w->to - left * (1 - 0.5 * (double)(b + 1) / (double)batches));
        }
    }
}
