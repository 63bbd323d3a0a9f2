# SPDX-License-Identifier: MIT
"""libscilama for Python: this file and scilama_sys.py, ctypes and numpy.

    context = scilama.Context(threads=2)
    data = scilama.Dataset(context, counts, genes=gene_names)     # numpy or scipy.sparse
    data.set_categorical("batch", batches)
    data.use_covariate("batch")
    data.add_gene_table("text", gene_names_of_table, vectors)
    data.split_random(0.9, 0.1, stratify="batch")
    data.preprocess()
    model = scilama.Model(data, latent=50)
    for info in scilama.Trainer(model, data, epochs=100).steps():
        if info.events & scilama.EPOCH_END:
            print(info.epoch, info.loss)
    embedding = model.encode_cells(data)                          # numpy, [cells × latent]

Tables go in and out through Arrow, matrices out as DLPack, without copying where it can be:

    data.add_gene_table("text", pyarrow.table(...))               # or of polars, DuckDB, …
    table = scilama.GeneTable.read_parquet(context, "genes.parquet")
    obs = pyarrow.table(data.obs())
    weights = torch.from_dlpack(model.parameter("sample_decoder.output_mean.weight"))

Failures raise scilama.Failure. An object serves one thread at a time; calls release the
interpreter lock. SCILAMA_LIBRARY names the shared library where the loader does not find it.
"""
import ctypes as C
import contextlib
import os
import re
import signal
import socket
import threading
import weakref

import numpy as np

import scilama_sys as sys_

EPOCH_END, IMPROVED, PHASE_END, CONVERGED, FINISHED, SKIPPED = 1, 2, 4, 8, 16, 32
TRAIN, VALIDATION, TEST, EXCLUDED = 0, 1, 2, 3
CATEGORICAL, CONTINUOUS, RAW = 1, 2, 3
HVG_AUTO, HVG_NONE, HVG_SEURAT, HVG_SEURAT_V3 = -1, 0, 1, 2
MODE_BETA_VAE, MODE_DIRECT, MODE_STEPWISE, MODE_GENE, MODE_CELL_GENE = 1, 2, 3, 4, 5
PUBLISHED, RECOMMENDED = 0, 1

_library = sys_.declare(C.CDLL(os.environ.get("SCILAMA_LIBRARY", "libscilama.so.0")))
_p, _i, _l, _s = C.c_void_p, C.c_int32, C.c_int64, C.c_char_p


def _show(self):
    shown = [n for n, _ in self._fields_ if n not in ("struct_size", "reserved")]
    return "%s(%s)" % (type(self).__name__, ", ".join("%s=%r" % (n, getattr(self, n)) for n in shown))


# scilama_knn_options is KnnOptions here, and so on for every struct.
_INIT = {}
for _name, _kind in list(vars(sys_).items()):
    if isinstance(_kind, type) and issubclass(_kind, C.Structure) and _name.startswith("scilama_"):
        _class = type("".join(part.capitalize() for part in _name[8:].split("_")), (_kind,), {"__doc__": _name, "__repr__": _show})
        globals()[_class.__name__] = _class
        _INIT[_class] = _name + "_init"
_PROGRESS = sys_.scilama_progress_fn


class Failure(Exception):
    """A failed call; `code` is the status, the text is the library's sentence."""

    def __init__(self, code, text):
        super().__init__(text or _library.scilama_status_text(code).decode())
        self.code = code


def _call(name, *arguments):
    error = sys_.scilama_error()
    status = getattr(_library, "scilama_" + name)(*arguments, C.byref(error))
    if status:
        raise Failure(status, error.message.decode("utf-8", "replace"))


# Where the numbers that an option may have as a word are listed: "cosine" is SCILAMA_METRIC_COSINE.
_WORDS = {"metric": "METRIC", "method": "KNN", "quality": "QUALITY", "graph": "GRAPH", "init": "UMAP"}
_DESCRIBED = {"PreprocessOptions": 1, "ModelOptions": 2, "TrainerOptions": 3}


