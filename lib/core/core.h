/* SPDX-License-Identifier: MIT */
#ifndef SLM_CORE_H
#define SLM_CORE_H

/* Context, memory, errors and log: what every layer stands on. */

#include "scilama/context.h"
#include <inttypes.h> /* what nearly every file needs of C: no other file names these again */
#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* float in the library; double in the archive that the tests link to compare
 * with double-precision oracles. The public interface speaks float either way. */
#ifdef SLM_REAL_F64
typedef double slm_real;
#else
typedef float slm_real;
#endif

struct slm_pool;

struct scilama_context {
    scilama_allocator allocator;
    scilama_log_fn log;
    void *log_user;
    int32_t log_level;
    int32_t threads;
    int32_t pid;              /* of the creating process: the pool does not survive fork */
    atomic_int refs;
    atomic_uint calls;        /* calls that run, plus SLM_CANCELLED where they are asked to stop: never that alone */
    atomic_llong bytes_now, bytes_peak;
    atomic_llong recipes;     /* made so far: each is known by its number */
    struct slm_pool *pool;    /* NULL with one thread */
    scilama_stage_fn progress;
    void *progress_user;
};
/* What the host is asked for: a multiple of the alignment, as aligned_alloc() wants it. */
#define SLM_CONTEXT_BYTES ((sizeof(struct scilama_context) + 63) / 64 * 64)

/* --- reference counting (context.c) -------------------------------------- */
scilama_context *slm_context_retain(scilama_context *ctx);
void slm_context_release(scilama_context *ctx);

/* Defines name(object), one more owner of something that counts its owners in `refs`; NULL allowed. */
#define SLM_RETAIN(name, type) \
    type *name(type *object) \
    { \
        if (object) atomic_fetch_add(&object->refs, 1); \
        return object; \
    }

/* A public call that runs, counted from slm_call_begin() to slm_call_end(): a cancel is for the calls
 * that run when it comes, and is forgotten with the last of them. */
#define SLM_CANCELLED 0x80000000u
typedef struct slm_call { scilama_context *ctx; /* NULL: not begun */ } slm_call;
scilama_status slm_call_begin(slm_call *call, const scilama_context *ctx, scilama_error *error);
void slm_call_end(slm_call *call);
/* Fails in a forked child (locks and workers did not come along) and when running calls are to stop. */
scilama_status slm_context_check(const scilama_context *ctx, scilama_error *error);
/* True when long loops should stop with SCILAMA_E_CANCELLED. */
bool slm_cancelled(const scilama_context *ctx);
scilama_status slm_fail_cancelled(scilama_error *error);
/* Tells the host how far a long call is; calling thread only. */
void slm_tell(const scilama_context *ctx, const char *stage, double share);

/* --- memory (alloc.c; calling thread only; 64-byte aligned) ------------- */
void *slm_alloc(scilama_context *ctx, size_t bytes);           /* NULL when out of memory; 0 bytes is valid */
void *slm_alloc_zero(scilama_context *ctx, size_t bytes);
void *slm_alloc_array(scilama_context *ctx, int64_t count, size_t size); /* NULL on overflow too */
void *slm_alloc_array_zero(scilama_context *ctx, int64_t count, size_t size);
/* Grows to count elements, keeping the first `kept`; on failure the old block stands. */
void *slm_realloc_array(scilama_context *ctx, void *old, int64_t kept, int64_t count, size_t size);
void slm_free(scilama_context *ctx, void *block);              /* NULL allowed */
/* Several at once, NULLs among them: what a function took is given back by one statement. */
#define slm_free_all(ctx, ...) slm_free_blocks(ctx, (void *[]){ __VA_ARGS__ }, sizeof((void *[]){ __VA_ARGS__ }) / sizeof(void *))
void slm_free_blocks(scilama_context *ctx, void *const *blocks, size_t count);
char *slm_strdup(scilama_context *ctx, const char *text);
/* What a function works in, given back as it returns, on whatever way: SLM_SCOPE(work, ctx) declares it before the first return. */
typedef struct slm_scope {
    scilama_context *ctx;
    void *last;      /* of its blocks; each knows the one before */
    bool failed;     /* sticky: an allocation failed */
} slm_scope;
#define SLM_SCOPE(scope, context) __attribute__((cleanup(slm_scope_end))) slm_scope scope = { context, NULL, false }
void *slm_scope_array(slm_scope *scope, int64_t count, size_t size);
void *slm_scope_zeros(slm_scope *scope, int64_t count, size_t size);
/* From now on the scope's: a block from elsewhere, NULL allowed. It is not to be given to slm_free(). */
void *slm_scope_hold(slm_scope *scope, void *block);
/* No longer the scope's, but the caller's; NULL allowed. */
void *slm_scope_keep(slm_scope *scope, void *block);
void slm_scope_end(slm_scope *scope);
/* Memory with several owners, zeroed at first. It holds the context; the last owner to
 * let go frees it, on whatever thread that is. */
