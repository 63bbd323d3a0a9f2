// SPDX-License-Identifier: MIT
//! Cells × genes from the host's matrices: copied, read where they lie, or asked for by rows.
use super::*;

/// A cells × genes matrix in the host's memory.
#[derive(Clone, Copy)]
pub struct Counts<'a> {
    pub(crate) raw: sys::scilama_matrix,
    host: PhantomData<&'a ()>,
}

/// Numbers that sparse matrices are indexed by: `i32`, `i64`, and `usize` where it has 64 bits.
pub trait Index: Copy + 'static {
    const DTYPE: i32;
    fn whole(self) -> i64;
}

macro_rules! index {
    ($($kind:ty: $dtype:ident,)*) => {
        $(impl Index for $kind {
            const DTYPE: i32 = sys::$dtype;
            fn whole(self) -> i64 {
                self as i64
            }
        })*
    };
}
index! { i32: SCILAMA_DTYPE_I32, i64: SCILAMA_DTYPE_I64, }
#[cfg(target_pointer_width = "64")]
index! { usize: SCILAMA_DTYPE_I64, }

/// Values that the library reads as they are.
pub trait Value: Copy + 'static {
    const DTYPE: i32;
}

macro_rules! value {
    ($($kind:ty: $dtype:ident,)*) => {
        $(impl Value for $kind {
            const DTYPE: i32 = sys::$dtype;
        })*
    };
}
value! { f32: SCILAMA_DTYPE_F32, f64: SCILAMA_DTYPE_F64, i32: SCILAMA_DTYPE_I32, i64: SCILAMA_DTYPE_I64, u16: SCILAMA_DTYPE_U16, u32: SCILAMA_DTYPE_U32, }

impl<'a> Counts<'a> {
    /// Row-major values, `ld` of them from one cell to the next.
    pub fn dense<V: Value>(values: &'a [V], cells: usize, genes: usize, ld: usize) -> Result<Self> {
        if cells == 0 || genes == 0 || ld < genes || (cells - 1).checked_mul(ld).map_or(true, |n| n + genes > values.len()) {
            return Err(invalid("the values are too few for the cells and genes"));
        }
        let mut raw = sys::scilama_matrix::defaults();
        raw.storage = sys::SCILAMA_STORAGE_DENSE;
        raw.value_type = V::DTYPE;
        raw.rows = cells as i64;
        raw.cols = genes as i64;
        raw.ld = ld as i64;
        raw.values = values.as_ptr() as *const c_void;
        Ok(Counts { raw, host: PhantomData })
    }

    fn sparse<V: Value, I: Index, P: Index>(storage: i32, indptr: &'a [P], indices: &'a [I], values: &'a [V], rows: usize, cols: usize) -> Result<Self> {
        let lines = if storage == sys::SCILAMA_STORAGE_CSR { rows } else { cols };
        let stored = indptr.last().map_or(-1, |p| p.whole());
        if indptr.len() != lines + 1 || stored != indices.len() as i64 || stored != values.len() as i64 {
            return Err(invalid("indptr, indices and values do not fit each other"));
        }
        let mut raw = sys::scilama_matrix::defaults();
        raw.storage = storage;
        raw.value_type = V::DTYPE;
        raw.index_type = I::DTYPE;
        raw.indptr_type = P::DTYPE;
        raw.rows = rows as i64;
        raw.cols = cols as i64;
        raw.stored = stored;
        raw.values = values.as_ptr() as *const c_void;
        raw.indices = indices.as_ptr() as *const c_void;
        raw.indptr = indptr.as_ptr() as *const c_void;
        Ok(Counts { raw, host: PhantomData })
    }

    /// Compressed by cell.
    pub fn csr<V: Value, I: Index, P: Index>(indptr: &'a [P], indices: &'a [I], values: &'a [V], cells: usize, genes: usize) -> Result<Self> {
        Self::sparse(sys::SCILAMA_STORAGE_CSR, indptr, indices, values, cells, genes)
    }

    /// Compressed by gene.
    pub fn csc<V: Value, I: Index, P: Index>(indptr: &'a [P], indices: &'a [I], values: &'a [V], cells: usize, genes: usize) -> Result<Self> {
        Self::sparse(sys::SCILAMA_STORAGE_CSC, indptr, indices, values, cells, genes)
    }
}

/// Owners of cells × genes.
pub trait AsCounts {
    fn counts(&self) -> Result<Counts<'_>>;
}

impl AsCounts for Matrix<'_> {
    fn counts(&self) -> Result<Counts<'_>> {
        Counts::dense(self.values, self.rows, self.cols, self.ld)
    }
}

impl AsCounts for Counts<'_> {
    fn counts(&self) -> Result<Counts<'_>> {
        Ok(*self)
    }
}

impl AsCounts for Embedding {
    fn counts(&self) -> Result<Counts<'_>> {
        Counts::dense(&self.values, self.rows, self.cols, self.cols)
    }
}

#[cfg(feature = "ndarray")]
impl<V: Value, S: ndarray::Data<Elem = V>> AsCounts for ndarray::ArrayBase<S, ndarray::Ix2> {
    fn counts(&self) -> Result<Counts<'_>> {
        let ((rows, cols), (down, right)) = (self.dim(), (self.strides()[0], self.strides()[1]));
        if (right != 1 && cols > 1) || (rows > 1 && down < cols as isize) || rows == 0 || cols == 0 {
            return Err(invalid("the rows of the array are not contiguous: use as_standard_layout()"));
        }
        let ld = if rows > 1 { down as usize } else { cols };
        // SAFETY: the array covers (rows - 1) * ld + cols elements from its first one.
        Counts::dense(unsafe { std::slice::from_raw_parts(self.as_ptr(), (rows - 1) * ld + cols) }, rows, cols, ld)
    }
}

