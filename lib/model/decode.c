/* SPDX-License-Identifier: MIT */
#include "model/evaluate.h"
#include "linalg/gemm.h"
#include "model/unseen.h"
#include "nn/counts.h"
#include "vae/axes_head.h"

/* Decoding with dropout off, in chunks of cells. */

enum { JUDGED = 1024 }; /* cells at most that the heads are compared on */

typedef struct decode_job {
    scilama_model *model;
    const scilama_decode_options *o;
    const slm_net *net;       /* of the genes to decode */
    const slm_real *bias;     /* b_out, or NULL for unseen genes */
    slm_evaluation encode, decode;
    bool paired, own;         /* own: every cell with its own covariates */
    bool prepared;            /* rows as the recipe prepares values, scaled, whatever is asked for */
    const slm_covariate_encoding *batch; /* the first categorical covariate, or NULL */
    float *factor;            /* [groups × genes] of match_levels, or NULL */
    slm_real *sum;            /* [chunk × genes] */
    float *covariates;        /* [chunk × P] */
} decode_job;

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

/* Which category of the first categorical covariate a row of covariates is; 0 without one; -1: none. */
static int64_t group_of(const decode_job *j, const float *c)
{
    if (!j->batch) return 0;
    for (int64_t i = 0; i < j->batch->width; i++)
        if (c[j->batch->first + i] > 0.5f) return i;
    return -1;
}

static int64_t groups(const decode_job *j) { return j->batch ? j->batch->width : 1; }

/* Decoder and product for the n cells whose z and covariates are in ws: fills ws->pair. Rates
 * are the softmax of the product and the bias. */
static void decode_chunk(decode_job *j, bool rates, int64_t n)
{
    slm_evaluation *e = &j->decode;
    const slm_net *net = j->net;
    slm_workspace *ws = &e->ws;
    const slm_decoder *dec = &net->cell_decoder;
    const slm_real *h = slm_mlp_forward(&e->pass, &dec->mlp, &ws->cell_decoder, ws->cell.z, ws->cell.ld_z, n);
    slm_gemm last = slm_linear_product(&e->pass, &dec->last, h, dec->last.in, n, ws->dec_h);
    slm_gemm_one(e->pass.ctx, e->pass.space, &last);
    slm_add_bias(&e->pass, ws->dec_h, n, net->h1, dec->last.bias);
    if (j->paired) {
        slm_pair_forward(&e->pass, net, ws, n, false);
    } else {
        if (dec->final.weight >= 0) {
            memcpy(ws->final_pre, ws->dec_h, (size_t)(n * net->h1) * sizeof *ws->dec_h);
            slm_batch_norm_forward(&e->pass, &dec->final, ws->final_pre, n, net->h1, ws->final_standard, ws->final_mean, ws->final_inv_std);
        }
        slm_head_forward(&e->pass, net, ws, n);
        if (net->axes_scale >= 0) slm_axes_head_genes(&e->pass, net, ws, n);
    }
    for (int64_t r = 0; r < n; r++) {
        slm_real *row = ws->pair + r * ws->genes;
        if (rates) slm_softmax(row, j->bias, ws->genes); /* a row's bias leaves rates as they are */
        else
            for (int64_t g = 0; g < ws->genes; g++) row[g] += (j->paired ? ws->row_bias[r] : 0) + (j->bias ? j->bias[g] : 0);
    }
}

static bool gives_rates(const decode_job *j) { return j->model->net.options.likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN && j->bias; }

/* What the recipe makes of a decoded value; without rates it is that already. */
static double prepared_value(const decode_job *j, bool rates, int64_t gene, double value)
{
    const slm_recipe *recipe = j->model->recipe;
    double target = recipe->normalized && recipe->target_sum > 0 ? recipe->target_sum : 1e4;
    if (!rates) return value;
    value = recipe->logged ? log1p(value * target) : value * target;
    return recipe->scaled ? (value - (double)recipe->mean[gene]) * (double)recipe->inv_std[gene] : value;
}

