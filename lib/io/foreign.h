/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_FOREIGN_H
#define SLM_IO_FOREIGN_H

/* Formats that are not read, but known: what they are, and the way out. */

#include "core/core.h"
#include "hdf5/gateway.h"

/* E_UNSUPPORTED for HDF5 files of other programs (h5Seurat); else SCILAMA_OK. */
scilama_status slm_h5_foreign(slm_h5_file *file, scilama_error *error);
/* … for a folder that is a Zarr store; else SCILAMA_OK. */
scilama_status slm_folder_foreign(const char *path, scilama_error *error);

#endif
