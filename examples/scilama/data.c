/* SPDX-License-Identifier: MIT */
/* Files in and out, as all verbs need them. */

#include "common.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The part of a file that the verb was asked for. */
static scilama_file_options cell_options(app *a, const char *path, const char *layer)
{
    scilama_file_options o;
    scilama_file_options_init(&o, sizeof o);
    o.layer = layer;
    o.modality = a->modality;
    o.gene_names = gene_names_in(a, path);
    return o;
}

char *data_key(app *a, const char *key) { return a->modality ? app_text(a, "mod/%s/%s", a->modality, key) : app_text(a, "%s", key); }

scilama_status read_cells(app *a, const char *path, const char *layer, bool first_duplicate, scilama_dataset **out)
{
    return stream_cells(a, path, layer, first_duplicate, 0, out);
}

/* columns [n_columns]: what is read of obs; NULL: all. */
static scilama_status read_part(app *a, const char *path, const char *layer, bool first_duplicate, int64_t memory,
                                const char *const *columns, int64_t n_columns, scilama_dataset **out)
{
    scilama_file_options o = cell_options(a, path, layer);
    o.first_duplicate = first_duplicate;
    o.stream_memory = memory;
    o.scratch_folder = getenv("TMPDIR");
    o.columns = columns;
    o.n_columns = n_columns;
    a->reading = true;
    scilama_status status = scilama_dataset_read(out, a->context, path, &o, &a->error);
    a->reading = false;
    char *said = status == SCILAMA_E_DUPLICATE && !first_duplicate ? fit_option(a, path, "options/first_duplicate") : NULL;
    if (!said || strcmp(said, "1")) return status;
    o.first_duplicate = 1; /* as the fit that wrote the file was told */
    return scilama_dataset_read(out, a->context, path, &o, &a->error);
}

scilama_status stream_cells(app *a, const char *path, const char *layer, bool first_duplicate, int64_t memory, scilama_dataset **out)
{
    return read_part(a, path, layer, first_duplicate, memory, NULL, 0, out);
}

scilama_status query_cells(app *a, const scilama_model *model, const char *path, const char *layer, int64_t memory, scilama_dataset **out)
{
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    scilama_covariate_info covariate;
    scilama_covariate_info_init(&covariate, sizeof covariate);
    scilama_status status = scilama_model_get_info(model, &info, &a->error);
    int64_t n = scilama_model_covariates(model);
    const char **columns = app_alloc(a, n + 1, sizeof *columns);
    if (!columns) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < n && !status; i++) {
        status = scilama_model_covariate(model, i, &covariate, &a->error);
        columns[i] = covariate.name;
    }
    if (!status) status = read_part(a, path, layer, info.first_duplicate != 0, memory, columns, n, out);
    const char **genes = app_alloc(a, info.genes + 1, sizeof *genes);
    if (status || !genes) return status ? status : SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < info.genes; g++)
        if (!(genes[g] = scilama_model_gene_name(model, g))) return SCILAMA_OK; /* it names none */
    tell_gene_names(a, path, layer, *out, genes, info.genes, "the model");
    return SCILAMA_OK;
}

/* "folder/cells.h5ad.gz" → "cells", or with one folder before it "folder/cells". */
static char *file_name(app *a, const char *path, int folders)
{
    static const char *const endings[] = { ".gz", ".h5ad", ".h5mu", ".h5", ".loom", ".mtx" };
    const char *start = path + strlen(path), *end;
    while (start > path && start[-1] == '/') start--;
    for (end = start; start > path && (start[-1] != '/' || folders-- > 0); start--) {}
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = strlen(endings[i]);
        if ((size_t)(end - start) > n && !strncmp(end - n, endings[i], n)) end -= n;
    }
    return app_text(a, "%.*s", (int)(end - start), start);
}

/* As few folders as tell the files apart; in the end all that was given. */
static scilama_status name_files(app *a, many_files *m)
{
    if (!(m->name = app_alloc(a, m->n, sizeof *m->name))) return SCILAMA_E_NOMEM;
    for (int folders = 0; folders < 3; folders++) {
        bool distinct = true;
        for (int i = 0; i < m->n; i++)
            if (!(m->name[i] = folders < 2 ? file_name(a, m->path[i], folders) : app_text(a, "%s", m->path[i]))) return SCILAMA_E_NOMEM;
        for (int i = 0; i < m->n && distinct; i++) distinct = *m->name[i] != 0;
        for (int i = 0; i < m->n && distinct; i++)
            for (int k = 0; k < i && distinct; k++) distinct = strcmp(m->name[i], m->name[k]) != 0;
        if (distinct) break;
    }
    return SCILAMA_OK;
}