/* Adds share · a decoded row in the units asked for to out. */
static void add_row(const decode_job *j, const slm_real *row, int64_t group, double share, slm_real *out)
{
    const slm_recipe *recipe = j->model->recipe;
    bool rates = gives_rates(j), unscale = j->o->unscale && j->bias && !rates;
    bool floor = unscale && recipe->input != SCILAMA_INPUT_SCALED;
    double target = recipe->normalized && recipe->target_sum > 0 ? recipe->target_sum : 1e4;
    int64_t genes = j->decode.ws.genes;
    for (int64_t g = 0; g < genes && j->prepared; g++) out[g] += (slm_real)(share * prepared_value(j, rates, g, (double)row[g]));
    for (int64_t g = 0; g < genes && !j->prepared; g++) {
        double value = (double)row[g];
        if (rates) value *= target;
        if (unscale && recipe->scaled) value = value / (double)recipe->inv_std[g] + (double)recipe->mean[g];
        if (floor && value < 0) value = 0;
        if (j->factor && group >= 0) value *= (double)j->factor[group * genes + g];
        out[g] += (slm_real)(share * value);
    }
}

static scilama_status encode_cells(decode_job *j, const slm_design *design, const int64_t *cells, int64_t n, int64_t ahead, scilama_error *error)
{
    const slm_net *full = &j->model->net;
    SLM_TRY(slm_model_load_cells(full, &j->encode.ws, design, cells, n, ahead, error));
    slm_cell_encoder_forward(&j->encode.pass, full, &j->encode.ws, n);
    slm_latent_forward(&j->encode.pass, full, &j->encode.ws.cell_encoder, 1, &j->encode.ws.cell, n, false, 0);
    slm_workspace *ws = &j->decode.ws;
    for (int64_t r = 0; r < n; r++)
        memcpy(ws->cell.z + r * ws->cell.ld_z, j->encode.ws.cell.mu + r * full->latent, (size_t)full->latent * sizeof(slm_real));
    return SCILAMA_OK;
}

/* Covariates of the cells in round `round` of those averaged over (-1: no average), also behind z. */
static scilama_status set_covariates(decode_job *j, const slm_design *design, const int64_t *cells, int64_t n, int64_t round, scilama_error *error)
{
    const slm_net *net = j->net;
    slm_workspace *ws = &j->decode.ws;
    int64_t width = net->covariates;
    for (int64_t r = 0; r < n && width; r++) {
        float *c = j->covariates + r * width;
        SLM_TRY(slm_design_reach(design, cells[r], error));
        for (int64_t i = 0; i < width; i++) c[i] = slm_design_covariate_of(design, cells[r], i);
        for (int64_t i = 0; round >= 0 && i < j->batch->width; i++) c[j->batch->first + i] = i == round ? 1.0f : 0.0f;
        scilama_status status = j->own ? SCILAMA_OK : replace_covariates(j->model->recipe, j->o, c, error);
        if (status) return status;
        for (int64_t i = 0; i < width; i++) ws->cell.z[r * ws->cell.ld_z + net->latent + i] = (slm_real)c[i];
    }
    return SCILAMA_OK;
}

/* Fills j->sum with cells that are encoded. */
static scilama_status decode_encoded(decode_job *j, const slm_design *design, const int64_t *cells, int64_t n, scilama_error *error)
{
    int64_t genes = j->decode.ws.genes, width = j->net->covariates;
    bool average = !j->own && j->o->average_batches && j->batch;
    int64_t rounds = average ? j->batch->width : 1;
    memset(j->sum, 0, (size_t)(n * genes) * sizeof *j->sum);
    for (int64_t round = 0; round < rounds; round++) {
        SLM_TRY(set_covariates(j, design, cells, n, average ? round : -1, error));
        decode_chunk(j, gives_rates(j), n);
        for (int64_t r = 0; r < n; r++)
            add_row(j, j->decode.ws.pair + r * genes, group_of(j, j->covariates + r * width), 1 / (double)rounds, j->sum + r * genes);
    }
    return SCILAMA_OK;
}

/* Fills j->sum. */
static scilama_status decode_cells(decode_job *j, const slm_design *design, const int64_t *cells, int64_t n, int64_t ahead, scilama_error *error)
{
    SLM_TRY(encode_cells(j, design, cells, n, ahead, error));
    return decode_encoded(j, design, cells, n, error);
}

/* --- which head ---------------------------------------------------------------------- */

