/* SPDX-License-Identifier: MIT */
#ifndef SLM_MARKERS_H
#define SLM_MARKERS_H

#include "core/core.h"
#include "scilama/biology.h"

/* z_s [n × dim] and z_f [n_genes × dim] of the paired space. */
typedef struct slm_paired_space {
    const float *cells, *genes;
    int64_t n, n_genes, dim;
    const int32_t *groups, *batches; /* [n]; batches NULL = one */
    int64_t n_groups;
} slm_paired_space;

/* The paired part of a marker table. */
scilama_status slm_paired_markers(scilama_context *ctx, const slm_paired_space *space, const scilama_marker_options *options,
                                  const scilama_marker_table *table, scilama_error *error);

/* combined_rank from z and paired_score, which are there. */
scilama_status slm_combine_ranks(scilama_context *ctx, int64_t groups, int64_t genes, const scilama_marker_table *table, scilama_error *error);

#endif
