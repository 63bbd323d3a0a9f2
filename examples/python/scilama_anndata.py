# SPDX-License-Identifier: MIT
"""Of scilama.py, which brings all of it: AnnData objects fitted and mapped in place, with the keys that the program writes.

    model = scilama.fit(adata, batch="sample")        # obsm["X_scilama"], obs["scilama_leiden"], …
    scilama.map(model, query)                         # obs["scilama_cell_type"], …

anndata 0.8 and later."""
from typing import Any, Mapping, Optional, Sequence, Union

import numpy as np

import scilama as s


def _frame():
    import pandas
    return pandas


def _numbered(name, values):
    """Whole numbers as categories named by their digits, as the program takes them for batches; other numbers are measurements."""
    known = values[values.notna()]
    if (known % 1 != 0).any():
        raise ValueError("obs[%r] holds numbers, but categories are needed: make it texts or whole numbers" % name)
    names = values.map(lambda v: None if v != v else str(int(v)))
    return _frame().Categorical(names, categories=[str(int(v)) for v in sorted(known.unique())])


def dataset(adata, context: Optional["s.Context"] = None, layer: Optional[str] = None, categories: Sequence[str] = ()) -> "s.Dataset":
    """A Dataset of X, a layer or "raw", with the columns of obs; the matrix is copied. Columns of whole numbers that
    `categories` names are categories."""
    context = context or s.Context()
    source = adata.raw if layer == "raw" else adata
    if source is None:
        raise ValueError("the object has no raw")
    matrix = source.X if layer in (None, "raw") else adata.layers[layer]
    out = s.Dataset(context, matrix, genes=[str(g) for g in source.var_names], cells=[str(c) for c in adata.obs_names])
    for name in adata.obs.columns:
        values = adata.obs[name]
        if values.dtype.kind in "fiu" and name in categories:
            out.set_categorical(name, _numbered(name, values))
        elif values.dtype.kind in "fiu":
            out.set_numeric(name, values)
        else:
            values = values.astype("str").where(values.notna()) if values.dtype.kind != "O" or values.isna().any() else values.astype(str)
            out.set_categorical(name, _frame().Categorical(values))
    return out


def _list(names: Union[None, str, Sequence[str]]) -> list:
    return [] if names is None else [names] if isinstance(names, str) else list(names)


def fit(adata, batch: Union[None, str, Sequence[str]] = None, continuous: Union[None, str, Sequence[str]] = None,
        embeddings: Optional[Mapping[str, Any]] = None, label: Union[None, str, Sequence[str]] = None, layer: Optional[str] = None,
        resolution: float = 1.0, neighbors: int = 15, umap: bool = True, seed: int = 0, threads: int = 0, preset: int = 1,
        train_fraction: float = 0.9, preprocess: Optional[dict] = None, model: Optional[dict] = None, trainer: Optional[dict] = None,
        context: Optional["s.Context"] = None, progress=None) -> "s.Model":
    """Trains on an AnnData object as `scilama fit` does on its file, writes the same results into it, and returns the
    model, which carries the cells as a reference (their columns `label`, and the communities "leiden") for map().

    embeddings is {name: GeneTable, path, or (genes, vectors)}; preprocess, model and trainer are options of the structs of
    these names. Writes obsm["X_scilama"], varm["scilama"] (NaN for genes that the model leaves out), obs["scilama_leiden"],
    obs["scilama_split"], the neighbour graph in obsp and uns, and obsm["X_umap"]; graph and layout that the object has of others stay, and ours are put
    under "scilama_…" and "X_scilama_umap". neighbors counts the cell itself."""
    context = context or s.Context(threads)
    data = dataset(adata, context, layer, _list(batch))
    for name in _list(batch):
        data.use_covariate(name)
    for name in _list(continuous):
        data.use_covariate(name, s.CONTINUOUS)
    for name, table in (embeddings or {}).items():
        if isinstance(table, tuple):
            table = s.GeneTable(context, *table)
        elif not isinstance(table, s.GeneTable):
            table = s.GeneTable.read(context, table)
        data.add_gene_table(name, table)
    fitted = s.Model.fit(data, preset, seed=seed, train_fraction=train_fraction, preprocess=preprocess, model=model, trainer=trainer, progress=progress)
    points = fitted.encode_cells(data)
    adata.obsm["X_scilama"] = points
    adata.obs["scilama_split"] = _frame().Categorical.from_codes(data.split, ["train", "validation", "test", "excluded"])
    if fitted.trained_genes:
        adata.varm["scilama"] = s._in_matrix(data, fitted) if layer != "raw" else _by_name(adata.var_names, fitted)
    clusters, place = _graph(adata, context, points, resolution, neighbors, umap, seed)
    fitted.learn_absent(data)
    labels = {name: adata.obs[name].astype("category").array for name in _list(label)}
    fitted.reference = s.Reference(context, points, dict(labels, leiden=clusters), place)
    if data.cells > 9 and len(fitted.genes) > 2:
        fitted.describe_reference(data)
    adata.uns["scilama"] = {"version": s.version(), "seed": seed, "latent": int(fitted.info.latent), "genes": fitted.genes}
    return fitted


def _by_name(names, model):
    at = {g: i for i, g in enumerate(model.genes)}
    vectors = model.encode_genes()
    out = np.full((len(names), vectors.shape[1]), np.nan, np.float32)
    for i, name in enumerate(names):
        if name in at:
            out[i] = vectors[at[name]]
    return out


