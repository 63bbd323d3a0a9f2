// SPDX-License-Identifier: MIT
//! Cells: files, names, columns, splits, what was prepared of them. Gene tables and aliases.
use super::*;

/// A cell column.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// NaN = missing.
    Numbers(Vec<f64>),
    /// Codes, −1 = missing, and the names of the categories.
    Categories(Vec<i32>, Vec<String>),
}

impl Column {
    /// Codes and names of a categorical column; an error of one of numbers.
    pub fn categories(self) -> Result<(Vec<i32>, Vec<String>)> {
        match self {
            Column::Categories(codes, names) => Ok((codes, names)),
            Column::Numbers(_) => Err(invalid("the column holds numbers, not categories")),
        }
    }
}

/// A copy of a text of the library's; empty for NULL.
pub(crate) unsafe fn own(text: *const c_char) -> String {
    if text.is_null() { String::new() } else { CStr::from_ptr(text).to_string_lossy().into_owned() }
}

macro_rules! read_by {
    ($($(#[$doc:meta])* $name:ident: $function:ident,)*) => {
        $($(#[$doc])*
        pub fn $name(context: &Context, path: impl AsRef<Path>, set: impl FnOnce(&mut sys::scilama_file_options)) -> Result<Self> {
            let path = path_text(path.as_ref())?;
            let mut options = sys::scilama_file_options::defaults();
            set(&mut options);
            Dataset::make(&context.1, |out, error| unsafe { sys::$function(out, context.as_ptr(), path.as_ptr(), &options, error) })
        })*
    };
}

impl Dataset {
    read_by! {
        /// Any file that the library reads, told apart by content.
        read: scilama_dataset_read,
        /// AnnData, or a modality of MuData.
        read_h5ad: scilama_dataset_read_h5ad,
        /// A 10x Genomics `.h5`.
        read_10x_h5: scilama_dataset_read_10x_h5,
        /// A MatrixMarket folder.
        read_mtx: scilama_dataset_read_mtx,
    }

    /// Their cells one after another, with the genes that all have. `keys` name the datasets; of `label` a column of that name tells
    /// each cell's dataset.
    pub fn concat<S: AsRef<str>>(parts: &[&Dataset], keys: Option<&[S]>, label: Option<&str>, set: impl FnOnce(&mut sys::scilama_concat_options)) -> Result<Self> {
        if keys.map_or(false, |k| k.len() != parts.len()) {
            return Err(invalid("one key per dataset is needed"));
        }
        let (keys, label) = (keys.map(Texts::new).transpose()?, label.map(text).transpose()?);
        let mut options = sys::scilama_concat_options::defaults();
        set(&mut options);
        options.keys = keys.as_ref().map_or(ptr::null(), |k| k.1.as_ptr());
        options.label = label.as_ref().map_or(ptr::null(), |l| l.as_ptr());
        let handles: Vec<_> = parts.iter().map(|p| p.as_ptr()).collect();
        let keep: Keep = Some(Arc::new(parts.iter().map(|p| p.1.clone()).collect::<Vec<Keep>>()));
        Dataset::make(&keep, |out, error| unsafe { sys::scilama_dataset_concat(out, handles.as_ptr(), handles.len() as i64, &options, error) })
    }

    pub fn gene_names(&self) -> Vec<String> {
        (0..self.genes() as i64).map(|i| unsafe { own(sys::scilama_dataset_gene_name(self.as_ptr(), i)) }).collect()
    }

    pub fn cell_names(&self) -> Vec<String> {
        (0..self.cells() as i64).map(|i| unsafe { own(sys::scilama_dataset_cell_name(self.as_ptr(), i)) }).collect()
    }

    /// Genes that a model of this dataset has, after [`Dataset::preprocess`].
    pub fn genes_used(&self) -> usize {
        unsafe { sys::scilama_dataset_genes_used(self.as_ptr()) as usize }
    }

    /// Their names, in the order of the model.
    pub fn used_gene_names(&self) -> Vec<String> {
        (0..self.genes_used() as i64).map(|i| unsafe { own(sys::scilama_dataset_used_gene_name(self.as_ptr(), i)) }).collect()
    }

    /// A categorical column of texts; `None` = missing.
    pub fn set_strings<S: AsRef<str>>(&mut self, name: &str, values: &[Option<S>]) -> Result<()> {
        if values.len() != self.cells() {
            return Err(invalid("one value per cell is needed"));
        }
        let (name, kept) = (text(name)?, values.iter().map(|v| v.as_ref().map(|v| text(v.as_ref())).transpose()).collect::<Result<Vec<_>>>()?);
        let addresses: Vec<*const c_char> = kept.iter().map(|v| v.as_ref().map_or(ptr::null(), |v| v.as_ptr())).collect();
        call(|error| unsafe { sys::scilama_dataset_set_strings(self.as_ptr(), name.as_ptr(), addresses.as_ptr(), error) })
    }

    /// Columns of a data frame, by name.
    pub fn set_columns<'a>(&mut self, columns: impl IntoIterator<Item = (&'a str, Column)>) -> Result<()> {
        for (name, column) in columns {
            match column {
                Column::Numbers(values) => self.set_numeric(name, &values)?,
                Column::Categories(codes, names) => self.set_codes(name, &codes, &names)?,
            }
        }
        Ok(())
    }

    /// Names of the cell columns.
    pub fn columns(&self) -> Vec<String> {
        let n = unsafe { sys::scilama_dataset_columns(self.as_ptr()) };
        (0..n).map(|i| unsafe { own(sys::scilama_dataset_column_name(self.as_ptr(), i)) }).collect()
    }

    /// A cell column.
    pub fn column(&self, name: &str) -> Result<Column> {
        let (name, mut info) = (text(name)?, sys::scilama_column_info::defaults());
        call(|error| unsafe { sys::scilama_dataset_column_info(self.as_ptr(), name.as_ptr(), &mut info, error) })?;
        if info.kind == sys::SCILAMA_COLUMN_NUMERIC {
            let mut values = vec![0.0; self.cells()];
            call(|error| unsafe { sys::scilama_dataset_get_numeric(self.as_ptr(), name.as_ptr(), values.as_mut_ptr(), error) })?;
            return Ok(Column::Numbers(values));
        }
        let mut codes = vec![0; self.cells()];
        call(|error| unsafe { sys::scilama_dataset_get_codes(self.as_ptr(), name.as_ptr(), codes.as_mut_ptr(), error) })?;
        let names = (0..info.categories).map(|k| unsafe { own(sys::scilama_dataset_category(self.as_ptr(), name.as_ptr(), k)) });
        Ok(Column::Categories(codes, names.collect()))
    }

    /// The split from a column of train, validation, test, excluded.
    pub fn split_by(&mut self, name: &str) -> Result<()> {
        let name = text(name)?;
        call(|error| unsafe { sys::scilama_dataset_split_by(self.as_ptr(), name.as_ptr(), error) })
    }

    /// `sys::SCILAMA_SPLIT_…` of every cell.
    pub fn split(&self) -> Result<Vec<i32>> {
        let mut out = vec![0; self.cells()];
        call(|error| unsafe { sys::scilama_dataset_get_split(self.as_ptr(), out.as_mut_ptr(), error) })?;
        Ok(out)
    }

    /// What the cell encoder sees of these cells: `[cells × genes used]`.
    pub fn prepared(&mut self, cells: &[i64]) -> Result<Embedding> {
        let mut out = Embedding::new(cells.len(), self.genes_used());
        call(|error| unsafe {
            sys::scilama_dataset_get_prepared(self.as_ptr(), cells.as_ptr(), cells.len() as i64, out.values.as_mut_ptr(), 0, error)
        })?;
        Ok(out)
    }

    /// Adds a modality as [`Dataset::add_gene_table`] does, matched as `set` and `aliases` say; what matched is told.
    pub fn match_gene_table(&mut self, name: &str, table: &GeneTable, aliases: Option<&GeneAliases>,
        set: impl FnOnce(&mut sys::scilama_match_options)) -> Result<sys::scilama_match_report> {
        let (name, mut report) = (text(name)?, sys::scilama_match_report::defaults());
        let options = match_options(aliases, set);
        call(|error| unsafe { sys::scilama_dataset_add_gene_table(self.as_ptr(), name.as_ptr(), table.as_ptr(), &options, &mut report, error) })?;
        Ok(report)
    }
}

impl GeneTable {
    /// HDF5, `.npy`, `.npz`, CSV, word2vec text, safetensors, `.h5ad` or Parquet, by content.
    pub fn read(context: &Context, path: impl AsRef<Path>, set: impl FnOnce(&mut sys::scilama_table_options)) -> Result<Self> {
        let path = path_text(path.as_ref())?;
        let mut options = sys::scilama_table_options::defaults();
        set(&mut options);
        GeneTable::make(&context.1, |out, error| unsafe { sys::scilama_gene_table_read(out, context.as_ptr(), path.as_ptr(), &options, error) })
    }

    /// As HDF5.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path_text(path.as_ref())?;
        call(|error| unsafe { sys::scilama_gene_table_write(self.as_ptr(), path.as_ptr(), error) })
    }

    /// A control: Gaussian columns like those of a table.
    pub fn random(context: &Context, like: &GeneTable, seed: u64) -> Result<Self> {
        GeneTable::make(&context.1, |out, error| unsafe { sys::scilama_gene_table_random(out, context.as_ptr(), like.as_ptr(), seed, error) })
    }

    /// A control: the vectors of a table, dealt at random to its genes.
    pub fn shuffled(context: &Context, table: &GeneTable, seed: u64) -> Result<Self> {
        GeneTable::make(&context.1, |out, error| unsafe { sys::scilama_gene_table_shuffled(out, context.as_ptr(), table.as_ptr(), seed, error) })
    }

    pub fn rows(&self) -> usize {
        unsafe { sys::scilama_gene_table_rows(self.as_ptr()) as usize }
    }

    pub fn width(&self) -> usize {
        unsafe { sys::scilama_gene_table_width(self.as_ptr()) as usize }
    }

    pub fn names(&self) -> Vec<String> {
        (0..self.rows() as i64).map(|i| unsafe { own(sys::scilama_gene_table_name(self.as_ptr(), i)) }).collect()
    }

    /// The vectors where they lie.
    pub fn vectors(&self) -> Matrix<'_> {
        // SAFETY: rows × width values live as long as the table.
        Matrix::new(unsafe { std::slice::from_raw_parts(sys::scilama_gene_table_values(self.as_ptr()), self.rows() * self.width()) }, self.rows(), self.width())
    }
}

