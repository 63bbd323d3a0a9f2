/* SPDX-License-Identifier: MIT */
#ifndef EXTENSIONS_PROBLEM_H
#define EXTENSIONS_PROBLEM_H

/* A small problem with two gene tables and a covariate, and finite differences of
 * its objective. */

#include "core/rng.h"
#include "scilama/scilama.h"
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef SLM_REAL_F64
typedef double real;
#else
typedef float real;
#endif

enum { CELLS = 40, GENES = 30, WIDTH_A = 7, WIDTH_B = 45 };

typedef struct problem {
    scilama_context *ctx;
    scilama_dataset *dataset;
    scilama_gene_table *table[2];
    float counts[CELLS * GENES], vectors[2][GENES * WIDTH_B];
    char text[GENES][16];
    const char *names[GENES];
} problem;

#define OK(call) \
    do { \
        scilama_error e_ = { 0 }, *error = &e_; \
        scilama_status s_ = (call); \
        (void)error; \
        ck_assert_msg(s_ == SCILAMA_OK, "%s: %s", scilama_status_name(s_), e_.message); \
    } while (0)

static const scilama_allocator *problem_allocator; /* NULL = the library's own */

static inline scilama_context *make_context(int threads)
{
    scilama_context_options o;
    scilama_context *ctx = NULL;
    scilama_context_options_init(&o, sizeof o);
    o.threads = threads;
    o.allocator = problem_allocator;
    OK(scilama_context_create(&ctx, &o, error));
    return ctx;
}

/* Counts of two kinds of cells in two batches; `batches` names the covariate's categories. */
static inline void problem_make_batches(problem *p, int threads, int modalities, int preprocess, uint64_t seed, const char *const *batches)
{
    slm_rng_seq s = slm_rng_sequence(seed, SLM_STREAM_SIMULATE, 0, 7);
    const char *batch[CELLS];
    int32_t split[CELLS];
    *p = (problem){ .ctx = make_context(threads) };
    for (int c = 0; c < CELLS; c++) {
        batch[c] = batches[c % 2];
        split[c] = c < 30 ? SCILAMA_SPLIT_TRAIN : SCILAMA_SPLIT_VALIDATION;
        for (int g = 0; g < GENES; g++) {
            double level = 1 + 4 * ((g + c % 3) % 3 == 0) + (g % 5);
            p->counts[c * GENES + g] = slm_rng_uniform(&s) < 0.4 ? 0 : (float)floor(level * -log(1 - slm_rng_uniform(&s)));
        }
    }
    for (int g = 0; g < GENES; g++) {
        snprintf(p->text[g], sizeof p->text[g], "gene%02d", (g * 7) % GENES);
        p->names[g] = p->text[g];
    }
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = CELLS;
    m.cols = GENES;
    m.values = p->counts;
    OK(scilama_dataset_create(&p->dataset, p->ctx, &m, NULL, p->names, error));
    OK(scilama_dataset_set_strings(p->dataset, "batch", batch, error));
    OK(scilama_dataset_use_covariate(p->dataset, "batch", SCILAMA_COVARIATE_CATEGORICAL, error));
    OK(scilama_dataset_set_split(p->dataset, split, error));
    for (int t = 0; t < modalities; t++) {
        int64_t width = t ? WIDTH_B : WIDTH_A;
        char name[8] = { (char)('a' + t) };
        for (int64_t i = 0; i < GENES * width; i++) p->vectors[t][i] = (float)(slm_rng_normal(&s) * (1 + (double)(i % width % 4)) + (double)(i % 3));
        OK(scilama_gene_table_create(&p->table[t], p->ctx, p->names, p->vectors[t], GENES, width, 0, error));
        OK(scilama_dataset_add_gene_table(p->dataset, name, p->table[t], NULL, NULL, error));
    }
    if (preprocess) {
        scilama_preprocess_options o;
        scilama_preprocess_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
        o.min_cells = 0;
        OK(scilama_dataset_preprocess(p->dataset, &o, NULL, error));
    }
}

static inline void problem_make(problem *p, int threads, int modalities, int preprocess, uint64_t seed)
{
    static const char *const batches[2] = { "x", "y" };
    problem_make_batches(p, threads, modalities, preprocess, seed, batches);
}

