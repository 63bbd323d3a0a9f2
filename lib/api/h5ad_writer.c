/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "io/h5ad_write.h"

/* The writer of scilama/io.h: paths are made of group and key here, and a key cannot lead out of its group. */

enum { PATH_BYTES = SLM_WRITER_KEY_BYTES };

/* For what puts a thing in place: it never looks for a cancel, and need not be counted as a call. */
static scilama_status check_writer(scilama_h5ad_writer *w, scilama_error *error)
{
    if (!w) return slm_fail(error, SCILAMA_E_INVALID, "writer is NULL");
    if (!w->file) return slm_fail(error, SCILAMA_E_STATE, "the writer was committed: start another one");
    return slm_context_check(w->ctx, error);
}

scilama_status slm_writer_key(scilama_h5ad_writer *w, const char *group, const char *key, bool nested, char *out, scilama_error *error)
{
    SLM_TRY(check_writer(w, error));
    if (!key || !key[0]) return slm_fail(error, SCILAMA_E_INVALID, "the key of %s is NULL or empty", group);
    size_t n = strlen(key);
    if (!slm_utf8_valid(key, n)) return slm_fail(error, SCILAMA_E_INVALID, "\"%.60s\" cannot be a key of %s: it is not UTF-8", key, group);
    if (n > 900 || !strcmp(key, ".") || key[0] == '/' || key[n - 1] == '/' || strstr(key, "//") || (!nested && strchr(key, '/')))
        return slm_fail(error, SCILAMA_E_INVALID, "\"%.60s\" cannot be a key of %s: it has misplaced slashes or is too long", key, group);
    snprintf(out, PATH_BYTES, "%s/%s", group, key);
    return SCILAMA_OK;
}

static scilama_status need(const void *values, int64_t count, const char *what, scilama_error *error)
{
    if (values || count == 0) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_INVALID, "%s is NULL", what);
}

/* Texts for a file, which others read as UTF-8. More than there can be are refused by whoever writes them. */
static scilama_status need_texts(const char *const *texts, int64_t count, const char *path, scilama_error *error)
{
    for (int64_t i = 0; i < count && count <= INT32_MAX && texts; i++)
        if (texts[i] && !slm_utf8_valid(texts[i], strlen(texts[i])))
            return slm_fail(error, SCILAMA_E_INVALID, "%s: text %lld ('%.60s') is not UTF-8", path, (long long)i + 1, texts[i]);
    return SCILAMA_OK;
}

scilama_status scilama_h5ad_writer_open_part(scilama_h5ad_writer **out, scilama_context *context, const char *input,
                                             const scilama_file_options *options, const char *output, scilama_error *error)
{
    RESULT(out);
    if (!context || !input || !output || !input[0] || !output[0]) return slm_fail(error, SCILAMA_E_INVALID, "context, input or output is NULL or empty");
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_file_options, o, options);
    return slm_writer_open(out, context, input, &o, output, error);
}

scilama_status scilama_h5ad_writer_open(scilama_h5ad_writer **out, scilama_context *context, const char *input, const char *output, scilama_error *error)
{
    return scilama_h5ad_writer_open_part(out, context, input, NULL, output, error);
}

scilama_status scilama_h5ad_writer_create(scilama_h5ad_writer **out, scilama_context *context, const char *output, const scilama_matrix *matrix,
                                          const char *const *cell_names, const char *const *gene_names, scilama_error *error)
{
    RESULT(out);
    if (!context || !output || !output[0] || !matrix) return slm_fail(error, SCILAMA_E_INVALID, "context, output or matrix is NULL");
    scilama_matrix m = { .storage = SCILAMA_STORAGE_DENSE };
    ENTER_CONTEXT(status, context);
    if (!status) status = slm_options_read(&m, sizeof m, matrix, "scilama_matrix", error);
    if (!status) status = need_texts(cell_names, m.rows, "obs/_index", error);
    if (!status) status = need_texts(gene_names, m.cols, "var/_index", error);
    return status ? status : slm_writer_create(out, context, output, &m, cell_names, gene_names, error);
}

scilama_status scilama_h5ad_writer_create_from(scilama_h5ad_writer **out, const char *output, const scilama_dataset *dataset, int32_t matrix, scilama_error *error)
{
    RESULT(out);
    if (!output || !output[0] || !dataset) return slm_fail(error, SCILAMA_E_INVALID, "output or dataset is NULL");
    ENTER(status, dataset);
    return status ? status : slm_writer_create_from(out, output, dataset, matrix != 0, error);
}

