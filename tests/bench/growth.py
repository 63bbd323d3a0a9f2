# SPDX-License-Identifier: MIT
"""What a cell costs in every stage of `scilama fit`, by the number of cells: a table in Markdown and a plot, from JSON logs.
Usage: growth.py OUT.svg LOG.json…     logs of scilama fit --log-json, one for each size
Microseconds of processor time a cell, all threads together."""
import json
import math
import re
import sys

STAGES = ["preparing", "training", "embedding", "neighbours", "graph", "Leiden", "UMAP", "writing", "judging"]
COLORS = ["#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#ff8ab7", "#a463f2", "#97bbf5", "#9c6b4e"]
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 420, 70, 40, 150, 50


def read(path):
    cells, stages, peak = 0, {}, 0
    for line in open(path):
        event = json.loads(line)
        found = re.search(r": (\d+) cells × ", event.get("text", ""))
        if found and not cells:
            cells = int(found[1])
        if event["event"] == "stage ended":
            wall, processor = stages.get(event["stage"], (0, 0))
            stages[event["stage"]] = (wall + event["seconds"], processor + event["processor_seconds"])
            peak = max(peak, event["peak_bytes"])
    return cells, stages, peak


def table(runs):
    print("| cells | " + " | ".join(STAGES) + " | all | wall time, s | peak, MB |")
    print("|---" * (len(STAGES) + 4) + "|")
    for cells, stages, peak in runs:
        each = [stages.get(stage, (0, 0))[1] / cells * 1e6 for stage in STAGES]
        wall = sum(w for w, _ in stages.values())
        print(f"| {cells:,} | " + " | ".join(f"{v:.0f}" if v >= 10 else f"{v:.1f}" for v in each) + f" | {sum(each):.0f} | {wall:.1f} | {peak / 1e6:.0f} |")


def draw(path, runs):
    each = [[(cells, stages[stage][1] / cells * 1e6) for cells, stages, _ in runs if stage in stages] for stage in STAGES]
    values = [v for line in each for _, v in line if v > 0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log10(runs[0][0]), math.log10(runs[-1][0])
    x = lambda cells: LEFT + (math.log10(cells) - first) / (last - first or 1) * (WIDTH - LEFT - RIGHT)
    y = lambda v: TOP + (high - math.log10(v)) / (high - low) * (HEIGHT - TOP - BOTTOM)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="Helvetica, sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>', f'<text x="{LEFT}" y="22" font-size="14">Processor time a cell, microseconds, by the number of cells</text>']
    for power in range(low, high + 1):
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(10 ** power):.1f}" y2="{y(10 ** power):.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y(10 ** power) + 4:.1f}" text-anchor="end">{10 ** power:g}</text>')
    for cells, _, _ in runs:
        out.append(f'<text x="{x(cells):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{cells:,}</text>')
    names = sorted((i for i, line in enumerate(each) if line), key=lambda i: -each[i][-1][1])
    at = 0
    for i in names:
        line = [(x(c), y(max(v, 10 ** low))) for c, v in each[i]]
        out.append(f'<polyline fill="none" stroke="{COLORS[i]}" stroke-width="2" points="' + " ".join(f"{a:.1f},{b:.1f}" for a, b in line) + '"/>')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{COLORS[i]}"/>' for a, b in line]
        at = max(at + 15, line[-1][1])
        out.append(f'<text x="{WIDTH - RIGHT + 12}" y="{at + 4:.1f}" fill="{COLORS[i]}">{STAGES[i]} {each[i][-1][1]:.3g}</text>')
    with open(path, "w") as file:
        file.write("\n".join(out) + "\n</svg>\n")


def main():
    runs = sorted(read(path) for path in sys.argv[2:])
    table(runs)
    draw(sys.argv[1], runs)


main()
