/* SPDX-License-Identifier: MIT */
#include "analysis/score.h"
#include "analysis/agreement.h"
#include "analysis/diffusion.h"
#include "analysis/leiden.h"
#include "analysis/mixing.h"
#include "analysis/pca.h"
#include "analysis/silhouette.h"
#include "core/rng.h"

/* The metrics of scIB (Luecken et al. 2022) as scib-metrics defines them.
 * Neighbourhoods there include the cell: 15, 50 and 90 are 14, 49 and 89 others. */

enum { GRAPH_K = 14, KBET_K = 49, LISI_K = 89 };

typedef struct scoring {
    scilama_context *ctx;
    slm_scope *work;
    const scilama_score_options *o;
    slm_points p;            /* the cells that count */
    int64_t *rows;           /* their numbers */
    int32_t *label, *batch;  /* [n] 0 .. labels-1, 0 .. batches-1 (NULL) */
    int64_t labels, batches, k;
    int32_t *near;           /* [n × k] */
    float *distance;
    int64_t *label_size;
    uint8_t *isolated;       /* [labels]: in the fewest batches */
    int32_t *clusters;       /* [resolutions × n] */
    double *value;           /* [n] scratch */
    scilama_scores *out;
} scoring;

scilama_status slm_compact_codes(scilama_context *ctx, const int32_t *codes, const int64_t *rows, int64_t count,
                                 int32_t *out, int64_t *groups, scilama_error *error)
{
    int64_t top = 0;
    for (int64_t i = 0; i < count; i++)
        if (codes[rows[i]] >= top) top = (int64_t)codes[rows[i]] + 1;
    SLM_SCOPE(work, ctx);
    int32_t *map = slm_scope_zeros(&work, top, sizeof *map);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < count; i++) map[codes[rows[i]]] = 1;
    *groups = 0;
    for (int64_t c = 0; c < top; c++) map[c] = map[c] ? (int32_t)(*groups)++ : -1;
    for (int64_t i = 0; i < count; i++) out[i] = map[codes[rows[i]]];
    return SCILAMA_OK;
}

enum { STREAM_SAMPLE = SLM_STREAM_ANALYSIS | 8 << 8, LEAST_OF_STRATUM = 10 };

/* Cells to draw from a stratum of `size` when `most` of n are wanted. */
static int64_t share_of(int64_t size, int64_t most, int64_t n)
{
    int64_t share = (int64_t)((double)size * (double)most / (double)n + 0.5);
    if (share < LEAST_OF_STRATUM) share = LEAST_OF_STRATUM;
    return share < size ? share : size;
}

/* Leaves of s->rows[n], s->label and s->batch a stratified sample, in order. */
static scilama_status draw_sample(scoring *s, int64_t n, int64_t *drawn, scilama_error *error)
{
    int64_t batches = s->batches ? s->batches : 1, kept = 0;
    SLM_SCOPE(work, s->ctx);
    int64_t *size = slm_scope_zeros(&work, s->labels * batches, sizeof *size);
    int64_t *need = slm_scope_array(&work, s->labels * batches, sizeof *need);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) size[s->label[i] * batches + (s->batch ? s->batch[i] : 0)]++;
    for (int64_t k = 0; k < s->labels * batches; k++) need[k] = share_of(size[k], s->o->max_cells, n);
    slm_rng_seq rng = slm_rng_sequence(s->o->seed, STREAM_SAMPLE, 0, 0);
    for (int64_t i = 0; i < n; i++) { /* Knuth's selection sampling, in every stratum */
        int64_t k = s->label[i] * batches + (s->batch ? s->batch[i] : 0);
        if (slm_rng_below(&rng, size[k]--) >= need[k]) continue;
        need[k]--;
        s->rows[kept] = s->rows[i];
        s->label[kept] = s->label[i];
        if (s->batch) s->batch[kept] = s->batch[i];
        kept++;
    }
    *drawn = kept;
    return SCILAMA_OK;
}

