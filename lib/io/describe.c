/* SPDX-License-Identifier: MIT */
#include "io/describe.h"
#include "io/foreign.h"
#include "io/h5ad.h"
#include "io/loom.h"
#include "io/model_file.h"
#include "file/text.h"
#include "io/table.h"
#include "io/tenx.h"
#include "vae/mixture.h"
#include <stdarg.h>

/* What a file holds and what is wrong with it, as JSON: problems are collected, not failed on, and only what keeps the whole from
 * being told (no memory, the disc) is an error. */

enum { BLOCK = 1 << 18, MOST_PROBLEMS = 40 };

typedef struct report {
    scilama_context *ctx;
    slm_bytes text, problems;
    int64_t n_problems;
    bool no_memory;  /* a part was left out for want of it: the whole fails */
} report;

/* What a pass over the values of a matrix finds. */
typedef struct tally {
    double sum, least, most;
    int64_t nan, infinite, negative, fractional, nonzero;
    bool failed;
} tally;

static void problem(report *r, const char *format, ...) SLM_PRINTF(2, 3);
static void problem(report *r, const char *format, ...)
{
    char text[400];
    va_list args;
    if (r->n_problems++ >= MOST_PROBLEMS) return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    slm_bytes_json(&r->problems, r->problems.size ? ", %q" : "%q", text);
}

static void problem_from(report *r, const scilama_error *e)
{
    if (e->code == SCILAMA_E_NOMEM) r->no_memory = true;
    else problem(r, "%s", e->message);
}

#define PUT(r, ...) slm_bytes_json(&(r)->text, __VA_ARGS__)

static void put_ends(report *r, const char *name, const slm_strings *names)
{
    if (names->count) PUT(r, ", %q: [%q, %q]", name, slm_string(names, 0), slm_string(names, names->count - 1));
    else PUT(r, ", %q: []", name);
}

static void put_strings(report *r, const char *name, const slm_strings *names)
{
    PUT(r, ", %q: [", name);
    for (int64_t i = 0; i < names->count; i++) PUT(r, i ? ", %q" : "%q", slm_string(names, i));
    PUT(r, "]");
}

/* A list of the members of a group. */
static void put_members(report *r, slm_h5_file *file, const char *label, const char *name)
{
    slm_strings names = { 0 };
    scilama_error e;
    if (slm_h5_kind(file, name) == SLM_H5_GROUP && slm_h5_list(file, name, &names, &e)) problem_from(r, &e);
    put_strings(r, label, &names);
    slm_strings_free(r->ctx, &names);
}

/* --- values -------------------------------------------------------------------------- */

static void tally_block(tally *t, const double *values, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        double v = values[i];
        if (isnan(v)) t->nan++;
        else if (isinf(v)) t->infinite++;
        else {
            t->sum += v;
            t->nonzero += v < 0 || v > 0;
            if (v < t->least) t->least = v;
            if (v > t->most) t->most = v;
            t->negative += v < 0;
            t->fractional += v < floor(v) || v > floor(v);
        }
    }
}

static scilama_status tally_values(const slm_h5_matrix *m, tally *t, scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(m->file);
    int64_t width = m->storage == SCILAMA_STORAGE_DENSE ? m->cols : 1, lines = m->storage == SCILAMA_STORAGE_DENSE ? m->rows : m->stored;
    int64_t step = width > 0 && width < BLOCK ? BLOCK / width : 1;
    scilama_status status = slm_h5_plausible(m->file, m->values, &m->info, error);
    if (status) return status;
    double *block = slm_alloc_array(ctx, step * (width ? width : 1), sizeof *block);
    if (!block) return slm_fail_nomem(error);
    for (int64_t first = 0; first < lines && !status; first += step) {
        int64_t n = first + step < lines ? step : lines - first;
        if (slm_cancelled(ctx)) status = slm_fail_cancelled(error);
        else status = slm_h5_read_rows(m->file, m->values, SLM_H5_F64, first, n, block, error);
        if (!status) tally_block(t, block, n * width);
    }
    slm_free(ctx, block);
    return status;
}

