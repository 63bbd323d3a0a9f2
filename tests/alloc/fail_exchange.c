/* SPDX-License-Identifier: MIT */
/* Lets every allocation of an exchange fail in turn: tensors, tables out, streams, tables in.
 * Each time the call at hand must return SCILAMA_E_NOMEM (or, within a stream, ENOMEM) and
 * release what it was given, the same calls must work when all is tried again, and no block
 * may be left. Meant to be run with AddressSanitizer too. */

#include "failing.h"
#include "scilama/dlpack.h"

static void die(const char *what, const failing *f, const char *why)
{
    fprintf(stderr, "%s, allocation %lld fails: %s\n", what, f->fail_at, why);
    exit(1);
}

enum { CELLS = 20, GENES = 10, WIDTH = 4 };

/* Done, or out of memory with a message: then the rest is left out. */
#define TRY(call) do { \
        memset(&error, 0, sizeof error); \
        scilama_status s_ = (call); \
        if (s_ && (s_ != SCILAMA_E_NOMEM || !f->failed || !error.message[0])) die(#call, f, error.message); \
        if (!s_ && f->failed && !late) die(#call, f, "succeeded without memory"); \
        if (s_) goto done; \
    } while (0)

typedef struct world {
    scilama_context *ctx;
    scilama_dataset *dataset;
    scilama_gene_table *table;
    scilama_model *model;
    scilama_trainer *trainer;
} world;

static void must(scilama_status status, const scilama_error *error)
{
    if (!status) return;
    fprintf(stderr, "the fixture cannot be made: %s\n", error->message);
    exit(1);
}

static world make_world(failing *f)
{
    static const char *genes[GENES] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };
    float x[CELLS * GENES], v[GENES * WIDTH];
    const char *batch[CELLS];
    double depth[CELLS];
    world w = { 0 };
    scilama_error error;
    scilama_context_options co;
    scilama_allocator allocator = { f, allocate, release };
    scilama_matrix m;
    scilama_model_options mo;
    scilama_trainer_options to;
    for (int i = 0; i < CELLS * GENES; i++) x[i] = (float)(i * 7 % 5);
    for (int i = 0; i < GENES * WIDTH; i++) v[i] = (float)cos(i);
    for (int i = 0; i < CELLS; i++) batch[i] = i % 3 ? i % 2 ? "x" : "y" : NULL, depth[i] = i % 4 ? i : NAN;
    scilama_context_options_init(&co, sizeof co);
    co.allocator = &allocator;
    must(scilama_context_create(&w.ctx, &co, &error), &error);
    scilama_matrix_init(&m, sizeof m);
    m.rows = CELLS;
    m.cols = GENES;
    m.values = x;
    must(scilama_dataset_create(&w.dataset, w.ctx, &m, NULL, genes, &error), &error);
    must(scilama_dataset_set_strings(w.dataset, "batch", batch, &error), &error);
    must(scilama_dataset_set_numeric(w.dataset, "depth", depth, &error), &error);
    must(scilama_gene_table_create(&w.table, w.ctx, genes, v, GENES, WIDTH, 0, &error), &error);
    must(scilama_dataset_add_gene_table(w.dataset, "v", w.table, NULL, NULL, &error), &error);
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_PUBLISHED);
    mo.latent = 3;
    mo.hidden[0] = 5;
    mo.hidden[1] = 4;
    must(scilama_model_create(&w.model, w.dataset, &mo, &error), &error);
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_PUBLISHED);
    to.batch_size = 8;
    must(scilama_trainer_create(&w.trainer, w.model, w.dataset, &to, &error), &error);
    return w;
}

static void free_world(world *w)
{
    scilama_context_destroy(w->ctx);
    scilama_dataset_destroy(w->dataset);
    scilama_gene_table_destroy(w->table);
    scilama_model_destroy(w->model);
    scilama_trainer_destroy(w->trainer);
}

static void exchange(failing *f, const world *w, int late)
{
    scilama_error error;
    DLManagedTensorVersioned *t[3] = { NULL };
    struct ArrowSchema s[3] = { { 0 } };
    struct ArrowArray a[3] = { { 0 } };
    struct ArrowArrayStream stream = { 0 };
    scilama_gene_table *again[2] = { NULL };
    TRY(scilama_gene_table_to_dlpack(&t[0], w->table, &error));
    TRY(scilama_model_parameter_to_dlpack(&t[1], w->model, "sample_decoder.output_mean.bias", &error));
    TRY(scilama_trainer_gradients_to_dlpack(&t[2], w->trainer, &error));
    TRY(scilama_dataset_obs_to_arrow(w->dataset, &s[0], &a[0], &error));
    TRY(scilama_model_cells_to_arrow(w->model, w->dataset, &s[1], &a[1], &error));
    TRY(scilama_model_genes_to_arrow(w->model, &s[2], &a[2], &error));
    TRY(scilama_gene_table_from_arrow(&again[0], w->ctx, &s[2], &a[2], NULL, &error));
    TRY(scilama_gene_table_to_arrow(w->table, &s[2], &a[2], &error));
    TRY(scilama_arrow_to_stream(&stream, w->ctx, &s[2], &a[2], &error));
    memset(&error, 0, sizeof error);
    scilama_status status = scilama_gene_table_from_arrow_stream(&again[1], w->ctx, &stream, NULL, &error);
    if (stream.release) die("from_arrow_stream", f, "the stream is not released");
    if (status && status != SCILAMA_E_NOMEM && !(status == SCILAMA_E_CALLBACK && strstr(error.message, "out of memory")))
        die("from_arrow_stream", f, error.message);
    if (!status && memcmp(scilama_gene_table_values(again[1]), scilama_gene_table_values(w->table), sizeof(float) * GENES * WIDTH) != 0)
        die("from_arrow_stream", f, "other numbers");
done:
    for (int i = 0; i < 3; i++) {
        if (t[i]) t[i]->deleter(t[i]);
        if (s[i].release) s[i].release(&s[i]);
        if (a[i].release) a[i].release(&a[i]);
    }
    if (stream.release) stream.release(&stream);
    for (int i = 0; i < 2; i++) scilama_gene_table_destroy(again[i]);
}

int main(void)
{
    failing f = { 0 };
    world w = make_world(&f);
    exchange(&f, &w, 0);
    long long base = f.live, before = f.calls;
    exchange(&f, &w, 0);
    long long needed = f.calls - before;
    for (long long n = 1; n <= needed; n++) {
        f.failed = 0;
        f.fail_at = f.calls + n;
        exchange(&f, &w, 0);
        if (f.failed != 1) die("exchange", &f, "the allocation did not take place");
        if (f.live != base) die("exchange", &f, "a block is left, or one too few");
        exchange(&f, &w, 1);
        if (f.live != base) die("exchange, tried again", &f, "a block is left, or one too few");
    }
    free_world(&w);
    if (f.live) die("exchange", &f, "a block is left at the end");
    printf("exchange: each of %lld allocations failed once\n", needed);
    return 0;
}
