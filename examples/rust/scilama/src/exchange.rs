// SPDX-License-Identifier: MIT
//! Tables through Arrow's C data interface, matrices as DLPack.
use super::*;

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
    pub(crate) fn make(f: impl FnOnce(*mut sys::ArrowSchema, *mut sys::ArrowArray, *mut sys::scilama_error) -> sys::scilama_status) -> Result<Self> {
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

/// A stream of Arrow arrays, released when dropped.
pub struct ArrowStream(sys::ArrowArrayStream);

impl ArrowStream {
    /// # Safety
    /// Whole, and not released before.
    pub unsafe fn from_raw(stream: sys::ArrowArrayStream) -> Self {
        ArrowStream(stream)
    }
    /// For the FFI structs of other crates. Release it.
    pub fn into_raw(self) -> sys::ArrowArrayStream {
        // SAFETY: read once, and the value is not dropped.
        unsafe { ptr::read(&std::mem::ManuallyDrop::new(self).0) }
    }
}

impl Drop for ArrowStream {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: the callback takes its own struct and leaves NULL.
            unsafe { release(&mut self.0) };
        }
    }
}

impl ArrowTable {
    /// For consumers that take streams only.
    pub fn into_stream(self, context: &Context) -> Result<ArrowStream> {
        let (mut schema, mut array) = self.into_raw();
        // SAFETY: zeroes are the released state; the call moves or releases both structs.
        unsafe {
            let mut out = ArrowStream(std::mem::zeroed());
            call(|error| sys::scilama_arrow_to_stream(&mut out.0, context.as_ptr(), &mut schema, &mut array, error))?;
            Ok(out)
        }
    }
}

impl GeneTable {
    /// Names and vectors of an Arrow table (copied).
    pub fn from_arrow(context: &Context, mut table: ArrowTable) -> Result<Self> {
        // SAFETY: both structs are released by the call, and marked so.
        Self::make(&context.1, |out, error| unsafe {
            sys::scilama_gene_table_from_arrow(out, context.as_ptr(), &mut table.schema, &mut table.array, ptr::null(), error)
        })
    }
    /// The same of a stream of batches, read to its end.
    pub fn from_arrow_stream(context: &Context, mut stream: ArrowStream) -> Result<Self> {
        // SAFETY: the stream is released by the call, and marked so.
        Self::make(&context.1, |out, error| unsafe {
            sys::scilama_gene_table_from_arrow_stream(out, context.as_ptr(), &mut stream.0, ptr::null(), error)
        })
    }
    /// The vectors where they lie; the table may go first.
    pub fn to_arrow(&self) -> Result<ArrowTable> {
        // SAFETY: both structs are overwritten.
        ArrowTable::make(|schema, array, error| unsafe { sys::scilama_gene_table_to_arrow(self.as_ptr(), schema, array, error) })
    }
    /// The vectors where they lie.
    pub fn to_dlpack(&self) -> Result<Tensor> {
        Tensor::make(|out, error| unsafe { sys::scilama_gene_table_to_dlpack(out, self.as_ptr(), error) })
    }
}

impl Dataset {
    /// Names and columns of the cells.
    pub fn obs_to_arrow(&self) -> Result<ArrowTable> {
        ArrowTable::make(|schema, array, error| unsafe { sys::scilama_dataset_obs_to_arrow(self.as_ptr(), schema, array, error) })
    }
}

impl Model {
    /// The embedding of cells, with their names.
    pub fn cells_to_arrow(&mut self, data: &Dataset) -> Result<ArrowTable> {
        ArrowTable::make(|schema, array, error| unsafe { sys::scilama_model_cells_to_arrow(self.as_ptr(), data.as_ptr(), schema, array, error) })
    }
    /// The embedding of genes, with their names.
    pub fn genes_to_arrow(&mut self) -> Result<ArrowTable> {
        ArrowTable::make(|schema, array, error| unsafe { sys::scilama_model_genes_to_arrow(self.as_ptr(), schema, array, error) })
    }
    /// A parameter where it lies; training changes its numbers.
    pub fn parameter_to_dlpack(&self, name: &str) -> Result<Tensor> {
        let name = text(name)?;
        Tensor::make(|out, error| unsafe { sys::scilama_model_parameter_to_dlpack(out, self.as_ptr(), name.as_ptr(), error) })
    }
}

