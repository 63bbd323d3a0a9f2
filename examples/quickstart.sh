#!/bin/sh
# SPDX-License-Identifier: MIT
# From a fresh clone to corrected cells: installs what is missing, builds, simulates a
# data set of 3 batches and 8 cell types, fits it, and shows before and after.
# BUILD_DIR chooses the build folder, RESULTS the folder of the results.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD_DIR:-build}
results=${RESULTS:-quickstart}

echo "== What building needs"
sh tests/packages.sh
echo "== Build in $build"
[ -f "$build/build.ninja" ] || meson setup "$build" > /dev/null
ninja -C "$build" examples/scilama/scilama | tail -n 1
scilama=$build/examples/scilama/scilama

mkdir -p "$results"
echo "== Simulate 3 batches of 8 cell types, and gene embeddings that know the 12 gene modules"
"$scilama" simulate "$results/cells.h5ad" --cells 1500 --genes 1000 --embeddings "$results/genes.h5"
echo "== Fit"
"$scilama" fit "$results/cells.h5ad" -o "$results/corrected.h5ad" --batch batch --label cell_type \
    --embeddings modules="$results/genes.h5" --model "$results/model.h5"

cat <<END

Results in $results:
  cells.h5ad      the simulated counts
  corrected.h5ad  the same, and obsm['X_scilama'] (cells), varm['scilama'] (genes),
                  obs['scilama_leiden'], obsm['X_umap'], uns['scilama']
  model.h5        the model; embeds other cells: $scilama embed $results/model.h5 OTHER.h5ad -o OUT.h5ad
Your own data: $scilama fit --help
END
