/* SPDX-License-Identifier: MIT */
#ifndef SLM_TRAINER_H
#define SLM_TRAINER_H

/* Training, one mini-batch at a time. Everything is reserved at creation. */

#include "data/raw_counts.h"
#include "model/model.h"
#include "scilama/trainer.h"
#include "train/prior.h"

enum { SLM_MAX_PHASES = 3, SLM_MAX_LR = 1000000, SLM_FREEZE_ENCODER = 2 /* freeze_reference */ };

/* What changes from step to step; saved and restored as it is. */
typedef struct slm_progress {
    int32_t phase, objective;
    int64_t epoch, step;       /* of the phase */
    int64_t updates;           /* of the optimiser in the phase: steps less those skipped */
    int64_t cursor;            /* mini-batches of the epoch done */
    int64_t skipped, model_steps;
    int64_t best_epoch, best_step;
    double best_loss;
    int32_t finished, has_best;
    double set_lr, set_beta, set_gamma; /* NaN: by schedule */
    double kl_scale;           /* of β: 1, less where the phase collapsed */
    double validation_loss, validation_nll, validation_kl_s, validation_kl_f, pearson, spearman;
    int64_t active_units;
    scilama_step_info due;     /* of the step whose epoch still waits for its validation */
} slm_progress;

/* Runs of consecutive parameters that the phase trains; place: of the first in the moments and best weights. */
typedef struct slm_range { int64_t first, count, place; int param_first, param_last; } slm_range;

struct scilama_trainer {
    scilama_context *ctx;
    scilama_model *model;
    scilama_dataset *dataset;
    slm_design *design;
    slm_raw_counts *counts;    /* with a likelihood of counts */
    scilama_trainer_options options;
    int phases;
    int32_t objective[SLM_MAX_PHASES];
    slm_progress now;
    slm_workspace ws;
    bool sparse;               /* the data's entries are few: the cell encoder's first layer reads those alone */
    void *block;               /* one reservation behind everything below, from slm_shared_alloc() */
    slm_real *grad;            /* [trainable] */
    slm_real *m, *v;           /* [moments] of what the phase trains, run behind run */
    slm_real *best;            /* [moments], then [total - trainable] statistics; NULL: the last weights count (keep_last) */
    int64_t moments;           /* numbers that the largest phase trains */
    slm_real *stats;           /* running statistics before the first pass since the last update */
    int64_t *order;            /* [n_train] shuffled */
    int64_t *cells;            /* [n_train + …] of one split, for evaluate */
    int64_t *genes;            /* drawn for the step */
    double *kl_s, *kl_f;       /* [L] at the last validation; NaN before */
    double *unit_s, *unit_f;   /* [L] of the running evaluation */
    double *unit_sum, *unit_squares; /* [L] */
    char *rank_scratch;        /* per worker */
    int64_t rank_stride;
    double *pearson, *spearman; /* [batch] */
    double *square_sums;       /* per chunk */
    slm_range *range;
    int ranges;
    double kl_share;           /* of kl_end that suits the data (kl_by_signal); else 1 */
    slm_prior prior;           /* on the layers with a weight per gene */
    int64_t pending;           /* forward_backward calls since the last apply */
    scilama_step_info pending_info;
};

/* options.c: what is known of every option, and rules between them. */
extern const slm_option_table slm_trainer_option_table;
scilama_status slm_trainer_options_check(const scilama_trainer_options *o, const scilama_model *model, scilama_error *error);
scilama_status slm_trainer_create(scilama_trainer **out, scilama_model *model, scilama_dataset *dataset, const scilama_trainer_options *o, scilama_error *error);
void slm_trainer_destroy(scilama_trainer *t);
/* The genes of the paired terms where those are not all, *genes of them; NULL: all. */
const int64_t *slm_trainer_subset(const scilama_trainer *t, int64_t *genes);
/* bytes that create would reserve in its one block */
int64_t slm_trainer_reserve(scilama_trainer *t, char *base);

