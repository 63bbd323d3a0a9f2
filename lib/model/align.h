/* SPDX-License-Identifier: MIT */
#ifndef SLM_ALIGN_H
#define SLM_ALIGN_H

/* Shifts of new categories by which their cells come to lie among a model's clusters (vae/shift.h). */

#include "model/model.h"

enum { SLM_ALIGN_CELLS = 20 }; /* a category of fewer keeps the mean of the known */

/* before, after: squared distance of the clusters' means from the centres, mean by cells, in units of the centres' own from ȳ. sorted: no whole
 * sample by how they vary. */
typedef struct slm_alignment { int64_t cells; bool sorted; double before, after; } slm_alignment;

/* Finds column `column` of the shifts and spreads from the design's cells, those of the dataset, that have a 1 in it, but for cells
 * without any count: nothing else of the model changes. On failure the column is as it was. */
scilama_status slm_model_align(scilama_model *model, const scilama_dataset *dataset, const slm_design *design, int64_t column, slm_alignment *out, scilama_error *error);

#endif
