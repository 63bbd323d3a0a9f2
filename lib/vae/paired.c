/* SPDX-License-Identifier: MIT */
#include "vae/paired.h"
#include "vae/axes_head.h"
#include "vae/mixture.h"
#include "vae/shift.h"
#include "core/thread.h"
#include "nn/counts.h"

#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* Workspace, forward passes and the loss; the last Linear of the gene decoder is folded into the pair product (paired.h). */

static int64_t widest(const slm_net *net)
{
    int64_t w = MAX(net->latent, net->h1);
    for (int i = 0; i < net->hidden_count; i++) w = MAX(w, net->options.hidden[i]);
    return w;
}

static void reserve_encoder(slm_encoder_state *s, const slm_net *net, const slm_encoder *e, slm_arena *arena, int64_t rows, bool dropout)
{
    slm_mlp_reserve(&e->mlp, &s->mlp, arena, rows, dropout);
    s->head = slm_arena_take(arena, rows * 2 * net->latent, sizeof(slm_real));
    s->d_head = slm_arena_take(arena, rows * 2 * net->latent, sizeof(slm_real));
    s->sigma = slm_arena_take(arena, rows * net->latent, sizeof(slm_real));
}

static void reserve_latent(slm_latent_state *l, const slm_net *net, slm_arena *arena, int64_t rows, int64_t ld_z, int32_t fusion)
{
    int64_t n = rows * net->latent;
    l->fusion = fusion;
    l->mu = slm_arena_take(arena, n, sizeof(slm_real));
    l->sigma = slm_arena_take(arena, n, sizeof(slm_real));
    l->noise = slm_arena_take(arena, n, sizeof(slm_real));
    l->z = slm_arena_take(arena, rows * ld_z, sizeof(slm_real));
    l->ld_z = ld_z;
    l->d_z = slm_arena_take(arena, n, sizeof(slm_real));
    l->kl_unit = slm_arena_take(arena, net->latent, sizeof(double));
    l->partial = slm_arena_take(arena, slm_tiles(rows, SLM_ROW_TILE) * net->latent, sizeof(double));
}

static void reserve_sparse(slm_workspace *ws, const slm_workspace_need *need, slm_arena *arena)
{
    int64_t entries = need->cells * ws->ld_x;
    ws->sparse_base = slm_arena_take(arena, ws->ld_x, sizeof(slm_real));
    ws->sparse = (slm_sparse){ .base = ws->sparse_base, .columns = ws->ld_x };
    ws->sparse.index = slm_arena_take(arena, entries, sizeof(int32_t));
    ws->sparse.delta = slm_arena_take(arena, entries, sizeof(slm_real));
    ws->sparse.count = slm_arena_take(arena, need->cells, sizeof(int64_t));
    ws->sparse_scratch = slm_arena_take(arena, need->threads * (int64_t)SLM_SPARSE_SCRATCH, sizeof(slm_real));
}

