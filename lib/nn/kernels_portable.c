/* SPDX-License-Identifier: MIT */
#define SLM_SET slm_kernels_portable
#define SLM_SET_NAME "portable"
#include "nn/kernels_body.h"