#[cfg(feature = "sprs")]
impl<V, I, P, IS, JS, DS> AsCounts for sprs::CsMatBase<V, I, IS, JS, DS, P>
where
    V: Value,
    I: sprs::SpIndex + Index,
    P: sprs::SpIndex + Index,
    IS: std::ops::Deref<Target = [P]>,
    JS: std::ops::Deref<Target = [I]>,
    DS: std::ops::Deref<Target = [V]>,
{
    /// Of a matrix that is not a slice of another.
    fn counts(&self) -> Result<Counts<'_>> {
        let indptr = self.indptr();
        let indptr = indptr.as_slice().ok_or_else(|| invalid("a slice of a sparse matrix has to be copied: to_owned()"))?;
        // SAFETY: the slice borrows from self; only the wrapper around it is a temporary.
        let indptr = unsafe { std::slice::from_raw_parts(indptr.as_ptr(), indptr.len()) };
        let storage = if self.is_csr() { sys::SCILAMA_STORAGE_CSR } else { sys::SCILAMA_STORAGE_CSC };
        Counts::sparse(storage, indptr, self.indices(), self.data(), self.rows(), self.cols())
    }
}

fn names<S: AsRef<str>>(names: Option<&[S]>, n: i64) -> Result<Option<Texts>> {
    match names {
        Some(given) if given.len() as i64 != n => Err(invalid("one name is needed for each cell and each gene")),
        other => other.map(Texts::new).transpose(),
    }
}

fn address(names: &Option<Texts>) -> *const *const c_char {
    names.as_ref().map_or(ptr::null(), |n| n.1.as_ptr())
}

/// What fills rows: the cells that are wanted, and the place for their values, `[cells × genes]`.
type Fetch = dyn Fn(&[i64], &mut [f32]) -> std::result::Result<(), String> + Send + Sync;

unsafe extern "C" fn fetch(user: *mut c_void, block: *const sys::scilama_row_block, error: *mut sys::scilama_error) -> sys::scilama_status {
    let (f, block) = (&*(user as *const Box<Fetch>), &*block);
    let cells = std::slice::from_raw_parts(block.cells, block.rows as usize);
    let values = std::slice::from_raw_parts_mut(block.values, (block.rows * block.genes) as usize);
    // A panic must not cross the library's frames.
    let result = catch_unwind(AssertUnwindSafe(|| f(cells, values))).unwrap_or_else(|_| Err("the function that reads rows panicked".into()));
    let message = match result {
        Ok(()) => return sys::SCILAMA_OK,
        Err(message) => message,
    };
    let mut end = message.len().min((*error).message.len() - 1);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    for (to, from) in (*error).message.iter_mut().zip(message.bytes().take(end).chain([0])) {
        *to = from as c_char;
    }
    sys::SCILAMA_E_CALLBACK
}

unsafe extern "C" fn release(user: *mut c_void) {
    drop(Box::from_raw(user as *mut Box<Fetch>));
}

impl Dataset {
    /// A copy of the host's matrix.
    pub fn create<S: AsRef<str>>(context: &Context, counts: &impl AsCounts, cells: Option<&[S]>, genes: Option<&[S]>) -> Result<Self> {
        let m = counts.counts()?.raw;
        let (cells, genes) = (names(cells, m.rows)?, names(genes, m.cols)?);
        Dataset::make(&context.1, |out, error| unsafe { sys::scilama_dataset_create(out, context.as_ptr(), &m, address(&cells), address(&genes), error) })
    }

    /// The host's matrix where it lies, kept alive by all that is made from it. Not copied: dense `f32`; of CSR `f32` values, `i32`
    /// indices and `i64` (on 64-bit machines `usize`) indptr, each of them, as long as every row is sorted.
    pub fn share<S: AsRef<str>, T: AsCounts + Send + Sync + 'static>(context: &Context, counts: Arc<T>, cells: Option<&[S]>, genes: Option<&[S]>) -> Result<Self> {
        let mut m = counts.counts()?.raw;
        m.memory = sys::SCILAMA_MEMORY_BORROW;
        let (cells, genes) = (names(cells, m.rows)?, names(genes, m.cols)?);
        let keep: Keep = Some(Arc::new((context.1.clone(), counts)));
        Dataset::make(&keep, |out, error| unsafe { sys::scilama_dataset_create(out, context.as_ptr(), &m, address(&cells), address(&genes), error) })
    }

    /// Cells × genes that `rows` reads whenever they are needed: the numbers of cells, ascending, and the place for their values,
    /// `[cells × genes]`, to fill. `memory`: bytes that a reader may hold.
    pub fn from_rows<S: AsRef<str>>(context: &Context, shape: (usize, usize), memory: i64, cells: Option<&[S]>, genes: Option<&[S]>,
        rows: impl Fn(&[i64], &mut [f32]) -> std::result::Result<(), String> + Send + Sync + 'static) -> Result<Self> {
        let mut source = sys::scilama_row_source::defaults();
        source.rows = shape.0 as i64;
        source.cols = shape.1 as i64;
        source.memory = memory;
        let (cells, genes) = (names(cells, source.rows)?, names(genes, source.cols)?);
        let user = Box::into_raw(Box::new(Box::new(rows) as Box<Fetch>)) as *mut c_void;
        source.fetch = Some(fetch);
        source.release = Some(release);
        source.user = user;
        let made = Dataset::make(&context.1, |out, error| unsafe {
            sys::scilama_dataset_create_from_rows(out, context.as_ptr(), &source, address(&cells), address(&genes), error)
        });
        if made.is_err() {
            // SAFETY: the library has not taken it.
            unsafe { release(user) }
        }
        made
    }
}
