/* SPDX-License-Identifier: MIT */
#ifndef SLM_DATA_EXPRESSION_H
#define SLM_DATA_EXPRESSION_H

#include "data/dataset.h"
#include "linalg/expression.h"

/* All genes of the matrix by the recipe, before scaling. Valid while the dataset stands
 * unchanged; *factor [cells] is behind it and the caller's to free (NULL when not needed). */
scilama_status slm_dataset_expression(scilama_dataset *d, slm_expression *out, double **factor, scilama_error *error);

#endif
