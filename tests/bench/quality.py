#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the presets and the single options do to real data: the tables of docs/presets.md.

usage: quality.py DATA_DIR RESULTS.jsonl [--rows "A;B"] [--sets A,B] [--controls A,B] [--seeds 0,1,2]
                  [--table FILE] [--threads N] [--print]

Fits with the program (SCILAMA names it; default build/examples/scilama/scilama), reads what it
logs, and adds a line per fit to RESULTS.jsonl; fits that are there already are not repeated.
--print shows the table of what is there. Takes hours for everything. Needs numpy and h5py.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SCILAMA", str(ROOT / "build/examples/scilama/scilama"))
SETS = {  # file, options of fit, whether there are batches to mix
    "mixology": ("mixology_3lines.h5ad", ["--layer", "counts", "--batch", "batch"]),
    "kang": ("kang_ifnb_pbmc.h5ad", ["--batch", "batch"]),
    "pbmc3k": ("pbmc3k.h5ad", []),
}
PUBLISHED = ["--preset", "published"]
CELLS = ["--mode", "beta-vae"]  # the recommended cell phase alone: the genes cannot move it
ROWS = {
    "cell VAE": PUBLISHED + ["--mode", "beta-vae"],
    "published joint": PUBLISHED + ["--mode", "direct"],
    "published stepwise": PUBLISHED + ["--mode", "stepwise"],
    "recommended": [],
    "recommended cells": CELLS,
    # single options, against `recommended cells`
    "encoder-covariates off": CELLS + ["--encoder-covariates", "off"],
    "clip-norm 100": CELLS + ["--clip-norm", "100"],
    "lr-decay 1": CELLS + ["--lr-decay", "1"],
    "batch-norm on": CELLS + ["--batch-norm", "on"],
    "weight-decay 0.01": CELLS + ["--weight-decay", "0.01"],
    "best weights": CELLS + ["--patience", "25", "--best-from-start", "on"],
    "latent 50": CELLS + ["--latent", "50"],
    "kl-end 1": CELLS + ["--kl-end", "1"],
    "dropout 0.1": CELLS + ["--dropout", "0.1"],
    "likelihood poisson": CELLS + ["--likelihood", "poisson"],
    "likelihood nb": CELLS + ["--likelihood", "nb"],
    # the joint objective with the recommended architecture, and single options of it
    "joint": ["--mode", "direct"],
    "joint, pair-scale one": ["--mode", "direct", "--pair-scale", "one"],
    "joint, gene-batch 500": ["--mode", "direct", "--gene-batch", "500"],
    "joint, embed-pca 32": ["--mode", "direct", "--embed-pca", "32"],
    "joint, kl-end 10": ["--mode", "direct", "--kl-end", "10", "--kl-rate", "0.5"],
    "stepwise, kl-end 10": ["--mode", "stepwise", "--kl-end", "10", "--kl-rate", "0.5"],
}
BF16 = ", bf16"  # behind the name of any row: the same with operands rounded to bfloat16


def options_of(row):
    return ROWS[row[:-len(BF16)]] + ["--precision", "bf16"] if row.endswith(BF16) else ROWS[row]


CONTROLS = {"true": [], "shuffled": ["--control", "shuffled"], "random": ["--control", "random"]}


def labelled(source, folder):
    """The data set with unlabelled cells marked as missing, which the metrics leave out."""
    path = pathlib.Path(folder) / pathlib.Path(source).name
    if not path.exists():
        shutil.copy(source, path)
        os.chmod(path, 0o644)
        with h5py.File(path, "r+") as f:
            group = f["obs/cell_type"]
            names = [x.decode() if isinstance(x, bytes) else x for x in group["categories"][()]]
            if "unlabelled" in names:
                codes = group["codes"][()]
                codes[codes == names.index("unlabelled")] = -1
                group["codes"][...] = codes
    return path


def fit(data, table, row, control, seed, options, threads, folder):
    out, log = (os.path.join(folder, name) for name in ("out.h5ad", "log.json"))
    command = [PROGRAM, "fit", str(data), "-o", out, "--label", "cell_type", "--no-umap", "-q", "--log-json", log, "--seed", str(seed),
               "--threads", str(threads), *options, *options_of(row), *CONTROLS[control]]
    if table:
        command += ["--embeddings", f"text={table}"]
    start = time.time()
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    events = [json.loads(line) for line in open(log)]
    scores = [e for e in events if "total_before" in e][-1]
    losses = [e["validation_loss"] for e in events if e.get("validation_loss") is not None]
    return {"total": scores["total"], "pca": scores["total_before"], "nmi": scores["nmi"], "ari": scores["ari"],
            "validation": losses[-1] if losses else None, "seconds": round(time.time() - start, 1),
            "processor": round(after.children_user + after.children_system - before.children_user - before.children_system, 1)}


def show(results, sets):
    def cell(rows, key):
        values = [r[key] for r in rows if r.get(key) is not None]
        return f"{np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else f"{values[0]:.3f} (1)" if values else "–"

    print("| | vectors | " + " | ".join(f"{s}: total | NMI" for s in sets) + " |")
    print("|---|---|" + "---|---|" * len(sets))
    done = {(r["row"], r["control"]) for r in results}
    for row in [r + end for r in ROWS for end in ("", BF16)]:
        for control in CONTROLS:
            if (row, control) not in done:
                continue
            picked = [[r for r in results if (r["row"], r["control"], r["set"]) == (row, control, s)] for s in sets]
            print(f"| {row} | {control} | " + " | ".join(f"{cell(p, 'total')} | {cell(p, 'nmi')}" for p in picked) + " |")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("data")
    p.add_argument("results")
    p.add_argument("--rows", default="cell VAE;published joint;published stepwise;recommended", help="separated by semicolons; any with ', bf16' behind it")
    p.add_argument("--sets", default=",".join(SETS))
    p.add_argument("--controls", default="true")
    p.add_argument("--seeds", default="0,1,2")
    p.add_argument("--table", help="default DATA_DIR/gene_lsa128_human.h5")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--print", action="store_true")
    a = p.parse_args()
    table = a.table or os.path.join(a.data, "gene_lsa128_human.h5")
    results = [json.loads(line) for line in open(a.results)] if os.path.exists(a.results) else []
    sets = a.sets.split(",")
    if a.print:
        show(results, sets)
        return
    with tempfile.TemporaryDirectory() as folder:
        for seed in map(int, a.seeds.split(",")):
            for row in a.rows.split(";"):
                for control in a.controls.split(","):
                    for name in sets:
                        key = {"row": row, "set": name, "control": control, "seed": seed, "table": os.path.basename(table)}
                        if any(all(r.get(k) == v for k, v in key.items()) for r in results):
                            continue
                        file, options = SETS[name]
                        key.update(fit(labelled(os.path.join(a.data, file), folder), table, row, control, seed, options, a.threads, folder))
                        results.append(key)
                        with open(a.results, "a") as f:
                            f.write(json.dumps(key) + "\n")
                        print(key, flush=True)
    show(results, sets)


if __name__ == "__main__":
    main()
