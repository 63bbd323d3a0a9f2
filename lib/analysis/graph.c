/* SPDX-License-Identifier: MIT */
#include "analysis/graph.h"
#include "core/thread.h"
#include <stdlib.h>

/* Directed neighbour lists made symmetric: a matrix is merged row by row with its transpose, whose rows come out
 * ascending because the rows of the matrix are taken in order. Invariants of a graph: both directions stored with equal
 * weight, ascending in a row, no loops, no zeros. Weights are UMAP's memberships (McInnes et al. 2018, algorithm 3) or
 * shares of neighbours. */

static const char STAGE[] = "graph";
static const double WEIGHING = 0.5; /* share of the work that weights are, about */

static bool reserve(scilama_graph *g, int64_t entries)
{
    slm_free_all(g->ctx, g->indices, g->weights);
    g->indices = slm_alloc_array(g->ctx, entries, sizeof *g->indices);
    g->weights = slm_alloc_array(g->ctx, entries, sizeof *g->weights);
    return g->indices && g->weights;
}

scilama_graph *slm_graph_new(scilama_context *ctx, int64_t n, int64_t entries)
{
    scilama_graph *g = slm_alloc_zero(ctx, sizeof *g);
    if (!g) return NULL;
    g->ctx = slm_context_retain(ctx);
    g->n = n;
    g->indptr = slm_alloc_array_zero(ctx, n + 1, sizeof *g->indptr);
    if (g->indptr && reserve(g, entries)) return g;
    slm_graph_free(g);
    return NULL;
}

void slm_graph_free(scilama_graph *g)
{
    if (!g) return;
    scilama_context *ctx = g->ctx;
    slm_free_all(ctx, g->indptr, g->indices, g->weights, g);
    slm_context_release(ctx);
}

/* A directed matrix and its transpose, each with ascending columns. The transpose of
 * a transpose sorts the rows. */
typedef struct csr { int64_t *indptr; int32_t *indices; float *weights; } csr;
typedef struct rows { const int64_t *indptr; const int32_t *indices; const float *weights; /* NULL: 1 */ } rows;

static void csr_free(scilama_context *ctx, csr *m)
{
    slm_free_all(ctx, m->indptr, m->indices, m->weights);
    memset(m, 0, sizeof *m);
}

/* Rows of the transpose are cut into strips; the task of a strip reads the whole matrix and takes what is its own, so the
 * order in a row is that of the matrix for any number of threads. More strips stay nearer in memory, but read more. */
enum { STRIPS = 16, ROWS = 512, CHECK = 1 << 16 /* rows between two looks at cancellation */ };

typedef struct turning { const scilama_context *ctx; int64_t n; const rows *from; csr *to; bool place; } turning;

static void turn_task(void *arg, int64_t task, int worker)
{
    const turning *t = arg;
    int64_t lo = t->n * task / STRIPS, hi = t->n * (task + 1) / STRIPS, *at = t->to->indptr;
    uint32_t wide = (uint32_t)(hi - lo);
    const int32_t *indices = t->from->indices;
    for (int64_t i = 0; i < t->n; i++) {
        if (i % CHECK == 0 && slm_cancelled(t->ctx)) return;
        for (int64_t e = t->from->indptr[i]; e < t->from->indptr[i + 1]; e++) {
            if ((uint32_t)(indices[e] - (int32_t)lo) >= wide) continue;
            if (t->place) {
                t->to->indices[at[indices[e]]] = (int32_t)i;
                t->to->weights[at[indices[e]]] = t->from->weights ? t->from->weights[e] : 1.0f;
            }
            at[indices[e]]++;
        }
    }
}

/* Where rows begin, of how many entries they have. */
static void sum_rows(int64_t *indptr, int64_t n)
{
    int64_t at = 0;
    for (int64_t i = 0; i <= n; i++) {
        int64_t count = indptr[i];
        indptr[i] = at;
        at += count;
    }
}

