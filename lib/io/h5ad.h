/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_H5AD_H
#define SLM_IO_H5AD_H

/* AnnData files in. h5ad_read.c: into memory; h5ad_stream.c: row by row; h5mu.c: within MuData; other formats of cells
 * beside them: tenx.c: 10x .h5; loom.c: loom; mtx.c: MatrixMarket, and telling formats apart. */

#include "data/dataset.h"
#include "io/frame.h"
#include "io/h5mu.h"
#include "io/matrix.h"
#include "scilama/io.h"

/* Where a layer and the tables beside it are in a file. */
typedef struct slm_h5ad_place {
    char matrix[512 + SLM_PREFIX_BYTES], obs[16 + SLM_PREFIX_BYTES], var[16 + SLM_PREFIX_BYTES];
} slm_h5ad_place;

/* E_NOTFOUND names the layers that there are. prefix: see slm_mudata_prefix(). */
scilama_status slm_h5ad_locate(slm_h5_file *file, const char *prefix, const char *layer, slm_h5ad_place *out, scilama_error *error);

scilama_status slm_h5ad_read(scilama_dataset **out, scilama_context *ctx, const char *path, const scilama_file_options *options, scilama_error *error);
scilama_status slm_tenx_read(scilama_dataset **out, scilama_context *ctx, const char *path, const scilama_file_options *options, scilama_error *error);
scilama_status slm_mtx_read(scilama_dataset **out, scilama_context *ctx, const char *folder, const scilama_file_options *options, scilama_error *error);
scilama_status slm_any_read(scilama_dataset **out, scilama_context *ctx, const char *path, const scilama_file_options *options, scilama_error *error);
scilama_status slm_h5ad_read_array(scilama_context *ctx, const char *path, const char *key, int64_t *rows, int64_t *width,
                                   float *values, int64_t size, scilama_error *error);

/* Rows of `m` as they are needed, and names of cells; names of genes are moved in on success. */
scilama_status slm_h5ad_stream(scilama_dataset **out, const slm_h5_matrix *m, const scilama_file_options *options, const slm_frame *obs, slm_strings *genes,
                               scilama_error *error);
/* Makes the dataset; takes matrix and names in any case. `path` names the file in messages. */
scilama_status slm_assemble(scilama_dataset **out, scilama_context *ctx, const char *path, slm_matrix *matrix, slm_strings *cells, slm_strings *genes,
                            int repeated_genes, scilama_error *error);
/* … of a format whose genes may share a name: the first is kept where the options say so, else later ones
 * become NAME-1, NAME-2, as anndata makes them unique. Where `status` is a failure of reading, all is only given back. */
scilama_status slm_assemble_unique(scilama_dataset **out, scilama_context *ctx, const char *path, slm_matrix *matrix, slm_strings *cells, slm_strings *genes,
                                   const scilama_file_options *options, scilama_status status, scilama_error *error);
/* Adds the columns of cells but the index; one that cannot be read is left out, and the data set knows why: with a warning where
 * it is of a kind that is read, but damaged by what it holds (text that is not UTF-8) or packed by an unknown filter. */
scilama_status slm_add_columns(scilama_dataset *d, const slm_frame *obs, const scilama_file_options *options, scilama_error *error);
/* Opens an HDF5 file, reads a data set from it and closes it; what comes with a failure is given back. */
typedef scilama_status (*slm_file_reader)(scilama_dataset **out, slm_h5_file *file, const scilama_file_options *options, scilama_error *error);
scilama_status slm_read_by(slm_file_reader reader, scilama_dataset **out, scilama_context *ctx, const char *path,
                           const scilama_file_options *options, scilama_error *error);
/* For formats other than .h5ad: E_UNSUPPORTED when streaming is asked for, E_INVALID when a modality is. */
scilama_status slm_only_h5ad(const char *path, const scilama_file_options *options, scilama_error *error);
/* "PATH: " before the message */
void slm_error_in_file(scilama_error *error, const char *path);

#endif
