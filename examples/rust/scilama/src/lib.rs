// SPDX-License-Identifier: MIT
//! Safe interface to libscilama.
//!
//! Handles are `Send` and not `Sync` (docs/threading.md). A handle keeps its context
//! alive, so values may be dropped in any order. Fallible calls return [`Result`].
//!
//! ```no_run
//! # fn main() -> scilama::Result<()> {
//! # let (counts, names): (Vec<f32>, Vec<String>) = (vec![], vec![]);
//! let context = scilama::Context::new(2)?;
//! let mut data = scilama::Dataset::new(&context, scilama::Matrix::new(&counts, 1000, 2000), Some(&names))?;
//! data.split_random(0.9, 0.1, 0, None)?;
//! data.preprocess(|o| o.n_top_genes = 1000)?;
//! let mut model = scilama::Model::new(&data, |o| o.latent = 20)?;
//! for info in scilama::Trainer::new(&mut model, &data, |o| o.epochs = 50)?.steps() {
//!     println!("{}", info?.loss);
//! }
//! let embedding = model.encode_cells(&data)?;
//! # Ok(()) }
//! ```
pub use scilama_sys as sys;

use std::any::Any;
use std::ffi::{CStr, CString};
use std::marker::PhantomData;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::path::Path;
use std::ptr::{self, NonNull};
use std::sync::Arc;

pub use sys::scilama_step_info as StepInfo;

/// A failed call: the status code and the library's sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub code: i32,
    pub message: String,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

pub type Result<T> = std::result::Result<T, Error>;

fn invalid(message: &str) -> Error {
    Error { code: sys::SCILAMA_E_INVALID, message: message.into() }
}

/// Of what is needed as many as are given, or an error of both numbers.
fn fits(what: &str, needed: usize, given: usize) -> Result<()> {
    if needed == given { Ok(()) } else { Err(invalid(&format!("{} is needed: {}, not {}", what, needed, given))) }
}

/// Runs a call that fails through a scilama_error.
fn call(f: impl FnOnce(*mut sys::scilama_error) -> sys::scilama_status) -> Result<()> {
    let mut error = sys::scilama_error { code: 0, detail: 0, message: [0; 248] };
    let code = f(&mut error);
    if code == sys::SCILAMA_OK {
        return Ok(());
    }
    // SAFETY: both texts are terminated.
    let text = unsafe {
        match error.message[0] {
            0 => CStr::from_ptr(sys::scilama_status_text(code)),
            _ => CStr::from_ptr(error.message.as_ptr()),
        }
    };
    Err(Error { code, message: text.to_string_lossy().into_owned() })
}

/// A struct with the library's defaults.
fn defaults<T>(init: unsafe extern "C" fn(*mut T, usize) -> sys::scilama_status) -> T {
    let mut value = std::mem::MaybeUninit::<T>::zeroed();
    // SAFETY: every struct is plain data for which zero is valid; the library fills it.
    unsafe {
        let status = init(value.as_mut_ptr(), std::mem::size_of::<T>());
        assert_eq!(status, sys::SCILAMA_OK, "libscilama is older than these bindings");
        value.assume_init()
    }
}

/// Structs of options and results that the library fills with its defaults: `let mut o = KnnOptions::defaults();`.
pub trait Defaults: Copy {
    fn defaults() -> Self;
}

