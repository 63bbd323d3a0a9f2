#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The man page says of `scilama fit` what its --help says, line for line: most of its options come from the
library's own tables. Of other verbs it has every option, in its own words. Usage: manual.py check | write, with the
program's path in SCILAMA."""
import os
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).with_name("scilama.1")


def roff(text):
    return re.sub(r"^([.'])", r"\\&\1", text.replace("\\", "\\e").replace("-", "\\-"))


def told(verb):
    return subprocess.run([os.environ["SCILAMA"], verb, "--help"], check=True, stdout=subprocess.PIPE, text=True).stdout


def section():
    """The page's section on fit, from the program."""
    text = told("fit")
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


def lacking(page):
    """(verb, option) that --help has and the page has not."""
    for verb, text in re.findall(r"^\.SS (\w+)\n(.*?)(?=^\.S[SH] )", page, re.M | re.S):
        said = set(re.findall(r"--[a-z0-9-]+", text.replace("\\-", "-")))
        for option in re.findall(r"^ +(?:-\w, )?(--[a-z0-9-]+)", told(verb).split("\nEverywhere")[0], re.M):
            if option not in said:
                yield verb, option


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
    missing = list(lacking(page))
    for verb, option in missing:
        print(f"docs/scilama.1 does not have {option} of {verb}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
