# SPDX-License-Identifier: MIT
# Names of genes in other guises, genes without a vector, and what info says of it beforehand.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data
"$CLI_TOOL" rename-table emb.h5 strangers.h5 > aliases.tsv
[ "$(wc -l < aliases.tsv)" -eq 120 ] || fail "no aliases: $(head -3 aliases.tsv)"
fit sim.h5ad -o a.h5ad --embeddings text=emb.h5
fit sim.h5ad -o b.h5ad --embeddings text=strangers.h5 --gene-aliases aliases.tsv
"$CLI_TOOL" compare a.h5ad b.h5ad obsm/X_scilama 0 || fail "--gene-aliases changes the result"
head -100 aliases.tsv > few.tsv
"$SCILAMA" fit sim.h5ad -o c.h5ad --embeddings text=strangers.h5 --gene-aliases few.tsv --max-steps 2 --no-umap --model c.h5 2> log.txt || fail "fit with few aliases: $(cat log.txt)"
grep -q "20 of 120 genes have no vector in 'text' and leave the model" log.txt || fail "drop is not said: $(cat log.txt)"
"$SCILAMA" impute c.h5 sim.h5ad -o ci.h5ad --quiet && "$SCILAMA" info ci.h5ad --json | grep -q '"n_vars": 100,' || fail "genes without a vector stay"
"$SCILAMA" fit sim.h5ad -o d.h5ad --embeddings text=strangers.h5 --gene-aliases few.tsv --missing-genes mean --max-steps 2 --no-umap --model d.h5 2> log.txt || fail "fit --missing-genes mean: $(cat log.txt)"
grep -q "take the mean" log.txt || fail "mean is not said: $(cat log.txt)"
"$SCILAMA" impute d.h5 sim.h5ad -o di.h5ad --quiet && "$SCILAMA" info di.h5ad --json | grep -q '"n_vars": 120,' || fail "--missing-genes mean drops genes"
fit sim.h5ad -o e.h5ad --gene-aliases few.tsv 2> /dev/null && fail "--gene-aliases without --embeddings"
finish
