#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every block of the guides that says where it is from is there, line for line.

A comment `<!-- from examples/x.c -->` stands right before a fenced block; the block must be a
run of lines of that file, a common indentation apart. A C block without such a comment is
an error too. The example of libscilama(3) is that of examples/readme_example.c.
snippets.py [FILE.md …]: default docs/guides/*.md and the manual page."""

import pathlib
import re
import sys
import textwrap

root = pathlib.Path(__file__).resolve().parent.parent
MARK = re.compile(r"<!-- from (\S+) -->\s*$")


def blocks(lines):
    """(number of the line, language, source or None, text lines)"""
    source, i = None, 0
    while i < len(lines):
        if lines[i].startswith("```"):
            end = next((j for j in range(i + 1, len(lines)) if lines[j].startswith("```")), None)
            if end is None:
                raise SystemExit(f"line {i + 1}: the block has no end")
            yield i + 1, lines[i][3:].strip(), source, lines[i + 1:end]
            i = end
        mark = MARK.match(lines[i])
        source = mark[1] if mark else None
        i += 1


def contains(lines, block):
    """Whether a run of lines, dedented, is the block."""
    want = textwrap.dedent("\n".join(block))
    n = len(block)
    return any(textwrap.dedent("\n".join(lines[i:i + n])) == want for i in range(len(lines) - n + 1))


def check(path):
    faults, found = [], 0
    name = path.relative_to(root) if path.is_relative_to(root) else path
    for number, language, source, text in blocks(path.read_text(encoding="utf-8").splitlines()):
        if source is None:
            if language == "c":
                faults.append(f"{name}:{number}: a C block that does not say which example it is from")
            continue
        found += 1
        file = root / source
        if not file.is_file():
            faults.append(f"{name}:{number}: there is no {source}")
        elif not text or not contains(file.read_text(encoding="utf-8").splitlines(), text):
            faults.append(f"{name}:{number}: not a run of lines of {source}: copy it anew")
    return found, faults


def check_manual():
    page = (root / "docs/libscilama.3").read_text(encoding="utf-8")
    shown = re.search(r"\.SH EXAMPLE\n\.nf\n(.*?)\n\.fi\n", page, re.S)[1].replace("\\-", "-").replace("\\e", "\\")
    if contains((root / "examples/readme_example.c").read_text(encoding="utf-8").splitlines(), shown.split("\n")):
        return []
    return ["docs/libscilama.3: the example is not that of examples/readme_example.c"]


def main():
    files = [pathlib.Path(f).resolve() for f in sys.argv[1:]] or sorted((root / "docs/guides").glob("*.md"))
    total, faults = 0, []
    for file in files:
        found, wrong = check(file)
        total += found
        faults += wrong
    if not sys.argv[1:]:
        total += 1
        faults += check_manual()
    print("\n".join(faults + [f"{total} blocks from examples, {len(faults)} faults"]))
    return 1 if faults or not total else 0


if __name__ == "__main__":
    sys.exit(main())
