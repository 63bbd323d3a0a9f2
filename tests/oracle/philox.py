# SPDX-License-Identifier: MIT
"""The random streams of docs/reproducibility.md in numpy."""
import numpy as np

INIT, SHUFFLE, SPLIT, DROPOUT, NOISE, GENES = 1, 2, 3, 4, 5, 6


def philox(seed, stream, phase, step, index):
    """Philox4x32-10: uint32 [len(index), 4]."""
    mask = np.uint64(0xFFFFFFFF)
    index = np.asarray(index, np.uint64)
    c = [index & mask, index >> np.uint64(32), np.full_like(index, step & 0xFFFFFFFF),
         np.full_like(index, (stream | phase << 28) & 0xFFFFFFFF)]
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> np.uint64(32)) ^ c[1] ^ np.uint64(k0), p1 & mask,
             (p0 >> np.uint64(32)) ^ c[3] ^ np.uint64(k1), p0 & mask]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack(c, axis=1).astype(np.uint32)


def dropout_mask(seed, layer, phase, step, rows, width, p, micro=0):
    """bool [rows, width], True = kept; and the factor of what is kept."""
    threshold = int(np.rint(float(np.float32(p)) * 65536))
    blocks = (width + 7) // 8
    words = philox(seed, DROPOUT | layer << 8 | micro << 20, phase, step, np.arange(rows * blocks))
    halves = np.stack([words & 0xFFFF, words >> 16], axis=2).reshape(rows, blocks * 8)
    return halves[:, :width] >= threshold, 65536 / (65536 - threshold)


def noise(seed, side, phase, step, rows, latent, micro=0):
    """Standard normals [rows, latent]; side 0: cells, 1: genes."""
    blocks = (latent + 3) // 4
    words = philox(seed, NOISE | side << 8 | micro << 20, phase, step, np.arange(rows * blocks)).astype(np.float64)
    out = np.empty((rows * blocks, 4))
    for h in range(2):
        radius = np.sqrt(-2 * np.log((words[:, 2 * h] + 1) * 2.0 ** -32))
        angle = words[:, 2 * h + 1] * (6.283185307179586 * 2.0 ** -32)
        out[:, 2 * h], out[:, 2 * h + 1] = radius * np.cos(angle), radius * np.sin(angle)
    return out.reshape(rows, blocks * 4)[:, :latent]


class Sequence:
    """A sequential reader over one stream."""

    def __init__(self, seed, stream, phase, step):
        self.key = (seed, stream, phase, step)
        self.index, self.words = 0, []

    def u32(self):
        if not self.words:
            self.words = philox(*self.key, [self.index])[0].tolist()
            self.index += 1
        return self.words.pop(0)

    def below(self, n):
        top = 2 ** 64 - 1
        limit = top - top % n
        while True:
            draw = self.u32() << 32
            draw |= self.u32()
            if draw < limit:
                return draw % n

    def shuffle(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items


def gene_subset(seed, phase, step, genes, count, micro=0):
    """`count` of `genes`, ascending (Knuth's selection sampling)."""
    s, drawn = Sequence(seed, GENES | micro << 20, phase, step), []
    for g in range(genes):
        if len(drawn) == count:
            break
        if s.below(genes - g) < count - len(drawn):
            drawn.append(g)
    return drawn
