/* SPDX-License-Identifier: MIT */
#include "support.h"
#include <math.h>
#include <fcntl.h>
#include <zlib.h>

/* Matrices that stay in their files: what is read from them equals what is read into memory. */

enum { CELLS = 700, GENES = 50, MEMORY = 700 << 10 };

static scilama_dataset *open_file(scilama_context *in, const char *path, int64_t memory, int first_duplicate)
{
    scilama_file_options o;
    scilama_dataset *d = NULL;
    scilama_file_options_init(&o, sizeof o);
    o.stream_memory = memory;
    o.scratch_folder = folder;
    o.first_duplicate = first_duplicate;
    OK(scilama_dataset_read_h5ad(&d, in, path, &o, &error));
    return d;
}

/* Rows in an order of no pattern. */
static float *rows_of(scilama_dataset *d)
{
    int64_t n = scilama_dataset_cells(d);
    int64_t *cells = malloc((size_t)n * sizeof *cells);
    for (int64_t i = 0; i < n; i++) cells[i] = i * 7919 % n;
    OK(scilama_dataset_get_prepared(d, cells, 0, NULL, 0, &error));
    float *x = malloc((size_t)(n * scilama_dataset_genes_used(d)) * sizeof *x);
    OK(scilama_dataset_get_prepared(d, cells, n, x, 0, &error));
    free(cells);
    return x;
}

static void assert_same_rows(scilama_dataset *memory, scilama_dataset *stream)
{
    float *x = rows_of(memory), *y = rows_of(stream);
    ck_assert_int_eq(scilama_dataset_genes_used(memory), scilama_dataset_genes_used(stream));
    ck_assert_int_eq(memcmp(x, y, (size_t)(scilama_dataset_cells(memory) * scilama_dataset_genes_used(memory)) * sizeof *x), 0);
    free(x), free(y);
}

static void unzip(const char *from, const char *to)
{
    gzFile in = gzopen(from, "rb");
    FILE *out = fopen(to, "wb");
    char buffer[4096];
    ck_assert(in && out);
    for (int n; (n = gzread(in, buffer, sizeof buffer)) > 0;) fwrite(buffer, 1, (size_t)n, out);
    gzclose(in);
    fclose(out);
}

START_TEST(every_generation)
{
    int count = 0;
    DIR *dir = opendir(TEST_DATA "/anndata");
    for (struct dirent *e; (e = readdir(dir));) {
        char from[600];
        if (!strstr(e->d_name, ".h5ad.gz")) continue;
        snprintf(from, sizeof from, TEST_DATA "/anndata/%s", e->d_name);
        unzip(from, in_folder("f.h5ad"));
        scilama_dataset *memory = open_file(ctx, in_folder("f.h5ad"), 0, 1), *stream = open_file(ctx, in_folder("f.h5ad"), 1 << 20, 1);
        assert_same_rows(memory, stream);
        ck_assert_int_eq(scilama_dataset_columns(memory), scilama_dataset_columns(stream));
        scilama_dataset_destroy(memory);
        scilama_dataset_destroy(stream);
        count++;
    }
    closedir(dir);
    ck_assert_int_ge(count, 16);
    ck_assert_int_eq(files_left(), 1); /* scratch files have no name */
}
END_TEST

static char gene_text[GENES][8];
static const char *gene_names[GENES];

static float value_of(int64_t cell, int64_t gene)
{
    unsigned h = (unsigned)(cell * 131 + gene * 977) * 2654435761u;
    return h >> 29 ? 0 : (float)(1 + (h >> 8) % (gene % 7 + 2));
}

static const char *make_file(int32_t storage, const char *name)
{
    static float values[CELLS * GENES];
    static int32_t indices[CELLS * GENES];
    static int64_t indptr[CELLS + GENES];
    static int32_t code[CELLS];
    static double number[CELLS];
    static const char *const names[] = { "a", "b" };
    const char *path = in_folder(name);
    scilama_h5ad_writer *w;
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.storage = storage;
    m.value_type = SCILAMA_DTYPE_F32;
    m.indptr_type = SCILAMA_DTYPE_I64;
    m.rows = CELLS;
    m.cols = GENES;
    int64_t lines = storage == SCILAMA_STORAGE_CSC ? GENES : CELLS, width = CELLS + GENES - lines, at = 0;
    for (int64_t i = 0; i < lines; i++) {
        indptr[i] = at;
        for (int64_t j = 0; j < width; j++) {
            float v = storage == SCILAMA_STORAGE_CSC ? value_of(j, i) : value_of(i, j);
            if (storage == SCILAMA_STORAGE_DENSE) values[i * GENES + j] = v;
            else if (v > 0) indices[at] = (int32_t)j, values[at++] = v;
        }
    }
    indptr[lines] = m.stored = at;
    m.values = values;
    m.indices = indices;
    m.indptr = indptr;
    for (int g = 0; g < GENES; g++) {
        snprintf(gene_text[g], sizeof gene_text[g], "g%d", g);
        gene_names[g] = gene_text[g];
    }
    for (int c = 0; c < CELLS; c++) code[c] = c % 3 - 1, number[c] = c;
    OK(scilama_h5ad_writer_create(&w, ctx, path, &m, NULL, gene_names, &error));
    OK(scilama_h5ad_writer_put_obs_categorical(w, "code", code, names, 2, &error));
    OK(scilama_h5ad_writer_put_obs_numeric(w, "number", number, &error));
    OK(scilama_h5ad_writer_commit(w, &error));
    scilama_h5ad_writer_destroy(w);
    return path;
}

