/* SPDX-License-Identifier: MIT */
#include "scilama/analysis.h"
#include "scilama/trainer.h"
#include "api/api.h"
#include "data/dataset.h"

/* Whole ways in one call, made of other public calls alone, with the defaults of the program. */

INIT_OF(scilama_cluster_options, .neighbors = 14, .resolution = 1)
INIT_OF(scilama_fit_options, .preset = SCILAMA_PRESET_RECOMMENDED, .train_fraction = 0.9)

scilama_status scilama_cluster(scilama_context *context, const float *points, int64_t n, int64_t dim, int64_t ld,
                               const scilama_cluster_options *options, int32_t *labels, scilama_leiden_report *report, scilama_error *error)
{
    scilama_graph *graph = NULL;
    int64_t count;
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_cluster_options, o, options);
    OPTIONS(scilama_knn_options, knn, NULL);
    OPTIONS(scilama_leiden_options, leiden, NULL);
    REQUIRE(labels);
    if (o.neighbors < 1) return slm_fail(error, SCILAMA_E_INVALID, "neighbors is %lld: it must be at least 1", (long long)o.neighbors);
    if (n < 2) return slm_fail(error, SCILAMA_E_INVALID, "%lld points make no graph: at least 2 are needed", (long long)n);
    if (o.communities < 0) return slm_fail(error, SCILAMA_E_INVALID, "communities is %lld: it must be 0, or how many to find", (long long)o.communities);
    knn.neighbors = o.neighbors < n - 1 ? o.neighbors : n - 1;
    knn.metric = o.metric ? o.metric : SCILAMA_METRIC_EUCLIDEAN;
    leiden.resolution = o.resolution;
    knn.seed = leiden.seed = o.seed;
    if (!slm_mul_size(n, knn.neighbors, &count)) return slm_fail_nomem(error);
    int32_t *indices = slm_alloc_array(context, count, sizeof *indices);
    float *distances = slm_alloc_array(context, count, sizeof *distances);
    status = indices && distances ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) status = scilama_knn(context, points, n, dim, ld, &knn, indices, distances, NULL, error);
    if (!status) status = scilama_graph_from_knn(&graph, context, SCILAMA_GRAPH_FUZZY, n, knn.neighbors, indices, distances, error);
    slm_free_all(context, indices, distances);
    if (!status) status = o.communities ? scilama_graph_leiden_target(graph, &leiden, o.communities, labels, report, error)
                                        : scilama_graph_leiden(graph, &leiden, labels, report, error);
    scilama_graph_destroy(graph);
    return status;
}

enum { EXPRESSION_AXES = 50 };

/* The structs in force. Those that are given stand as they are, but for a gene VAE that nothing would train. */
static scilama_status choose(const scilama_dataset *dataset, const scilama_fit_options *o, scilama_model_options *model,
                             scilama_trainer_options *trainer, scilama_error *error)
{
    scilama_status status = scilama_model_options_init(model, sizeof *model, o->preset);
    if (status) return slm_fail(error, status, "preset %d is not a scilama_preset", o->preset);
    scilama_trainer_options_init(trainer, sizeof *trainer, o->preset);
    model->seed = trainer->seed = o->seed;
    /* without a table the gene encoder reads as many numbers as there are cells: their leading axes do */
    if (o->preset == SCILAMA_PRESET_RECOMMENDED && !dataset->n_modalities) model->embed_pca = EXPRESSION_AXES;
    status = slm_options_read(model, sizeof *model, o->model, "scilama_model_options", error);
    if (!status) status = slm_options_read(trainer, sizeof *trainer, o->trainer, "scilama_trainer_options", error);
    if (!status && trainer->mode == SCILAMA_MODE_GENE)
        status = slm_fail(error, SCILAMA_E_INVALID, "mode GENE needs a cell VAE that is trained already: take CELL_GENE");
    if (trainer->mode == SCILAMA_MODE_BETA_VAE && !dataset->n_modalities && model->gene_input == SCILAMA_GENE_INPUT_AUTO)
        model->gene_input = SCILAMA_GENE_INPUT_NONE;
    return status;
}

static const char *first_batch(const scilama_dataset *dataset)
{
    for (int64_t i = 0; i < dataset->n_covariates; i++)
        if (dataset->covariates[i].kind == SCILAMA_COVARIATE_CATEGORICAL) return dataset->covariates[i].name;
    return NULL;
}

scilama_status scilama_fit(scilama_model **out, scilama_dataset *dataset, const scilama_fit_options *options, scilama_step_info *info,
                           scilama_error *error)
{
    RESULT(out);
    scilama_model_options model_options;
    scilama_trainer_options trainer_options;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    BEGIN(status, dataset);
    OPTIONS(scilama_fit_options, o, options);
    if (!(o.train_fraction >= 0 && o.train_fraction < 1))
        return slm_fail(error, SCILAMA_E_INVALID, "train_fraction must lie between 0 and 1, or be 0 to keep the dataset's split");
    SLM_TRY(choose(dataset, &o, &model_options, &trainer_options, error));
    PRESET(scilama_preprocess_options, recipe, o.preprocess, o.preset);
    if (!recipe.batch_key && recipe.hvg_by_batch != SCILAMA_OFF) recipe.batch_key = first_batch(dataset);
    if (o.train_fraction > 0)
        status = scilama_dataset_split_random(dataset, o.train_fraction, 1 - o.train_fraction, o.seed, o.stratify ? o.stratify : first_batch(dataset), error);
    if (!status && !o.no_preprocess) status = scilama_dataset_preprocess(dataset, &recipe, NULL, error);
    if (!status) status = scilama_model_create(&model, dataset, &model_options, error);
    if (!status) status = scilama_trainer_create(&trainer, model, dataset, &trainer_options, error);
    if (!status) status = scilama_trainer_run(trainer, o.progress, o.progress_user, info, error);
    scilama_trainer_destroy(trainer);
    if (status) scilama_model_destroy(model);
    else *out = model;
    return status;
}
