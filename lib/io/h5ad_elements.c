/* SPDX-License-Identifier: MIT */
#include "io/h5ad_write.h"

/* One function for each element that AnnData files are made of, in anndata's current encodings (its documentation,
 * "On-disk format"): every element carries encoding-type and encoding-version, and is written whole. */

enum { COLUMN_LEVEL = 4, MATRIX_LEVEL = 2, PATH_BYTES = 1280, PIECE = 1 << 19 /* entries of a long matrix at once: whole chunks */ };

scilama_status slm_h5ad_encode(slm_h5_file *file, const char *path, const char *type, const char *version, scilama_error *error)
{
    scilama_status status = slm_h5_write_attr_string(file, path, "encoding-type", type, error);
    return status ? status : slm_h5_write_attr_string(file, path, "encoding-version", version, error);
}

/* An empty group in place of whatever has the name. */
static scilama_status new_group(slm_h5_file *file, const char *path, const char *type, const char *version, scilama_error *error)
{
    scilama_status status = slm_h5_remove(file, path, error);
    if (!status) status = slm_h5_make_group(file, path, error);
    return status ? status : slm_h5ad_encode(file, path, type, version, error);
}

scilama_status slm_h5ad_dict(slm_h5_file *file, const char *path, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    if (slm_h5_kind(file, path) != SLM_H5_GROUP) {
        status = slm_h5_remove(file, path, error);
        if (!status) status = slm_h5_make_group(file, path, error);
    }
    if (!status && !slm_h5_has_attr(file, path, "encoding-type")) status = slm_h5ad_encode(file, path, "dict", "0.1.0", error);
    return status;
}

scilama_status slm_h5ad_put_array(slm_h5_file *file, const char *path, slm_h5_type type, int rank, const int64_t *dims, const void *data, scilama_error *error)
{
    int64_t size = (int64_t)slm_h5_type_bytes(type);
    for (int i = 0; i < rank; i++)
        if (!slm_mul_size(size, dims[i], &size)) return slm_fail(error, SCILAMA_E_INVALID, "%s: an array of that many values is more than memory can hold", path);
    scilama_status status = slm_h5_write(file, path, type, rank, dims, data, COLUMN_LEVEL, error);
    return status ? status : slm_h5ad_encode(file, path, "array", "0.2.0", error);
}

scilama_status slm_h5ad_put_numbers(slm_h5_file *file, const char *path, slm_h5_type type, const double *values, int64_t count, scilama_error *error)
{
    scilama_status status = slm_h5ad_put_array(file, path, type, 1, &count, NULL, error);
    return status ? status : slm_h5_write_rows(file, path, SLM_H5_F64, 0, count, values, error);
}

scilama_status slm_h5ad_put_bools(slm_h5_file *file, const char *path, const int32_t *codes, int64_t count, scilama_error *error)
{
    SLM_SCOPE(work, slm_h5_context(file));
    int8_t *values = slm_scope_array(&work, count, 1);
    if (!values) return slm_fail_nomem(error);
    for (int64_t i = 0; i < count; i++) values[i] = (int8_t)codes[i];
    SLM_TRY(slm_h5_write_bools(file, path, values, count, COLUMN_LEVEL, error));
    return slm_h5ad_encode(file, path, "array", "0.2.0", error);
}

scilama_status slm_h5ad_put_strings(slm_h5_file *file, const char *path, const char *const *values, int64_t count, scilama_error *error)
{
    scilama_status status = slm_h5_write_strings(file, path, values, count, error);
    return status ? status : slm_h5ad_encode(file, path, "string-array", "0.2.0", error);
}

scilama_status slm_h5ad_put_string(slm_h5_file *file, const char *path, const char *value, scilama_error *error)
{
    scilama_status status = slm_h5_write_string(file, path, value, error);
    return status ? status : slm_h5ad_encode(file, path, "string", "0.2.0", error);
}

scilama_status slm_h5ad_put_scalar(slm_h5_file *file, const char *path, slm_h5_type type, const void *value, scilama_error *error)
{
    scilama_status status = slm_h5_write(file, path, type, 0, NULL, value, 0, error);
    return status ? status : slm_h5ad_encode(file, path, "numeric-scalar", "0.2.0", error);
}

