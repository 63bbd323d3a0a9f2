/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_MODEL_HPP
#define SCILAMA_MODEL_HPP

/** @file model.hpp Of scilama.hpp: models and trainers. */

#include "dataset.hpp"

namespace scilama {

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
        detail::call(scilama_model_save, get(), path.c_str());
    }
    /** The bytes of a saved model, and a model of them. */
    std::vector<unsigned char> save_memory(const context &ctx) const
    {
        void *bytes = nullptr;
        std::int64_t size = 0;
        detail::call(scilama_model_save_memory, get(), &bytes, &size);
        struct freed { scilama_context *c; void *b; ~freed() { scilama_bytes_destroy(c, b); } } guard{ctx.get(), bytes};
        const auto *first = static_cast<const unsigned char *>(bytes);
        return std::vector<unsigned char>(first, first + size);
    }
    static model load_memory(const context &ctx, span<const unsigned char> bytes)
    {
        return model(detail::made(scilama_model_load_memory, ctx.get(), bytes.data(), static_cast<std::int64_t>(bytes.size())));
    }
    /** The whole way: split, recipe, training; see scilama_fit(). */
    static model fit(dataset &data, const scilama_fit_options &o = defaults<scilama_fit_options>(), scilama_step_info *last = nullptr)
    {
        return model(detail::made(scilama_fit, data.get(), &o, last));
    }
    scilama_model *get() const noexcept { return handle_.get(); }
    scilama_model_info info() const
    {
        auto out = defaults<scilama_model_info>();
        detail::call(scilama_model_get_info, get(), &out);
        return out;
    }
    scilama_model_options options() const
    {
        auto out = model_options();
        detail::call(scilama_model_get_options, get(), &out);
        return out;
    }
    std::vector<std::string> genes() const { return detail::listed(scilama_model_gene_name, get(), info().genes); }
    std::vector<std::string> modalities() const { return detail::listed(scilama_model_modality_name, get(), info().modalities); }
    std::int64_t modality_width(std::int64_t modality) const noexcept { return scilama_model_modality_width(get(), modality); }
    /** The vectors of a modality as the gene encoder reads them: [genes × width] */
    matrix gene_vectors(std::int64_t modality) const
    {
        std::int64_t width = 0;
        detail::call(scilama_model_gene_vectors, get(), modality, &width, nullptr, 0);
        matrix out(info().genes, width);
        detail::call(scilama_model_gene_vectors, get(), modality, &width, out.values.data(), 0);
        return out;
    }
    /** What cell columns the model reads; names are borrowed from it. */
    std::vector<scilama_covariate_info> covariates() const
    {
        std::vector<scilama_covariate_info> out;
        for (std::int64_t i = 0; i < scilama_model_covariates(get()); i++) {
            out.push_back(defaults<scilama_covariate_info>());
            detail::call(scilama_model_covariate, get(), i, &out.back());
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
        detail::call(scilama_model_parameter, get(), index, &out);
        return out;
    }
    scilama_tensor parameter(const std::string &name) const
    {
        auto out = defaults<scilama_tensor>();
        detail::call(scilama_model_find_parameter, get(), name.c_str(), &out);
        return out;
    }
    void set_parameter(const std::string &name, span<const float> values)
    {
        detail::call(scilama_model_set_parameter, get(), name.c_str(), values.data(), static_cast<std::int64_t>(values.size()));
    }
    void extend_covariate(const std::string &key, const std::vector<std::string> &values)
    {
        detail::call(scilama_model_extend_covariate, get(), key.c_str(), detail::pointers(values).data(), static_cast<std::int64_t>(values.size()));
    }
    /** @return number of parameters copied. */
    std::int64_t copy_parameters(const model &from, const char *prefix = nullptr, const char *from_prefix = nullptr)
    {
        std::int64_t copied = 0;
        detail::call(scilama_model_copy_parameters, get(), from.get(), prefix, from_prefix, &copied);
        return copied;
    }
    scilama_adapt_report adapt(const dataset &data, const scilama_adapt_options *options = nullptr)
    {
        auto out = defaults<scilama_adapt_report>();
        detail::call(scilama_model_adapt, get(), data.get(), options, &out);
        return out;
    }
    void learn_absent(const dataset &data) { detail::call(scilama_model_learn_absent, get(), data.get()); }
    /** Names of the model for the genes of a dataset; returns how many go by another name now. */
    std::int64_t match_genes(dataset &data, const scilama_match_options &o = defaults<scilama_match_options>()) const
    {
        std::int64_t renamed = 0;
        detail::call(scilama_model_match_genes, get(), data.get(), &o, &renamed);
        return renamed;
    }
    scilama_query_report check_query(const dataset &data) const
    {
        auto out = defaults<scilama_query_report>();
        detail::call(scilama_model_check_query, get(), data.get(), &out);
        return out;
    }
    scilama_covariate_report check_covariate(const dataset &data, std::int64_t index) const
    {
        auto out = defaults<scilama_covariate_report>();
        detail::call(scilama_model_check_covariate, get(), data.get(), index, &out);
        return out;
    }
    void cells_to_arrow(const dataset &data, ArrowSchema *schema, ArrowArray *array)
    {
        detail::call(scilama_model_cells_to_arrow, get(), data.get(), schema, array);
    }
    void genes_to_arrow(ArrowSchema *schema, ArrowArray *array) { detail::call(scilama_model_genes_to_arrow, get(), schema, array); }
    /** A parameter where it lies, read-only; the caller owns the tensor. */
    DLManagedTensorVersioned *parameter_to_dlpack(const std::string &name) const
    {
        scilama_error error{};
        DLManagedTensorVersioned *out = nullptr;
        check(scilama_model_parameter_to_dlpack(&out, get(), name.c_str(), &error), error);
        return out;
    }
    /** [cells × latent]; the standard deviations, where they are wanted, go into `sigma`. */
    matrix encode_cells(const dataset &data, matrix *sigma = nullptr)
    {
        matrix out(data.cells(), info().latent);
        if (sigma) *sigma = out;
        detail::call(scilama_model_encode_cells, get(), data.get(), out.values.data(), sigma ? sigma->values.data() : nullptr, 0);
        return out;
    }
    /** [genes × latent] */
    matrix encode_genes(matrix *sigma = nullptr)
    {
        const scilama_model_info i = info();
        matrix out(i.genes, i.latent);
        if (sigma) *sigma = out;
        detail::call(scilama_model_encode_genes, get(), out.values.data(), sigma ? sigma->values.data() : nullptr, 0);
        return out;
    }
    /** Genes that the model never saw, by a table of each modality: [rows × latent], and their expression [cells × rows] */
    matrix encode_new_genes(const std::vector<const gene_table *> &tables)
    {
        const auto handles = pointers(tables);
        matrix out(tables[0]->values().rows, info().latent);
        detail::call(scilama_model_encode_new_genes, get(), handles.data(), nullptr, static_cast<std::int64_t>(handles.size()), out.values.data(), 0);
        return out;
    }
    matrix decode_new_genes(const dataset &data, const std::vector<const gene_table *> &tables,
        const scilama_decode_options &o = defaults<scilama_decode_options>())
    {
        const auto handles = pointers(tables);
        matrix out(data.cells(), tables[0]->values().rows);
        detail::call(scilama_model_decode_new_genes, get(), data.get(), &o, handles.data(), nullptr, static_cast<std::int64_t>(handles.size()),
            out.values.data(), 0);
        return out;
    }
    /** Expression of named genes from any tables that know them and the model's, and what to expect of each. */
    struct predicted {
        matrix values;                                   /**< [cells × names] */
        std::vector<double> mean, deviation, correlation; /**< [names] */
    };
    predicted predict_genes(const dataset &data, const std::vector<const gene_table *> &tables, const std::vector<std::string> &names,
        const scilama_decode_options &o = defaults<scilama_decode_options>())
    {
        const auto handles = pointers(tables);
        const auto n = static_cast<std::int64_t>(names.size());
        predicted out{matrix(data.cells(), n), detail::room<double>(n), detail::room<double>(n), detail::room<double>(n)};
        auto forecast = defaults<scilama_gene_forecast>();
        forecast.mean = out.mean.data();
        forecast.deviation = out.deviation.data();
        forecast.correlation = out.correlation.data();
        detail::call(scilama_model_predict_genes, get(), data.get(), &o, handles.data(), static_cast<std::int64_t>(handles.size()),
            detail::pointers(names).data(), n, out.values.values.data(), 0, &forecast);
        return out;
    }
    /** Keeps of the reference's cells what novelty() compares with. */
    void describe_reference(const dataset &data) { detail::call(scilama_model_describe_reference, get(), data.get()); }
    /** How much sparser the reference is than the dataset around each of its cells. */
    std::vector<float> novelty(const dataset &data)
    {
        auto out = detail::room<float>(data.cells());
        detail::call(scilama_model_novelty, get(), data.get(), out.data());
        return out;
    }
    /** [cells × genes] */
    matrix decode(const dataset &data, const scilama_decode_options &o = defaults<scilama_decode_options>())
    {
        matrix out(data.cells(), info().genes);
        detail::call(scilama_model_decode, get(), data.get(), &o, out.values.data(), 0);
        return out;
    }
    /** The same of every cell as if it were of these categories: {column, category} each. */
    matrix decode(const dataset &data, const std::vector<std::pair<std::string, std::string>> &to,
        scilama_decode_options o = defaults<scilama_decode_options>())
    {
        std::vector<const char *> keys, values;
        for (const auto &[key, value] : to) {
            keys.push_back(key.c_str());
            values.push_back(value.c_str());
        }
        o.to_key = keys.data();
        o.to_value = values.data();
        o.replacements = static_cast<std::int64_t>(to.size());
        return decode(data, o);
    }

private:
    static std::vector<const scilama_gene_table *> pointers(const std::vector<const gene_table *> &tables)
    {
        detail::require(!tables.empty(), "model: a table of vectors is needed for each modality");
        std::vector<const scilama_gene_table *> out;
        for (const gene_table *table : tables) {
            detail::require(table != nullptr, "model: a table of vectors is NULL");
            out.push_back(table->get());
        }
        return out;
    }
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
        detail::call(scilama_trainer_step, get(), &info);
        return info;
    }
    scilama_step_info run_epoch() { return told(scilama_trainer_run_epoch); }
    /** Adds up the gradients of these cells, or of the next mini-batch; apply() makes a step of them. */
    scilama_step_info forward_backward(span<const std::int64_t> cells = {})
    {
        auto info = defaults<scilama_step_info>();
        detail::call(scilama_trainer_forward_backward, get(), cells.data(), static_cast<std::int64_t>(cells.size()), &info);
        return info;
    }
    /** The gradient of one part of a mini-batch, in place of what gradients() held. */
    scilama_step_info forward_backward_part(std::int64_t part, span<const std::int64_t> cells)
    {
        auto info = defaults<scilama_step_info>();
        detail::call(scilama_trainer_forward_backward_part, get(), part, cells.data(), static_cast<std::int64_t>(cells.size()), &info);
        return info;
    }
    scilama_step_info apply() { return told(scilama_trainer_apply); }
    scilama_step_info end_phase() { return told(scilama_trainer_end_phase); }
    scilama_tensor gradients()
    {
        auto out = defaults<scilama_tensor>();
        detail::call(scilama_trainer_gradients, get(), &out);
        return out;
    }
    scilama_tensor gradient(const std::string &name)
    {
        auto out = defaults<scilama_tensor>();
        detail::call(scilama_trainer_gradient, get(), name.c_str(), &out);
        return out;
    }
    DLManagedTensorVersioned *gradients_to_dlpack() { return detail::made(scilama_trainer_gradients_to_dlpack, get()); }
    /** KL per latent unit of cells and of genes at the last validation. */
    std::pair<std::vector<double>, std::vector<double>> kl_per_unit(std::int64_t latent)
    {
        std::vector<double> s(static_cast<std::size_t>(latent)), f(s.size());
        detail::call(scilama_trainer_kl_per_unit, get(), s.data(), f.data());
        return {s, f};
    }
    struct rates { double lr, beta, gamma; }; /**< NaN when set: by schedule */
    rates get_rates() const
    {
        rates out{};
        detail::call(scilama_trainer_get_rates, get(), &out.lr, &out.beta, &out.gamma);
        return out;
    }
    void set_rates(rates r) { detail::call(scilama_trainer_set_rates, get(), r.lr, r.beta, r.gamma); }
    /** Everything: a trainer restored from it goes on bit for bit. */
    std::vector<unsigned char> state() const
    {
        std::vector<unsigned char> out(static_cast<std::size_t>(scilama_trainer_state_size(get())));
        detail::call(scilama_trainer_state_get, get(), out.data(), static_cast<std::int64_t>(out.size()));
        return out;
    }
    void restore(span<const unsigned char> state)
    {
        detail::call(scilama_trainer_state_set, get(), state.data(), static_cast<std::int64_t>(state.size()));
    }
    /** Bytes that a trainer would reserve. */
    static std::int64_t memory(const model &m, const dataset &data, const scilama_trainer_options &o)
    {
        std::int64_t bytes = 0;
        detail::call(scilama_trainer_memory, m.get(), data.get(), &o, &bytes);
        return bytes;
    }
    scilama_evaluation evaluate(std::int32_t split = SCILAMA_SPLIT_VALIDATION)
    {
        auto out = defaults<scilama_evaluation>();
        detail::call(scilama_trainer_evaluate, get(), split, &out);
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
    scilama_step_info told(scilama_status (*function)(scilama_trainer *, scilama_step_info *, scilama_error *))
    {
        auto info = defaults<scilama_step_info>();
        detail::call(function, get(), &info);
        return info;
    }
    detail::owner<scilama_trainer, scilama_trainer_destroy> handle_;
};

} // namespace scilama

#endif
