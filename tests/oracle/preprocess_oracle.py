# SPDX-License-Identifier: MIT
"""Compares preprocessing with scanpy.

  preprocess_oracle.py fixture OUT.h
      writes what scanpy makes of a small synthetic matrix, for
      tests/unit/data/test_data_preprocess.c
  preprocess_oracle.py compare LIBRARY FILE.h5ad[:LAYER] ...
      runs the library and scanpy on real counts, prints how far they agree,
      and fails when a selection overlaps less than 98 % or a value differs

Needs scanpy (with scikit-misc), anndata, numpy, scipy.
"""
import ctypes as C
import sys
import time
import warnings

import anndata
import numpy as np
import scanpy as sc
import scipy.sparse as sp

warnings.filterwarnings("ignore")
CELLS, GENES, TOP = 150, 400, 60


def fixture_matrix():
    """Counts from a 64-bit LCG that the C test repeats."""
    state, mask = 12345, (1 << 64) - 1
    x = np.zeros((CELLS, GENES), dtype=np.float32)
    for c in range(CELLS):
        for g in range(GENES):
            value = 0
            for _ in range(3):
                state = (state * 6364136223846793005 + 1442695040888963407) & mask
                value += (state >> 40) % (2 + (g * g) % 23 + (c % 3) * (g % 5 == 0) * 9)
            x[c, g] = max(0, value - 4 - g % 11)
    return x


def adata_of(x, batch=None):
    a = anndata.AnnData(sp.csr_matrix(x))
    a.var_names = [f"g{i:04d}" for i in range(x.shape[1])]
    a.obs["batch"] = (batch if batch is not None else np.arange(x.shape[0]) % 3).astype(str)
    a.obs["batch"] = a.obs["batch"].astype("category")
    return a


def normalised(a):
    b = a.copy()
    sc.pp.normalize_total(b, target_sum=1e4)
    sc.pp.log1p(b)
    return b


def hvg(a, flavour, top, batch):
    """Names that scanpy selects among genes seen in at least 3 cells."""
    keep = np.asarray((a.X > 0).sum(axis=0)).ravel() >= 3
    if flavour == "seurat_v3":
        b = a[:, keep].copy()
    else:
        b = normalised(a)[:, keep].copy()
    sc.pp.highly_variable_genes(b, flavor=flavour, n_top_genes=top, batch_key="batch" if batch else None)
    return b, sorted(b.var_names[b.var["highly_variable"]])


def scaled(a, names):
    """Library's order: size factors over all genes, log1p, subset, scale, clip."""
    b = normalised(a)[:, names].copy()
    b.X = b.X.toarray().astype(np.float64)
    sc.pp.scale(b, max_value=10)
    return np.asarray(b.X)


