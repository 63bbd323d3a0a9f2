/* SPDX-License-Identifier: MIT */
#include "biology/gene_space.h"
#include "biology/gene_prediction.h"
#include "core/rng.h"
#include "core/thread.h"
#include "linalg/gemm.h"

/* Loadings of genes with the vectors themselves beside them: the squared distance of two genes is
 *   |θ_g - θ_h|² / D + w (1 - K_gh),
 * θ their loadings (gene_loadings.c), D the mean of |θ_g - θ_h|² over pairs, K the mean over tables of the cosine of their centred vectors.
 * w is the one of WEIGHT with which the NEIGHBORS nearest genes, found in half of the cells, gain most correlation in the other half, by
 * that half of the two which gains less: where vectors tell nothing of the cells, it is 0. */

enum { NEIGHBORS = 15, WEIGHTS = 6, TILE = 32, LEAST_CELLS = 40, LEAST_GENES = 2 * NEIGHBORS, STREAM_SPACE = SLM_STREAM_ANALYSIS | 12 << 8 };
static const double WEIGHT[WEIGHTS] = { 0, 0.05, 0.1, 0.2, 0.4, 0.8 };

/* Of the genes that vary in both halves: loadings in one, values in the other. */
typedef struct halves {
    int64_t n, k, width, cells;  /* genes, loadings, numbers of their vectors, cells of the other half */
    float *theta, *v, *z;        /* [n × k], [n × width] as in the space of weight 2, [n × cells] of mean 0 and length 1 */
    double *square;              /* [n] |θ|² */
    double spread;               /* D */
    float *products;             /* [threads × 2 × TILE × n] */
    double *sums;                /* [tiles × WEIGHTS] correlations of neighbours */
} halves;

/* [genes × Σ widths] each table centred and of length 1 / √tables; a gene that a table lacks has a direction of its own there, at random,
 * and so is as far from all. */
static void place_vectors(const slm_kernel_table *tables, int64_t n_tables, int64_t genes, int64_t width, uint64_t seed, double *mean, float *v)
{
    slm_rng_seq rng = slm_rng_sequence(seed, STREAM_SPACE, 0, 1);
    for (int64_t t = 0, first = 0; t < n_tables; first += tables[t++].width) {
        int64_t d = tables[t].width, count = 0;
        memset(mean, 0, (size_t)d * sizeof *mean);
        for (int pass = 0; pass < 2; pass++)
            for (int64_t g = 0; g < genes; g++) {
                const float *row = tables[t].rows + g * d;
                float *to = v + g * width + first;
                double whole = 0, squares = 0;
                for (int64_t j = 0; j < d; j++) whole += (double)row[j] * (double)row[j];
                bool there = whole > 0 && isfinite(whole);
                if (!pass) {
                    count += there;
                    for (int64_t j = 0; j < d && there; j++) mean[j] += (double)row[j];
                    continue;
                }
                for (int64_t j = 0; j < d && there; j++) squares += ((double)row[j] - mean[j] / (double)count) * ((double)row[j] - mean[j] / (double)count);
                there = there && squares > 1e-12 * whole; /* the mean itself tells nothing */
                for (int64_t j = 0; j < d; j++)
                    to[j] = there ? (float)(((double)row[j] - mean[j] / (double)count) / sqrt(squares * (double)n_tables))
                                  : (float)((slm_rng_below(&rng, 2) ? 1 : -1) / sqrt((double)(d * n_tables)));
            }
    }
}

/* D, in closed form. */
static double mean_distance(const float *theta, const int64_t *gene, int64_t n, int64_t k)
{
    double all = 0;
    for (int64_t a = 0; a < k; a++) {
        double sum = 0, squares = 0;
        for (int64_t i = 0; i < n; i++) {
            double x = (double)theta[(gene ? gene[i] : i) * k + a];
            sum += x;
            squares += x * x;
        }
        all += squares / (double)n - sum / (double)n * (sum / (double)n);
    }
    return 2 * all;
}

/* Values of a gene in other cells, cut as for loadings, of mean 0 and length 1; false where they do not vary. */
static bool place_values(const float *x, int64_t ld, const int64_t *cell, int64_t n, float *z)
{
    double mean, scale;
    for (int64_t c = 0; c < n; c++) z[c] = x[cell[c] * ld];
    if (!((scale = slm_gene_moments(z, 1, n, &mean)) > 0)) return false;
    for (int64_t c = 0; c < n; c++) z[c] = (float)fmin(((double)z[c] - mean) * scale, SLM_GENE_MOST);
    scale = slm_gene_moments(z, 1, n, &mean) / sqrt((double)n);
    for (int64_t c = 0; c < n; c++) z[c] = (float)(((double)z[c] - mean) * scale);
    return true;
}

