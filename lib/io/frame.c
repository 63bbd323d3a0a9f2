/* SPDX-License-Identifier: MIT */
#include "io/frame.h"
#include "core/sort.h"

/* Data frames of every generation of anndata: a group of columns with encodings (0.7 on, categories beside or within), or one
 * table of records (before). A column comes as numbers or as categories, or is said not to be read. */

enum { PATH_BYTES = 1280 };

/* Text of a file is UTF-8, or nothing that is written of it can be read: a column that is not is of a kind that is not read. */
static scilama_status check_text(const slm_frame *frame, const char *column, const char *what, const slm_strings *texts, scilama_error *error)
{
    char where[240];
    snprintf(where, sizeof where, "%.100s: %.60s/%.40s: %.20s", slm_h5_path(frame->file), frame->path, column, what);
    return slm_strings_check(texts, where, SCILAMA_E_UNSUPPORTED, error);
}

/* --- opening -------------------------------------------------------------------- */

static scilama_status keep_but(scilama_context *ctx, slm_strings *columns, const char *index, scilama_error *error)
{
    slm_strings all = *columns;
    SLM_SCOPE(work, ctx);
    int64_t *rows = slm_scope_array(&work, all.count, sizeof *rows), n = 0;
    if (!rows) return slm_fail_nomem(error);
    for (int64_t i = 0; i < all.count; i++)
        if (strcmp(slm_string(&all, i), index) != 0 && strcmp(slm_string(&all, i), "__categories") != 0) rows[n++] = i;
    slm_strings kept;
    SLM_TRY(slm_strings_take(ctx, &kept, &all, rows, n, error));
    slm_strings_free(ctx, &all);
    *columns = kept;
    return SCILAMA_OK;
}

static scilama_status open_compound(slm_frame *frame, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(frame->file);
    slm_h5_info info;
    frame->compound = true;
    scilama_status status = slm_h5_describe(frame->file, frame->path, &info, error);
    if (!status && (info.kind != SLM_H5_COMPOUND || info.rank != 1))
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not a table", slm_h5_path(frame->file), frame->path);
    if (!status) status = slm_h5_plausible(frame->file, frame->path, &info, error);
    if (!status) status = slm_h5_list_fields(frame->file, frame->path, &frame->columns, error);
    if (status) return status;
    frame->rows = info.dims[0];
    if (frame->columns.count == 0) return slm_fail(error, SCILAMA_E_FORMAT, "%s: the table %s has no columns", slm_h5_path(frame->file), frame->path);
    frame->index = slm_strdup(ctx, slm_string(&frame->columns, 0));
    return frame->index ? keep_but(ctx, &frame->columns, frame->index, error) : slm_fail_nomem(error);
}

static scilama_status names_count(const slm_frame *frame, const char *path, int64_t *count, scilama_error *error)
{
    char part[PATH_BYTES + 16];
    slm_h5_info info;
    bool group = slm_h5_kind(frame->file, path) == SLM_H5_GROUP;
    bool coded = group && slm_h5_attr_equals(frame->file, path, "encoding-type", "categorical");
    snprintf(part, sizeof part, "%s%s", path, coded ? "/codes" : group ? "/values" : "");
    scilama_status status = slm_h5_describe(frame->file, part, &info, error);
    if (!status && info.rank != 1) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not a line of names", slm_h5_path(frame->file), part);
    *count = info.count;
    return status;
}

static scilama_status open_group(slm_frame *frame, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(frame->file);
    scilama_status status = slm_h5_read_attr_string(frame->file, frame->path, "_index", &frame->index, error);
    if (status == SCILAMA_E_NOTFOUND) {
        frame->index = slm_strdup(ctx, slm_h5_kind(frame->file, SLM_AT(frame->path, "index")) ? "index" : "_index");
        status = frame->index ? SCILAMA_OK : slm_fail_nomem(error);
    }
    if (status) return status;
    const char *path = SLM_AT(frame->path, frame->index);
    if (slm_h5_kind(frame->file, path) == SLM_H5_ABSENT)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s has no index: there is no %s", slm_h5_path(frame->file), frame->path, path);
    status = names_count(frame, path, &frame->rows, error);
    if (!status) status = slm_h5_read_attr_strings(frame->file, frame->path, "column-order", &frame->columns, error);
    if (status == SCILAMA_E_NOTFOUND) status = slm_h5_list(frame->file, frame->path, &frame->columns, error);
    return status ? status : keep_but(ctx, &frame->columns, frame->index, error);
}

