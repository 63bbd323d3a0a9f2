/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include <math.h>

START_TEST(storages_agree)
{
    matrix_fixture f = fixture_make(53, 41, 7);
    scilama_context *ctx = test_context(_i);
    float *first = NULL;
    size_t bytes = (size_t)(f.cells * f.genes) * sizeof *first;
    for (int which = 0; which < VIEWS; which++) {
        scilama_dataset *d = fixture_dataset(ctx, &f, which);
        float *x = all_prepared(d);
        ck_assert_int_eq(scilama_dataset_genes_used(d), f.genes);
        if (!first) first = x;
        ck_assert_int_eq(memcmp(first, x, bytes), 0);
        /* canonical order: bytewise by name; each column is the matrix's */
        for (int64_t g = 0; g < f.genes; g++) {
            const char *name = slm_string(&d->recipe->genes, g);
            int64_t column = 0;
            while (strcmp(f.gene_names[column], name) != 0) column++;
            if (g) ck_assert_int_lt(strcmp(slm_string(&d->recipe->genes, g - 1), name), 0);
            for (int64_t c = 0; c < f.cells; c++) ck_assert(x[c * f.genes + g] == f.dense[c * f.genes + column]);
        }
        if (x != first) free(x);
        scilama_dataset_destroy(d);
    }
    free(first);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

START_TEST(borrowing_copies_nothing)
{
    matrix_fixture f = fixture_make(300, 200, 7);
    scilama_context *ctx = test_context(1);
    for (int which = 1; which < 6; which += 4) {
        scilama_dataset *d = fixture_dataset(ctx, &f, which);
        ck_assert_ptr_eq(d->values, which == 1 ? f.dense : f.values);
        if (which == 5) ck_assert_ptr_eq(d->indptr, f.indptr);
        if (which == 5) ck_assert_ptr_eq(d->indices, f.indices);
        scilama_dataset_destroy(d);
    }
    /* unnamed genes keep index order, so the design borrows too */
    scilama_matrix m = fixture_view(&f, 5);
    scilama_dataset *d;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, NULL, NULL), SCILAMA_OK);
    ck_assert_int_eq(slm_dataset_prepare(d, NULL), SCILAMA_OK);
    ck_assert_ptr_eq(d->design->data, f.values);
    ck_assert_str_eq(scilama_dataset_gene_name(d, 17), "17");
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

START_TEST(unsorted_rows_are_sorted)
{
    int32_t indices[] = { 2, 0, 1, 3, 1 }, indptr[] = { 0, 3, 5 };
    float values[] = { 3, 1, 2, 8, 6 }, expected[] = { 1, 2, 3, 0, 0, 6, 0, 8 };
    scilama_context *ctx = test_context(1);
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_CSR;
    m.memory = SCILAMA_MEMORY_BORROW;
    m.rows = 2, m.cols = 4, m.stored = 5;
    m.values = values, m.indices = indices, m.indptr = indptr;
    scilama_dataset *d;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, NULL, NULL), SCILAMA_OK);
    float *x = all_prepared(d);
    ck_assert_mem_eq(x, expected, sizeof expected);
    ck_assert_int_eq(indices[0], 2); /* the caller's arrays are untouched */
    free(x);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
}
END_TEST

static void refused(scilama_context *ctx, const scilama_matrix *m, const char *const *cells, const char *const *genes,
                    scilama_status code, const char *word1, const char *word2)
{
    scilama_error error;
    scilama_dataset *d = (void *)1;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, m, cells, genes, &error), code);
    ck_assert_ptr_null(d);
    ck_assert_int_eq(error.code, code);
    ck_assert_msg(strstr(error.message, word1) && strstr(error.message, word2), "%s", error.message);
}

