/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_SCILAMA_HPP
#define SCILAMA_SCILAMA_HPP

/** @file scilama.hpp C++17 convenience over the C interface: owners, views, exceptions.
 *
 * Header only: it adds nothing to the ABI. Every owner's `get()` gives the C handle, for
 * functions that are not wrapped here. Failed calls throw scilama::failure. An owner serves
 * one thread at a time; owners may be destroyed in any order. */

#include "scilama.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace scilama {

/** A failed call: what() is the library's sentence. */
class failure : public std::runtime_error {
public:
    explicit failure(const scilama_error &e)
        : std::runtime_error(e.message[0] ? e.message : scilama_status_text(e.code)), code_(e.code), detail_(e.detail) {}
    scilama_status code() const noexcept { return code_; }  /**< ::scilama_status_code */
    std::int32_t detail() const noexcept { return detail_; }

private:
    scilama_status code_;
    std::int32_t detail_;
};

/** Throws unless the status is SCILAMA_OK. */
inline void check(scilama_status status, scilama_error &error)
{
    if (status == SCILAMA_OK) return;
    error.code = status;
    throw failure(error);
}

/** Contiguous elements owned by someone else; converts from anything with data() and size(). */
template <class T> class span {
public:
    constexpr span() noexcept = default;
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <class C, class = std::enable_if_t<std::is_convertible_v<decltype(std::declval<C &>().data()), T *>>>
    constexpr span(C &&c) noexcept : data_(c.data()), size_(static_cast<std::size_t>(c.size())) {}
    constexpr T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr T &operator[](std::size_t i) const { return data_[i]; }
    constexpr T *begin() const noexcept { return data_; }
    constexpr T *end() const noexcept { return data_ + size_; }

private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

/** A row-major matrix owned by someone else. */
template <class T> struct matrix_view {
    T *data = nullptr;
    std::int64_t rows = 0, cols = 0, ld = 0;

    matrix_view() = default;
    matrix_view(T *values, std::int64_t n_rows, std::int64_t n_cols, std::int64_t leading = 0)
        : data(values), rows(n_rows), cols(n_cols), ld(leading ? leading : n_cols) {}
    T &operator()(std::int64_t r, std::int64_t c) const { return data[r * ld + c]; }
    span<T> row(std::int64_t r) const { return {data + r * ld, static_cast<std::size_t>(cols)}; }
};

/** A row-major matrix that owns its values. */
struct matrix {
    std::vector<float> values;
    std::int64_t rows = 0, cols = 0;

    matrix() = default;
    matrix(std::int64_t n_rows, std::int64_t n_cols)
        : values(static_cast<std::size_t>(n_rows) * static_cast<std::size_t>(n_cols)), rows(n_rows), cols(n_cols) {}
    float &operator()(std::int64_t r, std::int64_t c) { return values[static_cast<std::size_t>(r * cols + c)]; }
    float operator()(std::int64_t r, std::int64_t c) const { return values[static_cast<std::size_t>(r * cols + c)]; }
    matrix_view<const float> view() const { return {values.data(), rows, cols}; }
};

namespace detail {

inline scilama_status init(scilama_context_options &o) { return scilama_context_options_init(&o, sizeof o); }
inline scilama_status init(scilama_matrix &o) { return scilama_matrix_init(&o, sizeof o); }
inline scilama_status init(scilama_preprocess_options &o) { return scilama_preprocess_options_init(&o, sizeof o); }
inline scilama_status init(scilama_preprocess_report &o) { return scilama_preprocess_report_init(&o, sizeof o); }
inline scilama_status init(scilama_match_options &o) { return scilama_match_options_init(&o, sizeof o); }
inline scilama_status init(scilama_match_report &o) { return scilama_match_report_init(&o, sizeof o); }
inline scilama_status init(scilama_tensor &o) { return scilama_tensor_init(&o, sizeof o); }
inline scilama_status init(scilama_model_info &o) { return scilama_model_info_init(&o, sizeof o); }
inline scilama_status init(scilama_covariate_info &o) { return scilama_covariate_info_init(&o, sizeof o); }
inline scilama_status init(scilama_decode_options &o) { return scilama_decode_options_init(&o, sizeof o); }
inline scilama_status init(scilama_step_info &o) { return scilama_step_info_init(&o, sizeof o); }
inline scilama_status init(scilama_evaluation &o) { return scilama_evaluation_init(&o, sizeof o); }
inline scilama_status init(scilama_h5ad_options &o) { return scilama_h5ad_options_init(&o, sizeof o); }
inline scilama_status init(scilama_table_options &o) { return scilama_table_options_init(&o, sizeof o); }
inline scilama_status init(scilama_arrow_options &o) { return scilama_arrow_options_init(&o, sizeof o); }
inline scilama_status init(scilama_knn_options &o) { return scilama_knn_options_init(&o, sizeof o); }
inline scilama_status init(scilama_knn_report &o) { return scilama_knn_report_init(&o, sizeof o); }
inline scilama_status init(scilama_leiden_options &o) { return scilama_leiden_options_init(&o, sizeof o); }
inline scilama_status init(scilama_leiden_report &o) { return scilama_leiden_report_init(&o, sizeof o); }
inline scilama_status init(scilama_agreement &o) { return scilama_agreement_init(&o, sizeof o); }
inline scilama_status init(scilama_score_options &o) { return scilama_score_options_init(&o, sizeof o); }
inline scilama_status init(scilama_scores &o) { return scilama_scores_init(&o, sizeof o); }

template <class T, void (*destroy)(T *)> struct deleter {
    void operator()(T *handle) const noexcept { destroy(handle); }
};
template <class T, void (*destroy)(T *)> using owner = std::unique_ptr<T, deleter<T, destroy>>;

inline std::vector<const char *> pointers(const std::vector<std::string> &texts)
{
    std::vector<const char *> out;
    out.reserve(texts.size());
    for (const std::string &text : texts) out.push_back(text.c_str());
    return out;
}

inline void require(bool condition, const char *sentence)
{
    if (!condition) throw std::invalid_argument(sentence);
}

} // namespace detail

/** A struct of options or results with its defaults:
 *  `auto o = scilama::defaults<scilama_knn_options>();` */
template <class T> T defaults()
{
    T value;
    scilama_error error{};
    check(detail::init(value), error);
    return value;
}
/** Options of a model or trainer. @param preset ::scilama_preset. */
inline scilama_model_options model_options(std::int32_t preset = SCILAMA_PRESET_PUBLISHED)
{
    scilama_model_options o;
    scilama_error error{};
    check(scilama_model_options_init(&o, sizeof o, preset), error);
    return o;
}
inline scilama_trainer_options trainer_options(std::int32_t preset = SCILAMA_PRESET_PUBLISHED)
{
    scilama_trainer_options o;
    scilama_error error{};
    check(scilama_trainer_options_init(&o, sizeof o, preset), error);
    return o;
}

/** Memory, log, threads and cancellation. */
class context {
public:
    explicit context(std::int32_t threads = 1)
    {
        auto o = defaults<scilama_context_options>();
        o.threads = threads;
        create(o);
    }
    explicit context(const scilama_context_options &o) { create(o); }
    scilama_context *get() const noexcept { return handle_.get(); }
    void cancel() const noexcept { scilama_context_cancel(get()); } /**< from any thread */
    void resume() const noexcept { scilama_context_resume(get()); }
    std::int32_t threads() const noexcept { return scilama_context_threads(get()); }

private:
    void create(const scilama_context_options &o)
    {
        scilama_error error{};
        scilama_context *out = nullptr;
        check(scilama_context_create(&out, &o, &error), error);
        handle_.reset(out);
    }
    detail::owner<scilama_context, scilama_context_destroy> handle_;
};

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

/** Vectors by gene name. */
class gene_table {
public:
    gene_table(const context &ctx, const std::vector<std::string> &names, matrix_view<const float> values)
    {
        detail::require(static_cast<std::int64_t>(names.size()) == values.rows, "gene_table: one name per row is needed");
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
        scilama_error error{};
        check(scilama_gene_table_to_arrow(get(), schema, array, &error), error);
    }
    /** The vectors where they lie; the caller owns the tensor. */
    DLManagedTensorVersioned *to_dlpack() const
    {
        scilama_error error{};
        DLManagedTensorVersioned *out = nullptr;
        check(scilama_gene_table_to_dlpack(&out, get(), &error), error);
        return out;
    }
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
    static dataset read(const context &ctx, const std::string &path,
        const scilama_h5ad_options &o = defaults<scilama_h5ad_options>())
    {
        scilama_error error{};
        scilama_dataset *out = nullptr;
        check(scilama_dataset_read_h5ad(&out, ctx.get(), path.c_str(), &o, &error), error);
        return dataset(out);
    }
    scilama_dataset *get() const noexcept { return handle_.get(); }
    std::int64_t cells() const noexcept { return scilama_dataset_cells(get()); }
    std::int64_t genes() const noexcept { return scilama_dataset_genes(get()); }
    std::int64_t genes_used() const noexcept { return scilama_dataset_genes_used(get()); }

    void set_numeric(const std::string &name, span<const double> values)
    {
        whole(values.size());
        scilama_error error{};
        check(scilama_dataset_set_numeric(get(), name.c_str(), values.data(), &error), error);
    }
    void set_codes(const std::string &name, span<const std::int32_t> codes, const std::vector<std::string> &categories)
    {
        whole(codes.size());
        scilama_error error{};
        check(scilama_dataset_set_codes(get(), name.c_str(), codes.data(), detail::pointers(categories).data(),
                  static_cast<std::int64_t>(categories.size()), &error), error);
    }
    void set_strings(const std::string &name, const std::vector<std::string> &values)
    {
        whole(values.size());
        scilama_error error{};
        check(scilama_dataset_set_strings(get(), name.c_str(), detail::pointers(values).data(), &error), error);
    }
    void use_covariate(const std::string &name, std::int32_t kind = SCILAMA_COVARIATE_CATEGORICAL)
    {
        scilama_error error{};
        check(scilama_dataset_use_covariate(get(), name.c_str(), kind, &error), error);
    }
    void set_split(span<const std::int32_t> split)
    {
        whole(split.size());
        scilama_error error{};
        check(scilama_dataset_set_split(get(), split.data(), &error), error);
    }
    void split_random(double train, double validation, std::uint64_t seed = 0, const char *stratify = nullptr)
    {
        scilama_error error{};
        check(scilama_dataset_split_random(get(), train, validation, seed, stratify, &error), error);
    }
    scilama_match_report add_gene_table(const std::string &name, const gene_table &table,
        const scilama_match_options &o = defaults<scilama_match_options>())
    {
        auto report = defaults<scilama_match_report>();
        scilama_error error{};
        check(scilama_dataset_add_gene_table(get(), name.c_str(), table.get(), &o, &report, &error), error);
        return report;
    }
    /** The cell columns as an Arrow table. */
    void obs_to_arrow(ArrowSchema *schema, ArrowArray *array) const
    {
        scilama_error error{};
        check(scilama_dataset_obs_to_arrow(get(), schema, array, &error), error);
    }
    scilama_preprocess_report preprocess(const scilama_preprocess_options &o = defaults<scilama_preprocess_options>())
    {
        auto report = defaults<scilama_preprocess_report>();
        scilama_error error{};
        check(scilama_dataset_preprocess(get(), &o, &report, &error), error);
        return report;
    }
    void release_input()
    {
        scilama_error error{};
        check(scilama_dataset_release_input(get(), &error), error);
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

/** The paired VAE. */
class model {
public:
    model(const dataset &data, const scilama_model_options &o)
    {
        scilama_error error{};
        scilama_model *out = nullptr;
        check(scilama_model_create(&out, data.get(), &o, &error), error);
        handle_.reset(out);
    }
    static model load(const context &ctx, const std::string &path)
    {
        scilama_error error{};
        scilama_model *out = nullptr;
        check(scilama_model_load(&out, ctx.get(), path.c_str(), &error), error);
        return model(out);
    }
    void save(const std::string &path) const
    {
        scilama_error error{};
        check(scilama_model_save(get(), path.c_str(), &error), error);
    }
    scilama_model *get() const noexcept { return handle_.get(); }
    scilama_model_info info() const
    {
        auto out = defaults<scilama_model_info>();
        scilama_error error{};
        check(scilama_model_get_info(get(), &out, &error), error);
        return out;
    }
    /** What cell columns the model reads; names are borrowed from it. */
    std::vector<scilama_covariate_info> covariates() const
    {
        std::vector<scilama_covariate_info> out;
        for (std::int64_t i = 0; i < scilama_model_covariates(get()); i++) {
            out.push_back(defaults<scilama_covariate_info>());
            scilama_error error{};
            check(scilama_model_covariate(get(), i, &out.back(), &error), error);
        }
        return out;
    }
    /** Categories of a covariate, in the order of its columns. */
    std::vector<std::string> categories(std::int64_t covariate) const
    {
        std::vector<std::string> out;
        while (const char *name = scilama_model_category(get(), covariate, static_cast<std::int64_t>(out.size()))) out.emplace_back(name);
        return out;
    }
    std::int64_t parameters() const noexcept { return scilama_model_parameters(get()); }
    scilama_tensor parameter(std::int64_t index) const
    {
        auto out = defaults<scilama_tensor>();
        scilama_error error{};
        check(scilama_model_parameter(get(), index, &out, &error), error);
        return out;
    }
    /** A parameter where it lies, read-only; the caller owns the tensor. */
    DLManagedTensorVersioned *parameter_to_dlpack(const std::string &name) const
    {
        scilama_error error{};
        DLManagedTensorVersioned *out = nullptr;
        check(scilama_model_parameter_to_dlpack(&out, get(), name.c_str(), &error), error);
        return out;
    }
    /** [cells × latent] */
    matrix encode_cells(const dataset &data)
    {
        matrix out(data.cells(), info().latent);
        scilama_error error{};
        check(scilama_model_encode_cells(get(), data.get(), out.values.data(), nullptr, 0, &error), error);
        return out;
    }
    /** [genes × latent] */
    matrix encode_genes()
    {
        const scilama_model_info i = info();
        matrix out(i.genes, i.latent);
        scilama_error error{};
        check(scilama_model_encode_genes(get(), out.values.data(), nullptr, 0, &error), error);
        return out;
    }
    /** [cells × genes] */
    matrix decode(const dataset &data, const scilama_decode_options &o = defaults<scilama_decode_options>())
    {
        matrix out(data.cells(), info().genes);
        scilama_error error{};
        check(scilama_model_decode(get(), data.get(), &o, out.values.data(), 0, &error), error);
        return out;
    }

private:
    explicit model(scilama_model *handle) : handle_(handle) {}
    detail::owner<scilama_model, scilama_model_destroy> handle_;
};

/** Training, one step at a time: `for (const auto &info : trainer.steps()) …`. */
class trainer {
public:
    trainer(const model &m, const dataset &data, const scilama_trainer_options &o)
    {
        scilama_error error{};
        scilama_trainer *out = nullptr;
        check(scilama_trainer_create(&out, m.get(), data.get(), &o, &error), error);
        handle_.reset(out);
    }
    scilama_trainer *get() const noexcept { return handle_.get(); }
    scilama_step_info step()
    {
        auto info = defaults<scilama_step_info>();
        scilama_error error{};
        check(scilama_trainer_step(get(), &info, &error), error);
        return info;
    }
    scilama_evaluation evaluate(std::int32_t split = SCILAMA_SPLIT_VALIDATION)
    {
        auto out = defaults<scilama_evaluation>();
        scilama_error error{};
        check(scilama_trainer_evaluate(get(), split, &out, &error), error);
        return out;
    }

    /** Input iterator: every increment is a step; it ends after the step that finishes. */
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = scilama_step_info;
        using difference_type = std::ptrdiff_t;
        using pointer = const scilama_step_info *;
        using reference = const scilama_step_info &;
        iterator() = default;
        explicit iterator(trainer *owner) : owner_(owner), info_(owner->step()) {}
        reference operator*() const { return info_; }
        pointer operator->() const { return &info_; }
        iterator &operator++()
        {
            if (info_.events & SCILAMA_EVENT_FINISHED) owner_ = nullptr;
            else info_ = owner_->step();
            return *this;
        }
        bool operator==(const iterator &other) const { return owner_ == other.owner_; }
        bool operator!=(const iterator &other) const { return owner_ != other.owner_; }

    private:
        trainer *owner_ = nullptr;
        scilama_step_info info_{};
    };
    struct step_range {
        trainer *owner;
        iterator begin() const { return iterator(owner); }
        iterator end() const { return iterator(); }
    };
    step_range steps() { return {this}; }

    /** Trains to the end. `progress(const scilama_step_info &)` runs after every epoch and
     *  returns true to go on; what it throws stops training and is thrown on from here.
     *  @return false when progress stopped it. */
    template <class F> bool run(F &&progress)
    {
        struct call { std::remove_reference_t<F> *f; std::exception_ptr thrown; bool stopped; } c{&progress, nullptr, false};
        scilama_error error{};
        const scilama_status status = scilama_trainer_run(get(), [](void *user, const scilama_step_info *info) -> std::int32_t {
            call *self = static_cast<call *>(user);
            try {
                self->stopped = !(*self->f)(*info);
            } catch (...) {
                self->thrown = std::current_exception();
                self->stopped = true;
            }
            return self->stopped;
        }, &c, nullptr, &error);
        if (c.thrown) std::rethrow_exception(c.thrown);
        if (status == SCILAMA_E_CALLBACK && c.stopped) return false;
        check(status, error);
        return true;
    }

private:
    detail::owner<scilama_trainer, scilama_trainer_destroy> handle_;
};

} // namespace scilama

#endif
