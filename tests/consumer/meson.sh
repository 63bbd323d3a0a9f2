#!/bin/sh
# SPDX-License-Identifier: MIT
# A Meson project: with the installed library, and with the source tree as its subproject.
. "$(dirname "$0")/prefix.sh"
need meson ninja
project() {
    cp -r "$HERE/meson" "$SCRATCH/$1" && cp "$HERE/twenty_steps.c" "$SCRATCH/$1/" && cd "$SCRATCH/$1"
}
installed() {
    project installed && meson setup out && ninja -C out && same ./out/consumer
}
static() {
    project static && meson setup out -Ddefault_library=static && ninja -C out && ! readelf -d out/consumer | grep -q libscilama && same ./out/consumer
}
fallback() {
    project fallback && mkdir subprojects && ln -s "$ROOT" subprojects/scilama &&
        meson setup out --wrap-mode=forcefallback && ninja -C out consumer && same ./out/consumer
}
check "Meson, installed" installed
check "Meson, static" static
check "Meson, subproject" fallback
finish
