#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Markers by the combined rank and by Wilcoxon, beside lists that others made from other data.

    python3 tests/study/markers.py DATA_DIR RESULTS.jsonl [--sets kang,pbmc3k,pbmc68k] [--seeds 5] [--print]

Lists, to be compared with their source before anybody relies on them: after the markers of the cell types of the Azimuth reference of human PBMC (Hao et al. 2021, azimuth.hubmapconsortium.org, "Human - PBMC", levels
1 and 2): ten genes each, found in 161,764 other cells. `fit` with the table of descriptions (LSA), whole and on 5 % of the cells, then `markers`; Wilcoxon is scanpy's
rank_genes_groups on log1p values of the same cells and genes. The figure is the precision of the first n genes, n the number of the list's genes among the
model's (types with 3 at least, and with 3 cells at least), a mean over types. SCILAMA names the program. Needs numpy, scipy, anndata, scanpy.
"""
import argparse
import collections
import csv
import json
import os
import tempfile
import warnings

import anndata
import numpy as np
import scanpy as sc

import unseen_genes as common

warnings.filterwarnings("ignore")
LISTS = {
    "B": "CD79A RALGPS2 CD79B MS4A1 BANK1 CD74 TNFRSF13C HLA-DQA1 IGHM MEF2C",
    "CD4 T": "IL7R MAL LTB CD4 LDHB TPT1 TRAC TMSB10 CD3D CD3G",
    "CD8 T": "CD8B CD8A CD3D TMSB10 HCST CD3G LINC02446 CTSW CD3E TRAC",
    "NK": "GNLY TYROBP NKG7 FCER1G GZMB TRDC PRF1 FGFBP2 SPON2 KLRF1",
    "CD14 Mono": "S100A9 CTSS S100A8 LYZ VCAN S100A12 IL1B CD14 G0S2 FCN1",
    "CD16 Mono": "CDKN1C FCGR3A PTPRC LST1 IER5 MS4A7 RHOC IFITM3 AIF1 HES4",
    "DC": "CD74 HLA-DPA1 HLA-DPB1 HLA-DQA1 CCDC88A HLA-DRA HLA-DMA CST3 HLA-DQB1 HLA-DRB1",
    "Platelet": "PPBP PF4 NRGN GNG11 CAVIN2 TUBB1 CLU HIST1H2AC RGS18 GP9",
}
TYPES = {
    "kang": {"B cells": "B", "CD4 T cells": "CD4 T", "CD8 T cells": "CD8 T", "NK cells": "NK", "CD14+ Monocytes": "CD14 Mono", "FCGR3A+ Monocytes": "CD16 Mono",
             "Dendritic cells": "DC", "Megakaryocytes": "Platelet"},
    "pbmc3k": {"B": "B", "Naive CD4 T": "CD4 T", "Memory CD4 T": "CD4 T", "CD8 T": "CD8 T", "NK": "NK", "CD14+ Mono": "CD14 Mono", "FCGR3A+ Mono": "CD16 Mono",
               "DC": "DC", "Platelet": "Platelet"},
    "pbmc68k": {"CD19+ B": "B", "CD56+ NK": "NK", "CD14+ Monocyte": "CD14 Mono", "Dendritic": "DC", "CD8+ Cytotoxic T": "CD8 T", "CD4+/CD45RO+ Memory": "CD4 T"},
}
common.SETS["pbmc68k"] = ("pbmc68k_reduced_scaled.h5ad", "counts", None)


def precision(order, genes):
    wanted = set(genes) & set(order)
    return len(wanted & set(order[:len(wanted)])) / len(wanted) if len(wanted) >= 3 else None


def judged(at, name, counts, seed, table):
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
        p = precision(ours[group], LISTS[which].split()), precision(theirs, LISTS[which].split())
        if p[0] is not None:
            found[group] = p
    return found


def experiment(name, seed, share, counts, table):
    cells = np.random.default_rng(seed).permutation(counts.n_obs)[:int(round(share * counts.n_obs))]
    part = counts[np.sort(cells)].copy()
    part = part[part.obs["cell_type"].isin(part.obs["cell_type"].value_counts().loc[lambda n: n >= 2].index)].copy()
    part.obs["cell_type"] = part.obs["cell_type"].cat.remove_unused_categories()
    with tempfile.TemporaryDirectory() as folder:
        found = judged(lambda f: os.path.join(folder, f), name, part, seed, table)
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
    for share in map(float, o.shares.split(",")):
        for seed in range(o.seeds):
            for name in o.sets.split(","):
                if any(r["set"] == name and r["seed"] == seed and r["share"] == share for r in done):
                    continue
                result = experiment(name, seed, share, common.load(o.data, name), os.path.join(o.data, common.TABLES["lsa"]))
                with open(o.results, "a") as f:
                    f.write(json.dumps(result) + "\n")
                print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
