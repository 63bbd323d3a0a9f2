/* SPDX-License-Identifier: MIT */
#include "model/model.h"

/* New categories of a covariate: one more column each in what reads the covariates, at first the
 * mean of the known ones, as which unknown categories were encoded: all that the model computed
 * so far stays as it was. */

int64_t slm_net_covariate_column(const slm_net *net, int index)
{
    const slm_mlp *encoder = &net->cell_encoder.mlp, *decoder = &net->cell_decoder.mlp;
    if (net->encoder_covariates && index == encoder->block[0].linear.weight) return slm_net_read(net);
    if (index == (decoder->count ? decoder->block[0].linear.weight : net->cell_decoder.last.weight)) return net->latent;
    return index == net->shifts || index == net->spreads ? 0 : -1;
}

static slm_real mean_of(const slm_real *values, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (double)values[i];
    return n ? (slm_real)(sum / (double)n) : 0;
}

/* old_column [covariates of to]: column of from, or -1 for new ones, which take the mean of `known` */
static void carry(const slm_net *from, slm_net *to, const int64_t *old_column, const slm_covariate_encoding *known)
{
    for (int i = 0; i < to->params.count; i++) {
        const slm_param *source = &from->params.item[i], *target = &to->params.item[i];
        const slm_real *old = from->params.value + source->offset;
        slm_real *new = to->params.value + target->offset;
        int64_t first = slm_net_covariate_column(to, i);
        if (first < 0) {
            memcpy(new, old, (size_t)target->count * sizeof *new);
            continue;
        }
        for (int64_t r = 0; r < target->rows; r++)
            for (int64_t c = 0; c < target->cols; c++) {
                int64_t column = c < first ? c : old_column[c - first] < 0 ? -1 : first + old_column[c - first];
                new[r * target->cols + c] = column < 0 ? mean_of(old + r * source->cols + first + known->first, known->width) : old[r * source->cols + column];
            }
    }
}

scilama_status slm_model_extend_covariate(scilama_model *model, const char *key, const char *const *values, int64_t count, scilama_error *error)
{
    scilama_context *ctx = model->ctx;
    const slm_recipe *recipe = model->recipe;
    int64_t at = -1, columns = model->net.covariates + count, *old_column = NULL;
    for (int64_t i = 0; i < recipe->n_covariates; i++)
        if (strcmp(recipe->covariates[i].name, key) == 0 && recipe->covariates[i].kind == SCILAMA_COVARIATE_CATEGORICAL) at = i;
    if (at < 0) return slm_fail(error, SCILAMA_E_NOTFOUND, "\"%.150s\" is not a categorical covariate of the model", key);
    int expected = 0;
    if (!atomic_compare_exchange_strong(&model->held, &expected, 1))
        return slm_fail(error, SCILAMA_E_STATE, "a trainer holds the model: destroy it first");
    slm_recipe *extended = NULL;
    slm_net net = { 0 };
    uint8_t *added = slm_alloc_zero(ctx, (size_t)columns);
    old_column = slm_alloc_array(ctx, columns, sizeof *old_column);
    scilama_status status = added && old_column ? slm_recipe_extend(&extended, recipe, at, values, count, error) : slm_fail_nomem(error);
    if (!status)
        status = slm_net_create(ctx, &net, &model->net.options, model->net.genes, columns, model->net.modalities, model->net.width,
                                model->net.transposed, error);
    if (status) goto done;
    int64_t begin = recipe->covariates[at].first + recipe->covariates[at].width, end = begin + count;
    for (int64_t c = 0; c < columns; c++) {
        old_column[c] = c < begin ? c : c < end ? -1 : c - count;
        added[c] = old_column[c] < 0 || (model->added && model->added[old_column[c]]);
    }
    carry(&model->net, &net, old_column, &recipe->covariates[at]);
    net.turns = model->net.turns;
    model->net.turns = (slm_turns){ 0 };
    for (int64_t t = 0; t < net.turns.count; t++) net.turns.column[t] += net.turns.column[t] < begin ? 0 : (int32_t)count;
    slm_net_free(ctx, &model->net);
    slm_recipe_release(model->recipe);
    slm_free(ctx, model->added);
    model->net = net;
    model->recipe = extended;
    model->added = added;
    extended = NULL;
    added = NULL;
done:
    atomic_store(&model->held, 0);
    slm_recipe_release(extended);
    slm_free_all(ctx, added, old_column);
    return status;
}
