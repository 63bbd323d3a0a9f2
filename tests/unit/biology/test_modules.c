/* SPDX-License-Identifier: MIT */
#include "support.h"
#include "biology/enrichment.h"
#include <zlib.h>

enum { CELLS = 200, GENES = 120, MODULES = 4, DIM = 8, LOOSE = 20 };

/* Genes 0 .. 99 in four modules of 25 (gene % 4); the last 20 in none, three of them unknown. */
static void make_vectors(float *x, double spread)
{
    slm_rng_seq rng = slm_rng_sequence(4, SLM_STREAM_SIMULATE, 2, 0);
    for (int g = 0; g < GENES; g++)
        for (int l = 0; l < DIM; l++)
            x[g * DIM + l] = (float)(slm_rng_normal(&rng) * (g < GENES - LOOSE ? spread : 1) + (g < GENES - LOOSE && l == g % MODULES ? 3 : 0));
    for (int g = GENES - 3; g < GENES; g++) x[g * DIM + 1] = NAN;
}

START_TEST(planted_modules_are_found)
{
    static float x[GENES * DIM];
    static double membership[GENES], hub[GENES], cohesion[GENES], again[GENES];
    int32_t labels[GENES], planted[GENES], other[GENES];
    scilama_module_options o;
    scilama_module_report r;
    scilama_agreement a;
    make_vectors(x, 0.3);
    for (int g = 0; g < GENES; g++) planted[g] = g < GENES - LOOSE ? g % MODULES : -1;
    for (int threads = 1; threads <= 2; threads++) {
        scilama_context *ctx = test_context(threads);
        scilama_error error;
        scilama_module_options_init(&o, sizeof o);
        scilama_module_report_init(&r, sizeof r);
        scilama_agreement_init(&a, sizeof a);
        o.seed = 1;
        o.neighbors = 8;
        o.rounds = 10;
        scilama_status status = scilama_gene_modules(ctx, x, GENES, DIM, 0, &o, threads == 1 ? labels : other, membership, hub, threads == 1 ? cohesion : again, &r, &error);
        ck_assert_msg(status == SCILAMA_OK, "%s", error.message);
        if (threads == 2) {
            ck_assert(!memcmp(labels, other, sizeof labels));
            ck_assert(same(cohesion, again, GENES));
        }
        ck_assert_int_eq(scilama_labels_compare(ctx, labels, planted, GENES, &a, NULL), SCILAMA_OK);
        ck_assert_msg(a.ari > 0.9, "ARI %g", a.ari);
        ck_assert_int_eq(r.genes, GENES - 3);
        ck_assert_int_ge(r.modules, MODULES);
        ck_assert(r.chance > 0 && r.chance < 0.6);
        scilama_context_destroy(ctx);
    }
    for (int g = 0; g < GENES; g++) {
        ck_assert((labels[g] >= 0) == !isnan(membership[g]));
        if (g >= GENES - 3) ck_assert(labels[g] == -1 && isnan(cohesion[g]));
        if (labels[g] >= 0) ck_assert(membership[g] >= 0 && membership[g] <= 1 && hub[g] >= 0);
        if (g < GENES - LOOSE) ck_assert_msg(cohesion[g] > 0.8 && membership[g] > 0.7, "gene %d: %g %g", g, cohesion[g], membership[g]);
    }
}
END_TEST

/* Expression with three planted modules of 15 genes and 75 independent genes. */
static scilama_dataset *planted_expression(scilama_context *ctx, double strength, float *x, bool sparse)
{
    slm_rng_seq rng = slm_rng_sequence(9, SLM_STREAM_SIMULATE, 3, 0);
    for (int c = 0; c < CELLS; c++) {
        double state[3];
        for (int m = 0; m < 3; m++) state[m] = slm_rng_normal(&rng) * strength;
        for (int g = 0; g < GENES; g++) {
            double v = slm_rng_normal(&rng) + 0.5 * (g % 7) + (g < 45 ? state[g / 15] : 0);
            x[c * GENES + g] = v > 0 ? (float)v : 0;
        }
    }
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    static int64_t indptr[CELLS + 1];
    static int32_t indices[CELLS * GENES];
    static float values[CELLS * GENES];
    m.rows = CELLS;
    m.cols = GENES;
    m.values = x;
    if (sparse) {
        int64_t at = 0;
        for (int c = 0; c < CELLS; c++) {
            for (int g = 0; g < GENES; g++)
                if (x[c * GENES + g] > 0) indices[at] = g, values[at++] = x[c * GENES + g];
            indptr[c + 1] = at;
        }
        m.storage = SCILAMA_STORAGE_CSR;
        m.stored = at;
        m.indptr = indptr;
        m.indptr_type = SCILAMA_DTYPE_I64;
        m.indices = indices;
        m.values = values;
    }
    scilama_dataset *d;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, NULL, NULL), SCILAMA_OK);
    return d;
}

