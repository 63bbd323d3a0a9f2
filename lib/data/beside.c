/* SPDX-License-Identifier: MIT */
#include "data/beside.h"
#include "core/thread.h"
#include "data/design.h"
#include "linalg/eigen.h"
#include "linalg/gemm.h"
#include "linalg/principal.h"

/* Factor loadings of genes beside the model's, for a query that lacks many of those: first from vectors or from the query's own
 * axes, turned (orthogonal Procrustes) to agree with what is known, then by regression on the cells' factors (EM of factor analysis). */

enum { RANK = SLM_FACTORS_RANK, CELLS = 2048, AXES = 12, ROUNDS = 10, NEAREST = 3, TILE = 64 };
static const double ENOUGH = 0.25;      /* shared genes that tell this much are trusted more than directions */
static const double LEAST_NOISE = 0.05; /* of a gene of variance 1 */
static const double TOLD = 0.002;       /* of held-out loadings' variance: true vectors tell 0.006 to 0.023, shuffled ones at most 0.0013 */

typedef struct learning {
    scilama_context *ctx;
    const slm_beside_plan *plan;
    const slm_factors *factors;
    int64_t n, m, shared, others; /* cells of the sample; its genes = shared + others */
    int32_t *at;             /* [m] columns of the design: shared ones first */
    float *x;                /* [n × m] columns of mean 0 */
    float *moved;            /* [m] the mean that was taken away, beyond factors->mean; of others 0 */
    float *target;           /* [m × RANK] loadings as known or predicted; 0: not known */
    int axes;
    double variance[AXES], noise;
    double *axis;            /* [AXES × m] */
    double explained;        /* share of the variance of held-out genes' loadings that vectors tell */
    double turn[AXES * RANK]; /* R: factors from the query's own axes */
    slm_beside *out;
} learning;

void slm_beside_free(scilama_context *ctx, slm_beside *b)
{
    slm_free_all(ctx, b->loading, b->mean, b->noise);
    *b = (slm_beside){ 0 };
}

/* --- what is read ------------------------------------------------------------------------ */

static scilama_status read_sample(learning *l, scilama_error *error)
{
    const slm_design *d = l->plan->design;
    int64_t *cells = slm_alloc_array(l->ctx, l->n, sizeof *cells);
    double *mean = slm_alloc_array_zero(l->ctx, l->m, sizeof *mean);
    slm_real *row = slm_alloc_array(l->ctx, d->wide, sizeof *row);
    scilama_status status = cells && mean && row ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t i = 0; i < l->n && !status; i++) cells[i] = i * d->cells / l->n;
    for (int64_t i = 0; i < l->n && !status; i++) {
        if ((status = slm_design_gather(d, cells + i, 1, l->n - i, row, d->wide, error))) break;
        for (int64_t k = 0; k < l->m; k++) {
            float v = (float)row[l->at[k]] - (l->at[k] < d->genes ? l->factors->mean[l->at[k]] : 0);
            l->x[i * l->m + k] = v;
            mean[k] += (double)v / (double)l->n;
        }
    }
    for (int64_t k = 0; k < l->m && !status; k++) l->moved[k] = k < l->shared ? (float)mean[k] : 0;
    for (int64_t i = 0; i < l->n * l->m && !status; i++) l->x[i] -= (float)mean[i % l->m];
    slm_free_all(l->ctx, cells, mean, row);
    return status;
}

