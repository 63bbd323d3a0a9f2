/* SPDX-License-Identifier: MIT */
/* Cells of another data set among the cells that a model was trained on. */

#include "map.h"
#include "output.h"
#include <inttypes.h>
#include <string.h>

static scilama_status reserve(app *a, mapping *m)
{
    int64_t n = m->cells;
    m->embedding = app_alloc(a, n * m->latent, sizeof *m->embedding);
    m->distance = app_alloc(a, n, sizeof *m->distance);
    m->wide = app_alloc(a, n, sizeof *m->wide);
    m->unknown = app_alloc(a, n, sizeof *m->unknown);
    m->labels = app_alloc(a, m->info.labels + 1, sizeof *m->labels);
    if (m->info.layout_dims) m->layout = app_alloc(a, n * m->info.layout_dims, sizeof *m->layout);
    if (!m->embedding || !m->distance || !m->wide || !m->unknown || !m->labels || (m->info.layout_dims && !m->layout)) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < m->info.labels; i++) {
        told *t = &m->labels[i];
        t->code = app_alloc(a, n, sizeof *t->code);
        t->second = app_alloc(a, n, sizeof *t->second);
        t->p = app_alloc(a, n, sizeof *t->p);
        t->p2 = app_alloc(a, n, sizeof *t->p2);
        if (!t->code || !t->second || !t->p || !t->p2) return SCILAMA_E_NOMEM;
    }
    return SCILAMA_OK;
}

/* Labels, places and distances of all cells, of so many at a time. */
static scilama_status transfer(app *a, mapping *m)
{
    enum { AT_ONCE = 65536 };
    int64_t k = m->neighbors, most = m->cells < AT_ONCE ? m->cells : AT_ONCE;
    int32_t *indices = app_alloc(a, most * k, sizeof *indices);
    float *distances = app_alloc(a, most * k, sizeof *distances);
    scilama_status status = indices && distances ? SCILAMA_OK : SCILAMA_E_NOMEM;
    for (int64_t at = 0; at < m->cells && !status; at += most) {
        int64_t n = m->cells - at < most ? m->cells - at : most;
        status = scilama_reference_neighbors(m->reference, m->embedding + at * m->latent, n, 0, k, indices, distances, &a->error);
        for (int64_t i = 0; i < m->info.labels && !status; i++) {
            const told *t = &m->labels[i];
            status = scilama_reference_transfer(m->reference, i, indices, distances, n, k, t->code + at, t->p + at, t->second + at, t->p2 + at, &a->error);
        }
        if (!status && m->layout)
            status = scilama_reference_place(m->reference, indices, distances, n, k, m->layout + at * m->info.layout_dims, &a->error);
        for (int64_t i = 0; i < n * k && !status; i++)
            m->distance[at + i / k] += (double)distances[i] / (double)k / (m->info.reach > 0 ? m->info.reach : 1);
    }
    return status;
}

static scilama_status place(app *a, mapping *m)
{
    scilama_status status = reserve(a, m);
    if (!status) status = scilama_model_encode_cells(m->model, m->dataset, m->embedding, NULL, 0, &a->error);
    if (!status) status = transfer(a, m);
    if (!status && m->cells >= 10 && m->info.cells >= 10) {
        if (!(m->novelty = app_alloc(a, m->cells, sizeof *m->novelty))) return SCILAMA_E_NOMEM;
        status = scilama_model_novelty(m->model, m->dataset, m->novelty, &a->error);
        if (status == SCILAMA_E_STATE) { /* a model saved before references were described */
            m->novelty = NULL;
            status = SCILAMA_OK;
        }
    }
    return status;
}

static scilama_status put_numbers(app *a, mapping *m, const char *name, const float *values)
{
    for (int64_t i = 0; i < m->cells; i++) m->wide[i] = (double)values[i];
    return scilama_h5ad_writer_put_obs_numeric(m->writer, name, m->wide, &a->error);
}

