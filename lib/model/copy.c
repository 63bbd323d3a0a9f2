/* SPDX-License-Identifier: MIT */
#include "model/model.h"
#include "vae/mixture.h"

/* Warm start. A parameter that is tied to genes, covariates or an input's axes is copied
 * only where both models mean the same by them: equal shapes alone would let columns
 * change their meaning. */

static bool same_strings(const slm_strings *a, const slm_strings *b)
{
    if (a->count != b->count) return false;
    for (int64_t i = 0; i < a->count; i++)
        if (strcmp(slm_string(a, i), slm_string(b, i)) != 0) return false;
    return true;
}

static bool same_covariates(const slm_recipe *a, const slm_recipe *b)
{
    if (a->n_covariates != b->n_covariates) return false;
    for (int64_t i = 0; i < a->n_covariates; i++) {
        const slm_covariate_encoding *x = &a->covariates[i], *y = &b->covariates[i];
        if (strcmp(x->name, y->name) != 0 || x->kind != y->kind || x->width != y->width || !same_strings(&x->categories, &y->categories)) return false;
    }
    return true;
}

typedef struct meaning { bool genes, covariates, axes; } meaning; /* the same in both models, once copied */

static int first_linear(const slm_mlp *mlp, int otherwise) { return mlp->count ? mlp->block[0].linear.weight : otherwise; }

/* Gene encoder inputs m of one model and k of the other have the same columns. */
static bool same_input(const scilama_model *model, int m, const scilama_model *from, int k, bool genes)
{
    const slm_conditioning *a = &model->conditioning[m], *b = &from->conditioning[k];
    int64_t width = model->net.width[m];
    if (model->net.transposed != from->net.transposed || width != from->net.width[k] || a->raw_width != b->raw_width) return false;
    if (model->net.transposed) /* columns are training cells */
        return genes && memcmp(model->embedding[m], from->embedding[k], (size_t)(model->net.genes * width) * sizeof(slm_real)) == 0;
    if (!a->projection || !b->projection) return !a->projection && !b->projection;
    return memcmp(a->projection, b->projection, (size_t)(a->raw_width * width) * sizeof *a->projection) == 0;
}

/* Both encoders read the same axes, or those of `from` are copied with their weights. */
static bool same_axes(const scilama_model *model, const scilama_model *from, const char *prefix)
{
    const slm_net *a = &model->net, *b = &from->net;
    if (a->axes != b->axes || a->genes != b->genes) return false;
    if (!a->axes || strncmp(a->params.item[a->axis].name, prefix, strlen(prefix)) == 0) return true;
    return memcmp(a->params.value + a->params.item[a->axis].offset, b->params.value + b->params.item[b->axis].offset,
                  (size_t)(a->axes * a->genes) * sizeof(slm_real)) == 0;
}

/* The last of what is kept of clusters, from centres on. */
static int last_of_clusters(const slm_net *net) { return net->squares < 0 ? net->spreads : net->squares; }

/* May parameter j of `from` become parameter i of `model`? Shapes are equal. */
static bool same_meaning(const scilama_model *model, int i, const scilama_model *from, int j, const meaning *same)
{
    const slm_net *a = &model->net, *b = &from->net;
    if (i == first_linear(&a->cell_encoder.mlp, -1))
        return j == first_linear(&b->cell_encoder.mlp, -1) && same->genes && same->axes && a->encoder_covariates == b->encoder_covariates &&
               (same->covariates || !a->encoder_covariates);
    if (i == first_linear(&a->cell_decoder.mlp, a->cell_decoder.last.weight))
        return j == first_linear(&b->cell_decoder.mlp, b->cell_decoder.last.weight) && a->covariates == b->covariates && (same->covariates || !a->covariates);
    if (a->axes_scale >= 0 && (i == a->axes_scale || i == a->cell_decoder.axes.weight || i == a->cell_decoder.axes.bias)) return same->genes && same->axes;
    if (i == a->cell_decoder.head.weight || i == a->cell_decoder.head.bias || i == a->dispersion) return same->genes;
    if (i == a->axis) return same->genes && j == b->axis;
    if (a->centres >= 0 && i >= a->centres && i <= last_of_clusters(a)) return same->genes && same->axes && same->covariates;
    if (a->mixture_centres >= 0 && i >= a->mixture_centres && i <= a->mixture_shares)
        return same->genes && same->axes && same->covariates && (a->shifts < 0) == (b->shifts < 0);
    for (int m = 0; m < a->modalities; m++) {
        if (i != first_linear(&a->gene_encoder[m].mlp, -1)) continue;
        for (int k = 0; k < b->modalities; k++)
            if (j == first_linear(&b->gene_encoder[k].mlp, -1)) return same_input(model, m, from, k, same->genes);
        return false;
    }
    return true;
}

