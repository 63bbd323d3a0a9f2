/* SPDX-License-Identifier: MIT */
/* Parts of scilama.hpp that no other program here calls, against what another part says. Usage: whole FOLDER.
 * What does not hold is named. */
#include <scilama/scilama.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>

#define HOLDS(condition) \
    do { \
        if (!(condition)) { \
            std::cerr << __LINE__ << ": " #condition "\n"; \
            return 1; \
        } \
    } while (0)

constexpr std::int64_t cells = 90, genes = 40;

static std::vector<float> values()
{
    std::vector<float> out;
    for (std::int64_t c = 0; c < cells; c++)
        for (std::int64_t g = 0; g < genes; g++) {
            const std::int64_t v = (31 * c + 17 * g + c * g) % 13;
            out.push_back(static_cast<float>((v < 7 ? 0 : v - 6) + (c % 3 == g % 3 ? 2 : 0)));
        }
    return out;
}

static std::vector<std::string> names(const std::string &prefix, std::int64_t n)
{
    std::vector<std::string> out;
    for (std::int64_t i = 0; i < n; i++) out.push_back(prefix + std::to_string(i));
    return out;
}

static scilama::dataset make(const scilama::context &context, const std::string &prefix, const std::vector<std::string> &batches)
{
    static const std::vector<float> x = values();
    const scilama::matrix_view<const float> view(x.data(), cells, genes);
    scilama::dataset data(context, view, names("g", genes), names(prefix, cells));
    std::vector<std::int32_t> codes;
    for (std::int64_t c = 0; c < cells; c++) codes.push_back(static_cast<std::int32_t>(c * static_cast<std::int64_t>(batches.size()) / cells));
    data.set_codes("batch", codes, batches);
    return data;
}

/* A MatrixMarket folder, of which read() has to find out what it is. */
static void market(const std::string &folder)
{
    const auto x = values();
    std::int64_t stored = 0;
    for (const float v : x) stored += v != 0;
    std::ofstream matrix(folder + "/matrix.mtx"), cell_names(folder + "/barcodes.tsv"), gene_names(folder + "/genes.tsv");
    matrix << "%%MatrixMarket matrix coordinate integer general\n" << genes << ' ' << cells << ' ' << stored << '\n';
    for (std::int64_t c = 0; c < cells; c++)
        for (std::int64_t g = 0; g < genes; g++)
            if (x[static_cast<std::size_t>(c * genes + g)] != 0) matrix << g + 1 << ' ' << c + 1 << ' ' << x[static_cast<std::size_t>(c * genes + g)] << '\n';
    for (const auto &n : names("c", cells)) cell_names << n << '\n';
    for (const auto &n : names("g", genes)) gene_names << n << '\t' << n << '\n';
}

static int data_and_files(const scilama::context &context, const std::string &folder)
{
    market(folder);
    const auto read = scilama::dataset::read(context, folder), same = scilama::dataset::read_mtx(context, folder);
    HOLDS(read.cells() == cells && same.genes() == genes && read.gene_names()[1] == "g1");
    try {
        scilama::dataset::read_h5ad(context, folder);
        HOLDS(!"a folder is no .h5ad file");
    } catch (const scilama::failure &) {
    }
    const auto data = make(context, "c", {"a", "b"}), query = make(context, "q", {"c"});
    const char *keys[] = {"old", "new"};
    auto how = scilama::defaults<scilama_concat_options>();
    how.keys = keys;
    how.label = "part";
    const auto both = scilama::dataset::concat({&data, &query}, how);
    HOLDS(both.cells() == 2 * cells && both.cell_names()[cells] == "q0" && both.codes("part")[cells] == 1);
    scilama::h5ad_writer::create(folder + "/both.h5ad", both).commit();
    std::vector<float> empty(static_cast<std::size_t>(2 * cells), 0);
    auto column = scilama::defaults<scilama_matrix>();
    column.storage = SCILAMA_STORAGE_DENSE;
    column.value_type = SCILAMA_DTYPE_F32;
    column.rows = 2 * cells;
    column.cols = 1;
    column.values = empty.data();
    auto other = scilama::h5ad_writer::create(context, folder + "/other.h5ad", column);
    other.copy_obs(folder + "/both.h5ad");
    other.commit();
    HOLDS(scilama::dataset::read(context, folder + "/other.h5ad").codes("part") == both.codes("part"));
    const auto again = scilama::dataset::read(context, folder + "/both.h5ad");
    HOLDS(again.cells() == 2 * cells && again.categories("batch") == (std::vector<std::string>{"a", "b", "c"}));
    return 0;
}

