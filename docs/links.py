#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the built documentation.

Usage: links.py links [FOLDER] | open BROWSER [FOLDER]
`links`: every internal link, image and anchor of the pages resolves. `open`: the pages load
in a headless Chromium without a message on the console. FOLDER: default build-docs/html.
"""
import html.parser
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id" or (tag == "a" and name == "name"):
                self.anchors.add(value)
            elif name in ("href", "src", "data") and value:
                self.links.append(value)


def links(folder):
    pages = {p: Page(p) for p in sorted(folder.glob("**/*.html"))}
    problems, count = [] if pages else ["%s holds no pages: run doxygen docs/Doxyfile" % folder], 0
    anchors = {path.resolve(): page.anchors for path, page in pages.items()}
    for path, page in pages.items():
        for link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc or link.startswith(("javascript:", "$")):
                continue
            count += 1
            target = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path.resolve()
            name = path.relative_to(folder)
            if not target.exists():
                problems.append("%s: there is no %s" % (name, link))
            elif parts.fragment and target.suffix == ".html":
                there = anchors.get(target, set())
                if urllib.parse.unquote(parts.fragment) not in there:
                    problems.append("%s: %s has no such anchor" % (name, link))
    return problems, "%d internal links of %d pages resolve" % (count, len(pages))


def opened(folder, browser):
    problems = []
    # One page of each making: guides and other texts, and one header, struct and class.
    pages = sorted(p for p in folder.glob("*.html") if "_" not in p.stem and not p.stem.startswith(("struct", "class", "functions")))
    pages += [p for kind in ("model_8h", "structscilama__model__options", "classscilama_1_1model") for p in folder.glob(kind + ".html")]
    with tempfile.TemporaryDirectory() as profile:
        for path in pages:
            run = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0",
                                  "--user-data-dir=" + profile, "--dump-dom", path.resolve().as_uri()],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
            said = [line for line in run.stderr.decode("utf-8", "replace").splitlines() if ":CONSOLE" in line]
            problems += ["%s: %s" % (path.name, line.split("] ", 1)[-1]) for line in said]
            if run.returncode or b"</html>" not in run.stdout:
                problems.append("%s was not opened (exit status %d)" % (path.name, run.returncode))
    return problems, "%d pages open without a message" % len(pages)


if __name__ == "__main__":
    rest = sys.argv[3:] if sys.argv[1] == "open" else sys.argv[2:]
    place = pathlib.Path(rest[0] if rest else pathlib.Path(__file__).resolve().parents[1] / "build-docs" / "html")
    found, good = opened(place, sys.argv[2]) if sys.argv[1] == "open" else links(place)
    print("\n".join(found) if found else good)
    sys.exit(1 if found else 0)
