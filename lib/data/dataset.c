/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"
#include "data/matrix.h"

/* The data set as an object: made of a caller's matrix, of parts that a reader owns, or of a source of rows; every way checks
 * sizes, names and values once, here, and what is behind it may rely on them. */

slm_store *slm_store_create(scilama_context *ctx)
{
    slm_store *store = slm_alloc_zero(ctx, sizeof *store);
    if (!store) return NULL;
    store->ctx = slm_context_retain(ctx);
    atomic_store(&store->refs, 1);
    return store;
}

SLM_RETAIN(slm_store_retain, slm_store)

void slm_store_release(slm_store *store)
{
    if (!store || atomic_fetch_sub(&store->refs, 1) != 1) return;
    scilama_context *ctx = store->ctx;
    for (int i = 0; i < 3; i++) slm_free(ctx, store->owned[i]);
    slm_free(ctx, store);
    slm_context_release(ctx);
}

SLM_RETAIN(slm_dataset_retain, scilama_dataset)

void slm_dataset_release(scilama_dataset *d)
{
    if (!d || atomic_fetch_sub(&d->refs, 1) != 1) return;
    scilama_context *ctx = d->ctx;
    slm_dataset_stale(d);
    if (d->source) d->source->cell_names = d->source->gene_names = NULL;
    slm_source_release(d->source);
    slm_strings_free_all(ctx, &d->cell_names, &d->gene_names);
    slm_strings *read = atomic_load(&d->names_read);
    if (read) slm_strings_free(ctx, read);
    slm_free(ctx, read);
    for (int64_t i = 0; i < d->n_columns; i++) {
        slm_free_all(ctx, d->columns[i].name, d->columns[i].numeric, d->columns[i].codes);
        slm_strings_free(ctx, &d->columns[i].categories);
    }
    slm_free(ctx, d->columns);
    for (int64_t i = 0; i < d->n_unread; i++) {
        slm_free_all(ctx, d->unread[i].name, d->unread[i].why);
    }
    slm_free(ctx, d->unread);
    for (int64_t i = 0; i < d->n_covariates; i++) slm_free(ctx, d->covariates[i].name);
    slm_free(ctx, d->covariates);
    for (int64_t i = 0; i < d->n_modalities; i++) {
        slm_free_all(ctx, d->modalities[i].name, d->modalities[i].row);
        slm_gene_table_release(d->modalities[i].table);
    }
    slm_free_all(ctx, d->modalities, d->split, d->chosen_split, d->batch_key);
    slm_store_release(d->store);
    slm_free(ctx, d);
    slm_context_release(ctx);
}

scilama_status slm_dataset_need_matrix(const scilama_dataset *d, scilama_error *error)
{
    if (!d->input_released || d->source) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_STATE, "the matrix was given back (scilama_dataset_release_input): read the data again");
}

scilama_status slm_dataset_release_input(scilama_dataset *d, scilama_error *error)
{
    if (d->input_released) return SCILAMA_OK;
    if (!d->design) return slm_fail(error, SCILAMA_E_STATE, "nothing is prepared: call scilama_dataset_preprocess first");
    for (int64_t m = 0; m < d->n_modalities; m++) {
        slm_gene_table_release(d->modalities[m].table);
        d->modalities[m].table = NULL;
    }
    d->input_released = true;
    if (d->source) return SCILAMA_OK;
    slm_store_release(d->store);
    d->store = NULL;
    d->values = NULL;
    d->indptr = NULL;
    d->indices = NULL;
    return SCILAMA_OK;
}

void slm_dataset_stale(scilama_dataset *d)
{
    slm_recipe_release(d->recipe);
    slm_design_release(d->design);
    slm_free(d->ctx, d->used);
    d->recipe = NULL;
    d->told = 0;
    d->design = NULL;
    d->used = NULL;
}

