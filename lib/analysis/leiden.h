/* SPDX-License-Identifier: MIT */
#ifndef SLM_LEIDEN_H
#define SLM_LEIDEN_H

#include "analysis/graph.h"

/* What scilama_leiden_options_init() writes. */
#define SLM_LEIDEN_DEFAULTS .quality = SCILAMA_QUALITY_MODULARITY, .resolution = 1, .randomness = 0.01, .patience = 1

/* Options are valid; report may be NULL. labels [n]. */
scilama_status slm_leiden(const scilama_graph *graph, const scilama_leiden_options *options,
                          int32_t *labels, scilama_leiden_report *report, scilama_error *error);
scilama_status slm_leiden_target(const scilama_graph *graph, const scilama_leiden_options *options, int64_t communities,
                                 int32_t *labels, scilama_leiden_report *report, scilama_error *error);
scilama_status slm_graph_quality(const scilama_graph *graph, int32_t quality, double resolution,
                                 const int32_t *labels, double *value, scilama_error *error);
/* Renumbers labels[n] (< n) by decreasing size, then first vertex; scratch [3 * n]. Returns how many. */
int64_t slm_labels_by_size(int32_t *labels, int64_t n, int64_t *scratch);

/* --- one level of the algorithm (leiden_steps.c) ------------------------------- */

typedef struct slm_level {
    int64_t n;
    const int64_t *indptr;
    const int32_t *indices;
    const float *weights;
    double *mass;          /* [n] strength (modularity) or number of vertices (CPM) */
    int64_t *own_indptr;   /* arrays of an aggregate; NULL at the base */
    int32_t *own_indices;
    float *own_weights;
} slm_level;

typedef struct slm_leiden_work { /* all arrays have room for the base graph */
    scilama_context *ctx;
    double gamma;          /* gain of joining c: w(v, c) - gamma mass(v) mass(c) */
    double theta, least;   /* randomness in weight units; smallest gain that counts */
    uint64_t seed;
    uint32_t step;         /* of the random stream */
    int32_t *community, *refined, *queue, *order, *touched, *spare;
    int64_t *start;        /* [n + 1] */
    double *community_mass, *refined_mass, *outside, *to;
    int64_t *size;
    uint8_t *flag;
} slm_leiden_work;

/* Moves vertices until no single move gains; community[] is the start and the result,
 * numbered 0.. without gaps. Returns the number of communities. */
int64_t slm_leiden_move(slm_leiden_work *w, const slm_level *level);
/* Splits every community into well-connected parts: refined[], numbered without gaps. */
int64_t slm_leiden_refine(slm_leiden_work *w, const slm_level *level, int64_t communities);
/* The graph of the parts; community[] becomes that of the parts. */
scilama_status slm_leiden_aggregate(slm_leiden_work *w, const slm_level *level, int64_t parts,
                                    slm_level *out, scilama_error *error);
void slm_level_free(scilama_context *ctx, slm_level *level);

#endif
