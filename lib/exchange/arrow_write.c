/* SPDX-License-Identifier: MIT */
#include "exchange/exchange.h"

/* Consumers may move any child out of its parent and keep it alone: every array and
 * schema therefore has a node of its own behind private_data, with all that it needs. The
 * structs of the children lie in the parent's node. */

enum { MOST_CHILDREN = 1 << 24, MOST_LEVELS = 64 };

typedef struct schema_node {
    scilama_context *ctx;
    char *name, *format, *metadata;
    struct ArrowSchema dictionary;
    struct ArrowSchema **children, child[];
} schema_node;

typedef struct array_node {
    scilama_context *ctx;
    void *owned[3];           /* buffers that are ours alone */
    slm_owner owner;          /* of the others */
    const void *buffers[3];
    struct ArrowArray dictionary;
    struct ArrowArray **children, child[];
} array_node;

/* --- schemas ---------------------------------------------------------------------------- */

static void release_schema(struct ArrowSchema *s)
{
    schema_node *node = s->private_data;
    scilama_context *ctx = node->ctx;
    for (int64_t i = 0; i < s->n_children; i++)
        if (s->children[i]->release) s->children[i]->release(s->children[i]);
    if (s->dictionary && s->dictionary->release) s->dictionary->release(s->dictionary);
    slm_free_all(ctx, node->name, node->format, node->metadata, node->children, node);
    s->release = NULL;
    slm_context_release(ctx);
}

/* Children are released ones at first. False when out of memory: nothing is held then. */
static bool make_schema(scilama_context *ctx, struct ArrowSchema *out, const char *format, const char *name, int64_t flags,
                        int64_t n_children, bool dictionary)
{
    memset(out, 0, sizeof *out);
    schema_node *node = n_children <= MOST_CHILDREN ? slm_alloc_zero(ctx, sizeof *node + (size_t)n_children * sizeof node->child[0]) : NULL;
    if (!node) return false;
    node->ctx = slm_context_retain(ctx);
    node->format = slm_strdup(ctx, format);
    node->name = name ? slm_strdup(ctx, name) : NULL;
    node->children = slm_alloc_array(ctx, n_children, sizeof *node->children);
    *out = (struct ArrowSchema){ .format = node->format, .name = node->name, .flags = flags, .release = release_schema, .private_data = node };
    if (!node->format || (name && !node->name) || !node->children) {
        release_schema(out);
        return false;
    }
    for (int64_t i = 0; i < n_children; i++) node->children[i] = &node->child[i];
    out->n_children = n_children;
    out->children = n_children ? node->children : NULL;
    out->dictionary = dictionary ? &node->dictionary : NULL;
    return true;
}

static bool whole_schema(const struct ArrowSchema *s, int levels)
{
    if (!s || !s->format || levels > MOST_LEVELS || s->n_children < 0 || s->n_children > MOST_CHILDREN || (s->n_children && !s->children)) return false;
    for (int64_t i = 0; i < s->n_children; i++)
        if (!whole_schema(s->children[i], levels + 1)) return false;
    return !s->dictionary || whole_schema(s->dictionary, levels + 1);
}

bool slm_arrow_whole_schema(const struct ArrowSchema *schema) { return whole_schema(schema, 1); }

static size_t metadata_bytes(const char *m)
{
    int32_t pairs, length;
    size_t at = sizeof pairs;
    memcpy(&pairs, m, sizeof pairs);
    for (int64_t i = 0; i < 2 * (int64_t)pairs; i++) {
        memcpy(&length, m + at, sizeof length);
        at += sizeof length + (length > 0 ? (size_t)length : 0);
    }
    return at;
}

bool slm_arrow_copy_schema(scilama_context *ctx, struct ArrowSchema *out, const struct ArrowSchema *s)
{
    if (!make_schema(ctx, out, s->format, s->name, s->flags, s->n_children, s->dictionary != NULL)) return false;
    schema_node *node = out->private_data;
    bool done = true;
    if (s->metadata) {
        size_t size = metadata_bytes(s->metadata);
        node->metadata = slm_alloc(ctx, size);
        out->metadata = node->metadata;
        if (node->metadata) memcpy(node->metadata, s->metadata, size);
        else done = false;
    }
    for (int64_t i = 0; i < s->n_children && done; i++) done = slm_arrow_copy_schema(ctx, out->children[i], s->children[i]);
    if (s->dictionary && done) done = slm_arrow_copy_schema(ctx, out->dictionary, s->dictionary);
    if (!done) release_schema(out);
    return done;
}

