/* SPDX-License-Identifier: MIT */
#ifndef FAILING_H
#define FAILING_H

/* An allocator whose n-th allocation fails, and that counts what is not given back. */

#include "scilama/scilama.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct failing { long long calls, fail_at, failed, live; } failing; /* fail_at 0: none */

static void *allocate(void *user, size_t size, size_t align)
{
    failing *f = user;
    if (++f->calls == f->fail_at) {
        f->failed++;
        return NULL;
    }
    f->live++;
    return aligned_alloc(align, (size + align - 1) / align * align);
}

static void release(void *user, void *ptr, size_t size, size_t align)
{
    ((failing *)user)->live--;
    free(ptr);
}

#endif
