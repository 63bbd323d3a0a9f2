# SPDX-License-Identifier: MIT
# embed, impute, cluster, umap, score, info on what fit wrote.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data
fit sim.h5ad -o out.h5ad --batch batch --embeddings text=emb.h5 --model m.h5
"$SCILAMA" info m.h5 --json | grep -q model || fail "info of a model"
"$SCILAMA" info emb.h5 | grep -q "^genes  *120: " || fail "info of a table"
# For people: short aligned lines, no JSON; every figure with --json.
"$SCILAMA" info out.h5ad > info.txt || fail "info"
for line in "out.h5ad: AnnData, written by anndata" "cells × genes  *240 × 120" "cells  *cell1 … cell240" "X  *counts, sparse by cells (csr), float32" "layers  *" "obs  *categorical: batch, cell_type" \
    "obsm  *X_scilama, X_umap" "varm  *scilama" "scilama wrote  *fit [0-9.]*: obs scilama_split, scilama_leiden; obsm X_scilama; varm scilama" "fit would  *take it as counts, normalise, log1p, scale" \
    "  *use all 120 genes" "problems  *none"; do
    grep -q "^$line" info.txt || fail "info lacks '$line': $(cat info.txt)"
done
grep -q '[{}"]' info.txt && fail "info shows JSON: $(cat info.txt)"
awk 'length($0) > 104 { bad = 1 } END { exit bad }' info.txt || fail "info has long lines: $(cat info.txt)"
"$SCILAMA" info out.h5ad --json > info.json || fail "info --json"
for word in '{"kind": "h5ad", "written_by": ' '"n_obs": 240, "n_vars": 120, "x": {"storage": "csr", "dtype": "float32", "stored": ' '"obs": \[{"name": "batch", "kind": "categorical"}' \
    '"layers": \[' '"obsm": \["X_scilama", "X_umap"\]' '"varm": \["scilama"\]' '"scilama": {"version": "' '"fit": {"input": "counts"' '"problems": \[\]}$'; do
    grep -q "$word" info.json || fail "info --json lacks $word: $(cat info.json)"
done
"$SCILAMA" info m.h5 > info.txt || fail "info of a model"
for line in "m.h5: a model" "trained  *[0-9]* steps on 216 cells" "corrects for  *batch: batch1, batch2" "gene vectors  *text: 16 numbers each" "problems  *none"; do
    grep -q "^$line" info.txt || fail "info of a model lacks '$line': $(cat info.txt)"
done
"$CLI_TOOL" odd sim.h5ad strange.h5ad
"$SCILAMA" info strange.h5ad > info.txt || fail "info of odd names"
grep -q -F "<b>&" info.txt || fail "info loses a name: $(cat info.txt)"

# The model embeds its own training data as fit did, in whatever order the genes come.
"$SCILAMA" embed m.h5 sim.h5ad -o e.h5ad --quiet
"$CLI_TOOL" compare out.h5ad e.h5ad obsm/X_scilama 0 || fail "embed"
"$CLI_TOOL" shuffle sim.h5ad shuffled.h5ad 3
"$SCILAMA" embed m.h5 shuffled.h5ad -o s.h5ad --key Z --sigma --quiet
"$SCILAMA" embed m.h5 sim.h5ad -o t.h5ad --key Z --quiet
"$CLI_TOOL" compare s.h5ad t.h5ad obsm/Z 1e-5 || fail "embed of shuffled genes"
"$CLI_TOOL" shape s.h5ad obsm/Z_sigma 240 8 || fail "embed --sigma"
# deviations of another embedding never stand beside this one
"$SCILAMA" fit sim.h5ad -o other.h5ad --mode beta-vae --seed 9 --no-graph --hidden 16 --latent 8 --epochs 2 --batch batch --model other.h5 --quiet
"$SCILAMA" embed other.h5 s.h5ad -o twice.h5ad --key Z --quiet && "$SCILAMA" embed other.h5 shuffled.h5ad -o once.h5ad --key Z --sigma --quiet
"$CLI_TOOL" compare once.h5ad twice.h5ad obsm/Z_sigma 0 || fail "embed without --sigma leaves deviations of another model"

# Cells among reference cells; a model that carries none says so.
"$SCILAMA" map m.h5 sim.h5ad -o q.h5ad --quiet 2> err.txt && fail "map onto a model without reference cells"
grep -q -e "--reference" err.txt || fail "map: $(cat err.txt)"
fit sim.h5ad -o r.h5ad --batch batch --embeddings text=emb.h5 --model r.h5 --reference --label cell_type > /dev/null || fail "fit --reference"
"$SCILAMA" map r.h5 sim.h5ad -o q.h5ad --quiet || fail "map"
"$CLI_TOOL" compare r.h5ad q.h5ad obsm/X_scilama 0 || fail "map embeds otherwise than fit"
"$CLI_TOOL" shape q.h5ad obsm/X_scilama_umap 240 2 || fail "map places no cell"
for column in scilama_cell_type scilama_cell_type_probability scilama_cell_type_unknown scilama_leiden scilama_distance; do
    "$SCILAMA" info q.h5ad --json --quick | grep -q "\"$column\"" || fail "map wrote no obs[$column]"
