/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "exchange/exchange.h"
#include "train/trainer.h"

/* scilama/exchange.h. What goes out holds on to its owner, so that it outlives the handle that it came from; what comes in is
 * released by us whether it is read or not, as the Arrow interfaces ask of a consumer. */

INIT_OF(scilama_arrow_options, 0)

/* --- DLPack ------------------------------------------------------------------------------ */

static const int32_t real_type = sizeof(slm_real) == sizeof(float) ? SCILAMA_DTYPE_F32 : SCILAMA_DTYPE_F64;

static void let_go_of_table(void *table) { slm_gene_table_release(table); }

static slm_owner own_table(const scilama_gene_table *table)
{
    return (slm_owner){ slm_gene_table_retain((scilama_gene_table *)table), let_go_of_table };
}

/* Makes the tensor, which holds the owner; lets go of it when there is no tensor. */
static scilama_status hand_out(DLManagedTensorVersioned **out, scilama_context *ctx, const scilama_tensor *view, bool read_only,
                               slm_owner owner, scilama_error *error)
{
    scilama_status status = slm_dlpack_make(out, ctx, view, read_only, owner, error);
    if (status) owner.release(owner.what);
    return status;
}

scilama_status scilama_gene_table_to_dlpack(struct DLManagedTensorVersioned **out, const scilama_gene_table *table, scilama_error *error)
{
    RESULT(out);
    REQUIRE(table);
    BEGIN(status, table);
    scilama_tensor t = { .data = table->values, .dtype = SCILAMA_DTYPE_F32, .rank = 2, .rows = table->rows, .cols = table->width };
    return hand_out(out, table->ctx, &t, true, own_table(table), error);
}

scilama_status scilama_model_parameter_to_dlpack(struct DLManagedTensorVersioned **out, const scilama_model *model, const char *name, scilama_error *error)
{
    RESULT(out);
    REQUIRE(model, name);
    BEGIN(status, model);
    const slm_params *params = &model->net.params;
    int index = slm_params_find(params, name);
    if (index < 0) return slm_fail(error, SCILAMA_E_NOTFOUND, "the model has no parameter \"%.150s\"", name);
    const slm_param *p = &params->item[index];
    scilama_tensor t = { .data = params->value + p->offset, .dtype = real_type, .rank = p->rank, .rows = p->rows, .cols = p->cols };
    return hand_out(out, model->ctx, &t, true, (slm_owner){ slm_shared_retain(params->value), slm_shared_release }, error);
}

scilama_status scilama_trainer_gradients_to_dlpack(struct DLManagedTensorVersioned **out, scilama_trainer *trainer, scilama_error *error)
{
    RESULT(out);
    REQUIRE(trainer);
    BEGIN(status, trainer);
    scilama_tensor t = { .data = trainer->grad, .dtype = real_type, .rank = 1, .rows = trainer->model->net.params.trainable, .cols = 1 };
    return hand_out(out, trainer->ctx, &t, false, (slm_owner){ slm_shared_retain(trainer->block), slm_shared_release }, error);
}

scilama_status scilama_dlpack_wrap(struct DLManagedTensorVersioned **out, scilama_context *context, const scilama_tensor *tensor, int32_t read_only,
                                   scilama_release_fn release, void *user, scilama_error *error)
{
    RESULT(out);
    REQUIRE(context, tensor);
    scilama_tensor t = { 0 };
    ENTER_CONTEXT(status, context);
    if (!status) status = slm_options_read(&t, sizeof t, tensor, "scilama_tensor", error);
    return status ? status : slm_dlpack_make(out, context, &t, read_only != 0, (slm_owner){ user, release }, error);
}

scilama_status scilama_dlpack_to_legacy(struct DLManagedTensor **out, struct DLManagedTensorVersioned *tensor, int32_t drop_read_only, scilama_error *error)
{
    RESULT(out);
    REQUIRE(tensor);
    return slm_dlpack_legacy(out, tensor, drop_read_only != 0, error);
}

/* --- Arrow in ------------------------------------------------------------------------------ */

