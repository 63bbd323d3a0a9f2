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
    if (!status) status = slm_design_split(design, dataset, error);
    if (!status) status = slm_factors_fit(model->ctx, &factors, design, error);
    if (!status) {
        slm_factors_free(model->ctx, &model->factors);
        model->factors = factors;
    }
    slm_design_release(design);
    atomic_store(&model->held, 0);
    return status;
}

/* --- vectors of a query's genes beside those of the model's -------------------------------- */

void slm_link_free(scilama_context *ctx, slm_link *link)
{
    for (int64_t t = 0; link && t < link->tables; t++) {
        slm_free_all(ctx, link->table[t].model, link->table[t].query);
    }
    slm_free(ctx, link);
}

/* Rows of a table for the genes of the matrix; zeros where it has none. */
static void query_rows(const slm_modality *m, int64_t genes, float *out)
{
    int64_t width = m->table->width;
    for (int64_t g = 0; g < genes; g++)
        if (m->row[g] >= 0) memcpy(out + g * width, m->table->values + m->row[g] * width, (size_t)width * sizeof *out);
}

/* The model was made with this table, or with one like it: both sides as its gene encoder reads them. */
static scilama_status link_encoded(const scilama_model *model, int m, const slm_modality *modality, int64_t genes, slm_link_table *t, scilama_error *error)
{
    int64_t width = t->width = model->net.width[m], own = model->recipe->genes.count, raw = modality->table->width;
    float *rows = slm_alloc_array_zero(model->ctx, genes, (size_t)raw * sizeof *rows);
    slm_real *encoded = slm_alloc_array(model->ctx, genes, (size_t)width * sizeof *encoded);
    t->model = slm_alloc_array_zero(model->ctx, own, (size_t)width * sizeof *t->model);
    t->query = slm_alloc_array_zero(model->ctx, genes, (size_t)width * sizeof *t->query);
    scilama_status status = rows && encoded && t->model && t->query ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) {
        query_rows(modality, genes, rows);
        status = slm_conditioning_apply(model->ctx, &model->conditioning[m], rows, genes, width, encoded, error);
    }
    for (int64_t g = 0, p = 0; g < own && !status; g++) {
        bool known = !model->paired || (p < model->n_paired && model->paired[p] == g);
        if (model->paired && known) p++;
        for (int64_t k = 0; k < width && known; k++) t->model[g * width + k] = (float)model->embedding[m][g * width + k];
    }
    for (int64_t g = 0; g < genes && !status; g++)
        for (int64_t k = 0; k < width && modality->row[g] >= 0; k++) t->query[g * width + k] = (float)encoded[g * width + k];
    slm_free_all(model->ctx, rows, encoded);
    return status;
}

/* A table of which the model knows nothing: it has the model's genes too, by name. */
static scilama_status link_named(const scilama_model *model, const slm_modality *modality, int64_t genes, slm_link_table *t, int64_t *found, scilama_error *error)
{
    int64_t width = t->width = modality->table->width, own = model->recipe->genes.count;
    SLM_SCOPE(work, model->ctx);
    slm_name_index index;
    t->model = slm_alloc_array_zero(model->ctx, own, (size_t)width * sizeof *t->model);
    t->query = slm_alloc_array_zero(model->ctx, genes, (size_t)width * sizeof *t->query);
    if (!t->model || !t->query) return slm_fail_nomem(error);
    SLM_TRY(slm_name_index_build(&work, &index, &modality->table->names, error));
    *found = 0;
    for (int64_t g = 0; g < own; g++) {
        int64_t row = slm_name_index_find(&index, slm_string(&model->recipe->genes, g));
        if (row < 0) continue;
        memcpy(t->model + g * width, modality->table->values + row * width, (size_t)width * sizeof *t->model);
        ++*found;
    }
    query_rows(modality, genes, t->query);
    return SCILAMA_OK;
}

scilama_status slm_model_link(const scilama_model *model, const scilama_dataset *d, slm_link **out, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    *out = NULL;
    if (!d->n_modalities || !model->factors.genes) return SCILAMA_OK;
    slm_link *link = slm_alloc_zero(model->ctx, sizeof *link);
    if (!link) return slm_fail_nomem(error);
    for (int64_t i = 0; i < d->n_modalities && i < SLM_LINK_TABLES && !status; i++) {
        const slm_modality *m = &d->modalities[i];
        int own = -1;
        int64_t found = 0;
        for (int k = 0; k < model->net.modalities && !model->net.transposed; k++)
            if (!strcmp(model->modality_name[k], m->name) && model->conditioning[k].raw_width == m->table->width) own = k;
        slm_link_table *t = &link->table[link->tables++];
        if (own >= 0) status = link_encoded(model, own, m, d->genes, t, error);
        else status = link_named(model, m, d->genes, t, &found, error);
        if (!status && own < 0 && !found)
            status = slm_fail(error, SCILAMA_E_NOTFOUND, "gene table '%.60s' has no gene of the model (such as '%.60s'), which was not made with a table of that name and %lld columns",
                              m->name, slm_string(&model->recipe->genes, 0), (long long)m->table->width);
    }
    if (status) slm_link_free(model->ctx, link);
    else *out = link;
    return status;
}

scilama_status slm_model_check_query(scilama_model *model, scilama_dataset *dataset, scilama_query_report *r, scilama_error *error)
{
    slm_recipe *recipe = model->recipe;
    SLM_SCOPE(work, dataset->ctx);
    slm_query q;
    slm_link *link = NULL;
    slm_design *design = NULL;
    scilama_status status = slm_query_find(&q, recipe, dataset, &work, error);
    if (status) return status;
    *r = (scilama_query_report){ .cells = dataset->cells, .genes = recipe->genes.count, .measured = recipe->genes.count - q.missing,
                                 .variance = q.variance, .recovered = 1 };
    if (q.missing) status = slm_model_link(model, dataset, &link, error);
    if (q.missing && (q.missing < r->genes || (link && dataset->cells >= SLM_BESIDE_CELLS))) {
        slm_recipe bare = *recipe; /* columns that the cells lack are reported below, not refused */
        bare.n_covariates = bare.covariate_columns = 0;
        if (!status) status = slm_recipe_apply(&bare, model->factors.genes ? &model->factors : NULL, link, true, dataset, &design, error);
        if (!status) {
            r->recovered = design->fill->recovered;
            r->others = design->wide - design->genes;
            r->explained = design->fill->explained;
        }
    } else if (q.missing) r->recovered = 0;
    for (int64_t k = 0; k < recipe->n_covariates && !status; k++) {
        slm_covariate_gaps gaps;
        status = slm_covariate_gaps_count(recipe, k, dataset, &gaps, error);
        if (status) break;
        if (!slm_dataset_column(dataset, recipe->covariates[k].name)) gaps.missing = dataset->cells;
        if (gaps.unknown > r->unknown_cells) r->unknown_cells = gaps.unknown;
        if (gaps.missing > r->missing_cells) r->missing_cells = gaps.missing;
    }
    slm_design_release(design);
    slm_link_free(model->ctx, link);
    return status;
}
