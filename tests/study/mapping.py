# SPDX-License-Identifier: MIT
"""What the studies of mapping share: data with counts and labels, the query cut out of them, and what is said of labels carried over."""
import argparse

import anndata
import numpy as np
from sklearn.metrics import balanced_accuracy_score, f1_score


def arguments(*names):
    p = argparse.ArgumentParser()
    for name in ("program", *names):
        p.add_argument(name)
    return p


def load(path):
    """Counts of the cells that have a label, as text."""
    a = anndata.read_h5ad(path)
    if "counts" in a.layers:
        a.X = a.layers["counts"]
    a = a[a.obs["cell_type"].astype(str) != "unlabelled"].copy()
    a.obs["cell_type"] = a.obs["cell_type"].astype(str)
    return a


def parted(path, key, query):
    """Reference and query, whose categories of `key` are in "a,b"; the labels of the latter."""
    a = load(path)
    asked = a.obs[key].astype(str).isin(query.split(",")).values
    q = a[asked].copy()
    return a[~asked].copy(), q, q.obs["cell_type"].values.copy()


def scaled(x, like):
    return np.clip((x - like.mean(0)) / np.maximum(like.std(0), 1e-6), -10, 10)


def axes(x, n):
    return np.linalg.svd(x - x.mean(0), full_matrices=False)[2][:n].T


def calibration_error(p, right):
    bins = np.minimum((p * 10).astype(int), 9)
    return sum((bins == b).mean() * abs(p[bins == b].mean() - right[bins == b].mean()) for b in set(bins))


def judged(truth, told, sure):
    """Accuracy, balanced accuracy, macro-F1, expected calibration error in ten bins."""
    return [(told == truth).mean(), balanced_accuracy_score(truth, told), f1_score(truth, told, average="macro", labels=sorted(set(truth))),
            calibration_error(sure, told == truth)]
