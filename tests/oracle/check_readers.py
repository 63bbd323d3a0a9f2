# SPDX-License-Identifier: MIT
"""Others open what the program writes, and plot from it, without an edit.

  check_readers.py scilama [FILE.h5ad LABEL]   (default: a simulated data set)

scanpy: UMAP, dot plots, heat map, tracks and PAGA on the keys of the output. cellxgene: its
documented demands on an .h5ad, each by itself, and where the package `cellxgene` is installed
(its own Python in $CELLXGENE_PYTHON), its data adaptor on the file and its server on loopback.
"""
import gzip
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings

import numpy as np

failures = 0


def check(what, good, detail=""):
    global failures
    failures += not good
    print(f"{'ok    ' if good else 'FAILED'} {what} {detail}", flush=True)


def make(program, folder):
    def run(*arguments):
        subprocess.run([program, *map(str, arguments), "--quiet"], check=True)
    run("simulate", f"{folder}/s.h5ad", "--cells", 600, "--genes", 300, "--types", 4, "--modules", 6, "--embeddings", f"{folder}/e.h5")
    run("fit", f"{folder}/s.h5ad", "-o", f"{folder}/out.h5ad", "--batch", "batch", "--embeddings", f"t={folder}/e.h5", "--hidden", "64,32", "--latent", 10)
    return f"{folder}/out.h5ad", "cell_type"


def annotate(program, path, label, folder):
    """The whole chain, each step reading the one before."""
    steps = [["cluster", "--key", "leiden", "--graph"], ["markers", "--group", label, "--genes", "50"], ["modules"]]
    for i, (verb, *options) in enumerate(steps):
        out = f"{folder}/step{i}.h5ad"
        subprocess.run([program, verb, path, "-o", out, *options, "--quiet"], check=True)
        path = out
    return path


def with_scanpy(path, label):
    import matplotlib
    matplotlib.use("Agg")
    import anndata as ad
    import scanpy as sc
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        a = ad.read_h5ad(path)
    check("anndata opens it without a warning", not seen, "; ".join(str(w.message)[:80] for w in seen))
    umap = "X_umap" if "X_umap" in a.obsm else "X_scilama_umap"
    key = next(k for k in ("neighbors", "scilama_neighbors") if k in a.uns)
    top = [n for n in a.uns["rank_genes_groups"]["names"][a.obs[label].cat.categories[0]][:4]]
    dendrogram = dict(dendrogram=False, show=False)
    plots = {
        "sc.pl.umap": lambda: sc.pl.umap(a, color=[label, "scilama_leiden", top[0]], show=False) if umap == "X_umap" else sc.pl.embedding(a, umap, color=label, show=False),
        "sc.pl.umap with edges": lambda: sc.pl.umap(a, edges=True, neighbors_key=key, show=False) if umap == "X_umap" else None,
        "sc.pl.embedding": lambda: sc.pl.embedding(a, "X_scilama", color=label, show=False),
        "sc.pl.rank_genes_groups": lambda: sc.pl.rank_genes_groups(a, n_genes=10, show=False),
        "sc.pl.rank_genes_groups_dotplot": lambda: sc.pl.rank_genes_groups_dotplot(a, n_genes=3, **dendrogram),
        "sc.pl.rank_genes_groups_dotplot, fold changes": lambda: sc.pl.rank_genes_groups_dotplot(a, n_genes=3, values_to_plot="logfoldchanges", **dendrogram),
        "sc.pl.rank_genes_groups_heatmap": lambda: sc.pl.rank_genes_groups_heatmap(a, n_genes=3, **dendrogram),
        "sc.pl.rank_genes_groups_tracksplot": lambda: sc.pl.rank_genes_groups_tracksplot(a, n_genes=2, **dendrogram),
        "sc.pl.rank_genes_groups_violin": lambda: sc.pl.rank_genes_groups_violin(a, n_genes=2, show=False),
        "sc.get.rank_genes_groups_df": lambda: sc.get.rank_genes_groups_df(a, group=None)["pvals_adj"].between(0, 1).all() or 1 / 0,
        "sc.tl.filter_rank_genes_groups": lambda: sc.tl.filter_rank_genes_groups(a),
        "sc.tl.paga": lambda: sc.tl.paga(a, groups="scilama_leiden", neighbors_key=key),
        "sc.pl.paga": lambda: sc.pl.paga(a, show=False),
        "sc.tl.umap on our graph": lambda: sc.tl.umap(a, neighbors_key=key, maxiter=10),
        "sc.tl.leiden on our graph": lambda: sc.tl.leiden(a, neighbors_key=key, flavor="igraph", n_iterations=2, directed=False, key_added="theirs"),
        "sc.tl.diffmap on our graph": lambda: sc.tl.diffmap(a, neighbors_key=key, n_comps=5),
        "sc.pp.neighbors on X_scilama": lambda: sc.pp.neighbors(a, use_rep="X_scilama", key_added="again"),
    }
    import matplotlib.pyplot as plt
    for name, plot in plots.items():
        try:
            plot()
            check(name, True)
        except Exception as e:  # whatever it is, it is the finding
            check(name, False, f"{type(e).__name__}: {e}")
        plt.close("all")
    again, ours = a.obsp["again_connectivities"], a.obsp[a.uns[key]["connectivities_key"]]
    both, difference = again.multiply(ours > 0).sum() / again.sum(), np.abs(again - ours).max()
    check("scanpy's graph of X_scilama is ours", both > 0.99, f"(share of weight {both:.4f}, largest difference {difference:.2g})")


