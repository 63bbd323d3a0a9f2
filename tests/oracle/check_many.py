# SPDX-License-Identifier: MIT
"""Several files as one data set, against anndata.concat and a fit of the one file that it makes: the same bits, in memory and
streamed, for genes in other orders and other genes, columns that differ, sparse and dense files. $SCILAMA: the program."""
import os, subprocess, sys, tempfile

import anndata as ad, h5py, numpy as np, pandas as pd, scipy.sparse as sp

program = os.environ["SCILAMA"]
QUICK = "--embeddings text=emb.h5 --hidden 32,16 --latent 8 --epochs 4 --threads 1 --shuffle chunked --shuffle-block 32 --shuffle-window 128 --quiet".split()
faults = []


def run(*arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}: {done.stderr}")


def parts_of(whole, kind):
    """Three pieces: other orders of genes, other genes, other columns; CSR, CSC or dense."""
    rng = np.random.default_rng(3)
    pieces = [whole[:120].copy(), whole[120:210].copy(), whole[210:].copy()]
    if kind != "same":
        pieces[1] = pieces[1][:, rng.permutation(whole.n_vars)].copy()
        pieces[2] = pieces[2][:, np.sort(rng.choice(whole.n_vars, 131, replace=False))].copy()
    for i, p in enumerate(pieces):
        p.obs["cell_type"] = pd.Categorical(p.obs["cell_type"].astype(str))  # those that occur
        p.X = p.X.toarray() if kind == "dense" or kind == "mixed" and i == 1 else sp.csc_matrix(p.X) if kind == "csc" else sp.csr_matrix(p.X)
    pieces[0].obs["depth"] = rng.random(pieces[0].n_obs)
    pieces[2].obs["depth"] = np.arange(pieces[2].n_obs)
    pieces[1].obs["site"] = pd.Categorical(["north"] * 40 + ["south"] * 50)
    return pieces


def check(kind):
    whole = ad.read_h5ad("all.h5ad")
    whole.X = sp.csr_matrix(whole.X)
    names = []
    pieces = parts_of(whole, kind)
    for i, p in enumerate(pieces):
        names.append(f"part{i}.h5ad")
        p.write_h5ad(names[-1])
    one = ad.concat(pieces, join="inner", keys=["part0", "part1", "part2"], label="file")
    one.X = sp.csr_matrix(one.X)
    one.write_h5ad("one.h5ad")
    wanted = pd.concat([p.obs for p in pieces])  # columns of any
    run("fit", "one.h5ad", "-o", "o.h5ad", "--batch", "batch", *QUICK)
    for stream in ([], ["--stream", "3M"], ["--stream", "1G"]):
        run("fit", *names, "-o", "m.h5ad", "--batch", "batch", *QUICK, *stream)
        with h5py.File("o.h5ad") as a, h5py.File("m.h5ad") as b:
            for key in ("obsm/X_scilama", "varm/scilama", "obsm/X_umap", "obs/scilama_leiden/codes"):
                if not np.array_equal(a[key][()], b[key][()], equal_nan=True):
                    faults.append(f"{kind} {stream}: {key} differs from that of one file")
        m = ad.read_h5ad("m.h5ad")
        if list(m.obs_names) != list(one.obs_names) or list(m.var_names) != list(one.var_names):
            faults.append(f"{kind} {stream}: names differ")
        x = m.X.toarray() if sp.issparse(m.X) else m.X
        if not np.array_equal(x, one.X.toarray()):
            faults.append(f"{kind} {stream}: X differs")
        if list(m.obs["file"].astype(str)) != list(one.obs["file"].astype(str)):
            faults.append(f"{kind} {stream}: obs['file'] differs")
        for column in ("batch", "cell_type", "site"):
            if list(m.obs[column].astype(object).where(m.obs[column].notna(), None)) != list(wanted[column].astype(object).where(wanted[column].notna(), None)):
                faults.append(f"{kind} {stream}: obs['{column}'] differs")
        if not np.array_equal(m.obs["depth"].to_numpy(), wanted["depth"].to_numpy(), equal_nan=True):
            faults.append(f"{kind} {stream}: obs['depth'] differs")
    print(kind, m.shape)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    run("simulate", "all.h5ad", "--cells", "320", "--genes", "150", "--types", "4", "--batches", "2", "--embeddings", "emb.h5", "--width", "16", "--quiet")
    for kind in ("same", "csr", "csc", "dense", "mixed"):
        check(kind)
for fault in faults:
    print("FAULT:", fault)
sys.exit(1 if faults else 0)
