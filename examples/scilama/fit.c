/* SPDX-License-Identifier: MIT */
#include "fit.h"
#include "report.h"
#include <string.h>

static const choice preset_choices[] = { { "recommended", SCILAMA_PRESET_RECOMMENDED }, { "published", SCILAMA_PRESET_PUBLISHED }, { NULL, 0 } };
static const choice mode_choices[] = { { "stepwise", SCILAMA_MODE_STEPWISE }, { "direct", SCILAMA_MODE_DIRECT },
    { "beta-vae", SCILAMA_MODE_BETA_VAE }, { "cell-gene", SCILAMA_MODE_CELL_GENE }, { NULL, 0 } };
static const choice control_choices[] = { { "none", CONTROL_NONE }, { "shuffled", CONTROL_SHUFFLED }, { "random", CONTROL_RANDOM }, { NULL, 0 } };
static const choice missing_choices[] = { { "drop", SCILAMA_MISSING_DROP }, { "mean", SCILAMA_MISSING_MEAN }, { NULL, 0 } };
static const choice input_choices[] = { { "auto", SCILAMA_INPUT_AUTO }, { "counts", SCILAMA_INPUT_COUNTS },
    { "expression", SCILAMA_INPUT_EXPRESSION }, { "logged", SCILAMA_INPUT_LOGGED }, { "scaled", SCILAMA_INPUT_SCALED }, { NULL, 0 } };
static const choice hvg_choices[] = { { "auto", SCILAMA_HVG_AUTO }, { "none", SCILAMA_HVG_NONE }, { "seurat", SCILAMA_HVG_SEURAT },
    { "seurat_v3", SCILAMA_HVG_SEURAT_V3 }, { NULL, 0 } };
static const choice switch_choices[] = { { "auto", SCILAMA_AUTO }, { "on", SCILAMA_ON }, { "off", SCILAMA_OFF }, { NULL, 0 } };
static const choice flag_choices[] = { { "on", 1 }, { "off", 0 }, { NULL, 0 } };
static const choice fusion_choices[] = { { "average", SCILAMA_FUSION_AVERAGE }, { "poe", SCILAMA_FUSION_POE }, { "moe", SCILAMA_FUSION_MOE },
    { "poe-prior", SCILAMA_FUSION_POE_PRIOR }, { NULL, 0 } };
static const choice scale_choices[] = { { "one", SCILAMA_PAIR_SCALE_ONE }, { "rsqrt", SCILAMA_PAIR_SCALE_RSQRT }, { NULL, 0 } };
static const choice likelihood_choices[] = { { "gaussian", SCILAMA_LIKELIHOOD_GAUSSIAN }, { "poisson", SCILAMA_LIKELIHOOD_POISSON },
    { "nb", SCILAMA_LIKELIHOOD_NB }, { NULL, 0 } };
static const choice activation_choices[] = { { "leaky_relu", SCILAMA_ACT_LEAKY_RELU }, { "relu", SCILAMA_ACT_RELU }, { "elu", SCILAMA_ACT_ELU },
    { "selu", SCILAMA_ACT_SELU }, { "gelu", SCILAMA_ACT_GELU }, { "silu", SCILAMA_ACT_SILU }, { "tanh", SCILAMA_ACT_TANH },
    { "softplus", SCILAMA_ACT_SOFTPLUS }, { "identity", SCILAMA_ACT_IDENTITY }, { NULL, 0 } };
static const choice shuffle_choices[] = { { "auto", SCILAMA_SHUFFLE_AUTO }, { "full", SCILAMA_SHUFFLE_FULL },
    { "chunked", SCILAMA_SHUFFLE_CHUNKED }, { "none", SCILAMA_SHUFFLE_NONE }, { NULL, 0 } };
static const choice lr_choices[] = { { "exponential", SCILAMA_LR_EXPONENTIAL }, { "constant", SCILAMA_LR_CONSTANT }, { "cosine", SCILAMA_LR_COSINE }, { NULL, 0 } };
static const choice precision_choices[] = { { "f32", SCILAMA_PRECISION_F32 }, { "bf16", SCILAMA_PRECISION_BF16 }, { NULL, 0 } };

