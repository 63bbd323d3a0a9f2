/* SPDX-License-Identifier: MIT */
#include "hdf5/gateway.h"
#include "../io/support.h"
#include <hdf5.h>

START_TEST(round_trip)
{
    const char *path = in_folder("a.h5");
    slm_h5_file *f;
    OK(slm_h5_create_atomic(&f, ctx, path, &error));
    float values[6] = { 1, 2, 3, 4, 5, 6 };
    int64_t dims[2] = { 2, 3 }, big[1] = { 5000 };
    OK(slm_h5_write(f, "g/h/values", SLM_H5_F32, 2, dims, values, 4, &error));
    int32_t *many = malloc(5000 * sizeof *many);
    for (int i = 0; i < 5000; i++) many[i] = i * 7;
    OK(slm_h5_write(f, "g/many", SLM_H5_I32, 1, big, many, 4, &error));
    const char *names[3] = { "α", "", "long name with spaces" };
    OK(slm_h5_write_strings(f, "names", names, 3, &error));
    OK(slm_h5_write_strings(f, "none", NULL, 0, &error));
    OK(slm_h5_write_attr_string(f, "g", "encoding-type", "dict", &error));
    OK(slm_h5_write_attr_string(f, "g", "encoding-type", "dataframe", &error));
    OK(slm_h5_write_attr_strings(f, "g", "column-order", names, 3, &error));
    int64_t shape[2] = { 10, 20 };
    OK(slm_h5_write_attr(f, "", "shape", SLM_H5_I64, 1, 2, shape, &error));
    OK(slm_h5_write_attr_bool(f, "g", "ordered", true, &error));
    OK(slm_h5_write_string(f, "text", "hello", &error));
    OK(slm_h5_write_string(f, "text", "hello again", &error));
    ck_assert_int_ne(access(path, F_OK), 0);
    OK(slm_h5_commit(f, &error));
    slm_h5_close(f);
    ck_assert_int_eq(access(path, F_OK), 0);
    ck_assert_int_eq(files_left(), 1);

    OK(slm_h5_open(&f, ctx, path, &error));
    ck_assert_int_eq(slm_h5_kind(f, "g/h"), SLM_H5_GROUP);
    ck_assert_int_eq(slm_h5_kind(f, "g/h/values"), SLM_H5_DATASET);
    ck_assert_int_eq(slm_h5_kind(f, "g/x/values"), SLM_H5_ABSENT);
    ck_assert_int_eq(slm_h5_kind(f, ""), SLM_H5_GROUP);
    slm_h5_info info;
    OK(slm_h5_describe(f, "g/h/values", &info, &error));
    ck_assert_int_eq(info.rank, 2);
    ck_assert_int_eq(info.dims[1], 3);
    ck_assert_int_eq(info.kind, SLM_H5_FLOAT);
    double back[6];
    OK(slm_h5_read(f, "g/h/values", SLM_H5_F64, 6, back, &error));
    ck_assert(back[5] == 6.0);
    OK(slm_h5_read_rows(f, "g/h/values", SLM_H5_F64, 1, 1, back, &error));
    ck_assert(back[0] == 4.0);
    FAILS(SCILAMA_E_FORMAT, slm_h5_read(f, "g/h/values", SLM_H5_F64, 7, back, &error));
    FAILS(SCILAMA_E_NOTFOUND, slm_h5_read(f, "g/h/other", SLM_H5_F64, 7, back, &error));
    int64_t *wide;
    OK(slm_h5_read_new(f, "g/many", SLM_H5_I64, (void **)&wide, &info, &error));
    for (int i = 0; i < 5000; i++) ck_assert_int_eq(wide[i], i * 7);
    ck_assert(info.chunked);
    slm_free(ctx, wide);
    slm_strings s;
    OK(slm_h5_read_strings(f, "names", &s, &error));
    ck_assert_int_eq(s.count, 3);
    for (int i = 0; i < 3; i++) ck_assert_str_eq(slm_string(&s, i), names[i]);
    slm_strings_free(ctx, &s);
    OK(slm_h5_read_strings(f, "none", &s, &error));
    ck_assert_int_eq(s.count, 0);
    slm_strings_free(ctx, &s);
    OK(slm_h5_read_strings(f, "text", &s, &error));
    ck_assert_str_eq(slm_string(&s, 0), "hello again");
    slm_strings_free(ctx, &s);
    OK(slm_h5_list(f, "/", &s, &error));
    ck_assert_int_eq(s.count, 4);
    ck_assert_str_eq(slm_string(&s, 0), "g");
    slm_strings_free(ctx, &s);
    OK(slm_h5_read_attr_strings(f, "g", "column-order", &s, &error));
    ck_assert_str_eq(slm_string(&s, 0), "α");
    slm_strings_free(ctx, &s);
    char *text;
    OK(slm_h5_read_attr_string(f, "g", "encoding-type", &text, &error));
    ck_assert_str_eq(text, "dataframe");
    slm_free(ctx, text);
    ck_assert(slm_h5_attr_equals(f, "g", "encoding-type", "dataframe"));
    ck_assert(!slm_h5_attr_equals(f, "g", "encoding-type", "dict"));
    ck_assert(!slm_h5_attr_equals(f, "g/none", "encoding-type", "dict"));
    FAILS(SCILAMA_E_NOTFOUND, slm_h5_read_attr_string(f, "g", "absent", &text, &error));
    OK(slm_h5_read_attr(f, "", "shape", SLM_H5_I64, 2, shape, &error));
    ck_assert_int_eq(shape[1], 20);
    slm_h5_close(f);

    /* a copy in place: the old file stands until the commit */
    OK(slm_h5_copy_atomic(&f, ctx, path, path, &error));
    OK(slm_h5_remove(f, "g/many", &error));
    OK(slm_h5_remove(f, "g/many", &error));
    OK(slm_h5_rename(f, "names", "g/names", &error));
    slm_h5_close(f);
    ck_assert_int_eq(files_left(), 1);
    OK(slm_h5_open(&f, ctx, path, &error));
    ck_assert_int_eq(slm_h5_kind(f, "g/many"), SLM_H5_DATASET);
    slm_h5_close(f);
    free(many);
    int64_t now = 0;
    scilama_context_memory(ctx, &now, NULL);
    ck_assert_int_lt(now, 4096); /* the context alone */
}
END_TEST

