/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "api/novel.h"
#include "io/h5ad_write.h"
#include "scilama/mapping.h"

/* scilama/mapping.h, all cells of a query: rows are read once, placed by blocks, and what is known of a block is written before the next. */

INIT_OF(scilama_map_options, .neighbors = 15, .unknown_below = 0.5, .unknown_beyond = 2, .unknown_novelty = 0.15)

enum { BLOCK = 65536 }; /* cells: neighbours are found the quicker the more queries lie together */

enum kind { POINTS, NUMBERS, REALS /* float, written as double */, CODES };

/* A dataset of the output, and where its values of the block at hand are. */
typedef struct column { char *path; enum kind kind; const void *values; int64_t width; /* POINTS; CODES: categories */ } column;

typedef struct mapper {
    scilama_context *ctx;
    scilama_model *model;
    slm_reference *reference;
    scilama_h5ad_writer *writer;
    scilama_map_options o;
    int64_t cells, most, k;
    slm_encoding encoding;
    slm_novel novel;
    bool novelty;
    int32_t *indices;            /* [most × k] */
    float *distances;
    float *places;               /* [most × SLM_JOINT_AXES] */
    double *wide;                /* [most] a column of floats, as it is written */
    float *embedding, *layout, *novel_by;
    double *distance;
    int32_t *code[SLM_REFERENCE_LABELS], *second[SLM_REFERENCE_LABELS], *unknown[SLM_REFERENCE_LABELS];
    float *p[SLM_REFERENCE_LABELS], *p2[SLM_REFERENCE_LABELS];
    column column[4 + 5 * SLM_REFERENCE_LABELS];
    int columns;
} mapper;

static scilama_status reserve(mapper *m, scilama_error *error)
{
    const slm_reference *r = m->reference;
    bool good = true;
    m->indices = slm_alloc_array(m->ctx, m->most, (size_t)m->k * sizeof *m->indices);
    m->distances = slm_alloc_array(m->ctx, m->most, (size_t)m->k * sizeof *m->distances);
    m->wide = slm_alloc_array(m->ctx, m->most, sizeof *m->wide);
    m->embedding = slm_alloc_array(m->ctx, m->most, (size_t)r->dim * sizeof *m->embedding);
    m->distance = slm_alloc_array(m->ctx, m->most, sizeof *m->distance);
    if (r->layout) good = (m->layout = slm_alloc_array(m->ctx, m->most, (size_t)r->layout_dims * sizeof *m->layout)) != NULL;
    if (m->novelty) {
        m->places = slm_alloc_array(m->ctx, m->most, SLM_JOINT_AXES * sizeof *m->places);
        m->novel_by = slm_alloc_array(m->ctx, m->most, sizeof *m->novel_by);
        good = good && m->places && m->novel_by;
    }
    for (int64_t i = 0; i < r->labels && good; i++) {
        m->code[i] = slm_alloc_array(m->ctx, m->most, 3 * sizeof *m->code[i]);
        m->p[i] = slm_alloc_array(m->ctx, m->most, 2 * sizeof *m->p[i]);
        if (!(good = m->code[i] && m->p[i])) break;
        m->second[i] = m->code[i] + m->most;
        m->unknown[i] = m->second[i] + m->most;
        m->p2[i] = m->p[i] + m->most;
    }
    return good && m->indices && m->distances && m->wide && m->embedding && m->distance ? SCILAMA_OK : slm_fail_nomem(error);
}

static void release(mapper *m)
{
    for (int64_t i = 0; i < m->reference->labels; i++) slm_free_all(m->ctx, m->code[i], m->p[i]);
    for (int i = 0; i < m->columns; i++) slm_free(m->ctx, m->column[i].path);
    slm_free_all(m->ctx, m->indices, m->distances, m->places, m->wide, m->embedding, m->layout, m->novel_by, m->distance);
    slm_novel_end(&m->novel);
    slm_encoding_end(&m->encoding);
    slm_reference_release(m->reference);
}

