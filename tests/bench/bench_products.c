/* SPDX-License-Identifier: MIT */
/* Products of one step at the standard size: our tiles and BLIS, alternating, on one
 * thread, by processor time, as shares of the peak measured in between. */
#define _POSIX_C_SOURCE 200809L
#include "linalg/tile.h"
#include "peak.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double cpu(void) { return bench_clock(CLOCK_THREAD_CPUTIME_ID); }

static slm_real *filled(int64_t n)
{
    slm_real *v = aligned_alloc(64, (size_t)((n + 16) * (int64_t)sizeof *v + 63) / 64 * 64);
    uint32_t s = 1;
    for (int64_t i = 0; i < n; i++) {
        s = s * 1664525u + 1013904223u;
        v[i] = (slm_real)(s >> 8) * (slm_real)0x1p-24 - (slm_real)0.5;
    }
    return v;
}

int main(int argc, char **argv)
{
    static const struct { const char *name; int64_t m, n, k; bool ta, tb; } shape[] = {
        { "gene layer 1, forward", 2000, 900, 1536, false, true }, { "gene layer 1, dW", 900, 1536, 2000, true, false },
        { "gene layer 2, forward", 2000, 400, 900, false, true },  { "gene layer 2, dW", 400, 900, 2000, true, false },
        { "gene layer 2, dX", 2000, 900, 400, false, false },      { "gene heads, forward", 2000, 100, 400, false, true },
        { "gene heads, dW", 100, 400, 2000, true, false },         { "gene decoder, forward", 2000, 400, 50, false, true },
        { "pair, forward", 128, 2000, 400, false, true },          { "pair, dA", 2000, 400, 128, true, false },
        { "pair, dSW", 128, 400, 2000, false, false },             { "cell layer 1, forward", 128, 900, 2000, false, true },
        { "cell layer 1, dW", 900, 2000, 128, true, false },       { "cell head, forward", 128, 2000, 900, false, true },
        { "cell head, dX", 128, 900, 2000, false, false },         { "cell head, dW", 2000, 900, 128, true, false },
        { "cell layer 2, forward", 128, 400, 900, false, true },   { "cell heads, forward", 128, 100, 400, false, true },
    };
    double scale = argc > 1 ? atof(argv[1]) : 1;
    scilama_context ctx = { .threads = 1 };
    if (slm_gemm_setup(&ctx, NULL)) return 2;
    slm_real *scratch = filled(SLM_TILE_SCRATCH), *shared = filled(5 << 20);
    slm_gemm_space space = { scratch, (char *)shared, (5 << 20) * (int64_t)sizeof *shared, false };
    double peak = 0;
    printf("%-24s %6s %6s %6s  %8s %8s %6s\n", "product", "m", "n", "k", "tiles", "BLIS", "peak");
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
        int64_t m = shape[i].m, n = shape[i].n, k = shape[i].k;
        slm_real *a = filled(m * k), *b = filled(k * n), *c = filled(m * n);
        slm_gemm g = { m, n, k, shape[i].ta, shape[i].tb, 1, 0, a, b, shape[i].ta ? m : k, shape[i].tb ? k : n, n, c };
        double work = 2.0 * (double)m * (double)n * (double)k, best[2] = { INFINITY, INFINITY };
        int rounds = 3 + (int)(scale * 6e9 / work);
        for (int r = 0; r < rounds && r < 60; r++) {
            double before = cpu();
            float sink = 0;
            bench_fma(BENCH_ROUNDS / 8, &sink);
            double rate = BENCH_ROUNDS / 8 * 12.0 * bench_lanes() * 2 / (cpu() - before);
            if (rate > peak) peak = rate;
            for (int way = 0; way < 2; way++) {
                before = cpu();
                if (way) slm_gemm_serial(&g);
                else slm_gemm_group(&ctx, &space, &g, 1);
                double took = cpu() - before;
                if (took < best[way]) best[way] = took;
            }
        }
        printf("%-24s %6d %6d %6d  %6.1f %% %6.1f %% %6.1f\n", shape[i].name, (int)m, (int)n, (int)k, 100 * work / best[0] / peak,
               100 * work / best[1] / peak, 1e-9 * peak);
        free(a);
        free(b);
        free(c);
    }
    free(scratch);
    free(shared);
    return 0;
}