/* A dataset with neither names nor matrix yet. */
static scilama_status create_bare(scilama_dataset **out, scilama_context *ctx, int64_t cells, int64_t genes, scilama_error *error)
{
    scilama_dataset *d = slm_alloc_zero(ctx, sizeof *d);
    if (!d) return slm_fail_nomem(error);
    d->ctx = slm_context_retain(ctx);
    atomic_store(&d->refs, 1);
    d->cells = cells;
    d->genes = genes;
    d->store = slm_store_create(ctx);
    if (!d->store) {
        slm_dataset_release(d);
        return slm_fail_nomem(error);
    }
    *out = d;
    return SCILAMA_OK;
}

static scilama_status check_shape(int64_t cells, int64_t genes, scilama_error *error)
{
    int64_t product;
    if (cells <= 0 || genes <= 0)
        return slm_fail(error, SCILAMA_E_INVALID, "the matrix is %" PRId64 " cells × %" PRId64 " genes: it needs at least one of each", cells, genes);
    if (genes > INT32_MAX || !slm_mul_size(cells, genes, &product))
        return slm_fail(error, SCILAMA_E_INVALID, "the matrix of %" PRId64 " cells × %" PRId64 " genes is too large", cells, genes);
    return SCILAMA_OK;
}

static scilama_status duplicate_gene(const scilama_dataset *d, const slm_name_index *index, scilama_error *error)
{
    const char *name = slm_string(&d->gene_names, index->first_duplicate);
    return slm_fail(error, SCILAMA_E_DUPLICATE,
                    "gene '%s' occurs more than once (columns %" PRId64 " and %" PRId64 "): make gene names unique, or read the file with first_duplicate (--first-duplicate), which keeps the first",
                    name, slm_name_index_find(index, name), index->first_duplicate);
}

static scilama_status check_text(const scilama_dataset *d, scilama_status code, scilama_error *error)
{
    scilama_status status = slm_strings_check(&d->cell_names, "the name of cell", code, error);
    return status ? status : slm_strings_check(&d->gene_names, "the name of gene", code, error);
}

static scilama_status check_gene_names(const scilama_dataset *d, bool *duplicates, scilama_error *error)
{
    if (duplicates) *duplicates = false;
    if (!d->named_genes) return SCILAMA_OK;
    SLM_SCOPE(work, d->ctx);
    slm_name_index index;
    SLM_TRY(slm_name_index_build(&work, &index, &d->gene_names, error));
    if (index.first_duplicate >= 0 && !duplicates) return duplicate_gene(d, &index, error);
    if (duplicates) *duplicates = index.first_duplicate >= 0;
    return SCILAMA_OK;
}

scilama_status slm_dataset_create(scilama_dataset **out, scilama_context *ctx, const scilama_matrix *matrix,
                                  const char *const *cell_names, const char *const *gene_names, scilama_error *error)
{
    scilama_dataset *d = NULL;
    scilama_status status = check_shape(matrix->rows, matrix->cols, error);
    if (status || (status = create_bare(&d, ctx, matrix->rows, matrix->cols, error))) return status;
    status = cell_names ? slm_strings_copy(ctx, &d->cell_names, cell_names, d->cells, error)
                        : slm_strings_numbers(ctx, &d->cell_names, NULL, false, d->cells, error);
    if (status) goto done;
    status = gene_names ? slm_strings_copy(ctx, &d->gene_names, gene_names, d->genes, error)
                        : slm_strings_numbers(ctx, &d->gene_names, NULL, false, d->genes, error);
    if (status) goto done;
    d->named_genes = gene_names != NULL;
    if ((status = check_text(d, SCILAMA_E_INVALID, error)) || (status = check_gene_names(d, NULL, error)) || (status = slm_matrix_load(d, matrix, error))) goto done;
    *out = d;
    d = NULL;
done:
    slm_dataset_release(d);
    return status;
}

