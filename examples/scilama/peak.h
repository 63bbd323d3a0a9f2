/* SPDX-License-Identifier: MIT */
#ifndef PEAK_H
#define PEAK_H

/* What this machine can do, measured; for the verb bench and the benchmarks of tests/bench.
 * Peak fp32 rate: independent fused multiply-adds on every thread. */

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static double bench_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
static inline double bench_now(void) { return bench_clock(CLOCK_MONOTONIC); }
static inline double bench_cpu(void) { return bench_clock(CLOCK_PROCESS_CPUTIME_ID); }

#if defined(__x86_64__) && defined(__GNUC__)
typedef float bench_v8 __attribute__((vector_size(32)));
typedef float bench_v16 __attribute__((vector_size(64)));
#define BENCH_FMA(i) "vfmadd213ps %13, %12, %" #i "\n\t"
#define BENCH_LOOP(NAME, TYPE, TARGET, REG) \
    __attribute__((target(TARGET))) static void NAME(int64_t rounds, float *sink) \
    { \
        TYPE a = { 0 }, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a; \
        const TYPE m = a + 0.999f, n = a + 1e-3f; \
        for (int64_t r = 0; r < rounds; r++) \
            __asm__ volatile(BENCH_FMA(0) BENCH_FMA(1) BENCH_FMA(2) BENCH_FMA(3) BENCH_FMA(4) BENCH_FMA(5) \
                                 BENCH_FMA(6) BENCH_FMA(7) BENCH_FMA(8) BENCH_FMA(9) BENCH_FMA(10) BENCH_FMA(11) \
                             : "+" REG(a), "+" REG(b), "+" REG(c), "+" REG(d), "+" REG(e), "+" REG(f), \
                               "+" REG(g), "+" REG(h), "+" REG(i), "+" REG(j), "+" REG(k), "+" REG(l) : REG(m), REG(n)); \
        *sink += (a + b + c + d + e + f + g + h + i + j + k + l)[0];                                  \
    }
BENCH_LOOP(bench_fma8, bench_v8, "avx2,fma", "x")
BENCH_LOOP(bench_fma16, bench_v16, "avx512f", "v")
static int bench_lanes(void)
{
    if (__builtin_cpu_supports("avx512f")) return 16;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 8 : 0;
}
static void bench_fma(int64_t rounds, float *sink)
{
    if (bench_lanes() == 16) bench_fma16(rounds, sink);
    else if (bench_lanes() == 8) bench_fma8(rounds, sink);
}
#else
static int bench_lanes(void) { return 0; }
static void bench_fma(int64_t rounds, float *sink) { (void)rounds, (void)sink; }
#endif

enum { BENCH_ROUNDS = 400000 };

static void *bench_fma_thread(void *sink)
{
    bench_fma(BENCH_ROUNDS, sink);
    return NULL;
}

/* FLOP/s of one thread by its processor time, which other programs do not add to. */
static inline double bench_peak_cpu(void)
{
    float sink = 0;
    if (!bench_lanes()) return 0;
    double start = bench_clock(CLOCK_THREAD_CPUTIME_ID);
    bench_fma(BENCH_ROUNDS / 4, &sink);
    return BENCH_ROUNDS / 4 * 12.0 * bench_lanes() * 2 / (bench_clock(CLOCK_THREAD_CPUTIME_ID) - start);
}

enum { BENCH_THREADS = 64 };

/* Runs work(arg + i * size) on up to BENCH_THREADS threads; returns the seconds, 0 when a thread would not start. */
static inline double bench_run(void *(*work)(void *), void *arg, size_t size, int threads)
{
    pthread_t id[BENCH_THREADS];
    int started = 1;
    double start = bench_now();
    while (started < threads && !pthread_create(&id[started], NULL, work, (char *)arg + (size_t)started * size)) started++;
    work(arg);
    for (int i = 1; i < started; i++) pthread_join(id[i], NULL);
    return started == threads ? bench_now() - start : 0;
}

/* FLOP/s of `threads` threads; 0 where there is no loop for the processor. */
static inline double bench_peak(int threads)
{
    float sink[BENCH_THREADS * 16] = { 0 }; /* a cache line each */
    if (!bench_lanes()) return 0;
    if (threads > BENCH_THREADS) threads = BENCH_THREADS;
    double seconds = bench_run(bench_fma_thread, sink, 16 * sizeof *sink, threads);
    return seconds > 0 ? (double)threads * BENCH_ROUNDS * 12 * bench_lanes() * 2 / seconds : 0;
}

typedef struct bench_triad { float *a; const float *b, *c; size_t n; } bench_triad;

static void *bench_triad_thread(void *arg)
{
    const bench_triad *t = arg;
    float *restrict a = t->a;
    const float *restrict b = t->b, *restrict c = t->c;
    for (size_t i = 0; i < t->n; i++) a[i] = b[i] + 3 * c[i];
    return NULL;
}

/* Bytes/s of a = b + 3 c over three arrays of `bytes` (best of 8); 0 without memory. */
static inline double bench_bandwidth(int threads, size_t bytes)
{
    bench_triad part[BENCH_THREADS];
    double best = 0;
    if (threads > BENCH_THREADS) threads = BENCH_THREADS;
    size_t n = bytes / sizeof(float) / (size_t)threads;
    float *all = malloc(3 * n * (size_t)threads * sizeof *all);
    if (!all) return 0;
    for (size_t i = 0; i < 3 * n * (size_t)threads; i++) all[i] = 1;
    for (int i = 0; i < threads; i++) {
        float *own = all + 3 * n * (size_t)i;
        part[i] = (bench_triad){ own, own + n, own + 2 * n, n };
    }
    for (int round = 0; round < 8; round++) {
        double seconds = bench_run(bench_triad_thread, part, sizeof *part, threads);
        double rate = seconds > 0 ? 3.0 * (double)(n * (size_t)threads * sizeof *all) / seconds : 0;
        if (rate > best) best = rate;
    }
    free(all);
    return best;
}

#endif
