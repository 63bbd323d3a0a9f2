#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Gene vectors as others publish them → an HDF5 table that scilama reads.

usage: gene_table.py INPUT OUTPUT.h5 [--key KEY] [--genes NAMES.txt]
       gene_table.py --text GENES.tsv --columns NAME,TEXT[,TEXT...] [--encoder FOLDER] [--width 128] OUTPUT.h5
       gene_table.py --places GENES.gtf [--key gene_id] [--columns NAME,CHROMOSOME,START] OUTPUT.h5
       gene_table.py --expression FILE [FILE ...] [--key COLUMN] [--columns NAME,COLUMN,VALUE] OUTPUT.h5

INPUT: a pickled or torch-saved dictionary (gene → vector, or names and a matrix), an AnnData file (--key of
varm, default the only one), Parquet (a list column, or one column per number), .npz (a matrix and names), CSV or TSV
(names first), or HDF5 with a data set per gene. --genes: a file of names, one a line, for a bare matrix.
--places: where genes lie on chromosomes, from GTF or GFF3 (--key: the attribute with their names) or a TSV with a heading
(--columns): a bump every ten megabases, so that neighbours are alike; what genomes of tumours and cell lines gained or lost is.
--expression: an atlas, expression of genes in tissues, cell types or tumours (TPM, nTPM, FPKM, counts per million; not logged),
from CSV, TSV or GCT: wide, genes × columns (--key: the column of names, default the first), or long (--columns: of names, of
what becomes a column, of values). Of several --key and --columns each file takes the first that it has. In each file log2(1 + x),
each gene less its mean, each column standardised, and the genes' means as one more column, of levels. Files stand side by side.

A pickle can run code: take only files that you trust. Needs numpy and h5py; torch, pyarrow, anndata,
scikit-learn or sentence_transformers where the format asks for them.
"""
import argparse
import array
import contextlib
import csv
import gzip
import itertools
import pathlib
import pickle
import re

import h5py
import numpy as np

BUMP, LEAST_GENES = 10, 20  # megabases; genes on a chromosome that counts
LEVEL = 2  # standard deviation of a file's levels, beside 1 of its other columns


def fail(text):
    raise SystemExit("gene_table.py: " + text)


def plain(value):
    """A torch tensor, list or array as a numpy array."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().float().numpy()
    return np.asarray(value)


def from_dictionary(content, genes, what):
    """{gene: vector}, or {anything: names, anything: matrix}, or a matrix with --genes."""
    if not isinstance(content, dict):
        return genes, plain(content)
    parts = {k: v if isinstance(v, dict) else plain(v) for k, v in content.items()}
    matrices = [v for v in parts.values() if not isinstance(v, dict) and v.ndim == 2 and v.dtype.kind in "fiu"]
    if len(matrices) == 1:
        names = genes or next((list(v) for v in parts.values() if not isinstance(v, dict) and v.ndim == 1 and v.dtype.kind in "OUS" and len(v) == len(matrices[0])), None)
        if names is None:  # a vocabulary: {name: row}
            vocabulary = next((v for v in parts.values() if isinstance(v, dict) and v), None)
            if vocabulary is None:
                fail(f"{what} holds a matrix without names: give them by --genes")
            names, rows = zip(*sorted(vocabulary.items(), key=lambda item: item[1]))
            return list(names), matrices[0][[int(r) for r in rows]]
        return names, matrices[0]
    if len(matrices) > 1:
        fail(f"{what} holds {len(matrices)} matrices: save the one of genes alone")
    vectors = {k: v.ravel() for k, v in parts.items() if not isinstance(v, dict) and v.dtype.kind in "fiu" and v.size}
    widths = {len(v) for v in vectors.values()}
    if len(widths) != 1:
        fail(f"{what}: vectors of {len(widths)} different widths" if widths else f"{what} holds no vectors")
    return list(vectors), np.stack(list(vectors.values()))


