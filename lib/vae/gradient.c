/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "vae/mixture.h"

/* Backward of the three objectives (spec "Losses"). */

/* Share of the gradient so far in one with a row per gene: that of a subset starts anew. */
static slm_real kept(const slm_pass *pass, const slm_workspace *ws) { return pass->accumulate && !ws->subset ? 1 : 0; }

/* d loss / d dec_h in ws->d_dec_h → gradients of the cell decoder; d loss / d z is
 * added to ws->cell.d_z when `add`, else set. to_norm: dec_h went into a BatchNorm. */
static void cell_decoder_backward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows, bool add, bool to_norm)
{
    const slm_decoder *dec = &net->cell_decoder;
    int blocks = dec->mlp.count;
    const slm_real *h = blocks ? ws->cell_decoder.block[blocks - 1].out : ws->cell.z;
    int64_t ld = dec->last.in;
    if (to_norm) slm_zero_gradient(pass, dec->last.bias);
    else slm_column_sums(pass, ws->d_dec_h, net->h1, rows, net->h1, dec->last.bias);
    slm_gemm products[2] = { slm_linear_weight_gradient(pass, &dec->last, ws->d_dec_h, h, ld, rows),
                             slm_linear_input_gradient(pass, &dec->last, ws->d_dec_h, rows, ws->d1) };
    slm_gemm_group(pass->ctx, pass->space, products, 2);
    slm_real *d = slm_mlp_backward(pass, &dec->mlp, &ws->cell_decoder, ws->cell.z, ws->cell.ld_z, rows, ws->d1, ws->d2, true);
    for (int64_t r = 0; r < rows; r++) {
        slm_real *to = ws->cell.d_z + r * net->latent;
        const slm_real *from = d + r * ws->cell.ld_z;
        for (int64_t i = 0; i < net->latent; i++) to[i] = add ? to[i] + from[i] : from[i];
    }
}

static void cell_encoder_backward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, const slm_objective_args *a)
{
    slm_latent_backward(pass, net, &ws->cell_encoder, 1, &ws->cell, a->rows, a->sample, a->beta / (double)a->rows);
    const slm_real *d_mu = NULL;
    if (slm_mixture_known(net)) { /* no weight reaches mu */
        for (int64_t r = 0; r < a->rows; r++) memset(ws->cell_encoder.d_head + r * 2 * net->latent, 0, (size_t)net->latent * sizeof(slm_real));
    } else if (a->objective == SCILAMA_OBJECTIVE_CELL && net->options.batch_norm) {
        /* The bias of mu reaches only a BatchNorm, through one Linear: what is left of its
         * gradient is the KL's. Summing the rest would give AdamW rounding to amplify. */
        slm_real weight = (slm_real)(a->beta / (double)a->rows);
        for (int64_t i = 0; i < a->rows * net->latent; i++)
            ws->cell.d_z[i] = weight * ws->cell.mu[i];
        d_mu = ws->cell.d_z;
    }
    slm_encoder_backward(pass, net, &net->cell_encoder, &ws->cell_encoder, ws->input, ws->ld_input, a->rows, ws->d1, ws->d2, d_mu);
}

/* ws->pair, of the genes at hand, or ws->axes_out holds d loss / d out of the head. */
static void head_backward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows)
{
    const slm_decoder *dec = &net->cell_decoder;
    bool dropped = pass->train && pass->dropout > 0 && ws->final_mask;
    const slm_real *in = dropped ? ws->final : ws->final_pre;
    slm_gemm products[2];
    if (net->axes_scale >= 0) {
        products[0] = slm_linear_weight_gradient(pass, &dec->axes, ws->axes_out, in, net->h1, rows);
        products[1] = slm_linear_input_gradient(pass, &dec->axes, ws->axes_out, rows, ws->d_dec_h);
    } else {
        products[0] = (slm_gemm){ .m = ws->genes, .n = net->h1, .k = rows, .ta = true, .alpha = 1, .beta = kept(pass, ws), .a = ws->pair, .lda = ws->genes,
                                  .b = in, .ldb = net->h1, .c = slm_gene_gradient(pass, net, ws, SLM_GENE_HEAD), .ldc = net->h1 };
        products[1] = (slm_gemm){ .m = rows, .n = net->h1, .k = ws->genes, .alpha = 1, .a = ws->pair, .lda = ws->genes,
                                  .b = slm_gene_value(pass, net, ws, SLM_GENE_HEAD), .ldb = net->h1, .c = ws->d_dec_h, .ldc = net->h1 };
    }
    slm_gemm_group(pass->ctx, pass->space, products, 2);
    if (dropped) {
        slm_block_args a = { .pre = ws->final_pre, .mask = ws->final_mask, .width = net->h1,
                             .activation = SCILAMA_ACT_IDENTITY, .keep_scale = slm_dropout_scale(pass->dropout) };
        slm_block_rows_backward(pass, &a, ws->d_dec_h, NULL, rows);
    }
    if (dec->final.weight >= 0)
        slm_batch_norm_backward(pass, &dec->final, ws->d_dec_h, rows, net->h1, ws->final_standard, ws->final_inv_std);
}

