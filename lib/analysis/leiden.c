/* SPDX-License-Identifier: MIT */
#include "analysis/leiden.h"
#include <math.h>
#include <string.h>

int64_t slm_labels_by_size(int32_t *labels, int64_t n, int64_t *scratch)
{
    int64_t *size = scratch, *first = scratch + n, *rank = scratch + 2 * n, count = 0;
    for (int64_t c = 0; c < n; c++) size[c] = 0, first[c] = -1;
    for (int64_t i = 0; i < n; i++) {
        if (!size[labels[i]]++) {
            first[labels[i]] = i;
            rank[count++] = labels[i]; /* in order of first vertices */
        }
    }
    /* stable bottom-up merge of runs by decreasing size; `first` becomes the buffer */
    int64_t *from = rank, *to = first;
    for (int64_t width = 1; width < count; width *= 2) {
        for (int64_t lo = 0; lo < count; lo += 2 * width) {
            int64_t mid = lo + width < count ? lo + width : count, hi = lo + 2 * width < count ? lo + 2 * width : count;
            for (int64_t i = lo, j = mid, o = lo; o < hi; o++)
                to[o] = i < mid && (j >= hi || size[from[i]] >= size[from[j]]) ? from[i++] : from[j++];
        }
        int64_t *t = from;
        from = to;
        to = t;
    }
    for (int64_t r = 0; r < count; r++) size[from[r]] = r; /* sizes are no longer needed */
    for (int64_t i = 0; i < n; i++) labels[i] = (int32_t)size[labels[i]];
    return count;
}

scilama_status slm_graph_quality(const scilama_graph *g, int32_t quality, double resolution,
                                 const int32_t *labels, double *value, scilama_error *error)
{
    int64_t top = 0;
    for (int64_t v = 0; v < g->n; v++)
        if (labels[v] >= top) top = (int64_t)labels[v] + 1;
    double *mass = slm_alloc_array_zero(g->ctx, top, sizeof *mass), within = 0, all = 0, penalty = 0;
    if (!mass) return slm_fail_nomem(error);
    for (int64_t v = 0; v < g->n; v++) {
        double strength = 0;
        for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) {
            strength += (double)g->weights[e];
            if (labels[g->indices[e]] == labels[v]) within += (double)g->weights[e];
        }
        all += strength;
        mass[labels[v]] += quality == SCILAMA_QUALITY_CPM ? 1 : strength;
    }
    for (int64_t c = 0; c < top; c++) penalty += quality == SCILAMA_QUALITY_CPM ? mass[c] * (mass[c] - 1) : mass[c] * mass[c];
    if (quality == SCILAMA_QUALITY_CPM) *value = (within - resolution * penalty) / 2;
    else *value = all > 0 ? (within - resolution * penalty / all) / all : 0;
    slm_free(g->ctx, mass);
    return SCILAMA_OK;
}

static void work_free(slm_leiden_work *w)
{
    void *blocks[] = { w->community, w->refined, w->queue, w->order, w->touched, w->spare, w->start,
                       w->community_mass, w->refined_mass, w->outside, w->to, w->size, w->flag };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(w->ctx, blocks[i]);
}

static bool work_alloc(slm_leiden_work *w, int64_t n)
{
    int32_t **ints[] = { &w->community, &w->refined, &w->queue, &w->order, &w->touched, &w->spare };
    double **doubles[] = { &w->community_mass, &w->refined_mass, &w->outside, &w->to };
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++)
        if (!(*ints[i] = slm_alloc_array(w->ctx, n + 1, sizeof(int32_t)))) return false;
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++)
        if (!(*doubles[i] = slm_alloc_array_zero(w->ctx, n + 1, sizeof(double)))) return false;
    w->start = slm_alloc_array(w->ctx, n + 1, sizeof *w->start);
    w->size = slm_alloc_array(w->ctx, n + 1, sizeof *w->size);
    w->flag = slm_alloc_array(w->ctx, n + 1, 1);
    return w->start && w->size && w->flag;
}

