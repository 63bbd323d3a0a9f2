#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reading a file to a data set that is ready to train, against anndata.read_h5ad of the same file,
turn about in one process.

usage: read.py FILE.h5ad [--threads N] [--rounds N] [--raw]     SCILAMA_LIBRARY names the library

Ready means: read, split, and preprocessed with the default options, which count detected cells,
choose 2000 genes and compute their scaling. Says the median times, and for each round our time
over anndata's. --raw leaves out split and preprocessing. Needs anndata.
"""
import argparse
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples" / "python"))
import scilama  # noqa: E402
import anndata  # noqa: E402


def seconds(call):
    start = time.perf_counter()
    kept = call()
    took = time.perf_counter() - start
    del kept
    return took


def main():
    p = argparse.ArgumentParser()
    p.add_argument("file")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--rounds", type=int, default=21)
    p.add_argument("--raw", action="store_true")
    a = p.parse_args()
    context = scilama.Context(threads=a.threads)

    def ready():
        data = scilama.Dataset.read_h5ad(context, a.file)
        if not a.raw:
            data.split_random(0.9, 0.1, 1)
            data.preprocess()
        return data

    pairs = [(seconds(ready), seconds(lambda: anndata.read_h5ad(a.file))) for _ in range(a.rounds + 1)][1:]
    ours, theirs = (statistics.median(side) for side in zip(*pairs))
    ratios = sorted(x / y for x, y in pairs)
    print(f"{'read' if a.raw else 'ready to train'}: {ours:.4f} s with {a.threads} threads; anndata {anndata.__version__} read_h5ad {theirs:.4f} s; "
          f"ratio median {statistics.median(ratios):.3f}, {ratios[0]:.3f} to {ratios[-1]:.3f} of {len(ratios)} rounds")


if __name__ == "__main__":
    main()
