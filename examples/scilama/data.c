/* SPDX-License-Identifier: MIT */
/* Files in and out, as all verbs need them. */

#include "common.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The part of a file that the verb was asked for. */
static scilama_file_options cell_options(app *a, const char *layer)
{
    scilama_file_options o;
    scilama_file_options_init(&o, sizeof o);
    o.layer = layer;
    o.modality = a->modality;
    return o;
}

char *data_key(app *a, const char *key) { return a->modality ? app_text(a, "mod/%s/%s", a->modality, key) : app_text(a, "%s", key); }

scilama_status read_cells(app *a, const char *path, const char *layer, bool first_duplicate, scilama_dataset **out)
{
    return stream_cells(a, path, layer, first_duplicate, 0, out);
}

scilama_status stream_cells(app *a, const char *path, const char *layer, bool first_duplicate, int64_t memory, scilama_dataset **out)
{
    scilama_file_options o = cell_options(a, layer);
    o.first_duplicate = first_duplicate;
    o.stream_memory = memory;
    o.scratch_folder = getenv("TMPDIR");
    scilama_status status = scilama_dataset_read(out, a->context, path, &o, &a->error);
    char *said = status == SCILAMA_E_DUPLICATE && !first_duplicate ? fit_option(a, path, "options/first_duplicate") : NULL;
    if (!said || strcmp(said, "1")) return status;
    o.first_duplicate = 1; /* as the fit that wrote the file was told */
    return scilama_dataset_read(out, a->context, path, &o, &a->error);
}

char *fit_option(app *a, const char *path, const char *name)
{
    char *full = app_text(a, "uns/scilama/%s", name), *key = full ? data_key(a, full) : NULL, *text = NULL, *kept = NULL;
    if (key && !scilama_h5ad_read_string(&text, a->context, path, key, NULL)) kept = app_text(a, "%s", text);
    scilama_text_destroy(a->context, text);
    return kept;
}

scilama_status gene_rows(app *a, const char *path, scilama_dataset *d, int64_t rows, int64_t **map)
{
    int64_t genes = scilama_dataset_genes(d), at = 0;
    *map = app_alloc(a, genes, sizeof **map);
    if (!*map) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < genes; g++) (*map)[g] = g;
    if (rows == genes) return SCILAMA_OK;
    scilama_dataset *file = NULL;
    scilama_file_options o = cell_options(a, NULL);
    o.annotation_only = 1;
    scilama_status status = scilama_dataset_read(&file, a->context, path, &o, &a->error);
    if (status) return status;
    /* those that were read are the first of each name, in the order of the file */
    for (int64_t r = 0; r < scilama_dataset_genes(file) && at < genes; r++)
        if (!strcmp(scilama_dataset_gene_name(file, r), scilama_dataset_gene_name(d, at))) (*map)[at++] = r;
    if (at < genes || rows != scilama_dataset_genes(file))
        status = app_fail(a, SCILAMA_E_FORMAT, "%s: there are %" PRId64 " rows for %" PRId64 " genes", path, rows, genes);
    scilama_dataset_destroy(file);
    return status;
}

scilama_status read_varm(app *a, const char *path, const char *key, scilama_dataset *d, float **values, int64_t *width)
{
    int64_t rows = 0, genes = scilama_dataset_genes(d), *map;
    char *place = app_text(a, "varm/%s", key), *full = place ? data_key(a, place) : NULL;
    if (!full) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_h5ad_read_array(a->context, path, full, &rows, width, NULL, 0, &a->error);
    if (!status && gene_rows(a, path, d, rows, &map))
        return app_fail(a, SCILAMA_E_FORMAT, "%s: %s has %" PRId64 " rows but there are %" PRId64 " genes", path, full, rows, genes);
    if (status) return status;
    float *all = app_alloc(a, rows * *width, sizeof *all);
    *values = app_alloc(a, genes * *width, sizeof **values);
    if (!all || !*values) return SCILAMA_E_NOMEM;
    status = scilama_h5ad_read_array(a->context, path, full, &rows, width, all, rows * *width, &a->error);
    for (int64_t g = 0; g < genes && !status; g++) memcpy(*values + g * *width, all + map[g] * *width, (size_t)*width * sizeof *all);
    return status;
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* Whole numbers become categories named by their digits. */
static scilama_status number_categories(app *a, scilama_dataset *d, const char *path, const char *key)
{
    int64_t cells = scilama_dataset_cells(d), n = 0, distinct = 0;
    double *values = app_alloc(a, cells, sizeof *values), *sorted = app_alloc(a, cells, sizeof *sorted);
    int32_t *codes = app_alloc(a, cells, sizeof *codes);
    if (!values || !sorted || !codes) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_dataset_get_numeric(d, key, values, &a->error);
    if (status) return status;
    for (int64_t i = 0; i < cells; i++) {
        if (isnan(values[i])) continue;
        if (values[i] != floor(values[i]) || fabs(values[i]) > 0x1p53)
            return app_fail(a, SCILAMA_E_INVALID, "%s: the obs column '%s' holds numbers, but categories are needed", path, key);
        sorted[n++] = values[i] + 0.0; /* no −0 */
    }
    qsort(sorted, (size_t)n, sizeof *sorted, by_value);
    for (int64_t i = 0; i < n; i++)
        if (!i || sorted[i] != sorted[distinct - 1]) sorted[distinct++] = sorted[i];
    const char **names = app_alloc(a, distinct, sizeof *names);
    if (!names) return SCILAMA_E_NOMEM;
    for (int64_t k = 0; k < distinct; k++)
        if (!(names[k] = app_text(a, "%" PRId64, (int64_t)sorted[k]))) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < cells; i++) {
        const double *at = isnan(values[i]) ? NULL : bsearch(&values[i], sorted, (size_t)distinct, sizeof *sorted, by_value);
        codes[i] = at ? (int32_t)(at - sorted) : -1;
    }
    return scilama_dataset_set_codes(d, key, codes, names, distinct, &a->error);
}

