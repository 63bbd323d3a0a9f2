/* SPDX-License-Identifier: MIT */
#include "vae/net.h"
#include "core/rng.h"
#include "core/thread.h"

/* encoders: blocks and heads; decoders: one block fewer, last Linear, final BatchNorm; head, dispersion, axes, mixture, clusters */
_Static_assert((1 + SLM_MAX_MODALITIES) * (7 * SCILAMA_MAX_HIDDEN + 4) + 2 * (7 * (SCILAMA_MAX_HIDDEN - 1) + 7) + 17 <= SLM_MAX_PARAMS,
               "the largest net's parameters fit");

static const slm_batch_norm no_norm = { -1, -1, -1, -1, -1 };

static slm_batch_norm declare_norm(slm_params *p, int group, int64_t width, const char *prefix)
{
    slm_batch_norm n;
    n.weight = slm_params_add(p, group, true, 1, width, 1, "%s.weight", prefix);
    n.bias = slm_params_add(p, group, true, 1, width, 1, "%s.bias", prefix);
    n.mean = slm_params_add(p, group, false, 1, width, 1, "%s.running_mean", prefix);
    n.var = slm_params_add(p, group, false, 1, width, 1, "%s.running_var", prefix);
    n.tracked = slm_params_add(p, group, false, 0, 1, 1, "%s.num_batches_tracked", prefix);
    return n;
}

static slm_linear declare_linear(slm_params *p, int group, int64_t in, int64_t out, const char *prefix)
{
    slm_linear l = { .in = in, .out = out };
    l.weight = slm_params_add(p, group, true, 2, out, in, "%s.weight", prefix);
    l.bias = slm_params_add(p, group, true, 1, out, 1, "%s.bias", prefix);
    return l;
}

/* Blocks in → widths[0] → … under "prefix.{i}", {i} counting Linear, [BatchNorm],
 * [LayerNorm], activation, dropout. */
static void declare_blocks(slm_net *net, slm_mlp *mlp, int group, int64_t in, const int64_t *widths, int count,
                           int layer_id, const char *prefix)
{
    const scilama_model_options *o = &net->options;
    int stride = 3 + o->batch_norm + o->layer_norm;
    *mlp = (slm_mlp){ .count = count, .activation = o->activation, .layer_norm = o->layer_norm != 0, .layer_id = layer_id };
    for (int i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.%d", prefix, i * stride);
        mlp->block[i].linear = declare_linear(&net->params, group, in, widths[i], name);
        snprintf(name, sizeof name, "%s.%d", prefix, i * stride + 1);
        mlp->block[i].norm = o->batch_norm ? declare_norm(&net->params, group, widths[i], name) : no_norm;
        in = widths[i];
    }
}

static void declare_encoder(slm_net *net, slm_encoder *e, int group, int64_t in, int layer_id, const char *prefix)
{
    char name[64];
    e->in = in;
    e->width = net->hk;
    snprintf(name, sizeof name, "%s.enc_hidden", prefix);
    declare_blocks(net, &e->mlp, group, in, net->options.hidden, net->hidden_count, layer_id, name);
    e->mu_weight = slm_params_add(&net->params, group, true, 2, net->latent, net->hk, "%s.latent_mu.weight", prefix);
    e->sv_weight = slm_params_add(&net->params, group, true, 2, net->latent, net->hk, "%s.latent_sigma.weight", prefix);
    e->mu_bias = slm_params_add(&net->params, group, true, 1, net->latent, 1, "%s.latent_mu.bias", prefix);
    e->sv_bias = slm_params_add(&net->params, group, true, 1, net->latent, 1, "%s.latent_sigma.bias", prefix);
}

