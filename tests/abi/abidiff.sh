#!/bin/sh
# SPDX-License-Identifier: MIT
# Compares the library with the accepted baseline: any difference fails.
# Usage: abidiff.sh SHARED. Exit status 77: libabigail is not there.
here=$(dirname "$0")
command -v abidiff >/dev/null 2>&1 || { echo "abidiff is not installed (abigail-tools)"; exit 77; }
[ "$(uname -m)" = x86_64 ] || { echo "the baseline is of x86_64"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
gzip -dc "$here/baseline.abi.gz" >"$scratch/old.abi" && sh "$here/baseline.sh" "$1" >"$scratch/new.abi" || exit 1
# The symbol list has every symbol; here the types matter. BLIS objects carry no types.
if ! abidiff "$scratch/old.abi" "$scratch/new.abi"; then
    echo "If the change only adds: sh tests/abi/accept.sh, and say it in CHANGELOG.md under ABI."
    exit 1
fi
