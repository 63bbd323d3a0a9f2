# SPDX-License-Identifier: MIT
"""Ends `scilama fit` in each of its stages and goes on with --resume: how long the program takes to end after an
interrupt, and whether the output is that of an undisturbed fit, bit for bit.
Usage: interrupt.py SCILAMA IN.h5ad WHOLE.h5ad FOLDER [INT|KILL] [--stages a,b] -- OPTIONS OF FIT
WHOLE.h5ad is the output of the undisturbed fit with the same options; it is made where it is not there."""
import json
import os
import random
import signal
import subprocess
import sys
import time

from h5_bits import differences

STAGES = ["preparing", "training", "embedding", "neighbours", "graph", "Leiden", "UMAP", "writing", "judging"]


def events(path):
    try:
        with open(path) as file:
            return [json.loads(line) for line in file if line.endswith("}\n")]
    except FileNotFoundError:
        return []


def length(log, stage):
    return sum(e["seconds"] for e in log if e["event"] == "stage ended" and e["stage"] == stage)


def main():
    cut = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    given, options = sys.argv[1:cut], sys.argv[cut + 1:]
    stages = STAGES
    if "--stages" in given:
        at = given.index("--stages")
        stages = given[at + 1].split(",")
        del given[at:at + 2]
    program, data, whole, folder = given[:4]
    number = signal.SIGKILL if given[4:] == ["KILL"] else signal.SIGINT
    log, out, checkpoint = (os.path.join(folder, name) for name in ("log.json", "out.h5ad", "checkpoint"))
    command = [program, "fit", data, *options, "--quiet", "--log-json", log]
    draw = random.Random(1)
    if not os.path.exists(whole):
        subprocess.run([*command, "-o", whole], check=True, stdout=subprocess.DEVNULL)
        os.replace(log, whole + ".json")
    usual = events(whole + ".json")
    for name in os.listdir(folder):
        if name.startswith(("checkpoint", "out.h5ad")):
            os.unlink(os.path.join(folder, name))
    worst, bad = 0, 0
    for stage in [*stages, None]:
        if os.path.exists(log):
            os.unlink(log)
        wait = draw.uniform(0.1, 0.9) * length(usual, stage) if stage else 0
        process = subprocess.Popen([*command, "-o", out, "--checkpoint", checkpoint, "--resume"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while stage and process.poll() is None and not any(e["event"] == "stage begins" and e["stage"] == stage for e in events(log)):
            time.sleep(0.01)
        if stage:
            time.sleep(wait)
            sent = time.monotonic()
            process.send_signal(number)
        code = process.wait()
        text = process.stderr.read().decode().strip()
        if not stage:
            if code:
                sys.exit(f"at the end: exit {code}: {text}")
            continue
        took = time.monotonic() - sent
        done = [e["stage"] for e in events(log) if e["event"] == "stage ended"]
        late = code == 0 # it had ended before
        worst = max(worst, took if number == signal.SIGINT and not late else 0)
        bad += code not in (0, 130, -9)
        print(f"{stage:<12} {wait:7.2f} s in: ended after {took:.2f} s, exit {code}{' (done already)' if late else ''}; stages before: {', '.join(done)}; {text}", flush=True)
    other = differences(whole, out)
    print(f"worst {worst:.2f} s; {'DIFFERS in ' + ', '.join(other) if other else 'the same bits as the undisturbed fit'}", flush=True)
    left = [name for name in os.listdir(folder) if name.startswith("checkpoint.") and name != "checkpoint.1"]
    if left:
        print("left behind: " + ", ".join(left))
    return int(bool(other or bad or left))


sys.exit(main())
