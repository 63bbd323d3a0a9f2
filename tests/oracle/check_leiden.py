# SPDX-License-Identifier: MIT
"""Leiden against leidenalg: quality on ten graphs (three real when ../shared/data is
there) at five resolutions, modularity and CPM; every community connected; same result
for any thread count. Prints the relative difference of quality, ours − theirs."""
import sys

import igraph
import leidenalg
import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

import slm

DATA = slm.ROOT.parent / "shared" / "data"


def embedding(path, layer=None, scaled=False):
    import anndata
    import scanpy as sc
    a = anndata.read_h5ad(path)
    if layer:
        a.X = a.layers[layer]
    if not scaled:
        sc.pp.filter_genes(a, min_cells=3)
        sc.pp.normalize_total(a, target_sum=1e4)
        sc.pp.log1p(a)
        sc.pp.highly_variable_genes(a, n_top_genes=2000)
        a = a[:, a.var.highly_variable].copy()
        sc.pp.scale(a, max_value=10)
    sc.tl.pca(a, n_comps=50)
    return np.asarray(a.obsm["X_pca"], np.float32)


def knn_graph(ctx, x, kind=slm.FUZZY, k=14):
    indices, distances, _ = ctx.knn(x, k)
    return ctx.graph(indices, distances, kind).csr()


def planted(rng, n, groups, inside, outside, weighted=False):
    label = rng.integers(0, groups, n)
    p = np.where(label[:, None] == label[None, :], inside, outside)
    a = np.triu(rng.random((n, n)) < p, 1).astype(np.float32)
    if weighted:
        a *= rng.gamma(2, 1, (n, n)).astype(np.float32)
    return sp.csr_matrix(a + a.T)


def graphs(ctx):
    rng = np.random.default_rng(0)
    if DATA.is_dir():
        yield "kang", knn_graph(ctx, embedding(DATA / "kang_ifnb_pbmc.h5ad"))
        yield "pbmc3k", knn_graph(ctx, embedding(DATA / "pbmc3k.h5ad"))
        yield "mixology", knn_graph(ctx, embedding(DATA / "mixology_3lines.h5ad", "counts"), slm.JACCARD)
    else:
        print("skipped: three graphs of real data (no ../shared/data)")
    blobs = rng.normal(size=(5000, 20)) + 3 * rng.normal(size=(12, 20))[rng.integers(0, 12, 5000)]
    yield "blobs", knn_graph(ctx, blobs)
    yield "noise", knn_graph(ctx, rng.normal(size=(3000, 10)))
    yield "planted", planted(rng, 1000, 10, 0.1, 0.01)
    yield "planted-weighted", planted(rng, 800, 6, 0.15, 0.03, True)
    ring = sp.block_diag([np.ones((6, 6)) - np.eye(6)] * 40).tolil()
    for b in range(40):
        i, j = 6 * b + 5, 6 * (b + 1) % 240
        ring[i, j] = ring[j, i] = 1
    yield "ring-of-cliques", sp.csr_matrix(ring)
    for name, g in (("power-law", igraph.Graph.Barabasi(2000, 3)), ("small-world", igraph.Graph.Watts_Strogatz(1, 2000, 5, 0.05))):
        g.simplify()
        yield name, sp.csr_matrix(np.array(g.get_adjacency().data, np.float32))


def main():
    one, two, worst, failed = slm.Context(1), slm.Context(2), 0.0, 0
    for name, m in graphs(one):
        m = m.tocsr()
        n = m.shape[0]
        g, g2 = one.graph_csr(m), two.graph_csr(m)
        upper = sp.triu(m, 1).tocoo()
        ig = igraph.Graph(n=n, edges=list(zip(upper.row.tolist(), upper.col.tolist())))
        weights = upper.data.astype(float).tolist()
        density = upper.data.sum() / (n * (n - 1) / 2)
        for kind in (slm.MODULARITY, slm.CPM):
            for r in (0.2, 0.5, 1.0, 1.5, 2.0):
                gamma = r if kind == slm.MODULARITY else r * density * 20
                partition = leidenalg.RBConfigurationVertexPartition if kind == slm.MODULARITY else leidenalg.CPMVertexPartition
                theirs = leidenalg.find_partition(ig, partition, weights=weights, n_iterations=-1, seed=0, resolution_parameter=gamma)
                q = g.quality(theirs.membership, kind, gamma)
                scale = 2 * (upper.data.sum() if kind == slm.MODULARITY else 1)  # leidenalg counts edges twice
                assert abs(theirs.quality() / scale - q) <= 1e-5 * max(abs(q), 1e-9), (name, theirs.quality() / scale, q)
                labels, report = g.leiden(n, quality=kind, resolution=gamma)
                assert np.array_equal(labels, g2.leiden(n, quality=kind, resolution=gamma)[0])
                assert abs(report.quality - g.quality(labels, kind, gamma)) <= 1e-12 * max(1, abs(report.quality))
                sizes = np.bincount(labels)
                assert (np.diff(sizes) <= 0).all() and len(sizes) == report.communities
                same = m.multiply(sp.csr_matrix((labels[m.nonzero()[0]] == labels[m.nonzero()[1]], m.nonzero()), m.shape))
                connected = connected_components(same, directed=False)[0] == report.communities
                difference = (report.quality - q) / abs(q)
                worst = min(worst, difference)
                ok = difference >= -0.005 and connected
                failed += not ok
                print(f"{name:18s} {'modularity' if kind == slm.MODULARITY else 'cpm':10s} {gamma:8.4f}  ours {report.quality:12.6f} ({report.communities:4d})  "
                      f"leidenalg {q:12.6f} ({len(theirs):4d})  {difference:+.5f}{'' if ok else '  FAILED'}")
    print(f"worst relative difference {worst:+.5f}; {failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main())
