/* SPDX-License-Identifier: MIT */
/* Ten tasks in C++. Usage: tasks IN.h5ad FOLDER. What is between "task:" lines is counted by count.py. */
#include <scilama/scilama.hpp>

#include <iostream>

int main(int argc, char **argv)
try {
    if (argc != 3) return 2;
    const std::string file = std::string(argv[2]) + "/m.h5";
    const scilama::context context(2);
    auto data = scilama::dataset::read(context, argv[1]), query = scilama::dataset::read(context, argv[1]);
    scilama::matrix vectors(data.genes(), 8);
    for (std::int64_t g = 0; g < vectors.rows; g++)
        for (std::int64_t d = 0; d < 8; d++) vectors(g, d) = static_cast<float>((31 * g + 17 * d + g * d) % 13);
    auto training = scilama::trainer_options(SCILAMA_PRESET_RECOMMENDED);
    training.max_steps = 60;
    auto how = scilama::defaults<scilama_fit_options>();
    how.trainer = &training;
    /* task: embed and correct for batches */
    data.use_covariate("batch");
    auto model = scilama::model::fit(data, how);
    const auto cells = model.encode_cells(data);
    /* task: cluster */
    const auto clusters = scilama::cluster(context, cells.view());
    /* task: layout */
    const auto layout = scilama::graph(context, scilama::knn(context, cells.view())).umap();
    /* task: corrected expression */
    const auto corrected = model.decode(data, {{"batch", model.categories(0)[0]}});
    /* task: markers */
    const auto markers = scilama::wilcoxon(data, clusters.labels, clusters.report.communities);
    /* task: gene modules */
    const auto modules = scilama::gene_modules(context, model.encode_genes().view());
    /* task: transfer labels to new cells */
    model.learn_absent(data);
    scilama::reference reference(context, cells.view());
    reference.add_labels("cell_type", data.codes("cell_type"), data.categories("cell_type"));
    reference.attach(model);
    const auto mapped = reference.transfer(reference.nearest(model.encode_cells(query).view()));
    /* task: keep a model and load it */
    model.save(file);
    auto again = scilama::model::load(context, file);
    /* task: bring gene vectors */
    data.add_gene_table("text", scilama::gene_table(context, data.gene_names(), vectors.view()));
    const auto with_vectors = scilama::model::fit(data, how);
    /* task: judge the result */
    const auto scores = scilama::score(context, cells.view(), data.codes("cell_type"), data.codes("batch"));
    /* task: end */
    const bool right = again.encode_cells(query).values == cells.values && with_vectors.info().modalities == 1 && scores.total > 0 && scores.total <= 1 &&
        layout.rows == data.cells() && corrected.rows == data.cells() && !modules.labels.empty() && mapped.code.size() == mapped.probability.size() &&
        static_cast<std::int64_t>(markers.z.size()) == clusters.report.communities * data.genes();
    return right ? 0 : 3;
} catch (const std::exception &e) {
    std::cerr << e.what() << '\n';
    return 1;
}
