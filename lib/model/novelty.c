/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "linalg/principal.h"
#include "model/model.h"
#include <math.h>
#include <string.h>

/* Where reference and query cells lie on axes along which either varies: what is new in a query varies along axes that the
 * reference does not have, so that neither the embedding nor the reference's own principal components show it. */

enum { RANK = SLM_FACTORS_RANK, SAMPLE = 2048, AXES = SLM_JOINT_AXES, ROWS = 256 };

/* Prepared rows of all cells, less the factors' mean, times axes [n_axes × genes]: out [cells × n_axes]. */
typedef struct projection { const slm_factors *f; const slm_real *rows; const float *axes; int64_t n_axes; float *out; } projection;

static void project_row(void *arg, int64_t row, int worker)
{
    const projection *p = arg;
    int64_t genes = p->f->genes;
    (void)worker;
    for (int64_t k = 0; k < p->n_axes; k++) {
        double sum = 0;
        const float *axis = p->axes + k * genes;
        const slm_real *x = p->rows + row * genes;
        for (int64_t g = 0; g < genes; g++) sum += ((double)x[g] - (double)p->f->mean[g]) * (double)axis[g];
        p->out[row * p->n_axes + k] = (float)sum;
    }
}

static scilama_status project(const slm_design *d, const slm_factors *f, const float *axes, int64_t n_axes, float *out, scilama_error *error)
{
    int64_t *cells = slm_alloc_array(d->ctx, d->cells, sizeof *cells);
    slm_real *rows = slm_alloc_array(d->ctx, ROWS, (size_t)d->genes * sizeof *rows);
    scilama_status status = cells && rows ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t c = 0; c < d->cells && !status; c++) cells[c] = c;
    for (int64_t c = 0; c < d->cells && !status; c += ROWS) {
        int64_t n = d->cells - c < ROWS ? d->cells - c : ROWS;
        projection p = { f, rows, axes, n_axes, out + c * n_axes };
        if (slm_cancelled(d->ctx)) status = slm_fail_cancelled(error);
        if (!status) status = slm_design_gather(d, cells + c, n, d->cells - c, rows, d->genes, error);
        if (!status) slm_parallel(d->ctx, n, project_row, &p);
    }
    slm_free_all(d->ctx, cells, rows);
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
    float *axes = slm_alloc_array(model->ctx, f->genes, RANK * sizeof *axes);
    scilama_status status = axes ? slm_model_design(model, dataset, false, &design, error) : slm_fail_nomem(error);
    if (!status) {
        factor_axes(f, axes, length);
        status = project(design, f, axes, RANK, scores, error);
    }
    slm_design_release(design);
    slm_free(model->ctx, axes);
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

scilama_status slm_model_joint(scilama_model *model, scilama_dataset *dataset, float *reference, float *query, scilama_error *error)
{
    const slm_factors *f = &model->factors;
    const slm_reference *r = model->reference;
    double length[RANK], turn[RANK * AXES];
    slm_design *design = NULL;
    float *axes = slm_alloc_array(model->ctx, f->genes, (RANK + AXES) * sizeof *axes), *joint = axes ? axes + RANK * f->genes : NULL;
    scilama_status status = axes ? slm_model_design(model, dataset, false, &design, error) : slm_fail_nomem(error);
    if (!status) {
        factor_axes(f, axes, length);
        status = joint_axes(design, f, axes, length, joint, error);
    }
    if (!status) status = project(design, f, joint, AXES, query, error);
    for (int i = 0; i < RANK && !status; i++)
        for (int k = 0; k < AXES; k++) {
            turn[i * AXES + k] = 0;
            for (int64_t g = 0; g < f->genes; g++) turn[i * AXES + k] += (double)axes[i * f->genes + g] * (double)joint[k * f->genes + g];
        }
    for (int64_t c = 0; c < r->cells && !status; c++)
        for (int k = 0; k < AXES; k++) {
            double sum = 0;
            for (int i = 0; i < RANK; i++) sum += (double)r->scores[c * RANK + i] * turn[i * AXES + k];
            reference[c * AXES + k] = (float)sum;
        }
    slm_design_release(design);
    slm_free(model->ctx, axes);
    return status;
}
