/* SPDX-License-Identifier: MIT */
#include "analysis/diffusion.h"
#include "linalg/eigen.h"
#include "analysis/knn.h"
#include "analysis/mixing.h"
#include "analysis/score.h"
#include "core/thread.h"

/* Diffusion maps (Coifman & Lafon 2006) of each label's cells, and kBET among the neighbours that they give. */

enum { COMPONENTS = 100, STRIP = 512 };

/* The graph among the vertices with keep[v] >= 0, renumbered so. */
static scilama_graph *induced(const scilama_graph *g, const int32_t *keep, const int64_t *members, int64_t n)
{
    int64_t entries = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t e = g->indptr[members[i]]; e < g->indptr[members[i] + 1]; e++) entries += keep[g->indices[e]] >= 0;
    scilama_graph *out = slm_graph_new(g->ctx, n, entries);
    if (!out) return NULL;
    int64_t at = 0;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t e = g->indptr[members[i]]; e < g->indptr[members[i] + 1]; e++) {
            if (keep[g->indices[e]] < 0) continue;
            out->indices[at] = keep[g->indices[e]];
            out->weights[at++] = g->weights[e];
        }
        out->indptr[i + 1] = at;
    }
    return out;
}

typedef struct walk { const scilama_graph *g; const double *scale; const double *in; double *out; } walk;

static void walk_task(void *arg, int64_t task, int worker)
{
    walk *w = arg;
    SLM_FOR_TILE (i, task, STRIP, w->g->n) {
        double s = 0;
        for (int64_t e = w->g->indptr[i]; e < w->g->indptr[i + 1]; e++)
            s += (double)w->g->weights[e] * w->scale[w->g->indices[e]] * w->in[w->g->indices[e]];
        w->out[i] = s * w->scale[i];
    }
}

static void walk_apply(void *arg, const double *x, double *y)
{
    walk *w = arg;
    w->in = x;
    w->out = y;
    slm_parallel(w->g->ctx, slm_tiles(w->g->n, STRIP), walk_task, w);
}

/* Diffusion map [n × count] (Coifman & Lafon 2006; density-normalised, all times
 * together): eigenvectors times lambda / (1 - lambda); those of lambda = 1 times 1. */
static scilama_status diffusion_map(const scilama_graph *g, int64_t count, uint64_t seed, float *map, scilama_error *error)
{
    scilama_context *ctx = g->ctx;
    int64_t n = g->n;
    SLM_SCOPE(work, ctx);
    double *density = slm_scope_array(&work, n, sizeof *density), *scale = slm_scope_array(&work, n, sizeof *scale);
    double *values = slm_scope_array(&work, count, sizeof *values), *vectors = slm_scope_array(&work, count, (size_t)n * sizeof *vectors);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) {
        density[i] = 0;
        for (int64_t e = g->indptr[i]; e < g->indptr[i + 1]; e++) density[i] += (double)g->weights[e];
    }
    for (int64_t i = 0; i < n; i++) { /* K = w / (q q'); scale = 1 / (q sqrt(row sum of K)) */
        double z = 0;
        for (int64_t e = g->indptr[i]; e < g->indptr[i + 1]; e++) z += (double)g->weights[e] / (density[i] * density[g->indices[e]]);
        scale[i] = z > 0 ? 1 / (density[i] * sqrt(z)) : 0;
    }
    walk w = { .g = g, .scale = scale };
    slm_lanczos l = { .ctx = ctx, .n = n, .want = count, .which = SLM_LARGEST_MAGNITUDE, .apply = walk_apply, .arg = &w,
                      .tolerance = 1e-8, .restarts = 30, .seed = seed };
    SLM_TRY(slm_lanczos_run(&l, values, vectors, NULL, error));
    for (int64_t c = 0; c < count; c++) {
        double lambda = values[c], factor = (float)lambda < 1 ? lambda / (1 - lambda) : 1; /* 1 to single precision: one per component */
        for (int64_t i = 0; i < n; i++) map[i * count + c] = (float)(vectors[c * n + i] * factor);
    }
    return SCILAMA_OK;
}

