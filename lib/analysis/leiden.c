/* SPDX-License-Identifier: MIT */
#include "analysis/leiden.h"
#include "core/thread.h"

/* Runs of Leiden (Traag, Waltman, van Eck 2019) around its steps (leiden_steps.c, leiden_rounds.c): levels are aggregated until none
 * moves, iterated until nothing is gained, started anew with other seeds, and the best run is taken. Runs of small graphs go side by
 * side, those of a large one have all threads; which, is decided by the graph's size, so that labels are the same for any number. */

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

/* --- quality ------------------------------------------------------------------------ */

enum { TILE = 4096 };

typedef struct tally { const scilama_graph *g; const int32_t *labels; double *strength; /* [n] */ double *within; /* [tiles] */ } tally;

static void tally_task(void *arg, int64_t task, int worker)
{
    tally *t = arg;
    const scilama_graph *g = t->g;
    int64_t end = slm_tile_end(task, TILE, g->n);
    double within = 0;
    for (int64_t v = task * TILE; v < end; v++) {
        double strength = 0;
        for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) {
            strength += (double)g->weights[e];
            if (t->labels && t->labels[g->indices[e]] == t->labels[v]) within += (double)g->weights[e];
        }
        t->strength[v] = strength;
    }
    if (t->within) t->within[task] = within;
}

/* The quality from masses of communities [n] and what lies within them. */
static double quality_of(bool cpm, double resolution, double within, double all, const double *mass, int64_t n)
{
    double penalty = 0;
    for (int64_t c = 0; c < n; c++) penalty += cpm ? mass[c] * (mass[c] - 1) : mass[c] * mass[c];
    if (cpm) return (within - resolution * penalty) / 2;
    return all > 0 ? (within - resolution * penalty / all) / all : 0;
}

scilama_status slm_graph_quality(const scilama_graph *g, int32_t quality, double resolution,
                                 const int32_t *labels, double *value, scilama_error *error)
{
    int64_t top = 0, tiles = slm_tiles(g->n, TILE);
    for (int64_t v = 0; v < g->n; v++)
        if (labels[v] >= top) top = (int64_t)labels[v] + 1;
    SLM_SCOPE(work, g->ctx);
    double *mass = slm_scope_zeros(&work, top, sizeof *mass), *strength = slm_scope_array(&work, g->n, sizeof *strength);
    double *part = slm_scope_array(&work, tiles, sizeof *part), within = 0, all = 0;
    if (work.failed) return slm_fail_nomem(error);
    tally t = { g, labels, strength, part };
    slm_parallel(g->ctx, tiles, tally_task, &t);
    for (int64_t k = 0; k < tiles; k++) within += part[k];
    for (int64_t v = 0; v < g->n; v++) {
        all += strength[v];
        mass[labels[v]] += quality == SCILAMA_QUALITY_CPM ? 1 : strength[v];
    }
    *value = quality_of(quality == SCILAMA_QUALITY_CPM, resolution, within, all, mass, top);
    return SCILAMA_OK;
}

/* --- one run --------------------------------------------------------------------------- */

/* What all runs on a graph share. */
typedef struct problem {
    const scilama_graph *g;
    const scilama_leiden_options *o;
    slm_level base;
    double *mass;         /* [n] */
    double all, mean;     /* sum and mean of the weights */
    int64_t degree;       /* the largest */
    bool cpm;
} problem;

typedef struct run {
    slm_leiden_work w;
    int32_t *node, *now, *best;
    double *part;         /* [tiles] */
    double resolution, quality;
    double first, width;  /* share of the work that is done before the run, and of the run */
    int32_t rounds;
} run;

static void run_free(run *r)
{
    scilama_context *ctx = r->w.ctx;
    slm_leiden_work *w = &r->w;
    void *blocks[] = { r->node, r->now, r->best, r->part, w->community, w->refined, w->queue, w->order, w->spare, w->size, w->start,
                       w->community_mass, w->refined_mass, w->outside, w->flag, w->stirred, w->tentative, w->batch };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(ctx, blocks[i]);
    w->alone = false;
    for (int i = 0; i < 2; i++) slm_leiden_reserve(w, &w->store[i], 0, INT64_MAX);
    for (int32_t t = 0; w->lanes && t < w->n_lanes; t++) {
        slm_free_all(ctx, w->lanes[t].link, w->lanes[t].touched, w->lanes[t].open, w->lanes[t].chance);
    }
    slm_free(ctx, w->lanes);
}

