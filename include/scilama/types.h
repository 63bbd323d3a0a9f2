/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_TYPES_H
#define SCILAMA_TYPES_H

#include <stddef.h>
#include <stdint.h>

/** @file types.h What the mathematics reads, whatever object holds it: scilama_model_options,
 *  scilama_step_info. */

/** Between the linear layers of a VAE. */
enum scilama_activation {
    SCILAMA_ACT_LEAKY_RELU = 0, /**< slope 0.01 */
    SCILAMA_ACT_RELU = 1,
    SCILAMA_ACT_ELU = 2,
    SCILAMA_ACT_SELU = 3,
    SCILAMA_ACT_GELU = 4,       /**< exact, by erf */
    SCILAMA_ACT_SILU = 5,
    SCILAMA_ACT_TANH = 6,
    SCILAMA_ACT_SOFTPLUS = 7,
    SCILAMA_ACT_IDENTITY = 8
};

/** What a phase of training makes small. */
enum scilama_objective {
    SCILAMA_OBJECTIVE_CELL = 1,
    SCILAMA_OBJECTIVE_GENE = 2,
    SCILAMA_OBJECTIVE_JOINT = 3
};

/** How the encoders of several gene-embedding modalities become one. */
enum scilama_fusion {
    SCILAMA_FUSION_AVERAGE = 0,
    SCILAMA_FUSION_POE = 1,       /**< precision-weighted */
    SCILAMA_FUSION_MOE = 2        /**< mixture, moment-matched */
};

enum scilama_pair_scale {
    SCILAMA_PAIR_SCALE_ONE = 0,  /**< as published */
    SCILAMA_PAIR_SCALE_RSQRT = 1 /**< x̂ divided by √h_1, x̃ by √L */
};

/** What a cell's expression is likely to be. With a likelihood of counts the nll is
 *  − ln p of the raw counts of the model's genes, in nats. The outputs of the cell decoder,
 *  x̂ and x̃ (each plus b_out) are logits: the mean is their softmax over genes times the
 *  cell's library size, the sum of its counts of the model's genes. The encoder reads
 *  what the recipe prepares, as ever. The dataset must hold counts, in memory. */
enum scilama_likelihood {
    SCILAMA_LIKELIHOOD_GAUSSIAN = 0, /**< squared error */
    SCILAMA_LIKELIHOOD_POISSON = 1,
    SCILAMA_LIKELIHOOD_NB = 2        /**< negative binomial, variance μ + μ²/θ; ln θ per gene is the parameter
                                      *   "dispersion.log_theta", trained with the cell and joint objectives, in effect within ±15 */
};

/** What the gene encoder reads. */
enum scilama_gene_input {
    SCILAMA_GENE_INPUT_AUTO = 0,       /**< the dataset's gene tables; the transposed matrix when there are none */
    SCILAMA_GENE_INPUT_TABLES = 1,
    SCILAMA_GENE_INPUT_TRANSPOSED = 2, /**< one modality: the training cells' values (G × training cells) */
    SCILAMA_GENE_INPUT_NONE = 3        /**< no gene VAE: only beta_vae can be trained */
};

/** How the cell encoder knows a cell's covariates. */
enum scilama_encoder_covariates {
    SCILAMA_ENCODER_COVARIATES_NONE = 0,    /**< not at all */
    SCILAMA_ENCODER_COVARIATES_COLUMNS = 1, /**< as columns beside what it reads */
    SCILAMA_ENCODER_COVARIATES_CLUSTERS = 2 /**< by where soft clusters of the training cells lie along the axes in each category
                                             *   (Harmony's correction as a function of one cell; docs/model.md); without axes: as columns */
};

#define SCILAMA_MAX_HIDDEN 6

/** Shape and arithmetic of a model. Where the presets differ, `default` is the published one (docs/presets.md has both). Append only. */
typedef struct scilama_model_options {
    size_t struct_size;
    int64_t latent;            /**< L > 0; default 50 */
    int64_t hidden[SCILAMA_MAX_HIDDEN]; /**< h_1 … h_k, then 0; default 900, 400; recommended 256, 128 */
    int32_t activation;        /**< ::scilama_activation */
    int32_t layer_norm;        /**< 0 or 1; default 1 */
    int32_t batch_norm;        /**< 0 or 1; default 0 */
    int32_t fusion;            /**< ::scilama_fusion */
    int32_t pair_scale;        /**< ::scilama_pair_scale */
    int32_t gene_input;        /**< ::scilama_gene_input */
    int32_t encoder_covariates; /**< ::scilama_encoder_covariates; default COLUMNS; recommended CLUSTERS */
    int32_t likelihood;        /**< ::scilama_likelihood; default GAUSSIAN */
    float dropout;             /**< [0, 0.99); default 0.1 */
    float var_eps;             /**< added to the encoder variance; default 1e-4 */
    int32_t embed_center;      /**< 1: centre embedding columns; default 0 */
    int32_t embed_normalize;   /**< 1: rows to length 1; default 0 */
    int64_t embed_pca;         /**< > 0: project every modality to at most this many principal components, after rows were
                                *   normalised and columns centred; axes without variance are left out; default 0 */
    uint64_t seed;             /**< of the initial weights; default 0 */
    int64_t axes;              /**< K > 0: the cell encoder reads x Vᵀ, V [K × G] the leading principal axes of the training cells, which
                                *   the first trainer finds and nothing changes afterwards; 0: it reads x; default 0 */
    int32_t axes_head;         /**< 1: the cell decoder's head predicts these axes instead of every gene, which follow from them: a hundredth
                                *   of the products (docs/model.md); without axes, or with a likelihood of counts, as 0; default 0 */
    int32_t mixture;           /**< 1: where cells are, along the axes beyond noise, a mixture of Gaussians of one covariance, their latent means are
                                *   these axes, 0.3 of the way to what the mixture expects of a cell (docs/model.md); other cells, and 0: a network's
                                *   output; default 0; recommended 1 */
} scilama_model_options;

#endif
