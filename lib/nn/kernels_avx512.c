/* SPDX-License-Identifier: MIT */
#define SLM_SET slm_kernels_avx512
#define SLM_SET_NAME "avx512"
#include "nn/kernels_body.h"
