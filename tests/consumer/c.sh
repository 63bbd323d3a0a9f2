#!/bin/sh
# SPDX-License-Identifier: MIT
# C and C++ programs by pkg-config, against the shared and the static library.
. "$(dirname "$0")/prefix.sh"
need pkg-config
cd "$SCRATCH"
cc=${CC:-cc}
cxx=${CXX:-g++}

plain() {
    # shellcheck disable=SC2046
    $cc -std=c99 -Wall -Wextra -pedantic -Werror "$HERE/twenty_steps.c" -o shared $(pkg-config --cflags --libs scilama) &&
        ./shared model.h5 | grep -c '^[a-z]* *[0-9a-f]*$' | grep -q '^3$' && [ -s model.h5 ] &&
        readelf -d shared | grep -q 'NEEDED.*libscilama.so.0'
}
# Hash of the weights committed with the tests would bind us to one processor; here two runs.
repeatable() { same ./shared; }

static() {
    mkdir -p only && cp "$LIBDIR/libscilama.a" only/ &&
        flags=$(pkg-config --static --libs scilama | sed "s#-L[^ ]*/pkgconfig/[^ ]*#-L$SCRATCH/only#") &&
        # shellcheck disable=SC2046,SC2086
        $cc "$HERE/twenty_steps.c" -o static $(pkg-config --cflags scilama) $flags &&
        ! readelf -d static | grep -q 'libscilama' && same ./static
}
cxx() {
    # shellcheck disable=SC2046
    $cxx -std=c++17 -Wall -Wextra -pedantic -Werror "$HERE/twenty_steps.cpp" -o cxx $(pkg-config --cflags --libs scilama) && same ./cxx
}
whole() {
    mkdir -p files
    # shellcheck disable=SC2046
    $cxx -std=c++17 -g -fsanitize=address,undefined -fno-sanitize-recover -Wall -Wextra -pedantic -Werror "$HERE/whole.cpp" -o whole $(pkg-config --cflags --libs scilama) &&
        ./whole files
}
no_rpath() { ! readelf -d "$SCILAMA_LIBRARY" | grep -E 'RPATH|RUNPATH'; }
install_paths() { # nothing of the build or the source tree in what is installed
    ! grep -rn -F -e "$ROOT/" "$LIBDIR/pkgconfig/scilama.pc" "$PREFIX/include/scilama"
}

check "pkg-config --validate" pkg-config --validate scilama
check "the .pc file names no folder of the source tree" install_paths
check "the installed library has no RPATH" no_rpath
program() { env -i "$PREFIX/bin/scilama" --version | grep -q '^scilama '; }
if [ -x "$PREFIX/bin/scilama" ]; then check "the installed program finds its library in a clean environment" program; fi
check "C, shared" plain
check "C, shared, again" repeatable
check "C, static" static
if command -v "$cxx" >/dev/null 2>&1; then
    check "C++17, scilama.hpp" cxx
    check "C++17, its other parts, sanitized" whole
else
    skipped "$cxx is not installed"
fi
finish