/* Defaults of the preset that the command line or the configuration file names. */
void fit_defaults(app *a, fit *f, int argc, char **argv)
{
    const char *preset = peek_option(a, argc, argv, "preset");
    memset(f, 0, sizeof *f);
    f->preset = preset && !strcmp(preset, "published") ? SCILAMA_PRESET_PUBLISHED : SCILAMA_PRESET_RECOMMENDED;
    f->train_fraction = 0.9;
    f->resolution = 1;
    f->neighbors = 15;
    f->checkpoint_seconds = 60;
    scilama_preprocess_options_init(&f->preprocess, sizeof f->preprocess);
    scilama_model_options_init(&f->model_options, sizeof f->model_options, f->preset);
    scilama_trainer_options_init(&f->trainer_options, sizeof f->trainer_options, f->preset);
    /* who counts epochs does not count steps, and who wants patience wants the best weights */
    if (peek_option(a, argc, argv, "epochs")) f->trainer_options.max_steps = 0;
    if (peek_option(a, argc, argv, "patience")) f->trainer_options.keep_last = 0;
    /* the recommended KL weight is the cell VAE's; the joint objective collapses under it */
    const char *mode = peek_option(a, argc, argv, "mode");
    if (mode && (!strcmp(mode, "direct") || !strcmp(mode, "stepwise"))) {
        f->trainer_options.kl_end = 1;
        f->trainer_options.kl_rate = 0.05;
    }
}

