/* SPDX-License-Identifier: MIT */
#include "data/concat.h"
#include "core/sort.h"
#include "data/gene_stats.h"

/* Several data sets as one: genes that all have, in the order of the first, names of cells made unique, rows one after another.
 * In memory rows are copied part by part, so that a part may be given back as soon as it is; streamed ones stay where they are. */

static void concat_free(slm_concat *c)
{
    slm_free_all(c->ctx, c->first, c->places, c->place, c->ordered);
}

static scilama_status concat_make(slm_concat *c, scilama_error *error)
{
    int64_t genes = 0;
    c->first = slm_alloc_array_zero(c->ctx, c->n + 1, sizeof *c->first);
    c->place = slm_alloc_array_zero(c->ctx, c->n, sizeof *c->place);
    c->ordered = slm_alloc_array_zero(c->ctx, c->n, 1);
    if (!c->first || !c->place || !c->ordered) return slm_fail_nomem(error);
    for (int64_t i = 0; i < c->n; i++) {
        if (c->parts[i]->cells > INT64_MAX - c->first[i]) return slm_fail(error, SCILAMA_E_INVALID, "the datasets have too many cells together");
        c->first[i + 1] = c->first[i] + c->parts[i]->cells;
        genes += c->parts[i]->genes;
    }
    c->cells = c->first[c->n];
    c->places = slm_alloc_array(c->ctx, genes, sizeof *c->places);
    return c->places ? SCILAMA_OK : slm_fail_nomem(error);
}

/* --- genes ---------------------------------------------------------------------------- */

static scilama_status check_named(const slm_concat *c, scilama_error *error)
{
    const scilama_dataset *a = c->parts[0];
    for (int64_t i = 1; i < c->n; i++) {
        const scilama_dataset *b = c->parts[i];
        if (a->named_genes != b->named_genes)
            return slm_fail(error, SCILAMA_E_INVALID, "the genes of '%.60s' have names and those of '%.60s' have none: name all of them",
                            c->keys[a->named_genes ? 0 : i], c->keys[a->named_genes ? i : 0]);
        if (!a->named_genes && a->genes != b->genes)
            return slm_fail(error, SCILAMA_E_INVALID, "'%.60s' has %" PRId64 " genes and '%.60s' %" PRId64 ", none with a name to tell which are the same: name them",
                            c->keys[0], a->genes, c->keys[i], b->genes);
    }
    return SCILAMA_OK;
}

/* row [genes of the first]: those of part i, or -1; a gene that is not there leaves `kept`. */
static scilama_status find_genes(const slm_concat *c, int64_t i, int32_t *row, unsigned char *kept, int64_t *left, scilama_error *error)
{
    const scilama_dataset *a = c->parts[0], *b = c->parts[i];
    SLM_SCOPE(work, c->ctx);
    slm_name_index index;
    SLM_TRY(slm_name_index_build(&work, &index, &b->gene_names, error));
    *left = 0;
    for (int64_t g = 0; g < a->genes; g++) {
        row[g] = a->named_genes ? (int32_t)slm_name_index_find(&index, slm_string(&a->gene_names, g)) : (int32_t)g;
        kept[g] = kept[g] && row[g] >= 0;
        *left += kept[g];
    }
    if (*left) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_NOTFOUND, "no gene is in '%.50s' and in all before it: its genes are named as '%.30s', those of '%.50s' as '%.30s'; name them alike",
                    c->keys[i], slm_string(&b->gene_names, 0), c->keys[0], slm_string(&a->gene_names, 0));
}

