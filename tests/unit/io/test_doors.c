/* SPDX-License-Identifier: MIT */
#include "support.h"
#include <stdbool.h>
#include <zlib.h>

/* MuData and loom as their own packages write them (tests/files/doors.py). */

enum { CELLS = 20, GENES = 12 };

static const char *unzip(const char *name)
{
    char from[300], buffer[4096];
    const char *to = in_folder(name);
    snprintf(from, sizeof from, TEST_DATA "/doors/%s.gz", name);
    gzFile in = gzopen(from, "rb");
    FILE *out = fopen(to, "wb");
    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(out);
    for (int n; (n = gzread(in, buffer, sizeof buffer)) > 0;) fwrite(buffer, 1, (size_t)n, out);
    gzclose(in);
    fclose(out);
    return to;
}

static float value(int64_t cell, int64_t column, int64_t seed) { return (float)((cell * 7 + column * 3 + seed) % 5); }

static scilama_file_options options(const char *layer, const char *modality)
{
    scilama_file_options o;
    scilama_file_options_init(&o, sizeof o);
    o.layer = layer;
    o.modality = modality;
    return o;
}

/* Every value, by the names of the genes: columns of prepared data are sorted by them. */
static void check_values(scilama_dataset *d, const char *stem, int64_t genes, int64_t seed)
{
    float row[GENES];
    int64_t place[GENES];
    ck_assert_int_eq(scilama_dataset_cells(d), CELLS);
    ck_assert_int_eq(scilama_dataset_genes(d), genes);
    for (int64_t g = 0; g < genes; g++) {
        char name[16];
        snprintf(name, sizeof name, "%s%d", stem, (int)g);
        place[g] = 0;
        bool found = false;
        for (int64_t k = 0; k < genes; k++) {
            const char *other = scilama_dataset_gene_name(d, k);
            found = found || !strcmp(other, name);
            place[g] += strcmp(other, name) < 0;
        }
        ck_assert_msg(found, "no %s", name);
    }
    for (int64_t i = 0; i < CELLS; i++) {
        char name[16];
        snprintf(name, sizeof name, "cell %d", (int)i);
        ck_assert_str_eq(scilama_dataset_cell_name(d, i), name);
        OK(scilama_dataset_get_prepared(d, &i, 1, row, 0, &error));
        for (int64_t g = 0; g < genes; g++) ck_assert_msg(row[place[g]] == value(i, g, seed), "cell %d, gene %d: %g", (int)i, (int)g, row[place[g]]);
    }
}

static void check_labels(scilama_dataset *d, const char *column, const char *const *names, int n)
{
    int32_t codes[CELLS];
    OK(scilama_dataset_get_codes(d, column, codes, &error));
    for (int i = 0; i < CELLS; i++) ck_assert_str_eq(scilama_dataset_category(d, column, codes[i]), names[i % n]);
}

static scilama_dataset *read_cells(const char *path, const char *layer, const char *modality, int64_t stream)
{
    scilama_dataset *d;
    scilama_file_options o = options(layer, modality);
    o.stream_memory = stream;
    OK(scilama_dataset_read(&d, ctx, path, &o, &error));
    return d;
}

static const char *const ab[] = { "a", "b" };

