/* SPDX-License-Identifier: MIT */
#include "exchange/exchange.h"
#include <errno.h>

/* One array as an Arrow C stream: the schema is copied out as often as it is asked for, the array given out once. */

typedef struct one_array {
    scilama_context *ctx;
    struct ArrowSchema schema;
    struct ArrowArray array; /* released once it is given out */
} one_array;

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    one_array *one = stream->private_data;
    return slm_arrow_copy_schema(one->ctx, out, &one->schema) ? 0 : ENOMEM;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    one_array *one = stream->private_data;
    *out = one->array;
    memset(&one->array, 0, sizeof one->array);
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream) { return "out of memory"; } /* the only one there is */

static void release_stream(struct ArrowArrayStream *stream)
{
    one_array *one = stream->private_data;
    scilama_context *ctx = one->ctx;
    one->schema.release(&one->schema);
    if (one->array.release) one->array.release(&one->array);
    slm_free(ctx, one);
    stream->release = NULL;
    slm_context_release(ctx);
}

scilama_status slm_arrow_stream(struct ArrowArrayStream *out, scilama_context *ctx, struct ArrowSchema *schema,
                                struct ArrowArray *array, scilama_error *error)
{
    if (!slm_arrow_whole_schema(schema)) return slm_fail(error, SCILAMA_E_FORMAT, "the Arrow schema is damaged: a format or a child is missing");
    one_array *one = slm_alloc_zero(ctx, sizeof *one);
    if (!one) return slm_fail_nomem(error);
    one->ctx = slm_context_retain(ctx);
    one->schema = *schema;
    one->array = *array;
    schema->release = NULL;
    array->release = NULL;
    *out = (struct ArrowArrayStream){ get_schema, get_next, get_last_error, release_stream, one };
    return SCILAMA_OK;
}
