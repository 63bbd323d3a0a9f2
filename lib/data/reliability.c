/* SPDX-License-Identifier: MIT */
#include "data/reliability.h"
#include "data/gene_stats.h"
#include "data/prepare.h"

enum { CELLS = 16384, EXACT = 16 };

/* f of one half, its square, and the product of both halves' f: expected, for f(a) = log(1 + scale a). */
typedef struct moments { double mean, square, cross; } moments;

typedef struct task {
    const slm_halves *h;
    slm_column batch;
    int64_t genes, batches; /* wanted genes */
    int64_t *place;         /* [genes of the matrix] among these; -1 = not wanted */
    moments *parts;         /* [blocks × genes]; mean is not used */
    double *sums;           /* [blocks × batches × genes] of f */
    double part_of[EXACT + 1][EXACT + 1]; /* [x][a]: probability of a of x counts */
} task;

static void fill_binomials(task *t)
{
    t->part_of[0][0] = 1;
    for (int x = 1; x <= EXACT; x++)
        for (int a = 0; a <= x; a++)
            t->part_of[x][a] = ((a ? t->part_of[x - 1][a - 1] : 0) + (a < x ? t->part_of[x - 1][a] : 0)) / 2;
}

static moments halves_of(const task *t, double x, double scale)
{
    if (x > EXACT) { /* to the second order around x / 2, where the variance is x / 4 */
        double f = log1p(scale * x / 2), slope = scale / (1 + scale * x / 2), bend = -slope * slope, v = x / 4;
        return (moments){ f + bend * v / 2, f * f + (slope * slope + f * bend) * v, f * f + (f * bend - slope * slope) * v };
    }
    int n = (int)lround(x);
    double f[EXACT + 1] = { 0 };
    moments m = { 0, 0, 0 };
    for (int a = 1; a <= n; a++) f[a] = log1p(scale * a);
    for (int a = 1; a <= n; a++) {
        double p = t->part_of[n][a];
        m.mean += p * f[a];
        m.square += p * f[a] * f[a];
        m.cross += p * f[a] * f[n - a];
    }
    return m;
}

/* Cells without a batch are one of their own. */
static int64_t batch_of(const task *t, int64_t cell)
{
    int32_t code = t->h->batch ? t->batch.codes[cell] : 0;
    return code < 0 ? t->batches - 1 : code;
}

static void add_row(void *arg, int64_t block, const slm_cell *c)
{
    task *t = arg;
    moments *part = t->parts + block * t->genes;
    double *sum = t->sums + (block * t->batches + batch_of(t, c->cell)) * t->genes;
    double scale = 2 * slm_size_factor_of(c->x, c->count, t->h->target);
    for (int64_t i = 0; i < c->count; i++) {
        int64_t g = t->place[slm_gene_at(c, i)];
        if (!(c->x[i] > 0) || g < 0) continue;
        moments m = halves_of(t, (double)c->x[i], scale);
        sum[g] += m.mean;
        part[g].square += m.square;
        part[g].cross += m.cross;
    }
}

double slm_reliability_error(int64_t n) { return 2 / sqrt((double)(n < CELLS ? n : CELLS)); }

scilama_status slm_gene_reliability(const scilama_dataset *d, const slm_halves *h, scilama_error *error)
{
    SLM_SCOPE(scope, d->ctx);
    int64_t n = h->n < CELLS ? h->n : CELLS, blocks = slm_row_blocks(n);
    task t = { .h = h, .batches = h->batch ? h->batch->categories.count + 1 : 1 };
    t.place = slm_scope_array(&scope, d->genes, sizeof *t.place);
    for (int64_t g = 0; g < d->genes && t.place; g++) t.place[g] = !h->wanted || h->wanted[g] ? t.genes++ : -1;
    int64_t *cells = slm_scope_array(&scope, n, sizeof *cells);
    double *size = slm_scope_zeros(&scope, t.batches, sizeof *size);
    t.parts = slm_scope_zeros(&scope, blocks * t.genes, sizeof *t.parts);
    t.sums = slm_scope_zeros(&scope, blocks * t.batches * t.genes, sizeof *t.sums);
    if (scope.failed) return slm_fail_nomem(error);
    if (h->batch) SLM_TRY(slm_column_hold(&scope, d, h->batch, &t.batch, error));
    for (int64_t i = 0; i < n; i++) {
        cells[i] = h->cells[h->n * i / n];
        size[batch_of(&t, cells[i])] += 1;
    }
    fill_binomials(&t);
    SLM_TRY(slm_scan_blocks(d, cells, n, add_row, &t, error));
    for (int64_t gene = 0; gene < d->genes; gene++) {
        int64_t g = t.place[gene];
        double square = 0, cross = 0, of_means = 0;
        h->reliability[gene] = 0;
        if (g < 0) continue;
        for (int64_t k = 0; k < blocks; k++) {
            square += t.parts[k * t.genes + g].square;
            cross += t.parts[k * t.genes + g].cross;
        }
        for (int64_t b = 0; b < t.batches; b++) {
            double sum = 0;
            for (int64_t k = 0; k < blocks; k++) sum += t.sums[(k * t.batches + b) * t.genes + g];
            if (size[b] > 0) of_means += sum * sum / size[b];
        }
        double variance = square - of_means, r = variance > 1e-14 * square ? (cross - of_means) / variance : 0;
        if (r > 0) h->reliability[gene] = 2 * r / (1 + r);
    }
    return SCILAMA_OK;
}
