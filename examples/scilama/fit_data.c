/* SPDX-License-Identifier: MIT */
#include "fit.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- gene tables and their controls ---- */

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t hash_name(const char *name, uint64_t seed)
{
    uint64_t h = 0xcbf29ce484222325u ^ mix(seed + 0x9e3779b97f4a7c15u);
    for (; *name; name++) h = (h ^ (unsigned char)*name) * 0x100000001b3u;
    return mix(h);
}

/* A vector that depends on the gene's name and the seed alone. */
static void random_vector(const char *name, uint64_t seed, float *values, int64_t width)
{
    uint64_t h = hash_name(name, seed);
    for (int64_t j = 0; j < width; j++) {
        double u = ((double)(mix(h += 0x9e3779b97f4a7c15u) >> 11) + 0.5) * 0x1p-53;
        double v = ((double)(mix(h += 0x9e3779b97f4a7c15u) >> 11) + 0.5) * 0x1p-53;
        values[j] = (float)(sqrt(-2 * log(u)) * cos(6.283185307179586 * v));
    }
}

typedef struct keyed { uint64_t key; const char *name; int64_t row; } keyed;

static int by_name(const void *x, const void *y) { return strcmp(((const keyed *)x)->name, ((const keyed *)y)->name); }

static int by_key(const void *x, const void *y)
{
    const keyed *a = x, *b = y;
    return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : strcmp(a->name, b->name);
}

/* Vectors change owners; who gets whose depends on the names and the seed, not on the order of rows. */
static scilama_status shuffle(app *a, const char *const *names, const float *from, float *to, int64_t rows, int64_t width)
{
    keyed *sorted = app_alloc(a, rows, sizeof *sorted), *drawn = app_alloc(a, rows, sizeof *drawn);
    if (!sorted || !drawn) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < rows; i++) sorted[i] = drawn[i] = (keyed){ hash_name(names[i], a->seed), names[i], i };
    qsort(sorted, (size_t)rows, sizeof *sorted, by_name);
    qsort(drawn, (size_t)rows, sizeof *drawn, by_key);
    for (int64_t i = 0; i < rows; i++)
        memcpy(to + sorted[i].row * width, from + drawn[i].row * width, (size_t)width * sizeof *to);
    return SCILAMA_OK;
}

/* Replaces a table by its control. */
static scilama_status apply_control(app *a, int32_t control, scilama_gene_table **table)
{
    int64_t rows = scilama_gene_table_rows(*table), width = scilama_gene_table_width(*table);
    const char **names = app_alloc(a, rows, sizeof *names);
    float *values = app_alloc(a, rows * width, sizeof *values);
    if (!names || !values) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < rows; i++) names[i] = scilama_gene_table_name(*table, i);
    scilama_status status = SCILAMA_OK;
    if (control == CONTROL_SHUFFLED) status = shuffle(a, names, scilama_gene_table_values(*table), values, rows, width);
    else for (int64_t i = 0; i < rows; i++) random_vector(names[i], a->seed, values + i * width, width);
    scilama_gene_table *made = NULL;
    if (!status) status = scilama_gene_table_create(&made, a->context, names, values, rows, width, 0, &a->error);
    if (status) return status;
    scilama_gene_table_destroy(*table);
    *table = made;
    return SCILAMA_OK;
}

static scilama_status random_table(app *a, const fit *f, int64_t width, scilama_gene_table **table)
{
    int64_t genes = scilama_dataset_genes(f->dataset);
    if (width < 1 || width > 65536) return app_fail(a, SCILAMA_E_INVALID, "random:%" PRId64 ": the width must be 1 to 65536", width);
    const char **names = app_alloc(a, genes, sizeof *names);
    float *values = app_alloc(a, genes * width, sizeof *values);
    if (!names || !values) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < genes; g++) {
        names[g] = scilama_dataset_gene_name(f->dataset, g);
        random_vector(names[g], a->seed, values + g * width, width);
    }
    return scilama_gene_table_create(table, a->context, names, values, genes, width, 0, &a->error);
}

/* "text=FILE", "FILE" or "random:128" → name and file. */
static char *modality_name(app *a, const char *given, const char **file)
{
    const char *equals = strchr(given, '=');
    *file = equals ? equals + 1 : given;
    if (equals) return app_text(a, "%.*s", (int)(equals - given), given);
    const char *slash = strrchr(given, '/'), *start = slash ? slash + 1 : given;
    return app_text(a, "%.*s", (int)strcspn(start, ".:"), start);
}

