/* SPDX-License-Identifier: MIT */
#ifndef SLM_FILE_BYTES_H
#define SLM_FILE_BYTES_H

/* Bytes of open files, whole or not at all: interrupted and short calls go on. */

#include "core/core.h"

/* false with errno; 0 where the file ends before. */
bool slm_pread_all(int fd, void *out, size_t size, int64_t at);
/* false with errno. Past the process's limit of file sizes it is EFBIG, without the signal
 * that the system would send: whether that ends the process is the host's matter. */
bool slm_pwrite_all(int fd, const void *data, size_t size, int64_t at);
bool slm_truncate(int fd, int64_t size);

/* A number of n bytes, the least first: the one reader of such. */
static inline uint64_t slm_little(const void *bytes, int n)
{
    const unsigned char *p = bytes;
    uint64_t v = 0;
    while (n-- > 0) v = v << 8 | p[n];
    return v;
}

/* A file in `folder` (NULL: /tmp) that has no name any more when this returns. */
scilama_status slm_scratch_open(int *fd, scilama_context *ctx, const char *folder, scilama_error *error);

#endif
