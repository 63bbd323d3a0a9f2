# SPDX-License-Identifier: MIT
# Rounds of making, training and giving back. Usage: julia rounds.jl ROUNDS
using SciLaMA

rss() = parse(Int, match(r"VmRSS:\s*(\d+)", read("/proc/self/status", String))[1])
counts = Float32[(i * 7 + i ÷ 40) % 5 for i in 0:96*40-1] |> v -> reshape(v, 40, 96)
function round_of()
    context = Context(threads = 2)
    data = Dataset(context, counts)
    split_random!(data, 0.8, 0.2)
    preprocess!(data; min_cells = 0)
    model = Model(data; latent = 4, hidden = (16, 8))
    trainer = Trainer(model, data; mode = "beta-vae")
    foreach(_ -> step!(trainer), 1:3)
    close(trainer)
    size(encode_cells(model, data)) == (4, 96) || error("an embedding of another shape")
    foreach(close, (model, data))
end
rounds = parse(Int, ARGS[1])
foreach(_ -> round_of(), 1:100)
GC.gc()
before = rss()
for i in 1:rounds
    round_of()
    i % 100 == 0 && GC.gc()
end
GC.gc()
grown = rss() - before
println("Julia: ", before, " kB after 100 rounds, ", grown >= 0 ? "+" : "", grown, " kB after ", rounds, " more")
exit(grown > 8192)
