# SPDX-License-Identifier: MIT
"""Small valid files of every format that is not AnnData: seeds for the fuzz targets. Needs numpy and h5py.

usage: make_seeds.py FOLDER     writes FOLDER/{h5ad,h5mu,loom,tenx,npy,safetensors,text,mtx,names,gmt}/*
"""
import gzip
import io
import json
import os
import struct
import sys

import h5py
import numpy as np


def path(kind, name):
    os.makedirs(os.path.join(sys.argv[1], kind), exist_ok=True)
    return os.path.join(sys.argv[1], kind, name)


def put(kind, name, data):
    with open(path(kind, name), "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def tenx():
    text = h5py.string_dtype()
    for version in (2, 3):
        for compression in (None, "gzip"):
            with h5py.File(path("tenx", "v%d_%s.h5" % (version, compression)), "w") as f:
                g = f.create_group("matrix" if version == 3 else "GRCh38")

                def line(name, values, dtype):
                    g.create_dataset(name, data=np.array(values, dtype), **({"compression": compression, "chunks": True} if compression else {}))
                line("barcodes", ["AA-1", "CC-1"], "S4")
                line("data", [1, 2, 3], "i4")
                line("indices", [0, 2, 1], "i8")
                line("indptr", [0, 2, 3], "i8")
                line("shape", [3, 2], "i4")
                if version == 2:
                    line("genes", ["ENSG1", "ENSG2", "ENSG3"], "S5")
                    line("gene_names", ["A", "B", "A"], "S1")
                else:
                    h = g.create_group("features")
                    h.create_dataset("id", data=["ENSG1", "ENSG2", "ENSG3"], dtype=text)
                    h["name"] = np.array(["A", "B", "A"], "S1")
                    h["feature_type"] = np.array(["Gene Expression", "Gene Expression", "Antibody Capture"], "S16")


def tables_hdf5():
    with h5py.File(path("h5ad", "table.h5"), "w") as f:
        f.create_dataset("gene_id", data=["A", "B"], dtype=h5py.string_dtype())
        f.create_dataset("embedding", data=np.ones((2, 3), "f4"))
    old = np.dtype([("index", "S4"), ("n", "f4"), ("kind", "i1")])
    with h5py.File(path("h5ad", "compound.h5ad"), "w") as f:  # anndata before 0.6: tables of records
        f["X"] = np.eye(2, 3, dtype="f4")
        f["obs"] = np.array([(b"c1", 1, 0), (b"c2", 2, 1)], old)
        f["var"] = np.array([(b"g1",), (b"g2",), (b"g3",)], [("index", "S4")])
        f["uns/kind_categories"] = np.array([b"a", b"b"])
        f.create_dataset("obsm", data=np.array([((0, 1),), ((2, 3),)], [("X_pca", "f4", (2,))]), compression="lzf")


def element(group, name, data, kind, version="0.2.0", **more):
    """A dataset with anndata's two attributes."""
    group[name] = data
    group[name].attrs.update({"encoding-type": kind, "encoding-version": version, **more})


def small_h5ad():
    """The encodings of anndata 0.8 and later in files of a few kilobytes, which fuzz faster than anndata's own."""
    text = h5py.string_dtype()
    for storage, block in (("csr", 0), ("csc", 0), ("dense", 0), ("csr", 512), ("dense", 2048)):
        with h5py.File(path("h5ad", "small_%s%s.h5ad" % (storage, "_%d" % block if block else "")), "w", libver="latest" if storage == "csc" else None, userblock_size=block) as f:
            if storage == "dense":
                element(f, "X", np.eye(2, 3, dtype="f2"), "array")
            else:
                g = f.create_group("X")
                g.attrs.update({"encoding-type": storage + "_matrix", "encoding-version": "0.1.0", "shape": np.array([2, 3])})
                pack = {"compression": "lzf", "chunks": True} if storage == "csc" else {"compression": "gzip", "shuffle": True}
                g.create_dataset("data", data=np.array([1, 2, 3], "f4"), **pack)
                g.create_dataset("indices", data=np.array([0, 2, 1] if storage == "csr" else [0, 1, 0], "i4"), **pack)
                g["indptr"] = np.array([0, 2, 3] if storage == "csr" else [0, 1, 2, 3], "i4")
            for name, rows in (("obs", ["c1", "c2"]), ("var", ["g1", "g2", "g3"])):
                g = f.create_group(name)
                order = ["kind", "maybe"] if name == "obs" else []
                g.attrs.update({"encoding-type": "dataframe", "encoding-version": "0.2.0", "_index": "_index", "column-order": np.array(order, text)})
                element(g, "_index", np.array(rows, text), "string-array")
                if name == "obs":
                    k = g.create_group("kind")
                    k.attrs.update({"encoding-type": "categorical", "encoding-version": "0.2.0", "ordered": False})
                    element(k, "codes", np.array([0, -1], "i1"), "array")
                    element(k, "categories", np.array(["a"], text), "string-array")
                    k = g.create_group("maybe")
                    k.attrs.update({"encoding-type": "nullable-string-array" if storage == "csr" else "nullable-integer", "encoding-version": "0.1.0"})
                    element(k, "values", np.array(["x", "y"], text) if storage == "csr" else np.array([1, 2]), "string-array" if storage == "csr" else "array")
                    element(k, "mask", np.array([False, True]), "array")
            element(f, "obsm/X_pca", np.ones((2, 2)), "array")
            element(f, "varm/PCs", np.ones((3, 2)), "array")


def npy(array, fortran=False, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, np.asfortranarray(array) if fortran else array, version, allow_pickle=False)
    return out.getvalue()


def numpy_files():
    x = np.array([[1, 2, 0], [0, 1, 3]])
    for dtype in ("<f2", "<f4", ">f8", "<i8", "u1", "?", ">i2"):
        put("npy", np.dtype(dtype).name + ".npy", npy(x.astype(dtype)))
    put("npy", "fortran.npy", npy(x.astype("f4"), True))
    put("npy", "v2.npy", npy(x.astype("f4"), version=(2, 0)))
    for name, save in (("stored", np.savez), ("packed", np.savez_compressed)):
        out = io.BytesIO()
        save(out, gene_id=np.array(["A", "Bé"]), embedding=x.astype("f4"))
        put("npy", name + ".npz", out.getvalue())
    out = io.BytesIO()
    np.savez(out, genes=np.array([b"A", b"B"]), values=x.astype("f2"), other=x)
    put("npy", "bytes.npz", out.getvalue())


def safetensors():
    def file(header, data):
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + data
    x = np.array([[1, 2, 0], [0, 1, 3]])
    for name, dtype in (("F16", "<f2"), ("F32", "<f4"), ("F64", "<f8"), ("I64", "<i8"), ("U8", "u1")):
        data = x.astype(dtype).tobytes()
        put("safetensors", name + ".safetensors", file({"__metadata__": {"gene_id": "[\"A\", \"B\"]", "format": "pt"}, "embedding": {
            "dtype": name, "shape": [2, 3], "data_offsets": [0, len(data)]}}, data))
    bf = (x.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()
    put("safetensors", "two.safetensors", file({"a.weight": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}, "b\\u00e9": {
        "dtype": "BF16", "shape": [2, 0], "data_offsets": [12, 12]}}, bf))


def text():
    put("text", "heading.csv", "gene,d1,d2\nA,1,2\n\"B,\"\"x\"\"\",-0.5,1e-3\n")
    put("text", "plain.tsv", "A\t1\t2\nB\t3\tnan\n")
    put("text", "pandas.csv", ",0,1\nA,1,2\nB,3,4\n")
    put("text", "lists.csv", "gene_id,embedding\nA,\"[0.1, 0.2]\"\nB,\"[3 ,4]\"\n")
    put("text", "word2vec.txt", "2 3\nA 1 2 3\nB 4 5 6 \n")
    put("text", "semicolon.csv", "\xef\xbb\xbfA;1;2\r\nB;3;4;\r\n".encode("latin-1"))
    put("text", "packed.tsv.gz", gzip.compress(b"A\t1\t2\nB\t3\t4\n", mtime=0))


def mtx():
    body = "3 2 3\n1 1 4\n3 1 1.5\n2 2 7\n"
    put("mtx", "integer.mtx", "%%MatrixMarket matrix coordinate integer general\n%note\n" + body.replace("1.5", "1"))
    put("mtx", "real.mtx", "%%MatrixMarket matrix coordinate real general\n" + body)
    put("mtx", "pattern.mtx", "%%MatrixMarket matrix coordinate pattern general\n3 2 2\n1 1\n3 2\n")
    put("mtx", "cells_first.mtx", "%%MatrixMarket matrix coordinate real general\n2 3 1\n2 3 1e3\n")
    put("mtx", "packed.mtx", gzip.compress(("%%MatrixMarket matrix coordinate real general\n" + body).encode(), mtime=0))


def names():
    """barcodes, features and matrix, behind bytes of value 1"""
    body = "%%MatrixMarket matrix coordinate real general\n3 2 2\n1 1 4\n3 2 7\n"
    put("names", "third.txt", "\1".join(["AA-1\nCC-1\n", "E1\tA\tGene Expression\nE2\tB\tAntibody Capture\nE3\tC\tGene Expression\n", body]))
    put("names", "quoted.txt", "\1".join(["\"AA-1\"\n\"CC-1\"\n", "\"E1\"\t\"A\"\r\n\"E2\"\t\"A\"\r\nE3\tbeta'COP\r\n", body]))
    put("names", "latin.txt", "\1".join(["AA\nCC\n", "E1\tM\xe9\nE2\tB\nE3\tC\n", body]).encode("latin-1"))
    put("names", "packed.txt", b"\1".join([b"AA\nCC\n", gzip.compress(b"E1\tA\nE2\tB\nE3\tC\n", mtime=0).replace(b"\1", b"\2"), body.encode()]))


def doors():
    """MuData behind a user block, and loom, small: what tests/data/doors has is of more members than fuzzing needs."""
    text = h5py.string_dtype()

    def anndata(g, genes):
        g.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
        element(g, "X", np.eye(2, len(genes), dtype="f4"), "array")
        for name, rows in (("obs", ["c1", "c2"]), ("var", genes)):
            f = g.create_group(name)
            f.attrs.update({"encoding-type": "dataframe", "encoding-version": "0.2.0", "_index": "_index", "column-order": np.array(["depth"] if name == "obs" else [], text)})
            element(f, "_index", np.array(rows, text), "string-array")
            if name == "obs":
                element(f, "depth", np.array([1.0, 2.0]), "array")
        element(g, "obsm/X_pca", np.ones((2, 2), "f4"), "array")
        element(g, "uns/title", "t", "string")
    for block in (0, 512):
        with h5py.File(path("h5mu", "block_%d.h5mu" % block), "w", userblock_size=block) as f:
            f.attrs.update({"encoding-type": "MuData", "encoding-version": "0.1.0"})
            anndata(f.create_group("mod/rna"), ["g1", "g2", "g3"])
            anndata(f.create_group("mod/prot"), ["p1", "p2"])
    for pack in ({}, {"compression": "gzip", "chunks": (2, 2)}):
        with h5py.File(path("loom", "packed.loom" if pack else "plain.loom"), "w") as f:
            for name in ("matrix", "layers/spliced"):
                f.create_dataset(name, data=np.eye(3, 2, dtype="f4"), **pack)
            f["row_attrs/Gene"] = np.array(["A", "B", "A"], text)
            f["row_attrs/Accession"] = np.array(["E1", "E2", "E3"], "S2")
            f["col_attrs/CellID"] = np.array(["c1", "c2"], text)
            f["col_attrs/kind"] = np.array(["x", "y"], "S1")
            f["col_attrs/n"] = np.array([1, 2], "i4")
            f["col_attrs/both"] = np.ones((2, 2))


def gmt():
    put("gmt", "two.gmt", "SET_A\thttp://x\tA\tB\tC\nSET_B\t\tB\tB\n\n")
    put("gmt", "packed.gmt.gz", gzip.compress(b"SET_A\tx\tA\tB\n", mtime=0))


if __name__ == "__main__":
    for make in (tenx, small_h5ad, tables_hdf5, numpy_files, safetensors, text, mtx, names, doors, gmt):
        make()