scilama_status read_many(app *a, many_files *m, scilama_dataset **out)
{
    scilama_dataset **part = app_alloc(a, m->n, sizeof(void *));
    scilama_concat_options o;
    scilama_concat_options_init(&o, sizeof o);
    scilama_status status = part ? name_files(a, m) : SCILAMA_E_NOMEM;
    for (int i = 0; i < m->n && !status; i++) {
        status = stream_cells(a, m->path[i], m->layer, m->first_duplicate, m->memory, &part[i]);
        if (!status) app_say(a, "%s: %" PRId64 " cells × %" PRId64 " genes", m->path[i], scilama_dataset_cells(part[i]), scilama_dataset_genes(part[i]));
    }
    o.keys = m->name;
    o.label = m->label;
    o.join = m->join;
    o.release = 1;
    a->reading = true;
    if (!status) status = scilama_dataset_concat(out, part, m->n, &o, &a->error);
    a->reading = false;
    for (int i = 0; i < m->n && part; i++) scilama_dataset_destroy(part[i]);
    return status;
}

char *uns_text(app *a, const char *path, const char *name)
{
    char *key = data_key(a, name), *text = NULL, *kept = NULL;
    scilama_error before = a->error; /* of what failed already, perhaps */
    if (key && app_has(a, scilama_h5ad_read_string(&text, a->context, path, key, &a->error))) kept = app_text(a, "%s", text);
    scilama_text_destroy(a->context, text);
    a->error = before;
    return kept;
}

char *fit_option(app *a, const char *path, const char *name)
{
    char *full = app_text(a, "uns/scilama/%s", name);
    return full ? uns_text(a, path, full) : NULL;
}

void seed_as_fitted(app *a, const char *path)
{
    const char *seed = a->seed ? NULL : fit_option(a, path, "options/seed");
    if (seed) a->seed = strtoull(seed, NULL, 10);
}

typedef struct named_row { const char *name; int64_t row; } named_row;

static int by_name(const void *x, const void *y) { return strcmp(((const named_row *)x)->name, ((const named_row *)y)->name); }

static int by_name_and_row(const void *x, const void *y)
{
    const named_row *a = x, *b = y;
    int order = by_name(x, y);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

scilama_status genes_among(app *a, const scilama_dataset *d, const scilama_dataset *other, int64_t **map, int64_t *missing)
{
    int64_t genes = scilama_dataset_genes(d), rows = scilama_dataset_genes(other), kept = 0;
    named_row *sorted = app_alloc(a, rows, sizeof *sorted);
    *map = app_alloc(a, genes, sizeof **map);
    *missing = 0;
    if (!sorted || !*map) return SCILAMA_E_NOMEM;
    for (int64_t r = 0; r < rows; r++) sorted[r] = (named_row){ scilama_dataset_gene_name(other, r), r };
    qsort(sorted, (size_t)rows, sizeof *sorted, by_name_and_row);
    for (int64_t r = 0; r < rows; r++)
        if (!kept || strcmp(sorted[r].name, sorted[kept - 1].name) != 0) sorted[kept++] = sorted[r];
    for (int64_t g = 0; g < genes; g++) {
        named_row key = { scilama_dataset_gene_name(d, g), 0 };
        const named_row *hit = bsearch(&key, sorted, (size_t)kept, sizeof *sorted, by_name);
        (*map)[g] = hit ? hit->row : -1;
        *missing += !hit;
    }
    return SCILAMA_OK;
}

bool is_raw(const char *layer) { return layer && (!strcmp(layer, "raw") || !strcmp(layer, "raw/X")); }

/* Names alone, of cells and of the genes of `layer`; index: whatever the column that else names these. */
static scilama_status read_names(app *a, const char *path, const char *layer, bool index, scilama_dataset **out)
{
    scilama_file_options o = cell_options(a, path, layer);
    static const char *const no_column = "";
    if (index) o.gene_names = NULL;
    o.annotation_only = 1;
    o.columns = &no_column;
    return scilama_dataset_read(out, a->context, path, &o, &a->error);
}

bool has_layer(app *a, const char *path, const char *layer)
{
    scilama_dataset *d = NULL;
    bool has = !read_names(a, path, layer, true, &d);
    scilama_dataset_destroy(d);
    return has;
}

scilama_status gene_rows(app *a, const char *path, const char *layer, scilama_dataset *d, int64_t rows, int64_t **map, int64_t *missing)
{
    int64_t genes = scilama_dataset_genes(d);
    *missing = 0;
    *map = app_alloc(a, genes, sizeof **map);
    if (!*map) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < genes; g++) (*map)[g] = g;
    if (rows == genes && !is_raw(layer)) return SCILAMA_OK;
    scilama_dataset *file = NULL;
    scilama_status status = read_names(a, path, NULL, false, &file);
    if (!status) status = genes_among(a, d, file, map, missing);
    if (!status && (rows != scilama_dataset_genes(file) || *missing == genes || (*missing && !is_raw(layer))))
        status = app_fail(a, SCILAMA_E_FORMAT, "%s: there are %" PRId64 " rows for %" PRId64 " genes", path, rows, genes);
    scilama_dataset_destroy(file);
    return status;
}

