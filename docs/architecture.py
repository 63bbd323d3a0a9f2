#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the map in docs/architecture.md with the tree: every file has a line, every line its files, and the files that
answers name exist. Folders of tests and bindings are one line each. Standard library only."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PASSED_OVER = {"meson.build", "__pycache__"}


def expand(name):
    """x.[ch] → x.c, x.h"""
    match = re.fullmatch(r"(.*)\.\[(\w+)\]", name)
    return ["%s.%s" % (match.group(1), letter) for letter in match.group(2)] if match else [name]


def main():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    answers, tree = text.split("## The tree\n", 1)
    problems = ["the answer names %s, which does not exist" % p
                for p in sorted(set(re.findall(r"`((?:lib|tests|docs|examples|include)/[\w./\[\]]+)`", answers)))
                for p in expand(p) if not (ROOT / p).exists() and "NAME" not in p]
    mapped = {}
    for block in re.split(r"\n\n", tree.strip()):
        head, _, *rows = block.split("\n")
        folder = head.split("|")[1].strip()
        for row in rows:
            for name in re.findall(r"`([^`]+)`", row.split("|")[1]):
                for one in expand(name):
                    if one in mapped.setdefault(folder, set()):
                        problems.append("%s/%s has two lines" % (folder, one))
                    mapped[folder].add(one)
    folders = set(mapped)
    folders |= {p.relative_to(ROOT).as_posix() for p in (ROOT / "lib").iterdir() if p.is_dir()}
    for folder in sorted(folders):
        own = {p.name + ("/" if p.is_dir() else "") for p in (ROOT / folder).iterdir()
               if p.name not in PASSED_OVER and not p.name.startswith(".")}
        own -= {other[len(folder) + 1:] + "/" for other in folders if other.startswith(folder + "/")}
        problems += ["%s/%s has no line" % (folder, name) for name in sorted(own - mapped.get(folder, set()))]
        problems += ["%s/%s has a line but does not exist" % (folder, name) for name in sorted(mapped.get(folder, set()) - own)]
    print("\n".join("docs/architecture.md: " + p for p in problems) or "%d lines" % sum(map(len, mapped.values())))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
