/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"

/* Columns of cells as numbers for the model: categories of training cells one-hot, numbers centred and scaled. What a model does
 * not know of a query's cells is an average of what it knows, and said so. */

/* Categories that occur in training cells, sorted. */
static scilama_status fit_categories(slm_covariate_encoding *e, const scilama_dataset *d, const slm_column *column, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    int64_t n = column->categories.count, used = 0;
    slm_strings distinct;
    SLM_SCOPE(work, ctx);
    int64_t *rows = slm_scope_zeros(&work, n, sizeof *rows), *order = slm_scope_array(&work, n, sizeof *order);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < d->cells; i++)
        if (d->split[i] == SCILAMA_SPLIT_TRAIN && column->codes[i] >= 0) rows[column->codes[i]] = 1;
    for (int64_t k = 0; k < n; k++)
        if (rows[k]) rows[used++] = k;
    SLM_TRY(slm_strings_take(ctx, &distinct, &column->categories, rows, used, error));
    slm_strings_hold(&work, &distinct);
    SLM_TRY(slm_strings_order(ctx, &distinct, order, error));
    SLM_TRY(slm_strings_take(ctx, &e->categories, &distinct, order, used, error));
    e->width = used;
    return SCILAMA_OK;
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

/* What a correction for these categories cannot do. */
static void warn_of_categories(const slm_covariate_encoding *e, const scilama_dataset *d)
{
    const slm_column *column = slm_dataset_column(d, e->name);
    char names[SLM_SOME_BYTES] = "";
    int64_t trained = 0, without = 0;
    for (int64_t i = 0; i < d->cells; i++) {
        trained += d->split[i] == SCILAMA_SPLIT_TRAIN && column->codes[i] >= 0;
        if (column->codes[i] >= 0) continue;
        if (without < 4) slm_name_some(names, without, slm_string(&d->cell_names, i));
        without++;
    }
    if (without == d->cells)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "no cell has a '%s': there is nothing to correct for", e->name);
    else if (without)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of %" PRId64 " cells have no '%s' (%s): they count as an average of its categories", without, d->cells, e->name,
                names);
    if (e->categories.count > 2 && 2 * e->categories.count > trained)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "'%s' has %" PRId64 " categories in %" PRId64 " training cells: with so few cells in each there is nothing to correct for",
                e->name, e->categories.count, trained);
    else if (e->categories.count == 1)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "all training cells with a '%s' are of '%.80s': there is nothing to correct for", e->name, slm_string(&e->categories, 0));
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
            SLM_TRY(fit_categories(e, d, column, error));
        } else if (e->kind == SCILAMA_COVARIATE_CONTINUOUS) {
            fit_moments(e, d, column);
        } else {
            e->width = 1;
        }
        recipe->covariate_columns += e->width;
        if (e->kind == SCILAMA_COVARIATE_CATEGORICAL) warn_of_categories(e, d);
    }
    return SCILAMA_OK;
}

/* An unknown category (-1) is an average of the known ones: no worse than a pass for each of them, and ahead of a block of zeros,
 * which no cell of the training has. */
static scilama_status encode_categories(const slm_covariate_encoding *e, const scilama_dataset *d, const slm_column *column, int32_t *code, scilama_error *error)
{
    SLM_SCOPE(work, d->ctx);
    slm_name_index index;
    int64_t *place = slm_scope_array(&work, column->categories.count, sizeof *place);
    if (!place) return slm_fail_nomem(error);
    SLM_TRY(slm_name_index_build(&work, &index, &e->categories, error));
    for (int64_t k = 0; k < column->categories.count; k++)
        place[k] = e->categories.count ? slm_name_index_find(&index, slm_string(&column->categories, k)) : -1;
    for (int64_t i = 0; i < d->cells; i++) code[i] = column->codes[i] < 0 ? -1 : (int32_t)place[column->codes[i]];
    return SCILAMA_OK;
}

