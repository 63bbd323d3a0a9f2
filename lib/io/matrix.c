/* SPDX-License-Identifier: MIT */
#include "io/matrix.h"

/* Dense and sparse matrices of AnnData files. */

void slm_h5_dtype_name(const slm_h5_info *info, char *out, size_t size)
{
    const char *kind = info->kind == SLM_H5_FLOAT ? "float" : info->kind == SLM_H5_UINT ? "uint" : "int";
    if (info->kind == SLM_H5_BOOL) snprintf(out, size, "bool");
    else if (info->kind >= SLM_H5_ENUM) snprintf(out, size, "object");
    else snprintf(out, size, "%s%d", kind, (int)(info->bytes * 8 > 999 ? 999 : info->bytes * 8));
}

static scilama_status bad_matrix(const slm_h5_matrix *m, scilama_error *error, const char *why)
{
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s %s", slm_h5_path(m->file), m->path, why);
}

static scilama_status check_numbers(const slm_h5_matrix *m, scilama_error *error)
{
    if (m->info.kind >= SLM_H5_INT && m->info.kind <= SLM_H5_BOOL) return SCILAMA_OK;
    return bad_matrix(m, error, "does not hold numbers");
}

static scilama_status open_dense(slm_h5_matrix *m, scilama_error *error)
{
    snprintf(m->values, sizeof m->values, "%s", m->path);
    scilama_status status = slm_h5_describe(m->file, m->path, &m->info, error);
    if (!status) status = check_numbers(m, error);
    if (status) return status;
    if (m->info.rank != 2 && m->info.rank != 1) return bad_matrix(m, error, "is not a table of cells by genes");
    m->storage = SCILAMA_STORAGE_DENSE;
    m->rows = m->info.dims[0];
    m->cols = m->info.rank == 2 ? m->info.dims[1] : 1;
    m->stored = m->info.count;
    return SCILAMA_OK;
}

static scilama_status describe_line(const slm_h5_matrix *m, const char *name, slm_h5_info *info, scilama_error *error)
{
    const char *path = SLM_AT(m->path, name);
    scilama_status status = slm_h5_describe(m->file, path, info, error);
    if (status == SCILAMA_E_NOTFOUND) return bad_matrix(m, error, "is a group but not a sparse matrix: it lacks data, indices or indptr");
    if (status) return status;
    if (info->rank != 1 || info->kind < SLM_H5_INT || info->kind > SLM_H5_BOOL) return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not a line of numbers", slm_h5_path(m->file), path);
    return slm_h5_plausible(m->file, path, info, error);
}

scilama_status slm_h5_matrix_lines(slm_h5_matrix *m, int32_t storage, int64_t rows, int64_t cols, scilama_error *error)
{
    slm_h5_info indices, indptr;
    m->storage = storage;
    m->rows = rows;
    m->cols = cols;
    if (rows < 0 || cols < 0) return bad_matrix(m, error, "has a negative shape");
    snprintf(m->values, sizeof m->values, "%s/data", m->path);
    scilama_status status = describe_line(m, "data", &m->info, error);
    if (!status) status = describe_line(m, "indices", &indices, error);
    if (!status) status = describe_line(m, "indptr", &indptr, error);
    if (status) return status;
    m->stored = m->info.count;
    int64_t lines = storage == SCILAMA_STORAGE_CSR ? rows : cols;
    if (indices.kind == SLM_H5_FLOAT || indptr.kind == SLM_H5_FLOAT) return bad_matrix(m, error, "has indices that are not integers");
    if (indices.count != m->stored)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s has %lld values but %lld indices", slm_h5_path(m->file), m->path, (long long)m->stored, (long long)indices.count);
    if (indptr.count != lines + 1)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s/indptr has %lld entries where its shape asks for %lld", slm_h5_path(m->file), m->path,
                        (long long)indptr.count, (long long)lines + 1);
    return SCILAMA_OK;
}

static scilama_status open_sparse(slm_h5_matrix *m, scilama_error *error)
{
    slm_h5_file *f = m->file;
    int64_t shape[2];
    if (slm_h5_attr_equals(f, m->path, "encoding-type", "csr_matrix") || slm_h5_attr_equals(f, m->path, "h5sparse_format", "csr"))
        m->storage = SCILAMA_STORAGE_CSR;
    else if (slm_h5_attr_equals(f, m->path, "encoding-type", "csc_matrix") || slm_h5_attr_equals(f, m->path, "h5sparse_format", "csc"))
        m->storage = SCILAMA_STORAGE_CSC;
    else return bad_matrix(m, error, "is a group without a known encoding (csr_matrix, csc_matrix)");
    if (slm_h5_read_attr(f, m->path, "shape", SLM_H5_I64, 2, shape, NULL) && slm_h5_read_attr(f, m->path, "h5sparse_shape", SLM_H5_I64, 2, shape, NULL))
        return bad_matrix(m, error, "is sparse but has no shape");
    return slm_h5_matrix_lines(m, m->storage, shape[0], shape[1], error);
}