// What of DLPack's structs is needed here: the two forms differ in where the deleter is.
#[repr(C)]
struct Versioned {
    version: [u32; 2],
    manager: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut sys::DLManagedTensorVersioned)>,
}

#[repr(C)]
struct Legacy {
    data: *mut c_void,
    device: [i32; 2],
    ndim: i32,
    dtype: [u16; 2],
    shape: *mut i64,
    strides: *mut i64,
    byte_offset: u64,
    manager: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut sys::DLManagedTensor)>,
}

macro_rules! tensor {
    ($(#[$doc:meta])* $name:ident, $raw:ty, $layout:ty) => {
        $(#[$doc])*
        pub struct $name(NonNull<$raw>);
        // SAFETY: a deleter may be called from any thread at any time (exchange.h).
        unsafe impl Send for $name {}
        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: the tensor is owned, and deleted once.
                unsafe {
                    if let Some(deleter) = (*(self.0.as_ptr() as *mut $layout)).deleter {
                        deleter(self.0.as_ptr());
                    }
                }
            }
        }
        impl $name {
            pub(crate) fn make(f: impl FnOnce(*mut *mut $raw, *mut sys::scilama_error) -> sys::scilama_status) -> Result<Self> {
                let mut out = ptr::null_mut();
                call(|error| f(&mut out, error))?;
                Ok($name(NonNull::new(out).expect("a created tensor")))
            }
            pub fn as_ptr(&self) -> *mut $raw {
                self.0.as_ptr()
            }
            /// For a consumer, who calls its deleter.
            pub fn into_raw(self) -> *mut $raw {
                std::mem::ManuallyDrop::new(self).0.as_ptr()
            }
        }
    };
}
tensor!(
    /// A matrix as DLPack (`DLManagedTensorVersioned`), deleted when dropped.
    Tensor, sys::DLManagedTensorVersioned, Versioned);
tensor!(
    /// In the form before DLPack 1.0 (`DLManagedTensor`).
    LegacyTensor, sys::DLManagedTensor, Legacy);

unsafe extern "C" fn give_back(user: *mut c_void) {
    drop(Box::from_raw(user as *mut Vec<f32>));
}

impl Tensor {
    /// A matrix of the host, given away.
    pub fn wrap(context: &Context, matrix: Embedding, read_only: bool) -> Result<Self> {
        matrix.whole()?;
        let mut t = sys::scilama_tensor::defaults();
        t.dtype = sys::SCILAMA_DTYPE_F32;
        t.rank = 2;
        t.rows = matrix.rows as i64;
        t.cols = matrix.cols as i64;
        let mut values = Box::new(matrix.values);
        t.data = values.as_mut_ptr() as *mut c_void;
        let user = Box::into_raw(values) as *mut c_void;
        let made = Tensor::make(|out, error| unsafe { sys::scilama_dlpack_wrap(out, context.as_ptr(), &t, read_only as i32, Some(give_back), user, error) });
        if made.is_err() {
            // SAFETY: the library has not taken it.
            unsafe { give_back(user) }
        }
        made
    }
    /// For consumers that know no other form. It cannot say that it is read-only: such a tensor is refused unless `drop_read_only`.
    pub fn into_legacy(self, drop_read_only: bool) -> std::result::Result<LegacyTensor, (Tensor, Error)> {
        match LegacyTensor::make(|out, error| unsafe { sys::scilama_dlpack_to_legacy(out, self.as_ptr(), drop_read_only as i32, error) }) {
            Ok(out) => {
                self.into_raw(); // the other one owns it now
                Ok(out)
            }
            Err(e) => Err((self, e)),
        }
    }
}
