#!/bin/sh
# SPDX-License-Identifier: MIT
# The host clash (host_clash.py) with the library built for ThreadSanitizer: no report may have
# the library on its stack. Other libraries are not instrumented: what is said of them alone is
# left out. Slow; not part of .ci/run. $PYTHON needs numpy and h5py; with torch it does more.
set -eu
cd "$(dirname "$0")/../.."
. tests/tally.sh
# The interpreter itself: what starts it may be a script, and its shell is not to be examined.
python=$("${PYTHON:-python3}" -c 'import sys; print(sys.executable)')
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
meson setup "$scratch/build" -Db_sanitize=thread -Db_lundef=false -Dtests=false -Dprogram=false >"$scratch/log" &&
    ninja -C "$scratch/build" lib/libscilama.so.0 >>"$scratch/log" || { tail -n 20 "$scratch/log"; exit 1; }
SCILAMA_LIBRARY=$scratch/build/lib/libscilama.so.0
PYTHONPATH=$(pwd)/examples/python
PYTHONDONTWRITEBYTECODE=1
export SCILAMA_LIBRARY PYTHONPATH PYTHONDONTWRITEBYTECODE
printf 'called_from_lib:%s\n' libgomp libopenblas libtorch >"$scratch/suppressions"
clash() {
    status=0
    LD_PRELOAD=$("${CC:-gcc}" -print-file-name=libtsan.so) \
        TSAN_OPTIONS="die_after_fork=0 exitcode=0 history_size=4 log_path=$scratch/report suppressions=$scratch/suppressions" \
        "$python" tests/ffi/host_clash.py || status=$?
    [ "$status" -eq 0 ] || { cat "$scratch"/report.* 2>/dev/null | head -n 60; return "$status"; }
    echo "$(cat "$scratch"/report.* 2>/dev/null | grep -c '^WARNING: ThreadSanitizer' || true) reports"
    # A report ends with a line of =====.
    cat "$scratch"/report.* 2>/dev/null | awk '/^=====/ { if (ours) printf "%s", text; text = ""; ours = 0; next }
        { text = text $0 "\n" } /libscilama/ { ours = 1 } END { if (ours) printf "%s", text }' >"$scratch/ours"
    cat "$scratch/ours"
    [ ! -s "$scratch/ours" ]
}
check "host clash under ThreadSanitizer" clash
finish
