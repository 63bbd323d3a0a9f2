# SPDX-License-Identifier: MIT
"""Markers, adjusted p-values and over-representation against scipy and scanpy.

  check_biology.py                 compare
  check_biology.py bench ours|scanpy [CELLS GENES]   one timed Wilcoxon in this process
"""
import ctypes as C
import sys
import tempfile
import time

import numpy as np
import scipy.sparse as sp

import slm
from slm import call, f64, i32, i64, lib, p, ptr, struct, u64

FIELDS = """z p_value p_adjusted auroc log2_fold_change mean_in mean_out fraction_in fraction_out
paired_score paired_z paired_p paired_fdr combined_rank""".split()
marker_options = struct("scilama_marker_options", ("reference", i64), ("permutations", i64), ("seed", u64), ("tie_correct", i32), ("reserved", i32))
marker_table = struct("scilama_marker_table", *[(k, ptr) for k in FIELDS])
matrix = struct("scilama_matrix", ("storage", i32), ("value_type", i32), ("index_type", i32), ("memory", i32), ("rows", i64), ("cols", i64), ("ld", i64),
                ("stored", i64), ("values", ptr), ("indices", ptr), ("indptr", ptr), ("indptr_type", i32), ("reserved", i32))
CSR, F32, I32, I64, BORROW = 2, 1, 10, 11, 2


def wilcoxon(ctx, x, codes, groups, reference=-1, tie_correct=1, fields=FIELDS[:9]):
    x = x.tocsr()
    x.sort_indices()
    values, indices, indptr = x.data.astype(np.float32, copy=False), x.indices.astype(np.int32, copy=False), x.indptr.astype(np.int64)
    m = matrix(storage=CSR, value_type=F32, index_type=I32, memory=BORROW, rows=x.shape[0], cols=x.shape[1], stored=x.nnz,
               values=p(values), indices=p(indices), indptr=p(indptr), indptr_type=I64)
    d = ptr()
    call("scilama_dataset_create", C.byref(d), ctx.handle, C.byref(m), None, None)
    out = {k: np.empty((groups, x.shape[1])) for k in fields}
    t = marker_table(**{k: p(v) for k, v in out.items()})
    codes = np.asarray(codes, np.int32)
    call("scilama_wilcoxon", d, p(codes), i64(groups), C.byref(marker_options(reference=reference, tie_correct=tie_correct)), C.byref(t))
    lib.scilama_dataset_destroy(d)
    return out


def random_data(cells, genes, groups, seed=0, density=0.1):
    rng = np.random.default_rng(seed)
    x = sp.random(cells, genes, density, format="csr", random_state=rng, data_rvs=lambda n: rng.geometric(0.5, n).astype(np.float32))
    codes = rng.integers(0, groups, cells).astype(np.int32)
    x.data = np.log1p(x.data * rng.uniform(0.5, 3, cells).astype(np.float32)[np.repeat(np.arange(cells), np.diff(x.indptr))]).astype(np.float32)
    return x, codes


def memory(field):
    with open("/proc/self/status") as f:
        return next(int(line.split()[1]) / 1024 for line in f if line.startswith(field))


def bench(which, cells, genes):
    x, codes = random_data(cells, genes, 10, density=0.08)
    if which == "scanpy":
        import anndata as ad
        import scanpy as sc
        a = ad.AnnData(x)
        a.obs["g"] = [str(c) for c in codes]
        a.obs["g"] = a.obs["g"].astype("category")
        run = lambda: sc.tl.rank_genes_groups(a, "g", method="wilcoxon", tie_correct=True)
    else:
        ctx = slm.Context(2)
        run = lambda: wilcoxon(ctx, x, codes, 10)
    with open("/proc/self/clear_refs", "w") as f:
        f.write("5")  # the peak counts from here
    before, wall, processor = memory("VmRSS"), time.perf_counter(), time.process_time()
    run()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{which}: {cells} x {genes}, {x.nnz} stored, 10 groups: {wall:.2f} s wall, {processor:.2f} s of processor; "
          f"peak {memory('VmHWM'):.0f} MiB, {memory('VmHWM') - before:.0f} MiB above the data")


failures = 0


def report(name, ours, theirs, tolerance):
    global failures
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    same = np.isnan(ours) == np.isnan(theirs)
    worst = float(np.nanmax(np.abs(ours - theirs))) if same.all() else np.inf
    failures += not worst <= tolerance
    print(f"{name:44s} max difference {worst:.2e} (allowed {tolerance:g}){'' if worst <= tolerance else '  FAILED'}")


