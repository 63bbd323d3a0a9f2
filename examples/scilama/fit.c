/* SPDX-License-Identifier: MIT */
#include "fit.h"
#include "genes.h"
#include "report.h"
#include <inttypes.h>
#include <string.h>

static const choice preset_choices[] = { { "recommended", SCILAMA_PRESET_RECOMMENDED }, { "published", SCILAMA_PRESET_PUBLISHED }, { NULL, 0 } };
static const choice control_choices[] = { { "none", CONTROL_NONE }, { "shuffled", CONTROL_SHUFFLED }, { "random", CONTROL_RANDOM }, { NULL, 0 } };
static const choice join_choices[] = { { "inner", SCILAMA_JOIN_INNER }, { "outer", SCILAMA_JOIN_OUTER }, { NULL, 0 } };
static const choice missing_choices[] = { { "drop", SCILAMA_MISSING_DROP }, { "mean", SCILAMA_MISSING_MEAN }, { "keep", SCILAMA_MISSING_KEEP }, { NULL, 0 } };

const char *const fit_run_options[] = { "output", "in-place", "config", "like", "model", "checkpoint", "checkpoint-every", "resume", "report", "reference", "plan", NULL };

void fit_defaults(fit *f, const char *preset)
{
    memset(f, 0, sizeof *f);
    f->preset = preset && !strcmp(preset, "published") ? SCILAMA_PRESET_PUBLISHED : SCILAMA_PRESET_RECOMMENDED;
    f->missing_genes = f->preset == SCILAMA_PRESET_PUBLISHED ? SCILAMA_MISSING_DROP : SCILAMA_MISSING_KEEP;
    f->train_fraction = 0.9;
    f->join = SCILAMA_JOIN_INNER;
    f->file_key = "file";
    f->resolution = 1;
    f->neighbors = 15;
    f->checkpoint_seconds = 60;
    scilama_preprocess_options_init(&f->preprocess, sizeof f->preprocess, f->preset);
    scilama_model_options_init(&f->model_options, sizeof f->model_options, f->preset);
    scilama_trainer_options_init(&f->trainer_options, sizeof f->trainer_options, f->preset);
}

enum { EXPRESSION_AXES = 50 };

/* What some options on the command line or in the configuration file say about others, unless these are given too. */
static void adjust(app *a, fit *f, int argc, char **argv)
{
    /* who counts epochs does not count steps, and who wants patience wants the best weights */
    if (peek_option(a, argc, argv, "epochs")) f->trainer_options.max_steps = 0;
    if (peek_option(a, argc, argv, "patience")) f->trainer_options.keep_last = 0;
    /* without a table the gene encoder reads as many numbers as there are cells: their leading axes do */
    if (f->preset == SCILAMA_PRESET_RECOMMENDED && !peek_option(a, argc, argv, "embeddings") && !f->embeddings.count) f->model_options.embed_pca = EXPRESSION_AXES;
    /* the recommended KL weight is the cell VAE's; the joint objective collapses under it */
    const char *mode = peek_option(a, argc, argv, "mode");
    if (mode && (!strcmp(mode, "direct") || !strcmp(mode, "stepwise"))) {
        f->trainer_options.kl_end = 1;
        f->trainer_options.kl_rate = 0.05;
    }
}

#define HEADING(text) { text, 0, OPTION_HEADING, NULL, NULL, NULL, 0, NULL }
#define OPT(name, kind, target, argument, help) { name, 0, OPTION_##kind, target, argument, help, 0, NULL }
#define FLAG(name, target, value, help) { name, 0, OPTION_FLAG, target, NULL, help, value, NULL }
#define PICK(name, target, choices, argument, help) { name, 0, OPTION_CHOICE, target, argument, help, 0, choices }
#define END { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }

