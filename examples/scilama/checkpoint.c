/* SPDX-License-Identifier: MIT */
/* A checkpoint file: a head, the options, the history, the trainer's state, a checksum. It belongs
 * to the machine and build that wrote it. The one before is kept beside it (ROTATED_NAME),
 * for when the newest is damaged. */

#include "fit.h"
#include "output.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct head {
    char magic[16];
    uint64_t problem;    /* digest of what is trained on */
    int64_t rows, latent, state; /* of the history; bytes of the state */
    double sum[4], cells;
    int64_t finished;
    int64_t options;     /* bytes of what the fit was given, as text */
} head;

static const char MAGIC[16] = "scilama check 3";
#define SUM_START UINT64_C(0xcbf29ce484222325)

static uint64_t digest(uint64_t h, const void *data, size_t size)
{
    for (const unsigned char *p = data; size--; p++) h = (h ^ *p) * 0x100000001b3u;
    return h;
}

/* KL per dimension in the history. */
static size_t unit_bytes(const head *h) { return (size_t)h->rows * 2 * (size_t)h->latent * sizeof(float); }

/* Genes by name, and the first cells as the model sees them. */
static scilama_status problem_digest(app *a, fit *f, uint64_t *value)
{
    if ((*value = f->problem)) return SCILAMA_OK; /* whoever interrupts need not wait for it again */
    uint64_t h = SUM_START;
    int64_t genes = scilama_dataset_genes_used(f->dataset), cells = scilama_dataset_cells(f->dataset);
    enum { SAMPLE = 16 };
    float *row = app_alloc(a, genes, sizeof *row);
    if (!row) return SCILAMA_E_NOMEM;
    scilama_status status = SCILAMA_OK;
    for (int64_t i = 0; i < SAMPLE && i < cells && !status; i++) {
        int64_t cell = i * cells / SAMPLE;
        status = scilama_dataset_get_prepared(f->dataset, &cell, 1, row, 0, &a->error);
        h = digest(h, row, (size_t)genes * sizeof *row);
    }
    for (int64_t g = 0; g < genes; g++) {
        const char *name = scilama_model_gene_name(f->model, g);
        if (name) h = digest(h, name, strlen(name) + 1);
    }
    for (int i = 0; i < f->n_embeddings; i++) h = digest(h, f->embedding_text[i], strlen(f->embedding_text[i]) + 1);
    *value = f->problem = h;
    return status;
}

/* The newest is kept as the one before, whichever moment the machine stops in: at none is there neither. */
static bool rotate(const char *path, const char *before)
{
    if (unlink(before) && errno != ENOENT) return false;
    if (!link(path, before) || errno == ENOENT) return true;
    return !rename(path, before); /* a file system without links */
}

static bool write_pieces(int fd, const head *top, const char *options, const history *h, const void *state, uint64_t *key)
{
    uint64_t sum = SUM_START;
    const struct { const void *data; size_t size; } pieces[] = {
        { top, sizeof *top }, { options, (size_t)top->options }, { h->rows, (size_t)h->count * sizeof *h->rows }, { h->units, unit_bytes(top) }, { state, (size_t)top->state } };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        if (!pieces[i].size) continue;
        sum = digest(sum, pieces[i].data, pieces[i].size);
        if (!write_all(fd, pieces[i].data, pieces[i].size)) return false;
    }
    *key = sum;
    return write_all(fd, &sum, sizeof sum);
}

/* All but what was counted: a temporary, the rotation, its name. */
static scilama_status write_file(app *a, fit *f, const head *top, const history *h, const void *state)
{
    char *target, *temp, *before = NULL;
    int fd = open_temporary(a, f->checkpoint, &target, &temp);
    bool good = fd >= 0 && (before = app_text(a, ROTATED_NAME, target)) && write_pieces(fd, top, f->given, h, state, &f->kept.key);
    int code = errno;
    if (fd >= 0 && !finish_file(fd) && good) good = false, code = errno;
    if (good && !((f->damaged_checkpoint || rotate(target, before)) && put_in_place(temp, target))) good = false, code = errno;
    if (good) return SCILAMA_OK;
    if (temp) unlink(temp);
    return app_fail(a, SCILAMA_E_IO, "the checkpoint %s cannot be written: %s", f->checkpoint, strerror(code));
}

