/* SPDX-License-Identifier: MIT */
#ifndef TEST_IO_SUPPORT_H
#define TEST_IO_SUPPORT_H

#include "scilama/scilama.h"
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OK(call) do { \
    scilama_status status_ = (call); \
    ck_assert_msg(status_ == SCILAMA_OK, "%s:%d: %s", __FILE__, __LINE__, error.message); \
} while (0)
#define FAILS(code_, call) do { \
    scilama_status status_ = (call); \
    ck_assert_msg(status_ == (code_), "%s:%d: status %d: %s", __FILE__, __LINE__, status_, status_ ? error.message : ""); \
    ck_assert_uint_gt(strlen(error.message), 10); \
} while (0)

static scilama_context *ctx;
static scilama_error error;
static char folder[64];

static inline void setup(void)
{
    snprintf(folder, sizeof folder, "/tmp/scilama-io-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(scilama_context_create(&ctx, NULL, &error), SCILAMA_OK);
}

/* A host's allocator that calls the library back, which takes the lock before HDF5 even for a
 * file that is not there: under that lock it would wait for itself until the alarm. */
static struct { scilama_context *context; int64_t calls; } host_memory;

static inline void call_back(void)
{
    char *text = NULL;
    host_memory.calls++;
    if (scilama_h5ad_read_string(&text, host_memory.context, "/no-such-file", "uns/text", NULL) != SCILAMA_E_NOTFOUND) abort();
}

static inline void *calling_allocate(void *user, size_t size, size_t align)
{
    (void)user;
    call_back();
    return aligned_alloc(align, (size + align - 1) / align * align);
}

static inline void calling_release(void *user, void *ptr, size_t size, size_t align)
{
    (void)user, (void)size, (void)align;
    call_back();
    free(ptr);
}

/* A context with that allocator; destroy it with calling_context_destroy(). */
static inline scilama_context *calling_context(void)
{
    static const scilama_allocator allocator = { NULL, calling_allocate, calling_release };
    scilama_context_options o;
    scilama_context *context = NULL;
    scilama_context_options_init(&o, sizeof o);
    o.allocator = &allocator;
    host_memory.calls = 0;
    OK(scilama_context_create(&host_memory.context, NULL, &error));
    alarm(120);
    OK(scilama_context_create(&context, &o, &error));
    return context;
}

static inline void calling_context_destroy(scilama_context *context)
{
    scilama_context_destroy(context);
    alarm(0);
    ck_assert_int_gt(host_memory.calls, 10);
    scilama_context_destroy(host_memory.context);
}

/* Fails when the library left a file that the test does not know. */
static inline int files_left(void)
{
    int count = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *e; (e = readdir(dir));) count += e->d_name[0] != '.';
    closedir(dir);
    return count;
}

static inline void teardown(void)
{
    int64_t now = 0;
    scilama_context_memory(ctx, &now, NULL);
    scilama_context_destroy(ctx);
    DIR *dir = opendir(folder);
    for (struct dirent *e; (e = readdir(dir));) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.') unlink(path);
    }
    closedir(dir);
    rmdir(folder);
}

static inline const char *in_folder(const char *name)
{
    static char paths[8][128];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static inline int run_suite(const char *name, const TTest *const *tests, int count)
{
    Suite *s = suite_create(name);
    TCase *t = tcase_create(name);
    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    for (int i = 0; i < count; i++) tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}

#endif