/* Options of the program itself, and between them those of the library's structs, which it describes. */
static void describe(app *a, fit *f)
{
    const option data[] = {
        HEADING("Data"),
        { "output", 'o', OPTION_OUTPUT, &f->output, "OUT.h5ad", "where to write (needed, or --in-place)", 0, NULL },
        FLAG("in-place", &f->in_place, 1, "write into IN.h5ad itself, instead of -o"),
        OPT("layer", STRING, &f->layer, "NAME", "matrix to train on: a layer, or raw (default X)"),
        MODALITY_OPTION(a),
        GENE_NAMES_OPTION(a),
        FLAG("file-batch", &f->file_batch, 1, "of several files: each is a batch to correct for"),
        OPT("file-key", STRING, &f->file_key, "KEY", "of several files: obs column to write their names to (default file)"),
        PICK("join", &f->join, join_choices, "HOW", "genes of several files: inner, those that all have (outer is refused, and told why)"),
        FLAG("no-matrix", &f->no_matrix, 1, "of several files: leave X of OUT.h5ad empty, the counts stay where they are"),
        OPT("batch", LIST, &f->batch, "KEY", "obs column of batches or other categories to correct for; repeatable"),
        OPT("continuous", LIST, &f->continuous, "KEY", "obs column of numbers to correct for; repeatable"),
        OPT("label", STRING, &f->label, "KEY", "obs column of cell types: only to judge the result with"),
        OPT("split", STRING, &f->split, "KEY", "obs column of train, validation, test (default: drawn, 90 % and 10 %)"),
        OPT("train-fraction", NUMBER, &f->train_fraction, "F", "share of cells to train on when the split is drawn (default 0.9)"),
        OPT("stream", BYTES, &f->stream, "BYTES", "leave the matrix in the file and hold so much of it at once: 64M"),
        OPT("config", INPUT, &f->config, "FILE", "lines 'option = value', read before the command line, which replaces them"),
        OPT("like", INPUT, &f->like, "OUT.h5ad", "all options of the fit that wrote this file, read before those given here"),
        HEADING("Gene embeddings"),
        OPT("embeddings", INPUTS, &f->embeddings, "NAME=FILE", "vectors by gene name; repeatable; also random[:WIDTH] or none"),
        PICK("control", &f->control, control_choices, "KIND", "shuffled or random: destroy what the embeddings know"),
        FLAG("ignore-case", &f->ignore_case, 1, "match gene names without regard to case"),
        FLAG("strip-version", &f->strip_version, 1, "ENSG00000141510.12 matches ENSG00000141510"),
        OPT("gene-aliases", INPUT, &f->aliases, "FILE", "two columns: a gene's name in the data, and the one to look up instead"),
        PICK("missing-genes", &f->missing_genes, missing_choices, "HOW", "genes without a vector: keep (default) in the cell VAE alone, drop (published), or mean: they take the mean vector"),
        FLAG("first-duplicate", &f->first_duplicate, 1, "keep the first of genes or vectors of one name"),
        END };
    const option preprocessing[] = {
        HEADING("Preprocessing"),
        FLAG("no-preprocess", &f->no_preprocess, 1, "take the matrix as it is, with all its genes"),
        END };
    const option model[] = {
        HEADING("Model"),
        PICK("preset", &f->preset, preset_choices, "NAME", "defaults of all below: recommended (default) or published"),
        END };
    const option training[] = { HEADING("Training"), END };
    const option results[] = {
        HEADING("Results"),
        OPT("model", OUTPUT, &f->model_path, "M.h5", "save the model"),
        FLAG("reference", &f->reference, 1, "the model carries its cells, with --label, communities and layout, for scilama map"),
        OPT("resolution", NUMBER, &f->resolution, "R", "of the Leiden communities (default 1)"),
        FLAG("plan", &f->plan, 1, "read the data, say how much memory every stage would take, and stop"),
        OPT("neighbors", INTEGER, &f->neighbors, "K", "of the neighbour graph, the cell itself counted (default 15)"),
        FLAG("no-umap", &f->no_umap, 1, "leave out the UMAP layout; scilama umap adds the same one later"),
        FLAG("no-graph", &f->no_graph, 1, "leave out the neighbour graph, communities and layout; scilama cluster --graph and scilama umap add the same later"),
        OPT("checkpoint", ROTATED, &f->checkpoint, "C.h5", "save the state of training now and then, and when interrupted"),
        OPT("checkpoint-every", NUMBER, &f->checkpoint_seconds, "SECONDS", "how often (default 60)"),
        FLAG("resume", &f->resume, 1, "go on from the checkpoint where there is one"),
        OPT("report", OUTPUT, &f->report, "R.html", "write one page of figures and tables (see scilama report)"),
        END };
    option_list *l = &f->options;
    add_options(l, data);
    add_described(a, l, SCILAMA_OPTIONS_MODEL, &f->model_options, "Gene embeddings");
    add_options(l, preprocessing);
    add_described(a, l, SCILAMA_OPTIONS_PREPROCESS, &f->preprocess, "Preprocessing");
    add_options(l, model);
    add_described(a, l, SCILAMA_OPTIONS_MODEL, &f->model_options, "Model");
    add_options(l, training);
    add_described(a, l, SCILAMA_OPTIONS_TRAINER, &f->trainer_options, "Training");
    add_options(l, results);
}

