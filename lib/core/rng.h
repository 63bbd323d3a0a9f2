/* SPDX-License-Identifier: MIT */
#ifndef SLM_RNG_H
#define SLM_RNG_H

/* Philox4x32-10 (Salmon et al., SC 2011): counter-based, so any element of any
 * stream can be drawn alone, in any order, on any thread. */

#include <stdint.h>

typedef struct slm_rng {
    uint32_t key[2];     /* seed */
    uint32_t stream[2];  /* counter words 2 and 3: what is drawn, and when */
} slm_rng;

/* What is drawn. Never renumber: seeds must keep their meaning. */
enum slm_stream {
    SLM_STREAM_INIT = 1,     /* weights; step = parameter index */
    SLM_STREAM_SHUFFLE = 2,  /* cell order; step = epoch */
    SLM_STREAM_SPLIT = 3,
    SLM_STREAM_DROPOUT = 4,  /* + layer index << 8 */
    SLM_STREAM_NOISE = 5,    /* reparameterisation; + side << 8 */
    SLM_STREAM_GENES = 6,    /* gene mini-batches */
    SLM_STREAM_EMBEDDING = 7, /* random or shuffled control embeddings */
    SLM_STREAM_ANALYSIS = 8, /* + algorithm << 8 */
    SLM_STREAM_SIMULATE = 9
};

/* stream word 3 = stream | phase << 28; word 2 = step. */
slm_rng slm_rng_make(uint64_t seed, uint32_t stream, uint32_t phase, uint32_t step);

/* Four 32-bit words at counter `index`. */
void slm_philox(const slm_rng *rng, uint64_t index, uint32_t out[4]);

/* A sequential reader over one stream. */
typedef struct slm_rng_seq { slm_rng rng; uint64_t index; uint32_t word[4]; int used; } slm_rng_seq;
slm_rng_seq slm_rng_sequence(uint64_t seed, uint32_t stream, uint32_t phase, uint32_t step);
uint32_t slm_rng_u32(slm_rng_seq *s);
double slm_rng_uniform(slm_rng_seq *s);               /* [0, 1), 53 bits */
double slm_rng_normal(slm_rng_seq *s);                /* Box-Muller, cosine branch */
int64_t slm_rng_below(slm_rng_seq *s, int64_t n);     /* unbiased, n > 0 */
int64_t slm_rng_weighted(slm_rng_seq *s, const double *weight, int64_t n, double total); /* by weight ≥ 0; total: their sum */
void slm_rng_shuffle(slm_rng_seq *s, int64_t *items, int64_t n); /* Fisher-Yates */

#endif
