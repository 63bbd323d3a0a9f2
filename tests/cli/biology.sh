# SPDX-License-Identifier: MIT
# modules, markers, score, umap, report: what they find in data whose answer is known.
. "$SOURCE_ROOT/tests/cli/common.sh"

# number NAME FILE: the first number of that name in a JSON file.
number() {
    tr ',{[' '\n\n\n' < "$2" | sed -n "s/^ *\"$1\": \(-\{0,1\}[0-9.e+-]*\).*/\1/p" | head -n 1
}

# holds EXPRESSION: of awk, numbers only.
holds() {
    awk "BEGIN { exit !($1) }"
}

"$SCILAMA" simulate sim.h5ad --cells 900 --genes 500 --types 5 --batches 2 --modules 8 --embeddings emb.h5 --seed 3 --quiet
for control in none shuffled; do
    "$SCILAMA" fit sim.h5ad -o "$control.h5ad" --batch batch --embeddings text=emb.h5 --control "$control" --hidden 64,32 --latent 12 --quiet
done

# --- modules -------------------------------------------------------------------------------
"$SCILAMA" modules none.h5ad -o mod.h5ad --static emb.h5 --control shuffled.h5ad --known module --json mod.json --tsv mod.tsv --quiet || fail "modules"
modules=$(($(wc -l < mod.tsv) - 1))
holds "$modules >= 6 && $modules <= 14" || fail "$modules modules of 8 planted"
[ "$(awk -F '\t' 'NR > 1 { n += $2 } END { print n }' mod.tsv)" = "$(number assigned mod.json)" ] || fail "the sizes of modules do not add up"
awk -F '\t' 'NR > 1 && (NF != 11 || split($11, all, ",") != $2 || $11 !~ /^[^=,]+=[01][.][0-9]+/ || split($10, hub, ",") < 5 || $3 < 0 || $3 > 1) { exit 1 }' mod.tsv || fail "a row of modules: $(cat mod.tsv)"
for row in loadings trained static control; do
    grep "\"embedding\": \"$row\"" mod.json > "$row.json" || fail "no contrast with $row"
done
holds "$(number ari_known loadings.json) > 0.5" || fail "planted modules are not found: $(cat loadings.json)"
holds "$(number ari_known trained.json) > 0.5" || fail "planted modules are not found in trained vectors: $(cat trained.json)"
holds "$(number ari loadings.json) == 1 && $(number ari_known static.json) > 0.9" || fail "static: $(cat static.json)"
holds "$(number ari_known control.json) < $(number ari_known trained.json) - 0.15" || fail "shuffled vectors lose nothing: $(cat control.json)"
holds "$(number coherence control.json) < $(number coherence trained.json)" || fail "shuffled vectors are as coherent: $(cat control.json)"
holds "$(number coherent loadings.json) >= $modules / 2" || fail "planted modules are not coherent: $(cat loadings.json)"
"$CLI_TOOL" shape mod.h5ad obsm/X_scilama_modules 900 "$modules" || fail "activities of modules"
"$CLI_TOOL" shape mod.h5ad obsm/X_scilama_modules_paired 900 "$modules" || fail "projected activities"
"$SCILAMA" modules none.h5ad --static emb.h5 --match --json match.json --quiet || fail "modules --match"
grep '"embedding": "static"' match.json > static.json
grep '"embedding": "loadings"' match.json > own.json
holds "$(number size static.json) < 1.25 * $(number size own.json) && $(number size own.json) < 1.25 * $(number size static.json)" || fail "--match: $(cat own.json static.json)"
holds "$(number coherence_random own.json) < $(number coherence own.json) / 2" || fail "random modules of the same sizes are coherent: $(cat own.json)"

# Loadings towards what vectors tell: the planted modules are in the table. Vectors of the file are clustered where asked for.
"$SCILAMA" modules none.h5ad --embeddings emb=emb.h5 --known module --json told.json --tsv told.tsv 2> err.txt || fail "modules --embeddings: $(cat err.txt)"
grep -q "the vectors tell [1-9][0-9.]* % of the loadings" err.txt || fail "nothing is said of what vectors tell: $(cat err.txt)"
grep '"embedding": "loadings"' told.json > told_own.json
holds "$(number ari_known told_own.json) >= $(number ari_known loadings.json) - 0.02" || fail "vectors that know spoil modules: $(cat told_own.json loadings.json)"
"$SCILAMA" modules none.h5ad --gene-embedding scilama --known module --json vectors.json --quiet || fail "modules --gene-embedding"
holds "$(grep '"embedding"' vectors.json | wc -l) == 1 && $(number ari_known vectors.json) == $(number ari_known trained.json)" || fail "modules of trained vectors: $(cat vectors.json)"
"$SCILAMA" modules none.h5ad --gene-embedding scilama --embeddings emb=emb.h5 --quiet > /dev/null 2> err.txt && fail "vectors of the file and a table are taken"
grep -q "give one of them" err.txt || fail "vectors of the file and a table: $(cat err.txt)"

