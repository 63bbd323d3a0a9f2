/* SPDX-License-Identifier: MIT */
#include "io/model_file.h"
#include "io/reference_file.h"
#include "hdf5/gateway.h"
#include "scilama/version.h"

/* A model in HDF5; see docs/formats.md. Every array carries a checksum of its bytes. */

enum { FORMAT_VERSION = 1 };
static const char KIND[] = "scilama-model", IN_MEMORY[] = "the model in memory";

/* --- writing ---------------------------------------------------------------- */

scilama_status slm_put_checked(slm_h5_file *f, const char *path, slm_h5_type type, int rank, const int64_t *dims, const void *values, scilama_error *error)
{
    int64_t count = 1;
    for (int i = 0; i < rank; i++) count *= dims[i];
    uint64_t sum = slm_hash(SLM_HASH_START, values, (size_t)count * sizeof(float));
    scilama_status status = slm_h5_write(f, path, type, rank, dims, values, 0, error);
    return status ? status : slm_h5_write_attr(f, path, "checksum", SLM_H5_U64, 0, 1, &sum, error);
}

static scilama_status put_array(slm_h5_file *f, const char *path, const float *values, int rank, const int64_t *dims, scilama_error *error)
{
    return slm_put_checked(f, path, SLM_H5_F32, rank, dims, values, error);
}

static scilama_status put_reals(slm_h5_file *f, const char *path, const slm_real *values, int rank, const int64_t *dims, scilama_error *error)
{
    if (sizeof(slm_real) == sizeof(float)) return put_array(f, path, (const float *)(const void *)values, rank, dims, error);
    int64_t count = 1;
    for (int i = 0; i < rank; i++) count *= dims[i];
    SLM_SCOPE(work, slm_h5_context(f));
    float *copy = slm_scope_array(&work, count, sizeof *copy);
    if (!copy) return slm_fail_nomem(error);
    for (int64_t i = 0; i < count; i++) copy[i] = (float)values[i];
    return put_array(f, path, copy, rank, dims, error);
}

static scilama_status put_int(slm_h5_file *f, const char *path, const char *name, int64_t value, scilama_error *error)
{
    return slm_h5_write_attr(f, path, name, SLM_H5_I64, 0, 1, &value, error);
}

scilama_status slm_put_number(slm_h5_file *f, const char *path, const char *name, double value, scilama_error *error)
{
    return slm_h5_write_attr(f, path, name, SLM_H5_F64, 0, 1, &value, error);
}

/* By the names of the table of options, so that a file stays readable when the struct grows. */
static scilama_status put_options(slm_h5_file *f, const scilama_model_options *o, scilama_error *error)
{
    scilama_status status = slm_h5_make_group(f, "options", error);
    for (int i = 0; !status && i < slm_model_option_table.count; i++) {
        const slm_option *row = &slm_model_option_table.rows[i];
        const char *at = (const char *)o + row->offset;
        int32_t i32;
        float f32;
        memcpy(&i32, at, sizeof i32);
        memcpy(&f32, at, sizeof f32);
        switch (row->kind) {
        case SCILAMA_OPTION_SWITCH: case SCILAMA_OPTION_CHOICE: status = put_int(f, "options", row->name, i32, error); break;
        case SCILAMA_OPTION_REAL: status = slm_put_number(f, "options", row->name, (double)f32, error); break;
        case SCILAMA_OPTION_SEED: status = slm_h5_write_attr(f, "options", row->name, SLM_H5_U64, 0, 1, at, error); break;
        default: status = slm_h5_write_attr(f, "options", row->name, SLM_H5_I64, row->elements > 1, row->elements, at, error);
        }
    }
    return status;
}

