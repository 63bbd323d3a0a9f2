# SPDX-License-Identifier: MIT
"""The analysis functions of libscilama through ctypes, for the oracle scripts.

SCILAMA_LIB names the shared library; default build/lib/libscilama.so of this tree.
"""
import ctypes as C
import os
import pathlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
lib = C.CDLL(os.environ.get("SCILAMA_LIB", str(ROOT / "build/lib/libscilama.so")))
EUCLIDEAN, COSINE = 1, 2
FUZZY, JACCARD = 1, 2
MODULARITY, CPM = 1, 2
i32, i64, u64, f64, ptr = C.c_int32, C.c_int64, C.c_uint64, C.c_double, C.c_void_p


class Error(C.Structure):
    _fields_ = [("code", i32), ("detail", i32), ("message", C.c_char * 248)]


def struct(name, *fields):
    kind = type(name, (C.Structure,), {"_fields_": [("struct_size", C.c_size_t), *fields]})

    def make(**values):
        s = kind()
        status = getattr(lib, name + "_init")(C.byref(s), C.c_size_t(C.sizeof(s)))
        assert status == 0, name
        for key, value in values.items():
            assert hasattr(s, key), key
            setattr(s, key, value)
        return s

    return make


context_options = struct("scilama_context_options", ("allocator", ptr), ("log", ptr), ("log_user", ptr), ("log_level", i32), ("threads", i32))
knn_options = struct("scilama_knn_options", ("neighbors", i64), ("metric", i32), ("method", i32), ("seed", u64))
knn_report = struct("scilama_knn_report", ("method", i32), ("rounds", i32), ("recall", f64))
leiden_options = struct("scilama_leiden_options", ("quality", i32), ("iterations", i32), ("resolution", f64), ("randomness", f64), ("seed", u64), ("restarts", i32), ("patience", i32))
leiden_report = struct("scilama_leiden_report", ("communities", i64), ("quality", f64), ("resolution", f64), ("iterations", i32), ("reserved", i32))
agreement = struct("scilama_agreement", ("compared", i64), *[(k, f64) for k in ("ari", "nmi", "ami", "homogeneity", "completeness")])
kmeans_options = struct("scilama_kmeans_options", ("clusters", i64), ("restarts", i32), ("max_iterations", i32), ("tolerance", f64), ("seed", u64))
pca_options = struct("scilama_pca_options", ("components", i64), ("center", i32), ("max_iterations", i32), ("tolerance", f64), ("seed", u64))
umap_options = struct("scilama_umap_options", ("dimensions", i64), ("init", i32), ("epochs", i32), ("negative_samples", i32), ("reserved", i32),
                      ("min_dist", f64), ("spread", f64), ("learning_rate", f64), ("repulsion", f64), ("seed", u64),
                      ("points", ptr), ("points_dim", i64), ("points_ld", i64))
SPECTRAL, PCA, GIVEN, RANDOM = 1, 2, 3, 4
score_options = struct("scilama_score_options", ("baseline", ptr), ("baseline_dim", i64), ("baseline_ld", i64), ("resolutions", i64),
                       ("max_resolution", f64), ("kbet_alpha", f64), ("seed", u64), ("max_cells", i64))
SCORES = """nmi ari ami nmi_resolution nmi_kmeans ari_kmeans silhouette_label isolated_silhouette isolated_f1 clisi silhouette_batch
bras ilisi kbet kbet_label graph_connectivity pcr bio batch total batch_ari batch_nmi""".split()
scores = struct("scilama_scores", ("cells", i64), ("labels", i64), ("batches", i64), *[(k, f64) for k in SCORES], ("scored", i64))


def call(name, *args):
    error = Error()
    status = getattr(lib, name)(*args, C.byref(error))
    if status:
        raise RuntimeError(f"{name}: {error.message.decode()}")


def p(array):
    return None if array is None else array.ctypes.data_as(ptr)


