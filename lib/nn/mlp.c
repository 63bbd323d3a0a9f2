/* SPDX-License-Identifier: MIT */
#include "nn/mlp.h"
#include "core/thread.h"

/* Linear layers, BatchNorm, LayerNorm, activation and dropout, forward and backward, over rows cut into tiles; what a pass keeps
 * lies in an arena that measures and hands out by the same code, so that a step allocates nothing. */

void *slm_arena_take(slm_arena *a, int64_t count, size_t size)
{
    void *piece = a->base ? a->base + a->used : NULL;
    a->used += (count * (int64_t)size + 63) / 64 * 64;
    return piece;
}

void slm_mlp_reserve(const slm_mlp *mlp, slm_mlp_state *state, slm_arena *arena, int64_t rows, bool dropout)
{
    memset(state, 0, sizeof *state);
    for (int i = 0; i < mlp->count; i++) {
        slm_block_state *b = &state->block[i];
        int64_t width = mlp->block[i].linear.out;
        b->pre = slm_arena_take(arena, rows * width, sizeof(slm_real));
        b->out = slm_arena_take(arena, rows * width, sizeof(slm_real));
        if (mlp->layer_norm) b->rstd = slm_arena_take(arena, rows, sizeof(slm_real));
        if (dropout) b->mask = slm_arena_take(arena, rows * width, 1);
        if (mlp->block[i].norm.weight >= 0) {
            b->standard = slm_arena_take(arena, rows * width, sizeof(slm_real));
            b->mean = slm_arena_take(arena, width, sizeof(slm_real));
            b->inv_std = slm_arena_take(arena, width, sizeof(slm_real));
        }
    }
}

int64_t slm_pass_partial_size(int64_t rows, int64_t width) { return slm_tiles(rows, SLM_ROW_TILE) * width; }

slm_rng slm_dropout_rng(const slm_pass *pass, int layer)
{
    return slm_rng_make(pass->seed, SLM_STREAM_DROPOUT | (uint32_t)layer << 8 | pass->micro << 20, pass->phase, pass->step);
}

uint32_t slm_dropout_threshold(float p) { return (uint32_t)lrint((double)p * 65536.0); }

slm_real slm_dropout_scale(float p) { return (slm_real)(65536.0 / (65536.0 - (double)slm_dropout_threshold(p))); }

/* --- linear pieces ---------------------------------------------------------- */

slm_gemm slm_linear_product(const slm_pass *pass, const slm_linear *l, const slm_real *in, int64_t ld_in, int64_t rows, slm_real *out)
{
    return (slm_gemm){ .m = rows, .n = l->out, .k = l->in, .tb = true, .alpha = 1, .a = in, .lda = ld_in,
                       .b = slm_value(pass, l->weight), .ldb = l->in, .c = out, .ldc = l->out };
}

slm_gemm slm_linear_weight_gradient(const slm_pass *pass, const slm_linear *l, const slm_real *d, const slm_real *in, int64_t ld_in, int64_t rows)
{
    return (slm_gemm){ .m = l->out, .n = l->in, .k = rows, .ta = true, .alpha = 1, .beta = pass->accumulate ? 1 : 0,
                       .a = d, .lda = l->out, .b = in, .ldb = ld_in, .c = slm_gradient(pass, l->weight), .ldc = l->in };
}

slm_gemm slm_linear_input_gradient(const slm_pass *pass, const slm_linear *l, const slm_real *d, int64_t rows, slm_real *out)
{
    return (slm_gemm){ .m = rows, .n = l->in, .k = l->out, .alpha = 1, .a = d, .lda = l->out,
                       .b = slm_value(pass, l->weight), .ldb = l->in, .c = out, .ldc = l->in };
}

typedef struct rows_job {
    const slm_pass *pass;
    const slm_block_args *block;
    slm_real *d;
    slm_real *partial;
    const slm_real *bias;
    int64_t rows, width, ld, tiles;
    slm_real *target;
} rows_job;

static int64_t tile_end(int64_t tile, int64_t rows)
{
    int64_t end = (tile + 1) * SLM_ROW_TILE;
    return end < rows ? end : rows;
}

enum { COLUMN_TILE = 256 };

static void sum_tiles(void *arg, int64_t task, int worker)
{
    const rows_job *j = arg;
    int64_t first = task * COLUMN_TILE, last = first + COLUMN_TILE < j->width ? first + COLUMN_TILE : j->width;
    if (!j->pass->accumulate) memset(j->target + first, 0, (size_t)(last - first) * sizeof *j->target);
    for (int64_t t = 0; t < j->tiles; t++) {
        const slm_real *row = j->partial + t * j->width;
        for (int64_t i = first; i < last; i++) j->target[i] += row[i];
    }
}

