# SPDX-License-Identifier: MIT
"""UMAP's trustworthiness against umap-learn's on the same points and parameters (ours at
least theirs − 0.01), the curve's parameters through the layout, and equal bits for one
and two threads."""
import sys
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import umap
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness

import slm
from check_leiden import DATA, embedding


def data():
    rng = np.random.default_rng(0)
    if DATA.is_dir():
        yield "kang", embedding(DATA / "kang_ifnb_pbmc.h5ad")
        yield "pbmc3k", embedding(DATA / "pbmc3k.h5ad")
        yield "mixology", embedding(DATA / "mixology_3lines.h5ad", "counts")
    else:
        print("skipped: three sets of real data (no ../shared/data)")
    yield "digits", load_digits().data.astype(np.float32)
    yield "blobs", (rng.normal(size=(3000, 20)) + 3 * rng.normal(size=(10, 20))[rng.integers(0, 10, 3000)]).astype(np.float32)
    t = 3 * np.pi * rng.random(2000)
    yield "roll", np.stack([t * np.cos(t), 20 * rng.random(2000), t * np.sin(t)], 1).astype(np.float32)


def main():
    failed = 0
    one, two = slm.Context(1), slm.Context(2)
    for name, x in data():
        n = len(x)
        indices, distances, _ = one.knn(x, 14)
        for min_dist in (0.1, 0.5):
            theirs = np.mean([trustworthiness(x, umap.UMAP(n_neighbors=15, min_dist=min_dist, random_state=s).fit_transform(x), n_neighbors=15) for s in (0, 1)])
            for init in (slm.SPECTRAL, slm.PCA):
                ours, spread = [], []
                for seed in (0, 1):
                    layout = one.graph(indices, distances).umap(n, x, init=init, min_dist=min_dist, seed=seed)
                    assert np.isfinite(layout).all()
                    assert np.array_equal(layout, two.graph(indices, distances).umap(n, x, init=init, min_dist=min_dist, seed=seed))
                    ours.append(trustworthiness(x, layout, n_neighbors=15))
                ok = np.mean(ours) >= theirs - 0.01
                failed += not ok
                print(f"{name:10s} {n:6d} min_dist {min_dist} {'spectral' if init == slm.SPECTRAL else 'pca':9s} ours {np.mean(ours):.4f}  umap-learn {theirs:.4f}  {np.mean(ours) - theirs:+.4f}{'' if ok else '  FAILED'}", flush=True)
    print(f"{failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main())
