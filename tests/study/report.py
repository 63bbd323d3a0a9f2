#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes docs/results.md and its plots: report.py RESULTS.jsonl [--to FOLDER] [--default METHOD]"""
import argparse
import pathlib
import re

import numpy as np

import data
import methods
import plots
import stats

KINDS = {"full": "The sets as they are", "sub": "Subsamples", "thin": "Counts thinned to a fifth", "other": "Another set"}
VECTORS = (  # what is told, minuend, subtrahend
    ("true − shuffled", "scilama both", "scilama shuffled"), ("true − none", "scilama both", "scilama"),
    ("LSA − none", "scilama lsa", "scilama"), ("gene sets − none", "scilama sets", "scilama"),
    ("MiniLM − none", "scilama minilm", "scilama"), ("exported − none", "scilama exported", "scilama"),
    ("exported − exported shuffled", "scilama exported", "scilama exported shuffled"),
    ("shuffled − none", "scilama shuffled", "scilama"), ("random − none", "scilama random", "scilama"),
    ("none − earlier default", "scilama", "earlier default"), ("all cells − none", "scilama whole", "scilama"))
METRICS = {"knn_balanced": "Balanced label accuracy of 10 nearest neighbours", "knn": "Label accuracy of 10 nearest neighbours", "total": "Total"}

INTRO = """# Results

What the cells' embedding is worth beside that of other methods, on real and simulated data. Written by `tests/study/run.sh`, which fits
everything, judges it by *scib-metrics*, not by us, and goes on where it was stopped; numbers below are its own.

**Total** = 0.6 bio + 0.4 batch, or bio alone where there is one batch (Luecken et al. 2022). Bio: mean of NMI and ARI of Leiden at the resolution of best
NMI, silhouette of labels, cLISI. Batch: mean of silhouette of batches, iLISI, graph connectivity. Cells without a label are fitted but not judged.
**±** is a standard deviation over seeds (their number in brackets where not {seeds}); intervals are 95 % of Student's t over paired seeds. A seed decides the fit,
the judge's Leiden, the subsample and the thinning. Differences are shown whichever way they fall; **bold** ones have an interval off zero.

Methods: `pca` is scanpy's 50 components of log-normalised values of 2,000 variable genes, chosen per batch where there are batches; `harmony` is harmonypy on those (and `pca` where there is one batch); `scvi` is
scvi-tools with its defaults on the same genes' counts. `scilama` is `scilama fit` with no options but `--batch`; behind it stands the table of gene vectors:
`lsa` and `minilm` (text), `sets` (gene sets), `both` (`lsa` and `sets`), `shuffled` (`both`, dealt out to other genes), `random`, `exported` (the gene vectors of
a fit of another set: {exported}; `exported shuffled` deals them out to other genes). `whole` is fitted to all cells of the set that a subsample is of, and judged
on the subsample's: more than that no knowledge of genes can be expected to bring. `published …` is the paper's preset, with `lsa` where it takes vectors; `earlier default` the cells of
the default before this study (900,400 hidden units, KL weight 10).
"""


def signed(x):
    return f"{x:+.3f}".replace("-", "−")


def number(found, expected=5):
    v = list(found.values())
    if not v:
        return "–"
    few = f" ({len(v)})" if len(v) != expected else ""
    return f"{np.mean(v):.3f}" + (f" ± {np.std(v, ddof=1):.3f}" if len(v) > 1 else "") + few


def difference(found):
    i = stats.interval(found.values())
    if not i:
        return "–"
    mean, low, high, _ = i
    if low is None:
        return f"{signed(mean)} (1)"
    text = f"{signed(mean)} [{signed(low)}, {signed(high)}]"
    return f"**{text}**" if low > 0 or high < 0 else text


def table(head, lines):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for line in lines:
        yield "| " + " | ".join(line) + " |"
    yield ""


def of_kind(rows, kind):
    have = {d for d, _, _ in rows}
    return [n for n in data.real_names() if data.kind(n) == kind and n in have]


def methods_of(rows, names):
    have = {m for d, m, _ in rows if d in names}
    return [m for m in methods.METHODS if m in have]


def totals(rows, names, metric="total"):
    """Rows are methods, columns sets; the mean only of methods that were fitted to every set. What vectors change has tables of its own."""
    lines = []
    for m in methods_of(rows, names):
        if m.startswith(methods.DEFAULT + " "):
            continue
        found = [stats.values(rows, n, m, metric) for n in names]
        if m == "harmony":  # without batches there is nothing for it to do: it is the PCA it starts from
            found = [f if f or data.batches_of(n) else stats.values(rows, n, "pca", metric) for n, f in zip(names, found)]
        mean = f"{np.mean([np.mean(list(f.values())) for f in found]):.3f}" if all(found) else "–"
        lines.append([f"`{m}`", *(number(f) for f in found), mean])
    return table(["", *names, "mean"], lines)


