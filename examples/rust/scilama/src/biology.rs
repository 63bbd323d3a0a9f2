// SPDX-License-Identifier: MIT
//! What tells groups of cells apart, which genes go together, what gene vectors are worth.
use super::*;
use data::own;

macro_rules! marker_table {
    ($($field:ident,)* ; $($paired:ident,)*) => {
        /// Evidence that genes mark groups: each `[groups × genes of the matrix]`. The last five are empty unless asked for.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Markers {
            $(pub $field: Vec<f64>,)*
            $(pub $paired: Vec<f64>,)*
            pub groups: usize,
            pub genes: usize,
        }
        impl Markers {
            fn new(groups: usize, genes: usize, expression: bool, paired: bool) -> Self {
                let n = groups * genes;
                Markers { $($field: vec![0.0; if expression { n } else { 0 }],)* $($paired: vec![0.0; if paired { n } else { 0 }],)* groups, genes }
            }
            fn table(&mut self) -> sys::scilama_marker_table {
                let mut t = sys::scilama_marker_table::defaults();
                $(if !self.$field.is_empty() { t.$field = self.$field.as_mut_ptr(); })*
                $(if !self.$paired.is_empty() { t.$paired = self.$paired.as_mut_ptr(); })*
                t
            }
        }
    };
}
marker_table! {
    z, p_value, p_adjusted, auroc, log2_fold_change, mean_in, mean_out, fraction_in, fraction_out, ;
    paired_score, paired_z, paired_p, paired_fdr, combined_rank,
}

fn count(codes: &[i32]) -> usize {
    codes.iter().max().map_or(0, |g| g + 1).max(0) as usize
}

/// Rows of cells and of genes in one space, a group for each cell, and a batch where there are some.
fn one_space(cells: &Embedding, genes: &Embedding, groups: &[i32], batches: Option<&[i32]>) -> Result<()> {
    cells.whole()?;
    genes.whole()?;
    fits("genes as wide as cells", cells.cols, genes.cols)?;
    fits("one group per cell", cells.rows, groups.len())?;
    batches.map_or(Ok(()), |b| fits("one batch per cell", cells.rows, b.len()))
}

fn tables(genes: usize, vectors: &[&Embedding]) -> Result<()> {
    vectors.iter().try_for_each(|v| v.whole().and_then(|_| fits("one vector per gene in each table", genes, v.rows)))
}

fn codes(given: Option<&[i32]>) -> *const i32 {
    given.map_or(ptr::null(), |c| c.as_ptr())
}

impl Dataset {
    /// Genes of the matrix.
    pub fn genes(&self) -> usize {
        unsafe { sys::scilama_dataset_genes(self.as_ptr()) as usize }
    }

    /// The rank-sum test of every gene between groups.
    pub fn markers(&mut self, groups: &[i32], set: impl FnOnce(&mut sys::scilama_marker_options)) -> Result<Markers> {
        if groups.len() != self.cells() {
            return Err(invalid("one group per cell is needed"));
        }
        let mut options = sys::scilama_marker_options::defaults();
        set(&mut options);
        let mut out = Markers::new(count(groups), self.genes(), true, false);
        let mut table = out.table();
        call(|error| unsafe { sys::scilama_wilcoxon(self.as_ptr(), groups.as_ptr(), out.groups as i64, &options, &mut table, error) })?;
        Ok(out)
    }

    /// The same, and the evidence of the paired space: `cells` `[cells × dim]`, `genes` `[genes of the matrix × dim]` with NaN for
    /// genes outside of it.
    pub fn all_markers(&mut self, cells: &Embedding, genes: &Embedding, groups: &[i32], batches: Option<&[i32]>,
        set: impl FnOnce(&mut sys::scilama_marker_options)) -> Result<Markers> {
        fits("a row per cell", self.cells(), cells.rows)?;
        fits("a row per gene of the matrix", self.genes(), genes.rows)?;
        one_space(cells, genes, groups, batches)?;
        let mut options = sys::scilama_marker_options::defaults();
        set(&mut options);
        let mut out = Markers::new(count(groups), genes.rows, true, true);
        let mut table = out.table();
        call(|error| unsafe {
            sys::scilama_markers(self.as_ptr(), cells.values.as_ptr(), genes.values.as_ptr(), cells.cols as i64, groups.as_ptr(), out.groups as i64,
                codes(batches), &options, &mut table, error)
        })?;
        Ok(out)
    }

    /// Mean z-score of each module's genes: `[cells × modules]`; labels of the genes of the matrix.
    pub fn module_activity(&mut self, labels: &[i32]) -> Result<Embedding> {
        if labels.len() != self.genes() {
            return Err(invalid("one label per gene of the matrix is needed"));
        }
        let mut out = Embedding::new(self.cells(), count(labels));
        call(|error| unsafe { sys::scilama_module_activity(self.as_ptr(), labels.as_ptr(), out.cols as i64, out.values.as_mut_ptr(), error) })?;
        Ok(out)
    }

