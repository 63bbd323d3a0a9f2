#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The study's atlas of expression: a gene table of 50 tissues, 81 cell types and the medians of tumours.

    python3 tests/study/atlas.py OUTPUT.h5 [--wheel pirlygenes-5.1.0-py3-none-any.whl]

From what the Python package pirlygenes 5.1.0 (Apache-2.0) ships: the Human Protein Atlas 23's consensus of tissues and its single-cell types
(nTPM), medians of TCGA's cohorts (FPKM), and medians (TPM) of tumours by cohort and by subtype, what is not tumour taken out. The four become
wide files by symbol, of the genes that the Human Protein Atlas has, and `gene_table.py --expression` does the rest. The wheel is downloaded by pip where
it is not given; the package is not installed. Needs pandas and what gene_table.py needs.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import pandas as pd

PACKAGE = "pirlygenes==5.1.0"
MAKE = pathlib.Path(__file__).resolve().parents[2] / "examples/python/gene_table.py"


def download(folder):
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", str(folder), PACKAGE], check=True)
    return next(folder.glob("*.whl"))


def wide(wheel):
    """Name → values, symbols × columns."""
    def read(name):
        with wheel.open(f"pirlygenes/data/{name}") as f:
            return pd.read_csv(f, compression="gzip" if name.endswith(".gz") else None, low_memory=False)
    cells, both = (read(f"{n}.csv").dropna(subset=["Symbol"]).set_index("Symbol").drop(columns="Ensembl_Gene_ID") for n in ("hpa-cell-type-expression", "pan-cancer-expression"))
    cohorts, subtypes = (read(f"{n}-deconvolved-expression.csv.gz") for n in ("tcga", "subtype"))
    subtypes["cancer_code"] = subtypes.cancer_code.astype(str) + "/" + subtypes.subtype.fillna("").astype(str)
    medians = pd.concat([cohorts, subtypes]).pivot_table(index="symbol", columns="cancer_code", values="tumor_tpm_median", aggfunc="max")
    files = {"cells": cells, "tissues": both.filter(regex="^nTPM_"), "tumours": both.filter(regex="^FPKM_"), "cohorts": medians}
    known = cells.index.union(both.index)
    return {name: values[values.index.isin(known)] for name, values in files.items()}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("output")
    p.add_argument("--wheel", type=pathlib.Path)
    o = p.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, files = pathlib.Path(name), []
        with zipfile.ZipFile(o.wheel or download(folder)) as wheel:
            for what, values in wide(wheel).items():
                print(f"{what}: {values.shape[0]} rows × {values.shape[1]}")
                files.append(folder / f"{what}.csv")
                values.to_csv(files[-1])
        subprocess.run([sys.executable, MAKE, "--expression", *files, o.output], check=True)


if __name__ == "__main__":
    main()