done

"$SCILAMA" impute m.h5 sim.h5ad -o i.h5ad --quiet || fail "impute"
"$SCILAMA" info i.h5ad --json --quick | grep -q '"cell_type"' || fail "impute loses obs columns that the model does not read"
"$SCILAMA" impute m.h5 sim.h5ad -o b.h5ad --to-batch batch1 --quiet || fail "impute --to-batch"
"$SCILAMA" impute m.h5 sim.h5ad -o b2.h5ad --to-batch batch=batch1 --quiet || fail "impute --to-batch KEY=NAME"
"$SCILAMA" impute m.h5 sim.h5ad -o b3.h5ad --to-batch average --quiet || fail "impute --to-batch average"
"$SCILAMA" impute m.h5 sim.h5ad -o u.h5ad --genes emb.h5 --quiet || fail "impute --genes"
"$SCILAMA" impute m.h5 sim.h5ad -o u2.h5ad --genes other=emb.h5 --quiet 2> error.txt && fail "impute took a table of another name"
grep -q '"other"' error.txt || fail "impute does not name the table that it does not know: $(cat error.txt)"
"$SCILAMA" simulate wide.h5ad --cells 50 --genes 60 --embeddings wide.h5 --width 11 --quiet || fail "simulate another width"
"$SCILAMA" impute m.h5 sim.h5ad -o u3.h5ad --genes wide.h5 --quiet 2> error.txt && fail "impute took vectors of another width"
grep -q 'have 11 columns, but the model was made with' error.txt || fail "impute does not tell both widths: $(cat error.txt)"

# Genes that the model lacks, from any tables; another data set's vectors of its genes are one.
"$SCILAMA" impute m.h5 sim.h5ad -o v.h5ad --vectors emb.h5 --quiet 2> error.txt && fail "impute --vectors found a gene to tell that the model has"
grep -q "the model has all genes of emb.h5" error.txt || fail "impute --vectors of known genes: $(cat error.txt)"
"$SCILAMA" impute m.h5 sim.h5ad -o v.h5ad --vectors emb.h5 --only nobody --quiet 2> error.txt && fail "impute told a gene without a vector"
grep -q "no table has a vector for gene 'nobody'" error.txt || fail "impute --only: $(cat error.txt)"
"$SCILAMA" impute m.h5 sim.h5ad -o v.h5ad --only a --quiet 2> /dev/null && fail "--only without --vectors is taken"
"$SCILAMA" impute m.h5 sim.h5ad -o v.h5ad --vectors emb.h5 --genes emb.h5 --quiet 2> /dev/null && fail "--vectors and --genes together are taken"
fit sim.h5ad -o nb.h5ad --likelihood nb --embeddings text=emb.h5 --model nb.h5
"$SCILAMA" impute nb.h5 sim.h5ad -o v.h5ad 2> error.txt || fail "impute by a likelihood of counts"
grep -q "expected counts at equal depth" error.txt && [ "$("$CLI_TOOL" text v.h5ad uns/scilama/units)" = "counts at equal depth" ] || fail "impute does not say that values are counts: $(cat error.txt)"
[ "$("$CLI_TOOL" text i.h5ad uns/scilama/units)" = "before scaling" ] || fail "impute: units"
"$SCILAMA" impute nb.h5 sim.h5ad -o scaled.h5ad --scaled 2> error.txt && fail "impute --scaled by a likelihood of counts"
grep -q "nb.h5 has a likelihood of counts.*no scaled units for --scaled" error.txt && [ ! -e scaled.h5ad ] || fail "impute --scaled by a likelihood of counts: $(cat error.txt)"
"$SCILAMA" impute m.h5 sim.h5ad -o scaled.h5ad --scaled --quiet && [ "$("$CLI_TOOL" text scaled.h5ad uns/scilama/units)" = scaled ] || fail "impute --scaled"
fit sim.h5ad -o own.h5ad --model own.h5
"$SCILAMA" impute own.h5 sim.h5ad -o v.h5ad --genes emb.h5 --quiet 2> error.txt && fail "impute --genes by a model without tables"
grep -q "reads expression.*: --vectors FILE" error.txt || fail "impute --genes does not say what else there is: $(cat error.txt)"
fit sim.h5ad -o few.h5ad --n-top-genes 60 --mode beta-vae --model few.h5
"$SCILAMA" genes few.h5 sim.h5ad --export ref.h5 --quiet || fail "genes --export"
"$SCILAMA" info ref.h5 | grep -q 69 || fail "a table of --export is not 69 wide: $("$SCILAMA" info ref.h5)"
"$SCILAMA" impute few.h5 sim.h5ad -o v.h5ad --vectors text=emb.h5 --vectors ref.h5 --quiet || fail "impute --vectors"
"$SCILAMA" info v.h5ad --json | grep -q '"n_obs": 240, "n_vars": 60' || fail "impute --vectors wrote other genes: $("$SCILAMA" info v.h5ad --json)"
fit sim.h5ad -o part.h5ad --n-top-genes 60 --embeddings text=emb.h5 || fail "fit on 60 genes"
"$SCILAMA" info sim.h5ad --embeddings ref=part.h5ad --json | grep -q '"matched": 60' || fail "the gene vectors of a fitted file are no table of the genes in its model"
"$SCILAMA" info emb.h5 --against sim.h5ad --json > against.json || fail "info --against"
grep -q '"variable_genes_without_vector": 0' against.json || fail "info --against: $(cat against.json)"
"$SCILAMA" info sim.h5ad --against sim.h5ad --quiet > /dev/null 2>&1 && fail "info compares a data set as a table"

