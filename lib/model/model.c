/* SPDX-License-Identifier: MIT */
#include "data/raw_counts.h"
#include "model/model.h"

/* A model's life: weights, the recipe and the gene inputs that belong to them; counted, for trainers and exports hold on to it. */

SLM_RETAIN(slm_model_retain, scilama_model)

void slm_model_release(scilama_model *model)
{
    if (!model || atomic_fetch_sub(&model->refs, 1) != 1) return;
    scilama_context *ctx = model->ctx;
    slm_net_free(ctx, &model->net);
    for (int m = 0; m < SLM_MAX_MODALITIES; m++) {
        slm_free_all(ctx, model->modality_name[m], model->embedding[m]);
        slm_conditioning_free(ctx, &model->conditioning[m]);
    }
    slm_recipe_release(model->recipe);
    slm_factors_free(ctx, &model->factors);
    slm_reference_release(model->reference);
    slm_free_all(ctx, model->added, model->paired, model);
    slm_context_release(ctx);
}

/* G × training cells, as one modality. */
static scilama_status transposed_input(scilama_model *model, const slm_design *design, scilama_error *error)
{
    if (design->storage == SLM_DESIGN_STREAM)
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "without gene tables the gene encoder reads the whole matrix, but the data are streamed: add a gene table, or read the data into memory");
    scilama_context *ctx = model->ctx;
    int64_t g = design->genes, n = design->n_train;
    enum { CHUNK = 256 };
    slm_real *rows = slm_alloc_array(ctx, CHUNK * g, sizeof *rows);
    model->embedding[0] = slm_alloc_array(ctx, g * n, sizeof(slm_real));
    scilama_status status = rows && model->embedding[0] ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t first = 0; !status && first < n; first += CHUNK) {
        int64_t count = n - first < CHUNK ? n - first : CHUNK;
        status = slm_design_gather(design, design->train + first, count, count, rows, g, error);
        for (int64_t r = 0; !status && r < count; r++)
            for (int64_t i = 0; i < g; i++) model->embedding[0][i * n + first + r] = rows[r * g + i];
    }
    slm_free(ctx, rows);
    return status;
}

/* … projected onto its principal axes where embed_pca asks for fewer: a gene encoder as wide as there are cells costs
 * more than all the rest. */
static scilama_status condition_expression(scilama_model *model, const scilama_model_options *o, int64_t genes, int64_t *width, scilama_error *error)
{
    scilama_context *ctx = model->ctx;
    slm_conditioning *c = &model->conditioning[0];
    if (o->embed_pca <= 0 || o->embed_pca >= *width || o->embed_pca >= genes) return SCILAMA_OK;
    int64_t count = genes * *width;
    float *values = slm_alloc_array(ctx, count, sizeof *values);
    if (!values) return slm_fail_nomem(error);
    for (int64_t i = 0; i < count; i++) values[i] = (float)model->embedding[0][i];
    slm_free(ctx, model->embedding[0]);
    model->embedding[0] = NULL;
    scilama_status status = slm_conditioning_fit(ctx, c, o, values, genes, width, error);
    if (!status && !(model->embedding[0] = slm_alloc_array(ctx, genes * *width, sizeof(slm_real)))) status = slm_fail_nomem(error);
    if (!status) status = slm_conditioning_apply(ctx, c, values, genes, *width, model->embedding[0], error);
    slm_free(ctx, values);
    return status;
}

static scilama_status table_inputs(scilama_model *model, scilama_dataset *dataset, const scilama_model_options *o,
                                   int64_t genes, int64_t *widths, scilama_error *error)
{
    scilama_context *ctx = model->ctx;
    if (dataset->input_released)
        return slm_fail(error, SCILAMA_E_STATE, "the gene tables were given back (scilama_dataset_release_input): add them to data read again");
    for (int64_t m = 0; m < dataset->n_modalities; m++) {
        int64_t raw = dataset->modalities[m].table->width;
        slm_conditioning *c = &model->conditioning[m];
        c->raw_width = raw;
        float *values = slm_alloc_array(ctx, genes * raw, sizeof *values);
        if (!values) return slm_fail_nomem(error);
        scilama_status status = slm_dataset_embedding(dataset, m, values, error);
        if (!status) status = slm_conditioning_fit(ctx, c, o, values, genes, &widths[m], error);
        if (!status) {
            model->embedding[m] = slm_alloc_array(ctx, genes * widths[m], sizeof(slm_real));
            status = model->embedding[m] ? slm_conditioning_apply(ctx, c, values, genes, widths[m], model->embedding[m], error)
                                         : slm_fail_nomem(error);
        }
        slm_free(ctx, values);
        if (status) return status;
        model->modality_name[m] = slm_strdup(ctx, dataset->modalities[m].name);
        if (!model->modality_name[m]) return slm_fail_nomem(error);
    }
    return SCILAMA_OK;
}

