/* SPDX-License-Identifier: MIT */
#include "scilama/analysis.h"
#include "api/api.h"
#include "analysis/agreement.h"
#include "analysis/graph.h"
#include "analysis/knn.h"
#include "analysis/leiden.h"
#include "analysis/mixing.h"
#include "analysis/score.h"
#include "analysis/silhouette.h"
#include "analysis/pca.h"
#include "analysis/umap.h"
#include "core/core.h"

/* scilama/analysis.h: arguments are checked here, in full; the files of analysis/ check nothing again. */

INIT_OF(scilama_knn_options, .neighbors = 14, .metric = SCILAMA_METRIC_EUCLIDEAN, .method = SCILAMA_KNN_AUTO)
INIT_OF(scilama_knn_report, .method = 0)
INIT_OF(scilama_leiden_options, SLM_LEIDEN_DEFAULTS)
INIT_OF(scilama_leiden_report, .communities = 0)
INIT_OF(scilama_agreement, .compared = 0)
INIT_OF(scilama_kmeans_options, .clusters = 8, .restarts = 10, .max_iterations = 300, .tolerance = 1e-4)
INIT_OF(scilama_pca_options, .components = 50, .center = 1, .max_iterations = 60, .tolerance = 1e-9)
INIT_OF(scilama_umap_options, .dimensions = 2, .init = SCILAMA_UMAP_SPECTRAL, .negative_samples = 5, .min_dist = 0.5, .spread = 1,
        .learning_rate = 1, .repulsion = 1)
INIT_OF(scilama_score_options, .resolutions = 10, .max_resolution = 2, .kbet_alpha = 0.05, .max_cells = 50000)
INIT_OF(scilama_scores, .nmi = NAN, .ari = NAN, .ami = NAN, .nmi_resolution = NAN, .nmi_kmeans = NAN, .ari_kmeans = NAN,
        .silhouette_label = NAN, .isolated_silhouette = NAN, .isolated_f1 = NAN, .clisi = NAN, .silhouette_batch = NAN,
        .bras = NAN, .ilisi = NAN, .kbet = NAN, .kbet_label = NAN, .graph_connectivity = NAN, .pcr = NAN,
        .bio = NAN, .batch = NAN, .total = NAN, .batch_ari = NAN, .batch_nmi = NAN)

/* --- arguments ------------------------------------------------------------------ */

static scilama_status check_matrix(const float *x, int64_t n, int64_t dim, int64_t *ld, const char *name, scilama_error *error)
{
    int64_t size;
    if (!x) return slm_fail(error, SCILAMA_E_INVALID, "%s is NULL", name);
    if (n <= 0 || dim <= 0 || n > INT32_MAX - 1)
        return slm_fail(error, SCILAMA_E_INVALID, "%s is %lld × %lld: it needs 1 to 2^31 - 2 rows and a column", name, (long long)n, (long long)dim);
    if (!*ld) *ld = dim;
    if (*ld < dim || !slm_mul_size(n, *ld, &size) || !slm_mul_size(size, (int64_t)sizeof(float), &size))
        return slm_fail(error, SCILAMA_E_INVALID, "the rows of %s are %lld apart: less than its %lld columns, or too much for memory", name, (long long)*ld, (long long)dim);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < dim; j++)
            if (!isfinite(x[i * *ld + j]))
                return slm_fail(error, SCILAMA_E_NONFINITE, "row %lld, column %lld of %s is not a finite number", (long long)i, (long long)j, name);
    return SCILAMA_OK;
}

static scilama_status check_metric(int32_t metric, scilama_error *error)
{
    if (metric == SCILAMA_METRIC_EUCLIDEAN || metric == SCILAMA_METRIC_COSINE) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_INVALID, "metric %d is not a scilama_metric", metric);
}

/* --- neighbours ------------------------------------------------------------------ */

