# SPDX-License-Identifier: MIT
"""Writes tests/unit/analysis/expected.h: what scikit-learn, umap-learn and scib-metrics
say of the 40 × 4 points that the unit tests make by a formula."""
import os
import pathlib
import warnings

os.environ.setdefault("JAX_ENABLE_X64", "1")
warnings.filterwarnings("ignore")
import numpy as np
import scib_metrics as sm
from scib_metrics.nearest_neighbors import NeighborsResults
from sklearn import metrics as skm
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors
from umap.umap_ import fuzzy_simplicial_set, find_ab_params

i, j = np.arange(40)[:, None], np.arange(4)[None, :]
x = ((((i * 37 + j * 101 + i * i * (j + 2) * 7) % 53) / 10.0) + (i % 3) * (j + 1)).astype(np.float32).astype(np.float64)
label, other, batch = np.arange(40) % 3, (np.arange(40) * 7 // 11) % 4, (np.arange(40) // 5) % 2
d, n = NearestNeighbors(n_neighbors=6, algorithm="brute").fit(x).kneighbors(x)
fuzzy = fuzzy_simplicial_set(x, 6, np.random.RandomState(0), "euclidean", knn_indices=n.astype(np.int32), knn_dists=d.astype(np.float32))[0].tocsr()
near = NeighborsResults(indices=n, distances=d)
p = PCA(n_components=3, svd_solver="full").fit(x)
a, b = find_ab_params(1.0, 0.5)
values = {
    "ARI": skm.adjusted_rand_score(label, other), "NMI": skm.normalized_mutual_info_score(label, other),
    "AMI": skm.adjusted_mutual_info_score(label, other), "HOMOGENEITY": skm.homogeneity_score(label, other),
    "SILHOUETTE": skm.silhouette_score(x, label), "SILHOUETTE_COSINE": skm.silhouette_score(x, label, metric="cosine"),
    "SILHOUETTE_0": skm.silhouette_samples(x, label)[0],
    "FUZZY_SUM": fuzzy.sum(), "FUZZY_ENTRIES": fuzzy.nnz, "FUZZY_0": fuzzy[0].max(),
    "LISI_MEAN": sm.lisi_knn(near, label, perplexity=2).mean(), "BATCH_SILHOUETTE": sm.silhouette_batch(x, label, batch),
    "BRAS": sm.bras(x, label, batch), "ISOLATED": sm.isolated_labels(x, label, batch),
    "PCA_0": p.explained_variance_[0], "PCA_2": p.explained_variance_[2], "PCA_TOTAL": x.var(0, ddof=1).sum(),
    "CURVE_A": a, "CURVE_B": b,
}
path = pathlib.Path(__file__).resolve().parents[1] / "unit/analysis/expected.h"
path.write_text("/* SPDX-License-Identifier: MIT */\n/* Made by tests/oracle/make_analysis_expected.py. */\n"
                + "".join(f"#define EXPECT_{k} {float(v)!r}\n" for k, v in values.items()))
print(path.read_text())
