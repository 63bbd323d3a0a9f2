/* SPDX-License-Identifier: MIT */
/* libFuzzer target for the public interface: bytes become two sequences of calls, each on a thread with a context and
 * handles of its own, and each may cancel the other's context in the middle of whatever runs there. Handles are made,
 * used in any state, replaced and destroyed in any order. Without libFuzzer, main() runs the files it is given.
 *
 * Beside the sanitizers' findings these fail a run: an unknown status, an internal fault, a failure without a sentence
 * or with another code in the error, a result that is not NULL after a failure, memory that is not given back. */
#include "scilama/scilama.h"
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CELLS = 14, GENES = 9, WIDTH = 3, SLOTS = 2, MOST_CALLS = 120, ROOM = 4096 };

typedef struct actor {
    const uint8_t *at, *end;
    int number;
    scilama_context *context, *other;
    scilama_dataset *data[SLOTS];
    scilama_gene_table *table[SLOTS];
    scilama_model *model[SLOTS];
    scilama_trainer *trainer[SLOTS];
    scilama_graph *graph[SLOTS];
    scilama_h5ad_writer *writer;
    scilama_error error;
    char file[3][300];
    float numbers[ROOM], more[ROOM];
    int32_t codes[64], near[64 * 8];
    char *state;
    int64_t state_size;
} actor;

static char folder[200];

static void failed(const actor *a, const char *what, const char *call, int status)
{
    fprintf(stderr, "fuzz: actor %d: %s: %s: %s: %s\n", a->number, call, what, scilama_status_name(status), a->error.message);
    abort();
}

static unsigned byte(actor *a) { return a->at < a->end ? *a->at++ : 0; }
static int pick(actor *a, int n) { return (int)(byte(a) % (unsigned)n); }

/* Mostly the first, so that what is made is also used. */
static int slot_of(actor *a) { return byte(a) >= 224; }

/* A number as callers give it: mostly sensible, sometimes not. */
static double real(actor *a)
{
    static const double odd[] = { -1, 0, 2, 1e30, -1e30, NAN, INFINITY, 1e-300, 10 };
    unsigned b = byte(a);
    return b < 216 ? (b % 10) / 10.0 : odd[b % (sizeof odd / sizeof *odd)];
}

static int64_t whole(actor *a)
{
    static const int64_t odd[] = { 0, 1, 2, 3, 5, -1, 7, 20, INT64_MAX, INT64_MIN, 1 << 30 };
    unsigned b = byte(a);
    return b < 240 ? (int64_t)(b % 6) : odd[b % (sizeof odd / sizeof *odd)];
}

static scilama_status judge(actor *a, const char *call, scilama_status status, const void *result)
{
    if (status > 0 || !strcmp(scilama_status_name(status), "UNKNOWN")) failed(a, "an unknown status", call, status);
    if (status == SCILAMA_E_INTERNAL) failed(a, "an internal fault", call, status);
    if (status && (!a->error.message[0] || !memchr(a->error.message, 0, sizeof a->error.message))) failed(a, "no message", call, status);
    if (status && a->error.code != status) failed(a, "another code in the error", call, status);
    if (status && result) failed(a, "a result of a failure", call, status);
    return status;
}

#define DO(call) judge(a, #call, (call), NULL)
#define MAKE(slot, destroy, call) do { destroy(slot); slot = NULL; scilama_status s_ = (call); judge(a, #call, s_, s_ ? slot : NULL); } while (0)

static const char *name(actor *a)
{
    static const char *const names[] = { "batch", "depth", "X_z", "g1", "obs/x", "none", "", "\xff" };
    unsigned b = byte(a);
    return names[b < 200 ? b % 4 : b % 8];
}

/* --- what the bytes may do ------------------------------------------------------------- */

static void make_data(actor *a)
{
    scilama_matrix m;
    const char *genes[GENES];
    static const char *const known[GENES] = { "g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8" };
    scilama_matrix_init(&m, sizeof m);
    int64_t cells = 1 + pick(a, CELLS), n = 1 + pick(a, GENES);
    unsigned seed = byte(a), how = byte(a);
    for (int64_t i = 0; i < cells * n; i++) a->numbers[i] = (float)((seed = seed * 1103515245u + 12345u) >> 29);
    if (how % 16 == 1) a->numbers[0] = NAN;
    if (how % 16 == 2) a->numbers[0] = 1e30f;
    if (how % 16 == 3) a->numbers[cells * n - 1] = -2.5f;
    for (int64_t g = 0; g < n; g++) genes[g] = known[how % 32 == 4 ? 0 : g];
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = cells;
    m.cols = n;
    m.values = a->numbers;
    scilama_dataset **slot = &a->data[slot_of(a)];
    MAKE(*slot, scilama_dataset_destroy, scilama_dataset_create(slot, a->context, &m, NULL, how & 64 ? NULL : genes, &a->error));
}

