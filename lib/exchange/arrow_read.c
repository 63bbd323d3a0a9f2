/* SPDX-License-Identifier: MIT */
#include "exchange/exchange.h"

/* A gene table from struct arrays of one schema. */

typedef struct reader {
    scilama_context *ctx;
    const struct ArrowSchema *schema;
    bool skip_nulls;
    int64_t columns;
    slm_arrow_column *column;  /* [columns] */
    int64_t names, vectors;    /* columns; vectors −1: one column per number */
    int64_t *plain, n_plain;   /* these */
    slm_name_list list;
    float *values;             /* [capacity × width] */
    int64_t rows, capacity, width;
    int64_t before;            /* rows of the arrays before, for messages */
} reader;

/* --- columns ------------------------------------------------------------------------------ */

static bool holds_names(const slm_arrow_column *c)
{
    slm_arrow_column inner;
    if (c->type != SLM_ARROW_DICTIONARY) return c->type == SLM_ARROW_UTF8 || c->type == SLM_ARROW_UTF8_VIEW;
    slm_arrow_describe(&inner, c->inner);
    return inner.type == SLM_ARROW_UTF8 || inner.type == SLM_ARROW_UTF8_VIEW;
}

static bool holds_vectors(const slm_arrow_column *c)
{
    slm_arrow_column inner;
    if (c->type < SLM_ARROW_LIST) return false;
    slm_arrow_describe(&inner, c->inner);
    return inner.type == SLM_ARROW_FLOAT;
}

static const char index_of_pandas[] = "__index_level_0__";

/* The column of that name, −1 when there is none. */
static scilama_status find_column(const reader *r, const char *name, int64_t *out, scilama_error *error)
{
    *out = -1;
    for (int64_t i = 0; i < r->columns; i++) {
        if (strcmp(r->column[i].name, name) != 0) continue;
        if (*out >= 0) return slm_fail(error, SCILAMA_E_DUPLICATE, "the Arrow table has the column '%.150s' twice", name);
        *out = i;
    }
    return SCILAMA_OK;
}

static scilama_status wanted(const reader *r, const char *name, bool (*fits)(const slm_arrow_column *), const char *what, int64_t *out, scilama_error *error)
{
    SLM_TRY(find_column(r, name, out, error));
    if (*out < 0) return slm_fail(error, SCILAMA_E_NOTFOUND, "the Arrow table has no column '%.150s'", name);
    if (fits(&r->column[*out])) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_UNSUPPORTED, "Arrow column '%.100s' of type '%.40s' does not hold %s", name, r->column[*out].format, what);
}

/* By one of the usual names, else the only one that fits; −1 when none does. */
static scilama_status usual(const reader *r, const char *const *known, bool (*fits)(const slm_arrow_column *), const char *what, int64_t *out, scilama_error *error)
{
    int64_t only = -1, count = 0;
    for (; *known; known++) {
        scilama_status status = find_column(r, *known, out, error);
        if (status || (*out >= 0 && fits(&r->column[*out]))) return status;
    }
    for (int64_t i = 0; i < r->columns; i++)
        if (fits(&r->column[i])) only = i, count++;
    *out = only;
    if (count < 2) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_NOTFOUND, "the Arrow table has several columns of %s (such as '%.100s'): name the one to take", what, r->column[only].name);
}

static scilama_status plain_columns(reader *r, scilama_error *error)
{
    r->plain = slm_alloc_array(r->ctx, r->columns, sizeof *r->plain);
    if (!r->plain) return slm_fail_nomem(error);
    for (int64_t i = 0; i < r->columns; i++) {
        const slm_arrow_column *c = &r->column[i];
        if (i == r->names || !strcmp(c->name, index_of_pandas)) continue;
        if (c->type != SLM_ARROW_FLOAT)
            return slm_fail(error, SCILAMA_E_UNSUPPORTED, "Arrow column '%.100s' of type '%.40s' is neither a column of vectors nor of floats: leave it out, or name the column of vectors",
                            c->name, c->format);
        r->plain[r->n_plain++] = i;
    }
    r->width = r->n_plain;
    return r->n_plain ? SCILAMA_OK : slm_fail(error, SCILAMA_E_NOTFOUND, "the Arrow table has no column of vectors (lists of floats) and no columns of floats");
}

