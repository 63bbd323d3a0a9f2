/* SPDX-License-Identifier: MIT */
#include "file/bytes.h"
#include "file/text.h"
#include "hdf5/decode.h"
#include "io/table.h"

/* safetensors: 8 bytes of header length, a JSON header, raw little-endian data. */

typedef struct json { const char *p, *end; } json;

static void skip_space(json *j)
{
    while (j->p < j->end && (*j->p == ' ' || *j->p == '\n' || *j->p == '\t' || *j->p == '\r')) j->p++;
}

static bool take(json *j, char c)
{
    skip_space(j);
    if (j->p >= j->end || *j->p != c) return false;
    j->p++;
    return true;
}

/* A string's raw bytes (escapes left in). */
static bool string(json *j, const char **text, size_t *length)
{
    if (!take(j, '"')) return false;
    *text = j->p;
    while (j->p < j->end && *j->p != '"') j->p += *j->p == '\\' ? 2 : 1;
    if (j->p >= j->end) return false;
    *length = (size_t)(j->p - *text);
    j->p++;
    return true;
}

static bool integer(json *j, int64_t *value)
{
    skip_space(j);
    *value = 0;
    if (j->p >= j->end || *j->p < '0' || *j->p > '9') return false;
    for (; j->p < j->end && *j->p >= '0' && *j->p <= '9'; j->p++) {
        if (*value > INT64_MAX / 100) return false;
        *value = *value * 10 + (*j->p - '0');
    }
    return true;
}

/* Any value, skipped. Nesting is counted, not recursed. */
static bool skip_value(json *j)
{
    int depth = 0;
    do {
        skip_space(j);
        if (j->p >= j->end) return false;
        const char *text;
        size_t n;
        char c = *j->p;
        if (c == '"') {
            if (!string(j, &text, &n)) return false;
        } else if (c == '{' || c == '[') depth++, j->p++;
        else if (c == '}' || c == ']') depth--, j->p++;
        else {
            j->p++;
            continue; /* commas, colons, numbers, words */
        }
        if (depth < 0) return false;
    } while (depth > 0);
    return true;
}

static bool is(const char *text, size_t n, const char *word) { return strlen(word) == n && !memcmp(text, word, n); }

typedef struct tensor {
    char kind;
    int width, rank;
    int64_t dims[4], start, stop;
} tensor;

static bool parse_tensor(json *j, tensor *t)
{
    static const struct { const char *name; char kind; int width; } types[] = {
        { "F16", 'f', 2 }, { "BF16", 'b', 2 }, { "F32", 'f', 4 }, { "F64", 'f', 8 }, { "I8", 'i', 1 }, { "U8", 'u', 1 },
        { "I16", 'i', 2 }, { "I32", 'i', 4 }, { "I64", 'i', 8 },
    };
    *t = (tensor){ .start = -1 };
    if (!take(j, '{')) return false;
    while (!take(j, '}')) {
        const char *key, *text;
        size_t n, m;
        take(j, ',');
        if (!string(j, &key, &n) || !take(j, ':')) return false;
        if (is(key, n, "dtype")) {
            if (!string(j, &text, &m)) return false;
            for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
                if (is(text, m, types[i].name)) t->kind = types[i].kind, t->width = types[i].width;
        } else if (is(key, n, "shape")) {
            if (!take(j, '[')) return false;
            while (!take(j, ']')) {
                take(j, ',');
                if (t->rank == 4 || !integer(j, &t->dims[t->rank++])) return false;
            }
        } else if (is(key, n, "data_offsets")) {
            if (!take(j, '[') || !integer(j, &t->start) || !take(j, ',') || !integer(j, &t->stop) || !take(j, ']')) return false;
        } else if (!skip_value(j)) return false;
    }
    return t->start >= 0;
}

static void unescape(slm_bytes *b, const char *p, const char *end)
{
    while (p < end) {
        if (*p != '\\' || p + 1 == end) {
            slm_bytes_put(b, p++, 1);
            continue;
        }
        static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
        const char *known = strchr(from, p[1]);
        if (p[1] == 'u' && end - p >= 6) {
            uint32_t c = 0;
            for (int i = 2; i < 6; i++) {
                char h = p[i];
                c = c * 16 + (uint32_t)(h >= '0' && h <= '9' ? h - '0' : (h | 32) >= 'a' && (h | 32) <= 'f' ? (h | 32) - 'a' + 10 : 0);
            }
            slm_put_utf8(b, c);
            p += 6;
            continue;
        }
        slm_bytes_put(b, known ? to + (known - from) : p + 1, 1);
        p += 2;
    }
}

