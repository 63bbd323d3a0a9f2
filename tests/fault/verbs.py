# SPDX-License-Identifier: MIT
"""Every verb of the program, with every operation on files failing in turn.

    verbs.py PROGRAM PRELOAD [--all] [--stacks] [--every N] [VERB...]

Each run must end in one line and exit 1 (or in success, where an operation need not succeed),
without a crash, at once or at exit; every output is then the old file or the new one, whole, and
nothing else is left. Without --all some 16 operations of each verb fail, spread over the run; with
it all of them. Each fails once, and fails together with all after it. Then no operation fails but
each is cut short, or interrupted: the same bytes must come out.

Where file systems can be bound (as root on Linux), one run serves all positions: before each operation it forks
children that fail there, on copies of the folder (faulty.c); elsewhere each position is a run from the start.
--stacks: of the operations of one kind from one place in the program (a stack of calls) the 1st, 2nd, 4th, 8th ... fail;
how many were left out is told. --every N: of all those failures only each Nth, once or with all after it by turns where N is odd: for a
PROGRAM with sanitizers, which is slow. Built by clang, it takes the preload of a build without."""
import collections, gzip, os, select, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

SKIP = 77
SAMPLE = 16
JOBS = int(os.environ.get("FAULT_JOBS", "2"))  # verbs at a time

# verb: arguments, outputs. What changes from run to run (a log, a checkpoint) is only to be there or not.
VERBS = {
    "simulate": (["OUT.h5ad", "--cells", "40", "--genes", "20", "--types", "2", "--modules", "2", "--embeddings", "EMB.h5", "--width", "4"], ["OUT.h5ad", "EMB.h5"]),
    "fit": (["in.h5ad", "-o", "OUT.h5ad", "--embeddings", "text=emb.h5", "--batch", "batch", "--model", "M.h5", "--report", "R.html", "--log-json", "LOG",
             "--checkpoint", "C.h5", "--checkpoint-every", "0", "--hidden", "8", "--latent", "3", "--max-steps", "4", "--gene-max-steps", "2",
             "--gene-aliases", "aliases.tsv"],
            ["OUT.h5ad", "M.h5", "R.html"]),
    "fit --resume": (["in.h5ad", "-o", "OUT.h5ad", "--embeddings", "none", "--no-umap", "--checkpoint", "kept.h5", "--resume", "--hidden", "8", "--latent", "3",
                      "--max-steps", "6", "--gene-max-steps", "6"], ["OUT.h5ad"]),
    "fit --stream": (["csc.h5ad", "-o", "OUT.h5ad", "--embeddings", "text=emb.h5", "--no-umap", "--stream", "1M", "--hidden", "8", "--latent", "3", "--max-steps", "6",
                      "--no-preprocess"], ["OUT.h5ad"]),
    "fit of two": (["in.h5ad", "more.h5ad", "-o", "OUT.h5ad", "--embeddings", "text=emb.h5", "--no-umap", "--stream", "1M", "--file-batch", "--hidden", "8", "--latent", "3",
                    "--max-steps", "6", "--gene-max-steps", "6"], ["OUT.h5ad"]),
    "fit of mtx": (["mtx", "-o", "OUT.h5ad", "--embeddings", "text=emb.csv", "--no-umap", "--hidden", "8", "--latent", "3", "--max-steps", "6", "--gene-max-steps", "6"], ["OUT.h5ad"]),
    "fit of h5mu": (["rna_prot.h5mu", "-o", "OUT.h5ad", "--embeddings", "none", "--no-umap", "--hidden", "8", "--latent", "3", "--max-steps", "6", "--batch", "batch"], ["OUT.h5ad"]),
    "fit of loom": (["cells.loom", "-o", "OUT.h5ad", "--embeddings", "none", "--no-umap", "--hidden", "8", "--latent", "3", "--max-steps", "6", "--gene-max-steps", "6"], ["OUT.h5ad"]),
    "fit --reference": (["in.h5ad", "-o", "OUT.h5ad", "--embeddings", "none", "--label", "cell_type", "--reference", "--model", "M.h5", "--hidden", "8", "--latent", "3",
                         "--max-steps", "6", "--gene-max-steps", "6"], ["OUT.h5ad", "M.h5"]),
    "map": (["reference.h5", "in.h5ad", "-o", "OUT.h5ad"], ["OUT.h5ad"]),
    "map --adapt": (["reference.h5", "in.h5ad", "-o", "OUT.h5ad", "--adapt"], ["OUT.h5ad"]),
    "genes": (["model.h5", "in.h5ad", "--hold-out"], []),
    "genes --export": (["model.h5", "in.h5ad", "--export", "T.h5"], ["T.h5"]),
    "embed": (["model.h5", "in.h5ad", "-o", "OUT.h5ad"], ["OUT.h5ad"]),
    "impute": (["model.h5", "in.h5ad", "-o", "OUT.h5ad"], ["OUT.h5ad"]),
    "cluster": (["fitted.h5ad", "-o", "OUT.h5ad", "--graph"], ["OUT.h5ad"]),
    "cluster in place": (["OUT.h5ad", "--graph"], ["OUT.h5ad"]),
    "umap": (["fitted.h5ad", "-o", "OUT.h5ad", "--epochs", "5"], ["OUT.h5ad"]),
    "modules": (["fitted.h5ad", "-o", "OUT.h5ad", "--tsv", "T.tsv", "--json", "J.json", "--gmt", "sets.gmt", "--rounds", "2"], ["OUT.h5ad", "T.tsv", "J.json"]),
    "markers": (["fitted.h5ad", "--group", "cell_type", "-o", "OUT.h5ad", "--tsv", "T.tsv", "--json", "J.json", "--permutations", "5"], ["OUT.h5ad", "T.tsv", "J.json"]),
    "report": (["fitted.h5ad", "-o", "R.html", "--label", "cell_type", "--batch", "batch"], ["R.html"]),
    "score": (["fitted.h5ad", "--label", "cell_type", "--batch", "batch"], []),
    "info": (["in.h5ad", "--embeddings", "text=emb.npy"], []),
    "info of a model": (["model.h5"], []),
}
VARYING = {"LOG"} | {c + end for c in ("C.h5", "kept.h5") for end in ("", ".1", ".embedding", ".neighbours", ".leiden", ".layout")}