def main():
    import anndata as ad
    import scanpy as sc
    from scipy.stats import false_discovery_control, hypergeom, mannwhitneyu, ranksums
    ctx = slm.Context(2)
    x, codes = random_data(400, 200, 4)
    x = x.tolil()
    x[:, 0], x[:, 1], x[:5, 2] = 0, 1.5, -2
    x = x.tocsr()
    dense = x.toarray().astype(float)  # scipy would compute in single precision
    for reference in (-1, 1):
        o = wilcoxon(ctx, x, codes, 4, reference)
        plain = wilcoxon(ctx, x, codes, 4, reference, tie_correct=0)
        u, pv, rs = np.full((4, 200), np.nan), np.full((4, 200), np.nan), np.full((4, 200), np.nan)
        for g in range(4):
            if g == reference:
                continue
            inside, outside = dense[codes == g], dense[codes == reference] if reference >= 0 else dense[codes != g]
            for k in range(200):
                r = mannwhitneyu(inside[:, k], outside[:, k], use_continuity=False, method="asymptotic")
                u[g, k], pv[g, k] = r.statistic, r.pvalue
                rs[g, k] = ranksums(inside[:, k], outside[:, k]).statistic
        n1 = np.bincount(codes)[:, None]
        n2 = n1[reference] if reference >= 0 else len(codes) - n1
        pv[:, :2] = np.where(np.isnan(o["p_value"][:, :2]), np.nan, 1)  # scipy has NaN where a gene is constant
        report(f"U (reference {reference})", o["auroc"] * n1 * n2, u, 1e-9)
        report("p of mannwhitneyu", o["p_value"], pv, 1e-9)
        report("statistic of ranksums (ties not corrected)", plain["z"], rs, 1e-9)
        for g in range(4):
            if g != reference:
                report("Benjamini-Hochberg", o["p_adjusted"][g], false_discovery_control(o["p_value"][g]), 1e-12)
    x, codes = random_data(3000, 500, 6, seed=3)
    a = ad.AnnData(x.copy(), obs={"g": [str(c) for c in codes]})
    a.obs["g"] = a.obs["g"].astype("category")
    for correct in (0, 1):
        o = wilcoxon(ctx, x, codes, 6, tie_correct=correct)
        sc.tl.rank_genes_groups(a, "g", method="wilcoxon", tie_correct=bool(correct), pts=True)
        r = a.uns["rank_genes_groups"]
        for g in "012345":
            order = r["names"][g].astype(int)
            mine = o["z"][int(g)]
            agree = np.mean(np.argsort(-mine, kind="stable")[:100] == order[:100])
            report(f"scanpy group {g}: scores (top 100 alike {agree:.2f})", mine[order], r["scores"][g], 2e-6)
            report("  p, adjusted p", np.r_[o["p_value"][int(g)][order], o["p_adjusted"][int(g)][order]], np.r_[r["pvals"][g], r["pvals_adj"][g]], 1e-9)
            report("  log fold change", o["log2_fold_change"][int(g)][order], r["logfoldchanges"][g], 1e-4)
            report("  fraction", o["fraction_in"][int(g)], r["pts"][g].to_numpy(), 1e-12)
    rng = np.random.default_rng(1)
    names = [f"G{i}" for i in range(3000)]
    labels = rng.integers(-1, 8, 3000).astype(np.int32)
    sets = [rng.choice(3000, rng.integers(5, 400), replace=False) for _ in range(60)]
    with tempfile.NamedTemporaryFile("w", suffix=".gmt") as f:
        for i, s in enumerate(sets):
            f.write("\t".join([f"S{i}", "x"] + [names[g] for g in s]) + "\n")
        f.flush()
        handle = ptr()
        call("scilama_gene_sets_read", C.byref(handle), ctx.handle, f.name.encode())
        pv = np.empty((8, 60))
        call("scilama_enrichment", handle, (C.c_char_p * 3000)(*[n.encode() for n in names]), p(labels), i64(3000), i64(8), None, None, None, p(pv), None)
        lib.scilama_gene_sets_destroy(handle)
    universe = np.unique(np.concatenate(sets))
    total = len(universe)
    theirs = [[hypergeom.sf(np.sum(labels[s] == m) - 1, total, len(s), np.sum(labels[universe] == m)) for s in sets] for m in range(8)]
    report("hypergeometric: relative", pv / np.array(theirs), np.ones_like(pv), 1e-9)
    print(f"{failures} failed")
    return int(failures != 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["bench"]:
        bench(sys.argv[2], *(int(v) for v in sys.argv[3:5] or (50000, 2000)))
    else:
        sys.exit(main())
