/* SPDX-License-Identifier: MIT */
#include "train/trainer.h"

/* The table of scilama_trainer_options: bounds, defaults and words of every field; then the rules between them.
 * docs/presets.md has the figures behind the recommended preset. */

static const slm_choice frozen[] = { { "nothing", 0 }, { "known", 1 }, { "encoder", 2 }, { NULL, 0 } };
static const slm_choice modes[] = {
    { "beta-vae", SCILAMA_MODE_BETA_VAE }, { "direct", SCILAMA_MODE_DIRECT }, { "stepwise", SCILAMA_MODE_STEPWISE },
    { "gene", SCILAMA_MODE_GENE }, { "cell-gene", SCILAMA_MODE_CELL_GENE }, { NULL, 0 } };
static const slm_choice shuffles[] = {
    { "auto", SCILAMA_SHUFFLE_AUTO }, { "full", SCILAMA_SHUFFLE_FULL }, { "chunked", SCILAMA_SHUFFLE_CHUNKED },
    { "none", SCILAMA_SHUFFLE_NONE }, { NULL, 0 } };
static const slm_choice precisions[] = { { "f32", SCILAMA_PRECISION_F32 }, { "bf16", SCILAMA_PRECISION_BF16 }, { NULL, 0 } };
static const slm_choice samplings[] = { { "normal", SCILAMA_SAMPLING_NORMAL }, { "mean", SCILAMA_SAMPLING_MEAN }, { NULL, 0 } };
static const slm_choice nonfinites[] = { { "fail", SCILAMA_NONFINITE_FAIL }, { "skip", SCILAMA_NONFINITE_SKIP }, { NULL, 0 } };

