#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gene_table.py on every kind of file that it takes; kinds whose package is missing are named and left out."""
import gzip
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile

import h5py
import numpy as np

HERE = pathlib.Path(__file__).parent
NAMES = ["TP53", "ISG15", "MS4A1", "NKG7"]
VECTORS = np.arange(12, dtype=np.float32).reshape(4, 3) / 7


def convert(folder, *arguments):
    out = folder / "out.h5"
    subprocess.run([sys.executable, HERE / "gene_table.py", *map(str, arguments), out], check=True, stdout=subprocess.DEVNULL)
    with h5py.File(out) as f:
        return [x.decode() for x in f["gene_id"][()]], f["embedding"][()]


def same(what, got):
    order = [got[0].index(n) for n in NAMES]
    assert len(got[0]) == 4, (what, got[0])
    np.testing.assert_allclose(got[1][order], VECTORS, rtol=1e-6, err_msg=what)


def make_pickle(path):
    path.write_bytes(pickle.dumps({n: list(v) for n, v in zip(NAMES, VECTORS)}))


def make_npz(path):
    np.savez(path, names=np.array(NAMES), vectors=VECTORS)


def make_csv(path):
    path.write_text("gene,a,b,c\n" + "".join(f"{n},{','.join(map(repr, map(float, v)))}\n" for n, v in zip(NAMES, VECTORS)))


def make_each(path):
    with h5py.File(path, "w") as f:
        for n, v in zip(NAMES, VECTORS):
            f[n] = v


def make_pt(path):
    import torch
    torch.save({n: torch.tensor(v) for n, v in zip(NAMES, VECTORS)}, path)


def make_vocabulary(path):
    import torch
    turned = {n: 3 - i for i, n in enumerate(NAMES)}
    torch.save({"encoder.embedding.weight": torch.tensor(VECTORS[::-1].copy()), "vocab": turned}, path)


def make_wide_parquet(path):
    import pyarrow as pa
    import pyarrow.parquet as pq
    pq.write_table(pa.table({"gene": NAMES, **{f"d{i}": VECTORS[:, i] for i in range(3)}}), path)


def make_list_parquet(path):
    import pyarrow as pa
    import pyarrow.parquet as pq
    pq.write_table(pa.table({"gene_id": NAMES, "embedding": [list(map(float, v)) for v in VECTORS]}), path)


def make_anndata(path):
    import anndata
    import pandas as pd
    anndata.AnnData(np.zeros((2, 4), np.float32), var=pd.DataFrame(index=NAMES), varm={"scilama": VECTORS}).write_h5ad(path)


KINDS = {"dictionary.pickle": make_pickle, "matrix.npz": make_npz, "table.csv": make_csv, "each.h5": make_each, "dictionary.pt": make_pt,
         "vocabulary.pt": make_vocabulary, "wide.parquet": make_wide_parquet, "list.parquet": make_list_parquet, "fit.h5ad": make_anndata}


def refused(folder, *arguments):
    """What it says instead."""
    done = subprocess.run([sys.executable, HERE / "gene_table.py", *map(str, arguments), folder / "no.h5"], capture_output=True, text=True)
    assert done.returncode and not (folder / "no.h5").exists() and "Traceback" not in done.stderr, done.stderr
    return done.stderr


def places(folder):
    """Neighbours are alike, far genes and other chromosomes are not, whatever the format; genes of small scaffolds have no place."""
    where = [(f"A{i}", "1", 1 + 2_000_000 * i) for i in range(60)] + [(f"B{i}", "2", 500 + 1_500_000 * i) for i in range(25)] + [("C", "scaffold_9", 7)]
    (folder / "a.gtf").write_text("#!genome\n" + "".join(
        f'{c}\tx\t{kind}\t{s}\t{s + 900}\t.\t+\t.\tgene_id "E{n}"; gene_name "{n}";\n' for n, c, s in where for kind in ("gene", "exon")))
    (folder / "a.gff3").write_text("".join(f"{c}\tx\tncRNA_gene\t{s}\t{s + 900}\t.\t-\t.\tID=gene:E{n};Name={n}\n" for n, c, s in where))
    (folder / "a.tsv").write_text("name\tchr\tfrom\n" + "".join(f"{n}\t{c}\t{s}\n" for n, c, s in where))
    found = [convert(folder, "--places", folder / "a.gtf"), convert(folder, "--places", folder / "a.gtf", "--key", "gene_id"),
             convert(folder, "--places", folder / "a.gff3"), convert(folder, "--places", folder / "a.tsv", "--columns", "name,chr,from")]
    for names, vectors in found:
        assert len(names) == 85 and np.array_equal(vectors, found[0][1]) and [n.lstrip("E") for n in names] == found[0][0], names
    names, vectors = found[0]
    alike = lambda a, b: vectors[names.index(a)] @ vectors[names.index(b)]
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)
    assert alike("A20", "A21") > 0.95 > alike("A20", "A25") > 0.5 and alike("A20", "A45") < 0.01 and alike("A1", "B1") == 0
    assert "--key" in refused(folder, "--places", folder / "a.gtf", "--key", "symbol")


