/* SPDX-License-Identifier: MIT */
#include "stages.h"
#include "output.h"
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

const char *stage_name(enum stage stage)
{
    static const char *const names[STAGE_COUNT] = { "", "preparing", "training", "embedding", "neighbours", "graph", "Leiden", "UMAP", "writing", "judging" };
    return names[stage];
}

void duration_text(char *to, size_t size, double seconds)
{
    int64_t s = (int64_t)(seconds + 0.5);
    if (s >= 3600) snprintf(to, size, "%" PRId64 "h%02d", s / 3600, (int)(s / 60 % 60));
    else snprintf(to, size, "%" PRId64 ":%02d", s / 60, (int)(s % 60));
}

static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Bytes of the program that were ever in memory at once. */
static double most_resident(void)
{
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return 1024 * (double)r.ru_maxrss;
}

void stage_end(app *a)
{
    stage_clock *c = &a->clock;
    if (!c->now) return;
    double wall = app_seconds() - c->wall, processor = processor_seconds() - c->processor;
    c->spent[c->now] += wall;
    app_event(a, "stage ended", ", \"stage\": \"%s\", \"seconds\": %.3f, \"processor_seconds\": %.3f, \"peak_bytes\": %.0f", stage_name(c->now), wall, processor,
              most_resident());
    c->now = STAGE_NONE;
}

void stage_begin(app *a, enum stage stage)
{
    stage_clock *c = &a->clock;
    stage_end(a);
    c->now = stage;
    c->wall = app_seconds();
    c->processor = processor_seconds();
    app_event(a, "stage begins", ", \"stage\": \"%s\"", stage_name(stage));
}

void stages_say(app *a)
{
    enum { LINE = 70 }; /* what is said of the stages, so that a terminal holds the line */
    char text[512];
    int at = LINE + 1;
    double all = 0;
    stage_end(a);
    for (int s = 1; s < STAGE_COUNT; s++) all += a->clock.spent[s];
    for (double least = 0.05; at > LINE; least *= 1.5) { /* the shortest are left out */
        at = 0;
        for (int s = 1; s < STAGE_COUNT; s++)
            if (a->clock.spent[s] >= least) at += snprintf(text + at, sizeof text - (size_t)at, ", %s %.1f", stage_name(s), a->clock.spent[s]);
    }
    app_say(a, "in all %.1f s%.*s; at most %.0f MB", all, at, text, most_resident() / 1e6);
}

double stages_left(const app *a, double own)
{
    const stage_clock *c = &a->clock;
    double spent = 0, expected = 0, left = 0;
    for (int s = 1; s < STAGE_COUNT; s++) {
        if (c->expected[s] > 0 && s < (int)c->now) spent += c->spent[s], expected += c->expected[s];
        if (s > (int)c->now) left += c->expected[s];
    }
    double pace = expected > 0 && spent > 0 ? spent / expected : 1, here = pace * c->expected[c->now] - (app_seconds() - c->wall);
    return (own >= 0 ? own : here > 0 ? here : 0) + pace * left;
}

/* --- what was found, kept ---------------------------------------------------------------- */

typedef struct kept_head { char magic[16]; uint64_t key; int64_t bytes; uint64_t sum; } kept_head;

static const char MAGIC[16] = "scilama stage 1";
const char *const kept_endings[] = { "embedding", "neighbours", "leiden", "layout", NULL };

uint64_t kept_digest(uint64_t key, const void *data, size_t size)
{
    for (const unsigned char *p = data; size--; p++) key = (key ^ *p) * 0x100000001b3u;
    return key;
}

/* A damaged one, or one of something else, is as good as none: the stage is done again. */
bool kept_load(app *a, const kept_stages *k, const char *ending, void *data, size_t bytes)
{
    kept_head head;
    const char *path = k && k->path ? app_text(a, "%s.%s", k->path, ending) : NULL;
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file) return false;
    bool good = fread(&head, sizeof head, 1, file) == 1 && !memcmp(head.magic, MAGIC, sizeof MAGIC) && head.key == k->key && head.bytes == (int64_t)bytes &&
                fread(data, 1, bytes, file) == bytes && kept_digest(k->key, data, bytes) == head.sum;
    fclose(file);
    if (good) app_say(a, "%s: as found before", path);
    return good;
}

scilama_status kept_save(app *a, const kept_stages *k, const char *ending, const void *data, size_t bytes)
{
    kept_head head;
    if (!k || !k->path) return SCILAMA_OK;
    memset(&head, 0, sizeof head);
    memcpy(head.magic, MAGIC, sizeof MAGIC);
    head.key = k->key;
    head.bytes = (int64_t)bytes;
    head.sum = kept_digest(k->key, data, bytes);
    char *path = app_text(a, "%s.%s", k->path, ending), *target, *temp;
    if (!path) return SCILAMA_E_NOMEM;
    int fd = open_temporary(a, path, &target, &temp), code = errno;
    bool good = fd >= 0 && write_all(fd, &head, sizeof head) && write_all(fd, data, bytes);
    if (fd >= 0 && !good) code = errno;
    if (fd >= 0 && !finish_file(fd) && good) good = false, code = errno;
    if (good && !put_in_place(temp, target)) good = false, code = errno;
    if (good) return SCILAMA_OK;
    if (temp) unlink(temp);
    return app_fail(a, SCILAMA_E_IO, "%s cannot be written: %s", path, strerror(code));
}

void kept_remove(app *a, const kept_stages *k)
{
    for (int i = 0; k->path && kept_endings[i]; i++) {
        char *path = app_text(a, "%s.%s", k->path, kept_endings[i]);
        if (path) unlink(path);
    }
}
