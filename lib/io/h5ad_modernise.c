/* SPDX-License-Identifier: MIT */
#include "io/frame.h"
#include "io/h5ad_write.h"

/* Files older than anndata 0.8 get today's encodings, so that whatever reads the
 * output reads it without a warning. Values stay as they are. */

enum { PATH_BYTES = 1280, DEEPEST = 24 };

static bool encoded(slm_h5_file *file, const char *path) { return slm_h5_has_attr(file, path, "encoding-type"); }

static scilama_status encode_dataset(slm_h5_file *file, const char *path, scilama_error *error)
{
    slm_h5_info info;
    if (encoded(file, path)) return SCILAMA_OK;
    SLM_TRY(slm_h5_describe(file, path, &info, error));
    if (info.kind == SLM_H5_STRING) return slm_h5ad_encode(file, path, info.rank ? "string-array" : "string", "0.2.0", error);
    if (info.kind == SLM_H5_COMPOUND) return slm_h5ad_encode(file, path, "rec-array", "0.2.0", error);
    if (info.kind == SLM_H5_UNKNOWN || info.kind == SLM_H5_ENUM) return SCILAMA_OK;
    return slm_h5ad_encode(file, path, info.rank ? "array" : "numeric-scalar", "0.2.0", error);
}

/* codes at `column` and categories at `categories` become one categorical group */
static scilama_status join_categorical(slm_h5_file *file, const char *column, const char *categories, scilama_error *error)
{
    char moved[PATH_BYTES + 32];
    const char *codes = SLM_AT(column, "codes"), *labels = SLM_AT(column, "categories");
    bool ordered = false;
    uint8_t flag = 0;
    if (!slm_h5_read_attr(file, categories, "ordered", SLM_H5_U8, 1, &flag, NULL)) ordered = flag != 0;
    snprintf(moved, sizeof moved, "%s.codes", column);
    scilama_status status = slm_h5_rename(file, column, moved, error);
    if (!status) status = slm_h5_make_group(file, column, error);
    if (!status) status = slm_h5_rename(file, moved, codes, error);
    if (!status) status = slm_h5_rename(file, categories, labels, error);
    if (!status) status = slm_h5_remove_attr(file, codes, "categories", error);
    if (!status) status = slm_h5ad_encode(file, column, "categorical", "0.2.0", error);
    if (!status) status = slm_h5_write_attr_bool(file, column, "ordered", ordered, error);
    if (!status) status = encode_dataset(file, codes, error);
    return status ? status : encode_dataset(file, labels, error);
}

/* Categories of the layout before 0.7 lie in uns and serve every table that has the column. */
static scilama_status join_uns_categories(const slm_frame *frame, const char *column, scilama_error *error)
{
    char path[PATH_BYTES], copy[PATH_BYTES + 32];
    slm_column values = { 0 };
    if (slm_frame_kind(frame, column) != SLM_FRAME_CATEGORICAL) return SCILAMA_OK;
    scilama_context *ctx = slm_h5_context(frame->file);
    scilama_status status = slm_frame_column(frame, column, &values, error);
    bool fits = !status && values.kind == SCILAMA_COLUMN_CATEGORICAL;
    const char **names = fits ? slm_strings_pointers(ctx, &values.categories) : NULL;
    if (fits && !names) status = slm_fail_nomem(error);
    snprintf(copy, sizeof copy, "%s.categories", frame->path);
    snprintf(path, sizeof path, "%s.split/%.1000s", frame->path, column);
    if (fits && !status) status = slm_h5ad_put_strings(frame->file, copy, names, values.categories.count, error);
    if (fits && !status) status = join_categorical(frame->file, path, copy, error);
    slm_column_clear(ctx, &values);
    slm_free(ctx, names);
    return status;
}

