# SPDX-License-Identifier: MIT
# From nothing to scores: simulate, fit, look at what was written.
. "$SOURCE_ROOT/tests/cli/common.sh"
"$SCILAMA" simulate sim.h5ad --cells 600 --genes 300 --types 4 --batches 3 --modules 6 --embeddings emb.h5 --quiet
"$SCILAMA" fit sim.h5ad -o out.h5ad --batch batch --label cell_type --embeddings text=emb.h5 --model m.h5 \
    --hidden 64,32 --latent 10 --report page.html --log-json log.json > table.txt 2> said.txt
"$CLI_TOOL" shape out.h5ad obsm/X_scilama 600 10 || fail "obsm"
"$CLI_TOOL" shape out.h5ad obsm/X_umap 600 2 || fail "umap"
"$CLI_TOOL" shape out.h5ad varm/scilama 300 10 || fail "varm"
"$SCILAMA" info out.h5ad --json > info.json
for word in '"n_obs": 600' '"n_vars": 300' scilama_leiden scilama_split cell_type '"problems": \[\]'; do
    grep -q "$word" info.json || fail "info lacks $word: $(cat info.json)"
done
grep -q "total (scIB)" table.txt || fail "no table of before and after"
grep -q "</html>" page.html && grep -q "data:image/png" page.html || fail "--report writes no page of figures"
grep -q "300 of 300 genes matched" said.txt || fail "the match is not said aloud"
grep -q '"event": "epoch"' log.json || fail "no epochs in the JSON log"
grep -q "^plan: .*neighbours.*UMAP.* MB$" said.txt && grep -q "^in all [0-9.]* s, .*training" said.txt || fail "neither plan nor times are said: $(cat said.txt)"
# In plain words, in lines that a terminal holds; the figures of the training with --verbose, and always in the JSON log.
lines_within() { awk -v most="$2" 'length($0) > most && !/^warning:/ { print; bad = 1 } END { exit bad }' "$1"; }
grep -q -E "beta|KL|loss|axes|phase|VAE" said.txt && fail "fit talks shop: $(cat said.txt)"
grep -q "^embedding: 6 principal components, along which cells are [0-9]* Gaussian clusters; the other 4 are 0$" said.txt || fail "the mixture is not said: $(cat said.txt)"
"$SCILAMA" info m.h5 | grep -q "latent means *6 principal axes, along which cells are a mixture of [0-9]* Gaussians" || fail "info of a model lacks the mixture"
grep -q "Gaussians along the axes" page.html || fail "the report lacks the mixture"
lines_within said.txt 100 && lines_within table.txt 100 || fail "long lines: $(cat said.txt)"
grep -q "^values: all values are non-negative integers" said.txt && grep -q "^genes used: all 300" said.txt && grep -q "^corrected for: 'batch', 3 categories" said.txt ||
    fail "fit does not say what was done: $(cat said.txt)"
grep -q "^training cells: [0-9]* of [0-9]* epochs, about 0:[0-9]* left$" said.txt && grep -q "^training genes:" said.txt || fail "no progress: $(cat said.txt)"
grep "about 0:00 left" said.txt && fail "something is left to do in no time: $(cat said.txt)"
[ "$(grep -c "^training cells:" said.txt)" -le 5 ] || fail "progress is long: $(cat said.txt)"
for word in "beta times the KL terms" "principal axes" "phase 1 of 2 (cell): at most" "ended after" "recipe: size factors"; do
    grep -q "\"event\": \"message\", \"text\": \".*$word" log.json || fail "the JSON log lacks '$word'"
done
for options in --verbose -v "-v --quiet"; do
    # shellcheck disable=SC2086
    "$SCILAMA" fit sim.h5ad -o loud.h5ad --embeddings text=emb.h5 --hidden 16 --latent 4 --epochs 2 --no-graph $options 2> loud.txt || fail "$options"
    case $options in
    *quiet) [ ! -s loud.txt ] || fail "--quiet is told nothing: $(cat loud.txt)" ;;
    *) grep -q "cell 1/2  epoch 2/2  loss .* beta .* cells/s" loud.txt && grep -q "principal axes" loud.txt || fail "$options has no details: $(cat loud.txt)" ;;
    esac
