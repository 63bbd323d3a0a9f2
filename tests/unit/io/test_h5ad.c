/* SPDX-License-Identifier: MIT */
#include "hdf5/gateway.h"
#include "support.h"
#include <hdf5.h>
#include <math.h>
#include <zlib.h>

enum { CELLS = 23, GENES = 17 };
static char names[CELLS][32], label[CELLS][16], missing[CELLS][16], flag[CELLS][8];
static int n_genes[CELLS], counts[CELLS][GENES];

/* What every file made by a real anndata holds (tests/files/generate.py --small). */
static void load_expected(void)
{
    FILE *f = fopen(TEST_DATA "/anndata/expected.tsv", "r");
    ck_assert_ptr_nonnull(f);
    char line[512];
    for (int i = 0; i < CELLS; i++) {
        ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
        char *p = line, *fields[5];
        for (int k = 0; k < 5; k++) {
            fields[k] = p;
            p = strchr(p, '\t');
            *p++ = 0;
        }
        snprintf(names[i], sizeof names[i], "%s", fields[0]);
        snprintf(label[i], sizeof label[i], "%s", fields[1]);
        snprintf(missing[i], sizeof missing[i], "%s", fields[2]);
        snprintf(flag[i], sizeof flag[i], "%s", fields[3]);
        n_genes[i] = atoi(fields[4]);
        for (int g = 0; g < GENES; g++) counts[i][g] = (int)strtol(p, &p, 10);
    }
    fclose(f);
}

static void unzip(const char *from, const char *to)
{
    gzFile in = gzopen(from, "rb");
    FILE *out = fopen(to, "wb");
    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(out);
    char buffer[4096];
    for (int n; (n = gzread(in, buffer, sizeof buffer)) > 0;) fwrite(buffer, 1, (size_t)n, out);
    gzclose(in);
    fclose(out);
}

static const char *category(scilama_dataset *d, const char *column, int64_t cell)
{
    enum { MOST = 64 };
    int32_t codes[MOST];
    ck_assert_int_le(scilama_dataset_cells(d), MOST);
    OK(scilama_dataset_get_codes(d, column, codes, &error));
    return codes[cell] < 0 ? "" : scilama_dataset_category(d, column, codes[cell]);
}

/* gene g of the files is GENE(7g mod 17); prepared columns are sorted by name */
static int gene_place(int g)
{
    char name[16], other[16];
    int before = 0;
    snprintf(name, sizeof name, "GENE%d", g * 7 % GENES);
    for (int i = 0; i < GENES; i++) {
        snprintf(other, sizeof other, "GENE%d", i);
        before += strcmp(other, name) < 0;
    }
    return before;
}

static void check_dataset(scilama_dataset *d)
{
    ck_assert_int_eq(scilama_dataset_cells(d), CELLS);
    ck_assert_int_eq(scilama_dataset_genes(d), GENES);
    int64_t cells[CELLS];
    float x[CELLS * GENES];
    double numbers[CELLS];
    for (int i = 0; i < CELLS; i++) cells[i] = i;
    OK(scilama_dataset_get_prepared(d, cells, CELLS, x, 0, &error));
    OK(scilama_dataset_get_numeric(d, "n_genes", numbers, &error));
    for (int i = 0; i < CELLS; i++) {
        ck_assert_str_eq(scilama_dataset_cell_name(d, i), names[i]);
        ck_assert_str_eq(category(d, "label", i), label[i]);
        ck_assert_str_eq(category(d, "missing", i), missing[i]);
        ck_assert_str_eq(category(d, "flag", i), flag[i]);
        ck_assert_int_eq((int)numbers[i], n_genes[i]);
        for (int g = 0; g < GENES; g++) ck_assert_int_eq((int)x[i * GENES + gene_place(g)], counts[i][g]);
    }
    OK(scilama_dataset_get_numeric(d, "depth", numbers, &error));
    ck_assert(isnan(numbers[5]));
    ck_assert(!isnan(numbers[6]));
}

