#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what building and testing need where it is missing (Debian, Ubuntu), or says
# what to install. Usage: sh tests/packages.sh [further Debian packages]
set -eu

packages="meson ninja-build gcc libc6-dev pkg-config libblis-serial-dev libhdf5-dev zlib1g-dev libdeflate-dev libzstd-dev check"

if command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; then
    missing=
    for package in $packages "$@"; do
        # shellcheck disable=SC2016
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$state" = installed ] || missing="$missing $package"
    done
    [ -n "$missing" ] || exit 0
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null 2>&1; then
            as_root=sudo
        else
            echo "Please install these packages as root, then run this again:"
            echo "  apt-get install$missing"
            exit 1
        fi
    fi
    echo "Installing:$missing"
    export DEBIAN_FRONTEND=noninteractive
    # A stale or broken package list is not the end: the packages may still be there.
    $as_root apt-get -q update </dev/null || echo "apt-get update failed; trying with the lists at hand."
    # shellcheck disable=SC2086
    exec $as_root apt-get -q -y --no-install-recommends -o Acquire::Retries=3 install $missing </dev/null
fi

lacking=
for tool in meson ninja cc pkg-config; do
    command -v "$tool" >/dev/null 2>&1 || lacking="$lacking $tool"
done
if command -v pkg-config >/dev/null 2>&1; then
    for module in zlib check; do
        pkg-config --exists "$module" || lacking="$lacking $module"
    done
fi
if [ -n "$lacking" ]; then
    cat <<END
Not found:$lacking.
Please install Meson 1.0 or newer, Ninja, a C11 compiler, pkg-config, BLIS 0.9 or newer,
HDF5 1.10 or newer, zlib, libdeflate, libzstd and Check, each with its headers:
  Fedora        dnf install meson ninja-build gcc pkgconf blis-devel hdf5-devel zlib-devel libdeflate-devel libzstd-devel check-devel
  Arch          pacman -S meson ninja gcc pkgconf blis hdf5 zlib libdeflate zstd check
  conda-forge   conda install meson ninja c-compiler pkg-config blis hdf5 zlib libdeflate zstd check
BLIS in a folder of its own is found with: meson setup build -Dblis_dir=FOLDER
END
    exit 1
fi