/* Says which genes are left out; a warning where they are more than those that stay. */
static void tell_genes(const slm_concat *c, const unsigned char *kept, const int32_t *rows)
{
    const scilama_dataset *a = c->parts[0];
    int64_t most = 0, gene = -1, lacks = 0;
    for (int64_t i = 1; i < c->n; i++)
        if (c->parts[i]->genes > c->parts[most]->genes) most = i;
    int64_t dropped = c->parts[most]->genes - c->genes;
    if (!dropped) return;
    for (int64_t g = 0; g < a->genes && gene < 0; g++)
        if (!kept[g]) gene = g;
    for (int64_t i = 1; i < c->n && gene >= 0 && !lacks; i++)
        if (rows[(i - 1) * a->genes + gene] < 0) lacks = i;
    slm_log(c->ctx, dropped > c->genes ? SCILAMA_LOG_WARNING : SCILAMA_LOG_INFO,
            "%" PRId64 " genes are in all of %" PRId64 " datasets and stay; the others are left out, %" PRId64 " of '%.60s'%s%.40s%s%.60s%s", c->genes, c->n,
            dropped, c->keys[most], gene >= 0 ? " ('" : "", gene >= 0 ? slm_string(&a->gene_names, gene) : "",
            gene >= 0 ? "' is not in '" : "", gene >= 0 ? c->keys[lacks] : "", gene >= 0 ? "')" : "");
}

static void fill_place(slm_concat *c, int64_t i, int32_t *place, const unsigned char *kept, const int32_t *row)
{
    const scilama_dataset *a = c->parts[0], *b = c->parts[i];
    int32_t at = 0, before = -1;
    bool identity = c->genes == b->genes;
    for (int64_t g = 0; g < b->genes; g++) place[g] = -1;
    for (int64_t g = 0; g < a->genes; g++)
        if (kept[g]) place[row ? row[g] : g] = at++;
    c->ordered[i] = true;
    for (int64_t g = 0; g < b->genes; g++) {
        identity = identity && place[g] == g;
        if (place[g] < 0) continue;
        if (place[g] < before) c->ordered[i] = false;
        before = place[g];
    }
    c->place[i] = identity ? NULL : place;
}

/* Genes that all have, in the order of the first. */
static scilama_status join_genes(slm_concat *c, slm_strings *names, scilama_error *error)
{
    const scilama_dataset *a = c->parts[0];
    SLM_SCOPE(work, c->ctx);
    int32_t *rows = slm_scope_array(&work, (c->n - 1) * a->genes, sizeof *rows), *place = c->places;
    int64_t *order = slm_scope_array(&work, a->genes, sizeof *order), at = 0;
    unsigned char *kept = slm_scope_array(&work, a->genes, 1);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(check_named(c, error));
    memset(kept, 1, (size_t)a->genes);
    c->genes = a->genes;
    for (int64_t i = 1; i < c->n; i++)
        SLM_TRY(find_genes(c, i, rows + (i - 1) * a->genes, kept, &c->genes, error));
    for (int64_t i = 0; i < c->n; i++) {
        fill_place(c, i, place, kept, i ? rows + (i - 1) * a->genes : NULL);
        place += c->parts[i]->genes;
    }
    tell_genes(c, kept, rows);
    for (int64_t g = 0; g < a->genes; g++)
        if (kept[g]) order[at++] = g;
    return a->named_genes ? slm_strings_take(c->ctx, names, &a->gene_names, order, c->genes, error) : SCILAMA_OK;
}

/* --- names of cells ---------------------------------------------------------------------- */

/* All names one after another; with "-KEY" behind each where keys are given. */
static scilama_status string_up(const slm_concat *c, bool keys, slm_strings *out, scilama_error *error)
{
    SLM_NAME_LIST(list, c->ctx);
    for (int64_t i = 0; i < c->n; i++) {
        SLM_SCOPE(work, c->ctx);
        slm_strings names;
        SLM_TRY(slm_dataset_names(&work, c->parts[i], &names, error));
        for (int64_t k = 0; k < c->parts[i]->cells && !list.bytes.failed; k++) {
            slm_bytes_text(&list.bytes, slm_string(&names, k));
            if (keys) slm_bytes_text(&list.bytes, "-");
            slm_name_list_add(&list, keys ? c->keys[i] : "", keys ? strlen(c->keys[i]) : 0);
        }
    }
    return slm_name_list_take(&list, out, error);
}

