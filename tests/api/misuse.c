/* SPDX-License-Identifier: MIT */
/* Every public function, misused (generate_misuse.py writes the calls). After each call:
 * the process lives; a status is a known code; a failure has one terminated sentence, its
 * code in the error and NULL as output; NULL for a handle or a name always fails. Each
 * function runs in a process of its own, so that one fault does not hide others.
 * Usage: misuse [FUNCTION]: with a name, in this process (for a debugger). */
#include <scilama/scilama.h>
#include <scilama/dlpack.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 1 << 14, CELLS = 24, GENES = 8 };

typedef struct fixture {
    scilama_context *context;
    scilama_dataset *dataset;
    scilama_gene_table *gene_table;
    scilama_model *model;
    scilama_trainer *trainer;
    scilama_graph *graph;
    scilama_h5ad_writer *h5ad_writer;
    scilama_gene_sets *gene_sets;
    scilama_gene_aliases *gene_aliases;
    scilama_reference *reference;
    char file[64], sets[64];
    const void *zeros, *ones, *large;
    const float *nans_float;
    const double *nans_double;
    void *scratch;
    const char **texts, **nothing, **same;
    const float **vectors;
    char *long_text;
    size_t struct_size;
} fixture;

typedef struct outcome {
    const char *function, *what;
    bool must_fail;
    int faults;
} outcome;

static void complain(outcome *o, const char *text)
{
    o->faults++;
    printf("%s, %s: %s\n", o->function, o->what, text);
}

static void judge(outcome *o, scilama_status status, bool has_error, const scilama_error *error)
{
    if (status > 0 || strcmp(scilama_status_name(status), "UNKNOWN") == 0) complain(o, "an unknown status was returned");
    if (status == SCILAMA_E_INTERNAL) complain(o, "an internal fault was reported");
    if (o->must_fail && !status) complain(o, "success was returned");
    if (!has_error) return;
    if (!memchr(error->message, 0, sizeof error->message)) complain(o, "the message is not terminated");
    else if (status && !error->message[0]) complain(o, "the message is empty");
    if (status && error->code != status) complain(o, "the error has another code than the one returned");
    if (getenv("MISUSE_VERBOSE")) printf("%s, %s: %s %s\n", o->function, o->what, scilama_status_name(status), status ? error->message : "");
}

static const float matrix_values[CELLS * GENES];

static void valid_matrix(fixture *f, scilama_matrix *m)
{
    (void)f;
    m->storage = SCILAMA_STORAGE_DENSE;
    m->value_type = SCILAMA_DTYPE_F32;
    m->rows = CELLS;
    m->cols = GENES;
    m->values = matrix_values;
}

static void valid_tensor(fixture *f, scilama_tensor *t)
{
    t->data = f->scratch;
    t->dtype = SCILAMA_DTYPE_F32;
    t->rank = 2;
    t->rows = 4;
    t->cols = 3;
}

static void must(scilama_status status, const scilama_error *error);

static DLManagedTensorVersioned *valid_dlpack(fixture *f)
{
    scilama_error error = { 0 };
    DLManagedTensorVersioned *out = NULL;
    must(scilama_gene_table_to_dlpack(&out, f->gene_table, &error), &error);
    return out;
}

static void valid_schema(fixture *f, struct ArrowSchema *out)
{
    scilama_error error = { 0 };
    struct ArrowArray array;
    must(scilama_gene_table_to_arrow(f->gene_table, out, &array, &error), &error);
    array.release(&array);
}

static void valid_array(fixture *f, struct ArrowArray *out)
{
    scilama_error error = { 0 };
    struct ArrowSchema schema;
    must(scilama_gene_table_to_arrow(f->gene_table, &schema, out, &error), &error);
    schema.release(&schema);
}

static void valid_stream(fixture *f, struct ArrowArrayStream *out)
{
    scilama_error error = { 0 };
    struct ArrowSchema schema;
    struct ArrowArray array;
    must(scilama_gene_table_to_arrow(f->gene_table, &schema, &array, &error), &error);
    must(scilama_arrow_to_stream(out, f->context, &schema, &array, &error), &error);
}

