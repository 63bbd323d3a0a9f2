/* SPDX-License-Identifier: MIT */
#include "options.h"

/* Adds what the plan asks for to a file, or to a copy of it. */
static scilama_status cluster_file(app *a, const char *file, const char *out, const cluster_plan *plan)
{
    scilama_h5ad_writer *writer = NULL;
    float *points = NULL;
    int64_t width = 0, cells = 0;
    cluster_found found = { 0 };
    scilama_status status = check_output(a, out);
    if (!status && plan->key) status = keep_others(a, file, "obs", plan->key);
    if (!status && plan->umap) status = keep_others(a, file, "obsm", plan->umap);
    if (!status) status = open_output(a, file, NULL, out, &writer);
    if (!status) cells = scilama_h5ad_writer_cells(writer);
    if (!status) status = read_obsm(a, file, plan->embedding, cells, &points, &width);
    if (!status) status = cluster_find(a, points, cells, width, plan, NULL, &found);
    if (!status) status = cluster_put(a, writer, plan, &found);
    if (!status) status = scilama_h5ad_writer_commit(writer, &a->error);
    cluster_free(&found);
    scilama_h5ad_writer_destroy(writer);
    return status;
}

int verb_cluster(int argc, char **argv)
{
    app a = { .verb = "cluster" };
    cluster_plan plan = { .key = "scilama_leiden", .embedding = "X_scilama", .neighbors = 15, .resolution = 1 };
    const char *file = NULL, *out = NULL;
    int32_t graph = 0;
    const option options[] = {
        { "output", 'o', OPTION_OUTPUT, &out, "OUT.h5ad", "where to write (default: into FILE itself)", 0, NULL },
        { "embedding", 'e', OPTION_STRING, &plan.embedding, "KEY", "obsm matrix to cluster (default X_scilama)", 0, NULL },
        { "key", 0, OPTION_STRING, &plan.key, "NAME", "obs column to write (default scilama_leiden; not one of others)", 0, NULL },
        { "resolution", 'r', OPTION_NUMBER, &plan.resolution, "R", "more finds more communities (default 1)", 0, NULL },
        { "communities", 'n', OPTION_INTEGER, &plan.communities, "N", "search the resolution that gives so many", 0, NULL },
        MODALITY_OPTION(&a),
        { "neighbors", 'k', OPTION_INTEGER, &plan.neighbors, "K", "neighbours, the cell itself counted as in scanpy (default 15)", 0, NULL },
        { "graph", 0, OPTION_FLAG, &graph, NULL, "write the neighbour graph too: where scanpy looks for it, or by --key where the file has one of another embedding", 1, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "FILE.h5ad [-o OUT.h5ad] [--embedding KEY] [--resolution R | --communities N]",
                        "Leiden communities on the neighbour graph of an embedding, as a categorical obs column.", options, 1, 1, &file, "u" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    if (!out) out = file;
    plan.input = file;
    scilama_status status = app_open(&a);
    if (!status && graph) {
        plan.prefix = graph_prefix(&a, file, plan.embedding, plan.key);
        status = app_late_failure(&a);
    }
    if (!status) status = cluster_file(&a, file, out, &plan);
    return app_close(&a, status);
}

int verb_umap(int argc, char **argv)
{
    app a = { .verb = "umap" };
    cluster_plan plan = { .embedding = "X_scilama", .neighbors = 15, .umap = "X_umap", .umap_dimensions = 2, .umap_min_dist = 0.5 };
    const char *file = NULL, *out = NULL;
    const option options[] = {
        { "output", 'o', OPTION_OUTPUT, &out, "OUT.h5ad", "where to write (default: into FILE itself)", 0, NULL },
        { "embedding", 'e', OPTION_STRING, &plan.embedding, "KEY", "obsm matrix to lay out (default X_scilama)", 0, NULL },
        { "key", 0, OPTION_STRING, &plan.umap, "NAME", "obsm name to write (default X_umap; not one of others)", 0, NULL },
        MODALITY_OPTION(&a),
        { "neighbors", 'k', OPTION_INTEGER, &plan.neighbors, "K", "neighbours, the cell itself counted as in scanpy (default 15)", 0, NULL },
        { "dimensions", 0, OPTION_INTEGER, &plan.umap_dimensions, "D", "of the layout (default 2)", 0, NULL },
        { "min-dist", 0, OPTION_NUMBER, &plan.umap_min_dist, "X", "how tightly points may lie (default 0.5, as scanpy)", 0, NULL },
        { "epochs", 0, OPTION_INTEGER, &plan.umap_epochs, "N", "default 500, or 200 above 10,000 cells", 0, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "FILE.h5ad [-o OUT.h5ad] [--embedding KEY] [--key NAME]",
                        "A UMAP layout of an embedding, the same for any number of threads.", options, 1, 1, &file, "u" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    if (!out) out = file;
    scilama_status status = app_open(&a);
    if (!status && (plan.umap_epochs < 0 || plan.umap_epochs > 1000000)) status = app_fail(&a, SCILAMA_E_INVALID, "--epochs must be 0 to 1000000");
    if (!status) status = cluster_file(&a, file, out, &plan);
    return app_close(&a, status);
}