scilama_status index_names(app *a, const char *path, const char *layer, const scilama_dataset *d, const char ***names)
{
    int64_t genes = scilama_dataset_genes(d), missing = 0, *map = NULL;
    scilama_dataset *named = NULL, *file = NULL;
    *names = app_alloc(a, genes, sizeof **names);
    if (!*names) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < genes; g++) (*names)[g] = scilama_dataset_gene_name(d, g);
    if (!gene_names_in(a, path)) return SCILAMA_OK;
    scilama_status status = read_names(a, path, layer, false, &named);
    if (!status) status = read_names(a, path, layer, true, &file);
    if (!status) status = genes_among(a, d, named, &map, &missing);
    for (int64_t g = 0; g < genes && !status; g++)
        if (map[g] >= 0 && !((*names)[g] = app_text(a, "%s", scilama_dataset_gene_name(file, map[g])))) status = SCILAMA_E_NOMEM;
    scilama_dataset_destroy(named);
    scilama_dataset_destroy(file);
    return status;
}

scilama_status read_varm(app *a, const char *path, const char *key, const char *layer, scilama_dataset *d, float **values, int64_t *width)
{
    int64_t rows = 0, genes = scilama_dataset_genes(d), missing, *map;
    char *place = app_text(a, "varm/%s", key), *full = place ? data_key(a, place) : NULL;
    if (!full) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_h5ad_read_array(a->context, path, full, &rows, width, NULL, 0, &a->error);
    if (!status && gene_rows(a, path, layer, d, rows, &map, &missing))
        return app_fail(a, SCILAMA_E_FORMAT, "%s: %s has %" PRId64 " rows but there are %" PRId64 " genes", path, full, rows, genes);
    if (status) return status;
    float *all = app_alloc(a, rows * *width, sizeof *all);
    *values = app_alloc(a, genes * *width, sizeof **values);
    if (!all || !*values) return SCILAMA_E_NOMEM;
    status = scilama_h5ad_read_array(a->context, path, full, &rows, width, all, rows * *width, &a->error);
    for (int64_t g = 0; g < genes && !status; g++)
        for (int64_t l = 0; l < *width; l++) (*values)[g * *width + l] = map[g] < 0 ? NAN : all[map[g] * *width + l];
    return status;
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* Whole numbers become categories named by their digits; not counts or depths, of which there are as many as cells. */
enum { FEW_NUMBERS = 20, MOST_NUMBERS = 1000 };

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
            return app_fail(a, SCILAMA_E_INVALID, "%s: the obs column '%s' holds numbers, but categories are needed: write it as texts or whole numbers", path, key);
        sorted[n++] = values[i] + 0.0; /* no −0 */
    }
    qsort(sorted, (size_t)n, sizeof *sorted, by_value);
    for (int64_t i = 0; i < n; i++)
        if (!i || sorted[i] != sorted[distinct - 1]) sorted[distinct++] = sorted[i];
    if (distinct > MOST_NUMBERS || (distinct > FEW_NUMBERS && 2 * distinct > n))
        return app_fail(a, SCILAMA_E_INVALID, "%s: the obs column '%s' holds %" PRId64 " different numbers in %" PRId64 " cells: it is a measurement, but categories are needed",
                        path, key, distinct, n);
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