def make_inputs(folder, program):
    run = lambda *arguments: subprocess.run([program, *arguments, "-q"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    run("simulate", "in.h5ad", "--cells", "60", "--genes", "40", "--types", "3", "--modules", "3", "--batches", "2", "--embeddings", "emb.h5", "--width", "6")
    run("simulate", "more.h5ad", "--cells", "50", "--genes", "30", "--types", "3", "--modules", "3")
    small = ["--hidden", "8", "--latent", "3", "--max-steps", "6", "--gene-max-steps", "6"]
    run("fit", "in.h5ad", "-o", "fitted.h5ad", "--embeddings", "text=emb.h5", "--batch", "batch", "--model", "model.h5", *small)
    run("fit", "in.h5ad", "-o", "unused.h5ad", "--embeddings", "none", "--no-umap", "--checkpoint", "kept.h5", "--checkpoint-every", "0", *small)
    run("fit", "in.h5ad", "-o", "unused.h5ad", "--embeddings", "none", "--label", "cell_type", "--reference", "--model", "reference.h5", *small)
    os.remove(f"{folder}/unused.h5ad")
    doors = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "doors")
    for name in ("rna_prot.h5mu", "cells.loom"):
        with gzip.open(f"{doors}/{name}.gz") as packed, open(f"{folder}/{name}", "wb") as f:
            f.write(packed.read())
    genes = [f"gene{i}" for i in range(40)]
    names = subprocess.run([program, "markers", "fitted.h5ad", "--group", "cell_type", "--genes", "40", "--permutations", "2", "-q"], cwd=folder, capture_output=True, text=True)
    genes = sorted({line.split("\t")[2] for line in names.stdout.splitlines()[1:]}) or genes
    with open(f"{folder}/sets.gmt", "w") as f:
        f.write("some\tset\t" + "\t".join(genes[:20]) + "\nother\tset\t" + "\t".join(genes[15:]) + "\n")
    with open(f"{folder}/aliases.tsv", "w") as f:
        f.write("".join(f"unknown{i}\t{g}\n" for i, g in enumerate(genes[:3])))
    with open(f"{folder}/emb.csv", "w") as f:
        f.write("gene,a,b\n" + "".join(f"{g},{i}.5,{-i}.25\n" for i, g in enumerate(genes)))
    os.mkdir(f"{folder}/mtx")
    with open(f"{folder}/mtx/barcodes.tsv", "w") as f:
        f.write("".join(f"cell{i}\n" for i in range(30)))
    with open(f"{folder}/mtx/features.tsv", "w") as f:
        f.write("".join(f"id{i}\t{g}\tGene Expression\n" for i, g in enumerate(genes)))
    entries = [(g + 1, c + 1, 1 + (g * c) % 7) for c in range(30) for g in range(len(genes)) if (g + 3 * c) % 4]
    with open(f"{folder}/mtx/matrix.mtx", "w") as f:
        f.write(f"%%MatrixMarket matrix coordinate integer general\n{len(genes)} 30 {len(entries)}\n" + "".join("%d %d %d\n" % e for e in entries))
    write_npy(f"{folder}/emb.npy", len(genes), 3)
    with open(f"{folder}/emb.genes.txt", "w") as f:
        f.write("\n".join(genes) + "\n")


def write_npy(path, rows, width):
    import struct
    head = ("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }" % (rows, width)).ljust(117) + "\n"
    with open(path, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + struct.pack(f"<{rows * width}f", *range(rows * width)))


def make_csc(folder):
    """The same cells, compressed by column: read through a scratch file when streamed."""
    try:
        import anndata, scipy.sparse
    except ImportError:
        try:
            return make_csc_by_hand(folder)
        except ImportError:
            return False
    data = anndata.read_h5ad(f"{folder}/in.h5ad")
    data.X = scipy.sparse.csc_matrix(data.X)
    data.write_h5ad(f"{folder}/csc.h5ad")
    return True


def make_csc_by_hand(folder):
    import h5py, numpy
    shutil.copy(f"{folder}/in.h5ad", f"{folder}/csc.h5ad")
    with h5py.File(f"{folder}/csc.h5ad", "r+") as f:
        x = f["X"]
        rows, cols = x.attrs["shape"]
        dense = numpy.zeros((rows, cols), numpy.float32)
        indptr, indices, values = x["indptr"][:], x["indices"][:], x["data"][:]
        for i in range(rows):
            dense[i, indices[indptr[i]:indptr[i + 1]]] = values[indptr[i]:indptr[i + 1]]
        x.attrs["encoding-type"] = "csc_matrix"
        columns = [numpy.flatnonzero(dense[:, j]) for j in range(cols)]
        for name, new in (("indptr", numpy.cumsum([0] + [len(c) for c in columns])), ("indices", numpy.concatenate(columns)),
                          ("data", numpy.concatenate([dense[c, j] for j, c in enumerate(columns)]))):
            kind = x[name].dtype
            del x[name]
            x[name] = new.astype(kind)
    return True


def contents(folder):
    found = {}
    for root, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(root, name)
            with open(path, "rb") as f:
                found[os.path.relpath(path, folder)] = f.read()
    return found


class NoForks(Exception):
    """File systems cannot be bound here."""


class Sweep:
    def __init__(self, program, preload, inputs, verb, stacks=False, step=1):
        self.program, self.preload, self.inputs, self.verb, self.stacks, self.step = program, preload, inputs, verb, stacks, step
        self.arguments, self.outputs = VERBS[verb]
        self.faults, self.runs, self.mixed, self.left_out = [], 0, 0, 0

    def prepare(self, top):
        """A folder of the inputs that the verb names, and of old outputs; what is in it."""
        folder = f"{top}/run"
        os.mkdir(folder)
        named = " ".join(self.arguments) + ("fitted" if self.verb == "cluster in place" else "")
        for name in os.listdir(self.inputs):
            if name.split(".")[0] in named:
                (shutil.copytree if os.path.isdir(f"{self.inputs}/{name}") else shutil.copy)(f"{self.inputs}/{name}", f"{folder}/{name}")
        for name in self.outputs:
            if self.verb == "cluster in place":
                shutil.copy(f"{folder}/fitted.h5ad", f"{folder}/{name}")
            else:
                with open(f"{folder}/{name}", "w") as f:
                    f.write("old\n")
        return contents(folder)

    def start(self, top, more, **how):
        environment = dict(os.environ, LD_PRELOAD=self.preload, FAULT_REPORT=f"{top}/report", **more)
        environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":exitcode=99"
        environment["UBSAN_OPTIONS"] = environment.get("UBSAN_OPTIONS", "") + ":exitcode=99:halt_on_error=1"
        with open(f"{top}/out", "w") as out, open(f"{top}/err", "w") as err:
            return subprocess.Popen([self.program, self.verb.split()[0], *self.arguments, "-q", "--threads", "1"], cwd=f"{top}/run", env=environment,
                                    stdin=subprocess.DEVNULL, stdout=out, stderr=err, **how)

    @staticmethod
    def read(top, returncode):
        done = subprocess.CompletedProcess([], returncode)
        with open(f"{top}/out", "rb") as out, open(f"{top}/err", "rb") as err:
            done.stdout, done.stderr = out.read(), err.read()
        return done, contents(f"{top}/run")

    def run(self, at=0, last=0, mode="fail"):
        with tempfile.TemporaryDirectory(prefix="fault-") as top:
            before = self.prepare(top)
            process = self.start(top, {"FAULT_AT": str(at), "FAULT_LAST": str(last), "FAULT_MODE": mode})
            try:
                done, after = self.read(top, process.wait(timeout=900))
            finally:
                process.kill()
            count, kind = 0, "none"
            if os.path.exists(f"{top}/report"):
                words = open(f"{top}/report").read().split(" ", 1)
                count, kind = int(words[0]), words[1].strip()
        return done, before, after, count, kind

    def reference(self):
        done, before, after, count, _ = self.run()
        if done.returncode != 0:
            raise RuntimeError(f"{self.verb} fails by itself: {done.stderr.decode()}")
        self.new = {name: after[name] for name in self.outputs}
        self.answer = done.stdout
        return count

    def fork_at(self, positions):
        """One run, whose children fail at the positions. positions: a set of numbers of operations, or those by stacks."""
        with tempfile.TemporaryDirectory(prefix="fault-") as base:
            top, copy = f"{base}/top", f"{base}/copy"
            os.mkdir(top)
            before, seen, number, failures = self.prepare(top), collections.Counter(), 0, 0
            from_run, to_us = os.pipe()
            to_run, from_us = os.pipe()
            process = self.start(top, {"FAULT_TALK": f"{to_run},{to_us}", "FAULT_FOLDER": top}, pass_fds=(to_run, to_us))
            os.close(to_us), os.close(to_run)
            with open(from_run) as answers, open(from_us, "w") as orders:
                def tell(line):
                    print(line, file=orders, flush=True)

                for line in answers:
                    number += 1
                    kind, stack = line.split(" ", 1)[1].rsplit(" ", 1)
                    seen[stack] += 1
                    turn = seen[stack]
                    wanted = turn & (turn - 1) == 0 if self.stacks else number in positions
                    scopes = [scope for i, scope in enumerate(("once", "all")) if (failures + i) % self.step == 0] if wanted else []
                    failures += 2 * wanted
                    self.left_out += not scopes
                    for scope in scopes:
                        shutil.copytree(top, copy)
                        tell(f"{scope} {copy}")
                        if not select.select([answers], [], [], 1800)[0]:
                            process.kill()
                            raise TimeoutError(f"{self.verb}, operation {number} ({kind}) {scope}: does not end")
                        status = int(answers.readline().split()[1])
                        done, after = self.read(copy, status)
                        if status == 98:
                            process.kill()
                            process.wait()
                            raise NoForks
                        self.check(f"operation {number} fails{' and all after' if scope == 'all' else ''}", done, before, after, kind)
                        shutil.rmtree(copy)
                    tell("go")
            done, after = self.read(top, process.wait())
            self.check("no operation fails", done, before, after, "none")
            if done.returncode:
                self.faults.append(f"{self.verb}, no operation fails: exit {done.returncode}")
            self.places = len(seen)

    def check(self, where, done, before, after, kind):
        self.runs += 1
        text = done.stderr.decode(errors="replace")
        problems = []
        if done.returncode not in (0, 1):
            problems.append(f"exit {done.returncode}")
        if "Sanitizer" in text or "runtime error" in text:
            problems.append("a sanitizer's finding")
        if done.returncode == 1 and (text.count("\n") != 1 or not text.startswith("scilama: ")):
            problems.append("not one line")
        if done.returncode == 0 and done.stdout != self.answer:
            problems.append("another answer")
        new = 0
        for name in self.outputs:
            if after.get(name) == self.new[name]:
                new += 1
            elif after.get(name) != before[name] or done.returncode == 0:
                problems.append(f"{name} is neither the old nor the new" if name in after else f"{name} is gone")
        if 0 < new < len(self.outputs):
            self.mixed += 1
        left = set(after) - set(before) - VARYING
        if left:
            problems.append(f"left: {sorted(left)}")
        changed = [name for name in before if name not in self.outputs and name not in VARYING and after.get(name) != before[name]]
        if changed:
            problems.append(f"changed: {changed}")
        if problems:
            self.faults.append(f"{self.verb}, {where} ({kind}): {'; '.join(problems)}: {text.strip()[:3000 if 'Sanitizer' in text else 300]}")

    def positions(self, count, every):
        if every or count <= SAMPLE:
            return range(1, count + 1)
        return sorted({1 + i * (count - 1) // (SAMPLE - 1) for i in range(SAMPLE)})

    def sweep(self, every):
        count = self.reference()
        if not count:
            self.faults.append(f"{self.verb}: no operation was seen to fail")
        try:
            self.fork_at(set(self.positions(count, every)))
            how = f", {self.places} places" + (f", {self.left_out} operations left out" if self.left_out else "")
        except NoForks:
            self.runs, how = 0, ", one by one"
            jobs = [(f"operation {n} fails{' and all after' if last == 0 else ''}", n, last) for n in self.positions(count, every) for last in (n, 0)]
            for where, n, last in jobs:
                done, before, after, _, kind = self.run(n, last)
                self.check(where, done, before, after, kind)
        for mode in ("short", "interrupt"):
            done, before, after, _, _ = self.run(0, 0, mode)
            self.check(f"every operation {mode}", done, before, after, mode)
            if done.returncode != 0:
                self.faults.append(f"{self.verb}, every operation {mode}: exit {done.returncode}: {done.stderr.decode().strip()}")
        print(f"{self.verb}: {count} operations{how}, {self.runs} runs, {len(self.faults)} faults, {self.mixed} with some outputs in place", flush=True)
        return self.faults


def main():
    arguments = sys.argv[1:]
    every, stacks, step = "--all" in arguments, "--stacks" in arguments, 1
    if "--every" in arguments:
        at = arguments.index("--every")
        step = int(arguments[at + 1])
        del arguments[at:at + 2]
    program, preload, *wanted = [a for a in arguments if a not in ("--all", "--stacks")]
    program, preload = os.path.abspath(program), os.path.abspath(preload)
    faults = []
    with tempfile.TemporaryDirectory(prefix="fault-") as folder:
        make_inputs(folder, program)
        csc = make_csc(folder)
        verbs = [verb for verb in wanted or VERBS if csc or verb != "fit --stream"]
        if not csc:
            print("fit --stream: skipped, for want of h5py")
        with ThreadPoolExecutor(JOBS) as pool:
            for found in pool.map(lambda verb: Sweep(program, preload, folder, verb, stacks, step).sweep(every), verbs):
                faults += found
    for fault in faults:
        print("FAULT:", fault)
    sys.exit(1 if faults else 0)


main()
