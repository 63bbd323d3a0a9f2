/* SPDX-License-Identifier: MIT */
#include "fit.h"
#include "output.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct out { app *a; scilama_h5ad_writer *writer; scilama_status status; const char *genes; } out;

static void put_text(out *o, const char *key, const char *value)
{
    char path[96];
    snprintf(path, sizeof path, "scilama/%s", key);
    if (!o->status) o->status = scilama_h5ad_writer_put_uns_string(o->writer, path, value, &o->a->error);
}

static void put_number(out *o, const char *key, double value)
{
    char path[96];
    snprintf(path, sizeof path, "scilama/%s", key);
    if (!o->status) o->status = scilama_h5ad_writer_put_uns_number(o->writer, path, value, &o->a->error);
}

static void put_integer(out *o, const char *key, int64_t value)
{
    char path[96];
    snprintf(path, sizeof path, "scilama/%s", key);
    if (!o->status) o->status = scilama_h5ad_writer_put_uns_integer(o->writer, path, value, &o->a->error);
}

static void put_texts(out *o, const char *key, const char *const *values, int64_t count)
{
    char path[96];
    snprintf(path, sizeof path, "scilama/%s", key);
    if (!o->status && count) o->status = scilama_h5ad_writer_put_uns_strings(o->writer, path, values, count, &o->a->error);
}

/* A number where it is one, on or off as 1 or 0, else as it is written on the command line. */
static void put_option(out *o, const option *from)
{
    char key[64] = "options/";
    snprintf(key, sizeof key, "options/%s", from->name);
    for (char *p = key; *p; p++)
        if (*p == '-') *p = '_';
    bool flag = from->kind == OPTION_FLAG || from->choices == on_off;
    if (flag) put_integer(o, key, *(const int32_t *)from->target);
    else if (from->kind == OPTION_INTEGER || from->kind == OPTION_BYTES) put_integer(o, key, *(const int64_t *)from->target);
    else if (from->kind == OPTION_NUMBER) put_number(o, key, *(const double *)from->target);
    else if (from->kind == OPTION_REAL) put_number(o, key, (double)*(const float *)from->target);
    else if (option_is_text(from->kind)) {
        if (*(const char **)from->target) put_text(o, key, *(const char **)from->target);
    } else if (option_is_list(from->kind)) put_texts(o, key, ((string_list *)from->target)->item, ((string_list *)from->target)->count);
    else if (from->kind != OPTION_HEADING) {
        const char *text = option_text(o->a, from, 0);
        if (text) put_text(o, key, text);
        else o->status = SCILAMA_E_NOMEM;
    }
}

static void put_options(out *o, const fit *f)
{
    if (!o->status) o->status = scilama_h5ad_writer_put_uns_string(o->writer, "scilama", "", &o->a->error); /* in place of all of an earlier fit */
    put_text(o, "version", scilama_version_string());
    put_text(o, "config", f->given);
    if (f->worth) put_text(o, "gene_vectors", f->worth);
    for (const option *from = f->options.item; from->name; from++)
        if (!option_is_one_of(from, fit_run_options)) put_option(o, from);
    if (!f->layer) put_text(o, "options/layer", "X");
    if (f->alias_text) put_text(o, "gene_aliases", f->alias_text);
    put_integer(o, "options/seed", (int64_t)o->a->seed);
    if (f->n_files > 1) put_texts(o, "files", f->file_names, f->n_files);
}

