/* SPDX-License-Identifier: MIT */
#include "fit.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* What a fit will do once its data are read, how long that takes, and in how much memory: fit --plan, and a line of every fit. */

typedef struct row { enum stage stage; const char *name; double bytes; } row;
enum { ROWS = STAGE_COUNT, EXACT_CELLS = 200000 /* see scilama_knn_options */ };
typedef struct table { row row[ROWS]; int rows; double most; } table;

static void add(table *t, enum stage stage, double bytes)
{
    t->row[t->rows++] = (row){ stage, stage_name(stage), bytes };
    if (bytes > t->most) t->most = bytes;
}

/* Seconds of two cores with AVX-512, as measured (docs/scaling.md); on another machine they tell how stages compare. From the
 * first stage that has ended on, stages_left() measures them against it. */
static void expect(app *a, const fit *f, const scilama_model_info *info)
{
    double n = (double)scilama_dataset_cells(f->dataset), threads = (double)scilama_context_threads(a->context), weights = 0;
    const scilama_trainer_options *o = &f->trainer_options;
    double *e = a->clock.expected, steps = (double)o->max_steps;
    for (int64_t p = 0; p < scilama_model_parameters(f->model); p++) {
        scilama_tensor t;
        scilama_tensor_init(&t, sizeof t);
        if (!scilama_model_parameter(f->model, p, &t, NULL)) weights += (double)(t.rows * t.cols);
    }
    if (o->max_steps == SCILAMA_STEPS_AUTO) steps = fmax(330, 500 * pow(n / 2000, 0.45));
    if (o->max_steps == 0) steps = 200 * n / (double)o->batch_size; /* epochs are seldom all run */
    if (o->mode != SCILAMA_MODE_BETA_VAE) steps *= 2;
    bool near = n <= EXACT_CELLS;
    e[STAGE_TRAINING] = steps * (weights * (1.2e-10 * (double)o->batch_size + 1e-9) + 1e-3) / threads;
    e[STAGE_EMBEDDING] = n * (5e-6 + 4e-9 * (double)info->genes) / threads;
    if (!f->no_graph) {
        e[STAGE_NEIGHBOURS] = (near ? n * n * (3e-10 + 6e-11 * (double)info->latent) : 6e-5 * n) / threads;
        e[STAGE_GRAPH] = 4e-6 * n / threads;
        e[STAGE_LEIDEN] = (n < 32768 ? 1.5e-4 : 2e-5) * n / threads; /* several runs on small graphs */
    }
    if (!f->no_graph && !f->no_umap) e[STAGE_UMAP] = (n > 10000 ? 1.1e-4 : 2.2e-4) * n / threads;
    e[STAGE_WRITING] = 1e-5 * n;
    if (f->judged) e[STAGE_JUDGING] = (n > 20000 ? 30 : 2e-7 * n * n) / threads;
    a->clock.planned = true;
}

/* Bytes of every stage, with what is held beside it: of the data and the model now, of results from when they are there. */
static scilama_status weigh(app *a, const fit *f, int64_t latent, int64_t trainer, int64_t held, table *t)
{
    int64_t n = scilama_dataset_cells(f->dataset), knn_bytes, graph_bytes, leiden_bytes, umap_bytes;
    scilama_knn_options knn;
    scilama_umap_options umap;
    scilama_knn_options_init(&knn, sizeof knn);
    scilama_umap_options_init(&umap, sizeof umap);
    knn.neighbors = f->neighbors - 1 < n - 1 ? f->neighbors - 1 : n - 1;
    int64_t entries = 2 * n * knn.neighbors; /* at most */
    double all = (double)held, cells = (double)n, lists = cells * (double)knn.neighbors * (sizeof(int32_t) + sizeof(float));
    double graph = (double)entries * (sizeof(int32_t) + sizeof(float)) + cells * sizeof(int64_t);
    add(t, STAGE_TRAINING, all + (double)trainer);
    add(t, STAGE_EMBEDDING, all += cells * (double)latent * sizeof(float));
    if (f->no_graph) return SCILAMA_OK;
    scilama_status status = scilama_knn_memory(a->context, n, latent, &knn, &knn_bytes, &a->error);
    if (!status) status = scilama_graph_from_knn_memory(a->context, SCILAMA_GRAPH_FUZZY, n, knn.neighbors, &graph_bytes, &a->error);
    if (!status) status = scilama_graph_leiden_memory(a->context, n, entries, NULL, &leiden_bytes, &a->error);
    if (!status) status = scilama_graph_umap_memory(a->context, n, entries, &umap, &umap_bytes, &a->error);
    if (status) return status;
    all += lists;
    add(t, STAGE_NEIGHBOURS, all + (double)knn_bytes);
    add(t, STAGE_GRAPH, all + (double)graph_bytes);
    all += graph + cells * sizeof(int32_t);
    add(t, STAGE_LEIDEN, all + (double)leiden_bytes);
    if (!f->no_umap) add(t, STAGE_UMAP, all + cells * (double)umap.dimensions * sizeof(float) + (double)umap_bytes);
    return SCILAMA_OK;
}

static void print(app *a, const fit *f, const table *t, int64_t held)
{
    char time[32];
    printf("%" PRId64 " cells, %" PRId64 " genes, %d threads; at most, the data and the model (%.1f MB) among them, and about:\n", scilama_dataset_cells(f->dataset),
           scilama_dataset_genes_used(f->dataset), scilama_context_threads(a->context), (double)held / 1e6);
    for (int i = 0; i < t->rows; i++) {
        const row *r = &t->row[i];
        duration_text(time, sizeof time, a->clock.expected[r->stage]);
        printf("%-24s %10.1f MB %8s\n", r->name, r->bytes / 1e6, time);
        app_event(a, "plan", ", \"stage\": \"%s\", \"bytes\": %.0f, \"seconds\": %.3f", r->name, r->bytes, a->clock.expected[r->stage]);
    }
    duration_text(time, sizeof time, stages_left(a, 0));
    printf("%-24s %10.1f MB %8s\n", "most at once, in all", t->most / 1e6, time);
}

scilama_status fit_plan(app *a, const fit *f)
{
    scilama_model_info info;
    int64_t trainer, held;
    table t = { .rows = 0 };
    char time[32], stages[256] = "";
    scilama_model_info_init(&info, sizeof info);
    scilama_context_memory(a->context, &held, NULL);
    scilama_status status = scilama_model_get_info(f->model, &info, &a->error);
    if (!status) status = scilama_trainer_memory(f->model, f->dataset, &f->trainer_options, &trainer, &a->error);
    if (!status) status = weigh(a, f, info.latent, trainer, held, &t);
    if (status) return status;
    expect(a, f, &info);
    if (f->plan) {
        print(a, f, &t, held);
        return SCILAMA_OK;
    }
    for (int i = 0; i < t.rows; i++) snprintf(stages + strlen(stages), sizeof stages - strlen(stages), "%s, ", t.row[i].name);
    duration_text(time, sizeof time, fmax(stages_left(a, 0), 1));
    app_say(a, "plan: %swriting; about %s, at most %.0f MB", stages, time, t.most / 1e6);
    return SCILAMA_OK;
}
