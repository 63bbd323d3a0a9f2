/* SPDX-License-Identifier: MIT */
#include "support.h"

/* What vectors tell of genes in families: loadings and genes held out. What is planted, what is refused, and memory that runs out.
 * tests/oracle/check_loadings.py holds the loadings to NumPy. */

enum { CELLS = 80, GENES = 60, FAMILIES = 4, WIDTH = 6, COMPONENTS = 5, FLAT = 7, STREAM = SLM_STREAM_SIMULATE };

static float x[CELLS * GENES], vectors[GENES * WIDTH], second[GENES * 3];

static double normal(slm_rng_seq *s) { return sqrt(-2 * log(1 - slm_rng_uniform(s))) * cos(2 * acos(-1) * slm_rng_uniform(s)); }

/* Genes g of a family g % FAMILIES rise and fall together, gene FLAT does not vary; vectors tell the family. */
static void make(void)
{
    slm_rng_seq s = slm_rng_sequence(5, STREAM, 0, 7);
    double centre[FAMILIES * WIDTH];
    for (int i = 0; i < FAMILIES * WIDTH; i++) centre[i] = normal(&s);
    for (int c = 0; c < CELLS; c++) {
        double factor[FAMILIES];
        for (int f = 0; f < FAMILIES; f++) factor[f] = normal(&s);
        for (int g = 0; g < GENES; g++) x[c * GENES + g] = g == FLAT ? 2.5f : (float)(0.7 * factor[g % FAMILIES] + normal(&s));
    }
    for (int g = 0; g < GENES; g++) {
        for (int d = 0; d < WIDTH; d++) vectors[g * WIDTH + d] = (float)(centre[g % FAMILIES * WIDTH + d] + 0.3 * normal(&s));
        for (int d = 0; d < 3; d++) second[g * 3 + d] = g % 3 ? (float)normal(&s) : NAN;
    }
}

static scilama_loading_options small(void)
{
    scilama_loading_options o;
    scilama_loading_options_init(&o, sizeof o);
    o.components = COMPONENTS;
    return o;
}

/* Mean product of the loadings of two genes of a family, and of two families. */
static void products(const float *loadings, double *same_family, double *others)
{
    double sum[2] = { 0 }, n[2] = { 0 };
    for (int g = 0; g < GENES; g++)
        for (int h = 0; h < g; h++) {
            if (g == FLAT || h == FLAT) continue;
            int at = g % FAMILIES != h % FAMILIES;
            n[at]++;
            for (int a = 0; a < COMPONENTS; a++) sum[at] += (double)loadings[g * COMPONENTS + a] * (double)loadings[h * COMPONENTS + a];
        }
    *same_family = sum[0] / n[0];
    *others = sum[1] / n[1];
}

START_TEST(families_have_loadings_of_their_own)
{
    make();
    scilama_error error = { 0 };
    scilama_loading_options o = small();
    const float *tables[] = { vectors, second };
    const int64_t widths[] = { WIDTH, 3 };
    float out[GENES * COMPONENTS], again[GENES * COMPONENTS];
    double told[3];
    for (int64_t n = 0; n <= 2; n++) {
        scilama_loading_report r;
        scilama_loading_report_init(&r, sizeof r);
        for (int threads = 1; threads <= 3; threads += 2) {
            scilama_context_options co;
            scilama_context *ctx;
            scilama_context_options_init(&co, sizeof co);
            co.threads = threads;
            ck_assert_int_eq(scilama_context_create(&ctx, &co, &error), SCILAMA_OK);
            ck_assert_int_eq(scilama_gene_loadings(ctx, x, CELLS, GENES, 0, n ? tables : NULL, n ? widths : NULL, n, &o, threads == 1 ? out : again, &r, &error), SCILAMA_OK);
            scilama_context_destroy(ctx);
        }
        ck_assert_mem_eq(out, again, sizeof out);
        for (int a = 0; a < COMPONENTS; a++) ck_assert(isnan(out[FLAT * COMPONENTS + a]) && isfinite(out[a]));
        ck_assert_int_eq(r.genes, GENES - 1);
        ck_assert_int_eq(r.components, COMPONENTS);
        ck_assert(r.kept > 0 && r.kept < 1);
        told[n] = r.explained;
        double same_family, others;
        products(out, &same_family, &others);
        /* planted: .7² / (.7² + 1) = .33 */
        ck_assert_msg(same_family > 0.2 && same_family < 0.4 && fabs(others) < 0.08, "%g within, %g between families", same_family, others);
    }
    ck_assert(fabs(told[0]) < 1e-6); /* the mean alone tells nothing about itself */
    ck_assert_msg(told[1] > 0.5 && told[2] > 0.3 && told[2] < told[1], "%g, %g", told[1], told[2]);
}
END_TEST

