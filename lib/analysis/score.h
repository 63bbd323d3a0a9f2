/* SPDX-License-Identifier: MIT */
#ifndef SLM_SCORE_H
#define SLM_SCORE_H

#include "analysis/knn.h"
#include "scilama/analysis.h"

/* batches may be NULL; options are valid. */
scilama_status slm_score(scilama_context *ctx, const slm_points *points, const int32_t *labels, const int32_t *batches,
                         const scilama_score_options *options, scilama_scores *out, scilama_error *error);

/* Renumbers codes[rows[i]] to 0 .. groups-1 in order of code; out [count]. Negative
 * codes must not be among them. groups receives how many occur. */
scilama_status slm_compact_codes(scilama_context *ctx, const int32_t *codes, const int64_t *rows, int64_t count,
                                 int32_t *out, int64_t *groups, scilama_error *error);

#endif