static void reserve_cells(slm_workspace *ws, const slm_net *net, const slm_workspace_need *need, slm_arena *arena)
{
    int64_t b = need->cells;
    bool dropout = need->dropout > 0, norm = net->options.batch_norm != 0;
    ws->ld_x = net->genes + (net->axes ? 0 : net->encoder_covariates);
    ws->x = slm_arena_take(arena, b * ws->ld_x, sizeof(slm_real));
    ws->ld_input = slm_net_read(net) + net->encoder_covariates;
    ws->input = net->axes ? slm_arena_take(arena, b * ws->ld_input, sizeof(slm_real)) : ws->x;
    if (net->axes_scale >= 0) {
        ws->axes_out = slm_arena_take(arena, b * net->axes, sizeof(slm_real));
        if (need->cell_objective) ws->axes_x = slm_arena_take(arena, b * net->axes, sizeof(slm_real));
        if (need->cell_objective) ws->axes_bias = slm_arena_take(arena, net->axes, sizeof(double));
    }
    reserve_encoder(&ws->cell_encoder, net, &net->cell_encoder, arena, b, dropout);
    if (need->sparse && !net->axes) reserve_sparse(ws, need, arena);
    reserve_latent(&ws->cell, net, arena, b, net->latent + net->covariates, SLM_FUSION_NONE);
    slm_mlp_reserve(&net->cell_decoder.mlp, &ws->cell_decoder, arena, b, dropout);
    ws->dec_h = slm_arena_take(arena, b * net->h1, sizeof(slm_real));
    ws->final_pre = ws->final = ws->dec_h;
    if (norm) {
        ws->final_pre = slm_arena_take(arena, b * net->h1, sizeof(slm_real));
        ws->final = ws->final_pre;
        ws->final_standard = slm_arena_take(arena, b * net->h1, sizeof(slm_real));
        ws->final_mean = slm_arena_take(arena, MAX(net->h1, 1), sizeof(slm_real));
        ws->final_inv_std = slm_arena_take(arena, MAX(net->h1, 1), sizeof(slm_real));
    }
    if (dropout && need->cell_objective) {
        ws->final = slm_arena_take(arena, b * net->h1, sizeof(slm_real));
        ws->final_mask = slm_arena_take(arena, b * net->h1, 1);
    }
    if (need->gradients && net->options.likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN) {
        ws->counts = slm_arena_take(arena, b * net->genes, sizeof(slm_real));
        ws->rate = slm_arena_take(arena, b * net->genes, sizeof(slm_real));
    }
    ws->nll = slm_arena_take(arena, b, sizeof(double));
    ws->row_sum = slm_arena_take(arena, b, sizeof(slm_real));
    ws->pair = slm_arena_take(arena, b * net->genes, sizeof(slm_real));
    if (need->gradients) {
        ws->d_dec_h = slm_arena_take(arena, b * net->h1, sizeof(slm_real));
        ws->d1 = slm_arena_take(arena, b * MAX(widest(net), net->latent + net->covariates), sizeof(slm_real));
        ws->d2 = slm_arena_take(arena, b * MAX(widest(net), net->latent + net->covariates), sizeof(slm_real));
    }
}

/* Widest rows that backward passes through a stack put into each of the two buffers they take in turn. */
static void widest_in_turn(const slm_mlp *mlp, int64_t input, int64_t most[2])
{
    int turn = 0;
    for (int i = mlp->count - 1; i >= 0; i--, turn = !turn) most[turn] = MAX(most[turn], mlp->block[i].linear.out);
    most[turn] = MAX(most[turn], input);
}

static void reserve_genes(slm_workspace *ws, const slm_net *net, const slm_workspace_need *need, slm_arena *arena)
{
    int64_t g = net->genes, w = net->gene_decoder.last.in;
    bool dropout = need->dropout > 0;
    for (int m = 0; m < net->modalities; m++) reserve_encoder(&ws->gene_encoder[m], net, &net->gene_encoder[m], arena, g, dropout);
    reserve_latent(&ws->gene, net, arena, g, net->latent, net->modalities > 1 ? net->options.fusion : SLM_FUSION_NONE);
    slm_mlp_reserve(&net->gene_decoder.mlp, &ws->gene_decoder, arena, g, dropout);
    if (net->options.batch_norm) ws->f_dec_h = slm_arena_take(arena, g * net->h1, sizeof(slm_real));
    ws->folded = slm_arena_take(arena, need->cells * w, sizeof(slm_real));
    ws->row_bias = slm_arena_take(arena, need->cells, sizeof(slm_real));
    if (need->align) ws->align = slm_arena_take(arena, need->cells * g, sizeof(slm_real));
    if (need->gradients) {
        ws->d_folded = slm_arena_take(arena, need->cells * w, sizeof(slm_real));
        int64_t most[2] = { 0 };
        widest_in_turn(&net->gene_decoder.mlp, net->latent, most);
        for (int m = 0; m < net->modalities; m++) widest_in_turn(&net->gene_encoder[m].mlp, 0, most);
        ws->g1 = slm_arena_take(arena, g * most[0], sizeof(slm_real));
        ws->g2 = slm_arena_take(arena, g * most[1], sizeof(slm_real));
    }
}