static int usage(app *a, const char *text)
{
    fprintf(stderr, "scilama: %s (see scilama fit --help)\n", text);
    app_release(a);
    return EXIT_USAGE;
}

/* What a fit was given, from its output; NULL when it cannot be told, *error why. */
static char *record_of(app *a, const char *path, scilama_error *error)
{
    scilama_context *context = NULL;
    char *text = NULL, *kept = NULL;
    if (!scilama_context_create(&context, NULL, error) &&
        !scilama_h5ad_read_string(&text, context, path, "uns/scilama/config", error)) kept = app_text(a, "%s", text);
    if (text) scilama_text_destroy(context, text);
    scilama_context_destroy(context);
    return kept;
}

static int parse(app *a, fit *f, int argc, char **argv, int *code)
{
    const char *like = peek_option(a, argc, argv, "like"), *preset = peek_option(a, argc, argv, "preset");
    scilama_error error = { 0 };
    char *record = like ? record_of(a, like, &error) : NULL;
    *code = EXIT_FAILED;
    fit_defaults(f, record ? find_in_text(a, record, "preset") : preset);
    describe(a, f);
    const command c = { "IN.h5ad [IN.h5ad …] -o OUT.h5ad [--batch KEY] [--embeddings NAME=FILE] [options]",
                        "Trains on a data set and writes a copy of it with obsm['X_scilama'] (cells), varm['scilama']\n"
                        "(genes), obs['scilama_leiden'], the neighbour graph, and uns['scilama'] (options, recipe, losses).\n"
                        "Several files are one data set of the genes that all have; OUT.h5ad then has their X, one behind the\n"
                        "other, their obs columns by name (docs/formats.md says of which types), and obs['file'].\n"
                        "Unless they are given too: no --embeddings sets --embed-pca 50, --epochs sets --max-steps 0, --patience sets --keep-last off, and\n"
                        "--mode direct or stepwise sets --kl-end 1 --kl-rate 0.05, as published.",
                        f->options.item, 1, FILES_MAX - 1, f->files, "a" };
    if (record && !read_options(a, &c, record, like)) return app_release(a), 1;
    if (record && preset) {
        *code = usage(a, "--preset and --like both set every option: give one of them");
        return 1;
    }
    adjust(a, f, argc, argv);
    if (parse_options(a, &c, argc, argv, code)) return 1; /* the wrong use of a file comes before its content */
    while (f->files[f->n_files]) f->n_files++;
    f->input = f->n_files > 1 ? "the files" : f->files[0];
    if (!like || record) return 0;
    fprintf(stderr, "scilama: --like %s: %s\n", like, error.message);
    *code = EXIT_FAILED;
    app_release(a);
    return 1;
}

/* Into a file that is no .h5ad nothing can be added: known now, not after the training. */
static scilama_status check_in_place(app *a, const fit *f)
{
    scilama_h5ad_writer *writer = NULL;
    size_t n = strlen(f->input);
    if (!f->in_place || f->n_files > 1 || (n > 5 && !strcmp(f->input + n - 5, ".h5ad"))) return SCILAMA_OK;
    scilama_status status = scilama_h5ad_writer_open(&writer, a->context, f->input, f->output, &a->error);
    scilama_h5ad_writer_destroy(writer);
    return status;
}

