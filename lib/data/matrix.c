/* SPDX-License-Identifier: MIT */
#include "core/sort.h"
#include "data/matrix.h"

/* Callers' matrices of any type and storage into float32, dense or CSR with ascending genes; borrowed where they are so already. */

static void convert(float *out, const void *in, int32_t type, int64_t from, int64_t count)
{
#define CASE(name, c_type) case name: for (int64_t i = 0; i < count; i++) out[i] = (float)((const c_type *)in)[from + i]; break
    switch (type) {
        CASE(SCILAMA_DTYPE_F32, float);
        CASE(SCILAMA_DTYPE_F64, double);
        CASE(SCILAMA_DTYPE_I32, int32_t);
        CASE(SCILAMA_DTYPE_I64, int64_t);
        CASE(SCILAMA_DTYPE_U16, uint16_t);
        CASE(SCILAMA_DTYPE_U32, uint32_t);
    }
#undef CASE
}

static int64_t index_at(const void *in, int32_t type, int64_t i)
{
    return type == SCILAMA_DTYPE_I64 ? ((const int64_t *)in)[i] : ((const int32_t *)in)[i];
}

static scilama_status nonfinite(const scilama_dataset *d, int64_t cell, int64_t gene, float value, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_NONFINITE, "the value of gene '%s' in cell '%s' is %s: the matrix must hold finite numbers",
                    slm_string(&d->gene_names, gene), SLM_CELL(d, cell),
                    isnan(value) ? "NaN" : "infinite or too large for float32");
}

scilama_status slm_matrix_check_finite(const scilama_dataset *d, scilama_error *error)
{
    const slm_rows rows = slm_dataset_rows(d);
    for (int64_t c = 0; c < d->cells; c++) {
        const slm_cell row = slm_row_at(&rows, c);
        /* x - x is 0 for finite x and NaN otherwise: one branch a row */
        float sum = 0;
        for (int64_t i = 0; i < row.count; i++) sum += row.x[i] - row.x[i];
        for (int64_t i = 0; i < row.count && isnan(sum); i++)
            if (!isfinite(row.x[i])) return nonfinite(d, c, slm_gene_at(&row, i), row.x[i], error);
    }
    return SCILAMA_OK;
}

scilama_status slm_matrix_check_indptr(const scilama_dataset *d, int64_t stored, scilama_error *error)
{
    const int64_t *p = d->indptr;
    if (p[0] != 0)
        return slm_fail(error, SCILAMA_E_INVALID, "the sparse matrix is damaged: indptr starts at %" PRId64 " instead of 0", p[0]);
    for (int64_t c = 0; c < d->cells; c++)
        if (p[c + 1] < p[c] || p[c + 1] > stored)
            return slm_fail(error, SCILAMA_E_INVALID, "the sparse matrix is damaged: indptr is %" PRId64 " after row %" PRId64 ", which is %s",
                            p[c + 1], c, p[c + 1] < p[c] ? "less than before it" : "beyond the stored entries");
    if (p[d->cells] != stored)
        return slm_fail(error, SCILAMA_E_INVALID, "the sparse matrix is damaged: indptr ends at %" PRId64 " but %" PRId64 " entries are stored",
                        p[d->cells], stored);
    return SCILAMA_OK;
}

/* -1: all rows sorted and unique; else the first row that is not. */
static int64_t first_unsorted(const scilama_dataset *d)
{
    for (int64_t c = 0; c < d->cells; c++)
        for (int64_t i = d->indptr[c] + 1; i < d->indptr[c + 1]; i++)
            if (d->indices[i] <= d->indices[i - 1]) return c;
    return -1;
}

