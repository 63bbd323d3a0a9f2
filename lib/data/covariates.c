/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"

/* Columns of cells as numbers for the model: categories of training cells one-hot, numbers centred and scaled. What a model does
 * not know of a query's cells is an average of what it knows, and said so. */

#define TAKE_THE_MEAN "%" PRId64 " of %" PRId64 " cells have no '%s': they are taken to have the mean"

/* What a pass over a column finds. */
typedef struct tally {
    const scilama_dataset *d;
    int64_t *count;          /* [categories] cells */
    int64_t trained, missing;
    double mean, sum;
    char names[SLM_SOME_BYTES]; /* of the first without */
} tally;

static void count_trained(void *arg, int64_t first, int64_t n, const int32_t *codes, const double *numbers)
{
    tally *t = arg;
    (void)numbers;
    for (int64_t i = 0; i < n; i++)
        if (slm_dataset_split_at(t->d, first + i) == SCILAMA_SPLIT_TRAIN && codes[i] >= 0) t->count[codes[i]]++, t->trained++;
}

static void name_missing(void *arg, int64_t first, int64_t n, const int32_t *codes, const double *numbers)
{
    tally *t = arg;
    for (int64_t i = 0; i < n; i++) {
        if (codes ? codes[i] >= 0 : !isnan(numbers[i])) continue;
        if (t->missing < 4) slm_name_some(t->names, t->missing, SLM_CELL(t->d, first + i));
        t->missing++;
    }
}

/* Categories that occur in training cells, sorted; *trained: training cells that have one. */
static scilama_status fit_categories(slm_covariate_encoding *e, const scilama_dataset *d, const slm_column *column, int64_t *trained, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    int64_t n = column->categories.count, used = 0;
    slm_strings distinct;
    SLM_SCOPE(work, ctx);
    int64_t *rows = slm_scope_zeros(&work, n, sizeof *rows), *order = slm_scope_array(&work, n, sizeof *order);
    if (work.failed) return slm_fail_nomem(error);
    tally t = { .d = d, .count = rows };
    SLM_TRY(slm_column_scan(d, column, count_trained, &t, error));
    for (int64_t k = 0; k < n; k++)
        if (rows[k]) rows[used++] = k;
    *trained = t.trained;
    SLM_TRY(slm_strings_take(ctx, &distinct, &column->categories, rows, used, error));
    slm_strings_hold(&work, &distinct);
    SLM_TRY(slm_strings_order(ctx, &distinct, order, error));
    SLM_TRY(slm_strings_take(ctx, &e->categories, &distinct, order, used, error));
    e->width = used;
    return SCILAMA_OK;
}

static void add_numbers(void *arg, int64_t first, int64_t n, const int32_t *codes, const double *numbers)
{
    tally *t = arg;
    (void)codes;
    for (int64_t i = 0; i < n; i++)
        if (slm_dataset_split_at(t->d, first + i) == SCILAMA_SPLIT_TRAIN && !isnan(numbers[i])) t->sum += numbers[i], t->trained++;
}

static void add_squares(void *arg, int64_t first, int64_t n, const int32_t *codes, const double *numbers)
{
    tally *t = arg;
    (void)codes;
    for (int64_t i = 0; i < n; i++)
        if (slm_dataset_split_at(t->d, first + i) == SCILAMA_SPLIT_TRAIN && !isnan(numbers[i])) {
            double x = numbers[i] - t->mean;
            t->sum += x * x;
        }
}

static scilama_status fit_moments(slm_covariate_encoding *e, const scilama_dataset *d, const slm_column *column, scilama_error *error)
{
    tally t = { .d = d };
    SLM_TRY(slm_column_scan(d, column, add_numbers, &t, error));
    t.mean = e->mean = t.trained ? t.sum / (double)t.trained : 0;
    t.sum = 0;
    SLM_TRY(slm_column_scan(d, column, add_squares, &t, error));
    e->std = t.trained ? sqrt(t.sum / (double)t.trained) : 0;
    if (!(e->std > 0)) e->std = 1;
    e->width = 1;
    return SCILAMA_OK;
}

/* What a correction for these categories cannot do. */
static scilama_status warn_of_categories(const slm_covariate_encoding *e, const scilama_dataset *d, const slm_column *column, int64_t trained, scilama_error *error)
{
    tally t = { .d = d };
    SLM_TRY(slm_column_scan(d, column, name_missing, &t, error));
    if (t.missing == d->cells)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "no cell has a '%s': there is nothing to correct for", e->name);
    else if (t.missing)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of %" PRId64 " cells have no '%s' (%s): they count as an average of its categories", t.missing, d->cells,
                e->name, t.names);
    if (e->categories.count > 2 && 2 * e->categories.count > trained)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "'%s' has %" PRId64 " categories in %" PRId64 " training cells: with so few cells in each there is nothing to correct for",
                e->name, e->categories.count, trained);
    else if (e->categories.count == 1)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "all training cells with a '%s' are of '%.80s': there is nothing to correct for", e->name, slm_string(&e->categories, 0));
    return SCILAMA_OK;
}

static scilama_status warn_of_numbers(const slm_covariate_encoding *e, const scilama_dataset *d, const slm_column *column, scilama_error *error)
{
    int64_t missing;
    SLM_TRY(slm_column_count(d, column, NULL, &missing, error));
    if (missing == d->cells) slm_log(d->ctx, SCILAMA_LOG_WARNING, "no cell has a '%s': there is nothing to correct for", e->name);
    else if (missing) slm_log(d->ctx, SCILAMA_LOG_WARNING, TAKE_THE_MEAN, missing, d->cells, e->name);
    return SCILAMA_OK;
}

