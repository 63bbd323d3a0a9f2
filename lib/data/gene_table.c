/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"

/* Vectors by gene name, matched to a data set's genes. A name is looked up as it stands, under the options' normal form
 * (case, version), and by its aliases; what matched, and how, is counted for the report. Tables are immutable and shared
 * by reference count. */

scilama_status slm_gene_table_from_parts(scilama_gene_table **out, scilama_context *ctx, slm_strings *names,
                                         float *values, int64_t rows, int64_t width, scilama_error *error)
{
    if (rows <= 0 || width <= 0 || names->count != rows)
        return slm_fail(error, SCILAMA_E_INVALID, "a gene table of %" PRId64 " names, %" PRId64 " rows and %" PRId64 " columns makes no sense",
                        names->count, rows, width);
    SLM_TRY(slm_strings_check(names, "the name of row", SCILAMA_E_FORMAT, error));
    for (int64_t i = 0; i < rows * width; i++)
        if (!isfinite(values[i]))
            return slm_fail(error, SCILAMA_E_NONFINITE, "the vector of gene '%s' is not finite at position %" PRId64,
                            slm_string(names, i / width), i % width);
    scilama_gene_table *table = slm_alloc_zero(ctx, sizeof *table);
    if (!table) return slm_fail_nomem(error);
    table->ctx = slm_context_retain(ctx);
    atomic_store(&table->refs, 1);
    table->names = *names;
    *names = (slm_strings){ 0 };
    table->rows = rows;
    table->width = width;
    table->values = values;
    *out = table;
    return SCILAMA_OK;
}

SLM_RETAIN(slm_gene_table_retain, scilama_gene_table)

void slm_gene_table_release(scilama_gene_table *table)
{
    if (!table || atomic_fetch_sub(&table->refs, 1) != 1) return;
    scilama_context *ctx = table->ctx;
    slm_strings_free(ctx, &table->names);
    slm_free_all(ctx, table->values, table);
    slm_context_release(ctx);
}

/* "ENSG00000141510.12" loses ".12"; names that are no Ensembl ids ("AC004556.1") stay. */
static void strip_version(char *name)
{
    char *p = name;
    if (strncmp(p, "ENS", 3) != 0) return;
    for (p += 3; *p >= 'A' && *p <= 'Z';) p++;
    char *digits = p;
    while (*p >= '0' && *p <= '9') p++;
    if (p == digits || *p != '.') return;
    char *dot = p++;
    digits = p;
    while (*p >= '0' && *p <= '9') p++;
    if (p > digits && !*p) *dot = 0;
}

static void normalise(char *name, const scilama_match_options *o)
{
    if (o->strip_version) strip_version(name);
    for (char *p = name; o->ignore_case && *p; p++)
        if (*p >= 'A' && *p <= 'Z') *p = (char)(*p + 32);
}

static scilama_status normalised_names(scilama_context *ctx, slm_strings *out, const slm_strings *in, const scilama_match_options *o, scilama_error *error)
{
    SLM_NAME_LIST(list, ctx);
    SLM_BYTES(one, ctx);
    for (int64_t i = 0; i < in->count && !list.bytes.failed; i++) {
        one.size = 0;
        if (!slm_bytes_text(&one, slm_string(in, i))) break;
        normalise(one.data, o);
        slm_name_list_add(&list, one.data, strlen(one.data));
    }
    return one.failed ? slm_fail_nomem(error) : slm_name_list_take(&list, out, error);
}

/* What a match works with: names of the table under the options, and aliases. */
typedef struct matcher {
    slm_strings names, aliases;
    slm_name_index index, alias_index;
    int64_t duplicated;
    char *buffer; /* holds any name to look up */
} matcher;

