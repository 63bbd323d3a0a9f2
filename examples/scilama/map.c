/* SPDX-License-Identifier: MIT */
/* Cells of another data set among the cells that a model was trained on. */

#include "map.h"
#include "output.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Of every block, what the report and the summary are made of. */
static int32_t take(void *user, const scilama_map_block *b)
{
    mapping *m = user;
    for (int64_t l = 0; l < b->labels; l++)
        for (int64_t i = 0; i < b->cells; i++) m->labels[l].left += b->unknown[l][i];
    if (m->html) map_report_take(m, b);
    return 0;
}

static scilama_status say_unknown(app *a, const mapping *m)
{
    scilama_label_info label;
    scilama_label_info_init(&label, sizeof label);
    for (int64_t i = 0; i < m->info.labels; i++) {
        scilama_status status = scilama_reference_label(m->reference, i, &label, &a->error);
        if (status) return status;
        app_say(a, "obs['%s_%s']: %" PRId64 " of %" PRId64 " cells are unknown, like no reference cells or between categories", m->key, label.name, m->labels[i].left,
                m->cells);
    }
    return SCILAMA_OK;
}

/* Labels take the place of communities of a file's own: how these were found goes with them. */
static scilama_status forget_communities(app *a, const mapping *m)
{
    scilama_label_info label;
    scilama_status status = SCILAMA_OK;
    scilama_label_info_init(&label, sizeof label);
    for (int64_t i = 0; i < m->info.labels && !status; i++) {
        if ((status = scilama_reference_label(m->reference, i, &label, &a->error))) break;
        char *key = app_text(a, "%s_%s", m->key, label.name), *how = key ? app_text(a, "%s/params/method", key) : NULL;
        if (!status && !how) status = SCILAMA_E_NOMEM;
        if (status || isnan(cluster_resolution(a, m->files[1], key))) continue;
        status = scilama_h5ad_writer_put_uns_string(m->writer, key, "", &a->error);
        if (!status) status = scilama_h5ad_writer_put_uns_string(m->writer, how, "scilama map", &a->error);
    }
    return status;
}

/* Columns that are not this program's, nor of an earlier map under this key, are not for the taking. */
static scilama_status keep_columns(app *a, const mapping *m)
{
    static const char *const all[] = { "distance", "novelty" }, *const each[] = { "", "_probability", "_second", "_second_probability", "_unknown" };
    const char *query = m->files[1], *before = app_text(a, "uns/%s_map/genes", m->key), *places[] = { app_text(a, "X_%s", m->key), app_text(a, "X_%s_umap", m->key) };
    scilama_label_info label;
    scilama_status status = before && places[0] && places[1] ? SCILAMA_OK : SCILAMA_E_NOMEM;
    bool again = !status && uns_text(a, query, before);
    scilama_label_info_init(&label, sizeof label);
    for (int i = 0; i < 2 && !status && !again; i++) {
        char *key = app_text(a, "%s_%s", m->key, all[i]);
        status = key ? keep_others(a, query, "obs", key) : SCILAMA_E_NOMEM;
        if (!status) status = keep_others(a, query, "obsm", places[i]);
    }
    for (int64_t i = 0; i < m->info.labels && !status; i++) {
        if ((status = scilama_reference_label(m->reference, i, &label, &a->error))) break;
        char *known = again ? app_text(a, "uns/%s_map/labels/%s", m->key, label.name) : NULL;
        if (known && uns_text(a, query, known)) continue;
        for (int k = 0; k < 5 && !status; k++) {
            char *key = app_text(a, "%s_%s%s", m->key, label.name, each[k]);
            status = key ? keep_others(a, query, "obs", key) : SCILAMA_E_NOMEM;
        }
    }
    return status;
}

static scilama_status write(app *a, mapping *m)
{
    scilama_map_options o;
    scilama_map_options_init(&o, sizeof o);
    o.key = m->key;
    o.neighbors = m->neighbors;
    o.unknown_below = m->least;
    o.unknown_beyond = m->reach;
    o.unknown_novelty = m->novel;
    o.each = take;
    o.user = m;
    char *adapted = app_text(a, "%s_map/categories_adapted", m->key), *embedding = app_text(a, "X_%s", m->key);
    m->labels = app_alloc(a, m->info.labels + 1, sizeof *m->labels);
    if (!adapted || !embedding || !m->labels) return SCILAMA_E_NOMEM;
    char *deviations = app_text(a, "%s_sigma", embedding);
    const char *const made[][2] = { { "obsm", deviations } };
    tell_stale_graph(a, m->files[1], embedding);
    tell_stale_results(a, m->files[1], embedding, made, 1);
    scilama_status status = m->html ? map_report_begin(a, m) : SCILAMA_OK;
    if (!status) status = open_output(a, m->files[1], m->layer, m->out, &m->writer);
    if (!status) status = scilama_model_map(m->model, m->dataset, m->writer, &o, &a->error);
    if (!status) status = forget_communities(a, m);
    if (!status) status = forget_other_genes(a, m->model, m->files[1], m->layer, m->dataset, embedding, m->writer);
    if (!status) status = say_unknown(a, m);
    if (!status) status = scilama_h5ad_writer_put_uns_integer(m->writer, adapted, m->change.aligned, &a->error);
    if (!status) status = scilama_h5ad_writer_commit(m->writer, &a->error);
    return status ? status : commit_outputs(a); /* the adapted model, whatever becomes of a report */
}

