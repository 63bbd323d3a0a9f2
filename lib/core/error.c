/* SPDX-License-Identifier: MIT */
#include "core/core.h"
#include <stdarg.h>

/* Errors and the log: one line of UTF-8, whatever a name or path in it holds. Nothing is kept between calls. */

static scilama_status fill(scilama_error *error, scilama_status code, int detail, const char *format, va_list args)
{
    if (error) {
        error->code = code;
        error->detail = detail;
        vsnprintf(error->message, sizeof error->message, format, args);
        /* a cut inside a multi-byte character would not be UTF-8 */
        size_t n = strlen(error->message);
        if (n == sizeof error->message - 1) {
            while (n > 0 && ((unsigned char)error->message[n - 1] & 0xC0) == 0x80) n--;
            if (n > 0 && (unsigned char)error->message[n - 1] >= 0xC0) n--;
            error->message[n] = 0;
        }
        slm_utf8_clean(error->message); /* nor need names and paths be */
        for (char *p = error->message; *p; p++)
            if ((unsigned char)*p < 0x20) *p = ' '; /* one line, whatever a name holds */
    }
    return code;
}

scilama_status slm_fail(scilama_error *error, scilama_status code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(error, code, 0, format, args);
    va_end(args);
    return code;
}

scilama_status slm_fail_detail(scilama_error *error, scilama_status code, int detail, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(error, code, detail, format, args);
    va_end(args);
    return code;
}

scilama_status slm_fail_nomem(scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_NOMEM, "out of memory: the allocator returned NULL");
}

scilama_status slm_fail_cancelled(scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_CANCELLED, "cancelled by scilama_context_cancel");
}

void slm_error_clear(scilama_error *error)
{
    if (!error) return;
    error->code = SCILAMA_OK;
    error->detail = 0;
    error->message[0] = 0;
}

void slm_log(const scilama_context *ctx, int32_t level, const char *format, ...)
{
    if (!ctx->log || level > ctx->log_level) return;
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ctx->log(ctx->log_user, level, text);
}
