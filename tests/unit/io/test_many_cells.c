/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "hdf5/gateway.h"
#include "support.h"
#include <math.h>

/* Streamed files of more cells than are looked at together: nothing is held of each, and what is read is what is read into memory. */

enum { GENES = 24, KNOWN = 160, STORED = 6, MEMORY = 3 << 20, SOME = 40000, MARKED = 30000 };

static const char *const batches[] = { "b0", "b1", "b2" }, *const kinds[] = { "u", "v" };
static char gene_text[GENES][8];
static const char *gene_names[GENES];

/* A few genes of each cell, with something of two kinds. */
static void fill_row(int64_t cell, int64_t genes, int32_t *index, float *value)
{
    for (int64_t i = 0; i < STORED; i++) {
        unsigned h = (unsigned)(cell * 131 + i * 977) * 2654435761u;
        index[i] = (int32_t)(i * genes / STORED + (h >> 9) % (genes / STORED));
        value[i] = (float)(1 + (h >> 24) % 5 + (cell % 2 == i % 2 ? 6 : 0));
    }
}

static void name_genes(void)
{
    for (int g = 0; g < GENES; g++) {
        snprintf(gene_text[g], sizeof gene_text[g], "g%02d", g);
        gene_names[g] = gene_text[g];
    }
}

typedef struct table { int64_t cells; int32_t *index, *batch; int64_t *indptr; float *value; double *age; char (*text)[12]; const char **names; } table;

static table make_table(int64_t cells, int64_t genes)
{
    table t = { .cells = cells };
    t.index = malloc((size_t)(cells * STORED) * sizeof *t.index);
    t.value = malloc((size_t)(cells * STORED) * sizeof *t.value);
    t.indptr = malloc((size_t)(cells + 1) * sizeof *t.indptr);
    t.batch = malloc((size_t)cells * sizeof *t.batch);
    t.age = malloc((size_t)cells * sizeof *t.age);
    t.text = malloc((size_t)cells * sizeof *t.text);
    t.names = malloc((size_t)cells * sizeof *t.names);
    for (int64_t c = 0; c < cells; c++) {
        fill_row(c, genes, t.index + c * STORED, t.value + c * STORED);
        t.indptr[c + 1] = (c + 1) * STORED;
        t.batch[c] = c % 17 ? (int32_t)(c % 3) : -1;
        t.age[c] = c % 19 ? (double)(c % 50) : (double)NAN;
        snprintf(t.text[c], sizeof t.text[c], "c%d", (int)c);
        t.names[c] = t.text[c];
    }
    t.indptr[0] = 0;
    return t;
}

static void drop_table(table *t)
{
    free(t->index), free(t->value), free(t->indptr), free(t->batch), free(t->age), free(t->text), free(t->names);
}

static scilama_matrix matrix_of(const table *t, int64_t genes)
{
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_CSR;
    m.value_type = SCILAMA_DTYPE_F32;
    m.indptr_type = SCILAMA_DTYPE_I64;
    m.rows = t->cells;
    m.cols = genes;
    m.stored = t->cells * STORED;
    m.values = t->value;
    m.indices = t->index;
    m.indptr = t->indptr;
    return m;
}

static const char *make_file(int64_t cells, int64_t genes, const char *name)
{
    const char *path = in_folder(name);
    scilama_h5ad_writer *w;
    table t = make_table(cells, genes);
    scilama_matrix m = matrix_of(&t, genes);
    OK(scilama_h5ad_writer_create(&w, ctx, path, &m, t.names, gene_names, &error));
    OK(scilama_h5ad_writer_put_obs_categorical(w, "batch", t.batch, batches, 3, &error));
    OK(scilama_h5ad_writer_put_obs_numeric(w, "age", t.age, &error));
    OK(scilama_h5ad_writer_commit(w, &error));
    scilama_h5ad_writer_destroy(w);
    drop_table(&t);
    return path;
}

static scilama_status try_file(scilama_dataset **d, scilama_context *in, const char *path, int64_t memory)
{
    scilama_file_options o;
    scilama_file_options_init(&o, sizeof o);
    o.stream_memory = memory;
    *d = NULL;
    return scilama_dataset_read_h5ad(d, in, path, &o, &error);
}

static scilama_dataset *open_file(scilama_context *in, const char *path, int64_t memory)
{
    scilama_dataset *d;
    OK(try_file(&d, in, path, memory));
    return d;
}