/* Squared error of the decoded rows, as the recipe prepares values, to the cells at hand. */
static double chunk_error(decode_job *j, int64_t n)
{
    const slm_workspace *ws = &j->decode.ws;
    bool rates = gives_rates(j);
    double sum = 0;
    decode_chunk(j, rates, n);
    for (int64_t r = 0; r < n; r++)
        for (int64_t g = 0; g < ws->genes; g++) {
            double off = prepared_value(j, rates, g, (double)ws->pair[r * ws->genes + g]) - (double)j->encode.ws.x[r * j->encode.ws.ld_x + g];
            sum += off * off;
        }
    return sum;
}

static scilama_status choose_head(decode_job *j, const slm_design *design, const int64_t *all, scilama_error *error)
{
    scilama_context *ctx = j->model->ctx;
    int64_t count = design->cells < JUDGED ? design->cells : JUDGED;
    int64_t *cells = slm_alloc_array(ctx, count, sizeof *cells);
    double miss[2] = { 0, 0 };
    scilama_status status = cells ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t i = 0; i < count && !status; i++) cells[i] = all[i * design->cells / count];
    j->own = true;
    for (int64_t first = 0; first < count && !status; first += SLM_CHUNK) {
        int64_t n = count - first < SLM_CHUNK ? count - first : SLM_CHUNK;
        status = encode_cells(j, design, cells + first, n, count - first, error);
        if (!status) status = set_covariates(j, design, cells + first, n, -1, error);
        for (int head = 0; head < 2 && !status; head++) {
            j->paired = head == SCILAMA_HEAD_PAIRED;
            miss[head] += chunk_error(j, n);
        }
    }
    j->own = false;
    j->paired = miss[SCILAMA_HEAD_PAIRED] < miss[SCILAMA_HEAD_CELL];
    slm_free(ctx, cells);
    return status;
}

/* --- levels ---------------------------------------------------------------------------- */

typedef struct levels { double *measured, *decoded; slm_real *row; } levels; /* [groups × genes] sums; [chunk × genes] */

static void set_factors(decode_job *j, const levels *l)
{
    int64_t genes = j->decode.ws.genes, n = groups(j);
    for (int64_t g = 0; g < genes; g++) {
        double all = 0; /* a gene that is 0 throughout was not measured */
        for (int64_t k = 0; k < n; k++) all += l->measured[k * genes + g];
        for (int64_t k = 0; k < n; k++) {
            double decoded = l->decoded[k * genes + g];
            j->factor[k * genes + g] = all > 0 && decoded > 0 ? (float)(l->measured[k * genes + g] / decoded) : 1.0f;
        }
    }
}

/* Means of the cells as they are over means as they are decoded, per group and gene. */
static scilama_status find_levels(decode_job *j, const scilama_dataset *dataset, const slm_design *design, const int64_t *cells, scilama_error *error)
{
    scilama_context *ctx = j->model->ctx;
    int64_t genes = j->decode.ws.genes, width = j->net->covariates, size = groups(j) * genes;
    levels l = { slm_alloc_array_zero(ctx, size, sizeof(double)), slm_alloc_array_zero(ctx, size, sizeof(double)),
                 slm_alloc_array(ctx, SLM_CHUNK * genes, sizeof(slm_real)) };
    float *factor = slm_alloc_array(ctx, size, sizeof *factor);
    uint8_t *empty = slm_alloc_array_zero(ctx, design->cells, 1); /* a cell without any count would lower all levels, and all genes' alike */
    scilama_status status = l.measured && l.decoded && l.row && factor && empty ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status && j->model->recipe->input != SCILAMA_INPUT_SCALED) status = slm_cells_empty(dataset, cells, design->cells, empty, error);
    slm_design plain = *design; /* the same rows before scaling */
    plain.mean = plain.inv_std = plain.zero = NULL;
    j->own = true;
    for (int64_t first = 0; first < design->cells && !status; first += SLM_CHUNK) {
        int64_t left = design->cells - first, n = left < SLM_CHUNK ? left : SLM_CHUNK;
        status = slm_cancelled(ctx) ? slm_fail_cancelled(error) : decode_cells(j, design, cells + first, n, left, error);
        if (!status) status = slm_design_gather(&plain, cells + first, n, n, l.row, genes, error);
        for (int64_t r = 0; r < n && !status; r++) {
            int64_t k = empty[first + r] ? -1 : group_of(j, j->covariates + r * width);
            for (int64_t g = 0; g < genes && k >= 0; g++) {
                l.measured[k * genes + g] += (double)l.row[r * genes + g];
                l.decoded[k * genes + g] += (double)j->sum[r * genes + g];
            }
        }
    }
    j->own = false;
    j->factor = factor;
    if (!status) set_factors(j, &l);
    slm_free_all(ctx, l.measured, l.decoded, l.row, empty);
    return status;
}