/* Index pointers and indices, in blocks. */
static void check_indices(report *r, const slm_h5_matrix *m)
{
    scilama_error e;
    int64_t *indptr, outside = 0, unsorted = 0, line = 0, last = -1;
    if (slm_h5_matrix_indptr(m, &indptr, &e)) {
        problem_from(r, &e);
        return;
    }
    int64_t lines = m->storage == SCILAMA_STORAGE_CSR ? m->rows : m->cols, width = m->storage == SCILAMA_STORAGE_CSR ? m->cols : m->rows;
    int64_t *block = slm_alloc_array(r->ctx, BLOCK, sizeof *block);
    if (!block) r->no_memory = true;
    for (int64_t first = 0; block && first < m->stored; first += BLOCK) {
        int64_t n = first + BLOCK < m->stored ? BLOCK : m->stored - first;
        if (slm_h5_read_rows(m->file, SLM_AT(m->path, "indices"), SLM_H5_I64, first, n, block, &e)) {
            problem_from(r, &e);
            break;
        }
        for (int64_t k = 0; k < n; k++) {
            while (line < lines && first + k >= indptr[line + 1]) line++, last = -1;
            outside += block[k] < 0 || block[k] >= width;
            unsorted += block[k] == last;
            last = block[k];
        }
    }
    if (outside) problem(r, "%s/indices has %lld entries outside 0 to %lld: the file is damaged", m->path, (long long)outside, (long long)width - 1);
    if (unsorted) problem(r, "%s has %lld entries of the same place: they are summed when read", m->path, (long long)unsorted);
    if (indptr[lines] != m->stored) problem(r, "%s/indptr ends at %lld but %lld values are stored: the rest is ignored", m->path, (long long)indptr[lines], (long long)m->stored);
    slm_free_all(r->ctx, block, indptr);
}

/* places: rows × columns; compression: "" = none, NULL = not known */
static void put_matrix(report *r, const char *storage, const char *dtype, int64_t stored, const tally *t, double places, const char *compression)
{
    bool told = t && !t->failed;
    PUT(r, ", \"x\": {\"storage\": %q, \"dtype\": %q, \"stored\": %i, \"sum\": %g, \"nan\": %i, \"density\": %g, \"compression\": %q}", storage,
        dtype, stored, told ? t->sum : t ? NAN : 0, t ? t->nan : INT64_C(0),
        told && places > 0 ? floor((double)t->nonzero / places * 1e6 + 0.5) / 1e6 : NAN, compression && !compression[0] ? "none" : compression);
}

static void matrix_problems(report *r, const char *what, const tally *t)
{
    if (t->nan) problem(r, "%s has %lld NaN values: replace them, or read another layer", what, (long long)t->nan);
    if (t->infinite) problem(r, "%s has %lld infinite values: replace them, or read another layer", what, (long long)t->infinite);
}

static void describe_matrix(report *r, slm_h5_file *file, const char *path, const char *layer, int64_t cells, int64_t genes)
{
    static const char *const storages[] = { "absent", "dense", "csr", "csc" };
    scilama_error e;
    slm_h5_matrix m;
    tally t = { .least = INFINITY, .most = -INFINITY };
    if (slm_h5_matrix_open(&m, file, path, &e)) {
        problem_from(r, &e);
        put_matrix(r, storages[m.storage], NULL, 0, NULL, 0, NULL);
        return;
    }
    if (cells >= 0 && genes >= 0 && (m.rows != cells || m.cols != genes))
        problem(r, "%s is %lld x %lld but there are %lld cells and %lld genes", path, (long long)m.rows, (long long)m.cols, (long long)cells, (long long)genes);
    if (m.rows == 0 || m.cols == 0) problem(r, "%s is empty (%lld x %lld)", path, (long long)m.rows, (long long)m.cols);
    if (tally_values(&m, &t, &e)) {
        problem_from(r, &e);
        t.failed = true;
    }
    if (m.storage != SCILAMA_STORAGE_DENSE) check_indices(r, &m);
    matrix_problems(r, path, &t);
    char filters[120];
    slm_h5_filter_names(file, m.values, filters, sizeof filters);
    put_matrix(r, storages[m.storage], m.dtype, m.stored, &t, (double)m.rows * (double)m.cols, filters);
}

