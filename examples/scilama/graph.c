/* SPDX-License-Identifier: MIT */
#include "stages.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- found ------------------------------------------------------------------------------- */

static scilama_status find_neighbours(app *a, const float *points, int64_t dim, kept_stages *kept, cluster_found *f)
{
    scilama_knn_options o;
    scilama_knn_options_init(&o, sizeof o);
    o.neighbors = f->k;
    o.seed = a->seed;
    size_t bytes = (size_t)(f->n * f->k) * (sizeof *f->neighbour + sizeof *f->distance);
    kept->key = kept_digest(kept->key, &f->k, sizeof f->k);
    if (!(f->neighbour = app_alloc(a, (int64_t)bytes, 1))) return SCILAMA_E_NOMEM;
    f->distance = (float *)(f->neighbour + f->n * f->k);
    if (kept_load(a, kept, "neighbours", f->neighbour, bytes)) return SCILAMA_OK;
    scilama_status status = scilama_knn(a->context, points, f->n, dim, 0, &o, f->neighbour, f->distance, NULL, &a->error);
    return status ? status : kept_save(a, kept, "neighbours", f->neighbour, bytes);
}

/* Made once it is needed: what is kept of communities and layout needs none. */
static scilama_status need_graph(app *a, cluster_found *f)
{
    if (f->graph) return SCILAMA_OK;
    stage_begin(a, STAGE_GRAPH);
    return scilama_graph_from_knn(&f->graph, a->context, SCILAMA_GRAPH_FUZZY, f->n, f->k, f->neighbour, f->distance, &a->error);
}

/* What is kept of communities: the label of every cell, and behind them these. */
typedef struct leiden_tail { int64_t communities; double resolution; } leiden_tail;

static scilama_status find_communities(app *a, const cluster_plan *plan, kept_stages kept, cluster_found *f)
{
    scilama_leiden_options o;
    scilama_leiden_report report;
    leiden_tail tail;
    scilama_leiden_options_init(&o, sizeof o);
    scilama_leiden_report_init(&report, sizeof report);
    o.resolution = plan->resolution;
    o.seed = a->seed;
    size_t labels = (size_t)f->n * sizeof *f->labels, bytes = labels + sizeof tail;
    kept.key = kept_digest(kept_digest(kept.key, &plan->resolution, sizeof plan->resolution), &plan->communities, sizeof plan->communities);
    if (!(f->labels = app_alloc(a, (int64_t)bytes, 1))) return SCILAMA_E_NOMEM;
    bool found = kept_load(a, &kept, "leiden", f->labels, bytes);
    scilama_status status = found ? SCILAMA_OK : need_graph(a, f);
    if (!status && !found) {
        stage_begin(a, STAGE_LEIDEN);
        status = plan->communities > 0 ? scilama_graph_leiden_target(f->graph, &o, plan->communities, f->labels, &report, &a->error)
                                       : scilama_graph_leiden(f->graph, &o, f->labels, &report, &a->error);
        tail = (leiden_tail){ report.communities, report.resolution };
        memcpy((char *)f->labels + labels, &tail, sizeof tail);
        if (!status) status = kept_save(a, &kept, "leiden", f->labels, bytes);
    }
    memcpy(&tail, (char *)f->labels + labels, sizeof tail);
    f->communities = tail.communities;
    f->resolution = tail.resolution;
    return status;
}

static scilama_status find_layout(app *a, const cluster_plan *plan, const float *points, int64_t dim, const kept_stages *kept, cluster_found *f)
{
    scilama_umap_options o;
    scilama_umap_options_init(&o, sizeof o);
    o.dimensions = plan->umap_dimensions;
    o.min_dist = plan->umap_min_dist;
    o.epochs = (int32_t)plan->umap_epochs;
    o.seed = a->seed;
    o.points = points;
    o.points_dim = dim;
    int64_t width = o.dimensions > 0 ? o.dimensions : 1;
    size_t bytes = (size_t)(f->n * width) * sizeof *f->layout;
    if (!(f->layout = app_alloc(a, (int64_t)bytes, 1))) return SCILAMA_E_NOMEM;
    if (kept_load(a, kept, "layout", f->layout, bytes)) return SCILAMA_OK;
    scilama_status status = need_graph(a, f);
    if (status) return status;
    stage_begin(a, STAGE_UMAP);
    status = scilama_graph_umap(f->graph, &o, f->layout, &a->error);
    return status ? status : kept_save(a, kept, "layout", f->layout, bytes);
}

