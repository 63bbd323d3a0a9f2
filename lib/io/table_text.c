/* SPDX-License-Identifier: MIT */
#include "file/text.h"
#include "io/table.h"

/* CSV, TSV and word2vec text: a name, then numbers. A heading is told from numbers. */

typedef struct text_reader {
    slm_lines lines;
    char mark;            /* '\t', ',', ';' or ' ' (any white space) */
    bool both;            /* the first line has commas and semicolons: a heading does not tell which is the mark */
    slm_name_list names;
    float *values;
    int64_t rows, width, capacity;
    int64_t comma_line, point_line; /* where the first "1,5" and the first "1.5" are; 0 = nowhere */
    int64_t told_rows, told_width;  /* of word2vec's first line; 0 without */
    int64_t headed;                 /* columns that the heading names beside that of genes; -1 = no heading */
    bool headed_index;              /* it names that of genes too */
} text_reader;

/* What is left of a line after its name. */
typedef struct cursor {
    char *at, quote;      /* quote: the open one, or 0 */
    bool list;            /* within brackets, where commas and spaces part numbers whatever the mark is */
} cursor;

/* Quotes and brackets around numbers are padding: "[0.1, 0.2]" as pandas writes lists. */
static bool is_padding(char c) { return c == '"' || c == '[' || c == ']' || c == '\'' || c == ' '; }

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

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

/* A blank within a list ends a number where another one follows, not before a comma or the bracket. */
static bool ends_number(const char *p)
{
    if (*p == ',') return true;
    if (*p != ' ') return false;
    p += strspn(p, " ");
    return *p && *p != ',' && *p != ']';
}

/* Next field: its bounds; false at the end of the line. A mark within quotes or brackets is none. */
static bool next_field(cursor *c, char mark, char **from, char **to)
{
    char *q = c->at;
    if (!q) return false;
    while (*q == ' ' || (mark == ' ' && *q == '\t')) q++;
    if (mark == ' ' && !*q) return false;
    char *end = q;
    for (; *end; end++) {
        if (c->list ? ends_number(end) : !c->quote && (mark == ' ' ? is_blank(*end) : *end == mark)) break;
        if (*end == '[') c->list = true;
        else if (*end == ']') c->list = false;
        else if (c->quote ? *end == c->quote : *end == '"' || *end == '\'') c->quote = c->quote ? 0 : *end;
    }
    *from = q;
    *to = end;
    c->at = *end ? end + 1 : NULL;
    while (*from < *to && is_padding(**from)) ++*from;
    while (*to > *from && is_padding((*to)[-1])) --*to;
    return true;
}

/* A number with a decimal point, or with a decimal comma where commas part no fields. */
static bool read_value(char *from, char *to, double *value, bool *comma)
{
    *comma = false;
    if (slm_read_number(from, to, value)) return true;
    char *mark = memchr(from, ',', (size_t)(to - from));
    if (!mark || memchr(mark + 1, ',', (size_t)(to - mark - 1)) || memchr(from, '.', (size_t)(to - from))) return false;
    *mark = '.';
    *comma = slm_read_number(from, to, value);
    *mark = ',';
    return *comma;
}

/* Whether all that follows the name are numbers, at least `least`, when the line is split at `mark`. */
static bool are_numbers(char *rest, char mark, int64_t least)
{
    cursor c = { .at = rest };
    char *from, *to;
    int64_t n = 0;
    double value;
    bool comma;
    for (; next_field(&c, mark, &from, &to); n++)
        if (!(from == to && !c.at) && !read_value(from, to, &value, &comma)) return false;
    return n >= least;
}

/* A semicolon or a space is the mark beside a comma where the comma then is a decimal one. */
static char find_mark(char *line)
{
    if (strchr(line, '\t')) return '\t';
    char *first = line;
    if (*first == '"') /* a quoted name may hold anything */
        for (first++; *first && *first != '"';) first++;
    char *comma = strchr(first, ','), *semicolon = strchr(first, ';'), *space = strchr(first, ' ');
    if (!comma) return semicolon ? ';' : ' ';
    if (semicolon && are_numbers(semicolon + 1, ';', 1)) return ';';
    if (space && !semicolon && !are_numbers(comma + 1, ',', 1) && are_numbers(space + 1, ' ', 1)) return ' ';
    return ',';
}

