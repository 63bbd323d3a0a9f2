/* SPDX-License-Identifier: MIT */
#include "problem.h"
#include "core/core.h"
#include "data/factors.h"
#include "model/model.h"
#include <unistd.h>

/* x_absent given x_measured in a Gaussian of covariance C = W Wᵀ + noise I: C_am C_mm⁻¹ x_m, by elimination. */
static void conditional(const float *w, double noise, const uint8_t *absent, const double *x, double *out, int genes)
{
    double a[16][17];
    int m[16], n = 0;
    for (int g = 0; g < genes; g++)
        if (!absent[g]) m[n++] = g;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            a[i][j] = i == j ? noise : 0;
            for (int r = 0; r < SLM_FACTORS_RANK; r++) a[i][j] += (double)w[m[i] * SLM_FACTORS_RANK + r] * (double)w[m[j] * SLM_FACTORS_RANK + r];
        }
        a[i][n] = x[m[i]];
    }
    for (int p = 0; p < n; p++)
        for (int i = 0; i < n; i++) {
            double f = i == p ? 0 : a[i][p] / a[p][p];
            for (int j = p; j <= n; j++) a[i][j] -= f * a[p][j];
        }
    for (int g = 0; g < genes; g++) {
        out[g] = absent[g] ? 0 : x[g];
        for (int i = 0; i < n && absent[g]; i++)
            for (int r = 0; r < SLM_FACTORS_RANK; r++)
                out[g] += (double)w[g * SLM_FACTORS_RANK + r] * (double)w[m[i] * SLM_FACTORS_RANK + r] * a[i][n] / a[i][i];
    }
}

