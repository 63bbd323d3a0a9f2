/* SPDX-License-Identifier: MIT */
#include "io/foreign.h"
#include "io/h5ad.h"
#include "io/h5ad_stream.h"
#include "io/loom.h"

/* AnnData in: a layer, its obs and var are found within the file or a modality of it, checked against one another, and made a data
 * set, in memory or streamed. Other readers of this room share assembling and columns. */

void slm_error_in_file(scilama_error *error, const char *path)
{
    if (!error || strncmp(error->message, path, strlen(path)) == 0) return;
    char text[sizeof error->message];
    memcpy(text, error->message, sizeof text);
    slm_fail_detail(error, error->code, error->detail, "%.120s: %s", path, text);
}

/* --- finding things ------------------------------------------------------------- */

/* False for what is absent, and for None, which anndata writes as a dataset without a value. */
static bool holds_matrix(slm_h5_file *file, const char *path)
{
    slm_h5_info info;
    int kind = slm_h5_kind(file, path);
    if (kind != SLM_H5_DATASET) return kind != SLM_H5_ABSENT;
    return slm_h5_describe(file, path, &info, NULL) || info.rank > 0 || info.count > 0;
}

/* "name a layer (counts, csc, raw)", of those that hold a matrix */
static void other_layers(slm_h5_file *file, const char *prefix, char *text, size_t size)
{
    slm_strings names = { 0 };
    char path[600 + SLM_PREFIX_BYTES];
    size_t used = 0;
    text[0] = 0;
    snprintf(path, sizeof path, "%slayers", prefix);
    if (slm_h5_kind(file, path) == SLM_H5_GROUP) slm_h5_list(file, path, &names, NULL);
    for (int64_t i = 0; i < names.count; i++) {
        snprintf(path, sizeof path, "%slayers/%.500s", prefix, slm_string(&names, i));
        if (used < size && holds_matrix(file, path)) used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "", slm_string(&names, i));
    }
    snprintf(path, sizeof path, "%sraw/X", prefix);
    if (used < size && (holds_matrix(file, path) || (!prefix[0] && holds_matrix(file, "raw.X")))) snprintf(text + used, size - used, "%sraw", used ? ", " : "");
    slm_strings_free(slm_h5_context(file), &names);
}

static scilama_status no_matrix(slm_h5_file *file, const char *prefix, const char *what, scilama_error *error)
{
    char others[120];
    other_layers(file, prefix, others, sizeof others);
    if (others[0]) return slm_fail(error, SCILAMA_E_NOTFOUND, "%.100s has no %.60s: name a layer (the layers are %s)", slm_h5_path(file), what, others);
    return slm_fail(error, SCILAMA_E_NOTFOUND, "%.100s has no %.60s, and the file has no layers to name instead", slm_h5_path(file), what);
}

scilama_status slm_h5ad_locate(slm_h5_file *file, const char *prefix, const char *layer, slm_h5ad_place *out, scilama_error *error)
{
    char what[64] = "X";
    snprintf(out->obs, sizeof out->obs, "%sobs", prefix);
    snprintf(out->var, sizeof out->var, "%svar", prefix);
    snprintf(out->matrix, sizeof out->matrix, "%sX", prefix);
    if (layer && (!strcmp(layer, "raw") || !strcmp(layer, "raw/X"))) {
        const char *dot = prefix[0] || slm_h5_kind(file, "raw/X") ? "raw/" : "raw."; /* raw.X before 0.7 */
        snprintf(out->matrix, sizeof out->matrix, "%s%sX", prefix, dot);
        snprintf(out->var, sizeof out->var, "%s%svar", prefix, dot);
        snprintf(what, sizeof what, "raw/X");
    } else if (layer && layer[0] && strcmp(layer, "X") != 0) {
        snprintf(out->matrix, sizeof out->matrix, "%slayers/%.480s", prefix, layer);
        snprintf(what, sizeof what, "layer \"%.40s\"", layer);
    }
    if (holds_matrix(file, out->matrix)) return SCILAMA_OK;
    return slm_h5_leads_out(file, out->matrix, error) ? SCILAMA_E_UNSUPPORTED : no_matrix(file, prefix, what, error);
}

/* --- assembling a dataset ---------------------------------------------------------- */

static void free_parts(scilama_context *ctx, slm_matrix *matrix, slm_strings *cells, slm_strings *genes)
{
    slm_matrix_free(ctx, matrix);
    slm_strings_free(ctx, cells);
    slm_strings_free(ctx, genes);
}

