/* SPDX-License-Identifier: MIT */
#include "arrow.h"

#if UINTPTR_MAX > 0xffffffffu
_Static_assert(sizeof(struct ArrowSchema) == 72 && sizeof(struct ArrowArray) == 80 && sizeof(struct ArrowArrayStream) == 40, "Arrow C data interface");
#endif

/* Four genes A, BB, "", DDDD with vectors (1, 2) … (7, 8). */
static const int32_t offsets[] = { 0, 1, 3, 3, 7 };
static const int64_t wide_offsets[] = { 0, 1, 3, 3, 7 };
static const char text[] = "ABBDDDD";
static const float items[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const double wide_items[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const uint16_t half_items[] = { 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600, 0x4700, 0x4800 };
static const int32_t lists[] = { 0, 2, 4, 6, 8 };
static const int64_t wide_lists[] = { 0, 2, 4, 6, 8 };

static struct ArrowSchema plain_schema(void)
{
    struct ArrowSchema s = schema_of("+s", "");
    add_schema(&s, "u", "gene_id");
    add_schema(add_schema(&s, "+w:2", "embedding"), "f", "item");
    return s;
}

static struct ArrowArray plain_array(void)
{
    struct ArrowArray a = array_of(4, 1, NULL, NULL, NULL);
    add_array(&a, array_of(4, 3, NULL, offsets, text));
    add_array(add_array(&a, array_of(4, 1, NULL, NULL, NULL)), array_of(8, 2, NULL, items, NULL));
    return a;
}

/* Rows `first` … 3 of the four genes. */
static void expect(scilama_gene_table *t, int first)
{
    static const char *const names[] = { "A", "BB", "", "DDDD" };
    ck_assert_int_eq(scilama_gene_table_rows(t), 4 - first);
    ck_assert_int_eq(scilama_gene_table_width(t), 2);
    for (int i = first; i < 4; i++) ck_assert_str_eq(scilama_gene_table_name(t, i - first), names[i]);
    for (int i = 0; i < 8 - 2 * first; i++) ck_assert(scilama_gene_table_values(t)[i] == items[2 * first + i]);
    scilama_gene_table_destroy(t);
}

static scilama_status take(scilama_gene_table **out, scilama_context *ctx, struct ArrowSchema s, struct ArrowArray a, const scilama_arrow_options *o)
{
    scilama_status status = scilama_gene_table_from_arrow(out, ctx, &s, &a, o, &error);
    ck_assert(!s.release && !a.release);
    ck_assert_int_eq(unreleased, 0);
    ck_assert(status == SCILAMA_OK || *out == NULL);
    return status;
}

START_TEST(types)
{
    scilama_context *ctx = make_context(1);
    scilama_gene_table *t;
    OK(take(&t, ctx, plain_schema(), plain_array(), NULL));
    expect(t, 0);
    struct { const char *list, *item; const void *offsets, *items; } kinds[] = {
        { "+l", "f", lists, items }, { "+L", "f", wide_lists, items }, { "+w:2", "g", NULL, wide_items }, { "+l", "e", lists, half_items } };
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct ArrowSchema s = schema_of("+s", "");
        struct ArrowArray a = array_of(4, 1, NULL, NULL, NULL);
        add_schema(&s, "i", "length"); /* neither names nor vectors */
        add_array(&a, array_of(4, 2, NULL, items, NULL));
        add_schema(add_schema(&s, kinds[k].list, "v"), kinds[k].item, "item");
        add_array(add_array(&a, array_of(4, kinds[k].offsets ? 2 : 1, NULL, kinds[k].offsets, NULL)), array_of(8, 2, NULL, kinds[k].items, NULL));
        add_schema(&s, "U", "anything");
        add_array(&a, array_of(4, 3, NULL, wide_offsets, text));
        OK(take(&t, ctx, s, a, NULL));
        expect(t, 0);
    }
    /* views: the third list comes first in memory; names of more than twelve bytes are elsewhere */
    static const int32_t at[] = { 2, 4, 0, 6 }, sizes[] = { 2, 2, 2, 2 };
    static const float moved[] = { 5, 6, 1, 2, 3, 4, 7, 8 };
    static const char far[] = "xxxa-name-of-18-bytes";
    static const int64_t far_bytes[] = { 21 };
    struct { int32_t length; char text[12]; } views[4] = { { 1, "A" }, { 2, "BB" }, { 0, "" }, { 18, "a-na" } };
    const int32_t where[] = { 0, 3 };
    memcpy(views[3].text + 4, where, sizeof where);
    struct ArrowSchema s = schema_of("+s", "");
    struct ArrowArray a = array_of(4, 1, NULL, NULL, NULL);
    add_schema(&s, "vu", "names");
    struct ArrowArray *names = add_array(&a, array_of(4, 4, NULL, views, far));
    names->buffers = realloc(names->buffers, 4 * sizeof *names->buffers);
    names->buffers[3] = far_bytes;
    add_schema(add_schema(&s, "+vl", "v"), "f", "item");
    add_array(add_array(&a, array_of(4, 3, NULL, at, sizes)), array_of(8, 2, NULL, moved, NULL));
    OK(take(&t, ctx, s, a, NULL));
    ck_assert_str_eq(scilama_gene_table_name(t, 1), "BB");
    ck_assert_str_eq(scilama_gene_table_name(t, 3), "a-name-of-18-bytes");
    for (int i = 0; i < 8; i++) ck_assert(scilama_gene_table_values(t)[i] == items[i]);
    scilama_gene_table_destroy(t);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

/* One column per number, the names a dictionary. */
static struct ArrowSchema columns_schema(void)
{
    struct ArrowSchema s = schema_of("+s", "");
    add_schema(&s, "f", "x");
    add_values(add_schema(&s, "C", "gene"), "u");
    add_schema(&s, "g", "y");
    add_schema(&s, "l", "__index_level_0__");
    return s;
}

static struct ArrowArray columns_array(void)
{
    static const uint8_t codes[] = { 2, 0, 1, 3 };
    static const char shuffled[] = "BBADDDD"; /* BB, "", A, DDDD */
    static const int32_t shuffled_offsets[] = { 0, 2, 2, 3, 7 };
    static const float x[] = { 1, 3, 5, 7 };
    static const double y[] = { 2, 4, 6, 8 };
    struct ArrowArray a = array_of(4, 1, NULL, NULL, NULL);
    add_array(&a, array_of(4, 2, NULL, x, NULL));
    add_dictionary(add_array(&a, array_of(4, 2, NULL, codes, NULL)), array_of(4, 3, NULL, shuffled_offsets, shuffled));
    add_array(&a, array_of(4, 2, NULL, y, NULL));
    add_array(&a, array_of(4, 2, NULL, wide_items, NULL));
    return a;
}

START_TEST(plain_columns)
{
    scilama_context *ctx = make_context(1);
    scilama_gene_table *t;
    OK(take(&t, ctx, columns_schema(), columns_array(), NULL));
    expect(t, 0);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

START_TEST(slices)
{
    scilama_context *ctx = make_context(1);
    scilama_gene_table *t;
    struct ArrowArray a = plain_array();
    a.offset = 1, a.length = 3; /* of the struct: columns are as they were */
    OK(take(&t, ctx, plain_schema(), a, NULL));
    expect(t, 1);
    a = plain_array(); /* of the columns, and of the items */
    a.length = 2;
    a.children[0]->offset = 2, a.children[0]->length = 2;
    a.children[1]->offset = 1, a.children[1]->length = 2;
    a.children[1]->children[0]->offset = 2, a.children[1]->children[0]->length = 6;
    OK(take(&t, ctx, plain_schema(), a, NULL));
    expect(t, 2);
    a = columns_array();
    a.offset = 1, a.length = 2;
    for (int i = 0; i < 4; i++) a.children[i]->offset = 1, a.children[i]->length = 3;
    OK(take(&t, ctx, columns_schema(), a, NULL));
    expect(t, 2);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

START_TEST(nulls)
{
    static const uint8_t but_first[] = { 0x0e }, but_second[] = { 0xf3 };
    scilama_context *ctx = make_context(1);
    scilama_arrow_options skip;
    scilama_arrow_options_init(&skip, sizeof skip);
    skip.skip_nulls = 1;
    for (int where = 0; where < 4; where++) {
        const char *column = where == 0 || where == 1 ? "gene_id" : "embedding";
        for (int pass = 0; pass < 2; pass++) {
            struct ArrowArray a = plain_array();
            struct ArrowArray *at = where == 0 ? &a : where == 1 ? a.children[0] : where == 2 ? a.children[1] : a.children[1]->children[0];
            at->buffers[0] = where == 3 ? but_second : but_first; /* items 2 and 3 are the second row */
            at->null_count = -1;
            scilama_gene_table *t;
            if (pass == 0) {
                FAILS(SCILAMA_E_FORMAT, "null in row", take(&t, ctx, plain_schema(), a, NULL));
                ck_assert(strstr(error.message, column) != NULL);
            } else {
                OK(take(&t, ctx, plain_schema(), a, &skip));
                ck_assert_int_eq(scilama_gene_table_rows(t), 3);
                ck_assert_str_eq(scilama_gene_table_name(t, 0), where == 3 ? "A" : "BB");
                ck_assert(scilama_gene_table_values(t)[5] == 8);
                scilama_gene_table_destroy(t);
            }
        }
    }
    scilama_context_destroy(ctx);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

/* --- malformed ------------------------------------------------------------------------------ */

static void damage(int kind, struct ArrowSchema *s, struct ArrowArray *a)
{
    static const float bad[] = { 1, 2, 3, INFINITY, 5, 6, 7, 8 };
    static const int32_t down[] = { 0, 3, 1, 3, 7 }, below[] = { -1, 1, 3, 3, 7 }, uneven[] = { 0, 2, 4, 7, 8 }, far[] = { 0, 2, 4, 6, 9 };
    static const char zero[] = "A\0BDDDD";
    static const uint8_t bits[] = { 0xff };
    struct ArrowArray *names = a->children[0], *vectors = a->children[1];
    struct ArrowSchema *list = s->children[1];
    switch (kind) {
    case 0: s->format = "u"; break;
    case 1: s->children[0]->format = "i"; break;
    case 2: list->format = "+w:3"; break; /* more items than there are */
    case 3: list->children[0]->format = "l"; break;
    case 4: vectors->children[0]->buffers[1] = bad; break;
    case 5: names->buffers[1] = down; break;
    case 6: names->buffers[1] = below; break;
    case 7: names->buffers[2] = zero; break;
    case 8: names->length = 3; break;
    case 9: names->n_buffers = 2; break;
    case 10: vectors->children[0]->buffers[1] = NULL; break;
    case 11: names->null_count = 1; break; /* without a bitmap */
    case 12: names->buffers[0] = bits, names->null_count = 5; break;
    case 13: vectors->offset = -1; break;
    case 14: vectors->n_children = 0; break;
    case 15: a->n_children = 1; break;
    case 16: a->length = -1; break;
    case 17: list->format = "+l", vectors->n_buffers = 2, vectors->buffers[1] = uneven; break;
    case 18: list->format = "+l", vectors->n_buffers = 2, vectors->buffers[1] = far; break;
    case 19: a->length = 0; break;
    case 20: list->format = "+w:0"; break;
    case 21: list->format = "+w:99999999999"; break;
    case 22: s->children[0]->name = "embedding"; break;
    case 23: a->offset = INT64_MAX - 2; break;
    case 24: vectors->offset = INT64_MAX / 2; break;
    case 25: vectors->children[0]->length = 7; break;
    default: ck_abort_msg("no such damage");
    }
}

START_TEST(malformed)
{
    static const struct { scilama_status status; const char *word; } want[] = {
        { SCILAMA_E_UNSUPPORTED, "'u'" },             { SCILAMA_E_NOTFOUND, "'gene_id' of type 'i'" }, { SCILAMA_E_FORMAT, "'embedding'" },
        { SCILAMA_E_UNSUPPORTED, "'embedding'" },     { SCILAMA_E_NONFINITE, "'embedding' is not finite in row 1, position 1" },
        { SCILAMA_E_FORMAT, "'gene_id'" },            { SCILAMA_E_FORMAT, "'gene_id'" },  { SCILAMA_E_FORMAT, "name of row 1" },
        { SCILAMA_E_FORMAT, "'gene_id'" },            { SCILAMA_E_FORMAT, "'gene_id'" },  { SCILAMA_E_FORMAT, "'embedding'" },
        { SCILAMA_E_FORMAT, "'gene_id'" },            { SCILAMA_E_FORMAT, "'gene_id'" },  { SCILAMA_E_FORMAT, "'embedding'" },
        { SCILAMA_E_FORMAT, "'embedding'" },          { SCILAMA_E_FORMAT, "2 columns" },  { SCILAMA_E_FORMAT, "2 columns" },
        { SCILAMA_E_FORMAT, "3 numbers in row 2" },   { SCILAMA_E_FORMAT, "'embedding'" }, { SCILAMA_E_FORMAT, "no rows" },
        { SCILAMA_E_UNSUPPORTED, "'embedding'" },     { SCILAMA_E_UNSUPPORTED, "'embedding'" }, { SCILAMA_E_DUPLICATE, "'embedding' twice" },
        { SCILAMA_E_FORMAT, "2 columns" },            { SCILAMA_E_FORMAT, "'embedding'" }, { SCILAMA_E_FORMAT, "'embedding'" } };
    scilama_context *ctx = make_context(1);
    for (int kind = 0; kind < (int)(sizeof want / sizeof *want); kind++) {
        struct ArrowSchema s = plain_schema();
        struct ArrowArray a = plain_array();
        scilama_gene_table *t;
        damage(kind, &s, &a);
        memset(&error, 0, sizeof error);
        scilama_status status = take(&t, ctx, s, a, NULL);
        ck_assert_msg(status == want[kind].status && strstr(error.message, want[kind].word), "damage %d: %s: %s", kind, scilama_status_name(status), error.message);
    }
    struct ArrowArray a = columns_array();
    static const uint8_t codes[] = { 2, 0, 4, 3 };
    scilama_gene_table *t;
    a.children[1]->buffers[1] = codes;
    FAILS(SCILAMA_E_FORMAT, "'gene'", take(&t, ctx, columns_schema(), a, NULL));
    struct ArrowSchema s = columns_schema();
    s.children[2]->format = "l"; /* an integer is no part of a vector */
    FAILS(SCILAMA_E_UNSUPPORTED, "'y' of type 'l'", take(&t, ctx, s, columns_array(), NULL));
    scilama_context_destroy(ctx);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

START_TEST(chosen_columns)
{
    scilama_context *ctx = make_context(1);
    scilama_arrow_options o;
    scilama_gene_table *t;
    for (int kind = 0; kind < 6; kind++) {
        struct ArrowSchema s = plain_schema();
        struct ArrowArray a = plain_array();
        s.children[0]->name = "symbol";
        s.children[1]->name = "v1";
        add_schema(&s, "u", "description");
        add_array(&a, array_of(4, 3, NULL, offsets, text));
        scilama_arrow_options_init(&o, sizeof o);
        o.names = kind == 0 ? NULL : kind == 2 ? "none" : kind == 3 ? "v1" : "symbol";
        o.vectors = kind == 4 ? "description" : kind == 5 ? "v1" : NULL;
        memset(&error, 0, sizeof error);
        scilama_status status = take(&t, ctx, s, a, &o);
        static const scilama_status want[] = { SCILAMA_E_NOTFOUND, SCILAMA_OK, SCILAMA_E_NOTFOUND, SCILAMA_E_UNSUPPORTED, SCILAMA_E_UNSUPPORTED, SCILAMA_OK };
        static const char *const words[] = { "several columns of strings", "", "no column 'none'", "'v1'", "'description'", "" };
        ck_assert_msg(status == want[kind] && strstr(error.message, words[kind]), "%d: %s", kind, error.message);
        if (!status) expect(t, 0);
    }
    scilama_context_destroy(ctx);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

/* --- streams --------------------------------------------------------------------------------- */

/* 0: rows 0 and 1; 1: none; 2: rows 2 and 3 */
static scilama_context *cancelled_by_piece;

static struct ArrowArray piece(int number)
{
    scilama_context_cancel(cancelled_by_piece);
    struct ArrowArray a = plain_array();
    a.length = number == 1 ? 0 : 2;
    a.offset = number == 2 ? 2 : 0;
    return a;
}

static struct ArrowArray uneven_piece(int number)
{
    struct ArrowArray a = plain_array();
    a.children[1]->n_buffers = 2;
    static const int32_t one[] = { 0, 2, 4, 6, 8 }, other[] = { 0, 3, 6, 6, 6 };
    a.children[1]->buffers[1] = number ? other : one;
    return a;
}

static struct ArrowSchema list_schema(void)
{
    struct ArrowSchema s = plain_schema();
    s.children[1]->format = "+l";
    return s;
}

START_TEST(streams)
{
    scilama_context *ctx = make_context(1);
    scilama_gene_table *t;
    feed f = { plain_schema, piece, 3, 0, -1 };
    struct ArrowArrayStream s = stream_of(&f);
    OK(scilama_gene_table_from_arrow_stream(&t, ctx, &s, NULL, &error));
    expect(t, 0);
    ck_assert_int_eq(unreleased, 0);
    for (int fail = 0; fail < 4; fail++) {
        f = (feed){ plain_schema, piece, 3, 0, fail };
        s = stream_of(&f);
        FAILS(SCILAMA_E_CALLBACK, "the disk is wet", scilama_gene_table_from_arrow_stream(&t, ctx, &s, NULL, &error));
        ck_assert_int_eq(error.detail, fail ? 12 : 5);
        ck_assert_ptr_null(t);
        ck_assert_int_eq(unreleased, 0);
    }
    f = (feed){ list_schema, uneven_piece, 2, 0, -1 };
    s = stream_of(&f);
    FAILS(SCILAMA_E_FORMAT, "3 numbers in row 4 but 2 before", scilama_gene_table_from_arrow_stream(&t, ctx, &s, NULL, &error));
    f = (feed){ plain_schema, piece, 0, 0, -1 };
    s = stream_of(&f);
    FAILS(SCILAMA_E_FORMAT, "no rows", scilama_gene_table_from_arrow_stream(&t, ctx, &s, NULL, &error));
    f = (feed){ plain_schema, piece, 3, 0, -1 };
    s = stream_of(&f);
    scilama_context_cancel(ctx); /* no call runs */
    cancelled_by_piece = ctx;
    FAILS(SCILAMA_E_CANCELLED, "cancel", scilama_gene_table_from_arrow_stream(&t, ctx, &s, NULL, &error));
    cancelled_by_piece = NULL;
    ck_assert_int_eq(f.given, 1);
    ck_assert_int_eq(unreleased, 0);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

/* --- out --------------------------------------------------------------------------------------- */

START_TEST(table_out)
{
    scilama_context *ctx = make_context(1);
    scilama_gene_table *table = make_table(ctx), *again;
    struct ArrowSchema s;
    struct ArrowArray a, kept;
    OK(scilama_gene_table_to_arrow(table, &s, &a, &error));
    ck_assert_str_eq(s.format, "+s");
    ck_assert_str_eq(s.children[0]->name, "gene_id");
    ck_assert_str_eq(s.children[1]->format, "+w:4");
    ck_assert_str_eq(s.children[1]->children[0]->format, "f");
    ck_assert_int_eq(a.length, GENES);
    ck_assert_ptr_eq(a.children[1]->children[0]->buffers[1], scilama_gene_table_values(table));
    scilama_gene_table_destroy(table);
    scilama_context_destroy(ctx); /* what went out is all that holds it */
    ctx = make_context(1);
    kept = *a.children[1]; /* a child may be moved out and kept alone */
    a.children[1]->release = NULL;
    a.release(&a);
    ck_assert_ptr_null((void *)(intptr_t)a.release);
    const float *values = kept.children[0]->buffers[1];
    for (int i = 0; i < GENES * WIDTH; i++) ck_assert(values[i] == vector(i / WIDTH, i % WIDTH));
    kept.release(&kept);
    struct ArrowSchema name = *s.children[0];
    s.children[0]->release = NULL;
    s.release(&s);
    ck_assert_str_eq(name.format, "u");
    name.release(&name);
    table = make_table(ctx);
    OK(scilama_gene_table_to_arrow(table, &s, &a, &error));
    OK(scilama_gene_table_from_arrow(&again, ctx, &s, &a, NULL, &error));
    for (int i = 0; i < GENES; i++) ck_assert_str_eq(scilama_gene_table_name(again, i), genes[i]);
    ck_assert_int_eq(memcmp(scilama_gene_table_values(again), scilama_gene_table_values(table), GENES * WIDTH * sizeof(float)), 0);
    scilama_gene_table_destroy(again);
    scilama_gene_table_destroy(table);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

START_TEST(cells_out)
{
    scilama_context *ctx = make_context(1);
    scilama_dataset *d = make_dataset(ctx);
    scilama_model *model = make_model(d);
    float mu[CELLS * LATENT], mu_f[GENES * LATENT];
    struct ArrowSchema s, gs;
    struct ArrowArray a, ga;
    OK(scilama_model_encode_cells(model, d, mu, NULL, 0, &error));
    OK(scilama_model_encode_genes(model, mu_f, NULL, 0, &error));
    OK(scilama_model_cells_to_arrow(model, d, &s, &a, &error));
    OK(scilama_model_genes_to_arrow(model, &gs, &ga, &error));
    scilama_model_destroy(model);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
    ck_assert_str_eq(s.children[0]->name, "cell_id");
    ck_assert_str_eq(s.children[1]->format, "+w:3");
    ck_assert_str_eq(gs.children[0]->name, "gene_id");
    ck_assert_int_eq(memcmp(a.children[1]->children[0]->buffers[1], mu, sizeof mu), 0);
    ck_assert_int_eq(memcmp(ga.children[1]->children[0]->buffers[1], mu_f, sizeof mu_f), 0);
    const int32_t *at = a.children[0]->buffers[1];
    const char *names = a.children[0]->buffers[2];
    ck_assert_int_eq(at[CELLS], 10 + 14 * 2); /* "0" … "23" */
    ck_assert_int_eq(memcmp(names, "0123456789101112", 16), 0);
    s.release(&s);
    ga.release(&ga);
    a.release(&a);
    gs.release(&gs);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

START_TEST(columns_out)
{
    scilama_context *ctx = make_context(1);
    scilama_dataset *d = make_dataset(ctx);
    struct ArrowSchema s;
    struct ArrowArray a;
    OK(scilama_dataset_obs_to_arrow(d, &s, &a, &error));
    ck_assert_int_eq(s.n_children, 3);
    ck_assert_str_eq(s.children[0]->name, "cell_id");
    ck_assert_str_eq(s.children[1]->name, "batch");
    ck_assert_str_eq(s.children[1]->format, "i");
    ck_assert_str_eq(s.children[1]->dictionary->format, "u");
    ck_assert_str_eq(s.children[2]->format, "g");
    const struct ArrowArray *batch = a.children[1], *depth = a.children[2];
    ck_assert_int_eq(batch->null_count, 1);
    ck_assert_int_eq(depth->null_count, 1);
    ck_assert_int_eq(batch->dictionary->length, 2);
    ck_assert_int_eq(memcmp(batch->dictionary->buffers[2], "ab", 2), 0);
    for (int i = 0; i < CELLS; i++) {
        ck_assert_int_eq(((const uint8_t *)batch->buffers[0])[i / 8] >> i % 8 & 1, i != 5);
        ck_assert_int_eq(((const uint8_t *)depth->buffers[0])[i / 8] >> i % 8 & 1, i != 2);
        if (i != 5) ck_assert_int_eq(((const int32_t *)batch->buffers[1])[i], i % 2);
        if (i != 2) ck_assert(((const double *)depth->buffers[1])[i] == 0.5 * i);
    }
    /* later changes do not reach what went out; a column may have the name of the index */
    int32_t codes[CELLS] = { 0 };
    OK(scilama_dataset_set_codes(d, "batch", codes, (const char *const[]){ "z" }, 1, &error));
    ck_assert_int_eq(((const int32_t *)batch->buffers[1])[1], 1);
    a.release(&a);
    s.release(&s);
    OK(scilama_dataset_set_codes(d, "cell_id", codes, (const char *const[]){ "z" }, 1, &error));
    OK(scilama_dataset_obs_to_arrow(d, &s, &a, &error));
    ck_assert_str_eq(s.children[0]->name, "_index");
    ck_assert_int_eq(a.children[1]->null_count, 0);
    ck_assert_ptr_null(a.children[1]->buffers[0]);
    a.release(&a);
    s.release(&s);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

START_TEST(stream_out)
{
    scilama_context *ctx = make_context(1);
    scilama_gene_table *t;
    struct ArrowSchema s = plain_schema(), first, second;
    struct ArrowArray a = columns_array(), got;
    struct ArrowArrayStream stream;
    static const struct { int32_t pairs, key; char k[4]; int32_t value; char v[4]; } metadata = { 1, 4, "key1", 4, "val1" };
    s.metadata = (const char *)&metadata;
    s.release(&s);
    s = columns_schema();
    s.metadata = (const char *)&metadata;
    OK(scilama_arrow_to_stream(&stream, ctx, &s, &a, &error));
    ck_assert(!s.release && !a.release);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(stream.get_schema(&stream, &first), 0);
    ck_assert_int_eq(stream.get_schema(&stream, &second), 0);
    ck_assert_int_eq(memcmp(first.metadata, &metadata, sizeof metadata), 0);
    ck_assert_str_eq(second.children[1]->dictionary->format, "u");
    ck_assert_int_eq(stream.get_next(&stream, &got), 0);
    ck_assert_int_eq(got.length, 4);
    got.release(&got);
    ck_assert_int_eq(stream.get_next(&stream, &got), 0);
    ck_assert(!got.release);
    stream.release(&stream);
    ck_assert(!stream.release);
    ck_assert_int_eq(unreleased, 0);
    ck_assert_str_eq(first.children[3]->name, "__index_level_0__"); /* outlives the stream */
    first.release(&first);
    second.release(&second);
    ck_assert_int_eq(blocks, 0);
    ctx = make_context(1);
    for (int kind = 0; kind < 3; kind++) {
        s = columns_schema();
        a = columns_array();
        if (kind == 0) s.children[1]->dictionary->format = NULL;
        else if (kind == 1) s.children[2]->n_children = 1;
        else s.children[0]->n_children = -1;
        FAILS(SCILAMA_E_FORMAT, "schema is damaged", scilama_arrow_to_stream(&stream, ctx, &s, &a, &error));
        ck_assert(!s.release && !a.release && !stream.release);
        unreleased = 0; /* the damage keeps children from being counted */
    }
    s = columns_schema();
    a = columns_array();
    OK(scilama_arrow_to_stream(&stream, ctx, &s, &a, &error));
    OK(scilama_gene_table_from_arrow_stream(&t, ctx, &stream, NULL, &error));
    expect(t, 0);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(unreleased, 0);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

int main(void)
{
    const TTest *tests[] = { types, plain_columns, slices, nulls, malformed, chosen_columns, streams, table_out, cells_out, columns_out, stream_out };
    return run_suite("exchange arrow", tests, sizeof tests / sizeof tests[0]);
}