scilama_status slm_h5_matrix_open(slm_h5_matrix *m, slm_h5_file *file, const char *path, scilama_error *error)
{
    *m = (slm_h5_matrix){ .file = file };
    snprintf(m->path, sizeof m->path, "%s", path);
    int kind = slm_h5_kind(file, path);
    if (kind == SLM_H5_ABSENT) return slm_fail(error, SCILAMA_E_NOTFOUND, "%s: there is no %s", slm_h5_path(file), path);
    scilama_status status = kind == SLM_H5_DATASET ? open_dense(m, error) : open_sparse(m, error);
    if (!status && (m->rows > INT32_MAX || m->cols > INT32_MAX)) status = bad_matrix(m, error, "has more than 2^31 rows or columns");
    if (!status) slm_h5_dtype_name(&m->info, m->dtype, sizeof m->dtype);
    return status;
}

scilama_status slm_h5_matrix_indptr(const slm_h5_matrix *m, int64_t **out, scilama_error *error)
{
    char what[1024];
    int64_t lines = m->storage == SCILAMA_STORAGE_CSR ? m->rows : m->cols;
    scilama_status status = slm_h5_read_new(m->file, SLM_AT(m->path, "indptr"), SLM_H5_I64, (void **)out, NULL, error);
    snprintf(what, sizeof what, "%.400s: %s", slm_h5_path(m->file), m->path);
    if (!status) status = slm_lines_check(*out, NULL, lines, 0, m->stored, what, error);
    if (status) {
        slm_free(slm_h5_context(m->file), *out);
        *out = NULL;
    }
    return status;
}

enum { POINTERS = 16384 }; /* looked at together */

scilama_status slm_h5_matrix_scan(const slm_h5_matrix *m, int64_t *widest, int64_t *end, scilama_error *error)
{
    char what[1024];
    int64_t lines = m->storage == SCILAMA_STORAGE_CSR ? m->rows : m->cols;
    SLM_SCOPE(work, slm_h5_context(m->file));
    int64_t *pointer = slm_scope_array(&work, POINTERS + 1, sizeof *pointer);
    if (!pointer) return slm_fail_nomem(error);
    snprintf(what, sizeof what, "%.400s: %s", slm_h5_path(m->file), m->path);
    *widest = *end = 0;
    for (int64_t first = 0; first < lines + 1; first += POINTERS) {
        int64_t n = lines + 1 - first < POINTERS ? lines + 1 - first : POINTERS, held = first ? 0 : 1; /* behind the last of before */
        if (slm_cancelled(work.ctx)) return slm_fail_cancelled(error);
        pointer[0] = *end;
        SLM_TRY(slm_h5_read_rows(m->file, SLM_AT(m->path, "indptr"), SLM_H5_I64, first, n, pointer + 1, error));
        SLM_TRY(slm_pointers_check(pointer + held, first - 1 + held, n - held, m->stored, what, error));
        for (int64_t i = held; i < n; i++)
            if (pointer[i + 1] - pointer[i] > *widest) *widest = pointer[i + 1] - pointer[i];
        *end = pointer[n];
    }
    return SCILAMA_OK;
}

static scilama_status read_sparse(const slm_h5_matrix *m, slm_matrix *out, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(m->file);
    char what[1024];
    bool csr = m->storage == SCILAMA_STORAGE_CSR;
    slm_matrix raw = { .storage = SCILAMA_STORAGE_CSR, .rows = m->rows, .cols = m->cols };
    snprintf(what, sizeof what, "%.400s: %s", slm_h5_path(m->file), m->path);
    scilama_status status = slm_h5_matrix_indptr(m, &raw.indptr, error);
    if (!status) status = slm_h5_read_new(m->file, SLM_AT(m->path, "indices"), SLM_H5_I32, (void **)&raw.indices, NULL, error);
    if (!status) status = slm_lines_check(raw.indptr, raw.indices, csr ? m->rows : m->cols, csr ? m->cols : m->rows, m->stored, what, error);
    if (!status) status = slm_h5_read_new(m->file, m->values, SLM_H5_F32, (void **)&raw.values, NULL, error);
    if (!status && slm_cancelled(ctx)) status = slm_fail_cancelled(error);
    if (!status && !csr) {
        slm_matrix csc = raw;
        status = slm_entries_to_csr(ctx, csc.indices, NULL, csc.indptr, csc.values, csc.indptr[m->cols], m->rows, m->cols, &raw, error);
        slm_matrix_free(ctx, &csc);
    }
    if (!status) status = slm_lines_canonical(ctx, raw.indptr, raw.indices, raw.values, m->rows, error);
    if (status) slm_matrix_free(ctx, &raw);
    *out = raw;
    return status;
}

scilama_status slm_h5_matrix_read(const slm_h5_matrix *m, slm_matrix *out, scilama_error *error)
{
    *out = (slm_matrix){ 0 };
    if (m->storage != SCILAMA_STORAGE_DENSE) return read_sparse(m, out, error);
    *out = (slm_matrix){ .storage = SCILAMA_STORAGE_DENSE, .rows = m->rows, .cols = m->cols };
    return slm_h5_read_new(m->file, m->path, SLM_H5_F32, (void **)&out->values, NULL, error);
}
