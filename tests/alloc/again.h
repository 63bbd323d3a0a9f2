/* SPDX-License-Identifier: MIT */
#ifndef AGAIN_H
#define AGAIN_H

#include "failing.h"

/* Calls that go on after an allocation failed. */

static void die(const char *call, const failing *f, scilama_status status, const char *message)
{
    fprintf(stderr, "%s, allocation %lld fails: %s: %s\n", call, f->fail_at, scilama_status_name(status), message);
    exit(1);
}

/* Once more after an allocation failed. */
#define CALL(call) do { \
        long long before = f->failed; \
        memset(&error, 0, sizeof error); \
        scilama_status s_ = (call); \
        if (f->failed == before) { \
            if (s_ != SCILAMA_OK) die(#call, f, s_, error.message); \
        } else { \
            if (s_ != SCILAMA_E_NOMEM || error.code != s_ || !error.message[0]) die(#call, f, s_, error.message); \
            if ((s_ = (call)) != SCILAMA_OK) die(#call " tried again", f, s_, error.message); \
        } \
    } while (0)

#endif
