/* SPDX-License-Identifier: MIT */
#include "output.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* What a signal handler can reach: the one context of the program. */
static scilama_context *volatile running;
static volatile sig_atomic_t interrupted;

/* A cancel is for the call that runs: where the signal comes between two, the next one is asked a tenth of a second later. */
static void on_signal(int number)
{
    const struct itimerval soon = { { 0, 0 }, { 0, 100000 } };
    (void)number;
    interrupted = 1;
    if (running) scilama_context_cancel(running);
    setitimer(ITIMER_REAL, &soon, NULL);
}

bool app_interrupted(void) { return interrupted != 0; }

void app_finish(app *a)
{
    (void)a;
    running = NULL;
}

double app_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void on_log(void *user, int32_t level, const char *text)
{
    app *a = user;
    if (level <= SCILAMA_LOG_WARNING) app_warn(a, "%s", text);
    else if (a->hush) return;
    else if (a->reading) app_say(a, "%s", text);
    else app_detail(a, "%s", text);
}

/* Written as it goes, for those who watch: not a temporary. */
static bool open_log(app *a)
{
    int fd = open(a->log_json, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd == 0) { /* there is no standard input; 0 means none here */
        fd = fcntl(0, F_DUPFD_CLOEXEC, 3);
        close(0);
    }
    a->json = fd > 0 ? fd : 0;
    return fd > 0;
}

scilama_status app_open(app *a)
{
    a->terminal = isatty(STDERR_FILENO) != 0;
    if (a->log_json && !open_log(a))
        return app_fail(a, SCILAMA_E_IO, "%s cannot be written: %s", a->log_json, strerror(errno));
    scilama_context_options o;
    scilama_context_options_init(&o, sizeof o);
    o.threads = (int32_t)a->threads;
    o.log = on_log;
    o.log_user = a;
    scilama_status status = scilama_context_create(&a->context, &o, &a->error);
    if (!status) status = scilama_context_set_progress(a->context, stage_progress, a, &a->error);
    if (status) return status;
    running = a->context;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    action.sa_flags = (int)SA_RESETHAND; /* a second interrupt ends the program at once */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return SCILAMA_OK;
}

int app_close(app *a, scilama_status status)
{
    if (a->line_open) fputc('\n', stderr);
    a->line_open = false;
    if (!status) status = app_late_failure(a);
    if (!status) status = commit_outputs(a);
    discard_outputs(a);
    bool stopped = status == SCILAMA_E_CANCELLED;
    if (status) {
        if (stopped && strncmp(a->error.message, "interrupted", 11)) app_fail(a, status, "interrupted");
        fprintf(stderr, "scilama: %s\n", a->error.message);
        char *text = app_json_escape(a, a->error.message);
        app_event(a, stopped ? "interrupted" : "error", ", \"status\": \"%s\", \"message\": \"%s\"",
                  scilama_status_name(status), text ? text : "");
    } else if (fflush(stdout) || ferror(stdout)) {
        fprintf(stderr, "scilama: the results could not be written to the standard output\n");
        status = SCILAMA_E_IO;
    }
    if (a->json && close(a->json) && !a->json_error) a->json_error = errno;
    a->json = 0;
    if (!status && a->json_error) {
        fprintf(stderr, "scilama: %s cannot be written: %s\n", a->log_json, strerror(a->json_error));
        status = SCILAMA_E_IO;
    }
    const struct itimerval never = { { 0, 0 }, { 0, 0 } };
    running = NULL;
    setitimer(ITIMER_REAL, &never, NULL);
    scilama_context_destroy(a->context);
    app_release(a);
    return stopped ? EXIT_INTERRUPTED : status ? EXIT_FAILED : EXIT_DONE;
}

void app_release(app *a)
{
    for (size_t i = 0; i < a->n_blocks; i++) free(a->blocks[i]);
    free(a->blocks);
    a->blocks = NULL;
    a->n_blocks = 0;
}

static void *keep(app *a, void *block)
{
    void **more = block ? realloc(a->blocks, (a->n_blocks + 1) * sizeof *more) : NULL;
    if (!more) {
        free(block);
        app_fail(a, SCILAMA_E_NOMEM, "not enough memory");
        return NULL;
    }
    a->blocks = more;
    return a->blocks[a->n_blocks++] = block;
}

