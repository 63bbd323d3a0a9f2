#!/bin/sh
# SPDX-License-Identifier: MIT
# The library against others' implementations: training against PyTorch in single and double
# precision, neighbours and genes told from vectors against scikit-learn, loadings of genes against numpy, markers against scipy and scanpy. Each takes the
# first Python that has its packages: $PYTHON, python3, /usr/bin/python3 (Debian's python3-torch).
# The slower oracles of this folder are run by hand.
set -eu
cd "$(dirname "$0")/../.."
. tests/tally.sh
build=${BUILD_DIR:-build}
[ -f "$build/build.ninja" ] || meson setup "$build" >/dev/null
ninja -C "$build" lib/libscilama.so.0 tests/oracle/libscilama_f64.so examples/scilama/scilama >/dev/null
SCILAMA_LIB=$(cd "$build" && pwd)/lib/libscilama.so.0
SCILAMA=$(cd "$build" && pwd)/examples/scilama/scilama
PYTHONDONTWRITEBYTECODE=1
export SCILAMA SCILAMA_LIB PYTHONDONTWRITEBYTECODE

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
oracle "genes from vectors, scikit-learn" "numpy, h5py, sklearn" check_genes.py
oracle "loadings of genes, numpy" "numpy" check_loadings.py
oracle "several files, anndata" "anndata, h5py, scipy" check_many.py
oracle "types of columns, anndata" "anndata, h5py" check_columns.py

# Outputs from every encoding of the newest anndata that is here, opened by that and by 0.8, which has an environment of its own.
encodings() {
    folder=$(cd "$build" && pwd)/encodings old=$(cd "$build" && pwd)/anndata-0.8
    newest=
    for python in ${PYTHON:-} python3 python3.13 python3.12; do
        "$python" -c "import anndata, pandas, scipy; assert anndata.__version__ >= '0.12'" >/dev/null 2>&1 && newest=$python && break
    done
    [ -n "$newest" ] || { skipped "encodings: no Python here has anndata 0.12 or later"; return; }
    rm -rf "$folder"
    ninja -C "$build" examples/scilama/scilama >/dev/null
    check "encodings, written" "$newest" tests/oracle/check_encodings.py write "$folder"
    check "encodings, verbs" env SCILAMA="$build/examples/scilama/scilama" "$newest" tests/oracle/check_encodings.py verbs "$folder"
    check "encodings, newest anndata" "$newest" tests/oracle/check_encodings.py check "$folder"
    if ! [ -e "$old/complete" ]; then
        for python in python3.11 python3.10 python3.9 /usr/bin/python3; do
            "$python" -m venv "$old" >/dev/null 2>&1 && "$old/bin/pip" install -q --disable-pip-version-check anndata==0.8.0 numpy==1.23.5 pandas==1.5.3 \
                scipy==1.10.1 h5py==3.8.0 "setuptools<70" >/dev/null 2>&1 && touch "$old/complete" && break
        done
    fi
    if [ -e "$old/complete" ]; then check "encodings, anndata 0.8" "$old/bin/python" tests/oracle/check_encodings.py check "$folder"
    else skipped "encodings, anndata 0.8: pip cannot install it here"; fi
}
encodings
finish
