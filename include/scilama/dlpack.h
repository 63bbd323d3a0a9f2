/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_DLPACK_H
#define SCILAMA_DLPACK_H

#include <stdint.h>

/** @file dlpack.h The structs of DLPack 1.0, for hosts that do not have dlpack.h.
 *
 * scilama.h does not include this file: its functions need the names of the two managed
 * tensors only, so that it goes together with any dlpack.h, in either order. A host that has
 * a dlpack.h includes that one, before this file or instead of it; what is
 * there is not declared again. */

#ifndef DLPACK_DLPACK_H_

enum { kDLCPU = 1 };
enum { kDLInt = 0, kDLUInt = 1, kDLFloat = 2 };

/** Where the numbers are; the library's are all on the CPU. */
typedef struct DLDevice {
    int32_t device_type; /**< kDLCPU */
    int32_t device_id;   /**< 0 */
} DLDevice;

/** What the numbers are. */
typedef struct DLDataType {
    uint8_t code;   /**< kDLFloat */
    uint8_t bits;   /**< 32 */
    uint16_t lanes; /**< 1 */
} DLDataType;

/** A view of numbers in memory. */
typedef struct DLTensor {
    void *data;
    DLDevice device;
    int32_t ndim;
    DLDataType dtype;
    int64_t *shape;       /**< [ndim] */
    int64_t *strides;     /**< [ndim], in elements */
    uint64_t byte_offset; /**< from data to the first element */
} DLTensor;

/** A view with an owner: the form before DLPack 1.0. Call deleter(self) once. */
typedef struct DLManagedTensor {
    DLTensor dl_tensor;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;

#endif

#ifndef DLPACK_FLAG_BITMASK_READ_ONLY
/** In flags: the consumer must not write. */
#define DLPACK_FLAG_BITMASK_READ_ONLY (1UL << 0UL)
/** In flags: the numbers are a copy that the consumer has for itself. */
#define DLPACK_FLAG_BITMASK_IS_COPIED (1UL << 1UL)

/** Of the layout; what has another major version may only be deleted. */
typedef struct DLPackVersion {
    uint32_t major;
    uint32_t minor;
} DLPackVersion;

/** A view with an owner. Call deleter(self) once. */
typedef struct DLManagedTensorVersioned {
    DLPackVersion version;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensorVersioned *self);
    uint64_t flags;
    DLTensor dl_tensor;
} DLManagedTensorVersioned;
#endif

#endif
