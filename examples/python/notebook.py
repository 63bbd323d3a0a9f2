# SPDX-License-Identifier: MIT
# %% [markdown]
# Batch correction of an AnnData object: from counts to an embedding in `obsm`.
# Usage: python notebook.py [FILE.h5ad BATCH_KEY [LAYER]]; without a file, made-up counts.

# %%
import sys

import anndata
import numpy as np
import scipy.sparse

import scilama

# %%
if len(sys.argv) > 2:
    adata, batch_key = anndata.read_h5ad(sys.argv[1]), sys.argv[2]
    counts = adata.layers[sys.argv[3]] if len(sys.argv) > 3 else adata.X
else:
    rng = np.random.default_rng(0)
    rates = rng.gamma(0.5, 2.0, (4, 300))
    kind, batch = rng.integers(0, 4, 600), rng.integers(0, 2, 600)
    counts = scipy.sparse.csr_matrix(rng.poisson(rates[kind] * (1 + 0.5 * batch[:, None])).astype(np.float32))
    adata, batch_key = anndata.AnnData(counts), "batch"
    adata.obs["batch"] = np.array(["first", "second"])[batch]
    adata.obs["kind"] = kind.astype(str)
    adata.obs["batch"] = adata.obs["batch"].astype("category")

# %%
context = scilama.Context(threads=2)
data = scilama.Dataset(context, counts, genes=adata.var_names, cells=adata.obs_names)
data.set_categorical(batch_key, adata.obs[batch_key].astype("category").cat)
data.use_covariate(batch_key)
data.split_random(0.9, 0.1, stratify=batch_key)
print(data.preprocess(n_top_genes=min(2000, adata.n_vars)))

# %%
model = scilama.Model(data, latent=16, hidden=[128, 64])
trainer = scilama.Trainer(model, data, max_steps=300)
for info in trainer.steps():
    if info.events & scilama.EPOCH_END and info.epoch % 10 == 0:
        print("epoch %d: loss %.2f, validation %.2f" % (info.epoch, info.loss, info.validation_loss))

# %%
adata.obsm["X_scilama"] = model.encode_cells(data)
genes = model.encode_genes()
print("obsm['X_scilama']:", adata.obsm["X_scilama"].shape, " genes:", genes.shape)
