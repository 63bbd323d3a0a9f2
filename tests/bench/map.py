# SPDX-License-Identifier: MIT
"""How long the parts of `scilama map` take, and how much memory the whole.

    scilama simulate all.h5ad --cells 500000 --types 20 --batches 5 --depth 600 --seed 1
    (cells 400,000 on as ref.h5ad, others as query.h5ad)
    scilama fit ref.h5ad -o out.h5ad --model m.h5 --reference --batch batch --label cell_type --embeddings none --mode beta-vae --no-graph --stream 64M
    SCILAMA_LIBRARY=build/lib/libscilama.so.0 PYTHONPATH=examples/python python3 tests/bench/map.py build/examples/scilama/scilama m.h5 query.h5ad
"""
import os
import resource
import subprocess
import sys
import tempfile
import time

import scilama

THREADS = 2


def whole(program, model, query):
    with tempfile.TemporaryDirectory() as folder:
        begin = time.time()
        subprocess.run([program, "map", model, query, "-o", os.path.join(folder, "o.h5ad"), "--stream", "64M", "--threads", str(THREADS), "-q"], check=True)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print("map, file to file: wall %.1f s, processor %.1f s, peak memory %.0f MB" % (
            time.time() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024), flush=True)


def parts(model, query):
    context = scilama.Context(threads=THREADS)
    m, d = scilama.Model.load(context, model), scilama.Dataset.read_h5ad(context, query)
    reference, n = m.reference, d.cells

    def timed(name, call):
        wall, used = time.time(), time.process_time()
        out = call()
        wall, used = time.time() - wall, time.process_time() - used
        print("%s: wall %.2f s, %.0f cells a second; processor %.1f us a cell" % (name, wall, n / wall, used / n * 1e6), flush=True)
        return out

    z = timed("encode", lambda: m.encode_cells(d))
    timed("neighbours and labels", lambda: reference.map(z))
    timed("novelty", lambda: m.novelty(d))


if __name__ == "__main__":
    whole(*sys.argv[1:4])
    parts(*sys.argv[2:4])
