# SPDX-License-Identifier: MIT
# What is odd in data is said aloud, with numbers and names, and what fit accepted every later verb accepts.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data
"$CLI_TOOL" empty sim.h5ad empty.h5ad
"$CLI_TOOL" twice sim.h5ad twice.h5ad
"$CLI_TOOL" batches sim.h5ad batches.h5ad

# says WORD COMMAND…: it ends well, and the word is in what it says.
says() {
    word=$1
    shift
    "$@" > out.txt 2>&1 || fail "$*: $(cat out.txt)"
    grep -q -e "$word" out.txt || fail "$*: '$word' is not in: $(cat out.txt)"
}
# refuses WORD COMMAND…: exit 1 and one line with the word.
refuses() {
    word=$1
    shift
    status=0
    "$@" > out.txt 2> err.txt || status=$?
    [ "$status" -eq 1 ] || fail "$*: exit $status"
    grep -q -e "$word" err.txt || fail "$*: '$word' is not in: $(cat err.txt)"
}
quick() { "$SCILAMA" fit "$@" --hidden 16 --latent 4 --max-steps 3 --no-umap; }

# empty cells
says "2 of 240 cells have no count in any gene ('cell1', 'cell2')" "$SCILAMA" info empty.h5ad --json
says "warning: 2 of 240 cells have no count" quick empty.h5ad -o o.h5ad
quick empty.h5ad -o o.h5ad --min-genes 1 > out.txt 2>&1
grep -q "have no count" out.txt && fail "cells that are left out are warned of"

# batches
says "each cell with a 'alone' has one of its own.* 240 batches" "$SCILAMA" info batches.h5ad --batch alone
says "warning: 'alone' has [0-9]* categories in [0-9]* training cells" quick batches.h5ad -o o.h5ad --batch alone
says "3 of 240 cells have no 'some' ('cell1', 'cell2', 'cell3')" "$SCILAMA" info batches.h5ad --batch some
says "1 of 3 categories of 'some' have one cell ('cell3')" quick batches.h5ad -o o.h5ad --batch some
says "corrected for: 'long', 2 categories" quick batches.h5ad -o o.h5ad --batch long --log-json log.json
"$SCILAMA" info batches.h5ad --json --batch long --batch some --quick > info.json
"$SCILAMA" fit batches.h5ad -o o.h5ad --batch lon 2> err.txt && fail "a column that is not there"
for file in log.json info.json out.txt err.txt; do
    iconv -f UTF-8 -t UTF-8 $file > /dev/null || fail "$file is not UTF-8: $(cat $file)"
done
says '^fifteen_letters$' "$SCILAMA" info batches.h5ad --layer fifteen_letters --quick
# counts beside values that are none are pointed to, and beside counts they are not
quick batches.h5ad -o o.h5ad --model o.h5 > out.txt 2>&1 || fail "$(cat out.txt)"
grep -q -e "--layer counts" out.txt && fail "a layer is pointed to where X has counts: $(cat out.txt)"
"$SCILAMA" impute o.h5 sim.h5ad -o decoded.h5ad --quiet && "$CLI_TOOL" batches decoded.h5ad both.h5ad || fail "values that are no counts"
says "both.h5ad has layers\['counts'\] as well.*--layer counts" quick both.h5ad -o o.h5ad

# too few cells with a label: said before training, and no fault of the fit
says "2 cells have a 'few' and a 'batch', and 3 are needed" quick batches.h5ad -o o.h5ad --label few --batch batch --model o.h5 --reference --report o.html
grep -q "^o.h5ad: obsm" out.txt && [ -s o.html ] || fail "fit with few labels: $(cat out.txt)"
says "0 cells have a 'nobody'" quick batches.h5ad -o o.h5ad --label nobody --model o.h5 --reference
"$SCILAMA" map o.h5 sim.h5ad -o m.h5ad --quiet || fail "a reference whose labels have no categories"
# labels of the name that communities have in a reference
says "with its cells as a reference" quick batches.h5ad -o o.h5ad --label leiden --model o.h5 --reference
says '^labels  *leiden: x' "$SCILAMA" info o.h5
grep -q '^ *scilama_leiden: 0' out.txt || fail "communities beside labels of their name: $(cat out.txt)"
"$SCILAMA" info sim.h5ad | grep -q '^problems  *none$' || fail "problems in good data: $("$SCILAMA" info sim.h5ad)"

# unseen or missing batch: told once by every verb that reads cells
"$CLI_TOOL" batch sim.h5ad known0.h5ad 0
"$CLI_TOOL" batch sim.h5ad none.h5ad none
quick sim.h5ad -o known.h5ad --batch batch --label cell_type --reference --model known.h5 --quiet > out.txt || fail "fit --reference"
for verb in embed impute map; do
    for query in known0 none; do
        "$SCILAMA" $verb known.h5 $query.h5ad -o v.h5ad > out.txt 2> err.txt || fail "$verb $query: $(cat err.txt)"
        word="240 of 240 cells are of a 'batch' that the model does not know ('0'): known are batch1, batch2;"
        [ $query = none ] && word="240 of 240 cells have no 'batch': known are batch1, batch2;"
        [ "$(grep -c -e "$word" err.txt)" -eq 1 ] || fail "$verb $query: not once '$word': $(cat err.txt)"
    done