static void declare_decoder(slm_net *net, slm_decoder *d, int group, int final_group, int64_t in, int layer_id, const char *prefix)
{
    char name[64];
    int64_t reversed[SCILAMA_MAX_HIDDEN] = { 0 };
    int blocks = net->hidden_count - 1;
    for (int i = 0; i < blocks; i++) reversed[i] = net->options.hidden[net->hidden_count - 1 - i];
    d->in = in;
    snprintf(name, sizeof name, "%s.dec_hidden.0", prefix);
    declare_blocks(net, &d->mlp, group, in, reversed, blocks, layer_id, name);
    snprintf(name, sizeof name, blocks ? "%s.dec_hidden.1" : "%s.dec_hidden", prefix);
    d->last = declare_linear(&net->params, group, blocks ? reversed[blocks - 1] : in, net->h1, name);
    snprintf(name, sizeof name, "%s.final_layer.0", prefix);
    d->final = net->options.batch_norm ? declare_norm(&net->params, final_group, net->h1, name) : no_norm;
}

/* Covariates reach the cell encoder by shift.h, not as columns. */
static bool clustered(const slm_net *net)
{
    return net->axes && net->covariates && net->options.encoder_covariates == SCILAMA_ENCODER_COVARIATES_CLUSTERS;
}

/* The head that predicts axes, or that of genes; b_out is of either. */
static void declare_head(slm_net *net)
{
    slm_decoder *dec = &net->cell_decoder;
    bool axes = net->axes && net->options.axes_head && net->options.likelihood == SCILAMA_LIKELIHOOD_GAUSSIAN;
    dec->head = (slm_linear){ .in = net->h1, .out = net->genes, .weight = -1 };
    if (axes) {
        dec->axes = declare_linear(&net->params, SLM_GROUP_CELL_HEAD, net->h1, net->axes, "sample_decoder.axes_mean");
        net->axes_scale = slm_params_add(&net->params, SLM_GROUP_CELL_HEAD, false, 1, net->axes, 1, "sample_decoder.axes_scale");
    } else {
        dec->head.weight = slm_params_add(&net->params, SLM_GROUP_CELL_HEAD, true, 2, net->genes, net->h1, "sample_decoder.output_mean.weight");
    }
    int group = axes ? SLM_GROUP_JOINT : SLM_GROUP_CELL; /* with axes b_out is the mean of the cells until the joint objective moves it */
    dec->head.bias = slm_params_add(&net->params, group, true, 1, net->genes, 1, "sample_decoder.output_mean.bias");
}

static void declare_mixture(slm_net *net)
{
    if (!net->axes || !net->options.mixture) return;
    int64_t most = net->axes < net->latent ? net->axes : net->latent;
    net->mixture_axes = most < SLM_MIXTURE_AXES ? most : SLM_MIXTURE_AXES;
    net->mixture_centres = slm_params_add(&net->params, SLM_GROUP_CELL, false, 2, SLM_COMPONENTS + 1, net->mixture_axes, "sample_encoder.mixture_centres");
    net->mixture_white = slm_params_add(&net->params, SLM_GROUP_CELL, false, 2, net->mixture_axes + 1, SLM_COMPONENTS, "sample_encoder.mixture_white");
    net->mixture_root = slm_params_add(&net->params, SLM_GROUP_CELL, false, 2, net->mixture_axes, net->mixture_axes, "sample_encoder.mixture_root");
    net->mixture_spread = slm_params_add(&net->params, SLM_GROUP_CELL, false, 1, net->mixture_axes, 1, "sample_encoder.mixture_spread");
    net->mixture_shares = slm_params_add(&net->params, SLM_GROUP_CELL, false, 1, SLM_COMPONENTS, 1, "sample_encoder.mixture_shares");
}

