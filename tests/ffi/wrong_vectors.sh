#!/bin/sh
# SPDX-License-Identifier: MIT
# Vectors of a wrong width, number, order or value through C++, Rust, R and Julia (wrong_vectors.* here and in examples/), under valgrind and
# with the library built for AddressSanitizer and UBSan: nothing is read beyond what was given. Slow; not part of .ci/run. $JULIA and
# $CARGO name tools that are not in PATH. Julia runs with the sanitizers alone: under valgrind it takes minutes and reports itself.
. "$(dirname "$0")/../consumer/prefix.sh"
need valgrind pkg-config meson
HERE=$ROOT/tests/ffi
cd "$SCRATCH"
cxx=${CXX:-g++} cargo=${CARGO:-cargo} julia=${JULIA:-julia}
check_memory="valgrind -q --error-exitcode=9"
meson setup sanitized "$ROOT" -Db_sanitize=address,undefined -Db_lundef=false -Dtests=false -Dprogram=false >setup.log &&
    ninja -C sanitized lib/libscilama.so.0 >build.log || { tail -n 20 setup.log build.log; exit 1; }
runtime="$(${CC:-gcc} -print-file-name=libasan.so) $(${CC:-gcc} -print-file-name=libubsan.so)"
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

# sanitized COMMAND…: with the library built so, and its runtime before all else.
sanitized() {
    env LD_PRELOAD="$SHALLOW$runtime" LD_LIBRARY_PATH="$SCRATCH/sanitized/lib:$LD_LIBRARY_PATH" SCILAMA_LIBRARY="$SCRATCH/sanitized/lib/libscilama.so.0" \
        ASAN_OPTIONS="detect_leaks=0:handle_segv=0:verify_asan_link_order=0" "$@"
}
SHALLOW=

# shellcheck disable=SC2046
cxx_build() { $cxx -std=c++17 -g -O1 -Wall -Wextra -pedantic -Werror "$HERE/wrong_vectors.cpp" -o cxx $(pkg-config --cflags --libs scilama); }
# shellcheck disable=SC2046
cxx_sanitized() {
    $cxx -std=c++17 -g -fsanitize=address,undefined -fno-sanitize-recover "$HERE/wrong_vectors.cpp" -o cxx_sanitized $(pkg-config --cflags --libs scilama) &&
        LD_LIBRARY_PATH=$SCRATCH/sanitized/lib ./cxx_sanitized "$SCRATCH"
}
check "C++, built" cxx_build
# shellcheck disable=SC2086
check "C++, valgrind" $check_memory ./cxx "$SCRATCH"
check "C++, sanitized" cxx_sanitized

if command -v "$cargo" >/dev/null 2>&1; then
    cp -r "$ROOT/examples/rust" rust && rm -rf rust/target rust/Cargo.lock && sed -i '/^ndarray = /d; /^sprs = /d; s/, "ndarray", "sprs"//' rust/scilama/Cargo.toml
    rust_build() { (cd rust && "$cargo" test --offline -p scilama --test wrong_vectors --no-run) && cp "$(find rust/target/debug/deps -name 'wrong_vectors-*' -type f ! -name '*.d')" rust_test; }
    check "Rust, built" rust_build
    # shellcheck disable=SC2086
    check "Rust, valgrind" $check_memory ./rust_test --test-threads=1
    check "Rust, sanitized" sanitized ./rust_test --test-threads=1
else
    skipped "Rust: $cargo is not installed"
fi
if command -v R >/dev/null 2>&1 && R -q -e 'library(Matrix)' >/dev/null 2>&1; then
    mkdir library && cp -r "$ROOT/examples/r" r
    check "R, built" R CMD INSTALL --library=library r
    export R_LIBS="$SCRATCH/library"
    check "R, valgrind" R -d "$check_memory" --no-echo --no-restore --file=r/tests/wrong_vectors.R
    R_HOME=$(R RHOME) # the program itself: what starts it is a shell
    export R_HOME LD_LIBRARY_PATH="$LD_LIBRARY_PATH:$R_HOME/lib"
    check "R, sanitized" sanitized "$R_HOME/bin/exec/R" --no-echo --no-restore --file=r/tests/wrong_vectors.R
else
    skipped "R: it is not installed"
fi
if command -v "$julia" >/dev/null 2>&1; then
    cp -r "$ROOT/examples/julia/SciLaMA.jl" package
    export JULIA_LOAD_PATH="$SCRATCH/package:@stdlib" JULIA_DEPOT_PATH="$SCRATCH/depot"
    # Julia opens libraries by RTLD_DEEPBIND, which the sanitizers refuse. Who opens them is no longer Julia: its folder has to be named.
    cat >shallow.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
void *dlopen(const char *path, int flags) { return ((void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen"))(path, flags & ~RTLD_DEEPBIND); }
C
    ${CC:-gcc} -shared -fPIC shallow.c -o shallow.so
    SHALLOW="$SCRATCH/shallow.so "
    private=$("$julia" --startup-file=no -e 'print(abspath(Sys.BINDIR, Base.PRIVATE_LIBDIR))')
    LD_LIBRARY_PATH="$LD_LIBRARY_PATH:$private"
    check "Julia, sanitized" sanitized "$julia" --startup-file=no --color=no package/test/wrong_vectors.jl
else
    skipped "Julia: it is not installed"
fi
finish