/* Outputs that must be writable before hours are spent. */
static scilama_status check_outputs(app *a, const fit *f)
{
    const char *const paths[] = { f->output, f->model_path, f->checkpoint };
    scilama_status status = check_text_output(a, f->report);
    for (int i = 0; i < 3 && !status; i++) status = check_output(a, paths[i]);
    return status;
}

static scilama_status encode(app *a, fit *f)
{
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    scilama_status status = scilama_model_get_info(f->model, &info, &a->error);
    if (status) return status;
    f->latent = info.latent;
    f->mixture = info.mixture_components;
    if (f->mixture)
        app_say(a, "embedding: %" PRId64 " principal components, along which cells are %" PRId64 " Gaussian clusters; the other %" PRId64 " are 0", info.mixture_axes, f->mixture,
                info.latent - info.mixture_axes);
    f->cells = scilama_dataset_cells(f->dataset);
    f->genes_used = info.genes;
    size_t bytes = (size_t)(f->cells * f->latent) * sizeof(float);
    if (!(f->cell_embedding = app_alloc(a, (int64_t)bytes, 1))) return SCILAMA_E_NOMEM;
    if (!kept_load(a, &f->kept, "embedding", f->cell_embedding, bytes)) {
        status = scilama_model_encode_cells(f->model, f->dataset, f->cell_embedding, NULL, 0, &a->error);
        if (!status) status = kept_save(a, &f->kept, "embedding", f->cell_embedding, bytes);
        if (status) return status;
    }
    if (f->trainer_options.mode == SCILAMA_MODE_BETA_VAE) return SCILAMA_OK; /* its gene VAE was never trained */
    if (!(f->gene_embedding = app_alloc(a, f->genes_used * f->latent, sizeof(float)))) return SCILAMA_E_NOMEM;
    return scilama_model_encode_genes(f->model, f->gene_embedding, NULL, 0, &a->error);
}

/* One line on what the gene vectors tell of this data; of a sample, and not of a handful of genes or cells. */
static scilama_status say_worth(app *a, fit *f)
{
    enum { SAMPLE = 500, LEAST_GENES = 100, LEAST_CELLS = 50 };
    genes_worth worth = { .cells = SAMPLE };
    scilama_holdout_options o;
    scilama_holdout_options_init(&o, sizeof o);
    o.baselines = 0;
    o.fraction = 0.25; /* a tenth leaves weak vectors undecided */
    o.seed = a->seed;
    if (scilama_dataset_genes_used(f->dataset) < LEAST_GENES || scilama_dataset_cells(f->dataset) < LEAST_CELLS) return SCILAMA_OK;
    scilama_status status = f->n_embeddings ? genes_worth_find(a, f->model, f->dataset, &o, &worth) : SCILAMA_OK;
    if (status) return status;
    char *shown = genes_worth_short(a, &worth);
    if (!shown || !(f->worth = genes_worth_text(a, &worth))) return SCILAMA_E_NOMEM;
    app_say(a, "%s", shown);
    app_detail(a, "%s", f->worth);
    return SCILAMA_OK;
}

/* What options mean to each other; NULL where they can stand together. */
static const char *contradiction(const fit *f)
{
    if (f->n_files > 1 && f->in_place) return "--in-place is for one file";
    if (f->n_files == 1 && (f->file_batch || f->no_matrix)) return "--file-batch and --no-matrix are for several files";
    if (f->no_matrix && f->report) return "--report reads the matrix of the output, which --no-matrix leaves empty";
    if (!*f->file_key) return "--file-key needs a name";
    if (!f->output) return "-o OUT.h5ad is needed";
    if (f->no_graph && f->report) return "--report shows communities and layout, which --no-graph leaves out";
    if (f->reference && !f->model_path) return "--reference needs --model";
    if (f->resume && !f->checkpoint) return "--resume needs --checkpoint";
    if (!f->no_graph && f->neighbors < 2) return "--neighbors must be 2 or more: the cell itself is counted";
    if (!f->no_graph && !(f->resolution >= 0)) return "--resolution must be 0 or more";
    if (f->trainer_options.mode == SCILAMA_MODE_GENE) return "--mode gene needs a cell VAE that is trained already: take cell-gene";
    return NULL;
}