scilama_status scilama_h5ad_writer_copy_obs(scilama_h5ad_writer *writer, const char *input, const scilama_file_options *options, scilama_error *error)
{
    if (!input || !input[0]) return slm_fail(error, SCILAMA_E_INVALID, "input is NULL or empty");
    SLM_TRY(check_writer(writer, error));
    BEGIN(status, writer);
    OPTIONS(scilama_file_options, o, options);
    return slm_writer_copy_obs(writer, input, &o, error);
}

scilama_status scilama_h5ad_writer_commit(scilama_h5ad_writer *writer, scilama_error *error)
{
    ENTER(status, writer);
    if (!status) status = check_writer(writer, error);
    return status ? status : slm_writer_commit(writer, error);
}

void scilama_h5ad_writer_destroy(scilama_h5ad_writer *writer) { slm_writer_destroy(writer); }
int64_t scilama_h5ad_writer_cells(const scilama_h5ad_writer *writer) { return writer ? writer->cells : 0; }
int64_t scilama_h5ad_writer_genes(const scilama_h5ad_writer *writer) { return writer ? writer->genes : 0; }

/* --- matrices ------------------------------------------------------------------------ */

static scilama_status put_rows(scilama_h5ad_writer *w, const char *group, const char *key, const float *values, int64_t width, int64_t ld,
                               bool cells, scilama_error *error)
{
    char path[PATH_BYTES];
    scilama_status status = slm_writer_key(w, group, key, false, path, error);
    if (!status && width <= 0) status = slm_fail(error, SCILAMA_E_INVALID, "%s: the width is %lld: it must be positive", path, (long long)width);
    if (!status) status = need(values, 1, "values", error);
    if (status) return status;
    scilama_matrix m = { .storage = SCILAMA_STORAGE_DENSE, .value_type = SCILAMA_DTYPE_F32, .rows = cells ? w->cells : w->genes,
                         .cols = width, .ld = ld, .values = values };
    return slm_h5ad_put_matrix(w->file, path, &m, error);
}

scilama_status scilama_h5ad_writer_put_obsm(scilama_h5ad_writer *writer, const char *key, const float *values, int64_t width, int64_t ld, scilama_error *error)
{
    return put_rows(writer, "obsm", key, values, width, ld, true, error);
}

scilama_status scilama_h5ad_writer_put_varm(scilama_h5ad_writer *writer, const char *key, const float *values, int64_t width, int64_t ld, scilama_error *error)
{
    return put_rows(writer, "varm", key, values, width, ld, false, error);
}

scilama_status scilama_h5ad_writer_put_layer(scilama_h5ad_writer *writer, const char *key, const scilama_matrix *matrix, scilama_error *error)
{
    char path[PATH_BYTES];
    scilama_matrix m = { .storage = SCILAMA_STORAGE_DENSE };
    scilama_status status = slm_writer_key(writer, "layers", key, false, path, error);
    if (!status && !matrix) status = slm_fail(error, SCILAMA_E_INVALID, "matrix is NULL");
    if (!status) status = slm_options_read(&m, sizeof m, matrix, "scilama_matrix", error);
    if (!status && (m.rows != writer->cells || m.cols != writer->genes))
        status = slm_fail(error, SCILAMA_E_INVALID, "%s: the matrix is %lld x %lld but the file is %lld x %lld", path, (long long)m.rows, (long long)m.cols,
                          (long long)writer->cells, (long long)writer->genes);
    return status ? status : slm_h5ad_put_matrix(writer->file, path, &m, error);
}

static scilama_status put_pairs(scilama_h5ad_writer *w, const char *group, const char *key, const int64_t *indptr, const int32_t *indices,
                                const float *values, bool cells, scilama_error *error)
{
    char path[PATH_BYTES];
    scilama_status status = slm_writer_key(w, group, key, false, path, error);
    if (!status) status = need(indptr, 1, "indptr", error);
    if (status) return status;
    int64_t n = cells ? w->cells : w->genes, stored = indptr[n], shape[2] = { n, n };
    BEGIN(entered, w); /* long: a cancel is for it */
    entered = need(indices, stored, "indices", error);
    if (!entered) entered = need(values, stored, "values", error);
    return entered ? entered : slm_h5ad_put_csr(w->file, path, shape, indptr, indices, values, error);
}

scilama_status scilama_h5ad_writer_put_obsp(scilama_h5ad_writer *writer, const char *key, const int64_t *indptr, const int32_t *indices, const float *values, scilama_error *error)
{
    return put_pairs(writer, "obsp", key, indptr, indices, values, true, error);
}

scilama_status scilama_h5ad_writer_put_varp(scilama_h5ad_writer *writer, const char *key, const int64_t *indptr, const int32_t *indices, const float *values, scilama_error *error)
{
    return put_pairs(writer, "varp", key, indptr, indices, values, false, error);
}

/* --- columns ------------------------------------------------------------------------- */

