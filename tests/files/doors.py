# SPDX-License-Identifier: MIT
"""Writes the MuData, loom and raw files of tests/data/doors with the packages of their makers, for tests/unit/io/test_doors.c and tests/cli/doors.sh.

usage: doors.py FOLDER     needs anndata, mudata and loompy
"""
import gzip
import os
import sys
import warnings

warnings.simplefilter("ignore")
import anndata  # noqa: E402
import loompy  # noqa: E402
import mudata  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import scipy.sparse as sp  # noqa: E402

CELLS, GENES = 20, 12


def values(cells, columns, seed):
    """What the test computes too."""
    i, j = np.ogrid[:cells, :columns]
    return ((i * 7 + j * 3 + seed) % 5).astype(np.float32)


def pack(folder, name):
    path = os.path.join(folder, name)
    with open(path, "rb") as f, open(path + ".gz", "wb") as out:
        out.write(gzip.compress(f.read(), mtime=0))
    os.unlink(path)


def muon(folder):
    cells = ["cell %d" % i for i in range(CELLS)]
    obs = pd.DataFrame({"batch": pd.Categorical(np.array(["a", "b"])[np.arange(CELLS) % 2]), "depth": np.arange(CELLS) / 2.0}, index=cells)
    rna = anndata.AnnData(sp.csr_matrix(values(CELLS, GENES, 0)), obs=obs, var=pd.DataFrame(index=["GENE%d" % g for g in range(GENES)]))
    rna.layers["counts"] = sp.csc_matrix(values(CELLS, GENES, 1))
    rna.obsm["X_pca"] = values(CELLS, 3, 2)
    rna.uns["title"] = "twenty cells"
    prot = anndata.AnnData(values(CELLS, 4, 3), obs=pd.DataFrame(index=cells), var=pd.DataFrame(index=["PROT%d" % g for g in range(4)]))
    mudata.MuData({"prot": prot, "rna": rna}).write(os.path.join(folder, "rna_prot.h5mu"))
    mudata.MuData({"prot": prot, "atac": prot.copy()}).write(os.path.join(folder, "no_rna.h5mu"))


def loom(folder):
    rows = {"Gene": np.array(["GENE%d" % g for g in range(GENES - 1)] + ["GENE0"], object), "Accession": np.array(["ENSG%d" % g for g in range(GENES)], object)}
    columns = {"CellID": np.array(["cell %d" % i for i in range(CELLS)], object), "cluster": np.arange(CELLS) % 3,
               "tissue": np.array(["röt", "blå"], object)[np.arange(CELLS) % 2], "embedding": values(CELLS, 2, 2)}
    loompy.create(os.path.join(folder, "cells.loom"), {"": values(CELLS, GENES, 0).T, "spliced": values(CELLS, GENES, 1).T}, rows, columns)


def raw(folder):
    """As scanpy leaves it: X of variable genes only, all genes in raw."""
    a = anndata.AnnData(sp.csr_matrix(values(CELLS, GENES, 0)), obs=pd.DataFrame(index=["cell %d" % i for i in range(CELLS)]),
                        var=pd.DataFrame(index=["GENE%d" % g for g in range(GENES)]))
    a.raw = a.copy()
    a[:, ::2].copy().write_h5ad(os.path.join(folder, "raw.h5ad"))


if __name__ == "__main__":
    os.makedirs(sys.argv[1], exist_ok=True)
    muon(sys.argv[1])
    loom(sys.argv[1])
    raw(sys.argv[1])
    for file in ("rna_prot.h5mu", "no_rna.h5mu", "cells.loom", "raw.h5ad"):
        pack(sys.argv[1], file)