static scilama_status put_covariates(slm_h5_file *f, const slm_recipe *r, scilama_error *error)
{
    scilama_status status = slm_h5_make_group(f, "covariates", error);
    if (!status) status = put_int(f, "covariates", "count", r->n_covariates, error);
    for (int64_t i = 0; !status && i < r->n_covariates; i++) {
        const slm_covariate_encoding *c = &r->covariates[i];
        char path[64];
        snprintf(path, sizeof path, "covariates/%lld", (long long)i);
        status = slm_h5_make_group(f, path, error);
        if (!status) status = slm_h5_write_attr_string(f, path, "name", c->name, error);
        if (!status) status = put_int(f, path, "kind", c->kind, error);
        if (!status) status = slm_put_number(f, path, "mean", c->mean, error);
        if (!status) status = slm_put_number(f, path, "std", c->std, error);
        if (!status && c->categories.count) status = slm_h5_write_string_table(f, SLM_AT(path, "categories"), &c->categories, error);
    }
    return status;
}

static scilama_status put_recipe(slm_h5_file *f, const slm_recipe *r, scilama_error *error)
{
    int64_t g = r->genes.count;
    scilama_status status = slm_h5_make_group(f, "recipe", error);
    if (!status) status = slm_h5_write_string_table(f, "recipe/genes", &r->genes, error);
    if (!status) status = put_int(f, "recipe", "input", r->input, error);
    if (!status) status = put_int(f, "recipe", "normalized", r->normalized, error);
    if (!status) status = put_int(f, "recipe", "logged", r->logged, error);
    if (!status) status = put_int(f, "recipe", "hvg", r->hvg, error);
    if (!status) status = put_int(f, "recipe", "scaled", r->scaled, error);
    if (!status) status = put_int(f, "recipe", "genes_sized", r->genes_sized, error);
    if (!status && r->first_duplicate) status = put_int(f, "recipe", "first_duplicate", 1, error);
    if (!status) status = slm_put_number(f, "recipe", "target_sum", r->target_sum, error);
    if (!status) status = slm_put_number(f, "recipe", "max_value", r->max_value, error);
    if (!status && r->scale_shrink > 0) status = slm_put_number(f, "recipe", "scale_shrink", r->scale_shrink, error);
    if (!status) status = slm_h5_write_attr_string(f, "recipe", "reason", r->reason, error);
    if (!status && r->mean) status = put_array(f, "recipe/mean", r->mean, 1, &g, error);
    if (!status && r->inv_std) status = put_array(f, "recipe/inv_std", r->inv_std, 1, &g, error);
    if (!status && r->std) status = put_array(f, "recipe/std", r->std, 1, &g, error);
    if (!status && r->share) status = slm_h5_write_string_table(f, "recipe/sized_genes", &r->sized, error);
    if (!status && r->share) status = put_array(f, "recipe/sized_share", r->share, 1, &r->sized.count, error);
    return status ? status : put_covariates(f, r, error);
}

/* 1 for genes that the paired terms take; absent: all. */
static scilama_status put_paired(slm_h5_file *f, const scilama_model *model, scilama_error *error)
{
    int64_t g = model->net.genes;
    if (!model->paired) return SCILAMA_OK;
    SLM_SCOPE(work, model->ctx);
    float *flag = slm_scope_zeros(&work, g, sizeof *flag);
    if (!flag) return slm_fail_nomem(error);
    for (int64_t i = 0; i < model->n_paired; i++) flag[model->paired[i]] = 1;
    return put_array(f, "modalities/paired", flag, 1, &g, error);
}

static scilama_status put_modalities(slm_h5_file *f, const scilama_model *model, scilama_error *error)
{
    const slm_net *net = &model->net;
    scilama_status status = slm_h5_make_group(f, "modalities", error);
    if (!status) status = put_int(f, "modalities", "count", net->modalities, error);
    if (!status) status = put_int(f, "modalities", "transposed", net->transposed, error);
    if (!status) status = put_paired(f, model, error);
    for (int m = 0; !status && m < net->modalities; m++) {
        const slm_conditioning *c = &model->conditioning[m];
        char path[64];
        snprintf(path, sizeof path, "modalities/%d", m);
        int64_t dims[2] = { net->genes, net->width[m] }, projection[2] = { c->raw_width, net->width[m] };
        status = slm_h5_make_group(f, path, error);
        if (!status) status = slm_h5_write_attr_string(f, path, "name", model->modality_name[m], error);
        if (!status) status = put_int(f, path, "raw_width", c->raw_width, error);
        if (!status) status = put_int(f, path, "normalize", c->normalize, error);
        if (!status) status = put_reals(f, SLM_AT(path, "embedding"), model->embedding[m], 2, dims, error);
        if (!status && c->mean) status = put_array(f, SLM_AT(path, "mean"), c->mean, 1, &c->raw_width, error);
        if (!status && c->projection) status = put_array(f, SLM_AT(path, "projection"), c->projection, 2, projection, error);
    }
    return status;
}

