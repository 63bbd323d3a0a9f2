/* SPDX-License-Identifier: MIT */
#include "io/foreign.h"
#include "io/h5ad.h"
#include "io/loom.h"
#include "file/text.h"
#include "io/tenx.h"

/* MatrixMarket with barcodes and features beside it. */

enum { PATH_BYTES = 4096 }; /* longer ones no system opens */

typedef struct coordinates {
    int64_t rows, cols, declared, count, capacity;
    int32_t *row, *col;
    float *value;
} coordinates;

static bool join(char *out, const char *folder, const char *prefix, const char *name, const char *end)
{
    int length = snprintf(out, PATH_BYTES, "%s/%s%s%s", folder, prefix, name, end);
    return length > 0 && length < PATH_BYTES;
}

static bool find(const char *folder, const char *prefix, const char *name, char *out)
{
    return (join(out, folder, prefix, name, "") && slm_file_exists(out)) || (join(out, folder, prefix, name, ".gz") && slm_file_exists(out));
}

/* "DIR" or "DIR/PREFIXmatrix.mtx[.gz]" into folder and prefix. */
static bool split_path(const char *path, char *folder, char *prefix)
{
    char matrix[PATH_BYTES];
    prefix[0] = 0;
    size_t length = strlen(path);
    if (length >= PATH_BYTES) return false;
    memcpy(folder, path, length + 1);
    if (slm_is_folder(path)) return find(folder, "", "matrix.mtx", matrix);
    if (!slm_ends_with(path, ".mtx") && !slm_ends_with(path, ".mtx.gz")) return false;
    char *slash = strrchr(folder, '/');
    const char *name = slash ? slash + 1 : folder, *at = strstr(name, "matrix.mtx");
    if (at && at - name < 200) snprintf(prefix, 256, "%.*s", (int)(at - name), name);
    if (slash) *slash = 0;
    else snprintf(folder, PATH_BYTES, ".");
    return at != NULL;
}

bool slm_mtx_is(const char *path)
{
    char folder[PATH_BYTES], prefix[256];
    return split_path(path, folder, prefix);
}

/* --- the matrix --------------------------------------------------------------------------- */

static bool read_integer(const char **p, const char *end, int64_t *value)
{
    while (*p < end && (**p == ' ' || **p == '\t')) ++*p;
    const char *start = *p;
    *value = 0;
    for (; *p < end && **p >= '0' && **p <= '9'; ++*p) {
        if (*value > INT64_MAX / 100) return false;
        *value = *value * 10 + (**p - '0');
    }
    return *p > start;
}

static scilama_status bad_line(const slm_lines *lines, const char *why, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld %s", lines->path, (long long)lines->number, why);
}

static scilama_status grow(scilama_context *ctx, coordinates *c, scilama_error *error)
{
    int64_t count = c->capacity ? c->capacity * 2 : 4096;
    int32_t *row = slm_realloc_array(ctx, c->row, c->count, count, sizeof *row);
    if (row) c->row = row;
    int32_t *col = row ? slm_realloc_array(ctx, c->col, c->count, count, sizeof *col) : NULL;
    if (col) c->col = col;
    float *value = col ? slm_realloc_array(ctx, c->value, c->count, count, sizeof *value) : NULL;
    if (!value) return slm_fail_nomem(error);
    c->value = value;
    c->capacity = count;
    return SCILAMA_OK;
}

static scilama_status read_entry(slm_lines *lines, const char *line, size_t length, bool pattern, coordinates *c, scilama_error *error)
{
    const char *p = line, *end = line + length;
    int64_t i, j;
    double value = 1;
    if (!read_integer(&p, end, &i) || !read_integer(&p, end, &j)) return bad_line(lines, "is not \"row column value\"", error);
    if (i < 1 || i > c->rows || j < 1 || j > c->cols) return bad_line(lines, "is outside the size that the file declares", error);
    if (!pattern && !slm_read_number(p, end, &value)) return bad_line(lines, "has no value", error);
    if (c->count == c->declared) return bad_line(lines, "is one entry more than the file declares", error);
    scilama_status status = c->count == c->capacity ? grow(lines->ctx, c, error) : SCILAMA_OK;
    if (status) return status;
    c->row[c->count] = (int32_t)(i - 1);
    c->col[c->count] = (int32_t)(j - 1);
    c->value[c->count++] = (float)value;
    return SCILAMA_OK;
}

