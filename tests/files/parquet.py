# SPDX-License-Identifier: MIT
"""Parquet tables as pyarrow and DuckDB write them, read by the library and compared. Skipped where the
writers or libduckdb (found by the loader, say through LD_LIBRARY_PATH) are missing.

usage: parquet.py            write, read, compare
       parquet.py FIXTURE    write the file that is kept under tests/data
"""
import ctypes
import os
import sys
import tempfile

import numpy as np

ROWS, WIDTH = 5000, 24


def arrow_files(folder):
    import pyarrow as pa
    import pyarrow.parquet as pq
    x = np.random.default_rng(0).normal(size=(ROWS, WIDTH))
    names = ["GENE-%d%s" % (i, " of a long name é" * (i % 3)) for i in range(ROWS)]
    flat = {"f2": np.float16, "f4": np.float32, "f8": np.float64}
    for kind, dtype in flat.items():
        values = x.astype(dtype)
        lists = pa.ListArray.from_arrays(pa.array(np.arange(0, ROWS * WIDTH + 1, WIDTH, dtype=np.int32)), pa.array(values.ravel()))
        fixed = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), WIDTH)
        for shape, column in (("list", lists), ("fixed", fixed)):
            for compression in ("none", "snappy", "zstd", "gzip"):
                path = os.path.join(folder, "arrow_%s_%s_%s.parquet" % (kind, shape, compression))
                pq.write_table(pa.table({"other": pa.array(range(ROWS)), "gene_id": names, "embedding": column}), path, compression=compression, row_group_size=1500)
                yield path, names, values.astype(np.float32)


def duckdb_files(folder):
    import duckdb
    for kind in ("FLOAT", "DOUBLE"):
        path = os.path.join(folder, "duckdb_%s.parquet" % kind)
        duckdb.sql("COPY (SELECT 'G' || i AS gene_id, array_agg(CAST(i + k / 8 AS %s) ORDER BY k) AS embedding FROM range(%d) t(i), range(%d) s(k) "
                   "GROUP BY i ORDER BY i) TO '%s' (FORMAT parquet)" % (kind, ROWS, WIDTH, path))
        yield path, ["G%d" % i for i in range(ROWS)], (np.arange(ROWS)[:, None] + np.arange(WIDTH) / 8).astype(np.float32)


def wrong_files(folder):
    import pyarrow as pa
    import pyarrow.parquet as pq
    for name, table, word in (("ragged", {"gene_id": ["A", "B"], "embedding": [[1.0, 2.0], [3.0]]}, "'B' has 1"),
                              ("null", {"gene_id": ["A", "B"], "embedding": [[1.0], None]}, "row 2"),
                              ("hole", {"gene_id": ["A"], "embedding": [[1.0, None]]}, "row 1"),
                              ("unnamed", {"gene": ["A"], "embedding": [[1.0]]}, "gene_id"),
                              ("words", {"gene_id": ["A"], "embedding": ["x"]}, "embedding")):
        path = os.path.join(folder, name + ".parquet")
        pq.write_table(pa.table(table), path)
        yield path, word


def main():
    if len(sys.argv) > 1:
        import pyarrow as pa
        import pyarrow.parquet as pq
        pq.write_table(pa.table({"gene_id": ["TP53", "a gene with a long name"], "embedding": pa.array([[1, 2, 3], [4, 5, -6.5]], pa.list_(pa.float32()))}),
                       sys.argv[1], compression="snappy", store_schema=False)
        return 0
    try:
        ctypes.CDLL("libduckdb.so")
    except OSError:
        print("skipped: libduckdb.so is not here\n0 passed, 0 failed")
        return 0
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
    import scilama_ctypes as S
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for files in (arrow_files, duckdb_files):
            try:
                for path, names, values in files(folder):
                    got, read = S.read_table(path)
                    ok = got == names and np.array_equal(read, values)
                    passed, failed = passed + ok, failed + (not ok)
                    if not ok:
                        print("FAILED", path)
            except ImportError as e:
                print("skipped:", e)
        with open(os.path.join(folder, "cut.parquet"), "wb") as f:
            f.write(b"PAR1" + b"x" * 100)
        for path, word in list(wrong_files(folder)) + [(os.path.join(folder, "cut.parquet"), "cut.parquet")]:
            try:
                S.read_table(path)
                ok = False
            except S.Failure as e:
                ok = word in str(e)
                if not ok:
                    print(e)
            passed, failed = passed + ok, failed + (not ok)
            if not ok:
                print("FAILED", path)
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
