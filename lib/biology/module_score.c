/* SPDX-License-Identifier: MIT */
#include "core/sort.h"
#include "biology/module_score.h"
#include "biology/adjust.h"
#include "core/rng.h"
#include "core/thread.h"
#include <stdlib.h>

/* What a module does in cells: mean z-score of its genes, per cell (activity), and how alike its genes are beside genes
 * of the same expression (coherence). Expression is read a block of rows at a time, so all of it need not be in memory;
 * z-scores need the moments first, so it is read twice. */

enum { CELLS = 64, STREAM_COHERENCE = SLM_STREAM_ANALYSIS | 7 << 8 };

typedef struct moment_sums { const slm_expression *e; double *sum, *square; } moment_sums;

static void add_moments(void *arg, const slm_rows *rows)
{
    const moment_sums *m = arg;
    for (int64_t k = 0; k < rows->n; k++) {
        const slm_cell c = slm_row_at(rows, k);
        for (int64_t i = 0; i < c.count; i++) {
            int64_t gene = slm_gene_at(&c, i);
            double x = (double)slm_expression_value(m->e, c.cell, c.x[i]);
            m->sum[gene] += x;
            m->square[gene] += x * x;
        }
    }
}

/* Mean and 1 / population deviation of every gene over cells[n] (ascending; NULL = all);
 * 0 for a gene that does not vary. */
static scilama_status moments(const slm_expression *e, const int64_t *cells, int64_t n, double *mean, double *inverse, scilama_error *error)
{
    memset(mean, 0, (size_t)e->genes * sizeof *mean);
    memset(inverse, 0, (size_t)e->genes * sizeof *inverse);
    moment_sums m = { e, mean, inverse };
    scilama_status status = slm_expression_scan(e, cells, n, add_moments, &m, error);
    for (int64_t g = 0; g < e->genes; g++) {
        mean[g] /= (double)n;
        double square = inverse[g] / (double)n, variance = square - mean[g] * mean[g];
        inverse[g] = variance > 1e-12 * square ? 1 / sqrt(variance) : 0;
    }
    return status;
}

typedef struct activity_task {
    const slm_expression *e;
    const int32_t *labels;
    int64_t modules;
    const double *weight;  /* [genes] 1 / (deviation · genes of the module) */
    const double *offset;  /* [modules] activity of a cell of zeros */
    double *row;           /* [threads × modules] */
    float *activity;
    scilama_context *ctx;
    const slm_rows *rows;
} activity_task;

static void score_cells(void *arg, int64_t task, int worker)
{
    const activity_task *t = arg;
    double *row = t->row + worker * t->modules;
    for (int64_t k = task * CELLS; k < t->rows->n && k < (task + 1) * CELLS; k++) {
        const slm_cell c = slm_row_at(t->rows, k);
        memcpy(row, t->offset, (size_t)t->modules * sizeof *row);
        for (int64_t i = 0; i < c.count; i++) {
            int64_t gene = slm_gene_at(&c, i);
            if (t->labels[gene] >= 0) row[t->labels[gene]] += (double)slm_expression_value(t->e, c.cell, c.x[i]) * t->weight[gene];
        }
        for (int64_t m = 0; m < t->modules; m++) t->activity[c.cell * t->modules + m] = (float)row[m];
    }
}

static void score_rows(void *arg, const slm_rows *rows)
{
    activity_task *t = arg;
    t->rows = rows;
    slm_parallel(t->ctx, slm_tiles(rows->n, CELLS), score_cells, t);
}

