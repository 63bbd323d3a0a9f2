/* SPDX-License-Identifier: MIT */
#ifndef SLM_GENE_PREDICTION_H
#define SLM_GENE_PREDICTION_H

#include "linalg/kernel_ridge.h"
#include "scilama/biology.h"

/* The public call of the same name; options are checked. */
scilama_status slm_gene_holdout(scilama_context *ctx, const float *expression, int64_t cells, int64_t genes, int64_t ld,
                                const slm_kernel_table *tables, int64_t n_tables, const scilama_holdout_options *o,
                                double *correlation, double *expected, scilama_holdout_report *report, scilama_error *error);

enum { SLM_GENE_MOST = 10 }; /* standard deviations of a value, as scaling clips */
/* Mean of a gene's values x[0], x[ld] … x[(n - 1) ld], and 1 / deviation; 0 where they do not vary. */
double slm_gene_moments(const float *x, int64_t ld, int64_t n, double *mean);

#endif
