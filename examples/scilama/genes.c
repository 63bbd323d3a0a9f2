/* SPDX-License-Identifier: MIT */
/* What gene vectors are worth: genes held out, and told from their vectors by the genes that stay. */

#include "genes.h"
#include "biology.h"
#include "options.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TABLES = 16, ROWS = 64 };

typedef struct worth_input {
    int64_t genes, tables;
    float *expression;                /* [cells × genes of the model] */
    const float *vectors[MOST_TABLES]; /* [genes × width] */
    int64_t width[MOST_TABLES];
} worth_input;

typedef struct place { const char *name; int64_t at; } place;

static int by_name(const void *x, const void *y) { return strcmp(((const place *)x)->name, ((const place *)y)->name); }

static int64_t find(const place *sorted, int64_t n, const char *name)
{
    place key = { name, 0 };
    const place *hit = bsearch(&key, sorted, (size_t)n, sizeof *sorted, by_name);
    return hit ? hit->at : -1;
}

/* Prepared values of the model's genes for w->cells cells, evenly drawn. */
static scilama_status read_expression(app *a, const scilama_model *model, scilama_dataset *d, genes_worth *w, worth_input *in)
{
    int64_t cells = scilama_dataset_cells(d), own = 0, first;
    float *rows, nothing;
    first = 0;
    scilama_status status = scilama_dataset_get_prepared(d, &first, 0, &nothing, 0, &a->error);
    int64_t used = scilama_dataset_genes_used(d);
    if (status) return status;
    w->cells = cells < w->cells ? cells : w->cells;
    place *sorted = app_alloc(a, used, sizeof *sorted);
    int64_t *column = app_alloc(a, in->genes, sizeof *column), *drawn = app_alloc(a, w->cells, sizeof *drawn);
    rows = app_alloc(a, ROWS * used, sizeof *rows);
    in->expression = app_alloc(a, w->cells * in->genes, sizeof *in->expression);
    if (!sorted || !column || !drawn || !rows || !in->expression) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < used; g++) sorted[g] = (place){ scilama_dataset_used_gene_name(d, g), g };
    qsort(sorted, (size_t)used, sizeof *sorted, by_name);
    for (int64_t g = 0; g < in->genes; g++) {
        column[g] = find(sorted, used, scilama_model_gene_name(model, g));
        own += column[g] >= 0;
    }
    if (!own) return app_fail(a, SCILAMA_E_NOTFOUND, "no gene of the model (such as '%s') is in the data", scilama_model_gene_name(model, 0));
    for (int64_t i = 0; i < w->cells; i++) drawn[i] = i * cells / w->cells;
    for (int64_t i = 0; i < w->cells && !status; i += ROWS) {
        int64_t n = w->cells - i < ROWS ? w->cells - i : ROWS;
        status = scilama_dataset_get_prepared(d, drawn + i, n, rows, 0, &a->error);
        for (int64_t r = 0; r < n && !status; r++)
            for (int64_t g = 0; g < in->genes; g++) in->expression[(i + r) * in->genes + g] = column[g] < 0 ? 0 : rows[r * used + column[g]];
    }
    return status;
}

static scilama_status model_vectors(app *a, const scilama_model *model, worth_input *in)
{
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    scilama_status status = scilama_model_get_info(model, &info, &a->error);
    for (int64_t m = 0; m < info.modalities && !status; m++) {
        float *values;
        if ((status = scilama_model_gene_vectors(model, m, &in->width[m], NULL, 0, &a->error))) break;
        if (!(values = app_alloc(a, in->genes * in->width[m], sizeof *values))) return SCILAMA_E_NOMEM;
        status = scilama_model_gene_vectors(model, m, &in->width[m], values, 0, &a->error);
        in->vectors[in->tables++] = values;
    }
    return status;
}

