/* SPDX-License-Identifier: MIT */
#define SLM_SET slm_kernels_avx2
#define SLM_SET_NAME "avx2"
#include "nn/kernels_body.h"
