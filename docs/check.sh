#!/bin/sh
# SPDX-License-Identifier: MIT
# The documentation builds without a warning, and its examples are those that are compiled.
cd "$(dirname "$0")/.." || exit 1
. tests/tally.sh
if command -v "${PYTHON:-python3}" >/dev/null 2>&1; then
    check "guides show the examples line for line" "${PYTHON:-python3}" docs/snippets.py
    check "headers say what functions return" "${PYTHON:-python3}" docs/returns.py
    check "the map of the tree is the tree" "${PYTHON:-python3}" docs/architecture.py
else
    skipped "guides and headers: Python is not installed"
fi
if ! command -v doxygen >/dev/null 2>&1; then
    skipped "doxygen is not installed"
else
    check "doxygen without warnings" doxygen docs/Doxyfile
    if command -v "${PYTHON:-python3}" >/dev/null 2>&1; then
        check "links and anchors of the site" "${PYTHON:-python3}" docs/links.py links
        browser=${CHROMIUM:-chromium}
        if command -v "$browser" >/dev/null 2>&1; then
            check "pages open in Chromium" "${PYTHON:-python3}" docs/links.py open "$browser"
        else
            skipped "pages in a browser: $browser is not installed"
        fi
    fi
fi
finish
