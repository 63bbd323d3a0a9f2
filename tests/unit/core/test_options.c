/* SPDX-License-Identifier: MIT */
/* Tables of options: they know every field, their defaults are within their bounds, and every bound is held. */
#include "core/options.h"
#include "train/trainer.h"
#include "scilama/scilama.h"
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef union any {
    scilama_preprocess_options preprocess;
    scilama_model_options model;
    scilama_trainer_options trainer;
    char bytes[1024];
} any;

static const slm_option_table *const tables[] = { NULL, &slm_preprocess_option_table, &slm_model_option_table, &slm_trainer_option_table };

static size_t bytes_of(const scilama_option_info *i)
{
    static const size_t bytes[] = { 0, 4, 4, 8, 8, 4, 8, 8, sizeof(char *) };
    return bytes[i->kind] * (size_t)i->elements;
}

static scilama_option_info info_of(int of, int64_t index)
{
    scilama_option_info info;
    scilama_option_info_init(&info, sizeof info);
    ck_assert_int_eq(scilama_option_get_info(of, index, &info, NULL), SCILAMA_OK);
    return info;
}

/* Whoever appends a field to one of these structs appends a row to its table. */
START_TEST(every_field_has_a_row)
{
    for (int of = SCILAMA_OPTIONS_PREPROCESS; of <= SCILAMA_OPTIONS_TRAINER; of++) {
        char rows[sizeof(any)] = { 0 };
        memset(rows, 1, sizeof(size_t)); /* struct_size */
        if (of == SCILAMA_OPTIONS_TRAINER) memset(rows + offsetof(scilama_trainer_options, reserved), 1, sizeof(int32_t));
        for (int64_t k = 0; k < scilama_option_count(of); k++) {
            scilama_option_info i = info_of(of, k);
            ck_assert_int_eq(scilama_option_find(of, i.name), k);
            ck_assert_msg(i.help && i.help[0], "%s has no help", i.name);
            for (size_t b = 0; b < bytes_of(&i); b++) ck_assert_msg(!rows[i.offset + b]++, "%s lies on another option", i.name);
        }
        for (size_t b = 0; b < tables[of]->size; b++) ck_assert_msg(rows[b] == 1, "%s: byte %zu belongs to no option", tables[of]->name, b);
    }
    ck_assert_int_eq(scilama_option_count(0), 0);
    ck_assert_int_eq(scilama_option_find(SCILAMA_OPTIONS_MODEL, "lr"), -1);
}
END_TEST

static void start(any *o, int of, int preset)
{
    memset(o, 0x5a, sizeof *o);
    if (of == SCILAMA_OPTIONS_PREPROCESS) scilama_preprocess_options_init(&o->preprocess, sizeof o->preprocess, preset);
    if (of == SCILAMA_OPTIONS_MODEL) scilama_model_options_init(&o->model, sizeof o->model, preset);
    if (of == SCILAMA_OPTIONS_TRAINER) scilama_trainer_options_init(&o->trainer, sizeof o->trainer, preset);
}

static void put(any *o, const scilama_option_info *i, double value)
{
    int32_t i32 = i->kind <= SCILAMA_OPTION_CHOICE ? (int32_t)value : 0;
    int64_t i64 = i->kind == SCILAMA_OPTION_INTEGER || i->kind == SCILAMA_OPTION_WIDTHS ? (int64_t)value : 0;
    float f32 = (float)value;
    const void *from = i->kind <= SCILAMA_OPTION_CHOICE ? (void *)&i32 : i->kind == SCILAMA_OPTION_REAL ? (void *)&f32 :
                       i->kind == SCILAMA_OPTION_NUMBER ? (void *)&value : (void *)&i64;
    memcpy(o->bytes + i->offset, from, bytes_of(i) / (size_t)i->elements);
}

