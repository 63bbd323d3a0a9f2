/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "io/model_file.h"
#include "model/model.h"
#include "model/unseen.h"
#include "vae/mixture.h"
#include "scilama/io.h"

/* scilama/model.h: leading dimensions, names and indices are checked here; model/ and io/model_file.c do the work. */

scilama_status scilama_model_options_init(scilama_model_options *options, size_t struct_size, int32_t preset)
{
    return slm_options_preset(options, struct_size, &slm_model_option_table, preset);
}

INIT_OF(scilama_tensor, 0)
INIT_OF(scilama_model_info, 0)
INIT_OF(scilama_covariate_info, .deviation = 1)
INIT_OF(scilama_decode_options, .head = SCILAMA_HEAD_BEST, .unscale = 1, .match_levels = 1)

scilama_status scilama_model_create(scilama_model **out, scilama_dataset *dataset, const scilama_model_options *options, scilama_error *error)
{
    RESULT(out);
    REQUIRE(dataset);
    scilama_model_options o;
    scilama_model_options_init(&o, sizeof o, PRESET_BEHIND(options, SCILAMA_PRESET_RECOMMENDED));
    ENTER(status, dataset);
    if (!status) status = slm_options_read(&o, sizeof o, options, "scilama_model_options", error);
    return status ? status : slm_model_create(out, dataset, &o, error);
}

void scilama_model_destroy(scilama_model *model) { slm_model_release(model); }

scilama_status scilama_model_get_info(const scilama_model *model, scilama_model_info *info, scilama_error *error)
{
    REQUIRE(model, info);
    const slm_net *net = &model->net;
    slm_mixture mixture = slm_mixture_of(net);
    scilama_model_info i = { .genes = net->genes, .latent = net->latent, .covariate_columns = net->covariates,
                             .modalities = net->modalities, .parameters = net->params.trainable, .steps = model->steps, .first_duplicate = model->recipe->first_duplicate,
                             .mixture_components = mixture.count, .mixture_axes = mixture.used };
    return slm_result_write(info, &i, sizeof i, "scilama_model_info", error);
}

scilama_status scilama_model_get_options(const scilama_model *model, scilama_model_options *options, scilama_error *error)
{
    REQUIRE(model, options);
    return slm_result_write(options, &model->net.options, sizeof model->net.options, "scilama_model_options", error);
}

const char *scilama_model_gene_name(const scilama_model *model, int64_t gene)
{
    return model && gene >= 0 && gene < model->recipe->genes.count ? slm_string(&model->recipe->genes, gene) : NULL;
}

const char *scilama_model_modality_name(const scilama_model *model, int64_t modality)
{
    return model && modality >= 0 && modality < model->net.modalities ? model->modality_name[modality] : NULL;
}

int64_t scilama_model_modality_width(const scilama_model *model, int64_t modality)
{
    return model && modality >= 0 && modality < model->net.modalities ? model->conditioning[modality].raw_width : 0;
}

int64_t scilama_model_covariates(const scilama_model *model) { return model ? model->recipe->n_covariates : 0; }

scilama_status scilama_model_covariate(const scilama_model *model, int64_t index, scilama_covariate_info *info, scilama_error *error)
{
    REQUIRE(model, info);
    if (index < 0 || index >= model->recipe->n_covariates)
        return slm_fail(error, SCILAMA_E_INVALID, "covariate %lld: the model has %lld", (long long)index, (long long)model->recipe->n_covariates);
    const slm_covariate_encoding *c = &model->recipe->covariates[index];
    scilama_covariate_info i = { .name = c->name, .kind = c->kind, .first = c->first, .columns = c->width,
                                 .categories = c->kind == SCILAMA_COVARIATE_CATEGORICAL ? c->categories.count : 0,
                                 .mean = c->kind == SCILAMA_COVARIATE_CONTINUOUS ? c->mean : 0,
                                 .deviation = c->kind == SCILAMA_COVARIATE_CONTINUOUS ? c->std : 1 };
    return slm_result_write(info, &i, sizeof i, "scilama_covariate_info", error);
}

const char *scilama_model_category(const scilama_model *model, int64_t index, int64_t category)
{
    if (!model || index < 0 || index >= model->recipe->n_covariates) return NULL;
    const slm_covariate_encoding *c = &model->recipe->covariates[index];
    bool there = c->kind == SCILAMA_COVARIATE_CATEGORICAL && category >= 0 && category < c->categories.count;
    return there ? slm_string(&c->categories, category) : NULL;
}

