/* SPDX-License-Identifier: MIT */
#include "analysis/leiden.h"
#include "analysis/pca.h"
#include "core/rng.h"
#include "core/thread.h"

/* Lloyd's algorithm. Distances are taken in double precision, point by point: with the
 * few clusters of a labelling that is quick enough, and exact. */

enum { STREAM_KMEANS = SLM_STREAM_ANALYSIS | 3 << 8, TILE = 512, TRIALS = 4 };

typedef struct kmeans {
    scilama_context *ctx;
    const float *x;
    int64_t n, dim, ld, k;
    double *centre;      /* [k × dim] */
    double *sum;         /* [k × dim] */
    int64_t *size;       /* [k] */
    int32_t *label;      /* [n] */
    double *near;        /* [n] squared distance to the nearest centre */
    double *trial;       /* [n] */
    int64_t candidate;
} kmeans;

static double squared(const float *x, const double *c, int64_t dim)
{
    double s[4] = { 0, 0, 0, 0 };
    int64_t j = 0;
    for (; j + 4 <= dim; j += 4)
        for (int u = 0; u < 4; u++) s[u] += ((double)x[j + u] - c[j + u]) * ((double)x[j + u] - c[j + u]);
    for (; j < dim; j++) s[0] += ((double)x[j] - c[j]) * ((double)x[j] - c[j]);
    return (s[0] + s[1]) + (s[2] + s[3]);
}

static void assign_task(void *arg, int64_t task, int worker)
{
    kmeans *m = arg;
    SLM_FOR_TILE (i, task, TILE, m->n) {
        double best = INFINITY;
        for (int64_t c = 0; c < m->k; c++) {
            double d = squared(m->x + i * m->ld, m->centre + c * m->dim, m->dim);
            if (d < best) best = d, m->label[i] = (int32_t)c;
        }
        m->near[i] = best;
    }
}

static void trial_task(void *arg, int64_t task, int worker)
{
    kmeans *m = arg;
    const double *c = m->centre + m->candidate * m->dim;
    SLM_FOR_TILE (i, task, TILE, m->n) m->trial[i] = fmin(m->near[i], squared(m->x + i * m->ld, c, m->dim));
}

static double total(const double *v, int64_t n)
{
    double s = 0;
    for (int64_t i = 0; i < n; i++) s += v[i];
    return s;
}

static void copy_point(kmeans *m, int64_t centre, int64_t point)
{
    for (int64_t j = 0; j < m->dim; j++) m->centre[centre * m->dim + j] = (double)m->x[point * m->ld + j];
}

/* k-means++ (Arthur & Vassilvitskii 2007): of a few draws by squared distance, the one
 * that lowers the sum most. */
static void seed_centres(kmeans *m, slm_rng_seq *rng)
{
    for (int64_t i = 0; i < m->n; i++) m->near[i] = INFINITY;
    for (int64_t c = 0; c < m->k; c++) {
        double sum = c ? total(m->near, m->n) : 0, best = INFINITY;
        int64_t chosen = 0;
        m->candidate = c;
        for (int t = 0; t < (c ? TRIALS : 1); t++) {
            int64_t point = slm_rng_below(rng, m->n);
            if (sum > 0) point = slm_rng_weighted(rng, m->near, m->n, sum);
            copy_point(m, c, point);
            slm_parallel(m->ctx, slm_tiles(m->n, TILE), trial_task, m);
            double left = total(m->trial, m->n);
            if (left < best) best = left, chosen = point;
        }
        copy_point(m, c, chosen);
        slm_parallel(m->ctx, slm_tiles(m->n, TILE), trial_task, m);
        memcpy(m->near, m->trial, (size_t)m->n * sizeof *m->near);
    }
}

/* Moves the centres to the means; returns the squared distance moved. An empty
 * cluster takes the point farthest from its centre. */
