# SPDX-License-Identifier: MIT
# The same seed twice, and with 1, 2 and 3 threads: the same bytes. Another seed: others.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data
fit sim.h5ad -o a.h5ad --batch batch --embeddings text=emb.h5 --threads 1
for threads in 1 2 3; do
    fit sim.h5ad -o b.h5ad --batch batch --embeddings text=emb.h5 --threads "$threads"
    for key in obsm/X_scilama obsm/X_umap varm/scilama; do
        "$CLI_TOOL" compare a.h5ad b.h5ad "$key" 0 || fail "$threads threads"
    done
done
fit sim.h5ad -o c.h5ad --batch batch --embeddings text=emb.h5 --seed 1
"$CLI_TOOL" compare a.h5ad c.h5ad obsm/X_scilama 1e-3 > /dev/null && fail "the seed changes nothing"
"$SCILAMA" simulate again.h5ad --cells 240 --genes 120 --types 4 --modules 6 --batches 2 --embeddings emb2.h5 --width 16 --quiet
cmp -s emb.h5 emb2.h5 || fail "simulate is not the same twice"
finish