static scilama_status frame_attributes(const slm_frame *frame, const char *path, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(frame->file);
    const char **names = slm_strings_pointers(ctx, &frame->columns);
    if (!names) return slm_fail_nomem(error);
    scilama_status status = slm_h5ad_encode(frame->file, path, "dataframe", "0.2.0", error);
    if (!status) status = slm_h5_write_attr_string(frame->file, path, "_index", frame->index, error);
    if (!status) status = slm_h5_write_attr_strings(frame->file, path, "column-order", names, frame->columns.count, error);
    slm_free(ctx, names);
    return status;
}

/* The compound table stays readable under its name until its parts are complete. */
static scilama_status split_frame(slm_h5_file *file, const char *path, scilama_error *error)
{
    char parts[300];
    slm_frame frame;
    SLM_TRY(slm_frame_open(&frame, file, path, error));
    snprintf(parts, sizeof parts, "%s.split", path);
    scilama_status status = slm_h5_copy_link(file, path, parts, error);
    if (!status) status = slm_h5_split_compound(file, parts, error);
    for (int64_t i = 0; i < frame.columns.count && !status; i++) status = join_uns_categories(&frame, slm_string(&frame.columns, i), error);
    if (!status) status = frame_attributes(&frame, parts, error);
    slm_frame_close(&frame);
    if (!status) status = slm_h5_remove(file, path, error);
    return status ? status : slm_h5_rename(file, parts, path, error);
}

/* dataframe 0.1.0: columns refer to datasets in __categories */
static scilama_status upgrade_frame(slm_h5_file *file, const char *path, scilama_error *error)
{
    slm_frame frame;
    char column[PATH_BYTES], categories[PATH_BYTES];
    scilama_status status = slm_frame_open(&frame, file, path, error);
    if (status) return status;
    for (int64_t i = 0; i < frame.columns.count && !status; i++) {
        char *target = NULL;
        snprintf(column, sizeof column, "%s/%.900s", path, slm_string(&frame.columns, i));
        if (slm_h5_kind(file, column) != SLM_H5_DATASET || !slm_h5_has_attr(file, column, "categories")) continue;
        snprintf(categories, sizeof categories, "%s/__categories/%.900s", path, slm_string(&frame.columns, i));
        if (slm_h5_kind(file, categories) != SLM_H5_DATASET && !slm_h5_read_attr_reference(file, column, "categories", &target, NULL))
            snprintf(categories, sizeof categories, "%s", target);
        slm_free(slm_h5_context(file), target);
        status = join_categorical(file, column, categories, error);
    }
    if (!status) status = frame_attributes(&frame, path, error);
    slm_frame_close(&frame);
    return status ? status : slm_h5_remove(file, SLM_AT(path, "__categories"), error);
}

static scilama_status encode_sparse(slm_h5_file *file, const char *path, bool csr, scilama_error *error)
{
    int64_t shape[2];
    scilama_status status = slm_h5_read_attr(file, path, "h5sparse_shape", SLM_H5_I64, 2, shape, error);
    if (!status) status = slm_h5_write_attr(file, path, "shape", SLM_H5_I64, 1, 2, shape, error);
    return status ? status : slm_h5ad_encode(file, path, csr ? "csr_matrix" : "csc_matrix", "0.1.0", error);
}

static scilama_status walk(slm_h5_file *file, const char *path, int depth, scilama_error *error);

static scilama_status walk_members(slm_h5_file *file, const char *path, int depth, scilama_error *error)
{
    slm_strings names;
    char part[PATH_BYTES];
    scilama_status status = slm_h5_list(file, path, &names, error);
    if (status) return status;
    for (int64_t i = 0; i < names.count && !status; i++) {
        if (strlen(path) + strlen(slm_string(&names, i)) + 64 > sizeof part) continue; /* left as it is */
        snprintf(part, sizeof part, "%s%s%s", path, path[0] ? "/" : "", slm_string(&names, i));
        status = walk(file, part, depth + 1, error);
    }
    slm_strings_free(slm_h5_context(file), &names);
    return status;
}