static double move_centres(kmeans *m)
{
    double moved = 0;
    memset(m->sum, 0, (size_t)(m->k * m->dim) * sizeof *m->sum);
    memset(m->size, 0, (size_t)m->k * sizeof *m->size);
    for (int64_t i = 0; i < m->n; i++) {
        m->size[m->label[i]]++;
        for (int64_t j = 0; j < m->dim; j++) m->sum[m->label[i] * m->dim + j] += (double)m->x[i * m->ld + j];
    }
    for (int64_t c = 0; c < m->k; c++) {
        if (!m->size[c]) {
            int64_t far = 0;
            for (int64_t i = 1; i < m->n; i++)
                if (m->near[i] > m->near[far]) far = i;
            m->near[far] = 0;
            m->size[c] = 1;
            for (int64_t j = 0; j < m->dim; j++) m->sum[c * m->dim + j] = (double)m->x[far * m->ld + j];
        }
        for (int64_t j = 0; j < m->dim; j++) {
            double mean = m->sum[c * m->dim + j] / (double)m->size[c], step = mean - m->centre[c * m->dim + j];
            moved += step * step;
            m->centre[c * m->dim + j] = mean;
        }
    }
    return moved;
}

static double mean_variance(const kmeans *m)
{
    double all = 0;
    for (int64_t j = 0; j < m->dim; j++) {
        double sum = 0, square = 0;
        for (int64_t i = 0; i < m->n; i++) sum += (double)m->x[i * m->ld + j];
        for (int64_t i = 0; i < m->n; i++) square += ((double)m->x[i * m->ld + j] - sum / (double)m->n) * ((double)m->x[i * m->ld + j] - sum / (double)m->n);
        all += square / (double)m->n;
    }
    return all / (double)m->dim;
}

static scilama_status runs(kmeans *m, const scilama_kmeans_options *o, int32_t *labels, double *centres, double *inertia, scilama_error *error)
{
    double least = INFINITY, enough = o->tolerance * mean_variance(m);
    for (int32_t r = 0; r < o->restarts; r++) {
        slm_rng_seq rng = slm_rng_sequence(o->seed, STREAM_KMEANS, 0, (uint32_t)r);
        seed_centres(m, &rng);
        for (int32_t i = 0; i < o->max_iterations; i++) {
            if (slm_cancelled(m->ctx)) return slm_fail_cancelled(error);
            slm_parallel(m->ctx, slm_tiles(m->n, TILE), assign_task, m);
            if (move_centres(m) <= enough) break;
        }
        slm_parallel(m->ctx, slm_tiles(m->n, TILE), assign_task, m);
        double sum = total(m->near, m->n);
        if (sum >= least && r) continue;
        least = sum;
        memcpy(labels, m->label, (size_t)m->n * sizeof *labels);
        memcpy(centres, m->centre, (size_t)(m->k * m->dim) * sizeof *centres);
    }
    *inertia = least;
    return SCILAMA_OK;
}

scilama_status slm_kmeans(scilama_context *ctx, const float *x, int64_t n, int64_t dim, int64_t ld, const scilama_kmeans_options *o,
                          int32_t *labels, float *centers, double *inertia, scilama_error *error)
{
    kmeans m = { .ctx = ctx, .x = x, .n = n, .dim = dim, .ld = ld, .k = o->clusters };
    m.centre = slm_alloc_array(ctx, m.k, (size_t)dim * sizeof(double));
    m.sum = slm_alloc_array(ctx, m.k, (size_t)dim * sizeof(double));
    m.size = slm_alloc_array(ctx, m.k, sizeof *m.size);
    m.label = slm_alloc_array(ctx, n, sizeof *m.label);
    m.near = slm_alloc_array(ctx, n, sizeof *m.near);
    m.trial = slm_alloc_array(ctx, n, sizeof *m.trial);
    double *best = slm_alloc_array(ctx, m.k, (size_t)dim * sizeof *best), least = 0;
    int64_t *scratch = slm_alloc_array(ctx, n, 3 * sizeof *scratch);
    scilama_status status;
    if (!m.centre || !m.sum || !m.size || !m.label || !m.near || !m.trial || !best || !scratch) status = slm_fail_nomem(error);
    else status = runs(&m, o, labels, best, &least, error);
    if (!status) {
        memcpy(m.label, labels, (size_t)n * sizeof *labels);
        slm_labels_by_size(labels, n, scratch);
        for (int64_t c = 0; c < m.k; c++) m.size[c] = -1;
        for (int64_t i = 0; i < n; i++) m.size[labels[i]] = m.label[i]; /* where this label's centre is */
        for (int64_t c = 0; centers && c < m.k; c++)
            for (int64_t j = 0; j < dim; j++) centers[c * dim + j] = m.size[c] < 0 ? 0 : (float)best[m.size[c] * dim + j];
        if (inertia) *inertia = least;
    }
    slm_free_all(ctx, m.centre, m.sum, m.size, m.label, m.near, m.trial, best, scratch);
    return status;
}
