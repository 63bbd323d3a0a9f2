/* SPDX-License-Identifier: MIT */
#include "io/loom.h"

/* matrix [genes × cells] and layers/NAME alike, row_attrs/NAME of genes, col_attrs/NAME of cells
 * (https://linnarssonlab.org/loompy/format). Rows are genes, so a block of rows is turned into lines of CSC. */

enum { PATH_BYTES = 600, BLOCK_VALUES = 1 << 18 };

bool slm_loom_is(slm_h5_file *file)
{
    return slm_h5_kind(file, "matrix") == SLM_H5_DATASET && slm_h5_kind(file, "row_attrs") == SLM_H5_GROUP && slm_h5_kind(file, "col_attrs") == SLM_H5_GROUP;
}

/* The attribute that names rows or columns: by loompy, by anndata, by scripts of velocyto and scVelo. */
static const char *naming(slm_h5_file *file, const char *group, const char *const *known)
{
    for (; *known; known++) {
        if (slm_h5_kind(file, SLM_AT(group, *known)) == SLM_H5_DATASET) return *known;
    }
    return NULL;
}

static scilama_status read_names(slm_h5_file *file, const char *group, const char *const *known, int64_t count, slm_strings *out, scilama_error *error)
{
    char path[PATH_BYTES];
    const char *name = naming(file, group, known);
    if (!name) return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s has no %s, which would name the %s", slm_h5_path(file), group, known[0],
                               group[0] == 'r' ? "genes" : "cells");
    snprintf(path, sizeof path, "%s/%s", group, name);
    scilama_status status = slm_h5_read_strings(file, path, out, error);
    if (!status && out->count != count)
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s has %lld names where the matrix has %lld", slm_h5_path(file), path, (long long)out->count, (long long)count);
    return status;
}

static scilama_status locate(slm_h5_file *file, const char *layer, char *path, scilama_error *error)
{
    slm_strings names = { 0 };
    char list[120] = "";
    bool whole = !layer || !layer[0] || !strcmp(layer, "X");
    snprintf(path, PATH_BYTES, whole ? "matrix" : "layers/%.500s", whole ? "" : layer);
    if (slm_h5_kind(file, path) == SLM_H5_DATASET) return SCILAMA_OK;
    if (slm_h5_kind(file, "layers") == SLM_H5_GROUP) slm_h5_list(file, "layers", &names, NULL);
    slm_strings_list(&names, list, sizeof list);
    slm_strings_free(slm_h5_context(file), &names);
    return slm_fail(error, SCILAMA_E_NOTFOUND, "%.100s has no layer \"%.40s\" (%s%s)", slm_h5_path(file), layer, list[0] ? "there are " : "there are none", list);
}

typedef struct lines { /* of genes, as they are read */
    scilama_context *ctx;
    slm_bytes cells, values;
    int64_t *indptr, stored;
} lines;

static scilama_status take_block(lines *l, const float *block, int64_t first, int64_t genes, int64_t cells, scilama_error *error)
{
    for (int64_t g = 0; g < genes; g++) {
        const float *row = block + g * cells;
        for (int64_t c = 0; c < cells; c++) {
            if (row[c] == 0) continue;
            int32_t at = (int32_t)c;
            slm_bytes_put(&l->cells, (const char *)&at, sizeof at);
            slm_bytes_put(&l->values, (const char *)&row[c], sizeof *row);
            l->stored++;
        }
        l->indptr[first + g + 1] = l->stored;
    }
    return l->cells.failed || l->values.failed ? slm_fail_nomem(error) : SCILAMA_OK;
}

static scilama_status read_lines(lines *l, slm_h5_file *file, const char *path, const slm_h5_info *info, scilama_error *error)
{
    int64_t genes = info->dims[0], cells = info->dims[1], step = cells < BLOCK_VALUES ? BLOCK_VALUES / cells : 1;
    float *block = slm_alloc_array(l->ctx, (step < genes ? step : genes) * cells, sizeof *block);
    l->indptr = slm_alloc_array_zero(l->ctx, genes + 1, sizeof *l->indptr);
    scilama_status status = block && l->indptr ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t first = 0; first < genes && !status; first += step) {
        int64_t n = first + step < genes ? step : genes - first;
        if (slm_cancelled(l->ctx)) status = slm_fail_cancelled(error);
        if (!status) status = slm_h5_read_rows(file, path, SLM_H5_F32, first, n, block, error);
        if (!status) status = take_block(l, block, first, n, cells, error);
    }
    slm_free(l->ctx, block);
    return status;
}