static scilama_status transpose(scilama_context *ctx, int64_t n, const rows *from, csr *out, scilama_error *error)
{
    int64_t entries = from->indptr[n];
    out->indptr = slm_alloc_array_zero(ctx, n + 1, sizeof *out->indptr);
    out->indices = slm_alloc_array(ctx, entries, sizeof *out->indices);
    out->weights = slm_alloc_array(ctx, entries, sizeof *out->weights);
    if (!out->indptr || !out->indices || !out->weights) {
        csr_free(ctx, out);
        return slm_fail_nomem(error);
    }
    turning t = { ctx, n, from, out, false };
    slm_parallel(ctx, STRIPS, turn_task, &t);
    if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
    sum_rows(out->indptr, n);
    t.place = true;
    slm_parallel(ctx, STRIPS, turn_task, &t);
    if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
    memmove(out->indptr + 1, out->indptr, (size_t)n * sizeof *out->indptr); /* each has become the next one's */
    out->indptr[0] = 0;
    return SCILAMA_OK;
}

enum merge { MERGE_FUZZY, MERGE_MEAN, MERGE_MAX };

static double merged(enum merge how, double a, double b)
{
    return how == MERGE_FUZZY ? a + b - a * b : how == MERGE_MEAN ? (a + b) / 2 : fmax(a, b);
}

/* One row of A merged with one row of its transpose; adds up repeats, drops loops and
 * zeros. Returns the entries; writes them when `indices` is not NULL. */
static int64_t merge_row(int64_t row, const csr *a, const csr *b, enum merge how, int32_t *indices, float *weights)
{
    int64_t i = a->indptr[row], j = b->indptr[row], ni = a->indptr[row + 1], nj = b->indptr[row + 1], n = 0;
    while (i < ni || j < nj) {
        int32_t ci = i < ni ? a->indices[i] : INT32_MAX, cj = j < nj ? b->indices[j] : INT32_MAX, c = ci < cj ? ci : cj;
        double x = 0, y = 0;
        for (; i < ni && a->indices[i] == c; i++) x += (double)a->weights[i];
        for (; j < nj && b->indices[j] == c; j++) y += (double)b->weights[j];
        float w = (float)merged(how, x, y);
        if (c == row || !(w > 0)) continue;
        if (indices) {
            indices[n] = c;
            weights[n] = w;
        }
        n++;
    }
    return n;
}

typedef struct merging { const csr *a, *b; enum merge how; scilama_graph *out; int64_t *count; } merging;

static void merge_rows(void *arg, int64_t task, int worker)
{
    const merging *m = arg;
    const scilama_graph *g = m->out;
    SLM_FOR_TILE (i, task, ROWS, g->n)
        if (m->count) m->count[i] = merge_row(i, m->a, m->b, m->how, NULL, NULL);
        else merge_row(i, m->a, m->b, m->how, g->indices + g->indptr[i], g->weights + g->indptr[i]);
}

/* The symmetric graph of a directed matrix; done: share of the work before. */
static scilama_status symmetric(scilama_graph **out, scilama_context *ctx, int64_t n, const rows *from, enum merge how,
                                double done, scilama_error *error)
{
    csr turned = { 0 }, sorted = { 0 };
    double left = (1 - done) / 4;
    scilama_graph *g = NULL;
    scilama_status status = transpose(ctx, n, from, &turned, error);
    slm_tell(ctx, STAGE, done + left);
    const rows middle = { turned.indptr, turned.indices, turned.weights };
    if (!status) status = transpose(ctx, n, &middle, &sorted, error);
    slm_tell(ctx, STAGE, done + 2 * left);
    if (!status && !(g = slm_graph_new(ctx, n, 0))) status = slm_fail_nomem(error);
    if (status) goto done;
    merging m = { &sorted, &turned, how, g, g->indptr };
    if (!slm_parallel_told(ctx, slm_tiles(n, ROWS), merge_rows, &m, STAGE, done + 2 * left, done + 3 * left)) status = slm_fail_cancelled(error);
    sum_rows(g->indptr, n);
    m.count = NULL;
    if (!status && !reserve(g, g->indptr[n])) status = slm_fail_nomem(error);
    if (!status && !slm_parallel_told(ctx, slm_tiles(n, ROWS), merge_rows, &m, STAGE, done + 3 * left, 1)) status = slm_fail_cancelled(error);
done:
    csr_free(ctx, &turned);
    csr_free(ctx, &sorted);
    if (status) slm_graph_free(g);
    else *out = g;
    return status;
}

