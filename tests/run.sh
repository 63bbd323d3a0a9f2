#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the library and runs its tests. The last line reads "N passed, N failed".
# BUILD_DIR chooses another build folder; arguments go to `meson setup`.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD_DIR:-build}

sh tests/packages.sh
if [ ! -f "$build/build.ninja" ]; then
    meson setup "$build" "$@"
fi
ninja -C "$build"

status=0
meson test -C "$build" --no-rebuild --no-suite slow --no-suite bench --print-errorlogs \
    --timeout-multiplier 4 </dev/null || status=$?

# One JSON object a line; the first "result" of a line is the test's own.
log=$build/meson-logs/testlog.json
count() { sed 's/.*"result": "\([A-Z]*\)".*/\1/' "$log" | grep -c -E "^($1)\$" || true; }
passed=$(count 'OK|EXPECTEDFAIL')
skipped=$(count 'SKIP')
all=$(grep -c . "$log" || true)
failed=$((all - passed - skipped))
if [ "$all" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; }; then
    failed=$((failed + 1))
fi
tail=
[ "$skipped" -gt 0 ] && tail=", $skipped skipped"
echo "$passed passed, $failed failed$tail"
[ "$failed" -eq 0 ]
