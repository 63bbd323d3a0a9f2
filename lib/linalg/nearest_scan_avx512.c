/* SPDX-License-Identifier: MIT */
#define SLM_SET slm_scan_avx512
#define WIDTH 16
#include "linalg/nearest_scan_body.h"
