/* SPDX-License-Identifier: MIT */
#include "biology/gene_loadings.h"
#include "biology/gene_prediction.h"
#include "core/rng.h"
#include "linalg/principal.h"

/* Loadings of genes on the axes of the cells, shrunk by empirical Bayes towards what vectors tell of them.
 *
 * With z [cells × genes] standardised and u_a the a-th axis of the cells, of length 1, the loading is T_ga = Σ_c u_ca z_cg. A gene that
 * has nothing to do with an axis has a loading of variance 1 there, whatever the cells: that is the noise.
 *   T_ga ~ N(θ_ga, 1),  θ_ga ~ Σ_s π_s N(L_ga, γ_s τ_a)
 * L: kernel ridge regression from the vectors, fitted on the other genes (FOLDS parts); τ_a the mean of (T - L)² - 1 over genes;
 * the scales γ_s are of a gene as a whole, for few genes have much to do with any axis and most have little; their
 * shares π_s maximise the likelihood (as in adaptive shrinkage, Stephens 2017, of vectors instead of numbers). */

enum { FOLDS = 5, SCALES = 9, ROUNDS = 200, CELLS_PER_AXIS = 4, LEAST_GENES = 10, STREAM_FOLDS = SLM_STREAM_ANALYSIS | 11 << 8 };
static const double SCALE[SCALES] = { 0, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100 };
static const double LEAST_VARIANCE = 0.02; /* of τ, in units of the noise */

typedef struct shrinkage {
    scilama_context *ctx;
    int64_t cells, genes, known, k;  /* known: genes that vary */
    float *z;                        /* [cells × known] */
    int64_t *gene, *order;           /* [known]: which genes they are; a random order of them */
    float *own, *prior;              /* [known × k] T and L */
    double *variance, *axes;         /* [k], [k × known] */
    double *tau, *likelihood;        /* [k], [known × SCALES] relative to a gene's greatest */
} shrinkage;

static bool reserve(shrinkage *s, int64_t k)
{
    return (s->z = slm_alloc_array(s->ctx, s->cells, (size_t)s->genes * sizeof *s->z)) && (s->gene = slm_alloc_array(s->ctx, s->genes, sizeof *s->gene)) &&
           (s->order = slm_alloc_array(s->ctx, s->genes, sizeof *s->order)) && (s->own = slm_alloc_array(s->ctx, s->genes, (size_t)k * sizeof *s->own)) &&
           (s->prior = slm_alloc_array(s->ctx, s->genes, (size_t)k * sizeof *s->prior)) && (s->variance = slm_alloc_array(s->ctx, k, sizeof *s->variance)) &&
           (s->axes = slm_alloc_array(s->ctx, k, (size_t)s->genes * sizeof *s->axes)) && (s->tau = slm_alloc_array(s->ctx, k, sizeof *s->tau)) &&
           (s->likelihood = slm_alloc_array(s->ctx, s->genes, SCALES * sizeof *s->likelihood));
}

static void release(shrinkage *s)
{
    void *blocks[] = { s->z, s->gene, s->order, s->own, s->prior, s->variance, s->axes, s->tau, s->likelihood };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(s->ctx, blocks[i]);
}

/* Columns of mean 0 and deviation 1, cut at SLM_GENE_MOST and made so again. */
static void standardise(shrinkage *s, const float *x, int64_t ld)
{
    double mean;
    for (int64_t g = 0; g < s->genes; g++)
        if (slm_gene_moments(x + g, ld, s->cells, &mean) > 0) s->gene[s->known++] = g;
    for (int64_t i = 0; i < s->known; i++) {
        const float *from = x + s->gene[i];
        float *to = s->z + i;
        double scale = slm_gene_moments(from, ld, s->cells, &mean);
        for (int64_t c = 0; c < s->cells; c++) to[c * s->known] = (float)fmin(((double)from[c * ld] - mean) * scale, SLM_GENE_MOST);
        scale = slm_gene_moments(to, s->known, s->cells, &mean);
        for (int64_t c = 0; c < s->cells; c++) to[c * s->known] = (float)(((double)to[c * s->known] - mean) * scale);
    }
}