static scilama_status read_banner(slm_lines *lines, bool *pattern, scilama_error *error)
{
    char *line;
    size_t length;
    SLM_TRY(slm_lines_next(lines, &line, &length, error));
    if (!line || strncmp(line, "%%MatrixMarket", 14) != 0) return slm_fail(error, SCILAMA_E_FORMAT, "%s is not MatrixMarket: its first line says nothing of it", lines->path);
    *pattern = strstr(line, "pattern") != NULL;
    if (!strstr(line, "coordinate") || !strstr(line, "general") || strstr(line, "complex"))
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s is not a general coordinate matrix of numbers", lines->path);
    return SCILAMA_OK;
}

static scilama_status read_coordinates(scilama_context *ctx, const char *path, coordinates *c, scilama_error *error)
{
    slm_lines lines;
    char *line;
    size_t length;
    bool pattern = false, sized = false;
    scilama_status status = slm_lines_open(&lines, ctx, path, error);
    if (!status) status = read_banner(&lines, &pattern, error);
    while (!status && !(status = slm_lines_next(&lines, &line, &length, error)) && line) {
        if (length == 0 || line[0] == '%') continue;
        if (sized) status = read_entry(&lines, line, length, pattern, c, error);
        else {
            const char *p = line, *end = line + length;
            sized = true;
            if (!read_integer(&p, end, &c->rows) || !read_integer(&p, end, &c->cols) || !read_integer(&p, end, &c->declared) ||
                c->rows > INT32_MAX || c->cols > INT32_MAX || c->rows < 1 || c->cols < 1)
                status = bad_line(&lines, "is not a size", error);
        }
        if (!status && (lines.number & 0xFFFF) == 0 && slm_cancelled(ctx)) status = slm_fail_cancelled(error);
    }
    slm_lines_close(&lines);
    if (!status && (!sized || c->count != c->declared))
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s ends after %lld of %lld entries: it is truncated", path, (long long)c->count, (long long)c->declared);
    return status;
}

/* Cells × genes from entries of genes × cells (or of cells × genes). */
static scilama_status to_csr(scilama_context *ctx, const coordinates *c, bool genes_first, slm_matrix *out, scilama_error *error)
{
    scilama_status status = slm_entries_to_csr(ctx, genes_first ? c->col : c->row, genes_first ? c->row : c->col, NULL, c->value, c->count,
                                               genes_first ? c->cols : c->rows, genes_first ? c->rows : c->cols, out, error);
    return status ? status : slm_lines_canonical(ctx, out->indptr, out->indices, out->values, out->rows, error);
}

/* --- names ------------------------------------------------------------------------------- */

/* Field `field` of each line; kinds (may be NULL) takes the third field where there is one. */
static scilama_status read_fields(scilama_context *ctx, const char *path, int field, slm_strings *out, slm_strings *kinds, scilama_error *error)
{
    SLM_LINES(lines);
    SLM_NAME_LIST(names, ctx);
    SLM_NAME_LIST(third, ctx);
    char *line;
    size_t length;
    SLM_TRY(slm_lines_open(&lines, ctx, path, error));
    for (;;) {
        SLM_TRY(slm_lines_next(&lines, &line, &length, error));
        if (!line) break;
        if (length == 0) continue;
        char *part[3] = { NULL, NULL, NULL }, *at = line;
        size_t size[3] = { 0 };
        SLM_TRY(slm_lines_text(&lines, line, length, error));
        for (int i = 0; i < 3 && at; i++) at = slm_field(at, '\t', &part[i], &size[i]);
        int use = part[field] ? field : 0;
        slm_name_list_add(&names, part[use], size[use]);
        if (part[2] && kinds) slm_name_list_add(&third, part[2], size[2]);
    }
    if (kinds && third.count == names.count) SLM_TRY(slm_name_list_take(&third, kinds, error));
    return slm_name_list_take(&names, out, error);
}

/* The third column holds kinds of features as Cell Ranger names them, not something else. */
static bool are_kinds(const slm_strings *third)
{
    static const char *const known[] = { "Gene Expression", "Antibody Capture", "CRISPR Guide Capture", "Multiplexing Capture", "Antigen Capture",
                                         "Custom", "Peaks" };
    for (int64_t i = 0; i < third->count; i++)
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (!strcmp(slm_string(third, i), known[k])) return true;
    return false;
}

