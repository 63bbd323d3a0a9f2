/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#define _GNU_SOURCE
#include "core/core.h"
#include "core/thread.h"
#include "hdf5/gateway.h"
#include "linalg/gemm.h"
#include "scilama/version.h"
#include <stdlib.h>
#include <unistd.h>

/* scilama/context.h and the version: a context is made of the host's allocator before anything else is allocated by it. */

int32_t scilama_version(void)
{
    return SCILAMA_VERSION_MAJOR * 10000 + SCILAMA_VERSION_MINOR * 100 + SCILAMA_VERSION_PATCH;
}

const char *scilama_version_string(void) { return SCILAMA_VERSION_STRING; }

const char *scilama_status_name(scilama_status status)
{
    switch (status) {
#define CASE(name, number, text) case number: return #name;
        SCILAMA_STATUS_LIST(CASE)
#undef CASE
    default: return "UNKNOWN";
    }
}

const char *scilama_status_text(scilama_status status)
{
    switch (status) {
#define CASE(name, number, text) case number: return text;
        SCILAMA_STATUS_LIST(CASE)
#undef CASE
    default: return "unknown status";
    }
}

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__ /* sees the edges of what it gives itself */
static void *malloc_aligned(void *user, size_t size, size_t align)
{
    void *block;
    return posix_memalign(&block, align, size) == 0 ? block : NULL;
}

static void free_aligned(void *user, void *ptr, size_t size, size_t align) { free(ptr); }
#else
/* Within a larger block of malloc(), whose address lies in front. What posix_memalign() gave and got back is too small, in glibc before
 * 2.38, for as much to be given from it again: a heap that is used block after block grows with holes. */
static void *malloc_aligned(void *user, size_t size, size_t align)
{
    if (size > SIZE_MAX - align - sizeof(void *)) return NULL;
    char *whole = malloc(size + align + sizeof(void *));
    if (!whole) return NULL;
    void **block = (void **)(void *)(whole + (align - (uintptr_t)(whole + sizeof(void *)) % align) % align + sizeof(void *));
    block[-1] = whole;
    return block;
}

static void free_aligned(void *user, void *ptr, size_t size, size_t align)
{
    if (ptr) free(((void **)ptr)[-1]);
}
#endif

INIT_OF(scilama_context_options, .log_level = SCILAMA_LOG_INFO, .threads = 1)

scilama_status scilama_context_create(scilama_context **out, const scilama_context_options *options, scilama_error *error)
{
    RESULT(out);
    scilama_context_options o;
    scilama_context_options_init(&o, sizeof o);
    scilama_status status = slm_options_read(&o, sizeof o, options, "scilama_context_options", error);
    if (status) return status;
    if (o.threads < 0 || o.threads > SLM_MAX_THREADS)
        return slm_fail(error, SCILAMA_E_INVALID, "threads is %d: it must be 0 to %d", o.threads, SLM_MAX_THREADS);
    scilama_allocator allocator = { NULL, malloc_aligned, free_aligned };
    if (o.allocator) allocator = *o.allocator;
    if (!allocator.allocate || !allocator.release)
        return slm_fail(error, SCILAMA_E_INVALID, "the allocator lacks a function");
    scilama_context *ctx = allocator.allocate(allocator.user, SLM_CONTEXT_BYTES, 64);
    if (!ctx) return slm_fail_nomem(error);
    memset(ctx, 0, sizeof *ctx);
    ctx->allocator = allocator;
    ctx->log = o.log;
    ctx->log_user = o.log_user;
    ctx->log_level = o.log_level;
    ctx->threads = o.threads ? o.threads : slm_processors();
    if (ctx->threads > SLM_MAX_THREADS) ctx->threads = SLM_MAX_THREADS;
    ctx->pid = (int32_t)getpid();
    atomic_store(&ctx->refs, 1);
    if ((status = slm_gemm_setup(ctx, error)) || (status = slm_pool_create(ctx, error))) {
        slm_context_release(ctx);
        return status;
    }
    *out = ctx;
    return SCILAMA_OK;
}

void scilama_context_destroy(scilama_context *context) { slm_context_release(context); }

void scilama_context_cancel(scilama_context *context)
{
    unsigned now = context ? atomic_load(&context->calls) : 0;
    while (now && !atomic_compare_exchange_weak(&context->calls, &now, now | SLM_CANCELLED)) {}
}

void scilama_context_resume(scilama_context *context)
{
    if (context) atomic_fetch_and(&context->calls, ~SLM_CANCELLED);
}

scilama_status scilama_context_set_progress(scilama_context *context, scilama_stage_fn progress, void *user, scilama_error *error)
{
    if (!context) return slm_fail(error, SCILAMA_E_INVALID, "context is NULL");
    context->progress = progress;
    context->progress_user = user;
    return SCILAMA_OK;
}

int32_t scilama_context_threads(const scilama_context *context) { return context ? context->threads : 0; }

void scilama_context_memory(const scilama_context *context, int64_t *bytes_now, int64_t *bytes_peak)
{
    scilama_context *ctx = (scilama_context *)context;
    if (bytes_now) *bytes_now = ctx ? (int64_t)atomic_load(&ctx->bytes_now) : 0;
    if (bytes_peak) *bytes_peak = ctx ? (int64_t)atomic_load(&ctx->bytes_peak) : 0;
}

scilama_status scilama_context_describe(const scilama_context *context, char *buffer, size_t size, size_t *needed)
{
    if (!context || (size && !buffer)) return SCILAMA_E_INVALID;
    slm_bytes b;
    slm_bytes_init(&b, (scilama_context *)context);
    slm_bytes_json(&b, "{\"version\": %q, \"threads\": %i, ", SCILAMA_VERSION_STRING, (int64_t)context->threads);
    slm_gemm_describe(context, &b);
    slm_bytes_json(&b, ", \"hdf5\": %q}", slm_h5_version_text());
    scilama_status status = b.failed ? SCILAMA_E_NOMEM : SCILAMA_OK;
    if (!status) {
        if (needed) *needed = b.size + 1;
        if (size) {
            size_t n = b.size < size - 1 ? b.size : size - 1;
            memcpy(buffer, b.data, n);
            buffer[n] = 0;
        }
        if (size < b.size + 1) status = size ? SCILAMA_E_INVALID : SCILAMA_OK;
    }
    slm_bytes_free(&b);
    return status;
}
