#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Markers by the combined rank and by Wilcoxon, beside lists that others made from other data.

    python3 tests/study/markers.py DATA_DIR RESULTS.jsonl [--sets kang,pbmc3k,pbmc68k] [--seeds 5] [--print]

Lists: those which two programs annotate cells of blood by, fetched by pip: pegasuspy 1.10.2 (BSD; Li et al. 2020, Nature Methods 17:793; human_immune_cell_markers.json)
and besca 2.5.5 (GPL; Maedler et al. 2021, NAR Genomics and Bioinformatics 3:lqab102; CellNames_scseqCMs6_sigs.gmt), both together for each type: LISTS says which. `fit` with the table of descriptions (LSA), whole and on 5 % of the cells, then `markers`; Wilcoxon is scanpy's
rank_genes_groups on log1p values of the same cells and genes. The figure is the precision of the first n genes, n the number of the list's genes among the
model's (types with 3 at least, and with 3 cells at least), a mean over types. SCILAMA names the program. Needs numpy, scipy, anndata, scanpy.
"""
import argparse
import collections
import csv
import json
import os
import subprocess
import sys
import tempfile
import warnings
import zipfile

import anndata
import numpy as np
import scanpy as sc

import unseen_genes as common

warnings.filterwarnings("ignore")
SOURCES = {"pegasuspy==1.10.2": "pegasus/annotate_cluster/human_immune_cell_markers.json", "besca==2.5.5": "besca/datasets/genesets/CellNames_scseqCMs6_sigs.gmt"}
LISTS = { # names in pegasus; in besca
    "B": (["B cell"], ["Bcell", "Blymphocyte"]),
    "CD4 T": (["T cell", "CD4 Naive T cell", "CD4 TCM"], ["Tcell", "CD4Tcell", "NaiCD4Tcell"]),
    "CD8 T": (["T cell", "CD8 TCM", "CD8 TEM"], ["Tcell", "CD8Tcell", "CytotoxCD8Tcell"]),
    "NK": (["Natural killer cell", "CD56-dim NK cell"], ["NKcell", "CD56dimNK"]),
    "CD14 Mono": (["CD14+ Monocyte"], ["Monocyte", "ClassMonocyte"]),
    "CD16 Mono": (["CD16+ Monocyte"], ["NClassMonocyte"]),
    "DC": (["CD1C+ dendritic cell", "CLEC9A+ dendritic cell"], ["cDC", "cDC1", "cDC2"]),
    "Platelet": (["Platelet"], []),
}
TYPES = {
    "kang": {"B cells": "B", "CD4 T cells": "CD4 T", "CD8 T cells": "CD8 T", "NK cells": "NK", "CD14+ Monocytes": "CD14 Mono", "FCGR3A+ Monocytes": "CD16 Mono",
             "Dendritic cells": "DC", "Megakaryocytes": "Platelet"},
    "pbmc3k": {"B": "B", "Naive CD4 T": "CD4 T", "Memory CD4 T": "CD4 T", "CD8 T": "CD8 T", "NK": "NK", "CD14+ Mono": "CD14 Mono", "FCGR3A+ Mono": "CD16 Mono",
               "DC": "DC", "Platelet": "Platelet"},
    "pbmc68k": {"CD19+ B": "B", "CD56+ NK": "NK", "CD14+ Monocyte": "CD14 Mono", "Dendritic": "DC", "CD8+ Cytotoxic T": "CD8 T", "CD4+/CD45RO+ Memory": "CD4 T"},
}
common.SETS["pbmc68k"] = ("pbmc68k_reduced_scaled.h5ad", "counts", None)


def fetched(folder):
    """{type: genes}, each a marker by what the sources say; pip's wheels go to the folder."""
    texts = []
    for package, file in SOURCES.items():
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", folder, package], check=True)
        wheel = next(f for f in os.listdir(folder) if f.startswith(package.split("==")[0] + "-"))
        with zipfile.ZipFile(os.path.join(folder, wheel)) as z:
            texts.append(z.read(file).decode())
    by_name, waiting = {}, json.loads(texts[0])["cell_types"]
    while waiting:
        kind = waiting.pop()
        by_name[kind["name"]] = [g[:-1] for m in kind["markers"] for g in m["genes"] if g.endswith("+")]
        waiting += kind.get("subtypes", {}).get("cell_types", [])
    sets = {line.split("\t")[0]: [g for g in line.strip().split("\t")[2:] if g] for line in texts[1].splitlines()}
    return {t: {g for name in a for g in by_name[name]} | {g for name in b for g in sets[name]} for t, (a, b) in LISTS.items()}