static scilama_status choose_columns(reader *r, const scilama_arrow_options *o, scilama_error *error)
{
    static const char *const names[] = { "gene_id", "gene_ids", "genes", "gene", "names", index_of_pandas, NULL };
    static const char *const vectors[] = { "embedding", "embeddings", "values", NULL };
    const struct ArrowSchema *s = r->schema;
    if (!s->format || strcmp(s->format, "+s") != 0 || s->n_children < 1 || !s->children)
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "the Arrow array is of type '%.40s': a struct with a column of names and one of vectors is needed",
                        s->format ? s->format : "");
    r->columns = s->n_children;
    r->column = slm_alloc_array(r->ctx, r->columns, sizeof *r->column);
    if (!r->column) return slm_fail_nomem(error);
    for (int64_t i = 0; i < r->columns; i++) {
        if (!s->children[i]) return slm_fail(error, SCILAMA_E_FORMAT, "the Arrow schema is damaged: column %" PRId64 " is missing", i);
        slm_arrow_describe(&r->column[i], s->children[i]);
    }
    scilama_status status = o->names ? wanted(r, o->names, holds_names, "names (strings)", &r->names, error)
                                     : usual(r, names, holds_names, "strings", &r->names, error);
    if (!status && r->names < 0)
        status = slm_fail(error, SCILAMA_E_NOTFOUND, "the Arrow table has no column of strings to name the genes (columns such as '%.100s' of type '%.40s')",
                          r->column[0].name, r->column[0].format);
    if (!status) status = o->vectors ? wanted(r, o->vectors, holds_vectors, "vectors (lists of floats)", &r->vectors, error)
                                     : usual(r, vectors, holds_vectors, "vectors", &r->vectors, error);
    return status || r->vectors >= 0 ? status : plain_columns(r, error);
}

/* --- rows ---------------------------------------------------------------------------------- */

static scilama_status reserve(reader *r, int64_t rows, bool more, scilama_error *error)
{
    int64_t size;
    if (rows <= r->capacity && r->values) return SCILAMA_OK;
    if (more && r->capacity && rows < r->capacity + r->capacity / 2) rows = r->capacity + r->capacity / 2;
    if (!slm_mul_size(rows, r->width, &size)) return slm_fail_nomem(error);
    float *grown = slm_realloc_array(r->ctx, r->values, r->rows * r->width, size, sizeof *grown);
    if (!grown) return slm_fail_nomem(error);
    r->values = grown;
    r->capacity = rows;
    return SCILAMA_OK;
}

/* A null: *skip the row, or fail. */
static scilama_status is_null(const reader *r, const char *column, int64_t row, bool *skip, scilama_error *error)
{
    *skip = true;
    return r->skip_nulls ? SCILAMA_OK
                         : slm_fail(error, SCILAMA_E_FORMAT, "Arrow column '%.100s' is null in row %" PRId64 ": fill it, or set skip_nulls", column, r->before + row);
}

static scilama_status add_name(reader *r, const slm_arrow_column *c, const char *text, int64_t length, int64_t row, scilama_error *error)
{
    if (memchr(text, 0, (size_t)length))
        return slm_fail(error, SCILAMA_E_FORMAT, "Arrow column '%.100s' has a zero byte in the name of row %" PRId64, c->name, r->before + row);
    return slm_name_list_add(&r->list, text, (size_t)length) ? SCILAMA_OK : slm_fail_nomem(error);
}

