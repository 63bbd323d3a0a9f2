# SPDX-License-Identifier: MIT
"""Of scilama.py, which brings all of it: AnnData files written and read by parts, without anndata."""
import ctypes as C
import os
from typing import Any, List, Optional, Sequence

import numpy as np

import scilama as s


class H5adWriter(s._Handle):
    """Adds results to a copy of an AnnData file: everything else stays as it is. Nothing changes before commit();
    as a context manager it commits unless something was raised."""

    def __init__(self, context: "s.Context", input: str, output: str, **part):
        """`part` are options of scilama_file_options: which modality or genome of the input is meant."""
        if part:
            self._own("h5ad_writer", context, os.fsencode(input), C.byref(s.defaults(s.FileOptions, **part)), os.fsencode(output),
                      make="h5ad_writer_open_part")
        else:
            self._own("h5ad_writer", context, os.fsencode(input), os.fsencode(output), make="h5ad_writer_open")

    @classmethod
    def create(cls, context, output: str, matrix, genes: Optional[Sequence[str]] = None, cells: Optional[Sequence[str]] = None) -> "H5adWriter":
        """A new file of X: numpy, or scipy.sparse CSR; float32."""
        self = cls.__new__(cls)
        m, _kept = _matrix(matrix)
        self._own("h5ad_writer", context, os.fsencode(output), C.byref(m), s._texts(cells), s._texts(genes))
        return self

    @classmethod
    def create_from(cls, dataset: "s.Dataset", output: str, matrix: bool = True) -> "H5adWriter":
        """A new file of a Dataset: its cells, genes and columns, and with `matrix` its X."""
        self = cls.__new__(cls)
        with s._interruptible(dataset._context):
            self._own("h5ad_writer", os.fsencode(output), dataset, matrix, make="h5ad_writer_create_from")
        return self

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None:
            self.commit()

    cells = property(lambda self: s._library.scilama_h5ad_writer_cells(self))
    genes = property(lambda self: s._library.scilama_h5ad_writer_genes(self))

    def commit(self) -> None:
        s._call("h5ad_writer_commit", self)

    def copy_obs(self, input: str, **part) -> None:
        """obs of a file of the same cells, names and columns as they are stored there; `part` as in H5adWriter()."""
        s._call("h5ad_writer_copy_obs", self, os.fsencode(input), C.byref(s.defaults(s.FileOptions, **part)))

    def put_layer(self, key: str, matrix) -> None:
        m, _kept = _matrix(matrix)
        s._call("h5ad_writer_put_layer", self, key.encode(), C.byref(m))

    def put_obsm(self, key: str, values) -> None:
        self._rows("h5ad_writer_put_obsm", key, values, self.cells)

    def put_varm(self, key: str, values) -> None:
        self._rows("h5ad_writer_put_varm", key, values, self.genes)

    def put_obsp(self, key: str, matrix) -> None:
        self._square("h5ad_writer_put_obsp", key, matrix, self.cells)

    def put_varp(self, key: str, matrix) -> None:
        self._square("h5ad_writer_put_varp", key, matrix, self.genes)

    def put_obs(self, key: str, values) -> None:
        """Numbers as a numeric column, anything else (or a pandas Categorical) as a categorical one."""
        self._column(key, values, self.cells, "h5ad_writer_put_obs_numeric", "h5ad_writer_put_obs_categorical")

    def put_var(self, key: str, values) -> None:
        self._column(key, values, self.genes, "h5ad_writer_put_var_numeric", "h5ad_writer_put_var_categorical")

    def put_uns(self, key: str, value: Any) -> None:
        """A text, a list of texts, a whole number, a number, or a float32 array of one or two dimensions; "a/b" nests."""
        name = key.encode()
        if isinstance(value, str):
            s._call("h5ad_writer_put_uns_string", self, name, value.encode())
        elif isinstance(value, (int, np.integer)):
            s._call("h5ad_writer_put_uns_integer", self, name, int(value))
        elif isinstance(value, (float, np.floating)):
            s._call("h5ad_writer_put_uns_number", self, name, float(value))
        elif len(value) and isinstance(value[0], str):
            s._call("h5ad_writer_put_uns_strings", self, name, s._texts(value), len(value))
        else:
            values = np.ascontiguousarray(value, np.float32)
            cols = values.shape[1] if values.ndim == 2 else 0
            s._call("h5ad_writer_put_uns_array", self, name, values.ctypes.data, len(values), cols)

    def put_uns_records(self, key: str, records: np.ndarray) -> None:
        """A structured array of numbers alone or of texts alone, as uns["rank_genes_groups"] has them."""
        fields = list(records.dtype.names)
        texts = records.dtype[0].kind in "OSU"
        values = None if texts else np.ascontiguousarray(np.stack([records[f] for f in fields]), np.float64)
        strings = s._texts([v for f in fields for v in records[f]]) if texts else None
        s._call("h5ad_writer_put_uns_records", self, key.encode(), s._texts(fields), len(fields), len(records), s._at(values), strings)

    def put_uns_table(self, key: str, index: Sequence[str], **columns) -> None:
        name = key.encode()
        s._call("h5ad_writer_put_uns_table", self, name, s._texts(index), len(index))
        for column, values in columns.items():
            if len(values) != len(index):
                raise ValueError("column '%s' needs %d values, not %d" % (column, len(index), len(values)))
            if np.asarray(values).dtype.kind in "OSU":
                s._call("h5ad_writer_put_uns_table_strings", self, name, column.encode(), s._texts(values))
            else:
                numbers = np.ascontiguousarray(values, np.float64)
                s._call("h5ad_writer_put_uns_table_numeric", self, name, column.encode(), numbers.ctypes.data)

    def _rows(self, function, key, values, n):
        values = s._matrix(values)
        if len(values) != n:
            raise ValueError("%d rows are needed, not %d" % (n, len(values)))
        s._call(function, self, key.encode(), values.ctypes.data, values.shape[1], 0)

    def _square(self, function, key, matrix, n):
        m = matrix.tocsr()
        if m.shape != (n, n):
            raise ValueError("a matrix of %d × %d is needed, not %d × %d" % (n, n, *m.shape))
        parts = [np.ascontiguousarray(a, t) for a, t in ((m.indptr, np.int64), (m.indices, np.int32), (m.data, np.float32))]
        s._call(function, self, key.encode(), *(p.ctypes.data for p in parts))

    def _column(self, key, values, n, numeric, categorical):
        if len(values) != n:
            raise ValueError("%d values are needed, not %d" % (n, len(values)))
        if not hasattr(values, "codes") and np.asarray(values).dtype.kind in "fiub":
            numbers = np.ascontiguousarray(values, np.float64)
            s._call(numeric, self, key.encode(), numbers.ctypes.data)
            return
        codes, names = s._codes(values, n)
        s._call(categorical, self, key.encode(), codes.ctypes.data, s._texts(names), len(names))


