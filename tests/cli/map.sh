# SPDX-License-Identifier: MIT
# Onto a reference: what map writes, what info says of the model, gene tables with a query.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data
fit sim.h5ad -o out.h5ad --batch batch --label cell_type --embeddings text=emb.h5 --model m.h5 --reference --no-umap
"$SCILAMA" info m.h5 --json > info.json || fail "info"
for word in '"genes": 120' '"categories": \["' '"name": "batch"' '"name": "text", "width": 16' '"latent": 8' '"fills_absent_genes": true' \
    '"reference_cells": 240' '"name": "cell_type"' '"problems": \[\]'; do
    grep -q "$word" info.json || fail "info lacks $word: $(cat info.json)"
done
"$SCILAMA" map m.h5 sim.h5ad -o one.h5ad --threads 1 --quiet || fail "map"
"$SCILAMA" map m.h5 sim.h5ad -o two.h5ad --threads 2 --stream 4M --embeddings text=emb.h5 --quiet || fail "map, streamed, with a table"
"$SCILAMA" embed m.h5 sim.h5ad -o three.h5ad --embeddings text=emb.h5 --quiet || fail "embed with a table"
# what an earlier fit made of the embedding that is replaced is told of, and of no other
stale="neighbour graph, and what was made of it, are of the obsm\['X_scilama'\]"
for verb in embed map; do
    "$SCILAMA" $verb m.h5 out.h5ad -o x.h5ad > said.txt 2>&1 || fail "$verb of a fitted file: $(cat said.txt)"
    grep -q "$stale" said.txt || fail "$verb of a fitted file does not speak of its graph: $(cat said.txt)"
    "$SCILAMA" $verb m.h5 out.h5ad -o x.h5ad --key other > said.txt 2>&1 || fail "$verb --key: $(cat said.txt)"
    grep -q "neighbour graph" said.txt && fail "$verb --key other speaks of a graph: $(cat said.txt)"
done
# vectors of genes of another model than embeds the cells now, and how a file's own clusters were found, do not stay
"$CLI_TOOL" compare out.h5ad x.h5ad varm/scilama 0 || fail "map by the model of the fit takes its vectors of genes away"
fit sim.h5ad -o other.h5ad --batch batch --embeddings text=emb.h5 --no-umap --seed 5
"$CLI_TOOL" text other.h5ad uns/scilama_leiden/params/resolution > /dev/null || fail "how clusters were found"
for verb in embed map; do
    "$SCILAMA" $verb m.h5 other.h5ad -o x.h5ad > said.txt 2>&1 || fail "$verb of a file fitted otherwise: $(cat said.txt)"
    grep -q "its varm\['scilama'\] is of another model" said.txt || fail "$verb does not speak of vectors of another model: $(cat said.txt)"
    "$CLI_TOOL" shape x.h5ad varm/scilama 120 8 > /dev/null 2>&1 && fail "$verb keeps vectors of genes of another model"
    "$SCILAMA" $verb m.h5 other.h5ad -o x.h5ad --key other > said.txt 2>&1 || fail "$verb --key: $(cat said.txt)"
    "$CLI_TOOL" compare other.h5ad x.h5ad varm/scilama 0 || fail "$verb --key other takes vectors of genes away"
done
"$SCILAMA" map m.h5 other.h5ad -o x.h5ad --quiet || fail "map"
"$SCILAMA" score x.h5ad --label cell_type --quiet | grep -q "^clusters as written, ARI" || fail "labels carried over are told as clusters of some resolution"
"$SCILAMA" cluster x.h5ad --quiet && "$SCILAMA" score x.h5ad --label cell_type --quiet | grep -q "^clusters as written (resolution 1), ARI" || fail "clusters after map"
"$CLI_TOOL" text x.h5ad uns/scilama_leiden/params/method > /dev/null 2>&1 && fail "clusters are told as labels carried over"
for file in one two; do
    "$SCILAMA" info $file.h5ad --json --quick > written.json
    for column in scilama_cell_type scilama_cell_type_probability scilama_cell_type_second scilama_cell_type_unknown scilama_distance scilama_novelty; do
        grep -q "\"$column\"" written.json || fail "map wrote no $column into $file.h5ad: $(cat written.json)"
    done
    "$CLI_TOOL" shape $file.h5ad obsm/X_scilama 240 8 || fail "obsm of $file.h5ad"
