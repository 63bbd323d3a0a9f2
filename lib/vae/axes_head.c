/* SPDX-License-Identifier: MIT */
#include "vae/axes_head.h"
#include "core/thread.h"

/* Rows are tiled by shape, so that the bits are those of any number of threads. */

typedef struct rows_job {
    const slm_pass *pass;
    const slm_net *net;
    slm_workspace *ws;
    const slm_real *scale, *bias;
    double *along;             /* [K] V b_out */
    int64_t rows;
    double coef;
} rows_job;

static void scale_task(void *arg, int64_t task, int worker)
{
    const rows_job *j = arg;
    int64_t axes = j->net->axes;
    SLM_FOR_TILE (r, task, SLM_ROW_TILE, j->rows)
        for (int64_t k = 0; k < axes; k++) j->ws->axes_out[r * axes + k] = j->scale[k] * (j->ws->axes_out[r * axes + k] + j->bias[k]);
}

void slm_axes_head_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, const slm_real *in, int64_t rows)
{
    const slm_linear *head = &net->cell_decoder.axes;
    slm_gemm product = slm_linear_product(pass, head, in, net->h1, rows, ws->axes_out);
    slm_gemm_one(pass->ctx, pass->space, &product);
    rows_job j = { .net = net, .ws = ws, .scale = slm_value(pass, net->axes_scale), .bias = slm_value(pass, head->bias), .rows = rows };
    slm_parallel(pass->ctx, slm_tiles(rows, SLM_ROW_TILE), scale_task, &j);
}

void slm_axes_head_genes(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows)
{
    slm_gemm product = { .m = rows, .n = net->genes, .k = net->axes, .alpha = 1, .a = ws->axes_out, .lda = net->axes,
                         .b = slm_value(pass, net->axis), .ldb = net->genes, .c = ws->pair, .ldc = net->genes };
    slm_gemm_one(pass->ctx, pass->space, &product);
}

/* |x − b_out|² of a row in sixteen sums, which the compiler makes one vector of. */
static double squares_off(const slm_real *x, const slm_real *b, int64_t n)
{
    enum { LANES = 16 };
    slm_real sum[LANES] = { 0 };
    double total = 0;
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++) sum[l] += (x[i + l] - b[i + l]) * (x[i + l] - b[i + l]);
    for (; i < n; i++) sum[i % LANES] += (x[i] - b[i]) * (x[i] - b[i]);
    for (int l = 0; l < LANES; l++) total += (double)sum[l];
    return total;
}

static void loss_task(void *arg, int64_t task, int worker)
{
    const rows_job *j = arg;
    slm_workspace *ws = j->ws;
    int64_t axes = j->net->axes;
    SLM_FOR_TILE (r, task, SLM_ROW_TILE, j->rows) {
        double sum = squares_off(ws->x + r * ws->ld_x, j->bias, j->net->genes);
        for (int64_t k = 0; k < axes; k++) {
            double p = (double)ws->axes_x[r * axes + k] - j->along[k], off = (double)ws->axes_out[r * axes + k] - p;
            sum += off * off - p * p;
            ws->axes_out[r * axes + k] = (slm_real)(j->coef * off * (double)j->scale[k]);
        }
        ws->nll[r] = sum;
    }
}

double slm_axes_head_loss(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows, double coef, bool gradient)
{
    rows_job j = { .pass = pass, .net = net, .ws = ws, .scale = slm_value(pass, net->axes_scale),
                   .bias = slm_value(pass, net->cell_decoder.head.bias), .along = ws->axes_bias, .rows = rows, .coef = coef };
    const slm_real *axis = slm_value(pass, net->axis);
    for (int64_t k = 0; k < net->axes; k++) {
        j.along[k] = 0;
        for (int64_t g = 0; g < net->genes; g++) j.along[k] += (double)axis[k * net->genes + g] * (double)j.bias[g];
    }
    slm_parallel(pass->ctx, slm_tiles(rows, SLM_ROW_TILE), loss_task, &j);
    if (gradient) slm_column_sums(pass, ws->axes_out, net->axes, rows, net->axes, net->cell_decoder.axes.bias);
    double total = 0;
    for (int64_t r = 0; r < rows; r++) total += ws->nll[r];
    return total;
}

void slm_axes_head_row(const slm_net *net, int64_t gene, slm_real *row)
{
    const slm_real *value = net->params.value, *axis = value + net->params.item[net->axis].offset;
    const slm_real *scale = value + net->params.item[net->axes_scale].offset;
    const slm_real *weight = value + net->params.item[net->cell_decoder.axes.weight].offset;
    for (int64_t i = 0; i < net->h1; i++) row[i] = 0;
    for (int64_t k = 0; k < net->axes; k++) {
        slm_real share = axis[k * net->genes + gene] * scale[k];
        for (int64_t i = 0; i < net->h1; i++) row[i] += share * weight[k * net->h1 + i];
    }
}
