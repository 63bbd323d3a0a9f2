/* SPDX-License-Identifier: MIT */
#define SLM_SET slm_scan_avx2
#define WIDTH 8
#include "linalg/nearest_scan_body.h"
