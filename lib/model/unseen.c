/* SPDX-License-Identifier: MIT */
#include "model/unseen.h"
#include "linalg/principal.h"
#include "model/evaluate.h"

/* Genes that the model lacks, told from their vectors: kernel ridge regression (kernel_ridge.h) of the model's genes on the principal
 * axes of decoded cells, and of their levels, mean and deviation; a gene's expression is its place on the axes put back together. */

enum { SAMPLE = 1024, AXES = 30, LEVELS = 2, LEAST_GENES = 10, WEIGH = 1024 };
static const double MOST = 10; /* standard deviations of a value, as scaling clips */
static const double MEASURED = 0.5; /* share of what was measured in what cells are placed by */

typedef struct unseen {
    scilama_context *ctx;
    scilama_model *model;
    int64_t cells, genes, known, k; /* cells of the sample; genes of the model, those that vary; axes */
    float *decoded, *measured;      /* [cells × genes]; decoded: y of unseen.h */
    double *mean, *deviation;       /* [genes] of measured, in the units of the model */
    double *shift;                  /* [genes] mean of decoded, in deviations about the measured mean */
    int64_t *order;                 /* [known] */
    double *variance, *axes;        /* [k], [k × genes] */
    float *targets, *predicted;     /* [known × k], [new × k] */
    float *levels, *told;           /* [known × LEVELS], [new × LEVELS] logarithms of mean and deviation */
    slm_kernel_table arranged[SLM_MAX_MODALITIES];
    bool positive;                  /* all means are: their logarithms are told */
} unseen;

static bool reserve(unseen *u, int64_t genes)
{
    return (u->decoded = slm_alloc_array(u->ctx, u->cells, (size_t)u->genes * sizeof *u->decoded)) &&
           (u->measured = slm_alloc_array(u->ctx, u->cells, (size_t)u->genes * sizeof *u->measured)) &&
           (u->mean = slm_alloc_array_zero(u->ctx, u->genes, sizeof *u->mean)) && (u->deviation = slm_alloc_array_zero(u->ctx, u->genes, sizeof *u->deviation)) &&
           (u->shift = slm_alloc_array_zero(u->ctx, u->genes, sizeof *u->shift)) && (u->order = slm_alloc_array(u->ctx, u->genes, sizeof *u->order)) &&
           (u->variance = slm_alloc_array(u->ctx, AXES, sizeof *u->variance)) && (u->axes = slm_alloc_array(u->ctx, AXES * u->genes, sizeof *u->axes)) &&
           (u->targets = slm_alloc_array(u->ctx, u->genes, AXES * sizeof *u->targets)) &&
           (u->predicted = slm_alloc_array(u->ctx, genes, AXES * sizeof *u->predicted)) &&
           (u->levels = slm_alloc_array(u->ctx, u->genes, LEVELS * sizeof *u->levels)) && (u->told = slm_alloc_array(u->ctx, genes, LEVELS * sizeof *u->told));
}

static void release(unseen *u)
{
    void *blocks[] = { u->decoded, u->measured, u->mean, u->deviation, u->shift, u->order, u->variance, u->axes, u->targets, u->predicted, u->levels, u->told };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(u->ctx, blocks[i]);
    for (int t = 0; t < SLM_MAX_MODALITIES; t++) slm_free(u->ctx, (void *)u->arranged[t].rows);
}

/* Values in standard deviations of the measured gene; genes that do not vary become 0 and are not known. */
static void standardise(unseen *u)
{
    double n = (double)u->cells;
    for (int64_t c = 0; c < u->cells; c++)
        for (int64_t g = 0; g < u->genes; g++) u->mean[g] += (double)u->measured[c * u->genes + g] / n;
    for (int64_t c = 0; c < u->cells; c++)
        for (int64_t g = 0; g < u->genes; g++) {
            double off = (double)u->measured[c * u->genes + g] - u->mean[g];
            u->deviation[g] += off * off / n;
        }
    for (int64_t g = 0; g < u->genes; g++) {
        u->deviation[g] = sqrt(u->deviation[g]);
        if (u->deviation[g] > 1e-6 * fabs(u->mean[g]) && u->deviation[g] > 1e-12) u->order[u->known++] = g;
        else u->deviation[g] = 0;
    }
    for (int64_t c = 0; c < u->cells; c++)
        for (int64_t g = 0; g < u->genes; g++) {
            float *z = &u->measured[c * u->genes + g], *x = &u->decoded[c * u->genes + g];
            *z = u->deviation[g] > 0 ? (float)fmin(((double)*z - u->mean[g]) / u->deviation[g], MOST) : 0;
            *x = u->deviation[g] > 0 ? (float)(((double)*x - u->mean[g]) / u->deviation[g]) : 0;
            u->shift[g] += (double)*x / n;
        }
    for (int64_t c = 0; c < u->cells; c++)
        for (int64_t g = 0; g < u->genes; g++) u->decoded[c * u->genes + g] -= (float)u->shift[g];
}