static int parse(app *a, fit *f, int argc, char **argv, int *code)
{
    scilama_preprocess_options *p = &f->preprocess;
    scilama_model_options *m = &f->model_options;
    scilama_trainer_options *t = &f->trainer_options;
#define HEADING(text) { text, 0, OPTION_HEADING, NULL, NULL, NULL, 0, NULL }
#define OPT(name, kind, target, argument, help) { name, 0, OPTION_##kind, target, argument, help, 0, NULL }
#define FLAG(name, target, value, help) { name, 0, OPTION_FLAG, target, NULL, help, value, NULL }
#define PICK(name, target, choices, argument, help) { name, 0, OPTION_CHOICE, target, argument, help, 0, choices }
    const option options[] = {
        HEADING("Data"),
        { "output", 'o', OPTION_STRING, &f->output, "OUT.h5ad", "where to write (needed)", 0, NULL },
        OPT("layer", STRING, &f->layer, "NAME", "matrix to train on: a layer, or raw (default X)"),
        OPT("batch", LIST, &f->batch, "KEY", "obs column of batches or other categories to correct for; repeatable"),
        OPT("continuous", LIST, &f->continuous, "KEY", "obs column of numbers to correct for; repeatable"),
        OPT("label", STRING, &f->label, "KEY", "obs column of cell types: only to judge the result with"),
        OPT("split", STRING, &f->split, "KEY", "obs column of train, validation, test (default: drawn, 90 % and 10 %)"),
        OPT("train-fraction", NUMBER, &f->train_fraction, "F", "share of cells to train on when the split is drawn (default 0.9)"),
        OPT("stream", BYTES, &f->stream, "BYTES", "leave the matrix in the file and hold so much of it at once: 64M"),
        OPT("config", STRING, &f->config, "FILE", "lines 'option = value', read before the command line"),
        HEADING("Gene embeddings"),
        OPT("embeddings", LIST, &f->embeddings, "NAME=FILE", "vectors by gene name; repeatable; also random[:WIDTH] or none"),
        PICK("control", &f->control, control_choices, "KIND", "shuffled or random: destroy what the embeddings know"),
        FLAG("ignore-case", &f->ignore_case, 1, "match gene names without regard to case"),
        FLAG("strip-version", &f->strip_version, 1, "ENSG00000141510.12 matches ENSG00000141510"),
        OPT("gene-aliases", STRING, &f->aliases, "FILE", "two columns: a gene's name in the data, and the one to look up instead"),
        PICK("missing-genes", &f->missing_genes, missing_choices, "HOW", "genes without a vector: drop (default), or mean: they take the mean vector"),
        FLAG("first-duplicate", &f->first_duplicate, 1, "keep the first of genes or vectors of one name"),
        PICK("fusion", &m->fusion, fusion_choices, "HOW", "several tables into one: average, poe, moe, poe-prior"),
        PICK("embed-center", &m->embed_center, flag_choices, "on|off", "centre the columns of a table"),
        PICK("embed-normalize", &m->embed_normalize, flag_choices, "on|off", "vectors of length 1"),
        PICK("embed-whiten", &m->embed_whiten, flag_choices, "on|off", "unit variance along principal axes"),
        OPT("embed-pca", INTEGER, &m->embed_pca, "R", "keep R principal components of each table"),
        HEADING("Preprocessing"),
        FLAG("no-preprocess", &f->no_preprocess, 1, "take the matrix as it is, with all its genes"),
        PICK("input", &p->input, input_choices, "KIND", "auto, counts, expression, logged, scaled"),
        OPT("n-top-genes", INTEGER, &p->n_top_genes, "N", "highly variable genes to keep (default 2000)"),
        PICK("hvg", &p->hvg, hvg_choices, "HOW", "auto, none, seurat, seurat_v3"),
        PICK("hvg-by-batch", &p->hvg_by_batch, flag_choices, "on|off", "choose them within each batch (the first --batch)"),
        PICK("normalize", &p->normalize, switch_choices, "auto|on|off", "size factors"),
        PICK("log1p", &p->log1p, switch_choices, "auto|on|off", "logarithm"),
        PICK("scale", &p->scale, switch_choices, "auto|on|off", "unit variance per gene"),
        OPT("target-sum", NUMBER, &p->target_sum, "N", "counts per cell after normalisation (default 1e4)"),
        OPT("max-value", NUMBER, &p->max_value, "X", "clip of scaled values (default 10; 0 = none)"),
        OPT("min-genes", INTEGER, &p->min_genes, "N", "cells with fewer genes are not trained on"),
        OPT("min-cells", INTEGER, &p->min_cells, "N", "genes in fewer cells are dropped (default 3 for counts)"),
        HEADING("Model"),
        PICK("preset", &f->preset, preset_choices, "NAME", "recommended (default) or published"),
        OPT("latent", INTEGER, &m->latent, "L", "numbers per cell and gene (default 20; published 50)"),
        OPT("hidden", WIDTHS, m->hidden, "H1,H2", "hidden widths (default 900,400)"),
        PICK("activation", &m->activation, activation_choices, "NAME", "leaky_relu, relu, elu, selu, gelu, silu, tanh, softplus, identity"),
        OPT("dropout", REAL, &m->dropout, "P", "default 0.2; published 0.1"),
        PICK("layer-norm", &m->layer_norm, flag_choices, "on|off", "default on"),
        PICK("batch-norm", &m->batch_norm, flag_choices, "on|off", "default off"),
        PICK("pair-scale", &m->pair_scale, scale_choices, "one|rsqrt", "scale of the paired products"),
        PICK("likelihood", &m->likelihood, likelihood_choices, "NAME", "gaussian, poisson, nb"),
        PICK("encoder-covariates", &m->encoder_covariates, flag_choices, "on|off", "the cell encoder sees the covariates"),
        PICK("alignment-bias", &m->alignment_bias, flag_choices, "on|off", "a bias by covariate in the alignment of cells and genes"),
        PICK("gene-residual", &m->gene_residual, flag_choices, "on|off", "a free part per gene"),
        HEADING("Training"),
        PICK("mode", &t->mode, mode_choices, "MODE", "cell-gene (default), stepwise (published), direct or beta-vae"),
        OPT("epochs", INTEGER, &t->epochs, "N", "at most so many per phase, instead of steps (published 400)"),
        OPT("max-steps", INTEGER, &t->max_steps, "N", "so many optimiser steps per phase (default 700; published: by epochs)"),
        OPT("batch-size", INTEGER, &t->batch_size, "N", "cells per step (default 128)"),
        OPT("patience", INTEGER, &t->patience, "N", "epochs without improvement before a phase ends, its best weights kept; 0 = never (default; published 25)"),
        OPT("lr", NUMBER, &t->lr, "X", "learning rate (default 2e-3; published 1e-3)"),
        OPT("lr-decay", NUMBER, &t->lr_decay, "X", "per epoch (default 0.99)"),
        PICK("lr-schedule", &t->lr_schedule, lr_choices, "NAME", "exponential, constant, cosine"),
        OPT("weight-decay", NUMBER, &t->weight_decay, "X", "decoupled (default 0)"),
        OPT("gamma", NUMBER, &t->gamma, "X", "weight of the alignment term (default 0.05)"),
        OPT("gene-gamma", NUMBER, &t->gene_gamma, "X", "… in the gene phase (default 1; published 0)"),
        OPT("kl-start", NUMBER, &t->kl_start, "X", "weight of the KL term at first (default 0)"),
        OPT("kl-end", NUMBER, &t->kl_end, "X", "… and in the end (default 10; 1 with --mode direct or stepwise, as published)"),
        OPT("kl-rate", NUMBER, &t->kl_rate, "X", "… and its growth per epoch, or per hundredth of the steps (default 0.5; published 0.05)"),
        OPT("kl-delay", INTEGER, &t->kl_delay, "N", "… after so many epochs (default 0; published 25)"),
        OPT("clip-norm", NUMBER, &t->clip_norm, "X", "bound of the gradient norm (default 0 = none)"),
        OPT("free-bits", NUMBER, &t->free_bits, "X", "KL floor per latent unit (default 0)"),
        OPT("gene-batch", INTEGER, &t->gene_batch, "N", "genes per step, drawn at random (default 0 = all)"),
        PICK("shuffle", &t->shuffle, shuffle_choices, "HOW", "auto, full, chunked or none (chunked: blocks of cells, then windows)"),
        OPT("shuffle-block", INTEGER, &t->shuffle_block, "N", "… cells of a block (default: as suits the data)"),
        OPT("shuffle-window", INTEGER, &t->shuffle_window, "N", "… cells of a window (default: as fits)"),
        PICK("precision", &t->precision, precision_choices, "NAME", "of the products of a step: f32 (default), bf16 (validation stays exact)"),
        PICK("best-from-start", &t->best_from_start, flag_choices, "on|off", "best weights count from the first epoch on"),
        HEADING("Results"),
        OPT("model", STRING, &f->model_path, "M.h5", "save the model"),
        FLAG("reference", &f->reference, 1, "the model carries its cells, with --label, communities and layout, for scilama map"),
        OPT("resolution", NUMBER, &f->resolution, "R", "of the Leiden communities (default 1)"),
        OPT("neighbors", INTEGER, &f->neighbors, "K", "of the neighbour graph, the cell itself counted (default 15)"),
        FLAG("no-umap", &f->no_umap, 1, "leave out the UMAP layout"),
        OPT("checkpoint", STRING, &f->checkpoint, "C.h5", "save the state of training now and then, and when interrupted"),
        OPT("checkpoint-every", NUMBER, &f->checkpoint_seconds, "SECONDS", "how often (default 60)"),
        FLAG("resume", &f->resume, 1, "go on from the checkpoint where there is one"),
        OPT("report", STRING, &f->report, "R.html", "write one page of figures and tables (see scilama report)"),
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "IN.h5ad -o OUT.h5ad [--batch KEY] [--embeddings NAME=FILE] [options]",
                        "Trains on a data set and writes a copy of it with obsm['X_scilama'] (cells), varm['scilama']\n"
                        "(genes), obs['scilama_leiden'], the neighbour graph, and uns['scilama'] (options, recipe, losses).",
                        options, 1, 1, &f->input };
    return parse_options(a, &c, argc, argv, code);
}