macro_rules! defaults_of {
    ($($kind:ident: $init:ident,)*) => {
        $(impl Defaults for sys::$kind {
            fn defaults() -> Self {
                defaults(sys::$init)
            }
        })*
    };
}
defaults_of! {
    scilama_adapt_options: scilama_adapt_options_init,
    scilama_adapt_report: scilama_adapt_report_init,
    scilama_agreement: scilama_agreement_init,
    scilama_arrow_options: scilama_arrow_options_init,
    scilama_cluster_options: scilama_cluster_options_init,
    scilama_coherence_options: scilama_coherence_options_init,
    scilama_column_info: scilama_column_info_init,
    scilama_concat_options: scilama_concat_options_init,
    scilama_context_options: scilama_context_options_init,
    scilama_covariate_info: scilama_covariate_info_init,
    scilama_covariate_report: scilama_covariate_report_init,
    scilama_decode_options: scilama_decode_options_init,
    scilama_enrichment_options: scilama_enrichment_options_init,
    scilama_evaluation: scilama_evaluation_init,
    scilama_file_options: scilama_file_options_init,
    scilama_fit_options: scilama_fit_options_init,
    scilama_gene_forecast: scilama_gene_forecast_init,
    scilama_holdout_options: scilama_holdout_options_init,
    scilama_holdout_report: scilama_holdout_report_init,
    scilama_loading_options: scilama_loading_options_init,
    scilama_loading_report: scilama_loading_report_init,
    scilama_kmeans_options: scilama_kmeans_options_init,
    scilama_knn_options: scilama_knn_options_init,
    scilama_map_options: scilama_map_options_init,
    scilama_knn_report: scilama_knn_report_init,
    scilama_label_info: scilama_label_info_init,
    scilama_leiden_options: scilama_leiden_options_init,
    scilama_leiden_report: scilama_leiden_report_init,
    scilama_marker_options: scilama_marker_options_init,
    scilama_marker_table: scilama_marker_table_init,
    scilama_match_options: scilama_match_options_init,
    scilama_match_report: scilama_match_report_init,
    scilama_matrix: scilama_matrix_init,
    scilama_model_info: scilama_model_info_init,
    scilama_module_options: scilama_module_options_init,
    scilama_module_report: scilama_module_report_init,
    scilama_option_info: scilama_option_info_init,
    scilama_pca_options: scilama_pca_options_init,
    scilama_preprocess_report: scilama_preprocess_report_init,
    scilama_query_report: scilama_query_report_init,
    scilama_reference_info: scilama_reference_info_init,
    scilama_row_source: scilama_row_source_init,
    scilama_score_options: scilama_score_options_init,
    scilama_scores: scilama_scores_init,
    scilama_step_info: scilama_step_info_init,
    scilama_table_options: scilama_table_options_init,
    scilama_tensor: scilama_tensor_init,
    scilama_umap_options: scilama_umap_options_init,
}

/// The defaults of a preset, `sys::SCILAMA_PRESET_…`.
pub trait Presets: Copy {
    fn preset(preset: i32) -> Self;
}

macro_rules! presets_of {
    ($($kind:ident: $init:ident,)*) => {
        $(impl Presets for sys::$kind {
            fn preset(preset: i32) -> Self {
                let mut value = std::mem::MaybeUninit::<sys::$kind>::zeroed();
                // SAFETY: the struct is plain data for which zero is valid; the library fills it.
                unsafe {
                    sys::$init(value.as_mut_ptr(), std::mem::size_of::<sys::$kind>(), preset);
                    value.assume_init()
                }
            }
        })*
    };
}
presets_of! {
    scilama_preprocess_options: scilama_preprocess_options_init,
    scilama_model_options: scilama_model_options_init,
    scilama_trainer_options: scilama_trainer_options_init,
}

fn text(s: &str) -> Result<CString> {
    CString::new(s).map_err(|_| invalid("a name contains a zero byte"))
}

fn path_text(path: &Path) -> Result<CString> {
    text(path.to_str().ok_or_else(|| invalid("the path is not UTF-8"))?)
}

/// Zero-terminated copies and their addresses.
struct Texts(Vec<CString>, Vec<*const c_char>);

impl Texts {
    fn new<S: AsRef<str>>(texts: &[S]) -> Result<Texts> {
        let owned: Vec<CString> = texts.iter().map(|s| text(s.as_ref())).collect::<Result<_>>()?;
        let addresses = owned.iter().map(|s| s.as_ptr()).collect();
        Ok(Texts(owned, addresses))
    }
    fn len(&self) -> usize {
        self.0.len()
    }
}

/// A row-major matrix that borrows its values.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    cols: usize,
    ld: usize,
}

