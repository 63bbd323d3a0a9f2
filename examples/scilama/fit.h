/* SPDX-License-Identifier: MIT */
#ifndef FIT_H
#define FIT_H

/* The verb fit, in parts: data (fit_data.c), training (train.c), results (fit_write.c). */

#include "options.h"
#include "scores.h"
#include "stages.h"

enum control { CONTROL_NONE = 0, CONTROL_SHUFFLED = 1, CONTROL_RANDOM = 2 };

typedef struct fit {
    /* what was asked */
    const char *files[FILES_MAX];       /* of cells, in the order given; NULL behind the last */
    int n_files;
    const char *input;                  /* the first, or of several "the files" */
    const char *file_key, **file_names; /* of several files: obs column of their names, and these */
    int32_t file_batch, join, no_matrix;
    const char *output, *layer, *split, *label, *model_path, *report, *config, *like;
    const char *aliases;    /* file of two columns */
    string_list batch, continuous, embeddings;
    int32_t preset, control, in_place, no_preprocess, resume, ignore_case, strip_version, first_duplicate, missing_genes, no_umap, no_graph, reference, plan;
    double train_fraction, resolution;
    int64_t neighbors, stream;
    const char *checkpoint;
    uint64_t problem;                   /* digest of what is trained on, once it is known; 0 before */
    bool damaged_checkpoint;            /* the newest is: it is not kept as the one before */
    double checkpoint_seconds;
    scilama_preprocess_options preprocess;
    scilama_model_options model_options;
    scilama_trainer_options trainer_options;
    option_list options;    /* all of these on the command line */
    const char *worth;      /* what the gene vectors tell, a sentence; NULL: too few genes or cells to ask */
    const char *given;      /* their values as lines, as they are repeated by --like */
    /* what became of it */
    scilama_dataset *dataset;
    scilama_gene_aliases *alias_names;
    char *alias_text;       /* "name, tab, other name" lines of those that the data have */
    scilama_model *model;
    scilama_trainer *trainer;
    scilama_preprocess_report recipe;
    int64_t cells, genes_used, latent, mixture; /* components along the axes; 0: none */
    int32_t *label_codes, *batch_codes; /* [cells]; NULL without */
    char *embedding_text[LIST_MAX];     /* one description per modality */
    scilama_match_report matches[LIST_MAX];
    int n_embeddings;
    const char *table_path;             /* of the last table read from a file */
    float *cell_embedding;  /* [cells × latent] */
    float *gene_embedding;  /* [genes_used × latent]; NULL without a gene VAE */
    kept_stages kept;              /* beside the checkpoint; its key is that of the trained state */
    cluster_plan cluster;
    cluster_found found;
    comparison compared;           /* where judged */
    bool judged;                   /* with --label, of cells enough */
} fit;

/* One epoch. */
typedef struct epoch_row {
    int32_t phase, objective;
    int64_t epoch, step;
    double loss, nll, kl_s, kl_f; /* means over the epoch's training cells */
    double beta, lr, validation_loss, validation_nll, pearson, spearman, best_loss;
    int64_t active_units;
} epoch_row;

typedef struct history {
    epoch_row *rows;
    float *units; /* [count × 2 latent] KL per dimension at validation: of cells, of genes */
    int64_t count, latent;
    double sum[4], cells; /* of the running epoch */
} history;

/* preset: its name, or NULL. */
void fit_defaults(fit *f, const char *preset);
/* Options of this run alone: where it writes, and what it reads them from. */
extern const char *const fit_run_options[];
/* Reads, splits, attaches embeddings, preprocesses. */
scilama_status fit_prepare(app *a, fit *f);
/* Warns of cells without a batch, of batches of one cell, and of as many batches as cells. */
scilama_status fit_check_batch(app *a, const fit *f, const char *key, bool all); /* all: what the library warns of when it fits, too */
/* Prints what would be done, and in how much memory (plan.c). */
scilama_status fit_plan(app *a, const fit *f);
/* To the end, with progress and checkpoints. */
scilama_status fit_train(app *a, fit *f, history *h);
/* Neighbours, communities, layout. */
scilama_status fit_find(app *a, fit *f);
/* Output, model file, and the table of before and after. */
scilama_status fit_write(app *a, fit *f, const history *h);
const char *objective_name(int32_t objective);

/* progress.c */
typedef struct progress {
    double began, last, shown, cells_done, steps; /* of the running phase, in this run */
    int32_t phase;
} progress;
void progress_step(app *a, progress *p, const scilama_step_info *info);
void progress_epoch(app *a, progress *p, const epoch_row *row, const scilama_step_info *info);

/* checkpoint.c: the trainer's state and the history, in one file replaced atomically; the one before is kept. */
scilama_status checkpoint_save(app *a, fit *f, const history *h, bool finished);
/* The newest, or with a warning the one before. Leaves everything as it is and *found = false when there is no such file. */
scilama_status checkpoint_load(app *a, fit *f, history *h, bool *found, bool *finished);

#endif
