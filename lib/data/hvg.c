/* SPDX-License-Identifier: MIT */
#include "core/sort.h"
#include "data/hvg.h"
#include "data/loess.h"
#include <stdlib.h>

/* Highly variable genes as scanpy finds them: "seurat" by binned dispersions, "seurat_v3" by the variance of counts standardised by
 * a loess trend; within batches, ranks are combined. Ties are broken by name, so that the order of genes changes nothing. */

/* A gene's place in the ranking: descending `first`, then `second`, then name. */
typedef struct entry { double first, second; const char *name; int64_t gene; } entry;

static inline int by_rank(const entry *p, const entry *q)
{
    if (p->first < q->first || p->first > q->first) return p->first > q->first ? -1 : 1;
    if (p->second < q->second || p->second > q->second) return p->second > q->second ? -1 : 1;
    int name = p->name ? strcmp(p->name, q->name) : 0;
    return name ? name : p->gene < q->gene ? -1 : p->gene > q->gene;
}

SLM_SORT_BY(sort_ranks, entry, by_rank)

typedef struct work {
    const scilama_dataset *d;
    const slm_hvg *h;
    int64_t genes, candidates;
    int64_t *cells;      /* of the batch at hand */
    double *sum, *square, *score, *a, *b, *c; /* [genes] */
    entry *entries;      /* [genes] */
} work;

static scilama_status work_make(slm_scope *scope, work *w, const scilama_dataset *d, const slm_hvg *h, scilama_error *error)
{
    *w = (work){ .d = d, .h = h, .genes = d->genes };
    w->cells = slm_scope_array(scope, h->n, sizeof *w->cells);
    w->sum = slm_scope_array(scope, d->genes, 6 * sizeof *w->sum);
    w->entries = slm_scope_array(scope, d->genes, sizeof *w->entries);
    if (scope->failed) return slm_fail_nomem(error);
    for (int64_t g = 0; g < d->genes; g++) w->candidates += h->candidate[g] != 0;
    w->square = w->sum + d->genes;
    w->score = w->square + d->genes;
    w->a = w->score + d->genes;
    w->b = w->a + d->genes;
    w->c = w->b + d->genes;
    return SCILAMA_OK;
}

static const char *name_of(const work *w, int64_t gene) { return w->d->named_genes ? slm_string(&w->d->gene_names, gene) : NULL; }

/* Mean into sum and variance (n - 1) into square; what is only rounding becomes 0. */
static void to_moments(work *w, int64_t n)
{
    for (int64_t g = 0; g < w->genes; g++) {
        double mean = w->sum[g] / (double)n, variance = (w->square[g] - w->sum[g] * mean) / (double)(n - 1);
        w->sum[g] = mean;
        w->square[g] = variance > 1e-14 * mean * mean ? variance : 0;
    }
}

/* seurat_v3: variance of counts standardised by the loess trend of log10 variance on
 * log10 mean, clipped at sqrt(n) deviations (Stuart et al., Cell 2019). */
static scilama_status score_v3(work *w, int64_t n, scilama_error *error)
{
    const slm_hvg *h = w->h;
    int64_t points = 0;
    slm_gene_sums s = { .cells = w->cells, .n = n, .value = SLM_STATS_RAW, .sum = w->sum, .square = w->square };
    scilama_status status = SCILAMA_OK;
    if (h->sum && !h->batch) {
        memcpy(w->sum, h->sum, (size_t)w->genes * sizeof *w->sum);
        memcpy(w->square, h->square, (size_t)w->genes * sizeof *w->square);
    } else if ((status = slm_gene_sum(w->d, &s, error))) return status;
    to_moments(w, n);
    double *x = w->a, *y = w->b, *fitted = w->score;
    for (int64_t g = 0; g < w->genes; g++) {
        if (!h->eligible[g] || !(w->square[g] > 0)) continue;
        x[points] = log10(w->sum[g]);
        y[points++] = log10(w->square[g]);
    }
    SLM_TRY(slm_loess(w->d->ctx, x, y, points, 0.3, fitted, error));
    double *mean = w->a, *std = w->b, *clip = w->c;
    /* back from points to genes, from the last so that nothing is overwritten */
    for (int64_t g = w->genes; g-- > 0;) {
        bool fit = h->eligible[g] && w->square[g] > 0;
        std[g] = fit ? sqrt(pow(10, fitted[--points])) : 1;
        mean[g] = w->sum[g];
        clip[g] = std[g] * sqrt((double)n) + mean[g];
    }
    s.clip = clip;
    SLM_TRY(slm_gene_sum(w->d, &s, error));
    for (int64_t g = 0; g < w->genes; g++)
        w->score[g] = ((double)n * mean[g] * mean[g] + w->square[g] - 2 * w->sum[g] * mean[g]) / ((double)(n - 1) * std[g] * std[g]);
    return SCILAMA_OK;
}

