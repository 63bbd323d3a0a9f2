/* SPDX-License-Identifier: MIT */
#ifndef SLM_LEIDEN_H
#define SLM_LEIDEN_H

#include "analysis/graph.h"
#include "core/thread.h"

/* What scilama_leiden_options_init() writes. */
#define SLM_LEIDEN_DEFAULTS .quality = SCILAMA_QUALITY_MODULARITY, .resolution = 1, .randomness = 0.01, .patience = 1

/* Options are valid; report may be NULL. labels [n]. */
scilama_status slm_leiden(const scilama_graph *graph, const scilama_leiden_options *options,
                          int32_t *labels, scilama_leiden_report *report, scilama_error *error);
/* … at several resolutions; labels [count × n], reports [count]; either may be NULL. */
scilama_status slm_leiden_sweep(const scilama_graph *graph, const scilama_leiden_options *options, const double *resolutions,
                                int64_t count, int32_t *labels, scilama_leiden_report *reports, scilama_error *error);
scilama_status slm_leiden_target(const scilama_graph *graph, const scilama_leiden_options *options, int64_t communities,
                                 int32_t *labels, scilama_leiden_report *report, scilama_error *error);
/* So many bytes are held, at most, while slm_leiden() runs on such a graph; more only where a vertex, or a part of a
 * community, has over 65,536 neighbours. */
double slm_leiden_memory(int64_t vertices, int64_t entries, const scilama_leiden_options *options, int32_t threads);
scilama_status slm_graph_quality(const scilama_graph *graph, int32_t quality, double resolution,
                                 const int32_t *labels, double *value, scilama_error *error);
/* Renumbers labels[n] (< n) by decreasing size, then first vertex; scratch [3 * n]. Returns how many. */
int64_t slm_labels_by_size(int32_t *labels, int64_t n, int64_t *scratch);

/* --- one level of the algorithm (leiden_steps.c) ------------------------------- */

/* A graph whose row v is [begin[v], end[v]): rows may have room to spare behind them. */
typedef struct slm_level {
    int64_t n;
    const int64_t *begin, *end;
    const int32_t *indices;
    const float *weights;
    const double *mass;    /* [n] strength (modularity) or number of vertices (CPM) */
} slm_level;

/* Room for an aggregate. */
typedef struct slm_level_store { int64_t n, entries; int64_t *begin, *end; int32_t *indices; float *weights; double *mass; } slm_level_store;

/* Weights from a vertex to the groups of its neighbours: open addressing. */
typedef struct slm_link { double weight; int32_t group; } slm_link;
typedef struct slm_leiden_lane {  /* of one worker */
    slm_link *link;               /* [room] group < 0: free */
    int32_t *touched, *open;      /* [room / 2] */
    double *chance;               /* [room / 2] */
} slm_leiden_lane;

enum { SLM_LEIDEN_BATCH = 8192, /* vertices that decide at once, at most */
       SLM_LEIDEN_ROUNDS = 32768 /* vertices from which on they do */ };

typedef struct slm_leiden_batch { int32_t v, target; double to, from; } slm_leiden_batch;

typedef struct slm_leiden_work { /* all arrays have room for the base graph */
    scilama_context *ctx;
    bool alone;            /* runs inside a task: no memory may be asked for, no progress told */
    double from, to;       /* shares of the run before and after the step that is under way */
    double gamma;          /* gain of joining c: w(v, c) - gamma mass(v) mass(c) */
    double theta, least;   /* randomness in weight units; smallest gain that counts */
    uint64_t seed;
    uint32_t step;         /* of the random stream */
    int32_t *community, *refined, *queue, *order, *spare, *size;
    int64_t *start;        /* [n + 1] */
    double *community_mass, *refined_mass, *outside;
    atomic_uchar *flag, *stirred; /* [n] waiting; [n / 64 + 1] any of 64 is waiting; SLM_LEIDEN_ROUNDS and more: */
    uint8_t *tentative;    /* [n] wants to move in this batch */
    slm_leiden_batch *batch; /* [SLM_LEIDEN_BATCH] */
    slm_level_store store[2];
    slm_leiden_lane *lanes; /* [n_lanes] */
    int32_t n_lanes;
    int64_t room;          /* of each lane */
} slm_leiden_work;

#define SLM_LEIDEN_STAGE "Leiden"
/* slm_parallel_told(), or one task after another when the run is one of several tasks itself. */
void slm_leiden_parallel(const slm_leiden_work *w, int64_t tasks, slm_task_fn fn, void *arg);
/* Moves vertices until no single move gains; community[] is the start and the result,
 * numbered 0.. without gaps. Returns the number of communities, or -1 when cancelled. */
int64_t slm_leiden_move(slm_leiden_work *w, const slm_level *level);
/* The same for large levels, on all threads (leiden_rounds.c). `empty` [unused]: free communities. */
void slm_leiden_move_rounds(slm_leiden_work *w, const slm_level *level, int32_t *empty, int64_t unused);
/* Splits every community into well-connected parts: refined[], numbered without gaps. */
int64_t slm_leiden_refine(slm_leiden_work *w, const slm_level *level, int64_t communities);
/* The graph of the parts, in `store`; community[] becomes that of the parts. */
scilama_status slm_leiden_aggregate(slm_leiden_work *w, const slm_level *level, int64_t parts,
                                    slm_level_store *store, slm_level *out, scilama_error *error);
/* Bytes of a lane with room for `degree` groups. */
double slm_leiden_lane_bytes(int64_t degree);
/* Lanes with room for `degree` groups; stores with room for n vertices and so many entries. */
bool slm_leiden_lanes(slm_leiden_work *w, int64_t degree);
bool slm_leiden_reserve(slm_leiden_work *w, slm_level_store *store, int64_t n, int64_t entries);
/* Vertices by group in order[], where each group begins in start[]. */
void slm_leiden_bucket(slm_leiden_work *w, const int32_t *group, int64_t n, int64_t groups);

/* Where v would best go: a community; itself when no move gains; -1 for one of its own. */
int32_t slm_leiden_choose(const slm_leiden_work *w, slm_leiden_lane *l, const slm_level *g, int32_t v, double *to, double *from);

#endif
