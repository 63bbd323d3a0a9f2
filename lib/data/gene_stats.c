/* SPDX-License-Identifier: MIT */
#include "data/gene_stats.h"
#include "core/thread.h"

/* Sums by gene in blocks of cells, added up in order; the same blocks for rows in memory and for rows that come a stage at a time. */

enum { MAX_BLOCKS = 8, BLOCK_CELLS = 1024 };

static int64_t block_count(int64_t cells)
{
    int64_t blocks = slm_tiles(cells, BLOCK_CELLS);
    return blocks < 1 ? 1 : blocks > MAX_BLOCKS ? MAX_BLOCKS : blocks;
}

/* Side by side, for a gene's sums are added to together. */
typedef struct sums { double sum, square, detected; } sums;

typedef struct scan {
    const scilama_dataset *d;
    const int64_t *cells;
    int64_t n, blocks;
    slm_block_row_fn fn;
    void *arg;
} scan;

static void scan_rows(const scan *s, int64_t block, const slm_rows *rows, int64_t from, int64_t to)
{
    for (int64_t k = from; k < to; k++) {
        const slm_cell c = slm_row_at(rows, k);
        s->fn(s->arg, block, &c);
    }
}

static void scan_block(void *arg, int64_t block, int worker)
{
    const scan *s = arg;
    slm_rows rows = slm_dataset_rows(s->d);
    rows.cells = s->cells;
    scan_rows(s, block, &rows, s->n * block / s->blocks, s->n * (block + 1) / s->blocks);
}

/* The same rows in the same order where they come some at a time. */
static void scan_some(void *arg, const slm_rows *rows)
{
    const scan *s = arg;
    for (int64_t b = 0; b < s->blocks; b++) {
        int64_t from = s->n * b / s->blocks - rows->first, to = s->n * (b + 1) / s->blocks - rows->first;
        scan_rows(s, b, rows, from < 0 ? 0 : from, to > rows->n ? rows->n : to);
    }
}

int64_t slm_row_blocks(int64_t n) { return block_count(n); }

scilama_status slm_scan_blocks(const scilama_dataset *d, const int64_t *cells, int64_t n, slm_block_row_fn fn, void *arg, scilama_error *error)
{
    scan s = { .d = d, .cells = cells, .n = n, .blocks = block_count(n), .fn = fn, .arg = arg };
    if (d->source) return slm_source_scan(d->source, cells, n, scan_some, &s, error);
    slm_parallel(d->ctx, s.blocks, scan_block, &s);
    return SCILAMA_OK;
}

typedef struct sum_task {
    const slm_gene_sums *s;
    int64_t genes;
    sums *parts; /* [blocks × genes] */
} sum_task;

static inline void add(sums *to, const slm_gene_sums *s, int64_t gene, double factor, float x)
{
    double v = s->value == SLM_STATS_EXPM1 ? expm1((double)x) : (double)x * factor;
    if (s->clip && v > s->clip[gene]) v = s->clip[gene];
    to[gene].sum += v;
    to[gene].square += v * v;
    to[gene].detected += x > 0;
}

static void sum_row(void *arg, int64_t block, const slm_cell *c)
{
    const sum_task *t = arg;
    const slm_gene_sums *s = t->s;
    sums *part = t->parts + block * t->genes;
    double factor = s->value == SLM_STATS_FACTOR ? s->factor[c->cell] : s->value == SLM_STATS_SIZED ? slm_size_factor_of(c->x, c->count, s->target) : 1;
    if (!c->indices)
        for (int64_t g = 0; g < c->count; g++) add(part, s, g, factor, c->x[g]);
    else
        for (int64_t i = 0; i < c->count; i++) add(part, s, c->indices[i], factor, c->x[i]);
}

scilama_status slm_gene_sum(const scilama_dataset *d, slm_gene_sums *s, scilama_error *error)
{
    sum_task t = { .s = s, .genes = d->genes };
    int64_t blocks = block_count(s->n);
    if (!(t.parts = slm_alloc_array_zero(d->ctx, blocks * d->genes, sizeof *t.parts))) return slm_fail_nomem(error);
    scilama_status status = slm_scan_blocks(d, s->cells, s->n, sum_row, &t, error);
    for (int64_t g = 0; g < d->genes && !status; g++) {
        sums all = t.parts[g];
        for (int64_t b = 1; b < blocks; b++) {
            const sums *part = &t.parts[b * d->genes + g];
            all.sum += part->sum;
            all.square += part->square;
            all.detected += part->detected;
        }
        s->sum[g] = all.sum;
        s->square[g] = all.square;
        if (s->detected) s->detected[g] = all.detected;
    }
    slm_free(d->ctx, t.parts);
    return status;
}

double slm_size_factor(const scilama_dataset *d, int64_t cell, double target)
{
    if (d->source) return d->source->total[cell] > 0 ? target / d->source->total[cell] : 1;
    const slm_rows rows = slm_dataset_rows(d);
    const slm_cell c = slm_row_at(&rows, cell);
    return slm_size_factor_of(c.x, c.count, target);
}

typedef struct moment_task {
    const slm_design *design;
    const int64_t *cells;
    int64_t n, blocks;
    const double *mean;     /* NULL in the first pass, which sums */
    double *sum, *count;    /* [blocks × genes]; count: values that were visited */
} moment_task;

