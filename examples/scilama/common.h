/* SPDX-License-Identifier: MIT */
#ifndef COMMON_H
#define COMMON_H

/* What the verbs share: the running program, its messages, its memory. */

#include <scilama/scilama.h>
#include <stdbool.h>
#include <stdio.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_INTERRUPTED = 130 };

#if defined(__GNUC__)
#define LIKE_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define LIKE_PRINTF(f, a)
#endif

typedef struct staged staged; /* output.c */
enum { LIST_MAX = 32, FILES_MAX = 1024 };
/* earlier: items from a source read before, which the next item replaces. */
typedef struct string_list { int count; const char *item[LIST_MAX]; int earlier; } string_list;

/* Of fit, in their order; each is done once. */
enum stage { STAGE_NONE, STAGE_PREPARING, STAGE_TRAINING, STAGE_EMBEDDING, STAGE_NEIGHBOURS, STAGE_GRAPH, STAGE_LEIDEN, STAGE_UMAP, STAGE_WRITING, STAGE_JUDGING,
             STAGE_COUNT };
typedef struct stage_clock {
    enum stage now;
    double wall, processor;        /* when it began */
    double spent[STAGE_COUNT];     /* seconds */
    double expected[STAGE_COUNT];  /* … where they are planned; else 0 */
    bool planned;
} stage_clock;

/* One run of one verb. Common options are parsed straight into it. */
typedef struct app {
    const char *verb;
    scilama_context *context;
    scilama_error error;
    int64_t threads;      /* 0 = all processors available */
    uint64_t seed;
    int32_t quiet, verbose;
    const char *modality; /* of MuData: which one is read; NULL = rna, or the only one */
    const char *gene_names; /* column of var that names genes; NULL = that of the fit that wrote the file, or the index */
    const char *log_json; /* file of JSON lines; NULL = none */
    int json;             /* its descriptor; 0 = none */
    int json_error;       /* errno of the first line that could not be written */
    scilama_error late;   /* see app_has() */
    staged *staged;       /* outputs that are not in place yet */
    bool terminal;        /* stderr is one: progress is a line that changes */
    bool line_open;       /* … and it is being shown */
    bool hush;            /* the library's words on how it prepares data are left out: nothing is fitted */
    bool reading;         /* files are: what the library says of them is for all, what it says of models for --verbose */
    bool collect;         /* warnings are kept instead of shown */
    string_list warnings; /* … here, the first LIST_MAX, and so are those shown: none is twice */
    struct { char name[24]; double began, shown, begin_share, share; } stage; /* of a long call, see stage_progress() */
    stage_clock clock;
    void **blocks;        /* everything from app_alloc() */
    size_t n_blocks;
} app;

/* A verb: its own file, one row in main.c. Returns the exit code. */
typedef struct verb {
    const char *name, *summary;
    int (*run)(int argc, char **argv);
} verb;

int verb_simulate(int argc, char **argv);
int verb_fit(int argc, char **argv);
int verb_embed(int argc, char **argv);
int verb_map(int argc, char **argv);
int verb_impute(int argc, char **argv);
int verb_genes(int argc, char **argv);
int verb_cluster(int argc, char **argv);
int verb_umap(int argc, char **argv);
int verb_modules(int argc, char **argv);
int verb_markers(int argc, char **argv);
int verb_report(int argc, char **argv);
int verb_score(int argc, char **argv);
int verb_info(int argc, char **argv);
int verb_bench(int argc, char **argv);

/* Context, log file and interrupt handler; after the options are parsed. */
scilama_status app_open(app *a);
/* Prints the error if there is one, frees everything, and tells the exit code. */
int app_close(app *a, scilama_status status);
bool app_interrupted(void);
/* After an interrupt: no call is cancelled any more, so that a checkpoint can be written. */
void app_finish(app *a);

/* Frees what app_alloc() gave; app_close() does it too. */
void app_release(app *a);
/* Zeroed memory that lives until app_close(); NULL with the error set. */
void *app_alloc(app *a, int64_t count, size_t size);
char *app_text(app *a, const char *format, ...) LIKE_PRINTF(2, 3);
/* Sets the error: one sentence. Returns status. */
scilama_status app_fail(app *a, scilama_status status, const char *format, ...) LIKE_PRINTF(3, 4);
/* Whether an optional part of a file was read. A disc that fails is no sign that it is not there: that is
 * kept, and the verb fails in the end. The call that gave the status had &a->error. */
