/* SPDX-License-Identifier: MIT */
/* For bfloat16 where the others do not run, and for tests; exact products are BLIS's there. */
#define SLM_TILE slm_tiles_portable
#define SLM_TILE_BF16 slm_tiles_portable_bf16
#define SLM_TILE_NAME "portable"
#define SLM_VEC_BYTES 16
#define SLM_MR 4
#include "linalg/tile_body.h"
