/* SPDX-License-Identifier: MIT */
#ifndef SLM_API_H
#define SLM_API_H

/* How every public function begins: what must not be NULL, the way into the context, and _init.
 * All of it expects the parameter `error` by that name. */

#include "core/core.h"
#include "core/options.h"

static inline scilama_status null_argument(scilama_error *error, const char *what)
{
    return slm_fail(error, SCILAMA_E_INVALID, "%s is NULL", what);
}

/* names: "a, b, c" as the caller wrote them; the first of `given` that is NULL is named. */
static inline bool some_null(scilama_error *error, const char *names, const void *const *given, size_t count)
{
    for (size_t i = 0; i < count; i++, names += strcspn(names, ",") + 2)
        if (!given[i]) {
            slm_fail(error, SCILAMA_E_INVALID, "%.*s is NULL", (int)strcspn(names, ","), names);
            return true;
        }
    return false;
}

/* Returns from the function when one of the arguments is NULL. */
#define REQUIRE(...) \
    if (some_null(error, #__VA_ARGS__, (const void *const[]){ __VA_ARGS__ }, sizeof((const void *const[]){ __VA_ARGS__ }) / sizeof(void *))) \
    return SCILAMA_E_INVALID
/* Of what is handed out by `out`: nothing, until it succeeds. */
#define RESULT(out) \
    REQUIRE(out); \
    *(out) = NULL

/* Declares `status`, that of entering the context of a handle, for a call that lasts until the function
 * returns, on whatever way; a NULL handle is named as the caller knows it. */
#define ENTER(status, handle) ENTER_AS(status, (handle) ? (handle)->ctx : NULL, #handle)
/* The same of the context itself. */
#define ENTER_CONTEXT(status, context) ENTER_AS(status, context, #context)
#define ENTER_AS(status, context, name) \
    __attribute__((cleanup(slm_call_end))) slm_call call = { NULL }; \
    scilama_status status = enter(&call, context, name, error)
/* … and returns where that fails. */
#define BEGIN(status, handle) \
    ENTER(status, handle); \
    if (status) return status
#define BEGIN_CONTEXT(status, context) \
    ENTER_CONTEXT(status, context); \
    if (status) return status

/* Once begun: declares the options of the call, the defaults with what the caller gave over them; … */
#define OPTIONS(type, o, given) \
    type o; \
    type##_init(&(o), sizeof(o)); \
    READ_OPTIONS(type, o, given)
/* … the same where there are presets: the one that NULL means. What a caller's shorter struct of an earlier version does not have is off,
 * as in the published one; … */
#define PRESET_BEHIND(given, preset) ((given) ? SCILAMA_PRESET_PUBLISHED : (preset))
#define PRESET(type, o, given, preset) \
    type o; \
    type##_init(&(o), sizeof(o), PRESET_BEHIND(given, preset)); \
    READ_OPTIONS(type, o, given)
#define READ_OPTIONS(type, o, given) \
    if ((status = slm_options_read(&(o), sizeof(o), given, #type, error))) return status
/* … and its report, found writable before anything happens. */
#define REPORT(type, r, given) \
    type r; \
    type##_init(&(r), sizeof(r)); \
    if ((status = slm_result_write(given, &(r), sizeof(r), #type, error))) return status

static inline scilama_status enter(slm_call *call, const scilama_context *context, const char *name, scilama_error *error)
{
    return context ? slm_call_begin(call, context, error) : null_argument(error, name);
}

/* Of names[count], or of NULL, none is NULL. */
static inline scilama_status check_names(const char *const *names, int64_t count, const char *what, scilama_error *error)
{
    for (int64_t i = 0; names && i < count; i++)
        if (!names[i]) return slm_fail(error, SCILAMA_E_INVALID, "%s[%lld] is NULL", what, (long long)i);
    return SCILAMA_OK;
}

/* How far apart rows of `width` numbers lie: 0 is side by side. */
static inline scilama_status leading(int64_t *ld, int64_t rows, int64_t width, scilama_error *error)
{
    int64_t size;
    if (*ld == 0) *ld = width;
    if (*ld < width) return slm_fail(error, SCILAMA_E_INVALID, "ld is %lld: rows have %lld elements", (long long)*ld, (long long)width);
    if (slm_mul_size(rows, *ld, &size) && slm_mul_size(size, sizeof(float), &size)) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_INVALID, "ld is %lld: %lld such rows are more than memory can hold", (long long)*ld, (long long)rows);
}

struct scilama_match_options;
scilama_status slm_match_options_check(const struct scilama_match_options *o, scilama_error *error); /* dataset.c */

/* "GROUP/KEY" of a writer that is not committed; `nested` allows slashes in the key. h5ad_writer.c */
enum { SLM_WRITER_KEY_BYTES = 1200 };
struct scilama_h5ad_writer;
scilama_status slm_writer_key(struct scilama_h5ad_writer *w, const char *group, const char *key, bool nested, char *out, scilama_error *error);

/* Defines type_init() by the fields that are not zero at first; those of options with a table: core/options.h. */
#define INIT_OF(type, ...) \
    scilama_status type##_init(type *value, size_t struct_size) \
    { \
        const type defaults = { __VA_ARGS__ }; \
        return slm_options_init(value, struct_size, &defaults, sizeof defaults); \
    }

#endif