done
"$CLI_TOOL" compare one.h5ad two.h5ad obsm/X_scilama 1e-5 || fail "the embedding depends on --stream or on a table that is not needed"
"$CLI_TOOL" compare one.h5ad three.h5ad obsm/X_scilama 1e-5 || fail "map and embed differ"
# --- the page: every label of the reference, its cells counted ---------------------------------
"$SCILAMA" map m.h5 sim.h5ad -o x.h5ad --report page.html --quiet || fail "map --report"
"$SCILAMA" fit sim.h5ad -o x.h5ad --batch batch --label cell_type --embeddings none --mode beta-vae --max-steps 20 --model drawn.h5 --reference --quiet > said.txt || fail "fit with a layout"
"$SCILAMA" map drawn.h5 sim.h5ad -o x.h5ad --report drawn.html --quiet || fail "map --report with a layout"
for page in page drawn; do
    grep -q "240 cells among the 240 reference cells" $page.html || fail "$page.html does not count cells"
    for type in 1 2 3 4; do grep -q "<td>type$type<td class=n>" $page.html || fail "$page.html has no row for type$type"; done
    grep -q "http" $page.html && fail "$page.html needs the network"
done
grep -q "no layout to draw" page.html || fail "the page does not say why it shows no cells"
[ "$(grep -c "<img" drawn.html)" = 6 ] || fail "the page does not draw reference, labels and confidence of two columns"
"$SCILAMA" embed m.h5 sim.h5ad -o x.h5ad --embeddings emb.h5 --quiet 2> err.txt && fail "a table without a name"
grep -q "NAME=FILE" err.txt || fail "a table without a name: $(cat err.txt)"
printf 'none\tother\n' > aliases.tsv
"$SCILAMA" embed m.h5 sim.h5ad -o x.h5ad --gene-aliases aliases.tsv > said.txt 2>&1 || fail "aliases without a table: $(cat said.txt)"
grep -q "^0 genes go by the names" said.txt || fail "aliases that name no gene: $(cat said.txt)"
# --- what an earlier map left goes, under its key alone --------------------------------------------
fit sim.h5ad -o x.h5ad --batch batch --embeddings text=emb.h5 --no-graph --model bare.h5 --reference || fail "fit without labels"
"$SCILAMA" map drawn.h5 sim.h5ad -o first.h5ad --quiet && "$SCILAMA" map m.h5 first.h5ad -o first.h5ad --key other --quiet || fail "map under two keys"
"$CLI_TOOL" shape first.h5ad obsm/X_scilama_umap 240 2 || fail "map with a layout"
"$SCILAMA" map bare.h5 first.h5ad -o second.h5ad --quiet || fail "map again"
"$SCILAMA" info second.h5ad --json --quick > written.json
for column in scilama_cell_type scilama_cell_type_probability scilama_cell_type_second scilama_cell_type_second_probability scilama_cell_type_unknown scilama_leiden X_scilama_umap; do
    grep -q "\"$column\"" written.json && fail "$column of an earlier map stays: $(cat written.json)"
done
for column in batch cell_type scilama_distance other_distance other_cell_type other_cell_type_unknown X_other; do
    grep -q "\"$column\"" written.json || fail "map took $column along: $(cat written.json)"
done
"$SCILAMA" map m.h5 second.h5ad -o third.h5ad --quiet && "$SCILAMA" cluster third.h5ad --quiet && "$SCILAMA" map bare.h5 third.h5ad -o third.h5ad --quiet || fail "map of cells that are clustered since"
"$SCILAMA" info third.h5ad --json --quick > written.json
grep -q '"scilama_leiden"' written.json || fail "map takes clusters away that were found since the one before"
grep -q '"scilama_leiden_unknown"' written.json && fail "what a map said of clusters stays"
# --- new batches ---------------------------------------------------------------------------
"$SCILAMA" simulate three.h5ad --cells 240 --genes 120 --types 4 --modules 6 --batches 3 --quiet
"$SCILAMA" map m.h5 three.h5ad -o plain.h5ad 2> err.txt || fail "map of a new batch: $(cat err.txt)"
grep -q "^with --adapt, categories of 'batch'" err.txt || fail "map of a new batch does not point to --adapt: $(cat err.txt)"
"$SCILAMA" map m.h5 three.h5ad -o adapted.h5ad --adapt --model m2.h5 2> err.txt || fail "map --adapt: $(cat err.txt)"
grep -q "^with --adapt" err.txt && fail "map --adapt points to --adapt"
grep -q "adapted to new categories: 1, of which 1 with cells enough" err.txt || fail "map --adapt says: $(cat err.txt)"
"$SCILAMA" info m2.h5 --json | grep -q '"batch1", "batch2", "batch3"' || fail "the adapted model does not know batch3"
if [ -c /dev/full ]; then # a report that cannot be written takes nothing else along
    "$SCILAMA" map m.h5 three.h5ad -o full.h5ad --adapt --model full.h5 --report /dev/full --quiet 2> err.txt && fail "a report onto a full disc"
    [ -s full.h5ad ] && cmp -s full.h5 m2.h5 || fail "cells or model are lost with the report: $(ls full*)"
