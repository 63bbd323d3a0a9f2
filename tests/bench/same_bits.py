# SPDX-License-Identifier: MIT
"""Runs bench_analysis with 1, 2, 3 and 8 threads and compares the digests of neighbours, graph, communities and layout.
Usage: same_bits.py BENCH_ANALYSIS [CELLS]   (default 100000)"""
import re
import subprocess
import sys


def digests(program, cells, threads):
    text = subprocess.run([program, "--cells", str(cells), "--threads", str(threads)], check=True, capture_output=True, text=True).stdout
    found = {m[1]: m[2] for m in re.finditer(r"^(\w+) .*  ([0-9a-f]{16})  ", text, re.M)}
    assert len(found) == 4, text
    return found


def main():
    program, cells = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100000
    first, failed = None, 0
    for threads in (1, 2, 3, 8):
        found = digests(program, cells, threads)
        first = first or found
        other = [stage for stage in found if found[stage] != first[stage]]
        failed += bool(other)
        print(f"{threads} threads: {'differ in ' + ', '.join(other) if other else 'the same bits'}", flush=True)
    return int(failed > 0)


sys.exit(main())