static int for_each_fixture(void (*each)(const char *path))
{
    int count = 0;
    DIR *dir = opendir(TEST_DATA "/anndata");
    ck_assert_ptr_nonnull(dir);
    load_expected();
    for (struct dirent *e; (e = readdir(dir));) {
        char from[600];
        if (!strstr(e->d_name, ".h5ad.gz")) continue;
        snprintf(from, sizeof from, TEST_DATA "/anndata/%s", e->d_name);
        unzip(from, in_folder("f.h5ad"));
        each(in_folder("f.h5ad"));
        count++;
    }
    closedir(dir);
    return count;
}

static void read_fixture(const char *path)
{
    scilama_dataset *d;
    OK(scilama_dataset_read_h5ad(&d, ctx, path, NULL, &error));
    check_dataset(d);
    scilama_dataset_destroy(d);
}

START_TEST(every_generation) { ck_assert_int_ge(for_each_fixture(read_fixture), 16); }
END_TEST

/* Reading must not depend on where the file ends or which bit is wrong: an error or the truth. */
static void damage_fixture(const char *path)
{
    FILE *f = fopen(path, "rb");
    static char bytes[1 << 18];
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    for (int k = 1; k < 12; k++) {
        f = fopen(in_folder("cut.h5ad"), "wb");
        fwrite(bytes, 1, n * (size_t)k / 12, f);
        fclose(f);
        scilama_dataset *d = NULL;
        ck_assert_int_ne(scilama_dataset_read_h5ad(&d, ctx, in_folder("cut.h5ad"), NULL, &error), SCILAMA_OK);
        ck_assert_ptr_null(d);
        ck_assert_ptr_nonnull(strstr(error.message, "cut.h5ad"));
    }
}

START_TEST(truncated) { for_each_fixture(damage_fixture); }
END_TEST

static void add_results(const char *path)
{
    scilama_h5ad_writer *w;
    float z[CELLS * 4], v[GENES * 2];
    int32_t codes[CELLS];
    double score[CELLS];
    const char *categories[2] = { "a", "b" };
    for (int i = 0; i < CELLS * 4; i++) z[i] = (float)i;
    for (int i = 0; i < GENES * 2; i++) v[i] = (float)i;
    for (int i = 0; i < CELLS; i++) codes[i] = i % 3 - 1, score[i] = i;
    OK(scilama_h5ad_writer_open(&w, ctx, path, in_folder("out.h5ad"), &error));
    ck_assert_int_eq(scilama_h5ad_writer_cells(w), CELLS);
    ck_assert_int_eq(scilama_h5ad_writer_genes(w), GENES);
    OK(scilama_h5ad_writer_put_obsm(w, "X_scilama", z, 3, 4, &error));
    OK(scilama_h5ad_writer_put_varm(w, "scilama", v, 2, 0, &error));
    OK(scilama_h5ad_writer_put_obs_categorical(w, "cluster", codes, categories, 2, &error));
    OK(scilama_h5ad_writer_put_obs_numeric(w, "score", score, &error));
    OK(scilama_h5ad_writer_put_uns_string(w, "scilama/version", "1", &error));
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_put_uns_string(w, "title", "\xe9", &error)); /* nobody else would open the file */
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_put_uns_string(w, "\xe9", "title", &error));
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_put_obs_categorical(w, "cluster2", codes, (const char *const[]){ "a", "\xe9" }, 2, &error));
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_put_uns_strings(w, "titles", (const char *const[]){ "a", "\xe9" }, 2, &error));
    ck_assert_msg(strstr(error.message, "uns/titles: text 2 ('?') is not UTF-8") != NULL, "%s", error.message);
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_put_obsm(w, "a/b", z, 3, 4, &error));
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_put_obsm(w, "", z, 3, 4, &error));
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_put_obsm(w, "z", z, 3, 2, &error));
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_put_obsm(w, "z", z, INT64_MAX / 8, 0, &error));
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_put_uns_array(w, "z", z, INT64_MAX, INT64_MAX, &error));
    codes[4] = 2;
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_put_obs_categorical(w, "cluster", codes, categories, 2, &error));
    OK(scilama_h5ad_writer_commit(w, &error));
    FAILS(SCILAMA_E_STATE, scilama_h5ad_writer_commit(w, &error));
    FAILS(SCILAMA_E_STATE, scilama_h5ad_writer_copy_obs(w, path, NULL, &error));
    scilama_h5ad_writer_destroy(w);

    scilama_dataset *d;
    OK(scilama_dataset_read_h5ad(&d, ctx, in_folder("out.h5ad"), NULL, &error));
    check_dataset(d); /* nothing is lost */
    ck_assert_str_eq(category(d, "cluster", 0), "");
    ck_assert_str_eq(category(d, "cluster", 2), "b");
    scilama_dataset_destroy(d);
    int64_t rows, width;
    OK(scilama_h5ad_read_array(ctx, in_folder("out.h5ad"), "obsm/X_scilama", &rows, &width, NULL, 0, &error));
    ck_assert_int_eq(rows, CELLS);
    ck_assert_int_eq(width, 3);
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_read_array(ctx, in_folder("out.h5ad"), "obsm/X_scilama", NULL, NULL, z, 5, &error));
    OK(scilama_h5ad_read_array(ctx, in_folder("out.h5ad"), "obsm/X_scilama", NULL, NULL, z, CELLS * 4, &error));
    ck_assert(z[3] == 4 && z[4] == 5); /* row 1 of the padded rows */
}