def against(rows, names, default):
    """Paired differences of the default to the peers, to the best of them on each set, and to the published modes."""
    others = [m for m in methods_of(rows, names) if m in methods.PEERS or m.startswith(("published", "earlier"))]
    lines, undecided, ahead, behind, to_best = [], 0, [], [], []
    for n in names:
        peer = stats.best(rows, n, methods.PEERS, "total")
        to_best.append(stats.paired(rows, n, default, peer, "total") if peer else {})
        cells = [difference(to_best[-1]) + f" `{peer}`" if to_best[-1] else "–"]
        for m in others:
            found = stats.paired(rows, n, default, m, "total")
            cells.append(difference(found))
            i = stats.interval(found.values())
            if m in methods.PEERS and i and i[1] is not None:
                ahead += [f"{n} ({m})"] if i[1] > 0 else []
                behind += [f"{n} ({m})"] if i[2] < 0 else []
                undecided += i[1] <= 0 <= i[2]
        lines.append([n, *cells])
    means = []
    for found, sets in (stats.mean_by_seed(to_best), *(stats.over_sets(rows, names, default, m, "total") for m in others)):
        means.append(difference(found) + (f" ({sets} sets)" if found and sets < len(names) else ""))
    lines.append(["mean", *means])
    yield from table(["", "best peer", *(f"`{m}`" for m in others)], lines)
    if ahead or behind or undecided:
        yield (f"Of the comparisons with a peer, `{default}` is ahead in {len(ahead)}, behind in {len(behind)}, and {undecided} are undecided (interval over zero)."
               + (f" Behind: {', '.join(behind)}." if behind else ""))
        yield ""


def knowledge(rows, metric):
    lines = []
    groups = {"all cells": [], "1000 cells": [], "300 cells": []}
    names = of_kind(rows, "full") + of_kind(rows, "sub") + of_kind(rows, "thin")
    shown = [v for v in VECTORS if any(stats.paired(rows, n, v[1], v[2], metric) for n in names)]
    for n in names:
        cells = [difference(stats.paired(rows, n, a, b, metric)) for _, a, b in shown]
        if any(c != "–" for c in cells):
            lines.append([n, *cells])
            size = data.parse(n)[1]
            groups[f"{size} cells" if size else "all cells"].append(n)
    for title, names in groups.items():
        if names:
            lines.append([f"mean, {title}", *(difference(stats.over_sets(rows, names, a, b, metric)[0]) for _, a, b in shown)])
    return table(["", *(t for t, _, _ in shown)], lines) if lines else []


def resources(rows, names):
    lines = []
    for m in methods_of(rows, names):
        cells = []
        for n in names:
            found = [r for k, r in rows.items() if k[:2] == (n, m) and r["seconds"] is not None]
            cells.append(f"{np.median([r['seconds'] for r in found]):.1f} s ({np.median([r['processor'] for r in found]):.1f}), "
                         f"{np.median([r['mib'] for r in found]):.0f} MiB" if found else "–")
        lines.append([f"`{m}`", *cells])
    return table(["", *names], lines)


def busy(rows):
    """A sentence on what else the machine did meanwhile."""
    load = np.array([r["load"] / r["threads"] for r in rows.values()])
    if (load > 1.5).mean() < 0.05 and all(r["jobs"] == 1 for r in rows.values()):
        return "Nothing else was running."
    return (f"The machine was doing other work during {100 * (load > 1.5).mean():.0f} % of these fits: read processor seconds, and wall time only as a bound.")