static void columns(actor *a)
{
    scilama_dataset *d = a->data[slot_of(a)];
    static const char *const categories[] = { "p", "q", "r" };
    double depth[CELLS];
    for (int i = 0; i < CELLS; i++) {
        depth[i] = i % 5 ? i : real(a);
        a->codes[i] = pick(a, 5) - 1;
    }
    switch (pick(a, 6)) {
    case 0: DO(scilama_dataset_set_codes(d, "batch", a->codes, categories, 3, &a->error)); break;
    case 1: DO(scilama_dataset_set_numeric(d, "depth", depth, &a->error)); break;
    case 2: DO(scilama_dataset_use_covariate(d, name(a), pick(a, 3), &a->error)); break;
    case 3: DO(scilama_dataset_split_random(d, real(a), real(a), byte(a), byte(a) % 4 ? NULL : name(a), &a->error)); break;
    case 4: DO(scilama_dataset_split_by(d, name(a), &a->error)); break;
    default: DO(scilama_dataset_set_split(d, a->codes, &a->error));
    }
}

static void prepare(actor *a)
{
    scilama_preprocess_options o;
    scilama_preprocess_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
    scilama_dataset *d = a->data[slot_of(a)];
    unsigned how = byte(a);
    o.hvg = how & 1 ? SCILAMA_HVG_NONE : pick(a, 5);
    o.min_cells = how & 2 ? 0 : whole(a);
    o.n_top_genes = how & 4 ? 5 : whole(a);
    if (how & 8) o.max_value = real(a);
    if (how & 16) o.scale = pick(a, 4);
    if (how & 32) o.target_sum = real(a);
    if (how & 64) DO(scilama_dataset_release_input(d, &a->error));
    else DO(scilama_dataset_preprocess(d, byte(a) & 1 ? NULL : &o, NULL, &a->error));
}

static void tables(actor *a)
{
    static const char *const names[] = { "g1", "g0", "g5", "g3", "other", "g1", "g7", "g2" };
    scilama_match_options o;
    scilama_match_options_init(&o, sizeof o);
    int slot = slot_of(a);
    for (int i = 0; i < 8 * WIDTH; i++) a->numbers[i] = (float)(byte(a) % 7) - 3;
    switch (pick(a, 4)) {
    case 0:
        MAKE(a->table[slot], scilama_gene_table_destroy, scilama_gene_table_create(&a->table[slot], a->context, names + pick(a, 3), a->numbers, 1 + pick(a, 5), WIDTH, 0, &a->error));
        break;
    case 1: {
        scilama_gene_table *made = NULL;
        scilama_status s = scilama_gene_table_shuffled(&made, a->context, a->table[slot], byte(a), &a->error);
        judge(a, "scilama_gene_table_shuffled", s, s ? made : NULL);
        scilama_gene_table_destroy(made);
        break;
    }
    default:
        o.missing = pick(a, 4);
        o.ignore_case = pick(a, 2);
        DO(scilama_dataset_add_gene_table(a->data[slot_of(a)], name(a), a->table[slot], byte(a) & 1 ? NULL : &o, NULL, &a->error));
    }
}

static void make_model(actor *a)
{
    scilama_model_options o;
    scilama_model_options_init(&o, sizeof o, pick(a, 2));
    unsigned how = byte(a);
    memset(o.hidden, 0, sizeof o.hidden);
    o.hidden[0] = 1 + pick(a, 6);
    if (how & 1) o.hidden[1] = pick(a, 4);
    o.latent = how & 2 ? whole(a) % 8 : 2;
    o.activation = how & 4 ? pick(a, 10) : 0;
    o.layer_norm = how >> 3 & 1;
    o.batch_norm = how >> 4 & 1;
    o.likelihood = how & 32 ? pick(a, 4) : SCILAMA_LIKELIHOOD_GAUSSIAN;
    o.gene_input = pick(a, 4);
    o.fusion = pick(a, 4);
    if (how & 64) o.dropout = (float)real(a);
    if (how & 128) o.embed_pca = whole(a), o.embed_center = pick(a, 2);
    scilama_model **slot = &a->model[slot_of(a)];
    MAKE(*slot, scilama_model_destroy, scilama_model_create(slot, a->data[slot_of(a)], &o, &a->error));
}