scilama_status slm_graph_csr(scilama_graph **out, scilama_context *ctx, int64_t n, const int64_t *indptr,
                             const int32_t *indices, const float *weights, scilama_error *error)
{
    const rows from = { indptr, indices, weights };
    return symmetric(out, ctx, n, &from, MERGE_MEAN, 0, error);
}

/* --- UMAP's membership strengths (McInnes et al. 2018, algorithm 3) ----------- */

typedef struct fuzzy { int64_t n, k; const float *distances; float *weights; double mean; } fuzzy;
enum { FUZZY_TILE = 512 };

static double membership(const float *d, int64_t k, double rho, double sigma)
{
    double sum = 0;
    for (int64_t j = 0; j < k; j++) {
        double gap = (double)d[j] - rho;
        sum += gap > 0 ? exp(-gap / sigma) : 1;
    }
    return sum;
}

/* sigma such that the memberships add up to log2(k + 1): the point counts itself. */
static double bandwidth(const float *d, int64_t k, double rho, double all_mean)
{
    double target = log2((double)k + 1), lo = 0, hi = INFINITY, sigma = 1, mean = 0;
    int size = 0;
    for (int64_t j = 0; j < k; j++) mean += (double)d[j];
    mean /= (double)k + 1;
    frexp(mean, &size);
    /* umap-learn begins at 1, from where 64 rounds do not reach distances of another order */
    if (abs(size) > 20 && mean > 0) sigma = ldexp(1, size);
    for (int round = 0; round < 64; round++) {
        double sum = membership(d, k, rho, sigma);
        if (fabs(sum - target) < 1e-5) break;
        if (sum > target) {
            hi = sigma;
            sigma = (lo + hi) / 2;
        } else {
            lo = sigma;
            sigma = isinf(hi) ? sigma * 2 : (lo + hi) / 2;
        }
    }
    return fmax(sigma, 1e-3 * (rho > 0 ? mean : all_mean));
}

static void fuzzy_rows(void *arg, int64_t task, int worker)
{
    fuzzy *f = arg;
    SLM_FOR_TILE (i, task, FUZZY_TILE, f->n) {
        const float *d = f->distances + i * f->k;
        double rho = 0;
        for (int64_t j = 0; j < f->k && rho == 0; j++) rho = (double)d[j];
        double sigma = bandwidth(d, f->k, rho, f->mean);
        for (int64_t j = 0; j < f->k; j++) {
            double gap = (double)d[j] - rho;
            f->weights[i * f->k + j] = (float)(gap > 0 && sigma > 0 ? exp(-gap / sigma) : 1);
        }
    }
}

static int64_t *knn_indptr(slm_scope *work, int64_t n, int64_t k)
{
    int64_t *indptr = slm_scope_array(work, n + 1, sizeof *indptr);
    for (int64_t i = 0; indptr && i <= n; i++) indptr[i] = i * k;
    return indptr;
}

scilama_status slm_graph_fuzzy(scilama_graph **out, scilama_context *ctx, int64_t n, int64_t k,
                               const int32_t *indices, const float *distances, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    int64_t *indptr = knn_indptr(&work, n, k);
    float *weights = slm_scope_array(&work, n * k, sizeof *weights);
    if (work.failed) return slm_fail_nomem(error);
    fuzzy f = { .n = n, .k = k, .distances = distances, .weights = weights };
    for (int64_t e = 0; e < n * k; e++) f.mean += (double)distances[e];
    f.mean /= (double)n * ((double)k + 1);
    const rows from = { indptr, indices, weights };
    if (!slm_parallel_told(ctx, slm_tiles(n, FUZZY_TILE), fuzzy_rows, &f, STAGE, 0, WEIGHING)) return slm_fail_cancelled(error);
    return symmetric(out, ctx, n, &from, MERGE_FUZZY, WEIGHING, error);
}

