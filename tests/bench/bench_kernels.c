/* SPDX-License-Identifier: MIT */
/* Row kernels of every set that runs here: nanoseconds of processor time per element, and bytes of
 * float32 operands read and written per second. */
#define _POSIX_C_SOURCE 200809L
#include "nn/kernels.h"
#include "peak.h"
#include "scilama/model.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 256, WIDTH = 896, N = ROWS * WIDTH, ROUNDS = 40 };

static slm_real *filled(void)
{
    slm_real *v = aligned_alloc(64, N * sizeof *v);
    uint32_t s = 1;
    for (int i = 0; i < N; i++) v[i] = (slm_real)((s = s * 1664525u + 1013904223u) >> 8) * (slm_real)0x1p-24 - (slm_real)0.5;
    return v;
}

int main(void)
{
    static const char *const names[] = { "block forward, no dropout", "block forward", "block backward", "loss", "adam", "sum of squares" };
    static const double bytes[] = { 12, 13, 13, 12, 28, 4 }; /* of an element; its mask is one */
    slm_real *x = filled(), *y = filled(), *z = filled(), *w = filled(), *rstd = filled(), *bias = filled();
    uint8_t *mask = malloc(N);
    double nll[ROWS];
    const slm_kernels *k;
    for (int set = 0; (k = slm_kernels_at(set)); set++)
        for (int what = 0; what < 6; what++) {
            slm_block_args b = { .pre = x, .out = y, .mask = what ? mask : NULL, .rstd = rstd, .bias = bias, .width = WIDTH,
                                 .activation = SCILAMA_ACT_LEAKY_RELU, .keep_scale = (slm_real)1.1, .threshold = 6554 };
            slm_loss_args l = { .pair = y, .x = x, .ldx = WIDTH, .genes = WIDTH, .bias = bias, .coef = (slm_real)0.01, .nll = nll };
            slm_adam_args a = { .value = w, .m = z, .v = y, .grad = x, .grad_scale = 1, .beta1 = (slm_real)0.9, .beta2 = (slm_real)0.999,
                                .epsilon = (slm_real)1e-8, .one_minus_beta1 = (slm_real)0.1, .one_minus_beta2 = (slm_real)0.001,
                                .step_size = (slm_real)1e-3, .root_correction = 1, .decay = 1 };
            double best = INFINITY;
            for (int r = 0; r < ROUNDS; r++) {
                if (what == 4) for (int i = 0; i < N; i++) y[i] = (slm_real)fabs((double)y[i]);
                double start = bench_cpu();
                if (what < 2) k->block_forward(&b, 0, ROWS);
                else if (what == 2) k->block_backward(&b, z, w, 0, ROWS);
                else if (what == 3) k->loss(&l, w, 0, ROWS);
                else if (what == 4) k->adam(&a, N);
                else nll[0] += k->sum_squares(x, N);
                double took = bench_cpu() - start;
                if (took < best) best = took;
            }
            printf("%-9s %-26s %6.3f ns  %6.2f GB/s\n", k->name, names[what], 1e9 * best / N, 1e-9 * bytes[what] * N / best);
        }
    return nll[0] == 1;
}
