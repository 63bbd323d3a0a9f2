// SPDX-License-Identifier: MIT
//! Twenty steps on the data of tests/consumer/DATA.md against the C program, whose lines
//! $SCILAMA_EXPECTED names; and the rest of the safe interface.
use scilama::{sys, ArrowTable, Context, Dataset, GeneTable, Matrix, Model, Presets, Trainer};

const CELLS: usize = 96;
const GENES: usize = 40;
const WIDTH: usize = 8;

fn fnv1a(bytes: impl IntoIterator<Item = u8>, start: u64) -> u64 {
    bytes.into_iter().fold(start, |hash, byte| (hash ^ byte as u64).wrapping_mul(1099511628211))
}

fn bytes(values: &[f32]) -> impl Iterator<Item = u8> + '_ {
    values.iter().flat_map(|v| v.to_le_bytes())
}

const EMPTY: u64 = 14695981039346656037;

fn names() -> Vec<String> {
    (0..GENES).map(|g| format!("G{:03}", g)).collect()
}

fn counts() -> Vec<f32> {
    let value = |i: usize, g: usize| {
        let v = (31 * i + 17 * g + i * g) % 13;
        if v < 8 { 0.0 } else { (v - 7) as f32 }
    };
    (0..CELLS).flat_map(|i| (0..GENES).map(move |g| value(i, g))).collect()
}

fn make(context: &Context, counts: Matrix) -> scilama::Result<Dataset> {
    let vectors: Vec<f32> = (0..GENES)
        .flat_map(|g| (0..WIDTH).map(move |d| (((19 * g + 23 * d + g * d) % 17) as f32 - 8.0) / 8.0))
        .collect();
    let mut data = Dataset::new(context, counts, Some(&names()))?;
    let batch: Vec<i32> = (0..CELLS as i32).map(|i| i % 3).collect();
    data.set_codes("batch", &batch, &["a", "b", "c"])?;
    data.use_covariate("batch", sys::SCILAMA_COVARIATE_CATEGORICAL)?;
    let split: Vec<i32> = (0..CELLS)
        .map(|i| if i % 10 == 9 { sys::SCILAMA_SPLIT_VALIDATION } else { sys::SCILAMA_SPLIT_TRAIN })
        .collect();
    data.set_split(&split)?;
    data.add_gene_table("formula", &GeneTable::new(context, &names(), Matrix::new(&vectors, GENES, WIDTH))?)?;
    data.preprocess(|o| o.hvg = sys::SCILAMA_HVG_NONE)?;
    Ok(data)
}

fn train(data: &Dataset) -> scilama::Result<Model> {
    let mut model = Model::new(data, |o| {
        *o = sys::scilama_model_options::preset(sys::SCILAMA_PRESET_PUBLISHED);
        o.latent = 6;
        o.hidden = [16, 8, 0, 0, 0, 0];
        o.seed = 7;
    })?;
    let mut trainer = Trainer::new(&mut model, data, |o| {
        *o = sys::scilama_trainer_options::preset(sys::SCILAMA_PRESET_PUBLISHED);
        o.mode = sys::SCILAMA_MODE_DIRECT;
        o.batch_size = 16;
        o.seed = 11;
    })?;
    for (n, info) in trainer.steps().take(20).enumerate() {
        assert_eq!(info?.step, n as i64 + 1);
    }
    drop(trainer);
    Ok(model)
}

fn weights(model: &Model) -> u64 {
    model.parameters().unwrap().iter().fold(EMPTY, |hash, p| fnv1a(bytes(p.values), fnv1a(p.name.bytes(), hash)))
}

fn lines(model: &mut Model, data: &Dataset) -> String {
    let (cells, genes) = (model.encode_cells(data).unwrap(), model.encode_genes().unwrap());
    format!("weights {:016x}\ncells   {:016x}\ngenes   {:016x}\n", weights(model),
        fnv1a(bytes(&cells.values), EMPTY), fnv1a(bytes(&genes.values), EMPTY))
}

#[test]
fn equals_c() -> scilama::Result<()> {
    let context = Context::new(2)?;
    let values = counts();
    let data = make(&context, Matrix::new(&values, CELLS, GENES))?;
    let mut model = train(&data)?;
    let actual = lines(&mut model, &data);
    if let Ok(path) = std::env::var("SCILAMA_EXPECTED") {
        assert_eq!(actual, std::fs::read_to_string(path).unwrap());
    }

    assert_eq!(model.covariates()?, [("batch".to_string(), vec!["a".to_string(), "b".to_string(), "c".to_string()])]);

    let path = std::env::temp_dir().join(format!("scilama-rust-{}.h5", std::process::id()));
    model.save(&path)?;
    let mut loaded = Model::load(&context, &path)?;
    std::fs::remove_file(&path).unwrap();
    assert_eq!(lines(&mut loaded, &data), actual);
    let mut given = make(&context, Matrix::new(&values, CELLS, GENES))?;
    let mut lean = train(&given)?;
    given.release_input()?;
    assert_eq!(lines(&mut lean, &given), actual);
    assert!(train(&given).is_err());
    let missing = Model::load(&context, "/nonexistent/model.h5").err().unwrap();
    assert!(missing.message.contains("model.h5"), "{}", missing);
    Ok(())
}

#[test]
fn moves_to_another_thread() {
    let values = counts();
    let run = move || {
        let context = Context::new(2).unwrap();
        let data = make(&context, Matrix::new(&values, CELLS, GENES)).unwrap();
        drop(context);
        (train(&data).unwrap(), data)
    };
    let (model, data) = std::thread::spawn(run.clone()).join().unwrap();
    let other = std::thread::spawn(move || run().0).join().unwrap();
    assert_eq!(weights(&model), weights(&other));
    drop(data);
}

