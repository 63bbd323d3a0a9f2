// SPDX-License-Identifier: MIT
//! Every part of the safe interface once, against definitions or what another part says.
use scilama::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

const CELLS: usize = 90;
const GENES: usize = 40;

fn values() -> Vec<f32> {
    (0..CELLS * GENES).map(|i| {
        let (c, g) = (i / GENES, i % GENES);
        let v = (31 * c + 17 * g + c * g) % 13;
        (if v < 7 { 0 } else { v - 6 }) as f32 + if c % 3 == g % 3 { 2.0 } else { 0.0 }
    }).collect()
}

fn names(prefix: &str, n: usize) -> Vec<String> {
    (0..n).map(|i| format!("{}{:03}", prefix, i)).collect()
}

fn vectors() -> Embedding {
    let values = (0..GENES * 8).map(|i| ((i / 8 * (i % 8 + 3)) as f32).sin() + if i / 8 % 3 == i % 3 { 2.0 } else { 0.0 }).collect();
    Embedding { values, rows: GENES, cols: 8 }
}

fn groups() -> Vec<i32> {
    (0..CELLS as i32).map(|c| c % 3).collect()
}

fn dataset(context: &Context) -> Dataset {
    let (x, cells, genes) = (values(), names("c", CELLS), names("g", GENES));
    let mut data = Dataset::create(context, &Matrix::new(&x, CELLS, GENES), Some(&cells), Some(&genes)).unwrap();
    let batch: Vec<i32> = (0..CELLS as i32).map(|c| c / 45).collect();
    data.set_columns([("batch", Column::Categories(batch, vec!["a".into(), "b".into()])), ("depth", Column::Numbers((0..CELLS).map(|c| c as f64).collect()))]).unwrap();
    data.use_covariate("batch", sys::SCILAMA_COVARIATE_CATEGORICAL).unwrap();
    let table = GeneTable::new(context, &genes, vectors().matrix()).unwrap();
    let report = data.match_gene_table("text", &table, None, |_| ()).unwrap();
    assert_eq!((report.matched, report.width), (GENES as i64, 8));
    data.split_random(0.8, 0.2, 0, None).unwrap();
    data.preprocess(|o| o.min_cells = 0).unwrap();
    data
}

fn shape(o: &mut sys::scilama_model_options) {
    o.latent = 4;
    o.hidden = [16, 8, 0, 0, 0, 0];
}

fn trained(data: &Dataset) -> Model {
    let mut model = Model::new(data, shape).unwrap();
    Trainer::new(&mut model, data, |o| o.max_steps = 30).unwrap().run(|_| true).unwrap();
    model
}

fn temporary(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("scilama-whole-{}-{}", std::process::id(), name))
}

