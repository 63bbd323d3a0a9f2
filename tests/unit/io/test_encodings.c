/* SPDX-License-Identifier: MIT */
#include "hdf5/gateway.h"
#include "support.h"
#include <hdf5.h>
#include <math.h>
#include <zlib.h>

/* Columns, matrices and names in encodings that R, Julia and the newest anndata write, put by HDF5 itself into a
 * file of 4 cells × 2 genes. */

enum { CELLS = 4 };

static const char *base(const char *name)
{
    const char *path = in_folder(name), *genes[2] = { "A", "B" };
    float x[CELLS * 2] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    scilama_matrix m;
    scilama_h5ad_writer *w;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = CELLS, m.cols = 2, m.values = x;
    OK(scilama_h5ad_writer_create(&w, ctx, path, &m, NULL, genes, &error));
    OK(scilama_h5ad_writer_put_layer(w, "counts", &m, &error));
    OK(scilama_h5ad_writer_commit(w, &error));
    scilama_h5ad_writer_destroy(w);
    return path;
}

static void put_attr(hid_t file, const char *path, const char *name, const char *text)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR), object = H5Oopen(file, path, H5P_DEFAULT);
    H5Tset_size(type, strlen(text) + 1);
    H5Tset_cset(type, H5T_CSET_UTF8);
    if (H5Aexists(object, name) > 0) H5Adelete(object, name);
    hid_t attr = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(H5Awrite(attr, type, text), 0);
    H5Aclose(attr);
    H5Oclose(object);
    H5Sclose(space);
    H5Tclose(type);
}

static void put(hid_t file, const char *path, hid_t type, int rank, hsize_t count, const void *data)
{
    hsize_t dims[2] = { count, 2 };
    hid_t space = rank < 0 ? H5Screate(H5S_NULL) : H5Screate_simple(rank, dims, NULL);
    hid_t id = H5Dcreate2(file, path, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(id, 0);
    if (rank >= 0) ck_assert_int_ge(H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), 0);
    H5Dclose(id);
    H5Sclose(space);
}

static void put_column_order(hid_t file, const char *frame, const char *const *names, hsize_t count)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &count, NULL), object = H5Oopen(file, frame, H5P_DEFAULT);
    H5Tset_size(type, H5T_VARIABLE);
    if (H5Aexists(object, "column-order") > 0) H5Adelete(object, "column-order");
    hid_t attr = H5Acreate2(object, "column-order", type, space, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(H5Awrite(attr, type, names), 0);
    H5Aclose(attr);
    H5Oclose(object);
    H5Sclose(space);
    H5Tclose(type);
}

static hid_t enumeration(hid_t of, const char *const *names, const int8_t *values, int n)
{
    hid_t type = H5Tenum_create(of);
    for (int i = 0; i < n; i++) H5Tenum_insert(type, names[i], &values[i]);
    return type;
}

static const char *label(scilama_dataset *d, const char *column, int cell)
{
    int32_t codes[CELLS];
    OK(scilama_dataset_get_codes(d, column, codes, &error));
    return codes[cell] < 0 ? "-" : scilama_dataset_category(d, column, codes[cell]);
}