static scilama_status put_factors(slm_h5_file *f, const slm_factors *factors, scilama_error *error)
{
    int64_t dims[2] = { factors->genes, SLM_FACTORS_RANK };
    scilama_status status = slm_h5_make_group(f, "factors", error);
    if (!status) status = slm_put_number(f, "factors", "noise", factors->noise, error);
    if (!status) status = put_array(f, "factors/mean", factors->mean, 1, dims, error);
    if (!status) status = put_array(f, "factors/loading", factors->loading, 2, dims, error);
    dims[0] = factors->centres;
    return status || !factors->centres ? status : put_array(f, "factors/centres", factors->centre, 2, dims, error);
}

static scilama_status put_turns(slm_h5_file *f, const slm_net *net, scilama_error *error)
{
    const slm_turns *t = &net->turns;
    int64_t dims[2] = { t->count * SLM_CLUSTERS, slm_turn_width(net) };
    scilama_status status = slm_h5_make_group(f, "turns", error);
    if (!status) status = slm_put_checked(f, "turns/columns", SLM_H5_I32, 1, &t->count, t->column, error);
    return status ? status : put_reals(f, "turns/values", t->value, 2, dims, error);
}

static scilama_status put_model(slm_h5_file *f, const scilama_model *model, scilama_error *error)
{
    const slm_params *p = &model->net.params;
    scilama_status status = slm_h5_write_attr_string(f, "/", "format", KIND, error);
    if (!status) status = put_int(f, "/", "format_version", FORMAT_VERSION, error);
    if (!status) status = slm_h5_write_attr_string(f, "/", "library_version", SCILAMA_VERSION_STRING, error);
    if (!status) status = put_int(f, "/", "steps", model->steps, error);
    if (!status) status = put_int(f, "/", "train_cells", model->train_cells, error);
    if (!status) status = put_options(f, &model->net.options, error);
    if (!status) status = put_recipe(f, model->recipe, error);
    if (!status) status = put_modalities(f, model, error);
    if (!status && model->factors.genes) status = put_factors(f, &model->factors, error);
    if (!status && model->net.turns.count) status = put_turns(f, &model->net, error);
    if (!status && model->reference) status = slm_reference_put(f, model->reference, error);
    if (!status) status = slm_h5_make_group(f, "parameters", error);
    for (int i = 0; !status && i < p->count; i++) {
        char name[96];
        int64_t dims[2] = { p->item[i].rows, p->item[i].cols };
        snprintf(name, sizeof name, "parameters/%s", p->item[i].name);
        status = put_reals(f, name, p->value + p->item[i].offset, p->item[i].rank, dims, error);
    }
    return status;
}

scilama_status slm_model_save(const scilama_model *model, const char *path, scilama_error *error)
{
    slm_h5_file *f = NULL;
    scilama_status status = slm_h5_create_atomic(&f, model->ctx, path, error);
    if (!status) status = put_model(f, model, error);
    if (!status) status = slm_h5_commit(f, error);
    slm_h5_close(f);
    return status;
}

scilama_status slm_model_save_memory(const scilama_model *model, void **bytes, int64_t *size, scilama_error *error)
{
    slm_h5_file *f = NULL;
    scilama_status status = slm_h5_create_memory(&f, model->ctx, IN_MEMORY, error);
    if (!status) status = put_model(f, model, error);
    if (!status) status = slm_h5_take(f, bytes, size, error);
    slm_h5_close(f);
    return status;
}

/* --- reading ------------------------------------------------------------------ */

static scilama_status get_int(slm_h5_file *f, const char *path, const char *name, int64_t *value, scilama_error *error)
{
    return slm_h5_read_attr(f, path, name, SLM_H5_I64, 1, value, error);
}