fi
"$SCILAMA" embed m2.h5 three.h5ad -o again.h5ad --quiet || fail "embed by the adapted model"
"$CLI_TOOL" compare adapted.h5ad again.h5ad obsm/X_scilama 0 || fail "the saved model embeds otherwise than map --adapt"
"$SCILAMA" embed m2.h5 sim.h5ad -o four.h5ad --quiet && "$SCILAMA" embed m.h5 sim.h5ad -o five.h5ad --quiet || fail "embed"
"$CLI_TOOL" compare four.h5ad five.h5ad obsm/X_scilama 0 || fail "adapting moved the reference"
"$SCILAMA" map m2.h5 three.h5ad -o x.h5ad --adapt 2> err.txt || fail "map --adapt with nothing new"
grep -q "nothing was adapted" err.txt || fail "map --adapt with nothing new says: $(cat err.txt)"
# of a strong batch that the model is adapted to, most cells are like the reference's
"$SCILAMA" simulate one.h5ad --cells 600 --genes 300 --types 4 --batches 1 --seed 3 --quiet
"$SCILAMA" simulate strong.h5ad --cells 900 --genes 300 --types 4 --batches 3 --batch-effect 0.6 --seed 3 --quiet
"$SCILAMA" fit one.h5ad -o x.h5ad --batch batch --label cell_type --embeddings none --mode beta-vae --no-umap --model one.h5 --reference --quiet > said.txt || fail "fit of one batch"
"$SCILAMA" map one.h5 strong.h5ad -o x.h5ad --adapt > said.txt 2>&1 || fail "map onto one batch: $(cat said.txt)"
new=$(sed -n "s/^obs\['scilama_cell_type'\]: \([0-9]*\) of 900 cells are unknown, like no reference cells .*/\1/p" said.txt)
[ "${new:-900}" -lt 450 ] || fail "${new:-?} of 900 cells of adapted batches are like no reference cells"
# cells without a count, half of all, are told of, unknown, and in nobody's way
"$CLI_TOOL" gaps strong.h5ad gaps.h5ad
for how in "" "--stream 4M"; do
    # shellcheck disable=SC2086
    "$SCILAMA" map one.h5 gaps.h5ad -o x.h5ad --adapt $how > said.txt 2>&1 || fail "map of empty cells $how: $(cat said.txt)"
    left=$(sed -n "s/^obs\['scilama_cell_type'\]: \([0-9]*\) of 900 cells are unknown, like no reference cells .*/\1/p" said.txt)
    [ "${left:-0}" -ge 450 ] && [ "$left" -lt $((450 + new + 30)) ] || fail "${left:-?} of 900 cells, half of them empty, are like no reference cells $how, $new with all counts"
done
"$SCILAMA" map one.h5 gaps.h5ad -o x.h5ad > said.txt 2>&1 || fail "map of empty cells: $(cat said.txt)"
[ "$(grep -c "warning: 450 of 900 cells have no count in any gene ('cell1', 'cell3', 'cell5'" said.txt)" = 1 ] || fail "map does not speak of empty cells: $(cat said.txt)"
"$SCILAMA" map m.h5 three.h5ad -o x.h5ad --model x.h5 2> err.txt && fail "map --model without --adapt"
# --- genes written in another way: which option finds them is said --------------------------------
"$CLI_TOOL" capitals sim.h5ad mice.h5ad
for verb in map embed; do
    "$SCILAMA" $verb m.h5 mice.h5ad -o x.h5ad 2> err.txt && fail "$verb without a gene in common"
    grep -q "0 of the model's 120 genes are in the data as they are written, 120 with --ignore-case$" err.txt || fail "$verb does not say how the genes are found: $(cat err.txt)"
    "$SCILAMA" $verb m.h5 mice.h5ad -o x.h5ad --ignore-case 2> err.txt || fail "$verb --ignore-case"
    grep -q "as they are written" err.txt && fail "$verb --ignore-case is told how to find genes"
done
finish