/* Keeps the first of the genes of one name: in the names, and in the matrix in place. */
static scilama_status drop_duplicate_genes(scilama_dataset *d, float *values, int64_t *indptr, int32_t *indices, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    SLM_SCOPE(work, ctx);
    slm_strings names;
    int64_t *rows, at = 0, start = 0;
    scilama_status status = slm_strings_distinct(ctx, &d->gene_names, &names, &rows, error);
    slm_scope_hold(&work, rows);
    int32_t *place = slm_scope_array(&work, d->genes, sizeof *place);
    if (!status && !place) {
        slm_strings_free(ctx, &names);
        status = slm_fail_nomem(error);
    }
    if (status) return status;
    memset(place, -1, (size_t)d->genes * sizeof *place);
    for (int64_t g = 0; g < names.count; g++) place[rows[g]] = (int32_t)g;
    for (int64_t c = 0; c < d->cells && !indptr; c++)
        for (int64_t k = 0; k < names.count; k++) values[at++] = values[c * d->genes + rows[k]];
    for (int64_t c = 0; c < d->cells && indptr; c++) {
        int64_t end = indptr[c + 1];
        for (int64_t e = start; e < end; e++) {
            if (place[indices[e]] < 0) continue;
            values[at] = values[e];
            indices[at++] = place[indices[e]];
        }
        start = end;
        indptr[c + 1] = at;
    }
    slm_log(ctx, SCILAMA_LOG_WARNING, "%" PRId64 " genes whose name occurred before were dropped", d->genes - names.count);
    d->gene_names = names; /* the caller frees the old ones */
    d->genes = names.count;
    return SCILAMA_OK;
}

/* Names as given, or numbers (of cells: nothing when they stay with the source); until all succeeds, given ones remain the caller's. */
static scilama_status lend_names(scilama_dataset *d, bool stay, const slm_strings *cells, const slm_strings *genes, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    if (cells->count) d->cell_names = *cells;
    else if (!stay) status = slm_strings_numbers(d->ctx, &d->cell_names, NULL, false, d->cells, error);
    if (genes->count) d->gene_names = *genes;
    else if (!status) status = slm_strings_numbers(d->ctx, &d->gene_names, NULL, false, d->genes, error);
    d->named_genes = genes->count != 0;
    return status;
}

static void take_back_names(scilama_dataset *d, const slm_strings *cells, const slm_strings *genes)
{
    if (d->cell_names.bytes == cells->bytes) d->cell_names = (slm_strings){ 0 };
    if (d->gene_names.bytes == genes->bytes) d->gene_names = (slm_strings){ 0 };
}

scilama_status slm_dataset_from_parts(scilama_dataset **out, scilama_context *ctx, slm_dataset_parts *parts, scilama_error *error)
{
    scilama_dataset *d = NULL;
    bool duplicates = false, dense = parts->storage == SCILAMA_STORAGE_DENSE;
    scilama_status status = check_shape(parts->cells, parts->genes, error);
    if (status) return status;
    if ((parts->cell_names.count && parts->cell_names.count != parts->cells) ||
        (parts->gene_names.count && parts->gene_names.count != parts->genes))
        return slm_fail(error, SCILAMA_E_INVALID, "%" PRId64 " cell names and %" PRId64 " gene names do not fit a matrix of %" PRId64 " × %" PRId64,
                        parts->cell_names.count, parts->gene_names.count, parts->cells, parts->genes);
    SLM_TRY(create_bare(&d, ctx, parts->cells, parts->genes, error));
    if ((status = lend_names(d, false, &parts->cell_names, &parts->gene_names, error))) goto done;
    d->storage = parts->storage;
    d->values = parts->values;
    d->ld = parts->genes;
    d->indptr = parts->indptr;
    d->indices = parts->indices;
    if ((status = check_text(d, SCILAMA_E_FORMAT, error)) ||
        (status = check_gene_names(d, parts->repeated_genes ? &duplicates : NULL, error))) goto done;
    if (!dense && ((status = slm_matrix_check_indptr(d, parts->indptr[d->cells], error)) ||
                   (status = slm_matrix_check_rows(d, parts->indices, parts->values, error)))) goto done;
    if ((status = slm_matrix_check_finite(d, error))) goto done;
    if (duplicates && parts->repeated_genes == SLM_REPEATED_DROP) {
        if ((status = drop_duplicate_genes(d, parts->values, dense ? NULL : parts->indptr, parts->indices, error))) goto done;
        slm_strings_free(ctx, &parts->gene_names);
        d->ld = d->genes;
        d->first_duplicate = true;
    }
    d->store->owned[0] = parts->values;
    if (!dense) {
        d->store->owned[1] = parts->indptr;
        d->store->owned[2] = parts->indices;
    }
    *parts = (slm_dataset_parts){ 0 };
    *out = d;
    return SCILAMA_OK;
done:
    take_back_names(d, &parts->cell_names, &parts->gene_names);
    slm_dataset_release(d);
    return status;
}

