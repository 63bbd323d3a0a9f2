/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_MAPPING_H
#define SCILAMA_MAPPING_H

/** @file mapping.h
 * New cells onto a trained model: what a query lacks, its neighbours among reference cells, and
 * labels carried over from them. */

#include "io.h"
#include "model.h"

/** What a model finds in a dataset. Append only. */
typedef struct scilama_query_report {
    size_t struct_size;
    int64_t cells;
    int64_t genes;          /**< of the model */
    int64_t measured;       /**< of these, in the data */
    double variance;        /**< share of the model's genes' variance that the measured ones carry, 0 to 1 */
    double recovered;       /**< share of what the genes have in common that the measured ones tell, expected
                             *   (scilama_model_learn_absent()); measured / genes where that was not learnt */
    int64_t unknown_cells;  /**< cells of a category that the model does not know, of the covariate with most such cells */
    int64_t missing_cells;  /**< cells without a value, of the covariate with most such cells */
    int64_t others;         /**< genes beside the model's that help to tell the absent ones */
    double explained;       /**< share of the variance of the model's own genes' loadings that the query's gene tables tell of
                             *   genes held out: 0.005 and more is evidence, shuffled vectors mostly stay below 0.002; 0 without tables */
} scilama_query_report;

/** What a model's covariate finds in a dataset. Append only. */
typedef struct scilama_covariate_report {
    size_t struct_size;
    int64_t cells;
    int64_t unknown;        /**< cells of a category that the model does not know: encoded as an average of the known */
    int64_t missing;        /**< cells without a value: an average of the known categories, or the mean */
    int64_t categories;     /**< how many categories are unknown */
    const char *first;      /**< the first of them, borrowed from the dataset; NULL when there is none */
} scilama_covariate_report;

/** Cells of known labels that others are compared with: their embedding, columns of labels, a layout. */
typedef struct scilama_reference scilama_reference;

/** What a reference holds. Append only. */
typedef struct scilama_reference_info {
    size_t struct_size;
    int64_t cells;
    int64_t dim;            /**< numbers per cell */
    int64_t labels;         /**< columns of labels */
    int64_t layout_dims;    /**< 0: no layout */
    double reach;           /**< mean distance of a cell to its 15 nearest that 95 % of the reference's own stay below */
} scilama_reference_info;

/** One column of labels of a reference. Append only. */
typedef struct scilama_label_info {
    size_t struct_size;
    const char *name;       /**< borrowed */
    int64_t categories;
    double temperature;     /**< of the calibration: p ∝ (votes + floor / categories)^(1 / temperature) */
    double floor;
} scilama_label_info;

/** How a model is adapted to a query's batches. Append only. */
typedef struct scilama_adapt_options {
    size_t struct_size;
    int64_t decoder_steps;  /**< optimiser steps for the columns that are trained; default 300; 0 = none: only the shifts of clusters adapt */
    uint64_t seed;          /**< of training; default 0 */
} scilama_adapt_options;

/** What adapting did. Append only. */
typedef struct scilama_adapt_report {
    size_t struct_size;
    int64_t categories;     /**< added, of all categorical covariates */
    int64_t aligned;        /**< of these, whose cells were aligned; categories of under 20 cells keep the mean of the known */
    int64_t cells;          /**< that have an added category; of the covariate with most such cells */
    double apart_before;    /**< squared distance of the aligned cells' cluster means from the model's clusters along the axes, in units of the
                             *   clusters' own from their centre, mean over aligned categories by cells; NaN when none was aligned */
    double apart_after;
    int64_t sorted;         /**< of the aligned, whose cells vary along the axes by less than 0.6 of what the training cells do, a geometric mean by
                             *   what of that lies between clusters: no whole samples, as sorted cells are not, whose shares of the clusters are
                             *   not drawn towards the training cells' */
} scilama_adapt_report;

