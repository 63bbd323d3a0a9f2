# SPDX-License-Identifier: MIT
# What fit says the gene vectors brought: of true ones, shuffled ones, random ones and none; and in the report.
. "$SOURCE_ROOT/tests/cli/common.sh"
"$SCILAMA" simulate sim.h5ad --cells 400 --genes 400 --types 5 --modules 8 --batches 2 --embeddings emb.h5 --quiet

# said ARGUMENTS…: the line of a fit.
said() {
    "$SCILAMA" fit sim.h5ad -o out.h5ad --batch batch --hidden 32,16 --latent 8 --epochs 2 --no-umap "$@" > /dev/null 2> err.txt || fail "fit $*: $(cat err.txt)"
    grep "gene vectors:" err.txt
}

said --embeddings text=emb.h5 --report page.html | grep -q "they tell of expression" || fail "true vectors: $(cat err.txt)"
grep -q "they tell of expression" page.html || fail "the report does not say what the vectors tell"
said --embeddings text=emb.h5 --control shuffled | grep -q "they brought nothing" || fail "shuffled vectors: $(cat err.txt)"
said --embeddings text=emb.h5 --control random | grep -q "they brought nothing" || fail "random vectors: $(cat err.txt)"
said --embeddings none --mode beta-vae | grep -q "no gene vectors" || fail "no vectors: $(cat err.txt)"
finish
