/* SPDX-License-Identifier: MIT */
#ifndef SLM_NOVEL_H
#define SLM_NOVEL_H

/* Novelty of a query's cells (analysis/transfer.h) on axes of reference and query together (model/novelty.c). A batch that the model was
 * adapted to lies apart there, though nothing of it be new: its cells are moved by what lies, on average, between a group's cells of the
 * sample and of the reference; and what half of them have of novelty then is of the batch, too, and taken off. Groups are those of a column of the reference's labels, by the votes of a cell's neighbours in the embedding. */

#include "analysis/transfer.h"
#include "model/evaluate.h"

typedef struct slm_novel {
    slm_joint joint;
    slm_sparsity sparsity;
    int64_t label;   /* the column; -1: all are one group */
    float *moved;    /* [groups × SLM_JOINT_AXES]; NULL: no cell is of an adapted batch */
    float usual;     /* novelty of adapted cells: their median, if above 0 */
} slm_novel;

bool slm_novel_possible(const scilama_model *model, int64_t cells);
/* encoding: of the query. slm_novel_end() also after a failure. */
scilama_status slm_novel_begin(slm_novel *v, slm_encoding *encoding, scilama_error *error);
/* Of cells first … first + n - 1, whose places on the axes of `joint` are given, and changed; code [n]: their votes for the column, or NULL. */
scilama_status slm_novel_measure(const slm_novel *v, int64_t first, int64_t n, const int32_t *code, float *places, float *novelty, scilama_error *error);
void slm_novel_end(slm_novel *v);

#endif
