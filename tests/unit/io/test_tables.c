/* SPDX-License-Identifier: MIT */
#include "hdf5/decode.h"
#include "io/matrix.h"
#include "file/text.h"
#include "support.h"
#include <zlib.h>

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    fwrite(bytes, 1, size, f);
    fclose(f);
}

static void write_text(const char *name, const char *text) { write_file(in_folder(name), text, strlen(text)); }

static void expect_table(const char *name, const char *key, const char *first, int64_t rows, int64_t width, float last)
{
    scilama_gene_table *t;
    scilama_table_options o;
    scilama_table_options_init(&o, sizeof o);
    o.key = key;
    OK(scilama_gene_table_read(&t, ctx, in_folder(name), &o, &error));
    ck_assert_int_eq(scilama_gene_table_rows(t), rows);
    ck_assert_int_eq(scilama_gene_table_width(t), width);
    ck_assert_str_eq(scilama_gene_table_name(t, 0), first);
    ck_assert_msg(scilama_gene_table_values(t)[rows * width - 1] == last, "%s: %g", name, (double)scilama_gene_table_values(t)[rows * width - 1]);
    scilama_gene_table_destroy(t);
}

START_TEST(text_tables)
{
    write_text("a.csv", "gene,x,y\nTP53,1,2\nMYC,3,-4.5e-1\n");
    expect_table("a.csv", NULL, "TP53", 2, 2, -0.45f);
    write_text("b.tsv", "TP53\t1\t2\r\nMYC\t3\t4\r\n");
    expect_table("b.tsv", NULL, "TP53", 2, 2, 4);
    write_text("c.csv", ",0,1,2\n\"A,\"\"B\",1,2,3\nC,4,5,6");
    expect_table("c.csv", NULL, "A,\"B", 2, 3, 6);
    write_text("d.txt", "2 3\nA 1 2 3 \nB 4 5 6 \n");
    expect_table("d.txt", NULL, "A", 2, 3, 6);
    write_text("e.csv", "gene_id,embedding\nA,\"[1, 2]\"\nB,\"[3, 4]\"\n");
    expect_table("e.csv", NULL, "A", 2, 2, 4);
    gzFile gz = gzopen(in_folder("f.csv.gz"), "wb");
    gzputs(gz, "A,1\nB,2\n");
    gzclose(gz);
    expect_table("f.csv.gz", NULL, "A", 2, 1, 2);
}
END_TEST