/* The options, and whether they mean the exact method for so many points. */
static scilama_status read_knn(scilama_knn_options *o, const scilama_knn_options *given, int64_t n, bool *exact, scilama_error *error)
{
    scilama_knn_options_init(o, sizeof *o);
    scilama_status status = slm_options_read(o, sizeof *o, given, "scilama_knn_options", error);
    if (!status) status = check_metric(o->metric, error);
    if (status) return status;
    if (o->neighbors < 1 || o->neighbors >= n)
        return slm_fail(error, SCILAMA_E_INVALID, "%lld neighbours are asked for: it must be 1 to %lld, one less than the points",
                        (long long)o->neighbors, (long long)n - 1);
    if (o->method < SCILAMA_KNN_AUTO || o->method > SCILAMA_KNN_APPROXIMATE)
        return slm_fail(error, SCILAMA_E_INVALID, "method %d is not a scilama_knn_method", o->method);
    *exact = o->method == SCILAMA_KNN_EXACT || (o->method == SCILAMA_KNN_AUTO && n <= 200000) || o->neighbors > 100 || n <= 1024;
    return SCILAMA_OK;
}

scilama_status scilama_knn(scilama_context *context, const float *points, int64_t n, int64_t dim, int64_t ld,
                           const scilama_knn_options *options, int32_t *indices, float *distances,
                           scilama_knn_report *report, scilama_error *error)
{
    scilama_knn_options o;
    scilama_knn_report r = { .method = SCILAMA_KNN_EXACT, .recall = 1 };
    bool exact;
    ENTER_CONTEXT(status, context);
    if (!status) status = check_matrix(points, n, dim, &ld, "points", error);
    if (!status) status = read_knn(&o, options, n, &exact, error);
    if (status) return status;
    REQUIRE(indices);
    slm_points p = { points, n, dim, ld, o.metric == SCILAMA_METRIC_COSINE };
    if (!exact) {
        r.method = SCILAMA_KNN_APPROXIMATE;
        status = slm_knn_approximate(context, &p, o.neighbors, o.seed, indices, distances, &r.rounds, &r.recall, error);
    } else status = slm_knn_exact(context, &p, o.neighbors, indices, distances, error);
    return status ? status : slm_result_write(report, &r, sizeof r, "scilama_knn_report", error);
}

/* --- graphs ---------------------------------------------------------------------- */

static scilama_status check_neighbors(int64_t n, int64_t k, const int32_t *indices, const float *distances, scilama_error *error)
{
    int64_t size;
    if (n <= 0 || n > INT32_MAX - 1 || k < 1 || k >= n || !slm_mul_size(n, k, &size))
        return slm_fail(error, SCILAMA_E_INVALID, "%lld points cannot have %lld neighbours each", (long long)n, (long long)k);
    REQUIRE(indices);
    for (int64_t e = 0; e < size; e++) {
        if (indices[e] < 0 || indices[e] >= n || indices[e] == e / k)
            return slm_fail(error, SCILAMA_E_INVALID, "neighbour %lld of point %lld is %d: it must be another of the %lld points", (long long)(e % k), (long long)(e / k), indices[e], (long long)n);
        if (distances && !(isfinite(distances[e]) && distances[e] >= 0))
            return slm_fail(error, SCILAMA_E_NONFINITE, "the distance to neighbour %lld of point %lld is not a number ≥ 0", (long long)(e % k), (long long)(e / k));
    }
    return SCILAMA_OK;
}

scilama_status scilama_graph_from_knn(scilama_graph **out, scilama_context *context, int32_t kind, int64_t n, int64_t neighbors,
                                      const int32_t *indices, const float *distances, scilama_error *error)
{
    RESULT(out);
    ENTER_CONTEXT(status, context);
    if (!status) status = check_neighbors(n, neighbors, indices, distances, error);
    if (status) return status;
    if (kind == SCILAMA_GRAPH_JACCARD) return slm_graph_jaccard(out, context, n, neighbors, indices, error);
    if (kind != SCILAMA_GRAPH_FUZZY) return slm_fail(error, SCILAMA_E_INVALID, "kind %d is not a scilama_graph_kind", kind);
    if (!distances) return slm_fail(error, SCILAMA_E_INVALID, "distances is NULL: fuzzy weights are made from them");
    return slm_graph_fuzzy(out, context, n, neighbors, indices, distances, error);
}

