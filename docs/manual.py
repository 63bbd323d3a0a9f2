#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The man page says of `scilama fit` what its --help says, line for line: most of its options come from the
library's own tables. Usage: manual.py check | write, with the program's path in SCILAMA."""
import os
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).with_name("scilama.1")


def roff(text):
    return re.sub(r"^([.'])", r"\\&\1", text.replace("\\", "\\e").replace("-", "\\-"))


def section():
    """The page's section on fit, from the program."""
    text = subprocess.run([os.environ["SCILAMA"], "fit", "--help"], check=True, stdout=subprocess.PIPE, text=True).stdout
    usage, about, *groups = text.rstrip("\n").split("\n\n")
    lines = [".SS fit", ".nf", ".B " + roff(usage.replace("usage: ", "")), ".fi", ".PP", roff(" ".join(about.split("\n")))]
    for group in groups:
        title, *options = group.split("\n")
        if title == "Everywhere":
            continue
        lines += [".PP", ".I " + title]
        for line in options:
            if line.startswith(" " * 31):  # the words of an option too long for its column
                lines[-1] = roff(line.strip())
            else:
                long = line.endswith(" ")
                lines += [".TP", ".B " + roff(line.strip() if long else line[2:30].rstrip()), "" if long else roff(line[31:])]
    return "\n".join(lines) + "\n"


def main():
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(".SS fit\n", 1)
    after = rest[rest.index(".SS embed\n"):]
    wanted = before + section() + after
    if sys.argv[1:] == ["write"]:
        PAGE.write_text(wanted, encoding="utf-8")
    elif wanted != page:
        print("docs/scilama.1 does not say of fit what --help says: run docs/manual.py write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
