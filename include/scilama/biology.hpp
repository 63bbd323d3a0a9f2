/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_BIOLOGY_HPP
#define SCILAMA_BIOLOGY_HPP

/** @file biology.hpp Of scilama.hpp: markers, gene modules, gene sets. */

#include "analysis.hpp"
#include "dataset.hpp"

namespace scilama {

/** Evidence that genes mark groups, each array [groups × genes]; those that were not asked for are empty. */
struct marker_evidence {
    std::int64_t groups = 0, genes = 0;
    std::vector<double> z, p_value, p_adjusted, auroc, log2_fold_change, mean_in, mean_out, fraction_in, fraction_out;
    std::vector<double> paired_score, paired_z, paired_p, paired_fdr, combined_rank;
};

namespace detail {
inline scilama_marker_table table(marker_evidence &e, bool expression, bool paired)
{
    auto out = defaults<scilama_marker_table>();
    const auto put = [&](double *&field, std::vector<double> &values, bool wanted) {
        if (!wanted) return;
        values = room<double>(e.groups, e.genes);
        field = values.data();
    };
    put(out.z, e.z, expression);
    put(out.p_value, e.p_value, expression);
    put(out.p_adjusted, e.p_adjusted, expression);
    put(out.auroc, e.auroc, expression);
    put(out.log2_fold_change, e.log2_fold_change, expression);
    put(out.mean_in, e.mean_in, expression);
    put(out.mean_out, e.mean_out, expression);
    put(out.fraction_in, e.fraction_in, expression);
    put(out.fraction_out, e.fraction_out, expression);
    put(out.paired_score, e.paired_score, paired);
    put(out.paired_z, e.paired_z, paired);
    put(out.paired_p, e.paired_p, paired);
    put(out.paired_fdr, e.paired_fdr, paired);
    put(out.combined_rank, e.combined_rank, expression && paired);
    return out;
}
/** Rows of cells and of genes in one space, a group for each cell and a batch (none: one). */
inline void one_space(const matrix_view<const float> &cells, const matrix_view<const float> &genes, std::int64_t n, std::int64_t n_genes,
    codes_view groups, codes_view batches)
{
    packed("a row per cell", cells, n);
    packed("a row per gene", genes, n_genes);
    fits("genes as wide as cells", cells.cols, genes.cols);
    one_each(groups.size(), n);
    if (!batches.empty()) fits("one batch per cell", n, static_cast<std::int64_t>(batches.size()));
}
} // namespace detail

inline marker_evidence wilcoxon(dataset &data, codes_view groups, std::int64_t n_groups,
    const scilama_marker_options &o = defaults<scilama_marker_options>())
{
    detail::one_each(groups.size(), data.cells());
    marker_evidence out;
    out.groups = n_groups;
    out.genes = data.genes();
    auto t = detail::table(out, true, false);
    detail::call(scilama_wilcoxon, data.get(), groups.data(), n_groups, &o, &t);
    return out;
}
/** In the paired space. @param batches  empty = one. */
inline marker_evidence paired_markers(const context &ctx, matrix_view<const float> cells, matrix_view<const float> genes, codes_view groups,
    std::int64_t n_groups, codes_view batches = {}, const scilama_marker_options &o = defaults<scilama_marker_options>())
{
    detail::one_space(cells, genes, cells.rows, genes.rows, groups, batches);
    marker_evidence out;
    out.groups = n_groups;
    out.genes = genes.rows;
    auto t = detail::table(out, false, true);
    detail::call(scilama_paired_markers, ctx.get(), cells.data, cells.rows, genes.data, genes.rows, cells.cols, groups.data(), n_groups, detail::or_null(batches), &o, &t);
    return out;
}
/** Both, and the combined rank. @param genes  [genes of the matrix × dim]; NaN = outside the paired space. */
inline marker_evidence markers(dataset &data, matrix_view<const float> cells, matrix_view<const float> genes, codes_view groups,
    std::int64_t n_groups, codes_view batches = {}, const scilama_marker_options &o = defaults<scilama_marker_options>())
{
    detail::one_space(cells, genes, data.cells(), data.genes(), groups, batches);
    marker_evidence out;
    out.groups = n_groups;
    out.genes = data.genes();
    auto t = detail::table(out, true, true);
    detail::call(scilama_markers, data.get(), cells.data, genes.data, cells.cols, groups.data(), n_groups, detail::or_null(batches), &o, &t);
    return out;
}
inline std::vector<double> p_adjust(const context &ctx, span<const double> p)
{
    std::vector<double> out(p.size());
    detail::call(scilama_p_adjust, ctx.get(), p.data(), static_cast<std::int64_t>(p.size()), out.data());
    return out;
}

struct gene_modules_found {
    std::vector<std::int32_t> labels; /**< −1 = in no module */
    std::vector<double> membership, hub, cohesion;
    scilama_module_report report{};
};
inline gene_modules_found gene_modules(const context &ctx, matrix_view<const float> genes,
    const scilama_module_options &o = defaults<scilama_module_options>())
{
    gene_modules_found out{detail::room<std::int32_t>(genes.rows), detail::room<double>(genes.rows), detail::room<double>(genes.rows),
        detail::room<double>(genes.rows), defaults<scilama_module_report>()};
    detail::call(scilama_gene_modules, ctx.get(), genes.data, genes.rows, genes.cols, genes.ld, &o, out.labels.data(), out.membership.data(),
        out.hub.data(), out.cohesion.data(), &out.report);
    return out;
}
/** [cells × modules] */
inline matrix module_activity(dataset &data, codes_view labels, std::int64_t modules)
{
    detail::one_each(labels.size(), data.genes());
    matrix out(data.cells(), modules);
    detail::call(scilama_module_activity, data.get(), labels.data(), modules, out.values.data());
    return out;
}
inline matrix module_projection(const context &ctx, matrix_view<const float> cells, matrix_view<const float> genes, codes_view labels, std::int64_t modules)
{
    detail::one_each(labels.size(), genes.rows);
    detail::packed("a row per cell", cells, cells.rows);
    detail::packed("a row per gene", genes, genes.rows);
    detail::fits("genes as wide as cells", cells.cols, genes.cols);
    matrix out(cells.rows, modules);
    detail::call(scilama_module_projection, ctx.get(), cells.data, cells.rows, genes.data, genes.rows, cells.cols, labels.data(), modules, out.values.data());
    return out;
}
struct module_tests {
    std::vector<double> coherence, p, fdr;
};
inline module_tests module_coherence(dataset &data, codes_view labels, std::int64_t modules,
    const scilama_coherence_options &o = defaults<scilama_coherence_options>())
{
    detail::one_each(labels.size(), data.genes());
    module_tests out{detail::room<double>(modules), detail::room<double>(modules), detail::room<double>(modules)};
    detail::call(scilama_module_coherence, data.get(), labels.data(), modules, &o, out.coherence.data(), out.p.data(), out.fdr.data());
    return out;
}

/** What gene vectors tell of expression: correlations of genes held out. */
struct holdout {
    std::vector<double> correlation, expected;
    scilama_holdout_report report{};
};
inline holdout gene_holdout(const context &ctx, matrix_view<const float> expression, const std::vector<matrix_view<const float>> &tables,
    const scilama_holdout_options &o = defaults<scilama_holdout_options>())
{
    std::vector<const float *> vectors;
    std::vector<std::int64_t> widths;
    for (const auto &t : tables) {
        detail::packed("a row per gene", t, expression.cols);
        vectors.push_back(t.data);
        widths.push_back(t.cols);
    }
    holdout out{detail::room<double>(expression.cols), detail::room<double>(expression.cols), defaults<scilama_holdout_report>()};
    detail::call(scilama_gene_holdout, ctx.get(), expression.data, expression.rows, expression.cols, expression.ld, vectors.data(), widths.data(),
        static_cast<std::int64_t>(tables.size()), &o, out.correlation.data(), out.expected.data(), &out.report);
    return out;
}

/** Loadings [genes × components] on the axes of the cells, shrunk towards what gene vectors tell; of gene_space() with the vectors beside them. */
struct loadings {
    std::vector<float> values;
    scilama_loading_report report{};
};
namespace detail {
template <typename Call>
loadings loadings_by(Call find, bool beside, const context &ctx, matrix_view<const float> expression, const std::vector<matrix_view<const float>> &tables,
    const scilama_loading_options &o)
{
    std::int64_t width = o.components;
    std::vector<const float *> vectors;
    std::vector<std::int64_t> widths;
    for (const auto &t : tables) {
        packed("a row per gene", t, expression.cols);
        vectors.push_back(t.data);
        widths.push_back(t.cols);
        width += beside ? t.cols : 0;
    }
    loadings out{room<float>(expression.cols, width), defaults<scilama_loading_report>()};
    call(find, ctx.get(), expression.data, expression.rows, expression.cols, expression.ld, vectors.data(), widths.data(),
        static_cast<std::int64_t>(tables.size()), &o, out.values.data(), &out.report);
    return out;
}
} // namespace detail
inline loadings gene_loadings(const context &ctx, matrix_view<const float> expression, const std::vector<matrix_view<const float>> &tables = {},
    const scilama_loading_options &o = defaults<scilama_loading_options>())
{
    return detail::loadings_by(scilama_gene_loadings, false, ctx, expression, tables, o);
}
/** [genes × (components + Σ widths)]: where genes go for modules. */
inline loadings gene_space(const context &ctx, matrix_view<const float> expression, const std::vector<matrix_view<const float>> &tables = {},
    const scilama_loading_options &o = defaults<scilama_loading_options>())
{
    return detail::loadings_by(scilama_gene_space, true, ctx, expression, tables, o);
}

/** Named sets of genes. */
class gene_sets {
public:
    gene_sets(const context &ctx, const std::string &path) : handle_(detail::made(scilama_gene_sets_read, ctx.get(), path.c_str())) {}
    scilama_gene_sets *get() const noexcept { return handle_.get(); }
    std::int64_t count() const noexcept { return scilama_gene_sets_count(get()); }
    std::vector<std::string> names() const { return detail::listed(scilama_gene_sets_name, get(), count()); }
    std::vector<std::string> descriptions() const { return detail::listed(scilama_gene_sets_description, get(), count()); }
    std::vector<std::string> genes(std::int64_t set) const
    {
        std::vector<std::string> out;
        for (std::int64_t i = 0; i < scilama_gene_sets_size(get(), set); i++) out.emplace_back(scilama_gene_sets_gene(get(), set, i));
        return out;
    }
    /** overlap, p and fdr [modules × sets], sizes [sets] */
    struct over_representation {
        std::vector<std::int64_t> overlap, sizes;
        std::vector<double> p, fdr;
    };
    over_representation enrichment(const std::vector<std::string> &names, codes_view labels, std::int64_t modules,
        const scilama_enrichment_options &o = defaults<scilama_enrichment_options>()) const
    {
        detail::one_each(labels.size(), static_cast<std::int64_t>(names.size()));
        over_representation out{detail::room<std::int64_t>(modules, count()), detail::room<std::int64_t>(count()), detail::room<double>(modules, count()),
            detail::room<double>(modules, count())};
        detail::call(scilama_enrichment, get(), detail::pointers(names).data(), labels.data(), static_cast<std::int64_t>(names.size()), modules, &o,
            out.overlap.data(), out.sizes.data(), out.p.data(), out.fdr.data());
        return out;
    }

private:
    detail::owner<scilama_gene_sets, scilama_gene_sets_destroy> handle_;
};

} // namespace scilama

#endif
