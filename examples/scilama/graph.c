/* SPDX-License-Identifier: MIT */
#include "common.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int by_column(const void *x, const void *y)
{
    int32_t a = *(const int32_t *)x, b = *(const int32_t *)y;
    return (a > b) - (a < b);
}

/* Distances as scanpy stores them: CSR of the nearest others, columns ascending. */
static scilama_status put_distances(app *a, scilama_h5ad_writer *writer, const char *key, int64_t n, int64_t k,
                                    const int32_t *neighbour, const float *distance)
{
    typedef struct pair { int32_t column; float distance; } pair;
    int64_t *indptr = app_alloc(a, n + 1, sizeof *indptr);
    pair *row = app_alloc(a, k, sizeof *row);
    int32_t *indices = app_alloc(a, n * k, sizeof *indices);
    float *values = app_alloc(a, n * k, sizeof *values);
    if (!indptr || !row || !indices || !values) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j < k; j++) row[j] = (pair){ neighbour[i * k + j], distance[i * k + j] };
        qsort(row, (size_t)k, sizeof *row, by_column);
        for (int64_t j = 0; j < k; j++) {
            indices[i * k + j] = row[j].column;
            values[i * k + j] = row[j].distance;
        }
        indptr[i + 1] = (i + 1) * k;
    }
    return scilama_h5ad_writer_put_obsp(writer, key, indptr, indices, values, &a->error);
}

static scilama_status put_graph(app *a, scilama_h5ad_writer *writer, const cluster_plan *plan, const scilama_graph *graph,
                                int64_t n, int64_t k, const int32_t *neighbour, const float *distance)
{
    const char *prefix = plan->prefix, *joint = *prefix ? "_" : "";
    char *connectivities = app_text(a, "%s%sconnectivities", prefix, joint), *distances = app_text(a, "%s%sdistances", prefix, joint);
    char *uns = app_text(a, "%s%sneighbors", prefix, joint);
    if (!connectivities || !distances || !uns) return SCILAMA_E_NOMEM;
    scilama_status status = put_distances(a, writer, distances, n, k, neighbour, distance);
    if (!status) status = scilama_h5ad_writer_put_obsp(writer, connectivities, scilama_graph_indptr(graph), scilama_graph_indices(graph),
                                                       scilama_graph_weights(graph), &a->error);
    const struct { const char *name, *value; } entries[] = {
        { "connectivities_key", connectivities }, { "distances_key", distances },
        { "params/method", "umap" }, { "params/metric", "euclidean" }, { "params/use_rep", plan->embedding } };
    for (size_t i = 0; i < sizeof entries / sizeof *entries && !status; i++) {
        char *key = app_text(a, "%s/%s", uns, entries[i].name);
        status = key ? scilama_h5ad_writer_put_uns_string(writer, key, entries[i].value, &a->error) : SCILAMA_E_NOMEM;
    }
    char *key = app_text(a, "%s/params/n_neighbors", uns);
    if (!key) return SCILAMA_E_NOMEM;
    return status ? status : scilama_h5ad_writer_put_uns_integer(writer, key, k + 1, &a->error);
}

static scilama_status put_leiden(app *a, scilama_h5ad_writer *writer, const cluster_plan *plan, const scilama_graph *graph, int64_t n)
{
    scilama_leiden_options leiden;
    scilama_leiden_report report;
    scilama_leiden_options_init(&leiden, sizeof leiden);
    scilama_leiden_report_init(&report, sizeof report);
    leiden.resolution = plan->resolution;
    leiden.seed = a->seed;
    int32_t *labels = app_alloc(a, n, sizeof *labels);
    if (!labels) return SCILAMA_E_NOMEM;
    scilama_status status = plan->communities > 0 ? scilama_graph_leiden_target(graph, &leiden, plan->communities, labels, &report, &a->error)
                                                  : scilama_graph_leiden(graph, &leiden, labels, &report, &a->error);
    const char **names = status ? NULL : app_alloc(a, report.communities, sizeof *names);
    if (!status && !names) status = SCILAMA_E_NOMEM;
    for (int64_t c = 0; c < report.communities && !status; c++)
        if (!(names[c] = app_text(a, "%" PRId64, c))) status = SCILAMA_E_NOMEM;
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(writer, plan->key, labels, names, report.communities, &a->error);
    if (plan->kept_labels) {
        *plan->kept_labels = labels;
        *plan->kept_communities = report.communities;
    }
    if (!status)
        app_say(a, "%" PRId64 " Leiden communities of %s at resolution %.4g: obs['%s']", report.communities, plan->embedding, report.resolution, plan->key);
    return status;
}

static scilama_status put_umap(app *a, scilama_h5ad_writer *writer, const cluster_plan *plan, const scilama_graph *graph,
                               const float *points, int64_t n, int64_t dim)
{
    scilama_umap_options o;
    scilama_umap_options_init(&o, sizeof o);
    o.dimensions = plan->umap_dimensions;
    o.min_dist = plan->umap_min_dist;
    o.epochs = (int32_t)plan->umap_epochs;
    o.seed = a->seed;
    o.points = points;
    o.points_dim = dim;
    float *layout = app_alloc(a, n * (o.dimensions > 0 ? o.dimensions : 1), sizeof *layout);
    if (!layout) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_graph_umap(graph, &o, layout, &a->error);
    if (plan->kept_layout) *plan->kept_layout = layout;
    if (!status) status = scilama_h5ad_writer_put_obsm(writer, plan->umap, layout, o.dimensions, 0, &a->error);
    if (!status) app_say(a, "UMAP of %s: obsm['%s']", plan->embedding, plan->umap);
    return status;
}

scilama_status cluster_and_put(app *a, scilama_h5ad_writer *writer, const float *points, int64_t n, int64_t dim, const cluster_plan *plan)
{
    scilama_graph *graph = NULL;
    scilama_knn_options knn;
    scilama_knn_options_init(&knn, sizeof knn);
    knn.neighbors = plan->neighbors - 1 < n - 1 ? plan->neighbors - 1 : n - 1;
    knn.seed = a->seed;
    if (knn.neighbors < 1) return app_fail(a, SCILAMA_E_INVALID, "%" PRId64 " cells with %" PRId64 " neighbours make no graph", n, plan->neighbors);
    int32_t *neighbour = app_alloc(a, n * knn.neighbors, sizeof *neighbour);
    float *distance = app_alloc(a, n * knn.neighbors, sizeof *distance);
    if (!neighbour || !distance) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_knn(a->context, points, n, dim, 0, &knn, neighbour, distance, NULL, &a->error);
    if (!status) status = scilama_graph_from_knn(&graph, a->context, SCILAMA_GRAPH_FUZZY, n, knn.neighbors, neighbour, distance, &a->error);
    if (!status && plan->key) status = put_leiden(a, writer, plan, graph, n);
    if (!status && plan->prefix) status = put_graph(a, writer, plan, graph, n, knn.neighbors, neighbour, distance);
    if (!status && plan->umap) status = put_umap(a, writer, plan, graph, points, n, dim);
    scilama_graph_destroy(graph);
    return status;
}
