/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_SCRATCH_H
#define SLM_IO_SCRATCH_H

/* A matrix by rows in a nameless file, where the one it comes from cannot be read so:
 * compressed by column, or packed in a way that only HDF5 knows. */

#include "hdf5/chunks.h"
#include "io/matrix.h"

/* Writes the rows of a sparse or dense matrix, taking about `memory` bytes at most.
 * Sparse: indices (int32) from 0 on, values (float32) behind them; *indptr from slm_alloc.
 * Dense: float32, row by row. */
scilama_status slm_scratch_rows(int fd, const slm_h5_matrix *m, int64_t memory, int64_t **indptr, scilama_error *error);

#endif