START_TEST(columns_of_other_types)
{
    static const char *const logical[] = { "FALSE", "TRUE", "NA" }, *const colours[] = { "red", "green", "blue" };
    static const char *const order[] = { "logical", "colour", "whole", "large", "natural", "codes", "pair", "opaque", "ghost" };
    const int8_t values[] = { 0, 1, 2 }, other[] = { 5, -1, 3 }, a[CELLS] = { 1, 2, 0, 1 }, b[CELLS] = { 5, 3, 9, -1 };
    const int32_t whole[CELLS] = { 1, INT32_MIN, 2, 1 };
    const int64_t large[CELLS] = { 9007199254740993, 9007199254740992, INT64_MIN, 7 };
    const uint64_t natural[CELLS] = { UINT64_MAX, UINT64_MAX - 1, 0, UINT64_MAX };
    const double pairs[CELLS * 2] = { 0 };
    hid_t file = H5Fopen(base("types.h5ad"), H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t types[3] = { enumeration(H5T_NATIVE_INT8, logical, values, 3), enumeration(H5T_NATIVE_INT8, colours, other, 3), H5Tcreate(H5T_OPAQUE, 2) };
    put(file, "obs/logical", types[0], 1, CELLS, a);
    put(file, "obs/colour", types[1], 1, CELLS, b);
    put(file, "obs/whole", H5T_NATIVE_INT32, 1, CELLS, whole);
    put(file, "obs/large", H5T_NATIVE_INT64, 1, CELLS, large);
    put(file, "obs/natural", H5T_NATIVE_UINT64, 1, CELLS, natural);
    put(file, "obs/pair", H5T_NATIVE_DOUBLE, 2, CELLS, pairs);
    put(file, "obs/opaque", types[2], 1, CELLS, pairs); /* two bytes each */
    H5Gclose(H5Gcreate2(file, "obs/codes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    put_attr(file, "obs/codes", "encoding-type", "categorical");
    put(file, "obs/codes/codes", H5T_NATIVE_INT32, 1, CELLS, (const int32_t[]){ 0, INT32_MIN, 1, 0 });
    put(file, "obs/codes/categories", H5T_NATIVE_UINT64, 1, 2, natural);
    put_column_order(file, "obs", order, 9);
    for (int i = 0; i < 3; i++) H5Tclose(types[i]);
    H5Fclose(file);
    scilama_dataset *d;
    scilama_column_info info;
    double numbers[CELLS];
    OK(scilama_dataset_read(&d, ctx, in_folder("types.h5ad"), NULL, &error));
    ck_assert_str_eq(label(d, "logical", 0), "True");
    ck_assert_str_eq(label(d, "logical", 1), "-");
    ck_assert_str_eq(label(d, "logical", 2), "False");
    ck_assert_str_eq(label(d, "colour", 0), "red");
    ck_assert_str_eq(label(d, "colour", 1), "blue");
    ck_assert_str_eq(label(d, "colour", 2), "-"); /* a number without a name */
    ck_assert_str_eq(label(d, "colour", 3), "green");
    ck_assert_str_eq(scilama_dataset_category(d, "colour", 0), "green"); /* in order of the numbers */
    OK(scilama_dataset_get_numeric(d, "whole", numbers, &error));
    ck_assert(numbers[0] == 1 && isnan(numbers[1]) && numbers[2] == 2);
    ck_assert_str_eq(label(d, "large", 0), "9007199254740993");
    ck_assert_str_eq(label(d, "large", 1), "9007199254740992");
    ck_assert_str_eq(label(d, "large", 2), "-");
    ck_assert_str_eq(label(d, "natural", 0), "18446744073709551615");
    ck_assert_str_eq(label(d, "natural", 1), "18446744073709551614");
    ck_assert_str_eq(label(d, "codes", 0), "18446744073709551615");
    ck_assert_str_eq(label(d, "codes", 1), "-");
    scilama_column_info_init(&info, sizeof info);
    static const char *const unread[][2] = { { "pair", "more than one value" }, { "opaque", "type is not read" }, { "ghost", "not there" } };
    for (int i = 0; i < 3; i++) {
        FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_column_info(d, unread[i][0], &info, &error));
        ck_assert_msg(strstr(error.message, unread[i][1]), "%s", error.message);
        FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_use_covariate(d, unread[i][0], SCILAMA_COVARIATE_CATEGORICAL, &error));
    }
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_column_info(d, "none", &info, &error));
    scilama_dataset_destroy(d);
}
END_TEST