void *app_alloc(app *a, int64_t count, size_t size)
{
    if (count < 0 || (uint64_t)count > SIZE_MAX / 2 / size) {
        app_fail(a, SCILAMA_E_NOMEM, "not enough memory");
        return NULL;
    }
    return keep(a, calloc(count ? (size_t)count : 1, size));
}

char *app_text(app *a, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *text = n < 0 ? NULL : app_alloc(a, (int64_t)n + 1, 1);
    if (!text) return NULL;
    va_start(list, format);
    vsnprintf(text, (size_t)n + 1, format, list);
    va_end(list);
    return text;
}

/* Takes what is left of characters (UTF-8) that were cut, at the end or where a name was shortened. */
static void drop_cut(char *text)
{
    char *to = text;
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        size_t n = *p < 0x80 ? 1 : *p < 0xc0 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4, found = 1;
        while (found < n && (p[found] & 0xc0) == 0x80) found++;
        for (size_t i = 0; i < found && found == n; i++) *to++ = (char)p[i];
        p += found;
    }
    *to = 0;
}

scilama_status app_fail(app *a, scilama_status status, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(a->error.message, sizeof a->error.message, format, list);
    va_end(list);
    drop_cut(a->error.message);
    for (char *p = a->error.message; *p; p++)
        if ((unsigned char)*p < ' ') *p = ' '; /* one line, whatever a name holds */
    a->error.code = status;
    return status;
}

void app_event(app *a, const char *event, const char *fields, ...)
{
    struct timespec t;
    char *text = NULL;
    size_t size = 0;
    if (!a->json || a->json_error) return;
    FILE *line = open_memstream(&text, &size);
    if (line) {
        clock_gettime(CLOCK_REALTIME, &t);
        fprintf(line, "{\"time\": %lld.%03ld, \"event\": \"%s\"", (long long)t.tv_sec, t.tv_nsec / 1000000, event);
        va_list list;
        va_start(list, fields);
        vfprintf(line, fields, list);
        va_end(list);
        fputs("}\n", line);
    }
    if (!line || fclose(line)) a->json_error = ENOMEM;
    else if (!write_all(a->json, text, size)) a->json_error = errno;
    free(text);
}

static void escape_to(char *to, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') *to++ = '\\';
        if (c < 0x20) to += sprintf(to, "\\u%04x", c);
        else *to++ = (char)c;
    }
    *to = 0;
}

bool app_has(app *a, scilama_status status)
{
    if (status == SCILAMA_E_IO && a->error.detail && !a->late.code) a->late = a->error; /* a folder is no such file, either */
    return status == SCILAMA_OK;
}

scilama_status app_late_failure(app *a)
{
    if (a->late.code) a->error = a->late;
    return a->late.code;
}

char *app_json_escape(app *a, const char *text)
{
    char *escaped = app_alloc(a, 6 * (int64_t)strlen(text) + 1, 1);
    if (escaped) escape_to(escaped, text);
    return escaped;
}

static void say(app *a, bool shown, const char *format, va_list list)
{
    char text[1024], escaped[6 * sizeof text];
    vsnprintf(text, sizeof text, format, list);
    drop_cut(text);
    if (shown && !a->quiet) {
        if (a->line_open) fputc('\n', stderr);
        a->line_open = false;
        fprintf(stderr, "%s\n", text);
    }
    if (!a->json) return;
    escape_to(escaped, text);
    app_event(a, "message", ", \"text\": \"%s\"", escaped);
}

void app_say(app *a, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    say(a, true, format, list);
    va_end(list);
}

void app_detail(app *a, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    say(a, a->verbose != 0, format, list);
    va_end(list);
}

void app_warn(app *a, const char *format, ...)
{
    char text[1024];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    drop_cut(text);
    for (int i = 0; i < a->warnings.count; i++) /* once is enough: data are prepared for the fit, and again for its report */
        if (!strcmp(a->warnings.item[i], text)) return;
    const char *kept = a->warnings.count < LIST_MAX ? app_text(a, "%s", text) : NULL;
    if (kept) a->warnings.item[a->warnings.count++] = kept;
    if (!a->collect) app_say(a, "warning: %s", text);
}