/* T: the axes of the genes times the singular values. */
static scilama_status find_loadings(shrinkage *s, scilama_error *error)
{
    scilama_status status = slm_principal_axes(s->ctx, s->z, s->cells, s->known, s->k, s->variance, s->axes, error);
    for (int64_t a = 0; a < s->k && !status; a++) {
        double length = sqrt(s->variance[a] * (double)(s->cells - 1));
        for (int64_t i = 0; i < s->known; i++) s->own[i * s->k + a] = (float)(s->axes[a * s->known + i] * length);
    }
    return status;
}

/* L without vectors: the mean of all genes. */
static void mean_prior(shrinkage *s)
{
    for (int64_t a = 0; a < s->k; a++) {
        double mean = 0;
        for (int64_t i = 0; i < s->known; i++) mean += (double)s->own[i * s->k + a] / (double)s->known;
        for (int64_t i = 0; i < s->known; i++) s->prior[i * s->k + a] = (float)mean;
    }
}

/* L of the genes order[first … first + out - 1] from the vectors and loadings of the others. */
static scilama_status one_fold(shrinkage *s, const slm_kernel_table *tables, int64_t n_tables, int64_t first, int64_t out, slm_kernel_table *arranged, scilama_error *error)
{
    int64_t n = s->known, kept = n - out;
    float *targets = slm_alloc_array(s->ctx, n, (size_t)s->k * sizeof *targets), *told = slm_alloc_array(s->ctx, out, (size_t)s->k * sizeof *told);
    scilama_status status = targets && told ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t i = 0; i < n && !status; i++) { /* those that stay, then those of the fold */
        int64_t from = s->order[(first + out + i) % n];
        memcpy(targets + i * s->k, s->own + from * s->k, (size_t)s->k * sizeof *targets);
        for (int64_t t = 0; t < n_tables; t++) {
            int64_t d = tables[t].width;
            memcpy((float *)arranged[t].rows + i * d, tables[t].rows + s->gene[from] * d, (size_t)d * sizeof(float));
        }
    }
    if (!status) status = slm_kernel_ridge(s->ctx, &(slm_kernel_options){ .kind = SLM_KERNEL_GAUSSIAN }, arranged, n_tables, n, kept, targets, s->k, told, NULL, error);
    for (int64_t i = 0; i < out && !status; i++) memcpy(s->prior + s->order[first + i] * s->k, told + i * s->k, (size_t)s->k * sizeof *told);
    slm_free_all(s->ctx, targets, told);
    return status;
}

static scilama_status vector_prior(shrinkage *s, const slm_kernel_table *tables, int64_t n_tables, uint64_t seed, scilama_error *error)
{
    slm_kernel_table arranged[16] = { { NULL, 0 } };
    slm_rng_seq rng = slm_rng_sequence(seed, STREAM_FOLDS, 0, 0);
    scilama_status status = SCILAMA_OK;
    for (int64_t i = 0; i < s->known; i++) s->order[i] = i;
    slm_rng_shuffle(&rng, s->order, s->known);
    for (int64_t t = 0; t < n_tables && !status; t++) {
        float *rows = slm_alloc_array(s->ctx, s->known, (size_t)tables[t].width * sizeof *rows);
        arranged[t] = (slm_kernel_table){ rows, tables[t].width };
        if (!rows) status = slm_fail_nomem(error);
    }
    for (int64_t f = 0; f < FOLDS && !status; f++) {
        int64_t first = f * s->known / FOLDS, next = (f + 1) * s->known / FOLDS;
        if (slm_cancelled(s->ctx)) status = slm_fail_cancelled(error);
        if (!status && next > first) status = one_fold(s, tables, n_tables, first, next - first, arranged, error);
    }
    for (int64_t t = 0; t < n_tables; t++) slm_free(s->ctx, (void *)arranged[t].rows);
    return status;
}

/* τ of every axis, and the share of T's variance about its mean that L tells. */
static double find_variances(shrinkage *s)
{
    double missed = 0, all = 0, n = (double)s->known;
    for (int64_t a = 0; a < s->k; a++) {
        double mean = 0, squares = 0, off = 0;
        for (int64_t i = 0; i < s->known; i++) mean += (double)s->own[i * s->k + a] / n;
        for (int64_t i = 0; i < s->known; i++) {
            double t = (double)s->own[i * s->k + a], r = t - (double)s->prior[i * s->k + a];
            squares += (t - mean) * (t - mean);
            off += r * r;
        }
        s->tau[a] = fmax(off / n - 1, LEAST_VARIANCE);
        missed += off;
        all += squares;
    }
    return all > 0 ? 1 - missed / all : 0;
}

