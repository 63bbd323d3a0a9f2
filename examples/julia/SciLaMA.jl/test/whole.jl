# SPDX-License-Identifier: MIT
# Of runtests.jl: every part of the interface once, against definitions or what another part says.

n, g = 90, 40
x = Float32[(v = (31c + 17k + c * k) % 13; (v < 7 ? 0 : v - 6) + (c % 3 == k % 3 ? 2 : 0)) for k in 0:g-1, c in 0:n-1]
vectors8 = Float32[sin(k * (d + 3)) + (k % 3 == d % 3 ? 2 : 0) for d in 0:7, k in 0:g-1]
gene_list, cell_list = ["g" * lpad(k, 3, '0') for k in 0:g-1], ["c" * lpad(c, 3, '0') for c in 0:n-1]
kinds = [c % 3 + 1 for c in 0:n-1]
told = String[]
c2 = Context(threads = 1, progress = (stage, share) -> push!(told, stage))
obs = (batch = [c < 45 ? "a" : "b" for c in 0:n-1], depth = Float64.(0:n-1), kind = [k == 3 ? missing : "k$k" for k in kinds])

function whole_data()
    d = Dataset(c2, x; genes = gene_list, cells = cell_list, obs = obs)
    use_covariate!(d, "batch")
    @test add_gene_table!(d, "text", GeneTable(c2, gene_list, vectors8)).matched == g
    split_random!(d, 0.8, 0.2)
    @test preprocess!(d; min_cells = 0).genes_used == g
    d
end
small = (latent = 4, hidden = (16, 8))
function trained(d)
    m = Model(d; small...)
    t = Trainer(m, d; max_steps = 30)
    train!(t)
    close(t)
    m
end

@testset "data" begin
    expected = prepared(whole_data())
    seen(d) = (split_random!(d, 0.8, 0.2); preprocess!(d; min_cells = 0); prepared(d))
    @test seen(Dataset(c2, sparse(x); genes = gene_list, cells = cell_list)) == expected
    @test seen(Dataset(c2, sparse(x); genes = gene_list, cells = cell_list, borrow = true)) == expected
    before = SciLaMA.memory(c2)[1]
    lent = Dataset(c2, x; genes = gene_list, borrow = true)
    @test SciLaMA.memory(c2)[1] - before < sizeof(x)
    rows = Dataset((which, out) -> out .= x[:, which], c2, g, n; gene_names = gene_list, cell_names = cell_list)
    @test seen(rows) == expected
    # the presets prepare values in different ways, and fit() as the one it is told
    by_preset = map([SciLaMA.PUBLISHED, SciLaMA.RECOMMENDED]) do preset
        d = whole_data()
        preprocess!(d; min_cells = 0, preset = preset)
        by_hand = prepared(d)
        fit(d; preset = preset, train_fraction = 0, preprocess = (min_cells = 0,), model = (latent = 2, hidden = (4,)), trainer = (mode = "beta-vae", max_steps = 2))
        @test prepared(d) == by_hand
        by_hand
    end
    @test !(by_preset[1] ≈ by_preset[2])
    failure = try Dataset((which, out) -> error("the disc is on fire"), c2, g, n) catch e; e end
    @test failure isa Failure && occursin("the disc is on fire", failure.message)
    d = whole_data()
    @test columns(d) == ["batch", "depth", "kind"] && column(d, "depth") == obs.depth && isequal(column(d, "kind"), obs.kind)
    @test gene_names(d)[end] == "g039" == gene_names(d; used = true)[end] && cell_names(d)[2] == "c001"
    SciLaMA.set_strings!(d, "part", [("train", "val", "test")[k] for k in kinds])
    split_by!(d, "part")
    @test split_of(d) == kinds .- 1
    set_obs!(d, Dict("more" => 1:n))
    @test column(d, "more") == 1:n
    @test_throws DimensionMismatch set_obs!(d, (short = [1],))
    other = Dataset(c2, x; obs = SciLaMA.obs(whole_data()))
    @test keys(SciLaMA.obs(other)) == (:batch, :depth, :kind) && isequal(SciLaMA.obs(other), SciLaMA.obs(whole_data()))
