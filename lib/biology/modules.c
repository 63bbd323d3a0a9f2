/* SPDX-License-Identifier: MIT */
#include "biology/modules.h"
#include "analysis/graph.h"
#include "analysis/knn.h"
#include "analysis/leiden.h"
#include "core/rng.h"

/* Modules of genes: Leiden communities of a neighbour graph of their vectors. A gene's membership is the share of its edges that stay
 * in its module, its hub score their weight; a module's stability is how often its genes are together again in communities of random
 * subsets of the genes, beside what chance would give. */

enum { STREAM_MODULES = SLM_STREAM_ANALYSIS | 6 << 8 };

/* Vectors without gaps, and which gene each belongs to. */
typedef struct vectors { float *x; int64_t *row, n, dim; } vectors;

static bool has_vector(const float *x, int64_t dim)
{
    for (int64_t l = 0; l < dim; l++)
        if (!isfinite(x[l])) return false;
    return true;
}

static scilama_status gather(scilama_context *ctx, const float *genes, int64_t n, int64_t dim, int64_t ld, vectors *v, scilama_error *error)
{
    int64_t size;
    v->dim = dim;
    v->row = slm_alloc_array(ctx, n, sizeof *v->row);
    v->x = slm_mul_size(n, dim, &size) ? slm_alloc_array(ctx, size, sizeof *v->x) : NULL;
    if (!v->row || !v->x) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) {
        if (!has_vector(genes + i * ld, dim)) continue;
        memcpy(v->x + v->n * dim, genes + i * ld, (size_t)dim * sizeof *v->x);
        v->row[v->n++] = i;
    }
    if (v->n < 3) return slm_fail(error, SCILAMA_E_INVALID, "%" PRId64 " of %" PRId64 " genes have a vector: modules need 3 at least", v->n, n);
    return SCILAMA_OK;
}

/* Neighbours, graph, Leiden. *graph is the caller's to free. */
static scilama_status cluster(scilama_context *ctx, const float *x, int64_t n, int64_t dim, const scilama_module_options *o, uint64_t seed,
                              int32_t restarts, int32_t *labels, scilama_graph **graph, scilama_leiden_report *report, scilama_error *error)
{
    int64_t k = o->neighbors < n ? o->neighbors : n - 1;
    slm_points points = { x, n, dim, dim, o->metric == SCILAMA_METRIC_COSINE };
    scilama_leiden_options leiden = { .struct_size = sizeof leiden, SLM_LEIDEN_DEFAULTS };
    leiden.resolution = o->resolution;
    leiden.seed = seed;
    leiden.restarts = restarts;
    int32_t *indices = slm_alloc_array(ctx, n * k, sizeof *indices);
    float *distances = slm_alloc_array(ctx, n * k, sizeof *distances);
    scilama_status status = indices && distances ? slm_knn_exact(ctx, &points, k, indices, distances, error) : slm_fail_nomem(error);
    if (!status)
        status = o->graph == SCILAMA_GRAPH_JACCARD ? slm_graph_jaccard(graph, ctx, n, k, indices, error)
                                                   : slm_graph_fuzzy(graph, ctx, n, k, indices, distances, error);
    slm_free_all(ctx, indices, distances);
    return status ? status : slm_leiden(*graph, &leiden, labels, report, error);
}

/* Communities below the least size become -1; labels are numbered by falling size, so
 * what is left stays numbered without gaps. Returns the modules. */
static int64_t drop_small(int32_t *labels, int64_t n, int64_t least, int64_t *size)
{
    int64_t modules = 0;
    memset(size, 0, (size_t)n * sizeof *size);
    for (int64_t i = 0; i < n; i++) size[labels[i]]++;
    while (modules < n && size[modules] >= least && size[modules] > 0) modules++;
    for (int64_t i = 0; i < n; i++)
        if (labels[i] >= modules) labels[i] = -1;
    return modules;
}

static void strengths(const scilama_graph *g, const int32_t *labels, const int64_t *row, double *membership, double *hub)
{
    for (int64_t v = 0; v < g->n; v++) {
        double within = 0, all = 0;
        for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) {
            all += (double)g->weights[e];
            if (labels[v] >= 0 && labels[g->indices[e]] == labels[v]) within += (double)g->weights[e];
        }
        if (membership) membership[row[v]] = labels[v] < 0 ? NAN : all > 0 ? within / all : 0;
        if (hub) hub[row[v]] = labels[v] < 0 ? NAN : within;
    }
}

/* --- stability: clustered anew on a share of the genes ------------------------------------ */

typedef struct resampling {
    int64_t *order, *table, *size; /* drawn genes; [modules × clusters] counts; [modules] drawn */
    int64_t *clusters;             /* [n] sizes of a round's clusters */
    float *x;
    int32_t *again;
    double *sum;
    int64_t *times;
} resampling;

