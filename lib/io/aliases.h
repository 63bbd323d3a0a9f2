/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_ALIASES_H
#define SLM_IO_ALIASES_H

#include "core/core.h"
#include "scilama/io.h"

/* from[i] is looked up as to[i]; both arrays point into names. */
struct scilama_gene_aliases {
    scilama_context *ctx;
    slm_strings names;     /* from, to, from, to, … */
    int64_t count;
    const char **from, **to;
};

scilama_status slm_aliases_read(scilama_gene_aliases **out, scilama_context *ctx, const char *path, scilama_error *error);
void slm_aliases_free(scilama_gene_aliases *aliases);

#endif
