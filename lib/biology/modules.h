/* SPDX-License-Identifier: MIT */
#ifndef SLM_MODULES_H
#define SLM_MODULES_H

#include "core/core.h"
#include "scilama/biology.h"

/* Options are valid; membership, hub and cohesion may be NULL. */
scilama_status slm_gene_modules(scilama_context *ctx, const float *genes, int64_t n, int64_t dim, int64_t ld,
                                const scilama_module_options *options, int32_t *labels, double *membership, double *hub,
                                double *cohesion, scilama_module_report *report, scilama_error *error);

#endif
