#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the instructions of one small training step of each mode under callgrind and
compares them with tests/bench/instructions.txt, so that slow-downs are seen on any machine.
LIBRARY is libscilama_portable.so, whose kernels do not depend on the processor.

    instructions.py BENCH_STEP LIBRARY [--write]

Fails when a mode takes more than 5 per cent more (or less: then write the file anew)."""
import os, re, shutil, subprocess, sys, tempfile

MODES = "direct", "gene", "beta_vae"
WITHIN = 0.05
KEPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.txt")


def count(bench, library, mode, steps):
    with tempfile.TemporaryDirectory() as folder:
        p = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", bench, "--small", "--count", "--threads", "1",
                            "--steps", str(steps), "--mode", mode, library], stderr=subprocess.PIPE, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", p.stderr).group(1))


def main():
    if not shutil.which("valgrind"):
        print("0 passed, 0 failed, 1 skipped (valgrind is not installed)")
        return 77
    bench, library = sys.argv[1:3]
    now = {mode: (count(bench, library, mode, 8) - count(bench, library, mode, 2)) // 6 for mode in MODES}
    if "--write" in sys.argv:
        with open(KEPT, "w") as f:
            f.write("# Instructions of one step at the small size (bench_step --small), by mode, of the portable kernels (gcc 12, -O2; kernels -O3); written by instructions.py --write.\n")
            f.writelines(f"{mode} {n}\n" for mode, n in now.items())
        return 0
    with open(KEPT) as f:
        kept = {line.split()[0]: int(line.split()[1]) for line in f if not line.startswith("#")}
    failed = 0
    for mode, n in now.items():
        change = n / kept[mode] - 1
        bad = abs(change) > WITHIN
        failed += bad
        print(f"{mode:9} {n:12} instructions, {100 * change:+.1f} % against {kept[mode]}{'  FAILED' if bad else ''}")
    print(f"{len(now) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