/* obs[KEY_NAME], …_probability, …_second, …_second_probability, …_unknown */
static scilama_status put_labels(app *a, mapping *m, int64_t index)
{
    static const char *const answers[] = { "no", "yes" };
    scilama_label_info label;
    scilama_label_info_init(&label, sizeof label);
    scilama_status status = scilama_reference_label(m->reference, index, &label, &a->error);
    if (status) return status;
    const told *t = &m->labels[index];
    const char **names = app_alloc(a, label.categories, sizeof *names);
    char *at = app_text(a, "%s_%s", m->key, label.name);
    if (!names || !at) return SCILAMA_E_NOMEM;
    for (int64_t c = 0; c < label.categories; c++) names[c] = scilama_reference_category(m->reference, index, c);
    int64_t left = 0;
    for (int64_t i = 0; i < m->cells; i++)
        left += m->unknown[i] = map_unknown(m, t, i);
    const char *const suffix[] = { "_probability", "_second", "_second_probability", "_unknown" };
    char *name[4];
    for (int i = 0; i < 4; i++)
        if (!(name[i] = app_text(a, "%s%s", at, suffix[i]))) return SCILAMA_E_NOMEM;
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(m->writer, at, t->code, names, label.categories, &a->error);
    if (!status) status = put_numbers(a, m, name[0], t->p);
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(m->writer, name[1], t->second, names, label.categories, &a->error);
    if (!status) status = put_numbers(a, m, name[2], t->p2);
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(m->writer, name[3], m->unknown, answers, 2, &a->error);
    if (!status) app_say(a, "obs['%s']: %" PRId64 " of %" PRId64 " cells are like no reference cells, or between categories (obs['%s'])", at, left, m->cells, name[3]);
    return status;
}

static scilama_status put_report(app *a, mapping *m)
{
    scilama_query_report r;
    scilama_query_report_init(&r, sizeof r);
    scilama_status status = scilama_model_check_query(m->model, m->dataset, &r, &a->error);
    const struct { const char *name; double value; } numbers[] = { { "variance_measured", r.variance }, { "recovered", r.recovered },
        { "explained_by_vectors", r.explained } };
    const struct { const char *name; int64_t value; } counts[] = { { "genes", r.genes }, { "genes_measured", r.measured }, { "genes_beside", r.others },
        { "cells_of_unknown_categories", r.unknown_cells }, { "cells_without_covariates", r.missing_cells },
        { "reference_cells", m->info.cells }, { "neighbors", m->neighbors }, { "categories_adapted", m->change.aligned } };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && !status; i++) {
        char *key = app_text(a, "%s_map/%s", m->key, numbers[i].name);
        status = key ? scilama_h5ad_writer_put_uns_number(m->writer, key, numbers[i].value, &a->error) : SCILAMA_E_NOMEM;
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts && !status; i++) {
        char *key = app_text(a, "%s_map/%s", m->key, counts[i].name);
        status = key ? scilama_h5ad_writer_put_uns_integer(m->writer, key, counts[i].value, &a->error) : SCILAMA_E_NOMEM;
    }
    return status;
}