/* Loadings of the others from their vectors. */
static scilama_status predict_loadings(learning *l, scilama_error *error)
{
    const slm_link *link = l->plan->link;
    int64_t known = l->factors->genes, n = known + l->others;
    slm_kernel_table table[SLM_LINK_TABLES];
    SLM_SCOPE(work, l->ctx);
    for (int64_t t = 0; t < link->tables; t++) {
        int64_t width = link->table[t].width;
        float *rows = slm_scope_array(&work, n, (size_t)width * sizeof *rows);
        if (!rows) return slm_fail_nomem(error);
        memcpy(rows, link->table[t].model, (size_t)(known * width) * sizeof *rows);
        for (int64_t o = 0; o < l->others; o++)
            memcpy(rows + (known + o) * width, link->table[t].query + l->plan->columns[known + o] * width, (size_t)width * sizeof *rows);
        table[t] = (slm_kernel_table){ rows, width };
    }
    slm_kernel_found found = { .lambda = NULL };
    SLM_TRY(slm_kernel_ridge(l->ctx, &(slm_kernel_options){ .kind = SLM_KERNEL_GAUSSIAN }, table, link->tables, n, known, l->factors->loading, RANK,
                             l->target + l->shared * RANK, &found, error));
    l->explained = found.explained;
    return SCILAMA_OK;
}

/* --- the query's own axes, turned ---------------------------------------------------------- */

/* R = (C Cᵀ)^-½ C: of all matrices with orthonormal rows the one nearest C [axes × RANK] (Procrustes). */
static void nearest_turn(const learning *l, const double *c, double *turn)
{
    int n = l->axes;
    double a[AXES * AXES], vectors[AXES * AXES], values[AXES], work[2 * AXES], root[AXES * AXES] = { 0 };
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            a[i * n + j] = 0;
            for (int r = 0; r < RANK; r++) a[i * n + j] += c[i * RANK + r] * c[j * RANK + r];
        }
    slm_eigh(a, vectors, values, work, n);
    for (int k = 0; k < n; k++)
        for (int i = 0; i < n && values[k] > 1e-12 * values[n - 1]; i++)
            for (int j = 0; j < n; j++) root[i * n + j] += vectors[k * n + i] * vectors[k * n + j] / sqrt(values[k]);
    for (int i = 0; i < n; i++)
        for (int r = 0; r < RANK; r++) {
            turn[i * RANK + r] = 0;
            for (int j = 0; j < n; j++) turn[i * RANK + r] += root[i * n + j] * c[j * RANK + r];
        }
}

/* Loadings by the query's own axis k: its direction times √(variance − noise). */
static double own_scale(const learning *l, int k) { return sqrt(fmax(l->variance[k] - l->noise, 0)); }

static scilama_status find_axes(learning *l, scilama_error *error)
{
    double left = 0, c[AXES * RANK];
    for (int64_t i = 0; i < l->n * l->m; i++) left += (double)l->x[i] * (double)l->x[i];
    left /= (double)(l->n - 1);
    SLM_TRY(slm_principal_axes(l->ctx, l->x, l->n, l->m, l->axes, l->variance, l->axis, error));
    for (int k = 0; k < l->axes; k++) left -= l->variance[k];
    l->noise = fmax(left / (double)(l->m - l->axes), LEAST_NOISE);
    for (int k = 0; k < l->axes; k++)
        for (int r = 0; r < RANK; r++) {
            double sum = 0;
            for (int64_t g = 0; g < l->m; g++) sum += l->axis[k * l->m + g] * (double)l->target[g * RANK + r];
            c[k * RANK + r] = own_scale(l, k) * sum;
        }
    nearest_turn(l, c, l->turn);
    return SCILAMA_OK;
}

/* Where the mean of the nearest centres lies from q [RANK]. */
static void closest(const slm_factors *f, const double *q, double *out)
{
    double least[NEAREST];
    int64_t which[NEAREST], kept = 0;
    for (int64_t c = 0; c < f->centres; c++) {
        double d = 0;
        int64_t at = kept < NEAREST ? kept++ : NEAREST;
        for (int r = 0; r < RANK; r++) d += (q[r] - (double)f->centre[c * RANK + r]) * (q[r] - (double)f->centre[c * RANK + r]);
        for (; at > 0 && d < least[at - 1]; at--)
            if (at < NEAREST) least[at] = least[at - 1], which[at] = which[at - 1];
        if (at < NEAREST) least[at] = d, which[at] = c;
    }
    for (int r = 0; r < RANK; r++) {
        out[r] = 0;
        for (int64_t i = 0; i < kept; i++) out[r] += (double)f->centre[which[i] * RANK + r] / (double)kept;
    }
}

