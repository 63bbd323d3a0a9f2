/* SPDX-License-Identifier: MIT */
#ifndef SLM_NEAREST_SCAN_H
#define SLM_NEAREST_SCAN_H

/* A few queries that lie together, through a tree of points: what may be among their nearest. One source (nearest_scan_body.h)
 * compiled for every set of instructions (nearest_scan_portable.c, nearest_scan_avx2.c, nearest_scan_avx512.c; nearest_tree.c chooses). Rounding may
 * differ between them; what is found by all of them contains the nearest. */

#include "linalg/nearest.h"

enum { SLM_GROUP = 16 }; /* queries */

typedef struct slm_candidate { float v; int32_t place; } slm_candidate; /* squared distance in the tree's coordinates */

typedef struct slm_scan {
    const slm_tree *tree;
    int64_t k, most;             /* candidates of a query that are kept: below `most`, + SLM_LEAF for a moment */
    double gamma, slack;         /* relative error of a squared distance; error of a distance */
    float *query;                /* [wide × SLM_GROUP] */
    float limit[SLM_GROUP];      /* candidates beyond are too far; below 0: no query */
    int64_t count[SLM_GROUP];
    slm_candidate *found;        /* [SLM_GROUP × (most + SLM_LEAF)] */
    float *values;               /* [most + SLM_LEAF] */
    slm_near *near;              /* [most + SLM_LEAF] */
    const float *point[SLM_GROUP]; /* the queries as given, [dim] */
    double norm[SLM_GROUP];
    int32_t skip[SLM_GROUP];
} slm_scan;

/* nearest.c: drops the candidates of a query that cannot be among its k nearest, of which there are more, and lowers its limit. */
void slm_scan_compact(slm_scan *s, int row);

void slm_scan_portable(slm_scan *s);
#ifdef SLM_X86_KERNELS
void slm_scan_avx2(slm_scan *s);
void slm_scan_avx512(slm_scan *s);
#endif
slm_scan_fn slm_scan_at(int index); /* from the best for this processor; NULL past the last */

#endif
