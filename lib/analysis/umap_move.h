/* SPDX-License-Identifier: MIT */
#ifndef SLM_UMAP_MOVE_H
#define SLM_UMAP_MOVE_H

/* The inner loop of the layout, one source (umap_move_body.h) compiled for every set of instructions
 * (umap_move_portable.c, umap_move_avx2.c, umap_move_avx512.c; umap.c chooses): all give the same bits. */

#include "core/core.h"

enum {
    SLM_UMAP_BATCHES = 16,
    SLM_UMAP_DIMENSIONS = 16, /* at most */
    SLM_UMAP_DUE = 128        /* edges of a vertex that are dealt with at a time */
};

/* One direction of an edge, and its weight in shares of the largest. */
typedef struct slm_umap_edge { int32_t other; float weight; } slm_umap_edge;

/* Vertices are numbered batch after batch. */
typedef struct slm_umap_move {
    const int64_t *begin;       /* [n + 1] of a vertex's edges */
    const slm_umap_edge *edges;
    int64_t n, dims;
    int64_t batch;              /* its first vertex */
    float *place, *next;   /* [n × dims]; next: of the batch */
    float a, b, repulsion, alpha;
    int32_t negatives, epoch;
    uint64_t seed;
} slm_umap_move;

void slm_umap_move_portable(slm_umap_move *m, int64_t first, int64_t last);
#ifdef SLM_X86_KERNELS
void slm_umap_move_avx2(slm_umap_move *m, int64_t first, int64_t last);
void slm_umap_move_avx512(slm_umap_move *m, int64_t first, int64_t last);
#endif

/* Moves the vertices number first … last - 1 of the batch: next[i] is to be the place of vertex
 * batch + i. Their negative samples are drawn from a few hundred vertices of their own, drawn by `first`. */
typedef void (*slm_umap_move_fn)(slm_umap_move *m, int64_t first, int64_t last);
slm_umap_move_fn slm_umap_move_at(int index); /* from the best for this processor; NULL past the last */

#endif
