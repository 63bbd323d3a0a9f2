/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "vae/paired.h"

/* Gene mini-batches: what has one row per gene is gathered for the drawn genes before a
 * pass and its gradient is dealt back afterwards; in between the pass sees a problem of
 * so many genes. */

static int parameter(const slm_net *net, int kind)
{
    return kind == SLM_GENE_BIAS ? net->cell_decoder.head.bias : net->cell_decoder.head.weight;
}

void slm_subset_reserve(slm_workspace *ws, const slm_net *net, const slm_workspace_need *need, slm_arena *arena)
{
    int64_t n = need->gene_batch;
    if (!n) return;
    ws->sub_x = slm_arena_take(arena, need->cells * n, sizeof(slm_real));
    for (int m = 0; need->pair && m < net->modalities; m++) ws->sub_embedding[m] = slm_arena_take(arena, n * net->width[m], sizeof(slm_real));
    for (int k = 0; k < SLM_GENE_KINDS; k++) {
        if (parameter(net, k) < 0 || (k == SLM_GENE_HEAD && !need->cell_objective)) continue; /* a head that predicts axes takes no subsets */
        int64_t width = net->params.item[parameter(net, k)].cols;
        ws->sub_value[k] = slm_arena_take(arena, n * width, sizeof(slm_real));
        ws->sub_grad[k] = slm_arena_take(arena, n * width, sizeof(slm_real));
    }
}

slm_real *slm_gene_value(const slm_pass *pass, const slm_net *net, const slm_workspace *ws, int kind)
{
    return ws->subset ? ws->sub_value[kind] : slm_value(pass, parameter(net, kind));
}

slm_real *slm_gene_gradient(const slm_pass *pass, const slm_net *net, const slm_workspace *ws, int kind)
{
    return ws->subset ? ws->sub_grad[kind] : slm_gradient(pass, parameter(net, kind));
}

static void gather(const slm_workspace *ws, const slm_real *from, int64_t width, slm_real *to)
{
    for (int64_t i = 0; i < ws->genes; i++) memcpy(to + i * width, from + ws->subset[i] * width, (size_t)width * sizeof *to);
}

/* The expression of the subset, of the cells at hand. */
typedef struct x_job { slm_workspace *ws; int64_t rows; } x_job;

static void x_task(void *arg, int64_t task, int worker)
{
    const x_job *j = arg;
    slm_workspace *ws = j->ws;
    SLM_FOR_TILE (r, task, SLM_ROW_TILE, j->rows)
        for (int64_t i = 0; i < ws->genes; i++) ws->sub_x[r * ws->genes + i] = ws->x[r * ws->ld_x + ws->subset[i]];
}

void slm_subset_cells(const slm_pass *pass, slm_workspace *ws, int64_t rows)
{
    x_job j = { ws, rows };
    slm_parallel(pass->ctx, slm_tiles(rows, SLM_ROW_TILE), x_task, &j);
}

void slm_subset_begin(const slm_pass *pass, const slm_net *net, slm_workspace *ws, const int64_t *genes, int64_t n,
                      int64_t rows, const slm_real *const *embedding)
{
    ws->subset = genes;
    ws->genes = n;
    slm_subset_cells(pass, ws, rows);
    for (int m = 0; m < net->modalities; m++)
        if (ws->sub_embedding[m]) gather(ws, embedding[m], net->width[m], ws->sub_embedding[m]);
    for (int k = 0; k < SLM_GENE_KINDS; k++)
        if (ws->sub_value[k]) gather(ws, slm_value(pass, parameter(net, k)), net->params.item[parameter(net, k)].cols, ws->sub_value[k]);
}

static void scatter(const slm_pass *pass, const slm_net *net, const slm_workspace *ws, int kind)
{
    const slm_param *item = &net->params.item[parameter(net, kind)];
    slm_real *grad = slm_gradient(pass, parameter(net, kind));
    if (!pass->accumulate) memset(grad, 0, (size_t)item->count * sizeof *grad);
    for (int64_t i = 0; i < ws->genes; i++) {
        const slm_real *from = ws->sub_grad[kind] + i * item->cols;
        slm_real *to = grad + ws->subset[i] * item->cols;
        for (int64_t c = 0; c < item->cols; c++) to[c] += from[c];
    }
}

void slm_subset_scatter(const slm_pass *pass, const slm_net *net, const slm_workspace *ws, int32_t objective)
{
    if (!ws->subset) return;
    if (objective != SCILAMA_OBJECTIVE_GENE) scatter(pass, net, ws, SLM_GENE_BIAS);
    if (objective == SCILAMA_OBJECTIVE_CELL) scatter(pass, net, ws, SLM_GENE_HEAD);
}

void slm_subset_end(const slm_net *net, slm_workspace *ws)
{
    ws->subset = NULL;
    ws->genes = net->genes;
}
