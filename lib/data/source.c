/* SPDX-License-Identifier: MIT */
#include "data/source.h"
#include "core/thread.h"

/* Rows that are not in memory: a reader has half of the memory for what it reads, every row is checked as it comes, and the first
 * pass learns what the rest relies on (entries, totals, range). */

SLM_RETAIN(slm_source_retain, slm_source)

void slm_source_release(slm_source *source)
{
    if (!source || atomic_fetch_sub(&source->refs, 1) != 1) return;
    scilama_context *ctx = source->ctx;
    slm_free_all(ctx, source->entries, source->detected, source->total, source->gene_entries);
    source->destroy(source);
}

/* --- memory ------------------------------------------------------------------- */

static int64_t row_bytes(const slm_source *s)
{
    return 8 + (s->dense ? s->genes * 8 + s->columns * 4 : s->widest * 8);
}

enum { WINDOW_ROWS = 16, PAGE = 1024 };

int64_t slm_source_least(const slm_source *s)
{
    int64_t reading = 2 * (row_bytes(s) + s->scratch_least + 512);
    int64_t window = 2 * (WINDOW_ROWS * (16 + 12 * (s->widest < s->genes ? s->widest : s->genes)) + 256);
    return slm_tiles(reading > window ? reading : window, PAGE) * PAGE;
}

scilama_status slm_source_check_memory(const slm_source *s, const char *what, scilama_error *error)
{
    int64_t least = slm_source_least(s);
    if (s->memory >= least) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_INVALID, "%.140s: a memory of %" PRId64 " bytes is too small to stream it: %" PRId64 " bytes (%" PRId64 " KiB) are the least",
                    what, s->memory, least, least / PAGE);
}

static char *take(char *base, int64_t *used, int64_t count, size_t size)
{
    char *at = base ? base + *used : NULL;
    *used += slm_tiles(count * (int64_t)size, 64) * 64;
    return at;
}

static int64_t lay_out(const slm_source *s, slm_stage *t, char *base)
{
    int64_t used = 0;
    t->indptr = (int64_t *)(void *)take(base, &used, t->room_rows + 1, sizeof *t->indptr);
    t->indices = (int32_t *)(void *)take(base, &used, t->room, sizeof *t->indices);
    t->values = (float *)(void *)take(base, &used, t->room, sizeof *t->values);
    t->dense = s->dense ? (float *)(void *)take(base, &used, t->room_rows * s->columns, sizeof *t->dense) : NULL;
    t->scratch = take(base, &used, s->scratch_bytes, 1);
    return used;
}

scilama_status slm_reader_open(slm_reader *r, slm_source *s, scilama_error *error)
{
    int64_t bytes = s->memory / 2 - s->scratch_bytes;
    *r = (slm_reader){ .source = slm_source_retain(s) };
    slm_stage *t = &r->stage;
    if (s->dense) {
        t->room_rows = bytes / row_bytes(s);
        t->room_rows = t->room_rows < 1 ? 1 : t->room_rows > s->cells ? s->cells : t->room_rows;
        t->room = t->room_rows * s->genes;
    } else {
        int64_t most = 0; /* of everything there is */
        bool known = slm_mul_size(s->cells, s->widest, &most);
        t->room_rows = s->cells < bytes / 512 + 1 ? s->cells : bytes / 512 + 1;
        t->room = (bytes - 8 * t->room_rows) / 8;
        if (known && t->room > most) t->room = most;
        if (t->room < s->widest) t->room = s->widest;
    }
    r->block = slm_alloc(s->ctx, (size_t)lay_out(s, t, NULL));
    if (!r->block) {
        slm_reader_close(r);
        return slm_fail_nomem(error);
    }
    lay_out(s, t, r->block);
    return SCILAMA_OK;
}

void slm_reader_close(slm_reader *r)
{
    if (r->source) slm_free(r->source->ctx, r->block);
    slm_source_release(r->source);
    *r = (slm_reader){ 0 };
}

/* --- rows, checked --------------------------------------------------------------- */

const char *slm_source_cell(char *room, slm_source *s, int64_t cell)
{
    slm_strings name = { 0 };
    if (s->cell_names && s->cell_names->count) return slm_string(s->cell_names, cell);
    if (s->cell_names && s->names && !s->names(s, cell, 1, &name, NULL)) snprintf(room, SLM_CELL_BYTES, "%s", slm_string(&name, 0));
    else snprintf(room, SLM_CELL_BYTES, "%" PRId64, cell);
    slm_strings_free(s->ctx, &name);
    return room;
}

static scilama_status bad_row(slm_source *s, int64_t cell, int64_t gene, const char *what, scilama_error *error)
{
    char c[SLM_CELL_BYTES], g[64];
    if (s->gene_names && gene >= 0 && gene < s->genes) snprintf(g, sizeof g, "%s", slm_string(s->gene_names, gene));
    else snprintf(g, sizeof g, "%" PRId64, gene < 0 ? 0 : gene);
    return slm_fail(error, strstr(what, "finite") ? SCILAMA_E_NONFINITE : SCILAMA_E_INVALID, "gene '%s' of cell '%.63s' %s", g, slm_source_cell(c, s, cell), what);
}

void slm_stage_compress(const slm_source *s, slm_stage *t)
{
    int64_t at = 0;
    t->indptr[0] = 0;
    for (int64_t r = 0; r < t->n; r++) {
        const float *row = t->dense + r * s->genes;
        for (int64_t g = 0; g < s->genes; g++) {
            if (!(row[g] < 0) && !(row[g] > 0) && !isnan(row[g])) continue;
            t->indices[at] = (int32_t)g;
            t->values[at++] = row[g];
        }
        t->indptr[r + 1] = at;
    }
}

