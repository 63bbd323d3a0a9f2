# SPDX-License-Identifier: MIT
# MuData and loom files, as their packages write them, through the verbs.
. "$SOURCE_ROOT/tests/cli/common.sh"
data=$SOURCE_ROOT/tests/data/doors
for file in rna_prot.h5mu no_rna.h5mu cells.loom raw.h5ad; do gzip -dc "$data/$file.gz" > "$file"; done
run() { "$SCILAMA" "$@" -q > out.txt 2> err.txt || fail "$*: $(cat err.txt)"; }
refuse() {
    word=$1
    shift
    "$SCILAMA" "$@" -q > out.txt 2> err.txt && fail "$*: not refused"
    grep -q -e "$word" err.txt || fail "$*: '$word' is not in: $(cat err.txt)"
    [ "$(wc -l < err.txt)" -eq 1 ] || fail "$*: not one line"
}
quick="--embeddings none --hidden 4 --latent 2 --max-steps 3 --no-umap"
# shellcheck disable=SC2086
{
run fit rna_prot.h5mu -o rna.h5ad --batch batch --label batch --model m.h5 --report r.html $quick
run fit rna_prot.h5mu -o prot.h5ad --modality prot $quick
run fit rna_prot.h5mu -o stream.h5ad --stream 1M --mode beta-vae --hidden 4 --latent 2 --max-steps 3 --no-umap
run fit cells.loom -o loom.h5ad --batch tissue $quick
run fit cells.loom -o spliced.h5ad --layer spliced $quick
refuse "atac, prot" fit no_rna.h5mu -o x.h5ad $quick
refuse "no MuData" fit cells.loom -o x.h5ad --modality rna $quick
refuse ".h5ad" fit rna_prot.h5mu -o x.h5mu $quick
refuse "another name" fit cells.loom --in-place $quick
}
# genes of raw that var does not have: where their vectors went is said
"$SCILAMA" fit raw.h5ad -o raw_out.h5ad --layer raw --no-graph $quick > out.txt 2> err.txt || fail "fit --layer raw: $(cat err.txt)"
grep -q "^raw_out.h5ad: .*uns\['scilama'\]\['gene_embedding'\]" err.txt && ! grep -q "varm\['scilama'\]" err.txt || fail "where the genes of raw went: $(cat err.txt)"
run fit rna_prot.h5mu -o again.h5ad --like prot.h5ad
grep -q prot.h5ad err.txt && fail "--like warns"
run info prot.h5ad --json
grep -q '"n_vars": 4' out.txt || fail "--like forgets the modality"
run embed m.h5 rna_prot.h5mu -o embedded.h5ad
run score rna_prot.h5mu -e X_pca --label batch
run cluster rna_prot.h5mu -e X_pca -o clusters.h5ad
refuse ".h5ad" cluster rna_prot.h5mu -e X_pca
run info rna_prot.h5mu --json --modality prot
grep -q '"modality": "prot"' out.txt || fail "info --modality: $(cat out.txt)"
refuse "prot, rna" info rna_prot.h5mu --modality atac
run info rna.h5ad --json
for word in batch depth scilama_leiden; do grep -q "\"name\": \"$word\"" out.txt || fail "the output of MuData lacks $word"; done
run info loom.h5ad --json
for word in cluster tissue; do grep -q "\"name\": \"$word\"" out.txt || fail "the output of loom lacks $word"; done
[ -e x.h5ad ] && fail "a refusal leaves x.h5ad"
finish