static scilama_status begin(decode_job *j, const slm_gene_vectors *vectors, slm_real *const *embedding, scilama_error *error)
{
    scilama_model *model = j->model;
    bool pair = j->o->head != SCILAMA_HEAD_CELL && model->net.modalities > 0;
    const slm_recipe *recipe = model->recipe;
    for (int64_t i = 0; i < recipe->n_covariates && !j->batch; i++)
        if (recipe->covariates[i].kind == SCILAMA_COVARIATE_CATEGORICAL) j->batch = &recipe->covariates[i];
    scilama_status status = slm_evaluation_begin(model, &j->encode, &model->net, false, error);
    if (!status) status = slm_evaluation_begin(model, &j->decode, j->net, pair, error);
    if (status) return status;
    j->paired = pair && j->o->head == SCILAMA_HEAD_PAIRED;
    j->sum = slm_alloc_array(model->ctx, SLM_CHUNK * j->net->genes, sizeof *j->sum);
    j->covariates = slm_alloc_array_zero(model->ctx, SLM_CHUNK * (model->net.covariates + 1), sizeof *j->covariates);
    if (!j->sum || !j->covariates) return slm_fail_nomem(error);
    if (!vectors) j->bias = slm_value(&j->decode.pass, model->net.cell_decoder.head.bias);
    if (pair)
        slm_gene_forward(&j->decode.pass, j->net, &j->decode.ws, (const slm_real *const *)(vectors ? embedding : model->embedding), false);
    return SCILAMA_OK;
}

/* rows [n × G]: y of unseen.h, j->sum and a share of what decoding each cell as of its own batch leaves of the measured. */
static scilama_status add_measured(decode_job *j, const slm_design *design, const int64_t *cells, double share, int64_t n, float *rows, scilama_error *error)
{
    int64_t genes = j->net->genes;
    slm_copy_out(j->sum, n, genes, rows, genes);
    if (j->o->replacements || j->o->average_batches) {
        j->own = true;
        scilama_status status = decode_encoded(j, design, cells, n, error);
        j->own = false;
        if (status) return status;
    }
    for (int64_t r = 0; r < n; r++) {
        const slm_real *x = j->encode.ws.x + r * j->encode.ws.ld_x;
        for (int64_t g = 0; g < genes; g++) rows[r * genes + g] += (float)(share * ((double)x[g] - (double)j->sum[r * genes + g]));
    }
    return SCILAMA_OK;
}

/* Rows of the model's genes [n × G] become those of the map's: values [n × genes]. */
static void map_rows(const decode_job *j, const slm_gene_map *map, int64_t n, const float *rows, float *place, float *values, int64_t ld)
{
    int64_t genes = j->net->genes, k = map->k;
    bool unscale = j->o->unscale != 0, floor = unscale && j->model->recipe->input != SCILAMA_INPUT_SCALED;
    slm_sgemm_serial(false, false, n, k, genes, 1, rows, genes, map->basis, k, 0, place, k);
    for (int64_t i = 0; i < n * k; i++) place[i] -= map->shift[i % k];
    slm_sgemm_serial(false, false, n, map->genes, k, 1, place, k, map->coordinates, map->genes, 0, values, ld);
    for (int64_t r = 0; r < n && unscale; r++)
        for (int64_t g = 0; g < map->genes; g++) {
            double value = (double)values[r * ld + g] * map->deviation[g] + map->mean[g];
            values[r * ld + g] = (float)(floor && value < 0 ? 0 : value);
        }
}

static void end(decode_job *j)
{
    void *blocks[] = { j->sum, j->covariates, j->factor, j->encode.arena.base, j->decode.arena.base };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(j->model->ctx, blocks[i]);
}