static void put_recipe(out *o, const fit *f)
{
    const scilama_preprocess_report *r = &f->recipe;
    put_text(o, "recipe/input", f->no_preprocess ? "as given" : described_choice(SCILAMA_OPTIONS_PREPROCESS, "input", r->input));
    put_texts(o, "recipe/embeddings", (const char *const *)f->embedding_text, f->n_embeddings);
    put_integer(o, "recipe/genes_used", f->genes_used);
    put_integer(o, "recipe/mixture_components", f->mixture);
    if (f->no_preprocess) return;
    put_text(o, "recipe/reason", r->reason);
    put_text(o, "recipe/highly_variable_genes", described_choice(SCILAMA_OPTIONS_PREPROCESS, "hvg", r->hvg));
    put_integer(o, "recipe/normalized", r->normalized);
    put_integer(o, "recipe/logged", r->logged);
    put_integer(o, "recipe/scaled", r->scaled);
    if (r->normalized) put_number(o, "recipe/target_sum", f->preprocess.target_sum);
    if (r->scaled) put_number(o, "recipe/max_value", f->preprocess.max_value);
    put_integer(o, "recipe/cells_excluded", r->cells_excluded);
    put_integer(o, "recipe/genes_filtered", r->genes_filtered);
    put_integer(o, "recipe/genes_without_vector", r->genes_unmatched);
}

/* uns["scilama"]["history"], a data frame with one row per epoch. */
static void put_history(out *o, const history *h)
{
    app *a = o->a;
    const char **index = app_alloc(a, h->count, sizeof *index), **objective = app_alloc(a, h->count, sizeof *objective);
    double *column = app_alloc(a, h->count, sizeof *column);
    if (o->status || !h->count) return;
    if (!index || !objective || !column) {
        o->status = SCILAMA_E_NOMEM;
        return;
    }
    for (int64_t i = 0; i < h->count; i++) {
        objective[i] = objective_name(h->rows[i].objective);
        if (!(index[i] = app_text(a, "%" PRId64, i))) o->status = SCILAMA_E_NOMEM;
    }
    if (!o->status) o->status = scilama_h5ad_writer_put_uns_table(o->writer, "scilama/history", index, h->count, &a->error);
    if (!o->status) o->status = scilama_h5ad_writer_put_uns_table_strings(o->writer, "scilama/history", "objective", objective, &a->error);
    static const char *const names[] = { "phase", "epoch", "step", "loss", "nll", "kl_s", "kl_f", "beta", "lr", "validation_loss",
                                         "validation_nll", "pearson", "spearman", "active_units" };
    for (size_t k = 0; k < sizeof names / sizeof *names && !o->status; k++) {
        for (int64_t i = 0; i < h->count; i++) {
            const epoch_row *r = &h->rows[i];
            const double value[] = { r->phase, (double)r->epoch, (double)r->step, r->loss, r->nll, r->kl_s, r->kl_f, r->beta, r->lr,
                                     r->validation_loss, r->validation_nll, r->pearson, r->spearman, (double)r->active_units };
            column[i] = value[k];
        }
        o->status = scilama_h5ad_writer_put_uns_table_numeric(o->writer, "scilama/history", names[k], column, &a->error);
    }
}

/* KL per latent dimension at every validation, beside the history. */
static void put_units(out *o, const fit *f, const history *h)
{
    float *values = app_alloc(o->a, h->count * h->latent, sizeof *values);
    bool known = false;
    if (!values && h->count) o->status = SCILAMA_E_NOMEM;
    for (int side = 0; side < (f->gene_embedding ? 2 : 1) && !o->status; side++) {
        for (int64_t i = 0; i < h->count * h->latent; i++) {
            values[i] = h->units[i / h->latent * 2 * h->latent + side * h->latent + i % h->latent];
            known = known || isfinite(values[i]);
        }
        if (known) o->status = scilama_h5ad_writer_put_uns_array(o->writer, side ? "scilama/history_kl_f" : "scilama/history_kl_s", values,
                                                                 h->count, h->latent, &o->a->error);
    }
}

/* Vectors of an earlier fit are of another space than the cells that are written now. */
static void forget_genes(out *o, const fit *f)
{
    app *a = o->a;
    int64_t rows = scilama_h5ad_writer_genes(o->writer), width = f->latent;
    if (o->status || f->n_files > 1 || !app_has(a, scilama_h5ad_read_array(a->context, f->input, data_key(a, "varm/scilama"), NULL, NULL, NULL, 0, &a->error))) return;
    float *values = app_alloc(a, rows * width, sizeof *values);
    if (!values) {
        o->status = SCILAMA_E_NOMEM;
        return;
    }
    for (int64_t i = 0; i < rows * width; i++) values[i] = NAN;
    o->status = scilama_h5ad_writer_put_varm(o->writer, "scilama", values, width, 0, &a->error);
    if (!o->status) app_warn(a, "%s has varm['scilama'] of an earlier fit, and this one writes none: it becomes NaN", f->input);
}