scilama_status scilama_graph_from_csr(scilama_graph **out, scilama_context *context, int64_t n, const int64_t *indptr,
                                      const int32_t *indices, const float *weights, scilama_error *error)
{
    RESULT(out);
    BEGIN_CONTEXT(status, context);
    if (n <= 0 || n > INT32_MAX - 1) return slm_fail(error, SCILAMA_E_INVALID, "%lld vertices: it must be 1 to 2^31 - 2", (long long)n);
    if (!indptr || indptr[0] != 0) return slm_fail(error, SCILAMA_E_INVALID, "indptr is NULL or does not start with 0");
    for (int64_t i = 0; i < n; i++)
        if (indptr[i + 1] < indptr[i]) return slm_fail(error, SCILAMA_E_INVALID, "indptr descends after row %lld", (long long)i);
    if (!indices && indptr[n] > 0) return slm_fail(error, SCILAMA_E_INVALID, "indices is NULL");
    for (int64_t e = 0; e < indptr[n]; e++) {
        if (indices[e] < 0 || indices[e] >= n)
            return slm_fail(error, SCILAMA_E_INVALID, "entry %lld of indices is %d: it must be 0 to %lld", (long long)e, indices[e], (long long)n - 1);
        if (weights && !(isfinite(weights[e]) && weights[e] >= 0))
            return slm_fail(error, SCILAMA_E_NONFINITE, "weight %lld is not a number ≥ 0", (long long)e);
    }
    return slm_graph_csr(out, context, n, indptr, indices, weights, error);
}

void scilama_graph_destroy(scilama_graph *graph) { slm_graph_free(graph); }
int64_t scilama_graph_vertices(const scilama_graph *graph) { return graph ? graph->n : 0; }
int64_t scilama_graph_entries(const scilama_graph *graph) { return graph ? graph->indptr[graph->n] : 0; }
const int64_t *scilama_graph_indptr(const scilama_graph *graph) { return graph ? graph->indptr : NULL; }
const int32_t *scilama_graph_indices(const scilama_graph *graph) { return graph ? graph->indices : NULL; }
const float *scilama_graph_weights(const scilama_graph *graph) { return graph ? graph->weights : NULL; }

/* --- clusters -------------------------------------------------------------------- */

static scilama_status check_quality(int32_t quality, double resolution, scilama_error *error)
{
    if (quality != SCILAMA_QUALITY_MODULARITY && quality != SCILAMA_QUALITY_CPM)
        return slm_fail(error, SCILAMA_E_INVALID, "quality %d is not a scilama_quality", quality);
    if (!(isfinite(resolution) && resolution >= 0)) return slm_fail(error, SCILAMA_E_INVALID, "the resolution is not a number ≥ 0");
    return SCILAMA_OK;
}

static scilama_status read_leiden(scilama_leiden_options *o, const scilama_leiden_options *given, scilama_error *error)
{
    scilama_leiden_options_init(o, sizeof *o);
    scilama_status status = slm_options_read(o, sizeof *o, given, "scilama_leiden_options", error);
    if (!status) status = check_quality(o->quality, o->resolution, error);
    if (status) return status;
    if (!(isfinite(o->randomness) && o->randomness > 0)) return slm_fail(error, SCILAMA_E_INVALID, "randomness is not a number > 0");
    if (o->restarts < 0 || o->patience < 1)
        return slm_fail(error, SCILAMA_E_INVALID, "restarts is %d and patience %d: they must be ≥ 0 and ≥ 1", o->restarts, o->patience);
    if (o->iterations < 0) return slm_fail(error, SCILAMA_E_INVALID, "iterations is %d: it must be ≥ 1, or 0 to go on until nothing improves", o->iterations);
    return SCILAMA_OK;
}

scilama_status scilama_graph_leiden(const scilama_graph *graph, const scilama_leiden_options *options,
                                    int32_t *labels, scilama_leiden_report *report, scilama_error *error)
{
    scilama_leiden_options o;
    scilama_leiden_report r = { .struct_size = sizeof r };
    ENTER(status, graph);
    if (!status) status = read_leiden(&o, options, error);
    if (status) return status;
    REQUIRE(labels);
    status = slm_leiden(graph, &o, labels, &r, error);
    return status ? status : slm_result_write(report, &r, sizeof r, "scilama_leiden_report", error);
}