end

# A package of the name and number of Tables.jl with its four functions: rows, whose columns are not properties.
@testset "tables by the interface of Tables.jl" begin
    mktempdir() do folder
        mkpath(joinpath(folder, "Tables", "src"))
        write(joinpath(folder, "Tables", "Project.toml"), "name = \"Tables\"\nuuid = \"bd369af6-aec1-5ad0-b16a-f7cc5008161c\"\nversion = \"1.0.0\"\n")
        write(joinpath(folder, "Tables", "src", "Tables.jl"), """
            module Tables
            istable(x) = x isa Vector{<:NamedTuple}
            columns(x) = x
            columnnames(x) = keys(first(x))
            getcolumn(x, name::Symbol) = [r[name] for r in x]
            end""")
        push!(LOAD_PATH, folder)
        try
            Base.require(SciLaMA.TABLES)
        finally
            pop!(LOAD_PATH)
        end
        d = Dataset(c2, x; obs = [(batch = obs.batch[i], depth = obs.depth[i]) for i in 1:n])
        @test columns(d) == ["batch", "depth"] && column(d, "depth") == obs.depth && column(d, "batch") == obs.batch
    end
end

@testset "tables and options" begin
    mktempdir() do folder
        t = GeneTable(c2, gene_list, vectors8)
        save(t, joinpath(folder, "t.h5"))
        again = GeneTable(c2, joinpath(folder, "t.h5"))
        @test size(again) == (8, g) && gene_names(again) == gene_list && Matrix(again) == vectors8
        @test all(d -> occursin("\"kind\"", d), (describe_file(c2, joinpath(folder, "t.h5")), describe_file(c2, joinpath(folder, "t.h5"), "raw")))
        @test sort(vec(Matrix(SciLaMA.shuffled(t)))) == sort(vec(vectors8)) && Matrix(SciLaMA.random(t)) != vectors8
        write(joinpath(folder, "a.tsv"), "g000\tG-zero\n")
        a = GeneAliases(c2, joinpath(folder, "a.tsv"))
        @test length(a) == 1 && add_gene_table!(whole_data(), "other", GeneTable(c2, ["G-zero", "g001"], ones(1, 2)); aliases = a).matched == 2
        write(joinpath(folder, "s.gmt"), join(["set$k\tof three\t" * join(gene_list[k:3:end], "\t") for k in 1:2], "\n") * "\n")
        s = GeneSets(c2, joinpath(folder, "s.gmt"))
        @test length(s) == 2 && s[2].description == "of three" && length(s[1].genes) == 14
        @test enrichment(s, gene_list, [k % 3 + 1 for k in 0:g-1]).overlap == [14 0 0; 0 13 0]
        # through Arrow and back
        @test Matrix(GeneTable(c2, gene_table(t))) == vectors8
        @test Matrix(GeneTable(c2, SciLaMA.ArrowStream(c2, gene_table(t)))) == vectors8
        @test length(obs_table(whole_data())) == n
        @test_throws Failure SciLaMA.legacy(dlpack(t))
        release!(SciLaMA.legacy(dlpack(t); drop_read_only = true))
        release!(dlpack(c2, copy(vectors8)))
        @test isempty(SciLaMA.lent)
    end
    @test first(o for o in option_list("model") if o.name == "latent").published == SciLaMA.defaults(SciLaMA.ModelOptions; preset = SciLaMA.PUBLISHED)[].latent
    @test SciLaMA.defaults(SciLaMA.TrainerOptions; mode = "cell-gene")[].mode == SciLaMA.MODE_CELL_GENE
    @test_throws ArgumentError SciLaMA.defaults(SciLaMA.TrainerOptions; mode = "sideways")
    @test_throws Failure SciLaMA.check_options(SciLaMA.defaults(SciLaMA.ModelOptions; latent = -1))
    @test startswith(SciLaMA.version()[2], "0.") && occursin("\"blis\"", describe(c2)) && SciLaMA.threads(c2) == 1
    @test occursin("E_NOTFOUND", sprint(showerror, try use_covariate!(whole_data(), "none") catch e; e end))
