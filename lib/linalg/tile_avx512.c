/* SPDX-License-Identifier: MIT */
#define SLM_TILE slm_tiles_avx512
#define SLM_TILE_BF16 slm_tiles_avx512_bf16
#define SLM_TILE_NAME "avx512"
#define SLM_VEC_BYTES 64
#define SLM_MR 12
#include "linalg/tile_body.h"
