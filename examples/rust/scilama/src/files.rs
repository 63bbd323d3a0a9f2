// SPDX-License-Identifier: MIT
//! Results into `.h5ad` files, and what is read back of them.
use super::*;
use data::own;

handle!(
    /// Adds results to a copy of an AnnData file; without [`H5adWriter::commit`] nothing is left behind.
    H5adWriter, sys::scilama_h5ad_writer, sys::scilama_h5ad_writer_destroy);

impl H5adWriter {
    pub fn open(context: &Context, input: impl AsRef<Path>, output: impl AsRef<Path>) -> Result<Self> {
        let (input, output) = (path_text(input.as_ref())?, path_text(output.as_ref())?);
        H5adWriter::make(&context.1, |out, error| unsafe { sys::scilama_h5ad_writer_open(out, context.as_ptr(), input.as_ptr(), output.as_ptr(), error) })
    }

    /// Of that part of `input` which [`Dataset::read`] takes with these options.
    pub fn open_part(context: &Context, input: impl AsRef<Path>, output: impl AsRef<Path>, set: impl FnOnce(&mut sys::scilama_file_options)) -> Result<Self> {
        let (input, output) = (path_text(input.as_ref())?, path_text(output.as_ref())?);
        let mut options = sys::scilama_file_options::defaults();
        set(&mut options);
        H5adWriter::make(&context.1, |out, error| unsafe {
            sys::scilama_h5ad_writer_open_part(out, context.as_ptr(), input.as_ptr(), &options, output.as_ptr(), error)
        })
    }

    /// A new file: X is dense, or compressed by cell, of `f32`.
    pub fn create<S: AsRef<str>>(context: &Context, output: impl AsRef<Path>, x: &impl AsCounts, cells: &[S], genes: &[S]) -> Result<Self> {
        let (output, m) = (path_text(output.as_ref())?, x.counts()?.raw);
        if (cells.len() as i64, genes.len() as i64) != (m.rows, m.cols) {
            return Err(invalid("one name is needed for each cell and each gene"));
        }
        let (cells, genes) = (Texts::new(cells)?, Texts::new(genes)?);
        H5adWriter::make(&context.1, |out, error| unsafe {
            sys::scilama_h5ad_writer_create(out, context.as_ptr(), output.as_ptr(), &m, cells.1.as_ptr(), genes.1.as_ptr(), error)
        })
    }

    /// A new file of a dataset: its cells, genes and columns, and with `matrix` its X.
    pub fn create_from(data: &Dataset, output: impl AsRef<Path>, matrix: bool) -> Result<Self> {
        let output = path_text(output.as_ref())?;
        H5adWriter::make(&data.1, |out, error| unsafe { sys::scilama_h5ad_writer_create_from(out, output.as_ptr(), data.as_ptr(), matrix as i32, error) })
    }

