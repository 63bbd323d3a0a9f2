#!/bin/sh
# SPDX-License-Identifier: MIT
# Everything compiles under GCC and Clang without a warning of
# -std=c11 -pedantic -Wall -Wextra -Wconversion (sign conversion excepted). Nothing is run.
# $GCC, $CLANG: the compilers (default: gcc, clang).
cd "$(dirname "$0")/.." || exit 1
. tests/tally.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cache=
command -v ccache >/dev/null 2>&1 && cache='ccache '
for compiler in "${GCC:-gcc}" "${CLANG:-clang}"; do
    # shellcheck disable=SC2086
    if ! command -v ${compiler%% *} >/dev/null 2>&1; then
        skipped "$compiler is not installed"
        continue
    fi
    build=$scratch/$(echo "$compiler" | tr -c 'a-z0-9\n' _)
    compile() {
        CC="$cache$compiler" meson setup "$build" --optimization=1 -Dwerror=true -Dwarning_level=3 -Db_ndebug=false \
            --wrap-mode=nodownload >"$build.log" || { tail -n 20 "$build.log"; return 1; }
        ninja -C "$build" -k 0 | grep -v '^\['
        ninja -C "$build" -n | grep -q 'no work to do'
    }
    check "no warning, $compiler" compile
done
finish