static scilama_status kbet_on_map(const scilama_graph *g, const int32_t *batches, int64_t n_batches, int64_t k, double alpha,
                                  uint64_t seed, double *value, scilama_error *error)
{
    int64_t n = g->n, count = n - 1 < COMPONENTS ? n - 1 : COMPONENTS;
    if (k > n - 1) k = n - 1;
    float *map = slm_alloc_array(g->ctx, n, (size_t)count * sizeof *map);
    int32_t *near = slm_alloc_array(g->ctx, n, (size_t)k * sizeof *near);
    slm_points p = { map, n, count, count, false };
    scilama_status status = map && near ? diffusion_map(g, count, seed, map, error) : slm_fail_nomem(error);
    if (!status) status = slm_knn_exact(g->ctx, &p, k, near, NULL, error);
    if (!status) status = slm_kbet(g->ctx, n, k, k, near, batches, n_batches, alpha, value, error);
    slm_free_all(g->ctx, map, near);
    return status;
}

typedef struct kbet_work { int64_t *members; int32_t *keep, *component, *stack, *batch; int64_t *size; } kbet_work;

/* Cells of small components are dropped; when more than a quarter would be, the label
 * counts as rejected. */
static int64_t drop_fragments(const scilama_graph *g, kbet_work *w, int64_t k)
{
    int64_t parts = slm_graph_components(g, NULL, w->component, w->stack), kept = 0;
    if (parts == 1) return g->n;
    memset(w->size, 0, (size_t)parts * sizeof *w->size);
    for (int64_t i = 0; i < g->n; i++) w->size[w->component[i]]++;
    for (int64_t i = 0; i < g->n; i++) {
        w->keep[i] = -1;
        if (w->size[w->component[i]] < 3 * k) continue;
        w->batch[kept] = w->batch[i];
        w->members[kept] = i;
        w->keep[i] = (int32_t)kept++;
    }
    return (double)kept >= 0.75 * (double)g->n ? kept : 0;
}

/* One label; counted tells whether it says anything. */
static scilama_status kbet_label(const scilama_graph *g, kbet_work *w, const int32_t *labels, int32_t label, const int32_t *batches,
                                 int64_t n_batches, double alpha, uint64_t seed, double *value, bool *counted, scilama_error *error)
{
    int64_t n = 0, present = 0;
    scilama_graph *sub = NULL, *whole = NULL;
    scilama_status status = SCILAMA_OK;
    memset(w->size, 0, (size_t)n_batches * sizeof *w->size);
    for (int64_t i = 0; i < g->n; i++) {
        w->keep[i] = labels[i] == label ? (int32_t)n : -1;
        if (labels[i] != label) continue;
        w->batch[n] = batches[i];
        w->members[n++] = i;
        present += !w->size[batches[i]]++;
    }
    *counted = n >= 10 && present > 1;
    if (!*counted) return SCILAMA_OK;
    int64_t k = n / present / 4;
    k = k < 10 ? 10 : k > 70 ? 70 : k;
    *value = 0;
    if (!(sub = induced(g, w->keep, w->members, n))) return slm_fail_nomem(error);
    int64_t kept = drop_fragments(sub, w, k);
    if (kept && kept < n) {
        whole = sub;
        if (!(sub = induced(whole, w->keep, w->members, kept))) status = slm_fail_nomem(error);
    }
    if (!status && kept) status = kbet_on_map(sub, w->batch, n_batches, k, alpha, seed, value, error);
    slm_graph_free(sub);
    slm_graph_free(whole);
    return status;
}

scilama_status slm_kbet_by_label(scilama_context *ctx, const scilama_graph *g, const int32_t *labels, int64_t n_labels,
                                 const int32_t *batches, int64_t n_batches, double alpha, uint64_t seed,
                                 double *value, scilama_error *error)
{
    int64_t room = g->n > n_batches ? g->n : n_batches, labels_counted = 0;
    kbet_work w = { slm_alloc_array(ctx, g->n, sizeof(int64_t)), slm_alloc_array(ctx, g->n, sizeof(int32_t)),
                    slm_alloc_array(ctx, g->n, sizeof(int32_t)), slm_alloc_array(ctx, g->n, sizeof(int32_t)),
                    slm_alloc_array(ctx, g->n, sizeof(int32_t)), slm_alloc_array(ctx, room, sizeof(int64_t)) };
    double sum = 0, one = 0;
    scilama_status status = SCILAMA_OK;
    if (!w.members || !w.keep || !w.component || !w.stack || !w.batch || !w.size) status = slm_fail_nomem(error);
    for (int64_t l = 0; !status && l < n_labels; l++) {
        bool counted = false;
        status = kbet_label(g, &w, labels, (int32_t)l, batches, n_batches, alpha, seed, &one, &counted, error);
        if (counted) sum += one, labels_counted++;
    }
    if (!status) *value = labels_counted ? sum / (double)labels_counted : NAN;
    slm_free_all(ctx, w.members, w.keep, w.component, w.stack, w.batch, w.size);
    return status;
}