    /// Coherence, p and FDR of each module in the expression of cells.
    pub fn module_coherence(&mut self, labels: &[i32], set: impl FnOnce(&mut sys::scilama_coherence_options)) -> Result<[Vec<f64>; 3]> {
        if labels.len() != self.genes() {
            return Err(invalid("one label per gene of the matrix is needed"));
        }
        let mut options = sys::scilama_coherence_options::defaults();
        set(&mut options);
        let n = count(labels);
        let [mut coherence, mut p, mut fdr] = [vec![0.0; n], vec![0.0; n], vec![0.0; n]];
        call(|error| unsafe {
            sys::scilama_module_coherence(self.as_ptr(), labels.as_ptr(), n as i64, &options, coherence.as_mut_ptr(), p.as_mut_ptr(), fdr.as_mut_ptr(), error)
        })?;
        Ok([coherence, p, fdr])
    }
}

/// Modules of genes, each of a value per gene.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneModules {
    /// 0 the largest; −1 = in none.
    pub labels: Vec<i32>,
    pub membership: Vec<f64>,
    pub hub: Vec<f64>,
    pub cohesion: Vec<f64>,
    pub modularity: f64,
}

/// What gene vectors tell of genes held out.
pub struct Holdout {
    pub correlation: Vec<f64>,
    pub expected: Vec<f64>,
    pub report: sys::scilama_holdout_report,
}

impl Context {
    /// Modules of genes by their vectors `[genes × dim]`.
    pub fn gene_modules(&self, genes: Matrix<'_>, set: impl FnOnce(&mut sys::scilama_module_options)) -> Result<GeneModules> {
        let (mut options, mut report) = (sys::scilama_module_options::defaults(), sys::scilama_module_report::defaults());
        set(&mut options);
        let n = genes.rows;
        let mut out = GeneModules { labels: vec![0; n], membership: vec![0.0; n], hub: vec![0.0; n], cohesion: vec![0.0; n], modularity: 0.0 };
        call(|error| unsafe {
            sys::scilama_gene_modules(self.as_ptr(), genes.values.as_ptr(), n as i64, genes.cols as i64, genes.ld as i64, &options, out.labels.as_mut_ptr(),
                out.membership.as_mut_ptr(), out.hub.as_mut_ptr(), out.cohesion.as_mut_ptr(), &mut report, error)
        })?;
        out.modularity = report.modularity;
        Ok(out)
    }

    /// Evidence of the paired space alone.
    pub fn paired_markers(&self, cells: &Embedding, genes: &Embedding, groups: &[i32], batches: Option<&[i32]>,
        set: impl FnOnce(&mut sys::scilama_marker_options)) -> Result<Markers> {
        one_space(cells, genes, groups, batches)?;
        let mut options = sys::scilama_marker_options::defaults();
        set(&mut options);
        let mut out = Markers::new(count(groups), genes.rows, false, true);
        out.combined_rank = vec![];
        let mut table = out.table();
        call(|error| unsafe {
            sys::scilama_paired_markers(self.as_ptr(), cells.values.as_ptr(), cells.rows as i64, genes.values.as_ptr(), genes.rows as i64, cells.cols as i64,
                groups.as_ptr(), out.groups as i64, codes(batches), &options, &mut table, error)
        })?;
        Ok(out)
    }

    /// Activity of modules in the paired space: `[cells × modules]`.
    pub fn module_projection(&self, cells: &Embedding, genes: &Embedding, labels: &[i32]) -> Result<Embedding> {
        cells.whole()?;
        genes.whole()?;
        fits("genes as wide as cells", cells.cols, genes.cols)?;
        fits("one label per gene", genes.rows, labels.len())?;
        let mut out = Embedding::new(cells.rows, count(labels));
        call(|error| unsafe {
            sys::scilama_module_projection(self.as_ptr(), cells.values.as_ptr(), cells.rows as i64, genes.values.as_ptr(), genes.rows as i64, cells.cols as i64,
                labels.as_ptr(), out.cols as i64, out.values.as_mut_ptr(), error)
        })?;
        Ok(out)
    }

    /// Asks of genes held out how well their vectors, in each table `[genes × width]`, tell their expression `[cells × genes]`.
    pub fn gene_holdout(&self, expression: Matrix<'_>, vectors: &[&Embedding], set: impl FnOnce(&mut sys::scilama_holdout_options)) -> Result<Holdout> {
        let genes = expression.cols;
        tables(genes, vectors)?;
        let mut options = sys::scilama_holdout_options::defaults();
        set(&mut options);
        let at: Vec<*const f32> = vectors.iter().map(|v| v.values.as_ptr()).collect();
        let widths: Vec<i64> = vectors.iter().map(|v| v.cols as i64).collect();
        let mut out = Holdout { correlation: vec![0.0; genes], expected: vec![0.0; genes], report: sys::scilama_holdout_report::defaults() };
        call(|error| unsafe {
            sys::scilama_gene_holdout(self.as_ptr(), expression.values.as_ptr(), expression.rows as i64, genes as i64, expression.ld as i64, at.as_ptr(),
                widths.as_ptr(), at.len() as i64, &options, out.correlation.as_mut_ptr(), out.expected.as_mut_ptr(), &mut out.report, error)
        })?;
        Ok(out)
    }

