/* SPDX-License-Identifier: MIT */
#include "biology/gene_prediction.h"
#include "core/rng.h"
#include "linalg/principal.h"
#include "linalg/rank.h"

/* Genes held out: their expression from their vectors, by the genes that stay. */

enum { STREAM_HOLDOUT = SLM_STREAM_ANALYSIS | 10 << 8 };
enum { WEIGH = 1024, WEIGH_FEW = 512, FEW_CELLS = 1000 }; /* genes by which several tables are weighed; where a look at few cells is to be quick */

enum { KERNEL, SHUFFLED, RIDGE, NEAREST, CEILING, MEAN, WAYS };

typedef struct holdout {
    scilama_context *ctx;
    const scilama_holdout_options *o;
    const slm_kernel_table *tables;
    int64_t n_tables, cells, genes, kept, out, k; /* k: directions in the space of cells */
    float *z;                /* [genes × cells] each of mean 0 and deviation 1 */
    float *centred;          /* [genes × cells] what the axes are found on */
    int64_t *order;          /* [genes] those kept, then those held out */
    slm_kernel_table arranged[2][16]; /* true, shuffled: rows in that order */
    float *targets, *predicted, *row; /* [genes × k] coordinates, [genes × k], [cells] */
    double *variance, *axes; /* [k], [k × cells] */
    double *r[WAYS];         /* [genes] correlations of the round */
} holdout;

double slm_gene_moments(const float *x, int64_t ld, int64_t n, double *mean)
{
    double squares = 0;
    *mean = 0;
    for (int64_t c = 0; c < n; c++) *mean += (double)x[c * ld] / (double)n;
    for (int64_t c = 0; c < n; c++) squares += ((double)x[c * ld] - *mean) * ((double)x[c * ld] - *mean);
    return squares > 1e-12 * (double)n * *mean * *mean && squares > 0 ? sqrt((double)n / squares) : 0;
}

static void standardise(holdout *h, const float *x, int64_t ld)
{
    for (int64_t g = 0; g < h->genes; g++) {
        double mean, scale = slm_gene_moments(x + g, ld, h->cells, &mean);
        float *z = h->z + g * h->cells;
        for (int64_t c = 0; c < h->cells; c++) z[c] = (float)fmin(((double)x[c * ld + g] - mean) * scale, SLM_GENE_MOST);
    }
}

static bool has_vector(const holdout *h, int64_t gene)
{
    for (int64_t t = 0; t < h->n_tables; t++) {
        const float *row = h->tables[t].rows + gene * h->tables[t].width;
        double squares = 0;
        for (int64_t i = 0; i < h->tables[t].width; i++) squares += (double)row[i] * (double)row[i];
        if (squares > 0 && isfinite(squares)) return true;
    }
    return false;
}

/* Draws the genes to hold out and copies vectors in the new order; shuffled ones are dealt anew
 * among the genes that have one. */
static scilama_status draw(holdout *h, int64_t round, scilama_error *error)
{
    slm_rng_seq rng = slm_rng_sequence(h->o->seed, STREAM_HOLDOUT, 0, (uint32_t)round);
    int64_t *with = slm_alloc_array(h->ctx, h->genes, sizeof *with), n = 0, kept = 0;
    uint8_t *away = slm_alloc_array_zero(h->ctx, h->genes, 1);
    scilama_status status = with && away ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t g = 0; g < h->genes && !status; g++)
        if (has_vector(h, g)) with[n++] = g;
    h->out = (int64_t)(h->o->fraction * (double)h->genes + 0.5);
    if (h->out > n / 2) h->out = n / 2;
    if (!status && h->out < 3) status = slm_fail(error, SCILAMA_E_INVALID, "%" PRId64 " of %" PRId64 " genes have a vector: too few to hold some out", n, h->genes);
    if (!status) slm_rng_shuffle(&rng, with, n);
    for (int64_t i = 0; i < h->out && !status; i++) away[with[i]] = 1;
    h->kept = h->genes - h->out;
    for (int64_t g = 0, out = 0; g < h->genes && !status; g++) h->order[away[g] ? h->kept + out++ : kept++] = g;
    for (int64_t t = 0; t < h->n_tables && !status; t++) {
        int64_t d = h->tables[t].width, m = 0;
        float *rows = (float *)h->arranged[0][t].rows, *dealt = (float *)h->arranged[1][t].rows;
        for (int64_t i = 0; i < h->genes; i++) {
            memcpy(rows + i * d, h->tables[t].rows + h->order[i] * d, (size_t)d * sizeof *rows);
            bool there = true;
            for (int64_t j = 0; j < d && there; j++) there = isfinite(rows[i * d + j]) != 0;
            if (there) with[m++] = i;
        }
        memcpy(dealt, rows, (size_t)(h->genes * d) * sizeof *rows);
        for (int64_t i = m - 1; i > 0; i--) {
            int64_t other = slm_rng_below(&rng, i + 1);
            float *a = dealt + with[i] * d, *b = dealt + with[other] * d;
            for (int64_t j = 0; j < d; j++) {
                float v = a[j];
                a[j] = b[j];
                b[j] = v;
            }
        }
    }
    slm_free_all(h->ctx, with, away);
    return status;
}