/* Vectors of families are told from random ones, whatever the draw: a deal that is unluckier than another is no knowledge. */
START_TEST(true_vectors_are_told_from_random_ones)
{
    make();
    scilama_context *ctx;
    scilama_error error = { 0 };
    scilama_holdout_options o;
    scilama_holdout_options_init(&o, sizeof o);
    o.fraction = 0.25;
    o.components = COMPONENTS;
    o.baselines = 0;
    ck_assert_int_eq(scilama_context_create(&ctx, NULL, &error), SCILAMA_OK);
    slm_rng_seq s = slm_rng_sequence(6, STREAM, 0, 7);
    for (int c = 0; c < CELLS; c++) { /* a profile that all genes share */
        double depth = 0.8 * normal(&s);
        for (int g = 0; g < GENES; g++) x[c * GENES + g] += g == FLAT ? 0 : (float)depth;
    }
    int found[2] = { 0 };
    double shuffled = 0;
    for (o.seed = 0; o.seed < 20; o.seed++)
        for (int real = 0; real < 2; real++) {
            float random[GENES * WIDTH];
            for (int i = 0; i < GENES * WIDTH; i++) random[i] = (float)normal(&s);
            const float *table = real ? vectors : random;
            const int64_t width = WIDTH;
            scilama_holdout_report r;
            scilama_holdout_report_init(&r, sizeof r);
            ck_assert_int_eq(scilama_gene_holdout(ctx, x, CELLS, GENES, 0, &table, &width, 1, &o, NULL, NULL, &r, &error), SCILAMA_OK);
            ck_assert_int_eq(r.genes, GENES / 4);
            ck_assert_double_eq_tol(r.kernel - r.shuffled, r.gain, 1e-12);
            found[real] += r.gain_low > 0;
            shuffled += r.shuffled / 40;
        }
    ck_assert_msg(found[0] <= 1 && found[1] == 20, "random vectors tell in %d draws of 20, true ones in %d", found[0], found[1]);
    ck_assert_msg(shuffled > 0.4, "%g", shuffled); /* the shared profile alone */
    scilama_context_destroy(ctx);
}
END_TEST

/* Mean squared distance of two genes of a family, relative to that of two of different ones. */
static double nearness(const float *space, int width)
{
    double sum[2] = { 0 }, n[2] = { 0 };
    for (int g = 0; g < GENES; g++)
        for (int h = 0; h < g; h++) {
            if (g == FLAT || h == FLAT) continue;
            int at = g % FAMILIES != h % FAMILIES;
            n[at]++;
            for (int a = 0; a < width; a++) sum[at] += ((double)space[g * width + a] - (double)space[h * width + a]) * ((double)space[g * width + a] - (double)space[h * width + a]);
        }
    return sum[0] / n[0] / (sum[1] / n[1]);
}

