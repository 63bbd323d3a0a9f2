/* SPDX-License-Identifier: MIT */
#include "fit.h"
#include <inttypes.h>

/* What a fit would do once its data are read, and in how much memory: fit --plan. */

static void say(app *a, const char *name, double bytes, double *most)
{
    printf("%-24s %10.1f MB\n", name, bytes / 1e6);
    app_event(a, "plan", ", \"stage\": \"%s\", \"bytes\": %.0f", name, bytes);
    if (bytes > *most) *most = bytes;
}

/* Bytes of every stage, with what is held beside it: of the data and the model now, of results from when they are there. */
static scilama_status print_plan(app *a, const fit *f, int64_t latent, int64_t trainer)
{
    int64_t n = scilama_dataset_cells(f->dataset), held, knn_bytes, graph_bytes, leiden_bytes, umap_bytes;
    scilama_knn_options knn;
    scilama_umap_options umap;
    scilama_knn_options_init(&knn, sizeof knn);
    scilama_umap_options_init(&umap, sizeof umap);
    knn.neighbors = f->neighbors - 1 < n - 1 ? f->neighbors - 1 : n - 1;
    int64_t entries = 2 * n * knn.neighbors; /* at most */
    scilama_context_memory(a->context, &held, NULL);
    scilama_status status = scilama_knn_memory(a->context, n, latent, &knn, &knn_bytes, &a->error);
    if (!status) status = scilama_graph_from_knn_memory(a->context, SCILAMA_GRAPH_FUZZY, n, knn.neighbors, &graph_bytes, &a->error);
    if (!status) status = scilama_graph_leiden_memory(a->context, n, entries, NULL, &leiden_bytes, &a->error);
    if (!status) status = scilama_graph_umap_memory(a->context, n, entries, &umap, &umap_bytes, &a->error);
    if (status) return status;
    double most = 0, all = (double)held, cells = (double)n, lists = cells * (double)knn.neighbors * (sizeof(int32_t) + sizeof(float));
    double graph = (double)entries * (sizeof(int32_t) + sizeof(float)) + cells * sizeof(int64_t);
    printf("%" PRId64 " cells, %" PRId64 " genes, %d threads; at most, the data and the model (%.1f MB) among them:\n", n,
           scilama_dataset_genes_used(f->dataset), scilama_context_threads(a->context), all / 1e6);
    say(a, "training", all + (double)trainer, &most);
    all += cells * (double)latent * sizeof(float) + lists;
    say(a, "neighbours", all + (double)knn_bytes, &most);
    say(a, "graph", all + (double)graph_bytes, &most);
    all += graph + cells * sizeof(int32_t);
    say(a, "Leiden", all + (double)leiden_bytes, &most);
    if (!f->no_umap) say(a, "UMAP", all + cells * (double)umap.dimensions * sizeof(float) + (double)umap_bytes, &most);
    printf("%-24s %10.1f MB\n", "most at once", most / 1e6);
    return SCILAMA_OK;
}

scilama_status fit_plan(app *a, const fit *f)
{
    scilama_model_info info;
    int64_t trainer;
    scilama_model_info_init(&info, sizeof info);
    scilama_status status = scilama_model_get_info(f->model, &info, &a->error);
    if (!status) status = scilama_trainer_memory(f->model, f->dataset, &f->trainer_options, &trainer, &a->error);
    return status ? status : print_plan(a, f, info.latent, trainer);
}