/* Directions in the space of cells: the mean profile of the genes kept, then their principal axes. */
static scilama_status find_axes(holdout *h, scilama_error *error)
{
    int64_t n = h->cells, components = h->k - 1;
    double *mean = h->axes, squares = 0;
    memset(mean, 0, (size_t)n * sizeof *mean);
    for (int64_t i = 0; i < h->kept; i++)
        for (int64_t c = 0; c < n; c++) mean[c] += (double)h->z[h->order[i] * n + c] / (double)h->kept;
    for (int64_t i = 0; i < h->kept; i++)
        for (int64_t c = 0; c < n; c++) h->centred[i * n + c] = (float)((double)h->z[h->order[i] * n + c] - mean[c]);
    scilama_status status = slm_principal_axes(h->ctx, h->centred, h->kept, n, components, h->variance, h->axes + n, error);
    for (int64_t a = 1; a <= components && !status; a++) {
        double product = 0;
        for (int64_t c = 0; c < n; c++) product += h->axes[a * n + c] * mean[c];
        for (int64_t c = 0; c < n; c++) mean[c] -= product * h->axes[a * n + c];
    }
    for (int64_t c = 0; c < n && !status; c++) squares += mean[c] * mean[c];
    for (int64_t c = 0; c < n && !status; c++) mean[c] = squares > 0 ? mean[c] / sqrt(squares) : 0;
    for (int64_t i = 0; i < h->genes && !status; i++) /* coordinates of all genes, in the order of the round */
        for (int64_t a = 0; a < h->k; a++) {
            double sum = 0;
            const float *z = h->z + h->order[i] * n;
            for (int64_t c = 0; c < n; c++) sum += (double)z[c] * h->axes[a * n + c];
            h->targets[i * h->k + a] = (float)sum;
        }
    return status;
}

/* Correlation over cells of what coordinates say with the gene; its standard deviation is what a
 * calibrated prediction expects, for the gene's own is 1. */
static double correlate(const holdout *h, const float *coordinates, int64_t gene, double *spread)
{
    double sum = 0, squares = 0;
    for (int64_t c = 0; c < h->cells; c++) {
        double v = 0;
        for (int64_t a = 0; a < h->k; a++) v += (double)coordinates[a] * h->axes[a * h->cells + c];
        h->row[c] = (float)v;
        sum += v;
        squares += v * v;
    }
    double mean = sum / (double)h->cells, variance = squares / (double)h->cells - mean * mean;
    if (spread) *spread = variance > 0 ? fmin(sqrt(variance), 1) : 0;
    double r = slm_pearson(h->row, h->z + gene * h->cells, h->cells);
    return isnan(r) ? 0 : r;
}

static scilama_status one_way(holdout *h, int way, double *expected, scilama_error *error)
{
    static const int kinds[WAYS] = { SLM_KERNEL_GAUSSIAN, SLM_KERNEL_GAUSSIAN, SLM_KERNEL_LINEAR, SLM_KERNEL_NEAREST, 0 };
    const float *from = way == CEILING ? h->targets + h->kept * h->k : h->predicted;
    slm_kernel_options o = { kinds[way], h->o->neighbors, kinds[way] != SLM_KERNEL_GAUSSIAN ? 0 : h->cells < FEW_CELLS ? WEIGH_FEW : WEIGH };
    scilama_status status = way == CEILING ? SCILAMA_OK
                                           : slm_kernel_ridge(h->ctx, &o, h->arranged[way == SHUFFLED], h->n_tables, h->genes, h->kept, h->targets, h->k, h->predicted, NULL, error);
    for (int64_t i = 0; i < h->out && !status; i++) {
        int64_t gene = h->order[h->kept + i];
        h->r[way][gene] = correlate(h, from + i * h->k, gene, expected && way == KERNEL ? &expected[gene] : NULL);
    }
    return status;
}

/* The genes held out by the mean coordinates of those that stay: what is told without any vectors. */
static void without_vectors(holdout *h)
{
    for (int64_t a = 0; a < h->k; a++) {
        double mean = 0;
        for (int64_t i = 0; i < h->kept; i++) mean += (double)h->targets[i * h->k + a] / (double)h->kept;
        h->predicted[a] = (float)mean;
    }
    for (int64_t i = 0; i < h->out; i++) h->r[MEAN][h->order[h->kept + i]] = correlate(h, h->predicted, h->order[h->kept + i], NULL);
}

/* Sums of a round, by way; differences of true and shuffled vectors. */
typedef struct tally { double sum[WAYS], gain, gain_squares, count; } tally;