/* Names in the metadata: one string, separated by newlines or commas. */
static scilama_status take_names(const char *text, size_t n, slm_strings *out, scilama_context *ctx, scilama_error *error)
{
    SLM_BYTES(plain, ctx);
    SLM_NAME_LIST(list, ctx);
    unescape(&plain, text, text + n);
    size_t from = 0;
    for (size_t i = 0; i <= plain.size && !plain.failed; i++) {
        if (i < plain.size && plain.data[i] != ',' && plain.data[i] != '\n') continue;
        if (i > from || i < plain.size) slm_name_list_add(&list, plain.data + from, i - from);
        from = i + 1;
    }
    return plain.failed ? slm_fail_nomem(error) : slm_name_list_take(&list, out, error);
}

static scilama_status parse_names(json *j, slm_strings *out, scilama_context *ctx, scilama_error *error)
{
    if (!take(j, '{')) return SCILAMA_OK;
    while (!take(j, '}')) {
        const char *key, *text;
        size_t n, m;
        take(j, ',');
        if (!string(j, &key, &n) || !take(j, ':') || !string(j, &text, &m)) return SCILAMA_OK;
        if (out->count || !(is(key, n, "gene_id") || is(key, n, "genes") || is(key, n, "names"))) continue;
        SLM_TRY(take_names(text, m, out, ctx, error));
    }
    return SCILAMA_OK;
}

static scilama_status damaged(const char *path, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_FORMAT, "%s is not a whole safetensors file: it is damaged or truncated", path);
}

static scilama_status take_tensor(slm_raw_table *out, scilama_context *ctx, const char *path, const tensor *t, const char *data, int64_t room, scilama_error *error)
{
    int64_t count, bytes;
    if (!t->width) return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: the tensor has an element type that is not read: save it as F32", path);
    if (!slm_mul_size(t->dims[0], t->dims[1], &count) || !slm_mul_size(count, t->width, &bytes) || t->stop < t->start || t->stop > room ||
        t->stop - t->start != bytes)
        return damaged(path, error);
    out->rows = t->dims[0];
    out->width = t->dims[1];
    out->values = slm_alloc_array(ctx, count, sizeof *out->values);
    if (!out->values) return slm_fail_nomem(error);
    const slm_number_format format = { t->kind, t->width, !slm_little_machine() };
    slm_convert(out->values, SLM_H5_F32, data + t->start, count, &format);
    return SCILAMA_OK;
}

scilama_status slm_table_safetensors(slm_raw_table *out, scilama_context *ctx, const char *path, const char *wanted, const char *bytes, int64_t size, scilama_error *error)
{
    uint64_t header = size < 8 ? 0 : slm_little(bytes, 8);
    if (size < 10 || header > (uint64_t)size - 8) return damaged(path, error);
    json j = { bytes + 8, bytes + 8 + header };
    scilama_status status = SCILAMA_OK;
    int tables = 0;
    if (!take(&j, '{')) return damaged(path, error);
    while (!status && !take(&j, '}')) {
        const char *key;
        size_t n;
        tensor t;
        take(&j, ',');
        if (!string(&j, &key, &n) || !take(&j, ':')) return damaged(path, error);
        if (is(key, n, "__metadata__")) {
            json names = j;
            status = parse_names(&names, &out->names, ctx, error);
            if (!status && !skip_value(&j)) return damaged(path, error);
            continue;
        }
        if (!parse_tensor(&j, &t)) return damaged(path, error);
        if (t.rank == 2 && (!wanted || is(key, n, wanted)) && tables++ == 0)
            status = take_tensor(out, ctx, path, &t, bytes + 8 + header, size - 8 - (int64_t)header, error);
    }
    if (!status && tables == 0) status = slm_fail(error, SCILAMA_E_NOTFOUND, "%s holds no two-dimensional tensor%s%.60s", path, wanted ? " named " : "", wanted ? wanted : "");
    if (!status && tables > 1) status = slm_fail(error, SCILAMA_E_INVALID, "%s holds %d two-dimensional tensors: name one by the key", path, tables);
    return status;
}
