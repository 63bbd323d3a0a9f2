/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "core/core.h"
#include "core/thread.h"
#include <unistd.h>

scilama_context *slm_context_retain(scilama_context *ctx)
{
    atomic_fetch_add(&ctx->refs, 1);
    return ctx;
}

void slm_context_release(scilama_context *ctx)
{
    if (!ctx || atomic_fetch_sub(&ctx->refs, 1) != 1) return;
    slm_pool_destroy(ctx);
    scilama_allocator a = ctx->allocator;
    a.release(a.user, ctx, SLM_CONTEXT_BYTES, 64);
}

scilama_status slm_context_enter(const scilama_context *ctx, scilama_error *error)
{
    if (ctx->pid != (int32_t)getpid())
        return slm_fail(error, SCILAMA_E_STATE,
                        "the context was made before fork: create a new one in the child process");
    if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
    return SCILAMA_OK;
}

bool slm_cancelled(const scilama_context *ctx)
{
    return atomic_load_explicit(&((scilama_context *)ctx)->cancelled, memory_order_relaxed) != 0;
}

void slm_tell(const scilama_context *ctx, const char *stage, double share)
{
    if (ctx->progress) ctx->progress(ctx->progress_user, stage, share);
}
