/* SPDX-License-Identifier: MIT */
#include "hdf5/gateway.h"
#include "linalg/principal.h"
#include "model/model.h"
#include "problem.h"

static float *random_matrix(int64_t n, int64_t d, int64_t rank)
{
    slm_rng_seq s = slm_rng_sequence(5, SLM_STREAM_SIMULATE, 0, (uint32_t)(n + d));
    float *x = malloc((size_t)(n * d) * sizeof *x), *mix = malloc((size_t)(rank * d) * sizeof *mix);
    for (int64_t i = 0; i < rank * d; i++) mix[i] = (float)slm_rng_normal(&s);
    for (int64_t r = 0; r < n; r++) {
        memset(x + r * d, 0, (size_t)d * sizeof *x);
        for (int64_t k = 0; k < rank; k++) {
            double w = slm_rng_normal(&s) * (double)(rank - k);
            for (int64_t i = 0; i < d; i++) x[r * d + i] += (float)w * mix[k * d + i];
        }
    }
    for (int64_t i = 0; i < d; i++) {
        double mean = 0;
        for (int64_t r = 0; r < n; r++) mean += (double)x[r * d + i] / (double)n;
        for (int64_t r = 0; r < n; r++) x[r * d + i] -= (float)mean;
    }
    free(mix);
    return x;
}

/* X'X v = (n - 1) λ v, axes orthonormal, λ descending, for both products and both solvers. */
START_TEST(axes_are_eigenvectors)
{
    static const int64_t shapes[][3] = { { 60, 12, 12 }, { 12, 60, 11 }, { 300, 200, 20 }, { 200, 300, 20 }, { 300, 150, 150 }, { 2, 5, 1 } };
    int64_t n = shapes[_i][0], d = shapes[_i][1], want = shapes[_i][2];
    float *x = random_matrix(n, d, n < d ? n : d);
    double *variance = malloc((size_t)want * sizeof *variance), *axes = malloc((size_t)(want * d) * sizeof *axes), *again = malloc((size_t)(want * d) * sizeof *axes);
    scilama_context *one = make_context(1), *three = make_context(3);
    OK(slm_principal_axes(one, x, n, d, want, variance, axes, error));
    OK(slm_principal_axes(three, x, n, d, want, variance, again, error));
    ck_assert_mem_eq(axes, again, (size_t)(want * d) * sizeof *axes);
    double *scores = malloc((size_t)n * sizeof *scores);
    for (int64_t c = 0; c < want; c++) {
        const double *v = axes + c * d;
        if (c) ck_assert(variance[c] <= variance[c - 1]);
        for (int64_t b = 0; b <= c; b++) {
            double product = 0;
            for (int64_t i = 0; i < d; i++) product += v[i] * axes[b * d + i];
            ck_assert_double_eq_tol(product, b == c ? 1 : 0, 1e-7);
        }
        double worst = 0, largest = 0;
        for (int64_t r = 0; r < n; r++) {
            scores[r] = 0;
            for (int64_t i = 0; i < d; i++) scores[r] += (double)x[r * d + i] * v[i];
        }
        for (int64_t i = 0; i < d; i++) {
            double sum = 0;
            for (int64_t r = 0; r < n; r++) sum += (double)x[r * d + i] * scores[r];
            worst = fmax(worst, fabs(sum / (double)(n - 1) - variance[c] * v[i]));
            if (fabs(v[i]) > fabs(largest)) largest = v[i];
        }
        ck_assert_msg(worst < 1e-6 * variance[0], "axis %lld is off by %g", (long long)c, worst);
        ck_assert(largest > 0);
    }
    free(scores), free(x), free(variance), free(axes), free(again);
    scilama_context_destroy(one);
    scilama_context_destroy(three);
}
END_TEST

