# SPDX-License-Identifier: MIT
# Read by every test of this folder: a scratch folder, a small data set, ways to fail.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

small_data() {
    "$SCILAMA" simulate sim.h5ad --cells "${1:-240}" --genes "${2:-120}" --types 4 --modules 6 --batches 2 --embeddings emb.h5 --width 16 --quiet
}

# fit ARGUMENTS…: quick settings, quiet.
fit() {
    "$SCILAMA" fit "$@" --hidden 32,16 --latent 8 --epochs 6 --quiet
}

finish() {
    [ "$failures" -eq 0 ] || exit 1
    echo "all as expected"
}
