/* SPDX-License-Identifier: MIT */
/* Every path that a verb reads or writes, from the table of its options, and which of them are
 * one file. */

#include "paths.h"
#include "stages.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/* What a path leads to: a file by device and inode; one that is not there yet by those of its
 * folder, and its name. */
typedef struct place {
    bool known;
    dev_t device;
    ino_t inode;
    char name[NAME_MAX + 1]; /* "" for what is there */
} place;

typedef struct use {
    const char *option, *path; /* as given */
    bool written, output;      /* output: -o */
    bool first;                /* the positional argument that -o may be allowed to replace */
    bool cells;                /* one of several files of cells */
    place place;
} use;

enum { MOST_LINKS = 40 };

typedef struct uses { int count, room; use *item; bool failed; } uses;

/* The folder of a path, and the name in it. */
static bool split(const char *path, char *folder, char *name)
{
    const char *slash = strrchr(path, '/');
    size_t length = !slash ? 1 : slash == path ? 1 : (size_t)(slash - path);
    if (length >= PATH_MAX || strlen(slash ? slash + 1 : path) > NAME_MAX) return false;
    memcpy(folder, slash ? path : ".", length);
    folder[length] = 0;
    strcpy(name, slash ? slash + 1 : path);
    return true;
}

/* Follows a link that leads to nothing yet to where the file would be. */
static bool follow(char *path)
{
    char target[PATH_MAX], folder[PATH_MAX], name[NAME_MAX + 1];
    ssize_t n = readlink(path, target, sizeof target - 1);
    if (n <= 0 || !split(path, folder, name)) return false;
    target[n] = 0;
    if (target[0] == '/') strcpy(path, target);
    else if (strlen(folder) + (size_t)n + 2 > PATH_MAX) return false;
    else {
        strcpy(path, folder);
        strcat(path, "/");
        strcat(path, target);
    }
    return true;
}

static place find_place(const char *path)
{
    place p = { .known = false };
    struct stat st;
    char here[PATH_MAX], folder[PATH_MAX];
    if (strlen(path) >= PATH_MAX) return p;
    strcpy(here, path);
    if (stat(here, &st)) {
        for (int i = 0; i < MOST_LINKS && follow(here); i++) {}
        if (!split(here, folder, p.name) || stat(folder, &st)) return p;
    }
    /* devices and pipes may be written to by several */
    p.known = S_ISREG(st.st_mode) || S_ISDIR(st.st_mode);
    p.device = st.st_dev;
    p.inode = st.st_ino;
    return p;
}

static bool same(const place *x, const place *y)
{
    return x->known && y->known && x->device == y->device && x->inode == y->inode && !strcmp(x->name, y->name);
}

static use *add(uses *u, const char *label, const char *path, const char *real, bool written)
{
    if (!path || !*path || u->failed) return NULL;
    if (u->count == u->room) {
        int room = u->room ? 2 * u->room : 64;
        use *more = realloc(u->item, (size_t)room * sizeof *more);
        if ((u->failed = !more)) return NULL;
        u->item = more;
        u->room = room;
    }
    use *item = &u->item[u->count++];
    *item = (use){ .option = label, .path = path, .written = written, .place = find_place(real) };
    return item;
}

/* A folder, or one file, of MatrixMarket is read with what lies beside it. */
static void add_parts(uses *u, const char *label, const char *path)
{
    static const char *const parts[] = { "matrix.mtx", "barcodes.tsv", "features.tsv", "genes.tsv" };
    char folder[PATH_MAX], name[NAME_MAX + 1], part[2 * PATH_MAX];
    struct stat st;
    bool is_folder = !stat(path, &st) && S_ISDIR(st.st_mode);
    if (strlen(path) >= PATH_MAX || (!is_folder && !split(path, folder, name))) return;
    char *at = is_folder ? NULL : strstr(name, parts[0]);
    if (!is_folder && !at) return;
    if (at) *at = 0;
    for (size_t i = 0; i < 2 * sizeof parts / sizeof *parts; i++) {
        snprintf(part, sizeof part, "%s/%s%s%s", is_folder ? path : folder, is_folder ? "" : name, parts[i / 2], i % 2 ? ".gz" : "");
        add(u, label, path, part, false);
    }
}

static void add_input(uses *u, const char *label, const char *path)
{
    add(u, label, path, path ? path : "", false);
    if (path) add_parts(u, label, path);
}

/* "-o", "--model", or the word that stands for a file in the usage: "IN.h5ad". */
static const char *label_of(app *a, const option *o)
{
    return o->letter == 'o' ? "-o" : app_text(a, "--%s", o->name);
}

