#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The headers' layout equals tests/abi/layout.h, and no struct has implicit padding."""
import difflib
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import interface

# Layouts that are frozen (ours) or defined elsewhere (DLPack, Arrow).
FIXED = re.compile(r"scilama_(error|allocator)|scilama_dlpack_\w+|scilama_arrow_\w+|DL\w+|Arrow\w+")

accepted, now = (HERE / "layout.h").read_text(), interface.layout()
problems = list(difflib.unified_diff(accepted.splitlines(), now.splitlines(), "accepted", "headers", lineterm="", n=0))
if problems:
    problems.append("If fields were only appended: sh tests/abi/accept.sh, and say it in CHANGELOG.md under ABI.")
end, total, name = 0, 0, None
for kind, args in re.findall(r"^(LAYOUT|FIELD)\((.*)\)$", now + "LAYOUT(, 0)\n", re.M):
    part = [p.strip() for p in args.split(",")]
    if kind == "LAYOUT":
        if end != total and not FIXED.fullmatch(name):
            problems.append("%s ends with %d bytes of padding: add a reserved field" % (name, total - end))
        name, total, end = part[0], int(part[1]), 0
    else:
        if int(part[2]) != end and not FIXED.fullmatch(name):
            problems.append("%s.%s follows %d bytes of padding" % (name, part[1], int(part[2]) - end))
        end = int(part[2]) + int(part[3])
for name, _, fields in interface.structs():
    if fields[0] != "struct_size" and not FIXED.fullmatch(name):
        problems.append("%s does not start with struct_size" % name)
print("\n".join(problems))
sys.exit(1 if problems else 0)