void *slm_shared_alloc(scilama_context *ctx, int64_t count, size_t size);
void *slm_shared_retain(void *block);
void slm_shared_release(void *block);                          /* NULL allowed */
/* false when a * b overflows or either is negative */
bool slm_mul_size(int64_t a, int64_t b, int64_t *product);

/* --- errors and log (error.c) -------------------------------------------- */
#if defined(__GNUC__)
#define SLM_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define SLM_PRINTF(a, b)
#endif
/* Fills error (NULL allowed) and returns code. One sentence that names the thing
 * at fault. Floating-point numbers go through slm_format_double (locale). */
scilama_status slm_fail(scilama_error *error, scilama_status code, const char *format, ...) SLM_PRINTF(3, 4);
scilama_status slm_fail_detail(scilama_error *error, scilama_status code, int detail, const char *format, ...) SLM_PRINTF(4, 5);
scilama_status slm_fail_nomem(scilama_error *error);
/* Returns what `call` returns from the function, unless that is SCILAMA_OK. Nothing may be left to give back by hand. */
#define SLM_TRY(call) \
    do { \
        const scilama_status tried = (call); \
        if (tried) return tried; \
    } while (0)
void slm_error_clear(scilama_error *error);
void slm_log(const scilama_context *ctx, int32_t level, const char *format, ...) SLM_PRINTF(3, 4);

/* --- text that does not depend on the locale (text.c) -------------------- */
/* Shortest text that reads back as the same double ("nan", "inf", "-inf"); buffer >= 32. */
int slm_format_double(char *buffer, size_t size, double value);
/* Parses a whole decimal number in [text, end); false when it is not one. Accepts nan and inf. */
bool slm_parse_double(const char *text, const char *end, double *value);
float slm_half_to_float(uint16_t half); /* text.c */

/* --- UTF-8: what names, messages and outputs are ------------------------- */
enum { SLM_SOME_BYTES = 220 };
/* Bytes (1 to 4) of the character at the start of text [size]; 0 where there is none. */
size_t slm_utf8_length(const char *text, size_t size);
bool slm_utf8_valid(const char *text, size_t size);
/* Names for a message: the first three of them, " …" for more. text: "" at first; nth: how many came before. */
void slm_name_some(char text[SLM_SOME_BYTES], int64_t nth, const char *name);
void slm_utf8_clean(char *text); /* in place: '?' for each byte that belongs to no character */

/* --- growing byte buffer (text.c) ------------------------------------------ */
typedef struct slm_bytes {
    scilama_context *ctx;
    char *data;      /* always terminated when size > 0 */
    size_t size, capacity;
    bool failed;     /* sticky: an allocation failed */
} slm_bytes;
/* Declares one, given back as the function returns; several or longer: slm_bytes_init(), slm_bytes_free(). */
#define SLM_BYTES(b, context) __attribute__((cleanup(slm_bytes_free))) slm_bytes b = { .ctx = (context) }
void slm_bytes_init(slm_bytes *b, scilama_context *ctx);
void slm_bytes_free(slm_bytes *b);
bool slm_bytes_put(slm_bytes *b, const void *data, size_t size);
bool slm_bytes_text(slm_bytes *b, const char *text);
/* JSON: the format as it stands, but %q a string (quoted, escaped, valid UTF-8) or null, %i an int64_t, %g a double (null where it
 * is not finite), %b a bool, %s text that is JSON already. */
void slm_bytes_json(slm_bytes *b, const char *format, ...);

