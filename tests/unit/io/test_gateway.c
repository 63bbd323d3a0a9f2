/* SPDX-License-Identifier: MIT */
#include "io/hdf5_gateway.h"
#include "support.h"
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

int main(void)
{
    const TTest *tests[] = { round_trip, wrong_files, host_error_stack };
    return run_suite("io gateway", tests, sizeof tests / sizeof tests[0]);
}
