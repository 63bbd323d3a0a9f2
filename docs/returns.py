#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every public function is described: since when it exists and, when it returns a status, which
ones (the _init functions, which have one way to fail, excepted). A comment describes all
functions down to the next one."""
import pathlib
import re
import sys

INCLUDE = pathlib.Path(__file__).resolve().parents[1] / "include" / "scilama"
problems, count = [], 0
for path in sorted(INCLUDE.glob("*.h")):
    comment = ""
    for part in re.finditer(r"/\*\*(?:(?!\*/).)*\*/|SCILAMA_API\s[^;]*;", path.read_text(encoding="utf-8"), re.S):
        text = part.group()
        if text.startswith("/**"):
            comment = text
            continue
        count += 1
        name = re.search(r"(scilama_\w+)\(", text).group(1)
        if "@since" not in comment:
            problems.append("%s: %s does not say @since" % (path.name, name))
        if re.match(r"SCILAMA_API\s+scilama_status\s", text) and not name.endswith("_init") and "@return" not in comment:
            problems.append("%s: %s does not say what it returns" % (path.name, name))
print("\n".join(problems) if problems else "%d functions are described" % count)
sys.exit(1 if problems or not count else 0)