/* The rows of the cells in one piece, unless these are all cells. */
static scilama_status gather(scoring *s, const slm_points *all, scilama_error *error)
{
    if (s->p.n == all->n) return SCILAMA_OK;
    float *rows = slm_scope_array(s->work, s->p.n, (size_t)all->dim * sizeof *rows);
    if (!rows) return slm_fail_nomem(error);
    for (int64_t i = 0; i < s->p.n; i++) memcpy(rows + i * all->dim, all->x + s->rows[i] * all->ld, (size_t)all->dim * sizeof *rows);
    s->p.x = rows;
    s->p.ld = all->dim;
    return SCILAMA_OK;
}

static scilama_status select_cells(scoring *s, const slm_points *all, const int32_t *labels, const int32_t *batches, scilama_error *error)
{
    scilama_context *ctx = s->ctx;
    int64_t n = 0;
    s->rows = slm_scope_array(s->work, all->n, sizeof *s->rows);
    if (!s->rows) return slm_fail_nomem(error);
    for (int64_t i = 0; i < all->n; i++)
        if (labels[i] >= 0 && (!batches || batches[i] >= 0)) s->rows[n++] = i;
    if (n < 3) return slm_fail(error, SCILAMA_E_INVALID, "%lld cells have a label%s: at least 3 are needed", (long long)n, batches ? " and a batch" : "");
    s->label = slm_scope_array(s->work, n, sizeof *s->label);
    if (batches) s->batch = slm_scope_array(s->work, n, sizeof *s->batch);
    if (!s->label || (batches && !s->batch)) return slm_fail_nomem(error);
    scilama_status status = slm_compact_codes(ctx, labels, s->rows, n, s->label, &s->labels, error);
    if (!status && batches) status = slm_compact_codes(ctx, batches, s->rows, n, s->batch, &s->batches, error);
    s->out->cells = n;
    if (!status && s->o->max_cells && n > s->o->max_cells) status = draw_sample(s, n, &n, error);
    s->p = *all;
    s->p.n = s->out->scored = n;
    s->k = n - 1 < LISI_K ? n - 1 : LISI_K;
    if (status || (status = gather(s, all, error))) return status;
    s->value = slm_scope_array(s->work, n, sizeof *s->value);
    s->near = slm_scope_array(s->work, n, (size_t)s->k * sizeof *s->near);
    s->distance = slm_scope_array(s->work, n, (size_t)s->k * sizeof *s->distance);
    s->label_size = slm_scope_zeros(s->work, s->labels, sizeof *s->label_size);
    if (!s->value || !s->near || !s->distance || !s->label_size) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) s->label_size[s->label[i]]++;
    return SCILAMA_OK;
}

/* Labels present in the fewest batches. */
static scilama_status find_isolated(scoring *s, scilama_error *error)
{
    s->isolated = slm_scope_zeros(s->work, s->labels, 1);
    SLM_SCOPE(work, s->ctx);
    uint8_t *in = slm_scope_zeros(&work, s->labels * (s->batches ? s->batches : 1), 1);
    int64_t fewest = INT64_MAX;
    if (!s->isolated || !in) return slm_fail_nomem(error);
    for (int64_t i = 0; s->batch && i < s->p.n; i++) in[s->label[i] * s->batches + s->batch[i]] = 1;
    for (int pass = 0; s->batch && pass < 2; pass++)
        for (int64_t l = 0; l < s->labels; l++) {
            int64_t count = 0;
            for (int64_t b = 0; b < s->batches; b++) count += in[l * s->batches + b];
            if (pass) s->isolated[l] = count <= fewest;
            else if (count < fewest) fewest = count;
        }
    return SCILAMA_OK;
}

/* The fuzzy graph of the first k neighbours of each cell. */
static scilama_status fuzzy_of(scoring *s, int64_t k, scilama_graph **graph, scilama_error *error)
{
    int64_t n = s->p.n;
    if (k > s->k) k = s->k;
    SLM_SCOPE(work, s->ctx);
    int32_t *near = slm_scope_array(&work, n, (size_t)k * sizeof *near);
    float *distance = slm_scope_array(&work, n, (size_t)k * sizeof *distance);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) {
        memcpy(near + i * k, s->near + i * s->k, (size_t)k * sizeof *near);
        memcpy(distance + i * k, s->distance + i * s->k, (size_t)k * sizeof *distance);
    }
    return slm_graph_fuzzy(graph, s->ctx, n, k, near, distance, error);
}

