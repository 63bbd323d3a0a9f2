/* SPDX-License-Identifier: MIT */
#ifndef SLM_MODEL_H
#define SLM_MODEL_H

/* A model: the net's weights, the genes' embeddings and the recipe that prepares
 * new data. */

#include "core/options.h"
#include "data/dataset.h"
#include "vae/paired.h"
#include "model/reference.h"
#include "scilama/model.h"

/* How one modality's table becomes the gene encoder's input:
 * [rows to length 1] → [− mean] → [projection]. Kept for genes not seen in training. */
typedef struct slm_conditioning {
    int64_t raw_width;       /* D of the table */
    bool normalize;
    float *mean;             /* [raw_width] or NULL */
    float *projection;       /* [raw_width × width] or NULL */
} slm_conditioning;

struct scilama_model {
    scilama_context *ctx;
    atomic_int refs;
    atomic_int held;         /* 1 while a trainer has it */
    slm_net net;
    slm_recipe *recipe;
    char *modality_name[SLM_MAX_MODALITIES];
    slm_conditioning conditioning[SLM_MAX_MODALITIES];
    slm_real *embedding[SLM_MAX_MODALITIES]; /* [G × D_m], conditioned */
    int64_t *paired;         /* [n_paired] genes that the paired terms take, ascending: those that a table knows; NULL: all */
    int64_t n_paired;
    slm_factors factors;     /* how its genes vary together; genes 0: not learnt */
    slm_reference *reference; /* cells that others are compared with; NULL: none */
    int64_t steps;           /* optimiser steps taken */
    int64_t train_cells;
    uint8_t *added;          /* [covariates] 1: column of a category added since the model was made or read; NULL: none */
};

scilama_model *slm_model_retain(scilama_model *model);
void slm_model_release(scilama_model *model);

/* options.c: what is known of every option, and rules between them. */
extern const slm_option_table slm_model_option_table;
scilama_status slm_model_options_check(const scilama_model_options *o, scilama_error *error);
scilama_status slm_model_create(scilama_model **out, scilama_dataset *dataset, const scilama_model_options *options, scilama_error *error);

/* The design of a dataset under the model's recipe, opened. Caller releases. raw: a streamed
 * one keeps counts for load_cells too. */
scilama_status slm_model_design(scilama_model *model, scilama_dataset *dataset, bool raw, slm_design **out, scilama_error *error);

/* A pass in evaluation. */
slm_pass slm_model_pass(scilama_model *model, const slm_workspace *ws);

/* Fills ws->x and the covariates (and, of a streamed design that keeps them, ws->counts) with
 * cells[n] of a design; those up to cells[ahead - 1] come next. */
scilama_status slm_model_load_cells(const slm_net *net, slm_workspace *ws, const slm_design *design, const int64_t *cells, int64_t n, int64_t ahead, scilama_error *error);

/* condition.c: fits on and applies to [rows × raw_width]. */
scilama_status slm_conditioning_fit(scilama_context *ctx, slm_conditioning *c, const scilama_model_options *o,
                                    const float *values, int64_t rows, int64_t *width, scilama_error *error);
/* out [rows × width] */
scilama_status slm_conditioning_apply(scilama_context *ctx, const slm_conditioning *c, const float *values, int64_t rows,
                                      int64_t width, slm_real *out, scilama_error *error);
void slm_conditioning_free(scilama_context *ctx, slm_conditioning *c);

/* extend.c: the public call of the same name. */
scilama_status slm_model_extend_covariate(scilama_model *model, const char *key, const char *const *values, int64_t count, scilama_error *error);
/* First covariate column of parameter `index`; -1: it reads none. */
int64_t slm_net_covariate_column(const slm_net *net, int index);

/* copy.c: the public call of the same name; prefixes are not NULL. */
scilama_status slm_model_copy_parameters(scilama_model *model, const scilama_model *from, const char *prefix, const char *from_prefix,
                                         int64_t *copied, scilama_error *error);

