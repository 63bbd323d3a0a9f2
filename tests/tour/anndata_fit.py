# SPDX-License-Identifier: MIT
"""scilama.fit() and scilama.map() beside what the program writes. Usage: anndata_fit.py IN.h5ad FIT.h5ad MAP.h5ad, the latter of
`scilama fit IN --batch batch --label cell_type --model M --reference` and `scilama map M IN`."""
import sys
import warnings

import anndata
import numpy as np

import scilama

warnings.simplefilter("ignore")
source, fitted, mapped = sys.argv[1:]
ours, theirs = anndata.read_h5ad(source), anndata.read_h5ad(fitted)
model = scilama.fit(ours, batch="batch", label="cell_type", threads=1)
assert set(theirs.obsm) <= set(ours.obsm) and set(theirs.varm) <= set(ours.varm) and set(theirs.obsp) <= set(ours.obsp), (ours, theirs)
for of, names in (("obsm", theirs.obsm), ("varm", theirs.varm)):
    for name in names:
        a, b = np.asarray(getattr(ours, of)[name]), np.asarray(getattr(theirs, of)[name])
        assert np.array_equal(a, b, equal_nan=True), (of, name, np.nanmax(np.abs(a - b)))
for name in theirs.obsp:
    assert (ours.obsp[name] != theirs.obsp[name]).nnz == 0, name
for name in ("scilama_leiden", "scilama_split"):
    assert (ours.obs[name].astype(str) == theirs.obs[name].astype(str)).all(), name
assert ours.uns["neighbors"]["params"]["use_rep"] == theirs.uns["neighbors"]["params"]["use_rep"] == "X_scilama"

query, theirs = anndata.read_h5ad(source), anndata.read_h5ad(mapped)
scilama.map(model, query)
new = [c for c in theirs.obs if c.startswith("scilama_")]
assert len(new) == 12 and set(new) <= set(query.obs), (new, list(query.obs))
for name in new:
    a, b = query.obs[name], theirs.obs[name]
    assert (a.astype(str) == b.astype(str)).all() if a.dtype.name == "category" else np.array_equal(a, b), name
for name in theirs.obsm:
    if "scilama" in name:
        assert np.array_equal(query.obsm[name], theirs.obsm[name]), name

assert query.uns["scilama_map"]["labels"] == {name: int(n) for name, n in theirs.uns["scilama_map"]["labels"].items()}, query.uns["scilama_map"]
query.obs["scilama_mine"] = 1.0
query.uns["scilama_leiden"] = {"params": {"resolution": 1.0}}  # found since
model.reference = scilama.Reference(model._context, ours.obsm["X_scilama"], {"batch": ours.obs["batch"].astype("category").array})
scilama.map(model, query)  # what the earlier map alone had goes, and nothing else
assert not {c for c in query.obs if c.startswith("scilama_cell_type")} and {"scilama_leiden", "scilama_mine", "scilama_batch", "cell_type"} <= set(query.obs), list(query.obs)
assert "X_scilama_umap" not in query.obsm and "scilama_novelty" not in query.obs and "scilama_leiden_probability" in query.obs

numbered = anndata.read_h5ad(source)  # batches as numbers are the same batches
numbered.obs["batch"] = numbered.obs["batch"].astype("category").cat.codes.astype(np.int64)
again = scilama.fit(numbered, batch="batch", umap=False, threads=1)
assert np.array_equal(numbered.obsm["X_scilama"], ours.obsm["X_scilama"])
scilama.map(again, numbered)
assert again.covariates == {"batch": [str(k) for k in range(len(again.covariates["batch"]))]} and numbered.uns["scilama_map"]["cells_of_unknown_categories"] == 0
numbered.obs["batch"] += 0.5
try:
    scilama.fit(numbered, batch="batch", umap=False)
    raise AssertionError("measurements are taken for batches")
except ValueError as e:
    assert "'batch'" in str(e), e
print("ok", anndata.__version__)