/* Masses of the base graph, and the constants of the gain. */
static scilama_status base_level(slm_leiden_work *w, const scilama_graph *g, const scilama_leiden_options *o,
                                 slm_level *base, scilama_error *error)
{
    double all = 0;
    *base = (slm_level){ .n = g->n, .indptr = g->indptr, .indices = g->indices, .weights = g->weights };
    base->mass = slm_alloc_array_zero(w->ctx, g->n, sizeof *base->mass);
    if (!base->mass) return slm_fail_nomem(error);
    for (int64_t v = 0; v < g->n; v++) {
        double strength = 0;
        for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) strength += (double)g->weights[e];
        all += strength;
        base->mass[v] = o->quality == SCILAMA_QUALITY_CPM ? 1 : strength;
    }
    double mean = g->indptr[g->n] ? all / (double)g->indptr[g->n] : 1;
    w->gamma = o->quality == SCILAMA_QUALITY_CPM ? o->resolution : all > 0 ? o->resolution / all : 0;
    w->theta = o->randomness * mean;
    w->least = 1e-10 * mean;
    w->seed = o->seed;
    return SCILAMA_OK;
}

/* One iteration: labels[] is the start and the result. */
static scilama_status iterate(slm_leiden_work *w, const slm_level *base, int32_t *labels, int32_t *node, scilama_error *error)
{
    slm_level level = *base, next;
    scilama_status status = SCILAMA_OK;
    memcpy(w->community, labels, (size_t)base->n * sizeof *labels);
    for (int64_t v = 0; v < base->n; v++) node[v] = (int32_t)v;
    for (;;) {
        if (slm_cancelled(w->ctx)) {
            status = slm_fail_cancelled(error);
            break;
        }
        int64_t communities = slm_leiden_move(w, &level);
        for (int64_t v = 0; v < base->n; v++) labels[v] = w->community[node[v]];
        if (communities == level.n) break;
        int64_t parts = slm_leiden_refine(w, &level, communities);
        if (parts == level.n) { /* nothing merged: go on with the communities themselves */
            memcpy(w->refined, w->community, (size_t)level.n * sizeof *w->refined);
            parts = communities;
        }
        for (int64_t v = 0; v < base->n; v++) node[v] = w->refined[node[v]];
        if ((status = slm_leiden_aggregate(w, &level, parts, &next, error))) break;
        if (level.own_indptr) slm_level_free(w->ctx, &level);
        level = next;
    }
    if (level.own_indptr) slm_level_free(w->ctx, &level);
    return status;
}

/* Splitting a disconnected community never lowers the quality. */
static void split(const scilama_graph *g, slm_leiden_work *w, int32_t *labels)
{
    slm_graph_components(g, labels, w->refined, w->queue);
    memcpy(labels, w->refined, (size_t)g->n * sizeof *labels);
}

typedef struct run { slm_leiden_work w; slm_level base; int32_t *node, *now, *best; double quality; int32_t rounds; } run;

/* One run from singletons: iterations until none of `patience` in a row gains. */
static scilama_status run_once(run *r, const scilama_graph *g, const scilama_leiden_options *o, scilama_error *error)
{
    int32_t idle = 0;
    double value;
    for (int64_t v = 0; v < g->n; v++) r->now[v] = (int32_t)v;
    r->quality = -INFINITY;
    for (r->rounds = 0; o->iterations ? r->rounds < o->iterations : idle < o->patience; r->rounds++) {
        scilama_status status = iterate(&r->w, &r->base, r->now, r->node, error);
        if (status) return status;
        split(g, &r->w, r->now);
        if ((status = slm_graph_quality(g, o->quality, o->resolution, r->now, &value, error))) return status;
        bool first = r->rounds == 0;
        idle = first || value > r->quality + 1e-10 * (1 + fabs(r->quality)) ? 0 : idle + 1;
        if (first || value > r->quality) {
            r->quality = value;
            memcpy(r->best, r->now, (size_t)g->n * sizeof *r->best);
        }
    }
    return SCILAMA_OK;
}

/* Small graphs end in local optima more often, and cost little. */
static int32_t runs_of(const scilama_graph *g)
{
    int64_t runs = g->indptr[g->n] > 0 ? 2000000 / g->indptr[g->n] : 1;
    return runs < 1 ? 1 : runs > 8 ? 8 : (int32_t)runs;
}

