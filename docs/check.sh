#!/bin/sh
# SPDX-License-Identifier: MIT
# The documentation builds without a warning.
cd "$(dirname "$0")/.." || exit 1
. tests/tally.sh
if ! command -v doxygen >/dev/null 2>&1; then
    skipped "doxygen is not installed"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
check "doxygen without warnings" doxygen docs/Doxyfile
finish