scilama_status cluster_find(app *a, const float *points, int64_t n, int64_t dim, const cluster_plan *plan, const kept_stages *from, cluster_found *f)
{
    kept_stages kept = from ? *from : (kept_stages){ 0 };
    *f = (cluster_found){ .n = n, .k = plan->neighbors - 1 < n - 1 ? plan->neighbors - 1 : n - 1 };
    if (f->k < 1) return app_fail(a, SCILAMA_E_INVALID, "%" PRId64 " cells with %" PRId64 " neighbours make no graph", n, plan->neighbors);
    stage_begin(a, STAGE_NEIGHBOURS);
    scilama_status status = find_neighbours(a, points, dim, &kept, f);
    if (!status && plan->key) status = find_communities(a, plan, kept, f);
    if (!status && plan->umap) status = find_layout(a, plan, points, dim, &kept, f);
    if (!status && plan->prefix) status = need_graph(a, f);
    return status;
}

void cluster_free(cluster_found *f)
{
    scilama_graph_destroy(f->graph);
    f->graph = NULL;
}

/* --- written ------------------------------------------------------------------------------ */

typedef struct pair { int32_t column; float distance; } pair;

static int by_column(const void *x, const void *y)
{
    int32_t a = ((const pair *)x)->column, b = ((const pair *)y)->column;
    return (a > b) - (a < b);
}

/* Distances as scanpy stores them: CSR of the nearest others, columns ascending; sorted where they lie. */
static scilama_status put_distances(app *a, scilama_h5ad_writer *writer, const char *key, cluster_found *f)
{
    int64_t *indptr = app_alloc(a, f->n + 1, sizeof *indptr), k = f->k;
    pair *row = app_alloc(a, k, sizeof *row);
    if (!indptr || !row) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < f->n; i++) {
        int32_t *column = f->neighbour + i * k;
        float *distance = f->distance + i * k;
        for (int64_t j = 0; j < k; j++) row[j] = (pair){ column[j], distance[j] };
        qsort(row, (size_t)k, sizeof *row, by_column);
        for (int64_t j = 0; j < k; j++) column[j] = row[j].column, distance[j] = row[j].distance;
        indptr[i + 1] = (i + 1) * k;
    }
    return scilama_h5ad_writer_put_obsp(writer, key, indptr, f->neighbour, f->distance, &a->error);
}

static scilama_status put_graph(app *a, scilama_h5ad_writer *writer, const cluster_plan *plan, cluster_found *f)
{
    const char *prefix = plan->prefix, *joint = *prefix ? "_" : "";
    char *connectivities = app_text(a, "%s%sconnectivities", prefix, joint), *distances = app_text(a, "%s%sdistances", prefix, joint);
    char *uns = app_text(a, "%s%sneighbors", prefix, joint);
    if (!connectivities || !distances || !uns) return SCILAMA_E_NOMEM;
    scilama_status status = put_distances(a, writer, distances, f);
    if (!status) status = scilama_h5ad_writer_put_obsp(writer, connectivities, scilama_graph_indptr(f->graph), scilama_graph_indices(f->graph),
                                                       scilama_graph_weights(f->graph), &a->error);
    const struct { const char *name, *value; } entries[] = {
        { "connectivities_key", connectivities }, { "distances_key", distances },
        { "params/method", "umap" }, { "params/metric", "euclidean" }, { "params/use_rep", plan->embedding } };
    for (size_t i = 0; i < sizeof entries / sizeof *entries && !status; i++) {
        char *key = app_text(a, "%s/%s", uns, entries[i].name);
        status = key ? scilama_h5ad_writer_put_uns_string(writer, key, entries[i].value, &a->error) : SCILAMA_E_NOMEM;
    }
    char *key = app_text(a, "%s/params/n_neighbors", uns);
    if (!key) return SCILAMA_E_NOMEM;
    return status ? status : scilama_h5ad_writer_put_uns_integer(writer, key, f->k + 1, &a->error);
}

/* Whether uns[key] is someone else's: a value, or what does not tell of communities. */
static bool is_others(app *a, const char *path, const char *key)
{
    char *name = app_text(a, "uns/%s", key), *place = name ? data_key(a, name) : NULL, *how = app_text(a, "uns/%s/params/method", key);
    if (!place || !how) return false;
    if (uns_text(a, path, name) || app_has(a, scilama_h5ad_read_array(a->context, path, place, NULL, NULL, NULL, 0, &a->error))) return true;
    const char *method = uns_text(a, path, how);
    return is_there(a, path, "uns", key) && isnan(cluster_resolution(a, path, key)) && !(method && !strcmp(method, "scilama map"));
}