scilama_status slm_module_activity(scilama_context *ctx, const slm_expression *e, const int32_t *labels, int64_t modules,
                                   float *activity, scilama_error *error)
{
    double *mean = slm_alloc_array(ctx, e->genes, 2 * sizeof *mean), *weight = mean ? mean + e->genes : NULL;
    double *offset = slm_alloc_array_zero(ctx, modules, (size_t)(ctx->threads + 1) * sizeof *offset);
    int64_t *size = slm_alloc_array_zero(ctx, modules, sizeof *size);
    scilama_status status = mean && offset && size ? SCILAMA_OK : slm_fail_nomem(error);
    if (status) goto done;
    if ((status = moments(e, NULL, e->cells, mean, weight, error))) goto done;
    for (int64_t g = 0; g < e->genes; g++)
        if (labels[g] >= 0) size[labels[g]]++;
    for (int64_t g = 0; g < e->genes; g++) {
        if (labels[g] < 0) continue;
        weight[g] /= (double)size[labels[g]];
        offset[labels[g]] -= mean[g] * weight[g];
    }
    for (int64_t m = 0; m < modules; m++)
        if (!size[m]) offset[m] = NAN;
    activity_task t = { e, labels, modules, weight, offset, offset + modules, activity, ctx, NULL };
    status = slm_expression_scan(e, NULL, e->cells, score_rows, &t, error);
done:
    slm_free_all(ctx, mean, offset, size);
    return status;
}

scilama_status slm_module_projection(scilama_context *ctx, const float *cells, int64_t n, const float *genes, int64_t n_genes, int64_t dim,
                                     const int32_t *labels, int64_t modules, float *activity, scilama_error *error)
{
    int64_t size;
    double *centre = slm_mul_size(modules, dim, &size) ? slm_alloc_array_zero(ctx, size, sizeof *centre) : NULL;
    int64_t *count = slm_alloc_array_zero(ctx, modules, sizeof *count);
    scilama_status status = centre && count ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t g = 0; g < n_genes && !status; g++) {
        bool known = labels[g] >= 0;
        for (int64_t l = 0; l < dim && known; l++) known = isfinite(genes[g * dim + l]);
        if (!known) continue;
        count[labels[g]]++;
        for (int64_t l = 0; l < dim; l++) centre[labels[g] * dim + l] += (double)genes[g * dim + l];
    }
    for (int64_t i = 0; i < n && !status; i++)
        for (int64_t m = 0; m < modules; m++) {
            double sum = 0;
            for (int64_t l = 0; l < dim; l++) sum += (double)cells[i * dim + l] * centre[m * dim + l];
            activity[i * modules + m] = count[m] ? (float)(sum / (double)count[m]) : NAN;
        }
    slm_free_all(ctx, centre, count);
    return status;
}

/* --- coherence ------------------------------------------------------------------------------ */

enum { DECILES = 10, TILE = 8, MOST_VALUES = 32 << 20, FEWEST_CELLS = 50 };

/* z-scores by gene of the genes with a label >= -1 over a sample of cells, and which of
 * them belong to which module and decile of mean expression. */
typedef struct sample {
    const slm_expression *e;
    int64_t n, m;             /* cells, genes */
    int64_t *cells, *gene;    /* [n] [m] */
    float *z;                 /* [m × n] */
    double *mean, *inverse;   /* [genes of e] */
    int32_t *place;           /* [genes of e] row of z or -1 */
    int64_t *by_mean;         /* [m] rows of z by rising mean */
    int64_t *decile;          /* [m] of a row */
    int64_t *members, *start; /* [m] rows of z by module; [modules + 1] */
    double *value;            /* [m] scratch; [threads × n] sums behind it */
    int64_t *above;           /* [tasks] */
} sample;

static void sample_free(scilama_context *ctx, sample *s)
{
    void *blocks[] = { s->cells, s->gene, s->z, s->mean, s->inverse, s->place, s->by_mean, s->decile, s->members, s->start, s->value, s->above };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(ctx, blocks[i]);
}

static inline int by_number(const int64_t *x, const int64_t *y) { return (*x > *y) - (*x < *y); }
SLM_SORT_BY(sort_numbers, int64_t, by_number)