/* Dealt vectors may pick up noise that costs all genes a little, one deal more than another: where none do better, those are the measure. */
static void add_round(const holdout *h, bool baselines, double *correlation, tally *t)
{
    double lead = 0;
    for (int64_t i = 0; i < h->out; i++) lead += h->r[MEAN][h->order[h->kept + i]] - h->r[SHUFFLED][h->order[h->kept + i]];
    const double *least = h->r[lead > 0 ? MEAN : SHUFFLED];
    for (int64_t i = 0; i < h->out; i++) {
        int64_t gene = h->order[h->kept + i];
        double gain = h->r[KERNEL][gene] - least[gene];
        t->sum[SHUFFLED] += least[gene];
        for (int way = 0; way < MEAN; way++)
            if (way != SHUFFLED && (baselines || way == KERNEL)) t->sum[way] += h->r[way][gene];
        t->gain += gain;
        t->gain_squares += gain * gain;
        t->count++;
        if (correlation) correlation[gene] = h->r[KERNEL][gene];
    }
}

static scilama_status reserve(holdout *h, scilama_error *error)
{
    int64_t n = h->genes;
    bool ok = (h->z = slm_alloc_array(h->ctx, n, (size_t)h->cells * sizeof *h->z)) && (h->centred = slm_alloc_array(h->ctx, n, (size_t)h->cells * sizeof *h->centred)) &&
              (h->order = slm_alloc_array(h->ctx, n, sizeof *h->order)) && (h->targets = slm_alloc_array(h->ctx, n * h->k, sizeof *h->targets)) &&
              (h->predicted = slm_alloc_array(h->ctx, n * h->k, sizeof *h->predicted)) && (h->row = slm_alloc_array(h->ctx, h->cells, sizeof *h->row)) &&
              (h->variance = slm_alloc_array(h->ctx, h->k, sizeof *h->variance)) && (h->axes = slm_alloc_array(h->ctx, h->k * h->cells, sizeof *h->axes));
    for (int way = 0; way < WAYS && ok; way++) ok = (h->r[way] = slm_alloc_array_zero(h->ctx, n, sizeof(double))) != NULL;
    for (int64_t t = 0; t < h->n_tables && ok; t++)
        for (int s = 0; s < 2 && ok; s++) {
            float *rows = slm_alloc_array(h->ctx, n, (size_t)h->tables[t].width * sizeof *rows);
            h->arranged[s][t] = (slm_kernel_table){ rows, h->tables[t].width };
            ok = rows != NULL;
        }
    return ok ? SCILAMA_OK : slm_fail_nomem(error);
}

static void release(holdout *h)
{
    void *blocks[] = { h->z, h->centred, h->order, h->targets, h->predicted, h->row, h->variance, h->axes };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(h->ctx, blocks[i]);
    for (int way = 0; way < WAYS; way++) slm_free(h->ctx, h->r[way]);
    for (int64_t t = 0; t < h->n_tables; t++)
        for (int s = 0; s < 2; s++) slm_free(h->ctx, (void *)h->arranged[s][t].rows);
}

static void write_report(const tally *t, bool baselines, scilama_holdout_report *report)
{
    double n = t->count, mean = t->gain / n, variance = n > 1 ? (t->gain_squares - n * mean * mean) / (n - 1) : 0;
    double half = 1.96 * sqrt(variance > 0 ? variance / n : 0);
    report->genes = (int64_t)n;
    report->kernel = t->sum[KERNEL] / n;
    report->shuffled = t->sum[SHUFFLED] / n;
    report->ridge = baselines ? t->sum[RIDGE] / n : NAN;
    report->nearest = baselines ? t->sum[NEAREST] / n : NAN;
    report->ceiling = baselines ? t->sum[CEILING] / n : NAN;
    report->gain = mean;
    report->gain_low = mean - half;
    report->gain_high = mean + half;
}

scilama_status slm_gene_holdout(scilama_context *ctx, const float *expression, int64_t cells, int64_t genes, int64_t ld,
                                const slm_kernel_table *tables, int64_t n_tables, const scilama_holdout_options *o,
                                double *correlation, double *expected, scilama_holdout_report *report, scilama_error *error)
{
    int64_t most = cells < genes / 2 ? cells : genes / 2;
    holdout h = { .ctx = ctx, .o = o, .tables = tables, .n_tables = n_tables, .cells = cells, .genes = genes };
    bool baselines = o->baselines != 0;
    tally t = { { 0 }, 0, 0, 0 };
    h.k = 1 + (o->components < most - 1 ? o->components : most - 1);
    if (h.k < 2) return slm_fail(error, SCILAMA_E_INVALID, "%" PRId64 " cells and %" PRId64 " genes are too few to hold genes out", cells, genes);
    scilama_status status = reserve(&h, error);
    if (!status) standardise(&h, expression, ld);
    for (int64_t g = 0; g < genes && !status; g++) {
        if (correlation) correlation[g] = NAN;
        if (expected) expected[g] = NAN;
    }
    for (int64_t round = 0; round < o->rounds && !status; round++) {
        if (slm_cancelled(ctx)) status = slm_fail_cancelled(error);
        if (!status) status = draw(&h, round, error);
        if (!status) status = find_axes(&h, error);
        for (int way = 0; way < MEAN && !status; way++)
            if (baselines || way == KERNEL || way == SHUFFLED) status = one_way(&h, way, expected, error);
        if (!status) without_vectors(&h);
        if (!status) add_round(&h, baselines, correlation, &t);
    }
    if (!status) write_report(&t, baselines, report);
    release(&h);
    return status;
}