"$SCILAMA" impute m.h5 sim.h5ad -o no.h5ad --to-batch bacth1 --quiet 2> err.txt && fail "impute to a batch that is not there"
grep -q "did you mean 'batch1'? (there are batch1, batch2)" err.txt || fail "which batches there are is not said: $(cat err.txt)"
[ -e no.h5ad ] && fail "a failed impute left its output"
for file in i.h5ad b.h5ad u.h5ad; do
    "$SCILAMA" info "$file" --json | grep -q '"n_obs": 240, "n_vars": 120' || fail "info of $file: $("$SCILAMA" info "$file" --json)"
done

"$SCILAMA" cluster out.h5ad -o c.h5ad --communities 4 --key four --graph --quiet || fail "cluster"
"$SCILAMA" info c.h5ad --json | grep -q '"four"' || fail "cluster wrote no column"
"$SCILAMA" umap c.h5ad --key X_plane --quiet || fail "umap in place"
"$CLI_TOOL" shape c.h5ad obsm/X_plane 240 2 || fail "umap"
"$SCILAMA" score c.h5ad --label cell_type --batch batch --baseline X_plane | grep -q "total" || fail "score"

# What others made is not replaced, whatever writes it; what scilama made is, under whatever name.
keeps() {
    element=$1
    shift
    "$SCILAMA" "$@" > said.txt 2>&1 && fail "$*: others' $element is replaced"
    grep -q -F "has $element, which scilama did not write and would replace: give another name by --key" said.txt || fail "$*: $(cat said.txt)"
}
"$CLI_TOOL" odd sim.h5ad own.h5ad
for name in q_distance r_cell_type_second; do "$CLI_TOOL" column own.h5ad own.h5ad $name 0; done
cp own.h5ad before.h5ad
cp out.h5ad fitted.h5ad
keeps "obs['cell_type']" cluster out.h5ad --key cell_type
keeps "obs['batch']" cluster out.h5ad -o x.h5ad --key batch
keeps "obsm['X_umap']" umap own.h5ad -e X_umap
keeps "obsm['X_umap']" embed m.h5 own.h5ad -o own.h5ad --key X_umap
keeps "obs['q_distance']" map r.h5 own.h5ad -o x.h5ad --key q
keeps "obs['r_cell_type_second']" map r.h5 own.h5ad -o x.h5ad --key r
keeps "uns['neighbors']" markers out.h5ad --group cell_type -o x.h5ad --key neighbors
cmp own.h5ad before.h5ad && cmp out.h5ad fitted.h5ad && [ ! -e x.h5ad ] || fail "what is refused is written all the same"
"$SCILAMA" cluster out.h5ad -o x.h5ad --key neighbors --quiet || fail "cluster under a name of uns"
[ "$("$CLI_TOOL" text x.h5ad uns/neighbors/params/use_rep)" = X_scilama ] || fail "cluster replaces what uns has under its name"
for again in "cluster c.h5ad --key four" "umap c.h5ad --key X_plane --epochs 2" "umap c.h5ad --epochs 2" "embed m.h5 c.h5ad -o c2.h5ad --key Z --sigma" "embed m.h5 c2.h5ad -o c3.h5ad --key Z --sigma" \
    "map r.h5 c3.h5ad -o c4.h5ad --key q" "map r.h5 c4.h5ad -o c5.h5ad --key q" "cluster c5.h5ad" "embed m.h5 c5.h5ad -o c6.h5ad"; do
    # shellcheck disable=SC2086
    "$SCILAMA" $again --quiet 2> err.txt || fail "$again: its own results are kept: $(cat err.txt)"
done

"$SCILAMA" bench --quick > bench.txt 2> /dev/null || fail "bench"
grep -q "^beta_vae .* MB" bench.txt || fail "bench shows no steps: $(cat bench.txt)"
"$SCILAMA" bench --quick --json --steps 2 --threads 1 > bench.json 2> /dev/null || fail "bench --json"
for word in '"blis_kernels": "' '"threads": 1' '"peak_gflops": ' '"bandwidth_gb_per_s": [0-9]' '"step": "gene", "ms": [0-9]'; do
    grep -q "$word" bench.json || fail "bench --json lacks $word: $(cat bench.json)"
done
"$SCILAMA" bench --steps -1 2> /dev/null && fail "bench takes --steps -1"
finish
