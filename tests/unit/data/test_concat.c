/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "data/source.h"
#include <math.h>

/* Several datasets as one: everything equals the same matrix in one piece. */

enum { CELLS = 700, GENES = 60, PARTS = 3, MEMORY = 160 << 10 };

static const int64_t begins[PARTS + 1] = { 0, 250, 380, CELLS };
static const char *const keys[PARTS] = { "a", "b", "c" };

/* The genes of part p in its own order: of the second turned round, of the third without each seventh. */
static int64_t genes_of(int p, bool same, int64_t *gene)
{
    int64_t n = 0;
    for (int64_t g = 0; g < GENES; g++) {
        if (!same && p == 2 && g % 7 == 3) continue;
        gene[n++] = !same && p == 1 ? GENES - 1 - g : g;
    }
    return n;
}

typedef struct piece { float *values; int64_t genes; } piece;

static scilama_status fetch(void *user, const scilama_row_block *b, scilama_error *error)
{
    piece *p = user;
    int64_t at = 0;
    (void)error;
    for (int64_t r = 0; r < b->rows; r++) {
        const float *row = p->values + b->cells[r] * p->genes;
        if (!b->indptr) memcpy(b->values + r * p->genes, row, (size_t)p->genes * sizeof *row);
        for (int32_t g = 0; g < p->genes && b->indptr; g++)
            if (row[g] > 0) b->indices[at] = g, b->values[at++] = row[g];
        if (b->indptr) b->indptr[r + 1] = at;
    }
    return SCILAMA_OK;
}

static void drop(void *user)
{
    free(((piece *)user)->values);
    free(user);
}

/* how: 0 dense, 1 CSR, both in memory; 2 dense, 3 CSR rows from a callback */
static scilama_dataset *make(scilama_context *ctx, const matrix_fixture *f, int64_t from, int64_t to, const int64_t *gene, int64_t genes, int how)
{
    piece *p = malloc(sizeof *p);
    const char **names = malloc((size_t)genes * sizeof *names);
    scilama_dataset *d = NULL;
    scilama_error error = { 0 };
    *p = (piece){ malloc((size_t)((to - from) * genes) * sizeof *p->values), genes };
    for (int64_t g = 0; g < genes; g++) names[g] = f->gene_names[gene[g]];
    for (int64_t c = from; c < to; c++)
        for (int64_t g = 0; g < genes; g++) p->values[(c - from) * genes + g] = f->dense[c * f->genes + gene[g]];
    if (how < 2) {
        scilama_matrix m;
        scilama_matrix_init(&m, sizeof m);
        int64_t *indptr = calloc((size_t)(to - from + 1), sizeof *indptr), total = (to - from) * genes;
        int32_t *indices = malloc((size_t)total * sizeof *indices);
        float *values = malloc((size_t)total * sizeof *values);
        int64_t at = 0;
        for (int64_t i = 0; i < total; i++) {
            if (p->values[i] > 0) indices[at] = (int32_t)(i % genes), values[at++] = p->values[i];
            indptr[i / genes + 1] = at;
        }
        m.rows = to - from;
        m.cols = genes;
        m.values = how ? values : p->values;
        m.storage = how ? SCILAMA_STORAGE_CSR : SCILAMA_STORAGE_DENSE;
        m.indptr_type = SCILAMA_DTYPE_I64;
        m.indices = indices;
        m.indptr = indptr;
        m.stored = at;
        ck_assert_msg(scilama_dataset_create(&d, ctx, &m, f->cell_names + from, names, &error) == SCILAMA_OK, "%s", error.message);
        free(indptr), free(indices), free(values);
        drop(p);
    } else {
        scilama_row_source s;
        scilama_row_source_init(&s, sizeof s);
        s.storage = how == 3 ? SCILAMA_STORAGE_CSR : SCILAMA_STORAGE_DENSE;
        s.rows = to - from;
        s.cols = genes;
        s.memory = MEMORY;
        s.lump = 16;
        s.fetch = fetch;
        s.user = p;
        s.release = drop;
        ck_assert_msg(scilama_dataset_create_from_rows(&d, ctx, &s, f->cell_names + from, names, &error) == SCILAMA_OK, "%s", error.message);
    }
    free(names);
    return d;
}

