/* SPDX-License-Identifier: MIT */
#include "io/h5ad.h"
#include "io/table.h"

/* gene_id [rows] and embedding [rows × width]; or varm of an AnnData file. */

static scilama_status read_matrix(slm_raw_table *out, slm_h5_file *file, const char *path, scilama_error *error)
{
    slm_h5_matrix m;
    slm_matrix values;
    scilama_context *ctx = slm_h5_context(file);
    scilama_status status = slm_h5_matrix_open(&m, file, path, error);
    if (!status && m.storage == SCILAMA_STORAGE_DENSE && m.info.rank != 2)
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not two-dimensional", slm_h5_path(file), path);
    if (!status && m.rows != out->names.count)
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s has %lld rows but there are %lld names", slm_h5_path(file), path, (long long)m.rows, (long long)out->names.count);
    int64_t count = 0;
    if (!status && m.storage != SCILAMA_STORAGE_DENSE && (!slm_mul_size(m.rows, m.cols, &count) || count > 64 * m.stored + (1 << 20)))
        status = slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: %s is too sparse to be a table of vectors", slm_h5_path(file), path);
    if (!status) status = slm_h5_matrix_read(&m, &values, error);
    if (status) return status;
    out->rows = m.rows;
    out->width = m.cols;
    if (values.storage == SCILAMA_STORAGE_DENSE) {
        out->values = values.values;
        return SCILAMA_OK;
    }
    out->values = slm_alloc_array_zero(ctx, count, sizeof *out->values);
    if (!out->values) status = slm_fail_nomem(error);
    for (int64_t r = 0; r < m.rows && !status; r++)
        for (int64_t k = values.indptr[r]; k < values.indptr[r + 1]; k++) out->values[r * m.cols + values.indices[k]] = values.values[k];
    slm_matrix_free(ctx, &values);
    return status;
}

/* The path of varm[key]; without a key that of the only member of varm, or of what fit wrote. */
static scilama_status choose_varm(slm_h5_file *file, const char *key, char *out, size_t size, scilama_error *error)
{
    slm_strings names = { 0 };
    scilama_status status = SCILAMA_OK;
    if (slm_h5_kind(file, "varm") == SLM_H5_GROUP) status = slm_h5_list(file, "varm", &names, error);
    if (status) return status;
    if (key) {
        snprintf(out, size, "varm/%.400s", key);
        if (!slm_h5_kind(file, out)) status = slm_fail(error, SCILAMA_E_NOTFOUND, "%s: varm has no \"%.60s\"", slm_h5_path(file), key);
    } else if (slm_h5_kind(file, "varm/scilama")) snprintf(out, size, "varm/scilama");
    else if (names.count == 1) snprintf(out, size, "varm/%.400s", slm_string(&names, 0));
    else status = slm_fail(error, SCILAMA_E_INVALID, "%s: varm has %lld entries: name one by the key", slm_h5_path(file), (long long)names.count);
    slm_strings_free(slm_h5_context(file), &names);
    return status;
}

/* Genes that are not in a fitted model have NaN throughout there: they have no vector. */
static scilama_status drop_unknown(slm_raw_table *out, scilama_context *ctx, scilama_error *error)
{
    int64_t kept = 0, *rows = slm_alloc_array(ctx, out->rows, sizeof *rows);
    if (!rows) return slm_fail_nomem(error);
    for (int64_t r = 0; r < out->rows; r++) {
        bool known = false;
        for (int64_t i = 0; i < out->width; i++) known = known || !isnan(out->values[r * out->width + i]);
        if (!known && out->width) continue;
        memmove(out->values + kept * out->width, out->values + r * out->width, (size_t)out->width * sizeof *out->values);
        rows[kept++] = r;
    }
    slm_strings names = { 0 };
    scilama_status status = SCILAMA_OK;
    if (kept && kept < out->rows) {
        status = slm_strings_take(ctx, &names, &out->names, rows, kept, error);
        if (!status) {
            slm_strings_free(ctx, &out->names);
            out->names = names;
            out->rows = kept;
        }
    }
    slm_free(ctx, rows);
    return status;
}

static scilama_status read_varm(slm_raw_table *out, slm_h5_file *file, const char *key, scilama_error *error)
{
    slm_frame var;
    char path[512];
    scilama_status status = choose_varm(file, key, path, sizeof path, error);
    if (!status) status = slm_frame_open(&var, file, "var", error);
    if (status) return status;
    status = slm_frame_names(&var, &out->names, error);
    slm_frame_close(&var);
    if (!status) status = read_matrix(out, file, path, error);
    return status ? status : drop_unknown(out, slm_h5_context(file), error);
}

static const char *first_of(slm_h5_file *file, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (slm_h5_kind(file, names[i]) == SLM_H5_DATASET) return names[i];
    return NULL;
}

static scilama_status read_pair(slm_raw_table *out, slm_h5_file *file, const char *key, scilama_error *error)
{
    static const char *const value_keys[] = { "embedding", "embeddings", "values" };
    const char *names = first_of(file, slm_table_name_keys, SLM_TABLE_NAME_KEYS), *values = key ? key : first_of(file, value_keys, 3);
    if (!names || !values || slm_h5_kind(file, values) != SLM_H5_DATASET)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s is HDF5 but holds no table: gene_id and %.60s are expected", slm_h5_path(file), key ? key : "embedding");
    scilama_status status = slm_h5_read_strings(file, names, &out->names, error);
    return status ? status : read_matrix(out, file, values, error);
}

scilama_status slm_table_hdf5(slm_raw_table *out, scilama_context *ctx, const char *path, const char *key, scilama_error *error)
{
    slm_h5_file *file;
    SLM_TRY(slm_h5_open(&file, ctx, path, error));
    bool anndata = slm_h5_kind(file, "obs") && slm_h5_kind(file, "var");
    scilama_status status = anndata ? read_varm(out, file, key, error) : read_pair(out, file, key, error);
    status = slm_h5_close_read(file, status, error);
    return status;
}

scilama_status slm_table_write(const scilama_gene_table *table, const char *path, scilama_error *error)
{
    slm_h5_file *file;
    int64_t dims[2] = { table->rows, table->width };
    scilama_status status = slm_h5_create_atomic(&file, table->ctx, path, error);
    if (!status) status = slm_h5_write_string_table(file, "gene_id", &table->names, error);
    if (!status) status = slm_h5_write(file, "embedding", SLM_H5_F32, 2, dims, table->values, 4, error);
    if (!status) status = slm_h5_write_attr_string(file, "", "format", "scilama gene table", error);
    if (!status) status = slm_h5_commit(file, error);
    slm_h5_close(file);
    return status;
}
