# SPDX-License-Identifier: MIT
"""One type left out of the reference: AUROC of `scilama map`'s novelty and distance for its cells in the query.

    python3 tests/study/map_unknown.py build/examples/scilama/scilama kang_ifnb_pbmc.h5ad [--across ctrl,stim] [--seed 0]

Half of the cells, or one condition, is the reference, the rest the query. Needs anndata, scikit-learn.
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


def main():
    p = arguments("data")
    p.add_argument("--across", help="categories of batch: reference,query")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--types", type=int, default=99)
    o = p.parse_args()
    a = load(o.data)
    kind, batch = a.obs["cell_type"].astype(str).values, a.obs["batch"].astype(str).values
    if o.across:
        known, asked = (np.where(batch == b)[0] for b in o.across.split(","))
    else:
        order = np.random.default_rng(o.seed).permutation(a.n_obs)
        known, asked = np.sort(order[: a.n_obs // 2]), np.sort(order[a.n_obs // 2:])
    rows, within = [], []
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        a[asked].copy().write_h5ad(at("q.h5ad"))
        names = sorted(t for t in set(kind[known]) if (kind[asked] == t).sum() >= 10)[: o.types]
        for left in names:
            a[known[kind[known] != left]].copy().write_h5ad(at("r.h5ad"))
            keys = ["--batch", "batch"] if not o.across and len(set(batch)) > 1 else []
            run(o.program, "fit", at("r.h5ad"), "-o", at("ro.h5ad"), "--model", at("m.h5"), "--reference", "--label", "cell_type", "--no-umap", "-q",
                "--embeddings", "none", "--mode", "beta-vae", "--threads", "2", "--seed", str(o.seed), *keys)
            run(o.program, "map", at("m.h5"), at("q.h5ad"), "-o", at("qo.h5ad"), "-q", "--threads", "2")
            q = anndata.read_h5ad(at("qo.h5ad"))
            new, novelty = kind[asked] == left, q.obs["scilama_novelty"].values
            rows.append([roc_auc_score(new, novelty), roc_auc_score(new, q.obs["scilama_distance"]),
                         roc_auc_score(new, -q.obs["scilama_cell_type_probability"])])
            within.append(np.quantile(novelty[~new], [.5, .9, .95]).tolist() + [np.median(novelty[new])])
            print(left, int(new.sum()), "novelty, distance, 1 - p:", np.round(rows[-1], 3), "known 50, 90, 95 %, new 50 %:", np.round(within[-1], 2), flush=True)
    print("mean", np.mean(rows, 0).round(3), "least", np.min(rows, 0).round(3))


if __name__ == "__main__":
    main()
