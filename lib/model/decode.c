/* SPDX-License-Identifier: MIT */
#include "model/evaluate.h"
#include "nn/counts.h"
#include <string.h>

/* Decoding with dropout off, in chunks of cells. */

/* Encoded covariates of one cell with categories replaced. */
static scilama_status replace_covariates(const slm_recipe *recipe, const scilama_decode_options *o, float *c, scilama_error *error)
{
    for (int64_t k = 0; k < o->replacements; k++) {
        const slm_covariate_encoding *found = NULL;
        for (int64_t i = 0; i < recipe->n_covariates; i++)
            if (strcmp(recipe->covariates[i].name, o->to_key[k]) == 0) found = &recipe->covariates[i];
        if (!found || found->kind != SCILAMA_COVARIATE_CATEGORICAL)
            return slm_fail(error, SCILAMA_E_NOTFOUND, "\"%s\" is not a categorical covariate of the model", o->to_key[k]);
        int64_t category = -1;
        for (int64_t i = 0; i < found->categories.count; i++)
            if (strcmp(slm_string(&found->categories, i), o->to_value[k]) == 0) category = i;
        if (category < 0)
            return slm_fail(error, SCILAMA_E_NOTFOUND, "covariate \"%s\" has no category \"%s\"", o->to_key[k], o->to_value[k]);
        for (int64_t i = 0; i < found->width; i++) c[found->first + i] = i == category ? 1.0f : 0.0f;
    }
    return SCILAMA_OK;
}

static void set_decoder_covariates(const slm_net *net, slm_workspace *ws, int64_t row, const float *c)
{
    for (int64_t i = 0; i < net->covariates; i++) ws->cell.z[row * ws->cell.ld_z + net->latent + i] = (slm_real)c[i];
}

/* Decoder and product for the n cells whose z and covariates are in ws; adds to sum. With
 * rate_bias [genes] the softmax of the product and it. */
static void decode_chunk(slm_evaluation *e, const slm_net *net, bool paired, int64_t n, const slm_real *rate_bias, slm_real *sum)
{
    slm_workspace *ws = &e->ws;
    const slm_decoder *dec = &net->cell_decoder;
    const slm_real *h = slm_mlp_forward(&e->pass, &dec->mlp, &ws->cell_decoder, ws->cell.z, ws->cell.ld_z, n);
    slm_gemm last = slm_linear_product(&e->pass, &dec->last, h, dec->last.in, n, ws->dec_h);
    slm_gemm_one(e->pass.ctx, e->pass.space, &last);
    slm_add_bias(&e->pass, ws->dec_h, n, net->h1, dec->last.bias);
    if (paired) {
        slm_pair_forward(&e->pass, net, ws, n, false);
    } else {
        if (dec->final.weight >= 0) {
            memcpy(ws->final_pre, ws->dec_h, (size_t)(n * net->h1) * sizeof *ws->dec_h);
            slm_batch_norm_forward(&e->pass, &dec->final, ws->final_pre, n, net->h1, ws->final_standard, ws->final_mean, ws->final_inv_std);
        }
        slm_head_forward(&e->pass, net, ws, n);
    }
    if (rate_bias) {
        for (int64_t r = 0; r < n; r++) slm_softmax(ws->pair + r * ws->genes, rate_bias, ws->genes);
        paired = false; /* the rows' bias leaves rates as they are */
    }
    for (int64_t r = 0; r < n; r++)
        for (int64_t g = 0; g < ws->genes; g++) sum[r * ws->genes + g] += ws->pair[r * ws->genes + g] + (paired ? ws->row_bias[r] : 0);
}

typedef struct decode_job {
    scilama_model *model;
    const scilama_decode_options *o;
    const slm_net *net;       /* of the genes to decode */
    const slm_real *bias;     /* b_out, or NULL for unseen genes */
    slm_evaluation encode, decode;
    slm_real *sum;
    float *covariates;        /* one row */
} decode_job;

