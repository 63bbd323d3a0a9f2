/* SPDX-License-Identifier: MIT */
/* Modules beside those of other embeddings of the same genes: the trained one, the static one that it was made from, and one
 * trained on shuffled vectors. */

#include "modules.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SEARCH = 12 };

typedef struct entry { const char *name; int64_t row; } entry;

static int by_name(const void *x, const void *y)
{
    const entry *a = x, *b = y;
    int order = strcmp(a->name, b->name);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

/* How the fit that wrote the file matched names with the table's. */
typedef struct naming { bool ignore_case, strip_version; const char *aliases; } naming;

/* The name under which a gene is looked up: in its guise of "a<tab>b" lines, lower case, and without ".12" behind an Ensembl id. */
static const char *as_matched(app *a, const naming *how, const char *name, bool of_data)
{
    size_t n = strlen(name);
    for (const char *line = of_data ? how->aliases : NULL; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (!strncmp(line, name, n) && line[n] == '\t') {
            name = app_text(a, "%.*s", (int)strcspn(line + n + 1, "\n"), line + n + 1);
            break;
        }
    char *made = name ? app_text(a, "%s", name) : NULL;
    if (!made || (!how->ignore_case && !how->strip_version)) return made;
    char *dot = how->strip_version && !strncmp(made, "ENS", 3) ? strrchr(made, '.') : NULL;
    if (dot && dot[1] && strspn(dot + 1, "0123456789") == strlen(dot + 1)) *dot = 0;
    for (char *p = made; how->ignore_case && *p; p++)
        if (*p >= 'A' && *p <= 'Z') *p = (char)(*p + 32);
    return made;
}

/* By gene name, the first of a name. */
scilama_status modules_table(app *a, scilama_dataset *d, const float *own, int64_t own_width, const char *file, const char *path, float **vectors, int64_t *width)
{
    scilama_gene_table *table = NULL;
    scilama_status status = scilama_gene_table_read(&table, a->context, path, NULL, &a->error);
    if (status) return status;
    const char *cases = fit_option(a, file, "options/ignore_case"), *versions = fit_option(a, file, "options/strip_version");
    const naming how = { cases && !strcmp(cases, "1"), versions && !strcmp(versions, "1"), fit_option(a, file, "gene_aliases") };
    int64_t genes = scilama_dataset_genes(d), rows = scilama_gene_table_rows(table);
    const float *values = scilama_gene_table_values(table);
    *width = scilama_gene_table_width(table);
    *vectors = app_alloc(a, genes * *width, sizeof **vectors);
    entry *index = app_alloc(a, rows, sizeof *index);
    if (!*vectors || !index) status = SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < rows && !status; i++) {
        index[i] = (entry){ as_matched(a, &how, scilama_gene_table_name(table, i), false), i };
        if (!index[i].name) status = SCILAMA_E_NOMEM;
    }
    if (!status) qsort(index, (size_t)rows, sizeof *index, by_name);
    int64_t kept = 0;
    for (int64_t i = 0; i < rows && !status; i++)
        if (!i || strcmp(index[i].name, index[kept - 1].name) != 0) index[kept++] = index[i];
    for (int64_t g = 0; g < genes && !status; g++) {
        int64_t low = 0, high = isfinite(own[g * own_width]) ? kept : 0;
        const char *name = high ? as_matched(a, &how, scilama_dataset_gene_name(d, g), true) : "";
        if (!name) status = SCILAMA_E_NOMEM;
        while (name && low < high) {
            int64_t middle = (low + high) / 2;
            if (strcmp(index[middle].name, name) < 0) low = middle + 1;
            else high = middle;
        }
        bool hit = name && isfinite(own[g * own_width]) && low < kept && !strcmp(index[low].name, name);
        for (int64_t l = 0; l < *width && !status; l++) (*vectors)[g * *width + l] = hit ? values[index[low].row * *width + l] : NAN;
    }
    scilama_gene_table_destroy(table);
    return status;
}

static scilama_status same_genes(app *a, scilama_dataset *d, const char *path, const char *layer)
{
    scilama_dataset *other = NULL;
    scilama_file_options o;
    int64_t missing, *map;
    scilama_file_options_init(&o, sizeof o);
    o.layer = layer;
    o.annotation_only = 1;
    o.modality = a->modality;
    o.gene_names = gene_names_in(a, path);
    scilama_status status = scilama_dataset_read_h5ad(&other, a->context, path, &o, &a->error);
    if (!status) status = genes_among(a, d, other, &map, &missing);
    bool same = !status && !missing;
    for (int64_t g = 1; g < scilama_dataset_genes(d) && same; g++) same = map[g] > map[g - 1];
    scilama_dataset_destroy(other);
    return status || same ? status : app_fail(a, SCILAMA_E_INVALID, "%s has not the same genes: --control takes the same data, fitted with --control shuffled", path);
}

/* Size of the module that the mean gene in a module is in: Σ n² / Σ n. It tells a blob beside crumbs from
 * as many modules of like size, which their number does not. */
static scilama_status typical_size(app *a, const int32_t *labels, int64_t genes, int64_t modules, double *size)
{
    double *count = app_alloc(a, modules + 1, sizeof *count), all = 0, squares = 0;
    if (!count) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < genes; g++)
        if (labels[g] >= 0) count[labels[g]]++;
    for (int64_t k = 0; k < modules; k++) all += count[k], squares += count[k] * count[k];
    *size = all > 0 ? squares / all : 0;
    return SCILAMA_OK;
}