/* Room for the largest products: weight gradients of first layers share both operands. */
static int64_t shared_bytes(const slm_net *net, const slm_workspace_need *need)
{
    int64_t h = net->h1, most = slm_gemm_shared(need->cells, h, net->genes);
    if (need->gradients) most = MAX(most, slm_gemm_shared(h, slm_net_read(net) + net->encoder_covariates, need->cells));
    for (int m = 0; m < net->modalities && need->pair; m++) {
        most = MAX(most, slm_gemm_shared(net->genes, h, net->width[m]));
        if (need->gradients) most = MAX(most, slm_gemm_shared(h, net->width[m], net->genes));
    }
    return most;
}

void slm_workspace_reserve(slm_workspace *ws, const slm_net *net, const slm_workspace_need *need, slm_arena *arena)
{
    memset(ws, 0, sizeof *ws);
    ws->cells = need->cells;
    ws->genes = net->genes;
    reserve_cells(ws, net, need, arena);
    if (need->pair) reserve_genes(ws, net, need, arena);
    slm_subset_reserve(ws, net, need, arena);
    int64_t w = MAX(widest(net), 2 * net->latent);
    int64_t partial = MAX(slm_pass_partial_size(need->cells, MAX(w, (net->dispersion >= 0 ? 2 : 1) * net->genes)), need->pair ? slm_pass_partial_size(net->genes, w) : 0);
    ws->partial = slm_arena_take(arena, partial, sizeof(slm_real));
    ws->space.own = slm_arena_take(arena, slm_gemm_scratch(need->threads, need->bf16), sizeof(slm_real));
    ws->space.shared_bytes = shared_bytes(net, need);
    if (ws->space.shared_bytes) ws->space.shared = slm_arena_take(arena, ws->space.shared_bytes, 1);
}

void slm_set_covariate(const slm_net *net, slm_workspace *ws, int64_t row, int64_t column, float v)
{
    if (column < net->encoder_covariates) ws->input[row * ws->ld_input + slm_net_read(net) + column] = (slm_real)v;
    ws->cell.z[row * ws->cell.ld_z + net->latent + column] = (slm_real)v;
}

typedef struct sparse_job { const slm_pass *pass; slm_workspace *ws; int64_t rows; } sparse_job;

static void sparse_task(void *arg, int64_t task, int worker)
{
    const sparse_job *j = arg;
    int64_t first = task * SLM_ROW_TILE, last = first + SLM_ROW_TILE < j->rows ? first + SLM_ROW_TILE : j->rows;
    j->pass->kernels->sparse_rows(&j->ws->sparse, j->ws->x, j->ws->ld_x, first, last);
}

void slm_workspace_sparse(const slm_pass *pass, slm_workspace *ws, int64_t rows)
{
    sparse_job j = { pass, ws, rows };
    slm_parallel(pass->ctx, slm_tiles(rows, SLM_ROW_TILE), sparse_task, &j);
    ws->cell_encoder.mlp.sparse = &ws->sparse;
    ws->cell_encoder.mlp.sparse_scratch = ws->sparse_scratch;
}

/* --- forward -------------------------------------------------------------------- */

void slm_encoder_project(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows)
{
    slm_gemm project = { .m = rows, .n = net->axes, .k = net->genes, .tb = true, .alpha = 1, .a = ws->x, .lda = ws->ld_x,
                         .b = slm_value(pass, net->axis), .ldb = net->genes, .c = ws->input, .ldc = ws->ld_input };
    slm_gemm_one(pass->ctx, pass->space, &project);
    slm_shift_join(pass, net, ws, rows);
}