static scilama_status read_matrix(slm_h5_file *file, const char *path, bool empty, slm_matrix *m, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(file);
    slm_h5_info info;
    lines l = { .ctx = ctx };
    scilama_status status = slm_h5_describe(file, path, &info, error);
    if (status) return status;
    if (info.rank != 2 || info.dims[0] < 1 || info.dims[1] < 1 || info.dims[0] > INT32_MAX || info.dims[1] > INT32_MAX)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not a table of genes x cells", slm_h5_path(file), path);
    if (info.kind > SLM_H5_BOOL) return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s does not hold numbers", slm_h5_path(file), path);
    if (!empty) status = slm_h5_plausible(file, path, &info, error);
    if (status) return status;
    slm_bytes_init(&l.cells, ctx);
    slm_bytes_init(&l.values, ctx);
    if (empty) l.indptr = slm_alloc_array_zero(ctx, info.dims[0] + 1, sizeof *l.indptr);
    if (empty && !l.indptr) status = slm_fail_nomem(error);
    if (!empty) status = read_lines(&l, file, path, &info, error);
    if (!status) status = slm_entries_to_csr(ctx, (const int32_t *)(const void *)l.cells.data, NULL, l.indptr, (const float *)(const void *)l.values.data,
                                             l.indptr[info.dims[0]], info.dims[1], info.dims[0], m, error);
    slm_bytes_free(&l.cells);
    slm_bytes_free(&l.values);
    slm_free(ctx, l.indptr);
    return status;
}

/* Attributes of cells: those of one value a cell become columns; the others are said not to be read. */
static scilama_status read_columns(scilama_dataset *d, slm_h5_file *file, const char *names_of_cells, const scilama_file_options *options, scilama_error *error)
{
    slm_frame frame = { .file = file, .path = "col_attrs", .rows = d->cells, .index = (char *)names_of_cells };
    scilama_status status = slm_h5_list(file, "col_attrs", &frame.columns, error);
    if (!status) status = slm_add_columns(d, &frame, options, error);
    slm_strings_free(slm_h5_context(file), &frame.columns);
    return status;
}

static scilama_status read_file(scilama_dataset **out, slm_h5_file *file, const scilama_file_options *o, scilama_error *error)
{
    static const char *const cell_names[] = { "CellID", "obs_names", "cell_names", "barcode", "barcodes", NULL };
    static const char *const gene_names[] = { "Gene", "var_names", "gene_names", "Accession", NULL };
    static const char *const gene_ids[] = { "Accession", "gene_ids", "GeneID", NULL };
    scilama_context *ctx = slm_h5_context(file);
    char path[PATH_BYTES];
    slm_matrix m = { 0 };
    slm_strings cells = { 0 }, genes = { 0 };
    if (!slm_loom_is(file)) return slm_fail(error, SCILAMA_E_FORMAT, "%s is not a loom file", slm_h5_path(file));
    scilama_status status = locate(file, o->layer, path, error);
    if (!status) status = read_matrix(file, path, o->annotation_only, &m, error);
    if (!status) status = read_names(file, "col_attrs", cell_names, m.rows, &cells, error);
    if (!status) status = read_names(file, "row_attrs", o->gene_ids ? gene_ids : gene_names, m.cols, &genes, error);
    status = slm_assemble_unique(out, ctx, slm_h5_path(file), &m, &cells, &genes, o, status, error);
    if (!status) status = read_columns(*out, file, naming(file, "col_attrs", cell_names), o, error);
    return status;
}

scilama_status slm_loom_read(scilama_dataset **out, scilama_context *ctx, const char *path, const scilama_file_options *options, scilama_error *error)
{
    scilama_status status = slm_only_h5ad(path, options, error);
    *out = NULL;
    return status ? status : slm_read_by(read_file, out, ctx, path, options, error);
}
