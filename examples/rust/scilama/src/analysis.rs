// SPDX-License-Identifier: MIT
//! Neighbours, graphs and clusters of points; decoding for a covariate's category.
use super::*;

handle!(
    /// A weighted graph of points.
    Graph, sys::scilama_graph, sys::scilama_graph_destroy);

/// The nearest other points of every point, nearest first: each `[n × neighbors]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbors {
    pub indices: Vec<i32>,
    pub distances: Vec<f32>,
    pub points: usize,
    pub neighbors: usize,
}

impl Context {
    /// Lets calls run again after [`Canceller::cancel`].
    pub fn resume(&self) {
        unsafe { sys::scilama_context_resume(self.as_ptr()) }
    }

    pub fn knn(&self, points: Matrix<'_>, set: impl FnOnce(&mut sys::scilama_knn_options)) -> Result<Neighbors> {
        let mut options = defaults(sys::scilama_knn_options_init);
        set(&mut options);
        let neighbors = options.neighbors.max(0) as usize;
        let room = points.rows.checked_mul(neighbors).ok_or_else(|| invalid("too many neighbors"))?;
        let mut out = Neighbors { indices: vec![0; room], distances: vec![0.0; room], points: points.rows, neighbors };
        call(|error| unsafe {
            sys::scilama_knn(self.as_ptr(), points.values.as_ptr(), points.rows as i64, points.cols as i64, points.ld as i64, &options,
                out.indices.as_mut_ptr(), out.distances.as_mut_ptr(), ptr::null_mut(), error)
        })?;
        Ok(out)
    }

    /// Communities of points by their nearest neighbours, 0 the largest.
    pub fn cluster(&self, points: Matrix<'_>, set: impl FnOnce(&mut sys::scilama_cluster_options)) -> Result<Vec<i32>> {
        let mut options = defaults(sys::scilama_cluster_options_init);
        set(&mut options);
        let mut labels = vec![0; points.rows];
        call(|error| unsafe {
            sys::scilama_cluster(self.as_ptr(), points.values.as_ptr(), points.rows as i64, points.cols as i64, points.ld as i64, &options,
                labels.as_mut_ptr(), ptr::null_mut(), error)
        })?;
        Ok(labels)
    }

    /// Modules of genes by their vectors `[genes × dim]`, 0 the largest; −1 = in none.
    pub fn gene_modules(&self, genes: Matrix<'_>, set: impl FnOnce(&mut sys::scilama_module_options)) -> Result<Vec<i32>> {
        let mut options = defaults(sys::scilama_module_options_init);
        set(&mut options);
        let mut labels = vec![0; genes.rows];
        call(|error| unsafe {
            sys::scilama_gene_modules(self.as_ptr(), genes.values.as_ptr(), genes.rows as i64, genes.cols as i64, genes.ld as i64, &options,
                labels.as_mut_ptr(), ptr::null_mut(), ptr::null_mut(), ptr::null_mut(), ptr::null_mut(), error)
        })?;
        Ok(labels)
    }
}

/// The rank-sum test of every gene between groups: each `[groups × genes of the matrix]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Markers {
    pub z: Vec<f64>,
    pub p_adjusted: Vec<f64>,
    pub log2_fold_change: Vec<f64>,
    pub auroc: Vec<f64>,
    pub groups: usize,
    pub genes: usize,
}

impl Dataset {
    /// Any file that the library reads, told apart by content.
    pub fn read(context: &Context, path: impl AsRef<Path>, set: impl FnOnce(&mut sys::scilama_file_options)) -> Result<Self> {
        let path = path_text(path.as_ref())?;
        let mut options = defaults(sys::scilama_file_options_init);
        set(&mut options);
        Dataset::make(|out, error| unsafe { sys::scilama_dataset_read(out, context.as_ptr(), path.as_ptr(), &options, error) })
    }