/* Shares of the scales by expectation and maximisation; leaves in likelihood what each scale has of each gene. */
static void find_scales(shrinkage *s)
{
    double share[SCALES], sum[SCALES];
    for (int64_t i = 0; i < s->known; i++) {
        double *l = s->likelihood + i * SCALES, most = -INFINITY;
        for (int j = 0; j < SCALES; j++) {
            l[j] = 0;
            for (int64_t a = 0; a < s->k; a++) {
                double r = (double)s->own[i * s->k + a] - (double)s->prior[i * s->k + a], v = 1 + SCALE[j] * s->tau[a];
                l[j] -= (r * r / v + log(v)) / 2;
            }
            most = fmax(most, l[j]);
        }
        for (int j = 0; j < SCALES; j++) l[j] = exp(l[j] - most);
    }
    for (int j = 0; j < SCALES; j++) share[j] = 1.0 / SCALES;
    for (int round = 0; round <= ROUNDS; round++) {
        memset(sum, 0, sizeof sum);
        for (int64_t i = 0; i < s->known; i++) {
            double *l = s->likelihood + i * SCALES, w[SCALES], all = 0;
            for (int j = 0; j < SCALES; j++) all += w[j] = share[j] * l[j];
            for (int j = 0; j < SCALES; j++) {
                sum[j] += w[j] / all;
                if (round == ROUNDS) l[j] = w[j] / all;
            }
        }
        for (int j = 0; j < SCALES; j++) share[j] = sum[j] / (double)s->known;
    }
}

/* E θ, in correlations with the axes; genes that do not vary have none. Returns the mean share of T - L that stays. */
static double write_loadings(const shrinkage *s, int64_t columns, float *out)
{
    double kept = 0, unit = 1 / sqrt((double)s->cells);
    for (int64_t i = 0; i < s->genes * columns; i++) out[i] = NAN;
    for (int64_t i = 0; i < s->known; i++) {
        float *row = out + s->gene[i] * columns;
        for (int64_t a = 0; a < columns; a++) row[a] = 0;
        for (int64_t a = 0; a < s->k; a++) {
            double stays = 0, prior = (double)s->prior[i * s->k + a], own = (double)s->own[i * s->k + a];
            for (int j = 0; j < SCALES; j++) stays += s->likelihood[i * SCALES + j] * SCALE[j] * s->tau[a] / (1 + SCALE[j] * s->tau[a]);
            row[a] = (float)((prior + stays * (own - prior)) * unit);
            kept += stays / (double)(s->known * s->k);
        }
    }
    return kept;
}

scilama_status slm_gene_loadings(scilama_context *ctx, const float *expression, int64_t cells, int64_t genes, int64_t ld,
                                 const slm_kernel_table *tables, int64_t n_tables, const scilama_loading_options *o,
                                 float *loadings, scilama_loading_report *report, scilama_error *error)
{
    shrinkage s = { .ctx = ctx, .cells = cells, .genes = genes };
    scilama_status status = reserve(&s, o->components) ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) standardise(&s, expression, ld);
    s.k = o->components;
    if (s.k > cells / CELLS_PER_AXIS) s.k = cells / CELLS_PER_AXIS;
    if (s.k > s.known / 2) s.k = s.known / 2;
    if (!status && (s.known < LEAST_GENES || s.k < 1))
        status = slm_fail(error, SCILAMA_E_INVALID, "%" PRId64 " of %" PRId64 " genes vary in %" PRId64 " cells: too few for their loadings", s.known, genes, cells);
    if (!status) status = find_loadings(&s, error);
    if (!status) mean_prior(&s);
    if (!status && n_tables) status = vector_prior(&s, tables, n_tables, o->seed, error);
    if (!status) {
        report->genes = s.known;
        report->components = s.k;
        report->explained = find_variances(&s);
        find_scales(&s);
        report->kept = write_loadings(&s, o->components, loadings);
    }
    release(&s);
    return status;
}