#[test]
fn closures_stop_and_panics_pass() {
    let context = Context::new(1).unwrap();
    let values = counts();
    let data = make(&context, Matrix::new(&values, CELLS, GENES)).unwrap();
    let mut model = train(&data).unwrap();
    let mut trainer = Trainer::new(&mut model, &data, |o| {
        *o = sys::scilama_trainer_options::preset(sys::SCILAMA_PRESET_PUBLISHED);
        o.mode = sys::SCILAMA_MODE_DIRECT;
        o.epochs = 5;
    }).unwrap();
    let mut epochs = vec![];
    assert!(!trainer.run(|info| { epochs.push(info.epoch); epochs.len() < 2 }).unwrap());
    assert_eq!(epochs, [0, 1]);
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| trainer.run(|_| panic!("enough"))));
    assert_eq!(*panic.unwrap_err().downcast::<&str>().unwrap(), "enough");
    assert_eq!(trainer.run(|_| { context.canceller().cancel(); true }).unwrap_err().code, sys::SCILAMA_E_CANCELLED);
    context.canceller().cancel();
    context.resume();
    trainer.step().unwrap();
}

#[test]
fn clusters_and_corrects() {
    let context = Context::new(2).unwrap();
    let points: Vec<f32> = (0..400).map(|i| (((i / 4 + 1) * (i % 4 + 1)) as f32).sin() + if i >= 240 { 40.0 } else { 0.0 }).collect();
    let truth: Vec<i32> = (0..100).map(|i| (i >= 60) as i32).collect();
    assert_eq!(context.cluster(Matrix::new(&points, 100, 4), |o| o.resolution = 0.01).unwrap(), truth);
    assert!(context.knn(Matrix::new(&points, 100, 4), |o| o.neighbors = 100).is_err());
    let values = counts();
    let data = make(&context, Matrix::new(&values, CELLS, GENES)).unwrap();
    let mut model = train(&data).unwrap();
    let plain = model.decode(&data, &[], |_| ()).unwrap();
    let corrected = model.decode(&data, &[("batch", "b")], |_| ()).unwrap();
    assert!(plain.row(1).iter().zip(corrected.row(1)).all(|(a, b)| (a - b).abs() < 1e-4));
    assert_ne!(plain.row(0), corrected.row(0));
    assert_eq!(model.decode(&data, &[("batch", "none")], |_| ()).err().unwrap().code, sys::SCILAMA_E_NOTFOUND);
}

#[test]
fn tables_go_through_arrow() {
    let context = Context::new(1).unwrap();
    let vectors = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0];
    let table = GeneTable::new(&context, &["a", "b"], Matrix::new(&vectors, 2, 3)).unwrap();
    let arrow = table.to_arrow().unwrap();
    drop(table.to_arrow().unwrap());
    drop(table);
    let (schema, array) = arrow.into_raw();
    let items = unsafe { *(*(*array.children.add(1))).children };
    let values = unsafe { std::slice::from_raw_parts(*(*items).buffers.add(1) as *const f32, 6) };
    assert_eq!(values, vectors);
    let again = GeneTable::from_arrow(&context, unsafe { ArrowTable::from_raw(schema, array) }).unwrap();
    drop(context);
    assert_eq!(unsafe { std::slice::from_raw_parts(sys::scilama_gene_table_values(again.as_ptr()), 6) }, vectors);
}

#[cfg(feature = "ndarray")]
#[test]
fn takes_ndarray_views() {
    let context = Context::new(2).unwrap();
    let values = counts();
    let data = make(&context, Matrix::new(&values, CELLS, GENES)).unwrap();
    let mut wide = ndarray::Array2::<f32>::zeros((CELLS, GENES + 24));
    wide.slice_mut(ndarray::s![.., ..GENES]).assign(&ndarray::ArrayView2::from_shape((CELLS, GENES), &values).unwrap());
    let part = wide.slice(ndarray::s![.., ..GENES]);
    let same = make(&context, Matrix::try_from(part).unwrap()).unwrap();
    assert_eq!(weights(&train(&data).unwrap()), weights(&train(&same).unwrap()));
    assert!(Matrix::try_from(part.t()).is_err());
    let mut model = train(&data).unwrap();
    assert_eq!(model.encode_cells(&data).unwrap().view().dim(), (CELLS, 6));
}

/// A cancel from another thread ends the call, and the trainer goes on.
#[test]
fn cancelled_it_goes_on() {
    let context = Context::new(1).unwrap();
    let counts: Vec<f32> = (0..96 * 40).map(|i| ((i * 7 + i / 40) % 5) as f32).collect();
    let mut data = Dataset::new::<&str>(&context, Matrix::new(&counts, 96, 40), None).unwrap();
    data.split_random(0.8, 0.2, 0, None).unwrap();
    data.preprocess(|o| o.min_cells = 0).unwrap();
    let shape = |o: &mut sys::scilama_model_options| {
        o.latent = 4;
        o.hidden = [16, 8, 0, 0, 0, 0];
    };
    let mut model = Model::new(&data, shape).unwrap();
    let mut trainer = Trainer::new(&mut model, &data, |o| o.max_steps = 100_000_000).unwrap();
    let canceller = context.canceller();
    let ended = std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(100));
            canceller.cancel();
        });
        trainer.run(|_| true)
    });
    assert_eq!(ended.unwrap_err().code, sys::SCILAMA_E_CANCELLED);
    assert!(trainer.step().unwrap().step > 0);
}