    /// From compressed rows of `columns` genes, copied.
    pub fn from_csr<S: AsRef<str>>(context: &Context, indptr: &[i64], indices: &[i32], values: &[f32], columns: usize, genes: Option<&[S]>) -> Result<Self> {
        let stored = indptr.last().copied().unwrap_or(-1);
        if stored < 0 || stored as usize != indices.len() || indices.len() != values.len() || genes.map_or(false, |g| g.len() != columns) {
            return Err(invalid("indptr, indices, values and names do not fit each other"));
        }
        let names = genes.map(Texts::new).transpose()?;
        let mut m = defaults(sys::scilama_matrix_init);
        m.storage = sys::SCILAMA_STORAGE_CSR;
        m.value_type = sys::SCILAMA_DTYPE_F32;
        m.index_type = sys::SCILAMA_DTYPE_I32;
        m.indptr_type = sys::SCILAMA_DTYPE_I64;
        m.rows = indptr.len() as i64 - 1;
        m.cols = columns as i64;
        m.stored = stored;
        m.values = values.as_ptr() as *const c_void;
        m.indices = indices.as_ptr() as *const c_void;
        m.indptr = indptr.as_ptr() as *const c_void;
        Dataset::make(|out, error| unsafe {
            sys::scilama_dataset_create(out, context.as_ptr(), &m, ptr::null(), names.as_ref().map_or(ptr::null(), |n| n.1.as_ptr()), error)
        })
    }

    /// Genes of the matrix.
    pub fn genes(&self) -> usize {
        unsafe { sys::scilama_dataset_genes(self.as_ptr()) as usize }
    }

    pub fn markers(&mut self, groups: &[i32], set: impl FnOnce(&mut sys::scilama_marker_options)) -> Result<Markers> {
        if groups.len() != self.cells() {
            return Err(invalid("one group per cell is needed"));
        }
        let mut options = defaults(sys::scilama_marker_options_init);
        set(&mut options);
        let (n, genes) = (groups.iter().max().map_or(0, |g| g + 1).max(0) as usize, self.genes());
        let room = || vec![0.0; n * genes];
        let mut out = Markers { z: room(), p_adjusted: room(), log2_fold_change: room(), auroc: room(), groups: n, genes };
        let mut table = defaults(sys::scilama_marker_table_init);
        table.z = out.z.as_mut_ptr();
        table.p_adjusted = out.p_adjusted.as_mut_ptr();
        table.log2_fold_change = out.log2_fold_change.as_mut_ptr();
        table.auroc = out.auroc.as_mut_ptr();
        call(|error| unsafe { sys::scilama_wilcoxon(self.as_ptr(), groups.as_ptr(), n as i64, &options, &mut table, error) })?;
        Ok(out)
    }
}

impl Graph {
    /// UMAP's fuzzy union of neighbours.
    pub fn new(context: &Context, near: &Neighbors) -> Result<Self> {
        let room = near.points * near.neighbors;
        if near.indices.len() != room || near.distances.len() != room {
            return Err(invalid("indices and distances must have points × neighbors entries"));
        }
        Graph::make(|out, error| unsafe {
            sys::scilama_graph_from_knn(out, context.as_ptr(), sys::SCILAMA_GRAPH_FUZZY, near.points as i64, near.neighbors as i64,
                near.indices.as_ptr(), near.distances.as_ptr(), error)
        })
    }

    pub fn vertices(&self) -> usize {
        unsafe { sys::scilama_graph_vertices(self.as_ptr()) as usize }
    }

    pub fn leiden(&self, set: impl FnOnce(&mut sys::scilama_leiden_options)) -> Result<Vec<i32>> {
        let mut options = defaults(sys::scilama_leiden_options_init);
        set(&mut options);
        let mut labels = vec![0; self.vertices()];
        call(|error| unsafe { sys::scilama_graph_leiden(self.as_ptr(), &options, labels.as_mut_ptr(), ptr::null_mut(), error) })?;
        Ok(labels)
    }
}

impl Model {
    /// Split, recipe, model and training with the defaults of the program; `set` changes those of the fit and of the training.
    pub fn fit(data: &mut Dataset, set: impl FnOnce(&mut sys::scilama_fit_options, &mut sys::scilama_trainer_options)) -> Result<Self> {
        let mut options = defaults(sys::scilama_fit_options_init);
        let mut training = std::mem::MaybeUninit::<sys::scilama_trainer_options>::zeroed();
        // SAFETY: the library fills the struct.
        let mut training = unsafe {
            sys::scilama_trainer_options_init(training.as_mut_ptr(), std::mem::size_of_val(&training), sys::SCILAMA_PRESET_RECOMMENDED);
            training.assume_init()
        };
        set(&mut options, &mut training);
        training.seed = options.seed;
        options.trainer = &training;
        Model::make(|out, error| unsafe { sys::scilama_fit(out, data.as_ptr(), &options, ptr::null_mut(), error) })
    }