/// Dense, by cell and by gene, copied, where it lies and by rows: the same cells.
#[test]
fn data_come_in_every_form() {
    let context = Context::new(1).unwrap();
    let (x, genes) = (values(), names("g", GENES));
    let all: Vec<i64> = (0..CELLS as i64).collect();
    let seen = |mut d: Dataset| {
        d.split_random(0.8, 0.2, 0, None).unwrap();
        d.preprocess(|o| o.min_cells = 0).unwrap();
        d.prepared(&all).unwrap()
    };
    let expected = seen(Dataset::create(&context, &Matrix::new(&x, CELLS, GENES), None, Some(&genes)).unwrap());
    let (mut indptr, mut indices, mut stored) = (vec![0usize], vec![], vec![]);
    for row in x.chunks(GENES) {
        for (g, v) in row.iter().enumerate().filter(|(_, v)| **v != 0.0) {
            indices.push(g as i32);
            stored.push(*v);
        }
        indptr.push(indices.len());
    }
    let csr = Counts::csr(&indptr, &indices, &stored, CELLS, GENES).unwrap();
    assert_eq!(seen(Dataset::create(&context, &csr, None, Some(&genes)).unwrap()), expected);
    let (mut indptr, mut indices, mut stored) = (vec![0i64], vec![], vec![]);
    for g in 0..GENES {
        for c in (0..CELLS).filter(|c| x[c * GENES + g] != 0.0) {
            indices.push(c as i64);
            stored.push(x[c * GENES + g] as f64);
        }
        indptr.push(indices.len() as i64);
    }
    let csc = Counts::csc(&indptr, &indices, &stored, CELLS, GENES).unwrap();
    assert_eq!(seen(Dataset::create(&context, &csc, None, Some(&genes)).unwrap()), expected);
    assert!(Counts::csc(&indptr, &indices, &stored, CELLS, GENES + 1).is_err());

    let own = Arc::new(Embedding { values: x.clone(), rows: CELLS, cols: GENES });
    let before = context.memory().0;
    let shared = Dataset::share(&context, own.clone(), None, Some(&genes)).unwrap();
    assert!(context.memory().0 - before < (CELLS * GENES * 4) as i64, "copied");
    assert_eq!(Arc::strong_count(&own), 2);
    let mut shared = shared;
    shared.split_random(0.8, 0.2, 0, None).unwrap();
    shared.preprocess(|o| o.min_cells = 0).unwrap();
    assert_eq!(shared.prepared(&all).unwrap(), expected);
    let model = Model::new(&shared, shape).unwrap();
    drop(shared);
    assert_eq!(Arc::strong_count(&own), 2, "the model reads it");
    drop(model);
    assert_eq!(Arc::strong_count(&own), 1);

    let source = own.clone();
    let rows = Dataset::from_rows(&context, (CELLS, GENES), 1 << 20, None, Some(&genes), move |cells, out| {
        for (to, c) in out.chunks_mut(GENES).zip(cells) {
            to.copy_from_slice(source.row(*c as usize));
        }
        Ok(())
    }).unwrap();
    assert_eq!(seen(rows), expected);
    assert_eq!(Arc::strong_count(&own), 1, "the closure is gone with the dataset");
    let failed = Dataset::from_rows::<&str>(&context, (CELLS, GENES), 1 << 20, None, None, |_, _| Err("the disc is on fire".into())).err().unwrap();
    assert!(failed.message.contains("the disc is on fire") && failed.name().ends_with("CALLBACK"), "{}", failed);
}

#[cfg(feature = "sprs")]
#[test]
fn sprs_matrices_are_read_where_they_lie() {
    let context = Context::new(1).unwrap();
    let x = values();
    let mut triplets = sprs::TriMat::new((CELLS, GENES));
    for (i, v) in x.iter().enumerate().filter(|(_, v)| **v != 0.0) {
        triplets.add_triplet(i / GENES, i % GENES, *v);
    }
    let csr: Arc<sprs::CsMatI<f32, usize>> = Arc::new(triplets.to_csr());
    let data = Dataset::share::<&str, _>(&context, csr.clone(), None, None).unwrap();
    assert_eq!((data.cells(), data.genes(), Arc::strong_count(&csr)), (CELLS, GENES, 2));
    let by_gene: sprs::CsMatI<f32, usize> = triplets.to_csc();
    let all: Vec<i64> = (0..CELLS as i64).collect();
    let seen = |mut d: Dataset| d.preprocess(|o| o.min_cells = 0).and_then(|_| d.prepared(&all)).unwrap();
    assert_eq!(seen(data), seen(Dataset::create::<&str>(&context, &by_gene, None, None).unwrap()));
}

