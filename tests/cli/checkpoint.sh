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
# A fit that is killed after training goes on where it was, to the same bits; what is kept beside the checkpoint goes once the output is there.
"$SCILAMA" fit sim.h5ad -o placed.h5ad ${set_up% --no-umap*} --batch-size 64 --quiet
same_places() {
    for key in obsm/X_scilama obsm/X_umap obsp/connectivities/data obsp/distances/indices obs/scilama_leiden/codes; do
        "$CLI_TOOL" compare placed.h5ad "$1" "$key" 0 || fail "$2: $key"
    done
    for ending in embedding neighbours leiden layout; do [ ! -e "after.h5.$ending" ] || fail "$2: after.h5.$ending is left behind"; done
}
for damage in no leiden embedding; do
    kept=
    for attempt in 1 2 3 4 5 6 7 8; do
        rm -f after.h5 after.h5.*
        # shellcheck disable=SC2086
        "$SCILAMA" fit sim.h5ad -o killed.h5ad ${set_up% --no-umap*} --batch-size 64 --quiet --checkpoint after.h5 &
        job=$!
        while [ ! -e after.h5.leiden ] && kill -0 "$job" 2> /dev/null; do sleep 0.01; done
        kill -9 "$job" 2> /dev/null || true
        wait "$job" 2> /dev/null || true
        [ ! -e after.h5.leiden ] || { kept=yes; break; } # else it had ended
    done
    [ "$kept" ] || fail "after $attempt fits none was killed behind its communities"
    [ "$damage" = no ] || printf 'x' | dd of="after.h5.$damage" bs=1 seek=60 conv=notrunc 2> /dev/null
    # shellcheck disable=SC2086
    "$SCILAMA" fit sim.h5ad -o killed.h5ad ${set_up% --no-umap*} --batch-size 64 --checkpoint after.h5 --resume 2> err.txt || fail "resume after training: $(cat err.txt)"
    for ending in embedding neighbours leiden; do
        said=$(grep -c "after.h5.$ending: as found before" err.txt || true)
        [ "$said" -eq "$([ "$damage" = "$ending" ] && echo 0 || echo 1)" ] || fail "$damage damaged, $ending found before $said times: $(cat err.txt)"
    done
    same_places killed.h5ad "killed after training, $damage damaged"
done
# What is left out is added later by its verb, the same.
# shellcheck disable=SC2086
"$SCILAMA" fit sim.h5ad -o later.h5ad ${set_up% --no-umap*} --batch-size 64 --quiet --no-graph
"$CLI_TOOL" shape later.h5ad obsp/connectivities 1000 1000 2> /dev/null && fail "--no-graph wrote a graph"
"$SCILAMA" cluster later.h5ad --graph --quiet && "$SCILAMA" umap later.h5ad --quiet
same_places later.h5ad "added by cluster and umap"
finish