/* anndata ≥ 0.12 writes None as a dataset without a value. */
START_TEST(null_matrix)
{
    scilama_dataset *d;
    scilama_file_options o;
    char *text;
    hid_t file = H5Fopen(base("null.h5ad"), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(file, "X", H5P_DEFAULT);
    put(file, "X", H5T_NATIVE_FLOAT, -1, 0, NULL);
    put_attr(file, "X", "encoding-type", "null");
    put(file, "layers/none", H5T_NATIVE_FLOAT, -1, 0, NULL);
    H5Fclose(file);
    scilama_file_options_init(&o, sizeof o);
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_read(&d, ctx, in_folder("null.h5ad"), &o, &error));
    ck_assert_msg(strstr(error.message, "has no X: name a layer (the layers are counts)"), "%s", error.message);
    o.layer = "none";
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_read(&d, ctx, in_folder("null.h5ad"), &o, &error));
    o.layer = "counts";
    OK(scilama_dataset_read(&d, ctx, in_folder("null.h5ad"), &o, &error));
    scilama_dataset_destroy(d);
    o.layer = NULL;
    o.annotation_only = 1;
    OK(scilama_dataset_read(&d, ctx, in_folder("null.h5ad"), &o, &error));
    scilama_dataset_destroy(d);
    OK(scilama_file_describe(&text, ctx, in_folder("null.h5ad"), NULL, &error));
    ck_assert_ptr_nonnull(strstr(text, "has no X"));
    scilama_text_destroy(ctx, text);
}
END_TEST