#[test]
fn columns_tables_and_options() {
    let context = Context::new(1).unwrap();
    let mut data = dataset(&context);
    assert_eq!((data.cell_names()[1].as_str(), data.gene_names()[39].as_str(), data.genes_used()), ("c001", "g039", GENES));
    assert_eq!(data.used_gene_names(), names("g", GENES));
    assert_eq!(data.columns(), ["batch", "depth"]);
    assert_eq!(data.column("depth").unwrap(), Column::Numbers((0..CELLS).map(|c| c as f64).collect()));
    assert!(data.column("depth").unwrap().categories().is_err() && data.column("batch").unwrap().categories().unwrap().1 == ["a", "b"]);
    let part: Vec<Option<&str>> = (0..CELLS).map(|c| Some(["train", "val", "test"][c % 3])).collect();
    data.set_strings("part", &part).unwrap();
    data.split_by("part").unwrap();
    assert_eq!(data.split().unwrap(), groups());
    assert!(matches!(data.column("part").unwrap(), Column::Categories(codes, names) if codes.len() == CELLS && names.len() == 3));

    let table = GeneTable::new(&context, &names("g", GENES), vectors().matrix()).unwrap();
    let path = temporary("table.h5");
    table.write(&path).unwrap();
    let again = GeneTable::read(&context, &path, |_| ()).unwrap();
    assert_eq!((again.rows(), again.width(), again.names()[2].as_str(), again.vectors().to_vec()), (GENES, 8, "g002", vectors().values));
    assert!(describe_file(&context, &path, None).unwrap().contains("\"kind\""));
    std::fs::remove_file(&path).unwrap();
    let mut dealt = GeneTable::shuffled(&context, &table, 1).unwrap().vectors().to_vec();
    let mut own = vectors().values;
    dealt.sort_by(f32::total_cmp);
    own.sort_by(f32::total_cmp);
    assert_eq!(dealt, own);
    assert_ne!(GeneTable::random(&context, &table, 1).unwrap().vectors().to_vec(), vectors().values);
    let path = temporary("aliases.tsv");
    std::fs::write(&path, "g000\tG-zero\n").unwrap();
    let aliases = GeneAliases::read(&context, &path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(aliases.len(), 1);
    let other = GeneTable::new(&context, &["G-zero", "g001"], Matrix::new(&[1.0, 2.0], 2, 1)).unwrap();
    assert_eq!(data.match_gene_table("other", &other, Some(&aliases), |_| ()).unwrap().matched, 2);

    let latent = options_of(sys::SCILAMA_OPTIONS_MODEL).into_iter().find(|o| o.name == "latent").unwrap();
    assert_eq!(latent.published, sys::scilama_model_options::preset(sys::SCILAMA_PRESET_PUBLISHED).latent as f64);
    assert!(option_choices(sys::SCILAMA_OPTIONS_TRAINER, "mode").contains(&("cell-gene".into(), sys::SCILAMA_MODE_CELL_GENE)));
    let mut o = sys::scilama_model_options::preset(sys::SCILAMA_PRESET_RECOMMENDED);
    o.check().unwrap();
    o.latent = -1;
    assert!(o.check().unwrap_err().message.contains("latent"));
    assert!(version().1.starts_with("0.") && context.describe().contains("\"blis\"") && context.threads() == 1);
}

#[test]
fn training_by_its_parts() {
    let context = Context::new(1).unwrap();
    let data = dataset(&context);
    let options = |o: &mut sys::scilama_trainer_options| {
        o.mode = sys::SCILAMA_MODE_DIRECT;
        o.max_steps = 60;
        o.batch_size = 16;
    };
    let (mut whole, mut parts) = (Model::new(&data, shape).unwrap(), Model::new(&data, shape).unwrap());
    assert!(Trainer::memory(&whole, &data, options).unwrap() > 1000);
    let mut a = Trainer::new(&mut whole, &data, options).unwrap();
    let mut b = Trainer::new(&mut parts, &data, options).unwrap();
    a.step().unwrap();
    b.forward_backward(None).unwrap();
    assert!(b.gradients().unwrap().iter().any(|g| *g != 0.0));
    assert_eq!(b.gradient("sample_encoder.latent_mu.weight").unwrap().len(), 4 * 8);
    drop(b.gradients_to_dlpack().unwrap());
    b.apply().unwrap();
    assert_eq!(a.state().unwrap(), b.state().unwrap(), "a step is its parts");
    let (state, lr) = (a.state().unwrap(), a.rates().unwrap()[0]);
    a.run_epoch().unwrap();
    let after = a.state().unwrap();
    a.restore(&state).unwrap();
    a.run_epoch().unwrap();
    assert_eq!(a.state().unwrap(), after);
    a.set_rates([lr / 2.0, f64::NAN, f64::NAN]).unwrap();
    assert_eq!(a.rates().unwrap()[0], lr / 2.0);
    assert!(a.evaluate(sys::SCILAMA_SPLIT_VALIDATION).unwrap().loss > 0.0);
    assert!(a.kl_per_unit().unwrap().0.iter().all(|kl| *kl >= 0.0));
    assert!(a.end_phase().unwrap().events & sys::SCILAMA_EVENT_FINISHED != 0);
}

#[test]
fn models_are_copied_extended_and_asked() {
    let context = Context::new(1).unwrap();
    let data = dataset(&context);
    let (mut model, mut other) = (trained(&data), Model::new(&data, shape).unwrap());
    assert_eq!((model.genes(), model.options().unwrap().latent, model.modalities()), (names("g", GENES), 4, vec![("text".into(), 8)]));
    assert_eq!((model.gene_vectors(0).unwrap().rows, model.gene_vectors(0).unwrap().cols), (GENES, 8));
    assert!(other.copy_parameters(&model, None, None).unwrap() > 5);
    assert_eq!(other.encode_cells(&data).unwrap(), model.encode_cells(&data).unwrap());
    let name = model.parameters().unwrap()[0].name.to_string();
    let twice: Vec<f32> = model.parameter(&name).unwrap().iter().map(|v| v * 2.0).collect();
    other.set_parameter(&name, &twice).unwrap();
    assert_eq!(other.parameter(&name).unwrap(), twice);
    let (cells, spread) = model.encode_cells_with_sigma(&data).unwrap();
    assert!(cells == model.encode_cells(&data).unwrap() && spread.values.iter().all(|s| *s > 0.0));
    let (own, spread) = model.encode_genes_with_sigma().unwrap();
    assert!(own == model.encode_genes().unwrap() && spread.values.iter().all(|s| *s > 0.0));
    // the model's own vectors under other names are placed where the model's genes are
    let known = GeneTable::new(&context, &names("new", GENES), vectors().matrix()).unwrap();
    let (new, own) = (model.encode_new_genes(&[&known]).unwrap(), model.encode_genes().unwrap());
    assert!(new.values.iter().zip(&own.values).all(|(a, b)| (a - b).abs() < 1e-4));
    let paired = model.decode_new_genes(&data, &[&known], |o| o.head = sys::SCILAMA_HEAD_PAIRED).unwrap();
    assert_eq!((paired.rows, paired.cols), (CELLS, GENES));
    let own = GeneTable::new(&context, &names("g", GENES), vectors().matrix()).unwrap();
    let (told, expected) = model.predict_genes(&data, &[&own], &["g003"], |_| ()).unwrap();
    assert!(told.values.iter().all(|v| v.is_finite()) && expected[0].abs() <= 1.0);
    model.extend_covariate("batch", &["new"]).unwrap();
    assert_eq!(model.covariates().unwrap()[0].1, ["a", "b", "new"]);
}

#[test]
fn points_have_graphs_and_scores() {
    let told = Arc::new(AtomicUsize::new(0));
    let counter = told.clone();
    let context = Context::with_progress(1, move |stage, share| {
        assert!(!stage.is_empty() && (0.0..=1.0).contains(&share));
        counter.fetch_add(1, Ordering::Relaxed);
    }).unwrap();
    let points: Vec<f32> = (0..480).map(|i| (((i / 4 + 1) * (i % 4 + 1)) as f32).sin() + (i / 160) as f32 * 30.0).collect();
    let (x, truth) = (Matrix::new(&points, 120, 4), (0..120).map(|i| i / 40).collect::<Vec<i32>>());
    let near = context.knn(x, |o| o.neighbors = 10).unwrap();
    assert!(context.knn_memory(2000, 4, |_| ()).unwrap() > context.knn_memory(120, 4, |_| ()).unwrap());
    assert!(context.graph_memory(120, 10).unwrap() >= (120 * 10 * 8 + 121 * 8) as i64);
    assert!(context.leiden_memory(2000, 30000, |_| ()).unwrap() > context.leiden_memory(120, 1800, |_| ()).unwrap());
    assert!(context.umap_memory(2000, 30000, |o| o.dimensions = 3).unwrap() > context.umap_memory(120, 1800, |_| ()).unwrap());
    assert!(context.umap_memory(120, 1800, |o| o.dimensions = -1).is_err());
    let graph = Graph::new(&context, &near).unwrap();
    let (indptr, indices, weights) = graph.csr();
    let same = Graph::from_csr(&context, indptr, indices, weights).unwrap();
    assert_eq!(same.csr(), graph.csr());
    let (labels, report) = graph.leiden_target(3, |_| ()).unwrap();
    assert_eq!((report.communities, context.compare(&labels, &truth).unwrap().ari), (3, 1.0));
    let sweep = graph.leiden_sweep(&[0.01, 1.0], |_| ()).unwrap();
    assert_eq!((sweep.len(), sweep[0].1.communities), (2, 3));
    assert!((graph.quality(sys::SCILAMA_QUALITY_MODULARITY, 1.0, &sweep[1].0).unwrap() - sweep[1].1.quality).abs() < 1e-9);
    let layout = graph.umap(Some(x), None, |o| o.epochs = 30).unwrap();
    let more = graph.umap(None, Some(&layout), |o| o.epochs = 5).unwrap();
    assert!((layout.rows, layout.cols) == (120, 2) && more.values.iter().all(|v| v.is_finite()));
    assert!(told.load(Ordering::Relaxed) > 0);
    let (by, centers, inertia) = context.kmeans(x, 3, |_| ()).unwrap();
    assert!(context.compare(&by, &truth).unwrap().nmi > 0.999 && (centers.rows, centers.cols) == (3, 4) && inertia > 0.0);
    let pca = context.pca(x, |o| o.components = 2).unwrap();
    let variance = pca.scores.values.chunks(2).map(|s| (s[0] as f64).powi(2)).sum::<f64>() / 119.0;
    assert!((variance / pca.variances[0] - 1.0).abs() < 1e-4 && pca.total > pca.variances[0]);
    let (mean, samples) = context.silhouette(x, sys::SCILAMA_METRIC_EUCLIDEAN, &truth).unwrap();
    assert!(mean > 0.9 && (samples.iter().sum::<f64>() / 120.0 - mean).abs() < 1e-12);
    assert!(context.lisi(&near, &truth, 0.0).unwrap().iter().all(|l| (l - 1.0).abs() < 1e-9));
    let scores = context.score(x, &truth, Some(&(0..120).map(|i| i % 2).collect::<Vec<i32>>()), None, |_| ()).unwrap();
    assert!(scores.ari > 0.999 && scores.ilisi > 0.5);
    assert_eq!(context.p_adjust(&[0.01, 0.04, 0.03]).unwrap(), [0.03, 0.04, 0.04]);
}

#[test]
fn biology() {
    let context = Context::new(1).unwrap();
    let mut data = dataset(&context);
    let mut model = trained(&data);
    let (cells, genes) = (model.encode_cells(&data).unwrap(), model.encode_genes().unwrap());
    let plain = data.markers(&groups(), |_| ()).unwrap();
    let best = (0..GENES).max_by(|a, b| plain.z[*a].total_cmp(&plain.z[*b])).unwrap();
    assert_eq!(best % 3, 0, "genes of the group are its markers");
    let all = data.all_markers(&cells, &genes, &groups(), None, |o| o.permutations = 20).unwrap();
    assert_eq!(all.z, plain.z);
    let paired = context.paired_markers(&cells, &genes, &groups(), None, |o| o.permutations = 20).unwrap();
    assert_eq!((paired.paired_score, paired.paired_fdr), (all.paired_score, all.paired_fdr));
    let modules = context.gene_modules(genes.matrix(), |o| o.min_size = 2).unwrap();
    assert!(modules.labels.len() == GENES && modules.cohesion.len() == GENES);
    let by: Vec<i32> = (0..GENES as i32).map(|g| g % 3).collect();
    let activity = data.module_activity(&by).unwrap();
    let mean = |c: usize| (0..CELLS).filter(|i| i % 3 == c).map(|i| activity.row(i)[0]).sum::<f32>();
    assert!(mean(0) > mean(1) && mean(0) > mean(2));
    let projected = context.module_projection(&cells, &genes, &by).unwrap();
    let centre: Vec<f32> = (0..4).map(|d| (0..GENES).step_by(3).map(|g| genes.row(g)[d]).sum::<f32>() / 14.0).collect();
    assert!((projected.row(5)[0] - (0..4).map(|d| cells.row(5)[d] * centre[d]).sum::<f32>()).abs() < 1e-4);
    let [coherence, p, fdr] = data.module_coherence(&by, |o| o.permutations = 50).unwrap();
    assert!(coherence[0] > 0.0 && p.iter().zip(&fdr).all(|(p, q)| p <= q));
    let path = temporary("sets.gmt");
    let line = |k: usize| format!("set{}\tof three\t{}\n", k, names("g", GENES).iter().skip(k).step_by(3).cloned().collect::<Vec<_>>().join("\t"));
    std::fs::write(&path, line(0) + &line(1)).unwrap();
    let sets = GeneSets::read(&context, &path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!((sets.len(), sets.name(1), sets.genes(0).len()), (2, ("set1".into(), "of three".into()), 14));
    let found = sets.enrichment(&names("g", GENES), &by, |_| ()).unwrap();
    assert_eq!((&found.overlap[..4], &found.sizes[..]), (&[14, 0, 0, 13][..], &[14, 13][..]));
    let x = values();
    let worth = context.gene_holdout(Matrix::new(&x, CELLS, GENES), &[&vectors()], |o| o.fraction = 0.25).unwrap();
    let (loadings, found) = context.gene_loadings(Matrix::new(&x, CELLS, GENES), &[&vectors()], |o| o.components = 4).unwrap();
    assert_eq!((loadings.rows, loadings.cols, found.genes), (GENES, 4, GENES as i64));
    let (space, found) = context.gene_space(Matrix::new(&x, CELLS, GENES), &[&vectors()], |o| o.components = 4).unwrap();
    assert_eq!((space.rows, space.cols, found.genes), (GENES, 4 + vectors().cols, GENES as i64));
    assert!(worth.report.genes == 10 && worth.correlation.iter().filter(|c| c.is_finite()).count() <= 10);
}

#[test]
fn maps_and_writes() {
    let context = Context::new(1).unwrap();
    let data = dataset(&context);
    let mut model = trained(&data);
    let cells = model.encode_cells(&data).unwrap();
    model.learn_absent(&data).unwrap();
    let mut reference = Reference::new(&context, cells.matrix()).unwrap();
    reference.add_labels("kind", &groups(), &["x", "y", "z"]).unwrap();
    let layout = Embedding { values: cells.values.chunks(4).flat_map(|c| [c[0], c[1]]).collect(), rows: CELLS, cols: 2 };
    reference.set_layout(&layout).unwrap();
    model.set_reference(&reference).unwrap();
    model.describe_reference(&data).unwrap();
    let mut carried = Model::from_bytes(&context, &model.to_bytes(&context).unwrap()).unwrap();
    let mut reference = carried.reference().unwrap();
    let near = reference.neighbors(cells.matrix(), 1).unwrap();
    let found = reference.transfer_all(0, &near).unwrap();
    assert_eq!((found.name.as_str(), &found.categories[..], &found.codes), ("kind", &["x".to_string(), "y".into(), "z".into()][..], &groups()));
    assert_eq!(reference.place(&near).unwrap(), layout);
    assert!(carried.novelty(&data).unwrap().iter().all(|v| v.abs() < 1.0));
    assert_eq!(carried.check_query(&data).unwrap().measured, GENES as i64);
    let upper: Vec<String> = names("g", GENES).iter().map(|g| g.to_uppercase()).collect();
    let mut other = Dataset::create(&context, &Matrix::new(&values(), CELLS, GENES), None, Some(&upper)).unwrap();
    assert_eq!(carried.match_genes(&mut other, None, |_| ()).unwrap(), 0);
    assert_eq!(carried.match_genes(&mut other, None, |o| o.ignore_case = 1).unwrap(), GENES as i64);
    assert_eq!(carried.check_covariate(&data, 0).unwrap().unknown, 0);

    let (x, output, second) = (Arc::new(Embedding { values: values(), rows: CELLS, cols: GENES }), temporary("new.h5ad"), temporary("part.h5ad"));
    let mut w = H5adWriter::create(&context, &output, &*x, &names("c", CELLS), &names("g", GENES)).unwrap();
    w.put_layer("twice", &*x).unwrap();
    w.put_obsm("X_scilama", cells.matrix()).unwrap();
    w.put_varm("vectors", vectors().matrix()).unwrap();
    w.put_obs("kind", &groups(), &["x", "y", "z"]).unwrap();
    w.put_obs_numbers("depth", &[1.5; CELLS]).unwrap();
    carried.map(&data, &w, |o| o.neighbors = 1).unwrap();
    w.put_var("third", &(0..GENES as i32).map(|g| g % 3).collect::<Vec<_>>(), &["x", "y", "z"]).unwrap();
    w.put_var_numbers("mean", &[0.5; GENES]).unwrap();
    let graph = Graph::new(&context, &context.knn(cells.matrix(), |o| o.neighbors = 5).unwrap()).unwrap();
    let (indptr, indices, weights) = graph.csr();
    w.put_obsp("connectivities", indptr, indices, weights).unwrap();
    w.put_varp("none", &[0; GENES + 1], &[], &[]).unwrap();
    w.put_uns("s/text", "words").unwrap();
    w.put_uns_number("s/number", 0.25).unwrap();
    w.put_uns_integer("s/integer", 7).unwrap();
    w.put_uns_strings("s/list", &["a", "b"]).unwrap();
    w.put_uns_array("s/array", &layout).unwrap();
    w.put_uns_records("s/records", &["f", "g"], 2, &[1.0, 2.0, 3.0, 4.0]).unwrap();
    w.put_uns_text_records("s/names", &["f", "g"], 1, &["u", "v"]).unwrap();
    w.put_uns_table("s/table", &["r1", "r2"], &[("n", &[1.0, 2.0])], &[("t", &["u", "v"])]).unwrap();
    assert!(w.put_obs_numbers("short", &[1.0]).is_err());
    w.commit().unwrap();
    assert_eq!(read_array(&context, &output, "obsm/X_scilama").unwrap(), cells);
    assert_eq!(read_column(&context, &output, "obs", "kind").unwrap(), groups().iter().map(|g| *g as f64).collect::<Vec<_>>());
    assert_eq!(read_column(&context, &output, "uns/s/table", "n").unwrap(), [1.0, 2.0]);
    assert_eq!(read_string(&context, &output, "uns/s/text").unwrap(), "words");
    let again = Dataset::read_h5ad(&context, &output, |o| o.stream_memory = 0).unwrap();
    let columns = again.columns();
    assert_eq!((again.gene_names(), &columns[..2]), (names("g", GENES), &["kind".to_string(), "depth".into()][..]));
    assert!(columns.contains(&"scilama_kind_probability".to_string()));
    H5adWriter::open_part(&context, &output, &second, |_| ()).unwrap().commit().unwrap();
    assert_eq!(Dataset::read(&context, &second, |_| ()).unwrap().cells(), CELLS);
    let mut other = H5adWriter::create(&context, &second, &*x, &names("d", CELLS), &names("g", GENES)).unwrap();
    other.copy_obs(&output, |_| ()).unwrap();
    other.commit().unwrap();
    assert_eq!(read_column(&context, &second, "obs", "depth").unwrap(), [1.5; CELLS]);
    assert!(Dataset::read_10x_h5(&context, &output, |_| ()).is_err() && Dataset::read_mtx(&context, &output, |_| ()).is_err());
    std::fs::remove_file(&output).unwrap();

    // joined with cells of a batch that the model does not know, which is then adapted to
    let mut query = Dataset::create(&context, &*x, Some(&names("q", CELLS)), Some(&names("g", GENES))).unwrap();
    query.set_codes("batch", &[0; CELLS], &["c"]).unwrap();
    let both = Dataset::concat(&[&data, &query], Some(&["old", "new"]), Some("part"), |_| ()).unwrap();
    assert_eq!((both.cells(), both.genes(), both.cell_names()[CELLS].as_str()), (2 * CELLS, GENES, "q000"));
    let parts = (0..2 * CELLS).map(|c| (c / CELLS) as i32).collect();
    assert_eq!(both.column("part").unwrap(), Column::Categories(parts, vec!["old".into(), "new".into()]));
    assert!(Dataset::concat(&[&data, &query], Some(&["one"]), None, |_| ()).is_err());
    H5adWriter::create_from(&both, &second, true).unwrap().commit().unwrap();
    let again = Dataset::read(&context, &second, |_| ()).unwrap();
    assert_eq!((again.cells(), again.column("batch").unwrap()), (2 * CELLS, both.column("batch").unwrap()));
    drop((data, query));
    let report = carried.adapt(&both, |o| o.decoder_steps = 0).unwrap();
    assert_eq!((report.categories, report.cells, report.aligned), (1, CELLS as i64, 1));
    assert_eq!(carried.covariates().unwrap()[0].1, ["a", "b", "c"]);
    std::fs::remove_file(&second).unwrap();
}

#[test]
fn tables_and_tensors_change_hands() {
    let context = Context::new(1).unwrap();
    let data = dataset(&context);
    let mut model = Model::new(&data, shape).unwrap();
    let table = GeneTable::new(&context, &names("g", GENES), vectors().matrix()).unwrap();
    let stream = table.to_arrow().unwrap().into_stream(&context).unwrap();
    let raw = stream.into_raw();
    let again = GeneTable::from_arrow_stream(&context, unsafe { ArrowStream::from_raw(raw) }).unwrap();
    assert_eq!(again.vectors().to_vec(), vectors().values);
    let (mut schema, mut array) = data.obs_to_arrow().unwrap().into_raw();
    assert_eq!((schema.n_children, array.length), (3, CELLS as i64));
    unsafe {
        (array.release.unwrap())(&mut array);
        (schema.release.unwrap())(&mut schema);
    }
    for (t, n) in [(model.cells_to_arrow(&data).unwrap(), CELLS), (model.genes_to_arrow().unwrap(), GENES)] {
        let (schema, array) = t.into_raw();
        assert_eq!(array.length, n as i64);
        drop(unsafe { ArrowTable::from_raw(schema, array) });
    }
    let name = model.parameters().unwrap()[0].name.to_string();
    let (refused, error) = model.parameter_to_dlpack(&name).unwrap().into_legacy(false).err().unwrap();
    assert_eq!(error.code, sys::SCILAMA_E_UNSUPPORTED);
    drop(refused.into_legacy(true).ok().unwrap());
    drop(table.to_dlpack().unwrap());
    let given = Tensor::wrap(&context, vectors(), false).unwrap();
    drop(context);
    drop(given.into_legacy(false).ok().unwrap());
}
