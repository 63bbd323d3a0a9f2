// SPDX-License-Identifier: MIT
//! Vectors of a wrong width, number, order or value through every call that takes some: each is refused, by both numbers, before
//! anything is read of them. Under valgrind and AddressSanitizer by tests/ffi/wrong_vectors.sh.
use scilama::*;
use std::fmt::Debug;

const CELLS: usize = 90;
const GENES: usize = 80;

fn names(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("g{}", 100 + i)).collect()
}

fn vectors(rows: usize, cols: usize) -> Embedding {
    let at = |i: usize| ((19 * (i / cols) + 23 * (i % cols) + i / cols * (i % cols)) % 17) as f32 / 8.0 - 1.0;
    Embedding { values: (0..rows * cols).map(at).collect(), rows, cols }
}

fn spoilt(mut e: Embedding, value: f32) -> Embedding {
    *e.values.last_mut().unwrap() = value;
    e
}

fn empty(rows: usize, cols: usize) -> Embedding {
    Embedding { values: vec![], rows, cols }
}

fn counts(context: &Context) -> Dataset {
    let at = |i: usize| ((31 * (i / GENES) + 17 * (i % GENES) + i / GENES * (i % GENES)) % 13).saturating_sub(6) as f32;
    let x: Vec<f32> = (0..CELLS * GENES).map(at).collect();
    Dataset::new(context, Matrix::new(&x, CELLS, GENES), Some(&names(GENES))).unwrap()
}

fn paired(data: &mut Dataset) -> Model {
    data.preprocess(|o| o.min_cells = 0).unwrap();
    Model::new(data, |o| {
        o.latent = 4;
        o.hidden = [16, 8, 0, 0, 0, 0];
    }).unwrap()
}

#[track_caller]
fn refused<T>(result: Result<T>, code: i32, says: &[&str]) {
    let e = result.err().expect("an error");
    assert!(e.code == code && says.iter().all(|s| e.message.contains(s)), "{:?} should say {:?}", e, says);
}

fn panics<T: Debug>(f: impl FnOnce() -> T + std::panic::UnwindSafe) {
    assert!(std::panic::catch_unwind(f).is_err());
}

const INVALID: i32 = sys::SCILAMA_E_INVALID;
const NONFINITE: i32 = sys::SCILAMA_E_NONFINITE;

#[test]
fn tables_of_vectors() {
    let context = Context::new(1).unwrap();
    let (n, good) = (names(GENES), vectors(GENES, 8));
    let table = |names: &[String], e: &Embedding| GeneTable::new(&context, names, e.matrix());
    refused(table(&names(GENES - 1), &good), INVALID, &["80, not 79"]);
    refused(table(&names(GENES + 1), &good), INVALID, &["80, not 81"]);
    refused(table(&[], &good), INVALID, &["80, not 0"]);
    refused(table(&[], &empty(0, 0)), INVALID, &["0 rows"]);
    refused(table(&n, &empty(GENES, 0)), INVALID, &["80 rows × 0"]);
    refused(table(&n, &spoilt(vectors(GENES, 8), f32::NAN)), NONFINITE, &["'g179'", "position 7"]);
    refused(table(&n, &spoilt(vectors(GENES, 8), f32::INFINITY)), NONFINITE, &["'g179'", "position 7"]);
    panics(|| Matrix::new(&[0.0; 5], 2, 3).to_vec());
    panics(|| empty(2, 3).matrix().to_vec());
    panics(|| empty(usize::MAX, 3).matrix().to_vec());

    let (mut data, mut same) = (counts(&context), counts(&context));
    let mut twice = n.clone();
    twice[GENES - 1] = "g103".into();
    refused(data.add_gene_table("text", &table(&twice, &good).unwrap()), sys::SCILAMA_E_DUPLICATE, &["'g103'", "rows 3 and 79"]);
    refused(data.match_gene_table("text", &table(&["other".into()], &vectors(1, 8)).unwrap(), None, |_| ()), sys::SCILAMA_E_NOTFOUND, &["'g100'", "'other'"]);
    let turned: Vec<String> = n.iter().rev().cloned().collect();
    let backwards = Embedding { values: (0..GENES).rev().flat_map(|g| good.row(g).to_vec()).collect(), rows: GENES, cols: 8 };
    data.add_gene_table("text", &table(&turned, &backwards).unwrap()).unwrap();
    same.add_gene_table("text", &table(&n, &good).unwrap()).unwrap();
    refused(data.add_gene_table("text", &table(&n, &good).unwrap()), sys::SCILAMA_E_DUPLICATE, &["'text'"]);
    assert_eq!(paired(&mut data).gene_vectors(0).unwrap(), paired(&mut same).gene_vectors(0).unwrap(), "by name, whatever the order");
}

