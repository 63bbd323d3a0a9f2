#!/bin/sh
# SPDX-License-Identifier: MIT
# Every public header compiles alone, twice over, as C99, C11 and C++11, without a warning.
# Usage: headers.sh [include folder]
set -u
include=${1:-$(dirname "$0")/../../include}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
status=0
warnings="-Wall -Wextra -pedantic -Werror -Wundef"
for header in "$include"/scilama/*.h; do
    name=$(basename "$header")
    printf '#include <scilama/%s>\n#include <scilama/%s>\nint unused_%s(void);\n' "$name" "$name" "${name%.h}" >"$scratch/t.c"
    cp "$scratch/t.c" "$scratch/t.cc"
    for compiler in ${CC:-gcc} clang; do
        command -v "$compiler" >/dev/null 2>&1 || continue
        for std in c99 c11; do
            # shellcheck disable=SC2086
            "$compiler" -std=$std $warnings -Wstrict-prototypes -I"$include" -fsyntax-only "$scratch/t.c" ||
                { echo "$name is not clean $std ($compiler)"; status=1; }
        done
    done
    for compiler in ${CXX:-g++} clang++; do
        command -v "$compiler" >/dev/null 2>&1 || continue
        echo 'int main() { return 0; }' >"$scratch/probe.cc"
        "$compiler" -std=c++11 -fsyntax-only -include cstddef "$scratch/probe.cc" >/dev/null 2>&1 || continue
        # shellcheck disable=SC2086
        "$compiler" -std=c++11 $warnings -I"$include" -fsyntax-only "$scratch/t.cc" ||
            { echo "$name is not clean C++11 ($compiler)"; status=1; }
    done
done

# Hosts with a dlpack.h and Arrow structs of their own, before or after ours.
cat >"$scratch/dlpack.h" <<'END'
#ifndef DLPACK_DLPACK_H_
#define DLPACK_DLPACK_H_
#include <stdint.h>
typedef enum { kDLCPU = 1, kDLCUDA = 2 } DLDeviceType;
typedef enum { kDLInt = 0U, kDLUInt = 1U, kDLFloat = 2U } DLDataTypeCode;
typedef struct { DLDeviceType device_type; int32_t device_id; } DLDevice;
typedef struct { uint8_t code, bits; uint16_t lanes; } DLDataType;
typedef struct { void *data; DLDevice device; int32_t ndim; DLDataType dtype; int64_t *shape, *strides; uint64_t byte_offset; } DLTensor;
typedef struct DLManagedTensor { DLTensor dl_tensor; void *manager_ctx; void (*deleter)(struct DLManagedTensor *self); } DLManagedTensor;
#ifndef BEFORE_1_0
#define DLPACK_FLAG_BITMASK_READ_ONLY (1UL << 0UL)
typedef struct { uint32_t major, minor; } DLPackVersion;
typedef struct DLManagedTensorVersioned { DLPackVersion version; void *manager_ctx; void (*deleter)(struct DLManagedTensorVersioned *self);
    uint64_t flags; DLTensor dl_tensor; } DLManagedTensorVersioned;
#endif
#endif
END
cat >"$scratch/arrow.h" <<'END'
#include <stdint.h>
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
struct ArrowSchema { const char *format; void (*release)(struct ArrowSchema *); };
struct ArrowArray { int64_t length; void (*release)(struct ArrowArray *); };
#endif
#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowArrayStream { void (*release)(struct ArrowArrayStream *); };
#endif
END
host() {
    for file in "$@"; do printf '#include "%s"\n' "$file"; done >"$scratch/t.c"
    printf 'void drop(DLManagedTensorVersioned *t);\nvoid drop(DLManagedTensorVersioned *t) { t->deleter(t); }\n' >>"$scratch/t.c"
    cp "$scratch/t.c" "$scratch/t.cc"
    # shellcheck disable=SC2086
    { ${CC:-gcc} -std=c99 $warnings $extra -I"$include" -fsyntax-only "$scratch/t.c" &&
        { ! command -v ${CXX:-g++} >/dev/null 2>&1 || ${CXX:-g++} -std=c++11 $warnings $extra -I"$include" -fsyntax-only "$scratch/t.cc"; }; } ||
        { echo "not together:" "$extra" "$@"; status=1; }
}
extra=
host dlpack.h arrow.h scilama/scilama.h scilama/dlpack.h
host scilama/scilama.h dlpack.h arrow.h
host scilama/scilama.h scilama/dlpack.h
extra=-DBEFORE_1_0
host dlpack.h scilama/scilama.h scilama/dlpack.h
host scilama/scilama.h dlpack.h scilama/dlpack.h

# The C++ header under a standard that is too old says so first.
for compiler in ${CXX:-g++} clang++; do
    command -v "$compiler" >/dev/null 2>&1 || continue
    printf '#include <scilama/scilama.hpp>\n' >"$scratch/t.cc"
    "$compiler" -std=c++14 -I"$include" -fsyntax-only "$scratch/t.cc" 2>&1 | grep 'error' | head -n 1 | grep -q 'needs C++17' ||
        { echo "scilama.hpp does not ask for C++17 ($compiler)"; status=1; }
    # shellcheck disable=SC2086
    "$compiler" -std=c++17 $warnings -I"$include" -fsyntax-only "$scratch/t.cc" || { echo "scilama.hpp is not clean C++17 ($compiler)"; status=1; }
done
exit $status
