/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_LOOM_H
#define SLM_IO_LOOM_H

#include "io/h5ad.h"

/* loom (2 and 3): genes × cells in one dense matrix, names and columns beside it. */
bool slm_loom_is(slm_h5_file *file);
scilama_status slm_loom_read(scilama_dataset **out, scilama_context *ctx, const char *path, const scilama_file_options *options, scilama_error *error);

#endif