typedef struct named { const char *name; int64_t row; } named;
static int by_name(const void *x, const void *y) { return strcmp(((const named *)x)->name, ((const named *)y)->name); }

/* varm["scilama"] in the order of the file, NaN for genes that are not in the model; in
 * uns where the file's genes are not those that were read. */
static void put_genes(out *o, const fit *f)
{
    app *a = o->a;
    int64_t genes = scilama_dataset_genes(f->dataset), used = f->genes_used, width = f->latent;
    const char **names = app_alloc(a, used, sizeof *names);
    named *index = app_alloc(a, genes, sizeof *index);
    if (o->status) return;
    if (!names || !index) {
        o->status = SCILAMA_E_NOMEM;
        return;
    }
    for (int64_t g = 0; g < used; g++)
        if (!(names[g] = scilama_model_gene_name(f->model, g)) && !(names[g] = app_text(a, "%" PRId64, g))) o->status = SCILAMA_E_NOMEM;
    put_texts(o, "genes", names, used);
    if (!f->gene_embedding) forget_genes(o, f);
    if (o->status || !f->gene_embedding) return;
    int64_t rows = scilama_h5ad_writer_genes(o->writer), missing, *map;
    const char *layer = f->n_files > 1 ? NULL : f->layer; /* var of several files is of what was read */
    if (gene_rows(a, f->input, layer, f->dataset, rows, &map, &missing) || missing) {
        app_say(a, "the genes that were read are not those of var: their embedding is uns['scilama']['gene_embedding'], in the order of ['genes']");
        o->genes = ", uns['scilama']['gene_embedding']";
        forget_genes(o, f);
        if (!o->status) o->status = scilama_h5ad_writer_put_uns_array(o->writer, "scilama/gene_embedding", f->gene_embedding, used, width, &a->error);
        return;
    }
    float *values = app_alloc(a, rows * width, sizeof *values);
    o->genes = ", varm['scilama']";
    if (!values) {
        o->status = SCILAMA_E_NOMEM;
        return;
    }
    for (int64_t g = 0; g < genes; g++) index[g] = (named){ scilama_dataset_gene_name(f->dataset, g), map[g] };
    qsort(index, (size_t)genes, sizeof *index, by_name);
    for (int64_t i = 0; i < rows * width; i++) values[i] = NAN;
    for (int64_t g = 0; g < used; g++) {
        named key = { names[g], 0 }, *hit = bsearch(&key, index, (size_t)genes, sizeof *index, by_name);
        if (hit) memcpy(values + hit->row * width, f->gene_embedding + g * width, (size_t)width * sizeof *values);
    }
    o->status = scilama_h5ad_writer_put_varm(o->writer, "scilama", values, width, 0, &a->error);
}

static void put_split(out *o, const fit *f)
{
    static const char *const names[] = { "train", "validation", "test", "excluded" };
    int32_t *codes = app_alloc(o->a, f->cells, sizeof *codes);
    if (!codes) o->status = SCILAMA_E_NOMEM;
    if (!o->status) o->status = scilama_dataset_get_split(f->dataset, codes, &o->a->error);
    if (!o->status) o->status = scilama_h5ad_writer_put_obs_categorical(o->writer, "scilama_split", codes, names, 4, &o->a->error);
}

