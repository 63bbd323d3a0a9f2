/* SPDX-License-Identifier: MIT */
#ifndef SLM_ENRICHMENT_H
#define SLM_ENRICHMENT_H

#include "core/core.h"
#include "scilama/biology.h"

struct scilama_gene_sets {
    scilama_context *ctx;
    slm_strings names, descriptions, genes;
    int64_t *start;  /* [names + 1] into genes */
};

void slm_gene_sets_free(scilama_gene_sets *sets);

/* Arguments are valid; outputs may be NULL. */
scilama_status slm_enrichment(const scilama_gene_sets *sets, const char *const *names, const int32_t *labels, int64_t n, int64_t modules,
                              const scilama_enrichment_options *options, int64_t *overlap, int64_t *sizes, double *p, double *fdr, scilama_error *error);

/* Chance of `drawn` or more marked ones in `draws` from `total` of which `marked` are;
 * log_factorial [total + 1]. */
double slm_hypergeometric_above(const double *log_factorial, int64_t total, int64_t marked, int64_t draws, int64_t drawn);

#endif
