#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How clang-format lays out C files, but that lines end, and comments beside code begin, where their author had them.

    format.py [write] FILE...

clang-format breaks every enum, every structure and every second question mark, however short, and without a
limit it joins lists however long: where it only moves the ends of lines, the lines as they were are kept, at
the column that clang-format gives them. Nor are comments moved away from the lines that go on with them.
"""
import concurrent.futures
import difflib
import re
import subprocess
import sys


def bare(lines):
    return "".join("".join(line.rstrip("\\") for line in lines).split())


def beside(line):
    """With one space before a comment that follows code."""
    return re.sub(r"(?<=\S)\s+(?=/[*/])", " ", line)


def column(line):
    return len(line) - len(line.lstrip())


def once(path, text):
    done = subprocess.run(["clang-format", "--assume-filename=" + path], input=text, capture_output=True, text=True, check=True)
    old, new, out = text.split("\n"), done.stdout.split("\n"), []
    for _, i, j, k, l in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        ends_moved = [bare([line]) for line in old[i:j]] != [bare([line]) for line in new[k:l]]
        if l - k == j - i and not ends_moved:
            out += [a if beside(a) == beside(b) else b for a, b in zip(old[i:j], new[k:l])]
        elif bare(old[i:j]) == bare(new[k:l]) != "":
            shift = column(new[k]) - column(old[i])
            out += [" " * (column(line) + shift) + line.strip() for line in old[i:j]]
        else:
            out += new[k:l]
    return "\n".join(out if bare(out) == bare(new) else new)


def laid_out(path):
    """The text of the file, and how it is laid out: what was kept may take a second pass to settle."""
    with open(path, encoding="utf-8") as f:
        before = f.read()
    text = before
    for _ in range(4):
        last, text = text, once(path, text)
        if text == last:
            break
    return before, text


def main():
    write, files = sys.argv[1:2] == ["write"], sys.argv[1:]
    files = files[1:] if write else files
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        made = list(pool.map(laid_out, files))
    bad = [(path, text) for path, (before, text) in zip(files, made) if text != before]
    for path, text in bad:
        if write:
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        else:
            print("not formatted:", path)
    return 0 if write or not bad else 1


if __name__ == "__main__":
    sys.exit(main())