/* --- arrays ------------------------------------------------------------------------------ */

static void release_array(struct ArrowArray *a)
{
    array_node *node = a->private_data;
    scilama_context *ctx = node->ctx;
    for (int64_t i = 0; i < a->n_children; i++)
        if (a->children[i]->release) a->children[i]->release(a->children[i]);
    if (a->dictionary && a->dictionary->release) a->dictionary->release(a->dictionary);
    for (int i = 0; i < 3; i++) slm_free(ctx, node->owned[i]);
    if (node->owner.release) node->owner.release(node->owner.what);
    slm_free_all(ctx, node->children, node);
    a->release = NULL;
    slm_context_release(ctx);
}

static bool make_array(scilama_context *ctx, struct ArrowArray *out, int64_t length, int64_t n_buffers, int64_t n_children, bool dictionary)
{
    memset(out, 0, sizeof *out);
    array_node *node = n_children <= MOST_CHILDREN ? slm_alloc_zero(ctx, sizeof *node + (size_t)n_children * sizeof node->child[0]) : NULL;
    if (!node) return false;
    node->ctx = slm_context_retain(ctx);
    node->children = slm_alloc_array(ctx, n_children, sizeof *node->children);
    *out = (struct ArrowArray){ .length = length, .n_buffers = n_buffers, .buffers = node->buffers, .release = release_array, .private_data = node };
    if (!node->children) {
        release_array(out);
        return false;
    }
    for (int64_t i = 0; i < n_children; i++) node->children[i] = &node->child[i];
    out->n_children = n_children;
    out->children = n_children ? node->children : NULL;
    out->dictionary = dictionary ? &node->dictionary : NULL;
    return true;
}

/* Memory for buffer i of an array, its own; NULL when out of memory. */
static void *make_buffer(struct ArrowArray *a, int i, int64_t count, size_t size)
{
    array_node *node = a->private_data;
    node->owned[i] = slm_alloc_array(node->ctx, count, size);
    node->buffers[i] = node->owned[i];
    return node->owned[i];
}

/* Bits of the rows for which missing() says no; no bitmap where there is no such row. */
static bool put_validity(struct ArrowArray *a, bool (*missing)(const void *values, int64_t row), const void *values)
{
    int64_t bytes = (a->length + 7) / 8;
    a->null_count = 0;
    for (int64_t i = 0; i < a->length; i++) a->null_count += missing(values, i);
    if (!a->null_count) return true;
    uint8_t *bits = make_buffer(a, 0, bytes, 1);
    if (!bits) return false;
    memset(bits, 0, (size_t)bytes);
    for (int64_t i = 0; i < a->length; i++)
        if (!missing(values, i)) bits[i >> 3] = (uint8_t)(bits[i >> 3] | 1 << (i & 7));
    return true;
}

/* --- columns ------------------------------------------------------------------------------ */

static int64_t text_bytes(const slm_strings *s) { return s->size - s->count; }

/* utf8; large_utf8 beyond what its offsets reach */
static bool large(const slm_strings *s) { return text_bytes(s) > INT32_MAX; }

static bool make_strings(scilama_context *ctx, struct ArrowArray *out, const slm_strings *s)
{
    bool wide = large(s);
    if (!make_array(ctx, out, s->count, 3, 0, false)) return false;
    char *offsets = make_buffer(out, 1, s->count + 1, wide ? 8 : 4), *text = make_buffer(out, 2, text_bytes(s), 1);
    if (!offsets || !text) {
        release_array(out);
        return false;
    }
    int64_t at = 0;
    for (int64_t i = 0; i <= s->count; i++) {
        if (wide) ((int64_t *)(void *)offsets)[i] = at;
        else ((int32_t *)(void *)offsets)[i] = (int32_t)at;
        if (i == s->count) break;
        const char *string = slm_string(s, i);
        int64_t n = (int64_t)strlen(string);
        memcpy(text + at, string, (size_t)n);
        at += n;
    }
    return true;
}

