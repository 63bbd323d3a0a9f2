# SPDX-License-Identifier: MIT
"""Writes .h5ad files with the anndata of the running Python, and beside each what
that anndata reads back from it (NAME.truth.npz). compare.py holds the library to it.

usage: generate.py FOLDER [--small]      (--small: the few that are kept under tests/data)
"""
import gzip
import os
import sys
import warnings

warnings.simplefilter("ignore")
import anndata  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import scipy.sparse as sp  # noqa: E402

try:
    from importlib.metadata import version
    VERSION = version("anndata")
except Exception:
    VERSION = anndata.__version__
GENERATION = tuple(int(p) for p in VERSION.split(".")[:2])
CELLS, GENES = 23, 17


def counts(seed=0):
    rng = np.random.default_rng(seed)
    x = rng.poisson(0.8, (CELLS, GENES)).astype(np.float32)
    x[4] = 0          # an empty cell
    x[:, 6] = 0       # an empty gene
    return x


def columns(small):
    rng = np.random.default_rng(1)
    obs = pd.DataFrame(index=["cell_%d-α" % i if i == 2 and GENERATION >= (0, 6) else "cell_%d" % i for i in range(CELLS)])
    labels = np.array(["T", "B", "NK cell"])[rng.integers(0, 3, CELLS)].astype(object)
    obs["label"] = pd.Categorical(labels, categories=["T", "B", "NK cell", "unused"])
    missing = labels.copy()
    missing[3] = np.nan
    obs["missing"] = pd.Categorical(missing)
    obs["ordered"] = pd.Categorical(np.array(["low", "high"])[rng.integers(0, 2, CELLS)], categories=["low", "high"], ordered=True)
    obs["one"] = pd.Categorical(["only"] * CELLS)
    obs["depth"] = rng.normal(size=CELLS)
    obs["depth32"] = rng.normal(size=CELLS).astype(np.float32)
    obs.loc[obs.index[5], "depth"] = np.nan
    obs["n_genes"] = rng.integers(0, 1000, CELLS)
    obs["small"] = rng.integers(-100, 100, CELLS).astype(np.int8)
    obs["flag"] = rng.integers(0, 2, CELLS).astype(bool)
    obs["text"] = ["note %d %s" % (i % (CELLS - 1), "é" if GENERATION >= (0, 6) else "e") for i in range(CELLS)]
    if GENERATION >= (0, 8):
        obs["nullable_int"] = pd.array([None if i == 1 else i for i in range(CELLS)], dtype="Int64")
        obs["nullable_bool"] = pd.array([None if i == 1 else i % 2 == 0 for i in range(CELLS)], dtype="boolean")
    if GENERATION >= (0, 11) and not small:
        obs["many"] = pd.Categorical(["c%d" % (i % 200) for i in range(CELLS)], categories=["c%d" % i for i in range(200)])
    if GENERATION >= (0, 12):
        obs["nullable_text"] = pd.array([None if i == 1 else "s%d" % (i % 4) for i in range(CELLS)], dtype="string")
    return obs


