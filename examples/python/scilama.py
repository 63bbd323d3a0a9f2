# SPDX-License-Identifier: MIT
"""libscilama for Python: this file and those beside it, ctypes and numpy.

    model = scilama.fit(adata, batch="sample")                    # AnnData, in place: obsm["X_scilama"], obs["scilama_leiden"], …
    scilama.map(model, query)                                     # another one, among the cells of the first

or, without anndata and step by step:

    context = scilama.Context(threads=2)
    data = scilama.Dataset(context, counts, genes=gene_names)     # numpy or scipy.sparse
    data.set_categorical("batch", batches)
    data.use_covariate("batch")
    data.add_gene_table("text", gene_names_of_table, vectors)
    data.split_random(0.9, 0.1, stratify="batch")
    data.preprocess()
    model = scilama.Model(data, latent=50)
    for info in scilama.Trainer(model, data, max_steps=1000).steps():
        if info.events & scilama.EPOCH_END:
            print(info.epoch, info.loss)
    embedding = model.encode_cells(data)                          # numpy, [cells × latent]
    labels = scilama.cluster(context, embedding, resolution=1.0)
    markers = scilama.markers(data, labels, model)                # {"z": [groups × genes], …}
    corrected = model.decode(data, to={"batch": "a"}, unscale=1)

Tables go in and out through Arrow, matrices out as DLPack, without copying where it can be:

    data.add_gene_table("text", pyarrow.table(...))               # or of polars, DuckDB, …
    table = scilama.GeneTable.read_parquet(context, "genes.parquet")
    obs = pyarrow.table(data.obs())
    weights = torch.from_dlpack(model.parameter("sample_encoder.latent_mu.weight"))

Options have the defaults of the program; the published ones are had by preset=scilama.PUBLISHED. Failures raise scilama.Failure. Calls release the
interpreter lock; docs/threading.md says what may be called from which thread. Ctrl-C ends a running call by KeyboardInterrupt, and every object can be used
on, a trainer from its next step. SCILAMA_LIBRARY names the shared library where the loader does not find it.
"""
from __future__ import annotations

import ctypes as C
import contextlib
import os
import select
import signal
import socket
import threading
import weakref
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

import scilama_sys as sys_

ArrayLike = Any  # what numpy.asarray() takes; of matrices scipy's too where it says so
Path = Union[str, "os.PathLike[str]"]

EPOCH_END, IMPROVED, PHASE_END, CONVERGED, FINISHED, SKIPPED = 1, 2, 4, 8, 16, 32
TRAIN, VALIDATION, TEST, EXCLUDED = 0, 1, 2, 3
CATEGORICAL, CONTINUOUS, RAW = 1, 2, 3
HVG_AUTO, HVG_NONE, HVG_SEURAT, HVG_SEURAT_V3 = -1, 0, 1, 2
MODE_BETA_VAE, MODE_DIRECT, MODE_STEPWISE, MODE_GENE, MODE_CELL_GENE = 1, 2, 3, 4, 5
PUBLISHED, RECOMMENDED = 0, 1



