/* SPDX-License-Identifier: MIT */
#include "exchange/exchange.h"

/* Both forms in one block, so that turning one into the other needs no memory. */
typedef struct tensor {
    scilama_context *ctx;
    slm_owner owner;
    int64_t shape[2], strides[2];
    DLManagedTensorVersioned versioned;
    DLManagedTensor legacy;
} tensor;

static void delete_tensor(tensor *t)
{
    scilama_context *ctx = t->ctx;
    if (t->owner.release) t->owner.release(t->owner.what);
    slm_free(ctx, t);
    slm_context_release(ctx);
}

static void delete_versioned(DLManagedTensorVersioned *self) { delete_tensor(self->manager_ctx); }
static void delete_legacy(DLManagedTensor *self) { delete_tensor(self->manager_ctx); }

static bool data_type(int32_t dtype, DLDataType *out)
{
    switch (dtype) {
    case SCILAMA_DTYPE_F32: *out = (DLDataType){ kDLFloat, 32, 1 }; return true;
    case SCILAMA_DTYPE_F64: *out = (DLDataType){ kDLFloat, 64, 1 }; return true;
    case SCILAMA_DTYPE_I32: *out = (DLDataType){ kDLInt, 32, 1 }; return true;
    case SCILAMA_DTYPE_I64: *out = (DLDataType){ kDLInt, 64, 1 }; return true;
    case SCILAMA_DTYPE_U16: *out = (DLDataType){ kDLUInt, 16, 1 }; return true;
    case SCILAMA_DTYPE_U32: *out = (DLDataType){ kDLUInt, 32, 1 }; return true;
    default: return false;
    }
}

scilama_status slm_dlpack_make(DLManagedTensorVersioned **out, scilama_context *ctx, const scilama_tensor *view, bool read_only,
                               slm_owner owner, scilama_error *error)
{
    DLDataType type;
    int64_t count;
    if (!data_type(view->dtype, &type)) return slm_fail(error, SCILAMA_E_INVALID, "tensor.dtype %d is not a scilama_dtype", view->dtype);
    if (view->rank < 0 || view->rank > 2) return slm_fail(error, SCILAMA_E_INVALID, "tensor.rank is %d: it must be 0, 1 or 2", view->rank);
    const int64_t shape[2] = { view->rank > 0 ? view->rows : 1, view->rank > 1 ? view->cols : 1 };
    if (!slm_mul_size(shape[0], shape[1], &count) || !slm_mul_size(count, type.bits / 8, &count))
        return slm_fail(error, SCILAMA_E_INVALID, "a tensor of %" PRId64 " × %" PRId64 " numbers is not possible", shape[0], shape[1]);
    if (!view->data && count) return slm_fail(error, SCILAMA_E_INVALID, "tensor.data is NULL");
    tensor *t = slm_alloc_zero(ctx, sizeof *t);
    if (!t) return slm_fail_nomem(error);
    t->ctx = slm_context_retain(ctx);
    t->owner = owner;
    memcpy(t->shape, shape, sizeof shape);
    t->strides[0] = shape[1];
    t->strides[1] = 1;
    t->versioned = (DLManagedTensorVersioned){
        .version = { 1, 0 }, .manager_ctx = t, .deleter = delete_versioned, .flags = read_only ? DLPACK_FLAG_BITMASK_READ_ONLY : 0,
        .dl_tensor = { .data = count ? view->data : NULL, .device = { kDLCPU, 0 }, .ndim = view->rank, .dtype = type,
                       .shape = t->shape, .strides = t->strides } };
    t->legacy = (DLManagedTensor){ .dl_tensor = t->versioned.dl_tensor, .manager_ctx = t, .deleter = delete_legacy };
    *out = &t->versioned;
    return SCILAMA_OK;
}

scilama_status slm_dlpack_legacy(DLManagedTensor **out, DLManagedTensorVersioned *versioned, bool drop_read_only, scilama_error *error)
{
    if (versioned->deleter != delete_versioned)
        return slm_fail(error, SCILAMA_E_INVALID, "the tensor is not one of this library");
    if ((versioned->flags & DLPACK_FLAG_BITMASK_READ_ONLY) && !drop_read_only)
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "the tensor is read-only, which the legacy form cannot say: set drop_read_only if the consumer will not write");
    tensor *t = versioned->manager_ctx;
    *out = &t->legacy;
    return SCILAMA_OK;
}