START_TEST(mudata_modalities)
{
    const char *path = unzip("rna_prot.h5mu");
    for (int stream = 0; stream < 2; stream++) {
        scilama_dataset *d = read_cells(path, NULL, stream ? "rna" : NULL, stream ? 1 << 20 : 0);
        check_values(d, "GENE", GENES, 0);
        check_labels(d, "batch", ab, 2);
        double depth[CELLS];
        OK(scilama_dataset_get_numeric(d, "depth", depth, &error));
        ck_assert(depth[3] == 1.5);
        scilama_dataset_destroy(d);
        d = read_cells(path, "counts", NULL, stream ? 1 << 20 : 0);
        check_values(d, "GENE", GENES, 1);
        scilama_dataset_destroy(d);
        const char *const one[] = { "batch" };
        scilama_file_options o = options(NULL, NULL);
        o.stream_memory = stream ? 1 << 20 : 0;
        o.columns = one;
        o.n_columns = 1;
        OK(scilama_dataset_read(&d, ctx, path, &o, &error));
        ck_assert_int_eq(scilama_dataset_columns(d), 1);
        check_labels(d, "batch", ab, 2);
        scilama_dataset_destroy(d);
        d = read_cells(path, NULL, "prot", stream ? 1 << 20 : 0);
        check_values(d, "PROT", 4, 3);
        scilama_dataset_destroy(d);
    }
    scilama_dataset *d;
    scilama_file_options o = options("none", NULL);
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_read(&d, ctx, path, &o, &error));
    ck_assert_msg(strstr(error.message, "counts") != NULL, "%s", error.message);
    o = options(NULL, "atac");
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_read(&d, ctx, path, &o, &error));
    ck_assert_msg(strstr(error.message, "prot, rna") != NULL, "%s", error.message);
    path = unzip("no_rna.h5mu");
    FAILS(SCILAMA_E_INVALID, scilama_dataset_read(&d, ctx, path, NULL, &error));
    ck_assert_msg(strstr(error.message, "atac, prot") != NULL, "%s", error.message);
    d = read_cells(path, NULL, "atac", 0);
    check_values(d, "PROT", 4, 3);
    scilama_dataset_destroy(d);
}
END_TEST

START_TEST(mudata_keys)
{
    const char *path = unzip("rna_prot.h5mu");
    float values[CELLS * 3];
    double depth[CELLS];
    int64_t rows = 0, width = 0;
    char *text = NULL;
    static const char *const keys[] = { "obsm/X_pca", "mod/rna/obsm/X_pca" };
    for (int k = 0; k < 2; k++) {
        OK(scilama_h5ad_read_array(ctx, path, keys[k], &rows, &width, values, CELLS * 3, &error));
        ck_assert(rows == CELLS && width == 3 && values[4] == value(1, 1, 2));
    }
    FAILS(SCILAMA_E_NOTFOUND, scilama_h5ad_read_array(ctx, path, "mod/prot/obsm/X_pca", &rows, &width, NULL, 0, &error));
    OK(scilama_h5ad_read_column(ctx, path, "obs", "depth", &rows, depth, CELLS, &error));
    ck_assert(depth[5] == 2.5);
    OK(scilama_h5ad_read_string(&text, ctx, path, "uns/title", &error));
    ck_assert_str_eq(text, "twenty cells");
    scilama_text_destroy(ctx, text);
}
END_TEST

static void described(const char *path, const char *layer, const char *const *wanted)
{
    char *text;
    OK(scilama_file_describe(&text, ctx, path, layer, &error));
    for (; *wanted; wanted++) ck_assert_msg(strstr(text, *wanted) != NULL, "no %s in %s", *wanted, text);
    scilama_text_destroy(ctx, text);
}

START_TEST(descriptions)
{
    const char *path = unzip("rna_prot.h5mu");
    char *text;
    described(path, NULL, (const char *const[]){ "\"kind\": \"h5mu\"", "\"modality\": \"rna\"", "\"modalities\": [\"prot\", \"rna\"]", "\"n_vars\": 12",
                                                 "\"storage\": \"csr\"", "\"layers\": [\"counts\"]", "\"problems\": []", NULL });
    described(path, "mod/prot", (const char *const[]){ "\"modality\": \"prot\"", "\"n_vars\": 4", "\"storage\": \"dense\"", "\"problems\": []", NULL });
    described(path, "mod/rna/counts", (const char *const[]){ "\"modality\": \"rna\"", "\"storage\": \"csc\"", "\"problems\": []", NULL });
    FAILS(SCILAMA_E_NOTFOUND, scilama_file_describe(&text, ctx, path, "mod/x", &error));
    path = unzip("cells.loom");
    described(path, NULL, (const char *const[]){ "\"kind\": \"loom\"", "\"n_obs\": 20", "\"tissue\"", "\"layers\": [\"spliced\"]", "the column 'embedding' of col_attrs is left out", NULL });
}
END_TEST