scilama_status checkpoint_save(app *a, fit *f, const history *h, bool finished)
{
    head top;
    memset(&top, 0, sizeof top);
    memcpy(top.magic, MAGIC, sizeof top.magic);
    top.rows = h->count;
    top.latent = h->latent;
    top.state = scilama_trainer_state_size(f->trainer);
    memcpy(top.sum, h->sum, sizeof top.sum);
    top.cells = h->cells;
    top.finished = finished;
    top.options = (int64_t)strlen(f->given);
    void *state = malloc((size_t)top.state);
    if (!state) return app_fail(a, SCILAMA_E_NOMEM, "not enough memory for a checkpoint");
    scilama_status status = problem_digest(a, f, &top.problem);
    if (!status) status = scilama_trainer_state_get(f->trainer, state, top.state, &a->error);
    if (!status) status = write_file(a, f, &top, h, state);
    free(state);
    if (status) return status;
    f->damaged_checkpoint = false;
    app_event(a, "checkpoint", ", \"epochs\": %" PRId64, h->count);
    return status;
}

/* --- reading ------------------------------------------------------------------------ */

typedef struct content { head top; char *options; epoch_row *rows; float *units; void *state; uint64_t sum; } content;

static bool read_whole(FILE *file, app *a, content *c)
{
    struct stat s;
    head *top = &c->top;
    uint64_t sum = SUM_START, stored;
    if (fstat(fileno(file), &s) || fread(top, sizeof *top, 1, file) != 1 || memcmp(top->magic, MAGIC, sizeof top->magic) || top->rows < 0 || top->state < 0 ||
        top->options < 0 || top->options >= s.st_size || top->latent < 0 || top->latent >= s.st_size || top->rows >= s.st_size / (int64_t)sizeof(epoch_row) + 1 || top->state >= s.st_size ||
        s.st_size != (int64_t)sizeof *top + top->options + top->rows * (int64_t)sizeof(epoch_row) + (int64_t)unit_bytes(top) + top->state + (int64_t)sizeof stored) return false;
    /* room for the rows that will follow, in the step that record() grows by */
    int64_t room = (top->rows + 255) / 256 * 256 + 1;
    c->options = app_alloc(a, top->options + 1, 1);
    c->rows = app_alloc(a, room, sizeof *c->rows);
    c->units = app_alloc(a, room * 2 * top->latent, sizeof *c->units);
    c->state = app_alloc(a, top->state, 1);
    if (!c->options || !c->rows || !c->units || !c->state) return false;
    if (fread(c->options, 1, (size_t)top->options, file) != (size_t)top->options || fread(c->rows, sizeof *c->rows, (size_t)top->rows, file) != (size_t)top->rows || fread(c->units, 1, unit_bytes(top), file) != unit_bytes(top) ||
        fread(c->state, 1, (size_t)top->state, file) != (size_t)top->state || fread(&stored, sizeof stored, 1, file) != 1) return false;
    sum = digest(digest(digest(sum, top, sizeof *top), c->options, (size_t)top->options), c->rows, (size_t)top->rows * sizeof *c->rows);
    c->sum = stored;
    return digest(digest(sum, c->units, unit_bytes(top)), c->state, (size_t)top->state) == stored;
}

enum outcome { ABSENT, DAMAGED, OTHER, WHOLE };

static scilama_status read_one(app *a, const char *path, const history *h, uint64_t problem, content *c, int *outcome)
{
    FILE *file = fopen(path, "rb");
    *outcome = ABSENT;
    if (!file && errno == ENOENT) return SCILAMA_OK;
    if (!file) return app_fail(a, SCILAMA_E_IO, "%s cannot be read: %s", path, strerror(errno));
    bool good = read_whole(file, a, c);
    *outcome = !good ? DAMAGED : c->top.problem != problem || c->top.latent != h->latent ? OTHER : WHOLE;
    fclose(file);
    return a->error.code == SCILAMA_E_NOMEM ? SCILAMA_E_NOMEM : SCILAMA_OK;
}

