#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times the same training step in PyTorch and in libscilama, alternating in one run.

    compare_torch.py build/tests/bench/bench_step [LIBRARY] [--threads N] [--steps N] [--mode direct|gene|beta_vae]... [--cells N]

The PyTorch model is written from the description of the paired VAE (docs), unfolded, as the
published implementation computes it. With and without the per-step Pearson and Spearman
correlations that the published implementation always computes. Both wall and processor time
are given: processor time does not grow with what other programs do. The newest torch and a
distribution's are compared by running this script with each Python."""
import argparse, gc, os, resource, statistics, subprocess, sys, time

parser = argparse.ArgumentParser()
parser.add_argument("bench")
parser.add_argument("library", nargs="*")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--steps", type=int, default=10)
parser.add_argument("--mode", action="append", choices=["direct", "gene", "beta_vae"])
parser.add_argument("--cells", type=int, default=640)
a = parser.parse_args()
# a core type forced for other reasons would slow PyTorch's products
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    if name in os.environ:
        del os.environ[name]
        os.execv(sys.executable, [sys.executable] + sys.argv)
import numpy as np
import torch
from torch import nn

torch.set_num_threads(a.threads)
torch.manual_seed(0)
B, G, D, H1, H2, L, P = 128, 2000, 1536, 900, 400, 50, 0.1


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


class Decoder(nn.Module):
    def __init__(self, genes=None):
        super().__init__()
        self.hidden = nn.Sequential(block(L, H2), nn.Linear(H2, H1))
        if genes:
            self.final, self.head = nn.Dropout(P), nn.Linear(H1, genes)

    def forward(self, z):
        return self.hidden(z)


class Paired(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell_encoder, self.cell_decoder = Encoder(G), Decoder(G)
        self.gene_encoder, self.gene_decoder = Encoder(D), Decoder()


def kl(mu, sigma):
    return (0.5 * (sigma ** 2 + mu ** 2 - 1 - torch.log(sigma ** 2))).sum(1).mean()


def ranks(x):
    """Over all of a batch, equal values sharing their mean rank, as the published implementation ranks at every step."""
    _, place, count = torch.unique(x.flatten(), return_inverse=True, return_counts=True)
    return (count.cumsum(0) - (count - 1) / 2)[place]


def correlation(x, y):
    x, y = x - x.mean(), y - y.mean()
    return (x * y).sum() / (x.norm() * y.norm())


class Torch:
    def __init__(self, mode, x, e, metrics):
        self.mode, self.x, self.e, self.metrics, self.at = mode, torch.from_numpy(x), torch.from_numpy(e), metrics, 0
        self.m = Paired()
        frozen = [self.m.cell_encoder, self.m.cell_decoder] if mode == "gene" else []
        for part in frozen:
            for p in part.parameters():
                p.requires_grad_(False)
        params = [self.m.cell_encoder, self.m.cell_decoder] if mode == "beta_vae" else [self.m]
        self.o = torch.optim.AdamW([p for q in params for p in q.parameters() if p.requires_grad], lr=1e-3, weight_decay=0)

    def step(self):
        m, rows = self.m, len(self.x)
        x = self.x[self.at:self.at + B]
        self.at = (self.at + B) % (rows - B + 1)
        self.o.zero_grad(set_to_none=True)
        mu, sigma, z = m.cell_encoder(x)
        h = m.cell_decoder(z)
        if self.mode == "beta_vae":
            out = m.cell_decoder.head(m.cell_decoder.final(h))
            loss = ((out - x) ** 2).sum(1).mean() + 0.5 * kl(mu, sigma)
        else:
            gmu, gsigma, gz = m.gene_encoder(self.e)
            bias = m.cell_decoder.head.bias
            out = h @ m.gene_decoder(gz).T * H1 ** -0.5 + bias
            loss = ((out - x) ** 2).sum(1).mean() + 0.5 * kl(gmu, gsigma)
            if self.mode == "direct":
                align = z @ gz.T * L ** -0.5 + bias
                loss = loss + 0.05 * ((align - x) ** 2).sum(1).mean() + 0.5 * kl(mu, sigma)
        loss.backward()
        self.o.step()
        if self.metrics:
            with torch.no_grad():
                float(correlation(out, x)), float(correlation(ranks(out), ranks(x)))
        return float(loss.detach())


class Ours:
    """bench_step --serve takes one step for every line it reads."""

    def __init__(self, mode):
        self.p = subprocess.Popen([a.bench, "--serve", "--mode", mode, "--threads", str(a.threads), "--cells", str(a.cells)] + a.library,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.step()

    def step(self):
        self.p.stdin.write("\n")
        self.p.stdin.flush()
        wall, cpu, rss = map(float, self.p.stdout.readline().split())
        return wall, cpu, rss


def timed(torch_model):
    wall, cpu = time.perf_counter(), time.process_time()
    torch_model.step()
    return time.perf_counter() - wall, time.process_time() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((a.cells, G), dtype=np.float32)
    e = rng.standard_normal((G, D), dtype=np.float32) * 0.05
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {a.steps} steps of each, alternating; ms by least of all steps")
    print(f"{'mode':9} {'':16} {'wall':>9} {'median':>9} {'cpu':>9} {'wall ratio':>11} {'median r.':>10} {'cpu ratio':>10}")
    for mode in a.mode or ["direct", "gene", "beta_vae"]:
        plain, full, ours = Torch(mode, x, e, False), Torch(mode, x, e, True), Ours(mode)
        ways = {"libscilama": ours.step, "torch": lambda: timed(plain), "torch, metrics": lambda: timed(full)}
        taken = {name: [] for name in ways}
        for step in range(a.steps + 1):
            for name, way in ways.items():
                t = way()
                if step:
                    taken[name].append(t)
        base = None
        for name, t in taken.items():
            row = min(w for w, _, _ in t), statistics.median(w for w, _, _ in t), min(c for _, c, _ in t)
            base = base or row
            print(f"{mode:9} {name:16} " + " ".join(f"{1e3 * v:9.1f}" for v in row) + "   " + " ".join(f"{v / b:9.2f}x" for v, b in zip(row, base)))
        rss = {name: max(r for _, _, r in t) for name, t in taken.items()}
        print(f"{mode:9} peak memory: libscilama {rss['libscilama']:.0f} MB, this process {rss['torch, metrics']:.0f} MB (two models)")
        ours.p.stdin.close()
        ours.p.wait()
        del plain, full
        gc.collect()


main()
