/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "data/dataset.h"

/* scilama/dataset.h: what the caller gives is checked here; data/ relies on it. */

INIT_OF(scilama_matrix, .storage = SCILAMA_STORAGE_DENSE, .value_type = SCILAMA_DTYPE_F32, .index_type = SCILAMA_DTYPE_I32, .memory = SCILAMA_MEMORY_COPY)
INIT_OF(scilama_column_info, 0)
INIT_OF(scilama_preprocess_report, .reliability = NAN)
INIT_OF(scilama_match_options, .missing = SCILAMA_MISSING_KEEP)
INIT_OF(scilama_match_report, 0)
INIT_OF(scilama_concat_options, .join = SCILAMA_JOIN_INNER, .index_unique = SCILAMA_AUTO)

static scilama_status check_matrix(const scilama_matrix *m, scilama_error *error)
{
    int64_t size;
    if (m->rows > 0 && m->cols > 0 && (!slm_mul_size(m->rows, m->cols, &size) || !slm_mul_size(size, 8, &size)))
        return slm_fail(error, SCILAMA_E_INVALID, "matrix.rows %" PRId64 " and matrix.cols %" PRId64 " are more than memory can hold", m->rows, m->cols);
    switch (m->value_type) {
    case SCILAMA_DTYPE_F32: case SCILAMA_DTYPE_F64: case SCILAMA_DTYPE_I32:
    case SCILAMA_DTYPE_I64: case SCILAMA_DTYPE_U16: case SCILAMA_DTYPE_U32: break;
    default: return slm_fail(error, SCILAMA_E_INVALID, "matrix.value_type %d is not a scilama_dtype", m->value_type);
    }
    if (m->memory != SCILAMA_MEMORY_COPY && m->memory != SCILAMA_MEMORY_BORROW)
        return slm_fail(error, SCILAMA_E_INVALID, "matrix.memory %d is not a scilama_memory", m->memory);
    if (m->storage == SCILAMA_STORAGE_DENSE) return m->values ? SCILAMA_OK : null_argument(error, "matrix.values");
    if (m->storage != SCILAMA_STORAGE_CSR && m->storage != SCILAMA_STORAGE_CSC)
        return slm_fail(error, SCILAMA_E_INVALID, "matrix.storage %d is not a scilama_storage", m->storage);
    bool known = (m->index_type == SCILAMA_DTYPE_I32 || m->index_type == SCILAMA_DTYPE_I64) &&
                 (m->indptr_type == 0 || m->indptr_type == SCILAMA_DTYPE_I32 || m->indptr_type == SCILAMA_DTYPE_I64);
    if (!known) return slm_fail(error, SCILAMA_E_INVALID, "matrix.index_type %d or indptr_type %d is not an int32 or int64 type", m->index_type, m->indptr_type);
    if (m->stored < 0) return slm_fail(error, SCILAMA_E_INVALID, "matrix.stored is %" PRId64, m->stored);
    if (!m->indptr) return null_argument(error, "matrix.indptr");
    if (m->stored && !m->indices) return null_argument(error, "matrix.indices");
    if (m->stored && !m->values) return null_argument(error, "matrix.values");
    return SCILAMA_OK;
}

scilama_status scilama_dataset_create(
    scilama_dataset **out, scilama_context *context, const scilama_matrix *matrix,
    const char *const *cell_names, const char *const *gene_names, scilama_error *error)
{
    RESULT(out);
    REQUIRE(context, matrix);
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_matrix, m, matrix);
    if ((status = check_matrix(&m, error)) || (status = check_names(cell_names, m.rows, "cell_names", error)) ||
        (status = check_names(gene_names, m.cols, "gene_names", error))) return status;
    return slm_dataset_create(out, context, &m, cell_names, gene_names, error);
}

INIT_OF(scilama_row_source, .storage = SCILAMA_STORAGE_DENSE, .memory = (int64_t)64 << 20, .lump = 256)

static scilama_status check_row_source(const scilama_row_source *s, scilama_error *error)
{
    int64_t size;
    if (s->storage != SCILAMA_STORAGE_DENSE && s->storage != SCILAMA_STORAGE_CSR)
        return slm_fail(error, SCILAMA_E_INVALID, "source.storage %d is neither SCILAMA_STORAGE_DENSE nor _CSR", s->storage);
    if (s->rows <= 0 || s->cols <= 0 || s->cols > INT32_MAX || !slm_mul_size(s->rows, s->cols, &size))
        return slm_fail(error, SCILAMA_E_INVALID, "source.rows %" PRId64 " and source.cols %" PRId64 " are not the size of a matrix", s->rows, s->cols);
    if (s->memory < 0 || s->lump < 1) return slm_fail(error, SCILAMA_E_INVALID, "source.memory is negative, or source.lump below 1");
    if (s->reserved) return slm_fail(error, SCILAMA_E_INVALID, "source.reserved must be 0");
    return s->fetch ? SCILAMA_OK : null_argument(error, "source.fetch");
}