/* The turn under which the query's cells lie nearest to where training cells lie. */
static scilama_status turn_to_cells(learning *l, scilama_error *error)
{
    double length[RANK] = { 0 };
    double *u = slm_alloc_array_zero(l->ctx, l->n, AXES * sizeof *u);
    if (!u) return slm_fail_nomem(error);
    for (int64_t g = 0; g < l->factors->genes; g++)
        for (int r = 0; r < RANK; r++) length[r] += (double)l->factors->loading[g * RANK + r] * (double)l->factors->loading[g * RANK + r];
    for (int r = 0; r < RANK; r++) length[r] = sqrt(length[r]);
    for (int64_t i = 0; i < l->n; i++) /* posterior scores on the query's own axes */
        for (int k = 0; k < l->axes; k++) {
            double sum = 0;
            for (int64_t g = 0; g < l->m; g++) sum += l->axis[k * l->m + g] * (double)l->x[i * l->m + g];
            u[i * AXES + k] = l->variance[k] > 0 ? own_scale(l, k) / l->variance[k] * sum : 0;
        }
    for (int round = 0; round < ROUNDS; round++) {
        double c[AXES * RANK] = { 0 };
        for (int64_t i = 0; i < l->n; i++) {
            double q[RANK] = { 0 }, to[RANK];
            for (int k = 0; k < l->axes; k++)
                for (int r = 0; r < RANK; r++) q[r] += u[i * AXES + k] * l->turn[k * RANK + r] * length[r];
            closest(l->factors, q, to);
            for (int k = 0; k < l->axes; k++)
                for (int r = 0; r < RANK; r++) c[k * RANK + r] += u[i * AXES + k] * to[r] * length[r];
        }
        nearest_turn(l, c, l->turn);
    }
    slm_free(l->ctx, u);
    return SCILAMA_OK;
}

/* Loadings as the vectors have them, where nothing says how to turn. */
static void predicted_loadings(learning *l)
{
    for (int64_t o = 0; o < l->others; o++) {
        const float *w = l->target + (l->shared + o) * RANK;
        double told = 0;
        memcpy(l->out->loading + o * RANK, w, RANK * sizeof *w);
        for (int r = 0; r < RANK; r++) told += (double)w[r] * (double)w[r];
        l->out->noise[o] = (float)fmax(1 - told, LEAST_NOISE);
    }
}

static void turned_loadings(learning *l)
{
    for (int64_t o = 0; o < l->others; o++) {
        float *w = l->out->loading + o * RANK;
        for (int r = 0; r < RANK; r++) {
            double sum = 0;
            for (int k = 0; k < l->axes; k++) sum += l->axis[k * l->m + l->shared + o] * own_scale(l, k) * l->turn[k * RANK + r];
            w[r] = (float)sum;
        }
        l->out->noise[o] = (float)l->noise;
    }
}

/* --- the query's cells in the model's factors, and loadings by regression on them ------------ */

