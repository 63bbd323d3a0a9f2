/* SPDX-License-Identifier: MIT */
#include "biology.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 14 };
static const char *const field_names[FIELDS] = {
    "combined_rank", "z", "p_value", "p_adjusted", "auroc", "log2_fold_change", "mean_in", "mean_out", "fraction_in", "fraction_out",
    "paired_score", "paired_z", "paired_p", "paired_fdr" };

typedef struct marker_run {
    int64_t stream;
    const char *file, *output, *layer, *group, *batch, *reference, *obsm, *varm, *key, *tsv, *json;
    int64_t permutations, genes;
    scilama_dataset *d;
    int32_t *codes, *batches;
    const char **names;
    int64_t groups, n_genes, top;
    float *cells, *vectors;
    int64_t width, reference_code;
    double *field[FIELDS]; /* [groups × n_genes], as field_names */
    int64_t *order;        /* [groups × n_genes] genes, best first */
} marker_run;

static scilama_status nothing_to_compare(app *a, const marker_run *r)
{
    return app_fail(a, SCILAMA_E_INVALID, "obs['%s'] leaves nothing to compare: it needs two categories with cells", r->group);
}

static scilama_status prepare(app *a, marker_run *r)
{
    const char **batch_names;
    int64_t n_batches;
    scilama_status status = open_expression(a, NULL, r->file, r->layer, r->stream, &r->d);
    if (!status) status = read_groups(a, r->d, r->file, r->group, &r->codes, &r->names, &r->groups);
    if (!status && !r->groups) status = nothing_to_compare(a, r);
    if (!status && r->batch) status = read_groups(a, r->d, r->file, r->batch, &r->batches, &batch_names, &n_batches);
    if (!status) status = read_space(a, r->file, r->obsm, r->varm, r->layer, r->d, &r->cells, &r->vectors, &r->width);
    if (status) return status;
    r->n_genes = scilama_dataset_genes(r->d);
    int64_t without = 0;
    for (int64_t g = 0; g < r->n_genes && r->cells; g++) without += !isfinite(r->vectors[g * r->width]);
    if (without == r->n_genes) r->cells = NULL; /* the fit made none, or of others alone */
    if (!r->cells) app_say(a, "%s has no obsm['%s'] with varm['%s']: markers are ranked by expression alone", r->file, r->obsm, r->varm);
    else if (!strcmp(r->obsm, "X_scilama") && fit_corrected(a, r->file, r->group)) {
        r->cells = NULL; /* cells of its categories lie at one place on purpose */
        app_say(a, "the fit corrected for '%s', so that places in obsm['%s'] tell nothing of it: markers are ranked by expression alone", r->group, r->obsm);
    } else if (without) app_say(a, "%" PRId64 " of %" PRId64 " genes have no vector in varm['%s']: tables have them behind the others", without, r->n_genes, r->varm);
    r->top = r->genes < r->n_genes ? r->genes : r->n_genes;
    r->reference_code = -1;
    for (int64_t g = 0; g < r->groups && r->reference; g++)
        if (!strcmp(r->names[g], r->reference)) r->reference_code = g;
    if (r->reference && r->reference_code < 0) {
        char *list = list_names(a, r->names, r->groups, 90);
        if (!list) return SCILAMA_E_NOMEM;
        return app_fail(a, SCILAMA_E_NOTFOUND, "obs['%.40s'] has no category '%.40s' for --reference%s (it has %s)", r->group, r->reference,
                        did_you_mean(a, r->reference, r->names, r->groups, ""), list);
    }
    for (int i = 0; i < FIELDS; i++)
        if (!(r->field[i] = app_alloc(a, r->groups * r->n_genes, sizeof(double)))) return SCILAMA_E_NOMEM;
    r->order = app_alloc(a, r->groups * r->n_genes, sizeof *r->order);
    return r->order ? SCILAMA_OK : SCILAMA_E_NOMEM;
}

