/* SPDX-License-Identifier: MIT */
/* To be preloaded: lets the Nth operation on a file fail, be cut short or be interrupted.
 * Counted are operations on files whose path is relative or below TMPDIR (/tmp), one by one, on any
 * thread. FAULT_AT=N FAULT_LAST=M: from the Nth to the Mth (default N; 0 = to the end);
 * FAULT_MODE=fail|short|interrupt (short and interrupt: of every operation that can be);
 * FAULT_REPORT=FILE: a line "operations KIND" there in the end, KIND that of the first to fail.
 * A host may call fault_arm() instead, found by dlsym().
 *
 * FAULT_TALK=IN,OUT, descriptors, FAULT_FOLDER=PATH: all positions in one run. Before each operation the line
 * "operation KIND STACK" goes to OUT; each line from IN, "once COPY" or "all COPY", COPY a copy of the folder as it is now,
 * starts a child in which this operation fails, alone or with all after it, and which sees the copy in the folder's
 * place; "child STATUS" answers when it has ended. A line "go" lets the run go on. */
#undef _FILE_OFFSET_BITS /* both names of each function are here */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_FILES = 4096 };
enum mode { FAIL, SHORT, INTERRUPT };

static _Atomic char watched[MOST_FILES];
static _Atomic long count, turn;
static long first_at, last_at;
static int mode;
static const char *_Atomic kind;
static int talk_in = -1, talk_out = -1, busy;

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
    const char *talk = getenv("FAULT_TALK");
    if (talk && sscanf(talk, "%d,%d", &talk_in, &talk_out) != 2) abort();
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAULT_REPORT");
    char line[100];
    busy = 1;
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
    const char *report = getenv("FAULT_REPORT"), *folder = getenv("TMPDIR");
    if (!folder || !*folder) folder = "/tmp";
    return !busy && path && (path[0] != '/' || !strncmp(path, folder, strlen(folder))) && !(report && !strcmp(path, report));
}

static int seen(int fd) { return !busy && fd >= 0 && fd < MOST_FILES && watched[fd]; }

/* --- all positions in one run ------------------------------------------------------------- */

enum { NO_NAMESPACE = 98 };

/* The descriptor, but of the file that now has its name; a file without a name is copied. */
static void rebind(int fd, const char *folder)
{
    char link[40], path[4096], bytes[4096];
    struct stat status;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0 || fstat(fd, &status)) _exit(NO_NAMESPACE);
    path[n] = 0;
    if (strncmp(path, folder, strlen(folder))) return;
    int flags = fcntl(fd, F_GETFL), fresh = status.st_nlink ? open(path, flags & (O_ACCMODE | O_APPEND)) : open(folder, O_TMPFILE | O_RDWR, 0600);
    if (fresh < 0) _exit(NO_NAMESPACE);
    if (!status.st_nlink)
        for (off_t at = 0; (n = pread(fd, bytes, sizeof bytes, at)) > 0; at += n)
            if (pwrite(fresh, bytes, (size_t)n, at) != n) _exit(NO_NAMESPACE);
    lseek(fresh, lseek(fd, 0, SEEK_CUR), SEEK_SET);
    if (dup2(fresh, fd) < 0) _exit(NO_NAMESPACE);
    close(fresh);
}

/* In the child: the copy is the folder. A run that takes a minute of processor ends by SIGPROF. */
static void enter(const char *copy)
{
    const char *folder = getenv("FAULT_FOLDER");
    char here[4096];
    struct itimerval minute = { .it_value = { .tv_sec = 60 } };
    if (!folder || !getcwd(here, sizeof here) || unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount(copy, folder, NULL, MS_BIND, NULL) || chdir(here)) _exit(NO_NAMESPACE);
    for (int fd = 1; fd < MOST_FILES; fd++)
        if (fd <= 2 || watched[fd]) rebind(fd, folder);
    setitimer(ITIMER_PROF, &minute, NULL);
}

static void say(const char *line)
{
    if (write(talk_out, line, strlen(line)) < 0) _exit(NO_NAMESPACE);
}

static unsigned long stack_of(const char *what)
{
    void *frames[64];
    unsigned long hash = 5381;
    int n = backtrace(frames, 64);
    for (int i = 0; i < n; i++) hash = hash * 1000003 ^ (unsigned long)frames[i];
    for (; *what; what++) hash = hash * 33 ^ (unsigned char)*what;
    return hash;
}

/* A child is the program itself to the library, which refuses contexts from before a fork. */
pid_t getpid(void)
{
    static pid_t pid;
    REAL(getpid);
    if (!pid) pid = real();
    return pid;
}

/* Asks what is to be done here; a child returns, for which the operation fails. */
static void branch(const char *what, long n)
{
    char line[4200];
    busy = 1;
    snprintf(line, sizeof line, "operation %s %lx\n", what, stack_of(what));
    for (say(line);; say(line)) {
        size_t length = 0;
        while (length + 1 < sizeof line && read(talk_in, line + length, 1) == 1 && line[length] != '\n') length++;
        line[length] = 0;
        char *copy = strchr(line, ' ');
        if (!copy) break;
        pid_t child = fork();
        if (child == 0) {
            enter(copy + 1);
            first_at = n;
            last_at = line[0] == 'a' ? 0 : n;
            talk_in = talk_out = -1;
            break;
        }
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) != child) _exit(NO_NAMESPACE);
        snprintf(line, sizeof line, "child %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    }
    busy = 0;
}

/* Whether this operation fails, with errno set. */
static int fails(const char *what, int code)
{
    long n = ++count;
    if (talk_in >= 0) branch(what, n);
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
