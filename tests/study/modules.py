#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do modules of trained gene vectors hold together in cells, and in data, that nobody trained on?

    python3 tests/study/modules.py DATA_DIR RESULTS.jsonl [--sets kang,mixology,pbmc3k] [--seeds 5] [--sizes 50,150] [--cells 0] [--no-fit] [--print]

Of the 2,000 variable genes (scanpy, seurat) those with a description (LSA); half of the cells train, or --cells of them. Spaces, in NumPy where nothing else is said: loadings on 30
principal components of the training cells (loadings); the same from scilama_gene_loadings(), shrunk without vectors (shrunk), towards what descriptions,
gene sets and a sentence encoder together tell (text), towards the same tables with their rows dealt anew (dealt), and towards them and another data set
(ref: `genes --export` of pbmc3k for kang and mixology, of kang for pbmc3k); the table itself (static); the gene vectors of `fit` with the LSA table (trained), and of the same
with its rows shuffled (shuffled). Two ways cluster a similarity of genes by average linkage, re-created here: the topological overlap of correlations
to the power 6 (wgcna; Zhang & Horvath 2005) and correlation between neighbouring cells (hotspot; DeTomaso & Yosef 2021: z_i' W z_j, W the 30 nearest
cells by those components). Vectors become communities of the Jaccard graph of 15 nearest, those of scilama_gene_loadings() by Euclidean distance as `scilama modules` has it,
others by cosine. All are cut where the mean gene is in a module of the same size (Σ n² / Σ n), for the coherence of modules depends on their size. Figures are the mean
correlation between two genes of a module (of 5 genes and more, weighed by them), and the mean correlation of a gene with the sum of its module's others, in the
other half of the cells and in the other data sets; random: modules of the same sizes as text. SCILAMA names the program, SCILAMA_LIBRARY the library. Needs
numpy, scipy, h5py, anndata, scanpy, scikit-learn, igraph.
"""
import argparse
import collections
import json
import os
import random
import sys
import tempfile

import anndata
import igraph
import numpy as np
import scipy.cluster.hierarchy as hierarchy
import scipy.sparse as sp
from sklearn.neighbors import NearestNeighbors

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../examples/python"))
import scilama  # noqa: E402
from unseen_genes import REFERENCE, SETS, TABLES, correlations, export, half_width, load, prepared, read_table, rows_of, run  # noqa: E402

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


def communities(vectors, size, metric="cosine"):
    n, k = len(vectors), NEIGHBOURS
    near = NearestNeighbors(n_neighbors=k + 1, metric=metric, algorithm="brute").fit(vectors).kneighbors(vectors, return_distance=False)[:, 1:]
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
    """Pairs of genes, gene and module; z: cells × genes; at[gene]: its column, or −1."""
    pairs = members = genes = 0
    for module in np.flatnonzero(np.bincount(labels) >= LEAST):
        column = at[labels == module]
        column = column[column >= 0]
        n = len(column)
        if n < LEAST:
            continue
        s = z[:, column].sum(1)
        pairs += ((s ** 2).mean() - n) / (n - 1)
        members += correlations(s[:, None] - z[:, column], z[:, column]).sum()
        genes += n
    return [pairs / genes, members / genes]


def loadings(context, z, *tables, seed=0):
    return scilama.gene_loadings(context, z, *tables, components=COMPONENTS, seed=seed)[1]


def fitted(at, name, seed, control, table):
    batch = SETS[name][2]
    run("fit", at("train.h5ad"), "-o", at(f"{control}.h5ad"), "--model", at("m.h5"), "--embeddings", f"lsa={table}", "--hvg", "none", "--no-umap", "--seed", seed,
        *(["--control", "shuffled"] if control == "shuffled" else []), *(["--batch", batch] if batch else []))
    a = anndata.read_h5ad(at(f"{control}.h5ad"))
    return list(a.var_names), np.asarray(a.varm["scilama"])


def vectors_of(table, genes, seed=None):
    names, rows = table
    if seed is not None:
        rows = rows[np.random.default_rng(seed).permutation(len(rows))]
    return rows_of((names, rows), genes)


def experiment(name, seed, sets, o, reference, at):
    counts, logged = sets[name]
    rng, context = np.random.default_rng(seed), scilama.Context()
    order = rng.permutation(counts.n_obs)
    train, test = np.sort(order[:counts.n_obs // 2][:o.cells or None]), np.sort(order[counts.n_obs // 2:])
    lsa = read_table(os.path.join(o.data, TABLES["lsa"]))
    known = set(lsa[0])
    genes = [g for g in logged.var_names[logged.var.highly_variable] if g in known]
    dense = lambda a, rows, names: np.asarray(a[rows][:, names].X.toarray() if sp.issparse(a.X) else a[rows][:, names].X, dtype="f8")
    genes = [g for g, s in zip(genes, (dense(logged, train, genes) > 0).sum(0) >= 3) if s]
    placed = {}
    for control in [] if o.no_fit else ("trained", "shuffled"):
        counts[train][:, genes].copy().write_h5ad(at("train.h5ad"))
        names, vectors = fitted(at, name, seed, control, os.path.join(o.data, TABLES["lsa"]))
        placed[control] = {g: v for g, v in zip(names, vectors) if np.isfinite(v).all()}
    genes = [g for g in genes if all(g in found for found in placed.values())] # what fit left out has no place
    z = standardised(dense(logged, train, genes))
    u, s, vt = np.linalg.svd(z, full_matrices=False)
    k = min(COMPONENTS, len(train) // 4)
    text = [read_table(os.path.join(o.data, f)) for f in TABLES.values()]
    shrunk = {"shrunk": [], "text": [vectors_of(t, genes) for t in text], "dealt": [vectors_of(t, genes, seed + 100) for t in text]}
    shrunk["ref"] = shrunk["text"] + [vectors_of(reference, genes)]
    shrunk = {way: loadings(context, z, *tables, seed=seed) for way, tables in shrunk.items()}
    spaces = {"static": rows_of(lsa, genes), "loadings": (vt[:k] * s[:k, None]).T}
    spaces.update({control: np.array([found[g] for g in genes]) for control, found in placed.items()})
    similar = {"wgcna": overlap(z), "hotspot": local(z, u[:, :k] * s[:k])}
    others = {"held-out cells": (standardised(dense(logged, test, genes)), np.arange(len(genes)))}
    for other, (_, data) in sets.items():
        if other != name:
            there = [g for g in genes if g in set(data.var_names)]
            column = {g: i for i, g in enumerate(there)}
            others[other] = standardised(dense(data, slice(None), there)), np.array([column.get(g, -1) for g in genes])
    out = {"set": name, "seed": seed, "genes": len(genes), "cells": len(train), "coherence": {}}
    for size in map(int, o.sizes.split(",")):
        labels = {k: communities(v, size) for k, v in spaces.items()} | {k: linked(v, size) for k, v in similar.items()}
        labels.update({k: communities(v, size, "euclidean") for k, v in shrunk.items()})
        labels["random"] = rng.permutation(labels["text"])
        out["coherence"][str(size)] = {k: {w: coherence(l, *v) for w, v in others.items()} | {"size": typical_size(l)} for k, l in labels.items()}
    return out


def table_of(done):
    rows = collections.defaultdict(list)
    for r in done:
        for size, spaces in r["coherence"].items():
            for where in next(iter(spaces.values())):
                if where != "size":
                    rows[r["set"], r["cells"], size, where].append({k: v[where] for k, v in spaces.items()})
    every = ["text", "ref", "shrunk", "dealt", "loadings", "wgcna", "hotspot", "static", "trained", "shuffled", "random"]
    ways = [w for w in every if all(w in f for found in rows.values() for f in found)]
    against = ["dealt", "loadings", "static"]
    for figure, what in enumerate(("two genes of a module", "a gene and the others of its module")):
        print(f"\nMean correlation of {what}:\n")
        print("| trained on | genes | in | " + " | ".join(ways + [f"text − {k}" for k in against] + ["ref − text"]) + " |\n" + "|---" * (len(ways) + len(against) + 4) + "|")
        for (name, cells, size, where), found in rows.items():
            value = lambda k: [f[k][figure] for f in found]
            off = lambda a, b: (lambda d: f"{np.mean(d):+.4f} ± {half_width(d):.4f}")(np.subtract(value(a), value(b)))
            print(f"| {name}, {cells} cells ({len(found)}) | {size} | {where} | " + " | ".join([f"{np.mean(value(k)):.4f}" for k in ways] + [off("text", k) for k in against] + [off("ref", "text")]) + " |")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data")
    p.add_argument("results")
    p.add_argument("--sets", default=",".join(SETS))
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--sizes", default="50,150")
    p.add_argument("--cells", type=int, default=0, help="train on so many, instead of half of all")
    p.add_argument("--no-fit", action="store_true", help="leave out the gene vectors of fit, which cost most of the time")
    p.add_argument("--print", action="store_true")
    o = p.parse_args()
    done = [json.loads(line) for line in open(o.results)] if os.path.exists(o.results) else []
    if o.print:
        return table_of(done)
    sets = {}
    for name in SETS:
        counts = load(o.data, name)
        sets[name] = counts, prepared(counts)
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        at = lambda f: os.path.join(folder, f)
        for seed in range(o.seeds):
            for name in o.sets.split(","):
                if any(r["set"] == name and r["seed"] == seed and (not o.cells or r["cells"] == o.cells) for r in done):
                    continue
                other = REFERENCE[name]
                if other not in tables:
                    tables[other] = read_table(export(o.data, other, at))
                result = experiment(name, seed, sets, o, tables[other], at)
                with open(o.results, "a") as f:
                    f.write(json.dumps(result, default=float) + "\n")
                print(json.dumps(result, default=lambda v: round(float(v), 4)), flush=True)


if __name__ == "__main__":
    main()
