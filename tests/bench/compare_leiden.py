# SPDX-License-Identifier: MIT
"""Leiden of igraph (C) and leidenalg on a graph that bench_analysis --graph wrote: seconds of processor time and
modularity at resolution 1. Usage: compare_leiden.py GRAPH [--leidenalg]"""
import random
import sys
import time

import igraph
import numpy as np


def read(path):
    with open(path, "rb") as f:
        n, entries = np.fromfile(f, np.int64, 2)
        indptr = np.fromfile(f, np.int64, n + 1)
        indices = np.fromfile(f, np.int32, entries)
        weights = np.fromfile(f, np.float32, entries)
    row = np.repeat(np.arange(n, dtype=np.int32), np.diff(indptr))
    once = row < indices
    graph = igraph.Graph(n=int(n), edges=np.column_stack([row[once], indices[once]]))
    graph.es["weight"] = weights[once].astype(float)
    return graph


def timed(name, run, quality):
    random.seed(0)
    wall, cpu = time.perf_counter(), time.process_time()
    found = run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name:24s} {wall:8.2f} s  processor {cpu:8.2f} s  quality {quality(found):.6f}, {len(found)} communities", flush=True)


def main():
    graph = read(sys.argv[1])
    quality = lambda found: graph.modularity(found.membership, weights="weight")
    for count in (2, -1):
        timed(f"igraph, {count} iterations", lambda: graph.community_leiden("modularity", weights="weight", resolution=1.0, n_iterations=count), quality)
    if "--leidenalg" in sys.argv:
        import leidenalg
        timed("leidenalg, 2 iterations", lambda: leidenalg.find_partition(graph, leidenalg.RBConfigurationVertexPartition, weights="weight", n_iterations=2, seed=0), quality)


main()
