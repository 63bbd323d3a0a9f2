/* SPDX-License-Identifier: MIT */
#include "file/bytes.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* System calls that go on after interruptions and short counts, and never raise SIGXFSZ in the host. */

enum { MOST_AT_ONCE = 1 << 30 };

/* Of either direction; what is written is not changed. */
static bool transfer(int fd, bool out, char *bytes, size_t size, int64_t at)
{
    while (size > 0) {
        size_t most = size < MOST_AT_ONCE ? size : MOST_AT_ONCE;
        ssize_t n = out ? pwrite(fd, bytes, most, (off_t)at) : pread(fd, bytes, most, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = out ? EIO : 0;
        if (n <= 0) return false;
        bytes += n;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

bool slm_pread_all(int fd, void *out, size_t size, int64_t at) { return transfer(fd, false, out, size, at); }

static bool within_limit(int64_t end)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || (uint64_t)end <= (uint64_t)limit.rlim_cur) return true;
    errno = EFBIG;
    return false;
}

bool slm_pwrite_all(int fd, const void *data, size_t size, int64_t at)
{
    return within_limit(at + (int64_t)size) && transfer(fd, true, (char *)data, size, at);
}

bool slm_truncate(int fd, int64_t size)
{
    if (!within_limit(size)) return false; /* a larger file that is cut to the limit is within it */
    int result;
    do result = ftruncate(fd, (off_t)size);
    while (result != 0 && errno == EINTR);
    return result == 0;
}

scilama_status slm_scratch_open(int *fd, scilama_context *ctx, const char *folder, scilama_error *error)
{
    char path[1100];
    struct timespec now;
    *fd = -1;
    if (!folder || !folder[0]) folder = "/tmp";
    if (strlen(folder) > 1000) return slm_fail(error, SCILAMA_E_INVALID, "the name of the folder for scratch files is too long");
    clock_gettime(CLOCK_REALTIME, &now);
    for (int attempt = 0; *fd < 0 && attempt < 100; attempt++) {
        snprintf(path, sizeof path, "%s/scilama.%lx%lx%d.tmp", folder, (long)getpid(), (long)now.tv_nsec, attempt);
        *fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
        if (*fd < 0 && errno != EEXIST) break;
    }
    if (*fd < 0) return slm_fail_detail(error, SCILAMA_E_IO, errno, "cannot make a scratch file in %s: %s", folder, strerror(errno));
    unlink(path);
    return SCILAMA_OK;
}
