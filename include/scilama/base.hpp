/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_BASE_HPP
#define SCILAMA_BASE_HPP

/** @file base.hpp Of scilama.hpp: failures, views, defaults, contexts. */

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

inline scilama_status init(scilama_agreement &o) { return scilama_agreement_init(&o, sizeof o); }
inline scilama_status init(scilama_arrow_options &o) { return scilama_arrow_options_init(&o, sizeof o); }
inline scilama_status init(scilama_cluster_options &o) { return scilama_cluster_options_init(&o, sizeof o); }
inline scilama_status init(scilama_coherence_options &o) { return scilama_coherence_options_init(&o, sizeof o); }
inline scilama_status init(scilama_column_info &o) { return scilama_column_info_init(&o, sizeof o); }
inline scilama_status init(scilama_context_options &o) { return scilama_context_options_init(&o, sizeof o); }
inline scilama_status init(scilama_covariate_info &o) { return scilama_covariate_info_init(&o, sizeof o); }
inline scilama_status init(scilama_covariate_report &o) { return scilama_covariate_report_init(&o, sizeof o); }
inline scilama_status init(scilama_decode_options &o) { return scilama_decode_options_init(&o, sizeof o); }
inline scilama_status init(scilama_enrichment_options &o) { return scilama_enrichment_options_init(&o, sizeof o); }
inline scilama_status init(scilama_evaluation &o) { return scilama_evaluation_init(&o, sizeof o); }
inline scilama_status init(scilama_file_options &o) { return scilama_file_options_init(&o, sizeof o); }
inline scilama_status init(scilama_fit_options &o) { return scilama_fit_options_init(&o, sizeof o); }
inline scilama_status init(scilama_gene_forecast &o) { return scilama_gene_forecast_init(&o, sizeof o); }
inline scilama_status init(scilama_holdout_options &o) { return scilama_holdout_options_init(&o, sizeof o); }
inline scilama_status init(scilama_holdout_report &o) { return scilama_holdout_report_init(&o, sizeof o); }
inline scilama_status init(scilama_map_options &o) { return scilama_map_options_init(&o, sizeof o); }
inline scilama_status init(scilama_loading_options &o) { return scilama_loading_options_init(&o, sizeof o); }
inline scilama_status init(scilama_loading_report &o) { return scilama_loading_report_init(&o, sizeof o); }
inline scilama_status init(scilama_kmeans_options &o) { return scilama_kmeans_options_init(&o, sizeof o); }
inline scilama_status init(scilama_knn_options &o) { return scilama_knn_options_init(&o, sizeof o); }
inline scilama_status init(scilama_knn_report &o) { return scilama_knn_report_init(&o, sizeof o); }
inline scilama_status init(scilama_label_info &o) { return scilama_label_info_init(&o, sizeof o); }
inline scilama_status init(scilama_leiden_options &o) { return scilama_leiden_options_init(&o, sizeof o); }
inline scilama_status init(scilama_leiden_report &o) { return scilama_leiden_report_init(&o, sizeof o); }
inline scilama_status init(scilama_marker_options &o) { return scilama_marker_options_init(&o, sizeof o); }
inline scilama_status init(scilama_marker_table &o) { return scilama_marker_table_init(&o, sizeof o); }
inline scilama_status init(scilama_match_options &o) { return scilama_match_options_init(&o, sizeof o); }
inline scilama_status init(scilama_concat_options &o) { return scilama_concat_options_init(&o, sizeof o); }
inline scilama_status init(scilama_match_report &o) { return scilama_match_report_init(&o, sizeof o); }
inline scilama_status init(scilama_matrix &o) { return scilama_matrix_init(&o, sizeof o); }
inline scilama_status init(scilama_model_info &o) { return scilama_model_info_init(&o, sizeof o); }
inline scilama_status init(scilama_model_options &o) { return scilama_model_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED); }
inline scilama_status init(scilama_module_options &o) { return scilama_module_options_init(&o, sizeof o); }
inline scilama_status init(scilama_module_report &o) { return scilama_module_report_init(&o, sizeof o); }
inline scilama_status init(scilama_option_info &o) { return scilama_option_info_init(&o, sizeof o); }
inline scilama_status init(scilama_pca_options &o) { return scilama_pca_options_init(&o, sizeof o); }
inline scilama_status init(scilama_preprocess_options &o) { return scilama_preprocess_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED); }
inline scilama_status init(scilama_preprocess_report &o) { return scilama_preprocess_report_init(&o, sizeof o); }
inline scilama_status init(scilama_query_report &o) { return scilama_query_report_init(&o, sizeof o); }
inline scilama_status init(scilama_adapt_options &o) { return scilama_adapt_options_init(&o, sizeof o); }
inline scilama_status init(scilama_adapt_report &o) { return scilama_adapt_report_init(&o, sizeof o); }
inline scilama_status init(scilama_reference_info &o) { return scilama_reference_info_init(&o, sizeof o); }
inline scilama_status init(scilama_row_source &o) { return scilama_row_source_init(&o, sizeof o); }
inline scilama_status init(scilama_score_options &o) { return scilama_score_options_init(&o, sizeof o); }
inline scilama_status init(scilama_scores &o) { return scilama_scores_init(&o, sizeof o); }
inline scilama_status init(scilama_step_info &o) { return scilama_step_info_init(&o, sizeof o); }
inline scilama_status init(scilama_table_options &o) { return scilama_table_options_init(&o, sizeof o); }
inline scilama_status init(scilama_tensor &o) { return scilama_tensor_init(&o, sizeof o); }
inline scilama_status init(scilama_trainer_options &o) { return scilama_trainer_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED); }
inline scilama_status init(scilama_umap_options &o) { return scilama_umap_options_init(&o, sizeof o); }

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

