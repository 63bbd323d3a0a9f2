/* SPDX-License-Identifier: MIT */
#ifndef SLM_GRAPH_H
#define SLM_GRAPH_H

#include "core/core.h"
#include "scilama/analysis.h"

struct scilama_graph {
    scilama_context *ctx;
    int64_t n;
    int64_t *indptr;   /* [n + 1] */
    int32_t *indices;  /* both directions, ascending in a row, no loops */
    float *weights;
};

/* A graph with room for `entries`; NULL when out of memory. */
scilama_graph *slm_graph_new(scilama_context *ctx, int64_t n, int64_t entries);
void slm_graph_free(scilama_graph *graph);

scilama_status slm_graph_fuzzy(scilama_graph **out, scilama_context *ctx, int64_t n, int64_t k,
                               const int32_t *indices, const float *distances, scilama_error *error);
scilama_status slm_graph_jaccard(scilama_graph **out, scilama_context *ctx, int64_t n, int64_t k,
                                 const int32_t *indices, scilama_error *error);
scilama_status slm_graph_csr(scilama_graph **out, scilama_context *ctx, int64_t n, const int64_t *indptr,
                             const int32_t *indices, const float *weights, scilama_error *error);

/* At most so many bytes are held while a graph is made of k neighbours each, the graph among them. */
double slm_graph_memory(int64_t n, int64_t k, int32_t kind);

/* Component of every vertex, numbered by first vertex; stack [n] is scratch. With
 * `labels`, edges between different labels do not count. Returns their number. */
int64_t slm_graph_components(const scilama_graph *graph, const int32_t *labels, int32_t *component, int32_t *stack);

#endif