int64_t scilama_model_parameters(const scilama_model *model) { return model ? model->net.params.count : 0; }

static scilama_status view(const scilama_model *model, int index, scilama_tensor *tensor, scilama_error *error)
{
    const slm_param *p = &model->net.params.item[index];
    scilama_tensor t = { .name = p->name, .data = model->net.params.value + p->offset, .rank = p->rank, .rows = p->rows, .cols = p->cols,
                         .dtype = sizeof(slm_real) == sizeof(float) ? SCILAMA_DTYPE_F32 : SCILAMA_DTYPE_F64, .trainable = p->trainable };
    return slm_result_write(tensor, &t, sizeof t, "scilama_tensor", error);
}

scilama_status scilama_model_parameter(const scilama_model *model, int64_t index, scilama_tensor *tensor, scilama_error *error)
{
    REQUIRE(model, tensor);
    if (index < 0 || index >= model->net.params.count)
        return slm_fail(error, SCILAMA_E_INVALID, "parameter %lld: the model has %d", (long long)index, model->net.params.count);
    return view(model, (int)index, tensor, error);
}

static scilama_status find(const scilama_model *model, const char *name, int *index, scilama_error *error)
{
    *index = slm_params_find(&model->net.params, name);
    if (*index < 0) return slm_fail(error, SCILAMA_E_NOTFOUND, "the model has no parameter \"%.150s\"", name);
    return SCILAMA_OK;
}

scilama_status scilama_model_find_parameter(const scilama_model *model, const char *name, scilama_tensor *tensor, scilama_error *error)
{
    REQUIRE(model, name, tensor);
    int index;
    scilama_status status = find(model, name, &index, error);
    return status ? status : view(model, index, tensor, error);
}

scilama_status scilama_model_set_parameter(scilama_model *model, const char *name, const float *values, int64_t count, scilama_error *error)
{
    REQUIRE(model, name, values);
    int index;
    SLM_TRY(find(model, name, &index, error));
    const slm_param *p = &model->net.params.item[index];
    if (count != p->count)
        return slm_fail(error, SCILAMA_E_INVALID, "%lld values for %s, which has %lld", (long long)count, p->name, (long long)p->count);
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(values[i])) return slm_fail(error, SCILAMA_E_NONFINITE, "value %lld for %s is not finite", (long long)i, p->name);
    for (int64_t i = 0; i < count; i++) model->net.params.value[p->offset + i] = (slm_real)values[i];
    return SCILAMA_OK;
}

scilama_status scilama_model_extend_covariate(scilama_model *model, const char *key, const char *const *values, int64_t count, scilama_error *error)
{
    REQUIRE(model, key, values);
    if (count < 1 || count > 1000000) return slm_fail(error, SCILAMA_E_INVALID, "count is %lld: it must be 1 to 1000000", (long long)count);
    ENTER(status, model);
    if (!status) status = check_names(values, count, "values", error);
    return status ? status : slm_model_extend_covariate(model, key, values, count, error);
}

scilama_status scilama_model_copy_parameters(scilama_model *model, const scilama_model *from, const char *prefix, const char *from_prefix,
                                             int64_t *copied, scilama_error *error)
{
    if (copied) *copied = 0;
    REQUIRE(model, from);
    ENTER(status, model);
    if (!prefix) prefix = "";
    return status ? status : slm_model_copy_parameters(model, from, prefix, from_prefix ? from_prefix : prefix, copied, error);
}

scilama_status scilama_model_encode_cells(scilama_model *model, scilama_dataset *dataset, float *mu, float *sigma, int64_t ld, scilama_error *error)
{
    REQUIRE(model, dataset, mu);
    ENTER(status, model);
    if (!status) status = leading(&ld, dataset->cells, model->net.latent, error);
    return status ? status : slm_model_encode_cells(model, dataset, mu, sigma, ld, error);
}

scilama_status scilama_model_encode_genes(scilama_model *model, float *mu, float *sigma, int64_t ld, scilama_error *error)
{
    REQUIRE(model, mu);
    ENTER(status, model);
    if (!status) status = leading(&ld, model->net.genes, model->net.latent, error);
    return status ? status : slm_model_encode_genes(model, mu, sigma, ld, error);
}

