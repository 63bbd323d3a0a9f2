// SPDX-License-Identifier: MIT
//! Neighbours, graphs, communities and layouts of points.
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
    /// Takes back a [`Canceller::cancel`] that the running calls have not noticed yet.
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

    /// Bytes that [`Context::knn`] of `n` points of `dim` numbers holds at most, beside its result.
    pub fn knn_memory(&self, n: usize, dim: usize, set: impl FnOnce(&mut sys::scilama_knn_options)) -> Result<i64> {
        let (mut options, mut bytes) = (sys::scilama_knn_options::defaults(), 0);
        set(&mut options);
        call(|error| unsafe { sys::scilama_knn_memory(self.as_ptr(), n as i64, dim as i64, &options, &mut bytes, error) })?;
        Ok(bytes)
    }

    /// Bytes that [`Graph::new`] holds at most, the graph among them.
    pub fn graph_memory(&self, n: usize, neighbors: usize) -> Result<i64> {
        let mut bytes = 0;
        call(|error| unsafe {
            sys::scilama_graph_from_knn_memory(self.as_ptr(), sys::SCILAMA_GRAPH_FUZZY, n as i64, neighbors as i64, &mut bytes, error)
        })?;
        Ok(bytes)
    }

    /// Bytes that [`Graph::leiden`] holds at most beside a graph of so many vertices and entries.
    pub fn leiden_memory(&self, vertices: usize, entries: usize, set: impl FnOnce(&mut sys::scilama_leiden_options)) -> Result<i64> {
        let (mut options, mut bytes) = (sys::scilama_leiden_options::defaults(), 0);
        set(&mut options);
        call(|error| unsafe { sys::scilama_graph_leiden_memory(self.as_ptr(), vertices as i64, entries as i64, &options, &mut bytes, error) })?;
        Ok(bytes)
    }

    /// Bytes that [`Graph::umap`] holds at most beside the graph and the layout.
    pub fn umap_memory(&self, vertices: usize, entries: usize, set: impl FnOnce(&mut sys::scilama_umap_options)) -> Result<i64> {
        let (mut options, mut bytes) = (sys::scilama_umap_options::defaults(), 0);
        set(&mut options);
        call(|error| unsafe { sys::scilama_graph_umap_memory(self.as_ptr(), vertices as i64, entries as i64, &options, &mut bytes, error) })?;
        Ok(bytes)
    }
}

impl Graph {
    /// UMAP's fuzzy union of neighbours.
    pub fn new(context: &Context, near: &Neighbors) -> Result<Self> {
        let room = near.points * near.neighbors;
        if near.indices.len() != room || near.distances.len() != room {
            return Err(invalid("indices and distances must have points × neighbors entries"));
        }
        Graph::make(&context.1, |out, error| unsafe {
            sys::scilama_graph_from_knn(out, context.as_ptr(), sys::SCILAMA_GRAPH_FUZZY, near.points as i64, near.neighbors as i64,
                near.indices.as_ptr(), near.distances.as_ptr(), error)
        })
    }

    pub fn vertices(&self) -> usize {
        unsafe { sys::scilama_graph_vertices(self.as_ptr()) as usize }
    }

    /// Both directions of every edge.
    pub fn entries(&self) -> usize {
        unsafe { sys::scilama_graph_entries(self.as_ptr()) as usize }
    }

    /// Of a symmetric matrix by compressed rows (made so by the mean of both directions).
    pub fn from_csr(context: &Context, indptr: &[i64], indices: &[i32], weights: &[f32]) -> Result<Self> {
        if indptr.is_empty() || indptr[indptr.len() - 1] != indices.len() as i64 || indices.len() != weights.len() {
            return Err(invalid("indptr, indices and weights do not fit each other"));
        }
        Graph::make(&context.1, |out, error| unsafe {
            sys::scilama_graph_from_csr(out, context.as_ptr(), indptr.len() as i64 - 1, indptr.as_ptr(), indices.as_ptr(), weights.as_ptr(), error)
        })
    }

