#!/bin/sh
# SPDX-License-Identifier: MIT
# The one-file Python module. $PYTHON: the interpreter; it needs numpy.
. "$(dirname "$0")/prefix.sh"
python=${PYTHON:-python3}
need "$python"
if ! "$python" -c 'import numpy' 2>/dev/null; then
    skipped "numpy is not installed for $python"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
export PYTHONPATH="$ROOT/examples/python" PYTHONDONTWRITEBYTECODE=1
cd "$SCRATCH"
check "Python, ctypes" same "$python" "$ROOT/examples/python/test_scilama.py"
notebook() {
    "$python" -c 'import anndata' 2>/dev/null || { echo "anndata is not installed"; return 77; }
    "$python" "$ROOT/examples/python/notebook.py"
}
check "Python, with anndata" notebook
gene_table() {
    "$python" -c 'import h5py' 2>/dev/null || { echo "h5py is not installed"; return 77; }
    "$python" "$ROOT/examples/python/test_gene_table.py"
}
check "Python, converter of gene tables" gene_table
finish
