/* SPDX-License-Identifier: MIT */
#include "linalg/kernel_features.h"
#include "core/thread.h"
#include "linalg/gemm.h"

/* How much each table of gene vectors is to count (kernel_features.h): the weights under which the targets are most likely.
 * With M = K + λ I, α_c = M⁻¹ (Y_c - m_c), s_c = (Y_c - m_c)ᵀ α_c / n and G = (Σ_c α_c α_cᵀ / s_c - k M⁻¹) / 2 over the k columns that vary:
 *   evidence = -n/2 Σ_c ln s_c - k/2 ln |M|,  d evidence / d θ = Σ_ij G_ij dK_ij / dθ */

enum { TILE = 64, STEPS = 20 };
static const double START = 3, PRIOR = 2;            /* λ; deviation of ln w */
static const double FIRST = 1, MOST = 2.5, GROW = 1.3, SHRINK = 0.4; /* of a step in ln w and ln λ */

typedef struct evidence {
    scilama_context *ctx;
    const slm_kernel_features *f;
    int64_t tables, n, k, varying, block; /* varying: of the k columns; block: the first row of the one that is eliminated */
    float *similar;               /* [tables][n × n] exp(-|A_t(i) - A_t(j)|²) */
    float *mixed, *matrix, *g;    /* [n × n] Σ w similar; M, then M⁻¹; G */
    float *centred, *alpha, *scaled; /* [n × k] */
    float *row, *column;          /* [TILE × n], [n × TILE] of the block */
    double *known, *sums, *scale; /* [n] weights of a row's tables; [tiles × (tables + 1)]; [k] */
    const double *weight;
    double lambda;
} evidence;

static int64_t rows_of(const evidence *e, int64_t task) { return e->n - task * TILE < TILE ? e->n - task * TILE : TILE; }

static void similar_task(void *arg, int64_t task, int worker)
{
    const evidence *e = arg;
    int64_t first = task * TILE, rows = rows_of(e, task), n = e->n;
    for (int64_t t = 0; t < e->tables; t++) {
        const slm_kernel_features *f = &e->f[t];
        float *to = e->similar + (t * n + first) * n;
        slm_sgemm_serial(false, true, rows, n, f->width, 1, f->x + first * f->width, f->width, f->x, f->width, 0, to, n);
        for (int64_t r = 0; r < rows; r++)
            for (int64_t c = 0; c < n; c++)
                to[r * n + c] = f->present[first + r] && f->present[c] ? expf(-2 * fmaxf(1 - to[r * n + c], 0)) : 0;
    }
}

static void matrix_task(void *arg, int64_t task, int worker)
{
    const evidence *e = arg;
    for (int64_t i = task * TILE; i < task * TILE + rows_of(e, task); i++) {
        float *a = e->mixed + i * e->n, *m = e->matrix + i * e->n;
        memset(a, 0, (size_t)e->n * sizeof *a);
        for (int64_t t = 0; t < e->tables; t++)
            for (int64_t j = 0; j < e->n; j++) a[j] += (float)e->weight[t] * e->similar[(t * e->n + i) * e->n + j];
        for (int64_t j = 0; j < e->n; j++) m[j] = a[j] != 0 ? a[j] * a[j] / (float)(e->known[i] * e->known[j]) : 0;
        m[i] += (float)e->lambda;
    }
}

/* The inverse of a [n × n], symmetric and positive definite, in place; its ln determinant. n is at most TILE. */
static double invert_block(double *a, int64_t n)
{
    double determinant = 0;
    for (int64_t p = 0; p < n; p++) {
        double pivot = a[p * n + p];
        determinant += log(pivot);
        a[p * n + p] = 1;
        for (int64_t j = 0; j < n; j++) a[p * n + j] /= pivot;
        for (int64_t i = 0; i < n; i++) {
            double by = a[i * n + p];
            if (i == p) continue;
            a[i * n + p] = 0;
            for (int64_t j = 0; j < n; j++) a[i * n + j] -= by * a[p * n + j];
        }
    }
    return determinant;
}

/* Rows of M other than the block's lose their part in it. */
static void eliminate_task(void *arg, int64_t task, int worker)
{
    const evidence *e = arg;
    int64_t first = task * TILE, rows = rows_of(e, task), width = e->n - e->block < TILE ? e->n - e->block : TILE;
    float *m = e->matrix + first * e->n, *column = e->column + first * TILE;
    if (first == e->block) {
        memcpy(m, e->row, (size_t)(rows * e->n) * sizeof *m);
        return;
    }
    for (int64_t r = 0; r < rows; r++) {
        memcpy(column + r * width, m + r * e->n + e->block, (size_t)width * sizeof *m);
        memset(m + r * e->n + e->block, 0, (size_t)width * sizeof *m);
    }
    slm_sgemm_serial(false, false, rows, e->n, width, -1, column, width, e->row, e->n, 1, m, e->n);
}

