/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_TENX_H
#define SLM_IO_TENX_H

/* tenx.c: 10x .h5; mtx.c: MatrixMarket. */

#include "io/matrix.h"

bool slm_tenx_is(slm_h5_file *file);
/* Drops the genes whose keep is 0. */
scilama_status slm_keep_columns(scilama_context *ctx, slm_matrix *m, slm_strings *genes, const uint8_t *keep, scilama_error *error);
/* The folder holds matrix.mtx, or the path is one. */
bool slm_mtx_is(const char *path);

/* Warns of features other than gene expression, which are not read; fails where there is no other. kinds: one for each feature, or none. */
scilama_status slm_note_kinds(scilama_context *ctx, const char *path, const slm_strings *kinds, scilama_error *error);

#endif
