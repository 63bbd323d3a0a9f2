# SPDX-License-Identifier: MIT
"""Types of the columns of obs: what `impute` writes reads as its input did, in place too, from files of any layout that anndata writes;
what `fit` writes of several files, in memory and streamed, is what anndata.concat makes, but for what docs/formats.md says.
$SCILAMA: the program."""
import glob, gzip, os, subprocess, sys, tempfile

import anndata as ad, h5py, numpy as np, pandas as pd

program = os.environ["SCILAMA"]
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
CELLS = 90
faults = []


def run(*arguments):
    done = subprocess.run([program, *arguments, "-q", "--threads", "1"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}: {done.stderr}")


def columns():
    i = np.arange(CELLS)
    out = {kind: (i % 100).astype(kind) for kind in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64")}
    out["large"] = i + 2**60
    out["infinite"] = np.where(i == 3, np.inf, i / 7)
    out["bool"] = i % 3 == 0
    out["boolean"] = pd.array([None if k == 3 else k % 2 == 0 for k in i], "boolean")
    out["Int64"] = pd.array([None if k == 3 else k for k in i], "Int64")
    out["Int8"] = pd.array(i, "Int8")
    out["text"] = np.array(["α", "b c", "d"], object)[i % 3]
    out["categories"] = pd.Categorical(np.array(["y", "x"])[i % 2], ["y", "x", "unused"])
    out["ordered"] = pd.Categorical(np.array(["low", "high"])[i % 2], ["low", "high"], ordered=True)
    out["numbers"] = pd.Categorical(i % 3 + 5)
    return pd.DataFrame(out, index=[f"cell{k}" for k in i])


def same(where, wanted, found):
    if list(wanted.columns) != list(found.columns) or not wanted.index.equals(found.index) or wanted.index.name != found.index.name:
        faults.append(f"{where}: the columns are {list(found.columns)}, the index is {found.index[:3]}")
        return
    for name in wanted.columns:
        try:
            pd.testing.assert_series_equal(wanted[name], found[name])
        except AssertionError:
            faults.append(f"{where}: obs['{name}'] of {wanted[name].dtype} is of {found[name].dtype}, {list(found[name][:4])} …")


def check_impute():
    a = ad.read_h5ad("sim.h5ad")
    given = columns()
    a.obs = a.obs.join(given.set_index(a.obs.index))
    a.obs.index.name = "barcode"
    a.write_h5ad("in.h5ad")
    wanted = ad.read_h5ad("in.h5ad").obs
    run("impute", "m.h5", "in.h5ad", "-o", "out.h5ad")
    same("impute", wanted, ad.read_h5ad("out.h5ad").obs)
    run("impute", "m.h5", "in.h5ad", "--in-place", "--to-batch", "average")
    same("impute --in-place", wanted, ad.read_h5ad("in.h5ad").obs)
    if any(name.endswith(".tmp") for name in os.listdir(".")):
        faults.append("impute left a copy of its input")


def check_layouts():
    """Files of before, MuData and loom: as in the copy that `fit` writes."""
    for path in sorted(glob.glob(os.path.join(DATA, "anndata", "*_csr.h5ad.gz")) + glob.glob(os.path.join(DATA, "doors", "*.gz"))):
        name = os.path.basename(path)[:-3]
        if name == "no_rna.h5mu":
            continue
        with gzip.open(path) as packed, open(name, "wb") as f:
            f.write(packed.read())
        run("fit", name, "-o", "copy.h5ad", "--model", "l.h5", "--embeddings", "none", "--hidden", "4", "--latent", "2", "--max-steps", "2", "--no-umap")
        run("impute", "l.h5", name, "-o", "out.h5ad")
        copy = ad.read_h5ad("copy.h5ad").obs
        same(name, copy[[c for c in copy.columns if not c.startswith("scilama_")]], ad.read_h5ad("out.h5ad").obs)


def text(column):
    return [None if pd.isna(v) else str(v) for v in column]


def check_joined():
    whole = ad.read_h5ad("sim.h5ad")
    given = columns().set_index(whole.obs_names)
    pieces = [whole[:40].copy(), whole[40:].copy()]
    kept = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "bool", "categories", "ordered"]
    for p in pieces:
        p.obs = p.obs.join(given.loc[p.obs_names, ["infinite", "boolean", "Int64", "Int8", "numbers", "large", *kept]])
    for p, kind in zip(pieces, ("int16", "int64")):
        p.obs["widths"] = np.arange(p.n_obs).astype(kind)
    for p, kind in zip(pieces, ("int32", "float32")):
        p.obs["mixed"] = np.arange(p.n_obs).astype(kind)
    pieces[0].obs["some_int32"] = np.arange(40, dtype="i4")
    pieces[0].obs["some_float32"] = np.arange(40, dtype="f4")
    pieces[0].obs["some_bool"] = np.arange(40) % 2 == 0
    for i, p in enumerate(pieces):
        p.write_h5ad(f"part{i}.h5ad")
    wanted = ad.concat([ad.read_h5ad(f"part{i}.h5ad") for i in range(2)], join="outer").obs
    for stream in ([], ["--stream", "3M"]):
        run("fit", "part0.h5ad", "part1.h5ad", "-o", "joined.h5ad", "--mode", "beta-vae", "--hidden", "4", "--latent", "2", "--max-steps", "2", "--no-umap", *stream)
        found = ad.read_h5ad("joined.h5ad").obs
        exact = [*kept, "widths", "mixed", "some_int32", "some_float32"]
        same(f"fit of two files {stream}", wanted[exact], found[exact])
        for name, kind in (("infinite", "float64"), ("boolean", "category"), ("Int64", "float64"), ("Int8", "int8"), ("some_bool", "category"), ("large", "category"), ("numbers", "category")):
            values = wanted[name].replace(np.inf, np.nan) if name == "infinite" else wanted[name]
            like = text(values.astype("float64") if kind == "float64" else values)
            if found[name].dtype != kind or text(found[name]) != like:
                faults.append(f"fit of two files {stream}: obs['{name}'] is of {found[name].dtype}, {text(found[name])[:4]} …, not {like[:4]} …")


def check_small():
    """An output of one gene is not as large as its input."""
    a = ad.read_h5ad("sim.h5ad")
    a.layers["noise"] = np.random.default_rng(1).random(a.shape)
    a.write_h5ad("wide.h5ad")
    with h5py.File("new.h5", "w") as f:
        f["gene_id"] = [*map(str.encode, a.var_names), b"new"]
        f["embedding"] = np.random.default_rng(2).normal(size=(a.n_vars + 1, 4)).astype("f4")
    run("impute", "m.h5", "wide.h5ad", "-o", "one.h5ad", "--vectors", "new.h5")
    sizes = [os.path.getsize(name) for name in ("wide.h5ad", "one.h5ad")]
    if ad.read_h5ad("one.h5ad").n_vars != 1 or sizes[1] * 2 > sizes[0]:
        faults.append(f"one gene imputed of a file of {sizes[0]} bytes takes {sizes[1]}")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    run("simulate", "sim.h5ad", "--cells", str(CELLS), "--genes", "60", "--types", "3", "--batches", "2")
    run("fit", "sim.h5ad", "-o", "fitted.h5ad", "--model", "m.h5", "--batch", "batch", "--embeddings", "none", "--hidden", "8", "--latent", "3", "--max-steps", "4", "--no-umap")
    check_impute()
    check_layouts()
    check_joined()
    check_small()
for fault in faults:
    print("FAULT:", fault)
print(f"{len(columns().columns)} types of columns")
sys.exit(1 if faults else 0)