/* The query's categories of covariate i; of one of numbers nothing. */
static scilama_status check_categories(app *a, const mapping *m, int64_t i, scilama_covariate_info *covariate, scilama_covariate_report *r)
{
    scilama_covariate_info_init(covariate, sizeof *covariate);
    scilama_covariate_report_init(r, sizeof *r);
    scilama_status status = scilama_model_covariate(m->model, i, covariate, &a->error);
    return status || covariate->kind != SCILAMA_COVARIATE_CATEGORICAL ? status : scilama_model_check_covariate(m->model, m->dataset, i, r, &a->error);
}

/* Why nothing was adapted: cells may lack a category, of whichever covariate most do. */
static scilama_status say_nothing_new(app *a, const mapping *m)
{
    scilama_covariate_info covariate;
    scilama_covariate_report r;
    int64_t missing = 0;
    char *name = NULL;
    for (int64_t i = 0; i < scilama_model_covariates(m->model); i++) {
        scilama_status status = check_categories(a, m, i, &covariate, &r);
        if (status) return status;
        if (r.missing <= missing) continue;
        missing = r.missing;
        if (!(name = app_text(a, "%s", covariate.name))) return SCILAMA_E_NOMEM;
    }
    int64_t cells = scilama_dataset_cells(m->dataset);
    if (!missing) app_warn(a, "--adapt: the model knows all categories of %s: nothing was adapted", m->files[1]);
    else if (missing == cells) app_warn(a, "--adapt: no cell of %s has a '%s': nothing was adapted; give each its category", m->files[1], name);
    else app_warn(a, "--adapt: %" PRId64 " of %" PRId64 " cells of %s have no '%s', and the model knows the categories of the others: nothing was adapted", missing, cells,
                  m->files[1], name);
    return SCILAMA_OK;
}

/* Cells encoded as an average of batches are where no reference cells are, and most come out as unknown. */
static scilama_status point_to_adapt(app *a, const mapping *m)
{
    scilama_covariate_info covariate;
    scilama_covariate_report r;
    for (int64_t i = 0; i < scilama_model_covariates(m->model); i++) {
        scilama_status status = check_categories(a, m, i, &covariate, &r);
        if (status) return status;
        if (r.unknown) app_say(a, "with --adapt, categories of '%s' that the model does not know get a place of their own", covariate.name);
    }
    return SCILAMA_OK;
}

/* New batches get columns of their own, trained on the query alone. */
static scilama_status adapt(app *a, mapping *m)
{
    scilama_adapt_options o;
    scilama_adapt_report *r = &m->change;
    scilama_adapt_options_init(&o, sizeof o);
    o.seed = a->seed;
    if (!m->adapted) o.decoder_steps = 0; /* it is not read here */
    scilama_status status = scilama_model_adapt(m->model, m->dataset, &o, r, &a->error);
    const char *path = NULL;
    if (!status && m->adapted) status = stage_output(a, m->adapted, &path);
    if (!status && path) status = scilama_model_save(m->model, path, &a->error);
    if (status) return status;
    if (!r->categories) return say_nothing_new(a, m);
    if (!r->aligned) app_warn(a, "--adapt: new categories: %" PRId64 ", none with 20 cells or an encoder that reads it: cells stay where an average of the known puts them", r->categories);
    else {
        app_say(a, "adapted to new categories: %" PRId64 ", of which %" PRId64 " with cells enough to align", r->categories, r->aligned);
        app_detail(a, "clusters lie %.3g apart, %.3g before (squared, in units of their own from the middle)", r->apart_after, r->apart_before);
    }
    if (r->sorted) app_warn(a, "--adapt: the cells of %" PRId64 " of the new categories vary too little to be a whole sample: are they sorted? Their labels may be better without --adapt", r->sorted);
    return SCILAMA_OK;
}