static scilama_status score_clusters(scoring *s, scilama_error *error)
{
    int64_t n = s->p.n, best = 0;
    scilama_graph *graph = NULL;
    scilama_agreement a = { 0 };
    scilama_leiden_options o = { .quality = SCILAMA_QUALITY_MODULARITY, .randomness = 0.01, .seed = s->o->seed, .restarts = 1, .patience = 1 };
    double *resolutions = slm_alloc_array(s->ctx, s->o->resolutions, sizeof *resolutions);
    s->clusters = slm_scope_array(s->work, n, (size_t)s->o->resolutions * sizeof *s->clusters);
    scilama_status status = s->clusters && resolutions ? fuzzy_of(s, GRAPH_K, &graph, error) : slm_fail_nomem(error);
    for (int64_t r = 0; !status && r < s->o->resolutions; r++)
        resolutions[r] = s->o->max_resolution * (double)(r + 1) / (double)s->o->resolutions;
    if (!status) status = slm_leiden_sweep(graph, &o, resolutions, s->o->resolutions, s->clusters, NULL, error);
    s->out->nmi = -1;
    for (int64_t r = 0; !status && r < s->o->resolutions; r++) {
        if ((status = slm_labels_compare(s->ctx, s->label, s->clusters + r * n, n, &a, error))) break;
        if (a.nmi <= s->out->nmi) continue;
        s->out->nmi = a.nmi;
        s->out->ari = a.ari;
        s->out->ami = a.ami;
        s->out->nmi_resolution = resolutions[r];
        best = r;
    }
    if (!status && s->batches > 1 && !(status = slm_labels_compare(s->ctx, s->batch, s->clusters + best * n, n, &a, error))) {
        s->out->batch_ari = a.ari;
        s->out->batch_nmi = a.nmi;
    }
    slm_graph_free(graph);
    slm_free(s->ctx, resolutions);
    return status;
}

static scilama_status score_kmeans(scoring *s, scilama_error *error)
{
    SLM_SCOPE(work, s->ctx);
    scilama_kmeans_options o = { .clusters = s->labels, .restarts = 10, .max_iterations = 300, .tolerance = 1e-4, .seed = s->o->seed };
    scilama_agreement a = { 0 };
    int32_t *cluster = slm_scope_array(&work, s->p.n, sizeof *cluster);
    if (!cluster) return slm_fail_nomem(error);
    SLM_TRY(slm_kmeans(s->ctx, s->p.x, s->p.n, s->p.dim, s->p.ld, &o, cluster, NULL, NULL, error));
    SLM_TRY(slm_labels_compare(s->ctx, s->label, cluster, s->p.n, &a, error));
    s->out->nmi_kmeans = a.nmi;
    s->out->ari_kmeans = a.ari;
    return SCILAMA_OK;
}

/* Best F1 of any cluster at any resolution, averaged over the isolated labels. */
static scilama_status score_isolated_f1(scoring *s, scilama_error *error)
{
    int64_t n = s->p.n, count = 0;
    SLM_SCOPE(work, s->ctx);
    int64_t *size = slm_scope_array(&work, n, sizeof *size), *both = slm_scope_array(&work, n, sizeof *both);
    double sum = 0;
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t l = 0; l < s->labels; l++) {
        double best = 0;
        if (!s->isolated[l]) continue;
        for (int64_t r = 0; r < s->o->resolutions; r++) {
            const int32_t *cluster = s->clusters + r * n;
            memset(size, 0, (size_t)n * sizeof *size);
            memset(both, 0, (size_t)n * sizeof *both);
            for (int64_t i = 0; i < n; i++) {
                size[cluster[i]]++;
                both[cluster[i]] += s->label[i] == l;
            }
            for (int64_t c = 0; c < n; c++)
                if (both[c]) best = fmax(best, 2 * (double)both[c] / (double)(size[c] + s->label_size[l]));
        }
        sum += best;
        count++;
    }
    if (count) s->out->isolated_f1 = sum / (double)count;
    return SCILAMA_OK;
}