/* --- string tables (strings.c) --------------------------------------------- */
enum { SLM_STRINGS_RUN = 8 };
typedef struct slm_strings {
    int64_t count, size;
    int64_t *offsets;  /* [count / SLM_STRINGS_RUN + 1] of every eighth in bytes: names of cells are many */
    char *bytes;       /* [size] one after the other, each terminated */
} slm_strings;
/* values[i] == NULL is stored as "" */
scilama_status slm_strings_copy(scilama_context *ctx, slm_strings *out, const char *const *values, int64_t count, scilama_error *error);
/* the strings of `in` named by rows[count] */
scilama_status slm_strings_take(scilama_context *ctx, slm_strings *out, const slm_strings *in, const int64_t *rows, int64_t count, scilama_error *error);
scilama_status slm_strings_clone(scilama_context *ctx, slm_strings *out, const slm_strings *in, scilama_error *error);
/* Names that did not occur before and the rows [names->count] they are of; *rows NULL, and no names, where all differ. */
scilama_status slm_strings_distinct(scilama_context *ctx, const slm_strings *in, slm_strings *names, int64_t **rows, scilama_error *error);
const char **slm_strings_pointers(scilama_context *ctx, const slm_strings *strings); /* [count] into them; NULL when memory is out */
void slm_strings_list(const slm_strings *strings, char *text, size_t size); /* "a, b, c", cut where it does not fit */
void slm_strings_free(scilama_context *ctx, slm_strings *strings);
/* Given back with the scope instead; … or no longer. */
void slm_strings_hold(slm_scope *scope, const slm_strings *strings);
void slm_strings_keep(slm_scope *scope, const slm_strings *strings);
/* Several at once. */
#define slm_strings_free_all(ctx, ...) slm_strings_free_each(ctx, (slm_strings *[]){ __VA_ARGS__ }, sizeof((slm_strings *[]){ __VA_ARGS__ }) / sizeof(void *))
void slm_strings_free_each(scilama_context *ctx, slm_strings *const *strings, size_t count);
/* `code` where one is not UTF-8: "WHAT NUMBER ('NAME') is not UTF-8 …", counted from 1. */
scilama_status slm_strings_check(const slm_strings *strings, const char *what, scilama_status code, scilama_error *error);
scilama_status slm_strings_check_from(const slm_strings *strings, int64_t first, const char *what, scilama_status code, scilama_error *error); /* of a part */
static inline const char *slm_string(const slm_strings *s, int64_t i)
{
    const char *at = s->bytes + s->offsets[i / SLM_STRINGS_RUN];
    for (i %= SLM_STRINGS_RUN; i > 0; i--) at += strlen(at) + 1;
    return at;
}
/* order[count]: rows sorted by bytewise comparison, ties by row */
scilama_status slm_strings_order(scilama_context *ctx, const slm_strings *s, int64_t *order, scilama_error *error);

/* Growing list of names. */
typedef struct slm_name_list {
    slm_bytes bytes;     /* each terminated */
    int64_t count;
} slm_name_list;
/* Declares one, given back as the function returns. */
#define SLM_NAME_LIST(list, context) __attribute__((cleanup(slm_name_list_free))) slm_name_list list = { .bytes = { .ctx = (context) } }
void slm_name_list_init(slm_name_list *list, scilama_context *ctx);
bool slm_name_list_add(slm_name_list *list, const char *name, size_t length);
/* Moves the names out; the list is empty after. */
scilama_status slm_name_list_take(slm_name_list *list, slm_strings *out, scilama_error *error);
void slm_name_list_free(slm_name_list *list);
/* Numbers as names: values [count], natural: uint64_t; NULL: "0", "1", … */
scilama_status slm_strings_numbers(scilama_context *ctx, slm_strings *out, const int64_t *values, bool natural, int64_t count, scilama_error *error);

/* name -> row. Open addressing; built once, and gone with its scope. */
typedef struct slm_name_index {
    const slm_strings *strings;
    int64_t *slots, mask;
    int64_t first_duplicate; /* row of the first name seen before, or -1; the earlier row wins */
} slm_name_index;
scilama_status slm_name_index_build(slm_scope *scope, slm_name_index *out, const slm_strings *strings, scilama_error *error);
int64_t slm_name_index_find(const slm_name_index *index, const char *name); /* row or -1 */

/* 64-bit FNV-1a of bytes, chained through `state` (start with SLM_HASH_START). */
#define SLM_HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t slm_hash(uint64_t state, const void *data, size_t size);

#endif
