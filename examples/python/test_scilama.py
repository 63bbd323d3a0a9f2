# SPDX-License-Identifier: MIT
"""Twenty steps on the data of tests/consumer/DATA.md; prints the hashes. Then checks the
rest of the module: sparse input, views, save and load, callbacks, errors."""
import importlib.util
import inspect
import os
import signal
import sys
import tempfile
import typing

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
    model = scilama.Model(data, scilama.PUBLISHED, latent=6, hidden=[16, 8], seed=7)
    trainer = scilama.Trainer(model, data, scilama.PUBLISHED, mode=scilama.MODE_DIRECT, batch_size=16, seed=11)
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
lean = scilama.Model(given, scilama.PUBLISHED, latent=6, hidden=[16, 8], seed=7)
before = lean.encode_cells(given)
given.release_input()
assert np.array_equal(lean.encode_cells(given), before)
try:
    scilama.Model(given)
    raise SystemExit("a model was made of what was given back")
except scilama.Failure as failure:
    assert "given back" in str(failure), failure

# The presets prepare values in different ways, and fit() as the one it is told.
whole = make(counts, context)
prepared = {}
for preset in (scilama.PUBLISHED, scilama.RECOMMENDED):
    whole.preprocess(preset, hvg="none")
    prepared[preset] = whole.prepared()
for preset, expected in prepared.items():
    scilama.Model.fit(whole, preset, train_fraction=0, preprocess={"hvg": "none"}, model={"latent": 2, "hidden": [4]},
                      trainer={"mode": "beta-vae", "max_steps": 2})
    assert np.array_equal(whole.prepared(), expected), preset
assert not np.allclose(*prepared.values())

# Levels of decoded expression are the measured ones, also of cells that have counts, but none in the model's genes.
random = np.random.default_rng(1)
shallow = random.poisson(random.gamma(0.5, 0.3, (3, 200))[random.integers(0, 3, 600)]).astype(np.float32)
shallow[:, 0] += 1
few = scilama.Dataset(context, shallow, genes=["W%03d" % k for k in range(200)])
few.set_categorical("batch", np.array(["a", "b"])[np.arange(600) % 2])
few.use_covariate("batch")
small = scilama.Model.fit(few, preprocess={"n_top_genes": 4, "min_cells": 0}, model={"latent": 4, "hidden": [16]}, trainer={"max_steps": 100})
of = [int(g[1:]) for g in small.genes]
assert (shallow[:, of].sum(1) == 0).sum() > 20
logged, decoded = np.log1p(1e4 * shallow / shallow.sum(1, keepdims=True))[:, of], small.decode(few)
for batch in range(2):
    assert np.allclose(decoded[batch::2].mean(0), logged[batch::2].mean(0), rtol=1e-3), (decoded[batch::2].mean(0), logged[batch::2].mean(0))

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
trainer = scilama.Trainer(model, data, scilama.PUBLISHED, mode=scilama.MODE_DIRECT, epochs=5, batch_size=16)
trainer.run(lambda info: epochs.append(info.epoch) or len(epochs) == 2)
assert epochs == [0, 1], epochs
try:
    trainer.run(lambda info: 1 / 0)
    raise SystemExit("an exception of a callback was lost")
except ZeroDivisionError:
    pass
evaluation = trainer.evaluate()
assert evaluation.cells == 9 and np.isfinite(evaluation.loss), evaluation

# A cancel stops the call that runs, and none after it; a late one does nothing.
del trainer
trainer = scilama.Trainer(model, data, scilama.PUBLISHED, mode="direct", epochs=100000, batch_size=16)
done = []
try:
    trainer.run(lambda info: done.append(info.epoch) or context.cancel())
    raise SystemExit("a cancelled run came to its end")
except scilama.Failure as failure:
    assert failure.code == -9 and len(done) == 1, (failure, done)
assert np.isfinite(model.encode_genes()).all()
context.cancel()
assert trainer.step().epoch == 1 and np.isfinite(model.encode_genes()).all()

# Ctrl-C stops a run, and everything can be used on.
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job of a shell starts with it ignored
handler = signal.getsignal(signal.SIGINT)
done.clear()
try:
    trainer.run(lambda info: done.append(info.epoch) or (signal.raise_signal(signal.SIGINT) if len(done) == 1 else None))
    raise SystemExit("Ctrl-C was lost")
except KeyboardInterrupt:
    assert len(done) < 99999, "the run was not stopped"
