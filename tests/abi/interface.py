#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads the public headers: functions, structs and their fields. Standard library only.

Usage: interface.py functions | structs | layout.h [include folder]
describe() is the whole interface with its types: what bindings are written from (bindings.py).
"""
import collections
import functools
import os
import pathlib
import re
import subprocess
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


Interface = collections.namedtuple("Interface", "constants opaque callbacks structs functions")


def parameters(text):
    """[(name, C type)] of a parameter list."""
    found = []
    for one in (p.strip() for p in text.split(",")):
        if one not in ("", "void"):
            name = re.search(r"(\w+)$", one).group(1)
            found.append((name, " ".join(one[:-len(name)].split())))
    return found


def typed_fields(body):
    """(name, C type, elements of the array or 0) of the fields of a struct; a function pointer has the type "function"."""
    for declaration in filter(None, (" ".join(d.split()) for d in body.split(";"))):
        call = re.match(r".*?\(\s*\*\s*(\w+)\s*\)\s*\(", declaration)
        if call:
            yield call.group(1), "function", 0
            continue
        first, *rest = (d.strip() for d in declaration.split(","))
        base, name, size = re.match(r"(.*?)(\w+)\s*(?:\[(\w+)\])?$", first).groups()
        for name, size in [(name, size)] + [re.match(r"(\w+)\s*(?:\[(\w+)\])?$", r).groups() for r in rest]:
            yield name, base.strip(), int(size or 0)


@functools.lru_cache(maxsize=None)
def describe(folder=None):
    """The interface with its types: constants {name: number}, opaque handles [name], callbacks and functions
    [(name, result, [(parameter, type)])], structs [(name, [(field, type, elements)])]; only names of scilama."""
    include = pathlib.Path(folder).parent if folder else ROOT / "include"
    sources = ["-include%s" % p for p in headers(folder)]
    text = subprocess.run(os.environ.get("CC", "cc").split() + ["-E", "-P", "-xc", "-I", str(include)] + sources + [os.devnull],
                          check=True, stdout=subprocess.PIPE).stdout.decode()
    text = re.sub(r"__attribute__\s*\(\(.*?\)\)\)?", " ", text)
    constants = {}
    for body in re.findall(r"enum\s*(?:scilama_\w+)?\s*\{([^}]*)\}", text):
        last = -1
        for item in filter(None, (i.strip() for i in body.split(","))):
            name, _, value = (p.strip() for p in item.partition("="))
            last = int(value, 0) if re.fullmatch(r"-?\w+", value) else last + 1
            if name.startswith("SCILAMA_") and not name.endswith("_"):
                constants[name] = last
    found = [(name, list(typed_fields(body)))
             for body, name in re.findall(r"typedef\s+struct\s+\w*\s*\{([^{}]*)\}\s*(scilama_\w+)\s*;", text)]
    opaque = sorted(set(re.findall(r"typedef\s+struct\s+(scilama_\w+)\s+\w+\s*;", text)) - {n for n, _ in found})
    callbacks = [(name, " ".join(result.split()), parameters(arguments)) for result, name, arguments in
                 re.findall(r"typedef\s+([\w ]+?)\s*\(\s*\*\s*(scilama_\w+)\s*\)\s*\(([^;]*)\)\s*;", text)]
    return Interface(constants, opaque, callbacks, found,
                     [(name, result, parameters(arguments)) for name, _, result, arguments in functions(folder)])


LAYOUT_HEAD = """/* SPDX-License-Identifier: MIT */
/* Made by tests/abi/accept.sh; never edited by hand. Lines may be added, not changed. */
/* LAYOUT(struct, bytes) and FIELD(struct, field, offset, bytes) of 64-bit machines. */
"""


@functools.lru_cache(maxsize=None)
def layout(folder=None):
    """Compiles and runs a program that prints the layout of every struct."""
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
