/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "core/core.h"
#include "core/thread.h"
#include <unistd.h>

/* Contexts count their owners and the calls that run: a cancel is for the running calls and forgotten with the last of them. */

SLM_RETAIN(slm_context_retain, scilama_context)

void slm_context_release(scilama_context *ctx)
{
    if (!ctx || atomic_fetch_sub(&ctx->refs, 1) != 1) return;
    slm_pool_destroy(ctx);
    scilama_allocator a = ctx->allocator;
    a.release(a.user, ctx, SLM_CONTEXT_BYTES, 64);
}

scilama_status slm_context_check(const scilama_context *ctx, scilama_error *error)
{
    if (ctx->pid != (int32_t)getpid())
        return slm_fail(error, SCILAMA_E_STATE,
                        "the context was made before fork: create a new one in the child process");
    if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
    return SCILAMA_OK;
}

scilama_status slm_call_begin(slm_call *call, const scilama_context *ctx, scilama_error *error)
{
    SLM_TRY(slm_context_check(ctx, error));
    call->ctx = (scilama_context *)ctx;
    atomic_fetch_add(&call->ctx->calls, 1);
    return SCILAMA_OK;
}

void slm_call_end(slm_call *call)
{
    if (!call->ctx) return;
    unsigned now = atomic_load(&call->ctx->calls);
    while (!atomic_compare_exchange_weak(&call->ctx->calls, &now, (now & ~SLM_CANCELLED) == 1 ? 0 : now - 1)) {}
}

bool slm_cancelled(const scilama_context *ctx)
{
    return (atomic_load_explicit(&((scilama_context *)ctx)->calls, memory_order_relaxed) & SLM_CANCELLED) != 0;
}

void slm_tell(const scilama_context *ctx, const char *stage, double share)
{
    if (ctx->progress) ctx->progress(ctx->progress_user, stage, share);
}
