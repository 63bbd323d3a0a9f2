/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "linalg/gemm.h"
#include "linalg/principal.h"
#include "model/evaluate.h"

/* Where reference and query cells lie on axes along which either varies: what is new in a query varies along axes that the
 * reference does not have, so that neither the embedding nor the reference's own principal components show it. */

enum { RANK = SLM_FACTORS_RANK, SAMPLE = 2048, AXES = SLM_JOINT_AXES, ROWS = 1024, TASK = 32 };

/* Rows of expression on axes: out [n × n_axes] = (x - mean) axesᵀ. */
typedef struct projection { const slm_design *d; const slm_real *axes, *offset; int64_t n_axes, n; slm_real *rows, *places; float *out; } projection;

static void project_rows(void *arg, int64_t task, int worker)
{
    const projection *p = arg;
    int64_t first = task * TASK, n = p->n - first < TASK ? p->n - first : TASK, genes = p->d->genes;
    slm_gemm g = { .m = n, .n = p->n_axes, .k = genes, .tb = true, .alpha = 1, .a = p->rows + first * genes, .b = p->axes,
                   .lda = genes, .ldb = genes, .ldc = p->n_axes, .c = p->places + first * p->n_axes };
    slm_gemm_serial(&g);
    for (int64_t i = first * p->n_axes; i < (first + n) * p->n_axes; i++) p->out[i] = (float)(p->places[i] - p->offset[i % p->n_axes]);
}

/* Cells [n] of a design, ascending, on axes [n_axes × genes]. */
static scilama_status project(const slm_design *d, const slm_factors *f, const float *axes, int64_t n_axes, const int64_t *cells, int64_t n,
                              float *out, scilama_error *error)
{
    projection p = { .d = d, .n_axes = n_axes };
    slm_real *turned = slm_alloc_array(d->ctx, n_axes, (size_t)(d->genes + 1) * sizeof *turned);
    p.rows = slm_alloc_array(d->ctx, ROWS, (size_t)d->genes * sizeof *p.rows);
    p.places = slm_alloc_array(d->ctx, ROWS, (size_t)n_axes * sizeof *p.places);
    scilama_status status = turned && p.rows && p.places ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t k = 0; k < n_axes && !status; k++) {
        double sum = 0;
        for (int64_t g = 0; g < d->genes; g++) {
            turned[k * d->genes + g] = (slm_real)axes[k * d->genes + g];
            sum += (double)f->mean[g] * (double)axes[k * d->genes + g];
        }
        turned[n_axes * d->genes + k] = (slm_real)sum;
    }
    p.axes = turned;
    p.offset = turned + n_axes * d->genes;
    for (int64_t c = 0; c < n && !status; c += ROWS) {
        p.n = n - c < ROWS ? n - c : ROWS;
        p.out = out + c * n_axes;
        if (slm_cancelled(d->ctx)) status = slm_fail_cancelled(error);
        if (!status) status = slm_design_gather(d, cells + c, p.n, n - c, p.rows, d->genes, error);
        if (!status) slm_parallel(d->ctx, slm_tiles(p.n, TASK), project_rows, &p);
    }
    slm_free_all(d->ctx, turned, p.rows, p.places);
    return status;
}

/* The factors' directions, of length 1 (or 0): axes [RANK × genes]; length [RANK] of the loadings' columns. */
static void factor_axes(const slm_factors *f, float *axes, double *length)
{
    for (int r = 0; r < RANK; r++) {
        double squares = 0;
        for (int64_t g = 0; g < f->genes; g++) squares += (double)f->loading[g * RANK + r] * (double)f->loading[g * RANK + r];
        length[r] = sqrt(squares);
        for (int64_t g = 0; g < f->genes; g++) axes[r * f->genes + g] = length[r] > 0 ? (float)((double)f->loading[g * RANK + r] / length[r]) : 0;
    }
}

scilama_status slm_model_scores(scilama_model *model, scilama_dataset *dataset, float *scores, scilama_error *error)
{
    const slm_factors *f = &model->factors;
    double length[RANK];
    slm_design *design = NULL;
    int64_t *cells = NULL;
    float *axes = slm_alloc_array(model->ctx, f->genes, RANK * sizeof *axes);
    scilama_status status = axes ? slm_model_design(model, dataset, false, &design, error) : slm_fail_nomem(error);
    if (!status) {
        factor_axes(f, axes, length);
        cells = slm_all_cells(design);
        status = cells ? project(design, f, axes, RANK, cells, design->cells, scores, error) : slm_fail_nomem(error);
    }
    slm_design_release(design);
    slm_free_all(model->ctx, cells, axes);
    return status;
}