/* The genes that a table knows, where some are known by none. */
static scilama_status pair_genes(scilama_model *model, const scilama_dataset *dataset, int64_t genes, scilama_error *error)
{
    int64_t *paired = slm_alloc_array(model->ctx, genes, sizeof *paired), n = 0;
    if (!paired) return slm_fail_nomem(error);
    for (int64_t g = 0; g < genes; g++)
        if (slm_dataset_gene_paired(dataset, dataset->used[g])) paired[n++] = g;
    if (n == genes) slm_free(model->ctx, paired);
    else model->paired = paired, model->n_paired = n;
    return SCILAMA_OK;
}

scilama_status slm_model_create(scilama_model **out, scilama_dataset *dataset, const scilama_model_options *o, scilama_error *error)
{
    scilama_context *ctx = dataset->ctx;
    scilama_status status = slm_model_options_check(o, error);
    if (!status && o->likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN) status = slm_raw_counts_check(dataset, error);
    if (!status) status = slm_dataset_prepare(dataset, error);
    if (status) return status;
    const slm_design *design = dataset->design;
    if (dataset->n_modalities > SLM_MAX_MODALITIES)
        return slm_fail(error, SCILAMA_E_INVALID, "%lld modalities: at most %d are possible", (long long)dataset->n_modalities, SLM_MAX_MODALITIES);
    int input = o->gene_input;
    if (input == SCILAMA_GENE_INPUT_AUTO) input = dataset->n_modalities ? SCILAMA_GENE_INPUT_TABLES : SCILAMA_GENE_INPUT_TRANSPOSED;
    if (input == SCILAMA_GENE_INPUT_TABLES && !dataset->n_modalities)
        return slm_fail(error, SCILAMA_E_STATE, "gene_input asks for tables but the dataset has no gene table");
    if (!design->n_train) return slm_fail(error, SCILAMA_E_STATE, "no cell is in the training split");
    scilama_model *model = slm_alloc_zero(ctx, sizeof *model);
    if (!model) return slm_fail_nomem(error);
    model->ctx = slm_context_retain(ctx);
    atomic_store(&model->refs, 1);
    model->recipe = slm_recipe_retain(dataset->recipe);
    model->train_cells = design->n_train;
    int64_t widths[SLM_MAX_MODALITIES] = { 0 };
    int modalities = 0;
    if (input == SCILAMA_GENE_INPUT_TABLES) {
        modalities = (int)dataset->n_modalities;
        status = table_inputs(model, dataset, o, design->genes, widths, error);
        if (!status) status = pair_genes(model, dataset, design->genes, error);
    } else if (input == SCILAMA_GENE_INPUT_TRANSPOSED) {
        modalities = 1;
        widths[0] = model->conditioning[0].raw_width = design->n_train;
        status = transposed_input(model, design, error);
        if (!status) status = condition_expression(model, o, design->genes, &widths[0], error);
        if (!status && !(model->modality_name[0] = slm_strdup(ctx, "expression"))) status = slm_fail_nomem(error);
    }
    if (!status)
        status = slm_net_create(ctx, &model->net, o, design->genes, design->covariates, modalities, widths,
                                input == SCILAMA_GENE_INPUT_TRANSPOSED, error);
    if (status) {
        slm_model_release(model);
        return status;
    }
    model->net.options.gene_input = input;
    slm_net_initialise(ctx, &model->net, o->seed);
    *out = model;
    return SCILAMA_OK;
}

scilama_status slm_model_design(scilama_model *model, scilama_dataset *dataset, bool raw, slm_design **out, scilama_error *error)
{
    slm_design *design = NULL;
    scilama_status status;
    if (dataset->recipe == model->recipe) {
        status = slm_dataset_prepare(dataset, error);
        if (!status) design = slm_design_retain(dataset->design);
    } else {
        slm_link *link = NULL;
        status = slm_model_link(model, dataset, &link, error);
        if (!status) status = slm_recipe_apply(model->recipe, model->factors.genes ? &model->factors : NULL, link, false, dataset, &design, error);
        slm_link_free(model->ctx, link);
    }
    if (!status) status = slm_design_open(design, raw, out, error);
    slm_design_release(design);
    return status;
}

slm_pass slm_model_pass(scilama_model *model, const slm_workspace *ws)
{
    return (slm_pass){ .ctx = model->ctx, .kernels = slm_kernels_get(), .params = &model->net.params, .partial = ws->partial, .space = &ws->space };
}

scilama_status slm_model_load_cells(const slm_net *net, slm_workspace *ws, const slm_design *design, const int64_t *cells, int64_t n, int64_t ahead, scilama_error *error)
{
    bool raw = design->window && design->window->raw;
    scilama_status status = slm_design_gather_raw(design, cells, n, ahead, ws->x, ws->ld_x, raw ? ws->counts : NULL, error);
    for (int64_t r = 0; r < n && !status; r++) {
        status = slm_design_reach(design, cells[r], error);
        for (int64_t i = 0; i < net->covariates && !status; i++) slm_set_covariate(net, ws, r, i, slm_design_covariate_of(design, cells[r], i));
    }
    return status;
}