scilama_status scilama_graph_leiden_sweep(const scilama_graph *graph, const scilama_leiden_options *options,
                                          const double *resolutions, int64_t count, int32_t *labels,
                                          scilama_leiden_report *reports, scilama_error *error)
{
    scilama_leiden_options o;
    int64_t size;
    ENTER(status, graph);
    if (!status) status = read_leiden(&o, options, error);
    if (status) return status;
    if (!resolutions || count < 1 || !slm_mul_size(count, graph->n, &size)) return slm_fail(error, SCILAMA_E_INVALID, "no resolution is given");
    for (int64_t i = 0; i < count; i++)
        SLM_TRY(check_quality(o.quality, resolutions[i], error));
    scilama_leiden_report *found = slm_alloc_array_zero(graph->ctx, count, sizeof *found);
    if (!found) return slm_fail_nomem(error);
    status = slm_leiden_sweep(graph, &o, resolutions, count, labels, found, error);
    for (int64_t i = 0; reports && i < count && found[i].communities > 0; i++) {
        scilama_status written = slm_result_write(&reports[i], &found[i], sizeof *found, "scilama_leiden_report", status ? NULL : error);
        if (!status) status = written;
    }
    slm_free(graph->ctx, found);
    return status;
}

scilama_status scilama_graph_leiden_target(const scilama_graph *graph, const scilama_leiden_options *options, int64_t communities,
                                           int32_t *labels, scilama_leiden_report *report, scilama_error *error)
{
    scilama_leiden_options o;
    scilama_leiden_report r = { .struct_size = sizeof r };
    ENTER(status, graph);
    if (!status) status = read_leiden(&o, options, error);
    if (status) return status;
    REQUIRE(labels);
    if (communities < 1 || communities > graph->n)
        return slm_fail(error, SCILAMA_E_INVALID, "%lld communities are asked for: it must be 1 to %lld, the vertices", (long long)communities, (long long)graph->n);
    status = slm_leiden_target(graph, &o, communities, labels, &r, error);
    return status ? status : slm_result_write(report, &r, sizeof r, "scilama_leiden_report", error);
}

scilama_status scilama_graph_quality(const scilama_graph *graph, int32_t quality, double resolution,
                                     const int32_t *labels, double *value, scilama_error *error)
{
    ENTER(status, graph);
    if (!status) status = check_quality(quality, resolution, error);
    if (status) return status;
    if (!labels || !value) return slm_fail(error, SCILAMA_E_INVALID, "%s is NULL", labels ? "value" : "labels");
    for (int64_t v = 0; v < graph->n; v++)
        if (labels[v] < 0) return slm_fail(error, SCILAMA_E_INVALID, "vertex %lld has no label", (long long)v);
    return slm_graph_quality(graph, quality, resolution, labels, value, error);
}

scilama_status scilama_kmeans(scilama_context *context, const float *points, int64_t n, int64_t dim, int64_t ld,
                              const scilama_kmeans_options *options, int32_t *labels, float *centers, double *inertia, scilama_error *error)
{
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_kmeans_options, o, options);
    SLM_TRY(check_matrix(points, n, dim, &ld, "points", error));
    REQUIRE(labels);
    if (o.clusters < 1 || o.clusters > n)
        return slm_fail(error, SCILAMA_E_INVALID, "%lld clusters are asked for: it must be 1 to %lld, the points", (long long)o.clusters, (long long)n);
    if (o.restarts < 1 || o.max_iterations < 1 || !(isfinite(o.tolerance) && o.tolerance >= 0))
        return slm_fail(error, SCILAMA_E_INVALID, "restarts and max_iterations must be ≥ 1, tolerance a number ≥ 0");
    return slm_kmeans(context, points, n, dim, ld, &o, labels, centers, inertia, error);
}