static scilama_status keep_expression(scilama_context *ctx, const char *path, slm_matrix *m, slm_strings *genes, const slm_strings *kinds, scilama_error *error)
{
    if (!are_kinds(kinds)) return SCILAMA_OK;
    SLM_TRY(slm_note_kinds(ctx, path, kinds, error));
    uint8_t *keep = slm_alloc_array(ctx, m->cols, 1);
    if (!keep) return slm_fail_nomem(error);
    for (int64_t i = 0; i < m->cols; i++) keep[i] = !strcmp(slm_string(kinds, i), "Gene Expression");
    scilama_status status = slm_keep_columns(ctx, m, genes, keep, error);
    slm_free(ctx, keep);
    return status;
}

static scilama_status locate(const char *path, char *matrix, char *barcodes, char *features, scilama_error *error)
{
    char folder[PATH_BYTES], prefix[256];
    if (!split_path(path, folder, prefix) || !find(folder, prefix, "matrix.mtx", matrix))
        return slm_fail(error, SCILAMA_E_NOTFOUND, "%s holds no matrix.mtx or matrix.mtx.gz", path);
    if (!find(folder, prefix, "barcodes.tsv", barcodes)) return slm_fail(error, SCILAMA_E_NOTFOUND, "%s: there is no %sbarcodes.tsv[.gz] beside the matrix", folder, prefix);
    if (!find(folder, prefix, "features.tsv", features) && !find(folder, prefix, "genes.tsv", features))
        return slm_fail(error, SCILAMA_E_NOTFOUND, "%s: there is no %sfeatures.tsv[.gz] or genes.tsv[.gz] beside the matrix", folder, prefix);
    return SCILAMA_OK;
}

scilama_status slm_mtx_read(scilama_dataset **out, scilama_context *ctx, const char *path, const scilama_file_options *o, scilama_error *error)
{
    char matrix[PATH_BYTES], barcodes[PATH_BYTES], features[PATH_BYTES];
    coordinates c = { 0 };
    slm_matrix m = { 0 };
    slm_strings cells = { 0 }, genes = { 0 }, kinds = { 0 };
    *out = NULL;
    scilama_status status = slm_is_folder(path) ? slm_folder_foreign(path, error) : SCILAMA_OK;
    if (!status) status = slm_only_h5ad(path, o, error);
    if (!status) status = locate(path, matrix, barcodes, features, error);
    if (!status) status = read_fields(ctx, barcodes, 0, &cells, NULL, error);
    if (!status) status = read_fields(ctx, features, o->gene_ids ? 0 : 1, &genes, &kinds, error);
    if (!status) status = read_coordinates(ctx, matrix, &c, error);
    bool genes_first = c.rows == genes.count && c.cols == cells.count;
    if (!status && !genes_first && !(c.rows == cells.count && c.cols == genes.count))
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s is %lld x %lld but there are %lld barcodes and %lld features", matrix, (long long)c.rows, (long long)c.cols,
                          (long long)cells.count, (long long)genes.count);
    if (!status) status = to_csr(ctx, &c, genes_first, &m, error);
    slm_free_all(ctx, c.row, c.col, c.value);
    if (!status) status = keep_expression(ctx, path, &m, &genes, &kinds, error);
    status = slm_assemble_unique(out, ctx, path, &m, &cells, &genes, o, status, error);
    slm_strings_free(ctx, &kinds);
    return status;
}

/* --- any of them ---------------------------------------------------------------------------- */

scilama_status slm_any_read(scilama_dataset **out, scilama_context *ctx, const char *path, const scilama_file_options *o, scilama_error *error)
{
    slm_h5_file *file;
    *out = NULL;
    if (slm_is_folder(path) || slm_mtx_is(path)) return slm_mtx_read(out, ctx, path, o, error);
    scilama_status status = slm_h5_open(&file, ctx, path, error);
    if (status) return status;
    bool tenx = slm_tenx_is(file), loom = slm_loom_is(file);
    SLM_TRY(slm_h5_close_read(file, SCILAMA_OK, error));
    if (loom) return slm_loom_read(out, ctx, path, o, error);
    return tenx ? slm_tenx_read(out, ctx, path, o, error) : slm_h5ad_read(out, ctx, path, o, error);
}
