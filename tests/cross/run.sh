#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds for other processors and runs the unit tests there under qemu-user (i386 runs by
# itself on x86-64): 64-bit ARM, 32 bit, and big-endian. Slow; not part of .ci/run.
# Usage: run.sh [arm64|i386|s390x …]. Debian: apt-get install qemu-user gcc-aarch64-linux-gnu
# gcc-i686-linux-gnu gcc-s390x-linux-gnu. $CROSS_DIR keeps the unpacked systems between runs.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/../tally.sh"
folder=${CROSS_DIR:-}
if [ -z "$folder" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"

# Defines compiler, runner of an architecture.
tools_of() {
    case $1 in
    arm64) compiler=aarch64-linux-gnu-gcc runner="'qemu-aarch64', '-L', sys_root" needs=qemu-aarch64 ;;
    s390x) compiler=s390x-linux-gnu-gcc runner="'qemu-s390x', '-L', sys_root" needs=qemu-s390x ;;
    i386)
        compiler=i686-linux-gnu-gcc needs=
        libraries="sys_root + '/lib/i386-linux-gnu:' + sys_root + '/usr/lib/i386-linux-gnu:' + sys_root + '/usr/lib/i386-linux-gnu/hdf5/serial'"
        runner="sys_root + '/lib/i386-linux-gnu/ld-linux.so.2', '--library-path', $libraries"
        case $(uname -m) in x86_64 | i?86) ;; *) needs="a processor of the x86 family" ;; esac
        ;;
    *) return 1 ;;
    esac
}

unpack() {
    [ -f "$folder/$1/.whole" ] && return 0
    rm -rf "${folder:?}/$1"
    sh "$here/sysroot.sh" "$1" "$folder/$1" && : >"$folder/$1/.whole"
}

build() {
    printf "[constants]\nsys_root = '%s'\nrunner = [%s]\n" "$folder/$1" "$runner" >"$folder/$1.ini"
    if [ ! -f "$folder/build-$1/build.ninja" ]; then
        meson setup "$folder/build-$1" "$root" --cross-file "$folder/$1.ini" --cross-file "$here/$1.ini" \
            -Dbuildtype=debugoptimized || return 1
    fi
    ninja -C "$folder/build-$1" -k 0
}

units() {
    CK_TIMEOUT_MULTIPLIER=100 meson test -C "$folder/build-$1" --no-rebuild --suite unit --suite golden --print-errorlogs --timeout-multiplier 40
}

for arch in "${@:-arm64 i386 s390x}"; do
    for one in $arch; do
        tools_of "$one" || { failed "$one: no such architecture here"; continue; }
        missing=
        for tool in "$compiler" $needs meson ninja dpkg-deb apt-get; do
            command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
        done
        if [ -n "$missing" ]; then
            skipped "$one:$missing not found"
            continue
        fi
        check "$one, packages" unpack "$one"
        check "$one, build" build "$one"
        check "$one, unit tests" units "$one"
    done
done
finish
