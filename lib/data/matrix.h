/* SPDX-License-Identifier: MIT */
#ifndef SLM_MATRIX_H
#define SLM_MATRIX_H

/* Callers' matrices into the one form the library works on. */

#include "data/dataset.h"

/* Fills storage, values, indptr, indices of a named dataset from a caller's view:
 * borrowed where allowed and possible, else converted. Checks everything. */
scilama_status slm_matrix_load(scilama_dataset *d, const scilama_matrix *matrix, scilama_error *error);

/* indptr starts at 0, never falls and ends at `stored`. */
scilama_status slm_matrix_check_indptr(const scilama_dataset *d, int64_t stored, scilama_error *error);
/* Indices in range, sorted and unique in every row. Given the writable arrays behind
 * d (not NULL) unsorted rows are sorted in place. */
scilama_status slm_matrix_check_rows(const scilama_dataset *d, int32_t *indices, float *values, scilama_error *error);
scilama_status slm_matrix_check_finite(const scilama_dataset *d, scilama_error *error);

#endif
