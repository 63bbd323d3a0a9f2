/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_STATUS_H
#define SCILAMA_STATUS_H

#include "export.h"
#include <stdint.h>

/** @file status.h Status codes and the caller-owned error.
 *
 * Every fallible function returns a ::scilama_status and takes an optional
 * scilama_error as its last argument. The message is one sentence that names
 * the thing at fault. Numbers of retired codes are never used again.
 *
 * A call that fails sets its output handles to NULL; arrays and structs that it was to fill may be filled in part.
 * Handles that it was given stay usable, and are as they were unless its comment says otherwise. A call that
 * succeeds does not touch the error.
 *
 * Not repeated at each function: E_INVALID for a NULL or a size that is not allowed,
 * E_UNSUPPORTED for bytes of a struct that this library does not know, E_STATE in a child
 * process for a context made before the fork, E_NOMEM, E_CANCELLED of any call that runs when
 * scilama_context_cancel() comes, and of files E_IO. */

/** Code, number, and what it means. */
#define SCILAMA_STATUS_LIST(X) \
    X(OK, 0, "success") \
    X(E_INVALID, -1, "an argument or option is not acceptable") \
    X(E_NOMEM, -2, "the allocator returned no memory") \
    X(E_STATE, -3, "the handle is not in a state that allows this call") \
    X(E_UNSUPPORTED, -4, "this build or version cannot do this") \
    X(E_IO, -5, "reading or writing failed") \
    X(E_FORMAT, -6, "the file or buffer is damaged or of another format") \
    X(E_NOTFOUND, -7, "a named thing does not exist") \
    X(E_NONFINITE, -8, "a value is NaN or infinite") \
    X(E_CANCELLED, -9, "the call was cancelled") \
    X(E_DEPENDENCY, -10, "a library in use differs from the one built against") \
    X(E_DUPLICATE, -11, "a name occurs more than once") \
    X(E_CALLBACK, -12, "a callback of the host reported failure") \
    X(E_INTERNAL, -13, "a fault of the library itself")

enum scilama_status_code {
#define SCILAMA_STATUS_ENUM(name, number, text) SCILAMA_##name = number,
    SCILAMA_STATUS_LIST(SCILAMA_STATUS_ENUM)
#undef SCILAMA_STATUS_ENUM
        SCILAMA_STATUS_MAX_ = 0x7fffffff
};

/** 0, or a negative member of ::scilama_status_code. */
typedef int32_t scilama_status;

/** What went wrong. Owned by the caller; its layout never changes. */
typedef struct scilama_error {
    scilama_status code; /**< the status that the call returned */
    int32_t detail;      /**< errno or a library's own code; 0 if none */
    char message[248];   /**< UTF-8, always terminated */
} scilama_error;

#ifdef __cplusplus
extern "C" {
#endif

/** Name of a status code, such as "E_NOTFOUND"; "UNKNOWN" for other numbers.
 *  Static storage. @since 0.1 */
SCILAMA_API const char *scilama_status_name(scilama_status status);

/** What a status code means, in a few words. Static storage. @since 0.1 */
SCILAMA_API const char *scilama_status_text(scilama_status status);

#ifdef __cplusplus
}
#endif
#endif
