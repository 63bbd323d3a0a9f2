/* SPDX-License-Identifier: MIT */
#ifndef DATA_FIXTURE_H
#define DATA_FIXTURE_H

/* A small random matrix in every storage that the library takes. */

#include "core/rng.h"
#include "data/dataset.h"
#include "scilama/scilama.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct matrix_fixture {
    int64_t cells, genes, stored;
    float *dense;                 /* [cells × genes] */
    double *dense_f64;
    int32_t *dense_i32;
    int64_t *indptr, *csc_indptr;
    int32_t *indices, *csc_indices;
    float *values, *csc_values;
    char (*cell_text)[24], (*gene_text)[24];
    const char **cell_names, **gene_names;
} matrix_fixture;

/* Counts with about a third of entries; gene names in no particular order. */
static inline matrix_fixture fixture_make(int64_t cells, int64_t genes, uint64_t seed)
{
    matrix_fixture f = { .cells = cells, .genes = genes };
    int64_t total = cells * genes;
    slm_rng_seq rng = slm_rng_sequence(seed, SLM_STREAM_SIMULATE, 0, 0);
    f.dense = calloc((size_t)total, sizeof *f.dense);
    f.dense_f64 = calloc((size_t)total, sizeof *f.dense_f64);
    f.dense_i32 = calloc((size_t)total, sizeof *f.dense_i32);
    f.indptr = calloc((size_t)cells + 1, sizeof *f.indptr);
    f.csc_indptr = calloc((size_t)genes + 1, sizeof *f.csc_indptr);
    f.indices = calloc((size_t)total, sizeof *f.indices);
    f.csc_indices = calloc((size_t)total, sizeof *f.csc_indices);
    f.values = calloc((size_t)total, sizeof *f.values);
    f.csc_values = calloc((size_t)total, sizeof *f.csc_values);
    f.cell_text = calloc((size_t)cells, sizeof *f.cell_text);
    f.gene_text = calloc((size_t)genes, sizeof *f.gene_text);
    f.cell_names = calloc((size_t)cells, sizeof *f.cell_names);
    f.gene_names = calloc((size_t)genes, sizeof *f.gene_names);
    for (int64_t i = 0; i < total; i++) {
        double level = 1 + (double)(i % genes % 7);
        if (slm_rng_uniform(&rng) > 0.35) continue;
        f.dense[i] = (float)(1 + (int)(level * slm_rng_uniform(&rng) * slm_rng_uniform(&rng) * 4));
        f.dense_f64[i] = (double)f.dense[i];
        f.dense_i32[i] = (int32_t)f.dense[i];
    }
    for (int64_t c = 0; c < cells; c++) {
        for (int64_t g = 0; g < genes; g++)
            if (f.dense[c * genes + g] > 0) {
                f.indices[f.stored] = (int32_t)g;
                f.values[f.stored++] = f.dense[c * genes + g];
            }
        f.indptr[c + 1] = f.stored;
        snprintf(f.cell_text[c], sizeof *f.cell_text, "cell-%d", (int)c);
        f.cell_names[c] = f.cell_text[c];
    }
    int64_t at = 0;
    for (int64_t g = 0; g < genes; g++) {
        for (int64_t c = cells - 1; c >= 0; c--) /* descending: need not be sorted */
            if (f.dense[c * genes + g] > 0) {
                f.csc_indices[at] = (int32_t)c;
                f.csc_values[at++] = f.dense[c * genes + g];
            }
        f.csc_indptr[g + 1] = at;
        snprintf(f.gene_text[g], sizeof *f.gene_text, "G%03d", (int)((g * 37 + 11) % 997));
        f.gene_names[g] = f.gene_text[g];
    }
    return f;
}

static inline void fixture_free(matrix_fixture *f)
{
    free(f->dense), free(f->dense_f64), free(f->dense_i32), free(f->indptr), free(f->csc_indptr), free(f->indices);
    free(f->csc_indices), free(f->values), free(f->csc_values), free(f->cell_text), free(f->gene_text);
    free((void *)f->cell_names), free((void *)f->gene_names);
}

enum { VIEWS = 8 };

/* The same matrix in storage `which` < VIEWS. */
static inline scilama_matrix fixture_view(const matrix_fixture *f, int which)
{
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = f->cells;
    m.cols = f->genes;
    m.stored = f->stored;
    m.memory = which % 2 ? SCILAMA_MEMORY_BORROW : SCILAMA_MEMORY_COPY;
    if (which < 2) {
        m.values = f->dense;
    } else if (which < 4) {
        m.value_type = which == 2 ? SCILAMA_DTYPE_F64 : SCILAMA_DTYPE_I32;
        m.values = which == 2 ? (const void *)f->dense_f64 : f->dense_i32;
    } else if (which < 6) {
        m.storage = SCILAMA_STORAGE_CSR;
        m.values = f->values;
        m.indices = f->indices;
        m.indptr = f->indptr;
        m.indptr_type = SCILAMA_DTYPE_I64;
    } else {
        m.storage = SCILAMA_STORAGE_CSC;
        m.values = f->csc_values;
        m.indices = f->csc_indices;
        m.indptr = f->csc_indptr;
        m.indptr_type = SCILAMA_DTYPE_I64;
    }
    return m;
}

static inline scilama_context *test_context(int threads)
{
    scilama_context_options o;
    scilama_context *ctx;
    scilama_context_options_init(&o, sizeof o);
    o.threads = threads;
    ck_assert_int_eq(scilama_context_create(&ctx, &o, NULL), SCILAMA_OK);
    return ctx;
}

static inline scilama_dataset *fixture_dataset(scilama_context *ctx, const matrix_fixture *f, int which)
{
    scilama_matrix m = fixture_view(f, which);
    scilama_dataset *d = NULL;
    scilama_error error;
    scilama_status status = scilama_dataset_create(&d, ctx, &m, f->cell_names, f->gene_names, &error);
    ck_assert_msg(status == SCILAMA_OK, "%s", error.message);
    return d;
}

/* Every prepared row; the caller frees. */
static inline float *all_prepared(scilama_dataset *d)
{
    int64_t n = scilama_dataset_cells(d);
    int64_t *cells = malloc((size_t)n * sizeof *cells);
    scilama_error error = { 0 };
    for (int64_t i = 0; i < n; i++) cells[i] = i;
    scilama_status status = scilama_dataset_get_prepared(d, cells, 0, NULL, 0, &error);
    ck_assert_msg(status == SCILAMA_OK, "%s", error.message);
    float *out = malloc((size_t)(n * scilama_dataset_genes_used(d)) * sizeof *out);
    status = scilama_dataset_get_prepared(d, cells, n, out, 0, &error);
    ck_assert_msg(status == SCILAMA_OK, "%s", error.message);
    free(cells);
    return out;
}

#endif