scilama_status slm_leiden(const scilama_graph *g, const scilama_leiden_options *o,
                          int32_t *labels, scilama_leiden_report *report, scilama_error *error)
{
    run r = { .w = { .ctx = g->ctx }, .node = slm_alloc_array(g->ctx, g->n, sizeof(int32_t)),
              .now = slm_alloc_array(g->ctx, g->n, sizeof(int32_t)), .best = slm_alloc_array(g->ctx, g->n, sizeof(int32_t)) };
    int64_t *scratch = slm_alloc_array(g->ctx, g->n, 3 * sizeof *scratch);
    scilama_status status;
    if (!r.node || !r.now || !r.best || !scratch || !work_alloc(&r.w, g->n)) {
        status = slm_fail_nomem(error);
        goto done;
    }
    if ((status = base_level(&r.w, g, o, &r.base, error))) goto done;
    double best = -INFINITY;
    int32_t rounds = 0, restarts = o->restarts ? o->restarts : runs_of(g);
    for (int32_t i = 0; i < restarts; i++) {
        if ((status = run_once(&r, g, o, error))) goto done;
        if (i > 0 && r.quality <= best) continue;
        best = r.quality;
        rounds = r.rounds;
        memcpy(labels, r.best, (size_t)g->n * sizeof *labels);
    }
    int64_t communities = slm_labels_by_size(labels, g->n, scratch);
    if (report) {
        report->communities = communities;
        report->quality = best;
        report->resolution = o->resolution;
        report->iterations = rounds;
    }
done:
    slm_free(g->ctx, r.base.mass);
    work_free(&r.w);
    slm_free(g->ctx, r.node);
    slm_free(g->ctx, r.now);
    slm_free(g->ctx, r.best);
    slm_free(g->ctx, scratch);
    return status;
}

typedef struct target { const scilama_graph *g; scilama_leiden_options o; int64_t want, best_off; int32_t *trial, *labels; scilama_leiden_report *report; } target;

/* Communities at one resolution, keeping the run nearest to what is wanted. */
static scilama_status try_resolution(target *t, double resolution, int64_t *found, scilama_error *error)
{
    scilama_leiden_report r = { .struct_size = sizeof r };
    t->o.resolution = resolution;
    scilama_status status = slm_leiden(t->g, &t->o, t->trial, &r, error);
    if (status) return status;
    *found = r.communities;
    int64_t off = r.communities > t->want ? r.communities - t->want : t->want - r.communities;
    if (t->best_off >= 0 && off >= t->best_off) return SCILAMA_OK;
    t->best_off = off;
    memcpy(t->labels, t->trial, (size_t)t->g->n * sizeof *t->labels);
    *t->report = r;
    return SCILAMA_OK;
}

scilama_status slm_leiden_target(const scilama_graph *g, const scilama_leiden_options *o, int64_t communities,
                                 int32_t *labels, scilama_leiden_report *report, scilama_error *error)
{
    target t = { .g = g, .o = *o, .want = communities, .best_off = -1, .labels = labels, .report = report };
    t.trial = slm_alloc_array(g->ctx, g->n, sizeof *t.trial);
    if (!t.trial) return slm_fail_nomem(error);
    double lo = 0, hi = 1;
    int64_t found = 0;
    int runs = 0;
    scilama_status status = try_resolution(&t, hi, &found, error);
    for (; !status && t.best_off && found < communities && runs < 20; runs++) {
        lo = hi;
        hi *= 2;
        status = try_resolution(&t, hi, &found, error);
    }
    for (; !status && t.best_off && runs < 39; runs++) {
        double mid = lo > 0 ? sqrt(lo * hi) : hi / 4;
        status = try_resolution(&t, mid, &found, error);
        if (found < communities) lo = mid;
        else hi = mid;
        if (hi < 1e-9 || (lo > 0 && hi / lo < 1 + 1e-9)) break;
    }
    slm_free(g->ctx, t.trial);
    return status;
}
