#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The state of the code in numbers, side by side: house.py [REVISION | FOLDER]…  (default: HEAD~1 and the tree as it is).

Lines, files and rooms of lib; its largest room; arrows between files of different rooms; functions and how long and how
wide they are, and which are the widest; comment lines; lines over the limits (110 columns of code, 120 of prose); lines that stand in runs of six
that occur more than once, blank lines and lone braces not counted. Of two, the last column is what changed. Standard library and git only."""
import collections
import pathlib
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUN, CODE, PROSE, WIDE = 6, 110, 120, 8
HEAD = re.compile(r"^(?!typedef|struct|enum|union|static const|extern)[A-Za-z_][\w *]*?\b(\w+)\(([^;{}]*?)\)\s*\n\{\n(.*?)^\}", re.M | re.S)


def bare(text):
    """Without comments, their newlines kept."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def comment_lines(text):
    code = bare(text).split("\n")
    return sum(1 for with_, without in zip(text.split("\n"), code) if with_.strip() and not without.strip())


def repeated(files):
    """Lines within runs that stand in more than one place."""
    places = collections.defaultdict(list)
    lines = {name: [(i, line.strip()) for i, line in enumerate(bare(text).split("\n")) if line.strip() not in ("", "{", "}", "} else {", "};")]
             for name, text in files.items()}
    for name, known in lines.items():
        for k in range(len(known) - RUN + 1):
            if not all(line.startswith(("#include", "tcase_add", "[")) for _, line in known[k:k + RUN]):
                places[tuple(line for _, line in known[k:k + RUN])].append((name, k))
    hit = {(name, k + j) for found in places.values() if len(found) > 1 for name, k in found for j in range(RUN)}
    return len(hit)


def measure(root):
    files = {p.relative_to(root).as_posix(): p.read_text(encoding="utf-8")
             for p in sorted((root / "lib").rglob("*.[ch]")) + sorted((root / "include").rglob("*.h")) + sorted((root / "examples" / "scilama").glob("*.[ch]"))}
    lib = {n: t for n, t in files.items() if n.startswith("lib/")}
    rooms = collections.Counter()
    for name, text in lib.items():
        rooms[name.split("/")[1]] += text.count("\n")
    largest, second = rooms.most_common(2)
    arrows = {(n.split("/")[1], t.split("/")[0]) for n, text in lib.items() for t in re.findall(r'#include "(\w+/[\w.]+)"', text)
              if t.split("/")[0] in rooms and t.split("/")[0] != n.split("/")[1]}
    between = sum(1 for n, text in lib.items() for t in re.findall(r'#include "(\w+/[\w.]+)"', text)
                  if t.split("/")[0] in rooms and t.split("/")[0] != n.split("/")[1])
    sizes, widths = [], []
    for name, text in files.items():
        for match in HEAD.finditer(bare(text)) if name.endswith(".c") else []:
            sizes.append((match.group(3).count("\n"), "%s in %s" % (match.group(1), name)))
            widths.append((match.group(2).count(",") + 1, "%s in %s" % (match.group(1), name)))
    by_size = sorted(s for s, _ in sizes)
    share = {e: 100 * sum(comment_lines(t) for n, t in files.items() if n.endswith(e)) / sum(t.count("\n") for n, t in files.items() if n.endswith(e))
             for e in (".c", ".h")}
    prose = {p.name: p.read_text(encoding="utf-8") for p in [root / "README.md", root / "CONTRIBUTING.md"] + sorted((root / "docs").rglob("*.md"))}
    return collections.OrderedDict([
        ("lines of lib", sum(t.count("\n") for t in lib.values())),
        ("files of lib", len(lib)),
        ("lines of the program", sum(t.count("\n") for n, t in files.items() if n.startswith("examples/"))),
        ("rooms", len(rooms)),
        ("largest room", "%s %d (%.1f × the next)" % (largest + (largest[1] / second[1],))),
        ("arrows between rooms", len(arrows)),
        ("includes across rooms", between),
        ("longest file", "%d" % max(t.count("\n") for t in lib.values())),
        ("functions", len(sizes)),
        ("their lines: median, 90 %", "%d, %d" % (statistics.median(by_size), by_size[int(0.9 * len(by_size))])),
        ("longest", "%d (%s)" % max(sizes)),
        ("with %d parameters or more" % WIDE, sum(w >= WIDE for w, _ in widths)),
        ("widest", ", ".join("%d (%s)" % pair for pair in sorted(widths, reverse=True)[:3])),
        ("comment lines, .c and .h", "%.1f %%, %.1f %%" % (share[".c"], share[".h"])),
        ("lines over %d columns" % CODE, sum(len(line) > CODE for t in files.values() for line in t.split("\n"))),
        ("prose over %d columns" % PROSE, sum(len(line) > PROSE and not line.startswith("|") for t in prose.values() for line in t.split("\n"))),
        ("lines in repeated runs of %d" % RUN, repeated(files)),
    ])


def tree(what, scratch):
    if pathlib.Path(what).is_dir():
        return pathlib.Path(what)
    folder = pathlib.Path(scratch) / what.replace("/", "_")
    with subprocess.Popen(["git", "-C", str(ROOT), "archive", what], stdout=subprocess.PIPE) as git:
        with tarfile.open(fileobj=git.stdout, mode="r|") as archive:
            archive.extractall(folder)
    return folder


def main():
    names = sys.argv[1:] or ["HEAD~1", str(ROOT)]
    with tempfile.TemporaryDirectory() as scratch:
        columns = [measure(tree(name, scratch)) for name in names]
    change = len(columns) == 2
    print("| | " + " | ".join(["`%s`" % n for n in names] + ["change"] * change) + " |\n" + "|---" * (len(names) + 1 + change) + "|")
    for key in columns[0]:
        values = [c[key] for c in columns]
        told = "%+d" % (values[1] - values[0]) if change and isinstance(values[0], int) else ""
        print("| %s | %s |" % (key, " | ".join([str(v) for v in values] + [told] * change)))


if __name__ == "__main__":
    main()
