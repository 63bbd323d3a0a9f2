#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Statements of ten tasks in each language, counted in the programs beside this file that have them.

Usage: count.py [write | check]: prints the table; writes it into docs/guides/ten-tasks.md; fails where that is not what is counted."""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
GUIDE = HERE.parents[1] / "docs" / "guides" / "ten-tasks.md"
BEGIN, END = "<!-- counted by tests/tasks/count.py -->", "<!-- end -->"
FILES = {"Python": "tasks.py", "R": "tasks.R", "Julia": "tasks.jl", "Rust": "../../examples/rust/scilama/examples/tasks.rs", "C++": "tasks.cpp",
         "C": "tasks.c", "scvi-tools and scanpy": "scvi.py"}
SEMICOLONS = {".c", ".cpp", ".rs"}  # every statement ends with one, a declaration too


def lines(path):
    """{task: statements}: lines that are not comments, a semicolon in Python ending one too; where every statement ends with a semicolon,
    those outside of brackets."""
    out, task, ends = {}, None, path.suffix in SEMICOLONS
    for line in path.read_text(encoding="utf-8").splitlines():
        name = re.match(r"\s*(?:#|//|/\*) task: (.*?)(?: \*/)?$", line)
        if name:
            task = name.group(1)
            out.setdefault(task, 0)
        elif line.strip() == "# none":
            out[task] = "none"
        elif task and ends:
            out[task] += re.sub(r"\([^()]*\)", "", line).count(";")
        elif task and line.strip() and not line.startswith("#"):
            out[task] += 1 + (line.count("; ") if path.suffix == ".py" else 0)
    out.pop("end")
    return out


def table():
    counted = {name: lines(HERE / file) for name, file in FILES.items()}
    rows = ["| task | %s |" % " | ".join(counted), "|---|%s" % ("---|" * len(counted))]
    rows += ["| %s | %s |" % (task, " | ".join(str(c[task]) for c in counted.values())) for task in counted["Python"]]
    rows.append("| all | %s |" % " | ".join(str(sum(v for v in c.values() if v != "none")) for c in counted.values()))
    return "\n".join(rows)


if __name__ == "__main__":
    text = GUIDE.read_text(encoding="utf-8")
    now = text.partition(BEGIN)[0] + BEGIN + "\n\n" + table() + "\n\n" + END + text.partition(END)[2]
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what == "write":
        GUIDE.write_text(now, encoding="utf-8")
    elif what == "check":
        sys.exit(0 if now == text else "docs/guides/ten-tasks.md is not what is counted: tests/tasks/count.py write")
    else:
        print(table())