/* Mean and deviation of a gene before scaling. */
static void level_of(const unseen *u, int64_t g, double *mean, double *deviation)
{
    const slm_recipe *recipe = u->model->recipe;
    double unit = recipe->scaled && recipe->inv_std[g] > 0 ? 1 / (double)recipe->inv_std[g] : 1;
    *mean = u->mean[g] * unit + (recipe->scaled ? (double)recipe->mean[g] : 0);
    *deviation = u->deviation[g] * unit;
}

/* T and the levels of the genes that are known; the axes become V S⁻¹. */
static scilama_status set_targets(unseen *u, scilama_error *error)
{
    double mean, deviation, *position = slm_alloc_array(u->ctx, u->cells, sizeof *position);
    if (!position) return slm_fail_nomem(error);
    for (int64_t a = 0; a < u->k; a++) {
        double length = sqrt(u->variance[a] * (double)(u->cells - 1)), *axis = u->axes + a * u->genes;
        for (int64_t g = 0; g < u->genes; g++) axis[g] = length > 0 ? axis[g] / length : 0;
        for (int64_t c = 0; c < u->cells; c++) {
            position[c] = 0;
            for (int64_t g = 0; g < u->genes; g++) position[c] += axis[g] * (double)u->decoded[c * u->genes + g];
        }
        for (int64_t i = 0; i < u->known; i++) {
            double sum = 0;
            for (int64_t c = 0; c < u->cells; c++) sum += position[c] * (double)u->measured[c * u->genes + u->order[i]];
            u->targets[i * u->k + a] = (float)sum;
        }
    }
    u->positive = true;
    for (int64_t i = 0; i < u->known; i++) {
        level_of(u, u->order[i], &mean, &deviation);
        u->positive = u->positive && mean > 0;
    }
    for (int64_t i = 0; i < u->known; i++) {
        level_of(u, u->order[i], &mean, &deviation);
        u->levels[i * LEVELS] = (float)(u->positive ? log(mean) : mean);
        u->levels[i * LEVELS + 1] = (float)log(deviation);
    }
    slm_free(u->ctx, position);
    return SCILAMA_OK;
}

/* Rows of the genes that are known, then those of the new ones. */
static scilama_status arrange(unseen *u, const slm_kernel_table *tables, int64_t n_tables, int64_t genes, scilama_error *error)
{
    for (int64_t t = 0; t < n_tables; t++) {
        int64_t d = tables[t].width;
        float *rows = slm_alloc_array(u->ctx, u->known + genes, (size_t)d * sizeof *rows);
        if (!rows) return slm_fail_nomem(error);
        u->arranged[t] = (slm_kernel_table){ rows, d };
        for (int64_t i = 0; i < u->known; i++) memcpy(rows + i * d, tables[t].rows + u->order[i] * d, (size_t)d * sizeof *rows);
        memcpy(rows + u->known * d, tables[t].rows + u->genes * d, (size_t)(genes * d) * sizeof *rows);
    }
    return SCILAMA_OK;
}

