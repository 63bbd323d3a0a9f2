/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_GMT_H
#define SLM_IO_GMT_H

#include "core/core.h"

/* Parts of a collection of gene sets; on success the caller owns them. */
typedef struct slm_gmt { slm_strings names, descriptions, genes; int64_t *start; } slm_gmt;
scilama_status slm_gmt_read(slm_gmt *out, scilama_context *ctx, const char *path, scilama_error *error);
void slm_gmt_free(scilama_context *ctx, slm_gmt *gmt);

#endif
