# SPDX-License-Identifier: MIT
"""One process with numpy (its own BLAS), h5py (its own HDF5), torch where it is installed, and
libscilama: calls in turn, from two threads with a context each, and after a fork. Whatever else
is loaded, the results are those of a process that loads libscilama and numpy alone, and the
others' results stay theirs.

host_clash.py alone: prints the digest of such a process. Exit 77: a package is missing."""
import hashlib
import os
import subprocess
import sys
import tempfile
import threading

try:
    import numpy as np
    if "alone" not in sys.argv:
        import h5py
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)
try:
    import torch
    torch = None if "alone" in sys.argv else torch
except ImportError:
    torch = None
import scilama

E_STATE = -3
CELLS, GENES, WIDTH = 300, 90, 12
NAMES = ["G%03d" % i for i in range(GENES)]


def numbers(*shape, seed):
    """Standard normals of a generator written out here, so that they never change."""
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(shape)


def work(context, seed, between=lambda: None, path=None):
    """Trains, embeds, saves and loads; a digest of every result. Calls between() all along."""
    counts = np.floor(np.exp(numbers(CELLS, GENES, seed=seed))).astype(np.float32)
    data = scilama.Dataset(context, counts, genes=NAMES)
    data.set_categorical("batch", np.arange(CELLS) % 2)
    data.use_covariate("batch")
    data.add_gene_table("text", NAMES, numbers(GENES, WIDTH, seed=seed + 1).astype(np.float32))
    data.split_random(0.8, 0.2, seed=seed)
    data.preprocess(hvg=scilama.HVG_NONE)
    between()
    model = scilama.Model(data, scilama.PUBLISHED, latent=6, hidden=[32, 16], seed=seed)
    digest = hashlib.sha256()
    for step, info in enumerate(scilama.Trainer(model, data, scilama.PUBLISHED, mode=scilama.MODE_DIRECT, batch_size=64, epochs=8, seed=seed).steps()):
        digest.update(np.float64(info.loss).tobytes())
        if step % 5 == 0:
            between()
    path = path or tempfile.mktemp(suffix=".h5")
    try:
        model.save(path)
        between()
        again = scilama.Model.load(context, path)
    finally:
        if os.path.exists(path):
            os.unlink(path)
    for m in (model, again):
        digest.update(m.encode_cells(data).tobytes())
        between()
        digest.update(m.encode_genes().tobytes())
        digest.update(m.decode(data).tobytes())
    return digest.hexdigest()


def host():
    """What the host's own libraries do; the same digest every time or they were disturbed."""
    a = numbers(160, 160, seed=5)
    digest = hashlib.sha256((a @ a.T).tobytes())
    digest.update(np.linalg.svd(a[:40, :40], compute_uv=False).tobytes())
    with tempfile.NamedTemporaryFile(suffix=".h5") as file:
        with h5py.File(file.name, "w") as f:
            f.create_dataset("a", data=a, compression="gzip", chunks=(32, 32))
            f["a"].attrs["names"] = "a text"
        with h5py.File(file.name, "r") as f:
            digest.update(f["a"][:].tobytes())
            assert f["a"].attrs["names"] == "a text"
            try:
                f["nothing"]
            except KeyError:
                pass
            else:
                raise AssertionError("h5py found what is not there")
    if torch:
        t = torch.from_numpy(a).requires_grad_()
        (t @ t).tanh().sum().backward()
        digest.update(t.grad.numpy().tobytes())
    return digest.hexdigest()


def in_child(task):
    """The exit code of task() in a forked child; -1 when it hangs or is killed."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if task() else 1)
        except BaseException as e:
            print("child: %r" % e, file=sys.stderr, flush=True)
            os._exit(2)
    for _ in range(600):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1
        threading.Event().wait(0.1)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return -1


def alone():
    print(work(scilama.Context(threads=1), 1), work(scilama.Context(threads=2), 2))


def main():
    expected = subprocess.run([sys.executable, os.path.abspath(__file__), "alone"], check=True,
                              capture_output=True, text=True).stdout.split()
    quiet = host()

    def check_host():
        assert host() == quiet, "numpy, h5py or torch gave another result"

    # Calls in turn.
    context = scilama.Context(threads=2)
    assert work(context, 1, check_host) == expected[0], "in turn"

    # Two threads, a context each, hosts' libraries in both.
    results, failures = [None, None], []

    def thread(i):
        try:
            results[i] = work(scilama.Context(threads=2), i + 1, check_host)
        except BaseException as e:
            failures.append(e)
    threads = [threading.Thread(target=thread, args=(i,)) for i in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures, failures
    assert results == expected, "two threads"

    # h5py holds a file open while the library reads another and looks at that one.
    with tempfile.TemporaryDirectory() as folder:
        with h5py.File(os.path.join(folder, "open.h5"), "w") as f:
            f["x"] = np.arange(5)
            assert work(context, 2, path=os.path.join(folder, "model.h5")) == expected[1], "beside an open h5py file"
            assert list(f["x"][:]) == [0, 1, 2, 3, 4]

    # A child cannot use the parent's context, and says so; its own works.
    def old_context():
        try:
            scilama.Dataset(context, np.ones((4, 4), np.float32))
        except scilama.Failure as failure:
            return failure.code == E_STATE and "fork" in str(failure)
        return False

    def new_context():
        return work(scilama.Context(threads=2), 2) == expected[1]
    assert in_child(old_context) == 0, "a context made before the fork"
    assert in_child(new_context) == 0, "a context made after the fork"
    assert work(context, 1, check_host) == expected[0], "the parent after the forks"
    print("all as alone; torch %s" % (torch.__version__ if torch else "is not installed"))


if "alone" in sys.argv:
    alone()
else:
    main()
