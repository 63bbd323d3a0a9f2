/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"

/* Columns of cells: numbers, or codes into categories (−1: missing). Setting one that the recipe was fitted with makes the
 * recipe stale. Columns that a file has but nobody could read are kept by name, with the reason, for messages. */

static void free_column(scilama_context *ctx, slm_column *column)
{
    slm_free_all(ctx, column->name, column->numeric, column->codes);
    slm_strings_free(ctx, &column->categories);
}

scilama_status slm_dataset_add_unread(scilama_dataset *d, const char *name, const char *why, scilama_error *error)
{
    slm_unread *grown = slm_realloc_array(d->ctx, d->unread, d->n_unread, d->n_unread + 1, sizeof *grown);
    if (!grown) return slm_fail_nomem(error);
    d->unread = grown;
    slm_unread u = { slm_strdup(d->ctx, name), slm_strdup(d->ctx, why) };
    grown[d->n_unread++] = u;
    return u.name && u.why ? SCILAMA_OK : slm_fail_nomem(error);
}

scilama_status slm_dataset_no_column(const scilama_dataset *d, const char *name, const char *purpose, scilama_error *error)
{
    for (int64_t i = 0; i < d->n_unread; i++)
        if (d->unread[i].name && d->unread[i].why && !strcmp(d->unread[i].name, name))
            return slm_fail(error, SCILAMA_E_UNSUPPORTED, "the cell column '%.80s' cannot be used: %s", name, d->unread[i].why);
    return slm_fail(error, SCILAMA_E_NOTFOUND, "there is no cell column '%.100s'%s", name, purpose);
}

/* A change of a column that the recipe was fitted with makes it stale. */
static void touch(scilama_dataset *d, const char *name)
{
    bool used = d->batch_key && strcmp(d->batch_key, name) == 0;
    for (int64_t i = 0; i < d->n_covariates; i++) used = used || strcmp(d->covariates[i].name, name) == 0;
    if (used) slm_dataset_stale(d);
    d->told = 0; /* what a model lacks of the new column is told anew */
}

scilama_status slm_dataset_put_column(scilama_dataset *d, slm_column *column, scilama_error *error)
{
    slm_column *old = column->name ? (slm_column *)slm_dataset_column(d, column->name) : NULL, *grown = d->columns;
    if (column->name && !old) grown = slm_realloc_array(d->ctx, d->columns, d->n_columns, d->n_columns + 1, sizeof *grown);
    if (!column->name || !grown) {
        free_column(d->ctx, column);
        return slm_fail_nomem(error);
    }
    if (!old) {
        d->columns = grown;
        old = &grown[d->n_columns++];
        *old = (slm_column){ 0 };
    }
    touch(d, column->name);
    free_column(d->ctx, old);
    *old = *column;
    return SCILAMA_OK;
}

scilama_status slm_dataset_set_column(scilama_dataset *d, const char *name, double *numeric, int32_t *codes,
                                      slm_strings *categories, scilama_error *error)
{
    slm_column column = { .kind = codes ? SCILAMA_COLUMN_CATEGORICAL : SCILAMA_COLUMN_NUMERIC, .numeric = numeric, .codes = codes,
                          .name = slm_strdup(d->ctx, name) };
    if (codes && categories) {
        column.categories = *categories;
        *categories = (slm_strings){ 0 };
    }
    return slm_dataset_put_column(d, &column, error);
}

/* --- values, wherever they are -------------------------------------------------------------- */

static size_t value_bytes(const slm_column *c) { return c->kind == SCILAMA_COLUMN_CATEGORICAL ? sizeof *c->codes : sizeof *c->numeric; }

scilama_status slm_column_read(const scilama_dataset *d, const slm_column *c, int64_t first, int64_t n, void *out, scilama_error *error)
{
    size_t bytes = value_bytes(c);
    const char *in = c->codes ? (const char *)c->codes : (const char *)c->numeric;
    if (c->line) return d->source->line(d->source, c->line, first, n, out, error);
    if (n) memcpy(out, in + (size_t)first * bytes, (size_t)n * bytes);
    return SCILAMA_OK;
}

