/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_DATASET_HPP
#define SCILAMA_DATASET_HPP

/** @file dataset.hpp Of scilama.hpp: data sets, gene tables, exchange. */

#include "base.hpp"

namespace scilama {

/** A matrix that goes out as DLPack, without a copy; the caller owns the tensor. */
inline DLManagedTensorVersioned *to_dlpack(const context &ctx, matrix &&m)
{
    std::unique_ptr<matrix> kept(new matrix(std::move(m)));
    auto view = defaults<scilama_tensor>();
    view.data = kept->values.data();
    view.dtype = SCILAMA_DTYPE_F32;
    view.rank = 2;
    view.rows = kept->rows;
    view.cols = kept->cols;
    scilama_error error{};
    DLManagedTensorVersioned *out = nullptr;
    check(scilama_dlpack_wrap(&out, ctx.get(), &view, 0, [](void *user) { delete static_cast<matrix *>(user); }, kept.get(), &error), error);
    kept.release();
    return out;
}

/** The form before DLPack 1.0, which owns what `tensor` did. */
inline DLManagedTensor *to_legacy(DLManagedTensorVersioned *tensor, bool drop_read_only = false)
{
    return detail::made(scilama_dlpack_to_legacy, tensor, static_cast<std::int32_t>(drop_read_only));
}
/** A stream of one array; schema and array are moved into it. */
inline void to_stream(const context &ctx, ArrowArrayStream *stream, ArrowSchema *schema, ArrowArray *array)
{
    detail::call(scilama_arrow_to_stream, stream, ctx.get(), schema, array);
}

/** Vectors by gene name. */
class gene_table {
public:
    gene_table(const context &ctx, const std::vector<std::string> &names, matrix_view<const float> values)
    {
        detail::fits("gene_table: one name per row", values.rows, static_cast<std::int64_t>(names.size()));
        scilama_error error{};
        scilama_gene_table *out = nullptr;
        check(scilama_gene_table_create(&out, ctx.get(), detail::pointers(names).data(), values.data, values.rows,
                  values.cols, values.ld, &error), error);
        handle_.reset(out);
    }
    static gene_table read(const context &ctx, const std::string &path,
        const scilama_table_options &o = defaults<scilama_table_options>())
    {
        scilama_error error{};
        scilama_gene_table *out = nullptr;
        check(scilama_gene_table_read(&out, ctx.get(), path.c_str(), &o, &error), error);
        return gene_table(out);
    }
    /** From Arrow structs, which are released whatever happens. */
    static gene_table from_arrow(const context &ctx, ArrowSchema *schema, ArrowArray *array,
        const scilama_arrow_options &o = defaults<scilama_arrow_options>())
    {
        scilama_error error{};
        scilama_gene_table *out = nullptr;
        check(scilama_gene_table_from_arrow(&out, ctx.get(), schema, array, &o, &error), error);
        return gene_table(out);
    }
    static gene_table from_arrow(const context &ctx, ArrowArrayStream *stream,
        const scilama_arrow_options &o = defaults<scilama_arrow_options>())
    {
        scilama_error error{};
        scilama_gene_table *out = nullptr;
        check(scilama_gene_table_from_arrow_stream(&out, ctx.get(), stream, &o, &error), error);
        return gene_table(out);
    }
    void to_arrow(ArrowSchema *schema, ArrowArray *array) const
    {
        detail::call(scilama_gene_table_to_arrow, get(), schema, array);
    }
    /** The vectors where they lie; the caller owns the tensor. */
    DLManagedTensorVersioned *to_dlpack() const
    {
        scilama_error error{};
        DLManagedTensorVersioned *out = nullptr;
        check(scilama_gene_table_to_dlpack(&out, get(), &error), error);
        return out;
    }
    /** Controls: Gaussian columns like those of a table; its vectors dealt at random. */
    static gene_table random(const context &ctx, const gene_table &like, std::uint64_t seed)
    {
        return gene_table(detail::made(scilama_gene_table_random, ctx.get(), like.get(), seed));
    }
    static gene_table shuffled(const context &ctx, const gene_table &table, std::uint64_t seed)
    {
        return gene_table(detail::made(scilama_gene_table_shuffled, ctx.get(), table.get(), seed));
    }
    void write(const std::string &path) const { detail::call(scilama_gene_table_write, get(), path.c_str()); }
    scilama_gene_table *get() const noexcept { return handle_.get(); }
    std::string name(std::int64_t row) const
    {
        const char *text = scilama_gene_table_name(get(), row);
        detail::require(text != nullptr, "gene_table::name: no such row");
        return text;
    }
    matrix_view<const float> values() const
    {
        return {scilama_gene_table_values(get()), scilama_gene_table_rows(get()), scilama_gene_table_width(get())};
    }

private:
    explicit gene_table(scilama_gene_table *handle) : handle_(handle) {}
    detail::owner<scilama_gene_table, scilama_gene_table_destroy> handle_;
};

/** Cells × genes with annotation. */
class dataset {
public:
    dataset(const context &ctx, const scilama_matrix &m, const std::vector<std::string> &genes = {},
        const std::vector<std::string> &cells = {})
    {
        detail::require(genes.empty() || static_cast<std::int64_t>(genes.size()) == m.cols, "dataset: one name per gene is needed");
        detail::require(cells.empty() || static_cast<std::int64_t>(cells.size()) == m.rows, "dataset: one name per cell is needed");
        scilama_error error{};
        scilama_dataset *out = nullptr;
        check(scilama_dataset_create(&out, ctx.get(), &m, cells.empty() ? nullptr : detail::pointers(cells).data(),
                  genes.empty() ? nullptr : detail::pointers(genes).data(), &error), error);
        handle_.reset(out);
    }
    /** From dense float32 values; borrowed ones must outlive every handle made from the dataset. */
    dataset(const context &ctx, matrix_view<const float> values, const std::vector<std::string> &genes = {},
        const std::vector<std::string> &cells = {}, std::int32_t memory = SCILAMA_MEMORY_COPY)
        : dataset(ctx, dense(values, memory), genes, cells) {}
    /** Rows that stay with the caller and are fetched as needed. */
    dataset(const context &ctx, const scilama_row_source &source, const std::vector<std::string> &genes = {},
        const std::vector<std::string> &cells = {})
    {
        detail::require(genes.empty() || static_cast<std::int64_t>(genes.size()) == source.cols, "dataset: one name per gene is needed");
        detail::require(cells.empty() || static_cast<std::int64_t>(cells.size()) == source.rows, "dataset: one name per cell is needed");
        handle_.reset(detail::made(scilama_dataset_create_from_rows, ctx.get(), &source,
            cells.empty() ? nullptr : detail::pointers(cells).data(), genes.empty() ? nullptr : detail::pointers(genes).data()));
    }
    /** Any file that scilama_dataset_read() knows, told apart by content; the others read one kind. */
    static dataset read(const context &ctx, const std::string &path,
        const scilama_file_options &o = defaults<scilama_file_options>())
    {
        return dataset(detail::made(scilama_dataset_read, ctx.get(), path.c_str(), &o));
    }
    static dataset read_h5ad(const context &ctx, const std::string &path,
        const scilama_file_options &o = defaults<scilama_file_options>())
    {
        return dataset(detail::made(scilama_dataset_read_h5ad, ctx.get(), path.c_str(), &o));
    }
    static dataset read_10x_h5(const context &ctx, const std::string &path,
        const scilama_file_options &o = defaults<scilama_file_options>())
    {
        return dataset(detail::made(scilama_dataset_read_10x_h5, ctx.get(), path.c_str(), &o));
    }
    static dataset read_mtx(const context &ctx, const std::string &folder,
        const scilama_file_options &o = defaults<scilama_file_options>())
    {
        return dataset(detail::made(scilama_dataset_read_mtx, ctx.get(), folder.c_str(), &o));
    }
    /** Their cells one after another, genes that all have. */
    static dataset concat(const std::vector<const dataset *> &parts, const scilama_concat_options &o = defaults<scilama_concat_options>())
    {
        std::vector<scilama_dataset *> handles;
        for (const dataset *part : parts) handles.push_back(part->get());
        return dataset(detail::made(scilama_dataset_concat, handles.data(), static_cast<std::int64_t>(handles.size()), &o));
    }
    scilama_dataset *get() const noexcept { return handle_.get(); }
    std::int64_t cells() const noexcept { return scilama_dataset_cells(get()); }
    std::int64_t genes() const noexcept { return scilama_dataset_genes(get()); }
    std::int64_t genes_used() const noexcept { return scilama_dataset_genes_used(get()); }

