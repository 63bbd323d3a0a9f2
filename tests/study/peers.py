#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One fit of another method, file to file: peers.py pca|harmony|scvi IN.h5ad OUT.h5ad [--batch COLUMN] [--seed N]

IN has raw counts in X. All three see the same 2,000 variable genes, chosen by scanpy per batch where
there are batches: of the ways to choose and scale that were tried (by batch or not, seurat or
seurat_v3, scaled or not), this is the best of Harmony on stimulated PBMC and of PCA on one set; on the cell lines
seurat_v3 by batch was slightly better (total .889 instead of .882, seed 0).
OUT is IN with obsm["X_study"]. A process of its own, so that its time and memory are its method's.
"""
import argparse
import os
import warnings

GENES, COMPONENTS = 2000, 50


def variable_genes(adata, batch):
    """→ log-normalised values of the variable genes, and their raw counts in layers["counts"]."""
    import scanpy
    scanpy.pp.filter_genes(adata, min_cells=3)
    adata.layers["counts"] = adata.X.copy()
    scanpy.pp.normalize_total(adata, target_sum=1e4)
    scanpy.pp.log1p(adata)
    if adata.n_vars <= GENES:
        return adata
    scanpy.pp.highly_variable_genes(adata, n_top_genes=GENES, batch_key=batch)
    return adata[:, adata.var["highly_variable"]].copy()


def pca(adata, seed):
    import scanpy
    scanpy.tl.pca(adata, n_comps=min(COMPONENTS, adata.n_obs - 1, adata.n_vars - 1), random_state=seed)
    return adata.obsm["X_pca"]


def harmony(adata, batch, seed):
    import harmonypy
    corrected = harmonypy.run_harmony(pca(adata, seed), adata.obs, batch, random_state=seed, verbose=False).Z_corr
    return corrected if corrected.shape[0] == adata.n_obs else corrected.T


def scvi(adata, batch, seed, threads):
    import scvi as tools
    import torch
    torch.set_num_threads(threads)
    tools.settings.seed = seed
    tools.model.SCVI.setup_anndata(adata, layer="counts", batch_key=batch)
    model = tools.model.SCVI(adata)
    model.train(accelerator="cpu", enable_progress_bar=False)
    return model.get_latent_representation()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("method", choices=("pca", "harmony", "scvi"))
    parser.add_argument("source")
    parser.add_argument("out")
    parser.add_argument("--batch")
    parser.add_argument("--seed", type=int, default=0)
    o = parser.parse_args()
    warnings.filterwarnings("ignore")
    import anndata
    import numpy as np
    whole = anndata.read_h5ad(o.source)
    chosen = variable_genes(whole.copy(), o.batch)
    if o.method == "pca":
        points = pca(chosen, o.seed)
    elif o.method == "harmony":
        points = harmony(chosen, o.batch, o.seed)
    else:
        points = scvi(chosen, o.batch, o.seed, int(os.environ.get("OMP_NUM_THREADS", "2")))
    whole.obsm["X_study"] = np.asarray(points, dtype=np.float32)
    whole.write_h5ad(o.out)


if __name__ == "__main__":
    main()