static scilama_dataset *make_whole(scilama_context *ctx, const matrix_fixture *f, bool same)
{
    int64_t gene[GENES], n = same ? genes_of(0, true, gene) : genes_of(2, false, gene);
    return make(ctx, f, 0, CELLS, gene, n, 1);
}

static void annotate(scilama_dataset *d, int64_t from)
{
    static const char *const batches[] = { "x", "y", "z" };
    int64_t n = scilama_dataset_cells(d);
    int32_t *codes = malloc((size_t)n * sizeof *codes);
    for (int64_t i = 0; i < n; i++) codes[i] = (int32_t)((i + from) % 3);
    ck_assert_int_eq(scilama_dataset_set_codes(d, "batch", codes, batches, 3, NULL), SCILAMA_OK);
    free(codes);
}

/* Losses of some steps, and what is seen of some cells. */
static void results(scilama_dataset *d, double *loss, float *row)
{
    scilama_error error = { 0 };
    scilama_preprocess_options p;
    scilama_model_options m;
    scilama_trainer_options t;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    scilama_step_info info;
    int64_t cells[5] = { 249, 250, 0, 699, 379 };
    scilama_preprocess_options_init(&p, sizeof p, SCILAMA_PRESET_RECOMMENDED);
    scilama_model_options_init(&m, sizeof m, SCILAMA_PRESET_RECOMMENDED);
    scilama_trainer_options_init(&t, sizeof t, SCILAMA_PRESET_RECOMMENDED);
    scilama_step_info_init(&info, sizeof info);
    p.n_top_genes = 41;
    m.hidden[0] = 16, m.hidden[1] = 0, m.latent = 4;
    m.gene_input = SCILAMA_GENE_INPUT_NONE;
    t.mode = SCILAMA_MODE_BETA_VAE;
    t.max_steps = 12;
    t.batch_size = 64;
    t.shuffle = SCILAMA_SHUFFLE_CHUNKED;
    t.shuffle_block = 16;
    t.shuffle_window = 128;
    bool good = !scilama_dataset_use_covariate(d, "batch", SCILAMA_COVARIATE_CATEGORICAL, &error) && !scilama_dataset_split_random(d, 0.8, 0.2, 3, "batch", &error) &&
                !scilama_dataset_preprocess(d, &p, NULL, &error) && !scilama_dataset_get_prepared(d, cells, 5, row, 0, &error) &&
                !scilama_model_create(&model, d, &m, &error) && !scilama_trainer_create(&trainer, model, d, &t, &error);
    for (int i = 0; i < 12 && good; i++) {
        good = !scilama_trainer_step(trainer, &info, &error);
        loss[i] = info.loss;
    }
    ck_assert_msg(good, "%s", error.message);
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
}