/* Vectors of the model's genes from a table; NaN for those that it lacks. */
static scilama_status table_vectors(app *a, const scilama_model *model, const char *given, worth_input *in)
{
    const char *equals = strchr(given, '=');
    scilama_gene_table *table = NULL;
    scilama_status status = scilama_gene_table_read(&table, a->context, equals ? equals + 1 : given, NULL, &a->error);
    if (status) return status;
    int64_t rows = scilama_gene_table_rows(table), width = scilama_gene_table_width(table);
    place *sorted = app_alloc(a, rows, sizeof *sorted);
    float *values = app_alloc(a, in->genes * width, sizeof *values);
    if (!sorted || !values) status = SCILAMA_E_NOMEM;
    for (int64_t r = 0; r < rows && !status; r++) sorted[r] = (place){ scilama_gene_table_name(table, r), r };
    if (!status) qsort(sorted, (size_t)rows, sizeof *sorted, by_name);
    for (int64_t g = 0; g < in->genes && !status; g++) {
        int64_t at = find(sorted, rows, scilama_model_gene_name(model, g));
        for (int64_t i = 0; i < width; i++) values[g * width + i] = at < 0 ? NAN : scilama_gene_table_values(table)[at * width + i];
    }
    in->width[in->tables] = width;
    in->vectors[in->tables++] = values;
    scilama_gene_table_destroy(table);
    return status;
}

static scilama_status hold_out(app *a, const scilama_model *model, scilama_dataset *d, const string_list *tables,
                               const scilama_holdout_options *options, genes_worth *w)
{
    scilama_model_info info;
    scilama_model_options o;
    worth_input in = { 0 };
    scilama_model_info_init(&info, sizeof info);
    scilama_model_options_init(&o, sizeof o, SCILAMA_PRESET_PUBLISHED);
    scilama_status status = scilama_model_get_info(model, &info, &a->error);
    if (!status) status = scilama_model_get_options(model, &o, &a->error);
    if (status) return status;
    in.genes = info.genes;
    w->known = (tables && tables->count) || (info.modalities > 0 && o.gene_input == SCILAMA_GENE_INPUT_TABLES);
    if (!w->known) return SCILAMA_OK;
    if (tables && tables->count > MOST_TABLES) return app_fail(a, SCILAMA_E_INVALID, "%d tables: at most %d are possible", tables->count, MOST_TABLES);
    if (!tables || !tables->count) status = model_vectors(a, model, &in);
    for (int i = 0; tables && i < tables->count && !status; i++) status = table_vectors(a, model, tables->item[i], &in);
    if (!status) status = read_expression(a, model, d, w, &in);
    w->correlation = app_alloc(a, in.genes, sizeof *w->correlation);
    w->expected = app_alloc(a, in.genes, sizeof *w->expected);
    if (!status && (!w->correlation || !w->expected)) status = SCILAMA_E_NOMEM;
    scilama_holdout_report_init(&w->report, sizeof w->report);
    return status ? status : scilama_gene_holdout(a->context, in.expression, w->cells, in.genes, 0, in.vectors, in.width, in.tables, options,
                                                  w->correlation, w->expected, &w->report, &a->error);
}

scilama_status genes_worth_find(app *a, const scilama_model *model, scilama_dataset *prepared, const scilama_holdout_options *options, genes_worth *w)
{
    if (!w->cells) w->cells = 1000;
    return hold_out(a, model, prepared, NULL, options, w);
}

static const char no_vectors[] = "no gene vectors: nothing is known of genes but the expression itself";
static const char *verdict(const genes_worth *w) { return w->report.gain_low > 0 ? "they tell of expression" : "they brought nothing that shuffled ones would not"; }

char *genes_worth_short(app *a, const genes_worth *w)
{
    if (!w->known) return app_text(a, "%s", no_vectors);
    return app_text(a, "gene vectors: %s (genes left out: correlation %.3f, shuffled %.3f)", verdict(w), w->report.kernel, w->report.shuffled);
}