scilama_status slm_assemble(scilama_dataset **out, scilama_context *ctx, const char *path, slm_matrix *matrix, slm_strings *cells, slm_strings *genes,
                            int repeated_genes, scilama_error *error)
{
    slm_dataset_parts parts = {
        .cells = matrix->rows, .genes = matrix->cols, .storage = matrix->storage, .values = matrix->values,
        .indptr = matrix->indptr, .indices = matrix->indices, .cell_names = *cells, .gene_names = *genes,
        .repeated_genes = repeated_genes,
    };
    scilama_status status = slm_dataset_from_parts(out, ctx, &parts, error);
    if (status) {
        slm_error_in_file(error, path);
        free_parts(ctx, matrix, cells, genes);
    }
    *matrix = (slm_matrix){ 0 };
    *cells = *genes = (slm_strings){ 0 };
    return status;
}

static scilama_status make_unique(scilama_context *ctx, slm_strings *names, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    SLM_NAME_LIST(list, ctx);
    slm_name_index index;
    slm_strings made;
    SLM_TRY(slm_name_index_build(&work, &index, names, error));
    if (index.first_duplicate < 0) return SCILAMA_OK;
    int64_t *seen = slm_scope_zeros(&work, names->count, sizeof *seen);
    if (!seen) return slm_fail_nomem(error);
    for (int64_t i = 0; i < names->count && !list.bytes.failed; i++) {
        const char *name = slm_string(names, i);
        int64_t first = slm_name_index_find(&index, name);
        char number[24] = "", candidate[1024] = "";
        while (first != i && (!candidate[0] || slm_name_index_find(&index, candidate) >= 0)) {
            snprintf(number, sizeof number, "-%lld", (long long)++seen[first]);
            snprintf(candidate, sizeof candidate, "%.990s%s", name, number);
        }
        slm_bytes_text(&list.bytes, name);
        slm_name_list_add(&list, number, strlen(number));
    }
    SLM_TRY(slm_name_list_take(&list, &made, error));
    slm_strings_free(ctx, names);
    *names = made;
    return SCILAMA_OK;
}

scilama_status slm_assemble_unique(scilama_dataset **out, scilama_context *ctx, const char *path, slm_matrix *matrix, slm_strings *cells,
                                   slm_strings *genes, const scilama_file_options *o, scilama_status status, scilama_error *error)
{
    if (!status && !o->first_duplicate) status = make_unique(ctx, genes, error);
    if (!status) return slm_assemble(out, ctx, path, matrix, cells, genes, o->first_duplicate ? SLM_REPEATED_DROP : SLM_REPEATED_FAIL, error);
    free_parts(ctx, matrix, cells, genes);
    return status;
}

scilama_status slm_read_by(slm_file_reader reader, scilama_dataset **out, scilama_context *ctx, const char *path,
                           const scilama_file_options *options, scilama_error *error)
{
    slm_h5_file *file;
    *out = NULL;
    scilama_status status = slm_h5_open(&file, ctx, path, error);
    if (!status) status = reader(out, file, options, error);
    status = slm_h5_close_read(file, status, error);
    if (status && *out) {
        slm_dataset_release(*out);
        *out = NULL;
    }
    return status;
}

/* --- .h5ad ----------------------------------------------------------------------------- */

static scilama_status check_shape(const slm_h5_matrix *m, const slm_frame *obs, const slm_frame *var, scilama_error *error)
{
    const char *path = slm_h5_path(m->file);
    if (m->rows != obs->rows || m->cols != var->rows)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is %lld x %lld but %s has %lld rows and %s has %lld", path, m->path, (long long)m->rows,
                        (long long)m->cols, obs->path, (long long)obs->rows, var->path, (long long)var->rows);
    if (m->rows == 0 || m->cols == 0) return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is empty (%lld x %lld)", path, m->path, (long long)m->rows, (long long)m->cols);
    return SCILAMA_OK;
}

static scilama_status empty_matrix(scilama_context *ctx, int64_t rows, int64_t cols, slm_matrix *out, scilama_error *error)
{
    *out = (slm_matrix){ .storage = SCILAMA_STORAGE_CSR, .rows = rows, .cols = cols };
    out->indptr = slm_alloc_array_zero(ctx, rows + 1, sizeof *out->indptr);
    out->indices = slm_alloc_array(ctx, 0, sizeof *out->indices);
    out->values = slm_alloc_array(ctx, 0, sizeof *out->values);
    return out->indptr && out->indices && out->values ? SCILAMA_OK : slm_fail_nomem(error);
}

