/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700
#include "file/atomic_file.h"
#include "file/bytes.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A file that appears whole: written beside its place under another name, synchronised, renamed, with the mode of what was there. */

enum { COPY_BYTES = 1 << 20, SETTLE_BYTES = 64 << 20 /* are on the disc before more follow: the end, which cannot be cancelled, is short */ };

enum { MOST_LINKS = 40 };

/* Where a link leads that leads to no file yet, a step; false at the end of the way. */
static bool follow(const char *path, char *next)
{
    char target[PATH_MAX];
    ssize_t n = readlink(path, target, sizeof target - 1);
    if (n <= 0) return false;
    target[n] = 0;
    const char *slash = target[0] == '/' ? NULL : strrchr(path, '/');
    int length = slash ? snprintf(next, PATH_MAX, "%.*s/%s", (int)(slash - path), path, target) : snprintf(next, PATH_MAX, "%s", target);
    return length > 0 && length < PATH_MAX;
}

/* The file that a link names, there or not, so that replacing it leaves the link in place. */
static char *resolve(scilama_context *ctx, const char *path)
{
    char here[PATH_MAX], next[PATH_MAX];
    char *real = realpath(path, NULL);
    if (!real && strlen(path) < sizeof here) {
        strcpy(here, path);
        for (int i = 0; i < MOST_LINKS && follow(here, next); i++) strcpy(here, next);
    }
    char *copy = slm_strdup(ctx, real ? real : strlen(path) < sizeof here ? here : path);
    free(real);
    return copy;
}

static scilama_status create_temp(slm_atomic_file *file, scilama_error *error)
{
    struct stat st;
    bool exists = stat(file->target, &st) == 0;
    if (exists && !S_ISREG(st.st_mode))
        return slm_fail(error, SCILAMA_E_IO, "cannot write %s: it is not a regular file", file->target);
    size_t size = strlen(file->target) + 48;
    file->temp = slm_alloc(file->ctx, size);
    if (!file->temp) return slm_fail_nomem(error);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int fd = -1;
    for (int attempt = 0; fd < 0 && attempt < 100; attempt++) {
        snprintf(file->temp, size, "%s.%lx%lx%d.tmp", file->target, (long)getpid(), (long)now.tv_nsec, attempt);
        fd = open(file->temp, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST) break;
    }
    if (fd < 0) {
        int code = errno;
        slm_free(file->ctx, file->temp);
        file->temp = NULL;
        return slm_fail_detail(error, SCILAMA_E_IO, code, "cannot write %s: %s", file->target, strerror(code));
    }
    if (exists && fchmod(fd, st.st_mode & 0777) != 0) { /* the new file keeps the umask's mode */ }
    close(fd);
    return SCILAMA_OK;
}

scilama_status slm_atomic_begin(slm_atomic_file *out, scilama_context *ctx, const char *target, scilama_error *error)
{
    *out = (slm_atomic_file){ .ctx = ctx, .target = resolve(ctx, target) };
    scilama_status status = out->target ? create_temp(out, error) : slm_fail_nomem(error);
    if (status) slm_atomic_end(out);
    return status;
}

/* errno, or ECANCELED; *reading: whose. `size` is what is told of, whatever there is. */
static int copy_bytes(const scilama_context *ctx, int from, int to, int64_t size, char *buffer, bool *reading)
{
    for (int64_t at = 0, settled = 0;;) {
        if (slm_cancelled(ctx)) return ECANCELED;
        if (at > 0 && size >= at) slm_tell(ctx, "copying", (double)at / (double)size);
        if (at - settled >= SETTLE_BYTES) {
            *reading = false;
            if (fdatasync(to)) return errno;
            settled = at;
        }
        ssize_t n = read(from, buffer, COPY_BYTES);
        if (n == 0) return 0;
        if (n < 0 && errno == EINTR) continue;
        *reading = n < 0;
        if (n < 0 || !slm_pwrite_all(to, buffer, (size_t)n, at)) return errno;
        at += n;
    }
}

scilama_status slm_atomic_copy(slm_atomic_file *file, const char *input, scilama_error *error)
{
    int to = -1, code = 0;
    bool reading = true;
    struct stat st;
    char *buffer = slm_alloc(file->ctx, COPY_BYTES);
    if (!buffer) return slm_fail_nomem(error);
    int from = open(input, O_RDONLY | O_CLOEXEC);
    if (from < 0) code = errno;
    else {
        reading = false;
        to = open(file->temp, O_WRONLY | O_TRUNC | O_CLOEXEC);
        code = to < 0 ? errno : copy_bytes(file->ctx, from, to, fstat(from, &st) ? 0 : (int64_t)st.st_size, buffer, &reading);
    }
    if (from >= 0) close(from);
    if (to >= 0 && close(to) != 0 && errno != EINTR && !code) code = errno;
    slm_free(file->ctx, buffer);
    if (!code) return SCILAMA_OK;
    if (code == ECANCELED && slm_cancelled(file->ctx)) return slm_fail_cancelled(error);
    return slm_fail_detail(error, SCILAMA_E_IO, code, "cannot %s %s: %s", reading ? "read" : "write", reading ? input : file->target, strerror(code));
}

static int sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0) return errno;
    int code;
    do code = fsync(fd) ? errno : 0;
    while (code == EINTR);
    close(fd);
    return code;
}

scilama_status slm_atomic_commit(slm_atomic_file *file, scilama_error *error)
{
    int code = sync_path(file->temp, O_RDWR);
    if (!code && rename(file->temp, file->target) != 0) code = errno;
    if (code) return slm_fail_detail(error, SCILAMA_E_IO, code, "cannot write %s: %s", file->target, strerror(code));
    slm_free(file->ctx, file->temp);
    file->temp = NULL;
    /* The new name is in place; a folder that cannot be synchronised (some network
     * file systems) is no reason to report failure. */
    char *slash = strrchr(file->target, '/');
    if (slash) *slash = 0;
    sync_path(slash == file->target ? "/" : slash ? file->target : ".", O_RDONLY);
    if (slash) *slash = '/';
    return SCILAMA_OK;
}

void slm_atomic_end(slm_atomic_file *file)
{
    if (file->temp) unlink(file->temp);
    slm_free_all(file->ctx, file->temp, file->target);
    file->temp = file->target = NULL;
}