/* The table of before and after, and which resolution to write. */
static scilama_status judge(app *a, fit *f)
{
    comparison *c = &f->compared;
    *c = (comparison){ .prepared = f->dataset, .embedding = f->cell_embedding, .cells = f->cells, .latent = f->latent, .labels = f->label_codes, .batches = f->batch_codes,
                       .written = f->found.labels, .resolution = f->found.resolution, .neighbors = f->neighbors - 1, .seed = a->seed };
    scilama_status status = score_compare(a, c);
    if (status == SCILAMA_E_CANCELLED || status == SCILAMA_E_NOMEM) return status;
    if (status) { /* all is written: no fault of the fit */
        app_warn(a, "before and after are not compared: %s", a->error.message);
        f->judged = false;
        return SCILAMA_OK;
    }
    if (c->parts > 1) app_say(a, "before and after are compared on %d samples of %" PRId64 " of %" PRId64 " cells: mean ± its standard error", (int)c->parts, c->each, f->cells);
    printf("\n");
    score_print_comparison(c);
    score_advise(a, f->label, f->output, c->scores[1].nmi_resolution, f->found.labels ? c->resolution : NAN, &c->best);
    fflush(stdout);
    const scilama_scores *before = &c->scores[0], *after = &c->scores[1];
    app_event(a, "scores", ", \"cells\": %" PRId64 ", \"ari_before\": %.6g, \"ari\": %.6g, \"nmi_before\": %.6g, \"nmi\": %.6g, \"total_before\": %.6g, \"total\": %.6g, \"total_error\": %.6g, "
                           "\"resolution_before\": %.6g, \"resolution\": %.6g%s",
              c->parts * c->each, before->ari, after->ari, before->nmi, after->nmi, before->total, after->total, c->parts > 1 ? c->errors[1].total : 0, before->nmi_resolution,
              after->nmi_resolution, f->found.labels ? app_text(a, ", \"written_resolution\": %.6g, \"written_ari\": %.6g, \"written_nmi\": %.6g", c->resolution, c->agreement[1].ari, c->agreement[1].nmi) : "");
    return SCILAMA_OK;
}

/* The model carries its cells, for scilama map. */
static scilama_status keep_reference(app *a, const fit *f, const int32_t *communities, int64_t n_communities, const float *layout)
{
    scilama_reference *reference = NULL;
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    if (f->label) scilama_dataset_column_info(f->dataset, f->label, &info, NULL);
    const char **names = app_alloc(a, info.categories > n_communities ? info.categories : n_communities, sizeof *names);
    if (!names) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_reference_create(&reference, a->context, f->cell_embedding, f->cells, f->latent, 0, &a->error);
    for (int64_t k = 0; k < info.categories; k++) names[k] = scilama_dataset_category(f->dataset, f->label, k);
    if (!status && info.categories) status = scilama_reference_add_labels(reference, f->label, f->label_codes, names, info.categories, &a->error);
    for (int64_t k = 0; k < n_communities && !status; k++)
        if (!(names[k] = app_text(a, "%" PRId64, k))) status = SCILAMA_E_NOMEM;
    const char *key = f->label && !strcmp(f->label, "leiden") ? "scilama_leiden" : "leiden"; /* others' communities may be the labels */
    if (!status && communities) status = scilama_reference_add_labels(reference, key, communities, names, n_communities, &a->error);
    if (!status && layout) status = scilama_reference_set_layout(reference, layout, 2, &a->error);
    if (!status) status = scilama_model_set_reference(f->model, reference, &a->error);
    if (!status && f->cells > 9 && f->genes_used > 2) status = scilama_model_describe_reference(f->model, f->dataset, &a->error);
    scilama_reference_destroy(reference);
    return status;
}

static void tell_stale(app *a, const fit *f)
{
    const char *const made[][2] = { { "obsm", "X_scilama_sigma" }, { "obsm", f->no_umap && graph_is_of(a, f->input, "X_scilama") ? "X_umap" : NULL },
        { "obsm", f->no_umap ? "X_scilama_umap" : NULL }, { "obsm", "X_scilama_modules" }, { "var", "scilama_module" }, { "uns", "scilama_markers" } };
    if (f->no_graph) tell_stale_graph(a, f->input, "X_scilama");
    tell_stale_results(a, f->input, "X_scilama", made, sizeof made / sizeof *made);
}

