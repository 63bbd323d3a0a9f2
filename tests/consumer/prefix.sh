# SPDX-License-Identifier: MIT
# Sourced by the consumers: $PREFIX is an installation (made when it is not given),
# $SCRATCH an empty folder to build in, $EXPECTED the lines that the C program prints.
# PKG_CONFIG_PATH and LD_LIBRARY_PATH lead to the installation. POSIX sh.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
. "$HERE/../tally.sh"
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT

if [ -z "${PREFIX:-}" ]; then
    build=${BUILD_DIR:-$ROOT/build}
    [ -f "$build/build.ninja" ] || meson setup "$build" "$ROOT" >"$SCRATCH/setup.log"
    ninja -C "$build" >"$SCRATCH/build.log" || { tail -n 30 "$SCRATCH/build.log"; exit 1; }
    # The .pc file is relocatable, so that a staged installation works where it lies.
    DESTDIR=$SCRATCH/stage meson install -C "$build" --no-rebuild --quiet >"$SCRATCH/install.log"
    PREFIX=$(cd "$(dirname "$(find "$SCRATCH/stage" -name scilama.h)")/../.." && pwd)
    export PREFIX
fi
LIBDIR=$(dirname "$(find "$PREFIX" -name libscilama.a | head -n 1)")
export PKG_CONFIG_PATH="$LIBDIR/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export LD_LIBRARY_PATH="$LIBDIR${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export SCILAMA_LIBRARY="$LIBDIR/libscilama.so.0"

# need TOOL…: ends the script as skipped where a tool is missing.
need() {
    for tool in "$@"; do
        command -v "$tool" >/dev/null 2>&1 || { skipped "$tool is not installed"; SKIP_ONLY=1; }
    done
    if [ "${SKIP_ONLY:-0}" = 1 ]; then
        printf '0 passed, 0 failed, %s skipped\n' "$TALLY_SKIPPED"
        exit 0
    fi
}

# The C program's lines, once per installation.
expected() {
    if [ ! -f "$SCRATCH/expected" ]; then
        # shellcheck disable=SC2046
        ${CC:-cc} "$HERE/twenty_steps.c" -o "$SCRATCH/reference" $(pkg-config --cflags --libs scilama)
        "$SCRATCH/reference" >"$SCRATCH/expected"
    fi
    cat "$SCRATCH/expected"
}

# same COMMAND…: runs it and compares what it prints with the C program's lines.
same() {
    "$@" >"$SCRATCH/actual" || return 1
    expected >/dev/null || return 1
    diff "$SCRATCH/expected" "$SCRATCH/actual"
}
