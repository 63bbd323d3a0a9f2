#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes deeper data of a real set: each cell the sum of N cells of one type and batch.

usage: deepen.py NAME OUT.h5ad [--cells N] [--seed N]          NAME as in data.py: kang, pbmc3k-1000 …

What a default does on deep counts cannot be told from simulated ones alone: their types lie along
few straight axes, those of real cells do not. Cells left over of a type and batch are left out,
unless it has no N of them: then they are one sum, of two and more.
"""
import argparse
import pathlib
import tempfile

import anndata
import numpy as np
import scipy.sparse

import data


def groups(obs, n, rng):
    """[rows that are summed up to one cell], in an order that says nothing."""
    made = []
    for rows in obs.groupby(["batch", "cell_type"], observed=True).indices.values():
        rows = rng.permutation(rows)
        whole = [rows[i:i + n] for i in range(0, len(rows) - n + 1, n)]
        made += whole or ([rows] if len(rows) > 1 else [])
    return [made[i] for i in rng.permutation(len(made))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name")
    parser.add_argument("out")
    parser.add_argument("--cells", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    o = parser.parse_args()
    if o.cells < 2 or o.name not in data.real_names():
        parser.error(f"--cells must be 2 or more, and NAME one of {', '.join(data.real_names())}")
    with tempfile.TemporaryDirectory() as folder:
        cells = anndata.read_h5ad(data.prepare(o.name, o.seed, pathlib.Path(folder)))
    summed = groups(cells.obs, o.cells, np.random.default_rng([o.seed, o.cells]))
    rows, columns = np.repeat(np.arange(len(summed)), [len(g) for g in summed]), np.concatenate(summed)
    which = scipy.sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(summed), cells.n_obs))
    obs = cells.obs.iloc[[g[0] for g in summed]][["batch", "cell_type"]].copy()
    obs.index = [f"sum{i}" for i in range(len(summed))]
    anndata.AnnData(scipy.sparse.csr_matrix(which @ cells.X), obs=obs, var=cells.var[[]].copy()).write_h5ad(o.out)
    print(f"{o.out}: {len(summed)} sums of {o.cells} cells of {o.name}")


if __name__ == "__main__":
    main()
