# SPDX-License-Identifier: MIT
"""Shrunken loadings of genes against numpy in double precision: axes by SVD, the kernel and its penalties by dense solutions, scales by
expectation and maximisation, each as include/scilama/biology.h and lib/linalg/kernel_ridge.h have it; and what they are for: with
vectors that know, loadings from few cells are nearer to those of many cells than without, and with shuffled ones they are not. Then the
vectors beside the loadings (scilama_gene_space()): their weight chosen by halves of the cells, and the distances of genes."""
import ctypes as C
import sys

import numpy as np

import philox
import slm

loading_options = slm.struct("scilama_loading_options", ("components", slm.i64), ("seed", slm.u64))
loading_report = slm.struct("scilama_loading_report", ("genes", slm.i64), ("components", slm.i64), ("explained", slm.f64), ("kept", slm.f64), ("weight", slm.f64))
SCALES, GRID, ANALYSIS = np.array([0, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]), (1000, 100, 30, 10, 3, 1, 0.3, 0.1), 8
GENES, CELLS, AXES, COMPONENTS = 300, 120, 4, 6
WEIGHTS, NEIGHBOURS = (0, 0.05, 0.1, 0.2, 0.4, 0.8), 15


def ours(ctx, x, tables, seed=0, call="scilama_gene_loadings"):
    x, tables = np.ascontiguousarray(x, np.float32), [np.ascontiguousarray(t, np.float32) for t in tables]
    columns = COMPONENTS + (sum(t.shape[1] for t in tables) if call == "scilama_gene_space" else 0)
    out, report = np.empty((x.shape[1], columns), np.float32), loading_report()
    slm.call(call, ctx.handle, slm.p(x), slm.i64(len(x)), slm.i64(x.shape[1]), slm.i64(0), (slm.ptr * len(tables))(*[t.ctypes.data for t in tables]),
             (slm.i64 * len(tables))(*[t.shape[1] for t in tables]), slm.i64(len(tables)), C.byref(loading_options(components=COMPONENTS, seed=seed)), slm.p(out), C.byref(report))
    return out.astype("f8"), report


def kernel(tables, known):
    total, count = 0, 0
    for t in tables:
        there = np.isfinite(t).all(1) & (t ** 2).any(1)
        a = np.where(there[:, None], t, 0)
        a = (a - a[there & known].mean(0)) * there[:, None]
        a /= np.maximum(np.linalg.norm(a, axis=1), 1e-12)[:, None]
        total, count = total + np.exp(-2 * (1 - a @ a.T)) * np.outer(there, there), count + there
    return total ** 2 / np.maximum(np.outer(count, count), 1)


def ridge(k, y, rows, new, penalties):
    mean = y[rows].mean(0)
    return np.stack([mean[c] + k[np.ix_(new, rows)] @ np.linalg.solve(k[np.ix_(rows, rows)] + penalties[c] * np.eye(len(rows)), y[rows, c] - mean[c])
                     for c in range(y.shape[1])], 1)