/* The NEIGHBORS least of distance [n] but `self`, equal ones by number. */
static void nearest(const float *distance, int64_t n, int64_t self, int64_t *out)
{
    int64_t count = 0;
    for (int64_t j = 0; j < n; j++) {
        if (j == self || (count == NEIGHBORS && distance[j] >= distance[out[count - 1]])) continue;
        int64_t at = count < NEIGHBORS ? count++ : count - 1;
        for (; at > 0 && distance[j] < distance[out[at - 1]]; at--) out[at] = out[at - 1];
        out[at] = j;
    }
}

static void score_tile(void *arg, int64_t task, int worker)
{
    const halves *h = arg;
    int64_t first = task * TILE, rows = slm_tile_end(task, TILE, h->n) - first, near[NEIGHBORS];
    float *theta = h->products + worker * 2 * TILE * h->n, *v = theta + TILE * h->n;
    slm_sgemm_serial(false, true, rows, h->n, h->k, 1, h->theta + first * h->k, h->k, h->theta, h->k, 0, theta, h->n);
    slm_sgemm_serial(false, true, rows, h->n, h->width, 1, h->v + first * h->width, h->width, h->v, h->width, 0, v, h->n);
    for (int64_t r = 0; r < rows; r++) {
        float *apart = theta + r * h->n, *alike = v + r * h->n, *z = h->z + (first + r) * h->cells;
        for (int64_t j = 0; j < h->n; j++) apart[j] = (float)((h->square[first + r] + h->square[j] - 2 * (double)apart[j]) / h->spread);
        for (int w = 0; w < WEIGHTS; w++) {
            float step = (float)(w ? WEIGHT[w] - WEIGHT[w - 1] : 0);
            for (int64_t j = 0; j < h->n && w; j++) apart[j] += step * (1 - alike[j]);
            nearest(apart, h->n, first + r, near);
            for (int i = 0; i < NEIGHBORS; i++) {
                const float *other = h->z + near[i] * h->cells;
                float product = 0;
                for (int64_t c = 0; c < h->cells; c++) product += z[c] * other[c];
                h->sums[task * WEIGHTS + w] += (double)product;
            }
        }
    }
}

/* Loadings of the cells here[n_here] and values of there[n_there]: the mean correlation of neighbours, score [WEIGHTS]; zeros where there is nothing to tell. */
static scilama_status judge(scilama_context *ctx, const float *expression, int64_t genes, int64_t ld, const slm_kernel_table *tables, int64_t n_tables,
                            const scilama_loading_options *o, const float *v, int64_t width, const int64_t *here, int64_t n_here,
                            const int64_t *there, int64_t n_there, double *score, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    halves h = { .k = o->components, .width = width, .cells = n_there };
    float *x = slm_scope_array(&work, n_here * genes, sizeof *x), *theta = slm_scope_array(&work, genes, (size_t)h.k * sizeof *theta);
    int64_t tiles = slm_tiles(genes, TILE);
    h.theta = slm_scope_array(&work, genes, (size_t)h.k * sizeof *h.theta);
    h.v = slm_scope_array(&work, genes, (size_t)width * sizeof *h.v);
    h.z = slm_scope_array(&work, genes, (size_t)n_there * sizeof *h.z);
    h.square = slm_scope_zeros(&work, genes, sizeof *h.square);
    h.products = slm_scope_array(&work, genes * ctx->threads, 2 * TILE * sizeof *h.products);
    h.sums = slm_scope_zeros(&work, tiles, WEIGHTS * sizeof *h.sums);
    scilama_loading_report report;
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t c = 0; c < n_here; c++) memcpy(x + c * genes, expression + here[c] * ld, (size_t)genes * sizeof *x);
    scilama_status status = slm_gene_loadings(ctx, x, n_here, genes, genes, tables, n_tables, o, theta, &report, error);
    if (status == SCILAMA_E_INVALID) slm_error_clear(error); /* too few genes vary in so few cells: there is nothing to choose by */
    if (status) return status == SCILAMA_E_INVALID ? SCILAMA_OK : status;
    for (int64_t g = 0; g < genes; g++) {
        if (!isfinite(theta[g * h.k]) || !place_values(expression + g, ld, there, n_there, h.z + h.n * n_there)) continue;
        memcpy(h.theta + h.n * h.k, theta + g * h.k, (size_t)h.k * sizeof *theta);
        memcpy(h.v + h.n * width, v + g * width, (size_t)width * sizeof *v);
        for (int64_t a = 0; a < h.k; a++) h.square[h.n] += (double)theta[g * h.k + a] * (double)theta[g * h.k + a];
        h.n++;
    }
    h.spread = h.n ? mean_distance(h.theta, NULL, h.n, h.k) : 0;
    if (h.n < LEAST_GENES || !(h.spread > 0)) return SCILAMA_OK;
    slm_parallel(ctx, slm_tiles(h.n, TILE), score_tile, &h);
    for (int64_t t = 0; t < tiles; t++)
        for (int w = 0; w < WEIGHTS; w++) score[w] += h.sums[t * WEIGHTS + w] / (double)(h.n * NEIGHBORS);
    return SCILAMA_OK;
}