/* Each text is a table of A and B, two numbers a row, the last of them 4.25; or it is refused with the word. */
START_TEST(decimal_commas)
{
    static const struct { const char *text, *refused; } cases[] = {
        { "gene;x;y\nA;1,5;2\nB;3;4,25\n", NULL },          { "A;1,5;2\nB;3;4,25\n", NULL },
        { "gene\tx\ty\nA\t1,5\t2\nB\t3\t4,25\n", NULL },   { "A 1,5 2,5\nB 3 4,25\n", NULL },
        { "gene,x,y\nA,\"1,5\",2\nB,3,\"4,25\"\n", NULL },   { "x,y\nA,1.5,2\nB,3,4.25\n", NULL },
        { "\"\";\"V1\";\"V2\"\n\"A\";1,5;2\n\"B\";3;4,25\n", NULL }, { "gene;a,b;c\nA;1,5;2\nB;3;4,25\n", NULL },
        { "A\t[1.5, 2]\nB\t[3,4.25]\n", NULL },             { "A,\"[1.5 2. ]\"\nB,\"[3 4.25]\"\n", NULL },
        { "2 2\nA 1 2\nB 3 4.25\n", NULL },                 { "A;1,5;2\nB;3;4.25\n", "decimal point" },
        { "A\t1,500.5\t2\n", "not a number" },             { "A\t1,500,000\t2\n", "not a number" },
        { "A,\"1,5\",2\nB,3,4.25\n", "decimal point" },     { "3 2\nA 1 2\nB 3 4.25\n", "3 x 2" },
        { "gene,x,y\nA,1,5,2\nB,3,4,25\n", "line 2 (A) has 3 numbers where the heading names 2" },
        { "gene,x,y\nA,1,5,2,5\nB,3,5,4,25\n", "heading names 2" }, { "x,y\nA,1,5,2,5\nB,3,5,4,25\n", "heading names 1" },
        { "gene,embedding\nA,\"[1.5, 2. ]\"\nB,\"[3, 4.25]\"\n", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scilama_gene_table *t;
        write_text("w.csv", cases[i].text);
        if (!cases[i].refused) {
            expect_table("w.csv", NULL, "A", 2, 2, 4.25f);
            continue;
        }
        FAILS(SCILAMA_E_FORMAT, scilama_gene_table_read(&t, ctx, in_folder("w.csv"), NULL, &error));
        ck_assert_msg(strstr(error.message, cases[i].refused), "%s", error.message);
    }
}
END_TEST

/* A first row with a number is a row, unless it numbers the columns under the name of an index. */
START_TEST(headings)
{
    static const struct { const char *text; int64_t rows, width; const char *first; } cases[] = {
        { "gene,0,1,2\nA,1,2,3\n", 1, 3, "A" }, { ",1,2\nA,1,2\n", 1, 2, "A" },    { "TP53,0,1\nA,1,2\n", 2, 2, "TP53" },
        { "id\t0\nA\t1\n", 1, 1, "A" },          { "gene,0.5,7\nA,1,2\n", 2, 2, "gene" }, { "7157 3 4\n7158 5 6\n", 2, 2, "7157" },
        { "gene,x,NA\nA,1,2\n", 1, 2, "A" },
    };
    scilama_gene_table *t;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scilama_gene_table *read;
        write_text("h.csv", cases[i].text);
        OK(scilama_gene_table_read(&read, ctx, in_folder("h.csv"), NULL, &error));
        ck_assert_msg(scilama_gene_table_rows(read) == cases[i].rows && scilama_gene_table_width(read) == cases[i].width, "%s", cases[i].text);
        ck_assert_str_eq(scilama_gene_table_name(read, 0), cases[i].first);
        scilama_gene_table_destroy(read);
    }
    static const char *const wrong[] = { "A,1,x\nB,1,2\n", "A,NA,NA\nB,1,2\n" }; /* once passed over as headings */
    for (size_t i = 0; i < 2; i++) {
        write_text("h.csv", wrong[i]);
        FAILS(SCILAMA_E_FORMAT, scilama_gene_table_read(&t, ctx, in_folder("h.csv"), NULL, &error));
        ck_assert_msg(strstr(error.message, "line 1 (A)"), "%s", error.message);
    }
}
END_TEST

/* Whatever names come from, they are UTF-8, and the message is too. */
START_TEST(names_not_utf8)
{
    static const char latin[] = "B\xe9", *const names[2] = { "A", latin };
    const float x[2] = { 1, 2 };
    const int32_t codes[1] = { 0 };
    scilama_gene_table *t;
    scilama_gene_aliases *a;
    scilama_gene_sets *sets;
    scilama_dataset *d;
    write_text("u.csv", "A,1\nB\xe9,2\n");
    FAILS(SCILAMA_E_FORMAT, scilama_gene_table_read(&t, ctx, in_folder("u.csv"), NULL, &error));
    ck_assert_msg(strstr(error.message, "line 2 (B?"), "%s", error.message);
    write_file(in_folder("u.csv"), "\xff\xfe" "A\0,\0" "1\0\n", 10);
    FAILS(SCILAMA_E_FORMAT, scilama_gene_table_read(&t, ctx, in_folder("u.csv"), NULL, &error));
    ck_assert_msg(strstr(error.message, "is UTF-16"), "%s", error.message);
    write_text("u.tsv", "A\tB\xe9\n");
    FAILS(SCILAMA_E_FORMAT, scilama_gene_aliases_read(&a, ctx, in_folder("u.tsv"), &error));
    ck_assert_ptr_nonnull(strstr(error.message, "line 1"));
    write_text("u.gmt", "A\tx\tB\xe9\n");
    FAILS(SCILAMA_E_FORMAT, scilama_gene_sets_read(&sets, ctx, in_folder("u.gmt"), &error));
    ck_assert_ptr_nonnull(strstr(error.message, "line 1"));
    FAILS(SCILAMA_E_FORMAT, scilama_gene_table_create(&t, ctx, names, x, 2, 1, 0, &error));
    ck_assert_msg(strstr(error.message, "row 2 ('B?')"), "%s", error.message);
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = 1;
    m.cols = 2;
    m.values = x;
    FAILS(SCILAMA_E_INVALID, scilama_dataset_create(&d, ctx, &m, NULL, names, &error));
    ck_assert_msg(strstr(error.message, "gene 2 ('B?')"), "%s", error.message);
    FAILS(SCILAMA_E_INVALID, scilama_dataset_create(&d, ctx, &m, names + 1, NULL, &error));
    OK(scilama_dataset_create(&d, ctx, &m, NULL, NULL, &error));
    FAILS(SCILAMA_E_INVALID, scilama_dataset_set_codes(d, "c", codes, names + 1, 1, &error));
    FAILS(SCILAMA_E_INVALID, scilama_dataset_set_strings(d, "c", names + 1, &error));
    scilama_dataset_destroy(d);
}
END_TEST

