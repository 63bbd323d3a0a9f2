#!/bin/sh
# SPDX-License-Identifier: MIT
# A CMake project that finds the library by pkg_check_modules.
. "$(dirname "$0")/prefix.sh"
need cmake pkg-config
build() {
    cp -r "$HERE/cmake" "$SCRATCH/project" && cd "$SCRATCH/project" &&
        cmake -S . -B out -DCONSUMER_SOURCE="$HERE/twenty_steps.c" && cmake --build out && same ./out/consumer
}
static() {
    cd "$SCRATCH/project" && cmake -S . -B static -DCONSUMER_SOURCE="$HERE/twenty_steps.c" -DCONSUMER_STATIC=ON && cmake --build static &&
        ! readelf -d static/consumer | grep -q libscilama && same ./static/consumer
}
check "CMake, pkg_check_modules" build
check "CMake, static" static
finish
