# SPDX-License-Identifier: MIT
"""Cells of a batch that the model does not know: mixing, labels and calibration of `scilama map` with and without --adapt,
beside fitting reference and query together.

    python3 tests/study/map_batches.py build/examples/scilama/scilama kang_ifnb_pbmc.h5ad batch stim [--seeds 1]

Batch mixing and conservation are those of `scilama score` on the embeddings of both; labels by `map`; expected calibration error
in ten bins. Needs anndata, scikit-learn.
"""
import os
import subprocess
import tempfile

import anndata
import numpy as np

from mapping import arguments, judged, parted


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True)


def main():
    p = arguments("data", "key", "query")
    p.add_argument("--seeds", type=int, default=1)
    o = p.parse_args()
    r, q, truth = parted(o.data, o.key, o.query)
    for seed in range(o.seeds):
        with tempfile.TemporaryDirectory() as folder:
            at = lambda name: os.path.join(folder, name)
            common = ["-q", "--threads", "2", "--seed", str(seed)]
            fit = ["--batch", o.key, "--label", "cell_type", "--embeddings", "none", "--mode", "beta-vae", "--no-umap", *common]
            for name, part in (("r", r), ("q", q), ("b", anndata.concat([r, q]))):
                part.write_h5ad(at(name + ".h5ad"))
            run(o.program, "fit", at("b.h5ad"), "-o", at("bo.h5ad"), *fit)
            run(o.program, "fit", at("r.h5ad"), "-o", at("ro.h5ad"), "--model", at("m.h5"), "--reference", *fit)
            known = anndata.read_h5ad(at("ro.h5ad")).obsm["X_scilama"]

            def mixing(name, z):
                b = anndata.read_h5ad(at("b.h5ad"))
                b.obsm["X_scilama"] = z
                b.write_h5ad(at("s.h5ad"))
                said = run(o.program, "score", at("s.h5ad"), "--label", "cell_type", "--batch", o.key, "-q").stdout
                return [line for line in said.splitlines() if "atch" in line or "otal" in line or "onserv" in line]

            print("seed", seed, "together", *mixing("b", anndata.read_h5ad(at("bo.h5ad")).obsm["X_scilama"]), sep="\n  ", flush=True)
            for name, more in (("map", []), ("map --adapt", ["--adapt"])):
                run(o.program, "map", at("m.h5"), at("q.h5ad"), "-o", at("qo.h5ad"), *common, *more)
                m = anndata.read_h5ad(at("qo.h5ad"))
                told = m.obs["scilama_cell_type"].astype(str).values
                print("seed", seed, name, "accuracy %.3f balanced %.3f macro-F1 %.3f calibration error %.3f" % tuple(
                    judged(truth, told, m.obs["scilama_cell_type_probability"].values)),
                    *mixing(name, np.vstack([known, m.obsm["X_scilama"]])), sep="\n  ", flush=True)


if __name__ == "__main__":
    main()
