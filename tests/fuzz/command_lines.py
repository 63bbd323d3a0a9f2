# SPDX-License-Identifier: MIT
"""Command lines at random: options of each verb as its --help names them, with values that suit, do not, or are no values,
on small files. A run ends with exit 0, 1 or 2 (124 would be a hang), in one line where it fails, without a trace of a
sanitizer, with its inputs as they were and nothing left that it did not name.

usage: command_lines.py PROGRAM [RUNS] [SEED]    the last line has counts
"""
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

INPUTS = ["sim.h5ad", "fit.h5ad", "model.h5", "emb.h5", "sets.gmt", "none.h5ad", "text.txt", "rna.h5mu", ".", "", "sim.h5ad/x"]
OUTPUTS = ["out1.h5ad", "out2", "sim.h5ad", "model.h5", "no/out.h5ad", "/dev/null", "./fit.h5ad", "link.h5ad"]
WORDS = ["batch", "cell_type", "X_scilama", "X_pca", "counts", "raw", "none", "", "é", "\\", "--", "a=b", "t=emb.h5", "random:3", "emb.h5", "rna", "x" * 300, "x\udcff", "two\nlines"]
NUMBERS = ["0", "1", "2", "3", "5", "-1", "1.5", "1e-3", "nan", "inf", "1e400", "99999999999999999999", "64M", "0x10", "4,2", "4,,2", "abc"]
PLACES = {"simulate": "w", "fit": "d", "embed": "md", "map": "md", "impute": "md", "genes": "md", "cluster": "d", "umap": "d", "modules": "d", "markers": "d",
          "report": "d", "score": "d", "info": "d"}
SMALL = {"fit": ["--max-steps", "2", "--hidden", "4", "--latent", "2", "--no-umap"], "simulate": ["--cells", "30", "--genes", "12"],
         "umap": ["--epochs", "2"], "markers": ["--permutations", "2"], "modules": ["--rounds", "1"]}
# work that was asked for: so many of them would only take long
BOUNDED = {"cells", "genes", "epochs", "max-steps", "permutations", "rounds", "threads", "hidden", "width", "modules", "types", "batches", "dimensions", "n-top-genes",
           "shuffle-block", "shuffle-window", "neighbors", "latent", "hvg-n", "gene-batch"}


