/* SPDX-License-Identifier: MIT */
#define SLM_SET slm_umap_move_avx512
#define WIDTH 16
#include "analysis/umap_move_body.h"