/* Rows k = from .. to - 1 of the list. */
static void moment_rows(const moment_task *t, int64_t block, int64_t from, int64_t to)
{
    const slm_design *d = t->design;
    const slm_window *w = d->window;
    bool dense = d->storage == SLM_DESIGN_DENSE;
    const int64_t *indptr = w ? w->indptr : d->indptr;
    const int32_t *indices = w ? w->indices : d->indices;
    const float *data = w ? w->data : d->data;
    double *sum = t->sum + block * d->wide, *count = t->count + block * d->wide;
    for (int64_t k = from; k < to; k++) {
        int64_t cell = t->cells ? t->cells[k] : k, row = w ? slm_window_find(w, cell) : cell;
        int64_t first = dense ? row * d->ld : indptr[row], entries = dense ? d->wide : indptr[row + 1] - first;
        for (int64_t i = 0; i < entries; i++) {
            int64_t gene = dense ? i : indices[first + i];
            double x = dense ? (double)d->values[first + (d->column ? d->column[i] : i)] : (double)data[first + i];
            if (!(x < 0) && !(x > 0)) continue; /* zeros are counted together, whether stored or not */
            double v = t->mean ? x - t->mean[gene] : x;
            sum[gene] += t->mean ? v * v : v;
            count[gene] += 1;
        }
    }
}

static void moment_block(void *arg, int64_t block, int worker)
{
    const moment_task *t = arg;
    moment_rows(t, block, t->n * block / t->blocks, t->n * (block + 1) / t->blocks);
}

static scilama_status moment_pass(moment_task *t, scilama_error *error)
{
    slm_window *w = t->design->window;
    if (!w) {
        slm_parallel(t->design->ctx, t->blocks, moment_block, t);
        return SCILAMA_OK;
    }
    SLM_SCOPE(work, t->design->ctx);
    int64_t some = t->n < w->room_rows ? t->n : w->room_rows, *numbers = t->cells ? NULL : slm_scope_array(&work, some, sizeof *numbers);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t k = 0, block = 0; k < t->n;) {
        int64_t left = t->n - k, n = t->cells || left < some ? left : some;
        for (int64_t i = 0; i < n && !t->cells; i++) numbers[i] = k + i;
        SLM_TRY(slm_window_fill(w, t->cells ? t->cells + k : numbers, n, error));
        for (; k < t->n && slm_window_find(w, t->cells ? t->cells[k] : k) >= 0; k++) {
            while (k >= t->n * (block + 1) / t->blocks) block++;
            moment_rows(t, block, k, k + 1);
        }
    }
    return SCILAMA_OK;
}

static void fold(double *out, const double *parts, int64_t blocks, int64_t genes)
{
    memcpy(out, parts, (size_t)genes * sizeof *out);
    for (int64_t b = 1; b < blocks; b++)
        for (int64_t g = 0; g < genes; g++) out[g] += parts[b * genes + g];
}

scilama_status slm_design_moments(const slm_design *design, const int64_t *cells, int64_t n, double *mean, double *std, scilama_error *error)
{
    int64_t genes = design->wide;
    moment_task t = { .design = design, .cells = cells, .n = n, .blocks = block_count(n) };
    SLM_SCOPE(work, design->ctx);
    double *parts = slm_scope_zeros(&work, 2 * t.blocks * genes, sizeof *parts);
    double *count = slm_scope_array(&work, genes, sizeof *count);
    if (work.failed) return slm_fail_nomem(error);
    t.sum = parts;
    t.count = parts + t.blocks * genes;
    SLM_TRY(moment_pass(&t, error));
    fold(mean, t.sum, t.blocks, genes);
    for (int64_t g = 0; g < genes; g++) mean[g] /= (double)n;
    memset(parts, 0, (size_t)(2 * t.blocks * genes) * sizeof *parts);
    t.mean = mean;
    SLM_TRY(moment_pass(&t, error));
    fold(std, t.sum, t.blocks, genes);
    fold(count, t.count, t.blocks, genes);
    for (int64_t g = 0; g < genes; g++) {
        double square = std[g] + ((double)n - count[g]) * mean[g] * mean[g];
        double variance = n > 1 ? square / (double)(n - 1) : 0;
        std[g] = variance > 1e-24 * mean[g] * mean[g] ? sqrt(variance) : 1;
    }
    return SCILAMA_OK;
}

slm_value_range slm_dataset_range(const scilama_dataset *d)
{
    slm_value_range r = { .integer = true };
    const slm_rows rows = slm_dataset_rows(d);
    if (d->source) return d->source->range;
    for (int64_t i = 0; i < d->cells; i++) {
        const slm_cell c = slm_row_at(&rows, i);
        slm_range_row(&r, &c);
    }
    return r;
}

int32_t slm_range_input(const slm_value_range *r)
{
    if (r->min < 0) return SCILAMA_INPUT_SCALED;
    if (r->integer) return SCILAMA_INPUT_COUNTS;
    return r->max < SLM_LOGGED_BELOW ? SCILAMA_INPUT_LOGGED : SCILAMA_INPUT_EXPRESSION;
}
