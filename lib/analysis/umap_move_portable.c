/* SPDX-License-Identifier: MIT */
#define SLM_SET slm_umap_move_portable
#define WIDTH 4
#include "analysis/umap_move_body.h"