static scilama_status fetch_rows(void *user, const scilama_row_block *block, scilama_error *error)
{
    (void)user, (void)error;
    for (int64_t i = 0; i < block->rows * block->genes; i++) block->values[i] = (float)((i * 7 + block->cells[0]) % 5);
    return SCILAMA_OK;
}

static void valid_row_source(fixture *f, scilama_row_source *s)
{
    (void)f;
    s->rows = CELLS;
    s->cols = GENES;
    s->fetch = fetch_rows;
}

#include "misuse_calls.h"

/* ---------------------------------------------------------------- fixture */

static size_t held;

static void *limited(void *user, size_t size, size_t align)
{
    (void)user;
    void *block = NULL;
    if (size > (size_t)1 << 28 || held + size > (size_t)1 << 29 || posix_memalign(&block, align < sizeof(void *) ? sizeof(void *) : align, size)) return NULL;
    held += size;
    return block;
}

static void give_back(void *user, void *ptr, size_t size, size_t align)
{
    (void)user, (void)align;
    held -= size;
    free(ptr);
}

static void must(scilama_status status, const scilama_error *error)
{
    if (!status) return;
    printf("the fixture cannot be made: %s\n", error->message);
    exit(2);
}

static void make_buffers(fixture *f)
{
    int64_t *large = malloc(MANY * 8);
    float *nans = malloc(MANY * 4);
    double *wide = malloc(MANY * 8);
    f->zeros = calloc(MANY, 8);
    f->scratch = calloc(MANY, 8);
    f->ones = memset(malloc(MANY * 8), 0xff, MANY * 8);
    f->texts = malloc(MANY * sizeof *f->texts);
    f->nothing = calloc(MANY, sizeof *f->nothing);
    f->same = malloc(MANY * sizeof *f->same);
    f->vectors = malloc(64 * sizeof *f->vectors);
    f->long_text = memset(malloc(20001), 'x', 20001);
    f->long_text[20000] = 0;
    char *text = malloc(MANY * 8);
    for (int i = 0; i < MANY; i++) {
        large[i] = 0x3fffffff3fffffff;
        nans[i] = NAN;
        wide[i] = NAN;
        snprintf(text + 8 * i, 8, "t%d", i);
        f->texts[i] = text + 8 * i;
        f->same[i] = "same";
    }
    for (int i = 0; i < 64; i++) f->vectors[i] = f->zeros;
    f->large = large;
    f->nans_float = nans;
    f->nans_double = wide;
}

static void make_handles(fixture *f, bool trainer)
{
    scilama_error error = { 0 };
    scilama_allocator allocator = { NULL, limited, give_back };
    scilama_context_options co;
    scilama_context_options_init(&co, sizeof co);
    co.allocator = &allocator;
    co.threads = 2;
    must(scilama_context_create(&f->context, &co, &error), &error);
    static float x[CELLS * GENES], e[GENES * 4];
    static const char *genes[GENES] = { "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7" };
    int32_t batch[CELLS];
    for (int i = 0; i < CELLS * GENES; i++) x[i] = (float)((i * 7 + i / 3) % 5);
    for (int i = 0; i < GENES * 4; i++) e[i] = (float)((i * 5) % 7) - 3;
    for (int i = 0; i < CELLS; i++) batch[i] = i % 2;
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    valid_matrix(f, &m);
    m.values = x;
    must(scilama_dataset_create(&f->dataset, f->context, &m, NULL, genes, &error), &error);
    must(scilama_dataset_set_codes(f->dataset, "batch", batch, (const char *const[]){ "a", "b" }, 2, &error), &error);
    must(scilama_dataset_use_covariate(f->dataset, "batch", SCILAMA_COVARIATE_CATEGORICAL, &error), &error);
    must(scilama_dataset_split_random(f->dataset, 0.75, 0.25, 1, NULL, &error), &error);
    must(scilama_gene_table_create(&f->gene_table, f->context, genes, e, GENES, 4, 0, &error), &error);
    must(scilama_dataset_add_gene_table(f->dataset, "first", f->gene_table, NULL, NULL, &error), &error);
    must(scilama_dataset_preprocess(f->dataset, NULL, NULL, &error), &error);
    scilama_model_options mo;
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_PUBLISHED);
    mo.latent = 3;
    mo.hidden[0] = 5;
    mo.hidden[1] = 4;
    must(scilama_model_create(&f->model, f->dataset, &mo, &error), &error);
    if (trainer) {
        scilama_trainer_options to;
        scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_PUBLISHED);
        to.batch_size = 8;
        to.epochs = 2;
        must(scilama_trainer_create(&f->trainer, f->model, f->dataset, &to, &error), &error);
    }
    const int64_t indptr[] = { 0, 1, 3, 4, 4 };
    const int32_t indices[] = { 1, 0, 2, 1 };
    must(scilama_graph_from_csr(&f->graph, f->context, 4, indptr, indices, NULL, &error), &error);
    snprintf(f->sets, sizeof f->sets, "/tmp/scilama-misuse-%ld.gmt", (long)getpid());
    FILE *sets = fopen(f->sets, "w");
    if (sets) fprintf(sets, "first\tof two\tt0\tt1\tt2\nsecond\tof two\tt3\tt4\n"), fclose(sets);
    must(scilama_gene_sets_read(&f->gene_sets, f->context, f->sets, &error), &error);
    must(scilama_gene_aliases_read(&f->gene_aliases, f->context, f->sets, &error), &error); /* its first two columns */
    unlink(f->sets);
    const float points[] = { 0, 0, 1, 0, 0, 1, 1, 1, 2, 1, 0, 3 };
    must(scilama_reference_create(&f->reference, f->context, points, 4, 3, 0, &error), &error);
    snprintf(f->file, sizeof f->file, "/tmp/scilama-misuse-%ld.h5ad", (long)getpid());
    must(scilama_h5ad_writer_create(&f->h5ad_writer, f->context, f->file, &m, NULL, genes, &error), &error);
}

