#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Streaming at size: writes a sparse .h5ad of cells x genes, then
1. trains the cell VAE in memory and streamed, epoch by epoch in turn (bench_stream): the ratio
   of times, and equality of all weights;
2. runs `scilama fit --stream` and `scilama embed --stream` and reports their peak memory.
Usage: stream.py BUILD_DIR [FOLDER [CELLS [GENES [EPOCHS [MIB]]]]]; defaults 200000 2000 2 64.
Needs numpy and h5py. Ends with 1 unless peak memory is below 400 MiB, the ratio at most 1.25
and the weights equal (the ratio is not judged below 100,000 cells)."""

import json
import os
import re
import subprocess
import sys

import h5py
import numpy as np

build = sys.argv[1]
folder = sys.argv[2] if len(sys.argv) > 2 else "."
cells, genes, epochs, mib = (int(sys.argv[3 + i]) if len(sys.argv) > 3 + i else d for i, d in enumerate((200000, 2000, 2, 64)))
path = os.path.join(folder, f"stream_{cells}_{genes}.h5ad")


def column(group, name, values):
    d = group.create_dataset(name, data=np.array(values, dtype=object), dtype=h5py.string_dtype())
    d.attrs.update({"encoding-type": "string-array", "encoding-version": "0.2.0"})


def frame(file, name, index, columns):
    g = file.create_group(name)
    g.attrs.update({"encoding-type": "dataframe", "encoding-version": "0.2.0", "_index": "_index"})
    g.attrs.create("column-order", list(columns), dtype=h5py.string_dtype())
    column(g, "_index", index)
    for key, codes in columns.items():
        c = g.create_group(key)
        c.attrs.update({"encoding-type": "categorical", "encoding-version": "0.2.0", "ordered": False})
        column(c, "categories", [f"{key}{k}" for k in range(int(codes.max()) + 1)])
        d = c.create_dataset("codes", data=codes.astype(np.int8))
        d.attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})


def write():
    """Counts of ten cell types, about a tenth of them above zero, gzip as anndata packs."""
    rng = np.random.default_rng(1)
    level = rng.gamma(0.3, 0.4, (10, genes))
    level *= 0.11 / np.mean(1 - np.exp(-level))
    kind = rng.integers(0, 10, cells)
    with h5py.File(path + ".part", "w") as f:
        f.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
        x = f.create_group("X")
        x.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": np.array([cells, genes])})
        data = x.create_dataset("data", (0,), maxshape=(None,), dtype="f4", compression="gzip")
        indices = x.create_dataset("indices", (0,), maxshape=(None,), dtype="i4", compression="gzip")
        indptr, step = [0], 5000
        for first in range(0, cells, step):
            k = kind[first:first + step]
            dense = rng.poisson(level[k] * rng.gamma(4, 0.25, (len(k), 1)))
            rows, cols = np.nonzero(dense)
            at = indptr[-1]
            for d, v in ((data, dense[rows, cols]), (indices, cols)):
                d.resize((at + len(v),))
                d[at:] = v
            indptr.extend(at + np.cumsum(np.bincount(rows, minlength=len(k))))
        x.create_dataset("indptr", data=np.array(indptr, dtype=np.int64))
        frame(f, "obs", [f"cell{i}" for i in range(cells)], {"batch": rng.integers(0, 4, cells), "cell_type": kind})
        frame(f, "var", [f"gene{i}" for i in range(genes)], {})
        for name in ("layers", "obsm", "obsp", "uns", "varm", "varp"):
            f.create_group(name).attrs.update({"encoding-type": "dict", "encoding-version": "0.1.0"})
    os.replace(path + ".part", path)
    print(f"{path}: {indptr[-1]} values, {indptr[-1] / cells / genes:.3f} of {cells} x {genes}, {os.path.getsize(path) >> 20} MiB", flush=True)


def peak(args):
    """Peak resident MiB and processor seconds of a command (by time(1): a child of this process would count its memory too)."""
    r = subprocess.run(["/usr/bin/time", "-f", "%M %U %S", *args], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if r.returncode:
        sys.exit(r.stderr)
    memory, user, system = map(float, r.stderr.split("\n")[-2].split())
    return memory / 1024, user + system


if not os.path.exists(path):
    write()
good = True
program = os.path.join(build, "examples/scilama/scilama")
out, model = os.path.join(folder, "stream_out.h5ad"), os.path.join(folder, "stream_model.h5")
fit = [program, "fit", path, "-o", out, "--model", model, "--mode", "beta-vae", "--batch", "batch", "--epochs", "1", "--hidden", "900,400",
       "--no-umap", "--quiet", "--stream", f"{mib}M"]
mem, seconds = peak(fit)
print(f"fit --stream {mib}M: peak {mem:.0f} MiB, processor {seconds:.0f} s", flush=True)
good &= mem < 400
mem, seconds = peak([program, "embed", model, path, "-o", out, "--quiet", "--stream", f"{mib}M"])
print(f"embed --stream {mib}M: peak {mem:.0f} MiB, processor {seconds:.0f} s", flush=True)
good &= mem < 400
os.remove(out)
os.remove(model)
result = subprocess.run([os.path.join(build, "tests/bench/bench_stream"), path, str(mib), str(epochs)], stdout=subprocess.PIPE, text=True)
print(result.stdout)
good &= result.returncode == 0
ratio = re.search(r"ratio ([\d.]+)", result.stdout)
good &= ratio is not None and (cells < 100000 or float(ratio[1]) <= 1.25)
print(json.dumps({"good": bool(good)}))
sys.exit(not good)
