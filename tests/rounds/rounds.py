# SPDX-License-Identifier: MIT
"""Rounds of making, training and giving back. Usage: rounds.py ROUNDS"""
import sys

import numpy as np

import scilama


def rss():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def round_of():
    data = scilama.Dataset(scilama.Context(2), counts)
    data.split_random(0.8, 0.2)
    data.preprocess(min_cells=0)
    model = scilama.Model(data, latent=4, hidden=[16, 8])
    trainer = scilama.Trainer(model, data, mode="beta-vae")
    for _ in range(3):
        trainer.step()
    del trainer
    assert model.encode_cells(data).shape == (96, 4)


counts = np.array([(i * 7 + i // 40) % 5 for i in range(96 * 40)], np.float32).reshape(96, 40)
rounds = int(sys.argv[1])
for _ in range(100):
    round_of()
before = rss()
for _ in range(rounds):
    round_of()
print("Python: %d kB after 100 rounds, %+d kB after %d more" % (before, rss() - before, rounds))
sys.exit(rss() - before > 4096)