START_TEST(wrong_files)
{
    slm_h5_file *f;
    FAILS(SCILAMA_E_NOTFOUND, slm_h5_open(&f, ctx, in_folder("absent.h5"), &error));
    FAILS(SCILAMA_E_IO, slm_h5_open(&f, ctx, folder, &error));
    FILE *text = fopen(in_folder("text.h5"), "w");
    fputs("not a file of that kind", text);
    fclose(text);
    FAILS(SCILAMA_E_FORMAT, slm_h5_open(&f, ctx, in_folder("text.h5"), &error));
    ck_assert_ptr_nonnull(strstr(error.message, "not an HDF5 file"));
    FAILS(SCILAMA_E_IO, slm_h5_create_atomic(&f, ctx, "/absent-folder/x.h5", &error));
    FAILS(SCILAMA_E_NOTFOUND, slm_h5_copy_atomic(&f, ctx, in_folder("absent.h5"), in_folder("out.h5"), &error));
    ck_assert_int_eq(files_left(), 1);
}
END_TEST

/* The host's error handler and pending errors are as they were. */
static int printed;
static herr_t count_print(hid_t stack, void *data) { printed++; return 0; }

START_TEST(host_error_stack)
{
    H5Eset_auto2(H5E_DEFAULT, count_print, &printed);
    slm_h5_file *f;
    FILE *text = fopen(in_folder("text.h5"), "w");
    fputs("not a file of that kind", text);
    fclose(text);
    FAILS(SCILAMA_E_FORMAT, slm_h5_open(&f, ctx, in_folder("text.h5"), &error));
    ck_assert_int_eq(printed, 0);
    H5E_auto2_t fn;
    void *data;
    H5Eget_auto2(H5E_DEFAULT, &fn, &data);
    ck_assert(fn == count_print);
    ck_assert(data == &printed);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}
END_TEST

/* --- what is checked before HDF5 sees it ------------------------------------------------------ */

/* A group "members" with 12 datasets, the last with an attribute "encoding-type"; what HDF5 writes by default
 * but for the properties of the file and of the group. */
