/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_TRAINER_H
#define SCILAMA_TRAINER_H

#include "model.h"

/** @file trainer.h Training, one step at a time.
 *
 * @code
 * while (scilama_trainer_step(trainer, &info, &error) == SCILAMA_OK) {
 *     if (info.events & SCILAMA_EVENT_EPOCH_END) report(info.epoch, info.loss);
 *     if (info.events & SCILAMA_EVENT_FINISHED) break;
 * }
 * @endcode
 *
 * A step is transactional: when it fails, weights, running statistics, optimiser, random
 * numbers and data cursor are as before it. One exception: where the validation that ends an epoch is
 * cancelled, or fails because data from the caller or a file do, the step itself stays
 * applied, and the next call of scilama_trainer_step() does the validation and reports both. A step makes no
 * allocation; of a streamed dataset it reads rows when its window has none of the mini-batch. */

typedef struct scilama_trainer scilama_trainer;

enum scilama_mode {
    SCILAMA_MODE_BETA_VAE = 1, /**< cell VAE alone */
    SCILAMA_MODE_DIRECT = 2,   /**< joint objective alone */
    SCILAMA_MODE_STEPWISE = 3, /**< cell, then gene, then joint */
    SCILAMA_MODE_GENE = 4,     /**< gene VAE against a frozen cell VAE */
    SCILAMA_MODE_CELL_GENE = 5 /**< cell, then gene: stepwise without its joint phase */
};

/** Order of the training cells in an epoch. */
enum scilama_shuffle {
    SCILAMA_SHUFFLE_NONE = 0,    /**< file order */
    SCILAMA_SHUFFLE_AUTO = 1,    /**< FULL for data in memory, CHUNKED for those read as needed */
    SCILAMA_SHUFFLE_CHUNKED = 2, /**< blocks of cells next to each other are shuffled, then the cells within
                                  *   windows of many blocks. The order depends on seed, phase, epoch, the number of training
                                  *   cells, shuffle_block and shuffle_window alone: with these given, a streamed run equals one
                                  *   in memory bit for bit */
    SCILAMA_SHUFFLE_FULL = 3     /**< all at once; of a streamed dataset every window then reads from everywhere */
};

enum scilama_sampling {
    SCILAMA_SAMPLING_NORMAL = 0, /**< z = mu + sigma ε */
    SCILAMA_SAMPLING_MEAN = 1    /**< z = mu */
};

/** Arithmetic of the matrix products in a training step; validation and everything else are single precision. */
enum scilama_precision {
    SCILAMA_PRECISION_F32 = 0,
    SCILAMA_PRECISION_BF16 = 1 /**< operands rounded to bfloat16 (nearest, ties to even), sums and weights in single precision;
                                *   faster where the processor has AVX-512 BF16, emulated elsewhere ("bf16_kernels" of
                                *   scilama_context_describe()); forms agree to the rounding of the sums, 1e-6 √k relative */
};

enum scilama_nonfinite { SCILAMA_NONFINITE_FAIL = 0, SCILAMA_NONFINITE_SKIP = 1 };

/** Events of a step; several may be set. */
enum scilama_event {
    SCILAMA_EVENT_EPOCH_END = 1,    /**< the epoch is over, and validation was run (with max_steps: where a fiftieth of them is done) */
    SCILAMA_EVENT_IMPROVED = 2,     /**< best validation loss so far: weights kept */
    SCILAMA_EVENT_PHASE_END = 4,    /**< the phase is over; its best weights are restored, unless keep_last is set */
    SCILAMA_EVENT_CONVERGED = 8,    /**< … because patience ran out */
    SCILAMA_EVENT_FINISHED = 16,    /**< no step is left */
    SCILAMA_EVENT_SKIPPED = 32,     /**< a non-finite loss or gradient: nothing was applied */
    SCILAMA_EVENT_COLLAPSED = 64    /**< hardly a latent unit of the cells was active: the KL weight was halved (kl_repair) */
};