enum { BINS = 20 };

/* The bin (edge, next edge] of a value among 20 of equal width. */
static int bin_of(const double *edges, double value)
{
    int bin = 0;
    while (bin < BINS - 1 && value > edges[bin + 1]) bin++;
    return bin;
}

/* seurat: dispersion (variance / mean) of unlogged values, log, standardised within
 * bins of log mean (Satija et al., Nat. Biotechnol. 2015). NaN: constant or, in a
 * batch, absent genes. */
static scilama_status score_seurat(work *w, int64_t n, scilama_error *error)
{
    const slm_hvg *h = w->h;
    double *mean = w->a, *dispersion = w->b, *detected = w->c, edges[BINS + 1], low = INFINITY, high = -INFINITY;
    slm_gene_sums s = { .cells = w->cells, .n = n, .value = h->value, .factor = h->factor, .sum = w->sum, .square = w->square, .detected = detected };
    SLM_TRY(slm_gene_sum(w->d, &s, error));
    to_moments(w, n);
    for (int64_t g = 0; g < w->genes; g++) {
        double m = w->sum[g] > 0 ? w->sum[g] : 1e-12;
        mean[g] = log1p(m);
        dispersion[g] = w->square[g] > 0 ? log(w->square[g] / m) : NAN;
        w->score[g] = NAN;
        if (!h->eligible[g] || (h->batch && !(detected[g] > 0))) mean[g] = NAN;
        low = mean[g] < low ? mean[g] : low;
        high = mean[g] > high ? mean[g] : high;
    }
    for (int i = 0; i <= BINS; i++) edges[i] = low + (high - low) / BINS * i;
    edges[BINS] = high;
    double count[BINS] = { 0 }, average[BINS] = { 0 }, square[BINS] = { 0 };
    for (int64_t g = 0; g < w->genes; g++) {
        if (isnan(mean[g]) || isnan(dispersion[g])) continue;
        int bin = bin_of(edges, mean[g]);
        count[bin]++;
        average[bin] += dispersion[g];
    }
    for (int b = 0; b < BINS; b++) average[b] /= count[b] > 0 ? count[b] : 1;
    for (int64_t g = 0; g < w->genes; g++) {
        if (isnan(mean[g]) || isnan(dispersion[g])) continue;
        int bin = bin_of(edges, mean[g]);
        square[bin] += (dispersion[g] - average[bin]) * (dispersion[g] - average[bin]);
    }
    for (int64_t g = 0; g < w->genes; g++) {
        if (isnan(mean[g]) || isnan(dispersion[g])) continue;
        int bin = bin_of(edges, mean[g]);
        if (count[bin] < 2) w->score[g] = 1; /* alone in its bin */
        else if (square[bin] > 0) w->score[g] = (dispersion[g] - average[bin]) / sqrt(square[bin] / (count[bin] - 1));
    }
    return SCILAMA_OK;
}

static scilama_status score(work *w, int64_t n, scilama_error *error)
{
    return w->h->flavour == SCILAMA_HVG_SEURAT_V3 ? score_v3(w, n, error) : score_seurat(w, n, error);
}

/* Candidates into entries by descending score; NaN stays out. */
static int64_t rank(work *w)
{
    int64_t n = 0;
    for (int64_t g = 0; g < w->genes; g++)
        if (w->h->candidate[g] && !isnan(w->score[g])) w->entries[n++] = (entry){ w->score[g], 0, name_of(w, g), g };
    sort_ranks(w->entries, n);
    return n;
}