static void write_members(const char *path, hid_t fcpl, hid_t gcpl)
{
    hsize_t two = 2;
    hid_t f = H5Fcreate(path, H5F_ACC_TRUNC, fcpl, H5P_DEFAULT), g = H5Gcreate2(f, "members", H5P_DEFAULT, gcpl, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &two, NULL), id = -1;
    for (int i = 0; i < 12; i++) {
        char name[20];
        snprintf(name, sizeof name, "member%d", i);
        id = H5Dcreate2(g, name, H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        if (i < 11) H5Dclose(id);
    }
    int one = 1;
    hid_t scalar = H5Screate(H5S_SCALAR), attr = H5Acreate2(id, "encoding-type", H5T_NATIVE_INT, scalar, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attr, H5T_NATIVE_INT, &one);
    H5Aclose(attr);
    H5Sclose(scalar);
    H5Dclose(id);
    H5Sclose(space);
    H5Gclose(g);
    H5Fclose(f);
}

/* Overwrites a byte: at `at`, or `at` from where `text` begins. */
static void poke(const char *path, const char *text, long at, int byte)
{
    static char all[1 << 16];
    FILE *f = fopen(path, "r+b");
    size_t n = fread(all, 1, sizeof all, f), found = 0;
    while (text && found + strlen(text) <= n && memcmp(all + found, text, strlen(text)) != 0) found++;
    ck_assert(!text || found + strlen(text) <= n);
    fseek(f, (long)found + at, SEEK_SET);
    fputc(byte, f);
    fclose(f);
}

/* The space of the attribute is given more bytes than its message has. */
static void lie_about_attribute(const char *path) { poke(path, "encoding-type", -2, 0x6e); }

START_TEST(addresses_count_from_the_beginning)
{
    const char *path = in_folder("base.h5");
    slm_h5_file *f;
    write_members(path, H5P_DEFAULT, H5P_DEFAULT);
    OK(slm_h5_open(&f, ctx, path, &error));
    slm_h5_close(f);
    lie_about_attribute(path);
    FAILS(SCILAMA_E_FORMAT, slm_h5_open(&f, ctx, path, &error));
    write_members(path, H5P_DEFAULT, H5P_DEFAULT);
    poke(path, NULL, 24, 1); /* the base address */
    FAILS(SCILAMA_E_FORMAT, slm_h5_open(&f, ctx, path, &error));
    write_members(path, H5P_DEFAULT, H5P_DEFAULT);
    for (int i = 0; i < 8; i++) poke(path, NULL, 48 + i, i == 1); /* the block of a driver, which would state its size */
    FAILS(SCILAMA_E_FORMAT, slm_h5_open(&f, ctx, path, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "byte 48"));
}
END_TEST

START_TEST(old_objects_in_newer_files)
{
    const char *path = in_folder("newer.h5");
    slm_h5_file *f;
    hid_t fcpl = H5Pcreate(H5P_FILE_CREATE), gcpl = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_shared_mesg_nindexes(fcpl, 1); /* a newer superblock */
    for (int large = 0; large < 2; large++) { /* groups of the newer kind, with links in the header and elsewhere */
        H5Pset_link_creation_order(gcpl, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
        H5Pset_attr_creation_order(gcpl, H5P_CRT_ORDER_TRACKED);
        H5Pset_link_phase_change(gcpl, large ? 8 : 64, large ? 6 : 32);
        write_members(path, fcpl, gcpl);
        OK(slm_h5_open(&f, ctx, path, &error));
        ck_assert_int_eq(slm_h5_kind(f, "members/member11"), SLM_H5_DATASET);
        ck_assert(slm_h5_has_attr(f, "members/member11", "encoding-type"));
        slm_h5_close(f);
        lie_about_attribute(path);
        if (!large) FAILS(SCILAMA_E_FORMAT, slm_h5_open(&f, ctx, path, &error));
        else {
            OK(slm_h5_open(&f, ctx, path, &error));
            ck_assert_int_eq(slm_h5_kind(f, "members/member3"), SLM_H5_DATASET);
            ck_assert_int_eq(slm_h5_kind(f, "members/member11"), SLM_H5_ABSENT);
            slm_h5_close(f);
        }
    }
    H5Pclose(fcpl);
    H5Pclose(gcpl);
}
END_TEST

/* HDF5 reserves as many bytes as the reference to a string says, and copies as many as the string has. */
START_TEST(lengths_of_strings_are_checked)
{
    const char *path = in_folder("strings.h5"), *value = "fourteen bytes";
    slm_h5_file *f;
    slm_strings s;
    for (int wrong = 0; wrong < 5; wrong++) { /* 1, 2: of an attribute; 3: of a field of a table; 4: characters of many bytes */
        hsize_t one = 1;
        hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), text = H5Tcopy(H5T_C_S1), record = H5Tcreate(H5T_COMPOUND, sizeof value);
        H5Tset_size(text, H5T_VARIABLE);
        H5Tinsert(record, "name", 0, text);
        hid_t space = H5Screate_simple(1, &one, NULL), d = H5Dcreate2(id, "table", record, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(d, record, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value);
        haddr_t at = H5Dget_offset(d);
        H5Dclose(d);
        if (wrong != 3) {
            hid_t scalar = H5Screate(H5S_SCALAR), attr = H5Acreate2(id, "an attribute", text, scalar, H5P_DEFAULT, H5P_DEFAULT);
            H5Awrite(attr, text, &value);
            H5Aclose(attr);
            H5Sclose(scalar);
        }
        H5Sclose(space);
        H5Tclose(record);
        H5Tclose(text);
        H5Fclose(id);
        /* the attribute: its name, type and space, padded to 16, 24 and 8 bytes; the reference */
        if (wrong == 1 || wrong == 2) poke(path, "an attribute", 16 + 24 + 8 + (wrong == 1 ? 3 : 0), wrong == 1 ? 0x70 : 2);
        if (wrong == 3) poke(path, NULL, (long)at + 3, 0x70);
        if (wrong == 4) poke(path, "an attribute", 16 + 8 + 4, 24);
        if (wrong && wrong != 3) {
            FAILS(SCILAMA_E_FORMAT, slm_h5_open(&f, ctx, path, &error));
            continue;
        }
        OK(slm_h5_open(&f, ctx, path, &error));
        if (!wrong) {
            OK(slm_h5_read_attr_strings(f, "", "an attribute", &s, &error));
            ck_assert_str_eq(slm_string(&s, 0), value);
            slm_strings_free(ctx, &s);
        }
        if (wrong) FAILS(SCILAMA_E_FORMAT, slm_h5_read_field_strings(f, "table", "name", &s, &error));
        else {
            OK(slm_h5_read_field_strings(f, "table", "name", &s, &error));
            ck_assert_str_eq(slm_string(&s, 0), value);
            slm_strings_free(ctx, &s);
        }
        slm_h5_close(f);
    }
}
END_TEST

/* Strings are read without HDF5 wherever they can be; where not, HDF5 would reserve what they state. */
START_TEST(strings_of_other_layouts)
{
    enum { SCALAR, SCALAR_TOO_LONG, FILLED, COMPACT, CUBE, CASES };
    const char *path = in_folder("layouts.h5"), *values[4] = { "one", "two", "three", "four" };
    for (int c = 0; c < CASES; c++) {
        hsize_t dims[3] = { c == CUBE ? 1 : 4, 2, 2 }, chunk = 3;
        hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), text = H5Tcopy(H5T_C_S1), plist = H5Pcreate(H5P_DATASET_CREATE);
        H5Tset_size(text, H5T_VARIABLE);
        hid_t space = c <= SCALAR_TOO_LONG ? H5Screate(H5S_SCALAR) : H5Screate_simple(c == CUBE ? 3 : 1, dims, NULL);
        if (c == FILLED) {
            const char *fill = "nothing";
            H5Pset_chunk(plist, 1, &chunk);
            H5Pset_fill_value(plist, text, &fill);
        }
        if (c == COMPACT) H5Pset_layout(plist, H5D_COMPACT);
        hid_t d = H5Dcreate2(id, "names", text, space, H5P_DEFAULT, plist, H5P_DEFAULT);
        H5Dwrite(d, text, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        haddr_t at = H5Dget_offset(d);
        H5Dclose(d);
        H5Sclose(space);
        H5Pclose(plist);
        H5Tclose(text);
        H5Fclose(id);
        if (c == SCALAR_TOO_LONG) poke(path, NULL, (long)at + 3, 0x70);
        slm_h5_file *f;
        slm_strings s;
        OK(slm_h5_open(&f, ctx, path, &error));
        if (c == SCALAR_TOO_LONG) FAILS(SCILAMA_E_FORMAT, slm_h5_read_strings(f, "names", &s, &error));
        else if (c >= COMPACT) FAILS(SCILAMA_E_UNSUPPORTED, slm_h5_read_strings(f, "names", &s, &error));
        else {
            OK(slm_h5_read_strings(f, "names", &s, &error));
            ck_assert_int_eq(s.count, c == SCALAR ? 1 : 4);
            for (int i = 0; i < s.count; i++) ck_assert_str_eq(slm_string(&s, i), values[i]);
            slm_strings_free(ctx, &s);
        }
        slm_h5_close(f);
    }
}
END_TEST

/* A block of the user's before the signature: addresses count from that, and from nowhere else. */
START_TEST(user_block_before_the_signature)
{
    const char *path = in_folder("user.h5");
    slm_h5_file *f;
    hid_t fcpl = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_userblock(fcpl, 512);
    write_members(path, fcpl, H5P_DEFAULT);
    H5Pclose(fcpl);
    OK(slm_h5_open(&f, ctx, path, &error));
    slm_h5_close(f);
    poke(path, NULL, 512 + 24, 0); /* second byte of the base address is 2 */
    poke(path, NULL, 512 + 25, 0);
    FAILS(SCILAMA_E_FORMAT, slm_h5_open(&f, ctx, path, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "damaged"));
    poke(path, NULL, 512, 'x');
    FAILS(SCILAMA_E_FORMAT, slm_h5_open(&f, ctx, path, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "not an HDF5 file"));
}
END_TEST

START_TEST(links_stay_within_the_file)
{
    const char *path = in_folder("links.h5");
    slm_h5_file *f;
    write_members(in_folder("other.h5"), H5P_DEFAULT, H5P_DEFAULT);
    write_members(path, H5P_DEFAULT, H5P_DEFAULT);
    hid_t id = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "members", id, "out", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("out/member1", id, "soft_out", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("members/member1", id, "soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("nothing", id, "dangling", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("circle", id, "circle", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(id);
    OK(slm_h5_open(&f, ctx, path, &error));
    const char *const absent[] = { "out", "out/member1", "soft_out", "dangling", "circle" };
    for (int i = 0; i < 5; i++) ck_assert_msg(slm_h5_kind(f, absent[i]) == SLM_H5_ABSENT, "%s", absent[i]);
    ck_assert_int_eq(slm_h5_kind(f, "soft"), SLM_H5_DATASET);
    ck_assert(slm_h5_leads_out(f, "out", &error));
    ck_assert_ptr_nonnull(strstr(error.message, "another file"));
    ck_assert(!slm_h5_leads_out(f, "dangling", &error));
    ck_assert(!slm_h5_leads_out(f, "members", &error));
    slm_strings names;
    FAILS(SCILAMA_E_FORMAT, slm_h5_list(f, "out", &names, &error));
    slm_h5_close(f);
}
END_TEST

START_TEST(references_are_checked)
{
    const char *path = in_folder("references.h5");
    slm_h5_file *f;
    char *target;
    write_members(path, H5P_DEFAULT, H5P_DEFAULT);
    hid_t id = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
    hobj_ref_t good, bad = 512;
    H5Rcreate(&good, id, "members/member2", H5R_OBJECT, -1);
    for (int i = 0; i < 2; i++) {
        hid_t attr = H5Acreate_by_name(id, "members", i ? "bad" : "good", H5T_STD_REF_OBJ, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Awrite(attr, H5T_STD_REF_OBJ, i ? &bad : &good);
        H5Aclose(attr);
    }
    H5Sclose(space);
    H5Fclose(id);
    OK(slm_h5_open(&f, ctx, path, &error));
    OK(slm_h5_read_attr_reference(f, "members", "good", &target, &error));
    ck_assert_str_eq(target, "members/member2");
    slm_free(ctx, target);
    FAILS(SCILAMA_E_NOTFOUND, slm_h5_read_attr_reference(f, "members", "bad", &target, &error));
    slm_h5_close(f);
}
END_TEST

START_TEST(host_memory_outside_the_lock)
{
    const char *path = in_folder("large.h5"), *out = in_folder("out.h5");
    slm_h5_file *f;
    slm_strings names;
    char *text;
    hid_t fcpl = H5Pcreate(H5P_FILE_CREATE), gcpl = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_link_phase_change(gcpl, 8, 6); /* members are checked when they are asked for */
    H5Pset_link_creation_order(gcpl, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    H5Pset_shared_mesg_nindexes(fcpl, 1);
    write_members(path, fcpl, gcpl);
    H5Pclose(fcpl);
    H5Pclose(gcpl);
    hid_t id = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
    hobj_ref_t reference;
    H5Rcreate(&reference, id, "members/member2", H5R_OBJECT, -1);
    hid_t attr = H5Acreate_by_name(id, "members", "points at", H5T_STD_REF_OBJ, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attr, H5T_STD_REF_OBJ, &reference);
    H5Aclose(attr);
    H5Sclose(space);
    H5Fclose(id);

    scilama_context *calling = calling_context();
    OK(slm_h5_open(&f, calling, path, &error));
    int64_t before = host_memory.calls;
    ck_assert_int_eq(slm_h5_kind(f, "members/member3"), SLM_H5_DATASET);
    ck_assert_int_gt(host_memory.calls, before); /* so it is such a file */
    ck_assert(slm_h5_has_attr(f, "members/member11", "encoding-type"));
    ck_assert(!slm_h5_attr_equals(f, "members/member11", "encoding-type", "dict"));
    ck_assert(!slm_h5_leads_out(f, "members/member4", &error));
    FAILS(SCILAMA_E_NOTFOUND, slm_h5_read_attr_string(f, "members/member11", "encoding-type", &text, &error));
    OK(slm_h5_read_attr_reference(f, "members", "points at", &text, &error));
    ck_assert_str_eq(text, "members/member2");
    slm_free(calling, text);
    OK(slm_h5_list(f, "members", &names, &error));
    for (int64_t i = 0; i < names.count; i++) {
        char member[64];
        int32_t *values;
        snprintf(member, sizeof member, "members/%s", slm_string(&names, i));
        OK(slm_h5_read_new(f, member, SLM_H5_I32, (void **)&values, NULL, &error));
        slm_free(calling, values);
    }
    slm_strings_free(calling, &names);
    slm_h5_close(f);
    OK(slm_h5_copy_atomic(&f, calling, path, out, &error));
    OK(slm_h5_write_attr_string(f, "members/member1", "encoding-type", "array", &error));
    OK(slm_h5_read_attr_string(f, "members/member1", "encoding-type", &text, &error));
    slm_free(calling, text);
    OK(slm_h5_rename(f, "members/member1", "other/one", &error));
    OK(slm_h5_remove(f, "members/member2", &error));
    OK(slm_h5_commit(f, &error));
    slm_h5_close(f);
    calling_context_destroy(calling);
}
END_TEST

/* A name that is not ASCII turns a group of old files into one of newer form. What its parent, or the superblock, has cached of it stays,
 * and leads to what the group had then, in whose place is something else. */
START_TEST(groups_in_newer_form)
{
    const char *path = in_folder("renewed.h5");
    hsize_t two = 2;
    hid_t lcpl = H5Pcreate(H5P_LINK_CREATE), space = H5Screate_simple(1, &two, NULL);
    H5Pset_char_encoding(lcpl, H5T_CSET_UTF8);
    for (int sub = 0; sub < 2; sub++) {
        slm_h5_file *f;
        slm_strings names;
        int32_t values[2];
        hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        hid_t g = sub ? H5Gcreate2(id, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT) : H5Gopen2(id, "/", H5P_DEFAULT);
        H5Gclose(H5Gcreate2(g, "gone", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        H5Dclose(H5Dcreate2(g, "größe", H5T_NATIVE_INT, space, lcpl, H5P_DEFAULT, H5P_DEFAULT));
        H5Gclose(g);
        H5Fclose(id);
        id = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        g = H5Gopen2(id, sub ? "g" : "/", H5P_DEFAULT);
        H5Ldelete(g, "gone", H5P_DEFAULT);
        for (int i = 0; i < 40; i++) { /* what takes its place */
            char name[20];
            snprintf(name, sizeof name, "value%d", i);
            H5Dclose(H5Dcreate2(g, name, H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        }
        H5Gclose(g);
        H5Fclose(id);
        OK(slm_h5_open(&f, ctx, path, &error));
        OK(slm_h5_list(f, sub ? "g" : "", &names, &error));
        ck_assert_int_eq(names.count, 41);
        slm_strings_free(ctx, &names);
        OK(slm_h5_read(f, sub ? "g/größe" : "größe", SLM_H5_I32, 2, values, &error));
        OK(slm_h5_read(f, sub ? "g/value39" : "value39", SLM_H5_I32, 2, values, &error));
        slm_h5_close(f);
    }
    H5Sclose(space);
    H5Pclose(lcpl);
}
END_TEST

int main(void)
{
    const TTest *tests[] = { round_trip, wrong_files, host_error_stack, addresses_count_from_the_beginning, old_objects_in_newer_files, strings_of_other_layouts, user_block_before_the_signature,
                             links_stay_within_the_file, references_are_checked, host_memory_outside_the_lock, lengths_of_strings_are_checked, groups_in_newer_form };
    return run_suite("io gateway", tests, sizeof tests / sizeof tests[0]);
}