static void make_trainer(actor *a)
{
    scilama_trainer_options o;
    scilama_trainer_options_init(&o, sizeof o, pick(a, 2));
    unsigned how = byte(a);
    o.mode = pick(a, 4);
    o.epochs = how & 1 ? 2 : whole(a) % 10;
    o.max_steps = how & 128 ? whole(a) % 10 : 3; /* not the hundreds of a real fit: calls are what is searched, not arithmetic */
    o.gene_max_steps = 2;
    o.batch_size = 1 + pick(a, 8);
    if (how & 2) o.lr = real(a);
    if (how & 4) o.kl_end = real(a);
    if (how & 8) o.clip_norm = real(a);
    if (how & 16) o.clip_norm = real(a);
    if (how & 32) o.shuffle = pick(a, 4);
    if (how & 64) o.patience = whole(a);
    scilama_trainer **slot = &a->trainer[slot_of(a)];
    MAKE(*slot, scilama_trainer_destroy, scilama_trainer_create(slot, a->model[slot_of(a)], a->data[slot_of(a)], &o, &a->error));
}

static int32_t stop_at(void *user, const scilama_step_info *info)
{
    actor *a = user;
    return info->epoch > 3 || byte(a) % 4 == 0;
}

static void train(actor *a)
{
    scilama_trainer *t = a->trainer[slot_of(a)];
    scilama_step_info info;
    scilama_evaluation e;
    int64_t cells[4];
    double rates[3];
    scilama_step_info_init(&info, sizeof info);
    scilama_evaluation_init(&e, sizeof e);
    for (int i = 0; i < 4; i++) cells[i] = pick(a, CELLS + 1);
    switch (pick(a, 10)) {
    case 0: DO(scilama_trainer_step(t, &info, &a->error)); break;
    case 1: DO(scilama_trainer_run_epoch(t, &info, &a->error)); break;
    case 2: DO(scilama_trainer_run(t, stop_at, a, &info, &a->error)); break;
    case 3: DO(scilama_trainer_forward_backward(t, cells, 1 + pick(a, 4), &info, &a->error)); break;
    case 4: DO(scilama_trainer_apply(t, &info, &a->error)); break;
    case 5: DO(scilama_trainer_evaluate(t, pick(a, 5), &e, &a->error)); break;
    case 6: DO(scilama_trainer_end_phase(t, &info, &a->error)); break;
    case 7:
        DO(scilama_trainer_get_rates(t, &rates[0], &rates[1], &rates[2], &a->error));
        DO(scilama_trainer_set_rates(t, real(a), real(a), real(a), &a->error));
        break;
    case 8: {
        int64_t size = scilama_trainer_state_size(t);
        char *state = size > 0 ? malloc((size_t)size) : NULL;
        if (!state) break;
        if (!DO(scilama_trainer_state_get(t, state, size, &a->error))) {
            free(a->state);
            a->state = state;
            a->state_size = size;
        } else free(state);
        break;
    }
    default:
        if (!a->state) break;
        if (byte(a) & 1) a->state[byte(a) % (unsigned)a->state_size] ^= (char)byte(a);
        DO(scilama_trainer_state_set(t, a->state, a->state_size, &a->error));
    }
}