static scilama_status put_numeric(scilama_h5ad_writer *w, const char *frame, const char *key, const double *values, int64_t rows, scilama_error *error)
{
    char path[PATH_BYTES];
    scilama_status status = slm_writer_key(w, frame, key, false, path, error);
    if (!status) status = need(values, rows, "values", error);
    if (!status) status = slm_h5ad_add_column(w->file, frame, key, error);
    return status ? status : slm_h5ad_put_array(w->file, path, SLM_H5_F64, 1, &rows, values, error);
}

scilama_status scilama_h5ad_writer_put_obs_numeric(scilama_h5ad_writer *writer, const char *key, const double *values, scilama_error *error)
{
    return put_numeric(writer, "obs", key, values, scilama_h5ad_writer_cells(writer), error);
}

scilama_status scilama_h5ad_writer_put_var_numeric(scilama_h5ad_writer *writer, const char *key, const double *values, scilama_error *error)
{
    return put_numeric(writer, "var", key, values, scilama_h5ad_writer_genes(writer), error);
}

static scilama_status put_categorical(scilama_h5ad_writer *w, const char *frame, const char *key, const int32_t *codes, int64_t rows,
                                      const char *const *categories, int64_t n, scilama_error *error)
{
    char path[PATH_BYTES];
    scilama_status status = slm_writer_key(w, frame, key, false, path, error);
    if (!status) status = need(codes, rows, "codes", error);
    if (!status) status = need(categories, n, "categories", error);
    if (!status && n < 0) status = slm_fail(error, SCILAMA_E_INVALID, "%s: the number of categories is negative", path);
    if (!status) status = need_texts(categories, n, path, error);
    if (!status) status = slm_h5ad_add_column(w->file, frame, key, error);
    return status ? status : slm_h5ad_put_categorical(w->file, path, codes, rows, categories, n, error);
}

scilama_status scilama_h5ad_writer_put_obs_categorical(scilama_h5ad_writer *writer, const char *key, const int32_t *codes, const char *const *categories,
                                                       int64_t n_categories, scilama_error *error)
{
    return put_categorical(writer, "obs", key, codes, scilama_h5ad_writer_cells(writer), categories, n_categories, error);
}

scilama_status scilama_h5ad_writer_put_var_categorical(scilama_h5ad_writer *writer, const char *key, const int32_t *codes, const char *const *categories,
                                                       int64_t n_categories, scilama_error *error)
{
    return put_categorical(writer, "var", key, codes, scilama_h5ad_writer_genes(writer), categories, n_categories, error);
}

/* --- uns --------------------------------------------------------------------------------- */

/* Makes the dictionaries that "a/b/c" goes through. */
static scilama_status uns_path(scilama_h5ad_writer *w, const char *key, char *path, scilama_error *error)
{
    scilama_status status = slm_writer_key(w, "uns", key, true, path, error);
    for (char *slash = status ? NULL : strchr(path + 4, '/'); slash && !status; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        status = slm_h5ad_dict(w->file, path, error);
        *slash = '/';
    }
    return status;
}

scilama_status scilama_h5ad_writer_put_uns_string(scilama_h5ad_writer *writer, const char *key, const char *value, scilama_error *error)
{
    char path[PATH_BYTES];
    scilama_status status = uns_path(writer, key, path, error);
    if (!status) status = need(value, 1, "value", error);
    if (!status) status = need_texts(&value, 1, path, error);
    return status ? status : slm_h5ad_put_string(writer->file, path, value, error);
}

scilama_status scilama_h5ad_writer_put_uns_strings(scilama_h5ad_writer *writer, const char *key, const char *const *values, int64_t count, scilama_error *error)
{
    char path[PATH_BYTES];
    scilama_status status = uns_path(writer, key, path, error);
    if (!status && count < 0) status = slm_fail(error, SCILAMA_E_INVALID, "count is negative");
    if (!status) status = need(values, count, "values", error);
    if (!status) status = need_texts(values, count, path, error);
    return status ? status : slm_h5ad_put_strings(writer->file, path, values, count, error);
}

scilama_status scilama_h5ad_writer_put_uns_number(scilama_h5ad_writer *writer, const char *key, double value, scilama_error *error)
{
    char path[PATH_BYTES];
    scilama_status status = uns_path(writer, key, path, error);
    return status ? status : slm_h5ad_put_scalar(writer->file, path, SLM_H5_F64, &value, error);
}

scilama_status scilama_h5ad_writer_put_uns_integer(scilama_h5ad_writer *writer, const char *key, int64_t value, scilama_error *error)
{
    char path[PATH_BYTES];
    scilama_status status = uns_path(writer, key, path, error);
    return status ? status : slm_h5ad_put_scalar(writer->file, path, SLM_H5_I64, &value, error);
}

