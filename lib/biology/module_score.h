/* SPDX-License-Identifier: MIT */
#ifndef SLM_MODULE_SCORE_H
#define SLM_MODULE_SCORE_H

#include "core/core.h"
#include "linalg/expression.h"
#include "scilama/biology.h"

/* labels [genes of e]; below 0: in no module. activity [cells × modules]. */
scilama_status slm_module_activity(scilama_context *ctx, const slm_expression *e, const int32_t *labels, int64_t modules,
                                   float *activity, scilama_error *error);
/* z_s · mean z_f of a module. */
scilama_status slm_module_projection(scilama_context *ctx, const float *cells, int64_t n, const float *genes, int64_t n_genes, int64_t dim,
                                     const int32_t *labels, int64_t modules, float *activity, scilama_error *error);
/* Options are valid; coherence, p and fdr may be NULL. */
scilama_status slm_module_coherence(scilama_context *ctx, const slm_expression *e, const int32_t *labels, int64_t modules,
                                    const scilama_coherence_options *options, double *coherence, double *p, double *fdr, scilama_error *error);

#endif
