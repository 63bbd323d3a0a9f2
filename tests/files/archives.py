# SPDX-License-Identifier: MIT
"""anndata's own archived files (layouts 0.5, 0.7, 0.7.8, 0.11.4), read by the library and by the anndata of the
running Python, and again after results were added to them.

usage: archives.py FOLDER     FOLDER/vVERSION/adata.h5ad, as in tests/data/archives of anndata's source
"""
import ctypes as C
import glob
import os
import sys
import tempfile
import warnings

import anndata
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
import scilama_ctypes as S  # noqa: E402
from generate import dense, labels_of  # noqa: E402
from compare import same  # noqa: E402


def read(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return anndata.read_h5ad(path)


def differences(path, a):
    got = S.read(path, annotation_only=int(a.X is None), prepared=a.X is not None)
    wrong = []
    if got["cells"] != list(map(str, a.obs_names)) or got["genes"] != list(map(str, a.var_names)):
        wrong.append("names")
    if a.X is not None and not np.array_equal(got["X"], dense(a.X[:]).reshape(a.shape)):
        wrong.append("X")
    for name in a.obs:
        if name not in got["columns"] or not same(labels_of(a.obs[name]), got["columns"][name]):
            wrong.append("obs/" + name)
    return wrong


def add(source, target, cells):
    w, z, e = C.c_void_p(), np.arange(2 * cells, dtype=np.float32).reshape(cells, 2), C.byref(S.error)
    S.check(S.lib.scilama_h5ad_writer_open(C.byref(w), S.context, source.encode(), target.encode(), e))
    S.check(S.lib.scilama_h5ad_writer_put_obsm(w, b"X_scilama", S.pointer(z), C.c_int64(2), C.c_int64(0), e))
    S.check(S.lib.scilama_h5ad_writer_commit(w, e))
    S.lib.scilama_h5ad_writer_destroy(w)


def check(path, folder):
    a = read(path)
    wrong = differences(path, a)
    out = os.path.join(folder, "out.h5ad")
    add(path, out, a.n_obs)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        b = anndata.read_h5ad(out)
    wrong += ["output: " + d for d in differences(out, b)]
    if not (b.obs.astype(str).equals(a.obs.astype(str)) and list(b.var_names) == list(a.var_names) and b.obsm["X_scilama"][1, 1] == 3):
        wrong.append("output")
    if set(a.obsp) - set(b.obsp) or set(a.obsm) - set(b.obsm) or set(a.layers) - set(b.layers) or set(a.uns) - set(b.uns):
        wrong.append("output: something is lost")
    return wrong


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(glob.glob(os.path.join(sys.argv[1], "v*", "adata.h5ad"))):
            try:
                wrong = check(path, folder)
            except Exception as e:
                wrong = [repr(e)[:300]]
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong:
                print("FAILED", path, wrong)
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main())
