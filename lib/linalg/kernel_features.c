/* SPDX-License-Identifier: MIT */
#include "linalg/kernel_features.h"

/* Rows of gene tables as kernels compare them (kernel_ridge.h). */

scilama_status slm_kernel_features_make(slm_scope *work, bool centred, const slm_kernel_table *t, const int64_t *order, int64_t n, int64_t known,
                                        slm_kernel_features *f, scilama_error *error)
{
    int64_t d = t->width, count = 0;
    SLM_SCOPE(own, work->ctx);
    double *mean = slm_scope_zeros(&own, d, sizeof *mean);
    f->width = d;
    f->x = slm_scope_zeros(work, n, (size_t)d * sizeof *f->x);
    f->present = slm_scope_zeros(work, n, 1);
    if (!mean || !f->x || !f->present) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) {
        const float *row = t->rows + order[i] * d;
        double squares = 0;
        for (int64_t j = 0; j < d; j++) squares += (double)row[j] * (double)row[j];
        f->present[i] = squares > 0 && isfinite(squares);
        if (!f->present[i] || i >= known) continue;
        count++;
        for (int64_t j = 0; j < d; j++) mean[j] += (double)row[j];
    }
    for (int64_t j = 0; j < d; j++) mean[j] = centred && count ? mean[j] / (double)count : 0;
    for (int64_t i = 0; i < n; i++) {
        const float *row = t->rows + order[i] * d;
        double squares = 0, whole = 0;
        for (int64_t j = 0; f->present[i] && j < d; j++) {
            squares += ((double)row[j] - mean[j]) * ((double)row[j] - mean[j]);
            whole += (double)row[j] * (double)row[j];
        }
        if (!(squares > 1e-12 * whole)) f->present[i] = 0; /* the mean itself tells nothing */
        for (int64_t j = 0; f->present[i] && j < d; j++) f->x[i * d + j] = (float)(((double)row[j] - mean[j]) / sqrt(squares));
    }
    return SCILAMA_OK;
}
