# SPDX-License-Identifier: MIT
# Interrupted and resumed is the same as uninterrupted, to the last bit.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data 1000 400
set_up="--batch batch --embeddings text=emb.h5 --hidden 96,48 --latent 10 --epochs 25 --patience 0 --no-umap --batch-size 64 --quiet"
# shellcheck disable=SC2086
"$SCILAMA" fit sim.h5ad -o whole.h5ad $set_up
interrupted=0
status=130
rounds=0
while [ "$status" -eq 130 ] && [ "$rounds" -lt 40 ]; do
    status=0
    rounds=$((rounds + 1))
    # shellcheck disable=SC2086
    "$SCILAMA" fit sim.h5ad -o parts.h5ad $set_up --checkpoint c.h5 --checkpoint-every 0.2 --resume 2> err.txt &
    job=$!
    if [ "$rounds" -le 4 ]; then
        sleep "0.$((rounds + 2))"
        kill -TERM "$job" 2> /dev/null || true
    fi
    wait "$job" || status=$?
    if [ "$status" -eq 130 ]; then
        [ -e parts.h5ad ] && fail "an interrupted fit left an output"
        grep -q "interrupted" err.txt || fail "no word of the interrupt: $(cat err.txt)"
        [ -e c.h5 ] && interrupted=$((interrupted + 1))
    fi
done
[ "$status" -eq 0 ] || fail "exit $status: $(cat err.txt)"
echo "$interrupted checkpoints"
for key in obsm/X_scilama varm/scilama; do
    "$CLI_TOOL" compare whole.h5ad parts.h5ad "$key" 0 || fail "resumed result of $key"
done
# Once more after the end: nothing is left to train, and the result is the same.
# shellcheck disable=SC2086
"$SCILAMA" fit sim.h5ad -o end.h5ad $set_up --checkpoint c.h5 --resume || fail "resume after the end"
"$CLI_TOOL" compare whole.h5ad end.h5ad obsm/X_scilama 0 || fail "result after the end"
# The one before is kept; where the newest is damaged, or gone, training goes on from it, and says so.
[ -e c.h5.1 ] || fail "the checkpoint before is not kept"
for damage in cut flipped gone; do
    cp c.h5 newest.h5
    cp c.h5.1 newest.h5.1
    case $damage in
    cut) head -c 5000 c.h5 > newest.h5 ;;
    flipped) printf 'x' | dd of=newest.h5 bs=1 seek=6000 conv=notrunc 2> /dev/null ;;
    gone) rm newest.h5 ;;
    esac
    # shellcheck disable=SC2086
    "$SCILAMA" fit sim.h5ad -o before.h5ad ${set_up% --quiet} --checkpoint newest.h5 --resume 2> err.txt || fail "$damage: exit $?: $(cat err.txt)"
    grep -q "warning.*newest.h5.*newest.h5.1" err.txt || fail "$damage: no warning: $(cat err.txt)"
    grep -q "resumed" err.txt || fail "$damage: not resumed"
    "$CLI_TOOL" compare whole.h5ad before.h5ad obsm/X_scilama 0 || fail "result from the checkpoint before ($damage)"
    cmp -s newest.h5.1 c.h5.1 || [ "$damage" = gone ] || fail "$damage: the damaged one took the place of the one before"
done
# A checkpoint of other data, and a damaged one, are refused.
"$SCILAMA" simulate other.h5ad --cells 1000 --genes 400 --types 4 --modules 6 --batches 2 --seed 5 --quiet
status=0
# shellcheck disable=SC2086
"$SCILAMA" fit other.h5ad -o no.h5ad $set_up --checkpoint c.h5 --resume 2> err.txt || status=$?
[ "$status" -eq 1 ] || fail "other data resumed: exit $status"
for change in "--latent 9 --lr 1e-3" "--latent 10 --lr 0.007"; do
    status=0
    # shellcheck disable=SC2086
    "$SCILAMA" fit sim.h5ad -o no.h5ad $set_up $(echo "$change" | sed 's/--latent 10//') --checkpoint c.h5 --resume 2> err.txt || status=$?
    case $change in *9*) word='--latent (10 then, 9 now)' ;; *) word='--lr (' ;; esac
    { [ "$status" -eq 1 ] && grep -q -e "$word" err.txt; } || fail "resumed with $change: exit $status: $(cat err.txt)"
done
head -c 5000 c.h5 > cut.h5
status=0
# shellcheck disable=SC2086
"$SCILAMA" fit sim.h5ad -o no.h5ad $set_up --checkpoint cut.h5 --resume 2> err.txt || status=$?
{ [ "$status" -eq 1 ] && grep -q cut.h5 err.txt; } || fail "damaged checkpoint: exit $status, $(cat err.txt)"
finish