/* Mean of the sample's factors by the shared genes, others adding what they tell relative to it. M⁻¹ into `inverse`. */
static void place(const learning *l, bool others, double *inverse, float *pull, double *centre)
{
    const slm_beside *b = l->out;
    double sum[RANK] = { 0 };
    memset(inverse, 0, RANK * RANK * sizeof *inverse);
    for (int i = 0; i < RANK; i++) inverse[i * RANK + i] = 1;
    for (int64_t k = 0; k < (others ? l->m : l->shared); k++) {
        const float *w = k < l->shared ? l->target + k * RANK : b->loading + (k - l->shared) * RANK;
        double noise = k < l->shared ? l->factors->noise : (double)b->noise[k - l->shared];
        for (int i = 0; i < RANK; i++)
            for (int j = 0; j < RANK; j++) inverse[i * RANK + j] += (double)w[i] * (double)w[j] / noise;
        for (int i = 0; i < RANK && k < l->shared; i++) sum[i] += (double)w[i] * (double)l->moved[k] / noise;
    }
    if (!others) { /* others tell nothing of the mean: it is the shared genes' */
        double own[RANK * RANK];
        memcpy(own, inverse, sizeof own);
        slm_factors_invert(own);
        for (int i = 0; i < RANK; i++) {
            centre[i] = 0;
            for (int j = 0; j < RANK; j++) centre[i] += own[i * RANK + j] * sum[j];
        }
    }
    slm_factors_invert(inverse);
    for (int64_t k = 0; k < l->m; k++) { /* M⁻¹ w / noise: deviations of the sample's factors are x pull */
        const float *w = k < l->shared ? l->target + k * RANK : b->loading + (k - l->shared) * RANK;
        double noise = k < l->shared ? l->factors->noise : (double)b->noise[k - l->shared];
        for (int i = 0; i < RANK; i++) {
            double v = 0;
            for (int j = 0; j < RANK; j++) v += inverse[i * RANK + j] * (double)w[j];
            pull[k * RANK + i] = k < l->shared || others ? (float)(v / noise) : 0;
        }
    }
}

typedef struct regression { const learning *l; const float *pull; float *t; float *moment; } regression;

/* Products of up to TILE cells. */
static void place_tile(void *arg, int64_t task, int worker)
{
    const regression *p = arg;
    const learning *l = p->l;
    int64_t first = task * TILE, rows = l->n - first < TILE ? l->n - first : TILE;
    slm_sgemm_serial(false, false, rows, RANK, l->m, 1, l->x + first * l->m, l->m, p->pull, RANK, 0, p->t + first * RANK, RANK);
}

/* Σ_i y_i t_i of up to TILE other genes. */
static void moment_tile(void *arg, int64_t task, int worker)
{
    const regression *p = arg;
    const learning *l = p->l;
    int64_t first = task * TILE, genes = l->others - first < TILE ? l->others - first : TILE;
    slm_sgemm_serial(true, false, genes, RANK, l->n, 1, l->x + l->shared + first, l->m, p->t, RANK, 0, p->moment + first * RANK, RANK);
}

/* EM of factor analysis for the others' loadings and noise, the shared genes' held:
 *   w = (Σ t tᵀ + n M⁻¹)⁻¹ Σ t y,  noise = 1 − wᵀ Σ t y / n. */
static scilama_status regress(learning *l, int rounds, scilama_error *error)
{
    double inverse[RANK * RANK], centre[RANK];
    SLM_SCOPE(work, l->ctx);
    float *pull = slm_scope_array(&work, l->m, RANK * sizeof *pull), *t = slm_scope_array(&work, l->n, RANK * sizeof *t);
    float *moment = slm_scope_array(&work, l->others, RANK * sizeof *moment);
    if (work.failed) return slm_fail_nomem(error);
    regression p = { l, pull, t, moment };
    place(l, false, inverse, pull, centre);
    for (int round = 0; round < rounds; round++) {
        double a[RANK * RANK];
        if (slm_cancelled(l->ctx)) return slm_fail_cancelled(error);
        place(l, true, inverse, pull, centre);
        slm_parallel(l->ctx, slm_tiles(l->n, TILE), place_tile, &p);
        slm_parallel(l->ctx, slm_tiles(l->others, TILE), moment_tile, &p);
        for (int i = 0; i < RANK * RANK; i++) a[i] = (double)l->n * inverse[i];
        for (int64_t c = 0; c < l->n; c++)
            for (int i = 0; i < RANK; i++)
                for (int j = 0; j < RANK; j++) a[i * RANK + j] += (double)t[c * RANK + i] * (double)t[c * RANK + j];
        slm_factors_invert(a);
        for (int64_t o = 0; o < l->others; o++) {
            double told = 0;
            for (int i = 0; i < RANK; i++) {
                double w = 0;
                for (int j = 0; j < RANK; j++) w += a[i * RANK + j] * (double)moment[o * RANK + j];
                l->out->loading[o * RANK + i] = (float)w;
                told += w * (double)moment[o * RANK + i] / (double)l->n;
            }
            l->out->noise[o] = (float)fmax(1 - told, LEAST_NOISE);
        }
    }
    /* others are measured from the query's mean, which lies at `centre` in the factors */
    for (int64_t o = 0; o < l->others; o++) {
        double shift = 0;
        for (int i = 0; i < RANK; i++) shift += (double)l->out->loading[o * RANK + i] * centre[i];
        l->out->mean[o] = (float)-shift;
    }
    return SCILAMA_OK;
}