/* A model of KNOWN cells with both columns as covariates, and those cells as its reference. */
static scilama_model *make_model(scilama_context *in)
{
    static float points[KNOWN * 4], layout[KNOWN * 2];
    int32_t code[KNOWN];
    scilama_dataset *d;
    scilama_model *model;
    scilama_reference *r;
    scilama_model_options mo;
    table t = make_table(KNOWN, GENES);
    scilama_matrix m = matrix_of(&t, GENES);
    OK(scilama_dataset_create(&d, in, &m, NULL, gene_names, &error));
    OK(scilama_dataset_set_codes(d, "batch", t.batch, batches, 3, &error));
    OK(scilama_dataset_set_numeric(d, "age", t.age, &error));
    OK(scilama_dataset_use_covariate(d, "batch", SCILAMA_COVARIATE_CATEGORICAL, &error));
    OK(scilama_dataset_use_covariate(d, "age", SCILAMA_COVARIATE_CONTINUOUS, &error));
    OK(scilama_dataset_preprocess(d, NULL, NULL, &error));
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_PUBLISHED);
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    mo.latent = 4;
    mo.hidden[0] = 8, mo.hidden[1] = 6;
    OK(scilama_model_create(&model, d, &mo, &error));
    OK(scilama_model_encode_cells(model, d, points, NULL, 0, &error));
    OK(scilama_reference_create(&r, in, points, KNOWN, 4, 0, &error));
    for (int c = 0; c < KNOWN; c++) code[c] = c % 2, layout[2 * c] = (float)c, layout[2 * c + 1] = 1;
    OK(scilama_reference_add_labels(r, "kind", code, kinds, 2, &error));
    OK(scilama_reference_set_layout(r, layout, 2, &error));
    OK(scilama_model_set_reference(model, r, &error));
    OK(scilama_model_learn_absent(model, d, &error));
    OK(scilama_model_describe_reference(model, d, &error));
    scilama_reference_destroy(r);
    scilama_dataset_destroy(d);
    drop_table(&t);
    return model;
}

/* The most bytes that a context has held when a file of so many cells was mapped. */
static int64_t map_file(scilama_context *in, scilama_model *model, int64_t cells, int64_t genes)
{
    const char *path = make_file(cells, genes, "q.h5ad"), *out = in_folder("o.h5ad");
    scilama_dataset *d = open_file(in, path, MEMORY);
    scilama_h5ad_writer *w;
    int64_t peak;
    OK(scilama_h5ad_writer_open(&w, in, path, out, &error));
    OK(scilama_model_map(model, d, w, NULL, &error));
    OK(scilama_h5ad_writer_commit(w, &error));
    scilama_h5ad_writer_destroy(w);
    scilama_dataset_destroy(d);
    scilama_context_memory(in, NULL, &peak);
    return peak;
}

/* Blocks are as large as they get with 131,072 cells. A byte of each cell more would be found. */
START_TEST(mapping_holds_nothing_of_each_cell)
{
    enum { FEW = 140000, MORE = 300000 };
    scilama_context_options o;
    scilama_context_options_init(&o, sizeof o);
    o.threads = 2;
    name_genes();
    for (int part = 0; part < 2; part++) { /* all genes of the model; half of them */
        scilama_context *in;
        OK(scilama_context_create(&in, &o, &error));
        scilama_model *model = make_model(in);
        int64_t few = map_file(in, model, FEW, GENES / (part + 1)), many = map_file(in, model, FEW + MORE, GENES / (part + 1));
        ck_assert_msg(many - few < MORE, "%d more cells, %d more bytes", MORE, (int)(many - few));
        ck_assert_int_gt(few, MEMORY);
        scilama_model_destroy(model);
        scilama_context_destroy(in);
    }
}
END_TEST

static float *prepared(scilama_dataset *d, int64_t step)
{
    int64_t *cells = malloc(SOME * sizeof *cells);
    for (int64_t i = 0; i < SOME; i++) cells[i] = i * step % SOME;
    OK(scilama_dataset_get_prepared(d, cells, 0, NULL, 0, &error));
    float *x = malloc((size_t)(SOME * scilama_dataset_genes_used(d)) * sizeof *x);
    OK(scilama_dataset_get_prepared(d, cells, SOME, x, 0, &error));
    free(cells);
    return x;
}

