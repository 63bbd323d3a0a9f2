#!/bin/sh
# SPDX-License-Identifier: MIT
# Whether the C files stand as .clang-format has them. sh tests/format.sh write formats them.
set -u
cd "$(dirname "$0")/.." || exit 1
files=$(git ls-files 'lib/*.[ch]' 'include/*.h' 'examples/*/*.[ch]' 'tests/*.[ch]' | grep -v -e '^tests/abi/' -e expected -e '^examples/rust/')
if ! command -v clang-format >/dev/null 2>&1; then
    echo "SKIP: no clang-format"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
# shellcheck disable=SC2086
if [ "${1:-}" = write ]; then
    exec python3 tests/format.py write $files
fi
# shellcheck disable=SC2086
if ! python3 tests/format.py $files; then
    echo "sh tests/format.sh write formats them"
    echo "0 passed, 1 failed"
    exit 1
fi
echo "1 passed, 0 failed"