static void point(slm_column *c, void *values)
{
    c->codes = c->kind == SCILAMA_COLUMN_CATEGORICAL ? values : NULL;
    c->numeric = c->codes ? NULL : values;
}

scilama_status slm_column_hold(slm_scope *scope, const scilama_dataset *d, const slm_column *column, slm_column *out, scilama_error *error)
{
    *out = *column;
    if (!column->line) return SCILAMA_OK;
    void *values = slm_scope_array(scope, d->cells, value_bytes(column));
    if (!values) return slm_fail_nomem(error);
    point(out, values);
    return slm_column_read(d, column, 0, d->cells, values, error);
}

scilama_status slm_column_scan(const scilama_dataset *d, const slm_column *column, slm_column_fn fn, void *arg, scilama_error *error)
{
    enum { BLOCK = 16384 };
    SLM_SCOPE(work, d->ctx);
    slm_column some = *column;
    int64_t most = !column->line ? d->cells : d->cells < BLOCK ? d->cells : BLOCK;
    void *values = column->line ? slm_scope_array(&work, most, value_bytes(column)) : NULL;
    if (work.failed) return slm_fail_nomem(error);
    if (column->line) point(&some, values);
    for (int64_t first = 0; first < d->cells; first += most) {
        int64_t n = d->cells - first < most ? d->cells - first : most;
        if (column->line) SLM_TRY(slm_column_read(d, column, first, n, values, error));
        fn(arg, first, n, some.codes, some.numeric);
    }
    return SCILAMA_OK;
}

scilama_status slm_dataset_set_numeric(scilama_dataset *d, const char *name, const double *values, scilama_error *error)
{
    for (int64_t i = 0; i < d->cells; i++)
        if (isinf(values[i]))
            return slm_fail(error, SCILAMA_E_NONFINITE, "column '%s' is infinite in cell '%s': use NaN for a missing value",
                            name, SLM_CELL(d, i));
    double *copy = slm_alloc_array(d->ctx, d->cells, sizeof *copy);
    if (!copy) return slm_fail_nomem(error);
    memcpy(copy, values, (size_t)d->cells * sizeof *copy);
    return slm_dataset_set_column(d, name, copy, NULL, NULL, error);
}

scilama_status slm_dataset_set_codes(scilama_dataset *d, const char *name, const int32_t *codes,
                                     const char *const *categories, int64_t n_categories, scilama_error *error)
{
    SLM_SCOPE(work, d->ctx);
    slm_strings names;
    slm_name_index index;
    for (int64_t i = 0; i < d->cells; i++)
        if (codes[i] < -1 || codes[i] >= n_categories)
            return slm_fail(error, SCILAMA_E_INVALID, "column '%s' has code %d in cell '%s': codes are -1 to %" PRId64,
                            name, codes[i], SLM_CELL(d, i), n_categories - 1);
    SLM_TRY(slm_strings_copy(d->ctx, &names, categories, n_categories, error));
    slm_strings_hold(&work, &names);
    SLM_TRY(slm_strings_check(&names, "the name of category", SCILAMA_E_INVALID, error));
    SLM_TRY(slm_name_index_build(&work, &index, &names, error));
    if (index.first_duplicate >= 0)
        return slm_fail(error, SCILAMA_E_DUPLICATE, "column '%s' has category '%s' more than once", name,
                        slm_string(&names, index.first_duplicate));
    int32_t *copy = slm_alloc_array(d->ctx, d->cells, sizeof *copy);
    if (!copy) return slm_fail_nomem(error);
    memcpy(copy, codes, (size_t)d->cells * sizeof *copy);
    slm_strings_keep(&work, &names);
    return slm_dataset_set_column(d, name, NULL, copy, &names, error);
}