bool app_has(app *a, scilama_status status);
scilama_status app_late_failure(app *a); /* … which this tells; before a file is committed */
/* A line for the person who waits, on stderr; also in the JSON log. */
void app_say(app *a, const char *format, ...) LIKE_PRINTF(2, 3);
/* … of figures that take the method to understand: shown with --verbose, and always in the JSON log. */
void app_detail(app *a, const char *format, ...) LIKE_PRINTF(2, 3);
/* … of something to think about; info lists it among the problems. */
void app_warn(app *a, const char *format, ...) LIKE_PRINTF(2, 3);
/* A line of the JSON log: {"time": …, "event": event, fields}. */
void app_event(app *a, const char *event, const char *fields, ...) LIKE_PRINTF(3, 4);
/* text as the inside of a JSON string. */
char *app_json_escape(app *a, const char *text);
double app_seconds(void);
/* Shows how far a long call is, once it has taken a second; user is the app. */
void stage_progress(void *user, const char *stage, double share);

/* Data: .h5ad, .h5mu, 10x .h5, .loom or a MatrixMarket folder. */
scilama_status read_cells(app *a, const char *path, const char *layer, bool first_duplicate, scilama_dataset **out);
/* … of which at most `memory` bytes of the matrix are held at once; 0 = read_cells(). */
scilama_status stream_cells(app *a, const char *path, const char *layer, bool first_duplicate, int64_t memory, scilama_dataset **out);
/* … for a model: what it was told of the names of genes holds for the cells too; of obs only its covariates are read. */
scilama_status query_cells(app *a, const scilama_model *model, const char *path, const char *layer, int64_t memory, scilama_dataset **out);
/* Several files as one data set: genes that all have, columns of cells by name. */
typedef struct many_files {
    const char *const *path; /* [n] */
    int n;
    const char *layer, *label; /* label: obs column to add, of the files by name; NULL = none */
    int32_t join;
    bool first_duplicate;
    int64_t memory;            /* as in stream_cells() */
    const char **name;         /* [n] receives what each is called: its name without folder and ending where that tells them apart */
} many_files;
scilama_status read_many(app *a, many_files *m, scilama_dataset **out);
/* "obsm/NAME" and the like, within the modality that was asked for. */
char *data_key(app *a, const char *key);
/* Fails when the cells have no such obs column, or one of a kind that is not read. */
scilama_status need_column(app *a, scilama_dataset *d, const char *path, const char *key);
/* Makes a numeric obs column of whole numbers a categorical one; other numbers are refused. */
scilama_status need_categories(app *a, scilama_dataset *d, const char *path, const char *key);
/* … all columns that are categorical covariates of the model. */
scilama_status need_model_categories(app *a, scilama_dataset *d, const char *path, scilama_model *model);
scilama_status read_codes(app *a, scilama_dataset *d, const char *path, const char *key, int32_t **codes);
/* nearest.c: the name that differs from `given` in the fewest letters, where these are few; else NULL. */
const char *nearest_name(const char *given, const char *const *names, int64_t count);
/* ": did you mean 'NAME'?", or --NAME where that stands before it; "" where no name is near. */
const char *did_you_mean(app *a, const char *given, const char *const *names, int64_t count, const char *before);
/* "a, b, c", or as many as fit in about so many bytes and " …"; NULL without memory. */
char *list_names(app *a, const char *const *names, int64_t count, size_t most);
/* "'a', 'b', 'c' …": the first three of count > 0; NULL without memory. */
char *name_some(app *a, const char *const *names, int64_t count);
/* The number of cells whose code is negative, and the names of the first three. */
int64_t cells_without(scilama_dataset *d, const int32_t *codes, const char *first[3]);
/* A text or number of uns, "uns/NAME", as text; NULL where it is not there. */
char *uns_text(app *a, const char *path, const char *name);
/* What the fit that wrote the file kept under uns["scilama"], say "options/mode", as text; NULL where it did not. */
char *fit_option(app *a, const char *path, const char *name);
/* Where no --seed is given, that of the fit that wrote the file: what is computed of its result is as fit had it. */
void seed_as_fitted(app *a, const char *path);
/* The column of var that names a file's genes: the one given, or of the fit that wrote the file; NULL: the index. */
const char *gene_names_in(app *a, const char *path);
/* Warns where few genes of d, read from `path`, are among wanted [n], which it sorts, and many are by another column of var. */
void tell_gene_names(app *a, const char *path, const char *layer, const scilama_dataset *d, const char **wanted, int64_t n, const char *whose);
/* map [genes of d]: where each is among those of other, the first of its name; -1 where it is not, which *missing counts. */
scilama_status genes_among(app *a, const scilama_dataset *d, const scilama_dataset *other, int64_t **map, int64_t *missing);
/* ... among the `rows` genes of var of the file that d was read from, of `layer`: raw has others, and perhaps in another order. Else
 * all are there; d may lack later genes of a name. */
