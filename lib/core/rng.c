/* SPDX-License-Identifier: MIT */
#include "core/rng.h"
#include <math.h>

/* Philox4x32-10 (Salmon et al., SC 2011) and what is drawn by it: a function of seed, stream and counter alone. */

slm_rng slm_rng_make(uint64_t seed, uint32_t stream, uint32_t phase, uint32_t step)
{
    slm_rng r = { { (uint32_t)seed, (uint32_t)(seed >> 32) }, { step, stream | phase << 28 } };
    return r;
}

void slm_philox(const slm_rng *rng, uint64_t index, uint32_t out[4])
{
    uint32_t c0 = (uint32_t)index, c1 = (uint32_t)(index >> 32);
    uint32_t c2 = rng->stream[0], c3 = rng->stream[1];
    uint32_t k0 = rng->key[0], k1 = rng->key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

slm_rng_seq slm_rng_sequence(uint64_t seed, uint32_t stream, uint32_t phase, uint32_t step)
{
    slm_rng_seq s = { slm_rng_make(seed, stream, phase, step), 0, { 0 }, 4 };
    return s;
}

uint32_t slm_rng_u32(slm_rng_seq *s)
{
    if (s->used == 4) {
        slm_philox(&s->rng, s->index++, s->word);
        s->used = 0;
    }
    return s->word[s->used++];
}

double slm_rng_uniform(slm_rng_seq *s)
{
    uint64_t hi = slm_rng_u32(s), lo = slm_rng_u32(s);
    return (double)((hi << 21) ^ (lo >> 11)) * 0x1p-53;
}

double slm_rng_normal(slm_rng_seq *s)
{
    double u = slm_rng_uniform(s), v = slm_rng_uniform(s);
    return sqrt(-2.0 * log1p(-u)) * cos(6.283185307179586 * v);
}

int64_t slm_rng_below(slm_rng_seq *s, int64_t n)
{
    uint64_t range = (uint64_t)n, limit = UINT64_MAX - UINT64_MAX % range, draw;
    do {
        draw = (uint64_t)slm_rng_u32(s) << 32;
        draw |= slm_rng_u32(s);
    } while (draw >= limit);
    return (int64_t)(draw % range);
}

int64_t slm_rng_weighted(slm_rng_seq *s, const double *weight, int64_t n, double total)
{
    double at = slm_rng_uniform(s) * total;
    int64_t i = 0;
    while (i < n - 1 && (at -= weight[i]) >= 0) i++;
    return i;
}

void slm_rng_shuffle(slm_rng_seq *s, int64_t *items, int64_t n)
{
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = slm_rng_below(s, i + 1), t = items[i];
        items[i] = items[j];
        items[j] = t;
    }
}
