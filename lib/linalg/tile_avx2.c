/* SPDX-License-Identifier: MIT */
#define SLM_TILE slm_tiles_avx2
#define SLM_TILE_BF16 slm_tiles_avx2_bf16
#define SLM_TILE_NAME "avx2"
#define SLM_VEC_BYTES 32
#define SLM_MR 6
#include "linalg/tile_body.h"