done

for stage in preparing training embedding neighbours graph Leiden UMAP writing judging; do
    grep -q "\"stage ended\", \"stage\": \"$stage\", \"seconds\": [0-9]" log.json || fail "no time of $stage in the JSON log"
done
"$SCILAMA" score out.h5ad --label cell_type --batch batch --json > score.json
ari=$(sed 's/.*"ari": \([0-9.e-]*\).*/\1/' score.json)
mixed=$(sed 's/.*"batch_ari": \([0-9.e-]*\).*/\1/' score.json)
awk "BEGIN { exit !($ari > 0.5 && $mixed < 0.1) }" || fail "ARI to types is $ari, to batches $mixed: $(cat score.json)"

# fit, its page, report and score have one figure for one thing, whatever genes, batches and cells it was fitted to, and whatever the seed.
fit sim.h5ad -o few.h5ad --batch batch --label cell_type --n-top-genes 100 --resolution 1.3 --neighbors 11 --seed 5 --report few.html > few.txt || fail "fit --report"
"$SCILAMA" report few.h5ad -o later.html --label cell_type --batch batch --quiet || fail "report"
"$SCILAMA" score few.h5ad --label cell_type --batch batch > score.txt || fail "score"
for row in "Clusters as written (resolution 1.3), ARI to labels" "Clusters as written (resolution 1.3), NMI to labels" "Clusters at the best of 10 resolutions, ARI to labels" \
    "Neighbours come from all batches (iLISI)" "Batch variance removed (PCR)" "Biology kept (scIB)" "Total (scIB)"; do
    table=$(grep -i -F "$row" few.txt | awk '{ print $(NF - 1), $NF }')
    [ -n "$table" ] || fail "fit has no row '$row': $(cat few.txt)"
    for page in few.html later.html; do
        figures=$(sed 's/<tr>/\n/g; s/<.tr>/\n/g' $page | grep -F "<td>$row<" | sed 's/<[^>]*>/ /g' | awk '{ print $(NF - 1), $NF }')
        [ "$figures" = "$table" ] || fail "$row: $page has '$figures', the table '$table'"
    done
    case $row in *PCR*|Total*) grep -i -F "$row" score.txt | grep -v "without PCR" && fail "score has '$row', which it cannot have" ; continue ;; esac
    [ "$(grep -i -F "$row" score.txt | awk '{ print $NF }')" = "${table#* }" ] || fail "$row: score has '$(grep -i -F "$row" score.txt)', the table '$table'"
done
grep -q "total (scIB), without PCR " score.txt && grep -q "Without PCR.*--baseline" score.txt || fail "score does not say what its totals lack: $(cat score.txt)"
# What they advise can be had, and is what they say.
advice=$(sed -n 's/^  scilama cluster few.h5ad //p' few.txt)
[ -n "$advice" ] && grep -q -F "  scilama cluster few.h5ad $advice" score.txt || fail "no advice, or two: $(cat few.txt score.txt)"
# shellcheck disable=SC2086
"$SCILAMA" cluster few.h5ad -o better.h5ad $advice --quiet || fail "cluster $advice"
said=$(sed -n 's/.* have ARI \([0-9.]*\), NMI \([0-9.]*\)\. To write them:/\1 \2/p' few.txt)
"$SCILAMA" score better.h5ad --label cell_type > better.txt || fail "score"
had=$(awk '/^clusters as written/ { printf "%s%s", sep, $NF; sep = " " }' better.txt)
[ -n "$said" ] && [ "$said" = "$had" ] || fail "fit says ARI, NMI '$said' of other clusters, which have '$had'"
grep -q "^clusters as written (resolution $(echo "$advice" | cut -d ' ' -f 2))" better.txt && grep -q "at which the clusters are written" better.txt || fail "the resolution is not remembered: $(cat better.txt)"
"$SCILAMA" score few.h5ad --label cell_type --json | grep -q '"written_clusters": "scilama_leiden", "written_resolution": 1.3, "written_ari": ' || fail "score --json has no written clusters"
"$SCILAMA" score few.h5ad --label cell_type --cluster batch | grep -q "^clusters as written, ARI" || fail "score --cluster"