void slm_encoder_input(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows)
{
    if (!net->axes) return;
    slm_encoder_project(pass, net, ws, rows);
    for (int64_t r = 0; ws->axes_x && r < rows; r++) memcpy(ws->axes_x + r * net->axes, ws->input + r * ws->ld_input, (size_t)net->axes * sizeof(slm_real));
    slm_shift_rows(pass, net, ws->input, ws->ld_input, ws->cell.z + net->latent, ws->cell.ld_z, rows);
    slm_mixture_rows(pass, net, ws->input, ws->ld_input, rows);
}

void slm_cell_encoder_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows)
{
    slm_encoder_input(pass, net, ws, rows);
    slm_encoder_forward(pass, net, &net->cell_encoder, &ws->cell_encoder, ws->input, ws->ld_input, rows);
    slm_mixture_means(pass, net, ws->input, ws->ld_input, ws->cell_encoder.head, rows);
}

double slm_cell_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows, bool sample)
{
    const slm_decoder *dec = &net->cell_decoder;
    slm_cell_encoder_forward(pass, net, ws, rows);
    double kl = slm_latent_forward(pass, net, &ws->cell_encoder, 1, &ws->cell, rows, sample, 0);
    const slm_real *h = slm_mlp_forward(pass, &dec->mlp, &ws->cell_decoder, ws->cell.z, ws->cell.ld_z, rows);
    slm_gemm last = slm_linear_product(pass, &dec->last, h, dec->last.in, rows, ws->dec_h);
    slm_gemm_one(pass->ctx, pass->space, &last);
    slm_add_bias(pass, ws->dec_h, rows, net->h1, dec->last.bias);
    if (dec->final.weight >= 0) {
        /* the published final layer sees every pass, so its statistics follow even where nothing reads it */
        memcpy(ws->final_pre, ws->dec_h, (size_t)(rows * net->h1) * sizeof *ws->dec_h);
        slm_batch_norm_forward(pass, &dec->final, ws->final_pre, rows, net->h1, ws->final_standard, ws->final_mean, ws->final_inv_std);
    }
    return kl;
}

static slm_block_args final_args(const slm_pass *pass, const slm_net *net, const slm_workspace *ws)
{
    return (slm_block_args){ .pre = ws->final_pre, .out = ws->final, .mask = ws->final_mask, .width = net->h1,
                             .activation = SCILAMA_ACT_IDENTITY, .keep_scale = slm_dropout_scale(pass->dropout),
                             .threshold = slm_dropout_threshold(pass->dropout), .rng = slm_dropout_rng(pass, 31) };
}

static bool final_dropout(const slm_pass *pass, const slm_workspace *ws) { return pass->train && pass->dropout > 0 && ws->final_mask; }

void slm_head_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows)
{
    const slm_real *in = ws->final_pre;
    if (final_dropout(pass, ws)) {
        slm_block_args a = final_args(pass, net, ws);
        slm_block_rows(pass, &a, rows);
        in = ws->final;
    }
    if (net->axes_scale >= 0) {
        slm_axes_head_forward(pass, net, ws, in, rows);
        return;
    }
    slm_gemm product = slm_linear_product(pass, &net->cell_decoder.head, in, net->h1, rows, ws->pair);
    product.b = slm_gene_value(pass, net, ws, SLM_GENE_HEAD);
    product.n = product.ldc = ws->genes;
    slm_gemm_one(pass->ctx, pass->space, &product);
}

double slm_gene_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, const slm_real *const *embedding, bool sample)
{
    const slm_decoder *dec = &net->gene_decoder;
    int64_t g = ws->genes;
    for (int m = 0; m < net->modalities; m++)
        slm_encoder_forward(pass, net, &net->gene_encoder[m], &ws->gene_encoder[m], embedding[m], net->width[m], g);
    double kl = slm_latent_forward(pass, net, ws->gene_encoder, net->modalities, &ws->gene, g, sample, 1);
    ws->hidden = slm_mlp_forward(pass, &dec->mlp, &ws->gene_decoder, ws->gene.z, net->latent, g);
    if (dec->final.weight >= 0 && pass->train && pass->update_stats) {
        slm_gemm last = slm_linear_product(pass, &dec->last, ws->hidden, dec->last.in, g, ws->f_dec_h);
        slm_gemm_one(pass->ctx, pass->space, &last);
        slm_add_bias(pass, ws->f_dec_h, g, net->h1, dec->last.bias);
        slm_batch_norm_forward(pass, &dec->final, ws->f_dec_h, g, net->h1, NULL, ws->final_mean, ws->final_inv_std);
    }
    return kl;
}