char *genes_worth_text(app *a, const genes_worth *w)
{
    const scilama_holdout_report *r = &w->report;
    if (!w->known) return app_text(a, "%s", no_vectors);
    return app_text(a, "gene vectors: %s (held-out genes: correlation %.3f, with vectors dealt anew or none %.3f; difference %+.3f, 95 %% interval %+.3f to %+.3f, %" PRId64 " genes)",
                    verdict(w), r->kernel, r->shuffled, r->gain, r->gain_low, r->gain_high, r->genes);
}

/* --- the verb ------------------------------------------------------------------------------ */

typedef struct genes_run {
    const char *files[2], *layer, *tsv, *json, *export;
    string_list tables;
    int32_t hold_out;
    int64_t cells;
    scilama_holdout_options options;
    scilama_model *model;
    scilama_dataset *d;
    genes_worth worth;
} genes_run;

static scilama_status write_tsv(app *a, const genes_run *r)
{
    FILE *to;
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    scilama_status status = scilama_model_get_info(r->model, &info, &a->error);
    if (!status) status = open_text(a, r->tsv, &to);
    if (status) return status;
    fputs("gene\tcorrelation\texpected\n", to);
    for (int64_t g = 0; g < info.genes; g++) {
        if (isnan(r->worth.correlation[g])) continue;
        print_tsv_text(to, scilama_model_gene_name(r->model, g));
        fprintf(to, "\t%.6g\t%.6g\n", r->worth.correlation[g], r->worth.expected[g]);
    }
    return close_text(a, r->tsv, to);
}

static scilama_status write_json(app *a, const genes_run *r)
{
    FILE *to;
    const scilama_holdout_report *w = &r->worth.report;
    const struct { const char *name; double value; } fields[] = {
        { "kernel", w->kernel }, { "shuffled", w->shuffled }, { "ridge", w->ridge }, { "nearest", w->nearest }, { "ceiling", w->ceiling },
        { "gain", w->gain }, { "gain_low", w->gain_low }, { "gain_high", w->gain_high } };
    scilama_status status = open_text(a, r->json, &to);
    if (status) return status;
    fprintf(to, "{\"genes\": %" PRId64 ", \"cells\": %" PRId64 ", \"rounds\": %" PRId64, w->genes, r->worth.cells, r->options.rounds);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        fprintf(to, ", \"%s\": ", fields[i].name);
        print_number(to, fields[i].value, "null");
    }
    fputs("}\n", to);
    return close_text(a, r->json, to);
}

static scilama_status export(app *a, genes_run *r)
{
    scilama_model_info info;
    worth_input in = { 0 };
    genes_worth w = { .cells = r->cells };
    scilama_model_info_init(&info, sizeof info);
    scilama_status status = scilama_model_get_info(r->model, &info, &a->error);
    in.genes = info.genes;
    if (!status) status = read_expression(a, r->model, r->d, &w, &in);
    return status ? status : genes_export(a, r->d, in.expression, w.cells, in.genes, r->export);
}

static scilama_status run(app *a, genes_run *r)
{
    scilama_status status = scilama_model_load(&r->model, a->context, r->files[0], &a->error);
    if (!status) status = open_expression(a, r->model, r->files[1], r->layer, 0, &r->d);
    if (!status && r->export) status = export(a, r);
    if (status || (r->export && !r->hold_out && !r->tsv && !r->json)) return status;
    r->worth.cells = r->cells;
    if (!status) status = hold_out(a, r->model, r->d, &r->tables, &r->options, &r->worth);
    if (status) return status;
    if (!r->worth.known) return app_fail(a, SCILAMA_E_STATE, "%s was trained without gene vectors: give tables by --embeddings NAME=FILE", r->files[0]);
    const scilama_holdout_report *w = &r->worth.report;
    table_output out;
    FILE *to = begin_table(&out);
    fprintf(to, "held-out genes\t%" PRId64 "\nkernel regression\t%.4f\n... shuffled vectors\t%.4f\nlinear ridge\t%.4f\n%" PRId64 " nearest genes\t%.4f\nbest of %" PRId64 " components\t%.4f\n",
            w->genes, w->kernel, w->shuffled, w->ridge, r->options.neighbors, w->nearest, r->options.components, w->ceiling);
    fprintf(to, "true - shuffled\t%.4f\t%.4f\t%.4f\n", w->gain, w->gain_low, w->gain_high);
    end_table(&out);
    if (r->tsv) status = write_tsv(a, r);
    if (!status && r->json) status = write_json(a, r);
    if (status) return status;
    char *text = genes_worth_short(a, &r->worth);
    if (!text) return SCILAMA_E_NOMEM;
    app_say(a, "%s", text);
    app_say(a, "  the difference: %+.3f, 95 %% interval %+.3f to %+.3f, of %" PRId64 " genes", w->gain, w->gain_low, w->gain_high, w->genes);
    return SCILAMA_OK;
}