/* Numbers [first, first + count) of one array to out. */
static scilama_status take(const reader *r, const slm_arrow_column *c, const struct ArrowArray *a, int bytes, int64_t first, int64_t count,
                           int64_t row, float *out, bool *skip, scilama_error *error)
{
    for (int64_t i = 0; a->null_count && i < count; i++)
        if (!slm_arrow_valid(a, first + i)) return is_null(r, c->name, row, skip, error);
    slm_arrow_floats(out, a, bytes, first, count);
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(out[i]))
            return slm_fail(error, SCILAMA_E_NONFINITE, "Arrow column '%.100s' is not finite in row %" PRId64 ", position %" PRId64, c->name, r->before + row, i);
    return SCILAMA_OK;
}

static scilama_status take_vector(reader *r, const struct ArrowArray *a, int item_bytes, int64_t row, int64_t at, bool *skip, scilama_error *error)
{
    const slm_arrow_column *c = &r->column[r->vectors];
    const struct ArrowArray *column = a->children[r->vectors];
    int64_t first, count;
    if (!slm_arrow_valid(column, at)) return is_null(r, c->name, row, skip, error);
    scilama_status status = slm_arrow_list(c, column, at, &first, &count, error);
    if (status) return status;
    if (!r->width && count) {
        r->width = count;
        status = reserve(r, r->rows + a->length - row, true, error);
    }
    if (!status && (count != r->width || !count))
        status = slm_fail(error, SCILAMA_E_FORMAT, "Arrow column '%.100s' has %" PRId64 " numbers in row %" PRId64 " but %" PRId64 " before: all vectors need one length",
                          c->name, count, r->before + row, r->width);
    if (!status) status = take(r, c, column->children[0], item_bytes, first, count, row, r->values + r->rows * r->width, skip, error);
    return status;
}

static scilama_status add_row(reader *r, const struct ArrowArray *a, int item_bytes, int64_t row, scilama_error *error)
{
    const slm_arrow_column *c = &r->column[r->names];
    int64_t at = row + a->offset, length;
    const char *text;
    bool skip = false;
    if (!slm_arrow_valid(a, row)) return is_null(r, c->name, row, &skip, error);
    scilama_status status = slm_arrow_string(c, a->children[r->names], at, &text, &length, error);
    if (status) return status;
    if (!text) return is_null(r, c->name, row, &skip, error);
    if (r->vectors >= 0) status = take_vector(r, a, item_bytes, row, at, &skip, error);
    for (int64_t k = 0; k < r->n_plain && !status && !skip; k++) {
        const slm_arrow_column *plain = &r->column[r->plain[k]];
        status = take(r, plain, a->children[r->plain[k]], plain->bytes, at, 1, row, r->values + r->rows * r->width + k, &skip, error);
    }
    if (status || skip) return status;
    SLM_TRY(add_name(r, c, text, length, row, error));
    r->rows++;
    return SCILAMA_OK;
}

static scilama_status check_array(const reader *r, const struct ArrowArray *a, scilama_error *error)
{
    if (a->n_children != r->columns || !a->children || a->length < 0 || a->offset < 0 || a->length > INT64_MAX - a->offset ||
        a->n_buffers != 1 || !a->buffers || (a->null_count > 0 && !a->buffers[0]))
        return slm_fail(error, SCILAMA_E_FORMAT, "the Arrow array does not fit its schema of %" PRId64 " columns", r->columns);
    int64_t rows = a->offset + a->length;
    scilama_status status = slm_arrow_check(&r->column[r->names], a->children[r->names], rows, error);
    if (!status && r->vectors >= 0) status = slm_arrow_check(&r->column[r->vectors], a->children[r->vectors], rows, error);
    for (int64_t k = 0; k < r->n_plain && !status; k++) status = slm_arrow_check(&r->column[r->plain[k]], a->children[r->plain[k]], rows, error);
    return status;
}

