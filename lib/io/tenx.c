/* SPDX-License-Identifier: MIT */
#include "io/h5ad.h"
#include "io/tenx.h"

/* 10x Genomics .h5: Cell Ranger 3 (group matrix) and 2 (a group for each genome).
 * Stored by columns of genes × cells, which is by rows of cells × genes. */

bool slm_tenx_is(slm_h5_file *file)
{
    if (slm_h5_kind(file, "matrix/barcodes") == SLM_H5_DATASET) return true;
    slm_strings names;
    bool found = false;
    if (slm_h5_kind(file, "obs") || slm_h5_list(file, "", &names, NULL)) return false;
    for (int64_t i = 0; i < names.count && !found; i++) {
        char path[300];
        snprintf(path, sizeof path, "%.200s/barcodes", slm_string(&names, i));
        found = slm_h5_kind(file, path) == SLM_H5_DATASET;
    }
    slm_strings_free(slm_h5_context(file), &names);
    return found;
}

/* The group to read: "matrix", or the genome asked for, or the only one. */
static scilama_status choose_group(slm_h5_file *file, const char *genome, char *group, size_t size, scilama_error *error)
{
    if (slm_h5_kind(file, "matrix") == SLM_H5_GROUP) {
        snprintf(group, size, "matrix");
        return SCILAMA_OK;
    }
    slm_strings names;
    char list[120] = "";
    size_t used = 0;
    int64_t found = 0;
    SLM_TRY(slm_h5_list(file, "", &names, error));
    for (int64_t i = 0; i < names.count; i++) {
        char path[300];
        snprintf(path, sizeof path, "%.200s/barcodes", slm_string(&names, i));
        if (slm_h5_kind(file, path) != SLM_H5_DATASET) continue;
        if (used < sizeof list) used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", found ? ", " : "", slm_string(&names, i));
        if (genome && strcmp(genome, slm_string(&names, i)) != 0) continue;
        snprintf(group, size, "%.200s", slm_string(&names, i));
        found++;
    }
    slm_strings_free(slm_h5_context(file), &names);
    if (found == 1) return SCILAMA_OK;
    if (!list[0]) return slm_fail(error, SCILAMA_E_FORMAT, "%s is not a 10x Genomics file: no group has barcodes", slm_h5_path(file));
    if (genome) return slm_fail(error, SCILAMA_E_NOTFOUND, "%s: there is no genome \"%.40s\"; the genomes are %s", slm_h5_path(file), genome, list);
    return slm_fail(error, SCILAMA_E_INVALID, "%s holds several genomes (%s): name one as the layer", slm_h5_path(file), list);
}

static scilama_status read_names(slm_h5_file *file, const char *group, const char *name, slm_strings *out, scilama_error *error)
{
    return slm_h5_read_strings(file, SLM_AT(group, name), out, error);
}

static scilama_status read_matrix(slm_h5_file *file, const char *group, slm_matrix *out, scilama_error *error)
{
    slm_h5_matrix m = { .file = file };
    slm_h5_info info;
    int64_t *shape = NULL;
    char path[400];
    snprintf(m.path, sizeof m.path, "%s", group);
    snprintf(path, sizeof path, "%s/shape", group);
    scilama_status status = slm_h5_read_new(file, path, SLM_H5_I64, (void **)&shape, &info, error);
    if (!status && (info.count != 2 || shape[0] < 1 || shape[1] < 1 || shape[0] > INT32_MAX || shape[1] > INT32_MAX))
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not a size of genes x cells", slm_h5_path(file), path);
    if (!status) status = slm_h5_matrix_lines(&m, SCILAMA_STORAGE_CSR, shape[1], shape[0], error);
    if (!status) status = slm_h5_matrix_read(&m, out, error);
    slm_free(slm_h5_context(file), shape);
    return status;
}

scilama_status slm_keep_columns(scilama_context *ctx, slm_matrix *m, slm_strings *genes, const uint8_t *keep, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    int64_t *rows = slm_scope_array(&work, m->cols, sizeof *rows), n = 0, at = 0, start = 0;
    int32_t *renumber = slm_scope_array(&work, m->cols, sizeof *renumber);
    slm_strings kept;
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < m->cols; i++) {
        renumber[i] = (int32_t)n;
        if (keep[i]) rows[n++] = i;
    }
    if (n == m->cols) return SCILAMA_OK;
    SLM_TRY(slm_strings_take(ctx, &kept, genes, rows, n, error));
    for (int64_t r = 0; r < m->rows; r++) {
        int64_t end = m->indptr[r + 1];
        for (int64_t k = start; k < end; k++)
            if (keep[m->indices[k]]) m->values[at] = m->values[k], m->indices[at++] = renumber[m->indices[k]];
        start = end;
        m->indptr[r + 1] = at;
    }
    m->cols = n;
    slm_strings_free(ctx, genes);
    *genes = kept;
    return SCILAMA_OK;
}