typedef struct outer_job { const slm_net *net; slm_workspace *ws; const slm_real *bias; int64_t rows; } outer_job;

/* d dec_h = (Σ_g d x̂) bᵀ, to which a product is added. */
static void outer_task(void *arg, int64_t task, int worker)
{
    const outer_job *j = arg;
    int64_t h = j->net->h1;
    SLM_FOR_TILE (r, task, SLM_ROW_TILE, j->rows) {
        slm_real scaled = j->ws->row_sum[r] * j->net->pair_scale, *to = j->ws->d_dec_h + r * h;
        for (int64_t i = 0; i < h; i++) to[i] = scaled * j->bias[i];
    }
}

typedef struct add_job { slm_real *to; const slm_real *from; int64_t count; bool add; } add_job;

enum { ADD_TILE = 16384 };

static void add_task(void *arg, int64_t task, int worker)
{
    const add_job *j = arg;
    int64_t first = task * ADD_TILE, n = j->count - first < ADD_TILE ? j->count - first : ADD_TILE;
    slm_real *restrict to = j->to + first;
    const slm_real *restrict from = j->from + first;
    if (!j->add) memcpy(to, from, (size_t)n * sizeof *to);
    else
        for (int64_t i = 0; i < n; i++) to[i] += from[i];
}

/* From d loss / d x̂ and d loss / d x̃ (ws->pair, ws->align) to the gene side's
 * gradients, and to ws->d_dec_h and ws->cell.d_z when the cell side trains too. */
