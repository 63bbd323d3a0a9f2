/* SPDX-License-Identifier: MIT */
#define SLM_SET slm_umap_move_avx2
#define WIDTH 8
#include "analysis/umap_move_body.h"
