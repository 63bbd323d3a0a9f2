// SPDX-License-Identifier: MIT
//! Neighbours, graphs and clusters of points; decoding for a covariate's category.
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
    /// Lets calls run again after [`Canceller::cancel`].
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

    /// Leiden communities of points by their nearest neighbours, 0 the largest.
    pub fn cluster(&self, points: Matrix<'_>, resolution: f64, seed: u64) -> Result<Vec<i32>> {
        let near = self.knn(points, |o| o.seed = seed)?;
        Graph::new(self, &near)?.leiden(|o| {
            o.resolution = resolution;
            o.seed = seed;
        })
    }
}

impl Graph {
    /// UMAP's fuzzy union of neighbours.
    pub fn new(context: &Context, near: &Neighbors) -> Result<Self> {
        let room = near.points * near.neighbors;
        if near.indices.len() != room || near.distances.len() != room {
            return Err(invalid("indices and distances must have points × neighbors entries"));
        }
        Graph::make(|out, error| unsafe {
            sys::scilama_graph_from_knn(out, context.as_ptr(), sys::SCILAMA_GRAPH_FUZZY, near.points as i64, near.neighbors as i64,
                near.indices.as_ptr(), near.distances.as_ptr(), error)
        })
    }

    pub fn vertices(&self) -> usize {
        unsafe { sys::scilama_graph_vertices(self.as_ptr()) as usize }
    }

    pub fn leiden(&self, set: impl FnOnce(&mut sys::scilama_leiden_options)) -> Result<Vec<i32>> {
        let mut options = defaults(sys::scilama_leiden_options_init);
        set(&mut options);
        let mut labels = vec![0; self.vertices()];
        call(|error| unsafe { sys::scilama_graph_leiden(self.as_ptr(), &options, labels.as_mut_ptr(), ptr::null_mut(), error) })?;
        Ok(labels)
    }
}

impl Model {
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
}