def options_of(program, verb):
    text = subprocess.run([program, verb, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return re.findall(r"^  (?:-(\w), )?--([a-z0-9-]+)(?: (\S+))?", text, re.M)


def value(r, name, argument):
    if "|" in argument and r.random() < 0.7:
        return r.choice(argument.split("|"))
    if argument.endswith((".h5ad", ".h5", ".html", ".tsv", ".json", "FILE")) and r.random() < 0.8:
        return r.choice(OUTPUTS if r.random() < 0.5 else INPUTS)
    if name in BOUNDED:
        return r.choice(["0", "1", "2", "5", "-1", "x", "4,2", ""])
    return r.choice(NUMBERS if r.random() < 0.6 else WORDS)


def line(r, verb, options):
    words = []
    for kind in PLACES[verb]:
        good = {"w": "out1.h5ad", "m": "model.h5", "d": r.choice(["sim.h5ad", "fit.h5ad", "fit.h5ad", "rna.h5mu"])}[kind]
        words.append(good if r.random() < 0.85 else r.choice(INPUTS))
    if "output" in [o[1] for o in options] and r.random() < 0.85:
        words += ["-o", "out1.h5ad" if r.random() < 0.7 else r.choice(OUTPUTS)]
    words += SMALL.get(verb, [])
    for _ in range(r.choice([0, 1, 1, 2, 2, 3, 5])):
        letter, name, argument = r.choice(options)
        if name in ("help", "threads") or verb == "fit" and name in ("max-steps", "epochs", "batch-size"):
            continue
        words.append("-" + letter if letter and r.random() < 0.5 else "--" + name)
        if argument and r.random() < 0.95:
            if r.random() < 0.15 and words[-1].startswith("--"):
                words[-1] += "=" + value(r, name, argument)
            else:
                words.append(value(r, name, argument))
    if r.random() < 0.05:
        words.append(r.choice(WORDS + ["--" + "y" * 50, "-", "-zq"]))
    return words


def digest(folder):
    found = {}
    for root, _, names in os.walk(folder):
        for n in names:
            if os.path.islink(os.path.join(root, n)):
                continue
            with open(os.path.join(root, n), "rb") as f:
                found[os.path.relpath(os.path.join(root, n), folder)] = hashlib.sha1(f.read()).hexdigest()
    return found


def make_inputs(program, folder):
    run = lambda *words: subprocess.run([program, *words, "-q"], cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: E731
    run("simulate", "sim.h5ad", "--cells", "60", "--genes", "30", "--types", "2", "--batches", "2", "--modules", "2", "--embeddings", "emb.h5", "--width", "4")
    run("fit", "sim.h5ad", "-o", "fit.h5ad", "--embeddings", "t=emb.h5", "--batch", "batch", "--label", "cell_type", "--model", "model.h5", "--reference", "--hidden", "4",
        "--latent", "2", "--max-steps", "4")
    import gzip
    here = os.path.dirname(os.path.abspath(__file__))
    with gzip.open(os.path.join(here, "../data/doors/rna_prot.h5mu.gz")) as f, open(folder + "/rna.h5mu", "wb") as out:
        out.write(f.read())
    with open(folder + "/sets.gmt", "w") as f:
        f.write("s\tx\tgene1\tgene2\tgene3\nt\t\tgene4\tgene5\n")
    with open(folder + "/text.txt", "w") as f:
        f.write("gene1\t1\t2\nnot a\ttable\n")
    os.symlink("fit.h5ad", folder + "/link.h5ad")


def judge(words, done, before, after):
    text = done.stderr.decode("utf-8", "replace")
    wrong = []
    if done.returncode not in (0, 1, 2):
        wrong.append("exit %d" % done.returncode)
    if "Sanitizer" in text or "runtime error" in text:
        wrong.append("a sanitizer: " + text[:600])
    if done.returncode == 1 and not text.strip().splitlines()[-1:][0].startswith("scilama: ") if text.strip() else done.returncode == 1:
        wrong.append("no sentence")
    named = {os.path.normpath(w.split("=", 1)[-1]) for w in words if w} | {w for w in words}
    named |= {n + ".1" for n in named} | ({"fit.h5ad"} if "link.h5ad" in named else set())
    for name in sorted(set(before) | set(after)):
        if before.get(name) != after.get(name) and (name not in named or (done.returncode and "log-json" not in " ".join(words) and "checkpoint" not in " ".join(words))):
            wrong.append("%s was %s" % (name, "changed" if name in before and name in after else "removed" if name in before else "left"))
    return wrong


def main():
    program, runs, seed = os.path.abspath(sys.argv[1]), int((sys.argv + ["", "120"])[2] or 120) if len(sys.argv) > 2 else 120, int(sys.argv[3]) if len(sys.argv) > 3 else 0
    r = random.Random(seed)
    counts, failed = {0: 0, 1: 0, 2: 0}, 0
    with tempfile.TemporaryDirectory(prefix="lines-") as top:
        os.mkdir(top + "/in")
        make_inputs(program, top + "/in")
        options = {verb: options_of(program, verb) for verb in PLACES}
        for number in range(runs):
            verb = r.choice(list(PLACES))
            words = line(r, verb, options[verb])
            folder = top + "/run"
            shutil.copytree(top + "/in", folder, symlinks=True)
            before = digest(folder)
            try:
                done = subprocess.run([program, verb, "-q", *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120)
                wrong = judge(words, done, before, digest(folder))
            except subprocess.TimeoutExpired:
                wrong = ["does not end"]
            except (ValueError, OSError) as e:
                wrong = [repr(e)] if "null byte" not in str(e) else []
            counts[done.returncode] = counts.get(done.returncode, 0) + 1
            if wrong:
                failed += 1
                print("FAILED (seed %d, run %d) scilama %s %s: %s [%s]" % (seed, number, verb, " ".join(map(repr, words)), "; ".join(wrong),
                                                                           done.stderr.decode("utf-8", "replace").strip()[:200]), flush=True)
            shutil.rmtree(folder)
    print("%d runs: %d done, %d failed as they should, %d refused" % (runs, counts[0], counts[1], counts[2]))
    print("%d passed, %d failed" % (runs - failed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
