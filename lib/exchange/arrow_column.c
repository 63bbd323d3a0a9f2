/* SPDX-License-Identifier: MIT */
#include "exchange/exchange.h"

/* Buffers are read by memcpy: producers need not align them. Their sizes cannot be known;
 * what can be told from lengths and offsets is checked. */

/* --- types ------------------------------------------------------------------------------ */

static int float_bytes(const char *format)
{
    if (format[0] && !format[1]) return format[0] == 'e' ? 2 : format[0] == 'f' ? 4 : format[0] == 'g' ? 8 : 0;
    return 0;
}

/* "+w:123" → 123; 0 when it is not one */
static int64_t fixed_width(const char *format)
{
    int64_t n = 0;
    if (strncmp(format, "+w:", 3) != 0) return 0;
    for (const char *p = format + 3; *p; p++) {
        if (*p < '0' || *p > '9' || n > INT32_MAX) return 0;
        n = n * 10 + (*p - '0');
    }
    return n <= INT32_MAX ? n : 0;
}

static void describe_dictionary(slm_arrow_column *c, const struct ArrowSchema *schema)
{
    static const char letters[] = "cCsSiIlL";
    const char *at = c->format[0] && !c->format[1] ? strchr(letters, c->format[0]) : NULL;
    if (!at) return;
    c->type = SLM_ARROW_DICTIONARY;
    c->bytes = 1 << (at - letters) / 2;
    c->is_signed = (at - letters) % 2 == 0;
    c->inner = schema->dictionary;
}

void slm_arrow_describe(slm_arrow_column *out, const struct ArrowSchema *schema)
{
    *out = (slm_arrow_column){ .name = schema->name ? schema->name : "", .format = schema->format ? schema->format : "" };
    const char *f = out->format;
    bool item = schema->n_children == 1 && schema->children && schema->children[0];
    if (schema->dictionary) {
        describe_dictionary(out, schema);
    } else if (float_bytes(f)) {
        out->type = SLM_ARROW_FLOAT;
        out->bytes = float_bytes(f);
    } else if (!strcmp(f, "u") || !strcmp(f, "U")) {
        out->type = SLM_ARROW_UTF8;
        out->bytes = f[0] == 'U' ? 8 : 4;
    } else if (!strcmp(f, "vu")) {
        out->type = SLM_ARROW_UTF8_VIEW;
    } else if (item && (!strcmp(f, "+l") || !strcmp(f, "+L"))) {
        out->type = SLM_ARROW_LIST;
        out->bytes = f[1] == 'L' ? 8 : 4;
    } else if (item && (!strcmp(f, "+vl") || !strcmp(f, "+vL"))) {
        out->type = SLM_ARROW_LIST_VIEW;
        out->bytes = f[2] == 'L' ? 8 : 4;
    } else if (item && fixed_width(f)) {
        out->type = SLM_ARROW_FIXED_LIST;
        out->width = fixed_width(f);
    }
    if (item && out->type >= SLM_ARROW_LIST) out->inner = schema->children[0];
}

/* --- structure ---------------------------------------------------------------------------- */

static int buffers_of(int type)
{
    switch (type) {
    case SLM_ARROW_FIXED_LIST: return 1;
    case SLM_ARROW_UTF8: case SLM_ARROW_LIST_VIEW: return 3;
    default: return 2;
    }
}

static scilama_status damaged(const slm_arrow_column *c, scilama_error *error, const char *what)
{
    return slm_fail(error, SCILAMA_E_FORMAT, "Arrow column '%.100s': the array is damaged: %s", c->name, what);
}

static scilama_status check_one(const slm_arrow_column *c, const struct ArrowArray *a, int64_t rows, scilama_error *error)
{
    int64_t need = buffers_of(c->type);
    if (!a) return damaged(c, error, "it is missing");
    if (a->length < rows) return damaged(c, error, "it is shorter than the table or than its offsets say");
    if (a->offset < 0 || a->length > INT64_MAX - a->offset) return damaged(c, error, "its length or offset is impossible");
    if (!(c->type == SLM_ARROW_UTF8_VIEW ? a->n_buffers >= 3 : a->n_buffers == need) || !a->buffers)
        return damaged(c, error, "it has another number of buffers than its type asks for");
    if (a->null_count < -1 || a->null_count > a->length || (a->null_count > 0 && !a->buffers[0]))
        return damaged(c, error, "its nulls do not fit");
    for (int64_t i = 1; a->length && i < need; i++) /* data of strings may be none */
        if (!a->buffers[i] && !(c->type == SLM_ARROW_UTF8 && i == 2)) return damaged(c, error, "a buffer is NULL");
    if (c->type >= SLM_ARROW_LIST && (a->n_children != 1 || !a->children || !a->children[0])) return damaged(c, error, "it has no items");
    if (c->type == SLM_ARROW_DICTIONARY && !a->dictionary) return damaged(c, error, "it has no dictionary");
    return SCILAMA_OK;
}