START_TEST(absent_genes_take_their_conditional_mean)
{
    enum { G = 11 };
    scilama_context *ctx = make_context(1);
    slm_factors f;
    slm_fill *fill = NULL;
    uint8_t absent[G] = { 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0 };
    double x[G], expected[G];
    slm_real row[G];
    OK(slm_factors_reserve(ctx, &f, G, error));
    f.noise = 0.3;
    for (int i = 0; i < G * 5; i++) f.loading[i / 5 * SLM_FACTORS_RANK + i % 5] = (float)sin(i * 1.7);
    for (int g = 0; g < G; g++) row[g] = (slm_real)(x[g] = cos(g * 0.9));
    const slm_fill_plan plan = { .factors = &f, .absent = absent, .genes = G };
    OK(slm_fill_create(&fill, ctx, &plan, error));
    conditional(f.loading, f.noise, absent, x, expected, G);
    slm_fill_row(fill, row, row);
    for (int g = 0; g < G; g++) ck_assert_double_eq_tol((double)row[g], expected[g], 2e-5);
    ck_assert(fill->recovered > 0 && fill->recovered < 1);
    slm_fill_free(ctx, fill);
    slm_factors_free(ctx, &f);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(queries_are_reported)
{
    static const char *const batches[2] = { "x", "y" }, *const others[2] = { "x", "new" };
    static float full[2][CELLS * 4], part[2][CELLS * 4];
    problem p, q;
    scilama_model_options mo;
    scilama_model *model = NULL, *loaded = NULL;
    scilama_query_report r;
    scilama_covariate_report c;
    char path[] = "/tmp/scilama-mapping-XXXXXX";
    problem_make_batches(&p, 1, 0, 1, 1, batches);
    problem_make_batches(&q, 1, 0, 0, 1, others);
    small_options(&mo);
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    OK(scilama_model_create(&model, p.dataset, &mo, error));
    OK(scilama_model_encode_cells(model, p.dataset, full[0], NULL, 0, error));
    OK(scilama_model_learn_absent(model, p.dataset, error));
    OK(scilama_model_encode_cells(model, p.dataset, full[1], NULL, 0, error));
    ck_assert_mem_eq(full[0], full[1], sizeof full[0]);
    scilama_query_report_init(&r, sizeof r);
    OK(scilama_model_check_query(model, q.dataset, &r, error));
    ck_assert_int_eq(r.measured, r.genes);
    ck_assert_int_eq(r.unknown_cells, CELLS / 2);
    scilama_covariate_report_init(&c, sizeof c);
    OK(scilama_model_check_covariate(model, q.dataset, 0, &c, error));
    ck_assert_int_eq(c.unknown, CELLS / 2);
    ck_assert_int_eq(c.categories, 1);
    ck_assert_str_eq(c.first, "new");
    /* half of the genes, named before, in a file and back */
    scilama_dataset *half = NULL;
    scilama_matrix m;
    const char *batch[CELLS];
    for (int i = 0; i < CELLS; i++) batch[i] = batches[i % 2];
    scilama_matrix_init(&m, sizeof m);
    m.rows = CELLS, m.cols = GENES / 2, m.ld = GENES, m.values = p.counts;
    OK(scilama_dataset_create(&half, p.ctx, &m, NULL, p.names, error));
    OK(scilama_dataset_set_strings(half, "batch", batch, error));
    OK(scilama_model_check_query(model, half, &r, error));
    ck_assert_int_lt(r.measured, r.genes);
    ck_assert(r.variance > 0 && r.variance < 1 && r.recovered > 0 && r.recovered < 1);
    OK(scilama_model_encode_cells(model, half, part[0], NULL, 0, error));
    close(mkstemp(path));
    OK(scilama_model_save(model, path, error));
    OK(scilama_model_load(&loaded, p.ctx, path, error));
    OK(scilama_model_encode_cells(loaded, half, part[1], NULL, 0, error));
    for (int i = 0; i < CELLS * 4; i++) ck_assert_float_eq_tol(part[0][i], part[1][i], 1e-4f);
    unlink(path);
    /* the genes' variances are told from how they were scaled, whatever that was */
    double share = r.variance;
    OK(scilama_model_check_query(loaded, half, &r, error));
    ck_assert_double_eq(r.variance, share);
    scilama_preprocess_options po;
    scilama_preprocess_options_init(&po, sizeof po, SCILAMA_PRESET_RECOMMENDED);
    po.scale_shrink = 0;
    OK(scilama_dataset_preprocess(p.dataset, &po, NULL, error));
    scilama_model_destroy(loaded);
    OK(scilama_model_create(&loaded, p.dataset, &mo, error));
    OK(scilama_model_check_query(loaded, half, &r, error));
    ck_assert_int_eq(r.genes, GENES);
    ck_assert_double_eq_tol(r.variance, share, 1e-5);
    scilama_dataset_destroy(half);
    scilama_model_destroy(loaded);
    scilama_model_destroy(model);
    problem_free(&p);
    problem_free(&q);
}
END_TEST

START_TEST(labels_come_from_the_nearest)
{
    enum { N = 300, Q = 70, D = 3, K = 6 };
    static float x[N * D], y[Q * D], distance[Q * K], p[Q], p2[Q];
    static int32_t codes[N], index[Q * K], code[Q], second[Q];
    static const char *const names[] = { "left", "right" };
    slm_rng_seq s = slm_rng_sequence(3, SLM_STREAM_SIMULATE, 0, 9);
    scilama_context *ctx = make_context(2);
    scilama_reference *r = NULL;
    for (int i = 0; i < N; i++) {
        codes[i] = i % 2;
        for (int j = 0; j < D; j++) x[i * D + j] = (float)(slm_rng_normal(&s) + 8 * (i % 2) + 100);
    }
    for (int i = 0; i < Q; i++)
        for (int j = 0; j < D; j++) y[i * D + j] = (float)(slm_rng_normal(&s) + 8 * (i % 2) + 100);
    OK(scilama_reference_create(&r, ctx, x, N, D, 0, error));
    OK(scilama_reference_add_labels(r, "side", codes, names, 2, error));
    OK(scilama_reference_set_layout(r, x, D, error));
    OK(scilama_reference_neighbors(r, y, Q, 0, K, index, distance, error));
    for (int i = 0; i < Q; i++) {
        int closer = 0;
        for (int k = 0; k < N; k++) {
            double d = 0;
            for (int j = 0; j < D; j++) d += ((double)x[k * D + j] - (double)y[i * D + j]) * ((double)x[k * D + j] - (double)y[i * D + j]);
            closer += sqrt(d) < (double)distance[i * K + K - 1] * (1 - 1e-6);
        }
        ck_assert_int_eq(closer, K - 1);
        for (int k = 1; k < K; k++) ck_assert(distance[i * K + k] >= distance[i * K + k - 1]);
    }
    OK(scilama_reference_transfer(r, 0, index, distance, Q, K, code, p, second, p2, error));
    for (int i = 0; i < Q; i++) {
        ck_assert_int_eq(code[i], i % 2);
        ck_assert_int_eq(second[i], 1 - i % 2);
        ck_assert_float_eq_tol(p[i] + p2[i], 1, 1e-5f);
        ck_assert(p[i] > 0.9f);
    }
    static float place[Q * D];
    OK(scilama_reference_place(r, index, distance, Q, K, place, error)); /* the layout is the points here */
    for (int i = 0; i < Q * D; i++) ck_assert(fabs((double)place[i] - (double)y[i]) < 3);
    ck_assert_int_eq(scilama_reference_add_labels(r, "side", codes, names, 2, NULL), SCILAMA_E_DUPLICATE);
    index[3] = N;
    ck_assert_int_eq(scilama_reference_transfer(r, 0, index, distance, Q, K, code, p, NULL, NULL, NULL), SCILAMA_E_INVALID);
    scilama_reference_destroy(r);
    scilama_context_destroy(ctx);
}
END_TEST

/* Cells of three kinds on two disjoint halves of the genes, whose vectors say how they differ between kinds. */
enum { KIND_CELLS = 300, KIND_GENES = 160, HALF = KIND_GENES / 2, KIND_WIDTH = 12 };
typedef struct kinds { float value[2][KIND_CELLS * HALF], vectors[KIND_GENES * KIND_WIDTH]; char text[KIND_GENES][12]; const char *names[KIND_GENES]; } kinds;

static void make_kinds(kinds *k)
{
    slm_rng_seq s = slm_rng_sequence(5, SLM_STREAM_SIMULATE, 0, 3);
    double effect[KIND_GENES][3];
    for (int g = 0; g < KIND_GENES; g++) {
        snprintf(k->text[g], sizeof k->text[g], "g%03d", g);
        k->names[g] = k->text[g];
        for (int t = 0; t < 3; t++) effect[g][t] = slm_rng_normal(&s);
        for (int w = 0; w < KIND_WIDTH; w++) k->vectors[g * KIND_WIDTH + w] = (float)((w < 3 ? effect[g][w] : 0) + 0.3 * slm_rng_normal(&s));
    }
    for (int half = 0; half < 2; half++)
        for (int c = 0; c < KIND_CELLS; c++)
            for (int g = 0; g < HALF; g++)
                k->value[half][c * HALF + g] = (float)(effect[half * HALF + g][c % 7 < 4 ? 0 : c % 7 < 6 ? 1 : 2] + slm_rng_normal(&s));
}

static void encode_kinds(const kinds *k, int threads, bool shuffle, float *own, float *other, scilama_query_report *r)
{
    scilama_context *ctx = make_context(threads);
    scilama_dataset *d[2] = { NULL, NULL };
    scilama_gene_table *table = NULL, *mixed = NULL;
    scilama_model *model = NULL;
    scilama_model_options mo;
    scilama_matrix m;
    small_options(&mo);
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    for (int half = 0; half < 2; half++) {
        scilama_matrix_init(&m, sizeof m);
        m.rows = KIND_CELLS, m.cols = HALF, m.values = k->value[half];
        OK(scilama_dataset_create(&d[half], ctx, &m, NULL, k->names + half * HALF, error));
    }
    OK(scilama_model_create(&model, d[0], &mo, error));
    OK(scilama_model_learn_absent(model, d[0], error));
    OK(scilama_model_encode_cells(model, d[0], own, NULL, 0, error));
    ck_assert_int_eq(scilama_model_encode_cells(model, d[1], other, NULL, 0, NULL), SCILAMA_E_NOTFOUND);
    OK(scilama_gene_table_create(&table, ctx, k->names, k->vectors, KIND_GENES, KIND_WIDTH, 0, error));
    OK(scilama_gene_table_shuffled(&mixed, ctx, table, 1, error));
    OK(scilama_dataset_add_gene_table(d[1], "text", shuffle ? mixed : table, NULL, NULL, error));
    OK(scilama_model_encode_cells(model, d[1], other, NULL, 0, error));
    scilama_query_report_init(r, sizeof *r);
    OK(scilama_model_check_query(model, d[1], r, error));
    scilama_gene_table_destroy(mixed);
    scilama_gene_table_destroy(table);
    scilama_model_destroy(model);
    scilama_dataset_destroy(d[0]);
    scilama_dataset_destroy(d[1]);
    scilama_context_destroy(ctx);
}

/* Share of cells whose nearest by `own` is of their kind. */
static double same_kind(const float *own, const float *other)
{
    int right = 0;
    for (int i = 0; i < KIND_CELLS; i++) {
        double least = INFINITY;
        int best = 0;
        for (int j = 0; j < KIND_CELLS; j++) {
            double d = 0;
            for (int l = 0; l < 4; l++) d += ((double)own[j * 4 + l] - (double)other[i * 4 + l]) * ((double)own[j * 4 + l] - (double)other[i * 4 + l]);
            if (d < least) least = d, best = j;
        }
        right += (i % 7 < 4 ? 0 : i % 7 < 6 ? 1 : 2) == (best % 7 < 4 ? 0 : best % 7 < 6 ? 1 : 2);
    }
    return (double)right / KIND_CELLS;
}

START_TEST(disjoint_genes_take_part_by_their_vectors)
{
    static kinds k;
    static float own[KIND_CELLS * 4], other[2][KIND_CELLS * 4];
    scilama_query_report r;
    make_kinds(&k);
    encode_kinds(&k, 1, false, own, other[0], &r);
    ck_assert_int_eq(r.measured, 0);
    ck_assert_int_eq(r.others, HALF);
    ck_assert(r.explained > 0.3);
    ck_assert(same_kind(own, other[0]) > 0.9);
    encode_kinds(&k, 3, false, own, other[1], &r);
    ck_assert_mem_eq(other[0], other[1], sizeof other[0]);
    encode_kinds(&k, 1, true, own, other[0], &r);
    ck_assert(r.explained < 0.1);
    ck_assert(same_kind(own, other[0]) < 0.8);
}
END_TEST

START_TEST(new_kinds_stand_out)
{
    static kinds k;
    static float own[KIND_CELLS * 4], novelty[2][KIND_CELLS];
    char path[] = "/tmp/scilama-mapping-XXXXXX";
    make_kinds(&k);
    scilama_context *ctx = make_context(2);
    scilama_dataset *d[2] = { NULL, NULL };
    scilama_model *model = NULL, *loaded = NULL;
    scilama_reference *r = NULL;
    scilama_model_options mo;
    scilama_matrix m;
    small_options(&mo);
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    /* the reference has two of three kinds */
    static float known[KIND_CELLS * HALF];
    int n = 0;
    for (int c = 0; c < KIND_CELLS / 2; c++)
        if (c % 7 < 6) memcpy(known + n++ * HALF, k.value[0] + c * HALF, HALF * sizeof *known);
    scilama_matrix_init(&m, sizeof m);
    m.rows = n, m.cols = HALF, m.values = known;
    OK(scilama_dataset_create(&d[0], ctx, &m, NULL, k.names, error));
    m.rows = KIND_CELLS - KIND_CELLS / 2, m.values = k.value[0] + KIND_CELLS / 2 * HALF;
    OK(scilama_dataset_create(&d[1], ctx, &m, NULL, k.names, error));
    OK(scilama_model_create(&model, d[0], &mo, error));
    ck_assert_int_eq(scilama_model_describe_reference(model, d[0], NULL), SCILAMA_E_STATE);
    OK(scilama_model_encode_cells(model, d[0], own, NULL, 0, error));
    OK(scilama_reference_create(&r, ctx, own, n, 4, 0, error));
    OK(scilama_model_set_reference(model, r, error));
    OK(scilama_model_learn_absent(model, d[0], error));
    ck_assert_int_eq(scilama_model_novelty(model, d[1], novelty[0], NULL), SCILAMA_E_STATE);
    ck_assert_int_eq(scilama_model_describe_reference(model, d[1], NULL), SCILAMA_E_INVALID);
    OK(scilama_model_describe_reference(model, d[0], error));
    OK(scilama_model_novelty(model, d[1], novelty[0], error));
    double mean[2] = { 0, 0 };
    int count[2] = { 0, 0 };
    for (int c = 0; c < m.rows; c++) {
        int new = (c + KIND_CELLS / 2) % 7 == 6;
        mean[new] += (double)novelty[0][c];
        count[new]++;
    }
    int above = 0; /* pairs of a new and a known cell that novelty orders */
    for (int c = 0; c < m.rows; c++)
        for (int other = 0; other < m.rows; other++)
            above += (c + KIND_CELLS / 2) % 7 == 6 && (other + KIND_CELLS / 2) % 7 != 6 && novelty[0][c] > novelty[0][other];
    ck_assert_msg(above > 0.95 * count[0] * count[1], "%g", above / (double)(count[0] * count[1]));
    ck_assert(mean[1] / count[1] > mean[0] / count[0] + 0.1);
    ck_assert(fabs(mean[0] / count[0]) < 0.2);
    close(mkstemp(path));
    OK(scilama_model_save(model, path, error));
    OK(scilama_model_load(&loaded, ctx, path, error));
    OK(scilama_model_novelty(loaded, d[1], novelty[1], error));
    for (int c = 0; c < m.rows; c++) ck_assert_float_eq_tol(novelty[0][c], novelty[1][c], 1e-3f);
    for (int i = 0; i < n * SLM_FACTORS_RANK; i++) loaded->reference->scores[i] = 3e38f; /* as of a damaged file */
    scilama_error told;
    ck_assert_int_eq(scilama_model_novelty(loaded, d[1], novelty[1], &told), SCILAMA_E_NONFINITE);
    ck_assert_ptr_nonnull(strstr(told.message, "cell 0"));
    unlink(path);
    scilama_reference_destroy(r);
    scilama_model_destroy(loaded);
    scilama_model_destroy(model);
    for (int i = 0; i < 2; i++) scilama_dataset_destroy(d[i]);
    scilama_context_destroy(ctx);
}
END_TEST

/* Genes of another species or another style of names are the model's once they are matched: the same cells are encoded to the same bits. */
START_TEST(other_names_are_matched)
{
    static const char *const batches[2] = { "x", "y" };
    static float full[CELLS * 4], named[CELLS * 4];
    problem p;
    scilama_error told;
    scilama_model_options mo;
    scilama_match_options o;
    scilama_matrix m;
    scilama_model *model = NULL;
    scilama_dataset *query = NULL;
    char text[GENES][24];
    const char *names[GENES], *batch[CELLS], *from[3] = { "Ortho1", "Ortho2", "Ortho2b" }, *to[3];
    int64_t renamed = -1;
    problem_make_batches(&p, 1, 0, 1, 1, batches);
    small_options(&mo);
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    OK(scilama_model_create(&model, p.dataset, &mo, error));
    OK(scilama_model_encode_cells(model, p.dataset, full, NULL, 0, error));
    for (int c = 0; c < CELLS; c++) batch[c] = batches[c % 2];
    for (int g = 0; g < GENES; g++) {
        snprintf(text[g], sizeof text[g], g % 2 ? "G%s" : "g%s", p.names[g] + 1); /* Gene07, gene14, … */
        names[g] = g == 4 ? from[0] : g == 6 ? from[1] : text[g];
    }
    to[0] = p.names[4];
    to[1] = to[2] = p.names[6];
    scilama_matrix_init(&m, sizeof m);
    m.rows = CELLS;
    m.cols = GENES;
    m.values = p.counts;
    OK(scilama_dataset_create(&query, p.ctx, &m, NULL, names, error));
    OK(scilama_dataset_set_strings(query, "batch", batch, error));
    OK(scilama_model_match_genes(model, query, NULL, &renamed, error));
    ck_assert_int_eq(renamed, 0);
    scilama_match_options_init(&o, sizeof o);
    o.aliases = -1;
    ck_assert_int_eq(scilama_model_match_genes(model, query, &o, NULL, &told), SCILAMA_E_INVALID);
    o.aliases = 3;
    o.alias_from = from;
    o.alias_to = to;
    OK(scilama_model_match_genes(model, query, &o, &renamed, error));
    ck_assert_int_eq(renamed, 2); /* no gene is called Ortho2b */
    o.ignore_case = 1;
    OK(scilama_model_match_genes(model, query, &o, &renamed, error));
    ck_assert_int_eq(renamed, GENES / 2);
    OK(scilama_model_encode_cells(model, query, named, NULL, 0, error));
    ck_assert(memcmp(full, named, sizeof full) == 0);
    ck_assert_int_eq(scilama_model_match_genes(model, p.dataset, &o, NULL, &told), SCILAMA_E_STATE); /* it is preprocessed */
    scilama_dataset_destroy(query);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

typedef struct seen { int64_t blocks, cells, unknown; int32_t answer; } seen;

static int32_t see(void *user, const scilama_map_block *b)
{
    seen *s = user;
    ck_assert_int_eq(b->first, s->cells);
    s->blocks++;
    s->cells += b->cells;
    for (int64_t i = 0; i < b->cells; i++) s->unknown += b->unknown[0][i];
    return s->answer;
}

/* What scilama_model_map() writes is what the single calls give, to the bit. */
START_TEST(a_query_is_mapped_as_a_whole)
{
    enum { K = 5 };
    static kinds k;
    static float own[KIND_CELLS * 4], novelty[KIND_CELLS], layout[KIND_CELLS * 2], p[KIND_CELLS], near[KIND_CELLS * K], read[KIND_CELLS * 4];
    static int32_t code[KIND_CELLS], indices[KIND_CELLS * K];
    static double column[KIND_CELLS];
    static const char *const kinds_of[] = { "u", "v" }, *const genes_of[] = { "only" };
    char folder[] = "/tmp/scilama-map-XXXXXX", path[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/out.h5ad", folder);
    make_kinds(&k);
    scilama_context *ctx = make_context(2);
    scilama_dataset *d = NULL;
    scilama_model *model = NULL;
    scilama_reference *r = NULL;
    scilama_h5ad_writer *w = NULL;
    scilama_model_options mo;
    scilama_map_options o;
    scilama_matrix m, one;
    scilama_error told;
    seen s = { 0 };
    small_options(&mo);
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    scilama_matrix_init(&m, sizeof m);
    m.rows = KIND_CELLS, m.cols = HALF, m.values = k.value[0];
    OK(scilama_dataset_create(&d, ctx, &m, NULL, k.names, error));
    OK(scilama_model_create(&model, d, &mo, error));
    scilama_map_options_init(&o, sizeof o);
    OK(scilama_h5ad_writer_create(&w, ctx, path, &m, NULL, k.names, error));
    ck_assert_int_eq(scilama_model_map(model, d, w, NULL, &told), SCILAMA_E_NOTFOUND);
    ck_assert_ptr_nonnull(strstr(told.message, "--reference"));
    OK(scilama_model_encode_cells(model, d, own, NULL, 0, error));
    OK(scilama_reference_create(&r, ctx, own, KIND_CELLS, 4, 0, error));
    for (int c = 0; c < KIND_CELLS; c++) code[c] = c % 3 == 2 ? -1 : c % 3, layout[2 * c] = (float)c, layout[2 * c + 1] = 1;
    OK(scilama_reference_add_labels(r, "kind", code, kinds_of, 2, error));
    OK(scilama_reference_set_layout(r, layout, 2, error));
    OK(scilama_model_set_reference(model, r, error));
    OK(scilama_model_learn_absent(model, d, error));
    OK(scilama_model_describe_reference(model, d, error));
    o.key = "q";
    o.neighbors = K;
    o.unknown_below = 0.9;
    o.each = see;
    o.user = &s;
    OK(scilama_model_map(model, d, w, &o, error));
    OK(scilama_h5ad_writer_commit(w, error));
    ck_assert_int_eq(scilama_model_map(model, d, w, &o, NULL), SCILAMA_E_STATE);
    scilama_h5ad_writer_destroy(w);
    ck_assert_int_eq(s.blocks, 1);
    ck_assert_int_eq(s.cells, KIND_CELLS);
    OK(scilama_model_novelty(model, d, novelty, error));
    OK(scilama_reference_neighbors(r, own, KIND_CELLS, 0, K, indices, near, error));
    OK(scilama_reference_transfer(r, 0, indices, near, KIND_CELLS, K, code, p, NULL, NULL, error));
    OK(scilama_reference_place(r, indices, near, KIND_CELLS, K, layout, error));
    OK(scilama_h5ad_read_array(ctx, path, "obsm/X_q", NULL, NULL, read, KIND_CELLS * 4, error));
    ck_assert_mem_eq(read, own, sizeof own);
    OK(scilama_h5ad_read_array(ctx, path, "obsm/X_q_umap", NULL, NULL, read, KIND_CELLS * 2, error));
    ck_assert_mem_eq(read, layout, sizeof layout);
    OK(scilama_h5ad_read_column(ctx, path, "obs", "q_novelty", NULL, column, KIND_CELLS, error));
    for (int c = 0; c < KIND_CELLS; c++) ck_assert(column[c] == (double)novelty[c]);
    OK(scilama_h5ad_read_column(ctx, path, "obs", "q_kind_probability", NULL, column, KIND_CELLS, error));
    for (int c = 0; c < KIND_CELLS; c++) ck_assert(column[c] == (double)p[c]);
    OK(scilama_h5ad_read_column(ctx, path, "obs", "q_kind", NULL, column, KIND_CELLS, error));
    for (int c = 0; c < KIND_CELLS; c++) ck_assert(code[c] < 0 ? isnan(column[c]) : column[c] == code[c]);
    OK(scilama_h5ad_read_column(ctx, path, "obs", "q_kind_unknown", NULL, column, KIND_CELLS, error));
    for (int c = 0; c < KIND_CELLS; c++) s.unknown -= column[c] == 1;
    ck_assert_int_eq(s.unknown, 0);
    /* refused */
    scilama_matrix_init(&one, sizeof one);
    one.rows = 3, one.cols = 1, one.values = own;
    OK(scilama_h5ad_writer_create(&w, ctx, path, &one, NULL, genes_of, error));
    ck_assert_int_eq(scilama_model_map(model, d, w, NULL, &told), SCILAMA_E_INVALID);
    ck_assert_ptr_nonnull(strstr(told.message, "the file 3"));
    scilama_h5ad_writer_destroy(w);
    OK(scilama_h5ad_writer_create(&w, ctx, path, &m, NULL, k.names, error));
    o.neighbors = 0;
    ck_assert_int_eq(scilama_model_map(model, d, w, &o, NULL), SCILAMA_E_INVALID);
    o.neighbors = KIND_CELLS + 7; /* all there are */
    o.unknown_below = (double)NAN;
    ck_assert_int_eq(scilama_model_map(model, d, w, &o, NULL), SCILAMA_E_INVALID);
    o.unknown_below = 0.5;
    o.key = "a/b";
    ck_assert_int_eq(scilama_model_map(model, d, w, &o, NULL), SCILAMA_E_INVALID);
    o.key = NULL;
    s = (seen){ .answer = 1 };
    ck_assert_int_eq(scilama_model_map(model, d, w, &o, NULL), SCILAMA_E_CALLBACK);
    scilama_h5ad_writer_destroy(w);
    OK(scilama_h5ad_writer_create(&w, ctx, path, &m, NULL, k.names, error));
    OK(scilama_reference_add_labels(r, "novelty", code, kinds_of, 2, error)); /* as map calls another result */
    OK(scilama_model_set_reference(model, r, error));
    OK(scilama_model_describe_reference(model, d, error));
    ck_assert_int_eq(scilama_model_map(model, d, w, &o, &told), SCILAMA_E_DUPLICATE);
    ck_assert_msg(strstr(told.message, "obs[\"scilama_novelty\"]") != NULL, "%s", told.message);
    scilama_h5ad_writer_destroy(w);
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0); /* nothing else was left */
    scilama_reference_destroy(r);
    scilama_model_destroy(model);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mapping");
    TCase *c = tcase_create("mapping");
    tcase_set_timeout(c, 60); /* of a machine that is busy */
    tcase_add_test(c, absent_genes_take_their_conditional_mean);
    tcase_add_test(c, queries_are_reported);
    tcase_add_test(c, other_names_are_matched);
    tcase_add_test(c, labels_come_from_the_nearest);
    tcase_add_test(c, disjoint_genes_take_part_by_their_vectors);
    tcase_add_test(c, new_kinds_stand_out);
    tcase_add_test(c, a_query_is_mapped_as_a_whole);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
