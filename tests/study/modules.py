#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do modules of trained gene vectors hold together in cells, and in data, that nobody trained on?

    python3 tests/study/modules.py DATA_DIR RESULTS.jsonl [--sets kang,mixology,pbmc3k] [--seeds 5] [--sizes 50,150] [--cells 0] [--no-fit] [--atlas TABLE.h5] [--print]

Of the 2,000 variable genes (scanpy, seurat) those with a description (LSA); half of the cells train, or --cells of them. Spaces, in NumPy where nothing else is said: loadings on 30
principal components of the training cells (loadings); scilama_gene_space(), as `scilama modules` has it, without vectors (shrunk), with
descriptions and a sentence encoder (text), with another data set (ref: `genes --export` of pbmc3k for kang and mixology, of kang for pbmc3k),
with the three (both), with --atlas, a table of tests/study/atlas.py (atlas), with the four (everything), and with each of these and its rows dealt anew among the genes (dealt, dealt_ref …); the table itself (static); the gene vectors of `fit` with the LSA table (trained), and of the same
with its rows shuffled (shuffled). Two ways cluster a similarity of genes by average linkage, re-created here: the topological overlap of correlations
to the power 6 (wgcna; Zhang & Horvath 2005) and correlation between neighbouring cells (hotspot; DeTomaso & Yosef 2021: z_i' W z_j, W the 30 nearest
cells by those components). Vectors become communities of the Jaccard graph of 15 nearest, those of scilama_gene_space() by Euclidean distance as `scilama modules` has it,
others by cosine. All are cut where the mean gene is in a module of the same size (Σ n² / Σ n), for the coherence of modules depends on their size. Figures, over modules of 5 genes and more: the mean
correlation between two genes of a module (modules weighed by their genes), the mean correlation of a gene with the sum of its module's others, and that over the third of genes with
the lowest mean in the training cells; a gene in no such module counts as 0, for average linkage leaves out a third to a half of the genes, those which are hard. Beside it the first two of
the half of the genes that are nearest to their modules in the training cells, without the others. All in the other half of the cells and in other data sets (but not the one that a way has its vectors from); how many times more often two genes of a module
share a Reactome pathway (of at most 200 genes) than two of all; and the adjusted Rand index with the modules of as many other training cells, where there are so many.
random: modules of the same sizes as text. SCILAMA names the program, SCILAMA_LIBRARY the library. Needs numpy, scipy, h5py, anndata, scanpy, scikit-learn, igraph.
"""
import argparse
import collections
import gzip
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
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import NearestNeighbors

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../examples/python"))
import scilama  # noqa: E402
import unseen_genes  # noqa: E402
from unseen_genes import REFERENCE, SETS, TABLES, correlations, export, half_width, load, prepared, read_table, rows_of, run  # noqa: E402

NEIGHBOURS, COMPONENTS, LEAST, LARGEST_SET = 15, 30, 5, 200
TEXT = ("lsa", "minilm")  # the third table was made of gene sets, Reactome's among them
unseen_genes.SETS["pbmc68k"] = ("pbmc68k_reduced_scaled.h5ad", "counts", None)
FROM_REFERENCE = ("ref", "dealt_ref", "both", "dealt_both", "everything", "dealt_everything")


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


def members(labels, z, at):
    """[genes] correlation of a gene with the sum of its module's others, 0 of genes in no module; and the mean correlation of a gene's pairs. z: cells × genes; at[gene]: its
    column, or −1."""
    own, pairs = np.zeros(len(labels)), np.zeros(len(labels))
    for module in range(labels.max() + 1):
        here = np.flatnonzero((labels == module) & (at >= 0))
        if len(here) < LEAST:
            continue
        column, n = at[here], len(here)
        s = z[:, column].sum(1)
        pairs[here] = ((s ** 2).mean() - n) / (n * (n - 1))
        own[here] = correlations(s[:, None] - z[:, column], z[:, column])
    return own, pairs


def coherence(labels, z, at, rare, core):
    """Figures over the genes of the data: pairs, a gene and the others of its module, that of rare genes; and of core genes, which are modules of their own."""
    there = at >= 0
    (own, pairs), (core_own, core_pairs) = members(labels, z, at), members(np.where(core, labels, -1), z, at)
    return [pairs[there].mean(), own[there].mean(), own[there & rare].mean(), core_pairs[there & core].mean(), core_own[there & core].mean()]


def core_of(labels, z):
    """The half of the genes that the training cells see nearest to the others of their module."""
    own = members(labels, z, np.arange(len(labels)))[0]
    return own >= np.quantile(own, 0.5)


def pathways(path, genes):
    """Pairs of genes that share a set; genes in none have no pair."""
    at = {g: i for i, g in enumerate(genes)}
    together = np.zeros((len(genes), len(genes)), bool)
    with gzip.open(path, "rt") as f:
        for line in f:
            members = line.rstrip("\n").split("\t")[2:]
            here = [at[g] for g in members if g in at]
            if len(members) <= LARGEST_SET and len(here) > 1:
                together[np.ix_(here, here)] = True
    np.fill_diagonal(together, False)
    return together


def enriched(labels, together):
    known = np.flatnonzero(together.any(0))
    same = labels[known][:, None] == labels[known][None]
    np.fill_diagonal(same, False)
    t = together[np.ix_(known, known)]
    n = len(known)
    return (t & same).sum() / same.sum() / (t.sum() / (n * (n - 1)))


def space(context, z, *tables, seed=0):
    report, rows = scilama.gene_space(context, z, *tables, components=COMPONENTS, seed=seed)
    return rows, report.weight


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


def shrunken(context, z, genes, text, reference, atlas, seed):
    """{way: (space, weight of the vectors)}"""
    of = lambda tables, dealt=None: [vectors_of(t, genes, dealt) for t in tables]
    tables = {"shrunk": []}
    given = [("", text), ("_ref", [reference]), ("_both", text + [reference])]
    given += [("_atlas", [atlas]), ("_everything", text + [reference, atlas])] if atlas else []
    for way, t in given:
        tables[way[1:] or "text"], tables["dealt" + way] = of(t), of(t, seed + 100)
    return {way: space(context, z, *t, seed=seed) for way, t in tables.items()}


def plain(z):
    u, s, vt = np.linalg.svd(z, full_matrices=False)
    k = min(COMPONENTS, len(z) // 4)
    return (vt[:k] * s[:k, None]).T, u[:, :k] * s[:k]


def experiment(name, seed, sets, o, reference, at):
    counts, logged = sets[name]
    rng, context = np.random.default_rng(seed), scilama.Context()
    order = rng.permutation(counts.n_obs)
    half = order[:counts.n_obs // 2]
    train, test = np.sort(half[:o.cells or None]), np.sort(order[counts.n_obs // 2:])
    again = np.sort(half[o.cells:2 * o.cells]) if o.cells and len(half) >= 2 * o.cells else None
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
    x = dense(logged, train, genes)
    z, rare = standardised(x), x.mean(0) <= np.quantile(x.mean(0), 1 / 3)
    text = [read_table(os.path.join(o.data, TABLES[t])) for t in TEXT]
    atlas = read_table(o.atlas) if o.atlas else None
    shrunk = shrunken(context, z, genes, text, reference, atlas, seed)
    own, positions = plain(z)
    spaces = {"static": rows_of(lsa, genes), "loadings": own}
    spaces.update({control: np.array([found[g] for g in genes]) for control, found in placed.items()})
    similar = {"wgcna": overlap(z), "hotspot": local(z, positions)}
    others = {"held-out cells": (standardised(dense(logged, test, genes)), np.arange(len(genes)), rare)}
    for other, (_, data) in sets.items():
        if other != name:
            there = [g for g in genes if g in set(data.var_names)]
            column = {g: i for i, g in enumerate(there)}
            others[other] = standardised(dense(data, slice(None), there)), np.array([column.get(g, -1) for g in genes]), rare
    together = pathways(os.path.join(o.data, "reactome_human.gmt.gz"), genes)
    second = {}
    if again is not None:
        x2 = dense(logged, again, genes)
        seen = np.flatnonzero((x2 > 0).sum(0) >= 3)
        z2, those = standardised(x2[:, seen]), [genes[i] for i in seen]
        second = {k: (v[0], "euclidean") for k, v in shrunken(context, z2, those, text, reference, atlas, seed).items()} | {"loadings": (plain(z2)[0], "cosine")}
    out = {"set": name, "seed": seed, "genes": len(genes), "cells": len(train), "asked": o.cells, "coherence": {}, "reactome": {}, "stability": {}, "covered": {}, "weight": {k: v[1] for k, v in shrunk.items()}}
    for size in map(int, o.sizes.split(",")):
        labels = {k: communities(v, size) for k, v in spaces.items()} | {k: linked(v, size) for k, v in similar.items()}
        labels.update({k: communities(v[0], size, "euclidean") for k, v in shrunk.items()})
        labels["random"] = rng.permutation(labels["text"])
        core = {k: core_of(l, z) for k, l in labels.items()}
        out["covered"][str(size)] = {k: float((np.bincount(l)[l] >= LEAST).mean()) for k, l in labels.items()}
        out["coherence"][str(size)] = {k: {w: coherence(l, *v, core[k]) for w, v in others.items() if k not in FROM_REFERENCE or w != REFERENCE[name]} | {"size": typical_size(l)}
                                       for k, l in labels.items()}
        out["reactome"][str(size)] = {k: enriched(l, together) for k, l in labels.items()}
        out["stability"][str(size)] = {k: adjusted_rand_score(labels[k][seen], communities(v[0], size, v[1])) for k, v in second.items()}
    return out


WAYS = ["text", "dealt", "ref", "dealt_ref", "both", "dealt_both", "atlas", "dealt_atlas", "everything", "dealt_everything", "shrunk", "loadings", "wgcna", "hotspot", "static", "trained", "shuffled", "random"]
CONTRASTS = [(way, other) for way, dealt in (("text", "dealt"), ("ref", "dealt_ref"), ("both", "dealt_both"), ("atlas", "dealt_atlas"), ("everything", "dealt_everything")) for other in (dealt, "shrunk", "loadings", "wgcna", "hotspot", "static")]


def print_table(rows):
    """rows: {(what, …): {way: [values over seeds]}}"""
    ways = [w for w in WAYS if any(w in found for found in rows.values())]
    contrasts = [c for c in CONTRASTS if c[0] in ways and c[1] in ways]
    print("| trained on | genes | in | " + " | ".join(ways + [f"{a} − {b}" for a, b in contrasts]) + " |\n" + "|---" * (len(ways) + len(contrasts) + 3) + "|")
    off = lambda f, a, b: (lambda d: f"{np.mean(d):+.4f} ± {half_width(d):.4f}")(np.subtract(f[a], f[b])) if a in f and b in f else "–"
    for what, f in rows.items():
        print("| " + " | ".join([*what] + [f"{np.mean(f[w]):.4f}" if w in f else "–" for w in ways] + [off(f, *c) for c in contrasts]) + " |")


def differences(done, size):
    """Of two ways over all experiments with so many cells, ± half of the 95 % interval (t, each a seed of a data set as if independent): pairs, and a gene and its module's others,
    in held-out cells and in other data (mean over the sets that judge both); stability; pathways."""
    figure = lambda r, way, where, i: r["coherence"][size][way][where][i]
    elsewhere = lambda r, *ways: [w for w in r["coherence"][size]["random"] if w not in ("size", "held-out cells") and all(w in r["coherence"][size][way] for way in ways)]
    columns = [lambda r, a, b, i=i: figure(r, a, "held-out cells", i) - figure(r, b, "held-out cells", i) for i in (0, 1)]
    columns += [lambda r, a, b, i=i: np.mean([figure(r, a, w, i) - figure(r, b, w, i) for w in elsewhere(r, a, b)]) for i in (0, 1)]
    columns += [lambda r, a, b, key=key: r[key].get(size, {}).get(a, np.nan) - r[key].get(size, {}).get(b, np.nan) for key in ("stability", "reactome")]
    print(f"\n| modules of − of ({len(done)}) | held-out cells: pairs | gene and module | other data: pairs | gene and module | stability | Reactome |\n" + "|---" * 7 + "|")
    for a, b in [c for c in CONTRASTS + [("shrunk", "loadings")] if all(w in r["coherence"][size] for w in c for r in done)]:
        values = [np.array([f(r, a, b) for r in done]) for f in columns]
        print(f"| {a} − {b} | " + " | ".join(f"{v.mean():+.4f} ± {half_width(v):.4f}" if np.isfinite(v).all() else "–" for v in values) + " |")


def table_of(done):
    """Means over seeds, differences ± half of the 95 % interval over seeds (t)."""
    groups = collections.defaultdict(list)
    for r in done:
        groups[r["set"], r["cells"]].append(r)
    for asked in sorted({r["asked"] for r in done}):
        found = [r for r in done if r["asked"] == asked]
        print(f"\nDifferences, {asked or 'half of all'} cells:")
        for size in found[0]["coherence"]:
            differences(found, size)
    titles = ("two genes of a module", "a gene and the others of its module", "the same, of the third of genes with the lowest mean",
              "two genes of a module, the half of genes nearest to theirs", "a gene and the others of its module, the half of genes nearest to theirs")
    for figure, title in enumerate(titles):
        rows = {}
        for (name, cells), found in groups.items():
            for size, ways in found[0]["coherence"].items():
                for where in [w for w in ways["text"] if w != "size"]:
                    rows[f"{name}, {cells} cells ({len(found)})", size, where] = {
                        w: [r["coherence"][size][w][where][figure] for r in found] for w in ways if all(where in r["coherence"][size].get(w, ()) for r in found)}
        print(f"\nMean correlation of {title}:\n")
        print_table(rows)
    for key, title in (("covered", "Share of genes in modules of five and more"), ("reactome", "Two genes of a module share a pathway, relative to all genes"), ("stability", "Adjusted Rand index with modules of other cells")):
        print(f"\n{title}:\n")
        print_table({(f"{name}, {cells} cells ({len(found)})", size, "–"): {w: [r[key][size][w] for r in found] for w in ways if all(w in r[key].get(size, ()) for r in found)}
                     for (name, cells), found in groups.items() for size, ways in found[0][key].items() if ways})


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data")
    p.add_argument("results")
    p.add_argument("--sets", default=",".join(REFERENCE))
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--sizes", default="50,150")
    p.add_argument("--cells", type=int, default=0, help="train on so many, instead of half of all")
    p.add_argument("--no-fit", action="store_true", help="leave out the gene vectors of fit, which cost most of the time")
    p.add_argument("--atlas", help="a table of tests/study/atlas.py")
    p.add_argument("--print", action="store_true")
    o = p.parse_args()
    done = [json.loads(line) for line in open(o.results)] if os.path.exists(o.results) else []
    if o.print:
        return table_of(done)
    sets = {}
    for name in unseen_genes.SETS:
        counts = load(o.data, name)
        sets[name] = counts, prepared(counts)
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        at = lambda f: os.path.join(folder, f)
        for seed in range(o.seeds):
            for name in o.sets.split(","):
                if any(r["set"] == name and r["seed"] == seed and r["asked"] == o.cells for r in done):
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