static scilama_status get_i32(slm_h5_file *f, const char *path, const char *name, int32_t *value, scilama_error *error)
{
    int64_t wide = 0;
    scilama_status status = get_int(f, path, name, &wide, error);
    *value = (int32_t)wide;
    return status;
}

scilama_status slm_model_damaged(slm_h5_file *f, const char *what, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_FORMAT, "%.120s: %.80s is damaged", slm_h5_path(f), what);
}

scilama_status slm_get_checked(slm_h5_file *f, const char *path, slm_h5_type type, int64_t count, void **out, scilama_error *error)
{
    slm_h5_info info;
    uint64_t sum = 0;
    scilama_status status = slm_h5_read_new(f, path, type, out, &info, error);
    if (!status && info.count != count)
        status = slm_fail(error, SCILAMA_E_FORMAT, "%.100s: %.80s holds %lld values instead of %lld", slm_h5_path(f), path, (long long)info.count, (long long)count);
    if (!status) status = slm_h5_read_attr(f, path, "checksum", SLM_H5_U64, 1, &sum, error);
    if (!status && sum != slm_hash(SLM_HASH_START, *out, (size_t)count * sizeof(float)))
        status = slm_fail(error, SCILAMA_E_FORMAT, "%.100s: the checksum of %.80s does not fit: the file is damaged", slm_h5_path(f), path);
    for (int64_t i = 0; !status && type == SLM_H5_F32 && i < count; i++)
        if (!isfinite(((const float *)*out)[i])) status = slm_model_damaged(f, path, error);
    return status;
}

static scilama_status get_array(slm_h5_file *f, const char *path, int64_t count, float **out, scilama_error *error)
{
    return slm_get_checked(f, path, SLM_H5_F32, count, (void **)out, error);
}

static scilama_status get_reals(slm_h5_file *f, const char *path, int64_t count, slm_real *out, scilama_error *error)
{
    float *values = NULL;
    scilama_status status = get_array(f, path, count, &values, error);
    for (int64_t i = 0; !status && i < count; i++) out[i] = (slm_real)values[i];
    slm_free(slm_h5_context(f), values);
    return status;
}

/* Widths and spreads of clusters (vae/shift.h). Files of before have none, which stretches nothing, or one for all clusters, and the width
 * as a standard deviation: `factor` makes it the mean absolute distance of a normal distribution. */
static scilama_status get_of_clusters(slm_h5_file *f, const char *path, const slm_param *p, double factor, slm_real *out, scilama_error *error)
{
    int64_t one = p->count / SLM_CLUSTERS;
    slm_h5_info info;
    if (slm_h5_kind(f, path) != SLM_H5_DATASET) return SCILAMA_OK;
    SLM_TRY(slm_h5_describe(f, path, &info, error));
    if (info.count != one) return get_reals(f, path, p->count, out, error);
    SLM_TRY(get_reals(f, path, one, out, error));
    for (int64_t i = p->count - 1; i >= 0; i--) out[i] = (slm_real)(factor * (double)out[i % one]);
    return SCILAMA_OK;
}

static scilama_status get_options(slm_h5_file *f, scilama_model_options *o, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    memset(o, 0, sizeof *o);
    o->struct_size = sizeof *o;
    for (int i = 0; !status && i < slm_model_option_table.count; i++) {
        const slm_option *row = &slm_model_option_table.rows[i];
        bool small = row->kind == SCILAMA_OPTION_SWITCH || row->kind == SCILAMA_OPTION_CHOICE;
        slm_h5_type type = small ? SLM_H5_I32 : row->kind == SCILAMA_OPTION_REAL ? SLM_H5_F32 : row->kind == SCILAMA_OPTION_SEED ? SLM_H5_U64 : SLM_H5_I64;
        bool later = !strcmp(row->name, "axes") || !strcmp(row->name, "axes_head") || !strcmp(row->name, "mixture"); /* files of before: 0 */
        if (later && !slm_h5_has_attr(f, "options", row->name)) continue;
        status = slm_h5_read_attr(f, "options", row->name, type, row->elements, (char *)o + row->offset, error);
    }
    return status ? status : slm_model_options_check(o, error);
}