START_TEST(equals_one_piece)
{
    bool same = _i & 1;
    int kind = _i >> 1; /* dense, CSR, both; streamed dense, CSR, both */
    static const int hows[6][PARTS] = { { 0, 0, 0 }, { 1, 1, 1 }, { 0, 1, 0 }, { 2, 2, 2 }, { 3, 3, 3 }, { 3, 2, 3 } };
    matrix_fixture f = fixture_make(CELLS, GENES, 5);
    scilama_context *ctx = test_context(1 + _i % 2);
    scilama_dataset *part[PARTS], *many = NULL, *one = make_whole(ctx, &f, same);
    scilama_concat_options o;
    scilama_error error = { 0 };
    for (int p = 0; p < PARTS; p++) {
        int64_t gene[GENES], n = genes_of(p, same, gene);
        part[p] = make(ctx, &f, begins[p], begins[p + 1], gene, n, hows[kind][p]);
        annotate(part[p], begins[p]);
    }
    annotate(one, 0);
    ck_assert_int_eq(scilama_concat_options_init(&o, sizeof o), SCILAMA_OK);
    o.keys = keys;
    o.label = "file";
    o.release = 1;
    ck_assert_msg(scilama_dataset_concat(&many, part, PARTS, &o, &error) == SCILAMA_OK, "%s", error.message);
    for (int p = 0; p < PARTS; p++) scilama_dataset_destroy(part[p]);
    ck_assert_int_eq(scilama_dataset_cells(many), CELLS);
    ck_assert_int_eq(scilama_dataset_genes(many), scilama_dataset_genes(one));
    for (int64_t i = 0; i < CELLS; i++) ck_assert_str_eq(scilama_dataset_cell_name(many, i), f.cell_names[i]);
    int32_t code[CELLS];
    ck_assert_int_eq(scilama_dataset_get_codes(many, "file", code, NULL), SCILAMA_OK);
    for (int p = 0; p < PARTS; p++)
        for (int64_t i = begins[p]; i < begins[p + 1]; i++) ck_assert_int_eq(code[i], p);
    double a[12], b[12];
    float x[5 * GENES], y[5 * GENES];
    results(one, a, x);
    results(many, b, y);
    ck_assert(memcmp(a, b, sizeof a) == 0);
    ck_assert(memcmp(x, y, 5 * 41 * sizeof *x) == 0);
    scilama_dataset_destroy(many);
    scilama_dataset_destroy(one);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

static scilama_dataset *small(scilama_context *ctx, const char *const *cells, const char *const *genes)
{
    static const float values[4] = { 1, 2, 3, 4 };
    scilama_dataset *d = NULL;
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = m.cols = 2;
    m.values = values;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, cells, genes, NULL), SCILAMA_OK);
    return d;
}

static const char *const cells_a[] = { "c1", "c2" }, *const cells_b[] = { "c3", "c2" }, *const genes_a[] = { "g1", "g2" }, *const genes_b[] = { "g2", "g1" };

