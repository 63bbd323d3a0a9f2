#!/bin/sh
# SPDX-License-Identifier: MIT
# Unpacks Julia 1.5 of Debian bullseye (later releases have none) into a folder, with what
# it links; needs no root and changes nothing of the system. Prints the program to run.
# Usage: JULIA=$(fetch_julia.sh FOLDER). $MIRROR: where from (default: deb.debian.org).
set -eu
mkdir -p "$1"
root=$(cd "$1" && pwd)
keys=/usr/share/keyrings/debian-archive-keyring.gpg
for needed in apt-get dpkg-deb; do
    command -v $needed >/dev/null 2>&1 || { echo "$needed is not there" >&2; exit 1; }
done

# An apt of its own, for which nothing is installed: it names every package needed.
apt=$root/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/etc"
: >"$apt/status"
echo "deb [signed-by=$keys] ${MIRROR:-http://deb.debian.org/debian} bullseye main" >"$apt/etc/sources.list"
cat >"$apt/apt.conf" <<END
APT::Install-Recommends "false";
APT::Sandbox::User "";
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Etc::SourceList "$apt/etc/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::Parts "-";
Dir::Etc::Preferences "-";
Dir::Etc::PreferencesParts "-";
Acquire::Languages "none";
Acquire::Retries "3";
END
{
    APT_CONFIG=$apt/apt.conf apt-get -q update
    APT_CONFIG=$apt/apt.conf apt-get -q -y --download-only install julia
} </dev/null >&2
for package in "$apt"/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
rm -rf "$apt"

# The system's own libraries come first, so that the library under test meets those that it
# was linked with; the folder has what the system lacks. But Julia unwinds its stack with the
# libunwind that it was built with: with a later one it crashes when it throws.
triplet=$(basename "$(dirname "$(find "$root/usr/lib" -name 'libjulia.so*' | head -n 1)")")
mkdir "$root/first"
ln -s "$root/usr/lib/$triplet/libunwind.so.8" "$root/first/"
folders=$root/first:/lib/$triplet:/usr/lib/$triplet:$root/lib/$triplet:$root/usr/lib/$triplet
cat >"$root/julia" <<END
#!/bin/sh
LD_LIBRARY_PATH=\${LD_LIBRARY_PATH:+\$LD_LIBRARY_PATH:}$folders exec "$root/usr/bin/julia" "\$@"
END
chmod +x "$root/julia"
JULIA_DEPOT_PATH=$root/depot "$root/julia" --startup-file=no -e 'try error("") catch; exit(0) end' >&2
echo "$root/julia"