    /// Loadings of genes `[genes × components]` on the axes of the cells of expression `[cells × genes]`, shrunk towards what their vectors, in each table
    /// `[genes × width]`, tell of them.
    pub fn gene_loadings(&self, expression: Matrix<'_>, vectors: &[&Embedding], set: impl FnOnce(&mut sys::scilama_loading_options)) -> Result<(Embedding, sys::scilama_loading_report)> {
        self.loadings(false, expression, vectors, set)
    }

    /// [`Context::gene_loadings`] with the vectors beside them, `[genes × (components + Σ widths)]`, which count what cells left out say (`weight` of the
    /// report): where genes go for modules, by Euclidean distance.
    pub fn gene_space(&self, expression: Matrix<'_>, vectors: &[&Embedding], set: impl FnOnce(&mut sys::scilama_loading_options)) -> Result<(Embedding, sys::scilama_loading_report)> {
        self.loadings(true, expression, vectors, set)
    }

    fn loadings(&self, beside: bool, expression: Matrix<'_>, vectors: &[&Embedding], set: impl FnOnce(&mut sys::scilama_loading_options)) -> Result<(Embedding, sys::scilama_loading_report)> {
        let genes = expression.cols;
        tables(genes, vectors)?;
        let mut options = sys::scilama_loading_options::defaults();
        set(&mut options);
        let components = usize::try_from(options.components).map_err(|_| invalid("components must be positive"))?;
        let at: Vec<*const f32> = vectors.iter().map(|v| v.values.as_ptr()).collect();
        let widths: Vec<i64> = vectors.iter().map(|v| v.cols as i64).collect();
        let more = if beside { vectors.iter().map(|v| v.cols).sum() } else { 0 };
        let (mut out, mut report) = (Embedding::new(genes, components + more), sys::scilama_loading_report::defaults());
        let find = if beside { sys::scilama_gene_space } else { sys::scilama_gene_loadings };
        call(|error| unsafe {
            find(self.as_ptr(), expression.values.as_ptr(), expression.rows as i64, genes as i64, expression.ld as i64, at.as_ptr(),
                widths.as_ptr(), at.len() as i64, &options, out.values.as_mut_ptr(), &mut report, error)
        })?;
        Ok((out, report))
    }
}

handle!(
    /// Named sets of genes of a GMT file.
    GeneSets, sys::scilama_gene_sets, sys::scilama_gene_sets_destroy);

/// Over-representation of sets in modules: each `[modules × sets]`, `sizes` `[sets]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Enrichment {
    pub overlap: Vec<i64>,
    pub sizes: Vec<i64>,
    pub p: Vec<f64>,
    pub fdr: Vec<f64>,
}

impl GeneSets {
    pub fn read(context: &Context, path: impl AsRef<Path>) -> Result<Self> {
        let path = path_text(path.as_ref())?;
        GeneSets::make(&context.1, |out, error| unsafe { sys::scilama_gene_sets_read(out, context.as_ptr(), path.as_ptr(), error) })
    }

    pub fn len(&self) -> usize {
        unsafe { sys::scilama_gene_sets_count(self.as_ptr()) as usize }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Name and description of a set; empty out of range.
    pub fn name(&self, set: usize) -> (String, String) {
        unsafe { (own(sys::scilama_gene_sets_name(self.as_ptr(), set as i64)), own(sys::scilama_gene_sets_description(self.as_ptr(), set as i64))) }
    }

    pub fn genes(&self, set: usize) -> Vec<String> {
        let n = unsafe { sys::scilama_gene_sets_size(self.as_ptr(), set as i64) };
        (0..n).map(|g| unsafe { own(sys::scilama_gene_sets_gene(self.as_ptr(), set as i64, g)) }).collect()
    }

    /// Of modules of genes: a label for each name.
    pub fn enrichment<S: AsRef<str>>(&self, names: &[S], labels: &[i32], set: impl FnOnce(&mut sys::scilama_enrichment_options)) -> Result<Enrichment> {
        if names.len() != labels.len() {
            return Err(invalid("one label per gene is needed"));
        }
        let (names, modules, sets) = (Texts::new(names)?, count(labels), self.len());
        let mut options = sys::scilama_enrichment_options::defaults();
        set(&mut options);
        let n = modules * sets;
        let mut out = Enrichment { overlap: vec![0; n], sizes: vec![0; sets], p: vec![0.0; n], fdr: vec![0.0; n] };
        call(|error| unsafe {
            sys::scilama_enrichment(self.as_ptr(), names.1.as_ptr(), labels.as_ptr(), labels.len() as i64, modules as i64, &options, out.overlap.as_mut_ptr(),
                out.sizes.as_mut_ptr(), out.p.as_mut_ptr(), out.fdr.as_mut_ptr(), error)
        })?;
        Ok(out)
    }
}