/** What scilama_model_map() found of some cells that follow one another: borrowed for the call of scilama_map_fn alone. Append only. */
typedef struct scilama_map_block {
    size_t struct_size;
    int64_t first;          /**< number of its first cell in the dataset */
    int64_t cells;
    int64_t latent;         /**< L */
    int64_t layout_dims;    /**< 0: the reference has no layout */
    int64_t labels;         /**< columns of labels of the reference */
    const float *embedding; /**< [cells × latent] */
    const double *distance; /**< [cells] */
    const float *novelty;   /**< [cells]; NULL: the reference is not described, or it or the query has under 10 cells */
    const float *layout;    /**< [cells × layout_dims] or NULL */
    const int32_t *const *code;    /**< [labels][cells] likeliest category; −1 = none */
    const int32_t *const *second;  /**< [labels][cells] next in probability; −1 = none */
    const int32_t *const *unknown; /**< [labels][cells] 1 = like no reference cells, or between categories */
    const float *const *probability;        /**< [labels][cells] of code */
    const float *const *second_probability; /**< [labels][cells] of second */
} scilama_map_block;

/** Is shown blocks of a query in their order, on the calling thread. Other than 0 ends the call with SCILAMA_E_CALLBACK. @since 0.1 */
typedef int32_t (*scilama_map_fn)(void *user, const scilama_map_block *block);

/** How scilama_model_map() places cells and names what it writes. Append only. */
typedef struct scilama_map_options {
    size_t struct_size;
    const char *key;        /**< how the results' names begin; NULL = "scilama" */
    int64_t neighbors;      /**< reference cells that vote; default 15; of a smaller reference all */
    double unknown_below;   /**< cells whose likeliest label has less probability are unknown; default 0.5 */
    double unknown_beyond;  /**< … and those farther than so many times what 95 % of the reference stay below; default 2 */
    double unknown_novelty; /**< … and those of more novelty; default 0.15 */
    scilama_map_fn each;    /**< NULL = none */
    void *user;             /**< handed to it */
} scilama_map_options;