/* A cell whose name occurs in a dataset before its own; -1: there is none. */
static scilama_status find_repeated(const slm_concat *c, const slm_strings *names, int64_t *cell, scilama_error *error)
{
    SLM_SCOPE(work, c->ctx);
    slm_name_index index;
    *cell = -1;
    SLM_TRY(slm_name_index_build(&work, &index, names, error));
    for (int64_t i = 1; i < c->n && index.first_duplicate >= 0; i++)
        for (int64_t k = c->first[i]; k < c->first[i + 1] && *cell < 0; k++)
            if (slm_name_index_find(&index, slm_string(names, k)) < c->first[i]) *cell = k;
    return SCILAMA_OK;
}

static scilama_status join_names(const slm_concat *c, int32_t unique, slm_strings *names, scilama_error *error)
{
    int64_t cell = -1;
    scilama_status status = string_up(c, unique == SCILAMA_ON, names, error);
    if (status || unique != SCILAMA_AUTO || (status = find_repeated(c, names, &cell, error)) || cell < 0) return status;
    int64_t i = 0;
    while (cell >= c->first[i + 1]) i++;
    slm_log(c->ctx, SCILAMA_LOG_WARNING, "cell '%.60s' of '%.60s' has the name of one in a dataset before it: the name of every cell is made unique as '%.60s-%.60s'",
            slm_string(names, cell), c->keys[i], slm_string(names, cell), c->keys[i]);
    slm_strings_free(c->ctx, names);
    return string_up(c, true, names, error);
}

/* --- the matrix in memory ---------------------------------------------------------------- */

int64_t slm_concat_row(const int32_t *place, bool ordered, const int32_t *from_index, const float *from_value, int64_t count, int32_t *index, float *value)
{
    int64_t at = 0;
    for (int64_t k = 0; k < count; k++) {
        int32_t gene = place[from_index[k]];
        float v = from_value[k];
        if (gene >= 0) index[at] = gene, value[at++] = v; /* never ahead of what is still to be read */
    }
    if (!ordered) slm_row_sort((slm_row){ index, value }, at);
    return at;
}

static bool not_zero(float x) { return x < 0 || x > 0; }

/* Entries of part i that stay. */
static int64_t count_entries(const slm_concat *c, int64_t i)
{
    const scilama_dataset *d = c->parts[i];
    const int32_t *place = c->place[i];
    int64_t count = 0;
    if (d->storage == SCILAMA_STORAGE_CSR && !place) return d->indptr[d->cells];
    if (d->storage == SCILAMA_STORAGE_CSR)
        for (int64_t k = 0; k < d->indptr[d->cells]; k++) count += place[d->indices[k]] >= 0;
    else
        for (int64_t r = 0; r < d->cells; r++)
            for (int64_t g = 0; g < d->genes; g++) count += not_zero(d->values[r * d->ld + g]) && (!place || place[g] >= 0);
    return count;
}

/* Rows of part i behind what is there already. */
static void append_rows(const slm_concat *c, int64_t i, slm_dataset_parts *to)
{
    const scilama_dataset *d = c->parts[i];
    const int32_t *place = c->place[i];
    int64_t *indptr = to->indptr + c->first[i];
    for (int64_t r = 0; r < d->cells; r++) {
        int64_t at = indptr[r], start = at;
        if (d->storage == SCILAMA_STORAGE_DENSE) {
            for (int64_t g = 0; g < d->genes; g++)
                if (not_zero(d->values[r * d->ld + g]) && (!place || place[g] >= 0))
                    to->indices[at] = place ? place[g] : (int32_t)g, to->values[at++] = d->values[r * d->ld + g];
            if (place && !c->ordered[i]) slm_row_sort((slm_row){ to->indices + start, to->values + start }, at - start);
        } else {
            int64_t from = d->indptr[r], count = d->indptr[r + 1] - from;
            if (place) count = slm_concat_row(place, c->ordered[i], d->indices + from, d->values + from, count, to->indices + at, to->values + at);
            else if (count) {
                memcpy(to->indices + at, d->indices + from, (size_t)count * sizeof *to->indices);
                memcpy(to->values + at, d->values + from, (size_t)count * sizeof *to->values);
            }
            at += count;
        }
        indptr[r + 1] = at;
    }
}