/* `alone`: the run is a task beside others, so all that it may need is made now. */
static bool run_make(run *r, const problem *p, bool alone)
{
    slm_leiden_work *w = &r->w;
    scilama_context *ctx = w->ctx = p->g->ctx;
    int64_t n = p->g->n, entries = p->g->indptr[n];
    bool large = n >= SLM_LEIDEN_ROUNDS;
    int32_t **ints[] = { &r->node, &r->now, &r->best, &w->community, &w->refined, &w->queue, &w->order, &w->spare, &w->size };
    double **doubles[] = { &w->community_mass, &w->refined_mass, &w->outside };
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++)
        if (!(*ints[i] = slm_alloc_array(ctx, n + 1, sizeof(int32_t)))) return false;
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++)
        if (!(*doubles[i] = slm_alloc_array(ctx, n + 1, sizeof(double)))) return false;
    w->start = slm_alloc_array(ctx, n + 1, sizeof *w->start);
    w->flag = slm_alloc_array(ctx, n + 1, sizeof *w->flag);
    w->stirred = slm_alloc_array(ctx, n / 64 + 1, sizeof *w->stirred);
    w->tentative = slm_alloc_array(ctx, large ? n : 1, 1);
    w->batch = slm_alloc_array(ctx, large ? SLM_LEIDEN_BATCH : 1, sizeof *w->batch);
    r->part = slm_alloc_array(ctx, slm_tiles(n, TILE), sizeof *r->part);
    w->n_lanes = alone ? 1 : ctx->threads;
    w->lanes = slm_alloc_array_zero(ctx, w->n_lanes, sizeof *w->lanes);
    if (!w->start || !w->flag || !w->stirred || !w->tentative || !w->batch || !r->part || !w->lanes) return false;
    if (!slm_leiden_lanes(w, alone ? n : p->degree)) return false;
    for (int i = 0; alone && i < 2; i++)
        if (!slm_leiden_reserve(w, &w->store[i], n, entries)) return false;
    w->alone = alone;
    return true;
}

static scilama_status problem_make(problem *p, const scilama_graph *g, const scilama_leiden_options *o, scilama_error *error)
{
    *p = (problem){ .g = g, .o = o, .cpm = o->quality == SCILAMA_QUALITY_CPM };
    p->mass = slm_alloc_array(g->ctx, g->n, sizeof *p->mass);
    if (!p->mass) return slm_fail_nomem(error);
    tally t = { g, NULL, p->mass, NULL };
    slm_parallel(g->ctx, slm_tiles(g->n, TILE), tally_task, &t);
    for (int64_t v = 0; v < g->n; v++) {
        p->all += p->mass[v];
        if (p->cpm) p->mass[v] = 1;
        if (g->indptr[v + 1] - g->indptr[v] > p->degree) p->degree = g->indptr[v + 1] - g->indptr[v];
    }
    p->mean = g->indptr[g->n] ? p->all / (double)g->indptr[g->n] : 1;
    p->base = (slm_level){ g->n, g->indptr, g->indptr + 1, g->indices, g->weights, p->mass };
    return SCILAMA_OK;
}

/* An iteration is taken for half of what is left, and so is each of its three steps on a level: how many there are depends
 * on the graph. What runs next tells of the share up to that of `steps` done. */
static void expect(run *r, int32_t steps)
{
    r->w.from = r->w.to;
    r->w.to = r->first + r->width * (1 - exp2(-(r->rounds + steps / (2.0 + steps))));
}

/* One iteration: now[] is the start and the result. */
static scilama_status iterate(run *r, const problem *p, scilama_error *error)
{
    slm_leiden_work *w = &r->w;
    slm_level level = p->base, next;
    int64_t n = p->g->n;
    memcpy(w->community, r->now, (size_t)n * sizeof *r->now);
    for (int64_t v = 0; v < n; v++) r->node[v] = (int32_t)v;
    for (int32_t depth = 0;; depth++) {
        expect(r, 3 * depth + 1);
        int64_t communities = slm_leiden_move(w, &level);
        if (!w->alone) slm_tell(w->ctx, SLM_LEIDEN_STAGE, w->to);
        if (communities < 0) return slm_fail_cancelled(error);
        if (communities == level.n) break;
        expect(r, 3 * depth + 2);
        int64_t parts = slm_leiden_refine(w, &level, communities);
        if (parts == level.n) { /* nothing merged: go on with the communities themselves */
            memcpy(w->refined, w->community, (size_t)level.n * sizeof *w->refined);
            parts = communities;
        }
        for (int64_t v = 0; v < n; v++) r->node[v] = w->refined[r->node[v]];
        expect(r, 3 * depth + 3);
        SLM_TRY(slm_leiden_aggregate(w, &level, parts, &w->store[depth & 1], &next, error));
        if (slm_cancelled(w->ctx)) return slm_fail_cancelled(error);
        level = next;
    }
    for (int64_t v = 0; v < n; v++) r->now[v] = w->community[r->node[v]];
    expect(r, 1 << 20); /* the rest of this iteration */
    return SCILAMA_OK;
}