static scilama_status leave_out(scilama_dataset *d, const slm_frame *obs, const char *name, const char *why, bool warn, scilama_error *error)
{
    if (warn) slm_log(d->ctx, SCILAMA_LOG_WARNING, SLM_COLUMN_LEFT_OUT, slm_h5_path(obs->file), name, obs->path, why);
    return slm_dataset_add_unread(d, name, why, error);
}

static scilama_status add_column(scilama_dataset *d, const slm_frame *obs, const char *name, scilama_error *error)
{
    slm_column column;
    scilama_error why = { 0 };
    if (slm_cancelled(d->ctx)) return slm_fail_cancelled(error);
    bool done = false;
    scilama_status status = d->source ? slm_file_take_column(d, obs, name, &done, &why) : SCILAMA_OK;
    if (!status && done) return SCILAMA_OK;
    if (!status) status = slm_frame_column(obs, name, &column, &why);
    if (status == SCILAMA_E_UNSUPPORTED) return leave_out(d, obs, name, why.message, true, error);
    if (status) return slm_fail_detail(error, status, why.detail, "%s", why.message);
    if (!column.kind) {
        slm_frame_why_not(obs, name, why.message, 120);
        return leave_out(d, obs, name, why.message, false, error);
    }
    return slm_dataset_put_column(d, &column, error);
}

static bool asked_for(const scilama_file_options *o, const char *name)
{
    bool found = !o->columns;
    for (int64_t i = 0; i < o->n_columns && !found; i++) found = strcmp(o->columns[i], name) == 0;
    return found;
}

scilama_status slm_add_columns(scilama_dataset *d, const slm_frame *obs, const scilama_file_options *options, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    for (int64_t i = 0; i < obs->columns.count && !status; i++) {
        const char *name = slm_string(&obs->columns, i);
        if (strcmp(name, obs->index) == 0) continue;
        if (asked_for(options, name)) status = add_column(d, obs, name, error);
        else status = leave_out(d, obs, name, "it is not among the columns that were to be read", false, error);
    }
    return status;
}

scilama_status slm_only_h5ad(const char *path, const scilama_file_options *options, scilama_error *error)
{
    if (options->modality) return slm_fail(error, SCILAMA_E_INVALID, "%.120s is no MuData, so there is no modality %.40s to name", path, options->modality);
    if (options->gene_names)
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%.150s is not AnnData: it has no column '%.60s' of var to name genes by", path, options->gene_names);
    if (options->stream_memory > 0)
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: only .h5ad files can be streamed: read it into memory, or save it as .h5ad first", path);
    return SCILAMA_OK;
}

/* A column of texts in place of names, where it has a value. */
static scilama_status rename_by(const slm_frame *var, const slm_column *column, slm_strings *names, scilama_error *error)
{
    SLM_NAME_LIST(list, slm_h5_context(var->file));
    slm_strings made;
    for (int64_t i = 0; i < names->count && !list.bytes.failed; i++) {
        const char *name = column->codes[i] < 0 ? "" : slm_string(&column->categories, column->codes[i]);
        if (!name[0]) name = slm_string(names, i);
        slm_name_list_add(&list, name, strlen(name));
    }
    SLM_TRY(slm_name_list_take(&list, &made, error));
    slm_strings_free(slm_h5_context(var->file), names);
    *names = made;
    return SCILAMA_OK;
}

static scilama_status read_genes(const slm_frame *var, const scilama_file_options *o, slm_strings *out, scilama_error *error)
{
    const char *file = slm_h5_path(var->file);
    slm_column column = { 0 };
    SLM_TRY(slm_frame_names(var, out, error));
    if (!o->gene_names) return SCILAMA_OK;
    if (!slm_frame_has(var, o->gene_names))
        return slm_fail(error, SCILAMA_E_NOTFOUND, "%.150s: %.60s has no column '%.60s' to name genes by", file, var->path, o->gene_names);
    SLM_TRY(slm_frame_column(var, o->gene_names, &column, error));
    scilama_status status = column.codes ? rename_by(var, &column, out, error) :
        slm_fail(error, SCILAMA_E_INVALID, "%.150s: the column '%.60s' of %.60s is not of texts: genes cannot be named by it", file, o->gene_names, var->path);
    slm_column_clear(slm_h5_context(var->file), &column);
    return status || o->first_duplicate ? status : make_unique(slm_h5_context(var->file), out, error);
}