/* The smallest integers that hold the codes, as pandas chooses them. */
static slm_h5_type code_type(int64_t n_categories) { return n_categories > INT16_MAX ? SLM_H5_I32 : n_categories > INT8_MAX ? SLM_H5_I16 : SLM_H5_I8; }

static scilama_status check_codes(const char *path, int64_t first, int64_t count, const int32_t *codes, int64_t n_categories, scilama_error *error)
{
    for (int64_t i = 0; i < count; i++)
        if (codes[i] < -1 || codes[i] >= n_categories)
            return slm_fail(error, SCILAMA_E_INVALID, "%s: row %" PRId64 " has code %d but there are %" PRId64 " categories", path, first + i, (int)codes[i], n_categories);
    return SCILAMA_OK;
}

scilama_status slm_h5ad_begin_categorical(slm_h5_file *file, const char *path, int64_t count, const char *const *categories, int64_t n_categories, scilama_error *error)
{
    scilama_status status = new_group(file, path, "categorical", "0.2.0", error);
    if (!status) status = slm_h5_write_attr_bool(file, path, "ordered", false, error);
    if (!status) status = slm_h5ad_put_array(file, SLM_AT(path, "codes"), code_type(n_categories), 1, &count, NULL, error);
    return status ? status : slm_h5ad_put_strings(file, SLM_AT(path, "categories"), categories, n_categories, error);
}

scilama_status slm_h5ad_add_codes(slm_h5_file *file, const char *path, int64_t first, int64_t count, const int32_t *codes, int64_t n_categories, scilama_error *error)
{
    slm_h5_type type = code_type(n_categories);
    SLM_TRY(check_codes(path, first, count, codes, n_categories, error));
    if (type == SLM_H5_I32) return slm_h5_write_rows(file, SLM_AT(path, "codes"), type, first, count, codes, error);
    SLM_SCOPE(work, slm_h5_context(file));
    void *packed = slm_scope_array(&work, count, slm_h5_type_bytes(type));
    if (!packed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < count; i++) {
        if (type == SLM_H5_I8) ((int8_t *)packed)[i] = (int8_t)codes[i];
        else ((int16_t *)packed)[i] = (int16_t)codes[i];
    }
    return slm_h5_write_rows(file, SLM_AT(path, "codes"), type, first, count, packed, error);
}

scilama_status slm_h5ad_put_categorical(slm_h5_file *file, const char *path, const int32_t *codes, int64_t count, const char *const *categories,
                                        int64_t n_categories, scilama_error *error)
{
    scilama_status status = check_codes(path, 0, count, codes, n_categories, error);
    if (!status) status = slm_h5ad_begin_categorical(file, path, count, categories, n_categories, error);
    return status ? status : slm_h5ad_add_codes(file, path, 0, count, codes, n_categories, error);
}

/* --- matrices ------------------------------------------------------------------------- */

static bool value_type(int32_t type, slm_h5_type *out)
{
    switch (type) {
    case SCILAMA_DTYPE_F32: *out = SLM_H5_F32; return true;
    case SCILAMA_DTYPE_F64: *out = SLM_H5_F64; return true;
    case SCILAMA_DTYPE_I32: *out = SLM_H5_I32; return true;
    case SCILAMA_DTYPE_I64: *out = SLM_H5_I64; return true;
    case SCILAMA_DTYPE_U16: *out = SLM_H5_U16; return true;
    case SCILAMA_DTYPE_U32: *out = SLM_H5_U32; return true;
    default: return false;
    }
}

static int64_t index_at(const void *line, slm_h5_type type, int64_t i)
{
    return type == SLM_H5_I64 ? ((const int64_t *)line)[i] : ((const int32_t *)line)[i];
}

/* Compressed lines in the caller's memory. */
typedef struct sparse_view {
    bool csr;
    int64_t shape[2], lines, width, stored;
    slm_h5_type values_type, indices_type, indptr_type;
    const void *values, *indices, *indptr;
} sparse_view;

