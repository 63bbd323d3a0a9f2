/* SPDX-License-Identifier: MIT */
#ifndef SLM_DRIFT_H
#define SLM_DRIFT_H

/* What a batch that a model was adapted to adds to its cells' expression, found where the reference lies: at anchors, some cells of the
 * reference, it is what lies between the query's cells and the reference's that are the nearest in the embedding; a cell has the mean of
 * that of its nearest anchors. So a new type among known ones does not pass for the batch: it is near anchors whose own nearest cells
 * of the query are of the type that they are of. */

#include "linalg/nearest.h"
#include "model/evaluate.h"

typedef struct slm_drift {
    const scilama_model *model; /* its turns: a batch each */
    const slm_design *design; /* of the query */
    int64_t anchors, rows;    /* rows of the query's sample */
    int32_t *batch;           /* [rows] that each is of; -1: of none */
    float *points;            /* [anchors × latent] embedding */
    slm_tree tree;            /* of points */
    int32_t *peer;            /* [anchors × 8] the nearest anchors, itself among them */
    int32_t *match;           /* [turns × anchors × 8] the nearest rows of the sample that are of the batch; -1: it has too few */
    int32_t *nearest;         /* [rows × 15] the rows' anchors */
    float *drift;             /* [turns × anchors × SLM_JOINT_AXES] */
} slm_drift;

/* Of the query's sample cells [rows], ascending. d->anchors 0: none is of a batch that the model was adapted to, and nothing is moved.
 * slm_drift_end() also after a failure. */
scilama_status slm_drift_begin(slm_drift *d, slm_encoding *encoding, const int64_t *cells, int64_t rows, scilama_error *error);
/* Takes it from the sample's rows x [rows × genes], which are less the factors' mean; axes [SLM_FACTORS_RANK × genes]: of the scores. */
scilama_status slm_drift_take(const slm_drift *d, const float *axes, int64_t genes, float *x, scilama_error *error);
/* On the joint axes: places of the sample's rows [rows × SLM_JOINT_AXES] and of the reference's described cells. */
void slm_drift_place(slm_drift *d, const float *places, const float *reference);
/* Takes it from the places of cells [n], or first, first + 1, … where cells is NULL, whose embedding is mu [n × ld]. */
scilama_status slm_drift_move(const slm_drift *d, const int64_t *cells, int64_t first, int64_t n, const float *mu, int64_t ld, float *places,
                              scilama_error *error);
void slm_drift_end(slm_drift *d);

#endif
