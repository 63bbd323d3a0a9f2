/* SPDX-License-Identifier: MIT */
#ifndef SLM_UMAP_H
#define SLM_UMAP_H

#include "analysis/graph.h"

/* Options are valid; layout [n × dimensions] is the start when options->init says so. */
scilama_status slm_umap(const scilama_graph *graph, const scilama_umap_options *options, float *layout, scilama_error *error);

/* At most so many bytes are held by slm_umap() on a graph. */
double slm_umap_memory(int64_t n, int64_t entries, const scilama_umap_options *options, int32_t threads);
double slm_umap_start_memory(int64_t n, const scilama_umap_options *options, int32_t threads);

/* Start of the layout (umap_init.c): writes layout, not yet scaled; *used is the kind
 * that was used (spectral falls back when the graph is not connected). */
scilama_status slm_umap_start(const scilama_graph *graph, const scilama_umap_options *options, float *layout, int32_t *used, scilama_error *error);
/* Least-squares fit of 1 / (1 + a d^2b) to the wanted membership curve. */
void slm_umap_curve(double spread, double min_dist, double *a, double *b);

enum { SLM_STREAM_UMAP = 8 | 4 << 8 }; /* SLM_STREAM_ANALYSIS */

#endif
