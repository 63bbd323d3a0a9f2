#!/bin/sh
# SPDX-License-Identifier: MIT
# The whole matrix of files: every generation of anndata, in an environment of its own, writes files (generate.py), the
# library reads them (compare.py) and adds results to them (outputs.py), which the oldest anndata that is supported
# for outputs (0.8) up to the newest open. The last line reads "N passed, N failed".
#
# usage: run.sh [FOLDER]     FOLDER keeps environments and files for the next run (default: BUILD_DIR/files)
# Debian's own anndata is one more generation, where it is installed. Parquet needs pyarrow and duckdb, which pip
# brings, and libduckdb.so, found as the loader does (say through LD_LIBRARY_PATH): without it its part is left out.
# A generation whose Python is not found (PATH, ~/.pyenv) or that pip cannot install is left out, and said to be; fewer
# than four count as a failure.
set -u
cd "$(dirname "$0")/../.."
. tests/tally.sh
SCILAMA_BUILD=${SCILAMA_BUILD:-$PWD/${BUILD_DIR:-build}}
export SCILAMA_BUILD
mkdir -p "${1:-$SCILAMA_BUILD/files}"
folder=$(cd "${1:-$SCILAMA_BUILD/files}" && pwd)
export PYTHONWARNINGS=ignore

# interpreter MINOR...: the first of these Pythons 3.MINOR that is found
interpreter() {
    for minor in "$@"; do
        for candidate in "$(command -v "python3.$minor")" "$HOME"/.pyenv/versions/3."$minor".*/bin/python; do
            if [ -x "$candidate" ] && "$candidate" -c 'import venv, ensurepip' 2>/dev/null; then
                echo "$candidate"
                return
            fi
        done
    done
}

# environment NAME "MINORS" PACKAGE...: makes $folder/NAME, once
environment() {
    name=$1 minors=$2
    shift 2
    [ "$(cat "$folder/$name/complete" 2>/dev/null)" = "$minors $*" ] && return 0
    # shellcheck disable=SC2086
    python=$(interpreter $minors)
    [ -n "$python" ] || { echo "without $name: none of Python 3.($minors) is here"; return 1; }
    rm -rf "${folder:?}/$name"
    if ! "$python" -m venv "$folder/$name" || ! "$folder/$name/bin/python" -m pip install -q --disable-pip-version-check "$@" hdf5plugin >"$folder/$name.log" 2>&1; then
        echo "without $name: pip cannot install it (see $folder/$name.log)"
        return 1
    fi
    echo "$minors $*" >"$folder/$name/complete"
}

old="numpy==1.23.5 pandas==1.5.3 scipy==1.10.1 h5py==3.8.0 setuptools<70"
generations=""
for line in \
    "0.5.10|7|anndata==0.5.10 numpy<1.18 pandas<0.25 scipy<1.3 h5py<2.11" \
    "0.6.22|11 10 9 8|anndata==0.6.22 $old" \
    "0.7.8|11 10 9 8|anndata==0.7.8 $old" \
    "0.8.0|11 10 9 8|anndata==0.8.0 $old" \
    "0.10.9|12 11 10|anndata==0.10.9 numpy<2 pandas<2.3 scipy<1.14" \
    "0.11.4|12 11 10|anndata==0.11.4 pandas<3" \
    "0.12|13 12 11|anndata==0.12.* pandas<3" \
    "newest|14 13 12|anndata>=0.13"; do
    name=${line%%|*} rest=${line#*|}
    # shellcheck disable=SC2086
    if environment "$name" "${rest%%|*}" ${rest#*|}; then generations="$generations $name"; fi
done
if /usr/bin/python3 -c 'import anndata' 2>/dev/null; then
    mkdir -p "$folder/debian/bin"
    ln -sf /usr/bin/python3 "$folder/debian/bin/python"
    touch "$folder/debian/complete"
    generations="debian$generations"
fi
"$folder/newest/bin/python" -m pip install -q --disable-pip-version-check pyarrow duckdb >"$folder/parquet.log" 2>&1 || echo "without pyarrow and duckdb"
# shellcheck disable=SC2086
set -- $generations
if [ $# -lt 4 ]; then failed "only $# generations of anndata"; fi

# step NAME COMMAND...: one whose last line has counts
log=$folder/step.log
step() {
    name=$1
    shift
    status=0
    "$@" >"$log" 2>&1 || status=$?
    grep -v '^wrote' "$log" | sed "s/^/$name: /"
    add_counts "$name" "$log" "$status"
}

for g in "$@"; do
    rm -rf "$folder/files-$g" "$folder/out-$g"
    if ! "$folder/$g/bin/python" tests/files/generate.py "$folder/files-$g" >"$log" 2>&1; then
        tail -3 "$log"
        failed "anndata $g writes files"
    fi
done
reader=$folder/$(for g in "$@"; do echo "$g"; done | tail -n 1)/bin/python
HDF5_PLUGIN_PATH=$("$reader" -c 'import hdf5plugin; print(hdf5plugin.PLUGIN_PATH)') # for blosc, which the library leaves to HDF5
for g in "$@"; do
    step "library reads files of anndata $g" env HDF5_PLUGIN_PATH="$HDF5_PLUGIN_PATH" "$reader" tests/files/compare.py "$folder/files-$g"
    "$reader" tests/files/outputs.py write "$folder/files-$g" "$folder/out-$g" || failed "results into files of anndata $g"
    for h in debian 0.8.0 0.10.9 0.11.4 0.12 newest; do
        if [ -f "$folder/$h/complete" ]; then
            step "anndata $h reads outputs from files of anndata $g" "$folder/$h/bin/python" tests/files/outputs.py check "$folder/out-$g"
        fi
    done
done
# anndata's archives are in its source
archives=$folder/source/anndata-0.12.19/tests/data/archives
mkdir -p "$folder/source"
[ -d "$archives" ] || { "$reader" -m pip download -q --no-binary anndata --no-deps -d "$folder/source" anndata==0.12.19 >"$log" 2>&1 &&
    tar -C "$folder/source" -xzf "$folder/source/anndata-0.12.19.tar.gz"; } || echo "without anndata's archives (see $log)"
if [ -d "$archives" ] && [ -f "$folder/0.12/complete" ]; then
    step "anndata's archives" "$folder/0.12/bin/python" tests/files/archives.py "$archives"
fi
step "Parquet" "$reader" tests/files/parquet.py
finish
