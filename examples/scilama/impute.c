/* SPDX-License-Identifier: MIT */
/* Expression as the model sees it: denoised, moved to another batch, or of genes that
 * were never measured, from their vectors alone. */

#include "options.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct impute {
    const char *files[2], *out, *layer, *to_batch, *only;
    string_list genes, vectors;
    int32_t in_place, scaled, head, free_levels;
    scilama_model *model;
    scilama_dataset *dataset;
    scilama_gene_table *tables[LIST_MAX];
    const char *modalities[LIST_MAX]; /* of tables; NULL: by order */
    int64_t cells, count;          /* genes to write */
    const char **names;
    float *values;                 /* [cells × count] */
    scilama_gene_forecast forecast; /* of --vectors and --genes by kernel regression: [count] */
    scilama_decode_options decode;
    const char *key, *value;       /* of --to-batch */
    bool depths;                   /* values are counts at equal depth, as a likelihood of counts has them */
} impute;

/* NAME=FILE, or FILE in the order of training. */
static scilama_status read_vectors(app *a, impute *m)
{
    for (int i = 0; i < m->genes.count; i++) {
        const char *given = m->genes.item[i], *equals = strchr(given, '=');
        scilama_status status = scilama_gene_table_read(&m->tables[i], a->context, equals ? equals + 1 : given, NULL, &a->error);
        if (status) return status;
        if (!equals) continue;
        if (!(m->modalities[i] = app_text(a, "%.*s", (int)(equals - given), given))) return SCILAMA_E_NOMEM;
    }
    m->count = scilama_gene_table_rows(m->tables[0]);
    return SCILAMA_OK;
}

typedef struct place { const char *name; int64_t at; } place;

static int by_name(const void *x, const void *y)
{
    const place *a = x, *b = y;
    int order = strcmp(a->name, b->name);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* Names of all tables that the model does not have, each once, in the order of the tables. */
static scilama_status find_unmeasured(app *a, impute *m, int64_t own)
{
    int64_t rows = own, at = 0, n = 0;
    for (int i = 0; i < m->vectors.count; i++) rows += scilama_gene_table_rows(m->tables[i]);
    place *sorted = app_alloc(a, rows, sizeof *sorted);
    const char **names = app_alloc(a, rows, sizeof *names);
    uint8_t *taken = app_alloc(a, rows, 1);
    if (!sorted || !names || !taken) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < own; g++) names[at++] = scilama_model_gene_name(m->model, g);
    for (int i = 0; i < m->vectors.count; i++)
        for (int64_t r = 0; r < scilama_gene_table_rows(m->tables[i]); r++) names[at++] = scilama_gene_table_name(m->tables[i], r);
    for (int64_t i = 0; i < rows; i++) sorted[i] = (place){ names[i], i };
    qsort(sorted, (size_t)rows, sizeof *sorted, by_name);
    for (int64_t i = 0; i < rows; i++) taken[sorted[i].at] = i > 0 && !strcmp(sorted[i].name, sorted[i - 1].name);
    for (int64_t i = own; i < rows; i++)
        if (!taken[i]) names[n++] = names[i];
    m->names = names;
    m->count = n;
    return n ? SCILAMA_OK : app_fail(a, SCILAMA_E_NOTFOUND, "the model has all genes of %s: there is no other to tell", m->vectors.item[0]);
}

