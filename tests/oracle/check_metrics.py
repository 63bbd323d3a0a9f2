# SPDX-License-Identifier: MIT
"""Metrics against scikit-learn and scib-metrics: exact ones within 1e-6, LISI and kBET
within 1e-3. scib-metrics computes in single precision unless told otherwise, and looks for
neighbours in a label's diffusion map approximately (pynndescent, whose recall falls with
the label's size): it is given exact ones here, as ours are; its own figure is printed."""
import os
import sys
import warnings
from unittest import mock

os.environ.setdefault("JAX_ENABLE_X64", "1")
warnings.filterwarnings("ignore")
import numpy as np
import scib_metrics as sm
import scib_metrics.nearest_neighbors
from scib_metrics.nearest_neighbors import NeighborsResults
from sklearn import metrics as skm
from sklearn.neighbors import NearestNeighbors

import slm

failures = 0


def report(name, ours, theirs, tolerance):
    global failures
    worst = float(np.max(np.abs(np.asarray(ours, float) - np.asarray(theirs, float))))
    ok = worst <= tolerance
    failures += not ok
    print(f"{name:34s} ours {np.mean(ours):.9f}  theirs {np.mean(theirs):.9f}  max difference {worst:.2e} (allowed {tolerance:g}){'' if ok else '  FAILED'}")


def neighbours(x, k):
    """The k nearest, the point itself first at exactly 0: a query of the same points would
    find it at the rounding error of the products, which UMAP's weights take for a distance."""
    d, i = NearestNeighbors(n_neighbors=k - 1, algorithm="brute").fit(x.astype(np.float64)).kneighbors()
    own = np.arange(len(x))[:, None]
    return NeighborsResults(indices=np.hstack([own, i]), distances=np.hstack([0.0 * own, d]))


def data(rng, n, dim, labels, batches, mixing):
    label = rng.integers(0, labels, n)
    batch = rng.integers(0, batches, n)
    batch[label == 0] = np.minimum(batch[label == 0], 0)  # one label in one batch
    x = rng.normal(size=(n, dim)) + 1.5 * rng.normal(size=(labels, dim))[label] + mixing * rng.normal(size=(batches, dim))[batch]
    return x.astype(np.float32), label.astype(np.int32), batch.astype(np.int32)


def main():
    rng = np.random.default_rng(0)
    ctx = slm.Context(2)
    for i in range(10):
        a = rng.integers(0, 1 + i, 500)
        b = np.where(rng.random(500) < 0.5, a, rng.integers(0, 11 - i, 500))
        if i == 9:
            a = b = np.arange(500)
        o = ctx.compare(a, b)
        report("ARI", o.ari, skm.adjusted_rand_score(a, b), 1e-6)
        report("NMI", o.nmi, skm.normalized_mutual_info_score(a, b), 1e-6)
        report("AMI", o.ami, skm.adjusted_mutual_info_score(a, b), 1e-6)
    for n, dim, labels, batches, mixing in ((1500, 20, 6, 3, 0.5), (800, 10, 4, 2, 0.0), (600, 30, 3, 4, 2.0), (4000, 20, 2, 2, 0.3)):
        x, label, batch = data(rng, n, dim, labels, batches, mixing)
        pre = (x + 2 * rng.normal(size=(batches, dim))[batch]).astype(np.float32)
        print(f"-- {n} cells × {dim}, {labels} labels, {batches} batches")
        for metric, name in ((slm.EUCLIDEAN, "euclidean"), (slm.COSINE, "cosine")):
            report(f"silhouette {name}", ctx.silhouette(x, label, metric)[0], skm.silhouette_samples(x.astype(np.float64), label, metric=name), 1e-6)
        s = ctx.score(x, label, batch, baseline=pre)
        n15, n50, n90 = (neighbours(x, k) for k in (15, 50, 90))
        x64 = x.astype(np.float64)
        report("silhouette_label", s["silhouette_label"], sm.silhouette_label(x64, label), 1e-6)
        report("silhouette_batch", s["silhouette_batch"], sm.silhouette_batch(x64, label, batch), 1e-6)
        report("BRAS", s["bras"], sm.bras(x64, label, batch), 1e-6)
        report("isolated_silhouette", s["isolated_silhouette"], sm.isolated_labels(x64, label, batch), 1e-6)
        report("graph_connectivity", s["graph_connectivity"], sm.graph_connectivity(n15, label), 1e-6)
        report("PCR comparison", s["pcr"], sm.pcr_comparison(pre.astype(np.float64), x64, batch, categorical=True), 1e-6)
        indices, distances, _ = ctx.knn(x, 89)
        report("LISI per cell", ctx.lisi(indices, distances, label), sm.lisi_knn(n90, label), 1e-3)
        report("iLISI", s["ilisi"], sm.ilisi_knn(n90, batch), 1e-3)
        report("cLISI", s["clisi"], sm.clisi_knn(n90, label), 1e-3)
        report("kBET", s["kbet"], sm.kbet(n50, batch)[0], 1e-3)
        approximate = sm.kbet_per_label(n50, batch, label)
        with mock.patch.object(sm.nearest_neighbors, "pynndescent", lambda x, n_neighbors, **_: neighbours(x, n_neighbors)):
            report("kBET per label", s["kbet_label"], sm.kbet_per_label(n50, batch, label), 1e-3)
        print(f"   kBET per label with scib-metrics' approximate neighbours: {approximate:.6f}")
        print("   for comparison, not alike by construction: "
              + "  ".join(f"{k} {s[k]:.4f}" for k in ("nmi", "ari", "isolated_f1", "nmi_kmeans", "ari_kmeans", "bio", "batch", "total"))
              + f"  scib-metrics leiden {sm.nmi_ari_cluster_labels_leiden(n15, label)}")
    print(f"{failures} failed")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