static scilama_status choose(scilama_context *ctx, const slm_expression *e, const int32_t *labels, int64_t modules,
                             const scilama_coherence_options *o, sample *s, scilama_error *error)
{
    s->cells = slm_alloc_array(ctx, e->cells, sizeof *s->cells);
    s->gene = slm_alloc_array(ctx, e->genes, sizeof *s->gene);
    s->place = slm_alloc_array(ctx, e->genes, sizeof *s->place);
    s->mean = slm_alloc_array(ctx, e->genes, sizeof *s->mean);
    s->inverse = slm_alloc_array(ctx, e->genes, sizeof *s->inverse);
    s->start = slm_alloc_array_zero(ctx, modules + 2, sizeof *s->start);
    if (!s->cells || !s->gene || !s->place || !s->mean || !s->inverse || !s->start) return slm_fail_nomem(error);
    for (int64_t i = 0; i < e->cells; i++)
        if (!o->cells || o->cells[i]) s->cells[s->n++] = i;
    for (int64_t g = 0; g < e->genes; g++) {
        s->place[g] = labels[g] >= -1 ? (int32_t)s->m : -1;
        if (labels[g] >= -1) s->gene[s->m++] = g;
    }
    if (s->n < 3 || s->m < 2)
        return slm_fail(error, SCILAMA_E_INVALID, "coherence needs 3 cells and 2 genes at least: there are %lld and %lld", (long long)s->n, (long long)s->m);
    slm_rng_seq rng = slm_rng_sequence(o->seed, STREAM_COHERENCE, 0, UINT32_MAX);
    int64_t most = MOST_VALUES / s->m > FEWEST_CELLS ? MOST_VALUES / s->m : FEWEST_CELLS;
    if (most > o->max_cells) most = o->max_cells;
    slm_rng_shuffle(&rng, s->cells, s->n);
    if (s->n > most) s->n = most;
    sort_numbers(s->cells, s->n); /* rows come in file order */
    s->z = slm_alloc_array(ctx, s->m, (size_t)s->n * sizeof *s->z);
    s->by_mean = slm_alloc_array(ctx, s->m, sizeof *s->by_mean);
    s->decile = slm_alloc_array(ctx, s->m, sizeof *s->decile);
    s->members = slm_alloc_array(ctx, s->m, sizeof *s->members);
    s->value = slm_alloc_array(ctx, s->m + ctx->threads * s->n, sizeof *s->value);
    s->above = slm_alloc_array(ctx, slm_tiles(o->permutations, TILE), sizeof *s->above);
    if (!s->z || !s->by_mean || !s->decile || !s->members || !s->value || !s->above) return slm_fail_nomem(error);
    return SCILAMA_OK;
}

static void fill_scores(void *arg, const slm_rows *rows)
{
    sample *s = arg;
    for (int64_t i = 0; i < rows->n; i++) {
        int64_t k = rows->first + i;
        const slm_cell c = slm_row_at(rows, i);
        for (int64_t j = 0; j < c.count; j++) {
            int64_t gene = slm_gene_at(&c, j);
            if (s->place[gene] >= 0)
                s->z[s->place[gene] * s->n + k] = (float)(((double)slm_expression_value(s->e, c.cell, c.x[j]) - s->mean[gene]) * s->inverse[gene]);
        }
    }
}

static scilama_status standardise(const slm_expression *e, sample *s, scilama_error *error)
{
    scilama_status status = moments(e, s->cells, s->n, s->mean, s->inverse, error);
    if (status) return status;
    for (int64_t r = 0; r < s->m; r++)
        for (int64_t k = 0; k < s->n; k++) s->z[r * s->n + k] = (float)(-s->mean[s->gene[r]] * s->inverse[s->gene[r]]);
    s->e = e;
    return slm_expression_scan(e, s->cells, s->n, fill_scores, s, error);
}

static void arrange(const int32_t *labels, int64_t modules, sample *s)
{
    for (int64_t r = 0; r < s->m; r++) {
        s->value[r] = s->mean[s->gene[r]];
        if (labels[s->gene[r]] >= 0) s->start[labels[s->gene[r]] + 2]++;
    }
    slm_order_rising(s->value, s->m, s->by_mean);
    for (int64_t i = 0; i < s->m; i++) s->decile[s->by_mean[i]] = i * DECILES / s->m;
    for (int64_t k = 2; k <= modules + 1; k++) s->start[k] += s->start[k - 1];
    for (int64_t r = 0; r < s->m; r++)
        if (labels[s->gene[r]] >= 0) s->members[s->start[labels[s->gene[r]] + 1]++] = r;
}