static bool is_expression(const char *kind) { return !strcmp(kind, "Gene Expression"); }

/* "60 CRISPR Guide Capture, 2 Custom": the kinds of features other than gene expression. */
static void list_kinds(const slm_strings *kinds, char *text, size_t size)
{
    enum { MOST = 8 }; /* no file of Cell Ranger has so many */
    int64_t first[MOST], count[MOST] = { 0 };
    int n = 0;
    for (int64_t i = 0; i < kinds->count; i++) {
        int k = 0;
        if (is_expression(slm_string(kinds, i))) continue;
        while (k < n && strcmp(slm_string(kinds, first[k]), slm_string(kinds, i)) != 0) k++;
        if (k == n && n < MOST) first[n++] = i;
        if (k < n) count[k]++;
    }
    size_t used = 0;
    text[0] = 0;
    for (int k = 0; k < n && used < size; k++)
        used += (size_t)snprintf(text + used, size - used, "%s%lld %.40s", k ? ", " : "", (long long)count[k], slm_string(kinds, first[k]));
}

scilama_status slm_note_kinds(scilama_context *ctx, const char *path, const slm_strings *kinds, scilama_error *error)
{
    int64_t kept = 0;
    char others[240];
    for (int64_t i = 0; i < kinds->count; i++) kept += is_expression(slm_string(kinds, i));
    if (kept == kinds->count) return SCILAMA_OK;
    list_kinds(kinds, others, sizeof others);
    if (kept) slm_log(ctx, SCILAMA_LOG_WARNING, "%s: only the %lld features of the kind Gene Expression are read, not %s", path, (long long)kept, others);
    else
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%.100s: no feature is of the kind Gene Expression, but %.80s: to take these, save them as .h5ad", path, others);
    return SCILAMA_OK;
}

/* Only gene expression, and only the genome asked for. */
static scilama_status filter_features(slm_h5_file *file, const char *genome, slm_matrix *m, slm_strings *genes, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(file);
    slm_strings types = { 0 }, genomes = { 0 };
    uint8_t *keep = slm_alloc_array(ctx, m->cols, 1);
    scilama_status status = keep ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status && slm_h5_kind(file, "matrix/features/feature_type")) status = slm_h5_read_strings(file, "matrix/features/feature_type", &types, error);
    if (!status && genome && slm_h5_kind(file, "matrix/features/genome")) status = slm_h5_read_strings(file, "matrix/features/genome", &genomes, error);
    if (!status && ((types.count && types.count != m->cols) || (genomes.count && genomes.count != m->cols)))
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s: matrix/features does not have one entry for each gene", slm_h5_path(file));
    if (!status) status = slm_note_kinds(ctx, slm_h5_path(file), &types, error);
    int64_t kept = 0;
    for (int64_t i = 0; i < m->cols && !status; i++) {
        keep[i] = (!types.count || is_expression(slm_string(&types, i))) && (!genomes.count || !strcmp(slm_string(&genomes, i), genome));
        kept += keep[i];
    }
    if (!status && kept == 0) status = slm_fail(error, SCILAMA_E_NOTFOUND, "%s: no gene is of the genome \"%.60s\"", slm_h5_path(file), genome ? genome : "");
    if (!status) status = slm_keep_columns(ctx, m, genes, keep, error);
    slm_strings_free_all(ctx, &types, &genomes);
    slm_free(ctx, keep);
    return status;
}

static scilama_status read_file(scilama_dataset **out, slm_h5_file *file, const scilama_file_options *o, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(file);
    char group[256];
    slm_matrix m = { 0 };
    slm_strings cells = { 0 }, genes = { 0 };
    scilama_status status = choose_group(file, o->layer, group, sizeof group, error);
    bool third = !status && !strcmp(group, "matrix");
    if (!status) status = read_matrix(file, group, &m, error);
    if (!status) status = read_names(file, group, "barcodes", &cells, error);
    if (!status) status = read_names(file, group, third ? (o->gene_ids ? "features/id" : "features/name") : (o->gene_ids ? "genes" : "gene_names"), &genes, error);
    if (!status && (cells.count != m.rows || genes.count != m.cols))
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %lld barcodes and %lld genes do not fit a matrix of %lld cells x %lld genes", slm_h5_path(file),
                          (long long)cells.count, (long long)genes.count, (long long)m.rows, (long long)m.cols);
    if (!status && third) status = filter_features(file, o->layer, &m, &genes, error);
    status = slm_assemble_unique(out, ctx, slm_h5_path(file), &m, &cells, &genes, o, status, error);
    return status;
}

scilama_status slm_tenx_read(scilama_dataset **out, scilama_context *ctx, const char *path, const scilama_file_options *options, scilama_error *error)
{
    scilama_status status = slm_only_h5ad(path, options, error);
    *out = NULL;
    return status ? status : slm_read_by(read_file, out, ctx, path, options, error);
}