impl<'a> Matrix<'a> {
    /// # Panics
    /// When `values` is shorter than `rows × cols`.
    pub fn new(values: &'a [f32], rows: usize, cols: usize) -> Self {
        assert!(rows.checked_mul(cols).map_or(false, |n| n <= values.len()), "the slice is too short");
        Matrix { values, rows, cols, ld: cols }
    }

    /// A copy, row by row.
    pub fn to_vec(self) -> Vec<f32> {
        (0..self.rows).flat_map(|r| self.values[r * self.ld..r * self.ld + self.cols].to_vec()).collect()
    }
}

#[cfg(feature = "ndarray")]
impl<'a> TryFrom<ndarray::ArrayView2<'a, f32>> for Matrix<'a> {
    type Error = Error;
    /// Rows must be contiguous; they may lie apart.
    fn try_from(view: ndarray::ArrayView2<'a, f32>) -> Result<Self> {
        let (rows, cols) = view.dim();
        let (down, right) = (view.strides()[0], view.strides()[1]);
        if (right != 1 && cols > 1) || (rows > 1 && down < cols as isize) || rows == 0 || cols == 0 {
            return Err(invalid("the rows of the array are not contiguous: use as_standard_layout()"));
        }
        let ld = if rows > 1 { down as usize } else { cols };
        // SAFETY: the view covers (rows - 1) * ld + cols elements from its first one.
        let values = unsafe { std::slice::from_raw_parts(view.as_ptr(), (rows - 1) * ld + cols) };
        Ok(Matrix { values, rows, cols, ld })
    }
}

/// A row-major matrix that owns its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding {
    pub values: Vec<f32>,
    pub rows: usize,
    pub cols: usize,
}

impl Embedding {
    fn new(rows: usize, cols: usize) -> Self {
        Embedding { values: vec![0.0; rows * cols], rows, cols }
    }
    /// The fields are anyone's to change: the values have to be there before the library reads them.
    fn whole(&self) -> Result<()> {
        fits("a value for each row and column", self.rows.checked_mul(self.cols).unwrap_or(usize::MAX), self.values.len())
    }
    /// Borrowed, to be given back to the library.
    pub fn matrix(&self) -> Matrix<'_> {
        Matrix::new(&self.values, self.rows, self.cols)
    }
    pub fn row(&self, r: usize) -> &[f32] {
        &self.values[r * self.cols..(r + 1) * self.cols]
    }
    #[cfg(feature = "ndarray")]
    pub fn view(&self) -> ndarray::ArrayView2<'_, f32> {
        ndarray::ArrayView2::from_shape((self.rows, self.cols), &self.values).unwrap()
    }
}

/// What must live as long as a handle: memory that the library reads where it lies, and the closure of its context.
type Keep = Option<Arc<dyn Any + Send + Sync>>;

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident, $raw:ty, $destroy:path) => {
        $(#[$doc])*
        pub struct $name(NonNull<$raw>, #[allow(dead_code)] Keep); // dropped after the handle
        // SAFETY: a handle serves one thread at a time, any thread; it is not Sync.
        unsafe impl Send for $name {}
        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: the handle is owned and dropped once.
                unsafe { $destroy(self.0.as_ptr()) }
            }
        }
        impl $name {
            pub(crate) fn make(keep: &Keep, f: impl FnOnce(*mut *mut $raw, *mut sys::scilama_error) -> sys::scilama_status) -> Result<Self> {
                let mut out = ptr::null_mut();
                call(|error| f(&mut out, error))?;
                Ok($name(NonNull::new(out).expect("a created handle"), keep.clone()))
            }
            /// The C handle, for functions that are not wrapped here.
            pub fn as_ptr(&self) -> *mut $raw {
                self.0.as_ptr()
            }
        }
    };
}

handle!(
    /// Threads and cancellation; everything else is made from a context.
    Context, sys::scilama_context, sys::scilama_context_destroy);
