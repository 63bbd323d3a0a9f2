# SPDX-License-Identifier: MIT
"""No output may be an input or another output: every pair of path options of every verb, as --help
lists them, given one file as name and ./name, by a symbolic link, by a hard link, by a link in another
folder, and by names of a file that is not there yet. Usage: paths.py PROGRAM"""
import itertools, os, re, subprocess, sys, tempfile

# What an option does; one that --help shows with a file for its value and that is not here fails the test.
READ = {"config", "like", "embeddings", "gene-aliases", "genes", "gmt", "static", "control", "vectors", "against"}
WRITTEN = {"output", "model", "checkpoint", "report", "log-json", "tsv", "json", "export"}
WRITTEN_BY = {("simulate", "embeddings")}
# Verbs whose -o may be what they read, and those that want --in-place for it.
ADDS = {"cluster", "umap", "modules", "markers", "embed", "map"}
ASKS = {"fit", "impute"}
FILE = re.compile(r"FILE|\.(h5|h5ad|html|gmt|json|tsv|csv)\b")

program = os.path.abspath(sys.argv[1])
faults, pairs, runs = [], 0, 0


def call(folder, *arguments):
    global runs
    runs += 1
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, timeout=60)


def options_of(verb):
    """[(label, spelling before the value, written)], positional ones without a spelling."""
    text = subprocess.run([program, verb, "--help"], capture_output=True, text=True, check=True).stdout
    words = text.split("\n", 1)[0].split()[3:]
    found = []
    for word in itertools.takewhile(lambda w: FILE.search(w) and not w.startswith(("[", "-")), words):
        found.append((word, None, verb == "simulate"))
    for short, name, value in re.findall(r"^  (?:(-.), )?--([a-z0-9-]+) (\S+)", text, re.M):
        if not FILE.search(value):
            continue
        written = name in WRITTEN or (verb, name) in WRITTEN_BY
        if not written and name not in READ:
            faults.append(f"{verb} --{name} {value}: the test does not know whether it is read or written")
        found.append(("-o" if short == "-o" else "--" + name, "--" + name, written))
    return found


def command(verb, options, given):
    """The command line where `given` maps labels to paths; other positional arguments are files of their own."""
    line = [verb]
    for label, spelling, written in options:
        if label in given:
            line += [given[label]] if spelling is None else [spelling, given[label]]
        elif spelling is None:
            line.append("other-" + label.lower())
    return line


def ways(folder, there):
    """Pairs of names of one file."""
    name = f"{folder}/x.h5ad"
    if there:
        with open(name, "w") as f:
            f.write("# precious\n")
        os.symlink("x.h5ad", f"{folder}/symbolic")
        os.link(name, f"{folder}/hard")
        os.mkdir(f"{folder}/sub")
        os.symlink("../x.h5ad", f"{folder}/sub/link")
        return ["./x.h5ad", "symbolic", "hard", "sub/link"]
    os.mkdir(f"{folder}/sub")
    os.symlink("x.h5ad", f"{folder}/symbolic")
    os.symlink(".", f"{folder}/here")
    return ["./x.h5ad", "symbolic", "here/x.h5ad"]


def check(verb, options, one, two):
    global pairs
    pairs += 1
    (a, spelling_a, _), (b, _, _) = one, two
    positional = [label for label, spelling, _ in options if spelling is None]
    target = positional[-1] if positional else None
    meant = b == "-o" and a == target
    for there in (True, False):
        if not there and "--config" in (a, b):
            continue  # is read before anything else
        with tempfile.TemporaryDirectory() as folder:
            for other in ways(folder, there):
                if meant and verb in ADDS:
                    continue
                before = os.path.exists(f"{folder}/x.h5ad") and open(f"{folder}/x.h5ad").read()
                names = sorted(os.listdir(folder))
                for x, y in ((a, b), (b, a))[:2 if other[0] == "." else 1]:
                    done = call(folder, *command(verb, options, {x: "x.h5ad", y: other}))
                    text = done.stderr
                    if done.returncode != 2 or text.count("\n") != 1 or a not in text or b not in text:
                        faults.append(f"{verb} {x} x.h5ad {y} {other}{'' if there else ' (not there)'}: exit {done.returncode}: {text.strip()}")
                after = os.path.exists(f"{folder}/x.h5ad") and open(f"{folder}/x.h5ad").read()
                if before != after or sorted(os.listdir(folder)) != names:
                    faults.append(f"{verb} {a} {b} {other}: the file was changed")
                if meant and there and verb in ASKS:  # asked for, it is no wrong usage: the file is read, and is none
                    done = call(folder, *command(verb, options, {a: "x.h5ad", b: other}), "--in-place")
                    if done.returncode != 1 or open(f"{folder}/x.h5ad").read() != before:
                        faults.append(f"{verb} --in-place {a} {b} {other}: exit {done.returncode}: {done.stderr.strip()}")