static scilama_status add_array(reader *r, const struct ArrowArray *a, bool more, scilama_error *error)
{
    slm_arrow_column item = { .bytes = 4 };
    scilama_status status = check_array(r, a, error);
    if (!status && r->vectors >= 0) slm_arrow_describe(&item, r->column[r->vectors].inner);
    if (!status && r->vectors >= 0 && r->column[r->vectors].type == SLM_ARROW_FIXED_LIST) r->width = r->column[r->vectors].width;
    if (!status && r->width) status = reserve(r, r->rows + a->length, more, error);
    for (int64_t row = 0; row < a->length && !status; row++) {
        if ((row & 4095) == 0 && slm_cancelled(r->ctx)) status = slm_context_check(r->ctx, error);
        if (!status) status = add_row(r, a, item.bytes, row, error);
    }
    r->before += a->length;
    return status;
}

/* --- whole tables --------------------------------------------------------------------------- */

static scilama_status start(reader *r, scilama_context *ctx, const struct ArrowSchema *schema, const scilama_arrow_options *o, scilama_error *error)
{
    *r = (reader){ .ctx = ctx, .schema = schema, .skip_nulls = o->skip_nulls != 0, .names = -1, .vectors = -1 };
    slm_name_list_init(&r->list, ctx);
    return choose_columns(r, o, error);
}

static scilama_status finish(reader *r, scilama_gene_table **out, scilama_status status, scilama_error *error)
{
    slm_strings names = { 0 };
    if (!status && !r->rows) status = slm_fail(error, SCILAMA_E_FORMAT, "the Arrow table has no rows with a vector");
    if (!status && r->capacity != r->rows) {
        float *exact = slm_realloc_array(r->ctx, r->values, r->rows * r->width, r->rows * r->width, sizeof *exact);
        if (exact) r->values = exact;
        else status = slm_fail_nomem(error);
    }
    if (!status) status = slm_name_list_take(&r->list, &names, error);
    if (!status && !(status = slm_gene_table_from_parts(out, r->ctx, &names, r->values, r->rows, r->width, error))) r->values = NULL;
    slm_strings_free(r->ctx, &names);
    slm_name_list_free(&r->list);
    slm_free_all(r->ctx, r->values, r->plain, r->column);
    return status;
}

scilama_status slm_arrow_read(scilama_gene_table **out, scilama_context *ctx, const struct ArrowSchema *schema,
                              const struct ArrowArray *array, const scilama_arrow_options *options, scilama_error *error)
{
    reader r;
    scilama_status status = start(&r, ctx, schema, options, error);
    if (!status) status = add_array(&r, array, false, error);
    return finish(&r, out, status, error);
}

static scilama_status stream_failed(struct ArrowArrayStream *stream, int code, scilama_error *error)
{
    const char *text = stream->get_last_error ? stream->get_last_error(stream) : NULL;
    return slm_fail_detail(error, SCILAMA_E_CALLBACK, code, "the Arrow stream failed (%d): %.180s", code, text ? text : "it does not say why");
}

scilama_status slm_arrow_read_stream(scilama_gene_table **out, scilama_context *ctx, struct ArrowArrayStream *stream,
                                     const scilama_arrow_options *options, scilama_error *error)
{
    struct ArrowSchema schema = { 0 };
    reader r;
    if (!stream->get_schema || !stream->get_next) return slm_fail(error, SCILAMA_E_INVALID, "the Arrow stream lacks a callback");
    int code = stream->get_schema(stream, &schema);
    if (code) return stream_failed(stream, code, error);
    if (!schema.release) return slm_fail(error, SCILAMA_E_FORMAT, "the Arrow stream gave a released schema");
    scilama_status status = start(&r, ctx, &schema, options, error);
    while (!status && !(status = slm_context_check(ctx, error))) {
        struct ArrowArray array = { 0 };
        if ((code = stream->get_next(stream, &array))) {
            status = stream_failed(stream, code, error);
            break;
        }
        if (!array.release) break;
        status = add_array(&r, &array, true, error);
        array.release(&array);
    }
    status = finish(&r, out, status, error);
    schema.release(&schema);
    return status;
}