def loess_fixture():
    """Local regression of points with many equal x, at three sizes."""
    from skmisc.loess import loess
    lines, state, mask = [], 99, (1 << 64) - 1
    for n in (25, 400, 3001):
        x, y = np.empty(n), np.empty(n)
        for i in range(n):
            state = (state * 6364136223846793005 + 1442695040888963407) & mask
            u = (state >> 40) % 1000
            state = (state * 6364136223846793005 + 1442695040888963407) & mask
            v = (state >> 40) % 1000
            x[i] = np.floor(u * u / 5000.0) / 10
            y[i] = x[i] * x[i] / 50 - x[i] + v / 100.0
        m = loess(x, y, span=0.3, degree=2)
        m.fit()
        fitted = m.outputs.fitted_values[::max(1, n // 20)][:20]
        lines.append(f"static const double expected_loess_{n}[20] = {{ " + ", ".join(f"{v:.12g}" for v in fitted) + " };")
    return lines


def fixture(out):
    a = adata_of(fixture_matrix())
    lines = ["/* SPDX-License-Identifier: MIT */", "/* Written by tests/oracle/preprocess_oracle.py with scanpy; do not edit. */",
             f"enum {{ EXPECT_CELLS = {CELLS}, EXPECT_GENES = {GENES}, EXPECT_TOP = {TOP} }};"]
    for flavour in ("seurat", "seurat_v3"):
        for batch in (0, 1):
            _, names = hvg(a, flavour, TOP, batch)
            names = names[:TOP]
            lines.append(f"static const int expected_{flavour}_{'batch' if batch else 'all'}[EXPECT_TOP] = {{")
            lines += ["    " + ", ".join(str(int(n[1:])) for n in names[i:i + 15]) + "," for i in range(0, TOP, 15)]
            lines.append("};")
    _, names = hvg(a, "seurat_v3", TOP, 0)
    x = scaled(a, names[:TOP])
    lines.append("/* scaled values of every 7th cell, first 20 of expected_seurat_v3_all */")
    rows = x[::7, :20]
    lines.append(f"static const float expected_scaled[{rows.shape[0]}][20] = {{")
    for row in rows:
        lines.append("    { " + ", ".join(f"{v:.7g}" if "." in f"{v:.7g}" or "e" in f"{v:.7g}" else f"{v:.1f}" for v in row) + " },")
    lines.append("};")
    lines += loess_fixture()
    open(out, "w").write("\n".join(lines) + "\n")


class Matrix(C.Structure):
    _fields_ = [("struct_size", C.c_size_t), ("storage", C.c_int32), ("value_type", C.c_int32), ("index_type", C.c_int32), ("memory", C.c_int32),
                ("rows", C.c_int64), ("cols", C.c_int64), ("ld", C.c_int64), ("stored", C.c_int64),
                ("values", C.c_void_p), ("indices", C.c_void_p), ("indptr", C.c_void_p), ("indptr_type", C.c_int32), ("reserved", C.c_int32)]


class Options(C.Structure):
    _fields_ = [("struct_size", C.c_size_t), ("input", C.c_int32), ("normalize", C.c_int32), ("log1p", C.c_int32), ("hvg", C.c_int32),
                ("scale", C.c_int32), ("hvg_by_batch", C.c_int32), ("n_top_genes", C.c_int64), ("min_genes", C.c_int64), ("min_cells", C.c_int64),
                ("target_sum", C.c_double), ("max_value", C.c_double), ("batch_key", C.c_char_p)]


class Error(C.Structure):
    _fields_ = [("code", C.c_int32), ("detail", C.c_int32), ("message", C.c_char * 248)]


class Library:
    def __init__(self, path):
        self.lib, self.error, self.ctx = C.CDLL(path), Error(), C.c_void_p()
        self.lib.scilama_dataset_used_gene_name.restype = C.c_char_p
        self.lib.scilama_dataset_genes_used.restype = C.c_int64
        self.check(self.lib.scilama_context_create(C.byref(self.ctx), None, C.byref(self.error)))

    def check(self, status):
        if status:
            raise RuntimeError(self.error.message.decode())

    def dataset(self, a):
        x = sp.csr_matrix(a.X).astype(np.float32)
        x.sort_indices()
        self.keep = (x.data, x.indices.astype(np.int32), x.indptr.astype(np.int64))
        m = Matrix()
        self.lib.scilama_matrix_init(C.byref(m), C.c_size_t(C.sizeof(m)))
        m.storage, m.memory, m.indptr_type = 2, 2, 11
        m.rows, m.cols, m.stored = x.shape[0], x.shape[1], x.nnz
        m.values, m.indices, m.indptr = (v.ctypes.data for v in self.keep)
        names = (C.c_char_p * x.shape[1])(*[n.encode() for n in a.var_names])
        d = C.c_void_p()
        self.check(self.lib.scilama_dataset_create(C.byref(d), self.ctx, C.byref(m), None, names, C.byref(self.error)))
        batch = (C.c_char_p * x.shape[0])(*[str(b).encode() for b in a.obs["batch"]])
        self.check(self.lib.scilama_dataset_set_strings(d, b"batch", batch, C.byref(self.error)))
        return d

    def preprocess(self, d, flavour, top, batch):
        o = Options()
        self.lib.scilama_preprocess_options_init(C.byref(o), C.c_size_t(C.sizeof(o)), 1)
        o.hvg, o.n_top_genes = {"seurat": 1, "seurat_v3": 2, "none": 0}[flavour], top
        o.hvg_by_batch, o.batch_key = (1, b"batch") if batch else (0, None)
        start = time.time()
        self.check(self.lib.scilama_dataset_preprocess(d, C.byref(o), None, C.byref(self.error)))
        seconds = time.time() - start
        n = self.lib.scilama_dataset_genes_used(d)
        return [self.lib.scilama_dataset_used_gene_name(d, C.c_int64(i)).decode() for i in range(n)], seconds

    def prepared(self, d, cells, genes):
        rows, out = np.arange(cells, dtype=np.int64), np.empty((cells, genes), dtype=np.float32)
        self.check(self.lib.scilama_dataset_get_prepared(
            d, C.c_void_p(rows.ctypes.data), C.c_int64(cells), C.c_void_p(out.ctypes.data), C.c_int64(0), C.byref(self.error)))
        return out


def compare(path, files):
    library, failed = Library(path), 0
    print(f"{'file':24s} {'flavour':10s} {'batch':5s} {'overlap':>11s} {'max |diff|':>11s} {'seconds':>8s} {'scanpy':>8s}")
    for spec in files:
        name, _, layer = spec.partition(":")
        a = anndata.read_h5ad(name)
        if layer:
            a.X = a.layers[layer].copy()
        a = anndata.AnnData(sp.csr_matrix(a.X).astype(np.float32), obs=a.obs[["batch"]], var=a.var[[]])
        d = library.dataset(a)
        for flavour in ("seurat", "seurat_v3"):
            for batch in (False, True):
                ours, seconds = library.preprocess(d, flavour, 2000, batch)
                start = time.time()
                _, theirs = hvg(a, flavour, 2000, batch)
                both = len(set(ours) & set(theirs))
                values = np.abs(library.prepared(d, a.n_obs, len(ours)) - scaled(a, ours)).max()
                took = time.time() - start
                bad = both < 0.98 * len(theirs) or values > 1e-3
                failed += bad
                print(f"{name.split('/')[-1][:24]:24s} {flavour:10s} {str(batch):5s} {both:5d}/{len(theirs):5d} {values:11.2e} {seconds:8.3f} {took:8.3f}"
                      + ("  FAILED" if bad else ""), flush=True)
        library.lib.scilama_dataset_destroy(d)
    return failed


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "fixture":
        fixture(sys.argv[2])
    elif len(sys.argv) > 3 and sys.argv[1] == "compare":
        sys.exit(1 if compare(sys.argv[2], sys.argv[3:]) else 0)
    else:
        sys.exit(__doc__)
