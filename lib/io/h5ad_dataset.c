/* SPDX-License-Identifier: MIT */
#include "data/source.h"
#include "io/h5ad_write.h"

/* A dataset as a file of its own. */

static slm_h5_type number_type(int32_t stored)
{
    static const slm_h5_type types[] = { SLM_H5_I8, SLM_H5_I16, SLM_H5_I32, SLM_H5_I64, SLM_H5_U8, SLM_H5_U16, SLM_H5_U32, SLM_H5_U64 };
    return stored == SLM_STORED_F32 ? SLM_H5_F32 : stored >= SLM_STORED_I8 ? types[stored - SLM_STORED_I8] : SLM_H5_F64;
}

/* Integers and booleans have no word for a missing value. */
static bool is_whole(const slm_column *c, int64_t cells)
{
    bool whole = true;
    for (int64_t i = 0; i < cells && whole; i++) whole = c->codes ? c->codes[i] >= 0 : !isnan(c->numeric[i]);
    return whole;
}

static scilama_status put_values(slm_h5_file *file, const char *path, const slm_column *c, int64_t cells, const char *const *names, scilama_error *error)
{
    bool whole = is_whole(c, cells);
    if (c->codes && c->stored == SLM_STORED_BOOL && whole) return slm_h5ad_put_bools(file, path, c->codes, cells, error);
    if (!c->codes) return slm_h5ad_put_numbers(file, path, whole || c->stored == SLM_STORED_F32 ? number_type(c->stored) : SLM_H5_F64, c->numeric, cells, error);
    SLM_TRY(slm_h5ad_put_categorical(file, path, c->codes, cells, names, c->categories.count, error));
    return c->stored == SLM_STORED_ORDERED ? slm_h5_write_attr_bool(file, path, "ordered", true, error) : SCILAMA_OK;
}

static scilama_status put_column(scilama_h5ad_writer *w, const scilama_dataset *d, const slm_column *column, scilama_error *error)
{
    char path[1280];
    SLM_SCOPE(work, w->ctx);
    slm_column c;
    const char **names = slm_scope_hold(&work, slm_strings_pointers(w->ctx, &column->categories));
    if (!names) return slm_fail_nomem(error);
    SLM_TRY(slm_column_hold(&work, d, column, &c, error));
    snprintf(path, sizeof path, "obs/%.1000s", c.name);
    SLM_TRY(put_values(w->file, path, &c, w->cells, names, error));
    return slm_h5ad_add_column(w->file, "obs", c.name, error);
}

/* Rows on their way from a source into X. */
typedef struct passage { slm_h5_file *file; int64_t at; scilama_status status; scilama_error *error; } passage;

static void pass_rows(void *arg, const slm_rows *rows)
{
    passage *p = arg;
    int64_t from = rows->indptr[0], count = rows->indptr[rows->n] - from;
    if (p->status) return;
    p->status = slm_h5ad_add_entries(p->file, "X", p->at, count, rows->indices + from, rows->values + from, p->error);
    p->at += count;
}

static scilama_status put_stream(scilama_h5ad_writer *w, slm_source *source, scilama_error *error)
{
    SLM_TRY(slm_source_count(source, error));
    int64_t shape[2] = { source->cells, source->genes }, *indptr = slm_alloc_array(w->ctx, source->cells + 1, sizeof *indptr);
    if (!indptr) return slm_fail_nomem(error);
    indptr[0] = 0;
    for (int64_t c = 0; c < source->cells; c++) indptr[c + 1] = indptr[c] + source->entries[c];
    passage p = { .file = w->file, .error = error };
    scilama_status status = slm_h5ad_begin_csr(w->file, "X", shape, indptr, error);
    if (!status) status = slm_source_scan(source, NULL, source->cells, pass_rows, &p, error);
    slm_free(w->ctx, indptr);
    return status ? status : p.status;
}

static scilama_status create(scilama_h5ad_writer **out, const char *output, const scilama_dataset *d, const scilama_matrix *m, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    SLM_SCOPE(work, ctx);
    slm_strings names;
    SLM_TRY(slm_dataset_names(&work, d, &names, error));
    const char **cells = slm_strings_pointers(ctx, &names), **genes = slm_strings_pointers(ctx, &d->gene_names);
    scilama_status status = cells && genes ? slm_writer_create(out, ctx, output, m, cells, genes, error) : slm_fail_nomem(error);
    slm_free_all(ctx, cells, genes);
    return status;
}

scilama_status slm_writer_create_from(scilama_h5ad_writer **out, const char *output, const scilama_dataset *d, bool matrix, scilama_error *error)
{
    bool inside = matrix && !d->source && !d->input_released, csr = inside && d->storage == SCILAMA_STORAGE_CSR;
    scilama_matrix m = { .struct_size = sizeof m, .storage = SCILAMA_STORAGE_CSR, .value_type = SCILAMA_DTYPE_F32, .index_type = SCILAMA_DTYPE_I32,
                         .indptr_type = SCILAMA_DTYPE_I64, .memory = SCILAMA_MEMORY_BORROW, .rows = d->cells, .cols = d->genes };
    int64_t *empty = csr ? NULL : slm_alloc_array_zero(d->ctx, d->cells + 1, sizeof *empty);
    scilama_status status = csr || empty ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status && matrix) status = slm_dataset_need_matrix(d, error);
    m.indptr = csr ? d->indptr : empty;
    if (inside) m.values = d->values;
    if (csr) m.indices = d->indices, m.stored = d->indptr[d->cells];
    else if (inside) m.storage = SCILAMA_STORAGE_DENSE, m.ld = d->ld;
    if (!status) status = create(out, output, d, &m, error);
    slm_free(d->ctx, empty);
    if (!status && matrix && d->source) status = put_stream(*out, d->source, error);
    for (int64_t i = 0; i < d->n_columns && !status; i++) status = put_column(*out, d, &d->columns[i], error);
    if (status) {
        slm_writer_destroy(*out);
        *out = NULL;
    }
    return status;
}