handle!(
    /// Other names of genes, for [`Dataset::match_gene_table`].
    GeneAliases, sys::scilama_gene_aliases, sys::scilama_gene_aliases_destroy);

impl GeneAliases {
    /// A file of two columns: the name in the data, and the name to look up.
    pub fn read(context: &Context, path: impl AsRef<Path>) -> Result<Self> {
        let path = path_text(path.as_ref())?;
        GeneAliases::make(&context.1, |out, error| unsafe { sys::scilama_gene_aliases_read(out, context.as_ptr(), path.as_ptr(), error) })
    }

    pub fn len(&self) -> usize {
        unsafe { sys::scilama_gene_aliases_count(self.as_ptr()) as usize }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

extern "C" fn progress<F: Fn(&str, f64) + Send + Sync + 'static>(user: *mut c_void, stage: *const c_char, share: f64) {
    // SAFETY: the closure is kept by the context and all that is made from it.
    let (f, stage) = unsafe { (&*(user as *const F), own(stage)) };
    let _ = catch_unwind(AssertUnwindSafe(|| f(&stage, share))); // must not cross the library's frames
}

impl Context {
    /// A context that tells how far long calls of the analysis are: the stage, and the share of it that is done.
    pub fn with_progress<F: Fn(&str, f64) + Send + Sync + 'static>(threads: i32, f: F) -> Result<Self> {
        let mut context = Context::new(threads)?;
        let kept = Arc::new(f);
        let user = Arc::as_ptr(&kept) as *mut c_void;
        call(|error| unsafe { sys::scilama_context_set_progress(context.as_ptr(), Some(progress::<F>), user, error) })?;
        context.1 = Some(kept);
        Ok(context)
    }

