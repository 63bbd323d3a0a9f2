/* SPDX-License-Identifier: MIT */
#ifndef SLM_TILE_H
#define SLM_TILE_H

/* Products of a tile by our own micro-kernels: what gemm.c uses where the processor has
 * fused multiply-add vectors. The right operand is packed in panels, the left one only when
 * its rows do not run along k. What several tiles read is packed by the first that needs
 * it, where there is room for it; nobody waits: a tile that finds a piece being packed by
 * another packs it for itself. */

#include "linalg/gemm.h"

enum {
    SLM_TILE_KC = 384,    /* steps of k per pass over a tile */
    SLM_TILE_M = 256,     /* most rows of a tile: KC of their steps stay in the second-level cache */
    /* elements of scratch: a packed panel of the right operand, and the left one */
    SLM_TILE_PANEL = SLM_TILE_KC * 32,
    SLM_TILE_SCRATCH = SLM_TILE_PANEL + SLM_TILE_KC * SLM_TILE_M
};

/* Pieces of one operand that tiles share. Piece (block of k, part): data + (block * parts + part) * size. */
typedef struct slm_tile_share {
    slm_real *data;     /* NULL: not shared */
    atomic_int *state;  /* [blocks × parts] SLM_PIECE_… */
    int64_t size, parts;
} slm_tile_share;

/* Nearest bfloat16, ties to even, as the upper half of the float; NaN stays NaN. */
static inline uint32_t slm_bf16_bits(float x)
{
    union { float f; uint32_t u; } v = { x };
    if ((v.u & 0x7fffffffu) > 0x7f800000u) return (v.u | 0x400000u) & 0xffff0000u;
    return (v.u + 0x7fffu + (v.u >> 16 & 1)) & 0xffff0000u;
}

static inline slm_real slm_bf16(slm_real x)
{
    union { uint32_t u; float f; } v = { slm_bf16_bits((float)x) };
    return (slm_real)v.f;
}

enum slm_piece { SLM_PIECE_EMPTY, SLM_PIECE_TAKEN, SLM_PIECE_READY };

/* One tile over blocks of k. */
typedef struct slm_tile {
    slm_gemm product;          /* of the tile; m <= SLM_TILE_M */
    slm_real *scratch;         /* [SLM_TILE_SCRATCH], 64-byte aligned */
    int64_t block, blocks;     /* these blocks of k (slm_tile_depth) … */
    int64_t base;              /* … the shared ones counted from this one */
    int64_t panel, left;       /* parts that belong to this tile: its first panel; its left block */
    slm_tile_share panels, lefts;
} slm_tile;

typedef struct slm_tile_set {
    const char *name;
    int rows, columns;  /* of a micro-tile */
    void (*run)(const slm_tile *t);
} slm_tile_set;

/* Steps of k in a block of a product of k steps: even blocks, so that none is thin. */
static inline int64_t slm_tile_depth(int64_t k)
{
    int64_t passes = (k + SLM_TILE_KC - 1) / SLM_TILE_KC;
    return passes ? (k + passes * 8 - 1) / (passes * 8) * 8 : 0;
}

#define ALWAYS static inline __attribute__((always_inline))

/* Where a piece of an operand lies once it is packed, and whether the caller must pack it. */
ALWAYS slm_real *slm_tile_piece(const slm_tile_share *share, int64_t block, int64_t part, slm_real *own, atomic_int **done)
{
    *done = NULL;
    if (!share->data) return own;
    atomic_int *state = &share->state[block * share->parts + part];
    int found = atomic_load_explicit(state, memory_order_acquire);
    if (found == SLM_PIECE_EMPTY && atomic_compare_exchange_strong(state, &found, SLM_PIECE_TAKEN)) *done = state;
    else if (found != SLM_PIECE_READY) return own;
    return share->data + (block * share->parts + part) * share->size;
}

ALWAYS void slm_tile_packed(atomic_int *done)
{
    if (done) atomic_store_explicit(done, SLM_PIECE_READY, memory_order_release);
}

/* The set that rounds operands to bfloat16: the processor's instructions, or their emulation, which is everywhere. */
const slm_tile_set *slm_tile_set_bf16(void);
const slm_tile_set *slm_tile_set_bf16_at(int index);

/* The set for this processor; NULL: leave the product to BLIS. */
const slm_tile_set *slm_tile_set_get(void);
/* All sets that run here, for tests: index from 0; NULL after the last. */
const slm_tile_set *slm_tile_set_at(int index);

#endif