/** Calls a function whose last argument is the error. */
template <class... P, class... A> void call(scilama_status (*function)(P...), A... arguments)
{
    scilama_error error{};
    check(function(arguments..., &error), error);
}
/** Names 0 … count − 1 of a handle; empty where there is none. */
template <class T> std::vector<std::string> listed(const char *(*name)(const T *, std::int64_t), const T *handle, std::int64_t count)
{
    std::vector<std::string> out;
    for (std::int64_t i = 0; i < count; i++) {
        const char *text = name(handle, i);
        out.emplace_back(text ? text : "");
    }
    return out;
}
/** … and whose first is the handle that it makes. */
template <class T, class... P, class... A> T *made(scilama_status (*function)(T **, P...), A... arguments)
{
    T *out = nullptr;
    call(function, &out, arguments...);
    return out;
}
inline void require(bool condition, const char *sentence)
{
    if (!condition) throw std::invalid_argument(sentence);
}
/** What is needed, as a sentence's beginning, and how many are there. */
inline void fits(const char *what, std::int64_t needed, std::int64_t given)
{
    if (needed != given) throw std::invalid_argument(std::string(what) + " is needed: " + std::to_string(needed) + ", not " + std::to_string(given));
}
/** The same of rows of vectors next to each other. */
template <class T> void packed(const char *what, const matrix_view<T> &m, std::int64_t rows)
{
    fits(what, rows, m.rows);
    require(m.ld == m.cols, "vectors without gaps between the rows are needed");
}

} // namespace detail

/** A struct of options or results with its defaults:
 *  `auto o = scilama::defaults<scilama_knn_options>();`. Where there are presets, the recommended ones. */
template <class T> T defaults()
{
    T value;
    scilama_error error{};
    check(detail::init(value), error);
    return value;
}
/** Options of a preset, the recommended one unless another is named. @param preset ::scilama_preset. */
inline scilama_preprocess_options preprocess_options(std::int32_t preset = SCILAMA_PRESET_RECOMMENDED)
{
    scilama_preprocess_options o;
    scilama_error error{};
    check(scilama_preprocess_options_init(&o, sizeof o, preset), error);
    return o;
}
inline scilama_model_options model_options(std::int32_t preset = SCILAMA_PRESET_RECOMMENDED)
{
    scilama_model_options o;
    scilama_error error{};
    check(scilama_model_options_init(&o, sizeof o, preset), error);
    return o;
}
inline scilama_trainer_options trainer_options(std::int32_t preset = SCILAMA_PRESET_RECOMMENDED)
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
    /** Library, dependencies, processor and kernels as a JSON object. */
    std::string describe() const
    {
        std::size_t needed = 0;
        scilama_context_describe(get(), nullptr, 0, &needed);
        std::string out(needed, '\0');
        scilama_error error{};
        check(scilama_context_describe(get(), &out[0], out.size(), nullptr), error);
        out.resize(needed - 1);
        return out;
    }
    /** Bytes held now, and the most ever held. */
    std::pair<std::int64_t, std::int64_t> memory() const noexcept
    {
        std::pair<std::int64_t, std::int64_t> out{0, 0};
        scilama_context_memory(get(), &out.first, &out.second);
        return out;
    }
    /** `progress` must not throw. */
    void set_progress(scilama_stage_fn progress, void *user = nullptr) { detail::call(scilama_context_set_progress, get(), progress, user); }
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

/** Options of a struct, described. @param of ::scilama_options. */
inline std::vector<scilama_option_info> described(std::int32_t of)
{
    std::vector<scilama_option_info> out;
    for (std::int64_t i = 0; i < scilama_option_count(of); i++) {
        out.push_back(defaults<scilama_option_info>());
        detail::call(scilama_option_get_info, of, i, &out.back());
    }
    return out;
}
/** Words that an option takes, and what they set it to; none for options of other kinds. */
inline std::vector<std::pair<std::string, std::int32_t>> choices(std::int32_t of, const std::string &name)
{
    std::vector<std::pair<std::string, std::int32_t>> out;
    std::int32_t value = 0;
    const std::int64_t index = scilama_option_find(of, name.c_str());
    while (const char *word = scilama_option_choice(of, index, static_cast<std::int64_t>(out.size()), &value)) out.emplace_back(word, value);
    return out;
}
/** Throws unless every field lies within its bounds. */
inline void check_options(std::int32_t of, const void *options) { detail::call(scilama_option_check, of, options); }

inline std::string version() { return scilama_version_string(); }
/** Of the library in use, as SCILAMA_VERSION is that of the header. */
inline auto version_number() { return scilama_version(); }
inline std::string status_name(scilama_status status) { return scilama_status_name(status); }

} // namespace scilama

#endif
