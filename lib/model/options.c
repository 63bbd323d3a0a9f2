/* SPDX-License-Identifier: MIT */
#include "model/model.h"

/* The table of scilama_model_options: bounds, defaults and words of every field. */

static const slm_choice fusions[] = {
    { "average", SCILAMA_FUSION_AVERAGE }, { "poe", SCILAMA_FUSION_POE }, { "moe", SCILAMA_FUSION_MOE }, { NULL, 0 } };
static const slm_choice inputs[] = {
    { "auto", SCILAMA_GENE_INPUT_AUTO }, { "tables", SCILAMA_GENE_INPUT_TABLES },
    { "transposed", SCILAMA_GENE_INPUT_TRANSPOSED }, { "none", SCILAMA_GENE_INPUT_NONE }, { NULL, 0 } };
static const slm_choice activations[] = {
    { "leaky_relu", SCILAMA_ACT_LEAKY_RELU }, { "relu", SCILAMA_ACT_RELU }, { "elu", SCILAMA_ACT_ELU },
    { "selu", SCILAMA_ACT_SELU }, { "gelu", SCILAMA_ACT_GELU }, { "silu", SCILAMA_ACT_SILU }, { "tanh", SCILAMA_ACT_TANH },
    { "softplus", SCILAMA_ACT_SOFTPLUS }, { "identity", SCILAMA_ACT_IDENTITY }, { NULL, 0 } };
static const slm_choice scales[] = { { "one", SCILAMA_PAIR_SCALE_ONE }, { "rsqrt", SCILAMA_PAIR_SCALE_RSQRT }, { NULL, 0 } };
static const slm_choice likelihoods[] = {
    { "gaussian", SCILAMA_LIKELIHOOD_GAUSSIAN }, { "poisson", SCILAMA_LIKELIHOOD_POISSON }, { "nb", SCILAMA_LIKELIHOOD_NB },
    { NULL, 0 } };
static const slm_choice covariates[] = {
    { "off", SCILAMA_ENCODER_COVARIATES_NONE }, { "columns", SCILAMA_ENCODER_COVARIATES_COLUMNS },
    { "clusters", SCILAMA_ENCODER_COVARIATES_CLUSTERS }, { NULL, 0 } };
static const int64_t widths[2][SCILAMA_MAX_HIDDEN] = { { 900, 400 }, { 256, 128 } };

#define OPTIONS_OF scilama_model_options
#define TABLES "Gene embeddings"
#define MODEL "Model"
static const slm_option rows[] = {
    SLM_CHOICE(gene_input, inputs, SCILAMA_GENE_INPUT_AUTO, SCILAMA_GENE_INPUT_AUTO, TABLES,
               "what the gene encoder reads: gene tables, or expression transposed"),
    SLM_CHOICE(fusion, fusions, SCILAMA_FUSION_AVERAGE, SCILAMA_FUSION_AVERAGE, TABLES, "several tables into one"),
    SLM_SWITCH(embed_center, 0, 0, TABLES, "centre the columns of a table"),
    SLM_SWITCH(embed_normalize, 0, 0, TABLES, "vectors of length 1"),
    SLM_INTEGER(embed_pca, 0, INFINITY, 0, 0, TABLES, "keep so many principal components of each table; 0 = all"),
    SLM_INTEGER(latent, 1, 4096, 50, 20, MODEL, "numbers per cell and gene"),
    { "hidden", offsetof(OPTIONS_OF, hidden), SCILAMA_OPTION_WIDTHS, SCILAMA_MAX_HIDDEN, 0, 65536, 0, 900, 256, NULL, widths[0],
      MODEL, "hidden widths, published 900,400" },
    SLM_CHOICE(activation, activations, SCILAMA_ACT_LEAKY_RELU, SCILAMA_ACT_LEAKY_RELU, MODEL, "of the hidden layers"),
    SLM_ROW(dropout, REAL, 0, 0.99f, SLM_BELOW, 0.1, 0.2, NULL, MODEL, "share of hidden units left out of a step"),
    SLM_SWITCH(layer_norm, 1, 1, MODEL, "normalise layers"),
    SLM_SWITCH(batch_norm, 0, 0, MODEL, "normalise over the cells of a step"),
    SLM_ROW(var_eps, REAL, 0, 1, 0, 1e-4, 1e-4, NULL, MODEL, "added to the variance of encoders"),
    SLM_CHOICE(pair_scale, scales, SCILAMA_PAIR_SCALE_ONE, SCILAMA_PAIR_SCALE_RSQRT, MODEL, "scale of the paired products"),
    SLM_CHOICE(likelihood, likelihoods, SCILAMA_LIKELIHOOD_GAUSSIAN, SCILAMA_LIKELIHOOD_GAUSSIAN, MODEL,
               "of expression (gaussian), or of raw counts"),
    SLM_CHOICE(encoder_covariates, covariates, SCILAMA_ENCODER_COVARIATES_COLUMNS, SCILAMA_ENCODER_COVARIATES_CLUSTERS, MODEL,
               "the cell encoder knows the covariates: as columns, or by soft clusters of cells along the axes"),
    SLM_INTEGER(axes, 0, 4096, 0, 30, MODEL, "principal axes of the training cells that the cell encoder reads; 0: the genes themselves"),
    SLM_SWITCH(axes_head, 0, 1, MODEL, "the cell decoder's head predicts these axes; off: every gene"),
    SLM_SWITCH(mixture, 0, 1, MODEL, "cells that are a mixture of Gaussians along these axes have these as latent means"),
    SLM_SEED(seed, "of the initial weights"),
};

const slm_option_table slm_model_option_table = { "scilama_model_options", sizeof(scilama_model_options), rows, sizeof rows / sizeof *rows };

scilama_status slm_model_options_check(const scilama_model_options *o, scilama_error *error)
{
    SLM_TRY(slm_options_check(o, &slm_model_option_table, error));
    if (!o->hidden[0]) return slm_fail(error, SCILAMA_E_INVALID, "hidden is empty: give at least one width");
    for (int i = 1; i < SCILAMA_MAX_HIDDEN; i++)
        if (o->hidden[i] && !o->hidden[i - 1]) return slm_fail(error, SCILAMA_E_INVALID, "hidden[%d] follows a zero", i);
    return SCILAMA_OK;
}
