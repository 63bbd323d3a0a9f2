#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How clang-format lays out C files, but that lines end where their author ended them.

    format.py [write] FILE...

clang-format breaks every enum, every structure and every second question mark, however short, and without
a limit it joins lists however long: where it only moves the ends of lines, the lines as they were are
kept, at the column that clang-format gives them.
"""
import concurrent.futures
import difflib
import subprocess
import sys


def blank(line):
    return line[:len(line) - len(line.lstrip())]


def bare(lines):
    return "".join("".join(lines).split())


def laid_out(path):
    with open(path, encoding="utf-8") as f:
        before = f.read()
    done = subprocess.run(["clang-format", path], capture_output=True, text=True, check=True)
    old, new, out = before.split("\n"), done.stdout.split("\n"), []
    for _, i, j, k, l in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if l - k != j - i and bare(old[i:j]) == bare(new[k:l]) != "":
            shift = len(blank(new[k])) - len(blank(old[i]))
            out += [" " * (len(blank(line)) + shift) + line.strip() for line in old[i:j]]
        else:
            out += new[k:l]
    return before, "\n".join(out)


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