/* --- names and columns ---------------------------------------------------------------- */

static void name_problems(report *r, const char *what, const slm_strings *names, const char *remedy)
{
    SLM_SCOPE(work, r->ctx);
    slm_name_index index;
    if (slm_name_index_build(&work, &index, names, NULL)) {
        r->no_memory = true;
        return;
    }
    if (index.first_duplicate >= 0) {
        int64_t repeats = 0;
        for (int64_t i = 0; i < names->count; i++) repeats += slm_name_index_find(&index, slm_string(names, i)) != i;
        problem(r, "%lld %s repeat an earlier one, first \"%.80s\": %s", (long long)repeats, what, slm_string(names, index.first_duplicate), remedy);
    }
}

/* Rows, or -1; the names' ends are written. */
static int64_t describe_names(report *r, slm_h5_file *file, const char *path, slm_frame *frame, slm_strings *names)
{
    scilama_error e;
    *names = (slm_strings){ 0 };
    if (slm_frame_open(frame, file, path, &e)) {
        problem_from(r, &e);
        *frame = (slm_frame){ 0 };
        return -1;
    }
    if (slm_frame_names(frame, names, &e) || slm_strings_check(names, path, SCILAMA_E_FORMAT, &e)) problem_from(r, &e);
    return frame->rows;
}

static void describe_columns(report *r, const slm_frame *obs)
{
    PUT(r, ", \"obs\": [");
    for (int64_t i = 0; i < obs->columns.count; i++) {
        const char *name = slm_string(&obs->columns, i);
        slm_column column;
        scilama_error e = { 0 };
        PUT(r, "%s{\"name\": %q, \"kind\": %q}", i ? ", " : "", name, slm_frame_kind_name(slm_frame_kind(obs, name)));
        if (!slm_frame_has(obs, name)) problem(r, "%s lists the column %.100s, which is not there: remove it from column-order", obs->path, name);
        else if (slm_frame_column(obs, name, &column, &e) == SCILAMA_E_UNSUPPORTED) problem(r, SLM_COLUMN_LEFT_OUT, slm_h5_path(obs->file), name, obs->path, e.message);
        else if (e.code) problem_from(r, &e);
        else slm_column_clear(r->ctx, &column);
    }
    PUT(r, "]");
}

/* By what is in it: anndata does not write its version. */
static const char *generation(slm_h5_file *file, const char *prefix)
{
    char root[SLM_PREFIX_BYTES];
    snprintf(root, sizeof root, "%.*s", prefix[0] ? (int)strlen(prefix) - 1 : 0, prefix);
    if (slm_h5_attr_equals(file, root, "encoding-type", "anndata")) return "anndata 0.8 or later";
    if (prefix[0]) return "anndata 0.7";
    if (slm_h5_kind(file, "obs") == SLM_H5_GROUP) return "anndata 0.7";
    return "anndata before 0.7";
}

