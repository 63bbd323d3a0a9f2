/* SPDX-License-Identifier: MIT */
#include "tables.h"
#include <inttypes.h>
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
    for (int i = 0; i < t->embeddings.count && !status; i++) status = add_table(a, t->embeddings.item[i], &match, d);
    scilama_gene_aliases_destroy(names);
    return status;
}