static scilama_status read_matrix(slm_h5_file *file, const slm_h5ad_place *place, bool empty, const slm_frame *obs, const slm_frame *var,
                                  slm_matrix *out, scilama_error *error)
{
    slm_h5_matrix m;
    if (empty) return empty_matrix(slm_h5_context(file), obs->rows, var->rows, out, error);
    scilama_status status = slm_h5_matrix_open(&m, file, place->matrix, error);
    if (!status) status = check_shape(&m, obs, var, error);
    return status ? status : slm_h5_matrix_read(&m, out, error);
}

static scilama_status read_file(scilama_dataset **out, slm_h5_file *file, const scilama_file_options *o, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(file);
    slm_h5ad_place place;
    slm_frame obs = { 0 }, var = { 0 };
    slm_matrix matrix = { 0 };
    slm_strings cells = { 0 }, genes = { 0 };
    char prefix[SLM_PREFIX_BYTES], start[16 + SLM_PREFIX_BYTES];
    if (slm_loom_is(file)) return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%.120s is a loom file, not AnnData: scilama_dataset_read() reads it", slm_h5_path(file));
    scilama_status status = slm_h5_foreign(file, error);
    if (!status) status = slm_mudata_prefix(file, o->modality, prefix, error);
    if (status) return status;
    snprintf(start, sizeof start, "%sobs", prefix);
    status = slm_h5_kind(file, start) ? SCILAMA_OK : slm_h5_leads_out(file, start, error) ? SCILAMA_E_UNSUPPORTED :
        slm_fail(error, SCILAMA_E_FORMAT, "%s is not an AnnData file: there is no %s", slm_h5_path(file), start);
    if (!status) status = slm_h5ad_locate(file, prefix, o->layer, &place, error);
    if (status == SCILAMA_E_NOTFOUND && o->annotation_only && !o->layer) status = SCILAMA_OK;
    if (!status) status = slm_frame_open(&obs, file, place.obs, error);
    if (!status) status = slm_frame_open(&var, file, place.var, error);
    bool stream = o->stream_memory > 0 && !o->annotation_only;
    if (!status) status = read_genes(&var, o, &genes, error);
    if (!status && !stream) status = slm_frame_names(&obs, &cells, error);
    if (!status && stream) {
        slm_h5_matrix m;
        status = slm_h5_matrix_open(&m, file, place.matrix, error);
        if (!status) status = check_shape(&m, &obs, &var, error);
        if (!status) status = slm_h5ad_stream(out, &m, o, &obs, &genes, error);
    }
    if (!status && !stream) status = read_matrix(file, &place, o->annotation_only, &obs, &var, &matrix, error);
    if (!status && !stream) status = slm_assemble(out, ctx, slm_h5_path(file), &matrix, &cells, &genes,
                                                  o->annotation_only ? SLM_REPEATED_STAY : o->first_duplicate ? SLM_REPEATED_DROP : SLM_REPEATED_FAIL, error);
    if (!status) status = slm_add_columns(*out, &obs, o, error);
    free_parts(ctx, &matrix, &cells, &genes);
    slm_frame_close(&obs);
    slm_frame_close(&var);
    return status;
}

scilama_status slm_h5ad_read(scilama_dataset **out, scilama_context *ctx, const char *path, const scilama_file_options *options, scilama_error *error)
{
    return slm_read_by(read_file, out, ctx, path, options, error);
}

/* --- obsm, varm -------------------------------------------------------------------------- */

static scilama_status densify(const slm_matrix *m, float *values)
{
    memset(values, 0, (size_t)(m->rows * m->cols) * sizeof *values);
    for (int64_t r = 0; r < m->rows; r++)
        for (int64_t k = m->indptr[r]; k < m->indptr[r + 1]; k++) values[r * m->cols + m->indices[k]] = m->values[k];
    return SCILAMA_OK;
}

/* Integers beyond double come as categories named by their digits. */
static float cell_value(const slm_column *column, int64_t row)
{
    double value = NAN;
    if (column->numeric) return (float)column->numeric[row];
    const char *text = column->codes[row] < 0 ? "nan" : slm_string(&column->categories, column->codes[row]);
    return slm_parse_double(text, text + strlen(text), &value) ? (float)value : NAN;
}