scilama_status slm_frame_open(slm_frame *out, slm_h5_file *file, const char *path, scilama_error *error)
{
    *out = (slm_frame){ .file = file };
    snprintf(out->path, sizeof out->path, "%s", path);
    int kind = slm_h5_kind(file, path);
    scilama_status status = SCILAMA_OK;
    if (kind == SLM_H5_ABSENT && slm_h5_leads_out(file, path, error)) status = SCILAMA_E_UNSUPPORTED;
    else if (kind == SLM_H5_ABSENT) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: there is no %s: it is not an AnnData file", slm_h5_path(file), path);
    else status = kind == SLM_H5_GROUP ? open_group(out, error) : open_compound(out, error);
    if (!status) status = check_text(out, "columns", "name", &out->columns, error);
    if (status) slm_frame_close(out);
    return status;
}

void slm_frame_close(slm_frame *frame)
{
    if (!frame->file) return;
    scilama_context *ctx = slm_h5_context(frame->file);
    slm_free(ctx, frame->index);
    slm_strings_free(ctx, &frame->columns);
    *frame = (slm_frame){ 0 };
}

/* --- labels ---------------------------------------------------------------------- */

static scilama_status labels_from_doubles(slm_h5_file *file, const char *path, slm_strings *out, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(file);
    double *values = NULL;
    slm_h5_info info;
    SLM_SCOPE(work, ctx);
    SLM_NAME_LIST(list, ctx);
    SLM_TRY(slm_h5_read_new(file, path, SLM_H5_F64, (void **)&values, &info, error));
    slm_scope_hold(&work, values);
    for (int64_t i = 0; i < info.count; i++) {
        char cell[40];
        slm_format_double(cell, 32, values[i]);
        if (info.kind == SLM_H5_BOOL) snprintf(cell, sizeof cell, "%s", values[i] > 0 ? "True" : "False");
        else if (strspn(cell, "-0123456789") == strlen(cell)) snprintf(cell + strlen(cell), 3, ".0"); /* as Python prints it */
        slm_name_list_add(&list, cell, strlen(cell));
    }
    return slm_name_list_take(&list, out, error);
}

/* Any line of values as text. */
static scilama_status read_labels(slm_h5_file *file, const char *path, slm_strings *out, scilama_error *error)
{
    const char *values = SLM_AT(path, "values");
    *out = (slm_strings){ 0 };
    if (slm_h5_kind(file, path) == SLM_H5_GROUP) path = values; /* nullable-string-array as categories */
    slm_h5_info info;
    SLM_TRY(slm_h5_describe(file, path, &info, error));
    if (info.kind == SLM_H5_FLOAT || info.kind == SLM_H5_BOOL) return labels_from_doubles(file, path, out, error);
    return slm_h5_read_strings(file, path, out, error);
}

static scilama_status check_count(const slm_frame *frame, const char *column, int64_t count, scilama_error *error)
{
    if (count == frame->rows) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s/%s has %lld rows where the table has %lld", slm_h5_path(frame->file), frame->path, column,
                    (long long)count, (long long)frame->rows);
}

void slm_column_clear(scilama_context *ctx, slm_column *column)
{
    slm_free_all(ctx, column->name, column->numeric, column->codes);
    slm_strings_free(ctx, &column->categories);
    *column = (slm_column){ 0 };
}