static bool has_line(const char *text, const char *line, size_t n)
{
    for (const char *at = text; at; at = strchr(at, '\n'), at = at ? at + 1 : NULL)
        if (!strncmp(at, line, n) && (at[n] == '\n' || !at[n])) return true;
    return false;
}

/* "--latent (7 then, 3 now), --lr (…)": the options of two fits that are not the same; "" when all are. */
static char *differences(app *a, const char *then, const char *now)
{
    char *list = app_text(a, "%s", "");
    for (int pass = 0; pass < 2 && list; pass++) {
        const char *mine = pass ? then : now, *other = pass ? now : then;
        for (const char *line = mine; list && line && *line; line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
            size_t n = strcspn(line, "\n");
            char *name = app_text(a, "%.*s", (int)strcspn(line, " \n"), line), *mark = name ? app_text(a, "--%s (", name) : NULL;
            if (!mark) return NULL;
            if (!n || has_line(other, line, n) || strstr(list, mark)) continue;
            char *before = find_in_text(a, then, name), *after = find_in_text(a, now, name);
            list = app_text(a, "%s%s%s%.24s then, %.24s now)", list, *list ? ", " : "", mark, before ? before : "none", after ? after : "none");
        }
    }
    return list;
}

/* Of a checkpoint that does not fit: which options it was made with. */
static scilama_status made_otherwise(app *a, const char *path, const fit *f, const content *c)
{
    char *list = differences(a, c->options, f->given);
    if (!list) return SCILAMA_E_NOMEM;
    if (*list) return app_fail(a, SCILAMA_E_INVALID, "%.60s is of a fit with other options: %s: go on with the same, or leave out --resume", path, list);
    return app_fail(a, SCILAMA_E_INVALID, "%s belongs to other data: use another --checkpoint, or leave out --resume", path);
}

static scilama_status use_content(app *a, const char *path, fit *f, history *h, const content *c, bool *finished)
{
    scilama_status status = scilama_trainer_state_set(f->trainer, c->state, c->top.state, &a->error);
    if (status == SCILAMA_E_INVALID) return made_otherwise(a, path, f, c);
    if (status) return status;
    h->rows = c->rows;
    h->units = c->units;
    h->count = c->top.rows;
    memcpy(h->sum, c->top.sum, sizeof h->sum);
    h->cells = c->top.cells;
    *finished = c->top.finished != 0;
    f->kept.key = c->sum;
    return SCILAMA_OK;
}

scilama_status checkpoint_load(app *a, fit *f, history *h, bool *found, bool *finished)
{
    uint64_t problem;
    content newest, before;
    int outcome = ABSENT, second = ABSENT;
    char *older = app_text(a, ROTATED_NAME, f->checkpoint);
    scilama_status status = older ? problem_digest(a, f, &problem) : SCILAMA_E_NOMEM;
    if (!status) status = read_one(a, f->checkpoint, h, problem, &newest, &outcome);
    if (!status && outcome < OTHER) status = read_one(a, older, h, problem, &before, &second);
    if (status) return status;
    *found = outcome == WHOLE || second == WHOLE;
    f->damaged_checkpoint = outcome == DAMAGED; /* which is not to take the place of the one before */
    if (outcome == WHOLE) return use_content(a, f->checkpoint, f, h, &newest, finished);
    if (outcome == OTHER || (outcome == ABSENT && second == OTHER))
        return made_otherwise(a, outcome == OTHER ? f->checkpoint : older, f, outcome == OTHER ? &newest : &before);
    if (second == WHOLE) {
        app_say(a, "warning: %s is %s: going on from the one before, %s", f->checkpoint, outcome == DAMAGED ? "damaged" : "not there", older);
        return use_content(a, older, f, h, &before, finished);
    }
    if (outcome == ABSENT && second == ABSENT) return SCILAMA_OK;
    return app_fail(a, SCILAMA_E_FORMAT, "%s is not a checkpoint of this program, or is damaged%s", outcome == ABSENT ? older : f->checkpoint,
                    second == DAMAGED && outcome == DAMAGED ? ", and so is the one before" : "");
}