scilama_status scilama_model_gene_vectors(const scilama_model *model, int64_t modality, int64_t *width, float *values, int64_t ld, scilama_error *error)
{
    REQUIRE(model, width);
    if (modality < 0 || modality >= model->net.modalities)
        return slm_fail(error, SCILAMA_E_INVALID, "modality %lld: the model has %d", (long long)modality, model->net.modalities);
    int64_t d = *width = model->net.width[modality];
    if (!values) return SCILAMA_OK;
    scilama_status status = leading(&ld, model->net.genes, d, error);
    for (int64_t g = 0; g < model->net.genes && !status; g++)
        for (int64_t i = 0; i < d; i++) values[g * ld + i] = (float)model->embedding[modality][g * d + i];
    for (int64_t g = 0, p = 0; g < model->net.genes && !status && model->paired; g++) {
        if (p < model->n_paired && model->paired[p] == g) p++;
        else for (int64_t i = 0; i < d; i++) values[g * ld + i] = NAN;
    }
    return status;
}

/* Tables of a call as the model's modalities. */
static scilama_status take_vectors(const scilama_model *model, const scilama_gene_table *const *tables, const char *const *names,
                                   int64_t n_tables, slm_gene_vectors *vectors, scilama_error *error)
{
    REQUIRE(tables);
    if (n_tables < 0) return slm_fail(error, SCILAMA_E_INVALID, "n_tables is %lld: it must not be negative", (long long)n_tables);
    return slm_model_vectors(model, tables, names, n_tables, vectors, error);
}

scilama_status scilama_model_encode_new_genes(scilama_model *model, const scilama_gene_table *const *tables, const char *const *names,
                                              int64_t n_tables, float *mu, int64_t ld, scilama_error *error)
{
    slm_gene_vectors vectors;
    REQUIRE(model, mu);
    ENTER(status, model);
    if (!status) status = take_vectors(model, tables, names, n_tables, &vectors, error);
    if (!status) status = leading(&ld, vectors.rows, model->net.latent, error);
    return status ? status : slm_model_encode_new_genes(model, &vectors, mu, ld, error);
}

static scilama_status decode_options(scilama_decode_options *o, const scilama_decode_options *given, scilama_error *error)
{
    scilama_decode_options_init(o, sizeof *o);
    scilama_status status = slm_options_read(o, sizeof *o, given, "scilama_decode_options", error);
    if (!status && o->replacements && (!o->to_key || !o->to_value))
        status = slm_fail(error, SCILAMA_E_INVALID, "to_key or to_value is NULL with %lld replacements", (long long)o->replacements);
    if (!status && (o->head < SCILAMA_HEAD_CELL || o->head > SCILAMA_HEAD_BEST))
        status = slm_fail(error, SCILAMA_E_INVALID, "head %d is not a scilama_head", o->head);
    return status;
}

scilama_status scilama_model_decode(scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *options,
                                    float *values, int64_t ld, scilama_error *error)
{
    REQUIRE(model, dataset, values);
    scilama_decode_options o;
    ENTER(status, model);
    if (!status) status = decode_options(&o, options, error);
    if (!status) status = leading(&ld, dataset->cells, model->net.genes, error);
    return status ? status : slm_model_decode(model, dataset, &o, NULL, NULL, values, ld, error);
}

/* Values and what is expected of them, by the rows of vectors that were found. */
static scilama_status decode_unseen(scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *o, const slm_unseen_rows *rows,
                                    int64_t genes, float *values, int64_t ld, scilama_gene_forecast *forecast, scilama_error *error)
{
    slm_gene_map map = { 0 };
    scilama_status status = slm_gene_map_find(&map, model, dataset, o, rows->table, rows->n, genes, error);
    if (!status && values) status = slm_model_decode(model, dataset, o, NULL, &map, values, ld, error);
    for (int64_t g = 0; g < genes && forecast && !status; g++) {
        if (forecast->mean) forecast->mean[g] = map.mean[g];
        if (forecast->deviation) forecast->deviation[g] = map.deviation[g];
        if (forecast->correlation) forecast->correlation[g] = map.correlation[g];
    }
    slm_gene_map_free(model->ctx, &map);
    return status;
}