/* The output of one modality is an .h5ad with all that it had. */
START_TEST(mudata_to_h5ad)
{
    const char *path = unzip("rna_prot.h5mu"), *out = in_folder("out.h5ad");
    scilama_h5ad_writer *w;
    float z[CELLS], back[CELLS * 3];
    int64_t rows, width;
    char *text;
    for (int i = 0; i < CELLS; i++) z[i] = (float)i;
    OK(scilama_h5ad_writer_open(&w, ctx, path, out, &error));
    ck_assert_int_eq(scilama_h5ad_writer_genes(w), GENES);
    OK(scilama_h5ad_writer_put_obsm(w, "z", z, 1, 0, &error));
    OK(scilama_h5ad_writer_commit(w, &error));
    scilama_h5ad_writer_destroy(w);
    scilama_dataset *d = read_cells(out, NULL, NULL, 0);
    check_values(d, "GENE", GENES, 0);
    check_labels(d, "batch", ab, 2);
    scilama_dataset_destroy(d);
    d = read_cells(out, "counts", NULL, 0);
    check_values(d, "GENE", GENES, 1);
    scilama_dataset_destroy(d);
    OK(scilama_h5ad_read_array(ctx, out, "obsm/X_pca", &rows, &width, back, CELLS * 3, &error));
    ck_assert(back[4] == value(1, 1, 2));
    OK(scilama_h5ad_read_array(ctx, out, "obsm/z", &rows, &width, back, CELLS, &error));
    ck_assert(back[7] == 7);
    OK(scilama_h5ad_read_string(&text, ctx, out, "uns/title", &error));
    scilama_text_destroy(ctx, text);
    described(out, NULL, (const char *const[]){ "\"kind\": \"h5ad\"", "\"problems\": []", NULL });
    scilama_file_options o = options(NULL, "prot");
    OK(scilama_h5ad_writer_open_part(&w, ctx, path, &o, in_folder("prot.h5ad"), &error));
    ck_assert_int_eq(scilama_h5ad_writer_genes(w), 4);
    scilama_h5ad_writer_destroy(w);
    ck_assert_int_eq(files_left(), 2); /* nothing was committed */
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_open(&w, ctx, path, path, &error));
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_open(&w, ctx, path, in_folder("new.h5mu"), &error));
    ck_assert_ptr_nonnull(strstr(error.message, ".h5ad"));
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_open_part(&w, ctx, out, &o, in_folder("x.h5ad"), &error));
    ck_assert_ptr_nonnull(strstr(error.message, "no MuData"));
}
END_TEST

static const char *const tissues[] = { "röt", "blå" };