    /// The bytes that [`Model::save`] would write.
    pub fn to_bytes(&self, context: &Context) -> Result<Vec<u8>> {
        let (mut bytes, mut size) = (ptr::null_mut(), 0);
        call(|error| unsafe { sys::scilama_model_save_memory(self.as_ptr(), &mut bytes, &mut size, error) })?;
        // SAFETY: the library gave `size` bytes, which are given back here.
        unsafe {
            let out = std::slice::from_raw_parts(bytes as *const u8, size as usize).to_vec();
            sys::scilama_bytes_destroy(context.as_ptr(), bytes);
            Ok(out)
        }
    }

    pub fn from_bytes(context: &Context, bytes: &[u8]) -> Result<Self> {
        Model::make(|out, error| unsafe {
            sys::scilama_model_load_memory(out, context.as_ptr(), bytes.as_ptr() as *const c_void, bytes.len() as i64, error)
        })
    }

    /// Learns from the training cells how to encode cells that were measured on a part of the genes.
    pub fn learn_absent(&mut self, data: &Dataset) -> Result<()> {
        call(|error| unsafe { sys::scilama_model_learn_absent(self.as_ptr(), data.as_ptr(), error) })
    }

    /// Lets the model carry reference cells.
    pub fn set_reference(&mut self, reference: &Reference) -> Result<()> {
        call(|error| unsafe { sys::scilama_model_set_reference(self.as_ptr(), reference.as_ptr(), error) })
    }

    /// The cells that it carries.
    pub fn reference(&mut self) -> Result<Reference> {
        Reference::make(|out, error| unsafe { sys::scilama_model_get_reference(out, self.as_ptr(), error) })
    }

    /// Denoised or corrected expression `[cells × genes of the model]`; `to` holds pairs of a cell column and the
    /// category that every cell is decoded as.
    pub fn decode(&mut self, data: &Dataset, to: &[(&str, &str)], set: impl FnOnce(&mut sys::scilama_decode_options)) -> Result<Embedding> {
        let keys = Texts::new(&to.iter().map(|t| t.0).collect::<Vec<_>>())?;
        let values = Texts::new(&to.iter().map(|t| t.1).collect::<Vec<_>>())?;
        let mut options = defaults(sys::scilama_decode_options_init);
        set(&mut options);
        options.to_key = keys.1.as_ptr();
        options.to_value = values.1.as_ptr();
        options.replacements = to.len() as i64;
        let mut out = Embedding::new(data.cells(), self.info().genes as usize);
        call(|error| unsafe { sys::scilama_model_decode(self.as_ptr(), data.as_ptr(), &options, out.values.as_mut_ptr(), 0, error) })?;
        Ok(out)
    }
}

handle!(
    /// Cells of known labels that others are compared with.
    Reference, sys::scilama_reference, sys::scilama_reference_destroy);

impl Reference {
    pub fn new(context: &Context, points: Matrix<'_>) -> Result<Self> {
        Reference::make(|out, error| unsafe {
            sys::scilama_reference_create(out, context.as_ptr(), points.values.as_ptr(), points.rows as i64, points.cols as i64, points.ld as i64, error)
        })
    }

    fn info(&self) -> sys::scilama_reference_info {
        let mut info = defaults(sys::scilama_reference_info_init);
        call(|error| unsafe { sys::scilama_reference_get_info(self.as_ptr(), &mut info, error) }).expect("a reference has its facts");
        info
    }

    pub fn add_labels<S: AsRef<str>>(&mut self, name: &str, codes: &[i32], categories: &[S]) -> Result<()> {
        if codes.len() as i64 != self.info().cells {
            return Err(invalid("one label per reference cell is needed"));
        }
        let (name, categories) = (text(name)?, Texts::new(categories)?);
        call(|error| unsafe {
            sys::scilama_reference_add_labels(self.as_ptr(), name.as_ptr(), codes.as_ptr(), categories.1.as_ptr(), categories.len() as i64, error)
        })
    }

