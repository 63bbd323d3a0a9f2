/* SPDX-License-Identifier: MIT */
#ifndef SLM_WILCOXON_H
#define SLM_WILCOXON_H

#include "core/core.h"
#include "linalg/expression.h"
#include "scilama/biology.h"

/* The Wilcoxon part of a marker table. Codes below 0 are left out; options are valid. */
scilama_status slm_wilcoxon(scilama_context *ctx, const slm_expression *e, const int32_t *groups, int64_t n_groups,
                            const scilama_marker_options *options, const scilama_marker_table *table, scilama_error *error);

/* --- ranks of sparse values (wilcoxon_rank.c) --------------------------------------- */

/* Sorts entries by their upper 32 bits; spare [n] is scratch. */
void slm_sort_entries(uint64_t *entries, uint64_t *spare, int64_t n);

/* A float's place in the order of floats, and back. */
static inline uint32_t slm_float_key(float x)
{
    union { float f; uint32_t u; } v = { x };
    return v.u & 0x80000000u ? ~v.u : v.u | 0x80000000u;
}
static inline float slm_key_float(uint32_t key)
{
    union { uint32_t u; float f; } v = { key & 0x80000000u ? key & 0x7fffffffu : ~key };
    return v.f;
}

/* Rank sums by group over sorted entries (key << 32 | group), none of value zero, and
 * zeros besides. Only groups a and b count, or all when a is negative. */
typedef struct slm_rank_sums {
    double *ranks;     /* [groups] of the non-zero values */
    double *sum;       /* [groups] of values */
    int64_t *nonzero;  /* [groups] */
    double zero_rank;  /* that zeros share */
    double ties;       /* Σ t³ − t */
} slm_rank_sums;
void slm_rank_entries(const uint64_t *entries, int64_t n, int64_t zeros, int32_t a, int32_t b, int64_t groups, slm_rank_sums *out);

#endif
