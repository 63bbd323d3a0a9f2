/* SPDX-License-Identifier: MIT */
#include "model/model.h"
#include "scilama/mapping.h"

/* Cells that were not measured on all genes of the model. */

scilama_status slm_model_learn_absent(scilama_model *model, scilama_dataset *dataset, scilama_error *error)
{
    slm_design *design = NULL;
    slm_factors factors = { 0 };
    int expected = 0;
    if (!atomic_compare_exchange_strong(&model->held, &expected, 1))
        return slm_fail(error, SCILAMA_E_STATE, "a trainer holds the model: destroy it first");
    scilama_status status = slm_model_design(model, dataset, false, &design, error);
    if (!status && design->n_absent)
        status = slm_fail(error, SCILAMA_E_STATE, "the data lack genes of the model: give the cells that it was trained on");
    if (!status) status = slm_factors_fit(model->ctx, &factors, design, error);
    if (!status) {
        slm_factors_free(model->ctx, &model->factors);
        model->factors = factors;
    }
    slm_design_release(design);
    atomic_store(&model->held, 0);
    return status;
}

scilama_status slm_model_check_query(const scilama_model *model, const scilama_dataset *dataset, scilama_query_report *r, scilama_error *error)
{
    const slm_recipe *recipe = model->recipe;
    slm_query q;
    slm_fill *fill = NULL;
    scilama_status status = slm_query_find(&q, recipe, dataset, error);
    if (status) return status;
    *r = (scilama_query_report){ .cells = dataset->cells, .genes = recipe->genes.count, .measured = recipe->genes.count - q.missing,
                                 .variance = q.variance, .recovered = 1 };
    if (q.missing) {
        slm_fill_plan plan = { .factors = model->factors.genes ? &model->factors : NULL, .absent = q.absent, .genes = recipe->genes.count };
        status = slm_fill_create(&fill, model->ctx, &plan, error);
        if (!status) r->recovered = fill->recovered;
        slm_fill_free(model->ctx, fill);
    }
    for (int64_t k = 0; k < recipe->n_covariates && !status; k++) {
        slm_covariate_gaps gaps;
        status = slm_covariate_gaps_count(recipe, k, dataset, &gaps, error);
        if (status) break;
        if (!slm_dataset_column(dataset, recipe->covariates[k].name)) gaps.missing = dataset->cells;
        if (gaps.unknown > r->unknown_cells) r->unknown_cells = gaps.unknown;
        if (gaps.missing > r->missing_cells) r->missing_cells = gaps.missing;
    }
    slm_query_free(dataset->ctx, &q);
    return status;
}
