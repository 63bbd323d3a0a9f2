# SPDX-License-Identifier: MIT
"""Of scilama.py, which brings all of it: points, graphs, metrics, references, markers, modules. Matrices in, arrays out."""
from __future__ import annotations

import ctypes as C
import os
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np

import scilama_sys as sys_
from scilama import *  # noqa: F401, F403
from scilama import ArrayLike, Path, Context, Dataset, Model
from scilama import _Handle, _array, _at, _call, _codes, _interruptible, _l, _library, _long, _matrix, _p, _texts

# --- analysis: matrices of points in, arrays out -----------------------------------------

def knn(context: Context, points: ArrayLike, **options: Any) -> Tuple[np.ndarray, np.ndarray, sys_.scilama_knn_report]:
    """(indices, distances, report) of the nearest other points, each [n × neighbors]; options of scilama_knn_options."""
    points, o, report = _matrix(points), defaults(KnnOptions, **options), defaults(KnnReport)
    indices = np.empty((len(points), max(0, o.neighbors)), np.int32)
    distances = np.empty(indices.shape, np.float32)
    _long(context, "knn", context, points.ctypes.data, *points.shape, 0, C.byref(o), indices.ctypes.data, distances.ctypes.data, C.byref(report))
    return indices, distances, report


_GRAPHS = {"fuzzy": sys_.SCILAMA_GRAPH_FUZZY, "jaccard": sys_.SCILAMA_GRAPH_JACCARD}


def _bytes(name, *arguments):
    out = C.c_int64()
    _call(name, *arguments, C.byref(out))
    return out.value


def knn_memory(context: Context, n: int, dim: int, **options: Any) -> int:
    """Bytes that knn() of n points holds at most, beside its result."""
    return _bytes("knn_memory", context, n, dim, C.byref(defaults(KnnOptions, **options)))


def graph_memory(context: Context, n: int, neighbors: int, kind: str = "fuzzy") -> int:
    """The same of Graph.from_knn(), the graph among them."""
    return _bytes("graph_from_knn_memory", context, _GRAPHS[kind], n, neighbors)


def leiden_memory(context: Context, vertices: int, entries: int, **options: Any) -> int:
    """The same of Graph.leiden(), beside the graph."""
    return _bytes("graph_leiden_memory", context, vertices, entries, C.byref(defaults(LeidenOptions, **options)))


def umap_memory(context: Context, vertices: int, entries: int, **options: Any) -> int:
    """The same of Graph.umap(), beside the graph and the layout."""
    return _bytes("graph_umap_memory", context, vertices, entries, C.byref(defaults(UmapOptions, **options)))


