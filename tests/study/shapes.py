#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The default on simulated data of shapes drawn at random: shapes.py RESULTS.jsonl SEED [SEED ...]

Each seed draws cells, genes, modules, types, batches, effects and depth, simulates such a set, fits it with and without the
mixture along the axes, and with PCA and Harmony, and adds a line of what scib-metrics says of them. docs/presets.md has what
seeds 101 to 115 and 201 to 206 gave."""
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np

import judge
import methods
from data import PROGRAM


def draw(seed):
    g = np.random.default_rng(seed)
    shape = {"cells": g.integers(500, 5001), "genes": g.integers(1500, 4001), "modules": g.integers(6, 26), "types": g.integers(5, 31), "batches": g.integers(1, 5)}
    effects = {"batch-effect": g.uniform(0.1, 0.7), "cell-effect": g.uniform(0.3, 0.6), "type-effect": g.uniform(0.5, 1.2)}
    depth = int(math.exp(g.uniform(math.log(300), math.log(5000))))
    return {k: int(v) for k, v in shape.items()} | {k: round(v, 2) for k, v in effects.items()} | {"depth": depth}


def judged(path, key, batch, seed):
    points, labels, batches = judge.read(path, key, "cell_type", "batch")
    return judge.judge(points, labels, batches if batch else None, seed, 10000)


def run(seed, folder):
    shape, cells, out = draw(seed), folder / "cells.h5ad", folder / "out.h5ad"
    subprocess.run([PROGRAM, "simulate", cells, "-q", "--seed", str(seed), *(x for k, v in shape.items() for x in ("--" + k, str(v)))], check=True)
    batch = ["--batch", "batch"] if shape["batches"] > 1 else []
    found = {}
    for method in ["pca"] + ["harmony"] * bool(batch):
        subprocess.run([sys.executable, methods.HERE / "peers.py", method, cells, out, "--seed", str(seed), *batch], check=True, stdout=subprocess.DEVNULL)
        found[method] = judged(out, "X_study", batch, seed)
    for mixture in ("on", "off"):
        subprocess.run([PROGRAM, "fit", cells, "-o", out, "-q", "--no-umap", "--seed", str(seed), "--threads", "1", "--mode", "beta-vae", "--mixture", mixture, *batch], check=True)
        found["mixture " + mixture] = judged(out, "X_scilama", batch, seed)
        out.unlink()
    best = max(found[m]["total"] for m in ("pca", "harmony") if m in found)
    row = {"seed": seed, **shape}
    for mixture in ("on", "off"):
        ours = found["mixture " + mixture]
        row[mixture] = {"nmi - pca": round(ours["nmi"] - found["pca"]["nmi"], 4), "knn - pca": round(ours["knn"] - found["pca"]["knn"], 4),
                        "total - best": round(ours["total"] - best, 4)}
    return row


if __name__ == "__main__":
    for number in map(int, sys.argv[2:]):
        with tempfile.TemporaryDirectory() as name, open(sys.argv[1], "a") as results:
            line = json.dumps(run(number, pathlib.Path(name)))
            results.write(line + "\n")
            print(line, flush=True)