scilama_status slm_stage_check(slm_source *s, const slm_stage *t, const int64_t *cells, scilama_error *error)
{
    for (int64_t r = 0; r < t->n; r++) {
        int64_t first = t->indptr[r], end = t->indptr[r + 1];
        int32_t before = -1;
        float sum = 0;
        for (int64_t i = first; i < end; i++) {
            if (t->indices[i] <= before || t->indices[i] >= s->genes)
                return bad_row(s, cells[r], t->indices[i], t->indices[i] == before ? "comes more than once: sum the duplicates first" : "is out of range", error);
            before = t->indices[i];
            sum += t->values[i] - t->values[i]; /* 0 unless something is not finite */
        }
        for (int64_t i = first; i < end && isnan(sum); i++)
            if (!isfinite(t->values[i])) return bad_row(s, cells[r], t->indices[i], "is not finite: the matrix must hold finite numbers", error);
    }
    return SCILAMA_OK;
}

scilama_status slm_reader_read(slm_reader *r, const int64_t *cells, int64_t n, scilama_error *error)
{
    slm_source *s = r->source;
    r->stage.n = 0;
    SLM_TRY(s->read(s, &r->stage, cells, n, error));
    if (s->dense) slm_stage_compress(s, &r->stage);
    return slm_stage_check(s, &r->stage, cells, error);
}

enum { NUMBERS = 4096 };

scilama_status slm_source_scan(void *source, const int64_t *cells, int64_t n, slm_rows_fn fn, void *arg, scilama_error *error)
{
    slm_source *s = source;
    slm_reader reader;
    int64_t numbers[NUMBERS];
    scilama_status status = slm_reader_open(&reader, s, error);
    for (int64_t first = 0; !status && first < n;) {
        int64_t count = n - first;
        if (!cells) {
            count = count < NUMBERS ? count : NUMBERS;
            for (int64_t i = 0; i < count; i++) numbers[i] = first + i;
        }
        if (slm_cancelled(s->ctx)) status = slm_fail_cancelled(error);
        else status = slm_reader_read(&reader, cells ? cells + first : numbers, count, error);
        if (status) break;
        const slm_stage *t = &reader.stage;
        const slm_rows rows = { first, t->n, cells, s->genes, t->values, 0, t->indptr, t->indices, false };
        fn(arg, &rows);
        first += t->n;
        slm_tell(s->ctx, "reading", (double)first / (double)n);
    }
    slm_reader_close(&reader);
    return status;
}

/* --- the first pass ---------------------------------------------------------------- */

void slm_range_row(slm_value_range *r, const slm_cell *c)
{
    const float *x = c->x;
    float low = 0, high = 0, fraction = 0;
    for (int64_t i = 0; i < c->count; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
        fraction += fabsf(x[i] - floorf(x[i]));
    }
    if (fraction > 0) r->integer = false;
    if (high > r->max) r->max = high;
    if (!(low < r->min)) return;
    r->min = low;
    r->cell = c->cell;
    for (int64_t i = 0; i < c->count; i++)
        if (x[i] <= low) r->gene = slm_gene_at(c, i);
}

static void learn_rows(void *arg, const slm_rows *rows)
{
    slm_source *s = arg;
    for (int64_t r = 0; r < rows->n; r++) {
        const slm_cell c = slm_row_at(rows, r);
        for (int64_t i = 0; i < c.count; i++) s->gene_entries[c.indices[i]]++;
        s->stored += c.count;
        slm_range_row(&s->range, &c);
        for (int64_t i = 0; i < c.count && s->odd_cell < 0; i++)
            if (!(c.x[i] >= 0) || floorf(c.x[i]) < c.x[i]) s->odd_cell = c.cell, s->odd_gene = c.indices[i];
    }
}

scilama_status slm_source_learn(slm_source *s, scilama_error *error)
{
    if (s->gene_entries) return SCILAMA_OK;
    if (!(s->gene_entries = slm_alloc_array_zero(s->ctx, s->genes, sizeof *s->gene_entries))) return slm_fail_nomem(error);
    s->stored = 0;
    s->range = (slm_value_range){ .integer = true };
    s->odd_cell = s->odd_gene = -1;
    return slm_source_scan(s, NULL, s->cells, learn_rows, s, error);
}

static void count_rows(void *arg, const slm_rows *rows)
{
    slm_source *s = arg;
    for (int64_t r = 0; r < rows->n; r++) {
        const slm_cell c = slm_row_at(rows, r);
        s->entries[c.cell] = (int32_t)c.count;
        s->detected[c.cell] = 0;
        s->total[c.cell] = 0;
        for (int64_t i = 0; i < c.count; i++) {
            s->detected[c.cell] += c.x[i] > 0;
            s->total[c.cell] += (double)c.x[i];
        }
    }
}

scilama_status slm_source_count(slm_source *s, scilama_error *error)
{
    if (s->entries) return SCILAMA_OK;
    s->entries = slm_alloc_array(s->ctx, s->cells, sizeof *s->entries);
    s->detected = slm_alloc_array(s->ctx, s->cells, sizeof *s->detected);
    s->total = slm_alloc_array(s->ctx, s->cells, sizeof *s->total);
    scilama_status status = s->entries && s->detected && s->total ? slm_source_scan(s, NULL, s->cells, count_rows, s, error) : slm_fail_nomem(error);
    if (!status) return SCILAMA_OK;
    slm_free_all(s->ctx, s->entries, s->detected, s->total);
    s->entries = s->detected = NULL;
    s->total = NULL;
    return status;
}
