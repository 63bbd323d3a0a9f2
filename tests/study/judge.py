#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges embeddings by scib-metrics: prints a line of JSON per file.

usage: judge.py FILE.h5ad … --embedding KEY --label COLUMN [--batch COLUMN] [--seed N] [--max-cells N]

Every figure runs from 0 (bad) to 1 (good), is computed by scib-metrics and scikit-learn, and is
never one of ours:

bio    mean of NMI and ARI of Leiden at the resolution of best NMI, silhouette of labels, cLISI
batch  mean of silhouette of batches within labels, iLISI, graph connectivity
total  0.6 bio + 0.4 batch; bio alone where there is one batch (Luecken et al. 2022)
knn, knn_balanced  share of cells whose ten nearest neighbours vote for their label: of all cells,
       and the mean over labels

Cells without a label (missing, or "unlabelled") or with a non-finite embedding are left out; above
--max-cells a seeded sample is judged. Neighbours are exact.
"""
import argparse
import json
import os

CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "scilama-study")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", os.path.join(CACHE, "jax"))  # else minutes per process
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")

import h5py  # noqa: E402
import numpy as np  # noqa: E402

MAX_CELLS = 20000
BIO = ("nmi", "ari", "silhouette_label", "clisi")
BATCH = ("silhouette_batch", "ilisi", "graph_connectivity")


def column(group, name):
    """An obs column as an array of strings; missing values are empty."""
    if name not in group:
        raise SystemExit(f"judge.py: obs has no column {name}")
    node = group[name]
    if isinstance(node, h5py.Group) and "categories" in node:
        names = np.append(node["categories"].asstr()[()].astype(object), "")
        return names[node["codes"][()]]  # code −1 takes the last one, ""
    values = node[()]
    return np.array([x.decode() if isinstance(x, bytes) else str(x) for x in values], dtype=object)


def neighbours(points, k):
    """Exact nearest neighbours, the cell itself first, as scib-metrics wants them."""
    from scib_metrics.nearest_neighbors import NeighborsResults
    from sklearn.neighbors import NearestNeighbors
    distances, indices = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(points).kneighbors(points)
    own = np.arange(len(points))
    for i in np.flatnonzero(indices[:, 0] != own):  # of cells at one place, each is nearest to itself
        at = np.flatnonzero(indices[i] == i)
        last = at[0] if len(at) else k - 1
        indices[i, 1:last + 1] = indices[i, :last]
        distances[i, 1:last + 1] = distances[i, :last]
        indices[i, 0], distances[i, 0] = i, 0
    return NeighborsResults(indices=indices, distances=distances)


def knn_accuracy(indices, codes, k=10):
    """Majority of the k nearest other cells; of labels with as many votes, the nearest cell's."""
    votes = codes[indices[:, 1:k + 1]]
    count = np.zeros((len(codes), codes.max() + 1))
    for j in range(votes.shape[1]):
        np.add.at(count, (np.arange(len(codes)), votes[:, j]), 1 - 1e-3 * j / k)
    right = count.argmax(axis=1) == codes
    return float(right.mean()), float(np.mean([right[codes == c].mean() for c in np.unique(codes)]))


def judge(points, labels, batches=None, seed=0, max_cells=MAX_CELLS):
    """points [cells × width], labels and batches [cells] of strings → a dict of figures."""
    from scib_metrics import clisi_knn, graph_connectivity, ilisi_knn
    from scib_metrics import nmi_ari_cluster_labels_leiden, silhouette_batch, silhouette_label
    points, labels = np.asarray(points, dtype=np.float32), np.asarray(labels, dtype=object)
    kept = np.isfinite(points).all(axis=1) & ~np.isin(labels, ["", "unlabelled"])
    lost = int((~np.isfinite(points).all(axis=1)).sum())
    kept = np.flatnonzero(kept)
    if len(kept) > max_cells:
        kept = np.sort(np.random.default_rng(seed).choice(kept, max_cells, replace=False))
    points = np.ascontiguousarray(points[kept])
    codes = np.unique(labels[kept].astype(str), return_inverse=True)[1]
    sites = None
    if batches is not None:
        sites = np.unique(np.asarray(batches, dtype=object)[kept].astype(str), return_inverse=True)[1]
        if sites.max() == 0:
            sites = None
    near = neighbours(points, min(90, len(points)))
    few = near.subset_neighbors(15)
    scores = {k: float(v) for k, v in nmi_ari_cluster_labels_leiden(few, codes, seed=seed).items()}
    scores["silhouette_label"] = float(silhouette_label(points, codes))
    scores["clisi"] = float(clisi_knn(near, codes))
    scores["bio"] = float(np.mean([scores[k] for k in BIO]))
    scores["total"] = scores["bio"]
    if sites is not None:
        scores["silhouette_batch"] = float(silhouette_batch(points, codes, sites))
        scores["ilisi"] = float(ilisi_knn(near, sites))
        scores["graph_connectivity"] = float(graph_connectivity(few, codes))
        scores["batch"] = float(np.mean([scores[k] for k in BATCH]))
        scores["total"] = 0.6 * scores["bio"] + 0.4 * scores["batch"]
    scores["knn"], scores["knn_balanced"] = knn_accuracy(near.indices, codes)
    active = int((points.var(axis=0) > 0.01).sum())  # of a latent space whose prior is N(0, I) (Burda et al. 2016)
    return {"cells": len(points), "not_finite": lost, "width": points.shape[1], "active": active, **{k: round(v, 5) for k, v in scores.items()}}


def read(path, embedding, label, batch=None, of=None):
    """→ points, labels, batches of all cells, or of those that the file `of` has."""
    with h5py.File(path, "r") as f:
        if embedding not in f["obsm"]:
            raise SystemExit(f"judge.py: {path}: obsm has no {embedding}")
        points = f["obsm"][embedding][()]
        rows = slice(None)
        if of:
            with h5py.File(of, "r") as part:
                rows = np.isin(column(f["obs"], f["obs"].attrs["_index"]), column(part["obs"], part["obs"].attrs["_index"]))
        return points[rows], column(f["obs"], label)[rows], column(f["obs"], batch)[rows] if batch else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--embedding", default="X_scilama")
    parser.add_argument("--label", default="cell_type")
    parser.add_argument("--batch")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--max-cells", type=int, default=MAX_CELLS)
    o = parser.parse_args()
    for path in o.files:
        points, labels, batches = read(path, o.embedding, o.label, o.batch)
        print(json.dumps({"file": path, **judge(points, labels, batches, o.seed, o.max_cells)}), flush=True)


if __name__ == "__main__":
    main()
