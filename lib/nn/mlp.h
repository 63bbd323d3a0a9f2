/* SPDX-License-Identifier: MIT */
#ifndef SLM_MLP_H
#define SLM_MLP_H

/* A stack of hidden blocks, Linear → [BatchNorm] → [LayerNorm] → activation →
 * dropout (spec "Blocks"), forward and backward. */

#include "linalg/gemm.h"
#include "nn/kernels.h"
#include "nn/params.h"

enum { SLM_MAX_BLOCKS = 6 };

typedef struct slm_linear { int64_t in, out; int weight, bias; } slm_linear; /* parameter indices */
typedef struct slm_batch_norm { int weight, bias, mean, var, tracked; } slm_batch_norm; /* weight < 0: off */
typedef struct slm_block { slm_linear linear; slm_batch_norm norm; } slm_block;

typedef struct slm_mlp {
    int count;
    slm_block block[SLM_MAX_BLOCKS];
    int32_t activation;
    bool layer_norm;
    int layer_id;       /* of its first block, in the dropout stream */
} slm_mlp;

/* How a pass runs. */
typedef struct slm_pass {
    const scilama_context *ctx;
    const slm_kernels *kernels;
    slm_params *params;
    slm_real *grad;         /* [trainable]; NULL in evaluation */
    bool accumulate;        /* add to grad instead of setting it */
    bool train;             /* dropout and batch statistics */
    bool update_stats;      /* running statistics follow the batch */
    float dropout;
    uint64_t seed;
    uint32_t phase, step, micro;
    slm_real *partial;      /* scratch for column sums: [slm_pass_partial_size()] */
    const slm_gemm_space *space; /* of products */
} slm_pass;

/* Activations of one stack for up to `rows` rows. */
typedef struct slm_block_state {
    slm_real *pre, *out, *rstd;
    slm_real *standard;     /* BatchNorm: standardised product [rows × width] */
    slm_real *mean, *inv_std;
    uint8_t *mask;
} slm_block_state;
typedef struct slm_mlp_state {
    slm_block_state block[SLM_MAX_BLOCKS];
    const slm_sparse *sparse; /* the input once more, as base and entries: the first layer reads these; NULL: it is dense */
    slm_real *sparse_scratch; /* [threads × SLM_SPARSE_SCRATCH] */
} slm_mlp_state;

/* An arena measures first (base NULL), then hands out the same pieces. */
typedef struct slm_arena { char *base; int64_t used; } slm_arena;
void *slm_arena_take(slm_arena *a, int64_t count, size_t size);

void slm_mlp_reserve(const slm_mlp *mlp, slm_mlp_state *state, slm_arena *arena, int64_t rows, bool dropout);
int64_t slm_pass_partial_size(int64_t rows, int64_t width);

/* Returns the last block's output [rows × width]; `in` itself when the stack is empty (ld_out set). */
const slm_real *slm_mlp_forward(const slm_pass *pass, const slm_mlp *mlp, slm_mlp_state *state,
                                const slm_real *in, int64_t ld_in, int64_t rows);

/* d [rows × width of the last block] is consumed; other is scratch of the widest block.
 * Returns d loss / d in (in one of the two buffers), or NULL when !want_input. */
slm_real *slm_mlp_backward(const slm_pass *pass, const slm_mlp *mlp, slm_mlp_state *state,
                           const slm_real *in, int64_t ld_in, int64_t rows,
                           slm_real *d, slm_real *other, bool want_input);

/* Pieces that decoders use on their own. */
void slm_block_rows(const slm_pass *pass, const slm_block_args *block, int64_t rows);
/* partial: column sums of each tile of rows (slm_partial_sum), or NULL */
void slm_block_rows_backward(const slm_pass *pass, const slm_block_args *block, slm_real *d, slm_real *partial, int64_t rows);
/* out[rows × out] = in Wᵀ (no bias) */
slm_gemm slm_linear_product(const slm_pass *pass, const slm_linear *l, const slm_real *in, int64_t ld_in, int64_t rows, slm_real *out);
/* dW (+)= dᵀ in */
slm_gemm slm_linear_weight_gradient(const slm_pass *pass, const slm_linear *l, const slm_real *d, const slm_real *in, int64_t ld_in, int64_t rows);
/* out[rows × in] = d W */
slm_gemm slm_linear_input_gradient(const slm_pass *pass, const slm_linear *l, const slm_real *d, int64_t rows, slm_real *out);
/* grad of parameter `index` (+)= column sums of d */
void slm_column_sums(const slm_pass *pass, const slm_real *d, int64_t ld, int64_t rows, int64_t width, int index);
/* For a bias straight before a BatchNorm: its gradient is zero, and computing it would
 * give AdamW rounding to amplify. */
void slm_zero_gradient(const slm_pass *pass, int index);
/* Adds tile sums [tiles × width] up into the gradient of parameter `index`, in order. */
void slm_partial_sum(const slm_pass *pass, const slm_real *partial, int64_t tiles, int64_t width, int index);
void slm_add_bias(const slm_pass *pass, slm_real *x, int64_t rows, int64_t width, int bias);

/* BatchNorm1d over rows, in place; keeps what backward needs. */
void slm_batch_norm_forward(const slm_pass *pass, const slm_batch_norm *bn, slm_real *x, int64_t rows, int64_t width,
                            slm_real *standard, slm_real *mean, slm_real *inv_std);
void slm_batch_norm_backward(const slm_pass *pass, const slm_batch_norm *bn, slm_real *d, int64_t rows, int64_t width,
                             const slm_real *standard, const slm_real *inv_std);

slm_rng slm_dropout_rng(const slm_pass *pass, int layer);
uint32_t slm_dropout_threshold(float p);
slm_real slm_dropout_scale(float p);

static inline slm_real *slm_value(const slm_pass *p, int index) { return p->params->value + p->params->item[index].offset; }
static inline slm_real *slm_gradient(const slm_pass *p, int index) { return p->grad + p->params->item[index].offset; }

#endif