/* What stands over a column of gene names. */
static bool is_index_word(const char *name, size_t length)
{
    static const char *const words[] = { "", "gene", "genes", "gene_id", "gene_ids", "geneid", "gene_name", "gene_names", "gene name", "gene_symbol",
                                         "gene symbol", "symbol", "symbols", "hgnc_symbol", "id", "ids", "name", "names", "index", "_index", "ensembl", "ensembl_id",
                                         "ensembl_gene_id", "entrez", "entrez_id", "feature", "features", "row", "rowname", "rownames", "unnamed: 0", "x" };
    char lower[20];
    if (length >= sizeof lower) return false;
    for (size_t i = 0; i < length; i++) lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
    lower[length] = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(lower, words[i])) return true;
    return false;
}

static bool is_missing(const char *from, const char *to)
{
    static const char *const words[] = { "", "NA", "N/A", "null", "NULL", "None", "-" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((size_t)(to - from) == strlen(words[i]) && !memcmp(from, words[i], (size_t)(to - from))) return true;
    return false;
}

/* A first line without a number; or 0, 1, 2 … (or 1, 2, 3 …) under such a name as an index has, as pandas numbers columns. */
static bool is_heading(text_reader *r, char *line)
{
    char *name, *from, *to;
    size_t length;
    cursor c = { .at = split_name(line, r->mark, &name, &length) };
    bool index = is_index_word(name, length), ordinal = index, comma;
    int64_t i = 0, numbers = 0, words = 0;
    double value, first = 0;
    r->headed_index = index && length != 1; /* "x" may be a column's name as well */
    for (r->headed = 0; next_field(&c, r->mark, &from, &to); i++) {
        r->headed += !(from == to && !c.at);
        if (!read_value(from, to, &value, &comma)) {
            words += !is_missing(from, to);
            ordinal = ordinal && from == to && !c.at;
            continue;
        }
        if (!numbers++) first = value, ordinal = ordinal && (value == 0 || value == 1);
        ordinal = ordinal && value == first + (double)i;
    }
    if (numbers) return ordinal;
    return i > 0 && (words || index);
}

static int64_t count_fields(char *rest, char mark)
{
    cursor c = { .at = rest };
    char *from, *to;
    int64_t n = 0;
    while (next_field(&c, mark, &from, &to)) n += !(from == to && !c.at); /* a mark at the end of the line adds nothing */
    return n;
}

/* "COUNT WIDTH" as word2vec begins */
static bool is_word2vec(const char *line, int64_t *rows, int64_t *width)
{
    const char *p = line;
    int64_t value[2] = { 0 };
    for (int i = 0; i < 2; i++) {
        const char *start = p;
        for (; *p >= '0' && *p <= '9'; p++) {
            if (value[i] > INT64_MAX / 100) return false;
            value[i] = value[i] * 10 + (*p - '0');
        }
        if (p == start || (i == 0 && *p != ' ')) return false;
        while (*p == ' ') p++;
    }
    bool counts = *p == 0 && value[0] && value[1];
    *rows = counts ? value[0] : 0;
    *width = counts ? value[1] : 0;
    return counts;
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

/* A comma in one number and a point in another: one of them parts thousands. */
static scilama_status note_mark(text_reader *r, bool comma, bool point, scilama_error *error)
{
    if (comma && !r->comma_line) r->comma_line = r->lines.number;
    if (point && !r->point_line) r->point_line = r->lines.number;
    if (!r->comma_line || !r->point_line) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld has a decimal comma and line %lld a decimal point: write all numbers with points, and none between thousands",
                    r->lines.path, (long long)r->comma_line, (long long)r->point_line);
}

/* Whether commas tear more numbers from a row than the heading names, as decimal commas do. R names no column of genes. */
static bool is_torn(const text_reader *r, const char *rest)
{
    if (r->mark != ',' || r->headed < 0 || strchr(rest, '[')) return false;
    return r->width != r->headed && (r->headed_index || r->width != r->headed + 1);
}

static scilama_status read_row(text_reader *r, char *line, scilama_error *error)
{
    char *name, *from, *to;
    size_t length;
    cursor rest = { .at = split_name(line, r->mark, &name, &length) };
    int shown = (int)(length > 40 ? 40 : length);
    long long number = (long long)r->lines.number;
    if (r->rows == 0) {
        r->width = count_fields(rest.at, r->mark);
        if (r->width == 0) return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld has a name but no numbers", r->lines.path, number);
        if (is_torn(r, rest.at))
            return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld (%.*s) has %lld numbers where the heading names %lld: if its commas are decimal ones, part the columns "
                                                     "by tabs or semicolons", r->lines.path, number, shown, name, (long long)r->width, (long long)r->headed);
    }
    scilama_status status = grow(r, error);
    float *out = status ? NULL : r->values + r->rows * r->width;
    int64_t n = 0;
    while (!status && next_field(&rest, r->mark, &from, &to)) {
        double value;
        bool comma;
        if (from == to && !rest.at && n == r->width) break;
        if (n == r->width)
            return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld (%.*s) has more than %lld numbers", r->lines.path, number, shown, name, (long long)r->width);
        if (!read_value(from, to, &value, &comma))
            return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld (%.*s): \"%.*s\" in column %lld is not a number", r->lines.path, number, shown, name,
                            (int)(to - from > 30 ? 30 : to - from), from, (long long)n + 2);
        if (comma || memchr(from, '.', (size_t)(to - from))) status = note_mark(r, comma, !comma, error);
        out[n++] = (float)value;
    }
    if (!status && n < r->width)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld (%.*s) has %lld numbers where the lines before have %lld", r->lines.path, number, shown, name,
                        (long long)n, (long long)r->width);
    if (!status && !slm_name_list_add(&r->names, name, length)) status = slm_fail_nomem(error);
    r->rows++;
    return status;
}

