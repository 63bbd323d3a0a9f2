#!/bin/sh
# SPDX-License-Identifier: MIT
# scilama-mpi: 1, 2, 3 and 4 ranks have the same losses and models bit for bit over 200 steps of the cell VAE and 50 of the
# gene VAE, dropout and sampling included; a killed rank, and restart on other numbers. Needs OpenMPI
# (libopenmpi-dev, openmpi-bin): the program is built in build-mpi, and nothing else is there. $BUILD_DIR: another build,
# with -Dmpi=enabled. $TIME_FACTOR: by how much limits of time are longer.
set -eu
cd "$(dirname "$0")/../.."
. tests/tally.sh
if ! command -v mpirun >/dev/null 2>&1 || ! command -v mpicc >/dev/null 2>&1; then
    skipped "scilama-mpi: needs OpenMPI (libopenmpi-dev, openmpi-bin)"
    finish
    exit 0
fi
build=${BUILD_DIR:-build-mpi}
[ -f "$build/build.ninja" ] || meson setup "$build" -Dmpi=enabled -Dtests=false >/dev/null
ninja -C "$build" examples/mpi/scilama-mpi examples/scilama/scilama >/dev/null
build=$(cd "$build" && pwd)
program=$build/examples/mpi/scilama-mpi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
OMPI_MCA_mpi_yield_when_idle=1
OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_mpi_yield_when_idle OMPI_MCA_hwloc_base_binding_policy
root=
[ "$(id -u)" -ne 0 ] || root=--allow-run-as-root
simulate=$build/examples/scilama/scilama
"$simulate" simulate "$scratch/a.h5ad" --cells 1300 --genes 200 --embeddings "$scratch/emb.h5" --seed 1 >/dev/null 2>&1
"$simulate" simulate "$scratch/b.h5ad" --cells 700 --genes 180 --seed 1 >/dev/null 2>&1

# fit RANKS NAME OPTION…
fit() {
    ranks=$1 name=$2
    shift 2
    # shellcheck disable=SC2086
    timeout "$((100 * ${TIME_FACTOR:-1}))" mpirun $root --oversubscribe -n "$ranks" "$program" fit "$scratch/a.h5ad" "$scratch/b.h5ad" -o "$scratch/$name.h5ad" \
        --embeddings "$scratch/emb.h5" --batch batch --max-steps 200 --gene-max-steps 50 --hidden 64,32 --losses "$scratch/$name.tsv" --model "$scratch/$name.model" "$@"
}

# same A B: losses and models, bit for bit
same() {
    [ "$(wc -l <"$scratch/$1.tsv")" -eq 250 ] && cmp "$scratch/$1.tsv" "$scratch/$2.tsv" && cmp "$scratch/$1.model" "$scratch/$2.model"
}

# A mini-batch of one part beside one of four, nothing drawn: other sums of the same numbers. Losses of the cell VAE are within 1e-5
# of each other at every step. AdamW makes whole steps of gradients that are nothing but rounding, fewer with an epsilon of 1e-3: so
# those of the gene VAE are within 1e-3.
near() {
    for parts in 1 4; do
        fit 1 "parts$parts" --parts "$parts" --dropout 0 --sampling mean --epsilon 1e-3 || return 1
    done
    paste "$scratch/parts1.tsv" "$scratch/parts4.tsv" | awk '
        $1 != $4 || $2 != $5 { print "step " $1 " beside " $4; bad = 1 }
        { d = ($6 - $3) / $3; if (d < 0) d = -d; if (d > most[$2]) most[$2] = d }
        END { printf "%d steps, largest relative difference %.2g, of the genes %.2g\n", NR, most[1], most[2]
              exit bad || NR != 250 || most[1] > 1e-5 || most[2] > 1e-3 }'
}

# loses_a_rank: rank 1 of 2 is killed after the first checkpoint; the job ends, with words and a checkpoint
loses_a_rank() {
    fit 2 killed --max-steps 100000 --checkpoint-steps 40 >"$scratch/killed.log" 2>&1 &
    job=$!
    tries=0
    until [ -f "$scratch/killed.h5ad.checkpoint" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || return 1
        sleep 0.1
    done
    victim=
    for process in /proc/[0-9]*; do
        if tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qx 'OMPI_COMM_WORLD_RANK=1' &&
            tr '\0' '\n' 2>/dev/null <"$process/cmdline" | grep -qxF "$scratch/killed.h5ad"; then victim=${process#/proc/}; fi
    done
    [ -n "$victim" ] || return 1
    kill -9 "$victim"
    status=0
    wait "$job" || status=$?
    cat "$scratch/killed.log"
    [ "$status" -ne 0 ] && [ "$status" -ne 124 ] && grep -q -- '--resume' "$scratch/killed.log"
}

# goes_on RANKS: from the checkpoint after step 120 of two ranks, on RANKS ranks, ending as one rank did
goes_on() {
    rm -f "$scratch/part.tsv"
    fit 2 part --checkpoint-steps 50 --stop-after 120 || return 1
    fit "$1" part --resume || return 1
    same one part
}

# more_ranks: than parts, each of which has one from then on
more_ranks() {
    fit 5 killed --max-steps 100000 --resume --stop-after 20 >"$scratch/more.log" 2>&1 || return 1
    grep 'has 5 parts' "$scratch/more.log"
}

for ranks in 1 2 3 4; do
    check "$ranks ranks" fit "$ranks" "on$ranks"
    [ "$ranks" -eq 1 ] || check "$ranks ranks lose and learn as one does, bit for bit" same on1 "on$ranks"
done
mv "$scratch/on1.tsv" "$scratch/one.tsv"
mv "$scratch/on1.model" "$scratch/one.model"
check "one part loses as four do" near
check "two ranks' steps, then four's" goes_on 4
check "two ranks' steps, then one's" goes_on 1
check "a lost rank ends the job in words" loses_a_rank
check "going on after it, on three ranks" fit 3 killed --max-steps 100000 --resume --stop-after 200
check "going on, on more ranks than parts" more_ranks
finish
