# SPDX-License-Identifier: MIT
"""Genes told from vectors against scikit-learn: the means and deviations that `impute --vectors` expects are those of
KernelRidge with the documented kernel, on what numpy finds in the same cells, for one penalty of the grid each; so are those of a
Gaussian process's mean. A gene is told from the tables that have it. Of two tables the weights under which this is so are found from
what is told, and those under which the levels are most likely, by scipy in float64, are no likelier. SCILAMA names the program
(default build/examples/scilama/scilama)."""
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import PairwiseKernel
from sklearn.kernel_ridge import KernelRidge

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


def kernel(tables, known, weights, trend=3):
    """K of all rows with all; tables [rows × width], NaN where a gene has none."""
    total, count, linear = 0, 0, 0
    for t, w in zip(tables, weights):
        there = np.isfinite(t[:, 0])
        a = np.where(there[:, None], t, 0)
        a = (a - a[there & known].mean(0)) * there[:, None]
        a /= np.maximum(np.linalg.norm(a, axis=1), 1e-12)[:, None]
        total = total + w * np.exp(-2 * (1 - a @ a.T)) * np.outer(there, there)
        linear = linear + w * a @ a.T
        count = count + w * there
    share = np.outer(count, count)
    return np.where(share > 0, total ** 2 / np.where(share > 0, share, 1), 0) + trend * linear


def evidence(tables, targets, ratio):
    """Of the known rows, with weights of this ln ratio, at its best λ; and the prior of the weights at its best."""
    y = targets - targets.mean(0)
    k = np.linalg.eigh(kernel(tables, np.ones(len(y), bool), weights_of(ratio), 0))
    along = (k[1].T @ y) ** 2

    def missing(log_penalty):
        d = np.maximum(k[0], 0) + np.exp(log_penalty)
        return (len(y) * np.log((along / d[:, None]).sum(0) / len(y)).sum() + y.shape[1] * np.log(d).sum()) / 2

    most = minimize_scalar(missing, bounds=(-12, 12), method="bounded")
    first, second = (np.log(np.isfinite(t[:, 0]).mean()) for t in tables)
    return -most.fun - (ratio - (first - second)) ** 2 / 16


def weights_of(ratio):
    return 1 / (1 + np.exp(-ratio)), 1 / (1 + np.exp(ratio))


def told(k, known, targets, rows):
    """Of every penalty the logarithms told of these rows [penalties × rows × 2]."""
    centre = targets.mean(0)
    return np.array([KernelRidge(alpha=p, kernel="precomputed").fit(k[np.ix_(known, known)], targets - centre).predict(k[np.ix_(rows, known)]) + centre for p in GRID])


def off_by(k, known, targets, rows, got):
    """[penalties × 2], relative"""
    return np.abs(np.exp(told(k, known, targets, rows)) / got - 1).max(1)


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
        first[3:len(used):7] = np.nan
        outside = max(i for i in range(len(new)) if (len(used) + i) % 3)
        first[len(used) + outside] = np.nan  # has its level from the second alone
        for name, values in (("a.h5", first), ("b.h5", second)):
            there = np.isfinite(values[:, 0])
            with h5py.File(at(name), "w") as f:
                f.create_dataset("gene_id", data=[g for g, t in zip(every, there) if t], dtype=h5py.string_dtype())
                f["embedding"] = values[there].astype("f4")
        run("impute", at("m.h5"), at("s.h5ad"), "-o", at("i.h5ad"), "--vectors", at("a.h5"), "--vectors", at("b.h5"), "--only", ",".join(new))
        with h5py.File(at("i.h5ad")) as f:
            got = {k: f["var"]["expected_" + k][()] for k in ("mean", "deviation", "correlation")}
        known, start = np.arange(len(every)) < len(used), len(used)
        levels = np.stack([np.log(x.mean(0)), np.log(x.std(0))], 1)
        has = [np.isfinite(t[start:, 0]) for t in (first, second)]
        found = np.stack([got["mean"], got["deviation"]], 1)
        groups = {"both": (has[0] & has[1], [first, second]), "first": (has[0] & ~has[1], [first]), "second": (~has[0] & has[1], [second])}
        for what, (rows, tables) in groups.items():
            at_rows, ratio = start + np.flatnonzero(rows), 0
            if len(tables) == 2:
                off = lambda r: off_by(kernel(tables, known, weights_of(r)), known, levels, at_rows, found[rows]).min(0).max()
                coarse = min(np.arange(-8, 8, 0.25), key=off)
                ratio = minimize_scalar(off, bounds=(coarse - 0.25, coarse + 0.25), method="bounded", options={"xatol": 1e-6}).x
                likely = [evidence([t[known] for t in tables], levels, r) for r in np.append(np.arange(-8, 8, 0.05), ratio)]
                behind = max(likely) - likely[-1]
                print(f"weights of both: {weights_of(ratio)[0]:.3f} and {weights_of(ratio)[1]:.3f}, ln likelihood {behind:.2f} below the best, {max(likely) - evidence([t[known] for t in tables], levels, 0):.1f} where they are alike")
                failed += not (behind < 1 and ratio > 1)  # the second knows nothing
            k = kernel(tables, known, weights_of(ratio) if len(tables) == 2 else (1,))
            best = off_by(k, known, levels, at_rows, found[rows])
            for column, name in enumerate(("mean", "deviation")):
                pick, target = int(np.argmin(best[:, column])), levels[:, column]
                process = GaussianProcessRegressor(PairwiseKernel(metric=lambda i, j, gamma: k[int(i[0]), int(j[0])]), alpha=GRID[pick], optimizer=None)
                process.fit(np.flatnonzero(known)[:, None], target - target.mean())
                off = np.abs(np.exp(process.predict(at_rows[:, None]) + target.mean()) / found[rows, column] - 1).max()
                order = np.sort(best[:, column])
                good = order[0] < 2e-3 and off < 2e-3 and (order[1] > 2 * order[0] or rows.sum() == 1)
                failed += not good
                print(f"{name} by {what} ({rows.sum()}): penalty {GRID[pick]:g}, KernelRidge within {order[0]:.1e}, the next penalty {order[1]:.1e}, Gaussian process within {off:.1e}")
        failed += not ((got["correlation"] >= 0) & (got["correlation"] <= 1)).all()
    print(f"{failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main())
