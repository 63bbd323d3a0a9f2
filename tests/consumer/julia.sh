#!/bin/sh
# SPDX-License-Identifier: MIT
# The Julia package. $JULIA: the program; where there is none, Debian's is fetched.
. "$(dirname "$0")/prefix.sh"
cd "$SCRATCH"
julia=${JULIA:-julia}
if ! command -v "$julia" >/dev/null 2>&1 && ! julia=$(timeout 400 sh "$HERE/fetch_julia.sh" "$SCRATCH/julia" 2>"$SCRATCH/fetch.log"); then
    skipped "Julia is not installed and cannot be fetched: $(tail -n 1 "$SCRATCH/fetch.log")"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
cp -r "$ROOT/examples/julia/SciLaMA.jl" package
export JULIA_LOAD_PATH="$SCRATCH/package:@stdlib" JULIA_DEPOT_PATH="$SCRATCH/depot"
check "Julia, ccall" same "$julia" --startup-file=no --color=no package/test/runtests.jl
finish
