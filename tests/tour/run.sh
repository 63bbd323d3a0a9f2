#!/bin/sh
# SPDX-License-Identifier: MIT
# The tour (README.md here) in every language that is installed; all have to write the bytes of C. Also R CMD check,
# cargo package, and the program's results from Python. $JULIA, $PYTHON, $CARGO name tools that are not in PATH.
. "$(dirname "$0")/../consumer/prefix.sh"
HERE=$ROOT/tests/tour
cd "$SCRATCH"
cc=${CC:-cc}
cxx=${CXX:-g++}
python=${PYTHON:-python3}
cargo=${CARGO:-cargo}
julia=${JULIA:-julia}
program=$PREFIX/bin/scilama
"$program" simulate in.h5ad --cells 240 --genes 150 --batches 2 --types 3 --seed 5 -q

# tour NAME COMMAND…: runs it and compares
tour() {
    name=$1
    shift
    mkdir -p "$name"
    "$@" in.h5ad "$name" || return 1
    for file in cells.f32 genes.f32 clusters.i32 modules.i32 markers.f64 mapped.i32 probability.f32 written.f32; do
        cmp "c/$file" "$name/$file" || return 1
    done
    cmp "$name/cells.f32" "$name/written.f32"
}
# shellcheck disable=SC2046
c() { $cc -std=c99 -Wall -Wextra -pedantic -Werror -O1 "$HERE/tour.c" -o tour_c $(pkg-config --cflags --libs scilama) && mkdir -p c && ./tour_c in.h5ad c && tour again ./tour_c; }
# shellcheck disable=SC2046
sanitized() { $cxx -std=c++17 -g -fsanitize=address,undefined -fno-sanitize-recover -pthread "$HERE/tour.cpp" -o tour_cxx $(pkg-config --cflags --libs scilama) && tour cxx ./tour_cxx; }
rust() {
    cp -r "$ROOT/examples/rust" rust
    rm -rf rust/target
    (cd rust && { timeout 180 "$cargo" fetch --locked || { rm -f Cargo.lock && sed -i '/^ndarray = /d; /^sprs = /d; s/, "ndarray", "sprs"//' scilama/Cargo.toml; }; } &&
        "$cargo" build --offline --example tour) && tour rust_out rust/target/debug/examples/tour
}
rust_package() { # what would be published builds by itself; the safe crate needs the other one in a registry to go further
    (cd rust && "$cargo" package --offline --allow-dirty -p scilama-sys && "$cargo" package --offline --allow-dirty --list -p scilama | grep -q src/lib.rs &&
        "$cargo" check --offline -p scilama --features docs --target-dir without --config 'env.PKG_CONFIG="/nonexistent"')
}
r_install() { mkdir -p library && R CMD INSTALL --library=library "$SCRATCH/r" >r.log 2>&1 || { tail -20 r.log; return 1; }; }
r_check() {
    R CMD build --no-build-vignettes "$SCRATCH/r" >build.log 2>&1 || { tail -20 build.log; return 1; }
    _R_CHECK_FORCE_SUGGESTS_=false R CMD check --no-manual --no-build-vignettes scilama_*.tar.gz >check.log 2>&1 || { cat check.log; return 1; }
    tail -3 check.log
}
from_python() {
    "$program" fit in.h5ad -o fit.h5ad --batch batch --label cell_type --model m.h5 --reference -q --threads 1 >fit.log &&
        "$program" map m.h5 in.h5ad -o map.h5ad -q && "$python" "$HERE/anndata_fit.py" in.h5ad fit.h5ad map.h5ad
}

# ten COMMAND…: the ten tasks of tests/tasks
ten() { mkdir -p tasks && "$@" in.h5ad tasks; }

# shellcheck disable=SC2046
ten_c() { $cc -std=c99 -Wall -Wextra -pedantic -Werror -g -fsanitize=address,undefined -fno-sanitize-recover "$ROOT/tests/tasks/tasks.c" -o tasks_c $(pkg-config --cflags --libs scilama) && ten ./tasks_c; }
# shellcheck disable=SC2046
ten_cxx() { $cxx -std=c++17 -Wall -Wextra -pedantic -Werror -O1 "$ROOT/tests/tasks/tasks.cpp" -o tasks_cxx $(pkg-config --cflags --libs scilama) && ten ./tasks_cxx; }
ten_rust() { (cd rust && "$cargo" build --offline --example tasks) && ten rust/target/debug/examples/tasks; }

check "tour, C" c
check "ten tasks, C, sanitized" ten_c
check "ten tasks, counted" python3 "$ROOT/tests/tasks/count.py" check
if command -v "$cxx" >/dev/null 2>&1; then
    check "tour, C++, sanitized" sanitized
    check "ten tasks, C++" ten_cxx
else skipped "tour, C++: $cxx is not installed"
fi
export PYTHONPATH="$ROOT/examples/python" PYTHONDONTWRITEBYTECODE=1
if "$python" -c 'import numpy' 2>/dev/null; then check "tour, Python" tour python "$python" "$HERE/tour.py"; else skipped "tour, Python: numpy is not installed"; fi
if "$python" -c 'import anndata, scipy' 2>/dev/null; then
    check "fit and map of anndata, as the program writes them" from_python
    check "ten tasks, Python" ten "$python" "$ROOT/tests/tasks/tasks.py"
else skipped "fit and map of anndata: it is not installed"
fi
if command -v "$cargo" >/dev/null 2>&1; then
    check "tour, Rust" rust
    check "ten tasks, Rust" ten_rust
    check "Rust, packages" rust_package
else
    skipped "tour, Rust: $cargo is not installed"
fi
if command -v R >/dev/null 2>&1 && R -q -e 'library(Matrix)' >/dev/null 2>&1; then
    cp -r "$ROOT/examples/r" r
    check "R, installed" r_install
    export R_LIBS="$SCRATCH/library"
    check "tour, R" tour r_out Rscript "$HERE/tour.R"
    check "ten tasks, R" ten Rscript "$ROOT/tests/tasks/tasks.R"
    check "R CMD check" r_check
else
    skipped "tour, R: it is not installed"
fi
if command -v "$julia" >/dev/null 2>&1; then
    cp -r "$ROOT/examples/julia/SciLaMA.jl" package
    export JULIA_LOAD_PATH="$SCRATCH/package:@stdlib" JULIA_DEPOT_PATH="$SCRATCH/depot"
    check "tour, Julia" tour julia_out "$julia" --startup-file=no --color=no "$HERE/tour.jl"
    check "ten tasks, Julia" ten "$julia" --startup-file=no --color=no "$ROOT/tests/tasks/tasks.jl"
else
    skipped "tour, Julia: it is not installed"
fi
finish
