/* SPDX-License-Identifier: MIT */
#ifndef SLM_REFERENCE_H
#define SLM_REFERENCE_H

/* Cells that a model was trained on, as far as mapping others onto them needs them. */

#include "linalg/nearest.h"

enum { SLM_REFERENCE_LABELS = 64 };

typedef struct slm_reference_label {
    char *name;
    slm_strings categories;
    int32_t *codes;          /* [cells]; −1 = none */
    double temperature;      /* of the votes' logarithms: p ∝ votes^(1 / temperature) */
    double floor;            /* votes that every category has before any cell votes */
} slm_reference_label;

typedef struct scilama_reference {
    scilama_context *ctx;
    atomic_int refs;
    int64_t cells, dim;
    float *points;           /* [cells × dim] */
    double reach;            /* mean distance of a cell to its neighbours that 95 % of the reference stay below */
    int64_t labels;
    slm_reference_label label[SLM_REFERENCE_LABELS];
    int64_t layout_dims;
    float *layout;           /* [cells × layout_dims] or NULL */
    slm_tree *tree;          /* of the points; NULL: not searched yet */
    float *scores;           /* [slm_thinned_count(cells) × SLM_FACTORS_RANK] of cells slm_thinned(cells, i): on the directions of the model's
                              * factors; NULL: not described */
} slm_reference;

/* points: copied, rows ld apart. */
scilama_status slm_reference_create(slm_reference **out, scilama_context *ctx, const float *points, int64_t cells, int64_t dim, int64_t ld, scilama_error *error);
slm_reference *slm_reference_retain(slm_reference *reference);
void slm_reference_release(slm_reference *reference); /* NULL allowed */
/* Appends a column; its codes lie below `count`. */
scilama_status slm_reference_add_label(slm_reference *reference, const char *name, const int32_t *codes, const char *const *categories,
                                       int64_t count, scilama_error *error);
/* The k nearest reference cells of points [m × dim], rows ld apart, k of those that count (slm_tree_search()). */
scilama_status slm_reference_search(slm_reference *reference, const float *points, int64_t m, int64_t ld, const int32_t *skip, int64_t k,
                                    int32_t *indices, float *distances, scilama_error *error);

#endif