static scilama_status matcher_make(matcher *m, const scilama_dataset *d, const scilama_gene_table *table,
                                   const scilama_match_options *o, slm_scope *work, scilama_error *error)
{
    size_t longest = 0;
    *m = (matcher){ 0 };
    SLM_TRY(normalised_names(d->ctx, &m->names, &table->names, o, error));
    slm_strings_hold(work, &m->names);
    SLM_TRY(slm_name_index_build(work, &m->index, &m->names, error));
    SLM_TRY(slm_strings_copy(d->ctx, &m->aliases, o->alias_from, o->aliases, error));
    slm_strings_hold(work, &m->aliases);
    SLM_TRY(slm_name_index_build(work, &m->alias_index, &m->aliases, error));
    for (int64_t i = 0; i < table->rows; i++)
        m->duplicated += slm_name_index_find(&m->index, slm_string(&m->names, i)) != i;
    if (m->duplicated && !o->first_duplicate) {
        int64_t at = m->index.first_duplicate;
        return slm_fail(error, SCILAMA_E_DUPLICATE,
                        "gene '%s' occurs more than once in the table (rows %" PRId64 " and %" PRId64 "): remove one, or set first_duplicate (--first-duplicate)",
                        slm_string(&table->names, at), slm_name_index_find(&m->index, slm_string(&m->names, at)), at);
    }
    for (int64_t g = 0; g < d->genes; g++) {
        size_t n = strlen(slm_string(&d->gene_names, g));
        longest = n > longest ? n : longest;
    }
    for (int64_t a = 0; a < o->aliases; a++) {
        size_t n = o->alias_to[a] ? strlen(o->alias_to[a]) : 0;
        longest = n > longest ? n : longest;
    }
    return (m->buffer = slm_scope_array(work, (int64_t)longest + 1, 1)) ? SCILAMA_OK : slm_fail_nomem(error);
}

static int64_t lookup(matcher *m, const scilama_match_options *o, const char *gene)
{
    int64_t alias = o->aliases ? slm_name_index_find(&m->alias_index, gene) : -1;
    if (alias >= 0) gene = o->alias_to[alias] ? o->alias_to[alias] : "";
    strcpy(m->buffer, gene);
    normalise(m->buffer, o);
    return slm_name_index_find(&m->index, m->buffer);
}

static scilama_status match(slm_modality *modality, const scilama_dataset *d, const scilama_match_options *o, scilama_error *error)
{
    const scilama_gene_table *table = modality->table;
    scilama_match_report *r = &modality->report;
    SLM_SCOPE(work, d->ctx);
    matcher m;
    SLM_TRY(matcher_make(&m, d, table, o, &work, error));
    unsigned char *asked = slm_scope_zeros(&work, table->rows, 1);
    modality->row = slm_alloc_array(d->ctx, d->genes, sizeof *modality->row);
    if (!asked || !modality->row) return slm_fail_nomem(error);
    r->genes = d->genes;
    r->table_rows = table->rows;
    r->width = table->width;
    r->duplicated = m.duplicated;
    r->unused = table->rows - m.duplicated;
    for (int64_t g = 0; g < d->genes; g++) {
        int64_t row = modality->row[g] = lookup(&m, o, slm_string(&d->gene_names, g));
        if (row < 0) {
            r->missing++;
            continue;
        }
        r->matched++;
        if (!asked[row]) r->unused--;
        asked[row] = 1;
    }
    if (r->matched) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_NOTFOUND,
                    "no gene of the data (such as '%s') is in the gene table '%s' (such as '%s'): check that both use the same kind of name",
                    slm_string(&d->gene_names, 0), modality->name, slm_string(&table->names, 0));
}

/* Of genes that ask for one name the first has it, and none that a gene has already. row [genes]: of `names`, or -1. */
static int64_t find_rows(matcher *m, const scilama_dataset *d, const slm_strings *names, const slm_name_index *exact,
                         const scilama_match_options *o, uint8_t *taken, int64_t *row)
{
    int64_t found = 0;
    for (int64_t g = 0; g < d->genes; g++) {
        int64_t own = slm_name_index_find(exact, slm_string(&d->gene_names, g));
        row[g] = -1;
        if (own >= 0) taken[own] = 1;
    }
    for (int64_t g = 0; g < d->genes; g++) {
        const char *name = slm_string(&d->gene_names, g);
        int64_t at = slm_name_index_find(exact, name) < 0 ? lookup(m, o, name) : -1;
        if (at < 0 || at >= names->count || taken[at]) continue;
        taken[at] = 1;
        row[g] = at;
        found++;
    }
    return found;
}

