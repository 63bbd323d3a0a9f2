# SPDX-License-Identifier: MIT
# Ten tasks in Python. Usage: tasks.py IN.h5ad FOLDER. What is between "task:" lines is counted by count.py.
import sys

import anndata

import scilama

input, folder = sys.argv[1:]
adata, query, context = anndata.read_h5ad(input), anndata.read_h5ad(input), scilama.Context(2)
table = scilama.GeneTable(context, list(adata.var_names), adata.X[:16].T.toarray() if hasattr(adata.X, "toarray") else adata.X[:16].T)
# task: embed and correct for batches
model = scilama.fit(adata, batch="batch", label="cell_type", trainer={"max_steps": 60})
# task: cluster
# task: layout
# task: corrected expression
corrected = model.decode(scilama.dataset(adata), to={"batch": "b0"} if "b0" in model.covariates["batch"] else None)
# task: markers
markers = scilama.markers(scilama.dataset(adata), adata.obs["scilama_leiden"].array)
# task: gene modules
modules = scilama.modules(model._context, model.encode_genes())
# task: transfer labels to new cells
scilama.map(model, query)
# task: keep a model and load it
model.save(folder + "/m.h5")
again = scilama.Model.load(context, folder + "/m.h5")
# task: bring gene vectors
with_vectors = scilama.fit(adata, batch="batch", embeddings={"text": table}, trainer={"max_steps": 60})
# task: judge the result
scores = scilama.score(context, adata.obsm["X_scilama"], adata.obs["cell_type"].array, adata.obs["batch"].array)
# task: end
assert {"scilama_leiden", "scilama_cell_type"} <= set(adata.obs) | set(query.obs) and "X_umap" in adata.obsm
assert corrected.shape[0] == adata.n_obs and markers["z"].shape[1] == adata.n_vars and 0 < scores.total <= 1
assert (again.encode_cells(scilama.dataset(adata)) == model.encode_cells(scilama.dataset(adata))).all() and len(modules["labels"]) and with_vectors.modalities
