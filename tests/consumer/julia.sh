#!/bin/sh
# SPDX-License-Identifier: MIT
# The Julia package. $JULIA: the program.
. "$(dirname "$0")/prefix.sh"
julia=${JULIA:-julia}
need "$julia"
cd "$SCRATCH"
cp -r "$ROOT/examples/julia/SciLaMA.jl" package
export JULIA_LOAD_PATH="$SCRATCH/package:@stdlib"
check "Julia, ccall" same "$julia" --startup-file=no --color=no package/test/runtests.jl
finish