def _number(kind, field, word):
    """The number of a word such as "cosine" or "cell-gene"."""
    of = _DESCRIBED.get(kind.__name__)
    if of:
        index, value, choice, words = _library.scilama_option_find(of, field.encode()), C.c_int32(), 0, []
        while True:
            text = _library.scilama_option_choice(of, index, choice, C.byref(value))
            if text is None:
                break
            words.append(text.decode())
            if words[-1] == word:
                return value.value
            choice += 1
    else:
        prefix = "SCILAMA_%s_" % _WORDS.get(field, "?")
        found = {n[len(prefix):].lower(): v for n, v in vars(sys_).items() if n.startswith(prefix)}
        if word.lower() in found:
            return found[word.lower()]
        words = sorted(found)
    raise ValueError("option '%s' cannot be '%s'%s" % (field, word, ": choose of " + ", ".join(words) if words else ""))


def defaults(kind, preset=None, **values):
    """A struct with the library's defaults and then `values`; numbers that have a name may be given by it."""
    out = kind()
    init = getattr(_library, _INIT[kind])
    extra = [] if len(init.argtypes) == 2 else [PUBLISHED if preset is None else preset]
    status = init(C.byref(out), C.sizeof(out), *extra)
    if status:
        raise Failure(status, "")
    known = dict(kind._fields_)
    for key, value in values.items():
        if key not in known:
            raise TypeError("%s has no option '%s'" % (kind.__name__, key))
        if key == "hidden":
            value = (C.c_int64 * 6)(*value)
        elif isinstance(value, str):
            value = value.encode() if known[key] is C.c_char_p else _number(kind, key, value)
        setattr(out, key, value)
    return out


def _texts(values):
    if values is None:
        return None
    return (C.c_char_p * len(values))(*[str(v).encode() for v in values])


def _array(values, dtype, shape):
    out = np.ascontiguousarray(values, dtype)
    if out.shape != shape:
        raise ValueError("an array of shape %s is needed, not %s" % (shape, out.shape))
    return out


# --- DLPack and Arrow capsules ---------------------------------------------------------

_new_capsule = C.PYFUNCTYPE(C.py_object, _p, _s, _p)(("PyCapsule_New", C.pythonapi))
_pointer_of = C.PYFUNCTYPE(_p, C.py_object, _s)(("PyCapsule_GetPointer", C.pythonapi))
# Within a destructor the capsule has no owner any more: by address, never as an object.
_is_valid_at = C.PYFUNCTYPE(_i, _p, _s)(("PyCapsule_IsValid", C.pythonapi))
_pointer_at = C.PYFUNCTYPE(_p, _p, _s)(("PyCapsule_GetPointer", C.pythonapi))
_DESTRUCTOR = C.PYFUNCTYPE(None, _p)
_RELEASE = C.CFUNCTYPE(None, _p)


class _ArrowSchema(C.Structure):
    _fields_ = [("format", _s), ("name", _s), ("metadata", _p), ("flags", _l), ("n_children", _l), ("children", _p),
                ("dictionary", _p), ("release", _p), ("private_data", _p)]


class _ArrowArray(C.Structure):
    _fields_ = [("length", _l), ("null_count", _l), ("offset", _l), ("n_buffers", _l), ("n_children", _l), ("buffers", _p),
                ("children", _p), ("dictionary", _p), ("release", _p), ("private_data", _p)]


class _ArrowStream(C.Structure):
    _fields_ = [("get_schema", _p), ("get_next", _p), ("get_last_error", _p), ("release", _p), ("private_data", _p)]


# Where the deleter is in the two managed tensors of DLPack, by the name of their capsules;
# a consumer renames the capsule, and then the deleter is its business.
_TENSORS = {b"dltensor": 56, b"dltensor_versioned": 16}
_ARROW = {_ArrowSchema: b"arrow_schema", _ArrowArray: b"arrow_array", _ArrowStream: b"arrow_array_stream"}
_structs = {}  # those in capsules, by address


@_DESTRUCTOR
def _drop_tensor(capsule):
    for name, offset in _TENSORS.items():
        if _is_valid_at(capsule, name):
            at = _pointer_at(capsule, name)
            _RELEASE(_p.from_address(at + offset).value)(at)