/* prefix: of the modality, see slm_mudata_prefix() */
static void describe_h5ad(report *r, slm_h5_file *file, const char *prefix, const char *layer)
{
    slm_h5ad_place place;
    char layers[16 + SLM_PREFIX_BYTES];
    scilama_error e;
    slm_frame obs, var;
    slm_strings cells, genes;
    bool there = !slm_h5ad_locate(file, prefix, layer, &place, &e);
    int64_t n_obs = describe_names(r, file, place.obs, &obs, &cells), n_vars = describe_names(r, file, place.var, &var, &genes);
    PUT(r, "\"kind\": %q, \"written_by\": %q", prefix[0] ? "h5mu" : "h5ad", generation(file, prefix));
    if (prefix[0]) {
        char name[SLM_PREFIX_BYTES];
        snprintf(name, sizeof name, "%.*s", (int)strlen(prefix) - 5, prefix + 4); /* of "mod/NAME/" */
        PUT(r, ", \"modality\": %q", name);
        put_members(r, file, "modalities", "mod");
    }
    PUT(r, ", \"n_obs\": %i, \"n_vars\": %i", n_obs < 0 ? INT64_C(0) : n_obs, n_vars < 0 ? INT64_C(0) : n_vars);
    if (there) describe_matrix(r, file, place.matrix, layer, n_obs, n_vars);
    else {
        put_matrix(r, "absent", NULL, 0, NULL, 0, NULL);
        problem_from(r, &e);
    }
    put_ends(r, "obs_names", &cells);
    put_ends(r, "var_names", &genes);
    describe_columns(r, &obs);
    snprintf(layers, sizeof layers, "%slayers", prefix);
    put_members(r, file, "layers", layers);
    for (int i = 0; i < 2; i++) {
        snprintf(layers, sizeof layers, "%s%s", prefix, i ? "varm" : "obsm");
        put_members(r, file, i ? "varm" : "obsm", layers);
    }
    name_problems(r, "cell names", &cells, "results are matched by place, but make them unique");
    name_problems(r, "gene names", &genes, "make them unique (adata.var_names_make_unique()), or keep the first of each");
    slm_strings_free_all(r->ctx, &cells, &genes);
    slm_frame_close(&obs);
    slm_frame_close(&var);
}

/* 10x, loom and MatrixMarket: small enough in kind to be read. */
static void describe_dataset(report *r, const char *kind, const char *path, const scilama_dataset *d)
{
    tally t = { .least = INFINITY, .most = -INFINITY };
    int64_t stored = d->indptr[d->cells];
    for (int64_t k = 0; k < stored; k++) {
        double v = d->values[k];
        tally_block(&t, &v, 1);
    }
    PUT(r, "\"kind\": %q, \"n_obs\": %i, \"n_vars\": %i", kind, d->cells, d->genes);
    put_matrix(r, "csr", "float32", stored, &t, (double)d->cells * (double)d->genes, NULL);
    put_ends(r, "obs_names", &d->cell_names);
    put_ends(r, "var_names", &d->gene_names);
    PUT(r, ", \"obs\": [");
    for (int64_t i = 0; i < d->n_columns; i++)
        PUT(r, "%s{\"name\": %q, \"kind\": %q}", i ? ", " : "", d->columns[i].name,
            slm_frame_kind_name(d->columns[i].numeric ? SLM_FRAME_NUMERIC : SLM_FRAME_CATEGORICAL));
    PUT(r, "]");
    for (int64_t i = 0; i < d->n_unread; i++) problem(r, SLM_COLUMN_LEFT_OUT, path, d->unread[i].name, "col_attrs", d->unread[i].why);
}

static scilama_status describe_counts(report *r, const char *kind, const char *path, const char *layer, scilama_error *error)
{
    scilama_dataset *d;
    scilama_file_options o = { .struct_size = sizeof o, .layer = layer };
    SLM_TRY(slm_any_read(&d, r->ctx, path, &o, error));
    describe_dataset(r, kind, path, d);
    slm_dataset_release(d);
    if (!strcmp(kind, "loom")) return SCILAMA_OK; /* whose layers its own file has been asked for */
    PUT(r, ", \"layers\": []");
    return SCILAMA_OK;
}

static scilama_status describe_loom(report *r, const char *path, const char *layer, scilama_error *error)
{
    slm_h5_file *file;
    scilama_status status = describe_counts(r, "loom", path, layer, error);
    if (!status) status = slm_h5_open(&file, r->ctx, path, error);
    if (status) return status;
    put_members(r, file, "layers", "layers");
    return slm_h5_close_read(file, SCILAMA_OK, error);
}

