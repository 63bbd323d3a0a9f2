/* SPDX-License-Identifier: MIT */
#include "fit.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- gene tables and their controls ---- */

typedef struct named { const char *name; int64_t row; } named;

static int by_name(const void *x, const void *y)
{
    const named *a = x, *b = y;
    int order = strcmp(a->name, b->name);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

/* A table of its genes in the order of their names: what is drawn over it depends on the
 * names and the seed, not on the order of rows. values NULL: columns of mean 0 and deviation 1. */
static scilama_status sorted_table(app *a, named *genes, const float *values, int64_t rows, int64_t width, scilama_gene_table **table)
{
    const char **names = app_alloc(a, rows, sizeof *names);
    float *sorted = app_alloc(a, rows * width, sizeof *sorted);
    if (!names || !sorted) return SCILAMA_E_NOMEM;
    qsort(genes, (size_t)rows, sizeof *genes, by_name);
    for (int64_t i = 0; i < rows; i++) {
        names[i] = genes[i].name;
        if (values) memcpy(sorted + i * width, values + genes[i].row * width, (size_t)width * sizeof *sorted);
        else for (int64_t j = 0; j < width; j++) sorted[i * width + j] = i % 2 ? -1 : 1;
    }
    return scilama_gene_table_create(table, a->context, names, sorted, rows, width, 0, &a->error);
}

/* Replaces a table by its control. */
static scilama_status apply_control(app *a, int32_t control, scilama_gene_table **table)
{
    int64_t rows = scilama_gene_table_rows(*table);
    scilama_gene_table *sorted = NULL, *made = NULL;
    named *genes = app_alloc(a, rows, sizeof *genes);
    if (!genes) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < rows; i++) genes[i] = (named){ scilama_gene_table_name(*table, i), i };
    scilama_status status = sorted_table(a, genes, scilama_gene_table_values(*table), rows, scilama_gene_table_width(*table), &sorted);
    if (!status)
        status = control == CONTROL_SHUFFLED ? scilama_gene_table_shuffled(&made, a->context, sorted, a->seed, &a->error)
                                             : scilama_gene_table_random(&made, a->context, sorted, a->seed, &a->error);
    scilama_gene_table_destroy(sorted);
    if (status) return status;
    scilama_gene_table_destroy(*table);
    *table = made;
    return SCILAMA_OK;
}

static scilama_status random_table(app *a, const fit *f, int64_t width, scilama_gene_table **table)
{
    int64_t rows = scilama_dataset_genes(f->dataset);
    if (width < 1 || width > 65536) return app_fail(a, SCILAMA_E_INVALID, "random:%" PRId64 ": the width must be 1 to 65536", width);
    scilama_gene_table *sorted = NULL;
    named *genes = app_alloc(a, rows, sizeof *genes);
    if (!genes) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < rows; g++) genes[g] = (named){ scilama_dataset_gene_name(f->dataset, g), g };
    scilama_status status = sorted_table(a, genes, NULL, rows, width, &sorted);
    if (!status) status = scilama_gene_table_random(table, a->context, sorted, a->seed, &a->error);
    scilama_gene_table_destroy(sorted);
    return status;
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