static void put_nullable(hid_t file, const char *path, hsize_t count, bool missing)
{
    const char *texts[CELLS] = { "0", "1", "2", "3" };
    const int8_t mask[CELLS] = { 0, missing, 0, 0 };
    char part[100];
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    if (H5Lexists(file, path, H5P_DEFAULT) > 0) H5Ldelete(file, path, H5P_DEFAULT);
    H5Gclose(H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    put_attr(file, path, "encoding-type", "nullable-string-array");
    put_attr(file, path, "encoding-version", "0.1.0");
    snprintf(part, sizeof part, "%s/values", path);
    put(file, part, type, 1, count, texts);
    snprintf(part, sizeof part, "%s/mask", path);
    put(file, part, H5T_NATIVE_INT8, 1, count, mask);
    H5Tclose(type);
}

static int count_nullable(slm_h5_file *file, const char *group)
{
    slm_strings names;
    int count = 0;
    OK(slm_h5_list(file, group, &names, &error));
    for (int64_t i = 0; i < names.count; i++) {
        char path[200];
        snprintf(path, sizeof path, "%s%s%s", group, group[0] ? "/" : "", slm_string(&names, i));
        if (slm_h5_kind(file, path) != SLM_H5_GROUP) continue;
        count += slm_h5_attr_equals(file, path, "encoding-type", "nullable-string-array") ? 1 : count_nullable(file, path);
    }
    slm_strings_free(ctx, &names);
    return count;
}

/* anndata compares the indexes of frames in obsm, varm and uns with those of obs and var: all are converted. */
START_TEST(nullable_strings_everywhere)
{
    static const char *const frames[] = { "obs", "obsm/protein", "varm/frame", "uns/table", "uns/deep/table" };
    hid_t file = H5Fopen(base("nullable.h5ad"), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Gclose(H5Gcreate2(file, "uns/deep", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    for (int i = 0; i < 5; i++) {
        char path[100];
        hsize_t rows = i == 2 ? 2 : CELLS;
        if (i) H5Gclose(H5Gcreate2(file, frames[i], H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        put_attr(file, frames[i], "encoding-type", "dataframe");
        put_attr(file, frames[i], "encoding-version", "0.2.0");
        put_attr(file, frames[i], "_index", "_index");
        put_column_order(file, frames[i], (const char *const[]){ "text" }, 1);
        snprintf(path, sizeof path, "%s/_index", frames[i]);
        put_nullable(file, path, rows, false);
        snprintf(path, sizeof path, "%s/text", frames[i]);
        put_nullable(file, path, rows, true);
    }
    put_nullable(file, "uns/line", CELLS, false);
    H5Fclose(file);
    scilama_h5ad_writer *w;
    scilama_dataset *d;
    OK(scilama_h5ad_writer_open(&w, ctx, in_folder("nullable.h5ad"), in_folder("plain.h5ad"), &error));
    OK(scilama_h5ad_writer_commit(w, &error));
    scilama_h5ad_writer_destroy(w);
    slm_h5_file *f;
    OK(slm_h5_open(&f, ctx, in_folder("nullable.h5ad"), &error));
    ck_assert_int_eq(count_nullable(f, ""), 11);
    slm_h5_close(f);
    OK(slm_h5_open(&f, ctx, in_folder("plain.h5ad"), &error));
    ck_assert_int_eq(count_nullable(f, ""), 0);
    ck_assert_int_eq(slm_h5_kind(f, "uns/deep/table/text/codes"), SLM_H5_DATASET); /* a missing text: categories */
    slm_h5_close(f);
    OK(scilama_dataset_read(&d, ctx, in_folder("plain.h5ad"), NULL, &error));
    ck_assert_str_eq(label(d, "text", 1), "-");
    ck_assert_str_eq(label(d, "text", 3), "3");
    scilama_dataset_destroy(d);
}
END_TEST

static char said[400]; /* the last warning */
static void hear(void *user, int32_t level, const char *text)
{
    (void)user;
    if (level == SCILAMA_LOG_WARNING) snprintf(said, sizeof said, "%s", text);
}

/* One text that is not UTF-8: in a column (i = 0) or among the names of genes. */
static void put_latin(int i)
{
    hid_t file = H5Fopen(base("latin.h5ad"), H5F_ACC_RDWR, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 2);
    if (i) H5Ldelete(file, "var/_index", H5P_DEFAULT);
    put(file, i ? "var/_index" : "obs/note", type, 1, i ? 2 : CELLS, "A\0M\xe9" "B\0C\0");
    if (!i) put_column_order(file, "obs", (const char *const[]){ "note" }, 1);
    H5Tclose(type);
    H5Fclose(file);
}

static void info_says_so(const char *sentence)
{
    char *text;
    OK(scilama_file_describe(&text, ctx, in_folder("latin.h5ad"), NULL, &error));
    ck_assert_msg(strstr(text, sentence) != NULL, "%s", text);
    scilama_text_destroy(ctx, text);
}

/* Names have to be UTF-8; a column has to be where it is needed. */
START_TEST(text_not_utf8)
{
    static const char word[] = "obs/note: row 2 ('M?') is not UTF-8";
    scilama_dataset *d;
    scilama_context_options o;
    scilama_context *listening;
    double values[CELLS];
    int64_t rows;
    put_latin(1);
    FAILS(SCILAMA_E_FORMAT, scilama_dataset_read(&d, ctx, in_folder("latin.h5ad"), NULL, &error));
    ck_assert_msg(strstr(error.message, "gene 2 ('M?')") && strstr(error.message, "latin.h5ad"), "%s", error.message);
    info_says_so("is not UTF-8");
    put_latin(0);
    info_says_so("the column 'note' of obs is left out: "); /* as reading does: told once by a program that asks for both */
    scilama_context_options_init(&o, sizeof o);
    o.log = hear;
    OK(scilama_context_create(&listening, &o, &error));
    OK(scilama_dataset_read(&d, listening, in_folder("latin.h5ad"), NULL, &error));
    ck_assert_msg(strstr(said, "'note' of obs is left out") && strstr(said, word), "%s", said);
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_use_covariate(d, "note", SCILAMA_COVARIATE_CATEGORICAL, &error));
    ck_assert_msg(strstr(error.message, word) != NULL, "%s", error.message);
    scilama_dataset_destroy(d);
    scilama_context_destroy(listening);
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_h5ad_read_column(ctx, in_folder("latin.h5ad"), "obs", "note", &rows, values, CELLS, &error));
}
END_TEST

/* A null within a text of fixed length is no padding: texts that differ behind it are not one. */
START_TEST(text_with_nulls)
{
    static const char four[] = "a\0b" "a\0c" "d\0\0" "e\0";
    scilama_dataset *d;
    for (int padded = 0; padded < 2; padded++) {
        hid_t file = H5Fopen(base("nulls.h5ad"), H5F_ACC_RDWR, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, 3);
        H5Tset_strpad(type, padded ? H5T_STR_NULLPAD : H5T_STR_NULLTERM);
        put(file, "obs/note", type, 1, CELLS, four);
        put_column_order(file, "obs", (const char *const[]){ "note" }, 1);
        H5Fclose(file);
        OK(scilama_dataset_read(&d, ctx, in_folder("nulls.h5ad"), NULL, &error));
        if (!padded) OK(scilama_dataset_use_covariate(d, "note", SCILAMA_COVARIATE_CATEGORICAL, &error));
        else {
            FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_use_covariate(d, "note", SCILAMA_COVARIATE_CATEGORICAL, &error));
            ck_assert_msg(strstr(error.message, "obs/note: row 1 ('a') holds a zero byte") != NULL, "%s", error.message);
        }
        scilama_dataset_destroy(d);
        file = H5Fopen(base("nulls.h5ad"), H5F_ACC_RDWR, H5P_DEFAULT);
        H5Ldelete(file, "var/_index", H5P_DEFAULT);
        put(file, "var/_index", type, 1, 2, four);
        H5Fclose(file);
        FAILS(padded ? SCILAMA_E_UNSUPPORTED : SCILAMA_E_DUPLICATE, scilama_dataset_read(&d, ctx, in_folder("nulls.h5ad"), NULL, &error));
        H5Tclose(type);
    }
}
END_TEST

/* Annotation alone needs no genes: a name twice is no reason to fail. */
START_TEST(annotation_with_repeated_genes)
{
    scilama_dataset *d;
    scilama_file_options o;
    hid_t file = H5Fopen(base("twice.h5ad"), H5F_ACC_RDWR, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 2);
    H5Ldelete(file, "var/_index", H5P_DEFAULT);
    put(file, "var/_index", type, 1, 2, "A\0A\0");
    H5Tclose(type);
    H5Fclose(file);
    scilama_file_options_init(&o, sizeof o);
    FAILS(SCILAMA_E_DUPLICATE, scilama_dataset_read(&d, ctx, in_folder("twice.h5ad"), &o, &error));
    o.annotation_only = 1;
    OK(scilama_dataset_read(&d, ctx, in_folder("twice.h5ad"), &o, &error));
    ck_assert_int_eq(scilama_dataset_genes(d), 2);
    scilama_dataset_destroy(d);
}
END_TEST

/* The same objects behind a user block, as Muon.jl writes them. */
static void copy_behind(const char *from, const char *to, hsize_t block, H5F_libver_t low)
{
    static const char *const members[] = { "X", "layers", "obs", "obsm", "obsp", "uns", "var", "varm", "varp" };
    hid_t fcpl = H5Pcreate(H5P_FILE_CREATE), fapl = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_userblock(fcpl, block);
    H5Pset_libver_bounds(fapl, low, H5F_LIBVER_LATEST);
    hid_t in = H5Fopen(from, H5F_ACC_RDONLY, H5P_DEFAULT), out = H5Fcreate(to, H5F_ACC_TRUNC, fcpl, fapl);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        ck_assert_int_ge(H5Ocopy(in, members[i], out, members[i], H5P_DEFAULT, H5P_DEFAULT), 0);
    H5Fclose(in);
    H5Fclose(out);
    H5Pclose(fcpl);
    H5Pclose(fapl);
}

START_TEST(user_block)
{
    static const char head[] = "MuData (format-version=0.1.0;creator=Muon.jl)";
    const int64_t cells[CELLS] = { 0, 1, 2, 3 };
    const float z[CELLS] = { 1, 2, 3, 4 };
    char from[200];
    snprintf(from, sizeof from, "%s", base("plain.h5ad"));
    for (int i = 0; i < 4; i++) {
        scilama_dataset *d;
        scilama_h5ad_writer *w;
        scilama_file_options o;
        float x[CELLS * 2], back[CELLS];
        char *text;
        copy_behind(from, in_folder("block.h5ad"), i < 2 ? 512 : 4096, i % 2 ? H5F_LIBVER_LATEST : H5F_LIBVER_EARLIEST);
        FILE *f = fopen(in_folder("block.h5ad"), "r+b");
        fwrite(head, 1, sizeof head, f);
        fclose(f);
        scilama_file_options_init(&o, sizeof o);
        for (int stream = 0; stream < 2; stream++) {
            o.stream_memory = stream ? 1 << 20 : 0;
            OK(scilama_dataset_read(&d, ctx, in_folder("block.h5ad"), &o, &error));
            ck_assert_str_eq(scilama_dataset_gene_name(d, 1), "B");
            ck_assert_str_eq(scilama_dataset_cell_name(d, 3), "3");
            OK(scilama_dataset_get_prepared(d, cells, CELLS, x, 0, &error));
            for (int k = 0; k < CELLS * 2; k++) ck_assert(x[k] == (float)(k + 1));
            scilama_dataset_destroy(d);
        }
        OK(scilama_file_describe(&text, ctx, in_folder("block.h5ad"), NULL, &error));
        ck_assert_msg(strstr(text, "\"problems\": []") && strstr(text, "\"sum\": 36"), "%s", text);
        scilama_text_destroy(ctx, text);
        OK(scilama_h5ad_writer_open(&w, ctx, in_folder("block.h5ad"), in_folder("out.h5ad"), &error));
        OK(scilama_h5ad_writer_put_obsm(w, "z", z, 1, 0, &error));
        OK(scilama_h5ad_writer_commit(w, &error));
        scilama_h5ad_writer_destroy(w);
        OK(scilama_h5ad_read_array(ctx, in_folder("out.h5ad"), "obsm/z", NULL, NULL, back, CELLS, &error));
        ck_assert(back[0] == 1 && back[3] == 4);
        hid_t file = H5Fopen(in_folder("out.h5ad"), H5F_ACC_RDONLY, H5P_DEFAULT);
        ck_assert_int_ge(file, 0);
        H5Fclose(file);
    }
    truncate(in_folder("block.h5ad"), 5000);
    scilama_dataset *d;
    FAILS(SCILAMA_E_FORMAT, scilama_dataset_read(&d, ctx, in_folder("block.h5ad"), NULL, &error));
}
END_TEST

static void refused(const char *name, const char *format, const char *way_out)
{
    scilama_dataset *d;
    scilama_h5ad_writer *w;
    char *text;
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_read(&d, ctx, in_folder(name), NULL, &error));
    ck_assert_msg(strstr(error.message, format) && strstr(error.message, way_out), "%s: %s", name, error.message);
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_h5ad_writer_open(&w, ctx, in_folder(name), in_folder("out.h5ad"), &error));
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_file_describe(&text, ctx, in_folder(name), NULL, &error));
}