/* The resolution whose modules are as large as the own ones, or the nearest found:
 * one and the same resolution cuts embeddings of other widths into other sizes, and coherence,
 * stability and gene sets all depend on the size. */
static scilama_status match_size(app *a, const float *vectors, int64_t genes, int64_t width, double wanted, scilama_module_options *o)
{
    scilama_module_report report;
    scilama_module_options trial = *o;
    int32_t *labels = app_alloc(a, genes, sizeof *labels);
    double low = 0.02, high = 50, gap = INFINITY, size;
    if (!labels) return SCILAMA_E_NOMEM;
    trial.rounds = 0;
    for (int i = 0; i < SEARCH && gap > 0.02; i++) {
        scilama_module_report_init(&report, sizeof report);
        scilama_status status = scilama_gene_modules(a->context, vectors, genes, width, 0, &trial, labels, NULL, NULL, NULL, &report, &a->error);
        if (!status) status = typical_size(a, labels, genes, report.modules, &size);
        if (status) return status;
        double off = size > 0 ? fabs(log(size / wanted)) : INFINITY;
        if (off < gap) {
            gap = off;
            o->resolution = trial.resolution;
        }
        if (size > wanted) low = trial.resolution;
        else high = trial.resolution;
        trial.resolution = sqrt(low * high);
    }
    return SCILAMA_OK;
}

/* What can be said of a set of modules on its own, and its agreement with known ones. */
static scilama_status judge(app *a, const module_set *own, const int32_t *known, const module_set *m, module_contrast *row)
{
    scilama_agreement agreement;
    scilama_agreement_init(&agreement, sizeof agreement);
    scilama_status status = scilama_labels_compare(a->context, own->labels, m->labels, m->genes, &agreement, &a->error);
    row->ari = agreement.ari;
    row->truth = NAN;
    if (!status && known) {
        status = scilama_labels_compare(a->context, m->labels, known, m->genes, &agreement, &a->error);
        row->truth = agreement.ari;
    }
    double stable = 0, genes = 0;
    for (int64_t k = 0; k < m->modules; k++) {
        double size = (double)(m->start[k + 1] - m->start[k]);
        stable += size * modules_mean(m, m->stability, k);
        genes += size;
        row->significant += m->fdr[k] < 0.05;
    }
    row->stability = genes > 0 ? stable / genes : NAN;
    row->coherence = modules_coherence(m, m->coherence);
    row->chance = m->chance;
    for (int64_t s = 0; s < m->sets; s++) {
        bool any = false;
        for (int64_t k = 0; k < m->modules; k++) any = any || m->set_fdr[k * m->sets + s] < 0.05;
        row->found_sets += any;
    }
    row->modules = m->modules;
    row->assigned = m->report.assigned;
    row->enriched = m->enriched;
    return status;
}