static scilama_status run(app *a, mapping *m)
{
    scilama_reference_info_init(&m->info, sizeof m->info);
    scilama_adapt_report_init(&m->change, sizeof m->change);
    scilama_status status = check_output(a, m->out);
    if (!status) status = check_output(a, m->adapted);
    if (!status) status = check_text_output(a, m->html);
    if (!status) status = scilama_model_load(&m->model, a->context, m->files[0], &a->error);
    if (!status && scilama_model_get_reference(&m->reference, m->model, NULL))
        status = app_fail(a, SCILAMA_E_NOTFOUND, "%s carries no reference cells: fit it with --reference", m->files[0]);
    if (!status) status = scilama_reference_get_info(m->reference, &m->info, &a->error);
    if (!status) status = keep_columns(a, m);
    if (!status) status = query_cells(a, m->model, m->files[1], m->layer, m->stream, &m->dataset);
    if (!status) status = add_query_tables(a, &m->tables, m->model, m->dataset);
    if (!status) status = need_model_categories(a, m->dataset, m->files[1], m->model);
    if (!status && m->adapt) status = adapt(a, m);
    if (status) return status;
    m->cells = scilama_dataset_cells(m->dataset);
    if ((status = write(a, m)) || (m->html && (status = map_report_write(a, m)))) return status;
    if (!m->adapt && (status = point_to_adapt(a, m))) return status;
    app_say(a, "%s: %" PRId64 " cells placed among the %" PRId64 " reference cells of %s", m->out, m->cells, m->info.cells, m->files[0]);
    return SCILAMA_OK;
}

int verb_map(int argc, char **argv)
{
    app a = { .verb = "map" };
    mapping m;
    memset(&m, 0, sizeof m);
    m.key = "scilama";
    m.neighbors = 15;
    m.least = 0.5;
    m.reach = 2;
    m.novel = 0.15;
    const option options[] = {
        { "output", 'o', OPTION_OUTPUT, &m.out, "OUT.h5ad", "where to write (needed)", 0, NULL },
        { "layer", 0, OPTION_STRING, &m.layer, "NAME", "matrix to read: a layer, or raw (default X)", 0, NULL },
        MODALITY_OPTION(&a),
        GENE_NAMES_OPTION(&a),
        { "key", 0, OPTION_STRING, &m.key, "NAME", "how the results' names begin (default scilama)", 0, NULL },
        { "neighbors", 0, OPTION_INTEGER, &m.neighbors, "K", "reference cells that vote (default 15)", 0, NULL },
        { "unknown-below", 0, OPTION_NUMBER, &m.least, "P", "cells whose likeliest label has less probability are unknown (default 0.5)", 0, NULL },
        { "unknown-beyond", 0, OPTION_NUMBER, &m.reach, "X", "... and those farther than X times what 95 % of the reference stay below (default 2)", 0, NULL },
        { "unknown-novelty", 0, OPTION_NUMBER, &m.novel, "X", "... and those around which the reference is sparser than the query, by the log of distances (default 0.15)", 0, NULL },
        { "adapt", 0, OPTION_FLAG, &m.adapt, NULL, "give batches that the model does not know columns of their own, trained on the query; the reference stays", 1, NULL },
        { "model", 0, OPTION_OUTPUT, &m.adapted, "M2.h5", "save the adapted model, its decoder adapted too (needs --adapt)", 0, NULL },
        { "report", 0, OPTION_OUTPUT, &m.html, "R.html", "write one page: the query over the reference, label by label, with confidence", 0, NULL },
        QUERY_TABLE_OPTIONS(m.tables),
        { "stream", 0, OPTION_BYTES, &m.stream, "BYTES", "leave the matrix in the file and hold so much of it at once: 64M", 0, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "M.h5 QUERY.h5ad -o OUT.h5ad [--layer NAME] [--neighbors K]",
                        "Places cells among the reference cells of a model (fit --reference): their embedding, labels of\n"
                        "their nearest reference cells with calibrated probability, their place in the reference's layout,\n"
                        "and how far they are from all of them. Any panel of genes, any batch.", options, 2, 2, m.files, "ru" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    if (!m.out || m.neighbors < 1) {
        fprintf(stderr, "scilama: %s (see scilama map --help)\n", m.out ? "--neighbors must be 1 or more" : "-o OUT.h5ad is needed");
        return EXIT_USAGE;
    }
    if (m.adapted && !m.adapt) {
        fprintf(stderr, "scilama: --model needs --adapt: without it the model stays as it is (see scilama map --help)\n");
        return EXIT_USAGE;
    }
    scilama_status status = app_open(&a);
    if (!status) status = run(&a, &m);
    scilama_h5ad_writer_destroy(m.writer);
    scilama_dataset_destroy(m.dataset);
    scilama_reference_destroy(m.reference);
    scilama_model_destroy(m.model);
    return app_close(&a, status);
}