static scilama_status compute(app *a, marker_run *r)
{
    scilama_marker_options o;
    scilama_marker_table t;
    scilama_marker_options_init(&o, sizeof o);
    scilama_marker_table_init(&t, sizeof t);
    o.reference = r->reference_code;
    o.permutations = r->permutations;
    o.seed = a->seed;
    double **target[FIELDS] = { &t.combined_rank, &t.z, &t.p_value, &t.p_adjusted, &t.auroc, &t.log2_fold_change, &t.mean_in, &t.mean_out,
                                &t.fraction_in, &t.fraction_out, &t.paired_score, &t.paired_z, &t.paired_p, &t.paired_fdr };
    for (int i = 0; i < FIELDS; i++) *target[i] = r->field[i];
    for (int64_t i = 0; i < r->groups * r->n_genes && !r->cells; i++) r->field[0][i] = NAN;
    scilama_status status = r->cells ? scilama_markers(r->d, r->cells, r->vectors, r->width, r->codes, r->groups, r->batches, &o, &t, &a->error)
                                     : scilama_wilcoxon(r->d, r->codes, r->groups, &o, &t, &a->error);
    for (int64_t g = 0; g < r->groups && !status; g++)
        order_genes(r->field[0] + g * r->n_genes, r->field[1] + g * r->n_genes, r->n_genes, r->order + g * r->n_genes);
    return status;
}

static int fields_of(const marker_run *r) { return r->cells ? FIELDS : 10; }
static bool compared(const marker_run *r, int64_t group) { return !isnan(r->field[1][group * r->n_genes]); }

static scilama_status write_tsv(app *a, const marker_run *r, const char *path)
{
    table_output out;
    FILE *to = NULL;
    scilama_status status = path ? open_text(a, path, &to) : SCILAMA_OK;
    if (status) return status;
    if (!path) to = begin_table(&out);
    int first = r->cells ? 0 : 1, fields = fields_of(r);
    fputs("group\trank\tgene", to);
    for (int i = first; i < fields; i++) fprintf(to, "\t%s", field_names[i]);
    fputc('\n', to);
    for (int64_t g = 0; g < r->groups; g++)
        for (int64_t k = 0; k < r->top && compared(r, g); k++) {
            int64_t gene = r->order[g * r->n_genes + k];
            print_tsv_text(to, r->names[g]);
            fprintf(to, "\t%" PRId64 "\t", k + 1);
            print_tsv_text(to, scilama_dataset_gene_name(r->d, gene));
            for (int i = first; i < fields; i++) {
                fputc('\t', to);
                print_number(to, r->field[i][g * r->n_genes + gene], "");
            }
            fputc('\n', to);
        }
    if (path) return close_text(a, path, to);
    end_table(&out);
    return SCILAMA_OK;
}

static scilama_status write_json(app *a, const marker_run *r)
{
    FILE *to;
    scilama_status status = open_text(a, r->json, &to);
    if (status) return status;
    fputs("{\"group\": ", to);
    print_json_text(to, r->group);
    fputs(", \"markers\": {", to);
    for (int64_t g = 0, written = 0; g < r->groups; g++) {
        if (!compared(r, g)) continue;
        fputs(written++ ? ",\n" : "\n", to);
        print_json_text(to, r->names[g]);
        fputs(": [", to);
        for (int64_t k = 0; k < r->top; k++) {
            int64_t gene = r->order[g * r->n_genes + k];
            fputs(k ? ",\n  {\"gene\": " : "\n  {\"gene\": ", to);
            print_json_text(to, scilama_dataset_gene_name(r->d, gene));
            for (int i = r->cells ? 0 : 1; i < fields_of(r); i++) {
                fprintf(to, ", \"%s\": ", field_names[i]);
                print_number(to, r->field[i][g * r->n_genes + gene], "null");
            }
            fputc('}', to);
        }
        fputs("]", to);
    }
    fputs("}}\n", to);
    return close_text(a, r->json, to);
}