def told(tables, y, seed):
    """Each fifth of the genes from the others."""
    order, out = np.array(philox.Sequence(seed, ANALYSIS | 11 << 8, 0, 0).shuffle(range(len(y)))), np.empty_like(y)
    for f in range(5):
        fold = order[f * len(y) // 5:(f + 1) * len(y) // 5]
        stay = np.concatenate([order[(f + 1) * len(y) // 5:], order[:f * len(y) // 5]])
        known = np.isin(np.arange(len(y)), stay)
        mixed = stay[philox.Sequence(0, ANALYSIS | 9 << 8, 0, 0).shuffle(range(len(stay)))]
        judge, rest = mixed[:len(mixed) // 5], mixed[len(mixed) // 5:]
        k = kernel(tables, known)
        missed = np.stack([((ridge(k, y, rest, judge, [p] * y.shape[1]) - y[judge]) ** 2).sum(0) for p in GRID])
        out[fold] = ridge(k, y, stay, fold, np.array(GRID)[missed.argmin(0)])
    return out


def theirs(x, tables, seed=0):
    z = (x - x.mean(0)) / x.std(0)
    z = np.minimum(z, 10)
    z = (z - z.mean(0)) / z.std(0)
    s, vt = np.linalg.svd(z, full_matrices=False)[1:]
    own = (vt[:COMPONENTS] * np.sign(vt[:COMPONENTS][np.arange(COMPONENTS), np.abs(vt[:COMPONENTS]).argmax(1)])[:, None] * s[:COMPONENTS, None]).T
    prior = told(tables, own, seed) if tables else np.tile(own.mean(0), (len(own), 1))
    off = own - prior
    tau = np.maximum((off ** 2).mean(0) - 1, 0.02)
    v = 1 + SCALES[:, None] * tau
    log = -((off ** 2) @ (1 / v).T + np.log(v).sum(1)) / 2
    likelihood, share = np.exp(log - log.max(1, keepdims=True)), np.full(len(SCALES), 1 / len(SCALES))
    for _ in range(201):
        w = share * likelihood
        w /= w.sum(1, keepdims=True)
        share = w.mean(0)
    return (prior + (w @ (1 - 1 / v)) * off) / np.sqrt(len(x)), 1 - (off ** 2).sum() / ((own - own.mean(0)) ** 2).sum()


def squared(a):
    s = (a ** 2).sum(1)
    return s[:, None] + s - 2 * a @ a.T


def cosines(tables, seed=0):
    """Of centred vectors; a gene that a table lacks has a direction of its own there, at random."""
    total, draws = 0, philox.Sequence(seed, ANALYSIS | 12 << 8, 0, 1)
    for t in tables:
        there = np.isfinite(t).all(1) & (np.nan_to_num(t) ** 2).any(1)
        a = np.where(there[:, None], t - t[there].mean(0), 0)
        a /= np.maximum(np.linalg.norm(a, axis=1), 1e-12)[:, None]
        for g in np.flatnonzero(~there):
            a[g] = [(1 if draws.below(2) else -1) / np.sqrt(t.shape[1]) for _ in range(t.shape[1])]
        total = total + a @ a.T / len(tables)
    return total


def weight_of(x, tables, seed=0):
    order, gains, k = philox.Sequence(seed, ANALYSIS | 12 << 8, 0, 0).shuffle(range(len(x))), [], cosines(tables, seed)
    for here, there in ((order[:len(x) // 2], order[len(x) // 2:]), (order[len(x) // 2:], order[:len(x) // 2])):
        varies = (x[here].std(0) > 1e-6) & (x[there].std(0) > 1e-6)
        d, r = squared(theirs(x[here][:, varies], [t[varies] for t in tables], seed)[0]), np.corrcoef(x[there][:, varies].T)
        score, mean = [], d.mean()
        for w in WEIGHTS:
            e = d / mean + w * (1 - k[np.ix_(varies, varies)])
            np.fill_diagonal(e, np.inf)
            score.append(np.take_along_axis(r, np.argsort(e, 1)[:, :NEIGHBOURS], 1).mean())
        gains.append(np.array(score) - score[0])
    gain = np.min(gains, 0)
    return WEIGHTS[gain.argmax()], gain


def check_space(x, vectors, second, varies):
    failed, rng = 0, np.random.default_rng(4)
    for name, tables, least, most in (("a table", [vectors], 0.2, 0.8), ("shuffled", [vectors[rng.permutation(GENES)]], 0, 0), ("two, one with gaps", [vectors, second], 0, 0.2)):
        got, report = ours(slm.Context(), x, tables, call="scilama_gene_space")
        want, gain = weight_of(x, tables)
        loadings = ours(slm.Context(), x, tables)[0]
        d = squared(loadings[varies])
        told = d + report.weight * d.mean() * (1 - cosines(tables)[np.ix_(varies, varies)])
        np.fill_diagonal(told, 0)
        off = np.abs(squared(got[varies]) - told).max() / d.mean()
        failed += not (report.weight == want and least <= want <= most and off < 1e-4)
        print(f"space, {name}: weight {report.weight:g} (numpy {want:g}; gains {np.round(gain, 4)}), distances within {off:.1e}")
    return failed


def main():
    rng, failed = np.random.default_rng(3), 0
    # Genes in ten families, whose loadings are alike; vectors tell the family, with noise.
    family = rng.integers(0, 10, GENES)
    truth = rng.normal(size=(10, AXES))[family] * 0.35 + 0.1 * rng.normal(size=(GENES, AXES))
    draw = lambda n: rng.normal(size=(n, AXES)) @ truth.T + rng.normal(size=(n, GENES))
    x, many = draw(CELLS), draw(8000)
    x[:, 7] = 2.5  # a gene that does not vary
    vectors = rng.normal(size=(10, 12))[family] + 0.6 * rng.normal(size=(GENES, 12))
    second = rng.normal(size=(GENES, 5))
    second[::3] = np.nan
    varies = np.arange(GENES) != 7
    for name, tables in (("no vectors", []), ("a table", [vectors]), ("two, one with gaps", [vectors, second])):
        for threads in (1, 2):
            got, report = ours(slm.Context(threads), x, tables)
            if threads == 2:
                failed += not np.array_equal(got, before, equal_nan=True)
            before = got
        want, explained = theirs(x[:, varies], [t[varies] for t in tables])
        off = np.abs(got[varies] - want).max()
        good = off < 1e-3 and abs(report.explained - explained) < 1e-3 and np.isnan(got[7]).all() and report.genes == GENES - 1
        failed += not good
        print(f"{name}: within {off:.1e}, {report.explained:.3f} told (numpy {explained:.3f}), {report.kept:.2f} kept")
    failed += check_space(x, vectors, second, varies)
    z = (many - many.mean(0)) / many.std(0)
    real = np.corrcoef(z.T)[np.ix_(varies, varies)]
    pairs = np.triu_indices(len(real), 1)
    errors = {}
    for name, tables in (("none", []), ("true", [vectors]), ("shuffled", [vectors[rng.permutation(GENES)]])):
        p = ours(slm.Context(), x, tables)[0][varies]
        errors[name] = np.sqrt(((p @ p.T - real)[pairs] ** 2).mean())
    raw = np.corrcoef(x[:, varies].T)
    errors["sample"] = np.sqrt(((raw - real)[pairs] ** 2).mean())
    failed += not (errors["true"] < 0.96 * errors["none"] and errors["none"] < 0.8 * errors["sample"] and errors["shuffled"] > 0.98 * errors["none"])
    print("correlations of many cells, root mean square error: " + ", ".join(f"{k} {v:.4f}" for k, v in errors.items()))
    print(f"{failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main())
