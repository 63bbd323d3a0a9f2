/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"
#include <math.h>
#include <string.h>

/* Categories that occur in training cells, sorted. */
static scilama_status fit_categories(slm_covariate_encoding *e, const scilama_dataset *d, const slm_column *column, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    int64_t n = column->categories.count, used = 0;
    slm_strings distinct = { 0 };
    int64_t *rows = slm_alloc_array_zero(ctx, n, sizeof *rows), *order = slm_alloc_array(ctx, n, sizeof *order);
    scilama_status status = rows && order ? SCILAMA_OK : slm_fail_nomem(error);
    if (status) goto done;
    for (int64_t i = 0; i < d->cells; i++)
        if (d->split[i] == SCILAMA_SPLIT_TRAIN && column->codes[i] >= 0) rows[column->codes[i]] = 1;
    for (int64_t k = 0; k < n; k++)
        if (rows[k]) rows[used++] = k;
    if ((status = slm_strings_take(ctx, &distinct, &column->categories, rows, used, error)) ||
        (status = slm_strings_order(ctx, &distinct, order, error)) ||
        (status = slm_strings_take(ctx, &e->categories, &distinct, order, used, error))) goto done;
    e->width = used;
done:
    slm_strings_free(ctx, &distinct);
    slm_free(ctx, rows);
    slm_free(ctx, order);
    return status;
}

static void fit_moments(slm_covariate_encoding *e, const scilama_dataset *d, const slm_column *column)
{
    double sum = 0, square = 0;
    int64_t n = 0;
    for (int64_t i = 0; i < d->cells; i++)
        if (d->split[i] == SCILAMA_SPLIT_TRAIN && !isnan(column->numeric[i])) {
            sum += column->numeric[i];
            n++;
        }
    e->mean = n ? sum / (double)n : 0;
    for (int64_t i = 0; i < d->cells; i++)
        if (d->split[i] == SCILAMA_SPLIT_TRAIN && !isnan(column->numeric[i])) {
            double x = column->numeric[i] - e->mean;
            square += x * x;
        }
    e->std = n ? sqrt(square / (double)n) : 0;
    if (!(e->std > 0)) e->std = 1;
    e->width = 1;
}

scilama_status slm_covariates_fit(slm_recipe *recipe, const scilama_dataset *d, scilama_error *error)
{
    scilama_context *ctx = recipe->ctx;
    recipe->covariates = slm_alloc_array_zero(ctx, d->n_covariates, sizeof *recipe->covariates);
    if (!recipe->covariates) return slm_fail_nomem(error);
    for (int64_t k = 0; k < d->n_covariates; k++) {
        slm_covariate_encoding *e = &recipe->covariates[recipe->n_covariates++];
        const slm_column *column = slm_dataset_column(d, d->covariates[k].name);
        e->kind = d->covariates[k].kind;
        if (!(e->name = slm_strdup(ctx, d->covariates[k].name))) return slm_fail_nomem(error);
        e->first = recipe->covariate_columns;
        e->std = 1;
        if ((e->kind == SCILAMA_COVARIATE_CATEGORICAL) != (column->kind == SCILAMA_COLUMN_CATEGORICAL))
            return slm_fail(error, SCILAMA_E_INVALID, "column '%s' is %s now: it was chosen as a covariate of the other kind", e->name,
                            column->kind == SCILAMA_COLUMN_CATEGORICAL ? "categorical" : "numeric");
        if (e->kind == SCILAMA_COVARIATE_CATEGORICAL) {
            scilama_status status = fit_categories(e, d, column, error);
            if (status) return status;
        } else if (e->kind == SCILAMA_COVARIATE_CONTINUOUS) {
            fit_moments(e, d, column);
        } else {
            e->width = 1;
        }
        recipe->covariate_columns += e->width;
    }
    return SCILAMA_OK;
}

static scilama_status encode_categories(const slm_covariate_encoding *e, const scilama_dataset *d, const slm_column *column,
                                        float *out, int64_t ld, scilama_error *error)
{
    slm_name_index index;
    int64_t *place = slm_alloc_array(d->ctx, column->categories.count, sizeof *place);
    if (!place) return slm_fail_nomem(error);
    scilama_status status = slm_name_index_build(d->ctx, &index, &e->categories, error);
    if (!status) {
        for (int64_t k = 0; k < column->categories.count; k++)
            place[k] = e->categories.count ? slm_name_index_find(&index, slm_string(&column->categories, k)) : -1;
        for (int64_t i = 0; i < d->cells; i++) {
            float *row = out + i * ld + e->first;
            memset(row, 0, (size_t)e->width * sizeof *row);
            int64_t at = column->codes[i] < 0 ? -1 : place[column->codes[i]];
            if (at >= 0) row[at] = 1;
        }
        slm_name_index_free(d->ctx, &index);
    }
    slm_free(d->ctx, place);
    return status;
}

scilama_status slm_covariates_encode(const slm_recipe *recipe, const scilama_dataset *d, float *out, scilama_error *error)
{
    int64_t ld = recipe->covariate_columns;
    for (int64_t k = 0; k < recipe->n_covariates; k++) {
        const slm_covariate_encoding *e = &recipe->covariates[k];
        const slm_column *column = slm_dataset_column(d, e->name);
        bool categorical = e->kind == SCILAMA_COVARIATE_CATEGORICAL;
        if (!column) return slm_fail(error, SCILAMA_E_NOTFOUND, "the cells have no column '%s', which is a covariate of the model", e->name);
        if (categorical != (column->kind == SCILAMA_COLUMN_CATEGORICAL))
            return slm_fail(error, SCILAMA_E_INVALID, "column '%s' is %s, but the model's covariate of that name is not", e->name,
                            categorical ? "numeric" : "categorical");
        if (categorical) {
            scilama_status status = encode_categories(e, d, column, out, ld, error);
            if (status) return status;
            continue;
        }
        bool raw = e->kind == SCILAMA_COVARIATE_RAW;
        for (int64_t i = 0; i < d->cells; i++) {
            double x = column->numeric[i];
            if (isnan(x) && raw)
                return slm_fail(error, SCILAMA_E_NONFINITE, "covariate '%s' is missing in cell '%s': fill it in, or use it as continuous (missing = mean)",
                                e->name, slm_string(&d->cell_names, i));
            out[i * ld + e->first] = isnan(x) ? 0 : (float)(raw ? x : (x - e->mean) / e->std);
        }
    }
    return SCILAMA_OK;
}