/* Makes GROUP/KEY, from a beginning, the name of a column of labels (or "") and an end. */
static scilama_status add(mapper *m, const char *group, const char *const parts[3], column c, const char *const *categories, scilama_error *error)
{
    char key[SLM_WRITER_KEY_BYTES], path[SLM_WRITER_KEY_BYTES];
    bool points = c.kind == POINTS;
    int64_t dims[2] = { m->cells, c.width };
    int n = snprintf(key, sizeof key, "%s%s%s", parts[0], parts[1], parts[2]);
    if (n >= (int)sizeof key) return slm_fail(error, SCILAMA_E_INVALID, "\"%.60s…\" cannot be a key of %s: it is too long", parts[0], group);
    scilama_status status = slm_writer_key(m->writer, group, key, false, path, error);
    for (int64_t i = 0; i < m->columns && !status; i++)
        if (!strcmp(m->column[i].path, path)) /* labels called "distance", say */
            status = slm_fail(error, SCILAMA_E_DUPLICATE, "two results of map would be %s[\"%s\"]: give the reference its labels under another name than \"%s\"", group, key, parts[1]);
    if (!status && !points) status = slm_h5ad_add_column(m->writer->file, group, key, error);
    if (!status && c.kind == CODES) status = slm_h5ad_begin_categorical(m->writer->file, path, m->cells, categories, c.width, error);
    else if (!status) status = slm_h5ad_put_array(m->writer->file, path, points ? SLM_H5_F32 : SLM_H5_F64, points ? 2 : 1, dims, NULL, error);
    if (status) return status;
    if (!(c.path = slm_strdup(m->ctx, path))) return slm_fail_nomem(error);
    m->column[m->columns++] = c;
    return SCILAMA_OK;
}

static const char *const label_ends[] = { "", "_probability", "_second", "_second_probability", "_unknown" };

static scilama_status drop(const mapper *m, const char *label, const char *end, scilama_error *error)
{
    char key[SLM_WRITER_KEY_BYTES];
    snprintf(key, sizeof key, "%s_%s%s", m->o.key, label, end);
    return slm_h5ad_drop_column(m->writer->file, "obs", key, error);
}

/* The columns of one label; but communities that were found since under its name (uns says at what resolution) stay. */
static scilama_status drop_label(const mapper *m, const char *label, scilama_error *error)
{
    char found[2 * SLM_WRITER_KEY_BYTES];
    snprintf(found, sizeof found, "uns/%s_%s/params/resolution", m->o.key, label);
    bool since = slm_h5_kind(m->writer->file, found) != 0;
    scilama_status status = SCILAMA_OK;
    for (size_t i = since; i < sizeof label_ends / sizeof *label_ends && !status; i++) status = drop(m, label, label_ends[i], error);
    return status;
}

/* All that an earlier map left under this key: beside new results it would be taken for theirs. uns[KEY_map] says that there was one, and its labels. */
static scilama_status drop_earlier(const mapper *m, scilama_error *error)
{
    char report[SLM_WRITER_KEY_BYTES], layout[SLM_WRITER_KEY_BYTES];
    slm_h5_file *file = m->writer->file;
    slm_strings labels = { 0 };
    SLM_SCOPE(work, m->ctx);
    snprintf(report, sizeof report, "uns/%s_map", m->o.key);
    snprintf(layout, sizeof layout, "obsm/X_%s_umap", m->o.key);
    if (slm_h5_kind(file, report) != SLM_H5_GROUP) return SCILAMA_OK;
    if (slm_h5_kind(file, SLM_AT(report, "labels")) == SLM_H5_GROUP) SLM_TRY(slm_h5_list(file, SLM_AT(report, "labels"), &labels, error));
    slm_strings_hold(&work, &labels);
    for (int64_t i = 0; i < labels.count; i++) SLM_TRY(drop_label(m, slm_string(&labels, i), error));
    SLM_TRY(drop(m, "distance", "", error));
    SLM_TRY(drop(m, "novelty", "", error));
    SLM_TRY(slm_h5_remove(file, layout, error));
    return slm_h5_remove(file, report, error);
}

/* obs[KEY_NAME], …_probability, …_second, …_second_probability, …_unknown */
static scilama_status add_labels(mapper *m, int64_t i, const char *key, scilama_error *error)
{
    static const char *const answers[] = { "no", "yes" };
    const slm_reference_label *l = &m->reference->label[i];
    int64_t n = l->categories.count;
    const char **names = slm_strings_pointers(m->ctx, &l->categories);
    if (!names) return slm_fail_nomem(error);
    scilama_status status = add(m, "obs", (const char *const[]){ key, l->name, label_ends[0] }, (column){ NULL, CODES, m->code[i], n }, names, error);
    if (!status) status = add(m, "obs", (const char *const[]){ key, l->name, label_ends[1] }, (column){ NULL, REALS, m->p[i], 1 }, NULL, error);
    if (!status) status = add(m, "obs", (const char *const[]){ key, l->name, label_ends[2] }, (column){ NULL, CODES, m->second[i], n }, names, error);
    if (!status) status = add(m, "obs", (const char *const[]){ key, l->name, label_ends[3] }, (column){ NULL, REALS, m->p2[i], 1 }, NULL, error);
    if (!status) status = add(m, "obs", (const char *const[]){ key, l->name, label_ends[4] }, (column){ NULL, CODES, m->unknown[i], 2 }, answers, error);
    slm_free(m->ctx, names);
    return status;
}