#[test]
fn tables_for_a_model() {
    let context = Context::new(1).unwrap();
    let n = names(GENES);
    let made = |names: &[String], width| GeneTable::new(&context, names, vectors(names.len(), width).matrix()).unwrap();
    let (one, two) = (made(&n, 8), made(&n, 10));
    let mut data = counts(&context);
    data.add_gene_table("one", &one).unwrap();
    data.add_gene_table("two", &two).unwrap();
    let mut model = paired(&mut data);
    let mut twice = n.clone();
    twice[7] = "g106".into();
    let (narrow, wide, thin, fewer, more) = (made(&n, 7), made(&n, 9), made(&n, 9), made(&names(GENES - 1), 10), made(&names(GENES + 1), 10));
    let (turned, twice) = (made(&n.iter().rev().cloned().collect::<Vec<_>>(), 10), made(&twice, 10));
    let wrong: [(&[&GeneTable], &[&str]); 11] = [(&[], &["0 gene tables", "made with 2"]), (&[&one], &["1 gene tables", "made with 2"]),
        (&[&one, &two, &two], &["3 gene tables", "made with 2"]), (&[&narrow, &two], &["\"one\" have 7 columns", "made with 8"]),
        (&[&wide, &two], &["\"one\" have 9 columns", "made with 8"]), (&[&two, &one], &["\"one\" have 10 columns", "made with 8"]),
        (&[&one, &thin], &["\"two\" have 9 columns", "made with 10"]), (&[&one, &fewer], &["79 rows, another 80"]),
        (&[&one, &more], &["81 rows, another 80"]), (&[&one, &turned], &["row 0", "'g179'", "'g100'"]), (&[&one, &twice], &["row 7", "'g106'", "'g107'"])];
    for (tables, says) in wrong {
        refused(model.encode_new_genes(tables), INVALID, says);
        refused(model.decode_new_genes(&data, tables, |_| ()), INVALID, says);
        refused(model.decode_new_genes(&data, tables, |o| o.head = sys::SCILAMA_HEAD_PAIRED), INVALID, says);
    }
    assert_eq!(model.encode_new_genes(&[&one, &two]).unwrap().rows, GENES);

    let nobody: [&str; 0] = [];
    refused(model.predict_genes(&data, &[], &["g103"], |_| ()), INVALID, &["n_tables is 0"]);
    refused(model.predict_genes(&data, &[&one; 17], &["g103"], |_| ()), INVALID, &["17", "16"]);
    refused(model.predict_genes(&data, &[&one], &nobody, |_| ()), INVALID, &["n_genes is 0"]);
    refused(model.predict_genes(&data, &[&one], &["g103", "nobody"], |_| ()), sys::SCILAMA_E_NOTFOUND, &["'nobody'"]);
    refused(model.predict_genes(&data, &[&made(&names(9), 8)], &["g103"], |_| ()), sys::SCILAMA_E_NOTFOUND, &["9 of the model's 80"]);
    assert_eq!(model.predict_genes(&data, &[&narrow, &more, &turned], &["g103", "g180"], |_| ()).unwrap().0.cols, 2, "by name, of any width");

    let (name, size) = (model.parameters().unwrap()[0].name.to_string(), model.parameters().unwrap()[0].values.len());
    for n in [size - 1, size + 1] {
        refused(model.set_parameter(&name, &vec![0.0; n]), INVALID, &[&size.to_string(), &n.to_string()]);
    }
}