/* uns[key] as scanpy.tl.rank_genes_groups leaves it: all genes, by falling z, under the names that it looks them up by. */
static scilama_status put_scanpy(app *a, const marker_run *r, scilama_h5ad_writer *w)
{
    static const struct { const char *name; int field; } parts[] = {
        { "scores", 1 }, { "pvals", 2 }, { "pvals_adj", 3 }, { "logfoldchanges", 5 } };
    int64_t fields = 0, genes = r->n_genes, *order = app_alloc(a, genes, sizeof *order), *chosen = app_alloc(a, r->groups * genes, sizeof *chosen);
    const char **groups = app_alloc(a, r->groups, sizeof *groups), **names = app_alloc(a, r->groups * genes, sizeof *names), **index;
    int64_t *code = app_alloc(a, r->groups, sizeof *code);
    double *values = app_alloc(a, r->groups * genes, sizeof *values);
    char *key = app_text(a, "%s/names", r->key);
    if (!order || !chosen || !groups || !names || !code || !values || !key) return SCILAMA_E_NOMEM;
    scilama_status status = index_names(a, r->file, r->layer, r->d, &index);
    if (status) return status;
    for (int64_t g = 0; g < r->groups; g++) {
        if (!compared(r, g)) continue;
        order_genes(NULL, r->field[1] + g * genes, genes, order);
        for (int64_t k = 0; k < genes; k++) {
            chosen[fields * genes + k] = order[k];
            names[fields * genes + k] = index[order[k]];
        }
        code[fields] = g;
        groups[fields++] = r->names[g];
    }
    if (!fields) return nothing_to_compare(a, r);
    status = scilama_h5ad_writer_put_uns_string(w, r->key, "", &a->error); /* in place of all that an earlier comparison left, shares of cells for one */
    if (!status) status = scilama_h5ad_writer_put_uns_records(w, key, groups, fields, genes, NULL, names, &a->error);
    for (size_t p = 0; p < sizeof parts / sizeof *parts && !status; p++) {
        for (int64_t i = 0; i < fields * genes; i++) values[i] = r->field[parts[p].field][code[i / genes] * genes + chosen[i]];
        key = app_text(a, "%s/%s", r->key, parts[p].name);
        status = key ? scilama_h5ad_writer_put_uns_records(w, key, groups, fields, genes, values, NULL, &a->error) : SCILAMA_E_NOMEM;
    }
    const char *const params[][2] = { { "groupby", r->group }, { "reference", r->reference ? r->reference : "rest" }, { "method", "wilcoxon" },
                                      { "corr_method", "benjamini-hochberg" }, { "layer", is_raw(r->layer) ? NULL : r->layer } };
    for (size_t p = 0; p < sizeof params / sizeof *params && !status; p++) {
        if (!params[p][1]) continue;
        key = app_text(a, "%s/params/%s", r->key, params[p][0]);
        status = key ? scilama_h5ad_writer_put_uns_string(w, key, params[p][1], &a->error) : SCILAMA_E_NOMEM;
    }
    key = app_text(a, "%s/params/use_raw", r->key);
    if (!status) status = key ? scilama_h5ad_writer_put_uns_integer(w, key, is_raw(r->layer), &a->error) : SCILAMA_E_NOMEM;
    return status;
}

/* uns["scilama_markers"]: all evidence, best first. */
static scilama_status put_table(app *a, const marker_run *r, scilama_h5ad_writer *w)
{
    int64_t rows = 0;
    const char **index = app_alloc(a, r->groups * r->top, sizeof *index), **group = app_alloc(a, r->groups * r->top, sizeof *group);
    const char **gene = app_alloc(a, r->groups * r->top, sizeof *gene);
    int64_t *at = app_alloc(a, r->groups * r->top, sizeof *at);
    double *values = app_alloc(a, r->groups * r->top, sizeof *values);
    if (!index || !group || !gene || !at || !values) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < r->groups; g++)
        for (int64_t k = 0; k < r->top && compared(r, g); k++, rows++) {
            int64_t i = r->order[g * r->n_genes + k];
            if (!(index[rows] = app_text(a, "%" PRId64, rows))) return SCILAMA_E_NOMEM;
            group[rows] = r->names[g];
            gene[rows] = scilama_dataset_gene_name(r->d, i);
            at[rows] = g * r->n_genes + i;
        }
    const char *table = "scilama_markers";
    scilama_status status = scilama_h5ad_writer_put_uns_table(w, table, index, rows, &a->error);
    if (!status && rows) status = scilama_h5ad_writer_put_uns_table_strings(w, table, "group", group, &a->error);
    if (!status && rows) status = scilama_h5ad_writer_put_uns_table_strings(w, table, "gene", gene, &a->error);
    for (int i = r->cells ? 0 : 1; i < fields_of(r) && !status && rows; i++) {
        for (int64_t k = 0; k < rows; k++) values[k] = r->field[i][at[k]];
        status = scilama_h5ad_writer_put_uns_table_numeric(w, table, field_names[i], values, &a->error);
    }
    return status;
}

