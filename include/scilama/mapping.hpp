/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_MAPPING_HPP
#define SCILAMA_MAPPING_HPP

/** @file mapping.hpp Of scilama.hpp: reference cells, and labels carried over from them. */

#include "analysis.hpp"
#include "files.hpp"
#include "model.hpp"

namespace scilama {

/** Cells of known labels that others are compared with. */
class reference {
public:
    reference(const context &ctx, matrix_view<const float> points)
        : handle_(detail::made(scilama_reference_create, ctx.get(), points.data, points.rows, points.cols, points.ld)) {}
    /** The one that a model carries. */
    static reference of(const model &m) { return reference(detail::made(scilama_model_get_reference, m.get())); }
    /** Lets a model carry this one. */
    void attach(const model &m) const { detail::call(scilama_model_set_reference, m.get(), get()); }
    scilama_reference *get() const noexcept { return handle_.get(); }
    scilama_reference_info info() const
    {
        auto out = defaults<scilama_reference_info>();
        detail::call(scilama_reference_get_info, get(), &out);
        return out;
    }
    void add_labels(const std::string &name, codes_view codes, const std::vector<std::string> &categories)
    {
        detail::one_each(codes.size(), info().cells);
        detail::call(scilama_reference_add_labels, get(), name.c_str(), codes.data(), detail::pointers(categories).data(),
            static_cast<std::int64_t>(categories.size()));
    }
    void set_layout(matrix_view<const float> layout)
    {
        detail::packed("a place per cell", layout, info().cells);
        detail::call(scilama_reference_set_layout, get(), layout.data, layout.cols);
    }
    /** A column of labels, its name borrowed, and its categories. */
    scilama_label_info label(std::int64_t index) const
    {
        auto out = defaults<scilama_label_info>();
        detail::call(scilama_reference_label, get(), index, &out);
        return out;
    }
    std::vector<std::string> categories(std::int64_t index) const
    {
        std::vector<std::string> out;
        while (const char *name = scilama_reference_category(get(), index, static_cast<std::int64_t>(out.size()))) out.emplace_back(name);
        return out;
    }
    neighbours nearest(matrix_view<const float> points, std::int64_t k = 15)
    {
        detail::fits("cells as wide as the reference", info().dim, points.cols);
        neighbours out{points.rows, k, detail::room<std::int32_t>(points.rows, k), detail::room<float>(points.rows, k), defaults<scilama_knn_report>()};
        detail::call(scilama_reference_neighbors, get(), points.data, points.rows, points.ld, k, out.indices.data(), out.distances.data());
        return out;
    }
    /** Likeliest and next category of every cell; −1 where no neighbour has one. */
    struct transferred {
        std::vector<std::int32_t> code, second;
        std::vector<float> probability, second_probability;
    };
    transferred transfer(const neighbours &k, std::int64_t index = 0)
    {
        transferred out{detail::room<std::int32_t>(k.n), detail::room<std::int32_t>(k.n), detail::room<float>(k.n), detail::room<float>(k.n)};
        detail::call(scilama_reference_transfer, get(), index, k.indices.data(), k.distances.data(), k.n, k.each, out.code.data(),
            out.probability.data(), out.second.data(), out.second_probability.data());
        return out;
    }
    matrix place(const neighbours &k)
    {
        matrix out(k.n, info().layout_dims);
        detail::call(scilama_reference_place, get(), k.indices.data(), k.distances.data(), k.n, k.each, out.values.data());
        return out;
    }

private:
    explicit reference(scilama_reference *handle) : handle_(handle) {}
    detail::owner<scilama_reference, scilama_reference_destroy> handle_;
};

/** Places a query among the reference that a model carries, and writes what is found block by block. */
inline void map_cells(const model &m, const dataset &query, const h5ad_writer &to, const scilama_map_options &o = defaults<scilama_map_options>())
{
    detail::call(scilama_model_map, m.get(), query.get(), to.get(), &o);
}

} // namespace scilama

#endif