static const char *argument_name(app *a, const command *c, int n)
{
    const char *at = c->usage;
    for (int i = 0; i < n; i++) at += strcspn(at, " "), at += strspn(at, " ");
    return app_text(a, "%.*s", (int)strcspn(at, " "), at);
}

static void add_option(app *a, uses *u, const option *o, void *target)
{
    if (o->kind != OPTION_INPUT && o->kind != OPTION_INPUTS && o->kind != OPTION_OUTPUT && o->kind != OPTION_ROTATED) return;
    const char *label = label_of(a, o), *path = o->kind == OPTION_INPUTS ? NULL : *(const char **)target;
    if (!label) return;
    if (o->kind == OPTION_INPUT) add_input(u, label, path);
    if (o->kind == OPTION_INPUTS) {
        const string_list *list = target;
        for (int i = 0; i < list->count; i++) { /* FILE or NAME=FILE; words that are no files */
            const char *equals = strchr(list->item[i], '=');
            path = equals ? equals + 1 : list->item[i];
            if (strcmp(path, "none") && strcmp(path, "random") && strncmp(path, "random:", 7)) add_input(u, label, path);
        }
    }
    if (o->kind == OPTION_INPUT || o->kind == OPTION_INPUTS) return;
    use *written = path ? add(u, label, path, path, true) : NULL;
    if (written) written->output = o->letter == 'o';
    if (path && o->kind == OPTION_ROTATED) {
        char *before = app_text(a, ROTATED_NAME, path);
        if (before) add(u, label, before, before, true);
        for (int i = 0; kept_endings[i]; i++) {
            char *beside = app_text(a, "%s.%s", path, kept_endings[i]);
            if (beside) add(u, label, beside, beside, true);
        }
    }
}

static void collect(app *a, const command *c, uses *u)
{
    int roles = (int)strlen(c->roles);
    for (int i = 0; i < c->max_files; i++) {
        int last = i < roles ? i : roles - 1; /* named, and used, as the last of them */
        const char *name = argument_name(a, c, last);
        int before = u->count;
        bool several = roles < c->max_files && i >= roles - 1 && c->files[roles];
        if (!name || !c->files[i]) continue;
        if (c->roles[last] == 'w') add(u, name, c->files[i], c->files[i], true);
        else add_input(u, name, c->files[i]);
        if (u->count == before) continue;
        u->item[before].first = (c->roles[last] == 'u' || c->roles[last] == 'a') && !several;
        u->item[before].cells = several;
    }
    for (const option *o = c->options; o->name; o++) add_option(a, u, o, o->target);
    for (const option *o = common_options; o->name; o++) add_option(a, u, o, option_target(a, o));
}

static const int32_t *in_place_flag(const command *c)
{
    for (const option *o = c->options; o->name; o++)
        if (o->kind == OPTION_FLAG && !strcmp(o->name, "in-place")) return o->target;
    return NULL;
}

bool check_paths(app *a, const command *c)
{
    uses all = { 0 }, *u = &all;
    const int32_t *in_place = in_place_flag(c);
    collect(a, c, u);
    bool good = !u->failed;
    if (!good) fprintf(stderr, "scilama: not enough memory\n");
    for (int i = 0; good && i < u->count; i++)
        for (int k = 0; good && k < i; k++) {
            if (!u->item[i].cells || !u->item[k].cells || !same(&u->item[i].place, &u->item[k].place)) continue;
            fprintf(stderr, "scilama: %s %s and %s are one file, whose cells would count twice\n", u->item[k].option, u->item[k].path, u->item[i].path);
            good = false;
        }
    for (int i = 0; good && i < u->count; i++)
        for (int k = 0; good && k < u->count; k++) {
            const use *out = &u->item[i], *other = &u->item[k];
            bool meant = out->output && other->first && (!in_place || *in_place);
            if (meant && in_place && !same(&out->place, &other->place)) {
                fprintf(stderr, "scilama: --in-place with -o %s: that is not %s %s\n", out->path, other->option, other->path);
                good = false;
            }
            if (!good || meant || i == k || !out->written || (other->written && k < i) || !same(&out->place, &other->place)) continue;
            good = false;
            fprintf(stderr, "scilama: %s %s would replace %s %s: they are one file%s\n", out->option, out->path, other->option, other->path,
                    out->output && other->first ? " (--in-place if that is meant)" : "");
        }
    free(u->item);
    return good;
}
