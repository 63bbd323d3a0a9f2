# SPDX-License-Identifier: MIT
"""Genes told from vectors against scikit-learn: the means and deviations that `impute --vectors` expects are those of
KernelRidge with the documented kernel, on what numpy finds in the same cells, for one penalty of the grid each; so are those of a
Gaussian process's mean. A table that tells a fifth of the genes it knows better than both together counts alone, for new genes that it knows. SCILAMA names the program (default build/examples/scilama/scilama)."""
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import PairwiseKernel
from sklearn.kernel_ridge import KernelRidge

import philox

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SCILAMA", str(ROOT / "build/examples/scilama/scilama"))
GRID = (1000, 100, 30, 10, 3, 1, 0.3, 0.1)


def run(*command):
    subprocess.run([PROGRAM, *map(str, command), "-q"], check=True, stdout=subprocess.DEVNULL)


def strings(data):
    return [x.decode() if isinstance(x, bytes) else x for x in data[()]]


def matrix(f):
    x = f["X"]
    if isinstance(x, h5py.Dataset):
        return x[()].astype("f8")
    shape, out = x.attrs["shape"], np.zeros(tuple(x.attrs["shape"]))
    for i in range(shape[0]):
        s = slice(x["indptr"][i], x["indptr"][i + 1])
        out[i, x["indices"][s]] = x["data"][s]
    return out


def kernel(tables, known):
    """K of all rows with all, and the linear part beside it; tables [rows × width], NaN where a gene has none."""
    total, count, linear = 0, 0, 0
    for t in tables:
        there = np.isfinite(t[:, 0])
        a = np.where(there[:, None], t, 0)
        a = (a - a[there & known].mean(0)) * there[:, None]
        a /= np.maximum(np.linalg.norm(a, axis=1), 1e-12)[:, None]
        total = total + np.exp(-2 * (1 - a @ a.T)) * np.outer(there, there)
        linear = linear + a @ a.T
        count = count + there
    share = np.outer(count, count)
    return np.where(share > 0, total ** 2 / np.maximum(share, 1), 0) + 3 * linear / len(tables)


def explained(k, targets):
    """Share of the targets' variance [genes × 2] that the other genes tell of a fifth, drawn as the library draws it."""
    order = np.array(philox.Sequence(0, 8 | 9 << 8, 0, 0).shuffle(range(len(targets))))
    judge, rest = order[:len(order) // 5], order[len(order) // 5:]
    mean = targets[rest].mean(0)
    missed = [((KernelRidge(alpha=p, kernel="precomputed").fit(k[np.ix_(rest, rest)], targets[rest] - mean).predict(k[np.ix_(judge, rest)]) + mean - targets[judge]) ** 2).sum(0)
              for p in GRID]
    return 1 - np.min(missed, 0).sum() / ((targets[judge] - mean) ** 2).sum()


def main():
    rng, failed = np.random.default_rng(0), 0
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        run("simulate", at("s.h5ad"), "--cells", 300, "--genes", 260, "--types", 5, "--embeddings", at("t.h5"), "--seed", 4)
        run("fit", at("s.h5ad"), "-o", at("o.h5ad"), "--model", at("m.h5"), "--mode", "beta-vae", "--max-steps", 30, "--no-umap")
        with h5py.File(at("s.h5ad")) as f:
            genes, counts = strings(f["var"][f["var"].attrs["_index"]]), matrix(f)
        with h5py.File(at("m.h5")) as f:
            used = strings(f["recipe/genes"])
        with h5py.File(at("t.h5")) as f:
            table = dict(zip(strings(f["gene_id"]), f["embedding"][()].astype("f8")))
        new = [f"new{i}" for i in range(20)]
        every = used + new
        first = np.array([table.get(g, rng.normal(size=len(next(iter(table.values()))))) for g in every])
        x = np.log1p(counts / counts.sum(1, keepdims=True) * 1e4)[:, [genes.index(g) for g in used]]
        level = np.concatenate([np.log(x.mean(0)), rng.choice(np.log(x.mean(0)), len(new))])
        first = np.hstack([first / np.linalg.norm(first, axis=1)[:, None], ((level - level.mean()) / level.std())[:, None]])  # it holds levels
        second = rng.normal(size=(len(every), 9))
        second[::3] = np.nan
        first[3:len(used):7] = np.nan  # genes that it does not know teach nothing where it tells
        outside = max(i for i in range(len(new)) if (len(used) + i) % 3)
        first[len(used) + outside] = np.nan  # has its level from both
        for name, values in (("a.h5", first), ("b.h5", second)):
            there = np.isfinite(values[:, 0])
            with h5py.File(at(name), "w") as f:
                f.create_dataset("gene_id", data=[g for g, t in zip(every, there) if t], dtype=h5py.string_dtype())
                f["embedding"] = values[there].astype("f4")
        run("impute", at("m.h5"), at("s.h5ad"), "-o", at("i.h5ad"), "--vectors", at("a.h5"), "--vectors", at("b.h5"), "--only", ",".join(new))
        with h5py.File(at("i.h5ad")) as f:
            got = {k: f["var"]["expected_" + k][()] for k in ("mean", "deviation", "correlation")}
        known = np.arange(len(every)) < len(used)
        levels = np.stack([np.log(x.mean(0)), np.log(x.std(0))], 1)
        told = {"both": (-np.inf, (np.arange(len(every)), [first, second]))}
        for name, table in (("first", first), ("second", second)):
            rows = np.flatnonzero(np.isfinite(table[:, 0]) | ~known)
            share = {w: explained(kernel([t[rows] for t in ts], known[rows])[np.ix_(known[rows], known[rows])], levels[rows[known[rows]]])
                     for w, ts in (("alone", [table]), ("together", [first, second]))}
            print(name, share)
            if share["alone"] >= share["together"]:
                told[name] = share["alone"], (rows, [table])
        failed += set(told) != {"both", "first"}  # the second knows nothing
        for what, genes_of in (("first", [i for i in range(len(new)) if i != outside]), ("both", [outside])):
            rows, tables = told.get(what, told["both"])[1]
            here = known[rows]
            k = kernel([t[rows] for t in tables], here)
            for name, column in (("mean", 0), ("deviation", 1)):
                target = levels[rows[here], column]
                centre, found, best = target.mean(), got[name][genes_of], []
                for penalty in GRID:
                    ridge = KernelRidge(alpha=penalty, kernel="precomputed").fit(k[np.ix_(here, here)], target - centre)
                    best.append(np.abs(np.exp(ridge.predict(k[np.ix_(~here, here)])[genes_of] + centre) / found - 1).max())
                pick = int(np.argmin(best))
                process = GaussianProcessRegressor(PairwiseKernel(metric=lambda i, j, gamma: k[int(i[0]), int(j[0])]), alpha=GRID[pick], optimizer=None)
                process.fit(np.flatnonzero(here)[:, None], target - centre)
                off = np.abs(np.exp(process.predict(np.flatnonzero(~here)[:, None])[genes_of] + centre) / found - 1).max()
                good = best[pick] < 2e-3 and off < 2e-3 and (sorted(best)[1] > 2 * best[pick] or len(found) == 1)
                failed += not good
                print(f"{name} by {what}: penalty {GRID[pick]:g}, KernelRidge within {best[pick]:.1e}, the next penalty {sorted(best)[1]:.1e}, Gaussian process within {off:.1e}")
        failed += not ((got["correlation"] >= 0) & (got["correlation"] <= 1)).all()
    print(f"{failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main())