def _graph(adata, context, points, resolution, neighbors, umap, seed):
    """Graph, communities and layout, where the program puts them."""
    import scipy.sparse
    n = len(points)
    indices, distances, _ = s.knn(context, points, neighbors=min(neighbors - 1, n - 1), seed=seed)
    graph = s.Graph.from_knn(context, indices, distances)
    clusters = graph.leiden(resolution=resolution, seed=seed)[0]
    adata.obs["scilama_leiden"] = _frame().Categorical.from_codes(clusters, [str(k) for k in range(int(clusters.max()) + 1)])
    adata.uns["scilama_leiden"] = {"params": {"resolution": float(resolution), "random_state": int(seed)}}
    ours = adata.uns.get("neighbors", {}).get("params", {}).get("use_rep") == "X_scilama"
    prefix = "" if ours or not ({"connectivities", "distances"} & set(adata.obsp)) else "scilama_"
    indptr, columns, weights = graph.csr()
    adata.obsp[prefix + "connectivities"] = scipy.sparse.csr_matrix((weights.copy(), columns.copy(), indptr.copy()), shape=(n, n))
    k = indices.shape[1]
    near = scipy.sparse.csr_matrix((distances.ravel(), indices.ravel(), np.arange(0, n * k + 1, k)), shape=(n, n))
    near.sort_indices()
    adata.obsp[prefix + "distances"] = near
    adata.uns[prefix + "neighbors"] = {"connectivities_key": prefix + "connectivities", "distances_key": prefix + "distances", "params": {
        "method": "umap", "metric": "euclidean", "use_rep": "X_scilama", "n_neighbors": k + 1}}
    if not umap:
        return clusters, None
    place = graph.umap(points, seed=seed)
    adata.obsm["X_umap" if ours or "X_umap" not in adata.obsm else "X_scilama_umap"] = place
    return clusters, place


def _novelty(model, data):
    """None where the model was saved before references were described."""
    try:
        return model.novelty(data).astype(np.float64)
    except s.Failure as failure:
        if failure.code != -3:  # E_STATE
            raise
        return None


_ends = ("", "_probability", "_second", "_second_probability", "_unknown")


def _forget_map(query, key):
    """What an earlier map left under this key: beside new results it would be taken for theirs. Communities that were found since stay."""
    earlier = query.uns.pop(key + "_map", None)
    if earlier is None:
        return
    labels = ["%s_%s" % (key, name) for name in earlier.get("labels", {})]
    found = {at for at in labels if "resolution" in query.uns.get(at, {}).get("params", {})}
    columns = {at + end for at in labels if at not in found for end in _ends} | {key + "_distance", key + "_novelty"}
    query.obs.drop(columns=[name for name in query.obs.columns if name in columns], inplace=True)
    query.obsm.pop("X_%s_umap" % key, None)


def map(model: "s.Model", query, layer: Optional[str] = None, key: str = "scilama", neighbors: int = 15,
        unknown_below: float = 0.5, unknown_beyond: float = 2.0,
        unknown_novelty: float = 0.15) -> None:
    """Places the cells of an AnnData object among the reference cells of a model, as `scilama map` does with a file. Writes
    obsm["X_scilama"], obs["scilama_distance"], obs["scilama_novelty"], and of every column of labels obs["scilama_NAME"], …_probability, …_second,
    …_second_probability and …_unknown; obsm["X_scilama_umap"] where the reference has a layout. What an earlier map left under the same key goes."""
    pandas, reference = _frame(), model.reference
    data = dataset(query, model._context, layer, [name for name, known in model.covariates.items() if known is not None])
    points, info = model.encode_cells(data), reference.info
    found = reference.map(points, min(neighbors, info.cells), full=True)
    each = found["distances"].astype(np.float64) / found["distances"].shape[1] / (info.reach if info.reach > 0 else 1)
    distance = np.add.accumulate(each, axis=1)[:, -1]  # one after the other, as the program adds them: the same bits
    _forget_map(query, key)
    query.obsm["X_" + key] = points
    query.obs[key + "_distance"] = distance
    novelty = _novelty(model, data) if min(data.cells, info.cells) >= 10 else None
    if novelty is not None:
        query.obs[key + "_novelty"] = novelty
    for name, label in found["labels"].items():
        at = "%s_%s" % (key, name)
        unknown = (label["probability"].astype(np.float64) < unknown_below) | (distance > unknown_beyond)
        if novelty is not None:
            unknown |= novelty > unknown_novelty
        columns = (pandas.Categorical.from_codes(label["code"], label["categories"]), label["probability"].astype(np.float64),
                   pandas.Categorical.from_codes(label["second"], label["categories"]), label["second_probability"].astype(np.float64),
                   pandas.Categorical.from_codes(unknown.astype(np.int8), ["no", "yes"]))
        for end, column in zip(_ends, columns):
            query.obs[at + end] = column
        if "resolution" in query.uns.get(at, {}).get("params", {}):  # of communities, whose place the labels take
            query.uns[at] = {"params": {"method": "scilama map"}}
    if found["layout"] is not None:
        query.obsm["X_%s_umap" % key] = found["layout"]
    report = model.check_query(data)
    query.uns[key + "_map"] = {"variance_measured": report.variance, "recovered": report.recovered, "genes": report.genes,
                               "genes_measured": report.measured, "cells_of_unknown_categories": report.unknown_cells,
                               "cells_without_covariates": report.missing_cells, "reference_cells": info.cells, "neighbors": min(neighbors, info.cells),
                               "labels": {name: len(label["categories"]) for name, label in found["labels"].items()}}
