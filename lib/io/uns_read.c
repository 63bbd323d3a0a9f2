/* SPDX-License-Identifier: MIT */
#include "io/uns_read.h"
#include "io/frame.h"
#include "io/h5ad.h"

/* Single strings and columns by their path, for results that were written before. */

/* One number: whole ones are read as names are. */
static scilama_status read_number(slm_h5_file *file, const char *key, char **text, scilama_error *error)
{
    char number[40];
    double value;
    SLM_TRY(slm_h5_read(file, key, SLM_H5_F64, 1, &value, error));
    slm_format_double(number, sizeof number, value);
    return (*text = slm_strdup(slm_h5_context(file), number)) ? SCILAMA_OK : slm_fail_nomem(error);
}

static scilama_status read_string(slm_h5_file *file, const char *key, char **text, scilama_error *error)
{
    slm_strings values = { 0 };
    slm_h5_info info;
    scilama_context *ctx = slm_h5_context(file);
    if (!slm_h5_describe(file, key, &info, NULL) && info.kind == SLM_H5_FLOAT && info.count == 1) return read_number(file, key, text, error);
    scilama_status status = slm_h5_read_strings(file, key, &values, error);
    if (status) return status;
    if (values.count != 1) status = slm_fail(error, SCILAMA_E_FORMAT, "%s holds %lld texts: one is expected", key, (long long)values.count);
    else if (!(*text = slm_strdup(ctx, slm_string(&values, 0)))) status = slm_fail_nomem(error);
    slm_strings_free(ctx, &values);
    return status;
}

scilama_status slm_h5ad_read_string(char **text, scilama_context *ctx, const char *path, const char *key, scilama_error *error)
{
    slm_h5_file *file;
    char whole[1024];
    *text = NULL;
    scilama_status status = slm_h5_open(&file, ctx, path, error);
    if (!status) status = slm_mudata_path(file, key, whole, sizeof whole, error);
    if (!status) status = read_string(file, whole, text, error);
    status = slm_h5_close_read(file, status, error);
    if (status) {
        slm_free(ctx, *text);
        *text = NULL;
        slm_error_in_file(error, path);
    }
    return status;
}

static scilama_status read_column(slm_h5_file *file, const char *table, const char *column, int64_t *rows, double *values, int64_t size, scilama_error *error)
{
    slm_frame frame;
    slm_column c = { 0 };
    bool found = false;
    scilama_status status = slm_frame_open(&frame, file, table, error);
    if (status) return status;
    *rows = frame.rows;
    for (int64_t i = 0; i < frame.columns.count; i++) found = found || !strcmp(slm_string(&frame.columns, i), column);
    if (!found) status = slm_fail(error, SCILAMA_E_NOTFOUND, "%s has no column '%.80s'", table, column);
    if (!status && values) status = slm_frame_column(&frame, column, &c, error);
    bool known = c.numeric || c.codes;
    if (!status && values && (!known || size < frame.rows))
        status = slm_fail(error, SCILAMA_E_INVALID, known ? "%s/%.80s has more rows than fit" : "%s/%.80s does not hold numbers", table, column);
    for (int64_t i = 0; !status && values && i < frame.rows; i++)
        values[i] = c.numeric ? c.numeric[i] : c.codes[i] < 0 ? NAN : (double)c.codes[i];
    slm_column_clear(slm_h5_context(file), &c);
    slm_frame_close(&frame);
    return status;
}

scilama_status slm_h5ad_read_column(scilama_context *ctx, const char *path, const char *table, const char *column, int64_t *rows,
                                    double *values, int64_t size, scilama_error *error)
{
    slm_h5_file *file;
    char whole[256];
    scilama_status status = slm_h5_open(&file, ctx, path, error);
    if (!status) status = slm_mudata_path(file, table, whole, sizeof whole, error);
    if (!status) status = read_column(file, whole, column, rows, values, size, error);
    status = slm_h5_close_read(file, status, error);
    if (status) slm_error_in_file(error, path);
    return status;
}