end

@testset "training by its parts" begin
    d = whole_data()
    options = (mode = "direct", max_steps = 60, batch_size = 16)
    m = Model(d; small...)
    @test trainer_memory(m, d; options...) > 1000
    a, b = Trainer(m, d; options...), Trainer(Model(d; small...), d; options...)
    step!(a)
    forward_backward!(b)
    @test any(!iszero, gradients(b)) && length(gradient(b, "sample_encoder.latent_mu.weight")) == 4 * 8
    release!(SciLaMA.dlpack_gradients(b))
    apply!(b)
    @test state(a) == state(b)
    kept = state(a)
    run_epoch!(a)
    after = state(a)
    restore!(a, kept)
    run_epoch!(a)
    @test state(a) == after
    lr = rates(a).lr
    set_rates!(a; lr = lr / 2)
    @test rates(a).lr == lr / 2
    @test evaluate(a).loss > 0 && all(>=(0), kl_per_unit(a)[1])
    @test end_phase!(a).events & SciLaMA.FINISHED != 0
end

@testset "models" begin
    d = whole_data()
    m, other = trained(d), Model(d; small...)
    @test modalities(m) == ["text" => 8] && size(gene_vectors(m)) == (8, g) && SciLaMA.options(m).latent == 4
    @test copy_parameters!(other, m) > 5 && encode_cells(other, d) == encode_cells(m, d)
    name = first(parameters(m)).first
    set_parameter!(other, name, 2 .* parameter(m, name))
    @test parameter(other, name) == 2 .* parameter(m, name)
    known = GeneTable(c2, "new" .* gene_list, vectors8)
    @test encode_new_genes(m, known) ≈ encode_genes(m)
    @test size(decode_new_genes(m, d, known; head = "paired")) == (g, n)
    own_table = GeneTable(c2, gene_list, vectors8)
    values, expected = predict_genes(m, d, ["g003"], own_table)
    @test all(isfinite, values) && abs(expected.correlation[1]) <= 1
    mu, sigma = encode_cells(m, d; sigma = true)
    @test mu == encode_cells(m, d) && all(>(0), sigma) && size(encode_genes(m; sigma = true)[2]) == (4, g)
    @test length(cell_table(m, d)) == n && length(gene_table(m)) == g
    release!(dlpack(m, name))
    extend_covariate!(m, "batch", ["new"])
    @test covariates(m) == ["batch" => ["a", "b", "new"]]
end

@testset "analysis" begin
    points = Float32[sin(i * j) + 30 * ((i - 1) ÷ 40) for j in 1:4, i in 1:120]
    truth = [(i - 1) ÷ 40 + 1 for i in 1:120]
    indices, distances = knn(c2, points; neighbors = 10)
    graph = Graph(c2, indices, distances)
    @test knn_memory(c2, 2000, 4) > knn_memory(c2, 120, 4) && graph_memory(c2, 120, 10) >= 120 * 10 * 8 + 121 * 8
    @test leiden_memory(c2, 2000, 30000) > leiden_memory(c2, 120, 1800) && umap_memory(c2, 2000, 30000) > umap_memory(c2, 120, 1800)
    @test_throws Failure umap_memory(c2, 120, 1800; dimensions = -1)
    @test csr(Graph(c2, csr(graph))) == csr(graph)
    labels, report = leiden(graph; communities = 3)
    @test report.communities == 3 && compare(c2, labels, truth).ari == 1
    swept, reports = leiden_sweep(graph, [0.01, 1.0])
    @test reports[1].communities == 3 && quality(graph, swept[:, 2]) ≈ reports[2].quality
    layout = umap(graph; points = points, epochs = 30)
    @test all(isfinite, umap(graph; start = layout, epochs = 5)) && !isempty(told)
    @test compare(c2, kmeans(c2, points, 3)[1], truth).nmi ≈ 1
    mean, samples = silhouette(c2, points, truth)
    @test mean > 0.9 && sum(samples) / 120 ≈ mean
    @test all(≈(1), lisi(c2, indices, distances, truth))
    @test SciLaMA.score(c2, points, truth; batches = [i % 2 + 1 for i in 1:120], baseline = points).pcr ≈ 0 atol = 1e-6
    @test p_adjust(c2, [0.01, 0.04, 0.03]) ≈ [0.03, 0.04, 0.04]