assert signal.getsignal(signal.SIGINT) is handler and signal.set_wakeup_fd(-1) == -1
before = trainer.step()
assert trainer.step().step == before.step + 1
# One that comes when the call is all but over does not stop the next one.
points = np.random.default_rng(1).normal(size=(300, 5)).astype(np.float32)
expected = scilama.knn(context, points, neighbors=7)
for _ in range(20):
    context.set_progress(lambda stage, share: share == 1 and signal.raise_signal(signal.SIGINT))
    try:
        scilama.knn(context, points, neighbors=7)
        raise SystemExit("Ctrl-C was lost")
    except KeyboardInterrupt:
        pass
    context.set_progress(None)
    assert np.array_equal(scilama.knn(context, points, neighbors=7)[0], expected[0])
# Another handler than Python's is called instead.
caught = []
signal.signal(signal.SIGINT, lambda *what: caught.append(what[0]))
context.set_progress(lambda stage, share: share == 1 and signal.raise_signal(signal.SIGINT))
scilama.pca(context, points, components=2)
try:
    scilama.knn(context, points, neighbors=7)
except scilama.Failure as failure:
    assert failure.code == -9, failure
context.set_progress(None)
signal.signal(signal.SIGINT, handler)
assert caught and set(caught) == {signal.SIGINT}, caught

# A trainer restored goes on bit for bit.
state = trainer.state()
first, after = trainer.step(), weights(model)
trainer.restore(state)
assert trainer.step().loss == first.loss and weights(model) == after
del trainer

# Words for numbers, and what is wrong said.
assert scilama.defaults(scilama.KnnOptions, metric="cosine").metric == 2
assert scilama.defaults(scilama.TrainerOptions, mode="cell-gene").mode == scilama.MODE_CELL_GENE
for kind, wrong in ((scilama.KnnOptions, {"metric": "manhattan"}), (scilama.TrainerOptions, {"mode": "none"})):
    try:
        scilama.defaults(kind, **wrong)
        raise SystemExit("%s was taken" % wrong)
    except ValueError as error:
        assert list(wrong.values())[0] in str(error), error

# Analysis, against definitions.
distance = np.sqrt(((points[:, None].astype(np.float64) - points[None]) ** 2).sum(2))
np.fill_diagonal(distance, np.inf)
assert np.array_equal(expected[0], np.argsort(distance, axis=1, kind="stable")[:, :7]) and expected[2].recall == 1
assert np.allclose(expected[1], np.sort(distance, axis=1)[:, :7], rtol=1e-5)
far = np.concatenate([points, points + 40, points[:200] - 40])
truth = np.repeat([0, 1, 2], [300, 300, 200])
graph = scilama.Graph.from_knn(context, *scilama.knn(context, far)[:2])
indptr, indices, graph_weights = graph.csr()
assert indptr[-1] == len(indices) == graph.entries and graph.vertices == 800
labels, report = graph.leiden(resolution=0.01)
assert np.array_equal(labels, truth) and report.communities == 3, report
assert abs(graph.quality(labels, 0.01) - report.quality) < 1e-9
assert graph.leiden(communities=3)[1].communities == 3
assert np.array_equal(scilama.cluster(context, far, resolution=0.01), truth)
assert scilama.compare(context, labels, np.array(["x", "y", "z"])[truth]).ari == 1
layout = graph.umap(far, epochs=50)
assert layout.shape == (800, 2) and np.isfinite(layout).all()
assert np.array_equal(scilama.umap(context, far, epochs=50), layout)
assert np.array_equal(scilama.kmeans(context, far, 3)[0], truth)
assert scilama.silhouette(context, far, truth)[0] > 0.8
assert np.allclose(scilama.lisi(context, *scilama.knn(context, far)[:2], truth), 1)
scores, components, variances, total = scilama.pca(context, points, components=5)
u, singular, v = np.linalg.svd(points.astype(np.float64) - points.mean(0, dtype=np.float64), full_matrices=False)
assert np.allclose(variances, singular ** 2 / 299, rtol=1e-5) and np.allclose(total, variances.sum(), rtol=1e-5)
assert np.allclose(np.abs(np.sum(components * v, axis=1)), 1, atol=1e-4)
metrics = scilama.score(context, far, truth, baseline=far)
assert metrics.nmi == 1 and np.isnan(metrics.ilisi), metrics
if "scipy" in sys.modules:
    connectivities = scipy.sparse.csr_matrix((graph_weights, indices, indptr))
    assert np.array_equal(scilama.Graph.from_matrix(context, connectivities).leiden(resolution=0.01)[0], truth)
    # Sparse rows are used where they lie: only what the library makes of them is its own.
    wide = scipy.sparse.random(2000, 500, 0.2, "csr", np.float32, random_state=1)
    wide = scipy.sparse.csr_matrix((np.ceil(wide.data * 4), wide.indices, wide.indptr), wide.shape)
    held = []
    for borrow in (False, True):
        now = context.memory[0]
        given = scilama.Dataset(context, wide, borrow=borrow)
        held.append(context.memory[0] - now)
        del given
    assert held[0] - held[1] >= 8 * wide.nnz - 65536, held