static void refused(int of, const scilama_option_info *i, double value)
{
    any o;
    scilama_error error = { 0 };
    start(&o, of, SCILAMA_PRESET_RECOMMENDED);
    ck_assert_int_eq(slm_options_check(&o, tables[of], &error), SCILAMA_OK);
    put(&o, i, value);
    ck_assert_msg(slm_options_check(&o, tables[of], &error) == SCILAMA_E_INVALID, "%s = %g is taken", i->name, value);
    ck_assert_msg(!strncmp(error.message, i->name, strlen(i->name)), "%s: %s", i->name, error.message);
}

START_TEST(every_bound_is_held)
{
    int tried = 0;
    for (int of = SCILAMA_OPTIONS_PREPROCESS; of <= SCILAMA_OPTIONS_TRAINER; of++)
        for (int64_t k = 0; k < scilama_option_count(of); k++) {
            scilama_option_info i = info_of(of, k);
            if (i.kind == SCILAMA_OPTION_TEXT || i.kind == SCILAMA_OPTION_SEED) continue;
            bool real = i.kind == SCILAMA_OPTION_REAL || i.kind == SCILAMA_OPTION_NUMBER;
            if (i.kind == SCILAMA_OPTION_CHOICE) {
                ck_assert_ptr_nonnull(scilama_option_choice(of, k, 0, NULL));
                refused(of, &i, 1000);
                refused(of, &i, -1000);
                tried++;
                continue;
            }
            ck_assert_ptr_null(scilama_option_choice(of, k, 0, NULL));
            refused(of, &i, i.above_least ? i.least : real ? nextafter(i.least, -INFINITY) - 1e-6 : i.least - 1);
            if (real || !isinf(i.most)) refused(of, &i, i.below_most ? i.most : real ? i.most + 1e-6 * i.most : i.most + 1);
            if (real) refused(of, &i, NAN);
            tried++;
        }
    ck_assert_int_gt(tried, 50);
}
END_TEST

START_TEST(defaults_are_told_as_they_are_set)
{
    for (int of = SCILAMA_OPTIONS_PREPROCESS; of <= SCILAMA_OPTIONS_TRAINER; of++)
        for (int preset = 0; preset < 2; preset++) {
            any o, told;
            start(&o, of, preset);
            memcpy(&told, &o, sizeof o);
            for (int64_t k = 0; k < scilama_option_count(of); k++) {
                scilama_option_info i = info_of(of, k);
                if (i.kind != SCILAMA_OPTION_TEXT) put(&told, &i, preset == SCILAMA_PRESET_PUBLISHED ? i.published : i.recommended);
            }
            ck_assert_mem_eq(&told, &o, sizeof o);
        }
    any o;
    start(&o, SCILAMA_OPTIONS_TRAINER, SCILAMA_PRESET_RECOMMENDED);
    ck_assert_double_eq(o.trainer.lr, 4e-3);
    ck_assert_int_eq(o.trainer.max_steps, SCILAMA_STEPS_AUTO);
    start(&o, SCILAMA_OPTIONS_MODEL, SCILAMA_PRESET_PUBLISHED);
    ck_assert_int_eq(o.model.hidden[1], 400);
    ck_assert_float_eq(o.model.dropout, 0.1f);
    ck_assert_int_eq(scilama_model_options_init(&o.model, sizeof o.model, 2), SCILAMA_E_INVALID);
}
END_TEST

START_TEST(a_shorter_struct_of_before_is_left_within_its_size)
{
    any o;
    memset(&o, 0x5a, sizeof o);
    size_t size = offsetof(scilama_trainer_options, epochs) + 4; /* half a field */
    ck_assert_int_eq(scilama_trainer_options_init(&o.trainer, size, SCILAMA_PRESET_PUBLISHED), SCILAMA_OK);
    ck_assert_int_eq(o.trainer.batch_size, 128);
    for (size_t b = size; b < sizeof o; b++) ck_assert_int_eq(o.bytes[b], 0x5a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("options");
    TCase *t = tcase_create("options");
    tcase_add_test(t, every_field_has_a_row);
    tcase_add_test(t, every_bound_is_held);
    tcase_add_test(t, defaults_are_told_as_they_are_set);
    tcase_add_test(t, a_shorter_struct_of_before_is_left_within_its_size);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