def main():
    text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    verbs = re.findall(r"^  ([a-z]+)  ", text, re.M)
    for verb in verbs:
        options = options_of(verb)
        for one, two in itertools.combinations(options, 2):
            if one[2] or two[2]:
                # the option that is written second, so that a pair meant for -o is (input, -o)
                check(verb, options, *((one, two) if two[2] else (two, one)))
        for label, spelling, written in options:  # a list may name one file twice, and is only read
            if verb in ASKS and label == "-o":
                with tempfile.TemporaryDirectory() as folder:
                    done = call(folder, *command(verb, options, {"-o": "elsewhere.h5ad"}), "--in-place")
                    if done.returncode != 2 or "--in-place" not in done.stderr:
                        faults.append(f"{verb} --in-place -o elsewhere.h5ad: exit {done.returncode}")
    with tempfile.TemporaryDirectory() as folder:  # what is kept beside a checkpoint, and read beside a matrix
        os.mkdir(f"{folder}/mtx")
        for name in ("matrix.mtx.gz", "barcodes.tsv", "features.tsv"):
            open(f"{folder}/mtx/{name}", "w").write("precious\n")
        for line in (["fit", "x.h5ad", "-o", "out.h5ad", "--checkpoint", "c", "--model", "c.1"], ["fit", "mtx", "-o", "mtx/matrix.mtx.gz"],
                     ["fit", "mtx/matrix.mtx.gz", "-o", "out.h5ad", "--model", "mtx/barcodes.tsv"], ["fit", "mtx", "-o", "out.h5ad", "--report", "mtx/features.tsv"]):
            done = call(folder, *line)
            if done.returncode != 2 or done.stderr.count("\n") != 1:
                faults.append(f"{' '.join(line)}: exit {done.returncode}: {done.stderr.strip()}")
    with tempfile.TemporaryDirectory() as folder:  # many folders, each of which is several files
        many = [f"s{i}" for i in range(240)]
        for name in many:
            os.mkdir(f"{folder}/{name}")
        last = f"{folder}/{many[-1]}/matrix.mtx"
        open(last, "w").write("precious\n")
        for line in (["-o", "s239/matrix.mtx"], ["-o", "out.h5ad", "--model", "./out.h5ad"]):
            done = call(folder, "fit", *many, *line)
            if done.returncode != 2 or done.stderr.count("\n") != 1 or open(last).read() != "precious\n":
                faults.append(f"fit of 240 folders {' '.join(line)}: exit {done.returncode}: {done.stderr.strip()}")
    with tempfile.TemporaryDirectory() as folder:  # several files of cells: none may be written, none counts twice
        for name in ("a.h5ad", "b.h5ad", "c.h5ad"):
            open(f"{folder}/{name}", "w").write("precious\n")
        os.symlink("b.h5ad", f"{folder}/link")
        for line in (["a.h5ad", "b.h5ad", "-o", "a.h5ad"], ["a.h5ad", "b.h5ad", "c.h5ad", "-o", "./c.h5ad"], ["a.h5ad", "b.h5ad", "-o", "out.h5ad", "--model", "link"],
                     ["a.h5ad", "b.h5ad", "--in-place"], ["a.h5ad", "b.h5ad", "-o", "b.h5ad", "--in-place"], ["a.h5ad", "./a.h5ad", "-o", "out.h5ad"],
                     ["a.h5ad", "b.h5ad", "link", "-o", "out.h5ad"], ["a.h5ad", "-o", "out.h5ad", "--file-batch"], ["a.h5ad", "b.h5ad", "-o", "out.h5ad", "--log-json", "b.h5ad"],
                     ["a.h5ad", "b.h5ad", "-o", "out.h5ad", "--no-matrix", "--report", "r.html"]):
            done = call(folder, "fit", *line)
            if done.returncode != 2 or done.stderr.count("\n") != 1 or any(open(f"{folder}/{n}").read() != "precious\n" for n in ("a.h5ad", "b.h5ad", "c.h5ad")):
                faults.append(f"fit {' '.join(line)}: exit {done.returncode}: {done.stderr.strip()}")
    for fault in faults:
        print("FAULT:", fault)
    print(f"{len(verbs)} verbs, {pairs} pairs of options, {runs} runs, {len(faults)} faults")
    sys.exit(1 if faults else 0)


main()
