/* SPDX-License-Identifier: MIT */
#ifndef SLM_GENE_SPACE_H
#define SLM_GENE_SPACE_H

#include "biology/gene_loadings.h"

/* The public call of the same name; options are checked. space [genes × (o->components + Σ widths)]. */
scilama_status slm_gene_space(scilama_context *ctx, const float *expression, int64_t cells, int64_t genes, int64_t ld,
                              const slm_kernel_table *tables, int64_t n_tables, const scilama_loading_options *o,
                              float *space, scilama_loading_report *report, scilama_error *error);

#endif