static void drop_handles(fixture *f)
{
    scilama_context_destroy(f->context);
    scilama_h5ad_writer_destroy(f->h5ad_writer);
    scilama_dataset_destroy(f->dataset);
    scilama_model_destroy(f->model);
    scilama_gene_table_destroy(f->gene_table);
    scilama_graph_destroy(f->graph);
    scilama_gene_sets_destroy(f->gene_sets);
    scilama_gene_aliases_destroy(f->gene_aliases);
    scilama_reference_destroy(f->reference);
    scilama_trainer_destroy(f->trainer);
    unlink(f->file);
}

static int run(size_t i)
{
    outcome o = { .function = calls[i].name };
    fixture f = { 0 };
    setvbuf(stdout, NULL, _IOLBF, 0);
    make_buffers(&f);
    bool trainer = strncmp(o.function, "scilama_trainer", 15) == 0 && !strstr(o.function, "_create");
    for (int misuse = 0, more = 1; more; misuse++) {
        make_handles(&f, trainer);
        o.what = "?";
        o.must_fail = false;
        if (getenv("MISUSE_VERBOSE")) fprintf(stderr, "%s %d\n", o.function, misuse);
        more = calls[i].call(&f, misuse, &o);
        drop_handles(&f);
        if (held) {
            complain(&o, "memory is still held");
            held = 0;
        }
    }
    return o.faults;
}

int main(int argc, char **argv)
{
    int faults = 0, functions = 0, limit = getenv("MISUSE_SECONDS") ? atoi(getenv("MISUSE_SECONDS")) : 60;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (argc > 1 && strcmp(argv[1], calls[i].name) == 0) return run(i) != 0;
        if (argc > 1) continue;
        functions++;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            alarm((unsigned)limit);
            int n = run(i);
            fflush(stdout);
            _exit(n > 100 ? 100 : n);
        }
        int status = 0;
        waitpid(child, &status, 0);
        char file[64];
        snprintf(file, sizeof file, "/tmp/scilama-misuse-%ld.h5ad", (long)child);
        unlink(file);
        if (WIFSIGNALED(status)) {
            printf("%s: ended by signal %d\n", calls[i].name, WTERMSIG(status));
            faults++;
        } else if (WEXITSTATUS(status)) {
            printf("%s: %d faults\n", calls[i].name, WEXITSTATUS(status));
            faults++;
        }
    }
    printf("%d functions misused, %d at fault\n", functions, faults);
    return faults != 0;
}
