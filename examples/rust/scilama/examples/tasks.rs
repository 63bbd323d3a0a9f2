// SPDX-License-Identifier: MIT
//! Ten tasks in Rust. Usage: tasks IN.h5ad FOLDER. What is between "task:" lines is counted by tests/tasks/count.py.
use scilama::{sys, Context, Dataset, Embedding, GeneTable, Graph, Model, Reference};

fn main() -> scilama::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let file = std::path::Path::new(&arguments[2]).join("m.h5");
    let context = Context::new(2)?;
    let (mut data, query) = (Dataset::read(&context, &arguments[1], |_| ())?, Dataset::read(&context, &arguments[1], |_| ())?);
    let genes = data.genes();
    let vectors = Embedding { values: (0..genes * 8).map(|i| ((31 * (i / 8) + 17 * (i % 8)) % 13) as f32).collect(), rows: genes, cols: 8 };
    // task: embed and correct for batches
    data.use_covariate("batch", sys::SCILAMA_COVARIATE_CATEGORICAL)?;
    let mut model = Model::fit(&mut data, |_, training| training.max_steps = 60)?;
    let cells = model.encode_cells(&data)?;
    // task: cluster
    let clusters = context.cluster(cells.matrix(), |_| ())?;
    // task: layout
    let layout = Graph::new(&context, &context.knn(cells.matrix(), |_| ())?)?.umap(None, None, |_| ())?;
    // task: corrected expression
    let corrected = model.decode(&data, &[("batch", &model.covariates()?[0].1[0])], |_| ())?;
    // task: markers
    let markers = data.markers(&clusters, |_| ())?;
    // task: gene modules
    let modules = context.gene_modules(model.encode_genes()?.matrix(), |_| ())?;
    // task: transfer labels to new cells
    let (types, names) = data.column("cell_type")?.categories()?;
    model.learn_absent(&data)?;
    let mut reference = Reference::new(&context, cells.matrix())?;
    reference.add_labels("cell_type", &types, &names)?;
    model.set_reference(&reference)?;
    let near = reference.neighbors(model.encode_cells(&query)?.matrix(), 15)?;
    let mapped = reference.transfer_all(0, &near)?;
    // task: keep a model and load it
    model.save(&file)?;
    let mut again = Model::load(&context, &file)?;
    // task: bring gene vectors
    data.add_gene_table("text", &GeneTable::new(&context, &data.gene_names(), vectors.matrix())?)?;
    let with_vectors = Model::fit(&mut data, |_, training| training.max_steps = 60)?;
    // task: judge the result
    let (batches, _) = data.column("batch")?.categories()?;
    let scores = context.score(cells.matrix(), &types, Some(&batches), None, |_| ())?;
    // task: end
    assert_eq!((layout.rows, corrected.rows, mapped.codes.len()), (data.cells(), data.cells(), query.cells()));
    assert!(again.encode_cells(&query)? == cells && with_vectors.modalities().len() == 1 && scores.total > 0.0 && scores.total <= 1.0);
    assert!(markers.z.len() == markers.groups * genes && !modules.labels.is_empty());
    Ok(())
}
