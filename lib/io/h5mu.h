/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_H5MU_H
#define SLM_IO_H5MU_H

/* MuData (.h5mu): one file of several modalities, each of them AnnData in the group mod/NAME. */

#include "hdf5/gateway.h"

enum { SLM_PREFIX_BYTES = 208 };

bool slm_mudata_is(slm_h5_file *file);
/* What the paths of AnnData begin with: "mod/NAME/" of the modality that is asked for (NULL: rna, or the only one);
 * "" where the file is no MuData, of which none can be asked for. Errors name the modalities that there are. */
scilama_status slm_mudata_prefix(slm_h5_file *file, const char *modality, char prefix[SLM_PREFIX_BYTES], scilama_error *error);
/* … of a path that names a modality itself, "mod/NAME/obs", or leaves it to the file: the whole path. */
scilama_status slm_mudata_path(slm_h5_file *file, const char *path, char *out, size_t size, scilama_error *error);

#endif