static void declare(slm_net *net)
{
    net->dispersion = net->axis = net->axes_scale = net->centres = net->shifts = net->shares = net->widths = net->spreads = net->scatters = net->squares = -1;
    net->mixture_centres = net->mixture_white = net->mixture_root = net->mixture_spread = net->mixture_shares = -1;
    declare_encoder(net, &net->cell_encoder, SLM_GROUP_CELL, slm_net_read(net) + net->encoder_covariates, 0, "sample_encoder");
    declare_decoder(net, &net->cell_decoder, SLM_GROUP_CELL, SLM_GROUP_CELL_HEAD, net->latent + net->covariates, 16, "sample_decoder");
    declare_head(net);
    for (int m = 0; m < net->modalities; m++) {
        char prefix[48];
        if (net->transposed) snprintf(prefix, sizeof prefix, "feature_encoder");
        else snprintf(prefix, sizeof prefix, "feature_encoder.encoders.%d", m);
        declare_encoder(net, &net->gene_encoder[m], SLM_GROUP_GENE, net->width[m], 64 + 8 * m, prefix);
    }
    if (net->modalities)
        declare_decoder(net, &net->gene_decoder, SLM_GROUP_GENE, SLM_GROUP_UNUSED, net->latent, 32, "feature_decoder");
    if (net->options.likelihood == SCILAMA_LIKELIHOOD_NB)
        net->dispersion = slm_params_add(&net->params, SLM_GROUP_CELL, true, 1, net->genes, 1, "dispersion.log_theta");
    if (net->axes) net->axis = slm_params_add(&net->params, SLM_GROUP_CELL, false, 2, net->axes, net->genes, "sample_encoder.axes");
    declare_mixture(net);
    if (!clustered(net)) return;
    net->centres = slm_params_add(&net->params, SLM_GROUP_CELL, false, 2, SLM_CLUSTERS + 1, net->axes, "sample_encoder.centres");
    net->shifts = slm_params_add(&net->params, SLM_GROUP_CELL, false, 2, SLM_CLUSTERS * net->axes, net->covariates, "sample_encoder.shifts");
    net->shares = slm_params_add(&net->params, SLM_GROUP_CELL, false, 2, SLM_CLUSTERS, 1, "sample_encoder.shares");
    net->widths = slm_params_add(&net->params, SLM_GROUP_CELL, false, 2, SLM_CLUSTERS, net->axes, "sample_encoder.widths");
    net->spreads = slm_params_add(&net->params, SLM_GROUP_CELL, false, 2, SLM_CLUSTERS * net->axes, net->covariates, "sample_encoder.spreads");
    if (net->axes > SLM_SCATTER_AXES) return;
    net->scatters = slm_params_add(&net->params, SLM_GROUP_CELL, false, 2, SLM_CLUSTERS, slm_triangle(net->axes), "sample_encoder.scatters");
    net->squares = slm_params_add(&net->params, SLM_GROUP_CELL, false, 1, net->axes, 1, "sample_encoder.squares");
}

scilama_status slm_net_create(scilama_context *ctx, slm_net *net, const scilama_model_options *options,
                              int64_t genes, int64_t covariates, int modalities, const int64_t *widths,
                              bool transposed, scilama_error *error)
{
    memset(net, 0, sizeof *net);
    net->options = *options;
    net->genes = genes;
    net->covariates = covariates;
    net->latent = options->latent;
    net->axes = options->axes;
    net->encoder_covariates = options->encoder_covariates && !clustered(net) ? covariates : 0;
    while (net->hidden_count < SCILAMA_MAX_HIDDEN && options->hidden[net->hidden_count] > 0) net->hidden_count++;
    net->h1 = options->hidden[0];
    net->hk = options->hidden[net->hidden_count - 1];
    net->modalities = modalities;
    net->transposed = transposed;
    for (int m = 0; m < modalities; m++) net->width[m] = widths[m];
    bool scaled = options->pair_scale == SCILAMA_PAIR_SCALE_RSQRT;
    net->pair_scale = scaled ? (slm_real)(1 / sqrt((double)net->h1)) : 1;
    net->align_scale = scaled ? (slm_real)(1 / sqrt((double)net->latent)) : 1;
    net->params.item = slm_alloc_array_zero(ctx, SLM_MAX_PARAMS, sizeof *net->params.item);
    if (!net->params.item) return slm_fail_nomem(error);
    declare(net);
    scilama_status status = slm_params_allocate(ctx, &net->params, error);
    if (status) slm_net_free(ctx, net);
    return status;
}

void slm_net_free(scilama_context *ctx, slm_net *net)
{
    slm_shared_release(net->params.value); /* exported tensors may still own it */
    slm_free(ctx, net->params.item);
    net->params = (slm_params){ 0 };
    slm_turns_free(ctx, &net->turns);
}

