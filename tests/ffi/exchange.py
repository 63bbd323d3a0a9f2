# SPDX-License-Identifier: MIT
"""DLPack with numpy and torch, Arrow with pyarrow (and pandas, polars, where they are
installed), through examples/python/scilama.py: the same pointers, the same numbers, the
read-only flag, owners that go first, from several threads. What is not installed is skipped
by name. Exit 77: numpy is missing.

Usage: exchange.py [PACKAGE …]: these must be installed."""
import gc
import importlib
import os
import sys
import tempfile
import threading

try:
    import numpy as np
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)
import scilama

GENES, WIDTH, CELLS = 50, 7, 60
NAMES = ["gène%d" % i for i in range(GENES)]
VECTORS = np.cos(np.arange(GENES * WIDTH, dtype=np.float64)).astype(np.float32).reshape(GENES, WIDTH)


def package(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        if name in sys.argv[1:]:
            raise
        print("skipped: %s is not installed" % name)


def fails(code, word, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except (scilama.Failure, BufferError) as failure:
        assert getattr(failure, "code", None) == code and word in str(failure), failure
    else:
        raise SystemExit("no failure that says '%s'" % word)


def make(context):
    data = scilama.Dataset(context, np.floor(np.abs(np.sin(np.arange(CELLS * GENES, dtype=np.float64))) * 9).reshape(CELLS, GENES),
                           genes=NAMES, cells=["cell %d" % i for i in range(CELLS)])
    data.set_categorical("batch", np.array(["a", "b", "c"])[np.arange(CELLS) % 3])
    data.set_numeric("depth", np.where(np.arange(CELLS) == 4, np.nan, np.arange(CELLS) / 8))
    data.use_covariate("batch")
    data.add_gene_table("text", NAMES, VECTORS)
    return data, scilama.Model(data, scilama.PUBLISHED, latent=4, hidden=[12, 8])


# --- DLPack -----------------------------------------------------------------------------

def dlpack(take, pointer, numbers, versioned, writable):
    """take(view): a tensor of some framework."""
    context = scilama.Context()
    data, model = make(context)
    expected = {name: view.copy() for name, view in model.parameters().items()}
    where = {name: view.ctypes.data for name, view in model.parameters().items()}
    taken, names = {}, list(expected)
    for name in names:
        if not versioned:
            fails(None, "read-only", take, model.parameter(name))
        taken[name] = take(model.parameter(name, trusted=not versioned))
        assert pointer(taken[name]) == where[name], name
    trainer = scilama.Trainer(model, data, scilama.PUBLISHED, mode=scilama.MODE_DIRECT, batch_size=16)
    gradients = take(trainer.gradients())
    assert numbers(gradients).size == model.info.parameters and not numbers(gradients).any()
    trainer.forward_backward()
    assert numbers(gradients).any()
    if writable:
        before = model.parameters()[names[0]].copy()
        gradients *= 0
        assert trainer.apply().grad_norm == 0 and np.array_equal(before, model.parameters()[names[0]])
        trainer.forward_backward()
        assert trainer.apply().grad_norm > 0
    table = scilama.GeneTable(context, NAMES, VECTORS)
    table._trusted = not versioned
    vectors = take(table)
    again = pointer(take(table)) == pointer(vectors)
    unused = [table.__dlpack__(), table.__dlpack__(max_version=(1, 0))] if not versioned else [table.__dlpack__(max_version=(1, 0))]
    weight = next(n for n in taken if numbers(taken[n]).size > 1)
    trained = model.parameters()[weight].copy()
    del context, data, model, trainer, table, unused
    gc.collect()
    assert again and np.array_equal(numbers(vectors), VECTORS)
    assert np.array_equal(numbers(taken[weight]), trained)  # live memory: as it was trained
    for name, tensor in taken.items():
        assert numbers(tensor).shape == expected[name].shape, name
    threads = [threading.Thread(target=part.clear) for part in ({n: taken.pop(n)} for n in list(taken))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def memory(context):
    now, peak = scilama.C.c_int64(), scilama.C.c_int64()
    scilama._library.scilama_context_memory(context, scilama.C.byref(now), scilama.C.byref(peak))
    return now.value


new_numpy = tuple(int(n) for n in np.__version__.split(".")[:2]) >= (2, 1)
dlpack(np.from_dlpack, lambda x: x.ctypes.data, lambda x: x, new_numpy, new_numpy)
if new_numpy:
    kept = np.from_dlpack(scilama.GeneTable(scilama.Context(), NAMES, VECTORS))
    assert not kept.flags.writeable and np.array_equal(kept, VECTORS)
print("numpy %s: the same memory, %s" % (np.__version__, "versioned, read-only where it must be" if new_numpy else "legacy"))
context = scilama.Context()
base = memory(context)
gc.disable()
table = scilama.GeneTable(context, NAMES, VECTORS)
capsules = [table.__dlpack__(max_version=(1, 0)), table.__arrow_c_stream__(), table.__arrow_c_array__(), table.__arrow_c_schema__()]
assert memory(context) > base
del table, capsules
assert memory(context) == base  # at once, without the collector
gc.enable()
context = scilama.Context(threads=2)
tensor = np.from_dlpack(scilama.View("gene_table_to_dlpack", scilama.GeneTable(context, NAMES, VECTORS), trusted=True))
del context
child = os.fork()
if not child:
    del tensor  # its last owner, in a process without the workers
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0 and np.array_equal(tensor, VECTORS)
del tensor

torch = package("torch")
if torch:
    class Ask(scilama.View):
        def __dlpack__(self, **options):
            seen.append(options.get("max_version"))
            return super().__dlpack__(**options)
    seen = []
    torch.from_dlpack(Ask("gene_table_to_dlpack", scilama.GeneTable(scilama.Context(), NAMES, VECTORS), trusted=True))
    knows = bool(seen[0] and seen[0][0] >= 1)
    if knows:
        dlpack(torch.from_dlpack, lambda x: x.data_ptr(), lambda x: x.numpy(), True, True)
    dlpack(lambda view: torch.utils.dlpack.from_dlpack(view.__dlpack__()), lambda x: x.data_ptr(), lambda x: x.numpy(), False, True)
    print("torch %s: the same memory, %slegacy" % (torch.__version__, "versioned and " if knows else ""))


# --- Arrow ------------------------------------------------------------------------------

pa = package("pyarrow")
if pa:
    if not hasattr(pa.Table, "__arrow_c_stream__"):
        print("skipped: pyarrow %s is older than the capsule protocol" % pa.__version__)
        pa = None
if pa:
    context = scilama.Context()
    table = scilama.GeneTable(context, NAMES, VECTORS)

    def vectors_of(arrow):
        return np.stack([np.asarray(v, np.float32) for v in arrow["embedding"].to_pylist()])

    def same(other, names=NAMES, vectors=VECTORS):
        assert other.genes == list(names) and other.shape == vectors.shape
        taken = np.from_dlpack(scilama.View("gene_table_to_dlpack", other, trusted=True))
        assert np.array_equal(taken, vectors)

    # out: the same memory, whole after its owner; in again from each kind of object
    where = np.from_dlpack(scilama.View("gene_table_to_dlpack", table, trusted=True)).ctypes.data
    batch = pa.record_batch(table)
    batch.validate(full=True)
    assert batch.column("embedding").flatten().buffers()[1].address == where
    for arrow in (pa.table(table), pa.RecordBatchReader.from_stream(table).read_all(), batch):
        assert arrow.column_names if hasattr(arrow, "column_names") else arrow.schema.names == ["gene_id", "embedding"]
        assert arrow["gene_id"].to_pylist() == NAMES and np.array_equal(vectors_of(arrow), VECTORS)
        same(scilama.GeneTable.from_arrow(context, arrow))
    assert pa.schema(table).field("embedding").type == pa.list_(pa.float32(), WIDTH)
    table.__arrow_c_array__(), table.__arrow_c_stream__(), table.__arrow_c_schema__()  # never consumed
    lone = scilama.GeneTable(scilama.Context(), NAMES, VECTORS)
    batch = pa.record_batch(lone)
    column = batch.column("embedding")
    del lone, batch
    gc.collect()
    assert np.array_equal(np.asarray(column.to_pylist(), np.float32), VECTORS)

    # every type, sliced and in pieces
    for names in (pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string()), pa.dictionary(pa.uint64(), pa.large_string())):
        for number in (pa.float16(), pa.float32(), pa.float64()):
            numbers = VECTORS.astype(np.float16) if number == pa.float16() else VECTORS
            plain = pa.array(numbers.ravel()).cast(number)
            for kind in (pa.list_(number, WIDTH), pa.list_(number), pa.large_list(number), pa.list_view(number), pa.large_list_view(number)):
                offsets = np.arange(GENES + 1) * WIDTH
                fixed = pa.FixedSizeListArray.from_arrays(plain, WIDTH)
                lists = {pa.list_(number, WIDTH): lambda: fixed,
                         pa.list_(number): lambda: pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), plain),
                         pa.large_list(number): lambda: pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), plain),
                         pa.list_view(number): lambda: pa.ListViewArray.from_arrays(pa.array(offsets[:-1], pa.int32()), pa.array([WIDTH] * GENES, pa.int32()), plain),
                         pa.large_list_view(number): lambda: pa.LargeListViewArray.from_arrays(pa.array(offsets[:-1], pa.int64()), pa.array([WIDTH] * GENES, pa.int64()), plain)}[kind]()
                labels = pa.array(NAMES).dictionary_encode().cast(names) if pa.types.is_dictionary(names) else pa.array(NAMES).cast(names)
                whole = pa.record_batch({"gene_id": labels, "embedding": lists, "note": pa.array([None] * GENES, pa.string())})
                want = numbers.astype(np.float32)
                same(scilama.GeneTable.from_arrow(context, whole), vectors=want)
                same(scilama.GeneTable.from_arrow(context, whole.slice(11, 20)), NAMES[11:31], want[11:31])
                pieces = pa.Table.from_batches([whole.slice(0, 9), whole.slice(9, 0), whole.slice(9)])
                same(scilama.GeneTable.from_arrow(context, pieces), vectors=want)
                same(scilama.GeneTable.from_arrow(context, pieces.slice(5, 30)), NAMES[5:35], want[5:35])
    columns = pa.table({"symbol": NAMES, **{"d%d" % i: VECTORS[:, i].astype(np.float64) for i in range(WIDTH)}})
    same(scilama.GeneTable.from_arrow(context, columns))
    same(scilama.GeneTable.from_arrow(context, columns.slice(3, 4)), NAMES[3:7], VECTORS[3:7])
    two = columns.append_column("other", pa.array(NAMES[::-1]))
    fails(-7, "several columns of strings", scilama.GeneTable.from_arrow, context, two)
    fails(-4, "'symbol' of type 'u'", scilama.GeneTable.from_arrow, context, two, names="other")
    same(scilama.GeneTable.from_arrow(context, two.drop_columns(["symbol"])), NAMES[::-1])

    # what must not pass
    def lists(rows, number=pa.float32()):
        return pa.table({"gene_id": pa.array(NAMES[:len(rows)], pa.string()), "embedding": pa.array(rows, pa.list_(number))})
    fails(-6, "'embedding' is null in row 1", scilama.GeneTable.from_arrow, context, lists([[1, 2], None]))
    fails(-6, "'embedding' is null in row 1", scilama.GeneTable.from_arrow, context, lists([[1, 2], [3, None]]))
    fails(-6, "'embedding' has 1 numbers in row 1 but 2 before", scilama.GeneTable.from_arrow, context, lists([[1, 2], [3]]))
    fails(-8, "'embedding' is not finite in row 1, position 0", scilama.GeneTable.from_arrow, context, lists([[1, 2], [np.nan, 1]]))
    fails(-8, "row 0", scilama.GeneTable.from_arrow, context, lists([[1e300, 2]], pa.float64()))
    fails(-4, "'embedding' of type '+l'", scilama.GeneTable.from_arrow, context, lists([[1, 2]], pa.int32()), vectors="embedding")
    fails(-4, "type 'f'", scilama.GeneTable.from_arrow, context, pa.array([1.0], pa.float32()))
    fails(-6, "no rows", scilama.GeneTable.from_arrow, context, lists([]))
    same(scilama.GeneTable.from_arrow(context, lists([[1, 2], None, [3, None], [5, 6]]), skip_nulls=1), [NAMES[0], NAMES[3]], np.array([[1, 2], [5, 6]], np.float32))

    def broken():
        yield lists([[1, 2]]).to_batches()[0]
        raise OSError("the disk is wet")
    reader = pa.RecordBatchReader.from_batches(lists([[1, 2]]).schema, broken())
    fails(-12, "the disk is wet", scilama.GeneTable.from_arrow, context, reader)

    # Parquet by way of pyarrow, many row groups
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        print("skipped: pyarrow has no Parquet")
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "genes.parquet")
            parquet.write_table(pa.table(table), path, row_group_size=8)
            same(scilama.GeneTable.read_parquet(context, path))

    # cells: columns and embeddings
    data, model = make(context)
    obs = pa.table(data.obs())
    obs.validate(full=True)
    assert obs.column_names == ["cell_id", "batch", "depth"] and obs["cell_id"].to_pylist()[59] == "cell 59"
    assert pa.types.is_dictionary(obs.schema.field("batch").type) and obs["batch"].to_pylist() == list("abc") * 20
    assert obs["depth"].to_pylist() == [None if i == 4 else i / 8 for i in range(CELLS)] and obs["depth"].null_count == 1
    cells, genes = pa.table(model.cell_table(data)), pa.table(model.gene_table())
    cells.validate(full=True)
    assert np.array_equal(vectors_of(cells), model.encode_cells(data)) and cells["cell_id"].to_pylist() == obs["cell_id"].to_pylist()
    assert np.array_equal(vectors_of(genes), model.encode_genes()) and genes["gene_id"].to_pylist() == model.genes
    report = make(context)[0].add_gene_table("again", genes)
    assert report.matched == GENES and report.width == 4
    print("pyarrow %s: the same memory out; %d columns in" % (pa.__version__, len(obs.column_names)))

    # other packages, there and back
    if package("pandas"):
        same(scilama.GeneTable.from_arrow(context, pa.Table.from_pandas(pa.table(table).to_pandas().set_index("gene_id"))))
        print("pandas: there and back")
    polars = package("polars")
    if polars:
        same(scilama.GeneTable.from_arrow(context, polars.DataFrame(table)))
        print("polars: there and back")
    duckdb = package("duckdb")
    if duckdb:
        arrow = pa.table(table)
        same(scilama.GeneTable.from_arrow(context, duckdb.sql("SELECT * FROM arrow WHERE gene_id != ''")))
        print("duckdb: there and back")