class Graph(_Handle):
    """A weighted undirected graph: of points, Graph(context, points); of neighbours found before, from_knn();
    of a scipy.sparse matrix, from_matrix()."""

    def __init__(self, context: Context, points: ArrayLike, kind: str = "fuzzy", **options: Any) -> None:
        indices, distances, self.report = knn(context, points, **options)
        self._from(context, indices, distances, kind)

    def _from(self, context, indices, distances, kind):
        self._context = context
        indices, distances = np.ascontiguousarray(indices, np.int32), None if distances is None else _matrix(distances)
        if distances is not None and distances.shape != indices.shape:
            raise ValueError("one distance per neighbour is needed")
        with _interruptible(context):
            self._own("graph", context, _GRAPHS[kind], *indices.shape, indices.ctypes.data, _at(distances), make="graph_from_knn")

    @classmethod
    def from_knn(cls, context: Context, indices: ArrayLike, distances: Optional[ArrayLike] = None, kind: str = "fuzzy") -> Graph:
        self = cls.__new__(cls)
        self._from(context, indices, distances, kind)
        return self

    @classmethod
    def from_matrix(cls, context: Context, matrix: Any) -> Graph:
        """Of a square scipy.sparse matrix, such as scanpy's connectivities; made symmetric by the mean."""
        self, m = cls.__new__(cls), matrix.tocsr()
        self._context = context
        if m.shape[0] != m.shape[1]:
            raise ValueError("a square matrix is needed, not %d × %d" % m.shape)
        indptr, indices, weights = (np.ascontiguousarray(a, t) for a, t in ((m.indptr, np.int64), (m.indices, np.int32), (m.data, np.float32)))
        self._own("graph", context, m.shape[0], indptr.ctypes.data, indices.ctypes.data, weights.ctypes.data, make="graph_from_csr")
        return self

    vertices = property(lambda self: _library.scilama_graph_vertices(self))
    entries = property(lambda self: _library.scilama_graph_entries(self))

    def csr(self) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(indptr, indices, weights): read-only views of the graph's own memory, which keep it alive;
        scipy.sparse.csr_matrix((weights, indices, indptr))."""
        def view(kind, address, n):
            memory = (kind * n).from_address(address) if n else (kind * 0)()
            memory.owner = self
            out = np.frombuffer(memory, kind)
            out.flags.writeable = False
            return out
        return (view(C.c_int64, _library.scilama_graph_indptr(self), self.vertices + 1),
                view(C.c_int32, _library.scilama_graph_indices(self), self.entries),
                view(C.c_float, _library.scilama_graph_weights(self), self.entries))

    def leiden(self, communities: Optional[int] = None, **options: Any) -> Tuple[np.ndarray, sys_.scilama_leiden_report]:
        """(labels, report); of a number of communities, the resolution is searched."""
        labels, report = np.empty(self.vertices, np.int32), defaults(LeidenReport)
        o = C.byref(defaults(LeidenOptions, **options))
        if communities is None:
            _long(self._context, "graph_leiden", self, o, labels.ctypes.data, C.byref(report))
        else:
            _long(self._context, "graph_leiden_target", self, o, communities, labels.ctypes.data, C.byref(report))
        return labels, report

    def leiden_sweep(self, resolutions: ArrayLike, **options: Any) -> Tuple[np.ndarray, List[sys_.scilama_leiden_report]]:
        """(labels [resolutions × vertices], reports) at several resolutions."""
        resolutions = np.ascontiguousarray(resolutions, np.float64)
        labels, reports = np.empty((len(resolutions), self.vertices), np.int32), (LeidenReport * len(resolutions))()
        for report in reports:
            _library.scilama_leiden_report_init(C.byref(report), C.sizeof(report))
        _long(self._context, "graph_leiden_sweep", self, C.byref(defaults(LeidenOptions, **options)), resolutions.ctypes.data, len(resolutions),
              labels.ctypes.data, C.cast(reports, _p))
        return labels, list(reports)

    def quality(self, labels: ArrayLike, resolution: float = 1.0, quality: str = "modularity") -> float:
        """Of a partition, as the report of leiden() has it."""
        labels, out = _codes(labels, self.vertices)[0], C.c_double()
        _call("graph_quality", self, defaults(LeidenOptions, quality=quality).quality, resolution, labels.ctypes.data, C.byref(out))
        return out.value

    def umap(self, points: ArrayLike = None, start: Optional[ArrayLike] = None, **options: Any) -> np.ndarray:
        """Places [vertices × dimensions]; `points` are those that the graph was made of, `start` a layout to begin with."""
        if start is not None:
            options["init"] = "given"
        o, points = defaults(UmapOptions, **options), None if points is None else _matrix(points)
        if points is not None:
            if len(points) != self.vertices:
                raise ValueError("%d points are needed, not %d" % (self.vertices, len(points)))
            o.points, o.points_dim = points.ctypes.data, points.shape[1]
        shape = self.vertices, max(0, o.dimensions)
        out = np.empty(shape, np.float32) if start is None else np.array(_array(start, np.float32, shape))
        _long(self._context, "graph_umap", self, C.byref(o), out.ctypes.data)
        return out


def cluster(context: Context, embedding: ArrayLike, resolution: float = 1.0, communities: Optional[int] = None, seed: int = 0,
            neighbors: int = 14, metric: str = "euclidean", kind: str = "fuzzy") -> np.ndarray:
    """Leiden communities of points by their nearest neighbours: int32 [n], 0 the largest."""
    if kind != "fuzzy":
        graph = Graph(context, embedding, kind, neighbors=neighbors, metric=metric, seed=seed)
        return graph.leiden(communities, resolution=resolution, seed=seed)[0]
    points = _matrix(embedding)
    labels = np.empty(len(points), np.int32)
    o = defaults(ClusterOptions, neighbors=neighbors, communities=communities or 0, resolution=resolution, seed=seed, metric=metric)
    _long(context, "cluster", context, points.ctypes.data, *points.shape, 0, C.byref(o), labels.ctypes.data, None)
    return labels


def umap(context: Context, embedding: ArrayLike, neighbors: int = 14, metric: str = "euclidean", seed: int = 0, **options: Any) -> np.ndarray:
    """A layout of points, float32 [n × 2]; options of scilama_umap_options."""
    graph = Graph(context, embedding, neighbors=neighbors, metric=metric, seed=seed)
    return graph.umap(embedding, seed=seed, **options)


def pca(context: Context, x: ArrayLike, **options: Any) -> Tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """(scores [n × components], components [components × genes], variances, total variance)."""
    x, o = _matrix(x), defaults(PcaOptions, **options)
    k = _library.scilama_pca_components(C.byref(o), *x.shape)
    scores, components = np.empty((len(x), k), np.float32), np.empty((k, x.shape[1]), np.float32)
    variances, total = np.empty(k), C.c_double()
    _long(context, "pca", context, x.ctypes.data, *x.shape, 0, C.byref(o), scores.ctypes.data, components.ctypes.data,
          variances.ctypes.data, C.byref(total))
    return scores, components, variances, total.value


def kmeans(context: Context, points: ArrayLike, clusters: int, **options: Any) -> Tuple[np.ndarray, np.ndarray, float]:
    """(labels [n], centers [clusters × dim], sum of squared distances)."""
    points, o = _matrix(points), defaults(KmeansOptions, clusters=clusters, **options)
    labels, centers, inertia = np.empty(len(points), np.int32), np.empty((clusters, points.shape[1]), np.float32), C.c_double()
    _long(context, "kmeans", context, points.ctypes.data, *points.shape, 0, C.byref(o), labels.ctypes.data, centers.ctypes.data, C.byref(inertia))
    return labels, centers, inertia.value


def compare(context: Context, a: ArrayLike, b: ArrayLike) -> sys_.scilama_agreement:
    """Agreement of two labellings: ari, nmi, ami, …"""
    a = _codes(a)[0]
    b, out = _codes(b, len(a))[0], defaults(Agreement)
    _call("labels_compare", context, a.ctypes.data, b.ctypes.data, len(a), C.byref(out))
    return out


def silhouette(context: Context, points: ArrayLike, labels: ArrayLike, metric: str = "euclidean") -> Tuple[float, np.ndarray]:
    """(mean, that of every point [n])"""
    points = _matrix(points)
    labels, samples, mean = _codes(labels, len(points))[0], np.empty(len(points)), C.c_double()
    _long(context, "silhouette", context, points.ctypes.data, *points.shape, 0, defaults(KnnOptions, metric=metric).metric,
          labels.ctypes.data, samples.ctypes.data, C.byref(mean))
    return mean.value, samples


def lisi(context: Context, indices: ArrayLike, distances: Optional[ArrayLike], labels: ArrayLike, perplexity: float = 0.0) -> np.ndarray:
    """Labels that the neighbourhood of every point holds, effectively: [n]; neighbours as of knn()."""
    indices, distances = np.ascontiguousarray(indices, np.int32), _matrix(distances)
    if distances.shape != indices.shape:
        raise ValueError("one distance per neighbour is needed")
    labels, out = _codes(labels, len(indices))[0], np.empty(len(indices))
    _call("lisi", context, *indices.shape, indices.ctypes.data, distances.ctypes.data, labels.ctypes.data, perplexity, out.ctypes.data)
    return out


def score(context: Context, embedding: ArrayLike, labels: ArrayLike, batches: Optional[ArrayLike] = None, baseline: Optional[ArrayLike] = None,
          **options: Any) -> sys_.scilama_scores:
    """Integration and clustering metrics (scilama_scores); `baseline` is an embedding before integration."""
    embedding = _matrix(embedding)
    n, out, o = len(embedding), defaults(Scores), defaults(ScoreOptions, **options)
    labels, batches = _codes(labels, n)[0], None if batches is None else _codes(batches, n)[0]
    if baseline is not None:
        baseline = _matrix(baseline)
        if len(baseline) != n:
            raise ValueError("the baseline needs %d rows, not %d" % (n, len(baseline)))
        o.baseline, o.baseline_dim = baseline.ctypes.data, baseline.shape[1]
    _long(context, "score_embedding", context, embedding.ctypes.data, *embedding.shape, 0, labels.ctypes.data, _at(batches), C.byref(o), C.byref(out))
    return out


class Reference(_Handle):
    """Cells of known labels, {name: label of every cell}, that others are mapped onto; `layout` is one to look at."""

    def __init__(self, context: Context, points: ArrayLike, labels: Optional[Mapping[str, Any]] = None, layout: Optional[ArrayLike] = None) -> None:
        points = _matrix(points)
        self._context = context
        with _interruptible(context):
            self._own("reference", context, points.ctypes.data, *points.shape, 0)
        for name, values in (labels or {}).items():
            codes, categories = _codes(values, len(points))
            _long(context, "reference_add_labels", self, name.encode(), codes.ctypes.data, _texts(categories), len(categories))
        if layout is not None:
            layout = _matrix(layout)
            if len(layout) != len(points):
                raise ValueError("the layout needs %d rows, not %d" % (len(points), len(layout)))
            _call("reference_set_layout", self, layout.ctypes.data, layout.shape[1])

    @property
    def info(self) -> sys_.scilama_reference_info:
        out = defaults(ReferenceInfo)
        _call("reference_get_info", self, C.byref(out))
        return out

    def map(self, points: ArrayLike, neighbors: int = 15, full: bool = False) -> Any:
        """Of cells that a model has encoded: {label: categories}, {label: their probabilities}, the place in the layout (None
        without one) and the distances [n × neighbors] to the nearest reference cells. A category is None where no neighbour has one. With full=True a dict of all that is known: "distances", "layout" and
        "labels" {name: {"categories", "code", "probability", "second", "second_probability"}}."""
        points, info = _matrix(points), self.info
        if points.shape[1] != info.dim:
            raise ValueError("cells of %d numbers are needed, not %d" % (info.dim, points.shape[1]))
        n = len(points)
        indices, distances = np.empty((n, neighbors), np.int32), np.empty((n, neighbors), np.float32)
        near = indices.ctypes.data, distances.ctypes.data, n, neighbors
        _long(self._context, "reference_neighbors", self, points.ctypes.data, n, 0, neighbors, indices.ctypes.data, distances.ctypes.data)
        labels, probabilities, all_of, place = {}, {}, {}, None
        for index in range(info.labels):
            label, code, probability = defaults(LabelInfo), np.empty(n, np.int32), np.empty(n, np.float32)
            second, second_probability = np.empty(n, np.int32), np.empty(n, np.float32)
            _call("reference_label", self, index, C.byref(label))
            _call("reference_transfer", self, index, *near, code.ctypes.data, probability.ctypes.data, second.ctypes.data,
                  second_probability.ctypes.data)
            names = [_library.scilama_reference_category(self, index, k).decode() for k in range(label.categories)] + [None]
            labels[label.name.decode()] = np.array(names, object)[code]
            probabilities[label.name.decode()] = probability
            all_of[label.name.decode()] = {"categories": names[:-1], "code": code, "probability": probability, "second": second,
                                           "second_probability": second_probability}
        if info.layout_dims:
            place = np.empty((n, info.layout_dims), np.float32)
            _call("reference_place", self, *near, place.ctypes.data)
        if full:
            return {"distances": distances, "layout": place, "labels": all_of}
        return labels, probabilities, place, distances


# --- biology: what tells groups of cells apart, which genes go together ------------------

_PAIRED = ("paired_score", "paired_z", "paired_p", "paired_fdr", "combined_rank")


def markers(dataset: Dataset, groups: ArrayLike, model: Optional[Model] = None, batches: Optional[ArrayLike] = None,
            **options: Any) -> Dict[str, Any]:
    """{statistic: [groups × genes of the matrix]} and "groups", their names; with a model the paired
    statistics and the combined rank too. Options of scilama_marker_options."""
    codes, names = _codes(groups, dataset.cells)
    o, out, table = defaults(MarkerOptions, **options), {}, defaults(MarkerTable)
    for field, _ in table._fields_[1:]:
        if model is not None or field not in _PAIRED:
            out[field] = np.empty((len(names), dataset.genes))
            setattr(table, field, out[field].ctypes.data)
    if model is None:
        _long(dataset._context, "wilcoxon", dataset, codes.ctypes.data, len(names), C.byref(o), C.byref(table))
    else:
        batches = None if batches is None else _codes(batches, dataset.cells)[0]
        cells, genes = model.encode_cells(dataset), _in_matrix(dataset, model)
        _long(dataset._context, "markers", dataset, cells.ctypes.data, genes.ctypes.data, cells.shape[1], codes.ctypes.data, len(names),
              _at(batches), C.byref(o), C.byref(table))
    out["groups"] = names
    return out


def paired_markers(context: Context, cells: ArrayLike, genes: ArrayLike, groups: ArrayLike, batches: Optional[ArrayLike] = None,
                   **options: Any) -> Dict[str, Any]:
    """{statistic: [groups × genes]} of the paired space alone: cells [n × dim], genes [n_genes × dim] (NaN: outside of it)."""
    cells, genes = _matrix(cells), _matrix(genes)
    if cells.shape[1] != genes.shape[1]:
        raise ValueError("cells and genes need as many numbers each")
    codes, names = _codes(groups, len(cells))
    batches, table, out = None if batches is None else _codes(batches, len(cells))[0], defaults(MarkerTable), {}
    for field in _PAIRED[:-1]:
        out[field] = np.empty((len(names), len(genes)))
        setattr(table, field, out[field].ctypes.data)
    _long(context, "paired_markers", context, cells.ctypes.data, len(cells), genes.ctypes.data, len(genes), cells.shape[1], codes.ctypes.data, len(names),
          _at(batches), C.byref(defaults(MarkerOptions, **options)), C.byref(table))
    return out


def gene_holdout(context: Context, expression: ArrayLike, *vectors: ArrayLike, **options: Any) -> Tuple[sys_.scilama_holdout_report, np.ndarray,
                 np.ndarray]:
    """(report, correlation [genes], expected [genes]): how well gene vectors, each [genes × width], tell the expression [cells × genes]
    of genes held out. Options of scilama_holdout_options."""
    expression, tables, report = _matrix(expression), [_matrix(v) for v in vectors], defaults(HoldoutReport)
    n = expression.shape[1]
    if any(len(t) != n for t in tables):
        raise ValueError("one vector per gene is needed")
    correlation, expected = np.empty(n), np.empty(n)
    _long(context, "gene_holdout", context, expression.ctypes.data, len(expression), n, 0, (_p * len(tables))(*[t.ctypes.data for t in tables]),
          (_l * len(tables))(*[t.shape[1] for t in tables]), len(tables), C.byref(defaults(HoldoutOptions, **options)), correlation.ctypes.data,
          expected.ctypes.data, C.byref(report))
    return report, correlation, expected


def gene_loadings(context: Context, expression: ArrayLike, *vectors: ArrayLike, **options: Any) -> Tuple[sys_.scilama_loading_report, np.ndarray]:
    """(report, loadings [genes × components]) on the axes of the cells of expression [cells × genes], shrunk towards what gene vectors, each
    [genes × width], tell of them. Options of scilama_loading_options."""
    return _loadings("gene_loadings", context, expression, vectors, options, beside=False)


def gene_space(context: Context, expression: ArrayLike, *vectors: ArrayLike, **options: Any) -> Tuple[sys_.scilama_loading_report, np.ndarray]:
    """(report, space [genes × (components + Σ widths)]): gene_loadings() with the vectors beside them, which count what cells left out say
    (report.weight): where genes go for modules, by Euclidean distance."""
    return _loadings("gene_space", context, expression, vectors, options, beside=True)


def _loadings(call, context, expression, vectors, options, beside):
    expression, tables, o, report = _matrix(expression), [_matrix(v) for v in vectors], defaults(LoadingOptions, **options), defaults(LoadingReport)
    n = expression.shape[1]
    if any(len(t) != n for t in tables):
        raise ValueError("one vector per gene is needed")
    loadings = np.empty((n, o.components + (sum(t.shape[1] for t in tables) if beside else 0)), np.float32)
    _long(context, call, context, expression.ctypes.data, len(expression), n, 0, (_p * len(tables))(*[t.ctypes.data for t in tables]),
          (_l * len(tables))(*[t.shape[1] for t in tables]), len(tables), C.byref(o), loadings.ctypes.data, C.byref(report))
    return report, loadings


def _in_matrix(dataset, model):
    """The model's gene embedding in the order of the matrix; NaN for genes that the model does not have."""
    at = {name: i for i, name in enumerate(dataset.gene_names)}
    vectors = model.encode_genes()
    out = np.full((dataset.genes, vectors.shape[1]), np.nan, np.float32)
    for name, vector in zip(model.genes, vectors):
        if name in at:
            out[at[name]] = vector
    return out