/* Mean correlation of pairs of rows: the variance of their sum holds it. */
static double mean_correlation(const double *sum, int64_t n, int64_t genes, double varying)
{
    double square = 0;
    for (int64_t k = 0; k < n; k++) square += sum[k] * sum[k];
    return (square / (double)n - varying) / ((double)genes * (double)(genes - 1));
}

static void add_row(const sample *s, int64_t row, double *sum, double *varying)
{
    const float *z = s->z + row * s->n;
    for (int64_t k = 0; k < s->n; k++) sum[k] += (double)z[k];
    *varying += s->inverse[s->gene[row]] > 0;
}

typedef struct draw { const sample *s; int64_t module, permutations; uint64_t seed; double observed; } draw;

static void draw_sets(void *arg, int64_t task, int worker)
{
    const draw *d = arg;
    const sample *s = d->s;
    const int64_t *members = s->members + s->start[d->module];
    int64_t size = s->start[d->module + 1] - s->start[d->module];
    double *sum = s->value + s->m + worker * s->n;
    s->above[task] = 0;
    for (int64_t b = task * TILE; b < d->permutations && b < (task + 1) * TILE; b++) {
        slm_rng_seq rng = slm_rng_sequence(d->seed, STREAM_COHERENCE, 1, (uint32_t)(d->module * d->permutations + b));
        double varying = 0;
        memset(sum, 0, (size_t)s->n * sizeof *sum);
        for (int64_t i = 0; i < size; i++) {
            int64_t decile = s->decile[members[i]];
            int64_t first = (decile * s->m + DECILES - 1) / DECILES, end = ((decile + 1) * s->m + DECILES - 1) / DECILES;
            add_row(s, s->by_mean[first + slm_rng_below(&rng, end - first)], sum, &varying);
        }
        s->above[task] += mean_correlation(sum, s->n, size, varying) >= d->observed;
    }
}

static void test_module(scilama_context *ctx, const sample *s, int64_t module, const scilama_coherence_options *o, double *coherence, double *p)
{
    int64_t size = s->start[module + 1] - s->start[module], above = 0;
    double *sum = s->value + s->m, varying = 0;
    *coherence = *p = NAN;
    if (size < 2) return;
    memset(sum, 0, (size_t)s->n * sizeof *sum);
    for (int64_t i = s->start[module]; i < s->start[module + 1]; i++) add_row(s, s->members[i], sum, &varying);
    *coherence = mean_correlation(sum, s->n, size, varying);
    draw d = { s, module, o->permutations, o->seed, *coherence };
    int64_t tasks = slm_tiles(o->permutations, TILE);
    slm_parallel(ctx, tasks, draw_sets, &d);
    for (int64_t t = 0; t < tasks; t++) above += s->above[t];
    *p = (double)(above + 1) / (double)(o->permutations + 1);
}

scilama_status slm_module_coherence(scilama_context *ctx, const slm_expression *e, const int32_t *labels, int64_t modules,
                                    const scilama_coherence_options *o, double *coherence, double *p, double *fdr, scilama_error *error)
{
    sample s = { 0 };
    double *own = slm_alloc_array(ctx, modules, 2 * sizeof *own);
    int64_t *order = slm_alloc_array(ctx, modules, sizeof *order);
    scilama_status status = own && order ? choose(ctx, e, labels, modules, o, &s, error) : slm_fail_nomem(error);
    if (!status) status = standardise(e, &s, error);
    if (!status) arrange(labels, modules, &s);
    for (int64_t m = 0; m < modules && !status; m++) {
        if (slm_cancelled(ctx)) status = slm_fail_cancelled(error);
        else test_module(ctx, &s, m, o, own + m, own + modules + m);
    }
    if (!status && coherence) memcpy(coherence, own, (size_t)modules * sizeof *own);
    if (!status && p) memcpy(p, own + modules, (size_t)modules * sizeof *own);
    if (!status && fdr) slm_p_adjust(own + modules, modules, fdr, order);
    sample_free(ctx, &s);
    slm_free_all(ctx, own, order);
    return status;
}