static scilama_status arrow_options(scilama_arrow_options *o, const scilama_arrow_options *given, scilama_error *error)
{
    scilama_arrow_options_init(o, sizeof *o);
    scilama_status status = slm_options_read(o, sizeof *o, given, "scilama_arrow_options", error);
    if (!status && o->skip_nulls != 0 && o->skip_nulls != 1)
        status = slm_fail(error, SCILAMA_E_INVALID, "skip_nulls is %d: it must be 0 or 1", o->skip_nulls);
    return status;
}

static scilama_status from_arrow(scilama_gene_table **out, scilama_context *context, struct ArrowSchema *schema, struct ArrowArray *array,
                                 const scilama_arrow_options *options, scilama_error *error)
{
    RESULT(out);
    REQUIRE(context, schema, array);
    scilama_arrow_options o;
    ENTER_CONTEXT(status, context);
    if (!status) status = arrow_options(&o, options, error);
    if (status) return status;
    if (!schema->release || !array->release)
        return slm_fail(error, SCILAMA_E_INVALID, "the Arrow %s was released before", schema->release ? "array" : "schema");
    return slm_arrow_read(out, context, schema, array, &o, error);
}

scilama_status scilama_gene_table_from_arrow(scilama_gene_table **out, scilama_context *context, struct ArrowSchema *schema, struct ArrowArray *array,
                                             const scilama_arrow_options *options, scilama_error *error)
{
    scilama_status status = from_arrow(out, context, schema, array, options, error);
    if (array && array->release) array->release(array);
    if (schema && schema->release) schema->release(schema);
    return status;
}

static scilama_status from_stream(scilama_gene_table **out, scilama_context *context, struct ArrowArrayStream *stream,
                                  const scilama_arrow_options *options, scilama_error *error)
{
    RESULT(out);
    REQUIRE(context, stream);
    scilama_arrow_options o;
    ENTER_CONTEXT(status, context);
    if (!status) status = arrow_options(&o, options, error);
    if (!status && !stream->release) status = slm_fail(error, SCILAMA_E_INVALID, "the Arrow stream was released before");
    return status ? status : slm_arrow_read_stream(out, context, stream, &o, error);
}

scilama_status scilama_gene_table_from_arrow_stream(scilama_gene_table **out, scilama_context *context, struct ArrowArrayStream *stream,
                                                    const scilama_arrow_options *options, scilama_error *error)
{
    scilama_status status = from_stream(out, context, stream, options, error);
    if (stream && stream->release) stream->release(stream);
    return status;
}

/* --- Arrow out ----------------------------------------------------------------------------- */

/* What the caller gives is not looked at; it is released when the call fails. */
#define BLANK(schema, array) \
    if (schema) memset(schema, 0, sizeof *(schema)); \
    if (array) memset(array, 0, sizeof *(array))

/* Names and vectors. Takes over one hold on the owner, whatever becomes of it. */
static scilama_status embedding(scilama_context *ctx, const char *names_as, const slm_strings *names, const float *values, int64_t width, slm_owner owner,
                                struct ArrowSchema *schema, struct ArrowArray *array, scilama_error *error)
{
    slm_arrow_table t;
    scilama_status status = slm_arrow_begin(&t, ctx, schema, array, names->count, 2, error);
    if (!status) {
        status = slm_arrow_put_strings(&t, names_as, names, error);
        if (!status) status = slm_arrow_put_vectors(&t, "embedding", values, width, owner, error);
        if (status) slm_arrow_drop(&t);
    }
    if (status) owner.release(owner.what);
    return status;
}

scilama_status scilama_gene_table_to_arrow(const scilama_gene_table *table, struct ArrowSchema *schema, struct ArrowArray *array, scilama_error *error)
{
    BLANK(schema, array);
    REQUIRE(table, schema, array);
    ENTER(status, table);
    return status ? status : embedding(table->ctx, "gene_id", &table->names, table->values, table->width, own_table(table), schema, array, error);
}

