/* SPDX-License-Identifier: MIT */
#include "tables.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static scilama_status add_table(app *a, const char *given, const scilama_match_options *match, scilama_dataset *d)
{
    const char *equals = strchr(given, '=');
    char *name = equals ? app_text(a, "%.*s", (int)(equals - given), given) : NULL;
    scilama_gene_table *table = NULL;
    if (!equals || equals == given || !equals[1]) return app_fail(a, SCILAMA_E_INVALID, "--embeddings %s: it must be NAME=FILE", given);
    if (!name) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_gene_table_read(&table, a->context, equals + 1, NULL, &a->error);
    scilama_match_report report;
    scilama_match_report_init(&report, sizeof report);
    if (!status) status = scilama_dataset_add_gene_table(d, name, table, match, &report, &a->error);
    scilama_gene_table_destroy(table);
    if (!status) app_say(a, "%s: %" PRId64 " of %" PRId64 " genes have a vector", name, report.matched, report.genes);
    return status;
}

static int by_text(const void *x, const void *y) { return strcmp(*(char *const *)x, *(char *const *)y); }

/* A name as --ignore-case and --strip-version compare it. */
static char *plain_name(app *a, const char *name, bool any_case, bool any_version)
{
    char *text = app_text(a, "%s", name), *dot = text ? strrchr(text, '.') : NULL;
    if (any_version && dot && !strncmp(text, "ENS", 3) && dot[1] && strspn(dot + 1, "0123456789") == strlen(dot + 1)) *dot = 0;
    for (char *c = any_case ? text : NULL; c && *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    return text;
}

/* How many of the model's genes are in the data by such names; negative: out of memory. */
static int64_t found_genes(app *a, const scilama_model *model, int64_t n, const scilama_dataset *d, bool any_case, bool any_version)
{
    int64_t genes = scilama_dataset_genes(d), found = 0;
    char **names = app_alloc(a, genes, sizeof *names);
    for (int64_t g = 0; names && g < genes; g++)
        if (!(names[g] = plain_name(a, scilama_dataset_gene_name(d, g), any_case, any_version))) return -1;
    if (!names) return -1;
    qsort(names, (size_t)genes, sizeof *names, by_text);
    for (int64_t g = 0; g < n; g++) {
        char *name = plain_name(a, scilama_model_gene_name(model, g), any_case, any_version);
        if (!name) return -1;
        found += bsearch(&name, names, (size_t)genes, sizeof *names, by_text) != NULL;
    }
    return found;
}

/* Genes of the model that are missing by the way they are written alone: which option finds them is said. */
static scilama_status tell_spelling(app *a, const query_tables *t, const scilama_model *model, const scilama_dataset *d)
{
    static const char *const ways[] = { "", "--ignore-case", "--strip-version", "--ignore-case --strip-version" };
    int64_t found[4];
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    scilama_status status = scilama_model_get_info(model, &info, &a->error);
    int given = (t->ignore_case ? 1 : 0) | (t->strip_version ? 2 : 0), best = given;
    if (status || !scilama_model_gene_name(model, 0) || !scilama_dataset_gene_name(d, 0)) return status;
    for (int way = 0; way < 4; way++) {
        if ((way & given) != given) continue;
        if ((found[way] = found_genes(a, model, info.genes, d, way & 1, way & 2)) < 0) return SCILAMA_E_NOMEM;
        if (way == given && found[way] > info.genes - info.genes / 10) return SCILAMA_OK;
        if (found[way] > found[best]) best = way;
    }
    if (found[best] - found[given] > info.genes / 10)
        app_warn(a, "%" PRId64 " of the model's %" PRId64 " genes are in the data as they are written, %" PRId64 " with %s", found[given], info.genes, found[best], ways[best]);
    return SCILAMA_OK;
}

scilama_status add_query_tables(app *a, const query_tables *t, const scilama_model *model, scilama_dataset *d)
{
    int64_t renamed = 0;
    scilama_gene_aliases *names = NULL;
    scilama_match_options match;
    scilama_match_options_init(&match, sizeof match);
    scilama_status status = t->aliases ? scilama_gene_aliases_read(&names, a->context, t->aliases, &a->error) : SCILAMA_OK;
    match.ignore_case = t->ignore_case;
    match.strip_version = t->strip_version;
    match.missing = SCILAMA_MISSING_KEEP;
    match.aliases = scilama_gene_aliases_count(names);
    match.alias_from = scilama_gene_aliases_from(names);
    match.alias_to = scilama_gene_aliases_to(names);
    if (!status && (match.aliases || match.ignore_case || match.strip_version)) {
        status = scilama_model_match_genes(model, d, &match, &renamed, &a->error);
        if (!status) app_say(a, "%" PRId64 " genes go by the names that the model has for them", renamed);
    }
    if (!status && !match.aliases) status = tell_spelling(a, t, model, d);
    for (int i = 0; i < t->embeddings.count && !status; i++) status = add_table(a, t->embeddings.item[i], &match, d);
    scilama_gene_aliases_destroy(names);
    return status;
}

typedef struct model_gene { const char *name; int64_t at; } model_gene;

static int by_gene(const void *x, const void *y) { return strcmp(((const model_gene *)x)->name, ((const model_gene *)y)->name); }

/* Whether genes that the file has vectors of [genes of d × width] have these in the model, too. */
static scilama_status same_vectors(app *a, scilama_model *model, const scilama_dataset *d, const float *theirs, int64_t width, bool *same)
{
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    scilama_status status = scilama_model_get_info(model, &info, &a->error);
    float *ours = app_alloc(a, info.genes * info.latent, sizeof *ours);
    model_gene *sorted = app_alloc(a, info.genes, sizeof *sorted);
    int64_t met = 0;
    *same = false;
    if (status) return status;
    if (!ours || !sorted) return SCILAMA_E_NOMEM;
    if (width != info.latent || (status = scilama_model_encode_genes(model, ours, NULL, 0, &a->error))) return status == SCILAMA_E_STATE ? SCILAMA_OK : status;
    for (int64_t g = 0; g < info.genes; g++) {
        const char *name = scilama_model_gene_name(model, g);
        sorted[g] = (model_gene){ name ? name : "", g };
    }
    qsort(sorted, (size_t)info.genes, sizeof *sorted, by_gene);
    for (int64_t g = 0; g < scilama_dataset_genes(d); g++) {
        model_gene key = { scilama_dataset_gene_name(d, g), 0 };
        const float *v = theirs + g * width;
        const model_gene *hit = isfinite(v[0]) ? bsearch(&key, sorted, (size_t)info.genes, sizeof *sorted, by_gene) : NULL;
        if (!hit) continue;
        met++;
        for (int64_t l = 0; l < width; l++)
            if (!(fabsf(v[l] - ours[hit->at * width + l]) <= 1e-3f * (1 + fabsf(v[l])))) return SCILAMA_OK;
    }
    *same = met > 0;
    return SCILAMA_OK;
}

scilama_status forget_other_genes(app *a, scilama_model *model, const char *path, const char *layer, scilama_dataset *d, const char *embedding, scilama_h5ad_writer *writer)
{
    float *theirs;
    int64_t width = 0, rows = scilama_h5ad_writer_genes(writer);
    bool same = false, any = false;
    if (strcmp(embedding, "X_scilama") || !app_has(a, scilama_h5ad_read_array(a->context, path, data_key(a, "varm/scilama"), NULL, NULL, NULL, 0, &a->error))) return SCILAMA_OK;
    scilama_status status = read_varm(a, path, "scilama", layer, d, &theirs, &width);
    for (int64_t g = 0; g < scilama_dataset_genes(d) && !status && !any; g++) any = isfinite(theirs[g * width]) != 0;
    if (!status && !any) return SCILAMA_OK;
    if (!status) status = same_vectors(a, model, d, theirs, width, &same);
    if (status || same) return status;
    float *none = app_alloc(a, rows * width, sizeof *none);
    if (!none) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < rows * width; i++) none[i] = NAN;
    app_warn(a, "%s: its varm['scilama'] is of another model than the cells are now embedded by, and becomes NaN", path);
    return scilama_h5ad_writer_put_varm(writer, "scilama", none, width, 0, &a->error);
}