/* All checks, then data and model. */
static scilama_status prepare(app *a, fit *f)
{
    scilama_status status = scilama_option_check(SCILAMA_OPTIONS_PREPROCESS, &f->preprocess, &a->error);
    if (!status) status = scilama_option_check(SCILAMA_OPTIONS_MODEL, &f->model_options, &a->error);
    if (!status) status = scilama_option_check(SCILAMA_OPTIONS_TRAINER, &f->trainer_options, &a->error);
    if (!status) status = check_outputs(a, f);
    if (!status) status = check_in_place(a, f);
    if (!status) status = fit_prepare(a, f);
    if (!status) status = scilama_model_create(&f->model, f->dataset, &f->model_options, &a->error);
    /* The prepared matrix is all that is read from here on, but for likelihoods of counts, and where it is to be written. */
    bool written = f->n_files > 1 && !f->no_matrix;
    if (!status && (!written || f->stream) && f->model_options.likelihood == SCILAMA_LIKELIHOOD_GAUSSIAN) status = scilama_dataset_release_input(f->dataset, &a->error);
    return status ? status : fit_plan(a, f);
}

static scilama_status train(app *a, fit *f, history *h)
{
    stage_begin(a, STAGE_TRAINING);
    h->latent = f->model_options.latent;
    scilama_status status = scilama_trainer_create(&f->trainer, f->model, f->dataset, &f->trainer_options, &a->error);
    if (!status) status = fit_train(a, f, h);
    scilama_trainer_destroy(f->trainer);
    return status;
}

static scilama_status write_page(app *a, const fit *f)
{
    bool one_table = f->gene_embedding && f->n_embeddings == 1 && f->table_path;
    const report_plan plan = { .stream = f->stream, .file = f->output, .html = f->report, .layer = f->n_files > 1 ? NULL : f->layer, .label = f->label,
                               .batch = f->batch.count ? f->batch.item[0] : NULL, .cluster = "scilama_leiden", .compared = f->judged ? &f->compared : NULL,
                               .static_path = one_table ? f->table_path : NULL, .tables = one_table && !f->control ? f->embeddings : (string_list){ 0 } };
    stage_begin(a, STAGE_JUDGING);
    a->modality = NULL; /* of the input: the output is that modality */
    return report_write(a, &plan);
}

/* Everything after training. */
static scilama_status finish(app *a, fit *f, const history *h)
{
    stage_begin(a, STAGE_EMBEDDING);
    scilama_status status = say_worth(a, f);
    if (!status) status = encode(a, f);
    if (!status) status = fit_find(a, f);
    if (status) cluster_free(&f->found);
    else status = fit_write(a, f, h);
    if (!status && f->report) status = write_page(a, f);
    if (!status) kept_remove(a, &f->kept);
    if (!status) stages_say(a);
    if (status == SCILAMA_E_CANCELLED && f->checkpoint)
        app_fail(a, status, "interrupted: training and the stages after it so far are in %s and beside it; go on with the same command and --resume", f->checkpoint);
    return status;
}

int verb_fit(int argc, char **argv)
{
    app a = { .verb = "fit" };
    fit f;
    history h = { 0 };
    int code;
    if (parse(&a, &f, argc, argv, &code)) return code;
    if (f.in_place && !f.output && f.n_files == 1) f.output = f.input;
    const char *wrong = contradiction(&f);
    if (wrong) return usage(&a, wrong);
    if (!(f.given = options_text(&a, f.options.item, fit_run_options))) return EXIT_FAILED;
    f.model_options.seed = f.trainer_options.seed = a.seed;
    bool none = !f.embeddings.count || (f.embeddings.count == 1 && !strcmp(f.embeddings.item[0], "none"));
    if (f.trainer_options.mode == SCILAMA_MODE_BETA_VAE && none) f.model_options.gene_input = SCILAMA_GENE_INPUT_NONE;
    scilama_status status = app_open(&a);
    stage_begin(&a, STAGE_PREPARING);
    if (!status) status = prepare(&a, &f);
    if (!status && !f.plan) status = train(&a, &f, &h);
    if (!status && !f.plan) status = finish(&a, &f, &h);
    scilama_model_destroy(f.model);
    scilama_dataset_destroy(f.dataset);
    return app_close(&a, status);
}
