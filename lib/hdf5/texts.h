/* SPDX-License-Identifier: MIT */
#ifndef SLM_HDF5_TEXTS_H
#define SLM_HDF5_TEXTS_H

#include "core/core.h"
#include "hdf5/chunks.h"
#include "hdf5/gateway.h"

/* A line of texts in a file, whose every chunk is known. */
typedef struct slm_text_map {
    slm_chunk_map cells;     /* the texts, or references to them */
    bool vlen;
    int padding;             /* HDF5's, of texts of one length */
    int64_t bytes;           /* of the file */
} slm_text_map;

/* *done = false when it is no such line, or only HDF5 can read it. */
scilama_status slm_h5_map_texts(slm_h5_file *file, const char *path, slm_text_map *out, bool *done, scilama_error *error);
void slm_text_map_free(scilama_context *ctx, slm_text_map *map);
/* Texts first .. first + n - 1, from the file open as fd; `file` and `path` are its names in messages. */
scilama_status slm_text_map_read(scilama_context *ctx, const slm_text_map *map, int fd, const char *file, const char *path, int64_t first, int64_t n,
                                 slm_strings *out, scilama_error *error);

#endif
