# SPDX-License-Identifier: MIT
# Discs that are full: of 40 to 700 kB where file systems can be mounted, and by the limit of file sizes
# anywhere. One line, exit 1, no crash at the end, nothing left, old files as they were; a host goes on.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data 120 60
"$SCILAMA" fit sim.h5ad -o fitted.h5ad --hidden 16,8 --latent 4 --max-steps 6 --embeddings text=emb.h5 --model model.h5 --quiet
echo old > old.txt

# expect WHERE VERB ARGUMENTS…: succeeds, or fails as it should; outputs are in D.
expect() {
    where=$1
    shift
    status=0
    "$SCILAMA" "$@" --quiet > out.txt 2> err.txt || status=$?
    if [ "$status" -eq 1 ]; then
        refused=$((refused + 1))
        [ "$(wc -l < err.txt)" -eq 1 ] || fail "$where, $*: not one line: $(cat err.txt)"
        grep -q -e "No space left" -e "too large" err.txt || fail "$where, $*: $(cat err.txt)"
        for file in D/*; do
            [ -e "$file" ] || continue
            case $file in
            D/old.*) cmp -s "$file" old.txt || fail "$where, $*: $file is not the old one" ;;
            D/c.h5 | D/c.h5.1 | D/c.h5.embedding | D/c.h5.neighbours | D/c.h5.leiden | D/fitted.h5ad | D/log) ;;
            *) fail "$where, $*: left $file" ;;
            esac
        done
        [ ! -e D/fitted.h5ad ] || cmp -s D/fitted.h5ad fitted.h5ad || fail "$where, $*: the file in place was changed"
    elif [ "$status" -ne 0 ]; then
        fail "$where, $*: exit $status: $(cat err.txt)"
    fi
    runs=$((runs + 1))
}

begin() { rm -rf D/*; }
aged() { for name in "$@"; do cp old.txt "D/$name" 2> /dev/null || :; done; }

every_verb() {
    quick="--hidden 16,8 --latent 4 --max-steps 6 --no-umap"
    begin; aged old.h5ad old.h5
    expect "$1" simulate D/old.h5ad --cells 120 --genes 60 --embeddings D/old.h5 --width 8
    begin; aged old.h5ad old.h5
    # shellcheck disable=SC2086
    expect "$1" fit sim.h5ad -o D/old.h5ad --embeddings text=emb.h5 $quick --model D/old.h5 --log-json D/log
    begin; aged old.h5ad
    # shellcheck disable=SC2086
    expect "$1" fit sim.h5ad -o D/old.h5ad --embeddings none $quick --checkpoint D/c.h5 --checkpoint-every 0
    begin; aged old.h5ad
    expect "$1" embed model.h5 sim.h5ad -o D/old.h5ad
    begin
    expect "$1" impute model.h5 sim.h5ad -o D/new.h5ad
    begin; aged old.tsv old.json old.h5ad
    expect "$1" markers fitted.h5ad --group cell_type -o D/old.h5ad --tsv D/old.tsv --json D/old.json --permutations 3
    begin; aged old.html
    expect "$1" report fitted.h5ad -o D/old.html
    begin
    if cp fitted.h5ad D/ 2> /dev/null; then expect "$1, in place" cluster D/fitted.h5ad --graph; fi
}

runs=0
refused=0
mkdir D
for blocks in 1 20 60 200 400; do # of 512 bytes
    (
        ulimit -f "$blocks"
        every_verb "limit of $blocks blocks"
        [ "$failures" -eq 0 ] && echo "limit of $blocks blocks: $refused of $runs refused"
    ) || exit 1
done
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=40k tmpfs D 2> /dev/null; then
    trap 'umount "$folder/D"; rm -rf "$folder"' EXIT
    for size in 40 70 100 130 160 200 250 300 350 400 500 700; do
        mount -o "remount,size=${size}k" D
        every_verb "disc of ${size} kB"
    done
    begin
    mount -o "remount,size=200k" D
    mkdir room
    "$HOST" "$LIBRARY" D room || fail "a host on a full disc: exit $?"
    echo "discs: $refused of $runs refused"
else
    echo "no file system can be mounted: only limits were tried"
fi
finish