done
# … and --adapt says of cells without a batch why nothing was adapted
adapts() { "$SCILAMA" map known.h5 "$1" -o v.h5ad --adapt > out.txt 2> err.txt || fail "map --adapt $1: $(cat err.txt)"; grep -q -F -e "$2" err.txt || fail "map --adapt $1: not '$2': $(cat err.txt)"; }
"$CLI_TOOL" batch sim.h5ad some_batch.h5ad some
adapts none.h5ad "--adapt: no cell of none.h5ad has a 'batch': nothing was adapted; give each its category"
adapts some_batch.h5ad "--adapt: 80 of 240 cells of some_batch.h5ad have no 'batch', and the model knows the categories of the others: nothing was adapted"
adapts sim.h5ad "--adapt: the model knows all categories of sim.h5ad: nothing was adapted"
adapts known0.h5ad "adapted to new categories: 1,"
says "no cell has a 'batch'" quick none.h5ad -o o.h5ad --batch batch
quick batches.h5ad -o ob.h5ad --batch some > out.txt 2>&1 || fail "fit --batch some"
[ "$(grep -c "have no 'some'" out.txt)" -eq 1 ] && grep -q "3 of 240 cells have no 'some' ('cell1', 'cell2', 'cell3'): they count as an average" out.txt || fail "cells without a batch: $(cat out.txt)"
says "3 of 240 cells have no 'some' ('cell1', 'cell2', 'cell3') and are left out" "$SCILAMA" score ob.h5ad --label cell_type --batch some
quick batches.h5ad -o oa.h5ad --batch alone > out.txt 2>&1 || fail "fit --batch alone"
says "each of 240 cells is a batch of its own: no figure for .*kBET" "$SCILAMA" score oa.h5ad --label cell_type --batch alone

# cells without a number of a continuous covariate
"$CLI_TOOL" column sim.h5ad aged.h5ad age 6
"$CLI_TOOL" column sim.h5ad ageless.h5ad age 1
for memory in "" "--stream 4M"; do
    # shellcheck disable=SC2086
    quick aged.h5ad -o o.h5ad --continuous age --mode beta-vae --model o.h5 $memory > out.txt 2>&1 || fail "fit --continuous age $memory: $(cat out.txt)"
    [ "$(grep -c "warning: 40 of 240 cells have no 'age': they are taken to have the mean" out.txt)" -eq 1 ] || fail "cells without a number $memory: $(cat out.txt)"
done
says "40 of 240 cells have no 'age': they are taken to have the mean" "$SCILAMA" embed o.h5 aged.h5ad -o p.h5ad
says "no cell has a 'age'" quick ageless.h5ad -o o.h5ad --continuous age
quick sim.h5ad -o o.h5ad --continuous age > out.txt 2>&1 && fail "a covariate that is not there"

# labels that are batches
says "no 'cell_type' is in more than one 'cell_type': correcting for it takes away" quick sim.h5ad -o oc.h5ad --batch cell_type --label cell_type
quick sim.h5ad -o oc.h5ad --batch batch --label cell_type 2>&1 | grep -q "takes away" && fail "labels in several batches are said to be in one"

# a gene twice
refuses "occurs more than once.*or read the file with first_duplicate (--first-duplicate), which keeps" quick twice.h5ad -o o.h5ad
quick twice.h5ad -o t.h5ad --first-duplicate --model t.h5 --report t.html --label cell_type > out.txt 2>&1 || fail "fit --first-duplicate: $(cat out.txt)"
"$CLI_TOOL" shape t.h5ad varm/scilama 120 4 > shape.txt && fail "the later gene of a name has a vector"
grep -q "not finite" shape.txt || fail "no varm for all genes of the file: $(cat shape.txt)"
for verb in "score t.h5ad --label cell_type" "markers t.h5ad --group cell_type -o tm.h5ad --permutations 5" "modules t.h5ad -o tn.h5ad --rounds 2" \
    "report t.h5ad -o tr.html" "embed t.h5 twice.h5ad -o te.h5ad" "impute t.h5 twice.h5ad -o ti.h5ad"; do
    # shellcheck disable=SC2086
    "$SCILAMA" $verb --quiet > out.txt 2>&1 || fail "$verb: $(cat out.txt)"
done
quick twice.h5ad -o tt.h5ad --first-duplicate --model tt.h5 --reference --label cell_type --embeddings text=emb.h5 > out.txt 2>&1 || fail "fit --first-duplicate --reference: $(cat out.txt)"
for verb in "map tt.h5 twice.h5ad -o tq.h5ad" "genes tt.h5 twice.h5ad --hold-out" "genes tt.h5 twice.h5ad --export tx.h5" "cluster tt.h5ad -o tc.h5ad" "umap tt.h5ad -o tu.h5ad --epochs 2" \
    "info tt.h5ad"; do
    # shellcheck disable=SC2086
    "$SCILAMA" $verb --quiet > out.txt 2>&1 || fail "$verb: $(cat out.txt)"
