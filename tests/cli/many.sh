# SPDX-License-Identifier: MIT
# Several files as one data set: in memory and streamed the same, one output, what does not fit together said.
# Against one file of the same cells: tests/oracle/check_many.py.
. "$SOURCE_ROOT/tests/cli/common.sh"
"$SCILAMA" simulate a.h5ad --cells 260 --genes 120 --types 4 --batches 2 --seed 1 --embeddings emb.h5 --width 16 --quiet
"$SCILAMA" simulate b.h5ad --cells 140 --genes 120 --types 4 --batches 3 --seed 1 --quiet
"$SCILAMA" simulate c.h5ad --cells 200 --genes 90 --types 3 --seed 1 --quiet
order="--embeddings text=emb.h5 --shuffle chunked --shuffle-block 32 --shuffle-window 256 --no-umap"

"$SCILAMA" fit a.h5ad b.h5ad c.h5ad -o memory.h5ad --label cell_type --file-batch $order --hidden 32,16 --latent 8 --epochs 6 > out.txt 2> memory.txt
grep -q "total" out.txt || fail "no table of scores"
for memory in 1200K 1G; do
    fit a.h5ad b.h5ad c.h5ad -o stream.h5ad --label cell_type --file-batch $order --stream $memory > out.txt
    for key in obsm/X_scilama varm/scilama X; do
        "$CLI_TOOL" compare memory.h5ad stream.h5ad "$key" 0 || fail "$key with $memory"
    done
done
"$SCILAMA" info memory.h5ad --json > info.json
grep -q '"n_obs": 600, "n_vars": 90' info.json || fail "size: $(cat info.json)"
for column in batch cell_type file scilama_split; do
    grep -q "\"name\": \"$column\"" info.json || fail "obs lacks $column"
done
"$SCILAMA" markers memory.h5ad --group cell_type --tsv m.tsv --quiet > /dev/null || fail "markers of the output"
"$SCILAMA" score memory.h5ad --label cell_type --batch file > /dev/null || fail "score of the output"

# names of cells are shared by all files, as the simulation numbers them
"$SCILAMA" fit a.h5ad b.h5ad -o unique.h5ad --embeddings text=emb.h5 --hidden 16 --latent 4 --epochs 1 --no-umap --file-key sample > /dev/null 2> err.txt
grep -q "made unique as '.*-b'" err.txt || fail "nothing said of shared names: $(cat err.txt)"
"$SCILAMA" info unique.h5ad --json | grep -q '"obs_names": \["cell1-a"' || fail "names: $("$SCILAMA" info unique.h5ad --json)"
"$SCILAMA" info unique.h5ad --json | grep -q '"name": "sample"' || fail "no column of files"

# files of one name are told apart by their folders; X stays where it is; the report reads the output
mkdir one two
cp a.h5ad one/cells.h5ad
cp b.h5ad two/cells.h5ad
fit one/cells.h5ad two/cells.h5ad -o empty.h5ad --embeddings text=emb.h5 --no-umap --no-matrix
"$SCILAMA" info empty.h5ad --json | grep -q '"cell1-one/cells"' || fail "names by folder"
"$SCILAMA" info empty.h5ad --json | grep -q '"stored": 0' || fail "X is not empty"
fit a.h5ad b.h5ad -o told.h5ad --label cell_type --embeddings text=emb.h5 --no-umap --report r.html > /dev/null
grep -q "</html>" r.html || fail "no report"

# the same again, from what the output says
fit a.h5ad b.h5ad c.h5ad -o like.h5ad --like memory.h5ad > /dev/null
"$CLI_TOOL" compare memory.h5ad like.h5ad obsm/X_scilama 0 || fail "--like"

refuse() {
    word=$1
    shift
    status=0
    fit "$@" > out.txt 2> err.txt || status=$?
    [ "$status" -eq 1 ] || [ "$status" -eq 2 ] || fail "$*: exit $status"
    grep -q -e "$word" err.txt || fail "$*: '$word' is not in: $(cat err.txt)"
    [ ! -e none.h5ad ] || fail "$* left an output"
}
refuse "unknown there, not zero" a.h5ad b.h5ad -o none.h5ad --join outer
refuse "no obs column 'donor'" a.h5ad b.h5ad -o none.h5ad --batch donor
refuse "nothing.h5ad" a.h5ad nothing.h5ad -o none.h5ad
refuse "are the least" a.h5ad b.h5ad -o none.h5ad --mode beta-vae --stream 4K
# counts beside logged values are neither
fit b.h5ad -o fitted.h5ad --mode beta-vae --no-umap --model b.h5 && "$SCILAMA" impute b.h5 b.h5ad -o logged.h5ad --quiet || fail "impute"
for memory in "" "--stream 1200K"; do
    "$SCILAMA" fit a.h5ad logged.h5ad -o x.h5ad --mode beta-vae --hidden 4 --latent 2 --max-steps 2 --no-umap $memory > /dev/null 2> err.txt || fail "fit of counts and logged values: $(cat err.txt)"
    grep -q "the values of 'a' look like counts, those of 'logged' like logged: join" err.txt || fail "matrices of two kinds $memory: $(cat err.txt)"
done
grep -q "look like" memory.txt && fail "counts are said to be of several kinds: $(cat memory.txt)"
finish