scilama_status slm_model_decode_sample(scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *o, int64_t count,
                                       float *decoded, float *measured, scilama_error *error)
{
    scilama_decode_options best = *o;
    best.head = SCILAMA_HEAD_BEST;
    slm_design *design = NULL;
    int64_t *cells = NULL, genes = model->net.genes;
    decode_job j = { .model = model, .o = &best, .net = &model->net, .prepared = true };
    scilama_status status = slm_model_design(model, dataset, false, &design, error);
    if (!status) status = begin(&j, NULL, NULL, error);
    if (!status && !(cells = slm_all_cells(design))) status = slm_fail_nomem(error);
    if (!status && model->net.modalities) status = choose_head(&j, design, cells, error);
    j.own = true;
    for (int64_t i = 0; i < count && !status; i++) cells[i] = i * design->cells / count; /* ascending: never ahead of what is read */
    for (int64_t first = 0; first < count && !status; first += SLM_CHUNK) {
        int64_t n = count - first < SLM_CHUNK ? count - first : SLM_CHUNK;
        status = slm_cancelled(model->ctx) ? slm_fail_cancelled(error) : decode_cells(&j, design, cells + first, n, count - first, error);
        if (status) break;
        slm_copy_out(j.sum, n, genes, decoded + first * genes, genes);
        for (int64_t r = 0; r < n; r++) slm_copy_out(j.encode.ws.x + r * j.encode.ws.ld_x, 1, genes, measured + (first + r) * genes, genes);
    }
    slm_free(model->ctx, cells);
    end(&j);
    slm_design_release(design);
    return status;
}

scilama_status slm_model_decode(scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *o,
                                const slm_gene_vectors *vectors, const slm_gene_map *map, float *values, int64_t ld, scilama_error *error)
{
    scilama_context *ctx = model->ctx;
    slm_net other;
    slm_real *embedding[SLM_MAX_MODALITIES] = { 0 };
    slm_design *design = NULL;
    int64_t *cells = NULL;
    float *rows = NULL, *place = NULL; /* [chunk × G], [chunk × k] of the map */
    decode_job j = { .model = model, .o = o, .net = &model->net, .prepared = map != NULL };
    scilama_status status = SCILAMA_OK;
    if (o->head == SCILAMA_HEAD_PAIRED && !model->net.modalities)
        status = slm_fail(error, SCILAMA_E_STATE, "the model has no gene VAE: decode with SCILAMA_HEAD_CELL or _BEST");
    if (vectors && !status) {
        status = slm_other_genes(model, vectors, &other, embedding, error);
        j.net = &other;
    }
    if (!status) status = slm_model_design(model, dataset, false, &design, error);
    if (!status) status = begin(&j, vectors, embedding, error);
    if (!status && !(cells = slm_all_cells(design))) status = slm_fail_nomem(error);
    if (!status && map && (!(rows = slm_alloc_array(ctx, SLM_CHUNK * j.net->genes, sizeof *rows)) || !(place = slm_alloc_array(ctx, SLM_CHUNK * map->k, sizeof *place))))
        status = slm_fail_nomem(error);
    if (!status && o->head == SCILAMA_HEAD_BEST && model->net.modalities) status = choose_head(&j, design, cells, error);
    if (!status && !map && o->match_levels && o->unscale && j.bias && !gives_rates(&j)) status = find_levels(&j, dataset, design, cells, error);
    for (int64_t first = 0; !status && first < design->cells; first += SLM_CHUNK) {
        int64_t left = design->cells - first, n = left < SLM_CHUNK ? left : SLM_CHUNK;
        if (slm_cancelled(ctx)) status = slm_fail_cancelled(error);
        else status = decode_cells(&j, design, cells + first, n, left, error);
        if (!status && map) status = add_measured(&j, design, cells + first, map->measured, n, rows, error);
        if (!status && map) map_rows(&j, map, n, rows, place, values + first * ld, ld);
        else if (!status) slm_copy_out(j.sum, n, j.net->genes, values + first * ld, ld);
    }
    slm_free_all(ctx, cells, rows, place);
    end(&j);
    for (int m = 0; m < SLM_MAX_MODALITIES; m++) slm_free(ctx, embedding[m]);
    slm_design_release(design);
    return status;
}