# … of samples, too, which are said to be that.
"$SCILAMA" simulate large.h5ad --cells 20200 --genes 30 --types 3 --depth 100 --quiet
"$SCILAMA" fit large.h5ad -o sampled.h5ad --label cell_type --embeddings none --mode beta-vae --axes 5 --hidden 8 --latent 3 --max-steps 5 --no-graph > large.txt 2> said.txt || fail "fit of many cells"
"$SCILAMA" score sampled.h5ad --label cell_type > score.txt || fail "score of many cells"
grep -q "4 samples of 5000 of 20200 cells" said.txt && grep -q "4 samples of 5000 cells each, as by fit" score.txt || fail "samples are not said: $(cat said.txt score.txt)"
for row in "clusters at the best of 10 resolutions, NMI" "labels lie apart (silhouette)" "total (scIB)"; do
    table=$(grep -F "$row" large.txt | awk '{ print $(NF - 2), $NF }')
    [ -n "$table" ] && [ "$(grep -F "$row" score.txt | awk '{ print $(NF - 2), $NF }')" = "$table" ] || fail "$row of samples: fit has '$table', score '$(grep -F "$row" score.txt)'"
done

# Where so few cells have a label that a sample has none, all that have one are judged.
"$CLI_TOOL" batches sampled.h5ad eight.h5ad
"$SCILAMA" score eight.h5ad --label eight > score.txt 2>&1 || fail "score of eight cells of many: $(cat score.txt)"
grep -q "^[89] cells, 2 labels" score.txt || fail "score of eight cells of many: $(cat score.txt)"

# Controls run, and change the gene embedding, but not the cells' where the genes follow a frozen cell VAE.
for control in none shuffled random; do
    fit sim.h5ad -o "$control.h5ad" --batch batch --embeddings text=emb.h5 --control "$control" || fail "--control $control"
done
"$CLI_TOOL" compare shuffled.h5ad random.h5ad varm/scilama 1e-3 > /dev/null && fail "controls are all the same"
# Through the prior on the weights the vectors reach the cells; without it what they say cannot.
"$CLI_TOOL" compare none.h5ad shuffled.h5ad obsm/X_scilama 1e-3 > /dev/null && fail "the vectors do not reach the cells"
for control in none shuffled random; do
    fit sim.h5ad -o "$control.h5ad" --batch batch --embeddings text=emb.h5 --control "$control" --prior-vectors off || fail "--control $control --prior-vectors off"
done
for control in shuffled random; do
    "$CLI_TOOL" compare none.h5ad "$control.h5ad" obsm/X_scilama 0 || fail "--control $control moves the cells without the prior"
