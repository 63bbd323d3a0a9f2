/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_MODEL_H
#define SCILAMA_MODEL_H

#include "dataset.h"
#include "options.h"
#include "types.h"

/** @file model.h The paired VAE: one VAE over cells × genes, one over gene
 *  embeddings, tied by the product of their decoders (Hu et al., ICML 2025).
 *
 * G genes, L latent units, h_1 … h_k hidden widths, P encoded covariate columns.
 * A model keeps its genes in bytewise order of their names. */

typedef struct scilama_model scilama_model;

/** What turns a cell's hidden units into expression. */
enum scilama_head {
    SCILAMA_HEAD_CELL = 0,   /**< the cell decoder's own head */
    SCILAMA_HEAD_PAIRED = 1, /**< x̂, the product with the gene decoder: what it knows of a gene's level and of its batches is
                              *   what the gene's vector tells, so both are shrunk */
    SCILAMA_HEAD_BEST = 2    /**< the one that comes nearer to the cells at hand, measured on at most 1,024 of them */
};

/** A view of numbers: a parameter or running statistic, a gradient, a matrix of the caller's for DLPack. Append only. */
typedef struct scilama_tensor {
    size_t struct_size;
    const char *name;  /**< dotted name, borrowed */
    void *data;        /**< values, row-major, borrowed from the model; [rows × cols] */
    int32_t dtype;     /**< ::scilama_dtype, F32 */
    int32_t rank;      /**< 0, 1 or 2 */
    int64_t rows;      /**< outputs, or the length of a vector */
    int64_t cols;      /**< inputs; 1 for vectors */
    int32_t trainable; /**< 0: a running statistic */
    int32_t reserved;
} scilama_tensor;

/** What a model is. Append only. */
typedef struct scilama_model_info {
    size_t struct_size;
    int64_t genes;       /**< G */
    int64_t latent;      /**< L */
    int64_t covariate_columns; /**< P, encoded columns of all covariates */
    int64_t modalities;  /**< number of gene-embedding modalities */
    int64_t parameters;  /**< trainable numbers */
    int64_t steps;       /**< optimiser steps taken so far */
    int64_t first_duplicate; /**< 1: of genes of one name in the training data the first was taken, the others dropped; else 0 */
    int64_t mixture_components; /**< Gaussians that the training cells are a mixture of along the axes; 0: of none (model option `mixture`) */
    int64_t mixture_axes;       /**< the axes that are the latent means then, at most L; means of further units are 0 */
} scilama_model_info;

/** One covariate of a model. Append only. */
typedef struct scilama_covariate_info {
    size_t struct_size;
    const char *name;    /**< the cell column it is read from; borrowed from the model */
    int32_t kind;        /**< ::scilama_covariate_kind */
    int32_t reserved;
    int64_t first;       /**< its first one of the model's P encoded columns, from 0 */
    int64_t columns;     /**< encoded columns: one per category, else 1 */
    int64_t categories;  /**< number of categories; 0 unless categorical */
    double mean;         /**< continuous: of the training cells, in the column's units; else 0 */
    double deviation;    /**< continuous: population standard deviation of the training cells, the divisor; else 1 */
} scilama_covariate_info;

/** How to decode. Append only. */
typedef struct scilama_decode_options {
    size_t struct_size;
    /** Replaces categorical covariates for every cell: column `to_key[i]` reads
     *  category `to_value[i]`; NULL = each cell's own. */
    const char *const *to_key;
    const char *const *to_value;
    int64_t replacements;
    int32_t average_batches; /**< 1: mean over all categories of the first categorical covariate */
    int32_t head;            /**< ::scilama_head; default BEST, which for genes without a head of their own is a kernel regression */
    int32_t unscale;         /**< 1 (default): back to the units before per-gene scaling, none below 0 where those have no
                              *   negative values (counts, expression, their logarithm); 0: scaled, as the model sees them */
    int32_t match_levels;    /**< 1 (default): with unscale, the mean of every gene over the cells of each category of the first categorical
                              *   covariate is the measured one: a factor per gene and category, found from the
                              *   dataset's own cells and applied to whatever is decoded as that category; where the dataset has
                              *   no cell of it, values stay as decoded. Not with a likelihood of counts */
} scilama_decode_options;

/** What is to be expected of genes told from vectors: arrays of the caller's, [n_genes]; NULL = not wanted. Append only. */
typedef struct scilama_gene_forecast {
    size_t struct_size;
    double *mean;            /**< over cells like the dataset's, in the units before scaling */
    double *deviation;       /**< the standard deviation, likewise */
    double *correlation;     /**< Pearson, over the cells, of what is told with what would be measured */
} scilama_gene_forecast;