static scilama_status score_label_silhouettes(scoring *s, scilama_error *error)
{
    if (s->labels < 2) return SCILAMA_OK;
    SLM_TRY(slm_silhouette(s->ctx, &s->p, NULL, s->p.n, s->label, s->labels, SLM_BETWEEN_NEAREST, s->value, error));
    SLM_SCOPE(work, s->ctx);
    double *sum = slm_scope_zeros(&work, s->labels, sizeof *sum), all = 0, alone = 0;
    int64_t isolated = 0;
    if (!sum) return slm_fail_nomem(error);
    for (int64_t i = 0; i < s->p.n; i++) {
        all += s->value[i];
        sum[s->label[i]] += (s->value[i] + 1) / 2;
    }
    s->out->silhouette_label = (all / (double)s->p.n + 1) / 2;
    for (int64_t l = 0; l < s->labels; l++)
        if (s->isolated[l]) alone += sum[l] / (double)s->label_size[l], isolated++;
    if (isolated) s->out->isolated_silhouette = alone / (double)isolated;
    return SCILAMA_OK;
}

/* Mean over labels of 1 - |silhouette of batches|; labels of one batch, or of as many
 * batches as cells, say nothing. */
static scilama_status batch_silhouette(scoring *s, bool cosine, enum slm_between between, double *value, scilama_error *error)
{
    slm_points p = s->p;
    SLM_SCOPE(work, s->ctx);
    int64_t *rows = slm_scope_array(&work, p.n, sizeof *rows), counted = 0;
    int32_t *code = slm_scope_array(&work, p.n, sizeof *code);
    double sum = 0;
    if (work.failed) return slm_fail_nomem(error);
    p.cosine = cosine;
    for (int64_t l = 0; l < s->labels; l++) {
        int64_t count = 0, groups = 0;
        double mean = 0;
        for (int64_t i = 0; i < p.n; i++)
            if (s->label[i] == l) rows[count++] = i;
        SLM_TRY(slm_compact_codes(s->ctx, s->batch, rows, count, code, &groups, error));
        if (groups == 1 || groups == count) continue;
        SLM_TRY(slm_silhouette(s->ctx, &p, rows, count, code, groups, between, s->value, error));
        for (int64_t i = 0; i < count; i++) mean += 1 - fabs(s->value[i]);
        sum += mean / (double)count;
        counted++;
    }
    if (counted) *value = sum / (double)counted;
    return SCILAMA_OK;
}

static scilama_status score_mixing(scoring *s, scilama_error *error)
{
    int64_t n = s->p.n, graph_k = s->k < GRAPH_K ? s->k : GRAPH_K, kbet_k = s->k < KBET_K ? s->k : KBET_K;
    double perplexity = floor((double)(s->k + 1) / 3), median;
    scilama_scores *out = s->out;
    scilama_status status = slm_graph_connectivity(s->ctx, n, graph_k, s->k, s->near, s->label, s->labels, &out->graph_connectivity, error);
    if (!status && s->labels > 1) {
        SLM_TRY(slm_lisi(s->ctx, n, s->k, s->k, s->near, s->distance, s->label, s->labels, perplexity, s->value, error));
        median = slm_median(s->value, n);
        out->clisi = median >= 1 ? ((double)s->labels - median) / (double)(s->labels - 1) : NAN;
    }
    /* Where each cell is a batch of its own, no neighbourhood has more than one of any, whatever the embedding. */
    if (status || s->batches < 2 || s->batches == n) return status;
    SLM_TRY(slm_lisi(s->ctx, n, s->k, s->k, s->near, s->distance, s->batch, s->batches, perplexity, s->value, error));
    median = slm_median(s->value, n);
    out->ilisi = median >= 1 ? (median - 1) / (double)(s->batches - 1) : NAN;
    status = slm_kbet(s->ctx, n, kbet_k, s->k, s->near, s->batch, s->batches, s->o->kbet_alpha, &out->kbet, error);
    scilama_graph *graph = NULL;
    if (!status && !(status = fuzzy_of(s, KBET_K, &graph, error)))
        status = slm_kbet_by_label(s->ctx, graph, s->label, s->labels, s->batch, s->batches, s->o->kbet_alpha, s->o->seed, &out->kbet_label, error);
    slm_graph_free(graph);
    return status;
}