scilama_status slm_column_from_strings(scilama_context *ctx, slm_column *out, const slm_strings *labels, const uint8_t *missing, scilama_error *error)
{
    int64_t n = labels->count, *order = slm_alloc_array(ctx, n, sizeof *order), *first = slm_alloc_array(ctx, n, sizeof *first), count = 0;
    out->kind = SCILAMA_COLUMN_CATEGORICAL;
    out->codes = slm_alloc_array(ctx, n, sizeof *out->codes);
    scilama_status status = order && first && out->codes ? slm_strings_order(ctx, labels, order, error) : slm_fail_nomem(error);
    for (int64_t i = 0; i < n && !status; i++) {
        int64_t row = order[i];
        if (missing && missing[row]) {
            out->codes[row] = -1;
            continue;
        }
        if (count == 0 || strcmp(slm_string(labels, first[count - 1]), slm_string(labels, row)) != 0) first[count++] = row;
        out->codes[row] = (int32_t)(count - 1);
    }
    if (!status) status = slm_strings_take(ctx, &out->categories, labels, first, count, error);
    slm_free_all(ctx, order, first);
    return status;
}

/* --- columns ------------------------------------------------------------------------ */

static scilama_status check_codes(const slm_frame *frame, const char *column, const slm_column *out, scilama_error *error)
{
    for (int64_t i = 0; i < frame->rows; i++)
        if (out->codes[i] == INT32_MIN) out->codes[i] = -1; /* R's NA */
        else if (out->codes[i] < -1 || out->codes[i] >= out->categories.count)
            return slm_fail(error, SCILAMA_E_FORMAT, SLM_BAD_CODE, slm_h5_path(frame->file), frame->path, column, i, (int)out->codes[i], out->categories.count);
    return SCILAMA_OK;
}

/* codes at `codes` (field of it when compound), categories at `categories`: all but the codes */
static scilama_status open_categorical(const slm_frame *frame, const char *column, const char *codes, const char *field, const char *categories,
                                       slm_column *out, scilama_error *error)
{
    slm_h5_info info;
    out->kind = SCILAMA_COLUMN_CATEGORICAL;
    scilama_status status = read_labels(frame->file, categories, &out->categories, error);
    if (!status) status = check_text(frame, column, "category", &out->categories, error);
    if (!status) status = slm_h5_describe_field(frame->file, codes, field, &info, error);
    if (!status) status = check_count(frame, column, info.count, error);
    return status || field ? status : slm_h5_plausible(frame->file, codes, &info, error);
}

static int32_t categories_stored_as(const slm_frame *frame, const char *group)
{
    uint8_t ordered = 0;
    return !slm_h5_read_attr(frame->file, group, "ordered", SLM_H5_U8, 1, &ordered, NULL) && ordered ? SLM_STORED_ORDERED : SLM_STORED_PLAIN;
}

static scilama_status read_categorical(const slm_frame *frame, const char *column, const char *codes, const char *field, const char *categories,
                                       slm_column *out, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(frame->file);
    scilama_status status = open_categorical(frame, column, codes, field, categories, out, error);
    if (status) return status;
    out->codes = slm_alloc_array(ctx, frame->rows, sizeof *out->codes);
    if (!out->codes) return slm_fail_nomem(error);
    status = slm_h5_read_field(frame->file, codes, field, SLM_H5_I32, frame->rows, out->codes, error);
    return status ? status : check_codes(frame, column, out, error);
}

/* Integers that double does not tell apart are categories, named by their digits. */
static scilama_status read_large(const slm_frame *frame, const char *path, const char *field, const uint8_t *mask, bool natural, slm_column *out, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(frame->file);
    int64_t *values = slm_alloc_array(ctx, frame->rows, sizeof *values);
    uint8_t *missing = slm_alloc_array(ctx, frame->rows, 1);
    slm_strings labels = { 0 };
    scilama_status status = values && missing ? SCILAMA_OK : slm_fail_nomem(error);
    out->stored = SLM_STORED_PLAIN;
    if (!status) status = slm_h5_read_field(frame->file, path, field, natural ? SLM_H5_U64 : SLM_H5_I64, frame->rows, values, error);
    for (int64_t i = 0; i < frame->rows && !status; i++)
        missing[i] = (mask && mask[i]) || (!natural && values[i] == INT64_MIN); /* NaT, and R's NA */
    if (!status) status = slm_strings_numbers(ctx, &labels, values, natural, frame->rows, error);
    if (!status) status = slm_column_from_strings(ctx, out, &labels, missing, error);
    slm_strings_free(ctx, &labels);
    slm_free_all(ctx, values, missing);
    return status;
}