scilama_status scilama_h5ad_writer_put_uns_array(scilama_h5ad_writer *writer, const char *key, const float *values, int64_t rows, int64_t cols, scilama_error *error)
{
    char path[PATH_BYTES];
    int64_t dims[2] = { rows, cols };
    scilama_status status = uns_path(writer, key, path, error);
    if (!status && (rows < 0 || cols < 0)) status = slm_fail(error, SCILAMA_E_INVALID, "rows or cols is negative");
    if (!status) status = need(values, rows, "values", error);
    return status ? status : slm_h5ad_put_array(writer->file, path, SLM_H5_F32, cols ? 2 : 1, dims, values, error);
}

scilama_status scilama_h5ad_writer_put_uns_table(scilama_h5ad_writer *writer, const char *key, const char *const *index, int64_t rows, scilama_error *error)
{
    char path[PATH_BYTES];
    scilama_status status = uns_path(writer, key, path, error);
    if (!status && rows < 0) status = slm_fail(error, SCILAMA_E_INVALID, "rows is negative");
    if (!status) status = need_texts(index, rows, path, error);
    return status ? status : slm_h5ad_put_frame(writer->file, path, index, rows, error);
}

/* Rows of the table at path, and the path of its column. */
static scilama_status table_column(scilama_h5ad_writer *w, const char *key, const char *column, char *table, char *path, int64_t *rows, scilama_error *error)
{
    slm_h5_info info;
    scilama_status status = uns_path(w, key, table, error);
    if (!status) status = slm_writer_key(w, table, column, false, path, error);
    if (status) return status;
    if (slm_h5_describe(w->file, SLM_AT(table, "_index"), &info, NULL)) return slm_fail(error, SCILAMA_E_STATE, "%s is not a table yet: put the table first", table);
    *rows = info.count;
    return slm_h5ad_add_column(w->file, table, column, error);
}

scilama_status scilama_h5ad_writer_put_uns_table_numeric(scilama_h5ad_writer *writer, const char *key, const char *column, const double *values, scilama_error *error)
{
    char table[PATH_BYTES], path[2 * PATH_BYTES];
    int64_t rows = 0;
    scilama_status status = need(values, 1, "values", error);
    if (!status) status = table_column(writer, key, column, table, path, &rows, error);
    return status ? status : slm_h5ad_put_array(writer->file, path, SLM_H5_F64, 1, &rows, values, error);
}

scilama_status scilama_h5ad_writer_put_uns_table_strings(scilama_h5ad_writer *writer, const char *key, const char *column, const char *const *values, scilama_error *error)
{
    char table[PATH_BYTES], path[2 * PATH_BYTES];
    int64_t rows = 0;
    scilama_status status = need(values, 1, "values", error);
    if (!status) status = table_column(writer, key, column, table, path, &rows, error);
    for (int64_t i = 0; i < rows && !status; i++)
        if (!values[i]) status = slm_fail(error, SCILAMA_E_INVALID, "%s: row %lld is NULL", path, (long long)i);
    if (!status) status = need_texts(values, rows, path, error);
    return status ? status : slm_h5ad_put_strings(writer->file, path, values, rows, error);
}

scilama_status scilama_h5ad_writer_put_uns_records(scilama_h5ad_writer *writer, const char *key, const char *const *fields, int64_t n_fields,
                                                   int64_t rows, const double *values, const char *const *strings, scilama_error *error)
{
    char path[PATH_BYTES];
    int64_t size = 0;
    scilama_status status = uns_path(writer, key, path, error);
    if (!status && (n_fields <= 0 || rows < 0 || !slm_mul_size(n_fields, rows, &size)))
        status = slm_fail(error, SCILAMA_E_INVALID, "%s cannot have %lld fields of %lld rows", path, (long long)n_fields, (long long)rows);
    if (!status && (values != NULL) == (strings != NULL)) status = slm_fail(error, SCILAMA_E_INVALID, "give values or strings for %s, not both", path);
    if (!status && !fields) status = slm_fail(error, SCILAMA_E_INVALID, "fields is NULL");
    for (int64_t i = 0; i < n_fields && !status; i++)
        if (!fields[i] || !fields[i][0]) status = slm_fail(error, SCILAMA_E_INVALID, "%s: the name of field %lld is NULL or empty", path, (long long)i);
    for (int64_t i = 0; i < size && strings && !status; i++)
        if (!strings[i]) status = slm_fail(error, SCILAMA_E_INVALID, "%s: string %lld is NULL", path, (long long)i);
    if (!status) status = need_texts(fields, n_fields, path, error);
    if (!status) status = need_texts(strings, size, path, error);
    if (!status) status = slm_h5_write_records(writer->file, path, fields, n_fields, rows, values, strings, error);
    return status ? status : slm_h5ad_encode(writer->file, path, "rec-array", "0.2.0", error);
}
