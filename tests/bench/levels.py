#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Levels of corrected expression on data with two batches: usage: levels.py DATA.h5ad [--batch batch] [--model M.h5]

Fits cells (and genes of --embeddings NAME=FILE), decodes every cell as its own batch and all as each batch, and fails unless a known gene's mean over
the cells of a batch, decoded as that batch, is within 5 % of the measured one, no value is negative, and cells moved to a batch
have its level more than their own. Prints a few genes of the largest difference. SCILAMA names the program. Needs numpy, scipy, anndata."""
import argparse
import os
import subprocess
import sys
import tempfile

import anndata
import numpy as np
import scipy.sparse as sp

PROGRAM = os.environ.get("SCILAMA", os.path.join(os.path.dirname(__file__), "../../build/examples/scilama/scilama"))


def run(*command):
    subprocess.run([PROGRAM, *map(str, command), "-q"], check=True, stdout=subprocess.DEVNULL)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("data")
    p.add_argument("--batch", default="batch")
    p.add_argument("--embeddings", action="append", default=[])
    a = p.parse_args()
    counts = anndata.read_h5ad(a.data)
    x = counts.X.toarray() if sp.issparse(counts.X) else counts.X
    batch = counts.obs[a.batch].astype(str).values
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "m.h5")
        tables = [y for e in a.embeddings for y in ("--embeddings", e)] or ["--mode", "beta-vae"]
        run("fit", a.data, "-o", os.path.join(folder, "o.h5ad"), "--batch", a.batch, "--model", model, "--no-umap", *tables)
        out = {}
        for b in sorted(set(batch)):
            path = os.path.join(folder, "i.h5ad")
            run("impute", model, a.data, "-o", path, "--to-batch", f"{a.batch}={b}")
            i = anndata.read_h5ad(path)
            out[b] = np.asarray(i.X, dtype="f8")
        genes = list(i.var_names)
    logged = np.log1p(x / x.sum(1, keepdims=True) * 1e4)[:, [counts.var_names.get_loc(g) for g in genes]]
    names = sorted(out)
    means = {b: logged[batch == b].mean(0) for b in names}
    for b in names:
        seen = means[b] > 0
        off = np.abs(out[b][batch == b].mean(0)[seen] / means[b][seen] - 1)
        print(f"{b}: known genes within 5 %: {(off < 0.05).mean():.4f}, worst {off.max():.1e}; negative values {int((out[b] < 0).sum())}")
        failed += (off > 0.05).any() or (out[b] < 0).any()
    first, second = names[:2]
    there, own = out[second][batch == first].mean(0), out[first][batch == first].mean(0)
    moved, difference = there - own, means[second] - means[first]
    slope = (moved * difference).sum() / (difference ** 2).sum()
    print(f"cells of {first} as {second}: slope of the difference {slope:.3f}")
    failed += not 0.5 < slope < 1.5
    for g in np.argsort(-np.abs(difference))[:5]:
        print(f"{genes[g]}: {first} {means[first][g]:.3f}, {second} {means[second][g]:.3f}; {first} as {second} {there[g]:.3f}")
    print(f"{failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