START_TEST(bad_matrices_are_refused)
{
    matrix_fixture f = fixture_make(6, 5, 3);
    scilama_context *ctx = test_context(1);
    for (int which = 0; which < VIEWS; which++) {
        if (which == 2 || which == 3) continue;
        scilama_matrix m = fixture_view(&f, which);
        float *values = which < 2 ? f.dense : which < 6 ? f.values : f.csc_values, kept = values[3];
        values[3] = which == 4 ? INFINITY : NAN;
        int64_t cell = 0, gene = 3;
        if (which >= 4 && which < 6) for (gene = f.indices[3]; f.indptr[cell + 1] <= 3;) cell++;
        if (which >= 6) for (cell = f.csc_indices[3], gene = 0; f.csc_indptr[gene + 1] <= 3;) gene++;
        refused(ctx, &m, f.cell_names, f.gene_names, SCILAMA_E_NONFINITE, f.cell_names[cell], f.gene_names[gene]);
        values[3] = kept;
    }
    scilama_matrix m = fixture_view(&f, 4);
    f.indices[0] = 5;
    refused(ctx, &m, f.cell_names, f.gene_names, SCILAMA_E_INVALID, "gene index 5", "cell-0");
    int64_t pair = 0;
    while (f.indptr[pair + 1] - f.indptr[pair] < 2) pair++;
    f.indices[0] = 0;
    f.indices[f.indptr[pair]] = f.indices[f.indptr[pair] + 1];
    refused(ctx, &m, f.cell_names, f.gene_names, SCILAMA_E_INVALID, "more than once", f.cell_names[pair]);
    f.indptr[2] = 99;
    refused(ctx, &m, f.cell_names, f.gene_names, SCILAMA_E_INVALID, "damaged", "indptr");
    m = fixture_view(&f, 0);
    f.gene_names[4] = f.gene_names[1];
    refused(ctx, &m, f.cell_names, f.gene_names, SCILAMA_E_DUPLICATE, f.gene_names[1], "1 and 4");
    m.rows = 0;
    refused(ctx, &m, NULL, NULL, SCILAMA_E_INVALID, "0 cells", "");
    m.rows = 6, m.ld = 2;
    refused(ctx, &m, NULL, NULL, SCILAMA_E_INVALID, "ld is 2", "rows hold");
    m.ld = INT64_MAX;
    refused(ctx, &m, NULL, NULL, SCILAMA_E_INVALID, "6 such rows", "memory");
    m.storage = 77;
    refused(ctx, &m, NULL, NULL, SCILAMA_E_INVALID, "storage 77", "");
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

START_TEST(parts_keep_the_first_duplicate)
{
    scilama_context *ctx = test_context(1);
    const char *cells[] = { "a", "b" }, *genes[] = { "X", "Y", "X", "Z" };
    for (int dense = 0; dense < 2; dense++) {
        for (int keep = 0; keep < 2; keep++) {
            slm_dataset_parts p = { .cells = 2, .genes = 4, .repeated_genes = keep ? SLM_REPEATED_DROP : SLM_REPEATED_FAIL };
            float source[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
            p.values = slm_alloc(ctx, sizeof source);
            memcpy(p.values, source, sizeof source);
            p.storage = dense ? SCILAMA_STORAGE_DENSE : SCILAMA_STORAGE_CSR;
            if (!dense) {
                p.indptr = slm_alloc(ctx, 3 * sizeof *p.indptr);
                p.indices = slm_alloc(ctx, 8 * sizeof *p.indices);
                for (int i = 0; i < 8; i++) p.indices[i] = i % 4;
                for (int i = 0; i < 3; i++) p.indptr[i] = 4 * i;
            }
            slm_strings_copy(ctx, &p.cell_names, cells, 2, NULL);
            slm_strings_copy(ctx, &p.gene_names, genes, 4, NULL);
            scilama_dataset *d = NULL;
            scilama_status status = slm_dataset_from_parts(&d, ctx, &p, NULL);
            ck_assert_int_eq(status, keep ? SCILAMA_OK : SCILAMA_E_DUPLICATE);
            if (keep) {
                float *x = all_prepared(d), expected[] = { 1, 2, 4, 5, 6, 8 };
                ck_assert_int_eq(scilama_dataset_genes(d), 3);
                ck_assert_mem_eq(x, expected, sizeof expected);
                free(x);
            }
            scilama_dataset_destroy(d);
            slm_strings_free(ctx, &p.cell_names);
            slm_strings_free(ctx, &p.gene_names);
            slm_free(ctx, p.values);
            slm_free(ctx, p.indptr);
            slm_free(ctx, p.indices);
        }
    }
    int64_t bytes;
    slm_context_retain(ctx);
    scilama_context_memory(ctx, &bytes, NULL);
    ck_assert_int_eq(bytes, 0);
    slm_context_release(ctx);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(covariates_are_encoded)
{
    scilama_context *ctx = test_context(1);
    float values[6] = { 1, 1, 1, 1, 1, 1 };
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = 6, m.cols = 1, m.values = values;
    scilama_dataset *d;
    scilama_error error;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, NULL, NULL), SCILAMA_OK);
    const char *batch[] = { "b", "a", NULL, "c", "b", "a" };
    double age[] = { 10, 20, 30, 1000, NAN, 5 }, raw[] = { 1, 2, 3, 4, 5, 6 }, same[] = { 4, 4, 4, 4, 4, 4 };
    int32_t split[] = { 0, 0, 0, 1, 0, 3 };
    ck_assert_int_eq(scilama_dataset_set_strings(d, "batch", batch, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_set_numeric(d, "age", age, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_set_numeric(d, "raw", raw, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_set_numeric(d, "same", same, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_use_covariate(d, "batch", SCILAMA_COVARIATE_CATEGORICAL, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_use_covariate(d, "age", SCILAMA_COVARIATE_CONTINUOUS, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_use_covariate(d, "raw", SCILAMA_COVARIATE_RAW, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_use_covariate(d, "same", SCILAMA_COVARIATE_CONTINUOUS, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_use_covariate(d, "nothing", SCILAMA_COVARIATE_RAW, &error), SCILAMA_E_NOTFOUND);
    ck_assert_ptr_nonnull(strstr(error.message, "nothing"));
    ck_assert_int_eq(scilama_dataset_use_covariate(d, "age", SCILAMA_COVARIATE_CATEGORICAL, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_set_split(d, split, NULL), SCILAMA_OK);
    ck_assert_int_eq(slm_dataset_prepare(d, NULL), SCILAMA_OK);
    const slm_design *design = d->design;
    ck_assert_int_eq(design->covariates, 5); /* a, b (c only outside training), age, raw, same */
    float std = (float)sqrt(200.0 / 3);
    float expected[6][5] = {
        { 0, 1, -10 / std, 1, 0 }, { 1, 0, 0, 2, 0 }, { 0.5f, 0.5f, 10 / std, 3, 0 }, /* unknown: an average of the known */
        { 0.5f, 0.5f, 980 / std, 4, 0 }, { 0, 1, 0, 5, 0 }, { 1, 0, -15 / std, 6, 0 }
    };
    for (int i = 0; i < 30; i++) ck_assert_float_eq_tol(slm_design_covariate_of(design, i / 5, i % 5), expected[i / 5][i % 5], 1e-5);
    ck_assert_int_eq(design->n_train, 4);
    ck_assert_int_eq(design->n_validation, 1);
    ck_assert_int_eq(design->train[3], 4);
    ck_assert_int_eq(design->validation[0], 3);
    /* columns read back */
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    ck_assert_int_eq(scilama_dataset_column_info(d, "batch", &info, NULL), SCILAMA_OK);
    ck_assert(info.kind == SCILAMA_COLUMN_CATEGORICAL && info.categories == 3 && info.missing == 1);
    ck_assert_str_eq(scilama_dataset_category(d, "batch", 2), "c");
    int32_t codes[6];
    ck_assert_int_eq(scilama_dataset_get_codes(d, "batch", codes, NULL), SCILAMA_OK);
    ck_assert(codes[0] == 1 && codes[1] == 0 && codes[2] == -1 && codes[3] == 2);
    /* a change of a covariate makes the encoding anew; codes in another order mean the same */
    const char *categories[] = { "z", "c", "b", "a" };
    int32_t other[] = { 2, 3, -1, 1, 2, 3 };
    ck_assert_int_eq(scilama_dataset_set_codes(d, "batch", other, categories, 4, NULL), SCILAMA_OK);
    ck_assert_ptr_null(d->design);
    ck_assert_int_eq(slm_dataset_prepare(d, NULL), SCILAMA_OK);
    for (int i = 0; i < 30; i++) ck_assert_float_eq_tol(slm_design_covariate_of(d->design, i / 5, i % 5), expected[i / 5][i % 5], 1e-5);
    raw[1] = NAN;
    ck_assert_int_eq(scilama_dataset_set_numeric(d, "raw", raw, NULL), SCILAMA_OK);
    ck_assert_int_eq(slm_dataset_prepare(d, &error), SCILAMA_E_NONFINITE);
    ck_assert_msg(strstr(error.message, "'raw'") && strstr(error.message, "'1'"), "%s", error.message);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(splits_depend_on_names)
{
    matrix_fixture f = fixture_make(1000, 2, 5);
    scilama_context *ctx = test_context(1);
    scilama_dataset *d = fixture_dataset(ctx, &f, 0);
    const char **batch = malloc(1000 * sizeof *batch);
    for (int i = 0; i < 1000; i++) batch[i] = i < 700 ? "one" : i < 707 ? "few" : i < 710 ? NULL : "two";
    ck_assert_int_eq(scilama_dataset_set_strings(d, "batch", batch, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_split_random(d, 0.9, 0.1, 42, "batch", NULL), SCILAMA_OK);
    int32_t split[1000], again[1000];
    int count[4] = { 0 }, one = 0;
    scilama_dataset_get_split(d, split, NULL);
    for (int i = 0; i < 1000; i++) {
        count[split[i]]++;
        one += i < 700 && split[i] == SCILAMA_SPLIT_VALIDATION;
    }
    ck_assert(count[0] == 900 && count[1] == 100 && count[2] == 0);
    ck_assert(one >= 69 && one <= 71);
    scilama_dataset_destroy(d);
    /* reversed rows: every cell keeps its part */
    for (int i = 0; i < 500; i++) {
        const char *t = f.cell_names[i];
        f.cell_names[i] = f.cell_names[999 - i], f.cell_names[999 - i] = t;
        t = batch[i];
        batch[i] = batch[999 - i], batch[999 - i] = t;
    }
    d = fixture_dataset(ctx, &f, 0);
    scilama_dataset_set_strings(d, "batch", batch, NULL);
    ck_assert_int_eq(scilama_dataset_split_random(d, 0.9, 0.1, 42, "batch", NULL), SCILAMA_OK);
    scilama_dataset_get_split(d, again, NULL);
    int same = 0;
    for (int i = 0; i < 1000; i++) ck_assert_int_eq(again[i], split[999 - i]);
    ck_assert_int_eq(scilama_dataset_split_random(d, 0.5, 0.2, 43, NULL, NULL), SCILAMA_OK);
    scilama_dataset_get_split(d, split, NULL);
    memset(count, 0, sizeof count);
    for (int i = 0; i < 1000; i++) count[split[i]]++, same += split[i] == again[i];
    ck_assert(count[0] == 500 && count[1] == 200 && count[2] == 300);
    ck_assert_int_lt(same, 600);
    ck_assert_int_eq(scilama_dataset_split_random(d, 0.9, 0.2, 1, NULL, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_split_random(d, 0.9, 0.1, 1, "none", NULL), SCILAMA_E_NOTFOUND);
    for (int i = 0; i < 1000; i++) batch[i] = i % 4 == 0 ? "Train" : i % 4 == 1 ? "VAL" : i % 4 == 2 ? "test" : "excluded";
    scilama_dataset_set_strings(d, "split", batch, NULL);
    ck_assert_int_eq(scilama_dataset_split_by(d, "split", NULL), SCILAMA_OK);
    scilama_dataset_get_split(d, split, NULL);
    for (int i = 0; i < 1000; i++) ck_assert_int_eq(split[i], i % 4);
    batch[7] = "trian";
    scilama_error error;
    scilama_dataset_set_strings(d, "split", batch, NULL);
    ck_assert_int_eq(scilama_dataset_split_by(d, "split", &error), SCILAMA_E_INVALID);
    ck_assert_msg(strstr(error.message, "'trian'"), "%s", error.message);
    free(batch);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

START_TEST(tables_match_by_name)
{
    scilama_context *ctx = test_context(1);
    float values[4] = { 1, 2, 3, 4 }, vectors[10] = { 1, 10, 2, 20, 3, 30, 4, 40, 5, 50 };
    const char *genes[] = { "TP53", "ENSG01.3", "CD3E", "OLD" }, *names[] = { "tp53", "ENSG01", "CD3E", "NEW", "CD3E" };
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = 1, m.cols = 4, m.values = values;
    scilama_dataset *d;
    scilama_gene_table *t, *clean;
    scilama_error error;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, genes, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_gene_table_create(&t, ctx, names, vectors, 5, 2, 0, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_gene_table_create(&clean, ctx, names, vectors, 4, 2, 0, NULL), SCILAMA_OK);
    scilama_match_options o;
    scilama_match_report r;
    scilama_match_options_init(&o, sizeof o);
    scilama_match_report_init(&r, sizeof r);
    ck_assert_int_eq(scilama_dataset_add_gene_table(d, "text", t, &o, &r, &error), SCILAMA_E_DUPLICATE);
    ck_assert_msg(strstr(error.message, "'CD3E'"), "%s", error.message);
    /* exact names only */
    ck_assert_int_eq(scilama_dataset_add_gene_table(d, "exact", clean, &o, &r, &error), SCILAMA_OK);
    ck_assert(r.genes == 4 && r.table_rows == 4 && r.matched == 1 && r.missing == 3 && r.unused == 3 && r.width == 2 && r.duplicated == 0);
    ck_assert_int_eq(scilama_dataset_add_gene_table(d, "exact", clean, &o, &r, NULL), SCILAMA_E_DUPLICATE);
    ck_assert_int_eq(scilama_dataset_genes_used(d), 4); /* the others stay, without a vector */
    ck_assert(slm_dataset_gene_paired(d, 2) && !slm_dataset_gene_paired(d, 0));
    scilama_dataset_destroy(d);
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, genes, NULL), SCILAMA_OK);
    o.missing = SCILAMA_MISSING_DROP;
    ck_assert_int_eq(scilama_dataset_add_gene_table(d, "exact", clean, &o, &r, &error), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_genes_used(d), 1);
    scilama_dataset_destroy(d);
    /* every rule at once */
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, genes, NULL), SCILAMA_OK);
    const char *from[] = { "OLD" }, *to[] = { "NEW" };
    o.ignore_case = o.strip_version = o.first_duplicate = 1;
    o.alias_from = from, o.alias_to = to, o.aliases = 1;
    ck_assert_int_eq(scilama_dataset_add_gene_table(d, "text", t, &o, &r, &error), SCILAMA_OK);
    ck_assert(r.matched == 4 && r.missing == 0 && r.unused == 0 && r.duplicated == 1);
    float out[8], expected[8] = { 3, 30, 2, 20, 4, 40, 1, 10 }; /* CD3E, ENSG01.3, OLD, TP53 */
    ck_assert_int_eq(slm_dataset_prepare(d, NULL), SCILAMA_OK);
    ck_assert_int_eq(slm_dataset_embedding(d, 0, out, NULL), SCILAMA_OK);
    ck_assert_mem_eq(out, expected, sizeof out);
    /* a second modality that lacks genes: dropped, or filled with the mean */
    scilama_match_options_init(&o, sizeof o);
    o.missing = SCILAMA_MISSING_MEAN;
    const char *two[] = { "TP53", "CD3E" };
    float second[] = { 2, 8 };
    scilama_gene_table *t2;
    ck_assert_int_eq(scilama_gene_table_create(&t2, ctx, two, second, 2, 1, 0, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_add_gene_table(d, "second", t2, &o, NULL, NULL), SCILAMA_OK);
    ck_assert_int_eq(slm_dataset_prepare(d, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_genes_used(d), 4);
    ck_assert_int_eq(slm_dataset_embedding(d, 1, out, NULL), SCILAMA_OK);
    ck_assert(out[0] == 8 && out[1] == 5 && out[2] == 5 && out[3] == 2);
    o.missing = SCILAMA_MISSING_DROP;
    ck_assert_int_eq(scilama_dataset_add_gene_table(d, "third", t2, &o, NULL, NULL), SCILAMA_OK);
    ck_assert_int_eq(slm_dataset_prepare(d, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_genes_used(d), 2);
    ck_assert_str_eq(slm_string(&d->recipe->genes, 0), "CD3E");
    /* nothing in common */
    scilama_gene_table *t3;
    const char *strange[] = { "ENSMUSG1" };
    ck_assert_int_eq(scilama_gene_table_create(&t3, ctx, strange, second, 1, 1, 0, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_add_gene_table(d, "strange", t3, &o, NULL, &error), SCILAMA_E_NOTFOUND);
    ck_assert_msg(strstr(error.message, "'TP53'") && strstr(error.message, "'ENSMUSG1'"), "%s", error.message);
    second[1] = NAN;
    scilama_gene_table *bad;
    ck_assert_int_eq(scilama_gene_table_create(&bad, ctx, two, second, 2, 1, 0, &error), SCILAMA_E_NONFINITE);
    ck_assert_msg(strstr(error.message, "'CD3E'"), "%s", error.message);
    scilama_gene_table_destroy(t), scilama_gene_table_destroy(clean), scilama_gene_table_destroy(t2), scilama_gene_table_destroy(t3);
    scilama_dataset_destroy(d);
    int64_t bytes;
    scilama_context_memory(ctx, &bytes, NULL);
    ck_assert_int_eq(bytes, 0);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(recipes_apply_by_name)
{
    matrix_fixture f = fixture_make(10, 8, 3);
    scilama_context *ctx = test_context(1);
    scilama_dataset *d = fixture_dataset(ctx, &f, 4), *other;
    ck_assert_int_eq(slm_dataset_prepare(d, NULL), SCILAMA_OK);
    /* the other data have the genes in reverse and lack the last */
    float *reversed = calloc(10 * 7, sizeof *reversed);
    const char *names[7];
    for (int g = 0; g < 7; g++) {
        names[g] = f.gene_names[6 - g];
        for (int c = 0; c < 10; c++) reversed[c * 7 + g] = f.dense[c * 8 + 6 - g];
    }
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = 10, m.cols = 7, m.values = reversed;
    ck_assert_int_eq(scilama_dataset_create(&other, ctx, &m, NULL, names, NULL), SCILAMA_OK);
    slm_design *design = NULL;
    scilama_error error;
    ck_assert_int_eq(slm_recipe_apply(d->recipe, NULL, NULL, false, other, &design, &error), SCILAMA_OK);
    float *x = all_prepared(d);
    slm_real y[8];
    scilama_dataset_destroy(other); /* the design keeps what it needs */
    for (int64_t c = 0; c < 10; c++) {
        ck_assert_int_eq(slm_design_gather(design, &c, 1, 1, y, 0, NULL), SCILAMA_OK);
        for (int g = 0; g < 8; g++)
            ck_assert(y[g] == (strcmp(slm_string(&d->recipe->genes, g), f.gene_names[7]) == 0 ? 0 : x[c * 8 + g] * (slm_real)sqrtf(8 / 7.0f)));
    }
    int64_t beyond = 10;
    ck_assert_int_eq(slm_design_gather(design, &beyond, 1, 1, y, 0, NULL), SCILAMA_E_INVALID);
    slm_design_release(design);
    free(x), free(reversed);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

START_TEST(stored_zeros_do_not_show)
{
    float values[] = { 0, -0.0f, 5, -0.0f }, dense[] = { 0, 0, 5, 0, 0, 0 };
    int32_t indices[] = { 0, 1, 2, 1 }, indptr[] = { 0, 3, 4 };
    scilama_context *ctx = test_context(1);
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = 2, m.cols = 3, m.storage = SCILAMA_STORAGE_CSR, m.stored = 4;
    m.values = values, m.indices = indices, m.indptr = indptr;
    for (int preprocess = 0; preprocess < 2; preprocess++) {
        scilama_dataset *d;
        ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, NULL, NULL), SCILAMA_OK);
        scilama_preprocess_options o;
        scilama_preprocess_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
        o.min_cells = 0;
        o.scale = SCILAMA_OFF;
        o.normalize = SCILAMA_OFF;
        if (preprocess) ck_assert_int_eq(scilama_dataset_preprocess(d, &o, NULL, NULL), SCILAMA_OK);
        dense[2] = preprocess ? (float)log1p(5) : 5;
        float *x = all_prepared(d);
        ck_assert_mem_eq(x, dense, sizeof dense);
        free(x);
        scilama_dataset_destroy(d);
    }
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(null_arguments_are_errors)
{
    scilama_context *ctx = test_context(1);
    float one = 1;
    double number = 1;
    const char *name = "x";
    int32_t code = 0;
    int64_t cell = 0;
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = m.cols = 1;
    scilama_dataset *d = NULL;
    scilama_gene_table *t = NULL;
    ck_assert_int_eq(scilama_dataset_create(NULL, ctx, &m, NULL, NULL, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_create(&d, NULL, &m, NULL, NULL, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, NULL, NULL, NULL, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, NULL, NULL), SCILAMA_E_INVALID); /* no values */
    m.values = &one;
    m.struct_size = 0;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, NULL, NULL), SCILAMA_E_INVALID);
    m.struct_size = sizeof m;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, NULL, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_set_numeric(NULL, "a", &number, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_set_numeric(d, NULL, &number, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_set_numeric(d, "a", NULL, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_set_strings(d, "a", NULL, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_set_codes(d, "a", &code, NULL, 1, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_set_codes(d, "a", &code, &name, 0, NULL), SCILAMA_E_INVALID); /* code 0 of none */
    ck_assert_int_eq(scilama_dataset_use_covariate(d, NULL, 1, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_use_covariate(d, "a", 9, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_set_split(d, NULL, NULL), SCILAMA_E_INVALID);
    code = 4;
    ck_assert_int_eq(scilama_dataset_set_split(d, &code, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_split_by(d, NULL, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_gene_table_create(&t, ctx, NULL, &one, 1, 1, 0, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_gene_table_create(&t, ctx, &name, &one, 0, 1, 0, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_gene_table_create(&t, ctx, &name, &one, 1, 2, 1, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_add_gene_table(d, "t", NULL, NULL, NULL, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_preprocess(NULL, NULL, NULL, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_get_split(d, NULL, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_get_codes(d, "none", &code, NULL), SCILAMA_E_NOTFOUND);
    ck_assert_int_eq(scilama_dataset_get_prepared(d, NULL, 1, &one, 0, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_get_prepared(d, &cell, 1, NULL, 0, NULL), SCILAMA_E_INVALID);
    cell = 1;
    ck_assert_int_eq(scilama_dataset_get_prepared(d, &cell, 1, &one, 0, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_dataset_cells(NULL), 0);
    ck_assert_ptr_null(scilama_dataset_gene_name(d, 1));
    ck_assert_ptr_null(scilama_dataset_cell_name(NULL, 0));
    ck_assert_ptr_null(scilama_dataset_category(d, "none", 0));
    scilama_dataset_destroy(NULL);
    scilama_gene_table_destroy(NULL);
    /* a cancel that comes too late stops nothing; handles go in any order */
    scilama_context_cancel(ctx);
    ck_assert_int_ne(scilama_dataset_preprocess(d, NULL, NULL, NULL), SCILAMA_E_CANCELLED);
    scilama_context_destroy(ctx);
    scilama_dataset_destroy(d);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dataset");
    TCase *t = tcase_create("dataset");
    tcase_add_loop_test(t, storages_agree, 1, 3);
    tcase_add_test(t, borrowing_copies_nothing);
    tcase_add_test(t, unsorted_rows_are_sorted);
    tcase_add_test(t, bad_matrices_are_refused);
    tcase_add_test(t, parts_keep_the_first_duplicate);
    tcase_add_test(t, covariates_are_encoded);
    tcase_add_test(t, splits_depend_on_names);
    tcase_add_test(t, tables_match_by_name);
    tcase_add_test(t, recipes_apply_by_name);
    tcase_add_test(t, stored_zeros_do_not_show);
    tcase_add_test(t, null_arguments_are_errors);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
