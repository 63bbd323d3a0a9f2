# SPDX-License-Identifier: MIT
"""Outputs of the library, opened by real anndata without a warning.

usage: outputs.py write FOLDER OUT     add results to every .h5ad of FOLDER (any Python)
       outputs.py check OUT            open them with the anndata of the running Python
"""
import ctypes as C
import glob
import os
import sys
import warnings

import numpy as np


def put_results(source, target):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
    import scilama_ctypes as S
    lib, check, pointer, e = S.lib, S.check, S.pointer, C.byref(S.error)
    lib.scilama_h5ad_writer_cells.restype = lib.scilama_h5ad_writer_genes.restype = C.c_int64
    w = C.c_void_p()
    check(lib.scilama_h5ad_writer_open(C.byref(w), S.context, source.encode(), target.encode(), e))
    n, g = lib.scilama_h5ad_writer_cells(w), lib.scilama_h5ad_writer_genes(w)
    z, v = np.arange(n * 4, dtype=np.float32).reshape(n, 4), np.full((g, 2), np.nan, np.float32)
    v[1] = 5
    names = (C.c_char_p * 3)(b"0", b"1", "zwei é".encode())
    codes = (np.arange(n) % 4 - 1).astype(np.int32)
    indptr, indices, ones = np.arange(n + 1, dtype=np.int64), ((np.arange(n) + 1) % n).astype(np.int32), np.ones(n, np.float32)
    check(lib.scilama_h5ad_writer_put_obsm(w, b"X_scilama", pointer(z), C.c_int64(3), C.c_int64(4), e))
    check(lib.scilama_h5ad_writer_put_varm(w, b"scilama", pointer(v), C.c_int64(2), C.c_int64(0), e))
    check(lib.scilama_h5ad_writer_put_obs_categorical(w, b"cluster", pointer(codes), names, C.c_int64(3), e))
    check(lib.scilama_h5ad_writer_put_obs_categorical(w, b"label", pointer(codes), names, C.c_int64(3), e))  # replaces
    check(lib.scilama_h5ad_writer_put_obs_numeric(w, b"score", pointer(np.arange(n) / 2), e))
    check(lib.scilama_h5ad_writer_put_var_numeric(w, b"loading", pointer(np.arange(g) / 2), e))
    check(lib.scilama_h5ad_writer_put_obsp(w, b"graph", pointer(indptr), pointer(indices), pointer(ones), e))
    check(lib.scilama_h5ad_writer_put_uns_string(w, b"scilama/version", b"0.1", e))
    check(lib.scilama_h5ad_writer_put_uns_number(w, b"scilama/options/beta", C.c_double(0.5), e))
    check(lib.scilama_h5ad_writer_put_uns_integer(w, b"scilama/options/latent", C.c_int64(3), e))
    check(lib.scilama_h5ad_writer_put_uns_strings(w, b"scilama/genes", names, C.c_int64(3), e))
    check(lib.scilama_h5ad_writer_put_uns_array(w, b"scilama/loss", pointer(z), C.c_int64(4), C.c_int64(0), e))
    check(lib.scilama_h5ad_writer_put_uns_table(w, b"scilama/markers", names, C.c_int64(3), e))
    check(lib.scilama_h5ad_writer_put_uns_table_numeric(w, b"scilama/markers", b"lfc", pointer(np.array([1, np.nan, 3.0])), e))
    check(lib.scilama_h5ad_writer_put_uns_table_strings(w, b"scilama/markers", b"gene", names, e))
    check(lib.scilama_h5ad_writer_commit(w, e))
    lib.scilama_h5ad_writer_destroy(w)


def load_truth(path):
    t = dict(np.load(path.replace(".h5ad", ".truth.npz")))
    for name in [k for k in t if k.startswith("missing/")]:
        missing = t.pop(name)
        t[name[8:]] = np.array([None if m else str(v) for v, m in zip(t[name[8:]], missing)], object)
    return t


def dense(x):
    return np.asarray(x.todense() if hasattr(x, "todense") else x)


def check_one(path, anndata):
    t = load_truth(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*infer_string.*")  # of newer anndata about itself
        a = anndata.read_h5ad(path)
    n, g = a.shape
    wrong = []

    def expect(what, ok):
        if not ok:
            wrong.append(what)
    expect("names", list(a.obs_names) == list(t["cells"]) and list(a.var_names) == list(t["genes"]))
    expect("X", np.array_equal(dense(a.X).astype(np.float32), t["X"]))
    for key, value in t.items():
        if key.startswith("layers/"):
            expect(key, np.array_equal(dense(a.layers[key[7:]]), value))
        if key.startswith("obsm/"):
            expect(key, np.allclose(a.obsm[key[5:]], value))
        if key == "raw":
            expect(key, np.array_equal(dense(a.raw.X).astype(np.float32), value))
        if key.startswith("obs/") and key != "obs/label":
            got = a.obs[key[4:]]
            expect(key, [None if x is None or x != x else x for x in value] ==
                   [None if x is None or x != x else (str(x) if value.dtype == object else float(x)) for x in got.astype(object).where(got.notna(), None)])
    expect("obsm", a.obsm["X_scilama"].shape == (n, 3) and a.obsm["X_scilama"][1, 2] == 6)
    expect("varm", np.isnan(a.varm["scilama"][0]).all() and (a.varm["scilama"][1] == 5).all())
    for key in ("cluster", "label"):
        expect(key, list(a.obs[key][:4].astype(object).where(a.obs[key][:4].notna(), "?")) == ["?", "0", "1", "zwei é"])
        expect(key + " kind", str(a.obs[key].dtype) == "category")
    expect("order", list(a.obs.columns)[-2:] == ["cluster", "score"])
    expect("numeric", a.obs["score"].iloc[2] == 1 and a.var["loading"].iloc[3] == 1.5)
    expect("obsp", dense(a.obsp["graph"]).sum() == n)
    u = a.uns["scilama"]
    expect("uns", u["version"] == "0.1" and u["options"]["beta"] == 0.5 and u["options"]["latent"] == 3 and list(u["genes"]) == ["0", "1", "zwei é"])
    expect("table", list(u["markers"].columns) == ["lfc", "gene"] and u["markers"]["lfc"].iloc[2] == 3)
    expect("kept uns", np.ravel(a.uns["nested"]["number"])[0] == 3.5 and str(np.ravel(a.uns["title"])[0]) == "made for tests" and list(a.uns["nested"]["names"]) == ["x", "y"])
    return wrong


def main():
    if sys.argv[1] == "write":
        os.makedirs(sys.argv[3], exist_ok=True)
        for path in sorted(glob.glob(os.path.join(sys.argv[2], "*.h5ad"))):
            target = os.path.join(sys.argv[3], os.path.basename(path))
            put_results(path, target)
            with open(path.replace(".h5ad", ".truth.npz"), "rb") as f, open(target.replace(".h5ad", ".truth.npz"), "wb") as o:
                o.write(f.read())
        return 0
    import anndata
    try:
        import hdf5plugin  # noqa: F401
    except ImportError:
        pass
    passed = failed = 0
    for path in sorted(glob.glob(os.path.join(sys.argv[2], "*.h5ad"))):
        if ("zstd" in path or "blosc" in path) and "hdf5plugin" not in sys.modules:
            continue
        try:
            wrong = check_one(path, anndata)
        except Exception as e:
            wrong = [repr(e)[:300]]
        passed, failed = passed + (not wrong), failed + bool(wrong)
        if wrong:
            print("FAILED", path, wrong)
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