def atlas_by_hand(values):
    """The recipe of a file, a number at a time."""
    logged = [[None if x is None else np.log2(1 + x) for x in row] for row in values]
    level = [np.mean([x for x in row if x is not None]) for row in logged]
    columns = [[None if row[j] is None else row[j] - m for row, m in zip(logged, level)] for j in range(len(values[0]))] + [level]
    out = []
    for weight, column in zip([1] * len(values[0]) + [2], columns):
        known = [x for x in column if x is not None]
        out.append([0 if x is None else weight * (x - np.mean(known)) / np.std(known) for x in column])
    return np.array(out).T


def expression(folder):
    """Wide, long, GCT and compressed files of the same values give the same; files with other genes stand side by side."""
    genes, values = ["A", "B", "C", "D"], [[3, 0, 1], [7, 7, 15], [0, 1, 0], [31, 0.5, 2]]
    rows = [(g, *v) for g, v in zip(genes, values)]
    tissues = ["liver", "lung, left", "skin"]
    wide = 'gene,chromosome,liver,"lung, left",skin,constant,note\n' + "".join(f"{g},{c},{x},{y},{z},4,\n" for (g, x, y, z), c in zip(rows, ("1", "X", "2", "2")))
    (folder / "wide.csv").write_text(wide)
    with gzip.open(folder / "wide.csv.gz", "wt") as f:
        f.write(wide)
    (folder / "long.tsv").write_text("Gene\tGene name\tTissue\tnTPM\n" + "".join(f"E{g}\t{g}\t{t}\t{x}\n" for g, *v in rows for t, x in zip(tissues, v)))
    (folder / "a.gct").write_text("#1.2\n4\t3\nName\tDescription\t" + "\t".join(tissues) + "\n" + "".join(f"E{g}.1\t{g}\t{x}\t{y}\t{z}\n" for g, x, y, z in rows))
    wanted = atlas_by_hand(values)
    long = ["--columns", "Gene name,Tissue,nTPM"]
    for arguments in (["wide.csv"], ["wide.csv.gz"], ["long.tsv", *long], ["a.gct", "--key", "Description"]):
        names, vectors = convert(folder, "--expression", folder / arguments[0], *arguments[1:])
        assert names == genes, (arguments, names)
        np.testing.assert_allclose(vectors, wanted, rtol=1e-5, atol=1e-6, err_msg=str(arguments))
    (folder / "marked.csv").write_text(wide, encoding="utf-8-sig")
    assert convert(folder, "--expression", folder / "marked.csv", "--key", "gene")[0] == genes
    assert convert(folder, "--expression", folder / "a.gct")[0] == ["EA.1", "EB.1", "EC.1", "ED.1"]
    said = subprocess.run([sys.executable, HERE / "gene_table.py", "--expression", folder / "wide.csv", folder / "out.h5"], capture_output=True, text=True, check=True).stdout
    assert "not numbers: 1 (chromosome)" in said, said

    # A gene twice has its greatest values; rows without a name are none; a missing value is neither 0 nor in the means.
    (folder / "twice.tsv").write_text("x\ty\tgene\n3\t\tA\n1\t5\tB\n2\t0\tA\n9\t9\t\n0\tNA\tC\n6\t2\tD\n\t\tE\n")
    names, vectors = convert(folder, "--expression", folder / "twice.tsv", "--key", "gene")
    assert names == ["A", "B", "C", "D"], names
    np.testing.assert_allclose(vectors, atlas_by_hand([[3, 0], [1, 5], [0, None], [6, 2]]), rtol=1e-5, atol=1e-6)

    # Others' genes have 0; each file by the first --key or --columns that it has.
    names, vectors = convert(folder, "--expression", folder / "twice.tsv", folder / "long.tsv", folder / "a.gct", *long, "--key", "gene", "--key", "Name")
    assert names == ["A", "B", "C", "D", "EA.1", "EB.1", "EC.1", "ED.1"] and vectors.shape == (8, 3 + 4 + 4), (names, vectors.shape)
    np.testing.assert_allclose(vectors[:4, 3:7], wanted, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(vectors[4:, 7:], wanted, rtol=1e-5, atol=1e-6)
    assert not vectors[4:, :7].any() and not vectors[:4, 7:].any()

    # One column has no shape, but a level.
    (folder / "one.csv").write_text("gene,tpm\nA,1\nB,3\n")
    np.testing.assert_allclose(convert(folder, "--expression", folder / "one.csv")[1], [[-2], [2]])

    (folder / "words.csv").write_text("gene,family\nA,kinase\nB,receptor\n")
    (folder / "logged.csv").write_text("gene,x,y\nA,1,2\nB,-3,1\n")
    (folder / "ragged.csv").write_text("gene,x\nA,1\nB,1,2\n")
    (folder / "same.csv").write_text("gene,x\nA,1\nB,1\n")
    (folder / "word.csv").write_text("gene,tissue,tpm\nA,skin,1\nB,skin,low\n")
    (folder / "empty.csv").write_text("")
    for arguments, words in (
            (["wide.csv", "--key", "symbol"], ["wide.csv", "symbol"]), (["wide.csv", *long], ["wide.csv", "Tissue"]), (["long.tsv", "--columns", "Gene name,Tissue"], ["NAME,COLUMN,VALUE"]),
            (["words.csv"], ["words.csv", "no column of numbers"]), (["logged.csv"], ["logged.csv", "x of B", "-3"]), (["ragged.csv"], ["ragged.csv", "3 fields", "'B'"]),
            (["same.csv"], ["same.csv", "varies"]), (["word.csv", "--columns", "gene,tissue,tpm"], ["word.csv", "tpm of B in skin", "low"]), (["empty.csv"], ["empty.csv"]),
            (["wide.csv", "--places", folder / "a.gtf"], ["--expression"])):
        said = refused(folder, "--expression", folder / arguments[0], *arguments[1:])
        assert all(w in said for w in words), (arguments, said)
    assert "OUTPUT.h5" in refused(folder, "--expression")
    (folder / "latin.tsv").write_bytes("gene\tHirn\tGröße\nTP53\t1\t2\n".encode("latin-1"))
    said = refused(folder, "--expression", folder / "latin.tsv", folder / "latin.h5")
    assert "latin.tsv" in said and "UTF-8" in said and "Traceback" not in said, said
    forgotten = subprocess.run([sys.executable, HERE / "gene_table.py", "--expression", folder / "one.csv", folder / "wide.csv"], capture_output=True, text=True)
    assert forgotten.returncode and ".h5" in forgotten.stderr and (folder / "wide.csv").read_text() == wide, forgotten.stderr


def main():
    with tempfile.TemporaryDirectory() as name:
        folder, left_out = pathlib.Path(name), []
        for file, make in KINDS.items():
            try:
                make(folder / file)
            except (ImportError, OSError, ValueError) as missing: # not there, or not whole
                left_out.append(f"{file} ({str(missing).splitlines()[0][:60]})")
                continue
            same(file, convert(folder, folder / file))
        np.save(folder / "bare.npy", VECTORS)
        (folder / "names.txt").write_text("\n".join(NAMES) + "\n")
        same("bare.npy", convert(folder, folder / "bare.npy", "--genes", folder / "names.txt"))
        assert "--genes" in refused(folder, folder / "bare.npy")
        try:
            import sklearn  # noqa: F401
            words = ["kinase of the cell cycle", "kinase of the immune cell", "receptor of the immune system", "receptor kinase"]
            (folder / "text.tsv").write_text("symbol\tsummary\n" + "".join(f"{n}\t{w}\n" for n, w in zip(NAMES, words)))
            names, vectors = convert(folder, "--text", folder / "text.tsv", "--columns", "symbol,summary", "--width", 2)
            assert names == NAMES and vectors.shape == (4, 2), vectors.shape
        except ImportError:
            left_out.append("text (sklearn)")
        places(folder)
        expression(folder)
        program = os.environ.get("SCILAMA")
        if program:
            subprocess.run([program, "info", folder / "out.h5", "--json"], check=True, stdout=subprocess.DEVNULL)
    print("gene tables: all kinds" + (" but " + ", ".join(left_out) if left_out else ""))


if __name__ == "__main__":
    main()