scilama_status scilama_dataset_create_from_rows(
    scilama_dataset **out, scilama_context *context, const scilama_row_source *source,
    const char *const *cell_names, const char *const *gene_names, scilama_error *error)
{
    RESULT(out);
    REQUIRE(context, source);
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_row_source, s, source);
    if ((status = check_row_source(&s, error)) || (status = check_names(cell_names, s.rows, "cell_names", error)) ||
        (status = check_names(gene_names, s.cols, "gene_names", error))) return status;
    return slm_dataset_create_from_rows(out, context, &s, cell_names, gene_names, error);
}

static scilama_status check_concat(const scilama_concat_options *o, int64_t n, scilama_error *error)
{
    if (o->join != SCILAMA_JOIN_INNER && o->join != SCILAMA_JOIN_OUTER) return slm_fail(error, SCILAMA_E_INVALID, "join %d is not a scilama_join", o->join);
    if (o->index_unique < SCILAMA_AUTO || o->index_unique > SCILAMA_ON) return slm_fail(error, SCILAMA_E_INVALID, "index_unique %d is not a scilama_switch", o->index_unique);
    if (o->label && !*o->label) return slm_fail(error, SCILAMA_E_INVALID, "label is empty");
    for (int64_t i = 0; o->keys && i < n; i++)
        if (!o->keys[i] || !*o->keys[i]) return slm_fail(error, SCILAMA_E_INVALID, "keys[%" PRId64 "] is NULL or empty", i);
    return SCILAMA_OK;
}

scilama_status scilama_dataset_concat(
    scilama_dataset **out, scilama_dataset *const *datasets, int64_t n,
    const scilama_concat_options *options, scilama_error *error)
{
    RESULT(out);
    REQUIRE(datasets);
    if (n < 1) return slm_fail(error, SCILAMA_E_INVALID, "n is %" PRId64 ": there must be a dataset at least", n);
    for (int64_t i = 0; i < n; i++) {
        if (!datasets[i]) return slm_fail(error, SCILAMA_E_INVALID, "datasets[%" PRId64 "] is NULL", i);
        if (datasets[i]->ctx != datasets[0]->ctx) return slm_fail(error, SCILAMA_E_INVALID, "datasets[%" PRId64 "] is of another context than datasets[0]", i);
    }
    BEGIN(status, datasets[0]);
    OPTIONS(scilama_concat_options, o, options);
    status = check_concat(&o, n, error);
    return status ? status : slm_dataset_concat(out, datasets, n, &o, error);
}

void scilama_dataset_destroy(scilama_dataset *dataset) { slm_dataset_release(dataset); }

static scilama_status enter_named(const scilama_dataset *dataset, const char *name, const void *values, scilama_error *error)
{
    BEGIN(status, dataset);
    if (!name || !*name) return slm_fail(error, SCILAMA_E_INVALID, "name is NULL or empty");
    return values ? SCILAMA_OK : null_argument(error, "values");
}

scilama_status scilama_dataset_set_numeric(
    scilama_dataset *dataset, const char *name, const double *values, scilama_error *error)
{
    scilama_status status = enter_named(dataset, name, values, error);
    return status ? status : slm_dataset_set_numeric(dataset, name, values, error);
}

scilama_status scilama_dataset_set_strings(
    scilama_dataset *dataset, const char *name, const char *const *values, scilama_error *error)
{
    scilama_status status = enter_named(dataset, name, values, error);
    return status ? status : slm_dataset_set_strings(dataset, name, values, error);
}

scilama_status scilama_dataset_set_codes(
    scilama_dataset *dataset, const char *name, const int32_t *codes,
    const char *const *categories, int64_t n_categories, scilama_error *error)
{
    scilama_status status = enter_named(dataset, name, codes, error);
    if (status) return status;
    if (n_categories < 0 || n_categories > INT32_MAX || (n_categories && !categories))
        return slm_fail(error, SCILAMA_E_INVALID, "column '%s' has %" PRId64 " categories%s", name, n_categories, categories ? "" : " and NULL for their names");
    SLM_TRY(check_names(categories, n_categories, "categories", error));
    return slm_dataset_set_codes(dataset, name, codes, categories, n_categories, error);
}

