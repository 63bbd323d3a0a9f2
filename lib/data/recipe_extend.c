/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"

/* A recipe with more categories. Recipes are shared, so it is a new one. */

static scilama_status append_categories(scilama_context *ctx, slm_strings *out, const slm_strings *known, const char *const *values,
                                        int64_t count, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    const char **all = slm_scope_array(&work, known->count + count, sizeof *all);
    if (!all) return slm_fail_nomem(error);
    for (int64_t i = 0; i < known->count; i++) all[i] = slm_string(known, i);
    for (int64_t i = 0; i < count; i++) all[known->count + i] = values[i];
    slm_name_index index;
    SLM_TRY(slm_strings_copy(ctx, out, all, known->count + count, error));
    SLM_TRY(slm_name_index_build(&work, &index, out, error));
    if (index.first_duplicate >= 0)
        return slm_fail(error, SCILAMA_E_DUPLICATE, "the covariate has category '%.100s' already", slm_string(out, index.first_duplicate));
    return SCILAMA_OK;
}

static float *copy_floats(scilama_context *ctx, const float *in, int64_t n)
{
    float *out = slm_alloc_array(ctx, n, sizeof *out);
    if (out) memcpy(out, in, (size_t)n * sizeof *out);
    return out;
}

scilama_status slm_recipe_extend(slm_recipe **out, const slm_recipe *recipe, int64_t covariate, const char *const *values, int64_t count, scilama_error *error)
{
    scilama_context *ctx = recipe->ctx;
    slm_recipe *r = slm_recipe_new(ctx);
    if (!r) return slm_fail_nomem(error);
    r->input = recipe->input;
    r->normalized = recipe->normalized;
    r->logged = recipe->logged;
    r->hvg = recipe->hvg;
    r->genes_sized = recipe->genes_sized;
    r->first_duplicate = recipe->first_duplicate;
    r->scaled = recipe->scaled;
    r->target_sum = recipe->target_sum;
    r->max_value = recipe->max_value;
    r->scale_shrink = recipe->scale_shrink;
    memcpy(r->reason, recipe->reason, sizeof r->reason);
    scilama_status status = slm_strings_clone(ctx, &r->genes, &recipe->genes, error);
    if (!status && recipe->share && !(r->share = copy_floats(ctx, recipe->share, recipe->sized.count))) status = slm_fail_nomem(error);
    if (!status && recipe->share) status = slm_strings_clone(ctx, &r->sized, &recipe->sized, error);
    if (!status && recipe->mean && !(r->mean = copy_floats(ctx, recipe->mean, r->genes.count))) status = slm_fail_nomem(error);
    if (!status && recipe->inv_std && !(r->inv_std = copy_floats(ctx, recipe->inv_std, r->genes.count))) status = slm_fail_nomem(error);
    if (!status && recipe->std && !(r->std = copy_floats(ctx, recipe->std, r->genes.count))) status = slm_fail_nomem(error);
    if (!status && !(r->covariates = slm_alloc_array_zero(ctx, recipe->n_covariates, sizeof *r->covariates))) status = slm_fail_nomem(error);
    for (int64_t i = 0; !status && i < recipe->n_covariates; i++) {
        const slm_covariate_encoding *from = &recipe->covariates[i];
        slm_covariate_encoding *to = &r->covariates[r->n_covariates++];
        to->kind = from->kind;
        to->mean = from->mean;
        to->std = from->std;
        to->first = r->covariate_columns;
        to->width = from->width + (i == covariate ? count : 0);
        r->covariate_columns += to->width;
        if (!(to->name = slm_strdup(ctx, from->name))) status = slm_fail_nomem(error);
        else if (i == covariate) status = append_categories(ctx, &to->categories, &from->categories, values, count, error);
        else if (from->categories.count) status = slm_strings_clone(ctx, &to->categories, &from->categories, error);
    }
    if (status) slm_recipe_release(r);
    else *out = r;
    return status;
}