static void assert_same_columns(scilama_dataset *a, scilama_dataset *b)
{
    static int32_t code[2][SOME];
    static double age[2][SOME];
    for (int64_t c = 0; c < SOME; c += 777) ck_assert_str_eq(scilama_dataset_cell_name(a, c), scilama_dataset_cell_name(b, c));
    for (int i = 0; i < 2; i++) {
        OK(scilama_dataset_get_codes(i ? b : a, "batch", code[i], &error));
        OK(scilama_dataset_get_numeric(i ? b : a, "age", age[i], &error));
        for (int64_t c = 0; c < SOME; c++) age[i][c] = isnan(age[i][c]) ? -1 : age[i][c];
        for (int k = 0; k < 2; k++) {
            scilama_column_info info;
            scilama_column_info_init(&info, sizeof info);
            OK(scilama_dataset_column_info(i ? b : a, k ? "age" : "batch", &info, &error));
            ck_assert_int_eq(info.missing, (SOME + (k ? 18 : 16)) / (k ? 19 : 17));
        }
    }
    ck_assert_mem_eq(code[0], code[1], sizeof code[0]);
    ck_assert_mem_eq(age[0], age[1], sizeof age[0]);
}

/* Rows, names, columns, encoding and training. */
START_TEST(what_is_read_equals_memory)
{
    static float mu[2][SOME * 4];
    name_genes();
    const char *path = make_file(SOME, GENES, "f.h5ad");
    scilama_model *model = make_model(ctx), *fitted[2];
    scilama_dataset *d[2] = { open_file(ctx, path, 0), open_file(ctx, path, MEMORY) };
    scilama_model_options mo;
    scilama_trainer_options to;
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_PUBLISHED);
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_PUBLISHED);
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    mo.latent = 4;
    mo.hidden[0] = 8, mo.hidden[1] = 6;
    to.mode = SCILAMA_MODE_BETA_VAE;
    to.max_steps = 4;
    to.shuffle = SCILAMA_SHUFFLE_CHUNKED;
    to.shuffle_block = 20;
    to.shuffle_window = 20000;
    assert_same_columns(d[0], d[1]);
    for (int i = 0; i < 2; i++) OK(scilama_model_encode_cells(model, d[i], mu[i], NULL, 0, &error));
    ck_assert_mem_eq(mu[0], mu[1], sizeof mu[0]);
    for (int i = 0; i < 2; i++) {
        scilama_trainer *t;
        OK(scilama_dataset_split_random(d[i], 0.8, 0.2, 1, "batch", &error));
        OK(scilama_dataset_use_covariate(d[i], "batch", SCILAMA_COVARIATE_CATEGORICAL, &error));
        OK(scilama_dataset_use_covariate(d[i], "age", SCILAMA_COVARIATE_CONTINUOUS, &error));
        OK(scilama_dataset_preprocess(d[i], NULL, NULL, &error));
        OK(scilama_model_create(&fitted[i], d[i], &mo, &error));
        OK(scilama_trainer_create(&t, fitted[i], d[i], &to, &error));
        OK(scilama_trainer_run(t, NULL, NULL, NULL, &error));
        scilama_trainer_destroy(t);
        OK(scilama_model_encode_cells(fitted[i], d[i], mu[i], NULL, 0, &error));
        scilama_model_destroy(fitted[i]);
    }
    ck_assert_mem_eq(mu[0], mu[1], sizeof mu[0]);
    for (int64_t step = 1; step < 8000; step += 7918) {
        float *x = prepared(d[0], step), *y = prepared(d[1], step);
        ck_assert_int_eq(scilama_dataset_genes_used(d[0]), scilama_dataset_genes_used(d[1]));
        ck_assert(memcmp(x, y, (size_t)(SOME * scilama_dataset_genes_used(d[0])) * sizeof *x) == 0);
        free(x), free(y);
    }
    for (int i = 0; i < 2; i++) scilama_dataset_destroy(d[i]);
    scilama_model_destroy(model);
}
END_TEST

/* Replaces what a file has of some bytes, the first time. */
static void replace(const char *path, const void *old, const void *new, size_t bytes)
{
    FILE *f = fopen(path, "r+b");
    fseek(f, 0, SEEK_END);
    size_t size = (size_t)ftell(f);
    char *all = malloc(size), *at;
    rewind(f);
    ck_assert_uint_eq(fread(all, 1, size, f), size);
    ck_assert_ptr_nonnull(at = memmem(all, size, old, bytes));
    fseek(f, at - all, SEEK_SET);
    ck_assert_uint_eq(fwrite(new, 1, bytes, f), bytes);
    fclose(f);
    free(all);
}

