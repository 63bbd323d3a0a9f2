/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_ANALYSIS_HPP
#define SCILAMA_ANALYSIS_HPP

/** @file analysis.hpp Of scilama.hpp: neighbours, graphs, clusters, layouts, metrics. */

#include "base.hpp"

namespace scilama {

/** Codes, 0 … ; negative = missing. */
using codes_view = span<const std::int32_t>;

namespace detail {
inline void one_each(std::size_t n, std::int64_t rows)
{
    fits("one label per row", rows, static_cast<std::int64_t>(n));
}
/** An empty vector may have an address. */
inline const std::int32_t *or_null(codes_view codes) { return codes.empty() ? nullptr : codes.data(); }
template <class T> std::vector<T> room(std::int64_t n, std::int64_t width = 1)
{
    return std::vector<T>(static_cast<std::size_t>(n < 0 || width < 0 ? 0 : n * width));
}
} // namespace detail

/** The nearest other points of every point: [n × neighbors] each. */
struct neighbours {
    std::int64_t n = 0, each = 0;
    std::vector<std::int32_t> indices;
    std::vector<float> distances;
    scilama_knn_report report{};
};
inline neighbours knn(const context &ctx, matrix_view<const float> points, const scilama_knn_options &o = defaults<scilama_knn_options>())
{
    neighbours out{points.rows, o.neighbors, detail::room<std::int32_t>(points.rows, o.neighbors), detail::room<float>(points.rows, o.neighbors),
        defaults<scilama_knn_report>()};
    detail::call(scilama_knn, ctx.get(), points.data, points.rows, points.cols, points.ld, &o, out.indices.data(), out.distances.data(), &out.report);
    return out;
}

/** Bytes that knn() of n points holds at most, beside its result. */
inline std::int64_t knn_memory(const context &ctx, std::int64_t n, std::int64_t dim, const scilama_knn_options &o = defaults<scilama_knn_options>())
{
    std::int64_t bytes = 0;
    detail::call(scilama_knn_memory, ctx.get(), n, dim, &o, &bytes);
    return bytes;
}
/** The same of a graph of neighbours, the graph among them. */
inline std::int64_t graph_memory(const context &ctx, std::int64_t n, std::int64_t neighbors, std::int32_t kind = SCILAMA_GRAPH_FUZZY)
{
    std::int64_t bytes = 0;
    detail::call(scilama_graph_from_knn_memory, ctx.get(), kind, n, neighbors, &bytes);
    return bytes;
}
/** The same of graph::leiden(), beside the graph. */
inline std::int64_t leiden_memory(const context &ctx, std::int64_t vertices, std::int64_t entries,
    const scilama_leiden_options &o = defaults<scilama_leiden_options>())
{
    std::int64_t bytes = 0;
    detail::call(scilama_graph_leiden_memory, ctx.get(), vertices, entries, &o, &bytes);
    return bytes;
}
/** The same of graph::umap(), beside the graph and the layout. */
inline std::int64_t umap_memory(const context &ctx, std::int64_t vertices, std::int64_t entries,
    const scilama_umap_options &o = defaults<scilama_umap_options>())
{
    std::int64_t bytes = 0;
    detail::call(scilama_graph_umap_memory, ctx.get(), vertices, entries, &o, &bytes);
    return bytes;
}

/** A partition, and what is said of it. */
struct partition {
    std::vector<std::int32_t> labels;
    scilama_leiden_report report{};
};

/** A weighted undirected graph. */
class graph {
public:
    graph(const context &ctx, const neighbours &k, std::int32_t kind = SCILAMA_GRAPH_FUZZY)
        : handle_(detail::made(scilama_graph_from_knn, ctx.get(), kind, k.n, k.each, k.indices.data(), k.distances.data())) {}
    /** Of compressed rows; without weights, 1 each. */
    graph(const context &ctx, span<const std::int64_t> indptr, span<const std::int32_t> indices, span<const float> weights = {})
        : handle_(detail::made(scilama_graph_from_csr, ctx.get(), static_cast<std::int64_t>(indptr.size()) - 1, indptr.data(), indices.data(),
              weights.data())) {}
    scilama_graph *get() const noexcept { return handle_.get(); }
    std::int64_t vertices() const noexcept { return scilama_graph_vertices(get()); }
    std::int64_t entries() const noexcept { return scilama_graph_entries(get()); }
    /** Compressed rows, borrowed. */
    span<const std::int64_t> indptr() const noexcept { return {scilama_graph_indptr(get()), static_cast<std::size_t>(vertices()) + 1}; }
    span<const std::int32_t> indices() const noexcept { return {scilama_graph_indices(get()), static_cast<std::size_t>(entries())}; }
    span<const float> weights() const noexcept { return {scilama_graph_weights(get()), static_cast<std::size_t>(entries())}; }
    partition leiden(const scilama_leiden_options &o = defaults<scilama_leiden_options>()) const
    {
        partition out{detail::room<std::int32_t>(vertices()), defaults<scilama_leiden_report>()};
        detail::call(scilama_graph_leiden, get(), &o, out.labels.data(), &out.report);
        return out;
    }
    partition leiden_target(std::int64_t communities, const scilama_leiden_options &o = defaults<scilama_leiden_options>()) const
    {
        partition out{detail::room<std::int32_t>(vertices()), defaults<scilama_leiden_report>()};
        detail::call(scilama_graph_leiden_target, get(), &o, communities, out.labels.data(), &out.report);
        return out;
    }
    /** One partition for each resolution. */
    std::vector<partition> leiden_sweep(span<const double> resolutions, const scilama_leiden_options &o = defaults<scilama_leiden_options>()) const
    {
        const auto count = static_cast<std::int64_t>(resolutions.size());
        auto labels = detail::room<std::int32_t>(count, vertices());
        std::vector<scilama_leiden_report> reports(resolutions.size(), defaults<scilama_leiden_report>());
        detail::call(scilama_graph_leiden_sweep, get(), &o, resolutions.data(), count, labels.data(), reports.data());
        std::vector<partition> out;
        for (std::size_t i = 0; i < reports.size(); i++) {
            const auto first = labels.begin() + static_cast<std::ptrdiff_t>(i) * vertices();
            out.push_back({std::vector<std::int32_t>(first, first + vertices()), reports[i]});
        }
        return out;
    }
    double quality(codes_view labels, double resolution = 1, std::int32_t quality = SCILAMA_QUALITY_MODULARITY) const
    {
        detail::one_each(labels.size(), vertices());
        double out = 0;
        detail::call(scilama_graph_quality, get(), quality, resolution, labels.data(), &out);
        return out;
    }
    /** [vertices × dimensions]; `start` is where to begin when the options say so. */
    matrix umap(const scilama_umap_options &o = defaults<scilama_umap_options>(), matrix start = {}) const
    {
        if (start.values.empty()) start = matrix(vertices(), o.dimensions);
        detail::require(start.rows == vertices() && start.cols == o.dimensions, "graph::umap: the start has another shape than the layout");
        detail::call(scilama_graph_umap, get(), &o, start.values.data());
        return start;
    }

private:
    detail::owner<scilama_graph, scilama_graph_destroy> handle_;
};

/** Communities of points in one call. */
inline partition cluster(const context &ctx, matrix_view<const float> points, const scilama_cluster_options &o = defaults<scilama_cluster_options>())
{
    partition out{detail::room<std::int32_t>(points.rows), defaults<scilama_leiden_report>()};
    detail::call(scilama_cluster, ctx.get(), points.data, points.rows, points.cols, points.ld, &o, out.labels.data(), &out.report);
    return out;
}

struct means {
    std::vector<std::int32_t> labels;
    matrix centers;
    double inertia = 0;
};
inline means kmeans(const context &ctx, matrix_view<const float> points, const scilama_kmeans_options &o = defaults<scilama_kmeans_options>())
{
    means out{detail::room<std::int32_t>(points.rows), matrix(o.clusters, points.cols), 0};
    detail::call(scilama_kmeans, ctx.get(), points.data, points.rows, points.cols, points.ld, &o, out.labels.data(), out.centers.values.data(), &out.inertia);
    return out;
}

struct principal {
    matrix scores, components;
    std::vector<double> variances;
    double total = 0;
};
inline principal pca(const context &ctx, matrix_view<const float> x, const scilama_pca_options &o = defaults<scilama_pca_options>())
{
    const std::int64_t k = scilama_pca_components(&o, x.rows, x.cols);
    principal out{matrix(x.rows, k), matrix(k, x.cols), detail::room<double>(k), 0};
    detail::call(scilama_pca, ctx.get(), x.data, x.rows, x.cols, x.ld, &o, out.scores.values.data(), out.components.values.data(), out.variances.data(), &out.total);
    return out;
}

inline scilama_agreement compare(const context &ctx, codes_view a, codes_view b)
{
    detail::one_each(b.size(), static_cast<std::int64_t>(a.size()));
    auto out = defaults<scilama_agreement>();
    detail::call(scilama_labels_compare, ctx.get(), a.data(), b.data(), static_cast<std::int64_t>(a.size()), &out);
    return out;
}

/** @param samples  receives that of every point, when it is not null. @return the mean. */
inline double silhouette(const context &ctx, matrix_view<const float> points, codes_view labels, std::vector<double> *samples = nullptr,
    std::int32_t metric = SCILAMA_METRIC_EUCLIDEAN)
{
    detail::one_each(labels.size(), points.rows);
    double mean = 0;
    if (samples) samples->resize(static_cast<std::size_t>(points.rows));
    detail::call(scilama_silhouette, ctx.get(), points.data, points.rows, points.cols, points.ld, metric, labels.data(),
        samples ? samples->data() : nullptr, &mean);
    return mean;
}

inline std::vector<double> lisi(const context &ctx, const neighbours &k, codes_view labels, double perplexity = 0)
{
    detail::one_each(labels.size(), k.n);
    auto out = detail::room<double>(k.n);
    detail::call(scilama_lisi, ctx.get(), k.n, k.each, k.indices.data(), k.distances.data(), labels.data(), perplexity, out.data());
    return out;
}

/** @param batches  empty = none. */
inline scilama_scores score(const context &ctx, matrix_view<const float> embedding, codes_view labels, codes_view batches = {},
    const scilama_score_options &o = defaults<scilama_score_options>())
{
    detail::one_each(labels.size(), embedding.rows);
    if (!batches.empty()) detail::one_each(batches.size(), embedding.rows);
    auto out = defaults<scilama_scores>();
    detail::call(scilama_score_embedding, ctx.get(), embedding.data, embedding.rows, embedding.cols, embedding.ld, labels.data(), detail::or_null(batches), &o, &out);
    return out;
}

} // namespace scilama

#endif
