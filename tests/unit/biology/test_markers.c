/* SPDX-License-Identifier: MIT */
#include "support.h"
#include "biology/wilcoxon.h"

enum { N = 150, G = 40, K = 4, FIELDS = 14 };

static void set_fields(scilama_marker_table *t, double *block, int64_t size)
{
    double **fields[FIELDS] = { &t->z, &t->p_value, &t->p_adjusted, &t->auroc, &t->log2_fold_change, &t->mean_in, &t->mean_out, &t->fraction_in,
                                &t->fraction_out, &t->paired_score, &t->paired_z, &t->paired_p, &t->paired_fdr, &t->combined_rank };
    scilama_marker_table_init(t, sizeof *t);
    for (int i = 0; i < FIELDS; i++) *fields[i] = block + i * size;
}

static void make_groups(int32_t *groups)
{
    for (int i = 0; i < N; i++) groups[i] = i % 11 == 0 ? -1 : i % K;
}

/* U by comparing every pair, and its normal score. */
static void naive(const float *x, const int32_t *groups, int32_t inside, int32_t reference, bool correct, double *z, double *auroc, double *fold)
{
    double u = 0, n1 = 0, n2 = 0, ties = 0, sum1 = 0, sum2 = 0;
    for (int i = 0; i < N; i++) {
        bool in = groups[i] == inside, out = !in && groups[i] >= 0 && (reference < 0 || groups[i] == reference);
        n1 += in, n2 += out;
        sum1 += in ? (double)x[i] : 0, sum2 += out ? (double)x[i] : 0;
        double equal = 0;
        for (int j = 0; j < N; j++) {
            bool out_j = groups[j] != inside && groups[j] >= 0 && (reference < 0 || groups[j] == reference);
            if (in && out_j) u += x[i] > x[j] ? 1 : x[i] < x[j] ? 0 : 0.5;
            if ((in || out) && (groups[j] == inside || out_j) && !(x[i] < x[j]) && !(x[i] > x[j])) equal++;
        }
        if (in || out) ties += equal * equal - 1; /* t items of t³ − t */
    }
    double n = n1 + n2, t = correct ? 1 - ties / (n * n * n - n) : 1;
    *z = t > 0 ? (u - n1 * n2 / 2) / sqrt(t * n1 * n2 * (n + 1) / 12) : 0;
    *auroc = u / (n1 * n2);
    *fold = log2((expm1(sum1 / n1) + 1e-9) / (expm1(sum2 / n2) + 1e-9));
}