#define OPTIONS_OF scilama_trainer_options
#define GROUP "Training"
#define CHOICE(field, choices, p, r, help) SLM_CHOICE(field, choices, p, r, GROUP, help)
#define SWITCH(field, p, r, help) SLM_SWITCH(field, p, r, GROUP, help)
#define INTEGER(field, least, most, p, r, help) SLM_INTEGER(field, least, most, p, r, GROUP, help)
#define NUMBER(field, p, r, help) SLM_NUMBER(field, 0, p, r, GROUP, help)
#define SHARE(field, d, help) SLM_ROW(field, NUMBER, 0, 1, SLM_BELOW, d, d, NULL, GROUP, help)
static const slm_option rows[] = {
    CHOICE(mode, modes, SCILAMA_MODE_STEPWISE, SCILAMA_MODE_CELL_GENE, "which VAEs are trained, in which order"),
    INTEGER(epochs, 1, 10000000, 400, 100, "at most so many per phase"),
    INTEGER(max_steps, SCILAMA_STEPS_AUTO, INT32_MAX, 0, SCILAMA_STEPS_AUTO, "optimiser steps per phase; 0 = by epochs, -1 = by the number of cells"),
    INTEGER(gene_max_steps, 0, INT32_MAX, 0, 300, "of the gene phase; 0 = max_steps"),
    INTEGER(batch_size, 1, 65536, 128, 128, "cells per step"),
    INTEGER(patience, 0, INFINITY, 25, 0, "epochs without improvement before a phase ends; 0 = never"),
    SWITCH(keep_last, 0, 1, "keep the last weights of a phase, not the best"),
    SWITCH(best_from_start, 0, 1, "best weights count from the first epoch on"),
    SLM_POSITIVE(lr, SLM_MAX_LR, 1e-3, 4e-3, GROUP, "learning rate"),
    SLM_POSITIVE(lr_decay, INFINITY, 0.99, 0.99, GROUP, "its factor per epoch; 1 = as it is"),
    NUMBER(weight_decay, 0, 0, "decoupled"),
    SHARE(beta1, 0.9, "decay of the gradient's mean (AdamW)"),
    SHARE(beta2, 0.999, "decay of its mean square"),
    /* single precision cannot divide by less */
    SLM_ROW(epsilon, NUMBER, 1e-30, INFINITY, SLM_BELOW, 1e-8, 1e-8, NULL, GROUP, "added to its root"),
    NUMBER(clip_norm, 0, 0, "bound of the gradient's norm; 0 = none"),
    NUMBER(gamma, 0.05, 0.05, "weight of the alignment term"),
    NUMBER(gene_gamma, 0, 1, "weight of the alignment term in the gene phase"),
    NUMBER(kl_start, 0, 0, "weight of the KL term at first"),
    NUMBER(kl_end, 1, 9, "weight of the KL term in the end"),
    NUMBER(kl_rate, 0.05, 0.1, "its growth per epoch, or per hundredth of max_steps"),
    INTEGER(kl_delay, 0, INFINITY, 25, 0, "epochs, or hundredths, before it grows"),
    SWITCH(kl_by_signal, 0, 1, "less of it where the cells' leading axes say little"),
    SWITCH(kl_repair, 0, 1, "halve it where hardly a latent unit is active"),
    NUMBER(prior_strength, 0, 150, "of the prior on the weights of the cells' first layer and head; 0 = none"),
    SWITCH(prior_vectors, 0, 1, "gene vectors take noise out of the axes, and are that prior's mean where weights are per gene"),
    INTEGER(gene_batch, SCILAMA_GENE_BATCH_AUTO, INFINITY, 0, SCILAMA_GENE_BATCH_AUTO, "genes per step, drawn at random; 0 = all, -1 = 512 in the gene phase"),
    CHOICE(sampling, samplings, SCILAMA_SAMPLING_NORMAL, SCILAMA_SAMPLING_NORMAL, "what the decoders read: a draw, or the mean"),
    SWITCH(validation_sampling, 0, 0, "draw in validation too"),
    SWITCH(track_correlation, 1, 0, "correlation of the reconstruction after every epoch"),
    CHOICE(shuffle, shuffles, SCILAMA_SHUFFLE_AUTO, SCILAMA_SHUFFLE_AUTO, "order of the cells (chunked: blocks of cells, then windows)"),
    INTEGER(shuffle_block, 0, INFINITY, 0, 0, "cells of a block; 0 = as suits the data"),
    INTEGER(shuffle_window, 0, INFINITY, 0, 0, "cells of a window; 0 = as fits"),
    CHOICE(precision, precisions, SCILAMA_PRECISION_F32, SCILAMA_PRECISION_F32, "of the products of a step (bf16: validation stays exact)"),
    CHOICE(on_nonfinite, nonfinites, SCILAMA_NONFINITE_FAIL, SCILAMA_NONFINITE_FAIL, "a step whose loss or gradient is not finite"),
    SLM_CHOICE(freeze_reference, frozen, 0, 0, NULL, "known: train only columns of added categories; encoder: of these only the decoders'"),
    SLM_SEED(seed, "of shuffling, dropout and sampling"),
};

const slm_option_table slm_trainer_option_table = {
    "scilama_trainer_options", sizeof(scilama_trainer_options), rows, sizeof rows / sizeof *rows };

scilama_status slm_trainer_options_check(const scilama_trainer_options *o, const scilama_model *model, scilama_error *error)
{
#define BAD(...) return slm_fail(error, SCILAMA_E_INVALID, __VA_ARGS__)
    const scilama_model_options *net = &model->net.options;
    SLM_TRY(slm_options_check(o, &slm_trainer_option_table, error));
    if (o->mode != SCILAMA_MODE_BETA_VAE && !model->net.modalities) BAD("the model has no gene VAE: only SCILAMA_MODE_BETA_VAE can train it");
    if (o->kl_end < o->kl_start) BAD("kl_end is below kl_start");
    if (o->lr * o->weight_decay > 1) BAD("lr times weight_decay is above 1: every step would turn the weights' sign");
    if (o->freeze_reference && ((o->mode != SCILAMA_MODE_BETA_VAE && o->mode != SCILAMA_MODE_DIRECT) || o->weight_decay > 0 || net->batch_norm))
        BAD("freeze_reference needs mode BETA_VAE or DIRECT, weight_decay 0 and a model without batch_norm");
    if (o->freeze_reference && !model->added)
        return slm_fail(error, SCILAMA_E_STATE, "freeze_reference has nothing to train: call scilama_model_extend_covariate first");
    if (o->gene_batch > 0 && net->likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN) BAD("gene_batch needs the Gaussian likelihood: the mean of counts takes all genes");
#undef BAD
    return SCILAMA_OK;
}