    void set_numeric(const std::string &name, span<const double> values)
    {
        whole(values.size());
        detail::call(scilama_dataset_set_numeric, get(), name.c_str(), values.data());
    }
    void set_codes(const std::string &name, span<const std::int32_t> codes, const std::vector<std::string> &categories)
    {
        whole(codes.size());
        detail::call(scilama_dataset_set_codes, get(), name.c_str(), codes.data(), detail::pointers(categories).data(), static_cast<std::int64_t>(categories.size()));
    }
    void set_strings(const std::string &name, const std::vector<std::string> &values)
    {
        whole(values.size());
        detail::call(scilama_dataset_set_strings, get(), name.c_str(), detail::pointers(values).data());
    }
    void use_covariate(const std::string &name, std::int32_t kind = SCILAMA_COVARIATE_CATEGORICAL)
    {
        detail::call(scilama_dataset_use_covariate, get(), name.c_str(), kind);
    }
    void set_split(span<const std::int32_t> split)
    {
        whole(split.size());
        detail::call(scilama_dataset_set_split, get(), split.data());
    }
    void split_random(double train, double validation, std::uint64_t seed = 0, const char *stratify = nullptr)
    {
        detail::call(scilama_dataset_split_random, get(), train, validation, seed, stratify);
    }
    scilama_match_report add_gene_table(const std::string &name, const gene_table &table,
        const scilama_match_options &o = defaults<scilama_match_options>())
    {
        auto report = defaults<scilama_match_report>();
        detail::call(scilama_dataset_add_gene_table, get(), name.c_str(), table.get(), &o, &report);
        return report;
    }
    /** The cell columns as an Arrow table. */
    void obs_to_arrow(ArrowSchema *schema, ArrowArray *array) const
    {
        detail::call(scilama_dataset_obs_to_arrow, get(), schema, array);
    }
    scilama_preprocess_report preprocess(const scilama_preprocess_options &o = defaults<scilama_preprocess_options>())
    {
        auto report = defaults<scilama_preprocess_report>();
        detail::call(scilama_dataset_preprocess, get(), &o, &report);
        return report;
    }
    std::vector<std::string> cell_names() const { return detail::listed(scilama_dataset_cell_name, get(), cells()); }
    std::vector<std::string> gene_names() const { return detail::listed(scilama_dataset_gene_name, get(), genes()); }
    /** Genes in use, in the order of the model; none before preprocess(). */
    std::vector<std::string> used_gene_names() const { return detail::listed(scilama_dataset_used_gene_name, get(), genes_used()); }
    std::vector<std::string> columns() const { return detail::listed(scilama_dataset_column_name, get(), scilama_dataset_columns(get())); }
    scilama_column_info column_info(const std::string &name) const
    {
        auto out = defaults<scilama_column_info>();
        detail::call(scilama_dataset_column_info, get(), name.c_str(), &out);
        return out;
    }
    std::vector<std::string> categories(const std::string &name) const
    {
        std::vector<std::string> out;
        while (const char *text = scilama_dataset_category(get(), name.c_str(), static_cast<std::int64_t>(out.size()))) out.emplace_back(text);
        return out;
    }
    std::vector<std::int32_t> codes(const std::string &name) const
    {
        std::vector<std::int32_t> out(static_cast<std::size_t>(cells()));
        detail::call(scilama_dataset_get_codes, get(), name.c_str(), out.data());
        return out;
    }
    std::vector<double> numeric(const std::string &name) const
    {
        std::vector<double> out(static_cast<std::size_t>(cells()));
        detail::call(scilama_dataset_get_numeric, get(), name.c_str(), out.data());
        return out;
    }
    std::vector<std::int32_t> split() const
    {
        std::vector<std::int32_t> out(static_cast<std::size_t>(cells()));
        detail::call(scilama_dataset_get_split, get(), out.data());
        return out;
    }
    void split_by(const std::string &name) { detail::call(scilama_dataset_split_by, get(), name.c_str()); }
    /** What the cell encoder sees of these cells: [cells × genes used] */
    matrix prepared(span<const std::int64_t> rows)
    {
        matrix out(static_cast<std::int64_t>(rows.size()), genes_used());
        detail::call(scilama_dataset_get_prepared, get(), rows.data(), out.rows, out.values.data(), 0);
        return out;
    }
    void release_input()
    {
        detail::call(scilama_dataset_release_input, get());
    }

private:
    explicit dataset(scilama_dataset *handle) : handle_(handle) {}
    static scilama_matrix dense(matrix_view<const float> values, std::int32_t memory)
    {
        auto m = defaults<scilama_matrix>();
        m.storage = SCILAMA_STORAGE_DENSE;
        m.value_type = SCILAMA_DTYPE_F32;
        m.memory = memory;
        m.rows = values.rows;
        m.cols = values.cols;
        m.ld = values.ld;
        m.values = values.data;
        return m;
    }
    void whole(std::size_t n) const
    {
        detail::require(static_cast<std::int64_t>(n) == cells(), "dataset: one value per cell is needed");
    }
    detail::owner<scilama_dataset, scilama_dataset_destroy> handle_;
};

} // namespace scilama

#endif