static scilama_status add_columns(mapper *m, scilama_error *error)
{
    const slm_reference *r = m->reference;
    const char *key = m->o.key;
    char before[SLM_WRITER_KEY_BYTES];
    snprintf(before, sizeof before, "%s_", key);
    scilama_status status = add(m, "obsm", (const char *const[]){ "X_", key, "" }, (column){ NULL, POINTS, m->embedding, r->dim }, NULL, error);
    if (!status) status = add(m, "obs", (const char *const[]){ key, "_distance", "" }, (column){ NULL, NUMBERS, m->distance, 1 }, NULL, error);
    if (!status && m->novelty) status = add(m, "obs", (const char *const[]){ key, "_novelty", "" }, (column){ NULL, REALS, m->novel_by, 1 }, NULL, error);
    for (int64_t i = 0; i < r->labels && !status; i++) status = add_labels(m, i, before, error);
    if (!status && r->layout) status = add(m, "obsm", (const char *const[]){ "X_", key, "_umap" }, (column){ NULL, POINTS, m->layout, r->layout_dims }, NULL, error);
    return status;
}

static scilama_status write_column(const mapper *m, const column *c, int64_t first, int64_t n, scilama_error *error)
{
    slm_h5_file *file = m->writer->file;
    if (c->kind == CODES) return slm_h5ad_add_codes(file, c->path, first, n, c->values, c->width, error);
    if (c->kind != REALS) return slm_h5_write_rows(file, c->path, c->kind == POINTS ? SLM_H5_F32 : SLM_H5_F64, first, n, c->values, error);
    for (int64_t i = 0; i < n; i++) m->wide[i] = (double)((const float *)c->values)[i];
    return slm_h5_write_rows(file, c->path, SLM_H5_F64, first, n, m->wide, error);
}

/* Like no reference cells, or between categories. */
static void decide(mapper *m, int64_t label, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        m->unknown[label][i] = (double)m->p[label][i] < m->o.unknown_below || m->distance[i] > m->o.unknown_beyond ||
                               (m->novelty && (double)m->novel_by[i] > m->o.unknown_novelty);
}

/* Labels, places and distances of a block whose embedding is known. */
static scilama_status place(mapper *m, int64_t first, int64_t n, scilama_error *error)
{
    slm_reference *r = m->reference;
    int64_t k = m->k;
    double unit = r->reach > 0 ? r->reach : 1;
    scilama_status status = scilama_reference_neighbors(r, m->embedding, n, r->dim, k, m->indices, m->distances, error);
    for (int64_t i = 0; i < n && !status; i++) {
        m->distance[i] = 0;
        for (int64_t j = 0; j < k; j++) m->distance[i] += (double)m->distances[i * k + j] / (double)k / unit;
    }
    for (int64_t i = 0; i < r->labels && !status; i++)
        status = scilama_reference_transfer(r, i, m->indices, m->distances, n, k, m->code[i], m->p[i], m->second[i], m->p2[i], error);
    if (!status && m->novelty) status = slm_novel_measure(&m->novel, first, n, m->embedding, m->places, m->novel_by, error);
    for (int64_t i = 0; i < r->labels && !status; i++) decide(m, i, n);
    return !status && r->layout ? scilama_reference_place(r, m->indices, m->distances, n, k, m->layout, error) : status;
}

static scilama_status hand_on(const mapper *m, int64_t first, int64_t n, scilama_error *error)
{
    if (!m->o.each) return SCILAMA_OK;
    scilama_map_block b = { .struct_size = sizeof b, .first = first, .cells = n, .latent = m->reference->dim, .layout_dims = m->reference->layout_dims,
                            .labels = m->reference->labels, .embedding = m->embedding, .distance = m->distance, .novelty = m->novel_by,
                            .layout = m->layout, .code = (const int32_t *const *)m->code, .second = (const int32_t *const *)m->second,
                            .unknown = (const int32_t *const *)m->unknown, .probability = (const float *const *)m->p,
                            .second_probability = (const float *const *)m->p2 };
    return m->o.each(m->o.user, &b) ? slm_fail(error, SCILAMA_E_CALLBACK, "stopped by the callback that is shown what is mapped") : SCILAMA_OK;
}

