/* SPDX-License-Identifier: MIT */
/* What fit would do with a data set, as JSON: its own first steps are taken, up to the model. */

#include "fit.h"
#include "info.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const switch_names[] = { "false", "true" };

static char *failure(app *a, const char *before)
{
    char *text = app_json_escape(a, a->error.message);
    return app_text(a, "%s\"error\": \"%s\"}", before, text ? text : "");
}

static char *tables(app *a, const fit *f)
{
    char *list = app_text(a, "%s", "");
    for (int i = 0; i < f->n_embeddings && list; i++) {
        const scilama_match_report *m = &f->matches[i];
        char *what = app_json_escape(a, f->embedding_text[i]);
        list = app_text(a, "%s%s{\"table\": \"%s\", \"width\": %" PRId64 ", \"matched\": %" PRId64 ", \"missing\": %" PRId64 ", \"duplicated\": %" PRId64 ", \"unused\": %" PRId64 "}",
                        list, i ? ", " : "", what ? what : "", m->width, m->matched, m->missing, m->duplicated, m->unused);
    }
    return list;
}

typedef struct known_name { const char *name; } known_name;
static int by_name(const void *x, const void *y) { return strcmp(((const known_name *)x)->name, ((const known_name *)y)->name); }

/* Of the genes in use, those that a table of exactly these names lacks: how many, and the first of them. */
static char *lacking(app *a, const fit *f, const char *path)
{
    enum { SHOWN = 20 };
    scilama_gene_table *table = NULL;
    scilama_table_options o;
    scilama_table_options_init(&o, sizeof o);
    o.first_duplicate = f->first_duplicate;
    if (scilama_gene_table_read(&table, a->context, path, &o, &a->error)) return NULL;
    int64_t rows = scilama_gene_table_rows(table), used = scilama_dataset_genes_used(f->dataset), count = 0;
    known_name *names = app_alloc(a, rows, sizeof *names);
    char *list = names ? app_text(a, "%s", "") : NULL;
    for (int64_t r = 0; r < rows && names; r++) names[r].name = scilama_gene_table_name(table, r);
    if (names) qsort(names, (size_t)rows, sizeof *names, by_name);
    for (int64_t g = 0; g < used && list; g++) {
        known_name key = { scilama_dataset_used_gene_name(f->dataset, g) };
        if (bsearch(&key, names, (size_t)rows, sizeof *names, by_name)) continue;
        char *name = count < SHOWN ? app_json_escape(a, key.name) : NULL;
        if (name) list = app_text(a, "%s%s\"%s\"", list, count ? ", " : "", name);
        count++;
    }
    scilama_gene_table_destroy(table);
    return list ? app_text(a, ", \"variable_genes_without_vector\": %" PRId64 ", \"such_as\": [%s]", count, list) : NULL;
}

/* Columns that could be given as --batch. */
static scilama_status check_batches(app *a, const fit *f, const string_list *asked)
{
    const string_list usual = { .count = 1, .item = { "batch" } };
    scilama_column_info info;
    scilama_status status = SCILAMA_OK;
    scilama_column_info_init(&info, sizeof info);
    bool none = !asked->count && scilama_dataset_column_info(f->dataset, usual.item[0], &info, NULL);
    const string_list *keys = asked->count ? asked : &usual;
    for (int i = 0; i < keys->count && !status && !none; i++) {
        if (asked->count || info.kind == SCILAMA_COLUMN_CATEGORICAL) status = need_categories(a, f->dataset, f->input, keys->item[i]);
        if (!status && (asked->count || info.kind == SCILAMA_COLUMN_CATEGORICAL)) status = fit_check_batch(a, f, keys->item[i], true);
    }
    return status;
}

char *info_fit(app *a, const info_plan *plan)
{
    fit f;
    int32_t quiet = a->quiet;
    fit_defaults(&f, NULL);
    f.input = plan->against ? plan->against : plan->file;
    f.layer = plan->layer;
    f.embeddings = plan->embeddings;
    if (plan->against && f.embeddings.count < LIST_MAX) f.embeddings.item[f.embeddings.count++] = app_text(a, "table=%s", plan->file);
    f.aliases = plan->aliases;
    f.ignore_case = plan->ignore_case;
    f.strip_version = plan->strip_version;
    f.first_duplicate = plan->first_duplicate;
    a->quiet = 1; /* what fit would say on the way is in the answer */
    a->collect = true;
    scilama_status status = fit_prepare(a, &f);
    if (!status) status = check_batches(a, &f, &plan->batch);
    if (status) app_warn(a, "%s", a->error.message);
    a->quiet = quiet;
    a->collect = false;
    char *text;
    if (status == SCILAMA_E_CANCELLED || (status == SCILAMA_E_IO && a->error.detail)) text = NULL; /* the disc failed, which says nothing of the file */
    else if (status) text = failure(a, "{");
    else {
        const scilama_preprocess_report *r = &f.recipe;
        char *reason = app_json_escape(a, r->reason), *list = tables(a, &f), *without = plan->against ? lacking(a, &f, plan->file) : app_text(a, "%s", "");
        text = app_text(a, "{\"input\": \"%s\", \"reason\": \"%s\", \"normalize\": %s, \"log1p\": %s, \"highly_variable_genes\": \"%s\", \"scale\": %s, "
                           "\"cells\": %" PRId64 ", \"genes\": %" PRId64 ", \"genes_in_too_few_cells\": %" PRId64 ", \"genes_without_vector\": %" PRId64
                           ", \"genes_kept\": %" PRId64 ", \"embeddings\": [%s]%s}",
                        described_choice(SCILAMA_OPTIONS_PREPROCESS, "input", r->input), reason ? reason : "", switch_names[r->normalized != 0], switch_names[r->logged != 0],
                        described_choice(SCILAMA_OPTIONS_PREPROCESS, "hvg", r->hvg), switch_names[r->scaled != 0],
                        r->cells_total - r->cells_excluded, r->genes_total, r->genes_filtered, r->genes_unmatched, r->genes_used, list ? list : "", without ? without : "");
    }
    scilama_dataset_destroy(f.dataset);
    return text;
}