/* The columns that are there say what was meant. */
static scilama_status no_column(app *a, const scilama_dataset *d, const char *path, const char *key)
{
    int64_t n = scilama_dataset_columns(d);
    const char **names = app_alloc(a, n, sizeof *names);
    if (!names) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < n; i++) names[i] = scilama_dataset_column_name(d, i);
    char *list = list_names(a, names, n, 90);
    if (!list) return SCILAMA_E_NOMEM;
    return app_fail(a, SCILAMA_E_NOTFOUND, "%.80s has no obs column '%.40s'%s (%s%s)", path, key, did_you_mean(a, key, names, n, ""), n ? "it has " : "it has none", list);
}

scilama_status need_column(app *a, scilama_dataset *d, const char *path, const char *key)
{
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    scilama_status status = scilama_dataset_column_info(d, key, &info, &a->error);
    if (status == SCILAMA_E_NOTFOUND) return no_column(a, d, path, key);
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

/* What else could be meant than the column that is not there: a model says what it wants by its own categories. */
static scilama_status no_covariate(app *a, const char *path, scilama_model *model, int64_t index, const scilama_covariate_info *covariate)
{
    const char *first[3] = { "" };
    if (covariate->kind != SCILAMA_COVARIATE_CATEGORICAL)
        return app_fail(a, SCILAMA_E_NOTFOUND, "%.100s has no obs column '%.60s', which the model reads numbers from", path, covariate->name);
    for (int64_t c = 0; c < covariate->categories && c < 3; c++) first[c] = scilama_model_category(model, index, c);
    char *known = name_some(a, first, covariate->categories);
    if (!known) return SCILAMA_E_NOMEM;
    return app_fail(a, SCILAMA_E_NOTFOUND, "%.60s has no obs column '%.40s', which the model corrects for (it knows %.80s): add it, for new batches with new names",
                    path, covariate->name, known);
}

scilama_status need_model_categories(app *a, scilama_dataset *d, const char *path, scilama_model *model)
{
    scilama_covariate_info covariate;
    scilama_column_info info;
    scilama_covariate_info_init(&covariate, sizeof covariate);
    scilama_column_info_init(&info, sizeof info);
    scilama_status status = SCILAMA_OK;
    for (int64_t i = 0; i < scilama_model_covariates(model) && !status; i++) {
        status = scilama_model_covariate(model, i, &covariate, &a->error);
        if (!status && scilama_dataset_column_info(d, covariate.name, &info, NULL) == SCILAMA_E_NOTFOUND) return no_covariate(a, path, model, i, &covariate);
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

char *name_some(app *a, const char *const *names, int64_t count)
{
    char *text = app_text(a, "'%.40s'", names[0]);
    for (int64_t i = 1; text && i < count && i < 3; i++) text = app_text(a, "%s, '%.40s'", text, names[i]);
    return text && count > 3 ? app_text(a, "%s …", text) : text;
}

int64_t cells_without(scilama_dataset *d, const int32_t *codes, const char *first[3])
{
    int64_t missing = 0;
    for (int64_t i = 0; i < scilama_dataset_cells(d); i++)
        if (codes[i] < 0 && missing++ < 3) first[missing - 1] = scilama_dataset_cell_name(d, i);
    return missing;
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
    status = scilama_h5ad_read_array(a->context, path, full, &rows, width, *values, rows * *width, &a->error);
    for (int64_t i = 0; i < rows * *width && !status; i++)
        if (!isfinite((*values)[i]))
            return app_fail(a, SCILAMA_E_NONFINITE, "%s: %s is not a finite number for cell %" PRId64 " in dimension %" PRId64 ": leave such cells out", path, full,
                            i / *width + 1, i % *width + 1);
    return status;
}

scilama_status open_output(app *a, const char *input, const char *layer, const char *output, scilama_h5ad_writer **out)
{
    scilama_file_options o = cell_options(a, input, layer);
    return scilama_h5ad_writer_open_part(out, a->context, input, &o, output, &a->error);
}

scilama_status copy_obs(app *a, const char *input, const char *layer, scilama_h5ad_writer *writer)
{
    scilama_file_options o = cell_options(a, input, layer);
    return scilama_h5ad_writer_copy_obs(writer, input, &o, &a->error);
}