/* Quality of now[], numbered below n. */
static double quality_now(run *r, const problem *p)
{
    int64_t tiles = slm_tiles(p->g->n, TILE);
    double within = 0, *mass = r->w.community_mass;
    tally t = { p->g, r->now, r->w.outside, r->part };
    slm_leiden_parallel(&r->w, tiles, tally_task, &t);
    for (int64_t k = 0; k < tiles; k++) within += r->part[k];
    for (int64_t c = 0; c < p->g->n; c++) mass[c] = 0;
    for (int64_t v = 0; v < p->g->n; v++) mass[r->now[v]] += p->mass[v];
    return quality_of(p->cpm, r->resolution, within, p->all, mass, p->g->n);
}

/* Splitting a disconnected community never lowers the quality: every vertex gets the
 * number of the first of its component. Groups of communities are done side by side. */
typedef struct split_job { run *r; const scilama_graph *g; int64_t communities; } split_job;

static void split_task(void *arg, int64_t task, int worker)
{
    split_job *j = arg;
    slm_leiden_work *w = &j->r->w;
    const scilama_graph *g = j->g;
    int64_t from = j->communities * task / 64, to = j->communities * (task + 1) / 64;
    for (int64_t i = w->start[from]; i < w->start[to] && !slm_cancelled(w->ctx); i++) {
        int32_t first = w->order[i], *stack = w->queue + w->start[from]; /* at most the members of these communities */
        if (w->refined[first] >= 0) continue;
        int64_t depth = 0;
        w->refined[first] = first;
        stack[depth++] = first;
        while (depth) {
            int32_t v = stack[--depth];
            for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) {
                int32_t u = g->indices[e];
                if (j->r->now[u] != j->r->now[v] || w->refined[u] >= 0) continue;
                w->refined[u] = first;
                stack[depth++] = u;
            }
        }
    }
}

static void split(run *r, const problem *p)
{
    slm_leiden_work *w = &r->w;
    int64_t n = p->g->n, top = 0;
    for (int64_t v = 0; v < n; v++) {
        if (r->now[v] >= top) top = (int64_t)r->now[v] + 1;
        w->refined[v] = -1;
    }
    slm_leiden_bucket(w, r->now, n, top);
    split_job j = { r, p->g, top };
    slm_leiden_parallel(w, 64, split_task, &j);
    if (!slm_cancelled(w->ctx)) memcpy(r->now, w->refined, (size_t)n * sizeof *r->now);
}

/* One run from singletons: iterations until none of `patience` in a row gains. best[] is the result. */
static scilama_status run_once(run *r, const problem *p, double resolution, int32_t restart, scilama_error *error)
{
    const scilama_leiden_options *o = p->o;
    slm_leiden_work *w = &r->w;
    int32_t idle = 0;
    double gain = p->g->n < SLM_LEIDEN_ROUNDS ? 1e-10 : 5e-4; /* what is none: a large graph gains for ever, ever less */
    w->gamma = p->cpm ? resolution : p->all > 0 ? resolution / p->all : 0;
    w->theta = o->randomness * p->mean;
    w->least = 1e-10 * p->mean;
    w->seed = o->seed;
    w->step = (uint32_t)restart << 16;
    r->resolution = resolution;
    r->quality = -INFINITY;
    w->to = r->first;
    for (int64_t v = 0; v < p->g->n; v++) r->now[v] = (int32_t)v;
    for (r->rounds = 0; o->iterations ? r->rounds < o->iterations : idle < o->patience; r->rounds++) {
        SLM_TRY(iterate(r, p, error));
        split(r, p);
        double value = quality_now(r, p);
        if (slm_cancelled(w->ctx)) return slm_fail_cancelled(error);
        bool first = r->rounds == 0;
        idle = first || value > r->quality + gain * (1 + fabs(r->quality)) ? 0 : idle + 1;
        if (!first && !(value > r->quality)) continue;
        r->quality = value;
        memcpy(r->best, r->now, (size_t)p->g->n * sizeof *r->best);
    }
    return SCILAMA_OK;
}