/* M becomes its inverse, a block of rows and columns at a time (Gauss and Jordan; positive definite, so without pivots). */
static double invert(evidence *e)
{
    double determinant = 0, pivot[TILE * TILE];
    float inverse[TILE * TILE];
    int64_t n = e->n;
    for (e->block = 0; e->block < n; e->block += TILE) {
        int64_t width = n - e->block < TILE ? n - e->block : TILE;
        float *m = e->matrix + e->block * n;
        for (int64_t i = 0; i < width * width; i++) pivot[i] = (double)m[i / width * n + e->block + i % width];
        determinant += invert_block(pivot, width);
        for (int64_t i = 0; i < width * width; i++) inverse[i] = (float)pivot[i];
        slm_sgemm_serial(false, false, width, n, width, 1, inverse, width, m, n, 0, e->row, n);
        for (int64_t i = 0; i < width; i++) memcpy(e->row + i * n + e->block, inverse + i * width, (size_t)width * sizeof *inverse);
        slm_parallel(e->ctx, slm_tiles(n, TILE), eliminate_task, e);
    }
    return determinant;
}

static void alpha_task(void *arg, int64_t task, int worker)
{
    const evidence *e = arg;
    int64_t first = task * TILE;
    slm_sgemm_serial(false, false, rows_of(e, task), e->k, e->n, 1, e->matrix + first * e->n, e->n, e->centred, e->k, 0, e->alpha + first * e->k, e->k);
}

/* G of a tile's rows, and their part of the gradient. */
static void gradient_task(void *arg, int64_t task, int worker)
{
    const evidence *e = arg;
    int64_t first = task * TILE, rows = rows_of(e, task), n = e->n;
    double *sums = e->sums + task * (e->tables + 1);
    memset(sums, 0, (size_t)(e->tables + 1) * sizeof *sums);
    slm_sgemm_serial(false, true, rows, n, e->k, 0.5F, e->scaled + first * e->k, e->k, e->alpha, e->k, 0, e->g + first * n, n);
    for (int64_t i = first; i < first + rows; i++) {
        float *g = e->g + i * n;
        const float *a = e->mixed + i * n, *inverse = e->matrix + i * n;
        double within = 0;
        for (int64_t j = 0; j < n; j++) g[j] -= 0.5F * (float)e->varying * inverse[j];
        sums[e->tables] += (double)g[i] * e->lambda;
        for (int64_t j = 0; j < n; j++) { /* what dK has in common for all tables */
            g[j] = a[j] != 0 ? 2 * g[j] * a[j] / (float)(e->known[i] * e->known[j]) : 0;
            within += (double)g[j] * (double)a[j];
        }
        for (int64_t t = 0; t < e->tables; t++) {
            const float *similar = e->similar + (t * n + i) * n;
            double sum = 0;
            for (int64_t j = 0; j < n; j++) sum += (double)g[j] * (double)similar[j];
            /* n(i) and n(j) alike, as G is symmetric: twice the half of what is within */
            sums[t] += e->weight[t] * (sum - (e->f[t].present[i] ? within / e->known[i] : 0));
        }
    }
}

/* gradient [tables + 1] by ln w and ln λ */
static double evaluate(evidence *e, const double *weight, double lambda, double *gradient)
{
    double value = 0, *scale = e->scale;
    int64_t tiles = slm_tiles(e->n, TILE);
    e->weight = weight;
    e->lambda = lambda;
    for (int64_t i = 0; i < e->n; i++) {
        e->known[i] = 0;
        for (int64_t t = 0; t < e->tables; t++) e->known[i] += e->f[t].present[i] ? weight[t] : 0;
    }
    slm_parallel(e->ctx, tiles, matrix_task, e);
    value -= 0.5 * (double)e->varying * invert(e);
    slm_parallel(e->ctx, tiles, alpha_task, e);
    for (int64_t c = 0; c < e->k; c++) {
        scale[c] = 0;
        for (int64_t i = 0; i < e->n; i++) scale[c] += (double)e->centred[i * e->k + c] * (double)e->alpha[i * e->k + c] / (double)e->n;
        if (scale[c] > 0) value -= 0.5 * (double)e->n * log(scale[c]);
    }
    for (int64_t i = 0; i < e->n * e->k; i++) e->scaled[i] = scale[i % e->k] > 0 ? (float)((double)e->alpha[i] / scale[i % e->k]) : 0;
    slm_parallel(e->ctx, tiles, gradient_task, e);
    memset(gradient, 0, (size_t)(e->tables + 1) * sizeof *gradient);
    for (int64_t s = 0; s < tiles * (e->tables + 1); s++) gradient[s % (e->tables + 1)] += e->sums[s];
    return value;
}

