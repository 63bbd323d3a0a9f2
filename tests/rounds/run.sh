#!/bin/sh
# SPDX-License-Identifier: MIT
# Rounds of making, training and giving back in every host that is installed: the memory of each process has to stay as it is.
# C, C++ and Rust (where a nightly compiler is) with AddressSanitizer too, which also finds what is never freed. $ROUNDS (default 1000); $JULIA, $PYTHON, $CARGO name
# tools that are not in PATH; $R_LIBS is where the R package is. Figures are printed.
. "$(dirname "$0")/../consumer/prefix.sh"
HERE=$ROOT/tests/rounds
cd "$SCRATCH"
rounds=${ROUNDS:-1000}
python=${PYTHON:-python3} julia=${JULIA:-julia} cargo=${CARGO:-cargo}
# What was freed the sanitizer holds back, 256 MB of it, which a hundred rounds do not fill: less, or that would be measured.
export ASAN_OPTIONS=quarantine_size_mb=8:thread_local_quarantine_size_kb=64:detect_leaks=1
sanitize="-g -fsanitize=address,undefined -fno-sanitize-recover"

# counted COMMAND…: its line of figures is kept.
counted() {
    status=0
    "$@" >out.log 2>&1 || status=$?
    cat out.log
    grep -o '[A-Z][^:]*: [0-9]* kB after.*' out.log >>figures || true
    return $status
}
# shellcheck disable=SC2046,SC2086
c() { ${CC:-cc} -std=c99 -Wall -Wextra -Werror $2 "$HERE/rounds.c" -o c $(pkg-config --cflags --libs scilama) && ./c "$1" "$rounds"; }
# shellcheck disable=SC2046,SC2086
cxx() { ${CXX:-g++} -std=c++17 -Wall -Wextra -Werror $2 "$HERE/rounds.cpp" -o cxx $(pkg-config --cflags --libs scilama) && ./cxx "$1" "$rounds"; }
rust() {
    cp -r "$ROOT/examples/rust" rust && rm -rf rust/target && (cd rust && rm -f Cargo.lock && sed -i '/^ndarray = /d; /^sprs = /d; s/, "ndarray", "sprs"//' scilama/Cargo.toml &&
        SCILAMA_ROUNDS=$rounds "$cargo" test --offline -p scilama --test rounds -- --nocapture)
}
rust_sanitized() { # the rounds, and every part of the interface once
    (cd rust && export RUSTFLAGS=-Zsanitizer=address SCILAMA_ROUNDS=$rounds &&
        "$cargo" +nightly test --offline -p scilama --target "$(rustc -vV | sed -n 's/^host: //p')" --test rounds --test whole -- --nocapture --test-threads=1 |
        sed 's/^Rust:/Rust, sanitized:/; s/ Rust:/ Rust, sanitized:/' >sanitized.log
        cat sanitized.log; grep -q 'Rust, sanitized: ' sanitized.log && [ "$(grep -c '^test result: ok' sanitized.log)" = 2 ])
}

check "C" counted c C ""
check "C, sanitized" counted c "C, sanitized" "$sanitize"
check "C++" counted cxx C++ ""
check "C++, sanitized" counted cxx "C++, sanitized" "$sanitize"
if command -v "$cargo" >/dev/null 2>&1; then
    check "Rust" counted rust
    if "$cargo" +nightly --version >/dev/null 2>&1; then check "Rust, sanitized" counted rust_sanitized; else skipped "Rust, sanitized: no nightly compiler is installed"; fi
else
    skipped "Rust: $cargo is not installed"
fi
export PYTHONPATH="$ROOT/examples/python" PYTHONDONTWRITEBYTECODE=1
if "$python" -c 'import numpy' 2>/dev/null; then check "Python" counted "$python" "$HERE/rounds.py" "$rounds"; else skipped "Python: numpy is not installed"; fi
if command -v R >/dev/null 2>&1 && R -q -e 'library(Matrix)' >/dev/null 2>&1; then
    mkdir library && cp -r "$ROOT/examples/r" r && R CMD INSTALL --library=library r >r.log 2>&1
    R_LIBS=$SCRATCH/library check "R" counted Rscript "$HERE/rounds.R" "$rounds"
else
    skipped "R: it is not installed"
fi
if command -v "$julia" >/dev/null 2>&1; then
    cp -r "$ROOT/examples/julia/SciLaMA.jl" package
    export JULIA_LOAD_PATH="$SCRATCH/package:@stdlib" JULIA_DEPOT_PATH="$SCRATCH/depot"
    check "Julia" counted "$julia" --startup-file=no --color=no "$HERE/rounds.jl" "$rounds"
else
    skipped "Julia: it is not installed"
fi
cat figures
finish
