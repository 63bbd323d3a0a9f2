/* SPDX-License-Identifier: MIT */
#include "core/core.h"
#include <stdlib.h>

/* A 64-byte header keeps the size for release(), the block before in a scope, and the alignment for SIMD. */
enum { HEADER = 64, ALIGN = 64 };

bool slm_mul_size(int64_t a, int64_t b, int64_t *product)
{
    if (a < 0 || b < 0 || (b > 0 && a > INT64_MAX / b)) return false;
    *product = a * b;
    return true;
}

void *slm_alloc(scilama_context *ctx, size_t bytes)
{
    if (bytes > (size_t)PTRDIFF_MAX - HEADER - ALIGN) return NULL;
    size_t total = (bytes + HEADER + ALIGN - 1) / ALIGN * ALIGN;
    char *block = ctx->allocator.allocate(ctx->allocator.user, total, ALIGN);
    if (!block) return NULL;
    memcpy(block, &total, sizeof total);
    long long now = atomic_fetch_add(&ctx->bytes_now, (long long)total) + (long long)total;
    long long peak = atomic_load(&ctx->bytes_peak);
    while (now > peak && !atomic_compare_exchange_weak(&ctx->bytes_peak, &peak, now)) {}
    return block + HEADER;
}

void *slm_alloc_zero(scilama_context *ctx, size_t bytes)
{
    void *block = slm_alloc(ctx, bytes);
    if (block) memset(block, 0, bytes);
    return block;
}

void *slm_alloc_array(scilama_context *ctx, int64_t count, size_t size)
{
    int64_t bytes;
    if (!slm_mul_size(count, (int64_t)size, &bytes) || (uint64_t)bytes > (uint64_t)SIZE_MAX) return NULL;
    return slm_alloc(ctx, (size_t)bytes);
}

void *slm_alloc_array_zero(scilama_context *ctx, int64_t count, size_t size)
{
    void *block = slm_alloc_array(ctx, count, size);
    if (block) memset(block, 0, (size_t)count * size);
    return block;
}

void *slm_realloc_array(scilama_context *ctx, void *old, int64_t kept, int64_t count, size_t size)
{
    void *block = slm_alloc_array(ctx, count, size);
    if (!block) return NULL;
    if (old && kept > 0) memcpy(block, old, (size_t)(kept < count ? kept : count) * size);
    slm_free(ctx, old);
    return block;
}

void slm_free(scilama_context *ctx, void *ptr)
{
    if (!ptr) return;
    char *block = (char *)ptr - HEADER;
    size_t total;
    memcpy(&total, block, sizeof total);
    atomic_fetch_sub(&ctx->bytes_now, (long long)total);
    ctx->allocator.release(ctx->allocator.user, block, total, ALIGN);
}

void slm_free_blocks(scilama_context *ctx, void *const *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) slm_free(ctx, blocks[i]);
}

typedef struct shared { scilama_context *ctx; atomic_int owners; } shared;

static shared *shared_head(void *block) { return (shared *)((char *)block - HEADER); }

void *slm_shared_alloc(scilama_context *ctx, int64_t count, size_t size)
{
    int64_t bytes;
    if (!slm_mul_size(count, (int64_t)size, &bytes) || (uint64_t)bytes > (uint64_t)SIZE_MAX - HEADER) return NULL;
    char *head = slm_alloc_zero(ctx, (size_t)bytes + HEADER);
    if (!head) return NULL;
    shared *s = (shared *)head;
    s->ctx = slm_context_retain(ctx);
    atomic_store(&s->owners, 1);
    return head + HEADER;
}

void *slm_shared_retain(void *block)
{
    atomic_fetch_add(&shared_head(block)->owners, 1);
    return block;
}

void slm_shared_release(void *block)
{
    if (!block) return;
    shared *s = shared_head(block);
    if (atomic_fetch_sub(&s->owners, 1) != 1) return;
    scilama_context *ctx = s->ctx;
    slm_free(ctx, s);
    slm_context_release(ctx);
}

/* Where a block keeps the one before it in its scope. */
static void **before(void *block) { return (void **)(void *)((char *)block - HEADER + sizeof(size_t)); }

void *slm_scope_hold(slm_scope *scope, void *block)
{
    if (!block) return NULL;
    *before(block) = scope->last;
    return scope->last = block;
}

void *slm_scope_array(slm_scope *scope, int64_t count, size_t size)
{
    void *block = slm_scope_hold(scope, slm_alloc_array(scope->ctx, count, size));
    if (!block) scope->failed = true;
    return block;
}

void *slm_scope_zeros(slm_scope *scope, int64_t count, size_t size)
{
    void *block = slm_scope_array(scope, count, size);
    if (block) memset(block, 0, (size_t)count * size);
    return block;
}

void *slm_scope_keep(slm_scope *scope, void *block)
{
    void **link = &scope->last;
    while (*link && *link != block) link = before(*link);
    if (*link) *link = *before(block);
    return block;
}

void slm_scope_end(slm_scope *scope)
{
    for (void *block = scope->last, *next; block; block = next) {
        next = *before(block);
        slm_free(scope->ctx, block);
    }
}

char *slm_strdup(scilama_context *ctx, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = slm_alloc(ctx, size);
    if (copy) memcpy(copy, text, size);
    return copy;
}