START_TEST(names_and_columns_are_aligned)
{
    scilama_context *ctx = test_context(1);
    scilama_dataset *d[2] = { small(ctx, cells_a, genes_a), small(ctx, cells_b, genes_b) }, *whole = NULL;
    const char *const red[] = { "red", "blue" }, *const green[] = { "green", NULL };
    const double ones[] = { 1, NAN }, numbers[] = { 7, 2.5 };
    ck_assert_int_eq(scilama_dataset_set_strings(d[0], "colour", red, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_set_strings(d[1], "colour", green, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_set_numeric(d[0], "depth", ones, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_set_strings(d[0], "mixed", red, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_set_numeric(d[1], "mixed", numbers, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_set_numeric(d[1], "late", numbers, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_concat(&whole, d, 2, NULL, NULL), SCILAMA_OK);
    ck_assert_str_eq(scilama_dataset_cell_name(whole, 0), "c1-0"); /* c2 is in both */
    ck_assert_str_eq(scilama_dataset_cell_name(whole, 3), "c2-1");
    ck_assert_int_eq(scilama_dataset_columns(whole), 4);
    ck_assert_str_eq(scilama_dataset_gene_name(whole, 0), "g1");
    int32_t code[4];
    double value[4];
    float row[8];
    int64_t all[4] = { 0, 1, 2, 3 };
    ck_assert_int_eq(scilama_dataset_get_prepared(whole, all, 4, row, 0, NULL), SCILAMA_OK);
    ck_assert_float_eq(row[4], 2); /* g1 is the second of the second */
    ck_assert_float_eq(row[5], 1);
    ck_assert_int_eq(scilama_dataset_get_codes(whole, "colour", code, NULL), SCILAMA_OK);
    ck_assert_str_eq(scilama_dataset_category(whole, "colour", code[0]), "red");
    ck_assert_str_eq(scilama_dataset_category(whole, "colour", code[2]), "green");
    ck_assert_int_eq(code[3], -1);
    ck_assert_str_eq(scilama_dataset_category(whole, "colour", 0), "blue"); /* sorted */
    ck_assert_int_eq(scilama_dataset_get_numeric(whole, "depth", value, NULL), SCILAMA_OK);
    ck_assert(value[0] == 1 && isnan(value[1]) && isnan(value[2]) && isnan(value[3]));
    ck_assert_int_eq(scilama_dataset_get_numeric(whole, "late", value, NULL), SCILAMA_OK);
    ck_assert(isnan(value[0]) && value[2] == 7 && value[3] == 2.5);
    ck_assert_int_eq(scilama_dataset_get_codes(whole, "mixed", code, NULL), SCILAMA_OK);
    ck_assert_str_eq(scilama_dataset_category(whole, "mixed", code[2]), "7");
    ck_assert_str_eq(scilama_dataset_category(whole, "mixed", code[3]), "2.5");
    scilama_dataset_destroy(whole);
    scilama_concat_options o;
    scilama_concat_options_init(&o, sizeof o);
    o.index_unique = SCILAMA_OFF;
    ck_assert_int_eq(scilama_dataset_concat(&whole, d, 2, &o, NULL), SCILAMA_OK);
    ck_assert_str_eq(scilama_dataset_cell_name(whole, 3), "c2");
    scilama_dataset_destroy(whole);
    scilama_dataset_destroy(d[0]);
    scilama_dataset_destroy(d[1]);
    scilama_context_destroy(ctx);
}
END_TEST

static void refused(scilama_dataset **d, int64_t n, const scilama_concat_options *o, scilama_status code, const char *word)
{
    scilama_dataset *whole = NULL;
    scilama_error error = { 0 };
    ck_assert_int_eq(scilama_dataset_concat(&whole, d, n, o, &error), code);
    ck_assert_ptr_null(whole);
    ck_assert_msg(strstr(error.message, word) != NULL, "'%s' is not in: %s", word, error.message);
}

START_TEST(what_cannot_be_is_refused)
{
    const char *const others[] = { "ENSG01", "ENSG02" }, *const twice[] = { "a", "a" };
    matrix_fixture f = fixture_make(CELLS, GENES, 5);
    scilama_context *ctx = test_context(1);
    int64_t gene[GENES], n = genes_of(0, true, gene);
    scilama_dataset *d[2] = { small(ctx, cells_a, genes_a), small(ctx, cells_b, others) };
    scilama_concat_options o;
    scilama_concat_options_init(&o, sizeof o);
    refused(d, 2, NULL, SCILAMA_E_NOTFOUND, "'ENSG01'");
    scilama_dataset_destroy(d[1]);
    d[1] = small(ctx, cells_b, NULL);
    refused(d, 2, NULL, SCILAMA_E_INVALID, "have none");
    scilama_dataset_destroy(d[1]);
    d[1] = make(ctx, &f, 0, 100, gene, n, 3);
    refused(d, 2, NULL, SCILAMA_E_UNSUPPORTED, "is streamed");
    scilama_dataset_destroy(d[1]);
    d[1] = small(ctx, cells_b, genes_b);
    o.join = SCILAMA_JOIN_OUTER;
    refused(d, 2, &o, SCILAMA_E_UNSUPPORTED, "not zero");
    o.join = SCILAMA_JOIN_INNER;
    o.keys = twice;
    refused(d, 2, &o, SCILAMA_E_DUPLICATE, "'a'");
    o.keys = NULL;
    o.release = 1;
    scilama_dataset *whole = NULL;
    ck_assert_int_eq(scilama_dataset_concat(&whole, d, 2, &o, NULL), SCILAMA_OK);
    refused(d, 2, NULL, SCILAMA_E_STATE, "given back");
    scilama_h5ad_writer *writer = NULL;
    ck_assert_int_eq(scilama_h5ad_writer_create_from(&writer, "concat_released.h5ad", d[0], 1, NULL), SCILAMA_E_STATE);
    ck_assert_ptr_null(writer);
    scilama_dataset_destroy(whole);
    scilama_dataset_destroy(d[0]);
    scilama_dataset_destroy(d[1]);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("concat");
    TCase *tests = tcase_create("concat");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, equals_one_piece, 0, 12);
    tcase_add_test(tests, names_and_columns_are_aligned);
    tcase_add_test(tests, what_cannot_be_is_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
