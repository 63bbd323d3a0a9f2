#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What gene vectors are worth: expression of genes that the model never saw.

usage: unseen_genes.py DATA_DIR RESULTS.jsonl [--sets kang,mixology,pbmc3k] [--seeds 0,1,2,3,4] [--table NAME=FILE]...
                       [--references kang,pbmc3k] [--hvg seurat]

Of the highly variable genes a tenth of those that every table knows leaves the data; a model of the cells alone is
fitted on the rest, and `impute --vectors` tells the genes that left, from the tables together (text), from the loadings of
another data set (reference: `genes --export` of the first of --references that is not the set itself), and
from both; shuffled vectors show what is left without knowledge. Beside them, from the same vectors and the same genes that stay, in
NumPy: linear ridge (penalty 10) onto 30 principal components, the mean of the 20 nearest genes, and the best that the
components allow. The figure is the mean Pearson correlation per gene over the cells (log1p of counts per 10,000); also how
many predicted means are within a factor 1.5, and the mean correlation that the prediction expects.
SCILAMA names the program. Needs numpy, scipy, h5py, anndata, scanpy; half a minute of a processor for each set and seed.
"""
import argparse
import json
import os
import subprocess
import tempfile
import warnings

import anndata
import h5py
import numpy as np
import scanpy as sc
import scipy.linalg
import scipy.sparse as sp

warnings.filterwarnings("ignore")
PROGRAM = os.environ.get("SCILAMA", os.path.join(os.path.dirname(__file__), "../../build/examples/scilama/scilama"))
SETS = {"kang": ("kang_ifnb_pbmc.h5ad", None, "batch"), "mixology": ("mixology_3lines.h5ad", "counts", "batch"), "pbmc3k": ("pbmc3k.h5ad", None, None)}
TABLES = ("lsa=gene_lsa128_human.h5", "sets=gene_geneset64_human.h5", "minilm=gene_minilm384_human.h5")


def run(*command):
    subprocess.run([PROGRAM, *map(str, command)], check=True, stdout=subprocess.DEVNULL)


def read_table(path):
    with h5py.File(path) as f:
        return [x.decode() for x in f["gene_id"][()]], f["embedding"][()].astype("f8")


def write_table(path, names, vectors):
    with h5py.File(path, "w") as f:
        f.create_dataset("gene_id", data=list(names), dtype=h5py.string_dtype())
        f["embedding"] = vectors.astype("f4")


def prepared(data, hvg):
    """Counts, and log1p values with 2,000 variable genes marked."""
    file, layer, _ = SETS[data[1]]
    counts = anndata.read_h5ad(os.path.join(data[0], file))
    if layer:
        counts.X = counts.layers[layer].copy()
    logged = counts.copy()
    sc.pp.filter_genes(logged, min_cells=3)
    logged.layers["counts"] = logged.X.copy()
    sc.pp.normalize_total(logged, target_sum=1e4)
    sc.pp.log1p(logged)
    sc.pp.highly_variable_genes(logged, n_top_genes=2000, flavor=hvg, layer="counts" if hvg == "seurat_v3" else None)
    return counts, logged


def correlations(predicted, truth):
    p, t = predicted - predicted.mean(0), truth - truth.mean(0)
    norm = np.linalg.norm(p, axis=0) * np.linalg.norm(t, axis=0)
    return np.where(norm > 0, (p * t).sum(0) / np.where(norm > 0, norm, 1), 0)


def rows_of(table, genes):
    names, vectors = table
    index = {g: i for i, g in enumerate(names)}
    at = np.array([index.get(g, -1) for g in genes])
    rows = np.where((at >= 0)[:, None], vectors[at], 0)
    return rows / np.maximum(np.linalg.norm(rows, axis=1), 1e-12)[:, None]


def baselines(z, kept, held, tables):
    """Linear ridge, 20 nearest and the components' best, z [cells × genes]."""
    names, values = z
    k, h = (np.array([names[g] for g in genes]) for genes in (kept, held))
    u = np.linalg.svd(values[:, k], full_matrices=False)[0][:, :30]
    y = values[:, k].T @ u
    a, b = (np.mean([rows_of(t, genes) @ rows_of(t, kept).T for t in tables], 0) for genes in (kept, held))
    ridge = b @ scipy.linalg.solve(a + 10 * np.eye(len(a)), y - y.mean(0), assume_a="pos") + y.mean(0)
    near = np.argsort(-b, 1)[:, :20]
    truth = values[:, h]
    return {"ridge": correlations(u @ ridge.T, truth).mean(), "nearest": correlations(values[:, k][:, near].mean(2), truth).mean(),
            "ceiling": correlations(u @ (u.T @ truth), truth).mean()}


