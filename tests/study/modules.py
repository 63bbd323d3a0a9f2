#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do modules of trained gene vectors hold together in cells, and in data, that nobody trained on?

    python3 tests/study/modules.py DATA_DIR RESULTS.jsonl [--sets kang,mixology,pbmc3k] [--seeds 5] [--sizes 50,150] [--print]

Of the 2,000 variable genes (scanpy, seurat) those with a description (LSA); half of the cells train. Spaces: the gene vectors of `fit` with that table
(trained), of the same with its rows shuffled (shuffled), the table itself (static), the loadings on 30 principal components of the training cells (loadings),
and two ways to cluster a similarity of genes by average linkage, re-created here: the topological overlap of correlations to the power 6
(wgcna; Zhang & Horvath 2005) and correlation between neighbouring cells (hotspot; DeTomaso & Yosef 2021: z_i' W z_j, W the 30 nearest cells by those components).
Vectors are clustered as `scilama modules` does, communities of the Jaccard graph of 15 nearest by cosine. All are cut where the mean gene is in a module of
the same size (Σ n² / Σ n), for the coherence of modules depends on their size. The figure is the mean correlation between two genes of a module
(of 5 genes and more, weighed by them) in the other half of the cells, and in the other data sets; random: modules of the same sizes as trained. SCILAMA names the program. Needs numpy, scipy, h5py,
anndata, scanpy, scikit-learn, igraph.
"""
import argparse
import collections
import json
import os
import random
import tempfile

import anndata
import igraph
import numpy as np
import scipy.cluster.hierarchy as hierarchy
import scipy.sparse as sp
from sklearn.neighbors import NearestNeighbors

from unseen_genes import SETS, TABLES, half_width, load, prepared, read_table, rows_of, run

NEIGHBOURS, COMPONENTS, LEAST = 15, 30, 5


def standardised(x):
    x = x - x.mean(0)
    z = np.minimum(x / np.maximum(x.std(0), 1e-9), 10)
    z = z - z.mean(0)
    return z / np.maximum(z.std(0), 1e-9)


def typical_size(labels):
    n = np.bincount(labels)
    return (n ** 2).sum() / n.sum()


def search(labels_at, size, low, high):
    """Labels whose typical size is nearest to `size`; labels_at(x) has smaller modules for larger x."""
    best = None
    for _ in range(12):
        x = np.sqrt(low * high)
        labels = labels_at(x)
        off = np.log(typical_size(labels) / size)
        if best is None or abs(off) < best[0]:
            best = abs(off), labels
        low, high = (x, high) if off > 0 else (low, x)
        if best[0] < 0.03:
            break
    return best[1]


def communities(vectors, size):
    n, k = len(vectors), NEIGHBOURS
    near = NearestNeighbors(n_neighbors=k + 1, metric="cosine", algorithm="brute").fit(vectors).kneighbors(vectors, return_distance=False)[:, 1:]
    a = sp.csr_matrix((np.ones(n * k), (np.repeat(np.arange(n), k), near.ravel())), (n, n)) + sp.eye(n)
    shared = (a @ a.T).multiply((a + a.T) > 0).tocoo()
    upper = shared.row < shared.col
    weights = shared.data[upper] / (2 * (k + 1) - shared.data[upper])
    graph = igraph.Graph(n=n, edges=np.stack([shared.row[upper], shared.col[upper]], 1).tolist())

    def at(resolution):
        random.seed(0)
        return np.array(graph.community_leiden("modularity", weights=weights, resolution=resolution, n_iterations=4).membership)
    return search(at, size, 0.05, 60)


def linked(similarity, size):
    distance = 1 - similarity
    tree = hierarchy.linkage(distance[np.triu_indices(len(distance), 1)], "average")
    return search(lambda x: hierarchy.fcluster(tree, max(int(x), 1), "maxclust") - 1, size, 2, len(similarity))


def overlap(z):
    """Signed topological overlap of the genes' correlations to the power 6."""
    a = np.maximum(z.T @ z / len(z), 0) ** 6
    np.fill_diagonal(a, 0)
    degree = a.sum(1)
    t = (a @ a + a) / (np.minimum(degree[:, None], degree[None]) + 1 - a)
    np.fill_diagonal(t, 1)
    return t


def local(z, positions):
    near = NearestNeighbors(n_neighbors=30).fit(positions).kneighbors(return_distance=False)
    w = sp.csr_matrix((np.full(near.size, 1 / 30), (np.repeat(np.arange(len(z)), 30), near.ravel())), (len(z), len(z)))
    c = z.T @ (w @ z) / len(z)
    c = (c + c.T) / 2
    scale = np.sqrt(np.maximum(np.diag(c), 1e-3))
    return np.clip(c / scale[:, None] / scale[None], -1, 1) * np.minimum(1, np.minimum(scale[:, None], scale[None]) / np.median(scale))


def coherence(labels, z, at):
    """z: cells × genes; at[gene]: its column, or −1."""
    total = genes = 0
    for module in np.flatnonzero(np.bincount(labels) >= LEAST):
        column = at[labels == module]
        column = column[column >= 0]
        n = len(column)
        if n < LEAST:
            continue
        s = z[:, column].sum(1)
        total += ((s ** 2).mean() - n) / (n * (n - 1)) * n
        genes += n
    return total / genes


def fitted(at, name, seed, control, table):
    batch = SETS[name][2]
    run("fit", at("train.h5ad"), "-o", at(f"{control}.h5ad"), "--model", at("m.h5"), "--embeddings", f"lsa={table}", "--hvg", "none", "--no-umap", "--seed", seed,
        *(["--control", "shuffled"] if control == "shuffled" else []), *(["--batch", batch] if batch else []))
    a = anndata.read_h5ad(at(f"{control}.h5ad"))
    return list(a.var_names), np.asarray(a.varm["scilama"])


def experiment(name, seed, sets, sizes, table, at):
    counts, logged = sets[name]
    rng = np.random.default_rng(seed)
    order = rng.permutation(counts.n_obs)
    train, test = np.sort(order[:counts.n_obs // 2]), np.sort(order[counts.n_obs // 2:])
    known = set(read_table(table)[0])
    genes = [g for g in logged.var_names[logged.var.highly_variable] if g in known]
    dense = lambda a, rows, names: np.asarray(a[rows][:, names].X.toarray() if sp.issparse(a.X) else a[rows][:, names].X, dtype="f8")
    seen = (dense(logged, train, genes) > 0).sum(0) >= 3
    genes = [g for g, s in zip(genes, seen) if s]
    counts[train][:, genes].copy().write_h5ad(at("train.h5ad"))
    z = standardised(dense(logged, train, genes))
    u, s, vt = np.linalg.svd(z, full_matrices=False)
    spaces = {"static": rows_of(read_table(table), genes), "loadings": (vt[:COMPONENTS] * s[:COMPONENTS, None]).T}
    for control in ("trained", "shuffled"):
        names, vectors = fitted(at, name, seed, control, table)
        place = {g: i for i, g in enumerate(names)}
        spaces[control] = vectors[[place[g] for g in genes]]
    similar = {"wgcna": overlap(z), "hotspot": local(z, u[:, :COMPONENTS] * s[:COMPONENTS])}
    others = {"held-out cells": (standardised(dense(logged, test, genes)), np.arange(len(genes)))}
    for other, (_, data) in sets.items():
        if other != name:
            there = [g for g in genes if g in set(data.var_names)]
            column = {g: i for i, g in enumerate(there)}
            others[other] = standardised(dense(data, slice(None), there)), np.array([column.get(g, -1) for g in genes])
    out = {"set": name, "seed": seed, "genes": len(genes), "coherence": {}}
    for size in sizes:
        labels = {k: communities(v, size) for k, v in spaces.items()} | {k: linked(v, size) for k, v in similar.items()}
        labels["random"] = rng.permutation(labels["trained"])
        out["coherence"][str(size)] = {k: {o: coherence(l, *v) for o, v in others.items()} | {"size": typical_size(l)} for k, l in labels.items()}
    return out


def table_of(done):
    rows = collections.defaultdict(list)
    for r in done:
        for size, spaces in r["coherence"].items():
            for where in next(iter(spaces.values())):
                if where != "size":
                    rows[r["set"], size, where].append({k: v[where] for k, v in spaces.items()})
    ways = ["trained", "shuffled", "static", "loadings", "wgcna", "hotspot", "random"]
    print("| trained on | size | in | " + " | ".join(ways) + " | trained − shuffled | trained − loadings |\n" + "|---" * (len(ways) + 5) + "|")
    for (name, size, where), found in rows.items():
        mean = lambda k: np.mean([f[k] for f in found])
        against = lambda k: (lambda d: f"{np.mean(d):+.4f} ± {half_width(d):.4f}")([f["trained"] - f[k] for f in found])
        print(f"| {name} ({len(found)}) | {size} | {where} | " + " | ".join(f"{mean(k):.4f}" for k in ways) + f" | {against('shuffled')} | {against('loadings')} |")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data")
    p.add_argument("results")
    p.add_argument("--sets", default=",".join(SETS))
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--sizes", default="50,150")
    p.add_argument("--print", action="store_true")
    o = p.parse_args()
    done = [json.loads(line) for line in open(o.results)] if os.path.exists(o.results) else []
    if o.print:
        return table_of(done)
    sets = {}
    for name in o.sets.split(","):
        counts = load(o.data, name)
        sets[name] = counts, prepared(counts)
    for seed in range(o.seeds):
        for name in sets:
            if any(r["set"] == name and r["seed"] == seed for r in done):
                continue
            with tempfile.TemporaryDirectory() as folder:
                result = experiment(name, seed, sets, [int(s) for s in o.sizes.split(",")], os.path.join(o.data, TABLES["lsa"]), lambda f: os.path.join(folder, f))
            with open(o.results, "a") as f:
                f.write(json.dumps(result, default=float) + "\n")
            print(json.dumps(result, default=lambda v: round(float(v), 4)), flush=True)


if __name__ == "__main__":
    main()
