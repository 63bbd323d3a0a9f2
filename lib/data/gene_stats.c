/* SPDX-License-Identifier: MIT */
#include "data/gene_stats.h"
#include "core/thread.h"
#include <math.h>
#include <string.h>

enum { MAX_BLOCKS = 8, BLOCK_CELLS = 256 };

static int64_t block_count(int64_t cells)
{
    int64_t blocks = slm_tiles(cells, BLOCK_CELLS);
    return blocks < 1 ? 1 : blocks > MAX_BLOCKS ? MAX_BLOCKS : blocks;
}

typedef struct sum_task {
    const scilama_dataset *d;
    const slm_gene_sums *s;
    int64_t blocks;
    double *sum, *square, *detected; /* [blocks × genes] */
} sum_task;

static inline double value_of(const slm_gene_sums *s, int64_t cell, int64_t gene, float x)
{
    double v = s->value == SLM_STATS_FACTOR ? (double)x * s->factor[cell] : s->value == SLM_STATS_EXPM1 ? expm1((double)x) : (double)x;
    return s->clip && v > s->clip[gene] ? s->clip[gene] : v;
}

static void sum_block(void *arg, int64_t block, int worker)
{
    const sum_task *t = arg;
    const scilama_dataset *d = t->d;
    bool dense = d->storage == SCILAMA_STORAGE_DENSE;
    int64_t from = t->s->n * block / t->blocks, to = t->s->n * (block + 1) / t->blocks;
    double *sum = t->sum + block * d->genes, *square = t->square + block * d->genes;
    double *detected = t->detected ? t->detected + block * d->genes : NULL;
    for (int64_t k = from; k < to; k++) {
        int64_t cell = t->s->cells[k];
        int64_t first = dense ? cell * d->ld : d->indptr[cell], count = dense ? d->genes : d->indptr[cell + 1] - first;
        const float *x = d->values + first;
        for (int64_t i = 0; i < count; i++) {
            int64_t gene = dense ? i : d->indices[first + i];
            double v = value_of(t->s, cell, gene, x[i]);
            sum[gene] += v;
            square[gene] += v * v;
            if (detected) detected[gene] += x[i] > 0;
        }
    }
}

static void fold(double *out, const double *parts, int64_t blocks, int64_t genes)
{
    memcpy(out, parts, (size_t)genes * sizeof *out);
    for (int64_t b = 1; b < blocks; b++)
        for (int64_t g = 0; g < genes; g++) out[g] += parts[b * genes + g];
}

scilama_status slm_gene_sum(const scilama_dataset *d, slm_gene_sums *s, scilama_error *error)
{
    sum_task t = { .d = d, .s = s, .blocks = block_count(s->n) };
    int64_t size = t.blocks * d->genes;
    double *parts = slm_alloc_array_zero(d->ctx, (s->detected ? 3 : 2) * size, sizeof *parts);
    if (!parts) return slm_fail_nomem(error);
    t.sum = parts;
    t.square = parts + size;
    t.detected = s->detected ? parts + 2 * size : NULL;
    slm_parallel(d->ctx, t.blocks, sum_block, &t);
    fold(s->sum, t.sum, t.blocks, d->genes);
    fold(s->square, t.square, t.blocks, d->genes);
    if (s->detected) fold(s->detected, t.detected, t.blocks, d->genes);
    slm_free(d->ctx, parts);
    return SCILAMA_OK;
}

double slm_size_factor(const scilama_dataset *d, int64_t cell, double target)
{
    bool dense = d->storage == SCILAMA_STORAGE_DENSE;
    int64_t first = dense ? cell * d->ld : d->indptr[cell], count = dense ? d->genes : d->indptr[cell + 1] - first;
    double total = 0;
    for (int64_t i = 0; i < count; i++) total += (double)d->values[first + i];
    return total > 0 ? target / total : 1;
}