/* --vectors FILE …, and which genes. */
static scilama_status read_tables(app *a, impute *m, int64_t own)
{
    scilama_status status = SCILAMA_OK;
    m->count = 0;
    for (int i = 0; i < m->vectors.count && !status; i++) {
        const char *given = m->vectors.item[i], *equals = strchr(given, '=');
        status = scilama_gene_table_read(&m->tables[i], a->context, equals ? equals + 1 : given, NULL, &a->error);
    }
    if (status) return status;
    if (!m->only) return find_unmeasured(a, m, own);
    int64_t most = 1;
    for (const char *c = m->only; *c; c++) most += *c == ',';
    char *names = app_text(a, "%s", m->only), *rest = NULL;
    m->names = app_alloc(a, most, sizeof *m->names);
    if (!m->names || !names) return SCILAMA_E_NOMEM;
    for (char *name = strtok_r(names, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) m->names[m->count++] = name;
    return m->count ? SCILAMA_OK : app_fail(a, SCILAMA_E_INVALID, "--only names no gene");
}

static scilama_status decode(app *a, impute *m)
{
    if (m->vectors.count)
        return scilama_model_predict_genes(m->model, m->dataset, &m->decode, (const scilama_gene_table *const *)m->tables, m->vectors.count, m->names, m->count,
                                           m->values, 0, &m->forecast, &a->error);
    if (!m->genes.count) return scilama_model_decode(m->model, m->dataset, &m->decode, m->values, 0, &a->error);
    return scilama_model_decode_new_genes(m->model, m->dataset, &m->decode, (const scilama_gene_table *const *)m->tables, m->modalities, m->genes.count, m->values, 0, &a->error);
}

static scilama_status no_category(app *a, const impute *m)
{
    scilama_covariate_info covariate;
    const char *names[64];
    int64_t n = 0;
    scilama_covariate_info_init(&covariate, sizeof covariate);
    for (int64_t i = 0; i < scilama_model_covariates(m->model); i++) {
        scilama_status status = scilama_model_covariate(m->model, i, &covariate, &a->error);
        if (status) return status;
        for (int64_t c = 0; c < covariate.categories && n < 64; c++) names[n++] = scilama_model_category(m->model, i, c);
    }
    char *list = list_names(a, names, n, 100);
    if (!list) return SCILAMA_E_NOMEM;
    return app_fail(a, SCILAMA_E_NOTFOUND, "no covariate of the model has a category '%.40s'%s (%s%s)", m->to_batch, did_you_mean(a, m->to_batch, names, n, ""),
                    n ? "there are " : "it has none", list);
}

/* --to-batch KEY=VALUE, VALUE alone (looked for among the covariates), or average. */
static scilama_status decode_as_asked(app *a, impute *m)
{
    if (!m->to_batch) return decode(a, m);
    if (!strcmp(m->to_batch, "average")) {
        m->decode.average_batches = 1;
        return decode(a, m);
    }
    const char *equals = strchr(m->to_batch, '=');
    m->decode.to_key = &m->key;
    m->decode.to_value = &m->value;
    m->decode.replacements = 1;
    if (equals) {
        m->key = app_text(a, "%.*s", (int)(equals - m->to_batch), m->to_batch);
        m->value = equals + 1;
        return m->key ? decode(a, m) : SCILAMA_E_NOMEM;
    }
    m->value = m->to_batch;
    scilama_covariate_info covariate;
    scilama_covariate_info_init(&covariate, sizeof covariate);
    for (int64_t i = 0; i < scilama_model_covariates(m->model) && !m->key; i++) {
        scilama_status status = scilama_model_covariate(m->model, i, &covariate, &a->error);
        if (status) return status;
        for (int64_t c = 0; c < covariate.categories && !m->key; c++)
            if (!strcmp(scilama_model_category(m->model, i, c), m->value)) m->key = covariate.name;
    }
    if (m->key) return decode(a, m);
    return no_category(a, m);
}

static scilama_status write(app *a, const impute *m)
{
    scilama_h5ad_writer *writer = NULL;
    scilama_matrix x;
    scilama_matrix_init(&x, sizeof x);
    x.storage = SCILAMA_STORAGE_DENSE;
    x.value_type = SCILAMA_DTYPE_F32;
    x.rows = m->cells;
    x.cols = m->count;
    x.values = m->values;
    scilama_status status = scilama_h5ad_writer_create(&writer, a->context, m->out, &x, NULL, m->names, &a->error);
    if (!status) status = copy_obs(a, m->files[1], m->layer, writer);
    if (!status) status = scilama_h5ad_writer_put_uns_string(writer, "scilama/units", m->depths ? "counts at equal depth" : m->decode.unscale ? "before scaling" : "scaled", &a->error);
    if (!status && m->vectors.count) status = scilama_h5ad_writer_put_var_numeric(writer, "expected_mean", m->forecast.mean, &a->error);
    if (!status && m->vectors.count) status = scilama_h5ad_writer_put_var_numeric(writer, "expected_deviation", m->forecast.deviation, &a->error);
    if (!status && m->vectors.count) status = scilama_h5ad_writer_put_var_numeric(writer, "expected_correlation", m->forecast.correlation, &a->error);
    if (!status && m->to_batch) status = scilama_h5ad_writer_put_uns_string(writer, "scilama/to_batch", m->to_batch, &a->error);
    if (!status) status = scilama_h5ad_writer_commit(writer, &a->error);
    scilama_h5ad_writer_destroy(writer);
    return status;
}

static scilama_status run(app *a, impute *m)
{
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    scilama_model_options shape;
    scilama_model_options_init(&shape, sizeof shape, SCILAMA_PRESET_PUBLISHED);
    scilama_status status = check_output(a, m->out);
    if (!status) status = scilama_model_load(&m->model, a->context, m->files[0], &a->error);
    if (!status) status = scilama_model_get_info(m->model, &info, &a->error);
    if (!status) status = scilama_model_get_options(m->model, &shape, &a->error);
    m->count = info.genes;
    if (!status && m->scaled && shape.likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN && !m->genes.count && !m->vectors.count)
        status = app_fail(a, SCILAMA_E_INVALID, "%s has a likelihood of counts, and decodes these: there are no scaled units for --scaled", m->files[0]);
    if (!status && m->genes.count) status = read_vectors(a, m);
    if (!status && m->vectors.count) status = read_tables(a, m, info.genes);
    if (!status) status = query_cells(a, m->model, m->files[1], m->layer, 0, &m->dataset);
    if (!status) status = need_model_categories(a, m->dataset, m->files[1], m->model);
    if (status) return status;
    m->cells = scilama_dataset_cells(m->dataset);
    m->values = app_alloc(a, m->cells * m->count, sizeof *m->values);
    bool named = m->vectors.count > 0, unseen = named || m->genes.count > 0;
    m->depths = shape.likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN && !unseen;
    if (!named) m->names = app_alloc(a, m->count, sizeof *m->names);
    scilama_gene_forecast_init(&m->forecast, sizeof m->forecast);
    m->forecast.mean = app_alloc(a, m->count, sizeof *m->forecast.mean);
    m->forecast.deviation = app_alloc(a, m->count, sizeof *m->forecast.deviation);
    m->forecast.correlation = app_alloc(a, m->count, sizeof *m->forecast.correlation);
    if (!m->values || !m->names || !m->forecast.mean || !m->forecast.deviation || !m->forecast.correlation) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < m->count && !named; g++)
        m->names[g] = m->genes.count ? scilama_gene_table_name(m->tables[0], g) : scilama_model_gene_name(m->model, g);
    scilama_decode_options_init(&m->decode, sizeof m->decode);
    m->decode.unscale = !m->scaled && !(m->genes.count && m->head == SCILAMA_HEAD_PAIRED);
    m->decode.head = m->head;
    m->decode.match_levels = m->decode.unscale && !m->free_levels && !unseen;
    status = decode_as_asked(a, m);
    if (status == SCILAMA_E_STATE && m->genes.count) { /* no tables of its own */
        char *why = app_text(a, "%s", a->error.message);
        return why ? app_fail(a, status, "%.150s: --vectors FILE tells genes from any table", why) : SCILAMA_E_NOMEM;
    }
    if (status) return status;
    if ((status = write(a, m))) return status;
    app_say(a, "%s: %" PRId64 " cells × %" PRId64 " genes, %s", m->out, m->cells, m->count,
            m->depths ? "expected counts at equal depth" : m->decode.unscale ? "in the units before per-gene scaling" : "in scaled units");
    return SCILAMA_OK;
}

