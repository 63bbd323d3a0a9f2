#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A problem of the size of the paper's pancreas data, from file to embedding: 14,767 cells × 13,062 genes in
five batches, vectors of 1536 columns, all genes trained on. Simulated, a quarter of the entries not zero.

usage: pancreas.py build/examples/scilama/scilama FOLDER [--small] [-- OPTIONS OF FIT]

Prints wall and processor time, peak memory and the scores of the result. --small: 3000 cells × 2000 genes,
to compare options with the exact run in little time. FOLDER keeps the simulated files (140 MB).
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import time


def main():
    at = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("folder")
    p.add_argument("--small", action="store_true")
    a = p.parse_args(sys.argv[1:at])
    options = sys.argv[at + 1:]
    name = "small" if a.small else "pancreas"
    cells, genes, types, modules, depth = (3000, 2000, 8, 20, 1500) if a.small else (14767, 13062, 14, 40, 6000)
    data, table, out, log = (os.path.join(a.folder, name + end) for end in (".h5ad", "_vectors.h5", "_out.h5ad", ".json"))
    if not os.path.exists(table):
        subprocess.run([a.program, "simulate", data, "--cells", str(cells), "--genes", str(genes), "--types", str(types), "--batches", "5",
                        "--modules", str(modules), "--depth", str(depth), "--width", "1536", "--embeddings", table, "-q"], check=True)
    start = time.time()
    subprocess.run([a.program, "fit", data, "-o", out, "--batch", "batch", "--label", "cell_type", "--embeddings", f"text={table}", "--hvg", "none",
                    "--no-umap", "-q", "--log-json", log, *options], check=True)
    wall, used = time.time() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(log) as f:
        events = [json.loads(line) for line in f]
    scores = [e for e in events if "total_before" in e][-1]
    print(f"{cells} cells x {genes} genes, fit {' '.join(options)}: {wall:.0f} s wall, {used.ru_utime + used.ru_stime:.0f} s processor time, "
          f"{used.ru_maxrss / 1024:.0f} MB; total {scores['total']:.3f} (PCA {scores['total_before']:.3f}), NMI {scores['nmi']:.3f}, ARI {scores['ari']:.3f}")


main()
