/* SPDX-License-Identifier: MIT */
/* The tour of tests/tour/README.md through scilama.hpp. Usage: tour IN.h5ad FOLDER. */
#include <scilama/scilama.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>

template <class T> static void put(const std::string &path, const std::vector<T> &values)
{
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char *>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
}

int main(int argc, char **argv)
try {
    if (argc != 3) return 2;
    const std::string input = argv[1], folder = std::string(argv[2]) + "/";
    scilama::context context(2);
    // read
    auto data = scilama::dataset::read(context, input);
    data.use_covariate("batch");
    // fit
    auto training = scilama::trainer_options(SCILAMA_PRESET_RECOMMENDED);
    training.max_steps = 60;
    auto how = scilama::defaults<scilama_fit_options>();
    how.trainer = &training;
    auto model = scilama::model::fit(data, how);
    const auto cells = model.encode_cells(data), genes = model.encode_genes();
    // cluster
    const auto clusters = scilama::cluster(context, cells.view());
    // modules
    const auto modules = scilama::gene_modules(context, genes.view());
    // markers
    const auto markers = scilama::wilcoxon(data, clusters.labels, clusters.report.communities);
    // map
    std::vector<std::string> names;
    for (std::int64_t c = 0; c < clusters.report.communities; c++) names.push_back(std::to_string(c));
    model.learn_absent(data);
    scilama::reference reference(context, cells.view());
    reference.add_labels("cluster", clusters.labels, names);
    reference.attach(model);
    const auto kept = scilama::model::load_memory(context, model.save_memory(context));
    auto carried = scilama::reference::of(kept);
    const auto mapped = carried.transfer(carried.nearest(cells.view()));
    // write
    auto writer = scilama::h5ad_writer::open(context, input, folder + "out.h5ad");
    writer.put_obsm("X_scilama", cells.view());
    writer.put_obs("scilama_leiden", clusters.labels, names);
    writer.put_uns("scilama/host", "a tour");
    writer.commit();

    // interrupted, it goes on; rounds leave nothing behind
    training.max_steps = 100000000;
    scilama::model other(data, model.options());
    scilama::trainer slow(other, data, training);
    std::thread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        context.cancel();
    });
    bool cancelled = false;
    try {
        slow.run([](const scilama_step_info &) { return true; });
    } catch (const scilama::failure &e) {
        cancelled = e.code() == SCILAMA_E_CANCELLED;
    }
    later.join();
    if (!cancelled || slow.step().step < 1) return 3;
    const auto held = context.memory().first;
    for (int i = 0; i < 20; i++) {
        scilama::model m(data, model.options());
        scilama::trainer(m, data, training).step();
    }
    if (context.memory().first != held) return 4;

    put(folder + "cells.f32", cells.values);
    put(folder + "genes.f32", genes.values);
    put(folder + "clusters.i32", clusters.labels);
    put(folder + "modules.i32", modules.labels);
    put(folder + "markers.f64", markers.z);
    put(folder + "mapped.i32", mapped.code);
    put(folder + "probability.f32", mapped.probability);
    put(folder + "written.f32", scilama::read_array(context, folder + "out.h5ad", "obsm/X_scilama").values);
    return 0;
} catch (const std::exception &e) {
    std::cerr << e.what() << '\n';
    return 1;
}
