/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_FILES_HPP
#define SCILAMA_FILES_HPP

/** @file files.hpp Of scilama.hpp: AnnData files written and read by parts, descriptions, aliases of genes. */

#include "dataset.hpp"

namespace scilama {

/** Adds results to a copy of an AnnData file, or writes a new one; nothing is left behind without commit(). */
class h5ad_writer {
public:
    static h5ad_writer open(const context &ctx, const std::string &input, const std::string &output)
    {
        return h5ad_writer(detail::made(scilama_h5ad_writer_open, ctx.get(), input.c_str(), output.c_str()));
    }
    /** … of the part of `input` that dataset::read() takes with these options. */
    static h5ad_writer open(const context &ctx, const std::string &input, const std::string &output, const scilama_file_options &part)
    {
        return h5ad_writer(detail::made(scilama_h5ad_writer_open_part, ctx.get(), input.c_str(), &part, output.c_str()));
    }
    static h5ad_writer create(const context &ctx, const std::string &output, const scilama_matrix &m, const std::vector<std::string> &cells = {},
        const std::vector<std::string> &genes = {})
    {
        detail::require(genes.empty() || static_cast<std::int64_t>(genes.size()) == m.cols, "h5ad_writer: one name per gene is needed");
        detail::require(cells.empty() || static_cast<std::int64_t>(cells.size()) == m.rows, "h5ad_writer: one name per cell is needed");
        return h5ad_writer(detail::made(scilama_h5ad_writer_create, ctx.get(), output.c_str(), &m,
            cells.empty() ? nullptr : detail::pointers(cells).data(), genes.empty() ? nullptr : detail::pointers(genes).data()));
    }
    /** A new file of a dataset; without its matrix X is empty. */
    static h5ad_writer create(const std::string &output, const dataset &of, bool matrix = true)
    {
        return h5ad_writer(detail::made(scilama_h5ad_writer_create_from, output.c_str(), static_cast<const scilama_dataset *>(of.get()), matrix ? 1 : 0));
    }
    scilama_h5ad_writer *get() const noexcept { return handle_.get(); }
    std::int64_t cells() const noexcept { return scilama_h5ad_writer_cells(get()); }
    std::int64_t genes() const noexcept { return scilama_h5ad_writer_genes(get()); }
    void commit() { detail::call(scilama_h5ad_writer_commit, get()); }
    /** obs of a file of the same cells, as it is stored there. */
    void copy_obs(const std::string &input) { detail::call(scilama_h5ad_writer_copy_obs, get(), input.c_str(), nullptr); }
    void copy_obs(const std::string &input, const scilama_file_options &part) { detail::call(scilama_h5ad_writer_copy_obs, get(), input.c_str(), &part); }
    void put_layer(const std::string &key, const scilama_matrix &m) { detail::call(scilama_h5ad_writer_put_layer, get(), key.c_str(), &m); }
    void put_obsm(const std::string &key, matrix_view<const float> values)
    {
        rows(values.rows, cells());
        detail::call(scilama_h5ad_writer_put_obsm, get(), key.c_str(), values.data, values.cols, values.ld);
    }
    void put_obsp(const std::string &key, span<const std::int64_t> indptr, span<const std::int32_t> indices, span<const float> values)
    {
        rows(static_cast<std::int64_t>(indptr.size()) - 1, cells());
        detail::call(scilama_h5ad_writer_put_obsp, get(), key.c_str(), indptr.data(), indices.data(), values.data());
    }
    void put_obs(const std::string &key, span<const double> values)
    {
        rows(static_cast<std::int64_t>(values.size()), cells());
        detail::call(scilama_h5ad_writer_put_obs_numeric, get(), key.c_str(), values.data());
    }
    void put_obs(const std::string &key, span<const std::int32_t> codes, const std::vector<std::string> &categories)
    {
        rows(static_cast<std::int64_t>(codes.size()), cells());
        detail::call(scilama_h5ad_writer_put_obs_categorical, get(), key.c_str(), codes.data(), detail::pointers(categories).data(),
            static_cast<std::int64_t>(categories.size()));
    }
    void put_varm(const std::string &key, matrix_view<const float> values)
    {
        rows(values.rows, genes());
        detail::call(scilama_h5ad_writer_put_varm, get(), key.c_str(), values.data, values.cols, values.ld);
    }
    void put_varp(const std::string &key, span<const std::int64_t> indptr, span<const std::int32_t> indices, span<const float> values)
    {
        rows(static_cast<std::int64_t>(indptr.size()) - 1, genes());
        detail::call(scilama_h5ad_writer_put_varp, get(), key.c_str(), indptr.data(), indices.data(), values.data());
    }
    void put_var(const std::string &key, span<const double> values)
    {
        rows(static_cast<std::int64_t>(values.size()), genes());
        detail::call(scilama_h5ad_writer_put_var_numeric, get(), key.c_str(), values.data());
    }
    void put_var(const std::string &key, span<const std::int32_t> codes, const std::vector<std::string> &categories)
    {
        rows(static_cast<std::int64_t>(codes.size()), genes());
        detail::call(scilama_h5ad_writer_put_var_categorical, get(), key.c_str(), codes.data(), detail::pointers(categories).data(),
            static_cast<std::int64_t>(categories.size()));
    }
    void put_uns(const std::string &key, const std::string &value) { detail::call(scilama_h5ad_writer_put_uns_string, get(), key.c_str(), value.c_str()); }
    void put_uns(const std::string &key, const char *value) { put_uns(key, std::string(value)); }
    void put_uns(const std::string &key, double value) { detail::call(scilama_h5ad_writer_put_uns_number, get(), key.c_str(), value); }
    void put_uns(const std::string &key, std::int64_t value) { detail::call(scilama_h5ad_writer_put_uns_integer, get(), key.c_str(), value); }
    void put_uns(const std::string &key, const std::vector<std::string> &values)
    {
        detail::call(scilama_h5ad_writer_put_uns_strings, get(), key.c_str(), detail::pointers(values).data(), static_cast<std::int64_t>(values.size()));
    }
    void put_uns(const std::string &key, matrix_view<const float> values)
    {
        detail::require(values.ld == values.cols, "h5ad_writer::put_uns: the matrix must have no gaps");
        detail::call(scilama_h5ad_writer_put_uns_array, get(), key.c_str(), values.data, values.rows, values.cols);
    }
    /** A record array: values [fields × rows]. */
    void put_uns_records(const std::string &key, const std::vector<std::string> &fields, std::int64_t n, span<const double> values)
    {
        rows(static_cast<std::int64_t>(values.size()), static_cast<std::int64_t>(fields.size()) * n);
        detail::call(scilama_h5ad_writer_put_uns_records, get(), key.c_str(), detail::pointers(fields).data(), static_cast<std::int64_t>(fields.size()), n,
            values.data(), nullptr);
    }
    void put_uns_records(const std::string &key, const std::vector<std::string> &fields, std::int64_t n, const std::vector<std::string> &texts)
    {
        rows(static_cast<std::int64_t>(texts.size()), static_cast<std::int64_t>(fields.size()) * n);
        detail::call(scilama_h5ad_writer_put_uns_records, get(), key.c_str(), detail::pointers(fields).data(), static_cast<std::int64_t>(fields.size()), n,
            nullptr, detail::pointers(texts).data());
    }
    /** A data frame: its index first, then columns [rows] one by one. */
    void put_uns_table(const std::string &key, const std::vector<std::string> &index)
    {
        detail::call(scilama_h5ad_writer_put_uns_table, get(), key.c_str(), detail::pointers(index).data(), static_cast<std::int64_t>(index.size()));
    }
    void put_uns_column(const std::string &key, const std::string &column, span<const double> values)
    {
        detail::call(scilama_h5ad_writer_put_uns_table_numeric, get(), key.c_str(), column.c_str(), values.data());
    }
    void put_uns_column(const std::string &key, const std::string &column, const std::vector<std::string> &values)
    {
        detail::call(scilama_h5ad_writer_put_uns_table_strings, get(), key.c_str(), column.c_str(), detail::pointers(values).data());
    }

private:
    explicit h5ad_writer(scilama_h5ad_writer *handle) : handle_(handle) {}
    static void rows(std::int64_t given, std::int64_t wanted) { detail::fits("h5ad_writer: a value for each cell, gene or row", wanted, given); }
    detail::owner<scilama_h5ad_writer, scilama_h5ad_writer_destroy> handle_;
};

/** A matrix of obsm or varm: "obsm/NAME", "varm/NAME". */
inline matrix read_array(const context &ctx, const std::string &path, const std::string &key)
{
    std::int64_t n = 0, width = 0;
    detail::call(scilama_h5ad_read_array, ctx.get(), path.c_str(), key.c_str(), &n, &width, nullptr, 0);
    matrix out(n, width);
    detail::call(scilama_h5ad_read_array, ctx.get(), path.c_str(), key.c_str(), &n, &width, out.values.data(), n * width);
    return out;
}
/** A column of obs, var or a data frame of uns, as numbers or codes. */
inline std::vector<double> read_column(const context &ctx, const std::string &path, const std::string &table, const std::string &column)
{
    std::int64_t n = 0;
    detail::call(scilama_h5ad_read_column, ctx.get(), path.c_str(), table.c_str(), column.c_str(), &n, nullptr, 0);
    std::vector<double> out(static_cast<std::size_t>(n));
    detail::call(scilama_h5ad_read_column, ctx.get(), path.c_str(), table.c_str(), column.c_str(), &n, out.data(), n);
    return out;
}

namespace detail {
struct text_owner {
    scilama_context *ctx;
    char *text = nullptr;
    ~text_owner() { scilama_text_destroy(ctx, text); }
};
} // namespace detail
/** A text of uns, say "uns/scilama/version". */
inline std::string read_string(const context &ctx, const std::string &path, const std::string &key)
{
    detail::text_owner out{ctx.get()};
    detail::call(scilama_h5ad_read_string, &out.text, ctx.get(), path.c_str(), key.c_str());
    return out.text;
}
/** What a file holds, and every problem found, as a JSON object. */
inline std::string describe(const context &ctx, const std::string &path, const char *layer = nullptr)
{
    detail::text_owner out{ctx.get()};
    detail::call(scilama_file_describe, &out.text, ctx.get(), path.c_str(), layer);
    return out.text;
}

/** Other names of genes, for scilama_match_options; they live as long as this. */
class gene_aliases {
public:
    gene_aliases(const context &ctx, const std::string &path) : handle_(detail::made(scilama_gene_aliases_read, ctx.get(), path.c_str())) {}
    scilama_gene_aliases *get() const noexcept { return handle_.get(); }
    void into(scilama_match_options &o) const noexcept
    {
        o.aliases = scilama_gene_aliases_count(get());
        o.alias_from = scilama_gene_aliases_from(get());
        o.alias_to = scilama_gene_aliases_to(get());
    }

private:
    detail::owner<scilama_gene_aliases, scilama_gene_aliases_destroy> handle_;
};

} // namespace scilama

#endif