/* "mod/NAME/LAYER" of MuData: which modality, and what is left for the layer. */
static scilama_status describe_anndata(report *r, slm_h5_file *file, const char *layer, scilama_error *error)
{
    char prefix[SLM_PREFIX_BYTES], modality[SLM_PREFIX_BYTES];
    bool named = layer && !strncmp(layer, "mod/", 4);
    size_t length = named ? strcspn(layer + 4, "/") : 0;
    snprintf(modality, sizeof modality, "%.*s", (int)(length < sizeof modality ? length : sizeof modality - 1), named ? layer + 4 : "");
    scilama_status status = slm_mudata_prefix(file, named ? modality : NULL, prefix, error);
    if (status) return status;
    if (named) layer = layer[4 + length] ? layer + 4 + length + 1 : NULL;
    describe_h5ad(r, file, prefix, layer && layer[0] ? layer : NULL);
    return SCILAMA_OK;
}

static void describe_model(report *r, slm_h5_file *file)
{
    static const char *const texts[] = { "format", "library_version" };
    static const char *const numbers[] = { "format_version", "steps", "train_cells" };
    int64_t number;
    PUT(r, "\"kind\": \"model\"");
    for (int i = 0; i < 2; i++) {
        char *value;
        if (slm_h5_read_attr_string(file, "", texts[i], &value, NULL)) continue;
        PUT(r, ", %q: %q", texts[i], value);
        slm_free(r->ctx, value);
    }
    for (int i = 0; i < 3; i++)
        if (!slm_h5_read_attr(file, "", numbers[i], SLM_H5_I64, 1, &number, NULL)) PUT(r, ", %q: %i", numbers[i], number);
}

/* "name" and "categories" of the i-th of a list. */
static void put_categories(report *r, int64_t i, const char *name, const slm_strings *categories)
{
    PUT(r, i ? ", {\"name\": %q" : "{\"name\": %q", name);
    put_strings(r, "categories", categories);
    PUT(r, "}");
}

static void describe_recipe(report *r, const slm_recipe *recipe)
{
    const char *const inputs[] = { "as it is", "counts", "expression", "logged", "scaled" };
    bool known = recipe->input > 0 && recipe->input < (int32_t)(sizeof inputs / sizeof *inputs);
    PUT(r, ", \"genes\": %i", recipe->genes.count);
    put_ends(r, "gene_names", &recipe->genes);
    PUT(r, ", \"recipe\": {\"input\": %q, \"normalized\": %b, \"logged\": %b, \"scaled\": %b}, \"covariates\": [", inputs[known ? recipe->input : 0],
        recipe->normalized, recipe->logged, recipe->scaled);
    for (int64_t k = 0; k < recipe->n_covariates; k++)
        put_categories(r, k, recipe->covariates[k].name, &recipe->covariates[k].categories); /* none: continuous */
    PUT(r, "]");
}

/* What embed and map need of a model, and what it can tell. */
static scilama_status describe_needs(report *r, const char *path, scilama_error *error)
{
    scilama_model *model = NULL;
    scilama_error e = { 0 };
    scilama_status status = slm_model_load(&model, r->ctx, path, &e);
    if (status == SCILAMA_E_IO) return slm_fail(error, status, "%s", e.message); /* of the disc, not of the file */
    if (status) {
        problem_from(r, &e);
        return SCILAMA_OK;
    }
    describe_recipe(r, model->recipe);
    PUT(r, ", \"tables\": [");
    for (int m = 0; m < model->net.modalities && !model->net.transposed; m++)
        PUT(r, "%s{\"name\": %q, \"width\": %i}", m ? ", " : "", model->modality_name[m], model->conditioning[m].raw_width);
    slm_mixture mixture = slm_mixture_of(&model->net);
    PUT(r, "], \"latent\": %i, \"mixture_components\": %i, \"mixture_axes\": %i", model->net.latent, mixture.count, mixture.used);
    PUT(r, ", \"fills_absent_genes\": %b, \"reference_cells\": %i, \"labels\": [", model->factors.genes != 0,
        model->reference ? model->reference->cells : INT64_C(0));
    for (int64_t i = 0; model->reference && i < model->reference->labels; i++)
        put_categories(r, i, model->reference->label[i].name, &model->reference->label[i].categories);
    PUT(r, "]");
    slm_model_release(model);
    return SCILAMA_OK;
}