void slm_partial_sum(const slm_pass *pass, const slm_real *partial, int64_t tiles, int64_t width, int index)
{
    rows_job j = { .pass = pass, .partial = (slm_real *)partial, .tiles = tiles, .width = width, .target = slm_gradient(pass, index) };
    slm_parallel(pass->ctx, slm_tiles(width, COLUMN_TILE), sum_tiles, &j);
}

void slm_zero_gradient(const slm_pass *pass, int index)
{
    if (!pass->accumulate) memset(slm_gradient(pass, index), 0, (size_t)pass->params->item[index].count * sizeof(slm_real));
}

static void column_task(void *arg, int64_t task, int worker)
{
    const rows_job *j = arg;
    slm_real *sum = j->partial + task * j->width;
    memset(sum, 0, (size_t)j->width * sizeof *sum);
    j->pass->kernels->column_sum(j->d, j->ld, j->width, sum, task * SLM_ROW_TILE, tile_end(task, j->rows));
}

void slm_column_sums(const slm_pass *pass, const slm_real *d, int64_t ld, int64_t rows, int64_t width, int index)
{
    rows_job j = { .pass = pass, .d = (slm_real *)d, .partial = pass->partial, .rows = rows, .width = width, .ld = ld };
    int64_t tiles = slm_tiles(rows, SLM_ROW_TILE);
    slm_parallel(pass->ctx, tiles, column_task, &j);
    slm_partial_sum(pass, pass->partial, tiles, width, index);
}

static void bias_task(void *arg, int64_t task, int worker)
{
    const rows_job *j = arg;
    for (int64_t r = task * SLM_ROW_TILE; r < tile_end(task, j->rows); r++)
        for (int64_t i = 0; i < j->width; i++) j->d[r * j->width + i] += j->bias[i];
}

void slm_add_bias(const slm_pass *pass, slm_real *x, int64_t rows, int64_t width, int bias)
{
    rows_job j = { .d = x, .bias = slm_value(pass, bias), .rows = rows, .width = width };
    slm_parallel(pass->ctx, slm_tiles(rows, SLM_ROW_TILE), bias_task, &j);
}

/* --- BatchNorm --------------------------------------------------------------- */

typedef struct norm_job {
    const slm_pass *pass;
    const slm_batch_norm *bn;
    slm_real *x, *standard, *mean, *inv_std;
    int64_t rows, width;
} norm_job;

/* Statistics in double over the rows of a column, in row order. */
static void norm_forward_task(void *arg, int64_t task, int worker)
{
    const norm_job *j = arg;
    const slm_pass *p = j->pass;
    int64_t first = task * COLUMN_TILE, last = first + COLUMN_TILE < j->width ? first + COLUMN_TILE : j->width;
    slm_real *running_mean = slm_value(p, j->bn->mean), *running_var = slm_value(p, j->bn->var);
    const slm_real *weight = slm_value(p, j->bn->weight), *bias = slm_value(p, j->bn->bias);
    double sum[COLUMN_TILE] = { 0 }, squares[COLUMN_TILE] = { 0 };
    int64_t n = last - first;
    if (p->train) {
        for (int64_t r = 0; r < j->rows; r++)
            for (int64_t i = 0; i < n; i++) sum[i] += (double)j->x[r * j->width + first + i];
        for (int64_t i = 0; i < n; i++) sum[i] /= (double)j->rows;
        for (int64_t r = 0; r < j->rows; r++)
            for (int64_t i = 0; i < n; i++) {
                double d = (double)j->x[r * j->width + first + i] - sum[i];
                squares[i] += d * d;
            }
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t c = first + i;
        double mean = p->train ? sum[i] : (double)running_mean[c];
        double var = p->train ? squares[i] / (double)j->rows : (double)running_var[c];
        if (p->train && p->update_stats) {
            double unbiased = j->rows > 1 ? squares[i] / (double)(j->rows - 1) : var;
            running_mean[c] = (slm_real)(0.9 * (double)running_mean[c] + 0.1 * mean);
            running_var[c] = (slm_real)(0.9 * (double)running_var[c] + 0.1 * unbiased);
        }
        j->mean[c] = (slm_real)mean;
        j->inv_std[c] = (slm_real)(1 / sqrt(var + 1e-5));
    }
    for (int64_t r = 0; r < j->rows; r++)
        for (int64_t c = first; c < last; c++) {
            slm_real s = (j->x[r * j->width + c] - j->mean[c]) * j->inv_std[c];
            if (j->standard) j->standard[r * j->width + c] = s;
            j->x[r * j->width + c] = s * weight[c] + bias[c];
        }
}