typedef struct row_job { const slm_net *net; slm_workspace *ws; const slm_real *bias; int64_t rows; } row_job;

static void row_bias_task(void *arg, int64_t task, int worker)
{
    enum { LANES = 8 };
    const row_job *j = arg;
    int64_t h = j->net->h1;
    SLM_FOR_TILE (r, task, SLM_ROW_TILE, j->rows) {
        const slm_real *row = j->ws->dec_h + r * h;
        double acc[LANES] = { 0 }, dot = 0;
        for (int64_t i = 0; i < h; i++) acc[i % LANES] += (double)row[i] * (double)j->bias[i];
        for (int l = 0; l < LANES; l++) dot += acc[l];
        j->ws->row_bias[r] = j->net->pair_scale * (slm_real)dot;
    }
}

void slm_pair_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows, bool align)
{
    const slm_linear *last = &net->gene_decoder.last;
    int64_t w = last->in, g = ws->genes;
    slm_gemm fold = { .m = rows, .n = w, .k = net->h1, .alpha = net->pair_scale, .a = ws->dec_h, .lda = net->h1,
                      .b = slm_value(pass, last->weight), .ldb = w, .c = ws->folded, .ldc = w };
    slm_gemm_one(pass->ctx, pass->space, &fold);
    row_job j = { net, ws, slm_value(pass, last->bias), rows };
    slm_parallel(pass->ctx, slm_tiles(rows, SLM_ROW_TILE), row_bias_task, &j);
    slm_gemm products[2] = {
        { .m = rows, .n = g, .k = w, .tb = true, .alpha = 1, .a = ws->folded, .lda = w, .b = ws->hidden, .ldb = w, .c = ws->pair, .ldc = g },
        { .m = rows, .n = g, .k = net->latent, .tb = true, .alpha = net->align_scale, .a = ws->cell.z, .lda = ws->cell.ld_z,
          .b = ws->gene.z, .ldb = net->latent, .c = ws->align, .ldc = g } };
    slm_gemm_group(pass->ctx, pass->space, products, align ? 2 : 1);
}

/* --- losses ------------------------------------------------------------------------ */

typedef struct loss_job { const slm_pass *pass; const slm_loss_args *args; slm_real *partial; int64_t rows; } loss_job;

static void loss_task(void *arg, int64_t task, int worker)
{
    const loss_job *j = arg;
    int64_t g = j->args->genes, first = task * SLM_ROW_TILE, last = first + SLM_ROW_TILE < j->rows ? first + SLM_ROW_TILE : j->rows;
    slm_real *sum = j->partial ? j->partial + task * g : NULL;
    if (sum) memset(sum, 0, (size_t)g * sizeof *sum);
    j->pass->kernels->loss(j->args, sum, first, last);
}

typedef struct count_job {
    const slm_pass *pass;
    const slm_net *net;
    slm_workspace *ws;
    int64_t rows, tiles;
    double gamma, coef;
    bool folded, sums;
} count_job;