/* With libduckdb the table, without it the way to convert. */
START_TEST(parquet_tables)
{
    scilama_gene_table *t = NULL;
    scilama_status status = scilama_gene_table_read(&t, ctx, TEST_DATA "/table.parquet", NULL, &error);
    if (status) {
        ck_assert_int_eq(status, SCILAMA_E_UNSUPPORTED);
        ck_assert_ptr_nonnull(strstr(error.message, "pandas.read_parquet"));
        return;
    }
    ck_assert_int_eq(scilama_gene_table_rows(t), 2);
    ck_assert_int_eq(scilama_gene_table_width(t), 3);
    ck_assert_str_eq(scilama_gene_table_name(t, 0), "TP53");
    ck_assert_str_eq(scilama_gene_table_name(t, 1), "a gene with a long name");
    ck_assert(scilama_gene_table_values(t)[5] == -6.5f);
    scilama_gene_table_destroy(t);
}
END_TEST

START_TEST(aliases)
{
    scilama_gene_aliases *a = NULL;
    const char *const names[3] = { "p53", "MYC", "none" }, *const table_names[2] = { "TP53", "myc" };
    const float x[3] = { 1, 2, 3 }, vectors[4] = { 1, 2, 3, 4 };
    write_text("a.tsv", "# in the data, in the table\np53\tTP53\tmore\nMLL\tKMT2A\np53\tTP53\n");
    OK(scilama_gene_aliases_read(&a, ctx, in_folder("a.tsv"), &error));
    ck_assert_int_eq(scilama_gene_aliases_count(a), 3);
    ck_assert_str_eq(scilama_gene_aliases_from(a)[1], "MLL");
    ck_assert_str_eq(scilama_gene_aliases_to(a)[1], "KMT2A");
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = 1;
    m.cols = 3;
    m.values = x;
    scilama_dataset *d;
    scilama_gene_table *t;
    scilama_match_options o;
    scilama_match_report r;
    OK(scilama_dataset_create(&d, ctx, &m, NULL, names, &error));
    OK(scilama_gene_table_create(&t, ctx, table_names, vectors, 2, 2, 0, &error));
    scilama_match_options_init(&o, sizeof o);
    scilama_match_report_init(&r, sizeof r);
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_add_gene_table(d, "exact", t, &o, &r, &error));
    o.ignore_case = 1;
    OK(scilama_dataset_add_gene_table(d, "case", t, &o, &r, &error));
    ck_assert_int_eq(r.matched, 1);
    o.alias_from = scilama_gene_aliases_from(a);
    o.alias_to = scilama_gene_aliases_to(a);
    o.aliases = scilama_gene_aliases_count(a);
    OK(scilama_dataset_add_gene_table(d, "both", t, &o, &r, &error));
    ck_assert_int_eq(r.matched, 2);
    ck_assert_int_eq(r.missing, 1);
    ck_assert_int_eq(r.unused, 0);
    scilama_gene_table_destroy(t);
    scilama_dataset_destroy(d);
    scilama_gene_aliases_destroy(a);
    static const struct { const char *text; scilama_status status; const char *word; } wrong[] = {
        { "A\tB\nC\n", SCILAMA_E_FORMAT, "line 2" }, { "A,B\nA,C\n", SCILAMA_E_DUPLICATE, "'A' has two" }, { "# none\n", SCILAMA_E_FORMAT, "no aliases" } };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_text("w.tsv", wrong[i].text);
        FAILS(wrong[i].status, scilama_gene_aliases_read(&a, ctx, in_folder("w.tsv"), &error));
        ck_assert_msg(strstr(error.message, wrong[i].word), "%s", error.message);
    }
}
END_TEST

