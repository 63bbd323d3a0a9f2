/* SPDX-License-Identifier: MIT */
#ifndef SLM_NEAREST_SCAN_H
#define SLM_NEAREST_SCAN_H

/* A few queries that lie together, through a tree of points. Places, which are whole numbers, tell which points may be among the
 * nearest; double precision decides. One source (nearest_scan_body.h) compiled for every set of instructions (nearest_scan_portable.c,
 * nearest_scan_avx2.c, nearest_scan_avx512.c; nearest_tree.c chooses), all of which do the same. */

#include "linalg/nearest.h"

enum { SLM_GROUP = 32 }; /* queries */

typedef struct slm_scan {
    const slm_tree *tree;
    int64_t k;
    uint16_t *query;             /* [wide / 2][SLM_GROUP][2] places */
    int16_t *twice;              /* [wide / 2][SLM_GROUP][2] -2 × them */
    int32_t square[SLM_GROUP];   /* their squared lengths */
    int32_t limit[SLM_GROUP];    /* squared distance of places: points beyond are too far; below 0: no query */
    int64_t count[SLM_GROUP];
    slm_near *near;              /* [SLM_GROUP][k] the nearest so far, a heap with the farthest in front */
    const float *point[SLM_GROUP]; /* the queries as given, [dim] */
    double norm[SLM_GROUP], beyond[SLM_GROUP]; /* slm_tree_place() */
    int32_t skip[SLM_GROUP];
    int32_t offered[SLM_GROUP * SLM_LEAF]; /* points of a leaf, by query */
    int offers[SLM_GROUP];       /* how many; 0 but while a leaf is searched */
} slm_scan;

/* nearest.c: what is offered to queries `rows` (bits) may be among their nearest. */
void slm_scan_decide(slm_scan *s, unsigned rows);

void slm_scan_portable(slm_scan *s);
#ifdef SLM_X86_KERNELS
void slm_scan_avx2(slm_scan *s);
void slm_scan_avx512(slm_scan *s);
#endif
slm_scan_fn slm_scan_at(int index); /* from the best for this processor; NULL past the last */

#endif
