/* SPDX-License-Identifier: MIT */
#include "io/file_bytes.h"
#include <errno.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST_AT_ONCE = 1 << 30 };

bool slm_pread_all(int fd, void *out, size_t size, int64_t at)
{
    char *to = out;
    while (size > 0) {
        ssize_t n = pread(fd, to, size < MOST_AT_ONCE ? size : MOST_AT_ONCE, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = 0;
        if (n <= 0) return false;
        to += n;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

static bool within_limit(int64_t end)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || (uint64_t)end <= (uint64_t)limit.rlim_cur) return true;
    errno = EFBIG;
    return false;
}

bool slm_pwrite_all(int fd, const void *data, size_t size, int64_t at)
{
    const char *from = data;
    if (!within_limit(at + (int64_t)size)) return false;
    while (size > 0) {
        ssize_t n = pwrite(fd, from, size < MOST_AT_ONCE ? size : MOST_AT_ONCE, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = EIO;
        if (n <= 0) return false;
        from += n;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

bool slm_truncate(int fd, int64_t size)
{
    if (!within_limit(size)) return false; /* a larger file that is cut to the limit is within it */
    int result;
    do result = ftruncate(fd, (off_t)size);
    while (result != 0 && errno == EINTR);
    return result == 0;
}