def _matrix(matrix):
    """scilama_matrix of float32, and what must be kept as long."""
    if hasattr(matrix, "tocsr"):
        m = matrix.tocsr()
        parts = [np.ascontiguousarray(a, t) for a, t in ((m.data, np.float32), (m.indices, np.int32), (m.indptr, np.int64))]
        out = s.defaults(s.Matrix, storage=2, value_type=1, rows=m.shape[0], cols=m.shape[1], stored=len(m.data))
        out.index_type, out.indptr_type = s.sys_.SCILAMA_DTYPE_I32, s.sys_.SCILAMA_DTYPE_I64
        out.values, out.indices, out.indptr = (p.ctypes.data for p in parts)
        return out, parts
    values = s._matrix(matrix)
    out = s.defaults(s.Matrix, storage=1, value_type=1, rows=values.shape[0], cols=values.shape[1])
    out.values = values.ctypes.data
    return out, values


def _text(function, context, *arguments) -> str:
    text = C.c_void_p()
    s._call(function, C.byref(text), context, *arguments)
    try:
        return C.string_at(text).decode()
    finally:
        s._library.scilama_text_destroy(context, text)


def read_array(context, path: str, key: str) -> np.ndarray:
    """A matrix "obsm/NAME" or "varm/NAME" of an .h5ad file."""
    rows, width = C.c_int64(), C.c_int64()
    where = context, os.fsencode(path), key.encode(), C.byref(rows), C.byref(width)
    s._call("h5ad_read_array", *where, None, 0)
    out = np.empty((rows.value, width.value), np.float32)
    s._call("h5ad_read_array", *where, out.ctypes.data, out.size)
    return out


def read_column(context, path: str, table: str, column: str) -> np.ndarray:
    """A column of "obs", "var" or a data frame of uns, as numbers; of categories their codes."""
    rows = C.c_int64()
    where = context, os.fsencode(path), table.encode(), column.encode(), C.byref(rows)
    s._call("h5ad_read_column", *where, None, 0)
    out = np.empty(rows.value)
    s._call("h5ad_read_column", *where, out.ctypes.data, out.size)
    return out


def read_string(context, path: str, key: str) -> str:
    """A text of uns, say "uns/scilama/version"."""
    return _text("h5ad_read_string", context, os.fsencode(path), key.encode())


def describe(context, path: str, layer: Optional[str] = None) -> str:
    """What a file holds, and every problem found, as a JSON object."""
    return _text("file_describe", context, os.fsencode(path), layer.encode() if layer else None)


class GeneAliases(s._Handle):
    """Other names of genes, from a file of two columns; add_gene_table(…, **aliases.options())."""

    def __init__(self, context, path: str):
        self._own("gene_aliases", context, os.fsencode(path), make="gene_aliases_read")

    def __len__(self):
        return s._library.scilama_gene_aliases_count(self)

    def options(self) -> dict:
        return {"aliases": len(self), "alias_from": s._library.scilama_gene_aliases_from(self), "alias_to": s._library.scilama_gene_aliases_to(self)}


def columns(dataset) -> List[str]:
    """Names of the cell columns of a Dataset."""
    return [s._library.scilama_dataset_column_name(dataset, i).decode() for i in range(s._library.scilama_dataset_columns(dataset))]


def column(dataset, name: str) -> Any:
    """A cell column: float64, or (codes, categories)."""
    info = s.defaults(s.ColumnInfo)
    s._call("dataset_column_info", dataset, name.encode(), C.byref(info))
    if info.kind == s.sys_.SCILAMA_COLUMN_NUMERIC:
        out = np.empty(dataset.cells)
        s._call("dataset_get_numeric", dataset, name.encode(), out.ctypes.data)
        return out
    codes = np.empty(dataset.cells, np.int32)
    s._call("dataset_get_codes", dataset, name.encode(), codes.ctypes.data)
    return codes, [s._library.scilama_dataset_category(dataset, name.encode(), k).decode() for k in range(info.categories)]
