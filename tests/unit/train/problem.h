/* SPDX-License-Identifier: MIT */
#ifndef TRAIN_PROBLEM_H
#define TRAIN_PROBLEM_H

/* A small random problem: data set, model and trainer from one description. */

#include "core/rng.h"
#include "scilama/scilama.h"
#include "train/trainer.h"
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum problem_pattern { PATTERN_RANDOM, PATTERN_CONSTANT_GENES, PATTERN_ZERO_CELLS, PATTERN_ONE_OUTLIER, PATTERN_COUNTS };

typedef struct problem_spec {
    int64_t cells, genes, covariates, batches; /* raw columns; categories of one categorical column (0 = none) */
    int64_t modalities, width[3];              /* 0 modalities: transposed */
    int64_t validation;                        /* the last so many cells */
    double density, scale;                     /* share of non-zero values; their size */
    int32_t pattern;                           /* problem_pattern */
    int32_t preprocess;                        /* 1: the default recipe */
    int32_t storage, memory;
    int32_t threads;
    uint64_t seed;
    const scilama_allocator *allocator;
    scilama_model_options model;
    scilama_trainer_options trainer;
} problem_spec;

typedef struct problem {
    scilama_context *ctx;
    scilama_dataset *ds;
    scilama_model *model;
    scilama_trainer *trainer;
    void *held[3];  /* borrowed arrays */
} problem;

static inline problem_spec problem_default(void)
{
    problem_spec s = { .cells = 40, .genes = 17, .covariates = 1, .batches = 2, .modalities = 1, .width = { 7, 5, 6 }, .validation = 6,
                       .density = 1, .scale = 1, .storage = SCILAMA_STORAGE_DENSE, .memory = SCILAMA_MEMORY_COPY, .threads = 1, .seed = 1 };
    scilama_model_options_init(&s.model, sizeof s.model, SCILAMA_PRESET_PUBLISHED);
    s.model.latent = 3;
    memset(s.model.hidden, 0, sizeof s.model.hidden);
    s.model.hidden[0] = 9;
    s.model.hidden[1] = 6;
    scilama_trainer_options_init(&s.trainer, sizeof s.trainer, SCILAMA_PRESET_PUBLISHED);
    s.trainer.batch_size = 8;
    s.trainer.epochs = 6;
    s.trainer.kl_delay = 1;
    s.trainer.kl_rate = 0.5;
    return s;
}

static inline void problem_free(problem *p)
{
    scilama_trainer_destroy(p->trainer);
    scilama_model_destroy(p->model);
    scilama_dataset_destroy(p->ds);
    scilama_context_destroy(p->ctx);
    for (int i = 0; i < 3; i++) free(p->held[i]);
    memset(p, 0, sizeof *p);
}

static inline float problem_value(const problem_spec *s, int64_t cell, int64_t gene, float value)
{
    switch (s->pattern) {
    case PATTERN_CONSTANT_GENES: return (float)((double)(gene % 3) * s->scale);
    case PATTERN_ZERO_CELLS: return cell % 2 ? value : 0;
    case PATTERN_ONE_OUTLIER: return cell == 0 && gene == 0 ? (float)(1e6 * s->scale) : value;
    case PATTERN_COUNTS: return floorf(fabsf(value) * 3);
    default: return value;
    }
}

/* The matrix in the storage asked for; small indices where the library can borrow them. */
static inline void problem_matrix(const problem_spec *s, scilama_matrix *m, void **held)
{
    int64_t n = s->cells, g = s->genes, stored = 0;
    slm_rng_seq rng = slm_rng_sequence(s->seed, SLM_STREAM_SIMULATE, 0, 0);
    float *dense = calloc((size_t)(n * g), sizeof *dense);
    for (int64_t i = 0; i < n * g; i++) {
        bool there = slm_rng_uniform(&rng) < s->density;
        float value = (float)(slm_rng_normal(&rng) * s->scale);
        dense[i] = problem_value(s, i / g, i % g, there ? value : 0);
        stored += dense[i] != 0;
    }
    scilama_matrix_init(m, sizeof *m);
    m->storage = s->storage;
    m->memory = s->memory;
    m->value_type = SCILAMA_DTYPE_F32;
    m->rows = n;
    m->cols = g;
    if (s->storage == SCILAMA_STORAGE_DENSE) {
        m->values = held[0] = dense;
        return;
    }
    bool csr = s->storage == SCILAMA_STORAGE_CSR;
    int64_t outer = csr ? n : g, inner = csr ? g : n, at = 0;
    float *values = malloc((size_t)(stored + 1) * sizeof *values);
    int32_t *indices = malloc((size_t)(stored + 1) * sizeof *indices);
    int64_t *indptr = malloc((size_t)(outer + 1) * sizeof *indptr);
    for (int64_t i = 0; i < outer; i++) {
        indptr[i] = at;
        for (int64_t j = 0; j < inner; j++) {
            float v = csr ? dense[i * g + j] : dense[j * g + i];
            if (v != 0) indices[at] = (int32_t)j, values[at++] = v;
        }
    }
    indptr[outer] = at;
    free(dense);
    m->stored = at;
    m->index_type = SCILAMA_DTYPE_I32;
    m->indptr_type = SCILAMA_DTYPE_I64;
    m->values = held[0] = values;
    m->indices = held[1] = indices;
    m->indptr = held[2] = indptr;
}