del graph
assert indptr[-1] == len(indices)  # views keep the graph

mu, sigma = model.encode_cells(data, sigma=True)
assert np.array_equal(mu, model.encode_cells(data)) and (sigma > 0).all() and (model.encode_genes(sigma=True)[1] > 0).all()

# Decoding with every option.
plain = model.decode(data)
assert plain.shape == (96, len(model.genes)) and np.array_equal(model.decode(data, head="best"), plain)
each = [model.decode(data, to={"batch": b}) for b in "abc"]
own = np.arange(96) % 3
assert np.allclose(np.choose(own[:, None], each), plain, atol=1e-5)
scaled = [model.decode(data, to={"batch": b}, unscale=0) for b in "abc"]
assert np.allclose(model.decode(data, average_batches=1, unscale=0), np.mean(scaled, axis=0), atol=1e-4)
assert (plain >= 0).all() and not np.allclose(model.decode(data, unscale=0), plain) and not np.array_equal(model.decode(data, head="cell"), model.decode(data, head="paired"))
try:
    model.decode(data, to={"batch": "d"})
    raise SystemExit("an unknown category was decoded")
except scilama.Failure as failure:
    assert "d" in str(failure) and failure.code == -7, failure
known = np.stack([vectors[names.index(n)] for n in model.genes])
assert np.allclose(model.encode_new_genes(known), model.encode_genes(), atol=1e-5)
assert model.decode_new_genes(data, known[:3]).shape == (96, 3)
wide = np.hstack([known, known])
for call, says in ((lambda: model.encode_new_genes(wide), f"have {wide.shape[1]} columns, but the model was made with {known.shape[1]}"),
                   (lambda: model.decode_new_genes(data, known[:, :-1].copy()), f"have {known.shape[1] - 1} columns, but the model was made with {known.shape[1]}"),
                   (lambda: model.encode_new_genes(known, known), "2 gene tables"), (lambda: model.encode_new_genes(), "table"),
                   (lambda: model.decode_new_genes(data), "table"), (lambda: model.predict_genes(data, names[:2]), "table"),
                   (lambda: model.predict_genes(data, ["nobody"], scilama.GeneTable(context, names, vectors)), "nobody"),
                   (lambda: scilama.GeneTable(context, names[:-1], vectors), "one name per row"),
                   (lambda: scilama.gene_holdout(context, counts, vectors, vectors[:-1]), "one vector per gene"),
                   (lambda: scilama.gene_loadings(context, counts, vectors[:-1]), "one vector per gene"),
                   (lambda: scilama.gene_space(context, counts, vectors[:-1]), "one vector per gene"),
                   (lambda: scilama.paired_markers(context, model.encode_cells(data), model.encode_genes()[:, :-1], ["x"] * 96), "as many numbers each")):
    try:
        call()
    except (scilama.Failure, ValueError) as failure:
        assert says in str(failure), failure
    else:
        raise SystemExit("vectors that are not the model's were taken, which should say: " + says)

# Mapping onto a reference, which the model carries.
reference = scilama.Reference(context, far, {"side": np.array(["x", "y", "z"])[truth]}, layout)
assert reference.info.cells == 800 and reference.info.labels == 1
labels, probabilities, place, _ = reference.map(far[::7] + 0.01)
assert list(labels["side"]) == list(np.array(["x", "y", "z"])[truth[::7]]) and (probabilities["side"] > 0.9).all()
assert place.shape == (115, 2) and np.isfinite(place).all()
own_embedding = model.encode_cells(data)
model.reference = scilama.Reference(context, own_embedding, {"batch": np.array(["a", "b", "c"])[own]})
assert model.reference.info.cells == 96 and model.check_query(data).unknown_cells == 0
assert model.reference.map(own_embedding, 1)[3].max() == 0
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "mapped.h5ad")
    with scilama.H5adWriter.create_from(data, path) as writer:
        model.map(data, writer, key="q", neighbors=1)
    assert (scilama.read_array(context, path, "obsm/X_q") == own_embedding).all()
    assert (scilama.read_column(context, path, "obs", "q_distance") == 0).all()
    other = os.path.join(folder, "other.h5ad")
    with scilama.H5adWriter.create(context, other, counts[:, :2]) as writer:
        writer.copy_obs(path)
    assert (scilama.read_column(context, other, "obs", "q_distance") == 0).all()