static scilama_status walk(slm_h5_file *file, const char *path, int depth, scilama_error *error)
{
    int kind = slm_h5_kind(file, path);
    scilama_status status = SCILAMA_OK;
    if (kind == SLM_H5_DATASET) return encode_dataset(file, path, error);
    if (kind != SLM_H5_GROUP || depth > DEEPEST) return SCILAMA_OK;
    if (slm_h5_attr_equals(file, path, "h5sparse_format", "csr")) return encode_sparse(file, path, true, error);
    if (slm_h5_attr_equals(file, path, "h5sparse_format", "csc")) return encode_sparse(file, path, false, error);
    if (slm_h5_attr_equals(file, path, "encoding-type", "csr_matrix") || slm_h5_attr_equals(file, path, "encoding-type", "csc_matrix")) return SCILAMA_OK;
    if (slm_h5_attr_equals(file, path, "encoding-type", "dataframe")) {
        if (!slm_h5_attr_equals(file, path, "encoding-version", "0.2.0")) status = upgrade_frame(file, path, error);
    } else if (path[0] && !encoded(file, path)) {
        status = slm_h5ad_encode(file, path, strcmp(path, "raw") ? "dict" : "raw", "0.1.0", error);
    }
    return status ? status : walk_members(file, path, depth, error);
}

/* Matrices of cells by cells were in uns before there was obsp; anndata moves them as it reads, with a warning. */
static scilama_status move_graphs(slm_h5_file *file, scilama_error *error)
{
    static const char *const graphs[] = { "distances", "connectivities" };
    scilama_status status = SCILAMA_OK;
    for (int i = 0; i < 2 && !status; i++) {
        char from[64], to[64];
        snprintf(from, sizeof from, "uns/neighbors/%s", graphs[i]);
        snprintf(to, sizeof to, "obsp/%s", graphs[i]);
        if (slm_h5_kind(file, from) == SLM_H5_GROUP && !slm_h5_kind(file, to)) status = slm_h5_rename(file, from, to, error);
    }
    return status;
}

scilama_status slm_h5ad_modernise(slm_h5_file *file, scilama_error *error)
{
    static const char *const frames[] = { "obs", "var", "raw.var" };
    static const char *const arrays[] = { "obsm", "varm", "raw.varm" };
    static const char *const raws[] = { "X", "var", "varm" };
    scilama_status status = SCILAMA_OK;
    slm_strings used = { 0 };
    for (int i = 0; i < 3 && !status; i++)
        if (slm_h5_kind(file, frames[i]) == SLM_H5_DATASET) status = split_frame(file, frames[i], error);
    for (int i = 0; i < 3 && !status; i++)
        if (slm_h5_kind(file, arrays[i]) == SLM_H5_DATASET) {
            slm_h5_info info;
            status = slm_h5_describe(file, arrays[i], &info, error);
            if (!status && info.kind == SLM_H5_COMPOUND) status = slm_h5_split_compound(file, arrays[i], error);
        }
    for (int i = 0; i < 3 && !status; i++) {
        char from[16], to[16];
        snprintf(from, sizeof from, "raw.%s", raws[i]);
        snprintf(to, sizeof to, "raw/%s", raws[i]);
        if (slm_h5_kind(file, from)) status = slm_h5_rename(file, from, to, error);
    }
    if (!status) status = slm_h5_remove(file, "raw.cat", error);
    if (!status) status = move_graphs(file, error);
    /* The categories that became part of their columns leave uns, where old readers would apply them again. */
    if (!status && slm_h5_kind(file, "uns") == SLM_H5_GROUP) status = slm_h5_list(file, "uns", &used, error);
    for (int64_t i = 0; i < used.count && !status; i++) {
        const char *name = slm_string(&used, i);
        size_t n = strlen(name);
        char column[PATH_BYTES];
        if (n <= 11 || strcmp(name + n - 11, "_categories") != 0 || n > 900) continue;
        snprintf(column, sizeof column, "obs/%.*s", (int)n - 11, name);
        bool joined = slm_h5_attr_equals(file, column, "encoding-type", "categorical");
        snprintf(column, sizeof column, "var/%.*s", (int)n - 11, name);
        joined = joined || slm_h5_attr_equals(file, column, "encoding-type", "categorical");
        snprintf(column, sizeof column, "uns/%s", name);
        if (joined) status = slm_h5_remove(file, column, error);
    }
    slm_strings_free(slm_h5_context(file), &used);
    if (!status) status = walk(file, "", 0, error);
    return status ? status : slm_h5ad_encode(file, "", "anndata", "0.1.0", error);
}