START_TEST(wrong_tables)
{
    struct { const char *text; scilama_status status; const char *word; } cases[] = {
        { "A,1,2\nB,1\n", SCILAMA_E_FORMAT, "line 2" },        { "A,1\nB,1,2\n", SCILAMA_E_FORMAT, "line 2" },
        { "A,1,2\nB,1,x\n", SCILAMA_E_FORMAT, "\"x\"" },       { "A,1\nB,nan\n", SCILAMA_E_NONFINITE, "B" },
        { "A,1\nB,\n", SCILAMA_E_FORMAT, "B" },                { "A\nB\n", SCILAMA_E_FORMAT, "no numbers" },
        { "\x80\x04\x95....", SCILAMA_E_UNSUPPORTED, "pickle" },
        { "PK\3\4.................................", SCILAMA_E_FORMAT, "npz" },
        { "\x93NUMPY\x01", SCILAMA_E_FORMAT, "npy" },
    };
    scilama_gene_table *t;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_text("w.csv", cases[i].text);
        FAILS(cases[i].status, scilama_gene_table_read(&t, ctx, in_folder("w.csv"), NULL, &error));
        ck_assert_msg(strstr(error.message, cases[i].word), "%s", error.message);
    }
    FAILS(SCILAMA_E_NOTFOUND, scilama_gene_table_read(&t, ctx, in_folder("none.csv"), NULL, &error));
    FAILS(SCILAMA_E_INVALID, scilama_gene_table_read(&t, ctx, NULL, NULL, &error));
}
END_TEST

/* Numbers as files hold them, least byte first, whatever the processor does. */
static void to_little(void *numbers, size_t count, size_t width)
{
    const uint16_t one = 1;
    unsigned char *p = numbers, t;
    if (*(const unsigned char *)&one) return;
    for (size_t i = 0; i < count; i++)
        for (size_t b = 0; b < width / 2; b++)
            t = p[i * width + b], p[i * width + b] = p[(i + 1) * width - 1 - b], p[(i + 1) * width - 1 - b] = t;
}

static size_t make_npy(char *out, const char *descr, const char *shape, const void *data, size_t bytes)
{
    memcpy(out, "\x93NUMPY\x01\x00", 8);
    int n = snprintf(out + 10, 119, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape);
    memset(out + 10 + n, ' ', (size_t)(118 - n));
    out[127] = '\n';
    out[8] = 118;
    out[9] = 0;
    memcpy(out + 128, data, bytes);
    return 128 + bytes;
}

START_TEST(npy_tables)
{
    char file[400];
    float f4[4] = { 1, 2, 3, 4 };
    uint16_t f2[4] = { 0x3C00, 0x4000, 0xC200, 0x3555 };
    to_little(f4, 4, sizeof *f4);
    to_little(f2, 4, sizeof *f2);
    write_text("n.txt", "A\nB\n");
    write_file(in_folder("n.npy"), file, make_npy(file, "<f4", "(2, 2)", f4, sizeof f4));
    expect_table("n.npy", NULL, "A", 2, 2, 4);
    write_file(in_folder("n.npy"), file, make_npy(file, "<f2", "(2, 2)", f2, sizeof f2));
    expect_table("n.npy", NULL, "A", 2, 2, 0.333251953125f);
    uint8_t big[8] = { 0x3f, 0x80, 0, 0, 0x40, 0, 0, 0 };
    write_file(in_folder("n.npy"), file, make_npy(file, ">f4", "(2, 1)", big, sizeof big));
    expect_table("n.npy", NULL, "A", 2, 1, 2);
    write_file(in_folder("n.npy"), file, make_npy(file, "<f4", "(2, 2000000000)", f4, sizeof f4));
    scilama_gene_table *t;
    FAILS(SCILAMA_E_FORMAT, scilama_gene_table_read(&t, ctx, in_folder("n.npy"), NULL, &error));
    write_file(in_folder("n.npy"), file, make_npy(file, "<f4", "(4, 1)", f4, sizeof f4));
    FAILS(SCILAMA_E_FORMAT, scilama_gene_table_read(&t, ctx, in_folder("n.npy"), NULL, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "2 names"));
}
END_TEST

typedef struct archived { const char *name, *descr, *shape; const void *data; size_t bytes; } archived;

