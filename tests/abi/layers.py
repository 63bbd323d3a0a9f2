#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that files include only along the arrows between layers, and reports long files."""
import pathlib
import re
import sys

import interface

ROOT = pathlib.Path(__file__).resolve().parents[2]
USES = {"api": {"train", "biology", "io", "exchange"}, "train": {"model", "data"}, "model": {"vae", "data"}, "vae": {"nn"}, "nn": {"linalg"},
        "data": {"linalg"}, "analysis": {"linalg"}, "biology": {"analysis"}, "io": {"data", "model", "hdf5"}, "hdf5": {"file"}, "file": {"core"}, "exchange": {"data"}, "linalg": {"core"}, "core": set()}
# Public headers belong to rooms too: a file includes only those of rooms that it may use.
PUBLIC = {"export.h": "core", "version.h": "core", "status.h": "core", "context.h": "core", "options.h": "core", "types.h": "core",
          "dataset.h": "data", "model.h": "model", "mapping.h": "model", "trainer.h": "train", "analysis.h": "analysis", "biology.h": "biology",
          "io.h": "io", "exchange.h": "exchange", "dlpack.h": "exchange"}
GATEWAYS = {"blis.h": r"lib/linalg/blis_gateway\.c", "hdf5.h": r"lib/hdf5/(gateway\.c|internal\.h)"}
LONGEST = 600


def reach(layer):
    seen, todo = {layer}, [layer]
    while todo:
        for other in USES[todo.pop()] - seen:
            seen.add(other)
            todo.append(other)
    return seen


CODE = re.compile(r'/\*.*?\*/|"(?:[^"\\]|\\.)*"', re.S)


def main():
    problems, longest = [], []
    functions = {name for name, *_ in interface.functions()}
    public = {p.name for p in (ROOT / "include" / "scilama").iterdir()}
    for path in sorted((ROOT / "lib").rglob("*.[ch]")):
        name = path.relative_to(ROOT).as_posix()
        layer, text = path.relative_to(ROOT / "lib").parts[0], path.read_text(encoding="utf-8")
        lines = text.count("\n")
        longest.append((lines, name))
        if lines > LONGEST:
            problems.append("%s has %d lines: split it along its meaning (at most %d)" % (name, lines, LONGEST))
        if not text.startswith("/* SPDX-License-Identifier: MIT */"):
            problems.append("%s does not start with its SPDX line" % name)
        if layer != "api" and re.search(r"^SCILAMA_API\b", text, re.M):
            problems.append("%s defines a public function: only lib/api does" % name)
        for target in re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', text, re.M):
            first = target.split("/")[0]
            last = target.split("/")[-1]
            if last in GATEWAYS and not re.fullmatch(GATEWAYS[last], name):
                problems.append("%s includes %s: only its gateway may" % (name, last))
            if first in USES and first not in reach(layer):
                problems.append("%s includes %s: %s does not use %s" % (name, target, layer, first))
            if first == "scilama" and last not in public:
                problems.append("%s includes %s, which is not public" % (name, target))
            elif first == "scilama" and PUBLIC.get(last, "api") not in reach(layer):
                problems.append("%s includes %s of %s: %s does not use it" % (name, target, PUBLIC.get(last, "api"), layer))
        if layer != "api":  # its own room declares them for callers; inside, slm_ functions do the work
            problems += ["%s calls %s(): public functions are for callers" % (name, f)
                         for f in sorted(set(re.findall(r"\b(scilama_\w+)\s*\(", CODE.sub(" ", text))) & functions)]
    for path in sorted((ROOT / "include").rglob("*.h")):
        for target in re.findall(r'^\s*#\s*include\s+"([^"]+)"', path.read_text(encoding="utf-8"), re.M):
            if target not in public:
                problems.append("%s includes %s, which is not installed" % (path.name, target))
    longest.sort(reverse=True)
    print("longest files: " + ", ".join("%s %d" % (n, l) for l, n in longest[:5]))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