# A gene set that is module 2 is what module 2 is enriched in, and nothing else is.
grep '"module": 2,' mod.json | sed 's/.*"genes": \[\(.*\)\].*/\1/' | tr -d '" ' | tr ',' '\t' > genes.txt
printf 'the_second\tx\t%s\n' "$(cat genes.txt)" > sets.gmt
awk -F '\t' 'NR > 1 { split($10, hub, ","); line = line "\t" hub[1] } END { print "one_of_each\tx" line }' mod.tsv >> sets.gmt
"$SCILAMA" modules none.h5ad --gmt sets.gmt --tsv sets.tsv --quiet || fail "modules --gmt"
[ "$(awk -F '\t' '$8 == "the_second" && $9 < 1e-6 { print $1 }' sets.tsv)" = 2 ] || fail "--gmt: $(cut -f 1,8,9 sets.tsv)"
"$SCILAMA" modules none.h5ad --gmt sets.gmt --tsv sets.tsv 2> err.txt && grep -q "of [0-9]* genes are in a set of sets.gmt" err.txt || fail "modules does not say how many genes are in a set: $(cat err.txt)"
printf 'nothing\tx\tENSG00000141510\tENSG00000012048\n' > none.gmt
"$SCILAMA" modules none.h5ad --gmt none.gmt --quiet > /dev/null 2> err.txt && fail "gene sets without a gene of the data are taken"
grep -q "'ENSG00000[0-9]*'" err.txt || fail "gene sets without a gene of the data: $(cat err.txt)"
"$SCILAMA" modules none.h5ad --control sim.h5ad --quiet > /dev/null 2> err.txt && fail "a control without an embedding is taken"
grep -q "scilama" err.txt || fail "a control without an embedding: $(cat err.txt)"
"$SCILAMA" simulate other.h5ad --cells 60 --genes 400 --quiet
"$SCILAMA" modules none.h5ad --control other.h5ad --quiet > /dev/null 2> err.txt && fail "a control of other genes is taken"
grep -q "same genes" err.txt || fail "a control of other genes: $(cat err.txt)"

# --- markers -------------------------------------------------------------------------------
"$SCILAMA" markers none.h5ad --group cell_type --batch batch --genes 7 --tsv mk.tsv --json mk.json -o mk.h5ad --quiet || fail "markers"
[ "$(wc -l < mk.tsv)" -eq 36 ] || fail "5 types of 7 genes are not 35 rows"
awk -F '\t' 'NR > 1 && (NF != 17 || $2 != $4 || !($5 > 0) || !($8 > 0.5) || !($9 > 0) || !($14 > 0)) { print; exit 1 }' mk.tsv || fail "a marker that marks nothing"
awk -F '\t' 'NR > 1 && $17 < 0.05 { n++ } END { exit !(n >= 30) }' mk.tsv || fail "markers are not significant: $(cut -f 1,3,17 mk.tsv)"
[ "$(grep -c '"gene":' mk.json)" -eq 35 ] || fail "markers --json"
"$SCILAMA" markers mk.h5ad --group cell_type --reference type2 --genes 3 --permutations 0 --quiet > ref.tsv || fail "markers --reference"
grep -q "^type2" ref.tsv && fail "the reference is compared with itself"
[ "$(wc -l < ref.tsv)" -eq 13 ] || fail "markers --reference: $(wc -l < ref.tsv) rows"
"$SCILAMA" markers sim.h5ad --group cell_type --genes 4 --quiet > plain.tsv || fail "markers without an embedding"
head -n 1 plain.tsv | grep -q combined_rank && fail "markers without an embedding have a combined rank"
"$SCILAMA" markers none.h5ad --group batch --genes 3 --permutations 0 > batch.tsv 2> said.txt || fail "markers of batches"
head -n 1 batch.tsv | grep -q -e combined_rank -e paired && fail "batches that were corrected for are told by the paired space"
grep -q "the fit corrected for 'batch'" said.txt || fail "markers of batches do not say why expression alone ranks them: $(cat said.txt)"
"$SCILAMA" markers none.h5ad --group cell_type --reference nobody --quiet 2> err.txt && fail "markers: no such reference"
grep -q nobody err.txt || fail "markers: no such reference: $(cat err.txt)"

