/* SPDX-License-Identifier: MIT */
#ifndef SLM_ALIGN_H
#define SLM_ALIGN_H

/* Columns of new categories by which their cells come to lie among a reference's. */

#include "model/model.h"

enum { SLM_ALIGN_CELLS = 20 }; /* a category of fewer keeps the mean column */

/* Soft clusters of a reference's embedding. */
typedef struct slm_soft_clusters {
    int64_t count, dim;
    const float *centre;     /* [count × dim] borrowed */
    double spread;           /* mean squared distance of a cell to its centre */
    double variance;         /* trace of the covariance */
    double *share;           /* [count] */
    double *mean;            /* [count × dim] */
} slm_soft_clusters;

scilama_status slm_soft_clusters_fit(scilama_context *ctx, slm_soft_clusters *s, const float *points, int64_t n, int64_t dim, const float *centre,
                                     int64_t count, double spread, scilama_error *error);
void slm_soft_clusters_free(scilama_context *ctx, slm_soft_clusters *s);

/* Squared distance of the clusters' means from the reference's, in units of its variance, for points x [n × dim]; scratch: member
 * [n × count], share [count × (1 + dim)]. The members' shares are moved half way to the reference's. */
double slm_soft_clusters_apart(const slm_soft_clusters *s, const slm_real *x, int64_t n, double *member, double *share);

typedef struct slm_alignment { int64_t cells; double before, after; /* loss */ } slm_alignment;

/* Trains the encoder's column `column` of the covariates on the design's cells that have a 1 in it: nothing else of the model
 * changes. On failure the column is as it was. The net reads covariates in the encoder and has no batch_norm. */
scilama_status slm_model_align(scilama_model *model, const slm_design *design, int64_t column, const slm_soft_clusters *s, slm_alignment *out, scilama_error *error);

/* align_shift.c: the same where the encoder corrects by clusters (vae/shift.h), of `n` cells. */
scilama_status slm_model_align_shift(scilama_model *model, const slm_design *design, const int64_t *cells, int64_t n, int64_t column,
                                     const slm_soft_clusters *s, slm_alignment *out, scilama_error *error);

#endif
