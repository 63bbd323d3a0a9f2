# SPDX-License-Identifier: MIT
# The order of genes in the input, and of rows in the embedding file, changes nothing beyond rounding.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data
fit sim.h5ad -o a.h5ad --batch batch --embeddings text=emb.h5 --no-umap
i=1
while [ "$i" -le 20 ]; do
    "$CLI_TOOL" shuffle sim.h5ad shuffled.h5ad "$i"
    "$CLI_TOOL" shuffle-table emb.h5 shuffled.h5 "$((100 + i))"
    if [ $((i % 3)) -eq 0 ]; then input=sim.h5ad; else input=shuffled.h5ad; fi
    if [ $((i % 3)) -eq 1 ]; then table=emb.h5; else table=shuffled.h5; fi
    control=none
    fit "$input" -o b.h5ad --batch batch --embeddings text="$table" --no-umap --control "$control"
    "$CLI_TOOL" compare a.h5ad b.h5ad obsm/X_scilama 1e-4 || fail "shuffle $i"
    i=$((i + 1))
done
# Controls depend on names and seed alone, too.
for control in shuffled random; do
    fit sim.h5ad -o a.h5ad --embeddings text=emb.h5 --control "$control" --no-umap
    fit shuffled.h5ad -o b.h5ad --embeddings text=shuffled.h5 --control "$control" --no-umap
    "$CLI_TOOL" compare a.h5ad b.h5ad obsm/X_scilama 1e-4 || fail "$control control"
done
fit sim.h5ad -o a.h5ad --embeddings random:16 --no-umap
fit shuffled.h5ad -o b.h5ad --embeddings random:16 --no-umap
"$CLI_TOOL" compare a.h5ad b.h5ad obsm/X_scilama 1e-4 || fail "random vectors"
finish
