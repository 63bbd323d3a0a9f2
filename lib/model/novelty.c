/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "linalg/gemm.h"
#include "linalg/principal.h"
#include "model/drift.h"

/* Where reference and query cells lie on axes along which either varies: what is new in a query varies along axes that the
 * reference does not have, so that neither the embedding nor the reference's own principal components show it. Distances are of
 * expression that is not scaled to variance 1: else genes that hardly vary in the reference, and are noise, or a batch's, have most of them. */

enum { RANK = SLM_FACTORS_RANK, AXES = SLM_JOINT_AXES, ROWS = SLM_PROJECTED, TASK = 32 };

typedef struct project_job { const slm_projector *p; const slm_real *rows; int64_t ld, n; float *out; } project_job;

static void project_task(void *arg, int64_t task, int worker)
{
    const project_job *j = arg;
    const slm_projector *p = j->p;
    int64_t first = task * TASK, n = j->n - first < TASK ? j->n - first : TASK, genes = p->d->genes;
    slm_gemm g = { .m = n, .n = p->n_axes, .k = genes, .tb = true, .alpha = 1, .a = j->rows + first * j->ld, .b = p->axes,
                   .lda = j->ld, .ldb = genes, .ldc = p->n_axes, .c = p->places + first * p->n_axes };
    slm_gemm_serial(&g);
    for (int64_t i = first * p->n_axes; i < (first + n) * p->n_axes; i++) j->out[i] = (float)(p->places[i] - p->offset[i % p->n_axes]);
}

/* n at most ROWS */
static void project_rows(const slm_projector *p, const slm_real *rows, int64_t ld, int64_t n, float *out)
{
    project_job j = { p, rows, ld, n, out };
    slm_parallel(p->d->ctx, slm_tiles(n, TASK), project_task, &j);
}

static void projector_end(slm_projector *p)
{
    if (p->d) slm_free_all(p->d->ctx, p->axes, p->places);
}

/* axes [n_axes × genes] */
static scilama_status projector_begin(slm_projector *p, const slm_design *d, const slm_factors *f, const float *axes, int64_t n_axes, scilama_error *error)
{
    *p = (slm_projector){ .d = d, .n_axes = n_axes };
    p->axes = slm_alloc_array(d->ctx, n_axes, (size_t)(d->genes + 1) * sizeof *p->axes);
    p->places = slm_alloc_array(d->ctx, ROWS, (size_t)n_axes * sizeof *p->places);
    if (!p->axes || !p->places) return slm_fail_nomem(error);
    p->offset = p->axes + n_axes * d->genes;
    for (int64_t k = 0; k < n_axes; k++) {
        double sum = 0;
        for (int64_t g = 0; g < d->genes; g++) {
            p->axes[k * d->genes + g] = (slm_real)axes[k * d->genes + g];
            sum += (double)f->mean[g] * (double)axes[k * d->genes + g];
        }
        p->offset[k] = (slm_real)sum;
    }
    return SCILAMA_OK;
}

/* Cells [n] of the design, ascending. */
static scilama_status project(const slm_projector *p, const int64_t *cells, int64_t n, float *out, scilama_error *error)
{
    const slm_design *d = p->d;
    slm_real *rows = slm_alloc_array(d->ctx, ROWS, (size_t)d->genes * sizeof *rows);
    scilama_status status = rows ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t c = 0; c < n && !status; c += ROWS) {
        int64_t some = n - c < ROWS ? n - c : ROWS;
        if (slm_cancelled(d->ctx)) status = slm_fail_cancelled(error);
        if (!status) status = slm_design_gather(d, cells + c, some, n - c, rows, d->genes, error);
        if (!status) project_rows(p, rows, d->genes, some, out + c * p->n_axes);
    }
    slm_free(d->ctx, rows);
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
    slm_projector onto = { 0 };
    int64_t n = slm_thinned_count(dataset->cells), *cells = slm_alloc_array(model->ctx, n, sizeof *cells);
    float *axes = slm_alloc_array(model->ctx, f->genes, RANK * sizeof *axes);
    scilama_status status = cells && axes ? slm_model_design(model, dataset, false, &design, error) : slm_fail_nomem(error);
    if (!status) {
        for (int64_t i = 0; i < n; i++) cells[i] = slm_thinned(dataset->cells, i);
        factor_axes(f, axes, length);
        status = projector_begin(&onto, design, f, axes, RANK, error);
        if (!status) status = project(&onto, cells, n, scores, error);
    }
    projector_end(&onto);
    slm_design_release(design);
    slm_free_all(model->ctx, cells, axes);
    return status;
}

