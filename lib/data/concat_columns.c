/* SPDX-License-Identifier: MIT */
#include "data/concat.h"

/* Columns of cells, by name: those that any part has; where a part lacks one its cells have no value. */

static const slm_unread *unread_of(const scilama_dataset *d, const char *name)
{
    for (int64_t i = 0; i < d->n_unread; i++)
        if (d->unread[i].name && !strcmp(d->unread[i].name, name)) return &d->unread[i];
    return NULL;
}

/* What all parts that have the column store it as; integers of several widths are int64. */
static int32_t join_stored(const slm_concat *c, const char *name)
{
    const slm_column *first = NULL;
    int32_t joined = SLM_STORED_PLAIN;
    for (int64_t i = 0; i < c->n; i++) {
        const slm_column *column = slm_dataset_column(c->parts[i], name);
        if (!column) continue;
        if (!first) joined = (first = column)->stored;
        else if (joined != column->stored) joined = joined >= SLM_STORED_I8 && column->stored >= SLM_STORED_I8 ? SLM_STORED_I64 : SLM_STORED_PLAIN;
    }
    return joined;
}

/* Takes the values and categories. */
static scilama_status put_joined(const slm_concat *c, scilama_dataset *whole, const char *name, double *numeric, int32_t *codes, slm_strings categories,
                                 scilama_error *error)
{
    slm_column column = { .name = slm_strdup(c->ctx, name), .kind = codes ? SCILAMA_COLUMN_CATEGORICAL : SCILAMA_COLUMN_NUMERIC, .stored = join_stored(c, name),
                          .numeric = numeric, .codes = codes, .categories = categories };
    return slm_dataset_put_column(whole, &column, error);
}

static scilama_status join_numbers(const slm_concat *c, scilama_dataset *whole, const char *name, scilama_error *error)
{
    SLM_SCOPE(work, c->ctx);
    double *value = slm_scope_array(&work, c->cells, sizeof *value);
    if (!value) return slm_fail_nomem(error);
    for (int64_t i = 0; i < c->n; i++) {
        const slm_column *column = slm_dataset_column(c->parts[i], name);
        if (column) SLM_TRY(slm_column_read(c->parts[i], column, 0, c->parts[i]->cells, value + c->first[i], error));
        for (int64_t k = 0; k < c->parts[i]->cells && !column; k++) value[c->first[i] + k] = NAN;
    }
    return put_joined(c, whole, name, slm_scope_keep(&work, value), NULL, (slm_strings){ 0 }, error);
}

static bool same_categories(const slm_strings *a, const slm_strings *b)
{
    bool same = a->count == b->count;
    for (int64_t k = 0; k < a->count && same; k++) same = !strcmp(slm_string(a, k), slm_string(b, k));
    return same;
}

/* Codes stay what they are. */
static scilama_status join_codes(const slm_concat *c, scilama_dataset *whole, const char *name, const slm_strings *categories, scilama_error *error)
{
    slm_strings copy;
    SLM_SCOPE(work, c->ctx);
    int32_t *code = slm_scope_array(&work, c->cells, sizeof *code);
    if (!code) return slm_fail_nomem(error);
    for (int64_t i = 0; i < c->n; i++) {
        const slm_column *column = slm_dataset_column(c->parts[i], name);
        if (column) SLM_TRY(slm_column_read(c->parts[i], column, 0, c->parts[i]->cells, code + c->first[i], error));
        for (int64_t k = 0; k < c->parts[i]->cells && !column; k++) code[c->first[i] + k] = -1;
    }
    SLM_TRY(slm_strings_clone(c->ctx, &copy, categories, error));
    return put_joined(c, whole, name, NULL, slm_scope_keep(&work, code), copy, error);
}

/* Part i's, with its values in memory; empty where it has none. */
static scilama_status column_of(slm_scope *work, const slm_concat *c, int64_t i, const char *name, slm_column *out, scilama_error *error)
{
    const slm_column *column = slm_dataset_column(c->parts[i], name);
    *out = (slm_column){ 0 };
    return column ? slm_column_hold(work, c->parts[i], column, out, error) : SCILAMA_OK;
}