class Context:
    def __init__(self, threads=1):
        self.handle = ptr()
        call("scilama_context_create", C.byref(self.handle), C.byref(context_options(threads=threads)))

    def __del__(self):
        lib.scilama_context_destroy(self.handle)

    def memory_peak(self):
        now, peak = i64(), i64()
        lib.scilama_context_memory(self.handle, C.byref(now), C.byref(peak))
        return peak.value

    def knn(self, x, k, metric=EUCLIDEAN, method=0, seed=0):
        x = np.ascontiguousarray(x, dtype=np.float32)
        indices = np.empty((len(x), k), np.int32)
        distances = np.empty((len(x), k), np.float32)
        o, r = knn_options(neighbors=k, metric=metric, method=method, seed=seed), knn_report()
        call("scilama_knn", self.handle, p(x), i64(x.shape[0]), i64(x.shape[1]), i64(0), C.byref(o), p(indices), p(distances), C.byref(r))
        return indices, distances, r

    def graph(self, indices, distances=None, kind=FUZZY):
        g = Graph()
        call("scilama_graph_from_knn", C.byref(g.handle), self.handle, i32(kind), i64(indices.shape[0]), i64(indices.shape[1]), p(indices), p(distances))
        return g

    def graph_csr(self, m):
        g = Graph()
        a, b, w = m.indptr.astype(np.int64), m.indices.astype(np.int32), m.data.astype(np.float32)
        call("scilama_graph_from_csr", C.byref(g.handle), self.handle, i64(m.shape[0]), p(a), p(b), p(w))
        return g

    def compare(self, a, b):
        a, b, out = np.asarray(a, np.int32), np.asarray(b, np.int32), agreement()
        call("scilama_labels_compare", self.handle, p(a), p(b), i64(len(a)), C.byref(out))
        return out

    def kmeans(self, x, k, **options):
        x = np.ascontiguousarray(x, dtype=np.float32)
        labels, centers, inertia = np.empty(len(x), np.int32), np.empty((k, x.shape[1]), np.float32), f64()
        call("scilama_kmeans", self.handle, p(x), i64(x.shape[0]), i64(x.shape[1]), i64(0), C.byref(kmeans_options(clusters=k, **options)), p(labels), p(centers), C.byref(inertia))
        return labels, centers, inertia.value

    def pca(self, x, k, **options):
        x = np.ascontiguousarray(x, dtype=np.float32)
        k = min(k, *x.shape)
        out, components, variances, total = np.empty((len(x), k), np.float32), np.empty((k, x.shape[1]), np.float32), np.empty(k), f64()
        call("scilama_pca", self.handle, p(x), i64(x.shape[0]), i64(x.shape[1]), i64(0), C.byref(pca_options(components=k, **options)), p(out), p(components), p(variances), C.byref(total))
        return out, components, variances, total.value

    def silhouette(self, x, labels, metric=EUCLIDEAN):
        x, labels = np.ascontiguousarray(x, dtype=np.float32), np.asarray(labels, np.int32)
        samples, mean = np.empty(len(x)), f64()
        call("scilama_silhouette", self.handle, p(x), i64(x.shape[0]), i64(x.shape[1]), i64(0), i32(metric), p(labels), p(samples), C.byref(mean))
        return samples, mean.value

    def lisi(self, indices, distances, labels, perplexity=0.0):
        out = np.empty(len(indices))
        call("scilama_lisi", self.handle, i64(indices.shape[0]), i64(indices.shape[1]), p(indices), p(distances), p(np.asarray(labels, np.int32)), f64(perplexity), p(out))
        return out

    def score(self, x, labels, batches=None, baseline=None, **options):
        x, labels, out = np.ascontiguousarray(x, dtype=np.float32), np.asarray(labels, np.int32), scores()
        batches = None if batches is None else np.asarray(batches, np.int32)
        o = score_options(**options)
        if baseline is not None:
            baseline = np.ascontiguousarray(baseline, dtype=np.float32)
            o.baseline, o.baseline_dim = p(baseline), baseline.shape[1]
        call("scilama_score_embedding", self.handle, p(x), i64(x.shape[0]), i64(x.shape[1]), i64(0), p(labels), p(batches), C.byref(o), C.byref(out))
        return {k: getattr(out, k) for k in ["cells", "labels", "batches", "scored"] + SCORES}


class Graph:
    def __init__(self):
        self.handle = ptr()

    def __del__(self):
        lib.scilama_graph_destroy(self.handle)

    def csr(self):
        import scipy.sparse as sp
        for name, kind in (("vertices", i64), ("entries", i64), ("indptr", ptr), ("indices", ptr), ("weights", ptr)):
            getattr(lib, "scilama_graph_" + name).restype = kind
        n, entries = lib.scilama_graph_vertices(self.handle), lib.scilama_graph_entries(self.handle)

        def view(name, kind, count):
            address = getattr(lib, "scilama_graph_" + name)(self.handle)
            return np.ctypeslib.as_array(C.cast(address, C.POINTER(kind)), (count,)).copy()

        return sp.csr_matrix((view("weights", C.c_float, entries), view("indices", i32, entries), view("indptr", i64, n + 1)), shape=(n, n))

    def leiden(self, n, **options):
        labels, r = np.empty(n, np.int32), leiden_report()
        call("scilama_graph_leiden", self.handle, C.byref(leiden_options(**options)), p(labels), C.byref(r))
        return labels, r

    def quality(self, labels, quality=MODULARITY, resolution=1.0):
        value = f64()
        call("scilama_graph_quality", self.handle, i32(quality), f64(resolution), p(np.asarray(labels, np.int32)), C.byref(value))
        return value.value

    def umap(self, n, points=None, start=None, **options):
        o = umap_options(**options)
        if points is not None:
            points = np.ascontiguousarray(points, dtype=np.float32)
            o.points, o.points_dim = p(points), points.shape[1]
        layout = np.empty((n, o.dimensions), np.float32) if start is None else np.array(start, np.float32)
        call("scilama_graph_umap", self.handle, C.byref(o), p(layout))
        return layout