/* Distinct values become categories in bytewise order. */
scilama_status slm_dataset_set_strings(scilama_dataset *d, const char *name, const char *const *values, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    SLM_SCOPE(work, ctx);
    slm_strings all, distinct, categories;
    slm_name_index index;
    int64_t n = 0, *order;
    int64_t *first = slm_scope_array(&work, d->cells, sizeof *first);   /* cell where each value is first seen */
    int64_t *number = slm_scope_array(&work, d->cells, sizeof *number); /* by that cell: category */
    int32_t *codes = slm_scope_array(&work, d->cells, sizeof *codes);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(slm_strings_copy(ctx, &all, values, d->cells, error));
    slm_strings_hold(&work, &all);
    SLM_TRY(slm_strings_check(&all, "the text of cell", SCILAMA_E_INVALID, error));
    SLM_TRY(slm_name_index_build(&work, &index, &all, error));
    for (int64_t i = 0; i < d->cells; i++) {
        /* a missing value reads as "", and may stand before a present "" */
        number[i] = values[i] ? slm_name_index_find(&index, values[i]) : -1;
    }
    for (int64_t i = 0; i < d->cells; i++) codes[i] = -1;
    for (int64_t i = 0; i < d->cells; i++) {
        int64_t at = number[i];
        if (at < 0) continue;
        if (codes[at] < 0) {
            first[n] = at;
            codes[at] = (int32_t)n++;
        }
    }
    SLM_TRY(slm_strings_take(ctx, &distinct, &all, first, n, error));
    slm_strings_hold(&work, &distinct);
    if (!(order = slm_scope_array(&work, n, sizeof *order))) return slm_fail_nomem(error);
    SLM_TRY(slm_strings_order(ctx, &distinct, order, error));
    SLM_TRY(slm_strings_take(ctx, &categories, &distinct, order, n, error));
    for (int64_t k = 0; k < n; k++) codes[first[order[k]]] = (int32_t)k;
    for (int64_t i = 0; i < d->cells; i++) number[i] = number[i] < 0 ? -1 : codes[number[i]];
    for (int64_t i = 0; i < d->cells; i++) codes[i] = (int32_t)number[i];
    return slm_dataset_set_column(d, name, NULL, slm_scope_keep(&work, codes), &categories, error);
}

scilama_status slm_dataset_use_covariate(scilama_dataset *d, const char *name, int32_t kind, scilama_error *error)
{
    const slm_column *column = slm_dataset_column(d, name);
    if (!column) return slm_dataset_no_column(d, name, " to use as a covariate", error);
    if ((kind == SCILAMA_COVARIATE_CATEGORICAL) != (column->kind == SCILAMA_COLUMN_CATEGORICAL))
        return slm_fail(error, SCILAMA_E_INVALID, "column '%s' is %s: it cannot be a %s covariate", name,
                        column->kind == SCILAMA_COLUMN_CATEGORICAL ? "categorical" : "numeric",
                        kind == SCILAMA_COVARIATE_CATEGORICAL ? "categorical" : "continuous");
    for (int64_t i = 0; i < d->n_covariates; i++)
        if (strcmp(d->covariates[i].name, name) == 0) {
            d->covariates[i].kind = kind;
            slm_dataset_stale(d);
            return SCILAMA_OK;
        }
    char *copy = slm_strdup(d->ctx, name);
    slm_covariate_choice *grown = copy ? slm_realloc_array(d->ctx, d->covariates, d->n_covariates, d->n_covariates + 1, sizeof *grown) : NULL;
    if (!grown) {
        slm_free(d->ctx, copy);
        return slm_fail_nomem(error);
    }
    d->covariates = grown;
    d->covariates[d->n_covariates++] = (slm_covariate_choice){ copy, kind };
    slm_dataset_stale(d);
    return SCILAMA_OK;
}