#[test]
fn vectors_beside_expression() {
    let context = Context::new(1).unwrap();
    let x = Embedding { values: (0..CELLS * GENES).map(|i| ((i * i % 1013) as f32).sin()).collect(), rows: CELLS, cols: GENES };
    let (good, bad) = (vectors(GENES, 8), spoilt(x.clone(), f32::NAN));
    let (fewer, more, none, short) = (vectors(GENES - 1, 8), vectors(GENES + 1, 8), empty(GENES, 0), Embedding { rows: GENES, ..vectors(GENES - 1, 8) });
    let every = |x: &Embedding, tables: &[&Embedding], code, says: &[&str]| {
        refused(context.gene_holdout(x.matrix(), tables, |_| ()), code, says);
        refused(context.gene_loadings(x.matrix(), tables, |_| ()), code, says);
        refused(context.gene_space(x.matrix(), tables, |_| ()), code, says);
    };
    every(&x, &[&good, &fewer], INVALID, &["80, not 79"]);
    every(&x, &[&more], INVALID, &["80, not 81"]);
    every(&x, &[&empty(0, 0)], INVALID, &["80, not 0"]);
    every(&x, &[&good, &none], INVALID, &["widths[1] is 0"]);
    every(&x, &[&short], INVALID, &["640, not 632"]);
    every(&x, &[&empty(GENES, usize::MAX)], INVALID, &["not 0"]);
    every(&x, &[&good; 17], INVALID, &["17", "16"]);
    every(&bad, &[&good], NONFINITE, &["expression"]);
    every(&empty(0, 0), &[], INVALID, &[""]);
    refused(context.gene_holdout(x.matrix(), &[], |_| ()), INVALID, &["tables is 0", "1 to 16"]);
    // a row that is not finite is a gene without a vector
    assert!(context.gene_holdout(x.matrix(), &[&spoilt(vectors(GENES, 8), f32::NAN)], |_| ()).unwrap().report.genes > 0);
    assert!(context.gene_space(x.matrix(), &[&spoilt(good, f32::INFINITY)], |_| ()).unwrap().0.values.iter().all(|v| v.is_finite()));
}

#[test]
fn cells_and_genes_in_one_space() {
    let context = Context::new(1).unwrap();
    let mut data = counts(&context);
    let (z, g, narrow, wide) = (vectors(CELLS, 4), vectors(GENES, 4), vectors(GENES, 3), vectors(GENES, 5));
    let by = |n: usize| (0..n as i32).map(|i| i % 3).collect::<Vec<_>>();
    let (groups, short, long, labels) = (by(CELLS), by(CELLS - 1), by(CELLS + 1), by(GENES));
    let mut both = |z: &Embedding, g: &Embedding, groups: &[i32], batches: Option<&[i32]>, code, says: &[&str]| {
        refused(data.all_markers(z, g, groups, batches, |_| ()), code, says);
        refused(context.paired_markers(z, g, groups, batches, |_| ()), code, says);
    };
    both(&z, &narrow, &groups, None, INVALID, &["4, not 3"]);
    both(&z, &wide, &groups, None, INVALID, &["4, not 5"]);
    both(&z, &g, &short, None, INVALID, &["90, not 89"]);
    both(&z, &g, &groups, Some(&short), INVALID, &["90, not 89"]);
    both(&z, &g, &groups, Some(&long), INVALID, &["90, not 91"]);
    both(&z, &Embedding { rows: GENES, ..vectors(GENES - 1, 4) }, &groups, None, INVALID, &["320, not 316"]);
    both(&Embedding { rows: CELLS, ..vectors(CELLS - 1, 4) }, &g, &groups, None, INVALID, &["360, not 356"]);
    both(&spoilt(vectors(CELLS, 4), f32::NAN), &g, &groups, None, NONFINITE, &["cells"]);
    both(&empty(CELLS, 0), &empty(GENES, 0), &groups, None, INVALID, &[""]);
    refused(data.all_markers(&z, &vectors(GENES - 1, 4), &groups, None, |_| ()), INVALID, &["80, not 79"]);
    refused(data.all_markers(&vectors(CELLS - 1, 4), &g, &groups, None, |_| ()), INVALID, &["90, not 89"]);

    refused(context.module_projection(&z, &narrow, &labels), INVALID, &["4, not 3"]);
    refused(context.module_projection(&z, &wide, &labels), INVALID, &["4, not 5"]);
    refused(context.module_projection(&z, &g, &labels[1..]), INVALID, &["80, not 79"]);
    refused(context.module_projection(&z, &Embedding { rows: GENES, ..vectors(GENES - 1, 4) }, &labels), INVALID, &["320, not 316"]);
    refused(context.module_projection(&spoilt(vectors(CELLS, 4), f32::INFINITY), &g, &labels), NONFINITE, &["cells"]);
    refused(context.gene_modules(empty(0, 0).matrix(), |_| ()), INVALID, &[""]);
    refused(context.gene_modules(empty(GENES, 0).matrix(), |_| ()), INVALID, &[""]);
    refused(context.gene_modules(vectors(2, 4).matrix(), |_| ()), INVALID, &["2 genes"]);
    assert_eq!(context.gene_modules(spoilt(g, f32::NAN).matrix(), |_| ()).unwrap().labels[GENES - 1], -1);
}

