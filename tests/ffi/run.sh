#!/bin/sh
# SPDX-License-Identifier: MIT
# Exchange with current packages of Python, and one process with them (the HDF5 of h5py's wheel is
# another than ours): numpy and pyarrow must be there. $PYTHON names a Python that has
# them; without it they are installed into a scratch folder where the registry can be reached.
# More packages ($PYTHON with torch, pandas, polars, duckdb) make more checks.
set -eu
cd "$(dirname "$0")/../.."
. tests/tally.sh
build=${BUILD_DIR:-build}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
SCILAMA_LIBRARY=$(cd "$build" && pwd)/lib/libscilama.so.0
PYTHONPATH=$(pwd)/examples/python
PYTHONDONTWRITEBYTECODE=1
export SCILAMA_LIBRARY PYTHONPATH PYTHONDONTWRITEBYTECODE
python=${PYTHON:-}
if [ -z "$python" ]; then
    if python3 -m venv "$scratch/venv" >"$scratch/log" 2>&1 &&
        timeout 240 "$scratch/venv/bin/pip" install -q numpy pyarrow h5py >>"$scratch/log" 2>&1; then
        python=$scratch/venv/bin/python
    fi
fi
if [ -z "$python" ]; then
    skipped "exchange: numpy and pyarrow cannot be installed"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
check "exchange with numpy and pyarrow" "$python" tests/ffi/exchange.py numpy pyarrow
check "host clash with numpy and h5py" "$python" tests/ffi/host_clash.py
finish