scilama_status slm_arrow_begin(slm_arrow_table *t, scilama_context *ctx, struct ArrowSchema *schema, struct ArrowArray *array,
                               int64_t rows, int64_t columns, scilama_error *error)
{
    *t = (slm_arrow_table){ .ctx = ctx, .schema = schema, .array = array, .rows = rows, .columns = columns };
    memset(array, 0, sizeof *array);
    if (make_schema(ctx, schema, "+s", "", 0, columns, false) && make_array(ctx, array, rows, 1, columns, false)) return SCILAMA_OK;
    slm_arrow_drop(t);
    return slm_fail_nomem(error);
}

void slm_arrow_drop(slm_arrow_table *t)
{
    if (t->schema->release) t->schema->release(t->schema);
    if (t->array->release) t->array->release(t->array);
}

scilama_status slm_arrow_put_strings(slm_arrow_table *t, const char *name, const slm_strings *values, scilama_error *error)
{
    if (!make_schema(t->ctx, t->schema->children[t->put], large(values) ? "U" : "u", name, ARROW_FLAG_NULLABLE, 0, false) ||
        !make_strings(t->ctx, t->array->children[t->put], values)) return slm_fail_nomem(error);
    t->put++;
    return SCILAMA_OK;
}

scilama_status slm_arrow_put_vectors(slm_arrow_table *t, const char *name, const float *values, int64_t width, slm_owner owner, scilama_error *error)
{
    char format[32];
    struct ArrowSchema *s = t->schema->children[t->put];
    struct ArrowArray *a = t->array->children[t->put];
    snprintf(format, sizeof format, "+w:%" PRId64, width);
    if (!make_schema(t->ctx, s, format, name, ARROW_FLAG_NULLABLE, 1, false) ||
        !make_schema(t->ctx, s->children[0], "f", "item", ARROW_FLAG_NULLABLE, 0, false) ||
        !make_array(t->ctx, a, t->rows, 1, 1, false) || !make_array(t->ctx, a->children[0], t->rows * width, 2, 0, false))
        return slm_fail_nomem(error);
    array_node *node = a->children[0]->private_data;
    node->buffers[1] = values;
    node->owner = owner;
    t->put++;
    return SCILAMA_OK;
}

static bool not_a_number(const void *values, int64_t row) { return isnan(((const double *)values)[row]); }
static bool no_code(const void *values, int64_t row) { return ((const int32_t *)values)[row] < 0; }

scilama_status slm_arrow_put_numeric(slm_arrow_table *t, const char *name, const double *values, scilama_error *error)
{
    struct ArrowArray *a = t->array->children[t->put];
    if (!make_schema(t->ctx, t->schema->children[t->put], "g", name, ARROW_FLAG_NULLABLE, 0, false) ||
        !make_array(t->ctx, a, t->rows, 2, 0, false) || !make_buffer(a, 1, t->rows, sizeof *values) ||
        !put_validity(a, not_a_number, values)) return slm_fail_nomem(error);
    memcpy(((array_node *)a->private_data)->owned[1], values, (size_t)t->rows * sizeof *values);
    t->put++;
    return SCILAMA_OK;
}

scilama_status slm_arrow_put_codes(slm_arrow_table *t, const char *name, const int32_t *codes, const slm_strings *categories, scilama_error *error)
{
    struct ArrowSchema *s = t->schema->children[t->put];
    struct ArrowArray *a = t->array->children[t->put];
    if (!make_schema(t->ctx, s, "i", name, ARROW_FLAG_NULLABLE, 0, true) ||
        !make_schema(t->ctx, s->dictionary, large(categories) ? "U" : "u", NULL, ARROW_FLAG_NULLABLE, 0, false) ||
        !make_array(t->ctx, a, t->rows, 2, 0, true) || !make_strings(t->ctx, a->dictionary, categories) ||
        !make_buffer(a, 1, t->rows, sizeof *codes) || !put_validity(a, no_code, codes)) return slm_fail_nomem(error);
    int32_t *out = ((array_node *)a->private_data)->owned[1];
    for (int64_t i = 0; i < t->rows; i++) out[i] = codes[i] < 0 ? 0 : codes[i]; /* under a null any code may stand, but an acceptable one harms none */
    t->put++;
    return SCILAMA_OK;
}
