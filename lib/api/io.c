/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "io/aliases.h"
#include "io/describe.h"
#include "io/h5ad.h"
#include "io/uns_read.h"
#include "io/table.h"
#include "scilama/io.h"

/* scilama/io.h but for its writer: paths and options are checked, then the reader of the kind asked for is called. */

INIT_OF(scilama_file_options, 0)
INIT_OF(scilama_table_options, 0)

static scilama_status check_path(const char *path, scilama_error *error)
{
    return path && path[0] ? SCILAMA_OK : slm_fail(error, SCILAMA_E_INVALID, "path is NULL or empty");
}

static scilama_status check_columns(const scilama_file_options *o, scilama_error *error)
{
    bool good = o->n_columns >= 0 && (o->columns || !o->n_columns);
    for (int64_t i = 0; i < o->n_columns && good; i++) good = o->columns[i] != NULL;
    return good ? SCILAMA_OK : slm_fail(error, SCILAMA_E_INVALID, "columns and n_columns (%lld) do not name columns of cells: give as many names as n_columns says", (long long)o->n_columns);
}

typedef scilama_status (*dataset_reader)(scilama_dataset **, scilama_context *, const char *, const scilama_file_options *, scilama_error *);

static scilama_status read_dataset(dataset_reader reader, scilama_dataset **out, scilama_context *context, const char *path,
                                   const scilama_file_options *options, scilama_error *error)
{
    RESULT(out);
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_file_options, o, options);
    status = check_path(path, error);
    if (!status && o.stream_memory < 0) status = slm_fail(error, SCILAMA_E_INVALID, "stream_memory is %lld: it must not be negative", (long long)o.stream_memory);
    if (!status) status = check_columns(&o, error);
    return status ? status : reader(out, context, path, &o, error);
}

scilama_status scilama_dataset_read_h5ad(scilama_dataset **out, scilama_context *context, const char *path,
                                         const scilama_file_options *options, scilama_error *error)
{
    return read_dataset(slm_h5ad_read, out, context, path, options, error);
}

scilama_status scilama_h5ad_read_array(scilama_context *context, const char *path, const char *key, int64_t *rows, int64_t *width,
                                       float *values, int64_t size, scilama_error *error)
{
    int64_t r = 0, w = 0;
    ENTER_CONTEXT(status, context);
    if (!status) status = check_path(path, error);
    if (!status && !key) status = slm_fail(error, SCILAMA_E_INVALID, "key is NULL");
    if (!status) status = slm_h5ad_read_array(context, path, key, &r, &w, values, size, error);
    if (rows) *rows = r;
    if (width) *width = w;
    return status;
}

scilama_status scilama_gene_table_read(scilama_gene_table **out, scilama_context *context, const char *path,
                                       const scilama_table_options *options, scilama_error *error)
{
    RESULT(out);
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_table_options, o, options);
    status = check_path(path, error);
    return status ? status : slm_table_read(out, context, path, &o, error);
}

scilama_status scilama_gene_table_write(const scilama_gene_table *table, const char *path, scilama_error *error)
{
    REQUIRE(table);
    ENTER(status, table);
    if (!status) status = check_path(path, error);
    return status ? status : slm_table_write(table, path, error);
}

scilama_status scilama_dataset_read_10x_h5(scilama_dataset **out, scilama_context *context, const char *path,
                                           const scilama_file_options *options, scilama_error *error)
{
    return read_dataset(slm_tenx_read, out, context, path, options, error);
}

scilama_status scilama_dataset_read_mtx(scilama_dataset **out, scilama_context *context, const char *folder,
                                        const scilama_file_options *options, scilama_error *error)
{
    return read_dataset(slm_mtx_read, out, context, folder, options, error);
}

scilama_status scilama_dataset_read(scilama_dataset **out, scilama_context *context, const char *path,
                                    const scilama_file_options *options, scilama_error *error)
{
    return read_dataset(slm_any_read, out, context, path, options, error);
}

scilama_status scilama_file_describe(char **text, scilama_context *context, const char *path, const char *layer, scilama_error *error)
{
    RESULT(text);
    ENTER_CONTEXT(status, context);
    if (!status) status = check_path(path, error);
    return status ? status : slm_file_describe(text, context, path, layer, error);
}

void scilama_bytes_destroy(scilama_context *context, void *bytes)
{
    if (context) slm_free(context, bytes);
}

void scilama_text_destroy(scilama_context *context, char *text)
{
    if (context) slm_free(context, text);
}

scilama_status scilama_h5ad_read_string(char **text, scilama_context *context, const char *path, const char *key, scilama_error *error)
{
    RESULT(text);
    ENTER_CONTEXT(status, context);
    if (!status) status = check_path(path, error);
    if (!status && (!key || !key[0])) status = slm_fail(error, SCILAMA_E_INVALID, "key is NULL or empty");
    return status ? status : slm_h5ad_read_string(text, context, path, key, error);
}

scilama_status scilama_h5ad_read_column(scilama_context *context, const char *path, const char *table, const char *column, int64_t *rows,
                                        double *values, int64_t size, scilama_error *error)
{
    int64_t r = 0;
    ENTER_CONTEXT(status, context);
    if (!status) status = check_path(path, error);
    if (!status && (!table || !table[0] || !column)) status = slm_fail(error, SCILAMA_E_INVALID, "table or column is NULL");
    if (!status) status = slm_h5ad_read_column(context, path, table, column, &r, values, size, error);
    if (rows) *rows = r;
    return status;
}

scilama_status scilama_gene_aliases_read(scilama_gene_aliases **out, scilama_context *context, const char *path, scilama_error *error)
{
    RESULT(out);
    ENTER_CONTEXT(status, context);
    if (!status) status = check_path(path, error);
    return status ? status : slm_aliases_read(out, context, path, error);
}

void scilama_gene_aliases_destroy(scilama_gene_aliases *aliases) { slm_aliases_free(aliases); }
int64_t scilama_gene_aliases_count(const scilama_gene_aliases *aliases) { return aliases ? aliases->count : 0; }
const char *const *scilama_gene_aliases_from(const scilama_gene_aliases *aliases) { return aliases ? aliases->from : NULL; }
const char *const *scilama_gene_aliases_to(const scilama_gene_aliases *aliases) { return aliases ? aliases->to : NULL; }