@_DESTRUCTOR
def _drop_arrow(capsule):
    for name in _ARROW.values():
        if _is_valid_at(capsule, name):
            struct = _structs.pop(_pointer_at(capsule, name))
            if struct.release:  # a consumer that took the contents leaves NULL
                _RELEASE(struct.release)(C.addressof(struct))


def _arrow_capsule(struct):
    _structs[C.addressof(struct)] = struct
    return _new_capsule(C.addressof(struct), _ARROW[type(struct)], C.cast(_drop_arrow, _p))


class View:
    """Memory of a handle as DLPack: numpy.from_dlpack(view), torch.from_dlpack(view).

    What is made from it keeps the memory alive. Read-only memory is refused to consumers that
    know only the form before DLPack 1.0, unless they are trusted not to write."""

    def __init__(self, function, *arguments, trusted=False):
        self._make, self._trusted = (function, arguments), trusted

    def __dlpack_device__(self):
        return 1, 0  # CPU

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        if stream is not None or dl_device not in (None, (1, 0)) or copy:
            raise BufferError("this memory is on the CPU, and copies are for the consumer to make")
        function, arguments = self._make
        tensor = _p()
        _call(function, C.byref(tensor), *arguments)
        if max_version is not None and max_version[0] >= 1:
            return _new_capsule(tensor, b"dltensor_versioned", C.cast(_drop_tensor, _p))
        legacy = _p()
        try:
            _call("dlpack_to_legacy", C.byref(legacy), tensor, self._trusted)
        except Failure as failure:
            _RELEASE(_p.from_address(tensor.value + 16).value)(tensor)
            raise BufferError(str(failure)) from None
        return _new_capsule(legacy, b"dltensor", C.cast(_drop_tensor, _p))


class ArrowTable:
    """A table for anything that speaks Arrow's capsule protocol: pyarrow.table(t), polars.DataFrame(t).
    It is made anew each time that it is asked for."""

    def __init__(self, context, function, *arguments):
        self._context, self._table = context, (function, arguments)

    def _export(self):
        schema, array = _ArrowSchema(), _ArrowArray()
        function, arguments = self._table
        _call(function, *arguments, C.byref(schema), C.byref(array))
        return schema, array

    def __arrow_c_array__(self, requested_schema=None):
        return tuple(_arrow_capsule(s) for s in self._export())

    def __arrow_c_schema__(self):
        return self.__arrow_c_array__()[0]

    def __arrow_c_stream__(self, requested_schema=None):
        schema, array = self._export()
        stream = _ArrowStream()
        _call("arrow_to_stream", C.byref(stream), self._context, C.byref(schema), C.byref(array))
        return _arrow_capsule(stream)


class _Handle:
    """Owns a C handle; freed when the object goes, in any order."""

    def _own(self, kind, *arguments, make=None):
        handle = C.c_void_p()
        _call(make or kind + "_create", C.byref(handle), *arguments)
        self.handle = handle
        weakref.finalize(self, getattr(_library, "scilama_%s_destroy" % kind), handle)

    @property
    def _as_parameter_(self):
        return self.handle


class Context(_Handle):
    """Threads and cancellation; every other object comes from one."""

    def __init__(self, threads=1):
        self._own("context", C.byref(defaults(ContextOptions, threads=threads)))

    def cancel(self):
        """From any thread: running calls end with a Failure."""
        _library.scilama_context_cancel(self)


