/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700
#include "output.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

struct staged {
    const char *path;   /* as given */
    char *target, *temp; /* temp NULL: not begun, or not to be removed any more */
    FILE *stream;       /* into `text`; NULL once closed */
    char *text;
    size_t size;
    staged *next;
};

enum { MOST_LINKS = 40 };

/* Where a link leads, to a file that is there or is not, so that the link stays what it is. */
static char *resolve(app *a, const char *path)
{
    char next[PATH_MAX], *real = realpath(path, NULL), *target = app_text(a, "%s", real ? real : path);
    ssize_t n;
    free(real);
    for (int i = 0; target && i < MOST_LINKS && (n = readlink(target, next, sizeof next - 1)) > 0; i++) {
        next[n] = 0;
        const char *slash = next[0] == '/' ? NULL : strrchr(target, '/');
        target = slash ? app_text(a, "%.*s/%s", (int)(slash - target), target, next) : app_text(a, "%s", next);
    }
    return target;
}

static scilama_status check(app *a, const char *path, bool replaced)
{
    enum { TEMPORARY_ENDING = 24 }; /* bytes, at most: the library's and open_temporary()'s */
    const char *target = resolve(a, path), *slash = target ? strrchr(target, '/') : NULL, *name = slash ? slash + 1 : target;
    char *folder = !target ? NULL : !slash ? app_text(a, ".") : slash == target ? app_text(a, "/") : app_text(a, "%.*s", (int)(slash - target), target);
    struct stat s;
    if (!folder) return SCILAMA_E_NOMEM;
    if (!*path) return app_fail(a, SCILAMA_E_INVALID, "an output has an empty name");
    if (strlen(path) > 5 && !strcmp(path + strlen(path) - 5, ".h5mu"))
        return app_fail(a, SCILAMA_E_INVALID, "%s: what is written is an .h5ad, of one modality: name the output so", path);
    bool there = !stat(target, &s);
    if (there && S_ISDIR(s.st_mode)) return app_fail(a, SCILAMA_E_IO, "%s cannot be written: it is a folder", path);
    if (there && !S_ISREG(s.st_mode)) return replaced ? app_fail(a, SCILAMA_E_IO, "%s cannot be written: it is not a regular file", path) : SCILAMA_OK;
    if (stat(folder, &s) || !S_ISDIR(s.st_mode))
        return app_fail(a, SCILAMA_E_IO, "%s cannot be written: there is no folder '%s'", path, folder);
    if (access(folder, W_OK)) return app_fail(a, SCILAMA_E_IO, "%s cannot be written: %s", path, strerror(errno));
    if (strlen(name) + TEMPORARY_ENDING > NAME_MAX)
        return app_fail(a, SCILAMA_E_IO, "%.60s… cannot be written: its name has %d bytes: %d are possible", name, (int)strlen(name), NAME_MAX - TEMPORARY_ENDING);
    return SCILAMA_OK;
}

scilama_status check_output(app *a, const char *path) { return path ? check(a, path, true) : SCILAMA_OK; }
scilama_status check_text_output(app *a, const char *path) { return path ? check(a, path, false) : SCILAMA_OK; }

int open_temporary(app *a, const char *path, char **target, char **temp)
{
    struct stat st;
    int fd = -1;
    *temp = NULL;
    errno = ENOMEM;
    if (!(*target = resolve(a, path))) return -1;
    bool there = stat(*target, &st) == 0;
    for (int attempt = 0; fd < 0 && attempt < 100; attempt++) {
        errno = ENOMEM;
        if (!(*temp = app_text(a, "%s.%ld-%d.tmp", *target, (long)getpid(), attempt))) return -1;
        fd = open(*temp, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST) break;
    }
    if (fd >= 0 && there && fchmod(fd, st.st_mode & 0777)) { /* the new file keeps the umask's mode */ }
    if (fd < 0) *temp = NULL;
    return fd;
}

bool write_all(int fd, const void *bytes, size_t size)
{
    for (const char *from = bytes; size > 0;) {
        ssize_t n = write(fd, from, size);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = EIO;
        if (n <= 0) return false;
        from += n;
        size -= (size_t)n;
    }
    return true;
}

