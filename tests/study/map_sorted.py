# SPDX-License-Identifier: MIT
"""Queries of another batch that are no whole sample: one type alone, as sorted. Share of the cells that `scilama map` gives their own label, with and
without --adapt, beside that of small random samples.

    python3 tests/study/map_sorted.py build/examples/scilama/scilama kang_ifnb_pbmc.h5ad batch stim [--seeds 2]

Needs anndata, scikit-learn.
"""
import os
import subprocess
import tempfile

import anndata
import numpy as np

from mapping import arguments, parted

FEWEST = 50  # cells of a type


def main():
    p = arguments("data", "key", "query")
    p.add_argument("--seeds", type=int, default=2)
    o = p.parse_args()
    r, q, truth = parted(o.data, o.key, o.query)
    asked = {t: np.flatnonzero(truth == t) for t in sorted(set(truth)) if (truth == t).sum() >= FEWEST}
    right = {}
    for seed in range(o.seeds):
        rng = np.random.default_rng(seed)
        for n in (25, 60, 200):
            asked[f"{n} random cells"] = np.sort(rng.permutation(q.n_obs)[:n])
        with tempfile.TemporaryDirectory() as folder:
            at = lambda name: os.path.join(folder, name)
            run = lambda *command: subprocess.run([o.program, *command, "-q", "--threads", "2"], check=True, capture_output=True)
            r.write_h5ad(at("r.h5ad"))
            run("fit", at("r.h5ad"), "-o", at("ro.h5ad"), "--batch", o.key, "--label", "cell_type", "--embeddings", "none", "--mode", "beta-vae", "--no-umap",
                "--model", at("m.h5"), "--reference", "--seed", str(seed))
            for name, rows in asked.items():
                q[rows].write_h5ad(at("q.h5ad"))
                for way in ([], ["--adapt"]):
                    run("map", at("m.h5"), at("q.h5ad"), "-o", at("o.h5ad"), *way)
                    told = anndata.read_h5ad(at("o.h5ad")).obs["scilama_cell_type"].astype(str).values
                    right.setdefault((name, len(rows)), {}).setdefault("adapted" if way else "as it is", []).append((told == truth[rows]).mean())
    for (name, cells), ways in right.items():
        print(f"{name}, {cells} cells:", ", ".join(f"{way} {np.mean(v):.3f}" for way, v in ways.items()))


if __name__ == "__main__":
    main()