/* Known modules of genes: a categorical or integer column of var. */
static scilama_status read_known(app *a, scilama_dataset *d, const contrast_plan *plan, int32_t **known)
{
    int64_t genes = scilama_dataset_genes(d);
    *known = NULL;
    if (!plan->known) return SCILAMA_OK;
    int64_t rows = 0, missing, *map;
    scilama_status status = scilama_h5ad_read_column(a->context, plan->file, data_key(a, "var"), plan->known, &rows, NULL, 0, &a->error);
    if (!status) status = gene_rows(a, plan->file, plan->layer, d, rows, &map, &missing);
    if (status) return status;
    double *values = app_alloc(a, rows, sizeof *values);
    *known = app_alloc(a, genes, sizeof **known);
    if (!values || !*known) return SCILAMA_E_NOMEM;
    status = scilama_h5ad_read_column(a->context, plan->file, data_key(a, "var"), plan->known, NULL, values, rows, &a->error);
    for (int64_t g = 0; g < genes && !status; g++) {
        double value = map[g] < 0 ? -1 : values[map[g]];
        (*known)[g] = value >= 0 && value < INT32_MAX ? (int32_t)value : -1;
    }
    return status;
}

scilama_status modules_contrast(app *a, scilama_dataset *d, const float *vectors, int64_t width, const module_set *own,
                                const scilama_gene_sets *sets, const contrast_plan *plan, module_contrast *rows, int *count)
{
    enum { OWN, TRAINED, STATIC, CONTROL };
    const bool wanted[CONTRASTS] = { true, plan->trained != NULL, plan->static_path != NULL, plan->control_path != NULL };
    const char *const names[CONTRASTS] = { plan->trained ? "loadings" : "trained", "trained", "static", "control" };
    const char *const paths[CONTRASTS] = { NULL, plan->file, plan->static_path, plan->control_path };
    int32_t *known;
    scilama_status status = read_known(a, d, plan, &known);
    double size = 0;
    if (!status) status = typical_size(a, own->labels, own->genes, own->modules, &size);
    *count = 0;
    for (int i = 0; i < CONTRASTS && !status; i++) {
        module_contrast *row = &rows[*count];
        module_set other = { 0 };
        scilama_module_options o = *plan->options;
        float *v = NULL;
        int64_t w = 0, with = 0, genes = own->genes;
        if (!wanted[i]) continue;
        memset(row, 0, sizeof *row);
        row->name = names[i];
        if (i != OWN) o.metric = SCILAMA_METRIC_COSINE;
        if (i == TRAINED) v = (float *)plan->trained, w = plan->trained_width;
        if (i == STATIC) status = modules_table(a, d, vectors, width, plan->file, paths[i], &v, &w);
        if (i == CONTROL && !(status = same_genes(a, d, paths[i], plan->layer))) status = read_varm(a, paths[i], plan->varm, plan->layer, d, &v, &w);
        for (int64_t g = 0; g < genes && i && !status; g++) with += isfinite(v[g * w]) != 0;
        if (i && !status && with < 3) status = app_fail(a, SCILAMA_E_NOTFOUND, "%s has vectors for %" PRId64 " of the genes of varm['%s']: nothing to compare with", paths[i], with, plan->varm);
        if (i && !status && plan->match) status = match_size(a, v, genes, w, size, &o);
        if (i && !status) status = modules_find(a, v, genes, w, &o, &other);
        if (i && !status) status = modules_test(a, d, v, w, &other);
        if (i && !status && sets) status = modules_enrich(a, d, v, w, sets, &other);
        row->resolution = o.resolution;
        if (!status) status = typical_size(a, i ? other.labels : own->labels, genes, i ? other.modules : own->modules, &row->size);
        if (!status) status = judge(a, own, known, i ? &other : own, row);
        ++*count;
    }
    return status;
}