static scilama_status get_covariates(slm_h5_file *f, scilama_context *ctx, slm_recipe *r, scilama_error *error)
{
    int64_t count = 0;
    scilama_status status = get_int(f, "covariates", "count", &count, error);
    if (!status && (count < 0 || count > 4096)) status = slm_model_damaged(f, "covariates", error);
    if (status) return status;
    r->covariates = slm_alloc_array_zero(ctx, count, sizeof *r->covariates);
    if (!r->covariates) return slm_fail_nomem(error);
    r->n_covariates = count;
    for (int64_t i = 0; !status && i < count; i++) {
        slm_covariate_encoding *c = &r->covariates[i];
        char path[64];
        snprintf(path, sizeof path, "covariates/%lld", (long long)i);
        const char *categories = SLM_AT(path, "categories");
        status = slm_h5_read_attr_string(f, path, "name", &c->name, error);
        if (!status) status = get_i32(f, path, "kind", &c->kind, error);
        if (!status) status = slm_h5_read_attr(f, path, "mean", SLM_H5_F64, 1, &c->mean, error);
        if (!status) status = slm_h5_read_attr(f, path, "std", SLM_H5_F64, 1, &c->std, error);
        if (!status && (c->kind < SCILAMA_COVARIATE_CATEGORICAL || c->kind > SCILAMA_COVARIATE_RAW)) status = slm_model_damaged(f, path, error);
        if (!status && c->kind == SCILAMA_COVARIATE_CATEGORICAL && slm_h5_kind(f, categories) == SLM_H5_DATASET)
            status = slm_h5_read_strings(f, categories, &c->categories, error);
        c->first = r->covariate_columns;
        c->width = c->kind == SCILAMA_COVARIATE_CATEGORICAL ? c->categories.count : 1;
        r->covariate_columns += c->width;
    }
    return status;
}

static scilama_status get_recipe(slm_h5_file *f, scilama_context *ctx, slm_recipe **out, scilama_error *error)
{
    slm_recipe *r = slm_recipe_new(ctx);
    if (!r) return slm_fail_nomem(error);
    *out = r;
    char *reason = NULL;
    scilama_status status = slm_h5_read_strings(f, "recipe/genes", &r->genes, error);
    if (!status) status = get_i32(f, "recipe", "input", &r->input, error);
    if (!status) status = get_i32(f, "recipe", "normalized", &r->normalized, error);
    if (!status) status = get_i32(f, "recipe", "logged", &r->logged, error);
    if (!status) status = get_i32(f, "recipe", "hvg", &r->hvg, error);
    if (!status) status = get_i32(f, "recipe", "scaled", &r->scaled, error);
    if (!status) status = slm_h5_read_attr(f, "recipe", "target_sum", SLM_H5_F64, 1, &r->target_sum, error);
    if (!status) status = slm_h5_read_attr(f, "recipe", "max_value", SLM_H5_F64, 1, &r->max_value, error);
    if (!status && slm_h5_has_attr(f, "recipe", "scale_shrink")) status = slm_h5_read_attr(f, "recipe", "scale_shrink", SLM_H5_F64, 1, &r->scale_shrink, error);
    if (!status && !(r->scale_shrink >= 0 && isfinite(r->scale_shrink))) status = slm_model_damaged(f, "recipe", error);
    if (!status) status = slm_h5_read_attr_string(f, "recipe", "reason", &reason, error);
    if (!status && slm_h5_has_attr(f, "recipe", "first_duplicate")) r->first_duplicate = 1;
    if (!status && slm_h5_has_attr(f, "recipe", "genes_sized")) status = get_int(f, "recipe", "genes_sized", &r->genes_sized, error);
    if (!status && (r->genes_sized < 0 || r->genes_sized > INT32_MAX)) status = slm_model_damaged(f, "recipe", error);
    if (!status) snprintf(r->reason, sizeof r->reason, "%s", reason);
    slm_free(ctx, reason);
    if (!status && r->scaled) {
        status = get_array(f, "recipe/mean", r->genes.count, &r->mean, error);
        if (!status) status = get_array(f, "recipe/inv_std", r->genes.count, &r->inv_std, error);
        if (!status && r->scale_shrink > 0) status = get_array(f, "recipe/std", r->genes.count, &r->std, error);
    }
    if (!status && slm_h5_kind(f, "recipe/sized_share") == SLM_H5_DATASET) {
        status = slm_h5_read_strings(f, "recipe/sized_genes", &r->sized, error);
        if (!status) status = get_array(f, "recipe/sized_share", r->sized.count, &r->share, error);
        for (int64_t g = 0; !status && g < r->sized.count; g++)
            if (r->share[g] < 0) status = slm_model_damaged(f, "recipe/sized_share", error);
    }
    return status ? status : get_covariates(f, ctx, r, error);
}