def _find_library():
    """$SCILAMA_LIBRARY, that of the wheel, or what the loader finds."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), ".scilama.mesonpy.libs")
    for name in ("libscilama.so.0", "libscilama.0.dylib"):
        if os.path.exists(os.path.join(folder, name)):
            return os.environ.get("SCILAMA_LIBRARY", os.path.join(folder, name))
    return os.environ.get("SCILAMA_LIBRARY", "libscilama.so.0")


_library = sys_.declare(C.CDLL(_find_library()))
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


class _Watch:
    """Cancels the context of the running call when SIGINT comes.

    While the main thread is in the library no handler of Python runs, but the interpreter writes the
    number of every signal to a descriptor: a thread waits at its other end."""

    def __init__(self):
        self.lock, self.pid, self.context, self.cancelled, self.others = threading.Lock(), None, None, False, b""

    def start(self):
        if self.pid != os.getpid():  # threads do not come along into a child process
            self.__init__()
            self.pid = os.getpid()
            self.reader, self.writer = socket.socketpair()
            self.reader.setblocking(False)
            self.writer.setblocking(False)
            threading.Thread(target=self.wait, daemon=True).start()

    def wait(self):
        while True:
            select.select([self.reader], [], [])
            with self.lock:
                self.drain()

    def drain(self):
        try:
            numbers = self.reader.recv(256)
        except BlockingIOError:
            return
        if signal.SIGINT in numbers and self.context is not None:
            _library.scilama_context_cancel(self.context)
        self.others += numbers


_watch = _Watch()


@contextlib.contextmanager
def _interruptible(context):
    """Ctrl-C stops the call within and is raised when it is back, also where it came too late to stop it. Only in the main thread, where Python handles signals."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler) or _watch.context is not None:
        yield
        return
    _watch.start()
    came = []
    signal.signal(signal.SIGINT, lambda *what: came.append(what))
    _watch.context, _watch.others = context, b""
    before = signal.set_wakeup_fd(_watch.writer.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        with _watch.lock:
            _watch.drain()
            _watch.context = None
            others = _watch.others
        if before != -1 and others:
            os.write(before, others)  # to whom the descriptor belongs, an event loop say
        signal.signal(signal.SIGINT, handler)
        if came:
            handler(*came[0])


def _long(context, name, *arguments):
    """A call that Ctrl-C may stop."""
    with _interruptible(context):
        _call(name, *arguments)


# Where the numbers that an option may have as a word are listed: "cosine" is SCILAMA_METRIC_COSINE.
_WORDS = {"metric": "METRIC", "method": "KNN", "quality": "QUALITY", "graph": "GRAPH", "init": "UMAP", "head": "HEAD", "join": "JOIN"}
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


def defaults(kind: Any, preset: Optional[int] = None, **values: Any) -> Any:
    """A struct with the library's defaults and then `values`; numbers that have a name may be given by it."""
    out = kind()
    init = getattr(_library, _INIT[kind])
    extra = [] if len(init.argtypes) == 2 else [RECOMMENDED if preset is None else preset]
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


def _matrix(values):
    out = np.ascontiguousarray(values, np.float32)
    if out.ndim != 2:
        raise ValueError("a matrix is needed, not %d dimensions" % out.ndim)
    return out


def _codes(values, n=None):
    """int32 codes and the names of a labelling: whole numbers as they are (below 0: missing), a pandas
    Categorical by its codes, other things sorted as strings."""
    codes, names = getattr(values, "codes", None), getattr(values, "categories", None)
    if codes is None:
        codes = np.asarray(values)
        if codes.dtype.kind in "iu":
            names = range(max(0, int(codes.max(initial=-1)) + 1))
        else:
            names, codes = np.unique(codes.astype(str), return_inverse=True)
    if n is not None and len(codes) != n:
        raise ValueError("%d labels are needed, not %d" % (n, len(codes)))
    return np.ascontiguousarray(codes, np.int32), list(names)


def _at(array):
    """Address of an array, or None of None."""
    return None if array is None else array.ctypes.data


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
        function(C.byref(tensor)) if callable(function) else _call(function, C.byref(tensor), *arguments)
        if max_version is not None and max_version[0] >= 1:
            return _new_capsule(tensor, b"dltensor_versioned", C.cast(_drop_tensor, _p))
        legacy = _p()
        try:
            _call("dlpack_to_legacy", C.byref(legacy), tensor, self._trusted)
        except Failure as failure:
            _RELEASE(_p.from_address(tensor.value + 16).value)(tensor)
            raise BufferError(str(failure)) from None
        return _new_capsule(legacy, b"dltensor", C.cast(_drop_tensor, _p))


_lent = {}


@_RELEASE
def _give_back(user):
    _lent.pop(user, None)


def lend(context: Context, array: ArrayLike, read_only: bool = False, trusted: bool = False) -> View:
    """A View of a matrix of numpy, [rows × columns] without gaps, for consumers of DLPack; it is kept until they delete it."""
    array = np.ascontiguousarray(array)
    t = defaults(Tensor, data=array.ctypes.data, dtype=Dataset._DTYPES[array.dtype.name], rank=2, rows=array.shape[0], cols=array.shape[1])

    def make(out):
        number = max(_lent, default=0) + 1
        _lent[number] = array
        _call("dlpack_wrap", out, context, C.byref(t), read_only, C.cast(_give_back, sys_.scilama_release_fn), number)
    return View(make, trusted=trusted)


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

    def __init__(self, threads: int = 1) -> None:
        self._own("context", C.byref(defaults(ContextOptions, threads=threads)))

    def cancel(self) -> None:
        """From any thread: the calls that run end with a Failure; without one it does nothing."""
        _library.scilama_context_cancel(self)

    def resume(self) -> None:
        """Takes back a cancel() that the running call has not noticed yet."""
        _library.scilama_context_resume(self)

    threads = property(lambda self: _library.scilama_context_threads(self))

    def describe(self) -> str:
        """Library, dependencies, processor and kernels as a JSON object."""
        needed = C.c_size_t()
        _library.scilama_context_describe(self, None, 0, C.byref(needed))
        out = C.create_string_buffer(needed.value)
        _library.scilama_context_describe(self, out, len(out), None)
        return out.value.decode()

    @property
    def memory(self) -> Tuple[int, int]:
        """Bytes that the library holds now, and the most that it ever held."""
        now, peak = C.c_int64(), C.c_int64()
        _library.scilama_context_memory(self, C.byref(now), C.byref(peak))
        return now.value, peak.value

    def set_progress(self, progress: Optional[Callable[[str, float], Any]]) -> None:
        """progress(stage, share) of long calls of the analysis; None = nothing. What it raises is printed, not raised."""
        relay = sys_.scilama_stage_fn(lambda _, stage, share: progress(stage.decode(), share) and None) if progress else None
        _call("context_set_progress", self, relay, None)
        self._progress = relay


class GeneTable(_Handle, ArrowTable, View):
    """Vectors by gene name; speaks Arrow and DLPack."""

    def __init__(self, context: Context, genes: Sequence[str], vectors: ArrayLike) -> None:
        vectors = np.ascontiguousarray(vectors, np.float32)
        if vectors.ndim != 2 or len(genes) != len(vectors):
            raise ValueError("one name per row of vectors is needed")
        self._own("gene_table", context, _texts(genes), vectors.ctypes.data, vectors.shape[0], vectors.shape[1], 0)

    @classmethod
    def read(cls, context: Context, path: Path, **options: Any) -> GeneTable:
        self = cls.__new__(cls)
        self._own("gene_table", context, os.fsencode(path), C.byref(defaults(TableOptions, **options)), make="gene_table_read")
        return self

    @classmethod
    def from_arrow(cls, context: Context, data: Any, **options: Any) -> GeneTable:
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
    def random(cls, like: GeneTable, seed: int = 0) -> GeneTable:
        """A control: Gaussian columns like those of a table."""
        self = cls.__new__(cls)
        self._own("gene_table", like._context, like, seed, make="gene_table_random")
        return self

    @classmethod
    def shuffled(cls, table: GeneTable, seed: int = 0) -> GeneTable:
        """A control: the vectors of a table, dealt at random to its genes."""
        self = cls.__new__(cls)
        self._own("gene_table", table._context, table, seed, make="gene_table_shuffled")
        return self

    def write(self, path: Path) -> None:
        _call("gene_table_write", self, os.fsencode(path))

    @classmethod
    def read_parquet(cls, context: Context, path: Path, **options: Any) -> GeneTable:
        """From a Parquet file, through pyarrow: batch by batch, never the whole file at once."""
        import pyarrow.parquet
        with pyarrow.parquet.ParquetFile(path) as file:
            batches = pyarrow.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches())
            return cls.from_arrow(context, batches, **options)

    @property
    def values(self) -> np.ndarray:
        """The vectors where they lie, float32 [rows × width], read-only; they keep the table."""
        memory = (C.c_float * (self.shape[0] * self.shape[1])).from_address(_library.scilama_gene_table_values(self))
        memory.owner = self
        out = np.frombuffer(memory, np.float32).reshape(self.shape)
        out.flags.writeable = False
        return out

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

    _tables = 0  # gene tables added
    _DTYPES = {"float32": 1, "float64": 2, "int32": 10, "int64": 11, "uint16": 20, "uint32": 21}

    def __init__(self, context: Context, matrix: Any, genes: Optional[Sequence[str]] = None, cells: Optional[Sequence[str]] = None,
                 borrow: bool = False) -> None:
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
    def read(cls, context: Context, path: Path, make: str = "dataset_read", **options: Any) -> Dataset:
        """From .h5ad, .h5mu, loom, 10x .h5 or a MatrixMarket folder, told apart by content; options of scilama_file_options."""
        self = cls.__new__(cls)
        with _interruptible(context):
            self._own("dataset", context, os.fsencode(path), C.byref(defaults(FileOptions, **options)), make=make)
        return self

    @classmethod
    def read_h5ad(cls, context: Context, path: Path, **options: Any) -> Dataset:
        return cls.read(context, path, "dataset_read_h5ad", **options)

    @classmethod
    def read_10x_h5(cls, context: Context, path: Path, **options: Any) -> Dataset:
        return cls.read(context, path, "dataset_read_10x_h5", **options)

    @classmethod
    def read_mtx(cls, context: Context, folder: Path, **options: Any) -> Dataset:
        return cls.read(context, folder, "dataset_read_mtx", **options)

    @classmethod
    def concat(cls, datasets: Sequence[Dataset], keys: Optional[Sequence[str]] = None, label: Optional[str] = None, **options: Any) -> Dataset:
        """Their cells one after another, with the genes that all have. `keys` name the datasets; of `label` a column of that name tells
        each cell's dataset. Options of scilama_concat_options."""
        if keys is not None and len(keys) != len(datasets):
            raise ValueError("%d keys are needed, not %d" % (len(datasets), len(keys)))
        texts, o = _texts(keys), defaults(ConcatOptions, **options)
        if label is not None:
            o.label = str(label).encode()
        o.keys = C.cast(texts, _p) if texts else None
        self = cls.__new__(cls)
        self._keep = [getattr(d, "_keep", None) for d in datasets]  # what rows are read from
        with _interruptible(datasets[0]._context):
            self._own("dataset", (_p * len(datasets))(*[d.handle for d in datasets]), len(datasets), C.byref(o), make="dataset_concat")
        self._context = datasets[0]._context
        return self

    @classmethod
    def from_rows(cls, context: Context, fetch: Callable[[np.ndarray, np.ndarray], Any], shape: Tuple[int, int],
                  genes: Optional[Sequence[str]] = None, cells: Optional[Sequence[str]] = None, memory: int = 1 << 26) -> Dataset:
        """A matrix that fetch(cells, values) fills whenever rows are needed: their numbers, int64 [n], and the place for their
        values, float32 [n × genes]. What it raises becomes a Failure with that text."""
        def relay(_, block, error):
            try:
                b = sys_.scilama_row_block.from_address(block)
                wanted = np.ctypeslib.as_array(C.cast(b.cells, C.POINTER(C.c_int64)), (b.rows,))
                fetch(wanted, np.ctypeslib.as_array(C.cast(b.values, C.POINTER(C.c_float)), (b.rows, b.genes)))
                return 0
            except BaseException as e:  # must not cross the library's frames
                sys_.scilama_error.from_address(error).message = (str(e) or type(e).__name__).encode()[:247]
                return sys_.SCILAMA_E_CALLBACK
        self, called = cls.__new__(cls), sys_.scilama_fetch_fn(relay)
        o = defaults(RowSource, rows=shape[0], cols=shape[1], memory=memory)
        o.fetch = called
        self._keep = called  # models and trainers keep the dataset
        self._own("dataset", context, C.byref(o), _texts(cells), _texts(genes), make="dataset_create_from_rows")
        return self

    cells = property(lambda self: _library.scilama_dataset_cells(self))
    genes = property(lambda self: _library.scilama_dataset_genes(self))

    gene_names = property(lambda self: [_library.scilama_dataset_gene_name(self, i).decode() for i in range(self.genes)])
    cell_names = property(lambda self: [_library.scilama_dataset_cell_name(self, i).decode() for i in range(self.cells)])

    def set_numeric(self, name: str, values: ArrayLike) -> None:
        values = _array(values, np.float64, (self.cells,))
        _call("dataset_set_numeric", self, name.encode(), values.ctypes.data)

    def set_categorical(self, name: str, values: ArrayLike) -> None:
        """Strings, or a pandas Categorical (its codes and categories are taken)."""
        codes, categories = getattr(values, "codes", None), getattr(values, "categories", None)
        if codes is None:
            categories, codes = np.unique(np.asarray(values, dtype=str), return_inverse=True)
        codes = _array(codes, np.int32, (self.cells,))
        _call("dataset_set_codes", self, name.encode(), codes.ctypes.data, _texts(categories), len(categories))

    def set_strings(self, name: str, values: ArrayLike) -> None:
        """Texts as they are, None = missing; the library finds the categories."""
        if len(values) != self.cells:
            raise ValueError("%d texts are needed, not %d" % (self.cells, len(values)))
        texts = (C.c_char_p * len(values))(*[None if v is None else str(v).encode() for v in values])
        _call("dataset_set_strings", self, name.encode(), texts)

    def set_obs(self, frame: Any) -> None:
        """Every column of a data frame of cells, or of a mapping of arrays: numbers are numeric, everything else categorical."""
        for name in frame:
            values = getattr(frame[name], "array", frame[name])
            if getattr(values, "codes", None) is None and np.asarray(values).dtype.kind in "fiu":
                self.set_numeric(name, np.asarray(values, np.float64))
            elif getattr(values, "codes", None) is not None:
                self.set_categorical(name, values)
            else:
                self.set_strings(name, [None if v is None or v != v else v for v in values])

    def use_covariate(self, name: str, kind: int = CATEGORICAL) -> None:
        _call("dataset_use_covariate", self, name.encode(), kind)

    def set_split(self, split: ArrayLike) -> None:
        split = _array(split, np.int32, (self.cells,))
        _call("dataset_set_split", self, split.ctypes.data)

    def split_by(self, name: str) -> None:
        """From a categorical column of train, validation, test."""
        _call("dataset_split_by", self, name.encode())

    @property
    def split(self) -> np.ndarray:
        out = np.empty(self.cells, np.int32)
        _call("dataset_get_split", self, out.ctypes.data)
        return out

    @property
    def used_gene_names(self) -> List[str]:
        """In the order of the model, after preprocess()."""
        return [_library.scilama_dataset_used_gene_name(self, i).decode() for i in range(_library.scilama_dataset_genes_used(self))]

    def split_random(self, train: float = 0.9, validation: float = 0.1, seed: int = 0, stratify: Optional[str] = None) -> None:
        _call("dataset_split_random", self, train, validation, seed, stratify.encode() if stratify else None)

    def add_gene_table(self, name: str, genes: Any, vectors: Optional[ArrayLike] = None, **options: Any) -> sys_.scilama_match_report:
        """Gene vectors [len(genes) × width], matched by name; or, in place of both, a GeneTable or
        anything that GeneTable.from_arrow() takes."""
        table, report = genes, defaults(MatchReport)
        if vectors is not None:
            table = GeneTable(self._context, genes, vectors)
        elif not isinstance(table, GeneTable):
            table = GeneTable.from_arrow(self._context, table)
        self._tables += 1
        _call("dataset_add_gene_table", self, name.encode(), table, C.byref(defaults(MatchOptions, **options)), C.byref(report))
        return report

    def obs(self) -> ArrowTable:
        """The cell columns as an ArrowTable."""
        return ArrowTable(self._context, "dataset_obs_to_arrow", self)

    def preprocess(self, preset: int = RECOMMENDED, **options: Any) -> sys_.scilama_preprocess_report:
        report = defaults(PreprocessReport)
        _long(self._context, "dataset_preprocess", self, C.byref(defaults(PreprocessOptions, preset, **options)), C.byref(report))
        return report

    def release_input(self) -> None:
        """Gives back the matrix and gene tables as read; call it once the model is made."""
        _call("dataset_release_input", self)

    def prepared(self, cells: Optional[ArrayLike] = None) -> np.ndarray:
        """What the cell encoder sees: float32 [cells × genes used]."""
        cells = np.arange(self.cells) if cells is None else cells
        cells = np.ascontiguousarray(cells, np.int64)
        out = np.empty((len(cells), _library.scilama_dataset_genes_used(self)), np.float32)
        _call("dataset_get_prepared", self, cells.ctypes.data, len(cells), out.ctypes.data, 0)
        return out

    def _own(self, kind, context, *arguments, make=None):
        self._context = context
        super()._own(kind, context, *arguments, make=make)