static void pair_backward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, const slm_objective_args *a, bool cells, bool align)
{
    const slm_linear *last = &net->gene_decoder.last;
    int64_t w = last->in, g = ws->genes, rows = a->rows;
    slm_real *d_hidden = ws->g1; /* d A [G × w] */
    slm_gemm first[4];
    int count = 0;
    first[count++] = (slm_gemm){ .m = rows, .n = w, .k = g, .alpha = net->pair_scale, .a = ws->pair, .lda = g,
                                 .b = ws->hidden, .ldb = w, .c = ws->d_folded, .ldc = w };
    first[count++] = (slm_gemm){ .m = g, .n = w, .k = rows, .ta = true, .alpha = 1, .a = ws->pair, .lda = g,
                                 .b = ws->folded, .ldb = w, .c = d_hidden, .ldc = w };
    if (align) {
        first[count++] = (slm_gemm){ .m = g, .n = net->latent, .k = rows, .ta = true, .alpha = net->align_scale, .a = ws->align, .lda = g,
                                     .b = ws->cell.z, .ldb = ws->cell.ld_z, .c = ws->gene.d_z, .ldc = net->latent };
        if (cells)
            first[count++] = (slm_gemm){ .m = rows, .n = net->latent, .k = g, .alpha = net->align_scale, .a = ws->align, .lda = g,
                                         .b = ws->gene.z, .ldb = net->latent, .c = ws->cell.d_z, .ldc = net->latent };
    }
    slm_gemm_group(pass->ctx, pass->space, first, count);
    /* d W = Sᵀ d(S W), d b = Sᵀ Σ_g d x̂, d S = d(S W) Wᵀ + (Σ_g d x̂) bᵀ */
    const slm_real *bias = slm_value(pass, last->bias);
    slm_gemm second[3];
    count = 0;
    second[count++] = (slm_gemm){ .m = net->h1, .n = w, .k = rows, .ta = true, .alpha = 1, .beta = pass->accumulate ? 1 : 0,
                                  .a = ws->dec_h, .lda = net->h1, .b = ws->d_folded, .ldb = w, .c = slm_gradient(pass, last->weight), .ldc = w };
    second[count++] = (slm_gemm){ .m = net->h1, .n = 1, .k = rows, .ta = true, .alpha = net->pair_scale, .beta = pass->accumulate ? 1 : 0,
                                  .a = ws->dec_h, .lda = net->h1, .b = ws->row_sum, .ldb = 1, .c = slm_gradient(pass, last->bias), .ldc = 1 };
    if (cells) {
        outer_job j = { net, ws, bias, rows };
        slm_parallel(pass->ctx, slm_tiles(rows, SLM_ROW_TILE), outer_task, &j);
        second[count++] = (slm_gemm){ .m = rows, .n = net->h1, .k = w, .tb = true, .alpha = 1, .beta = 1, .a = ws->d_folded, .lda = w,
                                      .b = slm_value(pass, last->weight), .ldb = w, .c = ws->d_dec_h, .ldc = net->h1 };
    }
    slm_gemm_group(pass->ctx, pass->space, second, count);
    /* gene decoder blocks, then z_f */
    slm_real *d_z = slm_mlp_backward(pass, &net->gene_decoder.mlp, &ws->gene_decoder, ws->gene.z, net->latent, g, d_hidden, ws->g2, true);
    add_job add = { ws->gene.d_z, d_z, g * net->latent, align };
    slm_parallel(pass->ctx, slm_tiles(add.count, ADD_TILE), add_task, &add);
    slm_latent_backward(pass, net, ws->gene_encoder, net->modalities, &ws->gene, g, a->sample, a->beta / (double)g);
    for (int m = 0; m < net->modalities; m++)
        slm_encoder_backward(pass, net, &net->gene_encoder[m], &ws->gene_encoder[m], a->embedding[m], net->width[m], g, ws->g1, ws->g2, NULL);
}

static void objective(const slm_pass *pass, const slm_net *net, slm_workspace *ws, const slm_objective_args *a, slm_objective_terms *terms)
{
    /* a subset of genes stands for all of them */
    double scale = (double)net->genes / (double)ws->genes, coef = 2 * scale / (double)a->rows;
    *terms = (slm_objective_terms){ 0 };
    terms->kl_s = slm_cell_forward(pass, net, ws, a->rows, a->sample);
    if (a->objective == SCILAMA_OBJECTIVE_CELL) {
        slm_head_forward(pass, net, ws, a->rows);
        terms->nll = slm_head_loss(pass, net, ws, a->rows, coef, true) * scale / (double)a->rows;
        head_backward(pass, net, ws, a->rows);
        slm_subset_scatter(pass, net, ws, a->objective);
        cell_decoder_backward(pass, net, ws, a->rows, false, net->cell_decoder.final.weight >= 0);
        cell_encoder_backward(pass, net, ws, a);
        return;
    }
    bool joint = a->objective == SCILAMA_OBJECTIVE_JOINT, align = a->gamma > 0;
    terms->kl_f = slm_gene_forward(pass, net, ws, a->embedding, a->sample);
    slm_pair_forward(pass, net, ws, a->rows, align);
    terms->nll = slm_reconstruction_loss(pass, net, ws, a->rows, true, a->gamma, coef, joint) * scale / (double)a->rows;
    pair_backward(pass, net, ws, a, joint, align);
    slm_subset_scatter(pass, net, ws, a->objective);
    if (joint) {
        cell_decoder_backward(pass, net, ws, a->rows, align, false);
        cell_encoder_backward(pass, net, ws, a);
    } else {
        terms->kl_s = 0;
    }
}

void slm_objective_gradient(const slm_pass *pass, const slm_net *net, slm_workspace *ws,
                            const slm_objective_args *a, slm_objective_terms *terms)
{
    slm_objective_args args = *a;
    if (a->subset) {
        slm_subset_begin(pass, net, ws, a->subset, a->subset_size, a->rows, a->embedding);
        args.embedding = (const slm_real *const *)ws->sub_embedding;
    }
    objective(pass, net, ws, &args, terms);
    if (a->subset) slm_subset_end(net, ws);
}
