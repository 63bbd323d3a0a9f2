# SPDX-License-Identifier: MIT
"""The paired VAE in PyTorch, written from the equations of docs/model.md, and its training.

Written apart from the library so that the two can be held against each other.
Weights go by the library's dotted names; random numbers come from philox.py."""
import math

import numpy as np
import torch
import torch.nn.functional as F

import philox

ACTIVATIONS = [F.leaky_relu, F.relu, F.elu, F.selu, F.gelu, F.silu, torch.tanh, F.softplus, lambda x: x]
AVERAGE, POE, MOE = range(3)
CELL, GENE, JOINT = 1, 2, 3
PHASES = {1: [CELL], 2: [JOINT], 3: [CELL, GENE, JOINT], 4: [GENE], 5: [CELL, GENE]}


class Noise:
    """Which random numbers a pass uses; None: dropout and sampling off."""

    def __init__(self, seed, phase, step):
        self.seed, self.phase, self.step = seed, phase, step


class PairedVAE:
    """o: options by the names of scilama_model_options; weights: {name: array}."""

    def __init__(self, o, weights, genes, embeddings, dtype, transposed=False):
        self.o, self.dtype, self.genes = o, dtype, genes
        self.w = {k: torch.tensor(np.asarray(v), dtype=dtype) for k, v in weights.items()}
        self.embeddings = [torch.tensor(e, dtype=dtype) for e in embeddings]
        self.prefixes = ["feature_encoder"] if transposed else [f"feature_encoder.encoders.{m}" for m in range(len(embeddings))]
        self.hidden = [h for h in o["hidden"] if h]
        self.var_eps = float(np.float32(o["var_eps"]))
        scaled = o["pair_scale"] == 1
        self.pair_scale = 1 / math.sqrt(self.hidden[0]) if scaled else 1.0
        self.align_scale = 1 / math.sqrt(o["latent"]) if scaled else 1.0

    def linear(self, x, name, detach_bias=False):
        b = self.w[name + ".bias"]
        return x @ self.w[name + ".weight"].T + (b.detach() if detach_bias else b)

    def batch_norm(self, x, name, train):
        w = self.w
        y = F.batch_norm(x, w[name + ".running_mean"], w[name + ".running_var"], w[name + ".weight"], w[name + ".bias"],
                         training=train, momentum=0.1, eps=1e-5)
        if train:
            w[name + ".num_batches_tracked"] += 1
        return y

    def dropout(self, x, layer, noise):
        if noise is None or self.o["dropout"] == 0:
            return x
        keep, scale = philox.dropout_mask(noise.seed, layer, noise.phase, noise.step, *x.shape, self.o["dropout"])
        return x * torch.tensor(keep) * scale

    def blocks(self, x, prefix, widths, layer, noise, train):
        o = self.o
        stride = 3 + o["batch_norm"] + o["layer_norm"]
        for i, width in enumerate(widths):
            # a bias straight before a BatchNorm has no gradient but rounding
            x = self.linear(x, f"{prefix}.{i * stride}", detach_bias=bool(o["batch_norm"]))
            if o["batch_norm"]:
                x = self.batch_norm(x, f"{prefix}.{i * stride + 1}", train)
            if o["layer_norm"]:
                x = F.layer_norm(x, (width,), eps=1e-5)
            x = self.dropout(ACTIVATIONS[o["activation"]](x), layer + i, noise)
        return x

    def encode(self, x, prefix, layer, noise, train):
        h = self.blocks(x, prefix + ".enc_hidden", self.hidden, layer, noise, train)
        mu = self.linear(h, prefix + ".latent_mu")
        return mu, torch.sqrt(torch.exp(self.linear(h, prefix + ".latent_sigma")) + self.var_eps)

    def draw(self, mu, sigma, side, noise, sample):
        if not sample:
            return mu
        e = philox.noise(noise.seed, side, noise.phase, noise.step, *mu.shape)
        return mu + sigma * torch.tensor(e, dtype=self.dtype)

    def decode(self, z, prefix, layer, noise, train, to_norm=False):
        widths = self.hidden[:0:-1]
        name = prefix + ".dec_hidden"
        if widths:
            z = self.blocks(z, name + ".0", widths, layer, noise, train)
            name += ".1"
        return self.linear(z, name, detach_bias=to_norm)

    def final(self, dec_h, prefix, noise, train, drop):
        if self.o["batch_norm"]:
            dec_h = self.batch_norm(dec_h, prefix + ".final_layer.0", train)
        return self.dropout(dec_h, 31, noise) if drop else dec_h

    def fuse(self, parts):
        fusion = self.o["fusion"]
        if len(parts) == 1:
            return parts[0]
        mu, sigma = torch.stack([p[0] for p in parts]), torch.stack([p[1] for p in parts])
        if fusion == AVERAGE:
            return mu.mean(0), sigma.mean(0)
        if fusion == MOE:
            mean = mu.mean(0)
            return mean, torch.sqrt((sigma ** 2 + (mu - mean) ** 2).mean(0))
        w = 1 / (sigma ** 2 + 1e-8)
        total = w.sum(0)
        return (w * mu).sum(0) / total, 1 / torch.sqrt(total)

    def shifted(self, read, c, width=0.1):
        """Projections corrected by soft clusters: of each the shift by the covariates, weighted by nearness to its centre."""
        mean, centre = self.w["sample_encoder.centres"][0], self.w["sample_encoder.centres"][1:]
        used = (centre != 0).any(1)
        shift = self.w["sample_encoder.shifts"].reshape(len(centre), centre.shape[1], c.shape[1])[used]
        at = (read - mean)[:, None, :] - torch.einsum("kap,np->nka", shift, c)
        part = torch.softmax(2 / width * torch.nn.functional.cosine_similarity(at, centre[used][None], dim=2), 1)
        met, middle = (part[:, :, None] * at).sum(1), part @ centre[used]
        spread = self.w["sample_encoder.spreads"].reshape(len(centre), centre.shape[1], c.shape[1])[used]
        return mean + middle + torch.exp(torch.einsum("kap,np,nk->na", spread, c, part)) * (met - middle)

    def cell_side(self, x, c, noise, train, sample, to_norm=False):
        read = x @ self.w["sample_encoder.axes"].T if self.o.get("axes") else x
        clusters = self.o.get("axes") and c.shape[1] and self.o["encoder_covariates"] == 2
        if clusters:
            read = self.shifted(read, c)
        seen = torch.cat([read, c], 1) if self.o["encoder_covariates"] and not clusters else read
        mu, sigma = self.encode(seen, "sample_encoder", 0, noise, train)
        z = self.draw(mu, sigma, 0, noise, sample)
        return mu, sigma, z, self.decode(torch.cat([z, c], 1), "sample_decoder", 16, noise, train, to_norm)

    def gene_side(self, noise, train, sample, rows=slice(None)):
        parts = [self.encode(e[rows], p, 64 + 8 * m, noise, train) for m, (e, p) in enumerate(zip(self.embeddings, self.prefixes))]
        mu, sigma = self.fuse(parts)
        z = self.draw(mu, sigma, 1, noise, sample)
        f_dec_h = self.decode(z, "feature_decoder", 32, noise, train)
        if train and self.o["batch_norm"]:
            with torch.no_grad():
                self.final(f_dec_h, "feature_decoder", noise, train, False)
        return mu, sigma, z, f_dec_h

    @staticmethod
    def kl(mu, sigma):
        return (0.5 * (sigma ** 2 + mu ** 2 - 1 - torch.log(sigma ** 2))).mean(0).sum()

    def objective(self, x, c, kind, gamma, noise=None, train=False, sample=False, rows=None):
        """nll, kl_s, kl_f; rows: a subset of genes that stands for all of them."""
        rows = slice(None) if rows is None else rows
        seen = x[:, rows]
        scale = self.genes / seen.shape[1]
        bias = self.w["sample_decoder.output_mean.bias"][rows]
        to_norm = kind == CELL and bool(self.o["batch_norm"])
        mu, sigma, z, dec_h = self.cell_side(x, c, noise, train, sample, to_norm)
        zero = torch.zeros((), dtype=self.dtype)
        if kind == CELL:
            h = self.final(dec_h, "sample_decoder", noise, train, True)
            if "sample_decoder.axes_scale" in self.w:
                out = self.w["sample_decoder.axes_scale"] * self.linear(h, "sample_decoder.axes_mean") @ self.w["sample_encoder.axes"] + self.w["sample_decoder.output_mean.bias"]
                return ((out - x) ** 2).sum(1).mean(), self.kl(mu, sigma), zero
            out = h @ self.w["sample_decoder.output_mean.weight"][rows].T + bias
            return scale * ((out - seen) ** 2).sum(1).mean(), self.kl(mu, sigma), zero
        if self.o["batch_norm"]:
            with torch.no_grad():
                self.final(dec_h, "sample_decoder", noise, train, False)
        if kind == GENE:
            mu, sigma, z, dec_h, bias = (t.detach() for t in (mu, sigma, z, dec_h, bias))
        f_mu, f_sigma, z_f, f_dec_h = self.gene_side(noise, train, sample, rows)
        pair = self.pair_scale * dec_h @ f_dec_h.T + bias
        nll = ((pair - seen) ** 2).sum(1).mean()
        if gamma > 0:
            align = self.align_scale * z @ z_f.T + bias
            nll = nll + gamma * ((align - seen) ** 2).sum(1).mean()
        return scale * nll, self.kl(mu, sigma) if kind == JOINT else zero, self.kl(f_mu, f_sigma)

    def trained(self, kind):
        """Names with a gradient in an objective."""
        names = []
        for name in self.w:
            if name.endswith(("running_mean", "running_var", "num_batches_tracked", ".axes", ".axes_scale", ".centres", ".shifts", ".shares", ".widths", ".spreads")) or name.startswith("feature_decoder.final_layer"):
                continue
            axes = "sample_decoder.axes_scale" in self.w
            head = name == "sample_decoder.output_mean.weight" or name.startswith("sample_decoder.axes_mean") or name.startswith("sample_decoder.final_layer")
            cell = name.startswith("sample_")
            if axes and name == "sample_decoder.output_mean.bias" and kind != JOINT:
                continue
            if kind == CELL and not cell or kind == GENE and cell or kind == JOINT and head:
                continue
            names.append(name)
        return names


