# SPDX-License-Identifier: MIT
"""Twenty steps on the data of tests/consumer/DATA.md; prints the hashes. Then checks the
rest of the module: sparse input, views, save and load, callbacks, errors."""
import os
import sys
import tempfile

import numpy as np

import scilama


def fnv1a(data, value=14695981039346656037):
    for byte in bytes(data):
        value = ((value ^ byte) * 1099511628211) & 0xFFFFFFFFFFFFFFFF
    return value


i, g, d = np.arange(96)[:, None], np.arange(40)[None, :], np.arange(8)[None, :]
v = (31 * i + 17 * g + i * g) % 13
counts = np.where(v < 8, 0, v - 7).astype(np.float32)
names = ["G%03d" % k for k in range(40)]
vectors = (((19 * g.T + 23 * d + g.T * d) % 17 - 8) / 8).astype(np.float32)


def make(matrix, context, **how):
    data = scilama.Dataset(context, matrix, genes=names, **how)
    data.set_categorical("batch", np.array(["a", "b", "c"])[np.arange(96) % 3])
    data.use_covariate("batch")
    data.set_split(np.where(np.arange(96) % 10 == 9, scilama.VALIDATION, scilama.TRAIN))
    data.add_gene_table("formula", names, vectors)
    data.preprocess(hvg=scilama.HVG_NONE)
    return data


def train(data):
    model = scilama.Model(data, latent=6, hidden=[16, 8], seed=7)
    trainer = scilama.Trainer(model, data, mode=scilama.MODE_DIRECT, batch_size=16, seed=11)
    for info in trainer.steps():
        if info.step == 20:
            break
    return model


def weights(model):
    value = 14695981039346656037
    for name, view in model.parameters().items():
        value = fnv1a(view.tobytes(), fnv1a(name.encode(), value))
    return value


context = scilama.Context(threads=2)
data = make(counts, context)
model = train(data)
print("weights %016x" % weights(model))
cells = model.encode_cells(data)
print("cells   %016x" % fnv1a(cells.tobytes()))
print("genes   %016x" % fnv1a(model.encode_genes().tobytes()))

# The same from float64, from a view with a stride, borrowed.
wide = np.zeros((96, 64), np.float32)
wide[:, :40] = counts
for other in (counts.astype(np.float64), wide[:, :40]):
    assert weights(train(make(other, context))) == weights(model)
borrowed = make(counts, context, borrow=True)
assert weights(train(borrowed)) == weights(model)
try:
    import scipy.sparse
except ImportError:
    print("scipy is not installed: sparse input was not tested", file=sys.stderr)
else:
    for kind in (scipy.sparse.csr_matrix, scipy.sparse.csc_matrix, scipy.sparse.coo_matrix):
        assert weights(train(make(kind(counts), context))) == weights(model), kind

assert model.covariates == {"batch": ["a", "b", "c"]}, model.covariates

# Views are the model's memory and keep it alive.
views = model.parameters()
name = next(iter(views))
model.set_parameter(name, views[name] + 1)
assert np.array_equal(model.parameters()[name], views[name])
model.set_parameter(name, views[name] - 1)
again = np.from_dlpack(views[name]) if hasattr(np, "from_dlpack") and views[name].flags.writeable else views[name]
assert again.ctypes.data == views[name].ctypes.data

given = make(counts, context)
lean = scilama.Model(given, latent=6, hidden=[16, 8], seed=7)
before = lean.encode_cells(given)
given.release_input()
assert np.array_equal(lean.encode_cells(given), before)
try:
    scilama.Model(given)
    raise SystemExit("a model was made of what was given back")
except scilama.Failure as failure:
    assert "given back" in str(failure), failure

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "model.h5")
    model = train(data)
    model.save(path)
    loaded = scilama.Model.load(context, path)
    assert weights(loaded) == weights(model) and np.array_equal(loaded.encode_cells(data), cells)
    try:
        scilama.Model.load(context, os.path.join(folder, "none.h5"))
        raise SystemExit("a missing file was loaded")
    except scilama.Failure as failure:
        assert "none.h5" in str(failure), failure

epochs = []
trainer = scilama.Trainer(model, data, mode=scilama.MODE_DIRECT, epochs=5, batch_size=16)
trainer.run(lambda info: epochs.append(info.epoch) or len(epochs) == 2)
assert epochs == [0, 1], epochs
try:
    trainer.run(lambda info: 1 / 0)
    raise SystemExit("an exception of a callback was lost")
except ZeroDivisionError:
    pass
evaluation = trainer.evaluate()
assert evaluation.cells == 9 and np.isfinite(evaluation.loss), evaluation

# Handles go in any order.
model2 = train(data)
del context, data
assert model2.encode_genes().shape[1] == 6