static int mapping(const scilama::context &context, const std::string &folder)
{
    auto data = make(context, "c", {"a", "b"});
    const auto query = make(context, "q", {"c"});
    data.use_covariate("batch");
    data.split_random(0.8, 0.2);
    auto recipe = scilama::defaults<scilama_preprocess_options>();
    recipe.min_cells = 0;
    data.preprocess(recipe);
    auto shape = scilama::model_options(SCILAMA_PRESET_RECOMMENDED);
    shape.latent = 4;
    shape.hidden[0] = 16, shape.hidden[1] = 8, shape.hidden[2] = 0;
    scilama::model model(data, shape);
    {
        auto training = scilama::trainer_options(SCILAMA_PRESET_RECOMMENDED);
        training.max_steps = 30;
        scilama::trainer trainer(model, data, training);
        HOLDS(trainer.run([](const scilama_step_info &) { return true; }));
    }
    const auto points = model.encode_cells(data);
    scilama::matrix sigma;
    HOLDS(model.encode_cells(data, &sigma).values == points.values && sigma(0, 0) > 0);
    const auto plain = model.decode(data), moved = model.decode(data, {{"batch", "b"}});
    HOLDS(std::fabs(plain(89, 0) - moved(89, 0)) < 1e-4f && plain.values != moved.values);
    scilama::reference reference(context, points.view());
    std::vector<std::int32_t> kind;
    for (std::int64_t c = 0; c < cells; c++) kind.push_back(static_cast<std::int32_t>(c % 3));
    reference.add_labels("kind", kind, {"x", "y", "z"});
    reference.attach(model);
    auto found = reference.transfer(reference.nearest(points.view(), 1));
    HOLDS(found.code == kind && reference.categories(0).size() == 3);
    auto to = scilama::h5ad_writer::create(folder + "/mapped.h5ad", data);
    auto few = scilama::defaults<scilama_map_options>();
    few.neighbors = 1;
    scilama::map_cells(model, data, to, few);
    to.commit();
    HOLDS(scilama::read_array(context, folder + "/mapped.h5ad", "obsm/X_scilama").values == points.values);
    auto how = scilama::defaults<scilama_adapt_options>();
    how.decoder_steps = 0;
    const auto report = model.adapt(query, &how);
    HOLDS(report.categories == 1 && report.cells == cells && model.categories(0).size() == 3);
    HOLDS(model.encode_cells(data).values == points.values); /* cells of known batches stay */
    return 0;
}

static int analysis(const scilama::context &context)
{
    HOLDS(scilama::knn_memory(context, 2000, 4) > scilama::knn_memory(context, 120, 4));
    HOLDS(scilama::graph_memory(context, 120, 10) >= 120 * 10 * 8 + 121 * 8);
    HOLDS(scilama::leiden_memory(context, 2000, 30000) > scilama::leiden_memory(context, 120, 1800));
    HOLDS(scilama::umap_memory(context, 2000, 30000) > scilama::umap_memory(context, 120, 1800));
    scilama::matrix points(120, 4);
    std::vector<std::int32_t> truth;
    for (std::int64_t i = 0; i < 120; i++) {
        truth.push_back(static_cast<std::int32_t>(i / 40));
        for (std::int64_t d = 0; d < 4; d++) points(i, d) = std::sin(static_cast<float>((i + 1) * (d + 1))) + static_cast<float>(i / 40 * 30);
    }
    auto near = scilama::defaults<scilama_knn_options>();
    near.neighbors = 10;
    const scilama::graph graph(context, scilama::knn(context, points.view(), near));
    const auto found = graph.leiden_target(3);
    HOLDS(found.labels == truth && scilama::compare(context, found.labels, truth).ari == 1);
    HOLDS(std::fabs(graph.quality(found.labels, found.report.resolution) - found.report.quality) < 1e-9);
    HOLDS(graph.leiden_sweep(std::vector<double>{0.01, 1.0})[0].labels == truth);
    const auto layout = graph.umap();
    HOLDS(layout.rows == 120 && layout.cols == 2 && std::isfinite(layout(119, 1)));
    HOLDS(scilama::silhouette(context, points.view(), truth) > 0.9 && scilama::score(context, points.view(), truth).nmi > 0.999);
    return 0;
}

int main(int argc, char **argv)
try {
    if (argc != 2) return 2;
    const scilama::context context(1);
    if (data_and_files(context, argv[1]) || mapping(context, argv[1]) || analysis(context)) return 1;
    return 0;
} catch (const std::exception &e) {
    std::cerr << e.what() << '\n';
    return 1;
}
