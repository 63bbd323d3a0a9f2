# SPDX-License-Identifier: MIT
"""One type left out of the reference: AUROC of `scilama map`'s novelty and distance for its cells in the query; and how many cells are called unknown
when none is left out.

    python3 tests/study/map_unknown.py build/examples/scilama/scilama kang_ifnb_pbmc.h5ad [--across ctrl,stim] [--seeds 0,1,2]

Half of the cells are the reference, the rest the query; or one batch is, and the model is adapted to the other. Needs anndata, scikit-learn.
"""
import os
import subprocess
import tempfile

import anndata
import numpy as np
from sklearn.metrics import roc_auc_score

from mapping import arguments, load


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def mapped(o, folder, reference, query, seed):
    """obs of the query."""
    at = lambda name: os.path.join(folder, name)
    reference.write_h5ad(at("r.h5ad"))
    query.write_h5ad(at("q.h5ad"))
    keys = ["--batch", "batch"] if o.across or len(set(reference.obs["batch"])) > 1 else []
    run(o.program, "fit", at("r.h5ad"), "-o", at("ro.h5ad"), "--model", at("m.h5"), "--reference", "--label", "cell_type", "--no-umap", "-q",
        "--embeddings", "none", "--mode", "beta-vae", "--threads", "2", "--seed", str(seed), *keys)
    run(o.program, "map", at("m.h5"), at("q.h5ad"), "-o", at("qo.h5ad"), "-q", "--threads", "2", *(["--adapt"] if o.across else []))
    return anndata.read_h5ad(at("qo.h5ad")).obs


def study(o, a, seed):
    kind, batch = a.obs["cell_type"].astype(str).values, a.obs["batch"].astype(str).values
    if o.across:
        known, asked = (np.where(batch == b)[0] for b in o.across.split(","))
    else:
        order = np.random.default_rng(seed).permutation(a.n_obs)
        known, asked = np.sort(order[: a.n_obs // 2]), np.sort(order[a.n_obs // 2:])
    rows, shares = [], []
    with tempfile.TemporaryDirectory() as folder:
        obs = mapped(o, folder, a[known].copy(), a[asked].copy(), seed)
        novelty, common = obs["scilama_novelty"].values, np.isin(kind[asked], sorted(set(kind[known])))
        none = (novelty > o.beyond)[common].mean(), (obs["scilama_cell_type_unknown"] == "yes").values[common].mean()
        print(f"seed {seed}, none left out: novelty beyond {o.beyond:g} {none[0]:.3f}, unknown {none[1]:.3f}", flush=True)
        for left in sorted(t for t in set(kind[known]) if (kind[asked] == t).sum() >= 10):
            obs = mapped(o, folder, a[known[kind[known] != left]].copy(), a[asked].copy(), seed)
            new, novelty, unknown = kind[asked] == left, obs["scilama_novelty"].values, (obs["scilama_cell_type_unknown"] == "yes").values
            rows.append([roc_auc_score(new, novelty), roc_auc_score(new, obs["scilama_distance"]),
                         roc_auc_score(new, -obs["scilama_cell_type_probability"])])
            shares.append([unknown[new].mean(), unknown[~new].mean()])
            print(left, int(new.sum()), "novelty, distance, 1 - p:", np.round(rows[-1], 3), "unknown, new and others:", np.round(shares[-1], 3), flush=True)
    print(f"seed {seed}: mean", np.mean(rows, 0).round(3), "least", np.min(rows, 0).round(3), "unknown", np.mean(shares, 0).round(3), flush=True)
    return np.mean(rows, 0), np.min(rows, 0), np.mean(shares, 0), none


def main():
    p = arguments("data")
    p.add_argument("--across", help="categories of batch: reference,query")
    p.add_argument("--seeds", default="0")
    p.add_argument("--beyond", type=float, default=0.15, help="the program's bound of novelty")
    o = p.parse_args()
    a = load(o.data)
    told = [study(o, a, int(seed)) for seed in o.seeds.split(",")]
    for name, part in zip(("mean", "least", "unknown: new, others", "none left out: by novelty, unknown"), zip(*told)):
        print(f"{len(told)} seeds, {name}", np.mean(part, 0).round(3))


if __name__ == "__main__":
    main()
