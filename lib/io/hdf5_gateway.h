/* SPDX-License-Identifier: MIT */
#ifndef SLM_HDF5_GATEWAY_H
#define SLM_HDF5_GATEWAY_H

/* The only way to HDF5; hdf5_gateway.c alone includes hdf5.h. */

#include "core/core.h"

/* Version of the HDF5 library in use, static storage. */
const char *slm_h5_version_text(void);

#endif