/* As scanpy has it: uns[key]["params"]. */
static scilama_status put_parameters(app *a, scilama_h5ad_writer *writer, const cluster_plan *plan, const cluster_found *f)
{
    char *resolution = app_text(a, "%s/params/resolution", plan->key), *seed = app_text(a, "%s/params/random_state", plan->key);
    if (!resolution || !seed) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_h5ad_writer_put_uns_string(writer, plan->key, "", &a->error); /* in place of how others were found */
    if (!status) status = scilama_h5ad_writer_put_uns_number(writer, resolution, f->resolution, &a->error);
    return status ? status : scilama_h5ad_writer_put_uns_integer(writer, seed, (int64_t)a->seed, &a->error);
}

double cluster_resolution(app *a, const char *path, const char *key)
{
    char *name = app_text(a, "uns/%s/params/resolution", key), *text = name ? uns_text(a, path, name) : NULL;
    return text ? strtod(text, NULL) : NAN;
}

static scilama_status put_communities(app *a, scilama_h5ad_writer *writer, const cluster_plan *plan, const cluster_found *f)
{
    const char **names = app_alloc(a, f->communities, sizeof *names);
    if (!names) return SCILAMA_E_NOMEM;
    for (int64_t c = 0; c < f->communities; c++)
        if (!(names[c] = app_text(a, "%" PRId64, c))) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_h5ad_writer_put_obs_categorical(writer, plan->key, f->labels, names, f->communities, &a->error);
    if (!status) status = note_ours(a, writer, "obs", plan->key);
    if (!status && !(plan->input && is_others(a, plan->input, plan->key))) status = put_parameters(a, writer, plan, f);
    const char *compared = status || !plan->input ? NULL : uns_text(a, plan->input, "uns/rank_genes_groups/params/groupby");
    if (compared && !strcmp(compared, plan->key))
        app_warn(a, "%s: its uns['rank_genes_groups'] is of the obs['%s'] that is replaced here: make it anew (scilama markers)", plan->input, plan->key);
    if (!status) status = app_late_failure(a);
    if (!status)
        app_say(a, "%" PRId64 " Leiden communities of %s at resolution %.4g: obs['%s']", f->communities, plan->embedding, f->resolution, plan->key);
    return status;
}

scilama_status cluster_put(app *a, scilama_h5ad_writer *writer, const cluster_plan *plan, cluster_found *f)
{
    scilama_status status = plan->key ? put_communities(a, writer, plan, f) : SCILAMA_OK;
    if (!status && plan->umap) status = scilama_h5ad_writer_put_obsm(writer, plan->umap, f->layout, plan->umap_dimensions, 0, &a->error);
    if (!status && plan->umap) status = note_ours(a, writer, "obsm", plan->umap);
    if (!status && plan->umap) app_say(a, "UMAP of %s: obsm['%s']", plan->embedding, plan->umap);
    if (!status && plan->prefix) status = put_graph(a, writer, plan, f);
    return status;
}

bool graph_is_of(app *a, const char *path, const char *embedding)
{
    char *points = NULL;
    bool is = app_has(a, scilama_h5ad_read_string(&points, a->context, path, data_key(a, "uns/neighbors/params/use_rep"), &a->error)) && !strcmp(points, embedding);
    scilama_text_destroy(a->context, points);
    return is;
}

void tell_stale_graph(app *a, const char *path, const char *embedding)
{
    if (graph_is_of(a, path, embedding))
        app_warn(a, "%s: its neighbour graph, and what was made of it, are of the obsm['%s'] that is replaced here: make them anew (scilama cluster, scilama umap)",
                 path, embedding);
}

void tell_stale_results(app *a, const char *path, const char *embedding, const char *const (*made)[2], size_t count)
{
    char *list = NULL;
    for (size_t i = 0; i < count; i++)
        if (made[i][1] && is_there(a, path, made[i][0], made[i][1])) list = app_text(a, "%s%s%s['%s']", list ? list : "", list ? ", " : "", made[i][0], made[i][1]);
    if (list) app_warn(a, "%s: of the obsm['%s'] that is replaced here are %s: make anew what is still needed", path, embedding, list);
}

const char *graph_prefix(app *a, const char *path, const char *embedding, const char *otherwise)
{
    static const char *const matrices[] = { "obsp/connectivities", "obsp/distances", "uns/neighbors/connectivities" }; /* the last before anndata 0.7 */
    bool ours = graph_is_of(a, path, embedding);
    for (size_t i = 0; i < sizeof matrices / sizeof *matrices && !ours; i++)
        if (app_has(a, scilama_h5ad_read_array(a->context, path, data_key(a, matrices[i]), NULL, NULL, NULL, 0, &a->error))) return otherwise;
    return "";
}