end

@testset "biology" begin
    d = whole_data()
    m = trained(d)
    cells_, genes_ = encode_cells(m, d), encode_genes(m)
    plain = markers(d, kinds)
    @test (argmax(plain[:z][:, 1]) - 1) % 3 == 0
    all_ = markers(d, kinds; model = m, permutations = 20)
    @test all_[:z] == plain[:z] && all_[:paired_score] == paired_markers(c2, cells_, genes_, kinds; permutations = 20)[:paired_score]
    by = [k % 3 + 1 for k in 0:g-1]
    activity = module_activity(d, by)
    @test sum(activity[1, 1:3:end]) > sum(activity[1, 2:3:end])
    @test module_projection(c2, cells_, genes_, by)[1, :] ≈ vec(sum(genes_[:, 1:3:end], dims = 2) ./ 14)' * cells_ |> vec
    coherence, p, fdr = module_coherence(d, by; permutations = 50)
    @test coherence[1] > 0 && all(p .<= fdr)
    @test gene_holdout(c2, x, vectors8; fraction = 0.25)[1].genes == 10
    @test size(gene_loadings(c2, x, vectors8; components = 4)[2]) == (4, size(x, 1))
    @test size(gene_space(c2, x, vectors8; components = 4)[2]) == (4 + size(vectors8, 1), size(x, 1))
end