static scilama_status decode_cells(decode_job *j, const slm_design *design, const int64_t *cells, int64_t n, int64_t ahead, scilama_error *error)
{
    const slm_net *full = &j->model->net;
    const slm_recipe *recipe = j->model->recipe;
    scilama_status status = slm_model_load_cells(full, &j->encode.ws, design, cells, n, ahead, error);
    if (status) return status;
    slm_encoder_forward(&j->encode.pass, full, &full->cell_encoder, &j->encode.ws.cell_encoder, j->encode.ws.x, j->encode.ws.ld_x, n);
    slm_latent_forward(&j->encode.pass, full, &j->encode.ws.cell_encoder, 1, &j->encode.ws.cell, n, false, 0, 0);
    slm_workspace *ws = &j->decode.ws;
    for (int64_t r = 0; r < n; r++)
        memcpy(ws->cell.z + r * ws->cell.ld_z, j->encode.ws.cell.mu + r * full->latent, (size_t)full->latent * sizeof(slm_real));
    const slm_covariate_encoding *average = NULL;
    for (int64_t i = 0; j->o->average_batches && i < recipe->n_covariates && !average; i++)
        if (recipe->covariates[i].kind == SCILAMA_COVARIATE_CATEGORICAL) average = &recipe->covariates[i];
    int64_t rounds = average ? average->width : 1;
    bool rates = full->options.likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN && j->bias;
    double target = recipe->normalized && recipe->target_sum > 0 ? recipe->target_sum : 1e4;
    memset(j->sum, 0, (size_t)(n * ws->genes) * sizeof *j->sum);
    for (int64_t round = 0; round < rounds; round++) {
        for (int64_t r = 0; r < n && full->covariates; r++) {
            memcpy(j->covariates, design->covariate + cells[r] * design->covariates, (size_t)full->covariates * sizeof(float));
            for (int64_t i = 0; average && i < average->width; i++) j->covariates[average->first + i] = i == round ? 1.0f : 0.0f;
            if ((status = replace_covariates(recipe, j->o, j->covariates, error))) return status;
            set_decoder_covariates(j->net, ws, r, j->covariates);
        }
        decode_chunk(&j->decode, j->net, j->o->paired != 0, n, rates ? j->bias : NULL, j->sum);
    }
    for (int64_t r = 0; r < n; r++)
        for (int64_t g = 0; g < ws->genes; g++) {
            double value = (double)j->sum[r * ws->genes + g] / (double)rounds;
            if (rates) {
                j->sum[r * ws->genes + g] = (slm_real)(value * target);
                continue;
            }
            value += (j->bias ? (double)j->bias[g] : 0);
            if (j->o->unscale && j->bias && recipe->scaled) value = value / (double)recipe->inv_std[g] + (double)recipe->mean[g];
            j->sum[r * ws->genes + g] = (slm_real)value;
        }
    return SCILAMA_OK;
}

scilama_status slm_model_decode(scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *o,
                                const float *const *vectors, int64_t n_genes, float *values, int64_t ld, scilama_error *error)
{
    scilama_context *ctx = model->ctx;
    slm_net other;
    slm_real *embedding[SLM_MAX_MODALITIES] = { 0 };
    slm_design *design = NULL;
    decode_job j = { .model = model, .o = o, .net = &model->net };
    bool own = !vectors;
    scilama_status status = SCILAMA_OK;
    if (o->paired && !model->net.modalities) status = slm_fail(error, SCILAMA_E_STATE, "the model has no gene VAE: decode with paired = 0");
    if (!own && !status) {
        status = slm_other_genes(model, vectors, n_genes, &other, embedding, error);
        other.genes = n_genes;
        j.net = &other;
    }
    if (!status) status = slm_model_design(model, dataset, false, &design, error);
    if (!status) status = slm_evaluation_begin(model, &j.encode, &model->net, false, error);
    if (!status) status = slm_evaluation_begin(model, &j.decode, j.net, o->paired != 0, error);
    if (!status) {
        j.sum = slm_alloc_array(ctx, SLM_CHUNK * j.net->genes, sizeof *j.sum);
        j.covariates = slm_alloc_array_zero(ctx, model->net.covariates + 1, sizeof *j.covariates);
        if (!j.sum || !j.covariates) status = slm_fail_nomem(error);
    }
    if (!status) {
        if (own) j.bias = slm_value(&j.decode.pass, model->net.cell_decoder.head.bias);
        if (o->paired)
            slm_gene_forward(&j.decode.pass, j.net, &j.decode.ws, (const slm_real *const *)(own ? model->embedding : embedding), false, 0);
    }
    int64_t *cells = NULL;
    if (!status && !(cells = slm_all_cells(design))) status = slm_fail_nomem(error);
    for (int64_t first = 0; !status && first < design->cells; first += SLM_CHUNK) {
        int64_t left = design->cells - first, n = left < SLM_CHUNK ? left : SLM_CHUNK;
        if (slm_cancelled(ctx)) status = slm_fail_cancelled(error);
        else status = decode_cells(&j, design, cells + first, n, left, error);
        if (!status) slm_copy_out(j.sum, n, j.net->genes, values + first * ld, ld);
    }
    slm_free(ctx, cells);
    slm_free(ctx, j.sum);
    slm_free(ctx, j.covariates);
    slm_free(ctx, j.encode.arena.base);
    slm_free(ctx, j.decode.arena.base);
    for (int m = 0; m < SLM_MAX_MODALITIES; m++) slm_free(ctx, embedding[m]);
    slm_design_release(design);
    return status;
}
