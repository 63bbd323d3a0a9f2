# SPDX-License-Identifier: MIT
"""Metrics against scikit-learn and scib-metrics: exact ones within 1e-6, LISI and kBET
within 1e-3.

kBET per label is compared twice: with its definition in double precision (dense
eigenvectors, exact neighbours, scipy's test; below), and with scib-metrics. The latter has
two traits that are no part of the definition and move it by some 1e-3: it looks for
neighbours in a label's diffusion map approximately (pynndescent), and it keeps the number of
components that a small label cuts for all labels after it. It is given exact neighbours and
labels numbered by falling size, which lets neither matter; its figure without is printed."""
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
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components
from scipy.stats import chi2
from sklearn import metrics as skm
from sklearn.neighbors import NearestNeighbors

import slm
from check_leiden import DATA, embedding

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


def kbet_by_definition(graph, labels, batches, alpha=0.05, components=100):
    """Mean over labels of the share of cells whose nearest k in the label's diffusion map
    (lambda / (1 - lambda) times the eigenvectors of the density-normalised walk) pass the
    test; labels in many small fragments count 0 (Luecken et al. 2022)."""
    scores = []
    for label in np.unique(labels):
        of = np.flatnonzero(labels == label)
        sizes = np.unique(batches[of], return_counts=True)[1]
        if len(of) < 10 or len(sizes) == 1:
            continue
        k = int(np.clip(len(of) / len(sizes) // 4, 10, 70))
        parts, part = connected_components(graph[of][:, of], directed=False)
        kept = of if parts == 1 else of[np.bincount(part)[part] >= 3 * k]
        if len(kept) < 0.75 * len(of):
            scores.append(0.0)
            continue
        w = graph[kept][:, kept].toarray()
        w /= np.outer(w.sum(0), w.sum(0))
        z = np.sqrt(w.sum(0))
        values, vectors = np.linalg.eigh(w / np.outer(z, z))
        top = np.argsort(-np.abs(values))[:min(components, len(kept) - 1)]
        scale = [1 if np.float32(v) >= 1 else v / (1 - v) for v in values[top]]
        near = NearestNeighbors(n_neighbors=min(k, len(kept) - 1), algorithm="brute").fit(vectors[:, top] * scale).kneighbors(return_distance=False)
        codes = np.unique(batches[kept], return_inverse=True)[1]
        groups = codes.max() + 1
        seen = np.stack([np.bincount(row, minlength=groups) for row in np.hstack([codes[:, None], codes[near]])])
        expected = np.bincount(codes) / len(codes) * seen.sum(1)[0]
        scores.append((chi2.sf(((seen - expected) ** 2 / expected).sum(1), groups - 1) >= alpha).mean())
    return np.mean(scores)


def kbet_per_label(ctx, x, label, batch, ours):
    indices, distances, _ = ctx.knn(x, 49)
    graph = ctx.graph(indices, distances).csr()
    graph = sp.csr_matrix((graph.data.astype(float), graph.indices, graph.indptr), graph.shape)
    report("kBET per label, by definition", ours, kbet_by_definition(graph, label, batch), 1e-3)
    n50 = neighbours(x, 50)
    as_it_is = sm.kbet_per_label(n50, batch, label)
    falling = np.argsort(np.argsort(-np.bincount(label), kind="stable"))[label]
    with mock.patch.object(sm.nearest_neighbors, "pynndescent", lambda x, n_neighbors, **_: neighbours(x, n_neighbors)):
        report("kBET per label, scib-metrics", ours, sm.kbet_per_label(n50, batch, falling), 1e-3)
    print(f"   scib-metrics as it is, approximate neighbours and labels in their order: {as_it_is:.6f}")


def barely_joined(ctx):
    """Two parts of one label, ever further apart: the second eigenvalue comes close to 1."""
    base = np.random.default_rng(0).normal(size=(80, 3))
    batch = (np.arange(80) >= 40).astype(np.int32)
    batch[::10] ^= 1
    for gap in (3, 8, 12, 14, 16, 18, 20, 40):
        x = (base + [[gap, 0, 0]] * (np.arange(80) >= 40)[:, None]).astype(np.float32)
        indices, distances, _ = ctx.knn(x, 49)
        graph = ctx.graph(indices, distances).csr().astype(float)
        label = np.zeros(80, np.int32)
        report(f"kBET per label, parts {gap} apart", ctx.score(x, label, batch)["kbet_label"], kbet_by_definition(graph, label, batch), 1e-3)


def real(ctx):
    """Labels of very different sizes, batches of many kinds."""
    import anndata
    for name, layer, batch in (("kang_ifnb_pbmc", None, "batch"), ("kang_ifnb_pbmc", None, "donor"), ("mixology_3lines", "counts", "batch")):
        obs = anndata.read_h5ad(DATA / f"{name}.h5ad", backed="r").obs
        x = embedding(DATA / f"{name}.h5ad", layer)
        label, batches = (obs[k].astype("category").cat.codes.to_numpy(np.int32) for k in ("cell_type", batch))
        x, label, batches = x[label >= 0], label[label >= 0], batches[label >= 0]
        print(f"-- {name}, {batch}: {len(x)} cells, labels of {np.bincount(label)}")
        s = ctx.score(x, label, batches)
        report("kBET", s["kbet"], sm.kbet(neighbours(x, 50), batches)[0], 1e-3)
        kbet_per_label(ctx, x, label, batches, s["kbet_label"])


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
        kbet_per_label(ctx, x, label, batch, s["kbet_label"])
        print("   for comparison, not alike by construction: "
              + "  ".join(f"{k} {s[k]:.4f}" for k in ("nmi", "ari", "isolated_f1", "nmi_kmeans", "ari_kmeans", "bio", "batch", "total"))
              + f"  scib-metrics leiden {sm.nmi_ari_cluster_labels_leiden(n15, label)}")
    barely_joined(ctx)
    if DATA.is_dir():
        real(ctx)
    else:
        print("skipped: real data (no ../shared/data)")
    print(f"{failures} failed")
    return int(failures != 0)


if __name__ == "__main__":
    sys.exit(main())