START_TEST(loom)
{
    const char *path = unzip("cells.loom"), *out = in_folder("out.h5ad");
    scilama_dataset *d;
    scilama_file_options o = options(NULL, NULL);
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    o.gene_ids = 1;
    OK(scilama_dataset_read(&d, ctx, path, &o, &error));
    check_values(d, "ENSG", GENES, 0);
    scilama_dataset_destroy(d);
    o.layer = "spliced";
    OK(scilama_dataset_read(&d, ctx, path, &o, &error));
    check_values(d, "ENSG", GENES, 1);
    check_labels(d, "tissue", tissues, 2);
    double cluster[CELLS];
    OK(scilama_dataset_get_numeric(d, "cluster", cluster, &error));
    ck_assert(cluster[4] == 1);
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_column_info(d, "embedding", &info, &error));
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_column_info(d, "CellID", &info, &error));
    scilama_dataset_destroy(d);
    const char *const some[] = { "cluster", "missing" };
    o.columns = some;
    o.n_columns = 2;
    OK(scilama_dataset_read(&d, ctx, path, &o, &error));
    ck_assert_int_eq(scilama_dataset_columns(d), 1);
    OK(scilama_dataset_get_numeric(d, "cluster", cluster, &error));
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_column_info(d, "tissue", &info, &error));
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_column_info(d, "missing", &info, &error));
    scilama_dataset_destroy(d);
    o.columns = NULL;
    FAILS(SCILAMA_E_INVALID, scilama_dataset_read(&d, ctx, path, &o, &error));
    o.n_columns = 0;
    d = read_cells(path, NULL, NULL, 0); /* by symbols, of which the last one is there twice */
    ck_assert_str_eq(scilama_dataset_gene_name(d, GENES - 1), "GENE0-1");
    scilama_dataset_destroy(d);
    o = options("none", NULL);
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_read(&d, ctx, path, &o, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "spliced"));
    o = options(NULL, NULL);
    o.stream_memory = 1 << 20;
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_read(&d, ctx, path, &o, &error));
    o = options(NULL, "rna");
    FAILS(SCILAMA_E_INVALID, scilama_dataset_read(&d, ctx, path, &o, &error));
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_read_h5ad(&d, ctx, path, NULL, &error));
    scilama_h5ad_writer *w;
    o = options(NULL, NULL);
    o.gene_ids = 1;
    OK(scilama_h5ad_writer_open_part(&w, ctx, path, &o, out, &error));
    OK(scilama_h5ad_writer_commit(w, &error));
    scilama_h5ad_writer_destroy(w);
    d = read_cells(out, NULL, NULL, 0);
    check_values(d, "ENSG", GENES, 0);
    check_labels(d, "tissue", tissues, 2);
    scilama_dataset_destroy(d);
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_open(&w, ctx, path, path, &error));
}
END_TEST

/* Genes by a column: one that is missing keeps its identifier, one that comes again is numbered or left out. */
START_TEST(named_by_a_column)
{
    const char *path = unzip("named.h5ad");
    scilama_dataset *d;
    scilama_file_options o = options(NULL, NULL);
    for (int stream = 0; stream < 2; stream++) {
        o.gene_names = "feature_name";
        o.stream_memory = stream << 20;
        o.first_duplicate = 0;
        OK(scilama_dataset_read(&d, ctx, path, &o, &error));
        ck_assert_str_eq(scilama_dataset_gene_name(d, 1), "GENE1");
        ck_assert_str_eq(scilama_dataset_gene_name(d, GENES - 2), "GENE0-1");
        ck_assert_str_eq(scilama_dataset_gene_name(d, GENES - 1), "ENSG11");
        scilama_dataset_destroy(d);
        o.first_duplicate = 1;
        OK(scilama_dataset_read(&d, ctx, path, &o, &error));
        ck_assert_int_eq(scilama_dataset_genes(d), GENES - 1);
        ck_assert_str_eq(scilama_dataset_gene_name(d, GENES - 2), "ENSG11");
        scilama_dataset_destroy(d);
        o.gene_names = NULL;
        OK(scilama_dataset_read(&d, ctx, path, &o, &error));
        check_values(d, "ENSG", GENES, 0);
        scilama_dataset_destroy(d);
    }
    o.gene_names = "symbol";
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_read(&d, ctx, path, &o, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "'symbol'"));
    o.gene_names = "length";
    FAILS(SCILAMA_E_INVALID, scilama_dataset_read(&d, ctx, path, &o, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "'length'"));
    o = options(NULL, NULL);
    o.gene_names = "Gene";
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_read(&d, ctx, unzip("cells.loom"), &o, &error));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { mudata_modalities, mudata_keys, descriptions, mudata_to_h5ad, loom, named_by_a_column };
    return run_suite("doors", tests, sizeof tests / sizeof *tests);
}
