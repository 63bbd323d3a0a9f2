#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What gene vectors are worth: expression of genes that the model never saw.

usage: unseen_genes.py DATA_DIR RESULTS.jsonl TABLE.h5... [--sets A,B] [--controls true,shuffled,random]
                       [--seeds 0] [--threads N]

A tenth of the highly variable genes is taken out of the gene table and so out of the training;
their expression is then decoded from their vectors alone and compared with what was measured
(log1p of counts per 10,000): the Pearson correlation over the cells, gene by gene. Shuffled and
random vectors show what is left without knowledge. SCILAMA names the program. Needs numpy, h5py
and scipy; about two minutes of one processor for each fit.
"""
import argparse
import json
import os
import subprocess
import tempfile

import h5py
import numpy as np
import scipy.sparse as sp

from quality import PROGRAM, SETS


def run(*command):
    subprocess.run([PROGRAM, *map(str, command)], check=True, stdout=subprocess.DEVNULL)


def strings(dataset):
    return np.array([x.decode() if isinstance(x, bytes) else x for x in dataset[()]], dtype=object)


def matrix(group):
    if isinstance(group, h5py.Dataset):
        return sp.csr_matrix(group[()])
    kind = sp.csr_matrix if group.attrs["encoding-type"] == "csr_matrix" else sp.csc_matrix
    return sp.csr_matrix(kind((group["data"][()], group["indices"][()], group["indptr"][()]), shape=tuple(group.attrs["shape"])))


def measured(path, options):
    with h5py.File(path) as f:
        index = f["var"].attrs["_index"]
        names = strings(f["var"][index])
        counts = matrix(f["layers"][options[options.index("--layer") + 1]] if "--layer" in options else f["X"]).astype("f8")
    totals = np.asarray(counts.sum(1)).ravel()
    return names, sp.csc_matrix(sp.diags(1e4 / np.maximum(totals, 1)) @ counts).log1p()


def write_table(path, names, vectors):
    with h5py.File(path, "w") as f:
        f.create_dataset("gene_id", data=list(names), dtype=h5py.string_dtype())
        f["embedding"] = vectors.astype("f4")


def changed(vectors, control, seed):
    r = np.random.default_rng(1000 + seed)
    if control == "shuffled":
        return vectors[r.permutation(len(vectors))]
    if control == "random":
        return r.standard_normal(vectors.shape) * vectors.std(0) + vectors.mean(0)
    return vectors


def experiment(data, options, table, control, seed, threads, folder):
    with h5py.File(table) as f:
        names, vectors = strings(f["gene_id"]), f["embedding"][()]
    out, model, kept, hidden, decoded = (os.path.join(folder, n) for n in ("out.h5ad", "m.h5", "kept.h5", "hidden.h5", "decoded.h5ad"))
    common = ["-q", "--threads", threads, "--seed", seed]
    write_table(kept, names, vectors)
    run("fit", data, "-o", out, "--model", model, "--no-umap", "--mode", "beta-vae", "--max-steps", 1, "--embeddings", f"text={kept}", *options, *common)
    with h5py.File(model) as f:
        used = strings(f["recipe/genes"])
    used = np.sort(used.astype(str))
    held = set(np.random.default_rng(seed).choice(used, len(used) // 10, replace=False))
    vectors = changed(vectors, control, seed)
    apart = np.array([n in held for n in names])
    write_table(kept, names[~apart], vectors[~apart])
    write_table(hidden, names[apart], vectors[apart])
    run("fit", data, "-o", out, "--model", model, "--no-umap", "--embeddings", f"text={kept}", *options, *common)
    run("impute", model, data, "-o", decoded, "--genes", hidden, *[o for o in options if o == "--layer" or o == "counts"], *common)
    genes, truth = measured(data, options)
    position = {g: i for i, g in enumerate(genes)}
    with h5py.File(decoded) as f:
        predicted, order = f["X"][()], strings(f["var"][f["var"].attrs["_index"]])
    values = []
    for i, gene in enumerate(order):
        x, y = predicted[:, i], truth[:, [position[gene]]].toarray().ravel()
        values.append(np.corrcoef(x, y)[0, 1] if x.std() > 0 and y.std() > 0 else 0.0)
    return {"genes": len(values), "mean": float(np.mean(values)), "median": float(np.median(values)), "above_0.2": float(np.mean(np.array(values) > 0.2))}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("data")
    p.add_argument("results")
    p.add_argument("tables", nargs="+")
    p.add_argument("--sets", default=",".join(SETS))
    p.add_argument("--controls", default="true,shuffled,random")
    p.add_argument("--seeds", default="0")
    p.add_argument("--threads", type=int, default=1)
    a = p.parse_args()
    done = [json.loads(line) for line in open(a.results)] if os.path.exists(a.results) else []
    for seed in map(int, a.seeds.split(",")):
        for name in a.sets.split(","):
            for table in a.tables:
                for control in a.controls.split(","):
                    key = {"set": name, "table": os.path.basename(table), "control": control, "seed": seed}
                    if any(all(r[k] == v for k, v in key.items()) for r in done):
                        continue
                    file, options = SETS[name]
                    with tempfile.TemporaryDirectory() as folder:
                        key.update(experiment(os.path.join(a.data, file), options, table, control, seed, a.threads, folder))
                    with open(a.results, "a") as f:
                        f.write(json.dumps(key) + "\n")
                    print(key, flush=True)


if __name__ == "__main__":
    main()
