# SPDX-License-Identifier: MIT
"""Whole fits with 1, 2, 3 and 8 threads: every dataset of the output and of the model has to have the same bits.
Usage: same_fit.py SCILAMA IN.h5ad FOLDER [OPTIONS OF FIT]     minutes; hours on a busy machine"""
import os
import subprocess
import sys

from h5_bits import differences


def main():
    program, data, folder = sys.argv[1:4]
    failed, first = 0, None
    for threads in (1, 2, 3, 8):
        files = [os.path.join(folder, f"{threads}{end}") for end in (".h5ad", ".h5")]
        subprocess.run([program, "fit", data, "-o", files[0], "--model", files[1], "--reference", "--threads", str(threads), "--quiet", *sys.argv[4:]],
                       check=True, stdout=subprocess.DEVNULL)
        first = first or files
        other = [name for a, b in zip(first, files) if a != b for name in differences(a, b)]
        failed += bool(other)
        print(f"{threads} threads: {'differ in ' + ', '.join(other) if other else 'the same bits'}", flush=True)
        if files != first:
            for file in files:
                os.unlink(file)
    return int(failed > 0)


sys.exit(main())
