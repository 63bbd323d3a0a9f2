# SPDX-License-Identifier: MIT
"""The study's methods: METHODS has a row for each. Ours are nothing but options of `scilama fit`.

To try other options, add a row or change one: results are kept by (data, method, seed, options), so
that a changed row is fitted again and the others are not.
"""
import dataclasses
import os
import pathlib
import subprocess
import sys

import data

HERE = pathlib.Path(__file__).resolve().parent
PUBLISHED = ("--preset", "published")
# The cells of the default before this study chose another: every option that it had, spelled out.
EARLIER = ("--mode", "beta-vae", "--hidden", "900,400", "--latent", "20", "--dropout", "0.2", "--max-steps", "700", "--batch-size", "128", "--lr", "2e-3",
           "--lr-decay", "0.99", "--kl-start", "0", "--kl-end", "10", "--kl-rate", "0.5", "--kl-delay", "0", "--patience", "0", "--hvg-by-batch", "off",
           "--kl-by-signal", "off", "--kl-repair", "off", "--prior-strength", "0")
CELLS = ("--mode", "beta-vae")  # the gene phase leaves cells as they are, and costs half of the time
REAL = ("full", "sub", "thin")
EVERY = (*REAL, "other", "sim")
EXPORTED_FROM = {"kang": "pbmc3k", "pbmc3k": "kang", "pbmc68k": "pbmc3k", "mixology": "kang"}  # blood for blood; mixology has no like
EXPORT = ()  # options of the fit whose gene vectors are exported


@dataclasses.dataclass(frozen=True)
class Method:
    program: str = "scilama"  # or "peers.py"
    options: tuple = ()  # of `scilama fit`
    vectors: tuple = ()  # names of tables; "exported" and "simulated" are made
    kinds: tuple = REAL  # of data: full, sub, thin, sim
    seeds: int = 5
    batches_only: bool = False  # nothing to do where there is one batch
    limit: int = 3600  # seconds
    whole: bool = False  # fitted to the whole set that the subsample is of: a bound of what knowledge could bring

    def text(self):
        """What tells this row from an earlier one of its name."""
        return " ".join((*self.options, *(f"vectors={v}" for v in self.vectors)))


def ours(*options, vectors=(), **more):
    return Method(options=options, vectors=vectors, **more)


METHODS = {
    "pca": Method("peers.py", kinds=EVERY),
    "harmony": Method("peers.py", kinds=(*REAL, "sim"), batches_only=True),
    "scvi": Method("peers.py", seeds=5),
    "published cells": ours(*PUBLISHED, "--mode", "beta-vae", kinds=("full",), seeds=3),
    "published joint": ours(*PUBLISHED, "--mode", "direct", vectors=("lsa",), kinds=("full",), seeds=3),
    "published stepwise": ours(*PUBLISHED, "--mode", "stepwise", vectors=("lsa",), kinds=("full",), seeds=3),
    "earlier default": ours(*EARLIER),
    "scilama": ours(kinds=EVERY),  # the default, nothing else given
    "scilama lsa": ours(*CELLS, vectors=("lsa",)),
    "scilama sets": ours(*CELLS, vectors=("sets",)),
    "scilama minilm": ours(*CELLS, vectors=("minilm",)),
    "scilama both": ours(*CELLS, vectors=("lsa", "sets")),
    "scilama shuffled": ours(*CELLS, "--control", "shuffled", vectors=("lsa", "sets")),
    "scilama random": ours(*CELLS, "--embeddings", "random:128"),
    "scilama exported": ours(*CELLS, vectors=("exported",)),
    "scilama exported shuffled": ours(*CELLS, "--control", "shuffled", vectors=("exported",)),
    "scilama whole": ours(*CELLS, kinds=("sub",), whole=True),
    "scilama simulated": ours(*CELLS, vectors=("simulated",), kinds=("sim",)),
}
DEFAULT = "scilama"
PEERS = ("pca", "harmony", "scvi")


def applies(method, name, seed):
    m = METHODS[method]
    seeds = min(m.seeds, 3) if data.kind(name) == "sim" else m.seeds
    return data.kind(name) in m.kinds and seed < seeds and (not m.batches_only or data.batches_of(name))


def absent(method):
    """Why this method cannot run here, or None."""
    m = METHODS[method]
    if m.program == "scilama" and not os.access(data.PROGRAM, os.X_OK):
        return f"{data.PROGRAM} is not there: build it, or name the program in $SCILAMA"
    for v in m.vectors:
        if v in data.TABLES and not data.table(v).exists():
            return f"{data.table(v)} is not there"
    return None


def exported(name, folder, threads):
    """A table of the gene vectors that a fit of another set has learned → its path, or None where that set is absent."""
    import h5py
    import numpy as np
    source = EXPORTED_FROM[data.parse(name)[0]]
    if data.missing(source):
        return None
    path = folder / f"exported-{source}.h5"
    stamp = path.with_suffix(".options")
    if path.exists() and stamp.exists() and stamp.read_text() == " ".join(EXPORT):
        return path
    fitted = folder / f"exported-{source}.h5ad"
    batch = ["--batch", "batch"] if data.batches_of(source) else []
    subprocess.run([data.PROGRAM, "fit", str(data.prepare(source, 0, folder)), "-o", str(fitted), "-q", "--no-umap",
                    "--threads", str(threads), *batch, *EXPORT], check=True, stdout=subprocess.DEVNULL)
    with h5py.File(fitted, "r") as f:
        vectors = f["varm/scilama"][()]
        genes = f["var"][f["var"].attrs["_index"]].asstr()[()]
    placed = np.isfinite(vectors).all(axis=1)
    with h5py.File(path, "w") as f:
        f.create_dataset("gene_id", data=genes[placed].astype(object), dtype=h5py.string_dtype())
        f.create_dataset("embedding", data=vectors[placed].astype(np.float32))
    fitted.unlink()
    stamp.write_text(" ".join(EXPORT))
    return path


def vector_options(method, name, seed, folder, threads):
    options = []
    for v in METHODS[method].vectors:
        path = (exported(name, folder, threads) if v == "exported" else
                data.vectors_of(name, seed, folder) if v == "simulated" else data.table(v))
        if path is None:
            return None
        options += ["--embeddings", f"{v}={path}"]
    return options


def command(method, name, seed, source, out, folder, threads):
    """argv of the one process that fits → and the obsm key of what it writes; None where a table cannot be had."""
    m = METHODS[method]
    batch = ["--batch", "batch"] if data.batches_of(name) else []
    if m.program == "peers.py":
        return [sys.executable, str(HERE / "peers.py"), method, str(source), str(out), "--seed", str(seed), *batch], "X_study"
    vectors = vector_options(method, name, seed, folder, threads)
    if vectors is None:
        return None
    return [data.PROGRAM, "fit", str(source), "-o", str(out), "-q", "--no-umap", "--seed", str(seed), "--threads", str(threads),
            *batch, *m.options, *vectors], "X_scilama"