static scilama_status get_paired(slm_h5_file *f, scilama_model *model, int64_t genes, scilama_error *error)
{
    if (slm_h5_kind(f, "modalities/paired") != SLM_H5_DATASET) return SCILAMA_OK;
    float *flag = NULL;
    scilama_status status = get_array(f, "modalities/paired", genes, &flag, error);
    if (!status && !(model->paired = slm_alloc_array(model->ctx, genes, sizeof *model->paired))) status = slm_fail_nomem(error);
    for (int64_t g = 0; g < genes && !status; g++)
        if (flag[g] != 0) model->paired[model->n_paired++] = g;
    slm_free(model->ctx, flag);
    return status;
}

static scilama_status get_modality(slm_h5_file *f, scilama_model *model, int m, int64_t genes, int64_t *width, scilama_error *error)
{
    scilama_context *ctx = model->ctx;
    slm_conditioning *c = &model->conditioning[m];
    char path[64];
    int64_t normalize = 0, count;
    slm_h5_info info;
    snprintf(path, sizeof path, "modalities/%d", m);
    const char *array = SLM_AT(path, "embedding"), *mean = SLM_AT(path, "mean"), *projection = SLM_AT(path, "projection");
    scilama_status status = slm_h5_read_attr_string(f, path, "name", &model->modality_name[m], error);
    if (!status) status = get_int(f, path, "raw_width", &c->raw_width, error);
    if (!status) status = get_int(f, path, "normalize", &normalize, error);
    c->normalize = normalize != 0;
    if (!status) status = slm_h5_describe(f, array, &info, error);
    if (!status && (info.rank != 2 || info.dims[0] != genes || info.dims[1] < 1 || c->raw_width < 1)) status = slm_model_damaged(f, array, error);
    if (!status) status = slm_h5_plausible(f, array, &info, error);
    if (status) return status;
    *width = info.dims[1];
    model->embedding[m] = slm_alloc_array(ctx, info.count, sizeof(slm_real));
    if (!model->embedding[m]) return slm_fail_nomem(error);
    status = get_reals(f, array, info.count, model->embedding[m], error);
    if (!status && slm_h5_kind(f, mean) == SLM_H5_DATASET) status = get_array(f, mean, c->raw_width, &c->mean, error);
    if (!status && slm_h5_kind(f, projection) == SLM_H5_DATASET)
        status = slm_mul_size(c->raw_width, *width, &count) ? get_array(f, projection, count, &c->projection, error) : slm_model_damaged(f, path, error);
    if (!status && !c->projection && *width != c->raw_width) status = slm_model_damaged(f, path, error);
    return status;
}