static scilama_status write(app *a, mapping *m)
{
    char *points = app_text(a, "X_%s", m->key), *umap = app_text(a, "X_%s_umap", m->key), *distance = app_text(a, "%s_distance", m->key);
    if (!points || !umap || !distance) return SCILAMA_E_NOMEM;
    scilama_status status = open_output(a, m->files[1], m->layer, m->out, &m->writer);
    if (!status) status = scilama_h5ad_writer_put_obsm(m->writer, points, m->embedding, m->latent, 0, &a->error);
    if (!status) status = scilama_h5ad_writer_put_obs_numeric(m->writer, distance, m->distance, &a->error);
    char *novelty = app_text(a, "%s_novelty", m->key);
    if (!novelty) return SCILAMA_E_NOMEM;
    if (!status && m->novelty) status = put_numbers(a, m, novelty, m->novelty);
    for (int64_t i = 0; i < m->info.labels && !status; i++) status = put_labels(a, m, i);
    if (!status && m->layout) status = scilama_h5ad_writer_put_obsm(m->writer, umap, m->layout, m->info.layout_dims, 0, &a->error);
    if (!status) status = put_report(a, m);
    return status ? status : scilama_h5ad_writer_commit(m->writer, &a->error);
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
    if (!r->categories) app_warn(a, "--adapt: the model knows all categories of %s: nothing was adapted", m->files[1]);
    else if (!r->aligned) app_warn(a, "--adapt: %" PRId64 " new categories, none with 20 cells or an encoder that reads it: cells stay where an average of the known puts them", r->categories);
    else app_say(a, "adapted to %" PRId64 " new categories, %" PRId64 " with cells enough to align: clusters lie %.3g apart, %.3g before (squared, in units of their own from the middle)",
                 r->categories, r->aligned, r->apart_after, r->apart_before);
    return SCILAMA_OK;
}

static scilama_status run(app *a, mapping *m)
{
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    scilama_reference_info_init(&m->info, sizeof m->info);
    scilama_adapt_report_init(&m->change, sizeof m->change);
    scilama_status status = check_output(a, m->out);
    if (!status) status = check_output(a, m->adapted);
    if (!status) status = check_text_output(a, m->html);
    if (!status) status = scilama_model_load(&m->model, a->context, m->files[0], &a->error);
    if (!status) status = scilama_model_get_info(m->model, &info, &a->error);
    if (!status && scilama_model_get_reference(&m->reference, m->model, NULL))
        status = app_fail(a, SCILAMA_E_NOTFOUND, "%s carries no reference cells: fit it with --reference", m->files[0]);
    if (!status) status = scilama_reference_get_info(m->reference, &m->info, &a->error);
    if (!status) status = query_cells(a, m->model, m->files[1], m->layer, m->stream, &m->dataset);
    if (!status) status = add_query_tables(a, &m->tables, m->model, m->dataset);
    if (!status) status = need_model_categories(a, m->dataset, m->files[1], m->model);
    if (!status && m->adapt) status = adapt(a, m);
    if (status) return status;
    m->latent = info.latent;
    m->cells = scilama_dataset_cells(m->dataset);
    if (m->neighbors > m->info.cells) m->neighbors = m->info.cells;
    if ((status = place(a, m)) || (status = write(a, m)) || (m->html && (status = map_report_write(a, m)))) return status;
    app_say(a, "%s: %" PRId64 " cells among %" PRId64 " of %s", m->out, m->cells, m->info.cells, m->files[0]);
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
    m.novel = 0.2;
    const option options[] = {
        { "output", 'o', OPTION_OUTPUT, &m.out, "OUT.h5ad", "where to write (needed)", 0, NULL },
        { "layer", 0, OPTION_STRING, &m.layer, "NAME", "matrix to read: a layer, or raw (default X)", 0, NULL },
        MODALITY_OPTION(&a),
        { "key", 0, OPTION_STRING, &m.key, "NAME", "how the results' names begin (default scilama)", 0, NULL },
        { "neighbors", 0, OPTION_INTEGER, &m.neighbors, "K", "reference cells that vote (default 15)", 0, NULL },
        { "unknown-below", 0, OPTION_NUMBER, &m.least, "P", "cells whose likeliest label has less probability are unknown (default 0.5)", 0, NULL },
        { "unknown-beyond", 0, OPTION_NUMBER, &m.reach, "X", "... and those farther than X times what 95 % of the reference stay below (default 2)", 0, NULL },
        { "unknown-novelty", 0, OPTION_NUMBER, &m.novel, "X", "... and those around which the reference is sparser than the query, by the log of distances (default 0.2)", 0, NULL },
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
