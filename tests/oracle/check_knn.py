# SPDX-License-Identifier: MIT
"""Exact neighbours against scikit-learn's brute force in double precision (equal sets of
neighbours), and recall of the approximate method against the exact one (≥ 0.95)."""
import sys

import numpy as np
from sklearn.neighbors import NearestNeighbors

import slm


def main():
    rng, failed = np.random.default_rng(0), 0
    ctx = slm.Context(2)
    for n, dim, k in ((3000, 50, 14), (777, 3, 20), (500, 200, 30), (2000, 50, 1), (100, 5, 99)):
        x = (rng.normal(size=(n, dim)) + 5 * rng.integers(0, 4, size=(n, 1)) + 100).astype(np.float32)
        for metric, name in ((slm.EUCLIDEAN, "euclidean"), (slm.COSINE, "cosine")):
            indices, distances, _ = ctx.knn(x, k, metric)
            d, i = NearestNeighbors(n_neighbors=k, metric=name, algorithm="brute").fit(x.astype(np.float64)).kneighbors()
            equal, worst = (i == indices).mean(), np.abs(d - distances).max() / d.max()
            failed += equal < 1 or worst > 1e-6
            print(f"{n} × {dim}, k {k}, {name}: equal {equal:.6f}, distances within {worst:.1e}")
    for name, x in (("blobs", rng.normal(size=(20000, 50)) + 2 * rng.normal(size=(20, 50))[rng.integers(0, 20, 20000)]),
                    ("noise", rng.normal(size=(20000, 15)))):
        exact, _, _ = ctx.knn(x, 14, method=1)
        near, _, report = ctx.knn(x, 14, method=2)
        recall = np.mean([len(np.intersect1d(a, b)) for a, b in zip(exact, near)]) / 14
        failed += recall < 0.95
        print(f"approximate, {name}: recall {recall:.4f}, reported {report.recall:.4f}, {report.rounds} rounds")
    print(f"{failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main())