def precision(order, genes):
    wanted = set(genes) & set(order)
    return len(wanted & set(order[:len(wanted)])) / len(wanted) if len(wanted) >= 3 else None


def judged(at, name, counts, seed, table, lists):
    counts.write_h5ad(at("in.h5ad"))
    batch = common.SETS[name][2]
    common.run("fit", at("in.h5ad"), "-o", at("o.h5ad"), "--model", at("m.h5"), "--embeddings", f"lsa={table}", "--no-umap", "--seed", seed, *(["--batch", batch] if batch else []))
    fitted = anndata.read_h5ad(at("o.h5ad"))
    placed = fitted.var_names[np.isfinite(fitted.varm["scilama"]).all(1)]
    common.run("markers", at("o.h5ad"), "--group", "cell_type", "--tsv", at("m.tsv"), "--genes", len(placed), "--permutations", 10, "--seed", seed)
    ours = collections.defaultdict(list)
    with open(at("m.tsv")) as f:
        for row in csv.DictReader(f, delimiter="\t"):
            ours[row["group"]].append(row["gene"])
    logged = counts.copy()
    sc.pp.normalize_total(logged, target_sum=1e4)
    sc.pp.log1p(logged)
    logged = logged[:, placed].copy()
    sc.tl.rank_genes_groups(logged, "cell_type", method="wilcoxon")
    found = {}
    for group, which in TYPES[name].items():
        if (counts.obs["cell_type"] == group).sum() < 3:
            continue
        theirs = list(logged.uns["rank_genes_groups"]["names"][group])
        p = precision(ours[group], lists[which]), precision(theirs, lists[which])
        if p[0] is not None:
            found[group] = p
    return found


def experiment(name, seed, share, counts, table, lists):
    cells = np.random.default_rng(seed).permutation(counts.n_obs)[:int(round(share * counts.n_obs))]
    part = counts[np.sort(cells)].copy()
    part = part[part.obs["cell_type"].isin(part.obs["cell_type"].value_counts().loc[lambda n: n >= 2].index)].copy()
    part.obs["cell_type"] = part.obs["cell_type"].cat.remove_unused_categories()
    with tempfile.TemporaryDirectory() as folder:
        found = judged(lambda f: os.path.join(folder, f), name, part, seed, table, lists)
    both = np.array(list(found.values()), dtype=float)
    return {"set": name, "seed": seed, "share": share, "types": found, "combined": both[:, 0].mean(), "wilcoxon": both[:, 1].mean()}


def table_of(done):
    rows = collections.defaultdict(list)
    for r in done:
        rows[r["set"], r["share"]].append(r)
    print("| data | cells | seeds | types | combined | Wilcoxon | difference |\n|---|---|---|---|---|---|---|")
    for (name, share), found in rows.items():
        d = [r["combined"] - r["wilcoxon"] for r in found]
        print(f"| {name} | {share:.0%} | {len(found)} | {np.mean([len(r['types']) for r in found]):.1f} | {np.mean([r['combined'] for r in found]):.3f} "
              f"| {np.mean([r['wilcoxon'] for r in found]):.3f} | {np.mean(d):+.3f} ± {common.half_width(d):.3f} |")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data")
    p.add_argument("results")
    p.add_argument("--sets", default=",".join(TYPES))
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--shares", default="0.05,1")
    p.add_argument("--print", action="store_true")
    o = p.parse_args()
    done = [json.loads(line) for line in open(o.results)] if os.path.exists(o.results) else []
    if o.print:
        return table_of(done)
    with tempfile.TemporaryDirectory() as folder:
        lists = fetched(folder)
    for share in map(float, o.shares.split(",")):
        for seed in range(o.seeds):
            for name in o.sets.split(","):
                if any(r["set"] == name and r["seed"] == seed and r["share"] == share for r in done):
                    continue
                result = experiment(name, seed, share, common.load(o.data, name), os.path.join(o.data, common.TABLES["lsa"]), lists)
                with open(o.results, "a") as f:
                    f.write(json.dumps(result) + "\n")
                print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
