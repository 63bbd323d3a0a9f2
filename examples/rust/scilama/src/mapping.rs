// SPDX-License-Identifier: MIT
//! Cells of known labels, and others among them.
use super::*;
use data::own;

/// Labels that neighbours vote for.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    pub name: String,
    pub categories: Vec<String>,
    /// −1: no neighbour has a label.
    pub codes: Vec<i32>,
    pub probability: Vec<f32>,
    pub second: Vec<i32>,
    pub second_probability: Vec<f32>,
}

handle!(
    /// Cells of known labels that others are compared with.
    Reference, sys::scilama_reference, sys::scilama_reference_destroy);

impl Reference {
    pub fn new(context: &Context, points: Matrix<'_>) -> Result<Self> {
        Reference::make(&context.1, |out, error| unsafe {
            sys::scilama_reference_create(out, context.as_ptr(), points.values.as_ptr(), points.rows as i64, points.cols as i64, points.ld as i64, error)
        })
    }

    pub fn info(&self) -> sys::scilama_reference_info {
        let mut info = defaults(sys::scilama_reference_info_init);
        call(|error| unsafe { sys::scilama_reference_get_info(self.as_ptr(), &mut info, error) }).expect("a reference has its facts");
        info
    }

    pub fn add_labels<S: AsRef<str>>(&mut self, name: &str, codes: &[i32], categories: &[S]) -> Result<()> {
        fits("one label per reference cell", self.info().cells as usize, codes.len())?;
        let (name, categories) = (text(name)?, Texts::new(categories)?);
        call(|error| unsafe {
            sys::scilama_reference_add_labels(self.as_ptr(), name.as_ptr(), codes.as_ptr(), categories.1.as_ptr(), categories.len() as i64, error)
        })
    }

    /// The `k` nearest reference cells of cells that a model has encoded.
    pub fn neighbors(&mut self, points: Matrix<'_>, k: usize) -> Result<Neighbors> {
        fits("cells as wide as the reference", self.info().dim as usize, points.cols)?;
        let room = points.rows.checked_mul(k).ok_or_else(|| invalid("too many neighbors"))?;
        let mut out = Neighbors { indices: vec![0; room], distances: vec![0.0; room], points: points.rows, neighbors: k };
        call(|error| unsafe {
            sys::scilama_reference_neighbors(self.as_ptr(), points.values.as_ptr(), points.rows as i64, points.ld as i64, k as i64,
                out.indices.as_mut_ptr(), out.distances.as_mut_ptr(), error)
        })?;
        Ok(out)
    }

    /// The likeliest category of column `index` for every cell (−1: no neighbour has one), and its probability.
    pub fn transfer(&mut self, index: i64, near: &Neighbors) -> Result<(Vec<i32>, Vec<f32>)> {
        let (mut codes, mut probability) = (vec![0; near.points], vec![0.0; near.points]);
        if near.indices.len() != near.points * near.neighbors || near.distances.len() != near.indices.len() {
            return Err(invalid("indices and distances must have points × neighbors entries"));
        }
        call(|error| unsafe {
            sys::scilama_reference_transfer(self.as_ptr(), index, near.indices.as_ptr(), near.distances.as_ptr(), near.points as i64,
                near.neighbors as i64, codes.as_mut_ptr(), probability.as_mut_ptr(), ptr::null_mut(), ptr::null_mut(), error)
        })?;
        Ok((codes, probability))
    }

    /// A layout to look at, such as UMAP: `[cells × dims]`.
    pub fn set_layout(&mut self, layout: &Embedding) -> Result<()> {
        layout.whole()?;
        fits("one place per reference cell", self.info().cells as usize, layout.rows)?;
        call(|error| unsafe { sys::scilama_reference_set_layout(self.as_ptr(), layout.values.as_ptr(), layout.cols as i64, error) })
    }