done
"$CLI_TOOL" compare t.h5ad te.h5ad obsm/X_scilama 1e-6 || fail "embed of a gene twice"

# names of genes in other guises: modules --static matches as the fit did
"$CLI_TOOL" rename-table emb.h5 strangers.h5 > aliases.tsv
fit sim.h5ad -o alias.h5ad --embeddings text=strangers.h5 --gene-aliases aliases.tsv
says "static .* modules" "$SCILAMA" modules alias.h5ad --static strangers.h5 --tsv a.tsv --rounds 2

# gene sets of other names
printf 'SET\tx\tg1\tg2\n' > other.gmt
fit sim.h5ad -o s.h5ad
refuses "none of the .* genes is in a set" "$SCILAMA" modules s.h5ad --gmt other.gmt
refuses "none of the .* genes is in a set" "$SCILAMA" report s.h5ad --gmt other.gmt -o s.html
[ -e s.html ] && fail "a failed report left its page"
echo old > s.html
refuses "nofile.gmt" "$SCILAMA" report s.h5ad --gmt nofile.gmt -o s.html
[ "$(cat s.html)" = old ] || fail "a failed report replaced the page that was there"
gene=$("$SCILAMA" info sim.h5ad --json | sed 's/.*"var_names": \["\([^"]*\)".*/\1/')
printf 'SET\tx\t%s\tg2\n' "$gene" > one.gmt
says "1 of [0-9]* genes are in a set of one.gmt" "$SCILAMA" modules s.h5ad --gmt one.gmt --rounds 2 --tsv b.tsv

# what fit would fail for is a problem; names with backslashes and quotes are read to their ends
mkdir sparse
printf 'c1\nc2\n' > sparse/barcodes.tsv
printf 'id1\tback\\\nid2\t"quo""te"\n' > sparse/features.tsv
printf '%%%%MatrixMarket matrix coordinate integer general\n2 2 2\n1 1 4\n2 2 7\n' > sparse/matrix.mtx
says 'problems *no gene is left: 2 were dropped by min_cells' "$SCILAMA" info sparse
grep -q '^genes  *back\\ … quo"te$' out.txt && grep -q '^obs  *no columns$' out.txt || fail "names in info: $(cat out.txt)"

# tabs and line ends in names
fit batches.h5ad -o b.h5ad
"$SCILAMA" markers b.h5ad --group tabs --tsv b.tsv -n 3 --quiet --permutations 5 || fail "markers of names with tabs"
awk -F '\t' 'NR == 1 { n = NF } NF != n { bad = 1 } END { exit bad || NR != 7 }' b.tsv || fail "names break the table: $(cat b.tsv)"
mkdir tabs
awk 'BEGIN { for (c = 1; c <= 30; c++) print "cell" c > "tabs/barcodes.tsv"
    for (g = 1; g <= 12; g++) printf "\"id%d\"\t\"g\t%d\"\n", g, g > "tabs/features.tsv"
    print "%%MatrixMarket matrix coordinate integer general\n12 30 180" > "tabs/matrix.mtx"
    for (c = 1; c <= 30; c++) for (g = 1 + c % 2; g <= 12; g += 2) print g, c, 1 + (g * c) % 5 > "tabs/matrix.mtx" }'
quick tabs -o tabs.h5ad --embeddings random:4 --min-cells 0 --model tabs.h5 --quiet || fail "genes with tabs in their names"
"$SCILAMA" modules tabs.h5ad --tsv modules.tsv -o tabs2.h5ad --rounds 2 --quiet || fail "modules of names with tabs"
"$SCILAMA" genes tabs.h5 tabs.h5ad --tsv genes.tsv --fraction .5 --quiet > out.txt || fail "genes of names with tabs"
for table in modules genes; do
    awk -F '\t' 'NR == 1 { n = NF } NF != n { bad = 1 } END { exit bad || NR < 2 }' $table.tsv || fail "names break the table of $table: $(cat $table.tsv)"
done

# a message is one line, whatever an option holds
refuses "no obs column 'two lines'" quick sim.h5ad -o o.h5ad --batch "two
lines" --quiet
[ "$(wc -l < err.txt)" -eq 1 ] || fail "not one line: $(cat err.txt)"
# so few cells that none is drawn to validate on
"$SCILAMA" simulate three.h5ad --cells 3 --genes 40 --quiet
"$SCILAMA" fit three.h5ad -o x.h5ad --hidden 4 --latent 2 --max-steps 10 --gene-max-steps 10 --min-cells 0 > out.txt 2>&1 || fail "three cells: $(cat out.txt)"
grep -q -w -i -e nan -e inf out.txt && fail "figures that are no numbers: $(grep -w -i -e nan -e inf out.txt)"
grep -q "no cell to validate on" out.txt || fail "validating on nothing is not said: $(cat out.txt)"
finish