static scilama_status begin(slm_scope *work, evidence *e, const float *targets, scilama_error *error)
{
    int64_t n = e->n, size;
    if (!slm_mul_size(n, n, &size)) return slm_fail_nomem(error);
    e->similar = slm_scope_array(work, size, (size_t)e->tables * sizeof *e->similar);
    e->mixed = slm_scope_array(work, size, sizeof *e->mixed);
    e->matrix = slm_scope_array(work, size, sizeof *e->matrix);
    e->g = slm_scope_array(work, size, sizeof *e->g);
    e->centred = slm_scope_array(work, n, (size_t)e->k * sizeof *e->centred);
    e->alpha = slm_scope_array(work, n, (size_t)e->k * sizeof *e->alpha);
    e->scaled = slm_scope_array(work, n, (size_t)e->k * sizeof *e->scaled);
    e->row = slm_scope_array(work, n, TILE * sizeof *e->row);
    e->column = slm_scope_array(work, n, TILE * sizeof *e->column);
    e->known = slm_scope_array(work, n, sizeof *e->known);
    e->sums = slm_scope_array(work, slm_tiles(n, TILE), (size_t)(e->tables + 1) * sizeof *e->sums);
    e->scale = slm_scope_array(work, e->k, sizeof *e->scale);
    if (work->failed) return slm_fail_nomem(error);
    for (int64_t c = 0; c < e->k; c++) {
        double mean = 0, squares = 0, whole = 0;
        for (int64_t i = 0; i < n; i++) mean += (double)targets[i * e->k + c] / (double)n;
        for (int64_t i = 0; i < n; i++) {
            double y = (double)targets[i * e->k + c];
            squares += (y - mean) * (y - mean);
            whole += y * y;
        }
        bool constant = squares <= 1e-12 * whole; /* which any kernel tells */
        e->varying += !constant;
        for (int64_t i = 0; i < n; i++) e->centred[i * e->k + c] = constant ? 0 : (float)((double)targets[i * e->k + c] - mean);
    }
    slm_parallel(e->ctx, slm_tiles(n, TILE), similar_task, e);
    return SCILAMA_OK;
}

scilama_status slm_kernel_evidence(scilama_context *ctx, const slm_kernel_features *f, int64_t n_tables, int64_t rows, const float *targets, int64_t k,
                                   const double *weight, double lambda, double *value, double *gradient, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    evidence e = { .ctx = ctx, .f = f, .tables = n_tables, .n = rows, .k = k };
    SLM_TRY(begin(&work, &e, targets, error));
    *value = evaluate(&e, weight, lambda, gradient);
    return SCILAMA_OK;
}

/* --- the most likely weights ------------------------------------------------------------------- */

/* What moves: ln w of the tables, which the prior holds, and ln λ. */
typedef struct ascent { double *at, *step, *before; int64_t n; } ascent;

/* By the sign of the gradient alone; where it turned, a step is shorter and left out once. */
static void move(ascent *a, const double *gradient)
{
    for (int64_t i = 0; i < a->n; i++) {
        double same = gradient[i] * a->before[i];
        a->step[i] = same > 0 ? fmin(a->step[i] * GROW, MOST) : same < 0 ? a->step[i] * SHRINK : a->step[i];
        a->before[i] = same < 0 ? 0 : gradient[i];
        if (same >= 0) a->at[i] += gradient[i] > 0 ? a->step[i] : gradient[i] < 0 ? -a->step[i] : 0;
    }
}

static void to_weights(const double *at, int64_t n, double *weight)
{
    double sum = 0;
    for (int64_t t = 0; t < n; t++) sum += exp(at[t]);
    for (int64_t t = 0; t < n; t++) weight[t] = exp(at[t]) / sum;
}

scilama_status slm_kernel_weights(scilama_context *ctx, const slm_kernel_features *f, int64_t n_tables, int64_t rows, const float *targets, int64_t k,
                                  double *weight, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    evidence e = { .ctx = ctx, .f = f, .tables = n_tables, .n = rows, .k = k };
    ascent a = { slm_scope_zeros(&work, n_tables + 1, sizeof *a.at), slm_scope_array(&work, n_tables + 1, sizeof *a.step),
                 slm_scope_zeros(&work, n_tables + 1, sizeof *a.before), n_tables + 1 };
    double *gradient = slm_scope_array(&work, n_tables + 1, sizeof *gradient), *next = slm_scope_array(&work, n_tables, sizeof *next),
           *prior = slm_scope_array(&work, n_tables, sizeof *prior), best = -INFINITY;
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(begin(&work, &e, targets, error));
    for (int64_t i = 0; i <= n_tables; i++) a.step[i] = FIRST;
    a.at[n_tables] = log(START);
    for (int64_t t = 0; t < n_tables; t++) {
        int64_t present = 0;
        for (int64_t i = 0; i < rows; i++) present += f[t].present[i];
        prior[t] = a.at[t] = log((double)(present > 0 ? present : 1) / (double)rows);
    }
    for (int step = 0; step < STEPS; step++) {
        if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
        to_weights(a.at, n_tables, next);
        double value = evaluate(&e, next, exp(a.at[n_tables]), gradient);
        for (int64_t t = 0; t < n_tables; t++) {
            value -= (a.at[t] - prior[t]) * (a.at[t] - prior[t]) / (2 * PRIOR * PRIOR);
            gradient[t] -= (a.at[t] - prior[t]) / (PRIOR * PRIOR);
        }
        if (!isfinite(value)) break;
        if (value > best) memcpy(weight, next, (size_t)n_tables * sizeof *weight);
        best = fmax(best, value);
        move(&a, gradient);
    }
    return SCILAMA_OK;
}
