/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_UNS_READ_H
#define SLM_IO_UNS_READ_H

#include "core/core.h"

scilama_status slm_h5ad_read_string(char **text, scilama_context *ctx, const char *path, const char *key, scilama_error *error);
/* Rows always; values when not NULL. */
scilama_status slm_h5ad_read_column(scilama_context *ctx, const char *path, const char *table, const char *column, int64_t *rows,
                                    double *values, int64_t size, scilama_error *error);

#endif
