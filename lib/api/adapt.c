/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "model/align.h"
#include "scilama/analysis.h"
#include "scilama/mapping.h"
#include "scilama/trainer.h"

/* A model to a query's new batches: its categories are added, the shifts of its clusters found so that the query's cells lie among
 * those of training, and their columns in the decoder trained. No weight that the model had is changed. */

INIT_OF(scilama_adapt_options, .decoder_steps = 300)
INIT_OF(scilama_adapt_report, .apart_before = NAN, .apart_after = NAN)

/* Adds the categories of covariate k that only the dataset has; *added: how many. */
static scilama_status extend(scilama_model *model, const scilama_dataset *d, int64_t k, int64_t *added, int64_t *cells, scilama_error *error)
{
    const slm_covariate_encoding *e = &model->recipe->covariates[k];
    const slm_column *column = slm_dataset_column(d, e->name);
    SLM_SCOPE(work, model->ctx);
    slm_name_index index;
    int64_t missing;
    *added = *cells = 0;
    if (!column || column->kind != SCILAMA_COLUMN_CATEGORICAL || e->kind != SCILAMA_COVARIATE_CATEGORICAL) return SCILAMA_OK;
    int64_t n = column->categories.count, *count = slm_alloc_array_zero(model->ctx, n, sizeof *count);
    const char **names = slm_alloc_array(model->ctx, n, sizeof *names);
    scilama_status status = count && names ? slm_name_index_build(&work, &index, &e->categories, error) : slm_fail_nomem(error);
    if (!status) status = slm_column_count(d, column, count, &missing, error);
    for (int64_t c = 0; c < n && !status; c++)
        if (count[c] && slm_name_index_find(&index, slm_string(&column->categories, c)) < 0) {
            names[(*added)++] = slm_string(&column->categories, c);
            *cells += count[c];
        }
    if (!status && *added) status = slm_model_extend_covariate(model, e->name, names, *added, error);
    slm_free_all(model->ctx, count, names);
    return status;
}

/* Shifts of the categories added[k] of every covariate k. */
static scilama_status align(scilama_model *model, scilama_dataset *dataset, const int64_t *added, scilama_adapt_report *report, scilama_error *error)
{
    slm_design *design = NULL;
    double cells = 0, before = 0, after = 0;
    scilama_status status = slm_model_design(model, dataset, false, &design, error);
    if (!status) status = slm_design_hold(design, error);
    for (int64_t k = 0; k < model->recipe->n_covariates && !status; k++) {
        const slm_covariate_encoding *e = &model->recipe->covariates[k];
        for (int64_t c = e->width - added[k]; c < e->width && !status; c++) {
            slm_alignment a;
            status = slm_model_align(model, dataset, design, e->first + c, &a, error);
            if (status || a.cells < SLM_ALIGN_CELLS) continue;
            report->aligned++;
            report->sorted += a.sorted;
            cells += (double)a.cells;
            before += (double)a.cells * a.before;
            after += (double)a.cells * a.after;
        }
    }
    if (!status && cells > 0) {
        report->apart_before = before / cells;
        report->apart_after = after / cells;
    }
    slm_design_release(design);
    return status;
}

/* Reconstruction error of the train split by a mode's objective; infinity where the model has none. */
static scilama_status error_of(scilama_model *model, scilama_dataset *dataset, const scilama_trainer_options *o, double *nll, scilama_error *error)
{
    scilama_trainer *trainer = NULL;
    scilama_evaluation e;
    scilama_evaluation_init(&e, sizeof e);
    scilama_status status = scilama_trainer_create(&trainer, model, dataset, o, error);
    if (!status) status = scilama_trainer_evaluate(trainer, SCILAMA_SPLIT_TRAIN, &e, error);
    scilama_trainer_destroy(trainer);
    *nll = e.nll;
    return status;
}

static scilama_status train_decoder(scilama_model *model, scilama_dataset *dataset, const scilama_adapt_options *o, scilama_error *error)
{
    scilama_trainer *trainer = NULL;
    scilama_trainer_options t;
    double cell = 0, pair = INFINITY;
    scilama_trainer_options_init(&t, sizeof t, SCILAMA_PRESET_RECOMMENDED);
    t.mode = SCILAMA_MODE_BETA_VAE;
    t.freeze_reference = model->net.shifts >= 0 ? 2 : 1; /* columns of an encoder without clusters follow the objective, as in scArches */
    t.max_steps = o->decoder_steps;
    t.lr = 0.01;
    t.patience = 0;
    t.prior_strength = 0; /* of weights that stay */
    t.prior_vectors = 0;
    t.kl_by_signal = 0;
    t.track_correlation = 0;
    t.seed = o->seed;
    scilama_status status = error_of(model, dataset, &t, &cell, error);
    if (!status && model->net.modalities) {
        t.mode = SCILAMA_MODE_DIRECT;
        status = error_of(model, dataset, &t, &pair, error);
        if (!(pair < cell)) t.mode = SCILAMA_MODE_BETA_VAE;
    }
    if (!status) status = scilama_trainer_create(&trainer, model, dataset, &t, error);
    if (!status) status = scilama_trainer_run(trainer, NULL, NULL, NULL, error);
    scilama_trainer_destroy(trainer);
    return status;
}

scilama_status scilama_model_adapt(scilama_model *model, scilama_dataset *dataset, const scilama_adapt_options *options, scilama_adapt_report *report,
                                   scilama_error *error)
{
    REQUIRE(dataset);
    BEGIN(status, model);
    OPTIONS(scilama_adapt_options, o, options);
    REPORT(scilama_adapt_report, r, report);
    if (o.decoder_steps < 0 || o.decoder_steps > INT32_MAX)
        return slm_fail(error, SCILAMA_E_INVALID, "decoder_steps is %lld: it must be 0 to 2147483647", (long long)o.decoder_steps);
    if (model->net.options.batch_norm) return slm_fail(error, SCILAMA_E_UNSUPPORTED, "the model has batch_norm, whose statistics new batches would change: fit it without to adapt it");
    int64_t n = model->recipe->n_covariates, *added = slm_alloc_array_zero(model->ctx, n ? n : 1, sizeof *added);
    if (!added) return slm_fail_nomem(error);
    for (int64_t k = 0; k < n && !status; k++) {
        int64_t cells;
        status = extend(model, dataset, k, &added[k], &cells, error);
        r.categories += added[k];
        if (cells > r.cells) r.cells = cells;
    }
    if (!status && r.categories && model->net.shifts >= 0) status = align(model, dataset, added, &r, error);
    if (!status && r.categories && o.decoder_steps) status = train_decoder(model, dataset, &o, error);
    slm_free(model->ctx, added);
    return status ? status : slm_result_write(report, &r, sizeof r, "scilama_adapt_report", error);
}
