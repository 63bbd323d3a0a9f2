# SPDX-License-Identifier: MIT
"""Means, and paired differences with 95 % intervals (Student's t over seeds)."""
import json

import numpy as np
from scipy.stats import t as student

import methods


def load(path):
    """→ {(data, method, seed): row} of rows fitted with the options that METHODS has now, and the failed ones."""
    rows, failed = {}, {}
    for line in path.read_text().splitlines():
        row = json.loads(line)
        m = methods.METHODS.get(row["method"])
        if not m or m.text() != row["options"]:
            continue
        key = (row["data"], row["method"], row["seed"])
        if "error" in row:
            failed[key] = row
        else:
            rows[key] = row
    return rows, [f for key, f in failed.items() if key not in rows]


def values(rows, name, method, metric):
    """{seed: value}"""
    return {s: r[metric] for (d, m, s), r in rows.items() if (d, m) == (name, method) and r.get(metric) is not None}


def interval(differences):
    """→ mean, low, high, n; the interval is None below two values."""
    x = np.array(list(differences), dtype=float)
    if not len(x):
        return None
    if len(x) == 1:
        return x[0], None, None, 1
    half = student.ppf(0.975, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x))
    return x.mean(), x.mean() - half, x.mean() + half, len(x)


def paired(rows, name, a, b, metric):
    """{seed: a − b} of the seeds that both have."""
    x, y = values(rows, name, a, metric), values(rows, name, b, metric)
    return {s: x[s] - y[s] for s in x if s in y}


def mean_by_seed(each):
    """[{seed: difference}] of sets → ({seed: mean over sets} of the seeds that every set has, sets); empty ones do not count."""
    each = [d for d in each if d]
    seeds = sorted(set.intersection(*(set(d) for d in each))) if each else []
    return {s: float(np.mean([d[s] for d in each])) for s in seeds}, len(each)


def over_sets(rows, names, a, b, metric):
    """mean_by_seed of a − b over the sets where both are."""
    return mean_by_seed(paired(rows, n, a, b, metric) for n in names)


def best(rows, name, candidates, metric):
    """The candidate of the highest mean, or None."""
    means = {m: np.mean(list(v.values())) for m in candidates if (v := values(rows, name, m, metric))}
    return max(means, key=means.get) if means else None