static int32_t numbers_stored_as(const slm_h5_info *info)
{
    int32_t width = info->bytes == 1 ? 0 : info->bytes == 2 ? 1 : info->bytes == 4 ? 2 : 3;
    return info->kind == SLM_H5_INT ? SLM_STORED_I8 + width : info->kind == SLM_H5_UINT ? SLM_STORED_U8 + width
         : info->kind == SLM_H5_FLOAT && info->bytes == 4 ? SLM_STORED_F32 : SLM_STORED_PLAIN;
}

static scilama_status open_numeric(const slm_frame *frame, const char *column, const char *path, const char *field, slm_h5_info *info, slm_column *out,
                                   scilama_error *error)
{
    out->kind = SCILAMA_COLUMN_NUMERIC;
    scilama_status status = slm_h5_describe_field(frame->file, path, field, info, error);
    if (!status) status = check_count(frame, column, info->count, error);
    out->stored = numbers_stored_as(info);
    return status || field ? status : slm_h5_plausible(frame->file, path, info, error);
}

static bool are_integers(const slm_h5_info *info) { return info->kind == SLM_H5_INT || info->kind == SLM_H5_UINT; }

/* R's NA, NaT */
static double none_of(const slm_h5_info *info)
{
    return info->kind != SLM_H5_INT ? NAN : info->bytes == 4 ? (double)INT32_MIN : info->bytes == 8 ? (double)INT64_MIN : NAN;
}

/* mask [rows]: 1 = missing; or NULL */
static scilama_status read_numeric(const slm_frame *frame, const char *column, const char *path, const char *field, const uint8_t *mask, slm_column *out,
                                   scilama_error *error)
{
    slm_h5_info info;
    scilama_status status = open_numeric(frame, column, path, field, &info, out, error);
    if (status) return status;
    out->numeric = slm_alloc_array(slm_h5_context(frame->file), frame->rows, sizeof *out->numeric);
    if (!out->numeric) return slm_fail_nomem(error);
    status = slm_h5_read_field(frame->file, path, field, SLM_H5_F64, frame->rows, out->numeric, error);
    bool large = false, integers = are_integers(&info);
    double none = none_of(&info);
    for (int64_t i = 0; i < frame->rows && !status; i++) {
        double v = out->numeric[i];
        if (isinf(v) || v == none || (mask && mask[i])) out->numeric[i] = NAN; /* a column that is not asked for is no reason to fail */
        else large = large || (integers && fabs(v) >= 0x1p53);
    }
    if (status || !large) return status;
    slm_free(slm_h5_context(frame->file), out->numeric);
    out->numeric = NULL;
    return read_large(frame, path, field, mask, info.kind == SLM_H5_UINT, out, error);
}

/* Members by their numbers become categories; "NA" and numbers without a name are missing. R's logical reads as a boolean. */
static scilama_status read_enum(const slm_frame *frame, const char *column, const char *path, const char *field, slm_column *out, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(frame->file);
    slm_strings names = { 0 };
    int64_t *values = NULL, n = 0;
    scilama_status status = slm_h5_list_enum(frame->file, path, field, &names, &values, error);
    if (status) return status;
    const char **kept = slm_alloc_array(ctx, names.count, sizeof *kept);
    int64_t *number = slm_alloc_array(ctx, names.count, sizeof *number), *cells = slm_alloc_array(ctx, frame->rows, sizeof *cells);
    out->codes = slm_alloc_array(ctx, frame->rows, sizeof *out->codes);
    if (!kept || !number || !cells || !out->codes) status = slm_fail_nomem(error);
    bool logical = true;
    for (int64_t i = 0; i < names.count && !status; i++) { /* in order of their numbers */
        const char *name = slm_string(&names, i);
        if (!strcmp(name, "NA")) continue;
        logical = logical && (!strcmp(name, "FALSE") || !strcmp(name, "TRUE"));
        int64_t at = n++;
        for (; at > 0 && number[at - 1] > values[i]; at--) number[at] = number[at - 1], kept[at] = kept[at - 1];
        number[at] = values[i];
        kept[at] = name;
    }
    for (int64_t k = 0; k < n && logical && !status; k++) kept[k] = kept[k][0] == 'T' ? "True" : "False";
    out->kind = SCILAMA_COLUMN_CATEGORICAL;
    if (!status) status = slm_strings_copy(ctx, &out->categories, kept, n, error);
    if (!status) status = check_text(frame, column, "category", &out->categories, error);
    if (!status) status = slm_h5_read_field(frame->file, path, field, SLM_H5_I64, frame->rows, cells, error);
    for (int64_t i = 0; i < frame->rows && !status; i++) {
        SLM_BISECT(at, k, n, number[k] < cells[i]);
        out->codes[i] = at < n && number[at] == cells[i] ? (int32_t)at : -1;
    }
    slm_strings_free(ctx, &names);
    slm_free_all(ctx, values, kept, number, cells);
    return status;
}

