// SPDX-License-Identifier: MIT
//! The tour of tests/tour/README.md. Usage: tour IN.h5ad FOLDER
use scilama::{sys, Context, Dataset, H5adWriter, Model, Reference};
use std::path::Path;

fn put<const N: usize, T: Copy>(path: &Path, values: &[T], bytes: impl Fn(T) -> [u8; N]) {
    std::fs::write(path, values.iter().flat_map(|v| bytes(*v)).collect::<Vec<u8>>()).expect("the folder can be written");
}

fn main() -> scilama::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let (input, folder) = (&arguments[1], Path::new(&arguments[2]));
    let context = Context::new(2)?;
    // read
    let mut data = Dataset::read(&context, input, |_| ())?;
    data.use_covariate("batch", sys::SCILAMA_COVARIATE_CATEGORICAL)?;
    // fit
    let mut model = Model::fit(&mut data, |_, training| training.max_steps = 60)?;
    let (cells, genes) = (model.encode_cells(&data)?, model.encode_genes()?);
    // cluster
    let clusters = context.cluster(cells.matrix(), |_| ())?;
    // modules
    let modules = context.gene_modules(genes.matrix(), |_| ())?.labels;
    // markers
    let markers = data.markers(&clusters, |_| ())?;
    // map
    let names: Vec<String> = (0..markers.groups).map(|c| c.to_string()).collect();
    model.learn_absent(&data)?;
    let mut reference = Reference::new(&context, cells.matrix())?;
    reference.add_labels("cluster", &clusters, &names)?;
    model.set_reference(&reference)?;
    let mut carried = Model::from_bytes(&context, &model.to_bytes(&context)?)?.reference()?;
    let near = carried.neighbors(cells.matrix(), 15)?;
    let (mapped, probability) = carried.transfer(0, &near)?;
    // write
    let output = folder.join("out.h5ad");
    let mut writer = H5adWriter::open(&context, input, &output)?;
    writer.put_obsm("X_scilama", cells.matrix())?;
    writer.put_obs("scilama_leiden", &clusters, &names)?;
    writer.put_uns("scilama/host", "a tour")?;
    writer.commit()?;

    put(&folder.join("cells.f32"), &cells.values, f32::to_ne_bytes);
    put(&folder.join("genes.f32"), &genes.values, f32::to_ne_bytes);
    put(&folder.join("clusters.i32"), &clusters, i32::to_ne_bytes);
    put(&folder.join("modules.i32"), &modules, i32::to_ne_bytes);
    put(&folder.join("markers.f64"), &markers.z, f64::to_ne_bytes);
    put(&folder.join("mapped.i32"), &mapped, i32::to_ne_bytes);
    put(&folder.join("probability.f32"), &probability, f32::to_ne_bytes);
    put(&folder.join("written.f32"), &scilama::read_array(&context, &output, "obsm/X_scilama")?.values, f32::to_ne_bytes);
    Ok(())
}
