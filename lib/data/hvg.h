/* SPDX-License-Identifier: MIT */
#ifndef SLM_HVG_H
#define SLM_HVG_H

#include "data/gene_stats.h"

/* Selection of highly variable genes, after scanpy 1.11's highly_variable_genes.
 * Trends and bins are fitted on `eligible` genes, ranks are given among
 * `candidates`. Equal scores are ranked by gene name (index when unnamed), so that
 * the order of genes in the file does not matter. */
typedef struct slm_hvg {
    int32_t flavour;             /* SCILAMA_HVG_SEURAT or _SEURAT_V3 */
    int value;                   /* seurat: slm_stats_value that gives unlogged values */
    const double *factor;
    const int64_t *cells;        /* [n] training cells */
    int64_t n;
    const slm_column *batch;     /* categorical: select within each batch and combine; NULL = all at once */
    const unsigned char *eligible, *candidate; /* [genes]; candidate implies eligible */
    int64_t top;                 /* genes wanted */
    const double *sum, *square;  /* [genes]: raw sums over the cells, where they have been taken; or NULL */
} slm_hvg;

/* selected[genes] 0 or 1. */
scilama_status slm_hvg_select(const scilama_dataset *d, const slm_hvg *h, unsigned char *selected, scilama_error *error);

#endif