static const char *const false_true[2] = { "False", "True" };

/* Numbers 0 and 1 become the categories False and True; NaN is missing. */
static scilama_status numeric_to_bool(const slm_frame *frame, slm_column *out, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(frame->file);
    out->codes = slm_alloc_array(ctx, frame->rows, sizeof *out->codes);
    if (!out->codes) return slm_fail_nomem(error);
    for (int64_t i = 0; i < frame->rows; i++) out->codes[i] = isnan(out->numeric[i]) ? -1 : out->numeric[i] > 0;
    slm_free(ctx, out->numeric);
    out->numeric = NULL;
    out->kind = SCILAMA_COLUMN_CATEGORICAL;
    out->stored = SLM_STORED_BOOL;
    return slm_strings_copy(ctx, &out->categories, false_true, 2, error);
}

static scilama_status read_masked(const slm_frame *frame, const char *column, const char *path, int kind, slm_column *out, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(frame->file);
    const char *values = SLM_AT(path, "values");
    slm_h5_info info;
    uint8_t *mask = NULL;
    scilama_status status = slm_h5_read_new(frame->file, SLM_AT(path, "mask"), SLM_H5_U8, (void **)&mask, &info, error);
    if (!status) status = check_count(frame, column, info.count, error);
    if (!status && kind == SLM_FRAME_STRING) {
        slm_strings labels = { 0 };
        status = slm_h5_read_strings(frame->file, values, &labels, error);
        if (!status) status = check_count(frame, column, labels.count, error);
        if (!status) status = check_text(frame, column, "row", &labels, error);
        if (!status) status = slm_column_from_strings(ctx, out, &labels, mask, error);
        slm_strings_free(ctx, &labels);
    } else if (!status) {
        status = read_numeric(frame, column, values, NULL, mask, out, error);
        if (!status && kind == SLM_FRAME_BOOL) status = numeric_to_bool(frame, out, error);
    }
    slm_free(ctx, mask);
    return status;
}

static scilama_status read_string_column(const slm_frame *frame, const char *column, const char *path, const char *field, slm_column *out, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(frame->file);
    slm_strings labels;
    scilama_status status = slm_h5_read_field_strings(frame->file, path, field, &labels, error);
    if (!status) status = check_count(frame, column, labels.count, error);
    if (!status) status = check_text(frame, column, "row", &labels, error);
    if (!status) status = slm_column_from_strings(ctx, out, &labels, NULL, error);
    slm_strings_free(ctx, &labels);
    return status;
}

/* Where the layouts before 0.8 keep the categories of a column; false when it has none. */
static bool legacy_categories(const slm_frame *frame, const char *column, char *out)
{
    if (frame->compound) {
        snprintf(out, PATH_BYTES, "%s/%.1000s_categories", strncmp(frame->path, "raw.", 4) ? "uns" : "raw.cat", column);
        return slm_h5_kind(frame->file, out) == SLM_H5_DATASET;
    }
    const char *path = SLM_AT(frame->path, column);
    char *target = NULL;
    if (!slm_h5_has_attr(frame->file, path, "categories")) return false;
    snprintf(out, PATH_BYTES, "%s/__categories/%.900s", frame->path, column);
    if (!slm_h5_read_attr_reference(frame->file, path, "categories", &target, NULL)) snprintf(out, PATH_BYTES, "%s", target);
    slm_free(slm_h5_context(frame->file), target);
    return slm_h5_kind(frame->file, out) == SLM_H5_DATASET;
}

