# SPDX-License-Identifier: MIT
# The example programs run, and README.md shows the one that is compiled.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data 120 60
"$EXAMPLE_TRAIN_STEP" | grep -q "first cell" || fail "train_step"
"$EXAMPLE_CORRECT_BATCHES" sim.h5ad batch corrected.h5ad emb.h5 2> /dev/null | grep -q X_scilama || fail "correct_batches"
"$CLI_TOOL" shape corrected.h5ad obsm/X_scilama 120 20 || fail "correct_batches wrote no embedding"
"$EXAMPLE_CORRECT_BATCHES" sim.h5ad batch corrected.h5ad 2> /dev/null > /dev/null || fail "correct_batches without genes"
fit sim.h5ad -o out.h5ad --embeddings text=emb.h5 --model m.h5
"$EXAMPLE_GENE_MODULES" m.h5 | grep -q "^module 1" || fail "gene_modules"
"$EXAMPLE_MARKERS" out.h5ad cell_type | grep -q "(z .*, FDR " || fail "markers"
fit sim.h5ad -o part.h5ad --embeddings text=emb.h5 --model part.h5 --n-top-genes 40
[ "$("$EXAMPLE_UNSEEN_GENES" part.h5 emb.h5 | grep -c "is nearest to")" = 20 ] || fail "unseen_genes"
fit sim.h5ad -o mapped.h5ad --embeddings text=emb.h5 --batch batch --label cell_type --model r.h5 --reference --no-umap > said.txt
"$EXAMPLE_MAP_CELLS" r.h5 sim.h5ad cell_type > cells.txt 2> err.txt || fail "map_cells: $(cat err.txt)"
[ "$(grep -c "	type[1-4]	[01]\.[0-9]*	[0-9]" cells.txt)" = 120 ] || fail "map_cells labelled not every cell"
"$EXAMPLE_MAP_CELLS" r.h5 sim.h5ad nothing > cells.txt 2> err.txt && fail "map_cells took labels that the reference lacks"
grep -q "the reference has 2 columns" err.txt || fail "map_cells says: $(cat err.txt)"
"$EXAMPLE_EXCHANGE" > exchange.txt || fail "exchange"
grep -q "^120 rows: cell_id (u) embedding (+w:6)$" exchange.txt || fail "exchange embedded no cells"
grep -q "^weights 6 x 8, first .*, read-only$" exchange.txt || fail "exchange saw no weights"
"$EXAMPLE_HOST" > host.txt || fail "host"
grep -q "^stopped: " host.txt || fail "host was not stopped"
"$EXAMPLE_ROW_FETCH" . > rows.txt || fail "row_fetch"
grep -q "^embedded 3000 cells" rows.txt || fail "row_fetch embedded nothing"
[ ! -e row_fetch.store ] || fail "row_fetch left its store"
"$EXAMPLE_README_EXAMPLE" sim.h5ad r.h5 || fail "the example of README.md"
[ -s r.h5 ] || fail "the example of README.md saved no model"
sed '1,/^```c$/d; /^```$/,$d' "$SOURCE_ROOT/README.md" > readme.c
sed '1,/line for line/d' "$SOURCE_ROOT/examples/readme_example.c" > compiled.c
cmp readme.c compiled.c || fail "README.md and examples/readme_example.c differ"
finish
