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
"$SCILAMA" fit sim.h5ad -o c.h5ad --embeddings text=strangers.h5 --gene-aliases few.tsv --missing-genes drop --max-steps 2 --no-umap --model c.h5 2> log.txt || fail "fit with few aliases: $(cat log.txt)"
grep -q "20 of 120 genes have no vector in 'text' ('.*', '.*', '.*' …) and leave the model" log.txt || fail "drop is not said: $(cat log.txt)"
"$SCILAMA" impute c.h5 sim.h5ad -o ci.h5ad --quiet && "$SCILAMA" info ci.h5ad --json | grep -q '"n_vars": 100,' || fail "genes without a vector stay"
"$SCILAMA" fit sim.h5ad -o k.h5ad --embeddings text=strangers.h5 --gene-aliases few.tsv --max-steps 2 --no-umap --model k.h5 2> log.txt || fail "fit with genes that no table knows: $(cat log.txt)"
grep -q "20 of 120 genes have no vector in 'text' ('.*', '.*', '.*' …) and are told from their expression alone" log.txt || fail "keep is not said: $(cat log.txt)"
"$SCILAMA" impute k.h5 sim.h5ad -o ki.h5ad --quiet && "$SCILAMA" info ki.h5ad --json | grep -q '"n_vars": 120,' || fail "genes without a vector leave by default"
"$SCILAMA" fit sim.h5ad -o d.h5ad --embeddings text=strangers.h5 --gene-aliases few.tsv --missing-genes mean --max-steps 2 --no-umap --model d.h5 2> log.txt || fail "fit --missing-genes mean: $(cat log.txt)"
grep -q "take the mean" log.txt || fail "mean is not said: $(cat log.txt)"
"$SCILAMA" impute d.h5 sim.h5ad -o di.h5ad --quiet && "$SCILAMA" info di.h5ad --json | grep -q '"n_vars": 120,' || fail "--missing-genes mean drops genes"
fit sim.h5ad -o e.h5ad --gene-aliases few.tsv 2> /dev/null && fail "--gene-aliases without --embeddings"
printf 'gene1,1,2\ngene1,3,4\n' > twice.csv
fit sim.h5ad -o e.h5ad --embeddings text=twice.csv 2> err.txt && fail "a table with a gene twice"
grep -q "'gene1' occurs more than once in the table .*: remove one, or set first_duplicate (--first-duplicate)" err.txt || fail "a table with a gene twice: $(cat err.txt)"

# What info says is what fit then does.
"$SCILAMA" info sim.h5ad --json --embeddings text=strangers.h5 --gene-aliases few.tsv > info.json || fail "info --embeddings"
for word in '"input": "counts"' '"genes_kept": 120' '"matched": 100, "missing": 20, "duplicated": 0, "unused": 20' '"compression": "' '"density": 0'; do
    grep -q -e "$word" info.json || fail "info lacks $word: $(cat info.json)"
done
"$SCILAMA" info sim.h5ad --json --embeddings text=strangers.h5 | grep -q '"fit": {"error": "no gene' || fail "info does not say why fit would fail"
"$SCILAMA" info sim.h5ad --json --quick | grep -q '"fit"' && fail "info --quick"

# A folder of MatrixMarket becomes an .h5ad, genes in the folder's order.
mkdir mtx
awk 'BEGIN { srand(1); for (c = 0; c < 60; c++) print "cell" c > "mtx/barcodes.tsv"; for (g = 0; g < 40; g++) print "ID" g "\tG" (g * 7) % 40 > "mtx/genes.tsv"
    for (g = 1; g <= 40; g++) for (c = 1; c <= 60; c++) { v = int(rand() * 4 * (1 + (c % 2) * (g % 3))); if (v) { n++; line[n] = g " " c " " v } }
    print "%%MatrixMarket matrix coordinate integer general" > "mtx/matrix.mtx"; print 40, 60, n > "mtx/matrix.mtx"; for (i = 1; i <= n; i++) print line[i] > "mtx/matrix.mtx" }'
fit mtx -o m1.h5ad --model m1.h5 || fail "fit of a folder"
"$SCILAMA" info m1.h5ad --json | grep -q '"var_names": \["G0", "G33"\]' || fail "the order of genes changed: $("$SCILAMA" info m1.h5ad --json | cut -c 1-400)"
fit m1.h5ad -o m2.h5ad
for key in obsm/X_scilama varm/scilama; do "$CLI_TOOL" compare m1.h5ad m2.h5ad $key 0 || fail "$key of the folder is not that of the .h5ad"; done

# A query that holds the model's genes alone: size factors come from the genes that both have, so there is nothing to warn of.
"$SCILAMA" fit sim.h5ad -o g.h5ad --n-top-genes 30 --embeddings text=emb.h5 --model g.h5 --max-steps 2 --no-umap --quiet
"$SCILAMA" embed g.h5 sim.h5ad -o q.h5ad 2> log.txt
grep -q "size factors" log.txt && fail "a warning of size factors where all genes are there: $(cat log.txt)"
"$SCILAMA" impute g.h5 sim.h5ad -o small.h5ad --quiet
"$CLI_TOOL" counts small.h5ad own.h5ad
"$SCILAMA" embed g.h5 own.h5ad -o q.h5ad 2> log.txt || fail "embed of the model's genes: $(cat log.txt)"
grep -q "size factors" log.txt && fail "a warning of size factors that are taken over shared genes: $(cat log.txt)"
"$CLI_TOOL" compare q.h5ad q.h5ad obsm/X_scilama 0 || fail "no embedding of the model's genes"
finish
