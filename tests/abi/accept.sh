#!/bin/sh
# SPDX-License-Identifier: MIT
# Accepts the interface as the headers declare it: version map, struct layouts, symbol list,
# baseline of types, the low-level layers of the bindings and the table of what they cover. Builds in between: the map is an input of the link.
# Usage: accept.sh [BUILD_DIR]. Read the diff before committing it.
set -eu
cd "$(dirname "$0")/../.."
build=${1:-${BUILD_DIR:-build}}
python3 tests/abi/symbol_map.py write
# before the build, which checks the layouts
python3 tests/abi/interface.py layout.h >tests/abi/layout.h.new
mv tests/abi/layout.h.new tests/abi/layout.h
log=$(mktemp)
trap 'rm -f "$log"' EXIT
ninja -C "$build" >"$log" || { tail -n 40 "$log"; exit 1; }
library=$build/lib/libscilama.so
python3 tests/abi/symbols.py list "$library" >tests/abi/scilama.symbols
python3 examples/rust/scilama-sys/generate.py >tests/abi/bindings.new
mv tests/abi/bindings.new examples/rust/scilama-sys/src/bindings.rs
python3 tests/abi/bindings.py write
if command -v abidw >/dev/null 2>&1 && [ "$(uname -m)" = x86_64 ]; then
    # Without it abidw would write a baseline without a type, and say nothing.
    readelf -S "$library" | grep -q debug_info || { echo "$library has no debug information: give a build of buildtype debugoptimized"; exit 1; }
    sh tests/abi/baseline.sh "$library" | gzip -9n >tests/abi/baseline.abi.gz
else
    echo "abidw (abigail-tools) is not here or this is not x86_64: tests/abi/baseline.abi.gz is as it was."
fi
git --no-pager diff --stat -- lib/scilama.map tests/abi examples docs/guides/bindings.md || true
