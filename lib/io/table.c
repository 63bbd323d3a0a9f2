/* SPDX-License-Identifier: MIT */
#include "io/table.h"
#include "file/text.h"

/* Gene tables: the format is told by a file's first bytes, never by its name; names come with the numbers or from a file beside. */

const char *const slm_table_name_keys[SLM_TABLE_NAME_KEYS] = { "gene_id", "gene_ids", "genes", "gene", "names" };

void slm_raw_table_free(scilama_context *ctx, slm_raw_table *t)
{
    slm_strings_free(ctx, &t->names);
    slm_free(ctx, t->values);
    *t = (slm_raw_table){ 0 };
}

scilama_status slm_table_detect(const char *path, int *format, scilama_error *error)
{
    unsigned char head[16] = { 0 };
    size_t got;
    SLM_TRY(slm_file_peek(path, head, sizeof head, &got, error));
    if (got == 0) return slm_fail(error, SCILAMA_E_FORMAT, "%s is empty", path);
    *format = SLM_TABLE_TEXT;
    if (got >= 8 && !memcmp(head, "\x89HDF\r\n\x1a\n", 8)) *format = SLM_TABLE_HDF5;
    else if (got >= 6 && !memcmp(head, "\x93NUMPY", 6)) *format = SLM_TABLE_NPY;
    else if (got >= 4 && !memcmp(head, "PK\3\4", 4)) *format = SLM_TABLE_NPZ;
    else if (got >= 4 && !memcmp(head, "PAR1", 4)) *format = SLM_TABLE_PARQUET;
    else if (got >= 10 && head[8] == '{' && head[6] == 0 && head[7] == 0) *format = SLM_TABLE_SAFETENSORS;
    else if (got >= 2 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5) *format = SLM_TABLE_PICKLE;
    else if ((head[0] == 0x1f && head[1] == 0x8b) || !memcmp(head, "\xFF\xFE", 2) || !memcmp(head, "\xFE\xFF", 2)) *format = SLM_TABLE_TEXT; /* or UTF-16, which the lines refuse */
    else if (slm_file_is_hdf5(path)) *format = SLM_TABLE_HDF5;
    else if (memchr(head, 0, got)) *format = SLM_TABLE_UNKNOWN;
    return SCILAMA_OK;
}

/* --- names beside the numbers ------------------------------------------------------------ */

static bool beside(const char *path, char *out, size_t size)
{
    static const char *const ends[] = { ".txt", ".genes", ".tsv", ".csv", ".genes.txt", ".names", ".txt.gz", ".tsv.gz" };
    size_t stem = strlen(path);
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    if (dot && (!slash || dot > slash)) stem = (size_t)(dot - path);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(out, size, "%.*s%s", (int)stem, path, ends[i]);
        if (slm_file_exists(out)) return true;
    }
    return false;
}

static scilama_status read_names(scilama_context *ctx, const char *path, int64_t rows, slm_strings *out, scilama_error *error)
{
    SLM_LINES(lines);
    SLM_NAME_LIST(list, ctx);
    char *line, *name;
    size_t length, n;
    SLM_TRY(slm_lines_open(&lines, ctx, path, error));
    for (;;) {
        SLM_TRY(slm_lines_next(&lines, &line, &length, error));
        if (!line) break;
        SLM_TRY(slm_lines_text(&lines, line, length, error));
        slm_field(line, strchr(line, '\t') ? '\t' : ',', &name, &n);
        if (length && !slm_name_list_add(&list, name, n)) return slm_fail_nomem(error);
    }
    if (list.count == rows + 1) { /* a heading */
        size_t skip = strlen(list.bytes.data) + 1;
        memmove(list.bytes.data, list.bytes.data + skip, list.bytes.size - skip);
        list.bytes.size -= skip;
        list.count--;
    }
    if (list.count != rows)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s has %lld names but the table has %lld rows", path, (long long)list.count, (long long)rows);
    return slm_name_list_take(&list, out, error);
}