/* Vectors that know what goes together stand beside the loadings; random ones and gaps do not, whatever the threads. */
/* Tables that tell nothing take little from one that does. */
START_TEST(tables_of_genes_held_out_are_weighed)
{
    enum { TABLES = 6 };
    static float random[TABLES][GENES * WIDTH];
    const float *tables[TABLES] = { vectors };
    int64_t widths[TABLES];
    double kernel[2] = { 0 };
    make();
    scilama_context *ctx;
    scilama_holdout_options o;
    scilama_holdout_options_init(&o, sizeof o);
    o.components = COMPONENTS;
    o.baselines = 0;
    ck_assert_int_eq(scilama_context_create(&ctx, NULL, NULL), SCILAMA_OK);
    slm_rng_seq s = slm_rng_sequence(8, STREAM, 0, 7);
    for (int t = 0; t < TABLES; t++) {
        widths[t] = WIDTH;
        for (int i = 0; i < GENES * WIDTH; i++) random[t][i] = (float)normal(&s);
        if (t) tables[t] = random[t];
    }
    for (int many = 0; many < 2; many++) {
        scilama_holdout_report r;
        scilama_holdout_report_init(&r, sizeof r);
        ck_assert_int_eq(scilama_gene_holdout(ctx, x, CELLS, GENES, 0, tables, widths, many ? TABLES : 1, &o, NULL, NULL, &r, NULL), SCILAMA_OK);
        kernel[many] = r.kernel;
    }
    ck_assert_msg(kernel[1] > 0.95 * kernel[0], "%g of one table, %g of six", kernel[0], kernel[1]);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(vectors_count_what_the_cells_know_of_them)
{
    make();
    enum { BOTH = COMPONENTS + WIDTH + 3, ONE = COMPONENTS + WIDTH };
    static float random[GENES * WIDTH], loadings[GENES * COMPONENTS], one[GENES * ONE], both[GENES * BOTH], again[GENES * BOTH];
    scilama_error error = { 0 };
    scilama_loading_options o = small();
    scilama_loading_report r;
    scilama_loading_report_init(&r, sizeof r);
    slm_rng_seq s = slm_rng_sequence(8, STREAM, 0, 7);
    for (int i = 0; i < GENES * WIDTH; i++) random[i] = (float)normal(&s);
    const float *known[] = { vectors, second }, *unknown[] = { random };
    const int64_t widths[] = { WIDTH, 3 };
    for (int threads = 1; threads <= 3; threads += 2) {
        scilama_context_options co;
        scilama_context *ctx;
        scilama_context_options_init(&co, sizeof co);
        co.threads = threads;
        ck_assert_int_eq(scilama_context_create(&ctx, &co, &error), SCILAMA_OK);
        ck_assert_int_eq(scilama_gene_space(ctx, x, CELLS, GENES, 0, NULL, NULL, 0, &o, loadings, &r, &error), SCILAMA_OK);
        ck_assert_double_eq(r.weight, 0);
        double own = nearness(loadings, COMPONENTS);
        ck_assert_int_eq(scilama_gene_loadings(ctx, x, CELLS, GENES, 0, NULL, NULL, 0, &o, again, NULL, &error), SCILAMA_OK);
        ck_assert_mem_eq(loadings, again, sizeof loadings);
        ck_assert_int_eq(scilama_gene_space(ctx, x, CELLS, GENES, 0, known, widths, 1, &o, one, &r, &error), SCILAMA_OK);
        ck_assert_msg(r.weight >= 0.2 && nearness(one, ONE) < 0.9 * own, "%g; %g, of loadings %g", r.weight, nearness(one, ONE), own);
        ck_assert_int_eq(scilama_gene_loadings(ctx, x, CELLS, GENES, 0, known, widths, 1, &o, loadings, NULL, &error), SCILAMA_OK);
        for (int g = 0; g < GENES; g++)
            for (int a = 0; a < ONE; a++) ck_assert(g == FLAT ? isnan(one[g * ONE + a]) : a >= COMPONENTS || fabsf(one[g * ONE + a] - loadings[g * COMPONENTS + a]) <= 0);
        ck_assert_int_eq(scilama_gene_space(ctx, x, CELLS, GENES, 0, known, widths, 2, &o, threads == 1 ? both : again, &r, &error), SCILAMA_OK);
        if (threads > 1) ck_assert_mem_eq(both, again, sizeof both);
        int least = 0;
        for (o.seed = 0; o.seed < 8; o.seed++) {
            ck_assert_int_eq(scilama_gene_space(ctx, x, CELLS, GENES, 0, unknown, widths, 1, &o, one, &r, &error), SCILAMA_OK);
            least += r.weight <= 0.1;
        }
        o.seed = 0;
        ck_assert_int_ge(least, 6);
        ck_assert_int_eq(scilama_gene_space(ctx, x, 30, GENES, 0, known, widths, 1, &o, one, &r, &error), SCILAMA_OK); /* too few cells to choose by */
        ck_assert_double_eq(r.weight, 0);
        ck_assert(!(one[COMPONENTS] > 0 || one[COMPONENTS] < 0));
        scilama_context_destroy(ctx);
    }
}
END_TEST

static void refuse(const float *values, int64_t cells, int64_t genes, const float *const *tables, const int64_t *widths, int64_t n, const scilama_loading_options *o,
                   scilama_status expected, const char *says)
{
    static float out[GENES * COMPONENTS], space[GENES * (COMPONENTS + WIDTH + 3)];
    scilama_context *ctx;
    scilama_error error = { 0 };
    ck_assert_int_eq(scilama_context_create(&ctx, NULL, &error), SCILAMA_OK);
    ck_assert_int_eq(scilama_gene_loadings(ctx, values, cells, genes, 0, tables, widths, n, o, out, NULL, &error), expected);
    ck_assert_msg(strstr(error.message, says) != NULL, "\"%s\" does not say \"%s\"", error.message, says);
    ck_assert_int_eq(scilama_gene_space(ctx, values, cells, genes, 0, tables, widths, n, o, space, NULL, &error), expected);
    ck_assert_msg(strstr(error.message, says) != NULL, "\"%s\" does not say \"%s\"", error.message, says);
    scilama_context_destroy(ctx);
}

START_TEST(wrong_arguments_are_refused)
{
    make();
    scilama_loading_options o = small();
    const float *tables[] = { vectors, NULL };
    const int64_t widths[] = { WIDTH, 3 }, none[] = { 0 };
    refuse(x, CELLS, GENES, tables, widths, 2, &o, SCILAMA_E_INVALID, "vectors[1] is NULL");
    refuse(x, CELLS, GENES, tables, none, 1, &o, SCILAMA_E_INVALID, "widths[0] is 0");
    refuse(x, CELLS, GENES, NULL, widths, 1, &o, SCILAMA_E_INVALID, "vectors");
    refuse(x, CELLS, GENES, tables, widths, 17, &o, SCILAMA_E_INVALID, "17");
    refuse(x, CELLS, GENES, tables, widths, -1, &o, SCILAMA_E_INVALID, "-1");
    refuse(x, 1, GENES, tables, widths, 1, &o, SCILAMA_E_INVALID, "cells");
    refuse(x, CELLS, 9, tables, widths, 1, &o, SCILAMA_E_INVALID, "genes");
    refuse(NULL, CELLS, GENES, tables, widths, 1, &o, SCILAMA_E_INVALID, "expression");
    o.components = 0;
    refuse(x, CELLS, GENES, tables, widths, 1, &o, SCILAMA_E_INVALID, "components");
    o = small();
    x[3 * GENES + 2] = NAN;
    refuse(x, CELLS, GENES, tables, widths, 1, &o, SCILAMA_E_NONFINITE, "finite");
}
END_TEST

enum call { LOADINGS, SPACE, HOLDOUT };

/* out [GENES × (COMPONENTS + WIDTH + 3)] */
static scilama_status both_tables(scilama_context *ctx, enum call which, float *out)
{
    const float *tables[] = { vectors, second };
    const int64_t widths[] = { WIDTH, 3 };
    scilama_loading_options o = small();
    scilama_holdout_options h;
    scilama_holdout_options_init(&h, sizeof h);
    h.components = COMPONENTS;
    if (which == HOLDOUT) return scilama_gene_holdout(ctx, x, CELLS, GENES, 0, tables, widths, 2, &h, NULL, NULL, NULL, NULL);
    return (which == SPACE ? scilama_gene_space : scilama_gene_loadings)(ctx, x, CELLS, GENES, 0, tables, widths, 2, &o, out, NULL, NULL);
}

START_TEST(every_allocation_may_fail)
{
    static float whole[GENES * (COMPONENTS + WIDTH + 3)], out[GENES * (COMPONENTS + WIDTH + 3)];
    const long least[] = { [LOADINGS] = 30, [SPACE] = 90, [HOLDOUT] = 30 };
    make();
    failing memory = { 0 };
    scilama_context *ctx = failing_context(&memory);
    ck_assert_int_eq(both_tables(ctx, _i, whole), SCILAMA_OK);
    scilama_status status = SCILAMA_E_NOMEM;
    long before = memory.held, at;
    for (at = 1; status == SCILAMA_E_NOMEM; at++) {
        memory.count = 0;
        memory.fail_at = at;
        status = both_tables(ctx, _i, out);
        ck_assert_int_eq(memory.held, before);
        ck_assert_int_lt(at, 5000);
    }
    ck_assert_int_gt(at, least[_i]);
    ck_assert_int_eq(status, SCILAMA_OK);
    ck_assert_mem_eq(whole, out, sizeof out);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(memory.held, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loadings");
    TCase *c = tcase_create("all");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, families_have_loadings_of_their_own);
    tcase_add_test(c, true_vectors_are_told_from_random_ones);
    tcase_add_test(c, tables_of_genes_held_out_are_weighed);
    tcase_add_test(c, vectors_count_what_the_cells_know_of_them);
    tcase_add_loop_test(c, every_allocation_may_fail, LOADINGS, HOLDOUT + 1);
    TCase *wrong = tcase_create("wrong");
    tcase_add_test(wrong, wrong_arguments_are_refused);
    suite_add_tcase(suite, c);
    suite_add_tcase(suite, wrong);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