class GeneTable(_Handle, ArrowTable, View):
    """Vectors by gene name; speaks Arrow and DLPack."""

    def __init__(self, context, genes, vectors):
        vectors = np.ascontiguousarray(vectors, np.float32)
        if vectors.ndim != 2 or len(genes) != len(vectors):
            raise ValueError("one name per row of vectors is needed")
        self._own("gene_table", context, _texts(genes), vectors.ctypes.data, vectors.shape[0], vectors.shape[1], 0)

    @classmethod
    def read(cls, context, path, **options):
        self = cls.__new__(cls)
        self._own("gene_table", context, os.fsencode(path), C.byref(defaults(TableOptions, **options)), make="gene_table_read")
        return self

    @classmethod
    def from_arrow(cls, context, data, **options):
        """From anything with __arrow_c_stream__ or __arrow_c_array__: a table, reader or batch of
        pyarrow, a frame of polars, a relation of DuckDB. Options: names, vectors (columns), skip_nulls."""
        self, options = cls.__new__(cls), C.byref(defaults(ArrowOptions, **options))
        if hasattr(data, "__arrow_c_stream__"):
            stream = data.__arrow_c_stream__()
            self._own("gene_table", context, _pointer_of(stream, b"arrow_array_stream"), options, make="gene_table_from_arrow_stream")
        elif hasattr(data, "__arrow_c_array__"):
            schema, array = data.__arrow_c_array__()
            self._own("gene_table", context, _pointer_of(schema, b"arrow_schema"), _pointer_of(array, b"arrow_array"), options,
                      make="gene_table_from_arrow")
        else:
            raise TypeError("%s does not speak Arrow's capsule protocol" % type(data).__name__)
        return self

    @classmethod
    def read_parquet(cls, context, path, **options):
        """From a Parquet file, through pyarrow: batch by batch, never the whole file at once."""
        import pyarrow.parquet
        with pyarrow.parquet.ParquetFile(path) as file:
            batches = pyarrow.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches())
            return cls.from_arrow(context, batches, **options)

    genes = property(lambda self: [_library.scilama_gene_table_name(self, i).decode() for i in range(self.shape[0])])
    shape = property(lambda self: (_library.scilama_gene_table_rows(self), _library.scilama_gene_table_width(self)))

    # Not kept, so that the object does not refer to itself and goes as soon as it is let go.
    _table = property(lambda self: ("gene_table_to_arrow", (self,)))
    _make = property(lambda self: ("gene_table_to_dlpack", (self,)))
    _trusted = False

    def _own(self, kind, context, *arguments, make=None):
        self._context = context
        super()._own(kind, context, *arguments, make=make)