done
fit sim.h5ad -o none.h5ad --embeddings none || fail "--embeddings none"
fit sim.h5ad -o rnd.h5ad --embeddings random:16 || fail "--embeddings random:16"
fit sim.h5ad -o nb.h5ad --embeddings text=emb.h5 --likelihood nb || fail "--likelihood nb"
fit sim.h5ad -o beta.h5ad --mode beta-vae || fail "--mode beta-vae"
# The configuration file says the same as the command line.
printf '\357\273\277# a comment, behind the mark that editors put\nhidden = 32,16\nlatent = 8\nepochs=6\nbatch = batch\nembeddings = text=emb.h5\nno_umap = true\n' > run.conf
"$SCILAMA" fit sim.h5ad -o conf.h5ad --config run.conf --quiet
fit sim.h5ad -o line.h5ad --batch batch --embeddings text=emb.h5 --no-umap
"$CLI_TOOL" compare conf.h5ad line.h5ad obsm/X_scilama 0 || fail "--config"
"$CLI_TOOL" shape conf.h5ad obsm/X_umap 600 2 2> /dev/null && fail "--no-umap"
# A plan says what every stage takes, and writes nothing.
"$SCILAMA" fit sim.h5ad -o planned.h5ad --embeddings text=emb.h5 --plan --quiet > plan.txt || fail "--plan"
for stage in training neighbours graph Leiden UMAP "most at once, in all"; do grep -q "^$stage  .* MB  .*[0-9]:[0-9][0-9]$" plan.txt || fail "--plan does not say of $stage"; done
[ ! -e planned.h5ad ] || fail "--plan wrote a file"
"$SCILAMA" fit sim.h5ad -o planned.h5ad --mode beta-vae --no-umap --plan --quiet | grep -q "^UMAP" && fail "--plan with --no-umap"
# The neighbour graph lies where scanpy looks for it; what a file has of its own stays.
"$CLI_TOOL" shape out.h5ad obsp/connectivities 600 600 && "$CLI_TOOL" shape out.h5ad obsp/distances 600 600 || fail "neighbour graph"
"$CLI_TOOL" odd sim.h5ad own.h5ad
fit own.h5ad -o refit.h5ad --mode beta-vae
"$CLI_TOOL" compare own.h5ad refit.h5ad obsp/connectivities 0 || fail "the graph of the input is gone"
"$CLI_TOOL" compare own.h5ad refit.h5ad obsm/X_umap 0 || fail "the layout of the input is gone"
"$CLI_TOOL" shape refit.h5ad obsp/scilama_connectivities 600 600 && "$CLI_TOOL" shape refit.h5ad obsm/X_scilama_umap 600 2 || fail "graph and layout beside those of the input"
"$SCILAMA" fit out.h5ad -o again.h5ad --mode beta-vae --no-graph --hidden 32,16 --latent 8 --epochs 6 > said.txt 2>&1
grep -q "neighbour graph, and what was made of it" said.txt || fail "--no-graph does not speak of the graph that stays: $(cat said.txt)"
fit out.h5ad -o again.h5ad --mode beta-vae
"$CLI_TOOL" shape again.h5ad obsp/scilama_connectivities 600 600 2> /dev/null && fail "the graph of an earlier fit is kept"
"$CLI_TOOL" shape again.h5ad obsm/X_scilama_umap 600 2 2> /dev/null && fail "the layout of an earlier fit is kept, beside the one of this"
"$CLI_TOOL" compare out.h5ad again.h5ad obsm/X_umap 1e-3 > /dev/null && fail "the layout of an earlier fit is kept"
# nothing of an earlier fit's genes, options and history is taken for this one's
"$CLI_TOOL" shape out.h5ad varm/scilama 300 10 || fail "vectors of genes"
"$CLI_TOOL" shape again.h5ad varm/scilama 300 8 > shape.txt 2>&1 && fail "vectors of genes of an earlier fit are kept"
"$CLI_TOOL" shape out.h5ad uns/scilama/history_kl_f 1 1 2>&1 | grep -q "× 10" || fail "the KL of genes"
"$CLI_TOOL" shape again.h5ad uns/scilama/history_kl_f 1 1 2>&1 | grep -q "there is no" || fail "the KL of genes of an earlier fit is kept"
"$SCILAMA" markers again.h5ad --group cell_type > markers.tsv 2> err.txt || fail "markers where no gene has a vector: $(cat err.txt)"
head -n 1 markers.tsv | grep -q paired && fail "markers of the vectors of an earlier fit"
# what was made of the embedding that is replaced, and stays, is told
"$SCILAMA" fit out.h5ad -o again.h5ad --mode beta-vae --no-umap --hidden 32,16 --latent 8 --epochs 6 > said.txt 2>&1
grep -q "of the obsm\['X_scilama'\] that is replaced here are obsm\['X_umap'\]:" said.txt || fail "--no-umap does not speak of the layout that stays: $(cat said.txt)"
"$SCILAMA" modules out.h5ad -o with.h5ad --quiet > /dev/null
"$SCILAMA" fit with.h5ad -o again.h5ad --mode beta-vae --hidden 32,16 --latent 8 --epochs 6 > said.txt 2>&1
grep -q "here are obsm\['X_scilama_modules'\], var\['scilama_module'\]:" said.txt || fail "fit does not speak of modules that stay: $(cat said.txt)"
"$SCILAMA" modules again.h5ad > /dev/null 2> err.txt && fail "modules where no gene has a vector"
grep -q "varm\['scilama'\] has no vector of a gene" err.txt || fail "modules where no gene has a vector: $(cat err.txt)"
finish
