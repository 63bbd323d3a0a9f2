#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gene_table.py on every kind of file that it takes; kinds whose package is missing are named and left out."""
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
    refused = subprocess.run([sys.executable, HERE / "gene_table.py", "--places", folder / "a.gtf", "--key", "symbol", folder / "no.h5"], capture_output=True, text=True)
    assert refused.returncode and "--key" in refused.stderr, refused.stderr


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
        refused = subprocess.run([sys.executable, HERE / "gene_table.py", folder / "bare.npy", folder / "no.h5"], capture_output=True, text=True)
        assert refused.returncode and "--genes" in refused.stderr, refused.stderr
        try:
            import sklearn  # noqa: F401
            words = ["kinase of the cell cycle", "kinase of the immune cell", "receptor of the immune system", "receptor kinase"]
            (folder / "text.tsv").write_text("symbol\tsummary\n" + "".join(f"{n}\t{w}\n" for n, w in zip(NAMES, words)))
            names, vectors = convert(folder, "--text", folder / "text.tsv", "--columns", "symbol,summary", "--width", 2)
            assert names == NAMES and vectors.shape == (4, 2), vectors.shape
        except ImportError:
            left_out.append("text (sklearn)")
        places(folder)
        program = os.environ.get("SCILAMA")
        if program:
            subprocess.run([program, "info", folder / "out.h5", "--json"], check=True, stdout=subprocess.DEVNULL)
    print("gene tables: all kinds" + (" but " + ", ".join(left_out) if left_out else ""))


if __name__ == "__main__":
    main()