scilama_status scilama_pca(scilama_context *context, const float *x, int64_t n, int64_t genes, int64_t ld,
                           const scilama_pca_options *options, float *scores, float *components,
                           double *variances, double *total, scilama_error *error)
{
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_pca_options, o, options);
    SLM_TRY(check_matrix(x, n, genes, &ld, "x", error));
    if (o.components < 1) return slm_fail(error, SCILAMA_E_INVALID, "%lld components are asked for: it must be ≥ 1", (long long)o.components);
    if (o.center < 0 || o.center > 1 || o.max_iterations < 1 || !(isfinite(o.tolerance) && o.tolerance >= 0))
        return slm_fail(error, SCILAMA_E_INVALID, "center must be 0 or 1, max_iterations ≥ 1, tolerance a number ≥ 0");
    return slm_pca(context, x, n, genes, ld, &o, scores, components, variances, total, error);
}

int64_t scilama_pca_components(const scilama_pca_options *options, int64_t n, int64_t genes)
{
    scilama_pca_options o;
    scilama_pca_options_init(&o, sizeof o);
    if (slm_options_read(&o, sizeof o, options, "scilama_pca_options", NULL) || n < 1 || genes < 1) return 0;
    return slm_pca_count(&o, n, genes);
}

static scilama_status read_umap(scilama_umap_options *o, const scilama_umap_options *given, scilama_error *error)
{
    scilama_umap_options_init(o, sizeof *o);
    SLM_TRY(slm_options_read(o, sizeof *o, given, "scilama_umap_options", error));
    if (o->dimensions < 1 || o->dimensions > 16) return slm_fail(error, SCILAMA_E_INVALID, "dimensions is %lld: it must be 1 to 16", (long long)o->dimensions);
    if (o->init < SCILAMA_UMAP_SPECTRAL || o->init > SCILAMA_UMAP_RANDOM) return slm_fail(error, SCILAMA_E_INVALID, "init %d is not a scilama_umap_init", o->init);
    if (o->epochs < 0 || o->negative_samples < 0) return slm_fail(error, SCILAMA_E_INVALID, "epochs and negative_samples must be ≥ 0");
    if (!(o->min_dist >= 0 && o->spread > 0 && o->min_dist <= 3 * o->spread && isfinite(o->spread)))
        return slm_fail(error, SCILAMA_E_INVALID, "spread must be > 0, and min_dist 0 to 3 times spread");
    if (!(isfinite(o->learning_rate) && o->learning_rate > 0 && isfinite(o->repulsion) && o->repulsion >= 0))
        return slm_fail(error, SCILAMA_E_INVALID, "learning_rate must be a number > 0, repulsion a number ≥ 0");
    if (o->points && o->points_dim < 1) return slm_fail(error, SCILAMA_E_INVALID, "points_dim is %lld: it must be ≥ 1", (long long)o->points_dim);
    if (o->init == SCILAMA_UMAP_PCA && !o->points) return slm_fail(error, SCILAMA_E_INVALID, "points is NULL: a PCA start is made from them");
    return SCILAMA_OK;
}

scilama_status scilama_graph_umap(const scilama_graph *graph, const scilama_umap_options *options, float *layout, scilama_error *error)
{
    scilama_umap_options o;
    ENTER(status, graph);
    if (!status) status = read_umap(&o, options, error);
    if (status) return status;
    REQUIRE(layout);
    if (o.points && (status = check_matrix(o.points, graph->n, o.points_dim, &o.points_ld, "points", error))) return status;
    int64_t ld = o.dimensions;
    if (o.init == SCILAMA_UMAP_GIVEN && (status = check_matrix(layout, graph->n, o.dimensions, &ld, "layout", error))) return status;
    return slm_umap(graph, &o, layout, error);
}

/* --- memory ---------------------------------------------------------------------- */

static scilama_status check_size(int64_t vertices, int64_t entries, scilama_error *error)
{
    if (vertices >= 1 && vertices <= INT32_MAX - 1 && entries >= 0) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_INVALID, "%lld vertices with %lld entries make no graph: it needs 1 to 2^31 - 2 vertices and no less than no entries",
                    (long long)vertices, (long long)entries);
}

/* Rounded up, with what the blocks themselves take. */
static scilama_status give_bytes(const scilama_context *context, double bytes, int64_t *out, scilama_error *error)
{
    enum { BLOCKS = 48, OF_THREAD = 8, AROUND = 128 };
    REQUIRE(out);
    bytes += AROUND * (BLOCKS + (double)context->threads * (OF_THREAD + BLOCKS));
    if (bytes > 9e18) return slm_fail(error, SCILAMA_E_INVALID, "so much data would take more than 2^63 bytes");
    *out = (int64_t)ceil(bytes);
    return SCILAMA_OK;
}