#[test]
fn references_and_files() {
    let context = Context::new(1).unwrap();
    let z = vectors(CELLS, 4);
    refused(Reference::new(&context, empty(0, 0).matrix()), INVALID, &[""]);
    refused(Reference::new(&context, vectors(2, 4).matrix()), INVALID, &["2"]);
    refused(Reference::new(&context, spoilt(z.clone(), f32::NAN).matrix()), NONFINITE, &[""]);
    let mut r = Reference::new(&context, z.matrix()).unwrap();
    for width in [3, 5] {
        refused(r.neighbors(vectors(5, width).matrix(), 3), INVALID, &[&format!("4, not {}", width)]);
    }
    refused(r.neighbors(empty(5, 0).matrix(), 3), INVALID, &["4, not 0"]);
    refused(r.neighbors(vectors(5, 4).matrix(), CELLS + 1), INVALID, &["91", "90"]);
    refused(r.neighbors(spoilt(z, f32::INFINITY).matrix(), 3), NONFINITE, &[""]);
    refused(r.add_labels("kind", &[0; CELLS - 1], &["x"]), INVALID, &["90, not 89"]);
    refused(r.set_layout(&vectors(CELLS - 1, 2)), INVALID, &["90, not 89"]);
    refused(r.set_layout(&vectors(CELLS + 1, 2)), INVALID, &["90, not 91"]);
    refused(r.set_layout(&Embedding { rows: CELLS, ..vectors(CELLS - 1, 2) }), INVALID, &["180, not 178"]);
    refused(Tensor::wrap(&context, Embedding { rows: 3, ..vectors(2, 4) }, false), INVALID, &["12, not 8"]);
    let mut data = counts(&context);
    let mut model = paired(&mut data);
    refused(model.set_reference(&Reference::new(&context, vectors(CELLS, 3).matrix()).unwrap()), INVALID, &["3", "4"]);

    let path = std::env::temp_dir().join(format!("scilama-wrong-{}.h5ad", std::process::id()));
    let mut to = H5adWriter::create_from(&data, &path, true).unwrap();
    refused(to.put_varm("X", vectors(GENES - 1, 4).matrix()), INVALID, &["80, not 79"]);
    refused(to.put_varm("X", vectors(GENES + 1, 4).matrix()), INVALID, &["80, not 81"]);
    refused(to.put_obsm("X", vectors(GENES, 4).matrix()), INVALID, &["90, not 80"]);
    refused(to.put_varm("X", empty(GENES, 0).matrix()), INVALID, &[""]);
}