void slm_batch_norm_forward(const slm_pass *pass, const slm_batch_norm *bn, slm_real *x, int64_t rows, int64_t width,
                            slm_real *standard, slm_real *mean, slm_real *inv_std)
{
    norm_job j = { pass, bn, x, standard, mean, inv_std, rows, width };
    slm_parallel(pass->ctx, slm_tiles(width, COLUMN_TILE), norm_forward_task, &j);
    if (pass->train && pass->update_stats) slm_value(pass, bn->tracked)[0] += 1;
}

static void norm_backward_task(void *arg, int64_t task, int worker)
{
    const norm_job *j = arg;
    const slm_pass *p = j->pass;
    int64_t first = task * COLUMN_TILE, last = first + COLUMN_TILE < j->width ? first + COLUMN_TILE : j->width, n = last - first;
    const slm_real *weight = slm_value(p, j->bn->weight);
    slm_real *d_weight = slm_gradient(p, j->bn->weight), *d_bias = slm_gradient(p, j->bn->bias);
    double sum[COLUMN_TILE] = { 0 }, slope[COLUMN_TILE] = { 0 };
    for (int64_t r = 0; r < j->rows; r++)
        for (int64_t i = 0; i < n; i++) {
            double d = (double)j->x[r * j->width + first + i];
            sum[i] += d;
            slope[i] += d * (double)j->standard[r * j->width + first + i];
        }
    for (int64_t i = 0; i < n; i++) {
        d_bias[first + i] = (p->accumulate ? d_bias[first + i] : 0) + (slm_real)sum[i];
        d_weight[first + i] = (p->accumulate ? d_weight[first + i] : 0) + (slm_real)slope[i];
        sum[i] /= (double)j->rows;
        slope[i] /= (double)j->rows;
    }
    for (int64_t r = 0; r < j->rows; r++)
        for (int64_t i = 0; i < n; i++) {
            int64_t at = r * j->width + first + i;
            double d = (double)j->x[at] - sum[i] - (double)j->standard[at] * slope[i];
            j->x[at] = (slm_real)(d * (double)(weight[first + i] * j->inv_std[first + i]));
        }
}

void slm_batch_norm_backward(const slm_pass *pass, const slm_batch_norm *bn, slm_real *d, int64_t rows, int64_t width,
                             const slm_real *standard, const slm_real *inv_std)
{
    norm_job j = { pass, bn, d, (slm_real *)standard, NULL, (slm_real *)inv_std, rows, width };
    slm_parallel(pass->ctx, slm_tiles(width, COLUMN_TILE), norm_backward_task, &j);
}

/* --- the stack ---------------------------------------------------------------- */

static slm_block_args block_args(const slm_pass *pass, const slm_mlp *mlp, const slm_block_state *s, int i)
{
    slm_block_args a = { .pre = s->pre, .out = s->out, .rstd = s->rstd, .width = mlp->block[i].linear.out, .activation = mlp->activation };
    if (pass->train && pass->dropout > 0) {
        a.mask = s->mask;
        a.keep_scale = slm_dropout_scale(pass->dropout);
        a.threshold = slm_dropout_threshold(pass->dropout);
        a.rng = slm_dropout_rng(pass, mlp->layer_id + i);
    }
    return a;
}

static void forward_task(void *arg, int64_t task, int worker)
{
    const rows_job *j = arg;
    j->pass->kernels->block_forward(j->block, task * SLM_ROW_TILE, tile_end(task, j->rows));
}

void slm_block_rows(const slm_pass *pass, const slm_block_args *block, int64_t rows)
{
    rows_job j = { .pass = pass, .block = block, .rows = rows };
    slm_parallel(pass->ctx, slm_tiles(rows, SLM_ROW_TILE), forward_task, &j);
}

/* --- first layers of sparse rows ------------------------------------------------ */

typedef struct sparse_job { const slm_pass *pass; slm_sparse_args args; slm_real *scratch; bool backward; } sparse_job;

static void sparse_task(void *arg, int64_t task, int worker)
{
    const sparse_job *j = arg;
    slm_real *scratch = j->scratch + worker * (int64_t)SLM_SPARSE_SCRATCH;
    if (j->backward) j->pass->kernels->sparse_backward(&j->args, task * SLM_SPARSE_UNITS, scratch);
    else j->pass->kernels->sparse_forward(&j->args, task * SLM_SPARSE_UNITS, scratch);
}

