# SPDX-License-Identifier: MIT
# Whole numbers in obs serve as categories, as the same batches under names do.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data
"$CLI_TOOL" number sim.h5ad numbered.h5ad
fit numbered.h5ad -o named.h5ad --model named.h5 --batch batch --embeddings emb.h5
fit numbered.h5ad -o run.h5ad --model run.h5 --batch run --embeddings emb.h5
"$CLI_TOOL" compare named.h5ad run.h5ad obsm/X_scilama 0 || fail "batches as numbers and as names differ"
"$SCILAMA" embed run.h5 numbered.h5ad -o again.h5ad --quiet || fail "embed with a numeric batch column"
"$CLI_TOOL" compare run.h5ad again.h5ad obsm/X_scilama 1e-6 || fail "embed differs from fit"
for verb in embed impute; do
    "$SCILAMA" $verb run.h5 sim.h5ad -o x.h5ad 2> err.txt && fail "$verb without the model's batches"
    grep -q "sim.h5ad has no obs column 'run', which the model corrects for (it knows '1', '2'): add it" err.txt || fail "$verb without the model's batches: $(cat err.txt)"
done
"$SCILAMA" impute run.h5 numbered.h5ad -o imputed.h5ad --to-batch 2 --quiet || fail "impute to a numbered batch"
"$SCILAMA" score again.h5ad --label run --quiet > score.txt || fail "score with a numeric label"
"$SCILAMA" report again.h5ad --label run --batch run -o page.html --quiet || fail "report with a numeric label"
finish