static scilama_status look_for_names(app *a, const fit *f, const scilama_gene_table *table, const char *name)
{
    int64_t rows = scilama_gene_table_rows(table);
    const char **wanted = app_alloc(a, rows, sizeof *wanted);
    char *whose = app_text(a, "the table '%s'", name);
    if (!wanted || !whose) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < rows; i++) wanted[i] = scilama_gene_table_name(table, i);
    tell_gene_names(a, f->input, f->layer, f->dataset, wanted, rows, whose);
    return SCILAMA_OK;
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
        f->table_path = file;
        if (!status && f->control) status = apply_control(a, f->control, &table);
    }
    scilama_match_options match;
    scilama_match_options_init(&match, sizeof match);
    match.ignore_case = f->ignore_case;
    match.strip_version = f->strip_version;
    match.first_duplicate = f->first_duplicate;
    match.missing = f->missing_genes;
    match.aliases = scilama_gene_aliases_count(f->alias_names);
    match.alias_from = scilama_gene_aliases_from(f->alias_names);
    match.alias_to = scilama_gene_aliases_to(f->alias_names);
    scilama_match_report report;
    scilama_match_report_init(&report, sizeof report);
    if (!status && !random && f->n_files <= 1 && !f->aliases) status = look_for_names(a, f, table, name);
    if (!status) status = scilama_dataset_add_gene_table(f->dataset, name, table, &match, &report, &a->error);
    scilama_gene_table_destroy(table);
    if (status) return status;
    app_say(a, "gene vectors '%s': %" PRId64 " of %" PRId64 " genes matched by name, %" PRId64 " numbers each", name, report.matched, report.genes, report.width);
    if (report.duplicated) app_say(a, "%" PRId64 " rows of '%s' repeat a name: the first of each counts", report.duplicated, name);
    f->matches[f->n_embeddings] = report;
    f->embedding_text[f->n_embeddings++] = app_text(a, "%s: %s%s, %" PRId64 " of %" PRId64 " genes matched, %" PRId64 " duplicated, width %" PRId64, name, file,
                                                    random ? "" : f->control == CONTROL_SHUFFLED ? " (shuffled)" : f->control == CONTROL_RANDOM ? " (replaced by random vectors)" : "",
                                                    report.matched, report.genes, report.duplicated, report.width);
    return f->embedding_text[f->n_embeddings - 1] ? SCILAMA_OK : SCILAMA_E_NOMEM;
}

/* The aliases of the data's genes, to be kept with the results. */
static scilama_status keep_aliases(app *a, fit *f)
{
    int64_t genes = scilama_dataset_genes(f->dataset);
    size_t size = 1, used = 0;
    named *names = app_alloc(a, genes, sizeof *names);
    if (!names) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < genes; g++) names[g] = (named){ scilama_dataset_gene_name(f->dataset, g), 0 };
    qsort(names, (size_t)genes, sizeof *names, by_name);
    const char *const *from = scilama_gene_aliases_from(f->alias_names), *const *to = scilama_gene_aliases_to(f->alias_names);
    for (int64_t i = 0; i < scilama_gene_aliases_count(f->alias_names); i++) size += strlen(from[i]) + strlen(to[i]) + 2;
    if (!(f->alias_text = app_alloc(a, (int64_t)size, 1))) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < scilama_gene_aliases_count(f->alias_names); i++) {
        const named key = { from[i], 0 };
        if (bsearch(&key, names, (size_t)genes, sizeof *names, by_name)) used += (size_t)snprintf(f->alias_text + used, size - used, "%s\t%s\n", from[i], to[i]);
    }
    return SCILAMA_OK;
}

static scilama_status add_embeddings(app *a, fit *f)
{
    scilama_status status = SCILAMA_OK;
    bool none = f->embeddings.count == 1 && !strcmp(f->embeddings.item[0], "none");
    for (int i = 0; i < f->embeddings.count && !none; i++)
        if (!strcmp(f->embeddings.item[i], "none")) return app_fail(a, SCILAMA_E_INVALID, "--embeddings none is for no table at all: leave it out, or the tables");
    if (f->control && (none || !f->embeddings.count))
        return app_fail(a, SCILAMA_E_INVALID, "--control needs --embeddings NAME=FILE to work on");
    if (f->aliases && (none || !f->embeddings.count)) return app_fail(a, SCILAMA_E_INVALID, "--gene-aliases needs --embeddings NAME=FILE to look the names up in");
    if (f->aliases) status = scilama_gene_aliases_read(&f->alias_names, a->context, f->aliases, &a->error);
    if (!status && f->aliases) status = keep_aliases(a, f);
    for (int i = 0; i < f->embeddings.count && !status && !none; i++) status = add_embedding(a, f, f->embeddings.item[i]);
    scilama_gene_aliases_destroy(f->alias_names);
    f->alias_names = NULL;
    if (!status && !f->n_embeddings && f->stream && f->trainer_options.mode != SCILAMA_MODE_BETA_VAE)
        return app_fail(a, SCILAMA_E_UNSUPPORTED, "--stream without --embeddings: the gene VAE would read all expression at once; add a table, or take --mode beta-vae");
    if (!status && !f->n_embeddings && f->trainer_options.mode != SCILAMA_MODE_BETA_VAE)
        app_say(a, "no gene vectors are given: genes are told from their expression alone");
    return status;
}