class Dataset(_Handle):
    """Cells × genes. `matrix` is a numpy array or a scipy.sparse CSR or CSC matrix.

    With borrow=True, float32 arrays in C order (CSR: int32 indices, int64 indptr, sorted)
    are used where they lie; the arrays must not change while anything made from this lives."""

    _DTYPES = {"float32": 1, "float64": 2, "int32": 10, "int64": 11, "uint16": 20, "uint32": 21}

    def __init__(self, context, matrix, genes=None, cells=None, borrow=False):
        m = defaults(Matrix, memory=2 if borrow else 1, rows=matrix.shape[0], cols=matrix.shape[1])
        if hasattr(matrix, "tocsr"):
            if matrix.format not in ("csr", "csc"):
                matrix = matrix.tocsr()
            values, indices, indptr = matrix.data, matrix.indices, matrix.indptr
            m.storage = 2 if matrix.format == "csr" else 3
            m.index_type, m.indptr_type = self._DTYPES[indices.dtype.name], self._DTYPES[indptr.dtype.name]
            m.stored = len(values)
            keep = [indices, indptr]
            m.indices, m.indptr = indices.ctypes.data, indptr.ctypes.data
        else:
            values = np.asarray(matrix)
            if values.dtype.name not in self._DTYPES:
                values = values.astype(np.float32, order="C")
            if values.strides[1] != values.itemsize or values.strides[0] % values.itemsize:
                values = np.ascontiguousarray(values)
            m.storage, m.ld, keep = 1, values.strides[0] // values.itemsize, []
        if values.dtype.name not in self._DTYPES:  # sparse booleans and the like
            values = values.astype(np.float32)
        m.value_type, m.values = self._DTYPES[values.dtype.name], values.ctypes.data
        for names, n in ((cells, m.rows), (genes, m.cols)):
            if names is not None and len(names) != n:
                raise ValueError("%d names for %d rows or columns" % (len(names), n))
        self._keep = [values] + keep if borrow else None
        self._own("dataset", context, C.byref(m), _texts(cells), _texts(genes))

    @classmethod
    def read_h5ad(cls, context, path, **options):
        self = cls.__new__(cls)
        self._own("dataset", context, os.fsencode(path), C.byref(defaults(H5adOptions, **options)), make="dataset_read_h5ad")
        return self

    cells = property(lambda self: _library.scilama_dataset_cells(self))
    genes = property(lambda self: _library.scilama_dataset_genes(self))

    def set_numeric(self, name, values):
        values = _array(values, np.float64, (self.cells,))
        _call("dataset_set_numeric", self, name.encode(), values.ctypes.data)

    def set_categorical(self, name, values):
        """Strings, or a pandas Categorical (its codes and categories are taken)."""
        codes, categories = getattr(values, "codes", None), getattr(values, "categories", None)
        if codes is None:
            categories, codes = np.unique(np.asarray(values, dtype=str), return_inverse=True)
        codes = _array(codes, np.int32, (self.cells,))
        _call("dataset_set_codes", self, name.encode(), codes.ctypes.data, _texts(categories), len(categories))

    def use_covariate(self, name, kind=CATEGORICAL):
        _call("dataset_use_covariate", self, name.encode(), kind)

    def set_split(self, split):
        split = _array(split, np.int32, (self.cells,))
        _call("dataset_set_split", self, split.ctypes.data)

    def split_random(self, train=0.9, validation=0.1, seed=0, stratify=None):
        _call("dataset_split_random", self, train, validation, seed, stratify.encode() if stratify else None)

    def add_gene_table(self, name, genes, vectors=None, **options):
        """Gene vectors [len(genes) × width], matched by name; or, in place of both, a GeneTable or
        anything that GeneTable.from_arrow() takes."""
        table, report = genes, defaults(MatchReport)
        if vectors is not None:
            table = GeneTable(self._context, genes, vectors)
        elif not isinstance(table, GeneTable):
            table = GeneTable.from_arrow(self._context, table)
        _call("dataset_add_gene_table", self, name.encode(), table, C.byref(defaults(MatchOptions, **options)), C.byref(report))
        return report

    def obs(self):
        """The cell columns as an ArrowTable."""
        return ArrowTable(self._context, "dataset_obs_to_arrow", self)

    def preprocess(self, **options):
        report = defaults(PreprocessReport)
        _call("dataset_preprocess", self, C.byref(defaults(PreprocessOptions, **options)), C.byref(report))
        return report

    def release_input(self):
        """Gives back the matrix and gene tables as read; call it once the model is made."""
        _call("dataset_release_input", self)

    def prepared(self, cells=None):
        """What the cell encoder sees: float32 [cells × genes used]."""
        cells = np.arange(self.cells) if cells is None else cells
        cells = np.ascontiguousarray(cells, np.int64)
        out = np.empty((len(cells), _library.scilama_dataset_genes_used(self)), np.float32)
        _call("dataset_get_prepared", self, cells.ctypes.data, len(cells), out.ctypes.data, 0)
        return out

    def _own(self, kind, context, *arguments, make=None):
        self._context = context
        super()._own(kind, context, *arguments, make=make)


