/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_MAPPING_H
#define SCILAMA_MAPPING_H

/** @file mapping.h
 * New cells onto a trained model: what a query lacks, its neighbours among reference cells, and
 * labels carried over from them. */

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

#ifdef __cplusplus
extern "C" {
#endif

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

/** Compares a dataset with what the model needs, before anything is encoded. The same is said in
 *  warnings when cells are encoded or decoded.
 *  @return SCILAMA_OK, E_NOMEM. O(genes + cells · covariates). @since 0.1 */
SCILAMA_API scilama_status scilama_model_check_query(
    const scilama_model *model, const scilama_dataset *dataset, scilama_query_report *report, scilama_error *error);

/** The same for covariate `index` of the model (scilama_model_covariate()). A column that the dataset lacks
 *  altogether is an error of encoding, and here: all cells missing.
 *  @return SCILAMA_OK, E_INVALID (index out of range), E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_model_check_covariate(
    const scilama_model *model, const scilama_dataset *dataset, int64_t index, scilama_covariate_report *report, scilama_error *error);

#ifdef __cplusplus
}
#endif
#endif