scilama_status slm_dataset_match_genes(scilama_dataset *d, const slm_strings *names, const scilama_match_options *options, int64_t *renamed,
                                       scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    scilama_match_options o = *options;
    const scilama_gene_table like = { .names = *names, .rows = names->count }; /* what a match is made with */
    SLM_SCOPE(work, ctx);
    matcher m;
    slm_name_index exact;
    slm_strings now;
    o.first_duplicate = 1;
    *renamed = 0;
    const char **text = slm_scope_array(&work, d->genes, sizeof *text);
    int64_t *row = slm_scope_array(&work, d->genes, sizeof *row);
    uint8_t *taken = slm_scope_zeros(&work, names->count ? names->count : 1, sizeof *taken);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(slm_name_index_build(&work, &exact, names, error));
    SLM_TRY(matcher_make(&m, d, &like, &o, &work, error));
    int64_t found = find_rows(&m, d, names, &exact, &o, taken, row);
    if (!found) return SCILAMA_OK;
    for (int64_t g = 0; g < d->genes; g++) text[g] = row[g] < 0 ? slm_string(&d->gene_names, g) : slm_string(names, row[g]);
    SLM_TRY(slm_strings_copy(ctx, &now, text, d->genes, error));
    slm_strings_free(ctx, &d->gene_names);
    d->gene_names = now;
    slm_dataset_stale(d);
    *renamed = found;
    return SCILAMA_OK;
}

static void note_missing(const scilama_dataset *d, const slm_modality *m)
{
    char names[SLM_SOME_BYTES] = "";
    int64_t missing = 0;
    for (int64_t g = 0; g < d->genes && missing < 4; g++)
        if (m->row[g] < 0) slm_name_some(names, missing++, slm_string(&d->gene_names, g));
    if (missing)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of %" PRId64 " genes have no vector in '%s' (%s) and %s", m->report.missing, m->report.genes, m->name, names,
                m->missing == SCILAMA_MISSING_MEAN ? "take the mean of those that have" : m->missing == SCILAMA_MISSING_KEEP ? "are told from their expression alone" : "leave the model");
}

scilama_status slm_dataset_add_gene_table(scilama_dataset *d, const char *name, scilama_gene_table *table,
                                          const scilama_match_options *options, scilama_match_report *report, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    for (int64_t i = 0; i < d->n_modalities; i++)
        if (strcmp(d->modalities[i].name, name) == 0)
            return slm_fail(error, SCILAMA_E_DUPLICATE, "there is already a gene table named '%s'", name);
    slm_modality modality = { .name = slm_strdup(ctx, name), .table = table, .missing = options->missing }, *grown = NULL;
    scilama_status status = modality.name ? match(&modality, d, options, error) : slm_fail_nomem(error);
    if (!status && !(grown = slm_realloc_array(ctx, d->modalities, d->n_modalities, d->n_modalities + 1, sizeof *grown))) status = slm_fail_nomem(error);
    if (status) {
        slm_free_all(ctx, modality.name, modality.row);
        return status;
    }
    slm_gene_table_retain(table);
    slm_dataset_stale(d);
    grown[d->n_modalities++] = modality;
    d->modalities = grown;
    const scilama_match_report *r = &modality.report;
    slm_log(ctx, SCILAMA_LOG_INFO, "gene table '%s': %" PRId64 " of %" PRId64 " genes matched by name, %" PRId64 " missing; %" PRId64 " of %" PRId64 " rows unused",
            name, r->matched, r->genes, r->missing, r->unused, r->table_rows);
    note_missing(d, &grown[d->n_modalities - 1]);
    *report = *r;
    return SCILAMA_OK;
}

scilama_status slm_dataset_embedding(const scilama_dataset *d, int64_t modality, float *out, scilama_error *error)
{
    if (!d->recipe || modality < 0 || modality >= d->n_modalities)
        return slm_fail(error, SCILAMA_E_INTERNAL, "there is no gene table %" PRId64 " of a prepared dataset", modality);
    const slm_modality *m = &d->modalities[modality];
    int64_t genes = d->recipe->genes.count, width = m->table->width, matched = 0;
    double *mean = slm_alloc_array_zero(d->ctx, width, sizeof *mean);
    if (!mean) return slm_fail_nomem(error);
    for (int64_t g = 0; g < genes; g++) {
        int64_t row = m->row[d->used[g]];
        if (row < 0) continue;
        const float *vector = m->table->values + row * width;
        memcpy(out + g * width, vector, (size_t)width * sizeof *out);
        for (int64_t k = 0; k < width; k++) mean[k] += vector[k];
        matched++;
    }
    scilama_status status = matched ? SCILAMA_OK
                                    : slm_fail(error, SCILAMA_E_NOTFOUND, "none of the %" PRId64 " genes in use is in the gene table '%s'", genes, m->name);
    for (int64_t g = 0; g < genes && !status; g++)
        for (int64_t k = 0; k < width && m->row[d->used[g]] < 0; k++) out[g * width + k] = (float)(mean[k] / (double)matched);
    slm_free(d->ctx, mean);
    return status;
}