/** How to train. Where the presets differ, `default` is the published one (docs/presets.md has both). Append only. */
typedef struct scilama_trainer_options {
    size_t struct_size;
    int32_t mode;              /**< ::scilama_mode; default STEPWISE */
    int32_t sampling;          /**< ::scilama_sampling */
    int32_t validation_sampling; /**< 1: draw z in validation too; default 0 */
    int32_t shuffle;           /**< ::scilama_shuffle; default AUTO */
    int64_t batch_size;        /**< cells per step; default 128 */
    int64_t epochs;            /**< most epochs of a phase; default 400 */
    int64_t patience;          /**< epochs without improvement; default 25; 0 = no early stopping */
    double lr;                 /**< default 1e-3 */
    double lr_decay;           /**< factor of lr after every epoch; default 0.99 */
    double weight_decay;       /**< decoupled; default 0 */
    double beta1, beta2, epsilon; /**< AdamW; 0.9, 0.999, 1e-8 */
    double kl_start, kl_end;   /**< β; default 0 → 1 */
    double kl_rate;            /**< β per epoch after the delay; default 0.05 */
    int64_t kl_delay;          /**< e0, epochs; default 25 */
    double gamma;              /**< weight of (x̃ − x)²; default 0.05 */
    double clip_norm;          /**< gradient norm bound; 0 = off */
    int32_t on_nonfinite;      /**< ::scilama_nonfinite */
    int32_t best_from_start;   /**< 1: best weights count from the first epoch on; default 0 (published: after the β ramp) */
    int64_t gene_batch;        /**< genes per step, drawn at random: reconstruction and its gradient are scaled up to all
                                *   genes, KL of genes is the mean over the drawn; validation sees all genes; 0, or G and above = all.
                                *   Gaussian likelihood only. ::SCILAMA_GENE_BATCH_AUTO (recommended): 512 in the gene phase of a Gaussian
                                *   likelihood, all genes elsewhere */
    int64_t max_steps;         /**< 0 = by epochs; else steps per phase, and β and learning rate follow the share of steps done;
                                *   ::SCILAMA_STEPS_AUTO: 500 (n / 2000)^0.45, n the training cells, at least 330 */
    uint64_t seed;             /**< shuffling, dropout, sampling; default 0 */
    int32_t track_correlation; /**< 1: Pearson and Spearman on validation every epoch; default 1 */
    int32_t keep_last;         /**< 1: no best weights are restored; default 0 */
    int32_t freeze_reference;  /**< 1: only the columns of categories added by scilama_model_extend_covariate() are trained, so that
                                *   cells of the reference keep their embedding; 2: of these only what the decoders read, so that all cells keep
                                *   theirs; BETA_VAE or DIRECT, no weight decay, no batch_norm; along axes that are known, neither
                                *   clusters nor a mixture of the cells is sought, as in mode GENE; default 0 */
    int32_t precision;         /**< ::scilama_precision of the products of a step; default F32 */
    double gene_gamma;         /**< γ of the gene objective: aligns z_f with the frozen z_s; default 0 (published) */
    int64_t shuffle_block;     /**< CHUNKED: training cells, next to each other, of a block; 0 (default) = 512, or what suits the source */
    int64_t shuffle_window;    /**< CHUNKED: cells of a window; 0 (default) = 16384, or what fits into the memory of a streamed dataset */
    double prior_strength;     /**< s of the prior on the weights of the cell encoder's first layer and the cell
                                *   decoder's head: s G / n² · tr Wᵀ(W − M) is added to the cell objective, n the training cells, so that few
                                *   cells lean on the prior and many on themselves; default 0 = no prior; recommended 150 */
    int32_t prior_vectors;     /**< 1: M is what the gene vectors predict of W, weighed by how well they explain the data's
                                *   principal axes (docs/model.md); 0 (default): M = 0. Without gene tables M is 0. Of an encoder that
                                *   reads axes (scilama_model_options.axes) and a head that predicts them M is 0 too: the vectors are at work in the axes */
    int32_t kl_repair;         /**< 1: where validation finds at most a tenth of the cells' latent units active, β is halved for the
                                *   rest of the phase (::SCILAMA_EVENT_COLLAPSED), as often as it takes; default 0 */
    int32_t kl_by_signal;      /**< 1: β is scaled by min(1, v / 200)², v the variance, in those of an average gene, that the training
                                *   cells' leading principal axes have beyond noise: shallow data bear less; default 0 */
    int32_t reserved;          /**< 0 */
    int64_t gene_max_steps;    /**< max_steps of the gene phase; 0 (default) = max_steps */
} scilama_trainer_options;