static inline void problem_free(problem *p)
{
    scilama_dataset_destroy(p->dataset);
    scilama_gene_table_destroy(p->table[0]);
    scilama_gene_table_destroy(p->table[1]);
    scilama_context_destroy(p->ctx);
}

static inline void small_options(scilama_model_options *o)
{
    scilama_model_options_init(o, sizeof *o, SCILAMA_PRESET_PUBLISHED);
    memset(o->hidden, 0, sizeof o->hidden);
    o->hidden[0] = 9;
    o->hidden[1] = 6;
    o->latent = 4;
    o->seed = 3;
    o->activation = SCILAMA_ACT_GELU; /* smooth, for finite differences */
    o->dropout = 0.2f;
}

/* The weights as they stand, moved a little so that zeros are not special. */
static inline void stir(scilama_model *model, double size)
{
    slm_rng_seq s = slm_rng_sequence(11, SLM_STREAM_SIMULATE, 1, 1);
    for (int64_t i = 0; i < scilama_model_parameters(model); i++) {
        scilama_tensor t;
        scilama_tensor_init(&t, sizeof t);
        OK(scilama_model_parameter(model, i, &t, error));
        for (int64_t e = 0; t.trainable && e < t.rows * t.cols; e++) ((real *)t.data)[e] += (real)(size * slm_rng_normal(&s));
    }
}

static inline scilama_step_info gradient_at(scilama_trainer *trainer, real *out, int64_t n)
{
    scilama_step_info info;
    scilama_tensor t;
    scilama_step_info_init(&info, sizeof info);
    scilama_tensor_init(&t, sizeof t);
    int64_t size = scilama_trainer_state_size(trainer);
    void *state = malloc((size_t)size);
    OK(scilama_trainer_state_get(trainer, state, size, error));
    OK(scilama_trainer_forward_backward(trainer, NULL, 0, &info, error));
    OK(scilama_trainer_gradients(trainer, &t, error));
    if (out) memcpy(out, t.data, (size_t)n * sizeof *out);
    OK(scilama_trainer_state_set(trainer, state, size, error)); /* clears what is pending */
    free(state);
    return info;
}

/* Compares the gradient with central differences of the loss for up to `most` numbers of
 * every parameter that passes `wanted`. */
static inline void check_gradient(scilama_model *model, scilama_trainer *trainer, int most, const char *const *untouched)
{
    scilama_model_info mi;
    scilama_model_info_init(&mi, sizeof mi);
    OK(scilama_model_get_info(model, &mi, error));
    real *grad = malloc((size_t)mi.parameters * sizeof *grad);
    gradient_at(trainer, grad, mi.parameters);
    double largest = 0;
    for (int64_t i = 0; i < mi.parameters; i++) largest = fmax(largest, fabs((double)grad[i]));
    int64_t at = 0, compared = 0;
    for (int64_t i = 0; i < scilama_model_parameters(model); i++) {
        scilama_tensor t;
        scilama_tensor_init(&t, sizeof t);
        OK(scilama_model_parameter(model, i, &t, error));
        if (!t.trainable) continue;
        int64_t count = t.rows * t.cols, stride = count / most + 1;
        int skip = 0;
        for (int u = 0; untouched && untouched[u]; u++) skip |= strncmp(t.name, untouched[u], strlen(untouched[u])) == 0;
        for (int64_t e = 0; e < count && !skip; e += stride, compared++) {
            real *w = (real *)t.data + e, kept = *w;
            const double h = 1e-5;
            *w = kept + (real)h;
            double up = gradient_at(trainer, NULL, 0).loss;
            *w = kept - (real)h;
            double down = gradient_at(trainer, NULL, 0).loss;
            *w = kept;
            double want = (up - down) / (2 * h), got = (double)grad[at + e];
            double off = fabs(want - got) / fmax(fabs(want), 1e-3 * largest + 1e-6);
            ck_assert_msg(off < 1e-5, "%s[%lld]: gradient %g, finite difference %g", t.name, (long long)e, got, want);
        }
        at += count;
    }
    ck_assert(compared > 20);
    free(grad);
}

#endif
