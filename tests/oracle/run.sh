#!/bin/sh
# SPDX-License-Identifier: MIT
# The library against others' implementations: training against PyTorch in single and double
# precision, neighbours against scikit-learn, markers against scipy and scanpy. Each takes the
# first Python that has its packages: $PYTHON, python3, /usr/bin/python3 (Debian's python3-torch).
# The slower oracles of this folder are run by hand.
set -eu
cd "$(dirname "$0")/../.."
. tests/tally.sh
build=${BUILD_DIR:-build}
[ -f "$build/build.ninja" ] || meson setup "$build" >/dev/null
ninja -C "$build" lib/libscilama.so.0 tests/oracle/libscilama_f64.so >/dev/null
SCILAMA_LIB=$(cd "$build" && pwd)/lib/libscilama.so.0
PYTHONDONTWRITEBYTECODE=1
export SCILAMA_LIB PYTHONDONTWRITEBYTECODE

# oracle NAME "PACKAGES" SCRIPT [ARGUMENT…]
oracle() {
    name=$1
    modules=$2
    shift 2
    for python in ${PYTHON:-} python3 /usr/bin/python3; do
        if "$python" -c "import $modules" >/dev/null 2>&1; then
            check "$name" "$python" "tests/oracle/$@"
            return
        fi
    done
    skipped "$name: no Python here has $modules"
}

oracle "training, PyTorch" "numpy, torch" torch_oracle.py "$build"
oracle "neighbours, scikit-learn" "numpy, sklearn, scipy" check_knn.py
oracle "markers, scipy and scanpy" "numpy, scipy, scanpy" check_biology.py
finish
