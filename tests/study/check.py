#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Is the study sound? Judge, data and statistics on cases whose answer is known. Prints "N passed, N failed"."""
import pathlib
import sys
import tempfile

import numpy as np
import scipy.stats
from sklearn.neighbors import KNeighborsClassifier

import data
import judge
import report
import stats

RESULTS = []


def check(what, good):
    RESULTS.append(bool(good))
    print(("ok    " if good else "FAILED ") + what)


def check_judge():
    random = np.random.default_rng(0)
    labels = np.repeat(["a", "b", "c"], 100).astype(object)
    batches = np.tile(["x", "y"], 150).astype(object)
    centres = np.repeat(np.eye(3) * 40, 100, axis=0)
    apart = judge.judge(centres + random.normal(size=(300, 3)), labels, batches)
    check("types that lie apart are found", apart["nmi"] == 1 and apart["ari"] == 1 and apart["knn"] == 1 and apart["knn_balanced"] == 1)
    check("batches at one place are mixed", apart["ilisi"] > 0.8 and apart["batch"] > 0.9)
    split = centres + random.normal(size=(300, 3))
    split[batches == "y"] += 400
    check("batches that lie apart are not", (s := judge.judge(split, labels, batches))["ilisi"] < 0.05 and s["total"] < apart["total"] - 0.2)
    check("total is 0.6 bio + 0.4 batch", abs(s["total"] - 0.6 * s["bio"] - 0.4 * s["batch"]) < 1e-4)
    noise = judge.judge(random.normal(size=(300, 3)), labels, batches)
    check("noise knows no types", noise["nmi"] < 0.1 and 0.2 < noise["knn"] < 0.5)
    some = labels.copy()
    some[:50] = "unlabelled"
    check("cells without a label are not judged", judge.judge(centres + random.normal(size=(300, 3)), some)["cells"] == 250)
    check("one place for all cells can be judged and is collapsed", judge.judge(np.zeros((300, 3)), labels)["active"] == 0)
    points = random.normal(size=(300, 4)) + np.repeat(np.eye(3, 4) * 1.5, 100, axis=0)
    codes = np.unique(labels, return_inverse=True)[1]
    ours = judge.knn_accuracy(judge.neighbours(points, 90).indices, codes, k=1)[0]
    theirs = np.mean([KNeighborsClassifier(1).fit(np.delete(points, i, 0), np.delete(codes, i)).predict(points[i:i + 1])[0] == codes[i] for i in range(300)])
    check("label accuracy is that of leaving one out", abs(ours - theirs) < 1e-12)


def check_data(folder):
    have = [n for n in ("kang", "pbmc3k") if not data.missing(n)]
    if not have:
        print("skip  data sets are not there")
        return
    import anndata
    name = have[0]
    whole, large, small = (anndata.read_h5ad(data.prepare(n, 3, folder)) for n in (name, f"{name}-1000", f"{name}-300"))
    check("subsamples are nested", set(small.obs_names) < set(large.obs_names) < set(whole.obs_names) and large.n_obs == 1000 and small.n_obs == 300)
    thin = anndata.read_h5ad(data.prepare(f"{name}-thin", 3, folder))
    check("thinning keeps a fifth", (thin.X > whole.X).nnz == 0 and abs(thin.X.sum() / whole.X.sum() - 0.2) < 0.005)
    check("values are counts", all((x.X.data == np.rint(x.X.data)).all() for x in (whole, large, small, thin)))
    other = anndata.read_h5ad(data.prepare(f"{name}-300", 4, folder))
    check("another seed, other cells", set(other.obs_names) != set(small.obs_names))


def check_statistics():
    x, y = np.random.default_rng(1).normal(size=(2, 5))
    mean, low, high, n = stats.interval(x - y)
    theirs = scipy.stats.ttest_rel(x, y).confidence_interval(0.95)
    check("intervals are those of a paired t-test", np.allclose([low, high], [theirs.low, theirs.high]) and n == 5 and np.isclose(mean, (x - y).mean()))
    rows = {("kang", m, s): {"total": v[s]} for m, v in (("scilama", x), ("pca", x + 1 + 0.01 * y)) for s in range(5)}
    text = "\n".join(report.against(rows, ["kang"], "scilama"))
    check("a loss is reported", "behind in 1" in text and "Behind: kang (pca)" in text and "**−1.0" in text)


def main():
    check_judge()
    check_statistics()
    with tempfile.TemporaryDirectory() as folder:
        check_data(pathlib.Path(folder))
    print(f"{sum(RESULTS)} passed, {len(RESULTS) - sum(RESULTS)} failed")
    return 0 if all(RESULTS) else 1


if __name__ == "__main__":
    sys.exit(main())
