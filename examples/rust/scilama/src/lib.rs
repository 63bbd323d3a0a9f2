// SPDX-License-Identifier: MIT
//! Safe interface to libscilama.
//!
//! Handles are `Send` (one thread at a time) and not `Sync`. A handle keeps its context
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

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident, $raw:ty, $destroy:path) => {
        $(#[$doc])*
        pub struct $name(NonNull<$raw>);
        // SAFETY: a handle serves one thread at a time, any thread; it is not Sync.
        unsafe impl Send for $name {}
        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: the handle is owned and dropped once.
                unsafe { $destroy(self.0.as_ptr()) }
            }
        }
        impl $name {
            fn make(f: impl FnOnce(*mut *mut $raw, *mut sys::scilama_error) -> sys::scilama_status) -> Result<Self> {
                let mut out = ptr::null_mut();
                call(|error| f(&mut out, error))?;
                Ok($name(NonNull::new(out).expect("a created handle")))
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
pub use analysis::{read_array, Graph, H5adWriter, Markers, Neighbors, Reference};

impl Context {
    pub fn new(threads: i32) -> Result<Self> {
        let mut options = defaults(sys::scilama_context_options_init);
        options.threads = threads;
        Context::make(|out, error| unsafe { sys::scilama_context_create(out, &options, error) })
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

/// An Arrow table: the two structs of the C data interface, released when dropped.
pub struct ArrowTable {
    schema: sys::ArrowSchema,
    array: sys::ArrowArray,
}

impl ArrowTable {
    /// # Safety
    /// Both must be whole, not released before, and describe each other.
    pub unsafe fn from_raw(schema: sys::ArrowSchema, array: sys::ArrowArray) -> Self {
        ArrowTable { schema, array }
    }
    /// For the FFI structs of other crates, which have the same layout. Release both.
    pub fn into_raw(self) -> (sys::ArrowSchema, sys::ArrowArray) {
        let kept = std::mem::ManuallyDrop::new(self);
        // SAFETY: both are read once, and the value is not dropped.
        unsafe { (ptr::read(&kept.schema), ptr::read(&kept.array)) }
    }
    fn make(f: impl FnOnce(*mut sys::ArrowSchema, *mut sys::ArrowArray, *mut sys::scilama_error) -> sys::scilama_status) -> Result<Self> {
        // SAFETY: zeroes are the released state.
        let mut out = unsafe { ArrowTable { schema: std::mem::zeroed(), array: std::mem::zeroed() } };
        call(|error| f(&mut out.schema, &mut out.array, error))?;
        Ok(out)
    }
}

impl Drop for ArrowTable {
    fn drop(&mut self) {
        // SAFETY: a release callback takes its own struct and leaves NULL.
        unsafe {
            if let Some(release) = self.array.release {
                release(&mut self.array);
            }
            if let Some(release) = self.schema.release {
                release(&mut self.schema);
            }
        }
    }
}

impl GeneTable {
    /// Names and vectors of an Arrow table (copied).
    pub fn from_arrow(context: &Context, mut table: ArrowTable) -> Result<Self> {
        // SAFETY: both structs are released by the call, and marked so.
        Self::make(|out, error| unsafe {
            sys::scilama_gene_table_from_arrow(out, context.as_ptr(), &mut table.schema, &mut table.array, ptr::null(), error)
        })
    }
    /// The vectors where they lie; the table may go first.
    pub fn to_arrow(&self) -> Result<ArrowTable> {
        // SAFETY: both structs are overwritten.
        ArrowTable::make(|schema, array, error| unsafe { sys::scilama_gene_table_to_arrow(self.as_ptr(), schema, array, error) })
    }
    pub fn new<S: AsRef<str>>(context: &Context, names: &[S], vectors: Matrix) -> Result<Self> {
        if names.len() != vectors.rows {
            return Err(invalid("one name per row of vectors is needed"));
        }
        let names = Texts::new(names)?;
        GeneTable::make(|out, error| unsafe {
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
        Dataset::make(|out, error| unsafe {
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
        let mut options = defaults(sys::scilama_preprocess_options_init);
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
        let mut options = std::mem::MaybeUninit::<sys::scilama_model_options>::zeroed();
        let mut options = unsafe {
            sys::scilama_model_options_init(options.as_mut_ptr(), std::mem::size_of_val(&options), sys::SCILAMA_PRESET_PUBLISHED);
            options.assume_init()
        };
        set(&mut options);
        Model::make(|out, error| unsafe { sys::scilama_model_create(out, data.as_ptr(), &options, error) })
    }

    pub fn load(context: &Context, path: impl AsRef<Path>) -> Result<Self> {
        let path = path_text(path.as_ref())?;
        Model::make(|out, error| unsafe { sys::scilama_model_load(out, context.as_ptr(), path.as_ptr(), error) })
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

/// Trains a model, which it borrows.
pub struct Trainer<'m> {
    raw: RawTrainer,
    model: PhantomData<&'m mut Model>,
}

struct Progress<F> {
    f: F,
    panic: Option<Box<dyn Any + Send>>,
    stopped: bool,
}

extern "C" fn relay<F: FnMut(&StepInfo) -> bool>(user: *mut c_void, info: *const StepInfo) -> i32 {
    // SAFETY: `user` is the Progress of the running `run`; `info` is valid during the call.
    let (progress, info) = unsafe { (&mut *(user as *mut Progress<F>), &*info) };
    // A panic must not cross the library's frames.
    match catch_unwind(AssertUnwindSafe(|| (progress.f)(info))) {
        Ok(go_on) => progress.stopped = !go_on,
        Err(panic) => {
            progress.panic = Some(panic);
            progress.stopped = true;
        }
    }
    progress.stopped as i32
}

impl<'m> Trainer<'m> {
    pub fn new(model: &'m mut Model, data: &Dataset, set: impl FnOnce(&mut sys::scilama_trainer_options)) -> Result<Self> {
        let mut options = std::mem::MaybeUninit::<sys::scilama_trainer_options>::zeroed();
        let mut options = unsafe {
            sys::scilama_trainer_options_init(options.as_mut_ptr(), std::mem::size_of_val(&options), sys::SCILAMA_PRESET_PUBLISHED);
            options.assume_init()
        };
        set(&mut options);
        let raw = RawTrainer::make(|out, error| unsafe {
            sys::scilama_trainer_create(out, model.as_ptr(), data.as_ptr(), &options, error)
        })?;
        Ok(Trainer { raw, model: PhantomData })
    }

    /// One mini-batch.
    pub fn step(&mut self) -> Result<StepInfo> {
        let mut info = defaults(sys::scilama_step_info_init);
        call(|error| unsafe { sys::scilama_trainer_step(self.raw.as_ptr(), &mut info, error) })?;
        Ok(info)
    }

    /// Steps until training is finished, or a step fails.
    pub fn steps(&mut self) -> Steps<'_, 'm> {
        Steps { trainer: self, finished: false }
    }

    /// Trains to the end. `progress` runs after every epoch and returns whether to go on.
    /// Returns whether training reached its end.
    pub fn run<F: FnMut(&StepInfo) -> bool>(&mut self, progress: F) -> Result<bool> {
        let mut p = Progress { f: progress, panic: None, stopped: false };
        let result = call(|error| unsafe {
            sys::scilama_trainer_run(self.raw.as_ptr(), Some(relay::<F>), &mut p as *mut _ as *mut c_void, ptr::null_mut(), error)
        });
        if let Some(panic) = p.panic {
            resume_unwind(panic);
        }
        match result {
            Err(e) if e.code == sys::SCILAMA_E_CALLBACK && p.stopped => Ok(false),
            other => other.map(|_| true),
        }
    }
}

/// See [`Trainer::steps`].
pub struct Steps<'t, 'm> {
    trainer: &'t mut Trainer<'m>,
    finished: bool,
}

impl Iterator for Steps<'_, '_> {
    type Item = Result<StepInfo>;
    fn next(&mut self) -> Option<Self::Item> {
        if self.finished {
            return None;
        }
        let result = self.trainer.step();
        self.finished = result.as_ref().map_or(true, |info| info.events & sys::SCILAMA_EVENT_FINISHED != 0);
        Some(result)
    }
}
