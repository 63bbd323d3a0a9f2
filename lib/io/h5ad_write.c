/* SPDX-License-Identifier: MIT */
#include "io/h5ad_write.h"
#include "data/dataset.h"
#include "io/foreign.h"
#include "io/frame.h"
#include "io/h5ad.h"
#include "io/loom.h"
#include "file/text.h"
#include "io/tenx.h"
#include <sys/stat.h>

/* AnnData out: a new file, or a copy of one whose old encodings are renewed first, so that results are added to what anndata of
 * today reads. Other formats are read and written anew. */

void slm_writer_destroy(scilama_h5ad_writer *writer)
{
    if (!writer) return;
    scilama_context *ctx = writer->ctx;
    slm_h5_close(writer->file);
    slm_free(ctx, writer);
    slm_context_release(ctx);
}

static scilama_status new_writer(scilama_h5ad_writer **out, scilama_context *ctx, scilama_error *error)
{
    *out = slm_alloc_zero(ctx, sizeof **out);
    if (!*out) return slm_fail_nomem(error);
    (*out)->ctx = slm_context_retain(ctx);
    return SCILAMA_OK;
}

static scilama_status count_rows(slm_h5_file *file, const char *path, int64_t *rows, scilama_error *error)
{
    slm_frame frame;
    SLM_TRY(slm_frame_open(&frame, file, path, error));
    *rows = frame.rows;
    slm_frame_close(&frame);
    return SCILAMA_OK;
}

static scilama_status make_dicts(const scilama_h5ad_writer *w, scilama_error *error)
{
    static const char *const groups[] = { "layers", "obsm", "obsp", "uns", "varm", "varp" };
    scilama_status status = SCILAMA_OK;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0] && !status; i++) status = slm_h5ad_dict(w->file, groups[i], error);
    return status;
}

static scilama_status prepare_copy(scilama_h5ad_writer *w, scilama_error *error)
{
    SLM_TRY(slm_h5_foreign(w->file, error));
    if (!slm_h5_kind(w->file, "obs") || !slm_h5_kind(w->file, "var"))
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: the input is not an AnnData file: it has no obs or no var", slm_h5_path(w->file));
    scilama_status status = slm_h5_attr_equals(w->file, "", "encoding-type", "anndata") ? SCILAMA_OK : slm_h5ad_modernise(w->file, error);
    if (!status) status = slm_h5ad_plain_strings(w->file, error);
    if (!status) status = count_rows(w->file, "obs", &w->cells, error);
    if (!status) status = count_rows(w->file, "var", &w->genes, error);
    return status ? status : make_dicts(w, error);
}

static scilama_status fill_new(scilama_h5ad_writer *w, const scilama_matrix *matrix, const char *const *cells, const char *const *genes, scilama_error *error)
{
    w->cells = matrix->rows;
    w->genes = matrix->cols;
    scilama_status status = slm_h5ad_encode(w->file, "", "anndata", "0.1.0", error);
    if (!status) status = slm_h5ad_put_matrix(w->file, "X", matrix, error);
    if (!status) status = slm_h5ad_put_frame(w->file, "obs", cells, w->cells, error);
    if (!status) status = slm_h5ad_put_frame(w->file, "var", genes, w->genes, error);
    return status ? status : make_dicts(w, error);
}

scilama_status slm_writer_create(scilama_h5ad_writer **out, scilama_context *ctx, const char *output, const scilama_matrix *matrix,
                                 const char *const *cells, const char *const *genes, scilama_error *error)
{
    scilama_status status = new_writer(out, ctx, error);
    if (!status) status = slm_h5_create_atomic(&(*out)->file, ctx, output, error);
    if (!status) status = fill_new(*out, matrix, cells, genes, error);
    if (status) {
        slm_writer_destroy(*out);
        *out = NULL;
    }
    return status;
}

/* What is read and written anew would lose all else that the file holds. */
static scilama_status check_other(const char *input, const char *output, scilama_error *error)
{
    struct stat in, out;
    if (slm_ends_with(output, ".h5mu"))
        return slm_fail(error, SCILAMA_E_INVALID, "%s: what is written is an .h5ad: give the output such a name", output);
    if (stat(input, &in) != 0 || stat(output, &out) != 0 || in.st_dev != out.st_dev || in.st_ino != out.st_ino) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_INVALID, "%s is no .h5ad, so that results cannot be added to it: give the output another name", input);
}