    /// The `k` nearest reference cells of cells that a model has encoded.
    pub fn neighbors(&mut self, points: Matrix<'_>, k: usize) -> Result<Neighbors> {
        if points.cols as i64 != self.info().dim {
            return Err(invalid("the cells have another number of dimensions than the reference"));
        }
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
}

handle!(
    /// Adds results to a copy of an AnnData file; without [`H5adWriter::commit`] nothing is left behind.
    H5adWriter, sys::scilama_h5ad_writer, sys::scilama_h5ad_writer_destroy);

impl H5adWriter {
    pub fn open(context: &Context, input: impl AsRef<Path>, output: impl AsRef<Path>) -> Result<Self> {
        let (input, output) = (path_text(input.as_ref())?, path_text(output.as_ref())?);
        H5adWriter::make(|out, error| unsafe { sys::scilama_h5ad_writer_open(out, context.as_ptr(), input.as_ptr(), output.as_ptr(), error) })
    }

    fn rows(&self, given: usize, genes: bool) -> Result<()> {
        let n = unsafe { if genes { sys::scilama_h5ad_writer_genes(self.as_ptr()) } else { sys::scilama_h5ad_writer_cells(self.as_ptr()) } };
        if n == given as i64 { Ok(()) } else { Err(invalid("one row for each cell or gene of the file is needed")) }
    }

    pub fn put_obsm(&mut self, key: &str, values: Matrix<'_>) -> Result<()> {
        self.rows(values.rows, false)?;
        let key = text(key)?;
        call(|error| unsafe { sys::scilama_h5ad_writer_put_obsm(self.as_ptr(), key.as_ptr(), values.values.as_ptr(), values.cols as i64, values.ld as i64, error) })
    }

    pub fn put_varm(&mut self, key: &str, values: Matrix<'_>) -> Result<()> {
        self.rows(values.rows, true)?;
        let key = text(key)?;
        call(|error| unsafe { sys::scilama_h5ad_writer_put_varm(self.as_ptr(), key.as_ptr(), values.values.as_ptr(), values.cols as i64, values.ld as i64, error) })
    }

    pub fn put_obs<S: AsRef<str>>(&mut self, key: &str, codes: &[i32], categories: &[S]) -> Result<()> {
        self.rows(codes.len(), false)?;
        let (key, categories) = (text(key)?, Texts::new(categories)?);
        call(|error| unsafe {
            sys::scilama_h5ad_writer_put_obs_categorical(self.as_ptr(), key.as_ptr(), codes.as_ptr(), categories.1.as_ptr(), categories.len() as i64, error)
        })
    }

    pub fn put_obs_numbers(&mut self, key: &str, values: &[f64]) -> Result<()> {
        self.rows(values.len(), false)?;
        let key = text(key)?;
        call(|error| unsafe { sys::scilama_h5ad_writer_put_obs_numeric(self.as_ptr(), key.as_ptr(), values.as_ptr(), error) })
    }

    pub fn put_uns(&mut self, key: &str, value: &str) -> Result<()> {
        let (key, value) = (text(key)?, text(value)?);
        call(|error| unsafe { sys::scilama_h5ad_writer_put_uns_string(self.as_ptr(), key.as_ptr(), value.as_ptr(), error) })
    }

    pub fn commit(self) -> Result<()> {
        call(|error| unsafe { sys::scilama_h5ad_writer_commit(self.as_ptr(), error) })
    }
}

/// A matrix `obsm/NAME` or `varm/NAME` of an `.h5ad` file.
pub fn read_array(context: &Context, path: impl AsRef<Path>, key: &str) -> Result<Embedding> {
    let (path, key) = (path_text(path.as_ref())?, text(key)?);
    let (mut rows, mut width) = (0, 0);
    call(|error| unsafe { sys::scilama_h5ad_read_array(context.as_ptr(), path.as_ptr(), key.as_ptr(), &mut rows, &mut width, ptr::null_mut(), 0, error) })?;
    let mut out = Embedding::new(rows as usize, width as usize);
    call(|error| unsafe {
        sys::scilama_h5ad_read_array(context.as_ptr(), path.as_ptr(), key.as_ptr(), &mut rows, &mut width, out.values.as_mut_ptr(), out.values.len() as i64, error)
    })?;
    Ok(out)
}
