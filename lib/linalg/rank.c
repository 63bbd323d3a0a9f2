/* SPDX-License-Identifier: MIT */
#include "linalg/rank.h"
#include <math.h>
#include <string.h>

/* Ranks by radix sort of the floats' bits, three passes of 11; Pearson's correlation beside them. */

typedef struct keyed { uint32_t key, at; } keyed;

int64_t slm_rank_scratch(int64_t n) { return 2 * n * (int64_t)sizeof(keyed); }

/* Unsigned order of the bits equals the order of the floats; -0 counts as 0. */
static uint32_t sortable(float value)
{
    uint32_t bits;
    value += 0.0f;
    memcpy(&bits, &value, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

double slm_rank_average(const float *values, int64_t n, float *ranks, void *scratch)
{
    keyed *a = scratch, *b = a + n;
    for (int64_t i = 0; i < n; i++) a[i] = (keyed){ sortable(values[i]), (uint32_t)i };
    for (int pass = 0; pass < 3; pass++) {
        int64_t count[2048] = { 0 }, at = 0;
        int shift = 11 * pass;
        for (int64_t i = 0; i < n; i++) count[a[i].key >> shift & 2047]++;
        for (int d = 0; d < 2048; d++) {
            int64_t c = count[d];
            count[d] = at;
            at += c;
        }
        for (int64_t i = 0; i < n; i++) b[count[a[i].key >> shift & 2047]++] = a[i];
        keyed *t = a;
        a = b, b = t;
    }
    double ties = 0;
    for (int64_t i = 0; i < n;) {
        int64_t j = i + 1;
        while (j < n && a[j].key == a[i].key) j++;
        float rank = (float)((double)(i + 1 + j) * 0.5);
        for (int64_t k = i; k < j; k++) ranks[a[k].at] = rank;
        double t = (double)(j - i);
        ties += t * t * t - t;
        i = j;
    }
    return ties;
}

double slm_pearson(const float *x, const float *y, int64_t n)
{
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (int64_t i = 0; i < n; i++) mx += (double)x[i], my += (double)y[i];
    mx /= (double)n;
    my /= (double)n;
    for (int64_t i = 0; i < n; i++) {
        double a = (double)x[i] - mx, b = (double)y[i] - my;
        xx += a * a, yy += b * b, xy += a * b;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}
