/* SPDX-License-Identifier: MIT */
#ifndef SLM_GENE_LOADINGS_H
#define SLM_GENE_LOADINGS_H

#include "linalg/kernel_ridge.h"
#include "scilama/biology.h"

/* The public call of the same name; options are checked. loadings [genes × o->components]. */
scilama_status slm_gene_loadings(scilama_context *ctx, const float *expression, int64_t cells, int64_t genes, int64_t ld,
                                 const slm_kernel_table *tables, int64_t n_tables, const scilama_loading_options *o,
                                 float *loadings, scilama_loading_report *report, scilama_error *error);

#endif