class Model(_Handle):
    """The paired VAE; options are those of scilama_model_options."""

    def __init__(self, dataset, preset=PUBLISHED, **options):
        self._context = dataset._context
        self._own("model", dataset, C.byref(defaults(ModelOptions, preset, **options)))

    @classmethod
    def load(cls, context, path):
        self = cls.__new__(cls)
        self._context = context
        self._own("model", context, os.fsencode(path), make="model_load")
        return self

    def save(self, path):
        _call("model_save", self, os.fsencode(path))

    @property
    def info(self):
        out = defaults(ModelInfo)
        _call("model_get_info", self, C.byref(out))
        return out

    @property
    def genes(self):
        return [_library.scilama_model_gene_name(self, i).decode() for i in range(self.info.genes)]

    @property
    def covariates(self):
        """{cell column: its categories, or None when it is a number}, in the model's order."""
        out = {}
        for i in range(_library.scilama_model_covariates(self)):
            c = defaults(CovariateInfo)
            _call("model_covariate", self, i, C.byref(c))
            names = [_library.scilama_model_category(self, i, k).decode() for k in range(c.categories)]
            out[c.name.decode()] = names if c.kind == CATEGORICAL else None
        return out

    def parameters(self):
        """{name: view}: numpy arrays on the model's own memory. They keep the model alive;
        through __dlpack__ any framework takes them without copying."""
        views = {}
        for i in range(_library.scilama_model_parameters(self)):
            t = defaults(Tensor)
            _call("model_parameter", self, i, C.byref(t))
            memory = (C.c_float * (t.rows * t.cols)).from_address(t.data)
            memory.owner = self
            shape = (t.rows, t.cols) if t.rank == 2 else (t.rows,) if t.rank == 1 else ()
            views[t.name.decode()] = np.frombuffer(memory, np.float32).reshape(shape)
        return views

    def parameter(self, name, trusted=False):
        """A read-only View of one parameter; its numbers change as the model is trained."""
        return View("model_parameter_to_dlpack", self, name.encode(), trusted=trusted)

    def cell_table(self, dataset):
        """The embedding of cells, with their names, as an ArrowTable."""
        return ArrowTable(self._context, "model_cells_to_arrow", self, dataset)

    def gene_table(self):
        """The embedding of the model's genes, with their names, as an ArrowTable."""
        return ArrowTable(self._context, "model_genes_to_arrow", self)

    def set_parameter(self, name, values):
        values = np.ascontiguousarray(values, np.float32)
        _call("model_set_parameter", self, name.encode(), values.ctypes.data, values.size)

    def encode_cells(self, dataset):
        out = np.empty((dataset.cells, self.info.latent), np.float32)
        _call("model_encode_cells", self, dataset, out.ctypes.data, None, 0)
        return out

    def encode_genes(self):
        i = self.info
        out = np.empty((i.genes, i.latent), np.float32)
        _call("model_encode_genes", self, out.ctypes.data, None, 0)
        return out

    def decode(self, dataset):
        out = np.empty((dataset.cells, self.info.genes), np.float32)
        _call("model_decode", self, dataset, None, out.ctypes.data, 0)
        return out


class Trainer(_Handle):
    """Trains a model; options are those of scilama_trainer_options."""

    def __init__(self, model, dataset, preset=PUBLISHED, **options):
        self._model = model
        self._own("trainer", model, dataset, C.byref(defaults(TrainerOptions, preset, **options)))

    def forward_backward(self, cells=None):
        """Adds up the gradients of these cells, or of the next mini-batch."""
        info = defaults(StepInfo)
        cells = None if cells is None else np.ascontiguousarray(cells, np.int64)
        _call("trainer_forward_backward", self, None if cells is None else cells.ctypes.data, 0 if cells is None else len(cells), C.byref(info))
        return info

    def gradients(self):
        """A writable View of the gradients of all trainable parameters: to add up those of other
        processes between forward_backward() and apply()."""
        return View("trainer_gradients_to_dlpack", self)

    def apply(self):
        """One optimiser step with the gradients added up."""
        info = defaults(StepInfo)
        _call("trainer_apply", self, C.byref(info))
        return info

    def step(self):
        info = defaults(StepInfo)
        _call("trainer_step", self, C.byref(info))
        return info

    def steps(self):
        """Yields the StepInfo of every step until training is finished."""
        while True:
            info = self.step()
            yield info
            if info.events & FINISHED:
                return

    def run(self, progress=None):
        """Trains to the end; progress(info) after every epoch may return True to stop.
        What it raises ends training and is raised from here."""
        raised = []

        def relay(_, info):
            try:
                return 1 if progress and progress(StepInfo.from_address(info)) else 0
            except BaseException as e:  # must not cross the library's frames
                raised.append(e)
                return 1
        info = defaults(StepInfo)
        try:
            _call("trainer_run", self, _PROGRESS(relay), None, C.byref(info))
        except Failure as failure:
            if raised:
                raise raised[0]
            if failure.code != -12:  # E_CALLBACK: stopped as asked
                raise
        return info

    def evaluate(self, split=VALIDATION):
        out = defaults(Evaluation)
        _call("trainer_evaluate", self, split, C.byref(out))
        return out


def version():
    return _library.scilama_version_string().decode()