scilama_status scilama_dataset_use_covariate(
    scilama_dataset *dataset, const char *name, int32_t kind, scilama_error *error)
{
    SLM_TRY(enter_named(dataset, name, name, error));
    if (kind < SCILAMA_COVARIATE_CATEGORICAL || kind > SCILAMA_COVARIATE_RAW)
        return slm_fail(error, SCILAMA_E_INVALID, "kind %d is not a scilama_covariate_kind", kind);
    return slm_dataset_use_covariate(dataset, name, kind, error);
}

scilama_status scilama_dataset_set_split(scilama_dataset *dataset, const int32_t *split, scilama_error *error)
{
    BEGIN(status, dataset);
    return split ? slm_dataset_set_split(dataset, split, error) : null_argument(error, "split");
}

scilama_status scilama_dataset_split_by(scilama_dataset *dataset, const char *name, scilama_error *error)
{
    scilama_status status = enter_named(dataset, name, name, error);
    return status ? status : slm_dataset_split_by(dataset, name, error);
}

scilama_status scilama_dataset_split_random(
    scilama_dataset *dataset, double train_fraction, double validation_fraction,
    uint64_t seed, const char *stratify, scilama_error *error)
{
    BEGIN(status, dataset);
    if (!(train_fraction >= 0) || !(validation_fraction >= 0) || !(train_fraction + validation_fraction <= 1 + 1e-9)) {
        char a[32], b[32];
        slm_format_double(a, sizeof a, train_fraction);
        slm_format_double(b, sizeof b, validation_fraction);
        return slm_fail(error, SCILAMA_E_INVALID, "the fractions %s (train) and %s (validation) must not be negative nor exceed 1 together", a, b);
    }
    return slm_dataset_split_random(dataset, train_fraction, validation_fraction, seed, stratify, error);
}

scilama_status scilama_gene_table_create(
    scilama_gene_table **out, scilama_context *context, const char *const *names,
    const float *values, int64_t rows, int64_t width, int64_t ld, scilama_error *error)
{
    RESULT(out);
    REQUIRE(context);
    if (!names || !values) return null_argument(error, names ? "values" : "names");
    BEGIN_CONTEXT(status, context);
    int64_t stride = ld ? ld : width, total;
    if (rows <= 0 || width <= 0 || stride < width || !slm_mul_size(rows, stride, &total))
        return slm_fail(error, SCILAMA_E_INVALID, "a gene table of %" PRId64 " rows × %" PRId64 " with leading dimension %" PRId64 " is not possible", rows, width, ld);
    SLM_TRY(check_names(names, rows, "names", error));
    slm_strings copied = { 0 };
    float *packed = slm_alloc_array(context, rows * width, sizeof *packed);
    status = packed ? slm_strings_copy(context, &copied, names, rows, error) : slm_fail_nomem(error);
    for (int64_t r = 0; r < rows && !status; r++) memcpy(packed + r * width, values + r * stride, (size_t)width * sizeof *packed);
    if (!status && !(status = slm_gene_table_from_parts(out, context, &copied, packed, rows, width, error))) return SCILAMA_OK;
    slm_strings_free(context, &copied);
    slm_free(context, packed);
    return status;
}

scilama_status scilama_gene_table_random(scilama_gene_table **out, scilama_context *context, const scilama_gene_table *like, uint64_t seed, scilama_error *error)
{
    RESULT(out);
    if (!context || !like) return null_argument(error, like ? "context" : "like");
    ENTER_CONTEXT(status, context);
    return status ? status : slm_gene_table_random(out, context, like, seed, error);
}

scilama_status scilama_gene_table_shuffled(scilama_gene_table **out, scilama_context *context, const scilama_gene_table *table, uint64_t seed, scilama_error *error)
{
    RESULT(out);
    if (!context || !table) return null_argument(error, table ? "context" : "table");
    ENTER_CONTEXT(status, context);
    return status ? status : slm_gene_table_shuffled(out, context, table, seed, error);
}

void scilama_gene_table_destroy(scilama_gene_table *table) { slm_gene_table_release(table); }
int64_t scilama_gene_table_rows(const scilama_gene_table *table) { return table ? table->rows : 0; }
int64_t scilama_gene_table_width(const scilama_gene_table *table) { return table ? table->width : 0; }

const char *scilama_gene_table_name(const scilama_gene_table *table, int64_t row)
{
    return table && row >= 0 && row < table->rows ? slm_string(&table->names, row) : NULL;
}