START_TEST(results_are_added) { for_each_fixture(add_results); }
END_TEST

/* Tables of records with h5py's LZF, which HDF5 cannot unpack (anndata 0.5, 0.6). */
START_TEST(results_into_packed_records)
{
    scilama_h5ad_writer *w;
    scilama_dataset *d;
    float z[2] = { 1, 2 };
    double n[4];
    int64_t rows, width;
    OK(scilama_h5ad_writer_open(&w, ctx, TEST_DATA "/../fuzz/corpus/h5ad/packed_records.h5ad", in_folder("out.h5ad"), &error));
    OK(scilama_h5ad_writer_put_obsm(w, "z", z, 1, 0, &error));
    OK(scilama_h5ad_writer_commit(w, &error));
    scilama_h5ad_writer_destroy(w);
    OK(scilama_dataset_read_h5ad(&d, ctx, in_folder("out.h5ad"), NULL, &error));
    ck_assert_str_eq(scilama_dataset_cell_name(d, 1), "c2 long");
    ck_assert_str_eq(scilama_dataset_gene_name(d, 2), "g3");
    scilama_dataset_destroy(d);
    OK(scilama_h5ad_read_column(ctx, in_folder("out.h5ad"), "obs", "n", &rows, n, 4, &error));
    ck_assert(rows == 2 && n[0] == 1.5 && n[1] == -2);
    OK(scilama_h5ad_read_array(ctx, in_folder("out.h5ad"), "obsm/X_pca", &rows, &width, NULL, 0, &error));
    ck_assert(rows == 2 && width == 2);
    slm_h5_file *f;
    int16_t pair[4];
    OK(slm_h5_open(&f, ctx, in_folder("out.h5ad"), &error));
    OK(slm_h5_read(f, "obs/pair", SLM_H5_I16, 4, pair, &error));
    ck_assert(pair[0] == 1 && pair[1] == 2 && pair[2] == 3 && pair[3] == 4);
    slm_h5_close(f);
}
END_TEST

START_TEST(nothing_left_without_commit)
{
    load_expected();
    unzip(TEST_DATA "/anndata/anndata_0.8.0_csr.h5ad.gz", in_folder("f.h5ad"));
    scilama_h5ad_writer *w;
    float z[CELLS] = { 0 };
    OK(scilama_h5ad_writer_open(&w, ctx, in_folder("f.h5ad"), in_folder("out.h5ad"), &error));
    OK(scilama_h5ad_writer_put_obsm(w, "z", z, 1, 0, &error));
    scilama_h5ad_writer_destroy(w);
    ck_assert_int_eq(files_left(), 1);
    FAILS(SCILAMA_E_NOTFOUND, scilama_h5ad_writer_open(&w, ctx, in_folder("none.h5ad"), in_folder("out.h5ad"), &error));
    FAILS(SCILAMA_E_IO, scilama_h5ad_writer_open(&w, ctx, in_folder("f.h5ad"), "/absent/out.h5ad", &error));
    ck_assert_int_eq(files_left(), 1);
}
END_TEST

