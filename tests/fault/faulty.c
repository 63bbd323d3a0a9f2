/* SPDX-License-Identifier: MIT */
/* To be preloaded: lets the Nth operation on a file fail, be cut short or be interrupted.
 * Counted are operations on files whose path is relative or below /tmp, one by one, on any
 * thread. FAULT_AT=N FAULT_LAST=M: from the Nth to the Mth (default N; 0 = to the end);
 * FAULT_MODE=fail|short|interrupt (short and interrupt: of every operation that can be);
 * FAULT_REPORT=FILE: a line "operations KIND" there in the end, KIND that of the first to fail.
 * A host may call fault_arm() instead, found by dlsym(). */
#undef _FILE_OFFSET_BITS /* both names of each function are here */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST_FILES = 4096 };
enum mode { FAIL, SHORT, INTERRUPT };

static _Atomic char watched[MOST_FILES];
static _Atomic long count, turn;
static long first_at, last_at;
static int mode;
static const char *_Atomic kind;

void fault_arm(long at, long last, int how);
long fault_count(void);
const char *fault_kind(void);

void fault_arm(long at, long last, int how)
{
    first_at = at;
    last_at = last;
    mode = how;
    count = 0;
    kind = NULL;
}

long fault_count(void) { return count; }
const char *fault_kind(void) { return kind ? kind : "none"; }

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("FAULT_AT"), *last = getenv("FAULT_LAST"), *how = getenv("FAULT_MODE");
    long n = at ? atol(at) : 0;
    fault_arm(n, last ? atol(last) : n, !how ? FAIL : !strcmp(how, "short") ? SHORT : !strcmp(how, "interrupt") ? INTERRUPT : FAIL);
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAULT_REPORT");
    char line[100];
    if (!path) return;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666), n = snprintf(line, sizeof line, "%ld %s\n", (long)count, fault_kind());
    if (fd >= 0) {
        if (write(fd, line, (size_t)n) != n) {}
        close(fd);
    }
}

#define REAL(name) static __typeof__(&name) real; \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name)

static int ours(const char *path)
{
    const char *report = getenv("FAULT_REPORT");
    return path && (path[0] != '/' || !strncmp(path, "/tmp/", 5)) && !(report && !strcmp(path, report));
}

static int seen(int fd) { return fd >= 0 && fd < MOST_FILES && watched[fd]; }

/* Whether this operation fails, with errno set. */
static int fails(const char *what, int code)
{
    long n = ++count;
    if (mode != FAIL || !first_at || n < first_at || (last_at && n > last_at)) return 0;
    if (!kind) kind = what;
    errno = code;
    return 1;
}

static int interrupted(void)
{
    if (mode != INTERRUPT || ++turn % 2) return 0;
    errno = EINTR;
    return 1;
}

static size_t cut(size_t size) { return mode == SHORT && size > 1 ? (size + 1) / 2 : size; }

static int opened(int fd)
{
    if (fd >= 0 && fd < MOST_FILES) watched[fd] = 1;
    return fd;
}

#define OPEN(name) int name(const char *path, int flags, ...) \
    { \
        REAL(name); \
        va_list list; \
        va_start(list, flags); \
        int permissions = flags & O_CREAT ? va_arg(list, int) : 0; \
        va_end(list); \
        if (!ours(path)) return real(path, flags, permissions); \
        if (fails(flags & O_ACCMODE ? "open to write" : "open", flags & O_ACCMODE ? ENOSPC : EIO)) return -1; \
        return opened(real(path, flags, permissions)); \
    }
OPEN(open)
OPEN(open64)

int close(int fd)
{
    REAL(close);
    if (!seen(fd)) return real(fd);
    watched[fd] = 0;
    int failed = fails("close", EIO), code = errno, result = real(fd);
    errno = code;
    return failed ? -1 : result;
}

ssize_t read(int fd, void *bytes, size_t size)
{
    REAL(read);
    if (!seen(fd)) return real(fd, bytes, size);
    return fails("read", EIO) ? -1 : real(fd, bytes, cut(size));
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    REAL(write);
    if (!seen(fd)) return real(fd, bytes, size);
    return fails("write", ENOSPC) || interrupted() ? -1 : real(fd, bytes, cut(size));
}

#define PREAD(name, offset) ssize_t name(int fd, void *bytes, size_t size, offset at) \
    { \
        REAL(name); \
        if (!seen(fd)) return real(fd, bytes, size, at); \
        return fails("read", EIO) || interrupted() ? -1 : real(fd, bytes, cut(size), at); \
    }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

#define PWRITE(name, offset) ssize_t name(int fd, const void *bytes, size_t size, offset at) \
    { \
        REAL(name); \
        if (!seen(fd)) return real(fd, bytes, size, at); \
        return fails("write", ENOSPC) || interrupted() ? -1 : real(fd, bytes, cut(size), at); \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define TRUNCATE(name, offset) int name(int fd, offset size) \
    { \
        REAL(name); \
        if (!seen(fd)) return real(fd, size); \
        return fails("truncate", ENOSPC) || interrupted() ? -1 : real(fd, size); \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(name) int name(int fd) \
    { \
        REAL(name); \
        if (!seen(fd)) return real(fd); \
        return fails("synchronise", EIO) || interrupted() ? -1 : real(fd); \
    }
SYNC(fsync)
SYNC(fdatasync)

int rename(const char *from, const char *to)
{
    REAL(rename);
    if (!ours(from)) return real(from, to);
    return fails("rename", EIO) ? -1 : real(from, to);
}

int link(const char *from, const char *to)
{
    REAL(link);
    if (!ours(from)) return real(from, to);
    return fails("link", EPERM) ? -1 : real(from, to);
}

#define FOPEN(name) FILE *name(const char *path, const char *how) \
    { \
        REAL(name); \
        if (!ours(path)) return real(path, how); \
        if (fails("open", EIO)) return NULL; \
        FILE *file = real(path, how); \
        if (file) opened(fileno(file)); \
        return file; \
    }
FOPEN(fopen)
FOPEN(fopen64)

/* The library calls these, but what they do within the C library is not seen from here. */
size_t fread(void *bytes, size_t size, size_t n, FILE *file)
{
    REAL(fread);
    if (!seen(fileno(file)) || !fails("read", EIO)) return real(bytes, size, n, file);
#ifdef __GLIBC__
    file->_flags |= 0x20; /* ferror() */
#endif
    return 0;
}

int fclose(FILE *file)
{
    REAL(fclose);
    int fd = fileno(file);
    if (seen(fd)) watched[fd] = 0;
    return real(file);
}