def _tensor(t, owner):
    """numpy array on memory of a handle, which it keeps."""
    memory = (C.c_float * (t.rows * t.cols)).from_address(t.data)
    memory.owner = owner
    return np.frombuffer(memory, np.float32).reshape((t.rows, t.cols) if t.rank == 2 else (t.rows,) if t.rank == 1 else ())


class Model(_Handle):
    """The paired VAE; options are those of scilama_model_options."""

    def __init__(self, dataset: Dataset, preset: int = RECOMMENDED, **options: Any) -> None:
        self._context, self._keep = dataset._context, getattr(dataset, "_keep", None)  # what the dataset reads where it lies
        self._own("model", dataset, C.byref(defaults(ModelOptions, preset, **options)))

    trained_genes = True  # False: its gene VAE was never trained

    @classmethod
    def load(cls, context: Context, path: Path) -> Model:
        self = cls.__new__(cls)
        self._context = context
        self._own("model", context, os.fsencode(path), make="model_load")
        return self

    def save(self, path: Path) -> None:
        _call("model_save", self, os.fsencode(path))

    def to_bytes(self) -> bytes:
        """What save() would write, to pickle, send or keep elsewhere; from_bytes() makes a model of it."""
        memory, size = _p(), C.c_int64()
        _call("model_save_memory", self, C.byref(memory), C.byref(size))
        try:
            return C.string_at(memory, size.value)
        finally:
            _library.scilama_bytes_destroy(self._context, memory)

    @classmethod
    def from_bytes(cls, context: Context, data: bytes) -> Model:
        self = cls.__new__(cls)
        self._context = context
        self._own("model", context, data, len(data), make="model_load_memory")
        return self

    @classmethod
    def fit(cls, dataset: Dataset, preset: int = RECOMMENDED, seed: int = 0, train_fraction: float = 0.9, stratify: Optional[str] = None,
            preprocess: Optional[dict] = None, model: Optional[dict] = None, trainer: Optional[dict] = None, no_preprocess: int = 0,
            progress: Optional[Callable[[Any], Any]] = None) -> Model:
        """The whole way: split, recipe, model, training, as `scilama fit` goes it. preprocess, model and trainer are options of the
        structs of these names, with what is not given as the preset has it. progress(info) after every epoch may return True to
        stop, which is a Failure here: to go on after a stop, take the parts."""
        self, raised = cls.__new__(cls), []
        self._context, self._keep = dataset._context, getattr(dataset, "_keep", None)

        def relay(_, info):
            try:
                return 1 if progress and progress(StepInfo.from_address(info)) else 0
            except BaseException as e:  # must not cross the library's frames
                raised.append(e)
                return 1
        o = defaults(FitOptions, preset=preset, seed=seed, train_fraction=train_fraction, no_preprocess=no_preprocess)
        shape, training = dict(model or {}), dict(trainer or {})
        if preset == RECOMMENDED and "embed_pca" not in shape and not dataset._tables:
            shape["embed_pca"] = 50
        kept = [defaults(PreprocessOptions, preset, **(preprocess or {})), defaults(ModelOptions, preset, **dict({"seed": seed}, **shape)),
                defaults(TrainerOptions, preset, **dict({"seed": seed}, **training)), _PROGRESS(relay)]
        o.preprocess, o.model, o.trainer = (C.cast(C.pointer(k), _p) for k in kept[:3])
        o.progress, o.stratify = kept[3], stratify.encode() if stratify else None
        try:
            with _interruptible(dataset._context):
                self._own("model", dataset, C.byref(o), None, make="fit")
        except Failure:
            if raised:
                raise raised.pop()
            raise
        self.trained_genes = kept[2].mode != MODE_BETA_VAE
        return self

    @property
    def options(self) -> sys_.scilama_model_options:
        out = defaults(ModelOptions)
        _call("model_get_options", self, C.byref(out))
        return out

    @property
    def modalities(self) -> Dict[str, int]:
        """{name: width of the vectors that it takes}"""
        return {_library.scilama_model_modality_name(self, i).decode(): _library.scilama_model_modality_width(self, i)
                for i in range(self.info.modalities)}

    def gene_vectors(self, modality: int = 0) -> np.ndarray:
        """The vectors of the model's genes as the gene encoder reads them; NaN where no table knows a gene."""
        width = C.c_int64()
        _call("model_gene_vectors", self, modality, C.byref(width), None, 0)
        out = np.empty((self.info.genes, width.value), np.float32)
        _call("model_gene_vectors", self, modality, C.byref(width), out.ctypes.data, 0)
        return out

    def copy_parameters(self, model: Model, prefix: Optional[str] = None, from_prefix: Optional[str] = None) -> int:
        """Warm start from another model; the number of parameters copied."""
        copied = C.c_int64()
        _call("model_copy_parameters", self, model, prefix.encode() if prefix else None, from_prefix.encode() if from_prefix else None, C.byref(copied))
        return copied.value

    def check_covariate(self, dataset: Dataset, index: int) -> sys_.scilama_covariate_report:
        """What of a covariate a dataset lacks (scilama_covariate_report)."""
        out = defaults(CovariateReport)
        _call("model_check_covariate", self, dataset, index, C.byref(out))
        return out

    @property
    def info(self) -> sys_.scilama_model_info:
        out = defaults(ModelInfo)
        _call("model_get_info", self, C.byref(out))
        return out

    @property
    def genes(self) -> List[str]:
        return [_library.scilama_model_gene_name(self, i).decode() for i in range(self.info.genes)]

    @property
    def covariates(self) -> Dict[str, List[str]]:
        """{cell column: its categories, or None when it is a number}, in the model's order."""
        out = {}
        for i in range(_library.scilama_model_covariates(self)):
            c = defaults(CovariateInfo)
            _call("model_covariate", self, i, C.byref(c))
            names = [_library.scilama_model_category(self, i, k).decode() for k in range(c.categories)]
            out[c.name.decode()] = names if c.kind == CATEGORICAL else None
        return out

    def parameters(self) -> Dict[str, np.ndarray]:
        """{name: view}: numpy arrays on the model's own memory. They keep the model alive;
        through __dlpack__ any framework takes them without copying."""
        views = {}
        for i in range(_library.scilama_model_parameters(self)):
            t = defaults(Tensor)
            _call("model_parameter", self, i, C.byref(t))
            views[t.name.decode()] = _tensor(t, self)
        return views

    def find_parameter(self, name: str) -> np.ndarray:
        """One of parameters(), by its name."""
        t = defaults(Tensor)
        _call("model_find_parameter", self, name.encode(), C.byref(t))
        return _tensor(t, self)

    def parameter(self, name: str, trusted: bool = False) -> View:
        """A read-only View of one parameter; its numbers change as the model is trained."""
        return View("model_parameter_to_dlpack", self, name.encode(), trusted=trusted)

    def cell_table(self, dataset: Dataset) -> ArrowTable:
        """The embedding of cells, with their names, as an ArrowTable."""
        return ArrowTable(self._context, "model_cells_to_arrow", self, dataset)

    def gene_table(self) -> ArrowTable:
        """The embedding of the model's genes, with their names, as an ArrowTable."""
        return ArrowTable(self._context, "model_genes_to_arrow", self)

    def set_parameter(self, name: str, values: ArrayLike) -> None:
        values = np.ascontiguousarray(values, np.float32)
        _call("model_set_parameter", self, name.encode(), values.ctypes.data, values.size)

    def encode_cells(self, dataset: Dataset, sigma: bool = False) -> Any:
        """float32 [cells × latent]; with sigma=True a pair of it and the standard deviations."""
        out = np.empty((dataset.cells, self.info.latent), np.float32)
        spread = np.empty_like(out) if sigma else None
        _long(self._context, "model_encode_cells", self, dataset, out.ctypes.data, _at(spread), 0)
        return (out, spread) if sigma else out

    def encode_genes(self, sigma: bool = False) -> Any:
        """float32 [genes × latent]; with sigma=True a pair of it and the standard deviations."""
        i = self.info
        out = np.empty((i.genes, i.latent), np.float32)
        spread = np.empty_like(out) if sigma else None
        _call("model_encode_genes", self, out.ctypes.data, _at(spread), 0)
        return (out, spread) if sigma else out

    def decode(self, dataset: Dataset, to: Optional[Mapping[str, str]] = None, **options: Any) -> np.ndarray:
        """Denoised or corrected expression, float32 [cells × genes of the model]. `to` is {cell column: category}
        that every cell is decoded as; options are those of scilama_decode_options:
        head ("best", "paired" or "cell"), average_batches, unscale, match_levels."""
        out = np.empty((dataset.cells, self.info.genes), np.float32)
        _long(self._context, "model_decode", self, dataset, C.byref(self._decoding(to, options)), out.ctypes.data, 0)
        return out

    def encode_new_genes(self, *tables: Any) -> np.ndarray:
        """Embeds genes that the model never saw, from a GeneTable (or vectors [n × width]) for each modality."""
        pointers, n, _kept = self._tables(tables)
        out = np.empty((n, self.info.latent), np.float32)
        _call("model_encode_new_genes", self, pointers, None, len(tables), out.ctypes.data, 0)
        return out

    def decode_new_genes(self, dataset: Dataset, *tables: Any, to: Optional[Mapping[str, str]] = None, **options: Any) -> np.ndarray:
        """Expression of unseen genes, float32 [cells × n], from tables as in encode_new_genes()."""
        pointers, n, _kept = self._tables(tables)
        out = np.empty((dataset.cells, n), np.float32)
        _long(self._context, "model_decode_new_genes", self, dataset, C.byref(self._decoding(to, options)), pointers, None, len(tables),
              out.ctypes.data, 0)
        return out

    def predict_genes(self, dataset: Dataset, genes: Sequence[str], *tables: Any, to: Optional[Mapping[str, str]] = None,
                      **options: Any) -> Tuple[np.ndarray, Dict[str, np.ndarray]]:
        """Expression of named genes, float32 [cells × genes], from any tables (GeneTable) that know both them and genes of the model; and
        what to expect of each: {"mean", "deviation", "correlation": [genes]}."""
        pointers = (_p * len(tables))(*[t.handle.value for t in tables])
        out, expected, f = np.empty((dataset.cells, len(genes)), np.float32), {}, defaults(GeneForecast)
        for field, _ in f._fields_[1:]:
            expected[field] = np.empty(len(genes))
            setattr(f, field, expected[field].ctypes.data)
        _long(self._context, "model_predict_genes", self, dataset, C.byref(self._decoding(to, options)), pointers, len(tables), _texts(genes), len(genes),
              out.ctypes.data, 0, C.byref(f))
        return out, expected

    def learn_absent(self, dataset: Dataset) -> None:
        """Learns from the training cells how to encode cells measured on a part of the genes."""
        _long(self._context, "model_learn_absent", self, dataset)

    def describe_reference(self, dataset: Dataset) -> None:
        """Keeps of the training cells what novelty() compares with, once the model has its reference."""
        _long(self._context, "model_describe_reference", self, dataset)

    def novelty(self, dataset: Dataset) -> np.ndarray:
        """How much sparser the reference is than the dataset around each of its cells, float32 [cells]."""
        out = np.empty(dataset.cells, np.float32)
        _long(self._context, "model_novelty", self, dataset, out.ctypes.data)
        return out

    def map(self, dataset: Dataset, writer: Any, **options: Any) -> None:
        """Places a query among the model's reference and writes what is found, block by block, into an H5adWriter of its cells
        (options of scilama_map_options: key, neighbors, unknown_below, unknown_beyond, unknown_novelty)."""
        _long(self._context, "model_map", self, dataset, writer, C.byref(defaults(MapOptions, **options)))

    def match_genes(self, dataset: Dataset, **options: Any) -> int:
        """Gives genes of a dataset the names that the model has for them (options of scilama_match_options); how many go by another name now."""
        renamed = C.c_int64()
        _call("model_match_genes", self, dataset, C.byref(defaults(MatchOptions, **options)), C.byref(renamed))
        return renamed.value

    def check_query(self, dataset: Dataset) -> sys_.scilama_query_report:
        """What of the model a dataset lacks (scilama_query_report)."""
        out = defaults(QueryReport)
        _call("model_check_query", self, dataset, C.byref(out))
        return out

    @property
    def reference(self) -> Reference:
        """The Reference that the model carries, and saves with itself."""
        out = Reference.__new__(Reference)
        out._context = self._context
        out._own("reference", self, make="model_get_reference")
        return out

    @reference.setter
    def reference(self, reference: Reference) -> None:
        _call("model_set_reference", self, reference)

    def adapt(self, dataset: Dataset, **options: Any) -> sys_.scilama_adapt_report:
        """Gives batches that only the dataset has columns of their own, trained on its cells alone so that they lie where the
        reference's do (scilama_adapt_options; returns a scilama_adapt_report); views of parameters are void after it."""
        report = defaults(AdaptReport)
        _long(self._context, "model_adapt", self, dataset, C.byref(defaults(AdaptOptions, **options)), C.byref(report))
        return report

    def extend_covariate(self, key: str, values: Sequence[str]) -> None:
        """Adds categories, to map new batches onto a trained model; views of parameters are void after it."""
        _call("model_extend_covariate", self, key.encode(), _texts(values), len(values))

    @staticmethod
    def _decoding(to, options):
        out, to = defaults(DecodeOptions, **options), dict(to or {})
        out.texts = _texts(list(to)), _texts(list(to.values()))  # kept as long as the options
        out.to_key, out.to_value = (C.cast(t, _p) for t in out.texts)
        out.replacements = len(to)
        return out

    def _tables(self, tables):
        """Pointers to gene tables, their rows, and the tables, to be kept."""
        if not tables:
            raise ValueError("a table of vectors is needed for each modality")
        made = [t if isinstance(t, GeneTable) else GeneTable(self._context, range(len(t)), t) for t in tables]
        return (_p * len(made))(*[t.handle.value for t in made]), made[0].shape[0], made