def grid(rows, default):
    have = [n for n in data.SIMULATED if any(d == n for d, _, _ in rows)]
    lines, losses, below = [], [], []
    for cells in ("1k", "10k", "100k"):
        for depth in (200, 500, 2000):
            names = [n for n in have if n.startswith(f"sim-{cells}-d{depth}-")]
            nmi, knn, total, collapsed, fits = [], [], [], 0, 0
            for n in names:
                told = stats.paired(rows, n, default, "pca", "knn")
                for s, d in stats.paired(rows, n, default, "pca", "nmi").items():
                    nmi.append(d)
                    knn.append(told[s])
                    below += [told[s]] if d < 0 else []
                    losses += [(f"{n}, seed {s}", "NMI", "pca", d)] if d < 0 else []
                mine = stats.values(rows, n, default, "total")
                for s, mine_total in mine.items():
                    peers = {m: v[s] for m in ("pca", "harmony") if s in (v := stats.values(rows, n, m, "total"))}
                    if peers:
                        peer = max(peers, key=peers.get)
                        total.append(mine_total - peers[peer])
                        losses += [(f"{n}, seed {s}", "total", peer, total[-1])] if total[-1] < 0 else []
                    fits += 1
                    collapsed += rows[(n, default, s)]["active"] < 2
            if nmi and total:
                lines.append([f"{cells} cells, {depth} counts", str(fits), signed(np.mean(nmi)), signed(min(nmi)), f"{sum(x < 0 for x in nmi)}", signed(np.mean(knn)),
                              signed(np.mean(total)), signed(min(total)), f"{sum(x < 0 for x in total)}", str(collapsed)])
    if not lines:
        return
    yield from table(["", "fits", "NMI − PCA: mean", "least", "below 0", "accuracy of 10 neighbours − PCA: mean", "total − best of PCA, Harmony: mean", "least", "below 0", "collapsed"], lines)
    if below:
        yield (f"Where NMI is below PCA's, 10 nearest neighbours tell types by {signed(np.mean(below))} on the mean of these {len(below)} fits, "
               f"better in {sum(d > 0 for d in below)}, worse in {sum(d < 0 for d in below)}.")
        yield ""
    if losses:
        yield f"Where `{default}` is behind, by how much:"
        yield ""
        yield from table(["", "", "behind", "by"], [[a, b, f"`{c}`", signed(d)] for a, b, c, d in sorted(losses, key=lambda x: x[3])])


def document(rows, failed, default):
    exported = ", ".join(f"{k} from {v}" for k, v in methods.EXPORTED_FROM.items())
    yield INTRO.format(seeds=5, exported=exported)
    yield "![Totals](results-totals.svg)"
    yield ""
    for kind, title in KINDS.items():
        names = of_kind(rows, kind)
        if not names:
            continue
        yield f"## {title}"
        yield ""
        if kind == "other":
            yield ("`glioma`: 184 cells of oligodendrogliomas by Smart-seq2, four tumours and two kinds of healthy cells (Tirosh et al. 2016), transcripts per million, as "
                   "*infercnvpy* ships them. Nothing was chosen by it. scVI models counts, which these are not.")
            yield ""
        yield from totals(rows, names)
        yield f"`{default}` less each of the others, total:"
        yield ""
        yield from against(rows, names, default)
    if any(m.startswith("scilama ") for _, m, _ in rows):
        yield "## What gene vectors are worth to cells"
        yield ""
        yield "![What gene vectors are worth](results-vectors.svg)"
        yield ""
        for metric, title in METRICS.items():
            yield f"### {title}"
            yield ""
            yield from knowledge(rows, metric)
    simulated = list(grid(rows, default))
    if simulated:
        yield "## Simulated data"
        yield ""
        yield ("A grid of 1,000, 10,000 and 100,000 cells × 200, 500 and 2,000 counts × 8, 20 and 40 types × 1, 3 and 5 batches × weak and strong batch effects "
               f"(`scilama simulate --batch-effect {data.BATCH_EFFECT['weak']}` and `{data.BATCH_EFFECT['strong']}`), 3 seeds. Above 20,000 cells, so many are judged. "
               "A latent space with fewer than two units whose variance over cells is above 0.01 counts as collapsed.")
        yield ""
        yield from simulated
    yield "## Time and memory"
    yield ""
    yield ("One process from file to file, imports included; median over seeds: seconds of wall time (of the processor, all threads), peak memory. "
           f"Threads: {', '.join(str(t) for t in sorted({r['threads'] for r in rows.values()}))}. {busy(rows)}")
    yield ""
    yield from resources(rows, of_kind(rows, "full"))
    if failed:
        yield "## Failed"
        yield ""
        yield from table(["", "", "seed", ""], [[f["data"], f"`{f['method']}`", str(f["seed"]), f["error"].replace("|", "/")] for f in failed])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--to", type=pathlib.Path, default=data.ROOT / "docs")
    parser.add_argument("--default", default=methods.DEFAULT)
    o = parser.parse_args()
    rows, failed = stats.load(o.results)
    if not rows:
        raise SystemExit(f"{o.results} has no row of the methods as they are now")
    o.to.mkdir(parents=True, exist_ok=True)
    text = "\n".join(document(rows, failed, o.default))
    shown = [m for m in methods_of(rows, of_kind(rows, "full")) if not m.startswith(methods.DEFAULT + " ")]
    plots.totals(rows, of_kind(rows, "full"), shown, o.to / "results-totals.svg")
    if "results-vectors.svg" in text:
        plots.vectors(rows, VECTORS, o.to / "results-vectors.svg")
    (o.to / "results.md").write_text(re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n")


if __name__ == "__main__":
    main()