# clusters that markers are of: that these are out of date is said when others take their name
"$SCILAMA" markers none.h5ad --group scilama_leiden --permutations 0 -o stale.h5ad --quiet || fail "markers of clusters"
"$SCILAMA" cluster stale.h5ad --key other > said.txt 2>&1 && ! grep -q rank_genes_groups said.txt || fail "clusters under another name: $(cat said.txt)"
"$SCILAMA" cluster stale.h5ad --resolution 0.5 > said.txt 2>&1 && grep -q "its uns\['rank_genes_groups'\] is of the obs\['scilama_leiden'\]" said.txt || fail "markers of clusters that are replaced: $(cat said.txt)"

# --- score ---------------------------------------------------------------------------------
"$SCILAMA" score none.h5ad --label cell_type --batch batch --json > all.json
"$SCILAMA" score none.h5ad --label cell_type --batch batch > all.txt
"$SCILAMA" score none.h5ad --label cell_type --batch batch --max-cells 300 --json > some.json
"$SCILAMA" score none.h5ad --label cell_type --batch batch --max-cells 300 > some.txt
[ "$(number scored all.json)" -eq 900 ] && [ "$(number cells some.json)" -eq 900 ] || fail "score counts its cells: $(cat all.json some.json)"
holds "$(number scored some.json) >= 295 && $(number scored some.json) <= 420" || fail "score --max-cells: $(cat some.json)"
grep -q "4 samples of $(($(number scored some.json) / 4)) cells each" some.txt || fail "a sample is not said to be one"
grep -q "NMI).* ± 0\.[0-9]" some.txt && grep -q '"errors": {"scored": ' some.json || fail "no error of the estimate: $(cat some.txt some.json)"
grep -q "±" all.txt && fail "an error where all cells were scored"
for name in ari nmi silhouette_label clisi silhouette_batch ilisi kbet graph_connectivity bio batch total; do
    holds "$(number $name all.json) >= 0 && $(number $name all.json) <= 1" || fail "$name is $(number $name all.json)"
done
holds "$(number silhouette_label all.json) - $(number silhouette_label some.json) < 0.05" || fail "the sample is another"

# --- umap ----------------------------------------------------------------------------------
"$SCILAMA" umap none.h5ad -o u1.h5ad --key P --threads 1 --quiet || fail "umap"
"$SCILAMA" umap none.h5ad -o u2.h5ad --key P --threads 2 --quiet || fail "umap with two threads"
"$SCILAMA" umap none.h5ad -o u3.h5ad --key P --seed 5 --quiet || fail "umap with another seed"
"$CLI_TOOL" compare u1.h5ad u2.h5ad obsm/P 0 || fail "umap depends on the threads"
"$CLI_TOOL" compare u1.h5ad u3.h5ad obsm/P 1e-3 > /dev/null && fail "umap does not depend on the seed"
"$SCILAMA" score u1.h5ad --label cell_type --embedding P --json > plane.json
holds "$(number silhouette_label plane.json) > 0.6" || fail "the layout keeps no types apart: $(cat plane.json)"

# --- report --------------------------------------------------------------------------------
"$SCILAMA" report none.h5ad -o page.html --label cell_type --batch batch --gmt sets.gmt --static emb.h5 --control shuffled.h5ad --known module --quiet || fail "report"
for word in "<title>sciLaMA report: none.h5ad" "<h2>Cells" "Loss, phase 1" "Loss, phase 2" "KL per latent dimension, cells" "KL per latent dimension, genes" \
            "<h2>Metrics" "kBET" "<h2>Gene modules" "the_second" "<h3>Contrast" "trained on shuffled vectors" "ARI with known" "<h3>Activity" \
            "<h2>Markers" "<h2>Model card" "prefers-color-scheme:dark" "data:image/png;base64"; do
    grep -q -e "$word" page.html || fail "the report lacks: $word"
done
for word in "KL in nats" "loss, a mean over cells" "UMAP 1 to the right" "Cells that express the gene:" "minmax(min(310px,100%),1fr)" "max-width:480px"; do
    grep -q -e "$word" page.html || fail "the report lacks a name, a key or a narrow page: $word"