handle!(
    /// Cells × genes with annotation.
    Dataset, sys::scilama_dataset, sys::scilama_dataset_destroy);
handle!(
    /// Vectors by gene name.
    GeneTable, sys::scilama_gene_table, sys::scilama_gene_table_destroy);
handle!(
    /// The paired VAE.
    Model, sys::scilama_model, sys::scilama_model_destroy);
handle!(RawTrainer, sys::scilama_trainer, sys::scilama_trainer_destroy);

mod analysis;
mod biology;
mod counts;
mod data;
mod exchange;
mod files;
mod mapping;
mod metrics;
mod model;
mod options;
mod trainer;
pub use analysis::{Graph, Neighbors};
pub use biology::{Enrichment, GeneModules, GeneSets, Holdout, Markers};
pub use counts::{AsCounts, Counts, Index, Value};
pub use data::{Column, GeneAliases};
pub use exchange::{ArrowStream, ArrowTable, LegacyTensor, Tensor};
pub use files::{describe_file, read_array, read_column, read_string, H5adWriter};
pub use mapping::{Reference, Transfer};
pub use metrics::Components;
pub use options::{option_choices, options_of, version, Described, OptionInfo};
pub use trainer::{Steps, Trainer};

impl Context {
    pub fn new(threads: i32) -> Result<Self> {
        let mut options = defaults(sys::scilama_context_options_init);
        options.threads = threads;
        Context::make(&None, |out, error| unsafe { sys::scilama_context_create(out, &options, error) })
    }

    /// Something that makes the calls that run end with `E_CANCELLED`, from any thread; without one it does nothing.
    pub fn canceller(&self) -> Canceller<'_> {
        Canceller(self.0, PhantomData)
    }
}

/// See [`Context::canceller`].
#[derive(Clone, Copy)]
pub struct Canceller<'a>(NonNull<sys::scilama_context>, PhantomData<&'a ()>);
// SAFETY: scilama_context_cancel is the one function that any thread may call.
unsafe impl Send for Canceller<'_> {}
unsafe impl Sync for Canceller<'_> {}

impl Canceller<'_> {
    pub fn cancel(&self) {
        unsafe { sys::scilama_context_cancel(self.0.as_ptr()) }
    }
}

impl GeneTable {
    pub fn new<S: AsRef<str>>(context: &Context, names: &[S], vectors: Matrix) -> Result<Self> {
        fits("one name per row of vectors", vectors.rows, names.len())?;
        let names = Texts::new(names)?;
        GeneTable::make(&context.1, |out, error| unsafe {
            sys::scilama_gene_table_create(out, context.as_ptr(), names.1.as_ptr(), vectors.values.as_ptr(),
                vectors.rows as i64, vectors.cols as i64, vectors.ld as i64, error)
        })
    }
}

impl Dataset {
    /// From dense values `[cells × genes]`, copied.
    pub fn new<S: AsRef<str>>(context: &Context, counts: Matrix, genes: Option<&[S]>) -> Result<Self> {
        if genes.map_or(false, |g| g.len() != counts.cols) {
            return Err(invalid("one name per gene is needed"));
        }
        let names = genes.map(Texts::new).transpose()?;
        let mut m = defaults(sys::scilama_matrix_init);
        m.storage = sys::SCILAMA_STORAGE_DENSE;
        m.value_type = sys::SCILAMA_DTYPE_F32;
        m.memory = sys::SCILAMA_MEMORY_COPY;
        m.rows = counts.rows as i64;
        m.cols = counts.cols as i64;
        m.ld = counts.ld as i64;
        m.values = counts.values.as_ptr() as *const c_void;
        Dataset::make(&context.1, |out, error| unsafe {
            sys::scilama_dataset_create(out, context.as_ptr(), &m, ptr::null(),
                names.as_ref().map_or(ptr::null(), |n| n.1.as_ptr()), error)
        })
    }

    pub fn cells(&self) -> usize {
        unsafe { sys::scilama_dataset_cells(self.as_ptr()) as usize }
    }