START_TEST(activity_is_the_mean_z_score)
{
    scilama_context *ctx = test_context(2);
    static float x[CELLS * GENES], activity[CELLS * 5];
    int32_t labels[GENES];
    for (int g = 0; g < GENES; g++) labels[g] = g < 45 ? g / 15 : g == 50 ? 3 : -1; /* module 4 is empty */
    for (int sparse = 0; sparse < 2; sparse++) {
        scilama_dataset *d = planted_expression(ctx, 1, x, sparse);
        ck_assert_int_eq(scilama_module_activity(d, labels, 5, activity, NULL), SCILAMA_OK);
        for (int m = 0; m < 4; m++)
            for (int c = 0; c < CELLS; c++) {
                double sum = 0, size = 0;
                for (int g = 0; g < GENES; g++) {
                    double mean = 0, square = 0;
                    if (labels[g] != m) continue;
                    for (int k = 0; k < CELLS; k++) mean += (double)x[k * GENES + g] / CELLS;
                    for (int k = 0; k < CELLS; k++) square += ((double)x[k * GENES + g] - mean) * ((double)x[k * GENES + g] - mean) / CELLS;
                    sum += ((double)x[c * GENES + g] - mean) / sqrt(square);
                    size++;
                }
                ck_assert_double_eq_tol((double)activity[c * 5 + m], sum / size, 1e-5);
                ck_assert(isnan(activity[c * 5 + 4]));
            }
        scilama_dataset_destroy(d);
    }
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(projection_is_the_product_with_the_centre)
{
    scilama_context *ctx = test_context(1);
    float cells[2 * 2] = { 1, 2, -1, 0.5f }, genes[3 * 2] = { 1, 0, 3, 2, NAN, 1 }, activity[4];
    int32_t labels[3] = { 0, 0, 0 };
    ck_assert_int_eq(scilama_module_projection(ctx, cells, 2, genes, 3, 2, labels, 2, activity, NULL), SCILAMA_OK);
    ck_assert_float_eq_tol(activity[0], 4, 1e-6);
    ck_assert_float_eq_tol(activity[2], -1.5, 1e-6);
    ck_assert(isnan(activity[1]));
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(coherence_tells_planted_from_random)
{
    static float x[CELLS * GENES];
    int32_t labels[GENES];
    double first[18], coherence[6], p[6], fdr[6];
    scilama_coherence_options o;
    for (int g = 0; g < GENES; g++) labels[g] = g < 45 ? g / 15 : g < 105 ? 3 + g % 3 : -1;
    for (int threads = 1; threads <= 3; threads += 2)
        for (int null = 0; null < 2; null++) {
            scilama_context *ctx = test_context(threads);
            scilama_dataset *d = planted_expression(ctx, null ? 0 : 1, x, true);
            scilama_coherence_options_init(&o, sizeof o);
            o.seed = 6;
            ck_assert_int_eq(scilama_module_coherence(d, labels, 6, &o, coherence, p, fdr, NULL), SCILAMA_OK);
            for (int m = 0; m < 6; m++) {
                if (null) ck_assert_msg(fdr[m] > 0.05, "null module %d: coherence %g, FDR %g", m, coherence[m], fdr[m]);
                else ck_assert_msg((fdr[m] < 0.05) == (m < 3), "module %d: coherence %g, FDR %g", m, coherence[m], fdr[m]);
            }
            if (!null && threads == 1) memcpy(first, p, sizeof p);
            if (!null && threads == 3) ck_assert(same(first, p, 6));
            scilama_dataset_destroy(d);
            scilama_context_destroy(ctx);
        }
}
END_TEST

static void write_text(const char *path, const char *text, bool compressed)
{
    if (compressed) {
        gzFile z = gzopen(path, "wb");
        gzwrite(z, text, (unsigned)strlen(text));
        gzclose(z);
        return;
    }
    FILE *file = fopen(path, "wb");
    fwrite(text, 1, strlen(text), file);
    fclose(file);
}

START_TEST(gene_sets_are_read)
{
    scilama_context *ctx = test_context(1);
    scilama_gene_sets *sets;
    scilama_error error;
    const char *text = "ONE\thttp://x\tA\tB\tA\t\tC\r\n\nTWO\t\tD\nEMPTY\tnothing\n", *path = "biology_sets.gmt";
    for (int compressed = 0; compressed < 2; compressed++) {
        write_text(path, text, compressed);
        ck_assert_int_eq(scilama_gene_sets_read(&sets, ctx, path, &error), SCILAMA_OK);
        ck_assert_int_eq(scilama_gene_sets_count(sets), 3);
        ck_assert_str_eq(scilama_gene_sets_name(sets, 0), "ONE");
        ck_assert_str_eq(scilama_gene_sets_description(sets, 0), "http://x");
        ck_assert_int_eq(scilama_gene_sets_size(sets, 0), 3);
        ck_assert_str_eq(scilama_gene_sets_gene(sets, 0, 2), "C");
        ck_assert_int_eq(scilama_gene_sets_size(sets, 2), 0);
        ck_assert_ptr_null(scilama_gene_sets_gene(sets, 0, 3));
        ck_assert_ptr_null(scilama_gene_sets_name(sets, 3));
        scilama_gene_sets_destroy(sets);
    }
    write_text(path, "ONE\tx\tA\nONE\tx\tB\n", false);
    ck_assert_int_eq(scilama_gene_sets_read(&sets, ctx, path, &error), SCILAMA_E_DUPLICATE);
    ck_assert_ptr_nonnull(strstr(error.message, "ONE"));
    write_text(path, "just a line\n", false);
    ck_assert_int_eq(scilama_gene_sets_read(&sets, ctx, path, &error), SCILAMA_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(error.message, "line 1"));
    write_text(path, "", false);
    ck_assert_int_eq(scilama_gene_sets_read(&sets, ctx, path, &error), SCILAMA_E_FORMAT);
    remove(path);
    ck_assert_int_eq(scilama_gene_sets_read(&sets, ctx, path, &error), SCILAMA_E_NOTFOUND);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(hypergeometric_tail)
{
    double lf[101];
    lf[0] = 0;
    for (int i = 1; i <= 100; i++) lf[i] = lf[i - 1] + log(i);
    /* scipy.stats.hypergeom.sf(k - 1, total, marked, draws) */
    ck_assert_double_eq_tol(slm_hypergeometric_above(lf, 100, 20, 10, 5), 0.025464546427043128, 1e-14);
    ck_assert_double_eq_tol(slm_hypergeometric_above(lf, 100, 20, 10, 10), 1.0673177187555408e-08, 1e-19);
    ck_assert_double_eq_tol(slm_hypergeometric_above(lf, 50, 45, 40, 36), 0.6894372179954312, 1e-12);
    ck_assert_double_eq(slm_hypergeometric_above(lf, 50, 45, 40, 35), 1);
    ck_assert_double_eq(slm_hypergeometric_above(lf, 50, 10, 5, 6), 0);
}
END_TEST

START_TEST(enrichment_finds_the_set)
{
    scilama_context *ctx = test_context(1);
    static char text[GENES][8];
    const char *names[GENES];
    int32_t labels[GENES];
    int64_t overlap[3 * 2], sizes[2];
    double p[6], fdr[6], only[6];
    char gmt[4096] = "MINE\tx", *path = "biology_enrichment.gmt";
    scilama_gene_sets *sets;
    scilama_enrichment_options o;
    for (int g = 0; g < GENES; g++) {
        snprintf(text[g], sizeof text[g], "G%d", g);
        names[g] = text[g];
        labels[g] = g < 30 ? 0 : g < 60 ? 1 : -1;
        if (g < 20) snprintf(gmt + strlen(gmt), sizeof gmt - strlen(gmt), "\tG%d", g);
    }
    snprintf(gmt + strlen(gmt), sizeof gmt - strlen(gmt), "\tELSEWHERE\nOTHER\ty\tG1\tG40\tG80\tG90\tG100\n");
    write_text(path, gmt, false);
    ck_assert_int_eq(scilama_gene_sets_read(&sets, ctx, path, NULL), SCILAMA_OK);
    scilama_enrichment_options_init(&o, sizeof o);
    o.annotated = 0;
    ck_assert_int_eq(scilama_enrichment(sets, names, labels, GENES, 3, &o, overlap, sizes, p, fdr, NULL), SCILAMA_OK);
    ck_assert_int_eq(sizes[0], 20);
    ck_assert_int_eq(overlap[0], 20);
    ck_assert_int_eq(overlap[1], 1);
    ck_assert(p[0] < 1e-12 && fdr[0] < 1e-11 && p[2] >= 1 && p[1] > 0.05);
    ck_assert_int_eq(scilama_enrichment(sets, names, labels, GENES, 3, &o, NULL, NULL, NULL, only, NULL), SCILAMA_OK);
    ck_assert(same(only, fdr, 6));
    o.min_size = 6;
    ck_assert_int_eq(scilama_enrichment(sets, names, labels, GENES, 3, &o, overlap, sizes, p, fdr, NULL), SCILAMA_OK);
    ck_assert(isnan(p[1]) && isnan(fdr[1]) && !isnan(p[0]));
    names[3] = "G0";
    ck_assert_int_eq(scilama_enrichment(sets, names, labels, GENES, 3, &o, overlap, sizes, p, fdr, NULL), SCILAMA_E_DUPLICATE);
    scilama_gene_sets_destroy(sets);
    remove(path);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    failing memory = { 0 };
    scilama_context *ctx = failing_context(&memory);
    static float x[CELLS * GENES], vectors[GENES * DIM], activity[CELLS * 6];
    static double cohesion[GENES], coherence[6], fdr[6];
    static char text[GENES][8];
    const char *names[GENES], *path = "biology_memory.gmt";
    int32_t labels[GENES], found[GENES];
    scilama_module_options o;
    scilama_module_options_init(&o, sizeof o);
    o.rounds = 1;
    scilama_dataset *d = planted_expression(ctx, 1, x, true);
    ck_assert_int_eq(scilama_module_activity(d, (int32_t[GENES]){ 0 }, 6, activity, NULL), SCILAMA_OK);
    for (int g = 0; g < GENES; g++) {
        snprintf(text[g], sizeof text[g], "G%d", g);
        names[g] = text[g];
        labels[g] = g % 6;
    }
    make_vectors(vectors, 0.3);
    write_text(path, "ONE\tx\tG1\tG2\tG3\tG4\tG5\tG6\n", false);
    for (int call = 0; call < 4; call++) {
        scilama_status status = SCILAMA_E_NOMEM;
        long before = memory.held;
        for (long at = 1; status == SCILAMA_E_NOMEM; at++) {
            scilama_gene_sets *sets = NULL;
            memory.count = 0;
            memory.fail_at = at;
            if (call == 0) status = scilama_gene_modules(ctx, vectors, GENES, DIM, 0, &o, found, NULL, NULL, cohesion, NULL, NULL);
            if (call == 1) status = scilama_module_activity(d, labels, 6, activity, NULL);
            if (call == 2) status = scilama_module_coherence(d, labels, 6, NULL, coherence, NULL, fdr, NULL);
            if (call == 3 && !(status = scilama_gene_sets_read(&sets, ctx, path, NULL)))
                status = scilama_enrichment(sets, names, labels, GENES, 6, NULL, NULL, NULL, NULL, fdr, NULL);
            scilama_gene_sets_destroy(sets);
            ck_assert_int_eq(memory.held, before);
            ck_assert_int_lt(at, 5000);
        }
        ck_assert_int_eq(status, SCILAMA_OK);
    }
    remove(path);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(memory.held, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("modules");
    TCase *c = tcase_create("all");
    tcase_set_timeout(c, 30);
    tcase_add_test(c, planted_modules_are_found);
    tcase_add_test(c, activity_is_the_mean_z_score);
    tcase_add_test(c, projection_is_the_product_with_the_centre);
    tcase_add_test(c, coherence_tells_planted_from_random);
    tcase_add_test(c, gene_sets_are_read);
    tcase_add_test(c, hypergeometric_tail);
    tcase_add_test(c, enrichment_finds_the_set);
    tcase_add_test(c, every_allocation_may_fail);
    suite_add_tcase(suite, c);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
