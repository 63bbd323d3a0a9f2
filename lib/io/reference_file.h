/* SPDX-License-Identifier: MIT */
#ifndef SLM_REFERENCE_FILE_H
#define SLM_REFERENCE_FILE_H

#include "hdf5/gateway.h"
#include "model/reference.h"

/* The group "reference" of a model file (docs/formats.md). */
scilama_status slm_reference_put(slm_h5_file *f, const slm_reference *reference, scilama_error *error);
/* dim: numbers that a cell must have. */
scilama_status slm_reference_get(slm_h5_file *f, slm_reference **out, int64_t dim, scilama_error *error);

#endif
