/* SPDX-License-Identifier: MIT */
#ifndef SLM_REFERENCE_FILE_H
#define SLM_REFERENCE_FILE_H

#include "hdf5/gateway.h"
#include "model/reference.h"

/* What the files of a model share (model_file.c): arrays of four bytes each with a checksum of them, finite where they are
 * numbers, *out from slm_alloc; attributes; the error of what makes no sense. */
scilama_status slm_put_checked(slm_h5_file *f, const char *path, slm_h5_type type, int rank, const int64_t *dims, const void *values, scilama_error *error);
scilama_status slm_get_checked(slm_h5_file *f, const char *path, slm_h5_type type, int64_t count, void **out, scilama_error *error);
scilama_status slm_put_number(slm_h5_file *f, const char *path, const char *name, double value, scilama_error *error);
scilama_status slm_model_damaged(slm_h5_file *f, const char *what, scilama_error *error);

/* The group "reference" of a model file (docs/formats.md). */
scilama_status slm_reference_put(slm_h5_file *f, const slm_reference *reference, scilama_error *error);
/* dim: numbers that a cell must have. */
scilama_status slm_reference_get(slm_h5_file *f, slm_reference **out, int64_t dim, scilama_error *error);

#endif