/* Read once, some at a time, and not kept. */
static scilama_status check_source_names(slm_source *s, scilama_error *error)
{
    enum { NAMES = 16384 };
    for (int64_t first = 0; first < s->cells; first += NAMES) {
        slm_strings names;
        if (slm_cancelled(s->ctx)) return slm_fail_cancelled(error);
        SLM_TRY(s->names(s, first, s->cells - first < NAMES ? s->cells - first : NAMES, &names, error));
        scilama_status status = slm_strings_check_from(&names, first, "the name of cell", SCILAMA_E_INVALID, error);
        slm_strings_free(s->ctx, &names);
        if (status) return status;
    }
    return SCILAMA_OK;
}

scilama_status slm_dataset_from_source(scilama_dataset **out, slm_source *source, slm_strings *cell_names, slm_strings *gene_names,
                                       const char *what, scilama_error *error)
{
    scilama_dataset *d = NULL;
    scilama_status status = check_shape(source->cells, source->genes, error);
    if (status || (status = slm_source_check_memory(source, what, error)) ||
        (status = create_bare(&d, source->ctx, source->cells, source->genes, error))) return status;
    if ((status = lend_names(d, source->names != NULL, cell_names, gene_names, error))) goto done;
    source->cell_names = &d->cell_names;
    source->gene_names = &d->gene_names;
    if ((status = check_text(d, SCILAMA_E_INVALID, error)) || (source->names && (status = check_source_names(source, error))) ||
        (status = check_gene_names(d, NULL, error)) || (status = slm_source_learn(source, error))) goto done;
    d->source = source;
    *cell_names = *gene_names = (slm_strings){ 0 };
    *out = d;
    return SCILAMA_OK;
done:
    source->cell_names = source->gene_names = NULL;
    take_back_names(d, cell_names, gene_names);
    slm_dataset_release(d);
    return status;
}

/* --- names of cells, wherever they are --------------------------------------------------------- */

const char *slm_dataset_cell(char *room, const scilama_dataset *d, int64_t cell)
{
    return d->cell_names.count ? slm_string(&d->cell_names, cell) : slm_source_cell(room, d->source, cell);
}

scilama_status slm_dataset_names(slm_scope *scope, const scilama_dataset *d, slm_strings *out, scilama_error *error)
{
    const slm_strings *read = atomic_load(&d->names_read);
    *out = read ? *read : d->cell_names;
    if (out->count) return SCILAMA_OK;
    SLM_TRY(d->source->names(d->source, 0, d->cells, out, error));
    slm_strings_hold(scope, out);
    return SCILAMA_OK;
}

/* Whoever comes second, of several threads, gives back what he has read. */
static const slm_strings *keep_names(scilama_dataset *d)
{
    slm_strings *mine = slm_alloc_zero(d->ctx, sizeof *mine), *there = NULL;
    if (!mine) return NULL;
    bool good = !d->source->names(d->source, 0, d->cells, mine, NULL);
    if (good && atomic_compare_exchange_strong(&d->names_read, &there, mine)) return mine;
    if (good) slm_strings_free(d->ctx, mine);
    slm_free(d->ctx, mine);
    return there;
}

const char *slm_dataset_kept_cell(const scilama_dataset *d, int64_t cell)
{
    if (d->cell_names.count) return slm_string(&d->cell_names, cell);
    const slm_strings *names = atomic_load(&d->names_read);
    if (!names) names = keep_names((scilama_dataset *)d); /* what others see of it does not change */
    return names ? slm_string(names, cell) : NULL;
}

const slm_column *slm_dataset_column(const scilama_dataset *dataset, const char *name)
{
    for (int64_t i = 0; i < dataset->n_columns; i++)
        if (strcmp(dataset->columns[i].name, name) == 0) return &dataset->columns[i];
    return NULL;
}
