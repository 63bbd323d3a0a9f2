/* SPDX-License-Identifier: MIT */
#include "support.h"

#if UINTPTR_MAX > 0xffffffffu
_Static_assert(sizeof(DLTensor) == 48 && sizeof(DLManagedTensor) == 64 && sizeof(DLManagedTensorVersioned) == 80, "DLPack 1.0");
#endif

static const float *numbers(const DLTensor *t) { return (const float *)(const void *)((const char *)t->data + t->byte_offset); }

static void check_shape(const DLManagedTensorVersioned *t, int ndim, int64_t rows, int64_t cols, int read_only)
{
    ck_assert_uint_eq(t->version.major, 1);
    ck_assert_uint_eq(t->flags, read_only ? DLPACK_FLAG_BITMASK_READ_ONLY : 0);
    ck_assert_int_eq(t->dl_tensor.ndim, ndim);
    ck_assert_int_eq(t->dl_tensor.device.device_type, kDLCPU);
    ck_assert_int_eq(t->dl_tensor.dtype.code, kDLFloat);
    ck_assert_int_eq(t->dl_tensor.dtype.bits, 32);
    ck_assert_int_eq(t->dl_tensor.dtype.lanes, 1);
    if (ndim > 0) ck_assert_int_eq(t->dl_tensor.shape[0], rows);
    if (ndim > 1) ck_assert_int_eq(t->dl_tensor.shape[1], cols);
    if (ndim > 0) ck_assert_int_eq(t->dl_tensor.strides[ndim - 1], 1);
    if (ndim > 1) ck_assert_int_eq(t->dl_tensor.strides[0], cols);
}

static void *delete_elsewhere(void *tensor)
{
    DLManagedTensorVersioned *t = tensor;
    t->deleter(t);
    return NULL;
}

