/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_DESCRIBE_H
#define SLM_IO_DESCRIBE_H

#include "core/core.h"

/* What a file holds, as JSON (scilama/io.h): *text from slm_alloc. */
scilama_status slm_file_describe(char **text, scilama_context *ctx, const char *path, const char *layer, scilama_error *error);

#endif