static void sparse_layer(const slm_pass *pass, const slm_mlp_state *state, const slm_linear *l, int64_t rows, slm_real *y, bool backward)
{
    sparse_job j = { pass, { state->sparse, rows, l->out, backward ? slm_gradient(pass, l->weight) : slm_value(pass, l->weight), y, pass->accumulate },
                     state->sparse_scratch, backward };
    slm_parallel(pass->ctx, slm_tiles(l->out, SLM_SPARSE_UNITS), sparse_task, &j);
}

static void first_product(const slm_pass *pass, const slm_linear *l, slm_mlp_state *state, const slm_real *in, int64_t ld_in, int64_t rows)
{
    slm_real *pre = state->block[0].pre;
    if (state->sparse) {
        sparse_layer(pass, state, l, rows, pre, false);
    } else {
        slm_gemm product = slm_linear_product(pass, l, in, ld_in, rows, pre);
        slm_gemm_one(pass->ctx, pass->space, &product);
    }
}

const slm_real *slm_mlp_forward(const slm_pass *pass, const slm_mlp *mlp, slm_mlp_state *state,
                                const slm_real *in, int64_t ld_in, int64_t rows)
{
    for (int i = 0; i < mlp->count; i++) {
        const slm_block *b = &mlp->block[i];
        slm_block_state *s = &state->block[i];
        if (i) {
            slm_gemm product = slm_linear_product(pass, &b->linear, in, ld_in, rows, s->pre);
            slm_gemm_one(pass->ctx, pass->space, &product);
        } else {
            first_product(pass, &b->linear, state, in, ld_in, rows);
        }
        slm_block_args a = block_args(pass, mlp, s, i);
        if (b->norm.weight >= 0) {
            slm_add_bias(pass, s->pre, rows, b->linear.out, b->linear.bias);
            slm_batch_norm_forward(pass, &b->norm, s->pre, rows, b->linear.out, s->standard, s->mean, s->inv_std);
        } else {
            a.bias = slm_value(pass, b->linear.bias);
        }
        slm_block_rows(pass, &a, rows);
        in = s->out;
        ld_in = b->linear.out;
    }
    return in;
}

static void backward_task(void *arg, int64_t task, int worker)
{
    const rows_job *j = arg;
    slm_real *sum = j->partial ? j->partial + task * j->block->width : NULL;
    if (sum) memset(sum, 0, (size_t)j->block->width * sizeof *sum);
    j->pass->kernels->block_backward(j->block, j->d, sum, task * SLM_ROW_TILE, tile_end(task, j->rows));
}

void slm_block_rows_backward(const slm_pass *pass, const slm_block_args *block, slm_real *d, slm_real *partial, int64_t rows)
{
    rows_job j = { .pass = pass, .block = block, .d = d, .partial = partial, .rows = rows };
    slm_parallel(pass->ctx, slm_tiles(rows, SLM_ROW_TILE), backward_task, &j);
}

slm_real *slm_mlp_backward(const slm_pass *pass, const slm_mlp *mlp, slm_mlp_state *state,
                           const slm_real *in, int64_t ld_in, int64_t rows,
                           slm_real *d, slm_real *other, bool want_input)
{
    for (int i = mlp->count - 1; i >= 0; i--) {
        const slm_block *b = &mlp->block[i];
        slm_block_state *s = &state->block[i];
        slm_block_args a = block_args(pass, mlp, s, i);
        bool norm = b->norm.weight >= 0;
        int64_t tiles = slm_tiles(rows, SLM_ROW_TILE);
        slm_block_rows_backward(pass, &a, d, norm ? NULL : pass->partial, rows);
        if (norm) {
            slm_batch_norm_backward(pass, &b->norm, d, rows, b->linear.out, s->standard, s->inv_std);
            slm_zero_gradient(pass, b->linear.bias);
        } else {
            slm_partial_sum(pass, pass->partial, tiles, b->linear.out, b->linear.bias);
        }
        const slm_real *input = i ? state->block[i - 1].out : in;
        slm_gemm products[2] = { slm_linear_weight_gradient(pass, &b->linear, d, input, i ? b->linear.in : ld_in, rows) };
        int count = 1;
        if (!i && state->sparse) {
            sparse_layer(pass, state, &b->linear, rows, d, true);
            count = 0;
        }
        if (i || want_input) products[count++] = slm_linear_input_gradient(pass, &b->linear, d, rows, other);
        if (count) slm_gemm_group(pass->ctx, pass->space, products, count);
        slm_real *t = d;
        d = other;
        other = t;
    }
    return want_input || mlp->count == 0 ? d : NULL;
}
