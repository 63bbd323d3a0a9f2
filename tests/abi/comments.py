# SPDX-License-Identifier: MIT
"""The documentation in the public headers, for the low-level layers of bindings. Standard library only.

described() is {name: text} of functions, structs, callbacks and numbers, and {"struct.field": text} of fields. A comment
before several declarations without one between them is of each of them."""
import functools
import re

import interface

INNER = r"((?:(?!\*/).)*)\*/"
BEFORE = r"/\*\*(?!<)" + INNER
BEHIND = r"/\*\*<" + INNER


def plain(comment):
    """Text of a comment: paragraphs and lists as lines, without what frames it and without Doxygen's words."""
    lines = [re.sub(r"^\s*\*? ?", "", line).rstrip() for line in comment.strip().splitlines()]
    out = []
    for line in lines:
        line = re.sub(r"\s*@since \S+\s*$", "", line.strip())
        for word in re.split(r"\s*(?=@(?:param|return|pre|note)\b)", line):
            if re.match("@(return|pre|note)", word) and out and out[-1]:
                out.append("")
            word = re.sub(r"^@param(?:\[\w+\])?\s+(\S+)\s*", r"- \1: ", word)
            word = re.sub(r"^@return\s*", "Returns ", word)
            word = re.sub(r"^@(?:pre|note)\s*", "", word)
            if word or (out and out[-1] and not line):
                out.append(word)
    text = "\n".join(out).strip()
    text = re.sub(r"@(?:p|ref|c|copydoc)\s+", "", text)
    return re.sub(r"::(?=scilama_|SCILAMA_)", "", text)


def joined(comment):
    """On one line; that structs only grow is no matter of bindings."""
    return " ".join(plain(comment).split()).replace(" Append only.", "")


def of_fields(name, body, found):
    """Comments of fields, behind them or before them; one behind "a, b;" is of both."""
    for before, declaration, behind in re.findall(r"(?:%s)?\s*([\w][^;/]*;)[ \t]*(?:%s)?" % (BEFORE, BEHIND), body, re.S):
        text = joined(behind or before)
        for field in interface.field_names(declaration) if text else []:
            found["%s.%s" % (name, field)] = text


@functools.lru_cache(maxsize=None)
def described(folder=None):
    found = {}
    for path in interface.headers(folder):
        text = path.read_text(encoding="utf-8")
        for comment, declarations in re.findall(BEFORE + r"\s*((?:SCILAMA_API[^;]*;\s*)+)", text, re.S):
            for name in re.findall(r"(\w+)\s*\([^;]*;", declarations):
                found[name] = plain(comment)
        for comment, name in re.findall(BEFORE + r"\s*typedef\s+struct\s+\w*\s*\{[^{}]*\}\s*(\w+)\s*;", text, re.S):
            found[name] = joined(comment)
        for comment, name in re.findall(BEFORE + r"\s*typedef\s+struct\s+(\w+)\s+\w+\s*;", text, re.S):
            found[name] = joined(comment)
        for comment, name in re.findall(BEFORE + r"\s*typedef\s+[\w ]+?\s*\(\s*\*\s*(\w+)\s*\)", text, re.S):
            found[name] = plain(comment)
        for body, name in re.findall(r"typedef\s+struct\s+\w*\s*\{([^{}]*)\}\s*(\w+)\s*;", text):
            of_fields(name, body, found)
        for name, meaning in re.findall(r"^\s*X\((\w+), -?\d+, \"(.*)\"\)", text, re.M):
            found["SCILAMA_" + name] = meaning
        for body in re.findall(r"enum\s+\w*\s*\{([^}]*)\}", text):
            for name, comment in re.findall(r"(SCILAMA_\w+)[^,/\n]*,?[ \t]*" + BEHIND, body, re.S):
                found[name] = joined(comment)
    return found


def lacking(folder=None):
    """Functions and structs of scilama that no comment describes."""
    i, found = interface.describe(folder), described(folder)
    return [name for name in [f for f, _, _ in i.functions] + [s for s, _ in i.structs] + i.opaque if name not in found]