/* All that is found of the cells' places; f->found. */
scilama_status fit_find(app *a, fit *f)
{
    f->cluster = (cluster_plan){ .key = f->no_graph ? NULL : "scilama_leiden", .prefix = f->no_graph ? NULL : "", .embedding = "X_scilama", .input = f->n_files > 1 ? NULL : f->input, .neighbors = f->neighbors,
                                 .resolution = f->resolution, .umap = f->no_graph || f->no_umap ? NULL : "X_umap", .umap_dimensions = 2, .umap_min_dist = 0.5 };
    bool several = f->n_files > 1; /* of which nothing but cells and genes is in the output */
    if (!several) tell_stale(a, f);
    if (f->no_graph) return SCILAMA_OK;
    if (f->cluster.umap && !several && is_there(a, f->input, "obsm", "X_umap") && !is_ours(a, f->input, "obsm", "X_umap"))
        f->cluster.umap = "X_scilama_umap"; /* the input's own layout stays, but for that of an earlier fit */
    if (!several) f->cluster.prefix = graph_prefix(a, f->input, "X_scilama", "scilama"); /* and its own graph */
    scilama_status status = app_late_failure(a);
    return status ? status : cluster_find(a, f->cell_embedding, f->cells, f->latent, &f->cluster, &f->kept, &f->found);
}

/* Between calls that nothing cancels, before the last one, which brings all to the disc. */
static scilama_status go_on(app *a) { return app_interrupted() ? app_fail(a, SCILAMA_E_CANCELLED, "interrupted") : app_late_failure(a); }

scilama_status fit_write(app *a, fit *f, const history *h)
{
    bool several = f->n_files > 1;
    out o = { a, NULL, SCILAMA_OK, "" };
    stage_begin(a, STAGE_WRITING);
    o.status = several ? scilama_h5ad_writer_create_from(&o.writer, f->output, f->dataset, !f->no_matrix, &a->error)
                       : open_output(a, f->input, f->layer, f->output, &o.writer);
    if (!o.status && scilama_h5ad_writer_cells(o.writer) != f->cells)
        o.status = app_fail(a, SCILAMA_E_STATE, "%s changed while it was read", f->input);
    if (!o.status) o.status = scilama_h5ad_writer_put_obsm(o.writer, "X_scilama", f->cell_embedding, f->latent, 0, &a->error);
    if (!o.status) o.status = go_on(a);
    put_options(&o, f);
    put_recipe(&o, f);
    put_history(&o, h);
    put_units(&o, f, h);
    put_genes(&o, f);
    put_split(&o, f);
    if (!o.status && !f->no_graph) o.status = cluster_put(a, o.writer, &f->cluster, &f->found);
    cluster_free(&f->found);
    if (!o.status && f->model_path && f->cells > 3 && f->genes_used > 2) o.status = scilama_model_learn_absent(f->model, f->dataset, &a->error);
    if (!o.status && f->reference) o.status = keep_reference(a, f, f->found.labels, f->found.communities, f->found.layout);
    const char *model = NULL;
    if (!o.status && f->model_path) o.status = stage_output(a, f->model_path, &model);
    if (!o.status && model) o.status = scilama_model_save(f->model, model, &a->error);
    if (!o.status) o.status = go_on(a);
    if (!o.status) o.status = scilama_h5ad_writer_commit(o.writer, &a->error);
    scilama_h5ad_writer_destroy(o.writer);
    if (!o.status) o.status = commit_outputs(a); /* whatever becomes of a report */
    if (o.status) return o.status;
    app_say(a, "%s: obsm['X_scilama']%s%s, uns['scilama']", f->output, o.genes, f->no_graph ? "" : ", obs['scilama_leiden']");
    if (f->model_path) app_say(a, "%s: the model%s", f->model_path, f->reference ? ", with its cells as a reference" : "");
    if (!f->judged) return SCILAMA_OK;
    stage_begin(a, STAGE_JUDGING);
    return judge(a, f);
}
