/* SPDX-License-Identifier: MIT */
#include "model/reference.h"

/* Reference cells as an object of its own, shared by models and callers. */

scilama_status slm_reference_create(slm_reference **out, scilama_context *ctx, const float *points, int64_t cells, int64_t dim, int64_t ld, scilama_error *error)
{
    int64_t total;
    slm_reference *r = slm_alloc_zero(ctx, sizeof *r);
    if (!r) return slm_fail_nomem(error);
    r->points = slm_mul_size(cells, dim, &total) ? slm_alloc_array(ctx, total, sizeof *r->points) : NULL;
    if (!r->points) {
        slm_free(ctx, r);
        return slm_fail_nomem(error);
    }
    for (int64_t i = 0; i < cells; i++) memcpy(r->points + i * dim, points + i * ld, (size_t)dim * sizeof *points);
    r->ctx = slm_context_retain(ctx);
    atomic_store(&r->refs, 1);
    r->cells = cells;
    r->dim = dim;
    *out = r;
    return SCILAMA_OK;
}

SLM_RETAIN(slm_reference_retain, slm_reference)

static void free_label(scilama_context *ctx, slm_reference_label *l)
{
    slm_free(ctx, l->name);
    slm_strings_free(ctx, &l->categories);
    slm_free(ctx, l->codes);
    *l = (slm_reference_label){ 0 };
}

void slm_reference_release(slm_reference *r)
{
    if (!r || atomic_fetch_sub(&r->refs, 1) != 1) return;
    scilama_context *ctx = r->ctx;
    for (int64_t i = 0; i < r->labels; i++) free_label(ctx, &r->label[i]);
    if (r->tree) slm_tree_free(ctx, r->tree);
    slm_free_all(ctx, r->points, r->tree, r->layout, r->scores, r);
    slm_context_release(ctx);
}

scilama_status slm_reference_add_label(slm_reference *r, const char *name, const int32_t *codes, const char *const *categories, int64_t count, scilama_error *error)
{
    if (r->labels == SLM_REFERENCE_LABELS) return slm_fail(error, SCILAMA_E_INVALID, "a reference has at most %d columns of labels", SLM_REFERENCE_LABELS);
    for (int64_t i = 0; i < r->labels; i++)
        if (strcmp(r->label[i].name, name) == 0) return slm_fail(error, SCILAMA_E_DUPLICATE, "the reference has labels '%.150s' already", name);
    for (int64_t i = 0; i < r->cells; i++)
        if (codes[i] >= count) return slm_fail(error, SCILAMA_E_INVALID, "code %d of cell %lld: '%.80s' has %lld categories", codes[i], (long long)i, name, (long long)count);
    slm_reference_label l = { .temperature = 1, .name = slm_strdup(r->ctx, name), .codes = slm_alloc_array(r->ctx, r->cells, sizeof *l.codes) };
    scilama_status status = l.name && l.codes ? slm_strings_copy(r->ctx, &l.categories, categories, count, error) : slm_fail_nomem(error);
    if (status) {
        free_label(r->ctx, &l);
        return status;
    }
    for (int64_t i = 0; i < r->cells; i++) l.codes[i] = codes[i] < 0 ? -1 : codes[i];
    r->label[r->labels++] = l;
    return SCILAMA_OK;
}

scilama_status slm_reference_search(slm_reference *r, const float *points, int64_t m, int64_t ld, const int32_t *skip, int64_t k,
                                    int32_t *indices, float *distances, scilama_error *error)
{
    if (!r->tree) {
        slm_points own = { r->points, r->cells, r->dim, r->dim, false };
        slm_tree *tree = slm_alloc_zero(r->ctx, sizeof *tree);
        scilama_status status = tree ? slm_tree_build(r->ctx, tree, &own, error) : slm_fail_nomem(error);
        if (status) {
            slm_free(r->ctx, tree);
            return status;
        }
        r->tree = tree;
    }
    return slm_tree_search(r->ctx, r->tree, points, m, ld, skip, k, indices, distances, error);
}