START_TEST(other_formats)
{
    char bytes[4096], path[200];
    FILE *in = fopen(base("plain.h5ad"), "rb");
    gzFile out = gzopen(in_folder("p.h5ad.gz"), "wb");
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, in)) > 0;) gzwrite(out, bytes, (unsigned)n);
    gzclose(out);
    fclose(in);
    refused("p.h5ad.gz", "gzip", "gunzip");
    snprintf(path, sizeof path, "%s/.zgroup", folder);
    FILE *mark = fopen(path, "w");
    fputs("{}", mark);
    fclose(mark);
    refused(".", "Zarr", "read_zarr");
    unlink(path);
}
END_TEST

/* Features of other kinds than gene expression are named; without any other there is nothing to read. */
START_TEST(tenx_kinds)
{
    static const char kinds[2][3][20] = { { "Gene Expression", "Antibody Capture", "Antibody Capture" }, { "Antibody Capture", "Custom", "Custom" } };
    const int32_t data[3] = { 1, 2, 3 }, shape[2] = { 3, 1 };
    const int64_t indices[3] = { 0, 1, 2 }, indptr[2] = { 0, 3 };
    scilama_context_options o;
    scilama_context *loud;
    scilama_context_options_init(&o, sizeof o);
    o.log = hear;
    OK(scilama_context_create(&loud, &o, &error));
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 20);
    for (int i = 0; i < 2; i++) {
        scilama_dataset *d;
        hid_t file = H5Fcreate(in_folder("t.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        H5Gclose(H5Gcreate2(file, "matrix", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        H5Gclose(H5Gcreate2(file, "matrix/features", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        put(file, "matrix/barcodes", type, 1, 1, kinds[0][0]);
        put(file, "matrix/features/name", type, 1, 3, "a\0..................b\0..................c\0..................");
        put(file, "matrix/features/feature_type", type, 1, 3, kinds[i]);
        put(file, "matrix/data", H5T_NATIVE_INT32, 1, 3, data);
        put(file, "matrix/shape", H5T_NATIVE_INT32, 1, 2, shape);
        put(file, "matrix/indices", H5T_NATIVE_INT64, 1, 3, indices);
        put(file, "matrix/indptr", H5T_NATIVE_INT64, 1, 2, indptr);
        H5Fclose(file);
        if (i) {
            FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_read(&d, loud, in_folder("t.h5"), NULL, &error));
            ck_assert_msg(strstr(error.message, "1 Antibody Capture, 2 Custom"), "%s", error.message);
            continue;
        }
        OK(scilama_dataset_read(&d, loud, in_folder("t.h5"), NULL, &error));
        ck_assert_int_eq(scilama_dataset_genes(d), 1);
        ck_assert_msg(strstr(said, "not 2 Antibody Capture"), "%s", said);
        scilama_dataset_destroy(d);
    }
    H5Tclose(type);
    scilama_context_destroy(loud);
}
END_TEST

