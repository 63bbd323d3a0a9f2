# SPDX-License-Identifier: MIT
"""Top-10 markers per cell type of PBMCs against textbook genes.

  check_textbook_markers.py scilama FILE.h5ad [GROUP]   (FILE: pbmc3k, plain or as fit wrote it)
"""
import csv
import io
import subprocess
import sys

TEXTBOOK = {
    "B": "MS4A1 CD79A CD79B CD19 TCL1A", "NK": "GNLY NKG7 PRF1 GZMB FGFBP2", "CD14+ Mono": "LYZ S100A8 S100A9 CD14 FCN1",
    "FCGR3A+ Mono": "FCGR3A MS4A7 CDKN1C LST1", "Platelet": "PPBP PF4 GP9 ITGA2B PTCRA", "DC": "FCER1A CLEC10A HLA-DQA1 HLA-DPB1",
    "CD8 T": "CD8A CD8B GZMK CCL5 GZMA", "Naive CD4 T": "CCR7 LDHB MAL TCF7 LEF1", "Memory CD4 T": "IL7R LTB AQP3 IL32 CD2",
}


def main(program, path, group="cell_type"):
    out = subprocess.run([program, "markers", path, "--group", group, "--genes", "10", "--quiet"], check=True, capture_output=True, text=True).stdout
    top = {}
    for row in csv.DictReader(io.StringIO(out), delimiter="\t"):
        top.setdefault(row["group"], []).append(row["gene"])
    missing = 0
    for name, genes in TEXTBOOK.items():
        found = [g for g in genes.split() if g in top.get(name, [])]
        missing += not found
        print(f"{name:14s} {'FAILED ' if not found else ''}{len(found)} of {len(genes.split())}: {' '.join(found)}")
    print(f"{len(TEXTBOOK) - missing} of {len(TEXTBOOK)} types have a textbook gene among their first ten")
    return missing != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
