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
exit $status