static void use_model(actor *a)
{
    scilama_model *m = a->model[slot_of(a)];
    scilama_dataset *d = a->data[slot_of(a)];
    scilama_tensor t;
    scilama_tensor_init(&t, sizeof t);
    switch (pick(a, 9)) {
    case 7: {
        scilama_adapt_options o;
        scilama_adapt_options_init(&o, sizeof o);
        o.decoder_steps = whole(a) % 8;
        DO(scilama_model_adapt(m, d, byte(a) & 1 ? &o : NULL, NULL, &a->error));
        break;
    }
    case 8: {
        scilama_dataset *const both[2] = { d, a->data[slot_of(a)] };
        scilama_dataset *made = NULL;
        scilama_concat_options o;
        scilama_concat_options_init(&o, sizeof o);
        o.label = byte(a) & 1 ? name(a) : NULL;
        o.join = pick(a, 3);
        scilama_status s = scilama_dataset_concat(&made, both, 1 + pick(a, 2), byte(a) & 1 ? &o : NULL, &a->error);
        if (judge(a, "scilama_dataset_concat", s, s ? made : NULL)) break;
        if (scilama_dataset_cells(made) > CELLS) { /* more than the arrays here hold */
            scilama_dataset_destroy(made);
            break;
        }
        scilama_dataset_destroy(d);
        for (int i = 0; i < SLOTS; i++)
            if (a->data[i] == d) a->data[i] = made;
        break;
    }
    case 0: DO(scilama_model_encode_cells(m, d, a->numbers, byte(a) & 1 ? a->more : NULL, 0, &a->error)); break;
    case 1: DO(scilama_model_encode_genes(m, a->numbers, NULL, 0, &a->error)); break;
    case 2: DO(scilama_model_decode(m, d, NULL, a->numbers, 0, &a->error)); break;
    case 3:
        if (!DO(scilama_model_parameter(m, whole(a), &t, &a->error)) && t.data) ((float *)t.data)[0] = (float)real(a);
        break;
    case 4: DO(scilama_model_save(m, a->file[pick(a, 3)], &a->error)); break;
    case 5: {
        scilama_model **slot = &a->model[slot_of(a)];
        MAKE(*slot, scilama_model_destroy, scilama_model_load(slot, a->context, a->file[pick(a, 3)], &a->error));
        break;
    }
    default: {
        const char *more[] = { "new", "p" };
        DO(scilama_model_extend_covariate(m, name(a), more, 1 + pick(a, 2), &a->error));
    }
    }
}

static void files(actor *a)
{
    const char *in = a->file[pick(a, 3)], *out = a->file[pick(a, 3)];
    scilama_matrix m;
    char *text = NULL;
    int64_t rows, width;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = 1 + pick(a, CELLS);
    m.cols = 1 + pick(a, GENES);
    m.values = a->more;
    switch (pick(a, 8)) {
    case 0: MAKE(a->writer, scilama_h5ad_writer_destroy, scilama_h5ad_writer_create(&a->writer, a->context, out, &m, NULL, NULL, &a->error)); break;
    case 1: MAKE(a->writer, scilama_h5ad_writer_destroy, scilama_h5ad_writer_open(&a->writer, a->context, in, out, &a->error)); break;
    case 2: DO(scilama_h5ad_writer_put_obsm(a->writer, name(a), a->numbers, 1 + pick(a, 3), 0, &a->error)); break;
    case 3: DO(scilama_h5ad_writer_put_uns_string(a->writer, name(a), name(a), &a->error)); break;
    case 4: DO(scilama_h5ad_writer_commit(a->writer, &a->error)); break;
    case 5: {
        scilama_dataset **slot = &a->data[slot_of(a)];
        MAKE(*slot, scilama_dataset_destroy, scilama_dataset_read(slot, a->context, in, NULL, &a->error));
        break;
    }
    case 6: {
        scilama_status s = scilama_file_describe(&text, a->context, in, NULL, &a->error);
        judge(a, "scilama_file_describe", s, s ? text : NULL);
        scilama_text_destroy(a->context, text);
        break;
    }
    default: DO(scilama_h5ad_read_array(a->context, in, "obsm/X_z", &rows, &width, a->numbers, ROOM, &a->error));
    }
}

static void analyse(actor *a)
{
    enum { N = 30, DIM = 3 };
    scilama_graph **slot = &a->graph[slot_of(a)];
    unsigned seed = byte(a);
    for (int i = 0; i < N * DIM; i++) a->numbers[i] = (float)((seed = seed * 1103515245u + 12345u) >> 24) / 16;
    if (byte(a) % 8 == 0) a->numbers[4] = (float)real(a);
    for (int i = 0; i < N; i++) a->codes[i] = pick(a, 4) - (byte(a) % 16 == 0);
    scilama_knn_options k;
    scilama_scores scores;
    scilama_knn_options_init(&k, sizeof k);
    scilama_scores_init(&scores, sizeof scores);
    k.neighbors = 5;
    k.method = pick(a, 4);
    switch (pick(a, 6)) {
    case 0:
        if (!DO(scilama_knn(a->context, a->numbers, N, DIM, 0, &k, a->near, a->more, NULL, &a->error)))
            MAKE(*slot, scilama_graph_destroy, scilama_graph_from_knn(slot, a->context, pick(a, 4), N, 5, a->near, a->more, &a->error));
        break;
    case 1: DO(scilama_graph_leiden(*slot, NULL, a->codes, NULL, &a->error)); break;
    case 2: {
        scilama_umap_options u;
        scilama_umap_options_init(&u, sizeof u);
        u.epochs = 1 + pick(a, 5);
        DO(scilama_graph_umap(*slot, &u, a->more, &a->error));
        break;
    }
    case 3: DO(scilama_score_embedding(a->context, a->numbers, N, DIM, 0, a->codes, byte(a) & 1 ? a->codes : NULL, NULL, &scores, &a->error)); break;
    case 4: DO(scilama_kmeans(a->context, a->numbers, N, DIM, 0, NULL, a->codes, NULL, NULL, &a->error)); break;
    default: DO(scilama_silhouette(a->context, a->numbers, N, DIM, 0, pick(a, 3), a->codes, NULL, &(double){ 0 }, &a->error));
    }
}

