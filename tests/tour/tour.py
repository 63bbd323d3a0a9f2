# SPDX-License-Identifier: MIT
"""The tour of tests/tour/README.md through scilama.py. Usage: tour.py IN.h5ad FOLDER."""
import sys

import numpy as np

import scilama

source, folder = sys.argv[1], sys.argv[2] + "/"
context = scilama.Context(threads=2)
# read
data = scilama.Dataset.read(context, source)
data.use_covariate("batch")
# fit
model = scilama.Model.fit(data, trainer={"max_steps": 60})
cells, genes = model.encode_cells(data), model.encode_genes()
# cluster
clusters = scilama.cluster(context, cells)
# modules
modules = scilama.modules(context, genes)["labels"]
# markers
markers = scilama.markers(data, clusters)["z"]
# map
model.learn_absent(data)
model.reference = scilama.Reference(context, cells, {"cluster": clusters})
kept = scilama.Model.from_bytes(context, model.to_bytes())
mapped = kept.reference.map(cells, full=True)["labels"]["cluster"]
# write
with scilama.H5adWriter(context, source, folder + "out.h5ad") as writer:
    writer.put_obsm("X_scilama", cells)
    writer.put_obs("scilama_leiden", clusters.astype(str))
    writer.put_uns("scilama/host", "a tour")

for name, values, kind in (("cells.f32", cells, "f4"), ("genes.f32", genes, "f4"), ("clusters.i32", clusters, "i4"), ("modules.i32", modules, "i4"),
                           ("markers.f64", markers, "f8"), ("mapped.i32", mapped["code"], "i4"), ("probability.f32", mapped["probability"], "f4"),
                           ("written.f32", scilama.read_array(context, folder + "out.h5ad", "obsm/X_scilama"), "f4")):
    np.ascontiguousarray(values, kind).tofile(folder + name)
