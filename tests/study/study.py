#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fits every method to every data set and judges what comes out; adds a line of JSON per fit.

usage: study.py RESULTS.jsonl [--only data=GLOB,…] [--only method=GLOB,…] [--only seed=N,…]
                [--threads N] [--jobs N] [--work FOLDER] [--again] [--redo] [--list]

A fit that is in RESULTS already, with the same options, is not repeated: a run that was stopped goes
on where it was. A fit that failed is there with its error; --again tries it once more. The
options do not tell when the program itself has changed: --redo fits what is chosen anew, and of two
lines for one fit the later counts. Each fit is a
process of its own, whose wall time, processor time and peak memory (ru_maxrss) are written down; with
--jobs 1 (the default) nothing else runs meanwhile. --list only says what is left to do.
"""
import argparse
import fnmatch
import json
import os
import pathlib
import subprocess
import sys

import data
import methods


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--only", action="append", default=[], metavar="data|method|seed=A,B")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--part", type=int, default=0, help=argparse.SUPPRESS)  # which of the jobs this is
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=pathlib.Path, default=None)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--redo", action="store_true")
    parser.add_argument("--list", action="store_true")
    o = parser.parse_args()
    o.filters = {}
    for text in o.only:
        key, equals, values = text.partition("=")
        if key not in ("data", "method", "seed") or not equals:
            parser.error(f"--only {text}: it must be data=…, method=… or seed=…")
        o.filters[key] = o.filters.get(key, []) + values.split(",")
    o.work = o.work or o.results.resolve().parent / "work"
    return o


def read_results(path, again):
    """{(data, method, seed, options)} of what is done."""
    done = set()
    if path.exists():
        for line in path.read_text().splitlines():
            row = json.loads(line)
            if not (again and "error" in row):
                done.add((row["data"], row["method"], row["seed"], row["options"]))
    return done


def chosen(filters, key, value):
    return key not in filters or any(fnmatch.fnmatchcase(str(value), p) for p in filters[key])


def plan(filters):
    """[(data, seed, [methods])] in the order in which they are fitted; says what is left out."""
    groups = []
    usable = [m for m in methods.METHODS if chosen(filters, "method", m)]
    for m in list(usable):
        why = methods.absent(m)
        if why:
            print(f"without {m}: {why}", file=sys.stderr)
            usable.remove(m)
    names = data.names(filters.get("data"))
    for why in sorted({why for name in names if (why := data.missing(name))}):
        print(f"left out: {why}", file=sys.stderr)
    for seed in range(5):  # by seed, so that a run that is stopped has something of everything
        for name in names:
            fits = [m for m in usable if methods.applies(m, name, seed) and chosen(filters, "seed", seed)]
            if fits and not data.missing(name):
                groups.append((name, seed, fits))
    return groups


def run_child(argv, limit, threads, log):
    """→ what measure.py says of that process alone: exit status, seconds, processor seconds, peak MiB."""
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads), NUMBA_NUM_THREADS=str(threads))
    report = log.with_suffix(".json")
    with open(log, "w") as to:
        subprocess.run([sys.executable, "-I", "-S", str(methods.HERE / "measure.py"), str(report), str(limit), *argv],
                       stdout=to, stderr=to, stdin=subprocess.DEVNULL, env=environment, check=True)
    return json.loads(report.read_text())


def fit(name, method, seed, o):
    """One row of the results, or None where a table cannot be had."""
    m = methods.METHODS[method]
    folder = o.work / "data"
    source = data.prepare(name, seed, folder)
    out, log = o.work / f"out-{os.getpid()}.h5ad", o.work / f"log-{os.getpid()}.txt"
    fitted = data.prepare(data.parse(name)[0], seed, folder) if m.whole else source
    made = methods.command(method, name, seed, fitted, out, folder, o.threads)
    if not made:
        return None
    argv, key = made
    row = {"data": name, "method": method, "seed": seed, "options": m.text(), "threads": o.threads, "jobs": o.jobs,
           "load": round(os.getloadavg()[0], 1)}
    measured = run_child(argv, m.limit, o.threads, log)
    status = measured.pop("status")
    row.update(measured)
    if status:
        said = log.read_text(errors="replace").strip().splitlines()
        return {**row, "error": f"exit {status}: {said[-1][:300] if said else 'nothing was said'}"}
    import judge
    points, labels, batches = judge.read(out, key, "cell_type", "batch", source if m.whole else None)
    row.update(judge.judge(points, labels, batches if data.batches_of(name) else None, seed))
    out.unlink()
    return row


def spread(o):
    """--jobs N: N copies of this program, each with every N-th group."""
    children = [subprocess.Popen([sys.executable, *sys.argv, "--child", "--part", str(i)]) for i in range(o.jobs)]
    return max(c.wait() for c in children)


def main():
    o = parse_arguments()
    if o.jobs > 1 and not o.child and not o.list:
        return spread(o)
    os.environ.setdefault("OMP_NUM_THREADS", str(o.threads))  # of the judge, before numpy is loaded
    o.work.mkdir(parents=True, exist_ok=True)
    groups = plan(o.filters)
    groups = groups[o.part::o.jobs] if o.child else groups
    failed = 0
    for name, seed, fits in groups:
        done = set() if o.redo else read_results(o.results, o.again)
        left = [m for m in fits if (name, m, seed, methods.METHODS[m].text()) not in done]
        for method in left:
            if o.list:
                print(f"{name}, {method}, seed {seed}")
                continue
            try:
                row = fit(name, method, seed, o)
            except subprocess.CalledProcessError as e:  # of what a fit needs: a simulated set, an exported table
                row = {"data": name, "method": method, "seed": seed, "options": methods.METHODS[method].text(), "threads": o.threads, "jobs": o.jobs,
                       "error": f"{' '.join(map(str, e.cmd[:2]))} failed: exit {e.returncode}"}
            if row is None:
                continue
            with open(o.results, "a") as to:
                to.write(json.dumps(row) + "\n")
            failed += "error" in row
            print(f"{name}, {method}, seed {seed}: " + (row.get("error") or f"total {row['total']:.3f}, {row['seconds']:.1f} s"), flush=True)
        if left and not o.list:
            data.forget(name, seed, o.work / "data")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