static scilama_status add_names(slm_raw_table *t, scilama_context *ctx, const char *path, const char *names_path, scilama_error *error)
{
    char found[1200];
    if (names_path || !t->names.count) slm_strings_free(ctx, &t->names);
    if (!names_path && !t->names.count) {
        bool there = beside(path, found, sizeof found);
        if (!there && t->lack[0]) return slm_fail(error, SCILAMA_E_NOTFOUND, "%.150s: %s", path, t->lack);
        if (!there)
            return slm_fail(error, SCILAMA_E_NOTFOUND, "%s has no gene names: put one name a line into a .txt file of the same stem, or name the file", path);
        names_path = found;
    }
    if (names_path) return read_names(ctx, names_path, t->rows, &t->names, error);
    if (t->names.count == t->rows) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_FORMAT, "%s has %lld names but the table has %lld rows", path, (long long)t->names.count, (long long)t->rows);
}

/* Keeps the first row of each name. */
static scilama_status drop_duplicates(slm_raw_table *t, scilama_context *ctx, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    slm_strings kept;
    int64_t *rows;
    scilama_status status = slm_strings_distinct(ctx, &t->names, &kept, &rows, error);
    slm_scope_hold(&work, rows);
    if (status || !rows) return status;
    for (int64_t i = 0; i < kept.count; i++)
        memmove(t->values + i * t->width, t->values + rows[i] * t->width, (size_t)t->width * sizeof *t->values);
    slm_strings_free(ctx, &t->names);
    t->names = kept;
    t->rows = kept.count;
    return SCILAMA_OK;
}

static scilama_status parse(slm_table_parser *parser, slm_raw_table *t, scilama_context *ctx, const char *path, const char *key, scilama_error *error)
{
    char *bytes;
    int64_t size;
    scilama_status status = slm_file_read(ctx, path, &bytes, &size, error);
    if (!status) status = parser(t, ctx, path, key, bytes, size, error);
    slm_free(ctx, bytes);
    return status;
}

static scilama_status read_raw(slm_raw_table *t, scilama_context *ctx, const char *path, const scilama_table_options *o, scilama_error *error)
{
    int format;
    SLM_TRY(slm_table_detect(path, &format, error));
    switch (format) {
    case SLM_TABLE_HDF5: return slm_table_hdf5(t, ctx, path, o->key, error);
    case SLM_TABLE_NPY: return parse(slm_table_npy, t, ctx, path, o->key, error);
    case SLM_TABLE_NPZ: return parse(slm_table_npz, t, ctx, path, o->key, error);
    case SLM_TABLE_SAFETENSORS: return parse(slm_table_safetensors, t, ctx, path, o->key, error);
    case SLM_TABLE_TEXT: return slm_table_text(t, ctx, path, error);
    case SLM_TABLE_PARQUET: return slm_table_parquet(t, ctx, path, o->key, error);
    case SLM_TABLE_PICKLE:
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s is a Python pickle, which is never read: save the array as .npy or safetensors, and the names as text", path);
    default:
        return slm_fail(error, SCILAMA_E_FORMAT, "%s is not a table of a known format: HDF5, .npy, .npz, CSV, TSV, word2vec text, safetensors or .h5ad are read", path);
    }
}

scilama_status slm_table_read(scilama_gene_table **out, scilama_context *ctx, const char *path, const scilama_table_options *options, scilama_error *error)
{
    slm_raw_table t = { 0 };
    *out = NULL;
    scilama_status status = read_raw(&t, ctx, path, options, error);
    if (!status) status = add_names(&t, ctx, path, options->names_path, error);
    if (!status && (t.rows == 0 || t.width == 0)) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: the table is empty (%lld x %lld)", path, (long long)t.rows, (long long)t.width);
    if (!status && options->first_duplicate) status = drop_duplicates(&t, ctx, error);
    if (!status) {
        status = slm_gene_table_from_parts(out, ctx, &t.names, t.values, t.rows, t.width, error);
        if (!status) t.values = NULL;
        else if (error && status != SCILAMA_E_NOMEM) {
            char text[sizeof error->message];
            memcpy(text, error->message, sizeof text);
            slm_fail(error, status, "%.100s: %s", path, text);
        }
    }
    slm_raw_table_free(ctx, &t);
    return status;
}