static void drop(actor *a)
{
    int slot = slot_of(a);
    switch (pick(a, 6)) {
    case 0: scilama_dataset_destroy(a->data[slot]), a->data[slot] = NULL; break;
    case 1: scilama_model_destroy(a->model[slot]), a->model[slot] = NULL; break;
    case 2: scilama_trainer_destroy(a->trainer[slot]), a->trainer[slot] = NULL; break;
    case 3: scilama_gene_table_destroy(a->table[slot]), a->table[slot] = NULL; break;
    case 4: scilama_h5ad_writer_destroy(a->writer), a->writer = NULL; break;
    default: scilama_graph_destroy(a->graph[slot]), a->graph[slot] = NULL;
    }
}

static void *act(void *argument)
{
    actor *a = argument;
    static void (*const acts[])(actor *) = { make_data, columns, prepare, tables, make_model, make_trainer, train, train, use_model, files, analyse, drop };
    for (int i = 0; i < MOST_CALLS && a->at < a->end; i++) {
        unsigned what = byte(a);
        if (what >= 250) scilama_context_cancel(a->other);
        else if (what >= 240) scilama_context_cancel(a->context);
        else if (what >= 220) scilama_context_resume(a->context);
        else acts[what % (sizeof acts / sizeof *acts)](a);
    }
    return NULL;
}

static void leave(actor *a)
{
    for (int i = 0; i < SLOTS; i++) {
        scilama_dataset_destroy(a->data[i]);
        scilama_trainer_destroy(a->trainer[i]);
        scilama_model_destroy(a->model[i]);
        scilama_gene_table_destroy(a->table[i]);
        scilama_graph_destroy(a->graph[i]);
    }
    scilama_h5ad_writer_destroy(a->writer);
    free(a->state);
    for (int i = 0; i < 3; i++) unlink(a->file[i]);
}

static void clean_up(void) { rmdir(folder); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static actor actors[2];
    static const char *const endings[] = { "one.h5ad", "two.h5ad", "m.h5" };
    int64_t before[2] = { 0 }, after = 0;
    pthread_t thread;
    if (!folder[0]) {
        const char *base = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%.150s/scilama-calls-XXXXXX", base ? base : "/tmp");
        if (!mkdtemp(folder) || atexit(clean_up)) abort();
    }
    for (int k = 0; k < 2; k++) actors[k] = (actor){ .number = k };
    for (int k = 0; k < 2; k++) {
        scilama_context_options o;
        scilama_context_options_init(&o, sizeof o);
        o.threads = 1 + k;
        if (scilama_context_create(&actors[k].context, &o, NULL)) abort();
        scilama_context_memory(actors[k].context, &before[k], NULL);
        actors[k].at = data + (k ? size / 2 : 0);
        actors[k].end = k ? data + size : data + size / 2;
        for (int i = 0; i < 3; i++) snprintf(actors[k].file[i], sizeof actors[k].file[i], "%s/%d%s", folder, k, endings[i]);
    }
    actors[0].other = actors[1].context;
    actors[1].other = actors[0].context;
    if (pthread_create(&thread, NULL, act, &actors[1])) abort();
    act(&actors[0]);
    pthread_join(thread, NULL);
    for (int k = 0; k < 2; k++) leave(&actors[k]);
    for (int k = 0; k < 2; k++) {
        scilama_context_memory(actors[k].context, &after, NULL);
        if (after != before[k]) failed(&actors[k], "memory is not given back", "at the end", (int)(after - before[k]));
        scilama_context_destroy(actors[k].context);
    }
    return 0;
}

#ifdef FUZZ_REPLAY
int main(int argc, char **argv)
{
    static uint8_t bytes[1 << 16];
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        if (!f) return 1;
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        LLVMFuzzerTestOneInput(bytes, n);
    }
    printf("%d inputs\n", argc - 1);
    return 0;
}
#endif