const float *scilama_gene_table_values(const scilama_gene_table *table) { return table ? table->values : NULL; }

scilama_status slm_match_options_check(const scilama_match_options *o, scilama_error *error)
{
    if (o->missing < SCILAMA_MISSING_DROP || o->missing > SCILAMA_MISSING_KEEP)
        return slm_fail(error, SCILAMA_E_INVALID, "missing %d is not a scilama_missing_genes", o->missing);
    if (o->aliases < 0 || (o->aliases && (!o->alias_from || !o->alias_to)))
        return slm_fail(error, SCILAMA_E_INVALID, "%" PRId64 " aliases without alias_from and alias_to", o->aliases);
    scilama_status status = check_names(o->alias_from, o->aliases, "alias_from", error);
    return status ? status : check_names(o->alias_to, o->aliases, "alias_to", error);
}

scilama_status scilama_dataset_add_gene_table(
    scilama_dataset *dataset, const char *name, scilama_gene_table *table,
    const scilama_match_options *options, scilama_match_report *report, scilama_error *error)
{
    scilama_status status = enter_named(dataset, name, name, error);
    if (status) return status;
    REQUIRE(table);
    OPTIONS(scilama_match_options, o, options);
    REPORT(scilama_match_report, r, report);
    if ((status = slm_match_options_check(&o, error)) ||
        (status = slm_dataset_add_gene_table(dataset, name, table, &o, &r, error))) return status;
    return slm_result_write(report, &r, sizeof r, "scilama_match_report", error);
}

scilama_status scilama_preprocess_options_init(scilama_preprocess_options *options, size_t struct_size, int32_t preset)
{
    return slm_options_preset(options, struct_size, &slm_preprocess_option_table, preset);
}

static scilama_status check_preprocess(const scilama_preprocess_options *o, scilama_error *error)
{
    scilama_status status = slm_options_check(o, &slm_preprocess_option_table, error);
    if (!status && o->hvg_by_batch == SCILAMA_ON && !o->batch_key)
        status = slm_fail(error, SCILAMA_E_INVALID, "hvg_by_batch needs a batch_key");
    return status;
}

scilama_status scilama_dataset_preprocess(
    scilama_dataset *dataset, const scilama_preprocess_options *options,
    scilama_preprocess_report *report, scilama_error *error)
{
    BEGIN(status, dataset);
    PRESET(scilama_preprocess_options, o, options, SCILAMA_PRESET_RECOMMENDED);
    REPORT(scilama_preprocess_report, r, report);
    if ((status = check_preprocess(&o, error)) || (status = slm_dataset_preprocess(dataset, &o, &r, error))) return status;
    return slm_result_write(report, &r, sizeof r, "scilama_preprocess_report", error);
}

int64_t scilama_dataset_cells(const scilama_dataset *dataset) { return dataset ? dataset->cells : 0; }
int64_t scilama_dataset_genes(const scilama_dataset *dataset) { return dataset ? dataset->genes : 0; }

int64_t scilama_dataset_genes_used(const scilama_dataset *dataset)
{
    if (!dataset) return 0;
    if (dataset->recipe) return dataset->recipe->genes.count;
    int64_t known = 0;
    for (int64_t g = 0; g < dataset->genes; g++) known += slm_dataset_gene_known(dataset, g);
    return known;
}

const char *scilama_dataset_cell_name(const scilama_dataset *dataset, int64_t cell)
{
    return dataset && cell >= 0 && cell < dataset->cells ? slm_dataset_kept_cell(dataset, cell) : NULL;
}

const char *scilama_dataset_gene_name(const scilama_dataset *dataset, int64_t gene)
{
    return dataset && gene >= 0 && gene < dataset->genes ? slm_string(&dataset->gene_names, gene) : NULL;
}

const char *scilama_dataset_used_gene_name(const scilama_dataset *dataset, int64_t gene)
{
    return dataset && dataset->recipe && gene >= 0 && gene < dataset->recipe->genes.count ? slm_string(&dataset->recipe->genes, gene) : NULL;
}

scilama_status scilama_dataset_get_split(const scilama_dataset *dataset, int32_t *split, scilama_error *error)
{
    BEGIN(status, dataset);
    REQUIRE(split);
    for (int64_t i = 0; i < dataset->cells; i++) split[i] = slm_dataset_split_at(dataset, i);
    return SCILAMA_OK;
}

int64_t scilama_dataset_columns(const scilama_dataset *dataset) { return dataset ? dataset->n_columns : 0; }

