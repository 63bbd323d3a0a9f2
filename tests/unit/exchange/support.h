/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_SUPPORT_H
#define EXCHANGE_SUPPORT_H

/* A context whose blocks are counted, and a small problem in it. */

#include "scilama/dlpack.h"
#include "scilama/scilama.h"
#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define OK(call) do { \
    scilama_status status_ = (call); \
    ck_assert_msg(status_ == SCILAMA_OK, "%s:%d: %s", __FILE__, __LINE__, error.message); \
} while (0)
#define FAILS(code_, word, call) do { \
    memset(&error, 0, sizeof error); \
    scilama_status status_ = (call); \
    ck_assert_msg(status_ == (code_), "%s:%d: %s: %s", __FILE__, __LINE__, scilama_status_name(status_), error.message); \
    ck_assert_msg(strstr(error.message, word) != NULL, "%s:%d: \"%s\" is not in: %s", __FILE__, __LINE__, word, error.message); \
} while (0)

enum { CELLS = 24, GENES = 9, WIDTH = 4, LATENT = 3 };

static scilama_error error;
static atomic_int blocks;
static const char *const genes[GENES] = { "g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8" };

static void *allocate(void *user, size_t size, size_t align)
{
    (void)user;
    atomic_fetch_add(&blocks, 1);
    return aligned_alloc(align, (size + align - 1) / align * align);
}

static void release_block(void *user, void *ptr, size_t size, size_t align)
{
    (void)user, (void)size, (void)align;
    atomic_fetch_sub(&blocks, 1);
    free(ptr);
}

static inline scilama_context *make_context(int threads)
{
    scilama_context_options o;
    scilama_context *ctx = NULL;
    scilama_allocator allocator = { NULL, allocate, release_block };
    scilama_context_options_init(&o, sizeof o);
    o.allocator = &allocator;
    o.threads = threads;
    OK(scilama_context_create(&ctx, &o, &error));
    return ctx;
}

static inline float vector(int gene, int i) { return (float)cos(3 * gene + i); }

static inline scilama_gene_table *make_table(scilama_context *ctx)
{
    float values[GENES * WIDTH];
    scilama_gene_table *table = NULL;
    for (int i = 0; i < GENES * WIDTH; i++) values[i] = vector(i / WIDTH, i % WIDTH);
    OK(scilama_gene_table_create(&table, ctx, genes, values, GENES, WIDTH, 0, &error));
    return table;
}

/* Two columns: "batch" (a, b; cell 5 missing) and "depth" (cell 2 missing). */
static inline scilama_dataset *make_dataset(scilama_context *ctx)
{
    float x[CELLS * GENES];
    int32_t batch[CELLS];
    double depth[CELLS];
    scilama_matrix m;
    scilama_dataset *d = NULL;
    for (int i = 0; i < CELLS * GENES; i++) x[i] = (float)((i * 7 + i / 3) % 5);
    for (int i = 0; i < CELLS; i++) batch[i] = i == 5 ? -1 : i % 2, depth[i] = i == 2 ? NAN : 0.5 * i;
    scilama_matrix_init(&m, sizeof m);
    m.rows = CELLS;
    m.cols = GENES;
    m.values = x;
    OK(scilama_dataset_create(&d, ctx, &m, NULL, genes, &error));
    OK(scilama_dataset_set_codes(d, "batch", batch, (const char *const[]){ "a", "b" }, 2, &error));
    OK(scilama_dataset_set_numeric(d, "depth", depth, &error));
    scilama_gene_table *table = make_table(ctx);
    OK(scilama_dataset_add_gene_table(d, "text", table, NULL, NULL, &error));
    scilama_gene_table_destroy(table);
    return d;
}

static inline scilama_model *make_model(scilama_dataset *d)
{
    scilama_model_options o;
    scilama_model *model = NULL;
    scilama_model_options_init(&o, sizeof o, SCILAMA_PRESET_PUBLISHED);
    o.latent = LATENT;
    o.hidden[0] = 6;
    o.hidden[1] = 5;
    OK(scilama_model_create(&model, d, &o, &error));
    return model;
}

static inline scilama_trainer *make_trainer(scilama_model *model, scilama_dataset *d)
{
    scilama_trainer_options o;
    scilama_trainer *trainer = NULL;
    scilama_trainer_options_init(&o, sizeof o, SCILAMA_PRESET_PUBLISHED);
    o.mode = SCILAMA_MODE_DIRECT;
    o.batch_size = 8;
    OK(scilama_trainer_create(&trainer, model, d, &o, &error));
    return trainer;
}

static inline int run_suite(const char *name, const TTest *const *tests, int count)
{
    Suite *s = suite_create(name);
    TCase *t = tcase_create(name);
    tcase_set_timeout(t, 60);
    for (int i = 0; i < count; i++) tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}

#endif