static int usage(const char *text)
{
    fprintf(stderr, "scilama: %s (see scilama fit --help)\n", text);
    return EXIT_USAGE;
}

/* Outputs that must be writable before hours are spent. */
static scilama_status check_outputs(app *a, const fit *f)
{
    const char *const paths[] = { f->output, f->model_path, f->checkpoint, f->report };
    scilama_status status = SCILAMA_OK;
    for (int i = 0; i < 4 && !status; i++)
        if (paths[i]) status = check_output(a, paths[i]);
    return status;
}

static scilama_status encode(app *a, fit *f)
{
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    scilama_status status = scilama_model_get_info(f->model, &info, &a->error);
    if (status) return status;
    f->latent = info.latent;
    f->cells = scilama_dataset_cells(f->dataset);
    f->genes_used = info.genes;
    if (!(f->cell_embedding = app_alloc(a, f->cells * f->latent, sizeof(float)))) return SCILAMA_E_NOMEM;
    if ((status = scilama_model_encode_cells(f->model, f->dataset, f->cell_embedding, NULL, 0, &a->error))) return status;
    if (f->trainer_options.mode == SCILAMA_MODE_BETA_VAE) return SCILAMA_OK; /* its gene VAE was never trained */
    if (!(f->gene_embedding = app_alloc(a, f->genes_used * f->latent, sizeof(float)))) return SCILAMA_E_NOMEM;
    return scilama_model_encode_genes(f->model, f->gene_embedding, NULL, 0, &a->error);
}