@testset "mapping and files" begin
    d = whole_data()
    m = trained(d)
    points = encode_cells(m, d)
    learn_absent!(m, d)
    set_reference!(m, Reference(c2, points, "kind" => ["k$k" for k in kinds]; layout = points[1:2, :]))
    describe_reference!(m, d)
    kept = from_bytes(c2, to_bytes(m))
    found = map_cells(reference(kept), points; neighbors = 1)
    @test found.labels["kind"].codes == kinds && found.layout == points[1:2, :] && all(iszero, found.distances)
    upper = Dataset(c2, x; genes = uppercase.(gene_list), cells = cell_list, obs = obs)
    @test match_genes!(kept, upper) == 0 && match_genes!(kept, upper; ignore_case = 1) == g && check_query(kept, upper).measured == g
    @test all(abs.(novelty(kept, d)) .< 1) && check_query(kept, d).measured == g && check_covariate(kept, d, 1).unknown == 0
    mktempdir() do folder
        out, second = joinpath(folder, "o.h5ad"), joinpath(folder, "p.h5ad")
        w = H5adWriter(c2, out, x; genes = gene_list, cells = cell_list)
        put_layer!(w, "twice", sparse(2x))
        put_obsm!(w, "X_scilama", points)
        map_cells(kept, d, w; key = "mapped", neighbors = 1)
        put_varm!(w, "vectors", vectors8)
        put_obs!(w, "kind", ["k$k" for k in kinds])
        put_obs!(w, "depth", obs.depth)
        put_var!(w, "third", [k % 3 == 0 ? "yes" : "no" for k in 0:g-1])
        put_var!(w, "mean", fill(0.5, g))
        put_obsp!(w, "connectivities", csr(Graph(c2, knn(c2, points; neighbors = 5)...)))
        put_varp!(w, "none", spzeros(Float32, g, g))
        put_uns!(w, "s/text", "words")
        put_uns!(w, "s/number", 0.25)
        put_uns!(w, "s/integer", 7)
        put_uns!(w, "s/list", ["a", "b"])
        put_uns!(w, "s/numbers", [1.0, 2.0])
        put_uns!(w, "s/array", points)
        put_records!(w, "s/records", (f = [1.0, 2.0], h = [3.0, 4.0]))
        put_records!(w, "s/names", (f = ["u"], h = ["v"]))
        put_table!(w, "s/table", ["r1", "r2"], (n = [1.0, 2.0], t = ["u", "v"]))
        @test_throws DimensionMismatch put_obs!(w, "short", [1.0])
        commit!(w)
        @test read_array(c2, out, "obsm/X_scilama") == points && read_column(c2, out, "obs", "kind") == kinds .- 1
        @test read_column(c2, out, "uns/s/table", "n") == [1, 2] && read_string(c2, out, "uns/s/text") == "words"
        again = Dataset(c2, out; format = :h5ad, layer = "twice")
        @test gene_names(again) == gene_list && columns(again)[end-1:end] == ["kind", "depth"] && "mapped_kind" in columns(again)
        commit!(H5adWriter(c2, out, second; first_duplicate = 1))
        @test SciLaMA.cells(Dataset(c2, second)) == n
        other = H5adWriter(c2, second, x; genes = gene_list)
        copy_obs!(other, out)
        commit!(other)
        @test read_column(c2, second, "obs", "kind") == kinds .- 1 && cell_names(Dataset(c2, second)) == cell_list
        # joined with cells of a batch that the model does not know, which is then adapted to
        query = Dataset(c2, x; genes = gene_list, cells = "q" .* cell_list, obs = (batch = fill("c", n),))
        both = concat([d, query]; keys = ["old", "new"], label = "part")
        @test SciLaMA.cells(both) == 2n && cell_names(both)[n+1] == "qc000" && column(both, "part") == repeat(["old", "new"], inner = n)
        @test_throws DimensionMismatch concat([d, query]; keys = ["one"])
        @test_throws Failure concat([d, query]; join = "outer")
        commit!(H5adWriter(second, both))
        again = Dataset(c2, second)
        @test SciLaMA.cells(again) == 2n && column(again, "batch") == column(both, "batch")
        rows = Dataset((which, to) -> to .= x[:, which], c2, g, n; gene_names = gene_list)
        joined = concat([rows, rows])
        close(rows)
        GC.gc()
        preprocess!(joined)
        @test prepared(joined, 1:n) == prepared(joined, n+1:2n)
        report = adapt!(kept, both; decoder_steps = 0)
        @test (report.categories, report.cells, report.aligned) == (1, n, 1) && covariates(kept) == ["batch" => ["a", "b", "c"]]
        @test_throws Failure Dataset(c2, out; format = Symbol("10x"))
        @test_throws Failure Dataset(c2, out; format = :mtx)
    end
end

# Ctrl-C: a long call ends, training ends between two steps, and both go on.
if Sys.isunix()
    @testset "interrupted, it goes on" begin
        Base.exit_on_sigint(false)
        interrupt(seconds) = run(pipeline(`sh -c "sleep $seconds; kill -INT $(getpid())"`, stderr = devnull), wait = false)
        points = Float32[sin(i * j) for j in 1:4, i in 1:2000]
        graph = Graph(c2, knn(c2, points; neighbors = 10)...)
        interrupt(0.5)
        @test_throws InterruptException umap(graph; epochs = 1_000_000)
        @test size(umap(graph; epochs = 2)) == (2, 2000)
        d = whole_data()
        t = Trainer(Model(d; small...), d; max_steps = 10^8)
        interrupt(0.5)
        @test_throws InterruptException train!(t)
        before = step!(t).step
        @test before > 1
        interrupt(0.5)
        @test_throws InterruptException run!(i -> true, t)
        @test step!(t).step > before
    end
end