scilama_status slm_arrow_check(const slm_arrow_column *c, const struct ArrowArray *a, int64_t rows, scilama_error *error)
{
    int64_t items = 0;
    scilama_status status = check_one(c, a, rows, error);
    if (status || !c->inner) return status;
    slm_arrow_column inner;
    slm_arrow_describe(&inner, c->inner);
    inner.name = c->name;
    if (c->type == SLM_ARROW_FIXED_LIST && !slm_mul_size(a->offset + a->length, c->width, &items)) return damaged(c, error, "its length is impossible");
    return check_one(&inner, c->type == SLM_ARROW_DICTIONARY ? a->dictionary : a->children[0], items, error);
}

bool slm_arrow_valid(const struct ArrowArray *a, int64_t row)
{
    const uint8_t *bits = a->null_count && a->n_buffers > 0 ? a->buffers[0] : NULL;
    row += a->offset;
    return !bits || (bits[row >> 3] >> (row & 7) & 1);
}

/* --- values -------------------------------------------------------------------------------- */

static int64_t integer(const void *buffer, int64_t at, int bytes, bool is_signed)
{
    const char *p = (const char *)buffer + at * bytes;
    int8_t a;
    int16_t b;
    int32_t c;
    int64_t d;
    switch (bytes) {
    case 1: memcpy(&a, p, 1); return is_signed ? a : (uint8_t)a;
    case 2: memcpy(&b, p, 2); return is_signed ? b : (uint16_t)b;
    case 4: memcpy(&c, p, 4); return is_signed ? c : (int64_t)(uint32_t)c;
    default: memcpy(&d, p, 8); return d; /* beyond 2^63: negative, which is out of range too */
    }
}

/* A view: length, then up to 12 bytes, or 4 bytes, number of the buffer and offset into it. */
static bool view_string(const struct ArrowArray *a, int64_t at, const char **text, int64_t *length)
{
    const char *view = (const char *)a->buffers[1] + 16 * at;
    *length = integer(view, 0, 4, true);
    *text = view + 4;
    if (*length <= 12) return *length >= 0;
    int64_t buffer = integer(view, 2, 4, true), offset = integer(view, 3, 4, true);
    if (buffer < 0 || buffer >= a->n_buffers - 3 || !a->buffers[a->n_buffers - 1] || !a->buffers[2 + buffer]) return false;
    *text = (const char *)a->buffers[2 + buffer] + offset;
    return offset >= 0 && offset + *length <= integer(a->buffers[a->n_buffers - 1], buffer, 8, true);
}

scilama_status slm_arrow_string(const slm_arrow_column *c, const struct ArrowArray *a, int64_t row,
                                const char **text, int64_t *length, scilama_error *error)
{
    slm_arrow_column inner;
    *text = NULL;
    *length = 0;
    if (!slm_arrow_valid(a, row)) return SCILAMA_OK;
    if (c->type == SLM_ARROW_DICTIONARY) {
        int64_t at = integer(a->buffers[1], row + a->offset, c->bytes, c->is_signed);
        if (at < 0 || at >= a->dictionary->length) return damaged(c, error, "a code is outside its dictionary");
        slm_arrow_describe(&inner, c->inner);
        inner.name = c->name;
        return slm_arrow_string(&inner, a->dictionary, at, text, length, error);
    }
    if (c->type == SLM_ARROW_UTF8_VIEW) {
        if (view_string(a, row + a->offset, text, length)) return SCILAMA_OK;
        return damaged(c, error, "a string lies outside its buffers");
    }
    int64_t begin = integer(a->buffers[1], row + a->offset, c->bytes, true), end = integer(a->buffers[1], row + a->offset + 1, c->bytes, true);
    if (begin < 0 || end < begin || (end > begin && !a->buffers[2])) return damaged(c, error, "offsets of strings are not in order");
    *text = end > begin ? (const char *)a->buffers[2] + begin : "";
    *length = end - begin;
    return SCILAMA_OK;
}

scilama_status slm_arrow_list(const slm_arrow_column *c, const struct ArrowArray *a, int64_t row,
                              int64_t *first, int64_t *count, scilama_error *error)
{
    row += a->offset;
    if (c->type == SLM_ARROW_FIXED_LIST) {
        *first = row * c->width;
        *count = c->width;
        return SCILAMA_OK;
    }
    *first = integer(a->buffers[1], row, c->bytes, true);
    if (c->type == SLM_ARROW_LIST_VIEW) {
        *count = integer(a->buffers[2], row, c->bytes, true);
    } else {
        int64_t end = integer(a->buffers[1], row + 1, c->bytes, true);
        *count = *first < 0 || end < *first ? -1 : end - *first;
    }
    int64_t length = a->children[0]->length;
    if (*first < 0 || *count < 0 || *first > length || *count > length - *first)
        return damaged(c, error, "offsets of lists are not in order");
    return SCILAMA_OK;
}

void slm_arrow_floats(float *out, const struct ArrowArray *a, int bytes, int64_t first, int64_t count)
{
    const char *p = (const char *)a->buffers[1] + (first + a->offset) * bytes;
    if (bytes == 4) {
        memcpy(out, p, (size_t)count * sizeof *out);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        uint16_t half;
        double wide;
        if (bytes == 2) {
            memcpy(&half, p + 2 * i, 2);
            out[i] = slm_half_to_float(half);
        } else {
            memcpy(&wide, p + 8 * i, 8);
            out[i] = (float)wide;
        }
    }
}