scilama_status scilama_model_cells_to_arrow(scilama_model *model, scilama_dataset *dataset, struct ArrowSchema *schema, struct ArrowArray *array, scilama_error *error)
{
    BLANK(schema, array);
    REQUIRE(model, dataset, schema, array);
    BEGIN(status, model);
    int64_t latent = model->net.latent, count;
    float *values = slm_mul_size(dataset->cells, latent, &count) ? slm_shared_alloc(model->ctx, count, sizeof *values) : NULL;
    if (!values) return slm_fail_nomem(error);
    status = slm_model_encode_cells(model, dataset, values, NULL, latent, error);
    SLM_SCOPE(work, model->ctx);
    slm_strings names;
    if (!status) status = slm_dataset_names(&work, dataset, &names, error);
    if (!status) return embedding(model->ctx, "cell_id", &names, values, latent, (slm_owner){ values, slm_shared_release }, schema, array, error);
    slm_shared_release(values);
    return status;
}

scilama_status scilama_model_genes_to_arrow(scilama_model *model, struct ArrowSchema *schema, struct ArrowArray *array, scilama_error *error)
{
    BLANK(schema, array);
    REQUIRE(model, schema, array);
    BEGIN(status, model);
    int64_t latent = model->net.latent, count;
    float *values = slm_mul_size(model->net.genes, latent, &count) ? slm_shared_alloc(model->ctx, count, sizeof *values) : NULL;
    if (!values) return slm_fail_nomem(error);
    status = slm_model_encode_genes(model, values, NULL, latent, error);
    if (!status) return embedding(model->ctx, "gene_id", &model->recipe->genes, values, latent, (slm_owner){ values, slm_shared_release }, schema, array, error);
    slm_shared_release(values);
    return status;
}

static scilama_status put_names(slm_arrow_table *t, const scilama_dataset *d, scilama_error *error)
{
    SLM_SCOPE(work, d->ctx);
    slm_strings names;
    SLM_TRY(slm_dataset_names(&work, d, &names, error));
    return slm_arrow_put_strings(t, slm_dataset_column(d, "cell_id") ? "_index" : "cell_id", &names, error);
}

static scilama_status put_column(slm_arrow_table *t, const scilama_dataset *d, const slm_column *column, scilama_error *error)
{
    SLM_SCOPE(work, d->ctx);
    slm_column c;
    SLM_TRY(slm_column_hold(&work, d, column, &c, error));
    return c.kind == SCILAMA_COLUMN_NUMERIC ? slm_arrow_put_numeric(t, c.name, c.numeric, error) : slm_arrow_put_codes(t, c.name, c.codes, &c.categories, error);
}

scilama_status scilama_dataset_obs_to_arrow(const scilama_dataset *dataset, struct ArrowSchema *schema, struct ArrowArray *array, scilama_error *error)
{
    BLANK(schema, array);
    REQUIRE(dataset, schema, array);
    slm_arrow_table t;
    ENTER(status, dataset);
    if (!status) status = slm_arrow_begin(&t, dataset->ctx, schema, array, dataset->cells, dataset->n_columns + 1, error);
    if (status) return status;
    status = put_names(&t, dataset, error);
    for (int64_t i = 0; i < dataset->n_columns && !status; i++) status = put_column(&t, dataset, &dataset->columns[i], error);
    if (status) slm_arrow_drop(&t);
    return status;
}

static scilama_status to_stream(struct ArrowArrayStream *stream, scilama_context *context, struct ArrowSchema *schema, struct ArrowArray *array, scilama_error *error)
{
    REQUIRE(stream, context, schema, array);
    ENTER_CONTEXT(status, context);
    if (!status && (!schema->release || !array->release))
        status = slm_fail(error, SCILAMA_E_INVALID, "the Arrow %s was released before", schema->release ? "array" : "schema");
    return status ? status : slm_arrow_stream(stream, context, schema, array, error);
}

scilama_status scilama_arrow_to_stream(struct ArrowArrayStream *stream, scilama_context *context, struct ArrowSchema *schema, struct ArrowArray *array,
                                       scilama_error *error)
{
    if (stream) memset(stream, 0, sizeof *stream);
    scilama_status status = to_stream(stream, context, schema, array, error);
    if (array && array->release) array->release(array);
    if (schema && schema->release) schema->release(schema);
    return status;
}