    fn whole(&self, n: usize) -> Result<()> {
        if n == self.cells() { Ok(()) } else { Err(invalid("one value per cell is needed")) }
    }

    /// A categorical column by codes; −1 is missing.
    pub fn set_codes<S: AsRef<str>>(&mut self, name: &str, codes: &[i32], categories: &[S]) -> Result<()> {
        self.whole(codes.len())?;
        let (name, categories) = (text(name)?, Texts::new(categories)?);
        call(|error| unsafe {
            sys::scilama_dataset_set_codes(self.as_ptr(), name.as_ptr(), codes.as_ptr(), categories.1.as_ptr(),
                categories.len() as i64, error)
        })
    }

    pub fn set_numeric(&mut self, name: &str, values: &[f64]) -> Result<()> {
        self.whole(values.len())?;
        let name = text(name)?;
        call(|error| unsafe { sys::scilama_dataset_set_numeric(self.as_ptr(), name.as_ptr(), values.as_ptr(), error) })
    }

    /// `kind`: `sys::SCILAMA_COVARIATE_…`
    pub fn use_covariate(&mut self, name: &str, kind: i32) -> Result<()> {
        let name = text(name)?;
        call(|error| unsafe { sys::scilama_dataset_use_covariate(self.as_ptr(), name.as_ptr(), kind, error) })
    }

    /// `split`: `sys::SCILAMA_SPLIT_…` per cell.
    pub fn set_split(&mut self, split: &[i32]) -> Result<()> {
        self.whole(split.len())?;
        call(|error| unsafe { sys::scilama_dataset_set_split(self.as_ptr(), split.as_ptr(), error) })
    }

    pub fn split_random(&mut self, train: f64, validation: f64, seed: u64, stratify: Option<&str>) -> Result<()> {
        let key = stratify.map(text).transpose()?;
        call(|error| unsafe {
            sys::scilama_dataset_split_random(self.as_ptr(), train, validation, seed,
                key.as_ref().map_or(ptr::null(), |k| k.as_ptr()), error)
        })
    }

    /// Adds a modality; the table is retained.
    pub fn add_gene_table(&mut self, name: &str, table: &GeneTable) -> Result<()> {
        let name = text(name)?;
        call(|error| unsafe {
            sys::scilama_dataset_add_gene_table(self.as_ptr(), name.as_ptr(), table.as_ptr(), ptr::null(), ptr::null_mut(), error)
        })
    }

    pub fn preprocess(&mut self, set: impl FnOnce(&mut sys::scilama_preprocess_options)) -> Result<()> {
        let mut options = sys::scilama_preprocess_options::preset(sys::SCILAMA_PRESET_RECOMMENDED);
        set(&mut options);
        call(|error| unsafe { sys::scilama_dataset_preprocess(self.as_ptr(), &options, ptr::null_mut(), error) })
    }

    /// Gives back the matrix and gene tables as read; call it once the model is made.
    pub fn release_input(&mut self) -> Result<()> {
        call(|error| unsafe { sys::scilama_dataset_release_input(self.as_ptr(), error) })
    }
}

/// A parameter's name and values, borrowed from the model.
pub struct Parameter<'a> {
    pub name: &'a str,
    pub values: &'a [f32],
    pub rows: usize,
    pub cols: usize,
}

impl Model {
    pub fn new(data: &Dataset, set: impl FnOnce(&mut sys::scilama_model_options)) -> Result<Self> {
        let mut options = sys::scilama_model_options::preset(sys::SCILAMA_PRESET_RECOMMENDED);
        set(&mut options);
        Model::make(&data.1, |out, error| unsafe { sys::scilama_model_create(out, data.as_ptr(), &options, error) })
    }