scilama_status slm_matrix_check_rows(const scilama_dataset *d, int32_t *indices, float *values, scilama_error *error)
{
    for (int64_t c = 0; c < d->cells; c++) {
        int64_t first = d->indptr[c], count = d->indptr[c + 1] - first;
        const int32_t *row = d->indices + first;
        bool sorted = true;
        for (int64_t i = 0; i < count; i++) {
            if (row[i] < 0 || row[i] >= d->genes)
                return slm_fail(error, SCILAMA_E_INVALID, "the sparse matrix is damaged: gene index %d in cell '%s' is not below %" PRId64,
                                row[i], SLM_CELL(d, c), d->genes);
            sorted = sorted && (i == 0 || row[i] >= row[i - 1]);
        }
        if (!sorted && indices && values) slm_row_sort((slm_row){ indices + first, values + first }, count);
        for (int64_t i = 1; i < count; i++)
            if (row[i] == row[i - 1])
                return slm_fail(error, SCILAMA_E_INVALID, "the sparse matrix holds gene '%s' of cell '%s' more than once: sum the duplicates first",
                                slm_string(&d->gene_names, row[i]), SLM_CELL(d, c));
    }
    return SCILAMA_OK;
}

static scilama_status load_dense(scilama_dataset *d, const scilama_matrix *m, scilama_error *error)
{
    int64_t ld = m->ld ? m->ld : m->cols, total;
    if (ld >= m->cols && !slm_mul_size(m->rows, ld, &total))
        return slm_fail(error, SCILAMA_E_INVALID, "matrix.ld is %" PRId64 ": %" PRId64 " such rows are more than memory can hold", ld, m->rows);
    if (ld < m->cols)
        return slm_fail(error, SCILAMA_E_INVALID, "matrix.ld is %" PRId64 ": rows hold %" PRId64 " genes", ld, m->cols);
    d->storage = SCILAMA_STORAGE_DENSE;
    if (m->memory == SCILAMA_MEMORY_BORROW && m->value_type == SCILAMA_DTYPE_F32) {
        d->values = m->values;
        d->ld = ld;
        return SCILAMA_OK;
    }
    float *values = d->store->owned[0] = slm_alloc_array(d->ctx, m->rows * m->cols, sizeof *values);
    if (!values) return slm_fail_nomem(error);
    for (int64_t r = 0; r < m->rows; r++) convert(values + r * m->cols, m->values, m->value_type, r * ld, m->cols);
    d->values = values;
    d->ld = m->cols;
    return SCILAMA_OK;
}

/* An own copy of stored values, or the caller's. */
static scilama_status load_values(scilama_dataset *d, const scilama_matrix *m, bool borrow, scilama_error *error)
{
    if (borrow && m->value_type == SCILAMA_DTYPE_F32) {
        d->values = m->values;
        return SCILAMA_OK;
    }
    float *values = slm_alloc_array(d->ctx, m->stored, sizeof *values);
    if (!values) return slm_fail_nomem(error);
    convert(values, m->values, m->value_type, 0, m->stored);
    slm_free(d->ctx, d->store->owned[0]);
    d->store->owned[0] = values;
    d->values = values;
    return SCILAMA_OK;
}

static scilama_status load_indices(scilama_dataset *d, const scilama_matrix *m, bool borrow, scilama_error *error)
{
    if (borrow && m->index_type == SCILAMA_DTYPE_I32) {
        d->indices = m->indices;
        return SCILAMA_OK;
    }
    int32_t *indices = slm_alloc_array(d->ctx, m->stored, sizeof *indices);
    if (!indices) return slm_fail_nomem(error);
    for (int64_t i = 0; i < m->stored; i++) {
        int64_t index = index_at(m->indices, m->index_type, i);
        indices[i] = index < 0 || index > INT32_MAX ? -1 : (int32_t)index;
    }
    slm_free(d->ctx, d->store->owned[2]);
    d->store->owned[2] = indices;
    d->indices = indices;
    return SCILAMA_OK;
}