/* anndata calls an index without a name so: it writes no file where a column is called so beside an index of another name. */
START_TEST(no_column_as_the_index)
{
    const double ones[CELLS] = { 1, 1, 1, 1 };
    hid_t file = H5Fopen(base("named.h5ad"), H5F_ACC_RDWR, H5P_DEFAULT);
    ck_assert_int_ge(H5Lmove(file, "obs/_index", file, "obs/barcode", H5P_DEFAULT, H5P_DEFAULT), 0);
    put_attr(file, "obs", "_index", "barcode");
    H5Fclose(file);
    scilama_h5ad_writer *w;
    OK(scilama_h5ad_writer_open(&w, ctx, in_folder("named.h5ad"), in_folder("out.h5ad"), &error));
    for (int i = 0; i < 2; i++) {
        FAILS(SCILAMA_E_INVALID, scilama_h5ad_writer_put_obs_numeric(w, i ? "barcode" : "_index", ones, &error));
        ck_assert_msg(strstr(error.message, i ? "obs/barcode is the index" : "obs/_index is kept for the index"), "%s", error.message);
    }
    scilama_h5ad_writer_destroy(w);
}
END_TEST

int main(void)
{
    const TTest *tests[] = { user_block, other_formats, tenx_kinds, columns_of_other_types, null_matrix, nullable_strings_everywhere, text_not_utf8, text_with_nulls, annotation_with_repeated_genes, no_column_as_the_index };
    return run_suite("io encodings", tests, sizeof tests / sizeof tests[0]);
}
