# SPDX-License-Identifier: MIT
"""Reads every .h5ad of a folder with the library and compares with NAME.truth.npz.

usage: compare.py FOLDER...
"""
import glob
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
import scilama_ctypes as S  # noqa: E402


def load_truth(path):
    t = dict(np.load(path.replace(".h5ad", ".truth.npz")))
    for name in [k for k in t if k.startswith("missing/")]:
        missing = t.pop(name)
        t[name[8:]] = np.array([None if m else str(v) for v, m in zip(t[name[8:]], missing)], object)
    return t


def same(a, b):
    if a.dtype == object or b.dtype == object:
        return list(a) == list(b)
    return np.allclose(a, b, rtol=1e-7, atol=0, equal_nan=True)


def check(path):
    t = load_truth(path)
    got = S.read(path)
    problems = []
    for key in ("cells", "genes"):
        if list(t[key]) != got[key]:
            problems.append(key)
    if not np.array_equal(t["X"], got["X"]):
        problems.append("X")
    for key, value in t.items():
        if key.startswith("obs/"):
            mine = got["columns"].get(key[4:])
            if mine is None or not same(value, mine):
                problems.append(key)
        elif key.startswith("layers/") or key == "raw":
            if not np.array_equal(value, S.read(path, layer=key.replace("layers/", ""))["X"]):
                problems.append(key)
    if len(got["columns"]) != sum(k.startswith("obs/") for k in t):
        problems.append("columns")
    d = S.describe(path)
    if d["problems"] and not all("summed" in p for p in d["problems"]):
        problems.append(str(d["problems"]))
    if abs(d["x"]["sum"] - float(t["X"].sum())) > 1e-3 or (d["n_obs"], d["n_vars"]) != t["X"].shape:
        problems.append("describe")
    return problems


def main():
    passed = failed = 0
    for folder in sys.argv[1:]:
        for path in sorted(glob.glob(os.path.join(folder, "*.h5ad"))):
            try:
                problems = check(path)
            except S.Failure as e:
                problems = [str(e)]
            passed, failed = passed + (not problems), failed + bool(problems)
            if problems:
                print("FAILED", path, problems)
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