static const choice head_choices[] = { { "cell", SCILAMA_HEAD_CELL }, { "paired", SCILAMA_HEAD_PAIRED }, { "best", SCILAMA_HEAD_BEST }, { NULL, 0 } };

int verb_impute(int argc, char **argv)
{
    app a = { .verb = "impute" };
    impute m;
    memset(&m, 0, sizeof m);
    m.head = SCILAMA_HEAD_BEST;
    const option options[] = {
        { "output", 'o', OPTION_OUTPUT, &m.out, "OUT.h5ad", "where to write (needed, or --in-place)", 0, NULL },
        { "in-place", 0, OPTION_FLAG, &m.in_place, NULL, "replace IN.h5ad itself by the new data set, instead of -o", 1, NULL },
        { "layer", 0, OPTION_STRING, &m.layer, "NAME", "matrix to read: a layer, or raw (default X)", 0, NULL },
        MODALITY_OPTION(&a),
        GENE_NAMES_OPTION(&a),
        { "genes", 0, OPTION_INPUTS, &m.genes, "FILE", "vectors of unseen genes: their expression instead; FILE or NAME=FILE for each table of the model", 0, NULL },
        { "vectors", 0, OPTION_INPUTS, &m.vectors, "FILE", "vectors by gene name, in any tables: expression of the genes that the model lacks; repeatable", 0, NULL },
        { "only", 0, OPTION_STRING, &m.only, "GENE,GENE", "of --vectors these genes alone", 0, NULL },
        { "to-batch", 0, OPTION_STRING, &m.to_batch, "NAME", "as if all cells came from this batch; KEY=NAME, or average over batches", 0, NULL },
        { "scaled", 0, OPTION_FLAG, &m.scaled, NULL, "stay in the scaled units of the model; one with a likelihood of counts has none", 1, NULL },
        { "head", 0, OPTION_CHOICE, &m.head, "WHICH", "cell, paired, or best (default): the one nearer to the cells", 0, head_choices },
        { "free-levels", 0, OPTION_FLAG, &m.free_levels, NULL, "leave a gene's mean in a batch as decoded, not as measured in the cells", 1, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "M.h5 IN.h5ad -o OUT.h5ad [--to-batch NAME] [--vectors FILE]",
                        "Writes a new data set of the model's genes (or of the genes of --vectors or --genes): expression decoded\n"
                        "from the cells' embedding. obs columns are kept; var['expected_correlation'] tells what to make of --vectors.", options, 2, 2, m.files, "ra" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    if (m.vectors.count && m.genes.count) {
        fprintf(stderr, "scilama: --vectors finds genes by name in any tables, --genes takes the model's own kinds of table: give one of them\n");
        return EXIT_USAGE;
    }
    if (m.only && !m.vectors.count) {
        fprintf(stderr, "scilama: --only needs --vectors FILE\n");
        return EXIT_USAGE;
    }
    if (m.in_place && !m.out) m.out = m.files[1];
    if (!m.out) {
        fprintf(stderr, "scilama: -o OUT.h5ad is needed (see scilama impute --help)\n");
        return EXIT_USAGE;
    }
    scilama_status status = app_open(&a);
    if (!status) status = run(&a, &m);
    for (int i = 0; i < LIST_MAX; i++) scilama_gene_table_destroy(m.tables[i]);
    scilama_dataset_destroy(m.dataset);
    scilama_model_destroy(m.model);
    return app_close(&a, status);
}