/* --- all together --------------------------------------------------------------------------- */

static scilama_status reserve(learning *l, scilama_error *error)
{
    slm_beside *b = l->out;
    b->others = l->others;
    b->loading = slm_alloc_array_zero(l->ctx, l->others, RANK * sizeof *b->loading);
    b->mean = slm_alloc_array_zero(l->ctx, l->others, sizeof *b->mean);
    b->noise = slm_alloc_array_zero(l->ctx, l->others, sizeof *b->noise);
    l->at = slm_alloc_array(l->ctx, l->m, sizeof *l->at);
    l->x = slm_alloc_array(l->ctx, l->n, (size_t)l->m * sizeof *l->x);
    l->moved = slm_alloc_array(l->ctx, l->m, sizeof *l->moved);
    l->target = slm_alloc_array_zero(l->ctx, l->m, RANK * sizeof *l->target);
    l->axis = slm_alloc_array(l->ctx, l->m, AXES * sizeof *l->axis);
    for (int64_t o = 0; o < l->others && b->noise; o++) b->noise[o] = 1;
    if (!b->loading || !b->mean || !b->noise || !l->at || !l->x || !l->moved || !l->target || !l->axis) return slm_fail_nomem(error);
    int64_t at = 0;
    for (int64_t g = 0; g < l->plan->design->wide; g++)
        if (g >= l->plan->design->genes || !l->plan->absent[g]) l->at[at++] = (int32_t)g;
    for (int64_t k = 0; k < l->shared; k++) memcpy(l->target + k * RANK, l->factors->loading + l->at[k] * RANK, RANK * sizeof *l->target);
    return SCILAMA_OK;
}

scilama_status slm_beside_learn(slm_beside *out, const slm_beside_plan *plan, scilama_error *error)
{
    const slm_design *d = plan->design;
    learning l = { .ctx = d->ctx, .plan = plan, .factors = plan->factors, .others = d->wide - d->genes, .out = out };
    for (int64_t g = 0; g < d->genes; g++) l.shared += !plan->absent[g];
    l.n = d->cells < CELLS ? d->cells : CELLS;
    l.m = l.shared + l.others;
    l.axes = (int)(l.n / 8 < AXES ? l.n / 8 : AXES);
    if (l.axes > l.m / 2) l.axes = (int)(l.m / 2);
    *out = (slm_beside){ 0 };
    scilama_status status = reserve(&l, error);
    if (!status) status = read_sample(&l, error);
    if (!status && plan->link) status = predict_loadings(&l, error);
    bool little = plan->recovered < ENOUGH;
    if (!status && little && l.explained < TOLD) predicted_loadings(&l);
    else if (!status && l.axes) {
        status = find_axes(&l, error);
        if (!status && little && l.factors->centres) status = turn_to_cells(&l, error);
        if (!status) turned_loadings(&l);
    }
    if (!status) status = regress(&l, little ? 0 : ROUNDS / 2, error);
    out->explained = l.explained;
    slm_free_all(l.ctx, l.at, l.x, l.moved, l.target, l.axis);
    if (status) slm_beside_free(l.ctx, out);
    return status;
}
