#!/bin/sh
# SPDX-License-Identifier: MIT
# Every consumer against one installation in a clean folder. Each trains 20 steps on the
# data of DATA.md and has to print the hashes of the C program. Consumers whose tools are
# missing say so and are skipped. $JULIA, $PYTHON, $CARGO name tools that are not in PATH.
. "$(dirname "$0")/prefix.sh"
for script in "$HERE"/*.sh; do
    case $(basename "$script") in run.sh | prefix.sh | fetch_julia.sh) continue ;; esac
    status=0
    echo "-- $(basename "$script" .sh)"
    sh "$script" >"$SCRATCH/log" 2>&1 </dev/null || status=$?
    grep -v -E '^[0-9]+ passed, [0-9]+ failed' "$SCRATCH/log" || true
    add_counts "$script" "$SCRATCH/log" "$status"
done
finish