int verb_fit(int argc, char **argv)
{
    app a = { .verb = "fit" };
    fit f;
    history h = { 0 };
    int code;
    fit_defaults(&a, &f, argc, argv);
    if (parse(&a, &f, argc, argv, &code)) return code;
    if (!f.output) return usage("-o OUT.h5ad is needed");
    if (f.reference && !f.model_path) return usage("--reference needs --model");
    if (f.resume && !f.checkpoint) return usage("--resume needs --checkpoint");
    f.model_options.seed = f.trainer_options.seed = a.seed;
    if (f.trainer_options.mode == SCILAMA_MODE_BETA_VAE && !f.embeddings.count) f.model_options.gene_input = SCILAMA_GENE_INPUT_NONE;
    scilama_status status = app_open(&a);
    if (!status) status = check_outputs(&a, &f);
    if (!status) status = fit_prepare(&a, &f);
    if (!status) status = scilama_model_create(&f.model, f.dataset, &f.model_options, &a.error);
    /* The prepared matrix is all that is read from here on, but for likelihoods of counts. */
    if (!status && f.model_options.likelihood == SCILAMA_LIKELIHOOD_GAUSSIAN) status = scilama_dataset_release_input(f.dataset, &a.error);
    if (!status) status = scilama_trainer_create(&f.trainer, f.model, f.dataset, &f.trainer_options, &a.error);
    h.latent = f.model_options.latent;
    if (!status) status = fit_train(&a, &f, &h);
    scilama_trainer_destroy(f.trainer);
    if (!status) status = encode(&a, &f);
    if (!status) status = fit_write(&a, &f, &h);
    if (!status && f.report) {
        bool one_table = f.gene_embedding && f.n_embeddings == 1 && f.table_path && !f.ignore_case && !f.strip_version;
        const report_plan plan = { .stream = f.stream, .file = f.output, .html = f.report, .layer = f.layer, .label = f.label,
                                   .batch = f.batch.count ? f.batch.item[0] : NULL, .cluster = "scilama_leiden",
                                   .static_path = one_table ? f.table_path : NULL };
        status = report_write(&a, &plan);
    }
    scilama_model_destroy(f.model);
    scilama_dataset_destroy(f.dataset);
    return app_close(&a, status);
}
