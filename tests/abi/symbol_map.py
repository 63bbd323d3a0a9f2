#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The version map of the exported functions, lib/scilama.map, from the headers.

Usage: symbol_map.py write | check [MAP]
`write` keeps every function where a published node has it. A new one joins the node of the
release in version.h, which is the only node that can change; those of experimental.h are in
SCILAMA_EXPERIMENTAL. `check` says how the map and the headers differ.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import interface

MAP = interface.ROOT / "lib" / "scilama.map"
TRIAL = "SCILAMA_EXPERIMENTAL"
HEAD = """/* Made from the headers by tests/abi/accept.sh; never edited by hand. Published nodes are
   immutable (docs/abi.md). Functions of experimental.h are in SCILAMA_EXPERIMENTAL, so that
   packagers can find their users. */
"""


def current():
    """The node of the release that the headers are of."""
    text = (interface.ROOT / "include" / "scilama" / "version.h").read_text()
    return "SCILAMA_" + ".".join(re.search(r"SCILAMA_VERSION_%s (\d+)" % p, text).group(1) for p in ("MAJOR", "MINOR"))


def read(path):
    """{node: names} in the order of the file."""
    text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.S) if path.exists() else ""
    return {node: set(re.findall(r"\b(scilama_\w*\*?)\s*;", body))
            for node, body in re.findall(r"(SCILAMA_[\w.]+)\s*\{([^}]*)\}", text)}


def wanted(old):
    """The nodes that the headers ask for, and what stands against them."""
    trial = {f[0] for f in interface.functions() if f[1] == "experimental.h"}
    stable = {f[0] for f in interface.functions()} - trial
    published = {node: names for node, names in old.items() if node not in (current(), TRIAL)}
    problems = ["%s is published in %s, but in no stable header" % (name, node)
                for node, names in published.items() for name in sorted(names - stable)]
    nodes = dict(published)
    nodes[current()] = stable - set().union(*published.values())
    nodes[TRIAL] = trial
    return nodes, problems


def text_of(nodes):
    out, before = [HEAD.rstrip()], ""
    for node, names in nodes.items():
        if node != TRIAL:
            lines = ["  global:"] + ["    %s;" % name for name in sorted(names)] if names else []
            out.append("\n".join(["%s {" % node] + lines + (["  local:", "    *;"] if not before else []) +
                                 ["}%s;\n" % (" " + before if before else "")]))
            before = node
    lines = ["  global:"] + ["    %s;" % name for name in sorted(nodes[TRIAL])] if nodes[TRIAL] else []
    return "\n".join(out + ["%s {" % TRIAL] + lines + ["};"]) + "\n"


def differences(path):
    old = read(path)
    nodes, problems = wanted(old)
    for node in sorted(set(old) | set(nodes)):
        have, want = old.get(node, set()), nodes.get(node, set())
        problems += ["%s is in the headers, but not in %s of the map" % (n, node) for n in sorted(want - have)]
        problems += ["%s is in %s of the map, but not in its headers" % (n, node) for n in sorted(have - want)]
    if not problems and path.read_text() != text_of(nodes):
        problems.append("the map is not as it would be written")
    if problems:
        problems.append("If this is intended: sh tests/abi/accept.sh")
    return problems


if __name__ == "__main__":
    what, path = sys.argv[1], pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else MAP
    if what == "write":
        nodes, problems = wanted(read(path))
        if not problems and (not path.exists() or path.read_text() != text_of(nodes)):
            path.write_text(text_of(nodes))  # only then: the library is linked again
    else:
        problems = differences(path)
    print("\n".join(problems) if problems else "nothing to report")
    sys.exit(1 if problems else 0)