static scilama_status add_embedding(app *a, fit *f, const char *given)
{
    const char *file;
    char *name = modality_name(a, given, &file);
    if (!name) return SCILAMA_E_NOMEM;
    if (!*name || !*file) return app_fail(a, SCILAMA_E_INVALID, "--embeddings %s: it must be NAME=FILE", given);
    scilama_gene_table *table = NULL;
    scilama_status status;
    bool random = !strcmp(file, "random") || !strncmp(file, "random:", 7);
    if (!strcmp(file, "shuffled"))
        return app_fail(a, SCILAMA_E_INVALID, "--embeddings shuffled: give the table to shuffle, and --control shuffled");
    if (random) {
        status = random_table(a, f, file[6] ? strtoll(file + 7, NULL, 10) : 128, &table);
    } else {
        scilama_table_options o;
        scilama_table_options_init(&o, sizeof o);
        status = scilama_gene_table_read(&table, a->context, file, &o, &a->error);
        if (!status && f->control) status = apply_control(a, f->control, &table);
    }
    scilama_match_options match;
    scilama_match_options_init(&match, sizeof match);
    match.ignore_case = f->ignore_case;
    match.strip_version = f->strip_version;
    match.first_duplicate = f->first_duplicate;
    scilama_match_report report;
    scilama_match_report_init(&report, sizeof report);
    if (!status) status = scilama_dataset_add_gene_table(f->dataset, name, table, &match, &report, &a->error);
    scilama_gene_table_destroy(table);
    if (status) return status;
    if (report.missing)
        app_say(a, "%" PRId64 " of %" PRId64 " genes have no vector in '%s' and leave the model", report.missing, report.genes, name);
    f->embedding_text[f->n_embeddings++] = app_text(a, "%s: %s%s, %" PRId64 " of %" PRId64 " genes matched, width %" PRId64, name, file,
        random ? "" : f->control == CONTROL_SHUFFLED ? " (shuffled)" : f->control == CONTROL_RANDOM ? " (replaced by random vectors)" : "",
        report.matched, report.genes, report.width);
    return f->embedding_text[f->n_embeddings - 1] ? SCILAMA_OK : SCILAMA_E_NOMEM;
}

static scilama_status add_embeddings(app *a, fit *f)
{
    scilama_status status = SCILAMA_OK;
    bool none = f->embeddings.count == 1 && !strcmp(f->embeddings.item[0], "none");
    if (f->control && (none || !f->embeddings.count))
        return app_fail(a, SCILAMA_E_INVALID, "--control needs --embeddings NAME=FILE to work on");
    for (int i = 0; i < f->embeddings.count && !status && !none; i++) status = add_embedding(a, f, f->embeddings.item[i]);
    if (!status && !f->n_embeddings && f->trainer_options.mode != SCILAMA_MODE_BETA_VAE)
        app_say(a, "no gene embeddings: the gene VAE reads the training cells' expression");
    return status;
}

/* ---- the rest ---- */

static scilama_status need_column(app *a, const fit *f, const char *key)
{
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    if (!scilama_dataset_column_info(f->dataset, key, &info, NULL)) return SCILAMA_OK;
    return app_fail(a, SCILAMA_E_NOTFOUND, "%s has no obs column '%s' (scilama info %s lists them)", f->input, key, f->input);
}

static scilama_status use_covariates(app *a, fit *f)
{
    scilama_status status = SCILAMA_OK;
    for (int i = 0; i < f->batch.count && !status; i++) {
        status = need_column(a, f, f->batch.item[i]);
        if (!status) status = scilama_dataset_use_covariate(f->dataset, f->batch.item[i], SCILAMA_COVARIATE_CATEGORICAL, &a->error);
    }
    for (int i = 0; i < f->continuous.count && !status; i++) {
        status = need_column(a, f, f->continuous.item[i]);
        if (!status) status = scilama_dataset_use_covariate(f->dataset, f->continuous.item[i], SCILAMA_COVARIATE_CONTINUOUS, &a->error);
    }
    if (!status && f->label) status = read_codes(a, f->dataset, f->input, f->label, &f->label_codes);
    if (!status && f->batch.count) status = read_codes(a, f->dataset, f->input, f->batch.item[0], &f->batch_codes);
    return status;
}

static scilama_status split(app *a, fit *f)
{
    scilama_status status;
    if (f->split) {
        status = need_column(a, f, f->split);
        return status ? status : scilama_dataset_split_by(f->dataset, f->split, &a->error);
    }
    if (!(f->train_fraction > 0 && f->train_fraction < 1))
        return app_fail(a, SCILAMA_E_INVALID, "--train-fraction must lie between 0 and 1");
    return scilama_dataset_split_random(f->dataset, f->train_fraction, 1 - f->train_fraction, a->seed,
                                        f->batch.count ? f->batch.item[0] : NULL, &a->error);
}

scilama_status fit_prepare(app *a, fit *f)
{
    scilama_status status = read_cells(a, f->input, f->layer, f->first_duplicate, &f->dataset);
    if (status) return status;
    app_say(a, "%s: %" PRId64 " cells × %" PRId64 " genes", f->input, scilama_dataset_cells(f->dataset), scilama_dataset_genes(f->dataset));
    if ((status = use_covariates(a, f)) || (status = split(a, f)) || (status = add_embeddings(a, f))) return status;
    scilama_preprocess_report_init(&f->recipe, sizeof f->recipe);
    if (f->no_preprocess) return SCILAMA_OK;
    if (f->preprocess.hvg_by_batch == SCILAMA_ON && f->batch.count) f->preprocess.batch_key = f->batch.item[0];
    return scilama_dataset_preprocess(f->dataset, &f->preprocess, &f->recipe, &a->error);
}
