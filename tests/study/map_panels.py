# SPDX-License-Identifier: MIT
"""Query cells on other genes than the model's: labels by the 15 nearest reference cells in the embedding.

    python3 tests/study/map_panels.py build/examples/scilama/scilama FOLDER kang_ifnb_pbmc.h5ad [--seeds 5] [--disjoint] [--tables lsa,sets,minilm,all]

Half of the cells train, half are the query. Without --disjoint: on 500, 300, 150, 75 random genes of the model, beside PCA (30) of the shared genes.
With it: trained on one random half of the 2,000 variable genes (scanpy, seurat), asked on the other half, with the gene tables of FOLDER as they
are and with their rows shuffled, beside the plain baseline (a missing gene is the mean of the ten measured ones with the nearest vectors; PCA,
cosine). Plain and balanced accuracy, mean and standard deviation over seeds. Needs anndata, scanpy, scikit-learn.
"""
import argparse
import collections
import os
import subprocess
import tempfile

import anndata
import h5py
import numpy as np
import scanpy
from sklearn.metrics import accuracy_score, balanced_accuracy_score
from sklearn.neighbors import KNeighborsClassifier

from mapping import axes, load, scaled

TABLES = {"lsa": ["gene_lsa128_human.h5"], "sets": ["gene_geneset64_human.h5"], "minilm": ["gene_minilm384_human.h5"]}
TABLES["all"] = sum(TABLES.values(), [])


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def judge(reference, labels, query, truth, metric="euclidean"):
    told = KNeighborsClassifier(15, metric=metric).fit(reference, labels).predict(query)
    return accuracy_score(truth, told), balanced_accuracy_score(truth, told)


def logged(a, genes, own):
    """log1p of 10,000 parts; `own`: of these genes' total."""
    x = a[:, genes].X.toarray().astype(float)
    total = x.sum(1) if own else np.asarray(a.X.sum(1)).ravel()
    return np.log1p(x / np.maximum(total, 1)[:, None] * 1e4)


def embed(o, at, query, tables=()):
    options = [part for name, file in tables for part in ("--embeddings", f"{name}={file}")]
    run(o.program, "embed", at("m.h5"), query, "-o", at("e.h5ad"), "-q", "--threads", "2", *options)
    return anndata.read_h5ad(at("e.h5ad")).obsm["X_scilama"]


def fit(o, at, seed, *more):
    run(o.program, "fit", at("r.h5ad"), "-o", at("ro.h5ad"), "--model", at("m.h5"), "--embeddings", "none", "--mode", "beta-vae", "--no-umap", "-q",
        "--threads", "2", "--seed", str(seed), *more)
    return anndata.read_h5ad(at("ro.h5ad")).obsm["X_scilama"]


def panels(o, at, seed, r, q, labels, truth, rows):
    batch = ["--batch", "batch"] if r.obs["batch"].nunique() > 1 else []
    z = fit(o, at, seed, *batch)
    with h5py.File(at("m.h5")) as f:
        genes = np.array([g.decode() for g in f["recipe/genes"][()]])
    q.write_h5ad(at("q.h5ad"))
    rows["all genes"].append(judge(z, labels, embed(o, at, at("q.h5ad")), truth))
    for n in (500, 300, 150, 75):
        panel = sorted(np.random.default_rng(seed).choice(genes, n, replace=False))
        q[:, panel].copy().write_h5ad(at("q.h5ad"))
        rows[f"{n} genes"].append(judge(z, labels, embed(o, at, at("q.h5ad")), truth))
        x, y = logged(r, panel, True), logged(q, panel, True)
        turn = axes(scaled(x, x), 30)
        rows[f"{n} genes, PCA"].append(judge(scaled(x, x) @ turn, labels, scaled(y, x) @ turn, truth))


def unit(table, genes):
    row, vectors = table
    x = np.array([vectors[row[g]] if g in row else np.zeros(vectors.shape[1]) for g in genes])
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)


def disjoint(o, at, seed, r, q, labels, truth, rows, variable):
    order = np.random.default_rng(seed).permutation(variable)
    own, other = sorted(order[: len(order) // 2]), sorted(order[len(order) // 2:])
    x, y = logged(r, own, False), logged(q, other, True)
    r[:, own].copy().write_h5ad(at("r.h5ad"))
    z = fit(o, at, seed, "--hvg", "none")
    q[:, own].copy().write_h5ad(at("q.h5ad"))
    rows["same genes"].append(judge(z, labels, embed(o, at, at("q.h5ad")), truth))
    q[:, other].copy().write_h5ad(at("q.h5ad"))
    for name in o.tables.split(","):
        for control in ("true", "shuffled"):
            tables, alike = [], np.zeros((len(own), len(other)))
            for file in TABLES[name]:
                with h5py.File(os.path.join(o.folder, file)) as f:
                    genes, vectors = f["gene_id"][()], f["embedding"][()].astype("float32")
                if control == "shuffled":
                    vectors = vectors[np.random.default_rng(seed + 100).permutation(len(vectors))]
                with h5py.File(at(file), "w") as f:
                    f["gene_id"], f["embedding"] = genes, vectors
                tables.append((file.split("_")[1], at(file)))
                t = ({g.decode(): i for i, g in enumerate(genes)}, vectors)
                alike += unit(t, own) @ unit(t, other).T
            rows[f"{name} {control}"].append(judge(z, labels, embed(o, at, at("q.h5ad"), tables), truth))
            near, ys, xs = np.argsort(-alike, 1)[:, :10], scaled(y, y), scaled(x, x)
            filled = np.stack([ys[:, n].mean(1) for n in near], 1)
            turn = axes(xs, 30)
            rows[f"{name} {control}, plain baseline"].append(judge(xs @ turn, labels, filled @ turn, truth, "cosine"))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("folder")
    p.add_argument("data")
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--disjoint", action="store_true")
    p.add_argument("--tables", default="lsa,sets,minilm,all")
    o = p.parse_args()
    a, rows = load(os.path.join(o.folder, o.data)), collections.defaultdict(list)
    b = a.copy()
    scanpy.pp.filter_genes(b, min_cells=3)
    scanpy.pp.normalize_total(b, target_sum=1e4)
    scanpy.pp.log1p(b)
    scanpy.pp.highly_variable_genes(b, n_top_genes=2000, flavor="seurat")
    variable = np.array(b.var_names[b.var["highly_variable"]])
    for seed in range(o.seeds):
        order = np.random.default_rng(seed).permutation(a.n_obs)
        r, q = a[np.sort(order[: a.n_obs // 2])].copy(), a[np.sort(order[a.n_obs // 2:])].copy()
        labels, truth = r.obs["cell_type"].astype(str).values, q.obs["cell_type"].astype(str).values
        with tempfile.TemporaryDirectory() as folder:
            at = lambda name: os.path.join(folder, name)
            r.write_h5ad(at("r.h5ad"))
            if o.disjoint:
                disjoint(o, at, seed, r, q, labels, truth, rows, variable)
            else:
                panels(o, at, seed, r, q, labels, truth, rows)
        print("seed", seed, {k: np.round(v[-1], 3).tolist() for k, v in rows.items()}, flush=True)
    for k, v in rows.items():
        print(f"{k:32s}", np.mean(v, 0).round(3), np.std(v, 0, ddof=1).round(3) if len(v) > 1 else "")


if __name__ == "__main__":
    main()
