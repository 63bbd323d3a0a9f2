#!/bin/sh
# SPDX-License-Identifier: MIT
# Shows that the ABI suite catches what it is there for. In copies of the source tree it
# (1) inserts a field in a public struct, (2) adds a function without accepting it, (3) drops
# one from the map, and expects the suite to fail each time. Not part of .ci/run: it builds.
# Usage: demonstrate.sh
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/tally.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for part in include lib pkgconfig examples tests docs meson.build meson_options.txt; do cp -r "$root/$part" "$scratch/"; done
cd "$scratch"
meson setup build -Dprogram=false >/dev/null

suite() {
    ninja -C build lib/libscilama.so.0 lib/libscilama.a >build.log 2>&1 || { tail -n 20 build.log; return 1; }
    # The offsets are static assertions: they fail when they are compiled.
    echo "-- layout"
    "${CC:-cc}" -Iinclude -fsyntax-only tests/abi/layout.c 2>&1 | grep -E 'error' | head -n 3 | cut -c 1-150 | tee layout.log
    status=0
    [ ! -s layout.log ] || status=1
    for one in "layout_check.py" "symbol_map.py check" "symbols.py exports build/lib/libscilama.so"; do
        echo "-- ${one%% build/*}"
        # shellcheck disable=SC2086
        python3 tests/abi/$one >one.log 2>&1 || status=1
        head -n 6 one.log
    done
    echo "-- abidiff"
    abi=0
    sh tests/abi/abidiff.sh build/lib/libscilama.so >one.log 2>&1 || abi=$?
    if [ "$abi" -ne 0 ] && [ "$abi" -ne 77 ]; then status=1; fi
    head -n 12 one.log
    return $status
}

expect() { # expect pass|fail NAME
    echo "== $2"
    result=pass
    suite || result=fail
    if [ "$result" = "$1" ]; then passed "$2: the suite says $result"; else failed "$2: the suite says $result"; fi
}

expect pass "as it is"
cp include/scilama/model.h model.h.kept
sed -i 's|^    int64_t modalities;  .*|    int64_t inserted;\n&|' include/scilama/model.h
expect fail "a field inserted in scilama_model_info"
cp model.h.kept include/scilama/model.h
printf '\nSCILAMA_API int32_t scilama_model_new(void);\n' >>include/scilama/version.h
expect fail "a function that was not accepted"
cp "$root/include/scilama/version.h" include/scilama/
sed -i '/ scilama_model_load;/d' lib/scilama.map
expect fail "a function dropped from the map"
finish