    pub fn load(context: &Context, path: impl AsRef<Path>) -> Result<Self> {
        let path = path_text(path.as_ref())?;
        Model::make(&context.1, |out, error| unsafe { sys::scilama_model_load(out, context.as_ptr(), path.as_ptr(), error) })
    }

    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path_text(path.as_ref())?;
        call(|error| unsafe { sys::scilama_model_save(self.as_ptr(), path.as_ptr(), error) })
    }

    pub fn info(&self) -> sys::scilama_model_info {
        let mut info = defaults(sys::scilama_model_info_init);
        call(|error| unsafe { sys::scilama_model_get_info(self.as_ptr(), &mut info, error) }).expect("a model has its facts");
        info
    }

    /// The cell columns that the model reads, each with its categories; numbers have none.
    pub fn covariates(&self) -> Result<Vec<(String, Vec<String>)>> {
        // SAFETY: the strings live as long as the model is not extended.
        let own = |s: *const std::os::raw::c_char| unsafe { CStr::from_ptr(s) }.to_string_lossy().into_owned();
        let n = unsafe { sys::scilama_model_covariates(self.as_ptr()) };
        (0..n).map(|i| {
            let mut c = defaults(sys::scilama_covariate_info_init);
            call(|error| unsafe { sys::scilama_model_covariate(self.as_ptr(), i, &mut c, error) })?;
            let categories = (0..c.categories).map(|k| own(unsafe { sys::scilama_model_category(self.as_ptr(), i, k) }));
            Ok((own(c.name), categories.collect()))
        }).collect()
    }

    /// Every parameter, borrowed: no trainer can hold the model meanwhile.
    pub fn parameters(&self) -> Result<Vec<Parameter<'_>>> {
        let n = unsafe { sys::scilama_model_parameters(self.as_ptr()) };
        (0..n).map(|i| {
            let mut t = defaults(sys::scilama_tensor_init);
            call(|error| unsafe { sys::scilama_model_parameter(self.as_ptr(), i, &mut t, error) })?;
            let (rows, cols) = (t.rows as usize, t.cols as usize);
            // SAFETY: name and data live as long as the model.
            Ok(unsafe {
                Parameter {
                    name: CStr::from_ptr(t.name).to_str().map_err(|_| invalid("a parameter's name is not UTF-8"))?,
                    values: std::slice::from_raw_parts(t.data as *const f32, rows * cols),
                    rows,
                    cols,
                }
            })
        }).collect()
    }

    /// `[cells × latent]`
    pub fn encode_cells(&mut self, data: &Dataset) -> Result<Embedding> {
        let mut out = Embedding::new(data.cells(), self.info().latent as usize);
        call(|error| unsafe {
            sys::scilama_model_encode_cells(self.as_ptr(), data.as_ptr(), out.values.as_mut_ptr(), ptr::null_mut(), 0, error)
        })?;
        Ok(out)
    }

    /// The same, and the standard deviations.
    pub fn encode_cells_with_sigma(&mut self, data: &Dataset) -> Result<(Embedding, Embedding)> {
        let mut out = Embedding::new(data.cells(), self.info().latent as usize);
        let mut sigma = out.clone();
        call(|error| unsafe {
            sys::scilama_model_encode_cells(self.as_ptr(), data.as_ptr(), out.values.as_mut_ptr(), sigma.values.as_mut_ptr(), 0, error)
        })?;
        Ok((out, sigma))
    }

    /// The same of genes.
    pub fn encode_genes_with_sigma(&mut self) -> Result<(Embedding, Embedding)> {
        let info = self.info();
        let mut out = Embedding::new(info.genes as usize, info.latent as usize);
        let mut sigma = out.clone();
        call(|error| unsafe {
            sys::scilama_model_encode_genes(self.as_ptr(), out.values.as_mut_ptr(), sigma.values.as_mut_ptr(), 0, error)
        })?;
        Ok((out, sigma))
    }

    /// `[genes × latent]`
    pub fn encode_genes(&mut self) -> Result<Embedding> {
        let info = self.info();
        let mut out = Embedding::new(info.genes as usize, info.latent as usize);
        call(|error| unsafe {
            sys::scilama_model_encode_genes(self.as_ptr(), out.values.as_mut_ptr(), ptr::null_mut(), 0, error)
        })?;
        Ok(out)
    }
}
