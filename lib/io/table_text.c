/* SPDX-License-Identifier: MIT */
#include "io/stream.h"
#include "io/table.h"
#include <string.h>

/* CSV, TSV and word2vec text: a name, then numbers. A heading is told from numbers. */

typedef struct text_reader {
    slm_lines lines;
    char mark;            /* '\t', ',', ';' or ' ' (any white space) */
    slm_name_list names;
    float *values;
    int64_t rows, width, capacity;
} text_reader;

/* Quotes and brackets around numbers are padding: "[0.1, 0.2]" as pandas writes lists. */
static bool is_padding(char c) { return c == '"' || c == '[' || c == ']' || c == '\'' || c == ' '; }

static char find_mark(const char *line)
{
    if (strchr(line, '\t')) return '\t';
    const char *first = line;
    if (*first == '"') /* a quoted name may hold anything */
        for (first++; *first && *first != '"';) first++;
    if (strchr(first, ',')) return ',';
    if (strchr(first, ';')) return ';';
    return ' ';
}

/* Takes the name off the line and returns what follows; the name is unquoted in place. */
static char *split_name(char *line, char mark, char **name, size_t *length)
{
    char *p = line;
    while (mark == ' ' && *p == ' ') p++;
    if (*p == '"') {
        char *to = ++p;
        *name = to;
        for (; *p && !(*p == '"' && p[1] != '"'); p++) {
            if (*p == '"') p++;
            *to++ = *p;
        }
        *length = (size_t)(to - *name);
        if (*p) p++;
    } else {
        *name = p;
        while (*p && *p != mark && !(mark == ' ' && *p == '\t')) p++;
        *length = (size_t)(p - *name);
    }
    while (*length && ((*name)[*length - 1] == ' ')) --*length;
    return *p ? p + 1 : p;
}

/* Next field in [*p, ...): its bounds; false at the end of the line. */
static bool next_field(char **p, char mark, char **from, char **to)
{
    char *q = *p;
    if (!q) return false;
    if (mark == ' ') {
        while (*q == ' ' || *q == '\t') q++;
        if (!*q) return false;
    }
    char *end = q;
    while (*end && *end != mark && *end != ',' && !(mark == ' ' && *end == '\t')) end++;
    *from = q;
    *to = end;
    *p = *end ? end + 1 : NULL;
    while (*from < *to && is_padding(**from)) ++*from;
    while (*to > *from && is_padding((*to)[-1])) --*to;
    return true;
}

static bool is_heading(char *line, char mark)
{
    char *name, *from, *to, *rest;
    size_t length;
    rest = split_name(line, mark, &name, &length);
    bool ordinal = length == 0; /* ",0,1,2": column numbers under an unnamed index */
    int64_t i = 0;
    for (; next_field(&rest, mark, &from, &to); i++) {
        double value;
        if (from == to) continue;
        if (!slm_read_number(from, to, &value)) return true;
        if (value < (double)i || value > (double)i) ordinal = false;
    }
    return ordinal && i > 0;
}

static int64_t count_fields(char *rest, char mark)
{
    char *from, *to;
    int64_t n = 0;
    while (next_field(&rest, mark, &from, &to)) n += !(from == to && !rest); /* a mark at the end of the line adds nothing */
    return n;
}

/* "COUNT WIDTH" as word2vec begins */
static bool is_word2vec(const char *line)
{
    const char *p = line;
    for (int i = 0; i < 2; i++) {
        const char *start = p;
        while (*p >= '0' && *p <= '9') p++;
        if (p == start || (i == 0 && *p != ' ')) return false;
        while (*p == ' ') p++;
    }
    return *p == 0;
}

static scilama_status grow(text_reader *r, scilama_error *error)
{
    int64_t count;
    if ((r->rows + 1) * r->width <= r->capacity) return SCILAMA_OK;
    if (!slm_mul_size(r->rows + 1, 2 * r->width, &count)) return slm_fail_nomem(error);
    if (count < 1024) count = 1024;
    float *grown = slm_realloc_array(r->lines.ctx, r->values, r->rows * r->width, count, sizeof *grown);
    if (!grown) return slm_fail_nomem(error);
    r->values = grown;
    r->capacity = count;
    return SCILAMA_OK;
}

static scilama_status read_row(text_reader *r, char *line, scilama_error *error)
{
    char *name, *from, *to;
    size_t length;
    char *rest = split_name(line, r->mark, &name, &length);
    if (r->rows == 0) {
        r->width = count_fields(rest, r->mark);
        if (r->width == 0)
            return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld has a name but no numbers", r->lines.path, (long long)r->lines.number);
    }
    scilama_status status = grow(r, error);
    float *out = status ? NULL : r->values + r->rows * r->width;
    int64_t n = 0;
    while (!status && next_field(&rest, r->mark, &from, &to)) {
        double value;
        if (from == to && !rest && n == r->width) break;
        if (n == r->width)
            return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld (%.*s) has more than %lld numbers", r->lines.path, (long long)r->lines.number,
                            (int)(length > 40 ? 40 : length), name, (long long)r->width);
        if (!slm_read_number(from, to, &value))
            return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld (%.*s): \"%.*s\" in column %lld is not a number", r->lines.path, (long long)r->lines.number,
                            (int)(length > 40 ? 40 : length), name, (int)(to - from > 30 ? 30 : to - from), from, (long long)n + 2);
        out[n++] = (float)value;
    }
    if (!status && n < r->width)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld (%.*s) has %lld numbers where the lines before have %lld", r->lines.path,
                        (long long)r->lines.number, (int)(length > 40 ? 40 : length), name, (long long)n, (long long)r->width);
    if (!status && !slm_name_list_add(&r->names, name, length)) status = slm_fail_nomem(error);
    r->rows++;
    return status;
}

static scilama_status read_lines(text_reader *r, scilama_error *error)
{
    char *line;
    size_t length;
    bool first = true;
    for (;;) {
        scilama_status status = slm_lines_next(&r->lines, &line, &length, error);
        if (status || !line) return status;
        if (length == 0 || (line[0] == '#' && first)) continue;
        if (memchr(line, 0, length)) return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld is not text", r->lines.path, (long long)r->lines.number);
        if (r->lines.number % 1024 == 0 && slm_cancelled(r->lines.ctx)) return slm_fail_cancelled(error);
        if (first) {
            first = false;
            r->mark = find_mark(line);
            if (is_word2vec(line) || is_heading(line, r->mark)) {
                r->mark = is_word2vec(line) ? ' ' : r->mark;
                continue;
            }
        }
        if ((status = read_row(r, line, error))) return status;
    }
}

scilama_status slm_table_text(slm_raw_table *out, scilama_context *ctx, const char *path, scilama_error *error)
{
    text_reader r = { .mark = '\t' };
    *out = (slm_raw_table){ 0 };
    slm_name_list_init(&r.names, ctx);
    scilama_status status = slm_lines_open(&r.lines, ctx, path, error);
    if (!status) status = read_lines(&r, error);
    if (!status && r.rows == 0) status = slm_fail(error, SCILAMA_E_FORMAT, "%s holds no table: names and numbers are expected", path);
    if (!status) status = slm_name_list_take(&r.names, &out->names, error);
    if (!status) {
        out->values = r.values;
        out->rows = r.rows;
        out->width = r.width;
        r.values = NULL;
    }
    slm_free(ctx, r.values);
    slm_name_list_free(&r.names);
    slm_lines_close(&r.lines);
    return status;
}