static void put_rows(const char *path, const char *dataset, slm_h5_type type, int64_t first, int64_t rows, const void *values)
{
    slm_h5_file *f;
    OK(slm_h5_copy_atomic(&f, ctx, path, path, &error));
    OK(slm_h5_write_rows(f, dataset, type, first, rows, values, &error));
    OK(slm_h5_commit(f, &error));
    slm_h5_close(f);
}

/* What is wrong with one cell is found where it is, and said by its name or number. */
START_TEST(damage_is_found)
{
    enum { AT = MARKED * STORED };
    static const int64_t whole = AT, down = AT - STORED - 1, beyond = SOME * STORED + 1;
    scilama_dataset *d;
    name_genes();
    const char *path = make_file(SOME, GENES, "f.h5ad");
    put_rows(path, "X/indptr", SLM_H5_I64, MARKED, 1, &down);
    FAILS(SCILAMA_E_FORMAT, try_file(&d, ctx, path, MEMORY));
    ck_assert_ptr_nonnull(strstr(error.message, "f.h5ad: X/indptr is damaged at 29999: it goes from 179994 to 179993 of 240000"));
    put_rows(path, "X/indptr", SLM_H5_I64, MARKED, 1, &beyond);
    FAILS(SCILAMA_E_FORMAT, try_file(&d, ctx, path, MEMORY));
    ck_assert_ptr_nonnull(strstr(error.message, "X/indptr is damaged at 29999: it goes from 179994 to 240001 of 240000"));
    put_rows(path, "X/indptr", SLM_H5_I64, MARKED, 1, &whole);
    replace(path, "c30000", "\xff" "30000", 6);
    FAILS(SCILAMA_E_INVALID, try_file(&d, ctx, path, MEMORY));
    ck_assert_ptr_nonnull(strstr(error.message, "the name of cell 30001 ("));
    replace(path, "\xff" "30000", "c30000", 6);
    static const float broken = NAN, sound = 3;
    static const int8_t code = 3, none = -1;
    double age[MARKED];
    put_rows(path, "X/data", SLM_H5_F32, AT + 2, 1, &broken);
    FAILS(SCILAMA_E_NONFINITE, try_file(&d, ctx, path, MEMORY));
    ck_assert_ptr_nonnull(strstr(error.message, "of cell 'c30000' is not finite"));
    put_rows(path, "X/data", SLM_H5_F32, AT + 2, 1, &sound);
    put_rows(path, "obs/batch/codes", SLM_H5_I8, MARKED, 1, &code);
    FAILS(SCILAMA_E_FORMAT, try_file(&d, ctx, path, MEMORY));
    ck_assert_ptr_nonnull(strstr(error.message, "f.h5ad: obs/batch row 30000 has code 3 but there are 3 categories"));
    put_rows(path, "obs/batch/codes", SLM_H5_I8, MARKED, 1, &none);
    for (int c = 0; c < MARKED; c++) age[c] = 1;
    put_rows(path, "obs/age", SLM_H5_F64, 0, MARKED, age);
    put_rows(path, "obs/age", SLM_H5_F64, MARKED, 1, &(double){ (double)NAN });
    d = open_file(ctx, path, MEMORY);
    OK(scilama_dataset_use_covariate(d, "age", SCILAMA_COVARIATE_RAW, &error));
    FAILS(SCILAMA_E_NONFINITE, scilama_dataset_preprocess(d, NULL, NULL, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "'age' is missing in cell 'c30000'"));
    scilama_dataset_destroy(d);
}
END_TEST

/* A name can no longer be read from a file that has changed, and nothing else is made up. */
START_TEST(names_of_a_changed_file)
{
    name_genes();
    const char *path = make_file(SOME, GENES, "f.h5ad");
    scilama_dataset *d = open_file(ctx, path, MEMORY), *kept = open_file(ctx, path, MEMORY);
    ck_assert_str_eq(scilama_dataset_cell_name(kept, 1), "c1");
    unlink(path);
    ck_assert_ptr_null(scilama_dataset_cell_name(d, 7));
    ck_assert_str_eq(scilama_dataset_cell_name(kept, 39999), "c39999");
    FAILS(SCILAMA_E_IO, scilama_dataset_split_random(d, 0.8, 0.2, 1, NULL, &error));
    scilama_dataset_destroy(d);
    scilama_dataset_destroy(kept);
}
END_TEST

int main(void)
{
    const TTest *tests[] = { mapping_holds_nothing_of_each_cell, what_is_read_equals_memory, damage_is_found, names_of_a_changed_file };
    return run_suite("many cells", tests, sizeof tests / sizeof tests[0]);
}
