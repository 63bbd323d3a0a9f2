#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes the types behind the exported functions, as libabigail sees them.
# Usage: baseline.sh SHARED > FILE (the library needs debug information)
exec abidw --headers-dir "$(dirname "$0")/../../include/scilama" --drop-private-types \
    --no-corpus-path --no-comp-dir-path --no-show-locs "$1"