/* A gene's standard deviation, where it is scaled to 1. */
static float unit_of(const slm_design *d, int64_t gene) { return d->inv_std && d->inv_std[gene] > 0 ? 1 / d->inv_std[gene] : 1; }

/* Principal axes of reference (by its covariance W Wᵀ) and query (by the sample, less what its batches add) together, as if of equally
 * many cells, for rows that are scaled to variance 1. Where something was taken, small ones count for more, by the
 * fourth root of their variance's inverse: types differ along them as well, but what is left of a batch lies along the large ones. */
static scilama_status joint_axes(const slm_design *d, const slm_factors *f, const float *factor_axis, const double *length, const int64_t *sample,
                                 int64_t n, const slm_drift *drift, float *joint, scilama_error *error)
{
    int64_t genes = f->genes, rows = n + RANK;
    double variance[AXES];
    SLM_SCOPE(work, d->ctx);
    double *axes = slm_scope_array(&work, AXES, (size_t)genes * sizeof *axes);
    float *x = slm_scope_array(&work, rows, (size_t)genes * sizeof *x);
    slm_real *row = slm_scope_array(&work, genes, sizeof *row);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) {
        SLM_TRY(slm_design_gather(d, sample + i, 1, n - i, row, genes, error));
        for (int64_t g = 0; g < genes; g++) x[i * genes + g] = (float)((double)row[g] - (double)f->mean[g]);
    }
    SLM_TRY(slm_drift_take(drift, factor_axis, genes, x, error));
    for (int64_t r = 0; r < RANK; r++)
        for (int64_t g = 0; g < genes; g++) x[(n + r) * genes + g] = (float)(sqrt((double)n) * length[r] * (double)factor_axis[r * genes + g]);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t g = 0; g < genes; g++) x[i * genes + g] *= unit_of(d, g);
    SLM_TRY(slm_principal_axes(d->ctx, x, rows, genes, AXES < genes ? AXES : genes, variance, axes, error));
    for (int64_t k = 0; k < AXES; k++) {
        float gain = drift->anchors && k < genes && variance[k] > 0 ? (float)pow(variance[0] / variance[k], 0.25) : 1;
        for (int64_t g = 0; g < genes; g++) joint[k * genes + g] = k < genes ? gain * (float)axes[k * genes + g] * unit_of(d, g) : 0;
    }
    return SCILAMA_OK;
}

scilama_status slm_joint_begin(slm_joint *j, scilama_model *model, slm_design *design, const int64_t *sample, int64_t n, const slm_drift *drift,
                               scilama_error *error)
{
    const slm_factors *f = &model->factors;
    const slm_reference *r = model->reference;
    double length[RANK], turn[RANK * AXES];
    int64_t kept = slm_thinned_count(r->cells);
    *j = (slm_joint){ .model = model, .design = slm_design_retain(design) };
    float *axes = slm_alloc_array(model->ctx, f->genes, RANK * sizeof *axes);
    j->axes = slm_alloc_array(model->ctx, f->genes, AXES * sizeof *j->axes);
    j->reference = slm_alloc_array(model->ctx, kept, AXES * sizeof *j->reference);
    scilama_status status = axes && j->axes && j->reference ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) {
        factor_axes(f, axes, length);
        status = joint_axes(design, f, axes, length, sample, n, drift, j->axes, error);
    }
    if (!status) status = projector_begin(&j->onto, design, f, j->axes, AXES, error);
    for (int i = 0; i < RANK && !status; i++)
        for (int k = 0; k < AXES; k++) {
            turn[i * AXES + k] = 0;
            for (int64_t g = 0; g < f->genes; g++) turn[i * AXES + k] += (double)axes[i * f->genes + g] * (double)j->axes[k * f->genes + g];
        }
    for (int64_t c = 0; c < kept && !status; c++)
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
    return project(&j->onto, cells, n, places, error);
}

void slm_joint_place_rows(const slm_joint *j, const slm_real *rows, int64_t ld, int64_t n, float *places) { project_rows(&j->onto, rows, ld, n, places); }

void slm_joint_end(slm_joint *j)
{
    projector_end(&j->onto);
    slm_design_release(j->design);
    slm_free_all(j->model->ctx, j->axes, j->reference);
}