static inline scilama_status problem_tables(const problem_spec *s, problem *p, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    char(*text)[24] = malloc((size_t)s->genes * sizeof *text);
    const char **names = malloc((size_t)s->genes * sizeof *names);
    for (int64_t i = 0; i < s->genes; i++) {
        snprintf(text[i], sizeof *text, "%lld", (long long)i);
        names[i] = text[i];
    }
    for (int64_t k = 0; k < s->modalities && !status; k++) {
        char name[24];
        snprintf(name, sizeof name, "m%lld", (long long)k);
        slm_rng_seq rng = slm_rng_sequence(s->seed, SLM_STREAM_SIMULATE, 1, (uint32_t)k);
        float *values = malloc((size_t)(s->genes * s->width[k]) * sizeof *values);
        for (int64_t i = 0; i < s->genes * s->width[k]; i++) values[i] = (float)slm_rng_normal(&rng);
        scilama_gene_table *table = NULL;
        status = scilama_gene_table_create(&table, p->ctx, names, values, s->genes, s->width[k], 0, error);
        if (!status) status = scilama_dataset_add_gene_table(p->ds, name, table, NULL, NULL, error);
        scilama_gene_table_destroy(table);
        free(values);
    }
    free(names);
    free(text);
    return status;
}

static inline scilama_status problem_annotation(const problem_spec *s, problem *p, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    double *column = malloc((size_t)s->cells * sizeof *column);
    int32_t *codes = malloc((size_t)s->cells * sizeof *codes), *split = malloc((size_t)s->cells * sizeof *split);
    slm_rng_seq rng = slm_rng_sequence(s->seed, SLM_STREAM_SIMULATE, 2, 0);
    for (int64_t k = 0; k < s->covariates && !status; k++) {
        char name[24];
        snprintf(name, sizeof name, "c%lld", (long long)k);
        for (int64_t i = 0; i < s->cells; i++) column[i] = slm_rng_normal(&rng);
        status = scilama_dataset_set_numeric(p->ds, name, column, error);
        if (!status) status = scilama_dataset_use_covariate(p->ds, name, SCILAMA_COVARIATE_RAW, error);
    }
    if (s->batches && !status) {
        static const char *const categories[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
        for (int64_t i = 0; i < s->cells; i++) codes[i] = (int32_t)(i % s->batches);
        status = scilama_dataset_set_codes(p->ds, "batch", codes, categories, s->batches, error);
        if (!status) status = scilama_dataset_use_covariate(p->ds, "batch", SCILAMA_COVARIATE_CATEGORICAL, error);
    }
    for (int64_t i = 0; i < s->cells; i++) split[i] = i >= s->cells - s->validation ? SCILAMA_SPLIT_VALIDATION : SCILAMA_SPLIT_TRAIN;
    if (!status) status = scilama_dataset_set_split(p->ds, split, error);
    free(column);
    free(codes);
    free(split);
    return status;
}

/* On failure what was made so far is still in *p: free it. */
static inline scilama_status problem_try(problem *p, const problem_spec *s, scilama_error *error)
{
    scilama_context_options co;
    scilama_matrix m;
    memset(p, 0, sizeof *p);
    scilama_context_options_init(&co, sizeof co);
    co.threads = s->threads;
    co.allocator = s->allocator;
    scilama_status status = scilama_context_create(&p->ctx, &co, error);
    if (status) return status;
    problem_matrix(s, &m, p->held);
    status = scilama_dataset_create(&p->ds, p->ctx, &m, NULL, NULL, error);
    if (!status) status = problem_annotation(s, p, error);
    if (!status) status = problem_tables(s, p, error);
    if (!status && s->preprocess) status = scilama_dataset_preprocess(p->ds, NULL, NULL, error);
    if (!status) status = scilama_model_create(&p->model, p->ds, &s->model, error);
    if (!status) status = scilama_trainer_create(&p->trainer, p->model, p->ds, &s->trainer, error);
    return status;
}

static inline problem problem_make(const problem_spec *s)
{
    problem p;
    scilama_error error = { 0 };
    scilama_status status = problem_try(&p, s, &error);
    ck_assert_msg(status == SCILAMA_OK, "%s", error.message);
    return p;
}

/* Steps until `steps` are done or training ends. */
static inline void problem_run(problem *p, int64_t steps)
{
    scilama_error error = { 0 };
    scilama_step_info info;
    scilama_step_info_init(&info, sizeof info);
    for (int64_t i = 0; i < steps; i++) {
        scilama_status status = scilama_trainer_step(p->trainer, &info, &error);
        ck_assert_msg(status == SCILAMA_OK, "%s", error.message);
        if (info.events & SCILAMA_EVENT_FINISHED) break;
    }
}

/* Digest of every weight and statistic. */
static inline uint64_t problem_hash(const problem *p)
{
    const slm_params *q = &p->model->net.params;
    return slm_hash(SLM_HASH_START, q->value, (size_t)q->total * sizeof *q->value);
}

/* Weights away from the values where the options change nothing (zero residual, zero biases). */
static inline void problem_perturb(problem *p, double size, uint64_t seed)
{
    slm_params *q = &p->model->net.params;
    slm_rng_seq rng = slm_rng_sequence(seed, SLM_STREAM_SIMULATE, 3, 0);
    for (int64_t i = 0; i < q->trainable; i++) q->value[i] += (slm_real)(size * slm_rng_normal(&rng));
}

#endif
