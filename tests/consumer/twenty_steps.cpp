/* SPDX-License-Identifier: MIT */
/* Twenty steps on the data of DATA.md through scilama.hpp. */
#include <scilama/scilama.hpp>
#include <scilama/dlpack.h>
#include <array>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

static std::uint64_t fnv1a(std::uint64_t hash, const void *data, std::size_t size)
{
    const auto *p = static_cast<const unsigned char *>(data);
    for (std::size_t i = 0; i < size; i++) hash = (hash ^ p[i]) * 1099511628211u;
    return hash;
}

static const std::uint64_t empty = 14695981039346656037u;

static void print(const char *what, std::uint64_t hash)
{
    std::printf("%-7s %016llx\n", what, static_cast<unsigned long long>(hash));
}

int main()
try {
    constexpr int n_cells = 96, n_genes = 40, width = 8;
    scilama::context context(2);
    scilama::matrix x(n_cells, n_genes), e(n_genes, width);
    std::vector<std::int32_t> batch(n_cells);
    std::array<std::int32_t, n_cells> split{};
    for (int i = 0; i < n_cells; i++) {
        batch[static_cast<std::size_t>(i)] = i % 3;
        split[static_cast<std::size_t>(i)] = i % 10 == 9 ? SCILAMA_SPLIT_VALIDATION : SCILAMA_SPLIT_TRAIN;
        for (int g = 0; g < n_genes; g++) {
            const int v = (31 * i + 17 * g + i * g) % 13;
            x(i, g) = static_cast<float>(v < 8 ? 0 : v - 7);
        }
    }
    std::vector<std::string> names;
    for (int g = 0; g < n_genes; g++) {
        char text[8];
        std::snprintf(text, sizeof text, "G%03d", g % 1000);
        names.push_back(text);
        for (int d = 0; d < width; d++) e(g, d) = static_cast<float>((19 * g + 23 * d + g * d) % 17 - 8) / 8;
    }
    scilama::dataset data(context, x.view(), names);
    data.set_codes("batch", batch, {"a", "b", "c"});
    data.use_covariate("batch");
    data.set_split(split);
    data.add_gene_table("formula", scilama::gene_table(context, names, e.view()));
    auto recipe = scilama::defaults<scilama_preprocess_options>();
    recipe.hvg = SCILAMA_HVG_NONE;
    data.preprocess(recipe);

    auto shape = scilama::model_options(SCILAMA_PRESET_PUBLISHED);
    shape.latent = 6;
    shape.hidden[0] = 16;
    shape.hidden[1] = 8;
    shape.seed = 7;
    scilama::model model(data, shape);
    data.release_input();
    auto how = scilama::trainer_options(SCILAMA_PRESET_PUBLISHED);
    how.mode = SCILAMA_MODE_DIRECT;
    how.batch_size = 16;
    how.seed = 11;
    {
        scilama::trainer trainer(model, data, how);
        int steps = 0;
        for (const scilama_step_info &info : trainer.steps()) {
            if (info.step != ++steps) return 2;
            if (steps == 20) break;
        }
    }
    std::uint64_t hash = empty;
    for (std::int64_t i = 0; i < model.parameters(); i++) {
        const scilama_tensor t = model.parameter(i);
        hash = fnv1a(hash, t.name, std::strlen(t.name));
        hash = fnv1a(hash, t.data, static_cast<std::size_t>(t.rows * t.cols) * sizeof(float));
    }
    print("weights", hash);
    const scilama::matrix cells = model.encode_cells(data), genes = model.encode_genes();
    print("cells", fnv1a(empty, cells.values.data(), cells.values.size() * sizeof(float)));
    print("genes", fnv1a(empty, genes.values.data(), genes.values.size() * sizeof(float)));

    if (model.covariates().size() != 1 || model.categories(0) != std::vector<std::string>{"a", "b", "c"}) return 8;

    /* Tables through Arrow, matrices as DLPack: what went out outlives its owner. */
    DLManagedTensorVersioned *view = nullptr, *moved = nullptr, *weight = model.parameter_to_dlpack(model.parameter(0).name);
    {
        const scilama::context ctx;
        scilama::matrix m(2, 2);
        m(0, 0) = 1, m(0, 1) = 2, m(1, 0) = 3, m(1, 1) = 4;
        const scilama::gene_table table(ctx, {"a", "b"}, m.view());
        ArrowSchema schema;
        ArrowArray array;
        table.to_arrow(&schema, &array);
        const scilama::gene_table again = scilama::gene_table::from_arrow(ctx, &schema, &array);
        if (again.name(1) != "b" || again.values()(1, 1) != 4 || schema.release || array.release) return 9;
        view = again.to_dlpack();
        const float *where = m.values.data();
        moved = scilama::to_dlpack(ctx, std::move(m));
        if (moved->dl_tensor.data != where || moved->flags) return 10;
    }
    if (static_cast<const float *>(view->dl_tensor.data)[3] != 4 || view->flags != DLPACK_FLAG_BITMASK_READ_ONLY) return 11;
    if (weight->dl_tensor.data != model.parameter(0).data) return 12;
    for (DLManagedTensorVersioned *t : {view, moved, weight}) t->deleter(t);

    /* Errors arrive as exceptions, and a callback's exception passes through. */
    try {
        data.use_covariate("nothing of the kind");
        return 3;
    } catch (const scilama::failure &f) {
        if (f.code() != SCILAMA_E_NOTFOUND || !std::strstr(f.what(), "nothing of the kind")) return 4;
    }
    scilama::trainer trainer(model, data, how);
    try {
        trainer.run([](const scilama_step_info &) -> bool { throw std::string("enough"); });
        return 5;
    } catch (const std::string &text) {
        if (text != "enough") return 6;
    }
    return trainer.run([](const scilama_step_info &) { return false; }) ? 7 : 0;
} catch (const std::exception &e) {
    std::cerr << e.what() << '\n';
    return 1;
}