/* --- many runs ------------------------------------------------------------------------- */

/* Small graphs end in local optima more often, and cost little. */
static int32_t runs_of(int64_t entries)
{
    int64_t runs = entries > 0 ? 2000000 / entries : 1;
    return runs < 1 ? 1 : runs > 8 ? 8 : (int32_t)runs;
}

/* Runs of small graphs are tasks beside each other, in groups of so many at most; those of large
 * graphs follow one another, each on all threads. */
enum { GROUP = 64, SMALL = 500000, LINKS = 65536 /* groups next to a vertex, counted on */ };

typedef struct outcome { double quality; int32_t rounds; scilama_status status; } outcome;
typedef struct sweep {
    const problem *p;
    const double *resolutions;
    run *runs;           /* [threads], or one */
    int32_t restarts;
    int64_t first;       /* resolution of the group */
    int32_t *found;      /* [jobs of a group × n] */
    outcome outcome[GROUP];
} sweep;

static void sweep_task(void *arg, int64_t task, int worker)
{
    sweep *s = arg;
    run *r = &s->runs[worker];
    int64_t n = s->p->g->n;
    outcome *out = &s->outcome[task];
    out->status = run_once(r, s->p, s->resolutions[s->first + task / s->restarts], (int32_t)(task % s->restarts), NULL);
    out->quality = r->quality;
    out->rounds = r->rounds;
    memcpy(s->found + task * n, r->best, (size_t)n * sizeof *r->best);
}

/* The best of a resolution's runs; the earlier of equals. */
static int64_t best_of(const sweep *s, int64_t first)
{
    int64_t best = first;
    for (int64_t i = first + 1; i < first + s->restarts; i++)
        if (s->outcome[i].quality > s->outcome[best].quality) best = i;
    return best;
}

static void report_fill(scilama_leiden_report *r, int64_t communities, const outcome *o, double resolution)
{
    r->communities = communities;
    r->quality = o->quality;
    r->resolution = resolution;
    r->iterations = o->rounds;
}

static scilama_status sweep_small(sweep *s, int64_t count, int32_t *labels, scilama_leiden_report *reports, int64_t *scratch, scilama_error *error)
{
    int64_t n = s->p->g->n, step = GROUP / s->restarts > 0 ? GROUP / s->restarts : 1;
    for (s->first = 0; s->first < count; s->first += step) {
        int64_t here = count - s->first < step ? count - s->first : step;
        slm_parallel(s->p->g->ctx, here * s->restarts, sweep_task, s);
        for (int64_t i = 0; i < here * s->restarts; i++)
            if (s->outcome[i].status) return slm_cancelled(s->p->g->ctx) ? slm_fail_cancelled(error) : slm_fail_nomem(error);
        for (int64_t i = 0; i < here; i++) {
            int64_t best = best_of(s, i * s->restarts), communities = slm_labels_by_size(s->found + best * n, n, scratch);
            if (labels) memcpy(labels + (s->first + i) * n, s->found + best * n, (size_t)n * sizeof *labels);
            if (reports) report_fill(&reports[s->first + i], communities, &s->outcome[best], s->resolutions[s->first + i]);
        }
        slm_tell(s->p->g->ctx, SLM_LEIDEN_STAGE, (double)(s->first + here) / (double)count);
        if (slm_cancelled(s->p->g->ctx)) return slm_fail_cancelled(error);
    }
    return SCILAMA_OK;
}

static scilama_status sweep_large(sweep *s, int64_t count, int32_t *labels, scilama_leiden_report *reports, int64_t *scratch, scilama_error *error)
{
    int64_t n = s->p->g->n;
    run *r = s->runs;
    for (int64_t i = 0; i < count; i++) {
        outcome best = { .quality = -INFINITY };
        for (int32_t k = 0; k < s->restarts; k++) {
            r->width = 1 / ((double)count * s->restarts);
            r->first = r->width * (double)(i * s->restarts + k);
            SLM_TRY(run_once(r, s->p, s->resolutions[i], k, error));
            if (k > 0 && !(r->quality > best.quality)) continue;
            best = (outcome){ r->quality, r->rounds, SCILAMA_OK };
            memcpy(s->found, r->best, (size_t)n * sizeof *s->found);
        }
        int64_t communities = slm_labels_by_size(s->found, n, scratch);
        if (labels) memcpy(labels + i * n, s->found, (size_t)n * sizeof *labels);
        if (reports) report_fill(&reports[i], communities, &best, s->resolutions[i]);
    }
    return SCILAMA_OK;
}