static scilama_status get_factors(slm_h5_file *f, scilama_model *model, scilama_error *error)
{
    slm_factors *factors = &model->factors;
    int64_t genes = model->recipe->genes.count;
    scilama_status status = slm_h5_read_attr(f, "factors", "noise", SLM_H5_F64, 1, &factors->noise, error);
    if (!status && !(factors->noise > 0 && isfinite(factors->noise))) status = slm_model_damaged(f, "factors", error);
    if (!status) status = get_array(f, "factors/mean", genes, &factors->mean, error);
    if (!status) status = get_array(f, "factors/loading", genes * SLM_FACTORS_RANK, &factors->loading, error);
    if (!status && slm_h5_kind(f, "factors/centres") == SLM_H5_DATASET) { /* models saved before 0.1 lack them */
        slm_h5_info info;
        status = slm_h5_describe(f, "factors/centres", &info, error);
        if (!status && (info.rank != 2 || info.dims[0] < 1 || info.dims[0] > SLM_FACTORS_CENTRES || info.dims[1] != SLM_FACTORS_RANK))
            status = slm_model_damaged(f, "factors/centres", error);
        if (!status) status = get_array(f, "factors/centres", info.count, &factors->centre, error);
        if (!status) factors->centres = info.dims[0];
    }
    if (!status) factors->genes = genes;
    return status;
}

static scilama_status check_header(slm_h5_file *f, scilama_error *error)
{
    int64_t version = 0;
    if (!slm_h5_attr_equals(f, "/", "format", KIND))
        return slm_fail(error, SCILAMA_E_FORMAT, "%.150s is not a scilama model", slm_h5_path(f));
    scilama_status status = get_int(f, "/", "format_version", &version, error);
    if (!status && version > FORMAT_VERSION)
        status = slm_fail(error, SCILAMA_E_UNSUPPORTED, "%.120s has model format %lld, newer than this libscilama (%s) reads: use a newer version",
                          slm_h5_path(f), (long long)version, SCILAMA_VERSION_STRING);
    if (!status && version < 1) status = slm_model_damaged(f, "format_version", error);
    return status;
}

/* What only models of before 0.1 could have; without such parameters they are read as ever. */
static scilama_status check_parts(slm_h5_file *f, scilama_error *error)
{
    static const char *const gone[] = { "gene_residual", "alignment_bias" };
    for (int i = 0; i < 2; i++) {
        char path[64];
        snprintf(path, sizeof path, "parameters/%s.weight", gone[i]);
        if (slm_h5_kind(f, path) == SLM_H5_DATASET)
            return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%.120s was fitted with %s, which libscilama has no more: fit it anew", slm_h5_path(f), gone[i]);
    }
    return SCILAMA_OK;
}

static scilama_status get_turns(slm_h5_file *f, slm_net *net, scilama_error *error)
{
    slm_turns *t = &net->turns;
    slm_h5_info info;
    int64_t one = SLM_CLUSTERS * slm_turn_width(net), count;
    if (net->scatters < 0) return slm_model_damaged(f, "turns", error);
    SLM_TRY(slm_h5_describe(f, "turns/columns", &info, error));
    count = info.count;
    if (count < 1 || count > net->covariates) return slm_model_damaged(f, "turns/columns", error);
    SLM_TRY(slm_get_checked(f, "turns/columns", SLM_H5_I32, count, (void **)&t->column, error));
    for (int64_t i = 0; i < count; i++)
        if (t->column[i] < 0 || t->column[i] >= net->covariates) return slm_model_damaged(f, "turns/columns", error);
    SLM_TRY(slm_h5_describe(f, "turns/values", &info, error));
    if (info.count != count * one) return slm_model_damaged(f, "turns/values", error);
    t->value = slm_alloc_array(slm_h5_context(f), info.count, sizeof *t->value);
    if (!t->value) return slm_fail_nomem(error);
    t->count = count;
    return get_reals(f, "turns/values", info.count, t->value, error);
}

/* Weights are not compressed: widths whose matrices the file cannot hold are damaged, and nothing is allocated by them. */
static scilama_status check_widths(slm_h5_file *f, const scilama_model_options *o, int64_t genes, const int64_t *widths, int modalities, scilama_error *error)
{
    int64_t most = slm_h5_file_bytes(f) / (int64_t)sizeof(float), last = o->axes ? o->axes : genes, count;
    bool fits = true;
    for (int i = 0; i <= SCILAMA_MAX_HIDDEN; i++) {
        int64_t width = i < SCILAMA_MAX_HIDDEN ? o->hidden[i] : o->latent;
        if (width == 0) continue;
        fits = fits && slm_mul_size(last, width, &count) && count <= most;
        last = width;
    }
    fits = fits && slm_mul_size(genes, o->axes, &count) && count <= most;
    for (int m = 0; m < modalities; m++) fits = fits && slm_mul_size(widths[m], o->hidden[0], &count) && count <= most;
    return fits ? SCILAMA_OK : slm_model_damaged(f, "options/hidden", error);
}

