/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"

/* The table of scilama_preprocess_options: bounds, defaults and words of every field. */

static const slm_choice inputs[] = {
    { "auto", SCILAMA_INPUT_AUTO }, { "counts", SCILAMA_INPUT_COUNTS }, { "expression", SCILAMA_INPUT_EXPRESSION },
    { "logged", SCILAMA_INPUT_LOGGED }, { "scaled", SCILAMA_INPUT_SCALED }, { NULL, 0 } };
static const slm_choice switches[] = { { "auto", SCILAMA_AUTO }, { "on", SCILAMA_ON }, { "off", SCILAMA_OFF }, { NULL, 0 } };
static const slm_choice hvgs[] = {
    { "auto", SCILAMA_HVG_AUTO }, { "none", SCILAMA_HVG_NONE }, { "seurat", SCILAMA_HVG_SEURAT },
    { "seurat_v3", SCILAMA_HVG_SEURAT_V3 }, { NULL, 0 } };

#define OPTIONS_OF scilama_preprocess_options
#define GROUP "Preprocessing"
/* the presets differ in scale_shrink alone */
#define CHOICE(field, choices, d, help) SLM_CHOICE(field, choices, d, d, GROUP, help)
#define INTEGER(field, least, d, help) SLM_INTEGER(field, least, INFINITY, d, d, GROUP, help)
static const slm_option rows[] = {
    CHOICE(input, inputs, SCILAMA_INPUT_AUTO, "what the values are"),
    INTEGER(n_top_genes, 1, 2000, "highly variable genes to keep"),
    CHOICE(hvg, hvgs, SCILAMA_HVG_AUTO, "how they are found"),
    CHOICE(hvg_by_batch, switches, SCILAMA_AUTO, "choose them within each batch; auto: where there are 2 to 20 of 50 cells on average"),
    CHOICE(normalize, switches, SCILAMA_AUTO, "divide by size factors"),
    CHOICE(log1p, switches, SCILAMA_AUTO, "logarithm of 1 + x"),
    CHOICE(scale, switches, SCILAMA_AUTO, "divide each gene by its deviation"),
    SLM_NUMBER(scale_shrink, 0, 0, 20, GROUP, "that deviation is multiplied by sqrt(1 + X / k) for a gene seen in k cells: those of few cells, mostly noise, count for less, and of shallow data genes whose counts vary as noise does; 0 = unit variance"),
    SLM_POSITIVE(target_sum, INFINITY, 1e4, 1e4, GROUP, "counts per cell after normalisation"),
    SLM_NUMBER(max_value, 0, 10, 10, GROUP, "clip of scaled values; 0 = none"),
    INTEGER(min_genes, 0, 0, "cells with fewer genes are not trained on"),
    INTEGER(min_cells, -1, -1, "genes in fewer cells are dropped; -1 = 3 for counts and expression, else 0"),
    SLM_ROW(batch_key, TEXT, 0, 0, 0, NAN, NAN, NULL, NULL, "the column of hvg_by_batch"),
};

const slm_option_table slm_preprocess_option_table = {
    "scilama_preprocess_options", sizeof(scilama_preprocess_options), rows, sizeof rows / sizeof *rows };
