/* SPDX-License-Identifier: MIT */
#include "io/frame.h"
#include "io/h5ad_write.h"

/* obs of one file in another, every column of the type that it has. It is taken out of a copy that is never put in place, whose old
 * encodings are renewed as those of any output. */

enum { COLUMN_LEVEL = 4 };

static scilama_status copy_line(slm_h5_file *file, slm_h5_file *from, const char *path, scilama_error *error)
{
    SLM_SCOPE(work, slm_h5_context(file));
    slm_h5_info info;
    slm_strings texts;
    SLM_TRY(slm_h5_describe(from, path, &info, error));
    if (info.kind != SLM_H5_STRING) {
        SLM_TRY(slm_h5_copy_numbers(file, from, path, COLUMN_LEVEL, error));
        return slm_h5ad_encode(file, path, "array", "0.2.0", error);
    }
    SLM_TRY(slm_h5_read_strings(from, path, &texts, error));
    slm_strings_hold(&work, &texts);
    SLM_TRY(slm_strings_check(&texts, path, SCILAMA_E_UNSUPPORTED, error));
    const char **values = slm_scope_hold(&work, slm_strings_pointers(slm_h5_context(file), &texts));
    return values ? slm_h5ad_put_strings(file, path, values, texts.count, error) : slm_fail_nomem(error);
}

static scilama_status copy_text(slm_h5_file *file, slm_h5_file *from, const char *path, const char *name, scilama_error *error)
{
    char *text;
    SLM_TRY(slm_h5_read_attr_string(from, path, name, &text, error));
    scilama_status status = slm_h5_write_attr_string(file, path, name, text, error);
    slm_free(slm_h5_context(from), text);
    return status;
}

/* A line of values, or of several lines: codes and categories, values and mask. */
static scilama_status copy_element(slm_h5_file *file, slm_h5_file *from, const char *path, scilama_error *error)
{
    SLM_SCOPE(work, slm_h5_context(file));
    slm_strings parts;
    uint8_t ordered;
    SLM_TRY(slm_h5_remove(file, path, error));
    if (slm_h5_kind(from, path) != SLM_H5_GROUP) return copy_line(file, from, path, error);
    SLM_TRY(slm_h5_list(from, path, &parts, error));
    slm_strings_hold(&work, &parts);
    SLM_TRY(slm_h5_make_group(file, path, error));
    SLM_TRY(copy_text(file, from, path, "encoding-type", error));
    SLM_TRY(copy_text(file, from, path, "encoding-version", error));
    if (!slm_h5_read_attr(from, path, "ordered", SLM_H5_U8, 1, &ordered, NULL)) SLM_TRY(slm_h5_write_attr_bool(file, path, "ordered", ordered != 0, error));
    for (int64_t i = 0; i < parts.count; i++) SLM_TRY(copy_line(file, from, SLM_AT(path, slm_string(&parts, i)), error));
    return SCILAMA_OK;
}

/* One that cannot be read is left out, as where cells are read. */
static scilama_status copy_column(slm_h5_file *file, const slm_frame *obs, const char *name, scilama_error *error)
{
    scilama_error why = { 0 };
    const char *path = SLM_AT("obs", name);
    if (slm_cancelled(slm_h5_context(file))) return slm_fail_cancelled(error);
    scilama_status status = SCILAMA_E_UNSUPPORTED;
    if (slm_frame_kind(obs, name) == SLM_FRAME_OTHER) slm_frame_why_not(obs, name, why.message, sizeof why.message);
    else status = copy_element(file, obs->file, path, &why);
    if (!status) return slm_h5ad_add_column(file, "obs", name, error);
    if (status != SCILAMA_E_UNSUPPORTED) return slm_fail_detail(error, status, why.detail, "%s", why.message);
    slm_log(slm_h5_context(file), SCILAMA_LOG_WARNING, SLM_COLUMN_LEFT_OUT, slm_h5_path(obs->file), name, "obs", why.message);
    return slm_h5_remove(file, path, error);
}

static scilama_status copy_frame(slm_h5_file *file, const slm_frame *obs, scilama_error *error)
{
    SLM_TRY(slm_h5_remove(file, SLM_AT("obs", "_index"), error));
    SLM_TRY(copy_element(file, obs->file, SLM_AT("obs", obs->index), error));
    SLM_TRY(slm_h5_write_attr_string(file, "obs", "_index", obs->index, error));
    for (int64_t i = 0; i < obs->columns.count; i++) SLM_TRY(copy_column(file, obs, slm_string(&obs->columns, i), error));
    return SCILAMA_OK;
}

scilama_status slm_writer_copy_obs(scilama_h5ad_writer *writer, const char *input, const scilama_file_options *options, scilama_error *error)
{
    scilama_h5ad_writer *from = NULL;
    slm_frame obs = { 0 };
    scilama_file_options part = *options;
    part.annotation_only = 1;
    SLM_TRY(slm_writer_open(&from, writer->ctx, input, &part, slm_h5_path(writer->file), error));
    scilama_status status = from->cells == writer->cells ? slm_frame_open(&obs, from->file, "obs", error)
                                                         : slm_fail(error, SCILAMA_E_INVALID, "%s has %" PRId64 " cells, but the output has %" PRId64, input, from->cells, writer->cells);
    if (!status) status = slm_h5ad_put_frame(writer->file, "obs", NULL, 0, error);
    if (!status) status = copy_frame(writer->file, &obs, error);
    slm_frame_close(&obs);
    status = slm_h5_verdict(from->file, status, error);
    slm_writer_destroy(from);
    return status;
}