scilama_status scilama_knn_memory(const scilama_context *context, int64_t n, int64_t dim, const scilama_knn_options *options,
                                  int64_t *bytes, scilama_error *error)
{
    scilama_knn_options o;
    bool exact;
    ENTER_CONTEXT(status, context);
    if (!status && (n < 1 || n > INT32_MAX - 1 || dim < 1))
        status = slm_fail(error, SCILAMA_E_INVALID, "points are %lld × %lld: it needs 1 to 2^31 - 2 rows and a column", (long long)n, (long long)dim);
    if (!status) status = read_knn(&o, options, n, &exact, error);
    if (status) return status;
    double held = (exact ? slm_knn_exact_memory : slm_knn_approximate_memory)(n, dim, o.neighbors, context->threads);
    return give_bytes(context, held, bytes, error);
}

scilama_status scilama_graph_from_knn_memory(const scilama_context *context, int32_t kind, int64_t n, int64_t neighbors,
                                             int64_t *bytes, scilama_error *error)
{
    BEGIN_CONTEXT(status, context);
    if (kind != SCILAMA_GRAPH_JACCARD && kind != SCILAMA_GRAPH_FUZZY)
        return slm_fail(error, SCILAMA_E_INVALID, "kind %d is not a scilama_graph_kind", kind);
    if (n <= 0 || n > INT32_MAX - 1 || neighbors < 1 || neighbors >= n)
        return slm_fail(error, SCILAMA_E_INVALID, "%lld points cannot have %lld neighbours each", (long long)n, (long long)neighbors);
    return give_bytes(context, slm_graph_memory(n, neighbors, kind), bytes, error);
}

scilama_status scilama_graph_leiden_memory(const scilama_context *context, int64_t vertices, int64_t entries,
                                           const scilama_leiden_options *options, int64_t *bytes, scilama_error *error)
{
    scilama_leiden_options o;
    ENTER_CONTEXT(status, context);
    if (!status) status = read_leiden(&o, options, error);
    if (!status) status = check_size(vertices, entries, error);
    return status ? status : give_bytes(context, slm_leiden_memory(vertices, entries, &o, context->threads), bytes, error);
}

scilama_status scilama_graph_umap_memory(const scilama_context *context, int64_t vertices, int64_t entries, const scilama_umap_options *options,
                                         int64_t *bytes, scilama_error *error)
{
    scilama_umap_options o;
    ENTER_CONTEXT(status, context);
    if (!status) status = read_umap(&o, options, error);
    if (!status) status = check_size(vertices, entries, error);
    return status ? status : give_bytes(context, slm_umap_memory(vertices, entries, &o, context->threads), bytes, error);
}

/* --- metrics --------------------------------------------------------------------- */

scilama_status scilama_labels_compare(scilama_context *context, const int32_t *a, const int32_t *b, int64_t n,
                                      scilama_agreement *agreement, scilama_error *error)
{
    scilama_agreement r = { 0 };
    BEGIN_CONTEXT(status, context);
    if (!a || !b || !agreement) return slm_fail(error, SCILAMA_E_INVALID, "a labelling or the result is NULL");
    if (n < 1) return slm_fail(error, SCILAMA_E_INVALID, "n is %lld: there is nothing to compare", (long long)n);
    if (n > INT32_MAX) return slm_fail(error, SCILAMA_E_INVALID, "n is %lld: it must be below 2147483648", (long long)n);
    status = slm_labels_compare(context, a, b, n, &r, error);
    return status ? status : slm_result_write(agreement, &r, sizeof r, "scilama_agreement", error);
}