/* ---- the rest ---- */

scilama_status fit_check_batch(app *a, const fit *f, const char *key, bool all)
{
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    scilama_status status = scilama_dataset_column_info(f->dataset, key, &info, &a->error);
    int64_t cells = scilama_dataset_cells(f->dataset), single = 0, present = 0;
    int32_t *codes = app_alloc(a, cells, sizeof *codes);
    int64_t *count = app_alloc(a, info.categories, sizeof *count);
    if (!codes || !count) return SCILAMA_E_NOMEM;
    if (!status) status = scilama_dataset_get_codes(f->dataset, key, codes, &a->error);
    if (status) return status;
    const char *without[3] = { "" }, *alone[3] = { "" };
    int64_t missing = cells_without(f->dataset, codes, without);
    for (int64_t i = 0; i < cells; i++)
        if (codes[i] >= 0) count[codes[i]]++;
    for (int64_t k = 0; k < info.categories; k++) {
        present += count[k] > 0;
        if (count[k] == 1 && single++ < 3) alone[single - 1] = scilama_dataset_category(f->dataset, key, k);
    }
    char *names = name_some(a, without, missing), *singles = name_some(a, alone, single);
    if (!names || !singles) return SCILAMA_E_NOMEM;
    if (all && present && missing) app_warn(a, "%" PRId64 " of %" PRId64 " cells have no '%s' (%s): they count as an average of its categories", missing, cells, key, names);
    if (single && single == present && present > 1 && !all) return SCILAMA_OK;
    if (single && single == present && present > 1) app_warn(a, "each cell with a '%s' has one of its own: nothing can be learned about %" PRId64 " batches of one cell", key, present);
    else if (single) app_warn(a, "%" PRId64 " of %" PRId64 " categories of '%s' have one cell (%s)", single, present, key, singles);
    if (all && present == 1) app_warn(a, "all cells are of one '%s': there is nothing to correct for", key);
    if (all && !present) app_warn(a, "no cell has a '%s': there is nothing to correct for", key);
    return SCILAMA_OK;
}

static scilama_status use_covariates(app *a, fit *f)
{
    scilama_status status = SCILAMA_OK;
    for (int i = 0; i < f->batch.count && !status; i++) {
        status = need_categories(a, f->dataset, f->input, f->batch.item[i]);
        if (!status) status = fit_check_batch(a, f, f->batch.item[i], false);
        if (!status) status = scilama_dataset_use_covariate(f->dataset, f->batch.item[i], SCILAMA_COVARIATE_CATEGORICAL, &a->error);
    }
    for (int i = 0; i < f->continuous.count && !status; i++) {
        status = need_column(a, f->dataset, f->input, f->continuous.item[i]);
        if (!status) status = scilama_dataset_use_covariate(f->dataset, f->continuous.item[i], SCILAMA_COVARIATE_CONTINUOUS, &a->error);
    }
    if (!status && f->label) status = read_codes(a, f->dataset, f->input, f->label, &f->label_codes);
    if (!status && f->batch.count) status = read_codes(a, f->dataset, f->input, f->batch.item[0], &f->batch_codes);
    return status;
}

/* Too few cells with a label are known now, not after the training. */
static void check_labels(app *a, fit *f)
{
    enum { LEAST = 3 };
    int64_t judged = 0;
    if (!f->label_codes) return;
    for (int64_t i = 0; i < scilama_dataset_cells(f->dataset); i++) judged += f->label_codes[i] >= 0 && (!f->batch_codes || f->batch_codes[i] >= 0);
    f->judged = judged >= LEAST;
    if (!f->judged)
        app_warn(a, "%" PRId64 " cells have a '%s'%s%s%s, and %d are needed to judge by: before and after will not be compared", judged, f->label, f->batch_codes ? " and a '" : "",
                 f->batch_codes ? f->batch.item[0] : "", f->batch_codes ? "'" : "", LEAST);
}

