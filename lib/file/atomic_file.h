/* SPDX-License-Identifier: MIT */
#ifndef SLM_ATOMIC_FILE_H
#define SLM_ATOMIC_FILE_H

/* Files that appear whole or not at all: written as a temporary beside the target,
 * synchronised, then renamed over it. */

#include "core/core.h"

typedef struct slm_atomic_file {
    scilama_context *ctx;
    char *target; /* links resolved */
    char *temp;   /* NULL when none is left to remove */
} slm_atomic_file;

/* Creates an empty temporary beside `target`. */
scilama_status slm_atomic_begin(slm_atomic_file *out, scilama_context *ctx, const char *target, scilama_error *error);
/* Fills the temporary with the bytes of `input`. */
scilama_status slm_atomic_copy(slm_atomic_file *file, const char *input, scilama_error *error);
/* fsync, rename, fsync of the folder. The target is the old file or the new one at every moment. */
scilama_status slm_atomic_commit(slm_atomic_file *file, scilama_error *error);
/* Removes the temporary unless committed, and frees. */
void slm_atomic_end(slm_atomic_file *file);

#endif