enum {
    SCILAMA_STEPS_AUTO = -1,     /**< scilama_trainer_options.max_steps by the number of training cells */
    SCILAMA_GENE_BATCH_AUTO = -1 /**< scilama_trainer_options.gene_batch of the gene phase alone */
};

/** What a step did. Append only. */
typedef struct scilama_step_info {
    size_t struct_size;
    int32_t events;      /**< bits of ::scilama_event */
    int32_t objective;   /**< ::scilama_objective */
    int32_t phase;       /**< from 0 */
    int32_t phases;      /**< in all */
    int64_t step;        /**< optimiser steps of the phase, this one included */
    int64_t epoch;       /**< of the phase, from 0 */
    int64_t epochs;      /**< planned at most */
    int64_t cells;       /**< in the mini-batch */
    int64_t steps_per_epoch;
    int64_t skipped;     /**< non-finite steps skipped so far */
    double loss;         /**< nll + β (kl_s + kl_f) and the terms switched on */
    double nll;          /**< per cell, summed over genes */
    double kl_s, kl_f;   /**< per cell, per gene */
    double beta, gamma, lr;
    double grad_norm;
    /* at the end of an epoch; else as of the last one (NaN before the first) */
    double validation_loss, validation_nll, validation_kl_s, validation_kl_f;
    double best_loss;    /**< best eligible validation loss; infinity before */
    double pearson, spearman; /**< of reconstruction on validation, mean over cells; NaN when not tracked */
    int64_t best_epoch;  /**< −1 before */
    int64_t active_units;     /**< latent units with variance of mu_s above 0.01 on validation */
} scilama_step_info;

/** Result of scilama_trainer_evaluate(). Append only. */
typedef struct scilama_evaluation {
    size_t struct_size;
    double loss, nll, kl_s, kl_f; /**< β = 1, dropout off */
    double pearson, spearman;
    int64_t active_units;
    int64_t cells;
} scilama_evaluation;

/** Called by scilama_trainer_run() after every epoch, on the calling thread.
 *  @return 0 to go on, anything else to stop with SCILAMA_E_CALLBACK. */
typedef int32_t (*scilama_progress_fn)(void *user, const scilama_step_info *info);

/** How scilama_fit() goes. Append only. */
typedef struct scilama_fit_options {
    size_t struct_size;
    int32_t preset;          /**< ::scilama_preset of what is NULL below; default RECOMMENDED */
    int32_t no_preprocess;   /**< 1: the dataset is taken as it is, or as it was prepared before; default 0 */
    double train_fraction;   /**< share of cells, in [0, 1), drawn to train on; the rest validates; default 0.9; 0 = the dataset's own split */
    uint64_t seed;           /**< of the split, and of model and trainer where these are NULL; default 0 */
    const char *stratify;    /**< column within whose values to draw; NULL (default) = the first categorical covariate, if there is one */
    const scilama_preprocess_options *preprocess; /**< NULL = those of the preset; without a batch_key it is the first categorical covariate */
    const scilama_model_options *model;     /**< NULL = those of the preset; of RECOMMENDED, without gene tables, with embed_pca 50 */
    const scilama_trainer_options *trainer; /**< NULL = those of the preset */
    scilama_progress_fn progress; /**< after every epoch; NULL = none */
    void *progress_user;
} scilama_fit_options;