static void count_task(void *arg, int64_t task, int worker)
{
    const count_job *j = arg;
    slm_workspace *ws = j->ws;
    int64_t g = ws->genes, last = slm_tile_end(task, SLM_ROW_TILE, j->rows);
    bool dispersed = j->net->dispersion >= 0;
    slm_count_args a = { .genes = g, .bias = slm_value(j->pass, j->net->cell_decoder.head.bias),
                         .log_theta = dispersed ? slm_value(j->pass, j->net->dispersion) : NULL };
    if (j->sums) {
        a.bias_sum = ws->partial + task * g;
        memset(a.bias_sum, 0, (size_t)g * sizeof *a.bias_sum);
        if (dispersed) a.theta_sum = memset(ws->partial + (j->tiles + task) * g, 0, (size_t)g * sizeof *a.theta_sum);
    }
    for (int64_t r = task * SLM_ROW_TILE; r < last; r++) {
        a.counts = ws->counts + r * g;
        a.rate = ws->rate + r * g;
        a.library = 0;
        for (int64_t i = 0; i < g; i++) a.library += (double)a.counts[i];
        a.coef = j->coef;
        ws->nll[r] = slm_count_loss(&a, ws->pair + r * g);
        double sum = 0;
        for (int64_t i = 0; j->folded && i < g; i++) sum += (double)ws->pair[r * g + i];
        if (j->folded) ws->row_sum[r] = (slm_real)sum;
        if (!(j->gamma > 0)) continue;
        a.coef = j->coef * j->gamma;
        ws->nll[r] += j->gamma * slm_count_loss(&a, ws->align + r * g);
    }
}

static double count_loss(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows,
                         bool folded, double gamma, double coef, bool bias_gradient)
{
    count_job j = { pass, net, ws, rows, slm_tiles(rows, SLM_ROW_TILE), gamma, pass->grad ? coef / 2 : 0, folded, bias_gradient };
    slm_parallel(pass->ctx, j.tiles, count_task, &j);
    if (bias_gradient) {
        slm_partial_sum(pass, ws->partial, j.tiles, ws->genes, net->cell_decoder.head.bias);
        if (net->dispersion >= 0) slm_partial_sum(pass, ws->partial + j.tiles * ws->genes, j.tiles, ws->genes, net->dispersion);
    }
    double total = 0;
    for (int64_t r = 0; r < rows; r++) total += ws->nll[r];
    return total;
}

double slm_reconstruction_loss(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows,
                               bool folded, double gamma, double coef, bool bias_gradient)
{
    if (net->options.likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN) return count_loss(pass, net, ws, rows, folded, gamma, coef, bias_gradient);
    slm_loss_args a = { .pair = ws->pair, .align = gamma > 0 ? ws->align : NULL, .genes = ws->genes,
                        .x = ws->subset ? ws->sub_x : ws->x, .ldx = ws->subset ? ws->genes : ws->ld_x,
                        .bias = slm_gene_value(pass, net, ws, SLM_GENE_BIAS), .row_bias = folded ? ws->row_bias : NULL,
                        .gamma = (slm_real)gamma, .coef = (slm_real)coef, .nll = ws->nll, .row_sum = folded ? ws->row_sum : NULL };
    loss_job j = { pass, &a, bias_gradient ? ws->partial : NULL, rows };
    int64_t tiles = slm_tiles(rows, SLM_ROW_TILE);
    slm_parallel(pass->ctx, tiles, loss_task, &j);
    if (bias_gradient && !ws->subset) slm_partial_sum(pass, ws->partial, tiles, ws->genes, net->cell_decoder.head.bias);
    for (int64_t g = 0; bias_gradient && ws->subset && g < ws->genes; g++) {
        slm_real sum = 0;
        for (int64_t t = 0; t < tiles; t++) sum += ws->partial[t * ws->genes + g];
        ws->sub_grad[SLM_GENE_BIAS][g] = sum;
    }
    double total = 0;
    for (int64_t r = 0; r < rows; r++) total += ws->nll[r];
    return total;
}

double slm_head_loss(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows, double coef, bool gradient)
{
    if (net->axes_scale >= 0) return slm_axes_head_loss(pass, net, ws, rows, coef, gradient);
    return slm_reconstruction_loss(pass, net, ws, rows, false, 0, coef, gradient);
}