/* A data frame in obsm: its numeric columns side by side. */
static scilama_status read_frame_array(slm_h5_file *file, const char *key, int64_t *rows, int64_t *width, float *values, int64_t size, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(file);
    slm_frame frame;
    scilama_status status = slm_frame_open(&frame, file, key, error);
    if (status) return status;
    *rows = frame.rows;
    *width = 0;
    for (int64_t i = 0; i < frame.columns.count; i++) *width += slm_frame_kind(&frame, slm_string(&frame.columns, i)) == SLM_FRAME_NUMERIC;
    int64_t total, at = 0;
    if (values && (!slm_mul_size(*rows, *width, &total) || total > size)) status = slm_fail(error, SCILAMA_E_INVALID, "size is too small for %s", key);
    for (int64_t i = 0; i < frame.columns.count && values && !status; i++) {
        slm_column column;
        if (slm_frame_kind(&frame, slm_string(&frame.columns, i)) != SLM_FRAME_NUMERIC) continue;
        status = slm_frame_column(&frame, slm_string(&frame.columns, i), &column, error);
        for (int64_t r = 0; r < *rows && !status; r++) values[r * *width + at] = cell_value(&column, r);
        at++;
        slm_column_clear(ctx, &column);
    }
    slm_frame_close(&frame);
    return status;
}

/* What is there instead is mostly what was meant. */
static scilama_status no_array(slm_h5_file *file, const char *key, scilama_error *error)
{
    slm_strings names = { 0 };
    const char *slash = strrchr(key, '/');
    char group[1024], others[100] = "";
    size_t used = 0;
    snprintf(group, sizeof group, "%.*s", slash ? (int)(slash - key) : 0, key);
    if (slash && slm_h5_kind(file, group) == SLM_H5_GROUP) slm_h5_list(file, group, &names, NULL);
    for (int64_t i = 0; i < names.count && used < sizeof others; i++)
        used += (size_t)snprintf(others + used, sizeof others - used, "%s%s", used ? ", " : "", slm_string(&names, i));
    slm_strings_free(slm_h5_context(file), &names);
    if (used) return slm_fail(error, SCILAMA_E_NOTFOUND, "%.80s: there is no %.50s (%.20s has %s)", slm_h5_path(file), key, group, others);
    return slm_fail(error, SCILAMA_E_NOTFOUND, "%.120s: there is no %.80s", slm_h5_path(file), key);
}

static scilama_status read_array(slm_h5_file *file, const char *key, int64_t *rows, int64_t *width, float *values, int64_t size, scilama_error *error)
{
    slm_h5_matrix m;
    scilama_status status;
    if (slm_h5_kind(file, key) == SLM_H5_ABSENT) return no_array(file, key, error);
    if (slm_h5_attr_equals(file, key, "encoding-type", "dataframe")) return read_frame_array(file, key, rows, width, values, size, error);
    SLM_TRY(slm_h5_matrix_open(&m, file, key, error));
    *rows = m.rows;
    *width = m.cols;
    int64_t total;
    if (!values) return SCILAMA_OK;
    if (!slm_mul_size(m.rows, m.cols, &total) || total > size) return slm_fail(error, SCILAMA_E_INVALID, "size is too small for %s", key);
    if (m.storage == SCILAMA_STORAGE_DENSE) return slm_h5_read(file, key, SLM_H5_F32, total, values, error);
    slm_matrix matrix;
    status = slm_h5_matrix_read(&m, &matrix, error);
    if (!status) status = densify(&matrix, values);
    slm_matrix_free(slm_h5_context(file), &matrix);
    return status;
}

/* Before 0.7 obsm was one compound dataset, a field for each matrix. */
scilama_status slm_h5ad_read_array(scilama_context *ctx, const char *path, const char *key, int64_t *rows, int64_t *width,
                                   float *values, int64_t size, scilama_error *error)
{
    slm_h5_file *file;
    char whole[1024];
    scilama_status status = slm_h5_open(&file, ctx, path, error);
    if (!status) status = slm_mudata_path(file, key, whole, sizeof whole, error);
    if (!status) status = read_array(file, whole, rows, width, values, size, error);
    return slm_h5_close_read(file, status, error);
}