# Memory before it is needed.
assert scilama.knn_memory(context, 2000, 4) > scilama.knn_memory(context, 120, 4)
assert scilama.graph_memory(context, 120, 10) >= 120 * 10 * 8 + 121 * 8 and scilama.graph_memory(context, 120, 10, "jaccard") > 0
assert scilama.leiden_memory(context, 2000, 30000) > scilama.leiden_memory(context, 120, 1800)
assert scilama.umap_memory(context, 2000, 30000) > scilama.umap_memory(context, 120, 1800)
try:
    scilama.umap_memory(context, 120, 1800, dimensions=-1)
    raise SystemExit("a layout of no dimensions has a size")
except scilama.Failure as failure:
    assert failure.code == -1, failure

low = scilama.Dataset(context, counts, genes=[n.lower() for n in names])
assert model.match_genes(low) == 0 and model.match_genes(low, ignore_case=1) == 40 and model.check_query(low).measured == model.check_query(data).measured

# Joined with cells of a batch that the model does not know, which is then adapted to.
query = scilama.Dataset(context, counts, genes=names, cells=["q%d" % k for k in range(96)])
query.set_categorical("batch", np.full(96, "z"))
both = scilama.Dataset.concat([data, query], ["old", "new"], "part")
assert both.cells == 192 and both.cell_names[96] == "q0" and scilama.column(both, "part")[1] == ["old", "new"]
assert (scilama.column(both, "part")[0] == np.repeat([0, 1], 96)).all()
for wrong in (lambda: scilama.Dataset.concat([data, query], ["one"]), lambda: scilama.Dataset.concat([data, query], join="outer")):
    try:
        wrong()
        raise SystemExit("these cannot be joined")
    except (ValueError, scilama.Failure):
        pass
with tempfile.TemporaryDirectory() as folder:
    scilama.H5adWriter.create_from(both, os.path.join(folder, "both.h5ad")).commit()
    again = scilama.Dataset.read(context, os.path.join(folder, "both.h5ad"))
    assert again.cells == 192 and scilama.column(again, "batch")[1] == ["a", "b", "c", "z"]
rows = scilama.Dataset.from_rows(context, lambda cells, out: np.copyto(out, counts[cells]), counts.shape, genes=names)
joined = scilama.Dataset.concat([rows, rows])
del rows
joined.preprocess(hvg=scilama.HVG_NONE)
assert np.array_equal(joined.prepared()[:96], joined.prepared()[96:])
other = scilama.Model.from_bytes(context, model.to_bytes()) if hasattr(model, "to_bytes") else model
report = other.adapt(both, decoder_steps=0)
# a published model has no clusters to align
assert (report.categories, report.cells, report.aligned) == (1, 96, 0) and other.covariates == {"batch": ["a", "b", "c", "z"]}

# Markers and modules.
groups = np.where(counts[:, 5] > 0, "high", "low")
found = scilama.markers(data, groups)
assert found["groups"] == ["high", "low"] and found["z"][0].argmax() == 5 and found["auroc"][0, 5] == 1
assert np.allclose(found["fraction_in"][0], (counts[groups == "high"] > 0).mean(0))
paired = scilama.markers(data, groups, model, batches=own, permutations=20)
assert np.array_equal(paired["z"], found["z"])
assert np.array_equal(np.isfinite(paired["paired_score"][0]), np.isin(names, model.genes))
assert np.allclose(scilama.p_adjust(context, found["p_value"][0]), found["p_adjusted"][0])
gene_groups = scilama.modules(context, model.encode_genes(), rounds=2, min_size=2, neighbors=5)
assert gene_groups["report"].genes == len(model.genes) and gene_groups["labels"].max() + 1 == gene_groups["report"].modules
in_matrix = np.arange(40) % 4
assert scilama.module_activity(data, in_matrix).shape == (96, 4)
coherence, p, fdr = scilama.module_coherence(data, in_matrix, permutations=50)
assert coherence.shape == (4,) and (p >= 1 / 51).all() and (fdr >= p - 1e-12).all()
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "sets.gmt")
    with open(path, "w") as file:
        file.write("every fourth\tfirst\t%s\n" % "\t".join(names[::4]))
    sets = scilama.GeneSets(context, path)
    assert sets.names == ["every fourth"] and sets.genes(0) == names[::4]
    enriched = sets.enrichment(names, in_matrix, annotated=0)
    assert enriched["overlap"].ravel().tolist() == [10, 0, 0, 0] and enriched["p"][0, 0] < 1e-7
    assert sets.descriptions == ["first"]

