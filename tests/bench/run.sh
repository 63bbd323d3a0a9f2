#!/bin/sh
# SPDX-License-Identifier: MIT
# Counts the instructions of a step (instructions.py). The last line reads "N passed, N failed".
# BUILD_DIR chooses another build folder.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD_DIR:-build}
ninja -C "$build" tests/bench/bench_step lib/libscilama_portable.so
status=0
python3 tests/bench/instructions.py "$build/tests/bench/bench_step" "$build/lib/libscilama_portable.so" || status=$?
[ "$status" -eq 77 ] || exit "$status"