scilama_status scilama_silhouette(scilama_context *context, const float *points, int64_t n, int64_t dim, int64_t ld,
                                  int32_t metric, const int32_t *labels, double *samples, double *mean, scilama_error *error)
{
    ENTER_CONTEXT(status, context);
    if (!status) status = check_matrix(points, n, dim, &ld, "points", error);
    if (!status) status = check_metric(metric, error);
    if (status) return status;
    if (!labels || !(samples || mean)) return slm_fail(error, SCILAMA_E_INVALID, "%s is NULL", labels ? "the result" : "labels");
    SLM_SCOPE(work, context);
    int64_t *rows = slm_scope_array(&work, n, sizeof *rows), count = 0, groups = 0;
    int32_t *codes = slm_scope_array(&work, n, sizeof *codes);
    double *values = slm_scope_array(&work, n, sizeof *values), sum = 0;
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++)
        if (labels[i] >= 0) rows[count++] = i;
    SLM_TRY(slm_compact_codes(context, labels, rows, count, codes, &groups, error));
    if (groups < 2)
        return slm_fail(error, SCILAMA_E_INVALID, "%lld label occurs: silhouettes need at least 2", (long long)groups);
    slm_points p = { points, n, dim, ld, metric == SCILAMA_METRIC_COSINE };
    SLM_TRY(slm_silhouette(context, &p, rows, count, codes, groups, SLM_BETWEEN_NEAREST, values, error));
    for (int64_t i = 0; samples && i < n; i++) samples[i] = NAN;
    for (int64_t i = 0; i < count; i++) {
        sum += values[i];
        if (samples) samples[rows[i]] = values[i];
    }
    if (mean) *mean = sum / (double)count;
    return status;
}

scilama_status scilama_lisi(scilama_context *context, int64_t n, int64_t neighbors, const int32_t *indices,
                            const float *distances, const int32_t *labels, double perplexity, double *lisi, scilama_error *error)
{
    ENTER_CONTEXT(status, context);
    if (!status) status = check_neighbors(n, neighbors, indices, distances, error);
    if (status) return status;
    if (!distances || !labels || !lisi) return slm_fail(error, SCILAMA_E_INVALID, "distances, labels or lisi is NULL");
    if (perplexity == 0) perplexity = floor((double)(neighbors + 1) / 3);
    if (!(isfinite(perplexity) && perplexity >= 1))
        return slm_fail(error, SCILAMA_E_INVALID, "the perplexity is below 1: give it, or at least 2 neighbours");
    int64_t groups = 0;
    for (int64_t i = 0; i < n; i++) {
        if (labels[i] < 0) return slm_fail(error, SCILAMA_E_INVALID, "point %lld has no label", (long long)i);
        if (labels[i] >= groups) groups = (int64_t)labels[i] + 1;
    }
    return slm_lisi(context, n, neighbors, neighbors, indices, distances, labels, groups, perplexity, lisi, error);
}

scilama_status scilama_score_embedding(scilama_context *context, const float *embedding, int64_t n, int64_t dim, int64_t ld,
                                       const int32_t *labels, const int32_t *batches, const scilama_score_options *options,
                                       scilama_scores *scores, scilama_error *error)
{
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_score_options, o, options);
    REPORT(scilama_scores, r, scores);
    SLM_TRY(check_matrix(embedding, n, dim, &ld, "the embedding", error));
    if (!labels || !scores) return slm_fail(error, SCILAMA_E_INVALID, "%s is NULL", labels ? "scores" : "labels");
    if (o.baseline && (status = check_matrix(o.baseline, n, o.baseline_dim, &o.baseline_ld, "the baseline", error))) return status;
    if (o.resolutions < 1 || o.resolutions > 1000 || !(o.max_resolution > 0 && isfinite(o.max_resolution)))
        return slm_fail(error, SCILAMA_E_INVALID, "resolutions must be 1 to 1000 and max_resolution a number > 0");
    if (o.max_cells < 0) return slm_fail(error, SCILAMA_E_INVALID, "max_cells must not be negative: 0 is no limit");
    if (!(o.kbet_alpha > 0 && o.kbet_alpha < 1)) return slm_fail(error, SCILAMA_E_INVALID, "kbet_alpha must lie between 0 and 1");
    slm_points p = { embedding, n, dim, ld, false };
    status = slm_score(context, &p, labels, batches, &o, &r, error);
    return status ? status : slm_result_write(scores, &r, sizeof r, "scilama_scores", error);
}
