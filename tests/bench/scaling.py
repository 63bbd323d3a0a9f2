#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How the cost of a training step grows with the genes, the width of their vectors, the cells of
a step and the threads: a table of least wall times and docs/scaling.svg.

usage: scaling.py build/tests/bench/bench_step [OUT.svg] [--steps N]

One quantity varies at a time, the others are those of the standard problem (docs/performance.md).
Run it with nothing else running; about five minutes.
"""
import argparse
import math
import re
import subprocess

STANDARD = {"genes": 2000, "width": 1536, "batch": 128, "threads": 2}
AXES = {
    "genes": ("genes", [500, 1000, 2000, 4000, 8000]),
    "width": ("width of the gene vectors", [96, 384, 768, 1536, 3072]),
    "batch": ("cells of a step", [32, 64, 128, 256, 512]),
    "threads": ("threads", [1, 2]),
}
MODES = {"direct": "#3b6ea5", "gene": "#4f8f4f", "beta_vae": "#b3703a"}


def measure(program, mode, sizes, steps):
    """Least wall time of a step in ms, and its share of the machine's peak."""
    options = [x for k, v in sizes.items() for x in (f"--{k}", str(v))]
    cells = 5 * sizes["batch"]  # all steps alike
    out = subprocess.run([program, "--mode", mode, "--steps", str(steps), "--cells", str(cells), *options], check=True, capture_output=True, text=True).stdout
    found = re.search(r"min\s+([\d.]+) ms\s+median\s+[\d.]+ ms\s+([\d.]+) % of peak", out)
    return float(found.group(1)), float(found.group(2))


def panel(x0, title, values, series, low, high):
    """One plot, logarithmic both ways, 240 x 200."""
    left, top, w, h = x0 + 52, 44, 190, 170
    first, last = math.log(values[0]), math.log(values[-1])
    at = lambda v, ms: (left + w * (math.log(v) - first) / (last - first), top + h * (1 - (math.log10(ms) - low) / (high - low)))
    out = [f'<rect x="{left}" y="{top}" width="{w}" height="{h}" fill="none" stroke="#999"/>',
           f'<text x="{left + w / 2}" y="{top + h + 34}" text-anchor="middle">{title}</text>']
    for v in values:
        out.append(f'<text x="{at(v, 1)[0]:.1f}" y="{top + h + 16}" text-anchor="middle" font-size="10">{v}</text>')
    for power in range(math.ceil(low), math.floor(high) + 1):
        y = at(values[0], 10.0 ** power)[1]
        out.append(f'<line x1="{left}" x2="{left + w}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end" font-size="10">{10 ** power:g}</text>')
    for mode, times in series.items():
        points = [at(v, ms) for v, ms in zip(values, times)]
        out.append(f'<polyline fill="none" stroke="{MODES[mode]}" stroke-width="2" points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y in points) + '"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{MODES[mode]}"/>' for x, y in points]
    return out


def draw(path, results):
    times = [ms for series in results.values() for values in series.values() for ms in values]
    low, high = math.floor(math.log10(min(times)) * 2) / 2, math.ceil(math.log10(max(times)) * 2) / 2
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="1040" height="270" viewBox="0 0 1040 270" font-family="Helvetica, sans-serif" font-size="12">',
           '<title>Time of a training step</title>', '<rect width="1040" height="270" fill="white"/>', '<text x="8" y="18">ms of a step</text>']
    for i, mode in enumerate(MODES):
        out += [f'<rect x="{120 + 110 * i}" y="8" width="12" height="12" fill="{MODES[mode]}"/>', f'<text x="{138 + 110 * i}" y="18">{mode}</text>']
    for i, axis in enumerate(AXES):
        out += panel(255 * i, AXES[axis][0], AXES[axis][1], results[axis], low, high)
    with open(path, "w") as f:
        f.write("\n".join(out + ["</svg>\n"]))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("out", nargs="?", default="docs/scaling.svg")
    p.add_argument("--steps", type=int, default=8)
    a = p.parse_args()
    results = {axis: {mode: [] for mode in MODES} for axis in AXES}
    for axis, (title, values) in AXES.items():
        print(f"\n| {title} | " + " | ".join(f"{m}, ms (share of peak)" for m in MODES) + " |\n|---|" + "---|" * len(MODES))
        for value in values:
            row = [measure(a.program, mode, {**STANDARD, axis: value}, a.steps) for mode in MODES]
            for mode, (ms, _) in zip(MODES, row):
                results[axis][mode].append(ms)
            print(f"| {value} | " + " | ".join(f"{ms:.1f} ({share:.0f} %)" for ms, share in row) + " |", flush=True)
    draw(a.out, results)


main()