static int group_kind(slm_h5_file *file, const char *path)
{
    static const struct { const char *encoding; int kind; } known[] = {
        { "categorical", SLM_FRAME_CATEGORICAL }, { "nullable-integer", SLM_FRAME_NUMERIC }, { "nullable-float", SLM_FRAME_NUMERIC },
        { "nullable-boolean", SLM_FRAME_BOOL }, { "nullable-string-array", SLM_FRAME_STRING },
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (slm_h5_attr_equals(file, path, "encoding-type", known[i].encoding)) return known[i].kind;
    return SLM_FRAME_OTHER;
}

bool slm_frame_has(const slm_frame *frame, const char *column)
{
    const char *path = SLM_AT(frame->path, column);
    return frame->compound || slm_h5_kind(frame->file, path) != SLM_H5_ABSENT;
}

int slm_frame_kind(const slm_frame *frame, const char *column)
{
    char categories[PATH_BYTES];
    slm_h5_info info;
    const char *path = SLM_AT(frame->path, column);
    if (!frame->compound && slm_h5_kind(frame->file, path) == SLM_H5_GROUP) return group_kind(frame->file, path);
    if (slm_h5_describe_field(frame->file, frame->compound ? frame->path : path, frame->compound ? column : NULL, &info, NULL) || info.rank != 1)
        return SLM_FRAME_OTHER;
    if (info.kind == SLM_H5_STRING) return SLM_FRAME_STRING;
    if (info.kind == SLM_H5_BOOL) return SLM_FRAME_BOOL;
    if (info.kind == SLM_H5_ENUM) return SLM_FRAME_ENUM;
    if (info.kind > SLM_H5_BOOL) return SLM_FRAME_OTHER;
    if (info.kind != SLM_H5_FLOAT && legacy_categories(frame, column, categories)) return SLM_FRAME_CATEGORICAL;
    return SLM_FRAME_NUMERIC;
}

void slm_frame_why_not(const slm_frame *frame, const char *column, char *text, size_t size)
{
    slm_h5_info info;
    const char *path = SLM_AT(frame->path, column), *why = "its type is not read (numbers, texts, categories and booleans are)";
    if (!slm_frame_has(frame, column)) why = "it is listed in column-order but not there";
    else if (!frame->compound && slm_h5_kind(frame->file, path) == SLM_H5_GROUP) why = "its encoding is not read (categorical and nullable ones are)";
    else if (!frame->compound && !slm_h5_describe(frame->file, path, &info, NULL) && info.rank != 1) why = "it has more than one value a cell, or none";
    snprintf(text, size, "%s", why);
}

scilama_status slm_frame_column(const slm_frame *frame, const char *column, slm_column *out, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(frame->file);
    char categories[PATH_BYTES];
    const char *field = frame->compound ? column : NULL;
    int kind = slm_frame_kind(frame, column);
    *out = (slm_column){ 0 };
    if (kind == SLM_FRAME_OTHER) return SCILAMA_OK;
    const char *path = frame->compound ? frame->path : SLM_AT(frame->path, column);
    bool group = !frame->compound && slm_h5_kind(frame->file, path) == SLM_H5_GROUP;
    out->name = slm_strdup(ctx, column);
    scilama_status status = out->name ? SCILAMA_OK : slm_fail_nomem(error);
    if (status) {
        /* nothing to read into */
    } else if (group && kind != SLM_FRAME_CATEGORICAL) status = read_masked(frame, column, path, kind, out, error);
    else if (group) {
        status = read_categorical(frame, column, SLM_AT(path, "codes"), NULL, SLM_AT(path, "categories"), out, error);
        out->stored = categories_stored_as(frame, path);
    } else if (kind == SLM_FRAME_CATEGORICAL) {
        legacy_categories(frame, column, categories);
        status = read_categorical(frame, column, path, field, categories, out, error);
        if (status == SCILAMA_E_FORMAT && frame->compound) { /* uns holds a NAME_categories of something else */
            slm_column_clear(ctx, out);
            out->name = slm_strdup(ctx, column);
            status = out->name ? read_numeric(frame, column, path, field, NULL, out, error) : slm_fail_nomem(error);
        }
    } else if (kind == SLM_FRAME_ENUM) status = read_enum(frame, column, path, field, out, error);
    else if (kind == SLM_FRAME_STRING) status = read_string_column(frame, column, path, field, out, error);
    else {
        status = read_numeric(frame, column, path, field, NULL, out, error);
        if (!status && kind == SLM_FRAME_BOOL) status = numeric_to_bool(frame, out, error);
    }
    if (status) slm_column_clear(ctx, out);
    return status;
}

scilama_status slm_frame_find_line(const slm_frame *frame, const char *column, slm_column *out, slm_frame_line *line, bool *done, scilama_error *error)
{
    slm_h5_info info;
    const char *path = SLM_AT(frame->path, column);
    scilama_status status = SCILAMA_OK;
    int kind = frame->compound ? SLM_FRAME_OTHER : slm_frame_kind(frame, column);
    bool group = kind && slm_h5_kind(frame->file, path) == SLM_H5_GROUP;
    *out = (slm_column){ 0 };
    line->none = NAN;
    line->integers = false;
    *done = (kind == SLM_FRAME_CATEGORICAL && group) || (kind == SLM_FRAME_NUMERIC && !group);
    if (!*done) return SCILAMA_OK;
    slm_h5_join(line->path, path, group ? "codes" : "");
    if (!(out->name = slm_strdup(slm_h5_context(frame->file), column))) status = slm_fail_nomem(error);
    else if (group) {
        status = open_categorical(frame, column, line->path, NULL, SLM_AT(path, "categories"), out, error);
        out->stored = categories_stored_as(frame, path);
    }
    else if (!(status = open_numeric(frame, column, path, NULL, &info, out, error))) {
        snprintf(line->path, sizeof line->path, "%s", path);
        line->none = none_of(&info);
        line->integers = are_integers(&info);
    }
    if (status) slm_column_clear(slm_h5_context(frame->file), out);
    return status;
}

static scilama_status names_from_codes(const slm_frame *frame, const char *path, slm_strings *out, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(frame->file);
    slm_column column = { 0 };
    scilama_status status = read_categorical(frame, frame->index, SLM_AT(path, "codes"), NULL, SLM_AT(path, "categories"), &column, error);
    int64_t *rows = status ? NULL : slm_alloc_array(ctx, frame->rows, sizeof *rows);
    if (!status && !rows) status = slm_fail_nomem(error);
    for (int64_t i = 0; i < frame->rows && !status; i++) {
        rows[i] = column.codes[i];
        if (rows[i] < 0) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: row %lld of %s has no name", slm_h5_path(frame->file), (long long)i, frame->path);
    }
    if (!status) status = slm_strings_take(ctx, out, &column.categories, rows, frame->rows, error);
    slm_free(ctx, rows);
    slm_column_clear(ctx, &column);
    return status;
}

scilama_status slm_frame_names(const slm_frame *frame, slm_strings *out, scilama_error *error)
{
    *out = (slm_strings){ 0 };
    if (frame->compound) return slm_h5_read_field_strings(frame->file, frame->path, frame->index, out, error);
    const char *path = SLM_AT(frame->path, frame->index);
    if (slm_h5_kind(frame->file, path) == SLM_H5_GROUP && slm_h5_attr_equals(frame->file, path, "encoding-type", "categorical"))
        return names_from_codes(frame, path, out, error);
    return read_labels(frame->file, path, out, error);
}

const char *slm_frame_kind_name(int kind)
{
    static const char *const names[] = { "other", "numeric", "categorical", "string", "bool", "categorical" };
    return names[kind >= 0 && kind <= SLM_FRAME_ENUM ? kind : 0];
}
