// SPDX-License-Identifier: MIT
// Rounds of making, training and giving back through scilama.hpp. Usage: rounds NAME ROUNDS
#include <scilama/scilama.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

static long rss()
{
    long kb = 0;
    char line[256];
    std::FILE *f = std::fopen("/proc/self/status", "r");
    while (f && std::fgets(line, sizeof line, f))
        if (!std::strncmp(line, "VmRSS:", 6)) kb = std::atol(line + 6);
    if (f) std::fclose(f);
    return kb;
}

static void round_of(const std::vector<float> &counts)
{
    scilama::context context(2);
    scilama::dataset data(context, {counts.data(), 96, 40});
    data.split_random(0.8, 0.2);
    auto recipe = scilama::defaults<scilama_preprocess_options>();
    recipe.min_cells = 0;
    data.preprocess(recipe);
    auto shape = scilama::defaults<scilama_model_options>();
    shape.latent = 4;
    const std::int64_t hidden[SCILAMA_MAX_HIDDEN] = {16, 8};
    std::memcpy(shape.hidden, hidden, sizeof hidden);
    scilama::model model(data, shape);
    auto options = scilama::defaults<scilama_trainer_options>();
    options.mode = SCILAMA_MODE_BETA_VAE;
    {
        scilama::trainer trainer(model, data, options);
        for (int i = 0; i < 3; i++) trainer.step();
    }
    if (model.encode_cells(data).rows != 96) std::abort();
}

int main(int, char **argv)
{
    std::vector<float> counts;
    for (int i = 0; i < 96 * 40; i++) counts.push_back(static_cast<float>((i * 7 + i / 40) % 5));
    const int rounds = std::atoi(argv[2]);
    for (int i = 0; i < 100; i++) round_of(counts);
    const long before = rss();
    for (int i = 0; i < rounds; i++) round_of(counts);
    const long grown = rss() - before;
    std::printf("%s: %ld kB after 100 rounds, %+ld kB after %d more\n", argv[1], before, grown, rounds);
    return grown > 4096;
}