/* An archive as numpy.savez() writes it, entries stored. */
static size_t make_npz(char *out, const archived *of, int count)
{
    size_t at = 0, used = 0;
    char list[1024] = { 0 };
    for (int i = 0; i < count; i++) {
        char name[64], *central = list + used, *local = out + at;
        uint32_t length = (uint32_t)snprintf(name, sizeof name, "%s.npy", of[i].name), start = (uint32_t)at, size;
        memset(local, 0, 30);
        memcpy(local, "PK\3\4", 4);
        local[26] = (char)length;
        memcpy(local + 30, name, length);
        size = (uint32_t)make_npy(local + 30 + length, of[i].descr, of[i].shape, of[i].data, of[i].bytes);
        at += 30 + length + size;
        to_little(&size, 1, sizeof size);
        to_little(&start, 1, sizeof start);
        memcpy(central, "PK\1\2", 4);
        memcpy(central + 20, &size, 4);
        memcpy(central + 24, &size, 4);
        central[28] = (char)length;
        memcpy(central + 42, &start, 4);
        memcpy(central + 46, name, length);
        used += 46 + length;
    }
    uint32_t start = (uint32_t)at;
    to_little(&start, 1, sizeof start);
    memcpy(out + at, list, used);
    memset(out + at + used, 0, 22);
    memcpy(out + at + used, "PK\5\6", 4);
    memcpy(out + at + used + 16, &start, 4);
    return at + used + 22;
}

/* Names are in the array that is called as they are, or in the only one of texts; else it is said why there are none. */
START_TEST(npz_tables)
{
    char file[4096];
    float f4[4] = { 1, 2, 3, 4 };
    to_little(f4, 4, sizeof *f4);
    const archived table = { "vectors", "<f4", "(2, 2)", f4, sizeof f4 }, genes = { "genes", "|S1", "(2,)", "AB", 2 }, names = { "names", "|S1", "(2,)", "CD", 2 },
                   kinds = { "biotype", "|S1", "(2,)", "xx", 2 }, labels = { "labels", "|S1", "(2,)", "EF", 2 }, pickled = { "genes", "|O", "(2,)", "\x80\x04.", 3 };
    const struct { archived of[3]; int count; const char *first, *word; } cases[] = {
        { { table, labels }, 2, "E", NULL },           { { kinds, table, genes }, 3, "A", NULL },       { { names, genes, table }, 3, "A", NULL },
        { { kinds, names, table }, 3, "C", NULL },     { { kinds, labels, table }, 3, NULL, "(biotype, labels): call it genes" },
        { { pickled, table }, 2, NULL, "astype(str)" }, { { kinds, pickled, table }, 3, NULL, "(genes.npy) are pickled Python objects" },
        { { table }, 1, NULL, "no gene names" } };
    scilama_gene_table *t;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_file(in_folder("a.npz"), file, make_npz(file, cases[i].of, cases[i].count));
        if (cases[i].first) expect_table("a.npz", NULL, cases[i].first, 2, 2, 4);
        if (cases[i].first) continue;
        FAILS(SCILAMA_E_NOTFOUND, scilama_gene_table_read(&t, ctx, in_folder("a.npz"), NULL, &error));
        ck_assert_msg(strstr(error.message, cases[i].word) && strstr(error.message, "a.npz"), "%s", error.message);
    }
    write_file(in_folder("a.npz"), file, make_npz(file, cases[4].of, cases[4].count));
    write_text("a.txt", "G\nH\n");
    expect_table("a.npz", NULL, "G", 2, 2, 4); /* of a file beside */
}
END_TEST

START_TEST(safetensors_tables)
{
    static const char json[] = "{\"__metadata__\":{\"genes\":\"A\\nB\\u03b1\"},\"e\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                               "\"bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]}}";
    char file[400] = { 0 };
    float values[5] = { 1, 2, 3, 4, 5 };
    to_little(values, 5, sizeof *values);
    file[0] = (char)(sizeof json - 1);
    memcpy(file + 8, json, sizeof json - 1);
    memcpy(file + 8 + sizeof json - 1, values, sizeof values);
    size_t size = 8 + sizeof json - 1 + sizeof values;
    write_file(in_folder("s.safetensors"), file, size);
    expect_table("s.safetensors", NULL, "A", 2, 2, 4);
    expect_table("s.safetensors", "e", "A", 2, 2, 4);
    write_file(in_folder("s.safetensors"), file, size - 6);
    scilama_gene_table *t;
    FAILS(SCILAMA_E_FORMAT, scilama_gene_table_read(&t, ctx, in_folder("s.safetensors"), NULL, &error));
    file[0]++;
}
END_TEST

