# SPDX-License-Identifier: MIT
"""The study's plots, as SVG; the same results make the same bytes."""
import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "scilama", "svg.fonttype": "none", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})

import matplotlib.pyplot as plt  # noqa: E402
import matplotlib.ticker  # noqa: E402
import numpy as np  # noqa: E402

import data  # noqa: E402
import stats  # noqa: E402


def save(figure, path):
    figure.savefig(path, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    plt.close(figure)


def totals(rows, names, methods, path):
    """Total over seconds, a panel a set: up and to the left is better."""
    figure, axes = plt.subplots(1, max(len(names), 1), figsize=(3.1 * max(len(names), 1), 3.2), squeeze=False)
    colours = plt.get_cmap("tab20")
    for axis, name in zip(axes[0], names):
        for i, m in enumerate(methods):
            score, seconds = stats.values(rows, name, m, "total"), stats.values(rows, name, m, "processor")
            if not score:
                continue
            v = list(score.values())
            axis.errorbar(np.median(list(seconds.values())), np.mean(v), yerr=np.std(v, ddof=1) if len(v) > 1 else None, fmt="o", ms=5, capsize=2,
                          color=colours(i % 20), label=m)
        axis.set_xscale("log")
        low, high = axis.get_xlim()
        axis.set_xlim(10 ** np.floor(np.log10(low)), 10 ** np.ceil(np.log10(high)))  # whole decades, or labels collide
        axis.xaxis.set_minor_formatter(matplotlib.ticker.NullFormatter())
        axis.xaxis.set_major_formatter(matplotlib.ticker.FormatStrFormatter("%g"))
        axis.set_title(name)
        axis.set_xlabel("processor seconds")
        axis.grid(alpha=0.25)
    axes[0][0].set_ylabel("total")
    handles = {label: h for axis in axes[0] for h, label in zip(*axis.get_legend_handles_labels())}
    figure.legend(handles.values(), handles.keys(), loc="upper center", bbox_to_anchor=(0.5, 0.0), ncol=6, frameon=False)
    save(figure, path)


def vectors(rows, pairs, path):
    """Mean paired difference of balanced accuracy over the sets of a size, with 95 % intervals."""
    have = {d for d, _, _ in rows}
    groups = [(f"{size or 'all'} cells" + (",\nthinned" if thin else ""),
               [n for n in data.real_names() if n in have and data.parse(n)[1:] == (size, thin)]) for size in (300, 1000, None) for thin in (False, True)]
    figure, axis = plt.subplots(figsize=(8, 3.6))
    for j, (title, a, b) in enumerate(pairs):
        for i, (_, names) in enumerate(groups):
            found = stats.interval(stats.over_sets(rows, names, a, b, "knn_balanced")[0].values())
            if found:
                half = found[2] - found[0] if found[2] is not None else 0
                axis.errorbar(i + (j - len(pairs) / 2) * 0.09, found[0], yerr=half, fmt="o", ms=4, capsize=2, color=plt.get_cmap("tab10")(j),
                              label=title if title not in axis.get_legend_handles_labels()[1] else None)
    axis.axhline(0, color="black", lw=0.8)
    axis.set_xticks(range(len(groups)), [g for g, _ in groups])
    axis.set_ylabel("difference of balanced accuracy")
    axis.grid(axis="y", alpha=0.25)
    axis.legend(frameon=False, ncol=4, loc="upper center", bbox_to_anchor=(0.5, -0.14))
    save(figure, path)