def make(x, layers=True, small=False):
    var = pd.DataFrame(index=["GENE%d" % (i * 7 % GENES) for i in range(GENES)])
    var["kind"] = pd.Categorical(["a", "b"] * (GENES // 2) + ["a"] * (GENES % 2))
    var["mean"] = np.arange(GENES) / 7
    a = anndata.AnnData(x, obs=columns(small), var=var)
    a.uns["title"] = "made for tests"
    a.uns["nested"] = {"number": 3.5, "list": np.arange(4), "names": np.array(["x", "y"])}
    a.obsm["X_pca"] = np.random.default_rng(2).normal(size=(CELLS, 3))
    a.varm["PCs"] = np.random.default_rng(3).normal(size=(GENES, 3)).astype(np.float32)
    if layers and GENERATION >= (0, 6):
        a.layers["counts"] = sp.csr_matrix(counts(4))
        a.raw = a
    return a


def labels_of(series):
    """A column as the library gives it: float for numbers, else text with None for missing."""
    dtype = str(series.dtype)
    if dtype in ("Int64", "Int32") or (dtype.lower() not in ("boolean", "bool") and pd.api.types.is_numeric_dtype(series)):
        return np.array([np.nan if pd.isna(v) else float(v) for v in series])
    return np.array([None if pd.isna(v) else str(v) for v in series], object)


def dense(x):
    return np.asarray(x.todense() if sp.issparse(x) else x).astype(np.float32)


def truth(path, written):
    try:
        a = anndata.read_h5ad(path)
    except TypeError:  # 0.6 under a pandas that is younger than it writes but does not read
        a = written
    out = {"X": dense(a.X[:]).reshape(a.shape), "cells": np.array(list(map(str, a.obs_names)), object),
           "genes": np.array(list(map(str, a.var_names)), object), "version": VERSION}
    for name in a.obs:
        out["obs/" + name] = labels_of(a.obs[name])
    for name in [k for k in (getattr(a, "layers", None) or {}) if k is not None]:
        out["layers/" + name] = dense(a.layers[name])
    if a.raw is not None:
        out["raw"] = dense(a.raw.X[:])
    for name in a.obsm if GENERATION >= (0, 6) else []:
        out["obsm/" + name] = np.asarray(a.obsm[name], np.float32)
    for name, value in list(out.items()):  # nothing pickled: other NumPy generations read it too
        if getattr(value, "dtype", None) == object:
            out[name] = np.array(["" if v is None else v for v in value], "U")
            out["missing/" + name] = np.array([v is None for v in value])
    np.savez(path.replace(".h5ad", ".truth.npz"), **out)


def unsort(x):
    """The same matrix with its entries in falling order, one explicit zero and one entry in two parts."""
    x = sp.csr_matrix(x)
    data, indices, indptr = [], [], [0]
    for i in range(x.shape[0]):
        part = slice(x.indptr[i], x.indptr[i + 1])
        d, k = list(x.data[part][::-1]), list(x.indices[part][::-1])
        if i == 0:
            d, k = d + [d[0] - 1], k + [k[0]]
            d[0] = 1
        if i == 1:
            d, k = d + [0], k + [6]
        data += d
        indices += k
        indptr.append(len(data))
    return sp.csr_matrix((np.array(data, x.dtype), np.array(indices), np.array(indptr)), shape=x.shape)


def cases(small):
    x = counts()
    yield "csr", make(sp.csr_matrix(x), small=small), {"compression": "gzip"} if small else {}
    yield "dense", make(x, layers=not small, small=small), {}
    if small:
        yield "csc", make(sp.csc_matrix(x), layers=False, small=small), {"compression": "lzf" if GENERATION >= (0, 7) else "gzip"}
        return
    yield "csc", make(sp.csc_matrix(x)), {}
    for kind, matrix in (("csr", sp.csr_matrix(x)), ("csc", sp.csc_matrix(x)), ("dense", x)):
        for compression in ("gzip", "lzf"):
            yield kind + "_" + compression, make(matrix), {"compression": compression}
    for dtype in ("f8", "f2", "i4", "i8", "u1", "u2", "i2", "?"):
        if GENERATION < (0, 8) and dtype not in ("f8", "i4", "i8"):
            continue
        yield "dense_" + dtype.replace("?", "bool"), make(x.astype(dtype)), {}
        if dtype not in ("f2", "?"):
            yield "csr_" + dtype, make(sp.csr_matrix(x.astype(dtype))), {}
    wide = sp.csr_matrix(x)
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    yield "csr_int64", make(wide), {}
    yield "csr_unsorted", make(unsort(x)), {}
    import h5py
    plain = (("csr", sp.csr_matrix(x)), ("csc", sp.csc_matrix(x)), ("dense", x))
    if h5py.h5z.filter_avail(h5py.h5z.FILTER_SZIP) and h5py.h5z.get_filter_info(h5py.h5z.FILTER_SZIP) & h5py.h5z.FILTER_CONFIG_ENCODE_ENABLED:
        for kind, matrix in plain:
            yield kind + "_szip", make(matrix), {"again": {"compression": "szip", "compression_opts": ("nn", 8)}}
    try:
        import hdf5plugin
        for kind, matrix in plain:
            yield kind + "_zstd", make(matrix), {"compression": hdf5plugin.FILTERS["zstd"]}
            yield kind + "_blosc", make(matrix), {"again": dict(hdf5plugin.Blosc())}
    except ImportError:
        pass


def compress_again(path, options):
    """X with another filter than anndata passes on, or than suits its smallest arrays."""
    import h5py
    with h5py.File(path, "r+") as f:
        for name in ("X/data", "X/indices") if isinstance(f["X"], h5py.Group) else ("X",):
            values, attributes = f[name][...], dict(f[name].attrs)
            del f[name]
            f.create_dataset(name, data=values, chunks=values.shape, **options).attrs.update(attributes)


def keep_small(path, adata):
    """gzip (HDF5 is mostly zeros), and what is in all of them as text."""
    with open(path, "rb") as f, open(path + ".gz", "wb") as o:
        o.write(gzip.compress(f.read(), 9, mtime=0))
    os.remove(path)
    with open(os.path.join(os.path.dirname(path), "expected.tsv"), "w") as o:
        obs, x = columns(True), counts().astype(int)
        for i, name in enumerate(obs.index):
            missing = obs["missing"].iloc[i]
            fields = [name, obs["label"].iloc[i], "" if missing != missing else missing, str(obs["flag"].iloc[i]), str(obs["n_genes"].iloc[i])]
            o.write("\t".join(fields + [str(v) for v in x[i]]) + "\n")


def main():
    folder, small = sys.argv[1], "--small" in sys.argv
    os.makedirs(folder, exist_ok=True)
    for name, adata, options in cases(small):
        again = options.pop("again", None)
        path = os.path.join(folder, "anndata_%s_%s.h5ad" % (".".join(VERSION.split(".")[:3]), name))
        (adata.write_h5ad if hasattr(adata, "write_h5ad") else adata.write)(path, **options)
        if again:
            compress_again(path, again)
        if small:
            keep_small(path, adata)
            continue
        truth(path, adata)
        print("wrote", path, os.path.getsize(path))


if __name__ == "__main__":
    main()
