/* SPDX-License-Identifier: MIT */
#ifndef SLM_AGREEMENT_H
#define SLM_AGREEMENT_H

#include "core/core.h"
#include "scilama/analysis.h"

/* Points with a negative code in either labelling are left out. */
scilama_status slm_labels_compare(scilama_context *ctx, const int32_t *a, const int32_t *b, int64_t n,
                                  scilama_agreement *out, scilama_error *error);

#endif