/* encode.c */
scilama_status slm_model_encode_cells(scilama_model *model, scilama_dataset *dataset, float *mu, float *sigma, int64_t ld, scilama_error *error);
scilama_status slm_model_encode_genes(scilama_model *model, float *mu, float *sigma, int64_t ld, scilama_error *error);
/* Vectors of genes by the model's modalities, borrowed from tables. */
typedef struct slm_gene_vectors { int64_t rows; const float *modality[SLM_MAX_MODALITIES]; /* [rows × raw_width] */ } slm_gene_vectors;
/* Checks number, names (NULL: the model's order), widths and genes of the tables. */
scilama_status slm_model_vectors(const scilama_model *model, const scilama_gene_table *const *tables, const char *const *names,
                                 int64_t n, slm_gene_vectors *vectors, scilama_error *error);
scilama_status slm_model_encode_new_genes(scilama_model *model, const slm_gene_vectors *vectors, float *mu, int64_t ld, scilama_error *error);
/* decode.c. vectors, map NULL: the model's own genes. vectors: others, by the paired head; map: others, by it (unseen.h). */
struct slm_gene_map;
scilama_status slm_model_decode(scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *o,
                                const slm_gene_vectors *vectors, const struct slm_gene_map *map, float *values, int64_t ld, scilama_error *error);
/* count cells, evenly drawn, by the better head with their own covariates and as they are, both [count × G] as the recipe prepares values. */
scilama_status slm_model_decode_sample(scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *o, int64_t count,
                                       float *decoded, float *measured, scilama_error *error);

/* novelty.c: cells in gene space, for what is new in a query. Scores [slm_thinned_count(cells) × SLM_FACTORS_RANK] of thinned cells on the
 * factors' directions. */
enum { SLM_JOINT_AXES = 20 };
scilama_status slm_model_scores(scilama_model *model, scilama_dataset *dataset, float *scores, scilama_error *error);
/* Rows of expression on axes: out [n × n_axes] = (x - mean) axesᵀ. */
typedef struct slm_projector {
    const slm_design *d;
    int64_t n_axes;
    slm_real *axes, *offset; /* [n_axes × genes], [n_axes] */
    slm_real *places;        /* [SLM_PROJECTED × n_axes] */
} slm_projector;
/* Axes of reference and query together; the model has factors, its reference scores. slm_joint_end() also after a failure. */
typedef struct slm_joint {
    scilama_model *model;
    slm_design *design;      /* of the query */
    float *axes;             /* [SLM_JOINT_AXES × genes] */
    float *reference;        /* [slm_thinned_count(reference cells) × SLM_JOINT_AXES] places on them */
    slm_projector onto;
} slm_joint;
/* design: of the query, opened, retained; sample [n]: cells of it, ascending and spread evenly, that tell how the query varies; drift of them. */
struct slm_drift;
scilama_status slm_joint_begin(slm_joint *joint, scilama_model *model, slm_design *design, const int64_t *sample, int64_t n,
                               const struct slm_drift *drift, scilama_error *error);
/* Places [n × SLM_JOINT_AXES] of cells [n] of the query, ascending. */
scilama_status slm_joint_places(const slm_joint *joint, const int64_t *cells, int64_t n, float *places, scilama_error *error);
/* The same of cells that are at hand: rows [n × ld] of the design, n at most SLM_PROJECTED. */
enum { SLM_PROJECTED = 1024 };
void slm_joint_place_rows(const slm_joint *joint, const slm_real *rows, int64_t ld, int64_t n, float *places);
void slm_joint_end(slm_joint *joint);

/* partial.c: cells that were not measured on all genes. */
/* Vectors of the model's genes, and of a query's that has gene tables; *link stays NULL when it has none. */
scilama_status slm_model_link(const scilama_model *model, const scilama_dataset *dataset, slm_link **link, scilama_error *error);
void slm_link_free(scilama_context *ctx, slm_link *link);
struct scilama_query_report;
scilama_status slm_model_learn_absent(scilama_model *model, scilama_dataset *dataset, scilama_error *error);
scilama_status slm_model_check_query(scilama_model *model, scilama_dataset *dataset, struct scilama_query_report *out, scilama_error *error);

#endif
