#!/bin/sh
# SPDX-License-Identifier: MIT
# The Python modules with the oldest anndata that they know and with the newest: their tests, the ten tasks, and fit and map against the
# program's. Needs the package index. $PYTHON: the interpreter, of which anndata 0.8 still has wheels to go with (3.11).
. "$(dirname "$0")/../consumer/prefix.sh"
cd "$SCRATCH"
export PYTHONPATH="$ROOT/examples/python" PYTHONDONTWRITEBYTECODE=1
"$PREFIX/bin/scilama" simulate in.h5ad --cells 240 --genes 150 --batches 2 --types 3 --seed 5 -q
"$PREFIX/bin/scilama" fit in.h5ad -o fit.h5ad --batch batch --label cell_type --model m.h5 --reference -q --threads 1 >fit.log
"$PREFIX/bin/scilama" map m.h5 in.h5ad -o map.h5ad -q

# with NAME REQUIREMENT…
with() {
    name=$1
    shift
    if ! "${PYTHON:-python3}" -m venv "$name" || ! timeout 900 "$name/bin/pip" install -q "$@" >"$name.log" 2>&1; then
        skipped "$name: cannot be had: $(tail -n 1 "$name.log")"
        return
    fi
    "$name/bin/pip" list 2>/dev/null | grep -E '^(anndata|numpy|pandas|scipy) ' | tr '\n' ';'
    echo
    mkdir -p tasks
    check "$name, the module's tests" "$name/bin/python" "$ROOT/examples/python/test_scilama.py"
    check "$name, a notebook" "$name/bin/python" "$ROOT/examples/python/notebook.py"
    check "$name, fit and map as the program" "$name/bin/python" "$ROOT/tests/tour/anndata_fit.py" in.h5ad fit.h5ad map.h5ad
    check "$name, ten tasks" "$name/bin/python" "$ROOT/tests/tasks/tasks.py" in.h5ad tasks
}
with anndata-0.8 "anndata==0.8.0" "numpy<1.24" "scipy<1.11" "pandas<2"
with anndata-newest anndata scipy
finish
