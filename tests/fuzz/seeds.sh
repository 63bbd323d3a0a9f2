#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: seeds.sh FOLDER   writes the seed corpora FOLDER/{h5ad,tenx,model,npy,...} from tests/data, the
# regression inputs and make_seeds.py (where $PYTHON has h5py); models where $SCILAMA is the program.
set -e
here=$(dirname "$0")
mkdir -p "$1/h5ad"
for f in "$here"/../data/anndata/*.h5ad.gz; do gzip -dc "$f" > "$1/h5ad/$(basename "$f" .gz)"; done
for kind in "$here"/corpus/*; do
  mkdir -p "$1/$(basename "$kind")"
  cp "$kind"/* "$1/$(basename "$kind")/" 2>/dev/null || true
done
"${PYTHON:-python3}" "$here/make_seeds.py" "$1" || echo "seeds.sh: no files of make_seeds.py (it needs numpy and h5py)" >&2
if [ -n "$SCILAMA" ]; then
  "$SCILAMA" simulate "$1/cells.h5ad" --cells 60 --genes 30 --types 2 --batches 2 --quiet
  "$SCILAMA" fit "$1/cells.h5ad" -o "$1/out.h5ad" --model "$1/model/small.h5" --batch batch --hidden 4 --latent 2 --epochs 1 --no-umap --quiet
  "$SCILAMA" fit "$1/cells.h5ad" -o "$1/out.h5ad" --model "$1/model/plain.h5" --embeddings random:3 --hidden 4 --latent 2 --epochs 1 --no-umap --quiet
  "$SCILAMA" fit "$1/cells.h5ad" -o "$1/out.h5ad" --model "$1/model/reference.h5" --reference --batch batch --label cell_type --hidden 4 --latent 2 --epochs 1 --quiet > "$1/said.txt"
  "$SCILAMA" simulate "$1/three.h5ad" --cells 90 --genes 30 --types 2 --batches 3 --quiet
  "$SCILAMA" map "$1/model/reference.h5" "$1/three.h5ad" -o "$1/out.h5ad" --adapt --model "$1/model/adapted.h5" --quiet
  rm -f "$1/three.h5ad" "$1/said.txt" "$1/cells.h5ad" "$1/out.h5ad"
fi