const char *scilama_dataset_column_name(const scilama_dataset *dataset, int64_t column)
{
    return dataset && column >= 0 && column < dataset->n_columns ? dataset->columns[column].name : NULL;
}

/* The column of a name and, unless 0, a kind. */
static scilama_status find_column(const scilama_dataset *dataset, const char *name, int32_t kind, const slm_column **out, scilama_error *error)
{
    *out = slm_dataset_column(dataset, name);
    if (!*out) return slm_dataset_no_column(dataset, name, "", error);
    if (kind && (*out)->kind != kind)
        return slm_fail(error, SCILAMA_E_INVALID, "cell column '%s' is %s", name, kind == SCILAMA_COLUMN_NUMERIC ? "categorical" : "numeric");
    return SCILAMA_OK;
}

scilama_status scilama_dataset_column_info(
    const scilama_dataset *dataset, const char *name, scilama_column_info *info, scilama_error *error)
{
    const slm_column *column;
    scilama_status status = enter_named(dataset, name, info, error);
    if (status || (status = find_column(dataset, name, 0, &column, error))) return status;
    scilama_column_info r;
    scilama_column_info_init(&r, sizeof r);
    r.kind = column->kind;
    r.categories = column->categories.count;
    r.missing = column->missing;
    for (int64_t i = 0; i < dataset->cells && !column->line; i++) r.missing += column->codes ? column->codes[i] < 0 : isnan(column->numeric[i]);
    return slm_result_write(info, &r, sizeof r, "scilama_column_info", error);
}

scilama_status scilama_dataset_release_input(scilama_dataset *dataset, scilama_error *error)
{
    ENTER(status, dataset);
    return status ? status : slm_dataset_release_input(dataset, error);
}

const char *scilama_dataset_category(const scilama_dataset *dataset, const char *name, int64_t category)
{
    const slm_column *column = dataset && name ? slm_dataset_column(dataset, name) : NULL;
    return column && category >= 0 && category < column->categories.count ? slm_string(&column->categories, category) : NULL;
}

scilama_status scilama_dataset_get_codes(
    const scilama_dataset *dataset, const char *name, int32_t *codes, scilama_error *error)
{
    const slm_column *column;
    scilama_status status = enter_named(dataset, name, codes, error);
    if (status || (status = find_column(dataset, name, SCILAMA_COLUMN_CATEGORICAL, &column, error))) return status;
    return slm_column_read(dataset, column, 0, dataset->cells, codes, error);
}

scilama_status scilama_dataset_get_numeric(
    const scilama_dataset *dataset, const char *name, double *values, scilama_error *error)
{
    const slm_column *column;
    scilama_status status = enter_named(dataset, name, values, error);
    if (status || (status = find_column(dataset, name, SCILAMA_COLUMN_NUMERIC, &column, error))) return status;
    return slm_column_read(dataset, column, 0, dataset->cells, values, error);
}

scilama_status scilama_dataset_get_prepared(
    scilama_dataset *dataset, const int64_t *cells, int64_t n, float *values, int64_t ld, scilama_error *error)
{
    BEGIN(status, dataset);
    if (n < 0 || (n && (!cells || !values))) return slm_fail(error, SCILAMA_E_INVALID, "cells or values is NULL, or n negative");
    SLM_TRY(slm_dataset_prepare(dataset, error));
    slm_design *design = dataset->design;
    if (ld && ld < design->genes) return slm_fail(error, SCILAMA_E_INVALID, "ld is %" PRId64 ": rows hold %" PRId64 " genes", ld, design->genes);
    if (!ld) ld = design->genes;
    int64_t size;
    if (!slm_mul_size(n, ld, &size) || !slm_mul_size(size, sizeof *values, &size))
        return slm_fail(error, SCILAMA_E_INVALID, "%" PRId64 " rows with ld %" PRId64 " are more than memory can hold", n, ld);
    SLM_TRY(slm_design_open(design, false, &design, error));
#ifdef SLM_REAL_F64
    slm_real *row = slm_alloc_array(dataset->ctx, design->genes, sizeof *row);
    if (!row) status = slm_fail_nomem(error);
    for (int64_t i = 0; i < n && !status; i++) {
        status = slm_design_gather(design, cells + i, 1, n - i, row, 0, error);
        for (int64_t g = 0; g < design->genes && !status; g++) values[i * ld + g] = (float)row[g];
    }
    slm_free(dataset->ctx, row);
#else
    status = slm_design_gather(design, cells, n, n, values, ld, error);
#endif
    slm_design_release(design);
    return status;
}