static bool fill(const unseen *u, slm_gene_map *m)
{
    int64_t k = u->k;
    m->k = k;
    if (!(m->basis = slm_alloc_array_zero(u->ctx, u->genes * k + 1, sizeof *m->basis)) || !(m->shift = slm_alloc_array_zero(u->ctx, k + 1, sizeof *m->shift)) ||
        !(m->coordinates = slm_alloc_array(u->ctx, m->genes * k + 1, sizeof *m->coordinates)) || !(m->mean = slm_alloc_array(u->ctx, m->genes, sizeof *m->mean)) ||
        !(m->deviation = slm_alloc_array(u->ctx, m->genes, sizeof *m->deviation)) || !(m->correlation = slm_alloc_array(u->ctx, m->genes, sizeof *m->correlation)))
        return false;
    for (int64_t a = 0; a < k; a++) {
        double shift = 0;
        for (int64_t g = 0; g < u->genes; g++) {
            double weight = u->deviation[g] > 0 ? u->axes[a * u->genes + g] / u->deviation[g] : 0;
            m->basis[g * k + a] = (float)weight;
            shift += weight * u->mean[g] + u->axes[a * u->genes + g] * u->shift[g];
        }
        m->shift[a] = (float)shift;
    }
    for (int64_t i = 0; i < m->genes; i++) {
        const float *row = u->predicted + i * k, *level = u->told + i * LEVELS;
        double squares = 0;
        for (int64_t a = 0; a < k; a++) {
            m->coordinates[a * m->genes + i] = row[a];
            squares += (double)row[a] * (double)row[a];
        }
        m->correlation[i] = fmin(sqrt(squares / (double)u->cells), 1);
        m->mean[i] = u->positive ? exp((double)level[0]) : (double)level[0];
        m->deviation[i] = exp((double)level[1]);
    }
    return true;
}

scilama_status slm_gene_map_find(slm_gene_map *out, scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *o,
                                 const slm_kernel_table *tables, int64_t n_tables, int64_t genes, scilama_error *error)
{
    unseen u = { .ctx = model->ctx, .model = model, .genes = model->net.genes, .cells = dataset->cells < SAMPLE ? dataset->cells : SAMPLE };
    double weight[SLM_MAX_MODALITIES] = { 0 };
    slm_kernel_found found = { .weight = weight };
    slm_kernel_options places = { .kind = SLM_KERNEL_GAUSSIAN, .weigh = WEIGH }, trend = { .kind = SLM_KERNEL_TREND, .weigh = WEIGH };
    *out = (slm_gene_map){ .genes = genes, .measured = MEASURED };
    scilama_status status = reserve(&u, genes) ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) status = slm_model_decode_sample(model, dataset, o, u.cells, u.decoded, u.measured, error);
    for (int64_t e = 0; e < u.cells * u.genes && !status; e++) u.decoded[e] += (float)(out->measured * ((double)u.measured[e] - (double)u.decoded[e]));
    if (!status) standardise(&u);
    if (!status && (u.cells < 3 || u.known < LEAST_GENES))
        status = slm_fail(error, SCILAMA_E_INVALID, "%" PRId64 " cells in which %" PRId64 " genes of the model vary are too few to tell other genes by: give more cells",
                          u.cells, u.known);
    int64_t most = u.cells - 1 < u.genes ? u.cells - 1 : u.genes;
    u.k = most < AXES ? most : AXES;
    if (!status) status = slm_principal_axes(u.ctx, u.decoded, u.cells, u.genes, u.k, u.variance, u.axes, error);
    if (!status) status = set_targets(&u, error);
    if (!status) status = arrange(&u, tables, n_tables, genes, error);
    if (!status) status = slm_kernel_ridge(u.ctx, &places, u.arranged, n_tables, u.known + genes, u.known, u.targets, u.k, u.predicted, &found, error);
    for (int64_t t = 0; t < n_tables && n_tables > 1 && !status; t++)
        slm_log(u.ctx, SCILAMA_LOG_INFO, "table %" PRId64 " of %" PRId64 " counts for %.0f %% of what tells new genes", t + 1, n_tables, 100 * weight[t]);
    if (!status) status = slm_kernel_ridge(u.ctx, &trend, u.arranged, n_tables, u.known + genes, u.known, u.levels, LEVELS, u.told, NULL, error);
    if (!status && !fill(&u, out)) status = slm_fail_nomem(error);
    release(&u);
    if (status) slm_gene_map_free(model->ctx, out);
    return status;
}

void slm_gene_map_free(scilama_context *ctx, slm_gene_map *map)
{
    void *blocks[] = { map->basis, map->shift, map->coordinates, map->mean, map->deviation, map->correlation };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(ctx, blocks[i]);
    *map = (slm_gene_map){ 0 };
}