#ifdef __cplusplus
extern "C" {
#endif

/** Writes the defaults of a preset. @param preset ::scilama_preset. @since 0.1 */
SCILAMA_API scilama_status scilama_model_options_init(
    scilama_model_options *options, size_t struct_size, int32_t preset);
SCILAMA_API scilama_status scilama_tensor_init(scilama_tensor *tensor, size_t struct_size);
SCILAMA_API scilama_status scilama_gene_forecast_init(scilama_gene_forecast *forecast, size_t struct_size);
SCILAMA_API scilama_status scilama_model_info_init(scilama_model_info *info, size_t struct_size);
SCILAMA_API scilama_status scilama_covariate_info_init(scilama_covariate_info *info, size_t struct_size);
SCILAMA_API scilama_status scilama_decode_options_init(scilama_decode_options *options, size_t struct_size);

/** Creates a model for a dataset: its genes, recipe, covariates and embeddings, with
 *  initial weights (Xavier normal, biases 0).
 *
 * @param options  NULL = the recommended ones.
 * @return SCILAMA_OK, E_INVALID (an option, or a likelihood of counts without counts), E_NOMEM,
 *         E_STATE, E_UNSUPPORTED, and as scilama_dataset_preprocess() where the recipe is to be fitted first. @since 0.1 */
SCILAMA_API scilama_status scilama_model_create(
    scilama_model **out, scilama_dataset *dataset,
    const scilama_model_options *options, scilama_error *error);

/** Releases the caller's hold; NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_model_destroy(scilama_model *model);

/** Tells sizes and progress. @return SCILAMA_OK. @since 0.1 */
SCILAMA_API scilama_status scilama_model_get_info(
    const scilama_model *model, scilama_model_info *info, scilama_error *error);
/** Copies the options in force. @return SCILAMA_OK. @since 0.1 */
SCILAMA_API scilama_status scilama_model_get_options(
    const scilama_model *model, scilama_model_options *options, scilama_error *error);

/** Name of a gene of the model, in model order; borrowed; NULL when out of range. @since 0.1 */
SCILAMA_API const char *scilama_model_gene_name(const scilama_model *model, int64_t gene);
/** Name of a modality, borrowed; NULL when out of range. @since 0.1 */
SCILAMA_API const char *scilama_model_modality_name(const scilama_model *model, int64_t modality);
/** Width of a modality's vectors as they are given, before embed_pca; 0 when out of range. Of a gene encoder
 *  that reads expression the number of training cells. @since 0.1 */
SCILAMA_API int64_t scilama_model_modality_width(const scilama_model *model, int64_t modality);

/** The vectors of the model's genes in one modality, as the gene encoder reads them (conditioned).
 *  @param width   columns; receives the number.
 *  @param values  [genes × width] in model order, leading dimension ld (0 = width); NULL = tell the width only. Rows of genes
 *                 that no table knows are NaN.
 *  @return SCILAMA_OK, E_INVALID (modality out of range, ld). @since 0.1 */
SCILAMA_API scilama_status scilama_model_gene_vectors(
    const scilama_model *model, int64_t modality, int64_t *width, float *values, int64_t ld, scilama_error *error);

/** Number of covariates, whatever their kind. To embed cells or decode, a dataset needs a cell
 *  column of each one's name. @since 0.1 */
SCILAMA_API int64_t scilama_model_covariates(const scilama_model *model);
/** Describes covariate `index`, in the order of its columns. The name lives until the model is
 *  extended or destroyed.
 *  @return SCILAMA_OK, E_INVALID (index out of range). @since 0.1 */
SCILAMA_API scilama_status scilama_model_covariate(
    const scilama_model *model, int64_t index, scilama_covariate_info *info, scilama_error *error);
/** Name of category `category` of covariate `index`, in the order of its columns: sorted, those
 *  added later behind. Borrowed until the model is extended or destroyed; NULL when out of range,
 *  or when the covariate is not categorical. @since 0.1 */
SCILAMA_API const char *scilama_model_category(const scilama_model *model, int64_t index, int64_t category);

/** Number of parameters and running statistics. @since 0.1 */
SCILAMA_API int64_t scilama_model_parameters(const scilama_model *model);
/** Views parameter `index`. The pointer lives as long as the model.
 *  @return SCILAMA_OK, E_INVALID (index out of range). @since 0.1 */
SCILAMA_API scilama_status scilama_model_parameter(
    const scilama_model *model, int64_t index, scilama_tensor *tensor, scilama_error *error);
/** Views the parameter of that name. @return E_NOTFOUND. @since 0.1 */
SCILAMA_API scilama_status scilama_model_find_parameter(
    const scilama_model *model, const char *name, scilama_tensor *tensor, scilama_error *error);
/** Sets a parameter. Not while a trainer steps.
 *  @param values  [count], finite; count must be rows × cols.
 *  @return E_NOTFOUND, E_INVALID, E_NONFINITE. @since 0.1 */
SCILAMA_API scilama_status scilama_model_set_parameter(
    scilama_model *model, const char *name, const float *values, int64_t count, scilama_error *error);

/** Adds categories to a categorical covariate, to map new batches onto a trained model: each
 *  gets a column in what reads the covariates, the mean of the known ones' at first, so that all results
 *  so far stay as they were. Then train on the new cells with scilama_trainer_options.freeze_reference.
 *  Parameter views and names taken before are void; datasets prepared before are prepared again by
 *  the model's recipe.
 *  @param key     name of the covariate.
 *  @param values  [count] new categories.
 *  @return SCILAMA_OK, E_INVALID, E_NOTFOUND, E_DUPLICATE (a category is there already),
 *          E_STATE (a trainer holds the model), E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_model_extend_covariate(
    scilama_model *model, const char *key, const char *const *values, int64_t count, scilama_error *error);

/** Warm start: copies parameters and running statistics from another model. Parameter
 *  prefix + rest receives from_prefix + rest where the shapes are equal. What belongs to
 *  genes (the cell encoder's first weight, the head, b_out, dispersion) is copied
 *  only when both models have the same genes; what reads covariates only when their
 *  encodings are equal; what lies along axes only with these; a gene encoder's first weight only when both project the vectors on
 *  the same axes (without embed_pca: when the widths are equal). With clusters comes what scilama_model_adapt() added to them;
 *  clusters and mixture that do not come with new axes are forgotten, and sought by the next trainer. The cell encoder's
 *  latent_mu of a model whose latent means a mixture gives was never trained: it is left out where that mixture is not
 *  copied too. Not while a trainer steps.
 *  @param prefix       NULL = every parameter; "feature_encoder.encoders.1." = the second modality's encoder.
 *  @param from_prefix  NULL = prefix.
 *  @param copied       number of parameters copied; may be NULL.
 *  @return SCILAMA_OK, E_INVALID, E_NOTFOUND (nothing was copied), E_NOMEM (the same). Time O(parameters). @since 0.1 */
SCILAMA_API scilama_status scilama_model_copy_parameters(
    scilama_model *model, const scilama_model *from, const char *prefix, const char *from_prefix,
    int64_t *copied, scilama_error *error);

/** Embeds cells: mu_s, dropout off. Cells of another dataset are prepared by the
 *  model's recipe, with size factors over the genes that they share with its training cells. Genes
 *  that they were not measured on are filled in from those that they were, or left out
 *  (scilama_model_learn_absent()); unknown and missing categories are an average of the known. What is
 *  absent or unknown is said in warnings (scilama_model_check_query() has it as data).
 *  @param mu     [cells × L], leading dimension ld (0 = L).
 *  @param sigma  the same shape, or NULL.
 *  @return SCILAMA_OK, E_NOTFOUND (covariate column, or no gene in common), E_INVALID (values or columns of
 *          another kind than the model's), E_NONFINITE (a raw covariate is missing: cell named), E_NOMEM,
 *          E_CANCELLED, and of rows read as needed what reading them returns. O(cells · parameters of the cell
 *          encoder), for sparse cells less. @since 0.1 */
SCILAMA_API scilama_status scilama_model_encode_cells(
    scilama_model *model, scilama_dataset *dataset, float *mu, float *sigma, int64_t ld, scilama_error *error);

/** Embeds the model's genes: mu_f, dropout off.
 *  @param mu     [G × L] in model order, leading dimension ld (0 = L).
 *  @param sigma  the same shape, or NULL. @return E_STATE without a gene VAE. @since 0.1 */
SCILAMA_API scilama_status scilama_model_encode_genes(
    scilama_model *model, float *mu, float *sigma, int64_t ld, scilama_error *error);

/** Embeds genes that the model never saw, from their vectors alone.
 *  @param tables    [n_tables] one for each modality, all of the same genes in the same order: as wide as the tables
 *                   that the model was made with, not conditioned.
 *  @param names     [n_tables] the modality that each belongs to; NULL = the order of the model.
 *  @param n_tables  number of modalities of the model.
 *  @param mu        [rows of the tables × L], leading dimension ld (0 = L).
 *  @return SCILAMA_OK, E_INVALID (number, width or genes of the tables), E_NOTFOUND (a name), E_STATE (no gene VAE, or
 *          one that reads expression), E_NOMEM, E_CANCELLED. O(rows · parameters of the gene encoder). @since 0.1 */
SCILAMA_API scilama_status scilama_model_encode_new_genes(
    scilama_model *model, const scilama_gene_table *const *tables, const char *const *names, int64_t n_tables,
    float *mu, int64_t ld, scilama_error *error);

/** Decodes cells of a dataset: denoised or batch-corrected expression of the model's genes.
 *
 * With a likelihood of counts: expected counts at equal depth, the softmax times the recipe's
 * target_sum (10,000 when it does not normalise); `unscale` changes nothing.
 *  @param values  [cells × G] in model order, leading dimension ld (0 = G).
 *  @return as scilama_model_encode_cells(); E_NOTFOUND also for a replaced covariate or category, E_STATE
 *          (PAIRED without a gene VAE). O(cells · G · h_1), twice so with match_levels. @since 0.1 */
SCILAMA_API scilama_status scilama_model_decode(
    scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *options,
    float *values, int64_t ld, scilama_error *error);

/** Expression of unseen genes for the cells of a dataset, from the genes' vectors.
 *
 * Head BEST (the default): by kernel regression on the vectors of the model's genes, as scilama_model_predict_genes() does;
 * units as there. Head PAIRED: by the gene autoencoder, in scaled units (mean 0 where the gene's bias is unknown); with a likelihood of
 * counts the logarithm of the rate, up to the gene's unknown level.
 *  @param tables, names, n_tables  as in scilama_model_encode_new_genes().
 *  @param values  [cells × rows of the tables], leading dimension ld (0 = rows).
 *  @return as scilama_model_decode(), scilama_model_encode_new_genes() and scilama_model_predict_genes(); E_INVALID (head CELL). @since 0.1 */
SCILAMA_API scilama_status scilama_model_decode_new_genes(
    scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *options,
    const scilama_gene_table *const *tables, const char *const *names, int64_t n_tables,
    float *values, int64_t ld, scilama_error *error);

/** Expression of genes that the model was not trained on, measured or not, from vectors in any tables that know both them and
 *  genes of the model: another data set's loadings, text, sequence. The model needs no gene VAE.
 *
 * At most 1,024 of the cells, evenly drawn, are decoded, x̂. The 30 leading axes of y = (x̂ + z) / 2, z the cells as measured, what the
 * model's genes as measured have to do with each, and by kernel ridge regression from the vectors (scilama_gene_holdout() has the kernel and
 * judges it) what the new genes have: a cell's value is that of the axes at its y; decoded as of other covariates, x̂', at x̂' + (z − x̂) / 2.
 * So options' covariates, averages too, reach the new genes.
 * The same kernel with a linear trend tells the logarithms of mean and deviation. Several tables are weighed, for expression and for
 * levels apart, by how likely they make those of at most 1,024 of the model's genes. A few hundred cells are needed for the axes.
 *  @param options    unscale: units before scaling, none below 0, by the means and deviations expected; else standard
 *                    deviations of the gene about its mean. head and match_levels change nothing.
 *  @param tables     [n_tables] 1 to 16; genes are found by name, those of the model too.
 *  @param genes      [n_genes] names. One of the model's own is told by its vectors and its expression, which it has.
 *  @param values     [cells × n_genes], leading dimension ld (0 = n_genes); NULL = only the forecast is wanted.
 *  @param forecast   what to expect, or NULL.
 *  @return as scilama_model_decode(); E_NOTFOUND (a gene that no table knows, or fewer than 10 of the model's), E_INVALID (too few
 *          cells). O(cells · G · h_1 + G² (Σ widths + 30)); room for G² floats, of several tables at least (n_tables + 3) min(G, 1,024)². @since 0.1 */
SCILAMA_API scilama_status scilama_model_predict_genes(
    scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *options,
    const scilama_gene_table *const *tables, int64_t n_tables, const char *const *genes, int64_t n_genes,
    float *values, int64_t ld, scilama_gene_forecast *forecast, scilama_error *error);

#ifdef __cplusplus
}
#endif
#endif
