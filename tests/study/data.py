# SPDX-License-Identifier: MIT
"""The study's data: real sets, subsamples and thinned counts of them, and simulated ones.

Names: kang, kang-1000, kang-300, each also with -thin; sim-10k-d500-t20-b3-weak. Every file that
prepare() makes has raw counts in X (CSR, float32) and obs batch and cell_type, so that no method
needs to know where a set keeps its counts.
"""
import fnmatch
import importlib.util
import os
import pathlib
import subprocess

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("STUDY_DATA", ROOT.parent / "shared" / "data"))
PROGRAM = os.environ.get("SCILAMA", str(ROOT / "build/examples/scilama/scilama"))

REAL = {  # name: file, layer of raw counts (X where None), cells
    "kang": ("kang_ifnb_pbmc.h5ad", None, 2000),
    "mixology": ("mixology_3lines.h5ad", "counts", 499),
    "pbmc3k": ("pbmc3k.h5ad", None, 2700),
    "pbmc68k": ("pbmc68k_reduced_scaled.h5ad", "counts", 700),
}
PACKAGED = {  # name: package, file in it, cells; values that are no counts, so nothing is thinned
    "glioma": ("infercnvpy", "datasets/data/oligodendroglioma.h5ad", 184),  # Tirosh et al. 2016, Smart-seq2, four tumours and two kinds of healthy cells
}
SIZES = (1000, 300)
THINNED_TO = 0.2
BATCH_EFFECT = {"weak": 0.15, "strong": 0.5}  # simulate --batch-effect: sd of a batch's log factor per gene
TABLES = {"lsa": "gene_lsa128_human.h5", "sets": "gene_geneset64_human.h5", "minilm": "gene_minilm384_human.h5"}


def simulated():
    """name → options of `scilama simulate`."""
    grid = {}
    for cells in (1, 10, 100):
        for depth in (200, 500, 2000):
            for types in (8, 20, 40):
                for batches, effect in ((1, None), (3, "weak"), (3, "strong"), (5, "weak"), (5, "strong")):
                    name = f"sim-{cells}k-d{depth}-t{types}-b{batches}" + (f"-{effect}" if effect else "")
                    grid[name] = ["--cells", str(cells * 1000), "--depth", str(depth), "--types", str(types), "--batches", str(batches)]
                    if effect:
                        grid[name] += ["--batch-effect", str(BATCH_EFFECT[effect])]
    return grid


SIMULATED = simulated()


def real_names():
    names = []
    for name, (_, _, cells) in REAL.items():
        for size in (None, *(s for s in SIZES if s < cells)):
            names += [name + (f"-{size}" if size else "") + thin for thin in ("", "-thin")]
    return names + list(PACKAGED)


def names(patterns=None):
    every = real_names() + list(SIMULATED)
    return [n for n in every if not patterns or any(fnmatch.fnmatchcase(n, p) for p in patterns)]


def parse(name):
    """kang-300-thin → kang, 300, True; a simulated name → itself, None, False."""
    if name in SIMULATED:
        return name, None, False
    parts = name.split("-")
    thin = parts[-1] == "thin"
    return parts[0], int(parts[1]) if len(parts) > 1 + thin else None, thin


def kind(name):
    """full, sub, thin, other or sim: what a method may be confined to."""
    base, size, thin = parse(name)
    return "sim" if base in SIMULATED else "other" if base in PACKAGED else "full" if not size and not thin else "thin" if thin else "sub"


def missing(name):
    """Why this set cannot be had, or None."""
    base, _, _ = parse(name)
    if base in SIMULATED:
        return None
    path = source_of(base)
    return None if path and path.exists() else f"{path or ' of '.join(PACKAGED[base][1::-1])} is not there"


def source_of(base):
    """The file of a real set, or None where the package that ships it is not installed."""
    if base not in PACKAGED:
        return SHARED / REAL[base][0]
    package, file, _ = PACKAGED[base]
    spec = importlib.util.find_spec(package)  # found, not imported: it needs more than its data do
    return pathlib.Path(spec.submodule_search_locations[0]) / file if spec else None


def table(name):
    return SHARED / TABLES[name]


def batches_of(name):
    """Does the set have batches to correct for?"""
    base, _, _ = parse(name)
    return "-b1" not in base if base in SIMULATED else base in ("kang", "mixology")


def simulate(name, seed, path, vectors):
    part = path.with_suffix(".part.h5ad")
    subprocess.run([PROGRAM, "simulate", str(part), "-q", "--seed", str(seed), "--embeddings", str(vectors), *SIMULATED[name]],
                   check=True, stdout=subprocess.DEVNULL)
    os.replace(part, path)


def prepare(name, seed, folder):
    """Makes the set unless it is there → its path. Subsamples and thinning follow the seed; the smaller subsample lies in the larger."""
    base, size, thin = parse(name)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (f"{name}.h5ad" if kind(name) in ("full", "other") else f"{name}-s{seed}.h5ad")
    if path.exists():
        return path
    if base in SIMULATED:
        simulate(name, seed, path, vectors_of(name, seed, folder))
        return path
    import anndata
    import scipy.sparse
    layer = REAL[base][1] if base in REAL else None
    whole = anndata.read_h5ad(source_of(base))
    if "batch" not in whole.obs:
        whole.obs["batch"] = "one"
    counts = scipy.sparse.csr_matrix(whole.layers[layer] if layer else whole.X).astype(np.float32)
    rows = np.arange(counts.shape[0])
    if size:
        rows = np.sort(np.random.default_rng([seed, 1]).permutation(len(rows))[:size])
    counts = counts[rows]
    if thin:
        counts.data = np.random.default_rng([seed, 2]).binomial(counts.data.astype(np.int64), THINNED_TO).astype(np.float32)
        counts.eliminate_zeros()
    obs = whole.obs.iloc[rows][["batch", "cell_type"]].copy()
    for column in obs:
        obs[column] = obs[column].astype(str).astype("category")
    part = path.with_suffix(f".{os.getpid()}.part")
    anndata.AnnData(counts, obs=obs, var=whole.var[[]].copy()).write_h5ad(part)
    os.replace(part, path)
    return path


def vectors_of(name, seed, folder):
    """The gene vectors that come with a simulated set."""
    return folder / f"{name}-s{seed}.vectors.h5"


def forget(name, seed, folder):
    """Simulated sets are large and quickly made again."""
    if parse(name)[0] in SIMULATED:
        for path in (folder / f"{name}-s{seed}.h5ad", vectors_of(name, seed, folder)):
            path.unlink(missing_ok=True)