done
grep -q "<p>$modules communities of .* by their loadings" page.html || fail "the report has other modules than the $modules of scilama modules"
"$SCILAMA" report none.h5ad -o told.html --embeddings emb=emb.h5 --quiet || fail "report --embeddings"
grep -q "<p>$(grep -c '"module":' told.json) communities of .* by their loadings" told.html || fail "the report shrinks loadings in another way than scilama modules"
[ "$(grep -o '<table' page.html | wc -l)" -eq "$(grep -o '<div class=wide><table' page.html | wc -l)" ] || fail "a table of the report does not scroll"
[ "$(grep -c '<img ' page.html)" -ge 3 ] || fail "the report lacks a figure of cells"
grep -q -i -E 'https?://|<script|<link rel=stylesheet|[ "]-?(nan|inf)[ "<]' page.html && fail "the report refers to the network, or shows what is no number"
holds "$(wc -c < page.html) < 1000000" || fail "the report is large"
"$SCILAMA" report sim.h5ad -o plain.html --label cell_type --quiet || fail "report of a file that was not fitted"
grep -q "<h2>Markers" plain.html || fail "the report of a plain file has no markers"

# What a file may hold: names that are not HTML, cells without a place, genes without a vector, columns without a value.
"$SCILAMA" simulate few.h5ad --cells 240 --genes 120 --types 4 --batches 2 --modules 6 --embeddings few.h5 --quiet
"$SCILAMA" fit few.h5ad -o few_out.h5ad --embeddings t=few.h5 --hidden 16 --latent 8 --epochs 3 --quiet
"$CLI_TOOL" odd few_out.h5ad odd.h5ad
"$SCILAMA" report odd.h5ad -o odd.html --label '<b>&' --quiet || fail "report of an odd file"
grep -q 'by &lt;b&gt;&amp;</h3>\|every &lt;b&gt;&amp;, by' odd.html || fail "the name of a column is not escaped"
grep -q '<b>&\|<i>,' odd.html && fail "the name of a column or category is taken for HTML"
grep -q 'too few genes with a vector' odd.html || fail "nothing is said of modules"
"$SCILAMA" report odd.h5ad -o odd.html --label none --quiet || fail "report by a column without a value"
grep -q "every scilama_leiden" odd.html || fail "markers are not by cluster where no cell has a label"
"$SCILAMA" score odd.h5ad --label '<b>&' -e X_umap --quiet 2> err.txt && fail "a score of coordinates that are not finite"
grep -q "odd.h5ad: obsm/X_umap is not a finite number for cell 1 in dimension 1" err.txt || fail "coordinates that are not finite: $(cat err.txt)"
"$SCILAMA" report few_out.h5ad -o odd.html --cluster nowhere --quiet 2> err.txt && fail "a cluster column that is not there"
grep -q nowhere err.txt || fail "a cluster column that is not there: $(cat err.txt)"
"$SCILAMA" markers odd.h5ad --group none --quiet 2> err.txt && fail "markers of a column without a value"
grep -q "obs\['none'\] leaves nothing to compare" err.txt || fail "markers of a column without a value: $(cat err.txt)"
# Tables are for programs, with tabs, but at a terminal for people: aligned, and no wider than it.
if command -v python3 > /dev/null; then
    cat > at_terminal.py <<'END'
import fcntl, os, pty, struct, sys, termios
child, terminal = pty.fork()
if not child:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(sys.argv[1]), 0, 0))
    os.execv(sys.argv[2], sys.argv[2:])
said = b""
try:
    while part := os.read(terminal, 65536):
        said += part
except OSError:
    pass
sys.stdout.buffer.write(said.replace(b"\r\n", b"\n"))
END
    python3 at_terminal.py 70 "$SCILAMA" markers none.h5ad --group cell_type --genes 3 --permutations 5 -q > aligned.txt
    [ "$(wc -l < aligned.txt)" -eq 16 ] && grep -q "^group  rank  gene  *combined_rank  z .*…$" aligned.txt || fail "markers at a terminal: $(cat aligned.txt)"
    grep -q "$(printf '\t')" aligned.txt && fail "tabs at a terminal: $(cat aligned.txt)"
    python3 -c 'import sys; sys.exit(max(map(len, open("aligned.txt", encoding="utf-8").read().splitlines())) != 70)' || fail "lines at a terminal of 70 letters: $(cat aligned.txt)"
    python3 at_terminal.py 200 "$SCILAMA" modules none.h5ad --rounds 2 -q > aligned.txt
    grep -q "^module  genes  stability  *membership  *coherence  *coherence_p  *coherence_fdr  *hubs" aligned.txt || fail "modules at a terminal: $(cat aligned.txt)"
fi
finish