    /// Everything that the neighbours say of column `index`, with names.
    pub fn transfer_all(&mut self, index: i64, near: &Neighbors) -> Result<Transfer> {
        let mut label = sys::scilama_label_info::defaults();
        call(|error| unsafe { sys::scilama_reference_label(self.as_ptr(), index, &mut label, error) })?;
        let categories = (0..label.categories).map(|k| unsafe { own(sys::scilama_reference_category(self.as_ptr(), index, k)) }).collect();
        let (n, room) = (near.points, near.points.checked_mul(near.neighbors));
        if room != Some(near.indices.len()) || room != Some(near.distances.len()) {
            return Err(invalid("indices and distances must have points × neighbors entries"));
        }
        let mut out = Transfer { name: unsafe { own(label.name) }, categories, codes: vec![0; n], probability: vec![0.0; n], second: vec![0; n], second_probability: vec![0.0; n] };
        call(|error| unsafe {
            sys::scilama_reference_transfer(self.as_ptr(), index, near.indices.as_ptr(), near.distances.as_ptr(), n as i64, near.neighbors as i64,
                out.codes.as_mut_ptr(), out.probability.as_mut_ptr(), out.second.as_mut_ptr(), out.second_probability.as_mut_ptr(), error)
        })?;
        Ok(out)
    }

    /// Places in the reference's layout.
    pub fn place(&mut self, near: &Neighbors) -> Result<Embedding> {
        if near.indices.len() != near.points * near.neighbors || near.distances.len() != near.indices.len() {
            return Err(invalid("indices and distances must have points × neighbors entries"));
        }
        let mut out = Embedding::new(near.points, self.info().layout_dims as usize);
        call(|error| unsafe {
            sys::scilama_reference_place(self.as_ptr(), near.indices.as_ptr(), near.distances.as_ptr(), near.points as i64, near.neighbors as i64, out.values.as_mut_ptr(), error)
        })?;
        Ok(out)
    }
}

impl Model {
    /// Gives genes of a dataset the names that the model has for them, as `set` and `aliases` say; how many go by another name now.
    pub fn match_genes(&mut self, data: &mut Dataset, aliases: Option<&GeneAliases>, set: impl FnOnce(&mut sys::scilama_match_options)) -> Result<i64> {
        let (options, mut renamed) = (crate::data::match_options(aliases, set), 0);
        call(|error| unsafe { sys::scilama_model_match_genes(self.as_ptr(), data.as_ptr(), &options, &mut renamed, error) })?;
        Ok(renamed)
    }

    /// What of the model a dataset lacks, before anything is encoded.
    pub fn check_query(&mut self, data: &Dataset) -> Result<sys::scilama_query_report> {
        let mut out = sys::scilama_query_report::defaults();
        call(|error| unsafe { sys::scilama_model_check_query(self.as_ptr(), data.as_ptr(), &mut out, error) })?;
        Ok(out)
    }

    /// The same of covariate `index`; `first`, the first unknown category, lives as long as the dataset.
    pub fn check_covariate(&self, data: &Dataset, index: i64) -> Result<sys::scilama_covariate_report> {
        let mut out = sys::scilama_covariate_report::defaults();
        call(|error| unsafe { sys::scilama_model_check_covariate(self.as_ptr(), data.as_ptr(), index, &mut out, error) })?;
        Ok(out)
    }

    /// Gives batches that only `data` has columns of their own, trained on their cells alone so that they lie where the reference's do.
    pub fn adapt(&mut self, data: &Dataset, set: impl FnOnce(&mut sys::scilama_adapt_options)) -> Result<sys::scilama_adapt_report> {
        let (mut options, mut out) = (sys::scilama_adapt_options::defaults(), sys::scilama_adapt_report::defaults());
        set(&mut options);
        call(|error| unsafe { sys::scilama_model_adapt(self.as_ptr(), data.as_ptr(), &options, &mut out, error) })?;
        Ok(out)
    }

    /// Keeps of the reference's cells what [`Model::novelty`] compares with.
    pub fn describe_reference(&mut self, data: &Dataset) -> Result<()> {
        call(|error| unsafe { sys::scilama_model_describe_reference(self.as_ptr(), data.as_ptr(), error) })
    }

    /// How much sparser the reference is than the dataset around each of its cells.
    pub fn novelty(&mut self, data: &Dataset) -> Result<Vec<f32>> {
        let mut out = vec![0.0; data.cells()];
        call(|error| unsafe { sys::scilama_model_novelty(self.as_ptr(), data.as_ptr(), out.as_mut_ptr(), error) })?;
        Ok(out)
    }

    /// Places a query among the model's reference and writes what is found, block by block, into a file of its cells.
    pub fn map(&mut self, data: &Dataset, writer: &H5adWriter, set: impl FnOnce(&mut sys::scilama_map_options)) -> Result<()> {
        let mut options = sys::scilama_map_options::defaults();
        set(&mut options);
        call(|error| unsafe { sys::scilama_model_map(self.as_ptr(), data.as_ptr(), writer.as_ptr(), &options, error) })
    }
}