/* Principal axes of reference (by its covariance W Wᵀ) and query (by a sample) together, as if of equally many cells. */
static scilama_status joint_axes(const slm_design *d, const slm_factors *f, const float *factor_axis, const double *length, float *joint, scilama_error *error)
{
    int64_t n = d->cells < SAMPLE ? d->cells : SAMPLE, genes = f->genes, rows = n + RANK;
    double variance[AXES], *axes = slm_alloc_array(d->ctx, AXES, (size_t)genes * sizeof *axes);
    float *x = slm_alloc_array(d->ctx, rows, (size_t)genes * sizeof *x);
    slm_real *row = slm_alloc_array(d->ctx, genes, sizeof *row);
    int64_t *cells = slm_alloc_array(d->ctx, n, sizeof *cells);
    scilama_status status = axes && x && row && cells ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t i = 0; i < n && !status; i++) cells[i] = i * d->cells / n;
    for (int64_t i = 0; i < n && !status; i++) {
        status = slm_design_gather(d, cells + i, 1, n - i, row, genes, error);
        for (int64_t g = 0; g < genes && !status; g++) x[i * genes + g] = (float)((double)row[g] - (double)f->mean[g]);
    }
    for (int64_t r = 0; r < RANK && !status; r++)
        for (int64_t g = 0; g < genes; g++) x[(n + r) * genes + g] = (float)(sqrt((double)n) * length[r] * (double)factor_axis[r * genes + g]);
    if (!status) status = slm_principal_axes(d->ctx, x, rows, genes, AXES < genes ? AXES : genes, variance, axes, error);
    for (int64_t k = 0; k < AXES && !status; k++)
        for (int64_t g = 0; g < genes; g++) joint[k * genes + g] = k < genes ? (float)axes[k * genes + g] : 0;
    slm_free_all(d->ctx, axes, x, row, cells);
    return status;
}

scilama_status slm_joint_begin(slm_joint *j, scilama_model *model, scilama_dataset *dataset, scilama_error *error)
{
    const slm_factors *f = &model->factors;
    const slm_reference *r = model->reference;
    double length[RANK], turn[RANK * AXES];
    *j = (slm_joint){ .model = model };
    float *axes = slm_alloc_array(model->ctx, f->genes, RANK * sizeof *axes);
    j->axes = slm_alloc_array(model->ctx, f->genes, AXES * sizeof *j->axes);
    j->reference = slm_alloc_array(model->ctx, r->cells, AXES * sizeof *j->reference);
    scilama_status status = axes && j->axes && j->reference ? slm_model_design(model, dataset, false, &j->design, error) : slm_fail_nomem(error);
    if (!status) {
        factor_axes(f, axes, length);
        status = joint_axes(j->design, f, axes, length, j->axes, error);
    }
    for (int i = 0; i < RANK && !status; i++)
        for (int k = 0; k < AXES; k++) {
            turn[i * AXES + k] = 0;
            for (int64_t g = 0; g < f->genes; g++) turn[i * AXES + k] += (double)axes[i * f->genes + g] * (double)j->axes[k * f->genes + g];
        }
    for (int64_t c = 0; c < r->cells && !status; c++)
        for (int k = 0; k < AXES; k++) {
            double sum = 0;
            for (int i = 0; i < RANK; i++) sum += (double)r->scores[c * RANK + i] * turn[i * AXES + k];
            j->reference[c * AXES + k] = (float)sum;
        }
    slm_free(model->ctx, axes);
    return status;
}

scilama_status slm_joint_places(const slm_joint *j, const int64_t *cells, int64_t n, float *places, scilama_error *error)
{
    return project(j->design, &j->model->factors, j->axes, AXES, cells, n, places, error);
}

void slm_joint_end(slm_joint *j)
{
    slm_design_release(j->design);
    slm_free_all(j->model->ctx, j->axes, j->reference);
}