scilama_status slm_covariate_encode(const slm_covariate_encoding *e, const scilama_dataset *d, int32_t *code, float *value, scilama_error *error)
{
    const slm_column *column = slm_dataset_column(d, e->name);
    bool categorical = e->kind == SCILAMA_COVARIATE_CATEGORICAL, raw = e->kind == SCILAMA_COVARIATE_RAW;
    if (!column) return slm_fail(error, SCILAMA_E_NOTFOUND, "the cells have no column '%s', which is a covariate of the model", e->name);
    if (categorical != (column->kind == SCILAMA_COLUMN_CATEGORICAL))
        return slm_fail(error, SCILAMA_E_INVALID, "column '%s' is %s, but the model's covariate of that name is not", e->name,
                        categorical ? "numeric" : "categorical");
    if (categorical) return encode_categories(e, d, column, code, error);
    for (int64_t i = 0; i < d->cells; i++) {
        double x = column->numeric[i];
        if (isnan(x) && raw)
            return slm_fail(error, SCILAMA_E_NONFINITE, "covariate '%s' is missing in cell '%s': fill it in, or use it as continuous (missing = mean)",
                            e->name, slm_string(&d->cell_names, i));
        value[i] = isnan(x) ? 0 : (float)(raw ? x : (x - e->mean) / e->std);
    }
    return SCILAMA_OK;
}

/* --- what is not known ----------------------------------------------------------------- */

scilama_status slm_covariate_gaps_count(const slm_recipe *recipe, int64_t covariate, const scilama_dataset *d, slm_covariate_gaps *out, scilama_error *error)
{
    const slm_covariate_encoding *e = &recipe->covariates[covariate];
    const slm_column *column = slm_dataset_column(d, e->name);
    *out = (slm_covariate_gaps){ 0 };
    if (!column) return SCILAMA_OK; /* encoding says so */
    if (column->kind != SCILAMA_COLUMN_CATEGORICAL) {
        for (int64_t i = 0; i < d->cells; i++) out->missing += isnan(column->numeric[i]);
        return SCILAMA_OK;
    }
    int64_t n = column->categories.count;
    SLM_SCOPE(work, d->ctx);
    slm_name_index index;
    int64_t *cells = slm_scope_zeros(&work, n, sizeof *cells);
    if (!cells) return slm_fail_nomem(error);
    SLM_TRY(slm_name_index_build(&work, &index, &e->categories, error));
    for (int64_t i = 0; i < d->cells; i++) {
        if (column->codes[i] < 0) out->missing++;
        else cells[column->codes[i]]++;
    }
    for (int64_t k = 0; k < n; k++) {
        const char *name = slm_string(&column->categories, k);
        if (!cells[k] || (e->categories.count && slm_name_index_find(&index, name) >= 0)) continue;
        if (!out->categories++) out->first = name;
        out->unknown += cells[k];
    }
    return SCILAMA_OK;
}

/* "b0, b1, b2 and 5 more" */
static void list_names(const slm_strings *names, char *text, size_t size)
{
    enum { SHOWN = 5 };
    size_t at = 0;
    text[0] = 0;
    for (int64_t i = 0; i < names->count && i < SHOWN && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%.40s", i ? ", " : "", slm_string(names, i));
    if (names->count > SHOWN && at < size) snprintf(text + at, size - at, " and %" PRId64 " more", names->count - SHOWN);
}

scilama_status slm_covariates_warn(const slm_recipe *recipe, const scilama_dataset *d, scilama_error *error)
{
    for (int64_t k = 0; k < recipe->n_covariates; k++) {
        const slm_covariate_encoding *e = &recipe->covariates[k];
        slm_covariate_gaps gaps;
        char known[320], more[48] = "";
        SLM_TRY(slm_covariate_gaps_count(recipe, k, d, &gaps, error));
        list_names(&e->categories, known, sizeof known);
        if (gaps.categories > 1) snprintf(more, sizeof more, " and %" PRId64 " more", gaps.categories - 1);
        if (gaps.unknown)
            slm_log(d->ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of %" PRId64 " cells are of a '%s' that the model does not know ('%.60s'%s): known are %s; they are encoded as an average of these",
                    gaps.unknown, d->cells, e->name, gaps.first, more, known);
        if (gaps.missing && e->kind == SCILAMA_COVARIATE_CATEGORICAL)
            slm_log(d->ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of %" PRId64 " cells have no '%s': known are %s; they are encoded as an average of these", gaps.missing, d->cells, e->name, known);
        else if (gaps.missing)
            slm_log(d->ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of %" PRId64 " cells have no '%s': they are taken to have the mean", gaps.missing, d->cells, e->name);
    }
    return SCILAMA_OK;
}