class Trainer(_Handle):
    """Trains a model; options are those of scilama_trainer_options."""

    def __init__(self, model: Model, dataset: Dataset, preset: int = RECOMMENDED, **options: Any) -> None:
        self._model, self._context, self._keep = model, dataset._context, getattr(dataset, "_keep", None)
        self._own("trainer", model, dataset, C.byref(defaults(TrainerOptions, preset, **options)))

    def forward_backward(self, cells: Optional[ArrayLike] = None) -> sys_.scilama_step_info:
        """Adds up the gradients of these cells, or of the next mini-batch."""
        info = defaults(StepInfo)
        cells = None if cells is None else np.ascontiguousarray(cells, np.int64)
        _call("trainer_forward_backward", self, None if cells is None else cells.ctypes.data, 0 if cells is None else len(cells), C.byref(info))
        return info

    def forward_backward_part(self, part: int, cells: ArrayLike) -> sys_.scilama_step_info:
        """The gradient of one part of a mini-batch, in place of what gradients() held."""
        info, cells = defaults(StepInfo), np.ascontiguousarray(cells, np.int64)
        _call("trainer_forward_backward_part", self, part, cells.ctypes.data, len(cells), C.byref(info))
        return info

    def gradient(self, name: Optional[str] = None) -> np.ndarray:
        """The gradients of all trainable parameters, or of one, as a numpy array where they lie; writable."""
        t = defaults(Tensor)
        _call("trainer_gradients", self, C.byref(t)) if name is None else _call("trainer_gradient", self, name.encode(), C.byref(t))
        return _tensor(t, self)

    def gradients(self) -> View:
        """A writable View of the gradients of all trainable parameters: to add up those of other
        processes between forward_backward() and apply()."""
        return View("trainer_gradients_to_dlpack", self)

    def apply(self) -> sys_.scilama_step_info:
        """One optimiser step with the gradients added up."""
        info = defaults(StepInfo)
        _call("trainer_apply", self, C.byref(info))
        return info

    def step(self) -> sys_.scilama_step_info:
        info = defaults(StepInfo)
        _call("trainer_step", self, C.byref(info))
        return info

    def run_epoch(self) -> sys_.scilama_step_info:
        info = defaults(StepInfo)
        _long(self._context, "trainer_run_epoch", self, C.byref(info))
        return info

    def end_phase(self) -> sys_.scilama_step_info:
        """Ends the phase now, with its best weights."""
        info = defaults(StepInfo)
        _call("trainer_end_phase", self, C.byref(info))
        return info

    @property
    def rates(self) -> Tuple[float, float, float]:
        """(lr, beta, gamma) in force; setting NaN returns one to its schedule."""
        out = [C.c_double() for _ in range(3)]
        _call("trainer_get_rates", self, *(C.byref(v) for v in out))
        return tuple(v.value for v in out)

    @rates.setter
    def rates(self, rates: Tuple[float, float, float]) -> None:
        _call("trainer_set_rates", self, *rates)

    def kl_per_unit(self) -> Tuple[np.ndarray, np.ndarray]:
        """KL per latent unit of cells and of genes at the last validation."""
        out = np.empty((2, self._model.info.latent))
        _call("trainer_kl_per_unit", self, out[0].ctypes.data, out[1].ctypes.data)
        return out[0], out[1]

    @staticmethod
    def memory(model: Model, dataset: Dataset, preset: int = RECOMMENDED, **options: Any) -> int:
        """Bytes that a trainer would reserve."""
        out = C.c_int64()
        _call("trainer_memory", model, dataset, C.byref(defaults(TrainerOptions, preset, **options)), C.byref(out))
        return out.value

    def steps(self) -> Iterator[sys_.scilama_step_info]:
        """Yields the StepInfo of every step until training is finished."""
        while True:
            info = self.step()
            yield info
            if info.events & FINISHED:
                return

    def run(self, progress: Optional[Callable[[Any], Any]] = None) -> sys_.scilama_step_info:
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
            _long(self._context, "trainer_run", self, _PROGRESS(relay), None, C.byref(info))
        except Failure as failure:
            if raised:
                raise raised.pop()  # kept in the list, it would keep the trainer through its traceback
            if failure.code != -12:  # E_CALLBACK: stopped as asked
                raise
        return info

    def evaluate(self, split: int = VALIDATION) -> sys_.scilama_evaluation:
        out = defaults(Evaluation)
        _long(self._context, "trainer_evaluate", self, split, C.byref(out))
        return out

    def state(self) -> bytes:
        """Weights, optimiser and counters as bytes: a trainer restored from them goes on bit for bit."""
        out = C.create_string_buffer(_library.scilama_trainer_state_size(self))
        _call("trainer_state_get", self, out, len(out))
        return out.raw

    def restore(self, state: bytes) -> None:
        """Takes what state() of a trainer of the same model, data and options gave."""
        _call("trainer_state_set", self, state, len(state))