    pub fn threads(&self) -> i32 {
        unsafe { sys::scilama_context_threads(self.as_ptr()) }
    }

    /// Bytes that the library holds now, and the most that it ever held.
    pub fn memory(&self) -> (i64, i64) {
        let (mut now, mut peak) = (0, 0);
        unsafe { sys::scilama_context_memory(self.as_ptr(), &mut now, &mut peak) };
        (now, peak)
    }

    /// Library, dependencies, processor and kernels as a JSON object.
    pub fn describe(&self) -> String {
        let mut needed = 0;
        unsafe { sys::scilama_context_describe(self.as_ptr(), ptr::null_mut(), 0, &mut needed) };
        let mut out = vec![0u8; needed];
        unsafe { sys::scilama_context_describe(self.as_ptr(), out.as_mut_ptr() as *mut c_char, needed, ptr::null_mut()) };
        out.truncate(needed.saturating_sub(1));
        String::from_utf8_lossy(&out).into_owned()
    }
}

/// Options of matching as `set` and `aliases` say; they hold no longer than the aliases.
pub(crate) fn match_options(aliases: Option<&GeneAliases>, set: impl FnOnce(&mut sys::scilama_match_options)) -> sys::scilama_match_options {
    let mut options = sys::scilama_match_options::defaults();
    set(&mut options);
    if let Some(a) = aliases {
        options.aliases = a.len() as i64;
        options.alias_from = unsafe { sys::scilama_gene_aliases_from(a.as_ptr()) };
        options.alias_to = unsafe { sys::scilama_gene_aliases_to(a.as_ptr()) };
    }
    options
}