/* Both halves of the cells judge what the other finds. */
static scilama_status choose_weight(scilama_context *ctx, const float *expression, int64_t cells, int64_t genes, int64_t ld, const slm_kernel_table *tables, int64_t n_tables,
                                    const scilama_loading_options *o, const float *v, int64_t width, double *weight, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    int64_t *order = slm_scope_array(&work, cells, sizeof *order), half = cells / 2;
    double score[2][WEIGHTS] = { { 0 } }, most = 0;
    *weight = 0;
    if (!order) return slm_fail_nomem(error);
    if (cells < LEAST_CELLS) return SCILAMA_OK;
    slm_rng_seq rng = slm_rng_sequence(o->seed, STREAM_SPACE, 0, 0);
    for (int64_t c = 0; c < cells; c++) order[c] = c;
    slm_rng_shuffle(&rng, order, cells);
    SLM_TRY(judge(ctx, expression, genes, ld, tables, n_tables, o, v, width, order, half, order + half, cells - half, score[0], error));
    SLM_TRY(judge(ctx, expression, genes, ld, tables, n_tables, o, v, width, order + half, cells - half, order, half, score[1], error));
    for (int w = 1; w < WEIGHTS; w++) {
        double gain = fmin(score[0][w] - score[0][0], score[1][w] - score[1][0]);
        if (gain > most) *weight = WEIGHT[w], most = gain;
    }
    return SCILAMA_OK;
}

scilama_status slm_gene_space(scilama_context *ctx, const float *expression, int64_t cells, int64_t genes, int64_t ld,
                              const slm_kernel_table *tables, int64_t n_tables, const scilama_loading_options *o,
                              float *space, scilama_loading_report *report, scilama_error *error)
{
    int64_t k = o->components, width = 0, widest = 0, known = 0;
    for (int64_t t = 0; t < n_tables; t++) {
        width += tables[t].width;
        if (tables[t].width > widest) widest = tables[t].width;
    }
    SLM_SCOPE(work, ctx);
    float *theta = slm_scope_array(&work, genes, (size_t)k * sizeof *theta), *v = slm_scope_array(&work, genes, (size_t)width * sizeof *v);
    int64_t *gene = slm_scope_array(&work, genes, sizeof *gene);
    double *mean = slm_scope_array(&work, widest, sizeof *mean);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(slm_gene_loadings(ctx, expression, cells, genes, ld, tables, n_tables, o, theta, report, error));
    place_vectors(tables, n_tables, genes, width, o->seed, mean, v);
    if (n_tables) SLM_TRY(choose_weight(ctx, expression, cells, genes, ld, tables, n_tables, o, v, width, &report->weight, error));
    for (int64_t g = 0; g < genes; g++)
        if (isfinite(theta[g * k])) gene[known++] = g;
    double scale = sqrt(report->weight * mean_distance(theta, gene, known, k) / 2);
    for (int64_t g = 0; g < genes; g++) {
        float *row = space + g * (k + width);
        memcpy(row, theta + g * k, (size_t)k * sizeof *row);
        for (int64_t j = 0; j < width; j++) row[k + j] = isfinite(theta[g * k]) ? (float)(scale * (double)v[g * width + j]) : NAN;
    }
    return SCILAMA_OK;
}
