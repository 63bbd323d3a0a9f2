# SPDX-License-Identifier: MIT
# MuData and loom files, as their packages write them, through the verbs.
. "$SOURCE_ROOT/tests/cli/common.sh"
data=$SOURCE_ROOT/tests/data/doors
for file in rna_prot.h5mu no_rna.h5mu cells.loom raw.h5ad named.h5ad; do gzip -dc "$data/$file.gz" > "$file"; done
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
# genes by a column of var, which the output remembers and a model of other names needs
run fit named.h5ad -o named_out.h5ad --gene-names feature_name --model named.h5 $quick
refuse "'symbol'" fit named.h5ad -o x.h5ad --gene-names symbol $quick
refuse "'length'" fit named.h5ad -o x.h5ad --gene-names length $quick
refuse "not AnnData" fit cells.loom -o x.h5ad --gene-names Gene $quick
}
# genes of raw that var does not have: where their vectors went is said
"$SCILAMA" fit raw.h5ad -o raw_out.h5ad --layer raw --no-graph --model symbols.h5 $quick > out.txt 2> err.txt || fail "fit --layer raw: $(cat err.txt)"
grep -q "^raw_out.h5ad: .*uns\['scilama'\]\['gene_embedding'\]" err.txt && ! grep -q "varm\['scilama'\]" err.txt || fail "where the genes of raw went: $(cat err.txt)"
# genes of raw have the vectors of var's of the same name
# shellcheck disable=SC2086
run fit raw.h5ad -o raw_x.h5ad $quick
"$SCILAMA" markers raw_x.h5ad --layer raw --group scilama_split --permutations 5 -o raw_markers.h5ad --tsv raw.tsv > out.txt 2> err.txt || fail "markers --layer raw: $(cat err.txt)"
grep -q "6 of 12 genes have no vector in varm\['scilama'\]" err.txt || fail "genes of raw without a vector: $(cat err.txt)"
awk -F '\t' 'NR > 1 && ($3 ~ /[02468]$/) != ($4 != "") { bad = 1 } END { exit bad || NR != 25 }' raw.tsv || fail "vectors of other genes: $(cut -f 1-4 raw.tsv)"
run markers raw_x.h5ad --group scilama_split --tsv x.tsv --permutations 5
for gene in GENE0 GENE6 GENE10; do
    [ "$(grep "^train.*[[:space:]]$gene[[:space:]]" raw.tsv | cut -f 14)" = "$(grep "^train.*[[:space:]]$gene[[:space:]]" x.tsv | cut -f 14)" ] || fail "the paired score of $gene in raw"
done
[ "$("$CLI_TOOL" text raw_markers.h5ad uns/rank_genes_groups/params/use_raw)" = 1 ] || fail "scanpy is not told of raw"
"$CLI_TOOL" text raw_markers.h5ad uns/rank_genes_groups/params/layer > /dev/null 2>&1 && fail "raw is taken for a layer"
# scanpy looks genes up by the index, whatever names them here; of an earlier comparison nothing stays
run markers named_out.h5ad --group scilama_split --tsv named.tsv -o named_markers.h5ad
grep -q "[[:space:]]GENE5[[:space:]]" named.tsv || fail "markers by feature_name: $(cat named.tsv)"
[ "$(grep -a -o ENSG5 named_markers.h5ad | wc -l)" -gt "$(grep -a -o ENSG5 named_out.h5ad | wc -l)" ] || fail "names in rank_genes_groups are not those of the index"
run markers rna.h5ad --group batch --layer counts -o layer.h5ad
"$CLI_TOOL" text layer.h5ad uns/rank_genes_groups/params/layer > /dev/null || fail "scanpy is not told of the layer"
run markers layer.h5ad --group batch -o layer.h5ad
"$CLI_TOOL" text layer.h5ad uns/rank_genes_groups/params/layer > /dev/null 2>&1 && fail "the layer of an earlier comparison stays"
run genes named.h5 named_out.h5ad --export named_table.h5
"$SCILAMA" embed symbols.h5 named.h5ad -o embedded.h5ad --gene-names feature_name > out.txt 2> err.txt || fail "embed --gene-names: $(cat err.txt)"
grep -q "2 of 12 genes are not measured" err.txt || fail "genes by feature_name: $(cat err.txt)"
"$SCILAMA" embed named.h5 named_out.h5ad -o embedded.h5ad > out.txt 2> err.txt || fail "embed by remembered names: $(cat err.txt)"
grep -q "not measured" err.txt && fail "the output forgets what names its genes: $(cat err.txt)"
"$SCILAMA" embed symbols.h5 named.h5ad -o embedded.h5ad > out.txt 2> err.txt && fail "not one gene of the model: not refused"
grep -q -e "10 by the column 'feature_name' of var: --gene-names feature_name" err.txt || fail "which column names the model's genes is not said: $(cat err.txt)"
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