static scilama_status map_blocks(mapper *m, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    for (int64_t first = 0; first < m->cells && !status; first += m->most) {
        int64_t n = m->cells - first < m->most ? m->cells - first : m->most;
        status = slm_encoding_read(&m->encoding, first, n, m->embedding, NULL, m->reference->dim, m->novelty ? &m->novel.joint : NULL, m->places, error);
        if (!status) status = place(m, first, n, error);
        for (int i = 0; i < m->columns && !status; i++) status = write_column(m, &m->column[i], first, n, error);
        if (!status) status = hand_on(m, first, n, error);
    }
    return status;
}

/* uns[KEY_map] */
static scilama_status put_report(const mapper *m, scilama_dataset *dataset, scilama_error *error)
{
    scilama_query_report r = { 0 };
    char at[SLM_WRITER_KEY_BYTES];
    scilama_status status = slm_model_check_query(m->model, dataset, &r, error);
    const struct { const char *name; double value; } numbers[] = { { "variance_measured", r.variance }, { "recovered", r.recovered },
        { "explained_by_vectors", r.explained } };
    const struct { const char *name; int64_t value; } counts[] = { { "genes", r.genes }, { "genes_measured", r.measured }, { "genes_beside", r.others },
        { "cells_of_unknown_categories", r.unknown_cells }, { "cells_without_covariates", r.missing_cells },
        { "reference_cells", m->reference->cells }, { "neighbors", m->k } };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && !status; i++) {
        snprintf(at, sizeof at, "%s_map/%s", m->o.key, numbers[i].name);
        status = scilama_h5ad_writer_put_uns_number(m->writer, at, numbers[i].value, error);
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts && !status; i++) {
        snprintf(at, sizeof at, "%s_map/%s", m->o.key, counts[i].name);
        status = scilama_h5ad_writer_put_uns_integer(m->writer, at, counts[i].value, error);
    }
    for (int64_t i = 0; i < m->reference->labels && !status; i++) {
        snprintf(at, sizeof at, "%s_map/labels/%s", m->o.key, m->reference->label[i].name);
        status = scilama_h5ad_writer_put_uns_integer(m->writer, at, m->reference->label[i].categories.count, error);
    }
    return status;
}

static scilama_status check_options(const scilama_map_options *o, scilama_error *error)
{
    if (o->neighbors < 1) return slm_fail(error, SCILAMA_E_INVALID, "neighbors is %lld: it must be 1 or more", (long long)o->neighbors);
    if (isnan(o->unknown_below) || isnan(o->unknown_beyond) || isnan(o->unknown_novelty))
        return slm_fail(error, SCILAMA_E_INVALID, "a bound of unknown cells is NaN: give a number");
    return SCILAMA_OK;
}

scilama_status scilama_model_map(scilama_model *model, scilama_dataset *dataset, scilama_h5ad_writer *writer, const scilama_map_options *options, scilama_error *error)
{
    REQUIRE(model, dataset, writer);
    BEGIN(status, model);
    OPTIONS(scilama_map_options, o, options);
    if (!o.key) o.key = "scilama";
    char path[SLM_WRITER_KEY_BYTES];
    status = check_options(&o, error);
    if (!status) status = slm_writer_key(writer, "obs", o.key, false, path, error);
    if (!status && !model->reference)
        status = slm_fail(error, SCILAMA_E_NOTFOUND, "the model carries no reference cells: fit with --reference (scilama_model_set_reference)");
    if (!status && writer->cells != dataset->cells)
        status = slm_fail(error, SCILAMA_E_INVALID, "the dataset has %lld cells, the file %lld: give the file that it was read from", (long long)dataset->cells, (long long)writer->cells);
    if (status) return status;
    mapper *m = slm_alloc_zero(model->ctx, sizeof *m);
    if (!m) return slm_fail_nomem(error);
    *m = (mapper){ .ctx = model->ctx, .model = model, .reference = slm_reference_retain(model->reference), .writer = writer, .o = o, .cells = dataset->cells,
                   .most = dataset->cells < BLOCK ? dataset->cells : BLOCK, .novelty = slm_novel_possible(model, dataset->cells) };
    m->k = o.neighbors < m->reference->cells ? o.neighbors : m->reference->cells;
    status = slm_encoding_begin(&m->encoding, model, dataset, m->most, error);
    if (!status) status = reserve(m, error);
    if (!status && m->novelty) status = slm_novel_begin(&m->novel, &m->encoding, dataset, error);
    if (!status) status = drop_earlier(m, error);
    if (!status) status = add_columns(m, error);
    if (!status) status = map_blocks(m, error);
    if (!status) status = put_report(m, dataset, error);
    release(m);
    slm_free(model->ctx, m);
    return status;
}