def cellxgene_demands(path, label):
    """What cellxgene asks of an .h5ad (documentation, "Preparing your data")."""
    import anndata as ad
    import pandas as pd
    import scipy.sparse as sp
    a = ad.read_h5ad(path)
    for name, table in (("obs", a.obs), ("var", a.var)):
        check(f"unique {name} index", table.index.is_unique)
        check(f"{name} has no column of mixed objects", all(not pd.api.types.is_object_dtype(table[c]) or table[c].map(type).nunique() == 1 for c in table))
        check(f"{name} column names are texts, unique", table.columns.is_unique and all(isinstance(c, str) for c in table.columns))
    check("X is of numbers, dense or sparse, finite", (sp.issparse(a.X) or isinstance(a.X, np.ndarray)) and np.issubdtype(a.X.dtype, np.number) and np.isfinite(a.X.data if sp.issparse(a.X) else a.X).all())
    embeddings = [k for k in a.obsm if k.startswith("X_")]
    plane = [k for k in embeddings if a.obsm[k].shape[1] >= 2]
    check("an embedding obsm['X_…'] of two columns or more", bool(plane), " ".join(plane))
    for k in plane:
        x = a.obsm[k]
        check(f"obsm['{k}']: array of floats, a row per cell, no infinity, not all NaN",
              isinstance(x, np.ndarray) and x.dtype.kind == "f" and x.shape[0] == a.n_obs and not np.isinf(x).any() and not np.isnan(x).all())
    for c in ("scilama_leiden", label):
        check(f"obs['{c}'] is categorical, of fewer than 200 texts", isinstance(a.obs[c].dtype, pd.CategoricalDtype) and len(a.obs[c].cat.categories) < 200)
    check("all of obsm and obsp are of the table's size", all(len(v) == a.n_obs for v in a.obsm.values()) and all(v.shape == (a.n_obs, a.n_obs) for v in a.obsp.values()))


def with_cellxgene(path, python):
    code = f"""
import json
try:
    from server.common.config.app_config import AppConfig
    from server.common.utils.data_locator import DataLocator
    from server.data_anndata.anndata_adaptor import AnndataAdaptor
except ImportError:
    from backend.server.common.config.app_config import AppConfig
    from backend.common.utils.data_locator import DataLocator
    from backend.server.data_anndata.anndata_adaptor import AnndataAdaptor
config = AppConfig()
config.update_server_config(single_dataset__datapath={path!r}, app__flask_secret_key="x")
config.update_server_config(single_dataset__obs_names=None, single_dataset__var_names=None)
config.complete_config()
data = AnndataAdaptor(DataLocator({path!r}), config)
schema = data.get_schema()
print(json.dumps([schema["dataframe"], [e["name"] for e in schema["layout"]["obs"]], [c["name"] for c in schema["annotations"]["obs"]["columns"]]]))
for e in schema["layout"]["obs"]:
    data.layout_to_fbs_matrix([e["name"]])
"""
    done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    check("cellxgene's adaptor loads it", done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()[-1])


def with_cellxgene_server(path, python):
    """What the page of `cellxgene launch` asks the server for, to plot the cells."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    base = f"http://127.0.0.1:{port}"

    def ask(address, kind, **more):
        request = urllib.request.Request(f"{base}{address}", headers={"Accept": kind, "Accept-Encoding": "gzip", "Content-Type": "application/json"}, **more)
        with urllib.request.urlopen(request, timeout=60) as answer:
            body = answer.read()
            return gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body

    def names():
        schema = json.loads(ask("/api/v0.2/schema", "application/json"))["schema"]
        return schema, [e["name"] for e in schema["layout"]["obs"]], [c["name"] for c in schema["annotations"]["obs"]["columns"]]

    server = subprocess.Popen([str(pathlib.Path(python).parent / "cellxgene"), "launch", path, "--host", "127.0.0.1", "--port", str(port)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(240):
            try:
                page = ask("/", "text/html")
                break
            except OSError:
                time.sleep(0.5)
        check("cellxgene launch: its page", b"<html" in page)
        schema, layouts, columns = names()
        check("cellxgene launch: layouts and columns", "umap" in layouts and "scilama_leiden" in columns, f"{layouts} {columns}")
        for what in [f"layout/obs?layout-name={e}" for e in layouts] + ["annotations/obs?annotation-name=scilama_leiden"]:
            check(f"cellxgene launch: {what}", len(ask(f"/api/v0.2/{what}", "application/octet-stream")) > 100)
        half = schema["dataframe"]["nObs"] // 2
        cells = [{"filter": {"obs": {"index": [[a, b]]}}} for a, b in ((0, half), (half, 2 * half))]
        body = json.dumps({"mode": "topN", "count": 5, "set1": cells[0], "set2": cells[1]}).encode()
        found = json.loads(ask("/api/v0.2/diffexp/obs", "application/json", data=body, method="POST"))
        check("cellxgene launch: differential expression", len(found["positive"]) == 5)
    finally:
        server.terminate()
        server.wait()


def main(program, path=None, label=None):
    program = str(pathlib.Path(program).resolve())
    with tempfile.TemporaryDirectory() as folder:
        if path is None:
            path, label = make(program, folder)
        path = annotate(program, path, label, folder)
        with_scanpy(path, label)
        cellxgene_demands(path, label)
        if os.environ.get("CELLXGENE_PYTHON"):
            with_cellxgene(path, os.environ["CELLXGENE_PYTHON"])
            with_cellxgene_server(path, os.environ["CELLXGENE_PYTHON"])
        else:
            print("skipped: cellxgene's own adaptor and server (set CELLXGENE_PYTHON)")
    print(f"{failures} failed")
    return int(failures != 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
