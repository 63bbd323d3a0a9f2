/* SPDX-License-Identifier: MIT */
#ifndef SLM_DESIGN_H
#define SLM_DESIGN_H

/* What training and encoding read: a prepared cells × genes matrix in the model's
 * gene order, the encoded covariates, and the rows of each split. Filled by the
 * data layer (recipe + dataset), read by model and train. */

#include "core/core.h"

enum slm_design_storage { SLM_DESIGN_DENSE, SLM_DESIGN_CSR, SLM_DESIGN_CALLBACK };

typedef struct slm_design slm_design;
struct slm_design {
    scilama_context *ctx;
    atomic_int refs;
    int64_t cells, genes;
    int storage;
    /* dense: values[cell * ld + column[gene]] (column NULL = identity); may be borrowed memory */
    const float *values;
    int64_t ld;
    const int64_t *column;
    /* CSR: sorted unique genes within a row; values before scaling */
    const int64_t *indptr;
    const int32_t *indices;
    const float *data;
    /* scaling (x - mean) * inv_std clipped to ±clip, fitted on training cells; NULL = none.
     * zero[gene]: the scaled value of a zero. */
    const float *mean, *inv_std, *zero;
    float clip;
    /* rows on demand (streamed or host callback): fills [n × genes] floats, leading
     * dimension genes, before scaling; NULL otherwise */
    scilama_status (*fetch)(void *user, const int64_t *cells, int64_t n, float *out, scilama_error *error);
    void *fetch_user;
    /* covariates [cells × covariates], encoded */
    int64_t covariates;
    const float *covariate;
    /* cells by split, in file order */
    int64_t n_train, n_validation;
    const int64_t *train, *validation;
    /* owned blocks behind the pointers above, released with the design, and what is
     * kept alive (the dataset when memory is borrowed) */
    void *owned[16];
    int n_owned;
    void *keep;
    void (*keep_release)(void *keep);
};

slm_design *slm_design_retain(slm_design *design);
void slm_design_release(slm_design *design);

/* zero[genes] from mean, inv_std and clip, by the arithmetic of gather. */
void slm_design_zero(const slm_design *design, float *zero);

/* Rows cells[n] as out[i * ld_out + gene], gene < genes. Parallel; same bits whatever the storage. */
scilama_status slm_design_gather(const slm_design *design, const int64_t *cells, int64_t n,
                                 slm_real *out, int64_t ld_out, scilama_error *error);

#endif