scilama_status slm_covariates_fit(slm_recipe *recipe, const scilama_dataset *d, scilama_error *error)
{
    scilama_context *ctx = recipe->ctx;
    recipe->covariates = slm_alloc_array_zero(ctx, d->n_covariates, sizeof *recipe->covariates);
    if (!recipe->covariates) return slm_fail_nomem(error);
    for (int64_t k = 0; k < d->n_covariates; k++) {
        slm_covariate_encoding *e = &recipe->covariates[recipe->n_covariates++];
        const slm_column *column = slm_dataset_column(d, d->covariates[k].name);
        int64_t trained = 0;
        e->kind = d->covariates[k].kind;
        if (!(e->name = slm_strdup(ctx, d->covariates[k].name))) return slm_fail_nomem(error);
        e->first = recipe->covariate_columns;
        e->std = 1;
        if ((e->kind == SCILAMA_COVARIATE_CATEGORICAL) != (column->kind == SCILAMA_COLUMN_CATEGORICAL))
            return slm_fail(error, SCILAMA_E_INVALID, "column '%s' is %s now: it was chosen as a covariate of the other kind", e->name,
                            column->kind == SCILAMA_COLUMN_CATEGORICAL ? "categorical" : "numeric");
        if (e->kind == SCILAMA_COVARIATE_CATEGORICAL) {
            SLM_TRY(fit_categories(e, d, column, &trained, error));
        } else if (e->kind == SCILAMA_COVARIATE_CONTINUOUS) {
            SLM_TRY(fit_moments(e, d, column, error));
        } else {
            e->width = 1;
        }
        recipe->covariate_columns += e->width;
        if (e->kind == SCILAMA_COVARIATE_CATEGORICAL) SLM_TRY(warn_of_categories(e, d, column, trained, error));
        if (e->kind == SCILAMA_COVARIATE_CONTINUOUS) SLM_TRY(warn_of_numbers(e, d, column, error));
    }
    return SCILAMA_OK;
}

typedef struct lack { int64_t first; } lack;

static void find_missing(void *arg, int64_t first, int64_t n, const int32_t *codes, const double *numbers)
{
    lack *l = arg;
    (void)codes;
    for (int64_t i = 0; i < n && l->first < 0; i++)
        if (isnan(numbers[i])) l->first = first + i;
}

scilama_status slm_covariate_place(const slm_covariate_encoding *e, const slm_column *column, scilama_context *ctx, int32_t *place, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    slm_name_index index;
    SLM_TRY(slm_name_index_build(&work, &index, &e->categories, error));
    for (int64_t k = 0; k < column->categories.count; k++)
        place[k] = e->categories.count ? (int32_t)slm_name_index_find(&index, slm_string(&column->categories, k)) : -1;
    return SCILAMA_OK;
}

scilama_status slm_covariate_column(const slm_covariate_encoding *e, const scilama_dataset *d, const slm_column **out, scilama_error *error)
{
    const slm_column *column = *out = slm_dataset_column(d, e->name);
    bool categorical = e->kind == SCILAMA_COVARIATE_CATEGORICAL;
    if (!column) return slm_fail(error, SCILAMA_E_NOTFOUND, "the cells have no column '%s', which is a covariate of the model", e->name);
    if (categorical != (column->kind == SCILAMA_COLUMN_CATEGORICAL))
        return slm_fail(error, SCILAMA_E_INVALID, "column '%s' is %s, but the model's covariate of that name is not", e->name,
                        categorical ? "numeric" : "categorical");
    if (e->kind != SCILAMA_COVARIATE_RAW) return SCILAMA_OK;
    lack l = { .first = -1 };
    SLM_TRY(slm_column_scan(d, column, find_missing, &l, error));
    if (l.first < 0) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_NONFINITE, "covariate '%s' is missing in cell '%s': fill it in, or use it as continuous (missing = mean)",
                    e->name, SLM_CELL(d, l.first));
}

/* --- what is not known ----------------------------------------------------------------- */

static void count_all(void *arg, int64_t first, int64_t n, const int32_t *codes, const double *numbers)
{
    tally *t = arg;
    (void)first;
    for (int64_t i = 0; i < n; i++) {
        if (codes ? codes[i] < 0 : isnan(numbers[i])) t->missing++;
        else if (codes) t->count[codes[i]]++;
    }
}

scilama_status slm_column_count(const scilama_dataset *d, const slm_column *column, int64_t *count, int64_t *missing, scilama_error *error)
{
    tally t = { .d = d, .count = count };
    SLM_TRY(slm_column_scan(d, column, count_all, &t, error));
    *missing = t.missing;
    return SCILAMA_OK;
}

scilama_status slm_covariate_gaps_count(const slm_recipe *recipe, int64_t covariate, const scilama_dataset *d, slm_covariate_gaps *out, scilama_error *error)
{
    const slm_covariate_encoding *e = &recipe->covariates[covariate];
    const slm_column *column = slm_dataset_column(d, e->name);
    *out = (slm_covariate_gaps){ 0 };
    if (!column) return SCILAMA_OK; /* encoding says so */
    if (column->kind != SCILAMA_COLUMN_CATEGORICAL) return slm_column_count(d, column, NULL, &out->missing, error);
    int64_t n = column->categories.count;
    SLM_SCOPE(work, d->ctx);
    slm_name_index index;
    int64_t *cells = slm_scope_zeros(&work, n, sizeof *cells);
    if (!cells) return slm_fail_nomem(error);
    SLM_TRY(slm_name_index_build(&work, &index, &e->categories, error));
    SLM_TRY(slm_column_count(d, column, cells, &out->missing, error));
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
            slm_log(d->ctx, SCILAMA_LOG_WARNING, TAKE_THE_MEAN, gaps.missing, d->cells, e->name);
    }
    return SCILAMA_OK;
}