static scilama_status check_sparse(const char *path, const sparse_view *v, scilama_error *error)
{
    if (v->stored < 0 || index_at(v->indptr, v->indptr_type, 0) != 0 || index_at(v->indptr, v->indptr_type, v->lines) != v->stored)
        return slm_fail(error, SCILAMA_E_INVALID, "%s: indptr does not go from 0 to stored (%" PRId64 ")", path, v->stored);
    for (int64_t i = 0; i < v->lines; i++)
        if (index_at(v->indptr, v->indptr_type, i) > index_at(v->indptr, v->indptr_type, i + 1))
            return slm_fail(error, SCILAMA_E_INVALID, "%s: indptr goes down at %" PRId64, path, i);
    for (int64_t k = 0; k < v->stored; k++) {
        int64_t index = index_at(v->indices, v->indices_type, k);
        if (index < 0 || index >= v->width)
            return slm_fail(error, SCILAMA_E_INVALID, "%s: indices[%" PRId64 "] is %" PRId64 ", outside 0 to %" PRId64, path, k, index, v->width - 1);
    }
    return SCILAMA_OK;
}

/* scipy needs indices and indptr of one type: int32 wherever it is wide enough. */
static scilama_status put_indices(slm_h5_file *file, const char *path, const void *line, slm_h5_type from, slm_h5_type to,
                                  int64_t count, scilama_error *error)
{
    if (from == to) return slm_h5_write(file, path, to, 1, &count, line, MATRIX_LEVEL, error);
    SLM_SCOPE(work, slm_h5_context(file));
    void *other = slm_scope_array(&work, count ? count : 1, to == SLM_H5_I64 ? sizeof(int64_t) : sizeof(int32_t));
    if (!other) return slm_fail_nomem(error);
    for (int64_t i = 0; i < count; i++) {
        int64_t value = index_at(line, from, i);
        if (to == SLM_H5_I64) ((int64_t *)other)[i] = value;
        else ((int32_t *)other)[i] = (int32_t)value;
    }
    return slm_h5_write(file, path, to, 1, &count, other, MATRIX_LEVEL, error);
}

static scilama_status put_view(slm_h5_file *file, const char *path, const sparse_view *v, scilama_error *error)
{
    slm_h5_type type = v->stored <= INT32_MAX && v->width <= INT32_MAX ? SLM_H5_I32 : SLM_H5_I64;
    scilama_status status = check_sparse(path, v, error);
    if (!status) status = new_group(file, path, v->csr ? "csr_matrix" : "csc_matrix", "0.1.0", error);
    if (!status) status = slm_h5_write_attr(file, path, "shape", SLM_H5_I64, 1, 2, v->shape, error);
    if (!status) status = slm_h5_write(file, SLM_AT(path, "data"), v->values_type, 1, &v->stored, v->values, MATRIX_LEVEL, error);
    if (!status) status = put_indices(file, SLM_AT(path, "indices"), v->indices, v->indices_type, type, v->stored, error);
    return status ? status : put_indices(file, SLM_AT(path, "indptr"), v->indptr, v->indptr_type, type, v->lines + 1, error);
}

static scilama_status put_sparse(slm_h5_file *file, const char *path, const scilama_matrix *m, slm_h5_type type, scilama_error *error)
{
    if ((m->index_type != SCILAMA_DTYPE_I32 && m->index_type != SCILAMA_DTYPE_I64) || !m->indptr || (m->stored && !m->indices))
        return slm_fail(error, SCILAMA_E_INVALID, "%s: a sparse matrix needs indptr and indices of int32 or int64", path);
    bool csr = m->storage == SCILAMA_STORAGE_CSR;
    int32_t pointer = m->indptr_type ? m->indptr_type : m->index_type;
    if (pointer != SCILAMA_DTYPE_I32 && pointer != SCILAMA_DTYPE_I64)
        return slm_fail(error, SCILAMA_E_INVALID, "%s: indptr_type %d is neither int32 nor int64", path, pointer);
    sparse_view v = { csr, { m->rows, m->cols }, csr ? m->rows : m->cols, csr ? m->cols : m->rows, m->stored, type,
                      m->index_type == SCILAMA_DTYPE_I64 ? SLM_H5_I64 : SLM_H5_I32, pointer == SCILAMA_DTYPE_I64 ? SLM_H5_I64 : SLM_H5_I32,
                      m->values, m->indices, m->indptr };
    return put_view(file, path, &v, error);
}