scilama_status need_column(app *a, scilama_dataset *d, const char *path, const char *key)
{
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    scilama_status status = scilama_dataset_column_info(d, key, &info, &a->error);
    if (status == SCILAMA_E_NOTFOUND) return app_fail(a, status, "%s has no obs column '%s' (scilama info lists them)", path, key);
    if (!status) return status;
    char *why = app_text(a, "%s", a->error.message);
    return why ? app_fail(a, status, "%s: %s", path, why) : SCILAMA_E_NOMEM;
}

scilama_status need_categories(app *a, scilama_dataset *d, const char *path, const char *key)
{
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    if (need_column(a, d, path, key)) return a->error.code;
    scilama_dataset_column_info(d, key, &info, NULL);
    return info.kind == SCILAMA_COLUMN_CATEGORICAL ? SCILAMA_OK : number_categories(a, d, path, key);
}

scilama_status need_model_categories(app *a, scilama_dataset *d, const char *path, scilama_model *model)
{
    scilama_covariate_info covariate;
    scilama_covariate_info_init(&covariate, sizeof covariate);
    scilama_status status = SCILAMA_OK;
    for (int64_t i = 0; i < scilama_model_covariates(model) && !status; i++) {
        status = scilama_model_covariate(model, i, &covariate, &a->error);
        if (!status && covariate.kind == SCILAMA_COVARIATE_CATEGORICAL) status = need_categories(a, d, path, covariate.name);
    }
    return status;
}

scilama_status read_codes(app *a, scilama_dataset *d, const char *path, const char *key, int32_t **codes)
{
    scilama_status status = need_categories(a, d, path, key);
    if (status) return status;
    *codes = app_alloc(a, scilama_dataset_cells(d), sizeof **codes);
    return *codes ? scilama_dataset_get_codes(d, key, *codes, &a->error) : SCILAMA_E_NOMEM;
}

scilama_status read_obsm(app *a, const char *path, const char *key, int64_t cells, float **values, int64_t *width)
{
    char *place = strncmp(key, "obsm/", 5) ? app_text(a, "obsm/%s", key) : app_text(a, "%s", key), *full = place ? data_key(a, place) : NULL;
    int64_t rows;
    if (!full) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_h5ad_read_array(a->context, path, full, &rows, width, NULL, 0, &a->error);
    if (status) return status;
    if (cells >= 0 && rows != cells)
        return app_fail(a, SCILAMA_E_FORMAT, "%s: %s has %" PRId64 " rows but there are %" PRId64 " cells", path, full, rows, cells);
    *values = app_alloc(a, rows * *width, sizeof **values);
    if (!*values) return SCILAMA_E_NOMEM;
    return scilama_h5ad_read_array(a->context, path, full, &rows, width, *values, rows * *width, &a->error);
}

scilama_status check_output(app *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = !slash ? app_text(a, ".") : slash == path ? app_text(a, "/") : app_text(a, "%.*s", (int)(slash - path), path);
    struct stat s;
    if (!folder) return SCILAMA_E_NOMEM;
    if (strlen(path) > 5 && !strcmp(path + strlen(path) - 5, ".h5mu"))
        return app_fail(a, SCILAMA_E_INVALID, "%s: what is written is an .h5ad, of one modality: name the output so", path);
    if (stat(folder, &s) || !S_ISDIR(s.st_mode))
        return app_fail(a, SCILAMA_E_IO, "%s cannot be written: there is no folder '%s'", path, folder);
    if (access(folder, W_OK)) return app_fail(a, SCILAMA_E_IO, "%s cannot be written: %s", path, strerror(errno));
    if (!stat(path, &s) && S_ISDIR(s.st_mode)) return app_fail(a, SCILAMA_E_IO, "%s cannot be written: it is a folder", path);
    return SCILAMA_OK;
}

scilama_status open_output(app *a, const char *input, const char *layer, const char *output, scilama_h5ad_writer **out)
{
    scilama_file_options o = cell_options(a, layer);
    return scilama_h5ad_writer_open_part(out, a->context, input, &o, output, &a->error);
}
