# SPDX-License-Identifier: MIT
# Twenty steps on the data of tests/consumer/DATA.md; prints the hashes. Then the rest.
using SciLaMA, SparseArrays, Test

fnv1a(bytes::AbstractVector{UInt8}, value::UInt64 = 0xcbf29ce484222325) =
    foldl((v, b) -> xor(v, UInt64(b)) * 0x00000100000001b3, bytes; init = value)
fnv1a(a::Array{Float32}, value::UInt64 = 0xcbf29ce484222325) = fnv1a(collect(reinterpret(UInt8, vec(a))), value)
hex(value) = string(value, base = 16, pad = 16)

counts = Float32[(v = (31i + 17g + i * g) % 13; v < 8 ? 0 : v - 7) for g in 0:39, i in 0:95]
names = ["G" * lpad(g, 3, '0') for g in 0:39]
vectors = Float32[((19g + 23d + g * d) % 17 - 8) / 8 for d in 0:7, g in 0:39]

function make(context; options...)
    data = Dataset(context, counts; genes = names, options...)
    set_categorical!(data, "batch", [["a", "b", "c"][i%3+1] for i in 0:95])
    use_covariate!(data, "batch")
    set_split!(data, [i % 10 == 9 ? SciLaMA.VALIDATION : SciLaMA.TRAIN for i in 0:95])
    add_gene_table!(data, context, "formula", names, vectors)
    preprocess!(data; hvg = SciLaMA.HVG_NONE)
    data
end

function train(data)
    model = Model(data; preset = SciLaMA.PUBLISHED, latent = 6, hidden = (16, 8), seed = 7)
    trainer = Trainer(model, data; preset = SciLaMA.PUBLISHED, mode = SciLaMA.MODE_DIRECT, batch_size = 16, seed = 11)
    for info in steps(trainer)
        info.step == 20 && break
    end
    model
end

weights(model) = foldl((v, p) -> fnv1a(p.second, fnv1a(collect(codeunits(p.first)), v)), parameters(model); init = 0xcbf29ce484222325)

context = Context(threads = 2)
data = make(context)
model = train(data)
println("weights ", hex(weights(model)))
println("cells   ", hex(fnv1a(encode_cells(model, data))))
println("genes   ", hex(fnv1a(encode_genes(model))))

redirect_stdout(stderr) do
    @testset "SciLaMA" begin
        @test weights(train(make(context; borrow = true))) == weights(model)
        mktempdir() do folder
            path = joinpath(folder, "model.h5")
            save(model, path)
            again = load(context, path)
            @test weights(again) == weights(model)
            @test encode_cells(again, data) == encode_cells(model, data)
            @test_throws Failure load(context, joinpath(folder, "none.h5"))
            @test genes(again) == genes(model)
        end
        # A view is the model's memory.
        name, view = first(parameters(model))
        before = view[1]
        view[1] = before + 1
        @test parameters(model)[1].second[1] == before + 1
        view[1] = before
        # Sparse and dense, and the same through memory and state.
        sparse_data = Dataset(context, sparse(counts); genes = names)
        @test SciLaMA.cells(sparse_data) == 96
        kept = from_bytes(context, to_bytes(model))
        @test encode_cells(kept, data) == encode_cells(model, data)
        # Cancelled, it goes on; a cancel that comes too late does nothing.
        slow = Trainer(Model(data; latent = 6, hidden = (16, 8)), data; max_steps = 10^6)
        @test_throws Failure run!(_ -> (cancel!(context); true), slow)
        cancel!(context)
        @test step!(slow).step > 0
        epochs = Int[]
        trainer = Trainer(model, data; preset = SciLaMA.PUBLISHED, mode = SciLaMA.MODE_DIRECT, epochs = 5, batch_size = 16)
        @test run!(i -> (push!(epochs, i.epoch); length(epochs) < 2), trainer) == false
        @test epochs == [0, 1]
        @test_throws ArgumentError run!(i -> throw(ArgumentError("enough")), trainer)
        @test_throws ArgumentError Model(data; laten = 3)
        @test_throws Failure Model(data; latent = -3)
        @test covariates(model) == ["batch" => ["a", "b", "c"]]
        @test_throws Failure use_covariate!(data, "nothing of the kind")
        given = make(context)
        lean = train(given)
        before = encode_cells(lean, given)
        release_input!(given)
        @test encode_cells(lean, given) == before
        @test_throws Failure Model(given; latent = 6)
        # A cancel between two steps does nothing.
        again = Model(data; latent = 6, hidden = (16, 8))
        trainer = Trainer(again, data; mode = SciLaMA.MODE_DIRECT, batch_size = 16)
        @test step!(trainer).step == 1
        cancel!(context)
        resume!(context)
        @test step!(trainer).step == 2
        SciLaMA.LibSciLaMA.check_layouts()
        # Analysis, against definitions.
        points = Float32[sin(i * j) + 40 * (i > 60) for j in 1:4, i in 1:100]
        distance(i, j) = sum(abs2, Float64.(points[:, i]) - Float64.(points[:, j]))
        indices, distances = knn(context, points; neighbors = 5)
        @test all(indices[:, i] == sort(setdiff(1:100, i), by = j -> (distance(i, j), j))[1:5] for i in 1:100)
        @test distances[1, 7] ≈ sqrt(distance(7, indices[1, 7])) rtol = 1e-5
        truth = [i > 60 ? 2 : 1 for i in 1:100]
        graph = Graph(context, knn(context, points)...)
        labels, report = leiden(graph; resolution = 0.01)
        @test labels == truth == cluster(context, points; resolution = 0.01) && report.communities == 2
        @test size(umap(graph; epochs = 20)) == (2, 100)
        scores, components, variances = pca(context, points; components = 2)
        @test sum(abs2, scores[1, :]) / 99 ≈ variances[1] rtol = 1e-4
        @test sum(abs2, components[:, 1]) ≈ 1 rtol = 1e-4
        @test SciLaMA.score(context, points, truth).nmi == 1
        groups = [counts[6, i] > 0 ? 1 : 2 for i in 1:96]
        @test argmax(markers(data, groups)[:z][:, 1]) == 6
        @test modules(context, vectors; neighbors = 5, rounds = 0)[2].genes == 40
        plain = decode(model, data)
        @test size(plain) == (length(genes(model)), 96)
        corrected = decode(model, data; to = ["batch" => "b"])
        @test corrected[:, 2:3:96] ≈ plain[:, 2:3:96] && !(corrected[:, 1] ≈ plain[:, 1])
        @test_throws Failure decode(model, data; to = ["batch" => "none"])
        for _ in 1:20
            train(make(context))
            GC.gc()
        end
        include("whole.jl")
        include("wrong_vectors.jl")
    end
end