/* Another format's cells and genes as a new file: X in CSR, names, and columns of cells. */
static scilama_status from_other(scilama_h5ad_writer **out, scilama_context *ctx, const char *input, const scilama_file_options *options,
                                 const char *output, scilama_error *error)
{
    scilama_dataset *d = NULL;
    scilama_file_options o = *options;
    o.stream_memory = 0;
    SLM_TRY(slm_any_read(&d, ctx, input, &o, error));
    scilama_status status = slm_writer_create_from(out, output, d, true, error);
    slm_dataset_release(d);
    return status;
}

/* One modality of MuData as a file of its own.
 * The whole file is copied and all else taken out of it, so that nothing is read that need not be: a modality that came
 * through HDF5 anew would not survive a disc that fails. */
static scilama_status copy_modality(scilama_h5ad_writer *w, const char *input, const scilama_file_options *options, const char *output, scilama_error *error)
{
    char prefix[SLM_PREFIX_BYTES], from[1300];
    slm_strings names = { 0 }, members = { 0 };
    scilama_status status = slm_h5_copy_atomic(&w->file, w->ctx, input, output, error);
    if (!status) status = slm_mudata_prefix(w->file, options->modality, prefix, error);
    if (!status) status = slm_h5_list(w->file, "", &names, error);
    for (int64_t i = 0; i < names.count && !status; i++)
        if (strcmp(slm_string(&names, i), "mod") != 0) status = slm_h5_remove(w->file, slm_string(&names, i), error);
    if (!status) snprintf(from, sizeof from, "%.*s", (int)strlen(prefix) - 1, prefix);
    if (!status) status = slm_h5_list(w->file, from, &members, error);
    bool current = !status && slm_h5_attr_equals(w->file, from, "encoding-type", "anndata");
    for (int64_t i = 0; i < members.count && !status; i++) {
        snprintf(from, sizeof from, "%s%.1000s", prefix, slm_string(&members, i));
        status = !strcmp(slm_string(&members, i), "mod") ? slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: %smod is MuData within MuData", input, prefix)
                                                         : slm_h5_rename(w->file, from, slm_string(&members, i), error);
    }
    if (!status) status = slm_h5_remove(w->file, "mod", error);
    if (!status) status = slm_h5_remove_attr(w->file, "", "encoding-type", error);
    if (!status && current) status = slm_h5ad_encode(w->file, "", "anndata", "0.1.0", error);
    slm_strings_free_all(w->ctx, &names, &members);
    return status;
}

enum origin { ANNDATA, MUDATA, OTHER };

/* What is copied, whole or one modality of it; the rest (10x .h5, loom, MatrixMarket) is read and written anew. */
static scilama_status find_origin(scilama_context *ctx, const char *input, enum origin *origin, scilama_error *error)
{
    slm_h5_file *file;
    *origin = OTHER;
    if (slm_is_folder(input) || slm_mtx_is(input)) return SCILAMA_OK;
    SLM_TRY(slm_h5_open(&file, ctx, input, error));
    if (!slm_tenx_is(file) && !slm_loom_is(file)) *origin = slm_mudata_is(file) ? MUDATA : ANNDATA;
    return slm_h5_close_read(file, SCILAMA_OK, error);
}

scilama_status slm_writer_open(scilama_h5ad_writer **out, scilama_context *ctx, const char *input, const scilama_file_options *options,
                               const char *output, scilama_error *error)
{
    enum origin origin;
    scilama_status status = find_origin(ctx, input, &origin, error);
    if (!status && origin != ANNDATA) status = check_other(input, output, error);
    if (!status && origin == ANNDATA && options->modality) status = slm_only_h5ad(input, options, error);
    if (!status && origin != OTHER) status = new_writer(out, ctx, error);
    if (!status && origin == OTHER) status = from_other(out, ctx, input, options, output, error);
    else if (!status && origin == MUDATA) status = copy_modality(*out, input, options, output, error);
    else if (!status) status = slm_h5_copy_atomic(&(*out)->file, ctx, input, output, error);
    if (!status && origin != OTHER) status = slm_h5_verdict((*out)->file, prepare_copy(*out, error), error);
    if (status && *out) {
        slm_writer_destroy(*out);
        *out = NULL;
    }
    return status;
}

scilama_status slm_writer_commit(scilama_h5ad_writer *writer, scilama_error *error)
{
    scilama_status status = slm_h5_commit(writer->file, error);
    slm_h5_close(writer->file);
    writer->file = NULL;
    return status;
}