/* Projected columns have mean 0 and no correlation; fewer axes than asked for when the data have fewer. */
START_TEST(projected)
{
    problem p;
    problem_make(&p, 1, 2, 1, 1);
    scilama_model_options o;
    small_options(&o);
    o.embed_normalize = _i == 1;
    o.embed_pca = _i == 2 ? 5 : 1000;
    scilama_model *model = NULL;
    OK(scilama_model_create(&model, p.dataset, &o, error));
    for (int m = 0; m < 2; m++) {
        int64_t w = model->net.width[m];
        ck_assert_int_eq(w, _i == 2 ? 5 : m ? GENES - 1 : WIDTH_A);
        double largest = 0;
        for (int64_t a = 0; a < w; a++)
            for (int64_t b = 0; b <= a; b++) {
                double mean = 0, product = 0;
                for (int g = 0; g < GENES; g++) {
                    mean += (double)model->embedding[m][g * w + a];
                    product += (double)model->embedding[m][g * w + a] * (double)model->embedding[m][g * w + b];
                }
                if (!a) largest = product;
                ck_assert_double_eq_tol(mean, 0, 1e-4);
                if (a != b) ck_assert_double_eq_tol(product / largest, 0, 1e-5);
                else ck_assert(product > 0 && product <= 1.0001 * largest);
            }
    }
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

/* The model's own genes, given as if they were new, land where they are. */
START_TEST(unseen_genes_pass_through_the_same)
{
    problem p;
    problem_make(&p, 2, 2, 1, 2);
    scilama_model_options o;
    small_options(&o);
    o.embed_pca = 6;
    o.embed_normalize = 1;
    scilama_model *model = NULL;
    OK(scilama_model_create(&model, p.dataset, &o, error));
    float own[GENES * 4], other[GENES * 4];
    const scilama_gene_table *tables[2] = { p.table[0], p.table[1] };
    OK(scilama_model_encode_genes(model, own, NULL, 0, error));
    OK(scilama_model_encode_new_genes(model, tables, NULL, 2, other, 0, error));
    for (int g = 0; g < GENES; g++) {
        int at = 0;
        while (strcmp(scilama_model_gene_name(model, at), p.names[g]) != 0) at++;
        for (int i = 0; i < 4; i++) ck_assert_float_eq_tol(own[at * 4 + i], other[g * 4 + i], 1e-6f);
    }
    /* saved and loaded, it still is the same */
    char path[] = "/tmp/scilama-condition-XXXXXX";
    int fd = mkstemp(path);
    ck_assert(fd >= 0);
    OK(scilama_model_save(model, path, error));
    scilama_model_destroy(model);
    OK(scilama_model_load(&model, p.ctx, path, error));
    remove(path);
    OK(scilama_model_encode_new_genes(model, tables, NULL, 2, own, 0, error));
    for (int i = 0; i < GENES * 4; i++) ck_assert_float_eq_tol(own[i], other[i], 1e-5f);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

/* A model with a part that models have no more is refused in words; what was only named, without effect, harms nothing. */
START_TEST(parts_of_before)
{
    problem p;
    problem_make(&p, 1, 2, 1, 1);
    scilama_model_options o;
    small_options(&o);
    scilama_model *model = NULL;
    OK(scilama_model_create(&model, p.dataset, &o, error));
    char path[] = "/tmp/scilama-parts-XXXXXX", other[64];
    int fd = mkstemp(path);
    ck_assert(fd >= 0);
    snprintf(other, sizeof other, "%s.old", path);
    OK(scilama_model_save(model, path, error));
    scilama_model_destroy(model);
    for (int effect = 0; effect < 2; effect++) {
        slm_h5_file *f = NULL;
        const int64_t off = 0, one = 1;
        const float value = 0;
        scilama_error said = { 0 };
        OK(slm_h5_copy_atomic(&f, p.ctx, path, other, error));
        OK(slm_h5_write_attr(f, "options", "gene_residual", SLM_H5_I64, 0, 1, effect ? &one : &off, error));
        OK(slm_h5_remove_attr(f, "options", "axes_head", error));
        OK(slm_h5_remove_attr(f, "options", "mixture", error));
        if (effect) OK(slm_h5_write(f, "parameters/gene_residual.weight", SLM_H5_F32, 1, &one, &value, 0, error));
        OK(slm_h5_commit(f, error));
        slm_h5_close(f);
        ck_assert_int_eq(scilama_model_load(&model, p.ctx, other, &said), effect ? SCILAMA_E_UNSUPPORTED : SCILAMA_OK);
        if (effect) ck_assert_msg(strstr(said.message, "gene_residual") && strstr(said.message, other), "%s", said.message);
        else scilama_model_destroy(model);
    }
    remove(path);
    remove(other);
    problem_free(&p);
}
END_TEST

static void refuse(scilama_model *model, scilama_dataset *dataset, const scilama_gene_table *const *tables, const char *const *names, int64_t n,
                   scilama_status expected, const char *says)
{
    static float out[CELLS * GENES * 4];
    scilama_error error = { 0 };
    ck_assert_int_eq(scilama_model_encode_new_genes(model, tables, names, n, out, 0, &error), expected);
    ck_assert_msg(strstr(error.message, says) != NULL, "\"%s\" does not say \"%s\"", error.message, says);
    ck_assert_int_eq(scilama_model_decode_new_genes(model, dataset, NULL, tables, names, n, out, 0, &error), expected);
}

/* Number, width, names and genes of the tables are the model's, or an error tells both sides. */
START_TEST(wrong_tables_are_refused)
{
    problem p;
    problem_make(&p, 1, 2, 1, 2);
    scilama_model_options o;
    small_options(&o);
    scilama_model *model = NULL;
    OK(scilama_model_create(&model, p.dataset, &o, error));
    const char *first = scilama_model_modality_name(model, 0), *second = scilama_model_modality_name(model, 1);
    ck_assert_int_eq(scilama_model_modality_width(model, 0), WIDTH_A);
    ck_assert_int_eq(scilama_model_modality_width(model, 1), WIDTH_B);
    ck_assert_int_eq(scilama_model_modality_width(model, 2), 0);
    ck_assert_int_eq(scilama_model_modality_width(NULL, 0), 0);
    scilama_gene_table *narrow = NULL, *fewer = NULL, *turned = NULL;
    const char *names[GENES];
    for (int g = 0; g < GENES; g++) names[g] = p.names[GENES - 1 - g];
    OK(scilama_gene_table_create(&narrow, p.ctx, p.names, p.vectors[0], GENES, WIDTH_A - 2, 0, error));
    OK(scilama_gene_table_create(&fewer, p.ctx, p.names, p.vectors[1], GENES - 1, WIDTH_B, 0, error));
    OK(scilama_gene_table_create(&turned, p.ctx, names, p.vectors[1], GENES, WIDTH_B, 0, error));
    const scilama_gene_table *good[] = { p.table[0], p.table[1], p.table[0] }, *swapped[] = { p.table[1], p.table[0] },
                             *thin[] = { narrow, p.table[1] }, *short_one[] = { p.table[0], fewer }, *other_order[] = { p.table[0], turned };
    refuse(model, p.dataset, good, NULL, 1, SCILAMA_E_INVALID, "made with 2");
    refuse(model, p.dataset, good, NULL, 3, SCILAMA_E_INVALID, "3 gene tables");
    refuse(model, p.dataset, swapped, NULL, 2, SCILAMA_E_INVALID, "have 45 columns, but the model was made with 7");
    refuse(model, p.dataset, thin, NULL, 2, SCILAMA_E_INVALID, "have 5 columns, but the model was made with 7");
    refuse(model, p.dataset, short_one, NULL, 2, SCILAMA_E_INVALID, "has 29 rows, another 30");
    refuse(model, p.dataset, other_order, NULL, 2, SCILAMA_E_INVALID, "the same genes in the same order");
    refuse(model, p.dataset, good, (const char *const[]){ first, "nothing" }, 2, SCILAMA_E_NOTFOUND, "\"nothing\"");
    refuse(model, p.dataset, good, (const char *const[]){ first, first }, 2, SCILAMA_E_DUPLICATE, first);
    float by_order[GENES * 4], by_name[GENES * 4];
    OK(scilama_model_encode_new_genes(model, good, NULL, 2, by_order, 0, error));
    OK(scilama_model_encode_new_genes(model, swapped, (const char *const[]){ second, first }, 2, by_name, 0, error));
    ck_assert_mem_eq(by_order, by_name, sizeof by_order);
    scilama_gene_table_destroy(narrow);
    scilama_gene_table_destroy(fewer);
    scilama_gene_table_destroy(turned);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

START_TEST(alike_vectors_are_refused)
{
    problem p;
    problem_make(&p, 1, 0, 1, 2);
    float same[GENES * 3];
    for (int i = 0; i < GENES * 3; i++) same[i] = (float)(i % 3);
    OK(scilama_gene_table_create(&p.table[0], p.ctx, p.names, same, GENES, 3, 0, error));
    OK(scilama_dataset_add_gene_table(p.dataset, "a", p.table[0], NULL, NULL, error));
    scilama_model_options o;
    small_options(&o);
    o.embed_pca = 2;
    scilama_model *model = NULL;
    ck_assert_int_eq(scilama_model_create(&model, p.dataset, &o, NULL), SCILAMA_E_INVALID);
    ck_assert_ptr_null(model);
    problem_free(&p);
}
END_TEST

START_TEST(controls)
{
    enum { ROWS = 4000, WIDTH = 3 };
    scilama_context *ctx = make_context(1);
    static float values[ROWS * WIDTH];
    static char text[ROWS][12];
    static const char *names[ROWS];
    for (int r = 0; r < ROWS; r++) {
        snprintf(text[r], sizeof text[r], "g%d", r);
        names[r] = text[r];
        for (int i = 0; i < WIDTH; i++) values[r * WIDTH + i] = (float)((r % 101 - 50) * (i + 1) + 7 * i);
    }
    scilama_gene_table *table = NULL, *random = NULL, *again = NULL, *shuffled = NULL;
    OK(scilama_gene_table_create(&table, ctx, names, values, ROWS, WIDTH, 0, error));
    OK(scilama_gene_table_random(&random, ctx, table, 1, error));
    OK(scilama_gene_table_random(&again, ctx, table, 1, error));
    OK(scilama_gene_table_shuffled(&shuffled, ctx, table, 1, error));
    const float *r = scilama_gene_table_values(random), *s = scilama_gene_table_values(shuffled);
    ck_assert_mem_eq(r, scilama_gene_table_values(again), sizeof values);
    ck_assert_int_eq(scilama_gene_table_rows(random), ROWS);
    ck_assert_str_eq(scilama_gene_table_name(shuffled, 17), "g17");
    for (int i = 0; i < WIDTH; i++) {
        double sum[3] = { 0 }, square[3] = { 0 };
        const float *tables[3] = { values, r, s };
        for (int t = 0; t < 3; t++)
            for (int k = 0; k < ROWS; k++) {
                double v = (double)tables[t][k * WIDTH + i];
                sum[t] += v / ROWS;
                square[t] += v * v / ROWS;
            }
        double std = sqrt(square[0] - sum[0] * sum[0]);
        ck_assert_double_eq_tol(sum[1], sum[0], 5 * std / sqrt(ROWS));
        ck_assert_double_eq_tol(sqrt(square[1] - sum[1] * sum[1]), std, 0.05 * std);
        ck_assert_double_eq_tol(sum[2], sum[0], 1e-9); /* the same rows */
        ck_assert_double_eq_tol(square[2], square[0], 1e-6 * square[0]);
    }
    int moved = 0;
    for (int k = 0; k < ROWS; k++) {
        moved += s[k * WIDTH] != values[k * WIDTH];
        ck_assert_float_eq(s[k * WIDTH + 1] - 7, 2 * s[k * WIDTH]); /* rows stay whole */
    }
    ck_assert(moved > ROWS * 9 / 10);
    scilama_gene_table_destroy(table);
    scilama_gene_table_destroy(random);
    scilama_gene_table_destroy(again);
    scilama_gene_table_destroy(shuffled);
    scilama_context_destroy(ctx);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("condition");
    TCase *c = tcase_create("condition");
    tcase_add_loop_test(c, axes_are_eigenvectors, 0, 6);
    tcase_add_loop_test(c, projected, 0, 3);
    tcase_add_test(c, unseen_genes_pass_through_the_same);
    tcase_add_test(c, parts_of_before);
    tcase_add_test(c, controls);
    TCase *wrong = tcase_create("wrong");
    tcase_add_test(wrong, wrong_tables_are_refused);
    tcase_add_test(wrong, alike_vectors_are_refused);
    suite_add_tcase(s, c);
    suite_add_tcase(s, wrong);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
