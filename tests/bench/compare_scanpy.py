#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times the analyses beside scanpy's on the same data, each run in a process of its own,
alternating.

    compare_scanpy.py [--task embedding|wilcoxon]... [--cells 50000] [--genes 2000] [--dims 50] [--threads N] [--repeats 3] [--leiden igraph|leidenalg]

  embedding   neighbours (15), Leiden and UMAP of CELLS × DIMS points
  wilcoxon    rank sums of CELLS × GENES sparse expression, 10 groups, each with the rest

Data are read, modules imported and, for scanpy, its compiled functions warmed up on 500 cells before
the clock starts. Wall and processor time, the peak of the process, and the peak above what it
held before. The summary has medians and the medians of paired ratios. Where other programs
run, compare processor times. $SCILAMA_LIB names the shared library (default build/lib)."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "oracle"))


def memory(field):
    with open("/proc/self/status") as f:
        return next(int(line.split()[1]) / 1024 for line in f if line.startswith(field))


def measured(run):
    with open("/proc/self/clear_refs", "w") as f:
        f.write("5")  # the peak counts from here
    before, wall, processor = memory("VmRSS"), time.perf_counter(), time.process_time()
    notes = run()
    return {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor, "peak": memory("VmHWM"),
            "above": memory("VmHWM") - before, **notes}


def embedding_scanpy(folder, a):
    import anndata as ad
    import numpy as np
    import scanpy as sc
    import scipy.sparse as sp

    if not hasattr(sp.csr_array, "getnnz"):  # pynndescent returns arrays, of which some versions of scanpy ask for what matrices have
        sp.csr_array.getnnz = sp.csr_array._getnnz

    def chain(x):
        d = ad.AnnData(obsm={"X": x}, shape=(len(x), 0))
        notes, clock = {}, time.perf_counter()
        for name, step in (("neighbours", lambda: sc.pp.neighbors(d, use_rep="X", n_neighbors=15)),
                           ("leiden", lambda: sc.tl.leiden(d, flavor="igraph", n_iterations=2, directed=False) if a.leiden == "igraph" else sc.tl.leiden(d, flavor="leidenalg")),
                           ("umap", lambda: sc.tl.umap(d))):
            step()
            notes[name], clock = time.perf_counter() - clock, time.perf_counter()
        return {**notes, "clusters": d.obs["leiden"].nunique()}

    x = np.load(f"{folder}/points.npy")
    sc.settings.n_jobs = a.threads
    chain(x[:500])
    chain(np.repeat(x[:500], 10, 0) + np.random.default_rng(0).normal(size=(5000, x.shape[1])).astype(np.float32))  # above 4096 it compiles another search
    return measured(lambda: chain(x))


def embedding_ours(folder, a):
    import numpy as np
    import slm

    x, ctx = np.load(f"{folder}/points.npy"), slm.Context(a.threads)

    def chain():
        notes, clock = {}, time.perf_counter()
        indices, distances, _ = ctx.knn(x, 14)
        g = ctx.graph(indices, distances)
        notes["neighbours"], clock = time.perf_counter() - clock, time.perf_counter()
        _, report = g.leiden(len(x))
        notes["leiden"], clock = time.perf_counter() - clock, time.perf_counter()
        g.umap(len(x), x)
        notes["umap"] = time.perf_counter() - clock
        return {**notes, "clusters": report.communities}

    return measured(chain)


def wilcoxon_scanpy(folder, a):
    import anndata as ad
    import numpy as np
    import scanpy as sc
    import scipy.sparse as sp

    def make(rows):
        d = ad.AnnData(x[rows])
        d.obs["g"] = [str(c) for c in codes[rows]]
        d.obs["g"] = d.obs["g"].astype("category")
        return d

    x, codes = sp.load_npz(f"{folder}/expression.npz"), np.load(f"{folder}/codes.npy")
    sc.tl.rank_genes_groups(make(slice(500)), "g", method="wilcoxon", tie_correct=True)
    d = make(slice(None))
    return measured(lambda: sc.tl.rank_genes_groups(d, "g", method="wilcoxon", tie_correct=True, pts=True) or {})


def wilcoxon_ours(folder, a):
    import numpy as np
    import scipy.sparse as sp
    import slm
    from check_biology import wilcoxon

    x, codes, ctx = sp.load_npz(f"{folder}/expression.npz"), np.load(f"{folder}/codes.npy"), slm.Context(a.threads)
    return measured(lambda: wilcoxon(ctx, x, codes, 10) and {})


def make_data(folder, a):
    import numpy as np
    from check_biology import random_data
    import scipy.sparse as sp
    rng = np.random.default_rng(0)
    if "embedding" in a.task:
        x = rng.normal(size=(a.cells, a.dims)) + 1.2 * rng.normal(size=(30, a.dims))[rng.integers(0, 30, a.cells)]
        np.save(f"{folder}/points.npy", x.astype(np.float32))
    if "wilcoxon" in a.task:
        x, codes = random_data(a.cells, a.genes, 10, density=0.08)
        sp.save_npz(f"{folder}/expression.npz", x, compressed=False)
        np.save(f"{folder}/codes.npy", codes)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--task", action="append", choices=["embedding", "wilcoxon"])
    parser.add_argument("--leiden", choices=["igraph", "leidenalg"], default="igraph")
    for name, value in (("cells", 50000), ("genes", 2000), ("dims", 50), ("threads", len(os.sched_getaffinity(0))), ("repeats", 3)):
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    a = parser.parse_args()
    a.task = a.task or ["embedding", "wilcoxon"]
    if a.child:
        print(json.dumps(globals()[a.child[0]](a.child[1], a)))
        return 0
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), str(a.threads))
    with tempfile.TemporaryDirectory() as folder:
        make_data(folder, a)
        for task in a.task:
            results = {"ours": [], "scanpy": []}
            for _ in range(a.repeats):
                for who, runs in results.items():
                    command = [sys.executable, __file__, "--child", f"{task}_{who}", folder, "--threads", str(a.threads), "--leiden", a.leiden]
                    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **threads})
                    if done.returncode:
                        sys.exit(f"{task} {who}: {done.stderr}")
                    runs.append(json.loads(done.stdout.splitlines()[-1]))
                    print(f"{task} {who:7s} " + "  ".join(f"{k} {v:.2f}" if isinstance(v, float) else f"{k} {v}" for k, v in runs[-1].items()), flush=True)
            size = f"{a.cells} × {a.dims if task == 'embedding' else a.genes}, {a.threads} threads"
            for key, unit in (("wall", "s"), ("processor", "s"), ("peak", "MiB"), ("above", "MiB above the data")):
                ours, theirs = ([r[key] for r in results[who]] for who in ("ours", "scanpy"))
                print(f"{task} ({size}) {key:9s} ours {statistics.median(ours):9.2f}  scanpy {statistics.median(theirs):9.2f} {unit}; "
                      f"scanpy / ours {statistics.median(t / max(o, 1e-9) for o, t in zip(ours, theirs)):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