static void append_dense(const slm_concat *c, int64_t i, slm_dataset_parts *to)
{
    const scilama_dataset *d = c->parts[i];
    const int32_t *place = c->place[i];
    for (int64_t r = 0; r < d->cells; r++) {
        const float *from = d->values + r * d->ld;
        float *row = to->values + (c->first[i] + r) * c->genes;
        if (!place) memcpy(row, from, (size_t)c->genes * sizeof *row);
        for (int64_t g = 0; place && g < d->genes; g++)
            if (place[g] >= 0) row[place[g]] = from[g];
    }
}

static scilama_status reserve_matrix(const slm_concat *c, slm_dataset_parts *to, scilama_error *error)
{
    int64_t total = 0;
    to->storage = SCILAMA_STORAGE_DENSE;
    for (int64_t i = 0; i < c->n; i++)
        if (c->parts[i]->storage != SCILAMA_STORAGE_DENSE) to->storage = SCILAMA_STORAGE_CSR;
    if (to->storage == SCILAMA_STORAGE_DENSE) {
        if (!slm_mul_size(c->cells, c->genes, &total)) return slm_fail(error, SCILAMA_E_INVALID, "the datasets are too large together");
        to->values = slm_alloc_array(c->ctx, total, sizeof *to->values);
        return to->values ? SCILAMA_OK : slm_fail_nomem(error);
    }
    for (int64_t i = 0; i < c->n; i++) total += count_entries(c, i);
    to->values = slm_alloc_array(c->ctx, total, sizeof *to->values);
    to->indices = slm_alloc_array(c->ctx, total, sizeof *to->indices);
    to->indptr = slm_alloc_array(c->ctx, c->cells + 1, sizeof *to->indptr);
    if (!to->values || !to->indices || !to->indptr) return slm_fail_nomem(error);
    to->indptr[0] = 0;
    return SCILAMA_OK;
}

/* Memory that is not written to yet is not taken yet: a part that is given back once it is copied makes room for the next. */
static scilama_status join_matrix(const slm_concat *c, bool release, slm_dataset_parts *to, scilama_error *error)
{
    scilama_status status = reserve_matrix(c, to, error);
    for (int64_t i = 0; i < c->n && !status; i++) {
        scilama_dataset *d = c->parts[i];
        if (slm_cancelled(c->ctx)) return slm_fail_cancelled(error);
        if (to->storage == SCILAMA_STORAGE_DENSE) append_dense(c, i, to);
        else append_rows(c, i, to);
        if (!release) continue;
        slm_store_release(d->store);
        d->store = NULL;
        d->values = NULL;
        d->indptr = NULL;
        d->indices = NULL;
        d->input_released = true;
    }
    return status;
}

/* --- all of it ----------------------------------------------------------------------------- */

static scilama_status check_parts(const slm_concat *c, const scilama_concat_options *o, scilama_error *error)
{
    int64_t streamed = -1, read = -1;
    if (o->join == SCILAMA_JOIN_OUTER)
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "datasets are joined by the genes that all have: a gene that one of them lacks is unknown there, not zero, "
                                                      "and training takes every gene as measured; train on the genes of all and map the rest");
    for (int64_t i = 0; i < c->n; i++) {
        SLM_TRY(slm_dataset_need_matrix(c->parts[i], error));
        if (c->parts[i]->source) streamed = i;
        else read = i;
        for (int64_t k = 0; k < i; k++) {
            if (c->parts[k] == c->parts[i] && o->release) return slm_fail(error, SCILAMA_E_DUPLICATE, "'%.60s' and '%.60s' are one dataset, which cannot be given back and read again", c->keys[k], c->keys[i]);
            if (!strcmp(c->keys[k], c->keys[i])) return slm_fail(error, SCILAMA_E_DUPLICATE, "two datasets have the key '%.60s': give each its own", c->keys[i]);
        }
    }
    if (streamed < 0 || read < 0) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_UNSUPPORTED, "'%.60s' is streamed and '%.60s' is in memory: read all in one way", c->keys[streamed], c->keys[read]);
}