scilama_status scilama_model_decode_new_genes(scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *options,
                                              const scilama_gene_table *const *tables, const char *const *names, int64_t n_tables,
                                              float *values, int64_t ld, scilama_error *error)
{
    slm_gene_vectors vectors;
    scilama_decode_options o;
    slm_unseen_rows rows = { .n = 0 };
    REQUIRE(model, dataset, values);
    ENTER(status, model);
    if (!status) status = take_vectors(model, tables, names, n_tables, &vectors, error);
    if (!status) status = decode_options(&o, options, error);
    if (!status && o.head == SCILAMA_HEAD_CELL)
        status = slm_fail(error, SCILAMA_E_INVALID, "unseen genes have no head of their own: head must be SCILAMA_HEAD_PAIRED or _BEST");
    if (!status) status = leading(&ld, dataset->cells, vectors.rows, error);
    if (status || o.head == SCILAMA_HEAD_PAIRED) return status ? status : slm_model_decode(model, dataset, &o, &vectors, NULL, values, ld, error);
    status = slm_unseen_by_modality(&rows, model, &vectors, error);
    if (!status) status = decode_unseen(model, dataset, &o, &rows, vectors.rows, values, ld, NULL, error);
    slm_unseen_rows_free(model->ctx, &rows);
    return status;
}

INIT_OF(scilama_gene_forecast, .mean = NULL)

scilama_status scilama_model_predict_genes(scilama_model *model, scilama_dataset *dataset, const scilama_decode_options *options,
                                           const scilama_gene_table *const *tables, int64_t n_tables, const char *const *genes, int64_t n_genes,
                                           float *values, int64_t ld, scilama_gene_forecast *forecast, scilama_error *error)
{
    scilama_decode_options o;
    slm_unseen_rows rows = { .n = 0 };
    REQUIRE(model, dataset, tables, genes);
    BEGIN(status, model);
    OPTIONS(scilama_gene_forecast, f, forecast);
    status = decode_options(&o, options, error);
    if (!status && (n_tables < 1 || n_tables > SLM_MAX_MODALITIES))
        status = slm_fail(error, SCILAMA_E_INVALID, "n_tables is %lld: it must be 1 to %d", (long long)n_tables, SLM_MAX_MODALITIES);
    for (int64_t t = 0; t < n_tables && !status; t++)
        if (!tables[t]) status = slm_fail(error, SCILAMA_E_INVALID, "tables[%lld] is NULL", (long long)t);
    if (!status && n_genes < 1) status = slm_fail(error, SCILAMA_E_INVALID, "n_genes is %lld: it must be positive", (long long)n_genes);
    if (!status) status = check_names(genes, n_genes, "genes", error);
    o.head = SCILAMA_HEAD_BEST;
    if (!status) status = leading(&ld, dataset->cells, n_genes, error);
    if (!status) status = slm_unseen_by_name(&rows, model, tables, n_tables, genes, n_genes, error);
    if (!status) status = decode_unseen(model, dataset, &o, &rows, n_genes, values, ld, &f, error);
    slm_unseen_rows_free(model->ctx, &rows);
    return status;
}

scilama_status scilama_model_save(const scilama_model *model, const char *path, scilama_error *error)
{
    REQUIRE(model, path);
    ENTER(status, model);
    return status ? status : slm_model_save(model, path, error);
}

scilama_status scilama_model_load(scilama_model **out, scilama_context *context, const char *path, scilama_error *error)
{
    RESULT(out);
    REQUIRE(context, path);
    ENTER_CONTEXT(status, context);
    return status ? status : slm_model_load(out, context, path, error);
}

scilama_status scilama_model_save_memory(const scilama_model *model, void **bytes, int64_t *size, scilama_error *error)
{
    RESULT(bytes);
    REQUIRE(size);
    *size = 0;
    REQUIRE(model);
    ENTER(status, model);
    return status ? status : slm_model_save_memory(model, bytes, size, error);
}

scilama_status scilama_model_load_memory(scilama_model **out, scilama_context *context, const void *bytes, int64_t size, scilama_error *error)
{
    RESULT(out);
    REQUIRE(context, bytes);
    if (size < 1) return slm_fail(error, SCILAMA_E_INVALID, "size is %lld: a model has bytes", (long long)size);
    ENTER_CONTEXT(status, context);
    return status ? status : slm_model_load_memory(out, context, bytes, size, error);
}
