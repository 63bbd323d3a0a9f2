#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: seeds.sh FOLDER   writes the seed corpora FOLDER/{hdf5,table,mtx} from tests/data
set -e
here=$(dirname "$0")
mkdir -p "$1/hdf5" "$1/table" "$1/mtx"
for f in "$here"/../data/anndata/*.h5ad.gz; do gzip -dc "$f" > "$1/hdf5/$(basename "$f" .gz)"; done
cp "$here"/corpus/table/* "$1/table/" 2>/dev/null || true
cp "$here"/corpus/mtx/* "$1/mtx/" 2>/dev/null || true
cp "$here"/corpus/hdf5/* "$1/hdf5/" 2>/dev/null || true