int verb_genes(int argc, char **argv)
{
    app a = { .verb = "genes" };
    genes_run r;
    memset(&r, 0, sizeof r);
    r.cells = 2000;
    scilama_holdout_options_init(&r.options, sizeof r.options);
    const option options[] = {
        { "hold-out", 0, OPTION_FLAG, &r.hold_out, NULL, "hold genes out and predict them from their vectors (the default, but with --export)", 1, NULL },
        { "export", 0, OPTION_OUTPUT, &r.export, "TABLE.h5", "write what IN.h5ad knows of its genes, as vectors for another data set", 0, NULL },
        { "embeddings", 0, OPTION_INPUTS, &r.tables, "NAME=FILE", "vectors to ask instead of the model's; repeatable", 0, NULL },
        { "layer", 0, OPTION_STRING, &r.layer, "NAME", "matrix to read: a layer, or raw (default X)", 0, NULL },
        MODALITY_OPTION(&a),
        GENE_NAMES_OPTION(&a),
        { "fraction", 0, OPTION_NUMBER, &r.options.fraction, "F", "share of the genes to hold out (default 0.1)", 0, NULL },
        { "rounds", 0, OPTION_INTEGER, &r.options.rounds, "N", "how often, other genes each time (default 1)", 0, NULL },
        { "components", 0, OPTION_INTEGER, &r.options.components, "N", "principal components of the genes that stay (default 30)", 0, NULL },
        { "neighbors", 'k', OPTION_INTEGER, &r.options.neighbors, "K", "genes of the baseline of nearest ones (default 20)", 0, NULL },
        { "cells", 0, OPTION_INTEGER, &r.cells, "N", "cells to look at, at most (default 2000)", 0, NULL },
        { "tsv", 0, OPTION_OUTPUT, &r.tsv, "FILE", "write a line per gene: correlation, and the one expected", 0, NULL },
        { "json", 0, OPTION_OUTPUT, &r.json, "FILE", "write the figures as JSON", 0, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "M.h5 IN.h5ad [--hold-out] [--export TABLE.h5] [--embeddings NAME=FILE] [options]",
                        "What gene vectors are worth: genes of the model are held out and predicted from their vectors, beside\n"
                        "baselines and shuffled vectors; the mean correlation per gene over the cells. With --export a table of vectors\n"
                        "for all genes of IN.h5ad: what each has to do with the axes of its cells, and how high it is.", options, 2, 2, r.files, "rr" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    scilama_status status = app_open(&a);
    r.options.seed = a.seed;
    if (!status && r.cells < 10) status = app_fail(&a, SCILAMA_E_INVALID, "--cells %" PRId64 ": it must be 10 or more", r.cells);
    if (!status) status = check_output(&a, r.export);
    if (!status) status = check_text_output(&a, r.tsv);
    if (!status) status = check_text_output(&a, r.json);
    if (!status) status = run(&a, &r);
    scilama_dataset_destroy(r.d);
    scilama_model_destroy(r.model);
    return app_close(&a, status);
}
