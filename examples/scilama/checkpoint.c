/* SPDX-License-Identifier: MIT */
/* A checkpoint file: a head, the history, the trainer's state, a checksum. It belongs
 * to the machine and build that wrote it. */

#include "fit.h"
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
} head;

static const char MAGIC[16] = "scilama check 2";

static uint64_t digest(uint64_t h, const void *data, size_t size)
{
    for (const unsigned char *p = data; size--; p++) h = (h ^ *p) * 0x100000001b3u;
    return h;
}

/* KL per dimension in the history. */
static size_t unit_bytes(const head *h) { return (size_t)h->rows * 2 * (size_t)h->latent * sizeof(float); }

/* Genes by name, and the first cells as the model sees them. */
static scilama_status problem_digest(app *a, const fit *f, uint64_t *value)
{
    uint64_t h = 0xcbf29ce484222325u;
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
    *value = h;
    return status;
}

static scilama_status io_failure(app *a, const char *path)
{
    return app_fail(a, SCILAMA_E_IO, "%s cannot be written: %s", path, strerror(errno));
}

static bool write_all(FILE *file, uint64_t *sum, const void *data, size_t size)
{
    *sum = digest(*sum, data, size);
    return fwrite(data, 1, size, file) == size;
}

scilama_status checkpoint_save(app *a, const fit *f, const history *h, bool finished)
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
    char *path = app_text(a, "%s.%ld.tmp", f->checkpoint, (long)getpid());
    void *state = malloc((size_t)top.state);
    if (!path || !state) {
        free(state);
        return app_fail(a, SCILAMA_E_NOMEM, "not enough memory for a checkpoint");
    }
    scilama_status status = problem_digest(a, f, &top.problem);
    if (!status) status = scilama_trainer_state_get(f->trainer, state, top.state, &a->error);
    FILE *file = status ? NULL : fopen(path, "wb");
    if (!status && !file) status = io_failure(a, path);
    if (!status) {
        uint64_t sum = 0xcbf29ce484222325u;
        bool good = write_all(file, &sum, &top, sizeof top) && write_all(file, &sum, h->rows, (size_t)h->count * sizeof *h->rows) &&
                    write_all(file, &sum, h->units, unit_bytes(&top)) &&
                    write_all(file, &sum, state, (size_t)top.state) && fwrite(&sum, sizeof sum, 1, file) == 1 &&
                    !fflush(file) && !fsync(fileno(file));
        if (fclose(file) || !good || rename(path, f->checkpoint)) {
            status = io_failure(a, f->checkpoint);
            remove(path);
        }
    }
    free(state);
    if (!status) app_event(a, "checkpoint", ", \"epochs\": %" PRId64, h->count);
    return status;
}

static scilama_status damaged(app *a, const fit *f)
{
    return app_fail(a, SCILAMA_E_FORMAT, "%s is not a checkpoint of this program, or is damaged", f->checkpoint);
}

scilama_status checkpoint_load(app *a, fit *f, history *h, bool *found, bool *finished)
{
    head top;
    struct stat s;
    uint64_t problem, sum = 0xcbf29ce484222325u, stored;
    scilama_status status = problem_digest(a, f, &problem);
    FILE *file = status ? NULL : fopen(f->checkpoint, "rb");
    if (status) return status;
    *found = file != NULL;
    if (!file && errno == ENOENT) return SCILAMA_OK;
    if (!file) return app_fail(a, SCILAMA_E_IO, "%s cannot be read: %s", f->checkpoint, strerror(errno));
    bool good = !fstat(fileno(file), &s) && fread(&top, sizeof top, 1, file) == 1 && !memcmp(top.magic, MAGIC, sizeof top.magic) &&
                top.rows >= 0 && top.state >= 0 && top.latent == h->latent && top.rows < s.st_size / (int64_t)sizeof(epoch_row) + 1 && top.state < s.st_size &&
                s.st_size == (int64_t)sizeof top + top.rows * (int64_t)sizeof(epoch_row) + (int64_t)unit_bytes(&top) + top.state + 8;
    if (good && top.problem != problem)
        status = app_fail(a, SCILAMA_E_INVALID, "%s belongs to other data: use another --checkpoint, or leave out --resume", f->checkpoint);
    /* room for the rows that will follow, in the step that record() grows by */
    epoch_row *rows = good && !status ? app_alloc(a, (top.rows + 255) / 256 * 256 + 1, sizeof *rows) : NULL;
    float *units = good && !status ? app_alloc(a, ((top.rows + 255) / 256 * 256 + 1) * 2 * top.latent, sizeof *units) : NULL;
    void *state = good && !status ? app_alloc(a, top.state, 1) : NULL;
    if (good && !status && (!rows || !units || !state)) status = SCILAMA_E_NOMEM;
    if (good && !status) {
        good = fread(rows, sizeof *rows, (size_t)top.rows, file) == (size_t)top.rows &&
               fread(units, 1, unit_bytes(&top), file) == unit_bytes(&top) && fread(state, 1, (size_t)top.state, file) == (size_t)top.state &&
               fread(&stored, sizeof stored, 1, file) == 1;
        sum = digest(digest(digest(sum, &top, sizeof top), rows, (size_t)top.rows * sizeof *rows), units, unit_bytes(&top));
        sum = digest(sum, state, (size_t)top.state);
        good = good && sum == stored;
    }
    fclose(file);
    if (!status && !good) status = damaged(a, f);
    if (!status) status = scilama_trainer_state_set(f->trainer, state, top.state, &a->error);
    if (status) return status;
    h->rows = rows;
    h->units = units;
    h->count = top.rows;
    memcpy(h->sum, top.sum, sizeof h->sum);
    h->cells = top.cells;
    *finished = top.finished != 0;
    return SCILAMA_OK;
}