typedef struct fit { scilama_dataset *d; scilama_model *m; scilama_trainer *t; } fit;

static fit start(scilama_context *in, const char *path, int64_t memory)
{
    fit x = { .d = open_file(in, path, memory, 0) };
    scilama_model_options mo;
    scilama_trainer_options to;
    scilama_preprocess_options po;
    scilama_preprocess_options_init(&po, sizeof po, SCILAMA_PRESET_RECOMMENDED);
    po.n_top_genes = 40;
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_PUBLISHED);
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    mo.latent = 3;
    mo.hidden[0] = 8, mo.hidden[1] = 6;
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_PUBLISHED);
    to.mode = SCILAMA_MODE_BETA_VAE;
    to.epochs = 2;
    to.shuffle = SCILAMA_SHUFFLE_CHUNKED;
    to.shuffle_block = 20;
    to.shuffle_window = 200;
    OK(scilama_dataset_split_random(x.d, 0.8, 0.2, 1, NULL, &error));
    OK(scilama_dataset_preprocess(x.d, &po, NULL, &error));
    OK(scilama_model_create(&x.m, x.d, &mo, &error));
    OK(scilama_trainer_create(&x.t, x.m, x.d, &to, &error));
    return x;
}

static char *state(const fit *x, size_t *n)
{
    *n = (size_t)scilama_trainer_state_size(x->t);
    char *s = malloc(*n);
    OK(scilama_trainer_state_get(x->t, s, (int64_t)*n, &error));
    return s;
}

static void stop(fit *x)
{
    scilama_trainer_destroy(x->t);
    scilama_model_destroy(x->m);
    scilama_dataset_destroy(x->d);
}

static int64_t allow, calls;
static void *limited(void *user, size_t size, size_t align)
{
    void *p;
    calls++;
    if (allow-- <= 0) return NULL;
    return posix_memalign(&p, align, size) == 0 ? p : NULL;
}
static void release(void *user, void *p, size_t size, size_t align) { free(p); }

START_TEST(training_equals_memory)
{
    static const int32_t storages[] = { SCILAMA_STORAGE_DENSE, SCILAMA_STORAGE_CSR, SCILAMA_STORAGE_CSC };
    scilama_allocator a = { NULL, limited, release };
    scilama_context_options o;
    scilama_context *counted;
    allow = INT64_MAX;
    scilama_context_options_init(&o, sizeof o);
    o.allocator = &a;
    o.threads = 2;
    OK(scilama_context_create(&counted, &o, &error));
    for (int k = 0; k < 3; k++) {
        const char *path = make_file(storages[k], "f.h5ad");
        fit x = start(ctx, path, 0), y = start(counted, path, MEMORY);
        int64_t before = calls;
        OK(scilama_trainer_run(x.t, NULL, NULL, NULL, &error));
        OK(scilama_trainer_run(y.t, NULL, NULL, NULL, &error));
        ck_assert_int_eq(calls, before); /* steps allocate nothing */
        size_t n, m;
        char *s = state(&x, &n), *t = state(&y, &m);
        ck_assert_uint_eq(n, m);
        ck_assert_int_eq(memcmp(s, t, n), 0);
        free(s), free(t);
        assert_same_rows(x.d, y.d);
        stop(&x);
        stop(&y);
        ck_assert_int_eq(files_left(), 1);
    }
    scilama_context_destroy(counted);
}
END_TEST