/* Share of the variance that lies between batches. Over all components this is the
 * principal component regression of Buettner et al. 2018, without the components. */
static scilama_status variance_between(scoring *s, const float *x, int64_t dim, int64_t ld, const int64_t *rows, double *share, scilama_error *error)
{
    SLM_SCOPE(work, s->ctx);
    double *sum = slm_scope_zeros(&work, s->batches + 1, (size_t)dim * sizeof *sum), within = 0, total = 0;
    int64_t *size = slm_scope_zeros(&work, s->batches, sizeof *size);
    if (work.failed) return slm_fail_nomem(error);
    double *all = sum ? sum + s->batches * dim : NULL;
    for (int64_t i = 0; i < s->p.n; i++) {
        const float *row = x + (rows ? rows[i] : i) * ld;
        size[s->batch[i]]++;
        for (int64_t j = 0; j < dim; j++) {
            sum[s->batch[i] * dim + j] += (double)row[j];
            all[j] += (double)row[j];
        }
    }
    for (int64_t i = 0; i < s->p.n; i++) {
        const float *row = x + (rows ? rows[i] : i) * ld;
        int32_t b = s->batch[i];
        for (int64_t j = 0; j < dim; j++) {
            double w = (double)row[j] - sum[b * dim + j] / (double)size[b], t = (double)row[j] - all[j] / (double)s->p.n;
            within += w * w;
            total += t * t;
        }
    }
    *share = total > 0 ? 1 - within / total : 0;
    return SCILAMA_OK;
}

static scilama_status score_pcr(scoring *s, scilama_error *error)
{
    double before = 0, after = 0;
    if (!s->o->baseline) return SCILAMA_OK;
    int64_t ld = s->o->baseline_ld ? s->o->baseline_ld : s->o->baseline_dim;
    scilama_status status = variance_between(s, s->o->baseline, s->o->baseline_dim, ld, s->rows, &before, error);
    if (!status) status = variance_between(s, s->p.x, s->p.dim, s->p.ld, NULL, &after, error);
    if (!status && before > 0) s->out->pcr = fmax(0, (before - after) / before);
    return status;
}

static double mean_of(const double *values, int count)
{
    double sum = 0;
    int present = 0;
    for (int i = 0; i < count; i++)
        if (!isnan(values[i])) sum += values[i], present++;
    return present ? sum / present : NAN;
}

static void totals(scilama_scores *o)
{
    const double bio[] = { o->nmi, o->ari, o->silhouette_label, o->isolated_silhouette, o->isolated_f1, o->clisi };
    const double batch[] = { o->silhouette_batch, o->ilisi, o->kbet_label, o->graph_connectivity, o->pcr };
    o->bio = mean_of(bio, 6);
    o->batch = o->batches > 1 ? mean_of(batch, 5) : NAN;
    o->total = isnan(o->batch) ? o->bio : 0.6 * o->bio + 0.4 * o->batch;
}

scilama_status slm_score(scilama_context *ctx, const slm_points *points, const int32_t *labels, const int32_t *batches,
                         const scilama_score_options *options, scilama_scores *out, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    scoring s = { .ctx = ctx, .work = &work, .o = options, .out = out };
    SLM_TRY(select_cells(&s, points, labels, batches, error));
    SLM_TRY(find_isolated(&s, error));
    SLM_TRY(slm_knn_exact(ctx, &s.p, s.k, s.near, s.distance, error));
    SLM_TRY(score_clusters(&s, error));
    SLM_TRY(score_kmeans(&s, error));
    if (s.batches > 1) SLM_TRY(score_isolated_f1(&s, error));
    SLM_TRY(score_label_silhouettes(&s, error));
    if (s.batches > 1) SLM_TRY(batch_silhouette(&s, false, SLM_BETWEEN_NEAREST, &out->silhouette_batch, error));
    if (s.batches > 1) SLM_TRY(batch_silhouette(&s, true, SLM_BETWEEN_MEAN_OTHER, &out->bras, error));
    SLM_TRY(score_mixing(&s, error));
    if (s.batches > 1) SLM_TRY(score_pcr(&s, error));
    out->labels = s.labels;
    out->batches = s.batches;
    totals(out);
    return SCILAMA_OK;
}
