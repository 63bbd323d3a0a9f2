/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_CONTEXT_H
#define SCILAMA_CONTEXT_H

#include "status.h"
#include <stddef.h>

/** @file context.h The root of every object: memory, log, threads, cancellation.
 *
 * Handles retain the context they were made from, so handles may be destroyed
 * in any order.
 *
 * A handle serves one thread at a time; distinct handles are independent, also those of one context. Functions that take a
 * handle as pointer to const, and those that encode or decode with a model that no trainer holds, may read it from
 * several threads at once, each with a dataset of its own, as long as none changes or destroys it. In full, with what holds
 * after a fork: docs/threading.md. */

typedef struct scilama_context scilama_context;

/** Source of all memory that the library itself requests. Layout never changes.
 *
 * Called on the thread that called the library, never under a lock.
 * BLIS packing buffers and HDF5 internals do not pass through it. */
typedef struct scilama_allocator {
    void *user; /**< passed back unchanged */
    /** Returns `size` bytes aligned to `align` (a power of two), or NULL. */
    void *(*allocate)(void *user, size_t size, size_t align);
    /** Releases what allocate returned; size and align are as then. */
    void (*release)(void *user, void *ptr, size_t size, size_t align);
} scilama_allocator;

enum scilama_log_level {
    SCILAMA_LOG_ERROR = 10,
    SCILAMA_LOG_WARNING = 20,
    SCILAMA_LOG_INFO = 30,
    SCILAMA_LOG_DEBUG = 40
};

/** Receives one preformatted UTF-8 line without newline, on the calling thread. */
typedef void (*scilama_log_fn)(void *user, int32_t level, const char *text);

/** Receives how far a long call of analysis.h is, on the calling thread, several times a second as a rule.
 *  It may call scilama_context_cancel(), and nothing else of the library.
 *  @param stage  "neighbours", "Leiden", "UMAP start", "UMAP", "metrics" …; borrowed.
 *  @param share  of the stage that is done, 0 to 1; it never falls within a stage. Where the work
 *                is not known beforehand (Leiden), it nears 1 ever more slowly. */
typedef void (*scilama_stage_fn)(void *user, const char *stage, double share);

/** Options of scilama_context_create(). Append only. */
typedef struct scilama_context_options {
    size_t struct_size;                  /**< set by _init */
    const scilama_allocator *allocator;  /**< copied; NULL = malloc */
    scilama_log_fn log;                  /**< NULL = silent */
    void *log_user;                      /**< passed to log */
    int32_t log_level;                   /**< most detailed level wanted; default INFO */
    int32_t threads;                     /**< 1 (default) to 256, calling thread included; 0 = processors available */
} scilama_context_options;

#ifdef __cplusplus
extern "C" {
#endif

/** Writes the defaults. @param struct_size sizeof(scilama_context_options).
 *  @return SCILAMA_OK or SCILAMA_E_INVALID. @since 0.1 */
SCILAMA_API scilama_status scilama_context_options_init(
    scilama_context_options *options, size_t struct_size);

/** Creates a context and its worker threads.
 *
 * @param out      Receives the context; NULL on failure.
 * @param options  NULL = defaults.
 * @param error    May be NULL.
 * @return SCILAMA_OK, SCILAMA_E_INVALID, SCILAMA_E_NOMEM, SCILAMA_E_STATE (a thread cannot be
 *         started), SCILAMA_E_UNSUPPORTED or SCILAMA_E_DEPENDENCY (BLIS or HDF5 is not the one built against).
 * @since 0.1 */
SCILAMA_API scilama_status scilama_context_create(
    scilama_context **out, const scilama_context_options *options,
    scilama_error *error);

/** Releases the caller's hold. Memory and threads go when the last handle made
 *  from the context is gone. NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_context_destroy(scilama_context *context);

/** Asks the calls that run to stop with SCILAMA_E_CANCELLED, and those that begin, in their callbacks or
 *  on other threads, before these have ended. It is forgotten with the last of them: one that comes
 *  when no call runs does nothing, so that a host with a job of many calls keeps a flag of its own
 *  beside it. The only function that may be called from another thread or a signal handler. @since 0.1 */
SCILAMA_API void scilama_context_cancel(scilama_context *context);

/** Takes back a scilama_context_cancel() that the running calls have not noticed yet. Calls that begin
 *  later need none. @since 0.1 */
SCILAMA_API void scilama_context_resume(scilama_context *context);

/** Sets what receives the progress of long calls; NULL = nothing (default). Not while a call runs.
 *  @return SCILAMA_OK, or SCILAMA_E_INVALID for a NULL context. @since 0.1 */
SCILAMA_API scilama_status scilama_context_set_progress(
    scilama_context *context, scilama_stage_fn progress, void *user, scilama_error *error);

/** Threads in use, calling thread included. @since 0.1 */
SCILAMA_API int32_t scilama_context_threads(const scilama_context *context);

/** Bytes now held through the allocator, and the most ever held. Either
 *  pointer may be NULL. @since 0.1 */
SCILAMA_API void scilama_context_memory(
    const scilama_context *context, int64_t *bytes_now, int64_t *bytes_peak);

/** Describes the library, its dependencies, the processor and the kernels chosen
 *  as one JSON object.
 *
 * @param buffer  Receives up to `size` bytes, terminated; may be NULL when size is 0.
 * @param needed  Receives the length needed, terminator included; may be NULL.
 * @return SCILAMA_OK, or SCILAMA_E_INVALID when `size` is too small (the text is cut).
 * @since 0.1 */
SCILAMA_API scilama_status scilama_context_describe(
    const scilama_context *context, char *buffer, size_t size, size_t *needed);

#ifdef __cplusplus
}
#endif
#endif