def version() -> str:
    return _library.scilama_version_string().decode()


def status_name(code: int) -> str:
    """Of a Failure's code, such as "E_NOTFOUND"."""
    return _library.scilama_status_name(code).decode()


def option_list(of: str) -> List[Dict[str, Any]]:
    """The options of "preprocess", "model" or "trainer" as the library describes them: dicts of name, help, least, most, published, recommended."""
    number, out = ("preprocess", "model", "trainer").index(of) + 1, []
    for i in range(_library.scilama_option_count(number)):
        o = defaults(OptionInfo)
        _call("option_get_info", number, i, C.byref(o))
        out.append({"name": o.name.decode(), "help": o.help.decode(), "least": o.least, "most": o.most, "published": o.published, "recommended": o.recommended})
    return out


def check_options(options: Any) -> None:
    """Raises where an option of a struct made by defaults() is out of its bounds; rules between options are for the call that reads it."""
    _call("option_check", _DESCRIBED[type(options).__name__], C.byref(options))


from scilama_analysis import (Graph, GeneSets, Reference, cluster, compare, gene_holdout, gene_loadings, gene_space, graph_memory, kmeans, knn, knn_memory,  # noqa: E402
                              leiden_memory, lisi, markers, module_activity, module_coherence, module_projection, modules, p_adjust,
                              paired_markers, pca, score, silhouette, umap, umap_memory)
from scilama_analysis import _in_matrix  # noqa: E402
from scilama_anndata import dataset, fit, map  # noqa: E402
from scilama_files import GeneAliases, H5adWriter, column, columns, describe, read_array, read_column, read_string  # noqa: E402