/* The mark is told by the first line; whether that is no row is returned. */
static bool read_first(text_reader *r, char *line)
{
    bool counts = is_word2vec(line, &r->told_rows, &r->told_width);
    r->mark = counts ? ' ' : find_mark(line);
    r->both = strchr(line, ';') != NULL && r->mark == ',';
    if (!counts && is_heading(r, line)) return true;
    r->headed = -1;
    return counts;
}

static scilama_status read_lines(text_reader *r, scilama_error *error)
{
    char *line;
    size_t length;
    enum { FIRST, AFTER_HEADING, ROWS } state = FIRST;
    for (;;) {
        scilama_status status = slm_lines_next(&r->lines, &line, &length, error);
        if (status || !line) return status;
        if (length == 0 || (line[0] == '#' && state == FIRST)) continue;
        SLM_TRY(slm_lines_text(&r->lines, line, length, error));
        if (r->lines.number % 1024 == 0 && slm_cancelled(r->lines.ctx)) return slm_fail_cancelled(error);
        if (state == FIRST) {
            char *copy = slm_strdup(r->lines.ctx, line); /* names are unquoted in place */
            if (!copy) return slm_fail_nomem(error);
            bool heading = read_first(r, copy);
            slm_free(r->lines.ctx, copy);
            state = heading ? AFTER_HEADING : ROWS;
            if (heading) continue;
        } else if (state == AFTER_HEADING) {
            if (r->both) r->mark = find_mark(line);
            state = ROWS;
        }
        SLM_TRY(read_row(r, line, error));
    }
}

scilama_status slm_table_text(slm_raw_table *out, scilama_context *ctx, const char *path, scilama_error *error)
{
    text_reader r = { .mark = '\t' };
    slm_name_list_init(&r.names, ctx);
    scilama_status status = slm_lines_open(&r.lines, ctx, path, error);
    if (!status) status = read_lines(&r, error);
    if (!status && r.rows == 0) status = slm_fail(error, SCILAMA_E_FORMAT, "%s holds no table: names and numbers are expected", path);
    if (!status && r.told_rows && (r.rows != r.told_rows || r.width != r.told_width))
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s says %lld x %lld in its first line but holds %lld x %lld: it is truncated, or no word2vec text", path,
                          (long long)r.told_rows, (long long)r.told_width, (long long)r.rows, (long long)r.width);
    if (!status) status = slm_name_list_take(&r.names, &out->names, error);
    out->values = r.values;
    out->rows = r.rows;
    out->width = r.width;
    slm_name_list_free(&r.names);
    slm_lines_close(&r.lines);
    return status;
}