/* --- strings that anndata 0.8 does not know ----------------------------------------------- */

/* nullable-string-array at path: string-array, or categorical where a value is missing. */
static scilama_status plain_strings(slm_h5_file *file, const char *path, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(file);
    slm_strings values;
    slm_h5_info info;
    uint8_t *mask = NULL;
    bool missing = false;
    SLM_TRY(slm_h5_read_strings(file, SLM_AT(path, "values"), &values, error));
    scilama_status status = slm_h5_read_new(file, SLM_AT(path, "mask"), SLM_H5_U8, (void **)&mask, &info, error);
    if (!status && info.count != values.count) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is damaged", slm_h5_path(file), path);
    for (int64_t i = 0; i < values.count && !status; i++) missing = missing || mask[i];
    slm_column column = { 0 };
    if (!status && missing) status = slm_column_from_strings(ctx, &column, &values, mask, error);
    const slm_strings *used = missing ? &column.categories : &values;
    const char **names = status ? NULL : slm_strings_pointers(ctx, used);
    if (!status && !names) status = slm_fail_nomem(error);
    if (!status) status = slm_h5_remove(file, path, error);
    if (!status) status = missing ? slm_h5ad_put_categorical(file, path, column.codes, values.count, names, used->count, error)
                                  : slm_h5ad_put_strings(file, path, names, used->count, error);
    slm_free(ctx, names);
    slm_column_clear(ctx, &column);
    slm_free(ctx, mask);
    slm_strings_free(ctx, &values);
    return status;
}

/* In one table all indexes have to be stored alike: anndata compares those of obsm, varm and uns with obs and var,
 * so every string array of the file is converted, wherever it is. */
static scilama_status plain_members(slm_h5_file *file, const char *group, int depth, scilama_error *error)
{
    slm_strings names;
    char path[PATH_BYTES];
    if (depth > DEEPEST) return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: %.60s … lies deeper than %d groups: move it up", slm_h5_path(file), group, DEEPEST);
    scilama_status status = slm_h5_list(file, group, &names, error);
    if (status) return status;
    for (int64_t i = 0; i < names.count && !status; i++) {
        const char *name = slm_string(&names, i);
        if (strlen(group) > 600 || strlen(name) > 600)
            status = slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: the name %.60s … in %.60s is too long: rename it", slm_h5_path(file), name, group);
        snprintf(path, sizeof path, "%.600s%s%.600s", group, group[0] ? "/" : "", name);
        if (status || slm_h5_kind(file, path) != SLM_H5_GROUP) continue;
        if (slm_h5_attr_equals(file, path, "encoding-type", "nullable-string-array")) status = plain_strings(file, path, error);
        else if (!slm_h5_attr_equals(file, path, "encoding-type", "csr_matrix") && !slm_h5_attr_equals(file, path, "encoding-type", "csc_matrix"))
            status = plain_members(file, path, depth + 1, error);
    }
    slm_strings_free(slm_h5_context(file), &names);
    return status;
}

scilama_status slm_h5ad_plain_strings(slm_h5_file *file, scilama_error *error) { return plain_members(file, "", 0, error); }
