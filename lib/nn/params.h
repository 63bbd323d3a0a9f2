/* SPDX-License-Identifier: MIT */
#ifndef SLM_PARAMS_H
#define SLM_PARAMS_H

/* All weights of a model in one block: trainable parameters first, in order of
 * declaration, then running statistics. Gradients and optimiser moments use the
 * same offsets. Names follow the published checkpoints. */

#include "core/core.h"

enum slm_param_group {
    SLM_GROUP_CELL = 1,        /* cell encoder and decoder, b_out */
    SLM_GROUP_CELL_HEAD = 2,   /* W_out and what only the head reads: no gradient in the joint objective */
    SLM_GROUP_GENE = 4,        /* gene encoders and decoder */
    SLM_GROUP_JOINT = 16,      /* trained by the joint objective alone */
    SLM_GROUP_UNUSED = 8       /* kept for the published layout; nothing reads it */
};

typedef struct slm_param {
    char name[72];
    int64_t offset, rows, cols, count; /* cols 1 for vectors */
    int32_t rank, group;
    bool trainable;
} slm_param;

enum { SLM_MAX_PARAMS = 1024 };

typedef struct slm_params {
    slm_param *item;
    int count;
    int64_t trainable;  /* numbers with a gradient */
    int64_t total;
    slm_real *value;    /* [total], from slm_shared_alloc() */
} slm_params;

/* Declares one and returns its index. rank 2: [rows × cols], 1: [rows], 0: a number. */
int slm_params_add(slm_params *p, int group, bool trainable, int rank, int64_t rows, int64_t cols, const char *format, ...) SLM_PRINTF(7, 8);
/* Lays out and allocates; values zero. */
scilama_status slm_params_allocate(scilama_context *ctx, slm_params *p, scilama_error *error);
int slm_params_find(const slm_params *p, const char *name); /* index or -1 */

#endif
