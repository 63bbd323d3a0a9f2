#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads the public headers: functions, structs and their fields. Standard library only.

Usage: interface.py functions | structs | layout.h [include folder]
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def headers(folder=None):
    return sorted(pathlib.Path(folder or ROOT / "include" / "scilama").glob("*.h"))


def bare(path):
    """Text of a header without comments, preprocessor lines and string contents."""
    text = re.sub(r"/\*.*?\*/", " ", path.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"\\\n", " ", text)
    return re.sub(r"^\s*#.*$", "", text, flags=re.M)


def functions(folder=None):
    """(name, header, return type, parameters) of every exported function, by name."""
    found = []
    for path in headers(folder):
        for kind, name, parameters in re.findall(r"SCILAMA_API\s+([^;(]*?)(\w+)\s*\(([^;]*)\)\s*;", bare(path)):
            found.append((name, path.name, " ".join(kind.split()), " ".join(parameters.split())))
    return sorted(found)


def field_names(body):
    names = []
    for declaration in filter(None, (d.strip() for d in body.split(";"))):
        pointer = re.search(r"\(\s*\*\s*(\w+)\s*\)\s*\(", declaration)
        if pointer:
            names.append(pointer.group(1))
            continue
        for part in declaration.split(","):
            names.append(re.search(r"(\w+)\s*(\[[^\]]*\]\s*)*$", part.strip()).group(1))
    return names


def structs(folder=None):
    """(name, header, fields) of every public struct that has a body, by header and place."""
    found = []
    for path in headers(folder):
        for body, name in re.findall(r"typedef\s+struct\s+\w*\s*\{([^{}]*)\}\s*(\w+)\s*;", bare(path)):
            found.append((name, path.name, field_names(body)))
    return found


LAYOUT_HEAD = """/* SPDX-License-Identifier: MIT */
/* Made by tests/abi/accept.sh; never edited by hand. Lines may be added, not changed. */
/* LAYOUT(struct, bytes) and FIELD(struct, field, offset, bytes) of 64-bit machines. */
"""


def layout(folder=None):
    """Compiles and runs a program that prints the layout of every struct."""
    import os
    import subprocess
    import tempfile
    include = pathlib.Path(folder).parent if folder else ROOT / "include"
    lines = ["#include <scilama/scilama.h>", "#include <stddef.h>", "#include <stdio.h>"]
    # Headers that the umbrella leaves out (opt-in ones).
    lines += ['#include <scilama/%s>' % p.name for p in headers(folder)]
    lines += ["int main(void) {"]
    for name, _, fields in structs(folder):
        lines.append('printf("LAYOUT(%s, %%zu)\\n", sizeof(%s));' % (name, name))
        for f in fields:
            lines.append('printf("FIELD(%s, %s, %%zu, %%zu)\\n", offsetof(%s, %s), sizeof(((%s *)0)->%s));'
                         % (name, f, name, f, name, f))
    lines.append("return 0; }")
    with tempfile.TemporaryDirectory() as scratch:
        source, program = os.path.join(scratch, "layout.c"), os.path.join(scratch, "layout")
        pathlib.Path(source).write_text("\n".join(lines) + "\n", encoding="utf-8")
        subprocess.run(os.environ.get("CC", "cc").split() + ["-I", str(include), source, "-o", program], check=True)
        return LAYOUT_HEAD + subprocess.run([program], check=True, stdout=subprocess.PIPE).stdout.decode()


if __name__ == "__main__":
    what, folder = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    if what == "functions":
        print("\n".join(f[0] for f in functions(folder)))
    elif what == "structs":
        for name, header, fields in structs(folder):
            print(name, header, *fields)
    else:
        sys.stdout.write(layout(folder))
