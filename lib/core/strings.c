/* SPDX-License-Identifier: MIT */
#include "core/core.h"

/* Tables of strings, all bytes in one block with offsets, so that a million names are three allocations; their order, an
 * index from names to rows, and lists that grow into tables. */

uint64_t slm_hash(uint64_t state, const void *data, size_t size)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < size; i++) state = (state ^ p[i]) * UINT64_C(0x100000001b3);
    return state;
}

static int64_t *make_offsets(scilama_context *ctx, int64_t count) { return slm_alloc_array(ctx, count / SLM_STRINGS_RUN + 1, sizeof(int64_t)); }

static scilama_status reserve(scilama_context *ctx, slm_strings *out, int64_t count, int64_t bytes, scilama_error *error)
{
    out->count = count;
    out->size = bytes;
    out->offsets = make_offsets(ctx, count);
    out->bytes = slm_alloc_array(ctx, bytes + 1, 1);
    if (out->offsets && out->bytes) return SCILAMA_OK;
    slm_strings_free(ctx, out);
    return slm_fail_nomem(error);
}

/* String i to `at`; returns where the next one goes. */
static int64_t place(slm_strings *out, int64_t i, int64_t at, const char *value)
{
    size_t n = value ? strlen(value) : 0;
    if (i % SLM_STRINGS_RUN == 0) out->offsets[i / SLM_STRINGS_RUN] = at;
    if (n) memcpy(out->bytes + at, value, n);
    out->bytes[at + (int64_t)n] = 0;
    return at + (int64_t)n + 1;
}

scilama_status slm_strings_copy(scilama_context *ctx, slm_strings *out, const char *const *values, int64_t count, scilama_error *error)
{
    int64_t bytes = 0, at = 0;
    for (int64_t i = 0; i < count; i++) bytes += values[i] ? (int64_t)strlen(values[i]) + 1 : 1;
    SLM_TRY(reserve(ctx, out, count, bytes, error));
    for (int64_t i = 0; i < count; i++) at = place(out, i, at, values[i]);
    return SCILAMA_OK;
}

scilama_status slm_strings_take(scilama_context *ctx, slm_strings *out, const slm_strings *in, const int64_t *rows, int64_t count, scilama_error *error)
{
    int64_t bytes = 0, at = 0;
    for (int64_t i = 0; i < count; i++) bytes += (int64_t)strlen(slm_string(in, rows[i])) + 1;
    SLM_TRY(reserve(ctx, out, count, bytes, error));
    for (int64_t i = 0; i < count; i++) at = place(out, i, at, slm_string(in, rows[i]));
    return SCILAMA_OK;
}

scilama_status slm_strings_clone(scilama_context *ctx, slm_strings *out, const slm_strings *in, scilama_error *error)
{
    SLM_TRY(reserve(ctx, out, in->count, in->size, error));
    for (int64_t i = 0; i < in->count; i += SLM_STRINGS_RUN) out->offsets[i / SLM_STRINGS_RUN] = in->offsets[i / SLM_STRINGS_RUN];
    if (in->size) memcpy(out->bytes, in->bytes, (size_t)in->size);
    return SCILAMA_OK;
}

scilama_status slm_strings_distinct(scilama_context *ctx, const slm_strings *in, slm_strings *names, int64_t **rows, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    slm_name_index index;
    int64_t n = 0;
    *rows = NULL;
    *names = (slm_strings){ 0 };
    SLM_TRY(slm_name_index_build(&work, &index, in, error));
    if (index.first_duplicate < 0) return SCILAMA_OK;
    if (!(*rows = slm_alloc_array(ctx, in->count, sizeof **rows))) return slm_fail_nomem(error);
    for (int64_t i = 0; i < in->count; i++)
        if (slm_name_index_find(&index, slm_string(in, i)) == i) (*rows)[n++] = i;
    return slm_strings_take(ctx, names, in, *rows, n, error);
}

const char **slm_strings_pointers(scilama_context *ctx, const slm_strings *strings)
{
    const char **all = slm_alloc_array(ctx, strings->count, sizeof *all);
    for (int64_t i = 0; all && i < strings->count; i++) all[i] = slm_string(strings, i);
    return all;
}