/* Overwrites bytes and gives the file its old time back. */
static void overwrite(const char *path, long at, long n, int keep_time)
{
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    FILE *f = fopen(path, "r+b");
    fseek(f, at, SEEK_SET);
    for (long i = 0; i < n; i++) fputc(0x5a, f);
    fclose(f);
    struct timespec times[2] = { st.st_atim, st.st_mtim };
    if (!keep_time) times[1].tv_sec += 5;
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* A step that cannot read changes nothing. */
START_TEST(changes_of_the_file_are_found)
{
    for (int k = 0; k < 3; k++) {
        const char *path = make_file(SCILAMA_STORAGE_CSR, "f.h5ad");
        fit x = start(ctx, path, MEMORY);
        struct stat st;
        size_t n;
        char *before = state(&x, &n), *after;
        ck_assert_int_eq(stat(path, &st), 0);
        if (k == 0) overwrite(path, 0, 0, 0);
        if (k == 1) ck_assert_int_eq(unlink(path), 0);
        if (k == 2) overwrite(path, 3000, (long)st.st_size - 3000, 1); /* not to be told from the old one */
        FAILS(k == 2 ? SCILAMA_E_FORMAT : SCILAMA_E_IO, scilama_trainer_step(x.t, NULL, &error));
        ck_assert_ptr_nonnull(strstr(error.message, "f.h5ad"));
        after = state(&x, &n);
        ck_assert_int_eq(memcmp(before, after, n), 0);
        free(before), free(after);
        stop(&x);
    }
}
END_TEST

START_TEST(limits_are_said)
{
    scilama_file_options o;
    scilama_dataset *d;
    scilama_file_options_init(&o, sizeof o);
    const char *path = make_file(SCILAMA_STORAGE_CSR, "f.h5ad");
    long long least;
    o.stream_memory = 1;
    FAILS(SCILAMA_E_INVALID, scilama_dataset_read_h5ad(&d, ctx, path, &o, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "f.h5ad: a memory of 1 bytes"));
    ck_assert_int_eq(sscanf(strstr(error.message, "it: "), "it: %lld", &least), 1);
    o.stream_memory = least - 1;
    FAILS(SCILAMA_E_INVALID, scilama_dataset_read_h5ad(&d, ctx, path, &o, &error));
    o.stream_memory = least;
    OK(scilama_dataset_read_h5ad(&d, ctx, path, &o, &error));
    scilama_dataset_destroy(d);
    o.stream_memory = -1;
    FAILS(SCILAMA_E_INVALID, scilama_dataset_read_h5ad(&d, ctx, path, &o, &error));
    o.stream_memory = 1 << 20;
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_read_mtx(&d, ctx, folder, &o, &error));
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_read_10x_h5(&d, ctx, path, &o, &error));
    o.scratch_folder = "/nowhere/at all";
    FAILS(SCILAMA_E_IO, scilama_dataset_read_h5ad(&d, ctx, make_file(SCILAMA_STORAGE_CSC, "c.h5ad"), &o, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "/nowhere/at all"));
    o.annotation_only = 1; /* then there is nothing to stream */
    OK(scilama_dataset_read_h5ad(&d, ctx, path, &o, &error));
    scilama_dataset_destroy(d);
}
END_TEST

START_TEST(every_allocation_fails_in_turn)
{
    static const int32_t storages[] = { SCILAMA_STORAGE_DENSE, SCILAMA_STORAGE_CSR, SCILAMA_STORAGE_CSC };
    scilama_allocator a = { NULL, limited, release };
    scilama_context_options o;
    scilama_context *small;
    scilama_file_options ho;
    scilama_file_options_init(&ho, sizeof ho);
    ho.stream_memory = MEMORY;
    ho.scratch_folder = folder;
    scilama_context_options_init(&o, sizeof o);
    o.allocator = &a;
    allow = 1000;
    OK(scilama_context_create(&small, &o, &error));
    for (int k = 0; k < 3; k++) {
        const char *path = make_file(storages[k], "f.h5ad");
        int64_t before, after;
        scilama_status status = SCILAMA_E_NOMEM;
        for (int64_t n = 0; status; n++) {
            scilama_dataset *d = NULL;
            scilama_context_memory(small, &before, NULL);
            allow = n;
            status = scilama_dataset_read_h5ad(&d, small, path, &ho, &error);
            allow = 1000000;
            if (status) ck_assert_msg(status == SCILAMA_E_NOMEM, "allocation %d: %s", (int)n, error.message);
            scilama_dataset_destroy(d);
            scilama_context_memory(small, &after, NULL);
            ck_assert_msg(before == after, "allocation %d of storage %d leaks %d bytes", (int)n, k, (int)(after - before));
            ck_assert_int_lt(n, 100000);
        }
    }
    scilama_context_destroy(small);
}
END_TEST

int main(void)
{
    const TTest *tests[] = { every_generation, training_equals_memory, changes_of_the_file_are_found, limits_are_said, every_allocation_fails_in_turn };
    return run_suite("io stream", tests, sizeof tests / sizeof tests[0]);
}