typedef struct moment_task {
    const slm_design *design;
    const int64_t *cells;
    int64_t n, blocks;
    const double *mean;     /* NULL in the first pass, which sums */
    double *sum, *count;    /* [blocks × genes]; count: values that were visited */
} moment_task;

static void moment_block(void *arg, int64_t block, int worker)
{
    const moment_task *t = arg;
    const slm_design *d = t->design;
    bool csr = d->storage == SLM_DESIGN_CSR;
    int64_t from = t->n * block / t->blocks, to = t->n * (block + 1) / t->blocks;
    double *sum = t->sum + block * d->genes, *count = t->count + block * d->genes;
    for (int64_t k = from; k < to; k++) {
        int64_t cell = t->cells[k];
        int64_t first = csr ? d->indptr[cell] : cell * d->ld, entries = csr ? d->indptr[cell + 1] - first : d->genes;
        for (int64_t i = 0; i < entries; i++) {
            int64_t gene = csr ? d->indices[first + i] : i;
            double x = csr ? (double)d->data[first + i] : (double)d->values[first + (d->column ? d->column[i] : i)];
            if (!(x < 0) && !(x > 0)) continue; /* zeros are counted together, whether stored or not */
            double v = t->mean ? x - t->mean[gene] : x;
            sum[gene] += t->mean ? v * v : v;
            count[gene] += 1;
        }
    }
}

scilama_status slm_design_moments(const slm_design *design, const int64_t *cells, int64_t n, double *mean, double *std, scilama_error *error)
{
    int64_t genes = design->genes;
    moment_task t = { .design = design, .cells = cells, .n = n, .blocks = block_count(n) };
    double *parts = slm_alloc_array_zero(design->ctx, 2 * t.blocks * genes, sizeof *parts);
    double *count = slm_alloc_array(design->ctx, genes, sizeof *count);
    scilama_status status = parts && count ? SCILAMA_OK : slm_fail_nomem(error);
    if (status) goto done;
    t.sum = parts;
    t.count = parts + t.blocks * genes;
    slm_parallel(design->ctx, t.blocks, moment_block, &t);
    fold(mean, t.sum, t.blocks, genes);
    for (int64_t g = 0; g < genes; g++) mean[g] /= (double)n;
    memset(parts, 0, (size_t)(2 * t.blocks * genes) * sizeof *parts);
    t.mean = mean;
    slm_parallel(design->ctx, t.blocks, moment_block, &t);
    fold(std, t.sum, t.blocks, genes);
    fold(count, t.count, t.blocks, genes);
    for (int64_t g = 0; g < genes; g++) {
        double square = std[g] + ((double)n - count[g]) * mean[g] * mean[g];
        double variance = n > 1 ? square / (double)(n - 1) : 0;
        std[g] = variance > 1e-24 * mean[g] * mean[g] ? sqrt(variance) : 1;
    }
done:
    slm_free(design->ctx, parts);
    slm_free(design->ctx, count);
    return status;
}

slm_value_range slm_dataset_range(const scilama_dataset *d)
{
    slm_value_range r = { .integer = true };
    bool dense = d->storage == SCILAMA_STORAGE_DENSE;
    for (int64_t c = 0; c < d->cells; c++) {
        int64_t first = dense ? c * d->ld : d->indptr[c], count = dense ? d->genes : d->indptr[c + 1] - first;
        const float *x = d->values + first;
        float low = 0, high = 0, fraction = 0;
        for (int64_t i = 0; i < count; i++) {
            low = x[i] < low ? x[i] : low;
            high = x[i] > high ? x[i] : high;
            fraction += fabsf(x[i] - floorf(x[i]));
        }
        if (fraction > 0) r.integer = false;
        if (high > r.max) r.max = high;
        if (!(low < r.min)) continue;
        r.min = low;
        r.cell = c;
        for (int64_t i = 0; i < count; i++)
            if (x[i] <= low) r.gene = dense ? i : d->indices[first + i];
    }
    return r;
}
