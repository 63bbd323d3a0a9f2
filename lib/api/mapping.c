/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "scilama/mapping.h"
#include "model/model.h"

/* scilama/mapping.h, what a query lacks; its reference cells are in reference.c. */

INIT_OF(scilama_query_report, .struct_size = 0)
INIT_OF(scilama_covariate_report, .struct_size = 0)

scilama_status scilama_model_learn_absent(scilama_model *model, scilama_dataset *dataset, scilama_error *error)
{
    REQUIRE(model, dataset);
    ENTER(status, model);
    return status ? status : slm_model_learn_absent(model, dataset, error);
}

scilama_status scilama_model_check_query(scilama_model *model, scilama_dataset *dataset, scilama_query_report *report, scilama_error *error)
{
    REQUIRE(model, dataset, report);
    ENTER(status, model);
    scilama_query_report r = { 0 };
    if (!status) status = slm_model_check_query(model, dataset, &r, error);
    return status ? status : slm_result_write(report, &r, sizeof r, "scilama_query_report", error);
}

scilama_status scilama_model_check_covariate(const scilama_model *model, const scilama_dataset *dataset, int64_t index,
                                             scilama_covariate_report *report, scilama_error *error)
{
    REQUIRE(model, dataset, report);
    if (index < 0 || index >= model->recipe->n_covariates)
        return slm_fail(error, SCILAMA_E_INVALID, "covariate %lld: the model has %lld", (long long)index, (long long)model->recipe->n_covariates);
    slm_covariate_gaps gaps;
    ENTER(status, model);
    if (!status) status = slm_covariate_gaps_count(model->recipe, index, dataset, &gaps, error);
    if (status) return status;
    if (!slm_dataset_column(dataset, model->recipe->covariates[index].name)) gaps.missing = dataset->cells;
    scilama_covariate_report r = { .cells = dataset->cells, .unknown = gaps.unknown, .missing = gaps.missing,
                                   .categories = gaps.categories, .first = gaps.first };
    return slm_result_write(report, &r, sizeof r, "scilama_covariate_report", error);
}

scilama_status scilama_model_match_genes(const scilama_model *model, scilama_dataset *dataset, const scilama_match_options *options,
                                         int64_t *renamed, scilama_error *error)
{
    REQUIRE(dataset);
    scilama_match_options o;
    int64_t count = 0;
    ENTER(status, model);
    scilama_match_options_init(&o, sizeof o);
    if (!status) status = slm_options_read(&o, sizeof o, options, "scilama_match_options", error);
    if (status) return status;
    if (dataset->recipe || dataset->n_modalities)
        return slm_fail(error, SCILAMA_E_STATE, "genes are matched before the dataset is preprocessed or gene tables are added to it");
    const slm_recipe *r = model->recipe;
    status = slm_match_options_check(&o, error);
    if (!status) status = slm_dataset_match_genes(dataset, r->sized.count ? &r->sized : &r->genes, &o, &count, error);
    if (!status && renamed) *renamed = count;
    return status;
}