static scilama_status get_model(slm_h5_file *f, scilama_model *model, scilama_error *error)
{
    scilama_model_options o;
    int64_t modalities = 0, transposed = 0, widths[SLM_MAX_MODALITIES] = { 0 };
    scilama_status status = check_header(f, error);
    if (!status) status = check_parts(f, error);
    if (!status) status = get_int(f, "/", "steps", &model->steps, error);
    if (!status) status = get_int(f, "/", "train_cells", &model->train_cells, error);
    if (!status) status = get_options(f, &o, error);
    if (!status) status = get_recipe(f, model->ctx, &model->recipe, error);
    if (!status && slm_h5_kind(f, "factors") == SLM_H5_GROUP) status = get_factors(f, model, error);
    if (!status) status = get_int(f, "modalities", "count", &modalities, error);
    if (!status) status = get_int(f, "modalities", "transposed", &transposed, error);
    if (!status && (modalities < 0 || modalities > SLM_MAX_MODALITIES || model->recipe->genes.count < 1 || model->train_cells < 1))
        status = slm_model_damaged(f, "modalities", error);
    for (int m = 0; !status && m < modalities; m++) status = get_modality(f, model, m, model->recipe->genes.count, &widths[m], error);
    if (!status) status = get_paired(f, model, model->recipe->genes.count, error);
    if (!status) status = check_widths(f, &o, model->recipe->genes.count, widths, (int)modalities, error);
    if (!status)
        status = slm_net_create(model->ctx, &model->net, &o, model->recipe->genes.count, model->recipe->covariate_columns,
                                (int)modalities, widths, transposed != 0, error);
    if (!status && slm_h5_kind(f, "turns") == SLM_H5_GROUP) status = get_turns(f, &model->net, error);
    if (!status && slm_h5_kind(f, "reference") == SLM_H5_GROUP) status = slm_reference_get(f, &model->reference, o.latent, error);
    for (int i = 0; !status && i < model->net.params.count; i++) {
        const slm_param *p = &model->net.params.item[i];
        char name[96];
        snprintf(name, sizeof name, "parameters/%s", p->name);
        slm_real *value = model->net.params.value + p->offset;
        status = (i == model->net.scatters || i == model->net.squares) && slm_h5_kind(f, name) != SLM_H5_DATASET ? SCILAMA_OK /* of before: not known */
                 : i == model->net.widths                                                                        ? get_of_clusters(f, name, p, sqrt(2 / acos(-1)), value, error)
                 : i == model->net.spreads                                                                       ? get_of_clusters(f, name, p, 1, value, error)
                                                                                                                 : get_reals(f, name, p->count, value, error);
    }
    return status;
}

/* Takes the file, whatever comes of it. */
static scilama_status take_model(scilama_model **out, slm_h5_file *f, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(f);
    scilama_model *model = slm_alloc_zero(ctx, sizeof *model);
    if (!model) {
        slm_h5_close(f);
        return slm_fail_nomem(error);
    }
    model->ctx = slm_context_retain(ctx);
    atomic_store(&model->refs, 1);
    scilama_status status = slm_h5_close_read(f, get_model(f, model, error), error);
    if (status) slm_model_release(model);
    else *out = model;
    return status;
}

scilama_status slm_model_load(scilama_model **out, scilama_context *ctx, const char *path, scilama_error *error)
{
    slm_h5_file *f = NULL;
    scilama_status status = slm_h5_open(&f, ctx, path, error);
    return status ? status : take_model(out, f, error);
}

scilama_status slm_model_load_memory(scilama_model **out, scilama_context *ctx, const void *bytes, int64_t size, scilama_error *error)
{
    slm_h5_file *f = NULL;
    scilama_status status = slm_h5_open_memory(&f, ctx, IN_MEMORY, bytes, size, error);
    return status ? status : take_model(out, f, error);
}