# Every public function says its types, and they are names that exist.
for thing in list(vars(scilama).values()):
    if inspect.isclass(thing) and issubclass(thing, scilama._Handle):
        functions = [getattr(f, "fget", None) or getattr(f, "__func__", f) for name, f in vars(thing).items() if not name.startswith("_")]
    else:
        functions = [thing] if getattr(thing, "__module__", "") in ("scilama", "scilama_analysis", "scilama_anndata", "scilama_files") else []
    for f in functions:
        if inspect.isfunction(f) and not f.__name__.startswith("_") and f.__name__ != "<lambda>":
            assert "return" in typing.get_type_hints(f), f

# The rest of the interface, each against what another part says.
swept, reports = scilama.Graph(context, far[:, :4], neighbors=10).leiden_sweep([0.01, 1.0])
assert swept.shape == (2, 800) and reports[0].communities <= reports[1].communities == swept[1].max() + 1
alone = scilama.paired_markers(context, model.encode_cells(data), model.encode_genes(), groups, batches=own, permutations=20)
assert np.array_equal(alone["paired_score"], paired["paired_score"][:, [names.index(n) for n in model.genes]])
report, told, expected = scilama.gene_holdout(context, counts, vectors, fraction=0.25)
assert report.genes == 10 and told.shape == expected.shape == (40,)
report, loadings = scilama.gene_loadings(context, counts, vectors, components=4)
assert 30 < report.genes <= 40 and loadings.shape == (40, 4) and np.isfinite(loadings).all(1).sum() == report.genes and 0 < report.kept < 1
report, space = scilama.gene_space(context, counts, vectors, components=4)
assert np.array_equal(space[:, :4], loadings, equal_nan=True) and space.shape == (40, 4 + np.shape(vectors)[1]) and 0 <= report.weight <= 0.8
own_table = scilama.GeneTable(context, names, vectors)
assert np.array_equal(own_table.values, np.asarray(vectors, np.float32)) and not own_table.values.flags.writeable
told, expected = model.predict_genes(data, names[:2], own_table)
assert told.shape == (96, 2) and (np.abs(expected["correlation"]) <= 1).all()
assert np.shares_memory(model.find_parameter(name), model.parameters()[name])
latent = next(o for o in scilama.option_list("model") if o["name"] == "latent")
assert latent["published"] == scilama.defaults(scilama.ModelOptions, scilama.PUBLISHED).latent and scilama.status_name(-7) == "E_NOTFOUND"
try:
    scilama.check_options(scilama.defaults(scilama.ModelOptions, latent=-1))
    raise SystemExit("a latent dimension below 1 passed")
except scilama.Failure as failure:
    assert "latent" in str(failure)
parts = scilama.Trainer(train(data), data, batch_size=16)
parts.forward_backward()
assert parts.gradient().any() and np.shares_memory(parts.gradient(name), parts.gradient())
del parts
lent = np.arange(6, dtype=np.float32).reshape(2, 3)
if hasattr(np, "from_dlpack"):
    seen = np.from_dlpack(scilama.lend(context, lent))
    assert np.shares_memory(seen, lent) and len(scilama._lent) == 1
    del seen
    assert not scilama._lent
by_rows = scilama.Dataset.from_rows(context, lambda cells, out: np.copyto(out, counts[cells]), counts.shape, genes=names)
by_rows.set_split(data.split)
by_rows.preprocess(hvg=scilama.HVG_NONE)
plain_data = scilama.Dataset(context, counts, genes=names)
plain_data.set_split(data.split)
plain_data.preprocess(hvg=scilama.HVG_NONE)
assert np.array_equal(by_rows.prepared(), plain_data.prepared())
try:
    scilama.Dataset.from_rows(context, lambda cells, out: 1 / 0, counts.shape)
    raise SystemExit("rows that cannot be read were read")
except scilama.Failure as failure:
    assert "division by zero" in str(failure) and failure.code == -12
plain_data.set_obs({"depth": counts.sum(1), "kind": np.array(["x", None] * 48, object)})
if importlib.util.find_spec("pyarrow"):
    import pyarrow
    columns = pyarrow.table(plain_data.obs()).to_pydict()
    assert columns["kind"][:2] == ["x", None] and columns["depth"][0] == counts[0].sum()
for read in (scilama.Dataset.read_10x_h5, scilama.Dataset.read_mtx):
    try:
        read(context, "/nonexistent")
        raise SystemExit("a missing file was read")
    except scilama.Failure as failure:
        assert failure.code == -7, failure

# Handles go in any order.
model2 = train(data)
del context, data
assert model2.encode_genes().shape[1] == 6
