/* SPDX-License-Identifier: MIT */
#ifndef BIOLOGY_SUPPORT_H
#define BIOLOGY_SUPPORT_H

#include "../data/fixture.h"
#include <math.h>

/* An allocator whose allocation number `fail_at` (from 1) fails. */
typedef struct failing { long count, fail_at, held; } failing;

static inline void *failing_allocate(void *user, size_t size, size_t align)
{
    failing *f = user;
    if (++f->count == f->fail_at) return NULL;
    f->held++;
    return aligned_alloc(align, (size + align - 1) / align * align);
}

static inline void failing_release(void *user, void *block, size_t size, size_t align)
{
    (void)size, (void)align;
    ((failing *)user)->held--;
    free(block);
}

static inline scilama_context *failing_context(failing *f)
{
    scilama_allocator a = { f, failing_allocate, failing_release };
    scilama_context_options o;
    scilama_context *ctx;
    scilama_context_options_init(&o, sizeof o);
    o.allocator = &a;
    ck_assert_int_eq(scilama_context_create(&ctx, &o, NULL), SCILAMA_OK);
    return ctx;
}

static inline bool same(const double *a, const double *b, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!(isnan(a[i]) && isnan(b[i])) && memcmp(a + i, b + i, sizeof *a) != 0) return false;
    return true;
}

#endif
