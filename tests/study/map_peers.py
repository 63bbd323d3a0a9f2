# SPDX-License-Identifier: MIT
"""Labels carried over from one batch to another: `scilama map`, with and without --adapt, beside scANVI with scArches, Harmony and PCA.

    python3 tests/study/map_peers.py build/examples/scilama/scilama kang_ifnb_pbmc.h5ad batch stim [--seeds 5] [--methods pca,harmony,scanvi,map,adapt]

Categories of KEY in QUERY ("a,b") are the query, the rest the reference. Accuracy, balanced accuracy, macro-F1 and expected calibration error (ten
bins of the probability of the label given); peers' kNN: 15 neighbours, shares of votes. PCA: 50 axes of the reference's 2,000 variable genes,
scaled by it. Harmony: on such axes of both, so that it sees the query while it corrects. scANVI: 2,000 variable genes of the reference, epochs as
scvi-tools chooses them but for --epochs, 20 epochs of labels, 100 of the query (scArches). Needs anndata, scanpy, scikit-learn,
harmonypy; scvi-tools for scANVI.
"""
import os
import subprocess
import tempfile

import anndata
import numpy as np
import scanpy
from sklearn.neighbors import KNeighborsClassifier

from mapping import arguments, axes, judged, parted, scaled


def knn(known, labels, asked):
    model = KNeighborsClassifier(15).fit(known, labels)
    p = model.predict_proba(asked)
    return model.classes_[p.argmax(1)], p.max(1)


def variable(r, q):
    """Both with the reference's variable genes, log of 10,000 parts."""
    r, q = r.copy(), q.copy()
    for a in (r, q):
        scanpy.pp.normalize_total(a, target_sum=1e4)
        scanpy.pp.log1p(a)
    scanpy.pp.highly_variable_genes(r, n_top_genes=2000, flavor="seurat")
    genes = r.var["highly_variable"].values
    return r[:, genes].X.toarray().astype(float), q[:, genes].X.toarray().astype(float), genes


def pca(o, r, q, seed):
    x, y, _ = variable(r, q)
    turn = axes(scaled(x, x), 50)
    return knn(scaled(x, x) @ turn, r.obs["cell_type"].values, scaled(y, x) @ turn)


def harmony(o, r, q, seed):
    import harmonypy
    import pandas

    x, y, _ = variable(r, q)
    both = scaled(np.vstack([x, y]), np.vstack([x, y]))
    z = harmonypy.run_harmony(both @ axes(both, 50), pandas.DataFrame({"batch": ["r"] * len(x) + ["q"] * len(y)}), "batch", random_state=seed).Z_corr
    z = z if len(z) == len(both) else z.T
    return knn(z[: len(x)], r.obs["cell_type"].values, z[len(x):])


def scanvi(o, r, q, seed):
    import scvi

    scvi.settings.seed = seed
    scvi.settings.verbosity = 40
    quiet = {"enable_progress_bar": False, "logger": False}
    _, _, genes = variable(r, q)
    r, q = r[:, genes].copy(), q[:, genes].copy()
    scvi.model.SCVI.setup_anndata(r, batch_key=o.key, labels_key="cell_type")
    first = scvi.model.SCVI(r, use_layer_norm="both", use_batch_norm="none", encode_covariates=True, dropout_rate=0.2, n_layers=2)
    first.train(max_epochs=o.epochs or None, accelerator="cpu", **quiet)
    model = scvi.model.SCANVI.from_scvi_model(first, unlabeled_category="unknown")
    model.train(max_epochs=20, accelerator="cpu", **quiet)
    q.obs["cell_type"] = "unknown"
    scvi.model.SCANVI.prepare_query_anndata(q, model)
    model = scvi.model.SCANVI.load_query_data(q, model)
    model.train(max_epochs=o.query_epochs, accelerator="cpu", plan_kwargs={"weight_decay": 0.0}, **quiet)
    p = model.predict(q, soft=True)
    return p.columns.values[p.values.argmax(1)].astype(str), p.values.max(1)


def ours(o, r, q, seed, *more):
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        run = lambda *command: subprocess.run([o.program, *command, "-q", "--threads", "2", "--seed", str(seed)], check=True, stdout=subprocess.DEVNULL)
        r.write_h5ad(at("r.h5ad"))
        q.write_h5ad(at("q.h5ad"))
        run("fit", at("r.h5ad"), "-o", at("ro.h5ad"), "--model", at("m.h5"), "--reference", "--batch", o.key, "--label", "cell_type",
            "--embeddings", "none", "--mode", "beta-vae", "--no-umap")
        run("map", at("m.h5"), at("q.h5ad"), "-o", at("qo.h5ad"), *more)
        m = anndata.read_h5ad(at("qo.h5ad")).obs
        return m["scilama_cell_type"].astype(str).values, m["scilama_cell_type_probability"].values


METHODS = {"pca": pca, "harmony": harmony, "scanvi": scanvi, "map": ours, "adapt": lambda *a: ours(*a, "--adapt")}


def main():
    p = arguments("data", "key", "query")
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--methods", default=",".join(METHODS))
    p.add_argument("--epochs", type=int, default=0, help="of scVI on the reference; 0: as scvi-tools chooses")
    p.add_argument("--query-epochs", type=int, default=100)
    o = p.parse_args()
    r, q, truth = parted(o.data, o.key, o.query)
    for name in o.methods.split(","):
        rows = []
        for seed in range(o.seeds):
            told, sure = METHODS[name](o, r.copy(), q.copy(), seed)
            rows.append(judged(truth, told, sure))
            if name == "pca":
                break
        print(f"{name:8s} accuracy, balanced, macro-F1, calibration error: mean", np.mean(rows, 0).round(3), "sd",
              np.std(rows, 0, ddof=1).round(3) if len(rows) > 1 else "", "of", len(rows), flush=True)


if __name__ == "__main__":
    main()
