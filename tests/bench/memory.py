#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Peak memory of `scilama fit` against the same data and model in PyTorch, each in a process
of its own, and the time from process start to the first step.

    memory.py build/examples/scilama/scilama [--cells N] [--genes N] [--steps N] [--start FILE.h5ad TABLE.h5]

The cells are simulated (sparse counts); the PyTorch run holds them dense, as the published
implementation does, and takes the same number of joint steps. Needs h5py and torch."""
import argparse, json, os, subprocess, sys, tempfile, time

parser = argparse.ArgumentParser()
parser.add_argument("scilama")
parser.add_argument("--cells", type=int, default=10000)
parser.add_argument("--genes", type=int, default=2000)
parser.add_argument("--width", type=int, default=1536)
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--start", nargs=2, metavar=("FILE.h5ad", "TABLE.h5"), help="measure the time to the first step on these")
parser.add_argument("--torch", nargs=2, metavar=("CELLS", "EMBEDDINGS"), help=argparse.SUPPRESS)
a = parser.parse_args()


def torch_run(cells, embeddings):
    import h5py
    import numpy as np
    import torch
    from torch import nn

    H1, H2, L, B, P = 900, 400, 50, 128, 0.1
    with h5py.File(cells) as f:
        x = f["X"]
        data, indices, indptr, shape = x["data"][:], x["indices"][:], x["indptr"][:], x.attrs["shape"]
    dense = np.zeros(shape, np.float32)
    for r in range(shape[0]):
        dense[r, indices[indptr[r]:indptr[r + 1]]] = data[indptr[r]:indptr[r + 1]]
    dense = np.log1p(dense * (1e4 / np.maximum(dense.sum(1, keepdims=True), 1)))
    dense -= dense.mean(0)
    dense /= np.maximum(dense.std(0), 1e-6)
    np.clip(dense, -10, 10, out=dense)
    e = torch.randn(int(shape[1]), a.width) * 0.05
    x = torch.from_numpy(dense)

    def block(i, o):
        return nn.Sequential(nn.Linear(i, o), nn.LayerNorm(o, elementwise_affine=False), nn.LeakyReLU(0.01), nn.Dropout(P))

    class Encoder(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.hidden = nn.Sequential(block(width, H1), block(H1, H2))
            self.mu, self.sv = nn.Linear(H2, L), nn.Linear(H2, L)

        def forward(self, x):
            h = self.hidden(x)
            mu, sigma = self.mu(h), torch.sqrt(torch.exp(self.sv(h)) + 1e-4)
            return mu, sigma, mu + sigma * torch.randn_like(sigma)

    def kl(mu, sigma):
        return (0.5 * (sigma ** 2 + mu ** 2 - 1 - torch.log(sigma ** 2))).sum(1).mean()

    genes = int(shape[1])
    cell_encoder, gene_encoder, head = Encoder(genes), Encoder(a.width), nn.Linear(H1, genes)
    cell_decoder, gene_decoder = (nn.Sequential(block(L, H2), nn.Linear(H2, H1)) for _ in range(2))
    parts = nn.ModuleList([cell_encoder, gene_encoder, cell_decoder, gene_decoder, head])
    optimizer = torch.optim.AdamW(parts.parameters(), lr=1e-3, weight_decay=0)
    for step in range(a.steps):
        batch = x[step * B:(step + 1) * B]
        optimizer.zero_grad(set_to_none=True)
        mu, sigma, z = cell_encoder(batch)
        gmu, gsigma, gz = gene_encoder(e)
        out = cell_decoder(z) @ gene_decoder(gz).T * H1 ** -0.5 + head.bias
        align = z @ gz.T * L ** -0.5 + head.bias
        loss = ((out - batch) ** 2).sum(1).mean() + 0.05 * ((align - batch) ** 2).sum(1).mean() + kl(mu, sigma) + kl(gmu, gsigma)
        loss.backward()
        optimizer.step()


def peak_memory(command):
    """MB of a process of ours, by its own account."""
    pid = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit(f"{command[0]} failed")
    return usage.ru_maxrss / 1024


def first_step(file, table, folder):
    """Seconds from process start to the first record of a step."""
    log = os.path.join(folder, "log.json")
    start = time.time()
    subprocess.run([a.scilama, "fit", file, "-o", os.path.join(folder, "out.h5ad"), "--mode", "direct", "--embeddings", "e=" + table, "--max-steps", "1",
                    "--no-umap", "-q", "--log-json", log], check=True)
    with open(log) as f:
        return next(r["time"] - start for r in map(json.loads, f) if r["event"] == "epoch")


def main():
    if a.torch:
        return torch_run(*a.torch)
    with tempfile.TemporaryDirectory() as folder:
        cells, vectors = os.path.join(folder, "cells.h5ad"), os.path.join(folder, "vectors.h5")
        subprocess.run([a.scilama, "simulate", cells, "--cells", str(a.cells), "--genes", str(a.genes), "--embeddings", vectors, "--width", str(a.width), "-q"], check=True)
        ours = peak_memory([a.scilama, "fit", cells, "-o", os.path.join(folder, "out.h5ad"), "--mode", "direct", "--preset", "published",
                            "--embeddings", "e=" + vectors, "--max-steps", str(a.steps), "--no-umap", "-q"])
        print(f"scilama fit: {ours:.0f} MB", flush=True)
        try:
            theirs = peak_memory([sys.executable, os.path.abspath(__file__), a.scilama, "--torch", cells, vectors, "--steps", str(a.steps), "--width", str(a.width)])
            print(f"PyTorch:     {theirs:.0f} MB, ratio {ours / theirs:.2f} (goal at most 0.25)")
        except SystemExit as e:
            print("PyTorch:     skipped,", e)
        if a.start:
            print(f"process start to the first step and its validation: {first_step(*a.start, folder):.2f} s (goal at most 1)")


main()
