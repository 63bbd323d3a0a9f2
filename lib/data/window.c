/* SPDX-License-Identifier: MIT */
#include "data/window.h"
#include "core/sort.h"
#include "core/thread.h"

/* Prepared rows of a source held at once, for mini-batches: cells are read in ascending order, as many as fit; what fits is an
 * estimate, so that a window may hold less than was asked for, but always its first cell. */

enum { ROWS = 32 }; /* of a task */

double slm_window_mean(const slm_source *s, const slm_preparation *how, double *kept)
{
    int64_t used = 0;
    for (int64_t g = 0; g < s->genes; g++)
        if (how->place[g] >= 0) used += s->gene_entries[g];
    *kept = s->stored ? (double)used / (double)s->stored : 1;
    return (double)used / (double)s->cells;
}

void slm_window_room(const slm_source *s, const slm_preparation *how, bool raw, int64_t *rows, int64_t *entries)
{
    double kept, mean = slm_window_mean(s, how, &kept);
    int64_t bytes = s->memory / 2, entry = raw ? 12 : 8, all = 0;
    double fit = (double)bytes / (16 + (double)entry * mean);
    *rows = fit < (double)s->cells ? (int64_t)fit : s->cells;
    if (*rows < 1) *rows = 1;
    *entries = (bytes - 16 * (*rows + 1)) / entry;
    for (int64_t g = 0; g < s->genes; g++)
        if (how->place[g] >= 0) all += s->gene_entries[g];
    if (*entries > all) *entries = all;
    int64_t widest = s->widest < how->genes ? s->widest : how->genes;
    if (*entries < widest) *entries = widest;
}

static void *take(char *base, int64_t *used, int64_t count, size_t size)
{
    char *at = base ? base + *used : NULL;
    *used += slm_tiles(count * (int64_t)size, 64) * 64;
    return at;
}

static int64_t lay_out(slm_window *w, bool raw, int32_t threads, char *base)
{
    int64_t used = 0;
    w->cell = take(base, &used, w->room_rows, sizeof *w->cell);
    w->indptr = take(base, &used, w->room_rows + 1, sizeof *w->indptr);
    w->indices = take(base, &used, w->room, sizeof *w->indices);
    w->data = take(base, &used, w->room, sizeof *w->data);
    w->raw = raw ? take(base, &used, w->room, sizeof *w->raw) : NULL;
    w->present = take(base, &used, threads * w->how.words, sizeof *w->present);
    w->from = take(base, &used, threads * w->how.genes, sizeof *w->from);
    return used;
}

scilama_status slm_window_open(slm_window **out, slm_source *source, const slm_preparation *how, bool raw, scilama_error *error)
{
    scilama_context *ctx = source->ctx;
    *out = NULL;
    slm_window *w = slm_alloc_zero(ctx, sizeof *w);
    if (!w) return slm_fail_nomem(error);
    w->how = *how;
    slm_window_mean(source, how, &w->kept);
    slm_window_room(source, how, raw, &w->room_rows, &w->room);
    scilama_status status = slm_reader_open(&w->reader, source, error);
    if (!status && !(w->block = slm_alloc(ctx, (size_t)lay_out(w, raw, ctx->threads, NULL)))) status = slm_fail_nomem(error);
    if (status) {
        slm_reader_close(&w->reader);
        slm_free(ctx, w);
        return status;
    }
    lay_out(w, raw, ctx->threads, w->block);
    memset(w->present, 0, (size_t)(ctx->threads * how->words) * sizeof *w->present);
    *out = w;
    return SCILAMA_OK;
}

void slm_window_close(slm_window *w)
{
    if (!w) return;
    scilama_context *ctx = slm_context_retain(w->reader.source->ctx);
    slm_free(ctx, w->block);
    slm_reader_close(&w->reader);
    slm_free(ctx, w);
    slm_context_release(ctx);
}

int64_t slm_window_find(const slm_window *w, int64_t cell)
{
    SLM_BISECT(row, i, w->rows, w->cell[i] < cell);
    return row < w->rows && w->cell[row] == cell ? row : -1;
}

