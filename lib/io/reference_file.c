/* SPDX-License-Identifier: MIT */
#include "io/reference_file.h"
#include "data/factors.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Reference cells within a model file: as everything there, arrays with checksums, and nothing is believed that does not fit. */

scilama_status slm_reference_put(slm_h5_file *f, const slm_reference *r, scilama_error *error)
{
    const int64_t dims[2] = { r->cells, r->dim }, layout[2] = { r->cells, r->layout_dims };
    scilama_status status = slm_h5_make_group(f, "reference", error);
    if (!status) status = slm_put_number(f, "reference", "reach", r->reach, error);
    if (!status) status = slm_h5_write_attr(f, "reference", "labels", SLM_H5_I64, 0, 1, &r->labels, error);
    if (!status) status = slm_put_checked(f, "reference/points", SLM_H5_F32, 2, dims, r->points, error);
    if (!status && r->layout) status = slm_put_checked(f, "reference/layout", SLM_H5_F32, 2, layout, r->layout, error);
    const int64_t scores[2] = { slm_thinned_count(r->cells), SLM_FACTORS_RANK };
    if (!status && r->scores) status = slm_put_checked(f, "reference/scores", SLM_H5_F32, 2, scores, r->scores, error);
    for (int64_t i = 0; i < r->labels && !status; i++) {
        const slm_reference_label *l = &r->label[i];
        char path[64];
        snprintf(path, sizeof path, "reference/labels%lld", (long long)i);
        status = slm_h5_make_group(f, path, error);
        if (!status) status = slm_h5_write_attr_string(f, path, "name", l->name, error);
        if (!status) status = slm_put_number(f, path, "temperature", l->temperature, error);
        if (!status) status = slm_put_number(f, path, "floor", l->floor, error);
        if (!status) status = slm_h5_write_string_table(f, SLM_AT(path, "categories"), &l->categories, error);
        if (!status) status = slm_put_checked(f, SLM_AT(path, "codes"), SLM_H5_I32, 1, dims, l->codes, error);
    }
    return status;
}

static scilama_status get_number(slm_h5_file *f, const char *path, const char *name, double low, double *value, scilama_error *error)
{
    scilama_status status = slm_h5_read_attr(f, path, name, SLM_H5_F64, 1, value, error);
    return status || (*value >= low && isfinite(*value)) ? status : slm_model_damaged(f, path, error);
}

static scilama_status get_label(slm_h5_file *f, slm_reference *r, int64_t index, scilama_error *error)
{
    scilama_context *ctx = r->ctx;
    char path[64], *name = NULL;
    double temperature = 1, floor = 0;
    slm_strings categories = { 0 };
    void *codes = NULL;
    const char **names = NULL;
    snprintf(path, sizeof path, "reference/labels%lld", (long long)index);
    scilama_status status = slm_h5_read_attr_string(f, path, "name", &name, error);
    if (!status) status = get_number(f, path, "temperature", 1e-3, &temperature, error);
    if (!status) status = get_number(f, path, "floor", 0, &floor, error);
    if (!status) status = slm_h5_read_strings(f, SLM_AT(path, "categories"), &categories, error);
    if (!status) status = slm_get_checked(f, SLM_AT(path, "codes"), SLM_H5_I32, r->cells, &codes, error);
    if (!status && !(names = slm_strings_pointers(ctx, &categories))) status = slm_fail_nomem(error);
    if (!status) status = slm_reference_add_label(r, name, codes, names, categories.count, error);
    if (status == SCILAMA_E_INVALID || status == SCILAMA_E_DUPLICATE) status = slm_model_damaged(f, path, error);
    if (!status) {
        r->label[r->labels - 1].temperature = temperature;
        r->label[r->labels - 1].floor = floor;
    }
    slm_strings_free(ctx, &categories);
    slm_free_all(ctx, names, codes, name);
    return status;
}

/* Of the cells that are compared with; files of earlier builds have them of all. */
static scilama_status get_scores(slm_h5_file *f, slm_reference *r, scilama_error *error)
{
    int64_t kept = slm_thinned_count(r->cells);
    slm_h5_info info;
    void *scores = NULL;
    scilama_status status = slm_h5_describe(f, "reference/scores", &info, error);
    if (!status && (info.rank != 2 || (info.dims[0] != kept && info.dims[0] != r->cells) || info.dims[1] != SLM_FACTORS_RANK))
        status = slm_model_damaged(f, "reference/scores", error);
    if (!status) status = slm_get_checked(f, "reference/scores", SLM_H5_F32, info.count, &scores, error);
    if (status) {
        slm_free(r->ctx, scores);
        return status;
    }
    r->scores = scores;
    for (int64_t i = 0; i < kept && info.dims[0] != kept; i++)
        memmove(r->scores + i * SLM_FACTORS_RANK, r->scores + slm_thinned(r->cells, i) * SLM_FACTORS_RANK, SLM_FACTORS_RANK * sizeof *r->scores);
    return SCILAMA_OK;
}

scilama_status slm_reference_get(slm_h5_file *f, slm_reference **out, int64_t dim, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(f);
    slm_h5_info info;
    void *points = NULL, *layout = NULL;
    int64_t labels = 0;
    double reach = 0;
    slm_reference *r = NULL;
    scilama_status status = slm_h5_describe(f, "reference/points", &info, error);
    if (!status && (info.rank != 2 || info.dims[0] < 3 || info.dims[0] > INT32_MAX || info.dims[1] != dim)) status = slm_model_damaged(f, "reference/points", error);
    if (!status) status = slm_get_checked(f, "reference/points", SLM_H5_F32, info.count, &points, error);
    if (!status) status = get_number(f, "reference", "reach", 0, &reach, error);
    if (!status) status = slm_h5_read_attr(f, "reference", "labels", SLM_H5_I64, 1, &labels, error);
    if (!status && (labels < 0 || labels > SLM_REFERENCE_LABELS)) status = slm_model_damaged(f, "reference", error);
    if (!status) status = slm_reference_create(&r, ctx, points, info.dims[0], dim, dim, error);
    if (!status) r->reach = reach;
    for (int64_t i = 0; i < labels && !status; i++) status = get_label(f, r, i, error);
    if (!status && slm_h5_kind(f, "reference/layout") == SLM_H5_DATASET) {
        status = slm_h5_describe(f, "reference/layout", &info, error);
        if (!status && (info.rank != 2 || info.dims[0] != r->cells || info.dims[1] < 1 || info.dims[1] > 16)) status = slm_model_damaged(f, "reference/layout", error);
        if (!status) status = slm_get_checked(f, "reference/layout", SLM_H5_F32, info.count, &layout, error);
        if (!status) {
            r->layout = layout;
            r->layout_dims = info.dims[1];
            layout = NULL;
        }
    }
    if (!status && slm_h5_kind(f, "reference/scores") == SLM_H5_DATASET) status = get_scores(f, r, error);
    slm_free_all(ctx, points, layout);
    if (status) slm_reference_release(r);
    else *out = r;
    return status;
}
