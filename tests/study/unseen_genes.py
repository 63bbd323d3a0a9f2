#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What gene vectors are worth: expression of genes that the model never saw, in cells that it never saw.

    python3 tests/study/unseen_genes.py DATA_DIR RESULTS.jsonl [--sets kang,mixology,pbmc3k] [--seeds 5] [--tables lsa,sets,minilm,all,ref,both] [--places TABLE.h5] [--atlas TABLE.h5] [--print]

Of the 2,000 variable genes (scanpy, seurat) 200 that every table knows leave the data, and half of the cells. A model of the cells
alone is fitted on the rest, and `impute --vectors` tells the genes that left in the cells that left, from each table, from the three
tables of text and sets together (all), from another data set (ref: `genes --export`; pbmc3k for kang and mixology, kang for pbmc3k), from all
of them (both), and with --places, a table of `gene_table.py --places`, from that (places) and from it and all or both (all_places, both_places), with --atlas, one of
atlas.py or `gene_table.py --expression`, from that (atlas) and from it and all (all_atlas), with the two from them and all or both (all_atlas_places, everything); each
beside the same tables with their rows shuffled. From the same vectors, and from the genes that stay, in NumPy: linear
ridge (penalty 10) onto 30 principal components, the mean of the 20 nearest genes on those, and the same of their values as they are (plain); and the best that the components allow: the genes'
own coordinates, found in the other half. Figures are the mean Pearson correlation per gene over the half that the model did not see (log1p of
counts per 10,000), the share of genes whose mean is told within a factor 1.5, and the mean correlation that the prediction expects.

