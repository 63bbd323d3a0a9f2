# SPDX-License-Identifier: MIT
# A file that stays on disk gives what the file in memory gives, for any storage and any memory.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data 600 120
order="--shuffle chunked --shuffle-block 32 --shuffle-window 256"
fit sim.h5ad -o memory.h5ad --model m.h5 --batch batch --embeddings text=emb.h5 $order --no-umap
for memory in 1200K 2M 1G; do
    fit sim.h5ad -o stream.h5ad --model s.h5 --batch batch --embeddings text=emb.h5 $order --no-umap --stream $memory
    for key in obsm/X_scilama varm/scilama; do
        "$CLI_TOOL" compare memory.h5ad stream.h5ad "$key" 0 || fail "$key with $memory"
    done
done
"$SCILAMA" embed m.h5 sim.h5ad -o e.h5ad --quiet
"$SCILAMA" embed s.h5 sim.h5ad -o f.h5ad --quiet --stream 1200k
"$CLI_TOOL" compare e.h5ad f.h5ad obsm/X_scilama 0 || fail "embed"

# markers and modules go through genes of a file on disk
"$SCILAMA" markers memory.h5ad --group cell_type --tsv a.tsv --quiet --permutations 20 > /dev/null
"$SCILAMA" markers memory.h5ad --group cell_type --tsv b.tsv --quiet --permutations 20 --stream 1200K > /dev/null
cmp a.tsv b.tsv || fail "markers"
"$SCILAMA" modules memory.h5ad --tsv c.tsv --quiet > /dev/null
"$SCILAMA" modules memory.h5ad --tsv d.tsv --quiet --stream 1200K > /dev/null
cmp c.tsv d.tsv || fail "modules"

# interrupted and resumed in the middle of an epoch's windows
fit sim.h5ad -o once.h5ad --batch batch --embeddings text=emb.h5 --stream 1200K --no-umap
fit sim.h5ad -o part.h5ad --batch batch --embeddings text=emb.h5 --stream 1200K --no-umap --checkpoint c.h5
fit sim.h5ad -o again.h5ad --batch batch --embeddings text=emb.h5 --stream 1200K --no-umap --checkpoint c.h5 --resume
"$CLI_TOOL" compare once.h5ad again.h5ad obsm/X_scilama 0 || fail "resumed"

# what goes wrong is one sentence
refuse() {
    word=$1
    shift
    status=0
    fit "$@" > out.txt 2> err.txt || status=$?
    [ "$status" -eq 1 ] || [ "$status" -eq 2 ] || fail "$*: exit $status"
    grep -q -e "$word" err.txt || fail "$*: '$word' is not in: $(cat err.txt)"
    [ ! -e none.h5ad ] || fail "$* left an output"
}
refuse "bytes .* are the least" sim.h5ad -o none.h5ad --mode beta-vae --stream 4K
refuse "such as 64M" sim.h5ad -o none.h5ad --mode beta-vae --stream 64Q
refuse "such as 64M" sim.h5ad -o none.h5ad --mode beta-vae --stream 0
refuse "add a table" sim.h5ad -o none.h5ad --stream 2M
finish