/* Where no label is in two batches, correcting for the batch takes the labels away, and no figure of a label's batches is had. */
static scilama_status check_confounded(app *a, const fit *f)
{
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    if (!f->label_codes || !f->batch_codes) return SCILAMA_OK;
    scilama_status status = scilama_dataset_column_info(f->dataset, f->label, &info, &a->error);
    if (status) return status;
    int32_t *batch = app_alloc(a, info.categories, sizeof *batch), any = 0; /* of the label's first cell, of the first cell; from 1 */
    int64_t labels = 0;
    bool several = false;
    if (!batch) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < scilama_dataset_cells(f->dataset); i++) {
        if (f->label_codes[i] < 0 || f->batch_codes[i] < 0) continue;
        int32_t *first = &batch[f->label_codes[i]], now = f->batch_codes[i] + 1;
        if (*first && *first != now) return SCILAMA_OK;
        labels += !*first;
        any = any ? any : now;
        several = several || now != any;
        *first = now;
    }
    if (labels > 1 && several)
        app_warn(a, "no '%s' is in more than one '%s': correcting for it takes away what tells the labels apart", f->label, f->batch.item[0]);
    return SCILAMA_OK;
}

static scilama_status split(app *a, fit *f)
{
    scilama_status status;
    if (f->split) {
        status = need_column(a, f->dataset, f->input, f->split);
        return status ? status : scilama_dataset_split_by(f->dataset, f->split, &a->error);
    }
    if (!(f->train_fraction > 0 && f->train_fraction < 1))
        return app_fail(a, SCILAMA_E_INVALID, "--train-fraction must lie between 0 and 1");
    return scilama_dataset_split_random(f->dataset, f->train_fraction, 1 - f->train_fraction, a->seed,
                                        f->batch.count ? f->batch.item[0] : NULL, &a->error);
}

/* What is corrected for. */
static scilama_status say_covariates(app *a, const fit *f)
{
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    for (int i = 0; i < f->batch.count; i++) {
        const char *key = f->batch.item[i], *first[3] = { "" };
        scilama_status status = scilama_dataset_column_info(f->dataset, key, &info, &a->error);
        if (status) return status;
        for (int64_t c = 0; c < info.categories && c < 3; c++) first[c] = scilama_dataset_category(f->dataset, key, c);
        char *names = info.categories ? name_some(a, first, info.categories) : app_text(a, "none");
        if (!names) return SCILAMA_E_NOMEM;
        app_say(a, "corrected for: '%s', %" PRId64 " categories (%s)", key, info.categories, names);
    }
    for (int i = 0; i < f->continuous.count; i++) app_say(a, "corrected for: '%s', numbers", f->continuous.item[i]);
    return SCILAMA_OK;
}

/* Depth, and what of it is noise, are told by counts alone: where values are none and the file has some beside them, they are pointed to. */
static void point_to_counts(app *a, const fit *f)
{
    static const char *const names[] = { "counts", "raw_counts", "raw" };
    if (f->layer || f->n_files > 1 || f->no_preprocess || f->preprocess.input != SCILAMA_INPUT_AUTO || f->recipe.input == SCILAMA_INPUT_COUNTS) return;
    for (int i = 0; i < 3; i++) {
        if (!has_layer(a, f->input, names[i])) continue;
        app_say(a, "%s has %s%s%s as well: if these are counts, --layer %s is the better choice", f->input, i < 2 ? "layers['" : "", names[i], i < 2 ? "']" : "", names[i]);
        return;
    }
}