static scilama_status load_csr(scilama_dataset *d, const scilama_matrix *m, scilama_error *error)
{
    bool borrow = m->memory == SCILAMA_MEMORY_BORROW;
    int32_t ptr_type = m->indptr_type ? m->indptr_type : m->index_type;
    scilama_status status;
    d->storage = SCILAMA_STORAGE_CSR;
    if (borrow && ptr_type == SCILAMA_DTYPE_I64) {
        d->indptr = m->indptr;
    } else {
        int64_t *indptr = d->store->owned[1] = slm_alloc_array(d->ctx, m->rows + 1, sizeof *indptr);
        if (!indptr) return slm_fail_nomem(error);
        for (int64_t i = 0; i <= m->rows; i++) indptr[i] = index_at(m->indptr, ptr_type, i);
        d->indptr = indptr;
    }
    if ((status = slm_matrix_check_indptr(d, m->stored, error)) || (status = load_values(d, m, borrow, error)) ||
        (status = load_indices(d, m, borrow, error))) return status;
    /* rows can be sorted only in memory of our own */
    if (borrow && first_unsorted(d) >= 0) {
        if (!d->store->owned[0] && (status = load_values(d, m, false, error))) return status;
        if (!d->store->owned[2] && (status = load_indices(d, m, false, error))) return status;
    }
    return slm_matrix_check_rows(d, d->store->owned[2], d->store->owned[0], error);
}

/* Counting sort by row; columns come out ascending. */
static scilama_status load_csc(scilama_dataset *d, const scilama_matrix *m, scilama_error *error)
{
    int32_t ptr_type = m->indptr_type ? m->indptr_type : m->index_type;
    int64_t *indptr = d->store->owned[1] = slm_alloc_array_zero(d->ctx, m->rows + 1, sizeof *indptr);
    int32_t *indices = d->store->owned[2] = slm_alloc_array(d->ctx, m->stored, sizeof *indices);
    float *values = d->store->owned[0] = slm_alloc_array(d->ctx, m->stored, sizeof *values);
    if (!indptr || !indices || !values) return slm_fail_nomem(error);
    int64_t before = 0;
    for (int64_t g = 0; g <= m->cols; g++) {
        int64_t p = index_at(m->indptr, ptr_type, g);
        if (p < before || p > m->stored || (g == 0 && p != 0) || (g == m->cols && p != m->stored))
            return slm_fail(error, SCILAMA_E_INVALID, "the sparse matrix is damaged: indptr[%" PRId64 "] is %" PRId64, g, p);
        before = p;
    }
    for (int64_t i = 0; i < m->stored; i++) {
        int64_t row = index_at(m->indices, m->index_type, i);
        if (row < 0 || row >= m->rows)
            return slm_fail(error, SCILAMA_E_INVALID, "the sparse matrix is damaged: cell index %" PRId64 " is not below %" PRId64, row, m->rows);
        indptr[row + 1]++;
    }
    for (int64_t r = 0; r < m->rows; r++) indptr[r + 1] += indptr[r];
    for (int64_t g = 0; g < m->cols; g++)
        for (int64_t i = index_at(m->indptr, ptr_type, g), end = index_at(m->indptr, ptr_type, g + 1); i < end; i++) {
            int64_t at = indptr[index_at(m->indices, m->index_type, i)]++;
            indices[at] = (int32_t)g;
            convert(values + at, m->values, m->value_type, i, 1);
        }
    memmove(indptr + 1, indptr, (size_t)m->rows * sizeof *indptr);
    indptr[0] = 0;
    d->storage = SCILAMA_STORAGE_CSR;
    d->indptr = indptr;
    d->indices = indices;
    d->values = values;
    return slm_matrix_check_rows(d, indices, values, error);
}

scilama_status slm_matrix_load(scilama_dataset *d, const scilama_matrix *matrix, scilama_error *error)
{
    scilama_status status = matrix->storage == SCILAMA_STORAGE_DENSE ? load_dense(d, matrix, error)
                            : matrix->storage == SCILAMA_STORAGE_CSR ? load_csr(d, matrix, error)
                                                                     : load_csc(d, matrix, error);
    return status ? status : slm_matrix_check_finite(d, error);
}
