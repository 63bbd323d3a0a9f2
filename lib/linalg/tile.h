/* SPDX-License-Identifier: MIT */
#ifndef SLM_TILE_H
#define SLM_TILE_H

/* Products of a tile by our own micro-kernels: what gemm.c uses where the processor has
 * fused multiply-add vectors. BLIS packs both operands of every tile; these pack once per
 * tile only what cannot be read from where it lies. */

#include "linalg/gemm.h"

enum {
    SLM_TILE_KC = 384,    /* steps of k per pass over a tile */
    SLM_TILE_M = 256,     /* most rows of a tile: KC of their steps stay in the second-level cache */
    /* elements of scratch: a packed panel of the right operand, and the left one */
    SLM_TILE_PANEL = SLM_TILE_KC * 32,
    SLM_TILE_SCRATCH = SLM_TILE_PANEL + SLM_TILE_KC * SLM_TILE_M
};

typedef struct slm_tile_set {
    const char *name;
    int rows, columns;  /* of a micro-tile */
    /* g->m <= SLM_TILE_M; scratch [SLM_TILE_SCRATCH], 64-byte aligned */
    void (*run)(const slm_gemm *g, slm_real *scratch);
} slm_tile_set;

/* The set for this processor; NULL: leave the product to BLIS. */
const slm_tile_set *slm_tile_set_get(void);
/* All sets that run here, for tests: index from 0; NULL after the last. */
const slm_tile_set *slm_tile_set_at(int index);

#endif