/* the whole of it, for a problem not yet created */
int64_t slm_trainer_measure(const scilama_model *model, const scilama_dataset *dataset, const scilama_trainer_options *o);

scilama_status slm_trainer_step(scilama_trainer *t, scilama_step_info *info, scilama_error *error);
scilama_status slm_trainer_forward_backward(scilama_trainer *t, const int64_t *cells, int64_t n, scilama_step_info *info, scilama_error *error);
/* Part `part` of a mini-batch: its gradient in place of what was there; draws by step and part. */
scilama_status slm_trainer_part(scilama_trainer *t, int64_t part, const int64_t *cells, int64_t n, scilama_step_info *info, scilama_error *error);
scilama_status slm_trainer_apply(scilama_trainer *t, scilama_step_info *info, scilama_error *error);
scilama_status slm_trainer_end_phase(scilama_trainer *t, scilama_step_info *info, scilama_error *error);

/* shuffle.c: cell order of the current epoch. */
void slm_trainer_shuffle(scilama_trainer *t);

/* Cells into the workspace: expression, covariates, and counts where the likelihood asks for them. */
scilama_status slm_trainer_load(scilama_trainer *t, const int64_t *cells, int64_t n, int64_t ahead, scilama_error *error);
/* Sets shuffle, shuffle_block and shuffle_window to what they stand for with this data. */
void slm_trainer_plan_shuffle(scilama_trainer *t);

/* sparse.c: whether the first layer is to read entries, decided by shape and content alone. */
scilama_status slm_trainer_choose_sparse(scilama_trainer *t, scilama_error *error);

/* evaluate.c: objective of the phase over cells[n] at β = 1, dropout off. Fills t->unit_s
 * and t->unit_f too, and counts active units. */
scilama_status slm_trainer_evaluate(scilama_trainer *t, const int64_t *cells, int64_t n, bool sample, bool correlation,
                                    scilama_evaluation *out, scilama_error *error);

/* schedule.c */
double slm_schedule_epoch(const scilama_trainer *t);  /* may be fractional when max_steps is set */
double slm_schedule_beta(const scilama_trainer *t);
double slm_schedule_lr(const scilama_trainer *t);
double slm_schedule_gamma(const scilama_trainer *t);
int64_t slm_schedule_steps(const scilama_trainer *t); /* planned of the phase; 0 = by epochs */
double slm_schedule_first_eligible(const scilama_trainer_options *o);
int64_t slm_trainer_steps_per_epoch(const scilama_trainer *t);

/* optimizer.c */
void slm_trainer_select(scilama_trainer *t);          /* ranges of the phase */
int64_t slm_trainer_most_trained(const scilama_trainer *t); /* numbers, over all phases */
void slm_trainer_reset_optimizer(scilama_trainer *t);
/* No weight of the cell VAE is trained but those of added categories: what lies along axes that are known is not sought either, or cells would move. */
bool slm_trainer_cells_stay(const scilama_trainer *t);
/* Σ g² over the phase's parameters; NaN or inf when any is not finite. */
/* freeze_reference: no gradient but that of added categories. */
void slm_trainer_mask_gradient(scilama_trainer *t);
double slm_trainer_gradient_squares(scilama_trainer *t);
const char *slm_trainer_first_nonfinite(const scilama_trainer *t);
/* Name of the parameter with the largest gradient. */
const char *slm_trainer_largest_gradient(const scilama_trainer *t);
void slm_trainer_adam(scilama_trainer *t, double grad_scale, double lr);

/* checkpoint.c */
int64_t slm_trainer_state_size(const scilama_trainer *t);
scilama_status slm_trainer_state_get(const scilama_trainer *t, void *buffer, int64_t size, scilama_error *error);
scilama_status slm_trainer_state_set(scilama_trainer *t, const void *buffer, int64_t size, scilama_error *error);

#endif
