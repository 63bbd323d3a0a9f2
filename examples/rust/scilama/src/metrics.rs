// SPDX-License-Identifier: MIT
//! k-means, principal components, and how good labels and embeddings are.
use super::*;

/// Principal components of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// `[rows × components]`
    pub scores: Embedding,
    /// `[components × columns]`
    pub axes: Embedding,
    pub variances: Vec<f64>,
    pub total: f64,
}

impl Context {
    /// Labels by falling size, centres `[clusters × dim]`, and the sum of squared distances.
    pub fn kmeans(&self, points: Matrix<'_>, clusters: usize, set: impl FnOnce(&mut sys::scilama_kmeans_options)) -> Result<(Vec<i32>, Embedding, f64)> {
        let mut options = sys::scilama_kmeans_options::defaults();
        set(&mut options);
        options.clusters = clusters as i64;
        let (mut labels, mut centers, mut inertia) = (vec![0; points.rows], Embedding::new(clusters, points.cols), 0.0);
        call(|error| unsafe {
            sys::scilama_kmeans(self.as_ptr(), points.values.as_ptr(), points.rows as i64, points.cols as i64, points.ld as i64, &options,
                labels.as_mut_ptr(), centers.values.as_mut_ptr(), &mut inertia, error)
        })?;
        Ok((labels, centers, inertia))
    }

    pub fn pca(&self, x: Matrix<'_>, set: impl FnOnce(&mut sys::scilama_pca_options)) -> Result<Components> {
        let mut options = sys::scilama_pca_options::defaults();
        set(&mut options);
        let k = unsafe { sys::scilama_pca_components(&options, x.rows as i64, x.cols as i64) }.max(0) as usize;
        let mut out = Components { scores: Embedding::new(x.rows, k), axes: Embedding::new(k, x.cols), variances: vec![0.0; k], total: 0.0 };
        call(|error| unsafe {
            sys::scilama_pca(self.as_ptr(), x.values.as_ptr(), x.rows as i64, x.cols as i64, x.ld as i64, &options, out.scores.values.as_mut_ptr(),
                out.axes.values.as_mut_ptr(), out.variances.as_mut_ptr(), &mut out.total, error)
        })?;
        Ok(out)
    }

    /// Agreement of two labellings of the same points.
    pub fn compare(&self, a: &[i32], b: &[i32]) -> Result<sys::scilama_agreement> {
        if a.len() != b.len() {
            return Err(invalid("both labellings are of the same points"));
        }
        let mut out = sys::scilama_agreement::defaults();
        call(|error| unsafe { sys::scilama_labels_compare(self.as_ptr(), a.as_ptr(), b.as_ptr(), a.len() as i64, &mut out, error) })?;
        Ok(out)
    }

    /// The mean silhouette, and that of every point. `metric`: `sys::SCILAMA_METRIC_…`
    pub fn silhouette(&self, points: Matrix<'_>, metric: i32, labels: &[i32]) -> Result<(f64, Vec<f64>)> {
        if labels.len() != points.rows {
            return Err(invalid("one label per point is needed"));
        }
        let (mut mean, mut samples) = (0.0, vec![0.0; points.rows]);
        call(|error| unsafe {
            sys::scilama_silhouette(self.as_ptr(), points.values.as_ptr(), points.rows as i64, points.cols as i64, points.ld as i64, metric, labels.as_ptr(),
                samples.as_mut_ptr(), &mut mean, error)
        })?;
        Ok((mean, samples))
    }

    /// How many labels each neighbourhood holds, effectively; a perplexity of 0 is a third of the neighbours.
    pub fn lisi(&self, near: &Neighbors, labels: &[i32], perplexity: f64) -> Result<Vec<f64>> {
        let room = near.points.checked_mul(near.neighbors);
        if labels.len() != near.points || room != Some(near.indices.len()) || room != Some(near.distances.len()) {
            return Err(invalid("one label per point is needed, and indices and distances of points × neighbors"));
        }
        let mut out = vec![0.0; near.points];
        call(|error| unsafe {
            sys::scilama_lisi(self.as_ptr(), near.points as i64, near.neighbors as i64, near.indices.as_ptr(), near.distances.as_ptr(), labels.as_ptr(),
                perplexity, out.as_mut_ptr(), error)
        })?;
        Ok(out)
    }

    /// Integration and clustering metrics; `baseline` is an embedding before integration.
    pub fn score(&self, embedding: Matrix<'_>, labels: &[i32], batches: Option<&[i32]>, baseline: Option<Matrix<'_>>,
        set: impl FnOnce(&mut sys::scilama_score_options)) -> Result<sys::scilama_scores> {
        let n = embedding.rows;
        if labels.len() != n || batches.map_or(false, |b| b.len() != n) || baseline.map_or(false, |b| b.rows != n) {
            return Err(invalid("one label, batch and row of the baseline per cell is needed"));
        }
        let (mut options, mut out) = (sys::scilama_score_options::defaults(), sys::scilama_scores::defaults());
        set(&mut options);
        if let Some(b) = baseline {
            options.baseline = b.values.as_ptr();
            options.baseline_dim = b.cols as i64;
            options.baseline_ld = b.ld as i64;
        }
        call(|error| unsafe {
            sys::scilama_score_embedding(self.as_ptr(), embedding.values.as_ptr(), n as i64, embedding.cols as i64, embedding.ld as i64, labels.as_ptr(),
                batches.map_or(ptr::null(), |b| b.as_ptr()), &options, &mut out, error)
        })?;
        Ok(out)
    }

    /// Benjamini–Hochberg; NaNs stay.
    pub fn p_adjust(&self, p: &[f64]) -> Result<Vec<f64>> {
        let mut out = vec![0.0; p.len()];
        call(|error| unsafe { sys::scilama_p_adjust(self.as_ptr(), p.as_ptr(), p.len() as i64, out.as_mut_ptr(), error) })?;
        Ok(out)
    }
}
