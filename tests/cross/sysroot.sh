#!/bin/sh
# SPDX-License-Identifier: MIT
# Unpacks what the library needs of a Debian architecture into a folder; needs no root and
# changes nothing of the system. Usage: sysroot.sh DEBIAN_ARCHITECTURE FOLDER
# $MIRROR, $SUITE: where from (default: deb.debian.org, bookworm).
set -eu
arch=$1
mkdir -p "$2"
root=$(cd "$2" && pwd)
packages="libc6-dev libgcc-12-dev linux-libc-dev libblis-serial-dev libhdf5-dev zlib1g-dev libdeflate-dev libzstd-dev check"

# An apt of its own, for which nothing is installed: it names every package needed.
apt=$root.apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/etc"
: >"$apt/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${MIRROR:-http://deb.debian.org/debian} ${SUITE:-bookworm} main" >"$apt/etc/sources.list"
cat >"$apt/apt.conf" <<END
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Install-Recommends "false";
Dir::State "$apt";
Dir::State::Lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Cache::Archives "$apt/archives";
Dir::Etc::SourceList "$apt/etc/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::Parts "-";
Dir::Etc::Preferences "-";
Dir::Etc::PreferencesParts "-";
APT::Sandbox::User "";
Debug::NoLocking "true";
Acquire::Retries "3";
END
export APT_CONFIG="$apt/apt.conf"
apt-get -q update
# shellcheck disable=SC2086
apt-get -q -y --download-only install $packages
for package in "$apt"/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
rm -rf "$apt"
# What the packages' own scripts would do.
triplet=$(basename "$(dirname "$(find "$root/usr/lib" -name crt1.o | head -n 1)")")
pc=$root/usr/lib/$triplet/pkgconfig
[ -e "$pc/hdf5.pc" ] || ln -s hdf5-serial.pc "$pc/hdf5.pc"
echo "$triplet"
