/* SPDX-License-Identifier: MIT */
#ifndef MPI_JOB_H
#define MPI_JOB_H

#include <scilama/scilama.h>
#include <mpi.h>
#include <stdbool.h>

enum { MAX_FILES = 4096 };

/* One fit, as every rank sees it. */
typedef struct job {
    int rank, ranks;
    /* what was asked for */
    const char *file[MAX_FILES];
    int files;
    const char *output, *model_path, *embeddings, *batch, *checkpoint, *losses;
    bool resume;
    int threads;
    int parts;                /* of a mini-batch; 0 = 4, or as many as there are ranks, or as the checkpoint says */
    int64_t every;            /* steps between checkpoints */
    int64_t stop_after;       /* steps that this run makes at most, its checkpoint written; 0 = any */
    scilama_preprocess_options preprocess;
    scilama_model_options shape;
    scilama_trainer_options training;
    /* the data: cells are numbered through the files in the order given */
    int64_t first[MAX_FILES + 1]; /* of each file; the last is the number of all */
    int64_t cells;
    int part_first, part_last;            /* parts of this rank */
    int64_t lane_first, lane_last;        /* and its lanes */
    int64_t shard_first, shard_last;      /* cells of this rank */
    const char **gene;                    /* [genes] that all files have, by name */
    int64_t genes;
    double kl_share;
    scilama_context *context;
    scilama_dataset *all, *shard; /* all: rank 0 while the recipe is fitted, streamed */
    scilama_model *model;
    scilama_trainer *trainer;
    scilama_error error;
} job;

/* main.c: says what failed and ends the job on all ranks. */
void give_up(job *j);
void need(job *j, scilama_status status);
void *get_memory(job *j, int64_t count, size_t size);
void refuse(job *j, const char *format, ...);

/* data.c */
void read_all(job *j);        /* rank 0: j->all, j->first */
void share_genes(job *j);     /* j->gene, from rank 0 */
void read_shard(job *j);      /* j->shard */
void write_output(job *j, const float *cells, const float *genes, int64_t latent, int64_t n_genes, const char *const *names);
char **cell_names(job *j);    /* rank 0 */
int64_t lane_start(const job *j, int64_t lane); /* first cell of a lane */
int64_t part_start(const job *j, int part);     /* first lane of a part */
int rank_start(const job *j, int rank);         /* first part of a rank */

/* train.c */
void train(job *j);
void read_checkpoint_head(job *j); /* rank 0: kl_share, parts */
char *beside(job *j, const char *path, const char *suffix);

#endif
