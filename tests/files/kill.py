# SPDX-License-Identifier: MIT
"""kill -9 at random moments while outputs are written: the target is always a whole file.

usage: kill.py INPUT.h5ad [TIMES]
"""
import ctypes as C
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))


def write(source, target, value):
    import numpy as np
    import scilama_ctypes as S
    lib, e, w = S.lib, C.byref(S.error), C.c_void_p()
    lib.scilama_h5ad_writer_cells.restype = C.c_int64
    S.check(lib.scilama_h5ad_writer_open(C.byref(w), S.context, source.encode(), target.encode(), e))
    z = np.full((lib.scilama_h5ad_writer_cells(w), 50), value, np.float32)
    S.check(lib.scilama_h5ad_writer_put_obsm(w, b"X_scilama", S.pointer(z), C.c_int64(50), C.c_int64(0), e))
    S.check(lib.scilama_h5ad_writer_commit(w, e))
    lib.scilama_h5ad_writer_destroy(w)


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def main():
    if sys.argv[1] == "--child":
        write(sys.argv[2], sys.argv[3] + ".first", 1)  # all is loaded and warm
        print("ready", flush=True)
        while True:
            for value in (1, 2):
                write(sys.argv[2], sys.argv[3], value)
    source, times = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as folder:
        target, known = os.path.join(folder, "out.h5ad"), set()
        for value in (1, 2):
            write(source, target, value)
            known.add(digest(target))
        seen = {k: 0 for k in known}
        for i in range(times):
            child = subprocess.Popen([sys.executable, __file__, "--child", source, target], stdout=subprocess.PIPE)
            child.stdout.readline()
            time.sleep(random.uniform(0, 0.3))
            child.send_signal(signal.SIGKILL)
            child.wait()
            now = digest(target)
            if now not in known:
                print("FAILED: kill %d left a file that is neither the old nor the new one" % i)
                return 1
            seen[now] += 1
            for name in os.listdir(folder):
                if name.endswith(".tmp"):
                    os.unlink(os.path.join(folder, name))
        print("%d kills, the target whole each time (%s)" % (times, " and ".join(map(str, seen.values()))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