/* --- filling ------------------------------------------------------------------------ */

static inline int by_number(const int64_t *a, const int64_t *b) { return (*a > *b) - (*a < *b); }
SLM_SORT_BY(sort, int64_t, by_number)

/* cells[0..m) without repetition, ascending, into w->cell; returns how many. */
static int64_t choose(slm_window *w, const int64_t *cells, int64_t m)
{
    int64_t kept = 0;
    memcpy(w->cell, cells, (size_t)m * sizeof *cells);
    sort(w->cell, m);
    for (int64_t i = 0; i < m; i++)
        if (!kept || w->cell[i] > w->cell[kept - 1]) w->cell[kept++] = w->cell[i];
    return kept;
}

static void count_rows(void *arg, int64_t task, int worker)
{
    slm_window *w = arg;
    const slm_stage *t = &w->reader.stage;
    SLM_FOR_TILE (r, task, ROWS, t->n)
        w->indptr[w->first + r + 1] = slm_prepared_count(&w->how, t->indices + t->indptr[r], t->indptr[r + 1] - t->indptr[r]);
}

static void prepare_rows(void *arg, int64_t task, int worker)
{
    slm_window *w = arg;
    const slm_stage *t = &w->reader.stage;
    SLM_FOR_TILE (r, task, ROWS, t->n) {
        int64_t row = w->first + r, at = w->indptr[row], first = t->indptr[r];
        if (w->indptr[row + 1] > w->room) return; /* does not fit any more */
        double factor = 1;
        if (w->how.shared) factor = slm_shared_factor(&w->how, t->indices + first, t->values + first, t->indptr[r + 1] - first);
        else if (w->how.normalized) factor = slm_size_factor_of(t->values + first, t->indptr[r + 1] - first, w->how.target_sum);
        slm_prepare_row(&w->how, factor, t->indices + first, t->values + first, t->indptr[r + 1] - first,
                        w->present + worker * w->how.words, w->from + worker * w->how.genes,
                        w->indices + at, w->data + at, w->raw ? w->raw + at : NULL);
    }
}

/* Reads w->cell[0..m) until there is no room. */
static scilama_status load(slm_window *w, int64_t m, scilama_error *error)
{
    const scilama_context *ctx = w->reader.source->ctx;
    w->rows = 0;
    w->indptr[0] = 0;
    while (w->rows < m) {
        if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
        SLM_TRY(slm_reader_read(&w->reader, w->cell + w->rows, m - w->rows, error));
        int64_t n = w->reader.stage.n, tasks = slm_tiles(n, ROWS);
        w->first = w->rows;
        slm_parallel(ctx, tasks, count_rows, w);
        for (int64_t r = w->first; r < w->first + n; r++) w->indptr[r + 1] += w->indptr[r];
        slm_parallel(ctx, tasks, prepare_rows, w);
        while (w->rows < w->first + n && w->indptr[w->rows + 1] <= w->room) w->rows++;
        if (w->rows < w->first + n) break;
    }
    return SCILAMA_OK;
}

scilama_status slm_window_fill(slm_window *w, const int64_t *cells, int64_t n, scilama_error *error)
{
    const slm_source *s = w->reader.source;
    int64_t m = n < w->room_rows ? n : w->room_rows;
    double fit = (double)w->room / (1.02 * w->kept * (double)s->stored / (double)s->cells + 1e-9) + 1;
    scilama_status status = SCILAMA_OK;
    if (fit < (double)m) m = (int64_t)fit;
    /* what fits is an estimate; cells[0] must be there in the end */
    for (;; m = m > 1 ? m / 2 : 1) {
        w->rows = 0;
        if ((status = load(w, choose(w, cells, m), error))) break;
        if (slm_window_find(w, cells[0]) >= 0 || m == 1) break;
    }
    if (status) w->rows = 0;
    else if (slm_window_find(w, cells[0]) < 0)
        status = slm_fail(error, SCILAMA_E_INVALID, "row %lld holds more values than when it was first read: the data must not change", (long long)cells[0]);
    return status;
}