/* What the values were taken for, and what became of them, in the words of scanpy. */
static void say_recipe(app *a, const fit *f)
{
    const scilama_preprocess_report *r = &f->recipe;
    const char *kind = described_choice(SCILAMA_OPTIONS_PREPROCESS, "input", r->input), *hvg = described_choice(SCILAMA_OPTIONS_PREPROCESS, "hvg", r->hvg);
    char counts[64] = "", left[128] = "", noise[96] = "";
    if (r->scaled && r->reliability < 0.25) snprintf(noise, sizeof noise, " or its counts vary as noise does (%.0f %% of the variance, mean of genes)", 100 * (1 - r->reliability));
    if (f->no_preprocess) {
        app_say(a, "values: taken as they are, with all %" PRId64 " genes (--no-preprocess)", scilama_dataset_genes(f->dataset));
        return;
    }
    if (f->preprocess.input == SCILAMA_INPUT_AUTO) app_say(a, "values: %s", r->reason);
    else app_say(a, "values: taken as %s (--input)", kind);
    point_to_counts(a, f);
    if (r->normalized) snprintf(counts, sizeof counts, "%.6g counts per cell", f->preprocess.target_sum);
    if (!r->normalized && !r->logged && !r->scaled) app_say(a, "prepared: nothing is done to them");
    else app_say(a, "prepared: %s%s%s%s%s%s", counts, r->normalized && r->logged ? ", " : "", r->logged ? "log(1 + x)" : "",
                 (r->normalized || r->logged) && r->scaled ? ", " : "", !r->scaled ? "" : f->preprocess.scale_shrink > 0 ? "each gene to unit variance, less if few cells show it" : "each gene to unit variance", noise);
    if (r->genes_filtered) snprintf(left, sizeof left, "; %" PRId64 " are in too few cells", r->genes_filtered);
    if (r->genes_unmatched) snprintf(left + strlen(left), sizeof left - strlen(left), "; %" PRId64 " have no vector and are left out", r->genes_unmatched);
    if (r->genes_used == r->genes_total) app_say(a, "genes used: all %" PRId64, r->genes_used);
    else if (r->hvg == SCILAMA_HVG_NONE || r->genes_used == r->genes_total - r->genes_filtered - r->genes_unmatched) app_say(a, "genes used: %" PRId64 " of %" PRId64 "%s", r->genes_used, r->genes_total, left);
    else app_say(a, "genes used: %" PRId64 " of %" PRId64 ", the most variable (%s)%s", r->genes_used, r->genes_total, hvg, left);
    if (r->cells_excluded) app_say(a, "%" PRId64 " of %" PRId64 " cells have too few genes (--min-genes) and are not trained on", r->cells_excluded, r->cells_total);
}

scilama_status fit_prepare(app *a, fit *f)
{
    many_files m = { .path = f->files, .n = f->n_files, .layer = f->layer, .label = f->file_key, .join = f->join,
                     .first_duplicate = f->first_duplicate != 0, .memory = f->stream };
    scilama_status status = f->n_files > 1 ? read_many(a, &m, &f->dataset) : stream_cells(a, f->input, f->layer, f->first_duplicate, f->stream, &f->dataset);
    if (status) return status;
    a->gene_names = f->n_files > 1 ? NULL : gene_names_in(a, f->input); /* what the output says: of several files it has the names alone */
    f->file_names = m.name;
    if (f->file_batch) {
        if (f->batch.count == LIST_MAX) return app_fail(a, SCILAMA_E_INVALID, "--file-batch beside %d of --batch is one too many", LIST_MAX);
        memmove(f->batch.item + 1, f->batch.item, (size_t)f->batch.count++ * sizeof *f->batch.item);
        f->batch.item[0] = f->file_key;
    }
    app_say(a, "%s: %" PRId64 " cells × %" PRId64 " genes", f->input, scilama_dataset_cells(f->dataset), scilama_dataset_genes(f->dataset));
    if ((status = use_covariates(a, f))) return status;
    check_labels(a, f);
    if ((status = check_confounded(a, f)) || (status = split(a, f)) || (status = add_embeddings(a, f))) return status;
    scilama_preprocess_report_init(&f->recipe, sizeof f->recipe);
    if (f->preprocess.hvg_by_batch != SCILAMA_OFF && f->batch.count) f->preprocess.batch_key = f->batch.item[0];
    status = say_covariates(a, f);
    if (!status && !f->no_preprocess) status = scilama_dataset_preprocess(f->dataset, &f->preprocess, &f->recipe, &a->error);
    if (!status) say_recipe(a, f);
    return status;
}