/* Whether runs are tasks beside each other. */
static bool side_by_side(int64_t vertices, int64_t entries, int64_t runs, int32_t restarts)
{
    return vertices < SLM_LEIDEN_ROUNDS && entries <= SMALL && restarts <= GROUP && runs > 1;
}

double slm_leiden_memory(int64_t vertices, int64_t entries, const scilama_leiden_options *o, int32_t threads)
{
    int32_t restarts = o->restarts ? o->restarts : runs_of(entries);
    bool small = side_by_side(vertices, entries, restarts, restarts), large = vertices >= SLM_LEIDEN_ROUNDS;
    double n = (double)vertices + 1, lanes = small ? 1 : threads, ints = 9, doubles = 3;
    double bytes = n * (ints * sizeof(int32_t) + doubles * sizeof(double) + sizeof(int64_t) + 1) + n / 64 + sizeof(run);
    bytes += (large ? n + SLM_LEIDEN_BATCH * sizeof(slm_leiden_batch) : sizeof(slm_leiden_batch)) + (n / TILE + 1) * sizeof(double);
    bytes += lanes * slm_leiden_lane_bytes(vertices < LINKS ? vertices : LINKS);
    bytes += 2 * (n * (2 * sizeof(int64_t) + sizeof(double)) + (double)entries * (sizeof(int32_t) + sizeof(float)));
    double shared = n * (sizeof(double) + 3 * sizeof(int64_t)) + (small ? GROUP : 1) * n * sizeof(int32_t);
    return shared + (small ? threads : 1) * bytes;
}

scilama_status slm_leiden_sweep(const scilama_graph *g, const scilama_leiden_options *o, const double *resolutions, int64_t count,
                                int32_t *labels, scilama_leiden_report *reports, scilama_error *error)
{
    problem p;
    sweep s = { .p = &p, .resolutions = resolutions, .restarts = o->restarts ? o->restarts : runs_of(g->indptr[g->n]) };
    bool small = side_by_side(g->n, g->indptr[g->n], count * s.restarts, s.restarts);
    int32_t runs = small ? g->ctx->threads : 1;
    int64_t *scratch = NULL;
    scilama_status status = problem_make(&p, g, o, error);
    if (status) return status;
    s.runs = slm_alloc_array_zero(g->ctx, runs, sizeof *s.runs);
    s.found = slm_alloc_array(g->ctx, small ? GROUP : 1, (size_t)g->n * sizeof *s.found);
    scratch = slm_alloc_array(g->ctx, g->n, 3 * sizeof *scratch);
    bool made = s.runs && s.found && scratch;
    for (int32_t t = 0; t < runs && made; t++) made = run_make(&s.runs[t], &p, small);
    if (!made) status = slm_fail_nomem(error);
    else status = (small ? sweep_small : sweep_large)(&s, count, labels, reports, scratch, error);
    for (int32_t t = 0; s.runs && t < runs; t++) run_free(&s.runs[t]);
    slm_free_all(g->ctx, s.runs, s.found, scratch, p.mass);
    return status;
}

scilama_status slm_leiden(const scilama_graph *g, const scilama_leiden_options *o,
                          int32_t *labels, scilama_leiden_report *report, scilama_error *error)
{
    return slm_leiden_sweep(g, o, &o->resolution, 1, labels, report, error);
}

typedef struct target { const scilama_graph *g; scilama_leiden_options o; int64_t want, best_off; int32_t *trial, *labels; scilama_leiden_report *report; } target;

/* Communities at one resolution, keeping the run nearest to what is wanted. */
static scilama_status try_resolution(target *t, double resolution, int64_t *found, scilama_error *error)
{
    scilama_leiden_report r = { .struct_size = sizeof r };
    t->o.resolution = resolution;
    SLM_TRY(slm_leiden(t->g, &t->o, t->trial, &r, error));
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