def told(folder, held, truth, tables):
    out = os.path.join(folder, "told.h5ad")
    vectors = [x for t in tables for x in ("--vectors", t)]
    run("impute", os.path.join(folder, "m.h5"), os.path.join(folder, "kept.h5ad"), "-o", out, *vectors, "--only", ",".join(held), "-q")
    a = anndata.read_h5ad(out)[:, held]
    x = np.asarray(a.X, dtype="f8")
    r = correlations(x, truth)
    off = np.abs(np.log(np.maximum(a.var["expected_mean"].values, 1e-12) / truth.mean(0)))
    return r, {"r": r.mean(), "expected": a.var["expected_correlation"].mean(), "agree": np.corrcoef(r, a.var["expected_correlation"])[0, 1],
               "within_1.5": (off < np.log(1.5)).mean(), "negative": int((x < 0).sum())}


def export(data, name, folder):
    file, layer, _ = SETS[name]
    path, table = os.path.join(data, file), os.path.join(folder, f"{name}_vectors.h5")
    options = ["--layer", layer] if layer else []
    run("fit", path, "-o", os.path.join(folder, "r.h5ad"), "--model", os.path.join(folder, "r.h5"), "--mode", "beta-vae", "--max-steps", 1, "--no-umap", "-q", *options)
    run("genes", os.path.join(folder, "r.h5"), path, "--export", table, "-q", *options)
    return table


def experiment(data, name, seed, paths, reference, hvg, folder):
    counts, logged = prepared((data, name), hvg)
    tables = [read_table(p) for p in paths]
    variable = np.array(logged.var_names[logged.var.highly_variable])
    known = set.intersection(*(set(t[0]) for t in tables))
    rng = np.random.default_rng(seed)
    held = list(rng.permutation([g for g in variable if g in known])[:len(variable) // 10])
    kept = [g for g in variable if g not in set(held)]
    counts[:, ~counts.var_names.isin(held)].copy().write_h5ad(os.path.join(folder, "kept.h5ad"))
    batch = SETS[name][2]
    run("fit", os.path.join(folder, "kept.h5ad"), "-o", os.path.join(folder, "o.h5ad"), "--model", os.path.join(folder, "m.h5"), "--mode", "beta-vae", "--no-umap",
        "--hvg", hvg, "--seed", seed, "-q", *(["--batch", batch] if batch else []))
    dense = lambda x: np.asarray(x.toarray() if sp.issparse(x) else x, dtype="f8")
    truth, x = dense(logged[:, held].X), dense(logged[:, kept + held].X)
    z = np.minimum((x - x.mean(0)) / np.maximum(x.std(0), 1e-9), 10)
    out = baselines(({g: i for i, g in enumerate(kept + held)}, z), kept, held, tables)
    r, out["text"] = told(folder, held, truth, paths)
    dealt = []
    for i, (names, vectors) in enumerate(tables):
        dealt.append(os.path.join(folder, f"dealt{i}.h5"))
        write_table(dealt[-1], names, vectors[rng.permutation(len(names))])
    shuffled, out["shuffled"] = told(folder, held, truth, dealt)
    out["gain"] = [(r - shuffled).mean(), 1.96 * (r - shuffled).std() / np.sqrt(len(r))]
    if reference:
        own = [g for g in held if g in set(read_table(reference)[0])]
        at = [held.index(g) for g in own]
        out["reference"] = told(folder, own, truth[:, at], [reference])[1]
        r, out["both"] = told(folder, held, truth, paths + [reference])
        out["gain_both"] = [(r - shuffled).mean(), 1.96 * (r - shuffled).std() / np.sqrt(len(r))]
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data")
    p.add_argument("results")
    p.add_argument("--sets", default=",".join(SETS))
    p.add_argument("--seeds", default="0,1,2,3,4")
    p.add_argument("--table", action="append", help="NAME=FILE, the file in DATA_DIR")
    p.add_argument("--references", default="pbmc3k,kang")
    p.add_argument("--hvg", default="seurat")
    a = p.parse_args()
    tables = dict(t.split("=") for t in a.table or TABLES)
    done = [json.loads(line) for line in open(a.results)] if os.path.exists(a.results) else []
    for name in a.sets.split(","):
        with tempfile.TemporaryDirectory() as folder:
            other = [r for r in a.references.split(",") if r and r != name]
            reference = export(a.data, other[0], folder) if other else None
            for seed in map(int, a.seeds.split(",")):
                key = {"set": name, "seed": seed, "tables": ",".join(tables), "reference": other[0] if other else None, "hvg": a.hvg}
                if any(all(r[k] == v for k, v in key.items()) for r in done):
                    continue
                key.update(experiment(a.data, name, seed, [os.path.join(a.data, t) for t in tables.values()], reference, a.hvg, folder))
                with open(a.results, "a") as f:
                    f.write(json.dumps(key, default=float) + "\n")
                print(json.dumps(key, default=lambda v: round(float(v), 4)), flush=True)


if __name__ == "__main__":
    main()