#ifdef __cplusplus
extern "C" {
#endif

/** Writes the defaults of a preset. @param preset ::scilama_preset. @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_options_init(
    scilama_trainer_options *options, size_t struct_size, int32_t preset);
SCILAMA_API scilama_status scilama_step_info_init(scilama_step_info *info, size_t struct_size);
SCILAMA_API scilama_status scilama_evaluation_init(scilama_evaluation *evaluation, size_t struct_size);

/** Creates a trainer and reserves everything that it will ever need.
 *
 * The model and the dataset are retained; one trainer at a time may hold a model.
 * @param options  NULL = the recommended ones.
 * @return SCILAMA_OK, E_INVALID (an option, or dataset and model do not fit), E_STATE,
 *         E_NOMEM, E_UNSUPPORTED, and of a dataset that the model was not made for as scilama_model_encode_cells(). @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_create(
    scilama_trainer **out, scilama_model *model, scilama_dataset *dataset,
    const scilama_trainer_options *options, scilama_error *error);

/** Bytes that scilama_trainer_create() would reserve.
 *  @param options  as there.
 *  @return SCILAMA_OK, or what scilama_trainer_create() would return. @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_memory(
    const scilama_model *model, const scilama_dataset *dataset,
    const scilama_trainer_options *options, int64_t *bytes, scilama_error *error);

/** Releases the trainer and its hold on the model. NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_trainer_destroy(scilama_trainer *trainer);

SCILAMA_API scilama_status scilama_fit_options_init(scilama_fit_options *options, size_t struct_size);

/** The whole way from a dataset to a trained model, as `scilama fit` goes it: split, recipe, model, training. Covariates
 *  and gene tables are chosen before (scilama_dataset_use_covariate(), scilama_dataset_add_gene_table()).
 *  To step, save states or go on after a cancel, use the parts.
 *  @param out      Receives the model; NULL on failure.
 *  @param dataset  Its split and recipe are replaced.
 *  @param options  NULL = defaults.
 *  @param info     The last step; may be NULL.
 *  @return as scilama_dataset_split_random(), scilama_dataset_preprocess(), scilama_model_create(), scilama_trainer_create()
 *          and scilama_trainer_run(). @since 0.1 */
SCILAMA_API scilama_status scilama_fit(
    scilama_model **out, scilama_dataset *dataset, const scilama_fit_options *options, scilama_step_info *info, scilama_error *error);

/** Runs one optimiser step on the next mini-batch; validates at the end of an epoch.
 *
 * @param info   Receives progress; may be NULL.
 * @return SCILAMA_OK, SCILAMA_E_NONFINITE (the first parameter or loss at fault is
 *         named), SCILAMA_E_CANCELLED or SCILAMA_E_STATE (finished); of a streamed dataset also what
 *         reading its rows returns. Never allocates. @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_step(
    scilama_trainer *trainer, scilama_step_info *info, scilama_error *error);

/** Steps to the end of the current epoch. @return as scilama_trainer_step(), the steps before it kept. @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_run_epoch(
    scilama_trainer *trainer, scilama_step_info *info, scilama_error *error);

/** Steps until finished. @param progress may be NULL.
 *  @return as scilama_trainer_step(), the steps before it kept; E_CALLBACK (progress asked to stop). @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_run(
    scilama_trainer *trainer, scilama_progress_fn progress, void *user,
    scilama_step_info *info, scilama_error *error);

/** Loss and gradients of given cells, accumulated into the gradient buffer; weights
 *  are not changed. A failure here or in scilama_trainer_apply() discards what was
 *  accumulated, and running statistics return to those before the first of the calls.
 *  @param cells  [n] cell numbers, n ≤ batch_size; NULL: the next mini-batch (the cursor stays).
 *  @return as scilama_trainer_step(). @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_forward_backward(
    scilama_trainer *trainer, const int64_t *cells, int64_t n, scilama_step_info *info, scilama_error *error);

/** Loss and gradient of one part of a mini-batch that is shared out, to other processes or over several calls: written in place
 *  of what the gradient buffer held, for the caller to add up with those of the other parts, each weighed by its share of the
 *  cells, and to write back before scilama_trainer_apply(), which divides by nothing then. Dropout and sampling draw by (seed,
 *  phase, step, part), and all parts of a step see the same genes of a gene mini-batch: a part has the same bits whoever
 *  computes it, on any number of threads and beside whatever other parts, and so has their sum where it is taken in
 *  the order of the parts.
 *  @param part   From 0, below 65536.
 *  @param cells  [n] cell numbers, n ≤ batch_size.
 *  @return as scilama_trainer_forward_backward(). Never allocates. O(cells and genes of the part). @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_forward_backward_part(
    scilama_trainer *trainer, int64_t part, const int64_t *cells, int64_t n, scilama_step_info *info, scilama_error *error);

/** The gradient buffer: one contiguous view over all trainable parameters, in the
 *  order of scilama_model_parameter(). Borrowed, as long as the trainer lives; writable.
 *  @return SCILAMA_OK. @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_gradients(
    scilama_trainer *trainer, scilama_tensor *gradients, scilama_error *error);

/** Gradient of one parameter, borrowed. @return SCILAMA_OK, E_NOTFOUND. @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_gradient(
    scilama_trainer *trainer, const char *name, scilama_tensor *gradient, scilama_error *error);

/** Divides the accumulated gradients by the number of forward_backward calls, makes
 *  one optimiser step, clears them, and advances the cursor by one mini-batch.
 *  @return SCILAMA_OK, E_STATE (no gradient is pending), E_NONFINITE (parameter named). @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_apply(
    scilama_trainer *trainer, scilama_step_info *info, scilama_error *error);

/** Objective of the running phase over the cells of a split, at β = 1, dropout off.
 *  @param split ::scilama_split.
 *  @return SCILAMA_OK, E_INVALID (no such cells), E_CANCELLED; of a streamed dataset also what reading its rows
 *          returns. @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_evaluate(
    scilama_trainer *trainer, int32_t split, scilama_evaluation *evaluation, scilama_error *error);

/** KL per latent unit at the last validation that ended an epoch, whatever has been
 *  evaluated since; NaN before the first one and without a validation split.
 *  @param kl_s  [L], mean over cells; may be NULL.
 *  @param kl_f  [L], mean over genes; zeros in the cell objective; may be NULL.
 *  @return SCILAMA_OK. @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_kl_per_unit(
    scilama_trainer *trainer, double *kl_s, double *kl_f, scilama_error *error);

/** Reads or overrides the running lr, β, γ. NaN = by schedule (set), current value (get).
 *  @return SCILAMA_OK, E_INVALID (negative, infinite or too large). @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_get_rates(
    const scilama_trainer *trainer, double *lr, double *beta, double *gamma, scilama_error *error);
SCILAMA_API scilama_status scilama_trainer_set_rates(
    scilama_trainer *trainer, double lr, double beta, double gamma, scilama_error *error);

/** Ends the current phase now, restoring its best weights. @return SCILAMA_OK, E_STATE (finished). @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_end_phase(
    scilama_trainer *trainer, scilama_step_info *info, scilama_error *error);

/** Bytes of a saved state. @since 0.1 */
SCILAMA_API int64_t scilama_trainer_state_size(const scilama_trainer *trainer);
/** Copies the state (weights, optimiser, best weights, counters) to a buffer. A trainer
 *  restored from it continues bit for bit.
 *  @return SCILAMA_OK, E_INVALID (size too small), E_STATE (gradients are pending). @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_state_get(
    const scilama_trainer *trainer, void *buffer, int64_t size, scilama_error *error);
/** Restores a state taken from a trainer of the same model, data and options.
 *  @return SCILAMA_OK, E_FORMAT, E_UNSUPPORTED (of another version), E_INVALID (of another problem). @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_state_set(
    scilama_trainer *trainer, const void *buffer, int64_t size, scilama_error *error);

#ifdef __cplusplus
}
#endif
#endif