/* Counts beside logged values are taken for neither. */
static void tell_values(const slm_concat *c)
{
    static const char *const kinds[] = { "", "counts", "expression not yet logged", "logged", "scaled" };
    int64_t first = -1;
    int32_t kind = 0;
    for (int64_t i = 0; i < c->n; i++) {
        slm_value_range r = slm_dataset_range(c->parts[i]);
        if (!(r.min < 0) && !(r.max > 0)) continue;
        int32_t own = slm_range_input(&r);
        if (first >= 0 && own != kind) {
            slm_log(c->ctx, SCILAMA_LOG_WARNING, "the values of '%.60s' look like %s, those of '%.60s' like %s: join matrices of one kind, say layers of counts",
                    c->keys[first], kinds[kind], c->keys[i], kinds[own]);
            return;
        }
        if (first < 0) first = i;
        kind = own;
    }
}

static scilama_status set_label(const slm_concat *c, const char *label, scilama_dataset *whole, scilama_error *error)
{
    int32_t *code = slm_alloc_array(c->ctx, c->cells, sizeof *code);
    if (!code) return slm_fail_nomem(error);
    for (int64_t i = 0; i < c->n; i++)
        for (int64_t k = c->first[i]; k < c->first[i + 1]; k++) code[k] = (int32_t)i;
    scilama_status status = slm_dataset_set_codes(whole, label, code, c->keys, c->n, error);
    slm_free(c->ctx, code);
    return status;
}

static scilama_status assemble(scilama_dataset **out, slm_concat *c, bool release, slm_strings *cells, slm_strings *genes, scilama_error *error)
{
    slm_source *source = NULL;
    if (c->parts[0]->source) {
        scilama_status status = slm_concat_source(&source, c, error);
        if (!status && (status = slm_dataset_from_source(out, source, cells, genes, "the datasets together", error))) slm_source_release(source);
        return status;
    }
    slm_dataset_parts parts = { .cells = c->cells, .genes = c->genes, .cell_names = *cells, .gene_names = *genes };
    scilama_status status = join_matrix(c, release, &parts, error);
    if (!status && !(status = slm_dataset_from_parts(out, c->ctx, &parts, error))) {
        *cells = *genes = (slm_strings){ 0 };
        return SCILAMA_OK;
    }
    slm_free_all(c->ctx, parts.values, parts.indptr, parts.indices);
    return status;
}

/* "0", "1", … where there are no keys. */
static scilama_status number_keys(slm_concat *c, const char ***made, slm_strings *numbers, scilama_error *error)
{
    if (c->keys) return SCILAMA_OK;
    scilama_status status = slm_strings_numbers(c->ctx, numbers, NULL, false, c->n, error);
    if (!status && !(*made = slm_strings_pointers(c->ctx, numbers))) status = slm_fail_nomem(error);
    c->keys = *made;
    return status;
}

scilama_status slm_dataset_concat(scilama_dataset **out, scilama_dataset *const *datasets, int64_t n, const scilama_concat_options *o, scilama_error *error)
{
    slm_concat c = { .ctx = datasets[0]->ctx, .parts = datasets, .n = n, .keys = o->keys };
    slm_strings cells = { 0 }, genes = { 0 }, numbers = { 0 };
    const char **made = NULL;
    scilama_dataset *whole = NULL;
    scilama_status status = number_keys(&c, &made, &numbers, error);
    if (status || (status = check_parts(&c, o, error)) || (status = concat_make(&c, error)) || (status = join_genes(&c, &genes, error)) || (status = join_names(&c, o->index_unique, &cells, error))) goto done;
    tell_values(&c);
    if ((status = assemble(&whole, &c, o->release != 0, &cells, &genes, error)) || (status = slm_concat_columns(&c, whole, error)) ||
        (o->label && (status = set_label(&c, o->label, whole, error)))) goto done;
    for (int64_t i = 0; i < n; i++) whole->first_duplicate = whole->first_duplicate || datasets[i]->first_duplicate;
    *out = whole;
    whole = NULL;
done:
    slm_dataset_release(whole);
    slm_strings_free_all(c.ctx, &cells, &genes, &numbers);
    slm_free(c.ctx, made);
    concat_free(&c);
    return status;
}