def train(model, x, c, train_cells, validation_cells, t, steps=None):
    """Yields a dict per mini-batch. t: options by the names of scilama_trainer_options."""
    x, c = torch.tensor(x, dtype=model.dtype), torch.tensor(c, dtype=model.dtype)
    o, done = model.o, 0
    for phase, kind in enumerate(PHASES[t["mode"]]):
        gamma = t["gamma"] if kind == JOINT else 0.0
        names = model.trained(kind)
        for name in model.w:
            model.w[name].requires_grad_(name in names)
        optimizer = torch.optim.AdamW([model.w[n] for n in names], lr=t["lr"], betas=(t["beta1"], t["beta2"]),
                                      eps=t["epsilon"], weight_decay=t["weight_decay"])
        step, best, best_weights = 0, math.inf, None
        eligible = 0 if t["best_from_start"] else t["kl_delay"] + math.ceil((t["kl_end"] - t["kl_start"]) / t["kl_rate"] - 1e-9) if t["kl_end"] > t["kl_start"] else t["kl_delay"]
        for epoch in range(t["epochs"]):
            order = list(train_cells)
            if t["shuffle"]:
                order = philox.Sequence(t["seed"], philox.SHUFFLE, phase, epoch).shuffle(order)
            past = epoch - t["kl_delay"]
            beta = t["kl_start"] if past <= 0 else min(t["kl_end"], t["kl_start"] + t["kl_rate"] * past)
            lr = t["lr"] * t["lr_decay"] ** epoch
            for group in optimizer.param_groups:
                group["lr"] = lr
            for first in range(0, len(order), t["batch_size"]):
                cells = order[first:first + t["batch_size"]]
                noise = Noise(t["seed"], phase, step)
                rows = philox.gene_subset(t["seed"], phase, step, model.genes, t["gene_batch"]) if t["gene_batch"] else None
                optimizer.zero_grad()
                nll, kl_s, kl_f = model.objective(x[cells], c[cells], kind, gamma, noise, True, t["sampling"] == 0, rows)
                loss = nll + beta * kl_s + beta * kl_f
                loss.backward()
                gradients = [model.w[n].grad for n in names if model.w[n].grad is not None]
                norm = math.sqrt(sum(float((g.double() ** 2).sum()) for g in gradients))
                if t["clip_norm"] > 0 and norm > t["clip_norm"]:
                    for g in gradients:
                        g *= t["clip_norm"] / norm
                optimizer.step()
                step, done = step + 1, done + 1
                info = dict(phase=phase, loss=loss.item(), nll=nll.item(), kl_s=kl_s.item(), kl_f=kl_f.item(), beta=beta, lr=lr, grad_norm=norm)
                if first + t["batch_size"] >= len(order):
                    with torch.no_grad():
                        parts = [float(v) for v in model.objective(x[validation_cells], c[validation_cells], kind, gamma)]
                    info.update(validation_loss=sum(parts), validation_nll=parts[0], validation_kl_s=parts[1], validation_kl_f=parts[2])
                    if epoch >= eligible and sum(parts) < best:
                        best, best_weights = sum(parts), {k: v.detach().clone() for k, v in model.w.items()}
                    if epoch == t["epochs"] - 1:
                        info["phase_end"] = True
                        if best_weights and not t["keep_last"]:
                            model.w = best_weights
                yield info
                if steps and done >= steps:
                    return