/* --- shared neighbours --------------------------------------------------------- */

typedef struct shared { int64_t n, k; const int32_t *sorted; const int32_t *indices; float *weights; } shared;

static void sort_ids(int32_t *v, int64_t n)
{
    for (int64_t gap = n / 2; gap > 0; gap /= 2)
        for (int64_t i = gap; i < n; i++) {
            int32_t t = v[i];
            int64_t j = i;
            for (; j >= gap && v[j - gap] > t; j -= gap) v[j] = v[j - gap];
            v[j] = t;
        }
}

static void shared_rows(void *arg, int64_t task, int worker)
{
    shared *s = arg;
    int64_t wide = s->k + 1;
    SLM_FOR_TILE (i, task, FUZZY_TILE, s->n)
        for (int64_t j = 0; j < s->k; j++) {
            const int32_t *a = s->sorted + i * wide, *b = s->sorted + s->indices[i * s->k + j] * wide;
            int64_t p = 0, q = 0, both = 0;
            while (p < wide && q < wide) {
                if (a[p] == b[q]) both++, p++, q++;
                else if (a[p] < b[q]) p++;
                else q++;
            }
            s->weights[i * s->k + j] = (float)((double)both / (double)(2 * wide - both));
        }
}

scilama_status slm_graph_jaccard(scilama_graph **out, scilama_context *ctx, int64_t n, int64_t k,
                                 const int32_t *indices, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    int64_t *indptr = knn_indptr(&work, n, k);
    float *weights = slm_scope_array(&work, n * k, sizeof *weights);
    int32_t *sorted = slm_scope_array(&work, n * (k + 1), sizeof *sorted);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) {
        memcpy(sorted + i * (k + 1), indices + i * k, (size_t)k * sizeof *sorted);
        sorted[i * (k + 1) + k] = (int32_t)i;
        sort_ids(sorted + i * (k + 1), k + 1);
    }
    shared s = { .n = n, .k = k, .sorted = sorted, .indices = indices, .weights = weights };
    const rows from = { indptr, indices, weights };
    /* the weight is the same in both directions */
    if (!slm_parallel_told(ctx, slm_tiles(n, FUZZY_TILE), shared_rows, &s, STAGE, 0, WEIGHING)) return slm_fail_cancelled(error);
    return symmetric(out, ctx, n, &from, MERGE_MAX, WEIGHING, error);
}

double slm_graph_memory(int64_t n, int64_t k, int32_t kind)
{
    const double entry = sizeof(int32_t) + sizeof(float), begins = sizeof(int64_t);
    double lists = (double)n * (double)k, graph = 2 * lists * entry + (double)n * begins; /* no neighbour is mutual */
    double sorted = kind == SCILAMA_GRAPH_JACCARD ? (lists + (double)n) * sizeof(int32_t) : 0;
    return (double)n * begins + lists * sizeof(float) + sorted + 2 * (lists * entry + (double)n * begins) + graph;
}

int64_t slm_graph_components(const scilama_graph *g, const int32_t *labels, int32_t *component, int32_t *stack)
{
    int64_t count = 0;
    for (int64_t i = 0; i < g->n; i++) component[i] = -1;
    for (int64_t i = 0; i < g->n; i++) {
        if (component[i] >= 0) continue;
        int64_t depth = 0;
        stack[depth++] = (int32_t)i;
        component[i] = (int32_t)count;
        while (depth) {
            int32_t v = stack[--depth];
            for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) {
                int32_t u = g->indices[e];
                if (component[u] >= 0 || (labels && labels[u] != labels[v])) continue;
                component[u] = (int32_t)count;
                stack[depth++] = u;
            }
        }
        count++;
    }
    return count;
}