/* Adds a round: order[m] are the genes drawn, r->again[m] their new labels. */
static double add_round(const resampling *r, int64_t m, int64_t modules, int64_t count, const int32_t *labels)
{
    double together = 0;
    memset(r->table, 0, (size_t)(modules * count) * sizeof *r->table);
    memset(r->size, 0, (size_t)modules * sizeof *r->size);
    memset(r->clusters, 0, (size_t)count * sizeof *r->clusters);
    for (int64_t i = 0; i < m; i++) {
        int32_t module = labels[r->order[i]];
        r->clusters[r->again[i]]++;
        if (module < 0) continue;
        r->size[module]++;
        r->table[module * count + r->again[i]]++;
    }
    for (int64_t i = 0; i < m; i++) {
        int64_t gene = r->order[i];
        int32_t module = labels[gene];
        if (module < 0 || r->size[module] < 2) continue;
        r->sum[gene] += (double)(r->table[module * count + r->again[i]] - 1) / (double)(r->size[module] - 1);
        r->times[gene]++;
    }
    for (int64_t c = 0; c < count; c++) together += (double)r->clusters[c] * (double)(r->clusters[c] - 1);
    return together / ((double)m * (double)(m - 1));
}

static scilama_status resample(scilama_context *ctx, const vectors *v, const int32_t *labels, int64_t modules, const scilama_module_options *o,
                               resampling *r, double *chance, scilama_error *error)
{
    int64_t m = (int64_t)(o->sample * (double)v->n + 0.5), total = 0;
    if (m < 3) m = 3;
    *chance = 0;
    for (int64_t round = 0; round < o->rounds; round++) {
        scilama_graph *graph = NULL;
        scilama_leiden_report report = { .struct_size = sizeof report };
        slm_rng_seq rng = slm_rng_sequence(o->seed, STREAM_MODULES, 0, (uint32_t)round);
        for (int64_t i = 0; i < v->n; i++) r->order[i] = i;
        slm_rng_shuffle(&rng, r->order, v->n);
        for (int64_t i = 0; i < m; i++) memcpy(r->x + i * v->dim, v->x + r->order[i] * v->dim, (size_t)v->dim * sizeof *r->x);
        scilama_status status = cluster(ctx, r->x, m, v->dim, o, o->seed + (uint64_t)round + 1, 1, r->again, &graph, &report, error);
        slm_graph_free(graph);
        if (!status && slm_mul_size(modules, report.communities, &total)) {
            slm_free(ctx, r->table);
            if (!(r->table = slm_alloc_array(ctx, total, sizeof *r->table))) status = slm_fail_nomem(error);
        }
        if (!status && slm_cancelled(ctx)) status = slm_fail_cancelled(error);
        if (status) return status;
        *chance += add_round(r, m, modules, report.communities, labels) / (double)o->rounds;
    }
    return SCILAMA_OK;
}

static scilama_status stability(scilama_context *ctx, const vectors *v, const int32_t *labels, int64_t modules, const scilama_module_options *o,
                                double *cohesion, double *chance, scilama_error *error)
{
    resampling r = { 0 };
    r.order = slm_alloc_array(ctx, v->n, sizeof *r.order);
    r.size = slm_alloc_array(ctx, modules, sizeof *r.size);
    r.clusters = slm_alloc_array(ctx, v->n, sizeof *r.clusters);
    r.x = slm_alloc_array(ctx, v->n * v->dim, sizeof *r.x);
    r.again = slm_alloc_array(ctx, v->n, sizeof *r.again);
    r.sum = slm_alloc_array_zero(ctx, v->n, sizeof *r.sum);
    r.times = slm_alloc_array_zero(ctx, v->n, sizeof *r.times);
    bool ok = r.order && r.size && r.clusters && r.x && r.again && r.sum && r.times;
    scilama_status status = ok ? resample(ctx, v, labels, modules, o, &r, chance, error) : slm_fail_nomem(error);
    for (int64_t i = 0; i < v->n && !status && cohesion; i++) cohesion[v->row[i]] = r.times[i] ? r.sum[i] / (double)r.times[i] : NAN;
    void *blocks[] = { r.order, r.table, r.size, r.clusters, r.x, r.again, r.sum, r.times };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(ctx, blocks[i]);
    return status;
}

scilama_status slm_gene_modules(scilama_context *ctx, const float *genes, int64_t n, int64_t dim, int64_t ld,
                                const scilama_module_options *o, int32_t *labels, double *membership, double *hub,
                                double *cohesion, scilama_module_report *report, scilama_error *error)
{
    vectors v = { 0 };
    scilama_graph *graph = NULL;
    scilama_leiden_report leiden = { .struct_size = sizeof leiden };
    int32_t *own = NULL;
    int64_t *size = NULL;
    scilama_status status = gather(ctx, genes, n, dim, ld, &v, error);
    if (status) goto done;
    own = slm_alloc_array(ctx, v.n, sizeof *own);
    size = slm_alloc_array(ctx, v.n, sizeof *size);
    status = own && size ? cluster(ctx, v.x, v.n, dim, o, o->seed, 4, own, &graph, &leiden, error) : slm_fail_nomem(error);
    if (status) goto done;
    report->genes = v.n;
    report->modularity = leiden.quality;
    report->modules = drop_small(own, v.n, o->min_size, size);
    report->assigned = 0;
    for (int64_t i = 0; i < n; i++) {
        labels[i] = -1;
        if (membership) membership[i] = NAN;
        if (hub) hub[i] = NAN;
        if (cohesion) cohesion[i] = NAN;
    }
    for (int64_t i = 0; i < v.n; i++) {
        labels[v.row[i]] = own[i];
        report->assigned += own[i] >= 0;
    }
    strengths(graph, own, v.row, membership, hub);
    if (o->rounds > 0) status = stability(ctx, &v, own, report->modules, o, cohesion, &report->chance, error);
done:
    slm_free_all(ctx, v.x, v.row, own, size);
    slm_graph_free(graph);
    return status;
}