bool finish_file(int fd)
{
    int code;
    do code = fsync(fd) ? errno : 0;
    while (code == EINTR);
    if (close(fd) && errno != EINTR && !code) code = errno;
    errno = code;
    return code == 0;
}

bool put_in_place(const char *temp, const char *target)
{
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr(target, '/');
    if (rename(temp, target)) return false;
    if (slash) snprintf(folder, sizeof folder, "%.*s", slash == target ? 1 : (int)(slash - target), target);
    int fd = open(folder, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd); /* the name is in place whatever some network file systems say */
        close(fd);
    }
    return true;
}

static scilama_status cannot(app *a, const char *path)
{
    return app_fail(a, SCILAMA_E_IO, "%s cannot be written: %s", path, strerror(errno));
}

static staged *add(app *a, const char *path)
{
    staged *s = app_alloc(a, 1, sizeof *s);
    if (!s) return NULL;
    s->path = path;
    s->next = a->staged;
    return a->staged = s;
}

/* Terminals, pipes and devices are no files to be replaced. */
static bool replaceable(const char *path)
{
    struct stat st;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

scilama_status open_text(app *a, const char *path, FILE **out)
{
    staged *s = add(a, path);
    if (!s) return SCILAMA_E_NOMEM;
    *out = s->stream = open_memstream(&s->text, &s->size);
    return *out ? SCILAMA_OK : app_fail(a, SCILAMA_E_NOMEM, "not enough memory for %s", path);
}

scilama_status close_text(app *a, const char *path, FILE *file)
{
    staged *s = a->staged;
    while (s && s->stream != file) s = s->next;
    if (!s) return app_fail(a, SCILAMA_E_STATE, "%s is not open", path);
    bool bad = ferror(file) != 0;
    s->stream = NULL;
    if (fclose(file) || bad) return app_fail(a, SCILAMA_E_NOMEM, "not enough memory for %s", path);
    bool replaced = replaceable(path);
    int fd = replaced ? open_temporary(a, path, &s->target, &s->temp) : open(path, O_WRONLY | O_CLOEXEC);
    bool good = fd >= 0 && write_all(fd, s->text, s->size);
    int code = errno;
    if (fd >= 0 && replaced && !finish_file(fd) && good) good = false, code = errno;
    if (fd >= 0 && !replaced && close(fd) && good) good = false, code = errno;
    errno = code;
    return good ? SCILAMA_OK : cannot(a, path);
}

scilama_status stage_output(app *a, const char *path, const char **temp)
{
    staged *s = add(a, path);
    *temp = path;
    if (!s) return SCILAMA_E_NOMEM;
    if (!replaceable(path)) return SCILAMA_OK; /* the library says why not */
    int fd = open_temporary(a, path, &s->target, &s->temp);
    if (fd < 0) return cannot(a, path);
    close(fd); /* it takes the name for now, and the library keeps the mode */
    *temp = s->temp;
    return SCILAMA_OK;
}

scilama_status commit_outputs(app *a)
{
    for (staged *s = a->staged; s; s = s->next) {
        if (!s->temp) continue;
        if (!put_in_place(s->temp, s->target)) return cannot(a, s->path);
        s->temp = NULL;
    }
    return SCILAMA_OK;
}

/* The library names the file that it was given, a person the other. */
static void rename_in_error(app *a, const staged *s)
{
    char *message = a->error.message, *at = s->temp ? strstr(message, s->temp) : NULL;
    char *text = at ? app_text(a, "%.*s%s%s", (int)(at - message), message, s->path, at + strlen(s->temp)) : NULL;
    if (text) snprintf(message, sizeof a->error.message, "%s", text);
}

void discard_outputs(app *a)
{
    for (staged *s = a->staged; s; s = s->next) {
        rename_in_error(a, s);
        if (s->stream) fclose(s->stream);
        free(s->text);
        s->stream = NULL;
        s->text = NULL;
        if (s->temp) unlink(s->temp);
        s->temp = NULL;
    }
}