/* Indices come as int32, and are int64 in the file where indptr must be: scipy wants them of one type. */
scilama_status slm_h5ad_begin_csr(slm_h5_file *file, const char *path, const int64_t shape[2], const int64_t *indptr, scilama_error *error)
{
    int64_t stored = indptr[shape[0]];
    slm_h5_type type = stored <= INT32_MAX ? SLM_H5_I32 : SLM_H5_I64;
    scilama_status status = new_group(file, path, "csr_matrix", "0.1.0", error);
    if (!status) status = slm_h5_write_attr(file, path, "shape", SLM_H5_I64, 1, 2, shape, error);
    if (!status) status = slm_h5_write(file, SLM_AT(path, "data"), SLM_H5_F32, 1, &stored, NULL, MATRIX_LEVEL, error);
    if (!status) status = slm_h5_write(file, SLM_AT(path, "indices"), type, 1, &stored, NULL, MATRIX_LEVEL, error);
    return status ? status : put_indices(file, SLM_AT(path, "indptr"), indptr, SLM_H5_I64, type, shape[0] + 1, error);
}

scilama_status slm_h5ad_add_entries(slm_h5_file *file, const char *path, int64_t first, int64_t count, const int32_t *indices, const float *values, scilama_error *error)
{
    scilama_status status = slm_h5_write_rows(file, SLM_AT(path, "data"), SLM_H5_F32, first, count, values, error);
    return status ? status : slm_h5_write_rows(file, SLM_AT(path, "indices"), SLM_H5_I32, first, count, indices, error);
}

/* In pieces of whole chunks, so that nothing is held beside the caller's arrays, progress is told and a cancel seen. */
scilama_status slm_h5ad_put_csr(slm_h5_file *file, const char *path, const int64_t shape[2], const int64_t *indptr, const int32_t *indices,
                                const float *values, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(file);
    int64_t stored = indptr[shape[0]];
    sparse_view v = { true, { shape[0], shape[1] }, shape[0], shape[1], stored, SLM_H5_F32, SLM_H5_I32, SLM_H5_I64, values, indices, indptr };
    scilama_status status = check_sparse(path, &v, error);
    if (!status) status = slm_h5ad_begin_csr(file, path, shape, indptr, error);
    for (int64_t at = 0; at < stored && !status; at += PIECE) {
        int64_t count = stored - at < PIECE ? stored - at : PIECE;
        if (slm_cancelled(ctx)) status = slm_fail_cancelled(error);
        else status = slm_h5ad_add_entries(file, path, at, count, indices + at, values + at, error);
        slm_tell(ctx, "writing", (double)(at + count) / (double)stored);
    }
    if (status == SCILAMA_E_CANCELLED) slm_h5_remove(file, path, NULL);
    return status;
}

static scilama_status put_dense(slm_h5_file *file, const char *path, const scilama_matrix *m, slm_h5_type type, scilama_error *error)
{
    int64_t dims[2] = { m->rows, m->cols }, ld = m->ld ? m->ld : m->cols;
    if (ld < m->cols) return slm_fail(error, SCILAMA_E_INVALID, "%s: the leading dimension %" PRId64 " is less than the width %" PRId64, path, ld, m->cols);
    if (ld == m->cols) return slm_h5ad_put_array(file, path, type, 2, dims, m->values, error);
    SLM_SCOPE(work, slm_h5_context(file));
    int64_t size;
    size_t bytes = slm_h5_type_bytes(type), row = (size_t)m->cols * bytes;
    if (!slm_mul_size(m->rows, ld, &size) || !slm_mul_size(size, (int64_t)bytes, &size))
        return slm_fail(error, SCILAMA_E_INVALID, "%s: %" PRId64 " rows with leading dimension %" PRId64 " are more than memory can hold", path, m->rows, ld);
    char *packed = slm_scope_array(&work, m->rows, row);
    if (!packed) return slm_fail_nomem(error);
    for (int64_t r = 0; r < m->rows; r++) memcpy(packed + (size_t)r * row, (const char *)m->values + (size_t)(r * ld) * bytes, row);
    return slm_h5ad_put_array(file, path, type, 2, dims, packed, error);
}