scilama_status slm_turns_add(scilama_context *ctx, slm_net *net, int64_t column, scilama_error *error)
{
    slm_turns *t = &net->turns;
    int64_t one = SLM_CLUSTERS * slm_turn_width(net);
    int32_t *columns = slm_realloc_array(ctx, t->column, t->count, t->count + 1, sizeof *columns);
    if (!columns) return slm_fail_nomem(error);
    t->column = columns;
    slm_real *value = slm_realloc_array(ctx, t->value, t->count * one, (t->count + 1) * one, sizeof *value);
    if (!value) return slm_fail_nomem(error);
    t->value = value;
    memset(value + t->count * one, 0, (size_t)one * sizeof *value);
    columns[t->count++] = (int32_t)column;
    return SCILAMA_OK;
}

void slm_turns_remove(slm_net *net, int64_t column)
{
    if (net->turns.count && net->turns.column[net->turns.count - 1] == column) net->turns.count--;
}

scilama_status slm_turns_copy(scilama_context *ctx, slm_turns *to, const slm_net *from, scilama_error *error)
{
    int64_t count = from->turns.count, one = SLM_CLUSTERS * slm_turn_width(from);
    *to = (slm_turns){ 0 };
    if (!count) return SCILAMA_OK;
    SLM_SCOPE(work, ctx);
    int32_t *column = slm_scope_array(&work, count, sizeof *column);
    slm_real *value = slm_scope_array(&work, count, (size_t)one * sizeof *value);
    if (work.failed) return slm_fail_nomem(error);
    memcpy(column, from->turns.column, (size_t)count * sizeof *column);
    memcpy(value, from->turns.value, (size_t)(count * one) * sizeof *value);
    *to = (slm_turns){ count, slm_scope_keep(&work, column), slm_scope_keep(&work, value) };
    return SCILAMA_OK;
}

void slm_turns_free(scilama_context *ctx, slm_turns *t)
{
    slm_free_all(ctx, t->column, t->value);
    *t = (slm_turns){ 0 };
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* Weights of one matrix, drawn in tiles: a normal number takes one block of the stream,
 * so element e begins at block e whoever draws it. */
typedef struct draw { slm_real *value; double std; uint64_t seed; int64_t count; uint32_t param; } draw;

enum { DRAW_TILE = 16384 };

static void draw_tile(void *arg, int64_t task, int worker)
{
    const draw *d = arg;
    int64_t begin = task * DRAW_TILE, end = d->count - begin < DRAW_TILE ? d->count : begin + DRAW_TILE;
    slm_rng_seq s = slm_rng_sequence(d->seed, SLM_STREAM_INIT, 0, d->param);
    s.index = (uint64_t)begin;
    for (int64_t e = begin; e < end; e++) d->value[e] = (slm_real)(d->std * slm_rng_normal(&s));
}

/* Adam moves every weight by about as much, however large it is. Of a layer with a weight per gene thousands of them add
 * up along an axis, of one that reads axes itself only one moves: it begins smaller, so that it turns as fast; and so does the head that predicts axes. */
static const double AXES_START = 0.25;

void slm_net_initialise(const scilama_context *ctx, slm_net *net, uint64_t seed)
{
    slm_params *p = &net->params;
    for (int i = 0; i < p->count; i++) {
        slm_param *item = &p->item[i];
        slm_real *value = p->value + item->offset;
        /* axes and what lies along them come from the data */
        bool zero = i == net->axis || (net->mixture_centres >= 0 && i >= net->mixture_centres && i <= net->mixture_shares) || (net->centres >= 0 && i >= net->centres && i <= (net->squares < 0 ? net->spreads : net->squares));
        if (item->rank == 2 && !zero) {
            draw d = { value, sqrt(2.0 / (double)(item->rows + item->cols)), seed, item->count, (uint32_t)i };
            if (net->axes && (i == net->cell_encoder.mlp.block[0].linear.weight || (net->axes_scale >= 0 && i == net->cell_decoder.axes.weight))) d.std *= AXES_START;
            slm_parallel(ctx, slm_tiles(item->count, DRAW_TILE), draw_tile, &d);
        } else if (ends_with(item->name, ".running_var") || (item->rank == 1 && ends_with(item->name, ".weight"))) {
            for (int64_t e = 0; e < item->count; e++) value[e] = 1;
        } else {
            memset(value, 0, (size_t)item->count * sizeof *value);
        }
    }
}
