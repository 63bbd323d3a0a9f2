/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_TABLE_H
#define SLM_IO_TABLE_H

/* Tables of gene vectors. table.c: telling formats apart, names beside; one file for each format: table_hdf5.c,
 * table_npy.c, table_parquet.c, table_safetensors.c, table_text.c. */

#include "data/dataset.h"
#include "scilama/io.h"

/* names may be empty: then they come from a names file; without one `lack` says why there are none, where the reader knows */
typedef struct slm_raw_table {
    slm_strings names;
    char lack[512];
    float *values;       /* [rows × width] */
    int64_t rows, width;
} slm_raw_table;

/* What names of genes are called in files of several arrays, the likeliest first. */
enum { SLM_TABLE_NAME_KEYS = 5 };
extern const char *const slm_table_name_keys[SLM_TABLE_NAME_KEYS];

void slm_raw_table_free(scilama_context *ctx, slm_raw_table *t);

/* One reader for each format, into an empty table; what a failure leaves in it the caller frees. */
scilama_status slm_table_text(slm_raw_table *out, scilama_context *ctx, const char *path, scilama_error *error);
scilama_status slm_table_parquet(slm_raw_table *out, scilama_context *ctx, const char *path, const char *key, scilama_error *error);
scilama_status slm_table_hdf5(slm_raw_table *out, scilama_context *ctx, const char *path, const char *key, scilama_error *error);
/* The same from the bytes of the file. */
typedef scilama_status slm_table_parser(slm_raw_table *out, scilama_context *ctx, const char *path, const char *key, const char *bytes, int64_t size, scilama_error *error);
slm_table_parser slm_table_npy, slm_table_npz, slm_table_safetensors;

/* What the file is, as `info` says it ("npy", "text", ...). */
enum slm_table_format { SLM_TABLE_UNKNOWN, SLM_TABLE_TEXT, SLM_TABLE_NPY, SLM_TABLE_NPZ, SLM_TABLE_SAFETENSORS, SLM_TABLE_HDF5,
                        SLM_TABLE_PARQUET, SLM_TABLE_PICKLE };
scilama_status slm_table_detect(const char *path, int *format, scilama_error *error);
scilama_status slm_table_read(scilama_gene_table **out, scilama_context *ctx, const char *path, const scilama_table_options *options, scilama_error *error);
scilama_status slm_table_write(const scilama_gene_table *table, const char *path, scilama_error *error);

#endif