    /// indptr, indices and weights where they lie.
    pub fn csr(&self) -> (&[i64], &[i32], &[f32]) {
        let entries = unsafe { sys::scilama_graph_entries(self.as_ptr()) } as usize;
        // SAFETY: the arrays live as long as the graph, which never changes.
        unsafe {
            (std::slice::from_raw_parts(sys::scilama_graph_indptr(self.as_ptr()), self.vertices() + 1),
                if entries == 0 { &[] } else { std::slice::from_raw_parts(sys::scilama_graph_indices(self.as_ptr()), entries) },
                if entries == 0 { &[] } else { std::slice::from_raw_parts(sys::scilama_graph_weights(self.as_ptr()), entries) })
        }
    }

    /// The communities that come nearest to `communities` in number, and the report.
    pub fn leiden_target(&self, communities: usize, set: impl FnOnce(&mut sys::scilama_leiden_options)) -> Result<(Vec<i32>, sys::scilama_leiden_report)> {
        let (mut options, mut report, mut labels) = (sys::scilama_leiden_options::defaults(), sys::scilama_leiden_report::defaults(), vec![0; self.vertices()]);
        set(&mut options);
        call(|error| unsafe { sys::scilama_graph_leiden_target(self.as_ptr(), &options, communities as i64, labels.as_mut_ptr(), &mut report, error) })?;
        Ok((labels, report))
    }

    /// Communities and reports at several resolutions.
    pub fn leiden_sweep(&self, resolutions: &[f64], set: impl FnOnce(&mut sys::scilama_leiden_options)) -> Result<Vec<(Vec<i32>, sys::scilama_leiden_report)>> {
        let (n, count) = (self.vertices(), resolutions.len());
        let (mut options, mut labels) = (sys::scilama_leiden_options::defaults(), vec![0; n * count]);
        let mut reports = vec![sys::scilama_leiden_report::defaults(); count];
        set(&mut options);
        call(|error| unsafe {
            sys::scilama_graph_leiden_sweep(self.as_ptr(), &options, resolutions.as_ptr(), count as i64, labels.as_mut_ptr(), reports.as_mut_ptr(), error)
        })?;
        Ok(reports.into_iter().enumerate().map(|(i, r)| (labels[i * n..(i + 1) * n].to_vec(), r)).collect())
    }

    /// Quality of a partition, as the report of Leiden has it. `quality`: `sys::SCILAMA_QUALITY_…`
    pub fn quality(&self, quality: i32, resolution: f64, labels: &[i32]) -> Result<f64> {
        if labels.len() != self.vertices() {
            return Err(invalid("one label per vertex is needed"));
        }
        let mut value = 0.0;
        call(|error| unsafe { sys::scilama_graph_quality(self.as_ptr(), quality, resolution, labels.as_ptr(), &mut value, error) })?;
        Ok(value)
    }

    /// A layout `[vertices × dimensions]`; `points` are those that the graph was made of, `start` is where to begin.
    pub fn umap(&self, points: Option<Matrix<'_>>, start: Option<&Embedding>, set: impl FnOnce(&mut sys::scilama_umap_options)) -> Result<Embedding> {
        let mut options = sys::scilama_umap_options::defaults();
        set(&mut options);
        if points.map_or(false, |p| p.rows != self.vertices()) {
            return Err(invalid("one point per vertex is needed"));
        }
        if let Some(p) = points {
            options.points = p.values.as_ptr();
            options.points_dim = p.cols as i64;
            options.points_ld = p.ld as i64;
        }
        let mut out = Embedding::new(self.vertices(), options.dimensions.max(0) as usize);
        if let Some(s) = start {
            if (s.rows, s.cols) != (out.rows, out.cols) {
                return Err(invalid("the start has a place of as many dimensions for each vertex"));
            }
            out.values.copy_from_slice(&s.values);
            options.init = sys::SCILAMA_UMAP_GIVEN;
        }
        call(|error| unsafe { sys::scilama_graph_umap(self.as_ptr(), &options, out.values.as_mut_ptr(), error) })?;
        Ok(out)
    }

    pub fn leiden(&self, set: impl FnOnce(&mut sys::scilama_leiden_options)) -> Result<Vec<i32>> {
        let mut options = defaults(sys::scilama_leiden_options_init);
        set(&mut options);
        let mut labels = vec![0; self.vertices()];
        call(|error| unsafe { sys::scilama_graph_leiden(self.as_ptr(), &options, labels.as_mut_ptr(), ptr::null_mut(), error) })?;
        Ok(labels)
    }
}