START_TEST(table_round_trip)
{
    const char *names[2] = { "A", "B" };
    float values[4] = { 1, 2, 3, 4 };
    scilama_gene_table *t;
    OK(scilama_gene_table_create(&t, ctx, names, values, 2, 2, 0, &error));
    OK(scilama_gene_table_write(t, in_folder("t.h5"), &error));
    scilama_gene_table_destroy(t);
    expect_table("t.h5", NULL, "A", 2, 2, 4);
    ck_assert_int_eq(files_left(), 1);
}
END_TEST

START_TEST(market)
{
    write_text("matrix.mtx", "%%MatrixMarket matrix coordinate integer general\n% made for a test\n3 2 4\n1 1 5\n3 1 1\n3 1 2\n2 2 7\n");
    write_text("barcodes.tsv", "c1\nc2\n");
    write_text("genes.tsv", "id1\tg\nid2\tg\nid3\th\n");
    scilama_dataset *d;
    OK(scilama_dataset_read(&d, ctx, folder, NULL, &error));
    ck_assert_str_eq(scilama_dataset_gene_name(d, 1), "g-1");
    int64_t cells[2] = { 0, 1 };
    float x[6];
    OK(scilama_dataset_get_prepared(d, cells, 2, x, 0, &error));
    ck_assert(x[0] == 5 && x[1] == 0 && x[2] == 3 && x[4] == 7); /* one place twice: summed */
    scilama_dataset_destroy(d);
    char far[2048]; /* the same folder by a path longer than messages are */
    snprintf(far, sizeof far, "%s", folder);
    for (size_t at = strlen(far); at + 3 < 1500; at += 2) memcpy(far + at, "/.", 3);
    OK(scilama_dataset_read(&d, ctx, far, NULL, &error));
    ck_assert_int_eq(scilama_dataset_cells(d), 2);
    scilama_dataset_destroy(d);
    write_text("matrix.mtx", "%%MatrixMarket matrix coordinate integer general\n3 2 4\n1 1 5\n3 1 1\n");
    FAILS(SCILAMA_E_FORMAT, scilama_dataset_read_mtx(&d, ctx, folder, NULL, &error));
    write_text("matrix.mtx", "%%MatrixMarket matrix coordinate integer general\n3 2 1\n4 1 5\n");
    FAILS(SCILAMA_E_FORMAT, scilama_dataset_read_mtx(&d, ctx, folder, NULL, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "line 3"));
    write_text("barcodes.tsv", "c1\n");
    FAILS(SCILAMA_E_FORMAT, scilama_dataset_read_mtx(&d, ctx, folder, NULL, &error));
    unlink(in_folder("barcodes.tsv"));
    FAILS(SCILAMA_E_NOTFOUND, scilama_dataset_read(&d, ctx, folder, NULL, &error));
}
END_TEST

/* Quotes around fields come off, others are part of the name; other kinds than gene expression are named. */
START_TEST(market_names)
{
    scilama_dataset *d;
    write_text("matrix.mtx", "%%MatrixMarket matrix coordinate integer general\n3 1 2\n1 1 5\n2 1 3\n");
    write_text("barcodes.tsv", "\"c\"\"1\"\n");
    write_text("features.tsv", "\"id1\"\t\"g 1\"\t\"Gene Expression\"\nid2\tbeta'COP\tGene Expression\nid3\t5\"-h\tAntibody Capture\n");
    OK(scilama_dataset_read(&d, ctx, folder, NULL, &error));
    ck_assert_str_eq(scilama_dataset_cell_name(d, 0), "c\"1");
    ck_assert_str_eq(scilama_dataset_gene_name(d, 0), "g 1");
    ck_assert_str_eq(scilama_dataset_gene_name(d, 1), "beta'COP");
    ck_assert_int_eq(scilama_dataset_genes(d), 2);
    scilama_dataset_destroy(d);
    write_text("features.tsv", "id1\tg\tchr1\nid2\t\"half\tchr2\nid3\t5\"-h\tchr1\n"); /* another third column */
    OK(scilama_dataset_read(&d, ctx, folder, NULL, &error));
    ck_assert_int_eq(scilama_dataset_genes(d), 3);
    ck_assert_str_eq(scilama_dataset_gene_name(d, 1), "\"half");
    ck_assert_str_eq(scilama_dataset_gene_name(d, 2), "5\"-h");
    scilama_dataset_destroy(d);
    write_text("features.tsv", "id1\ta\tAntibody Capture\nid2\tb\tAntibody Capture\nid3\tc\tCustom\n");
    FAILS(SCILAMA_E_UNSUPPORTED, scilama_dataset_read(&d, ctx, folder, NULL, &error));
    ck_assert_msg(strstr(error.message, "2 Antibody Capture, 1 Custom"), "%s", error.message);
    write_text("features.tsv", "id1\ta\nid2\tM\xe9\nid3\tc\n");
    FAILS(SCILAMA_E_FORMAT, scilama_dataset_read(&d, ctx, folder, NULL, &error));
    ck_assert_msg(strstr(error.message, "features.tsv: line 2") && strstr(error.message, "M?"), "%s", error.message);
}
END_TEST

