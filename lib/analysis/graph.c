/* SPDX-License-Identifier: MIT */
#include "analysis/graph.h"
#include "core/thread.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Directed neighbour lists made symmetric: a matrix is merged row by row with its transpose, whose rows come out
 * ascending because the rows of the matrix are taken in order. Invariants of a graph: both directions stored with equal
 * weight, ascending in a row, no loops, no zeros. Weights are UMAP's memberships (McInnes et al. 2018, algorithm 3) or
 * shares of neighbours. */

scilama_graph *slm_graph_new(scilama_context *ctx, int64_t n, int64_t entries)
{
    scilama_graph *g = slm_alloc_zero(ctx, sizeof *g);
    if (!g) return NULL;
    g->ctx = slm_context_retain(ctx);
    g->n = n;
    g->indptr = slm_alloc_array_zero(ctx, n + 1, sizeof *g->indptr);
    g->indices = slm_alloc_array(ctx, entries, sizeof *g->indices);
    g->weights = slm_alloc_array(ctx, entries, sizeof *g->weights);
    if (g->indptr && g->indices && g->weights) return g;
    slm_graph_free(g);
    return NULL;
}

void slm_graph_free(scilama_graph *g)
{
    if (!g) return;
    scilama_context *ctx = g->ctx;
    slm_free(ctx, g->indptr);
    slm_free(ctx, g->indices);
    slm_free(ctx, g->weights);
    slm_free(ctx, g);
    slm_context_release(ctx);
}

/* A directed matrix and its transpose, each with ascending columns. The transpose of
 * a transpose sorts the rows. */
typedef struct csr { int64_t *indptr; int32_t *indices; float *weights; } csr;

static void csr_free(scilama_context *ctx, csr *m)
{
    slm_free(ctx, m->indptr);
    slm_free(ctx, m->indices);
    slm_free(ctx, m->weights);
    memset(m, 0, sizeof *m);
}

static scilama_status transpose(scilama_context *ctx, int64_t n, const int64_t *indptr, const int32_t *indices,
                                const float *weights, csr *out, scilama_error *error)
{
    int64_t entries = indptr[n];
    out->indptr = slm_alloc_array_zero(ctx, n + 1, sizeof *out->indptr);
    out->indices = slm_alloc_array(ctx, entries, sizeof *out->indices);
    out->weights = slm_alloc_array(ctx, entries, sizeof *out->weights);
    if (!out->indptr || !out->indices || !out->weights) {
        csr_free(ctx, out);
        return slm_fail_nomem(error);
    }
    for (int64_t e = 0; e < entries; e++) out->indptr[indices[e] + 1]++;
    for (int64_t i = 0; i < n; i++) out->indptr[i + 1] += out->indptr[i];
    for (int64_t i = 0; i < n; i++)
        for (int64_t e = indptr[i]; e < indptr[i + 1]; e++) {
            int64_t at = out->indptr[indices[e]]++;
            out->indices[at] = (int32_t)i;
            out->weights[at] = weights ? weights[e] : 1.0f;
        }
    for (int64_t i = n; i > 0; i--) out->indptr[i] = out->indptr[i - 1];
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

/* The symmetric graph of a directed matrix. */
static scilama_status symmetric(scilama_graph **out, scilama_context *ctx, int64_t n, const int64_t *indptr,
                                const int32_t *indices, const float *weights, enum merge how, scilama_error *error)
{
    csr turned = { 0 }, sorted = { 0 };
    scilama_status status = transpose(ctx, n, indptr, indices, weights, &turned, error);
    if (!status) status = transpose(ctx, n, turned.indptr, turned.indices, turned.weights, &sorted, error);
    if (status) goto done;
    int64_t entries = 0;
    for (int64_t i = 0; i < n; i++) entries += merge_row(i, &sorted, &turned, how, NULL, NULL);
    scilama_graph *g = slm_graph_new(ctx, n, entries);
    if (!g) {
        status = slm_fail_nomem(error);
        goto done;
    }
    for (int64_t i = 0; i < n; i++)
        g->indptr[i + 1] = g->indptr[i] + merge_row(i, &sorted, &turned, how, g->indices + g->indptr[i], g->weights + g->indptr[i]);
    *out = g;
done:
    csr_free(ctx, &turned);
    csr_free(ctx, &sorted);
    return status;
}

scilama_status slm_graph_csr(scilama_graph **out, scilama_context *ctx, int64_t n, const int64_t *indptr,
                             const int32_t *indices, const float *weights, scilama_error *error)
{
    return symmetric(out, ctx, n, indptr, indices, weights, MERGE_MEAN, error);
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
    int64_t end = (task + 1) * FUZZY_TILE < f->n ? (task + 1) * FUZZY_TILE : f->n;
    for (int64_t i = task * FUZZY_TILE; i < end; i++) {
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

static int64_t *knn_indptr(scilama_context *ctx, int64_t n, int64_t k)
{
    int64_t *indptr = slm_alloc_array(ctx, n + 1, sizeof *indptr);
    for (int64_t i = 0; indptr && i <= n; i++) indptr[i] = i * k;
    return indptr;
}

scilama_status slm_graph_fuzzy(scilama_graph **out, scilama_context *ctx, int64_t n, int64_t k,
                               const int32_t *indices, const float *distances, scilama_error *error)
{
    scilama_status status;
    int64_t *indptr = knn_indptr(ctx, n, k);
    float *weights = slm_alloc_array(ctx, n * k, sizeof *weights);
    if (!indptr || !weights) {
        status = slm_fail_nomem(error);
        goto done;
    }
    fuzzy f = { .n = n, .k = k, .distances = distances, .weights = weights };
    for (int64_t e = 0; e < n * k; e++) f.mean += (double)distances[e];
    f.mean /= (double)n * ((double)k + 1);
    slm_parallel(ctx, slm_tiles(n, FUZZY_TILE), fuzzy_rows, &f);
    status = symmetric(out, ctx, n, indptr, indices, weights, MERGE_FUZZY, error);
done:
    slm_free(ctx, indptr);
    slm_free(ctx, weights);
    return status;
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
    int64_t wide = s->k + 1, end = (task + 1) * FUZZY_TILE < s->n ? (task + 1) * FUZZY_TILE : s->n;
    for (int64_t i = task * FUZZY_TILE; i < end; i++)
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
    scilama_status status;
    int64_t *indptr = knn_indptr(ctx, n, k);
    float *weights = slm_alloc_array(ctx, n * k, sizeof *weights);
    int32_t *sorted = slm_alloc_array(ctx, n * (k + 1), sizeof *sorted);
    if (!indptr || !weights || !sorted) {
        status = slm_fail_nomem(error);
        goto done;
    }
    for (int64_t i = 0; i < n; i++) {
        memcpy(sorted + i * (k + 1), indices + i * k, (size_t)k * sizeof *sorted);
        sorted[i * (k + 1) + k] = (int32_t)i;
        sort_ids(sorted + i * (k + 1), k + 1);
    }
    shared s = { .n = n, .k = k, .sorted = sorted, .indices = indices, .weights = weights };
    slm_parallel(ctx, slm_tiles(n, FUZZY_TILE), shared_rows, &s);
    /* the weight is the same in both directions */
    status = symmetric(out, ctx, n, indptr, indices, weights, MERGE_MAX, error);
done:
    slm_free(ctx, indptr);
    slm_free(ctx, weights);
    slm_free(ctx, sorted);
    return status;
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