    fn rows(&self, given: usize, genes: bool) -> Result<()> {
        let n = unsafe { if genes { sys::scilama_h5ad_writer_genes(self.as_ptr()) } else { sys::scilama_h5ad_writer_cells(self.as_ptr()) } };
        fits("one row for each cell or gene of the file", n as usize, given)
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

    pub fn put_var<S: AsRef<str>>(&mut self, key: &str, codes: &[i32], categories: &[S]) -> Result<()> {
        self.rows(codes.len(), true)?;
        let (key, categories) = (text(key)?, Texts::new(categories)?);
        call(|error| unsafe {
            sys::scilama_h5ad_writer_put_var_categorical(self.as_ptr(), key.as_ptr(), codes.as_ptr(), categories.1.as_ptr(), categories.len() as i64, error)
        })
    }

    pub fn put_var_numbers(&mut self, key: &str, values: &[f64]) -> Result<()> {
        self.rows(values.len(), true)?;
        let key = text(key)?;
        call(|error| unsafe { sys::scilama_h5ad_writer_put_var_numeric(self.as_ptr(), key.as_ptr(), values.as_ptr(), error) })
    }

    /// obs of a file of the same cells, names and columns as they are stored there; `set` says which part of it, as in [`H5adWriter::open_part`].
    pub fn copy_obs(&mut self, input: impl AsRef<Path>, set: impl FnOnce(&mut sys::scilama_file_options)) -> Result<()> {
        let input = path_text(input.as_ref())?;
        let mut options = sys::scilama_file_options::defaults();
        set(&mut options);
        call(|error| unsafe { sys::scilama_h5ad_writer_copy_obs(self.as_ptr(), input.as_ptr(), &options, error) })
    }

    /// A matrix of the size of X: dense or compressed by cell, of `f32` (with `i32` indices).
    pub fn put_layer(&mut self, key: &str, values: &impl AsCounts) -> Result<()> {
        let (key, m) = (text(key)?, values.counts()?.raw);
        let (cells, genes) = unsafe { (sys::scilama_h5ad_writer_cells(self.as_ptr()), sys::scilama_h5ad_writer_genes(self.as_ptr())) };
        if (m.rows, m.cols) != (cells, genes) {
            return Err(invalid("a layer has the size of the matrix"));
        }
        call(|error| unsafe { sys::scilama_h5ad_writer_put_layer(self.as_ptr(), key.as_ptr(), &m, error) })
    }

    fn put_pairs(&mut self, key: &str, genes: bool, indptr: &[i64], indices: &[i32], values: &[f32]) -> Result<()> {
        self.rows(indptr.len().wrapping_sub(1), genes)?;
        if indptr.last().copied() != Some(indices.len() as i64) || indices.len() != values.len() {
            return Err(invalid("indptr, indices and values do not fit each other"));
        }
        let key = text(key)?;
        let put = if genes { sys::scilama_h5ad_writer_put_varp } else { sys::scilama_h5ad_writer_put_obsp };
        call(|error| unsafe { put(self.as_ptr(), key.as_ptr(), indptr.as_ptr(), indices.as_ptr(), values.as_ptr(), error) })
    }

    /// `[cells × cells]` by compressed rows, such as [`Graph::csr`] gives.
    pub fn put_obsp(&mut self, key: &str, indptr: &[i64], indices: &[i32], values: &[f32]) -> Result<()> {
        self.put_pairs(key, false, indptr, indices, values)
    }

    /// `[genes × genes]`.
    pub fn put_varp(&mut self, key: &str, indptr: &[i64], indices: &[i32], values: &[f32]) -> Result<()> {
        self.put_pairs(key, true, indptr, indices, values)
    }

    pub fn put_uns(&mut self, key: &str, value: &str) -> Result<()> {
        let (key, value) = (text(key)?, text(value)?);
        call(|error| unsafe { sys::scilama_h5ad_writer_put_uns_string(self.as_ptr(), key.as_ptr(), value.as_ptr(), error) })
    }

    pub fn put_uns_number(&mut self, key: &str, value: f64) -> Result<()> {
        let key = text(key)?;
        call(|error| unsafe { sys::scilama_h5ad_writer_put_uns_number(self.as_ptr(), key.as_ptr(), value, error) })
    }

    pub fn put_uns_integer(&mut self, key: &str, value: i64) -> Result<()> {
        let key = text(key)?;
        call(|error| unsafe { sys::scilama_h5ad_writer_put_uns_integer(self.as_ptr(), key.as_ptr(), value, error) })
    }

    pub fn put_uns_strings<S: AsRef<str>>(&mut self, key: &str, values: &[S]) -> Result<()> {
        let (key, values) = (text(key)?, Texts::new(values)?);
        call(|error| unsafe { sys::scilama_h5ad_writer_put_uns_strings(self.as_ptr(), key.as_ptr(), values.1.as_ptr(), values.len() as i64, error) })
    }

    pub fn put_uns_array(&mut self, key: &str, values: &Embedding) -> Result<()> {
        let key = text(key)?;
        call(|error| unsafe {
            sys::scilama_h5ad_writer_put_uns_array(self.as_ptr(), key.as_ptr(), values.values.as_ptr(), values.rows as i64, values.cols as i64, error)
        })
    }

    /// A record array, as scanpy keeps markers: of numbers, `[fields × rows]` field by field.
    pub fn put_uns_records<S: AsRef<str>>(&mut self, key: &str, fields: &[S], rows: usize, values: &[f64]) -> Result<()> {
        let (key, fields) = (text(key)?, Texts::new(fields)?);
        if fields.len().checked_mul(rows) != Some(values.len()) {
            return Err(invalid("fields × rows values are needed"));
        }
        call(|error| unsafe {
            sys::scilama_h5ad_writer_put_uns_records(self.as_ptr(), key.as_ptr(), fields.1.as_ptr(), fields.len() as i64, rows as i64, values.as_ptr(), ptr::null(), error)
        })
    }

    /// The same of texts.
    pub fn put_uns_text_records<S: AsRef<str>>(&mut self, key: &str, fields: &[S], rows: usize, values: &[S]) -> Result<()> {
        let (key, fields, values) = (text(key)?, Texts::new(fields)?, Texts::new(values)?);
        if fields.len().checked_mul(rows) != Some(values.len()) {
            return Err(invalid("fields × rows values are needed"));
        }
        call(|error| unsafe {
            sys::scilama_h5ad_writer_put_uns_records(self.as_ptr(), key.as_ptr(), fields.1.as_ptr(), fields.len() as i64, rows as i64, ptr::null(), values.1.as_ptr(), error)
        })
    }

    /// A data frame: its index, its columns of numbers, and those of texts.
    pub fn put_uns_table<S: AsRef<str>>(&mut self, key: &str, index: &[S], numbers: &[(&str, &[f64])], texts: &[(&str, &[S])]) -> Result<()> {
        let (key, n) = (text(key)?, index.len());
        if numbers.iter().any(|c| c.1.len() != n) || texts.iter().any(|c| c.1.len() != n) {
            return Err(invalid("a column has as many values as the index"));
        }
        let index = Texts::new(index)?;
        call(|error| unsafe { sys::scilama_h5ad_writer_put_uns_table(self.as_ptr(), key.as_ptr(), index.1.as_ptr(), n as i64, error) })?;
        for (name, values) in numbers {
            let name = text(name)?;
            call(|error| unsafe { sys::scilama_h5ad_writer_put_uns_table_numeric(self.as_ptr(), key.as_ptr(), name.as_ptr(), values.as_ptr(), error) })?;
        }
        for (name, values) in texts {
            let (name, values) = (text(name)?, Texts::new(values)?);
            call(|error| unsafe { sys::scilama_h5ad_writer_put_uns_table_strings(self.as_ptr(), key.as_ptr(), name.as_ptr(), values.1.as_ptr(), error) })?;
        }
        Ok(())
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

/// A column of `obs`, `var` or a data frame of `uns`; of categories and texts the codes, NaN = missing.
pub fn read_column(context: &Context, path: impl AsRef<Path>, table: &str, column: &str) -> Result<Vec<f64>> {
    let (path, table, column, mut rows) = (path_text(path.as_ref())?, text(table)?, text(column)?, 0);
    let read = |rows: &mut i64, out: &mut [f64]| {
        let at = if out.is_empty() { ptr::null_mut() } else { out.as_mut_ptr() };
        call(|error| unsafe { sys::scilama_h5ad_read_column(context.as_ptr(), path.as_ptr(), table.as_ptr(), column.as_ptr(), rows, at, out.len() as i64, error) })
    };
    read(&mut rows, &mut [])?;
    let mut out = vec![0.0; rows as usize];
    read(&mut rows, &mut out)?;
    Ok(out)
}

/// Text that the library gave away.
fn take(context: &Context, f: impl FnOnce(*mut *mut c_char, *mut sys::scilama_error) -> sys::scilama_status) -> Result<String> {
    let mut out = ptr::null_mut();
    call(|error| f(&mut out, error))?;
    // SAFETY: the text is terminated, and given back once.
    unsafe {
        let copy = own(out);
        sys::scilama_text_destroy(context.as_ptr(), out);
        Ok(copy)
    }
}

/// A text of `uns`, such as "uns/scilama/version".
pub fn read_string(context: &Context, path: impl AsRef<Path>, key: &str) -> Result<String> {
    let (path, key) = (path_text(path.as_ref())?, text(key)?);
    take(context, |out, error| unsafe { sys::scilama_h5ad_read_string(out, context.as_ptr(), path.as_ptr(), key.as_ptr(), error) })
}

/// What a data set, model or table file holds, as one JSON object, with every problem found.
pub fn describe_file(context: &Context, path: impl AsRef<Path>, layer: Option<&str>) -> Result<String> {
    let (path, layer) = (path_text(path.as_ref())?, layer.map(text).transpose()?);
    let at = layer.as_ref().map_or(ptr::null(), |l| l.as_ptr());
    take(context, |out, error| unsafe { sys::scilama_file_describe(out, context.as_ptr(), path.as_ptr(), at, error) })
}