static scilama_status describe_table(report *r, const char *path, scilama_error *error)
{
    scilama_gene_table *table;
    scilama_table_options o = { .struct_size = sizeof o };
    SLM_TRY(slm_table_read(&table, r->ctx, path, &o, error));
    PUT(r, "\"kind\": \"table\", \"rows\": %i, \"width\": %i", table->rows, table->width);
    put_ends(r, "names", &table->names);
    name_problems(r, "names", &table->names, "the first of each can be kept");
    slm_gene_table_release(table);
    return SCILAMA_OK;
}

static scilama_status describe_hdf5(report *r, const char *path, const char *layer, scilama_error *error)
{
    slm_h5_file *file;
    scilama_status status = slm_h5_open(&file, r->ctx, path, error);
    if (status) return status;
    if ((status = slm_h5_foreign(file, error))) {
        slm_h5_close(file);
        return status;
    }
    enum { H5AD, TENX, LOOM, MODEL, TABLE } kind = TABLE;
    if (slm_h5_attr_equals(file, "", "format", "scilama-model")) kind = MODEL;
    else if (slm_tenx_is(file)) kind = TENX;
    else if (slm_loom_is(file)) kind = LOOM;
    else if (slm_h5_kind(file, "obs") || slm_h5_kind(file, "var") || slm_h5_kind(file, "X") || slm_mudata_is(file)) kind = H5AD;
    if (kind == H5AD) status = describe_anndata(r, file, layer, error);
    if (kind == MODEL) describe_model(r, file);
    SLM_TRY(slm_h5_close_read(file, status, error));
    if (kind == MODEL) return describe_needs(r, path, error);
    if (kind == LOOM) return describe_loom(r, path, layer, error);
    if (kind == TENX) return describe_counts(r, "10x", path, layer, error);
    return kind == TABLE ? describe_table(r, path, error) : SCILAMA_OK;
}

scilama_status slm_file_describe(char **text, scilama_context *ctx, const char *path, const char *layer, scilama_error *error)
{
    report r = { .ctx = ctx };
    unsigned char head[4] = { 0 };
    size_t got = 0;
    *text = NULL;
    slm_bytes_init(&r.text, ctx);
    slm_bytes_init(&r.problems, ctx);
    slm_bytes_text(&r.text, "{");
    scilama_status status = SCILAMA_OK;
    if (slm_is_folder(path) || slm_mtx_is(path)) status = describe_counts(&r, "mtx", path, layer, error);
    else {
        status = slm_file_peek(path, head, sizeof head, &got, error);
        bool hdf5 = got == 4 && !memcmp(head, "\x89HDF", 4);
        if (!status && !hdf5) hdf5 = slm_file_is_hdf5(path);
        if (!status) status = hdf5 || slm_ends_with(path, ".h5ad") || slm_ends_with(path, ".h5") || slm_ends_with(path, ".h5mu") || slm_ends_with(path, ".loom") || slm_ends_with(path, ".h5ad.gz") || slm_ends_with(path, ".h5.gz") ? describe_hdf5(&r, path, layer, error) : describe_table(&r, path, error);
    }
    if (!status && slm_cancelled(ctx)) status = slm_fail_cancelled(error);
    if (!status) {
        PUT(&r, ", \"problems\": [%s]}", r.problems.size ? r.problems.data : "");
        if (r.text.failed || r.problems.failed || r.no_memory) status = slm_fail_nomem(error);
    }
    if (!status) {
        *text = r.text.data;
        r.text.data = NULL;
    }
    slm_bytes_free(&r.text);
    slm_bytes_free(&r.problems);
    return status;
}