START_TEST(wilcoxon_equals_counting_pairs)
{
    scilama_context *ctx = test_context(2);
    matrix_fixture f = fixture_make(N, G, 7);
    int32_t groups[N];
    static double block[FIELDS * K * G];
    scilama_marker_table t;
    scilama_marker_options o;
    make_groups(groups);
    for (int i = 0; i < N; i++) { /* gene 0: nothing; gene 1: all the same; negative values in gene 2 */
        f.dense[i * G] = 0;
        f.dense[i * G + 1] = 3;
        if (i % 3 == 0) f.dense[i * G + 2] = -1 - (float)(i % 5);
    }
    scilama_matrix m = fixture_view(&f, 0);
    scilama_dataset *d;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, NULL, NULL), SCILAMA_OK);
    for (int reference = -1; reference < 2; reference++)
        for (int correct = 0; correct < 2; correct++) {
            set_fields(&t, block, K * G);
            scilama_marker_options_init(&o, sizeof o);
            o.reference = reference;
            o.tie_correct = correct;
            ck_assert_int_eq(scilama_wilcoxon(d, groups, K, &o, &t, NULL), SCILAMA_OK);
            for (int g = 0; g < G; g++)
                for (int k = 0; k < K; k++) {
                    float x[N];
                    double z, auroc, fold;
                    for (int i = 0; i < N; i++) x[i] = f.dense[i * G + g];
                    naive(x, groups, k, reference, correct != 0, &z, &auroc, &fold);
                    if (k == reference) {
                        ck_assert(isnan(t.z[k * G + g]) && isnan(t.p_value[k * G + g]) && isnan(t.log2_fold_change[k * G + g]));
                        continue;
                    }
                    ck_assert_double_eq_tol(t.z[k * G + g], z, 1e-11);
                    ck_assert_double_eq_tol(t.p_value[k * G + g], erfc(fabs(z) / sqrt(2)), 1e-12);
                    ck_assert_double_eq_tol(t.auroc[k * G + g], auroc, 1e-12);
                    if (g != 2) ck_assert_double_eq_tol(t.log2_fold_change[k * G + g], fold, 1e-9);
                    ck_assert(t.p_adjusted[k * G + g] >= t.p_value[k * G + g]);
                }
        }
    scilama_dataset_destroy(d);
    fixture_free(&f);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(adjusted_p_values)
{
    scilama_context *ctx = test_context(1);
    double p[6] = { 0.01, NAN, 0.04, 0.03, 0.005, 0.9 }, want[6] = { 0.025, NAN, 0.05, 0.05, 0.025, 0.9 }, q[6];
    ck_assert_int_eq(scilama_p_adjust(ctx, p, 6, q, NULL), SCILAMA_OK);
    for (int i = 0; i < 6; i++) ck_assert(isnan(want[i]) ? isnan(q[i]) : fabs(q[i] - want[i]) < 1e-15);
    ck_assert_int_eq(scilama_p_adjust(ctx, p, 6, p, NULL), SCILAMA_OK);
    ck_assert(same(p, q, 6));
    ck_assert_int_eq(scilama_p_adjust(ctx, NULL, 0, NULL, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_p_adjust(ctx, NULL, 1, q, NULL), SCILAMA_E_INVALID);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(entries_sort_like_floats)
{
    slm_rng_seq rng = slm_rng_sequence(3, SLM_STREAM_SIMULATE, 0, 0);
    static uint64_t entries[5000], spare[5000];
    const int64_t sizes[] = { 1, 2, 31, 33, 500, 5000 };
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        for (int64_t i = 0; i < sizes[s]; i++) {
            float x = (float)(slm_rng_normal(&rng) * (i % 2 ? 1 : 1e-20));
            entries[i] = (uint64_t)slm_float_key(x) << 32 | (uint32_t)i;
            ck_assert(slm_key_float(slm_float_key(x)) >= x && slm_key_float(slm_float_key(x)) <= x);
        }
        slm_sort_entries(entries, spare, sizes[s]);
        for (int64_t i = 1; i < sizes[s]; i++)
            ck_assert(slm_key_float((uint32_t)(entries[i - 1] >> 32)) <= slm_key_float((uint32_t)(entries[i] >> 32)));
    }
}
END_TEST

/* Cells of group 0 lie along the first axis; genes 0 to 4 too. */
static void make_space(float *cells, float *genes, int dim, double shift, uint64_t seed)
{
    slm_rng_seq rng = slm_rng_sequence(seed, SLM_STREAM_SIMULATE, 1, 0);
    for (int i = 0; i < N * dim; i++) cells[i] = (float)slm_rng_normal(&rng);
    for (int g = 0; g < G * dim; g++) genes[g] = (float)slm_rng_normal(&rng) * 0.5f;
    for (int i = 0; i < N; i += K) cells[i * dim] += (float)shift;
    for (int g = 0; g < 5; g++) genes[g * dim] += 4;
}

/* Rank of a value among those of genes that have both, falling; ties by their mean. */
static double rank_of(const double *v, const double *other, int gene)
{
    double rank = 1;
    for (int g = 0; g < G; g++) {
        if (g == gene || isnan(v[g]) || isnan(other[g])) continue;
        rank += v[g] > v[gene] ? 1 : v[g] < v[gene] ? 0 : 0.5;
    }
    return rank;
}

START_TEST(all_evidence_is_the_same_however_it_is_stored)
{
    enum { DIM = 6 };
    matrix_fixture f = fixture_make(N, G, 5);
    int32_t groups[N], batches[N];
    static float cells[N * DIM], genes[G * DIM];
    static double first[FIELDS * K * G], block[FIELDS * K * G];
    scilama_marker_table t;
    scilama_marker_options o;
    scilama_preprocess_options p;
    make_groups(groups);
    make_space(cells, genes, DIM, 1.5, 2);
    genes[7 * DIM + 3] = NAN;
    for (int i = 0; i < N; i++) batches[i] = i % 3 ? i % 2 : 1;
    for (int run = 0; run < 2 * VIEWS; run++) {
        scilama_context *ctx = test_context(run < VIEWS ? 1 : 3);
        scilama_dataset *d = fixture_dataset(ctx, &f, run % VIEWS);
        scilama_preprocess_options_init(&p, sizeof p, SCILAMA_PRESET_RECOMMENDED);
        p.hvg = SCILAMA_HVG_NONE;
        ck_assert_int_eq(scilama_dataset_preprocess(d, &p, NULL, NULL), SCILAMA_OK);
        set_fields(&t, run ? block : first, K * G);
        scilama_marker_options_init(&o, sizeof o);
        o.seed = 11;
        scilama_error error;
        scilama_status status = scilama_markers(d, cells, genes, DIM, groups, K, batches, &o, &t, &error);
        ck_assert_msg(status == SCILAMA_OK, "%s", error.message);
        if (run) ck_assert(same(first, block, FIELDS * K * G));
        scilama_dataset_destroy(d);
        scilama_context_destroy(ctx);
    }
    set_fields(&t, first, K * G);
    for (int g = 0; g < 5; g++) {
        ck_assert(t.paired_fdr[g] < 0.05);
        ck_assert(t.paired_score[g] > 0);
    }
    ck_assert(isnan(t.paired_score[7]) && isnan(t.combined_rank[7]) && !isnan(t.z[7]));
    bool taken[G] = { false };
    for (int g = 0; g < G; g++)
        if (g != 7) taken[(int)t.combined_rank[g] - 1] = true;
    for (int g = 0; g < G - 1; g++) ck_assert(taken[g]);
    double product[G];
    for (int g = 0; g < G; g++) product[g] = (t.z[g] > 0 && t.paired_score[g] > 0 ? 0 : 1e9) + rank_of(t.z, t.paired_score, g) * rank_of(t.auroc, t.paired_score, g) * rank_of(t.paired_score, t.z, g);
    for (int g = 0; g < G; g++)
        for (int h = 0; h < G && g != 7; h++)
            if (h != 7 && product[g] < product[h] * (1 - 1e-12)) ck_assert(t.combined_rank[g] < t.combined_rank[h]);
    fixture_free(&f);
}
END_TEST

START_TEST(permutations_keep_the_false_discoveries_down)
{
    enum { DIM = 6, TRIALS = 60 };
    scilama_context *ctx = test_context(2);
    int32_t groups[N], batches[N];
    static float cells[N * DIM], genes[G * DIM];
    static double score[K * G], fdr[K * G];
    int found = 0, families = 0;
    make_groups(groups);
    for (int trial = 0; trial < TRIALS; trial++) {
        scilama_marker_table t;
        scilama_marker_options o;
        scilama_marker_table_init(&t, sizeof t);
        scilama_marker_options_init(&o, sizeof o);
        t.paired_score = score;
        t.paired_fdr = fdr;
        o.seed = (uint64_t)trial;
        make_space(cells, genes, DIM, 0, 100 + (uint64_t)trial);
        for (int i = 0; i < N; i++) { /* a batch effect that goes with the groups */
            batches[i] = groups[i] == 0 ? i % 5 < 4 : i % 5 < 1;
            cells[i * DIM] += 3 * (float)batches[i];
        }
        ck_assert_int_eq(scilama_paired_markers(ctx, cells, N, genes, G, DIM, groups, K, batches, &o, &t, NULL), SCILAMA_OK);
        for (int k = 0; k < K; k++, families++) {
            bool any = false;
            for (int g = 0; g < G; g++) any = any || fdr[k * G + g] < 0.05;
            found += any;
        }
    }
    /* 240 families at 5 %: 12 expected at most, standard deviation 3.4 */
    ck_assert_msg(found <= 24, "%d of %d null families have a discovery at FDR 0.05", found, families);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(wrong_arguments)
{
    scilama_context *ctx = test_context(1);
    matrix_fixture f = fixture_make(N, G, 5);
    scilama_dataset *d = fixture_dataset(ctx, &f, 4);
    int32_t groups[N], many[N];
    double z[K * G];
    float cells[N] = { 0 }, genes[G] = { 0 };
    scilama_marker_table t, unset = { 0 };
    scilama_marker_options o;
    scilama_error error;
    make_groups(groups);
    memcpy(many, groups, sizeof many);
    many[5] = K;
    scilama_marker_table_init(&t, sizeof t);
    scilama_marker_options_init(&o, sizeof o);
    t.z = z;
    ck_assert_int_eq(scilama_wilcoxon(NULL, groups, K, NULL, &t, &error), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_wilcoxon(d, NULL, K, NULL, &t, &error), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_wilcoxon(d, many, K, NULL, &t, &error), SCILAMA_E_INVALID);
    ck_assert_ptr_nonnull(strstr(error.message, "groups[5]"));
    ck_assert_int_eq(scilama_wilcoxon(d, groups, 0, NULL, &t, &error), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_wilcoxon(d, groups, K, NULL, NULL, &error), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_wilcoxon(d, groups, K, NULL, &unset, &error), SCILAMA_E_INVALID);
    o.reference = K;
    ck_assert_int_eq(scilama_wilcoxon(d, groups, K, &o, &t, &error), SCILAMA_E_INVALID);
    o.reference = -1;
    cells[3] = NAN;
    ck_assert_int_eq(scilama_markers(d, cells, genes, 1, groups, K, NULL, &o, &t, &error), SCILAMA_E_NONFINITE);
    ck_assert_int_eq(scilama_markers(d, cells, NULL, 1, groups, K, NULL, &o, &t, &error), SCILAMA_E_INVALID);
    slm_call other = { NULL }; /* of another thread, asked to stop and still running */
    ck_assert_int_eq(slm_call_begin(&other, ctx, &error), SCILAMA_OK);
    scilama_context_cancel(ctx);
    ck_assert_int_eq(scilama_wilcoxon(d, groups, K, NULL, &t, &error), SCILAMA_E_CANCELLED);
    slm_call_end(&other);
    scilama_dataset_destroy(d);
    fixture_free(&f);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    enum { DIM = 4 };
    failing memory = { 0 };
    scilama_context *ctx = failing_context(&memory);
    matrix_fixture f = fixture_make(N, G, 5);
    scilama_dataset *d = fixture_dataset(ctx, &f, 4);
    int32_t groups[N];
    static float cells[N * DIM], genes[G * DIM];
    static double block[FIELDS * K * G];
    scilama_marker_table t;
    scilama_preprocess_options p;
    scilama_preprocess_options_init(&p, sizeof p, SCILAMA_PRESET_RECOMMENDED);
    ck_assert_int_eq(scilama_dataset_preprocess(d, &p, NULL, NULL), SCILAMA_OK);
    make_groups(groups);
    make_space(cells, genes, DIM, 1, 2);
    set_fields(&t, block, K * G);
    t.z = t.p_value = t.paired_score = NULL; /* the call needs its own */
    scilama_status status = SCILAMA_E_NOMEM;
    long before = memory.held;
    for (long at = 1; status == SCILAMA_E_NOMEM; at++) {
        memory.count = 0;
        memory.fail_at = at;
        status = scilama_markers(d, cells, genes, DIM, groups, K, NULL, NULL, &t, NULL);
        ck_assert_int_eq(memory.held, before);
        ck_assert_int_lt(at, 1000);
    }
    ck_assert_int_eq(status, SCILAMA_OK);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(memory.held, 0);
    fixture_free(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("markers");
    TCase *c = tcase_create("all");
    tcase_set_timeout(c, 30);
    tcase_add_test(c, wilcoxon_equals_counting_pairs);
    tcase_add_test(c, adjusted_p_values);
    tcase_add_test(c, entries_sort_like_floats);
    tcase_add_test(c, all_evidence_is_the_same_however_it_is_stored);
    tcase_add_test(c, permutations_keep_the_false_discoveries_down);
    tcase_add_test(c, wrong_arguments);
    tcase_add_test(c, every_allocation_may_fail);
    suite_add_tcase(suite, c);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