/* Numbers of all parts that have them, as text, one after another. */
static scilama_status write_numbers(const slm_concat *c, const char *name, slm_strings *out, scilama_error *error)
{
    SLM_NAME_LIST(list, c->ctx);
    bool good = true;
    for (int64_t i = 0; i < c->n; i++) {
        SLM_SCOPE(work, c->ctx);
        slm_column column;
        char text[32];
        SLM_TRY(column_of(&work, c, i, name, &column, error));
        for (int64_t k = 0; column.numeric && k < c->parts[i]->cells && good; k++) {
            slm_format_double(text, sizeof text, column.numeric[k] + 0.0); /* no −0 */
            good = slm_name_list_add(&list, text, strlen(text));
        }
    }
    return good ? slm_name_list_take(&list, out, error) : slm_fail_nomem(error);
}

/* Values that occur become the categories, sorted. */
static scilama_status join_texts(const slm_concat *c, scilama_dataset *whole, const char *name, bool numbers, scilama_error *error)
{
    const char **value = slm_alloc_array_zero(c->ctx, c->cells, sizeof *value);
    slm_strings text = { 0 };
    scilama_status status = value ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status && numbers) status = write_numbers(c, name, &text, error);
    int64_t written = 0;
    for (int64_t i = 0; i < c->n && !status; i++) {
        SLM_SCOPE(work, c->ctx);
        slm_column column;
        status = column_of(&work, c, i, name, &column, error);
        for (int64_t k = 0; !status && column.kind && k < c->parts[i]->cells; k++) {
            const char **at = &value[c->first[i] + k];
            if (column.codes) *at = column.codes[k] < 0 ? NULL : slm_string(&column.categories, column.codes[k]);
            else *at = isnan(column.numeric[k]) ? NULL : slm_string(&text, written);
            written += column.numeric != NULL;
        }
    }
    if (!status) status = slm_dataset_set_strings(whole, name, value, error);
    slm_strings_free(c->ctx, &text);
    slm_free(c->ctx, value);
    return status;
}

static scilama_status join_column(const slm_concat *c, scilama_dataset *whole, const char *name, scilama_error *error)
{
    const slm_strings *categories = NULL;
    bool numbers = false, texts = false, same = true;
    int64_t without = 0;
    for (int64_t i = 0; i < c->n; i++) {
        const slm_column *column = slm_dataset_column(c->parts[i], name);
        const slm_unread *unread = column ? NULL : unread_of(c->parts[i], name);
        if (unread) return slm_dataset_add_unread(whole, name, unread->why, error);
        without += !column;
        if (!column) continue;
        numbers = numbers || column->kind == SCILAMA_COLUMN_NUMERIC;
        texts = texts || column->kind == SCILAMA_COLUMN_CATEGORICAL;
        if (column->kind != SCILAMA_COLUMN_CATEGORICAL) continue;
        if (!categories) categories = &column->categories;
        same = same && same_categories(categories, &column->categories);
    }
    if (without)
        slm_log(c->ctx, SCILAMA_LOG_INFO, "%" PRId64 " of %" PRId64 " datasets lack the cell column '%.60s': it is missing in their cells", without, c->n, name);
    if (numbers && texts)
        slm_log(c->ctx, SCILAMA_LOG_WARNING, "the cell column '%.60s' holds numbers in some datasets and categories in others: its numbers are taken as names of categories", name);
    if (numbers && !texts) return join_numbers(c, whole, name, error);
    if (!numbers && same) return join_codes(c, whole, name, categories, error);
    return join_texts(c, whole, name, numbers, error);
}

/* Whether a part before number i has a column of that name, read or not. */
static bool seen(const slm_concat *c, int64_t i, const char *name)
{
    bool found = false;
    while (i-- > 0 && !found) found = slm_dataset_column(c->parts[i], name) || unread_of(c->parts[i], name);
    return found;
}

scilama_status slm_concat_columns(const slm_concat *c, scilama_dataset *whole, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    for (int64_t i = 0; i < c->n; i++) {
        const scilama_dataset *d = c->parts[i];
        for (int64_t k = 0; k < d->n_columns && !status; k++)
            if (!seen(c, i, d->columns[k].name)) status = join_column(c, whole, d->columns[k].name, error);
        for (int64_t k = 0; k < d->n_unread && !status; k++)
            if (d->unread[k].name && d->unread[k].why && !seen(c, i, d->unread[k].name)) status = slm_dataset_add_unread(whole, d->unread[k].name, d->unread[k].why, error);
    }
    return status;
}