#ifdef __cplusplus
extern "C" {
#endif

/** Set struct_size and what is known before a call. @return SCILAMA_OK, E_INVALID. @since 0.1 */
SCILAMA_API scilama_status scilama_query_report_init(scilama_query_report *report, size_t struct_size);
SCILAMA_API scilama_status scilama_covariate_report_init(scilama_covariate_report *report, size_t struct_size);

/** Learns from the training cells how the model's genes vary together, so that cells measured on a part of
 *  them can be encoded: probabilistic principal components of rank 32 (Tipping & Bishop 1999, eq. 12) of up to
 *  4,096 of them. Absent genes are then taken for their mean given the measured ones. Without it they are left
 *  out, and the others grow by √(genes / measured). Full panels are encoded the same with and without. Saved
 *  with the model: 33 numbers a gene.
 *  @param dataset  the one that the model was created for.
 *  @return SCILAMA_OK, E_STATE (under three training cells or two genes, or a trainer holds the model), E_NOMEM,
 *          E_CANCELLED, and of rows read as needed what reading them returns.
 *          O(cells · genes · min(cells, genes)) for at most 4,096 cells. @since 0.1 */
SCILAMA_API scilama_status scilama_model_learn_absent(scilama_model *model, scilama_dataset *dataset, scilama_error *error);

/** Gives genes of a dataset the names that the model has for them: those that the model does not know as they are, of another case or
 *  version, or with an alias (an orthologue of another species, say), go by the name of the model's that matches under the options. Of several
 *  that match one name the first has it, and none a name that a gene of the dataset has already. Before gene tables are added.
 *  @param options  NULL = defaults, under which nothing matches that did not; missing and first_duplicate have no meaning here.
 *  @param renamed  how many genes go by another name now; may be NULL.
 *  @return SCILAMA_OK, E_INVALID, E_STATE (the dataset is preprocessed or has gene tables), E_NOMEM: names are as they were then.
 *          O(genes + aliases). @since 0.1 */
SCILAMA_API scilama_status scilama_model_match_genes(
    const scilama_model *model, scilama_dataset *dataset, const scilama_match_options *options, int64_t *renamed, scilama_error *error);

/** Compares a dataset with what the model needs, before anything is encoded. The same is said in
 *  warnings when cells are encoded or decoded.
 *  @return SCILAMA_OK, E_NOMEM; where genes are absent also E_STATE (the matrix was given back), E_INVALID (values of another kind) and
 *          what reading rows returns. O(genes + cells · covariates), and where genes are absent passes over the entries. @since 0.1 */
SCILAMA_API scilama_status scilama_model_check_query(
    scilama_model *model, scilama_dataset *dataset, scilama_query_report *report, scilama_error *error);

/** The same for covariate `index` of the model (scilama_model_covariate()). A column that the dataset lacks
 *  altogether is an error of encoding, and here: all cells missing.
 *  @return SCILAMA_OK, E_INVALID (index out of range), E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_model_check_covariate(
    const scilama_model *model, const scilama_dataset *dataset, int64_t index, scilama_covariate_report *report, scilama_error *error);

/** Set struct_size and defaults. @return SCILAMA_OK, E_INVALID. @since 0.1 */
SCILAMA_API scilama_status scilama_adapt_options_init(scilama_adapt_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_adapt_report_init(scilama_adapt_report *report, size_t struct_size);

/** Adapts a model to the batches of a query: categories of the model's categorical covariates that it does not know are added
 *  (scilama_model_extend_covariate()), and what the model has of each is found from the query's cells, all else staying as it is, so
 *  that cells of known categories, a reference's among them, are embedded to the bit as before. Where the encoder corrects by clusters
 *  (SCILAMA_ENCODER_COVARIATES_CLUSTERS) the category's shifts bring up to 4,096 of its cells to where the model's training cells lie,
 *  cluster by cluster, and its spreads and turns give them the training cells' covariance (docs/model.md, "New batches"); columns of
 *  an encoder that has some, and the decoder's, follow the objective of whichever head reconstructs better, on the cells of the
 *  dataset's train split.
 *  @param dataset  a query with the model's covariate columns, such that some categories are new.
 *  @param options  NULL = defaults.
 *  @param report   may be NULL.
 *  @return SCILAMA_OK (also when no category is new), E_STATE (a trainer holds the model),
 *          E_UNSUPPORTED (batch_norm), what encoding and training return, E_NOMEM, E_CANCELLED: after a failure categories may
 *          have been added, with columns of the known ones' mean or as trained so far. Parameter views taken before are void.
 *          O(new categories · 50 axes · (30 + axes) · min(cells, 4096)), 50 axes³ for each, and decoder_steps steps. @since 0.1 */
SCILAMA_API scilama_status scilama_model_adapt(
    scilama_model *model, scilama_dataset *dataset, const scilama_adapt_options *options, scilama_adapt_report *report, scilama_error *error);

/** Set struct_size and what is known before a call. @return SCILAMA_OK, E_INVALID. @since 0.1 */
SCILAMA_API scilama_status scilama_reference_info_init(scilama_reference_info *info, size_t struct_size);
SCILAMA_API scilama_status scilama_label_info_init(scilama_label_info *info, size_t struct_size);

/** Makes a reference of cells' embedding.
 *  @param points  [cells × dim] finite, copied; leading dimension ld (0 = dim). cells ≥ 3.
 *  @return SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(min(cells, 4096) · cells · dim). @since 0.1 */
SCILAMA_API scilama_status scilama_reference_create(
    scilama_reference **out, scilama_context *context, const float *points, int64_t cells, int64_t dim, int64_t ld, scilama_error *error);
/** Releases the caller's hold; NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_reference_destroy(scilama_reference *reference);
/** Adds a column of labels, and calibrates its probabilities on up to 4,096 of the reference's cells, each left
 *  out in turn. Not once a model or another thread holds the reference.
 *  @param codes       [cells] below n_categories; negative = no label.
 *  @param categories  [n_categories] their names.
 *  @return SCILAMA_OK, E_INVALID, E_DUPLICATE (a column of that name), E_NOMEM, E_CANCELLED. @since 0.1 */
SCILAMA_API scilama_status scilama_reference_add_labels(
    scilama_reference *reference, const char *name, const int32_t *codes, const char *const *categories, int64_t n_categories,
    scilama_error *error);
/** Sets a layout to look at, such as UMAP. @param layout [cells × dims] finite, copied. @param dims 1 to 16.
 *  @return SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_reference_set_layout(
    scilama_reference *reference, const float *layout, int64_t dims, scilama_error *error);
/** Tells sizes. @return SCILAMA_OK. @since 0.1 */
SCILAMA_API scilama_status scilama_reference_get_info(
    const scilama_reference *reference, scilama_reference_info *info, scilama_error *error);
/** Describes column `index` of labels. @return SCILAMA_OK, E_INVALID (out of range). @since 0.1 */
SCILAMA_API scilama_status scilama_reference_label(
    const scilama_reference *reference, int64_t index, scilama_label_info *info, scilama_error *error);
/** Name of category `category` of column `index`, borrowed; NULL when out of range. @since 0.1 */
SCILAMA_API const char *scilama_reference_category(const scilama_reference *reference, int64_t index, int64_t category);

/** Lets a model carry a reference, in memory and in its file, instead of one that it had. The model retains it.
 *  @return SCILAMA_OK, E_INVALID (another dim than the model's L). @since 0.1 */
SCILAMA_API scilama_status scilama_model_set_reference(scilama_model *model, scilama_reference *reference, scilama_error *error);
/** The reference that a model carries; the caller destroys it.
 *  @return SCILAMA_OK, E_NOTFOUND (it carries none). @since 0.1 */
SCILAMA_API scilama_status scilama_model_get_reference(scilama_reference **out, scilama_model *model, scilama_error *error);

/** Lets the reference that a model carries know its cells' prepared expression, as 32 numbers each on the directions of
 *  scilama_model_learn_absent(), saved with it: scilama_model_novelty() needs it.
 *  @param dataset  the reference's cells, in its order.
 *  @return SCILAMA_OK, E_STATE (no reference, or nothing learnt of absent genes), E_INVALID (another number of cells), what
 *          encoding returns, E_NOMEM, E_CANCELLED. O(32 cells · genes). @since 0.1 */
SCILAMA_API scilama_status scilama_model_describe_reference(scilama_model *model, scilama_dataset *dataset, scilama_error *error);
/** How much sparser reference cells lie around each cell of a query than other cells of the query do, on axes along which
 *  either varies (20 principal axes of both, weighted alike, of expression that is not scaled to variance 1): the log of the ratio of
 *  mean distances to the 8 nearest, less what the numbers of cells explain, averaged over a cell and its 30 nearest. Around 0 or below:
 *  the reference has such cells as often; above 0.15: hardly any. A property of the whole query: give all its cells at once; of more than
 *  16,384 some are measured, spread evenly, and any cell has the mean of the 4 nearest of these. What a batch that the model was adapted
 *  to adds to its cells is taken off first: the mean, over a cell's 15 nearest of up to 2,048 reference cells in the embedding, of what
 *  lies between the query's cells and the reference's that are nearest to these, 8 of each; small axes count for more then.
 *  Cells without any count tell nothing of others, and have 1.
 *  @param novelty  [cells].
 *  @return SCILAMA_OK, E_STATE (no reference, or not described), E_INVALID (under 10 cells on either side), what encoding
 *          returns, E_NOMEM, E_CANCELLED. O(cells · genes + cells · 16384) at most; memory
 *          for 16,384 cells at a time. @since 0.1 */
SCILAMA_API scilama_status scilama_model_novelty(scilama_model *model, scilama_dataset *dataset, float *novelty, scilama_error *error);

/** The k nearest reference cells by Euclidean distance, exactly: nearest first, ties by number.
 *  @param points     [n × dim] finite, leading dimension ld (0 = dim), as scilama_model_encode_cells() gives them.
 *  @param indices    [n × k] numbers of reference cells.
 *  @param distances  [n × k].
 *  @return SCILAMA_OK, E_INVALID (k not 1 to cells), E_NONFINITE, E_NOMEM, E_CANCELLED. O(n · cells · dim) at most, by a
 *          tree of the reference that the first call builds in O(cells · dim · log cells) and the reference keeps. @since 0.1 */
SCILAMA_API scilama_status scilama_reference_neighbors(
    scilama_reference *reference, const float *points, int64_t n, int64_t ld, int64_t k, int32_t *indices, float *distances, scilama_error *error);
/** Labels from neighbours: votes of weight exp(−d² / 2h²), h a cell's mean distance, calibrated into
 *  probabilities.
 *  @param index        column of labels.
 *  @param indices      [n × k] and distances [n × k] as scilama_reference_neighbors() gives them.
 *  @param code         [n] likeliest category; −1 when no neighbour has a label.
 *  @param probability  [n] its probability.
 *  @param second       [n] next in probability, −1 when there is one category; NULL = not wanted.
 *  @param second_probability [n]; NULL = not wanted.
 *  @return SCILAMA_OK, E_INVALID, E_NOMEM. O(n · (k + categories)). @since 0.1 */
SCILAMA_API scilama_status scilama_reference_transfer(
    scilama_reference *reference, int64_t index, const int32_t *indices, const float *distances, int64_t n, int64_t k,
    int32_t *code, float *probability, int32_t *second, float *second_probability, scilama_error *error);
/** Places cells in the reference's layout: the mean of their neighbours' places, weighted like votes.
 *  @param layout  [n × layout_dims].
 *  @return SCILAMA_OK, E_STATE (no layout), E_INVALID. @since 0.1 */
SCILAMA_API scilama_status scilama_reference_place(
    scilama_reference *reference, const int32_t *indices, const float *distances, int64_t n, int64_t k, float *layout, scilama_error *error);

/** Set struct_size and defaults. @return SCILAMA_OK, E_INVALID. @since 0.1 */
SCILAMA_API scilama_status scilama_map_options_init(scilama_map_options *options, size_t struct_size);
/** Places all cells of a query among a model's reference, and writes what is found: the calls above in one, with one reading of the
 *  rows and memory for 65,536 cells at a time. Into a writer go obsm["X_KEY"], the embedding, and obsm["X_KEY_umap"], the place in the
 *  reference's layout; obs["KEY_distance"], mean distance to the neighbours in units of the reference's reach, obs["KEY_novelty"]
 *  (scilama_model_novelty()) and of every column NAME of labels obs["KEY_NAME"], …_probability, …_second, …_second_probability and
 *  …_unknown ("yes", "no"); uns["KEY_map"], what scilama_model_check_query() tells. What an earlier call left under this key goes.
 *  @param writer   of the file that the dataset was read from, or of another with its cells in its order; not committed.
 *  @param options  NULL = defaults.
 *  @return SCILAMA_OK, E_NOTFOUND (the model carries no reference), E_INVALID (another number of cells, an option, a key), E_DUPLICATE (labels
 *          called as another result: "distance", say), E_STATE (committed before), E_IO, what encoding returns, E_NOMEM, E_CANCELLED, E_CALLBACK (`each` asked to stop):
 *          after a failure results are in the writer in part, which is only to be destroyed. As scilama_model_encode_cells(), scilama_reference_neighbors() and scilama_model_novelty() together. @since 0.1 */
SCILAMA_API scilama_status scilama_model_map(
    scilama_model *model, scilama_dataset *dataset, scilama_h5ad_writer *writer, const scilama_map_options *options, scilama_error *error);

#ifdef __cplusplus
}
#endif
#endif
