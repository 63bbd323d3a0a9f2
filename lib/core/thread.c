/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "core/thread.h"
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

/* One job at a time. A job is published by opening `gate` and raising
 * `generation`; workers enter through the gate and pull task numbers from `next`.
 * When the caller finds no task left it closes the gate and waits only for the
 * workers inside: one that has not been given a processor yet delays nobody.
 * A worker that finds no job looks for SPIN rounds (some microseconds), then sleeps. */

enum { SPIN = 2000, CLOSED = 1 << 30 };

typedef struct slm_worker { struct slm_pool *pool; pthread_t thread; int index; } slm_worker;

struct slm_pool {
    pthread_mutex_t busy;       /* held by the caller that has the pool */
    pthread_mutex_t lock;       /* guards the condition variables */
    pthread_cond_t wake, done;
    atomic_uint generation;
    atomic_int sleeping, stop;
    atomic_int gate;            /* workers inside the current job, plus CLOSED */
    atomic_llong next;
    atomic_int caller_waits;
    slm_task_fn fn;
    void *arg;
    int64_t tasks;
    int workers;
    slm_worker worker[];
};

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void pull(struct slm_pool *pool, int worker)
{
    int64_t task;
    while ((task = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed)) < pool->tasks)
        pool->fn(pool->arg, task, worker);
}

static bool enter(struct slm_pool *pool)
{
    int gate = atomic_load(&pool->gate);
    while (!(gate & CLOSED))
        if (atomic_compare_exchange_weak(&pool->gate, &gate, gate + 1)) return true;
    return false;
}

static void *work(void *arg)
{
    slm_worker *self = arg;
    struct slm_pool *pool = self->pool;
    unsigned seen = 0;
    for (;;) {
        int spin = 0;
        while (atomic_load_explicit(&pool->generation, memory_order_acquire) == seen) {
            if (++spin < SPIN) {
                relax();
                continue;
            }
            pthread_mutex_lock(&pool->lock);
            atomic_fetch_add(&pool->sleeping, 1);
            while (atomic_load(&pool->generation) == seen) pthread_cond_wait(&pool->wake, &pool->lock);
            atomic_fetch_sub(&pool->sleeping, 1);
            pthread_mutex_unlock(&pool->lock);
        }
        seen = atomic_load_explicit(&pool->generation, memory_order_acquire);
        if (atomic_load(&pool->stop)) return NULL;
        if (!enter(pool)) continue;
        pull(pool, self->index);
        if (atomic_fetch_sub(&pool->gate, 1) == CLOSED + 1 && atomic_load(&pool->caller_waits)) {
            pthread_mutex_lock(&pool->lock);
            pthread_cond_signal(&pool->done);
            pthread_mutex_unlock(&pool->lock);
        }
    }
}

static void publish(struct slm_pool *pool)
{
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleeping) > 0) {
        pthread_mutex_lock(&pool->lock);
        pthread_cond_broadcast(&pool->wake);
        pthread_mutex_unlock(&pool->lock);
    }
}

static void wait_done(struct slm_pool *pool)
{
    if (atomic_fetch_or(&pool->gate, CLOSED) == 0) return;
    for (int spin = 0; spin < SPIN; spin++) {
        if (atomic_load_explicit(&pool->gate, memory_order_acquire) == CLOSED) return;
        relax();
    }
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->caller_waits, 1);
    while (atomic_load(&pool->gate) != CLOSED) pthread_cond_wait(&pool->done, &pool->lock);
    atomic_store(&pool->caller_waits, 0);
    pthread_mutex_unlock(&pool->lock);
}

void slm_parallel(const scilama_context *ctx, int64_t tasks, slm_task_fn fn, void *arg)
{
    struct slm_pool *pool = ctx->pool;
    if (!pool || tasks < 2 || pthread_mutex_trylock(&pool->busy) != 0) {
        for (int64_t i = 0; i < tasks; i++) fn(arg, i, 0);
        return;
    }
    pool->fn = fn;
    pool->arg = arg;
    pool->tasks = tasks;
    atomic_store(&pool->next, 0);
    atomic_store(&pool->gate, 0);
    publish(pool);
    pull(pool, 0);
    wait_done(pool);
    pthread_mutex_unlock(&pool->busy);
}

/* So many tell often enough for a stage of a minute, and the barriers cost nothing beside it. */
enum { SLICES = 64, LEAST = 32 /* tasks of a slice: all threads have some */ };

typedef struct slice { slm_task_fn fn; void *arg; int64_t first; } slice;

static void slice_task(void *arg, int64_t task, int worker)
{
    const slice *s = arg;
    s->fn(s->arg, s->first + task, worker);
}

bool slm_parallel_told(const scilama_context *ctx, int64_t tasks, slm_task_fn fn, void *arg, const char *stage, double from, double to)
{
    slice s = { fn, arg, 0 };
    int64_t slices = tasks / LEAST < SLICES ? tasks / LEAST : SLICES;
    if (slices < 1) slices = 1;
    for (int64_t k = 1; k <= slices && !slm_cancelled(ctx); k++) {
        int64_t end = tasks * k / slices;
        slm_parallel(ctx, end - s.first, slice_task, &s);
        s.first = end;
        slm_tell(ctx, stage, k == slices ? to : from + (to - from) * (double)k / (double)slices);
    }
    return !slm_cancelled(ctx);
}

static void stop_workers(scilama_context *ctx, struct slm_pool *pool, int started)
{
    atomic_store(&pool->stop, 1);
    publish(pool);
    for (int i = 0; i < started; i++) pthread_join(pool->worker[i].thread, NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_cond_destroy(&pool->done);
    pthread_mutex_destroy(&pool->lock);
    pthread_mutex_destroy(&pool->busy);
    slm_free(ctx, pool);
}

scilama_status slm_pool_create(scilama_context *ctx, scilama_error *error)
{
    int workers = ctx->threads - 1;
    if (workers <= 0) return SCILAMA_OK;
    size_t size = sizeof(struct slm_pool) + (size_t)workers * sizeof(slm_worker);
    struct slm_pool *pool = slm_alloc_zero(ctx, size);
    if (!pool) return slm_fail_nomem(error);
    pthread_mutex_init(&pool->busy, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->workers = workers;
    atomic_store(&pool->gate, CLOSED);
    for (int i = 0; i < workers; i++) {
        pool->worker[i] = (slm_worker){ .pool = pool, .index = i + 1 };
        int code = pthread_create(&pool->worker[i].thread, NULL, work, &pool->worker[i]);
        if (code) {
            stop_workers(ctx, pool, i);
            return slm_fail_detail(error, SCILAMA_E_STATE, code, "worker thread %d of %d could not be started", i + 1, workers);
        }
    }
    ctx->pool = pool;
    return SCILAMA_OK;
}

void slm_pool_destroy(scilama_context *ctx)
{
    struct slm_pool *pool = ctx->pool;
    if (!pool) return;
    ctx->pool = NULL;
    if (ctx->pid != (int32_t)getpid()) {
        slm_free(ctx, pool); /* forked child: the workers do not exist here */
        return;
    }
    stop_workers(ctx, pool, pool->workers);
}

int slm_processors(void)
{
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        int n = CPU_COUNT(&set);
        if (n > 0) return n;
    }
#endif
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int)n : 1;
}
