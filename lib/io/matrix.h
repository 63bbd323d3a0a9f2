/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_MATRIX_H
#define SLM_IO_MATRIX_H

/* Matrices as they come from files, and their canonical form. matrix.c: of AnnData; sparse.c: compressed lines. */

#include "core/core.h"
#include "hdf5/gateway.h"
#include "scilama/dataset.h"

/* A matrix in an HDF5 file, described and checked but not read. */
typedef struct slm_h5_matrix {
    slm_h5_file *file;
    char path[512], values[540];  /* of the matrix; of its values */
    int32_t storage;              /* scilama_storage; 0 = absent */
    int64_t rows, cols, stored;
    slm_h5_info info;             /* of the values */
    char dtype[16];               /* as numpy says it: "float32" */
} slm_h5_matrix;

/* A matrix in memory. CSR: indices ascending and unique in each row. */
typedef struct slm_matrix {
    int32_t storage;              /* DENSE or CSR */
    int64_t rows, cols;
    float *values;
    int64_t *indptr;              /* NULL when dense */
    int32_t *indices;
} slm_matrix;

/* Describes the matrix at `path`. E_NOTFOUND when there is none, E_FORMAT when its parts contradict each other. */
scilama_status slm_h5_matrix_open(slm_h5_matrix *out, slm_h5_file *file, const char *path, scilama_error *error);
/* The same of data, indices and indptr in the group m->path, whose file, storage and shape are known. */
scilama_status slm_h5_matrix_lines(slm_h5_matrix *m, int32_t storage, int64_t rows, int64_t cols, scilama_error *error);
/* Reads it whole; CSC becomes CSR, duplicate entries are summed. */
scilama_status slm_h5_matrix_read(const slm_h5_matrix *m, slm_matrix *out, scilama_error *error);
/* Reads and checks the index pointers: out from slm_alloc, [lines + 1]. */
scilama_status slm_h5_matrix_indptr(const slm_h5_matrix *m, int64_t **out, scilama_error *error);
/* Checks it without holding it: entries of the widest line, and the end of the last. */
scilama_status slm_h5_matrix_scan(const slm_h5_matrix *m, int64_t *widest, int64_t *end, scilama_error *error);
void slm_matrix_free(scilama_context *ctx, slm_matrix *m);

/* Pointers [lines + 1] of lines first … of a matrix, checked. */
scilama_status slm_pointers_check(const int64_t *pointer, int64_t first, int64_t lines, int64_t stored, const char *what, scilama_error *error);
/* Compressed lines (rows of CSR, columns of CSC) checked: indptr from 0, never down, not
 * past `stored`; indices within width. `what` names them in messages ("F: X"). */
scilama_status slm_lines_check(const int64_t *indptr, const int32_t *indices, int64_t lines, int64_t width, int64_t stored,
                               const char *what, scilama_error *error);
/* Sorts the entries of each line by index and sums those of one index; indptr shrinks accordingly. */
scilama_status slm_lines_canonical(scilama_context *ctx, int64_t *indptr, int32_t *indices, float *values, int64_t lines, scilama_error *error);
/* Entries to CSR [rows × cols], those of a row in the order in which they come. Their columns are given, or (col NULL) lines
 * of CSC by indptr. */
scilama_status slm_entries_to_csr(scilama_context *ctx, const int32_t *row, const int32_t *col, const int64_t *indptr, const float *values, int64_t stored,
                                  int64_t rows, int64_t cols, slm_matrix *out, scilama_error *error);

/* numpy's name of an element type */
void slm_h5_dtype_name(const slm_h5_info *info, char *out, size_t size);

#endif