scilama_status slm_h5ad_put_matrix(slm_h5_file *file, const char *path, const scilama_matrix *m, scilama_error *error)
{
    slm_h5_type type;
    int64_t count = m->storage == SCILAMA_STORAGE_DENSE ? 1 : m->stored;
    if (!value_type(m->value_type, &type)) return slm_fail(error, SCILAMA_E_INVALID, "%s: value_type %d is not known", path, (int)m->value_type);
    if (m->rows < 0 || m->cols < 0 || (count && !m->values)) return slm_fail(error, SCILAMA_E_INVALID, "%s: the matrix has no values or a negative size", path);
    if (m->storage == SCILAMA_STORAGE_DENSE) return put_dense(file, path, m, type, error);
    if (m->storage == SCILAMA_STORAGE_CSR || m->storage == SCILAMA_STORAGE_CSC) return put_sparse(file, path, m, type, error);
    return slm_fail(error, SCILAMA_E_INVALID, "%s: storage %d is not known", path, (int)m->storage);
}

/* --- data frames ------------------------------------------------------------------------ */

static scilama_status put_numbered(slm_h5_file *file, const char *path, int64_t rows, scilama_error *error)
{
    slm_strings names = { 0 };
    scilama_status status = slm_strings_numbers(slm_h5_context(file), &names, NULL, false, rows, error);
    if (!status) status = slm_h5_write_string_table(file, path, &names, error);
    slm_strings_free(slm_h5_context(file), &names);
    return status ? status : slm_h5ad_encode(file, path, "string-array", "0.2.0", error);
}

scilama_status slm_h5ad_put_frame(slm_h5_file *file, const char *path, const char *const *index, int64_t rows, scilama_error *error)
{
    char part[PATH_BYTES + 16];
    scilama_status status = new_group(file, path, "dataframe", "0.2.0", error);
    if (!status) status = slm_h5_write_attr_string(file, path, "_index", "_index", error);
    if (!status) status = slm_h5_write_attr_strings(file, path, "column-order", NULL, 0, error);
    snprintf(part, sizeof part, "%s/_index", path);
    if (status) return status;
    return index ? slm_h5ad_put_strings(file, part, index, rows, error) : put_numbered(file, part, rows, error);
}

scilama_status slm_h5ad_add_column(slm_h5_file *file, const char *frame, const char *column, scilama_error *error)
{
    SLM_SCOPE(work, slm_h5_context(file));
    if (slm_h5_attr_equals(file, frame, "_index", column))
        return slm_fail(error, SCILAMA_E_INVALID, "%s/%s is the index: choose another name", frame, column);
    if (!strcmp(column, "_index")) /* anndata, which calls an index so that has no name, writes no such column */
        return slm_fail(error, SCILAMA_E_INVALID, "%s/_index is kept for the index: choose another name", frame);
    slm_strings order;
    SLM_TRY(slm_h5_read_attr_strings(file, frame, "column-order", &order, error));
    slm_strings_hold(&work, &order);
    const char **names = slm_scope_array(&work, order.count + 1, sizeof *names);
    bool there = false;
    if (!names) return slm_fail_nomem(error);
    for (int64_t i = 0; i < order.count; i++) {
        names[i] = slm_string(&order, i);
        there = there || strcmp(names[i], column) == 0;
    }
    if (there) return SCILAMA_OK;
    names[order.count] = column;
    return slm_h5_write_attr_strings(file, frame, "column-order", names, order.count + 1, error);
}

scilama_status slm_h5ad_drop_column(slm_h5_file *file, const char *frame, const char *column, scilama_error *error)
{
    SLM_SCOPE(work, slm_h5_context(file));
    slm_strings order;
    int64_t kept = 0;
    SLM_TRY(slm_h5_read_attr_strings(file, frame, "column-order", &order, error));
    slm_strings_hold(&work, &order);
    const char **names = slm_scope_array(&work, order.count + 1, sizeof *names);
    if (!names) return slm_fail_nomem(error);
    for (int64_t i = 0; i < order.count; i++)
        if (strcmp(slm_string(&order, i), column) != 0) names[kept++] = slm_string(&order, i);
    SLM_TRY(slm_h5_remove(file, SLM_AT(frame, column), error));
    return kept == order.count ? SCILAMA_OK : slm_h5_write_attr_strings(file, frame, "column-order", names, kept, error);
}