START_TEST(new_file)
{
    float x[6] = { 1, 0, 2, 0, 0, 3 };
    const char *genes[3] = { "b", "a", "c" };
    int64_t indptr[3] = { 0, 2, 3 }, indices[3] = { 0, 2, 2 };
    float data[3] = { 1, 2, 3 };
    for (int sparse = 0; sparse < 2; sparse++) {
        scilama_matrix m;
        scilama_matrix_init(&m, sizeof m);
        m.storage = sparse ? SCILAMA_STORAGE_CSR : SCILAMA_STORAGE_DENSE;
        m.value_type = SCILAMA_DTYPE_F32;
        m.index_type = SCILAMA_DTYPE_I64;
        m.rows = 2, m.cols = 3, m.stored = 3;
        m.values = sparse ? data : x, m.indices = indices, m.indptr = indptr;
        scilama_h5ad_writer *w;
        OK(scilama_h5ad_writer_create(&w, ctx, in_folder("new.h5ad"), &m, NULL, genes, &error));
        OK(scilama_h5ad_writer_put_layer(w, "counts", &m, &error));
        FAILS(SCILAMA_E_NOTFOUND, scilama_h5ad_writer_copy_obs(w, in_folder("nowhere.h5ad"), NULL, &error));
        OK(scilama_h5ad_writer_commit(w, &error));
        scilama_h5ad_writer_destroy(w);
        scilama_dataset *d;
        scilama_file_options o;
        scilama_file_options_init(&o, sizeof o);
        o.layer = "counts";
        OK(scilama_dataset_read(&d, ctx, in_folder("new.h5ad"), &o, &error));
        int64_t cells[2] = { 0, 1 };
        float back[6];
        OK(scilama_dataset_get_prepared(d, cells, 2, back, 0, &error));
        ck_assert(back[0] == 0 && back[1] == 1 && back[2] == 2 && back[5] == 3); /* a b c */
        ck_assert_str_eq(scilama_dataset_cell_name(d, 1), "1");
        scilama_dataset_destroy(d);
    }
    indices[1] = 3;
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_CSR, m.value_type = SCILAMA_DTYPE_F32, m.index_type = SCILAMA_DTYPE_I64, m.rows = 2, m.cols = 3, m.stored = 3;
    m.values = data, m.indices = indices, m.indptr = indptr;
    scilama_h5ad_writer *w;
    FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_create(&w, ctx, in_folder("new2.h5ad"), &m, NULL, genes, &error));
    ck_assert_int_eq(files_left(), 1);
}
END_TEST

/* --- files that lie, made through HDF5 itself ------------------------------------------------ */

static void put(hid_t file, const char *path, hid_t type, int n, const void *values)
{
    hsize_t dims[1] = { (hsize_t)n };
    hid_t space = H5Screate_simple(1, dims, NULL), lcpl = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(lcpl, 1);
    hid_t id = H5Dcreate2(file, path, type, space, lcpl, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(id);
    H5Sclose(space);
    H5Pclose(lcpl);
}

static void put_attr(hid_t file, const char *path, const char *name, const char *text)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, strlen(text) + 1);
    hid_t id = H5Acreate_by_name(file, path, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(id, type, text);
    H5Aclose(id);
    H5Sclose(space);
    H5Tclose(type);
}

typedef struct lie { int indptr[3], indices[3], shape[2]; float data[3]; const char *genes[3]; } lie;

static void write_lie(const char *path, const lie *l)
{
    hid_t f = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, H5T_VARIABLE);
    const char *cells[2] = { "c1", "c2" };
    put(f, "obs/_index", text, 2, cells);
    put(f, "var/_index", text, 3, l->genes);
    put(f, "X/data", H5T_NATIVE_FLOAT, 3, l->data);
    put(f, "X/indices", H5T_NATIVE_INT, 3, l->indices);
    put(f, "X/indptr", H5T_NATIVE_INT, 3, l->indptr);
    put_attr(f, "X", "encoding-type", "csr_matrix");
    hsize_t two = 2;
    hid_t space = H5Screate_simple(1, &two, NULL), id = H5Acreate_by_name(f, "X", "shape", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(id, H5T_NATIVE_INT, l->shape);
    H5Aclose(id);
    H5Sclose(space);
    H5Tclose(text);
    H5Fclose(f);
}