scilama_status gene_rows(app *a, const char *path, const char *layer, scilama_dataset *d, int64_t rows, int64_t **map, int64_t *missing);
/* names [genes of d] in the index of var or raw, by which scanpy and others look genes up, whatever names them here. */
scilama_status index_names(app *a, const char *path, const char *layer, const scilama_dataset *d, const char ***names);
/* Whether a layer is that of raw. */
bool is_raw(const char *layer);
/* Does the file have this layer, or raw? */
bool has_layer(app *a, const char *path, const char *layer);
/* varm/KEY of such a file as [genes of d × width]; NaN for genes that are in raw alone. */
scilama_status read_varm(app *a, const char *path, const char *key, const char *layer, scilama_dataset *d, float **values, int64_t *width);
/* obsm/KEY of a file as [cells × width]. */
scilama_status read_obsm(app *a, const char *path, const char *key, int64_t cells, float **values, int64_t *width);
/* Fails before anything is computed where an output (NULL: none) could not be put in place: for want of its folder or of the right
 * to write there, or where its name is too long for a temporary beside it, is that of a folder, or of something else than a file. */
scilama_status check_output(app *a, const char *path);
/* ... of text, which pipes and devices take as well. */
scilama_status check_text_output(app *a, const char *path);
/* Starts the output: a copy of the input when that is .h5ad, else a new file. */
scilama_status open_output(app *a, const char *input, const char *layer, const char *output, scilama_h5ad_writer **out);
/* obs of the input as it is stored, in an output that is not a copy of it. */
scilama_status copy_obs(app *a, const char *input, const char *layer, scilama_h5ad_writer *writer);

/* written.c: whether obs[key], obsm[key] or uns[key] of a file is there, or is of this program: by its name, or by what note_ours() left. */
bool is_there(app *a, const char *path, const char *group, const char *key);
bool is_ours(app *a, const char *path, const char *group, const char *key);
/* Fails where others' would be replaced. */
scilama_status keep_others(app *a, const char *path, const char *group, const char *key);
scilama_status note_ours(app *a, scilama_h5ad_writer *writer, const char *group, const char *key);

/* A neighbour graph of an embedding and what is asked of it. */
typedef struct cluster_plan {
    const char *key;       /* obs[key]: Leiden communities, and uns[key] how they were found; NULL = none */
    const char *input;     /* the file that is copied; NULL = none */
    const char *prefix;    /* obsp[prefix_connectivities], obsp[prefix_distances], uns[prefix_neighbors] as scanpy has them;
                            * "": its own names, without a prefix; NULL = none */
    const char *embedding; /* its name */
    int64_t neighbors;     /* the cell itself counted, as scanpy does */
    double resolution;
    int64_t communities;   /* > 0: search the resolution that gives so many */
    const char *umap;      /* obsm[umap]; NULL = none */
    int64_t umap_dimensions, umap_epochs;
    double umap_min_dist;
} cluster_plan;
/* What was found of a plan. */
typedef struct cluster_found {
    int64_t n, k;
    int32_t *neighbour;    /* [n × k] */
    float *distance;       /* [n × k] */
    scilama_graph *graph;  /* cluster_free() */
    int32_t *labels;       /* [n] */
    int64_t communities;
    double resolution;
    float *layout;         /* [n × umap_dimensions] */
} cluster_found;
struct kept_stages;
/* Stage after stage; kept: see stages.h, may be NULL. */
scilama_status cluster_find(app *a, const float *points, int64_t n, int64_t dim, const cluster_plan *plan, const struct kept_stages *kept, cluster_found *found);
/* Into a file. Rows of neighbours are in order of their columns afterwards. */
scilama_status cluster_put(app *a, scilama_h5ad_writer *writer, const cluster_plan *plan, cluster_found *found);
void cluster_free(cluster_found *found);
/* The resolution that obs[key] was found at, by what is written beside it; NaN: not known. */
double cluster_resolution(app *a, const char *path, const char *key);
/* Whether the file's graph, and so its layout, are of that embedding. */
bool graph_is_of(app *a, const char *path, const char *embedding);
/* Warns where they are, and the embedding is to be replaced without them. */
void tell_stale_graph(app *a, const char *path, const char *embedding);
/* Warns of those elements of the file, made[i] = { GROUP, KEY or NULL }, that were made of an embedding to be replaced. */
void tell_stale_results(app *a, const char *path, const char *embedding, const char *const (*made)[2], size_t count);
/* The prefix of a graph's names in a file: none where it has no graph but one of the same embedding; else `otherwise`. */
const char *graph_prefix(app *a, const char *path, const char *embedding, const char *otherwise);

#endif