def modules(context: Context, vectors: ArrayLike, **options: Any) -> Dict[str, Any]:
    """{"labels", "membership", "hub", "cohesion": each [n], "report"} of gene vectors [n × dim], such as
    model.encode_genes(); label −1 = in no module. Options of scilama_module_options."""
    vectors, report = _matrix(vectors), defaults(ModuleReport)
    out = {"labels": np.empty(len(vectors), np.int32)}
    for field in ("membership", "hub", "cohesion"):
        out[field] = np.empty(len(vectors))
    _long(context, "gene_modules", context, vectors.ctypes.data, *vectors.shape, 0, C.byref(defaults(ModuleOptions, **options)),
          *(a.ctypes.data for a in out.values()), C.byref(report))
    out["report"] = report
    return out


def module_activity(dataset: Dataset, labels: ArrayLike) -> np.ndarray:
    """Mean z-score of each module's genes, float32 [cells × modules]; labels [genes of the matrix]."""
    labels, names = _codes(labels, dataset.genes)
    out = np.empty((dataset.cells, len(names)), np.float32)
    _long(dataset._context, "module_activity", dataset, labels.ctypes.data, len(names), out.ctypes.data)
    return out


def module_coherence(dataset: Dataset, labels: ArrayLike, **options: Any) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(coherence, p, fdr) of each module in the expression of cells; labels [genes of the matrix]."""
    labels, names = _codes(labels, dataset.genes)
    out = [np.empty(len(names)) for _ in range(3)]
    _long(dataset._context, "module_coherence", dataset, labels.ctypes.data, len(names), C.byref(defaults(CoherenceOptions, **options)),
          *(a.ctypes.data for a in out))
    return tuple(out)


def p_adjust(context: Context, p: ArrayLike) -> np.ndarray:
    """Benjamini–Hochberg; NaNs stay."""
    p = np.ascontiguousarray(p, np.float64)
    out = np.empty_like(p)
    _call("p_adjust", context, p.ctypes.data, p.size, out.ctypes.data)
    return out


class GeneSets(_Handle):
    """Named sets of genes of a GMT file."""

    def __init__(self, context: Context, path: Path) -> None:
        self._context = context
        self._own("gene_sets", context, os.fsencode(path), make="gene_sets_read")

    def __len__(self) -> int:
        return _library.scilama_gene_sets_count(self)

    names = property(lambda self: [_library.scilama_gene_sets_name(self, i).decode() for i in range(len(self))])

    descriptions = property(lambda self: [_library.scilama_gene_sets_description(self, i).decode() for i in range(len(self))])

    def genes(self, set_number: int) -> List[str]:
        n = _library.scilama_gene_sets_size(self, set_number)
        return [_library.scilama_gene_sets_gene(self, set_number, i).decode() for i in range(n)]

    def enrichment(self, names: Sequence[str], labels: ArrayLike, **options: Any) -> Dict[str, np.ndarray]:
        """{"overlap", "p", "fdr": [modules × sets], "sizes": [sets]} of modules of genes."""
        labels, modules = _codes(labels, len(names))
        shape = len(modules), len(self)
        out = {"overlap": np.empty(shape, np.int64), "sizes": np.empty(len(self), np.int64), "p": np.empty(shape), "fdr": np.empty(shape)}
        _call("enrichment", self, _texts(names), labels.ctypes.data, len(names), len(modules), C.byref(defaults(EnrichmentOptions, **options)),
              *(a.ctypes.data for a in out.values()))
        return out


def module_projection(context: Context, cells: ArrayLike, genes: ArrayLike, labels: ArrayLike) -> np.ndarray:
    """Activity of modules in the paired space, float32 [n × modules]; labels [n_genes]."""
    cells, genes = _matrix(cells), _matrix(genes)
    if cells.shape[1] != genes.shape[1]:
        raise ValueError("cells and genes need as many numbers each")
    labels, names = _codes(labels, len(genes))
    out = np.empty((len(cells), len(names)), np.float32)
    _long(context, "module_projection", context, cells.ctypes.data, len(cells), genes.ctypes.data, len(genes), cells.shape[1], labels.ctypes.data,
          len(names), out.ctypes.data)
    return out