static scilama_status write_file(app *a, const marker_run *r)
{
    scilama_h5ad_writer *w = NULL;
    scilama_status status = open_output(a, r->file, r->layer, r->output, &w);
    if (!status) status = put_scanpy(a, r, w);
    if (!status) status = put_table(a, r, w);
    if (!status) status = app_late_failure(a);
    if (!status) status = scilama_h5ad_writer_commit(w, &a->error);
    scilama_h5ad_writer_destroy(w);
    if (!status) app_say(a, "%s: uns['%s'], uns['scilama_markers']", r->output, r->key);
    return status;
}

int verb_markers(int argc, char **argv)
{
    app a = { .verb = "markers" };
    marker_run r = { .obsm = "X_scilama", .varm = "scilama", .key = "rank_genes_groups", .permutations = 200, .genes = 100 };
    const option options[] = {
        { "group", 'g', OPTION_STRING, &r.group, "KEY", "obs column of cell states (needed)", 0, NULL },
        { "reference", 0, OPTION_STRING, &r.reference, "NAME", "compare with this category (default: with all the rest)", 0, NULL },
        { "batch", 0, OPTION_STRING, &r.batch, "KEY", "obs column within which labels are permuted", 0, NULL },
        { "output", 'o', OPTION_OUTPUT, &r.output, "OUT.h5ad", "write uns['rank_genes_groups'] and uns['scilama_markers'] to a copy", 0, NULL },
        { "tsv", 0, OPTION_OUTPUT, &r.tsv, "FILE", "write the table there (default: standard output, without -o or --json)", 0, NULL },
        { "json", 0, OPTION_OUTPUT, &r.json, "FILE", "write the table as JSON", 0, NULL },
        { "genes", 'n', OPTION_INTEGER, &r.genes, "N", "genes per category in the tables (default 100); uns['rank_genes_groups'] has all", 0, NULL },
        { "permutations", 0, OPTION_INTEGER, &r.permutations, "N", "of labels, for the FDR in the paired space (default 200)", 0, NULL },
        { "embedding", 'e', OPTION_STRING, &r.obsm, "KEY", "obsm matrix of cells (default X_scilama)", 0, NULL },
        { "gene-embedding", 0, OPTION_STRING, &r.varm, "KEY", "varm matrix of genes (default scilama)", 0, NULL },
        { "key", 0, OPTION_STRING, &r.key, "NAME", "key in uns, scanpy's layout (default rank_genes_groups)", 0, NULL },
        { "layer", 0, OPTION_STRING, &r.layer, "NAME", "expression: a layer, or raw (default X)", 0, NULL },
        MODALITY_OPTION(&a),
        GENE_NAMES_OPTION(&a),
        { "stream", 0, OPTION_BYTES, &r.stream, "BYTES", "leave the matrix in the file and hold so much of it at once: 64M", 0, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "FILE.h5ad --group KEY [-o OUT.h5ad] [options]",
                        "Genes that mark cell states: by their place in the paired space of cells and genes, and by\n"
                        "expression beside it. Ordered by the geometric mean of the ranks by Wilcoxon's z, by AUROC and\n"
                        "by the paired score; by expression alone where the fit corrected for KEY.", options, 1, 1, &r.file, "u" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    if (!r.group) {
        fprintf(stderr, "scilama: --group KEY is needed (see scilama markers --help)\n");
        return EXIT_USAGE;
    }
    scilama_status status = app_open(&a);
    if (!status && r.genes < 1) status = app_fail(&a, SCILAMA_E_INVALID, "--genes must be positive");
    if (!status) status = check_output(&a, r.output);
    if (!status && r.output) status = keep_others(&a, r.file, "uns", r.key);
    if (!status) status = check_text_output(&a, r.tsv);
    if (!status) status = check_text_output(&a, r.json);
    if (!status) status = prepare(&a, &r);
    if (!status) status = compute(&a, &r);
    if (!status && (r.tsv || (!r.output && !r.json))) status = write_tsv(&a, &r, r.tsv);
    if (!status && r.json) status = write_json(&a, &r);
    if (!status && r.output) status = write_file(&a, &r);
    scilama_dataset_destroy(r.d);
    return app_close(&a, status);
}
