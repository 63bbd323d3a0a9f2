/* SPDX-License-Identifier: MIT */
#include "io/hdf5_gateway.h"
#include <hdf5.h>

const char *slm_h5_version_text(void) { return H5_VERS_INFO; }
