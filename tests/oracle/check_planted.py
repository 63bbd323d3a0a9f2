# SPDX-License-Identifier: MIT
"""Simulated data with known answers, through the program and the library.

  check_planted.py scilama [SEEDS]

- Planted modules are recovered (ARI ≥ 0.9) from the trained gene embedding when gene vectors
  are informative, and `modules --static --control --known` shows what shuffled vectors lose.
- Data without any co-expression: no module is called coherent at FDR 0.05.
- Labels permuted within batches, 200 times: in no more than 5 % of the comparisons (and two
  standard errors) is any gene called a marker at FDR 0.05, by paired score or by rank sums.
"""
import ctypes as C
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import slm
from check_biology import FIELDS, marker_options, marker_table, wilcoxon
from slm import call, i64, p

PERMUTATIONS = 200


def run(program, *arguments):
    subprocess.run([program, *map(str, arguments), "--quiet"], check=True)


def contrast(program, *arguments):
    with tempfile.NamedTemporaryFile("r", suffix=".json") as f:
        run(program, "modules", *arguments, "--json", f.name)
        return json.load(f)


def planted(program, seed):
    run(program, "simulate", "s.h5ad", "--embeddings", "e.h5", "--seed", seed)
    for control in ("none", "shuffled"):
        run(program, "fit", "s.h5ad", "-o", f"{control}.h5ad", "--batch", "batch", "--embeddings", "t=e.h5", "--control", control,
            "--hidden", "256,128", "--no-umap")
    rows = {r["embedding"]: r for r in contrast(program, "none.h5ad", "--static", "e.h5", "--control", "shuffled.h5ad", "--known", "module")["contrast"]}
    for name, r in rows.items():
        print(f"seed {seed} {name:8s} {r['modules']:3d} modules, stability {r['stability']:.2f}, coherence {r['coherence']:.3f}, "
              f"{r['coherent']} coherent, ARI with the planted {r['ari_known']:.3f}", flush=True)
    good, bad = rows["trained"], rows["control"]
    return good["ari_known"] < 0.9 or bad["ari_known"] > good["ari_known"] - 0.2 or bad["coherence"] > good["coherence"]


def null_modules(program, seed):
    run(program, "simulate", "n.h5ad", "--cells", 1500, "--genes", 900, "--embeddings", "ne.h5", "--type-effect", 0, "--cell-effect", 0, "--seed", seed)
    run(program, "fit", "n.h5ad", "-o", "no.h5ad", "--batch", "batch", "--embeddings", "t=ne.h5", "--hidden", "64,32", "--no-umap")
    found = contrast(program, "no.h5ad")
    called = [m["module"] for m in found["modules"] if m["coherence_fdr"] < 0.05]
    print(f"seed {seed} no co-expression: {len(called)} of {len(found['modules'])} modules called coherent", flush=True)
    return len(called)


def null_markers(path):
    import anndata as ad
    import scipy.sparse as sp
    a = ad.read_h5ad(path)
    x = sp.csr_matrix(a.X).astype(np.float64)
    x = sp.diags(1e4 / np.asarray(x.sum(1)).ravel()) @ x
    x.data = np.log1p(x.data)
    x = x.tocsr().astype(np.float32)
    cells, genes = np.ascontiguousarray(a.obsm["X_scilama"], np.float32), np.ascontiguousarray(a.varm["scilama"], np.float32)
    groups, batches = a.obs["cell_type"].cat.codes.to_numpy(np.int32), a.obs["batch"].cat.codes.to_numpy(np.int32)
    k, rng, ctx = groups.max() + 1, np.random.default_rng(0), slm.Context(2)
    families, paired, sums = 0, 0, 0
    for trial in range(PERMUTATIONS):
        g = groups.copy()
        for b in np.unique(batches):
            g[batches == b] = rng.permutation(g[batches == b])
        out = {f: np.full((k, len(genes)), np.nan) for f in FIELDS[9:13]}
        call("scilama_paired_markers", ctx.handle, p(cells), i64(len(cells)), p(genes), i64(len(genes)), i64(cells.shape[1]), p(g), i64(k), p(batches),
             C.byref(marker_options(permutations=200, seed=trial)), C.byref(marker_table(**{f: p(v) for f, v in out.items()})))
        families += k
        paired += (out["paired_fdr"] < 0.05).any(1).sum()
        sums += (wilcoxon(ctx, x, g, k, fields=FIELDS[:3])["p_adjusted"] < 0.05).any(1).sum()
    allowed = 0.05 + 2 * np.sqrt(0.05 * 0.95 / families)
    print(f"{PERMUTATIONS} permutations × {k} groups: a marker at FDR 0.05 in {paired / families:.4f} (paired score), {sums / families:.4f} (rank sums) of them; allowed {allowed:.4f}")
    return int(paired / families > allowed) + int(sums / families > allowed)


def main(program, seeds="2"):
    program, failed = str(pathlib.Path(program).resolve()), 0
    with tempfile.TemporaryDirectory() as folder:
        import os
        os.chdir(folder)
        failed += sum(planted(program, seed) for seed in range(1, int(seeds) + 1))
        failed += sum(null_modules(program, seed) > 0 for seed in range(1, int(seeds) + 4))
        failed += null_markers("none.h5ad")
    print(f"{failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