/* Graphs of cells lie in uns before anndata 0.7; in obsp nothing warns of them. */
START_TEST(graphs_leave_uns)
{
    const lie good = { { 0, 2, 3 }, { 2, 0, 2 }, { 2, 3 }, { 1, 2, 3 }, { "a", "b", "c" } };
    char path[200];
    snprintf(path, sizeof path, "%s", in_folder("graph.h5ad"));
    write_lie(path, &good);
    hid_t f = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    int indptr[3] = { 0, 1, 2 }, indices[2] = { 1, 0 };
    hsize_t two = 2;
    put(f, "uns/neighbors/distances/data", H5T_NATIVE_INT, 2, indices);
    put(f, "uns/neighbors/distances/indices", H5T_NATIVE_INT, 2, indices);
    put(f, "uns/neighbors/distances/indptr", H5T_NATIVE_INT, 3, indptr);
    put(f, "uns/neighbors/params", H5T_NATIVE_INT, 2, indices);
    put_attr(f, "uns/neighbors/distances", "h5sparse_format", "csr");
    hid_t space = H5Screate_simple(1, &two, NULL);
    hid_t id = H5Acreate_by_name(f, "uns/neighbors/distances", "h5sparse_shape", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(id, H5T_NATIVE_INT, (int[]){ 2, 2 });
    H5Aclose(id);
    H5Sclose(space);
    H5Fclose(f);
    scilama_h5ad_writer *w;
    OK(scilama_h5ad_writer_open(&w, ctx, path, in_folder("out.h5ad"), &error));
    OK(scilama_h5ad_writer_commit(w, &error));
    scilama_h5ad_writer_destroy(w);
    slm_h5_file *file;
    OK(slm_h5_open(&file, ctx, in_folder("out.h5ad"), &error));
    ck_assert(slm_h5_attr_equals(file, "obsp/distances", "encoding-type", "csr_matrix"));
    ck_assert_int_eq(slm_h5_kind(file, "uns/neighbors/distances"), SLM_H5_ABSENT);
    ck_assert_int_eq(slm_h5_kind(file, "uns/neighbors/params"), SLM_H5_DATASET);
    slm_h5_close(file);
}
END_TEST

START_TEST(lies_are_found)
{
    const lie good = { { 0, 2, 3 }, { 2, 0, 2 }, { 2, 3 }, { 1, 2, 3 }, { "a", "b", "c" } };
    const char *path = in_folder("lie.h5ad");
    scilama_dataset *d;
    write_lie(path, &good);
    OK(scilama_dataset_read_h5ad(&d, ctx, path, NULL, &error));
    scilama_dataset_destroy(d);
    lie l = good;
    struct { lie l; scilama_status status; const char *word; } cases[8];
    for (int i = 0; i < 8; i++) cases[i].l = good, cases[i].status = SCILAMA_E_FORMAT;
    cases[0].l.indptr[1] = 9, cases[0].word = "indptr";
    cases[1].l.indptr[1] = 3, cases[1].l.indptr[2] = 2, cases[1].word = "indptr";
    cases[2].l.indices[1] = 3, cases[2].word = "indices";
    cases[3].l.indices[1] = -1, cases[3].word = "indices";
    cases[4].l.shape[1] = 4, cases[4].word = "var";
    cases[5].l.data[2] = NAN, cases[5].status = SCILAMA_E_NONFINITE, cases[5].word = "c2";
    cases[6].l.genes[2] = "a", cases[6].status = SCILAMA_E_DUPLICATE, cases[6].word = "a";
    cases[7].l.shape[0] = 2000000000, cases[7].word = "indptr";
    for (int i = 0; i < 8; i++) {
        write_lie(path, &cases[i].l);
        FAILS(cases[i].status, scilama_dataset_read_h5ad(&d, ctx, path, NULL, &error));
        ck_assert_msg(strstr(error.message, cases[i].word) && strstr(error.message, "lie.h5ad"), "%s", error.message);
        char *text;
        OK(scilama_file_describe(&text, ctx, path, NULL, &error));
        ck_assert_msg(!strstr(text, "\"problems\": []"), "%s", text);
        scilama_text_destroy(ctx, text);
    }
    l = good;
    l.genes[2] = "a";
    write_lie(path, &l);
    scilama_file_options o;
    scilama_file_options_init(&o, sizeof o);
    o.first_duplicate = 1;
    OK(scilama_dataset_read_h5ad(&d, ctx, path, &o, &error));
    ck_assert_int_eq(scilama_dataset_genes(d), 2);
    scilama_dataset_destroy(d);
    o.layer = "nowhere";
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_read_h5ad(&d, ctx, path, &o, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "nowhere"));
}
END_TEST