--print makes the table of docs/results-genes.md. SCILAMA names the program. Needs numpy, scipy, h5py, anndata, scanpy.
"""
import argparse
import collections
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
import scipy.stats

warnings.filterwarnings("ignore")
PROGRAM = os.environ.get("SCILAMA", os.path.join(os.path.dirname(__file__), "../../build/examples/scilama/scilama"))
SETS = {"kang": ("kang_ifnb_pbmc.h5ad", None, "batch"), "mixology": ("mixology_3lines.h5ad", "counts", "batch"), "pbmc3k": ("pbmc3k.h5ad", None, None)}
TABLES = {"lsa": "gene_lsa128_human.h5", "sets": "gene_geneset64_human.h5", "minilm": "gene_minilm384_human.h5"}
WAYS = {"lsa": ["lsa"], "sets": ["sets"], "minilm": ["minilm"], "all": list(TABLES), "ref": ["ref"], "both": list(TABLES) + ["ref"],
        "places": ["places"], "all_places": list(TABLES) + ["places"], "both_places": list(TABLES) + ["ref", "places"],
        "atlas": ["atlas"], "all_atlas": list(TABLES) + ["atlas"], "all_atlas_places": list(TABLES) + ["atlas", "places"], "everything": list(TABLES) + ["ref", "places", "atlas"]}
REFERENCE = {"kang": "pbmc3k", "mixology": "pbmc3k", "pbmc3k": "kang"}
COMPONENTS = 30


def run(*command):
    subprocess.run([PROGRAM, *map(str, command), "-q"], check=True, stdout=subprocess.DEVNULL)


def read_table(path):
    with h5py.File(path) as f:
        return [x.decode() for x in f["gene_id"][()]], f["embedding"][()].astype("f8")


def write_table(path, names, vectors):
    with h5py.File(path, "w") as f:
        f.create_dataset("gene_id", data=list(names), dtype=h5py.string_dtype())
        f["embedding"] = vectors.astype("f4")


def load(folder, name):
    file, layer, _ = SETS[name]
    counts = anndata.read_h5ad(os.path.join(folder, file))
    if layer:
        counts.X = counts.layers[layer].copy()
    return counts


def prepared(counts):
    """log1p values, with 2,000 variable genes marked."""
    logged = counts.copy()
    sc.pp.filter_genes(logged, min_cells=3)
    sc.pp.normalize_total(logged, target_sum=1e4)
    sc.pp.log1p(logged)
    sc.pp.highly_variable_genes(logged, n_top_genes=2000, flavor="seurat")
    return logged


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


class Components:
    """Axes of the genes that stay, found in the cells that train; coordinates of the others are evaluated in the rest."""

    def __init__(self, train, test, n_kept):
        self.truth, self.others = test[:, n_kept:], test[:, :n_kept]
        mean, deviation = train.mean(0), np.maximum(train.std(0), 1e-9)
        z, other = (np.minimum((x - mean) / deviation, 10) for x in (train, test))
        u, s, vt = np.linalg.svd(z[:, :n_kept], full_matrices=False)
        u, s, vt = u[:, :COMPONENTS], s[:COMPONENTS], vt[:COMPONENTS]
        self.cells, self.kept, self.own = other[:, :n_kept] @ vt.T / s, z[:, :n_kept].T @ u, z[:, n_kept:].T @ u

    def judge(self, coordinates):
        return correlations(self.cells @ coordinates.T, self.truth)

    def ceiling(self):
        return self.judge(self.own).mean()

    def baselines(self, kept, held, tables):
        a, b = (np.mean([rows_of(t, genes) @ rows_of(t, kept).T for t in tables], 0) for genes in (kept, held))
        mean = self.kept.mean(0)
        ridge = b @ scipy.linalg.solve(a + 10 * np.eye(len(a)), self.kept - mean, assume_a="pos") + mean
        near = np.argsort(-b, 1, kind="stable")[:, :20]
        plain = (self.others - self.others.mean(0)) / np.maximum(self.others.std(0), 1e-9)
        return {"ridge": self.judge(ridge).mean(), "nearest": self.judge(self.kept[near].mean(1)).mean(),
                "plain": correlations(plain[:, near].mean(2), self.truth).mean()}


def told(at, held, truth, tables):
    """Correlations per gene; a gene that no table knows has none and counts as 0."""
    known = set().union(*(set(read_table(t)[0]) for t in tables))
    own = [g for g in held if g in known]
    run("impute", at("m.h5"), at("test.h5ad"), "-o", at("told.h5ad"), *(x for t in tables for x in ("--vectors", t)), "--only", ",".join(own))
    a = anndata.read_h5ad(at("told.h5ad"))[:, own]
    x, column, r = np.asarray(a.X, dtype="f8"), [held.index(g) for g in own], np.zeros(len(held))
    r[column] = correlations(x, truth[:, column])
    off = np.abs(np.log(np.maximum(a.var["expected_mean"].values, 1e-12) / np.maximum(truth[:, column].mean(0), 1e-12)))
    return r, {"r": r.mean(), "expected": a.var["expected_correlation"].sum() / len(held), "agree": np.corrcoef(r[column], a.var["expected_correlation"])[0, 1],
               "within": (off < np.log(1.5)).sum() / len(held), "negative": int((x < 0).sum())}


def export(folder, name, at):
    file, layer, _ = SETS[name]
    path, table, options = os.path.join(folder, file), at(f"{name}_vectors.h5"), ["--layer", layer] if layer else []
    run("fit", path, "-o", at("r.h5ad"), "--model", at("r.h5"), "--mode", "beta-vae", "--max-steps", 1, "--no-umap", *options)
    run("genes", at("r.h5"), path, "--export", table, *options)
    return table


def experiment(name, seed, counts, logged, paths, at, o):
    variable = np.array(logged.var_names[logged.var.highly_variable])
    known = set.intersection(*(set(read_table(paths[t])[0]) for t in TABLES))
    rng = np.random.default_rng(seed)
    held = list(rng.permutation([g for g in variable if g in known])[:len(variable) // 10])
    kept = [g for g in variable if g not in set(held)]
    order = rng.permutation(counts.n_obs)
    train, test = np.sort(order[:counts.n_obs // 2]), np.sort(order[counts.n_obs // 2:])
    stays = ~counts.var_names.isin(held)
    counts[train][:, stays].copy().write_h5ad(at("train.h5ad"))
    counts[test][:, stays].copy().write_h5ad(at("test.h5ad"))
    batch = SETS[name][2]
    run("fit", at("train.h5ad"), "-o", at("o.h5ad"), "--model", at("m.h5"), "--mode", "beta-vae", "--no-umap", "--hvg", "seurat", "--seed", seed,
        *(["--batch", batch] if batch else []), *o.fit.split())
    x = logged[:, kept + held].X
    x = np.asarray(x.toarray() if sp.issparse(x) else x, dtype="f8")
    components = Components(x[train], x[test], len(kept))
    out = {"set": name, "seed": seed, "ceiling": components.ceiling()}
    for which in o.tables.split(",") if o.tables else [w for w in WAYS if all(paths[t] for t in WAYS[w])]:
        files, dealt = [paths[t] for t in WAYS[which]], []
        for t in WAYS[which]:
            names, vectors = read_table(paths[t])
            dealt.append(at(f"dealt_{t}.h5"))
            write_table(dealt[-1], names, vectors[np.random.default_rng(seed + 100).permutation(len(names))])
        r, out[which] = told(at, held, components.truth, files)
        shuffled = told(at, held, components.truth, dealt)[0]
        out[which].update(components.baselines(kept, held, [read_table(f) for f in files]), shuffled=shuffled.mean(),
                          gain=[(r - shuffled).mean(), 1.96 * (r - shuffled).std(ddof=1) / np.sqrt(len(r))])
    return out


def half_width(x):
    return scipy.stats.t.ppf(0.975, len(x) - 1) * np.std(x, ddof=1) / np.sqrt(len(x)) if len(x) > 1 else np.nan


def table(done):
    """Means over seeds, ± half of the 95 % interval over seeds (t)."""
    rows = collections.defaultdict(list)
    for r in done:
        for which in [w for w in WAYS if w in r]:
            rows[r["set"], which].append((r, r[which]))
    print("| data | vectors | ours | ridge | 20 nearest | … plain | shuffled | true − shuffled | components' best | of the best | ours / best baseline | … of text | mean within 1.5 | expected |")
    print("|---" * 14 + "|")
    for (name, which), found in rows.items():
        mean = lambda f: np.mean([f(*x) for x in found])
        ours, best = mean(lambda r, w: w["r"]), mean(lambda r, w: max(w["ridge"], w["nearest"]))
        text = mean(lambda r, w: max((max(r[t]["ridge"], r[t]["nearest"]) for t in ("lsa", "sets", "minilm", "all") if t in r), default=np.nan))
        gain, within = [w["r"] - w["shuffled"] for _, w in found], [w["within"] for _, w in found]
        ceiling = mean(lambda r, w: r["ceiling"])
        print(f"| {name} ({len(found)}) | {which} | {ours:.3f} | {mean(lambda r, w: w['ridge']):.3f} | {mean(lambda r, w: w['nearest']):.3f} | {mean(lambda r, w: w['plain']):.3f} | {mean(lambda r, w: w['shuffled']):.3f} "
              f"| {np.mean(gain):+.3f} ± {half_width(gain):.3f} | {ceiling:.3f} | {ours / ceiling:.0%} | {ours / best:.2f} | {ours / text:.2f} "
              f"| {np.mean(within):.2f} ± {half_width(within):.2f} | {mean(lambda r, w: w['expected']):.3f} |")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data")
    p.add_argument("results")
    p.add_argument("--sets", default=",".join(SETS))
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--tables", help="ways, by their names above")
    p.add_argument("--places", help="a table of where genes lie")
    p.add_argument("--atlas", help="a table of expression in tissues, cell types and tumours")
    p.add_argument("--fit", default="", help="further options of fit, such as '--axes 0'")
    p.add_argument("--print", action="store_true")
    o = p.parse_args()
    for which in o.tables.split(",") if o.tables else []:
        if which not in WAYS:
            p.error(f"--tables: {which} is none of {', '.join(WAYS)}")
        for t in ("places", "atlas"):
            if t in WAYS[which] and not getattr(o, t):
                p.error(f"--tables {which} needs --{t}")
    done = [json.loads(line) for line in open(o.results)] if os.path.exists(o.results) else []
    if o.print:
        return table(done)
    for seed in range(o.seeds):
        for name in o.sets.split(","):
            if any(r["set"] == name and r["seed"] == seed for r in done):
                continue
            counts = load(o.data, name)
            with tempfile.TemporaryDirectory() as folder:
                at = lambda file: os.path.join(folder, file)
                paths = {t: os.path.join(o.data, f) for t, f in TABLES.items()}
                paths.update(ref=export(o.data, REFERENCE[name], at), places=o.places, atlas=o.atlas)
                result = experiment(name, seed, counts, prepared(counts), paths, at, o)
            with open(o.results, "a") as f:
                f.write(json.dumps(result, default=float) + "\n")
            print(json.dumps(result, default=lambda v: round(float(v), 4)), flush=True)


if __name__ == "__main__":
    main()