START_TEST(gene_table)
{
    scilama_context *ctx = make_context(2);
    scilama_gene_table *table = make_table(ctx);
    DLManagedTensorVersioned *a, *b;
    OK(scilama_gene_table_to_dlpack(&a, table, &error));
    OK(scilama_gene_table_to_dlpack(&b, table, &error));
    check_shape(a, 2, GENES, WIDTH, 1);
    ck_assert_ptr_eq(numbers(&a->dl_tensor), scilama_gene_table_values(table));
    scilama_gene_table_destroy(table);
    scilama_context_destroy(ctx);
    b->deleter(b);
    for (int i = 0; i < GENES * WIDTH; i++) ck_assert(numbers(&a->dl_tensor)[i] == vector(i / WIDTH, i % WIDTH));
    pthread_t other; /* the last owner: context and workers go too */
    pthread_create(&other, NULL, delete_elsewhere, a);
    pthread_join(other, NULL);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

START_TEST(parameters)
{
    scilama_context *ctx = make_context(1);
    scilama_dataset *d = make_dataset(ctx);
    OK(scilama_dataset_use_covariate(d, "batch", SCILAMA_COVARIATE_CATEGORICAL, &error));
    scilama_model *model = make_model(d);
    int64_t n = scilama_model_parameters(model);
    DLManagedTensorVersioned **all = calloc((size_t)n, sizeof *all), *none = (void *)1;
    float **before = calloc((size_t)n, sizeof *before);
    for (int64_t i = 0; i < n; i++) {
        scilama_tensor view;
        scilama_tensor_init(&view, sizeof view);
        OK(scilama_model_parameter(model, i, &view, &error));
        OK(scilama_model_parameter_to_dlpack(&all[i], model, view.name, &error));
        check_shape(all[i], view.rank, view.rows, view.cols, 1);
        ck_assert_ptr_eq(numbers(&all[i]->dl_tensor), view.data);
        size_t bytes = (size_t)(view.rows * view.cols) * sizeof(float);
        before[i] = memcpy(malloc(bytes), view.data, bytes);
    }
    FAILS(SCILAMA_E_NOTFOUND, "\"none\"", scilama_model_parameter_to_dlpack(&none, model, "none", &error));
    ck_assert_ptr_null(none);
    /* the model gets other memory: the tensors keep theirs */
    OK(scilama_model_extend_covariate(model, "batch", (const char *const[]){ "c" }, 1, &error));
    scilama_model_destroy(model);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
    for (int64_t i = 0; i < n; i++) {
        const DLTensor *t = &all[i]->dl_tensor;
        int64_t count = (t->ndim > 0 ? t->shape[0] : 1) * (t->ndim > 1 ? t->shape[1] : 1);
        ck_assert_int_eq(memcmp(numbers(t), before[i], (size_t)count * sizeof(float)), 0);
        all[i]->deleter(all[i]);
        free(before[i]);
    }
    free(all);
    free(before);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

START_TEST(gradients)
{
    scilama_context *ctx = make_context(1);
    scilama_dataset *d = make_dataset(ctx);
    scilama_model *model = make_model(d);
    scilama_trainer *trainer = make_trainer(model, d);
    scilama_tensor view;
    DLManagedTensorVersioned *t;
    scilama_tensor_init(&view, sizeof view);
    OK(scilama_trainer_gradients(trainer, &view, &error));
    OK(scilama_trainer_gradients_to_dlpack(&t, trainer, &error));
    check_shape(t, 1, view.rows, 1, 0);
    ck_assert_ptr_eq(numbers(&t->dl_tensor), view.data);
    OK(scilama_trainer_forward_backward(trainer, NULL, 0, NULL, &error));
    double sum = 0;
    for (int64_t i = 0; i < view.rows; i++) sum += fabs((double)numbers(&t->dl_tensor)[i]);
    ck_assert(sum > 0);
    scilama_trainer_destroy(trainer);
    trainer = make_trainer(model, d); /* the tensor does not hold the model */
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
    double again = 0;
    for (int64_t i = 0; i < view.rows; i++) again += fabs((double)numbers(&t->dl_tensor)[i]);
    ck_assert(again == sum);
    t->deleter(t);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

static void count(void *user) { ++*(int *)user; }

START_TEST(own_matrix)
{
    static double x[6] = { 1, 2, 3, 4, 5, 6 };
    scilama_context *ctx = make_context(1);
    DLManagedTensorVersioned *t;
    scilama_tensor view;
    int released = 0;
    scilama_tensor_init(&view, sizeof view);
    view.data = x;
    view.dtype = SCILAMA_DTYPE_F64;
    view.rank = 2;
    view.rows = 2;
    view.cols = 3;
    OK(scilama_dlpack_wrap(&t, ctx, &view, 0, count, &released, &error));
    ck_assert_ptr_eq(t->dl_tensor.data, x);
    ck_assert_int_eq(t->dl_tensor.dtype.bits, 64);
    ck_assert_int_eq(t->dl_tensor.strides[0], 3);
    ck_assert_uint_eq(t->flags, 0);
    ck_assert_int_eq(released, 0);
    t->deleter(t);
    ck_assert_int_eq(released, 1);
    view.rows = 0; /* no elements: no pointer */
    OK(scilama_dlpack_wrap(&t, ctx, &view, 1, NULL, NULL, &error));
    ck_assert_ptr_null(t->dl_tensor.data);
    t->deleter(t);
    view.rows = 2;
    view.data = NULL;
    FAILS(SCILAMA_E_INVALID, "data", scilama_dlpack_wrap(&t, ctx, &view, 1, count, &released, &error));
    view.data = x;
    view.dtype = 3;
    FAILS(SCILAMA_E_INVALID, "dtype 3", scilama_dlpack_wrap(&t, ctx, &view, 1, count, &released, &error));
    ck_assert_int_eq(released, 1);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

static void no_deleter(DLManagedTensorVersioned *t) { (void)t; }

START_TEST(legacy)
{
    static float x[2] = { 1, 2 };
    scilama_context *ctx = make_context(1);
    scilama_gene_table *table = make_table(ctx);
    DLManagedTensorVersioned *t, foreign = { .deleter = no_deleter };
    DLManagedTensor *old = (void *)1;
    scilama_tensor view;
    int released = 0;
    scilama_tensor_init(&view, sizeof view);
    view.data = x;
    view.dtype = SCILAMA_DTYPE_F32;
    view.rank = 1;
    view.rows = 2;
    OK(scilama_dlpack_wrap(&t, ctx, &view, 0, count, &released, &error));
    OK(scilama_dlpack_to_legacy(&old, t, 0, &error));
    ck_assert_ptr_eq(old->dl_tensor.data, x);
    old->deleter(old);
    ck_assert_int_eq(released, 1);
    OK(scilama_gene_table_to_dlpack(&t, table, &error));
    FAILS(SCILAMA_E_UNSUPPORTED, "read-only", scilama_dlpack_to_legacy(&old, t, 0, &error));
    ck_assert_ptr_null(old);
    OK(scilama_dlpack_to_legacy(&old, t, 1, &error));
    ck_assert_ptr_eq(old->dl_tensor.data, scilama_gene_table_values(table));
    scilama_gene_table_destroy(table);
    scilama_context_destroy(ctx);
    ck_assert(numbers(&old->dl_tensor)[5] == vector(1, 1));
    old->deleter(old);
    FAILS(SCILAMA_E_INVALID, "not one of this library", scilama_dlpack_to_legacy(&old, &foreign, 1, &error));
    ck_assert_int_eq(blocks, 0);
}
END_TEST

/* Many holders let go at once, while the owner is used and goes. */
START_TEST(threads)
{
    enum { MANY = 64 };
    for (int round = 0; round < 20; round++) {
        scilama_context *ctx = make_context(1 + round % 3);
        scilama_gene_table *table = make_table(ctx);
        DLManagedTensorVersioned *t[MANY];
        pthread_t thread[MANY];
        for (int i = 0; i < MANY; i++) OK(scilama_gene_table_to_dlpack(&t[i], table, &error));
        for (int i = 0; i < MANY; i++) pthread_create(&thread[i], NULL, delete_elsewhere, t[i]);
        scilama_gene_table *control = NULL;
        OK(scilama_gene_table_shuffled(&control, ctx, table, 1, &error));
        scilama_gene_table_destroy(table);
        scilama_gene_table_destroy(control);
        scilama_context_destroy(ctx);
        for (int i = 0; i < MANY; i++) pthread_join(thread[i], NULL);
        ck_assert_int_eq(blocks, 0);
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = { gene_table, parameters, gradients, own_matrix, legacy, threads };
    return run_suite("exchange dlpack", tests, sizeof tests / sizeof tests[0]);
}
