# SPDX-License-Identifier: MIT
"""The part of the public interface that the file tests need, through ctypes."""
import ctypes as C
import os
import numpy as np

BUILD = os.environ.get("SCILAMA_BUILD", os.path.join(os.path.dirname(__file__), "..", "..", "build"))
lib = C.CDLL(os.path.join(BUILD, "lib", "libscilama.so.0"))


class Error(C.Structure):
    _fields_ = [("code", C.c_int32), ("detail", C.c_int32), ("message", C.c_char * 248)]


class FileOptions(C.Structure):
    _fields_ = [("struct_size", C.c_size_t), ("layer", C.c_char_p), ("first_duplicate", C.c_int32),
                ("annotation_only", C.c_int32), ("gene_ids", C.c_int32), ("reserved", C.c_int32)]


class TableOptions(C.Structure):
    _fields_ = [("struct_size", C.c_size_t), ("names_path", C.c_char_p), ("key", C.c_char_p),
                ("first_duplicate", C.c_int32), ("reserved", C.c_int32)]


class ColumnInfo(C.Structure):
    _fields_ = [("struct_size", C.c_size_t), ("kind", C.c_int32), ("reserved", C.c_int32),
                ("categories", C.c_int64), ("missing", C.c_int64)]


class Matrix(C.Structure):
    _fields_ = [("struct_size", C.c_size_t), ("storage", C.c_int32), ("value_type", C.c_int32), ("index_type", C.c_int32),
                ("memory", C.c_int32), ("rows", C.c_int64), ("cols", C.c_int64), ("ld", C.c_int64), ("stored", C.c_int64),
                ("values", C.c_void_p), ("indices", C.c_void_p), ("indptr", C.c_void_p)]


class Failure(Exception):
    pass


for name in ("cells", "genes", "columns"):
    getattr(lib, "scilama_dataset_" + name).restype = C.c_int64
for name in ("cell_name", "gene_name", "column_name", "category"):
    getattr(lib, "scilama_dataset_" + name).restype = C.c_char_p
lib.scilama_gene_table_rows.restype = lib.scilama_gene_table_width.restype = C.c_int64
lib.scilama_gene_table_name.restype = C.c_char_p
lib.scilama_gene_table_values.restype = C.POINTER(C.c_float)

context = C.c_void_p()
error = Error()


def check(status):
    if status:
        raise Failure(status, error.message.decode())


check(lib.scilama_context_create(C.byref(context), None, C.byref(error)))


def pointer(array):
    return array.ctypes.data_as(C.c_void_p)


def read(path, reader="scilama_dataset_read_h5ad", prepared=True, **options):
    """A dict of what the library reads: names, X (genes sorted by name), columns."""
    o = FileOptions()
    lib.scilama_file_options_init(C.byref(o), C.sizeof(o))
    for key, value in options.items():
        setattr(o, key, value.encode() if isinstance(value, str) else value)
    d = C.c_void_p()
    check(getattr(lib, reader)(C.byref(d), context, str(path).encode(), C.byref(o), C.byref(error)))
    n, g = lib.scilama_dataset_cells(d), lib.scilama_dataset_genes(d)
    out = {"cells": [lib.scilama_dataset_cell_name(d, C.c_int64(i)).decode() for i in range(n)],
           "genes": [lib.scilama_dataset_gene_name(d, C.c_int64(i)).decode() for i in range(g)], "columns": {}}
    for i in range(lib.scilama_dataset_columns(d)):
        name = lib.scilama_dataset_column_name(d, C.c_int64(i))
        info = ColumnInfo(C.sizeof(ColumnInfo))
        check(lib.scilama_dataset_column_info(d, name, C.byref(info), C.byref(error)))
        if info.kind == 1:
            values = np.empty(n)
            check(lib.scilama_dataset_get_numeric(d, name, pointer(values), C.byref(error)))
        else:
            codes = np.empty(n, np.int32)
            check(lib.scilama_dataset_get_codes(d, name, pointer(codes), C.byref(error)))
            categories = [lib.scilama_dataset_category(d, name, C.c_int64(k)).decode() for k in range(info.categories)]
            values = np.array([categories[c] if c >= 0 else None for c in codes], object)
        out["columns"][name.decode()] = values
    if prepared:
        cells = np.arange(n, dtype=np.int64)
        x = np.empty((n, g), np.float32)
        check(lib.scilama_dataset_get_prepared(d, pointer(cells), C.c_int64(n), pointer(x), C.c_int64(0), C.byref(error)))
        sorted_genes = np.argsort(np.array([s.encode() for s in out["genes"]], object), kind="stable")
        out["X"] = np.empty_like(x)
        out["X"][:, sorted_genes] = x
    lib.scilama_dataset_destroy(d)
    return out


def describe(path, layer=None):
    import json
    text = C.c_char_p()
    check(lib.scilama_file_describe(C.byref(text), context, str(path).encode(), layer.encode() if layer else None, C.byref(error)))
    result = json.loads(text.value.decode())
    lib.scilama_text_destroy(context, text)
    return result


def read_table(path, **options):
    o = TableOptions()
    lib.scilama_table_options_init(C.byref(o), C.sizeof(o))
    for key, value in options.items():
        setattr(o, key, value.encode() if isinstance(value, str) else value)
    t = C.c_void_p()
    check(lib.scilama_gene_table_read(C.byref(t), context, str(path).encode(), C.byref(o), C.byref(error)))
    rows, width = lib.scilama_gene_table_rows(t), lib.scilama_gene_table_width(t)
    names = [lib.scilama_gene_table_name(t, C.c_int64(i)).decode() for i in range(rows)]
    values = np.ctypeslib.as_array(lib.scilama_gene_table_values(t), (rows, width)).copy() if rows else np.empty((0, width))
    lib.scilama_gene_table_destroy(t)
    return names, values
