/* SPDX-License-Identifier: MIT */
#ifndef SCORES_H
#define SCORES_H

#include "common.h"

/* Metrics of an embedding, computed and shown alike by score and fit. */

/* batches and baseline may be NULL; max_cells < 0: the default. */
scilama_status score_points(app *a, const float *points, int64_t n, int64_t dim, const int32_t *labels, const int32_t *batches,
                            const float *baseline, int64_t baseline_dim, int64_t max_cells, scilama_scores *scores);
/* scores[0] becomes the mean of samples that share no cell, *error its standard error (NaN of one sample). */
void score_mean(scilama_scores *scores, int64_t parts, scilama_scores *error);
/* A table on the standard output, one column per embedding; the main rows, or all; errors may be NULL. */
void score_print(const char *const *titles, const scilama_scores *const *scores, const scilama_scores *const *errors, int columns, bool full);
/* errors: an object of that name; may be NULL. */
void score_json(FILE *to, const scilama_scores *scores, const scilama_scores *errors);

#endif
