/* SPDX-License-Identifier: MIT */
#define SLM_SET slm_scan_portable
#define WIDTH 4
#include "linalg/nearest_scan_body.h"