/* The parameter of `from` that parameter i of `model` receives; -1: none. */
static int counterpart(const scilama_model *model, int i, const scilama_model *from, const char *prefix, const char *from_prefix, const meaning *same)
{
    const slm_param *to = &model->net.params.item[i];
    size_t length = strlen(prefix), head = strlen(from_prefix);
    char name[sizeof to->name];
    if (strncmp(to->name, prefix, length) != 0) return -1;
    size_t rest = strlen(to->name + length);
    if (head + rest >= sizeof name) return -1;
    memcpy(name, from_prefix, head);
    memcpy(name + head, to->name + length, rest + 1);
    int j = slm_params_find(&from->net.params, name);
    if (j < 0) return -1;
    const slm_param *source = &from->net.params.item[j];
    return source->rank == to->rank && source->rows == to->rows && source->cols == to->cols && same_meaning(model, i, from, j, same) ? j : -1;
}

/* Are parameters first … last, of which the model has none where first is -1, copied together? */
static bool whole(const int *source, int first, int last)
{
    for (int i = first; i >= 0 && i <= last; i++)
        if (source[i] < 0) return false;
    return first >= 0;
}

/* The head of means that a mixture gave was never trained: the model keeps its own. */
static void leave_mean_head(const scilama_model *model, const scilama_model *from, int *source)
{
    const slm_encoder *e = &from->net.cell_encoder;
    bool left = false;
    for (int i = 0; i < model->net.params.count; i++) {
        if (source[i] != e->mu_weight && source[i] != e->mu_bias) continue;
        source[i] = -1;
        left = true;
    }
    if (left) slm_log(model->ctx, SCILAMA_LOG_INFO, "sample_encoder.latent_mu is not copied: a mixture gave the latent means, so it was never trained");
}

/* Clusters or mixture of the axes before: zeros, as of a new model. The next trainer seeks them. */
static void forget(const slm_net *net, int first, int last)
{
    for (int i = first; i >= 0 && i <= last; i++)
        memset(net->params.value + net->params.item[i].offset, 0, (size_t)net->params.item[i].count * sizeof(slm_real));
}

scilama_status slm_model_copy_parameters(scilama_model *model, const scilama_model *from, const char *prefix, const char *from_prefix,
                                         int64_t *copied, scilama_error *error)
{
    const meaning same = { same_strings(&model->recipe->genes, &from->recipe->genes), same_covariates(model->recipe, from->recipe),
                           same_axes(model, from, prefix) };
    slm_net *net = &model->net;
    slm_turns turns = { 0 };
    int source[SLM_MAX_PARAMS];
    int64_t count = 0;
    for (int i = 0; i < net->params.count; i++) source[i] = counterpart(model, i, from, prefix, from_prefix, &same);
    bool axes = whole(source, net->axis, net->axis), clusters = whole(source, net->centres, last_of_clusters(net)),
         mixture = whole(source, net->mixture_centres, net->mixture_shares);
    if (!mixture && (axes || !slm_mixture_known(net)) && slm_mixture_known(&from->net)) leave_mean_head(model, from, source);
    if (clusters) SLM_TRY(slm_turns_copy(model->ctx, &turns, &from->net, error)); /* all that may fail */
    for (int i = 0; i < net->params.count; i++) {
        if (source[i] < 0) continue;
        const slm_param *to = &net->params.item[i];
        memmove(net->params.value + to->offset, from->net.params.value + from->net.params.item[source[i]].offset, (size_t)to->count * sizeof(slm_real));
        count++;
    }
    if (axes && !mixture) forget(net, net->mixture_centres, net->mixture_shares);
    if (axes && !clusters) forget(net, net->centres, last_of_clusters(net));
    if (axes || clusters) {
        slm_turns_free(model->ctx, &net->turns);
        net->turns = turns;
    }
    if (copied) *copied = count;
    if (count) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_NOTFOUND, "no parameter under \"%.60s\" has a counterpart of the same shape and meaning under \"%.60s\"", prefix, from_prefix);
}