static inline int by_value(const double *p, const double *q) { return *p < *q ? -1 : *p > *q; }
SLM_SORT_BY(sort_values, double, by_value)

static double median(double *values, int64_t n)
{
    sort_values(values, n);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Per batch: is a gene among the top, and its rank (v3) or score (seurat). Then v3
 * ranks by the median rank among batches where it is on top, seurat by the number
 * of such batches and the mean score. */
static scilama_status select_batched(work *w, unsigned char *selected, scilama_error *error)
{
    const slm_hvg *h = w->h;
    scilama_context *ctx = w->d->ctx;
    bool v3 = h->flavour == SCILAMA_HVG_SEURAT_V3;
    int64_t batches = h->batch->categories.count, used = 0, kept = 0;
    SLM_SCOPE(scope, ctx);
    slm_column batch;
    SLM_TRY(slm_column_hold(&scope, w->d, h->batch, &batch, error));
    double *ranks = slm_scope_array(&scope, w->genes, (size_t)(batches + 1) * sizeof *ranks); /* [genes × batches], then one row */
    double *total = slm_scope_zeros(&scope, w->genes, 3 * sizeof *total), *seen = total + w->genes, *tops = seen + w->genes;
    if (scope.failed) return slm_fail_nomem(error);
    for (int64_t b = 0; b < batches; b++) {
        int64_t n = 0;
        for (int64_t i = 0; i < h->n; i++)
            if (batch.codes[h->cells[i]] == b) w->cells[n++] = h->cells[i];
        if (n < 2) continue;
        if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
        SLM_TRY(score(w, n, error));
        int64_t ranked = rank(w);
        for (int64_t g = 0; g < w->genes; g++) {
            ranks[g * batches + used] = NAN;
            /* a gene that a batch lacks counts as average there; a constant one not at all */
            bool absent = !v3 && !(w->c[g] > 0);
            total[g] += isnan(w->score[g]) ? 0 : w->score[g];
            seen[g] += absent || !isnan(w->score[g]);
        }
        double cutoff = ranked ? w->entries[ranked < h->top ? ranked - 1 : h->top - 1].first : 0;
        for (int64_t i = 0; i < ranked; i++) {
            bool top = v3 ? i < h->top : w->entries[i].first >= cutoff;
            if (!top) continue;
            ranks[w->entries[i].gene * batches + used] = (double)i;
            tops[w->entries[i].gene]++;
        }
        used++;
    }
    double *row = ranks + w->genes * batches;
    for (int64_t g = 0; g < w->genes; g++) {
        if (!h->candidate[g]) continue;
        int64_t n = 0;
        for (int64_t b = 0; b < used; b++)
            if (!isnan(ranks[g * batches + b])) row[n++] = ranks[g * batches + b];
        entry e = { .name = name_of(w, g), .gene = g };
        e.first = v3 ? (n ? -median(row, n) : -INFINITY) : tops[g];
        e.second = v3 ? tops[g] : seen[g] > 0 ? total[g] / seen[g] : -INFINITY;
        w->entries[kept++] = e;
    }
    sort_ranks(w->entries, kept);
    for (int64_t i = 0; i < kept && i < h->top; i++) selected[w->entries[i].gene] = 1;
    return SCILAMA_OK;
}

scilama_status slm_hvg_select(const scilama_dataset *d, const slm_hvg *h, unsigned char *selected, scilama_error *error)
{
    SLM_SCOPE(scope, d->ctx);
    work w;
    memset(selected, 0, (size_t)d->genes);
    SLM_TRY(work_make(&scope, &w, d, h, error));
    if (w.candidates <= h->top || h->n < 2) { /* nothing to choose */
        memcpy(selected, h->candidate, (size_t)d->genes);
        return SCILAMA_OK;
    }
    if (h->batch) return select_batched(&w, selected, error);
    memcpy(w.cells, h->cells, (size_t)h->n * sizeof *w.cells);
    SLM_TRY(score(&w, h->n, error));
    int64_t ranked = rank(&w);
    for (int64_t i = 0; i < ranked && i < h->top; i++) selected[w.entries[i].gene] = 1;
    return SCILAMA_OK;
}