/* The reader and the description say the same of a file; `word` is in both. */
static void refused(const char *path, scilama_status status, const char *word)
{
    scilama_dataset *d;
    char *text;
    if (status) {
        FAILS(status, scilama_dataset_read_h5ad(&d, ctx, path, NULL, &error));
        ck_assert_msg(strstr(error.message, word) && strstr(error.message, path), "%s", error.message);
    } else {
        OK(scilama_dataset_read_h5ad(&d, ctx, path, NULL, &error));
        scilama_dataset_destroy(d);
    }
    OK(scilama_file_describe(&text, ctx, path, NULL, &error));
    ck_assert_msg(strstr(text, "\"problems\": [\"") && strstr(strstr(text, "\"problems\""), word), "%s", text);
    scilama_text_destroy(ctx, text);
}

START_TEST(parts_elsewhere)
{
    const lie good = { { 0, 2, 3 }, { 2, 0, 2 }, { 2, 3 }, { 1, 2, 3 }, { "a", "b", "c" } };
    char path[200];
    snprintf(path, sizeof path, "%s", in_folder("parts.h5ad"));
    write_lie(in_folder("whole.h5ad"), &good);
    write_lie(path, &good);
    hid_t f = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(f, "X", H5P_DEFAULT);
    H5Lcreate_external("whole.h5ad", "X", f, "X", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(f);
    refused(path, SCILAMA_E_UNSUPPORTED, "another file");

    f = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(f, "X", H5P_DEFAULT);
    hsize_t dims[2] = { 2, 3 };
    hid_t space = H5Screate_simple(2, dims, NULL), plist = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_virtual(plist, space, "whole.h5ad", "dense", space);
    H5Dclose(H5Dcreate2(f, "X", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    H5Sclose(space);
    H5Pclose(plist);
    H5Fclose(f);
    refused(path, SCILAMA_E_UNSUPPORTED, "virtual");

    write_lie(path, &good);
    f = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    put_attr(f, "obs", "column-order", "gone");
    H5Fclose(f);
    refused(path, SCILAMA_OK, "gone"); /* a column that is not asked for is no reason to fail */
}
END_TEST

/* h5py's libver="latest" by HDF5 2.0: checksummed headers, types of version 5. */
START_TEST(newest_format)
{
    scilama_dataset *d;
    OK(scilama_dataset_read_h5ad(&d, ctx, TEST_DATA "/../fuzz/corpus/h5ad/newest_format.h5ad", NULL, &error));
    ck_assert_int_eq(scilama_dataset_cells(d), 30);
    ck_assert_str_eq(category(d, "batch", 1), "b");
    scilama_dataset_destroy(d);
}
END_TEST

/* A few bytes that declare 2^40 values must not make the reader reserve them. */
START_TEST(size_bomb)
{
    const char *path = in_folder("bomb.h5ad");
    hid_t f = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, H5T_VARIABLE);
    const char *one[1] = { "x" };
    put(f, "obs/_index", text, 1, one);
    put(f, "var/_index", text, 1, one);
    hsize_t dims[2] = { 1 << 20, 1 << 20 }, chunk[2] = { 1024, 1024 };
    hid_t space = H5Screate_simple(2, dims, NULL), plist = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(plist, 2, chunk);
    H5Pset_deflate(plist, 1);
    H5Dclose(H5Dcreate2(f, "X", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    H5Dclose(H5Dcreate2(f, "obs/many", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    H5Fclose(f);
    scilama_dataset *d;
    FAILS(SCILAMA_E_FORMAT, scilama_dataset_read_h5ad(&d, ctx, path, NULL, &error));
    int64_t peak;
    scilama_context_memory(ctx, NULL, &peak);
    ck_assert_int_lt(peak, 4 << 20);
}
END_TEST

/* An allocator that fails on demand: an error each time, nothing lost, the context usable. */
static int64_t allow;
static void *limited(void *user, size_t size, size_t align)
{
    void *p;
    if (allow-- <= 0) return NULL;
    return posix_memalign(&p, align, size) == 0 ? p : NULL;
}
static void release(void *user, void *p, size_t size, size_t align) { free(p); }

START_TEST(every_allocation_fails_in_turn)
{
    scilama_allocator a = { NULL, limited, release };
    scilama_context_options o;
    scilama_context_options_init(&o, sizeof o);
    o.allocator = &a;
    allow = 1000;
    scilama_context *small;
    OK(scilama_context_create(&small, &o, &error));
    static const struct { const char *file; int call; } cases[] = {
        { "0.6.22_csc", 0 }, { "0.7.8_csc", 0 }, { "0.13.4_csr", 0 }, { "0.6.22_csc", 1 }, { "0.13.4_csr", 2 } };
    for (int k = 0; k < 5; k++) {
        char from[300];
        snprintf(from, sizeof from, TEST_DATA "/anndata/anndata_%s.h5ad.gz", cases[k].file);
        unzip(from, in_folder("f.h5ad"));
        int64_t before, after;
        scilama_status status = SCILAMA_E_NOMEM;
        for (int64_t n = 0; status; n++) {
            scilama_dataset *d = NULL;
            scilama_h5ad_writer *w = NULL;
            char *text = NULL;
            scilama_context_memory(small, &before, NULL);
            allow = n;
            if (cases[k].call == 0) status = scilama_dataset_read_h5ad(&d, small, in_folder("f.h5ad"), NULL, &error);
            if (cases[k].call == 1) status = scilama_h5ad_writer_open(&w, small, in_folder("f.h5ad"), in_folder("o.h5ad"), &error);
            if (cases[k].call == 2) status = scilama_file_describe(&text, small, in_folder("f.h5ad"), NULL, &error);
            allow = 1000000;
            if (status) ck_assert_msg(status == SCILAMA_E_NOMEM, "allocation %d of %s: %s", (int)n, cases[k].file, error.message);
            scilama_dataset_destroy(d);
            scilama_h5ad_writer_destroy(w);
            scilama_text_destroy(small, text);
            scilama_context_memory(small, &after, NULL);
            ck_assert_msg(before == after, "allocation %d of %s leaks %d bytes", (int)n, cases[k].file, (int)(after - before));
            ck_assert_int_lt(n, 100000);
        }
    }
    scilama_context_destroy(small);
}
END_TEST

static scilama_context *calling;

static void call_back_fixture(const char *path)
{
    scilama_dataset *d;
    scilama_h5ad_writer *w;
    char *text;
    OK(scilama_dataset_read_h5ad(&d, calling, path, NULL, &error));
    scilama_dataset_destroy(d);
    OK(scilama_file_describe(&text, calling, path, NULL, &error));
    scilama_text_destroy(calling, text);
    OK(scilama_h5ad_writer_open(&w, calling, path, in_folder("o.h5ad"), &error));
    int64_t n = scilama_h5ad_writer_cells(w);
    double *values = calloc((size_t)n + 1, sizeof *values);
    OK(scilama_h5ad_writer_put_obs_numeric(w, "zeros", values, &error));
    OK(scilama_h5ad_writer_commit(w, &error));
    scilama_h5ad_writer_destroy(w);
    free(values);
}

START_TEST(host_memory_outside_the_lock)
{
    calling = calling_context();
    ck_assert_int_ge(for_each_fixture(call_back_fixture), 16);
    calling_context_destroy(calling);
}
END_TEST

int main(void)
{
    const TTest *tests[] = { every_generation, truncated, results_are_added, results_into_packed_records, graphs_leave_uns, nothing_left_without_commit, new_file, lies_are_found,
                             parts_elsewhere, newest_format, size_bomb, every_allocation_fails_in_turn, host_memory_outside_the_lock };
    return run_suite("io h5ad", tests, sizeof tests / sizeof tests[0]);
}
