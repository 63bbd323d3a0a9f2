// SPDX-License-Identifier: MIT
//! Models: fitted whole, kept as bytes, decoded, asked of other genes, warm started, extended.
use super::*;
use data::own;

fn tables(tables: &[&GeneTable]) -> Vec<*const sys::scilama_gene_table> {
    tables.iter().map(|t| t.as_ptr() as *const _).collect()
}

impl Model {
    /// Split, recipe, model and training with the defaults of the program; `set` changes those of the fit and of the training.
    pub fn fit(data: &mut Dataset, set: impl FnOnce(&mut sys::scilama_fit_options, &mut sys::scilama_trainer_options)) -> Result<Self> {
        let mut options = defaults(sys::scilama_fit_options_init);
        let mut training = sys::scilama_trainer_options::preset(sys::SCILAMA_PRESET_RECOMMENDED);
        set(&mut options, &mut training);
        training.seed = options.seed;
        options.trainer = &training;
        Model::make(&data.1, |out, error| unsafe { sys::scilama_fit(out, data.as_ptr(), &options, ptr::null_mut(), error) })
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
        Model::make(&context.1, |out, error| unsafe {
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
        Reference::make(&self.1, |out, error| unsafe { sys::scilama_model_get_reference(out, self.as_ptr(), error) })
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

    /// Names of the genes.
    pub fn genes(&self) -> Vec<String> {
        (0..self.info().genes).map(|i| unsafe { own(sys::scilama_model_gene_name(self.as_ptr(), i)) }).collect()
    }

    /// The options in force.
    pub fn options(&self) -> Result<sys::scilama_model_options> {
        let mut out = sys::scilama_model_options::preset(sys::SCILAMA_PRESET_PUBLISHED);
        call(|error| unsafe { sys::scilama_model_get_options(self.as_ptr(), &mut out, error) })?;
        Ok(out)
    }

    /// Modalities, and the width of the vectors that each takes.
    pub fn modalities(&self) -> Vec<(String, usize)> {
        (0..self.info().modalities).map(|i| unsafe {
            (own(sys::scilama_model_modality_name(self.as_ptr(), i)), sys::scilama_model_modality_width(self.as_ptr(), i) as usize)
        }).collect()
    }

    /// The vectors of the model's genes as the gene encoder reads them; NaN where no table knows a gene.
    pub fn gene_vectors(&self, modality: i64) -> Result<Embedding> {
        let mut width = 0;
        call(|error| unsafe { sys::scilama_model_gene_vectors(self.as_ptr(), modality, &mut width, ptr::null_mut(), 0, error) })?;
        let mut out = Embedding::new(self.info().genes as usize, width as usize);
        call(|error| unsafe { sys::scilama_model_gene_vectors(self.as_ptr(), modality, &mut width, out.values.as_mut_ptr(), 0, error) })?;
        Ok(out)
    }

    /// One parameter's values, borrowed.
    pub fn parameter(&self, name: &str) -> Result<&[f32]> {
        let (name, mut t) = (text(name)?, sys::scilama_tensor::defaults());
        call(|error| unsafe { sys::scilama_model_find_parameter(self.as_ptr(), name.as_ptr(), &mut t, error) })?;
        // SAFETY: data lives as long as the model.
        Ok(unsafe { std::slice::from_raw_parts(t.data as *const f32, (t.rows * t.cols) as usize) })
    }

    pub fn set_parameter(&mut self, name: &str, values: &[f32]) -> Result<()> {
        let name = text(name)?;
        call(|error| unsafe { sys::scilama_model_set_parameter(self.as_ptr(), name.as_ptr(), values.as_ptr(), values.len() as i64, error) })
    }

    /// Warm start: the number of parameters copied. No prefix: every parameter.
    pub fn copy_parameters(&mut self, from: &Model, prefix: Option<&str>, from_prefix: Option<&str>) -> Result<i64> {
        let (prefix, from_prefix, mut copied) = (prefix.map(text).transpose()?, from_prefix.map(text).transpose()?, 0);
        let at = |p: &Option<CString>| p.as_ref().map_or(ptr::null(), |p| p.as_ptr());
        call(|error| unsafe { sys::scilama_model_copy_parameters(self.as_ptr(), from.as_ptr(), at(&prefix), at(&from_prefix), &mut copied, error) })?;
        Ok(copied)
    }

    /// Adds categories to a covariate, to map new batches.
    pub fn extend_covariate<S: AsRef<str>>(&mut self, key: &str, values: &[S]) -> Result<()> {
        let (key, values) = (text(key)?, Texts::new(values)?);
        call(|error| unsafe { sys::scilama_model_extend_covariate(self.as_ptr(), key.as_ptr(), values.1.as_ptr(), values.len() as i64, error) })
    }

    /// Embeds genes that the model never saw, from a table for each modality: `[rows of the tables × latent]`.
    pub fn encode_new_genes(&mut self, given: &[&GeneTable]) -> Result<Embedding> {
        let rows = given.first().map_or(0, |t| t.rows());
        let mut out = Embedding::new(rows, self.info().latent as usize);
        call(|error| unsafe {
            sys::scilama_model_encode_new_genes(self.as_ptr(), tables(given).as_ptr(), ptr::null(), given.len() as i64, out.values.as_mut_ptr(), 0, error)
        })?;
        Ok(out)
    }

    /// Expression of unseen genes: `[cells × rows of the tables]`.
    pub fn decode_new_genes(&mut self, data: &Dataset, given: &[&GeneTable], set: impl FnOnce(&mut sys::scilama_decode_options)) -> Result<Embedding> {
        let rows = given.first().map_or(0, |t| t.rows());
        let (mut out, mut options) = (Embedding::new(data.cells(), rows), sys::scilama_decode_options::defaults());
        set(&mut options);
        call(|error| unsafe {
            sys::scilama_model_decode_new_genes(self.as_ptr(), data.as_ptr(), &options, tables(given).as_ptr(), ptr::null(), given.len() as i64,
                out.values.as_mut_ptr(), 0, error)
        })?;
        Ok(out)
    }

    /// Expression of named genes from any tables that know them and the model's: values `[cells × genes]`, and of each gene the
    /// correlation with the truth that is to be expected.
    pub fn predict_genes<S: AsRef<str>>(&mut self, data: &Dataset, given: &[&GeneTable], genes: &[S], set: impl FnOnce(&mut sys::scilama_decode_options)) -> Result<(Embedding, Vec<f64>)> {
        let (names, mut correlation) = (Texts::new(genes)?, vec![0.0; genes.len()]);
        let (mut out, mut options) = (Embedding::new(data.cells(), genes.len()), sys::scilama_decode_options::defaults());
        set(&mut options);
        let mut forecast = sys::scilama_gene_forecast::defaults();
        forecast.correlation = correlation.as_mut_ptr();
        call(|error| unsafe {
            sys::scilama_model_predict_genes(self.as_ptr(), data.as_ptr(), &options, tables(given).as_ptr(), given.len() as i64, names.1.as_ptr(),
                names.len() as i64, out.values.as_mut_ptr(), 0, &mut forecast, error)
        })?;
        Ok((out, correlation))
    }
}
