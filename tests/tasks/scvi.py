# SPDX-License-Identifier: MIT
# The same ten tasks with scvi-tools and scanpy, as their tutorials have them; not run here, only counted.
# task: embed and correct for batches
adata.layers["counts"] = adata.X.copy()
sc.pp.normalize_total(adata); sc.pp.log1p(adata)
sc.pp.highly_variable_genes(adata, n_top_genes=2000, layer="counts", flavor="seurat_v3", batch_key="batch", subset=True)
scvi.model.SCVI.setup_anndata(adata, layer="counts", batch_key="batch")
model = scvi.model.SCVI(adata)
model.train()
adata.obsm["X_scVI"] = model.get_latent_representation()
# task: cluster
sc.pp.neighbors(adata, use_rep="X_scVI")
sc.tl.leiden(adata)
# task: layout
sc.tl.umap(adata)
# task: corrected expression
corrected = model.get_normalized_expression(transform_batch="a")
# task: markers
markers = model.differential_expression(groupby="leiden")
# task: gene modules
# none
# task: transfer labels to new cells
scanvi = scvi.model.SCANVI.from_scvi_model(model, unlabeled_category="?", labels_key="cell_type")
scanvi.train()
scvi.model.SCANVI.prepare_query_anndata(query, scanvi)
mapped = scvi.model.SCANVI.load_query_data(query, scanvi)
mapped.train(plan_kwargs={"weight_decay": 0.0})
query.obs["cell_type"] = mapped.predict()
# task: keep a model and load it
model.save("folder")
again = scvi.model.SCVI.load("folder", adata)
# task: bring gene vectors
# none
# task: judge the result
bench = Benchmarker(adata, batch_key="batch", label_key="cell_type", embedding_obsm_keys=["X_scVI"])
bench.benchmark()
scores = bench.get_results()
# task: end