def read_parquet(path):
    import pyarrow
    import pyarrow.parquet
    table = pyarrow.parquet.read_table(path)
    kinds = {n: table.schema.field(n).type for n in table.column_names}
    names = next((n for n, t in kinds.items() if pyarrow.types.is_string(t) or pyarrow.types.is_large_string(t)), None)
    if names is None:
        fail(f"{path} has no column of names")
    lists = [n for n, t in kinds.items() if pyarrow.types.is_list(t) or pyarrow.types.is_large_list(t) or pyarrow.types.is_fixed_size_list(t)]
    if lists:
        return table[names].to_pylist(), np.array(table[lists[0]].to_pylist())
    numbers = [n for n, t in kinds.items() if pyarrow.types.is_floating(t)]
    return table[names].to_pylist(), np.column_stack([table[n].to_numpy() for n in numbers])


@contextlib.contextmanager
def opened(path):
    """A text file, compressed or not; a mark of byte order is no part of it."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", newline="", encoding="utf-8-sig") as f:
        try:
            yield f
        except UnicodeDecodeError as error:
            fail(f"{path} is not text in UTF-8 (byte {error.object[error.start]:#x}): convert it, say by iconv -f LATIN1 -t UTF-8")


def read_text(path):
    with opened(path) as f:
        rows = list(csv.reader(f, delimiter="\t" if ".tsv" in path.name else ","))
    try:
        [float(x) for x in rows[0][1:]]
    except ValueError:
        rows = rows[1:]
    return [r[0] for r in rows], np.array([[float(x) for x in r[1:]] for r in rows])


def read_hdf5(path, key):
    with h5py.File(path) as f:
        if "varm" in f:
            key = key or (next(iter(f["varm"])) if len(f["varm"]) == 1 else fail(f"{path}: --key chooses one of {', '.join(f['varm'])}"))
            index = f["var"].attrs["_index"]
            return [x.decode() for x in f["var"][index][()]], f["varm"][key][()]
        return from_dictionary({k: v[()] for k, v in f.items() if isinstance(v, h5py.Dataset)}, None, path)


def read(path, key, genes):
    suffix = path.suffix
    if suffix in (".pkl", ".pickle"):
        with open(path, "rb") as f:
            return from_dictionary(pickle.load(f), genes, path)
    if suffix in (".pt", ".pth"):
        import torch
        return from_dictionary(torch.load(path, map_location="cpu", weights_only=True), genes, path)
    if suffix == ".npz":
        with np.load(path) as f:
            return from_dictionary({k: f[k] for k in f.files}, genes, path)
    if suffix == ".npy":
        return genes, np.load(path)
    if suffix == ".parquet":
        return read_parquet(path)
    if suffix in (".h5", ".hdf5", ".h5ad"):
        return read_hdf5(path, key)
    return read_text(path)


def encode_text(path, columns, encoder, width):
    with opened(path) as f:
        rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
    missing = [c for c in columns if not rows or c not in rows[0]]
    if missing:
        fail(f"{path} has no column {', '.join(missing)}")
    names = [r[columns[0]] for r in rows]
    texts = [". ".join(r[c] for c in columns[1:] if r[c]) for r in rows]
    if encoder:
        from sentence_transformers import SentenceTransformer
        return names, SentenceTransformer(encoder).encode(texts, normalize_embeddings=True)
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    weights = TfidfVectorizer(sublinear_tf=True, min_df=2, stop_words="english").fit_transform(texts)
    vectors = TruncatedSVD(min(width, weights.shape[1] - 1), random_state=0).fit_transform(weights)
    return names, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def read_places(path, key, columns):
    """Names, chromosomes and starts in megabases."""
    kind = next((k for k in (".gtf", ".gff") if k in path.name), None)
    with opened(path) as f:
        if not kind:
            rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
            missing = [c for c in columns if not rows or c not in rows[0]]
            if missing:
                fail(f"{path} has no column {', '.join(missing)}")
            return [[r[c] for r in rows] for c in columns[:2]] + [[float(r[columns[2]]) / 1e6 for r in rows]]
        key = key or ("gene_name" if kind == ".gtf" else "Name")
        attribute = re.compile(rf'(?:^|;)\s*{re.escape(key)}[ =]"?([^";]+)')
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    found = [(attribute.search(r[8]), r) for r in rows if len(r) > 8 and r[2].endswith("gene")]
    if not any(name for name, _ in found):
        fail(f"{path} has no genes with an attribute {key}: name another by --key")
    return zip(*[(name[1], r[0], float(r[3]) / 1e6) for name, r in found if name])


def encode_places(names, chromosomes, starts):
    """A Gaussian bump of ten megabases every ten, of chromosomes with 20 genes; genes of others have none."""
    chromosomes, starts, columns = np.array(chromosomes), np.array(starts), []
    for c in sorted(set(chromosomes)):
        here = chromosomes == c
        if here.sum() >= LEAST_GENES:
            columns += [here * np.exp(-((starts - centre) / BUMP) ** 2 / 2) for centre in np.arange(BUMP / 2, starts[here].max() + BUMP / 2, BUMP)]
    if not columns:
        fail(f"no chromosome has {LEAST_GENES} genes")
    vectors = np.column_stack(columns)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return list(names), np.where(length > 0, vectors / np.where(length > 0, length, 1), np.nan)


def table_rows(path):
    """The heading, then the rows, of CSV, TSV or GCT."""
    with opened(path) as f:
        line = next(f, "")
        if line.startswith("#1."):  # GCT: its version and its size come first
            next(f, "")
            line = next(f, "")
        rows = csv.reader(itertools.chain([line], f), delimiter="\t" if "\t" in line else ",")
        yield (heading := next(rows, []))
        for row in filter(None, rows):
            if len(row) != len(heading):
                fail(f"{path} has a row of {len(row)} fields, beginning with {row[0]!r}; its heading has {len(heading)}")
            yield row


def number(text):
    """NaN where a value is missing, None where it is no number."""
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan") if text == "NA" else None


def read_wide(path, heading, rows, key):
    """Genes, columns and genes × columns: the greatest value of genes that are named more than once, NaN where there is none."""
    name, genes, at, found, others = heading.index(key), {}, [], [], {heading.index(key)}
    for row in rows:
        if row[name]:
            values = [number(x) for x in row]
            others.update(j for j, x in enumerate(values) if x is None)
            at.append(genes.setdefault(row[name], len(genes)))
            found.append(np.array(values, dtype=float))
    kept = [j for j in range(len(heading)) if j not in others]
    if not kept or not genes:
        fail(f"{path} has no column of numbers beside {key}")
    left = [heading[j] for j in sorted(others) if j != name]
    if left:
        print(f"{path}: columns left out, as they are not numbers: {len(left)} ({', '.join(left[:3])}{' …' if len(left) > 3 else ''})")
    values = np.full((len(genes), len(kept)), np.nan)
    np.fmax.at(values, at, np.stack(found)[:, kept])
    return list(genes), [heading[j] for j in kept], values


def read_long(path, heading, rows, columns):
    """The same of a file with a row for each value."""
    at, genes, across, found = [heading.index(c) for c in columns], {}, {}, array.array("d")
    for row in rows:
        name, column, text = (row[i] for i in at)
        value = number(text)
        if value is None:
            fail(f"{path}: {columns[2]} of {name} in {column} is not a number: {text}")
        if name:
            found.extend((genes.setdefault(name, len(genes)), across.setdefault(column, len(across)), value))
    if not genes:
        fail(f"{path} has no genes")
    gene, column, value = np.array(found).reshape(-1, 3).T
    values = np.full((len(genes), len(across)), np.nan)
    np.fmax.at(values, (gene.astype(int), column.astype(int)), value)
    return list(genes), list(across), values


def read_expression(path, keys, long):
    rows = table_rows(path)
    heading = next(rows)
    if not heading:
        fail(f"{path} is empty")
    columns = next((c for c in long if set(c) <= set(heading)), None)
    key = next((k for k in keys if k in heading), None if keys or long else heading[0])
    if not columns and key is None:
        fail(f"{path} has no column " + ", nor ".join(keys + [" and ".join(c) for c in long]))
    genes, across, values = read_long(path, heading, rows, columns) if columns else read_wide(path, heading, rows, key)
    wrong = np.argwhere((values < 0) | np.isinf(values))
    if len(wrong):
        gene, column = wrong[0]
        fail(f"{path}: {across[column]} of {genes[gene]} is {values[gene, column]:g}: expression that is not logged is 0 or more")
    return np.array(genes), values


def standardised(x):
    """Columns that vary, of mean 0 and deviation 1; 0 where a value is missing, which says nothing."""
    x = x[:, np.nanstd(x, 0) > 1e-9]
    return np.nan_to_num((x - np.nanmean(x, 0)) / np.nanstd(x, 0))


def encode_expression(paths, keys, long):
    """What columns a gene is high in, and its level, file by file; 0 of a file that lacks the gene."""
    names, parts = {}, []
    for path in paths:
        genes, values = read_expression(path, keys, long)
        logged = np.log2(1 + values)
        logged = logged[:, np.fmax.reduce(logged) - np.fmin.reduce(logged) > 1e-9]
        known = ~np.isnan(logged).all(1)
        if not known.any():
            fail(f"{path}: no column varies over its genes")
        logged = logged[known]
        level = np.nanmean(logged, 1, keepdims=True)
        parts.append(([names.setdefault(g, len(names)) for g in genes[known]], np.hstack([standardised(logged - level), LEVEL * standardised(level)])))
    vectors = [np.zeros((len(names), part.shape[1])) for _, part in parts]
    for vector, (at, part) in zip(vectors, parts):
        vector[at] = part
    return list(names), np.hstack(vectors)


def write(path, names, vectors):
    vectors = np.asarray(vectors, np.float32)
    if names is None:
        fail("a matrix without names: give them by --genes")
    if vectors.ndim != 2 or len(names) != len(vectors):
        fail(f"{len(names)} names for vectors of shape {vectors.shape}")
    first = {}
    for i, name in enumerate(names):
        if name and np.isfinite(vectors[i]).all():
            first.setdefault(str(name), i)
    if not first:
        fail("no gene has a name and a finite vector")
    with h5py.File(path, "w") as f:
        f.create_dataset("gene_id", data=list(first), dtype=h5py.string_dtype())
        f.create_dataset("embedding", data=vectors[list(first.values())], compression="gzip", shuffle=True)
    left = len(names) - len(first)
    print(f"{path}: {len(first)} genes × {vectors.shape[1]}" + (f"; {left} repeated, without a name or not finite are left out" if left else ""))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("files", nargs="+", type=pathlib.Path, help="INPUT OUTPUT.h5; OUTPUT.h5 with --text or --places; FILE ... OUTPUT.h5 with --expression")
    p.add_argument("--key", action="append", default=[])
    p.add_argument("--genes", type=pathlib.Path)
    p.add_argument("--text", type=pathlib.Path)
    p.add_argument("--places", type=pathlib.Path)
    p.add_argument("--expression", action="store_true")
    p.add_argument("--columns", action="append", default=[], help="default: symbol,full_name,summary of --text; symbol,chromosome,start of --places")
    p.add_argument("--encoder")
    p.add_argument("--width", type=int, default=128)
    a = p.parse_intermixed_args()
    *inputs, output = a.files
    made = bool(a.text) + bool(a.places) + a.expression
    if made > 1 or (not inputs if a.expression else len(inputs) != 1 - made):
        fail("give OUTPUT.h5 with --text or --places, files and OUTPUT.h5 with --expression, else INPUT and OUTPUT.h5")
    if a.expression and output.suffix not in (".h5", ".hdf5"):  # an input that would be lost, where OUTPUT was forgotten
        fail(f"--expression writes HDF5: {output} is to end with .h5")
    genes = a.genes.read_text().split("\n") if a.genes else None
    if genes and not genes[-1]:
        genes.pop()
    key, columns = a.key[-1] if a.key else None, [c.split(",") for c in a.columns]
    if (a.places or a.expression) and any(len(c) != 3 for c in columns):
        fail("--columns of --places are three: NAME,CHROMOSOME,START" if a.places else "--columns of --expression are three: NAME,COLUMN,VALUE")
    if a.expression:
        names, vectors = encode_expression(inputs, a.key, columns)
    elif a.places:
        names, vectors = encode_places(*read_places(a.places, key, columns[-1] if columns else ["symbol", "chromosome", "start"]))
    elif a.text:
        names, vectors = encode_text(a.text, columns[-1] if columns else ["symbol", "full_name", "summary"], a.encoder, a.width)
    else:
        names, vectors = read(inputs[0], key, genes)
    write(output, names, vectors)


if __name__ == "__main__":
    main()
