/* SPDX-License-Identifier: MIT */
#ifndef SLM_DIFFUSION_H
#define SLM_DIFFUSION_H

#include "analysis/graph.h"

/* kBET within every label, on neighbours by diffusion distance (Buettner et al. 2018;
 * Luecken et al. 2022), as scib-metrics: labels of under 10 cells or of one batch are
 * left out, NaN when none is left. codes and batches in 0 .. groups-1. */
scilama_status slm_kbet_by_label(scilama_context *ctx, const scilama_graph *graph, const int32_t *labels, int64_t n_labels,
                                 const int32_t *batches, int64_t n_batches, double alpha, uint64_t seed,
                                 double *value, scilama_error *error);

#endif