void slm_strings_list(const slm_strings *strings, char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (int64_t i = 0; i < strings->count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%.40s", i ? ", " : "", slm_string(strings, i));
}

scilama_status slm_strings_check(const slm_strings *strings, const char *what, scilama_status code, scilama_error *error)
{
    return slm_strings_check_from(strings, 0, what, code, error);
}

scilama_status slm_strings_check_from(const slm_strings *strings, int64_t first, const char *what, scilama_status code, scilama_error *error)
{
    if (!strings->count || slm_utf8_valid(strings->bytes, (size_t)strings->size)) return SCILAMA_OK;
    for (int64_t i = 0; i < strings->count; i++) {
        const char *name = slm_string(strings, i);
        if (!slm_utf8_valid(name, strlen(name)))
            return slm_fail(error, code, "%s %lld ('%.60s') is not UTF-8: convert the names, say with iconv -f LATIN1 -t UTF-8", what, (long long)(first + i) + 1, name);
    }
    return SCILAMA_OK;
}

void slm_strings_free(scilama_context *ctx, slm_strings *strings)
{
    slm_free_all(ctx, strings->offsets, strings->bytes);
    *strings = (slm_strings){ 0 };
}

void slm_strings_hold(slm_scope *scope, const slm_strings *strings)
{
    slm_scope_hold(scope, strings->offsets);
    slm_scope_hold(scope, strings->bytes);
}

void slm_strings_keep(slm_scope *scope, const slm_strings *strings)
{
    slm_scope_keep(scope, strings->offsets);
    slm_scope_keep(scope, strings->bytes);
}

void slm_strings_free_each(scilama_context *ctx, slm_strings *const *strings, size_t count)
{
    for (size_t i = 0; i < count; i++) slm_strings_free(ctx, strings[i]);
}

/* Bottom-up merge sort: stable, so ties keep row order. */
scilama_status slm_strings_order(scilama_context *ctx, const slm_strings *s, int64_t *order, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    int64_t n = s->count, *a = order, *b = slm_scope_array(&work, n, sizeof *b);
    if (!b) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) a[i] = i;
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t lo = 0; lo < n; lo += 2 * width) {
            int64_t mid = lo + width < n ? lo + width : n, hi = lo + 2 * width < n ? lo + 2 * width : n;
            for (int64_t i = lo, j = mid, k = lo; k < hi; k++) {
                bool left = i < mid && (j >= hi || strcmp(slm_string(s, a[i]), slm_string(s, a[j])) <= 0);
                b[k] = left ? a[i++] : a[j++];
            }
        }
        int64_t *t = a;
        a = b, b = t;
    }
    if (a != order) memcpy(order, a, (size_t)n * sizeof *a);
    return SCILAMA_OK;
}

scilama_status slm_name_index_build(slm_scope *scope, slm_name_index *out, const slm_strings *strings, scilama_error *error)
{
    int64_t size = 16;
    while (size < 2 * strings->count) size *= 2;
    *out = (slm_name_index){ .strings = strings, .mask = size - 1, .first_duplicate = -1 };
    out->slots = slm_scope_array(scope, size, sizeof *out->slots);
    if (!out->slots) return slm_fail_nomem(error);
    for (int64_t i = 0; i < size; i++) out->slots[i] = -1;
    for (int64_t row = 0; row < strings->count; row++) {
        const char *name = slm_string(strings, row);
        int64_t at = (int64_t)(slm_hash(SLM_HASH_START, name, strlen(name)) & (uint64_t)out->mask);
        while (out->slots[at] >= 0 && strcmp(slm_string(strings, out->slots[at]), name) != 0) at = (at + 1) & out->mask;
        if (out->slots[at] < 0) out->slots[at] = row;
        else if (out->first_duplicate < 0) out->first_duplicate = row;
    }
    return SCILAMA_OK;
}

int64_t slm_name_index_find(const slm_name_index *index, const char *name)
{
    int64_t at = (int64_t)(slm_hash(SLM_HASH_START, name, strlen(name)) & (uint64_t)index->mask);
    while (index->slots[at] >= 0) {
        if (strcmp(slm_string(index->strings, index->slots[at]), name) == 0) return index->slots[at];
        at = (at + 1) & index->mask;
    }
    return -1;
}

/* --- growing lists ----------------------------------------------------- */

void slm_name_list_init(slm_name_list *list, scilama_context *ctx)
{
    slm_bytes_init(&list->bytes, ctx);
    list->count = 0;
}

bool slm_name_list_add(slm_name_list *list, const char *name, size_t length)
{
    list->count++;
    return slm_bytes_put(&list->bytes, name, length) && slm_bytes_put(&list->bytes, "", 1);
}

void slm_name_list_free(slm_name_list *list)
{
    slm_bytes_free(&list->bytes);
    list->count = 0;
}

scilama_status slm_name_list_take(slm_name_list *list, slm_strings *out, scilama_error *error)
{
    scilama_context *ctx = list->bytes.ctx;
    *out = (slm_strings){ 0 };
    out->offsets = list->bytes.failed ? NULL : make_offsets(ctx, list->count);
    if (out->offsets && !list->bytes.data) slm_bytes_put(&list->bytes, "", 0);
    if (!out->offsets || list->bytes.failed) {
        slm_free(ctx, out->offsets);
        *out = (slm_strings){ 0 };
        return slm_fail_nomem(error);
    }
    int64_t at = 0;
    for (int64_t i = 0; i < list->count; i++) {
        if (i % SLM_STRINGS_RUN == 0) out->offsets[i / SLM_STRINGS_RUN] = at;
        at += (int64_t)strlen(list->bytes.data + at) + 1;
    }
    enum { MUCH = 1 << 20 };
    char *trimmed = list->bytes.capacity - list->bytes.size > MUCH ? slm_realloc_array(ctx, list->bytes.data, at, at + 1, 1) : NULL;
    if (trimmed) list->bytes.data = trimmed; /* else as it was */
    out->count = list->count;
    out->size = at;
    out->bytes = list->bytes.data;
    list->bytes.data = NULL;
    slm_name_list_free(list);
    return SCILAMA_OK;
}

scilama_status slm_strings_numbers(scilama_context *ctx, slm_strings *out, const int64_t *values, bool natural, int64_t count, scilama_error *error)
{
    SLM_NAME_LIST(list, ctx);
    char text[24];
    for (int64_t i = 0; i < count && !list.bytes.failed; i++) {
        int64_t value = values ? values[i] : i;
        int length = natural ? snprintf(text, sizeof text, "%" PRIu64, (uint64_t)value) : snprintf(text, sizeof text, "%" PRId64, value);
        slm_name_list_add(&list, text, (size_t)length);
    }
    return slm_name_list_take(&list, out, error);
}
