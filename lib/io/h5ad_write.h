/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_H5AD_WRITE_H
#define SLM_IO_H5AD_WRITE_H

/* Elements of AnnData files, in the encodings that anndata 0.8 and later write.
 * h5ad_write.c: the file; h5ad_dataset.c: a file of a dataset; h5ad_obs.c: obs of one file in another;
 * h5ad_elements.c: its elements; h5ad_modernise.c: older encodings renewed. */

#include "data/dataset.h"
#include "hdf5/gateway.h"
#include "scilama/io.h"

struct scilama_h5ad_writer {
    scilama_context *ctx;
    slm_h5_file *file;     /* NULL once committed */
    int64_t cells, genes;
};

scilama_status slm_writer_open(scilama_h5ad_writer **out, scilama_context *ctx, const char *input, const scilama_file_options *options,
                               const char *output, scilama_error *error);
scilama_status slm_writer_create(scilama_h5ad_writer **out, scilama_context *ctx, const char *output, const scilama_matrix *matrix,
                                 const char *const *cells, const char *const *genes, scilama_error *error);
/* A new file of a dataset: X (as it came, before any recipe; with `matrix` false nothing is stored in it), names, columns of cells. */
scilama_status slm_writer_create_from(scilama_h5ad_writer **out, const char *output, const scilama_dataset *dataset, bool matrix, scilama_error *error);
/* obs of a file of the same cells, as it is stored there, in place of the writer's. */
scilama_status slm_writer_copy_obs(scilama_h5ad_writer *writer, const char *input, const scilama_file_options *options, scilama_error *error);
scilama_status slm_writer_commit(scilama_h5ad_writer *writer, scilama_error *error);
void slm_writer_destroy(scilama_h5ad_writer *writer);

scilama_status slm_h5ad_encode(slm_h5_file *file, const char *path, const char *type, const char *version, scilama_error *error);
/* A group of the given name, "dict" where it has no encoding yet; anything else there is replaced. */
scilama_status slm_h5ad_dict(slm_h5_file *file, const char *path, scilama_error *error);
/* data NULL: to be filled by slm_h5_write_rows(). */
scilama_status slm_h5ad_put_array(slm_h5_file *file, const char *path, slm_h5_type type, int rank, const int64_t *dims, const void *data, scilama_error *error);
/* Numbers as elements of `type`, which can hold them. */
scilama_status slm_h5ad_put_numbers(slm_h5_file *file, const char *path, slm_h5_type type, const double *values, int64_t count, scilama_error *error);
/* Codes 0 and 1 as booleans. */
scilama_status slm_h5ad_put_bools(slm_h5_file *file, const char *path, const int32_t *codes, int64_t count, scilama_error *error);
scilama_status slm_h5ad_put_strings(slm_h5_file *file, const char *path, const char *const *values, int64_t count, scilama_error *error);
scilama_status slm_h5ad_put_string(slm_h5_file *file, const char *path, const char *value, scilama_error *error);
scilama_status slm_h5ad_put_scalar(slm_h5_file *file, const char *path, slm_h5_type type, const void *value, scilama_error *error);
scilama_status slm_h5ad_put_categorical(slm_h5_file *file, const char *path, const int32_t *codes, int64_t count, const char *const *categories,
                                        int64_t n_categories, scilama_error *error);
/* The same row by row: first without codes, then those of rows first .. first + count - 1. */
scilama_status slm_h5ad_begin_categorical(slm_h5_file *file, const char *path, int64_t count, const char *const *categories, int64_t n_categories, scilama_error *error);
scilama_status slm_h5ad_add_codes(slm_h5_file *file, const char *path, int64_t first, int64_t count, const int32_t *codes, int64_t n_categories, scilama_error *error);
/* Dense, CSR or CSC as the view is; checked. */
scilama_status slm_h5ad_put_matrix(slm_h5_file *file, const char *path, const scilama_matrix *matrix, scilama_error *error);
scilama_status slm_h5ad_put_csr(slm_h5_file *file, const char *path, const int64_t shape[2], const int64_t *indptr, const int32_t *indices,
                                const float *values, scilama_error *error);
/* CSR [rows × cols] row by row: first with the index pointers, then entries first .. first + count - 1 behind one another. */
scilama_status slm_h5ad_begin_csr(slm_h5_file *file, const char *path, const int64_t shape[2], const int64_t *indptr, scilama_error *error);
scilama_status slm_h5ad_add_entries(slm_h5_file *file, const char *path, int64_t first, int64_t count, const int32_t *indices, const float *values, scilama_error *error);
/* A data frame without columns; index NULL = numbered. */
scilama_status slm_h5ad_put_frame(slm_h5_file *file, const char *path, const char *const *index, int64_t rows, scilama_error *error);
/* Appends to column-order unless there; E_INVALID when it is the index, or called as one. */
scilama_status slm_h5ad_add_column(slm_h5_file *file, const char *frame, const char *column, scilama_error *error);
/* Takes it away, from column-order too; absent is fine. */
scilama_status slm_h5ad_drop_column(slm_h5_file *file, const char *frame, const char *column, scilama_error *error);
/* Brings layouts older than 0.8 to today's encodings, values untouched. */
scilama_status slm_h5ad_modernise(slm_h5_file *file, scilama_error *error);
/* Every string array of the file in encodings that anndata 0.8 reads: no nullable strings. */
scilama_status slm_h5ad_plain_strings(slm_h5_file *file, scilama_error *error);

#endif
