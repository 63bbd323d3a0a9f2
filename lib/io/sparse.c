/* SPDX-License-Identifier: MIT */
#include "core/sort.h"
#include "io/matrix.h"

/* Compressed sparse lines: checking, sorting, transposing. */

void slm_matrix_free(scilama_context *ctx, slm_matrix *m)
{
    slm_free_all(ctx, m->values, m->indptr, m->indices);
    *m = (slm_matrix){ 0 };
}

scilama_status slm_pointers_check(const int64_t *pointer, int64_t first, int64_t lines, int64_t stored, const char *what, scilama_error *error)
{
    if (first == 0 && pointer[0] != 0) return slm_fail(error, SCILAMA_E_FORMAT, "%s/indptr begins with %lld instead of 0", what, (long long)pointer[0]);
    for (int64_t i = 0; i < lines; i++)
        if (pointer[i + 1] < pointer[i] || pointer[i + 1] > stored)
            return slm_fail(error, SCILAMA_E_FORMAT, "%s/indptr is damaged at %lld: it goes from %lld to %lld of %lld stored values", what,
                            (long long)(first + i), (long long)pointer[i], (long long)pointer[i + 1], (long long)stored);
    return SCILAMA_OK;
}

scilama_status slm_lines_check(const int64_t *indptr, const int32_t *indices, int64_t lines, int64_t width, int64_t stored,
                               const char *what, scilama_error *error)
{
    SLM_TRY(slm_pointers_check(indptr, 0, lines, stored, what, error));
    if (!indices) return SCILAMA_OK;
    for (int64_t k = 0; k < indptr[lines]; k++)
        if (indices[k] < 0 || indices[k] >= width)
            return slm_fail(error, SCILAMA_E_FORMAT, "%s/indices[%lld] is %d, outside 0 to %lld", what, (long long)k, (int)indices[k], (long long)width - 1);
    return SCILAMA_OK;
}

static bool ascending(const int32_t *indices, int64_t n)
{
    for (int64_t k = 1; k < n; k++)
        if (indices[k] <= indices[k - 1]) return false;
    return true;
}

scilama_status slm_lines_canonical(scilama_context *ctx, int64_t *indptr, int32_t *indices, float *values, int64_t lines, scilama_error *error)
{
    int64_t longest = 0, first_bad = lines;
    for (int64_t i = 0; i < lines; i++) {
        int64_t n = indptr[i + 1] - indptr[i];
        if (ascending(indices + indptr[i], n)) continue;
        if (first_bad == lines) first_bad = i;
        if (n > longest) longest = n;
    }
    if (first_bad == lines) return SCILAMA_OK;
    if (longest > INT32_MAX) return slm_fail(error, SCILAMA_E_UNSUPPORTED, "a line of the matrix has more than 2^31 entries");
    slm_entry *scratch = slm_alloc_array(ctx, longest, sizeof *scratch);
    if (!scratch) return slm_fail_nomem(error);
    int64_t out = indptr[first_bad], start = indptr[first_bad];
    for (int64_t i = first_bad; i < lines; i++) {
        int64_t end = indptr[i + 1], n = end - start;
        indptr[i] = out;
        if (ascending(indices + start, n)) {
            memmove(indices + out, indices + start, (size_t)n * sizeof *indices);
            memmove(values + out, values + start, (size_t)n * sizeof *values);
            out += n;
        } else {
            for (int64_t k = 0; k < n; k++) scratch[k] = (slm_entry){ ((int64_t)indices[start + k] << 31) | k, values[start + k] };
            slm_entry_sort(scratch, n);
            for (int64_t k = 0; k < n; k++) {
                int32_t index = (int32_t)(scratch[k].key >> 31);
                if (out > indptr[i] && indices[out - 1] == index) values[out - 1] += scratch[k].value;
                else indices[out] = index, values[out++] = scratch[k].value;
            }
        }
        start = end;
    }
    indptr[lines] = out;
    slm_free(ctx, scratch);
    return SCILAMA_OK;
}

scilama_status slm_entries_to_csr(scilama_context *ctx, const int32_t *row, const int32_t *col, const int64_t *indptr, const float *values, int64_t stored,
                                  int64_t rows, int64_t cols, slm_matrix *out, scilama_error *error)
{
    *out = (slm_matrix){ .storage = SCILAMA_STORAGE_CSR, .rows = rows, .cols = cols };
    out->indptr = slm_alloc_array_zero(ctx, rows + 2, sizeof *out->indptr);
    out->indices = slm_alloc_array(ctx, stored, sizeof *out->indices);
    out->values = slm_alloc_array(ctx, stored, sizeof *out->values);
    if (!out->indptr || !out->indices || !out->values) {
        slm_matrix_free(ctx, out);
        return slm_fail_nomem(error);
    }
    /* next[r] counts up from the start of row r; shifted by one it ends as the row pointers */
    int64_t *next = out->indptr + 1;
    for (int64_t k = 0; k < stored; k++) next[row[k] + 1]++;
    for (int64_t r = 0; r < rows; r++) next[r + 1] += next[r];
    for (int64_t k = 0, c = 0; k < stored; k++) {
        while (!col && k >= indptr[c + 1]) c++;
        int64_t at = next[row[k]]++;
        out->indices[at] = col ? col[k] : (int32_t)c;
        out->values[at] = values[k];
    }
    return SCILAMA_OK;
}