START_TEST(numbers)
{
    struct { const char *text; double value; } cases[] = { { "0", 0 }, { "-1.5", -1.5 }, { "1e3", 1000 }, { "2.5E-3", 0.0025 }, { ".5", 0.5 }, { "5.", 5 },
        { "12345678901234567890", 12345678901234567890.0 }, { "0.000000000000000000000000001", 1e-27 }, { "1.7976931348623157e308", 1.7976931348623157e308 },
        { " 3 ", 3 }, { "+4", 4 }, { "0.1", 0.1 }, { "3.141592653589793238", 3.141592653589793238 } };
    double v;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_msg(slm_read_number(cases[i].text, cases[i].text + strlen(cases[i].text), &v), "%s", cases[i].text);
        ck_assert_msg(v == cases[i].value, "%s gives %.17g", cases[i].text, v);
    }
    const char *bad[] = { "", "x", "1x", "1e", "--1", "0x10", ".", "1,5" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) ck_assert_msg(!slm_read_number(bad[i], bad[i] + strlen(bad[i]), &v), "%s", bad[i]);
    ck_assert(slm_half_to_float(0x0001) == 5.9604644775390625e-8f);
    ck_assert(slm_half_to_float(0xFBFF) == -65504);
}
END_TEST

START_TEST(sparse_lines)
{
    /* transposition against the definition, and duplicates */
    int64_t indptr[4] = { 0, 2, 3, 5 };
    int32_t indices[5] = { 1, 0, 1, 0, 0 };
    float values[5] = { 1, 2, 3, 4, 5 };
    slm_matrix m;
    OK(slm_entries_to_csr(ctx, indices, NULL, indptr, values, 5, 2, 3, &m, &error));
    OK(slm_lines_canonical(ctx, m.indptr, m.indices, m.values, 2, &error));
    ck_assert_int_eq(m.indptr[1], 2);
    ck_assert_int_eq(m.indptr[2], 4);
    ck_assert(m.values[0] == 2 && m.indices[1] == 2 && m.values[1] == 9 && m.values[2] == 1 && m.values[3] == 3);
    slm_matrix_free(ctx, &m);
}
END_TEST

START_TEST(lzf)
{
    /* "abc" then a reference back of 7 bytes, overlapping */
    static const char packed[] = { 2, 'a', 'b', 'c', (char)(5 << 5), 2 };
    char out[32];
    ck_assert_uint_eq(slm_lzf_decompress(packed, sizeof packed, out, sizeof out), 10);
    ck_assert_int_eq(memcmp(out, "abcabcabca", 10), 0);
    ck_assert_uint_eq(slm_lzf_decompress(packed, sizeof packed, out, 9), 0);
    ck_assert_uint_eq(slm_lzf_decompress(packed, 3, out, sizeof out), 0);
    static const char before[] = { 0, 'a', (char)(1 << 5), 9 };
    ck_assert_uint_eq(slm_lzf_decompress(before, sizeof before, out, sizeof out), 0);
}
END_TEST

int main(void)
{
    const TTest *tests[] = { text_tables, decimal_commas, headings, names_not_utf8, parquet_tables, aliases, wrong_tables, npy_tables, npz_tables, safetensors_tables, table_round_trip, market, market_names, numbers, sparse_lines, lzf };
    return run_suite("io tables", tests, sizeof tests / sizeof tests[0]);
}
